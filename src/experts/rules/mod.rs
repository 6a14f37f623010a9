//! Decisions on experts and panels: values in, decision out.

mod lot;
mod panel;

pub use lot::{Seat, Ticket, draw, hash_of_list, list_of, next_for, order_by_lot, seed_of, ticket};
pub(crate) use panel::{
    Ballot, CannotDraw, CannotVote, Prepared, REVEAL_DAYS, check_fields, check_prepare,
    check_replacement, check_score, check_vote, commit, conclude, related, reveal, state_of,
};
