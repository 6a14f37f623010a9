//! Lines that wait for a person: who looks after them, and what a person makes of them.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path, Query};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::super::actions::{self, GiveException, own_fee_account};
use super::super::model::{ExceptionId, ExceptionKind, ExceptionState, LineId, StepKind};
use super::super::store::{self, ExceptionFilter, ExceptionRow, StepRow, TransactionRow};
use super::lines::StatementLineView;
use super::text;
use crate::kernel::actor::Actor;
use crate::kernel::clock::Time;
use crate::kernel::db::{Conn, Db};
use crate::kernel::ids::UserId;
use crate::kernel::money::{Fen, cny};
use crate::kernel::operations::{Operations, operations};
use crate::kernel::page::{Page, PageQuery};
use crate::kernel::problem::{Answer, Failure};
use crate::ledger::FeeAccountId;
use crate::web::{Asked, Problems};

const DAY_S: i64 = 86_400;

pub(super) fn operations() -> Operations {
    operations![
        list_statement_exceptions,
        get_statement_exception,
        create_exception_owner,
        create_exception_note
    ]
}

/// A line that waits for a person, or waited for one.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(super) struct StatementExceptionView {
    id: ExceptionId,
    kind: ExceptionKind,
    /// By how much the line is short or over.
    by: Option<Fen>,
    /// What still waits, negative for money that went out; 0.00 for a duplicate.
    #[schema(example = "88000.00")]
    rest: String,
    state: ExceptionState,
    raised_at: Time,
    /// Whole days since it was raised, until now or until it was resolved.
    #[schema(example = 3)]
    age_days: i64,
    /// Who looks after it.
    owner_id: Option<UserId>,
    resolved_by: Option<UserId>,
    resolved_at: Option<Time>,
    #[schema(example = "收到付款人说明")]
    reason: Option<String>,
    line: StatementLineView,
}

/// The exceptions with their lines.
pub(super) fn exception_views(
    c: &mut Conn,
    rows: Vec<ExceptionRow>,
    now: Time,
) -> Answer<Vec<StatementExceptionView>> {
    let ids: Vec<LineId> = rows.iter().map(|row| row.line_id).collect();
    let lines = store::lines_by_id(c, &ids)?;
    let ids: Vec<ExceptionId> = rows.iter().map(|row| row.id).collect();
    let owners = store::owners_of(c, &ids)?;
    let view = |row: ExceptionRow| {
        let line = lines.get(&row.line_id).cloned();
        let line = line.ok_or_else(|| Failure::broken("an exception has its line"))?;
        Ok(StatementExceptionView {
            id: row.id,
            kind: row.kind,
            by: row.by_fen,
            rest: cny(row.rest_fen),
            state: row.state,
            raised_at: row.raised_at,
            age_days: age_days(&row, now),
            owner_id: owners.get(&row.id).map(|owner| owner.owner_id),
            resolved_by: row.resolved_by,
            resolved_at: row.resolved_at,
            reason: row.reason,
            line: line.into(),
        })
    };
    rows.into_iter().map(view).collect()
}

fn age_days(row: &ExceptionRow, now: Time) -> i64 {
    let until = row.resolved_at.unwrap_or(now);
    (until.unix_seconds() - row.raised_at.unix_seconds()).max(0) / DAY_S
}

/// Which exceptions are wanted.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct ExceptionsQuery {
    #[serde(default)]
    state: Option<ExceptionState>,
    #[serde(default)]
    kind: Option<ExceptionKind>,
    #[serde(default)]
    owner_id: Option<UserId>,
    /// Only those raised before that day.
    #[serde(default)]
    #[param(example = "2026-09-01")]
    raised_before: Option<NaiveDate>,
    #[serde(flatten)]
    #[param(ignore)]
    page: PageQuery,
}

/// Lists the lines that wait for a person, or waited for one
#[utoipa::path(
    get, path = "/api/v1/fee-accounts/{fee_account_id}/statement-exceptions", tag = "finance",
    params(("fee_account_id" = FeeAccountId, Path), ExceptionsQuery, PageQuery),
    responses((status = 200, body = Page<StatementExceptionView>), Problems),
    extensions(
        ("x-roles" = json!(["finance_officer", "finance_director", "auditor"])),
        ("x-effect" = json!("read")),
    ),
)]
async fn list_statement_exceptions(
    db: Data<Db>,
    actor: Actor,
    fee_account_id: Path<FeeAccountId>,
    query: Query<ExceptionsQuery>,
) -> Answer<HttpResponse> {
    let (asker, now) = (actor.clone(), db.clock().now());
    let page = db.read(Some(&actor), move |c| {
        let account = own_fee_account(c, &asker, *fee_account_id)?;
        let filter = ExceptionFilter {
            state: query.state,
            kind: query.kind,
            owner_id: query.owner_id,
            raised_before: query.raised_before.map(|day| Time::in_shanghai(day, 0)),
        };
        let rows = store::list_exceptions(c, account.id, &filter, &query.page)?;
        let page = Page::of(rows, &query.page, |row| row.id.uuid(), |row| row);
        Ok(Page { items: exception_views(c, page.items, now)?, next_cursor: page.next_cursor })
    });
    Ok(HttpResponse::Ok().json(page.await?))
}

/// One exception with its history.
#[derive(Debug, Clone, Serialize, ToSchema)]
struct ExceptionHistoryView {
    #[serde(flatten)]
    exception: StatementExceptionView,
    /// What was done about it, oldest first.
    history: Vec<ExceptionStepView>,
    /// The transactions of its line, where that is a batch entry.
    transactions: Vec<LineTransactionView>,
}

/// One transaction of a batch entry.
#[derive(Debug, Clone, Serialize, ToSchema)]
struct LineTransactionView {
    #[schema(example = "2026100900000902-1")]
    serial: Option<String>,
    amount: Fen,
    #[schema(example = "赣鄱示例公路建设有限公司")]
    counterparty_name: String,
    #[schema(example = "1502999909000000101")]
    counterparty_account: String,
    #[schema(example = "购买款 SD360124-2026-0009")]
    text: String,
}

impl From<TransactionRow> for LineTransactionView {
    fn from(row: TransactionRow) -> Self {
        Self {
            serial: row.serial,
            amount: row.amount_fen,
            counterparty_name: row.counterparty_name,
            counterparty_account: row.counterparty_account,
            text: row.text,
        }
    }
}

/// One step in the history of an exception.
#[derive(Debug, Clone, Serialize, ToSchema)]
struct ExceptionStepView {
    kind: StepKind,
    user_id: UserId,
    /// To whom it was given.
    owner_id: Option<UserId>,
    /// How much was assigned or went back.
    amount: Option<Fen>,
    /// What still waited after it.
    #[schema(example = "88000.00")]
    rest: String,
    #[schema(example = "已电话联系付款人")]
    said: Option<String>,
    taken_at: Time,
}

impl From<StepRow> for ExceptionStepView {
    fn from(row: StepRow) -> Self {
        Self {
            kind: row.kind,
            user_id: row.user_id,
            owner_id: row.owner_id,
            amount: row.amount_fen,
            rest: cny(row.rest_fen),
            said: row.said,
            taken_at: row.taken_at,
        }
    }
}

fn history(c: &mut Conn, id: ExceptionId, now: Time) -> Answer<ExceptionHistoryView> {
    let row = store::exception(c, id)?;
    let history = store::steps_of(c, id)?.into_iter().map(ExceptionStepView::from).collect();
    let transactions = store::transactions_of(c, &[row.line_id])?;
    let transactions = transactions.into_iter().map(LineTransactionView::from).collect();
    let exception = exception_views(c, vec![row], now)?.pop().ok_or_else(Failure::not_found)?;
    Ok(ExceptionHistoryView { exception, history, transactions })
}

/// Shows a line that waits for a person, with its history
#[utoipa::path(
    get, path = "/api/v1/statement-exceptions/{exception_id}", tag = "finance",
    params(("exception_id" = ExceptionId, Path)),
    responses((status = 200, body = ExceptionHistoryView), Problems),
    extensions(
        ("x-roles" = json!(["finance_officer", "finance_director", "auditor"])),
        ("x-effect" = json!("read")),
    ),
)]
async fn get_statement_exception(
    db: Data<Db>,
    actor: Actor,
    exception_id: Path<ExceptionId>,
) -> Answer<HttpResponse> {
    let (asker, now) = (actor.clone(), db.clock().now());
    let view = db.read(Some(&actor), move |c| {
        let row = store::exception(c, *exception_id)?;
        own_fee_account(c, &asker, row.fee_account_id)?;
        history(c, row.id, now)
    });
    Ok(HttpResponse::Ok().json(view.await?))
}

/// To whom an exception is given.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewExceptionOwner {
    owner_id: UserId,
    #[serde(default)]
    #[schema(example = "请联系付款人")]
    said: Option<String>,
}

/// Gives an exception to a person of the bureau, who may be oneself
#[utoipa::path(
    post, path = "/api/v1/statement-exceptions/{exception_id}/owners", tag = "finance",
    params(("exception_id" = ExceptionId, Path)),
    request_body = NewExceptionOwner,
    responses((status = 201, body = ExceptionHistoryView), Problems),
    extensions(
        ("x-roles" = json!(["finance_officer", "finance_director"])),
        ("x-effect" = json!("write")),
    ),
)]
async fn create_exception_owner(
    db: Data<Db>,
    exception_id: Path<ExceptionId>,
    asked: Asked<NewExceptionOwner>,
) -> Answer<HttpResponse> {
    let Asked { doing, body } = asked;
    let said = body.said.map(|said| text("said", &said)).transpose()?;
    let it = GiveException { id: *exception_id, owner_id: body.owner_id, said };
    let id = db.write(doing, move |tx| actions::give_exception(tx, &it)).await?;
    let now = db.clock().now();
    Ok(HttpResponse::Created().json(db.read(None, move |c| history(c, id, now)).await?))
}

/// What is said about an exception.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewExceptionNote {
    #[schema(example = "已电话联系付款人，等待来函")]
    said: String,
}

/// Adds a note to the history of an exception
#[utoipa::path(
    post, path = "/api/v1/statement-exceptions/{exception_id}/notes", tag = "finance",
    params(("exception_id" = ExceptionId, Path)),
    request_body = NewExceptionNote,
    responses((status = 201, body = ExceptionHistoryView), Problems),
    extensions(
        ("x-roles" = json!(["finance_officer", "finance_director"])),
        ("x-effect" = json!("write")),
    ),
)]
async fn create_exception_note(
    db: Data<Db>,
    exception_id: Path<ExceptionId>,
    asked: Asked<NewExceptionNote>,
) -> Answer<HttpResponse> {
    let Asked { doing, body } = asked;
    let (id, said) = (*exception_id, text("said", &body.said)?);
    let id = db.write(doing, move |tx| actions::note_exception(tx, id, &said)).await?;
    let now = db.clock().now();
    Ok(HttpResponse::Created().json(db.read(None, move |c| history(c, id, now)).await?))
}
