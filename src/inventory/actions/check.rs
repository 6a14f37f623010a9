//! Checks a file of parcels outside the writer; nothing is written here.

use std::collections::{BTreeMap, BTreeSet};

use crate::identity;
use crate::inventory::geometry::{Bounds, Shape, canonical_text, geodesic_area};
use crate::inventory::import::{BadFile, RawFile, Read, ReadFile};
use crate::inventory::model::{Draft, ParcelId, ParcelKind};
use crate::inventory::report::{CoordinatesReport, FeatureReport, FindingReport, ParcelReport};
use crate::inventory::rules::{self, Finding, Submission, Surroundings};
use crate::inventory::store::{self, Seen, Since};
use crate::kernel::actor::Actor;
use crate::kernel::area::SurveyedArea;
use crate::kernel::db::Conn;
use crate::kernel::problem::{Answer, Failure};
use crate::kernel::region::RegionCode;

/// A file that was read, and who hands it in.
#[derive(Debug, PartialEq)]
pub struct CheckParcels {
    pub by: Submission,
    pub file_sha256: String,
    pub file: ReadFile,
}

/// A file that was checked against the inventory as it stood after some entry or correction.
#[derive(Debug, Clone, PartialEq)]
pub struct Checked {
    pub by: Submission,
    pub file_sha256: String,
    pub(super) coordinates: CoordinatesReport,
    pub(super) candidates: Vec<Candidate>,
    pub(super) seen: Seen,
}

/// A feature with all that takes long to compute.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Candidate {
    pub(super) id: ParcelId,
    pub(super) draft: Draft,
    pub(super) findings: Vec<Finding>,
    pub(super) bounds: Option<Bounds>,
    pub(super) polygon: Option<String>,
    pub(super) computed_area: Option<SurveyedArea>,
}

/// Makes drafts of a file that was opened. A zone that it does not name is found by the boundaries
/// of the counties that its features name, or else of the importer's own.
pub fn read_parcels(c: &mut Conn, by: &Submission, file: RawFile) -> Answer<ReadFile> {
    let mut counties: BTreeSet<RegionCode> =
        file.townships().iter().filter_map(RegionCode::county).collect();
    counties.extend(by.region.county());
    let boundaries = store::boundaries(c, &counties)?;
    let boxes: Vec<Bounds> = boundaries.values().map(Shape::bounds).collect();
    file.read(by.kind, &boxes).map_err(|bad: BadFile| bad.into())
}

/// Checks every feature of a file and finds all that is wrong with it.
pub fn check_parcels(c: &mut Conn, it: CheckParcels) -> Answer<Checked> {
    let CheckParcels { by, file_sha256, file: ReadFile { reads, coordinates } } = it;
    let seen = store::seen(c)?;
    let around = surroundings(c, &reads)?;
    let mut candidates: Vec<Candidate> =
        reads.into_iter().map(|read| candidate(read, &by, &around)).collect();
    let all: Vec<&Candidate> = candidates.iter().collect();
    let against = against_inventory(c, by.kind, &all, &Since::Ever)?;
    let drafts: Vec<&Draft> = candidates.iter().map(|candidate| &candidate.draft).collect();
    let between = rules::between_drafts(&drafts, by.kind);
    for (candidate, (against, between)) in
        candidates.iter_mut().zip(against.into_iter().zip(between))
    {
        candidate.findings.extend(against.into_iter().chain(between));
    }
    Ok(Checked { by, file_sha256, coordinates, candidates, seen })
}

impl Checked {
    /// What is said of the file.
    pub fn report(&self) -> ParcelReport {
        self.report_with(self.candidates.iter().map(|candidate| candidate.findings.as_slice()))
    }

    /// What is said of the file when these are the findings on its features, one after the other.
    pub(super) fn report_with<'a>(
        &self,
        findings: impl Iterator<Item = &'a [Finding]>,
    ) -> ParcelReport {
        let features = self.candidates.iter().zip(findings).enumerate();
        let features: Vec<FeatureReport> =
            features.map(|(index, (it, findings))| it.report(index, findings)).collect();
        let accepted = features.iter().filter(|feature| feature.accepted);
        let centi_m2 = accepted.clone().filter_map(|feature| feature.declared_area_m2);
        let centi_m2 = centi_m2.map(SurveyedArea::centi_m2).sum();
        let count = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
        let accepted = count(accepted.count());
        ParcelReport {
            kind: self.by.kind,
            file_sha256: self.file_sha256.clone(),
            accepted,
            refused: count(features.len()) - accepted,
            declared_area_m2: SurveyedArea::of_centi_m2(centi_m2).unwrap_or_default(),
            coordinates: Some(self.coordinates.clone()),
            features,
        }
    }
}

impl Candidate {
    fn report(&self, index: usize, findings: &[Finding]) -> FeatureReport {
        FeatureReport {
            index: i64::try_from(index).unwrap_or(i64::MAX),
            number: self.draft.number.clone(),
            name: self.draft.name.clone(),
            township: self.draft.township.clone(),
            declared_area_m2: self.draft.declared_area,
            computed_area_m2: self.computed_area,
            accepted: findings.is_empty(),
            findings: findings.iter().map(|it| FindingReport::of(index, it)).collect(),
        }
    }
}

fn candidate(read: Read, by: &Submission, around: &Surroundings) -> Candidate {
    let Read { draft, mut findings } = read;
    findings.extend(rules::of_feature(&draft, by, around));
    let shape = draft.shape.as_ref();
    Candidate {
        id: ParcelId::new(),
        bounds: shape.map(|shape| shape.bounds()),
        polygon: shape.map(canonical_text),
        computed_area: shape.map(geodesic_area),
        draft,
        findings,
    }
}

/// Returns what speaks against each candidate because of parcels that came to lie there since.
pub(super) fn against_inventory(
    c: &mut Conn,
    kind: ParcelKind,
    candidates: &[&Candidate],
    since: &Since,
) -> Answer<Vec<Vec<Finding>>> {
    let numbers: Vec<String> =
        candidates.iter().filter_map(|candidate| candidate.draft.number.clone()).collect();
    let taken = store::numbers_taken(c, kind, &numbers)?;
    let taken_ever: BTreeSet<&str> = taken.iter().map(|(number, _)| number.as_str()).collect();
    let boxes: Vec<Option<Bounds>> = candidates.iter().map(|candidate| candidate.bounds).collect();
    let is_near_land = near_land(c, &boxes)?;
    let mut against = Vec::with_capacity(candidates.len());
    for (candidate, is_near_land) in candidates.iter().zip(is_near_land) {
        let mut findings = Vec::new();
        if let Some(bounds) = candidate.bounds.as_ref().filter(|_| is_near_land) {
            let near = store::neighbours(c, bounds, since)?;
            findings.extend(rules::with_neighbours(&candidate.draft, kind, &near));
        }
        if let Some(number) = candidate.draft.number.clone() {
            // A wetland keeps its number from year to year, a reserve parcel for good.
            let year = candidate.draft.survey_year.filter(|_| kind == ParcelKind::Wetland);
            let is_taken = match year {
                Some(year) => taken.contains(&(number.clone(), year)),
                None => taken_ever.contains(number.as_str()),
            };
            if is_taken {
                findings.push(Finding::NumberTaken(number));
            }
        }
        against.push(findings);
    }
    Ok(against)
}

/// The side of the squares, in 10⁻⁷ degree, in which a file is compared with the land that is there:
/// some 3 km, which a square of a dense file has a thousand plots in.
const SQUARE: i64 = 300_000;

/// Whether the box of a parcel that is there touches each of the boxes; asked once for each square of
/// land that the file has plots in, not once for each plot.
fn near_land(c: &mut Conn, boxes: &[Option<Bounds>]) -> Answer<Vec<bool>> {
    let mut squares: BTreeMap<(i64, i64), Vec<(usize, Bounds)>> = BTreeMap::new();
    for (at, bounds) in boxes.iter().enumerate() {
        if let Some(bounds) = bounds {
            let square = (bounds.west.div_euclid(SQUARE), bounds.south.div_euclid(SQUARE));
            squares.entry(square).or_default().push((at, *bounds));
        }
    }
    let mut near = vec![false; boxes.len()];
    for plots in squares.values() {
        let around = plots.iter().map(|(_, bounds)| *bounds).reduce(|one, other| one.with(&other));
        let Some(around) = around else { continue };
        let mut there = store::boxes_near(c, &around)?;
        there.sort_by_key(|bounds| bounds.west);
        for (at, bounds) in plots {
            let ahead = there.iter().take_while(|other| other.west <= bounds.east);
            if let Some(near) = near.get_mut(*at) {
                *near = ahead.into_iter().any(|other| other.touches(bounds));
            }
        }
    }
    Ok(near)
}

fn surroundings(c: &mut Conn, reads: &[Read]) -> Answer<Surroundings> {
    let named: BTreeSet<RegionCode> =
        reads.iter().filter_map(|read| read.draft.township.clone()).collect();
    let named: Vec<RegionCode> = named.into_iter().collect();
    let townships = store::townships_among(c, &named)?;
    let counties = townships.iter().filter_map(RegionCode::county).collect();
    let boundaries = store::boundaries(c, &counties)?;
    Ok(Surroundings { townships, boundaries })
}

/// The names under which a file may name the person who hands it in.
pub(crate) fn names_of(c: &mut Conn, actor: &Actor) -> Answer<Vec<String>> {
    let user = identity::find_user(c, actor.user_id)?.ok_or_else(Failure::not_found)?;
    Ok(vec![user.username, user.display_name])
}
