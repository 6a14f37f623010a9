//! Where there are more parcels than a map can show, how many there are by cell.

use super::outline::pixels;
use super::place::{Projection, Window, degrees, units};
use super::signs::{LandState, escaped};

/// A cell's side on the sheet.
const CELL_PIXELS: f64 = 16.0;

/// How many parcels of a state have their middle in a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct CellCount {
    /// The cell counted from the meridian and the equator, in its own size.
    pub(crate) column: i64,
    pub(crate) row: i64,
    pub(crate) state: LandState,
    pub(crate) parcels: i64,
}

/// The size of a cell for that window on so many pixels, in 10⁻⁷ degree.
pub(crate) fn cell_units(window: Window, width: f64, height: f64) -> [i64; 2] {
    let side = |span: f64, pixels: f64| units(span * CELL_PIXELS / pixels.max(1.0)).max(1);
    [side(window.east - window.west, width), side(window.north - window.south, height)]
}

/// Draws each cell in the colour of the state that has most in it; the fuller, the darker. A cell
/// leads to the same map closer by.
pub(crate) fn draw_cells(
    cells: &[CellCount],
    [wide, high]: [i64; 2],
    projection: &Projection,
    closer: impl Fn(Window) -> Option<String>,
) -> String {
    let mut sorted = cells.to_vec();
    sorted.sort_by_key(|cell| (cell.column, cell.row, -cell.parcels));
    let most = sorted.iter().map(|cell| cell.parcels).max().unwrap_or(1);
    let mut out = String::new();
    for same in sorted.chunk_by(|a, b| (a.column, a.row) == (b.column, b.row)) {
        let Some(first) = same.first() else { continue };
        let window = Window {
            west: degrees(first.column.saturating_mul(wide)),
            south: degrees(first.row.saturating_mul(high)),
            east: degrees(first.column.saturating_add(1).saturating_mul(wide)),
            north: degrees(first.row.saturating_add(1).saturating_mul(high)),
        };
        let [left, top] = projection.place([window.west, window.north]);
        let [right, bottom] = projection.place([window.east, window.south]);
        let all: i64 = same.iter().map(|cell| cell.parcels).sum();
        let shade = match first.parcels {
            n if n * 2 > most => "1",
            n if n * 4 > most => ".8",
            n if n * 10 > most => ".6",
            _ => ".4",
        };
        let rect = format!(
            "<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" fill=\"{}\" \
             fill-opacity=\"{shade}\"><title>{all}</title></rect>",
            pixels(left),
            pixels(top),
            pixels(right - left),
            pixels(bottom - top),
            first.state.colour(),
        );
        match closer(window.grown(1.0)) {
            Some(href) => out.push_str(&format!("<a href=\"{}\">{rect}</a>", escaped(&href))),
            None => out.push_str(&rect),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_is_drawn_once_in_the_colour_of_most() {
        let cell = |column, state, parcels| CellCount { column, row: 280, state, parcels };
        let cells = [
            cell(1160, LandState::General, 3),
            cell(1160, LandState::Reserve, 90),
            cell(1161, LandState::General, 1),
        ];
        let window = Window { west: 116.0, south: 28.0, east: 117.0, north: 29.0 };
        let sheet = Projection::fit(window, 0.0, 0.0, 100.0, 100.0);
        let drawn = draw_cells(&cells, [1_000_000, 1_000_000], &sheet, |_| None);
        assert_eq!(drawn.matches("<rect").count(), 2);
        assert!(drawn.contains("<title>93</title>") && drawn.contains(LandState::Reserve.colour()));
    }
}
