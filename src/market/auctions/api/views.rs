//! What the public sees of auctions. A secret reserve price and sealed bids stay secret until the
//! close.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::objections::PublicObjection;
use crate::kernel::area::SquareMetres;
use crate::kernel::clock::Time;
use crate::kernel::ids::OrganisationId;
use crate::kernel::money::{PricePerMu, cny};
use crate::kernel::region::RegionCode;
use crate::ledger::BatchId;
use crate::market::auction::{ends_at, least_deposit_fen};
use crate::market::auctions::model::{
    Auction, AuctionId, AuctionKind, AuctionState, Award, AwardId, AwardState,
};
use crate::market::auctions::store::ObjectionRow;

/// An auction, as everybody sees it. Prices in CNY per mu, amounts in CNY.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AuctionView {
    pub id: AuctionId,
    #[schema(example = "PM360124-2026-0001")]
    pub number: String,
    pub batch_id: BatchId,
    #[schema(example = "360124-2023-B0001")]
    pub batch_number: String,
    pub county: RegionCode,
    pub seller_id: OrganisationId,
    #[schema(example = "进贤县五里垦殖场")]
    pub seller_name: String,
    #[schema(example = "marsh")]
    pub wetland_type: String,
    /// 1 (best) to 5.
    #[schema(example = 2)]
    pub grade: i64,
    pub kind: AuctionKind,
    pub m2: SquareMetres,
    pub start_price_per_mu: PricePerMu,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, example = "100.00")]
    pub step_per_mu: Option<PricePerMu>,
    /// Absent where there is none, and while it is secret.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, example = "96000.00")]
    pub reserve_price_per_mu: Option<PricePerMu>,
    /// Whether there is a reserve price that nobody learns before the close.
    pub reserve_secret: bool,
    #[schema(example = 10)]
    pub deposit_percent: i64,
    /// The least deposit to register with; a bid is worth at most ten times what its deposit stands
    /// for at the auction's percentage.
    #[schema(example = "144126.00")]
    pub deposit: String,
    #[schema(example = 180)]
    pub extension_s: i64,
    #[schema(example = 3)]
    pub notice_days: i64,
    pub state: AuctionState,
    /// Its project is frozen: nobody bids, nothing is closed, its credits stay reserved (R45).
    pub suspended: bool,
    pub announced_at: Time,
    pub opens_at: Time,
    /// The end of the free stage of an open auction, of bidding where bids are sealed.
    pub closes_at: Time,
    /// When bidding ends as things stand: a bid in the timed stage puts it off (R51).
    pub ends_at: Time,
    /// How many bids there are; absent while bids are sealed.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = 12)]
    pub bids: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, example = "98300.00")]
    pub highest_price_per_mu: Option<PricePerMu>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub closed_at: Option<Time>,
    /// The last day of the result notice (R57).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub notice_to: Option<NaiveDate>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<Time>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "指标面积需要重新核实")]
    pub end_reason: Option<String>,
    /// Who has won, once it is closed; only where one auction is shown.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub awards: Vec<PublicAward>,
    /// What was objected to the result; only where one auction is shown.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub objections: Vec<PublicObjection>,
}

impl From<Auction> for AuctionView {
    fn from(it: Auction) -> Self {
        let (offer, standing) = (it.offer, it.standing);
        let is_closed = standing.closed_at.is_some();
        let shown = is_closed || offer.kind == AuctionKind::Open;
        Self {
            id: it.id,
            number: it.number,
            batch_id: it.batch,
            batch_number: it.batch_number,
            county: it.county,
            seller_id: it.seller,
            seller_name: it.seller_name,
            wetland_type: it.wetland_type,
            grade: it.grade,
            kind: offer.kind,
            m2: offer.area,
            start_price_per_mu: offer.start,
            step_per_mu: offer.step,
            reserve_price_per_mu: offer.reserve.filter(|_| is_closed || !offer.reserve_secret),
            reserve_secret: offer.reserve_secret,
            deposit_percent: offer.deposit_percent,
            deposit: cny(least_deposit_fen(&offer).unwrap_or_default()),
            extension_s: offer.extension_s,
            notice_days: offer.notice_days,
            state: standing.state,
            suspended: it.suspended,
            announced_at: it.announced_at,
            opens_at: offer.opens_at,
            closes_at: offer.closes_at,
            ends_at: standing.closed_at.unwrap_or(ends_at(&offer, standing.last_bid_at)),
            bids: shown.then_some(standing.bids),
            highest_price_per_mu: standing.highest,
            closed_at: standing.closed_at,
            notice_to: standing.notice_to,
            ended_at: standing.ended_at,
            end_reason: standing.end_reason,
            awards: Vec::new(),
            objections: Vec::new(),
        }
    }
}

impl AuctionView {
    /// The same with what was won, and what was objected to it.
    pub(super) fn with(mut self, awards: Vec<Award>, objections: Vec<ObjectionRow>) -> Self {
        self.awards = awards.into_iter().map(PublicAward::from).collect();
        self.objections = objections.into_iter().map(PublicObjection::from).collect();
        self
    }
}

/// What one bidder has won, as everybody sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PublicAward {
    pub id: AwardId,
    #[schema(example = "赣鄱示例公路建设有限公司")]
    pub bidder_name: String,
    pub m2: SquareMetres,
    pub price_per_mu: PricePerMu,
    #[schema(example = "1441260.00")]
    pub amount: String,
    pub state: AwardState,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "QR360124-2026-0001")]
    pub confirmation_number: Option<String>,
}

impl From<Award> for PublicAward {
    fn from(it: Award) -> Self {
        Self {
            id: it.id,
            bidder_name: it.bidder_name,
            m2: it.area,
            price_per_mu: it.price,
            amount: cny(it.amount_fen),
            state: it.state,
            confirmation_number: it.confirmation_number,
        }
    }
}
