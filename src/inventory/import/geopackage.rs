//! GeoPackages. SQLite opens files, not memory, so the bytes lie in a file of our own meanwhile.

use geopackage::{GeoPackage, Layer, ValueRef};
use serde_json::{Map, Value};

use super::{BadFile, Frame, RawFeature, RawFile, frame, within_limits, wkb};
use crate::inventory::geometry::RawGeometry;
use crate::inventory::rules::Finding;
use crate::inventory::scratch::Scratch;

/// Reads the layer that is named, or the only one.
pub(super) fn read(file: &[u8], layer: Option<&str>) -> Result<RawFile, BadFile> {
    let scratch = Scratch::holding(file).map_err(|cause| refused(&cause))?;
    let opened = GeoPackage::open_read_only(scratch.path()).map_err(|cause| refused(&cause))?;
    let layers = opened.layers().map_err(|cause| refused(&cause))?;
    let names = layers.iter().map(|layer| layer.table_name().to_owned()).collect();
    let name = super::one_of(names, layer, BadFile::Empty)?;
    // A view is a query of the file's own, which may never end.
    let tables = "SELECT COUNT(*) FROM sqlite_master WHERE type = 'table' AND name = ?1";
    let is_table = opened.connection().query_row(tables, [&name], |row| row.get::<_, i64>(0));
    if is_table.map_err(|cause| refused(&cause))? != 1 {
        return Err(BadFile::NotAGeoPackage(format!("{name} is no table")));
    }
    let layer = layers.into_iter().find(|layer| layer.table_name() == name);
    let layer = layer.ok_or_else(|| BadFile::NoSuchLayer(name.clone()))?;
    let frame = frame_of(&opened, &layer)?;
    let features = features(&layer)?;
    Ok(RawFile { frame, layer: Some(name), encoding: None, features })
}

fn refused(cause: &dyn std::fmt::Display) -> BadFile {
    BadFile::NotAGeoPackage(cause.to_string().chars().take(200).collect())
}

fn frame_of(opened: &GeoPackage, layer: &Layer<'_>) -> Result<Frame, BadFile> {
    let id = layer.geometry_column().map_or(-1, |column| column.srs_id);
    // 0 and -1 say by the standard that the file does not know.
    if id == 0 || id == -1 {
        return Ok(Frame::Unknown);
    }
    let srs = opened.srs(id).map_err(|cause| refused(&cause))?;
    let srs = srs.ok_or_else(|| BadFile::OtherFrame(id.to_string()))?;
    let by_number = if srs.organization.eq_ignore_ascii_case("EPSG") {
        frame::of_epsg(i64::from(srs.organization_coordsys_id))
    } else {
        frame::of_text(srs.definition_wkt2.as_deref().unwrap_or(&srs.definition))
    };
    by_number.ok_or_else(|| BadFile::OtherFrame(srs.name.chars().take(60).collect()))
}

fn features(layer: &Layer<'_>) -> Result<Vec<RawFeature>, BadFile> {
    let mut cursor = layer.cursor().map_err(|cause| refused(&cause))?;
    let (mut features, mut points) = (Vec::new(), 0);
    for feature in cursor.features().map_err(|cause| refused(&cause))? {
        let feature = feature.map_err(|cause| refused(&cause))?;
        let geometry = feature.geometry_bytes().map_or_else(|| Some(RawGeometry::missing()), body);
        let geometry = geometry.unwrap_or_else(|| RawGeometry::other("GeoPackage"));
        points += geometry.points();
        within_limits(features.len() + 1, points)?;
        let mut findings = Vec::new();
        let mut properties = Map::new();
        for (name, value) in feature.iter() {
            match json(value) {
                Some(value) => drop(properties.insert(name.to_owned(), value)),
                None => findings.push(Finding::UnknownProperty(name.chars().take(40).collect())),
            }
        }
        features.push(RawFeature { findings, properties, geometry });
    }
    within_limits(features.len(), points)?;
    Ok(features)
}

/// The geometry behind the head that GeoPackages put before it.
fn body(blob: &[u8]) -> Option<RawGeometry> {
    let start = geopackage::core::gpb::body_offset(blob).ok()?;
    wkb::read(blob.get(start..)?)
}

/// A value as JSON; bytes are none.
fn json(value: ValueRef<'_>) -> Option<Value> {
    match value {
        ValueRef::Null => Some(Value::Null),
        ValueRef::Boolean(is) => Some(Value::Bool(is)),
        ValueRef::Integer(number) => Some(Value::from(number)),
        ValueRef::Float(number) => Some(Value::from(number)),
        ValueRef::Text(text) => Some(Value::String(text.to_owned())),
        ValueRef::Date(day) => Some(Value::String(day.to_string())),
        ValueRef::DateTime(time) => Some(Value::String(time.to_string())),
        _ => None,
    }
}
