//! Bank files: what they would add, and what they added.

use actix_web::HttpResponse;
use actix_web::http::header;
use actix_web::web::{self, Data, Path, Query};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::super::actions::{self, ImportStatement, own_fee_account};
use super::super::model::{FileState, MappingId, StatementId, StatementState};
use super::super::rules::FinanceRefusal;
use super::super::statement::{Encoding, Format, Unreadable};
use super::super::store::{self, StatementFileRow, StatementRow};
use super::decisions::NewReason;
use super::text;
use crate::kernel::actor::Actor;
use crate::kernel::clock::Time;
use crate::kernel::db::Db;
use crate::kernel::ids::UserId;
use crate::kernel::money::Fen;
use crate::kernel::operations::{Operations, operations};
use crate::kernel::page::{Page, PageQuery};
use crate::kernel::problem::{Answer, Failure, FieldError};
use crate::ledger::FeeAccountId;
use crate::web::{Asked, AskedBytes, Problems};

pub(super) fn operations() -> Operations {
    operations![create_statement, list_statements, get_statement, create_statement_cancellation]
}

/// How the file is called where it came from, and how it is to be read.
pub(super) struct FileQuery {
    pub(super) file_name: Option<String>,
    pub(super) mapping_id: Option<MappingId>,
}

/// How the file is called where it came from, how it is to be read, and whether to wait for the end.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct ImportQuery {
    #[param(example = "statement.csv")]
    #[serde(default)]
    file_name: Option<String>,
    /// The kept layout by which to read it; without one the layout is guessed.
    #[serde(default)]
    mapping_id: Option<MappingId>,
    /// Answers 202 at once and books after that; `get_statement` tells how far it is.
    #[serde(default)]
    #[param(example = false)]
    background: bool,
}

/// How far the booking of a file is.
#[derive(Debug, Clone, Serialize, ToSchema)]
struct ImportProgressView {
    #[schema(example = 9)]
    done: i64,
    #[schema(example = 9)]
    total: i64,
    state: FileState,
    /// What ended it before its end; importing the file again goes on there.
    #[schema(example = "the service was stopped")]
    problem: Option<String>,
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
    /// Transactions of its lines: a batch entry has several. Absent for imports of old.
    #[schema(example = 9)]
    transactions: Option<i64>,
    format: Option<Format>,
    encoding: Option<Encoding>,
    mapping_id: Option<MappingId>,
    state: StatementState,
    progress: Option<ImportProgressView>,
    imported_by: UserId,
    imported_at: Time,
}

impl StatementView {
    fn of(row: StatementRow, file: Option<StatementFileRow>) -> Self {
        let imported = row.imported;
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
            imported,
            already_known: row.already_known,
            duplicates: row.repeated,
            transactions: file.as_ref().map(|file| file.transactions),
            format: file.as_ref().map(|file| file.format),
            encoding: file.as_ref().map(|file| file.encoding),
            mapping_id: file.as_ref().and_then(|file| file.mapping_id),
            state: row.state,
            progress: file.map(|file| ImportProgressView {
                done: imported,
                total: file.to_book,
                state: file.state,
                problem: file.problem,
            }),
            imported_by: row.imported_by,
            imported_at: row.imported_at,
        }
    }
}

/// Imports a bank file; what is booked already is not booked again
#[utoipa::path(
    post, path = "/api/v1/fee-accounts/{fee_account_id}/statements", tag = "finance",
    params(("fee_account_id" = FeeAccountId, Path), ImportQuery),
    request_body(content(
        (String = "text/csv", example = "户名：…,账号：1502999909000000001"),
        (String = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", example = "PK…"),
        (String = "application/vnd.ms-excel", example = "…"),
        (String = "application/xml", example = "<Document>…</Document>"),
    )),
    responses(
        (status = 201, body = StatementView),
        (status = 202, body = StatementView, description = "Begun; Location tells where it is"),
        Problems
    ),
    extensions(
        ("x-roles" = json!(["finance_officer", "finance_director"])),
        ("x-effect" = json!("value")),
    ),
)]
async fn create_statement(
    db: Data<Db>,
    fee_account_id: Path<FeeAccountId>,
    query: Query<ImportQuery>,
    asked: AskedBytes,
) -> Answer<HttpResponse> {
    let doing = asked.doing.clone();
    let ImportQuery { file_name, mapping_id, background } = query.into_inner();
    let file = FileQuery { file_name, mapping_id };
    let it = read_file(&db, *fee_account_id, file, asked).await?;
    let imported = if background {
        actions::begin_import(&db, doing, it).await?
    } else {
        actions::import(&db, doing, it).await?
    };
    let id = imported.statement_id;
    let view = db.read(None, move |c| {
        Ok(StatementView::of(store::statement(c, id)?, store::statement_file(c, id)?))
    });
    let mut answer = if background { HttpResponse::Accepted() } else { HttpResponse::Created() };
    answer.insert_header((header::LOCATION, format!("/api/v1/statements/{id}")));
    Ok(answer.json(view.await?))
}

/// Reads the file away from the threads that serve requests.
pub(super) async fn read_file(
    db: &Db,
    fee_account_id: FeeAccountId,
    query: FileQuery,
    asked: AskedBytes,
) -> Answer<ImportStatement> {
    let actor = asked.doing.actor()?.clone();
    let name = text("file_name", query.file_name.as_deref().unwrap_or("statement.csv"))?;
    let (asker, mapping_id) = (actor.clone(), query.mapping_id);
    let find = move |c: &mut _| actions::layout_for(c, &asker, fee_account_id, mapping_id);
    let mapping = db.read(Some(&actor), find).await?;
    let read =
        web::block(move || ImportStatement::of_file(fee_account_id, name, mapping, &asked.bytes));
    let it = read.await.map_err(|_| Failure::broken("reading a file does not panic"))?;
    it.map_err(refused_file)
}

/// A file that cannot be read, with every place that is wrong.
pub(super) fn refused_file(refusal: FinanceRefusal) -> Failure {
    let wrong = match &refusal {
        FinanceRefusal::Unreadable(first) => std::iter::once(first).chain(&first.more),
        _ => return refusal.into(),
    };
    let error = |one: &Unreadable| FieldError {
        pointer: one.pointer(),
        code: "statement-unreadable".into(),
        message: format!("{} ({})", one.fault.chinese(), one.fault),
    };
    let errors: Vec<FieldError> = wrong.map(error).collect();
    match refusal.into() {
        Failure::Refused(problem) => Failure::Refused(problem.with_errors(errors)),
        broken @ Failure::Broken(_) => broken,
    }
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
        let ids: Vec<StatementId> = rows.iter().map(|row| row.id).collect();
        let mut files = store::statement_files_of(c, &ids)?;
        Ok(Page::of(
            rows,
            &page,
            |row| row.id.uuid(),
            |row| {
                let file = files.remove(&row.id);
                StatementView::of(row, file)
            },
        ))
    });
    Ok(HttpResponse::Ok().json(page.await?))
}

/// Shows an import and how far its booking is
#[utoipa::path(
    get, path = "/api/v1/statements/{statement_id}", tag = "finance",
    params(("statement_id" = StatementId, Path)),
    responses((status = 200, body = StatementView), Problems),
    extensions(
        ("x-roles" = json!(["finance_officer", "finance_director", "auditor"])),
        ("x-effect" = json!("read")),
    ),
)]
async fn get_statement(
    db: Data<Db>,
    actor: Actor,
    statement_id: Path<StatementId>,
) -> Answer<HttpResponse> {
    let asker = actor.clone();
    let view = db.read(Some(&actor), move |c| {
        let row = store::statement(c, *statement_id)?;
        own_fee_account(c, &asker, row.fee_account_id)?;
        Ok(StatementView::of(row, store::statement_file(c, *statement_id)?))
    });
    Ok(HttpResponse::Ok().json(view.await?))
}

/// Cancels an import that still runs; what it has booked stays, and importing the file again goes
/// on there
#[utoipa::path(
    post, path = "/api/v1/statements/{statement_id}/cancellation", tag = "finance",
    params(("statement_id" = StatementId, Path)), request_body = NewReason,
    responses((status = 200, body = StatementView), Problems),
    extensions(
        ("x-roles" = json!(["finance_officer", "finance_director"])),
        ("x-effect" = json!("write")),
    ),
)]
async fn create_statement_cancellation(
    db: Data<Db>,
    statement_id: Path<StatementId>,
    asked: Asked<NewReason>,
) -> Answer<HttpResponse> {
    let Asked { doing, body } = asked;
    let (id, reason) = (*statement_id, text("reason", &body.reason)?);
    let id = db.write(doing, move |tx| actions::cancel_import(tx, id, &reason)).await?;
    let view = db.read(None, move |c| {
        Ok(StatementView::of(store::statement(c, id)?, store::statement_file(c, id)?))
    });
    Ok(HttpResponse::Ok().json(view.await?))
}
