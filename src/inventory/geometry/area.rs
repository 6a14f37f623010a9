//! Areas on the ellipsoid of CGCS2000.

use std::sync::LazyLock;

use geographiclib_rs::{Geodesic, PolygonArea, Winding};
use rust_decimal::Decimal;
use rust_decimal::prelude::{FromPrimitive, ToPrimitive};

use super::{DEGREE, Point, Shape};
use crate::kernel::area::SurveyedArea;

/// The ellipsoid of CGCS2000; that of WGS 84 differs in the flattening's ninth digit.
static CGCS2000: LazyLock<Geodesic> =
    LazyLock::new(|| Geodesic::new(6_378_137.0, 1.0 / 298.257_222_101));

/// Returns the area that the shape covers, to 0.01 m²; holes do not count.
pub(crate) fn geodesic_area(shape: &Shape) -> SurveyedArea {
    let polygons = shape.polygons().iter();
    let m2: f64 = polygons
        .map(|polygon| {
            let holes: f64 = polygon.holes.iter().map(|hole| ring_metres2(hole)).sum();
            ring_metres2(&polygon.outer) - holes
        })
        .sum();
    let centi_m2 = Decimal::from_f64(m2 * 100.0).and_then(|area| area.round().to_i64());
    SurveyedArea::of_centi_m2(centi_m2.unwrap_or_default()).unwrap_or_default()
}

/// Returns the area inside a ring, whichever way it turns.
fn ring_metres2(ring: &[Point]) -> f64 {
    lines_metres2(ring.iter().map(|point| (degrees(point.lon), degrees(point.lat))))
}

/// Returns the area inside geodesics between these longitudes and latitudes, the first not repeated.
pub(super) fn lines_metres2(ring: impl Iterator<Item = (f64, f64)>) -> f64 {
    let mut sum = PolygonArea::new(&CGCS2000, Winding::CounterClockwise);
    for (lon, lat) in ring {
        sum.add_point(lat, lon);
    }
    let (_perimeter, m2, _points) = sum.compute(true);
    m2.abs()
}

/// Returns 10⁻⁹ degrees as degrees.
pub(crate) fn degrees(nano: i64) -> f64 {
    let whole = i32::try_from(nano.div_euclid(DEGREE)).unwrap_or_default();
    let rest = i32::try_from(nano.rem_euclid(DEGREE)).unwrap_or_default();
    f64::from(whole) + f64::from(rest) / 1e9
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::samples::{plot, square, star};
    use super::super::{Polygon, doubled_area};
    use super::*;

    #[test]
    fn r20_the_storys_plots_have_their_declared_geodesic_area() {
        for (number, m2) in [
            ("R360124-0001", "18650"),
            ("R360124-0003", "31200"),
            ("R360124-0007", "40500"),
            ("R360124-0012", "11333"),
            ("W360124-0002", "18825.22"),
        ] {
            let computed = geodesic_area(&plot(number)).centi_m2();
            let declared = m2.parse::<SurveyedArea>().unwrap().centi_m2();
            assert!((0..=4).contains(&(computed - declared)), "{number}: {computed} {declared}");
        }
    }

    #[test]
    fn r20_a_hole_does_not_count() {
        let whole = square(0, 0, 10_000_000);
        let hole = square(1_000_000, 1_000_000, 2_000_000);
        let holed = Shape::of(vec![Polygon {
            outer: whole.polygons()[0].outer.clone(),
            holes: vec![hole.polygons()[0].outer.clone()],
        }])
        .unwrap();
        let expected = geodesic_area(&whole).centi_m2() - geodesic_area(&hole).centi_m2();
        assert!((geodesic_area(&holed).centi_m2() - expected).abs() <= 1);
    }

    proptest! {
        /// The naive version: the shoelace formula in degrees, scaled at the middle of the ring.
        #[test]
        fn r20_the_geodesic_area_agrees_with_a_shoelace_in_local_metres(
            lon in 0_i64..400_000_000, lat in 0_i64..400_000_000,
            spokes in proptest::collection::vec(200_000_i64..4_000_000, 5..40),
        ) {
            let star = star(lon, lat, &spokes);
            let ring = &star.polygons()[0].outer;
            let phi = degrees(28 * DEGREE + lat).to_radians();
            let (a, e2) = (6_378_137.0_f64, 0.006_694_380_022_9_f64);
            let w2 = 1.0 - e2 * phi.sin().powi(2);
            let (north, east) = (a * (1.0 - e2) / w2.powf(1.5), a * phi.cos() / w2.sqrt());
            let twice: f64 = doubled_area(ring).to_string().parse().unwrap();
            let naive = twice / 2.0 * 1e-18 * (std::f64::consts::PI / 180.0).powi(2) * north * east;
            let ours: f64 = geodesic_area(&star).to_string().parse().unwrap();
            prop_assert!((ours - naive).abs() <= 0.02 + naive * 2e-4, "{ours} against {naive}");
        }
    }
}
