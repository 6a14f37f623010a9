//! One tile of the map, 256 pixels square, for viewers that put tiles together.

use super::Land;
use super::cells::draw_cells;
use super::marks::mark;
use super::outline::Outline;
use super::place::{Projection, TILE_PIXELS, TilePlace};
use super::sheet::ZoneOutline;
use super::signs::hatchings;

/// What lies on a tile: the counties that it touches, the zones and the land, which is drawn in cells
/// of that size where it is too much.
pub(crate) struct TileLand {
    pub(crate) outlines: Vec<Outline>,
    pub(crate) zones: Vec<ZoneOutline>,
    pub(crate) land: Land,
    pub(crate) cell_units: [i64; 2],
}

/// Draws a tile.
pub(crate) fn draw_tile(
    tile: TilePlace,
    it: &TileLand,
    href: impl Fn(&super::Mark) -> String,
) -> String {
    let projection = Projection::Tile(tile);
    let side = super::outline::pixels(TILE_PIXELS);
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{side}\" height=\"{side}\" \
         viewBox=\"0 0 {side} {side}\" font-family=\"sans-serif\">{}",
        hatchings()
    );
    it.zones.iter().for_each(|zone| out.push_str(&zone.drawn(&projection)));
    for outline in &it.outlines {
        let path = outline.path(&projection);
        out.push_str(&format!(
            "<path d=\"{path}\" fill=\"none\" stroke=\"#5b4a8a\" stroke-width=\"1.5\" \
             stroke-dasharray=\"6 2 1 2\"/>"
        ));
    }
    match &it.land {
        Land::Marks(marks) => {
            marks.iter().for_each(|it| out.push_str(&mark(it, &projection, &href(it), 3.0)));
        }
        Land::Cells(cells) => {
            out.push_str(&draw_cells(cells, it.cell_units, &projection, |_| None))
        }
    }
    out.push_str("</svg>");
    out
}
