//! Totals of the inventory by group of land class.

use std::collections::BTreeMap;

use crate::inventory::model::{ClassGroup, LandClass, ParcelKind};
use crate::kernel::area::SurveyedArea;

/// How many parcels, and how much land in 0.01 m².
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Sum {
    pub parcels: i64,
    pub centi_m2: i64,
}

impl Sum {
    fn add(&mut self, other: Self) {
        self.parcels = self.parcels.saturating_add(other.parcels);
        self.centi_m2 = self.centi_m2.saturating_add(other.centi_m2);
    }

    /// The area; beyond the largest that we write, that one.
    pub(crate) fn area(self) -> SurveyedArea {
        let centi_m2 = self.centi_m2.clamp(0, SurveyedArea::MAX_CENTI_M2);
        SurveyedArea::of_centi_m2(centi_m2).unwrap_or_default()
    }
}

/// The totals of one kind of parcel.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Totals {
    pub groups: BTreeMap<ClassGroup, Sum>,
    pub total: Sum,
    /// Paddy, aquaculture ponds and other classes that count in no wetland total (R11).
    pub not_counted: Sum,
}

/// Adds up sums by class. In the wetland database only wetland and water count (R11); reserve
/// parcels are of any class.
pub(crate) fn totals(kind: ParcelKind, classes: &[(LandClass, Sum)]) -> Totals {
    let mut totals = Totals::default();
    for (class, sum) in classes {
        if kind == ParcelKind::Wetland && !class.counts_in_wetland_totals() {
            totals.not_counted.add(*sum);
        } else {
            totals.groups.entry(class.group()).or_default().add(*sum);
            totals.total.add(*sum);
        }
    }
    totals
}

/// Returns `part` of `whole` in percent with two places, half up (R6); of nothing there is no part.
pub(crate) fn percent_shown(part: i64, whole: i64) -> Option<String> {
    if whole <= 0 {
        return None;
    }
    let hundredths = (i128::from(part) * 20_000 + i128::from(whole)) / (i128::from(whole) * 2);
    Some(format!("{}.{:02}", hundredths / 100, hundredths % 100))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sum(code: &str, m2: i64) -> (LandClass, Sum) {
        (code.parse().unwrap(), Sum { parcels: 1, centi_m2: m2 * 100 })
    }

    #[test]
    fn r11_the_wetland_total_leaves_paddy_and_aquaculture_ponds_out() {
        let classes =
            [sum("1106", 100), sum("1108", 50), sum("1101", 30), sum("0101", 7), sum("1104A", 5)];
        let wetland = totals(ParcelKind::Wetland, &classes);
        assert_eq!(wetland.total, Sum { parcels: 3, centi_m2: 18_000 });
        assert_eq!(wetland.groups.get(&ClassGroup::Wetland).map(|s| s.centi_m2), Some(15_000));
        assert_eq!(wetland.groups.get(&ClassGroup::Cropland), None);
        assert_eq!(wetland.not_counted, Sum { parcels: 2, centi_m2: 1_200 });

        let reserve = totals(ParcelKind::Reserve, &[sum("1104A", 5), sum("1206", 1)]);
        assert_eq!((reserve.total.centi_m2, reserve.not_counted.parcels), (600, 0));
    }

    #[test]
    fn r6_percent_is_shown_with_two_places_half_up() {
        assert_eq!(percent_shown(2_753_851, 8_345_006).as_deref(), Some("33.00"));
        assert_eq!(percent_shown(1, 3).as_deref(), Some("33.33"));
        assert_eq!(percent_shown(1, 20_000).as_deref(), Some("0.01"));
        assert_eq!(percent_shown(1, 20_001).as_deref(), Some("0.00"));
        assert_eq!(percent_shown(5, 5).as_deref(), Some("100.00"));
        assert_eq!(percent_shown(0, 0), None);
    }
}
