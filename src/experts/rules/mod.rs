//! Decisions on experts and panels: values in, decision out.

mod panel;
mod ticket;

pub(crate) use panel::{
    Ballot, CannotDraw, CannotVote, Prepared, REVEAL_DAYS, check_fields, check_prepare,
    check_replacement, check_score, check_vote, commit, conclude, related, reveal, state_of,
};
pub use ticket::{
    Seat, Ticket, draw, hash_of_list, list_of, next_for, order_by_ticket, seed_of, ticket,
};
