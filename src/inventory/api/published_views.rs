//! Bodies and views of published tables and targets.

use chrono::NaiveDate;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::inventory::actions::SetTarget;
use crate::inventory::import::LABEL_CHARACTERS_MAX;
use crate::inventory::model::{
    Cell, Column, FigureBasis, FigureCheck, Figures, Meaning, Measure, PublishedTable,
    PublishedTableId, TableKind, TableRow, WetlandTarget, WetlandTargetId,
};
use crate::inventory::rules::{
    self, Demand, Deviation, Parts, WetlandSum, of_parcels, rate_percent, standing,
};
use crate::kernel::area::plain_decimal;
use crate::kernel::clock::Time;
use crate::kernel::problem::{Answer, Failure, FieldError};
use crate::kernel::region::RegionCode;
use crate::web::{Turned, paper};

/// Which region a published table covers, and where it stands.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct UploadQuery {
    #[param(value_type = String, example = "360124")]
    pub(super) region: RegionCode,
    /// The document that published the table.
    #[param(example = "湿地保护修复制度实施方案 附件3")]
    pub(super) document: String,
    #[param(example = "2018-06-01")]
    pub(super) published_on: NaiveDate,
}

/// Which published tables are wanted.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct TableQuery {
    #[param(example = "protection_rates")]
    pub(super) kind: Option<TableKind>,
    /// This region and those in it.
    #[param(value_type = Option<String>, example = "4507")]
    pub(super) region: Option<RegionCode>,
}

/// Which targets are wanted.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct TargetQuery {
    /// This region and those in it.
    #[param(value_type = Option<String>, example = "4507")]
    pub(super) region: Option<RegionCode>,
}

/// A target as a document sets it.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewTarget {
    pub region: RegionCode,
    #[schema(example = 2020)]
    pub year: i64,
    pub measure: Measure,
    /// Hectares, or percent for a rate; a decimal number.
    #[schema(example = "33")]
    pub at_least: String,
    #[schema(example = "湿地保护修复制度实施方案 一（三）")]
    pub document: String,
}

impl TryFrom<NewTarget> for SetTarget {
    type Error = Failure;

    fn try_from(it: NewTarget) -> Answer<Self> {
        let at_least = plain_decimal(&it.at_least);
        let at_least = at_least.ok_or_else(|| bad("/at_least", "a decimal number is needed"))?;
        if !(1990..=2999).contains(&it.year) {
            return Err(bad("/year", "a year from 1990 to 2999 is needed"));
        }
        Ok(Self {
            id: WetlandTargetId::new(),
            region: it.region,
            year: it.year,
            measure: it.measure,
            at_least,
            document: label("document", it.document)?,
        })
    }
}

/// A text of 1 to 200 characters.
pub(super) fn label(name: &str, text: String) -> Answer<String> {
    let text = text.trim().to_owned();
    if (1..=LABEL_CHARACTERS_MAX).contains(&text.chars().count()) {
        Ok(text)
    } else {
        Err(bad(&format!("/{name}"), "1 to 200 characters are needed / 应为 1 至 200 个字"))
    }
}

/// The refusal of one value.
pub(super) fn bad(pointer: &str, message: &str) -> Failure {
    match Failure::from(Turned::BadValues) {
        Failure::Refused(problem) => Failure::Refused(problem.with_errors(vec![FieldError {
            pointer: pointer.to_owned(),
            code: "not-a-value-of-this-field".to_owned(),
            message: message.to_owned(),
        }])),
        broken @ Failure::Broken(_) => broken,
    }
}

/// A published table in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub(crate) struct PublishedSummary {
    pub id: PublishedTableId,
    pub kind: TableKind,
    pub region: RegionCode,
    /// 1, 2, 3 … among the publications of its kind and region.
    #[schema(example = 1)]
    pub version: i64,
    #[schema(example = "湿地保护修复制度实施方案 附件3")]
    pub document: String,
    pub published_on: NaiveDate,
    #[schema(example = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08")]
    pub file_sha256: String,
    pub imported_at: Time,
}

impl From<&PublishedTable> for PublishedSummary {
    fn from(it: &PublishedTable) -> Self {
        Self {
            id: it.id,
            kind: it.kind,
            region: it.region.clone(),
            version: it.version,
            document: it.document.clone(),
            published_on: it.published_on,
            file_sha256: it.file_sha256.clone(),
            imported_at: it.imported_at,
        }
    }
}

/// A published table, what the parcels say, and what does not follow.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub(crate) struct PublishedReport {
    pub table: PublishedSummary,
    /// Sums that were recomputed from the table's own rows and columns.
    #[schema(example = 9)]
    pub sums_checked: i64,
    #[schema(example = 10)]
    pub rates_checked: i64,
    /// Every sum and rate that does not follow; the published figure stays as it is (R85).
    pub deviations: Vec<DeviationView>,
    pub rows: Vec<RowView>,
}

/// A figure that does not follow from its own row or column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub(crate) struct DeviationView {
    pub check: FigureCheck,
    #[schema(example = "合计")]
    pub unit: String,
    #[schema(example = "protected_2020_ha")]
    pub column: String,
    /// To the letter.
    #[schema(example = "27538.51")]
    pub published: String,
    #[schema(example = "27538.50")]
    pub computed: String,
    /// Published less computed.
    #[schema(example = "0.01")]
    pub difference: String,
}

impl From<Deviation> for DeviationView {
    fn from(it: Deviation) -> Self {
        Self {
            check: it.check,
            unit: it.unit,
            column: it.column,
            published: it.published,
            computed: it.computed.to_string(),
            difference: it.difference.to_string(),
        }
    }
}

/// What a table says of a unit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub(crate) struct RowView {
    #[schema(example = "灵山县")]
    pub unit: String,
    /// The region of that name; absent where none is known here.
    pub region: Option<RegionCode>,
    /// The row that claims to be the sum of the others.
    pub is_total: bool,
    pub cells: Vec<CellView>,
    #[schema(example = "")]
    pub note: String,
}

/// A published figure and the same from the parcels of the newest wetland database.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub(crate) struct CellView {
    #[schema(example = "total_ha")]
    pub column: String,
    /// To the letter.
    #[schema(example = "5310.77")]
    pub published: String,
    /// Absent where the region has no wetland database, and for earlier years.
    #[schema(example = "5300.120000")]
    pub parcels: Option<String>,
    /// Published less that of the parcels.
    #[schema(example = "10.650000")]
    pub difference: Option<String>,
}

/// The parcels' sums, and the regions of the units by name.
pub(super) struct UnitSums {
    pub(super) region: RegionCode,
    pub(super) units: Vec<(String, RegionCode)>,
    pub(super) sums: Vec<WetlandSum>,
}

impl PublishedReport {
    pub(super) fn of(table: &PublishedTable, figures: &Figures, sums: &UnitSums) -> Self {
        let quality = rules::quality(figures);
        let unit = |row: &TableRow| {
            let known = sums.units.iter().find(|(name, _)| *name == row.unit);
            row_view(row, known.map(|(_, code)| code.clone()), false, figures, sums)
        };
        let total = |row: &TableRow| row_view(row, Some(sums.region.clone()), true, figures, sums);
        Self {
            table: table.into(),
            sums_checked: quality.sums_checked,
            rates_checked: quality.rates_checked,
            deviations: quality.deviations.into_iter().map(DeviationView::from).collect(),
            rows: figures.rows.iter().map(unit).chain(figures.total.iter().map(total)).collect(),
        }
    }
}

fn row_view(
    row: &TableRow,
    region: Option<RegionCode>,
    is_total: bool,
    figures: &Figures,
    sums: &UnitSums,
) -> RowView {
    let cells = figures.columns.iter().zip(&row.cells).map(|(column, cell)| {
        let parcels = region.as_ref().and_then(|code| from_parcels(figures, column, code, sums));
        cell_view(column, cell, parcels)
    });
    let cells = cells.collect();
    RowView { unit: row.unit.clone(), region, is_total, cells, note: row.note.clone() }
}

/// The parcels say what is protected now: that stands beside the last year of the table.
fn from_parcels(
    figures: &Figures,
    column: &Column,
    region: &RegionCode,
    sums: &UnitSums,
) -> Option<Decimal> {
    let years = figures.columns.iter().filter_map(|column| match column.meaning {
        Meaning::Protected(year) => Some(year),
        _ => None,
    });
    let last = years.max();
    let of = |meaning| of_parcels(&sums.sums, region, meaning);
    match column.meaning {
        Meaning::Protected(year) if Some(year) != last => None,
        Meaning::Rate(year) if Some(year) == last => {
            rate_percent(of(Meaning::Protected(year))?, of(Meaning::Total)?)
                .map(|rate| rate.round_dp(6))
        }
        meaning => of(meaning),
    }
}

fn cell_view(column: &Column, cell: &Cell, parcels: Option<Decimal>) -> CellView {
    CellView {
        column: column.name.clone(),
        published: cell.text.clone(),
        parcels: parcels.map(|value| value.to_string()),
        difference: cell.value.zip(parcels).map(|(ours, theirs)| (ours - theirs).to_string()),
    }
}

/// The data-quality report as a spreadsheet opens it.
pub(super) fn deviations_csv(figures: &Figures) -> Answer<Vec<u8>> {
    paper::table(&["单位", "列", "核对", "公布值", "推算值", "差"], |table| {
        for it in rules::quality(figures).deviations {
            let check = match it.check {
                FigureCheck::RowSum => "各类型之和",
                FigureCheck::ColumnSum => "各单位之和",
                FigureCheck::Rate => "受保护面积÷湿地面积",
                FigureCheck::Added => "末年减首年",
            };
            let numbers = [it.computed.to_string(), it.difference.to_string()];
            table.row(&[&it.unit, &it.column, check, &it.published], &numbers)?;
        }
        Ok(())
    })
}

/// A target and how the figures stand to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub(crate) struct TargetView {
    pub id: WetlandTargetId,
    pub region: RegionCode,
    #[schema(example = 2020)]
    pub year: i64,
    pub measure: Measure,
    /// Hectares, or percent for a rate.
    #[schema(example = "33")]
    pub at_least: String,
    #[schema(example = "湿地保护修复制度实施方案 一（三）")]
    pub document: String,
    /// Empty where nothing is known yet.
    pub standings: Vec<StandingView>,
    pub entered_at: Time,
}

/// How some figures stand to a target, on unrounded values (R6).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub(crate) struct StandingView {
    pub basis: FigureBasis,
    #[schema(example = "27538.51")]
    pub area_ha: String,
    /// For a rate only.
    #[schema(example = "83450.06")]
    pub whole_ha: Option<String>,
    /// For a rate only, in percent with two places; absent where there is no wetland (R87).
    #[schema(example = "33.00")]
    pub rate_pct: Option<String>,
    /// What would be just enough; absent where there is no wetland (R87).
    #[schema(example = "27538.5198")]
    pub required_ha: Option<String>,
    /// Absent where it cannot be said.
    pub is_met: Option<bool>,
    /// What is missing; absent where nothing is.
    #[schema(example = "0.0098")]
    pub short_by_ha: Option<String>,
    /// What there is more than enough; absent where something is missing.
    #[schema(example = "12.5")]
    pub above_by_ha: Option<String>,
}

impl TargetView {
    pub(super) fn of(it: &WetlandTarget, bases: &[(FigureBasis, Parts)]) -> Self {
        let demand = Demand { measure: it.measure, at_least: it.at_least };
        Self {
            id: it.id,
            region: it.region.clone(),
            year: it.year,
            measure: it.measure,
            at_least: it.at_least.to_string(),
            document: it.document.clone(),
            standings: bases
                .iter()
                .map(|(basis, parts)| standing_view(demand, *basis, *parts))
                .collect(),
            entered_at: it.entered_at,
        }
    }
}

fn standing_view(demand: Demand, basis: FigureBasis, parts: Parts) -> StandingView {
    let stands = standing(demand, parts);
    let margin = stands.map(|stands| (stands.is_met(), stands.margin.abs().to_string()));
    let when = |met: bool| margin.clone().filter(|(is, _)| *is == met).map(|(_, by)| by);
    StandingView {
        basis,
        area_ha: parts.part.to_string(),
        whole_ha: parts.whole.map(|whole| whole.to_string()),
        rate_pct: parts.whole.and_then(|whole| rate_percent(parts.part, whole)).map(two_places),
        required_ha: stands.map(|stands| stands.required.to_string()),
        is_met: margin.as_ref().map(|(is, _)| *is),
        short_by_ha: when(false),
        above_by_ha: when(true),
    }
}

fn two_places(rate: Decimal) -> String {
    let half_up = rust_decimal::RoundingStrategy::MidpointAwayFromZero;
    format!("{:.2}", rate.round_dp_with_strategy(2, half_up))
}
