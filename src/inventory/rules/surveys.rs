//! Newer surveys of a parcel, and corrections of what older ones said.

use chrono::{Datelike, NaiveDate};

use super::Finding;
use super::checks::{SURVEY_YEAR_MIN, area_differs, blocks_project};
use crate::inventory::model::{
    CorrectLand, LandSurvey, Monitoring, Parcel, ParcelKind, WetlandLevel,
};
use crate::kernel::area::SurveyedArea;

/// Returns what speaks against a newer land survey of a reserve parcel (R10, R12, R20, R21, R22).
pub(crate) fn land_survey(parcel: &Parcel, new: &LandSurvey, today: NaiveDate) -> Vec<Finding> {
    let mut findings = Vec::new();
    let (year, latest) = (new.survey_year, i64::from(today.year()));
    if year < parcel.land.survey_year || year > latest {
        findings.push(Finding::SurveyYear { year, latest });
    }
    if new.land_class.is_mangrove() && parcel.monitoring.level == WetlandLevel::General {
        findings.push(Finding::MangroveIsGeneral);
    }
    findings.extend(area_differs(new.declared_area, parcel.computed_area));
    findings
}

/// Returns what speaks against newer monitoring of a parcel (R13, R21, R22).
pub(crate) fn monitoring(parcel: &Parcel, new: &Monitoring, today: NaiveDate) -> Vec<Finding> {
    let mut findings = Vec::new();
    let (year, latest) = (new.survey_year, i64::from(today.year()));
    if year < parcel.monitoring.survey_year || year > latest {
        findings.push(Finding::SurveyYear { year, latest });
    }
    findings.extend(monitored(parcel, new));
    findings
}

/// Returns what speaks against a correction of what the land survey says: the parcel as it is then
/// could have entered like that (R10, R15, R17, R20, R21, R22).
pub(crate) fn land_correction(
    parcel: &Parcel,
    new: &CorrectLand,
    computed: SurveyedArea,
    today: NaiveDate,
) -> Vec<Finding> {
    let mut findings = Vec::new();
    findings.extend(year_of_correction(new.survey_year, today));
    if new.land_class.is_mangrove() && parcel.monitoring.level == WetlandLevel::General {
        findings.push(Finding::MangroveIsGeneral);
    }
    findings.extend(area_differs(new.declared_area, computed));
    if parcel.kind == ParcelKind::Reserve {
        findings.extend(blocks_project(new.land_class));
        if new.land_class.is_pond() && parcel.pond_check.is_none() {
            findings.push(Finding::PondNotVerified(new.land_class));
        }
    }
    findings
}

/// Returns what speaks against a correction of what monitoring says (R13, R21, R22).
pub(crate) fn monitoring_correction(
    parcel: &Parcel,
    new: &Monitoring,
    today: NaiveDate,
) -> Vec<Finding> {
    let mut findings = monitored(parcel, new);
    findings.extend(year_of_correction(new.survey_year, today));
    findings
}

/// A correction may name an earlier survey: the year itself may have been wrong.
fn year_of_correction(year: i64, today: NaiveDate) -> Option<Finding> {
    let latest = i64::from(today.year());
    (!(SURVEY_YEAR_MIN..=latest).contains(&year)).then_some(Finding::SurveyYear { year, latest })
}

fn monitored(parcel: &Parcel, new: &Monitoring) -> Vec<Finding> {
    let mut findings = Vec::new();
    if parcel.land.land_class.is_mangrove() && new.level == WetlandLevel::General {
        findings.push(Finding::MangroveIsGeneral);
    }
    if parcel.kind == ParcelKind::Reserve && new.water_regime.is_none() {
        findings.push(Finding::NoWaterRegime);
    }
    match (parcel.kind, new.protected) {
        (ParcelKind::Wetland, None) => findings.push(Finding::MissingProperty("protected")),
        (ParcelKind::Reserve, Some(_)) => {
            findings.push(Finding::UnknownProperty("protected".into()));
        }
        (ParcelKind::Wetland, Some(_)) | (ParcelKind::Reserve, None) => {}
    }
    findings
}
