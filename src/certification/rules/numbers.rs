//! The arithmetic of a batch: its number, serials (R36), buffer (R38) and townships (R64).

use std::collections::BTreeMap;

use crate::kernel::region::RegionCode;

/// Returns the number of the n-th batch that a county certifies in a year.
pub(crate) fn batch_number(county: &RegionCode, year: i32, n: i64) -> String {
    format!("{county}-{year}-B{n:04}")
}

/// A run of serial numbers as it is written: `WL-360124-2023-B0001-000001-011333` (R36).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SerialBlock {
    pub(crate) batch: String,
    pub(crate) first: i64,
    pub(crate) last: i64,
}

/// A text is no run of serial numbers.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a run of serial numbers such as WL-360124-2023-B0001-000001-011333")]
pub(crate) struct NotSerials(String);

impl std::fmt::Display for SerialBlock {
    /// Each number is padded by itself, so that one credit has one serial in every run.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "WL-{}-{:06}-{:06}", self.batch, self.first, self.last)
    }
}

impl std::str::FromStr for SerialBlock {
    type Err = NotSerials;

    fn from_str(text: &str) -> Result<Self, NotSerials> {
        let refused = || NotSerials(text.chars().take(60).collect());
        let parts: Vec<&str> = text.split('-').collect();
        let ["WL", county, year, n, first, last] = parts.as_slice() else { return Err(refused()) };
        let (Ok(first), Ok(last)) = (first.parse(), last.parse()) else { return Err(refused()) };
        let block = Self { batch: format!("{county}-{year}-{n}"), first, last };
        // What is written back the same has neither signs nor another padding.
        let canonical = block.to_string() == text;
        if canonical && 1 <= block.first && block.first <= block.last {
            Ok(block)
        } else {
            Err(refused())
        }
    }
}

/// Returns floor(percent × issued): what is held back of a batch, its highest serials (R38).
pub(crate) fn buffer(issued_m2: i64, percent: i64) -> i64 {
    floor_percent(issued_m2, percent)
}

/// Returns floor(percent × m²) for percentages from 0 to 100.
pub(super) fn floor_percent(m2: i64, percent: i64) -> i64 {
    let share = i128::from(m2) * i128::from(percent.clamp(0, 100)) / 100;
    i64::try_from(share).unwrap_or(m2)
}

/// Splits certified m² over the townships by the area of their parcels: largest remainder, ties to
/// the lower region code (R64). The parts add up to the whole.
pub(crate) fn township_shares(
    certified_m2: i64,
    land: &[(RegionCode, i64)],
) -> BTreeMap<RegionCode, i64> {
    let mut areas: BTreeMap<RegionCode, i128> = BTreeMap::new();
    for (township, centi_m2) in land {
        *areas.entry(township.clone()).or_default() += i128::from(*centi_m2);
    }
    let whole: i128 = areas.values().sum::<i128>().max(1);
    let product = |area: i128| i128::from(certified_m2) * area;
    let mut shares: BTreeMap<RegionCode, i64> = areas
        .iter()
        .map(|(township, area)| {
            (township.clone(), i64::try_from(product(*area) / whole).unwrap_or(0))
        })
        .collect();
    let mut by_remainder: Vec<(i128, &RegionCode)> =
        areas.iter().map(|(township, area)| (-(product(*area) % whole), township)).collect();
    by_remainder.sort();
    let left = certified_m2 - shares.values().sum::<i64>();
    let gaining = usize::try_from(left).unwrap_or(0);
    for (_, township) in by_remainder.into_iter().take(gaining) {
        if let Some(share) = shares.get_mut(township) {
            *share += 1;
        }
    }
    shares
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn region(text: &str) -> RegionCode {
        text.parse().unwrap()
    }

    #[test]
    fn r36_a_batch_has_one_serial_block_of_its_own() {
        let block =
            SerialBlock { batch: batch_number(&region("360124"), 2023, 1), first: 1, last: 11_333 };
        assert_eq!(block.to_string(), "WL-360124-2023-B0001-000001-011333");
        assert_eq!("WL-360124-2023-B0001-000001-011333".parse(), Ok(block));
        for bad in [
            "",
            "WL-360124-2023-B0001-1-11333",
            "WL-360124-2023-B0001-000002-000001",
            "WL-360124-2023-B0001-000000-000001",
            "WL-360124-2023-B0001-+00001-000002",
            "WL-360124-2023-B0001-0000001-0000002",
            "XX-360124-2023-B0001-000001-000002",
            "WL-360124-2023-B0001-000001",
        ] {
            assert!(bad.parse::<SerialBlock>().is_err(), "{bad} was taken");
        }
    }

    #[test]
    fn r38_the_buffer_is_a_tenth_rounded_down() {
        for (issued, held) in
            [(11_333, 1_133), (18_650, 1_865), (31_200, 3_120), (8_450, 845), (9, 0), (10, 1)]
        {
            assert_eq!(buffer(issued, 10), held, "{issued}");
        }
    }

    #[test]
    fn r64_a_tie_between_townships_goes_to_the_lower_region_code() {
        let land = [(region("360124201"), 500), (region("360124108"), 500)];
        let shares = township_shares(11_333, &land);
        assert_eq!(shares.get(&region("360124108")), Some(&5_667));
        assert_eq!(shares.get(&region("360124201")), Some(&5_666));
    }

    #[test]
    fn r64_a_batch_in_one_township_is_all_of_that_township() {
        let land = [(region("360124500"), 700_000), (region("360124500"), 433_300)];
        let shares = township_shares(11_333, &land);
        assert_eq!(shares.into_iter().collect::<Vec<_>>(), [(region("360124500"), 11_333)]);
    }

    /// Gives one m² after the other to whom the most is missing of its exact part, in units of one
    /// m² over the whole area.
    fn clerk(certified_m2: i64, land: &[(RegionCode, i64)]) -> BTreeMap<RegionCode, i64> {
        let whole: i128 = land.iter().map(|(_, area)| i128::from(*area)).sum();
        let mut missing: Vec<(RegionCode, i128)> = land
            .iter()
            .map(|(town, area)| (town.clone(), i128::from(certified_m2) * i128::from(*area)))
            .collect();
        missing.sort();
        let mut shares: BTreeMap<RegionCode, i64> = BTreeMap::new();
        for _ in 0..certified_m2 {
            let most = missing.iter().map(|(_, missing)| *missing).max().unwrap();
            let (town, missing) = missing.iter_mut().find(|(_, one)| *one == most).unwrap();
            *missing -= whole;
            *shares.entry(town.clone()).or_default() += 1;
        }
        shares
    }

    proptest! {
        #[test]
        fn r36_serials_are_read_back_as_they_were_written(first in 1_i64..2_000_000, more in 0_i64..2_000_000, n in 1_i64..20_000, year in 2020_i32..2100) {
            let batch = batch_number(&region("360124"), year, n);
            let block = SerialBlock { batch, first, last: first + more };
            prop_assert_eq!(block.to_string().parse(), Ok(block));
        }

        /// Counts what a tenth of each ten m² gives.
        #[test]
        fn r38_the_buffer_agrees_with_counting_every_tenth(issued in 1_i64..100_000) {
            let counted = i64::try_from((1..=issued).filter(|serial| serial % 10 == 0).count()).unwrap();
            prop_assert_eq!(buffer(issued, 10), counted);
        }

        #[test]
        fn r64_the_shares_agree_with_a_clerk_and_add_up(certified in 1_i64..3_000, areas in proptest::collection::vec(1_i64..100, 1..6)) {
            let land: Vec<_> = areas.iter().zip(360_124_100_i64..).map(|(area, code)| (region(&code.to_string()), *area)).collect();
            let mut shares = township_shares(certified, &land);
            prop_assert_eq!(shares.values().sum::<i64>(), certified);
            shares.retain(|_, share| *share > 0);
            prop_assert_eq!(shares, clerk(certified, &land));
        }
    }
}
