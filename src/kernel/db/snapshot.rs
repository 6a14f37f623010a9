//! Reading as of one moment, by one connection or by several side by side.

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::Text;

use super::chain::HeadRow;
use super::connection::{self, Address, Conn, Use};
use crate::kernel::problem::Answer;
use crate::schema::audit_head;

/// How often SQLite's connections are put at the same moment before one of them reads alone.
const TRIES_MAX: usize = 1_000;

#[derive(QueryableByName)]
struct SnapshotRow {
    #[diesel(sql_type = Text)]
    snapshot: String,
}

/// Runs queries as of one moment: in one read-only transaction.
pub fn in_snapshot<T>(conn: &mut Conn, query: impl FnOnce(&mut Conn) -> Answer<T>) -> Answer<T> {
    begin(conn)?;
    let answer = query(conn);
    conn.batch_execute("ROLLBACK")?;
    answer
}

/// Opens connections outside the pool for a command that reads everything, such as `verify`: at most
/// so many, all of which see the same moment. With SQLite beside a writer that never rests it may
/// come down to one.
pub fn in_one_snapshot<T>(
    address: &Address,
    connections: usize,
    query: impl FnOnce(&mut [Conn]) -> Answer<T>,
) -> anyhow::Result<Answer<T>> {
    let mut conns = Vec::with_capacity(connections);
    for _ in 0..connections.max(1) {
        conns.push(connection::open(address, Use::Reading)?);
    }
    begin_together(&mut conns)?;
    Ok(query(&mut conns))
}

/// The name by which other connections to PostgreSQL see what this one sees.
pub(super) fn export(conn: &mut PgConnection) -> QueryResult<String> {
    let exported = diesel::sql_query("SELECT pg_export_snapshot() AS snapshot");
    exported.get_result(conn).map(|row: SnapshotRow| row.snapshot)
}

pub(super) fn begin(conn: &mut Conn) -> QueryResult<()> {
    conn.batch_execute(match conn {
        Conn::Pg(_) => "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
        Conn::Sqlite(_) => "BEGIN",
    })
}

fn begin_together(conns: &mut Vec<Conn>) -> QueryResult<()> {
    let Some((first, others)) = conns.split_first_mut() else { return Ok(()) };
    if let Conn::Pg(_) = first {
        begin(first)?;
        let Conn::Pg(postgres) = first else { return Ok(()) };
        let import = format!("SET TRANSACTION SNAPSHOT '{}'", export(postgres)?);
        for other in others {
            begin(other)?;
            other.batch_execute(&import)?;
        }
        return Ok(());
    }
    for _ in 0..TRIES_MAX {
        for conn in conns.iter_mut() {
            begin(conn)?;
        }
        // A transaction of SQLite sees what was there at its first read, and whatever is written
        // moves the end of the chain. A database without one is looked at by one connection.
        let ends: Vec<Option<HeadRow>> = conns.iter_mut().map(end_of_chain).collect();
        if ends.windows(2).all(|two| matches!(two, [Some(one), Some(other)] if one == other)) {
            return Ok(());
        }
        for conn in conns.iter_mut() {
            conn.batch_execute("ROLLBACK")?;
        }
    }
    conns.truncate(1);
    conns.iter_mut().try_for_each(begin)
}

fn end_of_chain(conn: &mut Conn) -> Option<HeadRow> {
    audit_head::table.find(1).select(HeadRow::as_select()).first(conn).ok()
}
