//! What to buy: the cheapest set of listings that covers what is missing.

use crate::kernel::area::SquareMetres;
use crate::kernel::money::{PricePerMu, amount};

/// Up to so many steps the cheapest set is found exactly, to the fen; beyond, the cheapest listings
/// come first, which differs by less than half a fen for each listing.
const STEPS_MAX: i64 = 2_000_000;

/// Credits that are offered and fit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Offer<I> {
    pub(crate) listing: I,
    pub(crate) left_m2: i64,
    pub(crate) price: PricePerMu,
}

/// What of an offer is to be bought, and what it costs in fen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Pick {
    /// The place of its offer in the list.
    pub(crate) offer: usize,
    pub(crate) m2: i64,
    pub(crate) fen: i64,
}

/// Returns the picks that cover as much as possible of what is needed, and that for the least money.
/// Each purchase is rounded to the fen by itself (R5), and one that rounds to nothing is none.
pub(crate) fn cheapest<I>(offers: &[Offer<I>], needed_m2: i64) -> Vec<Pick> {
    let count = i64::try_from(offers.len()).unwrap_or(i64::MAX);
    let steps = needed_m2.checked_mul(needed_m2).and_then(|square| square.checked_mul(count));
    if needed_m2 <= 0 || offers.is_empty() {
        Vec::new()
    } else if steps.is_some_and(|steps| steps <= STEPS_MAX) {
        exact(offers, usize::try_from(needed_m2).unwrap_or(0))
    } else {
        by_price(offers, needed_m2)
    }
}

fn cost(price: PricePerMu, m2: i64) -> Option<i64> {
    amount(SquareMetres::try_from(m2).ok()?, price).ok().map(|fen| fen.get())
}

/// The cheapest first; between equal prices the larger, so that there are fewer purchases.
fn by_price<I>(offers: &[Offer<I>], needed_m2: i64) -> Vec<Pick> {
    let mut order: Vec<(usize, &Offer<I>)> = offers.iter().enumerate().collect();
    order.sort_by_key(|(at, offer)| (offer.price.fen(), -offer.left_m2, *at));
    let (mut left, mut picks) = (needed_m2, Vec::new());
    for (at, offer) in order {
        let m2 = left.min(offer.left_m2);
        if let Some(fen) = cost(offer.price, m2) {
            picks.push(Pick { offer: at, m2, fen });
            left -= m2;
        }
    }
    picks
}

/// What is known of each covered area: its least cost, and what the last offer gave to it.
#[derive(Debug, Clone, Copy)]
struct Cell {
    fen: i64,
    given: usize,
}

/// One row for each offer: how so many m² are covered at least cost by the offers so far.
fn exact<I>(offers: &[Offer<I>], needed: usize) -> Vec<Pick> {
    let mut first = vec![None; needed + 1];
    if let Some(nothing) = first.first_mut() {
        *nothing = Some(Cell { fen: 0, given: 0 });
    }
    let mut rows: Vec<Vec<Option<Cell>>> = vec![first];
    for offer in offers {
        let most = usize::try_from(offer.left_m2.max(0)).unwrap_or(0).min(needed);
        let prices: Vec<Option<i64>> = (0..=most)
            .map(|m2| if m2 == 0 { Some(0) } else { cost(offer.price, i64::try_from(m2).ok()?) })
            .collect();
        let Some(before) = rows.last() else { break };
        let next = (0..=needed).map(|covered| {
            let each = prices.iter().enumerate().take(covered + 1);
            let ways = each.filter_map(|(given, price)| {
                let rest = (*before.get(covered - given)?)?;
                Some(Cell { fen: rest.fen.checked_add((*price)?)?, given })
            });
            ways.min_by_key(|cell| cell.fen)
        });
        let next = next.collect();
        rows.push(next);
    }
    picks_of(&rows)
}

/// Walks back from the largest area that is covered.
fn picks_of(rows: &[Vec<Option<Cell>>]) -> Vec<Pick> {
    let last = rows.last().and_then(|row| row.iter().rposition(Option::is_some));
    let (mut covered, mut picks) = (last.unwrap_or(0), Vec::new());
    for (offer, row) in rows.iter().skip(1).enumerate().rev() {
        let Some(cell) = row.get(covered).copied().flatten() else { break };
        let rest = covered - cell.given;
        let before = rows.get(offer).and_then(|row| row.get(rest).copied().flatten());
        if let (Ok(m2 @ 1..), Some(before)) = (i64::try_from(cell.given), before) {
            picks.push(Pick { offer, m2, fen: cell.fen - before.fen });
        }
        covered = rest;
    }
    picks.reverse();
    picks
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn offers(of: &[(i64, i64)]) -> Vec<Offer<usize>> {
        let offer = |(at, (left_m2, fen)): (usize, &(i64, i64))| Offer {
            listing: at,
            left_m2: *left_m2,
            price: PricePerMu::of_fen(*fen).unwrap(),
        };
        of.iter().enumerate().map(offer).collect()
    }

    fn sums(picks: &[Pick]) -> (i64, i64) {
        (picks.iter().map(|pick| pick.m2).sum(), picks.iter().map(|pick| pick.fen).sum())
    }

    #[test]
    fn the_cheapest_listings_come_first_and_the_last_is_bought_in_part() {
        let market = offers(&[(6_000, 9_500_000), (10_200, 9_420_000), (3_000, 9_300_000)]);
        let picks = cheapest(&market, 9_877);
        assert_eq!(
            picks.iter().map(|pick| (pick.offer, pick.m2)).collect::<Vec<_>>(),
            [(2, 3_000), (1, 6_877)]
        );
        let all = cheapest(&market, 50_000);
        assert_eq!(sums(&all).0, 19_200, "what is not there stays missing");
        assert_eq!(cheapest(&market, 0), []);
    }

    /// Tries every way to take whole m² from each listing.
    fn brute_force(market: &[Offer<usize>], needed: i64) -> (i64, i64) {
        let Some((first, rest)) = market.split_first() else { return (0, 0) };
        let mut best = (0, 0);
        for m2 in 0..=first.left_m2.min(needed) {
            let own = if m2 == 0 { Some(0) } else { cost(first.price, m2) };
            let Some(own) = own else { continue };
            let (others, fen) = brute_force(rest, needed - m2);
            let way = (m2 + others, own + fen);
            if way.0 > best.0 || (way.0 == best.0 && way.1 < best.1) {
                best = way;
            }
        }
        best
    }

    proptest! {
        #[test]
        fn r82_a_proposal_costs_no_more_than_trying_everything(
            market in proptest::collection::vec((1_i64..8, 100_i64..60_000), 0..5),
            needed in 1_i64..16,
        ) {
            let market = offers(&market);
            let (m2, fen) = sums(&cheapest(&market, needed));
            prop_assert_eq!((m2, fen), brute_force(&market, needed));
        }

        /// In a large market the cheapest first is within half a fen a purchase of the best.
        #[test]
        fn in_a_large_market_the_proposal_is_within_a_fen_a_purchase(
            market in proptest::collection::vec((1_i64..9, 20_000_i64..60_000), 1..5),
            needed in 1_i64..20,
        ) {
            let market = offers(&market);
            let picks = by_price(&market, needed);
            let (m2, fen) = sums(&picks);
            let (best_m2, best_fen) = brute_force(&market, needed);
            prop_assert_eq!(m2, best_m2);
            let slack = i64::try_from(market.len()).unwrap();
            prop_assert!(fen <= best_fen + slack, "{} against {}", fen, best_fen);
        }
    }
}
