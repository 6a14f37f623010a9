//! Reads a bank's CSV export: title lines, one header row, then one row for each booking.
//!
//! Pure: bytes in, a [`Statement`] that adds up or the line and the reason out. The whole file is
//! refused with its first fault, since half a statement proves nothing. Amounts carry thousands
//! separators, long digits may end with a tab, an empty amount is none. A row that comes again
//! with the same figures is kept as a repeat; one whose figures differ is a fault.

mod cells;
mod decode;
mod unreadable;

use std::collections::HashMap;

use chrono::NaiveDate;
use sha2::{Digest, Sha256};

pub use self::unreadable::{Fault, Unreadable};
use crate::kernel::clock::Time;
use crate::kernel::money::Fen;

/// The largest file: a busy account's year.
pub const FILE_BYTES_MAX: usize = 4 * 1024 * 1024;
/// The most bookings of one file: ten times what a province's account sees in a month.
pub const ROWS_MAX: usize = 20_000;
/// The most lines before the header row.
const TITLE_LINES_MAX: usize = 20;
/// The longest name or text of a booking, in characters.
const CELL_CHARS_MAX: usize = 400;
/// The longest serial or account number.
const NUMBER_CHARS_MAX: usize = 64;

/// One file of the bank, read and added up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    pub account: String,
    pub from: NaiveDate,
    pub to: NaiveDate,
    pub opening: Fen,
    pub closing: Fen,
    /// Each booking once, in the order in which the balance ran.
    pub lines: Vec<Line>,
    /// The rows that repeat one of `lines`, by what that line is known by.
    pub repeats: Vec<String>,
}

impl Statement {
    /// The rows of the file below its header.
    pub fn rows(&self) -> usize {
        self.lines.len() + self.repeats.len()
    }

    /// The money that came in over distinct lines.
    pub fn credits_fen(&self) -> i64 {
        self.lines.iter().map(|line| line.credit.get()).sum()
    }

    /// The money that went out over distinct lines.
    pub fn debits_fen(&self) -> i64 {
        self.lines.iter().map(|line| line.debit.get()).sum()
    }
}

/// One booking: money in (`credit`) or money out (`debit`), never both and never neither.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// The line of the file, from 1.
    pub row: u64,
    pub serial: Option<String>,
    /// What the line is known by in its fee account for good (R70).
    pub known_by: String,
    pub effective_at: Time,
    pub credit: Fen,
    pub debit: Fen,
    /// The account's balance after it.
    pub balance: Fen,
    pub counterparty_name: String,
    pub counterparty_account: String,
    pub text: String,
}

impl Line {
    /// Money in as positive fen, money out as negative.
    pub fn signed_fen(&self) -> i64 {
        self.credit.get() - self.debit.get()
    }

    fn says_the_same_as(&self, other: &Self) -> bool {
        self.effective_at == other.effective_at
            && self.signed_fen() == other.signed_fen()
            && self.balance == other.balance
            && self.counterparty_account == other.counterparty_account
    }
}

/// Reads a file and checks that it adds up.
pub fn read(bytes: &[u8]) -> Result<Statement, Unreadable> {
    let text = decode::decode(bytes)?;
    let mut reader =
        csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
    let mut title = Title::default();
    let mut columns = None;
    let mut rows = Vec::new();
    let mut numbering = Numbering { text: &text, byte: 0, row: 1 };
    for record in reader.records() {
        let record = record.map_err(|_| Fault::NotCsv.at(0))?;
        let row = numbering.row_of(record.position().map_or(0, csv::Position::byte));
        let blank = record.iter().all(|cell| cells::clean(cell).is_empty());
        match &columns {
            _ if blank => {}
            None if cells::Columns::are_in(&record) => {
                columns = Some(cells::Columns::of(&record).map_err(|fault| fault.at(row))?);
            }
            None => title.take(&record).map_err(|fault| fault.at(row))?,
            Some(_) if rows.len() >= ROWS_MAX => return Err(Fault::TooManyRows.at(row)),
            Some(columns) => rows.push(line(columns, &record, row).map_err(|fault| fault.at(row))?),
        }
    }
    if columns.is_none() {
        return Err(Fault::NoHeader.at(0));
    }
    title.statement(rows)
}

/// Counts the lines of a file as its reader does; the CSV reader miscounts CRLF and empty lines.
struct Numbering<'a> {
    text: &'a str,
    byte: usize,
    row: u64,
}

impl Numbering<'_> {
    /// The line of the record that begins at that byte, or after the line ends that stand there.
    fn row_of(&mut self, byte: u64) -> u64 {
        let begin = usize::try_from(byte).unwrap_or(self.byte);
        let ends = self.text.bytes().skip(begin).take_while(|b| matches!(b, b'\r' | b'\n')).count();
        let passed = self.text.get(self.byte..begin + ends).unwrap_or_default();
        self.row += passed.bytes().filter(|b| *b == b'\n').map(|_| 1).sum::<u64>();
        self.byte = begin + ends;
        self.row
    }
}

/// What the lines above the header say; each fact may stand in any of them.
#[derive(Default)]
struct Title {
    lines: usize,
    account: Option<String>,
    period: Option<(NaiveDate, NaiveDate)>,
    opening: Option<Fen>,
    closing: Option<Fen>,
}

impl Title {
    fn take(&mut self, record: &csv::StringRecord) -> Result<(), Fault> {
        self.lines += 1;
        if self.lines > TITLE_LINES_MAX {
            return Err(Fault::NoHeader);
        }
        // Joined again, because an amount with separators may have been cut into cells.
        let text = record.iter().collect::<Vec<_>>().join(",");
        if let Some(rest) = cells::after_label(&text, "账号") {
            once(&mut self.account, "账号", cells::leading_number(rest))?;
        }
        if let Some(rest) = cells::after_label(&text, "查询区间") {
            once(&mut self.period, "查询区间", cells::leading_period(rest))?;
        }
        if let Some(rest) = cells::after_label(&text, "期初余额") {
            once(&mut self.opening, "期初余额", cells::leading_amount(rest))?;
        }
        if let Some(rest) = cells::after_label(&text, "期末余额") {
            once(&mut self.closing, "期末余额", cells::leading_amount(rest))?;
        }
        match cells::after_label(&text, "币种") {
            Some(rest) if !cells::is_cny(rest) => Err(Fault::NotCny),
            _ => Ok(()),
        }
    }

    fn statement(self, rows: Vec<Line>) -> Result<Statement, Unreadable> {
        let missing = |label: &'static str| Fault::TitleMissing { label }.at(0);
        let account = self.account.ok_or_else(|| missing("账号"))?;
        let (from, to) = self.period.ok_or_else(|| missing("查询区间"))?;
        let opening = self.opening.ok_or_else(|| missing("期初余额"))?;
        let closing = self.closing.ok_or_else(|| missing("期末余额"))?;
        if from > to {
            return Err(Fault::PeriodBackwards.at(0));
        }
        for line in &rows {
            if !(from..=to).contains(&line.effective_at.date_in_shanghai()) {
                return Err(Fault::OutsidePeriod.at(line.row));
            }
        }
        let (lines, repeats) = distinct_in_order(opening, rows)?;
        let statement = Statement { account, from, to, opening, closing, lines, repeats };
        let summed = opening.get() + statement.credits_fen() - statement.debits_fen();
        if summed == closing.get() {
            Ok(statement)
        } else {
            Err(Fault::DoesNotAddUp { summed, closing: closing.get() }.at(0))
        }
    }
}

fn once<T>(place: &mut Option<T>, label: &'static str, value: Option<T>) -> Result<(), Fault> {
    let value = value.ok_or(Fault::TitleUnreadable { label })?;
    match place.replace(value) {
        None => Ok(()),
        Some(_) => Err(Fault::TitleTwice { label }),
    }
}

fn line(columns: &cells::Columns, record: &csv::StringRecord, row: u64) -> Result<Line, Fault> {
    let cells = columns.cells(record)?;
    let (credit, debit) = match (cells.credit()?, cells.debit()?) {
        (credit, debit) if !credit.is_zero() && !debit.is_zero() => return Err(Fault::BothSides),
        (credit, debit) if credit.is_zero() && debit.is_zero() => return Err(Fault::NeitherSide),
        sides => sides,
    };
    let mut line = Line {
        row,
        serial: cells.serial()?,
        known_by: String::new(),
        effective_at: cells.time()?,
        credit,
        debit,
        balance: cells.balance()?,
        counterparty_name: cells.counterparty_name()?,
        counterparty_account: cells.counterparty_account()?,
        text: cells.text()?,
    };
    line.known_by = known_by(&line);
    Ok(line)
}

/// By the bank's serial; where there is none by date, amount, balance, counterparty and text (R70).
fn known_by(line: &Line) -> String {
    if let Some(serial) = &line.serial {
        return format!("serial:{serial}");
    }
    let mut digest = Sha256::new();
    for part in [
        &line.effective_at.date_in_shanghai().to_string(),
        &line.signed_fen().to_string(),
        &line.balance.to_string(),
        &line.counterparty_name,
        &line.counterparty_account,
        &line.text,
    ] {
        digest.update(format!("{}:{part}", part.len()));
    }
    format!("facts:{}", hex::encode(digest.finalize()))
}

/// Takes each line once. Banks export oldest first or newest first; the running balance tells.
fn distinct_in_order(
    opening: Fen,
    rows: Vec<Line>,
) -> Result<(Vec<Line>, Vec<String>), Unreadable> {
    let (forward, repeats) = distinct(rows.iter())?;
    let fault = match first_wrong_balance(opening, &forward) {
        None => return Ok((forward, repeats)),
        Some(fault) => fault,
    };
    let (backward, repeats) = distinct(rows.iter().rev())?;
    match first_wrong_balance(opening, &backward) {
        None => Ok((backward, repeats)),
        Some(_) => Err(fault),
    }
}

fn distinct<'a>(
    rows: impl Iterator<Item = &'a Line>,
) -> Result<(Vec<Line>, Vec<String>), Unreadable> {
    let mut seen: HashMap<&str, &Line> = HashMap::new();
    let (mut lines, mut repeats) = (Vec::new(), Vec::new());
    for row in rows {
        match seen.get(row.known_by.as_str()) {
            None => {
                seen.insert(&row.known_by, row);
                lines.push(row.clone());
            }
            Some(first) if row.serial.is_none() || row.says_the_same_as(first) => {
                repeats.push(row.known_by.clone());
            }
            Some(first) => {
                let (row, first) = (row.row.max(first.row), row.row.min(first.row));
                return Err(Fault::SerialTwice { first }.at(row));
            }
        }
    }
    Ok((lines, repeats))
}

fn first_wrong_balance(opening: Fen, lines: &[Line]) -> Option<Unreadable> {
    let mut running = opening.get();
    for line in lines {
        running += line.signed_fen();
        if running != line.balance.get() {
            let found = line.balance.get();
            return Some(Fault::WrongBalance { expected: running, found }.at(line.row));
        }
    }
    None
}

#[cfg(test)]
mod tests;
