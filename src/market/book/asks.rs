//! Asks in their lines: of each kind by price, and at each price by time. What is gone out of a long
//! queue stays in it without any area until it comes to the front, so that nothing is moved for it.

use std::collections::{BTreeMap, VecDeque};

use super::hash::ById;
use super::{Ask, Kind, Turn};
use crate::market::model::ListingId;

/// A queue up to that long is searched for what goes out of it; in a longer one it stays until there
/// is more of what is gone than of what waits.
const SHORT: usize = 64;

/// Where an ask lies.
pub(super) type Slot = usize;

/// The asks at one price, the earliest first.
#[derive(Debug, Default)]
struct Level {
    queue: VecDeque<Slot>,
    /// How many of them still wait.
    waiting: usize,
    /// When the last of them came.
    last_micros: i64,
}

/// The asks of one kind by price.
#[derive(Debug, Default)]
pub(super) struct Line(BTreeMap<i64, Level>);

/// All asks that wait.
#[derive(Debug, Default)]
pub(super) struct Asks {
    slots: Vec<Ask>,
    free: Vec<Slot>,
    lines: BTreeMap<Kind, Line>,
    listed: ById<ListingId, Slot>,
}

impl Asks {
    /// Lays in an ask; it goes behind those of the same price that came before it.
    pub(super) fn insert(&mut self, ask: Ask) {
        let slot = self.free.pop().unwrap_or(self.slots.len());
        match self.slots.get_mut(slot) {
            Some(place) => *place = ask,
            None => self.slots.push(ask),
        }
        self.listed.insert(ask.listing, slot);
        let level = match self.lines.get_mut(&ask.kind) {
            Some(line) => line.0.entry(ask.price_fen).or_default(),
            None => self.lines.entry(ask.kind).or_default().0.entry(ask.price_fen).or_default(),
        };
        level.waiting += 1;
        if level.queue.is_empty() || level.last_micros < ask.turn.at_micros {
            level.last_micros = ask.turn.at_micros;
            level.queue.push_back(slot);
        } else {
            let turn_of = |slot: &Slot| self.slots.get(*slot).map(|ask| ask.turn);
            let before = level.queue.partition_point(|other| turn_of(other) <= Some(ask.turn));
            level.queue.insert(before, slot);
        }
    }

    /// Takes out an ask; `None` when nothing of it waits any more.
    pub(super) fn remove(&mut self, listing: ListingId) -> Option<Ask> {
        let slot = self.listed.remove(&listing)?;
        let ask = *self.slots.get(slot)?;
        self.leave(slot, &ask);
        Some(ask)
    }

    /// The ask as it waits now.
    pub(super) fn get(&self, listing: ListingId) -> Option<&Ask> {
        self.slots.get(*self.listed.get(&listing)?)
    }

    /// Takes so much off an ask.
    pub(super) fn take(&mut self, slot: Slot, m2: i64) {
        let Some(ask) = self.slots.get_mut(slot) else { return };
        ask.left_m2 -= m2;
        if ask.left_m2 == 0 {
            let ask = *ask;
            self.listed.remove(&ask.listing);
            self.leave(slot, &ask);
        }
    }

    #[cfg(test)]
    pub(super) fn is_empty(&self) -> bool {
        self.listed.is_empty()
    }

    /// The lines of a type in a county up to that grade.
    pub(super) fn lines(&self, best: Kind, worst: Kind) -> impl Iterator<Item = &Line> {
        self.lines.range(best..=worst).map(|(_, line)| line)
    }

    /// The line of one kind, if there has ever been an ask of it.
    pub(super) fn line(&self, kind: &Kind) -> Option<&Line> {
        self.lines.get(kind)
    }

    /// The asks of a line in order.
    pub(super) fn walk(&self, line: &Line) -> impl Iterator<Item = (Slot, &Ask)> {
        let slots = line.0.values().flat_map(|level| level.queue.iter());
        let asks = slots.filter_map(|slot| Some((*slot, self.slots.get(*slot)?)));
        asks.filter(|(_, ask)| ask.left_m2 > 0)
    }

    /// Lets an ask go that nothing is left of, and what lies dead before it.
    fn leave(&mut self, slot: Slot, ask: &Ask) {
        if let Some(ask) = self.slots.get_mut(slot) {
            ask.left_m2 = 0;
        }
        let Some(line) = self.lines.get_mut(&ask.kind) else { return };
        let Some(level) = line.0.get_mut(&ask.price_fen) else { return };
        level.waiting -= 1;
        if level.waiting == 0 {
            self.free.extend(level.queue.drain(..));
            line.0.remove(&ask.price_fen);
            return;
        }
        let is_gone = |slot: &Slot| self.slots.get(*slot).is_none_or(|ask| ask.left_m2 == 0);
        if level.queue.len() <= SHORT
            && let Some(at) = level.queue.iter().position(|other| *other == slot)
        {
            level.queue.remove(at);
            self.free.push(slot);
        } else if level.queue.len() > 2 * level.waiting + SHORT {
            self.free.extend(level.queue.iter().copied().filter(is_gone));
            level.queue.retain(|slot| !is_gone(slot));
        }
        while let Some(first) = level.queue.front().copied().filter(is_gone) {
            level.queue.pop_front();
            self.free.push(first);
        }
    }
}

/// The order of asks: the cheapest first, of equal ones the earlier.
pub(super) fn rank(ask: &Ask) -> (i64, Turn) {
    (ask.price_fen, ask.turn)
}
