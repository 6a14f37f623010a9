//! Restoration projects: reserve parcels, a scheme and the way to accepted wetland.
//!
//! Stages, in order and none skipped (R24): proposed → scheme_reviewed → approved →
//! under_construction → completed → accepted → monitoring → closed. Each is a row with who and when;
//! the stage of a project is its newest row. Nothing here is ever changed, only added to.
//!
//! A project may be given up before its construction; that is a row too, and frees its parcels.
//!
//! Invariants: a parcel has at most one project that was not given up · the bill of quantities adds up
//! to the fen (R26) · accepted area ≤ area of the polygons (R33) · the assessor has no interest (R29) ·
//! what bars the land, and the approval that its zone needs, are asked at the approval of the project,
//! and the answer is kept with it (R17, R18).
//!
//! The monitoring plan is filed by itself, since certification asks for it before the project goes
//! into monitoring (R32); with it the project owes a report each year, and one that is thirty days
//! late is what certification freezes the project for (R88). The scheme is put before everybody
//! before the approval and the result after the acceptance; an open objection blocks the next step
//! (R28). Where a panel of experts was asked for, the approval waits for its word (R30).

mod actions;
pub mod api;
mod model;
mod refusal;
mod rules;
mod store;
#[cfg(test)]
pub(crate) mod tests;

pub(crate) use actions::visible_project;
pub use actions::{
    Overdue, assessor, barred, is_overdue, mark_frozen, overdue, project, result_notice, run_due,
    scheme_notice,
};
pub use api::operations;
pub use model::*;
