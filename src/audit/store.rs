//! The tables of the audit log, and every other table as it lies there.

mod log;
mod nodes;
pub mod raw;

pub use log::first_entry_after;
pub use log::{ChangePage, NotAPlace, Place, changes_after, end_of_chain};
pub(super) use log::{EntryFilter, changes, entries_after, entries_page, entry, head};
pub(super) use nodes::{
    CheckpointId, CheckpointRow, checkpoints_page, last_checkpoint, origin, span,
};
