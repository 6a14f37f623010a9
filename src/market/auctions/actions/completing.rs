//! Completing what was won, refusing it, and letting the time for it pass.

use serde_json::json;

use super::closing::tomorrow;
use super::deposits::{forfeit, use_for_payment};
use super::{end, free_credits, subject};
use crate::kernel::db::{Event, Tx};
use crate::kernel::money::cny;
use crate::kernel::problem::{Answer, Failure};
use crate::kernel::text::Label;
use crate::ledger::{self, Account, CreditBucket, JournalId, MoneyBucket};
use crate::market::auction::CannotAuction;
use crate::market::auctions::model::{
    Auction, AuctionState, Award, AwardId, AwardState, Bidder, DepositOutcome,
};
use crate::market::auctions::store;
use crate::market::deal::{self, Deal};
use crate::settlement::{Source, TradeId, TradeView};

/// Pays for what was won.
#[derive(Debug, Clone)]
pub(in crate::market::auctions) struct Complete {
    pub(in crate::market::auctions) award: AwardId,
    pub(in crate::market::auctions) trade: TradeId,
    pub(in crate::market::auctions) journal: JournalId,
}

/// Refuses to complete what was won.
#[derive(Debug, Clone)]
pub(in crate::market::auctions) struct Refuse {
    pub(in crate::market::auctions) award: AwardId,
    pub(in crate::market::auctions) reason: Label,
}

/// Settles an award, with the deposit as part payment (R55, R56, R61).
pub(in crate::market::auctions) fn complete(tx: &mut Tx<'_>, it: &Complete) -> Answer<TradeView> {
    let (award, mut auction, bidder) = own_award(tx, it.award)?;
    let now = tx.now();
    if award.state != AwardState::Confirmed || award.due_at.is_some_and(|due_at| now >= due_at) {
        return Err(CannotAuction::AwardNotOpen(award.state.as_str()).into());
    }
    check_cash(tx, &auction, &award, &bidder)?;
    use_for_payment(tx, &auction, bidder)?;
    let row = deal::settle(tx, &deal_of(&auction, &award, it))?;
    auction.standing.left_m2 -= award.area.get();
    let award = Award {
        state: AwardState::Settled,
        due_at: None,
        trade: Some(it.trade),
        ended_at: Some(now),
        ..award
    };
    tx.update(&store::AwardRow::from(&award))?;
    finish(tx, auction)?;
    let view = TradeView::from(row);
    let after = serde_json::to_value(&view).ok();
    tx.record(Event { subject: format!("trade:{}", view.id), after, ..Event::default() });
    Ok(view)
}

fn deal_of(auction: &Auction, award: &Award, it: &Complete) -> Deal {
    Deal {
        trade: it.trade,
        journal: it.journal,
        source: Source::Auction,
        source_id: auction.id.uuid(),
        batch: auction.batch,
        seller: auction.seller,
        from: CreditBucket::Reserved,
        buyer: award.bidder,
        area: award.area,
        price: award.price,
    }
}

fn check_cash(tx: &mut Tx<'_>, auction: &Auction, award: &Award, bidder: &Bidder) -> Answer<()> {
    let cash = Account::money(award.bidder, auction.fee_account, MoneyBucket::Available);
    let available = ledger::balance(tx.conn(), &cash)?;
    let due = award.amount_fen - bidder.deposit_fen;
    if available < due {
        let (due, available) = (cny(due), cny(available));
        return Err(CannotAuction::NotEnoughCash { due, available }.into());
    }
    Ok(())
}

/// The winner says that it will not complete: its deposit is forfeited (R55).
pub(in crate::market::auctions) fn refuse(tx: &mut Tx<'_>, it: &Refuse) -> Answer<Award> {
    let (award, auction, bidder) = own_award(tx, it.award)?;
    if !matches!(award.state, AwardState::Awarded | AwardState::Confirmed) {
        return Err(CannotAuction::AwardNotOpen(award.state.as_str()).into());
    }
    default(tx, award, auction, bidder, it.reason.as_str())
}

/// Takes back an award whose time has passed (R56); says whether it had.
pub(in crate::market::auctions) fn default_overdue(tx: &mut Tx<'_>, id: AwardId) -> Answer<bool> {
    let award = store::award(tx.conn(), id)?;
    let now = tx.now();
    let is_over = award.due_at.is_some_and(|due_at| now >= due_at);
    if award.state != AwardState::Confirmed || !is_over {
        return Ok(false);
    }
    let auction = store::auction(tx.conn(), award.auction)?;
    if deal::batch(tx.conn(), auction.batch)?.frozen {
        return put_off(tx, award, &auction).map(|()| true);
    }
    let bidder = held(tx, &auction, &award)?;
    default(tx, award, auction, bidder, "the time for completion has passed")?;
    Ok(true)
}

/// Nobody is in default over what they could not complete: while the project is frozen the last day
/// moves along (R45).
fn put_off(tx: &mut Tx<'_>, award: Award, auction: &Auction) -> Answer<()> {
    let now = tx.now();
    let award =
        Award { due_at: Some(tomorrow(now)?), complete_by: Some(now.date_in_shanghai()), ..award };
    tx.update(&store::AwardRow::from(&award))?;
    tx.record(Event {
        subject: subject(auction),
        after: Some(json!({ "award": award.id, "complete_by": award.complete_by })),
        ..Event::default()
    });
    Ok(())
}

fn default(
    tx: &mut Tx<'_>,
    award: Award,
    mut auction: Auction,
    bidder: Bidder,
    reason: &str,
) -> Answer<Award> {
    let forfeited_fen = bidder.deposit_fen;
    forfeit(tx, &auction, bidder)?;
    free_credits(tx, &mut auction, award.area.get())?;
    let award = Award {
        state: AwardState::Defaulted,
        due_at: None,
        ended_at: Some(tx.now()),
        end_reason: Some(reason.to_owned()),
        ..award
    };
    tx.update(&store::AwardRow::from(&award))?;
    let subject = subject(&auction);
    finish(tx, auction)?;
    tx.record(Event {
        subject,
        reason: Some(reason.to_owned()),
        after: Some(json!({ "award": award.id, "forfeited": cny(forfeited_fen) })),
        ..Event::default()
    });
    Ok(award)
}

/// Ends the auction once none of its awards is open.
fn finish(tx: &mut Tx<'_>, mut auction: Auction) -> Answer<()> {
    let awards = store::awards(tx.conn(), auction.id)?;
    let is_open =
        |award: &Award| matches!(award.state, AwardState::Awarded | AwardState::Confirmed);
    if !awards.iter().any(is_open) {
        let now = tx.now();
        end(&mut auction, AuctionState::Ended, now);
    }
    store::save_standing(tx, &auction)
}

/// The award with its auction and deposit, for its winner alone.
fn own_award(tx: &mut Tx<'_>, id: AwardId) -> Answer<(Award, Auction, Bidder)> {
    let actor = tx.actor()?;
    let award = store::award(tx.conn(), id)?;
    if award.bidder != actor.organisation_id {
        return Err(Failure::not_found());
    }
    let auction = store::auction(tx.conn(), award.auction)?;
    if !matches!(award.state, AwardState::Awarded | AwardState::Confirmed) {
        return Err(CannotAuction::AwardNotOpen(award.state.as_str()).into());
    }
    let bidder = held(tx, &auction, &award)?;
    Ok((award, auction, bidder))
}

fn held(tx: &mut Tx<'_>, auction: &Auction, award: &Award) -> Answer<Bidder> {
    let bidder = store::bidder(tx.conn(), auction.id, award.bidder)?;
    bidder
        .filter(|bidder| bidder.outcome == DepositOutcome::Held)
        .ok_or_else(|| Failure::broken("the deposit of an open award is held"))
}
