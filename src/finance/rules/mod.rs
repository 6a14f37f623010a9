//! Decisions about money in and out: what a file adds to the books, what a line means, who may be
//! paid what. No I/O here: everything arrives as an argument.

mod assignment;
mod continuity;
mod matching;
mod payout;
mod proposals;
mod refusal;

pub use self::assignment::{
    CanTake, Part, PartTarget, parts_of_credit, payout_of_debit, returned_by,
};
pub use self::continuity::{Books, KnownLine, Last, Plan, continue_with, plan};
pub use self::matching::{
    Booking, Desk, DeskNotice, DeskPayout, Portion, codes_in, codes_of, numbers_in, numbers_of,
};
pub use self::payout::{
    Source, decide, may_approve, may_cancel, next_code, payable, refund_to, within_payable,
};
pub use self::proposals::{
    OpenNotice, Payer, Proposal, Sent, Waiting, propose_for_credit, propose_for_debit,
};
pub use self::refusal::FinanceRefusal;

#[cfg(test)]
mod tests;
