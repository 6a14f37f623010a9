//! What the price index is made of: turnover by region, type, grade and day.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use chrono::NaiveDate;
use diesel::prelude::*;

use super::{TradeRow, trade};
use crate::certification;
use crate::inventory::WetlandType;
use crate::kernel::db::{Conn, Tx, derived_record};
use crate::kernel::problem::{Answer, Failure};
use crate::kernel::region::RegionCode;
use crate::schema::price_days as days;
use crate::settlement::model::TradeId;

derived_record! {
    /// A row is what was traded of a type and grade in a region on one day.
    pub(crate) struct PriceDayRow in price_days {
        region: RegionCode as Text,
        wetland_type: WetlandType as Text,
        grade: i64 as BigInt,
        day: NaiveDate as Date,
        trades: i64 as BigInt,
        m2: i64 as BigInt,
        turnover: i64 as BigInt,
    }
    replacing (region, wetland_type, grade, day) set (trades, m2, turnover)
}

/// What an index is of: a county, prefecture or province, and of one type and grade or of all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IndexKey {
    pub region: RegionCode,
    pub wetland_type: Option<WetlandType>,
    pub grade: Option<i64>,
}

/// What was traded of a type and grade in a region on one day, related parties and undone trades
/// left out (R48, R67). Turnover is the sum of m² × price in fen per mu, so that its quotient with
/// the m² is the index.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PriceDay {
    pub wetland_type: WetlandType,
    pub grade: i64,
    pub day: NaiveDate,
    pub trades: i64,
    pub m2: i64,
    pub turnover: i64,
}

impl From<PriceDayRow> for PriceDay {
    fn from(row: PriceDayRow) -> Self {
        Self {
            wetland_type: row.wetland_type,
            grade: row.grade,
            day: row.day,
            trades: row.trades,
            m2: row.m2,
            turnover: row.turnover,
        }
    }
}

type Key = (RegionCode, WetlandType, i64, NaiveDate);

/// Adds trades to the days of their county, prefecture and province; those of related parties count
/// in no index (R48).
pub(super) fn add_to_index<'r>(
    tx: &mut Tx<'_>,
    rows: impl Iterator<Item = &'r TradeRow>,
) -> Answer<()> {
    let rows: Vec<&TradeRow> = rows.filter(|row| !row.related).collect();
    change(tx, &rows, 1)
}

/// Takes a trade that was undone out of the index of its day.
pub fn take_out_of_index(tx: &mut Tx<'_>, id: TradeId) -> Answer<()> {
    let row = trade(tx.conn(), id)?;
    if row.related { Ok(()) } else { change(tx, &[&row], -1) }
}

fn change(tx: &mut Tx<'_>, rows: &[&TradeRow], sign: i64) -> Answer<()> {
    let mut ids: Vec<_> = rows.iter().map(|row| row.batch_id).collect();
    ids.sort_unstable();
    ids.dedup();
    let kinds = certification::kinds(tx.conn(), &ids)?;
    let mut changed: BTreeMap<Key, PriceDayRow> = BTreeMap::new();
    for row in rows {
        let (wetland_type, grade) =
            *kinds.get(&row.batch_id).ok_or_else(|| Failure::broken("a trade has its batch"))?;
        let county = &row.county;
        let regions = [Some(county.clone()), county.prefecture(), Some(county.province())];
        for region in regions.into_iter().flatten() {
            let key = (region, wetland_type, grade, row.traded_on);
            let day = match changed.entry(key.clone()) {
                Entry::Occupied(day) => day.into_mut(),
                Entry::Vacant(day) => day.insert(load_day(tx.conn(), key)?),
            };
            let turnover = row.m2.get().checked_mul(row.price_fen_per_mu.fen());
            let turnover = turnover.and_then(|fen| day.turnover.checked_add(sign * fen));
            day.turnover = turnover.ok_or_else(|| Failure::broken("a turnover fits 64 bits"))?;
            day.trades += sign;
            day.m2 += sign * row.m2.get();
        }
    }
    Ok(tx.insert_derived(&changed.into_values().collect::<Vec<_>>())?)
}

fn load_day(conn: &mut Conn, key: Key) -> QueryResult<PriceDayRow> {
    let (region, wetland_type, grade, day) = key;
    let found = days::table
        .find((region.clone(), wetland_type, grade, day))
        .select(PriceDayRow::as_select())
        .first(conn)
        .optional()?;
    let none = PriceDayRow { region, wetland_type, grade, day, trades: 0, m2: 0, turnover: 0 };
    Ok(found.unwrap_or(none))
}

/// Returns the days of an index from the first to the last, in order; types and grades apart.
pub fn price_days(
    conn: &mut Conn,
    key: &IndexKey,
    (from, to): (NaiveDate, NaiveDate),
) -> Answer<Vec<PriceDay>> {
    let mut query = days::table
        .filter(days::region.eq(key.region.clone()))
        .filter(days::day.between(from, to))
        .filter(days::m2.gt(0))
        .into_boxed();
    if let Some(wetland_type) = key.wetland_type {
        query = query.filter(days::wetland_type.eq(wetland_type));
    }
    if let Some(grade) = key.grade {
        query = query.filter(days::grade.eq(grade));
    }
    let rows: Vec<PriceDayRow> = query
        .order((days::day, days::wetland_type, days::grade))
        .select(PriceDayRow::as_select())
        .load(conn)?;
    Ok(rows.into_iter().map(PriceDay::from).collect())
}

/// Returns the newest day before that one on which a type and grade was traded in a region.
pub fn last_price_day(
    conn: &mut Conn,
    region: &RegionCode,
    (wetland_type, grade): (WetlandType, i64),
    before: NaiveDate,
) -> Answer<Option<PriceDay>> {
    let row: Option<PriceDayRow> = days::table
        .filter(days::region.eq(region.clone()))
        .filter(days::wetland_type.eq(wetland_type))
        .filter(days::grade.eq(grade))
        .filter(days::day.lt(before))
        .filter(days::m2.gt(0))
        .order(days::day.desc())
        .select(PriceDayRow::as_select())
        .first(conn)
        .optional()?;
    Ok(row.map(PriceDay::from))
}
