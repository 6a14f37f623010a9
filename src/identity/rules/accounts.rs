//! To which account an organisation is paid, and from when a new one is trusted (R69, R8).

use std::collections::BTreeSet;

use chrono::{Datelike, NaiveDate};

use super::members::{MemberRefused, check_bank_account};
use crate::identity::model::{AccountChangeState, BankAccount};
use crate::kernel::calendar::Calendar;
use crate::kernel::clock::Time;

/// The hour of the next working day from which a new account is trusted: by then who holds the old
/// one has had a morning to object.
const TRUSTED_FROM_HOUR: u32 = 12;

/// Days of one request: two years' notices.
const DAYS_MAX: usize = 200;

/// Why an account is not changed, or a day not entered.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum AccountRefused {
    #[error("{0}")]
    Member(MemberRefused),
    #[error("this is the registered account already")]
    SameAccount,
    #[error("the registered account was changed after this was entered; enter it again")]
    ChangedMeanwhile,
    #[error("this change was decided already")]
    Decided,
    #[error("{number} is not the registered account")]
    NotRegistered { number: String },
    #[error("this account is on the list of trusted ones, or waits to be")]
    OnList,
    #[error("this account is not on the list of trusted ones")]
    NotOnList,
    #[error("this addition to the trusted accounts was decided already")]
    TrustDecided,
    #[error("a day lies between the years 2000 and 2100")]
    DayOutOfRange,
    #[error("1 to {most} days are entered at once, each of them once")]
    DayCount { most: usize },
}

/// Whether an organisation may be given that account in place of the registered one.
pub(crate) fn check_change(
    registered: Option<&str>,
    asked: &BankAccount,
) -> Result<(), AccountRefused> {
    check_bank_account(asked).map_err(AccountRefused::Member)?;
    if registered == Some(asked.number.as_str()) {
        return Err(AccountRefused::SameAccount);
    }
    Ok(())
}

/// A change is decided once, and only if what it replaces is still registered.
pub(crate) fn decide(
    state: AccountChangeState,
    replaces: Option<&str>,
    registered: Option<&str>,
) -> Result<(), AccountRefused> {
    if state != AccountChangeState::Entered {
        return Err(AccountRefused::Decided);
    }
    if replaces != registered {
        return Err(AccountRefused::ChangedMeanwhile);
    }
    Ok(())
}

/// Returns from when an account that is approved now is trusted: noon of the next working day.
pub(crate) fn trusted_from(approved_at: Time, calendar: &Calendar) -> Time {
    let today = approved_at.date_in_shanghai();
    let next = calendar.next_working_day(today).or(today.succ_opt()).unwrap_or(today);
    Time::in_shanghai(next, TRUSTED_FROM_HOUR)
}

/// Whether these days may be entered together.
pub(crate) fn check_day(days: &[NaiveDate]) -> Result<(), AccountRefused> {
    if !days.iter().all(|day| (2000..=2100).contains(&day.year())) {
        return Err(AccountRefused::DayOutOfRange);
    }
    let different: BTreeSet<_> = days.iter().collect();
    if days.is_empty() || days.len() > DAYS_MAX || different.len() < days.len() {
        return Err(AccountRefused::DayCount { most: DAYS_MAX });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn account(number: &str) -> BankAccount {
        BankAccount { number: number.into(), bank_name: "赣鄱示例银行进贤支行".into() }
    }

    #[test]
    fn r69_a_new_account_is_trusted_from_noon_of_the_next_working_day() {
        let calendar = Calendar::published();
        let at = |day: &str, hour: u32| Time::in_shanghai(day.parse().unwrap(), hour);
        for (approved, trusted) in [
            (at("2023-08-24", 9), at("2023-08-25", 12)),
            (at("2023-08-25", 17), at("2023-08-28", 12)),
            // Late in the evening it is still that day in Shanghai.
            (at("2023-08-24", 23), at("2023-08-25", 12)),
            (at("2023-09-28", 9), at("2023-10-07", 12)),
        ] {
            assert_eq!(trusted_from(approved, &calendar), trusted, "{approved}");
        }
    }

    #[test]
    fn r69_a_change_is_another_account_and_is_decided_once() {
        let refused = |registered: Option<&str>, number: &str| {
            check_change(registered, &account(number)).unwrap_err()
        };
        assert_eq!(check_change(Some("1502999909000000021"), &account("62284800")), Ok(()));
        assert_eq!(check_change(None, &account("62284800")), Ok(()));
        assert_eq!(refused(Some("62284800"), "62284800"), AccountRefused::SameAccount);
        let bad = AccountRefused::Member(MemberRefused::BankAccount);
        assert_eq!(refused(None, "=1+1"), bad);
        let entered = AccountChangeState::Entered;
        assert_eq!(decide(entered, Some("1"), Some("1")), Ok(()));
        assert_eq!(decide(entered, None, Some("1")), Err(AccountRefused::ChangedMeanwhile));
        for state in [AccountChangeState::Approved, AccountChangeState::Rejected] {
            assert_eq!(decide(state, None, None), Err(AccountRefused::Decided));
        }
    }

    #[test]
    fn r8_days_are_entered_once_and_within_reason() {
        let days = |texts: &[&str]| -> Vec<NaiveDate> {
            texts.iter().map(|text| text.parse().unwrap()).collect()
        };
        assert_eq!(check_day(&days(&["2027-01-01", "2027-01-02"])), Ok(()));
        assert_eq!(check_day(&days(&["1999-12-31"])), Err(AccountRefused::DayOutOfRange));
        let count = AccountRefused::DayCount { most: DAYS_MAX };
        assert_eq!(check_day(&days(&["2027-01-01", "2027-01-01"])), Err(count.clone()));
        assert_eq!(check_day(&[]), Err(count));
    }
}
