//! Gauss-Krüger coordinates in zones of 3 degrees on CGCS2000, back to degrees.
//!
//! Krüger's series in the third flattening up to its sixth power, as Karney gives it: within a zone
//! it is exact to less than a micrometre. Zones 25 to 45 have their middles at 75° to 135° east; an
//! easting may carry the number of its zone before its six digits.

use std::sync::LazyLock;

use super::{GeometryFault, Point, nano};

/// The first and the last zone of 3 degrees that China uses.
pub(crate) const ZONES: std::ops::RangeInclusive<i64> = 25..=45;
/// What is added to an easting so that none is negative.
const FALSE_EASTING: f64 = 500_000.0;
/// The easting by which the number of the zone is told apart.
const ZONE_STEP: f64 = 1_000_000.0;
/// Half a zone is at most 167 km wide; survey files reach over into the next.
const EASTINGS: std::ops::RangeInclusive<f64> = 100_000.0..=900_000.0;
const NORTHINGS: std::ops::RangeInclusive<f64> = 300_000.0..=6_000_000.0;

/// A zone of 3 degrees, and whether its number stands before the eastings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GaussKrueger {
    pub zone: i64,
    pub prefixed: bool,
}

impl GaussKrueger {
    /// The meridian in its middle, in degrees east.
    pub fn central_meridian(self) -> i64 {
        self.zone * 3
    }

    /// Returns longitude and latitude in degrees, or says why these are no coordinates of the zone.
    pub(crate) fn degrees(self, x: f64, y: f64) -> Result<(f64, f64), GeometryFault> {
        if x.abs() <= 180.0 && y.abs() <= 180.0 {
            return Err(GeometryFault::NotMetres);
        }
        let is_easting = |value: f64| {
            let (zone, easting) = split(value);
            (zone == 0 || ZONES.contains(&zone)) && EASTINGS.contains(&easting)
        };
        if !is_easting(x) || !NORTHINGS.contains(&y) {
            let is_swapped = is_easting(y) && NORTHINGS.contains(&x);
            let outside = GeometryFault::OutsideZone { zone: self.zone };
            return Err(if is_swapped { GeometryFault::SwappedAxes } else { outside });
        }
        let (prefix, easting) = split(x);
        match (self.prefixed, prefix) {
            (true, found) if found != self.zone => {
                Err(GeometryFault::OtherZone { found, zone: self.zone })
            }
            (false, found) if found != 0 => {
                Err(GeometryFault::OtherZone { found, zone: self.zone })
            }
            _ => Ok(self.inverse(easting, y)),
        }
    }

    fn inverse(self, easting: f64, northing: f64) -> (f64, f64) {
        let series = &*SERIES;
        let (xi, eta) = (northing / series.radius, (easting - FALSE_EASTING) / series.radius);
        let (mut north, mut east) = (xi, eta);
        for (j, beta) in (1_u8..).zip(series.beta) {
            let twice = 2.0 * f64::from(j);
            north -= beta * (twice * xi).sin() * (twice * eta).cosh();
            east -= beta * (twice * xi).cos() * (twice * eta).sinh();
        }
        let conformal = north.sin() / east.sinh().hypot(north.cos());
        let longitude = east.sinh().atan2(north.cos()).to_degrees();
        let meridian = i32::try_from(self.central_meridian()).unwrap_or_default();
        (f64::from(meridian) + longitude, geographic(conformal, series.eccentricity))
    }
}

/// The zone that stands before an easting.
pub(crate) fn zone_of(easting: f64) -> Option<i64> {
    let (zone, rest) = split(easting);
    (ZONES.contains(&zone) && EASTINGS.contains(&rest)).then_some(zone)
}

/// The number before the six digits of an easting, 0 where there is none, and the easting itself.
#[expect(clippy::as_conversions, reason = "saturates, and what is no zone is none after it too")]
fn split(easting: f64) -> (i64, f64) {
    let zone = (easting / ZONE_STEP).floor();
    (zone as i64, easting - zone * ZONE_STEP)
}

/// What depends on the ellipsoid alone.
struct Series {
    /// The radius of the circle as long as a meridian.
    radius: f64,
    beta: [f64; 6],
    eccentricity: f64,
}

static SERIES: LazyLock<Series> = LazyLock::new(|| {
    let flattening = 1.0 / 298.257_222_101_f64;
    let n = flattening / (2.0 - flattening);
    let [n2, n3, n4, n5, n6] = [2, 3, 4, 5, 6].map(|power| n.powi(power));
    let radius = 6_378_137.0 / (1.0 + n) * (1.0 + n2 / 4.0 + n4 / 64.0 + n6 / 256.0);
    let beta = [
        n / 2.0 - n2 * 2.0 / 3.0 + n3 * 37.0 / 96.0 - n4 / 360.0 - n5 * 81.0 / 512.0
            + n6 * 96_199.0 / 604_800.0,
        n2 / 48.0 + n3 / 15.0 - n4 * 437.0 / 1_440.0 + n5 * 46.0 / 105.0
            - n6 * 1_118_711.0 / 3_870_720.0,
        n3 * 17.0 / 480.0 - n4 * 37.0 / 840.0 - n5 * 209.0 / 4_480.0 + n6 * 5_569.0 / 90_720.0,
        n4 * 4_397.0 / 161_280.0 - n5 * 11.0 / 504.0 - n6 * 830_251.0 / 7_257_600.0,
        n5 * 4_583.0 / 161_280.0 - n6 * 108_847.0 / 3_991_680.0,
        n6 * 20_648_693.0 / 638_668_800.0,
    ];
    Series { radius, beta, eccentricity: (flattening * (2.0 - flattening)).sqrt() }
});

/// The latitude in degrees whose conformal latitude has that tangent, by Newton's method.
fn geographic(conformal: f64, eccentricity: f64) -> f64 {
    let e2 = eccentricity * eccentricity;
    let mut tangent = conformal / (1.0 - e2);
    for _ in 0..5 {
        let root = tangent.hypot(1.0);
        let sigma = (eccentricity * (eccentricity * tangent / root).atanh()).sinh();
        let found = tangent * sigma.hypot(1.0) - sigma * root;
        let step = (conformal - found) / found.hypot(1.0) * (1.0 + (1.0 - e2) * tangent * tangent)
            / ((1.0 - e2) * root);
        tangent += step;
        if step.abs() < 1e-15 * tangent.abs().max(1.0) {
            break;
        }
    }
    tangent.atan().to_degrees()
}

/// A place in degrees in our units.
pub(super) fn point((lon, lat): (f64, f64)) -> Point {
    Point { lon: nano(lon), lat: nano(lat) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn zone(zone: i64, prefixed: bool) -> GaussKrueger {
        GaussKrueger { zone, prefixed }
    }

    #[test]
    fn r20_gauss_krueger_metres_come_back_as_degrees() {
        // Made with PROJ 9: EPSG:4490 to EPSG:4527 and EPSG:4548.
        for (x, y, lon, lat) in [
            (39_424_506.230_835, 3_137_470.440_750, 116.23, 28.35),
            (39_500_000.0, 4_429_529.030_237, 117.0, 40.0),
            (39_680_000.5, 2_000_000.25, 118.700_149_166, 18.073_992_983),
        ] {
            let (found_lon, found_lat) = zone(39, true).degrees(x, y).unwrap();
            assert!((found_lon - lon).abs() < 2e-9, "{found_lon} instead of {lon}");
            assert!((found_lat - lat).abs() < 2e-9, "{found_lat} instead of {lat}");
            let bare = zone(39, false).degrees(x - 39_000_000.0, y).unwrap();
            assert_eq!(point(bare), point((found_lon, found_lat)));
        }
    }

    #[test]
    fn r20_metres_of_another_zone_and_swapped_metres_are_named() {
        let check = |(x, y): (f64, f64), expected| {
            assert_eq!(zone(39, true).degrees(x, y), Err(expected));
        };
        check((38_424_584.3, 3_137_415.5), GeometryFault::OtherZone { found: 38, zone: 39 });
        check((424_584.3, 3_137_415.5), GeometryFault::OtherZone { found: 0, zone: 39 });
        check((3_137_415.5, 39_424_584.3), GeometryFault::SwappedAxes);
        check((116.2, 28.3), GeometryFault::NotMetres);
        check((39_424_584.3, 9_137_415.5), GeometryFault::OutsideZone { zone: 39 });
        check((f64::INFINITY, 3_137_415.5), GeometryFault::OutsideZone { zone: 39 });
        let bare = zone(39, false);
        assert_eq!(bare.degrees(3_137_415.5, 424_584.3), Err(GeometryFault::SwappedAxes));
        assert_eq!(
            bare.degrees(39_424_584.3, 3_137_415.5),
            Err(GeometryFault::OtherZone { found: 39, zone: 39 })
        );
    }
}
