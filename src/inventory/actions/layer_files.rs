//! Files of features, checked against the draft of a layer and added to it.

use std::collections::BTreeMap;

use serde_json::json;

use super::layers::{own_version, record};
use crate::inventory::geometry::{Bounds, Shape, geodesic_area, overlap};
use crate::inventory::import::{LayerFile as OpenedFile, ReadLayer};
use crate::inventory::model::{
    LayerFeature, LayerFeatureId, LayerFile, LayerPartId, LayerVersion, LayerVersionId,
};
use crate::inventory::refusal::layer_features_refused;
use crate::inventory::report::{CoordinatesReport, FindingReport, LayerFeatureReport, LayerReport};
use crate::inventory::rules::{self, Finding};
use crate::inventory::store;
use crate::kernel::area::SurveyedArea;
use crate::kernel::db::{Conn, Tx};
use crate::kernel::problem::{Answer, Failure};
use crate::kernel::region::{RegionCode, RegionLevel};

/// A file of features that was checked against a draft.
#[derive(Debug, Clone)]
pub struct CheckedLayer {
    pub version_id: LayerVersionId,
    pub file_sha256: String,
    coordinates: CoordinatesReport,
    reads: Vec<ReadLayer>,
}

/// Checks the features of a file against the draft that they are to be added to. A zone that the file
/// does not name is found by the boundary of the layer's county.
pub fn check_layer(
    c: &mut Conn,
    version: &LayerVersion,
    file_sha256: String,
    file: OpenedFile,
) -> Answer<CheckedLayer> {
    let counties = boundaries_of(c, version)?;
    let boxes: Vec<Bounds> = counties.values().map(Shape::bounds).collect();
    let (mut reads, coordinates) = file.read(&boxes)?;
    find(c, version, &counties, &mut reads)?;
    Ok(CheckedLayer { version_id: version.id, file_sha256, coordinates, reads })
}

/// A layer of a county lies in it; a larger one is bound by none.
fn boundaries_of(c: &mut Conn, version: &LayerVersion) -> Answer<BTreeMap<RegionCode, Shape>> {
    let county = version.region.county().filter(|_| version.region.level() == RegionLevel::County);
    store::boundaries(c, &county.into_iter().collect())
}

fn find(
    c: &mut Conn,
    version: &LayerVersion,
    boundaries: &BTreeMap<RegionCode, Shape>,
    reads: &mut [ReadLayer],
) -> Answer<()> {
    let numbers: Vec<String> = reads.iter().filter_map(|read| read.draft.number.clone()).collect();
    let taken = store::feature_numbers_taken(c, version.id, &numbers)?;
    let mut counts: BTreeMap<&String, usize> = BTreeMap::new();
    for number in &numbers {
        *counts.entry(number).or_default() += 1;
    }
    for read in reads {
        if let Some(number) = &read.draft.number {
            if counts.get(number).is_some_and(|count| *count > 1) {
                read.findings.push(Finding::NumberTwice(number.clone()));
            }
            if taken.contains(number) {
                read.findings.push(Finding::NumberTaken(number.clone()));
            }
        }
        if let Some(shape) = &read.draft.shape {
            let outside = |(county, boundary): (&RegionCode, _)| {
                (overlap(shape, boundary).centi_m2() == 0).then(|| Finding::OutsideCounty {
                    county: county.clone(),
                    m2: geodesic_area(shape),
                })
            };
            read.findings.extend(boundaries.iter().filter_map(outside));
        }
    }
    Ok(())
}

impl CheckedLayer {
    /// What is said of the file.
    pub fn report(&self) -> LayerReport {
        let feature = |(index, read): (usize, &ReadLayer)| LayerFeatureReport {
            index: i64::try_from(index).unwrap_or(i64::MAX),
            number: read.draft.number.clone(),
            name: read.draft.name.clone(),
            zone: read.draft.zone,
            area_m2: read.draft.shape.as_ref().map(geodesic_area),
            accepted: read.findings.is_empty(),
            findings: read.findings.iter().map(|it| FindingReport::of(index, it)).collect(),
        };
        let features: Vec<LayerFeatureReport> =
            self.reads.iter().enumerate().map(feature).collect();
        let accepted = features.iter().filter(|feature| feature.accepted).count();
        let count = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
        LayerReport {
            file_sha256: self.file_sha256.clone(),
            accepted: count(accepted),
            refused: count(features.len() - accepted),
            coordinates: self.coordinates.clone(),
            features,
        }
    }
}

/// Adds the features of a file to a draft, all of them or none.
pub fn add_layer_file(tx: &mut Tx, id: LayerPartId, it: &CheckedLayer) -> Answer<LayerVersion> {
    let mut version = own_version(tx, it.version_id)?;
    rules::add(&version)?;
    // What was added meanwhile may have taken a number.
    let (counties, mut now) = (boundaries_of(tx.conn(), &version)?, unfound(&it.reads));
    find(tx.conn(), &version, &counties, &mut now)?;
    let report = CheckedLayer { reads: both(&it.reads, &now), ..it.clone() }.report();
    if report.refused > 0 {
        return Err(layer_features_refused(&report));
    }
    let features: Option<Vec<_>> = it.reads.iter().map(feature).collect();
    let features = features.ok_or_else(|| Failure::broken("what has no finding is whole"))?;
    let centi_m2: i64 = features.iter().map(|(feature, _)| feature.area_m2.centi_m2()).sum();
    let (actor, now) = (tx.actor()?, tx.now());
    let file = LayerFile {
        id,
        file_sha256: it.file_sha256.clone(),
        features: i64::try_from(features.len()).unwrap_or(i64::MAX),
        area_m2: SurveyedArea::of_centi_m2(centi_m2).unwrap_or_default(),
        entered_by: actor.user_id,
        organisation_id: actor.organisation_id,
        entered_at: now,
    };
    store::insert_file(tx, version.id, &file, &features)?;
    version.features += file.features;
    let sum = version.area_m2.centi_m2().saturating_add(centi_m2).min(SurveyedArea::MAX_CENTI_M2);
    version.area_m2 = SurveyedArea::of_centi_m2(sum).unwrap_or_default();
    store::update_version(tx, &version)?;
    record(
        tx,
        &version,
        json!({
            "file_sha256": file.file_sha256,
            "features": file.features,
            "area_m2": file.area_m2,
        }),
    );
    Ok(version)
}

fn unfound(reads: &[ReadLayer]) -> Vec<ReadLayer> {
    reads.iter().map(|it| ReadLayer { findings: Vec::new(), ..it.clone() }).collect()
}

/// What was found when the file was read, and what is found now.
fn both(before: &[ReadLayer], now: &[ReadLayer]) -> Vec<ReadLayer> {
    let join = |(before, now): (&ReadLayer, &ReadLayer)| {
        let mut read = before.clone();
        for finding in &now.findings {
            if !read.findings.contains(finding) {
                read.findings.push(finding.clone());
            }
        }
        read
    };
    before.iter().zip(now).map(join).collect()
}

fn feature(read: &ReadLayer) -> Option<(LayerFeature, Shape)> {
    let it = read.draft.clone();
    let shape = it.shape?;
    let feature = LayerFeature {
        id: LayerFeatureId::new(),
        number: it.number?,
        name: it.name?,
        zone: it.zone,
        approval_by: it.approval_by,
        approval_document: it.approval_document,
        survey_year: it.survey_year,
        valid_from: it.valid_from,
        area_m2: geodesic_area(&shape),
    };
    Some((feature, shape))
}
