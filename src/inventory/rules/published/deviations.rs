//! Which sums and rates of a table do not follow from its own rows and columns (R85).

use rust_decimal::{Decimal, RoundingStrategy};

use super::targets::rate_percent;
use crate::inventory::model::{Cell, FigureCheck, Figures, Meaning, TableKind, TableRow};

/// Areas and rates are shown with two places (R6).
const PLACES_SHOWN: u32 = 2;

/// A figure that does not follow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Deviation {
    pub check: FigureCheck,
    pub unit: String,
    pub column: String,
    /// The figure to the letter.
    pub published: String,
    pub computed: Decimal,
    /// Published less computed.
    pub difference: Decimal,
}

/// What was looked at, and what did not follow.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Quality {
    pub sums_checked: i64,
    pub rates_checked: i64,
    pub deviations: Vec<Deviation>,
}

/// Checks every sum and every rate of a table. A rate follows when its own quotient, rounded half up
/// to the places that were published, is the published one; a sum must be exact.
pub(crate) fn quality(table: &Figures) -> Quality {
    let mut quality = Quality::default();
    for row in table.rows.iter().chain(&table.total) {
        for (column, cell) in table.columns.iter().zip(&row.cells) {
            let (check, expected) = match (table.kind, column.meaning) {
                (TableKind::AreaTargets, Meaning::Total) => {
                    (FigureCheck::RowSum, of_types(table, row))
                }
                (_, Meaning::Added) => (FigureCheck::Added, added(table, row)),
                (_, Meaning::Rate(year)) => (FigureCheck::Rate, rate(table, row, year)),
                _ => continue,
            };
            quality.look(check, &row.unit, &column.name, cell, expected);
        }
    }
    for (column, cell) in table.total.iter().flat_map(|row| table.columns.iter().zip(&row.cells)) {
        if !matches!(column.meaning, Meaning::Rate(_)) {
            let unit = table.total.as_ref().map(|row| row.unit.clone()).unwrap_or_default();
            let sum = table.row_sum(column.meaning);
            quality.look(FigureCheck::ColumnSum, &unit, &column.name, cell, sum);
        }
    }
    quality
}

impl Quality {
    fn look(
        &mut self,
        check: FigureCheck,
        unit: &str,
        column: &str,
        cell: &Cell,
        expected: Option<Decimal>,
    ) {
        let (Some(published), Some(expected)) = (cell.value, expected) else { return };
        let counter = match check {
            FigureCheck::Rate => &mut self.rates_checked,
            FigureCheck::RowSum | FigureCheck::ColumnSum | FigureCheck::Added => {
                &mut self.sums_checked
            }
        };
        *counter += 1;
        let follows = match check {
            FigureCheck::Rate => rounded(expected, published.scale()) == published,
            FigureCheck::RowSum | FigureCheck::ColumnSum | FigureCheck::Added => {
                expected == published
            }
        };
        if follows {
            return;
        }
        let computed = match check {
            FigureCheck::Rate => rounded(expected, published.scale().max(PLACES_SHOWN)),
            FigureCheck::RowSum | FigureCheck::ColumnSum | FigureCheck::Added => expected,
        };
        self.deviations.push(Deviation {
            check,
            unit: unit.to_owned(),
            column: column.to_owned(),
            published: cell.text.clone(),
            computed,
            difference: published - computed,
        });
    }
}

/// A table that leaves types out claims no sum of them.
fn of_types(table: &Figures, row: &TableRow) -> Option<Decimal> {
    let types = table.columns.iter().zip(&row.cells);
    let types = types.filter(|(column, _)| matches!(column.meaning, Meaning::OfType(_)));
    types.map(|(_, cell)| cell.value).sum()
}

fn added(table: &Figures, row: &TableRow) -> Option<Decimal> {
    let years = table.columns.iter().filter_map(|column| match column.meaning {
        Meaning::Protected(year) => Some(year),
        _ => None,
    });
    let (first, last) = (years.clone().min()?, years.max()?);
    let protected = |year| table.value(row, Meaning::Protected(year));
    Some(protected(last)? - protected(first)?)
}

fn rate(table: &Figures, row: &TableRow, year: i64) -> Option<Decimal> {
    let whole = table.value(row, Meaning::Total)?;
    rate_percent(table.value(row, Meaning::Protected(year))?, whole)
}

fn rounded(value: Decimal, places: u32) -> Decimal {
    let mut rounded = value.round_dp_with_strategy(places, RoundingStrategy::MidpointAwayFromZero);
    rounded.rescale(places);
    rounded
}
