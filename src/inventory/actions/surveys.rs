//! A newer survey of a parcel. The land survey and the monitoring have different authorities:
//! neither touches what the other says (R21).

use serde_json::json;

use super::corrections::{change_of, own_parcel};
use super::land::shape_of;
use crate::inventory::model::{
    Draft, LandSurvey, Monitoring, Parcel, ParcelChangeKind, ParcelId, ParcelKind,
};
use crate::inventory::refusal::survey_refused;
use crate::inventory::rules::{self, CannotEnter};
use crate::inventory::store::{self, Since};
use crate::kernel::db::{Event, Tx};
use crate::kernel::problem::Answer;

/// Records what a newer land survey says of a reserve parcel.
pub fn create_land_survey(tx: &mut Tx, id: ParcelId, new: &LandSurvey) -> Answer<Parcel> {
    let parcel = own_parcel(tx, id)?;
    if parcel.kind != ParcelKind::Reserve {
        return Err(CannotEnter::NotAReserveParcel.into());
    }
    let mut findings = rules::land_survey(&parcel, new, tx.now().date_in_shanghai());
    let shape = shape_of(tx.conn(), id)?;
    let near = store::neighbours(tx.conn(), &shape.bounds(), &Since::Ever)?;
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
    let change = change_of(&parcel, &surveyed, ParcelChangeKind::LandSurvey)?;
    store::insert_change(tx, &parcel, change)?;
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
    let change = change_of(&parcel, &monitored, ParcelChangeKind::Monitoring)?;
    store::insert_change(tx, &parcel, change)?;
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

fn record(tx: &mut Tx, id: ParcelId, before: serde_json::Value, after: serde_json::Value) {
    let subject = format!("parcel:{id}");
    tx.record(Event { subject, before: Some(before), after: Some(after), ..Event::default() });
}
