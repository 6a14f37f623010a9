//! Workbooks that are written row by row with constant memory. Texts are always texts: only what is
//! written as a formula is one.

use std::io::{Seek, Write};

use chrono::{Datelike, NaiveDate};
use rust_xlsxwriter::{
    DocProperties, ExcelDateTime, Format, FormatAlign, Formula, Worksheet, XlsxError,
};

use crate::kernel::money::cny;
use crate::kernel::problem::{Answer, Failure};

/// What stands in a cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cell {
    Nothing,
    Head(&'static str),
    Text(String),
    /// Shown in yuan with two places.
    Fen(i64),
    Whole(i64),
    /// A formula in yuan, with what it comes to, so that a reader that computes nothing shows it.
    FenFormula(String, i64),
}

/// A workbook that is being written; its only date is handed in.
pub struct Workbook {
    book: rust_xlsxwriter::Workbook,
    formats: Formats,
}

#[derive(Clone)]
struct Formats {
    head: Format,
    money: Format,
}

/// A sheet to whose end rows are added.
pub struct Sheet<'b> {
    sheet: &'b mut Worksheet,
    formats: Formats,
    row: u32,
}

impl Workbook {
    pub fn new(title: &str, dated: NaiveDate) -> Answer<Self> {
        let mut book = rust_xlsxwriter::Workbook::new();
        let year = u16::try_from(dated.year()).unwrap_or(1900);
        let part = |number: u32| u8::try_from(number).unwrap_or(1);
        let date = ExcelDateTime::from_ymd(year, part(dated.month()), part(dated.day()));
        let date = date.map_err(broken)?;
        book.set_properties(&DocProperties::new().set_title(title).set_creation_datetime(&date));
        let formats = Formats {
            head: Format::new().set_bold().set_align(FormatAlign::Center),
            money: Format::new().set_num_format("#,##0.00"),
        };
        Ok(Self { book, formats })
    }

    /// Begins a sheet; the one before is finished. Widths are in characters.
    pub fn sheet(&mut self, name: &str, widths: &[u16]) -> Answer<Sheet<'_>> {
        let formats = self.formats.clone();
        let sheet = self.book.add_worksheet_with_constant_memory().map_err(broken)?;
        sheet.set_name(name).map_err(broken)?;
        for (n, width) in (0_u16..).zip(widths) {
            sheet.set_column_width(n, f64::from(*width)).map_err(broken)?;
        }
        Ok(Sheet { sheet, formats, row: 0 })
    }

    pub fn save(mut self, out: impl Write + Seek + Send) -> Answer<()> {
        self.book.save_to_writer(out).map_err(broken)
    }
}

impl Sheet<'_> {
    /// The number of the next row, as people and formulas count: the first is 1.
    pub fn next(&self) -> u32 {
        self.row + 1
    }

    /// Adds a row.
    pub fn row(&mut self, cells: &[Cell]) -> Answer<()> {
        for (n, cell) in (0_u16..).zip(cells) {
            self.cell(n, cell).map_err(broken)?;
        }
        self.row += 1;
        Ok(())
    }

    /// Lets readers filter these rows, counted from 1, with the heads in the first of them.
    pub fn filter(&mut self, first: u32, last: u32, columns: u16) -> Answer<()> {
        let (first, last) = (first.saturating_sub(1), last.saturating_sub(1));
        let added = self.sheet.autofilter(first, 0, last, columns.saturating_sub(1));
        added.map(|_| ()).map_err(broken)
    }

    /// Keeps the rows above the next one in sight. To be said before the first row.
    pub fn freeze(&mut self, rows: u32) -> Answer<()> {
        self.sheet.set_freeze_panes(rows, 0).map(|_| ()).map_err(broken)
    }

    fn cell(&mut self, column: u16, cell: &Cell) -> Result<(), XlsxError> {
        let (row, formats) = (self.row, &self.formats);
        match cell {
            Cell::Nothing => return Ok(()),
            Cell::Head(text) => {
                self.sheet.write_string_with_format(row, column, *text, &formats.head)?
            }
            Cell::Text(text) => self.sheet.write_string(row, column, text)?,
            Cell::Fen(fen) => {
                self.sheet.write_number_with_format(row, column, yuan(*fen), &formats.money)?
            }
            Cell::Whole(number) => {
                self.sheet.write_number(row, column, number.to_string().parse().unwrap_or(0.0))?
            }
            Cell::FenFormula(formula, fen) => {
                let formula = Formula::new(formula).set_result(cny(*fen));
                self.sheet.write_formula_with_format(row, column, formula, &formats.money)?
            }
        };
        Ok(())
    }
}

/// The number that is nearest to the amount; its two places are exact for all that books hold.
fn yuan(fen: i64) -> f64 {
    cny(fen).parse().unwrap_or(0.0)
}

fn broken(cause: XlsxError) -> Failure {
    Failure::Broken(cause.into())
}
