//! Whether a shape has a point in common with a box.

use geo::{Coord, Intersects, LineString, MultiPolygon, Polygon as Flat, Rect};

use super::{Bounds, Ring, Shape, degrees};

impl Shape {
    /// Whether it touches the box, not only its own box does.
    pub(crate) fn touches(&self, bounds: &Bounds) -> bool {
        let own = self.bounds();
        if !own.touches(bounds) {
            return false;
        }
        let is_inside = bounds.west <= own.west
            && own.east <= bounds.east
            && bounds.south <= own.south
            && own.north <= bounds.north;
        is_inside || self.flat().intersects(&rect(bounds))
    }

    /// The same in degrees.
    pub(crate) fn flat(&self) -> MultiPolygon<f64> {
        let line = |ring: &Ring| {
            let places = ring.iter().map(|it| Coord { x: degrees(it.lon), y: degrees(it.lat) });
            let mut line = LineString::new(places.collect());
            line.close();
            line
        };
        let polygons = self.polygons().iter().map(|polygon| {
            Flat::new(line(&polygon.outer), polygon.holes.iter().map(line).collect())
        });
        MultiPolygon::new(polygons.collect())
    }
}

fn rect(bounds: &Bounds) -> Rect<f64> {
    let [west, south, east, north] = bounds.degrees();
    Rect::new(Coord { x: west, y: south }, Coord { x: east, y: north })
}

#[cfg(test)]
mod tests {
    use super::super::samples::{square, star};

    #[test]
    fn a_box_in_the_corner_of_a_box_touches_nothing() {
        let diamond = star(5_000_000, 5_000_000, &[5_000_000; 4]);
        let at = |x: i64, y: i64| square(x, y, 1_000_000).bounds();
        assert!(diamond.touches(&at(4_500_000, 4_500_000)));
        assert!(diamond.touches(&at(0, 4_500_000)));
        assert!(diamond.touches(&square(-1_000_000, -1_000_000, 20_000_000).bounds()));
        assert!(!diamond.touches(&at(0, 0)));
        assert!(!diamond.touches(&at(20_000_000, 0)));
    }
}
