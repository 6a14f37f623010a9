//! How the credits of a batch become available, milestone by milestone (R37).

use chrono::NaiveDate;

use super::numbers::floor_percent;
use crate::certification::model::{Batch, Milestone, Settings};
use crate::kernel::clock::last_day_of_years;

/// Why credits are not released.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum CannotRelease {
    #[error("the credits of milestone {0} are released")]
    Already(Milestone),
    #[error("milestone {0} comes first")]
    OutOfOrder(Milestone),
    #[error("milestone {milestone} is met on {not_before}, not earlier")]
    TooEarly { milestone: Milestone, not_before: NaiveDate },
    #[error("the project is frozen: nothing is released")]
    Frozen,
    #[error("a monitoring report is more than thirty days late: nothing is released")]
    ReportOverdue,
}

/// Decides whether anything may be released at all: not of a frozen project, nor of one that is to
/// be frozen for a report (R45, R88).
pub(crate) fn may_release(frozen: bool, report_overdue: bool) -> Result<(), CannotRelease> {
    if frozen {
        return Err(CannotRelease::Frozen);
    }
    if report_overdue { Err(CannotRelease::ReportOverdue) } else { Ok(()) }
}

/// What a release moves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Step {
    pub(crate) percent: i64,
    pub(crate) cumulative_m2: i64,
    pub(crate) step_m2: i64,
}

/// Decides on a release: each milestone once, in order, not before its day. A step may be 0 m² in a
/// tiny batch, or when the setting was lowered meanwhile: nothing that was released comes back.
pub(crate) fn release(
    batch: &Batch,
    milestone: Milestone,
    settings: &Settings,
    today: NaiveDate,
) -> Result<Step, CannotRelease> {
    let released = |one: Milestone| batch.releases.iter().any(|step| step.milestone == one);
    if released(milestone) {
        return Err(CannotRelease::Already(milestone));
    }
    if let Some(next) = Milestone::ALL.iter().find(|one| !released(**one))
        && *next != milestone
    {
        return Err(CannotRelease::OutOfOrder(*next));
    }
    let not_before = met_on(milestone, batch.accepted_on);
    if today < not_before {
        return Err(CannotRelease::TooEarly { milestone, not_before });
    }
    let percent = settings.percent(milestone);
    let before = batch.releases.iter().map(|step| step.cumulative_m2).max().unwrap_or(0);
    let cumulative_m2 = floor_percent(batch.issued_m2 - batch.buffer_m2, percent).max(before);
    Ok(Step { percent, cumulative_m2, step_m2: cumulative_m2 - before })
}

/// What each milestone makes available in all of a batch that has not released anything yet.
pub(crate) fn steps(issued_m2: i64, buffer_m2: i64, settings: &Settings) -> Vec<(Milestone, i64)> {
    let all_m2 = issued_m2 - buffer_m2;
    let step = |one: &Milestone| (*one, floor_percent(all_m2, settings.percent(*one)));
    Milestone::ALL.iter().map(step).collect()
}

/// The first day on which a milestone is met: so many whole years after the acceptance.
fn met_on(milestone: Milestone, accepted_on: NaiveDate) -> NaiveDate {
    let years = match milestone {
        Milestone::Acceptance => 0,
        Milestone::Year1 => 1,
        Milestone::Year3 => 3,
    };
    last_day_of_years(accepted_on, years).and_then(|last| last.succ_opt()).unwrap_or(NaiveDate::MAX)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rust_decimal::Decimal;

    use super::*;
    use crate::certification::model::Release;
    use crate::certification::rules::numbers::buffer;
    use crate::inventory::WetlandType;
    use crate::kernel::clock::Time;
    use crate::kernel::ids::OrganisationId;
    use crate::ledger::BatchId;
    use crate::restoration::ProjectId;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn r45_r88_nothing_is_released_of_a_frozen_project() {
        assert_eq!(may_release(false, false), Ok(()));
        assert_eq!(may_release(true, false), Err(CannotRelease::Frozen));
        assert_eq!(may_release(false, true), Err(CannotRelease::ReportOverdue));
    }

    fn batch(issued_m2: i64, accepted_on: &str) -> Batch {
        let buffer_m2 = buffer(issued_m2, 10);
        Batch {
            id: BatchId::new(),
            number: "360124-2023-B0001".into(),
            serials: String::new(),
            project_id: ProjectId::new(),
            project_number: "P360124-001".into(),
            county: "360124".parse().unwrap(),
            owner: OrganisationId::new(),
            assessor: OrganisationId::new(),
            wetland_type: WetlandType::Marsh,
            grade: 2.try_into().unwrap(),
            year: 2023,
            issued_m2,
            buffer_m2,
            townships: Vec::new(),
            accepted_on: day(accepted_on),
            certified_at: Time::in_shanghai(day(accepted_on), 9),
            releases: Vec::new(),
            frozen: false,
        }
    }

    fn take(batch: &mut Batch, milestone: Milestone, settings: &Settings) -> Step {
        let late = day("2099-01-01");
        let step = release(batch, milestone, settings, late).unwrap();
        batch.releases.push(Release {
            milestone,
            percent: step.percent,
            cumulative_m2: step.cumulative_m2,
            step_m2: step.step_m2,
            released_at: Time::in_shanghai(late, 9),
        });
        step
    }

    #[track_caller]
    fn check(issued_m2: i64, cumulative: [i64; 3]) {
        let mut batch = batch(issued_m2, "2023-08-04");
        let steps: Vec<_> = Milestone::ALL
            .iter()
            .map(|milestone| take(&mut batch, *milestone, &Settings::default()))
            .collect();
        assert_eq!(steps.iter().map(|s| s.cumulative_m2).collect::<Vec<_>>(), cumulative);
        let all: i64 = steps.iter().map(|s| s.step_m2).sum();
        assert_eq!(all, issued_m2 - batch.buffer_m2);
    }

    #[test]
    fn r37_the_cumulative_shares_are_sixty_eighty_and_a_hundred_percent() {
        check(11_333, [6_120, 8_160, 10_200]);
        check(18_650, [10_071, 13_428, 16_785]);
        check(31_200, [16_848, 22_464, 28_080]);
        check(8_450, [4_563, 6_084, 7_605]);
        check(1, [0, 0, 1]);
    }

    #[test]
    fn r37_milestones_come_once_and_in_order() {
        let late = day("2030-01-01");
        let mut batch = batch(11_333, "2023-08-04");
        let settings = Settings::default();
        assert_eq!(
            release(&batch, Milestone::Year1, &settings, late),
            Err(CannotRelease::OutOfOrder(Milestone::Acceptance))
        );
        take(&mut batch, Milestone::Acceptance, &settings);
        assert_eq!(
            release(&batch, Milestone::Acceptance, &settings, late),
            Err(CannotRelease::Already(Milestone::Acceptance))
        );
        assert_eq!(
            release(&batch, Milestone::Year3, &settings, late),
            Err(CannotRelease::OutOfOrder(Milestone::Year1))
        );
    }

    #[test]
    fn r37_no_milestone_is_met_before_its_day() {
        let settings = Settings::default();
        for (accepted_on, too_early, met) in
            [("2023-08-04", "2024-08-03", "2024-08-04"), ("2024-02-29", "2025-02-28", "2025-03-01")]
        {
            let mut batch = batch(11_333, accepted_on);
            take(&mut batch, Milestone::Acceptance, &settings);
            let refused = release(&batch, Milestone::Year1, &settings, day(too_early));
            let not_before = day(met);
            assert_eq!(
                refused,
                Err(CannotRelease::TooEarly { milestone: Milestone::Year1, not_before })
            );
            assert!(release(&batch, Milestone::Year1, &settings, not_before).is_ok());
        }
        let batch = batch(11_333, "2023-08-04");
        let early = release(&batch, Milestone::Acceptance, &settings, day("2023-08-03"));
        assert!(matches!(early, Err(CannotRelease::TooEarly { .. })), "released before acceptance");
    }

    #[test]
    fn r37_a_lowered_setting_takes_nothing_back() {
        let mut batch = batch(10_000, "2023-08-04");
        take(&mut batch, Milestone::Acceptance, &Settings::default());
        let low = Settings { acceptance_percent: 10, year_1_percent: 20, ..Settings::default() };
        let step = take(&mut batch, Milestone::Year1, &low);
        assert_eq!((step.cumulative_m2, step.step_m2), (5_400, 0));
    }

    proptest! {
        /// The naive version works in decimals and subtracts what went before.
        #[test]
        fn r37_the_steps_agree_with_a_clerks_decimal_arithmetic(issued in 1_i64..1_000_000_000, shares in [0_i64..=100, 0_i64..=100]) {
            let mut shares = shares;
            shares.sort_unstable();
            let settings = Settings { acceptance_percent: shares[0], year_1_percent: shares[1], ..Settings::default() };
            let mut batch = batch(issued, "2023-08-04");
            let tradable = Decimal::from(issued - batch.buffer_m2);
            let mut before = Decimal::ZERO;
            for (milestone, percent) in Milestone::ALL.iter().zip([shares[0], shares[1], 100]) {
                let due = (tradable * Decimal::new(percent, 2)).floor();
                let step = take(&mut batch, *milestone, &settings);
                prop_assert_eq!(Decimal::from(step.cumulative_m2), due);
                prop_assert_eq!(Decimal::from(step.step_m2), due - before);
                before = due;
            }
        }
    }
}
