//! The nouns of money in and out, and their states.

mod outgoing;

pub use self::outgoing::*;
use crate::kernel::ids::id;
use crate::kernel::names::names;

id! {
    /// A payment notice.
    pub struct NoticeId;
}

id! {
    /// One import of a bank file.
    pub struct StatementId;
}

id! {
    /// One booking of the bank.
    pub struct LineId;
}

id! {
    /// Money of one line that became a developer's cash.
    pub struct DepositId;
}

id! {
    /// A line that is not what was expected.
    pub struct ExceptionId;
}

id! {
    /// A kept layout of a bank's statements, in one version.
    pub struct MappingId;
}

id! {
    /// How the file of one import was read.
    pub struct StatementFileId;
}

id! {
    /// One transaction of a batch entry.
    pub struct TransactionId;
}

id! {
    /// Who looks after an exception.
    pub struct OwnerId;
}

id! {
    /// One step in the history of an exception.
    pub struct StepId;
}

id! {
    /// A transfer that came back.
    pub struct ReturnId;
}

id! {
    /// A developer's wish to have unused cash back.
    pub struct RefundRequestId;
}

id! {
    /// Money that is to leave a fee account.
    pub struct PayoutId;
}

id! {
    /// The balance with which a fee account came.
    pub struct OpeningId;
}

names! {
    /// Whether a reference still waits for money.
    pub enum NoticeState {
        Open = "open",
        Paid = "paid",
    }
}

names! {
    /// Whether all lines of an import are booked; an interrupted one is finished by importing the
    /// file again.
    pub enum StatementState {
        Importing = "importing",
        Published = "published",
    }
}

names! {
    /// How far the booking of a file is.
    pub enum FileState {
        Running = "running",
        Done = "done",
        /// A problem ended it; importing the file again goes on where it ended.
        Stopped = "stopped",
    }
}

names! {
    /// What a person did about an exception.
    pub enum StepKind {
        Owner = "owner",
        Note = "note",
        Assignment = "assignment",
        Return = "return",
    }
}

names! {
    /// Why a proposal is made.
    pub enum Ground {
        SameAmount = "same_amount",
        SamePayer = "same_payer",
        KnownAccount = "known_account",
        NamedReference = "named_reference",
        NamedPayout = "named_payout",
        InWindow = "in_window",
        SumOfNamed = "sum_of_named",
    }
}

names! {
    /// One of the three lists of a reconciliation.
    pub enum ReconciliationList {
        /// Lines of the bank that the ledger has placed.
        Matched = "matched",
        /// Lines of the bank, or what is left of them, that wait for a person.
        BankOnly = "bank_only",
        /// Payouts on their way, which the bank has not shown.
        LedgerOnly = "ledger_only",
    }
}

names! {
    /// Why a line waits for a person.
    pub enum ExceptionKind {
        /// The file repeats a line; it is never booked again and stays listed.
        Duplicate = "duplicate",
        /// Less than the reference still waits for.
        Short = "short",
        /// More than the reference still waits for.
        Over = "over",
        /// Money in that names no reference.
        UnknownPayer = "unknown_payer",
        /// Money in that names a reference which this fee account never issued.
        UnknownReference = "unknown_reference",
        /// Money in for a reference that is paid already.
        ReferenceNotOpen = "reference_not_open",
        /// Money in that names more than one reference.
        SeveralReferences = "several_references",
        /// Money out that names no payout of this fee account.
        UnknownDebit = "unknown_debit",
        /// Money out whose amount, account or state is not that of the payout it names.
        PayoutMismatch = "payout_mismatch",
        /// Money in of what a payout that has left had sent: it came back.
        PayoutReturned = "payout_returned",
        /// Money out that names a reference: the bank took a payment back.
        DepositReturned = "deposit_returned",
        /// The balance with which the account came.
        OpeningBalance = "opening_balance",
        /// Two people undid the deposit that it was taken for.
        DepositReversed = "deposit_reversed",
        /// Two people undid the payout that it was taken for.
        PayoutReversed = "payout_reversed",
    }
}

names! {
    /// Whether a person has dealt with an exception.
    pub enum ExceptionState {
        Open = "open",
        Resolved = "resolved",
    }
}

names! {
    /// What becomes of a wish for a refund.
    pub enum RefundRequestState {
        Open = "open",
        Entered = "entered",
        Declined = "declined",
    }
}

names! {
    /// What a payout pays.
    pub enum PayoutKind {
        /// A part of a share, to its registered account.
        Share = "share",
        /// Unused cash, to the account that it came from.
        Refund = "refund",
        /// Money whose owner never became known, to the account that it came from.
        Return = "return",
    }
}

names! {
    /// Which share of the split.
    pub enum Share {
        Township = "township_share",
        Centre = "centre_share",
        Treasury = "treasury_share",
    }
}

names! {
    /// How far a payout is.
    pub enum PayoutState {
        Entered = "entered",
        /// On its way; the share falls when the bank's line arrives.
        Approved = "approved",
        Paid = "paid",
        Rejected = "rejected",
        Cancelled = "cancelled",
    }
}

names! {
    /// Whether a second person has approved an opening balance.
    pub enum OpeningState {
        Entered = "entered",
        Approved = "approved",
    }
}

id! {
    /// One close of a day or a month.
    pub struct PeriodCloseId;
}

names! {
    /// What is closed.
    pub enum CloseKind {
        /// All open days up to one, within a month.
        Day = "day",
        Month = "month",
    }
}

names! {
    /// Whether a second person has closed the period.
    pub enum CloseState {
        Entered = "entered",
        Closed = "closed",
    }
}
