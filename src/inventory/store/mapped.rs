//! Parcels with their polygons, page by page, for maps and exports.

use diesel::dsl::{max, min};
use diesel::prelude::*;

use super::parcels::ParcelRow;
use crate::inventory::geometry::Bounds;
use crate::inventory::model::{Parcel, ParcelId, ParcelKind};
use crate::kernel::db::Conn;
use crate::kernel::problem::Answer;
use crate::kernel::region::RegionCode;
use crate::schema::{parcel_polygons, parcels};

/// Which parcels are wanted on a map.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct MapFilter {
    /// What the reader may see at all.
    pub(crate) region: Option<RegionCode>,
    pub(crate) county: Option<RegionCode>,
    pub(crate) township: Option<RegionCode>,
    pub(crate) kind: Option<ParcelKind>,
    pub(crate) bounds: Option<Bounds>,
}

/// Parcels whose box touches the wanted one with their polygons as GeoJSON, in the order in which
/// they entered.
pub(crate) fn mapped_parcels(
    c: &mut Conn,
    filter: &MapFilter,
    after: Option<ParcelId>,
    rows_max: i64,
) -> Answer<Vec<(Parcel, String)>> {
    let mut query = parcels::table
        .inner_join(parcel_polygons::table)
        .select((ParcelRow::as_select(), parcel_polygons::polygon))
        .into_boxed();
    if let Some(region) = &filter.region {
        query = query.filter(parcels::township.like(format!("{region}%")));
    }
    if let Some(county) = filter.county.clone() {
        query = query.filter(parcels::county.eq(county));
    }
    if let Some(township) = filter.township.clone() {
        query = query.filter(parcels::township.eq(township));
    }
    if let Some(kind) = filter.kind {
        query = query.filter(parcel_polygons::kind.eq(kind));
    }
    if let Some(Bounds { west, south, east, north }) = filter.bounds {
        query = query
            .filter(parcel_polygons::west.le(east))
            .filter(parcel_polygons::east.ge(west))
            .filter(parcel_polygons::south.le(north))
            .filter(parcel_polygons::north.ge(south));
    }
    if let Some(after) = after {
        query = query.filter(parcels::id.gt(after));
    }
    let rows: Vec<(ParcelRow, String)> = query.order(parcels::id).limit(rows_max).load(c)?;
    Ok(rows.into_iter().map(|(row, polygon)| (Parcel::from(row), polygon)).collect())
}

/// The box around the parcels that the filter lets through.
pub(crate) fn extent_of_parcels(c: &mut Conn, filter: &MapFilter) -> Answer<Option<Bounds>> {
    type Sides = (Option<i64>, Option<i64>, Option<i64>, Option<i64>);
    let mut query = parcels::table
        .inner_join(parcel_polygons::table)
        .select((
            min(parcel_polygons::west),
            min(parcel_polygons::south),
            max(parcel_polygons::east),
            max(parcel_polygons::north),
        ))
        .into_boxed();
    if let Some(region) = &filter.region {
        query = query.filter(parcels::township.like(format!("{region}%")));
    }
    if let Some(kind) = filter.kind {
        query = query.filter(parcel_polygons::kind.eq(kind));
    }
    let (west, south, east, north): Sides = query.first(c)?;
    Ok((|| Some(Bounds { west: west?, south: south?, east: east?, north: north? }))())
}
