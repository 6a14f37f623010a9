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
//! A project whose report is thirty days late, or by order, is frozen: what its own side has
//! available is frozen, nothing is released, and its batches say so, so that the market suspends
//! their offers (R45, R88). A second person thaws it. A loss of restored land takes from the
//! project's own side and leaves a duty to replace what is missing (R89); a market gives back what
//! the owner's offers reserve, since only it knows them. Whoever owes the replacement offers credits
//! of its own or land that an application describes and that is as ripe as land that becomes credits;
//! a second person takes it. After the post assessment the buffer goes to its owner (R38). Each move
//! of credits is a journal; land that replaces earns none.

mod actions;
pub mod api;
mod model;
mod refusal;
mod rules;
mod store;

pub use actions::{
    TakeLoss, batch, batch_by_number, batches, batches_of_project, kinds, loss, losses_taken,
    releases_since, replacement, run_due, take_loss,
};
pub use api::operations;
pub use model::*;
