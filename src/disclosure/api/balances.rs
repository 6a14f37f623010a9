//! The no-net-loss balance of a region, as open data.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::inventory::{self, Region};
use crate::kernel::db::{Conn, Db};
use crate::kernel::names::names;
use crate::kernel::operations::{Operations, operations};
use crate::kernel::problem::{Answer, Failure};
use crate::kernel::region::{RegionCode, RegionLevel};
use crate::occupation::{self, BalanceStep, BalanceTerms};
use crate::web::{Problems, paper};

/// The newest days that are shown; the terms hold what was before them too.
const HISTORY_DAYS_MAX: i64 = 2_000;

pub(super) fn operations() -> Operations {
    operations![get_region_balance, export_region_balance]
}

names! {
    /// A term of the balance.
    pub enum BalanceTerm {
        Released = "released",
        RetiredElsewhere = "retired_elsewhere",
        RetiredForIt = "retired_for_it",
        Occupied = "occupied",
    }
}

impl BalanceTerm {
    /// Whether this deployment records what the term adds up.
    fn is_recorded(self) -> bool {
        match self {
            Self::Released | Self::RetiredElsewhere | Self::RetiredForIt | Self::Occupied => true,
        }
    }
}

/// The balance of a region (R86): released − own retired for occupations elsewhere + others' retired
/// for occupations in it − occupied. A term that is not recorded here is absent, not nought.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RegionBalance {
    pub region: RegionCode,
    #[schema(example = "进贤县")]
    pub name: String,
    /// Terms of which nothing is recorded here, so that the balance does not have them.
    pub not_recorded: Vec<BalanceTerm>,
    pub now: BalanceView,
    /// The regions right below it, down to counties.
    pub parts: Vec<PartBalance>,
    /// How it stood after each day that changed it, oldest first.
    pub history: Vec<BalanceOnDay>,
}

/// The terms that are recorded and what they come to, in m².
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = RegionBalanceTerms)]
pub struct BalanceView {
    #[schema(example = "22464.00")]
    pub released_m2: Option<String>,
    #[schema(example = "0.00")]
    pub retired_elsewhere_m2: Option<String>,
    #[schema(example = "0.00")]
    pub retired_for_it_m2: Option<String>,
    #[schema(example = "0.00")]
    pub occupied_m2: Option<String>,
    /// Of the terms that are recorded.
    #[schema(example = "22464.00")]
    pub balance_m2: String,
}

/// The balance of a part of the region.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PartBalance {
    pub region: RegionCode,
    #[schema(example = "进贤县")]
    pub name: String,
    #[serde(flatten)]
    pub balance: BalanceView,
}

/// The balance at the end of a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct BalanceOnDay {
    pub on: NaiveDate,
    #[serde(flatten)]
    pub balance: BalanceView,
}

impl From<BalanceTerms> for BalanceView {
    fn from(terms: BalanceTerms) -> Self {
        let shown =
            |term: BalanceTerm, centi_m2: i64| term.is_recorded().then(|| m2_text(centi_m2));
        Self {
            released_m2: shown(BalanceTerm::Released, terms.released),
            retired_elsewhere_m2: shown(BalanceTerm::RetiredElsewhere, terms.retired_elsewhere),
            retired_for_it_m2: shown(BalanceTerm::RetiredForIt, terms.retired_for_it),
            occupied_m2: shown(BalanceTerm::Occupied, terms.occupied),
            balance_m2: m2_text(terms.balance()),
        }
    }
}

/// Shows whether a county, prefecture or province loses wetland: its balance and how it came about
#[utoipa::path(
    get, path = "/api/v1/public/balances/{region}", tag = "disclosure",
    params(("region" = RegionCode, Path, description = "A province, prefecture or county")),
    responses((status = 200, body = RegionBalance), Problems),
    extensions(("x-roles" = json!(["public"])), ("x-effect" = json!("read")))
)]
pub async fn get_region_balance(db: Data<Db>, region: Path<RegionCode>) -> Answer<HttpResponse> {
    let code = region.into_inner();
    let shown = db.read_snapshot(None, move |c| region_balance(c, &code)).await?;
    Ok(HttpResponse::Ok().json(shown))
}

/// Hands out the history of a region's balance as CSV for a spreadsheet
#[utoipa::path(
    get, path = "/api/v1/public/balances/{region}/history.csv", tag = "disclosure",
    params(("region" = RegionCode, Path, description = "A province, prefecture or county")),
    responses((status = 200, body = String, content_type = "text/csv", example = json!(
        "\u{feff}区划代码,名称,日期,释放面积（平方米）,用于外地（平方米）,外地用于本地（平方米）,占用面积（平方米）,结余（平方米）\r\n360124,进贤县,2023-08-15,6120.00,0.00,0.00,0.00,6120.00\r\n")),
        Problems),
    extensions(("x-roles" = json!(["public"])), ("x-effect" = json!("read")))
)]
pub async fn export_region_balance(db: Data<Db>, region: Path<RegionCode>) -> Answer<HttpResponse> {
    let code = region.into_inner();
    let shown = db.read_snapshot(None, move |c| region_balance(c, &code)).await?;
    Ok(HttpResponse::Ok().content_type("text/csv; charset=utf-8").body(csv_of(&shown)?))
}

fn region_balance(c: &mut Conn, code: &RegionCode) -> Answer<RegionBalance> {
    let region = inventory::region(c, code)?;
    let region = region.filter(|region| region.code.level() != RegionLevel::Township);
    let region = region.ok_or_else(Failure::not_found)?;
    let steps = occupation::balance_steps(c, code, HISTORY_DAYS_MAX)?;
    let below = match code.level() {
        RegionLevel::Province | RegionLevel::Prefecture => inventory::regions_below(c, code)?,
        RegionLevel::County | RegionLevel::Township => Vec::new(),
    };
    let part = |part: Region| {
        let balance = occupation::balance_of(c, &part.code)?.into();
        Ok(PartBalance { region: part.code, name: part.name, balance })
    };
    let parts = below.into_iter().map(part).collect::<Answer<Vec<_>>>()?;
    let on_day = |step: &BalanceStep| BalanceOnDay { on: step.on, balance: step.terms.into() };
    Ok(RegionBalance {
        region: region.code,
        name: region.name,
        not_recorded: BalanceTerm::ALL.iter().copied().filter(|term| !term.is_recorded()).collect(),
        now: steps.last().map(|step| step.terms).unwrap_or_default().into(),
        parts,
        history: steps.iter().map(on_day).collect(),
    })
}

fn csv_of(it: &RegionBalance) -> Answer<Vec<u8>> {
    let heads = [
        "区划代码",
        "名称",
        "日期",
        "释放面积（平方米）",
        "用于外地（平方米）",
        "外地用于本地（平方米）",
        "占用面积（平方米）",
        "结余（平方米）",
    ];
    paper::table(&heads, |table| {
        for day in &it.history {
            let it_ = &day.balance;
            let terms = [
                &it_.released_m2,
                &it_.retired_elsewhere_m2,
                &it_.retired_for_it_m2,
                &it_.occupied_m2,
            ];
            let terms = terms.map(|term| term.clone().unwrap_or_default());
            let texts = [it.region.to_string(), it.name.clone(), day.on.to_string()];
            let numbers = [terms.as_slice(), std::slice::from_ref(&it_.balance_m2)].concat();
            table.row(&texts.each_ref().map(String::as_str), &numbers)?;
        }
        Ok(())
    })
}

/// Square metres with two places; a balance may be negative.
fn m2_text(centi_m2: i64) -> String {
    let sign = if centi_m2 < 0 { "-" } else { "" };
    let whole = centi_m2.unsigned_abs();
    format!("{sign}{}.{:02}", whole / 100, whole % 100)
}
