//! Who may be paid what, by whom (R69, R71).

use super::FinanceRefusal;
use crate::finance::model::PayoutState;
use crate::kernel::ids::UserId;
use crate::kernel::money::Fen;

/// The last number of a year that a code of four digits can carry.
const CODE_MAX: i64 = 9_999;

/// An account from which a developer's cash came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    pub account: String,
    pub name: String,
    /// What came from it and has not gone back or is not on its way back.
    pub rest: Fen,
}

/// Returns `number` as the four digits of a code.
pub fn next_code(number: i64) -> Result<String, FinanceRefusal> {
    if number > CODE_MAX {
        return Err(FinanceRefusal::CodesUsedUp);
    }
    Ok(format!("{number:04}"))
}

/// payable = share − open payouts (R69).
pub fn payable(share: Fen, open_payouts: Fen) -> Fen {
    share.checked_sub(open_payouts).unwrap_or_default()
}

/// Whether so much may be entered.
pub fn within_payable(payable: Fen, asked: Fen) -> Result<(), FinanceRefusal> {
    if asked.is_zero() {
        return Err(FinanceRefusal::NothingAsked);
    }
    if asked > payable {
        return Err(FinanceRefusal::ExceedsPayable { payable, asked });
    }
    Ok(())
}

/// Returns the account to which unused cash goes back: one that it came from, and not more than
/// came from it (R69).
pub fn refund_to<'a>(
    sources: &'a [Source],
    named: Option<&str>,
    asked: Fen,
) -> Result<&'a Source, FinanceRefusal> {
    if asked.is_zero() {
        return Err(FinanceRefusal::NothingAsked);
    }
    let mut fitting = sources.iter().filter(|source| {
        !source.account.is_empty() && named.is_none_or(|named| named == source.account)
    });
    let source = match (fitting.next(), fitting.next()) {
        (None, _) => return Err(FinanceRefusal::NotASource),
        (Some(_), Some(_)) => return Err(FinanceRefusal::SeveralSources),
        (Some(source), None) => source,
    };
    if asked > source.rest {
        return Err(FinanceRefusal::ExceedsSource { rest: source.rest, asked });
    }
    Ok(source)
}

/// The person who posts receipts approves no payouts (R71).
pub fn may_approve(receipts_posted: usize) -> Result<(), FinanceRefusal> {
    if receipts_posted == 0 { Ok(()) } else { Err(FinanceRefusal::PostsReceipts) }
}

/// A payout is approved or rejected once.
pub fn decide(state: PayoutState) -> Result<(), FinanceRefusal> {
    match state {
        PayoutState::Entered => Ok(()),
        state @ (PayoutState::Approved
        | PayoutState::Paid
        | PayoutState::Rejected
        | PayoutState::Cancelled) => Err(FinanceRefusal::Decided { state }),
    }
}

/// A payout is cancelled by who entered it, while nobody has decided it.
pub fn may_cancel(
    state: PayoutState,
    entered_by: UserId,
    asked_by: UserId,
) -> Result<(), FinanceRefusal> {
    decide(state)?;
    if entered_by == asked_by { Ok(()) } else { Err(FinanceRefusal::NotWhoEntered) }
}
