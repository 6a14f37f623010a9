//! How much of an organisation's money or credits one person alone commits: lowered by one person,
//! raised or taken away by two.

use serde::Serialize;
use serde_json::json;

use super::second_person::{SecondPerson, ask_second_person, second_person};
use crate::identity::model::{LimitState, SinglePersonLimitId};
use crate::identity::rules::{self, LimitNeeds};
use crate::identity::store::{self, SinglePersonLimitRow};
use crate::kernel::actor::Role;
use crate::kernel::db::{Event, Tx};
use crate::kernel::ids::{OrganisationId, UserId};
use crate::kernel::money::Fen;
use crate::kernel::problem::{Answer, Failure};

/// Who speaks for an organisation that buys.
pub(super) const SPEAKERS: &[Role] = &[Role::Developer, Role::DeveloperDirector];

/// What a second person approves: exactly this.
#[derive(Serialize)]
struct Content {
    id: SinglePersonLimitId,
    organisation_id: OrganisationId,
    limit: Option<Fen>,
    previous: Option<Fen>,
}

impl From<&SinglePersonLimitRow> for Content {
    fn from(row: &SinglePersonLimitRow) -> Self {
        let (id, organisation_id) = (row.id, row.organisation_id);
        Self { id, organisation_id, limit: row.limit_fen, previous: row.previous_fen }
    }
}

/// Sets a limit for the actor's organisation: a lower one at once, another for a second person. It
/// takes the place of one that waits.
pub(in crate::identity) fn set_limit(
    tx: &mut Tx<'_>,
    id: SinglePersonLimitId,
    limit: Option<Fen>,
    reason: &str,
) -> Answer<SinglePersonLimitId> {
    let actor = tx.actor()?;
    let organisation = store::organisation(tx.conn(), actor.organisation_id)?;
    let before = organisation.single_person_limit;
    let needs = rules::set_limit(before, limit)?;
    if let Some(waiting) = store::waiting_limit(tx.conn(), organisation.id)? {
        let replaced = decided(tx, waiting, LimitState::Replaced, actor.user_id);
        store::update_limit(tx, &replaced)?;
    }
    let mut row = SinglePersonLimitRow {
        id,
        organisation_id: organisation.id,
        limit_fen: limit,
        previous_fen: before,
        reason: reason.to_owned(),
        approval_id: None,
        state: LimitState::Effective,
        entered_by: actor.user_id,
        entered_at: tx.now(),
        decided_by: None,
        decided_at: None,
        decision: None,
    };
    match needs {
        LimitNeeds::OnePerson => store::update_single_person_limit(tx, organisation.id, limit)?,
        LimitNeeds::SecondPerson => {
            let asked = SecondPerson {
                subject: &format!("single_person_limit:{id}"),
                content: &Content::from(&row),
                initiator_roles: SPEAKERS,
                approver_roles: SPEAKERS,
            };
            row.approval_id = Some(ask_second_person(tx, asked)?);
            row.state = LimitState::Entered;
        }
    }
    store::insert_limit(tx, &row)?;
    tx.record(event(&row, reason));
    Ok(id)
}

/// Lets a limit take effect that is higher than before, as the second person.
pub(in crate::identity) fn approve_limit(
    tx: &mut Tx<'_>,
    id: SinglePersonLimitId,
) -> Answer<SinglePersonLimitId> {
    let row = own(tx, id)?;
    let approval = row.approval_id.ok_or_else(|| Failure::broken("a limit that waits has one"))?;
    let people = second_person(tx, approval, &Content::from(&row))?;
    store::update_single_person_limit(tx, row.organisation_id, row.limit_fen)?;
    let row = decided(tx, row, LimitState::Effective, people.approver);
    store::update_limit(tx, &row)?;
    tx.record(event(&row, &row.reason));
    Ok(id)
}

/// Turns a limit down that waits.
pub(in crate::identity) fn reject_limit(
    tx: &mut Tx<'_>,
    id: SinglePersonLimitId,
    reason: &str,
) -> Answer<SinglePersonLimitId> {
    let (row, by) = (own(tx, id)?, tx.actor()?.user_id);
    let row = SinglePersonLimitRow {
        decision: Some(reason.to_owned()),
        ..decided(tx, row, LimitState::Rejected, by)
    };
    store::update_limit(tx, &row)?;
    tx.record(event(&row, reason));
    Ok(id)
}

/// The limit of the actor's organisation that waits; others know of none.
fn own(tx: &mut Tx<'_>, id: SinglePersonLimitId) -> Answer<SinglePersonLimitRow> {
    let of = tx.actor()?.organisation_id;
    let row = store::single_person_limit(tx.conn(), of, id)?;
    rules::check_limit_waits(row.state)?;
    Ok(row)
}

fn decided(
    tx: &Tx<'_>,
    row: SinglePersonLimitRow,
    state: LimitState,
    by: UserId,
) -> SinglePersonLimitRow {
    SinglePersonLimitRow { state, decided_by: Some(by), decided_at: Some(tx.now()), ..row }
}

fn event(row: &SinglePersonLimitRow, reason: &str) -> Event {
    Event {
        subject: format!("organisation:{}", row.organisation_id),
        reason: Some(reason.to_owned()),
        before: Some(json!({ "single_person_limit": row.previous_fen })),
        after: Some(json!({
            "limit_id": row.id, "single_person_limit": row.limit_fen, "state": row.state,
        })),
    }
}
