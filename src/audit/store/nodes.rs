//! Hashes of the log's tree, and the checkpoints that were published.

use diesel::prelude::*;

use super::log::entry;
use crate::audit::checkpoint::origin_of;
use crate::audit::tree::{Span, Subtree, folded};
use crate::kernel::clock::Time;
use crate::kernel::db::{Conn, KEPT_EVERY, TreeHash, leaves, nodes, record, subtree_hash};
use crate::kernel::ids::id;
use crate::kernel::problem::{Answer, Failure};
use crate::schema::audit_checkpoints;

id! {
    /// A published checkpoint.
    pub struct CheckpointId;
}

record! {
    /// A row is a checkpoint that was published.
    pub(crate) struct CheckpointRow in audit_checkpoints {
        id: CheckpointId as Id,
        size: i64 as BigInt,
        signed_at: Time as Timestamp,
        note: String as Text,
    }
}

/// Returns the name under which the log is known.
pub(in crate::audit) fn origin(conn: &mut Conn) -> Answer<String> {
    let first = entry(conn, 1)?.ok_or_else(|| Failure::broken("the log has a first entry"))?;
    Ok(origin_of(&first.hash))
}

/// Hashes a complete subtree from what is kept at its level or next below.
fn subtree(conn: &mut Conn, it: Subtree) -> Answer<TreeHash> {
    let above = it.level % KEPT_EVERY;
    let count = 1_i64 << above;
    let parts = match it.level - above {
        0 => leaves(conn, it.position << it.level, count)?,
        kept => nodes(conn, kept, it.position << above, count)?,
    };
    let whole = i64::try_from(parts.len()).is_ok_and(|found| found == count);
    let hash = subtree_hash(parts).filter(|_| whole);
    hash.ok_or_else(|| Failure::broken("the log and its tree have no gaps"))
}

/// Hashes a span of the log.
pub(in crate::audit) fn span(conn: &mut Conn, it: Span) -> Answer<TreeHash> {
    let parts: Answer<Vec<TreeHash>> =
        it.parts().into_iter().map(|part| subtree(conn, part)).collect();
    folded(&parts?).ok_or_else(|| Failure::broken("a span has leaves"))
}

/// Returns the size and time of the newest published checkpoint.
pub(in crate::audit) fn last_checkpoint(conn: &mut Conn) -> Answer<Option<(i64, Time)>> {
    Ok(audit_checkpoints::table
        .order(audit_checkpoints::size.desc())
        .select((audit_checkpoints::size, audit_checkpoints::signed_at))
        .first(conn)
        .optional()?)
}

/// Returns published checkpoints, the newest first.
pub(in crate::audit) fn checkpoints_page(
    conn: &mut Conn,
    before_size: Option<i64>,
    rows_max: i64,
) -> Answer<Vec<CheckpointRow>> {
    let mut query = audit_checkpoints::table.select(CheckpointRow::as_select()).into_boxed();
    if let Some(size) = before_size {
        query = query.filter(audit_checkpoints::size.lt(size));
    }
    Ok(query.order(audit_checkpoints::size.desc()).limit(rows_max).load(conn)?)
}
