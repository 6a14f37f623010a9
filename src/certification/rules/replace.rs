//! What counts as a replacement of restored land that was lost (R89).

use crate::certification::model::Grade;
use crate::inventory::WetlandType;
use crate::kernel::area::SquareMetres;
use crate::kernel::ids::UserId;
use crate::kernel::region::RegionCode;

/// Why something does not replace what was lost.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum CannotReplace {
    #[error("the loss waits for its second person, so that nothing is owed yet")]
    LossUndecided,
    #[error("nothing is owed for this loss")]
    NothingOwed,
    #[error("{asked} are offered, {owed_m2} m² are owed")]
    MoreThanOwed { asked: SquareMetres, owed_m2: i64 },
    #[error("{asked} are offered, the owner has {available_m2} m² of the batch available")]
    NotAvailable { asked: SquareMetres, available_m2: i64 },
    #[error("the project of these credits is frozen")]
    Frozen,
    #[error("the lost land lies in {lost}, the replacement in {offered}")]
    OtherCounty { lost: RegionCode, offered: RegionCode },
    #[error("no wetland of the type {0} was lost")]
    OtherType(WetlandType),
    #[error("grade {offered} is worse than grade {lost} of what was lost")]
    WorseGrade { lost: i64, offered: i64 },
    #[error(
        "{asked} are offered, the application is for {applied}: it replaces whole or not at all"
    )]
    OtherArea { asked: SquareMetres, applied: SquareMetres },
    #[error("who entered the application does not take its land as a replacement")]
    SamePerson,
    #[error("this replacement was taken")]
    Taken,
}

/// What of a loss is to be replaced.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Lost {
    /// Whether a second person took the loss.
    pub(crate) decided: bool,
    pub(crate) owed_m2: i64,
    pub(crate) county: RegionCode,
    /// Type and grade of each batch of the project: any of them may be what was lost.
    pub(crate) kinds: Vec<(WetlandType, Grade)>,
}

/// What is offered for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Offered {
    pub(crate) m2: SquareMetres,
    pub(crate) county: RegionCode,
    pub(crate) wetland_type: WetlandType,
    pub(crate) grade: Grade,
    pub(crate) from: OfferedFrom,
}

/// Where a replacement comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum OfferedFrom {
    /// Credits that the owner has available, of a batch whose project may be frozen.
    Credits { available_m2: i64, frozen: bool },
    /// Land that somebody entered an application for.
    Area { applied: SquareMetres, entered_by: UserId },
}

/// Decides whether what is offered replaces what was lost: no more than is owed, in the same county,
/// of a type that was lost and of no worse grade, so that the county's wetland is as good as before.
pub(crate) fn check_offer(lost: &Lost, offered: &Offered) -> Result<(), CannotReplace> {
    if !lost.decided {
        return Err(CannotReplace::LossUndecided);
    }
    if lost.owed_m2 == 0 {
        return Err(CannotReplace::NothingOwed);
    }
    let (asked, owed_m2) = (offered.m2, lost.owed_m2);
    if asked.get() > owed_m2 {
        return Err(CannotReplace::MoreThanOwed { asked, owed_m2 });
    }
    if lost.county != offered.county {
        let (lost, offered) = (lost.county.clone(), offered.county.clone());
        return Err(CannotReplace::OtherCounty { lost, offered });
    }
    let alike = lost.kinds.iter().filter(|(kind, _)| *kind == offered.wetland_type);
    let best = alike.map(|(_, grade)| grade.get()).min();
    let best = best.ok_or(CannotReplace::OtherType(offered.wetland_type))?;
    if offered.grade.get() > best {
        return Err(CannotReplace::WorseGrade { lost: best, offered: offered.grade.get() });
    }
    match offered.from {
        OfferedFrom::Credits { frozen: true, .. } => Err(CannotReplace::Frozen),
        OfferedFrom::Credits { available_m2, .. } if asked.get() > available_m2 => {
            Err(CannotReplace::NotAvailable { asked, available_m2 })
        }
        OfferedFrom::Area { applied, .. } if applied != asked => {
            Err(CannotReplace::OtherArea { asked, applied })
        }
        OfferedFrom::Credits { .. } | OfferedFrom::Area { .. } => Ok(()),
    }
}

/// Decides whether a replacement may still be taken: once.
pub(crate) fn check_open(taken: bool) -> Result<(), CannotReplace> {
    if taken { Err(CannotReplace::Taken) } else { Ok(()) }
}

/// Decides whether this person takes the replacement: who entered an application does not decide
/// that its land counts (R35).
pub(crate) fn check_taker(offered: &Offered, taker: UserId) -> Result<(), CannotReplace> {
    match offered.from {
        OfferedFrom::Area { entered_by, .. } if entered_by == taker => {
            Err(CannotReplace::SamePerson)
        }
        OfferedFrom::Area { .. } | OfferedFrom::Credits { .. } => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn m2(m2: i64) -> SquareMetres {
        m2.try_into().unwrap()
    }

    fn lost() -> Lost {
        let kind = |kind, grade: i64| (kind, grade.try_into().unwrap());
        Lost {
            decided: true,
            owed_m2: 133,
            county: "360124".parse().unwrap(),
            kinds: vec![
                kind(WetlandType::Marsh, 2),
                kind(WetlandType::Marsh, 3),
                kind(WetlandType::Lake, 4),
            ],
        }
    }

    fn credits(asked: i64) -> Offered {
        Offered {
            m2: m2(asked),
            county: "360124".parse().unwrap(),
            wetland_type: WetlandType::Marsh,
            grade: 2.try_into().unwrap(),
            from: OfferedFrom::Credits { available_m2: 100, frozen: false },
        }
    }

    #[track_caller]
    fn check(lost: &Lost, offered: &Offered, expected: Result<(), CannotReplace>) {
        assert_eq!(check_offer(lost, offered), expected);
    }

    #[test]
    fn r89_what_replaces_lost_land_is_owed_available_and_no_worse() {
        let available = CannotReplace::NotAvailable { asked: m2(101), available_m2: 100 };
        check(&lost(), &credits(100), Ok(()));
        check(&lost(), &credits(101), Err(available));
        let more = CannotReplace::MoreThanOwed { asked: m2(134), owed_m2: 133 };
        check(&lost(), &credits(134), Err(more));
        check(&Lost { owed_m2: 0, ..lost() }, &credits(1), Err(CannotReplace::NothingOwed));
        let waiting = Lost { decided: false, owed_m2: 0, ..lost() };
        check(&waiting, &credits(1), Err(CannotReplace::LossUndecided));
        let from = OfferedFrom::Credits { available_m2: 100, frozen: true };
        check(&lost(), &Offered { from, ..credits(1) }, Err(CannotReplace::Frozen));
        let county: RegionCode = "360121".parse().unwrap();
        let elsewhere = CannotReplace::OtherCounty { lost: lost().county, offered: county.clone() };
        check(&lost(), &Offered { county, ..credits(1) }, Err(elsewhere));
    }

    #[test]
    fn r89_a_replacement_is_of_a_type_that_was_lost_and_not_worse() {
        let of = |wetland_type, grade: i64| Offered {
            wetland_type,
            grade: grade.try_into().unwrap(),
            ..credits(1)
        };
        check(&lost(), &of(WetlandType::Marsh, 1), Ok(()));
        let worse = CannotReplace::WorseGrade { lost: 2, offered: 3 };
        check(&lost(), &of(WetlandType::Marsh, 3), Err(worse));
        check(&lost(), &of(WetlandType::Lake, 4), Ok(()));
        let worse = CannotReplace::WorseGrade { lost: 4, offered: 5 };
        check(&lost(), &of(WetlandType::Lake, 5), Err(worse));
        let other = CannotReplace::OtherType(WetlandType::River);
        check(&lost(), &of(WetlandType::River, 1), Err(other));
    }

    #[test]
    fn r35_r89_land_replaces_whole_and_by_another_person_than_entered_it() {
        let (officer, director) = (UserId::new(), UserId::new());
        let from = OfferedFrom::Area { applied: m2(120), entered_by: officer };
        let land = Offered { from, ..credits(120) };
        check(&lost(), &land, Ok(()));
        let part = CannotReplace::OtherArea { asked: m2(119), applied: m2(120) };
        check(&lost(), &Offered { m2: m2(119), ..land.clone() }, Err(part));
        assert_eq!(check_taker(&land, director), Ok(()));
        assert_eq!(check_taker(&land, officer), Err(CannotReplace::SamePerson));
        assert_eq!(check_taker(&credits(1), officer), Ok(()));
        assert_eq!(check_open(false), Ok(()));
        assert_eq!(check_open(true), Err(CannotReplace::Taken));
    }
}
