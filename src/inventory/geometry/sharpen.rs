//! Puts the corners of a cut back where they are exactly. The cut rounds them to a grid of some
//! micrometres, which along borders of kilometres adds up to 0.01 m². A corner is either one of a
//! shape or the place where two borders cross.

use geo::{Coord, Line, LineString, LinesIter, MapCoords, MultiPolygon};

/// No corner is moved farther by the cut, in metres.
const MOVED_MAX: f64 = 0.001;

/// Returns the pieces with their corners where those of the two shapes and their crossings are.
pub(super) fn sharpened(
    pieces: &MultiPolygon<f64>,
    one: &MultiPolygon<f64>,
    other: &MultiPolygon<f64>,
) -> MultiPolygon<f64> {
    let mut corners: Vec<Coord<f64>> = rings(one).chain(rings(other)).flat_map(coords).collect();
    corners.sort_by(|a, b| a.x.total_cmp(&b.x));
    pieces.map_coords(|at| corner(&corners, at).or_else(|| crossing(one, other, at)).unwrap_or(at))
}

fn rings(shape: &MultiPolygon<f64>) -> impl Iterator<Item = &LineString<f64>> {
    shape.iter().flat_map(|it| std::iter::once(it.exterior()).chain(it.interiors()))
}

fn coords(ring: &LineString<f64>) -> impl Iterator<Item = Coord<f64>> {
    ring.coords().copied()
}

/// The nearest corner of the shapes, if the cut can have moved it here.
fn corner(corners: &[Coord<f64>], at: Coord<f64>) -> Option<Coord<f64>> {
    let first = corners.partition_point(|it| it.x < at.x - MOVED_MAX);
    let near = corners.iter().skip(first).take_while(|it| it.x <= at.x + MOVED_MAX);
    let near = near.filter(|it| distance(**it, at) <= MOVED_MAX);
    near.min_by(|a, b| distance(**a, at).total_cmp(&distance(**b, at))).copied()
}

/// Where two borders cross, if the cut can have moved that here.
fn crossing(
    one: &MultiPolygon<f64>,
    other: &MultiPolygon<f64>,
    at: Coord<f64>,
) -> Option<Coord<f64>> {
    let through = |shape: &MultiPolygon<f64>| -> Vec<Line<f64>> {
        shape.lines_iter().filter(|line| passes(line, at)).collect()
    };
    let others = through(other);
    let all = through(one);
    let mut pairs = all.iter().flat_map(|a| others.iter().map(move |b| (a, b)));
    pairs.find_map(|(a, b)| meet(a, b).filter(|it| distance(*it, at) <= MOVED_MAX))
}

/// Whether the line passes as near as the cut can have moved a corner.
fn passes(line: &Line<f64>, at: Coord<f64>) -> bool {
    let (way, to) = (line.delta(), at - line.start);
    let length2 = way.x * way.x + way.y * way.y;
    let along = if length2 > 0.0 { (way.x * to.x + way.y * to.y) / length2 } else { 0.0 };
    let along = along.clamp(0.0, 1.0);
    distance(Coord { x: line.start.x + along * way.x, y: line.start.y + along * way.y }, at)
        <= MOVED_MAX
}

fn meet(a: &Line<f64>, b: &Line<f64>) -> Option<Coord<f64>> {
    let (p, q, to) = (a.delta(), b.delta(), b.start - a.start);
    let turn = p.x * q.y - p.y * q.x;
    // Borders that run side by side meet nowhere in particular.
    if turn.abs() <= 1e-9 * (p.x.hypot(p.y) * q.x.hypot(q.y)) {
        return None;
    }
    let along = (to.x * q.y - to.y * q.x) / turn;
    Some(Coord { x: a.start.x + along * p.x, y: a.start.y + along * p.y })
}

fn distance(a: Coord<f64>, b: Coord<f64>) -> f64 {
    (a.x - b.x).hypot(a.y - b.y)
}
