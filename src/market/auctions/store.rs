//! The tables of auctions.

mod objections;
mod rows;

use diesel::prelude::*;

pub(super) use self::objections::{
    DrawRow, ObjectionRow, draw, draws, objection, objections, objections_page,
};
use self::rows::{AuctionRow, StandingRow};
pub(super) use self::rows::{AwardRow, BidRow, BidderRow};
use super::model::{
    Auction, AuctionId, AuctionKind, AuctionState, Award, AwardId, Bid, Bidder, DepositOutcome,
};
use crate::kernel::clock::Time;
use crate::kernel::db::{Conn, Tx};
use crate::kernel::ids::OrganisationId;
use crate::kernel::problem::{Answer, Failure};
use crate::kernel::region::RegionCode;
use crate::ledger::BatchId;
use crate::schema::{auction_awards, auction_bidders, auction_bids, auction_standings, auctions};

/// Returns one auction; an unknown id is not found.
pub(in crate::market) fn auction(conn: &mut Conn, id: AuctionId) -> Answer<Auction> {
    let rows: Option<(AuctionRow, StandingRow)> = auctions::table
        .inner_join(auction_standings::table.on(auction_standings::id.eq(auctions::id)))
        .filter(auctions::id.eq(id))
        .select((AuctionRow::as_select(), StandingRow::as_select()))
        .first(conn)
        .optional()?;
    rows.map(Auction::of).ok_or_else(Failure::not_found)
}

pub(super) fn insert(tx: &mut Tx<'_>, auction: &Auction) -> Answer<()> {
    tx.insert(&AuctionRow::of(auction))?;
    Ok(tx.insert(&StandingRow::of(auction))?)
}

/// Saves how far the auction is.
pub(super) fn save_standing(tx: &mut Tx<'_>, auction: &Auction) -> Answer<()> {
    Ok(tx.update(&StandingRow::of(auction))?)
}

/// Returns auctions for which the clock has something to do, the longest due first.
pub(super) fn due(conn: &mut Conn, now: Time, rows_max: i64) -> QueryResult<Vec<AuctionId>> {
    auction_standings::table
        .filter(auction_standings::due_at.le(now))
        .order(auction_standings::due_at)
        .limit(rows_max)
        .select(auction_standings::id)
        .load(conn)
}

/// Returns a bounded number of a seller's auctions of a batch that are not over, the newest first.
pub(super) fn running_of(
    conn: &mut Conn,
    batch: BatchId,
    seller: OrganisationId,
    rows_max: i64,
) -> Answer<Vec<Auction>> {
    let rows: Vec<(AuctionRow, StandingRow)> = auctions::table
        .inner_join(auction_standings::table.on(auction_standings::id.eq(auctions::id)))
        .filter(auctions::seller_id.eq(seller))
        .filter(auctions::batch_id.eq(batch))
        .filter(auction_standings::left_m2.gt(0))
        .order(auctions::id.desc())
        .limit(rows_max)
        .select((AuctionRow::as_select(), StandingRow::as_select()))
        .load(conn)?;
    Ok(rows.into_iter().map(Auction::of).collect())
}

/// Which auctions are asked for.
#[derive(Debug, Clone, Default)]
pub(super) struct AuctionFilter {
    pub(super) state: Option<AuctionState>,
    pub(super) kind: Option<AuctionKind>,
    pub(super) county: Option<RegionCode>,
    pub(super) seller: Option<OrganisationId>,
}

/// Returns auctions, newest first.
pub(super) fn page(
    conn: &mut Conn,
    filter: &AuctionFilter,
    before: Option<AuctionId>,
    rows_max: i64,
) -> Answer<Vec<Auction>> {
    let mut query = auctions::table
        .inner_join(auction_standings::table.on(auction_standings::id.eq(auctions::id)))
        .select((AuctionRow::as_select(), StandingRow::as_select()))
        .into_boxed();
    if let Some(state) = filter.state {
        query = query.filter(auction_standings::state.eq(state));
    }
    if let Some(kind) = filter.kind {
        query = query.filter(auctions::kind.eq(kind));
    }
    if let Some(county) = &filter.county {
        query = query.filter(auctions::county.eq(county.clone()));
    }
    if let Some(seller) = filter.seller {
        query = query.filter(auctions::seller_id.eq(seller));
    }
    if let Some(before) = before {
        query = query.filter(auctions::id.lt(before));
    }
    let rows: Vec<(AuctionRow, StandingRow)> =
        query.order(auctions::id.desc()).limit(rows_max).load(conn)?;
    Ok(rows.into_iter().map(Auction::of).collect())
}

/// Returns the bidder that an organisation is in an auction, if it is one.
pub(super) fn bidder(
    conn: &mut Conn,
    auction: AuctionId,
    organisation: OrganisationId,
) -> Answer<Option<Bidder>> {
    let row: Option<BidderRow> = auction_bidders::table
        .filter(auction_bidders::auction_id.eq(auction))
        .filter(auction_bidders::bidder_id.eq(organisation))
        .select(BidderRow::as_select())
        .first(conn)
        .optional()?;
    Ok(row.map(Bidder::from))
}

/// Returns the bidders of an auction whose deposits are still held; there are few hundred at most.
pub(super) fn holding(conn: &mut Conn, auction: AuctionId) -> Answer<Vec<Bidder>> {
    let rows: Vec<BidderRow> = auction_bidders::table
        .filter(auction_bidders::auction_id.eq(auction))
        .filter(auction_bidders::outcome.eq(DepositOutcome::Held))
        .order(auction_bidders::n)
        .select(BidderRow::as_select())
        .load(conn)?;
    Ok(rows.into_iter().map(Bidder::from).collect())
}

/// Returns how many bidders an auction has.
pub(super) fn count_bidders(conn: &mut Conn, auction: AuctionId) -> QueryResult<i64> {
    let of_auction = auction_bidders::table.filter(auction_bidders::auction_id.eq(auction));
    of_auction.count().get_result(conn)
}

/// Returns an organisation's registrations, newest first.
pub(super) fn bidders_page(
    conn: &mut Conn,
    organisation: OrganisationId,
    before: Option<super::model::BidderId>,
    rows_max: i64,
) -> Answer<Vec<Bidder>> {
    let mut query = auction_bidders::table
        .filter(auction_bidders::bidder_id.eq(organisation))
        .select(BidderRow::as_select())
        .into_boxed();
    if let Some(before) = before {
        query = query.filter(auction_bidders::id.lt(before));
    }
    let rows: Vec<BidderRow> =
        query.order(auction_bidders::id.desc()).limit(rows_max).load(conn)?;
    Ok(rows.into_iter().map(Bidder::from).collect())
}

/// Whether an organisation has bid in an auction where each bids once.
pub(super) fn has_bid(
    conn: &mut Conn,
    auction: AuctionId,
    organisation: OrganisationId,
) -> QueryResult<bool> {
    let of_auction = auction_bids::table.filter(auction_bids::auction_id.eq(auction));
    let its = of_auction.filter(auction_bids::bidder_id.eq(organisation));
    diesel::select(diesel::dsl::exists(its)).get_result(conn)
}

/// Returns the sealed bids of an auction in the order in which they came: one of each bidder.
pub(super) fn sealed_bids(conn: &mut Conn, auction: AuctionId) -> Answer<Vec<Bid>> {
    let rows: Vec<BidRow> = auction_bids::table
        .filter(auction_bids::auction_id.eq(auction))
        .order(auction_bids::n)
        .select(BidRow::as_select())
        .load(conn)?;
    Ok(rows.into_iter().map(Bid::from).collect())
}

/// Returns one bid.
pub(super) fn bid(conn: &mut Conn, id: super::model::BidId) -> Answer<Bid> {
    let row: Option<BidRow> =
        auction_bids::table.find(id).select(BidRow::as_select()).first(conn).optional()?;
    row.map(Bid::from).ok_or_else(Failure::not_found)
}

/// Which bids of an auction are asked for.
#[derive(Debug, Clone, Copy)]
pub(super) struct BidFilter {
    pub(super) auction: AuctionId,
    /// Only those of this organisation, while bids are sealed.
    pub(super) bidder: Option<OrganisationId>,
}

/// Returns bids, newest first.
pub(super) fn bids_page(
    conn: &mut Conn,
    filter: &BidFilter,
    before: Option<super::model::BidId>,
    rows_max: i64,
) -> Answer<Vec<Bid>> {
    let mut query = auction_bids::table
        .filter(auction_bids::auction_id.eq(filter.auction))
        .select(BidRow::as_select())
        .into_boxed();
    if let Some(bidder) = filter.bidder {
        query = query.filter(auction_bids::bidder_id.eq(bidder));
    }
    if let Some(before) = before {
        let n = auction_bids::table.find(before).select(auction_bids::n).first::<i64>(conn);
        let Some(n) = n.optional()? else { return Ok(Vec::new()) };
        query = query.filter(auction_bids::n.lt(n));
    }
    let rows: Vec<BidRow> = query.order(auction_bids::n.desc()).limit(rows_max).load(conn)?;
    Ok(rows.into_iter().map(Bid::from).collect())
}

/// Returns what was won in an auction, the best first; as many as bidders at most.
pub(super) fn awards(conn: &mut Conn, auction: AuctionId) -> Answer<Vec<Award>> {
    let rows: Vec<AwardRow> = auction_awards::table
        .filter(auction_awards::auction_id.eq(auction))
        .order(auction_awards::id)
        .select(AwardRow::as_select())
        .load(conn)?;
    Ok(rows.into_iter().map(Award::from).collect())
}

/// Returns one award; an unknown id is not found.
pub(super) fn award(conn: &mut Conn, id: AwardId) -> Answer<Award> {
    let row: Option<AwardRow> =
        auction_awards::table.find(id).select(AwardRow::as_select()).first(conn).optional()?;
    row.map(Award::from).ok_or_else(Failure::not_found)
}

/// Returns awards that are in default, the longest first.
pub(super) fn overdue(conn: &mut Conn, now: Time, rows_max: i64) -> QueryResult<Vec<AwardId>> {
    auction_awards::table
        .filter(auction_awards::due_at.le(now))
        .order(auction_awards::due_at)
        .limit(rows_max)
        .select(auction_awards::id)
        .load(conn)
}

/// Returns an organisation's awards, newest first.
pub(super) fn awards_page(
    conn: &mut Conn,
    organisation: OrganisationId,
    before: Option<AwardId>,
    rows_max: i64,
) -> Answer<Vec<Award>> {
    let mut query = auction_awards::table
        .filter(auction_awards::bidder_id.eq(organisation))
        .select(AwardRow::as_select())
        .into_boxed();
    if let Some(before) = before {
        query = query.filter(auction_awards::id.lt(before));
    }
    let rows: Vec<AwardRow> = query.order(auction_awards::id.desc()).limit(rows_max).load(conn)?;
    Ok(rows.into_iter().map(Award::from).collect())
}
