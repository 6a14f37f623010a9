//! The file of a county's boundary: a FeatureCollection with one feature.

use serde_json::Value;

use super::{BadFile, FileFormat, read};
use crate::inventory::geometry::{GeometryFault, Shape};
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
    /// No column holds the code of a county.
    Code,
    Geometry(Vec<GeometryFault>),
}

/// What the column of the county's code is called.
const CODE: [&str; 4] = ["code", "county", "XZQDM", "区划代码"];

/// Reads the file; of several layers the one that is named.
pub fn read_boundary(
    format: FileFormat,
    layer: Option<&str>,
    file: &[u8],
) -> Result<Boundary, BadBoundary> {
    let file = read(format, layer, file).map_err(BadBoundary::File)?;
    let (zone, _) = file.settled(&[]).map_err(BadBoundary::File)?;
    let count = file.features.len();
    let Ok([feature]) = <[_; 1]>::try_from(file.features) else {
        return Err(BadBoundary::NotOneFeature(count));
    };
    let named = |key: &String| CODE.iter().any(|name| name.eq_ignore_ascii_case(key));
    let code = feature.properties.iter().find(|(key, _)| named(key)).map(|(_, value)| value);
    let code = code.and_then(|code| match code {
        Value::String(code) => code.trim().parse::<RegionCode>().ok(),
        Value::Number(code) => code.to_string().parse().ok(),
        _ => None,
    });
    let county =
        code.filter(|code| code.level() == RegionLevel::County).ok_or(BadBoundary::Code)?;
    let shape = feature.geometry.shape(zone).map_err(BadBoundary::Geometry)?;
    Ok(Boundary { county, shape })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inventory::geometry::geodesic_area;

    const COUNTY: &str = include_str!("../../../tests/fixtures/jinxian/county.geojson");

    #[test]
    fn r20_the_storys_county_is_read() {
        let boundary = read_boundary(FileFormat::GeoJson, None, COUNTY.as_bytes()).unwrap();
        assert_eq!(boundary.county.as_str(), "360124");
        let km2 = geodesic_area(&boundary.shape).whole_m2_floor() / 1_000_000;
        assert!((1_970..1_985).contains(&km2), "{km2}");
    }

    #[test]
    fn a_boundary_names_its_county_and_is_a_polygon() {
        let bad = |from: &str, to: &str| {
            read_boundary(FileFormat::GeoJson, None, COUNTY.replace(from, to).as_bytes()).err()
        };
        assert_eq!(bad("\"360124\"", "\"3601\""), Some(BadBoundary::Code));
        assert_eq!(
            bad("Polygon", "LineString").map(|b| matches!(b, BadBoundary::Geometry(_))),
            Some(true)
        );
        assert_eq!(bad("4490", "4326"), Some(BadBoundary::File(BadFile::NotCgcs2000)));
    }
}
