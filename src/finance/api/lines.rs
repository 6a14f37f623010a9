//! The bank's lines of a fee account.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path, Query};
use serde::Serialize;
use utoipa::ToSchema;

use super::super::actions::own_fee_account;
use super::super::model::LineId;
use super::super::store::{self, LineRow};
use crate::kernel::actor::Actor;
use crate::kernel::clock::Time;
use crate::kernel::db::Db;
use crate::kernel::money::Fen;
use crate::kernel::operations::{Operations, operations};
use crate::kernel::page::{Page, PageQuery};
use crate::kernel::problem::Answer;
use crate::ledger::FeeAccountId;
use crate::web::Problems;

pub(super) fn operations() -> Operations {
    operations![list_statement_lines]
}

/// One booking of the bank.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(super) struct StatementLineView {
    id: LineId,
    /// Its place in the account's order; 0 is the opening balance.
    #[schema(example = 1)]
    position: i64,
    #[schema(example = "2026090300000301")]
    serial: Option<String>,
    effective_at: Time,
    credit: Fen,
    debit: Fen,
    balance: Fen,
    #[schema(example = "赣鄱示例公路建设有限公司")]
    counterparty_name: String,
    #[schema(example = "1502999909000000101")]
    counterparty_account: String,
    #[schema(example = "湿地指标购买款 SD360124-2026-0001")]
    text: String,
}

impl From<LineRow> for StatementLineView {
    fn from(row: LineRow) -> Self {
        Self {
            id: row.id,
            position: row.position,
            serial: row.serial,
            effective_at: row.effective_at,
            credit: row.credit_fen,
            debit: row.debit_fen,
            balance: row.balance_fen,
            counterparty_name: row.counterparty_name,
            counterparty_account: row.counterparty_account,
            text: row.text,
        }
    }
}

/// Lists the bank's lines of a fee account
#[utoipa::path(
    get, path = "/api/v1/fee-accounts/{fee_account_id}/statement-lines", tag = "finance",
    params(("fee_account_id" = FeeAccountId, Path), PageQuery),
    responses((status = 200, body = Page<StatementLineView>), Problems),
    extensions(
        ("x-roles" = json!(["finance_officer", "finance_director", "auditor"])),
        ("x-effect" = json!("read")),
    ),
)]
async fn list_statement_lines(
    db: Data<Db>,
    actor: Actor,
    fee_account_id: Path<FeeAccountId>,
    page: Query<PageQuery>,
) -> Answer<HttpResponse> {
    let asker = actor.clone();
    let page = db.read(Some(&actor), move |c| {
        let account = own_fee_account(c, &asker, *fee_account_id)?;
        let rows = store::list_lines(c, account.id, &page)?;
        Ok(Page::of(rows, &page, |row| row.id.uuid(), StatementLineView::from))
    });
    Ok(HttpResponse::Ok().json(page.await?))
}
