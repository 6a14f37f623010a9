//! The checks of a feature: by itself, against the rest of its file, against what is already there.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike, NaiveDate};

use super::{AREA_TOLERANCE_PERCENT, Finding, OVERLAP_TOLERANCE_CENTI_M2};
use crate::inventory::geometry::{Shape, area_outside, geodesic_area, overlap};
use crate::inventory::model::{
    ClassGroup, Conclusion, Draft, LandClass, Neighbour, ParcelKind, PondResult, WetlandLevel,
};
use crate::kernel::area::SurveyedArea;
use crate::kernel::region::RegionCode;

/// Who hands what in, and when.
#[derive(Debug, Clone, PartialEq)]
pub struct Submission {
    pub kind: ParcelKind,
    /// The names under which a file may name the importer: the login and the person's own.
    pub importer: Vec<String>,
    /// The importer's organisation may enter parcels of this region.
    pub region: RegionCode,
    pub today: NaiveDate,
}

/// What the checks need to know of the land around.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Surroundings {
    pub townships: BTreeSet<RegionCode>,
    pub boundaries: BTreeMap<RegionCode, Shape>,
}

/// The first year whose survey is a satellite-age survey; an earlier one is a slip of the pen.
pub(super) const SURVEY_YEAR_MIN: i64 = 1990;

/// Returns everything that is wrong with a feature by itself.
pub(crate) fn of_feature(draft: &Draft, by: &Submission, around: &Surroundings) -> Vec<Finding> {
    let mut findings = Vec::new();
    findings.extend(township(draft, by, around));
    findings.extend(draft.township.as_ref().and_then(|township| number(draft, by.kind, township)));
    findings.extend(survey_year(draft, by.today));
    findings.extend(level(draft));
    findings.extend(area(draft));
    findings.extend(place(draft, around));
    if by.kind == ParcelKind::Reserve {
        findings.extend(water_regime(draft));
        findings.extend(restorability(draft, by.today));
        findings.extend(pond(draft, by));
        findings.extend(draft.land_class.and_then(blocks_project));
    }
    findings
}

/// Returns what speaks against a feature because of polygons that are already there.
pub(crate) fn with_neighbours(
    draft: &Draft,
    kind: ParcelKind,
    there: &[Neighbour],
) -> Vec<Finding> {
    let Some(shape) = &draft.shape else { return Vec::new() };
    let bounds = shape.bounds();
    let near = there.iter().filter(|other| other.bounds.touches(&bounds));
    near.filter_map(|other| {
        if !is_in_question(draft, kind, other) {
            return None;
        }
        let m2 = overlap(shape, &other.shape);
        (m2.centi_m2() > OVERLAP_TOLERANCE_CENTI_M2).then(|| overlaps_with(kind, other, m2))
    })
    .collect()
}

/// R19 speaks of reserve parcels among each other, R12 of a reserve parcel and a wetland of the
/// same survey year; two wetlands are the land survey's own business.
fn is_in_question(draft: &Draft, kind: ParcelKind, other: &Neighbour) -> bool {
    match (kind, other.kind) {
        (ParcelKind::Reserve, ParcelKind::Reserve) => true,
        (ParcelKind::Wetland, ParcelKind::Wetland) => false,
        (ParcelKind::Reserve, ParcelKind::Wetland) | (ParcelKind::Wetland, ParcelKind::Reserve) => {
            draft.survey_year == Some(other.survey_year)
        }
    }
}

fn overlaps_with(kind: ParcelKind, other: &Neighbour, m2: SurveyedArea) -> Finding {
    let (number, year) = (other.number.clone(), other.survey_year);
    match (kind, other.kind) {
        (ParcelKind::Reserve, ParcelKind::Wetland) => {
            Finding::InWetlandDatabase { wetland: number, year, m2 }
        }
        (ParcelKind::Wetland, _) => Finding::OnReserveParcel { number, year, m2 },
        (ParcelKind::Reserve, ParcelKind::Reserve) => Finding::OverlapsParcel { number, m2 },
    }
}

/// Returns, for each feature of a file, what speaks against it because of the others. Of two that
/// overlap neither enters: the file does not say which of them is right.
pub(crate) fn between_drafts(drafts: &[&Draft], kind: ParcelKind) -> Vec<Vec<Finding>> {
    let mut findings = vec![Vec::new(); drafts.len()];
    let mut add = |at: usize, finding: Finding| {
        if let Some(list) = findings.get_mut(at) {
            list.push(finding);
        }
    };
    let mut seen: BTreeMap<(&str, Option<i64>), Vec<usize>> = BTreeMap::new();
    for (at, draft) in drafts.iter().enumerate() {
        // The wetland database names the same wetland again in each survey year.
        let year = if kind == ParcelKind::Wetland { draft.survey_year } else { None };
        if let Some(number) = &draft.number {
            seen.entry((number, year)).or_default().push(at);
        }
    }
    for ((number, _), places) in seen.iter().filter(|(_, places)| places.len() > 1) {
        for at in places {
            add(*at, Finding::NumberTwice((*number).to_owned()));
        }
    }
    if kind == ParcelKind::Reserve {
        for (one, other, m2) in overlaps(drafts) {
            let name = |at: usize| {
                let number = drafts.get(at).and_then(|draft| draft.number.clone());
                number.unwrap_or_else(|| format!("/features/{at}"))
            };
            add(one, Finding::OverlapsInFile { number: name(other), m2 });
            add(other, Finding::OverlapsInFile { number: name(one), m2 });
        }
    }
    findings
}

/// Every pair that overlaps by more than the tolerance; boxes sorted from west to east keep the
/// pairs that are measured few.
fn overlaps(drafts: &[&Draft]) -> Vec<(usize, usize, SurveyedArea)> {
    let mut shapes: Vec<(usize, &Shape, _)> = drafts
        .iter()
        .enumerate()
        .filter_map(|(at, draft)| draft.shape.as_ref().map(|shape| (at, shape, shape.bounds())))
        .collect();
    shapes.sort_by_key(|(at, _, bounds)| (bounds.west, *at));
    let mut found = Vec::new();
    for (i, (one, shape, bounds)) in shapes.iter().enumerate() {
        let later = shapes.get(i + 1..).unwrap_or_default();
        for (other, beside, next) in
            later.iter().take_while(|(_, _, next)| next.west <= bounds.east)
        {
            if bounds.touches(next) {
                let m2 = overlap(shape, beside);
                if m2.centi_m2() > OVERLAP_TOLERANCE_CENTI_M2 {
                    found.push((*one.min(other), *one.max(other), m2));
                }
            }
        }
    }
    found
}

fn township(draft: &Draft, by: &Submission, around: &Surroundings) -> Option<Finding> {
    let township = draft.township.clone()?;
    if !around.townships.contains(&township) {
        return Some(Finding::UnknownTownship(township));
    }
    let yours = by.region.clone();
    (!township.is_within(&yours)).then_some(Finding::OtherRegion { township, yours })
}

/// `R360124-0012`: the letter of its kind, the county, a counter.
fn number(draft: &Draft, kind: ParcelKind, township: &RegionCode) -> Option<Finding> {
    let number = draft.number.as_ref()?;
    let county = township.county()?;
    let letter = match kind {
        ParcelKind::Reserve => 'R',
        ParcelKind::Wetland => 'W',
    };
    let counter = number.strip_prefix(&format!("{letter}{county}-"));
    let digits = |c: &str| (4..=8).contains(&c.len()) && c.bytes().all(|b| b.is_ascii_digit());
    let number = number.clone();
    (!counter.is_some_and(digits)).then_some(Finding::NumberForm { number, kind, county })
}

fn survey_year(draft: &Draft, today: NaiveDate) -> Option<Finding> {
    let (year, latest) = (draft.survey_year?, i64::from(today.year()));
    (!(SURVEY_YEAR_MIN..=latest).contains(&year)).then_some(Finding::SurveyYear { year, latest })
}

fn level(draft: &Draft) -> Option<Finding> {
    let Some(level) = draft.level else { return Some(Finding::NoLevel) };
    let mangrove = draft.land_class.is_some_and(LandClass::is_mangrove);
    (mangrove && level == WetlandLevel::General).then_some(Finding::MangroveIsGeneral)
}

fn area(draft: &Draft) -> Option<Finding> {
    let (declared, computed) = (draft.declared_area?, geodesic_area(draft.shape.as_ref()?));
    area_differs(declared, computed)
}

/// One percent of the computed area, compared without rounding.
pub(crate) fn area_differs(declared: SurveyedArea, computed: SurveyedArea) -> Option<Finding> {
    let apart = i128::from(declared.centi_m2()) - i128::from(computed.centi_m2());
    let allowed = i128::from(computed.centi_m2()) * i128::from(AREA_TOLERANCE_PERCENT);
    (apart.abs() * 100 > allowed).then_some(Finding::AreaDiffers { declared, computed })
}

fn place(draft: &Draft, around: &Surroundings) -> Option<Finding> {
    let township = draft.township.as_ref()?;
    if !around.townships.contains(township) {
        return None;
    }
    inside(draft, &township.county()?, &around.boundaries)
}

/// Says by how much a feature lies outside its county (R20).
pub(crate) fn inside(
    draft: &Draft,
    county: &RegionCode,
    boundaries: &BTreeMap<RegionCode, Shape>,
) -> Option<Finding> {
    let (shape, county) = (draft.shape.as_ref()?, county.clone());
    let Some(boundary) = boundaries.get(&county) else {
        return Some(Finding::NoBoundary(county));
    };
    let m2 = area_outside(shape, boundary);
    (m2.centi_m2() > OVERLAP_TOLERANCE_CENTI_M2).then_some(Finding::OutsideCounty { county, m2 })
}

fn water_regime(draft: &Draft) -> Option<Finding> {
    draft.water_regime.is_none().then_some(Finding::NoWaterRegime)
}

fn restorability(draft: &Draft, today: NaiveDate) -> Vec<Finding> {
    let Some(concluded) = &draft.restorability else { return vec![Finding::NotConcluded] };
    let mut findings = Vec::new();
    if concluded.conclusion != Conclusion::Restorable {
        findings.push(Finding::NotRestorable(concluded.conclusion));
    }
    if concluded.date > today {
        findings.push(Finding::ConcludedInFuture);
    }
    findings
}

/// A check that a file names is a claim: never the submitter's, never the importer's own (R15).
fn pond(draft: &Draft, by: &Submission) -> Vec<Finding> {
    let Some(class) = draft.land_class.filter(|class| class.is_pond()) else { return Vec::new() };
    let Some(check) = &draft.pond_check else { return vec![Finding::PondNotVerified(class)] };
    let mut findings = Vec::new();
    if check.result != PondResult::Passed {
        findings.push(Finding::PondRefused);
    }
    let is_verifier = |name: &str| same_person(name, &check.verified_by);
    if draft.submitted_by.as_deref().is_some_and(is_verifier) {
        findings.push(Finding::PondCheckedBySubmitter(check.verified_by.clone()));
    }
    if by.importer.iter().any(|name| is_verifier(name)) {
        findings.push(Finding::PondCheckedByImporter(check.verified_by.clone()));
    }
    if check.date > by.today {
        findings.push(Finding::PondCheckedInFuture);
    }
    findings
}

fn same_person(one: &str, other: &str) -> bool {
    one.trim().to_lowercase() == other.trim().to_lowercase()
}

/// Says why no restoration project may stand on land of this class (R17).
pub(crate) fn blocks_project(class: LandClass) -> Option<Finding> {
    if class.group() == ClassGroup::Cropland {
        return Some(Finding::Cropland(class));
    }
    class.is_adjustable().then_some(Finding::Adjustable(class))
}
