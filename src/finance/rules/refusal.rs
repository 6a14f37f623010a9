//! What finance may answer instead of doing what was asked.

use crate::finance::model::{PayoutState, RefundRequestState};
use crate::finance::statement::{BadLayout, Unreadable};
use crate::kernel::money::Fen;

/// Why money is not taken, assigned or paid.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FinanceRefusal {
    #[error("the file cannot be read: {0}")]
    Unreadable(Unreadable),
    #[error("the file is of account {found}, the fee account is {expected}")]
    OtherAccount { found: String, expected: String },
    #[error("line {row} is booked already with other figures")]
    OtherFigures { row: u64 },
    #[error("line {row} does not stand where the booked lines leave off")]
    OutOfOrder { row: u64 },
    #[error("lines are booked that the file leaves out before its line {row}")]
    LinesMissing { row: u64 },
    #[error(
        "the file opens with {opening}, the books of the account end with {expected}: import what is between first"
    )]
    Gap { opening: Fen, expected: Fen },
    #[error(
        "the first file opens with {opening}: two people enter and approve that opening balance first"
    )]
    OpeningNeeded { opening: Fen },
    #[error("the account has lines already; an opening balance comes before the first")]
    OpeningTooLate,
    #[error("nothing of this line waits to be assigned")]
    NothingWaits,
    #[error("a line is assigned in 1 to {most} parts")]
    PartCount { most: usize },
    #[error("a part names one of reference, organisation_id, payout and returned_line")]
    PartTarget,
    #[error("what came back is the whole of the line and of what it returns")]
    ReturnIsWhole,
    #[error("that line is not money in of this account, or not so much of it is left")]
    LineNotReturnable,
    #[error("only people of the same finance bureau look after an exception")]
    NotAnOwner,
    #[error("the exception is resolved")]
    ExceptionResolved,
    #[error("the layout cannot be kept: {0}")]
    BadLayout(BadLayout),
    #[error("the import does not run any more")]
    ImportEnded,
    #[error("the import was cancelled by the bureau: {reason}")]
    ImportCancelled { reason: String },
    #[error("the mapping is not one of this bureau")]
    NoSuchMapping,
    #[error("the parts add to more than the {rest} that waits")]
    PartsExceed { rest: Fen },
    #[error("the amount must be more than 0.00")]
    NothingAsked,
    #[error("money that came in is no payout")]
    CreditIsNoPayout,
    #[error("money that went out can only be the whole of one payout")]
    DebitIsPayout,
    #[error("that payout is not on its way, or has another amount")]
    PayoutDoesNotFit,
    #[error("{reference} is not a reference of this fee account")]
    NoSuchReference { reference: String },
    #[error("{number} is not a payout of this fee account")]
    NoSuchPayout { number: String },
    #[error("only a developer has cash here")]
    NotADeveloper,
    #[error("the numbers of this year are used up")]
    CodesUsedUp,
    #[error("asked for {asked}, payable is {payable}: the share less what is on its way")]
    ExceedsPayable { payable: Fen, asked: Fen },
    #[error("the organisation has no registered bank account")]
    NoRegisteredAccount,
    #[error("asked for {asked}, available is {available}")]
    ExceedsCash { available: Fen, asked: Fen },
    #[error("unused cash goes back only to the account that it came from")]
    NotASource,
    #[error("the cash came from several accounts; name the one to which it goes back")]
    SeveralSources,
    #[error("asked for {asked}, {rest} of what came from that account can go back")]
    ExceedsSource { rest: Fen, asked: Fen },
    #[error("the request is {state}")]
    RequestDecided { state: RefundRequestState },
    #[error("the payout is {state}")]
    Decided { state: PayoutState },
    #[error("who posts receipts approves no payouts")]
    PostsReceipts,
    #[error("only who entered the payout cancels it")]
    NotWhoEntered,
    #[error("the period ends before it begins")]
    PeriodBackwards,
    #[error("{field} must have 1 to {most} characters")]
    BadText { field: &'static str, most: usize },
}

impl From<Unreadable> for FinanceRefusal {
    fn from(unreadable: Unreadable) -> Self {
        Self::Unreadable(unreadable)
    }
}
