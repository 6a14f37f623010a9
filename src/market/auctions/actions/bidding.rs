//! Putting down a deposit, and bidding.

use serde_json::json;

use super::deposits::cash;
use super::subject;
use crate::identity::{self, Commitment, CommitmentKind};
use crate::kernel::area::SquareMetres;
use crate::kernel::db::{Event, Tx};
use crate::kernel::ids::OrganisationId;
use crate::kernel::money::{Fen, PricePerMu, amount, cny};
use crate::kernel::problem::Answer;
use crate::ledger::{self, CreditBucket, JournalId, MoneyBucket, NewJournal, NewTransfer};
use crate::market::auction::{
    CannotAuction, NewBid, check_bid, check_registration, check_running, ends_at, least_deposit_fen,
};
use crate::market::auctions::model::{
    Auction, AuctionId, AuctionKind, AuctionState, Bid, BidId, Bidder, BidderId, DepositOutcome,
};
use crate::market::auctions::store;
use crate::market::bans;
use crate::market::deal::{self, Deal};
use crate::settlement::{Source, TradeId};

/// Bounds what a close has to free in one transaction.
const BIDDERS_MAX: i64 = 500;

/// Puts a deposit down, or more of it.
#[derive(Debug, Clone)]
pub(in crate::market::auctions) struct PutDown {
    pub(in crate::market::auctions) bidder: BidderId,
    pub(in crate::market::auctions) auction: AuctionId,
    /// Without one it is the least that is needed.
    pub(in crate::market::auctions) amount: Option<Fen>,
}

/// Makes a bid.
#[derive(Debug, Clone)]
pub(in crate::market::auctions) struct PlaceBid {
    pub(in crate::market::auctions) bid: BidId,
    pub(in crate::market::auctions) auction: AuctionId,
    /// Without one it is for all of it.
    pub(in crate::market::auctions) area: Option<SquareMetres>,
    pub(in crate::market::auctions) price: PricePerMu,
}

/// Reserves a deposit and makes its organisation a bidder (R54); a second one is added to the
/// first.
pub(in crate::market::auctions) fn put_down(tx: &mut Tx<'_>, it: &PutDown) -> Answer<Bidder> {
    let actor = tx.actor()?;
    let now = tx.now();
    let auction = store::auction(tx.conn(), it.auction)?;
    bans::check(tx.conn(), &auction.county, actor.organisation_id)?;
    let known = store::bidder(tx.conn(), auction.id, actor.organisation_id)?;
    let amount_fen = match it.amount {
        Some(amount) => amount.get(),
        None => least_deposit_fen(&auction.offer)?,
    };
    let before_fen = known.as_ref().map_or(0, |bidder| bidder.deposit_fen);
    let deposit_fen = before_fen.saturating_add(amount_fen);
    check_registration(&auction, actor.organisation_id, deposit_fen, now)?;
    deal::check(tx.conn(), &offered_to(&auction, actor.organisation_id), now)?;
    let bidder = match known {
        Some(bidder) => Bidder { deposit_fen, ..bidder },
        None => {
            let count = store::count_bidders(tx.conn(), auction.id)?;
            if count >= BIDDERS_MAX {
                return Err(CannotAuction::TooManyBidders(BIDDERS_MAX).into());
            }
            Bidder {
                id: it.bidder,
                auction: auction.id,
                organisation: actor.organisation_id,
                name: identity::organisation(tx.conn(), actor.organisation_id)?.name,
                n: count + 1,
                deposit_fen,
                outcome: DepositOutcome::Held,
                registered_by: actor.user_id,
                registered_at: now,
                ended_at: None,
            }
        }
    };
    reserve(tx, &auction, &bidder, amount_fen)?;
    let row = store::BidderRow::from(&bidder);
    if before_fen == 0 {
        tx.insert(&row)?
    } else {
        tx.update(&row)?
    }
    tx.record(Event {
        subject: subject(&auction),
        after: Some(json!({ "bidder": bidder.id, "deposit": cny(deposit_fen) })),
        ..Event::default()
    });
    Ok(bidder)
}

/// What this buyer would buy at the start price: it must be one who may.
fn offered_to(auction: &Auction, buyer: OrganisationId) -> Deal {
    Deal {
        trade: TradeId::new(),
        journal: JournalId::new(),
        source: Source::Auction,
        source_id: auction.id.uuid(),
        batch: auction.batch,
        seller: auction.seller,
        from: CreditBucket::Reserved,
        buyer,
        area: auction.offer.area,
        price: auction.offer.start,
    }
}

fn reserve(tx: &mut Tx<'_>, auction: &Auction, bidder: &Bidder, amount: i64) -> Answer<()> {
    let from = cash(auction, bidder, MoneyBucket::Available);
    let available = ledger::balance(tx.conn(), &from)?;
    if available < amount {
        let (due, available) = (cny(amount), cny(available));
        return Err(CannotAuction::NotEnoughCash { due, available }.into());
    }
    let to = cash(auction, bidder, MoneyBucket::Reserved);
    let journal = NewJournal {
        id: JournalId::new(),
        event: "auction_deposit",
        subject: bidder.id.uuid(),
        effective_at: tx.now(),
        reverses: None,
        transfers: vec![NewTransfer { from, to, amount }],
    };
    ledger::post(tx, journal)
}

/// Takes a bid that is valid at the time of this transaction, which is never before that of an
/// earlier one: what comes after the close has no effect, whenever it was sent.
pub(in crate::market::auctions) fn bid(tx: &mut Tx<'_>, it: &PlaceBid) -> Answer<Bid> {
    let actor = tx.actor()?;
    let now = tx.now();
    let mut auction = store::auction(tx.conn(), it.auction)?;
    check_running(&auction, now)?;
    deal::check_not_frozen(&deal::batch(tx.conn(), auction.batch)?)?;
    bans::check(tx.conn(), &auction.county, actor.organisation_id)?;
    let bidder = store::bidder(tx.conn(), auction.id, actor.organisation_id)?;
    let is_sealed = auction.offer.kind != AuctionKind::Open;
    let new = NewBid {
        bidder: actor.organisation_id,
        area: it.area.unwrap_or(auction.offer.area),
        price: it.price,
        deposit_fen: bidder.as_ref().map(|bidder| bidder.deposit_fen),
        has_bid: is_sealed && store::has_bid(tx.conn(), auction.id, actor.organisation_id)?,
        at: now,
    };
    check_bid(&auction, &new)?;
    let most = amount(new.area, new.price).map_err(CannotAuction::Amount)?;
    let commitment = Commitment {
        organisation: actor.organisation_id,
        kind: CommitmentKind::Bid,
        subject: Some(auction.id.uuid()),
        amount_fen: most.get(),
        becomes: ("bid", it.bid.uuid()),
    };
    identity::commit(tx, &commitment)?;
    let n = tx.next_number(&format!("bids of auction {}", auction.id))?;
    let bid = Bid {
        id: it.bid,
        auction: auction.id,
        n,
        bidder: actor.organisation_id,
        bidder_n: bidder.map_or(0, |bidder| bidder.n),
        area: new.area,
        price: new.price,
        bid_by: actor.user_id,
        bid_at: now,
    };
    tx.insert(&store::BidRow::from(&bid))?;
    // How many sealed bids there are, and what they say, is nobody's to know before the close.
    if !is_sealed {
        raise(tx, &mut auction, &bid)?;
    }
    tx.record(Event {
        subject: subject(&auction),
        after: (!is_sealed).then(|| json!({ "n": bid.n, "price_per_mu": bid.price })),
        ..Event::default()
    });
    Ok(bid)
}

/// The bid is the highest now, and in the timed stage it opens a new period (R51).
fn raise(tx: &mut Tx<'_>, auction: &mut Auction, bid: &Bid) -> Answer<()> {
    let standing = &mut auction.standing;
    standing.state = AuctionState::Open;
    standing.bids = bid.n;
    standing.highest = Some(bid.price);
    standing.highest_bid = Some(bid.id);
    standing.last_bid_at = Some(bid.bid_at);
    standing.due_at = Some(ends_at(&auction.offer, Some(bid.bid_at)));
    store::save_standing(tx, auction)
}
