//! The file of a county's boundary: a FeatureCollection with one feature.

use serde_json::Value;

use super::{BadFile, features};
use crate::inventory::geometry::{GeometryFault, Shape, read_geometry};
use crate::kernel::region::{RegionCode, RegionLevel};

/// A county and what it covers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Boundary {
    pub county: RegionCode,
    pub shape: Shape,
}

/// The file holds no boundary.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BadBoundary {
    File(BadFile),
    NotOneFeature(usize),
    /// `properties.code` is not the code of a county.
    Code,
    Geometry(Vec<GeometryFault>),
}

/// Reads the file.
pub fn read_boundary(file: &[u8]) -> Result<Boundary, BadBoundary> {
    let features = features(file).map_err(BadBoundary::File)?;
    let [feature] = features.as_slice() else {
        return Err(BadBoundary::NotOneFeature(features.len()));
    };
    let code = feature.pointer("/properties/code").and_then(Value::as_str);
    let code = code.and_then(|code| code.parse::<RegionCode>().ok());
    let county =
        code.filter(|code| code.level() == RegionLevel::County).ok_or(BadBoundary::Code)?;
    let geometry = feature.get("geometry").unwrap_or(&Value::Null);
    let shape = read_geometry(geometry).map_err(BadBoundary::Geometry)?;
    Ok(Boundary { county, shape })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inventory::geometry::geodesic_area;

    const COUNTY: &str = include_str!("../../../tests/fixtures/jinxian/county.geojson");

    #[test]
    fn r20_the_storys_county_is_read() {
        let boundary = read_boundary(COUNTY.as_bytes()).unwrap();
        assert_eq!(boundary.county.as_str(), "360124");
        let km2 = geodesic_area(&boundary.shape).whole_m2_floor() / 1_000_000;
        assert!((1_970..1_985).contains(&km2), "{km2}");
    }

    #[test]
    fn a_boundary_names_its_county_and_is_a_polygon() {
        let bad = |from: &str, to: &str| read_boundary(COUNTY.replace(from, to).as_bytes()).err();
        assert_eq!(bad("\"360124\"", "\"3601\""), Some(BadBoundary::Code));
        assert_eq!(
            bad("Polygon", "LineString").map(|b| matches!(b, BadBoundary::Geometry(_))),
            Some(true)
        );
        assert_eq!(bad("4490", "4326"), Some(BadBoundary::File(BadFile::NotCgcs2000)));
    }
}
