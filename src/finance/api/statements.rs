//! Bank files, their lines and exceptions.

use actix_web::HttpResponse;
use actix_web::web::{self, Data, Path, Query};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::super::actions::{self, CheckedLine, ImportStatement, own_fee_account};
use super::super::model::{ExceptionKind, LineId, StatementId, StatementState};
use super::super::rules::Booking;
use super::super::statement::Statement;
use super::super::store::{self, LineRow, StatementRow};
use super::text;
use crate::kernel::actor::Actor;
use crate::kernel::clock::Time;
use crate::kernel::db::Db;
use crate::kernel::ids::UserId;
use crate::kernel::money::Fen;
use crate::kernel::operations::{Operations, operations};
use crate::kernel::page::{Page, PageQuery};
use crate::kernel::problem::{Answer, Failure};
use crate::ledger::FeeAccountId;
use crate::web::{AskedBytes, Problems};

/// New lines that a check shows; the counts are of all.
const CHECKED_LINES_MAX: usize = 200;

pub(super) fn operations() -> Operations {
    operations![create_statement_check, create_statement, list_statements, list_statement_lines,]
}

/// How the file is called where it came from.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct FileQuery {
    #[param(example = "statement.csv")]
    #[serde(default)]
    file_name: Option<String>,
}

/// One import of a bank file and what of it was new.
#[derive(Debug, Clone, Serialize, ToSchema)]
struct StatementView {
    id: StatementId,
    fee_account_id: FeeAccountId,
    #[schema(example = "statement.csv")]
    file_name: String,
    /// SHA-256 of the file.
    #[schema(example = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08")]
    file_hash: String,
    #[schema(example = "2026-09-01")]
    from: NaiveDate,
    #[schema(example = "2026-09-30")]
    to: NaiveDate,
    opening: Fen,
    closing: Fen,
    #[schema(example = 10)]
    rows: i64,
    /// Lines that it booked.
    #[schema(example = 9)]
    imported: i64,
    /// Distinct lines that an earlier import had booked.
    #[schema(example = 0)]
    already_known: i64,
    /// Rows that repeat a line of the same file.
    #[schema(example = 1)]
    duplicates: i64,
    state: StatementState,
    imported_by: UserId,
    imported_at: Time,
}

impl From<StatementRow> for StatementView {
    fn from(row: StatementRow) -> Self {
        Self {
            id: row.id,
            fee_account_id: row.fee_account_id,
            file_name: row.file_name,
            file_hash: row.file_hash,
            from: row.period_from,
            to: row.period_to,
            opening: row.opening_fen,
            closing: row.closing_fen,
            rows: row.file_rows,
            imported: row.imported,
            already_known: row.already_known,
            duplicates: row.repeated,
            state: row.state,
            imported_by: row.imported_by,
            imported_at: row.imported_at,
        }
    }
}

/// What a bank file would add to the books.
#[derive(Debug, Clone, Serialize, ToSchema)]
struct StatementCheckView {
    #[schema(example = "2026-09-01")]
    from: NaiveDate,
    #[schema(example = "2026-09-30")]
    to: NaiveDate,
    opening: Fen,
    closing: Fen,
    total_credits: Fen,
    total_debits: Fen,
    #[schema(example = 10)]
    rows: usize,
    #[schema(example = 9)]
    new: usize,
    #[schema(example = 0)]
    already_known: usize,
    #[schema(example = 1)]
    duplicates: usize,
    /// The first 200 new lines and how each would be booked now.
    lines: Vec<CheckedLineView>,
}

/// A new line of a file.
#[derive(Debug, Clone, Serialize, ToSchema)]
struct CheckedLineView {
    /// The line of the file.
    #[schema(example = 5)]
    row: u64,
    #[schema(example = "2026090300000301")]
    serial: Option<String>,
    effective_at: Time,
    credit: Fen,
    debit: Fen,
    /// Why it would wait for a person; absent when it matches.
    exception: Option<ExceptionKind>,
    by: Option<Fen>,
}

impl From<&CheckedLine> for CheckedLineView {
    fn from(it: &CheckedLine) -> Self {
        let (exception, by) = Booking::exception(&it.booking).unzip();
        Self {
            row: it.line.row,
            serial: it.line.serial.clone(),
            effective_at: it.line.effective_at,
            credit: it.line.credit,
            debit: it.line.debit,
            exception,
            by: by.flatten(),
        }
    }
}

/// Says what a bank file would add, without adding it
#[utoipa::path(
    post, path = "/api/v1/fee-accounts/{fee_account_id}/statement-checks", tag = "finance",
    params(("fee_account_id" = FeeAccountId, Path), FileQuery),
    request_body(content = String, content_type = "text/csv", example = "户名：…,账号：1502999909000000001"),
    responses((status = 200, body = StatementCheckView), Problems),
    extensions(
        ("x-roles" = json!(["finance_officer", "finance_director"])),
        ("x-effect" = json!("read")),
    ),
)]
async fn create_statement_check(
    db: Data<Db>,
    fee_account_id: Path<FeeAccountId>,
    query: Query<FileQuery>,
    asked: AskedBytes,
) -> Answer<HttpResponse> {
    let actor = asked.doing.actor()?.clone();
    let it = read_file(*fee_account_id, query.into_inner(), asked).await?;
    let asker = actor.clone();
    let view = db.read(Some(&actor), move |c| {
        let (plan, lines) = actions::check(c, &asker, &it)?;
        check_view(&it.statement, plan.new.len(), plan.already_known, &lines)
    });
    Ok(HttpResponse::Ok().json(view.await?))
}

fn check_view(
    statement: &Statement,
    new: usize,
    already_known: usize,
    lines: &[CheckedLine],
) -> Answer<StatementCheckView> {
    let total = |fen| Fen::of(fen).map_err(|_| Failure::broken("a file stays within the books"));
    Ok(StatementCheckView {
        from: statement.from,
        to: statement.to,
        opening: statement.opening,
        closing: statement.closing,
        total_credits: total(statement.credits_fen())?,
        total_debits: total(statement.debits_fen())?,
        rows: statement.rows(),
        new,
        already_known,
        duplicates: statement.repeats.len(),
        lines: lines.iter().take(CHECKED_LINES_MAX).map(CheckedLineView::from).collect(),
    })
}

/// Imports a bank file; what is booked already is not booked again
#[utoipa::path(
    post, path = "/api/v1/fee-accounts/{fee_account_id}/statements", tag = "finance",
    params(("fee_account_id" = FeeAccountId, Path), FileQuery),
    request_body(content = String, content_type = "text/csv", example = "户名：…,账号：1502999909000000001"),
    responses((status = 201, body = StatementView), Problems),
    extensions(
        ("x-roles" = json!(["finance_officer", "finance_director"])),
        ("x-effect" = json!("value")),
    ),
)]
async fn create_statement(
    db: Data<Db>,
    fee_account_id: Path<FeeAccountId>,
    query: Query<FileQuery>,
    asked: AskedBytes,
) -> Answer<HttpResponse> {
    let doing = asked.doing.clone();
    let it = read_file(*fee_account_id, query.into_inner(), asked).await?;
    let imported = actions::import(&db, doing, it).await?;
    let row = db.read(None, move |c| store::statement(c, imported.statement_id)).await?;
    Ok(HttpResponse::Created().json(StatementView::from(row)))
}

/// Reads the file away from the threads that serve requests.
async fn read_file(
    fee_account_id: FeeAccountId,
    query: FileQuery,
    asked: AskedBytes,
) -> Answer<ImportStatement> {
    let name = text("file_name", query.file_name.as_deref().unwrap_or("statement.csv"))?;
    let read = web::block(move || ImportStatement::of_file(fee_account_id, name, &asked.bytes));
    let it = read.await.map_err(|_| Failure::broken("reading a file does not panic"))?;
    Ok(it?)
}

/// Lists the imports of a fee account
#[utoipa::path(
    get, path = "/api/v1/fee-accounts/{fee_account_id}/statements", tag = "finance",
    params(("fee_account_id" = FeeAccountId, Path), PageQuery),
    responses((status = 200, body = Page<StatementView>), Problems),
    extensions(
        ("x-roles" = json!(["finance_officer", "finance_director", "auditor"])),
        ("x-effect" = json!("read")),
    ),
)]
async fn list_statements(
    db: Data<Db>,
    actor: Actor,
    fee_account_id: Path<FeeAccountId>,
    page: Query<PageQuery>,
) -> Answer<HttpResponse> {
    let asker = actor.clone();
    let page = db.read(Some(&actor), move |c| {
        let account = own_fee_account(c, &asker, *fee_account_id)?;
        let rows = store::list_statements(c, account.id, &page)?;
        Ok(Page::of(rows, &page, |row| row.id.uuid(), StatementView::from))
    });
    Ok(HttpResponse::Ok().json(page.await?))
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
