//! What a loss of restored area takes (R89), and when a buffer goes to its owner (R38).

use chrono::NaiveDate;

use crate::kernel::area::SquareMetres;
use crate::ledger::{BatchId, CreditBucket};
use crate::restoration::Stage;

/// Why a loss is not taken, or a buffer not returned.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum CannotLose {
    #[error("{asked} are lost, {certified_m2} m² of the project were certified and not lost yet")]
    MoreThanCertified { asked: SquareMetres, certified_m2: i64 },
    #[error("the loss was found on {date}; it must lie between {first} and {last}")]
    Dated { date: NaiveDate, first: NaiveDate, last: NaiveDate },
    #[error("the project has no certified land")]
    NothingCertified,
    #[error("this loss was decided on")]
    Decided,
    #[error("a buffer goes to its owner after the post assessment, the project is {0}")]
    NotClosed(Stage),
    #[error("nothing is left of the buffer")]
    NoBuffer,
    #[error("the project owes {0} m² in replacement of what was lost")]
    OwesReplacement(i64),
    #[error("by the settings of this exchange buffers are not returned")]
    BufferKept,
}

/// What the project's own side holds of a batch, in the order in which a loss takes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Side {
    pub(crate) batch: BatchId,
    pub(crate) unreleased: i64,
    pub(crate) buffer: i64,
    pub(crate) frozen: i64,
    pub(crate) available: i64,
    pub(crate) reserved: i64,
}

/// So much is taken from one bucket of a batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Take {
    pub(crate) batch: BatchId,
    pub(crate) bucket: CreditBucket,
    pub(crate) m2: i64,
}

impl Side {
    fn of(&self, bucket: CreditBucket) -> i64 {
        match bucket {
            CreditBucket::Unreleased => self.unreleased,
            CreditBucket::Buffer => self.buffer,
            CreditBucket::Frozen => self.frozen,
            CreditBucket::Available => self.available,
            CreditBucket::Reserved => self.reserved,
            CreditBucket::Pledged
            | CreditBucket::Retired
            | CreditBucket::Cancelled
            | CreditBucket::Issuance => 0,
        }
    }
}

/// Decides whether a loss may be entered.
pub(crate) fn check_finding(
    asked: SquareMetres,
    (issued_m2, lost_m2): (i64, i64),
    found_on: NaiveDate,
    (first, last): (NaiveDate, NaiveDate),
) -> Result<(), CannotLose> {
    if issued_m2 == 0 {
        return Err(CannotLose::NothingCertified);
    }
    if !(first..=last).contains(&found_on) {
        return Err(CannotLose::Dated { date: found_on, first, last });
    }
    let certified_m2 = issued_m2.saturating_sub(lost_m2);
    if asked.get() > certified_m2 {
        return Err(CannotLose::MoreThanCertified { asked, certified_m2 });
    }
    Ok(())
}

/// Returns what a loss takes from the project's own side: unreleased, then buffer, then frozen and
/// available, then reserved, the first batch first; and what it does not find there, which the
/// project owes (R89).
pub(crate) fn take(lost_m2: i64, sides: &[Side]) -> (Vec<Take>, i64) {
    let order = [
        CreditBucket::Unreleased,
        CreditBucket::Buffer,
        CreditBucket::Frozen,
        CreditBucket::Available,
        CreditBucket::Reserved,
    ];
    let (mut left, mut taken) = (lost_m2, Vec::new());
    for bucket in order {
        for side in sides {
            let m2 = left.min(side.of(bucket));
            if m2 > 0 {
                taken.push(Take { batch: side.batch, bucket, m2 });
                left -= m2;
            }
        }
    }
    (taken, left)
}

/// Decides whether the buffer of a batch goes to its owner: when the project is closed, by whose
/// post assessment the land has kept, and owes nothing (R38).
pub(crate) fn check_return(
    is: Stage,
    buffer_m2: i64,
    owed_m2: i64,
    returned_by_setting: bool,
) -> Result<(), CannotLose> {
    if !returned_by_setting {
        return Err(CannotLose::BufferKept);
    }
    if is != Stage::Closed {
        return Err(CannotLose::NotClosed(is));
    }
    if owed_m2 > 0 {
        return Err(CannotLose::OwesReplacement(owed_m2));
    }
    if buffer_m2 == 0 { Err(CannotLose::NoBuffer) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn side(amounts: [i64; 5]) -> Side {
        let [unreleased, buffer, frozen, available, reserved] = amounts;
        Side { batch: BatchId::new(), unreleased, buffer, frozen, available, reserved }
    }

    #[track_caller]
    fn check(lost_m2: i64, expected: &[(CreditBucket, i64)], owed: i64) {
        let (taken, left) = take(lost_m2, &[side([4_080, 1_133, 0, 3_120, 3_000])]);
        let taken: Vec<_> = taken.iter().map(|one| (one.bucket, one.m2)).collect();
        assert_eq!((taken.as_slice(), left), (expected, owed), "{lost_m2}");
    }

    #[test]
    fn r89_a_loss_takes_in_order_and_what_is_missing_is_owed() {
        use CreditBucket::{Available, Buffer, Reserved, Unreleased};
        check(1_000, &[(Unreleased, 1_000)], 0);
        check(5_000, &[(Unreleased, 4_080), (Buffer, 920)], 0);
        check(6_000, &[(Unreleased, 4_080), (Buffer, 1_133), (Available, 787)], 0);
        let all = [(Unreleased, 4_080), (Buffer, 1_133), (Available, 3_120)];
        check(9_000, &[all[0], all[1], all[2], (Reserved, 667)], 0);
        check(11_400, &[all[0], all[1], all[2], (Reserved, 3_000)], 67);
    }

    proptest! {
        /// A second version takes square metre by square metre.
        #[test]
        fn r89_the_taking_agrees_with_one_metre_at_a_time(
            lost in 1_i64..60,
            amounts in prop::collection::vec([0_i64..8, 0..8, 0..8, 0..8, 0..8], 0..4),
        ) {
            let sides: Vec<Side> = amounts.iter().map(|amounts| side(*amounts)).collect();
            let (taken, owed) = take(lost, &sides);
            let mut left = amounts.clone();
            for _ in 0..lost {
                let place = (0..5).flat_map(|b| (0..left.len()).map(move |n| (n, b)))
                    .find(|(n, b)| left[*n][*b] > 0);
                if let Some((n, b)) = place {
                    left[n][b] -= 1;
                }
            }
            let held = |all: &[[i64; 5]]| -> i64 { all.iter().flatten().sum() };
            let gone = held(&amounts) - held(&left);
            prop_assert_eq!(taken.iter().map(|one| one.m2).sum::<i64>(), gone);
            prop_assert_eq!(owed, lost - gone);
            for (n, side) in sides.iter().enumerate() {
                for (b, bucket) in [
                    CreditBucket::Unreleased, CreditBucket::Buffer, CreditBucket::Frozen,
                    CreditBucket::Available, CreditBucket::Reserved,
                ].into_iter().enumerate() {
                    let here: i64 = taken.iter()
                        .filter(|one| one.batch == side.batch && one.bucket == bucket)
                        .map(|one| one.m2).sum();
                    prop_assert_eq!(here, amounts[n][b] - left[n][b]);
                }
            }
        }
    }

    #[test]
    fn r89_no_more_is_lost_than_was_certified() {
        let day = |text: &str| -> NaiveDate { text.parse().unwrap() };
        let term = (day("2023-08-04"), day("2026-09-01"));
        let find = |m2: i64, sums, found: &str| {
            check_finding(m2.try_into().unwrap(), sums, day(found), term)
        };
        assert_eq!(find(100, (11_333, 0), "2026-09-01"), Ok(()));
        assert_eq!(find(333, (11_333, 11_000), "2026-09-01"), Ok(()));
        assert!(find(334, (11_333, 11_000), "2026-09-01").is_err());
        assert!(find(1, (11_333, 0), "2026-09-02").is_err(), "found tomorrow");
        assert!(find(1, (11_333, 0), "2023-08-03").is_err(), "found before the acceptance");
        assert_eq!(find(1, (0, 0), "2026-09-01"), Err(CannotLose::NothingCertified));
    }

    #[test]
    fn r38_a_buffer_goes_to_its_owner_after_the_post_assessment() {
        assert_eq!(check_return(Stage::Closed, 1_133, 0, true), Ok(()));
        let monitored = check_return(Stage::Monitoring, 1_133, 0, true);
        assert_eq!(monitored, Err(CannotLose::NotClosed(Stage::Monitoring)));
        assert_eq!(check_return(Stage::Closed, 0, 0, true), Err(CannotLose::NoBuffer));
        let owed = check_return(Stage::Closed, 1_133, 5, true);
        assert_eq!(owed, Err(CannotLose::OwesReplacement(5)));
        assert_eq!(check_return(Stage::Closed, 1_133, 0, false), Err(CannotLose::BufferKept));
    }
}
