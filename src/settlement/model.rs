//! Fee accounts, fee schedules, trading areas and trades.

use chrono::NaiveDate;

use crate::kernel::area::SquareMetres;
use crate::kernel::clock::Time;
use crate::kernel::ids::{OrganisationId, id};
use crate::kernel::money::PricePerMu;
use crate::kernel::names::names;
use crate::kernel::region::RegionCode;
use crate::ledger::{BatchId, CreditBucket, FeeAccountId, JournalId};

id! {
    /// One fee schedule of a county.
    pub struct ScheduleId;
}

id! {
    /// One decision on how far a county's credits may go.
    pub struct TradingAreaId;
}

id! {
    /// One settled trade.
    pub struct TradeId;
}

names! {
    /// How far a county's credits may go (R46).
    pub enum Reach {
        County = "county",
        Prefecture = "prefecture",
        Province = "province",
    }
}

names! {
    /// How buyer and seller met.
    pub enum Source {
        Auction = "auction",
        /// Pledged credits, sold for their lender.
        EnforcedSale = "enforced_sale",
        Listing = "listing",
        NegotiatedTransfer = "negotiated_transfer",
    }
}

/// A county's bank account for trading money.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FeeAccount {
    pub id: FeeAccountId,
    pub county: RegionCode,
    pub number: String,
    pub name: String,
    pub bank: String,
    /// The document that designates it.
    pub document: String,
    /// Who gets the centre's share.
    pub centre: OrganisationId,
    /// Who gets the treasury's share.
    pub treasury: OrganisationId,
}

/// How trades of a county are split in a period; parts in hundredths of a percent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Schedule {
    pub id: ScheduleId,
    pub version: i64,
    pub valid_from: NaiveDate,
    pub valid_to: NaiveDate,
    pub township_bp: i64,
    pub centre_bp: i64,
    /// A second person has approved it.
    pub is_approved: bool,
}

/// An amount and its three parts, in fen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Split {
    pub amount: i64,
    pub township: i64,
    pub centre: i64,
    pub treasury: i64,
}

/// What a county's trades go by today.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Terms {
    pub fee_account: FeeAccount,
    pub schedules: Vec<Schedule>,
    pub reach: Reach,
}

/// What is sold: credits of a batch, and who gets the township's share of its money.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Goods {
    pub batch: BatchId,
    pub county: RegionCode,
    pub townships: Vec<Township>,
}

/// A township in which land of the batch lies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Township {
    pub region: RegionCode,
    pub organisation: OrganisationId,
    pub certified_m2: i64,
}

/// One side of a trade.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Party {
    pub id: OrganisationId,
    pub region: RegionCode,
    pub related_to: Option<OrganisationId>,
}

/// A sale that is agreed and is to be settled.
#[derive(Debug, Clone)]
pub struct Sale<'a> {
    pub trade: TradeId,
    pub journal: JournalId,
    pub source: Source,
    pub source_id: uuid::Uuid,
    pub goods: &'a Goods,
    pub terms: &'a Terms,
    pub seller: &'a Party,
    /// Where the seller's credits lie.
    pub from: CreditBucket,
    pub buyer: &'a Party,
    pub area: SquareMetres,
    pub price: PricePerMu,
    pub at: Time,
}

/// A settled trade.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trade {
    pub id: TradeId,
    pub journal: JournalId,
    pub source: Source,
    pub source_id: uuid::Uuid,
    pub county: RegionCode,
    pub fee_account: FeeAccountId,
    pub schedule: ScheduleId,
    pub batch: BatchId,
    pub seller: OrganisationId,
    pub buyer: OrganisationId,
    /// Seller and buyer are related: not for the price index (R48).
    pub related: bool,
    pub area: SquareMetres,
    pub price: PricePerMu,
    pub split: Split,
    pub at: Time,
}

/// Sums over the trades of a period, in m² and fen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Totals {
    pub count: i64,
    pub m2: i64,
    pub amount: i64,
    pub township_share: i64,
    pub centre_share: i64,
    pub treasury_share: i64,
}
