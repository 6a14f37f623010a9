//! Objections: filed by anybody, answered by the township that they are about, decided by the centre.

use chrono::NaiveDate;
use serde_json::json;
use sha2::{Digest, Sha256};

use crate::identity;
use crate::kernel::actor::{Actor, Role};
use crate::kernel::calendar::Calendar;
use crate::kernel::db::{Conn, Event, Tx};
use crate::kernel::problem::{Answer, Failure};
use crate::kernel::text::{Label, Passage};
use crate::notices::model::{
    Objection, ObjectionId, ObjectionReceipt, ObjectionReply, ObjectionReplyId, ObjectionStep,
    ObjectionStepId, ObjectionStepKind, Periods, PublicNoticeId,
};
use crate::notices::rules;
use crate::notices::store::{self, ObjectionRow, ReplyRow, StepRow};

/// Somebody objects to a notice.
#[derive(Debug, Clone)]
pub(crate) struct Object {
    pub(crate) id: ObjectionId,
    pub(crate) notice_id: PublicNoticeId,
    pub(crate) author: Option<Label>,
    pub(crate) contact: Option<Label>,
    pub(crate) text: Passage,
    /// SHA-256 of the receipt code, which is told to the author alone.
    pub(crate) receipt_hash: Vec<u8>,
}

/// The centre takes a step on an objection.
#[derive(Debug, Clone)]
pub(crate) struct TakeStep {
    pub(crate) id: ObjectionStepId,
    pub(crate) objection_id: ObjectionId,
    pub(crate) step: ObjectionStepKind,
    pub(crate) reason: Passage,
}

/// A township says something to an objection to what it does.
#[derive(Debug, Clone)]
pub(crate) struct Reply {
    pub(crate) id: ObjectionReplyId,
    pub(crate) objection_id: ObjectionId,
    pub(crate) text: Passage,
}

/// By which periods, and as of which day, objections are looked at.
#[derive(Debug, Clone, Copy)]
pub(crate) struct AsOf {
    pub(crate) periods: Periods,
    pub(crate) today: NaiveDate,
}

/// Refuses what would be refused, before it reaches the writer: strangers must not be able to fill
/// the log with refusals.
pub(crate) fn check_objection(c: &mut Conn, id: PublicNoticeId, today: NaiveDate) -> Answer<()> {
    let notice = store::notice(c, id)?;
    let before = store::objections_to(c, id)?;
    Ok(rules::may_object((notice.first_day, notice.last_day), today, before)?)
}

/// Takes an objection by anybody within the period of the notice.
pub(crate) fn object(tx: &mut Tx<'_>, it: &Object) -> Answer<ObjectionRow> {
    let notice = store::notice(tx.conn(), it.notice_id)?;
    let today = tx.now().date_in_shanghai();
    let before = store::objections_to(tx.conn(), notice.id)?;
    rules::may_object((notice.first_day, notice.last_day), today, before)?;
    let year = chrono::Datelike::year(&today);
    let n = tx.next_number(&format!("objection:{year}"))?;
    let row = ObjectionRow {
        id: it.id,
        number: format!("OBJ-{year}-{n:04}"),
        notice_id: notice.id,
        notice_number: notice.number.clone(),
        region: notice.region,
        author: it.author.clone(),
        contact: it.contact.clone(),
        text: it.text.clone(),
        receipt_hash: it.receipt_hash.clone(),
        filed_at: tx.now(),
    };
    store::insert_objection(tx, &row)?;
    // Who objected stands in its own row alone.
    tx.record(Event {
        subject: format!("objection:{}", row.id),
        after: Some(json!({ "number": row.number, "notice": row.notice_number })),
        ..Event::default()
    });
    Ok(row)
}

/// Accepts, refuses, upholds or dismisses an objection (R58).
pub(crate) fn take_step(tx: &mut Tx<'_>, it: &TakeStep, periods: Periods) -> Answer<Objection> {
    let actor = tx.actor()?;
    let as_of = AsOf { periods, today: tx.now().date_in_shanghai() };
    let before = visible_objection(tx.conn(), &actor, it.objection_id, as_of)?;
    let notice = store::notice(tx.conn(), before.notice_id)?;
    rules::check_step(before.state, it.step, notice.issued_by, actor.user_id)?;
    store::insert_step(
        tx,
        &StepRow {
            id: it.id,
            objection_id: it.objection_id,
            position: if before.steps.is_empty() { 1 } else { 2 },
            step: it.step,
            reason: it.reason.clone(),
            due_on: before.due_on,
            taken_by: actor.user_id,
            organisation_id: actor.organisation_id,
            taken_at: tx.now(),
        },
    )?;
    tx.record(Event {
        subject: format!("objection:{}", it.objection_id),
        reason: Some(it.reason.to_string()),
        before: Some(json!({ "state": before.state })),
        after: Some(json!({ "state": it.step })),
    });
    visible_objection(tx.conn(), &actor, it.objection_id, as_of)
}

/// Keeps what a township says to an objection, for the centre that decides on it and for its author.
pub(crate) fn reply(tx: &mut Tx<'_>, it: &Reply, periods: Periods) -> Answer<Objection> {
    let actor = tx.actor()?;
    let as_of = AsOf { periods, today: tx.now().date_in_shanghai() };
    let before = visible_objection(tx.conn(), &actor, it.objection_id, as_of)?;
    let replies = i64::try_from(before.replies.len()).unwrap_or(i64::MAX);
    rules::check_reply(before.state, replies)?;
    let row = ReplyRow {
        id: it.id,
        objection_id: it.objection_id,
        position: replies + 1,
        text: rules::cleared(&it.text),
        replied_by: actor.user_id,
        organisation_id: actor.organisation_id,
        replied_at: tx.now(),
    };
    store::insert_reply(tx, &row)?;
    tx.record(Event {
        subject: format!("objection:{}", it.objection_id),
        reason: Some(row.text.to_string()),
        after: Some(json!({ "replies": row.position })),
        ..Event::default()
    });
    visible_objection(tx.conn(), &actor, it.objection_id, as_of)
}

/// Returns an objection for the centre in whose region its notice was published, and without who
/// objects for the township that it is about.
pub(crate) fn visible_objection(
    c: &mut Conn,
    actor: &Actor,
    id: ObjectionId,
    as_of: AsOf,
) -> Answer<Objection> {
    let row = store::objection(c, id)?;
    if !row.region.is_within(&actor.region) {
        return Err(Failure::not_found());
    }
    let it = views(c, vec![row], as_of)?.pop().ok_or_else(Failure::not_found)?;
    Ok(seen_by(actor, it))
}

/// A township learns what is said, and not by whom.
fn seen_by(actor: &Actor, it: Objection) -> Objection {
    match actor.role {
        Role::TownshipOfficer => {
            Objection { author: None, contact: None, text: rules::cleared(&it.text), ..it }
        }
        _ => it,
    }
}

/// Returns one page of the objections of the actor's region, newest first, and one more.
pub(crate) fn visible_objections(
    c: &mut Conn,
    actor: &Actor,
    before: Option<ObjectionId>,
    limit: i64,
    as_of: AsOf,
) -> Answer<Vec<Objection>> {
    let rows = store::objections(c, &actor.region, before, limit)?;
    Ok(views(c, rows, as_of)?.into_iter().map(|it| seen_by(actor, it)).collect())
}

/// Returns what the author of an objection learns by its receipt code.
pub(crate) fn receipt(c: &mut Conn, code: &str, as_of: AsOf) -> Answer<ObjectionReceipt> {
    let row = store::objection_by_receipt(c, &hash_of(code))?;
    let it = views(c, vec![row], as_of)?.pop().ok_or_else(Failure::not_found)?;
    Ok(it.into())
}

/// Returns what is kept of a receipt code.
pub(crate) fn hash_of(code: &str) -> Vec<u8> {
    Sha256::digest(code.as_bytes()).to_vec()
}

fn views(c: &mut Conn, rows: Vec<ObjectionRow>, as_of: AsOf) -> Answer<Vec<Objection>> {
    let calendar = identity::calendar(c)?;
    let ids: Vec<ObjectionId> = rows.iter().map(|row| row.id).collect();
    let (mut steps, mut replies) = (store::steps_of(c, &ids)?, store::replies_to(c, &ids)?);
    let view = |row: ObjectionRow| {
        let steps = steps.remove(&row.id).unwrap_or_default();
        let replies = replies.remove(&row.id).unwrap_or_default();
        Objection {
            replies: replies.into_iter().map(reply_of).collect(),
            ..objection_of(row, steps, &calendar, as_of)
        }
    };
    Ok(rows.into_iter().map(view).collect())
}

fn reply_of(row: ReplyRow) -> ObjectionReply {
    ObjectionReply { text: row.text, replied_by: row.replied_by, replied_at: row.replied_at }
}

fn objection_of(
    row: ObjectionRow,
    steps: Vec<StepRow>,
    calendar: &Calendar,
    as_of: AsOf,
) -> Objection {
    let state = rules::state_of(steps.iter().map(|step| step.step));
    let accepted_on = steps.first().map(|step| step.taken_at.date_in_shanghai());
    let filed_on = row.filed_at.date_in_shanghai();
    let due_on = rules::due_on(state, filed_on, accepted_on, &as_of.periods, calendar);
    let late = due_on.is_some_and(|due| as_of.today > due);
    let step = |row: StepRow| ObjectionStep {
        step: row.step,
        reason: row.reason,
        taken_by: row.taken_by,
        taken_at: row.taken_at,
        due_on: row.due_on,
    };
    Objection {
        id: row.id,
        number: row.number,
        notice_id: row.notice_id,
        notice_number: row.notice_number,
        region: row.region,
        author: row.author,
        contact: row.contact,
        text: row.text,
        filed_at: row.filed_at,
        state,
        due_on,
        late,
        steps: steps.into_iter().map(step).collect(),
        replies: Vec::new(),
    }
}
