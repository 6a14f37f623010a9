//! Where the active parcels lie, for the search of what overlaps.

use std::collections::BTreeSet;

use diesel::prelude::*;

use crate::inventory::geometry::{Bounds, shape_of_text};
use crate::inventory::model::{LandClass, Neighbour, ParcelId, ParcelKind};
use crate::kernel::db::{Conn, Tx, derived_record};
use crate::kernel::problem::{Answer, Failure};
use crate::schema::{parcel_changes, parcel_imports, parcel_places, parcel_polygons, parcels};

derived_record! {
    /// A row is where the parcel with the same id lies now.
    pub(super) struct PlaceRow in parcel_places {
        id: ParcelId as Id,
        kind: ParcelKind as Text,
        cell_level: i64 as BigInt,
        cell_row: i64 as BigInt,
        west: i64 as BigInt,
        south: i64 as BigInt,
        east: i64 as BigInt,
        north: i64 as BigInt,
        polygon: Option<String> as Nullable<Text>,
    }
    replacing (id) set (cell_level, cell_row, west, south, east, north, polygon)
}

/// The level of what no search finds.
const LEVEL_WITHDRAWN: i64 = -1;

/// Where a parcel lies.
pub(super) struct Place {
    pub(super) id: ParcelId,
    pub(super) kind: ParcelKind,
    pub(super) bounds: Bounds,
    /// Absent when it is the polygon that entered.
    pub(super) polygon: Option<String>,
}

/// Places parcels, new ones and those of corrected geometry.
pub(super) fn place(tx: &mut Tx, places: Vec<Place>) -> Answer<()> {
    let row = |it: Place| {
        let (bounds, cell) = (it.bounds, it.bounds.cell());
        PlaceRow {
            id: it.id,
            kind: it.kind,
            cell_level: cell.level,
            cell_row: cell.row,
            west: bounds.west,
            south: bounds.south,
            east: bounds.east,
            north: bounds.north,
            polygon: it.polygon,
        }
    };
    Ok(tx.insert_derived(&places.into_iter().map(row).collect::<Vec<_>>())?)
}

/// Takes a parcel out of the search.
pub(super) fn displace(tx: &mut Tx, id: ParcelId) -> Answer<()> {
    let row: PlaceRow =
        parcel_places::table.find(id).select(PlaceRow::as_select()).first(tx.conn())?;
    Ok(tx.insert_derived(&[PlaceRow { cell_level: LEVEL_WITHDRAWN, ..row }])?)
}

/// How much of what entered and changed somebody saw.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Seen {
    /// The number of the last import.
    import: i64,
    /// The number of the last change of a parcel.
    change: i64,
}

/// What there is to be seen now.
pub(crate) fn seen(c: &mut Conn) -> Answer<Seen> {
    let import: Option<i64> =
        parcel_imports::table.select(diesel::dsl::max(parcel_imports::number)).first(c)?;
    let change: Option<i64> =
        parcel_changes::table.select(diesel::dsl::max(parcel_changes::number)).first(c)?;
    Ok(Seen { import: import.unwrap_or_default(), change: change.unwrap_or_default() })
}

/// Of which parcels neighbours are looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Since {
    Ever,
    /// Those of later imports, and these, which changed.
    Later {
        import: i64,
        changed: BTreeSet<ParcelId>,
    },
}

/// What is new since: parcels that entered, and parcels that lie elsewhere or are of another year.
pub(crate) fn since(c: &mut Conn, seen: &Seen) -> Answer<Since> {
    let changed: Vec<ParcelId> = parcel_changes::table
        .filter(parcel_changes::number.gt(seen.change))
        .select(parcel_changes::parcel_id)
        .load(c)?;
    Ok(Since::Later { import: seen.import, changed: changed.into_iter().collect() })
}

impl Since {
    fn takes(&self, row: &Row) -> bool {
        match self {
            Self::Ever => true,
            Self::Later { import, changed } => row.8 > *import || changed.contains(&row.0),
        }
    }
}

/// The geometry of a parcel that was corrected.
pub(super) fn corrected_polygon(c: &mut Conn, id: ParcelId) -> Answer<Option<String>> {
    let polygon: Option<Option<String>> =
        parcel_places::table.find(id).select(parcel_places::polygon).first(c).optional()?;
    Ok(polygon.flatten())
}

type Box4 = (i64, i64, i64, i64);
type Row = (ParcelId, ParcelKind, Box4, Option<String>, String, String, i64, LandClass, i64);

/// The active parcels whose boxes touch this one.
pub(crate) fn neighbours(c: &mut Conn, bounds: &Bounds, since: &Since) -> Answer<Vec<Neighbour>> {
    let mut near: Vec<Row> = Vec::new();
    for strip in bounds.strips() {
        let rows: Vec<Row> = parcel_places::table
            .inner_join(parcels::table.inner_join(parcel_polygons::table))
            .inner_join(parcel_imports::table.on(parcel_imports::id.eq(parcels::import_id)))
            .filter(parcel_places::cell_level.eq(strip.level))
            .filter(parcel_places::cell_row.eq_any(strip.rows))
            .filter(parcel_places::west.between(strip.west_min, strip.west_max))
            .filter(parcel_places::east.ge(bounds.west))
            .filter(parcel_places::south.le(bounds.north))
            .filter(parcel_places::north.ge(bounds.south))
            .select((
                parcel_places::id,
                parcel_places::kind,
                (
                    parcel_places::west,
                    parcel_places::south,
                    parcel_places::east,
                    parcel_places::north,
                ),
                parcel_places::polygon,
                parcel_polygons::polygon,
                parcels::number,
                parcels::land_survey_year,
                parcels::land_class,
                parcel_imports::number,
            ))
            .load(c)?;
        near.extend(rows);
    }
    near.retain(|row| since.takes(row));
    near.sort_by(|a, b| (&a.5, a.6).cmp(&(&b.5, b.6)));
    near.into_iter().map(neighbour).collect()
}

fn neighbour(row: Row) -> Answer<Neighbour> {
    let (id, kind, (west, south, east, north), corrected, entered, number, year, land_class, _) =
        row;
    let shape = shape_of_text(&corrected.unwrap_or(entered))
        .map_err(|_| Failure::broken("a polygon that was kept is a valid shape"))?;
    let bounds = Bounds { west, south, east, north };
    Ok(Neighbour { id, number, kind, land_class, survey_year: year, bounds, shape })
}

/// The boxes of the active parcels that touch this one.
pub(crate) fn boxes_near(c: &mut Conn, bounds: &Bounds) -> Answer<Vec<Bounds>> {
    let mut near: Vec<Bounds> = Vec::new();
    for strip in bounds.strips() {
        let boxes: Vec<Box4> = parcel_places::table
            .filter(parcel_places::cell_level.eq(strip.level))
            .filter(parcel_places::cell_row.eq_any(strip.rows))
            .filter(parcel_places::west.between(strip.west_min, strip.west_max))
            .filter(parcel_places::east.ge(bounds.west))
            .filter(parcel_places::south.le(bounds.north))
            .filter(parcel_places::north.ge(bounds.south))
            .select((
                parcel_places::west,
                parcel_places::south,
                parcel_places::east,
                parcel_places::north,
            ))
            .load(c)?;
        let bounds = |(west, south, east, north)| Bounds { west, south, east, north };
        near.extend(boxes.into_iter().map(bounds));
    }
    Ok(near)
}

/// The active parcels whose boxes touch this one, at most that many.
pub(crate) fn parcels_near(c: &mut Conn, bounds: &Bounds, most: usize) -> Answer<Vec<ParcelId>> {
    let mut near: Vec<ParcelId> = Vec::new();
    for strip in bounds.strips() {
        let ids: Vec<ParcelId> = parcel_places::table
            .filter(parcel_places::cell_level.eq(strip.level))
            .filter(parcel_places::cell_row.eq_any(strip.rows))
            .filter(parcel_places::west.between(strip.west_min, strip.west_max))
            .filter(parcel_places::east.ge(bounds.west))
            .filter(parcel_places::south.le(bounds.north))
            .filter(parcel_places::north.ge(bounds.south))
            .limit(i64::try_from(most).unwrap_or(i64::MAX))
            .select(parcel_places::id)
            .load(c)?;
        near.extend(ids);
    }
    Ok(near)
}
