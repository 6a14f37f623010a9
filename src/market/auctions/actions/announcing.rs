//! Announcing an auction, and taking it back.

use serde_json::json;

use super::deposits::free_all;
use super::{end, free_credits, move_credits, subject};
use crate::identity;
use crate::kernel::actor::Actor;
use crate::kernel::db::{Event, Tx};
use crate::kernel::ids::UserId;
use crate::kernel::problem::{Answer, Failure};
use crate::kernel::text::Label;
use crate::ledger::{self, Account, BatchId, CreditBucket};
use crate::market::auction::{CannotAuction, check_announcement, check_withdrawal};
use crate::market::auctions::model::{
    Auction, AuctionId, AuctionState, AwardState, Offer, Settings, Standing,
};
use crate::market::auctions::store;
use crate::market::deal;
use crate::settlement;

/// Announces an auction of credits of the actor's organisation.
#[derive(Debug, Clone)]
pub(in crate::market::auctions) struct Announce {
    pub(in crate::market::auctions) auction: AuctionId,
    pub(in crate::market::auctions) batch: BatchId,
    pub(in crate::market::auctions) offer: Offer,
}

/// Ends an auction before it is settled.
#[derive(Debug, Clone)]
pub(in crate::market::auctions) struct End {
    pub(in crate::market::auctions) auction: AuctionId,
    pub(in crate::market::auctions) reason: Label,
}

/// Announces an auction and reserves its credits (R47, R49).
pub(in crate::market::auctions) fn announce(tx: &mut Tx<'_>, it: &Announce) -> Answer<Auction> {
    let actor = tx.actor()?;
    let now = tx.now();
    let batch = deal::batch(tx.conn(), it.batch)?;
    let seller = identity::organisation(tx.conn(), actor.organisation_id)?;
    let available = Account::credits(seller.id, batch.id, CreditBucket::Available);
    let available_m2 = ledger::balance(tx.conn(), &available)?;
    if batch.owner != seller.id && available_m2 == 0 {
        return Err(Failure::not_found());
    }
    deal::check_not_frozen(&batch)?;
    ledger::check_unpledged(tx.conn(), seller.id, batch.id, it.offer.area.get())?;
    check_announcement(&it.offer, &Settings::default(), available_m2, now)?;
    let fee_account = settlement::fee_account_of_county(tx.conn(), &batch.county)?;
    let year = chrono::Datelike::year(&now.date_in_shanghai());
    let series = format!("PM{}-{year}", batch.county);
    let number = format!("{series}-{:04}", tx.next_number(&series)?);
    let auction = Auction {
        id: it.auction,
        number,
        batch: batch.id,
        batch_number: batch.number,
        county: batch.county,
        fee_account: fee_account.id,
        seller: seller.id,
        seller_name: seller.name,
        wetland_type: batch.wetland_type.to_string(),
        grade: batch.grade.get(),
        offer: it.offer.clone(),
        announced_by: actor.user_id,
        announced_at: now,
        suspended: false,
        standing: Standing {
            state: AuctionState::Announced,
            due_at: Some(it.offer.opens_at),
            left_m2: it.offer.area.get(),
            bids: 0,
            highest: None,
            highest_bid: None,
            last_bid_at: None,
            closed_at: None,
            notice_to: None,
            ended_by: None,
            ended_at: None,
            end_reason: None,
        },
    };
    let way = (CreditBucket::Available, CreditBucket::Reserved);
    move_credits(tx, "auction", &auction, auction.offer.area.get(), way)?;
    store::insert(tx, &auction)?;
    // The reserve price may be secret: it is in the row and not in the log that people read.
    tx.record(Event {
        subject: subject(&auction),
        after: Some(json!({
            "number": auction.number,
            "batch": auction.batch_number,
            "kind": auction.offer.kind,
            "m2": auction.offer.area,
            "start_price_per_mu": auction.offer.start,
            "opens_at": auction.offer.opens_at,
            "closes_at": auction.offer.closes_at,
        })),
        ..Event::default()
    });
    Ok(auction)
}

/// Its seller takes an auction back before it opens.
pub(in crate::market::auctions) fn withdraw(tx: &mut Tx<'_>, it: &End) -> Answer<Auction> {
    let actor = tx.actor()?;
    let auction = store::auction(tx.conn(), it.auction)?;
    if auction.seller != actor.organisation_id {
        return Err(Failure::not_found());
    }
    check_withdrawal(&auction, tx.now())?;
    abandon(tx, auction, AuctionState::Withdrawn, &cause(&actor, it))
}

/// The centre of the county cancels an auction, at any time before all of it is settled.
pub(in crate::market::auctions) fn cancel(tx: &mut Tx<'_>, it: &End) -> Answer<Auction> {
    let actor = tx.actor()?;
    let auction = store::auction(tx.conn(), it.auction)?;
    if actor.region.county().as_ref() != Some(&auction.county) {
        return Err(Failure::not_found());
    }
    let state = auction.standing.state;
    if state.is_over() {
        return Err(CannotAuction::NotInState(state).into());
    }
    abandon(tx, auction, AuctionState::Cancelled, &cause(&actor, it))
}

fn cause(actor: &Actor, it: &End) -> Cause {
    Cause { by: actor.user_id, reason: it.reason.to_string() }
}

/// Who ends an auction before its time, and why.
pub(super) struct Cause {
    pub(super) by: UserId,
    pub(super) reason: String,
}

/// Frees all that is still held for the auction; what is settled stays settled.
pub(super) fn abandon(
    tx: &mut Tx<'_>,
    mut auction: Auction,
    state: AuctionState,
    it: &Cause,
) -> Answer<Auction> {
    let now = tx.now();
    for mut award in store::awards(tx.conn(), auction.id)? {
        if matches!(award.state, AwardState::Awarded | AwardState::Confirmed) {
            award.state = AwardState::Cancelled;
            award.due_at = None;
            award.ended_at = Some(now);
            award.end_reason = Some(it.reason.clone());
            tx.update(&store::AwardRow::from(&award))?;
        }
    }
    let freed_m2 = auction.standing.left_m2;
    free_credits(tx, &mut auction, freed_m2)?;
    let bidders = store::holding(tx.conn(), auction.id)?;
    let freed = free_all(tx, &auction, bidders)?;
    end(&mut auction, state, now);
    auction.standing.ended_by = Some(it.by);
    auction.standing.end_reason = Some(it.reason.clone());
    store::save_standing(tx, &auction)?;
    tx.record(Event {
        subject: subject(&auction),
        reason: Some(it.reason.clone()),
        after: Some(json!({ "freed_m2": freed_m2, "freed_deposits": freed })),
        ..Event::default()
    });
    Ok(auction)
}
