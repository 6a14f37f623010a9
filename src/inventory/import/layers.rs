//! Files of a layer's features. Strict like those of parcels: an unknown property is a finding.

use serde_json::{Map, Value};

use super::properties::{Properties, date, label, one_of};
use super::{BadFile, features};
use crate::inventory::geometry::read_geometry;
use crate::inventory::model::{LayerDraft, LayerKind, Zone};
use crate::inventory::rules::{Expected, Finding};

/// A feature and what is wrong with it so far.
#[derive(Debug, Clone, PartialEq)]
pub struct ReadLayer {
    pub draft: LayerDraft,
    pub findings: Vec<Finding>,
}

/// A larger layer comes in several files: each is added in one transaction, while others wait.
const FILE_FEATURES_MAX: usize = 5_000;

/// Reads a file of features of that kind.
pub fn read_layer(kind: LayerKind, file: &[u8]) -> Result<Vec<ReadLayer>, BadFile> {
    let features = features(file)?;
    if features.len() > FILE_FEATURES_MAX {
        let (found, most) = (features.len(), FILE_FEATURES_MAX);
        return Err(BadFile::TooManyFeatures { found, most });
    }
    Ok(features.into_iter().map(|feature| read_feature(kind, feature)).collect())
}

fn read_feature(kind: LayerKind, feature: Value) -> ReadLayer {
    let mut findings = Vec::new();
    let Value::Object(mut members) = feature else {
        findings.push(Finding::MissingProperty("properties"));
        return ReadLayer { draft: LayerDraft::default(), findings };
    };
    let known = ["type", "properties", "geometry", "id", "bbox"];
    let unknown = members.keys().filter(|key| !known.contains(&key.as_str()));
    findings.extend(unknown.map(|key| Finding::UnknownMember(key.chars().take(40).collect())));
    if members.get("type").and_then(Value::as_str) != Some("Feature") {
        findings.push(Finding::UnknownMember("type".into()));
    }
    let properties = match members.remove("properties") {
        Some(Value::Object(properties)) => properties,
        _ => Map::new(),
    };
    let mut properties = Properties::of(properties);
    let mut draft = draft(kind, &mut properties);
    findings.extend(properties.finish());
    match read_geometry(members.get("geometry").unwrap_or(&Value::Null)) {
        Ok(shape) => draft.shape = Some(shape),
        Err(faults) => findings.extend(faults.into_iter().map(Finding::Geometry)),
    }
    ReadLayer { draft, findings }
}

fn draft(kind: LayerKind, of: &mut Properties) -> LayerDraft {
    let number = match kind {
        LayerKind::Zones => "zone_no",
        LayerKind::BasicFarmland => "farmland_no",
        LayerKind::EcologicalRedLine | LayerKind::UrbanPlanningArea | LayerKind::Mangrove => {
            "feature_no"
        }
    };
    let mut draft = LayerDraft {
        number: of.required(number, label),
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
