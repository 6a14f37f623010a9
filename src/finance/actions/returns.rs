//! Payouts that the bank sent back: the line of money in gives the money back to whom it belongs,
//! and it is due again (R69).

use super::super::model::{LineId, PayoutId, PayoutKind, StepKind};
use super::super::rules::{OutgoingRefusal, is_return};
use super::super::store::{self, PayoutReturnRow};
use super::payouts::leaves_from;
use super::receivables::take_waiting;
use super::{cash, desk_of, house, journal_now};
use crate::kernel::db::{Event, Tx};
use crate::kernel::problem::Answer;
use crate::ledger::{self, MoneyBucket};

/// Says that a line of money in is a payout that came back.
#[derive(Debug, Clone)]
pub(crate) struct TakeReturn {
    pub(crate) payout_id: PayoutId,
    pub(crate) line_id: LineId,
    pub(crate) reason: String,
}

/// Takes a payout back: a share becomes the share again, a refund the developer's cash.
pub(crate) fn take_return(tx: &mut Tx<'_>, it: &TakeReturn) -> Answer<PayoutId> {
    let payout = store::payout(tx.conn(), it.payout_id)?;
    let (actor, account) = desk_of(tx, payout.fee_account_id)?;
    let came_back = store::returns_of(tx.conn(), &[payout.id])?.contains_key(&payout.id);
    let waiting = store::waiting(tx.conn(), it.line_id)?;
    let waiting = waiting.filter(|row| row.fee_account_id == account.id);
    let waiting = waiting.map(|row| (row.kind, row.state, row.rest_fen));
    is_return((payout.state, came_back), payout.amount_fen, waiting)?;
    let to = match payout.kind {
        PayoutKind::Share => leaves_from(&payout),
        PayoutKind::Refund => cash(account.id, payout.organisation_id, MoneyBucket::Available),
        PayoutKind::Return => return Err(OutgoingRefusal::WaitsItself.into()),
    };
    let line = (it.line_id, StepKind::Return);
    take_waiting(tx, &actor, line, payout.amount_fen, &it.reason)?;
    let sides = (house(account.id, MoneyBucket::Suspense), to);
    let journal = journal_now(tx, "payout_return", payout.id.uuid(), sides, payout.amount_fen);
    let journal_id = journal.id;
    ledger::post(tx, journal)?;
    tx.insert(&PayoutReturnRow {
        id: payout.id,
        line_id: it.line_id,
        journal_id,
        amount_fen: payout.amount_fen,
        reason: it.reason.clone(),
        taken_by: actor.user_id,
        taken_at: tx.now(),
    })?;
    tx.record(Event {
        subject: format!("payout:{}", payout.number),
        reason: Some(it.reason.clone()),
        before: Some(serde_json::json!({ "state": payout.state })),
        after: Some(serde_json::json!({ "returned_by": it.line_id, "amount": payout.amount_fen })),
    });
    Ok(payout.id)
}
