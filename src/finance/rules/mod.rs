//! Decisions about money in and out: what a file adds to the books, what a line means, who may be
//! paid what. No I/O here: everything arrives as an argument.

mod assignment;
mod closing;
mod continuity;
mod correction;
mod matching;
mod outgoing;
mod payout;
mod proposals;
mod refusal;
mod spending;

pub use self::assignment::{
    CanTake, Part, PartTarget, parts_of_credit, payout_of_debit, returned_by,
};
pub use self::closing::{
    CannotClose, Carried, ClosedSoFar, Evidence, Figures, Obstacle, days_missing, obstacles,
    period_of,
};
pub use self::continuity::{Books, KnownLine, Last, Plan, continue_with, plan};
pub use self::correction::{Free, Mirror, mirror_of, within_owed};
pub use self::matching::{
    Booking, Desk, DeskNotice, DeskPayout, Portion, codes_in, codes_of, numbers_in, numbers_of,
};
pub use self::outgoing::{
    OutgoingRefusal, PAYOUTS_PER_BATCH_MAX, ask_lift, check_period, decide_batch, due, export_now,
    gives_back, hold, is_return, items_of_batch, lift, may_cancel_waiting, not_held,
    registered_still,
};
pub use self::payout::{
    Source, decide, may_approve, may_cancel, next_code, payable, refund_to, within_payable,
};
pub use self::proposals::{
    OpenNotice, Payer, Proposal, Sent, Waiting, propose_for_credit, propose_for_debit,
};
pub use self::refusal::FinanceRefusal;
pub use self::spending::{
    NewVoucher, Profit, VOUCHERS_MAX, check_spending, check_vouchers, profit, within_bill,
    within_paid_out,
};

#[cfg(test)]
mod tests;
