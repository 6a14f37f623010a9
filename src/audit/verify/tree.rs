//! The tree over the log: grown anew beside the chain, and held against the subtrees that are kept
//! and the checkpoints that were published.

use super::{Findings, field};
use crate::audit::checkpoint::{Checkpoint, origin_of};
use crate::audit::store::raw::{RawRow, RawTable};
use crate::audit::tree::{Growing, Subtree};
use crate::kernel::db::{Conn, leaf_hash};
use crate::kernel::problem::Answer;

const CHECKPOINTS_PER_PAGE: usize = 200;

/// The tree over the entries that were seen so far.
pub(super) struct Tree<'a> {
    growing: Growing,
    origin: String,
    /// Absent in a database that is older than they are.
    nodes: Option<&'a RawTable>,
    nodes_seen: usize,
    checkpoints: Option<&'a RawTable>,
    page: std::vec::IntoIter<RawRow>,
    last_size: i64,
    ended: bool,
    next: Option<(i64, RawRow)>,
}

impl<'a> Tree<'a> {
    pub(super) fn begin(
        conn: &mut Conn,
        tables: &'a [RawTable],
        found: &mut Findings,
    ) -> Answer<Self> {
        let find = |name: &str| tables.iter().find(|table| table.name == name);
        let mut tree = Self {
            growing: Growing::default(),
            origin: String::new(),
            nodes: find("audit_nodes"),
            nodes_seen: 0,
            checkpoints: find("audit_checkpoints"),
            page: Vec::new().into_iter(),
            last_size: 0,
            ended: false,
            next: None,
        };
        tree.next = tree.next_checkpoint(conn, found)?;
        Ok(tree)
    }

    /// The root over all entries so far.
    pub(super) fn root(&self) -> [u8; 32] {
        self.growing.root()
    }

    /// Adds the next entry.
    pub(super) fn step(
        &mut self,
        conn: &mut Conn,
        seq: i64,
        hash: &str,
        found: &mut Findings,
    ) -> Answer<()> {
        let hash = hex::decode(hash).unwrap_or_default();
        if self.origin.is_empty() {
            self.origin = origin_of(&hash);
        }
        for (it, hash) in self.growing.push(leaf_hash(&hash)) {
            self.hold_node(conn, it, &hex::encode(hash), found)?;
        }
        while let Some((size, row)) = self.next.take_if(|(size, _)| *size <= seq) {
            self.hold_checkpoint(size, seq, &row, found);
            self.next = self.next_checkpoint(conn, found)?;
        }
        Ok(())
    }

    fn hold_node(
        &mut self,
        conn: &mut Conn,
        it: Subtree,
        hash: &str,
        found: &mut Findings,
    ) -> Answer<()> {
        let Some(nodes) = self.nodes else { return Ok(()) };
        let Subtree { level, position } = it;
        let condition = format!("level = {level} AND position = {position}");
        let rows = nodes.page(conn, ("position", &[]), "''", &condition, "position", 2)?;
        let name = format!("{level}/{position}");
        let mut expected = String::new();
        for text in [&level.to_string(), &position.to_string(), hash] {
            field(text, &mut expected);
        }
        let Some(row) = rows.first() else {
            found.add("audit_nodes", name, "the hash was removed");
            return Ok(());
        };
        self.nodes_seen += 1;
        if row.canonical != expected {
            found.add("audit_nodes", name, "the hash is not that of the entries below it");
        }
        Ok(())
    }

    fn hold_checkpoint(&self, size: i64, seq: i64, row: &RawRow, found: &mut Findings) {
        let Ok(checkpoint) = row.more.parse::<Checkpoint>() else {
            found.add("audit_checkpoints", size, "what was published is no checkpoint");
            return;
        };
        let mut expected = String::new();
        let texts = [checkpoint.size.to_string(), checkpoint.time.to_string(), row.more.clone()];
        texts.iter().for_each(|text| field(text, &mut expected));
        if row.canonical != expected {
            found.add("audit_checkpoints", size, "the row is not what its own note says");
        }
        let agrees = checkpoint.origin == self.origin && checkpoint.root == self.root();
        if size != seq || !agrees {
            found.add(
                "audit_checkpoints",
                size,
                "the checkpoint that was published is not that of the log: one of them was changed",
            );
        }
    }

    /// Says what is left over.
    pub(super) fn end(&mut self, conn: &mut Conn, found: &mut Findings) -> Answer<()> {
        while let Some((size, _)) = self.next.take() {
            let what = "the log ends before this checkpoint that was published: it was cut";
            found.add("audit_checkpoints", size, what);
            self.next = self.next_checkpoint(conn, found)?;
        }
        let Some(nodes) = self.nodes else { return Ok(()) };
        let stored = nodes.count(conn)?;
        if stored != i64::try_from(self.nodes_seen).unwrap_or(i64::MAX) {
            found.add("audit_nodes", stored, "there are more hashes than subtrees of the log");
        }
        Ok(())
    }

    fn next_checkpoint(
        &mut self,
        conn: &mut Conn,
        found: &mut Findings,
    ) -> Answer<Option<(i64, RawRow)>> {
        let Some(checkpoints) = self.checkpoints else { return Ok(None) };
        if self.page.len() == 0 && !self.ended {
            let condition = format!("size > {}", self.last_size);
            let more = checkpoints.text("note");
            let key = ("size", &["id"][..]);
            let page =
                checkpoints.page(conn, key, &more, &condition, "size", CHECKPOINTS_PER_PAGE)?;
            self.ended = page.len() < CHECKPOINTS_PER_PAGE;
            self.page = page.into_iter();
        }
        let Some(row) = self.page.next() else { return Ok(None) };
        let Ok(size) = row.key.parse() else {
            found.add("audit_checkpoints", &row.key, "the checkpoint has no size");
            self.ended = true;
            return Ok(None);
        };
        self.last_size = size;
        Ok(Some((size, row)))
    }
}
