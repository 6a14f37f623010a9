//! Cases of unauthorised occupation: opened, decided with a fine and a duty to restore, closed when
//! the land is restored (R34, R84).

use chrono::{Datelike, NaiveDate};
use serde_json::json;

use super::clocks::{Running, run_until, stop_all};
use crate::inventory::{self, Duty, DutyLandId, canonical_text, shape_of_text};
use crate::kernel::actor::Actor;
use crate::kernel::area::SurveyedArea;
use crate::kernel::clock::last_day_of_years;
use crate::kernel::db::{Event, Tx};
use crate::kernel::ids::OrganisationId;
use crate::kernel::problem::{Answer, Failure};
use crate::kernel::region::{RegionCode, RegionLevel};
use crate::kernel::text::Label;
use crate::occupation::model::{ClockKind, ViolationCaseId, ViolationKind, ViolationState};
use crate::occupation::rules::{CannotOccupy, CannotPunish, fine};
use crate::occupation::store::{self, CaseRow};

/// Land is restored within so many years.
const RESTORE_YEARS_MAX: i32 = 10;

/// Opens a case.
#[derive(Debug, Clone)]
pub(crate) struct OpenCase {
    pub(crate) id: ViolationCaseId,
    pub(crate) county: RegionCode,
    pub(crate) kind: ViolationKind,
    pub(crate) offender: Label,
    pub(crate) offender_id: Option<OrganisationId>,
    pub(crate) area: SurveyedArea,
    pub(crate) polygon: Option<serde_json::Value>,
    pub(crate) basis: Label,
    pub(crate) found_on: NaiveDate,
}

/// The forestry bureau opens a case in its region.
pub(crate) fn open_case(tx: &mut Tx, it: &OpenCase) -> Answer<ViolationCaseId> {
    let (actor, now) = (tx.actor()?, tx.now());
    let today = now.date_in_shanghai();
    if it.county.level() != RegionLevel::County || !it.county.is_within(&actor.region) {
        return Err(CannotOccupy::NotACounty.into());
    }
    if it.found_on > today {
        return Err(CannotPunish::InFuture.into());
    }
    let polygon = match &it.polygon {
        Some(polygon) => {
            let shape = inventory::read_polygon(polygon)?;
            inventory::placed_area(tx.conn(), &shape, &it.county, it.area)?;
            Some(canonical_text(&shape))
        }
        None => None,
    };
    if let Some(id) = it.offender_id {
        crate::identity::organisation(tx.conn(), id)?;
    }
    let series = format!("AJ{}-{}", it.county, today.year());
    let number = format!("{series}-{:04}", tx.next_number(&series)?);
    tx.insert(&CaseRow {
        id: it.id,
        number: number.clone(),
        county: it.county.clone(),
        kind: it.kind,
        offender: it.offender.clone(),
        offender_id: it.offender_id,
        area: it.area,
        polygon,
        basis: it.basis.clone(),
        found_on: it.found_on,
        state: ViolationState::Open,
        opened_by: actor.user_id,
        opened_at: now,
        rate_yuan: None,
        fine_fen: None,
        document: None,
        restore_by: None,
        decided_by: None,
        decided_at: None,
        closed_by: None,
        closed_on: None,
        closing_report: None,
    })?;
    tx.record(Event {
        subject: format!("violation_case:{number}"),
        reason: Some(it.basis.to_string()),
        after: Some(json!({ "kind": it.kind, "m2": it.area, "county": it.county })),
        ..Event::default()
    });
    Ok(it.id)
}

fn own_case(tx: &mut Tx, actor: &Actor, id: ViolationCaseId) -> Answer<CaseRow> {
    let row = store::violation_case(tx.conn(), id)?;
    if row.county.is_within(&actor.region) { Ok(row) } else { Err(Failure::not_found()) }
}

/// Decides a case.
#[derive(Debug, Clone)]
pub(crate) struct DecideCase {
    pub(crate) id: ViolationCaseId,
    pub(crate) rate_yuan: i64,
    pub(crate) document: Label,
    pub(crate) restore_by: NaiveDate,
}

/// Sets the fine within its range and the day by which the land is restored; what is restored there
/// is a duty and earns no credit (R34).
pub(crate) fn decide_case(tx: &mut Tx, it: &DecideCase) -> Answer<ViolationCaseId> {
    let (actor, now) = (tx.actor()?, tx.now());
    let today = now.date_in_shanghai();
    let row = own_case(tx, &actor, it.id)?;
    if row.state != ViolationState::Open {
        return Err(CannotPunish::WrongState(row.state).into());
    }
    let fine = fine(row.kind, row.area, it.rate_yuan)?;
    let latest = last_day_of_years(today, RESTORE_YEARS_MAX).unwrap_or(today);
    if it.restore_by <= today || it.restore_by > latest {
        return Err(CannotPunish::Deadline { years: RESTORE_YEARS_MAX }.into());
    }
    if let Some(polygon) = &row.polygon {
        let shape =
            shape_of_text(polygon).map_err(|_| Failure::broken("a case has a valid shape"))?;
        let duty = Duty {
            id: DutyLandId::new(),
            county: row.county.clone(),
            subject: format!("violation_case:{}", row.id),
            basis: it.document.clone(),
        };
        inventory::impose_duty(tx, &duty, &shape)?;
    }
    let running = Running { id: row.id.uuid(), subject: row.number.clone(), county: &row.county };
    run_until(tx, &running, ClockKind::Duty, it.restore_by)?;
    let number = row.number.clone();
    tx.update(&CaseRow {
        state: ViolationState::Decided,
        rate_yuan: Some(it.rate_yuan),
        fine_fen: Some(fine),
        document: Some(it.document.clone()),
        restore_by: Some(it.restore_by),
        decided_by: Some(actor.user_id),
        decided_at: Some(now),
        ..row
    })?;
    tx.record(Event {
        subject: format!("violation_case:{number}"),
        before: Some(json!({ "state": ViolationState::Open })),
        after: Some(json!({
            "state": ViolationState::Decided, "fine": fine, "document": it.document,
            "restore_by": it.restore_by,
        })),
        ..Event::default()
    });
    Ok(it.id)
}

/// Closes a case.
#[derive(Debug, Clone)]
pub(crate) struct CloseCase {
    pub(crate) id: ViolationCaseId,
    pub(crate) restored_on: NaiveDate,
    pub(crate) report: Label,
}

/// The land is restored.
pub(crate) fn close_case(tx: &mut Tx, it: &CloseCase) -> Answer<ViolationCaseId> {
    let (actor, now) = (tx.actor()?, tx.now());
    let row = own_case(tx, &actor, it.id)?;
    if row.state != ViolationState::Decided {
        return Err(CannotPunish::WrongState(row.state).into());
    }
    if it.restored_on > now.date_in_shanghai() {
        return Err(CannotPunish::InFuture.into());
    }
    stop_all(tx, row.id.uuid())?;
    let number = row.number.clone();
    tx.update(&CaseRow {
        state: ViolationState::Closed,
        closed_by: Some(actor.user_id),
        closed_on: Some(it.restored_on),
        closing_report: Some(it.report.clone()),
        ..row
    })?;
    tx.record(Event {
        subject: format!("violation_case:{number}"),
        before: Some(json!({ "state": ViolationState::Decided })),
        after: Some(json!({ "state": ViolationState::Closed, "report": it.report })),
        ..Event::default()
    });
    Ok(it.id)
}
