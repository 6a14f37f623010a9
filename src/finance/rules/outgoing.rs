//! What is paid out together, when it may leave, and what comes back (R69, R71).

use std::collections::BTreeSet;

use chrono::NaiveDate;

use super::FinanceRefusal;
use crate::finance::model::{
    AccountHoldState, CorrectionState, ExceptionKind, ExceptionState, PayoutBatchState,
    PayoutState, Purpose, Share, SpendingState,
};
use crate::kernel::clock::Time;
use crate::kernel::ids::{OrganisationId, UserId};
use crate::kernel::money::Fen;

/// Payouts of one batch; its command then writes about a thousand rows.
pub const PAYOUTS_PER_BATCH_MAX: usize = 200;

/// Why money does not leave, is not spent, or is not taken back.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OutgoingRefusal {
    #[error("{account} is no longer the registered account; cancel the payout and enter it again")]
    AccountChanged { account: String },
    #[error("{number} waits until {until}: its account is not trusted")]
    AccountNotTrusted { number: String, until: Time },
    #[error("{number} goes to {account}, which is on hold")]
    AccountHeld { number: String, account: String },
    #[error("this account is on hold already")]
    HeldAlready,
    #[error("this hold is lifted")]
    HoldLifted,
    #[error("nobody has asked to lift this hold; one person asks, another lifts it")]
    LiftNotAsked,
    #[error("the payout is decided with its batch {number}")]
    InBatch { number: String },
    #[error("nothing is due")]
    NothingDue,
    #[error("a batch has 1 to {most} payouts")]
    PayoutCount { most: usize },
    #[error("a batch pays the share of an organisation once")]
    PayoutTwice,
    #[error("this batch is {state}")]
    BatchDecided { state: PayoutBatchState },
    #[error("a payment file is made of an approved batch")]
    BatchNotApproved,
    #[error("a payment file is made of an approved payout")]
    PayoutNotApproved,
    #[error("all payouts of this batch are cancelled")]
    BatchEmpty,
    #[error("the payout is {state}, not paid")]
    NotPaid { state: PayoutState },
    #[error("the payout came back already")]
    Returned,
    #[error("a payout comes back by a line of money in that waits with exactly {amount}")]
    ReturnDoesNotFit { amount: Fen },
    #[error(
        "nobody is known to whom this money belongs: its line waits again, to be assigned or given back"
    )]
    WaitsItself,
    #[error("no money in of this line waits")]
    NothingToGiveBack,
    #[error("the line names no account from which its money came")]
    NoPayerAccount,
    #[error("there is no such template of this fee account")]
    NoSuchTemplate,
    #[error(
        "a template has 1 to 30 columns with titles of 1 to 40 characters, among them account, name and amount of the payee"
    )]
    BadTemplate,
    #[error("{purpose} is no purpose that the {share} may be spent on")]
    PurposeNotPermitted { purpose: Purpose, share: Share },
    #[error("{purpose} needs a reason")]
    ReasonMissing { purpose: Purpose },
    #[error("a spending has 1 to {most} vouchers")]
    VoucherCount { most: usize },
    #[error("the vouchers add up to {sum}, the spending is {amount}")]
    VouchersDoNotAddUp { sum: Fen, amount: Fen },
    #[error("the voucher {number} proves another spending already")]
    VoucherUsed { number: String },
    #[error("asked for {asked}, but of the money that was paid out {left} is left")]
    ExceedsPaidOut { left: Fen, asked: Fen },
    #[error("asked for {asked}, but of the approved bill {left} is left")]
    ExceedsBill { left: Fen, asked: Fen },
    #[error("the project's bill is not approved yet")]
    BillNotApproved,
    #[error("restoration cost names its project, and nothing else does")]
    ProjectNamed,
    #[error("money is spent before it is entered here")]
    SpentInFuture,
    #[error("this spending is {state}")]
    SpendingDecided { state: SpendingState },
    #[error("the buyer has {held} m² of these credits left, not the {sold} m² that were sold")]
    CreditsGone { held: i64, sold: i64 },
    #[error("this booking is undone, or is to be undone, already")]
    Corrected,
    #[error("an enforced sale is not undone: its shares are bound to the lender")]
    EnforcedSale,
    #[error("this correction is {state}")]
    CorrectionDecided { state: CorrectionState },
    #[error("the organisation owes {owed}, asked for {asked}")]
    ExceedsOwed { owed: Fen, asked: Fen },
    #[error("the organisation has {held} of its own here, asked for {asked}")]
    ExceedsHeld { held: Fen, asked: Fen },
}

/// A period has a first and a last day.
pub fn check_period(from: NaiveDate, to: NaiveDate) -> Result<(), FinanceRefusal> {
    if from <= to { Ok(()) } else { Err(FinanceRefusal::PeriodBackwards) }
}

/// What of a share is due for a period: what is payable less what came in after the period.
pub fn due(payable: Fen, credited_after: Fen) -> Fen {
    payable.checked_sub(credited_after).unwrap_or_default()
}

/// Whether these shares may be paid in one batch.
pub fn items_of_batch(items: &[(Share, OrganisationId, Fen)]) -> Result<Fen, OutgoingRefusal> {
    if items.is_empty() {
        return Err(OutgoingRefusal::NothingDue);
    }
    let many = OutgoingRefusal::PayoutCount { most: PAYOUTS_PER_BATCH_MAX };
    if items.len() > PAYOUTS_PER_BATCH_MAX {
        return Err(many);
    }
    let different: BTreeSet<_> = items.iter().map(|(share, id, _)| (*share, *id)).collect();
    if different.len() < items.len() {
        return Err(OutgoingRefusal::PayoutTwice);
    }
    let sum = items.iter().try_fold(Fen::ZERO, |sum, (_, _, amount)| sum.checked_add(*amount));
    sum.ok_or(many)
}

/// A batch is decided once.
pub fn decide_batch(state: PayoutBatchState) -> Result<(), OutgoingRefusal> {
    match state {
        PayoutBatchState::Entered => Ok(()),
        state @ (PayoutBatchState::Approved
        | PayoutBatchState::Rejected
        | PayoutBatchState::Cancelled) => Err(OutgoingRefusal::BatchDecided { state }),
    }
}

/// A share is paid only to the account that is registered when it is approved (R69).
pub fn registered_still(registered: Option<&str>, entered: &str) -> Result<(), OutgoingRefusal> {
    if registered == Some(entered) {
        Ok(())
    } else {
        Err(OutgoingRefusal::AccountChanged { account: entered.to_owned() })
    }
}

/// An approved payout whose account was not trusted is cancelled by who entered it while it waits;
/// until then no payment file contains it, so that none is cancelled that the bank pays.
pub fn may_cancel_waiting(
    state: PayoutState,
    waits_until: Option<Time>,
    now: Time,
    (entered_by, asked_by): (UserId, UserId),
) -> Result<(), FinanceRefusal> {
    let waits = waits_until.is_some_and(|until| until > now);
    if state != PayoutState::Approved || !waits {
        return Err(FinanceRefusal::Decided { state });
    }
    if entered_by == asked_by { Ok(()) } else { Err(FinanceRefusal::NotWhoEntered) }
}

/// Whether an approved payout may stand in a payment file now.
pub fn export_now(
    number: &str,
    waits_until: Option<Time>,
    now: Time,
) -> Result<(), OutgoingRefusal> {
    match waits_until {
        Some(until) if until > now => {
            Err(OutgoingRefusal::AccountNotTrusted { number: number.to_owned(), until })
        }
        _ => Ok(()),
    }
}

/// No payment file contains what goes to an account on hold.
pub fn not_held(
    held: &BTreeSet<String>,
    number: &str,
    account: &str,
) -> Result<(), OutgoingRefusal> {
    if held.contains(account) {
        let (number, account) = (number.to_owned(), account.to_owned());
        return Err(OutgoingRefusal::AccountHeld { number, account });
    }
    Ok(())
}

/// An account is held once at a time.
pub fn hold(standing: Option<AccountHoldState>) -> Result<(), OutgoingRefusal> {
    match standing {
        Some(AccountHoldState::Held | AccountHoldState::LiftAsked) => {
            Err(OutgoingRefusal::HeldAlready)
        }
        Some(AccountHoldState::Lifted) | None => Ok(()),
    }
}

/// To lift a hold may be asked for again: an approval that nobody gave ends after a while.
pub fn ask_lift(state: AccountHoldState) -> Result<(), OutgoingRefusal> {
    match state {
        AccountHoldState::Held | AccountHoldState::LiftAsked => Ok(()),
        AccountHoldState::Lifted => Err(OutgoingRefusal::HoldLifted),
    }
}

/// A hold is lifted once somebody else has asked for it.
pub fn lift(state: AccountHoldState) -> Result<(), OutgoingRefusal> {
    match state {
        AccountHoldState::LiftAsked => Ok(()),
        AccountHoldState::Held => Err(OutgoingRefusal::LiftNotAsked),
        AccountHoldState::Lifted => Err(OutgoingRefusal::HoldLifted),
    }
}

/// Whether a line that waits is a payout that came back: money in, the whole of it.
pub fn is_return(
    payout: (PayoutState, bool),
    amount: Fen,
    waiting: Option<(ExceptionKind, ExceptionState, i64)>,
) -> Result<(), OutgoingRefusal> {
    match payout {
        (PayoutState::Paid, false) => {}
        (PayoutState::Paid, true) => return Err(OutgoingRefusal::Returned),
        (state, _) => return Err(OutgoingRefusal::NotPaid { state }),
    }
    match waiting {
        Some((kind, ExceptionState::Open, rest))
            if kind != ExceptionKind::Duplicate && rest == amount.get() =>
        {
            Ok(())
        }
        _ => Err(OutgoingRefusal::ReturnDoesNotFit { amount }),
    }
}

/// What of a line may be given back to its payer: all that still waits of money in, to the account
/// that it came from (R69, R70).
pub fn gives_back(
    payer_account: &str,
    waiting: Option<(ExceptionKind, ExceptionState, i64)>,
) -> Result<Fen, OutgoingRefusal> {
    let rest = match waiting {
        Some((kind, ExceptionState::Open, rest)) if kind != ExceptionKind::Duplicate => rest,
        _ => 0,
    };
    match Fen::of(rest) {
        Ok(rest) if rest.is_zero() => Err(OutgoingRefusal::NothingToGiveBack),
        Ok(_) if payer_account.is_empty() => Err(OutgoingRefusal::NoPayerAccount),
        Ok(rest) => Ok(rest),
        // Money out that waits stands below zero.
        Err(_) => Err(OutgoingRefusal::NothingToGiveBack),
    }
}
