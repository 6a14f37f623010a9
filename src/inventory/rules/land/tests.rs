//! What zones and bars allow, on answers put together by hand.

use super::*;
use crate::inventory::model::LayerVersionId;

fn m2(text: &str) -> SurveyedArea {
    text.parse().unwrap()
}

fn touch(number: &str, zone: Zone) -> LayerTouch {
    LayerTouch {
        kind: LayerKind::Zones,
        version_id: LayerVersionId::new(),
        number: number.into(),
        name: "示例".into(),
        zone: Some(zone),
        approval_by: Some("county_government".into()),
        approval_document: None,
        m2: m2("800.00"),
    }
}

fn answer(layers: Vec<LayerTouch>) -> LandAnswer {
    LandAnswer {
        as_of: "2024-08-02".parse().unwrap(),
        area_m2: m2("18650.00"),
        strictest: layers.iter().filter_map(|it| it.zone).max(),
        zone_allows: ZoneAllows::Everything,
        barred: Vec::new(),
        layers,
        parcels: Vec::new(),
        versions: Vec::new(),
        layers_unknown: Vec::new(),
    }
}

fn approval(zone: &str, document: &str, by: &str) -> NamedApproval {
    NamedApproval { zone_number: zone.into(), document: document.into(), by: by.into() }
}

/// Which of protection, restoration and other use are allowed.
#[track_caller]
fn check(layers: Vec<LayerTouch>, approvals: &[NamedApproval], expected: [bool; 3]) {
    let answer = answer(layers);
    let allowed = |purpose| may_use(&answer, purpose, approvals).is_ok();
    let found =
        [LandPurpose::Protection, LandPurpose::Restoration, LandPurpose::Other].map(allowed);
    assert_eq!(found, expected);
}

#[test]
fn r18_red_allows_protection_restoration_and_what_a_named_plan_does() {
    let red = || touch("R01", Zone::Red);
    check(vec![], &[], [true, true, true]);
    check(vec![red()], &[], [true, true, false]);
    let plan = approval("R01", "洪府〔2020〕8号", "municipal_government");
    check(vec![red()], std::slice::from_ref(&plan), [true, true, false]);
    let planned = || LayerTouch { approval_document: Some("洪府〔2020〕8号".into()), ..red() };
    check(vec![planned()], &[], [true, true, false]);
    check(vec![planned()], std::slice::from_ref(&plan), [true, true, true]);
    check(vec![planned(), touch("R02", Zone::Red)], &[plan], [true, true, false]);
    let other = approval("R01", "洪府〔2020〕9号", "municipal_government");
    check(vec![planned()], &[other], [true, true, false]);
}

#[test]
fn r18_yellow_needs_the_approval_of_the_authority_that_it_names() {
    let yellow = || touch("Y01", Zone::Yellow);
    check(vec![yellow()], &[], [true, false, false]);
    check(vec![yellow()], &[approval("Y01", "17号", "county_government")], [true, true, true]);
    check(vec![yellow()], &[approval("Y01", "17号", "township")], [true, false, false]);
    check(vec![yellow()], &[approval("Y02", "17号", "county_government")], [true, false, false]);
    let two = vec![yellow(), touch("Y02", Zone::Yellow)];
    check(two, &[approval("Y01", "17号", "county_government")], [true, false, false]);
}

#[test]
fn r18_where_both_touch_the_stricter_one_decides() {
    let both = || vec![touch("Y01", Zone::Yellow), touch("R01", Zone::Red)];
    check(both(), &[], [true, true, false]);
    check(both(), &[approval("Y01", "17号", "county_government")], [true, true, false]);
}

#[test]
fn r17_what_is_barred_carries_no_restoration_whatever_the_zone() {
    let mut barred = answer(vec![touch("R01", Zone::Red)]);
    let by = || "F360124-001".to_owned();
    barred.barred = vec![LandBarred { bar: LandBar::BasicFarmland, by: by(), m2: m2("2400.00") }];
    assert_eq!(
        may_use(&barred, LandPurpose::Restoration, &[]),
        Err(CannotUseLand::Barred { bar: LandBar::BasicFarmland, by: by(), m2: m2("2400.00") })
    );
    assert_eq!(may_use(&barred, LandPurpose::Protection, &[]), Ok(()));
}
