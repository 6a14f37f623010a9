//! Important wetlands: which are flagged for the regional list, what may be decided on them, and
//! what their markers must say. No I/O here.

use chrono::NaiveDate;

use crate::inventory::model::{
    ListDecision, ListOutcome, MarkerText, Parcel, ParcelKind, WetlandLevel,
};
use crate::kernel::area::SurveyedArea;

/// From 8.0000 ha on, in 0.01 m² (R23).
const FLAGGED_CENTI_M2_MIN: i64 = 8_000_000;

/// Why a decision, list or marker is not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CannotList {
    #[error("only a wetland of the wetland database stands on a list")]
    NotAWetland,
    #[error("a list of important wetlands is national or provincial")]
    NotAnImportantLevel,
    #[error("a mangrove is never general, so it cannot be left off the lists")]
    MangroveNeverGeneral,
    #[error("who leaves a wetland off a list says why")]
    ReasonMissing,
    #[error("the day lies in the future")]
    InTheFuture,
    #[error("no wetland of that level is known in {0}")]
    ListEmpty(String),
    #[error("markers stand at important wetlands; this one is general")]
    NotImportant,
    #[error("the marker lacks contents that it must have")]
    MarkerIncomplete(Vec<&'static str>),
}

/// Whether a wetland of which so much lies inside an urban planning area is flagged for the
/// regional list (R23); on the unrounded area.
pub(crate) fn is_flagged(inside: SurveyedArea) -> bool {
    inside.centi_m2() >= FLAGGED_CENTI_M2_MIN
}

/// How much of a wetland lies inside: all of its declared area where nothing of it lies outside,
/// else what was measured.
pub(crate) fn area_inside(
    declared: SurveyedArea,
    outside: SurveyedArea,
    overlap: SurveyedArea,
) -> SurveyedArea {
    if outside == SurveyedArea::default() { declared } else { overlap.min(declared) }
}

/// The level that counts: what the newest decision lists it as, else what monitoring says. An
/// international level was read as national (R22).
pub(crate) fn level_of(monitored: WetlandLevel, newest: Option<&ListDecision>) -> WetlandLevel {
    match newest {
        Some(decision) if decision.outcome == ListOutcome::Listed => decision.level,
        Some(_) | None => monitored,
    }
}

/// Whether that may be decided on the parcel.
pub(crate) fn decide(
    parcel: &Parcel,
    decision: &ListDecision,
    today: NaiveDate,
) -> Result<(), CannotList> {
    if parcel.kind != ParcelKind::Wetland {
        return Err(CannotList::NotAWetland);
    }
    if decision.level == WetlandLevel::General {
        return Err(CannotList::NotAnImportantLevel);
    }
    let leaves_off = decision.outcome == ListOutcome::NotListed;
    if leaves_off
        && parcel.land.land_class.is_mangrove()
        && decision.level == WetlandLevel::ProvincialImportant
    {
        return Err(CannotList::MangroveNeverGeneral);
    }
    if leaves_off && decision.reason.is_none() {
        return Err(CannotList::ReasonMissing);
    }
    not_after(decision.decided_on, today)
}

/// A document is not dated ahead.
pub(crate) fn not_after(on: NaiveDate, today: NaiveDate) -> Result<(), CannotList> {
    if on > today { Err(CannotList::InTheFuture) } else { Ok(()) }
}

/// Whether a marker may be set at a wetland of that level with these contents: those that S 000
/// demands (area and type come from the records), and scope and telephone.
pub(crate) fn set_marker(level: WetlandLevel, text: &MarkerText) -> Result<(), CannotList> {
    if level == WetlandLevel::General {
        return Err(CannotList::NotImportant);
    }
    let contents = [
        ("name", &text.name),
        ("functions", &text.functions),
        ("species", &text.species),
        ("authority", &text.authority),
        ("manager", &text.manager),
        ("scope", &text.scope),
        ("phone", &text.phone),
        ("place", &text.place),
    ];
    let missing: Vec<&'static str> =
        contents.iter().filter(|(_, text)| text.trim().is_empty()).map(|(name, _)| *name).collect();
    if missing.is_empty() { Ok(()) } else { Err(CannotList::MarkerIncomplete(missing)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn area(text: &str) -> SurveyedArea {
        text.parse().unwrap()
    }

    #[test]
    fn r23_eight_hectares_are_flagged_and_a_hundredth_of_a_square_metre_less_is_not() {
        for (m2, flagged) in [
            ("80000", true),
            ("80000.01", true),
            ("79999.99", false),
            ("79999", false),
            ("0", false),
        ] {
            assert_eq!(is_flagged(area(m2)), flagged, "{m2}");
        }
    }

    #[test]
    fn r23_what_lies_inside_the_urban_planning_area_counts() {
        let inside =
            |declared, outside, overlap| area_inside(area(declared), area(outside), area(overlap));
        // Wholly inside: the declared area, though the geodesic one is a little less.
        assert_eq!(inside("80000", "0", "79999.97"), area("80000"));
        assert_eq!(inside("200000", "120000", "80000"), area("80000"));
        assert_eq!(inside("80000", "0.01", "80000.30"), area("80000"));
    }

    #[test]
    fn r22_markers_stand_at_important_wetlands_and_say_all_they_must() {
        let whole = MarkerText {
            name: "军山湖".into(),
            functions: "调蓄洪水".into(),
            species: "白鹤".into(),
            authority: "林业局".into(),
            manager: "管护站".into(),
            scope: "湖岸线以内".into(),
            phone: "0791-000".into(),
            place: "东岸".into(),
        };
        let provincial = WetlandLevel::ProvincialImportant;
        assert_eq!(set_marker(provincial, &whole), Ok(()));
        assert_eq!(set_marker(WetlandLevel::General, &whole), Err(CannotList::NotImportant));
        let lacking = MarkerText { species: " ".into(), phone: String::new(), ..whole };
        assert_eq!(
            set_marker(provincial, &lacking),
            Err(CannotList::MarkerIncomplete(vec!["species", "phone"]))
        );
    }
}
