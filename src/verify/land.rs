//! Land: the grid that polygons are looked up by says of each parcel where it lies.

use crate::audit::{Findings, Plan, Proof};
use crate::kernel::db::Conn;
use crate::kernel::problem::Answer;

pub(super) fn plan() -> Plan {
    let proofs = vec![Proof { what: "the grid holds every parcel where it lies", find: cells }];
    Plan { proofs, ..Plan::default() }
}

/// The level by the size of the box, and the side of the cells of that level (`geometry/cells.rs`).
const PLACED: &str = "\
    SELECT p.*, level * 17592186044416 + (south / side) * 4194304 + west / side AS cell FROM ( \
        SELECT q.*, \
            CASE WHEN size <= 1024 THEN 0 WHEN size <= 4096 THEN 1 WHEN size <= 16384 THEN 2 \
                WHEN size <= 65536 THEN 3 WHEN size <= 262144 THEN 4 WHEN size <= 1048576 THEN 5 \
                WHEN size <= 4194304 THEN 6 WHEN size <= 16777216 THEN 7 ELSE 8 END AS level, \
            CASE WHEN size <= 1024 THEN 1024 WHEN size <= 4096 THEN 4096 \
                WHEN size <= 16384 THEN 16384 WHEN size <= 65536 THEN 65536 \
                WHEN size <= 262144 THEN 262144 WHEN size <= 1048576 THEN 1048576 \
                WHEN size <= 4194304 THEN 4194304 WHEN size <= 16777216 THEN 16777216 \
                ELSE 2147483648 END AS side \
        FROM (SELECT b.*, CASE WHEN east - west > north - south THEN east - west \
            ELSE north - south END AS size FROM parcel_polygons b) q) p";

fn cells(conn: &mut Conn, found: &mut Findings) -> Answer<()> {
    let sql = format!(
        "SELECT p.id AS key FROM ({PLACED}) p LEFT JOIN polygon_cells c ON c.id = p.id \
         WHERE c.id IS NULL OR c.kind <> p.kind OR c.cell <> p.cell OR c.west <> p.west \
             OR c.south <> p.south OR c.east <> p.east OR c.north <> p.north"
    );
    found.look(conn, "parcel_polygons", "the grid has it not, or elsewhere", &sql)?;
    found.look(
        conn,
        "polygon_cells",
        "there is no such polygon",
        "SELECT c.id AS key FROM polygon_cells c LEFT JOIN parcel_polygons p ON p.id = c.id \
         WHERE c.kind IN ('wetland', 'reserve') AND p.id IS NULL",
    )
}
