//! Freezing and thawing projects (R45, R88).

use serde_json::json;

use super::subject_of_project;
use crate::certification::model::{
    CertificationPartId, Freeze, FreezeCause, FreezeId, FreezeMove, ThawRequest, ThawRequestId,
};
use crate::certification::rules;
use crate::certification::store::{self, Freezes};
use crate::identity::{self, SecondPerson};
use crate::kernel::actor::{Actor, Doing, Role};
use crate::kernel::db::{Conn, Db, Event, Tx};
use crate::kernel::problem::{Answer, Failure};
use crate::kernel::text::{Label, Passage};
use crate::ledger::{self, Account, CreditBucket, JournalId, NewJournal, NewTransfer};
use crate::restoration::{self, Overdue, Project};

/// How many projects one command freezes, so that the writer is not held up.
const FROZEN_PER_COMMAND_MAX: i64 = 20;
/// Who may ask for a thaw, and who lets it happen.
const THAW_ASKERS: [Role; 2] = [Role::CentreOfficer, Role::CentreDirector];
const THAW_APPROVERS: [Role; 1] = [Role::CentreDirector];

/// The centre asks to thaw a project.
#[derive(Debug, Clone)]
pub(crate) struct AskThaw {
    pub(crate) id: ThawRequestId,
    pub(crate) freeze_id: FreezeId,
    pub(crate) reason: Passage,
    pub(crate) document: Option<Label>,
}

/// A second person thaws a project.
#[derive(Debug, Clone)]
pub(crate) struct Thaw {
    pub(crate) id: CertificationPartId,
    pub(crate) request_id: ThawRequestId,
    pub(crate) journal_id: JournalId,
}

/// What freezes a project.
pub(super) struct Because {
    pub(super) cause: FreezeCause,
    pub(super) due_on: Option<chrono::NaiveDate>,
    pub(super) reason: Passage,
}

/// Returns a freeze that the actor may know of.
pub(crate) fn visible_freeze(c: &mut Conn, actor: &Actor, id: FreezeId) -> Answer<Freeze> {
    let freeze = store::freeze(c, id)?;
    let project = restoration::project(c, freeze.project_id)?;
    if is_visible(actor, &project) { Ok(freeze) } else { Err(Failure::not_found()) }
}

/// Returns the freezes that the actor may know of, newest first, and one more.
pub(crate) fn visible_freezes(
    c: &mut Conn,
    actor: &Actor,
    before: Option<FreezeId>,
    limit: i64,
) -> Answer<Vec<Freeze>> {
    let whose = match actor.role {
        Role::TownshipOfficer => Freezes::Owner(actor.organisation_id),
        _ => Freezes::Region(actor.region.clone()),
    };
    store::freezes(c, &whose, before, limit)
}

/// Freezes projects that owe a report which is too late, each once; returns how many were frozen.
/// Each call freezes a bounded number of them and brings its own ids.
fn freeze_overdue(tx: &mut Tx, ids: &[(FreezeId, JournalId)]) -> Answer<usize> {
    let today = tx.now().date_in_shanghai();
    let overdue = restoration::overdue(tx.conn(), today, FROZEN_PER_COMMAND_MAX)?;
    let mut frozen = Vec::new();
    for (it, ids) in overdue.iter().zip(ids) {
        restoration::mark_frozen(tx, *it)?;
        let project = restoration::project(tx.conn(), it.project)?;
        let already = store::open_freeze(tx.conn(), project.id)?.is_some();
        if rules::check_freeze(project.stage, already).is_ok() {
            let because = Because {
                cause: FreezeCause::ReportOverdue,
                due_on: Some(it.due_on),
                reason: overdue_since(it)?,
            };
            frozen.push(freeze(tx, &project, because, *ids)?.project_number);
        }
    }
    if !overdue.is_empty() {
        let late = |it: &Overdue| json!({ "project": it.project, "due_on": it.due_on });
        let late: Vec<_> = overdue.iter().map(late).collect();
        tx.record(Event {
            subject: "projects".into(),
            after: Some(json!({ "overdue": late, "frozen": frozen })),
            ..Event::default()
        });
    }
    Ok(frozen.len())
}

/// Does what the clock asks of certification: freezes projects whose reports are thirty days late;
/// returns how many. Where nothing is due it only reads.
pub async fn run_due(db: &Db) -> Answer<usize> {
    let mut frozen = 0;
    loop {
        let today = db.clock().now().date_in_shanghai();
        if db.read(None, move |c| restoration::overdue(c, today, 1)).await?.is_empty() {
            return Ok(frozen);
        }
        let ids: Vec<(FreezeId, JournalId)> =
            (0..FROZEN_PER_COMMAND_MAX).map(|_| (FreezeId::new(), JournalId::new())).collect();
        let doing = Doing::system("freeze_overdue_projects");
        frozen += db.write(doing, move |tx| freeze_overdue(tx, &ids)).await?;
    }
}

/// Asks a second person to thaw a project, once its reports are there.
pub(crate) fn ask_thaw(tx: &mut Tx, it: &AskThaw) -> Answer<Freeze> {
    let actor = tx.actor()?;
    let freeze = visible_freeze(tx.conn(), &actor, it.freeze_id)?;
    check_thaw(tx, &freeze)?;
    rules::check_document(freeze.cause == FreezeCause::Ordered, it.document.is_some())?;
    let content = content_of(it.id, &freeze, &it.reason, it.document.as_ref());
    let approval_id = identity::ask_second_person(
        tx,
        SecondPerson {
            subject: &format!("thaw:{}", it.id),
            content: &content,
            initiator_roles: &THAW_ASKERS,
            approver_roles: &THAW_APPROVERS,
        },
    )?;
    let request = ThawRequest {
        id: it.id,
        freeze_id: freeze.id,
        reason: it.reason.clone(),
        document: it.document.clone(),
        approval_id,
        asked_by: actor.user_id,
        asked_at: tx.now(),
    };
    store::insert_thaw_request(tx, &request)?;
    tx.record(Event {
        subject: subject_of_project(freeze.project_id),
        reason: Some(it.reason.to_string()),
        after: Some(json!({
            "thaw_request": it.id, "freeze": freeze.id, "document": it.document,
        })),
        ..Event::default()
    });
    store::freeze(tx.conn(), freeze.id)
}

/// Thaws a project: what the freeze moved and no loss took since goes back (R45).
pub(crate) fn thaw(tx: &mut Tx, it: &Thaw) -> Answer<Freeze> {
    let actor = tx.actor()?;
    let request = store::thaw_request(tx.conn(), it.request_id)?;
    let freeze = visible_freeze(tx.conn(), &actor, request.freeze_id)?;
    check_thaw(tx, &freeze)?;
    let content = content_of(request.id, &freeze, &request.reason, request.document.as_ref());
    identity::second_person(tx, request.approval_id, &content)?;
    store::insert_thaw(tx, it.id, &request, actor.user_id)?;
    let mut transfers = Vec::new();
    for batch in store::batches_of_project(tx.conn(), freeze.project_id)? {
        let frozen = Account::credits(batch.owner, batch.id, CreditBucket::Frozen);
        let moved = freeze.moves.iter().find(|moved| moved.batch_id == batch.id);
        let m2 = moved.map_or(0, |moved| moved.m2).min(ledger::balance(tx.conn(), &frozen)?);
        if m2 > 0 {
            let to = Account::credits(batch.owner, batch.id, CreditBucket::Available);
            transfers.push(NewTransfer { from: frozen, to, amount: m2 });
        }
    }
    let back: i64 = transfers.iter().map(|transfer| transfer.amount).sum();
    post(tx, (it.journal_id, "thaw", freeze.id), transfers)?;
    tx.record(Event {
        subject: subject_of_project(freeze.project_id),
        reason: Some(request.reason.to_string()),
        before: Some(json!({ "frozen_since": freeze.frozen_at })),
        after: Some(json!({ "thawed": freeze.id, "m2": back })),
    });
    store::freeze(tx.conn(), freeze.id)
}

/// Moves what the project's own side has available to frozen, batch by batch.
pub(super) fn freeze(
    tx: &mut Tx,
    project: &Project,
    because: Because,
    (id, journal_id): (FreezeId, JournalId),
) -> Answer<Freeze> {
    let (mut moves, mut transfers) = (Vec::new(), Vec::new());
    for batch in store::batches_of_project(tx.conn(), project.id)? {
        let from = Account::credits(batch.owner, batch.id, CreditBucket::Available);
        let m2 = ledger::balance(tx.conn(), &from)?;
        if m2 > 0 {
            let to = Account::credits(batch.owner, batch.id, CreditBucket::Frozen);
            transfers.push(NewTransfer { from, to, amount: m2 });
            moves.push(FreezeMove { batch_id: batch.id, m2 });
        }
    }
    let freeze = Freeze {
        id,
        project_id: project.id,
        project_number: project.number.clone(),
        cause: because.cause,
        due_on: because.due_on,
        reason: because.reason,
        frozen_at: tx.now(),
        moves,
        authority: None,
        document: None,
        thaw_requests: Vec::new(),
        thawed_at: None,
    };
    store::insert_freeze(tx, &freeze, (&project.township, project.owner))?;
    post(tx, (journal_id, "freeze", id), transfers)?;
    Ok(freeze)
}

/// Where nothing moves, there is nothing to book.
fn post(
    tx: &mut Tx,
    (id, event, subject): (JournalId, &'static str, FreezeId),
    transfers: Vec<NewTransfer>,
) -> Answer<()> {
    if transfers.is_empty() {
        return Ok(());
    }
    let (subject, effective_at) = (subject.uuid(), tx.now());
    ledger::post(tx, NewJournal { id, event, subject, effective_at, reverses: None, transfers })
}

fn check_thaw(tx: &mut Tx, freeze: &Freeze) -> Answer<()> {
    let today = tx.now().date_in_shanghai();
    let overdue = restoration::is_overdue(tx.conn(), freeze.project_id, today)?;
    Ok(rules::check_thaw(freeze.thawed_at.is_some(), overdue)?)
}

fn content_of(
    id: ThawRequestId,
    freeze: &Freeze,
    reason: &Passage,
    document: Option<&Label>,
) -> serde_json::Value {
    json!({
        "id": id, "freeze": freeze.id, "project": freeze.project_number,
        "moves": freeze.moves, "reason": reason, "document": document,
    })
}

fn overdue_since(it: &Overdue) -> Answer<Passage> {
    let text = format!("{} 应交的监测报告逾期三十日以上", it.due_on);
    text.parse().map_err(|_| Failure::broken("a reason has a text"))
}

fn is_visible(actor: &Actor, project: &Project) -> bool {
    match actor.role {
        Role::TownshipOfficer => project.owner == actor.organisation_id,
        _ => project.township.is_within(&actor.region),
    }
}
