//! A bank's table: title lines, one header row, then one row for each booking.

use super::cells::{Cells, Columns, Misread};
use super::layout::{Layout, plain};
use super::sheet::{Cell, Sheet};
use super::title::Title;
use super::unreadable::{Fault, Unreadable};
use super::{FAULTS_MAX, Line, ROWS_MAX, Statement, known_by, order};
use crate::kernel::money::Fen;

/// The column by which our own layout is known.
const STANDARD_DATE: &str = "交易日期";
/// The lines in which a header is looked for.
pub(super) const HEAD_LINES: usize = 21;

/// The layout of a table: the standard one where its date column stands, else a guess.
pub(super) fn layout_of(sheet: &Sheet) -> Result<Layout, Unreadable> {
    let head = head(sheet, HEAD_LINES)?;
    let has_date = head.iter().any(|(_, cells)| cells.iter().any(|cell| cell == STANDARD_DATE));
    let standard = Layout::standard();
    match Layout::guess(&head) {
        Some(guess) if !has_date || !fits(&standard, &head) => Ok(guess),
        _ if has_date => Ok(standard),
        _ => Err(Fault::NoHeader.at(0)),
    }
}

fn fits(layout: &Layout, head: &[(u64, Vec<String>)]) -> bool {
    let it = &layout.columns;
    let needed = [Some(&it.date), Some(&it.balance), it.credit.as_ref(), it.debit.as_ref()];
    head.iter().any(|(_, cells)| needed.into_iter().flatten().all(|name| cells.contains(name)))
}

/// The first rows that are not blank, as texts.
pub(super) fn head(sheet: &Sheet, rows: usize) -> Result<Vec<(u64, Vec<String>)>, Unreadable> {
    let (mut head, mut full) = (Vec::new(), false);
    let taken = sheet.each(|row, cells| {
        if head.len() >= rows {
            full = true;
            return Err(Fault::TooManyRows.at(row));
        }
        head.push((row, plain(cells)));
        Ok(())
    });
    if full { Ok(head) } else { taken.map(|()| head) }
}

/// Reads a table by its layout.
pub(super) fn read(sheet: &Sheet, layout: &Layout) -> Result<Statement, Unreadable> {
    let mut reading = Reading::of(layout, sheet.first_column());
    sheet.each(|row, cells| reading.take(row, cells))?;
    reading.statement()
}

struct Reading<'a> {
    layout: &'a Layout,
    first_column: usize,
    title: Title,
    columns: Option<Columns>,
    lines: Vec<Line>,
    own_account: Option<String>,
    faults: Vec<Unreadable>,
}

impl<'a> Reading<'a> {
    fn of(layout: &'a Layout, first_column: usize) -> Self {
        Self {
            layout,
            first_column,
            title: Title::default(),
            columns: None,
            lines: Vec::new(),
            own_account: None,
            faults: Vec::new(),
        }
    }

    fn placed(&self, row: u64, (column, fault): Misread) -> Unreadable {
        fault.at_cell(row, column.map(|at| at + self.first_column))
    }

    fn is_header(&self, row: u64, cells: &[Cell<'_>]) -> bool {
        match self.layout.header_row {
            Some(header) => header == row,
            None => cells.iter().any(|cell| cell.text() == *self.layout.columns.date),
        }
    }

    /// Takes one row; a row that cannot be read is kept as a fault, so that all are told at once.
    fn take(&mut self, row: u64, cells: &[Cell<'_>]) -> Result<(), Unreadable> {
        let Some(columns) = &self.columns else {
            if self.is_header(row, cells) {
                let columns = Columns::of(self.layout, cells);
                self.columns = Some(columns.map_err(|misread| self.placed(row, misread))?);
                return Ok(());
            }
            if self.layout.header_row.is_some_and(|header| row > header) {
                return Err(Fault::NoSuchHeaderRow { row }.at(0));
            }
            let text = plain(cells).join(",");
            let taken = self.title.take(&self.layout.titles, &text);
            return taken.map_err(|fault| fault.at(row));
        };
        if self.lines.len() >= ROWS_MAX {
            return Err(Fault::TooManyRows.at(row));
        }
        if self.is_footer(cells) {
            return Ok(());
        }
        let read = columns.cells(cells).and_then(|cells| {
            let line = line(&cells, row)?;
            Ok((line, cells.own_account()?))
        });
        match read {
            Ok((line, own)) => {
                self.lines.push(line);
                self.is_one_account(own).map_err(|fault| fault.at(row))
            }
            Err(misread) => {
                self.faults.push(self.placed(row, misread));
                if self.faults.len() < FAULTS_MAX { Ok(()) } else { Err(self.all_faults()) }
            }
        }
    }

    fn is_footer(&self, cells: &[Cell<'_>]) -> bool {
        if self.layout.footers.is_empty() {
            return false;
        }
        let first = cells.iter().find(|cell| !cell.is_blank()).map(Cell::text);
        let begins =
            |footer: &String| first.as_ref().is_some_and(|text| text.starts_with(&**footer));
        self.layout.footers.iter().any(begins)
    }

    fn is_one_account(&mut self, own: Option<String>) -> Result<(), Fault> {
        match (&self.own_account, own) {
            (_, None) => Ok(()),
            (None, Some(own)) => {
                self.own_account = Some(own);
                Ok(())
            }
            (Some(first), Some(own)) if *first == own => Ok(()),
            (Some(first), Some(other)) => {
                Err(Fault::SeveralAccounts { first: first.clone(), other })
            }
        }
    }

    /// The first fault, with the others behind it.
    fn all_faults(&mut self) -> Unreadable {
        let mut faults = std::mem::take(&mut self.faults).into_iter();
        let first = faults.next().unwrap_or_else(|| Fault::Empty.at(0));
        Unreadable { more: faults.collect(), ..first }
    }

    fn statement(mut self) -> Result<Statement, Unreadable> {
        if self.columns.is_none() {
            return Err(Fault::NoHeader.at(0));
        }
        if !self.faults.is_empty() {
            return Err(self.all_faults());
        }
        let Self { title, lines, own_account, layout, .. } = self;
        title.complete(&layout.titles).map_err(|fault| fault.at(0))?;
        let account = title.account.or(own_account).ok_or_else(|| Fault::NoAccount.at(0))?;
        let none = |missing| move || Fault::NothingToGoBy { missing }.at(0);
        let days = || lines.iter().map(|line| line.effective_at.date_in_shanghai());
        let of_lines = || Some((days().min()?, days().max()?));
        let (from, to) = title.period.or_else(of_lines).ok_or_else(none("period"))?;
        if from > to {
            return Err(Fault::PeriodBackwards.at(0));
        }
        for line in &lines {
            if !(from..=to).contains(&line.effective_at.date_in_shanghai()) {
                return Err(Fault::OutsidePeriod.at(line.row));
            }
        }
        let (opening, lines, repeats) = match title.opening {
            Some(opening) => {
                let (lines, repeats) = order::distinct_in_order(opening, lines)?;
                (opening, lines, repeats)
            }
            None => order::distinct_by_first_balance(lines)?,
        };
        let last = lines.last().map(|line| line.balance);
        let closing = title.closing.or(last).or(title.opening).ok_or_else(none("balance"))?;
        Statement { account, from, to, opening, closing, lines, repeats }.that_adds_up()
    }
}

fn line(cells: &Cells<'_>, row: u64) -> Result<Line, Misread> {
    let signed = cells.signed_fen()?;
    let side = |fen: i64| Fen::of(fen.max(0)).unwrap_or_default();
    let mut line = Line {
        row,
        serial: cells.serial()?,
        known_by: String::new(),
        effective_at: cells.time()?,
        credit: side(signed),
        debit: side(-signed),
        balance: cells.balance()?,
        counterparty_name: cells.counterparty_name()?,
        counterparty_account: cells.counterparty_account()?,
        text: cells.text()?,
        parts: Vec::new(),
    };
    line.known_by = known_by(&line);
    Ok(line)
}
