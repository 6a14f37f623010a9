//! Negotiations and their rounds.

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
    /// One negotiation.
    pub struct NegotiatedTransferId;
}

id! {
    /// One round of a negotiation.
    pub struct RoundId;
}

names! {
    /// The two sides of a negotiation.
    pub enum Side {
        Seller = "seller",
        Buyer = "buyer",
    }
}

names! {
    /// What became of a negotiation.
    pub enum NegotiationState {
        Offered = "offered",
        AwaitingApproval = "awaiting_approval",
        Settled = "settled",
        /// The other side did not want it.
        Declined = "declined",
        /// Who offered took it back.
        Withdrawn = "withdrawn",
        /// The centre did not approve of a price below the floor.
        Rejected = "rejected",
        Expired = "expired",
    }
}

/// What one side puts to the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OfferedTerms {
    pub area: SquareMetres,
    pub price: PricePerMu,
    /// The last day on which it can be accepted.
    pub valid_to: NaiveDate,
}

/// A sale that a seller and a buyer negotiate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Negotiation {
    pub id: NegotiatedTransferId,
    pub number: String,
    pub batch: BatchId,
    pub batch_number: String,
    pub county: RegionCode,
    pub fee_account: FeeAccountId,
    pub seller: OrganisationId,
    pub seller_name: String,
    pub buyer: OrganisationId,
    pub buyer_name: String,
    pub wetland_type: String,
    pub grade: i64,
    pub round: i64,
    pub offered_by: Side,
    pub terms: OfferedTerms,
    pub state: NegotiationState,
    /// From this day on the clock ends it.
    pub due_on: Option<NaiveDate>,
    pub reserved_fen: i64,
    /// The floor price that it was accepted below.
    pub floor: Option<PricePerMu>,
    pub accepted_by: Option<UserId>,
    pub accepted_at: Option<Time>,
    pub approved_by: Option<UserId>,
    pub trade: Option<TradeId>,
    pub ended_by: Option<UserId>,
    pub ended_at: Option<Time>,
    pub end_reason: Option<String>,
    pub opened_at: Time,
}

/// The terms of one round.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Round {
    pub round: i64,
    pub offered_by: Side,
    pub terms: OfferedTerms,
    pub said_at: Time,
}
