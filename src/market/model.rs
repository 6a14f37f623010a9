//! Listings and purchases.

use chrono::NaiveDate;

use crate::inventory::WetlandType;
use crate::kernel::area::SquareMetres;
use crate::kernel::clock::Time;
use crate::kernel::ids::{OrganisationId, UserId, id};
use crate::kernel::money::PricePerMu;
use crate::kernel::names::names;
use crate::kernel::region::RegionCode;
use crate::ledger::{BatchId, JournalId};
use crate::settlement::TradeId;

id! {
    /// Credits offered at a fixed price.
    pub struct ListingId;
}

id! {
    /// The end of a listing before all of it was sold.
    pub struct ListingEndId;
}

names! {
    /// What became of a listing.
    pub enum ListingState {
        Open = "open",
        Sold = "sold",
        Withdrawn = "withdrawn",
        Expired = "expired",
    }
}

names! {
    /// How a listing ended before all of it was sold.
    pub enum EndKind {
        Withdrawn = "withdrawn",
        Expired = "expired",
    }
}

/// Credits offered at a fixed price, and what is left of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listing {
    pub id: ListingId,
    pub number: String,
    pub batch: BatchId,
    pub batch_number: String,
    pub county: RegionCode,
    pub seller: OrganisationId,
    pub seller_name: String,
    pub wetland_type: String,
    pub grade: i64,
    pub area: SquareMetres,
    pub price: PricePerMu,
    pub listed_by: UserId,
    pub listed_at: Time,
    /// The last day on which it can be bought from.
    pub valid_to: Option<NaiveDate>,
    pub left_m2: i64,
    pub state: ListingState,
}

/// Which offers somebody looks for.
#[derive(Debug, Clone)]
pub struct OffersWanted {
    pub wetland_types: Vec<WetlandType>,
    pub grade_max: i64,
    pub province: RegionCode,
    pub today: NaiveDate,
}

/// Offers credits at a fixed price.
#[derive(Debug, Clone)]
pub(super) struct List {
    pub(super) listing: ListingId,
    pub(super) journal: JournalId,
    pub(super) batch: BatchId,
    pub(super) area: SquareMetres,
    pub(super) price: PricePerMu,
    pub(super) valid_to: Option<NaiveDate>,
}

/// Takes back what is left of a listing.
#[derive(Debug, Clone)]
pub(super) struct Withdraw {
    pub(super) end: ListingEndId,
    pub(super) journal: JournalId,
    pub(super) listing: ListingId,
    pub(super) reason: String,
}

/// Buys all or part of what is left of a listing.
#[derive(Debug, Clone)]
pub struct Buy {
    pub trade: TradeId,
    pub journal: JournalId,
    pub listing: ListingId,
    pub area: SquareMetres,
}
