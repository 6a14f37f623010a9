//! The Merkle tree over the audit chain (RFC 6962), as it is kept: the subtrees of 2⁸, 2¹⁶, 2²⁴ …
//! entries, each added by the transaction that completes it. So the root and any proof read a few
//! hundred hashes, however long the log is. What is proved with it is the business of `audit`.

use diesel::prelude::*;
use sha2::{Digest, Sha256};

use super::chain;
use super::connection::Conn;
use super::record::{Record, derived_record};
use crate::schema::{audit_entries, audit_nodes};

/// What a leaf, a subtree or the whole tree hashes to.
pub type TreeHash = [u8; 32];

/// One level in eight is kept.
pub const KEPT_EVERY: u32 = 8;

/// The leaves below a subtree of the lowest kept level; and such subtrees below one of the next.
pub const KEPT_BELOW: i64 = 1 << KEPT_EVERY;

derived_record! {
    /// A row is the hash over 2^level entries of the log that follow one another.
    pub struct NodeRow in audit_nodes {
        level: i32 as Integer,
        position: i64 as BigInt,
        hash: Vec<u8> as Binary,
    }
}

/// Hashes a leaf: SHA-256(0x00 ‖ hash of the entry).
pub fn leaf_hash(entry_hash: &[u8]) -> TreeHash {
    Sha256::new().chain_update([0]).chain_update(entry_hash).finalize().into()
}

/// Hashes two neighbours: SHA-256(0x01 ‖ left ‖ right).
pub fn node_hash(left: &TreeHash, right: &TreeHash) -> TreeHash {
    Sha256::new().chain_update([1]).chain_update(left).chain_update(right).finalize().into()
}

/// Hashes neighbours in turn until one is left: a complete subtree of 2, 4, 8 … hashes. `None` of
/// none.
pub fn subtree_hash(mut hashes: Vec<TreeHash>) -> Option<TreeHash> {
    while hashes.len() > 1 {
        let (pairs, _) = hashes.as_chunks::<2>();
        hashes = pairs.iter().map(|[left, right]| node_hash(left, right)).collect();
    }
    hashes.first().copied()
}

/// Returns the leaves of the entries after `start`, in order.
pub fn leaves(conn: &mut Conn, start: i64, count: i64) -> QueryResult<Vec<TreeHash>> {
    let hashes: Vec<Vec<u8>> = audit_entries::table
        .filter(audit_entries::seq.gt(start))
        .filter(audit_entries::seq.le(start + count))
        .order(audit_entries::seq)
        .select(audit_entries::hash)
        .load(conn)?;
    Ok(hashes.iter().map(|hash| leaf_hash(hash)).collect())
}

/// Returns kept subtrees of a level, from that position on.
pub fn nodes(conn: &mut Conn, level: u32, start: i64, count: i64) -> QueryResult<Vec<TreeHash>> {
    let hashes: Vec<Vec<u8>> = audit_nodes::table
        .filter(audit_nodes::level.eq(column_of(level)))
        .filter(audit_nodes::position.ge(start))
        .filter(audit_nodes::position.lt(start + count))
        .order(audit_nodes::position)
        .select(audit_nodes::hash)
        .load(conn)?;
    let whole = |hash: Vec<u8>| {
        TreeHash::try_from(hash).map_err(|_| {
            diesel::result::Error::DeserializationError("a kept hash has not 32 bytes".into())
        })
    };
    hashes.into_iter().map(whole).collect()
}

/// Adds the subtrees that are complete when the log has that many entries. Usually there is nothing
/// to do or one to add; a log that was written before they were kept gets all of them.
pub(super) fn keep(conn: &mut Conn, size: i64) -> QueryResult<()> {
    let last: Option<i64> = audit_nodes::table
        .filter(audit_nodes::level.eq(column_of(KEPT_EVERY)))
        .order(audit_nodes::position.desc())
        .select(audit_nodes::position)
        .first(conn)
        .optional()?;
    for position in last.map_or(0, |last| last + 1)..size / KEPT_BELOW {
        let (mut level, mut position) = (KEPT_EVERY, position);
        let mut below = leaves(conn, position * KEPT_BELOW, KEPT_BELOW)?;
        while let Some(hash) = subtree_hash(below) {
            let row = NodeRow { level: column_of(level), position, hash: hash.to_vec() };
            NodeRow::insert(conn, &[row])?;
            if (position + 1) % KEPT_BELOW != 0 {
                break;
            }
            position /= KEPT_BELOW;
            below = nodes(conn, level, position * KEPT_BELOW, KEPT_BELOW)?;
            level += KEPT_EVERY;
        }
    }
    Ok(())
}

/// Adds what is missing to a log that was written before its tree was kept.
pub(super) fn catch_up(conn: &mut Conn) -> QueryResult<()> {
    conn.transaction(|conn| {
        let head = chain::lock_head(conn)?;
        keep(conn, head.seq)
    })
}

fn column_of(level: u32) -> i32 {
    i32::try_from(level).unwrap_or(i32::MAX)
}
