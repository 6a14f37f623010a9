//! Importing a bank file. It is read and compared outside the writer; then its new lines are booked
//! in the bank's order, at most [`LINES_PER_COMMAND`] in one command, each command leaving complete
//! books: whatever is booked, bank = cash + shares + suspense − receivable (R70). The last command
//! publishes. An import that is broken off is finished by importing the file again.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::super::model::{
    DepositId, ExceptionId, ExceptionKind, ExceptionState, LineId, PayoutState, StatementId,
    StatementState,
};
use super::super::rules::{
    Booking, Desk, FinanceRefusal, Plan, codes_of, continue_with, numbers_of, plan,
};
use super::super::statement::{self, Line, Statement};
use super::super::store::{
    self, DepositRow, ExceptionRow, LineRow, NoticeRow, PayoutRow, StatementRow,
};
use super::payouts::leaves_from;
use super::{cash, desk_of, house, own_fee_account, still_open};
use crate::kernel::actor::{Actor, Doing};
use crate::kernel::clock::Time;
use crate::kernel::db::{Conn, Db, Event, Tx};
use crate::kernel::money::Fen;
use crate::kernel::problem::{Answer, Failure};
use crate::ledger::{self, FeeAccountId, JournalId, MoneyBucket, NewJournal, NewTransfer};
use crate::settlement::FeeAccount;

/// A line writes up to six rows, so that a command stays near 500 rows and buyers wait for little.
const LINES_PER_COMMAND: usize = 80;
/// Keys of one look-up of repeated lines.
const REPEATS_PER_LOOKUP: usize = 500;

/// Books what is new in a bank file.
#[derive(Debug, Clone)]
pub(crate) struct ImportStatement {
    pub(crate) id: StatementId,
    pub(crate) fee_account_id: FeeAccountId,
    pub(crate) file_name: String,
    pub(crate) file_hash: String,
    pub(crate) statement: Statement,
}

/// What an import came to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Imported {
    pub(crate) statement_id: StatementId,
}

/// A line of a file with what it is or would be booked as.
#[derive(Debug, Clone)]
pub(crate) struct CheckedLine {
    pub(crate) line: Line,
    pub(crate) booking: Booking,
}

impl ImportStatement {
    /// Reads a file; slow for a big one, so not on a thread that serves requests.
    pub(crate) fn of_file(
        fee_account_id: FeeAccountId,
        file_name: String,
        bytes: &[u8],
    ) -> Result<Self, FinanceRefusal> {
        let statement = statement::read(bytes)?;
        let file_hash = hex::encode(Sha256::digest(bytes));
        Ok(Self { id: StatementId::new(), fee_account_id, file_name, file_hash, statement })
    }
}

/// Compares a file with the books: what is new in it, and how each new line would be booked now.
pub(crate) fn check(
    c: &mut Conn,
    actor: &Actor,
    it: &ImportStatement,
) -> Answer<(Plan, Vec<CheckedLine>)> {
    let account = own_fee_account(c, actor, it.fee_account_id)?;
    let plan = planned(c, &account, &it.statement)?;
    let (mut desk, _, _) = desk_for(c, account.id, &plan.new)?;
    let booked = |line: &Line| CheckedLine { line: line.clone(), booking: desk.book(line) };
    let checked = plan.new.iter().map(booked).collect();
    Ok((plan, checked))
}

fn planned(c: &mut Conn, account: &FeeAccount, statement: &Statement) -> Answer<Plan> {
    let keys: Vec<String> = statement.lines.iter().map(|line| line.known_by.clone()).collect();
    let books = store::books(c, account.id, &keys, Time::in_shanghai(statement.from, 0))?;
    let plan = plan(&account.number, statement, &books)?;
    still_open(c, account.id, &plan.new)?;
    Ok(plan)
}

/// Books a file's new lines, one command after the other. Only the last carries the caller's key:
/// the others have no effect when they come again.
pub(crate) async fn import(db: &Db, doing: Doing, it: ImportStatement) -> Answer<Imported> {
    let actor = doing.actor()?.clone();
    let (asker, asked) = (actor.clone(), it.clone());
    let plan = db.read(Some(&actor), move |c| {
        let account = own_fee_account(c, &asker, asked.fee_account_id)?;
        planned(c, &account, &asked.statement)
    });
    let plan = plan.await?;
    let mut parts: Vec<Vec<Line>> =
        plan.new.chunks(LINES_PER_COMMAND).map(<[Line]>::to_vec).collect();
    let last = parts.pop().unwrap_or_default();
    for lines in parts {
        let (it, doing) = (it.clone(), Doing { once: None, ..doing.clone() });
        db.write(doing, move |tx| book_part(tx, &it, &lines)).await?;
    }
    db.write(doing, move |tx| publish(tx, &it, &last)).await
}

/// Books some lines of an import.
fn book_part(tx: &mut Tx<'_>, it: &ImportStatement, lines: &[Line]) -> Answer<()> {
    let (actor, account) = desk_of(tx, it.fee_account_id)?;
    let before = opened(tx, it, &actor)?;
    let imported = before.imported + book(tx, &account, it.id, lines)?;
    let row = StatementRow { imported, ..before };
    tx.update(&row)?;
    tx.record(event(&row));
    Ok(())
}

/// Books the last lines of an import and publishes it.
fn publish(tx: &mut Tx<'_>, it: &ImportStatement, lines: &[Line]) -> Answer<Imported> {
    let (actor, account) = desk_of(tx, it.fee_account_id)?;
    let before = opened(tx, it, &actor)?;
    let imported = before.imported + book(tx, &account, it.id, lines)?;
    list_repeats(tx, &account, &it.statement.repeats)?;
    let distinct = count(it.statement.lines.len())?;
    let row = StatementRow {
        imported,
        already_known: distinct - imported,
        state: StatementState::Published,
        ..before
    };
    tx.update(&row)?;
    tx.record(event(&row));
    Ok(Imported { statement_id: it.id })
}

/// The row of this import, made by its first command.
fn opened(tx: &mut Tx<'_>, it: &ImportStatement, actor: &Actor) -> Answer<StatementRow> {
    if let Some(row) = store::statement_if_any(tx.conn(), it.id)? {
        return Ok(row);
    }
    let statement = &it.statement;
    let row = StatementRow {
        id: it.id,
        fee_account_id: it.fee_account_id,
        file_name: it.file_name.clone(),
        file_hash: it.file_hash.clone(),
        period_from: statement.from,
        period_to: statement.to,
        opening_fen: statement.opening,
        closing_fen: statement.closing,
        file_rows: count(statement.rows())?,
        imported: 0,
        already_known: 0,
        repeated: count(statement.repeats.len())?,
        state: StatementState::Importing,
        imported_by: actor.user_id,
        imported_at: tx.now(),
    };
    tx.insert(&row)?;
    Ok(row)
}

/// Books lines that are not booked meanwhile; returns how many.
fn book(
    tx: &mut Tx<'_>,
    account: &FeeAccount,
    statement_id: StatementId,
    lines: &[Line],
) -> Answer<i64> {
    let keys: Vec<String> = lines.iter().map(|line| line.known_by.clone()).collect();
    let now = tx.now();
    let books = store::books(tx.conn(), account.id, &keys, now)?;
    let mut position = books.last.map_or(0, |last| last.position);
    let new: Vec<Line> = continue_with(lines, &books)?.into_iter().cloned().collect();
    let (mut desk, mut notices, mut payouts) = desk_for(tx.conn(), account.id, &new)?;
    let mut booked = Booked::default();
    for line in &new {
        position += 1;
        let row = line_row(account.id, statement_id, position, line);
        match desk.book(line) {
            Booking::Deposit(id) => {
                let notice = notices.iter_mut().find(|notice| notice.id == id);
                let notice = notice.ok_or_else(|| Failure::broken("the desk shows our notices"))?;
                *notice = notice.received(line.credit, now)?;
                booked.deposit(row, notice, now);
            }
            Booking::Payout(id) => {
                let payout = payouts.iter_mut().find(|payout| payout.id == id);
                let payout = payout.ok_or_else(|| Failure::broken("the desk shows our payouts"))?;
                *payout = paid(payout, &row);
                booked.payout(row, payout);
            }
            waits => booked.waiting(row, &waits, now),
        }
    }
    booked.save(tx)?;
    count(new.len())
}

/// The references and payouts that lines name.
fn desk_for(
    c: &mut Conn,
    account: FeeAccountId,
    lines: &[Line],
) -> Answer<(Desk, Vec<NoticeRow>, Vec<PayoutRow>)> {
    let codes: Vec<String> = lines.iter().flat_map(codes_of).collect();
    let numbers: Vec<String> = lines.iter().flat_map(numbers_of).collect();
    let notices = store::notices_by_reference(c, account, &codes)?;
    let payouts = store::payouts_by_number(c, account, &numbers)?;
    let desk = Desk {
        notices: notices.iter().map(NoticeRow::on_desk).collect(),
        payouts: payouts.iter().map(PayoutRow::on_desk).collect(),
    };
    Ok((desk, notices, payouts))
}

/// The payout as ended by a bank line.
pub(super) fn paid(payout: &PayoutRow, line: &LineRow) -> PayoutRow {
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
    journals: Vec<NewJournal>,
    lines: Vec<LineRow>,
    deposits: Vec<DepositRow>,
    exceptions: Vec<ExceptionRow>,
    notices: Vec<NoticeRow>,
    payouts: Vec<PayoutRow>,
}

impl Booked {
    fn deposit(&mut self, line: LineRow, notice: &NoticeRow, now: Time) {
        let account = line.fee_account_id;
        let to = cash(account, notice.organisation_id, MoneyBucket::Available);
        self.deposits.push(DepositRow {
            id: DepositId::new(),
            fee_account_id: account,
            line_id: line.id,
            organisation_id: notice.organisation_id,
            notice_id: Some(notice.id),
            amount_fen: line.credit_fen,
            account: line.counterparty_account.clone(),
            account_name: line.counterparty_name.clone(),
            journal_id: line.journal_id,
            assigned_by: None,
            reason: None,
            deposited_at: now,
        });
        self.notices.push(notice.clone());
        let from = house(account, MoneyBucket::Clearing);
        self.line("deposit", line, NewTransfer { from, to, amount: 0 });
    }

    fn payout(&mut self, line: LineRow, payout: &PayoutRow) {
        let from = leaves_from(payout);
        self.payouts.push(payout.clone());
        let to = house(line.fee_account_id, MoneyBucket::Clearing);
        self.line("payout", line, NewTransfer { from, to, amount: 0 });
    }

    fn waiting(&mut self, line: LineRow, booking: &Booking, now: Time) {
        let bank = house(line.fee_account_id, MoneyBucket::Clearing);
        if let Some((kind, by)) = booking.exception() {
            self.exceptions.push(exception(&line, kind, by, line.signed_fen(), now));
        }
        if line.debit_fen.is_zero() {
            let to = house(line.fee_account_id, MoneyBucket::Suspense);
            self.line("suspense", line, NewTransfer { from: bank, to, amount: 0 });
        } else {
            let from = house(line.fee_account_id, MoneyBucket::Receivable);
            self.line("receivable", line, NewTransfer { from, to: bank, amount: 0 });
        }
    }

    /// The journal of a line is of the bank's time and of the whole line, whatever it is.
    fn line(&mut self, event: &'static str, line: LineRow, transfer: NewTransfer) {
        let amount = line.signed_fen().abs();
        let journal = NewJournal {
            id: line.journal_id,
            event,
            subject: line.id.uuid(),
            effective_at: line.effective_at,
            reverses: None,
            transfers: vec![NewTransfer { amount, ..transfer }],
        };
        self.journals.push(journal);
        self.lines.push(line);
    }

    fn save(self, tx: &mut Tx<'_>) -> Answer<()> {
        let mut books = ledger::open_for(tx.conn(), &self.journals)?;
        for journal in self.journals {
            books.post(0, journal)?;
        }
        ledger::save(tx, books)?;
        tx.insert_all(&self.lines)?;
        tx.insert_all(&self.deposits)?;
        tx.insert_all(&self.exceptions)?;
        for notice in &self.notices {
            tx.update(notice)?;
        }
        for payout in &self.payouts {
            tx.update(payout)?;
        }
        Ok(())
    }
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
pub(super) fn exception(
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

/// Lists repeated rows, each line once for good however often and in whatever file it is repeated.
fn list_repeats(tx: &mut Tx<'_>, account: &FeeAccount, repeats: &[String]) -> Answer<()> {
    let now = tx.now();
    for keys in repeats.chunks(REPEATS_PER_LOOKUP) {
        let lines = store::lines_by_key(tx.conn(), account.id, keys)?;
        let ids: Vec<LineId> = lines.iter().map(|line| line.id).collect();
        let listed = store::duplicates_of(tx.conn(), &ids)?;
        let new = lines.iter().filter(|line| !listed.contains(&line.id));
        let rows: Vec<ExceptionRow> =
            new.map(|line| exception(line, ExceptionKind::Duplicate, None, 0, now)).collect();
        tx.insert_all(&rows)?;
    }
    Ok(())
}

fn event(row: &StatementRow) -> Event {
    Event {
        subject: format!("statement:{}", row.id),
        after: Some(serde_json::json!({
            "file_hash": row.file_hash,
            "closing": row.closing_fen,
            "imported": row.imported,
            "state": row.state,
        })),
        ..Event::default()
    }
}

fn count(length: usize) -> Answer<i64> {
    i64::try_from(length).map_err(|_| Failure::broken("a file has fewer rows than that"))
}
