//! How an amount is split (R62–R66). Pure.

use chrono::NaiveDate;

use super::model::{Schedule, Split};
use crate::kernel::money::Fen;
use crate::kernel::region::RegionCode;

/// Splits an amount by a schedule: the township's and the centre's part half up to the fen, the
/// treasury the rest, so that the sum is the amount (R62).
pub fn split(amount: Fen, schedule: &Schedule) -> Split {
    let township = half_up(amount.get(), schedule.township_bp);
    // With tiny amounts and large parts both may round up; the centre then takes what is left.
    let centre = half_up(amount.get(), schedule.centre_bp).min(amount.get() - township);
    let treasury = amount.get() - township - centre;
    Split { amount: amount.get(), township, centre, treasury }
}

/// Returns half_up(amount × bp / 10 000) in fen.
fn half_up(amount_fen: i64, bp: i64) -> i64 {
    let parts = i128::from(amount_fen) * i128::from(bp);
    // At most the amount itself, since bp ≤ 10 000.
    i64::try_from((parts + 5_000) / 10_000).unwrap_or(amount_fen)
}

/// Divides the township's part by certified m²: largest remainder, ties to the lower region code
/// (R64). The order of the answer is that of the region codes.
pub fn township_legs(
    township_fen: i64,
    certified_m2: &[(RegionCode, i64)],
) -> Vec<(RegionCode, i64)> {
    let total: i128 = certified_m2.iter().map(|(_, m2)| i128::from(*m2)).sum();
    if total == 0 {
        return Vec::new();
    }
    let mut sorted = certified_m2.to_vec();
    sorted.sort();
    let exact = |m2: i64| i128::from(township_fen) * i128::from(m2);
    let floor = |m2: i64| i64::try_from(exact(m2) / total).unwrap_or(0);
    let mut legs: Vec<(RegionCode, i64)> =
        sorted.iter().map(|(region, m2)| (region.clone(), floor(*m2))).collect();
    let given: i64 = legs.iter().map(|(_, fen)| fen).sum();
    let mut by_remainder: Vec<usize> = (0..sorted.len()).collect();
    let remainder = |n: &usize| sorted.get(*n).map_or(0, |(_, m2)| exact(*m2) % total);
    // The sort is stable, so that equal remainders stay in the order of the region codes.
    by_remainder.sort_by_key(|n| std::cmp::Reverse(remainder(n)));
    let short = usize::try_from(township_fen - given).unwrap_or(0);
    for n in by_remainder.into_iter().take(short) {
        if let Some((_, fen)) = legs.get_mut(n) {
            *fen += 1;
        }
    }
    legs
}

/// Returns the approved schedule in force on that day; periods never overlap, so there is at most
/// one (R65).
pub fn in_force(schedules: &[Schedule], on: NaiveDate) -> Option<&Schedule> {
    let in_force = |s: &&Schedule| s.is_approved && (s.valid_from..=s.valid_to).contains(&on);
    schedules.iter().find(in_force)
}

/// Returns a schedule whose period overlaps the given one (R65).
pub fn overlapping(schedules: &[Schedule], from: NaiveDate, to: NaiveDate) -> Option<&Schedule> {
    schedules.iter().find(|s| s.valid_from <= to && from <= s.valid_to)
}

/// Days left until nothing is in force, once there are at most `warn_days` of them (R65): counts
/// to the end of the last schedule that follows without a gap.
pub fn expires_in_days(schedules: &[Schedule], today: NaiveDate, warn_days: i64) -> Option<i64> {
    let mut end = in_force(schedules, today)?.valid_to;
    while let Some(next) = end.succ_opt().and_then(|day| in_force(schedules, day)) {
        end = next.valid_to;
    }
    let days = (end - today).num_days();
    (days <= warn_days).then_some(days)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rust_decimal::{Decimal, RoundingStrategy};

    use super::*;
    use crate::settlement::model::ScheduleId;

    fn schedule(from: &str, to: &str) -> Schedule {
        Schedule {
            id: ScheduleId::new(),
            version: 1,
            valid_from: from.parse().unwrap(),
            valid_to: to.parse().unwrap(),
            township_bp: 2_000,
            centre_bp: 1_000,
            is_approved: true,
        }
    }

    fn region(code: &str) -> RegionCode {
        code.parse().unwrap()
    }

    #[test]
    fn r62_r63_the_published_vectors_hold_to_the_fen() {
        let terms = schedule("2023-07-23", "2024-07-22");
        for line in include_str!("../../tests/fixtures/fee_split.csv").lines().skip(1) {
            let fen: Vec<i64> = line.split(',').map(|f| f.parse::<Fen>().unwrap().get()).collect();
            let split = split(Fen::of(fen[0]).unwrap(), &terms);
            assert_eq!(
                [split.amount, split.township, split.centre, split.treasury],
                fen[..],
                "{line}"
            );
        }
    }

    #[test]
    fn r64_the_township_leg_goes_by_certified_area_with_ties_to_the_lower_code() {
        let halves = [(region("360124501"), 50), (region("360124500"), 50)];
        assert_eq!(township_legs(3, &halves), [(region("360124500"), 2), (region("360124501"), 1)]);
        let thirds = [(region("360124100"), 1), (region("360124101"), 2)];
        assert_eq!(
            township_legs(100, &thirds),
            [(region("360124100"), 33), (region("360124101"), 67)]
        );
    }

    #[test]
    fn r65_the_schedule_of_the_trade_date_applies_and_none_means_none() {
        let both = [schedule("2023-07-23", "2024-07-22"), schedule("2024-07-23", "2027-07-22")];
        let on = |day: &str| in_force(&both, day.parse().unwrap()).map(|s| s.valid_to.to_string());
        assert_eq!(on("2024-07-22").as_deref(), Some("2024-07-22"));
        assert_eq!(on("2024-07-23").as_deref(), Some("2027-07-22"));
        assert_eq!(on("2023-07-22"), None);
        assert_eq!(on("2027-07-23"), None);
        let unapproved = [Schedule { is_approved: false, ..schedule("2023-07-23", "2024-07-22") }];
        assert_eq!(in_force(&unapproved, "2024-01-01".parse().unwrap()), None);
    }

    #[test]
    fn r65_periods_never_overlap_not_even_by_a_day() {
        let one = [schedule("2023-07-23", "2024-07-22")];
        let meets = |from: &str, to: &str| {
            overlapping(&one, from.parse().unwrap(), to.parse().unwrap()).is_some()
        };
        assert!(meets("2024-07-22", "2025-07-22"));
        assert!(!meets("2024-07-23", "2025-07-22"));
        assert!(meets("2020-01-01", "2030-01-01"));
    }

    #[test]
    fn r65_the_end_is_announced_sixty_days_before() {
        let both = [schedule("2023-07-23", "2024-07-22"), schedule("2024-07-23", "2025-07-22")];
        let warned = |day: &str| expires_in_days(&both, day.parse().unwrap(), 60);
        assert_eq!(warned("2024-07-22"), None);
        assert_eq!(warned("2025-05-22"), None);
        assert_eq!(warned("2025-05-23"), Some(60));
        assert_eq!(warned("2025-07-22"), Some(0));
    }

    proptest! {
        /// The naive version works in decimals of yuan.
        #[test]
        fn r62_the_sum_is_the_amount_and_parts_are_rounded_half_up(fen in 1_i64..Fen::MAX) {
            let ours = split(Fen::of(fen).unwrap(), &schedule("2023-07-23", "2024-07-22"));
            let part = |rate: Decimal| {
                (Decimal::new(fen, 2) * rate)
                    .round_dp_with_strategy(2, RoundingStrategy::MidpointAwayFromZero)
            };
            prop_assert_eq!(Decimal::new(ours.township, 2), part(Decimal::new(2, 1)));
            prop_assert_eq!(Decimal::new(ours.centre, 2), part(Decimal::new(1, 1)));
            prop_assert_eq!(ours.township + ours.centre + ours.treasury, fen);
        }

        #[test]
        fn r62_no_schedule_can_split_off_more_than_the_amount(
            fen in 1_i64..200, township_bp in 0_i64..=10_000, rest in 0_i64..=10_000
        ) {
            let centre_bp = rest.min(10_000 - township_bp);
            let terms = Schedule { township_bp, centre_bp, ..schedule("2023-07-23", "2024-07-22") };
            let ours = split(Fen::of(fen).unwrap(), &terms);
            prop_assert!(ours.township >= 0 && ours.centre >= 0 && ours.treasury >= 0);
            prop_assert_eq!(ours.township + ours.centre + ours.treasury, fen);
        }

        /// The naive version hands out single fen to the largest remaining claim.
        #[test]
        fn r64_legs_add_up_and_agree_with_a_naive_largest_remainder(
            fen in 0_i64..100_000, areas in proptest::collection::vec(1_i64..100_000, 1..6)
        ) {
            let shares: Vec<(RegionCode, i64)> = (0..)
                .zip(&areas)
                .map(|(n, m2)| (region(&format!("3601241{n:02}")), *m2))
                .collect();
            let total: i64 = areas.iter().sum();
            let mut naive: Vec<i64> = areas.iter().map(|m2| fen * m2 / total).collect();
            while naive.iter().sum::<i64>() < fen {
                let claim = |n: usize| fen * areas[n] - naive[n] * total;
                let best = (0..areas.len()).rev().max_by_key(|&n| claim(n)).unwrap();
                naive[best] += 1;
            }
            let ours: Vec<i64> = township_legs(fen, &shares).into_iter().map(|(_, f)| f).collect();
            prop_assert_eq!(ours, naive);
        }
    }
}
