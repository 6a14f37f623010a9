//! The gate against a naive reading of the rules.

use proptest::prelude::*;
use rust_decimal::Decimal;

use super::*;

fn region(code: &str) -> RegionCode {
    code.parse().unwrap()
}

fn lot(m2: i64, grade: i64, wetland_type: WetlandType, county: &str, reach: Reach) -> RetiredLot {
    let quality = Quality {
        batch: "360124-2023-B0001".into(),
        county: region(county),
        reach,
        wetland_type,
        grade: grade.try_into().unwrap(),
    };
    RetiredLot { quality, m2, certificate: CertificateState::Valid }
}

/// A road over 5,000 m² of general marsh of grade 3 in 进贤县.
fn road<'a>(county: &'a RegionCode, policy: &'a Policy, lots: &'a [RetiredLot]) -> Case<'a> {
    Case {
        state: OccupationState::Accepted,
        county,
        term: OccupationTerm::Permanent,
        level: WetlandLevel::General,
        wetland_type: WetlandType::Marsh,
        occupied: "5000.00".parse().unwrap(),
        grade: Grade::try_from(3).ok(),
        exempt: false,
        policy,
        lots,
        documents_missing: Vec::new(),
        opinion: None,
        fee: None,
        balances: vec![(region("360124"), 10_000_000), (region("36"), 10_000_000)],
        land: Vec::new(),
    }
}

#[track_caller]
fn check(lots: &[RetiredLot], change: impl FnOnce(&mut Case), expected: &[&str]) {
    let (county, policy) = (region("360124"), Policy::default());
    let mut case = road(&county, &policy, lots);
    change(&mut case);
    let answer = gate(&case);
    assert_eq!(answer.missing.iter().map(ToString::to_string).collect::<Vec<_>>(), expected);
    assert_eq!(answer.is_open(), expected.is_empty());
}

fn marsh(m2: i64, grade: i64) -> RetiredLot {
    lot(m2, grade, WetlandType::Marsh, "360124", Reach::County)
}

#[test]
fn r78_five_thousand_occupied_and_one_less_retired_is_no() {
    check(
        &[marsh(4_999, 2)],
        |_| (),
        &["1 m² are missing: 5000 m² must be retired, 4999 m² count"],
    );
    check(&[marsh(4_999, 2), marsh(1, 3)], |_| (), &[]);
    check(&[], |_| (), &["5000 m² are missing: 5000 m² must be retired, 0 m² count"]);
}

#[test]
fn r78_a_worse_grade_another_type_and_another_province_do_not_count() {
    let lots = [
        marsh(5_000, 4),
        lot(5_000, 1, WetlandType::River, "360124", Reach::County),
        lot(5_000, 1, WetlandType::Marsh, "420100", Reach::Province),
        lot(5_000, 1, WetlandType::Marsh, "360121", Reach::County),
    ];
    check(
        &lots,
        |_| (),
        &[
            "5000 m² are missing: 5000 m² must be retired, 0 m² count",
            "5000 m² of 360124-2023-B0001 do not count: grade 4 is worse than 3",
            "5000 m² of 360124-2023-B0001 do not count: river does not stand for marsh",
            "5000 m² of 360124-2023-B0001 do not count: credits of 420100 may go as far as its province",
            "5000 m² of 360124-2023-B0001 do not count: credits of 360121 may go as far as its county",
        ],
    );
    let mut enough = lots.to_vec();
    enough.push(marsh(5_000, 3));
    check(&enough, |_| (), &[]);
    let papers = [
        RetiredLot { certificate: CertificateState::Frozen, ..marsh(5_000, 1) },
        RetiredLot { certificate: CertificateState::Void, ..marsh(5_000, 1) },
    ];
    check(
        &papers,
        |_| (),
        &[
            "5000 m² are missing: 5000 m² must be retired, 0 m² count",
            "5000 m² of 360124-2023-B0001 do not count: their certificate is frozen",
            "5000 m² of 360124-2023-B0001 do not count: their certificate has expired; issue a new one",
        ],
    );
}

#[test]
fn r78_the_required_area_is_rounded_up_and_follows_the_ratio() {
    let county = region("360124");
    for (area, ratio_bp, required) in [
        ("9876.40", 10_000, 9_877),
        ("9876.00", 10_000, 9_876),
        ("0.01", 10_000, 1),
        ("5000.00", 12_000, 6_000),
        ("5000.01", 15_000, 7_501),
    ] {
        let policy = Policy { ratio_bp, ..Policy::default() };
        let case = Case { occupied: area.parse().unwrap(), ..road(&county, &policy, &[]) };
        assert_eq!(gate(&case).required_m2, required, "{area}");
    }
}

#[test]
fn r78_general_wetland_is_compensated_unless_its_region_does_not_ask() {
    let county = region("360124");
    let policy = Policy { general_compensates: false, ..Policy::default() };
    assert!(gate(&road(&county, &policy, &[])).is_open());
    let important =
        Case { level: WetlandLevel::ProvincialImportant, ..road(&county, &policy, &[]) };
    assert_eq!(gate(&important).short_m2(), 5_000);
}

#[test]
fn r76_r77_what_the_review_lacks_is_named_beside_the_credits() {
    let lots = [marsh(5_000, 3)];
    check(
        &lots,
        |case| case.state = OccupationState::Submitted,
        &["the application is not accepted yet"],
    );
    check(
        &lots,
        |case| {
            case.state = OccupationState::Deficient;
            case.documents_missing = vec![DocumentKind::Form];
            case.level = WetlandLevel::NationalImportant;
        },
        &[
            "the notice of what is missing is open",
            "the document is missing: form",
            "the opinion of the national authority is missing",
        ],
    );
    let adverse = |case: &mut Case| {
        case.level = WetlandLevel::NationalImportant;
        case.opinion = Some(false);
    };
    check(&lots, adverse, &["the national authority does not agree"]);
    check(
        &lots,
        |case| case.grade = None,
        &[
            "the forestry bureau has not set the grade of the occupied land",
            "5000 m² are missing: 5000 m² must be retired, 0 m² count",
        ],
    );
}

#[test]
fn r81_exempt_water_works_retire_nothing() {
    check(&[], |case| case.exempt = true, &[]);
    check(&[], |case| case.term = OccupationTerm::Temporary, &[]);
}

#[test]
fn r82_a_fee_stands_for_credits_once_it_is_paid() {
    let amount: Fen = "1000000.00".parse().unwrap();
    let fee = |is_paid| move |case: &mut Case| case.fee = Some(Standing { amount, is_paid });
    check(&[], fee(true), &[]);
    check(&[], fee(false), &["the restoration fee of 1000000.00 CNY is not paid"]);
}

#[test]
fn r86_no_approval_brings_a_balance_below_zero() {
    let lots = [marsh(5_000, 3)];
    let balances = |county, province| {
        move |case: &mut Case| {
            case.balances = vec![(region("360124"), county), (region("36"), province)];
        }
    };
    check(&lots, balances(500_000, 500_000), &[]);
    check(
        &lots,
        balances(499_999, 500_000),
        &["the balance of 360124 would be 0.01 m² below zero"],
    );
    check(
        &lots,
        balances(0, -100),
        &[
            "the balance of 360124 would be 5000.00 m² below zero",
            "the balance of 36 would be 5001.00 m² below zero",
        ],
    );
}

const TYPES: [WetlandType; 3] = [WetlandType::Marsh, WetlandType::River, WetlandType::Lake];
const COUNTIES: [&str; 4] = ["360124", "360121", "361129", "420100"];
const REACHES: [Reach; 3] = [Reach::County, Reach::Prefecture, Reach::Province];

fn any_lot() -> impl Strategy<Value = RetiredLot> {
    (1_i64..4_000, 1_i64..=5, 0_usize..3, 0_usize..4, 0_usize..3, 0_usize..20).prop_map(
        |(m2, grade, kind, county, reach, paper)| RetiredLot {
            certificate: *CertificateState::ALL.get(paper).unwrap_or(&CertificateState::Valid),
            ..lot(m2, grade, TYPES[kind], COUNTIES[county], REACHES[reach])
        },
    )
}

/// Reads the rules as a clerk would: sentence by sentence, in decimals and digits of codes.
fn clerk(case: &Case) -> bool {
    let mut retired = Decimal::ZERO;
    for lot in case.lots {
        let its = &lot.quality;
        let digits = match its.reach {
            Reach::County => 6,
            Reach::Prefecture => 4,
            Reach::Province => 2,
        };
        let is_near = its.county.as_str()[..digits] == case.county.as_str()[..digits];
        let stands = its.wetland_type == case.wetland_type
            || case
                .policy
                .types
                .iter()
                .any(|(o, r)| *o == case.wetland_type && *r == its.wetland_type);
        let good = case.grade.is_some_and(|grade| its.grade.get() <= grade.get());
        if is_near && stands && good && lot.certificate == CertificateState::Valid {
            retired += Decimal::from(lot.m2);
        }
    }
    let occupied = Decimal::new(case.occupied.centi_m2(), 2);
    let asked = match case.level {
        WetlandLevel::General => case.policy.general_compensates,
        _ => true,
    };
    let owes =
        asked && !case.exempt && case.fee.is_none() && case.term == OccupationTerm::Permanent;
    let area_is_met = !owes || retired >= occupied * Decimal::new(case.policy.ratio_bp, 4);
    let fee_is_paid = case.fee.is_none_or(|fee| fee.is_paid);
    let agreed = case.level != WetlandLevel::NationalImportant || case.opinion == Some(true);
    let no_loss = case.term == OccupationTerm::Temporary
        || case.balances.iter().all(|(_, centi)| Decimal::new(*centi, 2) >= occupied);
    case.state == OccupationState::Accepted
        && case.documents_missing.is_empty()
        && case.grade.is_some()
        && case.land.is_empty()
        && area_is_met
        && fee_is_paid
        && agreed
        && no_loss
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1024))]
    #[test]
    fn r78_the_gate_agrees_with_a_naive_reading_of_the_rules(
        lots in proptest::collection::vec(any_lot(), 0..8),
        (centi, ratio_bp, general) in (1_i64..600_000, 10_000_i64..16_000, any::<bool>()),
        (level, state, grade) in (0_usize..3, 0_usize..12, proptest::option::weighted(0.9, 1_i64..=5)),
        (exempt, temporary) in (proptest::bool::weighted(0.1), proptest::bool::weighted(0.1)),
        (opinion, fee) in (any::<Option<bool>>(), proptest::option::weighted(0.1, any::<bool>())),
        balances in (-1_000_i64..900_000, 0_i64..900_000),
        papers in proptest::bool::weighted(0.1),
        stands in any::<bool>(),
    ) {
        let county = region("360124");
        let types = if stands { vec![(WetlandType::Marsh, WetlandType::River)] } else { Vec::new() };
        let policy = Policy { ratio_bp, general_compensates: general, types };
        let mut case = road(&county, &policy, &lots);
        case.occupied = SurveyedArea::of_centi_m2(centi).unwrap();
        case.level = WetlandLevel::ALL[level];
        case.state = OccupationState::ALL.get(state).copied().unwrap_or(OccupationState::Accepted);
        case.grade = grade.and_then(|grade| Grade::try_from(grade).ok());
        case.exempt = exempt;
        case.term = if temporary { OccupationTerm::Temporary } else { OccupationTerm::Permanent };
        case.opinion = opinion;
        case.fee = fee.map(|is_paid| Standing { amount: Fen::ZERO, is_paid });
        case.balances = vec![(region("360124"), balances.0), (region("36"), balances.1)];
        case.documents_missing = if papers { vec![DocumentKind::Form] } else { Vec::new() };
        prop_assert_eq!(gate(&case).is_open(), clerk(&case));
    }
}
