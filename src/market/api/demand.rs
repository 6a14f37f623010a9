//! The demand board (求购): what waits to be bought, for everybody to see.

use actix_web::web::{Data, Json, Query};
use chrono::{Days, NaiveDate};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::{IntoParams, ToSchema};

use crate::inventory::WetlandType;
use crate::kernel::clock::Time;
use crate::kernel::db::{Conn, Db};
use crate::kernel::money::PricePerMu;
use crate::kernel::operations::{Operations, operations};
use crate::kernel::page::{Page, PageQuery};
use crate::kernel::problem::{Answer, Failure};
use crate::kernel::region::RegionCode;
use crate::market::model::{Order, OrderId};
use crate::market::store::{self, DemandDayRow, DemandFilter};
use crate::settlement::{self, Reach};
use crate::web::Problems;

/// How many days one answer covers at most.
const DAYS_MAX: i64 = 366;

pub(super) fn operations() -> Operations {
    operations![list_demand, list_demand_days]
}

/// Which demand is asked for.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct DemandQuery {
    /// The county in which the buyer needs the credits.
    #[param(value_type = Option<String>, example = "360124")]
    county: Option<RegionCode>,
    /// A township or county that could sell: shows what its credits may be used for, as far as its
    /// county lets them go (R46).
    #[param(value_type = Option<String>, example = "360124500")]
    near: Option<RegionCode>,
    #[param(inline, example = "marsh")]
    wetland_type: Option<WetlandType>,
    /// The grade that is on hand: shows the orders that accept it.
    #[param(minimum = 1, maximum = 5, example = 2)]
    grade: Option<i64>,
}

/// An order that waits, as the public sees it; who asks only where the buyer chose to be shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct DemandView {
    pub order_id: OrderId,
    /// How much is still wanted.
    #[schema(example = 4000)]
    pub m2: i64,
    /// The highest price that is paid.
    pub price_per_mu: PricePerMu,
    pub wetland_type: WetlandType,
    /// The worst grade that is accepted, 1 (best) to 5.
    #[schema(example = 3)]
    pub grade_max: i64,
    /// Where the credits are needed.
    pub county: RegionCode,
    /// Where they may come from.
    pub trading_area: RegionCode,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "赣鄱示例公路建设有限公司")]
    pub buyer_name: Option<String>,
    pub placed_at: Time,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_to: Option<NaiveDate>,
}

impl From<Order> for DemandView {
    fn from(it: Order) -> Self {
        Self {
            order_id: it.id,
            m2: it.left_m2,
            price_per_mu: it.limit,
            wetland_type: it.wetland_type,
            grade_max: it.grade_max,
            county: it.place,
            trading_area: it.trading_area,
            buyer_name: it.shows_buyer.then_some(it.buyer_name),
            placed_at: it.placed_at,
            valid_to: it.valid_to,
        }
    }
}

/// Lists what waits to be bought, newest first
#[utoipa::path(
    get, path = "/api/v1/public/demand", tag = "market", params(DemandQuery, PageQuery),
    responses((status = 200, body = Page<DemandView>), Problems),
    extensions(("x-roles" = json!(["public"])), ("x-effect" = json!("read")))
)]
pub async fn list_demand(
    db: Data<Db>,
    query: Query<DemandQuery>,
    page: Query<PageQuery>,
) -> Answer<Json<Page<DemandView>>> {
    let (before, limit, query) = (page.after()?, page.limit() + 1, query.into_inner());
    let read = move |c: &mut Conn| match filter(c, query)? {
        Some(filter) => store::demand_page(c, &filter, before, limit),
        None => Ok(Vec::new()),
    };
    let rows = db.read_snapshot(None, read).await?;
    Ok(Json(Page::of(rows, &page, |row| row.id.uuid(), DemandView::from)))
}

/// The filter that a question means; `None` when nothing can fit.
fn filter(conn: &mut Conn, query: DemandQuery) -> Answer<Option<DemandFilter>> {
    let DemandQuery { county, near, wetland_type, grade } = query;
    let mut filter = DemandFilter { areas: Vec::new(), place: county, wetland_type, grade };
    let Some(near) = near else { return Ok(Some(filter)) };
    let Some(home) = near.county() else { return Ok(Some(filter)) };
    let reach = settlement::reach_of_county(conn, &home)?;
    filter.areas = [Some(home.clone()), home.prefecture(), Some(home.province())]
        .into_iter()
        .flatten()
        .collect();
    let reached = match reach {
        Reach::County => home.clone(),
        Reach::Prefecture => home.prefecture().unwrap_or(home),
        Reach::Province => home.province(),
    };
    filter.place = match filter.place {
        None => Some(reached),
        // The narrower of both, if one lies in the other.
        Some(place) if place.is_within(&reached) => Some(place),
        Some(place) if reached.is_within(&place) => Some(reached),
        Some(_) => return Ok(None),
    };
    Ok(Some(filter))
}

/// Of which county and days the demand is asked for.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct DemandDaysQuery {
    #[param(value_type = String, example = "360124")]
    county: RegionCode,
    /// The first day; without one thirty days before the last.
    #[param(example = "2026-09-01")]
    from: Option<NaiveDate>,
    /// The last day, at most 366 days after the first; without one today.
    #[param(example = "2026-09-30")]
    to: Option<NaiveDate>,
    #[param(inline, example = "marsh")]
    wetland_type: Option<WetlandType>,
    #[param(minimum = 1, maximum = 5, example = 2)]
    grade: Option<i64>,
}

/// What was wanted and on offer of a type and grade at the end of a day, in m². Orders count under
/// the worst grade that they accept and in the county where the credits are needed, listings under
/// their own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct DemandDayView {
    #[schema(example = "2026-09-04")]
    pub day: NaiveDate,
    pub wetland_type: WetlandType,
    /// 1 (best) to 5.
    #[schema(example = 2)]
    pub grade: i64,
    #[schema(example = 12000)]
    pub wanted_m2: i64,
    #[schema(example = 8000)]
    pub offered_m2: i64,
    /// By how much more was wanted than offered of this grade or better, at least 0.
    #[schema(example = 4000)]
    pub short_m2: i64,
}

/// The demand of a county over some days.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct DemandDaysView {
    pub county: RegionCode,
    #[schema(example = "2026-09-01")]
    pub from: NaiveDate,
    #[schema(example = "2026-09-30")]
    pub to: NaiveDate,
    /// Days on which something changed, after the state with which the period began.
    pub items: Vec<DemandDayView>,
}

/// Shows what was wanted, offered and short in a county by type, grade and day
#[utoipa::path(
    get, path = "/api/v1/public/demand-days", tag = "market", params(DemandDaysQuery),
    responses((status = 200, body = DemandDaysView), Problems),
    extensions(("x-roles" = json!(["public"])), ("x-effect" = json!("read")))
)]
pub async fn list_demand_days(
    db: Data<Db>,
    query: Query<DemandDaysQuery>,
) -> Answer<Json<DemandDaysView>> {
    let it = query.into_inner();
    let to = it.to.unwrap_or_else(|| db.clock().now().date_in_shanghai());
    let from = it.from.unwrap_or_else(|| to.checked_sub_days(Days::new(30)).unwrap_or(to));
    if !(0..=DAYS_MAX).contains(&(to - from).num_days()) {
        return Err(Failure::Refused(super::bad_period(DAYS_MAX)));
    }
    let county = it.county.clone();
    let rows = db.read(None, move |c| store::demand_days_of(c, &county, (from, to))).await?;
    let mut items = with_shortage(rows, from);
    items.retain(|day| it.wetland_type.is_none_or(|wanted| day.wetland_type == wanted));
    items.retain(|day| it.grade.is_none_or(|wanted| day.grade == wanted));
    Ok(Json(DemandDaysView { county: it.county, from, to, items }))
}

/// Adds the shortage of each day: who accepts a grade accepts any better one, so wanted and offered
/// are added up from the best grade on.
fn with_shortage(rows: Vec<DemandDayRow>, from: NaiveDate) -> Vec<DemandDayView> {
    let mut standing: BTreeMap<(WetlandType, i64), (i64, i64)> = BTreeMap::new();
    let mut by_day: BTreeMap<NaiveDate, Vec<DemandDayRow>> = BTreeMap::new();
    for row in rows {
        by_day.entry(row.day.max(from)).or_default().push(row);
    }
    let mut items = Vec::new();
    for (day, rows) in by_day {
        for row in &rows {
            standing.insert((row.wetland_type, row.grade), (row.wanted_m2, row.offered_m2));
        }
        let mut types: Vec<WetlandType> = rows.iter().map(|row| row.wetland_type).collect();
        types.sort_unstable();
        types.dedup();
        for wetland_type in types {
            let (mut wanted, mut offered) = (0, 0);
            for grade in 1..=5 {
                let Some(now) = standing.get(&(wetland_type, grade)) else { continue };
                (wanted, offered) = (wanted + now.0, offered + now.1);
                items.push(DemandDayView {
                    day,
                    wetland_type,
                    grade,
                    wanted_m2: now.0,
                    offered_m2: now.1,
                    short_m2: (wanted - offered).max(0),
                });
            }
        }
    }
    items
}
