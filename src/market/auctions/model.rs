//! Auctions, their bidders, bids and awards.

use chrono::NaiveDate;

use crate::kernel::area::SquareMetres;
use crate::kernel::clock::Time;
use crate::kernel::ids::{OrganisationId, UserId, id};
use crate::kernel::money::PricePerMu;
use crate::kernel::names::names;
use crate::kernel::region::RegionCode;
use crate::ledger::{BatchId, FeeAccountId};
use crate::settlement::TradeId;

id! {
    /// One auction.
    pub struct AuctionId;
}

id! {
    /// One bidder of an auction.
    pub struct BidderId;
}

id! {
    /// One bid.
    pub struct BidId;
}

id! {
    /// What one bidder has won.
    pub struct AwardId;
}

id! {
    /// One objection to a result.
    pub struct AuctionObjectionId;
}

id! {
    /// One draw of the order of equal bids.
    pub struct AuctionDrawId;
}

names! {
    /// How bids are made and who wins.
    pub enum AuctionKind {
        /// In the open, each above the one before; the highest takes all of it.
        Open = "open",
        /// One sealed bid each; the highest takes all of it at its own price.
        Sealed = "sealed",
        /// One sealed bid each for a part or all of it; those who win pay one price.
        Uniform = "uniform",
    }
}

names! {
    /// How far an auction is.
    pub enum AuctionState {
        Announced = "announced",
        Open = "open",
        /// Equal bids at the margin wait for their draw.
        Drawing = "drawing",
        /// Its result is publicly notified.
        Noticed = "noticed",
        /// Its winners have their deal confirmations.
        Confirmed = "confirmed",
        /// Every winner has completed, or refused.
        Ended = "ended",
        /// Nobody won.
        Failed = "failed",
        Withdrawn = "withdrawn",
        Cancelled = "cancelled",
    }
}

impl AuctionState {
    /// Whether nothing more comes of it.
    pub fn is_over(self) -> bool {
        matches!(self, Self::Ended | Self::Failed | Self::Withdrawn | Self::Cancelled)
    }
}

names! {
    /// What became of a deposit.
    pub enum DepositOutcome {
        Held = "held",
        Freed = "freed",
        PartPayment = "part_payment",
        Forfeited = "forfeited",
    }
}

names! {
    /// What became of an award.
    pub enum AwardState {
        Awarded = "awarded",
        Confirmed = "confirmed",
        Settled = "settled",
        Defaulted = "defaulted",
        Cancelled = "cancelled",
    }
}

names! {
    /// What became of an objection to a result.
    pub enum ObjectionState {
        Made = "made",
        Admitted = "admitted",
        /// It was not admitted.
        Refused = "refused",
        Dismissed = "dismissed",
        /// It was right: the auction is cancelled.
        Upheld = "upheld",
    }
}

impl ObjectionState {
    /// Whether it suspends settlement.
    pub fn is_open(self) -> bool {
        matches!(self, Self::Made | Self::Admitted)
    }
}

/// What an announcement goes by where it says nothing else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Settings {
    /// Days from the announcement to the opening (R49).
    pub lead_days: i64,
    /// The least deposit in percent of start price × quantity (R54).
    pub deposit_percent: i64,
    /// How long a period of the timed stage is (R51).
    pub extension_s: i64,
    /// Calendar days of the result notice (R57).
    pub notice_days: i64,
    /// Working days from the deal confirmation to completion (R56).
    pub completion_days: u32,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            lead_days: 7,
            deposit_percent: 10,
            extension_s: 180,
            notice_days: 3,
            completion_days: 5,
        }
    }
}

/// What is offered, and by which rules.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    pub kind: AuctionKind,
    pub area: SquareMetres,
    pub start: PricePerMu,
    /// In fen per mu; only in the open.
    pub step: Option<PricePerMu>,
    pub reserve: Option<PricePerMu>,
    /// Nobody but the seller learns the reserve price before the close.
    pub reserve_secret: bool,
    pub deposit_percent: i64,
    pub extension_s: i64,
    pub notice_days: i64,
    pub opens_at: Time,
    /// The end of the free stage in the open, of bidding where bids are sealed.
    pub closes_at: Time,
}

/// An auction and how far it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Auction {
    pub id: AuctionId,
    pub number: String,
    pub batch: BatchId,
    pub batch_number: String,
    pub county: RegionCode,
    pub fee_account: FeeAccountId,
    pub seller: OrganisationId,
    pub seller_name: String,
    pub wetland_type: String,
    pub grade: i64,
    pub offer: Offer,
    pub announced_by: UserId,
    pub announced_at: Time,
    /// Its project is frozen (R45); as far as it was asked.
    pub suspended: bool,
    pub standing: Standing,
}

/// How far an auction is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    pub state: AuctionState,
    /// When the clock has something to do.
    pub due_at: Option<Time>,
    /// What is neither sold nor freed.
    pub left_m2: i64,
    pub bids: i64,
    pub highest: Option<PricePerMu>,
    pub highest_bid: Option<BidId>,
    pub last_bid_at: Option<Time>,
    pub closed_at: Option<Time>,
    /// The last day of the result notice.
    pub notice_to: Option<NaiveDate>,
    pub ended_by: Option<UserId>,
    pub ended_at: Option<Time>,
    pub end_reason: Option<String>,
}

/// Somebody who has put down a deposit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bidder {
    pub id: BidderId,
    pub auction: AuctionId,
    pub organisation: OrganisationId,
    pub name: String,
    /// Under which the others see it: the first bidder is 1.
    pub n: i64,
    pub deposit_fen: i64,
    pub outcome: DepositOutcome,
    pub registered_by: UserId,
    pub registered_at: Time,
    pub ended_at: Option<Time>,
}

/// A bid that was valid when it was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bid {
    pub id: BidId,
    pub auction: AuctionId,
    /// Its place in the order of the bids of its auction, from 1.
    pub n: i64,
    pub bidder: OrganisationId,
    pub bidder_n: i64,
    pub area: SquareMetres,
    pub price: PricePerMu,
    pub bid_by: UserId,
    pub bid_at: Time,
}

/// What one bidder has won.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Award {
    pub id: AwardId,
    pub auction: AuctionId,
    pub bid: BidId,
    pub bidder: OrganisationId,
    pub bidder_name: String,
    pub area: SquareMetres,
    pub price: PricePerMu,
    pub amount_fen: i64,
    pub state: AwardState,
    /// When it is in default unless it is completed before.
    pub due_at: Option<Time>,
    pub confirmation_number: Option<String>,
    pub confirmed_on: Option<NaiveDate>,
    /// The last day for its completion.
    pub complete_by: Option<NaiveDate>,
    pub trade: Option<TradeId>,
    pub ended_at: Option<Time>,
    pub end_reason: Option<String>,
}
