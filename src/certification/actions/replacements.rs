//! Replacements of restored land that was lost (R89): the owner offers them, a second person takes
//! them, and the duty ends when nothing is left of it.

use serde_json::json;

use super::{asked, none_of, subject_of_project, visible_loss, whose};
use crate::certification::model::{
    ApplicationId, CertificationPartId, Loss, LossId, Replacement, ReplacementId, ReplacementKind,
};
use crate::certification::rules::{self, CannotCertify, Lost, Offered, OfferedFrom};
use crate::certification::store;
use crate::identity::{self, SecondPerson};
use crate::kernel::actor::{Actor, Role};
use crate::kernel::area::SquareMetres;
use crate::kernel::db::{Conn, Event, Tx};
use crate::kernel::problem::{Answer, Failure};
use crate::kernel::text::{Label, Passage};
use crate::ledger::{self, Account, BatchId, CreditBucket, JournalId, NewJournal, NewTransfer};
use crate::restoration::{self, Project};

/// Who offers a replacement, and who takes it.
const OFFERERS: [Role; 1] = [Role::TownshipOfficer];
const TAKERS: [Role; 1] = [Role::CentreDirector];

/// The owner of a project offers something in replacement of what was lost.
#[derive(Debug, Clone)]
pub(crate) struct OfferReplacement {
    pub(crate) id: ReplacementId,
    pub(crate) loss_id: LossId,
    pub(crate) source: ReplacementSource,
    pub(crate) m2: SquareMetres,
    pub(crate) reason: Passage,
    pub(crate) reference: Label,
}

/// What replaces what was lost.
#[derive(Debug, Clone, Copy)]
pub(crate) enum ReplacementSource {
    Credits(BatchId),
    Area(ApplicationId),
}

/// A second person takes a replacement.
#[derive(Debug, Clone)]
pub(crate) struct TakeReplacement {
    pub(crate) id: CertificationPartId,
    pub(crate) replacement_id: ReplacementId,
    pub(crate) journal_id: JournalId,
}

/// Returns a replacement, for who has its id already; an unknown id is not found.
pub fn replacement(c: &mut Conn, id: ReplacementId) -> Answer<Replacement> {
    store::replacement(c, id)
}

/// Returns a replacement that the actor may know of.
pub(crate) fn visible_replacement(
    c: &mut Conn,
    actor: &Actor,
    id: ReplacementId,
) -> Answer<Replacement> {
    let replacement = store::replacement(c, id)?;
    visible_loss(c, actor, replacement.loss_id)?;
    Ok(replacement)
}

/// Returns the replacements of a loss that the actor may know of, newest first, and one more.
pub(crate) fn visible_replacements(
    c: &mut Conn,
    actor: &Actor,
    loss: LossId,
    before: Option<ReplacementId>,
    limit: i64,
) -> Answer<Vec<Replacement>> {
    visible_loss(c, actor, loss)?;
    store::replacements(c, loss, before, limit)
}

/// Returns the losses that left something to replace and that the actor may know of, newest first,
/// and one more.
pub(crate) fn visible_duties(
    c: &mut Conn,
    actor: &Actor,
    open: bool,
    before: Option<LossId>,
    limit: i64,
) -> Answer<Vec<Loss>> {
    store::duties(c, &whose(actor), open, before, limit)
}

/// Offers a replacement to a second person.
pub(crate) fn offer_replacement(tx: &mut Tx, it: &OfferReplacement) -> Answer<Replacement> {
    let (actor, now) = (tx.actor()?, tx.now());
    let loss = visible_loss(tx.conn(), &actor, it.loss_id)?;
    let project = restoration::project(tx.conn(), loss.project_id)?;
    let (lost, offered) = facts(tx, (&loss, &project), it.source, it.m2)?;
    rules::check_offer(&lost, &offered)?;
    let year = chrono::Datelike::year(&now.date_in_shanghai());
    let n = tx.next_number(&format!("replacement:{}:{year}", project.county))?;
    let (kind, batch_id, application_id) = match it.source {
        ReplacementSource::Credits(id) => (ReplacementKind::Credits, Some(id), None),
        ReplacementSource::Area(id) => (ReplacementKind::Area, None, Some(id)),
    };
    let mut replacement = Replacement {
        id: it.id,
        number: format!("RP{}-{year}-{n:04}", project.county),
        loss_id: loss.id,
        owner: project.owner,
        kind,
        batch_id,
        application_id,
        m2: it.m2,
        reason: it.reason.clone(),
        reference: it.reference.clone(),
        approval_id: identity::ApprovalId::new(),
        offered_by: actor.user_id,
        offered_at: now,
        taken_at: None,
        left_m2: None,
    };
    replacement.approval_id = identity::ask_second_person(
        tx,
        SecondPerson {
            subject: &format!("replacement:{}", it.id),
            content: &content_of(&replacement),
            initiator_roles: &OFFERERS,
            approver_roles: &TAKERS,
        },
    )?;
    store::insert_replacement(tx, &replacement)?;
    tx.record(Event {
        subject: subject_of_project(project.id),
        reason: Some(it.reason.to_string()),
        after: Some(json!({
            "replacement": replacement.number, "loss": loss.number, "m2": it.m2,
            "kind": kind, "batch": batch_id, "application": application_id,
        })),
        ..Event::default()
    });
    Ok(replacement)
}

/// Takes a replacement: credits are cancelled, the land of an application earns none (R89).
pub(crate) fn take_replacement(tx: &mut Tx, it: &TakeReplacement) -> Answer<Replacement> {
    let actor = tx.actor()?;
    let replacement = visible_replacement(tx.conn(), &actor, it.replacement_id)?;
    let loss = store::loss(tx.conn(), replacement.loss_id)?;
    let project = restoration::project(tx.conn(), loss.project_id)?;
    let source = source_of(&replacement)?;
    let taken = replacement.taken_at.is_some();
    rules::check_open(taken)?;
    let (lost, offered) = facts(tx, (&loss, &project), source, replacement.m2)?;
    rules::check_taker(&offered, actor.user_id)?;
    rules::check_offer(&lost, &offered)?;
    identity::second_person(tx, replacement.approval_id, &content_of(&replacement))?;
    let left_m2 = lost.owed_m2 - replacement.m2.get();
    store::insert_taking(tx, it.id, &replacement, left_m2)?;
    if let ReplacementSource::Credits(batch) = source {
        let account = |bucket| Account::credits(replacement.owner, batch, bucket);
        let journal = NewJournal {
            id: it.journal_id,
            event: "replacement",
            subject: replacement.id.uuid(),
            effective_at: tx.now(),
            reverses: None,
            transfers: vec![NewTransfer {
                from: account(CreditBucket::Available),
                to: account(CreditBucket::Cancelled),
                amount: replacement.m2.get(),
            }],
        };
        ledger::post(tx, journal)?;
    }
    tx.record(Event {
        subject: subject_of_project(project.id),
        reason: Some(replacement.reason.to_string()),
        before: Some(json!({ "loss": loss.number, "owed_m2": lost.owed_m2 })),
        after: Some(json!({ "replacement": replacement.number, "owed_m2": left_m2 })),
    });
    store::replacement(tx.conn(), replacement.id)
}

/// What was lost and what is offered for it, as the books have both now. Land must be as ripe as
/// land that becomes credits, and what it lacks is told in full.
fn facts(
    tx: &mut Tx,
    (loss, project): (&Loss, &Project),
    source: ReplacementSource,
    m2: SquareMetres,
) -> Answer<(Lost, Offered)> {
    let batches = store::batches_of_project(tx.conn(), project.id)?;
    let lost = Lost {
        decided: loss.decided_at.is_some(),
        owed_m2: loss.owed_m2,
        county: project.county.clone(),
        kinds: batches.iter().map(|batch| (batch.wetland_type, batch.grade)).collect(),
    };
    let offered = match source {
        ReplacementSource::Credits(id) => {
            let batch = store::batch(tx.conn(), id)?;
            let available = Account::credits(project.owner, batch.id, CreditBucket::Available);
            let available_m2 = ledger::balance(tx.conn(), &available)?;
            Offered {
                m2,
                county: batch.county,
                wetland_type: batch.wetland_type,
                grade: batch.grade,
                from: OfferedFrom::Credits { available_m2, frozen: batch.frozen },
            }
        }
        ReplacementSource::Area(id) => {
            let application = store::application(tx.conn(), id)?;
            if application.owner != project.owner {
                return Err(Failure::not_found());
            }
            if !application.is_open() {
                return Err(CannotCertify::Decided.into());
            }
            let land = restoration::project(tx.conn(), application.project_id)?;
            let today = tx.now().date_in_shanghai();
            let asked = asked(tx.conn(), &land, application.id, application.m2, today)?;
            none_of(&rules::against(&land, &asked))?;
            Offered {
                m2,
                county: land.county,
                wetland_type: application.wetland_type,
                grade: application.grade,
                from: OfferedFrom::Area {
                    applied: application.m2,
                    entered_by: application.entered_by,
                },
            }
        }
    };
    Ok((lost, offered))
}

fn source_of(it: &Replacement) -> Answer<ReplacementSource> {
    match (it.kind, it.batch_id, it.application_id) {
        (ReplacementKind::Credits, Some(batch), _) => Ok(ReplacementSource::Credits(batch)),
        (ReplacementKind::Area, _, Some(application)) => Ok(ReplacementSource::Area(application)),
        _ => Err(Failure::broken("a replacement names what it consists of")),
    }
}

fn content_of(it: &Replacement) -> serde_json::Value {
    json!({
        "id": it.id, "loss": it.loss_id, "kind": it.kind, "batch": it.batch_id,
        "application": it.application_id, "m2": it.m2, "reason": it.reason,
        "reference": it.reference,
    })
}
