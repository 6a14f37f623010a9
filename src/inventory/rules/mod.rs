//! When a parcel may enter the inventory. No I/O here: everything arrives as an argument.

mod checks;
mod finding;
mod keeping;
mod land;
mod layers;
mod lists;
mod published;
mod refused;
mod surveys;
mod texts;
mod totals;

pub use checks::Submission;
pub(crate) use checks::{
    Surroundings, area_differs, between_drafts, blocks_project, inside, of_feature, with_neighbours,
};
pub use finding::{Expected, Finding};
pub use keeping::CannotKeep;
pub(crate) use keeping::keep;
pub use land::CannotUseLand;
pub(crate) use land::{Land, land_answer, may_restore, may_use};
pub use layers::CannotChangeLayer;
pub(crate) use layers::{add, approve_layer, argue, comment, consult};
pub use lists::CannotList;
pub(crate) use lists::{area_inside, decide, is_flagged, level_of, not_after, set_marker};
pub(crate) use published::{
    BadTable, Demand, Deviation, Parts, Source, TableFault, WetlandSum, bases, figures, of_parcels,
    quality, rate_percent, standing, table_of, target_in_range, with_above,
};
pub use refused::{CannotEnter, CannotExport};
pub(crate) use surveys::{land_correction, land_survey, monitoring, monitoring_correction};
pub(crate) use totals::{Sum, Totals, percent_shown, totals};

/// Polygons may overlap by 1 m², no more (R19); in 0.01 m².
pub(crate) const OVERLAP_TOLERANCE_CENTI_M2: i64 = 100;
/// Declared and computed area may differ by this many percent (R20).
pub(crate) const AREA_TOLERANCE_PERCENT: i64 = 1;
