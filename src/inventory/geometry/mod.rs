//! Polygons in CGCS2000 degrees (EPSG:4490), longitude first, kept as whole numbers of 10⁻⁹ degree
//! (a tenth of a millimetre), so that two neighbours that share a border share it exactly.
//!
//! An edge is straight in longitude and latitude, as in GeoJSON; an area is geodesic, on the
//! ellipsoid of CGCS2000. No state, no database.

mod area;
mod gauss;
mod grid;
mod overlap;
mod raw;
mod sharpen;
mod text;
mod touch;
mod valid;

pub(crate) use area::{degrees, geodesic_area};
pub use gauss::GaussKrueger;
pub(crate) use gauss::{ZONES, zone_of};
pub(crate) use grid::Strip;
pub(crate) use overlap::{area_outside, common_area, overlap};
pub(crate) use raw::{NAMED_TWICE, RawGeometry, RawRing, named_twice};
use text::nano;
pub(crate) use text::{canonical_text, read_geometry, shape_of_text};

/// The most points of one file; more would hold too much memory at once.
pub(crate) const POINTS_TOTAL_MAX: usize = 2_000_000;

/// A place, in 10⁻⁹ degree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Point {
    pub lon: i64,
    pub lat: i64,
}

/// A closed line without its closing point, at least three points, no two neighbours the same.
pub(crate) type Ring = Vec<Point>;

/// An outer ring, counter-clockwise, and its holes, clockwise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Polygon {
    pub outer: Ring,
    pub holes: Vec<Ring>,
}

/// What a parcel covers: one polygon, or several that do not overlap. Valid by construction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shape {
    polygons: Vec<Polygon>,
}

/// One degree in our units.
pub(crate) const DEGREE: i64 = 1_000_000_000;

impl Shape {
    /// Takes polygons that are valid together, or says all that is wrong with them.
    pub fn of(mut polygons: Vec<Polygon>) -> Result<Self, Vec<GeometryFault>> {
        for polygon in &mut polygons {
            turn(&mut polygon.outer, Turn::CounterClockwise);
            for hole in &mut polygon.holes {
                turn(hole, Turn::Clockwise);
            }
        }
        let shape = Self { polygons };
        let faults = valid::faults(&shape);
        if faults.is_empty() { Ok(shape) } else { Err(faults) }
    }

    pub fn polygons(&self) -> &[Polygon] {
        &self.polygons
    }

    fn rings(&self) -> impl Iterator<Item = &Ring> {
        self.polygons.iter().flat_map(|p| std::iter::once(&p.outer).chain(&p.holes))
    }

    fn points(&self) -> impl Iterator<Item = &Point> {
        self.rings().flatten()
    }

    /// The box around it.
    pub fn bounds(&self) -> Bounds {
        Bounds::around(self.points())
    }
}

/// A box in 10⁻⁷ degree, rounded outwards: what the database looks overlaps up by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bounds {
    pub west: i64,
    pub south: i64,
    pub east: i64,
    pub north: i64,
}

impl Bounds {
    const UNIT: i64 = DEGREE / 10_000_000;

    fn around<'a>(points: impl Iterator<Item = &'a Point>) -> Self {
        let (mut low, mut high) =
            (Point { lon: i64::MAX, lat: i64::MAX }, Point { lon: i64::MIN, lat: i64::MIN });
        for p in points {
            low = Point { lon: low.lon.min(p.lon), lat: low.lat.min(p.lat) };
            high = Point { lon: high.lon.max(p.lon), lat: high.lat.max(p.lat) };
        }
        Self {
            west: low.lon.div_euclid(Self::UNIT),
            south: low.lat.div_euclid(Self::UNIT),
            east: high.lon.div_euclid(Self::UNIT).saturating_add(1),
            north: high.lat.div_euclid(Self::UNIT).saturating_add(1),
        }
    }

    /// The box around one place, in degrees.
    pub(crate) fn of_place(place: (f64, f64)) -> Self {
        Self::around(std::iter::once(&gauss::point(place)))
    }

    /// The box between two corners, in degrees.
    pub(crate) fn of_degrees(south_west: (f64, f64), north_east: (f64, f64)) -> Self {
        Self::around([gauss::point(south_west), gauss::point(north_east)].iter())
    }

    /// West, south, east and north in degrees.
    pub(crate) fn degrees(&self) -> [f64; 4] {
        [self.west, self.south, self.east, self.north].map(|side| degrees(side * Self::UNIT))
    }

    /// The box around both.
    #[must_use]
    pub(crate) fn with(&self, other: &Self) -> Self {
        Self {
            west: self.west.min(other.west),
            south: self.south.min(other.south),
            east: self.east.max(other.east),
            north: self.north.max(other.north),
        }
    }

    /// Whether the two boxes have a point in common.
    pub fn touches(&self, other: &Self) -> bool {
        self.west <= other.east
            && other.west <= self.east
            && self.south <= other.north
            && other.south <= self.north
    }
}

/// Why a geometry is not a polygon that we keep (R20).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum GeometryFault {
    /// The feature has none.
    Missing,
    /// Another type than Polygon or MultiPolygon.
    NotAPolygon(String),
    /// A member beside `type` and `coordinates`.
    UnknownMember(String),
    /// `coordinates` is not lists of rings of [longitude, latitude].
    NotCoordinates,
    /// The last point of a ring is not its first.
    NotClosed {
        ring: usize,
    },
    /// A ring with fewer than three different points.
    TooFewPoints {
        ring: usize,
    },
    TooManyPoints {
        most: usize,
    },
    /// Latitude stands before longitude.
    SwappedAxes,
    /// Metres of a projection, not degrees.
    NotDegrees,
    /// Degrees, not metres of a projection.
    NotMetres,
    /// The easting carries another zone than the file, or none where the file's carry one.
    OtherZone {
        found: i64,
        zone: i64,
    },
    /// Further away than a zone of 3 degrees reaches.
    OutsideZone {
        zone: i64,
    },
    /// Outside the range of longitudes and latitudes of China.
    OutsideChina(Point),
    /// A ring meets itself here.
    SelfIntersection(Point),
    /// Two rings cross or share a line here.
    RingsCross(Point),
    /// A hole lies outside its polygon, or two holes or two polygons overlap.
    RingsOverlap,
}

#[derive(Clone, Copy, PartialEq)]
enum Turn {
    CounterClockwise,
    Clockwise,
}

/// Turns a ring the way that GeoJSON wants it.
fn turn(ring: &mut Ring, wanted: Turn) {
    let counter_clockwise = doubled_area(ring) > 0;
    if counter_clockwise != (wanted == Turn::CounterClockwise) {
        ring.reverse();
    }
}

/// Twice the signed area of a ring in its own units squared, exactly; positive is counter-clockwise.
pub(crate) fn doubled_area(ring: &[Point]) -> i128 {
    let Some(first) = ring.first() else { return 0 };
    let around = ring.iter().zip(ring.iter().cycle().skip(1));
    around.map(|(a, b)| cross(*first, *a, *b)).sum()
}

/// The cross product of o→a and o→b, exactly: positive when o, a, b turn left.
fn cross(o: Point, a: Point, b: Point) -> i128 {
    let (ax, ay) = (i128::from(a.lon - o.lon), i128::from(a.lat - o.lat));
    let (bx, by) = (i128::from(b.lon - o.lon), i128::from(b.lat - o.lat));
    ax * by - ay * bx
}

impl std::fmt::Display for Point {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}, {}", text::degrees_text(self.lon), text::degrees_text(self.lat))
    }
}

#[cfg(test)]
mod samples {
    use super::*;

    /// The story's plots and existing wetlands, by number.
    pub(crate) fn plot(number: &str) -> Shape {
        const PARCELS: &str = include_str!("../../../tests/fixtures/jinxian/parcels.geojson");
        const WETLANDS: &str =
            include_str!("../../../tests/fixtures/jinxian/wetland_database.geojson");
        for (file, key) in [(PARCELS, "parcel_no"), (WETLANDS, "wetland_no")] {
            let file: serde_json::Value = serde_json::from_str(file).unwrap();
            for feature in file["features"].as_array().unwrap() {
                if feature["properties"][key] == number {
                    return read_geometry(&feature["geometry"]).unwrap();
                }
            }
        }
        panic!("no plot {number}");
    }

    /// A box of whole nano-degrees near 进贤.
    pub(crate) fn square(lon: i64, lat: i64, side: i64) -> Shape {
        let at = |x: i64, y: i64| Point { lon: 116 * DEGREE + lon + x, lat: 28 * DEGREE + lat + y };
        let outer = vec![at(0, 0), at(side, 0), at(side, side), at(0, side)];
        Shape::of(vec![Polygon { outer, holes: vec![] }]).unwrap()
    }

    /// A ring of points around a middle, each at its own distance.
    pub(crate) fn star(lon: i64, lat: i64, spokes: &[i64]) -> Shape {
        let count = f64::from(u32::try_from(spokes.len()).unwrap());
        let outer = spokes.iter().enumerate().map(|(i, reach)| {
            let turn = std::f64::consts::TAU * f64::from(u32::try_from(i).unwrap()) / count;
            let reach: f64 = reach.to_string().parse().unwrap();
            let away = |part: f64| (reach * part).round().to_string().parse::<i64>().unwrap();
            Point {
                lon: 116 * DEGREE + lon + away(turn.cos()),
                lat: 28 * DEGREE + lat + away(turn.sin()),
            }
        });
        Shape::of(vec![Polygon { outer: outer.collect(), holes: vec![] }]).unwrap()
    }
}
