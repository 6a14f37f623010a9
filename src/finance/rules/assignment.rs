//! What a person may make of a line that waits (R70).

use super::FinanceRefusal;
use crate::finance::model::{ExceptionKind, ExceptionState, LineId, PayoutId, PayoutState};
use crate::kernel::ids::OrganisationId;
use crate::kernel::money::Fen;

/// The most parts of one line.
const PARTS_MAX: usize = 50;

/// Where a part of a line goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PartTarget {
    /// To the developer of that reference, which has received it.
    Reference(String),
    /// To that developer, for no reference.
    Organisation(OrganisationId),
    /// The line is that payout.
    Payout(String),
    /// Money in: that payout came back, which is confirmed on the payout.
    ReturnedPayout(PayoutId),
    /// Money out: that earlier line of money in went back.
    ReturnedLine(LineId),
}

/// Returns the line that a line of money out is said to take back: all of it, or nothing.
pub fn returned_by(waiting: CanTake, parts: &[Part]) -> Result<Option<LineId>, FinanceRefusal> {
    match parts {
        [Part { target: PartTarget::ReturnedLine(id), amount }] => {
            open(waiting)?;
            if -amount.get() == waiting.rest_fen {
                Ok(Some(*id))
            } else {
                Err(FinanceRefusal::ReturnIsWhole)
            }
        }
        _ if parts.iter().any(|part| part.target.is_return()) => Err(FinanceRefusal::ReturnIsWhole),
        _ => Ok(None),
    }
}

impl PartTarget {
    fn is_return(&self) -> bool {
        matches!(self, Self::ReturnedPayout(_) | Self::ReturnedLine(_))
    }
}

/// One part of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    pub target: PartTarget,
    pub amount: Fen,
}

/// What is left of the exception that a line raised.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CanTake {
    pub kind: ExceptionKind,
    pub state: ExceptionState,
    /// Positive in suspense, negative in receivable.
    pub rest_fen: i64,
}

/// Returns what stays in suspense after the parts of a line of money in.
pub fn parts_of_credit(waiting: CanTake, parts: &[Part]) -> Result<Fen, FinanceRefusal> {
    open(waiting)?;
    let rest = Fen::of(waiting.rest_fen).map_err(|_| FinanceRefusal::DebitIsPayout)?;
    if !(1..=PARTS_MAX).contains(&parts.len()) {
        return Err(FinanceRefusal::PartCount { most: PARTS_MAX });
    }
    let mut left = rest;
    for part in parts {
        if part.amount.is_zero() {
            return Err(FinanceRefusal::NothingAsked);
        }
        if matches!(part.target, PartTarget::Payout(_)) {
            return Err(FinanceRefusal::CreditIsNoPayout);
        }
        left = left.checked_sub(part.amount).ok_or(FinanceRefusal::PartsExceed { rest })?;
    }
    Ok(left)
}

/// Returns the number of the payout that a line of money out is said to be: all of it, or nothing.
pub fn payout_of_debit(waiting: CanTake, parts: &[Part]) -> Result<&str, FinanceRefusal> {
    open(waiting)?;
    match parts {
        [Part { target: PartTarget::Payout(number), amount }]
            if amount.get() == -waiting.rest_fen =>
        {
            Ok(number)
        }
        _ => Err(FinanceRefusal::DebitIsPayout),
    }
}

impl CanTake {
    /// Whether a payout can be what a line of money out was.
    pub fn is_payout(self, amount: Fen, state: PayoutState) -> Result<(), FinanceRefusal> {
        if state == PayoutState::Approved && amount.get() == -self.rest_fen {
            Ok(())
        } else {
            Err(FinanceRefusal::PayoutDoesNotFit)
        }
    }
}

fn open(waiting: CanTake) -> Result<(), FinanceRefusal> {
    if waiting.kind == ExceptionKind::Duplicate || waiting.state == ExceptionState::Resolved {
        return Err(FinanceRefusal::NothingWaits);
    }
    Ok(())
}
