//! The audit log: reading it, proving it, and letting others prove it.
//!
//! The kernel writes one entry for every command that had an effect or was refused by a rule: who,
//! for which organisation, in which role, what, on what, why, when, before and after, and a digest
//! of every row that the command saved (R93). Here is what is done with it afterwards; what is
//! written here (the kept tree and the checkpoints) only says again what the log says.
//!
//! # What is hashed
//!
//! A value is written as its length in bytes, a colon and its text in UTF-8; an absent value is one
//! hyphen. Integers are decimal, times RFC 3339 in UTC with six places and `Z`, dates YYYY-MM-DD,
//! booleans `true` and `false`, ids and bytes lower-case hex (ids with hyphens).
//!
//! - digest of a row = SHA-256(name of its table, then every column in the table's order; hyphens
//!   at the very end are left out, so that a column added later changes no digest of older rows)
//! - hash of an entry = SHA-256(`seq recorded_at user_id organisation_id role operation outcome
//!   subject reason before after`, then for each change in order `table row_id digest`, then the 32
//!   bytes of the previous entry's hash; 32 zero bytes before the first)
//! - contents hash of a journal = SHA-256(each transfer in order: the word `transfers` and every
//!   column; then each lot move: `lot_moves` and every column)
//! - leaf of an entry = SHA-256(0x00 ‖ the 32 bytes of its hash); above it a node is
//!   SHA-256(0x01 ‖ left ‖ right), and the tree is that of RFC 6962
//! - a checkpoint signs name, size, root and time of the log, a line each, with Ed25519, as a signed
//!   note (`checkpoint.rs` has one)
//!
//! So `{"seq": 1, "operation": "found_exchange", …}` begins `1:1` and its operation reads
//! `14:found_exchange`. The export gives every part of this as lines of JSON; twenty lines in any
//! language check it (`tests/it/audit.rs` has some).
//!
//! # What `verify` does
//!
//! As of one moment and in constant memory: (1) the chain from its first entry to its head; (2) every
//! row of every table, as the database itself writes it out, against its last digest; tables that
//! are not named as recomputed all have digests, so a new table is covered by itself; (3) transfers
//! and lot moves against their journals; (4) what each capability proves of its own tables: balances,
//! lots, splits, sums. It reads the canonical form by SQL, not through the row types that wrote it:
//! two ways to the same bytes, and a value that no type can hold is found like any other.
//!
//! A chain proves nothing against the owner of its database, who may write all of it anew. That is
//! what checkpoints are for: they go out to auditors and to the public, and `--against` one of them
//! a log that was cut or written anew is found.

mod actions;
mod api;
mod checkpoint;
mod refusal;
mod store;
mod tree;
mod verify;

pub use api::{Desk, checkpoint_of, operations};
pub use checkpoint::{BadCheckpoint, Checkpoint, NotACheckpoint, Signer};
pub use store::{
    ChangePage, NotAPlace, Place, changes_after, end_of_chain, first_entry_after, raw,
};
pub use verify::{
    Finding, Findings, Guard, Plan, Proof, Report, Undigested, verify, verify_side_by_side,
};
