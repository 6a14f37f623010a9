//! What was retired for an application that ended without approval goes to the developer's next one,
//! by two people (R79, R80).

use serde::Serialize;
use serde_json::json;

use super::certificates::{Press, issue, void_all};
use super::facts::{facts, quality_of, visible, visible_retirement};
use super::retirements::{ask, count_for};
use crate::identity;
use crate::kernel::db::{Event, RawId, Tx};
use crate::kernel::problem::{Answer, Failure};
use crate::occupation::model::{AssignmentId, OccupationId, RetirementId, RetirementState};
use crate::occupation::rules::{CannotRetire, may_assign};
use crate::occupation::store::{self, AssignmentRow, RetirementRow};

/// Whoever asked may ask anew after so long: a second person's word is asked for seven days only.
const WAITS_S: i64 = 7 * 86_400;

/// One person asks that retired credits count for the next application.
#[derive(Debug, Clone)]
pub(crate) struct AssignRetirement {
    pub(crate) id: AssignmentId,
    pub(crate) retirement_id: RetirementId,
    pub(crate) to: OccupationId,
}

/// Another person lets it happen.
#[derive(Debug, Clone)]
pub(crate) struct ConfirmAssignment {
    pub(crate) retirement_id: RetirementId,
    pub(crate) press: Press,
}

#[derive(Debug, Serialize)]
struct AssignmentContent {
    id: AssignmentId,
    retirement_id: RetirementId,
    from_id: OccupationId,
    to_id: OccupationId,
}

impl From<&AssignmentRow> for AssignmentContent {
    fn from(row: &AssignmentRow) -> Self {
        let (retirement_id, from_id, to_id) = (row.retirement_id, row.from_id, row.to_id);
        Self { id: row.id, retirement_id, from_id, to_id }
    }
}

/// Decides whether a retirement may go to that application now.
fn check_assignment(tx: &mut Tx, row: &RetirementRow, to: OccupationId) -> Answer<()> {
    if row.state != RetirementState::Effective {
        return Err(CannotRetire::NotWaiting(row.state).into());
    }
    let today = tx.now().date_in_shanghai();
    let serves = store::state(tx.conn(), row.serves_id)?;
    let next = facts(tx.conn(), to, today)?;
    if next.occupation.developer_id != row.developer_id || to == row.serves_id {
        return Err(CannotRetire::NotTheNext.into());
    }
    let mut lots = Vec::new();
    for run in store::serials(tx.conn(), row.id)? {
        lots.push((quality_of(tx.conn(), &run)?, run.m2.get()));
    }
    let grade = next.wanted.as_ref().map(|wanted| wanted.grade);
    Ok(may_assign(serves.state, next.state.state, grade, next.wanted.as_ref(), &lots)?)
}

/// Asks that what was retired for an application that ended counts for the next one (R79).
pub(crate) fn ask_assignment(tx: &mut Tx, it: &AssignRetirement) -> Answer<RetirementId> {
    let (actor, now) = (tx.actor()?, tx.now());
    let row = visible_retirement(tx.conn(), &actor, it.retirement_id)?;
    let unknown = |failure| match failure {
        Failure::Refused(_) => Failure::from(CannotRetire::NotTheNext),
        broken => broken,
    };
    visible(tx.conn(), &actor, it.to).map_err(unknown)?;
    check_assignment(tx, &row, it.to)?;
    if let Some(waiting) = store::assignment_waiting(tx.conn(), row.id)? {
        if waiting.asked_at.plus_seconds(WAITS_S) > now && waiting.to_id == it.to {
            return Err(CannotRetire::AssignmentWaits.into());
        }
        tx.update(&AssignmentRow {
            state: RetirementState::Cancelled,
            decided_by: Some(actor.user_id),
            decided_at: Some(now),
            ..waiting
        })?;
    }
    let mut assignment = AssignmentRow {
        id: it.id,
        retirement_id: row.id,
        from_id: row.serves_id,
        to_id: it.to,
        approval_id: RawId(uuid::Uuid::nil()),
        state: RetirementState::Asked,
        asked_by: actor.user_id,
        asked_at: now,
        decided_by: None,
        decided_at: None,
    };
    let subject = format!("retirement_assignment:{}", it.id);
    assignment.approval_id = ask(tx, &subject, &AssignmentContent::from(&assignment))?;
    tx.insert(&assignment)?;
    tx.record(Event {
        subject,
        after: Some(json!({ "retirement": row.number, "to": it.to })),
        ..Event::default()
    });
    Ok(row.id)
}

/// Lets the credits count for the next application; their old certificate is void, a new one names
/// the application that they serve now.
pub(crate) fn confirm_assignment(tx: &mut Tx, it: &ConfirmAssignment) -> Answer<RetirementId> {
    let (actor, now) = (tx.actor()?, tx.now());
    let row = visible_retirement(tx.conn(), &actor, it.retirement_id)?;
    let waiting = store::assignment_waiting(tx.conn(), row.id)?;
    let waiting = waiting.ok_or(CannotRetire::NoAssignment)?;
    let content = AssignmentContent::from(&waiting);
    let people = identity::second_person(tx, waiting.approval_id.0.into(), &content)?;
    check_assignment(tx, &row, waiting.to_id)?;
    let serials = store::serials(tx.conn(), row.id)?;
    count_for(tx, &row, &serials, -1)?;
    let occupation = store::occupation(tx.conn(), waiting.to_id)?;
    let row = RetirementRow { serves_id: occupation.id, county: occupation.county, ..row };
    tx.update(&row)?;
    tx.update(&AssignmentRow {
        state: RetirementState::Effective,
        decided_by: Some(people.approver),
        decided_at: Some(now),
        ..waiting
    })?;
    count_for(tx, &row, &serials, 1)?;
    void_all(tx, row.id, "已转用于后续申请")?;
    let certificate = issue(tx, &it.press, &row, &serials)?;
    tx.record(Event {
        subject: format!("retirement:{}", row.id),
        before: Some(json!({ "serves": waiting.from_id })),
        after: Some(json!({ "serves": row.serves_id, "certificate": certificate })),
        ..Event::default()
    });
    Ok(row.id)
}
