//! What can happen in a history, and the dice that choose it: the same for the same seed.

use super::model::{BUYERS, Bucket, HOLDERS, LEGS, Leaves, Model, Stage};

/// Numbers that look random and are the same each time.
#[derive(Debug, Clone)]
pub(super) struct Dice(u64);

impl Dice {
    pub(super) fn of(seed: u64) -> Self {
        let mut dice = Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15).wrapping_add(1));
        dice.below(2);
        dice
    }

    pub(super) fn below(&mut self, most: usize) -> usize {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from((self.0 >> 33) % u64::try_from(most.max(1)).unwrap()).unwrap()
    }

    pub(super) fn between(&mut self, least: i64, most: i64) -> i64 {
        least + i64::try_from(self.below(usize::try_from(most - least + 1).unwrap())).unwrap()
    }
}

/// What becomes of what an order does not get at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum How {
    Waits,
    AtOnce,
    AllOrNothing,
}

/// One step; things are named by their place among those of their kind.
#[derive(Debug, Clone, Copy)]
pub(super) enum Op {
    Deposit { buyer: usize, fen: i64 },
    List { m2: i64, price: i64 },
    Withdraw { listing: usize },
    Buy { buyer: usize, listing: usize, m2: i64 },
    Order { buyer: usize, m2: i64, limit: i64, how: How },
    Cancel { order: usize },
    Pledge { holder: usize, m2: i64 },
    Release { pledge: usize, m2: i64 },
    Retire { m2: i64 },
    Enter { leaves: Leaves, fen: i64 },
    Approve { payout: usize },
    Reject { payout: usize },
    BankPays { payout: usize },
    Reverse { trade: usize },
}

/// What a history starts from and how long it is.
pub(super) struct Plan {
    pub(super) dice: Dice,
    pub(super) certified: [i64; 2],
    pub(super) cash: [i64; BUYERS],
    pub(super) steps: usize,
    /// Trades are undone in it; else shares are paid out, since what was paid out cannot go back.
    undoes: bool,
}

impl Plan {
    pub(super) fn of(seed: u64, steps_max: usize) -> Self {
        let mut dice = Dice::of(seed);
        let certified = [dice.between(0, 900), dice.between(100, 1_500)];
        let cash = [(); BUYERS].map(|()| dice.between(0, 4_000_000));
        let (steps, undoes) = (1 + dice.below(steps_max), dice.below(3) == 0);
        Self { dice, certified, cash, steps, undoes }
    }

    /// The next step, where one is possible.
    pub(super) fn next(&mut self, model: &Model) -> Option<Op> {
        let dice = &mut self.dice;
        let buyer = dice.below(BUYERS);
        Some(match dice.below(22) {
            0..=3 => {
                let m2 = some_of(dice, model.held(0, Bucket::Available));
                Op::List { m2, price: price(dice) }
            }
            4 => Op::Withdraw { listing: one_of(dice, model.listings.len())? },
            5..=9 => {
                let listing = one_of(dice, model.listings.len())?;
                let m2 = some_of(dice, model.listings[listing].left);
                Op::Buy { buyer, listing, m2 }
            }
            10..=13 => {
                let how = [How::Waits, How::Waits, How::AtOnce, How::AllOrNothing][dice.below(4)];
                Op::Order { buyer, m2: dice.between(1, 500), limit: price(dice), how }
            }
            14 => Op::Cancel { order: one_of(dice, model.orders.len())? },
            15 => {
                let holder = dice.below(HOLDERS);
                Op::Pledge { holder, m2: some_of(dice, model.held(holder, Bucket::Available)) }
            }
            16 => {
                Op::Release { pledge: one_of(dice, model.pledges.len())?, m2: dice.between(1, 200) }
            }
            17 => Op::Retire { m2: some_of(dice, model.held(1, Bucket::Available)) },
            18 => Op::Deposit { buyer, fen: dice.between(1, 300_000) },
            19 => {
                let most = model.refundable[buyer];
                if most == 0 {
                    return None;
                }
                Op::Enter { leaves: Leaves::Cash(buyer), fen: dice.between(1, most) }
            }
            20 if self.undoes => Op::Reverse { trade: one_of(dice, model.trades.len())? },
            20 => {
                let leg = dice.below(LEGS);
                let fen = some_of(dice, model.view.legs[leg]);
                Op::Enter { leaves: Leaves::Share(leg), fen }
            }
            _ => {
                let payout = one_of(dice, model.payouts.len())?;
                match (model.payouts[payout].stage, dice.below(2)) {
                    (Stage::Approved, 0) => Op::BankPays { payout },
                    (_, 0) => Op::Approve { payout },
                    _ => Op::Reject { payout },
                }
            }
        })
    }
}

/// Some of what is there, rather often all of it, and at times one more.
fn some_of(dice: &mut Dice, there: i64) -> i64 {
    match dice.below(8) {
        0 => there + 1,
        1 | 2 if there > 0 => there,
        _ => dice.between(1, (there / 2).max(1)),
    }
}

fn one_of(dice: &mut Dice, count: usize) -> Option<usize> {
    (count > 0).then(|| dice.below(count))
}

/// Prices at which halves of a fen are frequent, and others.
fn price(dice: &mut Dice) -> i64 {
    if dice.below(3) == 0 { dice.between(700, 60_000) } else { 1_000 * dice.between(1, 60) }
}

/// The steps after which nothing waits any more, so that the next history begins with nothing.
pub(super) fn wound_up(model: &Model) -> Option<Op> {
    if let Some(order) = model.orders.iter().position(|order| order.open) {
        return Some(Op::Cancel { order });
    }
    if let Some(listing) = model.listings.iter().position(|listing| listing.open) {
        return Some(Op::Withdraw { listing });
    }
    let payout = model.payouts.iter().position(|payout| payout.stage != Stage::Over)?;
    Some(match model.payouts[payout].stage {
        Stage::Entered => Op::Reject { payout },
        _ => Op::BankPays { payout },
    })
}
