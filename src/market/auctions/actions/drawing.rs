//! The draw that puts equal bids at the margin in order (R53), as experts are drawn (R30).
//!
//! Somebody of an authority of the county, so of neither side, publishes the hash of a nonce. The
//! seed is SHA-256 of the head of the audit log at the first entry after that moment, then the
//! nonce, which is revealed afterwards by the same person: neither who writes the log nor who holds
//! the nonce can choose it. A nonce that is not revealed in time voids the draw, and another may be
//! announced. All by which it can be repeated is public.

use serde_json::json;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::closing::{award, fail, of_uniform};
use super::subject;
use crate::audit;
use crate::experts::{order_by_ticket, seed_of};
use crate::kernel::db::{Event, Tx};
use crate::kernel::problem::{Answer, Failure};
use crate::market::auction::CannotAuction;
use crate::market::auctions::model::{Auction, AuctionDrawId, AuctionId, AuctionState, Bid};
use crate::market::auctions::store::{self, DrawRow};

/// A nonce that is not revealed by then voids its draw.
const REVEAL_S: i64 = 3 * 86_400;

/// Announces a draw by the hash of its nonce.
#[derive(Debug, Clone)]
pub(in crate::market::auctions) struct AnnounceDraw {
    pub(in crate::market::auctions) id: AuctionDrawId,
    pub(in crate::market::auctions) auction: AuctionId,
    pub(in crate::market::auctions) nonce_hash: [u8; 32],
}

/// Reveals the nonce of a draw.
#[derive(Debug, Clone)]
pub(in crate::market::auctions) struct Reveal {
    pub(in crate::market::auctions) draw: AuctionDrawId,
    pub(in crate::market::auctions) nonce: Vec<u8>,
}

/// Keeps the hash of the nonce; the next entry of the log makes the seed.
pub(in crate::market::auctions) fn announce_draw(
    tx: &mut Tx<'_>,
    it: &AnnounceDraw,
) -> Answer<DrawRow> {
    let actor = tx.actor()?;
    let now = tx.now();
    let auction = store::auction(tx.conn(), it.auction)?;
    if actor.region.county().as_ref() != Some(&auction.county) {
        return Err(Failure::not_found());
    }
    if auction.standing.state != AuctionState::Drawing {
        return Err(CannotAuction::NotInState(auction.standing.state).into());
    }
    let last = store::draws(tx.conn(), auction.id, 1)?.into_iter().next();
    if last.is_some_and(|draw| now <= draw.reveal_by) {
        return Err(CannotAuction::DrawRuns.into());
    }
    let bids = store::sealed_bids(tx.conn(), auction.id)?;
    let Err(tied) = of_uniform(&auction, bids.clone(), None) else {
        return Err(Failure::broken("an auction that waits for a draw has equal bids"));
    };
    let ids = ids_of(&bids, &tied).map(|id| id.to_string());
    let row = DrawRow {
        id: it.id,
        auction_id: auction.id,
        tied: ids.collect::<Vec<_>>().join(","),
        nonce_hash: hex::encode(it.nonce_hash),
        announced_by: actor.user_id,
        organisation_id: actor.organisation_id,
        moment: now,
        reveal_by: now.plus_seconds(REVEAL_S),
        nonce: None,
        head_seq: None,
        seed: None,
        drawn: None,
        drawn_at: None,
    };
    tx.insert(&row)?;
    tx.record(Event {
        subject: subject(&auction),
        after: Some(json!({ "draw": row.id, "nonce_hash": row.nonce_hash, "tied": row.tied })),
        ..Event::default()
    });
    Ok(row)
}

/// Reveals the nonce, draws, and gives the winners their awards.
pub(in crate::market::auctions) fn reveal(tx: &mut Tx<'_>, it: &Reveal) -> Answer<DrawRow> {
    let actor = tx.actor()?;
    let now = tx.now();
    let mut row = store::draw(tx.conn(), it.draw)?;
    let auction = store::auction(tx.conn(), row.auction_id)?;
    if row.announced_by != actor.user_id {
        return Err(Failure::not_found());
    }
    if row.drawn.is_some() || auction.standing.state != AuctionState::Drawing {
        return Err(CannotAuction::NotInState(auction.standing.state).into());
    }
    if now > row.reveal_by {
        return Err(CannotAuction::DrawVoid.into());
    }
    if hex::encode(Sha256::digest(&it.nonce)) != row.nonce_hash {
        return Err(CannotAuction::OtherNonce.into());
    }
    let head = audit::first_entry_after(tx.conn(), row.moment)?;
    let (head_seq, hash) = head.ok_or(CannotAuction::NoEntryYet)?;
    let seed = seed_of(&hash, &it.nonce);
    let bids = store::sealed_bids(tx.conn(), auction.id)?;
    let tied = row.tied.split(',').filter_map(|id| Uuid::try_parse(id).ok());
    let order = order_by_ticket(&seed, tied);
    row.nonce = Some(hex::encode(&it.nonce));
    row.head_seq = Some(head_seq);
    row.seed = Some(hex::encode(seed));
    row.drawn = Some(order.iter().map(Uuid::to_string).collect::<Vec<_>>().join(","));
    row.drawn_at = Some(now);
    tx.update(&row)?;
    conclude(tx, auction, bids, &order)?;
    Ok(row)
}

fn conclude(tx: &mut Tx<'_>, auction: Auction, bids: Vec<Bid>, order: &[Uuid]) -> Answer<()> {
    let n_of = |id: &Uuid| bids.iter().find(|bid| bid.id.uuid() == *id).map(|bid| bid.n);
    let order: Vec<i64> = order.iter().filter_map(n_of).collect();
    match of_uniform(&auction, bids, Some(&order)) {
        Ok(won) if won.is_empty() => fail(tx, auction),
        Ok(won) => award(tx, auction, won),
        Err(_) => Err(Failure::broken("a draw puts all equal bids in order")),
    }
}

fn ids_of<'b>(bids: &'b [Bid], tied: &'b [i64]) -> impl Iterator<Item = Uuid> + 'b {
    bids.iter().filter(|bid| tied.contains(&bid.n)).map(|bid| bid.id.uuid())
}
