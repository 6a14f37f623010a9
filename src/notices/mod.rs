//! Public notices (公示): what is put before everybody before it is done or paid, and the objections
//! that anybody may raise against it.
//!
//! A notice has frozen content with its SHA-256, a period of calendar days with both ends included
//! (R28), and a subject that is known by kind and id, so that projects, certifications and auctions
//! all use it. Nothing of it ever changes: a correction is a new notice that names the one before,
//! runs its own period, and counts in its stead. All of them stay readable for ever, without login,
//! with personal data masked before they are frozen (R92).
//!
//! An objection (异议、投诉) has a receipt code, whose hash alone is kept; it is accepted or refused
//! within three working days, and once accepted decided within thirty (R58, R8). It is open until it
//! was refused or decided, and while one is open the next step waits. One that was upheld bars the
//! step until the notice was corrected.
//!
//! Invariants: one notice of a kind for a subject, besides corrections · at most one correction of a
//! notice · objections are filed within the period · who issued a notice does not decide on the
//! objections to it · who objected is known to the centre alone.

mod actions;
pub mod api;
mod model;
mod refusal;
mod rules;
mod store;

pub use actions::{newest, notices_about, publish, standing};
pub use api::operations;
pub use model::*;
pub use rules::{mask_digits, mask_name};
