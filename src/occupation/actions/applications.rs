//! Developers apply, and file what is asked for.

use chrono::{Datelike, NaiveDate};
use serde_json::json;

use super::clocks::{start, stop};
use super::facts::{Use, approvals_of, facts, neighbourhood, visible};
use super::subject;
use crate::identity;
use crate::inventory::{self, ParcelId, Shape, WetlandLevel, WetlandType, canonical_text};
use crate::kernel::area::SurveyedArea;
use crate::kernel::db::{Conn, Event, Tx};
use crate::kernel::problem::{Answer, Failure};
use crate::kernel::region::{RegionCode, RegionLevel};
use crate::kernel::text::Label;
use crate::occupation::model::{
    ClockKind, DocumentKind, OccupationGround, OccupationId, OccupationPartId, OccupationState,
    OccupationTerm,
};
use crate::occupation::refusal::all_refused;
use crate::occupation::rules::{
    ACCEPTANCE_DAYS, Application, CannotOccupy, CannotReview, may_apply,
};
use crate::occupation::store::{self, DocumentRow, OccupationRow, StateRow};

/// How many documents an application may have.
const DOCUMENTS_MAX: usize = 100;
/// How many applications of one developer may wait: each is looked at by a person.
const WAITING_MAX: i64 = 200;

/// An approval that a zone needs.
#[derive(Debug, Clone)]
pub(crate) struct NamedZone {
    pub(crate) zone_number: Label,
    pub(crate) document: Label,
    pub(crate) by: Label,
}

/// A document that is filed.
#[derive(Debug, Clone)]
pub(crate) struct NewDocument {
    pub(crate) id: OccupationPartId,
    pub(crate) kind: DocumentKind,
    pub(crate) title: Label,
    pub(crate) sha256: String,
}

/// Applies for an occupation.
#[derive(Debug, Clone)]
pub(crate) struct Submit {
    pub(crate) id: OccupationId,
    pub(crate) county: RegionCode,
    pub(crate) project_name: Label,
    pub(crate) term: OccupationTerm,
    pub(crate) ground: OccupationGround,
    pub(crate) legal_basis: Label,
    pub(crate) wetland_type: WetlandType,
    pub(crate) level: WetlandLevel,
    pub(crate) mangrove: bool,
    pub(crate) peat: bool,
    pub(crate) area: SurveyedArea,
    pub(crate) polygon: Option<serde_json::Value>,
    pub(crate) parcels: Vec<String>,
    pub(crate) zone_approvals: Vec<NamedZone>,
    pub(crate) provincial_assessment: Option<Label>,
    pub(crate) exempt_document: Option<Label>,
    pub(crate) avoidance_statement: Label,
    pub(crate) impact_measures: Label,
    pub(crate) permanent_building: bool,
    pub(crate) starts_on: Option<NaiveDate>,
    pub(crate) ends_on: Option<NaiveDate>,
    pub(crate) documents: Vec<NewDocument>,
}

/// Takes an application in; the clock of its acceptance runs.
pub(crate) fn submit(tx: &mut Tx, it: &Submit) -> Answer<OccupationId> {
    let (actor, now) = (tx.actor()?, tx.now());
    let today = now.date_in_shanghai();
    if it.county.level() != RegionLevel::County {
        return Err(CannotOccupy::NotACounty.into());
    }
    if it.documents.len() > DOCUMENTS_MAX {
        return Err(CannotOccupy::TooManyDocuments { most: DOCUMENTS_MAX }.into());
    }
    if store::waiting_of(tx.conn(), actor.organisation_id, WAITING_MAX)? >= WAITING_MAX {
        return Err(CannotOccupy::TooManyWaiting { most: WAITING_MAX }.into());
    }
    let shape = shape_of(tx.conn(), it)?;
    let computed_area = inventory::placed_area(tx.conn(), &shape, &it.county, it.area)?;
    let approvals: Vec<(&str, &str, &str)> = it
        .zone_approvals
        .iter()
        .map(|zone| (zone.zone_number.as_str(), zone.document.as_str(), zone.by.as_str()))
        .collect();
    let zone_approvals = serde_json::to_string(&approvals).map_err(anyhow::Error::from)?;
    let used = Use { ground: it.ground, approvals: approvals_of(&zone_approvals)? };
    let around = neighbourhood(tx.conn(), &shape, &it.county, &used, today)?;
    let application = Application {
        term: it.term,
        ground: it.ground,
        level: it.level,
        wetland_type: it.wetland_type,
        mangrove: it.mangrove,
        has_provincial_assessment: it.provincial_assessment.is_some(),
        claims_exemption: it.exempt_document.is_some(),
        permanent_building: it.permanent_building,
        starts_on: it.starts_on,
        ends_on: it.ends_on,
    };
    all_refused(may_apply(&application, &around))?;
    let developer = identity::organisation(tx.conn(), actor.organisation_id)?;
    let series = format!("ZY{}-{}", it.county, today.year());
    let number = format!("{series}-{:04}", tx.next_number(&series)?);
    let bounds = shape.bounds();
    let row = OccupationRow {
        id: it.id,
        number,
        county: it.county.clone(),
        developer_id: developer.id,
        developer_name: developer.name,
        project_name: it.project_name.clone(),
        term: it.term,
        ground: it.ground,
        legal_basis: it.legal_basis.clone(),
        wetland_type: it.wetland_type,
        level: it.level,
        mangrove: it.mangrove || around.in_mangrove_layer,
        peat: it.peat,
        area: it.area,
        computed_area,
        west: bounds.west,
        south: bounds.south,
        east: bounds.east,
        north: bounds.north,
        polygon: canonical_text(&shape),
        zone_approvals,
        provincial_assessment: it.provincial_assessment.clone(),
        exempt_document: it.exempt_document.clone(),
        avoidance_statement: it.avoidance_statement.clone(),
        impact_measures: it.impact_measures.clone(),
        starts_on: it.starts_on,
        ends_on: it.ends_on,
        submitted_by: actor.user_id,
        submitted_at: now,
    };
    tx.insert(&row)?;
    tx.insert(&StateRow {
        id: it.id,
        state: OccupationState::Submitted,
        accepted_on: None,
        accepted_silently: None,
        decide_by: None,
        extended: false,
        grade: None,
        exempt: false,
        fee_id: None,
    })?;
    for document in &it.documents {
        tx.insert(&document_row(tx, it.id, document)?)?;
    }
    start(tx, &row, ClockKind::Acceptance, ACCEPTANCE_DAYS)?;
    tx.record(Event {
        subject: subject(it.id),
        after: Some(json!({
            "number": row.number, "project": row.project_name, "county": row.county,
            "m2": row.area, "level": row.level, "wetland_type": row.wetland_type,
            "term": row.term, "documents": it.documents.len(),
        })),
        ..Event::default()
    });
    Ok(it.id)
}

/// Files one more document.
#[derive(Debug, Clone)]
pub(crate) struct AddDocument {
    pub(crate) occupation_id: OccupationId,
    pub(crate) document: NewDocument,
}

/// Files a document; once nothing of a notice is open, the clock of acceptance runs again.
pub(crate) fn add_document(tx: &mut Tx, it: &AddDocument) -> Answer<OccupationId> {
    let actor = tx.actor()?;
    let occupation = visible(tx.conn(), &actor, it.occupation_id)?;
    let state = store::state(tx.conn(), occupation.id)?;
    if !state.state.is_pending() {
        return Err(CannotReview::WrongState(state.state).into());
    }
    file_document(tx, &occupation, state, &it.document)?;
    tx.record(Event {
        subject: subject(occupation.id),
        after: Some(json!({
            "document": it.document.kind, "title": it.document.title,
            "sha256": it.document.sha256,
        })),
        ..Event::default()
    });
    Ok(occupation.id)
}

/// Puts a document to an application that waits for its decision.
pub(super) fn file_document(
    tx: &mut Tx,
    occupation: &OccupationRow,
    state: StateRow,
    it: &NewDocument,
) -> Answer<()> {
    if store::documents(tx.conn(), occupation.id)?.len() >= DOCUMENTS_MAX {
        return Err(CannotOccupy::TooManyDocuments { most: DOCUMENTS_MAX }.into());
    }
    tx.insert(&document_row(tx, occupation.id, it)?)?;
    let today = tx.now().date_in_shanghai();
    let missing = facts(tx.conn(), occupation.id, today)?.documents_missing;
    if state.state == OccupationState::Deficient && missing.is_empty() {
        tx.update(&StateRow { state: OccupationState::Submitted, ..state })?;
        stop(tx, occupation.id.uuid(), ClockKind::Acceptance)?;
        start(tx, occupation, ClockKind::Acceptance, ACCEPTANCE_DAYS)?;
    }
    Ok(())
}

fn document_row(tx: &Tx, id: OccupationId, it: &NewDocument) -> Answer<DocumentRow> {
    Ok(DocumentRow {
        id: it.id,
        occupation_id: id,
        kind: it.kind,
        title: it.title.clone(),
        sha256: it.sha256.clone(),
        filed_by: tx.actor()?.user_id,
        filed_at: tx.now(),
    })
}

/// The polygon itself, or that of the parcels that it is drawn from.
fn shape_of(c: &mut Conn, it: &Submit) -> Answer<Shape> {
    match (&it.polygon, it.parcels.as_slice()) {
        (Some(polygon), []) => inventory::read_polygon(polygon),
        (None, parcels @ [_, ..]) => {
            let mut ids: Vec<ParcelId> = Vec::with_capacity(parcels.len());
            for number in parcels {
                let parcel = inventory::parcel_by_number(c, number)?;
                let parcel = parcel.filter(|it_| it_.county == it.county);
                let unknown = || Failure::from(CannotOccupy::NoSuchParcel(number.clone()));
                ids.push(parcel.ok_or_else(unknown)?.id);
            }
            inventory::shape_of_parcels(c, &ids)
        }
        _ => Err(CannotOccupy::PolygonOrParcels.into()),
    }
}
