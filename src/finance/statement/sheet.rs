//! The rows of a table, from CSV or from a workbook (XLSX, XLS), each with its line number.

use std::borrow::Cow;
use std::io::Cursor;

use calamine::{Data, Range, Reader, open_workbook_auto_from_rs};
use chrono::{Duration, NaiveDate, NaiveDateTime};

use super::cells::clean;
use super::unreadable::{Fault, Unreadable};
use super::{FILE_BYTES_MAX, decode};

/// The digits that a number of a spreadsheet keeps.
const NUMBER_MAX: f64 = 1e15;
/// A number this close to whole fen is a sum of such; further off it is not an amount.
const FEN_TOLERANCE: f64 = 1e-6;
/// How much larger than the file a workbook may be when it is unpacked.
const UNPACKED_TIMES_MAX: u64 = 8;

/// What stands in a cell.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Cell<'a> {
    Text(Cow<'a, str>),
    Number(f64),
    /// A day, a day with a time, or a time of day on the first day of the spreadsheet's calendar.
    Moment(NaiveDateTime),
    Formula,
    /// An error, or a yes or no.
    Wrong,
}

impl Cell<'_> {
    pub(super) fn is_blank(&self) -> bool {
        matches!(self, Self::Text(text) if text.is_empty())
    }

    /// As text: a number without exponent, with two places where it has any.
    pub(super) fn text(&self) -> Cow<'_, str> {
        match self {
            Self::Text(text) => Cow::Borrowed(text),
            Self::Number(number) => plain_number(*number).into(),
            Self::Moment(moment) if is_time_of_day(moment) => {
                moment.format("%T").to_string().into()
            }
            Self::Moment(moment) if moment.time() == chrono::NaiveTime::MIN => {
                moment.format("%F").to_string().into()
            }
            Self::Moment(moment) => moment.format("%F %T").to_string().into(),
            Self::Formula => Cow::Borrowed("=…"),
            Self::Wrong => Cow::Borrowed("#"),
        }
    }

    /// The digits of a number that a spreadsheet has kept whole.
    pub(super) fn whole_number(&self) -> Option<String> {
        match self {
            Self::Number(number) if number.fract() == 0.0 && (0.0..NUMBER_MAX).contains(number) => {
                Some(format!("{number:.0}"))
            }
            _ => None,
        }
    }
}

/// Rounds to fen what is off by less than a sum of floats may be; the rest keeps its places and is
/// refused as an amount.
fn plain_number(number: f64) -> String {
    if number.fract() == 0.0 && number.abs() < NUMBER_MAX {
        return format!("{number:.0}");
    }
    let fen = format!("{number:.2}");
    let off = fen.parse::<f64>().map_or(f64::INFINITY, |fen| (fen - number).abs());
    if off < FEN_TOLERANCE { fen } else { format!("{number}") }
}

/// Whether it is a time without a day: spreadsheets count days from the last of 1899.
pub(super) fn is_time_of_day(moment: &NaiveDateTime) -> bool {
    NaiveDate::from_ymd_opt(1900, 1, 2).is_some_and(|early| moment.date() < early)
}

/// A table.
pub(super) enum Sheet {
    Csv(String),
    Book { cells: Range<Data>, formulas: Range<String> },
}

impl Sheet {
    /// Reads the first sheet of a workbook that holds anything.
    pub(super) fn of_workbook(bytes: &[u8]) -> Result<Self, Unreadable> {
        if bytes.len() > FILE_BYTES_MAX {
            return Err(Fault::TooLarge.at(0));
        }
        if bytes.starts_with(b"PK") {
            check_unpacked(bytes)?;
        }
        let broken = |_: calamine::Error| Fault::NotAWorkbook.at(0);
        let mut book = open_workbook_auto_from_rs(Cursor::new(bytes)).map_err(broken)?;
        for name in book.sheet_names() {
            let cells = book.worksheet_range(&name).map_err(broken)?;
            if !cells.is_empty() {
                let formulas = book.worksheet_formula(&name).map_err(broken)?;
                return Ok(Self::Book { cells, formulas });
            }
        }
        Err(Fault::Empty.at(0))
    }

    pub(super) fn of_text(bytes: &[u8]) -> Result<Self, Unreadable> {
        Ok(Self::Csv(decode::decode(bytes)?))
    }

    /// The place of the first cell of a row: workbooks may leave columns empty before it.
    pub(super) fn first_column(&self) -> usize {
        match self {
            Self::Csv(_) => 0,
            Self::Book { cells, .. } => {
                cells.start().and_then(|(_, column)| usize::try_from(column).ok()).unwrap_or(0)
            }
        }
    }

    /// Hands over the rows that are not blank, until one is refused.
    pub(super) fn each(
        &self,
        mut take: impl FnMut(u64, &[Cell<'_>]) -> Result<(), Unreadable>,
    ) -> Result<(), Unreadable> {
        match self {
            Self::Csv(text) => {
                let mut numbering = Numbering { text, byte: 0, row: 1 };
                let mut reader = csv::ReaderBuilder::new()
                    .has_headers(false)
                    .flexible(true)
                    .from_reader(text.as_bytes());
                let mut record = csv::StringRecord::new();
                while reader.read_record(&mut record).map_err(|_| Fault::NotCsv.at(0))? {
                    let row = numbering.row_of(record.position().map_or(0, csv::Position::byte));
                    let cells: Vec<Cell<'_>> = record.iter().map(csv_cell).collect();
                    if !cells.iter().all(Cell::is_blank) {
                        take(row, &cells)?;
                    }
                }
                Ok(())
            }
            Self::Book { cells, formulas } => {
                let (first_row, first_column) = cells.start().unwrap_or_default();
                for (row, values) in (first_row..).zip(cells.rows()) {
                    let cell = |(column, value): (u32, &Data)| {
                        let formula = formulas.get_value((row, column));
                        let has_formula = formula.is_some_and(|formula| !formula.is_empty());
                        if has_formula { Cell::Formula } else { book_cell(value) }
                    };
                    let cells: Vec<Cell<'_>> = (first_column..).zip(values).map(cell).collect();
                    if !cells.iter().all(Cell::is_blank) {
                        take(u64::from(row) + 1, &cells)?;
                    }
                }
                Ok(())
            }
        }
    }
}

/// A cell that begins like a formula is one for every spreadsheet; `="…"` only keeps digits.
fn csv_cell(cell: &str) -> Cell<'_> {
    match clean(cell) {
        formula if formula.starts_with('=') => Cell::Formula,
        text => Cell::Text(Cow::Borrowed(text)),
    }
}

fn book_cell(value: &Data) -> Cell<'static> {
    match value {
        Data::Empty => Cell::Text(Cow::Borrowed("")),
        Data::String(text) if text.chars().any(|c| c.is_control() && !c.is_whitespace()) => {
            Cell::Wrong
        }
        Data::String(text) => Cell::Text(clean(text).to_owned().into()),
        Data::Int(number) => Cell::Text(number.to_string().into()),
        Data::Float(number) => Cell::Number(*number),
        Data::DateTime(moment) => match moment.as_datetime() {
            // Times of day are fractions of a day and come back a little short of the second.
            Some(moment) => {
                let moment = moment + Duration::milliseconds(500);
                let whole = moment
                    - Duration::nanoseconds(moment.and_utc().timestamp_subsec_nanos().into());
                Cell::Moment(whole)
            }
            None => Cell::Wrong,
        },
        Data::DateTimeIso(text) => Cell::Text(text.replace('T', " ").into()),
        Data::DurationIso(_) | Data::Bool(_) | Data::Error(_) => Cell::Wrong,
    }
}

/// A small archive can unpack to more than the memory holds.
fn check_unpacked(bytes: &[u8]) -> Result<(), Unreadable> {
    let broken = |_| Fault::NotAWorkbook.at(0);
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(broken)?;
    let mut unpacked = 0_u64;
    for at in 0..archive.len() {
        unpacked = unpacked.saturating_add(archive.by_index_raw(at).map_err(broken)?.size());
    }
    let most = u64::try_from(FILE_BYTES_MAX).unwrap_or(u64::MAX).saturating_mul(UNPACKED_TIMES_MAX);
    if unpacked > most { Err(Fault::UnpacksTooLarge.at(0)) } else { Ok(()) }
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
