//! Maps as SVG, drawn by the server: a county with its parcels by state, and tiles of it.
//!
//! Everything is drawn with attributes, none with a style sheet or a script, so that the strictest
//! content policy lets it through; states differ by form and hatching too, so that a print in black
//! and white can be read. What is smaller than a pixel is drawn as its sign, and where there are more
//! parcels than a map can show they are added up into cells by the database. No database here.

mod cells;
mod frame;
mod marks;
mod outline;
mod place;
mod sheet;
mod signs;
mod tile;
mod words;

pub(super) use cells::{CellCount, cell_units};
pub(super) use outline::Outline;
pub(super) use place::{TilePlace, Window};
pub(super) use sheet::{LayerRow, Sheet, SheetSize, ZoneOutline, draw_sheet, land_space};
pub(super) use signs::{LandState, ZoneSign};
pub(super) use tile::{TileLand, draw_tile};
pub(super) use words::{state_name, word, zone_name};

use crate::inventory::ParcelId;
use crate::kernel::area::SurveyedArea;

/// More parcels than this are added up into cells: a page with more shapes is slow to read for
/// people and browsers alike.
pub(super) const SHAPES_MAX: i64 = 1_500;

/// A parcel to be drawn.
#[derive(Debug, Clone)]
pub(super) struct Mark {
    pub(super) id: ParcelId,
    pub(super) number: String,
    pub(super) name: String,
    pub(super) state: LandState,
    pub(super) area: SurveyedArea,
    pub(super) outline: Outline,
}

/// What lies in a window: each parcel, or how many there are by cell.
#[derive(Debug, Clone)]
pub(super) enum Land {
    Marks(Vec<Mark>),
    Cells(Vec<CellCount>),
}
