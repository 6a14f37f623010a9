//! Booking some lines of a file: one load for all of them, decisions in their order, one save a
//! table.

use std::collections::HashMap;

use super::super::payouts::leaves_from;
use super::super::{cash, house};
use super::count;
use crate::finance::model::{
    DepositId, ExceptionId, ExceptionKind, ExceptionState, LineId, NoticeId, PayoutId, PayoutState,
    StatementId, TransactionId,
};
use crate::finance::rules::{Booking, Desk, codes_of, continue_with, numbers_of};
use crate::finance::statement::Line;
use crate::finance::store::{
    self, DepositRow, ExceptionRow, LineRow, NoticeRow, PayoutRow, TransactionRow,
};
use crate::kernel::clock::Time;
use crate::kernel::db::{Conn, Tx};
use crate::kernel::money::Fen;
use crate::kernel::problem::{Answer, Failure};
use crate::ledger::{self, FeeAccountId, JournalId, MoneyBucket, NewJournal, NewTransfer};
use crate::settlement::FeeAccount;

type Notices = HashMap<NoticeId, NoticeRow>;
type Payouts = HashMap<PayoutId, PayoutRow>;

/// Books lines that are not booked meanwhile; returns how many.
pub(super) fn book(
    tx: &mut Tx<'_>,
    account: &FeeAccount,
    statement_id: StatementId,
    lines: &[Line],
) -> Answer<i64> {
    if lines.is_empty() {
        return Ok(0);
    }
    let keys: Vec<&str> = lines.iter().map(|line| line.known_by.as_str()).collect();
    let now = tx.now();
    let books = store::end_of_books(tx.conn(), account.id, &keys)?;
    let mut position = books.last.map_or(0, |last| last.position);
    let new = continue_with(lines, &books)?;
    let (mut desk, notices, payouts) = desk_for(tx.conn(), account.id, new.iter().copied())?;
    let mut booking = Booked { notices, payouts, ..Booked::default() };
    for line in &new {
        position += 1;
        let row = line_row(account.id, statement_id, position, line);
        booking.line(row, line, &mut desk, now)?;
    }
    booking.save(tx)?;
    count(new.len())
}

/// The references and payouts that lines name.
pub(super) fn desk_for<'a>(
    c: &mut Conn,
    account: FeeAccountId,
    lines: impl IntoIterator<Item = &'a Line>,
) -> Answer<(Desk, Notices, Payouts)> {
    let (mut codes, mut numbers) = (Vec::new(), Vec::new());
    for line in lines {
        codes.extend(codes_of(line));
        numbers.extend(numbers_of(line));
    }
    let notices = store::notices_by_reference(c, account, &codes)?;
    let payouts = store::payouts_by_number(c, account, &numbers)?;
    let desk =
        Desk::of(notices.iter().map(NoticeRow::on_desk), payouts.iter().map(PayoutRow::on_desk));
    let notices = notices.into_iter().map(|notice| (notice.id, notice)).collect();
    Ok((desk, notices, payouts.into_iter().map(|payout| (payout.id, payout)).collect()))
}

/// The payout as ended by a bank line.
pub(in crate::finance::actions) fn paid(payout: &PayoutRow, line: &LineRow) -> PayoutRow {
    PayoutRow {
        state: PayoutState::Paid,
        line_id: Some(line.id),
        paid_at: Some(line.effective_at),
        ..payout.clone()
    }
}

/// What some lines come to, saved together: one statement a table.
#[derive(Default)]
struct Booked {
    notices: Notices,
    payouts: Payouts,
    journals: Vec<NewJournal>,
    lines: Vec<LineRow>,
    transactions: Vec<TransactionRow>,
    deposits: Vec<DepositRow>,
    exceptions: Vec<ExceptionRow>,
    received: Vec<NoticeRow>,
    ended: Vec<PayoutRow>,
}

impl Booked {
    /// The journal of a line is of the bank's time and of the whole line, whatever it is: what its
    /// portions are goes where it belongs, the rest waits as one exception.
    fn line(&mut self, row: LineRow, line: &Line, desk: &mut Desk, now: Time) -> Answer<()> {
        let account = row.fee_account_id;
        let bank = house(account, MoneyBucket::Clearing);
        let portions = desk.book_portions(line);
        let alone = portions.len() == 1;
        let (mut transfers, mut waits, mut rest) = (Vec::with_capacity(1), None, 0);
        let mut event = None;
        for portion in &portions {
            let amount = portion.amount.get();
            let part = portion.part.and_then(|at| line.parts.get(at));
            match &portion.booking {
                Booking::Deposit(id) => {
                    let from = match part {
                        Some(part) => (&*part.counterparty_account, &*part.counterparty_name),
                        None => (&*line.counterparty_account, &*line.counterparty_name),
                    };
                    let to = self.deposit(&row, *id, portion.amount, from, now)?;
                    transfers.push(NewTransfer { from: bank, to, amount });
                    event = Some("deposit");
                }
                Booking::Payout(id) => {
                    let payout = self.payouts.get_mut(id);
                    let payout =
                        payout.ok_or_else(|| Failure::broken("the desk shows our payouts"))?;
                    *payout = paid(payout, &row);
                    let from = leaves_from(payout);
                    self.ended.push(payout.clone());
                    transfers.push(NewTransfer { from, to: bank, amount });
                    event = Some("payout");
                }
                Booking::Suspense { kind, by } | Booking::Receivable { kind, by } => {
                    rest += amount;
                    waits = waits.or(Some((*kind, by.filter(|_| alone))));
                }
            }
        }
        if let Some((kind, by)) = waits {
            let is_in = line.debit.is_zero();
            let (signed, transfer, waiting) = if is_in {
                let to = house(account, MoneyBucket::Suspense);
                (rest, NewTransfer { from: bank, to, amount: rest }, "suspense")
            } else {
                let from = house(account, MoneyBucket::Receivable);
                (-rest, NewTransfer { from, to: bank, amount: rest }, "receivable")
            };
            self.exceptions.push(exception(&row, kind, by, signed, now));
            transfers.push(transfer);
            event = event.or(Some(waiting));
        }
        self.transactions.extend(transactions_of(&row, line));
        self.journals.push(NewJournal {
            id: row.journal_id,
            event: event.unwrap_or("suspense"),
            subject: row.id.uuid(),
            effective_at: row.effective_at,
            reverses: None,
            transfers,
        });
        self.lines.push(row);
        Ok(())
    }

    /// The money of a line, or of one transaction of it, becomes the cash of the notice's developer.
    fn deposit(
        &mut self,
        line: &LineRow,
        id: NoticeId,
        amount: Fen,
        (account, account_name): (&str, &str),
        now: Time,
    ) -> Answer<ledger::Account> {
        let notice = self.notices.get_mut(&id);
        let notice = notice.ok_or_else(|| Failure::broken("the desk shows our notices"))?;
        *notice = notice.received(amount, now)?;
        self.received.push(notice.clone());
        self.deposits.push(DepositRow {
            id: DepositId::new(),
            fee_account_id: line.fee_account_id,
            line_id: line.id,
            organisation_id: notice.organisation_id,
            notice_id: Some(notice.id),
            amount_fen: amount,
            account: account.to_owned(),
            account_name: account_name.to_owned(),
            journal_id: line.journal_id,
            assigned_by: None,
            reason: None,
            deposited_at: now,
        });
        Ok(cash(line.fee_account_id, notice.organisation_id, MoneyBucket::Available))
    }

    fn save(self, tx: &mut Tx<'_>) -> Answer<()> {
        let mut books = ledger::open_for(tx.conn(), &self.journals)?;
        for journal in self.journals {
            books.post(0, journal)?;
        }
        ledger::save(tx, books)?;
        tx.insert_all(&self.lines)?;
        tx.insert_all(&self.transactions)?;
        tx.insert_all(&self.deposits)?;
        tx.insert_all(&self.exceptions)?;
        tx.update_all(&self.received)?;
        tx.update_all(&self.ended)?;
        Ok(())
    }
}

fn transactions_of<'a>(
    row: &'a LineRow,
    line: &'a Line,
) -> impl Iterator<Item = TransactionRow> + 'a {
    (1..).zip(&line.parts).map(|(position, part)| TransactionRow {
        id: TransactionId::new(),
        line_id: row.id,
        position,
        serial: part.serial.clone(),
        amount_fen: part.amount,
        counterparty_name: part.counterparty_name.clone(),
        counterparty_account: part.counterparty_account.clone(),
        text: part.text.clone(),
    })
}

fn line_row(
    fee_account_id: FeeAccountId,
    statement_id: StatementId,
    position: i64,
    line: &Line,
) -> LineRow {
    LineRow {
        id: LineId::new(),
        fee_account_id,
        statement_id: Some(statement_id),
        position,
        known_by: line.known_by.clone(),
        serial: line.serial.clone(),
        effective_at: line.effective_at,
        credit_fen: line.credit,
        debit_fen: line.debit,
        balance_fen: line.balance,
        counterparty_name: line.counterparty_name.clone(),
        counterparty_account: line.counterparty_account.clone(),
        text: line.text.clone(),
        journal_id: JournalId::new(),
    }
}

/// An exception that a line raises now.
pub(in crate::finance::actions) fn exception(
    line: &LineRow,
    kind: ExceptionKind,
    by_fen: Option<Fen>,
    amount_fen: i64,
    now: Time,
) -> ExceptionRow {
    ExceptionRow {
        id: ExceptionId::new(),
        fee_account_id: line.fee_account_id,
        line_id: line.id,
        kind,
        by_fen,
        amount_fen,
        rest_fen: amount_fen,
        state: ExceptionState::Open,
        raised_at: now,
        resolved_by: None,
        resolved_at: None,
        reason: None,
    }
}
