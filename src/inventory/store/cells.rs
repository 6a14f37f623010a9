//! Where polygons lie on the grid: the one index that overlaps, maps and lists look polygons up by,
//! for parcels and for the features of layers alike.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};
use uuid::Uuid;

use crate::inventory::geometry::{Bounds, cell_of, runs_around};
use crate::kernel::db::{Conn, Id, RawId, Tx, derived_record};
use crate::kernel::problem::Answer;

derived_record! {
    /// A row is the cell and the box of the polygon with the same id.
    pub(super) struct CellRow in polygon_cells {
        id: RawId as Id,
        kind: String as Text,
        cell: i64 as BigInt,
        west: i64 as BigInt,
        south: i64 as BigInt,
        east: i64 as BigInt,
        north: i64 as BigInt,
    }
}

/// A polygon whose box touches the one that was asked about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Nearby {
    pub(crate) id: Uuid,
    pub(crate) kind: String,
    pub(crate) bounds: Bounds,
}

/// Which polygons are wanted of those near a box.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Near<'a> {
    pub(crate) bounds: &'a Bounds,
    /// The kinds under which they were placed.
    pub(crate) kinds: &'a [&'a str],
    /// Only those with a later id.
    pub(crate) after: Option<Uuid>,
    pub(crate) rows_max: i64,
}

impl<'a> Near<'a> {
    /// All of these kinds that touch the box.
    pub(crate) fn all(bounds: &'a Bounds, kinds: &'a [&'a str]) -> Self {
        Self { bounds, kinds, after: None, rows_max: i64::MAX }
    }
}

/// Places polygons on the grid, each under its kind, which is what it is looked up by later.
pub(crate) fn place(tx: &mut Tx, polygons: &[(Uuid, &str, Bounds)]) -> Answer<()> {
    let row = |(id, kind, bounds): &(Uuid, &str, Bounds)| CellRow {
        id: RawId(*id),
        kind: (*kind).to_owned(),
        cell: cell_of(bounds),
        west: bounds.west,
        south: bounds.south,
        east: bounds.east,
        north: bounds.north,
    };
    let rows: Vec<CellRow> = polygons.iter().map(row).collect();
    Ok(tx.insert_derived(&rows)?)
}

#[derive(QueryableByName)]
struct NearbyRow {
    #[diesel(sql_type = Id)]
    id: RawId,
    #[diesel(sql_type = Text)]
    kind: String,
    #[diesel(sql_type = BigInt)]
    west: i64,
    #[diesel(sql_type = BigInt)]
    south: i64,
    #[diesel(sql_type = BigInt)]
    east: i64,
    #[diesel(sql_type = BigInt)]
    north: i64,
}

/// CROSS JOIN keeps the order: the runs first, then the index for each of them.
const NEAR_SQLITE: &str = "\
    SELECT c.id, c.kind, c.west, c.south, c.east, c.north \
    FROM json_each(?) r CROSS JOIN polygon_cells c \
    WHERE c.cell BETWEEN json_extract(r.value, '$[0]') AND json_extract(r.value, '$[1]') \
        AND c.west <= ? AND c.east >= ? AND c.south <= ? AND c.north >= ? \
        AND c.kind IN (SELECT value FROM json_each(?)) AND c.id > ? \
    ORDER BY c.id LIMIT ?";

const NEAR_PG: &str = "\
    SELECT c.id, c.kind, c.west, c.south, c.east, c.north \
    FROM json_array_elements(CAST($1 AS json)) r CROSS JOIN polygon_cells c \
    WHERE c.cell BETWEEN CAST(r.value->>0 AS BIGINT) AND CAST(r.value->>1 AS BIGINT) \
        AND c.west <= $2 AND c.east >= $3 AND c.south <= $4 AND c.north >= $5 \
        AND c.kind IN (SELECT json_array_elements_text(CAST($6 AS json))) AND c.id > $7 \
    ORDER BY c.id LIMIT $8";

/// The polygons whose boxes touch the box, in the order of their ids.
pub(crate) fn near(c: &mut Conn, wanted: Near<'_>) -> Answer<Vec<Nearby>> {
    let runs = serde_json::to_string(&runs_around(wanted.bounds)).map_err(anyhow::Error::from)?;
    let kinds = serde_json::to_string(wanted.kinds).map_err(anyhow::Error::from)?;
    let after = RawId(wanted.after.unwrap_or_default());
    let Bounds { west, south, east, north } = *wanted.bounds;
    macro_rules! rows {
        ($sql:expr, $conn:expr) => {
            diesel::sql_query($sql)
                .bind::<Text, _>(runs)
                .bind::<BigInt, _>(east)
                .bind::<BigInt, _>(west)
                .bind::<BigInt, _>(north)
                .bind::<BigInt, _>(south)
                .bind::<Text, _>(kinds)
                .bind::<Id, _>(after)
                .bind::<BigInt, _>(wanted.rows_max)
                .load::<NearbyRow>($conn)?
        };
    }
    let rows = match c {
        Conn::Pg(conn) => rows!(NEAR_PG, conn),
        Conn::Sqlite(conn) => rows!(NEAR_SQLITE, conn),
    };
    let nearby = |row: NearbyRow| Nearby {
        id: row.id.0,
        kind: row.kind,
        bounds: Bounds { west: row.west, south: row.south, east: row.east, north: row.north },
    };
    Ok(rows.into_iter().map(nearby).collect())
}
