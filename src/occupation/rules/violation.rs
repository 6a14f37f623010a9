//! What unauthorised occupation costs (R84).

use crate::kernel::area::SurveyedArea;
use crate::kernel::money::Fen;
use crate::occupation::model::{ViolationKind, ViolationState};

/// Why a case is not decided so.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum CannotPunish {
    #[error("the fine for this is from {min} to {max} CNY for each m²")]
    Rate { min: i64, max: i64 },
    #[error("the fine is more than the books hold")]
    TooLarge,
    #[error("the case is {0}")]
    WrongState(ViolationState),
    #[error("land is restored after today and within {years} years")]
    Deadline { years: i32 },
    #[error("a date lies in the future")]
    InFuture,
}

/// From what to what a fine may be: the rates in yuan for each m², and what they come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Range {
    pub(crate) rate_min: i64,
    pub(crate) rate_max: i64,
    pub(crate) fine_min: Fen,
    pub(crate) fine_max: Fen,
}

/// The rates of the law, in yuan for each m² (R84).
fn rates(kind: ViolationKind) -> (i64, i64) {
    match kind {
        ViolationKind::NationalImportantOccupied => (1_000, 10_000),
        ViolationKind::NotRestored => (500, 2_000),
        ViolationKind::NaturalWetlandReclaimed => (500, 5_000),
    }
}

/// Returns from what to what a fine for so much land may be.
pub(crate) fn fine_range(kind: ViolationKind, area: SurveyedArea) -> Result<Range, CannotPunish> {
    let (rate_min, rate_max) = rates(kind);
    let (fine_min, fine_max) = (product(area, rate_min)?, product(area, rate_max)?);
    Ok(Range { rate_min, rate_max, fine_min, fine_max })
}

/// Returns the fine at that rate, which must lie in the range.
pub(crate) fn fine(
    kind: ViolationKind,
    area: SurveyedArea,
    rate_yuan: i64,
) -> Result<Fen, CannotPunish> {
    let (min, max) = rates(kind);
    if !(min..=max).contains(&rate_yuan) {
        return Err(CannotPunish::Rate { min, max });
    }
    product(area, rate_yuan)
}

/// 0.01 m² at one yuan for each m² is one fen, so nothing is rounded.
fn product(area: SurveyedArea, rate_yuan: i64) -> Result<Fen, CannotPunish> {
    let fen = area.centi_m2().checked_mul(rate_yuan);
    fen.and_then(|fen| Fen::of(fen).ok()).ok_or(CannotPunish::TooLarge)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rust_decimal::Decimal;

    use super::*;

    #[test]
    fn r84_each_kind_has_its_range() {
        let area: SurveyedArea = "1234.50".parse().unwrap();
        for (kind, min, max) in [
            (ViolationKind::NationalImportantOccupied, "1234500.00", "12345000.00"),
            (ViolationKind::NotRestored, "617250.00", "2469000.00"),
            (ViolationKind::NaturalWetlandReclaimed, "617250.00", "6172500.00"),
        ] {
            let range = fine_range(kind, area).unwrap();
            assert_eq!(
                (range.fine_min.to_string(), range.fine_max.to_string()),
                (min.into(), max.into())
            );
            assert!(fine(kind, area, range.rate_min - 1).is_err());
            assert!(fine(kind, area, range.rate_max + 1).is_err());
            assert_eq!(fine(kind, area, range.rate_max), Ok(range.fine_max));
        }
    }

    proptest! {
        /// The naive version multiplies decimals of m² and yuan.
        #[test]
        fn r84_the_fine_agrees_with_a_clerks_decimal_arithmetic(centi in 1_i64..1_000_000_000, rate in 500_i64..=2_000) {
            let area = SurveyedArea::of_centi_m2(centi).unwrap();
            let ours = fine(ViolationKind::NotRestored, area, rate).unwrap();
            let clerk = Decimal::new(centi, 2) * Decimal::from(rate);
            prop_assert_eq!(Decimal::new(ours.get(), 2), clerk);
        }
    }
}
