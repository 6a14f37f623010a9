//! The lists of trusted accounts.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path, Query};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::identity::actions::{self, EnterTrustedAccount, visible_organisation};
use crate::identity::model::{TrustedAccountId, TrustedAccountState};
use crate::identity::store::{self, TrustedAccountRow};
use crate::kernel::actor::Actor;
use crate::kernel::clock::Time;
use crate::kernel::db::{Db, Tx};
use crate::kernel::ids::{OrganisationId, UserId};
use crate::kernel::operations::{Operations, operations};
use crate::kernel::page::{Page, PageQuery};
use crate::kernel::problem::Answer;
use crate::kernel::text::Label;
use crate::web::{Asked, Problems};

pub(super) fn operations() -> Operations {
    operations![
        create_trusted_account,
        list_trusted_accounts,
        create_trusted_account_approval,
        create_trusted_account_rejection,
        create_trusted_account_removal,
    ]
}

/// The registered account, which is to be trusted.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewTrustedAccount {
    /// As it is registered.
    #[schema(value_type = String, example = "1502999909000000021")]
    number: Label,
    #[schema(value_type = String, example = "每月拨付，账户经电话核实")]
    reason: Label,
}

/// Says why.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewTrustDecision {
    #[schema(value_type = String, example = "账户存疑")]
    reason: Label,
}

/// An account that is to be trusted, is, or was.
#[derive(Debug, Clone, Serialize, ToSchema)]
struct TrustedAccountView {
    id: TrustedAccountId,
    organisation_id: OrganisationId,
    #[schema(example = "1502999909000000021")]
    number: String,
    #[schema(example = "每月拨付，账户经电话核实")]
    reason: String,
    state: TrustedAccountState,
    entered_by: UserId,
    entered_at: Time,
    decided_by: Option<UserId>,
    decided_at: Option<Time>,
    /// It is trusted from then on: nine o'clock of the fourth working day after its approval.
    acts_from: Option<Time>,
    removed_by: Option<UserId>,
    /// It is trusted no more from then on.
    removed_at: Option<Time>,
    /// Why it was turned down or removed.
    #[schema(example = "账户存疑")]
    decision: Option<String>,
}

impl From<TrustedAccountRow> for TrustedAccountView {
    fn from(row: TrustedAccountRow) -> Self {
        Self {
            id: row.id,
            organisation_id: row.organisation_id,
            number: row.number,
            reason: row.reason,
            state: row.state,
            entered_by: row.entered_by,
            entered_at: row.entered_at,
            decided_by: row.decided_by,
            decided_at: row.decided_at,
            acts_from: row.acts_from,
            removed_by: row.removed_by,
            removed_at: row.removed_at,
            decision: row.decision,
        }
    }
}

/// Enters the registered account of an organisation of the county as one to be trusted, for a second
/// person
#[utoipa::path(
    post, path = "/api/v1/organisations/{organisation_id}/trusted-accounts", tag = "identity",
    params(("organisation_id" = OrganisationId, Path)), request_body = NewTrustedAccount,
    responses((status = 201, body = TrustedAccountView), Problems),
    extensions(("x-roles" = json!(["finance_officer"])), ("x-effect" = json!("value"))),
)]
async fn create_trusted_account(
    db: Data<Db>,
    organisation_id: Path<OrganisationId>,
    asked: Asked<NewTrustedAccount>,
) -> Answer<HttpResponse> {
    let Asked { doing, body } = asked;
    let command = EnterTrustedAccount {
        id: TrustedAccountId::new(),
        organisation_id: *organisation_id,
        number: body.number.to_string(),
        reason: body.reason.to_string(),
    };
    let id = db.write(doing, move |tx| actions::enter_trusted_account(tx, &command)).await?;
    Ok(HttpResponse::Created().json(view_of(&db, id).await?))
}

/// Lists the accounts of an organisation that are trusted, are to be, or were
#[utoipa::path(
    get, path = "/api/v1/organisations/{organisation_id}/trusted-accounts", tag = "identity",
    params(("organisation_id" = OrganisationId, Path), PageQuery),
    responses((status = 200, body = Page<TrustedAccountView>), Problems),
    extensions(
        ("x-roles" = json!(["finance_officer", "finance_director", "auditor"])),
        ("x-effect" = json!("read")),
    ),
)]
async fn list_trusted_accounts(
    db: Data<Db>,
    actor: Actor,
    organisation_id: Path<OrganisationId>,
    page: Query<PageQuery>,
) -> Answer<HttpResponse> {
    let asker = actor.clone();
    let page = db.read(Some(&actor), move |c| {
        let organisation = visible_organisation(c, &asker, *organisation_id)?;
        let rows = store::trusted_accounts(c, organisation.id, &page)?;
        Ok(Page::of(rows, &page, |row| row.id.uuid(), TrustedAccountView::from))
    });
    Ok(HttpResponse::Ok().json(page.await?))
}

/// Puts the account on the list as the second person; it acts from the fourth working day on
#[utoipa::path(
    post, path = "/api/v1/trusted-accounts/{trusted_account_id}/approval", tag = "identity",
    params(("trusted_account_id" = TrustedAccountId, Path)),
    responses((status = 200, body = TrustedAccountView), Problems),
    extensions(("x-roles" = json!(["finance_director"])), ("x-effect" = json!("value"))),
)]
async fn create_trusted_account_approval(
    db: Data<Db>,
    trusted_account_id: Path<TrustedAccountId>,
    asked: Asked<()>,
) -> Answer<HttpResponse> {
    let id = *trusted_account_id;
    let id = db.write(asked.doing, move |tx| actions::approve_trusted_account(tx, id)).await?;
    Ok(HttpResponse::Ok().json(view_of(&db, id).await?))
}

/// Turns an addition to the list down
#[utoipa::path(
    post, path = "/api/v1/trusted-accounts/{trusted_account_id}/rejection", tag = "identity",
    params(("trusted_account_id" = TrustedAccountId, Path)), request_body = NewTrustDecision,
    responses((status = 200, body = TrustedAccountView), Problems),
    extensions(("x-roles" = json!(["finance_director"])), ("x-effect" = json!("value"))),
)]
async fn create_trusted_account_rejection(
    db: Data<Db>,
    trusted_account_id: Path<TrustedAccountId>,
    asked: Asked<NewTrustDecision>,
) -> Answer<HttpResponse> {
    let Asked { doing, body } = asked;
    let (id, reason) = (*trusted_account_id, body.reason.to_string());
    let reject = move |tx: &mut Tx<'_>| actions::reject_trusted_account(tx, id, &reason);
    let id = db.write(doing, reject).await?;
    Ok(HttpResponse::Ok().json(view_of(&db, id).await?))
}

/// Takes an account off the list, at once
#[utoipa::path(
    post, path = "/api/v1/trusted-accounts/{trusted_account_id}/removal", tag = "identity",
    params(("trusted_account_id" = TrustedAccountId, Path)), request_body = NewTrustDecision,
    responses((status = 200, body = TrustedAccountView), Problems),
    extensions(
        ("x-roles" = json!(["finance_officer", "finance_director"])),
        ("x-effect" = json!("value")),
    ),
)]
async fn create_trusted_account_removal(
    db: Data<Db>,
    trusted_account_id: Path<TrustedAccountId>,
    asked: Asked<NewTrustDecision>,
) -> Answer<HttpResponse> {
    let Asked { doing, body } = asked;
    let (id, reason) = (*trusted_account_id, body.reason.to_string());
    let remove = move |tx: &mut Tx<'_>| actions::remove_trusted_account(tx, id, &reason);
    let id = db.write(doing, remove).await?;
    Ok(HttpResponse::Ok().json(view_of(&db, id).await?))
}

async fn view_of(db: &Db, id: TrustedAccountId) -> Answer<TrustedAccountView> {
    db.read(None, move |c| store::trusted_account(c, id)).await.map(TrustedAccountView::from)
}
