//! Opening balances of fee accounts.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path, Query};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::super::actions::{self, EnterOpening, own_fee_account};
use super::super::model::{OpeningId, OpeningState};
use super::super::store::{self, OpeningRow};
use super::text;
use crate::kernel::actor::Actor;
use crate::kernel::clock::Time;
use crate::kernel::db::Db;
use crate::kernel::ids::UserId;
use crate::kernel::money::Fen;
use crate::kernel::operations::{Operations, operations};
use crate::kernel::page::{Page, PageQuery};
use crate::kernel::problem::Answer;
use crate::ledger::FeeAccountId;
use crate::web::{Asked, Problems};

pub(super) fn operations() -> Operations {
    operations![create_account_opening, create_account_opening_approval, list_account_openings]
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
    entered_by: UserId,
    entered_at: Time,
    /// Absent until a second person has approved it.
    #[serde(skip_serializing_if = "Option::is_none")]
    approved_by: Option<UserId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    approved_at: Option<Time>,
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
            entered_by: row.entered_by,
            entered_at: row.entered_at,
            approved_by: row.approved_by,
            approved_at: row.approved_at,
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

/// Lists the opening balances of a fee account, newest first
#[utoipa::path(
    get, path = "/api/v1/fee-accounts/{fee_account_id}/openings", tag = "finance",
    params(("fee_account_id" = FeeAccountId, Path), PageQuery),
    responses((status = 200, body = Page<AccountOpeningView>), Problems),
    extensions(
        ("x-roles" = json!(["finance_officer", "finance_director", "auditor"])),
        ("x-effect" = json!("read")),
    ),
)]
async fn list_account_openings(
    db: Data<Db>,
    actor: Actor,
    fee_account_id: Path<FeeAccountId>,
    page: Query<PageQuery>,
) -> Answer<HttpResponse> {
    let asker = actor.clone();
    let page = page.into_inner();
    let asked = page.clone();
    let rows = db.read(Some(&actor), move |c| {
        let account = own_fee_account(c, &asker, *fee_account_id)?;
        store::list_openings(c, account.id, &asked)
    });
    let rows = rows.await?;
    let page = Page::of(rows, &page, |row| row.id.uuid(), AccountOpeningView::from);
    Ok(HttpResponse::Ok().json(page))
}
