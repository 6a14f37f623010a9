//! What the forestry bureau does with an application before its decision.

use chrono::NaiveDate;
use serde_json::json;

use super::clocks::{move_to, start, stop};
use super::facts::{facts, visible};
use super::{reviewer, subject};
use crate::identity::{self, OrganisationKind};
use crate::inventory::WetlandLevel;
use crate::kernel::db::{Event, Tx};
use crate::kernel::ids::OrganisationId;
use crate::kernel::problem::{Answer, Failure};
use crate::kernel::text::Label;
use crate::occupation::model::{
    ClockKind, DocumentKind, OccupationGround, OccupationId, OccupationPartId, OccupationState,
};
use crate::occupation::rules::{CannotReview, DECISION_DAYS, EXTENSION_DAYS, may_review};
use crate::occupation::store::{
    self, DeficiencyRow, GradingRow, OccupationRow, OpinionRow, StateRow,
};

/// Says what is missing.
#[derive(Debug, Clone)]
pub(crate) struct NoteDeficiency {
    pub(crate) id: OccupationPartId,
    pub(crate) occupation_id: OccupationId,
    /// What was filed and is not as it must be.
    pub(crate) documents: Vec<DocumentKind>,
    pub(crate) note: Label,
}

/// An application in that state, for who reviews it.
fn under_review(
    tx: &mut Tx,
    id: OccupationId,
    wanted: OccupationState,
) -> Answer<(OccupationRow, StateRow)> {
    let actor = tx.actor()?;
    let occupation = visible(tx.conn(), &actor, id)?;
    may_review(occupation.level, &reviewer(&actor))?;
    let state = store::state(tx.conn(), id)?;
    if state.state == wanted {
        Ok((occupation, state))
    } else {
        Err(CannotReview::WrongState(state.state).into())
    }
}

/// Tells the developer what is missing, once (R76).
pub(crate) fn note_deficiency(tx: &mut Tx, it: &NoteDeficiency) -> Answer<OccupationId> {
    let (occupation, state) = under_review(tx, it.occupation_id, OccupationState::Submitted)?;
    let (actor, now) = (tx.actor()?, tx.now());
    if store::deficiency(tx.conn(), occupation.id)?.is_some() {
        return Err(CannotReview::ToldOnce.into());
    }
    let mut missing = facts(tx.conn(), occupation.id, now.date_in_shanghai())?.documents_missing;
    missing.extend(&it.documents);
    missing.sort_unstable();
    missing.dedup();
    if missing.is_empty() {
        return Err(CannotReview::NothingMissing.into());
    }
    tx.insert(&DeficiencyRow {
        id: it.id,
        occupation_id: occupation.id,
        missing: serde_json::to_string(&missing).map_err(anyhow::Error::from)?,
        note: it.note.clone(),
        noted_by: actor.user_id,
        noted_at: now,
    })?;
    tx.update(&StateRow { state: OccupationState::Deficient, ..state })?;
    stop(tx, occupation.id.uuid(), ClockKind::Acceptance)?;
    tx.record(Event {
        subject: subject(occupation.id),
        reason: Some(it.note.to_string()),
        before: Some(json!({ "state": OccupationState::Submitted })),
        after: Some(json!({ "state": OccupationState::Deficient, "missing": missing })),
    });
    Ok(occupation.id)
}

/// Accepts an application of which nothing is missing; the clock of its decision runs (R77).
pub(crate) fn accept(tx: &mut Tx, id: OccupationId) -> Answer<OccupationId> {
    let (occupation, state) = under_review(tx, id, OccupationState::Submitted)?;
    let today = tx.now().date_in_shanghai();
    let missing = facts(tx.conn(), id, today)?.documents_missing;
    if !missing.is_empty() {
        return Err(CannotReview::DocumentsMissing(missing).into());
    }
    accepted(tx, &occupation, state, today, false)?;
    Ok(id)
}

/// An application counts as accepted on that day.
pub(super) fn accepted(
    tx: &mut Tx,
    occupation: &OccupationRow,
    state: StateRow,
    on: NaiveDate,
    silently: bool,
) -> Answer<()> {
    stop(tx, occupation.id.uuid(), ClockKind::Acceptance)?;
    let decide_by = start(tx, occupation, ClockKind::Decision, DECISION_DAYS)?;
    tx.update(&StateRow {
        state: OccupationState::Accepted,
        accepted_on: Some(on),
        accepted_silently: Some(silently),
        decide_by: Some(decide_by),
        ..state
    })?;
    tx.record(Event {
        subject: subject(occupation.id),
        before: Some(json!({ "state": OccupationState::Submitted })),
        after: Some(json!({
            "state": OccupationState::Accepted, "silently": silently, "decide_by": decide_by,
        })),
        ..Event::default()
    });
    Ok(())
}

/// Makes the term of decision longer.
#[derive(Debug, Clone)]
pub(crate) struct Extend {
    pub(crate) occupation_id: OccupationId,
    pub(crate) reason: Label,
}

/// Makes the term of decision ten working days longer, once (R77).
pub(crate) fn extend(tx: &mut Tx, it: &Extend) -> Answer<OccupationId> {
    let (occupation, state) = under_review(tx, it.occupation_id, OccupationState::Accepted)?;
    if state.extended {
        return Err(CannotReview::ExtendedBefore.into());
    }
    let accepted_on = state.accepted_on.ok_or_else(|| Failure::broken("accepted has its day"))?;
    let calendar = identity::calendar(tx.conn())?;
    let decide_by = calendar.term_end(accepted_on, DECISION_DAYS + EXTENSION_DAYS);
    let decide_by = decide_by.ok_or_else(|| Failure::broken("the calendar has working days"))?;
    move_to(tx, occupation.id.uuid(), ClockKind::Decision, decide_by)?;
    let before = state.decide_by;
    tx.update(&StateRow { extended: true, decide_by: Some(decide_by), ..state })?;
    tx.record(Event {
        subject: subject(occupation.id),
        reason: Some(it.reason.to_string()),
        before: Some(json!({ "decide_by": before })),
        after: Some(json!({ "decide_by": decide_by })),
    });
    Ok(occupation.id)
}

/// Sets the grade of the land from an assessor's report (R78).
#[derive(Debug, Clone)]
pub(crate) struct Grade {
    pub(crate) id: OccupationPartId,
    pub(crate) occupation_id: OccupationId,
    pub(crate) grade: crate::certification::Grade,
    pub(crate) assessor: String,
    pub(crate) report_number: Label,
    pub(crate) reported_on: NaiveDate,
    pub(crate) author: Label,
    pub(crate) no_interest_declared: bool,
    /// The water works lie inside river management range or a flood-storage area (R81).
    pub(crate) exempt: bool,
}

/// The forestry bureau of the place sets the grade; the assessor has no part with the developer.
pub(crate) fn grade(tx: &mut Tx, it: &Grade) -> Answer<OccupationId> {
    let (actor, now) = (tx.actor()?, tx.now());
    let occupation = visible(tx.conn(), &actor, it.occupation_id)?;
    let state = store::state(tx.conn(), occupation.id)?;
    if !state.state.is_pending() {
        return Err(CannotReview::WrongState(state.state).into());
    }
    let assessor = assessor(tx, &it.assessor, occupation.developer_id)?;
    if !it.no_interest_declared {
        return Err(CannotReview::NotDeclared.into());
    }
    if it.reported_on > now.date_in_shanghai() {
        return Err(CannotReview::InFuture.into());
    }
    let is_water_works = occupation.ground == OccupationGround::WaterWorks;
    if it.exempt && !(is_water_works && occupation.exempt_document.is_some()) {
        return Err(CannotReview::NotExempt.into());
    }
    tx.insert(&GradingRow {
        id: it.id,
        occupation_id: occupation.id,
        grade: it.grade.get(),
        assessor_id: assessor,
        report_number: it.report_number.clone(),
        reported_on: it.reported_on,
        author: it.author.clone(),
        exempt: it.exempt,
        graded_by: actor.user_id,
        graded_at: now,
    })?;
    let before = state.grade;
    tx.update(&StateRow { grade: Some(it.grade.get()), exempt: it.exempt, ..state })?;
    tx.record(Event {
        subject: subject(occupation.id),
        before: Some(json!({ "grade": before })),
        after: Some(json!({
            "grade": it.grade, "report": it.report_number, "exempt": it.exempt,
        })),
        ..Event::default()
    });
    Ok(occupation.id)
}

fn assessor(tx: &mut Tx, code: &str, developer: OrganisationId) -> Answer<OrganisationId> {
    let assessor = match identity::organisation_by_code(tx.conn(), code) {
        Ok(found) if found.kind == OrganisationKind::Assessor => found,
        Ok(_) => return Err(CannotReview::NotAnAssessor.into()),
        Err(Failure::Refused(_)) => return Err(CannotReview::NotAnAssessor.into()),
        Err(broken) => return Err(broken),
    };
    let developer = identity::organisation(tx.conn(), developer)?;
    let is_related =
        assessor.related_to == Some(developer.id) || developer.related_to == Some(assessor.id);
    if is_related { Err(CannotReview::AssessorRelated.into()) } else { Ok(assessor.id) }
}

/// Files the opinion of the national authority (R77).
#[derive(Debug, Clone)]
pub(crate) struct Opinion {
    pub(crate) id: OccupationPartId,
    pub(crate) occupation_id: OccupationId,
    pub(crate) number: Label,
    pub(crate) authority: Label,
    pub(crate) given_on: NaiveDate,
    pub(crate) favourable: bool,
}

/// The province records the national authority's opinion with its number.
pub(crate) fn file_opinion(tx: &mut Tx, it: &Opinion) -> Answer<OccupationId> {
    let (actor, now) = (tx.actor()?, tx.now());
    let occupation = visible(tx.conn(), &actor, it.occupation_id)?;
    if occupation.level != WetlandLevel::NationalImportant {
        return Err(CannotReview::OpinionNotAsked.into());
    }
    may_review(occupation.level, &reviewer(&actor))?;
    let state = store::state(tx.conn(), occupation.id)?;
    if !state.state.is_pending() {
        return Err(CannotReview::WrongState(state.state).into());
    }
    if it.given_on > now.date_in_shanghai() {
        return Err(CannotReview::InFuture.into());
    }
    tx.insert(&OpinionRow {
        id: it.id,
        occupation_id: occupation.id,
        number: it.number.clone(),
        authority: it.authority.clone(),
        given_on: it.given_on,
        favourable: it.favourable,
        entered_by: actor.user_id,
        entered_at: now,
    })?;
    tx.record(Event {
        subject: subject(occupation.id),
        after: Some(json!({
            "opinion": it.number, "authority": it.authority, "favourable": it.favourable,
        })),
        ..Event::default()
    });
    Ok(occupation.id)
}
