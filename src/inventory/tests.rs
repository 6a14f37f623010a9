//! Whole files against the rules, as the story has them and with one thing changed.

use serde_json::{Value, json};

use super::geometry::{geodesic_area, read_geometry};
use super::import::{FileFormat, Read, open_file};
use super::model::{Draft, Neighbour, ParcelId, ParcelKind};
use super::rules::{
    Finding, Submission, Surroundings, between_drafts, of_feature, with_neighbours,
};
use crate::kernel::area::SurveyedArea;
use crate::kernel::region::RegionCode;

const PARCELS: &str = include_str!("../../tests/fixtures/jinxian/parcels.geojson");
const WETLANDS: &str = include_str!("../../tests/fixtures/jinxian/wetland_database.geojson");
const COUNTY: &str = include_str!("../../tests/fixtures/jinxian/county.geojson");
const REGIONS: &str = include_str!("../../tests/fixtures/jinxian/regions.csv");

fn read_parcels(kind: ParcelKind, file: &[u8]) -> Option<Vec<Read>> {
    let opened = open_file(FileFormat::GeoJson, kind, None, file).ok()?;
    Some(opened.read(kind, &[]).ok()?.reads)
}

fn by(kind: ParcelKind, today: &str) -> Submission {
    Submission {
        kind,
        importer: vec!["zhou.jianing".into(), "周佳宁".into()],
        region: "360124".parse().unwrap(),
        today: today.parse().unwrap(),
    }
}

fn jinxian() -> Surroundings {
    let codes = REGIONS.lines().skip(1).filter_map(|line| line.split(',').next()?.parse().ok());
    let county: Value = serde_json::from_str(COUNTY).unwrap();
    let boundary = read_geometry(&county["features"][0]["geometry"]).unwrap();
    Surroundings {
        townships: codes.filter(|code: &RegionCode| code.as_str().len() == 9).collect(),
        boundaries: [("360124".parse().unwrap(), boundary)].into(),
    }
}

fn wetlands() -> Vec<Neighbour> {
    let read = read_parcels(ParcelKind::Wetland, WETLANDS.as_bytes()).unwrap();
    let neighbour = |draft: Draft| {
        let shape = draft.shape.unwrap();
        Neighbour {
            id: ParcelId::new(),
            number: draft.number.unwrap(),
            kind: ParcelKind::Wetland,
            land_class: draft.land_class.unwrap(),
            survey_year: draft.survey_year.unwrap(),
            bounds: shape.bounds(),
            shape,
        }
    };
    read.into_iter().map(|read| neighbour(read.draft)).collect()
}

/// The rules and codes that a whole check finds on one plot of the story.
fn found(file: &str, kind: ParcelKind, number: &str, today: &str) -> Vec<String> {
    let reads = read_parcels(kind, file.as_bytes()).unwrap();
    let read = reads.into_iter().find(|read| read.draft.number.as_deref() == Some(number)).unwrap();
    let mut findings = read.findings;
    findings.extend(of_feature(&read.draft, &by(kind, today), &jinxian()));
    findings.extend(with_neighbours(&read.draft, kind, &wetlands()));
    let name = |finding: &Finding| format!("{} {}", finding.rule().unwrap_or("-"), finding.code());
    findings.iter().map(name).collect()
}

/// R360124-0012 with one property or more changed; `[]` of codes means that it may enter.
#[track_caller]
fn check(change: Value, expected: &[&str]) {
    let mut file: Value = serde_json::from_str(PARCELS).unwrap();
    let mut feature = file["features"][11].take();
    for (name, value) in change.as_object().unwrap() {
        let path = if name.starts_with("geometry") { "" } else { "/properties" };
        match feature.pointer_mut(&format!("{path}/{name}")) {
            Some(at) => *at = value.clone(),
            None => feature["properties"][name.as_str()] = value.clone(),
        }
    }
    file["features"] = json!([feature]);
    let read = read_parcels(ParcelKind::Reserve, file.to_string().as_bytes()).unwrap().remove(0);
    let mut findings = read.findings;
    findings.extend(of_feature(&read.draft, &by(ParcelKind::Reserve, "2025-08-18"), &jinxian()));
    findings.extend(with_neighbours(&read.draft, ParcelKind::Reserve, &wetlands()));
    let name = |finding: &Finding| format!("{} {}", finding.rule().unwrap_or("-"), finding.code());
    assert_eq!(findings.iter().map(name).collect::<Vec<_>>(), expected);
    for finding in findings {
        assert!(finding.pointer().starts_with('/'), "{finding:?}");
        assert!(!finding.chinese().is_ascii(), "{finding:?} has no Chinese text");
    }
}

#[test]
fn the_story_refuses_four_plots_of_2025_and_takes_two() {
    let reserve = |number| found(PARCELS, ParcelKind::Reserve, number, "2025-08-18");
    assert_eq!(reserve("R360124-0002"), [""; 0]);
    assert_eq!(reserve("R360124-0009"), [""; 0]);
    assert_eq!(reserve("R360124-0004"), ["R14 not-restorable", "R15 pond-refused"]);
    assert_eq!(
        reserve("R360124-0006"),
        ["R14 not-restorable", "R15 pond-refused", "R17 linked-to-cropland"]
    );
    assert_eq!(reserve("R360124-0008"), ["R14 not-restorable", "R17 cropland"]);
    assert_eq!(reserve("R360124-0011"), ["R12 in-wetland-database"]);
}

#[test]
fn the_story_takes_the_other_plots_on_their_days() {
    for (number, day) in [
        ("R360124-0012", "2022-03-02"),
        ("R360124-0010", "2023-03-01"),
        ("R360124-0003", "2023-03-13"),
        ("R360124-0001", "2024-06-03"),
        ("R360124-0005", "2024-09-09"),
        ("R360124-0007", "2024-09-09"),
    ] {
        assert_eq!(found(PARCELS, ParcelKind::Reserve, number, day), [""; 0], "{number}");
    }
    for number in ["W360124-0001", "W360124-0002", "W360124-0003"] {
        assert_eq!(found(WETLANDS, ParcelKind::Wetland, number, "2025-08-15"), [""; 0], "{number}");
    }
}

#[test]
fn r10_an_unknown_class_is_refused() {
    check(json!({"land_class": "9999"}), &["R10 unknown-land-class"]);
    check(json!({"land_class": ""}), &["- unreadable-property"]);
    check(json!({"land_class": "1206", "pond_check": null}), &[]);
}

#[test]
fn r12_only_the_wetland_database_of_the_same_year_counts() {
    let mut draft = Draft { survey_year: Some(2024), ..Draft::default() };
    let wetlands = wetlands();
    draft.shape = Some(wetlands[0].shape.clone());
    assert_eq!(with_neighbours(&draft, ParcelKind::Reserve, &wetlands), []);
    draft.survey_year = Some(2025);
    assert_eq!(with_neighbours(&draft, ParcelKind::Reserve, &wetlands)[0].rule(), Some("R12"));

    let reserve = Neighbour { kind: ParcelKind::Reserve, ..wetlands[0].clone() };
    let there = [reserve];
    assert_eq!(with_neighbours(&draft, ParcelKind::Wetland, &there)[0].code(), "on-reserve-parcel");
    assert_eq!(with_neighbours(&draft, ParcelKind::Wetland, &wetlands), []);
}

#[test]
fn r13_a_water_regime_is_recorded() {
    check(json!({"water_regime": null}), &["R13 no-water-regime"]);
    check(json!({"water_regime": "sometimes"}), &["- unreadable-property", "R13 no-water-regime"]);
    check(json!({"water_regime": "seasonal"}), &[]);
}

#[test]
fn r14_a_conclusion_says_restorable_with_author_and_date() {
    check(json!({"restorable": null}), &["R14 not-concluded"]);
    check(json!({"restorable/conclusion": "not_determined"}), &["R14 not-restorable"]);
    check(json!({"restorable/author": ""}), &["- unreadable-property", "R14 not-concluded"]);
    check(json!({"restorable/date": "2025-08-19"}), &["R14 concluded-in-future"]);
    check(json!({"restorable/date": "2025-08-18"}), &[]);
}

#[test]
fn r15_a_pond_needs_a_passed_verification_by_somebody_else() {
    check(json!({"pond_check": null}), &["R15 pond-not-verified"]);
    check(json!({"pond_check": null, "land_class": "1104"}), &["R15 pond-not-verified"]);
    check(json!({"pond_check/result": "refused"}), &["R15 pond-refused"]);
    check(json!({"pond_check/evidence": ""}), &["- unreadable-property", "R15 pond-not-verified"]);
    check(json!({"pond_check/verified_by": "fu.guoping"}), &["R15 pond-checked-by-submitter"]);
    check(json!({"pond_check/verified_by": " Zhou.Jianing "}), &["R15 pond-checked-by-importer"]);
    check(json!({"pond_check/verified_by": "周佳宁"}), &["R15 pond-checked-by-importer"]);
    check(json!({"pond_check/date": "2025-08-19"}), &["R15 pond-checked-in-future"]);
}

#[test]
fn r17_cropland_and_classes_linked_to_it_carry_no_project() {
    check(json!({"land_class": "0103", "pond_check": null}), &["R17 cropland"]);
    check(json!({"land_class": "0101", "pond_check": null}), &["R17 cropland"]);
    check(json!({"land_class": "1104K"}), &["R17 linked-to-cropland"]);
    check(json!({"land_class": "0301K", "pond_check": null}), &["R17 linked-to-cropland"]);
}

#[test]
fn r19_two_features_of_one_file_that_overlap_both_stay_out() {
    let reads = read_parcels(ParcelKind::Reserve, PARCELS.as_bytes()).unwrap();
    let mut drafts: Vec<Draft> = reads.into_iter().map(|read| read.draft).collect();
    let all: Vec<&Draft> = drafts.iter().collect();
    assert!(between_drafts(&all, ParcelKind::Reserve).iter().all(Vec::is_empty));

    drafts[3].shape = drafts[7].shape.clone();
    drafts[5].number = drafts[6].number.clone();
    let all: Vec<&Draft> = drafts.iter().collect();
    let findings = between_drafts(&all, ParcelKind::Reserve);
    let codes = |at: usize| findings[at].iter().map(Finding::code).collect::<Vec<_>>();
    assert_eq!((codes(3), codes(7)), (vec!["overlaps-in-file"], vec!["overlaps-in-file"]));
    assert_eq!((codes(5), codes(6)), (vec!["number-twice"], vec!["number-twice"]));
    assert_eq!(codes(0), [""; 0]);
}

#[test]
fn r19_a_reserve_parcel_that_is_there_already_is_not_entered_again() {
    let there: Vec<Neighbour> = wetlands()
        .into_iter()
        .map(|wetland| Neighbour { kind: ParcelKind::Reserve, survey_year: 2001, ..wetland })
        .collect();
    let draft = Draft { shape: Some(there[1].shape.clone()), ..Draft::default() };
    let findings = with_neighbours(&draft, ParcelKind::Reserve, &there);
    assert_eq!(findings.iter().map(Finding::code).collect::<Vec<_>>(), ["overlaps-parcel"]);
}

#[test]
fn r20_a_parcel_lies_inside_its_county() {
    let moved = |lon: f64| {
        json!([[
            [lon, 28.35],
            [lon + 0.0015, 28.35],
            [lon + 0.0015, 28.35069],
            [lon, 28.35069],
            [lon, 28.35]
        ]])
    };
    check(json!({"geometry/coordinates": moved(116.23), "declared_area_m2": "11250.00"}), &[]);
    check(
        json!({"geometry/coordinates": moved(116.8), "declared_area_m2": "11250.00"}),
        &["R20 outside-county"],
    );
    check(json!({"geometry/coordinates/0/0/0": 28.35}), &["R20 outside-china"]);
    check(
        json!({"geometry/coordinates": [[[28.35, 116.2], [28.351, 116.2], [28.351, 116.21], [28.35, 116.2]]]}),
        &["R20 swapped-axes"],
    );
    check(json!({"geometry": null}), &["R20 no-geometry"]);
    check(
        json!({"township_code": "361129100"}),
        &["R94 other-region", "- number-form", "R20 no-county-boundary"],
    );
}

#[test]
fn r20_declared_and_computed_area_differ_by_one_percent_at_most() {
    let reads = read_parcels(ParcelKind::Reserve, PARCELS.as_bytes()).unwrap();
    let computed = geodesic_area(reads[11].draft.shape.as_ref().unwrap()).centi_m2();
    let declared = |centi_m2: i64| json!({"declared_area_m2": SurveyedArea::of_centi_m2(centi_m2).unwrap().to_string()});
    check(declared(computed + computed / 100), &[]);
    check(declared(computed + computed / 100 + 1), &["R20 area-differs"]);
    check(declared(computed - computed / 100), &[]);
    check(declared(computed - computed / 100 - 1), &["R20 area-differs"]);
    for bad in [json!("0.00"), json!("-1"), json!("1e3"), json!(11333), json!("11333.001")] {
        check(json!({"declared_area_m2": bad}), &["- unreadable-property"]);
    }
}

#[test]
fn r22_a_level_is_one_of_three_and_mangrove_never_general() {
    check(json!({"level": null}), &["R22 no-level"]);
    check(json!({"level": "local"}), &["- unreadable-property", "R22 no-level"]);
    check(json!({"level": "international_important"}), &[]);
    check(json!({"land_class": "0303", "pond_check": null}), &["R22 mangrove-is-general"]);
    check(json!({"land_class": "0303", "pond_check": null, "level": "provincial_important"}), &[]);
}

#[test]
fn what_the_file_says_otherwise_is_checked_to_the_letter() {
    check(json!({"colour": "blue"}), &["- unknown-property"]);
    check(
        json!({"pond_check": {"result": "passed"}}),
        &[
            "- unreadable-property",
            "- unreadable-property",
            "- unreadable-property",
            "R15 pond-not-verified",
        ],
    );
    check(json!({"name": "a\u{0}b"}), &["- unreadable-property"]);
    check(json!({"parcel_no": "R360121-0012"}), &["- number-form"]);
    check(json!({"parcel_no": "W360124-0012"}), &["- number-form"]);
    check(json!({"township_code": "360124999"}), &["- unknown-township"]);
    check(json!({"survey_year": 2026}), &["R21 survey-year"]);
    check(json!({"survey_year": 1989}), &["R21 survey-year"]);
    check(json!({"survey_year": 2025.5}), &["- unreadable-property"]);
}
