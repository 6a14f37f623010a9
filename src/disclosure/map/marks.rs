//! Parcels on a sheet: outlines, signs where they are too small, numbers where they are few.

use super::Mark;
use super::frame::Space;
use super::outline::pixels;
use super::place::{Projection, Window};
use super::sheet::rows;
use super::signs::escaped;
use crate::kernel::area::hectares_shown;

/// A parcel smaller than this on the sheet is shown by its sign too.
const SIGN_BELOW_PIXELS: f64 = 9.0;
/// With more parcels their numbers would cover the land.
const LABELS_MAX: usize = 60;

/// The parcels, each a link, and their numbers where they are few.
pub(crate) fn marks_of(
    marks: &[Mark],
    projection: &Projection,
    space: Space,
    href: impl Fn(&Mark) -> String,
) -> String {
    let mut out = String::new();
    for it in marks {
        out.push_str(&mark(it, projection, &href(it), 4.5));
    }
    if marks.len() > LABELS_MAX {
        return out;
    }
    // A number that would lie on another one goes to the other side, or is left to the title.
    let mut taken: Vec<[f64; 4]> = Vec::new();
    for it in marks {
        let Some(window) = it.outline.window() else { continue };
        let [x, y] = projection.place([
            f64::midpoint(window.west, window.east),
            f64::midpoint(window.south, window.north),
        ]);
        let long = rows(it.number.len()) * 6.2;
        let within = (x - long / 2.0, y + 4.0);
        let sides = [
            if is_small(window, projection) { (x + 9.0, y + 4.0) } else { within },
            (x - 9.0 - long, y + 4.0),
            (x - long / 2.0, y - 9.0),
            (x - long / 2.0, y + 18.0),
        ];
        let free = sides.into_iter().find(|(left, base)| {
            let own = [*left, base - 10.0, left + long, base + 2.0];
            let inside = own[0] > space.left && own[2] < space.right();
            inside && !taken.iter().any(|other| overlaps(own, *other))
        });
        if let Some((left, base)) = free {
            taken.push([left, base - 10.0, left + long, base + 2.0]);
            taken.push([x - 6.0, y - 6.0, x + 6.0, y + 6.0]);
            let (x, y, number) = (pixels(left), pixels(base), escaped(&it.number));
            out.push_str(&format!(
                "<text x=\"{x}\" y=\"{y}\" font-size=\"10.5\" fill=\"#1f2a33\" stroke=\"#fff\" \
                 stroke-width=\"2.6\" paint-order=\"stroke\" stroke-linejoin=\"round\">{number}</text>"
            ));
        }
    }
    out
}

fn overlaps(a: [f64; 4], b: [f64; 4]) -> bool {
    a[0] < b[2] && b[0] < a[2] && a[1] < b[3] && b[1] < a[3]
}

/// A parcel: its outline, and its sign where the outline is too small to be seen.
pub(crate) fn mark(it: &Mark, projection: &Projection, href: &str, sign: f64) -> String {
    let Some(window) = it.outline.window() else { return String::new() };
    let title = format!("{} {} {} ha", it.number, it.name, hectares_shown(it.area, 4));
    let mut inside = format!("<title>{}</title>", escaped(&title));
    let path = it.outline.path(projection);
    if !path.is_empty() {
        inside.push_str(&format!(
            "<path d=\"{path}\" fill=\"{}\" stroke=\"{}\" stroke-width=\"1\"/>",
            it.state.fill(),
            it.state.edge()
        ));
    }
    if is_small(window, projection) {
        let middle = projection.place([
            f64::midpoint(window.west, window.east),
            f64::midpoint(window.south, window.north),
        ]);
        inside.push_str(&it.state.sign(middle, sign));
    }
    format!("<a href=\"{}\">{inside}</a>", escaped(href))
}

/// Whether the outline alone would hardly be seen.
fn is_small(window: Window, projection: &Projection) -> bool {
    let [left, top] = projection.place([window.west, window.north]);
    let [right, bottom] = projection.place([window.east, window.south]);
    (right - left).max(bottom - top) < SIGN_BELOW_PIXELS
}
