//! ISO 20022 camt.053: the bank's statement as a message. An entry is one line of the account; a
//! batch entry holds several transactions, which are matched one by one and booked as one line.
//! The message has no running balance; it is counted from the opening.

mod message;

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, NaiveDateTime};

use self::message::{Amount, DateChoice, Document, Entry, Stmt, Transaction};
use super::unreadable::{Fault, Unreadable};
use super::{
    CELL_CHARS_MAX, FAULTS_MAX, Line, NUMBER_CHARS_MAX, Part, ROWS_MAX, Repeat, Statement, decode,
    known_by,
};
use crate::kernel::clock::Time;
use crate::kernel::money::Fen;

const BOOKED: &str = "BOOK";
const CREDIT: &str = "CRDT";
const DEBIT: &str = "DBIT";
const NO_REFERENCE: &str = "NOTPROVIDED";

pub(super) fn read(bytes: &[u8]) -> Result<Statement, Unreadable> {
    let text = decode::decode(bytes)?;
    // Entities of its own are what XML bombs are made of; no bank's message needs them.
    if text.contains("<!DOCTYPE") {
        return Err(not_camt("a document type is declared").at(0));
    }
    let document: Document =
        quick_xml::de::from_str(&text).map_err(|cause| not_camt(&cause.to_string()).at(0))?;
    let mut rows = entry_rows(&text).into_iter();
    let mut whole: Option<Statement> = None;
    for stmt in &document.message.statements {
        let next = statement(stmt, &mut rows)?;
        whole = Some(match whole {
            None => next,
            Some(before) => joined(before, next)?,
        });
    }
    let mut whole = whole.ok_or_else(|| not_camt("it holds no Stmt").at(0))?;
    set_apart_repeats(&mut whole)?;
    run_balances(&mut whole)?;
    whole.that_adds_up()
}

fn not_camt(why: &str) -> Fault {
    Fault::NotCamt { why: why.chars().take(200).collect() }
}

/// The lines of the text on which an entry begins.
fn entry_rows(text: &str) -> Vec<u64> {
    let mut rows = Vec::new();
    for (row, line) in (1_u64..).zip(text.lines()) {
        for (at, _) in line.match_indices("Ntry>") {
            let before = line.get(..at).unwrap_or_default();
            let name = before.rsplit('<').next().unwrap_or_default();
            if before.len() > name.len()
                && (name.is_empty() || name.ends_with(':'))
                && !name.starts_with('/')
            {
                rows.push(row);
            }
        }
    }
    rows
}

fn joined(before: Statement, next: Statement) -> Result<Statement, Unreadable> {
    if before.account != next.account || before.closing != next.opening {
        return Err(Fault::SeveralStatements.at(0));
    }
    let (from, to) = (before.from.min(next.from), before.to.max(next.to));
    let lines = before.lines.into_iter().chain(next.lines).collect();
    Ok(Statement { from, to, closing: next.closing, lines, ..before })
}

fn statement(stmt: &Stmt, rows: &mut impl Iterator<Item = u64>) -> Result<Statement, Unreadable> {
    let account = stmt.account.id.number().map(str::trim).filter(|number| !number.is_empty());
    let account = account.ok_or_else(|| not_camt("Acct/Id has no number").at(0))?;
    if stmt.account.currency.as_deref().is_some_and(|currency| currency != "CNY") {
        return Err(Fault::NotCny.at(0));
    }
    let (opening, opened) = balance(stmt, &["OPBD", "PRCD"])?;
    let (closing, closed) = balance(stmt, &["CLBD"])?;
    let (from, to) = match &stmt.period {
        Some(period) => (day_of(&period.from), day_of(&period.to)),
        None => (Some(opened), Some(closed)),
    };
    let bad = || not_camt("FrToDt is not a period").at(0);
    let (from, to) = (from.ok_or_else(bad)?, to.ok_or_else(bad)?);
    if from > to {
        return Err(Fault::PeriodBackwards.at(0));
    }
    let (mut lines, mut faults) = (Vec::new(), Vec::new());
    for entry in &stmt.entries {
        let row = rows.next().unwrap_or(0);
        if entry.status.as_ref().is_some_and(|status| status.word() != BOOKED) {
            continue;
        }
        if lines.len() >= ROWS_MAX {
            return Err(Fault::TooManyRows.at(row));
        }
        match line(entry, row) {
            Ok(line) if !(from..=to).contains(&line.effective_at.date_in_shanghai()) => {
                faults.push(Fault::OutsidePeriod.at(row));
            }
            Ok(line) => lines.push(line),
            Err(fault) => faults.push(fault.at(row)),
        }
    }
    let mut faults = faults.into_iter().take(FAULTS_MAX);
    if let Some(first) = faults.next() {
        return Err(Unreadable { more: faults.collect(), ..first });
    }
    let account = account.to_owned();
    Ok(Statement { account, from, to, opening, closing, lines, repeats: Vec::new() })
}

fn balance(stmt: &Stmt, codes: &[&str]) -> Result<(Fen, NaiveDate), Unreadable> {
    let named = |code: &&str| stmt.balances.iter().find(|one| one.kind.choice.word() == *code);
    let found = codes.iter().find_map(named);
    let missing = || not_camt(&format!("there is no balance {}", codes.concat())).at(0);
    let found = found.ok_or_else(missing)?;
    let fen = amount(&found.amount).map_err(|fault| fault.at(0))?;
    if found.side == DEBIT && !fen.is_zero() {
        return Err(Fault::InDebt.at(0));
    }
    let bad = || not_camt("a balance has no date").at(0);
    let moment = time_of(&found.date).ok_or_else(bad)?;
    Ok((fen, moment.date_in_shanghai()))
}

fn amount(amount: &Amount) -> Result<Fen, Fault> {
    if amount.currency.as_deref().is_some_and(|currency| currency != "CNY") {
        return Err(Fault::NotCny);
    }
    let text = amount.value.trim();
    let named = || ("Amt".to_owned(), text.chars().take(40).collect());
    if text.starts_with('-') {
        let (column, text) = named();
        return Err(Fault::NegativeAmount { column, text });
    }
    let bad = |_| {
        let (column, text) = named();
        Fault::BadAmount { column, text }
    };
    text.parse().map_err(bad)
}

fn line(entry: &Entry, row: u64) -> Result<Line, Fault> {
    let fen = amount(&entry.amount)?;
    if fen.is_zero() {
        return Err(Fault::NeitherSide);
    }
    let (credit, debit) = match entry.side.as_str() {
        CREDIT => (fen, Fen::ZERO),
        DEBIT => (Fen::ZERO, fen),
        other => return Err(Fault::NoDirection { text: other.chars().take(40).collect() }),
    };
    let no_date = || Fault::BadDate { text: String::new() };
    let effective_at = entry.booked.as_ref().and_then(time_of).ok_or_else(no_date)?;
    let transactions: Vec<&Transaction> =
        entry.details.iter().flat_map(|details| &details.transactions).collect();
    let is_batch = transactions.len() > 1;
    let parts = transactions.iter().map(|one| part(one, entry, fen, is_batch));
    let mut parts = parts.collect::<Result<Vec<Part>, Fault>>()?;
    let serial = entry.bank_reference.as_deref().or(entry.reference.as_deref());
    let mut line = Line {
        row,
        serial: serial.map(number).transpose()?.flatten(),
        known_by: String::new(),
        effective_at,
        credit,
        debit,
        balance: Fen::ZERO,
        counterparty_name: String::new(),
        counterparty_account: String::new(),
        text: entry.more.clone().unwrap_or_default().trim().to_owned(),
        parts: Vec::new(),
    };
    if is_batch {
        let summed = parts.iter().map(|part| part.amount.get()).fold(0, i64::saturating_add);
        if summed != fen.get() {
            return Err(Fault::BatchDoesNotAddUp { entry: fen.get(), summed });
        }
        line.text = bounded(parts.iter().map(|part| part.text.as_str()));
        line.counterparty_name = bounded(parts.iter().map(|part| part.counterparty_name.as_str()));
        line.parts = parts;
    } else if let Some(one) = parts.pop() {
        line.counterparty_name = one.counterparty_name;
        line.counterparty_account = one.counterparty_account;
        if !one.text.is_empty() {
            line.text = one.text;
        }
    }
    Ok(line)
}

/// What several transactions say, as far as one line holds it.
fn bounded<'a>(texts: impl Iterator<Item = &'a str>) -> String {
    let joined = texts.filter(|text| !text.is_empty()).collect::<Vec<_>>().join("; ");
    joined.chars().take(CELL_CHARS_MAX).collect()
}

fn part(it: &Transaction, entry: &Entry, whole: Fen, is_batch: bool) -> Result<Part, Fault> {
    if it.side.as_ref().is_some_and(|side| *side != entry.side) {
        return Err(Fault::BothSides);
    }
    let told = it.amount.as_ref().or_else(|| {
        it.amounts.as_ref()?.transaction.as_ref().map(|transaction| &transaction.amount)
    });
    let fen = match (told, is_batch) {
        (Some(told), _) => amount(told)?,
        (None, false) => whole,
        (None, true) => return Err(Fault::NeitherSide),
    };
    if fen.is_zero() || (!is_batch && fen != whole) {
        return Err(Fault::BatchDoesNotAddUp { entry: whole.get(), summed: fen.get() });
    }
    let parties = it.parties.as_ref();
    let (party, account) = if entry.side == CREDIT {
        (parties.and_then(|p| p.debtor.as_ref()), parties.and_then(|p| p.debtor_account.as_ref()))
    } else {
        (
            parties.and_then(|p| p.creditor.as_ref()),
            parties.and_then(|p| p.creditor_account.as_ref()),
        )
    };
    let name = party.and_then(|party| {
        party.party.as_ref().and_then(|inner| inner.name.as_deref()).or(party.name.as_deref())
    });
    let account = account.and_then(|account| account.id.number());
    let references = it.references.as_ref();
    let serial = references.and_then(|one| one.bank.as_deref().or(one.transaction.as_deref()));
    let mut texts: Vec<&str> =
        it.remittance.iter().flat_map(|one| &one.texts).map(|text| text.trim()).collect();
    texts.extend(it.more.as_deref().map(str::trim));
    let end_to_end = references.and_then(|one| one.end_to_end.as_deref()).map(str::trim);
    let is_new = |id: &&str| *id != NO_REFERENCE && !texts.iter().any(|text| text.contains(*id));
    texts.extend(end_to_end.filter(is_new).into_iter().collect::<Vec<_>>());
    let text = texts.join(" ");
    for (column, text) in [("RmtInf", text.as_str()), ("Nm", name.unwrap_or_default())] {
        if text.chars().count() > CELL_CHARS_MAX {
            return Err(Fault::TooLong { column: column.to_owned() });
        }
    }
    Ok(Part {
        serial: serial.map(number).transpose()?.flatten(),
        amount: fen,
        counterparty_name: name.unwrap_or_default().trim().to_owned(),
        counterparty_account: account.map(number).transpose()?.flatten().unwrap_or_default(),
        text,
    })
}

fn number(text: &str) -> Result<Option<String>, Fault> {
    let text = text.trim();
    let plain = text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '/' | '.'));
    if text.is_empty() || text == NO_REFERENCE {
        return Ok(None);
    }
    if plain && text.len() <= NUMBER_CHARS_MAX {
        return Ok(Some(text.to_owned()));
    }
    let text = text.chars().take(40).collect();
    Err(Fault::BadNumber { column: "Refs".to_owned(), text })
}

fn time_of(date: &DateChoice) -> Option<Time> {
    if let Some(moment) = &date.moment {
        return moment_of(moment.trim());
    }
    let day = date.day.as_deref()?.trim();
    let day = NaiveDate::parse_from_str(day.get(..10)?, "%Y-%m-%d").ok()?;
    Some(Time::in_shanghai(day, 0))
}

/// A moment without an offset is the bank's local time.
fn moment_of(text: &str) -> Option<Time> {
    if let Ok(moment) = DateTime::parse_from_rfc3339(text) {
        return Some(Time::of(moment.naive_utc()));
    }
    let local = NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S%.f").ok()?;
    Some(Time::of(local - chrono::Duration::hours(8)))
}

fn day_of(text: &str) -> Option<NaiveDate> {
    let text = text.trim();
    if text.len() == 10 {
        return NaiveDate::parse_from_str(text, "%Y-%m-%d").ok();
    }
    moment_of(text).map(Time::date_in_shanghai)
}

/// An entry that comes again under its reference with the same figures is a repeat.
fn set_apart_repeats(it: &mut Statement) -> Result<(), Unreadable> {
    let mut first: HashMap<String, Line> = HashMap::new();
    let mut lines = Vec::new();
    for line in std::mem::take(&mut it.lines) {
        let Some(serial) = line.serial.clone() else {
            lines.push(line);
            continue;
        };
        match first.get(&serial) {
            None => {
                first.insert(serial, line.clone());
                lines.push(line);
            }
            Some(before) if line.says_the_same_as(before) => {
                it.repeats.push(Repeat { row: line.row, of: known_by(&line) });
            }
            Some(before) => return Err(Fault::SerialTwice { first: before.row }.at(line.row)),
        }
    }
    it.lines = lines;
    Ok(())
}

/// Gives every line the balance after it, and with it what it is known by.
fn run_balances(it: &mut Statement) -> Result<(), Unreadable> {
    let mut running = it.opening.get();
    for line in &mut it.lines {
        running += line.signed_fen();
        line.balance = Fen::of(running).map_err(|_| Fault::InDebt.at(line.row))?;
        line.known_by = known_by(line);
    }
    Ok(())
}
