//! What people and the clock do to auctions.

mod announcing;
mod bidding;
mod closing;
mod completing;
mod deposits;
mod drawing;
mod objecting;

pub(super) use announcing::{Announce, End, announce, cancel, withdraw};
pub(super) use bidding::{PlaceBid, PutDown, bid, put_down};
pub(super) use closing::advance;
pub(super) use completing::{Complete, Refuse, complete, default_overdue, refuse};
pub(super) use drawing::{AnnounceDraw, Reveal, announce_draw, reveal};
pub(super) use objecting::{Object, Step, object, step};

use std::collections::BTreeSet;

use super::model::{Auction, AuctionId, AuctionState};
use super::store;
use crate::certification;
use crate::kernel::actor::Doing;
use crate::kernel::clock::Time;
use crate::kernel::db::{Conn, Db, Tx};
use crate::kernel::ids::OrganisationId;
use crate::kernel::problem::{Answer, Failure};
use crate::ledger::{self, Account, BatchId, CreditBucket, JournalId, NewJournal, NewTransfer};

/// How many auctions and awards one look finds; the rest is found by the next.
const DUE_PER_LOOK_MAX: i64 = 50;

/// Does what the clock asks of auctions: opens, closes and confirms them, and takes overdue awards
/// back; returns how many steps were done. Where nothing is due it only reads.
pub async fn run_due(db: &Db) -> Answer<usize> {
    let mut done = 0;
    loop {
        let now = db.clock().now();
        let find = move |conn: &mut _| {
            let auctions = store::due(conn, now, DUE_PER_LOOK_MAX)?;
            Ok((auctions, store::overdue(conn, now, DUE_PER_LOOK_MAX)?))
        };
        let (auctions, awards) = db.read(None, find).await?;
        let mut outcomes = Vec::with_capacity(auctions.len() + awards.len());
        for id in auctions {
            let doing = Doing::system("advance_auction");
            outcomes.push(db.write(doing, move |tx| advance(tx, id)).await);
        }
        for id in awards {
            let doing = Doing::system("default_award");
            outcomes.push(db.write(doing, move |tx| default_overdue(tx, id)).await);
        }
        // One that cannot go on holds up none of the others.
        let steps = outcomes.iter().filter(|outcome| matches!(outcome, Ok(true))).count();
        if steps == 0 {
            return outcomes.into_iter().collect::<Answer<Vec<bool>>>().map(|_| done);
        }
        done += steps;
    }
}

/// Says which of these auctions are suspended, since their projects are frozen (R45).
pub(super) fn with_suspensions(conn: &mut Conn, mut rows: Vec<Auction>) -> Answer<Vec<Auction>> {
    let ids: BTreeSet<_> = rows.iter().map(|row| row.batch).collect();
    let batches = certification::batches(conn, &ids.into_iter().collect::<Vec<_>>())?;
    for row in &mut rows {
        let is_frozen = batches.iter().any(|batch| batch.id == row.batch && batch.frozen);
        row.suspended = is_frozen && !row.standing.state.is_over();
    }
    Ok(rows)
}

/// Returns an auction as everybody sees it; an unknown id is not found.
pub(super) fn shown(conn: &mut Conn, id: AuctionId) -> Answer<Auction> {
    let auction = store::auction(conn, id)?;
    with_suspensions(conn, vec![auction])?.pop().ok_or_else(Failure::not_found)
}

/// Cancels auctions of a batch whose land was lost, the newest first, until so much is free (R89);
/// returns how much was freed.
pub(in crate::market) fn cancel_for_loss(
    tx: &mut Tx<'_>,
    batch: BatchId,
    seller: OrganisationId,
    wanted: i64,
) -> Answer<i64> {
    let by = tx.actor()?.user_id;
    let mut freed = 0;
    for auction in store::running_of(tx.conn(), batch, seller, DUE_PER_LOOK_MAX)? {
        if freed >= wanted {
            break;
        }
        freed += auction.standing.left_m2;
        let cause = announcing::Cause { by, reason: "the restored land was lost".into() };
        announcing::abandon(tx, auction, AuctionState::Cancelled, &cause)?;
    }
    Ok(freed)
}

/// Moves credits of the auction between two buckets of its seller.
fn move_credits(
    tx: &mut Tx<'_>,
    event: &'static str,
    auction: &Auction,
    m2: i64,
    (from, to): (CreditBucket, CreditBucket),
) -> Answer<()> {
    let bucket = |bucket| Account::credits(auction.seller, auction.batch, bucket);
    let journal = NewJournal {
        id: JournalId::new(),
        event,
        subject: auction.id.uuid(),
        effective_at: tx.now(),
        reverses: None,
        transfers: vec![NewTransfer { from: bucket(from), to: bucket(to), amount: m2 }],
    };
    ledger::post(tx, journal)
}

/// Frees credits of the auction that are not sold.
fn free_credits(tx: &mut Tx<'_>, auction: &mut Auction, m2: i64) -> Answer<()> {
    if m2 > 0 {
        let way = (CreditBucket::Reserved, CreditBucket::Available);
        move_credits(tx, "auction_end", auction, m2, way)?;
        auction.standing.left_m2 -= m2;
    }
    Ok(())
}

/// Says that nothing more comes of the auction.
fn end(auction: &mut Auction, state: AuctionState, at: Time) {
    auction.standing.state = state;
    auction.standing.due_at = None;
    auction.standing.ended_at = Some(at);
}

fn subject(auction: &Auction) -> String {
    format!("auction:{}", auction.id)
}
