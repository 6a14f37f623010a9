//! How much cash lies behind an order.

use super::FILLS_MAX;

/// Returns what is reserved for what is left of an order: ceil(m² × limit × 3 / 2000), and a fen for
/// each further fill that it may have, since each rounds its amount by itself.
pub fn reserve(left_m2: i64, limit_fen: i64, fills: i64) -> i64 {
    let fills_left = (FILLS_MAX - fills).min(left_m2);
    if fills_left <= 0 {
        return 0;
    }
    let thrice = i128::from(left_m2) * i128::from(limit_fen) * 3;
    let fen = (thrice + 1_999) / 2_000 + i128::from(fills_left - 1);
    i64::try_from(fen).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::kernel::money::{PricePerMu, amount};

    fn cost(m2: i64, price_fen: i64) -> i64 {
        let price = PricePerMu::of_fen(price_fen).unwrap();
        amount(m2.try_into().unwrap(), price).map_or(0, |fen| fen.get())
    }

    #[test]
    fn r5_three_fills_of_one_cost_more_than_one_of_three_and_both_are_covered() {
        assert_eq!((3 * cost(1, 33_700), cost(3, 33_700)), (153, 152));
        assert_eq!(reserve(3, 33_700, 0), 152 + 2);
        assert_eq!(reserve(1, 33_700, 0), 51);
        assert_eq!(reserve(3, 33_700, 48), 152 + 1);
        assert_eq!((reserve(0, 33_700, 0), reserve(3, 33_700, 50)), (0, 0));
    }

    proptest! {
        /// However an order is filled: what is reserved covers each fill and what is reserved then.
        #[test]
        fn r5_what_is_reserved_covers_every_way_of_being_filled(
            m2 in 1_i64..3_000, limit in 1_i64..40_000, cuts in proptest::collection::vec(1_i64..400, 60),
            cheaper in proptest::collection::vec(0_i64..3, 60),
        ) {
            let (mut left, mut fills) = (m2, 0);
            let mut reserved = reserve(left, limit, fills);
            for (cut, cheaper) in cuts.into_iter().zip(cheaper) {
                let take = cut.min(left);
                if take == 0 || fills == FILLS_MAX { break; }
                let paid = cost(take, (limit - cheaper).max(1));
                (left, fills) = (left - take, fills + 1);
                let then = reserve(left, limit, fills);
                prop_assert!(reserved >= paid + then, "{reserved} < {paid} + {then}");
                reserved = then;
            }
            if left == 0 || fills == FILLS_MAX { prop_assert_eq!(reserved, 0); }
        }
    }
}
