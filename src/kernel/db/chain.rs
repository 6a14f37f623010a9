//! The audit chain as it is written: one entry for every command that had an effect or was refused
//! by a rule, with a digest of every row it saved (R93). Reading, verifying and checkpoints are
//! the business of `audit`.
//!
//! h(i) = SHA-256(canonical(i) ‖ h(i−1)); h(0) is 32 zero bytes. The canonical form of an entry is
//! its columns from `seq` to `after` as [`Canonical`] writes them, then for each change in order
//! the table's name, the row's id and the digest.

use diesel::prelude::*;
use serde_json::Value;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::connection::Conn;
use super::record::derived_record;
use super::sql::{Canonical, RawId};
use super::tree;
use crate::kernel::actor::{Doing, Role};
use crate::kernel::clock::Time;
use crate::kernel::ids::{OrganisationId, UserId};
use crate::kernel::names::names;
use crate::schema::audit_head;

names! {
    /// What became of a command.
    pub enum Outcome {
        /// It had its effect.
        Done = "done",
        /// A rule refused it; nothing was changed.
        Refused = "refused",
    }
}

/// What a command did, in the words of its capability.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Event {
    /// The thing it was done to, as `kind:id`.
    pub subject: String,
    pub reason: Option<String>,
    pub before: Option<Value>,
    pub after: Option<Value>,
}

derived_record! {
    /// A row is one command that had an effect or was refused by a rule.
    pub struct EntryRow in audit_entries {
        seq: i64 as BigInt,
        recorded_at: Time as Timestamp,
        user_id: Option<UserId> as Nullable<Id>,
        organisation_id: Option<OrganisationId> as Nullable<Id>,
        role: Option<Role> as Nullable<Text>,
        operation: String as Text,
        outcome: Outcome as Text,
        subject: String as Text,
        reason: Option<String> as Nullable<Text>,
        before: Option<String> as Nullable<Text>,
        after: Option<String> as Nullable<Text>,
        hash: Vec<u8> as Binary,
    }
}

derived_record! {
    /// A row is one row that a command saved, by its digest.
    pub struct ChangeRow in audit_changes {
        seq: i64 as BigInt,
        n: i32 as Integer,
        table_name: String as Text,
        row_id: RawId as Id,
        digest: Vec<u8> as Binary,
    }
}

derived_record! {
    /// The one row is the end of the chain.
    pub struct HeadRow in audit_head {
        id: i32 as Integer,
        seq: i64 as BigInt,
        recorded_at: Time as Timestamp,
        hash: Vec<u8> as Binary,
    }
}

/// One saved row, before it has its place in the chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Change {
    pub(super) table: &'static str,
    pub(super) row_id: Uuid,
    pub(super) digest: [u8; 32],
}

/// One entry, before it has its place in the chain.
#[derive(Debug, Clone)]
pub(super) struct Pending {
    pub(super) doing: Doing,
    pub(super) outcome: Outcome,
    pub(super) event: Event,
    pub(super) changes: Vec<Change>,
}

impl EntryRow {
    /// Returns the hash of this entry on top of the one before it.
    pub fn chained<'a>(
        &self,
        previous: &[u8],
        changes: impl Iterator<Item = (&'a str, Uuid, &'a [u8])>,
    ) -> [u8; 32] {
        let mut out = Vec::with_capacity(512);
        self.seq.canonical(&mut out);
        self.recorded_at.canonical(&mut out);
        self.user_id.canonical(&mut out);
        self.organisation_id.canonical(&mut out);
        self.role.canonical(&mut out);
        self.operation.canonical(&mut out);
        self.outcome.canonical(&mut out);
        self.subject.canonical(&mut out);
        self.reason.canonical(&mut out);
        self.before.canonical(&mut out);
        self.after.canonical(&mut out);
        for (table, row_id, digest) in changes {
            table.canonical(&mut out);
            RawId(row_id).canonical(&mut out);
            digest.canonical(&mut out);
        }
        out.extend_from_slice(previous);
        Sha256::digest(&out).into()
    }
}

/// Returns the end of the chain. On PostgreSQL the row stays locked until the transaction ends, so
/// that several instances take turns.
pub(super) fn lock_head(conn: &mut Conn) -> QueryResult<HeadRow> {
    let head = audit_head::table.find(1);
    match conn {
        Conn::Pg(conn) => head.for_update().select(HeadRow::as_select()).first(conn),
        Conn::Sqlite(conn) => head.select(HeadRow::as_select()).get_result(conn),
    }
}

/// Writes the end of the chain as it is, to see whether anything can be written.
pub(super) fn write_head_as_it_is(conn: &mut Conn) -> QueryResult<()> {
    let head = diesel::update(audit_head::table.find(1));
    head.set(audit_head::seq.eq(audit_head::seq)).execute(conn).map(|_| ())
}

/// Appends the entries to the chain and returns its new end.
pub(super) fn append(
    conn: &mut Conn,
    head: &HeadRow,
    now: Time,
    pending: Vec<Pending>,
) -> QueryResult<HeadRow> {
    let before = head.seq;
    let mut head = head.clone();
    let mut entries = Vec::with_capacity(pending.len());
    let mut changes = Vec::with_capacity(pending.len() * 4);
    for one in pending {
        let mut entry = entry_of(&one, head.seq + 1, now);
        let digests = one.changes.iter().map(|c| (c.table, c.row_id, c.digest.as_slice()));
        entry.hash = entry.chained(&head.hash, digests).to_vec();
        head = HeadRow { id: 1, seq: entry.seq, recorded_at: now, hash: entry.hash.clone() };
        changes.extend((0_i32..).zip(one.changes).map(|(n, change)| ChangeRow {
            seq: entry.seq,
            n,
            table_name: change.table.to_owned(),
            row_id: RawId(change.row_id),
            digest: change.digest.to_vec(),
        }));
        entries.push(entry);
    }
    super::Record::insert(conn, &entries)?;
    super::Record::insert(conn, &changes)?;
    diesel::update(audit_head::table.find(1))
        .set((
            audit_head::seq.eq(head.seq),
            audit_head::recorded_at.eq(head.recorded_at),
            audit_head::hash.eq(&head.hash),
        ))
        .execute(conn)?;
    if head.seq / tree::KEPT_BELOW > before / tree::KEPT_BELOW {
        tree::keep(conn, head.seq)?;
    }
    Ok(head)
}

fn entry_of(one: &Pending, seq: i64, now: Time) -> EntryRow {
    let actor = one.doing.actor.as_ref();
    EntryRow {
        seq,
        recorded_at: now,
        user_id: actor.map(|a| a.user_id),
        organisation_id: actor.map(|a| a.organisation_id),
        role: actor.map(|a| a.role),
        operation: one.doing.operation.clone().into_owned(),
        outcome: one.outcome,
        subject: one.event.subject.clone(),
        reason: one.event.reason.clone(),
        before: one.event.before.as_ref().map(Value::to_string),
        after: one.event.after.as_ref().map(Value::to_string),
        hash: Vec::new(),
    }
}
