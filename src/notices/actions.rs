//! One function per use case of notices: load, decide, save, record.

use chrono::NaiveDate;
use serde::Serialize;
use serde_json::json;
use sha2::{Digest, Sha256};

use crate::identity;
use crate::kernel::actor::Actor;
use crate::kernel::calendar::Calendar;
use crate::kernel::db::{Conn, Event, RawId, Tx};
use crate::kernel::problem::{Answer, Failure};
use crate::kernel::region::RegionCode;
use crate::kernel::text::{Label, Passage};
use crate::notices::model::{
    NewNotice, NoticeField, NoticeKind, Objection, ObjectionId, ObjectionReceipt, ObjectionStep,
    ObjectionStepId, ObjectionStepKind, Periods, PublicNotice, PublicNoticeId, Standing, Subject,
};
use crate::notices::rules::{self, CannotNotify, Facts};
use crate::notices::store::{self, Filter, NoticeRow, ObjectionRow, StepRow};

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

/// The centre publishes a notice anew, with what was wrong put right.
#[derive(Debug, Clone)]
pub(crate) struct Correct {
    pub(crate) id: PublicNoticeId,
    pub(crate) notice_id: PublicNoticeId,
    pub(crate) reason: Passage,
    pub(crate) title: Label,
    pub(crate) fields: Vec<NoticeField>,
}

/// By which periods, and as of which day, objections are looked at.
#[derive(Debug, Clone, Copy)]
pub(crate) struct AsOf {
    pub(crate) periods: Periods,
    pub(crate) today: NaiveDate,
}

/// The frozen content, in the order in which it is hashed.
#[derive(Serialize)]
struct Content<'a> {
    title: &'a Label,
    fields: &'a [NoticeField],
}

/// Makes something public; personal numbers are masked before it is frozen. The command that calls
/// this records it in the audit log.
pub fn publish(tx: &mut Tx<'_>, it: &NewNotice) -> Answer<PublicNotice> {
    let published = store::newest(tx.conn(), it.kind, &it.subject)?;
    rules::check_new(&it.fields, published.as_ref().map(|notice| notice.number.as_str()))?;
    let issuer = tx.doing()?.actor.as_ref().map(|actor| (actor.user_id, actor.organisation_id));
    let (from, to) = rules::period(tx.now().date_in_shanghai(), it.days)?;
    let calendar = identity::calendar(tx.conn())?;
    let publish_by = calendar.term_end(it.event_on, Periods::default().publish_working_days);
    let row = NoticeRow {
        id: it.id,
        number: next_number(tx, &it.region)?,
        kind: it.kind,
        subject_kind: it.subject.kind,
        subject_id: RawId(it.subject.id),
        subject_number: it.subject_number.clone(),
        region: it.region.clone(),
        content: frozen(&it.title, &it.fields)?,
        content_hash: Vec::new(),
        first_day: from,
        last_day: to,
        event_on: it.event_on,
        publish_by,
        issued_by: issuer.map(|(user, _)| user),
        issuer_id: issuer.map(|(_, organisation)| organisation),
        issued_at: tx.now(),
        corrects_id: None,
        correction_reason: None,
    };
    insert(tx, row)
}

/// Returns where the notices of one kind about a subject stand on that day.
pub fn standing(
    c: &mut Conn,
    kind: NoticeKind,
    subject: &Subject,
    today: NaiveDate,
) -> Answer<Standing> {
    let rows = store::all_of(c, kind, subject)?;
    let newest = rows.last();
    let states = store::states_of(c, &rows.iter().map(|row| row.id).collect::<Vec<_>>())?;
    let (mut of_newest, mut of_older) = (Vec::new(), Vec::new());
    for (notice, state) in states {
        let is_newest = newest.is_some_and(|row| row.id == notice);
        if is_newest { &mut of_newest } else { &mut of_older }.push(state);
    }
    let newest_to = newest.map(|row| row.last_day);
    Ok(rules::standing(&Facts { newest_to, of_newest, of_older }, today))
}

/// Returns the notice of that kind which counts for a subject, if there is one.
pub fn newest(
    c: &mut Conn,
    kind: NoticeKind,
    subject: &Subject,
    today: NaiveDate,
) -> Answer<Option<PublicNotice>> {
    let row = store::newest(c, kind, subject)?;
    Ok(store::views(c, row.into_iter().collect(), today)?.pop())
}

/// Returns all notices about a subject, the first first.
pub fn notices_about(
    c: &mut Conn,
    subject: &Subject,
    today: NaiveDate,
) -> Answer<Vec<PublicNotice>> {
    let rows = store::all_about(c, subject)?;
    store::views(c, rows, today)
}

/// Returns a notice; an unknown id is not found.
pub(crate) fn notice(c: &mut Conn, id: PublicNoticeId, today: NaiveDate) -> Answer<PublicNotice> {
    let row = store::notice(c, id)?;
    store::views(c, vec![row], today)?.pop().ok_or_else(Failure::not_found)
}

/// Returns one page of notices, newest first, and one more.
pub(crate) fn page(
    c: &mut Conn,
    filter: &Filter,
    before: Option<PublicNoticeId>,
    limit: i64,
    today: NaiveDate,
) -> Answer<Vec<PublicNotice>> {
    let rows = store::page(c, filter, before, limit, today)?;
    store::views(c, rows, today)
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

/// Publishes a notice anew in the stead of another; it runs as long as that one did.
pub(crate) fn correct(tx: &mut Tx<'_>, it: &Correct) -> Answer<PublicNotice> {
    let actor = tx.actor()?;
    let wrong = store::notice(tx.conn(), it.notice_id)?;
    if !wrong.region.is_within(&actor.region) {
        return Err(Failure::not_found());
    }
    rules::check_new(&it.fields, None)?;
    if store::correction_of(tx.conn(), wrong.id)?.is_some() {
        return Err(CannotNotify::Corrected { number: wrong.number }.into());
    }
    let days = (wrong.last_day - wrong.first_day).num_days() + 1;
    let (from, to) = rules::period(tx.now().date_in_shanghai(), days)?;
    let number = next_number(tx, &wrong.region)?;
    let row = NoticeRow {
        id: it.id,
        number: number.clone(),
        content: frozen(&it.title, &it.fields)?,
        content_hash: Vec::new(),
        first_day: from,
        last_day: to,
        issued_by: Some(actor.user_id),
        issuer_id: Some(actor.organisation_id),
        issued_at: tx.now(),
        corrects_id: Some(wrong.id),
        correction_reason: Some(rules::cleared(&it.reason)),
        ..wrong.clone()
    };
    let notice = insert(tx, row)?;
    tx.record(Event {
        subject: format!("public_notice:{}", it.id),
        reason: Some(it.reason.to_string()),
        before: Some(json!({ "notice": wrong.number })),
        after: Some(json!({ "notice": number, "content_hash": notice.content_hash })),
    });
    Ok(notice)
}

/// Returns an objection for the centre in whose region its notice was published.
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
    views(c, vec![row], as_of)?.pop().ok_or_else(Failure::not_found)
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
    views(c, rows, as_of)
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
    let mut steps = store::steps_of(c, &ids)?;
    let view = |row: ObjectionRow| {
        let steps = steps.remove(&row.id).unwrap_or_default();
        objection_of(row, steps, &calendar, as_of)
    };
    Ok(rows.into_iter().map(view).collect())
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
    }
}

fn insert(tx: &mut Tx<'_>, row: NoticeRow) -> Answer<PublicNotice> {
    let content_hash = Sha256::digest(row.content.as_bytes()).to_vec();
    let row = NoticeRow { content_hash, ..row };
    store::insert_notice(tx, &row)?;
    let today = tx.now().date_in_shanghai();
    store::views(tx.conn(), vec![row], today)?
        .pop()
        .ok_or_else(|| Failure::broken("a notice that was published can be read"))
}

fn frozen(title: &Label, fields: &[NoticeField]) -> Answer<String> {
    let fields: Vec<NoticeField> = fields.iter().map(rules::clear_field).collect();
    let content = Content { title, fields: &fields };
    Ok(serde_json::to_string(&content).map_err(anyhow::Error::from)?)
}

fn next_number(tx: &mut Tx<'_>, region: &RegionCode) -> Answer<String> {
    let county = region.county().unwrap_or_else(|| region.clone());
    let year = chrono::Datelike::year(&tx.now().date_in_shanghai());
    let n = tx.next_number(&format!("public_notice:{county}:{year}"))?;
    Ok(format!("GS{county}-{year}-{n:04}"))
}
