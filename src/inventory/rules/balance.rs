//! No net loss: the balance of a region over time (R86). Values in, balances out; who knows of
//! releases, retirements and occupations hands them in.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use crate::kernel::region::RegionCode;

/// What moves the balance of a county.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BalanceChange {
    /// Credits of a batch of this county became available.
    Released { county: RegionCode },
    /// Credits of a batch of one county were retired for an occupation in a county.
    Retired { batch: RegionCode, occupation: RegionCode },
    /// An occupation of wetland in this county was approved.
    Occupied { county: RegionCode },
}

/// One change with its day and its area in 0.01 m².
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BalanceFact {
    pub on: NaiveDate,
    pub change: BalanceChange,
    pub centi_m2: i64,
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
}

/// The terms as they stood at the end of a day on which one of them changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BalanceStep {
    pub on: NaiveDate,
    pub terms: BalanceTerms,
}

/// Returns the balance of a region after each day that changed it, in order. A region is a county,
/// or a prefecture or province with all its counties: what moves inside it changes nothing.
pub fn balance_history(region: &RegionCode, facts: &[BalanceFact]) -> Vec<BalanceStep> {
    let mut days: BTreeMap<NaiveDate, BalanceTerms> = BTreeMap::new();
    for fact in facts {
        let Some(term) = term_of(region, &fact.change) else { continue };
        let day = days.entry(fact.on).or_default();
        let changed = match term {
            Term::Released => &mut day.released,
            Term::RetiredElsewhere => &mut day.retired_elsewhere,
            Term::RetiredForIt => &mut day.retired_for_it,
            Term::Occupied => &mut day.occupied,
        };
        *changed = changed.saturating_add(fact.centi_m2);
    }
    let mut terms = BalanceTerms::default();
    let step = |(on, day): (NaiveDate, BalanceTerms)| {
        terms = BalanceTerms {
            released: terms.released.saturating_add(day.released),
            retired_elsewhere: terms.retired_elsewhere.saturating_add(day.retired_elsewhere),
            retired_for_it: terms.retired_for_it.saturating_add(day.retired_for_it),
            occupied: terms.occupied.saturating_add(day.occupied),
        };
        BalanceStep { on, terms }
    };
    days.into_iter().map(step).collect()
}

enum Term {
    Released,
    RetiredElsewhere,
    RetiredForIt,
    Occupied,
}

/// The term of the region that a change belongs to; most belong to none.
fn term_of(region: &RegionCode, change: &BalanceChange) -> Option<Term> {
    match change {
        BalanceChange::Released { county } => county.is_within(region).then_some(Term::Released),
        BalanceChange::Occupied { county } => county.is_within(region).then_some(Term::Occupied),
        BalanceChange::Retired { batch, occupation } => {
            match (batch.is_within(region), occupation.is_within(region)) {
                (true, false) => Some(Term::RetiredElsewhere),
                (false, true) => Some(Term::RetiredForIt),
                (true, true) | (false, false) => None,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

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
        let steps = balance_history(&region(code), &story());
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
        let last = balance_history(&region("36"), &story()).pop().unwrap().terms;
        assert_eq!((last.retired_elsewhere, last.retired_for_it), (0, 0));
    }

    #[test]
    fn r86_an_occupation_without_credits_brings_the_balance_below_nothing() {
        let steps = balance_history(&region("360124"), &[occupied(2, "360124", 5)]);
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
                    let steps = balance_history(&region(code), &facts);
                    steps.last().map_or(0, |step| step.terms.balance())
                };
                let counties = COUNTIES.iter().filter(|code| code.starts_with(whole));
                let sum: i64 = counties.map(|code| last(code)).sum();
                prop_assert_eq!(last(whole), sum, "{}", whole);
            }
        }
    }
}
