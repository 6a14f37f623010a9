//! Payouts that the bank sent back, and money that is given back to an unknown payer.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use serde::Deserialize;
use utoipa::ToSchema;

use super::super::actions::{self, GiveBack, TakeReturn};
use super::super::model::{LineId, PayoutId};
use super::payouts::{PayoutView, view_of};
use super::text;
use crate::kernel::db::Db;
use crate::kernel::operations::{Operations, operations};
use crate::kernel::problem::Answer;
use crate::web::{Asked, Problems};

pub(super) fn operations() -> Operations {
    operations![create_payout_return, create_return_payout]
}

/// Says by which line of money in a payout came back.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewPayoutReturn {
    line_id: LineId,
    #[schema(example = "收款账号有误，银行退回")]
    reason: String,
}

/// Takes a payout back that the bank returned: a share is due again, a refund is cash again
#[utoipa::path(
    post, path = "/api/v1/payouts/{payout_id}/return", tag = "finance",
    params(("payout_id" = PayoutId, Path)), request_body = NewPayoutReturn,
    responses((status = 201, body = PayoutView), Problems),
    extensions(("x-roles" = json!(["finance_officer"])), ("x-effect" = json!("value"))),
)]
async fn create_payout_return(
    db: Data<Db>,
    payout_id: Path<PayoutId>,
    asked: Asked<NewPayoutReturn>,
) -> Answer<HttpResponse> {
    let Asked { doing, body } = asked;
    let reason = text("reason", &body.reason)?;
    let command = TakeReturn { payout_id: *payout_id, line_id: body.line_id, reason };
    let id = db.write(doing, move |tx| actions::take_return(tx, &command)).await?;
    Ok(HttpResponse::Created().json(view_of(&db, id).await?))
}

/// Says why money of an unknown owner is given back.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewReturnPayout {
    #[schema(example = "来源不明，联系不上付款人")]
    reason: String,
}

/// Gives back all that waits of a line, to the account that it came from, once a second person agrees
#[utoipa::path(
    post, path = "/api/v1/statement-lines/{line_id}/return-payout", tag = "finance",
    params(("line_id" = LineId, Path)), request_body = NewReturnPayout,
    responses((status = 201, body = PayoutView), Problems),
    extensions(("x-roles" = json!(["finance_officer"])), ("x-effect" = json!("value"))),
)]
async fn create_return_payout(
    db: Data<Db>,
    line_id: Path<LineId>,
    asked: Asked<NewReturnPayout>,
) -> Answer<HttpResponse> {
    let Asked { doing, body } = asked;
    let reason = text("reason", &body.reason)?;
    let command = GiveBack { id: PayoutId::new(), line_id: *line_id, reason };
    let id = db.write(doing, move |tx| actions::give_back(tx, &command)).await?;
    Ok(HttpResponse::Created().json(view_of(&db, id).await?))
}
