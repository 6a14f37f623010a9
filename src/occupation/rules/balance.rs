//! No net loss: what moves the balance of which region, and what that comes to (R86). A region is a
//! county, or a prefecture or province with all its counties: what moves inside it changes nothing.

use chrono::NaiveDate;

use crate::kernel::region::RegionCode;

/// What moves balances.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum BalanceChange {
    /// Credits of a batch of this county became available.
    Released { county: RegionCode },
    /// Credits of a batch of one county were retired for an occupation in a county.
    Retired { batch: RegionCode, occupation: RegionCode },
    /// An occupation of wetland in this county was approved.
    Occupied { county: RegionCode },
}

/// The four terms of a balance, in 0.01 m².
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct BalanceTerms {
    pub released: i64,
    /// The region's own credits, retired for occupations elsewhere.
    pub retired_elsewhere: i64,
    /// Others' credits, retired for occupations in the region.
    pub retired_for_it: i64,
    pub occupied: i64,
}

impl BalanceTerms {
    /// Released − own retired elsewhere + others' retired for it − occupied (R86).
    pub fn balance(&self) -> i64 {
        self.released
            .saturating_sub(self.retired_elsewhere)
            .saturating_add(self.retired_for_it)
            .saturating_sub(self.occupied)
    }

    /// Each term with what is added to it.
    pub(crate) fn plus(self, more: Self) -> Self {
        Self {
            released: self.released.saturating_add(more.released),
            retired_elsewhere: self.retired_elsewhere.saturating_add(more.retired_elsewhere),
            retired_for_it: self.retired_for_it.saturating_add(more.retired_for_it),
            occupied: self.occupied.saturating_add(more.occupied),
        }
    }
}

/// The terms as they stood at the end of a day on which one of them changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BalanceStep {
    pub on: NaiveDate,
    pub terms: BalanceTerms,
}

/// Returns what a change of so many 0.01 m² adds to the terms of which regions; regions that are not
/// named do not change.
pub(crate) fn changes(change: &BalanceChange, centi_m2: i64) -> Vec<(RegionCode, BalanceTerms)> {
    let none = BalanceTerms::default();
    let each = |regions: Vec<RegionCode>, terms: BalanceTerms| {
        regions.into_iter().map(move |region| (region, terms))
    };
    match change {
        BalanceChange::Released { county } => {
            each(around(county), BalanceTerms { released: centi_m2, ..none }).collect()
        }
        BalanceChange::Occupied { county } => {
            each(around(county), BalanceTerms { occupied: centi_m2, ..none }).collect()
        }
        BalanceChange::Retired { batch, occupation } => {
            let without = |from: &RegionCode, other: &RegionCode| {
                let mut regions = around(from);
                regions.retain(|region| !other.is_within(region));
                regions
            };
            let leaves = BalanceTerms { retired_elsewhere: centi_m2, ..none };
            let comes = BalanceTerms { retired_for_it: centi_m2, ..none };
            let leaves = each(without(batch, occupation), leaves);
            leaves.chain(each(without(occupation, batch), comes)).collect()
        }
    }
}

/// The county, its prefecture and its province.
fn around(county: &RegionCode) -> Vec<RegionCode> {
    let above = [county.prefecture(), Some(county.province())];
    std::iter::once(county.clone()).chain(above.into_iter().flatten()).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    /// One change with its day and its area in 0.01 m².
    #[derive(Debug, Clone)]
    struct BalanceFact {
        on: NaiveDate,
        change: BalanceChange,
        centi_m2: i64,
    }

    /// The balance of a region after each day that changed it.
    fn history(of: &RegionCode, facts: &[BalanceFact]) -> Vec<BalanceStep> {
        let mut days: BTreeMap<NaiveDate, BalanceTerms> = BTreeMap::new();
        for fact in facts {
            for (region, more) in changes(&fact.change, fact.centi_m2) {
                if region == *of {
                    let day = days.entry(fact.on).or_default();
                    *day = day.plus(more);
                }
            }
        }
        let mut terms = BalanceTerms::default();
        let step = |(on, day)| {
            terms = terms.plus(day);
            BalanceStep { on, terms }
        };
        days.into_iter().map(step).collect()
    }

    /// R86 read word by word: what the facts say of one region.
    fn naive(of: &str, facts: &[BalanceFact]) -> i64 {
        let inside = |code: &RegionCode| code.as_str().starts_with(of);
        let signed = |fact: &BalanceFact| match &fact.change {
            BalanceChange::Released { county } if inside(county) => fact.centi_m2,
            BalanceChange::Occupied { county } if inside(county) => -fact.centi_m2,
            BalanceChange::Retired { batch, occupation } => {
                let (own, for_it) = (inside(batch), inside(occupation));
                (i64::from(for_it) - i64::from(own)) * fact.centi_m2
            }
            _ => 0,
        };
        facts.iter().map(signed).sum()
    }

    fn region(code: &str) -> RegionCode {
        code.parse().unwrap()
    }

    fn day(n: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 1, n).unwrap()
    }

    fn retired(on: u32, batch: &str, occupation: &str, m2: i64) -> BalanceFact {
        let change =
            BalanceChange::Retired { batch: region(batch), occupation: region(occupation) };
        BalanceFact { on: day(on), change, centi_m2: m2 * 100 }
    }

    fn released(on: u32, county: &str, m2: i64) -> BalanceFact {
        let change = BalanceChange::Released { county: region(county) };
        BalanceFact { on: day(on), change, centi_m2: m2 * 100 }
    }

    fn occupied(on: u32, county: &str, m2: i64) -> BalanceFact {
        let change = BalanceChange::Occupied { county: region(county) };
        BalanceFact { on: day(on), change, centi_m2: m2 * 100 }
    }

    /// Two counties of one prefecture and one of another: 360124 sells 300 m² to 361129.
    fn story() -> Vec<BalanceFact> {
        vec![
            released(1, "360124", 1_000),
            retired(3, "360124", "361129", 300),
            occupied(3, "361129", 300),
            retired(5, "360124", "360121", 200),
            occupied(5, "360121", 200),
            retired(7, "360124", "360124", 100),
            occupied(7, "360124", 100),
        ]
    }

    #[track_caller]
    fn check(code: &str, expected: &[(u32, i64)]) {
        let steps = history(&region(code), &story());
        let found: Vec<_> =
            steps.iter().map(|step| (step.on, step.terms.balance() / 100)).collect();
        let expected: Vec<_> = expected.iter().map(|(on, m2)| (day(*on), *m2)).collect();
        assert_eq!(found, expected, "{code}");
    }

    #[test]
    fn r86_the_balance_of_a_county_has_four_terms_over_time() {
        check("360124", &[(1, 1_000), (3, 700), (5, 500), (7, 400)]);
        // What others gave up for it just covers what it occupied.
        check("361129", &[(3, 0)]);
        check("360121", &[(5, 0)]);
        check("420100", &[]);
    }

    #[test]
    fn r86_the_balance_of_a_province_is_released_less_occupied() {
        check("3601", &[(1, 1_000), (3, 700), (5, 500), (7, 400)]);
        check("36", &[(1, 1_000), (3, 700), (5, 500), (7, 400)]);
        let last = history(&region("36"), &story()).pop().unwrap().terms;
        assert_eq!((last.retired_elsewhere, last.retired_for_it), (0, 0));
    }

    #[test]
    fn r86_an_occupation_without_credits_brings_the_balance_below_nothing() {
        let steps = history(&region("360124"), &[occupied(2, "360124", 5)]);
        assert_eq!(steps.first().map(|step| step.terms.balance()), Some(-500));
    }

    const COUNTIES: [&str; 4] = ["360124", "360121", "361129", "420100"];

    fn any_fact() -> impl Strategy<Value = BalanceFact> {
        (1_u32..28, 0_usize..3, 0_usize..4, 0_usize..4, 1_i64..10_000).prop_map(
            |(on, kind, one, other, m2)| match kind {
                0 => released(on, COUNTIES[one], m2),
                1 => occupied(on, COUNTIES[one], m2),
                _ => retired(on, COUNTIES[one], COUNTIES[other], m2),
            },
        )
    }

    proptest! {
        /// The naive version: the balances of the counties, one by one, added up.
        #[test]
        fn r86_a_regions_balance_is_the_sum_of_its_counties(
            facts in proptest::collection::vec(any_fact(), 0..40),
        ) {
            for whole in ["36", "3601"] {
                let last = |code: &str| {
                    let steps = history(&region(code), &facts);
                    steps.last().map_or(0, |step| step.terms.balance())
                };
                let counties = COUNTIES.iter().filter(|code| code.starts_with(whole));
                let sum: i64 = counties.map(|code| last(code)).sum();
                prop_assert_eq!(last(whole), sum, "{}", whole);
                prop_assert_eq!(sum, naive(whole, &facts), "{}", whole);
            }
            for code in COUNTIES {
                let steps = history(&region(code), &facts);
                let last = steps.last().map_or(0, |step| step.terms.balance());
                prop_assert_eq!(last, naive(code, &facts), "{}", code);
            }
        }
    }
}
