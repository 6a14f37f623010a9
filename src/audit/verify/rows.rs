//! Every row of every table against the digest of its last change.

use std::collections::BTreeSet;

use diesel::prelude::*;
use diesel::sql_types::Text;
use sha2::{Digest, Sha256};

use super::{Findings, Plan, field};
use crate::audit::store::raw::{self, RawRow, RawTable, quoted};
use crate::kernel::db::Conn;
use crate::kernel::problem::Answer;

const ROWS_PER_PAGE: usize = 1_000;

/// The log's own tables, which the chain and the tree over it prove.
const OF_THE_LOG: [&str; 4] = ["audit_entries", "audit_changes", "audit_head", "audit_nodes"];

/// The last change of one row.
#[derive(QueryableByName)]
struct Last {
    #[diesel(sql_type = Text)]
    key: String,
    #[diesel(sql_type = Text)]
    digest: String,
    #[diesel(sql_type = Text)]
    seq: String,
}

/// Returns how many rows were read.
pub(super) fn prove(
    conn: &mut Conn,
    tables: &[RawTable],
    plan: &Plan,
    named: &BTreeSet<String>,
    found: &mut Findings,
) -> Answer<i64> {
    let undigested = |name: &str| {
        OF_THE_LOG.contains(&name) || plan.undigested.iter().any(|one| one.table == name)
    };
    let mut rows = 0;
    for table in tables.iter().filter(|table| !undigested(&table.name)) {
        if table.has("id") {
            rows += prove_table(conn, table, found)?;
        } else {
            found.add("catalogue", &table.name, "the table has no ids and nothing else proves it");
        }
    }
    for name in named {
        if undigested(name) || !tables.iter().any(|table| table.name == *name) {
            found.add("catalogue", name, "the table has digests in the log, but is not there");
        }
    }
    Ok(rows)
}

fn prove_table(conn: &mut Conn, table: &RawTable, found: &mut Findings) -> Answer<i64> {
    let (mut rows, mut after) = (0, None::<String>);
    loop {
        let page = next_rows(conn, table, after.as_deref())?;
        let full = page.len() == ROWS_PER_PAGE;
        let upto = if full { page.last().map(|row| row.key.clone()) } else { None };
        let lasts = last_changes(conn, &table.name, after.as_deref(), upto.as_deref())?;
        rows += i64::try_from(page.len()).unwrap_or(i64::MAX);
        compare(&table.name, page, lasts, found);
        if !full {
            return Ok(rows);
        }
        after = upto;
    }
}

fn next_rows(conn: &mut Conn, table: &RawTable, after: Option<&str>) -> Answer<Vec<RawRow>> {
    let condition = after.map_or("1 = 1".to_owned(), |id| format!("id > {}", quoted(id)));
    table.page(conn, ("id", &[]), "''", &condition, "id", ROWS_PER_PAGE)
}

/// The last changes of the rows in that range of ids, in the order of ids.
fn last_changes(
    conn: &mut Conn,
    table: &str,
    after: Option<&str>,
    upto: Option<&str>,
) -> Answer<Vec<Last>> {
    let mut condition = format!("table_name = {}", quoted(table));
    if let Some(after) = after {
        condition += &format!(" AND row_id > {}", quoted(after));
    }
    if let Some(upto) = upto {
        condition += &format!(" AND row_id <= {}", quoted(upto));
    }
    let hex = match conn {
        Conn::Pg(_) => "encode(digest, 'hex')",
        Conn::Sqlite(_) => "lower(hex(digest))",
    };
    let sql = format!(
        "SELECT CAST(row_id AS TEXT) AS key, {hex} AS digest, CAST(seq AS TEXT) AS seq FROM (\
             SELECT row_id, digest, seq, \
                 ROW_NUMBER() OVER (PARTITION BY row_id ORDER BY seq DESC, n DESC) AS place \
             FROM audit_changes WHERE {condition}\
         ) one WHERE place = 1 ORDER BY row_id"
    );
    raw::load(conn, &sql)
}

/// Merges rows and last changes, both in the order of ids.
fn compare(table: &str, rows: Vec<RawRow>, lasts: Vec<Last>, found: &mut Findings) {
    let mut lasts = lasts.into_iter().peekable();
    for row in rows {
        while let Some(removed) = lasts.next_if(|last| last.key < row.key) {
            found.add(table, &removed.key, was_removed(&removed.seq));
        }
        match lasts.next_if(|last| last.key == row.key) {
            None => found.add(table, &row.key, "the row was added: no entry of the log saved it"),
            Some(last) if digest(table, &row.canonical) != last.digest => found.add(
                table,
                &row.key,
                format!("the row was changed: it is not as entry {} saved it", last.seq),
            ),
            Some(_) => {}
        }
    }
    for removed in lasts {
        found.add(table, &removed.key, was_removed(&removed.seq));
    }
}

fn was_removed(seq: &str) -> String {
    format!("the row was removed: entry {seq} saved it")
}

fn digest(table: &str, canonical: &str) -> String {
    let mut text = String::with_capacity(table.len() + canonical.len() + 4);
    field(table, &mut text);
    text.push_str(canonical);
    hex::encode(Sha256::digest(text.trim_end_matches('-').as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(key: &str, canonical: &str) -> RawRow {
        RawRow { key: key.into(), canonical: canonical.into(), more: String::new() }
    }

    fn last(key: &str, canonical: &str) -> Last {
        Last { key: key.into(), digest: digest("t", canonical), seq: "7".into() }
    }

    #[track_caller]
    fn check(rows: &[(&str, &str)], lasts: &[(&str, &str)], expected: &[&str]) {
        let mut found = Findings::default();
        compare(
            "t",
            rows.iter().map(|(key, text)| row(key, text)).collect(),
            lasts.iter().map(|(key, text)| last(key, text)).collect(),
            &mut found,
        );
        let found: Vec<String> = found.shown.iter().map(ToString::to_string).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn r93_a_row_changed_removed_or_added_is_named() {
        check(&[("a", "1"), ("b", "2")], &[("a", "1"), ("b", "2")], &[]);
        check(
            &[("a", "1"), ("b", "3")],
            &[("a", "1"), ("b", "2")],
            &["t b: the row was changed: it is not as entry 7 saved it"],
        );
        check(
            &[("b", "2")],
            &[("a", "1"), ("b", "2")],
            &["t a: the row was removed: entry 7 saved it"],
        );
        check(
            &[("a", "1")],
            &[("a", "1"), ("b", "2")],
            &["t b: the row was removed: entry 7 saved it"],
        );
        check(
            &[("a", "1"), ("b", "2")],
            &[("b", "2")],
            &["t a: the row was added: no entry of the log saved it"],
        );
        check(
            &[("a", "2"), ("b", "1")],
            &[("a", "1"), ("b", "2")],
            &[
                "t a: the row was changed: it is not as entry 7 saved it",
                "t b: the row was changed: it is not as entry 7 saved it",
            ],
        );
    }
}
