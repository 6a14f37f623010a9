//! Files of parcels: a GeoJSON FeatureCollection becomes drafts, each with what could not be read.
//! The property names are those of the county's files. Strict: an unknown property is a finding.

mod boundary;
mod layers;
mod properties;
mod published;
mod regions;

use serde_json::{Map, Value};

use crate::inventory::geometry::{POINTS_TOTAL_MAX, read_geometry};
use crate::inventory::model::{Draft, ParcelKind};
use crate::inventory::rules::Finding;

pub use boundary::{BadBoundary, Boundary, read_boundary};
pub use layers::{ReadLayer, read_layer};
pub(crate) use properties::LABEL_CHARACTERS_MAX;
use properties::Properties;
pub(crate) use published::{figures_of, read_published};
pub use regions::{BadLine, RegionFault, read_regions};

/// A bigger file is to be cut: features are entered in one transaction, while others wait.
pub(crate) const FEATURES_MAX: usize = 2_000;

/// A draft and what is wrong with it so far.
#[derive(Debug, Clone, PartialEq)]
pub struct Read {
    pub draft: Draft,
    pub findings: Vec<Finding>,
}

/// The file as a whole is none that is read here.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadFile {
    #[error("the file is not JSON in UTF-8: {0}")]
    NotJson(String),
    #[error("the file is not a GeoJSON FeatureCollection")]
    NotACollection,
    #[error("the file has a member {0:?} that is not known here")]
    UnknownMember(String),
    #[error("the file must name its coordinate system, CGCS2000 (EPSG:4490), in the member crs")]
    NotCgcs2000,
    #[error("the file holds no feature")]
    Empty,
    #[error("the file holds {found} features, the most is {most}")]
    TooManyFeatures { found: usize, most: usize },
    #[error("the polygons of the file have {found} points, the most is {most}")]
    TooManyPoints { found: usize, most: usize },
    #[error("the file names {0:?} more than once in one object")]
    NamedTwice(String),
}

/// Reads a file of parcels.
pub fn read_parcels(kind: ParcelKind, file: &[u8]) -> Result<Vec<Read>, BadFile> {
    let features = features(file)?;
    Ok(features.into_iter().map(|feature| read_feature(kind, feature)).collect())
}

/// Reads a file of county boundaries: properties and geometries of its features.
pub(super) fn features(file: &[u8]) -> Result<Vec<Value>, BadFile> {
    let file: strict::Strict =
        serde_json::from_slice(file).map_err(|cause| match strict::named_twice(&cause) {
            Some(name) => BadFile::NamedTwice(name),
            None => BadFile::NotJson(cause.to_string()),
        })?;
    let Value::Object(mut members) = file.0 else { return Err(BadFile::NotACollection) };
    if members.get("type").and_then(Value::as_str) != Some("FeatureCollection") {
        return Err(BadFile::NotACollection);
    }
    let known = ["type", "name", "crs", "note", "bbox", "features"];
    if let Some(unknown) = members.keys().find(|key| !known.contains(&key.as_str())) {
        return Err(BadFile::UnknownMember(unknown.chars().take(40).collect()));
    }
    if !members.get("crs").is_some_and(is_cgcs2000) {
        return Err(BadFile::NotCgcs2000);
    }
    let Some(Value::Array(features)) = members.remove("features") else {
        return Err(BadFile::NotACollection);
    };
    within_limits(&features)?;
    Ok(features)
}

/// RFC 7946 would take a file without `crs` for WGS 84, which is another system.
fn is_cgcs2000(crs: &Value) -> bool {
    let name = crs.pointer("/properties/name").and_then(Value::as_str);
    crs.get("type").and_then(Value::as_str) == Some("name")
        && name.is_some_and(|name| {
            matches!(
                name.to_ascii_uppercase().as_str(),
                "URN:OGC:DEF:CRS:EPSG::4490"
                    | "EPSG:4490"
                    | "HTTP://WWW.OPENGIS.NET/DEF/CRS/EPSG/0/4490"
            )
        })
}

fn within_limits(features: &[Value]) -> Result<(), BadFile> {
    if features.is_empty() {
        return Err(BadFile::Empty);
    }
    if features.len() > FEATURES_MAX {
        return Err(BadFile::TooManyFeatures { found: features.len(), most: FEATURES_MAX });
    }
    let found = features.iter().filter_map(|feature| feature.pointer("/geometry/coordinates"));
    let found = found.map(points).sum();
    if found > POINTS_TOTAL_MAX {
        return Err(BadFile::TooManyPoints { found, most: POINTS_TOTAL_MAX });
    }
    Ok(())
}

/// How many positions there are, however deep.
fn points(coordinates: &Value) -> usize {
    match coordinates.as_array() {
        Some(list) if list.iter().any(Value::is_array) => list.iter().map(points).sum(),
        Some(_) => 1,
        None => 0,
    }
}

fn read_feature(kind: ParcelKind, feature: Value) -> Read {
    let mut findings = Vec::new();
    let Value::Object(mut members) = feature else {
        findings.push(Finding::MissingProperty("properties"));
        return Read { draft: Draft::default(), findings };
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
    let mut draft = match kind {
        ParcelKind::Reserve => properties.reserve(),
        ParcelKind::Wetland => properties.wetland(),
    };
    findings.extend(properties.finish());
    match read_geometry(members.get("geometry").unwrap_or(&Value::Null)) {
        Ok(shape) => draft.shape = Some(shape),
        Err(faults) => findings.extend(faults.into_iter().map(Finding::Geometry)),
    }
    Read { draft, findings }
}

mod strict {
    //! JSON in which no object names the same member twice: of two, readers would take different
    //! ones.

    use serde::de::{self, Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
    use serde_json::{Map, Value};

    pub(super) struct Strict(pub(super) Value);

    const NAMED_TWICE: &str = "named twice: ";

    /// The member that stands in an object twice, if that is what went wrong.
    pub(super) fn named_twice(cause: &serde_json::Error) -> Option<String> {
        let text = cause.to_string();
        let name = text.strip_prefix(NAMED_TWICE)?;
        Some(name.split(" at line ").next().unwrap_or(name).to_owned())
    }

    impl<'de> Deserialize<'de> for Strict {
        fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
            input.deserialize_any(AnyValue).map(Self)
        }
    }

    struct AnyValue;

    impl<'de> Visitor<'de> for AnyValue {
        type Value = Value;

        fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("JSON")
        }

        fn visit_unit<E>(self) -> Result<Value, E> {
            Ok(Value::Null)
        }

        fn visit_bool<E>(self, it: bool) -> Result<Value, E> {
            Ok(it.into())
        }

        fn visit_i64<E>(self, it: i64) -> Result<Value, E> {
            Ok(it.into())
        }

        fn visit_u64<E>(self, it: u64) -> Result<Value, E> {
            Ok(it.into())
        }

        fn visit_f64<E>(self, it: f64) -> Result<Value, E> {
            Ok(it.into())
        }

        fn visit_str<E>(self, it: &str) -> Result<Value, E> {
            Ok(it.into())
        }

        fn visit_string<E>(self, it: String) -> Result<Value, E> {
            Ok(it.into())
        }

        fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Value, A::Error> {
            let mut values = Vec::new();
            while let Some(Strict(value)) = list.next_element()? {
                values.push(value);
            }
            Ok(Value::Array(values))
        }

        fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
            let mut map = Map::new();
            while let Some((key, Strict(value))) = members.next_entry::<String, Strict>()? {
                if map.contains_key(&key) {
                    let key: String = key.chars().take(40).collect();
                    return Err(de::Error::custom(format!("{NAMED_TWICE}{key}")));
                }
                map.insert(key, value);
            }
            Ok(Value::Object(map))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(file: &str, expected: &str) {
        let answer = read_parcels(ParcelKind::Reserve, file.as_bytes());
        assert_eq!(answer.err().map(|bad| bad.to_string()).unwrap_or_default(), expected);
    }

    fn collection(features: &str) -> String {
        format!(
            r#"{{"type":"FeatureCollection","crs":{{"type":"name","properties":{{"name":"urn:ogc:def:crs:EPSG::4490"}}}},"features":[{features}]}}"#
        )
    }

    #[test]
    fn r20_a_file_names_its_coordinate_system() {
        let not_4490 =
            "the file must name its coordinate system, CGCS2000 (EPSG:4490), in the member crs";
        check(r#"{"type":"FeatureCollection","features":[{}]}"#, not_4490);
        check(&collection("{}").replace("4490", "4326"), not_4490);
        check(&collection("{}").replace("\"type\":\"name\"", "\"type\":\"link\""), not_4490);
    }

    #[test]
    fn a_file_that_is_none_is_refused_as_a_whole() {
        check("", "the file is not JSON in UTF-8: EOF while parsing a value at line 1 column 0");
        check("[]", "the file is not a GeoJSON FeatureCollection");
        check(r#"{"type":"Feature"}"#, "the file is not a GeoJSON FeatureCollection");
        check(&collection(""), "the file holds no feature");
        check(
            &collection("{},").replace("},]", "}],\"x\":[1]"),
            "the file has a member \"x\" that is not known here",
        );
        check(
            &collection(r#"{"properties":{"name":"a","name":"b"}}"#),
            "the file names \"name\" more than once in one object",
        );
        let many = vec!["{}"; FEATURES_MAX + 1].join(",");
        check(&collection(&many), "the file holds 2001 features, the most is 2000");
        let points = vec!["[116,28]"; POINTS_TOTAL_MAX + 1].join(",");
        let feature = format!(r#"{{"geometry":{{"coordinates":[[{points}]]}}}}"#);
        check(
            &collection(&feature),
            "the polygons of the file have 200001 points, the most is 200000",
        );
    }

    #[test]
    fn a_feature_that_is_none_has_findings_and_no_panic() {
        for feature in [
            "null",
            "5",
            "[]",
            "{}",
            r#"{"properties":null,"geometry":null}"#,
            r#"{"properties":[],"geometry":{"type":[],"coordinates":{}}}"#,
        ] {
            let read = read_parcels(ParcelKind::Reserve, collection(feature).as_bytes()).unwrap();
            assert!(!read[0].findings.is_empty(), "{feature} was taken");
        }
    }

    #[test]
    fn the_fixtures_are_read_without_a_finding() {
        for (kind, file) in [
            (
                ParcelKind::Reserve,
                include_bytes!("../../../tests/fixtures/jinxian/parcels.geojson").as_slice(),
            ),
            (
                ParcelKind::Wetland,
                include_bytes!("../../../tests/fixtures/jinxian/wetland_database.geojson")
                    .as_slice(),
            ),
        ] {
            for read in read_parcels(kind, file).unwrap() {
                assert_eq!(read.findings, [], "{:?}", read.draft.number);
            }
        }
    }
}
