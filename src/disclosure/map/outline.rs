//! The outline of a parcel or county as it is kept, and as a path on a sheet.

use serde::Deserialize;

use super::place::{Projection, Window};

/// Rings of [longitude, latitude], outer ones and holes alike.
#[derive(Debug, Clone, Default)]
pub(crate) struct Outline {
    rings: Vec<Vec<[f64; 2]>>,
}

#[derive(Deserialize)]
#[serde(tag = "type", content = "coordinates")]
enum Geometry {
    Polygon(Vec<Vec<[f64; 2]>>),
    MultiPolygon(Vec<Vec<Vec<[f64; 2]>>>),
}

/// Points nearer than this to the last one add nothing that can be seen.
const STEP_PIXELS_MIN: f64 = 0.7;

impl Outline {
    /// Reads GeoJSON as the inventory keeps it; what is none is empty.
    pub(crate) fn of_text(text: &str) -> Self {
        match serde_json::from_str(text) {
            Ok(Geometry::Polygon(rings)) => Self { rings },
            Ok(Geometry::MultiPolygon(parts)) => {
                Self { rings: parts.into_iter().flatten().collect() }
            }
            Err(_) => Self::default(),
        }
    }

    pub(crate) fn window(&self) -> Option<Window> {
        Window::around(self.rings.iter().flatten())
    }

    /// Writes the path on the sheet with the points that can be told apart there.
    pub(crate) fn path(&self, projection: &Projection) -> String {
        let mut path = String::new();
        for ring in &self.rings {
            let points = simplified(ring, projection);
            if points.len() < 3 {
                continue;
            }
            for (n, [x, y]) in points.iter().enumerate() {
                path.push_str(if n == 0 { "M" } else { "L" });
                path.push_str(&format!("{} {}", pixels(*x), pixels(*y)));
            }
            path.push('Z');
        }
        path
    }
}

fn simplified(ring: &[[f64; 2]], projection: &Projection) -> Vec<[f64; 2]> {
    let mut kept: Vec<[f64; 2]> = Vec::new();
    for place in ring {
        let point = projection.place(*place);
        let near = kept.last().is_some_and(|last| apart(*last, point) < STEP_PIXELS_MIN);
        if !near {
            kept.push(point);
        }
    }
    // The closing point is the first one again.
    if let (Some(first), Some(last)) = (kept.first(), kept.last())
        && kept.len() > 1
        && apart(*first, *last) < STEP_PIXELS_MIN
    {
        kept.pop();
    }
    kept
}

fn apart([ax, ay]: [f64; 2], [bx, by]: [f64; 2]) -> f64 {
    (ax - bx).abs().max((ay - by).abs())
}

/// A tenth of a pixel is enough.
pub(crate) fn pixels(value: f64) -> String {
    let text = format!("{value:.1}");
    let short = text.strip_suffix(".0").unwrap_or(&text);
    if short == "-0" { "0".to_owned() } else { short.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ring_below_a_pixel_has_no_path_and_a_larger_one_keeps_its_corners() {
        let text = r#"{"type":"Polygon","coordinates":[[[116,28],[116.1,28],[116.1,28.1],[116.1,28.10000001],[116,28.1],[116,28]]]}"#;
        let outline = Outline::of_text(text);
        let window = outline.window().unwrap();
        let near = Projection::fit(window, 0.0, 0.0, 100.0, 100.0);
        assert_eq!(outline.path(&near).matches('L').count(), 3);
        let far = Projection::fit(window.grown(1_000.0), 0.0, 0.0, 100.0, 100.0);
        assert_eq!(outline.path(&far), "");
        assert!(Outline::of_text("{}").window().is_none());
    }
}
