//! Where parcels lie: the search for overlaps finds each active parcel at its newest geometry.

use crate::audit::{Findings, Plan, Proof};
use crate::kernel::db::Conn;
use crate::kernel::problem::Answer;

pub(super) fn plan() -> Plan {
    let proofs = vec![Proof { what: "parcels lie where they are looked for", find: places }];
    Plan { proofs, ..Plan::default() }
}

/// The newest geometry of each parcel, and whether it was withdrawn.
const NEWEST: &str = "\
    SELECT g.id, g.kind, c.polygon AS corrected, w.id AS withdrawn, \
        COALESCE(c.west, g.west) AS west, COALESCE(c.south, g.south) AS south, \
        COALESCE(c.east, g.east) AS east, COALESCE(c.north, g.north) AS north \
    FROM parcel_polygons g \
    LEFT JOIN parcel_withdrawals w ON w.id = g.id \
    LEFT JOIN parcel_changes c ON c.parcel_id = g.id AND c.version = ( \
        SELECT MAX(n.version) FROM parcel_changes n \
        WHERE n.parcel_id = g.id AND n.polygon IS NOT NULL)";

/// The level of a box and the side of the cells of a level, as `inventory/geometry/grid.rs` has them.
const CELLS: &str = "\
    SELECT n.*, CASE WHEN east - west <= 8192 AND north - south <= 8192 THEN 0 \
        WHEN east - west <= 131072 AND north - south <= 131072 THEN 1 \
        WHEN east - west <= 2097152 AND north - south <= 2097152 THEN 2 \
        WHEN east - west <= 33554432 AND north - south <= 33554432 THEN 3 ELSE 4 END AS fit";

fn places(conn: &mut Conn, found: &mut Findings) -> Answer<()> {
    let sql = format!(
        "SELECT n.id AS key FROM ({CELLS} FROM ({NEWEST}) n) n \
         LEFT JOIN parcel_places p ON p.id = n.id \
         WHERE p.id IS NULL OR p.kind <> n.kind \
             OR p.polygon IS DISTINCT FROM n.corrected \
             OR p.west <> n.west OR p.south <> n.south OR p.east <> n.east OR p.north <> n.north \
             OR p.cell_level <> CASE WHEN n.withdrawn IS NULL THEN n.fit ELSE -1 END \
             OR p.cell_row <> n.south / CASE n.fit WHEN 0 THEN 8192 WHEN 1 THEN 131072 \
                 WHEN 2 THEN 2097152 WHEN 3 THEN 33554432 ELSE 1073741824 END"
    );
    found.look(conn, "parcel_places", "the parcel does not lie where it is looked for", &sql)?;
    found.look(
        conn,
        "parcel_places",
        "no such parcel entered",
        "SELECT p.id AS key FROM parcel_places p \
         WHERE NOT EXISTS (SELECT 1 FROM parcel_polygons g WHERE g.id = p.id)",
    )
}
