//! Which accounts are trusted from when, and until when waits what leaves for the others (R69, R8).

use chrono::Days;

use super::accounts::{AccountRefused, trusted_from};
use crate::identity::model::TrustedAccountState;
use crate::kernel::calendar::Calendar;
use crate::kernel::clock::Time;

/// An addition acts on the fourth working day after its approval: time for whoever was not asked to
/// see it and object.
const ADDITION_WORKING_DAYS: u32 = 4;

/// The hour at which business begins on that day.
const ACTS_FROM_HOUR: u32 = 9;

/// Where the calendar has no end of holidays, an addition waits longer than any of them.
const ADDITION_DAYS_MAX: Days = Days::new(60);

/// Only the registered account is put on the list, and only once.
pub(crate) fn check_addition(
    registered: Option<&str>,
    number: &str,
    standing: Option<TrustedAccountState>,
) -> Result<(), AccountRefused> {
    if registered != Some(number) {
        return Err(AccountRefused::NotRegistered { number: number.to_owned() });
    }
    match standing {
        Some(TrustedAccountState::Entered | TrustedAccountState::Approved) => {
            Err(AccountRefused::OnList)
        }
        Some(TrustedAccountState::Rejected | TrustedAccountState::Removed) | None => Ok(()),
    }
}

/// An addition is decided once.
pub(crate) fn decide_addition(state: TrustedAccountState) -> Result<(), AccountRefused> {
    match state {
        TrustedAccountState::Entered => Ok(()),
        TrustedAccountState::Approved
        | TrustedAccountState::Rejected
        | TrustedAccountState::Removed => Err(AccountRefused::TrustDecided),
    }
}

/// What is on the list is taken off it, whether it acts already or not.
pub(crate) fn remove(state: TrustedAccountState) -> Result<(), AccountRefused> {
    match state {
        TrustedAccountState::Approved => Ok(()),
        TrustedAccountState::Entered
        | TrustedAccountState::Rejected
        | TrustedAccountState::Removed => Err(AccountRefused::NotOnList),
    }
}

/// Returns from when an addition that is approved now acts: the beginning of the fourth working day.
pub(crate) fn acts_from(approved_at: Time, calendar: &Calendar) -> Time {
    let today = approved_at.date_in_shanghai();
    let day = calendar
        .term_end(today, ADDITION_WORKING_DAYS)
        .or_else(|| today.checked_add_days(ADDITION_DAYS_MAX))
        .unwrap_or(chrono::NaiveDate::MAX);
    Time::in_shanghai(day, ACTS_FROM_HOUR)
}

/// Returns until when waits what was approved at that moment: not at all for an account on the list
/// that acted by then, else until noon of the next working day.
pub(crate) fn waits_until(
    acts_from: Option<Time>,
    approved_at: Time,
    calendar: &Calendar,
) -> Option<Time> {
    match acts_from {
        Some(acts_from) if acts_from <= approved_at => None,
        _ => Some(trusted_from(approved_at, calendar)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::calendar::DayKind;

    fn at(day: &str, hour: u32) -> Time {
        Time::in_shanghai(day.parse().unwrap(), hour)
    }

    #[test]
    fn r69_an_addition_acts_on_the_fourth_working_day() {
        let calendar = Calendar::published();
        for (approved, acts) in [
            (at("2023-08-21", 9), at("2023-08-25", 9)),
            // Over a weekend.
            (at("2023-08-24", 17), at("2023-08-30", 9)),
            (at("2023-08-26", 9), at("2023-08-31", 9)),
            // Over the National Day, with the two days of a weekend that make up for it.
            (at("2023-09-28", 9), at("2023-10-10", 9)),
        ] {
            assert_eq!(acts_from(approved, &calendar), acts, "{approved}");
        }
        let endless = "2023-01-01".parse::<chrono::NaiveDate>().unwrap();
        let endless = endless.iter_days().take(400).map(|day| (day, DayKind::Holiday));
        let calendar = calendar.with(endless);
        assert_eq!(acts_from(at("2023-01-01", 9), &calendar), at("2023-03-02", 9));
    }

    #[test]
    fn r69_what_leaves_for_an_account_off_the_list_waits_until_noon_of_the_next_working_day() {
        let calendar = Calendar::published();
        let friday = at("2023-08-25", 9);
        let monday = Some(at("2023-08-28", 12));
        assert_eq!(waits_until(None, friday, &calendar), monday);
        assert_eq!(waits_until(Some(friday.plus_seconds(1)), friday, &calendar), monday);
        assert_eq!(waits_until(Some(friday), friday, &calendar), None);
        assert_eq!(waits_until(Some(at("2023-08-01", 9)), friday, &calendar), None);
    }

    #[test]
    fn r69_the_registered_account_is_put_on_the_list_once_and_taken_off_it() {
        use TrustedAccountState::{Approved, Entered, Rejected, Removed};
        let not_registered = Err(AccountRefused::NotRegistered { number: "1".into() });
        assert_eq!(check_addition(None, "1", None), not_registered);
        assert_eq!(check_addition(Some("2"), "1", None), not_registered);
        for standing in [None, Some(Rejected), Some(Removed)] {
            assert_eq!(check_addition(Some("1"), "1", standing), Ok(()));
        }
        for standing in [Entered, Approved] {
            let again = check_addition(Some("1"), "1", Some(standing));
            assert_eq!(again, Err(AccountRefused::OnList));
        }
        assert_eq!(decide_addition(Entered), Ok(()));
        for state in [Approved, Rejected, Removed] {
            assert_eq!(decide_addition(state), Err(AccountRefused::TrustDecided));
        }
        assert_eq!(remove(Approved), Ok(()));
        for state in [Entered, Rejected, Removed] {
            assert_eq!(remove(state), Err(AccountRefused::NotOnList));
        }
    }
}
