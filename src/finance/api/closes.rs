//! Closes of days and months.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Path, Query};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::super::actions::{self, EnterClose, Survey, own_fee_account};
use super::super::model::{CloseKind, CloseState, PeriodCloseId};
use super::super::rules::{CannotClose, Obstacle};
use super::super::store::{self, PeriodCloseRow};
use crate::kernel::actor::Actor;
use crate::kernel::clock::Time;
use crate::kernel::db::Db;
use crate::kernel::ids::UserId;
use crate::kernel::money::cny;
use crate::kernel::operations::{Operations, operations};
use crate::kernel::page::{Page, PageQuery};
use crate::kernel::problem::{Answer, Failure, FieldError, Problem};
use crate::ledger::FeeAccountId;
use crate::web::{Asked, Problems};

pub(super) fn operations() -> Operations {
    operations![
        list_period_closes,
        get_period_close,
        get_period_close_check,
        create_period_close,
        create_period_close_approval,
    ]
}

impl From<CannotClose> for Failure {
    /// What stands open is named in full, one by one.
    fn from(refusal: CannotClose) -> Self {
        let english = refusal.to_string();
        let (code, chinese) = match &refusal {
            CannotClose::Nothing => ("nothing-to-close", "本账户在此之前没有资金变动".to_owned()),
            CannotClose::NotOver { to } => ("period-not-over", format!("{to} 尚未结束")),
            CannotClose::Already { through } => {
                ("period-already-closed", format!("已结账至 {through}"))
            }
            CannotClose::MonthOpen { month } => {
                ("earlier-month-open", format!("请先结 {} 的月账", month.format("%Y年%m月")))
            }
            CannotClose::StandsOpen(obstacles) => {
                ("period-stands-open", format!("有 {} 项须先处理", obstacles.len()))
            }
            CannotClose::Changed => {
                ("period-changed", "录入结账后期内账目已变动，请重新录入".to_owned())
            }
            CannotClose::Decided => ("period-close-decided", "该结账已完成".to_owned()),
        };
        let problem = Problem::new(StatusCode::CONFLICT, code, &english, &chinese);
        let errors = match refusal {
            CannotClose::StandsOpen(obstacles) => obstacles.iter().map(named).collect(),
            _ => Vec::new(),
        };
        Self::Refused(problem.with_errors(errors))
    }
}

fn named(obstacle: &Obstacle) -> FieldError {
    let view = ObstacleView::from(obstacle);
    FieldError {
        pointer: "/day".into(),
        code: view.code.into(),
        message: format!("{} ({})", view.chinese, view.english),
    }
}

/// Something that must be solved before a period is closed.
#[derive(Debug, Clone, Serialize, ToSchema)]
struct ObstacleView {
    #[schema(value_type = String, example = "days-missing")]
    code: &'static str,
    #[schema(example = "2026-09-23 至 2026-09-30 没有完整的银行流水")]
    chinese: String,
    #[schema(example = "no bank file covers 2026-09-23 to 2026-09-30 whole")]
    english: String,
}

impl From<&Obstacle> for ObstacleView {
    fn from(it: &Obstacle) -> Self {
        let (code, chinese) = match it {
            Obstacle::BankDiffers { bank, books } => {
                ("bank-differs", format!("银行余额 {}，账面余额 {}", cny(*bank), cny(*books)))
            }
            Obstacle::IdentityBroken { bank, held } => (
                "identity-broken",
                format!("银行存款 {}，资金、份额与暂收款合计 {}", cny(*bank), cny(*held)),
            ),
            Obstacle::ExceptionsDiffer { listed, waiting } => (
                "exceptions-differ",
                format!("差异清单合计 {}，待认领款项 {}", cny(*listed), cny(*waiting)),
            ),
            Obstacle::DaysMissing { from, to } => {
                ("days-missing", format!("{from} 至 {to} 没有完整的银行流水"))
            }
            Obstacle::BrokenOff { file } => {
                ("import-broken-off", format!("文件 {file} 的导入中断，请重新导入"))
            }
            Obstacle::OpeningWaits { on } => {
                ("opening-waits", format!("{on} 的期初余额尚待第二人批准"))
            }
        };
        Self { code, chinese, english: it.to_string() }
    }
}

/// Which period is to be closed.
#[derive(Debug, Clone, Deserialize, IntoParams, ToSchema)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct NewPeriodClose {
    #[param(inline)]
    #[schema(inline, example = "month")]
    kind: CloseKind,
    /// The last day to be closed, or any day of the month.
    #[param(example = "2026-09-30")]
    #[schema(example = "2026-09-30")]
    day: NaiveDate,
}

/// What a period comes to, what is carried over, and what must be solved first.
#[derive(Debug, Clone, Serialize, ToSchema)]
struct PeriodCloseCheckView {
    #[schema(example = "2026-09-01")]
    from: NaiveDate,
    #[schema(example = "2026-09-30")]
    to: NaiveDate,
    /// Nothing stands in the way.
    #[schema(example = false)]
    ready: bool,
    must_be_solved: Vec<ObstacleView>,
    #[schema(example = "3700557.45")]
    bank: String,
    #[schema(example = "0.00")]
    cash: String,
    #[schema(example = "3612557.45")]
    shares: String,
    #[schema(example = "88000.00")]
    suspense: String,
    #[schema(example = "0.00")]
    receivable: String,
    #[schema(example = 17)]
    journals: i64,
    /// Exceptions that stay open and are carried over.
    #[schema(example = 1)]
    exceptions: i64,
    #[schema(example = "88000.00")]
    exceptions_sum: String,
    /// Approved payouts that the bank has not shown and that are carried over.
    #[schema(example = 0)]
    payouts: i64,
    #[schema(example = "0.00")]
    payouts_sum: String,
}

impl From<Survey> for PeriodCloseCheckView {
    fn from(it: Survey) -> Self {
        Self {
            from: it.from,
            to: it.to,
            ready: it.obstacles.is_empty(),
            must_be_solved: it.obstacles.iter().map(ObstacleView::from).collect(),
            bank: cny(it.figures.bank),
            cash: cny(it.figures.cash),
            shares: cny(it.figures.shares),
            suspense: cny(it.figures.suspense),
            receivable: cny(it.figures.receivable),
            journals: it.figures.journals,
            exceptions: it.carried.exceptions,
            exceptions_sum: cny(it.carried.exceptions_fen),
            payouts: it.carried.payouts,
            payouts_sum: cny(it.carried.payouts_fen),
        }
    }
}

/// The close of a day or a month, with what the fee account came to at its end.
#[derive(Debug, Clone, Serialize, ToSchema)]
struct PeriodCloseView {
    id: PeriodCloseId,
    fee_account_id: FeeAccountId,
    #[schema(inline)]
    kind: CloseKind,
    #[schema(example = "2026-09-01")]
    from: NaiveDate,
    #[schema(example = "2026-09-30")]
    to: NaiveDate,
    #[schema(inline)]
    state: CloseState,
    #[schema(example = "3700557.45")]
    bank: String,
    #[schema(example = "0.00")]
    cash: String,
    #[schema(example = "3612557.45")]
    shares: String,
    #[schema(example = "88000.00")]
    suspense: String,
    #[schema(example = "0.00")]
    receivable: String,
    #[schema(example = 17)]
    journals: i64,
    /// Exceptions that were open when the close was entered.
    #[schema(example = 1)]
    exceptions: i64,
    #[schema(example = "88000.00")]
    exceptions_sum: String,
    /// Approved payouts that the bank had not shown then.
    #[schema(example = 0)]
    payouts: i64,
    #[schema(example = "0.00")]
    payouts_sum: String,
    #[schema(value_type = String, format = Uuid)]
    entered_by: UserId,
    entered_at: Time,
    #[schema(value_type = Option<String>, format = Uuid)]
    closed_by: Option<UserId>,
    closed_at: Option<Time>,
}

impl From<PeriodCloseRow> for PeriodCloseView {
    fn from(row: PeriodCloseRow) -> Self {
        Self {
            id: row.id,
            fee_account_id: row.fee_account_id,
            kind: row.kind,
            from: row.period_from,
            to: row.period_to,
            state: row.state,
            bank: cny(row.bank_fen),
            cash: cny(row.cash_fen),
            shares: cny(row.shares_fen),
            suspense: cny(row.suspense_fen),
            receivable: cny(row.receivable_fen),
            journals: row.journals,
            exceptions: row.exceptions,
            exceptions_sum: cny(row.exceptions_fen),
            payouts: row.payouts,
            payouts_sum: cny(row.payouts_fen),
            entered_by: row.entered_by,
            entered_at: row.entered_at,
            closed_by: row.closed_by,
            closed_at: row.closed_at,
        }
    }
}

/// Lists the closes of a fee account, the newest first
#[utoipa::path(
    get, path = "/api/v1/fee-accounts/{fee_account_id}/period-closes", tag = "finance",
    params(("fee_account_id" = FeeAccountId, Path), PageQuery),
    responses((status = 200, body = Page<PeriodCloseView>), Problems),
    extensions(
        ("x-roles" = json!(["finance_officer", "finance_director", "auditor"])),
        ("x-effect" = json!("read")),
    ),
)]
async fn list_period_closes(
    db: Data<Db>,
    actor: Actor,
    fee_account_id: Path<FeeAccountId>,
    page: Query<PageQuery>,
) -> Answer<HttpResponse> {
    let (asker, asked) = (actor.clone(), page.clone());
    let rows = db.read(Some(&actor), move |c| {
        let account = own_fee_account(c, &asker, *fee_account_id)?;
        store::list_period_closes(c, account.id, &asked)
    });
    let page = Page::of(rows.await?, &page, |row| row.id.uuid(), PeriodCloseView::from);
    Ok(HttpResponse::Ok().json(page))
}

/// Shows a close
#[utoipa::path(
    get, path = "/api/v1/period-closes/{period_close_id}", tag = "finance",
    params(("period_close_id" = PeriodCloseId, Path)),
    responses((status = 200, body = PeriodCloseView), Problems),
    extensions(
        ("x-roles" = json!(["finance_officer", "finance_director", "auditor"])),
        ("x-effect" = json!("read")),
    ),
)]
async fn get_period_close(
    db: Data<Db>,
    actor: Actor,
    period_close_id: Path<PeriodCloseId>,
) -> Answer<HttpResponse> {
    let asker = actor.clone();
    let row = db.read(Some(&actor), move |c| {
        let row = store::period_close(c, *period_close_id)?;
        own_fee_account(c, &asker, row.fee_account_id)?;
        Ok(row)
    });
    Ok(HttpResponse::Ok().json(PeriodCloseView::from(row.await?)))
}

/// Shows what a close would close, what stays open in it and what must be solved first
#[utoipa::path(
    get, path = "/api/v1/fee-accounts/{fee_account_id}/period-close-check", tag = "finance",
    params(("fee_account_id" = FeeAccountId, Path), NewPeriodClose),
    responses((status = 200, body = PeriodCloseCheckView), Problems),
    extensions(
        ("x-roles" = json!(["finance_officer", "finance_director", "auditor"])),
        ("x-effect" = json!("read")),
    ),
)]
async fn get_period_close_check(
    db: Data<Db>,
    actor: Actor,
    fee_account_id: Path<FeeAccountId>,
    asked: Query<NewPeriodClose>,
) -> Answer<HttpResponse> {
    let (asker, asked) = (actor.clone(), asked.into_inner());
    let today = db.clock().now().date_in_shanghai();
    let survey = db.read_snapshot(Some(&actor), move |c| {
        let account = own_fee_account(c, &asker, *fee_account_id)?;
        actions::survey(c, account.id, asked.kind, asked.day, today)
    });
    Ok(HttpResponse::Ok().json(PeriodCloseCheckView::from(survey.await?)))
}

/// Enters the close of a day or a month, for a second person
///
/// Refused with the full list of what must be solved first. Open exceptions and payouts on their way
/// are carried over and stay listed.
#[utoipa::path(
    post, path = "/api/v1/fee-accounts/{fee_account_id}/period-closes", tag = "finance",
    params(("fee_account_id" = FeeAccountId, Path)), request_body = NewPeriodClose,
    responses((status = 201, body = PeriodCloseView), Problems),
    extensions(("x-roles" = json!(["finance_officer"])), ("x-effect" = json!("write"))),
)]
async fn create_period_close(
    db: Data<Db>,
    fee_account_id: Path<FeeAccountId>,
    asked: Asked<NewPeriodClose>,
) -> Answer<HttpResponse> {
    let Asked { doing, body } = asked;
    let id = PeriodCloseId::new();
    let command =
        EnterClose { id, fee_account_id: *fee_account_id, kind: body.kind, day: body.day };
    let id = db.write(doing, move |tx| actions::enter_close(tx, &command)).await?;
    let row = db.read(None, move |c| store::period_close(c, id)).await?;
    Ok(HttpResponse::Created().json(PeriodCloseView::from(row)))
}

/// Closes a period for good, as it was entered by another person
#[utoipa::path(
    post, path = "/api/v1/period-closes/{period_close_id}/approval", tag = "finance",
    params(("period_close_id" = PeriodCloseId, Path)),
    responses((status = 200, body = PeriodCloseView), Problems),
    extensions(("x-roles" = json!(["finance_director"])), ("x-effect" = json!("write"))),
)]
async fn create_period_close_approval(
    db: Data<Db>,
    period_close_id: Path<PeriodCloseId>,
    asked: Asked<()>,
) -> Answer<HttpResponse> {
    let id = *period_close_id;
    let id = db.write(asked.doing, move |tx| actions::close(tx, id)).await?;
    let row = db.read(None, move |c| store::period_close(c, id)).await?;
    Ok(HttpResponse::Ok().json(PeriodCloseView::from(row)))
}
