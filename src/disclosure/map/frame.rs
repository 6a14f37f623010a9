//! What stands around the land on a sheet: graticule, scale bar, north.

use super::outline::pixels;
use super::place::{Projection, Window, metres_per_degree};

const LINE: &str = "#9aa7b1";
const INK: &str = "#1f2a33";
/// A value at the edge needs so much on each side.
const LABEL_ROOM: f64 = 26.0;
/// Lines of the graticule in each direction, at most.
const LINES_MAX: usize = 40;

/// A box of pixels.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Space {
    pub(crate) left: f64,
    pub(crate) top: f64,
    pub(crate) width: f64,
    pub(crate) height: f64,
}

impl Space {
    pub(crate) fn right(self) -> f64 {
        self.left + self.width
    }

    pub(crate) fn bottom(self) -> f64 {
        self.top + self.height
    }
}

/// Text in the sheet's font.
pub(crate) fn text(x: f64, y: f64, size: f64, anchor: &str, words: &str) -> String {
    let (x, y, size) = (pixels(x), pixels(y), pixels(size));
    format!(
        "<text x=\"{x}\" y=\"{y}\" font-size=\"{size}\" text-anchor=\"{anchor}\" fill=\"{INK}\">{}</text>",
        super::signs::escaped(words)
    )
}

/// Lines of whole parts of a degree, with their values at the edges.
pub(crate) fn graticule(window: Window, projection: &Projection, space: Space) -> String {
    let wide = window.east - window.west;
    let wanted = (space.width / 140.0).max(3.0);
    let steps = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0];
    let step = steps.into_iter().find(|step| wide / step <= wanted).unwrap_or(10.0);
    let places = if step < 0.01 {
        3
    } else if step < 0.1 {
        2
    } else {
        1
    };
    let mut out = String::new();
    let line = |x1: f64, y1: f64, x2: f64, y2: f64| {
        let [x1, y1, x2, y2] = [x1, y1, x2, y2].map(pixels);
        format!(
            "<path d=\"M{x1} {y1}L{x2} {y2}\" stroke=\"{LINE}\" stroke-width=\".5\" stroke-dasharray=\"2 4\"/>"
        )
    };
    for lon in stops(window.west, window.east, step) {
        let [x, _] = projection.place([lon, window.north]);
        out.push_str(&line(x, space.top, x, space.bottom()));
        if x > space.left + LABEL_ROOM && x < space.right() - LABEL_ROOM {
            let label = format!("{lon:.places$}°E");
            out.push_str(&text(x, space.bottom() + 14.0, 10.0, "middle", &label));
        }
    }
    for lat in stops(window.south, window.north, step) {
        let [_, y] = projection.place([window.west, lat]);
        out.push_str(&line(space.left, y, space.right(), y));
        if y < space.top + LABEL_ROOM || y > space.bottom() - LABEL_ROOM {
            continue;
        }
        let label = format!("{lat:.places$}°N");
        let (x, y) = (pixels(space.left - 5.0), pixels(y));
        out.push_str(&format!(
            "<text transform=\"translate({x} {y}) rotate(-90)\" font-size=\"10\" \
             text-anchor=\"middle\" fill=\"{INK}\">{label}</text>"
        ));
    }
    out
}

fn stops(from: f64, to: f64, step: f64) -> impl Iterator<Item = f64> {
    let first = (from / step).ceil();
    let values = std::iter::successors(Some(first), |n| Some(n + 1.0)).map(move |n| n * step);
    values.take_while(move |value| *value <= to).take(LINES_MAX)
}

/// What the scale bar needs below its top.
pub(crate) const SCALE_HEIGHT: f64 = 30.0;

/// A bar of a round number of metres or kilometres of the land at its middle, from that point on.
pub(crate) fn scale_bar(window: Window, projection: &Projection, [x, top]: [f64; 2]) -> String {
    let [x0, _] = projection.place([window.west, window.south]);
    let [x1, _] = projection.place([window.east, window.south]);
    let (east, _) = metres_per_degree(window.middle_latitude());
    let per_metre = (x1 - x0) / ((window.east - window.west) * east);
    let longest = ((x1 - x0) * 0.3).clamp(60.0, 200.0) / per_metre;
    let rounds =
        [5e5, 2e5, 1e5, 5e4, 2e4, 1e4, 5e3, 2e3, 1e3, 500.0, 200.0, 100.0, 50.0, 20.0, 10.0];
    let metres = rounds.into_iter().find(|metres| *metres <= longest).unwrap_or(5.0);
    let length = metres * per_metre;
    let y = top + 18.0;
    let name = |metres: f64| {
        if metres >= 1_000.0 { format!("{} km", metres / 1_000.0) } else { format!("{metres} m") }
    };
    let mut out = String::new();
    for (n, fill) in (0_u32..).zip(["#1f2a33", "#fff", "#1f2a33", "#fff"]) {
        let quarter = length / 4.0;
        out.push_str(&format!(
            "<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"5\" fill=\"{fill}\" stroke=\"{INK}\" \
             stroke-width=\".7\"/>",
            pixels(x + quarter * f64::from(n)),
            pixels(y),
            pixels(quarter),
        ));
    }
    out.push_str(&text(x, y - 5.0, 10.0, "start", "0"));
    out.push_str(&text(x + length / 2.0, y - 5.0, 10.0, "middle", &name(metres / 2.0)));
    out.push_str(&text(x + length, y - 5.0, 10.0, "middle", &name(metres)));
    out
}

/// An arrow to the north, in the upper right corner.
pub(crate) fn north(space: Space) -> String {
    let (x, y) = (space.right() - 24.0, space.top + 16.0);
    let arrow =
        format!("<path d=\"M{} {}l7 22l-7 -5l-7 5Z\" fill=\"{INK}\"/>", pixels(x), pixels(y + 6.0));
    arrow + &text(x, y + 3.0, 12.0, "middle", "N")
}

/// Breaks words into lines that fit; a Chinese character is as wide as it is high.
pub(crate) fn wrapped(words: &str, width: f64, size: f64) -> Vec<String> {
    let (mut lines, mut line, mut long) = (Vec::new(), String::new(), 0.0);
    for piece in words.split_inclusive([' ', '，', '；', '。']) {
        let wide: f64 = piece.chars().map(|c| if c.is_ascii() { size * 0.56 } else { size }).sum();
        if long + wide > width && !line.is_empty() {
            lines.push(std::mem::take(&mut line));
            long = 0.0;
        }
        line.push_str(piece);
        long += wide;
    }
    lines.push(line);
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bar_is_round_and_the_graticule_bounded() {
        let window = Window { west: 116.03, south: 28.16, east: 116.54, north: 28.75 };
        let space = Space { left: 30.0, top: 50.0, width: 700.0, height: 800.0 };
        let sheet = Projection::fit(window, space.left, space.top, space.width, space.height);
        assert!(scale_bar(window, &sheet, [0.0, 0.0]).contains(">10 km<"));
        let lines = graticule(window, &sheet, space);
        assert!(lines.contains("116.2°E") && lines.contains("28.4°N"), "{lines}");
        assert_eq!(wrapped("示意图，不作为依据；以数据库为准。", 100.0, 11.0).len(), 3);
        assert!(graticule(window.grown(900.0), &sheet, space).matches("<path").count() <= 80);
    }
}
