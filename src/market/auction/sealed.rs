//! Who wins where bids are sealed (R51, R52, R53).

use crate::kernel::money::PricePerMu;

/// One sealed bid; `n` is its place in the order in which they came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Sealed {
    pub(crate) n: i64,
    pub(crate) m2: i64,
    pub(crate) price: PricePerMu,
}

/// What a bid gets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Filled {
    pub(crate) n: i64,
    pub(crate) m2: i64,
}

/// What comes of sealed bids for parts of an offer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Uniform {
    /// Nothing is sold.
    NoSale,
    /// All who win pay this price.
    Cleared { price: PricePerMu, filled: Vec<Filled> },
    /// Equal bids at the margin want more than is left: a draw puts them in order.
    Tied(Vec<i64>),
}

/// Returns the bid that takes all: the highest, of equal ones the earlier (R51); none below the
/// reserve price (R52).
pub(crate) fn best(bids: &[Sealed], reserve: Option<PricePerMu>) -> Option<Sealed> {
    let valid = bids.iter().filter(|bid| reserve.is_none_or(|reserve| bid.price >= reserve));
    valid.min_by_key(|bid| (std::cmp::Reverse(bid.price), bid.n)).copied()
}

/// Clears an offer at one price (R53): bids by price descending, the clearing price is where demand
/// covers the offer. `drawn` is the order of the equal bids at the margin, once it was drawn; the
/// last of them that gets anything may get a part.
pub(crate) fn uniform(
    offered_m2: i64,
    bids: &[Sealed],
    reserve: Option<PricePerMu>,
    drawn: Option<&[i64]>,
) -> Uniform {
    let is_valid = |bid: &&Sealed| reserve.is_none_or(|reserve| bid.price >= reserve);
    let mut valid: Vec<Sealed> = bids.iter().filter(is_valid).copied().collect();
    valid.sort_by_key(|bid| (std::cmp::Reverse(bid.price), bid.n));
    let Some(price) = clearing_price(offered_m2, &valid) else { return Uniform::NoSale };
    let (above, margin): (Vec<Sealed>, Vec<Sealed>) =
        valid.into_iter().filter(|bid| bid.price >= price).partition(|bid| bid.price > price);
    let mut left_m2 = offered_m2 - above.iter().map(|bid| bid.m2).sum::<i64>();
    let wanted_m2: i64 = margin.iter().map(|bid| bid.m2).sum();
    let mut filled: Vec<Filled> = above.iter().map(|bid| Filled { n: bid.n, m2: bid.m2 }).collect();
    let in_order = match (margin.len() > 1 && wanted_m2 > left_m2, drawn) {
        (false, _) => margin,
        (true, None) => return Uniform::Tied(margin.iter().map(|bid| bid.n).collect()),
        (true, Some(order)) => in_that_order(margin, order),
    };
    for bid in in_order {
        let m2 = bid.m2.min(left_m2);
        if m2 > 0 {
            filled.push(Filled { n: bid.n, m2 });
            left_m2 -= m2;
        }
    }
    Uniform::Cleared { price, filled }
}

/// The price of the bid with which demand covers the offer, or the lowest of all where it never
/// does.
fn clearing_price(offered_m2: i64, by_price: &[Sealed]) -> Option<PricePerMu> {
    let mut demand_m2 = 0;
    for bid in by_price {
        demand_m2 += bid.m2;
        if demand_m2 >= offered_m2 {
            return Some(bid.price);
        }
    }
    by_price.last().map(|bid| bid.price)
}

/// Bids that the draw does not name come last, in the order in which they came.
fn in_that_order(mut bids: Vec<Sealed>, order: &[i64]) -> Vec<Sealed> {
    let place = |bid: &Sealed| order.iter().position(|n| *n == bid.n).unwrap_or(usize::MAX);
    bids.sort_by_key(|bid| (place(bid), bid.n));
    bids
}
