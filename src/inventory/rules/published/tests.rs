use proptest::prelude::*;
use rust_decimal::Decimal;

use super::*;
use crate::inventory::model::{Figures, Meaning, Measure, TableKind};

const AREAS: &str = include_str!("../../../../tests/fixtures/qinzhou_area_targets.csv");
const RATES: &str = include_str!("../../../../tests/fixtures/qinzhou_protection_rate.csv");

fn lines(text: &str) -> Vec<Vec<String>> {
    text.lines().map(|line| line.split(',').map(str::to_owned).collect()).collect()
}

fn table(text: &str) -> Figures {
    figures(&lines(text)).unwrap()
}

fn decimal(text: &str) -> Decimal {
    text.parse().unwrap()
}

#[test]
fn r85_the_area_table_of_qinzhou_has_no_deviation() {
    let table = table(AREAS);
    assert_eq!((table.kind, table.rows.len()), (TableKind::AreaTargets, 4));
    let quality = quality(&table);
    assert_eq!((quality.sums_checked, quality.rates_checked), (11, 0));
    assert_eq!(quality.deviations, []);
}

#[test]
fn r85_the_protection_table_of_qinzhou_has_two_sums_and_four_rates_that_do_not_follow() {
    let quality = quality(&table(RATES));
    assert_eq!((quality.sums_checked, quality.rates_checked), (9, 10));
    let found: Vec<_> = quality
        .deviations
        .iter()
        .map(|it| format!("{} {} {} {}", it.unit, it.column, it.published, it.computed))
        .collect();
    assert_eq!(
        found,
        [
            "浦北县 rate_2020_pct 86.48 86.49",
            "钦南区 rate_2018_pct 22.32 22.33",
            "钦北区 rate_2018_pct 48.19 48.17",
            "合计 rate_2018_pct 30.09 30.10",
            "合计 protected_2018_ha 25118.46 25118.45",
            "合计 protected_2020_ha 27538.51 27538.50",
        ]
    );
}

#[test]
fn r6_r87_thirty_three_percent_is_missed_on_unrounded_values() {
    let table = table(RATES);
    let demand = Demand { measure: Measure::ProtectionRate, at_least: decimal("33") };
    let total = table.total.as_ref().unwrap();
    let published = Parts {
        part: table.value(total, Meaning::Protected(2020)).unwrap(),
        whole: table.value(total, Meaning::Total),
    };
    let standing_of = |parts| standing(demand, parts).unwrap();
    assert_eq!(standing_of(published).required, decimal("27538.5198"));
    assert_eq!(standing_of(published).margin, decimal("-0.0098"));
    assert!(!standing_of(published).is_met());
    let row_sum = Parts {
        part: table.row_sum(Meaning::Protected(2020)).unwrap(),
        whole: table.row_sum(Meaning::Total),
    };
    assert_eq!(standing_of(row_sum).margin, decimal("-0.0198"));
    assert!(standing_of(Parts { part: decimal("27538.5198"), ..published }).is_met());
}

#[test]
fn r87_a_rate_of_nothing_is_none() {
    assert_eq!(rate_percent(Decimal::ZERO, Decimal::ZERO), None);
    assert_eq!(rate_percent(decimal("1"), decimal("4")), Some(decimal("25")));
    let demand = Demand { measure: Measure::ProtectionRate, at_least: decimal("33") };
    let nothing = Parts { part: Decimal::ZERO, whole: Some(Decimal::ZERO) };
    assert_eq!(standing(demand, nothing), None);
    let areas = Demand { measure: Measure::WetlandArea, at_least: decimal("1") };
    assert_eq!(standing(areas, nothing).unwrap().margin, decimal("-1"));
}

#[test]
fn r85_what_is_no_table_of_totals_is_named_line_by_line() {
    let faults = |text: &str| -> Vec<String> {
        let bad = figures(&lines(text)).unwrap_err();
        bad.iter().map(|bad| format!("{} {}", bad.line, bad.fault.code())).collect()
    };
    let head = AREAS.lines().next().unwrap();
    assert_eq!(faults("name,total_ha,note\n"), ["1 header"]);
    assert_eq!(faults(&head.replace("river", "coastal")), ["1 header"]);
    assert_eq!(faults(&head.replace("river", "ocean")), ["1 header"]);
    assert_eq!(faults("unit,total_ha,rate_2018_pct,protected_2018_ha,note"), ["1 header"]);
    assert_eq!(faults(head), ["2 no-units"]);
    assert_eq!(faults(&format!("{head}\n甲县,1,1,0,0,0,note")), ["2 cells"]);
    assert_eq!(
        faults(&format!("{head}\n甲县,-1,1e3,0,0,0,1.2345678,\n甲县,1,1,0,0,0,0,")),
        ["2 not-a-number", "2 not-a-number", "2 not-a-number"]
    );
    assert_eq!(
        faults(&format!(
            "{head}\n甲县,1,1,0,0,0,0,\n甲县,1,1,0,0,0,0,\n合计,2,2,0,0,0,0,\n乙县,1,1,0,0,0,0,"
        )),
        ["3 unit-twice", "5 total-not-last"]
    );
}

#[test]
fn r85_an_empty_cell_says_nothing_and_is_not_taken_for_zero() {
    let head = RATES.lines().next().unwrap();
    let table = table(&format!("{head}\n甲县,10,,,3,30,,\n合计,10,,,3,30.00,3,\n"));
    let quality = quality(&table);
    assert_eq!((quality.sums_checked, quality.rates_checked), (2, 2));
    assert_eq!(quality.deviations, []);
}

proptest! {
    /// The naive version: whole numbers of 0.01 ha, and a quotient tried out digit by digit.
    #[test]
    fn r85_a_rate_follows_exactly_when_long_division_says_so(
        whole in 1_i64..10_000_000, part in 0_i64..10_000_000, off in -2_i64..=2,
    ) {
        let part = part % (whole + 1);
        let mut naive = 0_i64;
        while (2 * naive + 1) * whole <= 2 * part * 10_000 {
            naive += (((2 * part * 10_000) / whole - 2 * naive) / 4).max(1);
        }
        let published = (naive + off).max(0);
        let text = |n: i64| format!("{}.{:02}", n / 100, n % 100);
        let head = "unit,total_ha,protected_2020_ha,rate_2020_pct,note";
        let line = format!("甲县,{},{},{},", text(whole), text(part), text(published));
        let quality = quality(&table(&format!("{head}\n{line}")));
        prop_assert_eq!(quality.deviations.is_empty(), published == naive, "{}", line);
    }
}
