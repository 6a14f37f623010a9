//! The tables of objections and draws.

use chrono::NaiveDate;
use diesel::prelude::*;

use crate::kernel::clock::Time;
use crate::kernel::db::{Conn, record};
use crate::kernel::ids::{OrganisationId, UserId};
use crate::kernel::problem::{Answer, Failure};
use crate::kernel::region::RegionCode;
use crate::market::auctions::model::{
    AuctionDrawId, AuctionId, AuctionObjectionId, ObjectionState,
};
use crate::schema::{auction_draws, auction_objections};

record! {
    /// A row is an objection to the result of an auction.
    pub(crate) struct ObjectionRow in auction_objections {
        id: AuctionObjectionId as Id,
        auction_id: AuctionId as Id,
        number: String as Text,
        county: RegionCode as Text,
        author: String as Text,
        contact: String as Text,
        said: String as Text,
        made_at: Time as Timestamp,
        admit_by: NaiveDate as Date,
        decide_by: Option<NaiveDate> as Nullable<Date>,
        state: ObjectionState as Text,
        admitted_by: Option<UserId> as Nullable<Id>,
        admitted_at: Option<Time> as Nullable<Timestamp>,
        decided_by: Option<UserId> as Nullable<Id>,
        decided_at: Option<Time> as Nullable<Timestamp>,
        answer: Option<String> as Nullable<Text>,
    }
}

record! {
    /// A row is a draw of the order of equal bids.
    pub(crate) struct DrawRow in auction_draws {
        id: AuctionDrawId as Id,
        auction_id: AuctionId as Id,
        tied: String as Text,
        nonce_hash: String as Text,
        announced_by: UserId as Id,
        organisation_id: OrganisationId as Id,
        moment: Time as Timestamp,
        reveal_by: Time as Timestamp,
        nonce: Option<String> as Nullable<Text>,
        head_seq: Option<i64> as Nullable<BigInt>,
        seed: Option<String> as Nullable<Text>,
        drawn: Option<String> as Nullable<Text>,
        drawn_at: Option<Time> as Nullable<Timestamp>,
    }
}

/// Returns the objections to a result, the first first; there are few at most.
pub(in crate::market::auctions) fn objections(
    conn: &mut Conn,
    auction: AuctionId,
) -> Answer<Vec<ObjectionRow>> {
    Ok(auction_objections::table
        .filter(auction_objections::auction_id.eq(auction))
        .order(auction_objections::id)
        .select(ObjectionRow::as_select())
        .load(conn)?)
}

/// Returns one objection; an unknown id is not found.
pub(in crate::market::auctions) fn objection(
    conn: &mut Conn,
    id: AuctionObjectionId,
) -> Answer<ObjectionRow> {
    let query = auction_objections::table.find(id).select(ObjectionRow::as_select());
    query.first(conn).optional()?.ok_or_else(Failure::not_found)
}

/// Returns the objections in a county, or in all, newest first.
pub(in crate::market::auctions) fn objections_page(
    conn: &mut Conn,
    county: Option<RegionCode>,
    before: Option<AuctionObjectionId>,
    rows_max: i64,
) -> Answer<Vec<ObjectionRow>> {
    let mut query = auction_objections::table.select(ObjectionRow::as_select()).into_boxed();
    if let Some(county) = county {
        query = query.filter(auction_objections::county.eq(county));
    }
    if let Some(before) = before {
        query = query.filter(auction_objections::id.lt(before));
    }
    Ok(query.order(auction_objections::id.desc()).limit(rows_max).load(conn)?)
}

/// Returns the draws of an auction, the last first.
pub(in crate::market::auctions) fn draws(
    conn: &mut Conn,
    auction: AuctionId,
    rows_max: i64,
) -> Answer<Vec<DrawRow>> {
    Ok(auction_draws::table
        .filter(auction_draws::auction_id.eq(auction))
        .order(auction_draws::id.desc())
        .limit(rows_max)
        .select(DrawRow::as_select())
        .load(conn)?)
}

/// Returns one draw; an unknown id is not found.
pub(in crate::market::auctions) fn draw(conn: &mut Conn, id: AuctionDrawId) -> Answer<DrawRow> {
    let query = auction_draws::table.find(id).select(DrawRow::as_select());
    query.first(conn).optional()?.ok_or_else(Failure::not_found)
}
