//! What can be done with the inventory: take regions, boundaries and files of parcels in, survey
//! parcels again, and answer what other capabilities ask.

mod candidates;
mod check;
mod compare;
mod corrections;
mod duties;
mod enter;
mod export;
mod handed;
mod land;
mod layer_files;
mod layers;
mod lists;
mod papers;
mod published;
mod regions;
mod surveys;

pub use candidates::{ListCandidate, list_candidates};
pub(crate) use check::names_of;
pub use check::{CheckParcels, Checked, check_parcels, read_parcels};
pub use compare::{LayerComparison, ParcelComparison, compare_layer};
pub use corrections::{correct_land, correct_monitoring, own_parcel, withdraw_parcel};
pub use duties::{Duty, duty_on_parcel, impose_duty, placed_area, shape_of_parcels};
pub use enter::{EnterParcels, enter_parcels};
pub(crate) use export::export_parcels;
pub use handed::{check_reserve_file, enter_whole, refuse_unless};
pub use land::{
    keep_land_answer, kept_land_answers, land_at, land_bar, land_of_parcel, may_use_land,
};
pub use layer_files::{CheckedLayer, add_layer_file, check_layer};
pub use layers::{
    BeginLayer, CommentLayer, LayerDecision, approve_layer, argue_layer, begin_layer,
    comment_layer, consult_layer,
};
pub(crate) use layers::{own_layer, readable_layer};
pub use lists::{
    DecideOnList, ListEntryText, PublishList, SetMarker, create_list_decision, create_wetland_list,
    create_wetland_marker,
};
pub(crate) use papers::{attach_document, parcel_documents};
pub use published::{KeepPublished, SetTarget, create_published_table, create_wetland_target};
pub use regions::{RegionsLoaded, create_county_boundary, create_regions};
pub use surveys::{create_land_survey, create_monitoring};
