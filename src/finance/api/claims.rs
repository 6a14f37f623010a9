//! Money of insurers on the wire.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::super::actions::{self, PayClaim};
use super::super::model::LineId;
use super::text;
use crate::encumbrance::InsuranceClaimId;
use crate::kernel::db::Db;
use crate::kernel::operations::{Operations, operations};
use crate::kernel::problem::Answer;
use crate::web::{Asked, Problems};

pub(super) fn operations() -> Operations {
    operations![create_claim_payment]
}

/// Says which claim a line of money in pays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewClaimPayment {
    claim_id: InsuranceClaimId,
    #[schema(example = "保险公司赔款到账")]
    reason: String,
}

/// A claim that a line of the bank has paid.
#[derive(Debug, Serialize, ToSchema)]
struct ClaimPayment {
    claim_id: InsuranceClaimId,
    line_id: LineId,
}

/// Gives the insured what a line of money in brought for its claim, exactly so much
#[utoipa::path(
    post, path = "/api/v1/statement-lines/{line_id}/claim-payment", tag = "finance",
    params(("line_id" = LineId, Path)), request_body = NewClaimPayment,
    responses((status = 201, body = ClaimPayment), Problems),
    extensions(("x-roles" = json!(["finance_officer"])), ("x-effect" = json!("value"))),
)]
async fn create_claim_payment(
    db: Data<Db>,
    line_id: Path<LineId>,
    asked: Asked<NewClaimPayment>,
) -> Answer<HttpResponse> {
    let Asked { doing, body } = asked;
    let reason = text("reason", &body.reason)?;
    let command = PayClaim { claim_id: body.claim_id, line_id: *line_id, reason };
    let claim_id = db.write(doing, move |tx| actions::pay_claim(tx, &command)).await?;
    Ok(HttpResponse::Created().json(ClaimPayment { claim_id, line_id: *line_id }))
}
