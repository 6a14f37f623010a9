//! A GeoJSON FeatureCollection, read feature by feature: of each only what is needed later is held.

use serde::de::{
    self, Deserialize, DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess,
};
use serde_json::{Map, Value};

use super::strict::{Strict, named_twice};
use super::{BadFile, FEATURES_MAX, Frame, RawFeature, RawFile, frame, within_limits};
use crate::inventory::geometry::{POINTS_TOTAL_MAX, RawGeometry, named_twice as twice};
use crate::inventory::rules::Finding;

/// What is found while the file is read.
#[derive(Default)]
struct Found {
    is_collection: bool,
    unknown: Option<String>,
    crs: Option<Value>,
    features: Option<Vec<RawFeature>>,
    count: usize,
    points: usize,
}

/// Reads a file of GeoJSON.
pub(super) fn read(file: &[u8]) -> Result<RawFile, BadFile> {
    let mut found = Found::default();
    let mut input = serde_json::Deserializer::from_slice(file);
    let read = Collection(&mut found).deserialize(&mut input);
    read.and_then(|()| input.end()).map_err(|cause| match named_twice(&cause) {
        Some(name) => BadFile::NamedTwice(name),
        None => BadFile::NotJson(cause.to_string()),
    })?;
    if !found.is_collection {
        return Err(BadFile::NotACollection);
    }
    if let Some(unknown) = found.unknown {
        return Err(BadFile::UnknownMember(unknown));
    }
    let frame = found.crs.as_ref().and_then(named_frame).ok_or(BadFile::NotCgcs2000)?;
    let features = found.features.ok_or(BadFile::NotACollection)?;
    within_limits(found.count, found.points)?;
    Ok(RawFile { frame, layer: None, encoding: None, features })
}

/// RFC 7946 would take a file without `crs` for WGS 84, which is another system.
fn named_frame(crs: &Value) -> Option<Frame> {
    if crs.get("type").and_then(Value::as_str) != Some("name") {
        return None;
    }
    let name = crs.pointer("/properties/name").and_then(Value::as_str)?.to_ascii_uppercase();
    let code = ["URN:OGC:DEF:CRS:EPSG::", "EPSG:", "HTTP://WWW.OPENGIS.NET/DEF/CRS/EPSG/0/"]
        .into_iter()
        .find_map(|head| name.strip_prefix(head))?;
    frame::of_epsg(code.parse().ok()?)
}

struct Collection<'f>(&'f mut Found);

impl<'de> DeserializeSeed<'de> for Collection<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, input: D) -> Result<(), D::Error> {
        input.deserialize_any(self)
    }
}

impl<'de> de::Visitor<'de> for Collection<'_> {
    type Value = ();

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_str<E>(self, _: &str) -> Result<(), E> {
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<(), A::Error> {
        let mut seen: Vec<String> = Vec::new();
        while let Some(key) = members.next_key::<String>()? {
            if seen.contains(&key) {
                return Err(de::Error::custom(twice(&key)));
            }
            match key.as_str() {
                "type" => {
                    let Strict(kind) = members.next_value()?;
                    self.0.is_collection = kind.as_str() == Some("FeatureCollection");
                }
                "crs" => self.0.crs = Some(members.next_value::<Strict>()?.0),
                "features" => members.next_value_seed(Features(self.0))?,
                "name" | "note" | "bbox" => drop(members.next_value::<Strict>()?),
                other => {
                    self.0.unknown = Some(other.chars().take(40).collect());
                    members.next_value::<IgnoredAny>()?;
                }
            }
            if seen.len() < 20 {
                seen.push(key);
            }
        }
        Ok(())
    }
}

struct Features<'f>(&'f mut Found);

impl<'de> DeserializeSeed<'de> for Features<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, input: D) -> Result<(), D::Error> {
        input.deserialize_any(self)
    }
}

impl<'de> de::Visitor<'de> for Features<'_> {
    type Value = ();

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a list of features")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        let mut features = Vec::new();
        loop {
            // What is too much is counted, not held.
            if self.0.count >= FEATURES_MAX || self.0.points > POINTS_TOTAL_MAX {
                if list.next_element::<IgnoredAny>()?.is_none() {
                    break;
                }
            } else {
                let Some(feature) = list.next_element::<RawFeature>()? else { break };
                self.0.points += feature.geometry.points();
                features.push(feature);
            }
            self.0.count += 1;
        }
        self.0.features = Some(features);
        Ok(())
    }
}

impl<'de> Deserialize<'de> for RawFeature {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        input.deserialize_any(OneFeature)
    }
}

struct OneFeature;

impl OneFeature {
    fn none() -> RawFeature {
        let findings = vec![Finding::MissingProperty("properties")];
        RawFeature { findings, properties: Map::new(), geometry: RawGeometry::missing() }
    }
}

impl<'de> de::Visitor<'de> for OneFeature {
    type Value = RawFeature;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a feature")
    }

    fn visit_unit<E>(self) -> Result<RawFeature, E> {
        Ok(Self::none())
    }

    fn visit_bool<E>(self, _: bool) -> Result<RawFeature, E> {
        Ok(Self::none())
    }

    fn visit_i64<E>(self, _: i64) -> Result<RawFeature, E> {
        Ok(Self::none())
    }

    fn visit_u64<E>(self, _: u64) -> Result<RawFeature, E> {
        Ok(Self::none())
    }

    fn visit_f64<E>(self, _: f64) -> Result<RawFeature, E> {
        Ok(Self::none())
    }

    fn visit_str<E>(self, _: &str) -> Result<RawFeature, E> {
        Ok(Self::none())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<RawFeature, A::Error> {
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Self::none())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<RawFeature, A::Error> {
        let (mut is_feature, mut seen) = (false, Vec::<String>::new());
        let mut feature = RawFeature {
            findings: Vec::new(),
            properties: Map::new(),
            geometry: RawGeometry::missing(),
        };
        while let Some(key) = members.next_key::<String>()? {
            if seen.contains(&key) {
                return Err(de::Error::custom(twice(&key)));
            }
            match key.as_str() {
                "type" => is_feature = members.next_value::<Strict>()?.0 == "Feature",
                "geometry" => feature.geometry = members.next_value()?,
                "properties" => {
                    if let Value::Object(properties) = members.next_value::<Strict>()?.0 {
                        feature.properties = properties;
                    }
                }
                "id" | "bbox" => drop(members.next_value::<IgnoredAny>()?),
                other => {
                    let other = other.chars().take(40).collect();
                    feature.findings.push(Finding::UnknownMember(other));
                    members.next_value::<IgnoredAny>()?;
                }
            }
            if seen.len() < 20 {
                seen.push(key);
            }
        }
        if !is_feature {
            feature.findings.push(Finding::UnknownMember("type".into()));
        }
        Ok(feature)
    }
}
