//! The same totals as the published ones, from the parcels of the wetland database.

use rust_decimal::Decimal;

use crate::inventory::model::{LandClass, Meaning, Measure, WetlandType};
use crate::kernel::region::RegionCode;

/// Parcels of one county, class, type and protection together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct WetlandSum {
    pub county: RegionCode,
    pub land_class: LandClass,
    pub wetland_type: WetlandType,
    pub protected: bool,
    pub centi_m2: i64,
}

/// What the parcels of a region give for a column, in hectares; paddy and aquaculture ponds count
/// in no total (R11). `None` where the region has no parcel at all, or for a rate.
pub(crate) fn of_parcels(
    sums: &[WetlandSum],
    region: &RegionCode,
    meaning: Meaning,
) -> Option<Decimal> {
    let counts = |sum: &&WetlandSum| match meaning {
        Meaning::Total => true,
        Meaning::OfType(wetland_type) => sum.wetland_type == wetland_type,
        Meaning::Protected(_) => sum.protected,
        Meaning::Rate(_) | Meaning::Added => false,
    };
    if matches!(meaning, Meaning::Rate(_) | Meaning::Added) {
        return None;
    }
    let own = |sum: &&WetlandSum| {
        sum.county.is_within(region) && sum.land_class.counts_in_wetland_totals()
    };
    let mut here = sums.iter().filter(own).peekable();
    here.peek()?;
    let centi_m2 = here.filter(counts).fold(0_i64, |sum, one| sum.saturating_add(one.centi_m2));
    Some(Decimal::new(centi_m2, 6).normalize())
}

/// What the parcels of a region give for a target's measure, in hectares.
pub(crate) fn measured(
    sums: &[WetlandSum],
    region: &RegionCode,
    measure: Measure,
) -> Option<(Decimal, Option<Decimal>)> {
    let total = of_parcels(sums, region, Meaning::Total)?;
    Some(match measure {
        Measure::WetlandArea => (total, None),
        Measure::NaturalWetlandArea => {
            let artificial = Meaning::OfType(WetlandType::Artificial);
            (total - of_parcels(sums, region, artificial)?, None)
        }
        // What is protected now, whatever year was asked for.
        Measure::ProtectionRate => (of_parcels(sums, region, Meaning::Protected(0))?, Some(total)),
    })
}
