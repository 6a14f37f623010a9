//! Fee accounts and fee schedules.

use actix_web::HttpResponse;
use actix_web::web::{Data, Json, Path, Query};
use chrono::NaiveDate;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::kernel::actor::Actor;
use crate::kernel::clock::Time;
use crate::kernel::db::Db;
use crate::kernel::ids::{OrganisationId, UserId};
use crate::kernel::money::cny;
use crate::kernel::problem::Answer;
use crate::kernel::region::RegionCode;
use crate::ledger::FeeAccountId;
use crate::settlement::actions::{self, EnterSchedule, OpenFeeAccount};
use crate::settlement::fees::expires_in_days;
use crate::settlement::model::{FeeAccount, Schedule, ScheduleId};
use crate::settlement::store::{self, FeeScheduleRow};
use crate::web::{Asked, Problems};

/// How long before its end a schedule is announced to expire (R65).
const WARN_DAYS: i64 = 60;

/// A county's bank account for trading money.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FeeAccountView {
    pub id: FeeAccountId,
    pub county: RegionCode,
    #[schema(example = "1502999909000000001")]
    pub number: String,
    #[schema(example = "进贤县湿地资源运营中心交易费用管理账户")]
    pub name: String,
    #[schema(example = "赣鄱示例银行进贤支行")]
    pub bank: String,
    /// The document that designates it.
    #[schema(example = "示例〔2022〕1号")]
    pub document: String,
    pub centre_organisation_id: OrganisationId,
    pub treasury_organisation_id: OrganisationId,
}

impl From<FeeAccount> for FeeAccountView {
    fn from(it: FeeAccount) -> Self {
        Self {
            id: it.id,
            county: it.county,
            number: it.number,
            name: it.name,
            bank: it.bank,
            document: it.document,
            centre_organisation_id: it.centre,
            treasury_organisation_id: it.treasury,
        }
    }
}

/// Designates a county's bank account for trading money.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewFeeAccount {
    county: RegionCode,
    #[schema(value_type = String, example = "1502999909000000001", max_length = 40)]
    number: Text<40>,
    #[schema(value_type = String, example = "进贤县湿地资源运营中心交易费用管理账户", max_length = 100)]
    name: Text<100>,
    #[schema(value_type = String, example = "赣鄱示例银行进贤支行", max_length = 100)]
    bank: Text<100>,
    /// The document that designates it.
    #[schema(value_type = String, example = "示例〔2022〕1号", max_length = 100)]
    document: Text<100>,
    centre_organisation_id: OrganisationId,
    treasury_organisation_id: OrganisationId,
}

/// Designates a county's fee account
#[utoipa::path(
    post, path = "/api/v1/fee-accounts", tag = "settlement", request_body = NewFeeAccount,
    responses((status = 201, body = FeeAccountView), Problems),
    extensions(("x-roles" = json!(["administrator"])), ("x-effect" = json!("write")))
)]
pub async fn create_fee_account(db: Data<Db>, asked: Asked<NewFeeAccount>) -> Answer<HttpResponse> {
    let Asked { doing, body } = asked;
    let command = OpenFeeAccount {
        id: FeeAccountId::new(),
        county: body.county,
        number: body.number.into(),
        name: body.name.into(),
        bank: body.bank.into(),
        document: body.document.into(),
        centre: body.centre_organisation_id,
        treasury: body.treasury_organisation_id,
    };
    let id = db.write(doing, move |tx| actions::open_fee_account(tx, &command)).await?;
    let view = db.read(None, move |c| store::fee_account(c, id)).await?;
    Ok(HttpResponse::Created().json(FeeAccountView::from(view)))
}

/// Lists the fee accounts of all counties
#[utoipa::path(
    get, path = "/api/v1/fee-accounts", tag = "settlement",
    responses((status = 200, body = Vec<FeeAccountView>), Problems),
    extensions(
        ("x-roles" = json!([
            "administrator", "centre_director", "centre_officer", "finance_director",
            "finance_officer", "township_officer", "developer", "developer_director", "auditor"
        ])),
        ("x-effect" = json!("read"))
    )
)]
pub async fn list_fee_accounts(db: Data<Db>, actor: Actor) -> Answer<Json<Vec<FeeAccountView>>> {
    let accounts = db.read(Some(&actor), store::fee_accounts).await?;
    Ok(Json(accounts.into_iter().map(FeeAccountView::from).collect()))
}

/// A part of an amount in percent with at most two places.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(try_from = "Decimal")]
#[schema(value_type = String, pattern = r"^\d{1,3}(\.\d{1,2})?$", example = "20")]
struct Percent(i64);

impl TryFrom<Decimal> for Percent {
    type Error = String;

    fn try_from(percent: Decimal) -> Result<Self, String> {
        let bp = percent.checked_mul(Decimal::ONE_HUNDRED).filter(|bp| bp.fract().is_zero());
        let bp = bp.and_then(|bp| i64::try_from(bp).ok()).filter(|bp| (0..=10_000).contains(bp));
        bp.map(Self).ok_or_else(|| {
            format!("{percent} is not a percentage from 0 to 100 with at most two places")
        })
    }
}

/// A text that says something, of at most so many characters.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(try_from = "String")]
#[schema(value_type = String)]
pub(super) struct Text<const CHARS_MAX: usize>(String);

impl<const CHARS_MAX: usize> TryFrom<String> for Text<CHARS_MAX> {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let chars = text.chars().count();
        if text.trim().is_empty() || chars > CHARS_MAX || text.contains('\0') {
            return Err(format!("the text must have 1 to {CHARS_MAX} characters"));
        }
        Ok(Self(text))
    }
}

impl<const CHARS_MAX: usize> From<Text<CHARS_MAX>> for String {
    fn from(text: Text<CHARS_MAX>) -> Self {
        text.0
    }
}

/// How a county's trades are to be split in a period.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewFeeSchedule {
    /// The first day on which it applies.
    #[schema(example = "2024-07-23")]
    valid_from: NaiveDate,
    /// The last day on which it applies.
    #[schema(example = "2027-07-22")]
    valid_to: NaiveDate,
    township_percent: Percent,
    #[schema(example = "10")]
    centre_percent: Percent,
    #[schema(value_type = String, example = "演示延续版", max_length = 100)]
    label: Text<100>,
}

/// How a county's trades are split in a period; the treasury gets the rest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FeeScheduleView {
    pub id: ScheduleId,
    pub county: RegionCode,
    #[schema(example = 2)]
    pub version: i64,
    pub valid_from: NaiveDate,
    pub valid_to: NaiveDate,
    #[schema(example = "20.00")]
    pub township_percent: String,
    #[schema(example = "10.00")]
    pub centre_percent: String,
    #[schema(example = "2025年度分成方案")]
    pub label: String,
    pub entered_by: UserId,
    pub entered_at: Time,
    /// Absent until a second person has approved it: until then it applies to no trade.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub approved_by: Option<UserId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub approved_at: Option<Time>,
}

impl From<FeeScheduleRow> for FeeScheduleView {
    fn from(row: FeeScheduleRow) -> Self {
        Self {
            id: row.id,
            county: row.county,
            version: row.version,
            valid_from: row.valid_from,
            valid_to: row.valid_to,
            // Hundredths of a percent are written as fen are.
            township_percent: cny(row.township_bp),
            centre_percent: cny(row.centre_bp),
            label: row.label,
            entered_by: row.entered_by,
            entered_at: row.entered_at,
            approved_by: row.approved_by,
            approved_at: row.approved_at,
        }
    }
}

/// Enters a fee schedule for the own county (R65)
#[utoipa::path(
    post, path = "/api/v1/fee-schedules", tag = "settlement", request_body = NewFeeSchedule,
    responses((status = 201, body = FeeScheduleView), Problems),
    extensions(
        ("x-roles" = json!(["finance_officer", "finance_director"])),
        ("x-effect" = json!("value"))
    )
)]
pub async fn create_fee_schedule(
    db: Data<Db>,
    asked: Asked<NewFeeSchedule>,
) -> Answer<HttpResponse> {
    let Asked { doing, body } = asked;
    let command = EnterSchedule {
        id: ScheduleId::new(),
        valid_from: body.valid_from,
        valid_to: body.valid_to,
        township_bp: body.township_percent.0,
        centre_bp: body.centre_percent.0,
        label: body.label.into(),
    };
    let id = db.write(doing, move |tx| actions::enter_schedule(tx, &command)).await?;
    let row = db.read(None, move |c| store::schedule(c, id)).await?;
    Ok(HttpResponse::Created().json(FeeScheduleView::from(row)))
}

/// Approves a fee schedule as the second person (R65)
#[utoipa::path(
    post, path = "/api/v1/fee-schedules/{schedule_id}/approval", tag = "settlement",
    params(("schedule_id" = ScheduleId, Path)),
    responses((status = 201, body = FeeScheduleView), Problems),
    extensions(
        ("x-roles" = json!(["finance_director", "finance_officer"])),
        ("x-effect" = json!("value"))
    )
)]
pub async fn create_fee_schedule_approval(
    db: Data<Db>,
    schedule_id: Path<ScheduleId>,
    asked: Asked<()>,
) -> Answer<HttpResponse> {
    let id = *schedule_id;
    let id = db.write(asked.doing, move |tx| actions::approve_schedule(tx, id)).await?;
    let row = db.read(None, move |c| store::schedule(c, id)).await?;
    Ok(HttpResponse::Created().json(FeeScheduleView::from(row)))
}

/// A county, by its code.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct CountyQuery {
    /// The code of the county.
    #[param(value_type = String, example = "360124")]
    pub(super) county: RegionCode,
}

/// A county's fee schedules and whether the last of them ends soon.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FeeSchedulesView {
    pub schedules: Vec<FeeScheduleView>,
    /// Days until no schedule is in force; present for the last 60 of them (R65).
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = 42)]
    pub expires_in_days: Option<i64>,
}

/// Lists the fee schedules of a county
#[utoipa::path(
    get, path = "/api/v1/fee-schedules", tag = "settlement", params(CountyQuery),
    responses((status = 200, body = FeeSchedulesView), Problems),
    extensions(("x-roles" = json!(["public"])), ("x-effect" = json!("read")))
)]
pub async fn list_fee_schedules(
    db: Data<Db>,
    query: Query<CountyQuery>,
) -> Answer<Json<FeeSchedulesView>> {
    let county = query.into_inner().county;
    let today = db.clock().now().date_in_shanghai();
    let rows = db.read(None, move |c| Ok(store::schedules(c, &county)?)).await?;
    let terms: Vec<Schedule> = rows.iter().map(Schedule::from).collect();
    Ok(Json(FeeSchedulesView {
        expires_in_days: expires_in_days(&terms, today, WARN_DAYS),
        schedules: rows.into_iter().map(FeeScheduleView::from).collect(),
    }))
}
