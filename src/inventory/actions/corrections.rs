//! Puts right what was wrong of a parcel, and withdraws parcels. What it said before stays readable.

use serde_json::{Value, json};

use super::land::shape_of;
use crate::inventory::geometry::geodesic_area;
use crate::inventory::model::{
    CorrectLand, CorrectMonitoring, Draft, LandSurvey, Monitoring, Parcel, ParcelChangeId,
    ParcelChangeKind, ParcelId, ParcelWithdrawal,
};
use crate::inventory::refusal::survey_refused;
use crate::inventory::rules::{self, CannotEnter};
use crate::inventory::store::{self, NewChange, Since};
use crate::kernel::db::{Event, Tx};
use crate::kernel::problem::{Answer, Failure};
use crate::kernel::text::Label;

/// Corrects what the land survey says of a parcel and where it lies; what monitoring says stays.
pub fn correct_land(tx: &mut Tx, id: ParcelId, it: &CorrectLand) -> Answer<Parcel> {
    let parcel = own_parcel(tx, id)?;
    let shape = match &it.shape {
        Some(shape) => shape.clone(),
        None => shape_of(tx.conn(), id)?,
    };
    let computed_area = geodesic_area(&shape);
    let boundaries = store::boundaries(tx.conn(), &[parcel.county.clone()].into())?;
    let mut near = store::neighbours(tx.conn(), &shape.bounds(), &Since::Ever)?;
    near.retain(|near| near.id != id);
    let draft = Draft { survey_year: Some(it.survey_year), shape: Some(shape), ..Draft::default() };
    let today = tx.now().date_in_shanghai();
    let mut findings = rules::land_correction(&parcel, it, computed_area, today);
    findings.extend(rules::inside(&draft, &parcel.county, &boundaries));
    findings.extend(rules::with_neighbours(&draft, parcel.kind, &near));
    if !findings.is_empty() {
        return Err(survey_refused(&parcel.number, &findings));
    }
    let corrected = Parcel {
        name: it.name.to_string(),
        land: LandSurvey {
            source: it.source.to_string(),
            survey_year: it.survey_year,
            land_class: it.land_class,
            declared_area: it.declared_area,
            tenure: it.tenure.as_ref().map(Label::to_string),
        },
        computed_area,
        ..parcel.clone()
    };
    let taken = CannotEnter::SurveyedThatYear(parcel.number.clone());
    store::update_parcel(tx, &corrected, taken.into())?;
    let change = NewChange {
        reason: Some(it.reason.to_string()),
        shape: it.shape.as_ref(),
        ..change_of(&parcel, &corrected, ParcelChangeKind::LandCorrection)?
    };
    store::insert_change(tx, &parcel, change)?;
    record(tx, &parcel, Some(&it.reason), Some(said(&corrected)));
    Ok(corrected)
}

/// Corrects what monitoring says of a parcel; what the land survey says stays.
pub fn correct_monitoring(tx: &mut Tx, id: ParcelId, it: &CorrectMonitoring) -> Answer<Parcel> {
    let parcel = own_parcel(tx, id)?;
    let monitoring = Monitoring {
        source: it.source.to_string(),
        survey_year: it.survey_year,
        level: it.level,
        wetland_type: it.wetland_type,
        water_regime: it.water_regime,
        protected: it.protected,
    };
    let today = tx.now().date_in_shanghai();
    let findings = rules::monitoring_correction(&parcel, &monitoring, today);
    if !findings.is_empty() {
        return Err(survey_refused(&parcel.number, &findings));
    }
    let corrected = Parcel { monitoring, ..parcel.clone() };
    let taken = CannotEnter::SurveyedThatYear(parcel.number.clone());
    store::update_parcel(tx, &corrected, taken.into())?;
    let change = NewChange {
        reason: Some(it.reason.to_string()),
        ..change_of(&parcel, &corrected, ParcelChangeKind::MonitoringCorrection)?
    };
    store::insert_change(tx, &parcel, change)?;
    record(tx, &parcel, Some(&it.reason), Some(said(&corrected)));
    Ok(corrected)
}

/// Withdraws a parcel: its number is not given again, its land is free.
pub fn withdraw_parcel(tx: &mut Tx, id: ParcelId, reason: &Label) -> Answer<Parcel> {
    let parcel = own_parcel(tx, id)?;
    let actor = tx.actor()?;
    let withdrawal = ParcelWithdrawal {
        reason: reason.clone(),
        withdrawn_by: actor.user_id,
        organisation_id: actor.organisation_id,
        withdrawn_at: tx.now(),
    };
    store::insert_withdrawal(tx, id, &withdrawal)?;
    record(tx, &parcel, Some(reason), Some(json!({ "withdrawn": true })));
    Ok(Parcel { withdrawn_at: Some(withdrawal.withdrawn_at), ..parcel })
}

/// An active parcel of one's own region; one of another region looks like one that is not there.
pub fn own_parcel(tx: &mut Tx, id: ParcelId) -> Answer<Parcel> {
    let region = tx.actor()?.region;
    let parcel = store::parcel(tx.conn(), id)?;
    let parcel = parcel.filter(|parcel| parcel.township.is_within(&region));
    let parcel = parcel.ok_or_else(Failure::not_found)?;
    match parcel.withdrawn_at {
        None => Ok(parcel),
        Some(_) => Err(CannotEnter::Withdrawn(parcel.number).into()),
    }
}

/// A change from one state of a parcel to another, without a reason.
pub(super) fn change_of<'a>(
    before: &Parcel,
    after: &Parcel,
    kind: ParcelChangeKind,
) -> Answer<NewChange<'a>> {
    let (source, survey_year) = match kind {
        ParcelChangeKind::LandSurvey | ParcelChangeKind::LandCorrection => {
            (after.land.source.clone(), after.land.survey_year)
        }
        ParcelChangeKind::Monitoring | ParcelChangeKind::MonitoringCorrection => {
            (after.monitoring.source.clone(), after.monitoring.survey_year)
        }
    };
    Ok(NewChange {
        id: ParcelChangeId::new(),
        kind,
        reason: None,
        source,
        survey_year,
        said_before: said(before).to_string(),
        shape: None,
    })
}

/// What is said of a parcel that may change.
fn said(parcel: &Parcel) -> Value {
    let (land, monitoring) = (&parcel.land, &parcel.monitoring);
    json!({
        "name": parcel.name,
        "land_survey": {
            "source": land.source,
            "survey_year": land.survey_year,
            "land_class": land.land_class,
            "declared_area_m2": land.declared_area,
            "tenure": land.tenure,
        },
        "monitoring": {
            "source": monitoring.source,
            "survey_year": monitoring.survey_year,
            "level": monitoring.level,
            "wetland_type": monitoring.wetland_type,
            "water_regime": monitoring.water_regime,
            "protected": monitoring.protected,
        },
        "computed_area_m2": parcel.computed_area,
    })
}

fn record(tx: &mut Tx, before: &Parcel, reason: Option<&Label>, after: Option<Value>) {
    tx.record(Event {
        subject: format!("parcel:{}", before.id),
        reason: reason.map(Label::to_string),
        before: Some(said(before)),
        after,
    });
}
