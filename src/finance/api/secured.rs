//! What is bound to lenders, and its payouts.

use actix_web::HttpResponse;
use actix_web::web::{Data, Json, Path, Query};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::super::actions;
use super::super::model::PayoutId;
use super::payouts::{PayoutView, view_of};
use crate::encumbrance::{self, EnforcedSaleId, ProceedsId, SecuredShare};
use crate::kernel::actor::Actor;
use crate::kernel::clock::Time;
use crate::kernel::db::{Conn, Db};
use crate::kernel::ids::OrganisationId;
use crate::kernel::money::Fen;
use crate::kernel::operations::{Operations, operations};
use crate::kernel::page::{Page, PageQuery};
use crate::kernel::problem::Answer;
use crate::ledger::FeeAccountId;
use crate::web::{Asked, Problems};

pub(super) fn operations() -> Operations {
    operations![create_secured_payout, list_secured_proceeds]
}

/// A part of a share of an enforced sale that is bound to the lender.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
struct SecuredProceeds {
    id: ProceedsId,
    sale_id: EnforcedSaleId,
    lender_id: OrganisationId,
    /// Whose share it is.
    organisation_id: OrganisationId,
    share: SecuredShare,
    amount: Fen,
    /// What is not on its way to the lender yet.
    rest: Fen,
    bound_at: Time,
}

/// Lists what of a fee account's shares is bound to lenders, newest first
#[utoipa::path(
    get, path = "/api/v1/fee-accounts/{fee_account_id}/secured-proceeds", tag = "finance",
    params(("fee_account_id" = FeeAccountId, Path), PageQuery),
    responses((status = 200, body = Page<SecuredProceeds>), Problems),
    extensions(
        ("x-roles" = json!(["finance_officer", "finance_director", "auditor"])),
        ("x-effect" = json!("read")),
    ),
)]
async fn list_secured_proceeds(
    db: Data<Db>,
    actor: Actor,
    fee_account_id: Path<FeeAccountId>,
    page: Query<PageQuery>,
) -> Answer<Json<Page<SecuredProceeds>>> {
    let (id, asker) = (*fee_account_id, actor.clone());
    let (before, limit) = (page.after()?, page.limit() + 1);
    let read = move |c: &mut Conn| {
        let account = actions::own_fee_account(c, &asker, id)?;
        let rows = encumbrance::proceeds_page(c, account.id, before, limit)?;
        let view = |row: encumbrance::ProceedsRow| {
            Ok(SecuredProceeds {
                rest: actions::rest_of(c, row.id, row.amount_fen)?,
                id: row.id,
                sale_id: row.sale_id,
                lender_id: row.lender_id,
                organisation_id: row.organisation_id,
                share: row.share,
                amount: row.amount_fen,
                bound_at: row.bound_at,
            })
        };
        rows.into_iter().map(view).collect::<Answer<Vec<_>>>()
    };
    let rows = db.read_snapshot(Some(&actor), read).await?;
    Ok(Json(Page::of(rows, &page, |row| row.id.uuid(), |row| row)))
}

/// Enters the payout of what is bound to a lender, to its registered account (R69)
#[utoipa::path(
    post, path = "/api/v1/secured-proceeds/{proceeds_id}/payout", tag = "finance",
    params(("proceeds_id" = ProceedsId, Path)),
    responses((status = 201, body = PayoutView), Problems),
    extensions(("x-roles" = json!(["finance_officer"])), ("x-effect" = json!("value"))),
)]
async fn create_secured_payout(
    db: Data<Db>,
    proceeds_id: Path<ProceedsId>,
    asked: Asked<()>,
) -> Answer<HttpResponse> {
    let ids = (PayoutId::new(), *proceeds_id);
    let id = db.write(asked.doing, move |tx| actions::enter_secured(tx, ids)).await?;
    Ok(HttpResponse::Created().json(view_of(&db, id).await?))
}
