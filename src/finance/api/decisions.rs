//! What becomes of a payout: approved by a second person, rejected, or cancelled by who entered it.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use serde::Deserialize;
use utoipa::ToSchema;

use super::super::actions::{self, own_fee_account};
use super::super::model::PayoutId;
use super::payouts::{PayoutView, view, view_of};
use super::text;
use crate::kernel::actor::Doing;
use crate::kernel::db::{Db, Tx};
use crate::kernel::operations::{Operations, operations};
use crate::kernel::problem::Answer;
use crate::web::{Asked, Problems};

pub(super) fn operations() -> Operations {
    operations![create_payout_approval, create_payout_rejection, create_payout_cancellation]
}

/// The payout must still be as the caller saw it.
fn expect_payout(tx: &mut Tx<'_>, id: PayoutId) -> Answer<()> {
    let desk = tx.actor()?;
    tx.expect_version(|c| {
        let seen = view(c, id)?;
        own_fee_account(c, &desk, seen.fee_account_id)?;
        Ok(seen)
    })
}

/// Approves a payout as its second person, who posts no receipts of the fee account
#[utoipa::path(
    post, path = "/api/v1/payouts/{payout_id}/approval", tag = "finance",
    params(("payout_id" = PayoutId, Path)),
    responses((status = 200, body = PayoutView), Problems),
    extensions(
        ("x-roles" = json!(["finance_officer", "finance_director"])),
        ("x-effect" = json!("value")), ("x-if-match" = json!("taken")),
    ),
)]
async fn create_payout_approval(
    db: Data<Db>,
    payout_id: Path<PayoutId>,
    asked: Asked<()>,
) -> Answer<HttpResponse> {
    let id = *payout_id;
    let approve = move |tx: &mut Tx<'_>| {
        expect_payout(tx, id)?;
        actions::approve(tx, id)
    };
    let id = db.write(asked.doing, approve).await?;
    Ok(HttpResponse::Ok().json(view_of(&db, id).await?))
}

/// Says why.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewReason {
    #[schema(example = "金额有误")]
    pub(super) reason: String,
}

/// Rejects a payout; reserved cash becomes available again
#[utoipa::path(
    post, path = "/api/v1/payouts/{payout_id}/rejection", tag = "finance",
    params(("payout_id" = PayoutId, Path)), request_body = NewReason,
    responses((status = 200, body = PayoutView), Problems),
    extensions(("x-roles" = json!(["finance_director"])), ("x-effect" = json!("value")), ("x-if-match" = json!("taken"))),
)]
async fn create_payout_rejection(
    db: Data<Db>,
    payout_id: Path<PayoutId>,
    asked: Asked<NewReason>,
) -> Answer<HttpResponse> {
    let (doing, id, reason) = with_reason(asked, *payout_id)?;
    let reject = move |tx: &mut Tx<'_>| {
        expect_payout(tx, id)?;
        actions::reject(tx, id, &reason)
    };
    let id = db.write(doing, reject).await?;
    Ok(HttpResponse::Ok().json(view_of(&db, id).await?))
}

/// Cancels a payout that nobody has decided, or that waits for its account to be trusted
#[utoipa::path(
    post, path = "/api/v1/payouts/{payout_id}/cancellation", tag = "finance",
    params(("payout_id" = PayoutId, Path)), request_body = NewReason,
    responses((status = 200, body = PayoutView), Problems),
    extensions(("x-roles" = json!(["finance_officer"])), ("x-effect" = json!("value")), ("x-if-match" = json!("taken"))),
)]
async fn create_payout_cancellation(
    db: Data<Db>,
    payout_id: Path<PayoutId>,
    asked: Asked<NewReason>,
) -> Answer<HttpResponse> {
    let (doing, id, reason) = with_reason(asked, *payout_id)?;
    let cancel = move |tx: &mut Tx<'_>| {
        expect_payout(tx, id)?;
        actions::cancel(tx, id, &reason)
    };
    let id = db.write(doing, cancel).await?;
    Ok(HttpResponse::Ok().json(view_of(&db, id).await?))
}

fn with_reason(asked: Asked<NewReason>, id: PayoutId) -> Answer<(Doing, PayoutId, String)> {
    let Asked { doing, body } = asked;
    Ok((doing, id, text("reason", &body.reason)?))
}
