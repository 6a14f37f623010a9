//! Transfers that came back: money in that returns a payout, money out that returns earlier money
//! in. A person confirms it; then the money is where it was before the first transfer.

use super::super::model::{
    ExceptionState, LineId, NoticeState, PayoutState, ReturnId, StepKind,
};
use super::super::rules::{FinanceRefusal, Returned};
use super::super::store::{self, ExceptionRow, LineRow, NoticeRow, PayoutRow, ReturnRow};
use super::assign::AssignLine;
use super::exceptions::step;
use super::payouts::leaves_from;
use super::{cash, held, house};
use crate::kernel::actor::Actor;
use crate::kernel::db::Tx;
use crate::kernel::money::Fen;
use crate::kernel::problem::{Answer, Failure};
use crate::ledger::{self, Account, JournalId, MoneyBucket, NewJournal, NewTransfer};

/// Books what a line returned; the line's own exception is closed by the caller.
pub(super) fn take_back(
    tx: &mut Tx<'_>,
    it: &AssignLine,
    actor: &Actor,
    line: &LineRow,
    returned: &Returned,
) -> Answer<()> {
    let row = match returned {
        Returned::Payout(number) => payout_came_back(tx, it, actor, line, number)?,
        Returned::Line(id) => line_went_back(tx, it, actor, line, *id)?,
    };
    Ok(tx.insert(&row)?)
}

/// A share is a share again, and refunded cash is available again.
fn payout_came_back(
    tx: &mut Tx<'_>,
    it: &AssignLine,
    actor: &Actor,
    line: &LineRow,
    number: &str,
) -> Answer<ReturnRow> {
    let account = line.fee_account_id;
    let found = store::payouts_by_number(tx.conn(), account, &[number.to_owned()])?;
    let unknown = || FinanceRefusal::NoSuchPayout { number: number.to_owned() };
    let payout: PayoutRow = found.into_iter().next().ok_or_else(unknown)?;
    let came_back = store::return_of_payout(tx.conn(), payout.id)?.is_some();
    let fits = payout.state == PayoutState::Paid && payout.amount_fen == line.credit_fen;
    if came_back || !fits {
        return Err(FinanceRefusal::NotReturnable.into());
    }
    let is_refund = payout.share.is_none();
    let to = if is_refund {
        cash(account, payout.organisation_id, MoneyBucket::Available)
    } else {
        leaves_from(&payout)
    };
    let from = house(account, MoneyBucket::Suspense);
    let row = ReturnRow {
        payout_id: Some(payout.id),
        organisation_id: is_refund.then_some(payout.organisation_id),
        account: payout.account,
        ..new_row(tx, it, actor, line, payout.amount_fen)
    };
    post(tx, &row, "payout_returned", (from, to))?;
    Ok(row)
}

/// What still waited of the earlier line goes first; else the one deposit of that amount.
fn line_went_back(
    tx: &mut Tx<'_>,
    it: &AssignLine,
    actor: &Actor,
    line: &LineRow,
    id: LineId,
) -> Answer<ReturnRow> {
    let account = line.fee_account_id;
    let earlier = store::line(tx.conn(), id)?;
    if earlier.fee_account_id != account {
        return Err(Failure::not_found());
    }
    let amount = line.debit_fen;
    if earlier.position >= line.position || earlier.credit_fen < amount {
        return Err(FinanceRefusal::LineNotReturnable.into());
    }
    let to = house(account, MoneyBucket::Receivable);
    let row = ReturnRow {
        returned_line_id: Some(id),
        account: earlier.counterparty_account.clone(),
        ..new_row(tx, it, actor, line, amount)
    };
    let waiting = store::waiting(tx.conn(), id)?;
    if let Some(waiting) = waiting.filter(|waiting| waiting.rest_fen >= amount.get()) {
        post(tx, &row, "deposit_returned", (house(account, MoneyBucket::Suspense), to))?;
        less_waits(tx, it, actor, &waiting, amount)?;
        return Ok(row);
    }
    let deposits = store::deposits_of_line(tx.conn(), id)?;
    let gone = store::returns_of_lines(tx.conn(), &[id])?;
    let mut whole = deposits.into_iter().filter(|deposit| {
        deposit.amount_fen == amount
            && !gone.iter().any(|row| row.deposit_id == Some(deposit.id))
    });
    let deposit = whole.next().ok_or(FinanceRefusal::LineNotReturnable)?;
    let from = cash(account, deposit.organisation_id, MoneyBucket::Available);
    let available = held(tx.conn(), &from)?;
    if available < amount {
        return Err(FinanceRefusal::ExceedsCash { available, asked: amount }.into());
    }
    if let Some(notice_id) = deposit.notice_id {
        let notice = store::notice(tx.conn(), notice_id)?;
        tx.update(&waits_again(notice, amount)?)?;
    }
    let row = ReturnRow {
        deposit_id: Some(deposit.id),
        organisation_id: Some(deposit.organisation_id),
        account: deposit.account,
        ..row
    };
    post(tx, &row, "deposit_returned", (from, to))?;
    Ok(row)
}

/// A reference whose money went back waits for it again.
fn waits_again(notice: NoticeRow, amount: Fen) -> Answer<NoticeRow> {
    let received_fen = notice.received_fen.checked_sub(amount);
    let received_fen =
        received_fen.ok_or_else(|| Failure::broken("a notice has received its deposits"))?;
    if received_fen >= notice.amount_fen {
        return Ok(NoticeRow { received_fen, ..notice });
    }
    Ok(NoticeRow { received_fen, state: NoticeState::Open, paid_at: None, ..notice })
}

fn less_waits(
    tx: &mut Tx<'_>,
    it: &AssignLine,
    actor: &Actor,
    before: &ExceptionRow,
    amount: Fen,
) -> Answer<()> {
    let rest_fen = before.rest_fen - amount.get();
    let mut after = ExceptionRow { rest_fen, ..before.clone() };
    if rest_fen == 0 {
        after.state = ExceptionState::Resolved;
        after.resolved_by = Some(actor.user_id);
        after.resolved_at = Some(tx.now());
        after.reason = Some(it.reason.clone());
    }
    tx.update(&after)?;
    step(tx, &after, actor, StepKind::Return, Some(amount), Some(&it.reason))
}

fn new_row(
    tx: &Tx<'_>,
    it: &AssignLine,
    actor: &Actor,
    line: &LineRow,
    amount_fen: Fen,
) -> ReturnRow {
    ReturnRow {
        id: ReturnId::new(),
        fee_account_id: line.fee_account_id,
        line_id: line.id,
        payout_id: None,
        returned_line_id: None,
        deposit_id: None,
        organisation_id: None,
        account: String::new(),
        amount_fen,
        journal_id: JournalId::new(),
        reason: it.reason.clone(),
        confirmed_by: actor.user_id,
        confirmed_at: tx.now(),
    }
}

fn post(
    tx: &mut Tx<'_>,
    row: &ReturnRow,
    event: &'static str,
    (from, to): (Account, Account),
) -> Answer<()> {
    let journal = NewJournal {
        id: row.journal_id,
        event,
        subject: row.line_id.uuid(),
        effective_at: tx.now(),
        reverses: None,
        transfers: vec![NewTransfer { from, to, amount: row.amount_fen.get() }],
    };
    ledger::post(tx, journal)
}
