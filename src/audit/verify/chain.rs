//! The chain: every entry with its changes, from the first to the head.

use std::collections::BTreeSet;

use sha2::{Digest, Sha256};

use super::tree::Tree;
use super::{Findings, field};
use crate::audit::checkpoint::Checkpoint;
use crate::audit::store::raw::{RawRow, RawTable};
use crate::kernel::db::Conn;
use crate::kernel::problem::Answer;

const ENTRIES_PER_PAGE: usize = 500;
const CHANGES_PER_PAGE: usize = 4_000;

/// What was seen of the chain.
pub(super) struct Chain {
    pub(super) entries: i64,
    pub(super) changes: i64,
    /// The root of the tree over them.
    pub(super) root: String,
    /// The tables that any change names.
    pub(super) tables: BTreeSet<String>,
}

/// Where the walk has come to.
struct Walk<'a> {
    found: &'a mut Findings,
    checkpoint: Option<&'a Checkpoint>,
    seq: i64,
    at: String,
    hash: String,
}

pub(super) fn prove(
    conn: &mut Conn,
    tables: &[RawTable],
    checkpoint: Option<&Checkpoint>,
    found: &mut Findings,
) -> Answer<Chain> {
    let mut walk = Walk {
        found,
        checkpoint,
        seq: 0,
        at: "1970-01-01T00:00:00.000000Z".into(),
        hash: "00".repeat(32),
    };
    let mut chain = Chain { entries: 0, changes: 0, root: String::new(), tables: BTreeSet::new() };
    let find = |name: &str| tables.iter().find(|table| table.name == name);
    let (Some(entries), Some(of_changes)) = (find("audit_entries"), find("audit_changes")) else {
        walk.found.add("catalogue", "audit_entries", "there is no audit log");
        return Ok(chain);
    };
    let mut changes =
        Changes { table: of_changes, page: Vec::new().into_iter(), last: (0, -1), ended: false };
    let mut pending = changes.next(conn, walk.found)?;
    let mut tree = Tree::begin(conn, tables, walk.found)?;
    loop {
        let page = next_entries(conn, entries, walk.seq)?;
        let full = page.len() == ENTRIES_PER_PAGE;
        for row in page {
            let Ok(seq) = row.key.parse::<i64>() else {
                walk.found.add("audit_entries", &row.key, "the entry has no number");
                return Ok(chain);
            };
            let mut canonical = row.canonical;
            let mut n = 0;
            while let Some(change) = pending.take_if(|change| change.seq <= seq) {
                if change.seq < seq {
                    walk.found.add(
                        "audit_changes",
                        &change,
                        "a change of an entry that is missing",
                    );
                } else {
                    if change.n != n {
                        walk.found.add(
                            "audit_changes",
                            &change,
                            format!("change {n} of the entry is missing"),
                        );
                    }
                    n = change.n + 1;
                    canonical.push_str(&change.canonical);
                    chain.tables.insert(change.table);
                }
                chain.changes += 1;
                pending = changes.next(conn, walk.found)?;
            }
            walk.step(seq, canonical, &row.more);
            tree.step(conn, seq, &walk.hash, walk.found)?;
            walk.hold(&tree);
            chain.entries += 1;
        }
        if !full {
            break;
        }
    }
    while let Some(change) = pending {
        walk.found.add("audit_changes", &change, "a change of an entry that is missing");
        chain.changes += 1;
        pending = changes.next(conn, walk.found)?;
    }
    walk.end(conn, find("audit_head"))?;
    tree.end(conn, walk.found)?;
    chain.root = hex::encode(tree.root());
    Ok(chain)
}

fn next_entries(conn: &mut Conn, entries: &RawTable, after: i64) -> Answer<Vec<RawRow>> {
    let more = format!("{} || ' ' || {}", entries.text("hash"), entries.text("recorded_at"));
    entries.page(
        conn,
        ("seq", &["hash"]),
        &more,
        &format!("seq > {after}"),
        "seq",
        ENTRIES_PER_PAGE,
    )
}

impl Walk<'_> {
    /// Goes on to the next entry. Each is held against the hash that stands with the one before, so
    /// that one wrong entry is one finding.
    fn step(&mut self, seq: i64, canonical: String, hash_and_time: &str) {
        let (hash, at) = hash_and_time.split_once(' ').unwrap_or((hash_and_time, ""));
        if seq != self.seq + 1 {
            self.found.add("audit_entries", self.seq + 1, "the entry was removed");
        } else {
            let mut bytes = canonical.into_bytes();
            bytes.extend(hex::decode(&self.hash).unwrap_or_default());
            if hex::encode(Sha256::digest(&bytes)) != hash {
                self.found.add(
                    "audit_entries",
                    seq,
                    "the entry, one of its changes or its hash is not as it was chained",
                );
            }
        }
        (self.seq, self.at, self.hash) = (seq, at.to_owned(), hash.to_owned());
    }

    /// Holds the tree so far against the checkpoint, if that signs so many entries.
    fn hold(&mut self, tree: &Tree<'_>) {
        let checkpoint = self.checkpoint.filter(|checkpoint| checkpoint.size == self.seq);
        if checkpoint.is_some_and(|checkpoint| checkpoint.root != tree.root()) {
            self.found.add(
                "audit_entries",
                self.seq,
                "the entries up to this one are not those that the checkpoint signs: the log was \
                 written anew",
            );
        }
    }

    /// Holds the end of the chain against the head and the checkpoint.
    fn end(&mut self, conn: &mut Conn, head: Option<&RawTable>) -> Answer<()> {
        if let Some(checkpoint) = self.checkpoint.filter(|checkpoint| checkpoint.size > self.seq) {
            self.found.add(
                "audit_entries",
                self.seq + 1,
                format!(
                    "the log ends before this entry, but the checkpoint signs {}: it was cut",
                    checkpoint.size
                ),
            );
        }
        let Some(head) = head else {
            self.found.add("audit_head", 1, "the head of the log is missing");
            return Ok(());
        };
        let mut expected = String::new();
        for text in ["1", &self.seq.to_string(), &self.at, &self.hash] {
            field(text, &mut expected);
        }
        let heads = head.page(conn, ("id", &[]), "''", "1 = 1", "id", 2)?;
        match heads.as_slice() {
            [row] if row.canonical == expected => {}
            [row] => self.found.add("audit_head", &row.key, "the head is not the end of the chain"),
            [] => self.found.add("audit_head", 1, "the head of the log is missing"),
            _ => self.found.add("audit_head", 2, "the log has one head"),
        }
        Ok(())
    }
}

/// One change, with its place in the log.
struct Change {
    seq: i64,
    n: i64,
    table: String,
    canonical: String,
}

impl std::fmt::Display for Change {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}", self.seq, self.n)
    }
}

/// All changes in order, a page at a time.
struct Changes<'a> {
    table: &'a RawTable,
    page: std::vec::IntoIter<RawRow>,
    last: (i64, i64),
    ended: bool,
}

impl Changes<'_> {
    fn next(&mut self, conn: &mut Conn, found: &mut Findings) -> Answer<Option<Change>> {
        loop {
            if self.page.len() == 0 && !self.ended {
                self.load(conn)?;
            }
            let Some(row) = self.page.next() else { return Ok(None) };
            let place =
                row.key.parse().ok().zip(row.more.split(' ').next().and_then(|n| n.parse().ok()));
            let Some((seq, n)) = place else {
                found.add("audit_changes", &row.key, "the change has no number");
                self.ended = true;
                continue;
            };
            self.last = (seq, n);
            let table = row.more.split_once(' ').map_or("", |(_, table)| table).to_owned();
            return Ok(Some(Change { seq, n, table, canonical: row.canonical }));
        }
    }

    fn load(&mut self, conn: &mut Conn) -> Answer<()> {
        let (seq, n) = self.last;
        let more = format!("{} || ' ' || {}", self.table.text("n"), self.table.text("table_name"));
        // The first condition finds the place in the index, the second is the exact one.
        let condition = format!("seq >= {seq} AND (seq > {seq} OR n > {n})");
        let key = ("seq", &["seq", "n"][..]);
        let page = self.table.page(conn, key, &more, &condition, "seq, n", CHANGES_PER_PAGE)?;
        self.ended = page.len() < CHANGES_PER_PAGE;
        self.page = page.into_iter();
        Ok(())
    }
}
