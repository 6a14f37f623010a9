//! What the numbers of a file mean: degrees, or metres of a zone of 3 degrees, on CGCS2000.
//!
//! A file that names its reference system is believed. Where it names none, the numbers say whether
//! they are degrees, and the zone stands before the eastings or is the one that lays the file into
//! its county: neighbouring zones lie 3 degrees apart, so a wrong one misses the county by far.

use std::collections::{BTreeMap, BTreeSet};

use super::{BadFile, RawFeature};
use crate::inventory::geometry::{Bounds, GaussKrueger, ZONES, zone_of};
use crate::inventory::report::{CoordinatesReport, FoundBy};

/// What a file says of its reference system.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Frame {
    Degrees,
    Metres(GaussKrueger),
    /// The file says nothing.
    Unknown,
}

/// The reference system with this number in EPSG's list, if it is one that is read here.
pub(super) fn of_epsg(code: i64) -> Option<Frame> {
    match code {
        4490 => Some(Frame::Degrees),
        4513..=4533 => Some(Frame::Metres(GaussKrueger { zone: code - 4488, prefixed: true })),
        4534..=4554 => Some(Frame::Metres(GaussKrueger { zone: code - 4509, prefixed: false })),
        _ => None,
    }
}

/// Reads the reference system from its well-known text, as `.prj` files and GeoPackages have it.
pub(super) fn of_text(text: &str) -> Option<Frame> {
    let text: String = text.to_ascii_uppercase().split_whitespace().collect();
    let datum = ["CHINA_2000", "CHINA2000", "CHINA_GEODETIC_COORDINATE_SYSTEM_2000", "CGCS2000"];
    if !datum.iter().any(|name| text.contains(name)) {
        return None;
    }
    if !text.starts_with("PROJC") {
        return text.starts_with("GEOG").then_some(Frame::Degrees);
    }
    let is_gauss = ["GAUSS_KRUGER", "TRANSVERSE_MERCATOR", "TRANSVERSEMERCATOR", "GAUSSKRUGER"];
    let number = |names: [&str; 2]| names.iter().find_map(|name| parameter(&text, name));
    let meridian = number(["CENTRAL_MERIDIAN", "LONGITUDEOFNATURALORIGIN"])?;
    let easting = number(["FALSE_EASTING", "FALSEEASTING"])?;
    let northing = number(["FALSE_NORTHING", "FALSENORTHING"]).unwrap_or_default();
    let scale = number(["SCALE_FACTOR", "SCALEFACTORATNATURALORIGIN"]).unwrap_or(1.0);
    let zone = ZONES.into_iter().find(|zone| close(meridian, *zone * 3))?;
    let prefixed = close(easting, zone * 1_000_000 + 500_000);
    let known = is_gauss.iter().any(|name| text.contains(name))
        && close(scale, 1)
        && close(northing, 0)
        && (prefixed || close(easting, 500_000));
    known.then_some(Frame::Metres(GaussKrueger { zone, prefixed }))
}

fn close(value: f64, whole: i64) -> bool {
    i32::try_from(whole).is_ok_and(|whole| (value - f64::from(whole)).abs() < 1e-6)
}

/// The number after `"NAME",`.
fn parameter(text: &str, name: &str) -> Option<f64> {
    let (_, rest) = text.split_once(&format!("\"{name}\","))?;
    rest.split([',', ']']).next()?.parse().ok()
}

/// What was found out about a file's coordinates, and the zone to compute with.
pub(super) struct Settled {
    pub(super) zone: Option<GaussKrueger>,
    pub(super) report: CoordinatesReport,
}

/// Decides what the numbers of a file mean.
pub(super) fn settle(
    frame: Frame,
    features: &[RawFeature],
    counties: &[Bounds],
) -> Result<Settled, BadFile> {
    match frame {
        Frame::Degrees => Ok(settled(None, FoundBy::File)),
        Frame::Metres(zone) => Ok(settled(Some(zone), FoundBy::File)),
        Frame::Unknown => found_out(features, counties),
    }
}

fn settled(zone: Option<GaussKrueger>, found_by: FoundBy) -> Settled {
    let report = CoordinatesReport {
        zone: zone.map(|zone| zone.zone),
        central_meridian: zone.map(GaussKrueger::central_meridian),
        zone_before_easting: zone.map(|zone| zone.prefixed),
        found_by,
        layer: None,
        encoding: None,
    };
    Settled { zone, report }
}

fn found_out(features: &[RawFeature], counties: &[Bounds]) -> Result<Settled, BadFile> {
    let places: Vec<[f64; 2]> =
        features.iter().filter_map(|feature| feature.geometry.first()).collect();
    let degrees = places.iter().filter(|[x, y]| x.abs() <= 180.0 && y.abs() <= 180.0).count();
    if degrees * 2 >= places.len() {
        return Ok(settled(None, FoundBy::Numbers));
    }
    let mut prefixes: BTreeMap<i64, usize> = BTreeMap::new();
    for zone in places.iter().filter_map(|[x, _]| zone_of(*x)) {
        *prefixes.entry(zone).or_default() += 1;
    }
    if let Some((zone, count)) = prefixes.into_iter().max_by_key(|(_, count)| *count)
        && count * 2 >= places.len()
    {
        return Ok(settled(Some(GaussKrueger { zone, prefixed: true }), FoundBy::Numbers));
    }
    if counties.is_empty() {
        return Err(BadFile::NoCountyForZone);
    }
    let inside = |zone: GaussKrueger| {
        let at = |place: &[f64; 2]| zone.degrees(place[0], place[1]).ok().map(Bounds::of_place);
        let mut places = places.iter().filter_map(at);
        places.any(|place| counties.iter().any(|county| county.touches(&place)))
    };
    let zones = ZONES.map(|zone| GaussKrueger { zone, prefixed: false });
    let fitting: BTreeSet<i64> = zones.filter(|zone| inside(*zone)).map(|zone| zone.zone).collect();
    let fitting: Vec<i64> = fitting.into_iter().collect();
    match fitting.as_slice() {
        [zone] => {
            let zone = GaussKrueger { zone: *zone, prefixed: false };
            Ok(settled(Some(zone), FoundBy::CountyBoundary))
        }
        [] => Err(BadFile::NoZoneFits),
        several => Err(BadFile::SeveralZonesFit(several.to_vec())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inventory::geometry::RawGeometry;

    const DEGREES: &str = r#"GEOGCS["GCS_China_Geodetic_Coordinate_System_2000",DATUM["D_China_2000",SPHEROID["CGCS2000",6378137.0,298.257222101]],PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]]"#;
    const ZONE: &str = r#"PROJCS["CGCS2000_3_Degree_GK_Zone_39",GEOGCS["GCS_China_Geodetic_Coordinate_System_2000",DATUM["D_China_2000",SPHEROID["CGCS2000",6378137.0,298.257222101]],PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]],PROJECTION["Gauss_Kruger"],PARAMETER["False_Easting",39500000.0],PARAMETER["False_Northing",0.0],PARAMETER["Central_Meridian",117.0],PARAMETER["Scale_Factor",1.0],PARAMETER["Latitude_Of_Origin",0.0],UNIT["Meter",1.0]]"#;

    fn zone(zone: i64, prefixed: bool) -> Option<Frame> {
        Some(Frame::Metres(GaussKrueger { zone, prefixed }))
    }

    #[test]
    fn r20_a_reference_system_is_known_by_number_and_by_text() {
        assert_eq!(of_epsg(4490), Some(Frame::Degrees));
        assert_eq!((of_epsg(4513), of_epsg(4533)), (zone(25, true), zone(45, true)));
        assert_eq!((of_epsg(4534), of_epsg(4554)), (zone(25, false), zone(45, false)));
        assert_eq!((of_epsg(4326), of_epsg(4491), of_epsg(4555)), (None, None, None));
        assert_eq!(of_text(DEGREES), Some(Frame::Degrees));
        assert_eq!(of_text(ZONE), zone(39, true));
        assert_eq!(of_text(&ZONE.replace("39500000", "500000")), zone(39, false));
        for other in [
            ZONE.replace("39500000", "20500000"),
            ZONE.replace("117.0", "118.0"),
            ZONE.replace("\"Scale_Factor\",1.0", "\"Scale_Factor\",0.9996"),
            ZONE.replace("China", "Xian").replace("CGCS2000", "Xian_1980"),
            "GEOGCS[\"GCS_WGS_1984\"]".into(),
            String::new(),
        ] {
            assert_eq!(of_text(&other), None, "{other}");
        }
    }

    #[test]
    fn r20_a_zone_that_no_file_names_is_found_by_its_county() {
        let jinxian = Bounds {
            west: 1_161_000_000,
            south: 282_000_000,
            east: 1_166_000_000,
            north: 288_000_000,
        };
        let at = |x: f64, y: f64| RawFeature {
            geometry: RawGeometry::of_polygons(vec![vec![vec![[x, y]]]]),
            ..RawFeature::default()
        };
        let found = |x: f64, y: f64, counties: &[Bounds]| {
            let found = settle(Frame::Unknown, &[at(x, y)], counties)?;
            Ok((found.zone.map(|it| (it.zone, it.prefixed)), found.report.found_by))
        };
        let metres = (424_506.230_835, 3_137_470.440_750);
        let (x, y) = metres;
        assert_eq!(found(x, y, &[jinxian]), Ok((Some((39, false)), FoundBy::CountyBoundary)));
        assert_eq!(found(39e6 + x, y, &[]), Ok((Some((39, true)), FoundBy::Numbers)));
        assert_eq!(found(116.2, 28.3, &[]), Ok((None, FoundBy::Numbers)));
        assert_eq!(found(x, y, &[]), Err(BadFile::NoCountyForZone));
        assert_eq!(found(x, y + 2e6, &[jinxian]), Err(BadFile::NoZoneFits));
        let wide = Bounds { west: 1_110_000_000, ..jinxian };
        assert_eq!(found(x, y, &[wide]), Err(BadFile::SeveralZonesFit(vec![38, 39])));
    }
}
