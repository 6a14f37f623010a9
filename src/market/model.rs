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

id! {
    /// What a loss took out of a listing.
    pub struct ListingCutId;
}

id! {
    /// A buyer's limit order.
    pub struct OrderId;
}

id! {
    /// One fill of an order.
    pub struct OrderFillId;
}

id! {
    /// The end of an order before all of it was filled.
    pub struct OrderEndId;
}

id! {
    /// A listing that is still to be matched with orders that wait.
    pub struct MatchingId;
}

names! {
    /// What an order does with what is not filled at once.
    pub enum Execution {
        /// It waits, until its last day if it names one.
        GoodTillDate = "good_till_date",
        /// All of it is filled at once, or nothing.
        FillOrKill = "fill_or_kill",
        /// It is cancelled.
        ImmediateOrCancel = "immediate_or_cancel",
    }
}

names! {
    /// What became of an order.
    pub enum OrderState {
        Open = "open",
        Filled = "filled",
        Cancelled = "cancelled",
        Expired = "expired",
        /// What could not be filled at once was cancelled, as was asked.
        Unfilled = "unfilled",
        /// It has had all the fills that an order may have.
        Exhausted = "exhausted",
    }
}

names! {
    /// How an order ended before all of it was filled.
    pub enum OrderEndKind {
        Cancelled = "cancelled",
        Expired = "expired",
        Unfilled = "unfilled",
        Exhausted = "exhausted",
    }
}

impl OrderEndKind {
    /// What an order is that ended so.
    pub fn state(self) -> OrderState {
        match self {
            Self::Cancelled => OrderState::Cancelled,
            Self::Expired => OrderState::Expired,
            Self::Unfilled => OrderState::Unfilled,
            Self::Exhausted => OrderState::Exhausted,
        }
    }
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
    /// Whether its project is frozen: nobody buys from it until the thaw (R45).
    pub suspended: bool,
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

/// A buyer's limit order, and what is left of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    pub id: OrderId,
    pub number: String,
    pub buyer: OrganisationId,
    pub buyer_name: String,
    /// Where the buyer stands for R46: the county of the occupation that it names, else its seat.
    pub place: RegionCode,
    /// The occupation that it is for.
    pub occupation: Option<uuid::Uuid>,
    pub area: SquareMetres,
    pub limit: PricePerMu,
    pub wetland_type: WetlandType,
    pub grade_max: i64,
    /// Where the credits may come from: a county, prefecture or province.
    pub trading_area: RegionCode,
    /// The counties whose credits it pays for, in order; each has its own fee account.
    pub counties: Vec<RegionCode>,
    pub execution: Execution,
    /// The last day on which it waits.
    pub valid_to: Option<NaiveDate>,
    /// The public is shown who asks.
    pub shows_buyer: bool,
    pub placed_by: UserId,
    pub placed_at: Time,
    pub left_m2: i64,
    pub fills: i64,
    /// What is reserved in each of its fee accounts.
    pub reserved_fen: i64,
    pub state: OrderState,
}

/// One fill of an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderFill {
    pub order: OrderId,
    pub n: i64,
    pub trade: TradeId,
    pub listing: ListingId,
    pub area: SquareMetres,
    pub price: PricePerMu,
    pub amount_fen: i64,
    pub at: Time,
}

/// What a buyer wants: an order that is placed, or only asked about.
#[derive(Debug, Clone)]
pub struct Wanted {
    pub area: SquareMetres,
    pub limit: PricePerMu,
    pub wetland_type: WetlandType,
    pub grade_max: i64,
    /// Without one it is the buyer's own county.
    pub trading_area: Option<RegionCode>,
    /// The counties whose credits it pays for; without any, those of the trading area in whose fee
    /// accounts the buyer has the cash.
    pub counties: Vec<RegionCode>,
    /// The occupation that it is for, and the county where that is: who asks has made sure that it is
    /// the buyer's own.
    pub occupation: Option<(uuid::Uuid, RegionCode)>,
    pub execution: Execution,
    pub valid_to: Option<NaiveDate>,
}

/// Places a limit order.
#[derive(Debug, Clone)]
pub struct PlaceOrder {
    pub order: OrderId,
    pub wanted: Wanted,
    pub shows_buyer: bool,
}

/// Takes back what is left of an order.
#[derive(Debug, Clone)]
pub(super) struct CancelOrder {
    pub(super) order: OrderId,
    pub(super) end: OrderEndId,
    pub(super) reason: String,
}
