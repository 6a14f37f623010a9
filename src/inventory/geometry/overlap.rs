//! How much two shapes have in common.
//!
//! The cut is made in a plane that stretches longitude and latitude to local metres. That map is
//! affine, so an edge stays straight and a point on a neighbour's border stays on it: parcels that
//! share a border overlap by nothing. The pieces are measured by geodesics like any other area, but
//! for slivers, which are measured in the plane at the scale of their own latitude: along a border of
//! 1 km geodesics would show some m² that are only their bend.

use geo::{Area, BooleanOps, Centroid, Coord, LineString, MultiPolygon, Polygon as Flat};
use rust_decimal::Decimal;
use rust_decimal::prelude::{FromPrimitive, ToPrimitive};

use super::area::{degrees, lines_metres2};
use super::sharpen::sharpened;
use super::{DEGREE, Point, Ring, Shape};
use crate::kernel::area::SurveyedArea;

/// Returns the area that both cover, rounded up to 0.01 m².
pub(crate) fn overlap(one: &Shape, other: &Shape) -> SurveyedArea {
    rounded_up(overlap_metres2(one, other))
}

/// Returns the area that both cover, to 0.01 m². What is thinner than the rounding of coordinates is
/// a border and no area.
pub(crate) fn common_area(one: &Shape, other: &Shape) -> SurveyedArea {
    if !one.bounds().touches(&other.bounds()) {
        return SurveyedArea::default();
    }
    let plane = Plane::around(one);
    let mut pieces = plane.cut(one, other);
    pieces.0.retain(|piece| width(piece) > BORDER_WIDTH);
    let centi_m2 = Decimal::from_f64(plane.metres2(&pieces) * 100.0);
    let centi_m2 = centi_m2.and_then(|area| area.round().to_i64());
    SurveyedArea::of_centi_m2(centi_m2.unwrap_or_default()).unwrap_or_default()
}

/// Two units of the coordinates, in metres.
const BORDER_WIDTH: f64 = 0.000_2;
/// A piece that is thinner on average, in metres, is a sliver along a border.
const SLIVER_WIDTH: f64 = 0.1;

/// The mean width of a piece, in metres.
fn width(piece: &Flat<f64>) -> f64 {
    let length: f64 =
        piece.exterior().lines().map(|line| (line.dx().powi(2) + line.dy().powi(2)).sqrt()).sum();
    if length > 0.0 { piece.unsigned_area() * 2.0 / length } else { 0.0 }
}

/// Returns the area of `inner` that lies outside `outer`, rounded up to 0.01 m².
pub(crate) fn area_outside(inner: &Shape, outer: &Shape) -> SurveyedArea {
    rounded_up(metres2_outside(inner, outer))
}

/// Up, so that an overlap that is just beyond a limit is not rounded down to it.
fn rounded_up(m2: f64) -> SurveyedArea {
    let centi_m2 = Decimal::from_f64(m2 * 100.0).and_then(|area| area.ceil().to_i64());
    SurveyedArea::of_centi_m2(centi_m2.unwrap_or_default()).unwrap_or_default()
}

fn overlap_metres2(one: &Shape, other: &Shape) -> f64 {
    if !one.bounds().touches(&other.bounds()) {
        return 0.0;
    }
    let plane = Plane::around(one);
    plane.metres2(&plane.cut(one, other))
}

fn metres2_outside(inner: &Shape, outer: &Shape) -> f64 {
    let plane = Plane::around(inner);
    plane.metres2(&plane.flat(inner).difference(&plane.flat(outer)))
}

/// Whether holes leave their polygon, or holes or polygons overlap: then what the rings say that
/// they cover is not what they cover. Rings here do not cross, so what is left is whole rings or
/// passages through a corner.
pub(super) fn rings_overlap(shape: &Shape) -> bool {
    let plane = Plane::around(shape);
    let mut said = 0.0;
    let mut union = MultiPolygon::<f64>::new(vec![]);
    for polygon in shape.polygons() {
        let outer = Flat::new(plane.flat_ring(&polygon.outer), vec![]);
        said += outer.unsigned_area();
        let mut rest = MultiPolygon::new(vec![outer]);
        for hole in &polygon.holes {
            let hole = Flat::new(plane.flat_ring(hole), vec![]);
            said -= hole.unsigned_area();
            rest = rest.difference(&hole);
        }
        union = union.union(&rest);
    }
    (said - union.unsigned_area()).abs() > said.abs() * 1e-9 + 0.01
}

/// Local metres around a middle, east and north.
struct Plane {
    middle: Point,
    /// Metres in 10⁻⁹ degree.
    east: f64,
    north: f64,
}

impl Plane {
    fn around(shape: &Shape) -> Self {
        let bounds = shape.bounds();
        let middle = Point {
            lon: (bounds.west + bounds.east) / 2 * (DEGREE / 10_000_000),
            lat: (bounds.south + bounds.north) / 2 * (DEGREE / 10_000_000),
        };
        let (east, north) = metres_in_unit(degrees(middle.lat));
        Self { middle, east, north }
    }

    /// What both cover.
    fn cut(&self, one: &Shape, other: &Shape) -> MultiPolygon<f64> {
        let (one, other) = (self.flat(one), self.flat(other));
        sharpened(&one.intersection(&other), &one, &other)
    }

    fn flat(&self, shape: &Shape) -> MultiPolygon<f64> {
        let polygons = shape.polygons().iter().map(|polygon| {
            let holes = polygon.holes.iter().map(|hole| self.flat_ring(hole)).collect();
            Flat::new(self.flat_ring(&polygon.outer), holes)
        });
        MultiPolygon::new(polygons.collect())
    }

    fn flat_ring(&self, ring: &Ring) -> LineString<f64> {
        let coords = ring.iter().map(|p| Coord {
            x: away(p.lon - self.middle.lon) * self.east,
            y: away(p.lat - self.middle.lat) * self.north,
        });
        let mut line = LineString::new(coords.collect());
        line.close();
        line
    }

    /// Measures pieces of the plane.
    fn metres2(&self, pieces: &MultiPolygon<f64>) -> f64 {
        pieces.iter().map(|piece| self.piece_metres2(piece)).sum()
    }

    fn piece_metres2(&self, piece: &Flat<f64>) -> f64 {
        if width(piece) < SLIVER_WIDTH {
            let y = piece.centroid().map_or(0.0, |centroid| centroid.y());
            let (east, north) = metres_in_unit(degrees(self.middle.lat) + y / self.north / 1e9);
            return piece.unsigned_area() * east * north / (self.east * self.north);
        }
        let ring = |ring: &LineString<f64>| {
            let points = ring.coords().skip(1);
            lines_metres2(points.map(|at| {
                (
                    degrees(self.middle.lon) + at.x / self.east / 1e9,
                    degrees(self.middle.lat) + at.y / self.north / 1e9,
                )
            }))
        };
        let holes: f64 = piece.interiors().iter().map(ring).sum();
        ring(piece.exterior()) - holes
    }
}

/// Metres in 10⁻⁹ degree, east and north, on the ellipsoid of CGCS2000 at that latitude.
fn metres_in_unit(latitude: f64) -> (f64, f64) {
    const FLATTENING: f64 = 1.0 / 298.257_222_101;
    const ECCENTRICITY2: f64 = FLATTENING * (2.0 - FLATTENING);
    let (sin, cos) = latitude.to_radians().sin_cos();
    let w2 = 1.0 - ECCENTRICITY2 * sin * sin;
    let unit = 6_378_137.0_f64.to_radians() / 1e9 / w2.sqrt();
    (unit * cos, unit * (1.0 - ECCENTRICITY2) / w2)
}

/// A distance in 10⁻⁹ degree as a float; exact below 2⁵³, and the Earth has 3.6 × 10¹¹.
fn away(nano: i64) -> f64 {
    degrees(nano) * 1e9
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::samples::{plot, square, star};
    use super::super::{Polygon, geodesic_area};
    use super::*;

    #[test]
    fn r12_a_wetland_that_shares_its_border_with_a_plot_overlaps_it_by_nothing() {
        let overlap = overlap_metres2(&plot("R360124-0003"), &plot("W360124-0002"));
        assert!(overlap < 0.001, "{overlap}");
    }

    #[test]
    fn r12_a_wetland_on_the_same_place_overlaps_by_the_whole_plot() {
        let overlap = overlap_metres2(&plot("R360124-0011"), &plot("W360124-0001"));
        assert!((overlap - 26_300.0).abs() < 0.1, "{overlap}");
    }

    #[test]
    fn a_point_on_a_long_border_of_the_neighbour_opens_no_gap() {
        let at = |lon: i64, lat: i64| Point { lon: 116 * DEGREE + lon, lat: 28 * DEGREE + lat };
        let shape = |outer: Vec<Point>| Shape::of(vec![Polygon { outer, holes: vec![] }]).unwrap();
        // A border of 30 km that the neighbour divides in the middle.
        let long = shape(vec![at(0, 0), at(200_000_000, 200_000_000), at(0, 200_000_000)]);
        let divided = shape(vec![
            at(0, 0),
            at(200_000_000, 0),
            at(200_000_000, 200_000_000),
            at(100_000_000, 100_000_000),
        ]);
        assert!(overlap_metres2(&long, &divided) < 1.0);
        assert!(overlap_metres2(&divided, &long) < 1.0);
        // The same over 1 km from west to east, where the point can lie half a unit off the line.
        let long = shape(vec![at(0, 0), at(10_000_000, 1), at(0, 9_000_000)]);
        let divided = shape(vec![at(0, 0), at(0, -9_000_000), at(10_000_000, 1), at(5_000_000, 1)]);
        assert!(overlap_metres2(&long, &divided) < 0.1);
        assert!(overlap_metres2(&divided, &long) < 0.1);
    }

    #[test]
    fn r20_what_lies_outside_is_measured() {
        let (big, small) = (square(0, 0, 10_000_000), square(8_000_000, 0, 4_000_000));
        let outside: f64 = metres2_outside(&small, &big);
        let half: f64 = geodesic_area(&small).to_string().parse::<f64>().unwrap() / 2.0;
        assert!((outside - half).abs() < half * 1e-4, "{outside} of {half}");
        assert!(metres2_outside(&square(1_000_000, 1_000_000, 1_000_000), &big) < 1e-6);
    }

    /// The layers' features of the story, by number.
    fn zone(number: &str) -> Shape {
        const ZONES: &str = include_str!("../../../tests/fixtures/jinxian/redlines.geojson");
        const FARMLAND: &str =
            include_str!("../../../tests/fixtures/jinxian/basic_farmland.geojson");
        for (file, key) in [(ZONES, "zone_no"), (FARMLAND, "farmland_no")] {
            let file: serde_json::Value = serde_json::from_str(file).unwrap();
            for feature in file["features"].as_array().unwrap() {
                if feature["properties"][key] == number {
                    return super::super::read_geometry(&feature["geometry"]).unwrap();
                }
            }
        }
        panic!("no zone {number}");
    }

    #[test]
    fn r17_r18_the_storys_zones_overlap_by_what_their_survey_says() {
        let (red, yellow) = (zone("Z360124-R01"), zone("Z360124-Y01"));
        let m2 = |one: &Shape, other: &Shape| common_area(one, other).to_string();
        assert_eq!(m2(&red, &yellow), "598442.10");
        assert_eq!(m2(&yellow, &red), "598442.10");
        for n in 1..=12 {
            let number = format!("R360124-{n:04}");
            let expected = match n {
                1 => ("0.00", "800.00", "0.00"),
                4 => ("1500.00", "0.00", "0.00"),
                8 => ("0.00", "0.00", "2400.00"),
                _ => ("0.00", "0.00", "0.00"),
            };
            let it = plot(&number);
            let found = (m2(&it, &red), m2(&it, &yellow), m2(&it, &zone("F360124-001")));
            assert_eq!((&*found.0, &*found.1, &*found.2), expected, "{number}");
        }
        assert_eq!(m2(&plot("R360124-0003"), &plot("W360124-0002")), "0.00");
    }

    /// The naive version: both rings as fans of triangles from one corner, each triangle cut with
    /// each, added with the signs of both.
    fn naive_overlap(one: &Shape, other: &Shape) -> f64 {
        let plane = Plane::around(one);
        let fan = |shape: &Shape| -> Vec<[Coord<f64>; 3]> {
            let ring = plane.flat_ring(&shape.polygons()[0].outer).0;
            ring.windows(2).map(|w| [ring[0], w[0], w[1]]).collect()
        };
        let mut sum = 0.0;
        for mut a in fan(one) {
            let sign = orient(&mut a);
            for mut b in fan(other) {
                sum += sign * orient(&mut b) * area(&clip(&a, &b));
            }
        }
        sum
    }

    fn orient(triangle: &mut [Coord<f64>; 3]) -> f64 {
        let twice = turn(triangle[0], triangle[1], triangle[2]);
        if twice < 0.0 {
            triangle.swap(1, 2);
        }
        if twice == 0.0 { 0.0 } else { twice.signum() }
    }

    fn turn(o: Coord<f64>, a: Coord<f64>, b: Coord<f64>) -> f64 {
        (a.x - o.x) * (b.y - o.y) - (a.y - o.y) * (b.x - o.x)
    }

    /// Cuts a convex ring by each side of a triangle that turns left.
    fn clip(ring: &[Coord<f64>], triangle: &[Coord<f64>; 3]) -> Vec<Coord<f64>> {
        let mut ring = ring.to_vec();
        for side in 0..3 {
            let (p, q) = (triangle[side], triangle[(side + 1) % 3]);
            let mut kept = Vec::new();
            for i in 0..ring.len() {
                let (a, b) = (ring[i], ring[(i + 1) % ring.len()]);
                let (ta, tb) = (turn(p, q, a), turn(p, q, b));
                if ta >= 0.0 {
                    kept.push(a);
                }
                if (ta < 0.0) != (tb < 0.0) {
                    let t = ta / (ta - tb);
                    kept.push(Coord { x: a.x + t * (b.x - a.x), y: a.y + t * (b.y - a.y) });
                }
            }
            ring = kept;
        }
        ring
    }

    fn area(ring: &[Coord<f64>]) -> f64 {
        let next = ring.iter().cycle().skip(1);
        ring.iter().zip(next).map(|(a, b)| a.x * b.y - a.y * b.x).sum::<f64>().abs() / 2.0
    }

    proptest! {
        #[test]
        fn r19_the_overlap_agrees_with_triangles_cut_with_triangles(
            lon in -6_000_000_i64..6_000_000, lat in -6_000_000_i64..6_000_000,
            a in proptest::collection::vec(500_000_i64..4_000_000, 4..20),
            b in proptest::collection::vec(500_000_i64..4_000_000, 4..20),
        ) {
            let (one, other) = (star(0, 0, &a), star(lon, lat, &b));
            let (ours, naive) = (overlap_metres2(&one, &other), naive_overlap(&one, &other));
            // The naive one measures all of it at one latitude.
            prop_assert!((ours - naive).abs() <= 0.05 + naive * 1e-4, "{ours} against {naive}");
            let back = overlap_metres2(&other, &one);
            prop_assert!((ours - back).abs() <= 0.5, "{ours} against {back}");
            let outside = metres2_outside(&one, &other);
            let whole: f64 = geodesic_area(&one).to_string().parse().unwrap();
            // The whole is measured by geodesics, which bend away from straight borders.
            prop_assert!((whole - ours - outside).abs() <= 0.5 + whole * 2e-5, "{whole} {ours} {outside}");
        }
    }
}
