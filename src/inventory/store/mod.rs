//! Every SQL statement of the inventory; the rows are private.

mod answers;
mod changes;
mod features;
mod counties;
mod duties;
mod imports;
mod layers;
mod mapped;
mod lists;
mod parcels;
mod places;
mod published;
mod regions;
mod withdrawals;

pub(super) use answers::{answers, insert_answer};
pub(super) use changes::{NewChange, changes, insert_change, polygon_before};
pub(crate) use counties::{CountyOnMap, boundaries_after, boundaries_from, extent_of_boundaries};
pub(super) use duties::{DutyRow, duties_near};
pub(super) use features::{Among, feature_boxes, feature_numbers_taken, features, features_near};
pub(super) use imports::{import, imports, insert_import};
pub(super) use layers::{
    VersionFilter, comments, files, insert_comment, insert_file, insert_step, insert_version,
    steps, update_version, version, version_in_force, versions, versions_in_force,
};
pub(super) use lists::{
    decisions_on, insert_decision, insert_list, insert_marker, list, list_versions, lists_page,
    markers_page, newest_decisions, wetlands_in,
};
pub(crate) use mapped::{MapFilter, extent_of_parcels, mapped_parcels};
pub(super) use parcels::{
    ParcelFilter, insert_parcels, latest_wetland_year, numbers_taken, parcel, parcel_by_number,
    parcels, parcels_by_id, polygon, sums_by_class, update_parcel,
};
pub(super) use places::{Seen, Since, boxes_near, neighbours, parcels_near, seen, since};
pub(super) use published::{
    insert_published, insert_target, newest_published, published, published_page, published_same,
    published_versions, regions_named, target, targets_page, wetland_sums,
};
pub(super) use regions::{
    boundaries, insert_boundary, insert_regions, known_regions, region, regions_below,
    regions_under, townships_among, townships_within, update_region,
};
pub(super) use withdrawals::{insert_withdrawal, withdrawal};
