//! The order book: limit orders against listings, by price and then by time. No I/O: whoever holds
//! the books lays in what waits, and saves what comes out.
//!
//! An ask is what is left of a listing, a bid what is left of an order. They meet when the ask's
//! county is one of the bid's, the wetland type is the same, the grade is good enough, the price is
//! within the limit, and the buyer is neither the seller nor related to the assessor of the land
//! (R29, R48). Of the eligible asks the cheapest goes first, of equal ones the earlier; of the
//! eligible bids the highest, of equal ones the earlier. The resting side's price is paid. A fill
//! whose amount would round to nothing is left out (R3), and an order has at most 50 fills.

mod asks;
mod hash;
mod reserve;
#[cfg(test)]
mod tests;

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::iter::Peekable;

use self::asks::{Asks, Slot, rank};
use self::hash::ById;
pub use self::reserve::reserve;
use super::model::{Execution, ListingId, OrderId};
use crate::inventory::WetlandType;
use crate::kernel::ids::OrganisationId;

/// How many fills an order has at most; then its rest is cancelled. Each may round its amount up,
/// so this bounds what is reserved for it beyond the price.
pub const FILLS_MAX: i64 = 50;

/// The worst grade that there is.
const GRADE_WORST: i64 = 5;

/// A place in the queue: who came earlier goes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Turn {
    pub at_micros: i64,
    pub id: uuid::Uuid,
}

/// What is offered: credits of a county, a wetland type and a grade.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Kind {
    pub county: u32,
    pub wetland_type: WetlandType,
    pub grade: i64,
}

/// Somebody, and whom they are related to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Party {
    pub id: OrganisationId,
    pub related_to: Option<OrganisationId>,
}

impl Party {
    fn is_related_to(&self, other: &Self) -> bool {
        self.related_to == Some(other.id) || other.related_to == Some(self.id)
    }
}

/// What is left of a listing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ask {
    pub listing: ListingId,
    pub turn: Turn,
    pub kind: Kind,
    pub seller: OrganisationId,
    /// Who assessed the land: no buyer that is related to them (R29).
    pub assessor: Party,
    pub price_fen: i64,
    pub left_m2: i64,
}

/// What is left of an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bid {
    pub order: OrderId,
    pub turn: Turn,
    pub buyer: Party,
    /// The counties whose credits it pays for; each once.
    pub counties: Vec<u32>,
    pub wetland_type: WetlandType,
    pub grade_max: i64,
    pub limit_fen: i64,
    pub left_m2: i64,
    /// The fills it has had.
    pub fills: i64,
}

/// An ask and a bid that meet, at the price of the one that was there first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fill {
    pub listing: ListingId,
    pub order: OrderId,
    pub m2: i64,
    pub price_fen: i64,
}

/// What became of an order that came in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stands {
    Waiting,
    Filled,
    /// All of it or nothing was asked, and not all of it was there.
    Killed,
    /// The rest was to be cancelled.
    Cut,
    /// It has had all its fills; the rest is cancelled.
    Exhausted,
}

/// The outcome of an order that came in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Placed {
    pub fills: Vec<Fill>,
    pub left_m2: i64,
    pub stands: Stands,
}

type Bids = BTreeMap<(Reverse<i64>, Turn), OrderId>;

/// Asks and bids that wait.
#[derive(Debug, Default)]
pub struct Book {
    asks: Asks,
    /// Where the asks of the last order lay; kept for its room alone.
    slots: Vec<Slot>,
    bids: BTreeMap<Kind, Bids>,
    waiting: ById<OrderId, Bid>,
}

impl Book {
    /// Lays in an ask that waits already.
    pub fn lay_in_ask(&mut self, ask: Ask) {
        self.asks.insert(ask);
    }

    /// Lays in a bid that waits already.
    pub fn lay_in_bid(&mut self, bid: Bid) {
        for kind in kinds_of(&bid) {
            let queue = self.bids.entry(kind).or_default();
            queue.insert((Reverse(bid.limit_fen), bid.turn), bid.order);
        }
        self.waiting.insert(bid.order, bid);
    }

    /// Takes out an ask; `None` when nothing of it waits any more.
    pub fn take_ask(&mut self, listing: ListingId) -> Option<Ask> {
        self.asks.remove(listing)
    }

    /// Takes out a bid; `None` when nothing of it waits any more.
    pub fn take_bid(&mut self, order: OrderId) -> Option<Bid> {
        let bid = self.waiting.remove(&order)?;
        for kind in kinds_of(&bid) {
            if let Some(queue) = self.bids.get_mut(&kind) {
                queue.remove(&(Reverse(bid.limit_fen), bid.turn));
            }
        }
        Some(bid)
    }

    /// The ask as it waits now.
    pub fn ask(&self, listing: ListingId) -> Option<&Ask> {
        self.asks.get(listing)
    }

    /// The bid as it waits now.
    pub fn bid(&self, order: OrderId) -> Option<&Bid> {
        self.waiting.get(&order)
    }

    /// Places an order: fills it from the asks that wait, and lets the rest wait if it may.
    pub fn place(&mut self, bid: &Bid, execution: Execution) -> Placed {
        let room = std::mem::take(&mut self.slots);
        let (fills, slots) = self.givers(bid, room);
        let filled: i64 = fills.iter().map(|fill| fill.m2).sum();
        if execution == Execution::FillOrKill && filled < bid.left_m2 {
            return Placed { fills: Vec::new(), left_m2: bid.left_m2, stands: Stands::Killed };
        }
        for (slot, fill) in slots.iter().zip(&fills) {
            self.asks.take(*slot, fill.m2);
        }
        self.slots = slots;
        let left_m2 = bid.left_m2 - filled;
        let had = bid.fills + i64::try_from(fills.len()).unwrap_or(FILLS_MAX);
        let stands = match (left_m2, execution) {
            (0, _) => Stands::Filled,
            _ if had >= FILLS_MAX => Stands::Exhausted,
            (_, Execution::ImmediateOrCancel | Execution::FillOrKill) => Stands::Cut,
            (_, Execution::GoodTillDate) => Stands::Waiting,
        };
        if stands == Stands::Waiting {
            self.lay_in_bid(Bid { left_m2, fills: had, ..bid.clone() });
        }
        Placed { fills, left_m2, stands }
    }

    /// Lists an ask: fills the bids that wait for it, at most that many, and lets the rest wait.
    pub fn list(&mut self, ask: &Ask, fills_max: usize) -> Vec<Fill> {
        let (fills, mut left_m2) = (self.takers(ask, fills_max), ask.left_m2);
        for fill in &fills {
            left_m2 -= fill.m2;
            self.take_from_bid(fill);
        }
        if left_m2 > 0 {
            self.lay_in_ask(Ask { left_m2, ..*ask });
        }
        fills
    }

    /// Says from which asks an order would be filled now.
    pub fn quote(&self, bid: &Bid) -> Vec<Fill> {
        self.givers(bid, Vec::new()).0
    }

    /// From which asks an order would be filled now, and where they lie.
    fn givers(&self, bid: &Bid, slots: Vec<Slot>) -> (Vec<Fill>, Vec<Slot>) {
        let mut lines = bid.counties.iter().flat_map(|county| {
            let kind = |grade| Kind { county: *county, wetland_type: bid.wetland_type, grade };
            self.asks.lines(kind(1), kind(bid.grade_max))
        });
        let mut wish = Wish::of(bid, slots);
        match (lines.next(), lines.next()) {
            (None, _) => {}
            (Some(only), None) => wish.fill_from(self.asks.walk(only)),
            (Some(first), Some(second)) => {
                let all = [first, second].into_iter().chain(lines);
                let mut queues: Vec<_> = all.map(|line| self.asks.walk(line).peekable()).collect();
                let cheapest = std::iter::from_fn(|| {
                    let heads = queues.iter_mut().filter_map(|queue| {
                        let (_, ask) = queue.peek()?;
                        Some((rank(ask), queue))
                    });
                    heads.min_by_key(|(rank, _)| *rank)?.1.next()
                });
                wish.fill_from(cheapest);
            }
        }
        (wish.fills, wish.slots)
    }

    /// Whether the asks of that kind that are laid in are all that this order can need of them.
    pub fn has_enough(&self, bid: &Bid, kind: &Kind) -> bool {
        let Some(line) = self.asks.line(kind) else { return false };
        let mut wish = Wish::of(bid, Vec::new());
        wish.fill_from(self.asks.walk(line));
        wish.is_over
    }

    /// From which bids an ask would be filled now.
    fn takers(&self, ask: &Ask, fills_max: usize) -> Vec<Fill> {
        let kind = |grade| Kind { grade, ..ask.kind };
        let graded = self.bids.range(kind(ask.kind.grade)..=kind(GRADE_WORST));
        let mut queues: Vec<_> = graded.map(|(_, bids)| bids.iter().peekable()).collect();
        let (mut fills, mut left_m2) = (Vec::new(), ask.left_m2);
        while let Some(((Reverse(limit_fen), _), order)) = next(&mut queues) {
            if left_m2 == 0 || fills.len() == fills_max || *limit_fen < ask.price_fen {
                break;
            }
            let Some(bid) = self.waiting.get(order) else { continue };
            let fill = Fill {
                listing: ask.listing,
                order: *order,
                m2: left_m2.min(bid.left_m2),
                price_fen: bid.limit_fen,
            };
            if may_meet(ask, bid) && is_worth_a_fen(&fill) {
                left_m2 -= fill.m2;
                fills.push(fill);
            }
        }
        fills
    }

    fn take_from_bid(&mut self, fill: &Fill) {
        let Some(bid) = self.waiting.get_mut(&fill.order) else { return };
        bid.left_m2 -= fill.m2;
        bid.fills += 1;
        if bid.left_m2 == 0 || bid.fills >= FILLS_MAX {
            self.take_bid(fill.order);
        }
    }
}

/// What an order still takes, and what it has found.
struct Wish<'b> {
    bid: &'b Bid,
    left_m2: i64,
    further: i64,
    /// It needs to look no further: it is filled, or the rest is too dear.
    is_over: bool,
    fills: Vec<Fill>,
    /// Where their asks lie.
    slots: Vec<Slot>,
}

impl<'b> Wish<'b> {
    fn of(bid: &'b Bid, mut slots: Vec<Slot>) -> Self {
        slots.clear();
        let (left_m2, further) = (bid.left_m2, FILLS_MAX - bid.fills);
        let is_over = left_m2 <= 0 || further <= 0;
        Self { bid, left_m2, further, is_over, fills: Vec::new(), slots }
    }

    /// Takes from asks in their order.
    fn fill_from<'a>(&mut self, asks: impl Iterator<Item = (Slot, &'a Ask)>) {
        if self.is_over {
            return;
        }
        for (slot, ask) in asks {
            if ask.price_fen > self.bid.limit_fen {
                self.is_over = true;
                return;
            }
            let (m2, order) = (self.left_m2.min(ask.left_m2), self.bid.order);
            let fill = Fill { listing: ask.listing, order, m2, price_fen: ask.price_fen };
            if !may_meet(ask, self.bid) || !is_worth_a_fen(&fill) {
                continue;
            }
            self.left_m2 -= m2;
            self.further -= 1;
            self.fills.push(fill);
            self.slots.push(slot);
            if self.left_m2 == 0 || self.further == 0 {
                self.is_over = true;
                return;
            }
        }
    }
}

/// Takes the first of all queues, each of which is in order.
fn next<'b, K: Ord + 'b, V: 'b, I>(queues: &mut [Peekable<I>]) -> Option<(&'b K, &'b V)>
where
    I: Iterator<Item = (&'b K, &'b V)>,
{
    if let [only] = queues {
        return only.next();
    }
    let heads = queues.iter_mut().filter_map(|queue| Some((queue.peek()?.0, queue)));
    heads.min_by(|one, other| one.0.cmp(other.0)).and_then(|(_, queue)| queue.next())
}

fn kinds_of(bid: &Bid) -> Vec<Kind> {
    let kind = |county: &u32| Kind {
        county: *county,
        wetland_type: bid.wetland_type,
        grade: bid.grade_max,
    };
    bid.counties.iter().map(kind).collect()
}

/// Whether these two may trade with each other at all (R29, R48).
fn may_meet(ask: &Ask, bid: &Bid) -> bool {
    ask.seller != bid.buyer.id && !ask.assessor.is_related_to(&bid.buyer)
}

/// Whether a bid of that ask's kind would take all that it wants, if there is as much.
pub fn meets(ask: &Ask, bid: &Bid) -> bool {
    let (listing, order, m2) = (ask.listing, bid.order, bid.left_m2.min(ask.left_m2));
    let fill = Fill { listing, order, m2, price_fen: bid.limit_fen };
    may_meet(ask, bid) && is_worth_a_fen(&fill)
}

/// An amount that rounds to 0.00 is no trade (R3): half_up(m² × price × 3 / 2000) is 0.
fn is_worth_a_fen(fill: &Fill) -> bool {
    fill.m2.saturating_mul(fill.price_fen).saturating_mul(3) >= 1_000
}
