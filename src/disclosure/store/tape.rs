//! The trades of everybody, newest first.

use std::collections::HashSet;

use chrono::NaiveDate;
use diesel::prelude::*;

use crate::inventory::WetlandType;
use crate::kernel::area::SquareMetres;
use crate::kernel::clock::Time;
use crate::kernel::db::{Conn, RawId};
use crate::kernel::money::PricePerMu;
use crate::kernel::problem::Answer;
use crate::kernel::region::RegionCode;
use crate::ledger::BatchId;
use crate::schema::{batches, corrections, trades};
use crate::settlement::TradeId;

/// A trade as the public sees it.
#[derive(Debug, Clone, Queryable)]
pub(in crate::disclosure) struct PublicTradeRow {
    pub(in crate::disclosure) id: TradeId,
    pub(in crate::disclosure) number: String,
    pub(in crate::disclosure) county: RegionCode,
    pub(in crate::disclosure) batch_number: String,
    pub(in crate::disclosure) wetland_type: String,
    pub(in crate::disclosure) grade: i64,
    pub(in crate::disclosure) m2: SquareMetres,
    pub(in crate::disclosure) price: PricePerMu,
    pub(in crate::disclosure) amount_fen: i64,
    pub(in crate::disclosure) related: bool,
    pub(in crate::disclosure) traded_on: NaiveDate,
    pub(in crate::disclosure) traded_at: Time,
}

/// Which trades are asked for.
#[derive(Debug, Clone, Default)]
pub(in crate::disclosure) struct TapeFilter {
    pub(in crate::disclosure) county: Option<RegionCode>,
    pub(in crate::disclosure) wetland_type: Option<WetlandType>,
    pub(in crate::disclosure) grade: Option<i64>,
    pub(in crate::disclosure) from: Option<NaiveDate>,
    pub(in crate::disclosure) to: Option<NaiveDate>,
}

/// A trade of the tape, and whether it was undone (R67).
pub(in crate::disclosure) type Taped = (PublicTradeRow, bool);

/// Batches of a kind up to which each is read by its own index; more of them are common enough to be
/// met on the way.
const BATCHES_MAX: i64 = 64;

/// Returns trades, newest first, each with whether it was undone.
pub(in crate::disclosure) fn tape(
    conn: &mut Conn,
    filter: &TapeFilter,
    before: Option<TradeId>,
    rows_max: i64,
) -> Answer<Vec<Taped>> {
    let rows = trades_of(conn, filter, before, rows_max)?;
    let ids: Vec<RawId> = rows.iter().map(|row| RawId(row.id.uuid())).collect();
    let undone: Vec<RawId> = corrections::table
        .filter(corrections::subject_id.eq_any(&ids))
        .filter(corrections::kind.eq("trade"))
        .filter(corrections::state.eq("approved"))
        .select(corrections::subject_id)
        .load(conn)?;
    let undone: HashSet<RawId> = undone.into_iter().collect();
    let taped = |row: PublicTradeRow| {
        let is_undone = undone.contains(&RawId(row.id.uuid()));
        (row, is_undone)
    };
    Ok(rows.into_iter().map(taped).collect())
}

fn trades_of(
    conn: &mut Conn,
    filter: &TapeFilter,
    before: Option<TradeId>,
    rows_max: i64,
) -> Answer<Vec<PublicTradeRow>> {
    let before = match before {
        Some(id) => match day_of(conn, id)? {
            Some(day) => Some((day, id)),
            None => return Ok(Vec::new()),
        },
        None => None,
    };
    if filter.wetland_type.is_none() && filter.grade.is_none() {
        return page(conn, filter, None, (before, rows_max));
    }
    let batches = batches_of(conn, filter)?;
    if i64::try_from(batches.len()).is_ok_and(|count| count > BATCHES_MAX) {
        return page(conn, filter, None, (before, rows_max));
    }
    let mut found = Vec::new();
    for batch in batches {
        found.extend(page(conn, filter, Some(batch), (before, rows_max))?);
    }
    found.sort_by_key(|row| std::cmp::Reverse((row.traded_on, row.id)));
    found.truncate(usize::try_from(rows_max).unwrap_or(usize::MAX));
    Ok(found)
}

/// The day of the trade at which the page before ended.
fn day_of(conn: &mut Conn, id: TradeId) -> QueryResult<Option<NaiveDate>> {
    trades::table.find(id).select(trades::traded_on).first(conn).optional()
}

/// The batches of the kind that is asked for, and one more than are read each by itself.
fn batches_of(conn: &mut Conn, filter: &TapeFilter) -> QueryResult<Vec<BatchId>> {
    let mut query = batches::table.select(batches::id).into_boxed();
    if let Some(county) = &filter.county {
        query = query.filter(batches::county.eq(county.clone()));
    }
    if let Some(wetland_type) = filter.wetland_type {
        query = query.filter(batches::wetland_type.eq(wetland_type));
    }
    if let Some(grade) = filter.grade {
        query = query.filter(batches::grade.eq(grade));
    }
    query.limit(BATCHES_MAX + 1).load(conn)
}

fn page(
    conn: &mut Conn,
    filter: &TapeFilter,
    batch: Option<BatchId>,
    (before, rows_max): (Option<(NaiveDate, TradeId)>, i64),
) -> Answer<Vec<PublicTradeRow>> {
    let mut query = trades::table
        .inner_join(batches::table.on(batches::id.eq(trades::batch_id)))
        .select((
            trades::id,
            trades::number,
            trades::county,
            batches::number,
            batches::wetland_type,
            batches::grade,
            trades::m2,
            trades::price_fen_per_mu,
            trades::amount_fen,
            trades::related,
            trades::traded_on,
            trades::traded_at,
        ))
        .into_boxed();
    if let Some(batch) = batch {
        query = query.filter(trades::batch_id.eq(batch));
    } else if let Some(county) = &filter.county {
        query = query.filter(trades::county.eq(county.clone()));
    }
    if let Some(wetland_type) = filter.wetland_type {
        query = query.filter(batches::wetland_type.eq(wetland_type));
    }
    if let Some(grade) = filter.grade {
        query = query.filter(batches::grade.eq(grade));
    }
    if let Some(from) = filter.from {
        query = query.filter(trades::traded_on.ge(from));
    }
    if let Some(to) = filter.to {
        query = query.filter(trades::traded_on.le(to));
    }
    if let Some((day, id)) = before {
        query = query
            .filter(trades::traded_on.le(day))
            .filter(trades::traded_on.lt(day).or(trades::id.lt(id)));
    }
    let query = query.order((trades::traded_on.desc(), trades::id.desc())).limit(rows_max);
    Ok(query.load(conn)?)
}
