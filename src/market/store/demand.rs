//! What is wanted and what is on offer: the board of waiting orders, and both by day.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use diesel::prelude::*;

use super::orders::{OrderRemainderRow, OrderRow, is_waiting};
use crate::inventory::WetlandType;
use crate::kernel::db::{Conn, Tx, derived_record};
use crate::kernel::problem::Answer;
use crate::kernel::region::RegionCode;
use crate::market::model::{Order, OrderId};
use crate::schema::{demand_days, order_remainders, orders};

derived_record! {
    /// A row is what was wanted and on offer of a type and grade in a county at the end of a day.
    pub(crate) struct DemandDayRow in demand_days {
        county: RegionCode as Text,
        wetland_type: WetlandType as Text,
        grade: i64 as BigInt,
        day: NaiveDate as Date,
        wanted_m2: i64 as BigInt,
        offered_m2: i64 as BigInt,
    }
    replacing (county, wetland_type, grade, day) set (wanted_m2, offered_m2)
}

/// What there is more or less of now, by county, type and grade.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::market) struct Shift(BTreeMap<(RegionCode, WetlandType, i64), (i64, i64)>);

impl Shift {
    pub(in crate::market) fn want(&mut self, order: &Order, m2: i64) {
        let key = (order.place.clone(), order.wetland_type, order.grade_max);
        self.0.entry(key).or_default().0 += m2;
    }

    pub(in crate::market) fn offer(&mut self, listing: &crate::market::model::Listing, m2: i64) {
        // A listing copies the type of its batch, which is one of ours.
        if let Ok(wetland_type) = listing.wetland_type.parse() {
            let key = (listing.county.clone(), wetland_type, listing.grade);
            self.0.entry(key).or_default().1 += m2;
        }
    }
}

/// Adds a shift to its day; what comes to nothing is kept as well, so that every day on which
/// something happened has its row.
pub(in crate::market) fn save_shift(tx: &mut Tx<'_>, shift: Shift) -> Answer<()> {
    let day = tx.now().date_in_shanghai();
    let mut rows = Vec::with_capacity(shift.0.len());
    for ((county, wetland_type, grade), (wanted, offered)) in shift.0 {
        let last: Option<(i64, i64)> = demand_days::table
            .filter(demand_days::county.eq(county.clone()))
            .filter(demand_days::wetland_type.eq(wetland_type))
            .filter(demand_days::grade.eq(grade))
            .order(demand_days::day.desc())
            .select((demand_days::wanted_m2, demand_days::offered_m2))
            .first(tx.conn())
            .optional()?;
        let (wanted_before, offered_before) = last.unwrap_or_default();
        rows.push(DemandDayRow {
            county,
            wetland_type,
            grade,
            day,
            wanted_m2: wanted_before + wanted,
            offered_m2: offered_before + offered,
        });
    }
    Ok(tx.insert_derived(&rows)?)
}

/// Which demand is asked for.
#[derive(Debug, Clone, Default)]
pub(in crate::market) struct DemandFilter {
    /// Orders that may be filled from one of these regions; each order names one.
    pub(in crate::market) areas: Vec<RegionCode>,
    /// Orders of buyers whose place lies in it.
    pub(in crate::market) place: Option<RegionCode>,
    pub(in crate::market) wetland_type: Option<WetlandType>,
    /// Orders that accept this grade.
    pub(in crate::market) grade: Option<i64>,
}

/// Returns waiting orders, newest first.
pub(in crate::market) fn demand_page(
    conn: &mut Conn,
    filter: &DemandFilter,
    before: Option<OrderId>,
    rows_max: i64,
) -> Answer<Vec<Order>> {
    if filter.areas.is_empty() {
        return demand_in(conn, filter, None, (before, rows_max));
    }
    // Each area by its own index, so that no more is read than is shown.
    let mut found = Vec::new();
    for area in &filter.areas {
        found.extend(demand_in(conn, filter, Some(area), (before, rows_max))?);
    }
    found.sort_by_key(|order| std::cmp::Reverse(order.id));
    found.truncate(usize::try_from(rows_max).unwrap_or(usize::MAX));
    Ok(found)
}

fn demand_in(
    conn: &mut Conn,
    filter: &DemandFilter,
    area: Option<&RegionCode>,
    (before, rows_max): (Option<OrderId>, i64),
) -> Answer<Vec<Order>> {
    let mut query = order_remainders::table
        .inner_join(orders::table.on(orders::id.eq(order_remainders::order_id)))
        .filter(is_waiting())
        .select((OrderRow::as_select(), OrderRemainderRow::as_select()))
        .into_boxed();
    if let Some(area) = area {
        query = query.filter(order_remainders::area.eq(area.clone()));
    }
    if let Some(place) = &filter.place {
        query = query.filter(order_remainders::place.like(format!("{place}%")));
    }
    if let Some(wetland_type) = filter.wetland_type {
        query = query.filter(order_remainders::wetland_type.eq(wetland_type));
    }
    if let Some(grade) = filter.grade {
        query = query.filter(order_remainders::grade_max.ge(grade));
    }
    if let Some(before) = before {
        query = query.filter(order_remainders::order_id.lt(before));
    }
    let rows: Vec<(OrderRow, OrderRemainderRow)> =
        query.order(order_remainders::order_id.desc()).limit(rows_max).load(conn)?;
    rows.into_iter().map(Order::of).collect()
}

/// Returns the days of a county from the first to the last, and for each type and grade the last day
/// before them, so that what stood then is known.
pub(in crate::market) fn demand_days_of(
    conn: &mut Conn,
    county: &RegionCode,
    (from, to): (NaiveDate, NaiveDate),
) -> Answer<Vec<DemandDayRow>> {
    let mut rows: Vec<DemandDayRow> = Vec::new();
    for wetland_type in WetlandType::ALL {
        for grade in 1..=5 {
            let before: Option<DemandDayRow> = demand_days::table
                .filter(demand_days::county.eq(county.clone()))
                .filter(demand_days::wetland_type.eq(*wetland_type))
                .filter(demand_days::grade.eq(grade))
                .filter(demand_days::day.lt(from))
                .order(demand_days::day.desc())
                .select(DemandDayRow::as_select())
                .first(conn)
                .optional()?;
            rows.extend(before);
        }
    }
    let within: Vec<DemandDayRow> = demand_days::table
        .filter(demand_days::county.eq(county.clone()))
        .filter(demand_days::day.between(from, to))
        .order((demand_days::day, demand_days::wetland_type, demand_days::grade))
        .select(DemandDayRow::as_select())
        .load(conn)?;
    rows.extend(within);
    Ok(rows)
}
