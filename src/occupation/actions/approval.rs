//! How applications end, and what follows temporary occupations.

use chrono::NaiveDate;
use serde_json::json;

use super::balance::{Move, count_releases, record_move};
use super::clocks::{start_on, stop, stop_all};
use super::facts::{facts, visible};
use super::fees::drop_fee;
use super::{reviewer, subject};
use crate::kernel::clock::last_day_of_years;
use crate::kernel::db::{Event, Tx};
use crate::kernel::problem::{Answer, Failure};
use crate::kernel::text::Label;
use crate::occupation::model::{
    BalanceMoveId, BalanceMoveKind, ClockKind, OccupationId, OccupationOutcome, OccupationPartId,
    OccupationState, OccupationTerm,
};
use crate::occupation::refusal::gate_closed;
use crate::occupation::rules::{CannotReview, may_review};
use crate::occupation::store::{self, DecisionRow, LandRestorationRow, OccupationRow, StateRow};

/// Approves an occupation.
#[derive(Debug, Clone)]
pub(crate) struct Approve {
    pub(crate) id: OccupationPartId,
    pub(crate) occupation_id: OccupationId,
    pub(crate) document: Label,
}

/// The reviewer approves, through the gate: compensate first (R77–R79, R86).
pub(crate) fn approve(tx: &mut Tx, it: &Approve) -> Answer<OccupationId> {
    let (actor, now) = (tx.actor()?, tx.now());
    let occupation = visible(tx.conn(), &actor, it.occupation_id)?;
    may_review(occupation.level, &reviewer(&actor))?;
    count_releases(tx)?;
    let facts = facts(tx.conn(), occupation.id, now.date_in_shanghai())?;
    if !facts.gate.is_open() {
        return Err(gate_closed(&facts.gate));
    }
    tx.insert(&DecisionRow {
        id: it.id,
        occupation_id: occupation.id,
        outcome: OccupationOutcome::Approved,
        document: Some(it.document.clone()),
        reason: None,
        area: occupation.area,
        retired_m2: facts.gate.counted_m2,
        required_m2: facts.gate.required_m2,
        decided_by: actor.user_id,
        organisation_id: actor.organisation_id,
        decided_at: now,
    })?;
    let before = facts.state.state;
    tx.update(&StateRow { state: OccupationState::Approved, ..facts.state })?;
    stop(tx, occupation.id.uuid(), ClockKind::Decision)?;
    match occupation.term {
        OccupationTerm::Permanent => record_move(
            tx,
            &Move {
                id: BalanceMoveId::new(),
                kind: BalanceMoveKind::Occupied,
                subject: occupation.id.uuid(),
                county: occupation.county.clone(),
                occupation_county: None,
                at: now,
                centi_m2: occupation.area.centi_m2(),
            },
        )?,
        OccupationTerm::Temporary => run_out(tx, &occupation)?,
    }
    tx.record(Event {
        subject: subject(occupation.id),
        before: Some(json!({ "state": before })),
        after: Some(json!({
            "state": OccupationState::Approved, "document": it.document,
            "m2": occupation.area, "required_m2": facts.gate.required_m2,
            "retired_m2": facts.gate.counted_m2,
        })),
        ..Event::default()
    });
    Ok(occupation.id)
}

/// The last day of a temporary occupation, and the year to restore its land (R83).
fn run_out(tx: &mut Tx, occupation: &OccupationRow) -> Answer<()> {
    let broken = || Failure::broken("a temporary occupation has its last day");
    let ends_on = occupation.ends_on.ok_or_else(broken)?;
    let after = ends_on.succ_opt().ok_or_else(broken)?;
    let restore_by = last_day_of_years(after, 1).ok_or_else(broken)?;
    start_on(tx, occupation, ClockKind::Vacating, ends_on)?;
    start_on(tx, occupation, ClockKind::Restoration, restore_by)
}

/// Ends an application without approval.
#[derive(Debug, Clone)]
pub(crate) struct End {
    pub(crate) id: OccupationPartId,
    pub(crate) occupation_id: OccupationId,
    pub(crate) reason: Label,
}

/// The reviewer rejects an application; what was retired for it stays to its developer's credit (R79).
pub(crate) fn reject(tx: &mut Tx, it: &End) -> Answer<OccupationId> {
    let actor = tx.actor()?;
    let occupation = visible(tx.conn(), &actor, it.occupation_id)?;
    may_review(occupation.level, &reviewer(&actor))?;
    end(tx, it, &occupation, (OccupationOutcome::Rejected, OccupationState::Rejected))
}

/// The developer withdraws its application.
pub(crate) fn withdraw(tx: &mut Tx, it: &End) -> Answer<OccupationId> {
    let actor = tx.actor()?;
    let occupation = visible(tx.conn(), &actor, it.occupation_id)?;
    end(tx, it, &occupation, (OccupationOutcome::Withdrawn, OccupationState::Withdrawn))
}

fn end(
    tx: &mut Tx,
    it: &End,
    occupation: &OccupationRow,
    (outcome, ended): (OccupationOutcome, OccupationState),
) -> Answer<OccupationId> {
    let (actor, now) = (tx.actor()?, tx.now());
    let facts = facts(tx.conn(), occupation.id, now.date_in_shanghai())?;
    if !facts.state.state.is_pending() {
        return Err(CannotReview::WrongState(facts.state.state).into());
    }
    tx.insert(&DecisionRow {
        id: it.id,
        occupation_id: occupation.id,
        outcome,
        document: None,
        reason: Some(it.reason.clone()),
        area: occupation.area,
        retired_m2: facts.gate.counted_m2,
        required_m2: facts.gate.required_m2,
        decided_by: actor.user_id,
        organisation_id: actor.organisation_id,
        decided_at: now,
    })?;
    let before = facts.state.state;
    tx.update(&StateRow { state: ended, ..facts.state })?;
    stop_all(tx, occupation.id.uuid())?;
    drop_fee(tx, occupation.id)?;
    tx.record(Event {
        subject: subject(occupation.id),
        reason: Some(it.reason.to_string()),
        before: Some(json!({ "state": before })),
        after: Some(json!({ "state": ended })),
    });
    Ok(occupation.id)
}

/// Records that the land of a temporary occupation was restored.
#[derive(Debug, Clone)]
pub(crate) struct RecordRestoration {
    pub(crate) id: OccupationPartId,
    pub(crate) occupation_id: OccupationId,
    pub(crate) restored_on: NaiveDate,
    pub(crate) report: Label,
}

/// The forestry bureau records that the land is restored; it is free again (R83).
pub(crate) fn record_restoration(tx: &mut Tx, it: &RecordRestoration) -> Answer<OccupationId> {
    let (actor, now) = (tx.actor()?, tx.now());
    let occupation = visible(tx.conn(), &actor, it.occupation_id)?;
    let state = store::state(tx.conn(), occupation.id)?;
    let is_temporary = occupation.term == OccupationTerm::Temporary;
    if !is_temporary || state.state != OccupationState::Approved {
        return Err(CannotReview::NotTemporary.into());
    }
    if it.restored_on > now.date_in_shanghai() {
        return Err(CannotReview::InFuture.into());
    }
    tx.insert(&LandRestorationRow {
        id: it.id,
        occupation_id: occupation.id,
        restored_on: it.restored_on,
        report: it.report.clone(),
        recorded_by: actor.user_id,
        recorded_at: now,
    })?;
    tx.update(&StateRow { state: OccupationState::Restored, ..state })?;
    stop_all(tx, occupation.id.uuid())?;
    tx.record(Event {
        subject: subject(occupation.id),
        before: Some(json!({ "state": OccupationState::Approved })),
        after: Some(json!({
            "state": OccupationState::Restored, "restored_on": it.restored_on, "report": it.report,
        })),
        ..Event::default()
    });
    Ok(occupation.id)
}
