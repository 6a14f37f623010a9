//! Permits of two people of an organisation to commit more than one person alone may, once each.

use serde::Serialize;
use serde_json::json;
use uuid::Uuid;

use super::limits::SPEAKERS;
use super::second_person::{SecondPerson, ask_second_person, second_person};
use crate::identity::model::{CommitmentKind, CommitmentPermitId, PermitState};
use crate::identity::rules;
use crate::identity::store::{self, CommitmentPermitRow};
use crate::kernel::db::{Event, RawId, Tx};
use crate::kernel::ids::OrganisationId;
use crate::kernel::money::Fen;
use crate::kernel::problem::Answer;

/// Asks for a permit.
#[derive(Debug, Clone)]
pub(in crate::identity) struct AskPermit {
    pub(in crate::identity) id: CommitmentPermitId,
    pub(in crate::identity) kind: Option<CommitmentKind>,
    pub(in crate::identity) subject: Option<Uuid>,
    pub(in crate::identity) amount: Fen,
    pub(in crate::identity) reason: String,
}

/// What a second person approves: exactly this.
#[derive(Serialize)]
struct Content<'a> {
    id: CommitmentPermitId,
    organisation_id: OrganisationId,
    kind: Option<CommitmentKind>,
    subject_id: Option<Uuid>,
    amount: Fen,
    reason: &'a str,
}

impl<'a> From<&'a CommitmentPermitRow> for Content<'a> {
    fn from(row: &'a CommitmentPermitRow) -> Self {
        Self {
            id: row.id,
            organisation_id: row.organisation_id,
            kind: row.kind,
            subject_id: row.subject_id.map(|id| id.0),
            amount: row.amount_fen,
            reason: &row.reason,
        }
    }
}

/// Asks another person of the actor's organisation for a permit.
pub(in crate::identity) fn ask_permit(
    tx: &mut Tx<'_>,
    it: &AskPermit,
) -> Answer<CommitmentPermitId> {
    let (actor, now) = (tx.actor()?, tx.now());
    let open = store::count_open_permits(tx.conn(), actor.organisation_id, now)?;
    rules::ask_permit(it.kind, it.subject.is_some(), it.amount, open)?;
    let mut row = CommitmentPermitRow {
        id: it.id,
        organisation_id: actor.organisation_id,
        kind: it.kind,
        subject_id: it.subject.map(RawId),
        amount_fen: it.amount,
        reason: it.reason.clone(),
        approval_id: Uuid::nil().into(),
        state: PermitState::Asked,
        asked_by: actor.user_id,
        asked_at: now,
        expires_at: rules::expiry_of(now),
        decided_by: None,
        decided_at: None,
        decision: None,
        used_by: None,
        used_at: None,
        used_for: None,
        used_fen: None,
    };
    let asked = SecondPerson {
        subject: &format!("commitment_permit:{}", it.id),
        content: &Content::from(&row),
        initiator_roles: SPEAKERS,
        approver_roles: SPEAKERS,
    };
    row.approval_id = ask_second_person(tx, asked)?;
    store::insert_permit(tx, &row)?;
    tx.record(event(&row, &row.reason));
    Ok(row.id)
}

/// Gives a permit, as the second person; it is good for a day.
pub(in crate::identity) fn approve_permit(
    tx: &mut Tx<'_>,
    id: CommitmentPermitId,
) -> Answer<CommitmentPermitId> {
    let (of, now) = (tx.actor()?.organisation_id, tx.now());
    let row = store::permit(tx.conn(), of, id)?;
    rules::check_permit_waits(row.state, row.expires_at, now)?;
    let people = second_person(tx, row.approval_id, &Content::from(&row))?;
    let row = CommitmentPermitRow {
        state: PermitState::Approved,
        expires_at: rules::permit_ends_at(now),
        decided_by: Some(people.approver),
        decided_at: Some(now),
        ..row
    };
    store::update_permit(tx, 0, &row)?;
    tx.record(event(&row, &row.reason));
    Ok(id)
}

/// Turns a permit down, or takes it back before it is used.
pub(in crate::identity) fn reject_permit(
    tx: &mut Tx<'_>,
    id: CommitmentPermitId,
    reason: &str,
) -> Answer<CommitmentPermitId> {
    let (actor, now) = (tx.actor()?, tx.now());
    let row = store::permit(tx.conn(), actor.organisation_id, id)?;
    rules::check_permit_open(row.state)?;
    let row = CommitmentPermitRow {
        state: PermitState::Rejected,
        decided_by: Some(actor.user_id),
        decided_at: Some(now),
        decision: Some(reason.to_owned()),
        ..row
    };
    store::update_permit(tx, 0, &row)?;
    tx.record(event(&row, reason));
    Ok(id)
}

/// Without the amount: who reads the log would learn from it how high a sealed bid may be.
fn event(row: &CommitmentPermitRow, reason: &str) -> Event {
    Event {
        subject: format!("commitment_permit:{}", row.id),
        reason: Some(reason.to_owned()),
        after: Some(json!({
            "organisation_id": row.organisation_id, "kind": row.kind,
            "subject_id": row.subject_id.map(|id| id.0), "state": row.state,
            "expires_at": row.expires_at,
        })),
        ..Event::default()
    }
}
