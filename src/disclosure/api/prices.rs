//! The price index (R48): by region, type and grade, as data for charts and for spreadsheets.

use std::borrow::Cow;
use std::collections::BTreeMap;

use actix_web::HttpResponse;
use actix_web::web::{Data, Json, Query};
use chrono::{Datelike, Days, NaiveDate};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::inventory::WetlandType;
use crate::kernel::db::Db;
use crate::kernel::money::cny;
use crate::kernel::names::names;
use crate::kernel::operations::{Operations, operations};
use crate::kernel::problem::{Answer, Failure, Problem};
use crate::kernel::region::RegionCode;
use crate::market::index_fen;
use crate::settlement::{self, IndexKey, PriceDay};
use crate::web::{Problems, paper};

/// How many days one answer covers at most: ten years, and the leap days in them.
const DAYS_MAX: i64 = 3_653;
/// Without a first day: a year.
const DAYS_DEFAULT: u64 = 365;

pub(super) fn operations() -> Operations {
    operations![get_price_index, export_price_index]
}

names! {
    /// How long one point of a chart is.
    pub enum Interval {
        Day = "day",
        Month = "month",
    }
}

/// Which index is asked for.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct IndexQuery {
    /// A county, prefecture or province.
    #[param(value_type = String, example = "360124")]
    region: RegionCode,
    #[param(inline, example = "marsh")]
    wetland_type: Option<WetlandType>,
    /// 1 (best) to 5.
    #[param(minimum = 1, maximum = 5, example = 2)]
    grade: Option<i64>,
    /// The first day; without one a year before the last.
    #[param(example = "2026-01-01")]
    from: Option<NaiveDate>,
    /// The last day; without one today.
    #[param(example = "2026-12-31")]
    to: Option<NaiveDate>,
    /// How long one point is; a day unless a month is asked for.
    #[param(inline, example = "day")]
    interval: Option<Interval>,
}

/// One point of the chart: the trades that began in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct IndexPoint {
    /// The day, or the first day of the month.
    #[schema(example = "2026-09-04")]
    pub day: NaiveDate,
    #[schema(example = 3)]
    pub trades: i64,
    #[schema(example = 10200)]
    pub m2: i64,
    /// By area, half up.
    #[schema(example = "94200.00")]
    pub price_per_mu: String,
}

/// The index of one type and grade over the whole period.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct IndexOfKind {
    pub wetland_type: WetlandType,
    /// 1 (best) to 5.
    #[schema(example = 2)]
    pub grade: i64,
    #[schema(example = 3)]
    pub trades: i64,
    #[schema(example = 10200)]
    pub m2: i64,
    #[schema(example = "94200.00")]
    pub price_per_mu: String,
}

/// Prices weighted by area, in CNY per mu. Trades of related parties and trades that were undone are
/// left out (R48, R67).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PriceIndex {
    pub region: RegionCode,
    #[schema(example = "2026-01-01")]
    pub from: NaiveDate,
    #[schema(example = "2026-12-31")]
    pub to: NaiveDate,
    #[schema(example = 3)]
    pub trades: i64,
    #[schema(example = 10200)]
    pub m2: i64,
    /// Over the whole period; absent when nothing was traded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "94200.00")]
    pub price_per_mu: Option<String>,
    /// For a chart, in order; a day or month without trades has no point.
    pub points: Vec<IndexPoint>,
    pub kinds: Vec<IndexOfKind>,
}

/// Sums of some days.
#[derive(Default)]
struct Sums {
    trades: i64,
    m2: i64,
    turnover: i64,
}

impl Sums {
    fn add(&mut self, day: &PriceDay) {
        self.trades += day.trades;
        self.m2 += day.m2;
        self.turnover = self.turnover.saturating_add(day.turnover);
    }

    fn price(&self) -> Option<String> {
        index_fen(self.turnover, self.m2).map(cny)
    }
}

/// Shows the price index of a region: over a period, by type and grade, and as points of a chart
#[utoipa::path(
    get, path = "/api/v1/public/price-index", tag = "disclosure", params(IndexQuery),
    responses((status = 200, body = PriceIndex), Problems),
    extensions(("x-roles" = json!(["public"])), ("x-effect" = json!("read")))
)]
pub async fn get_price_index(db: Data<Db>, query: Query<IndexQuery>) -> Answer<Json<PriceIndex>> {
    let (query, from, to, days) = read(&db, query.into_inner()).await?;
    let interval = query.interval.unwrap_or(Interval::Day);
    let (mut all, mut points, mut kinds) = (Sums::default(), BTreeMap::new(), BTreeMap::new());
    for day in &days {
        let start = match interval {
            Interval::Day => day.day,
            Interval::Month => day.day.with_day(1).unwrap_or(day.day),
        };
        all.add(day);
        points.entry(start).or_insert_with(Sums::default).add(day);
        kinds.entry((day.wetland_type, day.grade)).or_insert_with(Sums::default).add(day);
    }
    let point = |(day, sums): (NaiveDate, Sums)| {
        let price_per_mu = sums.price()?;
        Some(IndexPoint { day, trades: sums.trades, m2: sums.m2, price_per_mu })
    };
    let kind = |((wetland_type, grade), sums): ((WetlandType, i64), Sums)| {
        let price_per_mu = sums.price()?;
        Some(IndexOfKind { wetland_type, grade, trades: sums.trades, m2: sums.m2, price_per_mu })
    };
    Ok(Json(PriceIndex {
        region: query.region,
        from,
        to,
        trades: all.trades,
        m2: all.m2,
        price_per_mu: all.price(),
        points: points.into_iter().filter_map(point).collect(),
        kinds: kinds.into_iter().filter_map(kind).collect(),
    }))
}

/// Hands out the price index of a region by day, type and grade as CSV for a spreadsheet
#[utoipa::path(
    get, path = "/api/v1/public/price-index.csv", tag = "disclosure", params(IndexQuery),
    responses((status = 200, body = String, content_type = "text/csv", example = json!(
        "\u{feff}区划代码,日期,湿地类型,质量等级,成交笔数,面积（平方米）,指数（元/亩）\r\n360124,2026-09-04,marsh,2,3,10200,94200.00\r\n")),
        Problems),
    extensions(("x-roles" = json!(["public"])), ("x-effect" = json!("read")))
)]
pub async fn export_price_index(db: Data<Db>, query: Query<IndexQuery>) -> Answer<HttpResponse> {
    let (query, _, _, days) = read(&db, query.into_inner()).await?;
    let heads =
        ["区划代码", "日期", "湿地类型", "质量等级", "成交笔数", "面积（平方米）", "指数（元/亩）"];
    let csv = paper::table(&heads, |table| {
        for day in &days {
            let index = index_fen(day.turnover, day.m2).map(cny).unwrap_or_default();
            table.cells(&[
                Cow::Borrowed(query.region.as_str()),
                Cow::Owned(day.day.to_string()),
                Cow::Borrowed(day.wetland_type.as_str()),
                Cow::Owned(day.grade.to_string()),
                Cow::Owned(day.trades.to_string()),
                Cow::Owned(day.m2.to_string()),
                Cow::Owned(index),
            ])?;
        }
        Ok(())
    })?;
    Ok(HttpResponse::Ok().content_type("text/csv; charset=utf-8").body(csv))
}

async fn read(
    db: &Db,
    query: IndexQuery,
) -> Answer<(IndexQuery, NaiveDate, NaiveDate, Vec<PriceDay>)> {
    let to = query.to.unwrap_or_else(|| db.clock().now().date_in_shanghai());
    let from = query.from.or_else(|| to.checked_sub_days(Days::new(DAYS_DEFAULT))).unwrap_or(to);
    check_period(from, to, DAYS_MAX)?;
    let region = query.region.county().unwrap_or_else(|| query.region.clone());
    let key = IndexKey { region, wetland_type: query.wetland_type, grade: query.grade };
    let days = db.read(None, move |c| settlement::price_days(c, &key, (from, to))).await?;
    Ok((query, from, to, days))
}

/// A period ends at most so many days after it begins, and not before.
pub(super) fn check_period(from: NaiveDate, to: NaiveDate, days_max: i64) -> Answer<()> {
    if (0..=days_max).contains(&(to - from).num_days()) {
        return Ok(());
    }
    Err(Failure::Refused(Problem::new(
        actix_web::http::StatusCode::UNPROCESSABLE_ENTITY,
        "bad-period",
        &format!("a period ends at most {days_max} days after it begins, and not before"),
        &format!("期间的终止日不得早于起始日，且不得超过 {days_max} 天"),
    )))
}
