//! Payments that the bank took back: a line of money out returns an earlier line of money in. A
//! person confirms it; then the money is where it was before the first transfer.

use super::super::model::{ExceptionState, LineId, NoticeState, ReturnId, StepKind};
use super::super::rules::FinanceRefusal;
use super::super::store::{self, ExceptionRow, LineRow, NoticeRow, ReturnRow};
use super::assign::AssignLine;
use super::exceptions::step;
use super::{cash, held, house};
use crate::kernel::actor::Actor;
use crate::kernel::db::Tx;
use crate::kernel::money::Fen;
use crate::kernel::problem::{Answer, Failure};
use crate::ledger::{self, Account, JournalId, MoneyBucket, NewJournal, NewTransfer};

/// Books that a line took an earlier one back; its own exception is closed by the caller.
pub(super) fn take_back(
    tx: &mut Tx<'_>,
    it: &AssignLine,
    actor: &Actor,
    line: &LineRow,
    returned: LineId,
) -> Answer<()> {
    let row = line_went_back(tx, it, actor, line, returned)?;
    Ok(tx.insert(&row)?)
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
        account: earlier.counterparty_account.clone(),
        ..new_row(tx, it, actor, (line, id), amount)
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
        deposit.amount_fen == amount && !gone.iter().any(|row| row.deposit_id == Some(deposit.id))
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
    (line, returned_line_id): (&LineRow, LineId),
    amount_fen: Fen,
) -> ReturnRow {
    ReturnRow {
        id: ReturnId::new(),
        fee_account_id: line.fee_account_id,
        line_id: line.id,
        returned_line_id,
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
