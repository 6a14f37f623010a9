//! Documents (附件): files that somebody attached to something.
//!
//! A file is what its bytes say, not what its name says: only kinds that we know by their content
//! are taken, and a name with another ending is refused. Size and SHA-256 are kept beside it, the
//! hash stands in the audit log with the act that attached it, and the bytes lie in parts, each of
//! them with a digest in the chain. Nothing is ever shown inline: a file goes out as an attachment
//! of no particular kind, so that no browser runs what somebody handed in.
//!
//! What a document belongs to is known by kind and id; who may attach to it is asked by the
//! capability that has it. It is read by its owner, by the authorities of its region, and by
//! auditors. Nothing here is ever changed or deleted.

mod actions;
mod api;
mod model;
mod refusal;
mod rules;
mod store;

pub use actions::{attach, attached_to};
pub use api::{DOCUMENT_KINDS, DocumentQuery, operations};
pub use model::*;
