//! What is sent and answered.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::kernel::area::SquareMetres;
use crate::kernel::clock::Time;
use crate::kernel::ids::OrganisationId;
use crate::kernel::money::PricePerMu;
use crate::kernel::region::RegionCode;
use crate::kernel::text::Label;
use crate::ledger::BatchId;
use crate::market::negotiated::model::{
    NegotiatedTransferId, Negotiation, NegotiationState, Round, Side,
};
use crate::settlement::TradeId;

/// An offer to sell or to buy: a township offers its credits, a developer asks for a township's.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewNegotiatedTransfer {
    pub(super) batch_id: BatchId,
    /// The other side.
    pub(super) counterparty_id: OrganisationId,
    pub(super) m2: SquareMetres,
    pub(super) price_per_mu: PricePerMu,
    /// The last day on which it can be accepted; thirty days from now when absent.
    #[serde(default)]
    #[schema(example = "2026-12-31")]
    pub(super) valid_to: Option<NaiveDate>,
}

/// Other terms instead of those on the table.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewCounterOffer {
    /// The round that it answers.
    #[schema(example = 1)]
    pub(super) round: i64,
    pub(super) m2: SquareMetres,
    pub(super) price_per_mu: PricePerMu,
    #[serde(default)]
    #[schema(example = "2026-12-31")]
    pub(super) valid_to: Option<NaiveDate>,
}

/// Which terms are accepted.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewTermsAcceptance)]
pub struct NewAcceptance {
    /// The round whose terms they are.
    #[schema(example = 2)]
    pub(super) round: i64,
}

/// Why there is no trade.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewNegotiationEnd {
    #[schema(example = "价格不能接受")]
    pub(super) reason: Label,
}

/// The terms of one round, in CNY per mu.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RoundView {
    #[schema(example = 1)]
    pub round: i64,
    pub offered_by: Side,
    pub m2: SquareMetres,
    pub price_per_mu: PricePerMu,
    pub valid_to: NaiveDate,
    pub said_at: Time,
}

impl From<Round> for RoundView {
    fn from(it: Round) -> Self {
        Self {
            round: it.round,
            offered_by: it.offered_by,
            m2: it.terms.area,
            price_per_mu: it.terms.price,
            valid_to: it.terms.valid_to,
            said_at: it.said_at,
        }
    }
}

/// A negotiated transfer, with the terms on the table (R59). Prices in CNY per mu.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct NegotiatedTransferView {
    pub id: NegotiatedTransferId,
    #[schema(example = "XY360124-2026-0001")]
    pub number: String,
    pub batch_id: BatchId,
    #[schema(example = "360124-2023-B0001")]
    pub batch_number: String,
    pub county: RegionCode,
    pub seller_id: OrganisationId,
    #[schema(example = "进贤县五里垦殖场")]
    pub seller_name: String,
    pub buyer_id: OrganisationId,
    #[schema(example = "赣鄱示例公路建设有限公司")]
    pub buyer_name: String,
    #[schema(example = "marsh")]
    pub wetland_type: String,
    /// 1 (best) to 5.
    #[schema(example = 2)]
    pub grade: i64,
    #[schema(example = 1)]
    pub round: i64,
    pub offered_by: Side,
    pub m2: SquareMetres,
    pub price_per_mu: PricePerMu,
    pub valid_to: NaiveDate,
    pub state: NegotiationState,
    /// The floor price that it was accepted below, so that it needs an approval.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, example = "90000.00")]
    pub floor_price_per_mu: Option<PricePerMu>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub accepted_at: Option<Time>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trade_id: Option<TradeId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<Time>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "价格不能接受")]
    pub end_reason: Option<String>,
    pub opened_at: Time,
    /// What was said before; only where one negotiation is shown.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rounds: Vec<RoundView>,
}

impl From<Negotiation> for NegotiatedTransferView {
    fn from(it: Negotiation) -> Self {
        Self {
            id: it.id,
            number: it.number,
            batch_id: it.batch,
            batch_number: it.batch_number,
            county: it.county,
            seller_id: it.seller,
            seller_name: it.seller_name,
            buyer_id: it.buyer,
            buyer_name: it.buyer_name,
            wetland_type: it.wetland_type,
            grade: it.grade,
            round: it.round,
            offered_by: it.offered_by,
            m2: it.terms.area,
            price_per_mu: it.terms.price,
            valid_to: it.terms.valid_to,
            state: it.state,
            floor_price_per_mu: it.floor,
            accepted_at: it.accepted_at,
            trade_id: it.trade,
            ended_at: it.ended_at,
            end_reason: it.end_reason,
            opened_at: it.opened_at,
            rounds: Vec::new(),
        }
    }
}
