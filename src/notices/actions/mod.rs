//! One function per use case of notices: load, decide, save, record.

mod objections;

use chrono::NaiveDate;
use serde::Serialize;
use serde_json::json;
use sha2::{Digest, Sha256};

use crate::identity;
use crate::kernel::db::{Conn, Event, RawId, Tx};
use crate::kernel::problem::{Answer, Failure};
use crate::kernel::region::RegionCode;
use crate::kernel::text::{Label, Passage};
use crate::notices::model::{
    NewNotice, NoticeField, NoticeKind, Periods, PublicNotice, PublicNoticeId, Standing, Subject,
};
use crate::notices::rules::{self, CannotNotify, Facts};
use crate::notices::store::{self, Filter, NoticeRow};

pub(crate) use objections::{
    AsOf, Object, Reply, TakeStep, check_objection, hash_of, object, receipt, reply, take_step,
    visible_objection, visible_objections,
};

/// The centre publishes a notice anew, with what was wrong put right.
#[derive(Debug, Clone)]
pub(crate) struct Correct {
    pub(crate) id: PublicNoticeId,
    pub(crate) notice_id: PublicNoticeId,
    pub(crate) reason: Passage,
    pub(crate) title: Label,
    pub(crate) fields: Vec<NoticeField>,
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
