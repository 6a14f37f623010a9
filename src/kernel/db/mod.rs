//! The database: two engines behind one connection type, one door for all writes, a pool for reads.
//!
//! SQLite is the embedded default, PostgreSQL what a province grows into; the same queries run on
//! both, and each engine's own tests run all of them. Rows are declared with `record!`, which also
//! digests them into the audit chain; nothing else inserts or updates.
//!
//! JSON is kept as text on both engines, not as jsonb: the bytes that were digested must be the
//! bytes that are read back. Idempotency keys are rows with digests like any other.

mod chain;
mod connection;
mod constraint;
mod copy;
mod door;
mod faults;
mod handle;
mod health;
mod plain;
mod record;
mod snapshot;
pub(crate) mod sql;
mod standing;
mod statistics;
mod tree;
mod tx;
mod wal;
mod work;
mod writer;

pub use chain::{ChangeRow, EntryRow, Event, HeadRow, Outcome};
pub use connection::{Address, Conn, MultiBackend};
pub use constraint::OnConstraint;
pub use copy::{copy_in, copy_out};
pub use handle::{Db, Limits, migrate, open_for_reading};
pub use health::WriteFault;
pub use plain::Plain;
pub use record::{Digested, Record};
pub(crate) use record::{derived_record, push_conflict, push_replaced, push_replacing, record};
pub use snapshot::{in_one_snapshot, in_snapshot};
pub use sql::{Canonical, Id, RawId};
pub use tree::{
    KEPT_BELOW, KEPT_EVERY, TreeHash, leaf_hash, leaves, node_hash, nodes, subtree_hash,
};
pub use tx::Tx;
