//! Runs of serials: in order, apart from one another, taken out of one another.

use super::CannotPledge;
use crate::encumbrance::model::Run;

/// Runs that one request, release or pledge may have.
pub(crate) const RUNS_MAX: usize = 200;

/// How many serials runs have.
pub(crate) fn m2_of(runs: &[Run]) -> i64 {
    runs.iter().fold(0, |sum, run| run.m2().saturating_add(sum))
}

/// Decides whether runs may stand in one request, and returns them in order: each from its first to
/// its last serial, none of them twice.
pub fn check_runs(runs: &[Run]) -> Result<Vec<Run>, CannotPledge> {
    if runs.is_empty() || runs.len() > RUNS_MAX {
        return Err(CannotPledge::RunCount { most: RUNS_MAX });
    }
    let mut sorted = runs.to_vec();
    sorted.sort();
    for run in &sorted {
        if run.first_serial < 1 || run.last_serial < run.first_serial {
            return Err(CannotPledge::RunBackwards(*run));
        }
    }
    for (one, next) in sorted.iter().zip(sorted.iter().skip(1)) {
        if next.first_serial <= one.last_serial {
            return Err(CannotPledge::RunsOverlap(*next));
        }
    }
    Ok(sorted)
}

/// What is left of runs without others; both are in order and apart.
pub(crate) fn minus(runs: &[Run], gone: &[Run]) -> Vec<Run> {
    let mut left = Vec::with_capacity(runs.len());
    for run in runs {
        let mut first = run.first_serial;
        for out in gone.iter().filter(|out| {
            out.last_serial >= run.first_serial && out.first_serial <= run.last_serial
        }) {
            if out.first_serial > first {
                left.push(Run { first_serial: first, last_serial: out.first_serial - 1 });
            }
            first = first.max(out.last_serial.saturating_add(1));
        }
        if first <= run.last_serial {
            left.push(Run { first_serial: first, last_serial: run.last_serial });
        }
    }
    left
}

/// Whether each serial of some runs lies in others; both are in order and apart, and neighbours of
/// the others may touch.
pub(crate) fn within(runs: &[Run], whole: &[Run]) -> bool {
    minus(runs, whole).is_empty()
}

/// Runs in order, neighbours as one.
pub(crate) fn joined(mut runs: Vec<Run>) -> Vec<Run> {
    runs.sort();
    let mut joined: Vec<Run> = Vec::with_capacity(runs.len());
    for run in runs {
        match joined.last_mut() {
            Some(last) if last.last_serial.saturating_add(1) == run.first_serial => {
                last.last_serial = run.last_serial;
            }
            _ => joined.push(run),
        }
    }
    joined
}

/// The lowest serials of runs in order, so many of them.
pub(crate) fn lowest(runs: &[Run], m2: i64) -> Vec<Run> {
    let (mut left, mut taken) = (m2, Vec::new());
    for run in runs {
        if left <= 0 {
            break;
        }
        let m2 = run.m2().min(left);
        taken.push(Run { last_serial: run.first_serial + m2 - 1, ..*run });
        left -= m2;
    }
    taken
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    fn run(first_serial: i64, last_serial: i64) -> Run {
        Run { first_serial, last_serial }
    }

    #[test]
    fn r44_runs_are_in_order_and_apart() {
        let check = |runs: &[(i64, i64)]| {
            check_runs(&runs.iter().map(|run_of| run(run_of.0, run_of.1)).collect::<Vec<_>>())
        };
        assert_eq!(check(&[(6, 9), (1, 5)]), Ok(vec![run(1, 5), run(6, 9)]));
        assert_eq!(check(&[(1, 5), (5, 9)]), Err(CannotPledge::RunsOverlap(run(5, 9))));
        assert_eq!(check(&[(1, 9), (3, 4)]), Err(CannotPledge::RunsOverlap(run(3, 4))));
        assert_eq!(check(&[(2, 1)]), Err(CannotPledge::RunBackwards(run(2, 1))));
        assert_eq!(check(&[(0, 1)]), Err(CannotPledge::RunBackwards(run(0, 1))));
        assert_eq!(check(&[]), Err(CannotPledge::RunCount { most: RUNS_MAX }));
        assert_eq!(check(&[(1, 1)]), Ok(vec![run(1, 1)]));
    }

    /// Runs that are in order and apart, out of steps.
    fn runs_of(steps: &[(i64, i64)]) -> Vec<Run> {
        let mut at = 1;
        steps
            .iter()
            .map(|(gap, length)| {
                let it = run(at + gap, at + gap + length - 1);
                at = it.last_serial + 1;
                it
            })
            .collect()
    }

    fn serials(runs: &[Run]) -> BTreeSet<i64> {
        runs.iter().flat_map(|run| run.first_serial..=run.last_serial).collect()
    }

    proptest! {
        #[test]
        fn r44_taking_runs_out_agrees_with_taking_serials_out(
            one in prop::collection::vec((0_i64..4, 1_i64..6), 0..8),
            other in prop::collection::vec((0_i64..4, 1_i64..6), 0..8),
            m2 in 0_i64..40,
        ) {
            let (one, other) = (runs_of(&one), runs_of(&other));
            let naive: BTreeSet<i64> =
                serials(&one).difference(&serials(&other)).copied().collect();
            let left = minus(&one, &other);
            prop_assert_eq!(serials(&left), naive);
            prop_assert_eq!(m2_of(&left), i64::try_from(serials(&left).len()).unwrap());
            prop_assert_eq!(within(&one, &other), serials(&one).is_subset(&serials(&other)));
            let together = joined(one.clone());
            prop_assert_eq!(serials(&together), serials(&one));
            let apart = together.iter().zip(together.iter().skip(1));
            let apart = apart.filter(|(one, next)| one.last_serial + 1 < next.first_serial);
            prop_assert_eq!(apart.count() + 1, together.len().max(1));
            let low: BTreeSet<i64> =
                serials(&one).into_iter().take(usize::try_from(m2).unwrap()).collect();
            prop_assert_eq!(serials(&lowest(&one, m2)), low);
        }
    }
}
