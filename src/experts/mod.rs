//! Experts: the pool of a centre with fields, standing, reviews and recusals, and the panels that are
//! drawn from it at random (R30).
//!
//! A draw is prepared by the centre with its fields, its moment and a frozen list of candidates;
//! who has an interest in the matter is not on the list. Somebody of another organisation announces
//! it by publishing the hash of a nonce. After the moment the nonce is revealed, and the seed is
//! SHA-256 of the head of the audit log at the first entry after the moment, then the nonce: so
//! neither who writes the log nor who holds the nonce can choose it. A nonce that is not revealed
//! in time voids the draw. Replacements go on in the same order and are logged. Everything by which
//! it can be repeated is public, and `repeat-draw` repeats it.
//!
//! States: prepared → announced → drawn, or void. A panel concludes when its last member has voted.
//!
//! Invariants: a panel is odd and has at least three members · nobody sits twice · members vote
//! once, and nobody sees votes before the conclusion · nothing here is ever changed.

mod actions;
pub mod api;
mod model;
mod refusal;
mod repeat;
mod rules;
mod store;

pub use actions::{Panel, PrepareDraw, draws_about, panel_of, prepare, run_due};
pub use api::{NewDraw, operations};
pub use model::*;
pub use repeat::{Repetition, repeat};
pub use rules::{Seat, Ticket, draw, hash_of_list, list_of, order_by_ticket, seed_of, ticket};
