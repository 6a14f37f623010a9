//! Statements of periods and their vouchers.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path, Query};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::super::actions::own_fee_account;
use super::super::papers::{self, BatchLine, Contents, Line, bucket_name, contents};
use super::super::rules::FinanceRefusal;
use crate::kernel::actor::Actor;
use crate::kernel::capitals::capitals;
use crate::kernel::clock::Time;
use crate::kernel::db::{Conn, Db};
use crate::kernel::money::{Fen, cny};
use crate::kernel::operations::{Operations, operations};
use crate::kernel::problem::{Answer, Failure};
use crate::ledger::{FeeAccountId, MoneyBucket};
use crate::settlement::FeeAccount;
use crate::web::Problems;
use crate::web::paper::{Kind, Paper};

pub(super) fn operations() -> Operations {
    operations![get_period_statement, export_period_statement, export_vouchers,]
}

/// A period, both days included.
#[derive(Debug, Clone, Copy, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct StatementQuery {
    #[param(example = "2026-09-01")]
    from: NaiveDate,
    #[param(example = "2026-09-30")]
    to: NaiveDate,
}

impl StatementQuery {
    fn checked(self) -> Answer<Self> {
        if self.from > self.to { Err(FinanceRefusal::PeriodBackwards.into()) } else { Ok(self) }
    }
}

/// One account over a period; the bank and receivables are positive when money is there.
#[derive(Debug, Clone, Serialize, ToSchema)]
struct StatementLineOfAccountView {
    bucket: MoneyBucket,
    #[schema(example = "县财政")]
    bucket_name: String,
    #[schema(example = "FINANCE")]
    organisation_code: String,
    #[schema(example = "进贤县财政局")]
    organisation_name: String,
    #[schema(example = "0.00")]
    opening: String,
    #[schema(example = "3537672.21")]
    came: String,
    #[schema(example = "1008882.00")]
    went: String,
    #[schema(example = "2528790.21")]
    closing: String,
}

impl From<Line> for StatementLineOfAccountView {
    fn from(it: Line) -> Self {
        Self {
            bucket: it.bucket,
            bucket_name: bucket_name(it.bucket).into(),
            organisation_code: it.code,
            organisation_name: it.name,
            opening: cny(it.opening),
            came: cny(it.came),
            went: cny(it.went),
            closing: cny(it.closing),
        }
    }
}

/// What was traded of a batch in a period.
#[derive(Debug, Clone, Serialize, ToSchema)]
struct StatementBatchView {
    #[schema(example = "360124-2023-B0001")]
    batch: String,
    #[schema(example = 3)]
    trades: i64,
    #[schema(example = 11333)]
    m2: i64,
    #[schema(example = "1441260.00")]
    amount: String,
    #[schema(example = "288252.00")]
    township_share: String,
    #[schema(example = "144126.00")]
    centre_share: String,
    #[schema(example = "1008882.00")]
    treasury_share: String,
}

impl From<BatchLine> for StatementBatchView {
    fn from(it: BatchLine) -> Self {
        Self {
            batch: it.number,
            trades: it.trades,
            m2: it.m2,
            amount: cny(it.amount),
            township_share: cny(it.township),
            centre_share: cny(it.centre),
            treasury_share: cny(it.treasury),
        }
    }
}

/// A payout that the bank showed in a period.
#[derive(Debug, Clone, Serialize, ToSchema)]
struct StatementPayoutView {
    #[schema(example = "PO-2026-0001")]
    number: String,
    #[schema(example = "进贤县财政局")]
    account_name: String,
    #[schema(example = "1502999909000000012")]
    account: String,
    amount: Fen,
    paid_at: Option<Time>,
}

/// The statement of a period: what was there, what moved, what is there.
#[derive(Debug, Clone, Serialize, ToSchema)]
struct PeriodStatementView {
    fee_account_id: FeeAccountId,
    #[schema(example = "2026-09-01")]
    from: NaiveDate,
    #[schema(example = "2026-09-30")]
    to: NaiveDate,
    /// When the last day of the period was closed; absent while it is open.
    closed_at: Option<Time>,
    opening: Fen,
    #[schema(example = "5200557.45")]
    total_credits: String,
    #[schema(example = "1500000.00")]
    total_debits: String,
    closing: Fen,
    #[schema(example = "叁佰柒拾万零伍佰伍拾柒元肆角伍分")]
    closing_in_capitals: String,
    accounts: Vec<StatementLineOfAccountView>,
    batches: Vec<StatementBatchView>,
    payouts: Vec<StatementPayoutView>,
    #[schema(example = 17)]
    vouchers: i64,
}

impl From<Contents> for PeriodStatementView {
    fn from(it: Contents) -> Self {
        let payout = |row: crate::finance::store::PayoutRow| StatementPayoutView {
            number: row.number,
            account_name: row.account_name,
            account: row.account,
            amount: row.amount_fen,
            paid_at: row.paid_at,
        };
        Self {
            fee_account_id: it.account.id,
            from: it.from,
            to: it.to,
            closed_at: it.closed_at,
            opening: it.bank.opening,
            total_credits: cny(it.bank.credits_fen),
            total_debits: cny(it.bank.debits_fen),
            closing: it.bank.closing,
            closing_in_capitals: capitals(it.bank.closing.get()),
            accounts: it.lines.into_iter().map(StatementLineOfAccountView::from).collect(),
            batches: it.batches.into_iter().map(StatementBatchView::from).collect(),
            payouts: it.payouts.into_iter().map(payout).collect(),
            vouchers: it.journals,
        }
    }
}

/// Shows the statement of a period
#[utoipa::path(
    get, path = "/api/v1/fee-accounts/{fee_account_id}/period-statement", tag = "finance",
    params(("fee_account_id" = FeeAccountId, Path), StatementQuery),
    responses((status = 200, body = PeriodStatementView), Problems),
    extensions(
        ("x-roles" = json!(["finance_officer", "finance_director", "auditor"])),
        ("x-effect" = json!("read")),
    ),
)]
async fn get_period_statement(
    db: Data<Db>,
    actor: Actor,
    fee_account_id: Path<FeeAccountId>,
    period: Query<StatementQuery>,
) -> Answer<HttpResponse> {
    let (asker, period) = (actor.clone(), period.checked()?);
    let statement = db.read_snapshot(Some(&actor), move |c| {
        let account = own_fee_account(c, &asker, *fee_account_id)?;
        contents(c, account, period.from, period.to)
    });
    Ok(HttpResponse::Ok().json(PeriodStatementView::from(statement.await?)))
}

/// As which kind of file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
enum StatementForm {
    Xlsx,
    Pdf,
    Csv,
}

/// The form of a file.
#[derive(Debug, Clone, Copy, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct StatementFormQuery {
    #[param(inline, example = "xlsx")]
    format: StatementForm,
}

/// Exports the statement of a period as a workbook, a PDF or a table
///
/// The workbook's sums are formulas and its last sheet is made for filtering. The same period gives
/// the same bytes.
#[utoipa::path(
    get, path = "/api/v1/fee-accounts/{fee_account_id}/period-statement-file", tag = "finance",
    params(("fee_account_id" = FeeAccountId, Path), StatementQuery, StatementFormQuery),
    responses(
        (status = 200, description = "The file", content(
            (String = "text/csv", example = "科目,单位代码,单位名称,期初余额\r\n银行存款,,,0.00\r\n"),
            (String = "application/pdf", example = "%PDF-1.7"),
            (String = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", example = "PK"),
        )),
        Problems,
    ),
    extensions(
        ("x-roles" = json!(["finance_officer", "finance_director", "auditor"])),
        ("x-effect" = json!("read")),
    ),
)]
async fn export_period_statement(
    db: Data<Db>,
    actor: Actor,
    fee_account_id: Path<FeeAccountId>,
    period: Query<StatementQuery>,
    form: Query<StatementFormQuery>,
) -> Answer<HttpResponse> {
    let (asker, period, format) = (actor.clone(), period.checked()?, form.format);
    let written = db.read_snapshot(Some(&actor), move |c| {
        let account = own_fee_account(c, &asker, *fee_account_id)?;
        let name = file_name("statement", &account, &period);
        let contents = contents(c, account, period.from, period.to)?;
        Ok((statement_paper(c, &contents, format)?, name))
    });
    let (paper, name) = written.await?;
    Ok(match format {
        StatementForm::Xlsx => paper.answer(Kind::Xlsx, &format!("{name}.xlsx")),
        StatementForm::Pdf => paper.answer(Kind::Pdf, &format!("{name}.pdf")),
        StatementForm::Csv => paper.answer(Kind::Csv, &format!("{name}.csv")),
    })
}

fn statement_paper(c: &mut Conn, contents: &Contents, form: StatementForm) -> Answer<Paper> {
    Paper::write(|out| match form {
        StatementForm::Xlsx => papers::write_workbook(c, out, contents),
        StatementForm::Csv => papers::write_statement(out, contents),
        StatementForm::Pdf => {
            let bytes = papers::write_pdf(c, contents)?;
            std::io::Write::write_all(out, &bytes).map_err(|cause| Failure::Broken(cause.into()))
        }
    })
}

fn file_name(what: &str, account: &FeeAccount, period: &StatementQuery) -> String {
    format!("{what}-{}-{}-{}", account.county, period.from, period.to)
}

/// Exports the vouchers of a period as a table, in the order in which they took effect
#[utoipa::path(
    get, path = "/api/v1/fee-accounts/{fee_account_id}/vouchers", tag = "finance",
    params(("fee_account_id" = FeeAccountId, Path), StatementQuery),
    responses(
        (status = 200, body = String, content_type = "text/csv",
            example = "凭证号,日期,摘要,借方科目,借方单位,贷方科目,贷方单位,凭证标识,金额\r\n"),
        Problems,
    ),
    extensions(
        ("x-roles" = json!(["finance_officer", "finance_director", "auditor"])),
        ("x-effect" = json!("read")),
    ),
)]
async fn export_vouchers(
    db: Data<Db>,
    actor: Actor,
    fee_account_id: Path<FeeAccountId>,
    period: Query<StatementQuery>,
) -> Answer<HttpResponse> {
    let (asker, period) = (actor.clone(), period.checked()?);
    let written = db.read_snapshot(Some(&actor), move |c| {
        let account = own_fee_account(c, &asker, *fee_account_id)?;
        let name = file_name("vouchers", &account, &period);
        let write =
            |out: &mut _| papers::write_vouchers(c, out, account.id, period.from, period.to);
        Ok((Paper::write(write)?, name))
    });
    let (paper, name) = written.await?;
    Ok(paper.answer(Kind::Csv, &format!("{name}.csv")))
}
