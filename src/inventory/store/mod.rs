//! Every SQL statement of the inventory; the rows are private.

mod cells;
mod imports;
mod parcels;
mod regions;

// Features of layers are placed and looked up here too, under kinds of their own.
pub(crate) use cells::{Near, Nearby, near, place};
pub(super) use imports::{import, imports, insert_import, last_import_number};
pub(super) use parcels::{
    ParcelFilter, insert_parcels, latest_wetland_year, neighbours, numbers_taken, parcel,
    parcel_by_number, parcels, parcels_by_id, polygon, sums_by_class, update_parcel,
};
pub(super) use regions::{
    boundaries, insert_boundary, insert_regions, known_regions, region, regions_under,
    townships_among, update_region,
};
