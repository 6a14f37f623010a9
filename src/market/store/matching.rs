//! Who stands first in the lines of the book.

use diesel::prelude::*;

use super::orders::{OrderRemainderRow, OrderRow};
use super::{ListingRow, RemainderRow};
use crate::inventory::WetlandType;
use crate::kernel::clock::Time;
use crate::kernel::db::{Conn, Tx, record};
use crate::kernel::problem::{Answer, Failure};
use crate::kernel::region::RegionCode;
use crate::market::model::{Listing, ListingId, ListingState, MatchingId, Order};
use crate::schema::{
    listing_matchings, listing_remainders, listings, order_purses, order_remainders, orders,
};

record! {
    /// A row says that a listing is still to be matched with orders that wait.
    pub(crate) struct MatchingRow in listing_matchings {
        id: MatchingId as Id,
        listing_id: ListingId as Id,
        asked_at: Time as Timestamp,
        done_at: Option<Time> as Nullable<Timestamp>,
    }
}

/// A line of the book: of listings those of that grade, of orders those that accept it at worst.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::market) struct Line {
    pub(in crate::market) county: RegionCode,
    pub(in crate::market) wetland_type: WetlandType,
    pub(in crate::market) grade: i64,
}

/// Which part of a line: so many after so many.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::market) struct Part {
    pub(in crate::market) after: i64,
    pub(in crate::market) count: i64,
}

/// Returns open listings of a line, the cheapest first and of equal ones the earlier.
pub(in crate::market) fn asks_in_line(
    conn: &mut Conn,
    line: &Line,
    part: Part,
) -> Answer<Vec<Listing>> {
    let rows: Vec<(ListingRow, RemainderRow)> = listing_remainders::table
        .inner_join(listings::table.on(listings::id.eq(listing_remainders::listing_id)))
        .filter(listing_remainders::state.eq(ListingState::Open))
        .filter(listing_remainders::county.eq(line.county.clone()))
        .filter(listing_remainders::wetland_type.eq(line.wetland_type.as_str()))
        .filter(listing_remainders::grade.eq(line.grade))
        .order((
            listing_remainders::price_fen_per_mu,
            listing_remainders::listed_at,
            listing_remainders::listing_id,
        ))
        .offset(part.after)
        .limit(part.count)
        .select((ListingRow::as_select(), RemainderRow::as_select()))
        .load(conn)?;
    Ok(rows.into_iter().map(Listing::of).collect())
}

/// Returns waiting orders of a line, the highest limit first and of equal ones the earlier.
pub(in crate::market) fn bids_in_line(
    conn: &mut Conn,
    line: &Line,
    part: Part,
) -> Answer<Vec<Order>> {
    let rows: Vec<(OrderRow, OrderRemainderRow)> = order_purses::table
        .inner_join(orders::table.on(orders::id.eq(order_purses::order_id)))
        .inner_join(
            order_remainders::table.on(order_remainders::order_id.eq(order_purses::order_id)),
        )
        // In the words of the index that holds no others.
        .filter(diesel::dsl::sql::<diesel::sql_types::Bool>("order_purses.state = 'open'"))
        .filter(order_purses::county.eq(line.county.clone()))
        .filter(order_purses::wetland_type.eq(line.wetland_type))
        .filter(order_purses::grade_max.eq(line.grade))
        .order((
            order_purses::limit_fen_per_mu.desc(),
            order_purses::placed_at,
            order_purses::order_id,
        ))
        .offset(part.after)
        .limit(part.count)
        .select((OrderRow::as_select(), OrderRemainderRow::as_select()))
        .load(conn)?;
    rows.into_iter().map(Order::of).collect()
}

/// Returns a listing that is still to be matched, the longest waiting first.
pub(in crate::market) fn matching_due(conn: &mut Conn) -> Answer<Option<MatchingRow>> {
    let due = listing_matchings::table
        .filter(listing_matchings::done_at.is_null())
        .order(listing_matchings::id)
        .select(MatchingRow::as_select())
        .first(conn)
        .optional()?;
    Ok(due)
}

pub(in crate::market) fn insert_matching(tx: &mut Tx<'_>, listing_id: ListingId) -> Answer<()> {
    let asked_at = tx.now();
    Ok(tx.insert(&MatchingRow { id: MatchingId::new(), listing_id, asked_at, done_at: None })?)
}

pub(in crate::market) fn finish_matching(tx: &mut Tx<'_>, row: &MatchingRow) -> Answer<()> {
    if row.done_at.is_some() {
        return Err(Failure::broken("a matching is finished once"));
    }
    Ok(tx.update(&MatchingRow { done_at: Some(tx.now()), ..row.clone() })?)
}
