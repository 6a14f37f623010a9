//! Who needs a second factor, when a code counts, and how fresh it has to be.

use crate::kernel::actor::{Factor, Role};
use crate::kernel::clock::Time;
use crate::kernel::ids::UserId;

/// A second person has given a code at most so long before they approve.
const FRESH_S: i64 = 300;

/// Why a second factor is not set up, used or taken back.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum FactorRefused {
    #[error("the code is wrong, was used before, or is of another time; wait for the next one")]
    WrongCode,
    #[error("there is a second factor already; it can be taken back by two other people only")]
    Present,
    #[error("there is no second factor that could be used")]
    Absent,
    #[error("nobody takes back their own second factor")]
    Own,
    #[error("this was approved already")]
    Approved,
}

/// Whether somebody of that role may act with a password alone. Auditors and assessors may: auditors
/// change nothing, and assessors give findings that others decide about. Everybody else moves
/// credits or money, decides, or administers.
pub fn needs_factor(role: Role) -> bool {
    match role {
        Role::Auditor | Role::Assessor => false,
        Role::Administrator
        | Role::SecurityAdministrator
        | Role::AuditAdministrator
        | Role::CentreDirector
        | Role::CentreOfficer
        | Role::FinanceDirector
        | Role::FinanceOfficer
        | Role::ForestryOfficer
        | Role::TownshipOfficer
        | Role::Developer
        | Role::DeveloperDirector
        | Role::BankOfficer
        | Role::InsurerOfficer => true,
    }
}

/// What a login comes to whose password was right: with a second factor a code was given too, then.
pub(crate) fn factor_of(role: Role, code_at: Option<Time>) -> Factor {
    match code_at {
        Some(at) => Factor::Confirmed(at),
        None if needs_factor(role) => Factor::Missing,
        None => Factor::NotNeeded,
    }
}

/// A code counts once: its step is later than the last one that was used. One that lies further
/// ahead than any code that counts now is of a clock that was wrong and was set right since; it would
/// keep its owner out until that time comes.
pub(crate) fn use_step(
    step: i64,
    last_step: Option<i64>,
    now_step: i64,
) -> Result<i64, FactorRefused> {
    let is_unused = last_step.is_none_or(|last| last < step || last > now_step + 1);
    if is_unused { Ok(step) } else { Err(FactorRefused::WrongCode) }
}

/// Whether a code was given lately enough to be somebody's second person.
pub(crate) fn is_fresh(factor: Factor, now: Time) -> bool {
    match factor {
        Factor::Confirmed(at) => now <= at.plus_seconds(FRESH_S),
        Factor::Missing | Factor::NotNeeded | Factor::PasswordOutdated => false,
    }
}

/// Whether somebody may begin, or let happen, that a person's second factor is taken back.
pub(crate) fn take_back(of: UserId, by: UserId) -> Result<(), FactorRefused> {
    if of == by { Err(FactorRefused::Own) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn noon() -> Time {
        Time::in_shanghai("2026-09-04".parse().unwrap(), 12)
    }

    #[test]
    fn c4_all_but_auditors_and_assessors_need_a_second_factor() {
        let without: Vec<_> = Role::ALL.iter().filter(|role| !needs_factor(**role)).collect();
        assert_eq!(without, [&Role::Assessor, &Role::Auditor]);
        assert_eq!(factor_of(Role::Developer, None), Factor::Missing);
        assert_eq!(factor_of(Role::Auditor, None), Factor::NotNeeded);
        assert_eq!(factor_of(Role::Auditor, Some(noon())), Factor::Confirmed(noon()));
    }

    #[test]
    fn c4_a_code_counts_once_and_none_before_it_any_more() {
        assert_eq!(use_step(7, None, 7), Ok(7));
        assert_eq!(use_step(7, Some(6), 7), Ok(7));
        assert_eq!(use_step(7, Some(7), 7), Err(FactorRefused::WrongCode));
        assert_eq!(use_step(6, Some(7), 7), Err(FactorRefused::WrongCode));
        assert_eq!(use_step(7, Some(8), 7), Err(FactorRefused::WrongCode));
    }

    #[test]
    fn a_clock_that_was_ahead_keeps_nobody_out() {
        assert_eq!(use_step(7, Some(9), 7), Ok(7));
    }

    #[test]
    fn c4_a_code_is_fresh_for_five_minutes() {
        let confirmed = Factor::Confirmed(noon());
        assert!(is_fresh(confirmed, noon().plus_seconds(300)));
        assert!(!is_fresh(confirmed, noon().plus_seconds(301)));
        assert!(!is_fresh(Factor::NotNeeded, noon()) && !is_fresh(Factor::Missing, noon()));
    }

    #[test]
    fn nobody_takes_back_their_own_factor() {
        let (one, other) = (UserId::new(), UserId::new());
        assert_eq!(take_back(one, other), Ok(()));
        assert_eq!(take_back(one, one), Err(FactorRefused::Own));
    }
}
