//! What an insurance covers, and what becomes of a claim on it.

use chrono::{Datelike, Days, NaiveDate};

use crate::encumbrance::model::{ClaimState, Run};
use crate::encumbrance::rules::{CannotPledge, m2_of, minus};

/// A reminder comes so many days before an insurance ends.
const REMINDER_DAYS: u64 = 30;
/// Insurances are not longer.
const YEARS_MAX: i32 = 10;

/// Why an insurance is not registered, or a claim not opened or decided.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum CannotInsure {
    #[error("an insurance begins today or later, ends after that, and within {YEARS_MAX} years")]
    TermOdd,
    #[error("the serials {0} are not all in the hands of the insured")]
    NotHeld(Run),
    #[error("the serials {0} are insured already in a part of that time")]
    InsuredAlready(Run),
    #[error("this number of a policy was registered before")]
    NumberTaken,
    #[error("the insurance was not in force on {on}: it covers {from} to {to}")]
    NotInForce { on: NaiveDate, from: NaiveDate, to: NaiveDate },
    #[error("the loss took none of the insured credits")]
    NotHit,
    #[error("the loss waits for its second person")]
    LossUndecided,
    #[error("this loss was claimed before")]
    ClaimedBefore,
    #[error("the claim is {0}")]
    NotInState(ClaimState),
    #[error("{asked} CNY are more than the {left} CNY that are left of the sum insured")]
    MoreThanInsured { asked: String, left: String },
    #[error("an accepted claim is for an amount")]
    NothingPaid,
    #[error("that replacement is of another loss, or nobody has taken it yet")]
    NotItsReplacement,
    #[error(transparent)]
    Runs(#[from] CannotPledge),
}

/// Decides whether an insurance may run from a day to another.
pub(crate) fn check_policy_term(
    (from, to): (NaiveDate, NaiveDate),
    today: NaiveDate,
) -> Result<(), CannotInsure> {
    let last = today.with_year(today.year() + YEARS_MAX).unwrap_or(NaiveDate::MAX);
    if from < today || to < from || to > last { Err(CannotInsure::TermOdd) } else { Ok(()) }
}

/// The day on which somebody is reminded that an insurance ends.
pub(crate) fn reminder_on(ends_on: NaiveDate) -> NaiveDate {
    ends_on.checked_sub_days(Days::new(REMINDER_DAYS)).unwrap_or(ends_on)
}

/// How much of the insured serials a loss took; refused where the insurance was not in force on the
/// day on which the loss was found.
pub(crate) fn hit(
    insured: &[Run],
    lost: &[Run],
    (from, to): (NaiveDate, NaiveDate),
    found_on: NaiveDate,
) -> Result<i64, CannotInsure> {
    if !(from..=to).contains(&found_on) {
        return Err(CannotInsure::NotInForce { on: found_on, from, to });
    }
    match m2_of(insured) - m2_of(&minus(insured, lost)) {
        0 => Err(CannotInsure::NotHit),
        m2 => Ok(m2),
    }
}

/// Decides whether a claim is in the state that a step begins from.
pub(crate) fn check_claim(is: ClaimState, wanted: ClaimState) -> Result<(), CannotInsure> {
    if is == wanted { Ok(()) } else { Err(CannotInsure::NotInState(is)) }
}

/// Decides whether so much is paid for a claim: within what is left of the sum insured, in fen.
pub(crate) fn check_amount(asked: i64, (sum, accepted): (i64, i64)) -> Result<(), CannotInsure> {
    let left = sum.saturating_sub(accepted);
    if asked <= 0 {
        return Err(CannotInsure::NothingPaid);
    }
    if asked > left {
        let shown = crate::kernel::money::cny;
        return Err(CannotInsure::MoreThanInsured { asked: shown(asked), left: shown(left) });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn run(first_serial: i64, last_serial: i64) -> Run {
        Run { first_serial, last_serial }
    }

    #[test]
    fn r89_a_loss_hits_what_is_insured_on_the_day_it_is_found() {
        let (insured, term) =
            ([run(1, 100), run(201, 300)], (date("2026-01-01"), date("2026-12-31")));
        let on = |lost: &[Run], day: &str| hit(&insured, lost, term, date(day));
        assert_eq!(on(&[run(91, 210)], "2026-01-01"), Ok(20));
        assert_eq!(on(&[run(1, 1_000)], "2026-12-31"), Ok(200));
        assert_eq!(on(&[run(101, 200)], "2026-06-01"), Err(CannotInsure::NotHit));
        let (from, to) = term;
        for day in ["2025-12-31", "2027-01-01"] {
            let over = CannotInsure::NotInForce { on: date(day), from, to };
            assert_eq!(on(&[run(1, 1_000)], day), Err(over));
        }
    }

    #[test]
    fn r89_no_more_is_paid_than_is_left_of_the_sum_insured() {
        assert_eq!(check_amount(60, (100, 40)), Ok(()));
        assert_eq!(check_amount(0, (100, 40)), Err(CannotInsure::NothingPaid));
        let over = CannotInsure::MoreThanInsured { asked: "0.61".into(), left: "0.60".into() };
        assert_eq!(check_amount(61, (100, 40)), Err(over));
    }

    #[test]
    fn an_insurance_begins_today_or_later() {
        let today = date("2026-09-23");
        let check = |from: &str, to: &str| check_policy_term((date(from), date(to)), today);
        assert_eq!(check("2026-09-23", "2026-09-23"), Ok(()));
        assert_eq!(check("2026-09-22", "2027-09-22"), Err(CannotInsure::TermOdd));
        assert_eq!(check("2026-09-24", "2026-09-23"), Err(CannotInsure::TermOdd));
        assert_eq!(check("2026-09-24", "2036-09-24"), Err(CannotInsure::TermOdd));
        assert_eq!(reminder_on(date("2026-12-31")), date("2026-12-01"));
    }
}
