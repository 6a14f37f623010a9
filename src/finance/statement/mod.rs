//! Reads a bank's statement: a table as CSV, XLSX or XLS, or an ISO 20022 camt.053 message.
//!
//! Pure: bytes in, a [`Statement`] that adds up or the lines and the reasons out. The whole file is
//! refused with all its faults, since half a statement proves nothing. Amounts carry thousands
//! separators, long digits may end with a tab, an empty amount is none. A row that comes again
//! with the same figures is kept as a repeat; one whose figures differ is a fault. What stands
//! where is said by a [`Layout`]: the standard one, a guess by the usual names, or one that people
//! keep for their bank.

mod camt;
mod cells;
mod decode;
mod layout;
mod order;
mod sheet;
mod table;
mod title;
mod unreadable;

use chrono::NaiveDate;
use sha2::{Digest, Sha256};

pub use self::layout::{BadLayout, ColumnNames, Layout, TitleNames};
use self::sheet::Sheet;
pub use self::unreadable::{Fault, Unreadable};
use crate::kernel::clock::Time;
use crate::kernel::money::Fen;
use crate::kernel::names::names;

/// The largest file: a busy account's year.
pub const FILE_BYTES_MAX: usize = 32 * 1024 * 1024;
/// The most bookings of one file: what a province's account sees in a year.
pub const ROWS_MAX: usize = 200_000;
/// The most rows of a file that are told to be wrong at once.
pub const FAULTS_MAX: usize = 100;
/// The longest name or text of a booking, in characters.
const CELL_CHARS_MAX: usize = 400;
/// The longest serial or account number.
const NUMBER_CHARS_MAX: usize = 64;

names! {
    /// The kinds of files that are read.
    pub enum Format {
        Csv = "csv",
        Xlsx = "xlsx",
        Xls = "xls",
        Camt053 = "camt053",
    }
}

names! {
    /// How the characters of a text file lie in bytes.
    pub enum Encoding {
        Utf8 = "utf-8",
        Gb18030 = "gb18030",
        /// A workbook, which says it itself.
        None = "none",
    }
}

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
    pub repeats: Vec<Repeat>,
}

/// A row that repeats a line of its file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Repeat {
    /// The line of the file, from 1.
    pub row: u64,
    /// What the repeated line is known by.
    pub of: String,
}

impl Statement {
    /// The rows of the file below its header.
    pub fn rows(&self) -> usize {
        self.lines.len() + self.repeats.len()
    }

    /// The money that came in over distinct lines.
    pub fn credits_fen(&self) -> i64 {
        self.lines.iter().map(|line| line.credit.get()).fold(0, i64::saturating_add)
    }

    /// The money that went out over distinct lines.
    pub fn debits_fen(&self) -> i64 {
        self.lines.iter().map(|line| line.debit.get()).fold(0, i64::saturating_add)
    }

    /// The transactions behind the lines: a batch entry has several.
    pub fn transactions(&self) -> usize {
        self.lines.iter().map(|line| line.parts.len().max(1)).sum()
    }

    fn that_adds_up(self) -> Result<Self, Unreadable> {
        // Thousands of lines of the largest amount are past 64 bits.
        let fen = |line: &Line| i128::from(line.credit.get()) - i128::from(line.debit.get());
        let summed = i128::from(self.opening.get()) + self.lines.iter().map(fen).sum::<i128>();
        let summed = i64::try_from(summed).unwrap_or(i64::MAX);
        if summed == self.closing.get() {
            Ok(self)
        } else {
            Err(Fault::DoesNotAddUp { summed, closing: self.closing.get() }.at(0))
        }
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
    /// The transactions of a batch entry; none where the line is one by itself.
    pub parts: Vec<Part>,
}

/// One transaction of a batch entry, on the same side as its line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    pub serial: Option<String>,
    pub amount: Fen,
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

/// The first rows of a file, and what they seem to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Preview {
    pub format: Format,
    pub encoding: Encoding,
    /// The line number and the cells of each row that is not blank.
    pub rows: Vec<(u64, Vec<String>)>,
    pub guess: Option<Layout>,
}

/// Tells a file's kind by its first bytes and how its characters are written.
pub fn kind_of(bytes: &[u8]) -> (Format, Encoding) {
    if bytes.starts_with(b"PK\x03\x04") {
        return (Format::Xlsx, Encoding::None);
    }
    if bytes.starts_with(&[0xD0, 0xCF, 0x11, 0xE0]) {
        return (Format::Xls, Encoding::None);
    }
    let text = bytes.strip_prefix(&[0xEF, 0xBB, 0xBF]).unwrap_or(bytes);
    let encoding =
        if std::str::from_utf8(text).is_ok() { Encoding::Utf8 } else { Encoding::Gb18030 };
    match text.trim_ascii_start().first() {
        Some(b'<') => (Format::Camt053, encoding),
        _ => (Format::Csv, encoding),
    }
}

/// Shows the first rows of a file; of camt.053 there are none, since its fields have names.
pub fn preview(bytes: &[u8], rows: usize) -> Result<Preview, Unreadable> {
    let (format, encoding) = kind_of(bytes);
    let Some(sheet) = sheet_of(bytes, format)? else {
        camt::read(bytes)?;
        return Ok(Preview { format, encoding, rows: Vec::new(), guess: None });
    };
    let head = table::head(&sheet, rows.max(table::HEAD_LINES))?;
    let guess = table::layout_of(&sheet).ok();
    Ok(Preview { format, encoding, rows: head.into_iter().take(rows).collect(), guess })
}

/// Reads a file by the standard layout or a guess, and checks that it adds up.
pub fn read(bytes: &[u8]) -> Result<Statement, Unreadable> {
    match sheet_of(bytes, kind_of(bytes).0)? {
        Some(sheet) => table::read(&sheet, &table::layout_of(&sheet)?),
        None => camt::read(bytes),
    }
}

/// Reads a file by a layout that people keep; camt.053 needs none.
pub fn read_with(bytes: &[u8], layout: &Layout) -> Result<Statement, Unreadable> {
    match sheet_of(bytes, kind_of(bytes).0)? {
        Some(sheet) => table::read(&sheet, layout),
        None => camt::read(bytes),
    }
}

fn sheet_of(bytes: &[u8], format: Format) -> Result<Option<Sheet>, Unreadable> {
    match format {
        Format::Csv => Sheet::of_text(bytes).map(Some),
        Format::Xlsx | Format::Xls => Sheet::of_workbook(bytes).map(Some),
        Format::Camt053 => Ok(None),
    }
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

#[cfg(test)]
mod tests;
