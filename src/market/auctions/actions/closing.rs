//! What the clock does to an auction: it opens, it closes, its deals are confirmed. Each step looks
//! at the auction as it is in its own transaction, so that it happens once, whoever does it.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use serde_json::json;

use super::deposits::free_all;
use super::{end, free_credits, subject};
use crate::identity;
use crate::kernel::clock::Time;
use crate::kernel::db::{Event, Tx};
use crate::kernel::money::{PricePerMu, amount};
use crate::kernel::problem::{Answer, Failure};
use crate::market::auction::{
    CannotAuction, Course, Sealed, Uniform, best, confirmation_day, ends_at, is_below_reserve,
    last_day_to_complete, last_notice_day, uniform,
};
use crate::market::auctions::model::{
    Auction, AuctionId, AuctionKind, AuctionState, Award, AwardId, AwardState, Bid, Settings,
};
use crate::market::auctions::store;
use crate::market::deal;

/// Does the step of the auction that is due, if one is; says whether there was one.
pub(in crate::market::auctions) fn advance(tx: &mut Tx<'_>, id: AuctionId) -> Answer<bool> {
    let now = tx.now();
    let auction = store::auction(tx.conn(), id)?;
    if auction.standing.due_at.is_none_or(|due_at| now < due_at) {
        return Ok(false);
    }
    if deal::batch(tx.conn(), auction.batch)?.frozen {
        return suspend(tx, auction).map(|()| true);
    }
    match auction.standing.state {
        AuctionState::Announced => open(tx, auction)?,
        AuctionState::Open => close(tx, auction)?,
        AuctionState::Noticed => confirm(tx, auction)?,
        AuctionState::Drawing
        | AuctionState::Confirmed
        | AuctionState::Ended
        | AuctionState::Failed
        | AuctionState::Withdrawn
        | AuctionState::Cancelled => {
            return Err(Failure::broken("nothing is due of an auction that waits for people"));
        }
    }
    Ok(true)
}

/// Of a frozen project nothing is closed or confirmed (R45): it is looked at again tomorrow.
fn suspend(tx: &mut Tx<'_>, mut auction: Auction) -> Answer<()> {
    auction.standing.due_at = Some(tomorrow(tx.now())?);
    store::save_standing(tx, &auction)?;
    record(tx, &auction, json!({ "suspended_to": auction.standing.due_at }));
    Ok(())
}

/// The moment at which the next day begins.
pub(super) fn tomorrow(now: Time) -> Answer<Time> {
    let next = now.date_in_shanghai().succ_opt();
    let next = next.ok_or_else(|| Failure::broken("a day is followed by another"))?;
    Ok(Time::in_shanghai(next, 0))
}

fn open(tx: &mut Tx<'_>, mut auction: Auction) -> Answer<()> {
    auction.standing.state = AuctionState::Open;
    auction.standing.due_at = Some(ends_at(&auction.offer, auction.standing.last_bid_at));
    store::save_standing(tx, &auction)?;
    record(tx, &auction, json!({ "state": auction.standing.state }));
    Ok(())
}

/// Who wins what, by the bid.
type Won = Vec<(Bid, i64, PricePerMu)>;

fn close(tx: &mut Tx<'_>, mut auction: Auction) -> Answer<()> {
    auction.standing.closed_at = Some(ends_at(&auction.offer, auction.standing.last_bid_at));
    let bids = match auction.offer.kind {
        AuctionKind::Open => Vec::new(),
        AuctionKind::Sealed | AuctionKind::Uniform => store::sealed_bids(tx.conn(), auction.id)?,
    };
    auction.standing.bids = auction.standing.bids.max(bids.last().map_or(0, |bid| bid.n));
    let won = match auction.offer.kind {
        AuctionKind::Open => of_open(tx, &auction)?,
        AuctionKind::Sealed => of_sealed(&auction, bids),
        AuctionKind::Uniform => match of_uniform(&auction, bids, None) {
            Ok(won) => won,
            Err(tied) => return wait_for_draw(tx, auction, &tied),
        },
    };
    if won.is_empty() { fail(tx, auction) } else { award(tx, auction, won) }
}

/// The highest bid takes all, unless it is below the reserve price (R52).
fn of_open(tx: &mut Tx<'_>, auction: &Auction) -> Answer<Won> {
    let Some(highest) = auction.standing.highest_bid else { return Ok(Vec::new()) };
    let bid = store::bid(tx.conn(), highest)?;
    if is_below_reserve(&auction.offer, bid.price) {
        return Ok(Vec::new());
    }
    let (m2, price) = (bid.area.get(), bid.price);
    Ok(vec![(bid, m2, price)])
}

fn of_sealed(auction: &Auction, bids: Vec<Bid>) -> Won {
    let winner = best(&sealed(&bids), auction.offer.reserve).map(|bid| bid.n);
    let bid = bids.into_iter().find(|bid| Some(bid.n) == winner);
    bid.map(|bid| (bid.area.get(), bid.price, bid))
        .map(|(m2, price, bid)| (bid, m2, price))
        .into_iter()
        .collect()
}

/// What each wins at the one price (R53), or the equal bids that wait for a draw.
pub(super) fn of_uniform(
    auction: &Auction,
    bids: Vec<Bid>,
    drawn: Option<&[i64]>,
) -> Result<Won, Vec<i64>> {
    let offer = &auction.offer;
    match uniform(offer.area.get(), &sealed(&bids), offer.reserve, drawn) {
        Uniform::NoSale => Ok(Vec::new()),
        Uniform::Tied(tied) => Err(tied),
        Uniform::Cleared { price, filled } => {
            let mut won = Vec::with_capacity(filled.len());
            for one in filled {
                let bid = bids.iter().find(|bid| bid.n == one.n).cloned();
                won.extend(bid.map(|bid| (bid, one.m2, price)));
            }
            Ok(won)
        }
    }
}

fn sealed(bids: &[Bid]) -> Vec<Sealed> {
    let sealed = |bid: &Bid| Sealed { n: bid.n, m2: bid.area.get(), price: bid.price };
    bids.iter().map(sealed).collect()
}

/// The deposits of those who may still win stay where they are until the draw.
fn wait_for_draw(tx: &mut Tx<'_>, mut auction: Auction, tied: &[i64]) -> Answer<()> {
    auction.standing.state = AuctionState::Drawing;
    auction.standing.due_at = None;
    store::save_standing(tx, &auction)?;
    record(tx, &auction, json!({ "state": auction.standing.state, "tied": tied }));
    Ok(())
}

/// Nobody wins: credits and deposits are freed.
pub(super) fn fail(tx: &mut Tx<'_>, mut auction: Auction) -> Answer<()> {
    let left_m2 = auction.standing.left_m2;
    free_credits(tx, &mut auction, left_m2)?;
    let bidders = store::holding(tx.conn(), auction.id)?;
    let freed = free_all(tx, &auction, bidders)?;
    let now = tx.now();
    end(&mut auction, AuctionState::Failed, now);
    store::save_standing(tx, &auction)?;
    let after = json!({ "state": AuctionState::Failed, "freed_deposits": freed });
    record(tx, &auction, after);
    Ok(())
}

/// Gives the winners their awards and notifies the result (R57); the losers' deposits and what
/// nobody takes are freed at once (R55).
pub(super) fn award(tx: &mut Tx<'_>, mut auction: Auction, won: Won) -> Answer<()> {
    let today = tx.now().date_in_shanghai();
    let winners: BTreeSet<_> = won.iter().map(|(bid, _, _)| bid.bidder).collect();
    let mut bidders = store::holding(tx.conn(), auction.id)?;
    let mut awarded_m2 = 0;
    for (bid, m2, price) in won {
        let bidder = bidders.iter().find(|bidder| bidder.organisation == bid.bidder);
        let name = bidder.map(|bidder| bidder.name.clone());
        let award = new_award(&auction, &bid, name.unwrap_or_default(), (m2, price))?;
        awarded_m2 += m2;
        tx.insert(&store::AwardRow::from(&award))?;
    }
    bidders.retain(|bidder| !winners.contains(&bidder.organisation));
    let freed = free_all(tx, &auction, bidders)?;
    let unsold_m2 = auction.standing.left_m2 - awarded_m2;
    free_credits(tx, &mut auction, unsold_m2)?;
    let notice_to = last_notice_day(today, auction.offer.notice_days);
    auction.standing.state = AuctionState::Noticed;
    auction.standing.notice_to = Some(notice_to);
    auction.standing.due_at = next_look(tx, &auction)?;
    store::save_standing(tx, &auction)?;
    let after = json!({
        "state": auction.standing.state,
        "winners": winners,
        "notice_to": notice_to,
        "freed_deposits": freed,
    });
    record(tx, &auction, after);
    Ok(())
}

fn new_award(
    auction: &Auction,
    bid: &Bid,
    bidder_name: String,
    (m2, price): (i64, PricePerMu),
) -> Answer<Award> {
    let area = m2.try_into().map_err(|_| Failure::broken("an award is an area"))?;
    let amount_fen = amount(area, price).map_err(CannotAuction::Amount)?.get();
    Ok(Award {
        id: AwardId::new(),
        auction: auction.id,
        bid: bid.id,
        bidder: bid.bidder,
        bidder_name,
        area,
        price,
        amount_fen,
        state: AwardState::Awarded,
        due_at: None,
        confirmation_number: None,
        confirmed_on: None,
        complete_by: None,
        trade: None,
        ended_at: None,
        end_reason: None,
    })
}

/// When deals are to be confirmed as things stand; never while an objection is open.
pub(super) fn next_look(tx: &mut Tx<'_>, auction: &Auction) -> Answer<Option<Time>> {
    let Some(notice_to) = auction.standing.notice_to else { return Ok(None) };
    let course = course(tx, auction, notice_to)?;
    let calendar = identity::calendar(tx.conn())?;
    Ok(confirmation_day(&course, &calendar).map(|day| Time::in_shanghai(day, 0)))
}

fn course(tx: &mut Tx<'_>, auction: &Auction, notice_to: NaiveDate) -> Answer<Course> {
    let objections = store::objections(tx.conn(), auction.id)?;
    let decided = objections.iter().filter_map(|one| one.decided_at);
    Ok(Course {
        notice_to,
        decided_on: decided.map(Time::date_in_shanghai).max(),
        is_contested: objections.iter().any(|one| one.state.is_open()),
    })
}

/// Issues the deal confirmations (R56), on a working day.
fn confirm(tx: &mut Tx<'_>, mut auction: Auction) -> Answer<()> {
    let now = tx.now();
    let today = now.date_in_shanghai();
    let calendar = identity::calendar(tx.conn())?;
    let due_at = next_look(tx, &auction)?;
    if due_at.is_none_or(|due_at| now < due_at) || !calendar.is_working_day(today) {
        let next = calendar.next_working_day(today).map(|day| Time::in_shanghai(day, 0));
        auction.standing.due_at = due_at.map(|due_at| next.map_or(due_at, |next| next.max(due_at)));
        store::save_standing(tx, &auction)?;
        record(tx, &auction, json!({ "due_at": auction.standing.due_at }));
        return Ok(());
    }
    let days = Settings::default().completion_days;
    let (complete_by, over_at) = last_day_to_complete(today, days, &calendar)
        .ok_or_else(|| Failure::broken("the calendar has working days"))?;
    let series = format!("QR{}-{}", auction.county, chrono::Datelike::year(&today));
    let mut numbers = Vec::new();
    for award in store::awards(tx.conn(), auction.id)? {
        if award.state != AwardState::Awarded {
            continue;
        }
        let number = format!("{series}-{:04}", tx.next_number(&series)?);
        numbers.push(number.clone());
        let award = Award {
            state: AwardState::Confirmed,
            due_at: Some(over_at),
            confirmation_number: Some(number),
            confirmed_on: Some(today),
            complete_by: Some(complete_by),
            ..award
        };
        tx.update(&store::AwardRow::from(&award))?;
    }
    auction.standing.state = AuctionState::Confirmed;
    auction.standing.due_at = None;
    store::save_standing(tx, &auction)?;
    record(tx, &auction, json!({ "confirmations": numbers, "complete_by": complete_by }));
    Ok(())
}

fn record(tx: &mut Tx<'_>, auction: &Auction, after: serde_json::Value) {
    let subject = subject(auction);
    tx.record(Event { subject, after: Some(after), ..Event::default() });
}
