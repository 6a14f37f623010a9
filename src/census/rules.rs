//! When a township hands in, who verifies what, and what assembled land must say.

use chrono::NaiveDate;

use super::model::{RightHolder, SurveyState, SurveyStepKind};
use crate::kernel::area::SurveyedArea;
use crate::kernel::ids::UserId;

/// So many files are handed in for one task.
pub(crate) const VERSIONS_MAX: usize = 50;
/// So many hold rights to one parcel: a large village.
pub(crate) const HOLDERS_MAX: usize = 500;
/// The first year whose survey is of use.
const FIRST_YEAR: i64 = 1990;

/// Why the census refuses.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum CannotSurvey {
    #[error("the task is {is}, it cannot be {wanted}")]
    State { is: SurveyState, wanted: &'static str },
    #[error("nothing was handed in yet")]
    NoFile,
    #[error("{max} versions were handed in: that is all")]
    TooManyVersions { max: usize },
    #[error("a survey is of a year from {first} to {last}, due in the future")]
    Term { first: i64, last: i64 },
    #[error("a task is given to a township")]
    NotATownship,
    #[error("who handed the file in does not verify its ponds")]
    OwnPond,
    #[error("who submitted a task does not verify it")]
    OwnTask,
    #[error("land has 1 to {max} right holders, each named once")]
    Holders { max: usize },
    #[error("the holders' area is {held}, the parcel has {parcel}")]
    HoldersArea { held: SurveyedArea, parcel: SurveyedArea },
    #[error("{what} is dated {date}, after {last}")]
    Dated { what: &'static str, date: NaiveDate, last: NaiveDate },
    #[error("the parcel was assembled already")]
    Assembled,
}

/// Decides whether a task may be given.
pub(crate) fn check_task(
    is_township: bool,
    survey_year: i64,
    due_on: NaiveDate,
    today: NaiveDate,
) -> Result<(), CannotSurvey> {
    let last = i64::from(chrono::Datelike::year(&today));
    if !is_township {
        return Err(CannotSurvey::NotATownship);
    }
    if (FIRST_YEAR..=last).contains(&survey_year) && due_on >= today {
        Ok(())
    } else {
        Err(CannotSurvey::Term { first: FIRST_YEAR, last })
    }
}

/// Returns how far a task is by its last step.
pub(crate) fn state_of(last: Option<SurveyStepKind>) -> SurveyState {
    match last {
        None => SurveyState::Open,
        Some(SurveyStepKind::Submitted) => SurveyState::Submitted,
        Some(SurveyStepKind::Returned) => SurveyState::Returned,
        Some(SurveyStepKind::Verified) => SurveyState::Verified,
    }
}

/// Decides whether the township may hand in or submit: while the task is with it.
pub(crate) fn with_township(is: SurveyState, wanted: &'static str) -> Result<(), CannotSurvey> {
    let theirs = matches!(is, SurveyState::Open | SurveyState::Returned);
    if theirs { Ok(()) } else { Err(CannotSurvey::State { is, wanted }) }
}

/// Decides whether the centre may decide: once it was submitted, by another person.
pub(crate) fn with_centre(
    is: SurveyState,
    wanted: &'static str,
    submitted_by: Option<UserId>,
    decider: UserId,
) -> Result<(), CannotSurvey> {
    if is != SurveyState::Submitted {
        return Err(CannotSurvey::State { is, wanted });
    }
    if submitted_by == Some(decider) { Err(CannotSurvey::OwnTask) } else { Ok(()) }
}

/// Decides whether somebody verifies a pond: not who handed it in, and not once it is settled (R15).
pub(crate) fn check_pond(
    is: SurveyState,
    handed_by: &[UserId],
    verifier: UserId,
) -> Result<(), CannotSurvey> {
    if is == SurveyState::Verified {
        return Err(CannotSurvey::State { is, wanted: "surveyed" });
    }
    if handed_by.contains(&verifier) { Err(CannotSurvey::OwnPond) } else { Ok(()) }
}

/// Decides whether land was assembled as it is said.
pub(crate) fn check_assembly(
    holders: &[RightHolder],
    parcel: SurveyedArea,
    assembled_on: NaiveDate,
    today: NaiveDate,
) -> Result<(), CannotSurvey> {
    let different: std::collections::BTreeSet<_> = holders.iter().map(|one| &one.name).collect();
    if !(1..=HOLDERS_MAX).contains(&holders.len()) || different.len() != holders.len() {
        return Err(CannotSurvey::Holders { max: HOLDERS_MAX });
    }
    if assembled_on > today {
        let (what, date) = ("the assembly", assembled_on);
        return Err(CannotSurvey::Dated { what, date, last: today });
    }
    if let Some(late) = holders.iter().find(|one| one.consented_on > assembled_on) {
        let (what, date) = ("a consent", late.consented_on);
        return Err(CannotSurvey::Dated { what, date, last: assembled_on });
    }
    let centi_m2 = holders.iter().map(|one| one.area_m2.centi_m2()).fold(0, i64::saturating_add);
    let held = SurveyedArea::of_centi_m2(centi_m2).unwrap_or_default();
    if centi_m2 > 0 && centi_m2 <= parcel.centi_m2() {
        Ok(())
    } else {
        Err(CannotSurvey::HoldersArea { held, parcel })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn a_task_is_given_to_a_township_for_a_year_that_was() {
        let today = day("2025-03-01");
        let check = |township, year, due| check_task(township, year, day(due), today).is_ok();
        assert!(check(true, 2025, "2025-03-01"));
        assert!(!check(true, 2026, "2025-03-01"));
        assert!(!check(true, 1989, "2025-03-01"));
        assert!(!check(true, 2025, "2025-02-28"));
        assert!(!check(false, 2025, "2025-03-01"));
    }

    #[test]
    fn r15_a_pond_is_verified_by_another_and_a_task_too() {
        let (officer, other) = (UserId::new(), UserId::new());
        assert_eq!(check_pond(SurveyState::Open, &[officer], other), Ok(()));
        let own = check_pond(SurveyState::Open, &[officer], officer);
        assert_eq!(own, Err(CannotSurvey::OwnPond));
        assert!(check_pond(SurveyState::Verified, &[officer], other).is_err());
        let submitted = SurveyState::Submitted;
        assert_eq!(with_centre(submitted, "verified", Some(officer), other), Ok(()));
        let own = with_centre(submitted, "verified", Some(officer), officer);
        assert_eq!(own, Err(CannotSurvey::OwnTask));
        for is in SurveyState::ALL {
            let theirs = matches!(is, SurveyState::Open | SurveyState::Returned);
            assert_eq!(with_township(*is, "submitted").is_ok(), theirs, "{is}");
            let ours = *is == SurveyState::Submitted;
            assert_eq!(with_centre(*is, "returned", None, other).is_ok(), ours, "{is}");
        }
    }

    #[test]
    fn assembled_land_has_holders_who_consented_to_no_more_than_there_is() {
        let holder = |name: &str, area: &str, on: &str| RightHolder {
            name: name.parse().unwrap(),
            area_m2: area.parse().unwrap(),
            consented_on: day(on),
        };
        let (parcel, today) = ("11333.00".parse().unwrap(), day("2022-03-01"));
        let check = |holders: &[RightHolder], on: &str| {
            check_assembly(holders, parcel, day(on), today).map_err(|e| e.to_string())
        };
        let one = holder("一组", "5666.50", "2022-02-23");
        let two = holder("二组", "5666.50", "2022-02-24");
        assert_eq!(check(&[one.clone(), two.clone()], "2022-02-28"), Ok(()));
        let more = holder("三组", "0.01", "2022-02-24");
        assert!(check(&[one.clone(), two.clone(), more], "2022-02-28").is_err());
        assert!(check(&[], "2022-02-28").is_err());
        assert!(check(&[one.clone(), one.clone()], "2022-02-28").is_err());
        assert!(check(std::slice::from_ref(&one), "2022-03-02").is_err());
        assert!(check(&[one], "2022-02-22").is_err());
    }
}
