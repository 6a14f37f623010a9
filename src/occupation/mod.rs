//! Occupation: compensate first (先补后占). A developer applies to occupy wetland, retires credits of
//! equal area and quality for it, and only then may its reviewer approve.
//!
//! An application is submitted, deficient or accepted until it is approved, rejected or withdrawn; a
//! temporary one that was approved ends restored. What is missing is told once, within five working
//! days; silence accepts (R76). The gate (`rules::gate`) is one pure function: yes, or everything that
//! is missing, in the same words for developer, approver and the province's own system.
//!
//! A retirement is asked for by one person of the developer and confirmed by another; its effect is
//! one journal, available → retired, and nothing leaves retired (R42). It serves one application
//! (R80); when that ends without approval, two people may let it serve the developer's next one (R79).
//! Each retirement has a certificate: a canonical JSON, signed with Ed25519, that goes along with the
//! PDF (`certificate` tells how anybody checks it with public tools). Frozen or
//! expired, its credits do not count; an expired one is renewed by its holder.
//!
//! Decisions. Credits are retired only after the forestry bureau has set the grade, only where they
//! count and never more than is missing, since nothing brings them back. A temporary occupation
//! restores its own land and needs no credits, and moves no balance; land that is not restored in its
//! year is under a duty from then on, like land of a decided case (R34). A restoration fee stands for
//! credits; its money is held until the application ends, so that it can always go back.
//!
//! Balances are kept day by day for each county, prefecture and province (`balance_days`), and
//! everything that moved them (`balance_moves`), so that the gate adds up no history (R86).

mod actions;
mod api;
mod certificate;
mod model;
mod refusal;
mod rules;
mod store;

pub use actions::{
    DueFee, Press, balance_of, balance_steps, fee_ended, fee_is_for, fee_noticed, fee_paid,
    fees_in_state, run_due,
};
pub use api::operations;
pub use certificate::{BadCertificate, Content, ContentLot, check_paper};
pub use model::*;
pub use rules::{BalanceStep, BalanceTerms};
