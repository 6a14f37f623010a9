//! Files of a layer's features, in the formats of those of parcels and as strict: an unknown property
//! is a finding.

use super::names::{Naming, number_of};
use super::properties::{Properties, date, label, one_of};
use super::{BadFile, FileFormat, RawFeature, RawFile, open};
use crate::inventory::geometry::{Bounds, GaussKrueger};
use crate::inventory::model::{LayerDraft, LayerKind, Zone};
use crate::inventory::report::CoordinatesReport;
use crate::inventory::rules::{Expected, Finding};

/// A feature and what is wrong with it so far.
#[derive(Debug, Clone, PartialEq)]
pub struct ReadLayer {
    pub draft: LayerDraft,
    pub findings: Vec<Finding>,
}

/// A larger layer comes in several files: each is added in one transaction, while others wait.
const FILE_FEATURES_MAX: usize = 5_000;

/// A file of a layer's features that was opened.
#[derive(Debug, PartialEq)]
pub struct LayerFile {
    kind: LayerKind,
    raw: RawFile,
}

/// Opens a file of features of that kind; of several layers the one that is named.
pub fn open_layer(
    format: FileFormat,
    kind: LayerKind,
    layer: Option<&str>,
    file: &[u8],
) -> Result<LayerFile, BadFile> {
    let raw = open(format, Naming::Layer(kind), layer, file)?;
    let (found, most) = (raw.features.len(), FILE_FEATURES_MAX);
    if found > most {
        return Err(BadFile::TooManyFeatures { found, most });
    }
    Ok(LayerFile { kind, raw })
}

impl LayerFile {
    /// Makes drafts of the features; `counties` are boxes by which a zone is found that the file
    /// does not name.
    pub(crate) fn read(
        self,
        counties: &[Bounds],
    ) -> Result<(Vec<ReadLayer>, CoordinatesReport), BadFile> {
        let (zone, coordinates) = self.raw.settled(counties)?;
        let read = |feature| read_feature(self.kind, feature, zone);
        Ok((self.raw.features.into_iter().map(read).collect(), coordinates))
    }
}

fn read_feature(kind: LayerKind, feature: RawFeature, zone: Option<GaussKrueger>) -> ReadLayer {
    let RawFeature { mut findings, properties, geometry } = feature;
    let mut properties = Properties::of(properties);
    let mut draft = draft(kind, &mut properties);
    findings.extend(properties.finish());
    match geometry.shape(zone) {
        Ok(shape) => draft.shape = Some(shape),
        Err(faults) => findings.extend(faults.into_iter().map(Finding::Geometry)),
    }
    ReadLayer { draft, findings }
}

fn draft(kind: LayerKind, of: &mut Properties) -> LayerDraft {
    let mut draft = LayerDraft {
        number: of.required(number_of(kind), label),
        name: of.required("name", label),
        survey_year: of.optional("survey_year", |value| value.as_i64().ok_or(Expected::Year)),
        valid_from: of.optional("valid_from", date),
        ..LayerDraft::default()
    };
    // What the source calls its own version; the version that it is added to has its own name.
    of.optional("boundary_version", label);
    of.optional("note", label);
    match kind {
        LayerKind::Zones => draft.zone = of.required("zone", one_of("red, yellow")),
        LayerKind::EcologicalRedLine => draft.zone = Some(Zone::Red),
        LayerKind::BasicFarmland | LayerKind::UrbanPlanningArea | LayerKind::Mangrove => {}
    }
    if matches!(kind, LayerKind::Zones | LayerKind::EcologicalRedLine) {
        draft.approval_by = of.optional("approval_by", label);
        draft.approval_document = of.optional("approval_document", label);
    }
    draft
}

#[cfg(test)]
mod tests {
    use super::*;

    const ZONES: &str = include_str!("../../../tests/fixtures/jinxian/redlines.geojson");
    const FARMLAND: &str = include_str!("../../../tests/fixtures/jinxian/basic_farmland.geojson");

    fn read_layer(kind: LayerKind, file: &[u8]) -> Result<Vec<ReadLayer>, BadFile> {
        Ok(open_layer(FileFormat::GeoJson, kind, None, file)?.read(&[])?.0)
    }

    #[test]
    fn the_storys_layers_are_read_without_a_finding() {
        let zones = read_layer(LayerKind::Zones, ZONES.as_bytes()).unwrap();
        assert!(zones.iter().all(|read| read.findings.is_empty()), "{zones:?}");
        assert_eq!(zones[0].draft.zone, Some(Zone::Red));
        assert_eq!(zones[1].draft.approval_by.as_deref(), Some("county_government"));
        let farmland = read_layer(LayerKind::BasicFarmland, FARMLAND.as_bytes()).unwrap();
        assert_eq!(farmland[0].findings, []);
        assert_eq!(farmland[0].draft.number.as_deref(), Some("F360124-001"));
    }

    #[test]
    fn a_feature_of_another_kind_is_refused_by_what_it_lacks() {
        let codes = |kind, file: &str| {
            let read = read_layer(kind, file.as_bytes()).unwrap().remove(0);
            read.findings.iter().map(Finding::code).collect::<Vec<_>>()
        };
        assert_eq!(
            codes(LayerKind::Zones, FARMLAND),
            ["missing-property", "missing-property", "unknown-property"]
        );
        assert_eq!(
            codes(LayerKind::Zones, &ZONES.replace("\"red\"", "\"blue\"")),
            ["unreadable-property"]
        );
        let head = FARMLAND.split("\"features\"").next().unwrap();
        let many = vec!["{}"; FILE_FEATURES_MAX + 1].join(",");
        assert_eq!(
            read_layer(LayerKind::Mangrove, format!("{head}\"features\":[{many}]}}").as_bytes()),
            Err(BadFile::TooManyFeatures { found: 5_001, most: 5_000 })
        );
        for feature in ["null", "[]", "{}", r#"{"properties":[],"geometry":{"type":[]}}"#] {
            let file = format!("{head}\"features\":[{feature}]}}");
            assert!(!codes(LayerKind::Mangrove, &file).is_empty(), "{feature} was taken");
        }
    }
}
