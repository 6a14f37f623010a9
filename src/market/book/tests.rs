//! The book against a naive one that shares no code with it.

use std::collections::BTreeMap;

use super::*;
use crate::kernel::money::{PricePerMu, amount};

const STREAMS: u64 = 100_000;
const STEPS: u64 = 14;
const FOREVER: usize = usize::MAX;

/// Numbers that come the same each time.
struct Dice(u64);

impl Dice {
    fn upto(&mut self, below: u64) -> i64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        i64::try_from((self.0 >> 11) % below).unwrap()
    }
}

fn organisation(n: i64) -> OrganisationId {
    uuid::Uuid::from_u128(u128::try_from(n).unwrap() + 1).into()
}

fn party(n: i64) -> Party {
    // The fifth is a daughter of the fourth.
    Party { id: organisation(n), related_to: (n == 4).then(|| organisation(3)) }
}

fn turn(n: u64) -> Turn {
    Turn { at_micros: i64::try_from(n / 2).unwrap(), id: uuid::Uuid::from_u128(u128::from(n)) }
}

fn ask(n: u64, dice: &mut Dice) -> Ask {
    let kind = Kind {
        county: 360_121 + u32::try_from(dice.upto(3)).unwrap(),
        wetland_type: [WetlandType::Marsh, WetlandType::Lake]
            [usize::try_from(dice.upto(2)).unwrap()],
        grade: 1 + dice.upto(5),
    };
    Ask {
        listing: uuid::Uuid::from_u128(u128::from(n) + 1_000).into(),
        turn: turn(n),
        kind,
        seller: organisation(dice.upto(4)),
        assessor: party(3 + dice.upto(2)),
        price_fen: [100, 300, 334, 500, 33_700][usize::try_from(dice.upto(5)).unwrap()],
        left_m2: 1 + dice.upto(9),
    }
}

fn bid(n: u64, dice: &mut Dice) -> Bid {
    let first = u32::try_from(dice.upto(3)).unwrap();
    let count = 1 + u32::try_from(dice.upto(3 - u64::from(first))).unwrap();
    Bid {
        order: uuid::Uuid::from_u128(u128::from(n) + 5_000).into(),
        turn: turn(n),
        buyer: party(2 + dice.upto(4)),
        counties: (first..first + count).map(|n| 360_121 + n).collect(),
        wetland_type: [WetlandType::Marsh, WetlandType::Lake]
            [usize::try_from(dice.upto(2)).unwrap()],
        grade_max: 1 + dice.upto(5),
        limit_fen: [300, 334, 500, 33_700, 40_000][usize::try_from(dice.upto(5)).unwrap()],
        left_m2: 1 + dice.upto(if dice.0.is_multiple_of(7) { 200 } else { 25 }),
        fills: if dice.0.is_multiple_of(11) { 48 } else { 0 },
    }
}

/// Everything in two lists; each step looks at all of it.
#[derive(Default)]
struct Naive {
    asks: Vec<Ask>,
    bids: Vec<Bid>,
}

impl Naive {
    fn meet(ask: &Ask, bid: &Bid, price: i64) -> Option<i64> {
        let kin = bid.buyer.related_to == Some(ask.assessor.id)
            || ask.assessor.related_to == Some(bid.buyer.id);
        let fits =
            bid.counties.contains(&ask.kind.county) && ask.kind.wetland_type == bid.wetland_type;
        let fits = fits && ask.kind.grade <= bid.grade_max && ask.price_fen <= bid.limit_fen;
        let m2 = ask.left_m2.min(bid.left_m2);
        let open = m2 > 0 && bid.fills < 50 && fits && !kin && ask.seller != bid.buyer.id;
        let price = PricePerMu::of_fen(price).unwrap();
        (open && amount(m2.try_into().unwrap(), price).is_ok()).then_some(m2)
    }

    fn place(&mut self, mut bid: Bid, execution: Execution) -> (Vec<Fill>, Bid) {
        let (before, mut fills) = ((self.asks.clone(), bid.clone()), Vec::new());
        self.asks.sort_by_key(|ask| (ask.price_fen, ask.turn));
        for ask in &mut self.asks {
            let Some(m2) = Self::meet(ask, &bid, ask.price_fen) else { continue };
            (ask.left_m2, bid.left_m2, bid.fills) =
                (ask.left_m2 - m2, bid.left_m2 - m2, bid.fills + 1);
            fills.push(Fill {
                listing: ask.listing,
                order: bid.order,
                m2,
                price_fen: ask.price_fen,
            });
        }
        if execution == Execution::FillOrKill && bid.left_m2 > 0 {
            self.asks = before.0;
            return (Vec::new(), before.1);
        }
        if execution == Execution::GoodTillDate && bid.left_m2 > 0 && bid.fills < 50 {
            self.bids.push(bid.clone());
        }
        self.asks.retain(|ask| ask.left_m2 > 0);
        (fills, bid)
    }

    fn list(&mut self, mut ask: Ask) -> Vec<Fill> {
        let mut fills = Vec::new();
        self.bids.sort_by_key(|bid| (-bid.limit_fen, bid.turn));
        for bid in &mut self.bids {
            let Some(m2) = Self::meet(&ask, bid, bid.limit_fen) else { continue };
            (ask.left_m2, bid.left_m2, bid.fills) =
                (ask.left_m2 - m2, bid.left_m2 - m2, bid.fills + 1);
            fills.push(Fill {
                listing: ask.listing,
                order: bid.order,
                m2,
                price_fen: bid.limit_fen,
            });
        }
        self.bids.retain(|bid| bid.left_m2 > 0 && bid.fills < 50);
        if ask.left_m2 > 0 {
            self.asks.push(ask);
        }
        fills
    }
}

/// Pays from what is reserved for each order, fen by fen.
#[derive(Default)]
struct Purse(BTreeMap<u128, i64>);

impl Purse {
    #[track_caller]
    fn pay(&mut self, bid: &mut Bid, fill: &Fill) {
        let price = PricePerMu::of_fen(fill.price_fen).unwrap();
        let paid = amount(fill.m2.try_into().unwrap(), price).unwrap().get();
        let held = self.0.get_mut(&bid.order.uuid().as_u128()).unwrap();
        (bid.left_m2, bid.fills) = (bid.left_m2 - fill.m2, bid.fills + 1);
        let then = reserve(bid.left_m2, bid.limit_fen, bid.fills);
        assert!(*held - paid >= then, "{held} - {paid} < {then}");
        *held = then;
    }
}

/// Plays one stream on both books.
fn play(stream: u64) {
    let mut dice = Dice(0x9e37_79b9_7f4a_7c15 ^ (stream + 1).wrapping_mul(0x2545_f491_4f6c_dd1d));
    let (mut book, mut naive, mut purse) = (Book::default(), Naive::default(), Purse::default());
    for n in 0..STEPS {
        match dice.upto(9) {
            0..4 => {
                let ask = ask(n, &mut dice);
                let mut bids: Vec<Bid> = book.waiting.values().cloned().collect();
                let fills = book.list(&ask, FOREVER);
                assert_eq!(fills, naive.list(ask), "stream {stream}, step {n}");
                for fill in &fills {
                    let bid = bids.iter_mut().find(|bid| bid.order == fill.order).unwrap();
                    purse.pay(bid, fill);
                }
            }
            4..7 => {
                let bid = bid(n, &mut dice);
                let execution = match dice.upto(5) {
                    0 => Execution::FillOrKill,
                    1 => Execution::ImmediateOrCancel,
                    _ => Execution::GoodTillDate,
                };
                let held = reserve(bid.left_m2, bid.limit_fen, bid.fills);
                purse.0.insert(bid.order.uuid().as_u128(), held);
                let (fills, after) = naive.place(bid.clone(), execution);
                let mut paying = bid.clone();
                let placed = book.place(&bid, execution);
                assert_eq!(placed.fills, fills, "stream {stream}, step {n}");
                assert_eq!(placed.left_m2, after.left_m2, "stream {stream}, step {n}");
                fills.iter().for_each(|fill| purse.pay(&mut paying, fill));
            }
            7 => {
                let order: OrderId = uuid::Uuid::from_u128(u128::from(n / 2) + 5_000).into();
                let at = naive.bids.iter().position(|bid| bid.order == order);
                let expected = at.map(|at| naive.bids.remove(at));
                assert_eq!(book.take_bid(order), expected, "stream {stream}, step {n}");
            }
            _ => {
                let listing: ListingId = uuid::Uuid::from_u128(u128::from(n / 2) + 1_000).into();
                let at = naive.asks.iter().position(|ask| ask.listing == listing);
                let expected = at.map(|at| naive.asks.remove(at));
                assert_eq!(book.take_ask(listing), expected, "stream {stream}, step {n}");
            }
        }
        // Reserved is what the open remainders need, no more and no less.
        purse.0.retain(|order, _| book.waiting.contains_key(&uuid::Uuid::from_u128(*order).into()));
        let open = book.waiting.values().map(|bid| reserve(bid.left_m2, bid.limit_fen, bid.fills));
        assert_eq!(purse.0.values().sum::<i64>(), open.sum::<i64>(), "stream {stream}, step {n}");
    }
    let waiting: BTreeMap<u128, i64> =
        book.waiting.values().map(|bid| (bid.order.uuid().as_u128(), bid.left_m2)).collect();
    let naive: BTreeMap<u128, i64> =
        naive.bids.iter().map(|bid| (bid.order.uuid().as_u128(), bid.left_m2)).collect();
    assert_eq!(waiting, naive, "stream {stream}");
}

#[test]
fn r48_the_book_equals_a_naive_one_on_a_hundred_thousand_streams() {
    (0..STREAMS).for_each(play);
}

fn plain_ask(n: u64, price_fen: i64, left_m2: i64) -> Ask {
    let kind = Kind { county: 360_124, wetland_type: WetlandType::Marsh, grade: 2 };
    let listing = uuid::Uuid::from_u128(u128::from(n)).into();
    let (seller, assessor) = (organisation(0), party(1));
    Ask { listing, turn: turn(n), kind, seller, assessor, price_fen, left_m2 }
}

fn plain_bid(n: u64, limit_fen: i64, left_m2: i64) -> Bid {
    Bid {
        order: uuid::Uuid::from_u128(u128::from(n)).into(),
        turn: turn(n),
        buyer: party(2),
        counties: vec![360_124],
        wetland_type: WetlandType::Marsh,
        grade_max: 3,
        limit_fen,
        left_m2,
        fills: 0,
    }
}

#[test]
fn the_resting_sides_price_is_paid() {
    let mut book = Book::default();
    assert_eq!(book.list(&plain_ask(1, 30_000, 10), FOREVER), []);
    let placed = book.place(&plain_bid(2, 33_700, 4), Execution::GoodTillDate);
    assert_eq!((placed.fills[0].m2, placed.fills[0].price_fen), (4, 30_000));
    book.place(&plain_bid(3, 33_700, 10), Execution::GoodTillDate);
    let fills = book.list(&plain_ask(4, 20_000, 4), FOREVER);
    assert_eq!((fills[0].m2, fills[0].price_fen), (4, 33_700), "the order was there first");
}

#[test]
fn all_or_nothing_fills_all_or_nothing_and_at_once_keeps_no_rest() {
    let mut book = Book::default();
    book.list(&plain_ask(1, 30_000, 10), FOREVER);
    let killed = book.place(&plain_bid(2, 33_700, 11), Execution::FillOrKill);
    assert_eq!((killed.stands, killed.fills.len()), (Stands::Killed, 0));
    let cut = book.place(&plain_bid(3, 33_700, 11), Execution::ImmediateOrCancel);
    assert_eq!((cut.stands, cut.left_m2), (Stands::Cut, 1));
    assert!(book.waiting.is_empty() && book.asks.is_empty());
}

#[test]
fn after_fifty_fills_the_rest_is_cancelled() {
    let mut book = Book::default();
    (0..60).for_each(|n| drop(book.list(&plain_ask(n, 30_000, 1), FOREVER)));
    let placed = book.place(&plain_bid(99, 33_700, 60), Execution::GoodTillDate);
    assert_eq!((placed.fills.len(), placed.left_m2), (50, 10));
    assert_eq!(placed.stands, Stands::Exhausted);
    assert!(book.waiting.is_empty());
}

#[test]
fn a_long_queue_agrees_with_a_list() {
    let (mut dice, mut book, mut list) = (Dice(7), Book::default(), Vec::<(u64, i64)>::new());
    for n in 0..4_000_u64 {
        match dice.upto(if n < 600 { 1 } else { 5 }) {
            0 => {
                let m2 = 1 + dice.upto(9);
                book.list(&plain_ask(n, 30_000, m2), FOREVER);
                list.push((n, m2));
            }
            1 | 2 => {
                let mut left = 1 + dice.upto(12);
                let placed =
                    book.place(&plain_bid(9_000 + n, 30_000, left), Execution::ImmediateOrCancel);
                let mut expected = Vec::new();
                for (n, m2) in &mut list {
                    let took = left.min(*m2);
                    (left, *m2) = (left - took, *m2 - took);
                    if took > 0 {
                        expected.push((plain_ask(*n, 1, 1).listing, took));
                    }
                }
                list.retain(|(_, m2)| *m2 > 0);
                let fills = placed.fills.iter().map(|fill| (fill.listing, fill.m2));
                assert_eq!(fills.collect::<Vec<_>>(), expected, "step {n}");
            }
            _ => {
                let n = u64::try_from(dice.upto(n)).unwrap();
                let at = list.iter().position(|(known, _)| *known == n);
                let expected = at.map(|at| list.remove(at).1);
                let taken = book.take_ask(plain_ask(n, 1, 1).listing);
                assert_eq!(taken.map(|ask| ask.left_m2), expected, "ask {n}");
            }
        }
    }
}

#[test]
fn what_was_there_first_goes_first_however_it_is_laid_in() {
    let mut book = Book::default();
    [8, 2, 9, 3, 5].into_iter().for_each(|n| book.lay_in_ask(plain_ask(n, 30_000, 1)));
    let placed = book.place(&plain_bid(20, 30_000, 5), Execution::GoodTillDate);
    let listings: Vec<ListingId> = placed.fills.iter().map(|fill| fill.listing).collect();
    assert_eq!(listings, [2, 3, 5, 8, 9].map(|n| plain_ask(n, 1, 1).listing));
}
