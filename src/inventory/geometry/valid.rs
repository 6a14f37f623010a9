//! Whether rings make a valid shape (R20), decided in whole numbers, so without any tolerance.

use std::cmp::{max, min};

use super::overlap::rings_overlap;
use super::{GeometryFault, Point, Ring, Shape, cross};

/// Returns the first fault of each kind; none means that the shape is valid.
pub(super) fn faults(shape: &Shape) -> Vec<GeometryFault> {
    let mut faults = Vec::new();
    let edges = edges(shape);
    let mut add = |fault: GeometryFault| {
        let kind = std::mem::discriminant(&fault);
        if !faults.iter().any(|known| std::mem::discriminant(known) == kind) {
            faults.push(fault);
        }
    };
    for (i, one) in edges.iter().enumerate() {
        let later = edges.get(i + 1..).unwrap_or_default();
        for other in later.iter().take_while(|other| other.west() <= one.east()) {
            if one.south() <= other.north()
                && other.south() <= one.north()
                && let Some(fault) = fault_between(one, other)
            {
                add(fault);
            }
        }
    }
    if faults.is_empty() && edges.iter().any(|edge| edge.ring > 0) && rings_overlap(shape) {
        faults.push(GeometryFault::RingsOverlap);
    }
    faults
}

struct Edge {
    ring: usize,
    /// Its place in the ring, and how many edges the ring has.
    place: usize,
    count: usize,
    from: Point,
    to: Point,
}

impl Edge {
    fn west(&self) -> i64 {
        min(self.from.lon, self.to.lon)
    }

    fn east(&self) -> i64 {
        max(self.from.lon, self.to.lon)
    }

    fn south(&self) -> i64 {
        min(self.from.lat, self.to.lat)
    }

    fn north(&self) -> i64 {
        max(self.from.lat, self.to.lat)
    }

    fn is_followed_by(&self, other: &Self) -> bool {
        self.ring == other.ring && (self.place + 1) % self.count == other.place
    }
}

/// Every edge of every ring, from west to east.
fn edges(shape: &Shape) -> Vec<Edge> {
    let mut edges: Vec<Edge> =
        shape.rings().enumerate().flat_map(|(ring, points)| edges_of(ring, points)).collect();
    edges.sort_by_key(Edge::west);
    edges
}

fn edges_of(ring: usize, points: &Ring) -> impl Iterator<Item = Edge> {
    let count = points.len();
    let around = points.iter().zip(points.iter().cycle().skip(1)).enumerate();
    around.map(move |(place, (from, to))| Edge { ring, place, count, from: *from, to: *to })
}

fn fault_between(one: &Edge, other: &Edge) -> Option<GeometryFault> {
    if one.is_followed_by(other) {
        return spike(one, other);
    }
    if other.is_followed_by(one) {
        return spike(other, one);
    }
    match (meeting(one, other)?, one.ring == other.ring) {
        (Meeting::Point(at) | Meeting::Line(at), true) => Some(GeometryFault::SelfIntersection(at)),
        (Meeting::Line(at), false) => Some(GeometryFault::RingsCross(at)),
        (Meeting::Point(at), false) => crosses(one, other).then_some(GeometryFault::RingsCross(at)),
    }
}

/// Two edges of a ring that follow each other meet in one point, unless the second turns back.
fn spike(first: &Edge, second: &Edge) -> Option<GeometryFault> {
    let straight = cross(first.from, first.to, second.to) == 0;
    let ahead = i128::from(first.to.lon - first.from.lon)
        * i128::from(second.to.lon - second.from.lon)
        + i128::from(first.to.lat - first.from.lat) * i128::from(second.to.lat - second.from.lat);
    (straight && ahead < 0).then_some(GeometryFault::SelfIntersection(first.to))
}

enum Meeting {
    Point(Point),
    Line(Point),
}

/// Where two edges meet, to the unit; the decision whether they do is exact.
fn meeting(one: &Edge, other: &Edge) -> Option<Meeting> {
    let (a, b) = (cross(other.from, other.to, one.from), cross(other.from, other.to, one.to));
    let (c, d) = (cross(one.from, one.to, other.from), cross(one.from, one.to, other.to));
    if a == 0 && b == 0 {
        return on_one_line(one, other);
    }
    let apart = |p: i128, q: i128| (p > 0 && q > 0) || (p < 0 && q < 0);
    if apart(a, b) || apart(c, d) {
        return None;
    }
    Some(Meeting::Point(between(one.from, one.to, a, b)))
}

/// Both lie on one line: they share a stretch, a point or nothing.
fn on_one_line(one: &Edge, other: &Edge) -> Option<Meeting> {
    let west = max(one.west(), other.west());
    let east = min(one.east(), other.east());
    let south = max(one.south(), other.south());
    let north = min(one.north(), other.north());
    if west > east || south > north {
        return None;
    }
    let ends = [one.from, one.to, other.from, other.to];
    let shared = ends
        .into_iter()
        .find(|p| (west..=east).contains(&p.lon) && (south..=north).contains(&p.lat))?;
    if west == east && south == north {
        Some(Meeting::Point(shared))
    } else {
        Some(Meeting::Line(shared))
    }
}

/// The point between `from` and `to` that divides them as |a| to |b|, to a millionth of the way:
/// it only tells a reader where to look.
fn between(from: Point, to: Point, a: i128, b: i128) -> Point {
    let millionth = ((a.abs() + b.abs()) / 1_000_000).max(1);
    let millionths = (a.abs() / millionth).min(1_000_000);
    let along = |from: i64, to: i64| {
        let moved = i128::from(to - from) * millionths / 1_000_000;
        from.saturating_add(i64::try_from(moved).unwrap_or_default())
    };
    Point { lon: along(from.lon, to.lon), lat: along(from.lat, to.lat) }
}

/// Whether the edges pass through each other, not only touch.
fn crosses(one: &Edge, other: &Edge) -> bool {
    let (a, b) = (cross(other.from, other.to, one.from), cross(other.from, other.to, one.to));
    let (c, d) = (cross(one.from, one.to, other.from), cross(one.from, one.to, other.to));
    a.signum() * b.signum() < 0 && c.signum() * d.signum() < 0
}

#[cfg(test)]
mod tests {
    use super::super::{DEGREE, Polygon};
    use super::*;

    /// Rings in thousandths of a degree from 116 east, 28 north; the first is the outer one.
    fn shape_of(parts: &[&[&[(i64, i64)]]]) -> Result<Shape, Vec<GeometryFault>> {
        let ring = |ring: &&[(i64, i64)]| -> Ring {
            let at = |(x, y): &(i64, i64)| Point {
                lon: 116 * DEGREE + x * 1_000_000,
                lat: 28 * DEGREE + y * 1_000_000,
            };
            ring.iter().map(at).collect()
        };
        let polygons = parts.iter().map(|part| Polygon {
            outer: ring(&part[0]),
            holes: part[1..].iter().map(ring).collect(),
        });
        Shape::of(polygons.collect())
    }

    #[track_caller]
    fn check(parts: &[&[&[(i64, i64)]]], expected: &str) {
        let found = shape_of(parts).err().unwrap_or_default();
        let found: Vec<String> = found.iter().map(|fault| format!("{fault:?}")).collect();
        let found: Vec<&str> =
            found.iter().map(|fault| fault.split(['(', ' ']).next().unwrap()).collect();
        assert_eq!(found.join(" "), expected);
    }

    const BOX: &[(i64, i64)] = &[(0, 0), (10, 0), (10, 10), (0, 10)];

    #[test]
    fn r20_a_ring_that_meets_itself_is_refused() {
        check(&[&[BOX]], "");
        check(&[&[&[(0, 0), (10, 10), (10, 0), (0, 10)]]], "SelfIntersection");
        // It touches itself in a corner.
        check(&[&[&[(0, 0), (10, 0), (5, 5), (10, 10), (0, 10), (5, 5)]]], "SelfIntersection");
        // A spike: out and back on one line.
        check(&[&[&[(0, 0), (10, 0), (20, 0), (10, 0), (10, 10), (0, 10)]]], "SelfIntersection");
        // A point in the middle of a straight border is nothing wrong.
        check(&[&[&[(0, 0), (5, 0), (10, 0), (10, 10), (0, 10)]]], "");
        check(&[&[&[(0, 0), (5, 0), (10, 0)]]], "SelfIntersection");
    }

    #[test]
    fn r20_holes_lie_inside_and_apart() {
        check(&[&[BOX, &[(2, 2), (4, 2), (4, 4)]]], "");
        check(&[&[BOX, &[(2, 2), (4, 2), (4, 4)], &[(4, 4), (6, 4), (6, 6)]]], "");
        check(&[&[BOX, &[(2, 2), (4, 2), (14, 4)]]], "RingsCross");
        check(&[&[BOX, &[(12, 2), (14, 2), (14, 4)]]], "RingsOverlap");
        check(
            &[&[BOX, &[(2, 2), (8, 2), (8, 8), (2, 8)], &[(3, 3), (4, 3), (4, 4)]]],
            "RingsOverlap",
        );
        check(&[&[BOX, &[(0, 2), (4, 2), (4, 4), (0, 4)]]], "RingsCross");
    }

    #[test]
    fn r20_parts_of_a_multipolygon_do_not_overlap() {
        let far: &[(i64, i64)] = &[(20, 0), (30, 0), (30, 10), (20, 10)];
        let corner: &[(i64, i64)] = &[(10, 10), (12, 10), (12, 12)];
        let inner: &[(i64, i64)] = &[(1, 1), (2, 1), (2, 2)];
        check(&[&[BOX], &[far]], "");
        check(&[&[BOX], &[corner]], "");
        check(&[&[BOX], &[inner]], "RingsOverlap");
        check(&[&[BOX], &[BOX]], "RingsCross");
        // Through a corner of the other, so that no two edges cross between their ends.
        check(&[&[BOX], &[&[(-5, 5), (0, 0), (5, 5), (0, 10)]]], "RingsOverlap");
    }

    #[test]
    fn a_crossing_is_named_by_its_place() {
        let bow = shape_of(&[&[&[(0, 0), (10, 10), (10, 0), (0, 10)]]]);
        let at = Point { lon: 116 * DEGREE + 5_000_000, lat: 28 * DEGREE + 5_000_000 };
        assert_eq!(bow, Err(vec![GeometryFault::SelfIntersection(at)]));
        assert_eq!(at.to_string(), "116.005, 28.005");
    }
}
