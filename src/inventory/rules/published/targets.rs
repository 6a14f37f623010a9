//! Whether a target is met, or short by how much; on unrounded values (R6, R87).

use rust_decimal::Decimal;

use super::parcels::{WetlandSum, measured};
use crate::inventory::model::{
    FigureBasis, Figures, Meaning, Measure, TableKind, TableRow, WetlandType,
};
use crate::inventory::rules::CannotKeep;
use crate::kernel::region::RegionCode;

/// What is demanded: at least so many hectares, or percent of the whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Demand {
    pub measure: Measure,
    pub at_least: Decimal,
}

/// The figures that a demand is held against, in hectares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Parts {
    pub part: Decimal,
    /// For a rate only.
    pub whole: Option<Decimal>,
}

/// How the figures stand to what is demanded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Standing {
    /// What would be just enough, in hectares.
    pub required: Decimal,
    /// What there is more than that; negative is what is missing.
    pub margin: Decimal,
}

impl Standing {
    pub(crate) fn is_met(&self) -> bool {
        self.margin >= Decimal::ZERO
    }
}

/// Holds figures against a demand; a rate of nothing is none (R87). Nothing is rounded and nothing
/// divided but by 100, so the answer is exact.
pub(crate) fn standing(demand: Demand, parts: Parts) -> Option<Standing> {
    let required = match demand.measure {
        Measure::WetlandArea | Measure::NaturalWetlandArea => demand.at_least,
        Measure::ProtectionRate => {
            let whole = parts.whole.filter(|whole| *whole > Decimal::ZERO)?;
            demand.at_least.checked_mul(whole)?.checked_div(Decimal::ONE_HUNDRED)?
        }
    };
    Some(Standing { required: required.normalize(), margin: (parts.part - required).normalize() })
}

/// A published table, the region that it covers, and the regions of its units by name.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Source<'a> {
    pub region: &'a RegionCode,
    pub figures: &'a Figures,
    pub units: &'a [(String, RegionCode)],
}

/// All figures that a target of a region and year can be held against: those of the table, as
/// published and as the sum of its rows, and those of the parcels.
pub(crate) fn bases(
    region: &RegionCode,
    year: i64,
    measure: Measure,
    sources: &[Source<'_>],
    sums: &[WetlandSum],
) -> Vec<(FigureBasis, Parts)> {
    let mut found = Vec::new();
    // The table of the smallest region speaks first.
    let spoken = sources.iter().find_map(|source| {
        let parts = of_source(source, region, year, measure);
        (!parts.is_empty()).then_some(parts)
    });
    found.extend(spoken.into_iter().flatten());
    if let Some((part, whole)) = measured(sums, region, measure) {
        found.push((FigureBasis::Parcels, Parts { part, whole }));
    }
    found
}

fn of_source(
    source: &Source<'_>,
    region: &RegionCode,
    year: i64,
    measure: Measure,
) -> Vec<(FigureBasis, Parts)> {
    let figures = source.figures;
    if source.region != region {
        let unit = source.units.iter().find(|(_, code)| code == region);
        let row = unit.and_then(|(name, _)| figures.rows.iter().find(|row| row.unit == *name));
        let parts = row.and_then(|row| parts(measure, year, |meaning| figures.value(row, meaning)));
        return parts.into_iter().map(|parts| (FigureBasis::Published, parts)).collect();
    }
    let total = |row: &TableRow| parts(measure, year, |meaning| figures.value(row, meaning));
    let published = figures.total.as_ref().and_then(total);
    let row_sum = parts(measure, year, |meaning| figures.row_sum(meaning));
    let published = published.map(|parts| (FigureBasis::Published, parts));
    published.into_iter().chain(row_sum.map(|parts| (FigureBasis::RowSum, parts))).collect()
}

fn parts(measure: Measure, year: i64, value: impl Fn(Meaning) -> Option<Decimal>) -> Option<Parts> {
    match measure {
        Measure::WetlandArea => Some(Parts { part: value(Meaning::Total)?, whole: None }),
        Measure::NaturalWetlandArea => {
            let natural = WetlandType::ALL.iter().filter(|it| **it != WetlandType::Artificial);
            let part = natural.map(|it| value(Meaning::OfType(*it))).sum::<Option<Decimal>>()?;
            Some(Parts { part, whole: None })
        }
        Measure::ProtectionRate => {
            let whole = Some(value(Meaning::Total)?);
            Some(Parts { part: value(Meaning::Protected(year))?, whole })
        }
    }
}

/// Which tables speak of a measure.
pub(crate) fn table_of(measure: Measure) -> TableKind {
    match measure {
        Measure::WetlandArea | Measure::NaturalWetlandArea => TableKind::AreaTargets,
        Measure::ProtectionRate => TableKind::ProtectionRates,
    }
}

/// The region and those it lies in.
pub(crate) fn with_above(region: &RegionCode) -> Vec<RegionCode> {
    let mut all = vec![region.clone(), region.province()];
    all.extend(region.prefecture().into_iter().chain(region.county()));
    all.sort();
    all.dedup();
    all
}

/// A rate lies between 0 and 100 percent; an area is not negative.
pub(crate) fn target_in_range(measure: Measure, at_least: Decimal) -> Result<(), CannotKeep> {
    let most = match measure {
        Measure::WetlandArea | Measure::NaturalWetlandArea => Decimal::from(100_000_000),
        Measure::ProtectionRate => Decimal::ONE_HUNDRED,
    };
    let fits = at_least >= Decimal::ZERO && at_least <= most && at_least.scale() <= 6;
    if fits { Ok(()) } else { Err(CannotKeep::TargetOutOfRange) }
}

/// The protection rate in percent, unrounded; of nothing there is none (R87).
pub(crate) fn rate_percent(protected: Decimal, whole: Decimal) -> Option<Decimal> {
    if whole <= Decimal::ZERO {
        return None;
    }
    protected.checked_mul(Decimal::ONE_HUNDRED)?.checked_div(whole)
}
