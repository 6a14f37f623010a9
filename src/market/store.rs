//! The tables of the market.

mod bands;
mod demand;
mod matching;
mod orders;

use std::collections::HashMap;

use chrono::NaiveDate;
use diesel::prelude::*;

use super::model::{
    EndKind, Listing, ListingCutId, ListingEndId, ListingId, ListingState, OffersWanted,
};
use crate::certification::LossId;
use crate::kernel::area::SquareMetres;
use crate::kernel::clock::Time;
use crate::kernel::db::{Conn, Tx, derived_record, record};
use crate::kernel::ids::{OrganisationId, UserId};
use crate::kernel::money::PricePerMu;
use crate::kernel::problem::{Answer, Failure};
use crate::kernel::region::RegionCode;
use crate::ledger::BatchId;
use crate::schema::{listing_ends, listing_remainders, listings};

pub(super) use bands::*;
pub(super) use demand::*;
pub(super) use matching::*;
pub(super) use orders::*;

record! {
    /// A row is credits offered at a fixed price.
    pub(crate) struct ListingRow in listings {
        id: ListingId as Id,
        number: String as Text,
        batch_id: BatchId as Id,
        batch_number: String as Text,
        county: RegionCode as Text,
        seller_id: OrganisationId as Id,
        seller_name: String as Text,
        wetland_type: String as Text,
        grade: i64 as BigInt,
        m2: SquareMetres as BigInt,
        price_fen_per_mu: PricePerMu as BigInt,
        listed_by: UserId as Id,
        listed_at: Time as Timestamp,
        valid_to: Option<NaiveDate> as Nullable<Date>,
    }
}

record! {
    /// A row is the end of a listing before all of it was sold.
    pub(crate) struct ListingEndRow in listing_ends {
        id: ListingEndId as Id,
        listing_id: ListingId as Id,
        kind: EndKind as Text,
        freed_m2: i64 as BigInt,
        reason: String as Text,
        ended_by: Option<UserId> as Nullable<Id>,
        ended_at: Time as Timestamp,
    }
}

record! {
    /// A row is what a loss took out of a listing that goes on.
    pub(crate) struct ListingCutRow in listing_cuts {
        id: ListingCutId as Id,
        listing_id: ListingId as Id,
        loss_id: LossId as Id,
        m2: i64 as BigInt,
        cut_at: Time as Timestamp,
    }
}

derived_record! {
    /// A row is what is left of a listing.
    pub(crate) struct RemainderRow in listing_remainders {
        listing_id: ListingId as Id,
        left_m2: i64 as BigInt,
        state: ListingState as Text,
        valid_to: Option<NaiveDate> as Nullable<Date>,
        county: Option<RegionCode> as Nullable<Text>,
        wetland_type: Option<String> as Nullable<Text>,
        grade: Option<i64> as Nullable<BigInt>,
        price_fen_per_mu: Option<PricePerMu> as Nullable<BigInt>,
        listed_at: Option<Time> as Nullable<Timestamp>,
    }
    replacing (listing_id) set (left_m2, state)
}

impl Listing {
    fn of((row, remainder): (ListingRow, RemainderRow)) -> Self {
        Self {
            id: row.id,
            number: row.number,
            batch: row.batch_id,
            batch_number: row.batch_number,
            county: row.county,
            seller: row.seller_id,
            seller_name: row.seller_name,
            wetland_type: row.wetland_type,
            grade: row.grade,
            area: row.m2,
            price: row.price_fen_per_mu,
            listed_by: row.listed_by,
            listed_at: row.listed_at,
            valid_to: row.valid_to,
            left_m2: remainder.left_m2,
            state: remainder.state,
            suspended: false,
        }
    }

    fn row(&self) -> ListingRow {
        ListingRow {
            id: self.id,
            number: self.number.clone(),
            batch_id: self.batch,
            batch_number: self.batch_number.clone(),
            county: self.county.clone(),
            seller_id: self.seller,
            seller_name: self.seller_name.clone(),
            wetland_type: self.wetland_type.clone(),
            grade: self.grade,
            m2: self.area,
            price_fen_per_mu: self.price,
            listed_by: self.listed_by,
            listed_at: self.listed_at,
            valid_to: self.valid_to,
        }
    }

    fn remainder(&self) -> RemainderRow {
        RemainderRow {
            listing_id: self.id,
            left_m2: self.left_m2,
            state: self.state,
            valid_to: self.valid_to,
            county: Some(self.county.clone()),
            wetland_type: Some(self.wetland_type.clone()),
            grade: Some(self.grade),
            price_fen_per_mu: Some(self.price),
            listed_at: Some(self.listed_at),
        }
    }
}

/// Returns the listings with these ids; unknown ones are absent.
pub(super) fn listings(
    conn: &mut Conn,
    ids: &[ListingId],
) -> QueryResult<HashMap<ListingId, Listing>> {
    let rows: Vec<(ListingRow, RemainderRow)> = match conn {
        Conn::Pg(conn) => listings::table
            .inner_join(
                listing_remainders::table.on(listing_remainders::listing_id.eq(listings::id)),
            )
            .filter(listings::id.eq_any(ids))
            .select((ListingRow::as_select(), RemainderRow::as_select()))
            .load(conn)?,
        Conn::Sqlite(conn) => {
            let mut rows = Vec::with_capacity(ids.len());
            for id in ids {
                let one = listings::table
                    .inner_join(
                        listing_remainders::table
                            .on(listing_remainders::listing_id.eq(listings::id)),
                    )
                    .filter(listings::id.eq(id))
                    .select((ListingRow::as_select(), RemainderRow::as_select()));
                rows.extend(one.get_result(conn).optional()?);
            }
            rows
        }
    };
    Ok(rows.into_iter().map(|rows| (rows.0.id, Listing::of(rows))).collect())
}

/// Returns one listing; an unknown id is not found.
pub(super) fn listing(conn: &mut Conn, id: ListingId) -> Answer<Listing> {
    listings(conn, &[id])?.remove(&id).ok_or_else(Failure::not_found)
}

/// Returns the listing that an end belongs to; an unknown id is not found.
pub(super) fn listing_of_end(conn: &mut Conn, id: ListingEndId) -> Answer<ListingId> {
    let query = listing_ends::table.find(id).select(listing_ends::listing_id);
    query.first(conn).optional()?.ok_or_else(Failure::not_found)
}

pub(super) fn insert(tx: &mut Tx<'_>, listing: &Listing) -> Answer<()> {
    tx.insert(&listing.row())?;
    Ok(tx.insert_derived(&[listing.remainder()])?)
}

pub(super) fn insert_end(tx: &mut Tx<'_>, end: &ListingEndRow) -> Answer<()> {
    Ok(tx.insert(end)?)
}

pub(super) fn insert_cut(tx: &mut Tx<'_>, cut: &ListingCutRow) -> Answer<()> {
    Ok(tx.insert(cut)?)
}

/// Returns a bounded number of the seller's open listings of a batch, the newest first.
pub(super) fn open_of(
    conn: &mut Conn,
    batch: BatchId,
    seller: OrganisationId,
    rows_max: i64,
) -> Answer<Vec<Listing>> {
    let rows: Vec<(ListingRow, RemainderRow)> = listings::table
        .inner_join(listing_remainders::table.on(listing_remainders::listing_id.eq(listings::id)))
        .filter(listings::batch_id.eq(batch))
        .filter(listings::seller_id.eq(seller))
        .filter(listing_remainders::state.eq(ListingState::Open))
        .order(listings::id.desc())
        .limit(rows_max)
        .select((ListingRow::as_select(), RemainderRow::as_select()))
        .load(conn)?;
    Ok(rows.into_iter().map(Listing::of).collect())
}

/// Saves what is left of listings.
pub(super) fn save_remainders<'l>(
    tx: &mut Tx<'_>,
    listings: impl Iterator<Item = &'l Listing>,
) -> Answer<()> {
    let mut rows: Vec<RemainderRow> = listings.map(Listing::remainder).collect();
    rows.sort_by_key(|row| row.listing_id);
    Ok(tx.insert_derived(&rows)?)
}

/// Which listings are asked for.
#[derive(Debug, Clone, Default)]
pub(super) struct ListingFilter {
    pub(super) state: Option<ListingState>,
    pub(super) county: Option<RegionCode>,
    pub(super) seller: Option<OrganisationId>,
    pub(super) wetland_type: Option<String>,
    pub(super) grade_max: Option<i64>,
}

/// Returns listings, newest first.
pub(super) fn page(
    conn: &mut Conn,
    filter: &ListingFilter,
    before: Option<ListingId>,
    rows_max: i64,
) -> Answer<Vec<Listing>> {
    let mut query = listings::table
        .inner_join(listing_remainders::table.on(listing_remainders::listing_id.eq(listings::id)))
        .select((ListingRow::as_select(), RemainderRow::as_select()))
        .into_boxed();
    // Of many listings few are open: then the index of states leads, else that of ids or counties.
    if let Some(state) = filter.state {
        query = query
            .filter(listing_remainders::state.eq(state))
            .order(listing_remainders::listing_id.desc());
        if let Some(county) = &filter.county {
            query = query.filter(listing_remainders::county.eq(county.clone()));
        }
        if let Some(before) = before {
            query = query.filter(listing_remainders::listing_id.lt(before));
        }
    } else {
        query = query.order(listings::id.desc());
        if let Some(county) = &filter.county {
            query = query.filter(listings::county.eq(county.clone()));
        }
        if let Some(before) = before {
            query = query.filter(listings::id.lt(before));
        }
    }
    if let Some(seller) = filter.seller {
        query = query.filter(listings::seller_id.eq(seller));
    }
    if let Some(wetland_type) = &filter.wetland_type {
        query = query.filter(listings::wetland_type.eq(wetland_type.clone()));
    }
    if let Some(grade_max) = filter.grade_max {
        query = query.filter(listings::grade.le(grade_max));
    }
    let rows: Vec<(ListingRow, RemainderRow)> = query.limit(rows_max).load(conn)?;
    Ok(rows.into_iter().map(Listing::of).collect())
}

/// Returns open listings of those types in a province, of a grade no worse than that, the cheapest
/// first.
pub(super) fn offers(
    conn: &mut Conn,
    wanted: &OffersWanted,
    rows_max: i64,
) -> Answer<Vec<Listing>> {
    let types: Vec<&str> = wanted.wetland_types.iter().map(|it| it.as_str()).collect();
    let open = listings::table
        .inner_join(listing_remainders::table.on(listing_remainders::listing_id.eq(listings::id)))
        .filter(listings::wetland_type.eq_any(types))
        .filter(listings::grade.le(wanted.grade_max))
        .filter(listings::county.like(format!("{}%", wanted.province)))
        .filter(listing_remainders::state.eq(ListingState::Open))
        .filter(
            listing_remainders::valid_to
                .is_null()
                .or(listing_remainders::valid_to.ge(wanted.today)),
        )
        .order((listings::price_fen_per_mu, listings::id))
        .limit(rows_max)
        .select((ListingRow::as_select(), RemainderRow::as_select()));
    let rows: Vec<(ListingRow, RemainderRow)> = open.load(conn)?;
    Ok(rows.into_iter().map(Listing::of).collect())
}

/// Returns open listings whose last day has passed, the longest expired first.
pub(super) fn expired(
    conn: &mut Conn,
    today: NaiveDate,
    rows_max: i64,
) -> QueryResult<Vec<ListingId>> {
    listing_remainders::table
        .filter(listing_remainders::state.eq(ListingState::Open))
        .filter(listing_remainders::valid_to.lt(today))
        .order(listing_remainders::valid_to)
        .limit(rows_max)
        .select(listing_remainders::listing_id)
        .load(conn)
}
