//! Permits to commit more of the own organisation's money or credits than one person alone may.

use actix_web::HttpResponse;
use actix_web::web::{Data, Json, Path, Query};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::identity::actions::{self, AskPermit};
use crate::identity::model::{CommitmentKind, CommitmentPermitId, PermitState};
use crate::identity::store::{self, CommitmentPermitRow};
use crate::kernel::actor::Actor;
use crate::kernel::clock::Time;
use crate::kernel::db::Db;
use crate::kernel::ids::UserId;
use crate::kernel::money::Fen;
use crate::kernel::operations::{Operations, operations};
use crate::kernel::page::{Page, PageQuery};
use crate::kernel::problem::Answer;
use crate::kernel::text::Label;
use crate::web::{Asked, Problems};

pub(super) fn operations() -> Operations {
    operations![
        list_commitment_permits,
        get_commitment_permit,
        create_commitment_permit,
        create_commitment_permit_approval,
        create_commitment_permit_rejection,
    ]
}

/// A permit to commit more than one person alone may, once. Money in CNY.
#[derive(Debug, Clone, Serialize, ToSchema)]
struct CommitmentPermitView {
    id: CommitmentPermitId,
    /// Absent where it is for acts of any kind.
    kind: Option<CommitmentKind>,
    /// The listing, auction, negotiation, sale or batch that it is for; absent where it is for any.
    subject_id: Option<Uuid>,
    /// The most that it covers.
    amount: Fen,
    #[schema(example = "进贤县示例公路项目购买指标")]
    reason: String,
    state: PermitState,
    asked_by: UserId,
    asked_at: Time,
    /// It is approved, or once approved used, before then: 24 hours after its approval.
    expires_at: Time,
    /// Whether that time has passed.
    #[schema(example = false)]
    is_over: bool,
    decided_by: Option<UserId>,
    decided_at: Option<Time>,
    /// Why it was turned down.
    #[schema(example = "超出预算")]
    decision: Option<String>,
    used_by: Option<UserId>,
    used_at: Option<Time>,
    /// What it was used for.
    #[schema(example = "trade:0191e4c8-7b1a-7000-8000-000000000001")]
    used_for: Option<String>,
    /// How much that committed.
    used_amount: Option<Fen>,
}

impl CommitmentPermitView {
    fn of(row: CommitmentPermitRow, now: Time) -> Self {
        Self {
            id: row.id,
            kind: row.kind,
            subject_id: row.subject_id.map(|id| id.0),
            amount: row.amount_fen,
            reason: row.reason,
            state: row.state,
            asked_by: row.asked_by,
            asked_at: row.asked_at,
            expires_at: row.expires_at,
            is_over: row.expires_at <= now,
            decided_by: row.decided_by,
            decided_at: row.decided_at,
            decision: row.decision,
            used_by: row.used_by,
            used_at: row.used_at,
            used_for: row.used_for,
            used_amount: row.used_fen,
        }
    }
}

/// Which permits are asked for.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct PermitFilter {
    #[param(example = "approved")]
    state: Option<PermitState>,
}

/// Lists the permits of the own organisation, newest first
#[utoipa::path(
    get, path = "/api/v1/commitment-permits", tag = "identity", params(PageQuery, PermitFilter),
    responses((status = 200, body = Page<CommitmentPermitView>), Problems),
    extensions(
        ("x-roles" = json!(["developer", "developer_director"])),
        ("x-effect" = json!("read")),
    ),
)]
async fn list_commitment_permits(
    db: Data<Db>,
    actor: Actor,
    page: Query<PageQuery>,
    filter: Query<PermitFilter>,
) -> Answer<Json<Page<CommitmentPermitView>>> {
    let (of, state, now) = (actor.organisation_id, filter.state, db.clock().now());
    let page = db.read(Some(&actor), move |c| {
        let rows = store::permits(c, of, state, &page)?;
        let view = |row| CommitmentPermitView::of(row, now);
        Ok(Page::of(rows, &page, |row: &CommitmentPermitRow| row.id.uuid(), view))
    });
    Ok(Json(page.await?))
}

/// Shows a permit of the own organisation
#[utoipa::path(
    get, path = "/api/v1/commitment-permits/{permit_id}", tag = "identity",
    params(("permit_id" = CommitmentPermitId, Path)),
    responses((status = 200, body = CommitmentPermitView), Problems),
    extensions(
        ("x-roles" = json!(["developer", "developer_director"])),
        ("x-effect" = json!("read")),
    ),
)]
async fn get_commitment_permit(
    db: Data<Db>,
    actor: Actor,
    permit_id: Path<CommitmentPermitId>,
) -> Answer<Json<CommitmentPermitView>> {
    let (of, id, now) = (actor.organisation_id, *permit_id, db.clock().now());
    let row = db.read(Some(&actor), move |c| store::permit(c, of, id)).await?;
    Ok(Json(CommitmentPermitView::of(row, now)))
}

/// What is to be permitted.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewCommitmentPermit {
    /// Without one it is for acts of any kind.
    #[serde(default)]
    kind: Option<CommitmentKind>,
    /// The listing of a purchase, the auction of a bid, the negotiation, enforced sale or batch:
    /// without one it is for any. Terms that open a negotiation are about none yet.
    #[serde(default)]
    subject_id: Option<Uuid>,
    /// The most that it covers.
    amount: Fen,
    #[schema(value_type = String, example = "进贤县示例公路项目购买指标")]
    reason: Label,
}

/// Asks another person of the own organisation for a permit to commit more than one alone may, once
#[utoipa::path(
    post, path = "/api/v1/commitment-permits", tag = "identity",
    request_body = NewCommitmentPermit,
    responses((status = 201, body = CommitmentPermitView), Problems),
    extensions(
        ("x-roles" = json!(["developer", "developer_director"])),
        ("x-effect" = json!("write")),
    ),
)]
async fn create_commitment_permit(
    db: Data<Db>,
    asked: Asked<NewCommitmentPermit>,
) -> Answer<HttpResponse> {
    let Asked { doing, body } = asked;
    let of = doing.actor()?.clone();
    let command = AskPermit {
        id: CommitmentPermitId::new(),
        kind: body.kind,
        subject: body.subject_id,
        amount: body.amount,
        reason: body.reason.to_string(),
    };
    let id = db.write(doing, move |tx| actions::ask_permit(tx, &command)).await?;
    Ok(HttpResponse::Created().json(view_of(&db, &of, id).await?))
}

/// Gives a permit, as another person than the one who asked; it is good for 24 hours, once
#[utoipa::path(
    post, path = "/api/v1/commitment-permits/{permit_id}/approval", tag = "identity",
    params(("permit_id" = CommitmentPermitId, Path)),
    responses((status = 200, body = CommitmentPermitView), Problems),
    extensions(
        ("x-roles" = json!(["developer", "developer_director"])),
        ("x-effect" = json!("write")),
    ),
)]
async fn create_commitment_permit_approval(
    db: Data<Db>,
    permit_id: Path<CommitmentPermitId>,
    asked: Asked<()>,
) -> Answer<HttpResponse> {
    let (of, id) = (asked.doing.actor()?.clone(), *permit_id);
    let id = db.write(asked.doing, move |tx| actions::approve_permit(tx, id)).await?;
    Ok(HttpResponse::Ok().json(view_of(&db, &of, id).await?))
}

/// Says why.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewCommitmentPermitRejection {
    #[schema(value_type = String, example = "超出预算")]
    reason: Label,
}

/// Turns a permit down, or takes it back before it is used
#[utoipa::path(
    post, path = "/api/v1/commitment-permits/{permit_id}/rejection", tag = "identity",
    params(("permit_id" = CommitmentPermitId, Path)), request_body = NewCommitmentPermitRejection,
    responses((status = 200, body = CommitmentPermitView), Problems),
    extensions(
        ("x-roles" = json!(["developer", "developer_director"])),
        ("x-effect" = json!("write")),
    ),
)]
async fn create_commitment_permit_rejection(
    db: Data<Db>,
    permit_id: Path<CommitmentPermitId>,
    asked: Asked<NewCommitmentPermitRejection>,
) -> Answer<HttpResponse> {
    let Asked { doing, body } = asked;
    let (of, id, reason) = (doing.actor()?.clone(), *permit_id, body.reason.to_string());
    let id = db.write(doing, move |tx| actions::reject_permit(tx, id, &reason)).await?;
    Ok(HttpResponse::Ok().json(view_of(&db, &of, id).await?))
}

async fn view_of(db: &Db, actor: &Actor, id: CommitmentPermitId) -> Answer<CommitmentPermitView> {
    let (of, now) = (actor.organisation_id, db.clock().now());
    let row = db.read(None, move |c| store::permit(c, of, id)).await?;
    Ok(CommitmentPermitView::of(row, now))
}
