//! A shape as GeoJSON, in and out.

use serde::Deserialize;
use serde_json::Value;

use super::raw::RawGeometry;
use super::{DEGREE, GeometryFault, Polygon, Ring, Shape};

/// The most points of one shape: a lake's survey has some thousand; checking takes n².
pub(crate) const POINTS_MAX: usize = 20_000;

/// Reads a GeoJSON geometry in degrees and checks it, or says what is wrong with it.
pub(crate) fn read_geometry(geometry: &Value) -> Result<Shape, Vec<GeometryFault>> {
    let raw = RawGeometry::deserialize(geometry).unwrap_or_else(|_| RawGeometry::missing());
    raw.shape(None)
}

/// Reads what [`canonical_text`] wrote.
pub(crate) fn shape_of_text(text: &str) -> Result<Shape, Vec<GeometryFault>> {
    let raw: RawGeometry =
        serde_json::from_str(text).map_err(|_| vec![GeometryFault::NotCoordinates])?;
    raw.shape(None)
}

/// Writes the shape as GeoJSON that is the same for the same shape.
pub(crate) fn canonical_text(shape: &Shape) -> String {
    let polygons: Vec<String> = shape.polygons().iter().map(polygon_text).collect();
    match polygons.as_slice() {
        [one] => format!(r#"{{"type":"Polygon","coordinates":{one}}}"#),
        many => format!(r#"{{"type":"MultiPolygon","coordinates":[{}]}}"#, many.join(",")),
    }
}

#[expect(clippy::as_conversions, reason = "saturates, and all callers pass at most 180 degrees")]
pub(super) fn nano(degrees: f64) -> i64 {
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

    use super::super::Point;
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
