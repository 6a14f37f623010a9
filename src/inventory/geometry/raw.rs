//! A geometry as a file has it, before it is known what its numbers mean.

use serde::de::{self, Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::Value;

use super::gauss::{GaussKrueger, point};
use super::text::POINTS_MAX;
use super::{GeometryFault, Point, Polygon, Ring, Shape};

/// What a file says where a parcel lies.
#[derive(Debug, Clone, PartialEq)]
pub struct RawGeometry {
    kind: Kind,
    coordinates: Coordinates,
    /// Members beside `type`, `coordinates` and `bbox`.
    unknown: Vec<String>,
}

#[derive(Debug, Clone, PartialEq)]
enum Kind {
    Missing,
    Polygon,
    MultiPolygon,
    Other(String),
}

/// Positions and lists of them; what is neither is kept as such.
#[derive(Debug, Clone, PartialEq)]
enum Coordinates {
    Number(f64),
    Position([f64; 2]),
    List(Vec<Self>),
    Neither,
}

/// A ring of places, as the file has it: with its closing point.
pub type RawRing = Vec<[f64; 2]>;

impl Default for RawGeometry {
    fn default() -> Self {
        Self::missing()
    }
}

impl RawGeometry {
    /// No geometry at all.
    pub(crate) fn missing() -> Self {
        Self { kind: Kind::Missing, coordinates: Coordinates::Neither, unknown: Vec::new() }
    }

    /// Something that is no polygon.
    pub(crate) fn other(kind: impl Into<String>) -> Self {
        Self { kind: Kind::Other(kind.into()), ..Self::missing() }
    }

    /// Polygons, each a list of rings, the outer one first.
    pub(crate) fn of_polygons(polygons: Vec<Vec<RawRing>>) -> Self {
        let ring = |ring: RawRing| {
            Coordinates::List(ring.into_iter().map(Coordinates::Position).collect())
        };
        let polygon =
            |rings: Vec<RawRing>| Coordinates::List(rings.into_iter().map(ring).collect());
        let coordinates = Coordinates::List(polygons.into_iter().map(polygon).collect());
        Self { kind: Kind::MultiPolygon, coordinates, unknown: Vec::new() }
    }

    /// How many positions there are, however deep.
    pub(crate) fn points(&self) -> usize {
        self.coordinates.points()
    }

    /// The first position of all.
    pub(crate) fn first(&self) -> Option<[f64; 2]> {
        self.coordinates.first()
    }

    /// Checks it, and makes degrees of it where it has metres of a zone.
    pub(crate) fn shape(&self, zone: Option<GaussKrueger>) -> Result<Shape, Vec<GeometryFault>> {
        let parts = match &self.kind {
            Kind::Missing => return Err(vec![GeometryFault::Missing]),
            Kind::Polygon => Ok(std::slice::from_ref(&self.coordinates)),
            Kind::MultiPolygon => self.coordinates.list(),
            Kind::Other(kind) => Err(GeometryFault::NotAPolygon(kind.clone())),
        };
        let mut faults: Vec<GeometryFault> =
            self.unknown.iter().cloned().map(GeometryFault::UnknownMember).collect();
        let polygons = match parts {
            Ok(parts) => polygons(parts, zone, &mut faults),
            Err(fault) => Err(fault),
        };
        match polygons {
            Ok(polygons) if faults.is_empty() => Shape::of(polygons),
            Ok(_) => Err(faults),
            Err(fault) => {
                faults.push(fault);
                Err(faults)
            }
        }
    }
}

impl Coordinates {
    fn points(&self) -> usize {
        match self {
            Self::Position(_) => 1,
            Self::List(list) => list.iter().map(Self::points).sum(),
            Self::Number(_) | Self::Neither => 0,
        }
    }

    fn first(&self) -> Option<[f64; 2]> {
        match self {
            Self::Position(position) => Some(*position),
            Self::List(list) => list.iter().find_map(Self::first),
            Self::Number(_) | Self::Neither => None,
        }
    }

    fn list(&self) -> Result<&[Self], GeometryFault> {
        match self {
            Self::List(list) => Ok(list),
            _ => Err(GeometryFault::NotCoordinates),
        }
    }
}

fn polygons(
    parts: &[Coordinates],
    zone: Option<GaussKrueger>,
    faults: &mut Vec<GeometryFault>,
) -> Result<Vec<Polygon>, GeometryFault> {
    if parts.iter().map(Coordinates::points).sum::<usize>() > POINTS_MAX {
        return Err(GeometryFault::TooManyPoints { most: POINTS_MAX });
    }
    let mut number = 0;
    let mut polygons = Vec::with_capacity(parts.len());
    for part in parts {
        let mut rings = Vec::new();
        for places in part.list()? {
            rings.push(ring(places.list()?, number, zone, faults)?);
            number += 1;
        }
        if rings.is_empty() {
            return Err(GeometryFault::NotCoordinates);
        }
        let outer = rings.remove(0);
        polygons.push(Polygon { outer, holes: rings });
    }
    if polygons.is_empty() {
        return Err(GeometryFault::NotCoordinates);
    }
    Ok(polygons)
}

fn ring(
    places: &[Coordinates],
    number: usize,
    zone: Option<GaussKrueger>,
    faults: &mut Vec<GeometryFault>,
) -> Result<Ring, GeometryFault> {
    let position = |place: &Coordinates| match place {
        Coordinates::Position([x, y]) if x.is_finite() && y.is_finite() => Ok((*x, *y)),
        _ => Err(GeometryFault::NotCoordinates),
    };
    let mut places: Vec<(f64, f64)> = places.iter().map(position).collect::<Result<_, _>>()?;
    if let Some(zone) = zone {
        for place in &mut places {
            *place = zone.degrees(place.0, place.1)?;
        }
    }
    all_in_china(&places)?;
    let mut points: Vec<Point> = places.into_iter().map(point).collect();
    if points.len() > 1 && points.first() == points.last() {
        points.pop();
    } else {
        faults.push(GeometryFault::NotClosed { ring: number });
    }
    points.dedup();
    if points.len() < 3 {
        faults.push(GeometryFault::TooFewPoints { ring: number });
    }
    Ok(points)
}

/// China's longitudes and latitudes have no value in common, so swapped axes can be told for sure.
fn all_in_china(places: &[(f64, f64)]) -> Result<(), GeometryFault> {
    let (lons, lats) = (73.0..=136.0, 3.0..=54.0);
    let Some((x, y)) = places.iter().find(|(x, y)| !lons.contains(x) || !lats.contains(y)) else {
        return Ok(());
    };
    if lats.contains(x) && lons.contains(y) {
        return Err(GeometryFault::SwappedAxes);
    }
    if x.abs() > 180.0 || y.abs() > 180.0 {
        return Err(GeometryFault::NotDegrees);
    }
    Err(GeometryFault::OutsideChina(point((*x, *y))))
}

impl<'de> Deserialize<'de> for RawGeometry {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        input.deserialize_any(Geometry)
    }
}

struct Geometry;

impl<'de> Visitor<'de> for Geometry {
    type Value = RawGeometry;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a GeoJSON geometry")
    }

    fn visit_unit<E>(self) -> Result<RawGeometry, E> {
        Ok(RawGeometry::missing())
    }

    fn visit_bool<E>(self, _: bool) -> Result<RawGeometry, E> {
        Ok(RawGeometry::missing())
    }

    fn visit_i64<E>(self, _: i64) -> Result<RawGeometry, E> {
        Ok(RawGeometry::missing())
    }

    fn visit_u64<E>(self, _: u64) -> Result<RawGeometry, E> {
        Ok(RawGeometry::missing())
    }

    fn visit_f64<E>(self, _: f64) -> Result<RawGeometry, E> {
        Ok(RawGeometry::missing())
    }

    fn visit_str<E>(self, _: &str) -> Result<RawGeometry, E> {
        Ok(RawGeometry::missing())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<RawGeometry, A::Error> {
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(RawGeometry::missing())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<RawGeometry, A::Error> {
        let mut seen: Vec<String> = Vec::new();
        let mut geometry = RawGeometry::other("null");
        while let Some(key) = members.next_key::<String>()? {
            if seen.contains(&key) {
                return Err(de::Error::custom(named_twice(&key)));
            }
            match key.as_str() {
                "type" => geometry.kind = kind(&members.next_value::<Value>()?),
                "coordinates" => geometry.coordinates = members.next_value()?,
                "bbox" => drop(members.next_value::<IgnoredAny>()?),
                _ => {
                    members.next_value::<IgnoredAny>()?;
                    geometry.unknown.push(key.chars().take(40).collect());
                }
            }
            seen.push(key);
        }
        Ok(geometry)
    }
}

/// What a reader of JSON says of an object that names a member twice.
pub(crate) fn named_twice(key: &str) -> String {
    let key: String = key.chars().take(40).collect();
    format!("{NAMED_TWICE}{key}")
}

/// The beginning of that message.
pub(crate) const NAMED_TWICE: &str = "named twice: ";

fn kind(value: &Value) -> Kind {
    match value.as_str() {
        Some("Polygon") => Kind::Polygon,
        Some("MultiPolygon") => Kind::MultiPolygon,
        other => Kind::Other(other.unwrap_or("null").chars().take(40).collect()),
    }
}

impl<'de> Deserialize<'de> for Coordinates {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        input.deserialize_any(Nested)
    }
}

struct Nested;

impl<'de> Visitor<'de> for Nested {
    type Value = Coordinates;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("coordinates")
    }

    fn visit_f64<E>(self, number: f64) -> Result<Coordinates, E> {
        Ok(Coordinates::Number(number))
    }

    #[expect(clippy::as_conversions, reason = "a coordinate beyond 2⁵³ is none of this Earth")]
    fn visit_i64<E>(self, number: i64) -> Result<Coordinates, E> {
        Ok(Coordinates::Number(number as f64))
    }

    #[expect(clippy::as_conversions, reason = "a coordinate beyond 2⁵³ is none of this Earth")]
    fn visit_u64<E>(self, number: u64) -> Result<Coordinates, E> {
        Ok(Coordinates::Number(number as f64))
    }

    fn visit_bool<E>(self, _: bool) -> Result<Coordinates, E> {
        Ok(Coordinates::Neither)
    }

    fn visit_unit<E>(self) -> Result<Coordinates, E> {
        Ok(Coordinates::Neither)
    }

    fn visit_str<E>(self, _: &str) -> Result<Coordinates, E> {
        Ok(Coordinates::Neither)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Coordinates, A::Error> {
        while members.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Coordinates::Neither)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Coordinates, A::Error> {
        let Some(first) = list.next_element()? else { return Ok(Coordinates::List(Vec::new())) };
        if let Coordinates::Number(x) = first {
            let y = list.next_element()?;
            let mut rest = 0;
            while list.next_element::<IgnoredAny>()?.is_some() {
                rest += 1;
            }
            return Ok(match y {
                Some(Coordinates::Number(y)) if rest == 0 => Coordinates::Position([x, y]),
                _ => Coordinates::Neither,
            });
        }
        let mut values = vec![first];
        while let Some(value) = list.next_element()? {
            values.push(value);
        }
        Ok(Coordinates::List(values))
    }
}
