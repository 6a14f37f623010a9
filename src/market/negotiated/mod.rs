//! Negotiated transfers (R59): a seller and a buyer put terms to one another until one side accepts
//! what the other put last.
//!
//! A negotiation is `offered` as long as the last terms wait for an answer. An acceptance names the
//! round that it accepts, so that nobody accepts terms that were changed meanwhile. At or above the
//! county's floor price it is settled at once, as any trade, and its price is published with all
//! trades; below it credits and money are reserved and it waits for a director of the county's
//! centre (`awaiting_approval`), who settles it or rejects it. What nobody answers expires.
//!
//! Invariant: only while it awaits its approval does a negotiation hold money or credits.

mod actions;
mod api;
mod model;
mod refusal;
mod rules;
mod store;

pub use actions::run_due;
pub(super) use api::operations;
pub use rules::CannotNegotiate;
