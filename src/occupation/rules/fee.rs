//! What is paid where wetland cannot be restored elsewhere (R7, R82).

use crate::inventory::WetlandType;
use crate::kernel::area::{SquareMetres, SurveyedArea};
use crate::kernel::money::Fen;
use crate::occupation::model::{FeeState, OccupationState, OccupationTerm};

/// The least fee of one m² (R82), in fen.
pub(crate) const RATE_FEN_MIN: i64 = 20_000;
/// The highest that a notice may set: fifty times as much, so that a slip is refused.
pub(crate) const RATE_FEN_MAX: i64 = 1_000_000;
/// To tell the occupier, in working days (R82).
pub(crate) const NOTICE_DAYS: u32 = 5;
/// To pay, in working days (R82).
pub(crate) const PAYMENT_DAYS: u32 = 10;

/// Why no fee is set.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum CannotCharge {
    #[error("a restoration fee is from {min} to {max} CNY for each m²")]
    Rate { min: Fen, max: Fen },
    #[error("the fee is more than the books hold")]
    TooLarge,
    #[error("a fee is set once")]
    SetBefore,
    #[error("only a permanent occupation that waits for its decision pays a fee; it is {0}")]
    NotWaiting(OccupationState),
    #[error("a temporary occupation restores its own land")]
    Temporary,
    #[error("credits are retired for it, so it pays no fee")]
    Retired,
    #[error("the fee is {0}")]
    WrongState(FeeState),
}

/// What land is charged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Charge {
    pub(crate) m2: SquareMetres,
    pub(crate) rate: Fen,
    pub(crate) multiplier: i64,
    pub(crate) amount: Fen,
}

/// Returns the fee: whole m², rounded up (R7), times the rate, three times for mangrove, peat and
/// coastal wetland (R82).
pub(crate) fn restoration_fee(
    area: SurveyedArea,
    wetland_type: WetlandType,
    is_mangrove_or_peat: bool,
    rate: Fen,
) -> Result<Charge, CannotCharge> {
    if !(RATE_FEN_MIN..=RATE_FEN_MAX).contains(&rate.get()) {
        let of = |fen| Fen::of(fen).unwrap_or_default();
        return Err(CannotCharge::Rate { min: of(RATE_FEN_MIN), max: of(RATE_FEN_MAX) });
    }
    let is_tripled = is_mangrove_or_peat || wetland_type == WetlandType::Coastal;
    let multiplier = if is_tripled { 3 } else { 1 };
    let whole = area.centi_m2().saturating_add(99) / 100;
    let m2 = SquareMetres::try_from(whole).map_err(|_| CannotCharge::TooLarge)?;
    let amount = m2.get().checked_mul(rate.get()).and_then(|fen| fen.checked_mul(multiplier));
    let amount = amount.and_then(|fen| Fen::of(fen).ok()).ok_or(CannotCharge::TooLarge)?;
    Ok(Charge { m2, rate, multiplier, amount })
}

/// Decides whether an application may pay instead of giving up credits.
pub(crate) fn may_charge(
    state: OccupationState,
    term: OccupationTerm,
    has_fee: bool,
    retired_m2: i64,
) -> Result<(), CannotCharge> {
    if has_fee {
        return Err(CannotCharge::SetBefore);
    }
    if !state.is_pending() {
        return Err(CannotCharge::NotWaiting(state));
    }
    if term == OccupationTerm::Temporary {
        return Err(CannotCharge::Temporary);
    }
    if retired_m2 > 0 { Err(CannotCharge::Retired) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn charge(area: &str, wetland: WetlandType, special: bool, rate: &str) -> Option<Charge> {
        let (area, rate) = (area.parse().unwrap(), rate.parse().unwrap());
        restoration_fee(area, wetland, special, rate).ok()
    }

    #[test]
    fn r7_a_fee_area_rounds_up_to_whole_square_metres() {
        for (area, m2) in [("1234.2", 1_235), ("1234.00", 1_234), ("1234.01", 1_235), ("0.01", 1)] {
            let found = charge(area, WetlandType::Marsh, false, "200.00").unwrap();
            assert_eq!(found.m2.get(), m2, "{area}");
        }
    }

    #[test]
    fn r82_a_square_metre_costs_two_hundred_and_three_times_as_much_by_the_sea() {
        let of = |wetland, special| charge("1234.2", wetland, special, "200.00").unwrap().amount;
        assert_eq!(of(WetlandType::Marsh, false).to_string(), "247000.00");
        assert_eq!(of(WetlandType::Coastal, false).to_string(), "741000.00");
        assert_eq!(of(WetlandType::Marsh, true).to_string(), "741000.00");
        assert_eq!(charge("1234.2", WetlandType::Marsh, false, "199.99"), None);
        assert!(charge("1234.2", WetlandType::Marsh, false, "250.50").is_some());
    }

    #[test]
    fn r82_a_fee_is_set_once_and_instead_of_credits() {
        let (waits, permanent) = (OccupationState::Accepted, OccupationTerm::Permanent);
        assert_eq!(may_charge(waits, permanent, false, 0), Ok(()));
        assert_eq!(may_charge(waits, permanent, true, 0), Err(CannotCharge::SetBefore));
        assert_eq!(may_charge(waits, permanent, false, 1), Err(CannotCharge::Retired));
        let temporary = may_charge(waits, OccupationTerm::Temporary, false, 0);
        assert_eq!(temporary, Err(CannotCharge::Temporary));
        let approved = may_charge(OccupationState::Approved, permanent, false, 0);
        assert_eq!(approved, Err(CannotCharge::NotWaiting(OccupationState::Approved)));
    }
}
