//! How much of the own organisation's money or credits one person alone commits.

use actix_web::HttpResponse;
use actix_web::web::{Data, Json, Path, Query};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::identity::actions;
use crate::identity::model::{LimitState, SinglePersonLimitId};
use crate::identity::store::{self, SinglePersonLimitRow};
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
        get_single_person_limit,
        list_single_person_limits,
        create_single_person_limit,
        create_single_person_limit_approval,
        create_single_person_limit_rejection,
    ]
}

/// How much one person alone commits. Money in CNY.
#[derive(Debug, Clone, Serialize, ToSchema)]
struct LimitView {
    /// Absent where there is no limit.
    limit: Option<Fen>,
}

/// A limit that was set, or is to be. Money in CNY.
#[derive(Debug, Clone, Serialize, ToSchema)]
struct SinglePersonLimitView {
    id: SinglePersonLimitId,
    /// Absent where it takes the limit away.
    limit: Option<Fen>,
    /// The limit before; absent where there was none.
    previous: Option<Fen>,
    #[schema(example = "单笔采购授权调整")]
    reason: String,
    state: LimitState,
    entered_by: UserId,
    entered_at: Time,
    /// Nobody where it was lowered, which takes one person.
    decided_by: Option<UserId>,
    decided_at: Option<Time>,
    /// Why it was turned down.
    #[schema(example = "金额过高")]
    decision: Option<String>,
}

impl From<SinglePersonLimitRow> for SinglePersonLimitView {
    fn from(row: SinglePersonLimitRow) -> Self {
        Self {
            id: row.id,
            limit: row.limit_fen,
            previous: row.previous_fen,
            reason: row.reason,
            state: row.state,
            entered_by: row.entered_by,
            entered_at: row.entered_at,
            decided_by: row.decided_by,
            decided_at: row.decided_at,
            decision: row.decision,
        }
    }
}

/// Shows how much one person of the own organisation alone commits
#[utoipa::path(
    get, path = "/api/v1/single-person-limit", tag = "identity",
    responses((status = 200, body = LimitView), Problems),
    extensions(
        ("x-roles" = json!(["developer", "developer_director"])),
        ("x-effect" = json!("read")),
    ),
)]
async fn get_single_person_limit(db: Data<Db>, actor: Actor) -> Answer<Json<LimitView>> {
    let of = actor.organisation_id;
    let organisation = db.read(Some(&actor), move |c| store::organisation(c, of)).await?;
    Ok(Json(LimitView { limit: organisation.single_person_limit }))
}

/// Lists the limits that the own organisation set, newest first
#[utoipa::path(
    get, path = "/api/v1/single-person-limits", tag = "identity", params(PageQuery),
    responses((status = 200, body = Page<SinglePersonLimitView>), Problems),
    extensions(
        ("x-roles" = json!(["developer", "developer_director"])),
        ("x-effect" = json!("read")),
    ),
)]
async fn list_single_person_limits(
    db: Data<Db>,
    actor: Actor,
    page: Query<PageQuery>,
) -> Answer<Json<Page<SinglePersonLimitView>>> {
    let of = actor.organisation_id;
    let page = db.read(Some(&actor), move |c| {
        let rows = store::single_person_limits(c, of, &page)?;
        Ok(Page::of(rows, &page, |row| row.id.uuid(), SinglePersonLimitView::from))
    });
    Ok(Json(page.await?))
}

/// How much one person alone is to commit.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewSinglePersonLimit {
    /// Without one the limit is taken away.
    #[serde(default)]
    limit: Option<Fen>,
    #[schema(value_type = String, example = "单笔采购授权调整")]
    reason: Label,
}

/// Sets how much of the own organisation's money or credits one person alone commits
///
/// A lower limit than before, or the first, acts at once. A higher one, and taking it away, waits for
/// another person of the organisation. One that waits is replaced.
#[utoipa::path(
    post, path = "/api/v1/single-person-limits", tag = "identity",
    request_body = NewSinglePersonLimit,
    responses((status = 201, body = SinglePersonLimitView), Problems),
    extensions(
        ("x-roles" = json!(["developer", "developer_director"])),
        ("x-effect" = json!("write")),
    ),
)]
async fn create_single_person_limit(
    db: Data<Db>,
    asked: Asked<NewSinglePersonLimit>,
) -> Answer<HttpResponse> {
    let Asked { doing, body } = asked;
    let (of, id) = (doing.actor()?.clone(), SinglePersonLimitId::new());
    let (limit, reason) = (body.limit, body.reason.to_string());
    let id = db.write(doing, move |tx| actions::set_limit(tx, id, limit, &reason)).await?;
    Ok(HttpResponse::Created().json(view_of(&db, &of, id).await?))
}

/// Lets a higher limit take effect, as another person than the one who entered it
#[utoipa::path(
    post, path = "/api/v1/single-person-limits/{limit_id}/approval", tag = "identity",
    params(("limit_id" = SinglePersonLimitId, Path)),
    responses((status = 200, body = SinglePersonLimitView), Problems),
    extensions(
        ("x-roles" = json!(["developer", "developer_director"])),
        ("x-effect" = json!("write")),
    ),
)]
async fn create_single_person_limit_approval(
    db: Data<Db>,
    limit_id: Path<SinglePersonLimitId>,
    asked: Asked<()>,
) -> Answer<HttpResponse> {
    let (of, id) = (asked.doing.actor()?.clone(), *limit_id);
    let id = db.write(asked.doing, move |tx| actions::approve_limit(tx, id)).await?;
    Ok(HttpResponse::Ok().json(view_of(&db, &of, id).await?))
}

/// Says why.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewSinglePersonLimitRejection {
    #[schema(value_type = String, example = "金额过高")]
    reason: Label,
}

/// Turns a limit down that waits
#[utoipa::path(
    post, path = "/api/v1/single-person-limits/{limit_id}/rejection", tag = "identity",
    params(("limit_id" = SinglePersonLimitId, Path)), request_body = NewSinglePersonLimitRejection,
    responses((status = 200, body = SinglePersonLimitView), Problems),
    extensions(
        ("x-roles" = json!(["developer", "developer_director"])),
        ("x-effect" = json!("write")),
    ),
)]
async fn create_single_person_limit_rejection(
    db: Data<Db>,
    limit_id: Path<SinglePersonLimitId>,
    asked: Asked<NewSinglePersonLimitRejection>,
) -> Answer<HttpResponse> {
    let Asked { doing, body } = asked;
    let (of, id, reason) = (doing.actor()?.clone(), *limit_id, body.reason.to_string());
    let id = db.write(doing, move |tx| actions::reject_limit(tx, id, &reason)).await?;
    Ok(HttpResponse::Ok().json(view_of(&db, &of, id).await?))
}

async fn view_of(db: &Db, actor: &Actor, id: SinglePersonLimitId) -> Answer<SinglePersonLimitView> {
    let of = actor.organisation_id;
    let row = db.read(None, move |c| store::single_person_limit(c, of, id)).await?;
    Ok(SinglePersonLimitView::from(row))
}
