//! From the lines of a file to figures, strictly: what is no number is named, not guessed.

use rust_decimal::Decimal;

use crate::inventory::model::{Cell, Column, Figures, Meaning, TableKind, TableRow, WetlandType};
use crate::kernel::area::plain_decimal;

/// A province has some hundred counties.
pub(crate) const UNITS_MAX: usize = 1_000;
/// No area on earth has more hectares.
const NUMBER_CHARACTERS_MAX: usize = 16;
/// More than the two places that such tables have.
const PLACES_MAX: u32 = 6;
const TEXT_CHARACTERS_MAX: usize = 200;

/// One thing that keeps a file from being a table of totals; lines count from 1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct BadTable {
    pub line: usize,
    pub fault: TableFault,
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum TableFault {
    #[error(
        "the first line must be unit,total_ha,coastal_ha,river_ha,lake_ha,marsh_ha,artificial_ha,note or unit,total_ha,protected_YYYY_ha,rate_YYYY_pct,…,added_ha,note"
    )]
    Header,
    #[error("the file is not text in UTF-8")]
    Encoding,
    #[error("a line has as many cells as the first")]
    Cells,
    #[error("the unit must have 1 to 200 characters")]
    Unit,
    #[error("the unit stands in the table more than once")]
    UnitTwice,
    #[error("the total stands last")]
    TotalNotLast,
    #[error("{column} holds {text:?}, which is no number")]
    NotANumber { column: String, text: String },
    #[error("the note has more than 200 characters")]
    Note,
    #[error("the table has no unit")]
    Empty,
    #[error("the table has more than 1000 units")]
    TooManyUnits,
}

impl TableFault {
    /// For programs.
    pub(crate) fn code(&self) -> &'static str {
        match self {
            Self::Header => "header",
            Self::Encoding => "encoding",
            Self::Cells => "cells",
            Self::Unit => "unit",
            Self::UnitTwice => "unit-twice",
            Self::TotalNotLast => "total-not-last",
            Self::NotANumber { .. } => "not-a-number",
            Self::Note => "note",
            Self::Empty => "no-units",
            Self::TooManyUnits => "too-many-units",
        }
    }

    pub(crate) fn chinese(&self) -> String {
        match self {
            Self::Header => "首行应为 unit,total_ha,coastal_ha,river_ha,lake_ha,marsh_ha,artificial_ha,note 或 unit,total_ha,protected_YYYY_ha,rate_YYYY_pct,…,added_ha,note".into(),
            Self::Encoding => "文件应为 UTF-8 编码的文本".into(),
            Self::Cells => "各行列数应与首行相同".into(),
            Self::Unit => "单位应为 1 至 200 个字".into(),
            Self::UnitTwice => "单位在表中重复".into(),
            Self::TotalNotLast => "合计应为最后一行".into(),
            Self::NotANumber { column, text } => format!("{column} 的内容 {text:?} 不是数字"),
            Self::Note => "备注不得超过 200 个字".into(),
            Self::Empty => "表中没有单位".into(),
            Self::TooManyUnits => "表中的单位超过 1000 个".into(),
        }
    }
}

/// Reads the lines of a table, the first of them its header.
pub(crate) fn figures(lines: &[Vec<String>]) -> Result<Figures, Vec<BadTable>> {
    let at = |line: usize| move |fault| vec![BadTable { line, fault }];
    let (head, lines) = lines.split_first().ok_or_else(|| at(1)(TableFault::Header))?;
    let (kind, columns) = header(head).ok_or_else(|| at(1)(TableFault::Header))?;
    if lines.len() > UNITS_MAX + 1 {
        return Err(at(UNITS_MAX + 2)(TableFault::TooManyUnits));
    }
    let mut table = Figures { kind, columns, rows: Vec::new(), total: None };
    let mut bad = Vec::new();
    for (line, cells) in (2..).zip(lines) {
        match row(&table.columns, cells) {
            Err(faults) => bad.extend(faults.into_iter().map(|fault| BadTable { line, fault })),
            Ok(_) if table.total.is_some() => {
                bad.push(BadTable { line, fault: TableFault::TotalNotLast });
            }
            Ok(row) if is_total(&row.unit) => table.total = Some(row),
            Ok(row) if table.rows.iter().any(|known| known.unit == row.unit) => {
                bad.push(BadTable { line, fault: TableFault::UnitTwice });
            }
            Ok(row) => table.rows.push(row),
        }
    }
    if bad.is_empty() && table.rows.is_empty() {
        bad.push(BadTable { line: 2, fault: TableFault::Empty });
    }
    if bad.is_empty() { Ok(table) } else { Err(bad) }
}

fn is_total(unit: &str) -> bool {
    matches!(unit.trim(), "合计" | "总计")
}

/// The columns between the unit and the note.
fn header(names: &[String]) -> Option<(TableKind, Vec<Column>)> {
    let (first, rest) = names.split_first()?;
    let (last, middle) = rest.split_last()?;
    if first != "unit" || last != "note" {
        return None;
    }
    let column = |name: &String| Some(Column { name: name.clone(), meaning: meaning(name)? });
    let columns: Vec<Column> = middle.iter().map(column).collect::<Option<_>>()?;
    let meanings: Vec<Meaning> = columns.iter().map(|column| column.meaning).collect();
    let twice =
        meanings.iter().enumerate().any(|(n, one)| meanings.iter().take(n).any(|m| m == one));
    let (head, rest) = meanings.split_first()?;
    if *head != Meaning::Total || twice {
        return None;
    }
    let kind = if rest.len() == WetlandType::ALL.len()
        && rest.iter().all(|meaning| matches!(meaning, Meaning::OfType(_)))
    {
        TableKind::AreaTargets
    } else if is_rates(rest) {
        TableKind::ProtectionRates
    } else {
        return None;
    };
    Some((kind, columns))
}

/// Pairs of a protected area and its rate, years ascending, and maybe what was added.
fn is_rates(meanings: &[Meaning]) -> bool {
    let pairs = match meanings.split_last() {
        Some((Meaning::Added, pairs)) => pairs,
        _ => meanings,
    };
    let years: Option<Vec<i64>> = pairs
        .chunks(2)
        .map(|pair| match pair {
            [Meaning::Protected(area), Meaning::Rate(rate)] if area == rate => Some(*area),
            _ => None,
        })
        .collect();
    years.is_some_and(|years| !years.is_empty() && years.is_sorted_by(|a, b| a < b))
}

fn meaning(name: &str) -> Option<Meaning> {
    match name {
        "total_ha" => return Some(Meaning::Total),
        "added_ha" => return Some(Meaning::Added),
        _ => {}
    }
    let year = |text: &str| {
        text.parse().ok().filter(|year| text.len() == 4 && (1990..=2999).contains(year))
    };
    if let Some(rest) = name.strip_prefix("protected_") {
        return year(rest.strip_suffix("_ha")?).map(Meaning::Protected);
    }
    if let Some(rest) = name.strip_prefix("rate_") {
        return year(rest.strip_suffix("_pct")?).map(Meaning::Rate);
    }
    name.strip_suffix("_ha")?.parse().ok().map(Meaning::OfType)
}

fn row(columns: &[Column], cells: &[String]) -> Result<TableRow, Vec<TableFault>> {
    let wrong = || vec![TableFault::Cells];
    let (unit, rest) = cells.split_first().ok_or_else(wrong)?;
    let (note, numbers) = rest.split_last().ok_or_else(wrong)?;
    if numbers.len() != columns.len() {
        return Err(wrong());
    }
    let mut faults = Vec::new();
    if !(1..=TEXT_CHARACTERS_MAX).contains(&unit.trim().chars().count()) {
        faults.push(TableFault::Unit);
    }
    if note.chars().count() > TEXT_CHARACTERS_MAX {
        faults.push(TableFault::Note);
    }
    let mut read = Vec::new();
    for (column, text) in columns.iter().zip(numbers) {
        match number(text.trim()) {
            Some(value) => read.push(Cell { text: text.clone(), value }),
            None => faults.push(TableFault::NotANumber {
                column: column.name.clone(),
                text: text.chars().take(40).collect(),
            }),
        }
    }
    if faults.is_empty() {
        Ok(TableRow { unit: unit.trim().to_owned(), cells: read, note: note.clone() })
    } else {
        Err(faults)
    }
}

/// An empty cell says nothing; `None` is no number.
fn number(text: &str) -> Option<Option<Decimal>> {
    if text.is_empty() {
        return Some(None);
    }
    let value = plain_decimal(text).filter(|_| text.len() <= NUMBER_CHARACTERS_MAX)?;
    (value.scale() <= PLACES_MAX).then_some(Some(value))
}
