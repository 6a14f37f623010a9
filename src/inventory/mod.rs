//! The inventory: regions, the land that is wetland, and the land that may become wetland.
//!
//! A parcel is a polygon with a class of the third national land survey. It enters with a file: the
//! file is read and checked outside the writer, feature by feature, with every rule that a feature
//! breaks (a dry report says just that); then either nothing of a file with a bad feature enters
//! (`reject`), or the good features do (`accept_valid`), in one transaction that looks again at
//! what has entered meanwhile. Polygons never change and never overlap by more than 1 m² among
//! reserve parcels (R19); a reserve parcel is no wetland of the same survey year (R12). What the
//! land survey says and what monitoring says are kept and changed apart (R21).
//!
//! Tables of totals that others published are kept to the letter and never corrected: what does not
//! follow from their own rows and columns is listed, and the parcels' totals stand beside them
//! (R85). A list of important wetlands is published as it is on that day and stays so.

mod actions;
mod api;
mod export;
mod geometry;
mod import;
mod land_class;
mod model;
mod refusal;
mod report;
mod rules;
mod scratch;
mod store;
#[cfg(test)]
mod tests;

pub use actions::{
    BeginLayer, CheckParcels, Checked, CheckedLayer, CommentLayer, DecideOnList, Duty,
    EnterParcels, KeepPublished, LayerComparison, LayerDecision, ListCandidate, ListEntryText,
    ParcelComparison, PublishList, RegionsLoaded, SetMarker, SetTarget, add_layer_file,
    approve_layer, argue_layer, begin_layer, check_layer, check_parcels, check_reserve_file,
    comment_layer, compare_layer, consult_layer, correct_land, correct_monitoring,
    create_county_boundary, create_land_survey, create_list_decision, create_monitoring,
    create_published_table, create_regions, create_wetland_list, create_wetland_marker,
    create_wetland_target, duty_on_parcel, enter_parcels, enter_whole, impose_duty,
    keep_land_answer, kept_land_answers, land_at, land_bar, land_of_parcel, list_candidates,
    may_use_land, own_parcel, placed_area, read_parcels, refuse_unless, shape_of_parcels,
    withdraw_parcel,
};
pub use api::{ParcelView, expect_parcel, operations};
pub use geometry::Shape;
pub(crate) use geometry::{Bounds, Strip, canonical_text, common_area, shape_of_text};
pub use import::{
    BadBoundary, BadFile, BadLine, Boundary, FileFormat, RawFile, ReadFile, ReadLayer, RegionFault,
    open_file, open_layer, read_boundary, read_regions,
};
pub use model::*;
pub use report::{
    CoordinatesReport, FeatureReport, FindingReport, FoundBy, LayerFeatureReport, LayerReport,
    ParcelReport,
};
pub use rules::{
    CannotChangeLayer, CannotEnter, CannotKeep, CannotList, CannotUseLand, Expected, Finding,
    Submission,
};

use crate::kernel::db::Conn;
use crate::kernel::problem::Answer;
use crate::kernel::region::RegionCode;

/// The parcels with these ids, in no order; an unknown id has none.
pub fn parcels(c: &mut Conn, ids: &[ParcelId]) -> Answer<Vec<Parcel>> {
    store::parcels_by_id(c, ids)
}

/// The parcel with this number; of a wetland the newest survey year.
pub fn parcel_by_number(c: &mut Conn, number: &str) -> Answer<Option<Parcel>> {
    store::parcel_by_number(c, number)
}

/// The region with this code.
pub fn region(c: &mut Conn, code: &RegionCode) -> Answer<Option<Region>> {
    store::region(c, code)
}

/// The regions right below one, by code.
pub fn regions_below(c: &mut Conn, code: &RegionCode) -> Answer<Vec<Region>> {
    store::regions_below(c, code)
}

/// Where in the index of places the boxes begin that may touch this one.
pub(crate) fn strips_around(bounds: &Bounds) -> Vec<Strip> {
    bounds.strips()
}

/// Reads a polygon as it stands in a request.
pub fn read_polygon(polygon: &serde_json::Value) -> Answer<Shape> {
    geometry::read_geometry(polygon).map_err(refusal::polygon_refused)
}

/// Says why no restoration project may stand on the parcel: cropland, or a class linked to it, now
/// or when it entered (R17).
pub fn blocks_project(parcel: &Parcel) -> Option<Finding> {
    rules::blocks_project(parcel.land.land_class)
        .or_else(|| rules::blocks_project(parcel.entered_class))
}
