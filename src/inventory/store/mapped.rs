//! Active parcels with the polygons that count, page by page, for maps and exports.

use diesel::dsl::{max, min};
use diesel::prelude::*;

use super::parcels::ParcelRow;
use crate::inventory::geometry::{Bounds, shape_of_text};
use crate::inventory::model::{Parcel, ParcelId, ParcelKind};
use crate::kernel::db::Conn;
use crate::kernel::problem::{Answer, Failure};
use crate::kernel::region::RegionCode;
use crate::schema::{parcel_places, parcel_polygons, parcels};

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

/// Of more rows of cells all between the first and the last are read and sifted.
const ROWS_MAX: usize = 64;
/// The most ids that one statement names.
const IDS_MAX: usize = 500;

/// Active parcels with their polygons as GeoJSON, in the order in which they entered; where a box is
/// wanted, those that touch it.
pub(crate) fn mapped_parcels(
    c: &mut Conn,
    filter: &MapFilter,
    after: Option<ParcelId>,
    rows_max: i64,
) -> Answer<Vec<(Parcel, String)>> {
    let Some(bounds) = filter.bounds else { return page(c, filter, None, after, rows_max) };
    let wanted = usize::try_from(rows_max).unwrap_or(usize::MAX);
    let (mut found, mut after) = (Vec::new(), after);
    // Those of other regions, and those that only their boxes bring near, leave a page short.
    loop {
        let ids = ids_near(c, &bounds, filter.kind, after, rows_max)?;
        for ids in ids.chunks(IDS_MAX) {
            for (parcel, polygon) in page(c, filter, Some(ids), None, rows_max)? {
                if touches(&polygon, &bounds)? {
                    found.push((parcel, polygon));
                }
            }
        }
        after = ids.last().copied();
        if found.len() >= wanted || ids.len() < wanted {
            found.truncate(wanted);
            return Ok(found);
        }
    }
}

fn touches(polygon: &str, bounds: &Bounds) -> Answer<bool> {
    let shape = shape_of_text(polygon)
        .map_err(|_| Failure::broken("a polygon that was kept is a valid shape"))?;
    Ok(shape.touches(bounds))
}

fn page(
    c: &mut Conn,
    filter: &MapFilter,
    ids: Option<&[ParcelId]>,
    after: Option<ParcelId>,
    rows_max: i64,
) -> Answer<Vec<(Parcel, String)>> {
    let mut query = parcels::table
        .inner_join(parcel_places::table)
        .inner_join(parcel_polygons::table)
        .filter(parcel_places::cell_level.ge(0))
        .select((ParcelRow::as_select(), parcel_places::polygon, parcel_polygons::polygon))
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
        query = query.filter(parcels::kind.eq(kind));
    }
    if let Some(ids) = ids {
        query = query.filter(parcels::id.eq_any(ids));
    }
    if let Some(after) = after {
        query = query.filter(parcels::id.gt(after));
    }
    type Row = (ParcelRow, Option<String>, String);
    let rows: Vec<Row> = query.order(parcels::id).limit(rows_max).load(c)?;
    let mapped = |(row, corrected, entered): Row| (Parcel::from(row), corrected.unwrap_or(entered));
    Ok(rows.into_iter().map(mapped).collect())
}

/// The first ids of those whose boxes touch the box.
fn ids_near(
    c: &mut Conn,
    bounds: &Bounds,
    kind: Option<ParcelKind>,
    after: Option<ParcelId>,
    rows_max: i64,
) -> Answer<Vec<ParcelId>> {
    let mut near: Vec<ParcelId> = Vec::new();
    for strip in bounds.strips() {
        let mut query = parcel_places::table
            .filter(parcel_places::cell_level.eq(strip.level))
            .filter(parcel_places::west.between(strip.west_min, strip.west_max))
            .filter(parcel_places::east.ge(bounds.west))
            .filter(parcel_places::south.le(bounds.north))
            .filter(parcel_places::north.ge(bounds.south))
            .select(parcel_places::id)
            .into_boxed();
        query = match (strip.rows.first(), strip.rows.last()) {
            (Some(first), Some(last)) if strip.rows.len() > ROWS_MAX => {
                query.filter(parcel_places::cell_row.between(*first, *last))
            }
            _ => query.filter(parcel_places::cell_row.eq_any(strip.rows)),
        };
        if let Some(kind) = kind {
            query = query.filter(parcel_places::kind.eq(kind));
        }
        if let Some(after) = after {
            query = query.filter(parcel_places::id.gt(after));
        }
        let ids: Vec<ParcelId> = query.order(parcel_places::id).limit(rows_max).load(c)?;
        near.extend(ids);
    }
    near.sort_unstable();
    near.truncate(usize::try_from(rows_max).unwrap_or(usize::MAX));
    Ok(near)
}

/// The box around the active parcels that the filter lets through.
pub(crate) fn extent_of_parcels(c: &mut Conn, filter: &MapFilter) -> Answer<Option<Bounds>> {
    type Sides = (Option<i64>, Option<i64>, Option<i64>, Option<i64>);
    let mut query = parcels::table
        .inner_join(parcel_places::table)
        .filter(parcel_places::cell_level.ge(0))
        .select((
            min(parcel_places::west),
            min(parcel_places::south),
            max(parcel_places::east),
            max(parcel_places::north),
        ))
        .into_boxed();
    if let Some(region) = &filter.region {
        query = query.filter(parcels::township.like(format!("{region}%")));
    }
    if let Some(kind) = filter.kind {
        query = query.filter(parcels::kind.eq(kind));
    }
    let (west, south, east, north): Sides = query.first(c)?;
    Ok(match (west, south, east, north) {
        (Some(west), Some(south), Some(east), Some(north)) => {
            Some(Bounds { west, south, east, north })
        }
        _ => None,
    })
}
