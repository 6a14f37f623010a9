//! Certification: an application asks to turn accepted land into credits, a second person decides,
//! a batch of credits with its serial numbers is issued, and its credits become available step by
//! step as milestones are met.
//!
//! States: an application is open until its one decision; certified, it has a batch. A batch never
//! changes; its releases are rows in the order acceptance → year_1 → year_3 (R37).
//!
//! Invariants: certified ≤ accepted (R33) · the certifier did not enter the application (R35) ·
//! serials of a batch run from 1 without gap and are never given again (R36) · the highest serials
//! are the buffer (R38) · the townships' certified m² add up to the batch (R64). Where the credits
//! are is the ledger's to know.
//!
//! Freezing and thawing (R45), loss (R89) and the return of the buffer after the post assessment
//! (R38) are not built yet; the ledger's buckets `frozen` and `buffer` wait for them. So are public
//! notices (R28): their end is not asked at certification.

mod actions;
pub mod api;
mod model;
mod refusal;
mod rules;
mod store;

pub use actions::{batch, batch_by_number, batches, batches_of_project, releases_since};
pub use api::operations;
pub use model::*;
