//! Opening balances of fee accounts.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::super::actions::{self, EnterOpening};
use super::super::model::{OpeningId, OpeningState};
use super::super::store::{self, OpeningRow};
use super::text;
use crate::kernel::db::Db;
use crate::kernel::money::Fen;
use crate::kernel::operations::{Operations, operations};
use crate::kernel::problem::Answer;
use crate::ledger::FeeAccountId;
use crate::web::{Asked, Problems};

pub(super) fn operations() -> Operations {
    operations![create_account_opening, create_account_opening_approval]
}

/// The balance with which a fee account came.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewAccountOpening {
    amount: Fen,
    #[schema(example = "2026-09-01")]
    opened_on: NaiveDate,
    #[schema(example = "由原账户结转")]
    reason: String,
}

/// An opening balance and how far it is.
#[derive(Debug, Clone, Serialize, ToSchema)]
struct AccountOpeningView {
    id: OpeningId,
    fee_account_id: FeeAccountId,
    amount: Fen,
    #[schema(example = "2026-09-01")]
    opened_on: NaiveDate,
    #[schema(example = "由原账户结转")]
    reason: String,
    state: OpeningState,
}

impl From<OpeningRow> for AccountOpeningView {
    fn from(row: OpeningRow) -> Self {
        Self {
            id: row.id,
            fee_account_id: row.fee_account_id,
            amount: row.amount_fen,
            opened_on: row.opened_on,
            reason: row.reason,
            state: row.state,
        }
    }
}

/// Enters the balance with which a fee account came, for a second person
#[utoipa::path(
    post, path = "/api/v1/fee-accounts/{fee_account_id}/openings", tag = "finance",
    params(("fee_account_id" = FeeAccountId, Path)), request_body = NewAccountOpening,
    responses((status = 201, body = AccountOpeningView), Problems),
    extensions(("x-roles" = json!(["finance_officer"])), ("x-effect" = json!("write"))),
)]
async fn create_account_opening(
    db: Data<Db>,
    fee_account_id: Path<FeeAccountId>,
    asked: Asked<NewAccountOpening>,
) -> Answer<HttpResponse> {
    let Asked { doing, body } = asked;
    let command = EnterOpening {
        id: OpeningId::new(),
        fee_account_id: *fee_account_id,
        amount: body.amount,
        opened_on: body.opened_on,
        reason: text("reason", &body.reason)?,
    };
    let id = db.write(doing, move |tx| actions::enter_opening(tx, &command)).await?;
    let row = db.read(None, move |c| store::opening(c, id)).await?;
    Ok(HttpResponse::Created().json(AccountOpeningView::from(row)))
}

/// Approves an opening balance and books it to suspense
#[utoipa::path(
    post, path = "/api/v1/account-openings/{opening_id}/approval", tag = "finance",
    params(("opening_id" = OpeningId, Path)),
    responses((status = 200, body = AccountOpeningView), Problems),
    extensions(("x-roles" = json!(["finance_director"])), ("x-effect" = json!("value"))),
)]
async fn create_account_opening_approval(
    db: Data<Db>,
    opening_id: Path<OpeningId>,
    asked: Asked<()>,
) -> Answer<HttpResponse> {
    let id = *opening_id;
    let id = db.write(asked.doing, move |tx| actions::approve_opening(tx, id)).await?;
    let row = db.read(None, move |c| store::opening(c, id)).await?;
    Ok(HttpResponse::Ok().json(AccountOpeningView::from(row)))
}
