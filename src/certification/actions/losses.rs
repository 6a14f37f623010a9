//! Losses of restored area (R89), and buffers that go to their owners (R38).

use serde_json::json;

use super::subject_of_project;
use crate::certification::model::{
    Batch, CertificationPartId, DutyState, Loss, LossId, LossMove, Settings,
};
use crate::certification::rules::{self, CannotLose, Side, Take};
use crate::certification::store;
use crate::identity::{self, SecondPerson};
use crate::kernel::actor::{Actor, Role};
use crate::kernel::area::SquareMetres;
use crate::kernel::db::{Conn, Event, Tx};
use crate::kernel::problem::{Answer, Failure};
use crate::kernel::text::{Label, Passage};
use crate::ledger::{self, Account, BatchId, CreditBucket, JournalId, NewJournal, NewTransfer};
use crate::restoration::{self, ProjectId};

/// Who may enter a loss, and who lets it be taken.
const LOSS_ENTERERS: [Role; 3] = [Role::CentreOfficer, Role::CentreDirector, Role::ForestryOfficer];
const LOSS_APPROVERS: [Role; 1] = [Role::CentreDirector];

/// Somebody of the authorities found restored land lost.
#[derive(Debug, Clone)]
pub(crate) struct EnterLoss {
    pub(crate) id: LossId,
    pub(crate) project_id: ProjectId,
    pub(crate) m2: SquareMetres,
    pub(crate) found_on: chrono::NaiveDate,
    pub(crate) reason: Passage,
    pub(crate) reference: Label,
}

/// A second person takes a loss from the project's own side.
#[derive(Debug, Clone)]
pub struct TakeLoss {
    pub id: CertificationPartId,
    pub loss_id: LossId,
    pub journal_id: JournalId,
}

/// The buffer of a batch goes to its owner.
#[derive(Debug, Clone)]
pub(crate) struct ReturnBuffer {
    pub(crate) id: CertificationPartId,
    pub(crate) batch_id: BatchId,
    pub(crate) journal_id: JournalId,
    pub(crate) settings: Settings,
}

/// Returns a loss, for who has it already; an unknown id is not found.
pub fn loss(c: &mut Conn, id: LossId) -> Answer<Loss> {
    store::loss(c, id)
}

/// Returns losses that were taken from that moment on, the first first, a bounded number of them.
pub fn losses_taken(
    c: &mut Conn,
    from: Option<crate::kernel::clock::Time>,
    limit: i64,
) -> Answer<Vec<Loss>> {
    store::losses_taken(c, from, limit)
}

/// Returns a loss that the actor may know of.
pub(crate) fn visible_loss(c: &mut Conn, actor: &Actor, id: LossId) -> Answer<Loss> {
    let loss = store::loss(c, id)?;
    let project = restoration::project(c, loss.project_id)?;
    let visible = match actor.role {
        Role::TownshipOfficer => project.owner == actor.organisation_id,
        _ => project.township.is_within(&actor.region),
    };
    if visible { Ok(loss) } else { Err(Failure::not_found()) }
}

/// Returns the losses of a project that the actor may know of, newest first, and one more.
pub(crate) fn visible_losses(
    c: &mut Conn,
    actor: &Actor,
    project: ProjectId,
    before: Option<LossId>,
    limit: i64,
) -> Answer<Vec<Loss>> {
    restoration::visible_project(c, actor, project)?;
    store::losses(c, project, before, limit)
}

/// Enters a loss for a second person.
pub(crate) fn enter_loss(tx: &mut Tx, it: &EnterLoss) -> Answer<Loss> {
    let (actor, now) = (tx.actor()?, tx.now());
    let project = super::project_within(tx.conn(), it.project_id, &actor.region)?;
    let batches = store::batches_of_project(tx.conn(), project.id)?;
    let issued_m2 = batches.iter().map(|batch| batch.issued_m2).sum();
    let lost_m2 = store::lost_m2(tx.conn(), project.id)?;
    let today = now.date_in_shanghai();
    let first = project.acceptance.as_ref().map_or(today, |it| it.accepted_on);
    rules::check_finding(it.m2, (issued_m2, lost_m2), it.found_on, (first, today))?;
    let year = chrono::Datelike::year(&today);
    let n = tx.next_number(&format!("loss:{}:{year}", project.county))?;
    let number = format!("LO{}-{year}-{n:04}", project.county);
    let mut loss = Loss {
        id: it.id,
        number,
        project_id: project.id,
        project_number: project.number,
        m2: it.m2,
        found_on: it.found_on,
        reason: it.reason.clone(),
        reference: it.reference.clone(),
        approval_id: identity::ApprovalId::new(),
        entered_by: actor.user_id,
        entered_at: now,
        decided_at: None,
        moves: Vec::new(),
        duty_m2: 0,
        owed_m2: 0,
        duty: DutyState::None,
    };
    loss.approval_id = identity::ask_second_person(
        tx,
        SecondPerson {
            subject: &format!("loss:{}", it.id),
            content: &content_of(&loss),
            initiator_roles: &LOSS_ENTERERS,
            approver_roles: &LOSS_APPROVERS,
        },
    )?;
    store::insert_finding(tx, &loss)?;
    tx.record(Event {
        subject: subject_of_project(it.project_id),
        reason: Some(it.reason.to_string()),
        after: Some(json!({
            "loss": loss.number, "m2": it.m2, "found_on": it.found_on, "reference": it.reference,
        })),
        ..Event::default()
    });
    Ok(loss)
}

/// Takes a loss from the project's own side (R89). `free` gives back what the owner's offers of a
/// batch reserve, up to so much, and says how much it was: who offers knows what is offered.
pub fn take_loss(
    tx: &mut Tx,
    it: &TakeLoss,
    mut free: impl FnMut(&mut Tx, &Batch, i64) -> Answer<i64>,
) -> Answer<Loss> {
    let actor = tx.actor()?;
    let loss = visible_loss(tx.conn(), &actor, it.loss_id)?;
    if loss.decided_at.is_some() {
        return Err(CannotLose::Decided.into());
    }
    identity::second_person(tx, loss.approval_id, &content_of(&loss))?;
    let batches = store::batches_of_project(tx.conn(), loss.project_id)?;
    let mut sides = Vec::with_capacity(batches.len());
    for batch in &batches {
        sides.push(side_of(tx.conn(), batch)?);
    }
    let (wanted, mut duty_m2) = rules::take(loss.m2.get(), &sides);
    let (mut moves, mut transfers) = (Vec::new(), Vec::new());
    for take in wanted {
        let batch = batches.iter().find(|batch| batch.id == take.batch);
        let batch =
            batch.ok_or_else(|| Failure::broken("a loss takes of the project's batches"))?;
        let (from, m2) = match take.bucket {
            CreditBucket::Reserved => {
                (CreditBucket::Available, free(tx, batch, take.m2)?.min(take.m2))
            }
            bucket => (bucket, take.m2),
        };
        duty_m2 += take.m2 - m2;
        if m2 > 0 {
            moves.push(Take { m2, ..take });
            transfers.push(NewTransfer {
                from: Account::credits(batch.owner, batch.id, from),
                to: Account::credits(batch.owner, batch.id, CreditBucket::Cancelled),
                amount: m2,
            });
        }
    }
    let taken_m2 = transfers.iter().map(|transfer| transfer.amount).sum();
    store::insert_loss(tx, (it.id, &loss), (taken_m2, duty_m2), &moves)?;
    if !transfers.is_empty() {
        let journal = NewJournal {
            id: it.journal_id,
            event: "loss",
            subject: loss.id.uuid(),
            effective_at: tx.now(),
            reverses: None,
            transfers,
        };
        ledger::post(tx, journal)?;
    }
    let moves: Vec<LossMove> = moves
        .iter()
        .map(|one| LossMove {
            batch_id: one.batch,
            bucket: one.bucket.as_str().to_owned(),
            m2: one.m2,
        })
        .collect();
    tx.record(Event {
        subject: subject_of_project(loss.project_id),
        reason: Some(loss.reason.to_string()),
        after: Some(json!({
            "loss": loss.number, "taken": moves, "owed_m2": duty_m2,
        })),
        ..Event::default()
    });
    store::loss(tx.conn(), loss.id)
}

/// Gives the buffer of a batch to its owner, once the project is closed (R38).
pub(crate) fn return_buffer(tx: &mut Tx, it: &ReturnBuffer) -> Answer<Batch> {
    let actor = tx.actor()?;
    let batch = store::batch(tx.conn(), it.batch_id)?;
    if !batch.county.is_within(&actor.region) {
        return Err(Failure::not_found());
    }
    let project = restoration::project(tx.conn(), batch.project_id)?;
    let buffer = Account::credits(batch.owner, batch.id, CreditBucket::Buffer);
    let m2 = ledger::balance(tx.conn(), &buffer)?;
    let owed = store::owed_m2(tx.conn(), project.id)?;
    rules::check_return(project.stage, m2, owed, it.settings.buffer_returns)?;
    store::insert_buffer_return(tx, it.id, (batch.id, m2), actor.user_id)?;
    let available = Account::credits(batch.owner, batch.id, CreditBucket::Available);
    let journal = NewJournal {
        id: it.journal_id,
        event: "buffer_return",
        subject: it.id.uuid(),
        effective_at: tx.now(),
        reverses: None,
        transfers: vec![NewTransfer { from: buffer, to: available, amount: m2 }],
    };
    ledger::post(tx, journal)?;
    tx.record(Event {
        subject: format!("batch:{}", batch.id),
        after: Some(json!({ "batch": batch.number, "buffer_returned_m2": m2 })),
        ..Event::default()
    });
    store::batch(tx.conn(), batch.id)
}

fn side_of(c: &mut Conn, batch: &Batch) -> Answer<Side> {
    let mut held = |bucket| ledger::balance(c, &Account::credits(batch.owner, batch.id, bucket));
    Ok(Side {
        batch: batch.id,
        unreleased: held(CreditBucket::Unreleased)?,
        buffer: held(CreditBucket::Buffer)?,
        frozen: held(CreditBucket::Frozen)?,
        available: held(CreditBucket::Available)?,
        reserved: held(CreditBucket::Reserved)?,
    })
}

fn content_of(loss: &Loss) -> serde_json::Value {
    json!({
        "id": loss.id, "project": loss.project_number, "m2": loss.m2,
        "found_on": loss.found_on, "reason": loss.reason, "reference": loss.reference,
    })
}
