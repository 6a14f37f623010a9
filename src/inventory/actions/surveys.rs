//! A newer survey of a parcel. The land survey and the monitoring have different authorities:
//! neither touches what the other says (R21).

use serde_json::json;

use crate::inventory::geometry::shape_of_text;
use crate::inventory::model::{Draft, LandSurvey, Monitoring, Parcel, ParcelId, ParcelKind};
use crate::inventory::refusal::survey_refused;
use crate::inventory::rules::{self, CannotEnter};
use crate::inventory::store;
use crate::kernel::db::{Event, Tx};
use crate::kernel::problem::{Answer, Failure};
use crate::kernel::region::RegionCode;

/// Records what a newer land survey says of a reserve parcel.
pub fn create_land_survey(tx: &mut Tx, id: ParcelId, new: &LandSurvey) -> Answer<Parcel> {
    let parcel = own_parcel(tx, id)?;
    if parcel.kind != ParcelKind::Reserve {
        return Err(CannotEnter::NotAReserveParcel.into());
    }
    let mut findings = rules::land_survey(&parcel, new, tx.now().date_in_shanghai());
    let broken = || Failure::broken("a parcel has a polygon that is a valid shape");
    let text = store::polygon(tx.conn(), id)?.ok_or_else(broken)?;
    let shape = shape_of_text(&text).map_err(|_| broken())?;
    let near = store::neighbours(tx.conn(), &shape.bounds(), 0)?;
    let near: Vec<_> = near.into_iter().filter(|it| it.kind == ParcelKind::Wetland).collect();
    let draft =
        Draft { survey_year: Some(new.survey_year), shape: Some(shape), ..Draft::default() };
    findings.extend(rules::with_neighbours(&draft, ParcelKind::Reserve, &near));
    if !findings.is_empty() {
        return Err(survey_refused(&parcel.number, &findings));
    }
    let surveyed = Parcel { land: new.clone(), ..parcel.clone() };
    let taken = CannotEnter::SurveyedThatYear(parcel.number.clone());
    store::update_parcel(tx, &surveyed, taken.into())?;
    let of = |land: &LandSurvey| {
        json!({
            "source": land.source,
            "survey_year": land.survey_year,
            "land_class": land.land_class,
            "declared_area_m2": land.declared_area,
            "tenure": land.tenure,
        })
    };
    record(tx, id, of(&parcel.land), of(&surveyed.land));
    Ok(surveyed)
}

/// Records what newer monitoring says of a parcel.
pub fn create_monitoring(tx: &mut Tx, id: ParcelId, new: &Monitoring) -> Answer<Parcel> {
    let parcel = own_parcel(tx, id)?;
    let findings = rules::monitoring(&parcel, new, tx.now().date_in_shanghai());
    if !findings.is_empty() {
        return Err(survey_refused(&parcel.number, &findings));
    }
    let monitored = Parcel { monitoring: new.clone(), ..parcel.clone() };
    let taken = CannotEnter::SurveyedThatYear(parcel.number.clone());
    store::update_parcel(tx, &monitored, taken.into())?;
    let of = |it: &Monitoring| {
        json!({
            "source": it.source,
            "survey_year": it.survey_year,
            "level": it.level,
            "wetland_type": it.wetland_type,
            "water_regime": it.water_regime,
            "protected": it.protected,
        })
    };
    record(tx, id, of(&parcel.monitoring), of(&monitored.monitoring));
    Ok(monitored)
}

/// A parcel of another region looks like one that is not there.
pub(super) fn own_parcel(tx: &mut Tx, id: ParcelId) -> Answer<Parcel> {
    let region: RegionCode = tx.actor()?.region;
    let parcel = store::parcel(tx.conn(), id)?;
    parcel.filter(|parcel| parcel.township.is_within(&region)).ok_or_else(Failure::not_found)
}

fn record(tx: &mut Tx, id: ParcelId, before: serde_json::Value, after: serde_json::Value) {
    let subject = format!("parcel:{id}");
    tx.record(Event { subject, before: Some(before), after: Some(after), ..Event::default() });
}
