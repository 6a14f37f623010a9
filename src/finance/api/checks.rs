//! What a bank file would add to the books, row by row.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path, Query};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::super::actions::{self, CheckedFile, CheckedLine, ImportStatement, LineResult};
use super::super::model::{ExceptionKind, MappingId, StatementId};
use super::super::statement::{Encoding, Format, Statement};
use super::statements::{FileQuery, read_file};
use crate::kernel::clock::Time;
use crate::kernel::db::Db;
use crate::kernel::money::{Fen, cny};
use crate::kernel::operations::{Operations, operations};
use crate::kernel::problem::{Answer, Failure};
use crate::ledger::FeeAccountId;
use crate::web::{AskedBytes, Problems};

/// Rows that a check shows at once; the counts are of all.
const CHECKED_LINES_MAX: usize = 200;

pub(super) fn operations() -> Operations {
    operations![create_statement_check]
}

/// How the file is called and read, and which of its rows are shown.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct CheckQuery {
    #[param(example = "statement.csv")]
    #[serde(default)]
    file_name: Option<String>,
    /// The kept layout by which to read it; without one the layout is guessed.
    #[serde(default)]
    mapping_id: Option<MappingId>,
    /// Shows the 200 rows after this line of the file.
    #[param(example = 0)]
    #[serde(default)]
    after_row: u64,
}

/// What a bank file would add to the books.
#[derive(Debug, Clone, Serialize, ToSchema)]
struct StatementCheckView {
    format: Format,
    encoding: Encoding,
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
    transactions: usize,
    #[schema(example = 9)]
    new: usize,
    #[schema(example = 0)]
    already_known: usize,
    #[schema(example = 1)]
    duplicates: usize,
    /// The import that has taken this very file already.
    imported_as: Option<StatementId>,
    /// Why new lines would wait for a person.
    exceptions: Vec<ExceptionSumView>,
    /// 200 rows and how each would be booked now; `after_row` leads on.
    lines: Vec<CheckedLineView>,
}

/// The new lines that would wait for one reason.
#[derive(Debug, Clone, Serialize, ToSchema)]
struct ExceptionSumView {
    kind: ExceptionKind,
    #[schema(example = 1)]
    count: usize,
    /// Money in less money out.
    #[schema(example = "88000.00")]
    amount: String,
}

/// What an import makes of a row.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum LineResultWord {
    New,
    AlreadyKnown,
    Duplicate,
}

/// A row of a file.
#[derive(Debug, Clone, Serialize, ToSchema)]
struct CheckedLineView {
    /// The line of the file.
    #[schema(example = 5)]
    row: u64,
    result: LineResultWord,
    #[schema(example = "2026090300000301")]
    serial: Option<String>,
    /// Absent for a row that repeats another.
    effective_at: Option<Time>,
    credit: Option<Fen>,
    debit: Option<Fen>,
    balance: Option<Fen>,
    #[schema(example = "赣鄱示例公路建设有限公司")]
    counterparty_name: Option<String>,
    #[schema(example = "湿地指标购买款 SD360124-2026-0001")]
    text: Option<String>,
    #[schema(example = 1)]
    transactions: usize,
    /// Why it would wait for a person; absent when it matches.
    exception: Option<ExceptionKind>,
    by: Option<Fen>,
}

impl From<&CheckedLine> for CheckedLineView {
    fn from(it: &CheckedLine) -> Self {
        let (result, exception, by) = match &it.result {
            LineResult::AlreadyKnown => (LineResultWord::AlreadyKnown, None, None),
            LineResult::Repeat => (LineResultWord::Duplicate, None, None),
            LineResult::Matched => (LineResultWord::New, None, None),
            LineResult::Waits { kind, by } => (LineResultWord::New, Some(*kind), *by),
        };
        let line = it.line.as_ref();
        Self {
            row: it.row,
            result,
            serial: line.and_then(|line| line.serial.clone()),
            effective_at: line.map(|line| line.effective_at),
            credit: line.map(|line| line.credit),
            debit: line.map(|line| line.debit),
            balance: line.map(|line| line.balance),
            counterparty_name: line.map(|line| line.counterparty_name.clone()),
            text: line.map(|line| line.text.clone()),
            transactions: line.map_or(0, |line| line.parts.len().max(1)),
            exception,
            by,
        }
    }
}

/// Says what a bank file would add, without adding it
#[utoipa::path(
    post, path = "/api/v1/fee-accounts/{fee_account_id}/statement-checks", tag = "finance",
    params(("fee_account_id" = FeeAccountId, Path), CheckQuery),
    request_body(content(
        (String = "text/csv", example = "户名：…,账号：1502999909000000001"),
        (String = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", example = "PK…"),
        (String = "application/vnd.ms-excel", example = "…"),
        (String = "application/xml", example = "<Document>…</Document>"),
    )),
    responses((status = 200, body = StatementCheckView), Problems),
    extensions(
        ("x-roles" = json!(["finance_officer", "finance_director"])),
        ("x-effect" = json!("read")),
    ),
)]
async fn create_statement_check(
    db: Data<Db>,
    fee_account_id: Path<FeeAccountId>,
    query: Query<CheckQuery>,
    asked: AskedBytes,
) -> Answer<HttpResponse> {
    let actor = asked.doing.actor()?.clone();
    let CheckQuery { file_name, mapping_id, after_row } = query.into_inner();
    let file = FileQuery { file_name, mapping_id };
    let it = read_file(&db, *fee_account_id, file, asked).await?;
    let asker = actor.clone();
    let view = db.read(Some(&actor), move |c| {
        let checked = actions::check(c, &asker, &it)?;
        check_view(&it, &checked, after_row)
    });
    Ok(HttpResponse::Ok().json(view.await?))
}

fn check_view(
    it: &ImportStatement,
    checked: &CheckedFile,
    after_row: u64,
) -> Answer<StatementCheckView> {
    let statement: &Statement = &it.statement;
    let total = |fen| Fen::of(fen).map_err(|_| Failure::broken("a file stays within the books"));
    let shown = checked.lines.iter().filter(|line| line.row > after_row).take(CHECKED_LINES_MAX);
    let exceptions = checked.exceptions.iter().map(|(kind, (count, fen))| ExceptionSumView {
        kind: *kind,
        count: *count,
        amount: cny(*fen),
    });
    Ok(StatementCheckView {
        format: it.format,
        encoding: it.encoding,
        from: statement.from,
        to: statement.to,
        opening: statement.opening,
        closing: statement.closing,
        total_credits: total(statement.credits_fen())?,
        total_debits: total(statement.debits_fen())?,
        rows: statement.rows(),
        transactions: statement.transactions(),
        new: checked.new,
        already_known: checked.already_known,
        duplicates: statement.repeats.len(),
        imported_as: checked.imported_as,
        exceptions: exceptions.collect(),
        lines: shown.map(CheckedLineView::from).collect(),
    })
}
