//! Every SQL statement of the inventory; the rows are private.

mod counties;
mod imports;
mod mapped;
mod parcels;
mod regions;

pub(crate) use counties::{CountyOnMap, boundaries_after, boundaries_from, extent_of_boundaries};
pub(super) use imports::{import, imports, insert_import, last_import_number};
pub(crate) use mapped::{MapFilter, extent_of_parcels, mapped_parcels};
pub(super) use parcels::{
    ParcelFilter, insert_parcels, latest_wetland_year, neighbours, numbers_taken, parcel,
    parcel_by_number, parcels, parcels_by_id, polygon, sums_by_class, update_parcel,
};
pub(super) use regions::{
    boundaries, insert_boundary, insert_regions, known_regions, region, regions_under,
    townships_among, update_region,
};
