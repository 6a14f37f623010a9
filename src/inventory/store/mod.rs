//! Every SQL statement of the inventory; the rows are private.

mod imports;
mod lists;
mod parcels;
mod published;
mod regions;

pub(super) use imports::{import, imports, insert_import, last_import_number};
pub(super) use lists::{
    decisions_on, insert_decision, insert_list, insert_marker, list, list_versions, lists_page,
    markers_page, newest_decisions, wetlands_in,
};
pub(super) use parcels::{
    ParcelFilter, insert_parcels, latest_wetland_year, neighbours, numbers_taken, parcel,
    parcel_by_number, parcels, parcels_by_id, polygon, sums_by_class, update_parcel,
};
pub(super) use published::{
    insert_published, insert_target, newest_published, published, published_page, published_same,
    published_versions, regions_named, target, targets_page, wetland_sums,
};
pub(super) use regions::{
    boundaries, insert_boundary, insert_regions, known_regions, region, regions_below,
    regions_under, townships_among, update_region,
};
