//! Tables of wetland totals as they were published, and the targets that documents set.

use chrono::NaiveDate;
use rust_decimal::Decimal;

use crate::inventory::model::WetlandType;
use crate::kernel::clock::Time;
use crate::kernel::ids::{OrganisationId, UserId, id};
use crate::kernel::names::names;
use crate::kernel::region::RegionCode;

id! {
    /// A table of totals as it was published.
    pub struct PublishedTableId;
}

id! {
    /// What a document demands of a region for a year.
    pub struct WetlandTargetId;
}

names! {
    /// What a published table tells.
    pub enum TableKind {
        /// The area that each county is to keep, by wetland type.
        AreaTargets = "area_targets",
        /// The protected area and the protection rate of each county by year.
        ProtectionRates = "protection_rates",
    }
}

names! {
    /// What a target is about.
    pub enum Measure {
        /// Hectares of wetland of all types.
        WetlandArea = "wetland_area",
        /// Hectares of wetland that is not artificial.
        NaturalWetlandArea = "natural_wetland_area",
        /// Percent of the wetland that is protected (R87).
        ProtectionRate = "protection_rate",
    }
}

names! {
    /// What a published figure should follow from.
    pub enum FigureCheck {
        /// The total of a unit from its types.
        RowSum = "row_sum",
        /// The total of a column from its units.
        ColumnSum = "column_sum",
        /// A rate from its own two areas.
        Rate = "rate",
        /// What was added, from the first and the last year.
        Added = "added",
    }
}

names! {
    /// Where figures come from.
    pub enum FigureBasis {
        /// As the published table says.
        Published = "published",
        /// The sum of the units' rows of the published table.
        RowSum = "row_sum",
        /// The parcels of the wetland database.
        Parcels = "parcels",
    }
}

/// One publication, to the letter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublishedTable {
    pub id: PublishedTableId,
    pub kind: TableKind,
    /// The region that the table covers.
    pub region: RegionCode,
    /// 1, 2, 3 … among the publications of its kind and region.
    pub version: i64,
    pub document: String,
    pub published_on: NaiveDate,
    /// SHA-256 of the file, in hex.
    pub file_sha256: String,
    /// The file as it came.
    pub content: String,
    pub imported_by: UserId,
    pub organisation_id: OrganisationId,
    pub imported_at: Time,
}

/// What a document demands: at least so many hectares, or percent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WetlandTarget {
    pub id: WetlandTargetId,
    pub region: RegionCode,
    pub year: i64,
    pub measure: Measure,
    pub at_least: Decimal,
    pub document: String,
    pub entered_by: UserId,
    pub entered_at: Time,
}

/// What a column of a published table holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Meaning {
    /// The wetland of a unit.
    Total,
    /// The part of it that is of one type.
    OfType(WetlandType),
    /// The part of it that is protected at the end of that year.
    Protected(i64),
    /// The same in percent.
    Rate(i64),
    /// What is protected in the last year and was not in the first.
    Added,
}

/// A column with the name that the file gives it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    pub name: String,
    pub meaning: Meaning,
}

/// A number as it was published, and what it says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cell {
    pub text: String,
    /// Absent where the cell is empty.
    pub value: Option<Decimal>,
}

/// What a table says of one unit; a cell for each column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableRow {
    pub unit: String,
    pub cells: Vec<Cell>,
    pub note: String,
}

/// The figures of a published table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Figures {
    pub kind: TableKind,
    pub columns: Vec<Column>,
    pub rows: Vec<TableRow>,
    /// The row that claims to be the sum of the others.
    pub total: Option<TableRow>,
}

impl Figures {
    /// What the row says in the column of that meaning.
    pub fn value(&self, row: &TableRow, meaning: Meaning) -> Option<Decimal> {
        let cells = self.columns.iter().zip(&row.cells);
        let mut fitting = cells.filter(|(column, _)| column.meaning == meaning);
        fitting.find_map(|(_, cell)| cell.value)
    }

    /// The sum of the units' rows in that column; absent where none says anything.
    pub fn row_sum(&self, meaning: Meaning) -> Option<Decimal> {
        let values = self.rows.iter().filter_map(|row| self.value(row, meaning));
        values.fold(None, |sum, value| sum.unwrap_or(Decimal::ZERO).checked_add(value))
    }
}
