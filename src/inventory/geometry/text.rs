//! A shape as GeoJSON, in and out.

use serde_json::{Map, Value};

use super::{DEGREE, GeometryFault, Point, Polygon, Ring, Shape};

/// The most points of one shape: a lake's survey has some thousand; checking takes n².
pub(crate) const POINTS_MAX: usize = 20_000;

/// Reads a GeoJSON geometry and checks it, or says what is wrong with it.
pub(crate) fn read_geometry(geometry: &Value) -> Result<Shape, Vec<GeometryFault>> {
    let Value::Object(members) = geometry else { return Err(vec![GeometryFault::Missing]) };
    let mut faults: Vec<GeometryFault> = members
        .keys()
        .filter(|key| !matches!(key.as_str(), "type" | "coordinates" | "bbox"))
        .map(|key| GeometryFault::UnknownMember(key.chars().take(40).collect()))
        .collect();
    match read_polygons(members, &mut faults) {
        Ok(polygons) if faults.is_empty() => Shape::of(polygons),
        Ok(_) => Err(faults),
        Err(fault) => {
            faults.push(fault);
            Err(faults)
        }
    }
}

/// Reads what [`canonical_text`] wrote.
pub(crate) fn shape_of_text(text: &str) -> Result<Shape, Vec<GeometryFault>> {
    let geometry = serde_json::from_str(text).map_err(|_| vec![GeometryFault::NotCoordinates])?;
    read_geometry(&geometry)
}

/// Writes the shape as GeoJSON that is the same for the same shape.
pub(crate) fn canonical_text(shape: &Shape) -> String {
    let polygons: Vec<String> = shape.polygons().iter().map(polygon_text).collect();
    match polygons.as_slice() {
        [one] => format!(r#"{{"type":"Polygon","coordinates":{one}}}"#),
        many => format!(r#"{{"type":"MultiPolygon","coordinates":[{}]}}"#, many.join(",")),
    }
}

fn read_polygons(
    members: &Map<String, Value>,
    faults: &mut Vec<GeometryFault>,
) -> Result<Vec<Polygon>, GeometryFault> {
    let coordinates = members.get("coordinates").ok_or(GeometryFault::NotCoordinates)?;
    let parts = match members.get("type").and_then(Value::as_str) {
        Some("Polygon") => std::slice::from_ref(coordinates),
        Some("MultiPolygon") => list(coordinates)?,
        other => {
            let other = other.unwrap_or("null").chars().take(40).collect();
            return Err(GeometryFault::NotAPolygon(other));
        }
    };
    let points = parts.iter().flat_map(|part| part.as_array().into_iter().flatten());
    if points.map(|ring| ring.as_array().map_or(0, Vec::len)).sum::<usize>() > POINTS_MAX {
        return Err(GeometryFault::TooManyPoints { most: POINTS_MAX });
    }
    let mut rings = 0;
    let polygons: Result<Vec<Polygon>, GeometryFault> =
        parts.iter().map(|part| read_polygon(part, &mut rings, faults)).collect();
    let polygons = polygons?;
    if polygons.is_empty() {
        return Err(GeometryFault::NotCoordinates);
    }
    Ok(polygons)
}

fn read_polygon(
    part: &Value,
    rings: &mut usize,
    faults: &mut Vec<GeometryFault>,
) -> Result<Polygon, GeometryFault> {
    let mut holes = Vec::new();
    for ring in list(part)? {
        holes.push(read_ring(ring, *rings, faults)?);
        *rings += 1;
    }
    if holes.is_empty() {
        return Err(GeometryFault::NotCoordinates);
    }
    let outer = holes.remove(0);
    Ok(Polygon { outer, holes })
}

fn read_ring(
    ring: &Value,
    number: usize,
    faults: &mut Vec<GeometryFault>,
) -> Result<Ring, GeometryFault> {
    let places: Result<Vec<(f64, f64)>, GeometryFault> = list(ring)?.iter().map(position).collect();
    let places = places?;
    all_in_china(&places)?;
    let mut points: Ring =
        places.into_iter().map(|(lon, lat)| Point { lon: nano(lon), lat: nano(lat) }).collect();
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

fn position(value: &Value) -> Result<(f64, f64), GeometryFault> {
    match list(value)?.as_slice() {
        [lon, lat] => match (lon.as_f64(), lat.as_f64()) {
            (Some(lon), Some(lat)) if lon.is_finite() && lat.is_finite() => Ok((lon, lat)),
            _ => Err(GeometryFault::NotCoordinates),
        },
        _ => Err(GeometryFault::NotCoordinates),
    }
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
    Err(GeometryFault::OutsideChina(Point { lon: nano(*x), lat: nano(*y) }))
}

fn list(value: &Value) -> Result<&Vec<Value>, GeometryFault> {
    value.as_array().ok_or(GeometryFault::NotCoordinates)
}

#[expect(clippy::as_conversions, reason = "saturates, and all callers pass at most 180 degrees")]
fn nano(degrees: f64) -> i64 {
    (degrees * 1e9).round() as i64
}

fn polygon_text(polygon: &Polygon) -> String {
    let rings = std::iter::once(&polygon.outer).chain(&polygon.holes);
    format!("[{}]", rings.map(ring_text).collect::<Vec<_>>().join(","))
}

fn ring_text(ring: &Ring) -> String {
    let closed = ring.iter().chain(ring.first());
    let points = closed.map(|p| format!("[{},{}]", degrees_text(p.lon), degrees_text(p.lat)));
    format!("[{}]", points.collect::<Vec<_>>().join(","))
}

/// Writes 10⁻⁹ degrees as degrees with the places that are needed.
pub(super) fn degrees_text(nano: i64) -> String {
    let sign = if nano < 0 { "-" } else { "" };
    let (nano, degree) = (nano.unsigned_abs(), DEGREE.unsigned_abs());
    let text = format!("{sign}{}.{:09}", nano / degree, nano % degree);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::samples::plot;
    use super::*;

    #[track_caller]
    fn check(geometry: Value, expected: &[GeometryFault]) {
        assert_eq!(read_geometry(&geometry).err().unwrap_or_default(), expected);
    }

    fn polygon(ring: Value) -> Value {
        json!({"type": "Polygon", "coordinates": [ring]})
    }

    #[test]
    fn r20_a_ring_is_closed_and_has_three_points() {
        let open = json!([[116.0, 28.0], [116.1, 28.0], [116.1, 28.1]]);
        check(polygon(open), &[GeometryFault::NotClosed { ring: 0 }]);
        let thin = json!([[116.0, 28.0], [116.1, 28.0], [116.1, 28.0], [116.0, 28.0]]);
        check(polygon(thin), &[GeometryFault::TooFewPoints { ring: 0 }]);
        check(
            polygon(json!([])),
            &[GeometryFault::NotClosed { ring: 0 }, GeometryFault::TooFewPoints { ring: 0 }],
        );
    }

    #[test]
    fn r20_swapped_axes_and_projected_metres_are_named() {
        check(
            polygon(json!([[28.0, 116.0], [28.0, 116.1], [28.1, 116.1], [28.0, 116.0]])),
            &[GeometryFault::SwappedAxes],
        );
        check(
            polygon(json!([
                [39432100.5, 3154000.0],
                [39432200.0, 3154000.0],
                [39432100.5, 3154000.0]
            ])),
            &[GeometryFault::NotDegrees],
        );
        check(
            polygon(json!([[-71.5, 42.25], [116.1, 28.0], [116.1, 28.1]])),
            &[GeometryFault::OutsideChina(Point { lon: -71_500_000_000, lat: 42_250_000_000 })],
        );
    }

    #[test]
    fn r20_what_is_no_polygon_is_refused() {
        check(Value::Null, &[GeometryFault::Missing]);
        check(
            json!({"type": "Point", "coordinates": [116.0, 28.0]}),
            &[GeometryFault::NotAPolygon("Point".into())],
        );
        for bad in [
            json!(5),
            json!([]),
            json!([5]),
            json!([[5]]),
            json!([[[5]]]),
            json!([[["x", 1]]]),
            json!([[[116.0, 28.0, 3.0]]]),
            json!([[[null, 28.0]]]),
        ] {
            check(json!({"type": "Polygon", "coordinates": bad}), &[GeometryFault::NotCoordinates]);
        }
        let many: Vec<[f64; 2]> = (0..=POINTS_MAX).map(|_| [116.0, 28.0]).collect();
        check(polygon(json!(many)), &[GeometryFault::TooManyPoints { most: POINTS_MAX }]);
        check(json!({"type": "MultiPolygon", "coordinates": []}), &[GeometryFault::NotCoordinates]);
    }

    #[test]
    fn a_shape_is_written_and_read_back_the_same() {
        for number in ["R360124-0012", "W360124-0003"] {
            let shape = plot(number);
            assert_eq!(shape_of_text(&canonical_text(&shape)), Ok(shape));
        }
        assert_eq!(degrees_text(-500_000_000), "-0.5");
        assert_eq!(degrees_text(116_000_000_000), "116");
    }
}
