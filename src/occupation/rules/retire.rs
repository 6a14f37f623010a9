//! When credits may be retired (R42–R44, R79, R80), and to which next application they may go.

use crate::certification::Grade;
use crate::ledger::BatchId;
use crate::occupation::model::{OccupationState, Quality, RetirementState, Wanted};
use crate::occupation::rules::gate::{GateAnswer, Missing, fits};

/// Parts of one retirement; a developer buys from a handful of batches.
pub(crate) const PARTS_MAX: usize = 50;

/// Why credits are not retired, or not assigned.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum CannotRetire {
    #[error("credits are retired before the approval; the application is {0}")]
    Ended(OccupationState),
    #[error("the forestry bureau has not set the grade of the occupied land yet")]
    NotGraded,
    #[error("no credits are asked for this occupation")]
    NotAsked,
    #[error("{0}")]
    Unfit(Missing),
    #[error("{asked} m² are more than the {short} m² that are still missing")]
    MoreThanNeeded { asked: i64, short: i64 },
    #[error(
        "of {batch} you have {available} m² available, {asked} m² were asked for ({elsewhere} m² \
         are reserved, pledged, frozen, in buffer or not released)"
    )]
    NotAvailable { batch: String, asked: i64, available: i64, elsewhere: i64 },
    #[error("a part names an area, or serials from the first to the last")]
    SerialsBackwards,
    #[error("a retirement has 1 to {most} parts, each batch and serial once")]
    PartCount { most: usize },
    #[error("the retirement is {0}")]
    NotWaiting(RetirementState),
    #[error("its application is {0}: only what ended without approval goes to the next one")]
    StillServing(OccupationState),
    #[error("name the next application of the same developer")]
    NotTheNext,
    #[error("no assignment of it waits for a confirmation")]
    NoAssignment,
    #[error("another assignment of it waits for its confirmation")]
    AssignmentWaits,
    #[error("at most {most} retirements of an application wait or count")]
    TooMany { most: i64 },
}

/// What of a batch is to be retired.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PartAsked {
    pub(crate) quality: Quality,
    pub(crate) m2: i64,
    pub(crate) holding: Holding,
}

/// What the developer has of a batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Holding {
    pub(crate) available: i64,
    /// Reserved, pledged, frozen, in the buffer or not released.
    pub(crate) elsewhere: i64,
}

/// Decides whether parts can stand in one retirement: each serial once, and each batch either as an
/// area or by its serials (R80).
pub(crate) fn check_parts(parts: &[(BatchId, Option<(i64, i64)>)]) -> Result<(), CannotRetire> {
    let refused = CannotRetire::PartCount { most: PARTS_MAX };
    if parts.is_empty() || parts.len() > PARTS_MAX {
        return Err(refused);
    }
    for (at, (batch, serials)) in parts.iter().enumerate() {
        if serials.is_some_and(|(first, last)| first < 1 || last < first) {
            return Err(CannotRetire::SerialsBackwards);
        }
        for (_, others) in parts.iter().skip(at + 1).filter(|(other, _)| other == batch) {
            let apart = match (serials, others) {
                (Some((first, last)), Some((from, to))) => last < from || to < first,
                _ => false,
            };
            if !apart {
                return Err(refused);
            }
        }
    }
    Ok(())
}

/// Decides whether these credits may be retired for an application. Since nothing comes back (R42),
/// credits that would not count, or more than is missing, are refused.
pub(crate) fn may_retire(
    state: OccupationState,
    wanted: Option<&Wanted>,
    gate: &GateAnswer,
    parts: &[PartAsked],
) -> Result<(), CannotRetire> {
    if !state.is_pending() {
        return Err(CannotRetire::Ended(state));
    }
    let wanted = wanted.ok_or(CannotRetire::NotGraded)?;
    if gate.required_m2 == 0 {
        return Err(CannotRetire::NotAsked);
    }
    for part in parts {
        fits(&part.quality, part.m2, wanted).map_err(CannotRetire::Unfit)?;
    }
    let asked = parts.iter().fold(0_i64, |sum, part| sum.saturating_add(part.m2));
    if asked > gate.short_m2() {
        return Err(CannotRetire::MoreThanNeeded { asked, short: gate.short_m2() });
    }
    for part in parts {
        let of_batch = parts.iter().filter(|other| other.quality.batch == part.quality.batch);
        let asked: i64 = of_batch.map(|other| other.m2).sum();
        let Holding { available, elsewhere } = part.holding;
        if asked > available {
            let batch = part.quality.batch.clone();
            return Err(CannotRetire::NotAvailable { batch, asked, available, elsewhere });
        }
    }
    Ok(())
}

/// Decides whether what was retired for an application that ended may count for the next one (R79):
/// it must fit there too, and one credit serves one approval only (R80).
pub(crate) fn may_assign(
    serves: OccupationState,
    next: OccupationState,
    grade: Option<Grade>,
    wanted: Option<&Wanted>,
    lots: &[(Quality, i64)],
) -> Result<(), CannotRetire> {
    if !serves.has_failed() {
        return Err(CannotRetire::StillServing(serves));
    }
    if !next.is_pending() {
        return Err(CannotRetire::Ended(next));
    }
    let (Some(_), Some(wanted)) = (grade, wanted) else { return Err(CannotRetire::NotGraded) };
    for (quality, m2) in lots {
        fits(quality, *m2, wanted).map_err(CannotRetire::Unfit)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inventory::WetlandType;
    use crate::occupation::model::Policy;
    use crate::settlement::Reach;

    fn quality(grade: i64, county: &str) -> Quality {
        Quality {
            batch: "360124-2023-B0001".into(),
            county: county.parse().unwrap(),
            reach: Reach::County,
            wetland_type: WetlandType::Marsh,
            grade: grade.try_into().unwrap(),
        }
    }

    fn wanted() -> Wanted {
        Wanted {
            county: "360124".parse().unwrap(),
            wetland_type: WetlandType::Marsh,
            grade: 3.try_into().unwrap(),
            policy: Policy::default(),
        }
    }

    fn part(grade: i64, county: &str, m2: i64) -> PartAsked {
        let holding = Holding { available: 6_000, elsewhere: 100 };
        PartAsked { quality: quality(grade, county), m2, holding }
    }

    #[track_caller]
    fn check(state: OccupationState, parts: &[PartAsked], expected: Result<(), &str>) {
        let gate =
            GateAnswer { required_m2: 5_000, retired_m2: 0, counted_m2: 0, missing: Vec::new() };
        let decided = may_retire(state, Some(&wanted()), &gate, parts);
        assert_eq!(decided.map_err(|e| e.to_string()), expected.map_err(str::to_owned));
    }

    #[test]
    fn r80_a_serial_stands_in_one_part_of_a_retirement() {
        let (one, other) = (BatchId::new(), BatchId::new());
        let check = |parts: &[(BatchId, Option<(i64, i64)>)]| check_parts(parts);
        let twice = Err(CannotRetire::PartCount { most: PARTS_MAX });
        assert_eq!(check(&[(one, None), (other, None)]), Ok(()));
        assert_eq!(check(&[(one, Some((1, 5))), (one, Some((6, 6)))]), Ok(()));
        assert_eq!(check(&[(one, Some((1, 5))), (one, Some((5, 9)))]), twice);
        assert_eq!(check(&[(one, Some((1, 5))), (one, None)]), twice);
        assert_eq!(check(&[(one, None), (one, None)]), twice);
        assert_eq!(check(&[]), twice);
        assert_eq!(check(&vec![(one, None); PARTS_MAX + 1]), twice);
        assert_eq!(check(&[(one, Some((5, 4)))]), Err(CannotRetire::SerialsBackwards));
        assert_eq!(check(&[(one, Some((0, 4)))]), Err(CannotRetire::SerialsBackwards));
    }

    #[test]
    fn r79_credits_are_retired_before_the_approval_and_never_after() {
        let parts = [part(2, "360124", 5_000)];
        for state in OccupationState::ALL {
            let told =
                format!("credits are retired before the approval; the application is {state}");
            let expected = if state.is_pending() { Ok(()) } else { Err(told.as_str()) };
            check(*state, &parts, expected);
        }
    }

    #[test]
    fn r42_what_would_not_count_is_not_retired_since_nothing_comes_back() {
        let at = OccupationState::Accepted;
        check(at, &[part(3, "360124", 4_999), part(2, "360124", 1)], Ok(()));
        check(
            at,
            &[part(4, "360124", 5_000)],
            Err("5000 m² of 360124-2023-B0001 do not count: grade 4 is worse than 3"),
        );
        check(
            at,
            &[part(2, "420100", 5_000)],
            Err(
                "5000 m² of 360124-2023-B0001 do not count: credits of 420100 may go as far as its county",
            ),
        );
        check(
            at,
            &[part(2, "360124", 5_001)],
            Err("5001 m² are more than the 5000 m² that are still missing"),
        );
    }

    #[test]
    fn r44_pledged_frozen_and_buffer_credits_are_not_there_to_be_retired() {
        let mut parts = [part(2, "360124", 3_000), part(2, "360124", 1_500)];
        for part in &mut parts {
            part.holding = Holding { available: 4_499, elsewhere: 1_133 };
        }
        check(
            OccupationState::Accepted,
            &parts,
            Err(
                "of 360124-2023-B0001 you have 4499 m² available, 4500 m² were asked for (1133 m² \
                 are reserved, pledged, frozen, in buffer or not released)",
            ),
        );
    }

    #[test]
    fn r80_only_what_ended_without_approval_goes_to_the_next_application() {
        let lots = [(quality(2, "360124"), 100)];
        let grade = Grade::try_from(3).ok();
        for serves in OccupationState::ALL {
            let next = OccupationState::Submitted;
            let decided = may_assign(*serves, next, grade, Some(&wanted()), &lots);
            if serves.has_failed() {
                assert_eq!(decided, Ok(()));
            } else {
                assert_eq!(decided, Err(CannotRetire::StillServing(*serves)));
            }
        }
        let failed = OccupationState::Rejected;
        let approved = may_assign(failed, OccupationState::Approved, grade, Some(&wanted()), &lots);
        assert_eq!(approved, Err(CannotRetire::Ended(OccupationState::Approved)));
        let ungraded = may_assign(failed, OccupationState::Submitted, None, None, &lots);
        assert_eq!(ungraded, Err(CannotRetire::NotGraded));
        let worse = [(quality(4, "360124"), 100)];
        let decided =
            may_assign(failed, OccupationState::Submitted, grade, Some(&wanted()), &worse);
        assert!(matches!(decided, Err(CannotRetire::Unfit(_))));
    }
}
