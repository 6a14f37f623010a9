//! The rows of auctions.

use chrono::NaiveDate;

use crate::kernel::area::SquareMetres;
use crate::kernel::clock::Time;
use crate::kernel::db::record;
use crate::kernel::ids::{OrganisationId, UserId};
use crate::kernel::money::PricePerMu;
use crate::kernel::region::RegionCode;
use crate::ledger::{BatchId, FeeAccountId};
use crate::market::auctions::model::{
    Auction, AuctionId, AuctionKind, AuctionState, Award, AwardId, AwardState, Bid, BidId, Bidder,
    BidderId, DepositOutcome, Offer, Standing,
};
use crate::settlement::TradeId;

record! {
    /// A row is what is offered in an auction, and on which terms.
    pub(crate) struct AuctionRow in auctions {
        id: AuctionId as Id,
        number: String as Text,
        batch_id: BatchId as Id,
        batch_number: String as Text,
        county: RegionCode as Text,
        fee_account_id: FeeAccountId as Id,
        seller_id: OrganisationId as Id,
        seller_name: String as Text,
        wetland_type: String as Text,
        grade: i64 as BigInt,
        kind: AuctionKind as Text,
        m2: SquareMetres as BigInt,
        start_fen_per_mu: PricePerMu as BigInt,
        step_fen_per_mu: Option<PricePerMu> as Nullable<BigInt>,
        reserve_fen_per_mu: Option<PricePerMu> as Nullable<BigInt>,
        reserve_secret: bool as Bool,
        deposit_percent: i64 as BigInt,
        extension_s: i64 as BigInt,
        notice_days: i64 as BigInt,
        announced_by: UserId as Id,
        announced_at: Time as Timestamp,
        opens_at: Time as Timestamp,
        closes_at: Time as Timestamp,
    }
}

record! {
    /// A row is how far an auction is.
    pub(crate) struct StandingRow in auction_standings {
        id: AuctionId as Id,
        state: AuctionState as Text,
        due_at: Option<Time> as Nullable<Timestamp>,
        left_m2: i64 as BigInt,
        bids: i64 as BigInt,
        highest_fen_per_mu: Option<PricePerMu> as Nullable<BigInt>,
        highest_bid_id: Option<BidId> as Nullable<Id>,
        last_bid_at: Option<Time> as Nullable<Timestamp>,
        closed_at: Option<Time> as Nullable<Timestamp>,
        notice_to: Option<NaiveDate> as Nullable<Date>,
        ended_by: Option<UserId> as Nullable<Id>,
        ended_at: Option<Time> as Nullable<Timestamp>,
        end_reason: Option<String> as Nullable<Text>,
    }
}

record! {
    /// A row is one bidder of an auction with its deposit.
    pub(crate) struct BidderRow in auction_bidders {
        id: BidderId as Id,
        auction_id: AuctionId as Id,
        bidder_id: OrganisationId as Id,
        bidder_name: String as Text,
        n: i64 as BigInt,
        deposit_fen: i64 as BigInt,
        outcome: DepositOutcome as Text,
        registered_by: UserId as Id,
        registered_at: Time as Timestamp,
        ended_at: Option<Time> as Nullable<Timestamp>,
    }
}

record! {
    /// A row is one bid that was valid when it was made.
    pub(crate) struct BidRow in auction_bids {
        id: BidId as Id,
        auction_id: AuctionId as Id,
        n: i64 as BigInt,
        bidder_id: OrganisationId as Id,
        bidder_n: i64 as BigInt,
        m2: SquareMetres as BigInt,
        price_fen_per_mu: PricePerMu as BigInt,
        bid_by: UserId as Id,
        bid_at: Time as Timestamp,
    }
}

record! {
    /// A row is what one bidder has won.
    pub(crate) struct AwardRow in auction_awards {
        id: AwardId as Id,
        auction_id: AuctionId as Id,
        bid_id: BidId as Id,
        bidder_id: OrganisationId as Id,
        bidder_name: String as Text,
        m2: SquareMetres as BigInt,
        price_fen_per_mu: PricePerMu as BigInt,
        amount_fen: i64 as BigInt,
        state: AwardState as Text,
        due_at: Option<Time> as Nullable<Timestamp>,
        confirmation_number: Option<String> as Nullable<Text>,
        confirmed_on: Option<NaiveDate> as Nullable<Date>,
        complete_by: Option<NaiveDate> as Nullable<Date>,
        trade_id: Option<TradeId> as Nullable<Id>,
        ended_at: Option<Time> as Nullable<Timestamp>,
        end_reason: Option<String> as Nullable<Text>,
    }
}

impl From<BidderRow> for Bidder {
    fn from(row: BidderRow) -> Self {
        Self {
            id: row.id,
            auction: row.auction_id,
            organisation: row.bidder_id,
            name: row.bidder_name,
            n: row.n,
            deposit_fen: row.deposit_fen,
            outcome: row.outcome,
            registered_by: row.registered_by,
            registered_at: row.registered_at,
            ended_at: row.ended_at,
        }
    }
}

impl From<&Bidder> for BidderRow {
    fn from(it: &Bidder) -> Self {
        let it = it.clone();
        Self {
            id: it.id,
            auction_id: it.auction,
            bidder_id: it.organisation,
            bidder_name: it.name,
            n: it.n,
            deposit_fen: it.deposit_fen,
            outcome: it.outcome,
            registered_by: it.registered_by,
            registered_at: it.registered_at,
            ended_at: it.ended_at,
        }
    }
}

impl From<BidRow> for Bid {
    fn from(row: BidRow) -> Self {
        Self {
            id: row.id,
            auction: row.auction_id,
            n: row.n,
            bidder: row.bidder_id,
            bidder_n: row.bidder_n,
            area: row.m2,
            price: row.price_fen_per_mu,
            bid_by: row.bid_by,
            bid_at: row.bid_at,
        }
    }
}

impl From<&Bid> for BidRow {
    fn from(it: &Bid) -> Self {
        let it = it.clone();
        Self {
            id: it.id,
            auction_id: it.auction,
            n: it.n,
            bidder_id: it.bidder,
            bidder_n: it.bidder_n,
            m2: it.area,
            price_fen_per_mu: it.price,
            bid_by: it.bid_by,
            bid_at: it.bid_at,
        }
    }
}

impl From<AwardRow> for Award {
    fn from(row: AwardRow) -> Self {
        Self {
            id: row.id,
            auction: row.auction_id,
            bid: row.bid_id,
            bidder: row.bidder_id,
            bidder_name: row.bidder_name,
            area: row.m2,
            price: row.price_fen_per_mu,
            amount_fen: row.amount_fen,
            state: row.state,
            due_at: row.due_at,
            confirmation_number: row.confirmation_number,
            confirmed_on: row.confirmed_on,
            complete_by: row.complete_by,
            trade: row.trade_id,
            ended_at: row.ended_at,
            end_reason: row.end_reason,
        }
    }
}

impl From<&Award> for AwardRow {
    fn from(it: &Award) -> Self {
        let it = it.clone();
        Self {
            id: it.id,
            auction_id: it.auction,
            bid_id: it.bid,
            bidder_id: it.bidder,
            bidder_name: it.bidder_name,
            m2: it.area,
            price_fen_per_mu: it.price,
            amount_fen: it.amount_fen,
            state: it.state,
            due_at: it.due_at,
            confirmation_number: it.confirmation_number,
            confirmed_on: it.confirmed_on,
            complete_by: it.complete_by,
            trade_id: it.trade,
            ended_at: it.ended_at,
            end_reason: it.end_reason,
        }
    }
}

impl Auction {
    pub(super) fn of((row, standing): (AuctionRow, StandingRow)) -> Self {
        Self {
            id: row.id,
            number: row.number,
            batch: row.batch_id,
            batch_number: row.batch_number,
            county: row.county,
            fee_account: row.fee_account_id,
            seller: row.seller_id,
            seller_name: row.seller_name,
            wetland_type: row.wetland_type,
            grade: row.grade,
            offer: Offer {
                kind: row.kind,
                area: row.m2,
                start: row.start_fen_per_mu,
                step: row.step_fen_per_mu,
                reserve: row.reserve_fen_per_mu,
                reserve_secret: row.reserve_secret,
                deposit_percent: row.deposit_percent,
                extension_s: row.extension_s,
                notice_days: row.notice_days,
                opens_at: row.opens_at,
                closes_at: row.closes_at,
            },
            announced_by: row.announced_by,
            announced_at: row.announced_at,
            suspended: false,
            standing: Standing {
                state: standing.state,
                due_at: standing.due_at,
                left_m2: standing.left_m2,
                bids: standing.bids,
                highest: standing.highest_fen_per_mu,
                highest_bid: standing.highest_bid_id,
                last_bid_at: standing.last_bid_at,
                closed_at: standing.closed_at,
                notice_to: standing.notice_to,
                ended_by: standing.ended_by,
                ended_at: standing.ended_at,
                end_reason: standing.end_reason,
            },
        }
    }
}

impl AuctionRow {
    pub(super) fn of(it: &Auction) -> Self {
        let offer = &it.offer;
        Self {
            id: it.id,
            number: it.number.clone(),
            batch_id: it.batch,
            batch_number: it.batch_number.clone(),
            county: it.county.clone(),
            fee_account_id: it.fee_account,
            seller_id: it.seller,
            seller_name: it.seller_name.clone(),
            wetland_type: it.wetland_type.clone(),
            grade: it.grade,
            kind: offer.kind,
            m2: offer.area,
            start_fen_per_mu: offer.start,
            step_fen_per_mu: offer.step,
            reserve_fen_per_mu: offer.reserve,
            reserve_secret: offer.reserve_secret,
            deposit_percent: offer.deposit_percent,
            extension_s: offer.extension_s,
            notice_days: offer.notice_days,
            announced_by: it.announced_by,
            announced_at: it.announced_at,
            opens_at: offer.opens_at,
            closes_at: offer.closes_at,
        }
    }
}

impl StandingRow {
    pub(super) fn of(it: &Auction) -> Self {
        let standing = it.standing.clone();
        Self {
            id: it.id,
            state: standing.state,
            due_at: standing.due_at,
            left_m2: standing.left_m2,
            bids: standing.bids,
            highest_fen_per_mu: standing.highest,
            highest_bid_id: standing.highest_bid,
            last_bid_at: standing.last_bid_at,
            closed_at: standing.closed_at,
            notice_to: standing.notice_to,
            ended_by: standing.ended_by,
            ended_at: standing.ended_at,
            end_reason: standing.end_reason,
        }
    }
}
