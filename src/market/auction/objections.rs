//! Objections to a result, with the clock of a complaint (R57, R58).

use chrono::NaiveDate;

use crate::kernel::calendar::Calendar;
use crate::market::auctions::model::{AuctionState, ObjectionState};

/// Working days in which an objection is admitted or refused.
const ADMIT_DAYS: u32 = 3;
/// Working days in which an objection that was admitted is decided.
const DECIDE_DAYS: u32 = 30;
/// Bounds what strangers can write.
pub(crate) const OBJECTIONS_MAX: i64 = 20;

/// Why an objection is not taken, or not handled like that.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CannotObject {
    #[error("a result can be objected to while it is notified")]
    NotNoticed,
    #[error("there are {OBJECTIONS_MAX} objections to this result already")]
    TooMany,
    #[error("the objection is {0}")]
    NotInState(ObjectionState),
    #[error("an objection is admitted or refused first, then dismissed or upheld")]
    OutcomeOdd,
}

/// Checks that the result may be objected to on that day: both ends of the notice are included.
pub(crate) fn check_made(
    state: AuctionState,
    notice_to: Option<NaiveDate>,
    today: NaiveDate,
    known: i64,
) -> Result<(), CannotObject> {
    let runs = notice_to.is_some_and(|last| today <= last);
    if state != AuctionState::Noticed || !runs {
        return Err(CannotObject::NotNoticed);
    }
    if known >= OBJECTIONS_MAX { Err(CannotObject::TooMany) } else { Ok(()) }
}

/// Checks the next step of an objection: made → admitted or refused, admitted → dismissed or upheld.
pub(crate) fn check_step(from: ObjectionState, to: ObjectionState) -> Result<(), CannotObject> {
    match (from, to) {
        (ObjectionState::Made, ObjectionState::Admitted | ObjectionState::Refused)
        | (ObjectionState::Admitted, ObjectionState::Dismissed | ObjectionState::Upheld) => Ok(()),
        (ObjectionState::Made, _) => Err(CannotObject::OutcomeOdd),
        (state, _) => Err(CannotObject::NotInState(state)),
    }
}

/// Returns the last day on which it is to be admitted or refused.
pub(crate) fn admit_by(made_on: NaiveDate, calendar: &Calendar) -> Option<NaiveDate> {
    calendar.term_end(made_on, ADMIT_DAYS)
}

/// Returns the last day on which what was admitted is to be decided.
pub(crate) fn decide_by(admitted_on: NaiveDate, calendar: &Calendar) -> Option<NaiveDate> {
    calendar.term_end(admitted_on, DECIDE_DAYS)
}

/// Whether the step that comes next is late on that day.
pub(crate) fn is_overdue(
    state: ObjectionState,
    admit_by: NaiveDate,
    decide_by: Option<NaiveDate>,
    today: NaiveDate,
) -> bool {
    match state {
        ObjectionState::Made => today > admit_by,
        ObjectionState::Admitted => decide_by.is_some_and(|last| today > last),
        ObjectionState::Refused | ObjectionState::Dismissed | ObjectionState::Upheld => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn r57_a_result_is_objected_to_while_its_notice_runs() {
        let last = Some(date("2023-09-27"));
        let noticed = AuctionState::Noticed;
        assert_eq!(check_made(noticed, last, date("2023-09-27"), 0), Ok(()));
        let late = check_made(noticed, last, date("2023-09-28"), 0);
        assert_eq!(late, Err(CannotObject::NotNoticed));
        let other = check_made(AuctionState::Confirmed, last, date("2023-09-27"), 0);
        assert_eq!(other, Err(CannotObject::NotNoticed));
        let many = check_made(noticed, last, date("2023-09-27"), OBJECTIONS_MAX);
        assert_eq!(many, Err(CannotObject::TooMany));
    }

    #[test]
    fn r58_three_working_days_to_admit_and_thirty_to_decide() {
        let calendar = Calendar::published();
        // The National Day of 2023 and its make-up days lie in between.
        let admit = admit_by(date("2023-09-27"), &calendar).unwrap();
        assert_eq!(admit, date("2023-10-08"));
        let decide = decide_by(date("2023-10-08"), &calendar).unwrap();
        assert_eq!(decide, date("2023-11-17"));
        let overdue = |state, day: &str| is_overdue(state, admit, Some(decide), date(day));
        assert!(!overdue(ObjectionState::Made, "2023-10-08"));
        assert!(overdue(ObjectionState::Made, "2023-10-09"));
        assert!(!overdue(ObjectionState::Admitted, "2023-11-17"));
        assert!(overdue(ObjectionState::Admitted, "2023-11-18"));
        assert!(!overdue(ObjectionState::Dismissed, "2024-01-01"));
    }

    #[test]
    fn r58_an_objection_is_admitted_before_it_is_decided() {
        use ObjectionState::{Admitted, Dismissed, Made, Refused, Upheld};
        for (from, to) in
            [(Made, Admitted), (Made, Refused), (Admitted, Dismissed), (Admitted, Upheld)]
        {
            assert_eq!(check_step(from, to), Ok(()));
        }
        assert_eq!(check_step(Made, Upheld), Err(CannotObject::OutcomeOdd));
        assert_eq!(check_step(Admitted, Admitted), Err(CannotObject::NotInState(Admitted)));
        for over in [Refused, Dismissed, Upheld] {
            assert_eq!(check_step(over, Upheld), Err(CannotObject::NotInState(over)));
        }
    }
}
