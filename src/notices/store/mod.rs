//! Every SQL statement of notices.

pub(crate) mod rows;

use std::collections::BTreeMap;

use chrono::NaiveDate;
use diesel::prelude::*;
use serde::Deserialize;
use uuid::Uuid;

pub(super) use self::rows::{NoticeRow, ObjectionRow, ReplyRow, StepRow};
use crate::kernel::db::{Conn, RawId, Tx};
use crate::kernel::problem::{Answer, Failure};
use crate::kernel::region::RegionCode;
use crate::kernel::text::Label;
use crate::notices::model::{
    NoticeField, NoticeKind, NoticeObjection, NoticeObjectionState, ObjectionId, PublicNotice,
    PublicNoticeId, PublicNoticeState, Subject,
};
use crate::notices::rules::{self, Facts};
use crate::schema::{objection_replies, objection_steps, objections, public_notices};

/// Which notices are asked for.
#[derive(Debug, Clone, Default)]
pub(super) struct Filter {
    pub(super) kind: Option<NoticeKind>,
    pub(super) subject_id: Option<Uuid>,
    pub(super) region: Option<RegionCode>,
    /// Only those whose period lasts.
    pub(super) running: bool,
}

#[derive(Deserialize)]
struct Content {
    title: Label,
    fields: Vec<NoticeField>,
}

/// Loads a notice; an unknown id is not found.
pub(super) fn notice(c: &mut Conn, id: PublicNoticeId) -> Answer<NoticeRow> {
    let row = public_notices::table.find(id).select(NoticeRow::as_select()).first(c).optional()?;
    row.ok_or_else(Failure::not_found)
}

/// Loads the notices of one kind about a subject, the first first.
pub(super) fn all_of(
    c: &mut Conn,
    kind: NoticeKind,
    subject: &Subject,
) -> QueryResult<Vec<NoticeRow>> {
    public_notices::table
        .filter(public_notices::subject_id.eq(RawId(subject.id)))
        .filter(public_notices::subject_kind.eq(subject.kind))
        .filter(public_notices::kind.eq(kind))
        .order(public_notices::id)
        .select(NoticeRow::as_select())
        .load(c)
}

/// Loads the notice of that kind which counts for a subject: the last of its corrections.
pub(super) fn newest(
    c: &mut Conn,
    kind: NoticeKind,
    subject: &Subject,
) -> QueryResult<Option<NoticeRow>> {
    Ok(all_of(c, kind, subject)?.pop())
}

/// Loads all notices about a subject, the first first.
pub(super) fn all_about(c: &mut Conn, subject: &Subject) -> QueryResult<Vec<NoticeRow>> {
    public_notices::table
        .filter(public_notices::subject_id.eq(RawId(subject.id)))
        .filter(public_notices::subject_kind.eq(subject.kind))
        .order(public_notices::id)
        .select(NoticeRow::as_select())
        .load(c)
}

/// Returns the notice that corrects this one, if there is one.
pub(super) fn correction_of(
    c: &mut Conn,
    id: PublicNoticeId,
) -> QueryResult<Option<PublicNoticeId>> {
    public_notices::table
        .filter(public_notices::corrects_id.eq(id))
        .select(public_notices::id)
        .first(c)
        .optional()
}

/// Loads one page of notices, newest first, and one more.
pub(super) fn page(
    c: &mut Conn,
    filter: &Filter,
    before: Option<PublicNoticeId>,
    limit: i64,
    today: NaiveDate,
) -> QueryResult<Vec<NoticeRow>> {
    let mut query = public_notices::table.select(NoticeRow::as_select()).into_boxed();
    if let Some(kind) = filter.kind {
        query = query.filter(public_notices::kind.eq(kind));
    }
    if let Some(subject) = filter.subject_id {
        query = query.filter(public_notices::subject_id.eq(RawId(subject)));
    }
    if let Some(region) = &filter.region {
        query = query.filter(public_notices::region.like(format!("{region}%")));
    }
    if filter.running {
        query = query.filter(public_notices::last_day.ge(today));
    }
    if let Some(before) = before {
        query = query.filter(public_notices::id.lt(before));
    }
    query.order(public_notices::id.desc()).limit(limit + 1).load(c)
}

/// Shows notices as everybody sees them: with what became of the objections to each.
pub(super) fn views(
    c: &mut Conn,
    rows: Vec<NoticeRow>,
    today: NaiveDate,
) -> Answer<Vec<PublicNotice>> {
    let ids: Vec<PublicNoticeId> = rows.iter().map(|row| row.id).collect();
    let mut objections = public_objections(c, &ids)?;
    let corrected = corrections_of(c, &ids)?;
    let view = |row: NoticeRow| {
        let objections = objections.remove(&row.id).unwrap_or_default();
        let corrected_by = corrected.get(&row.id).copied();
        view(row, objections, corrected_by, today)
    };
    rows.into_iter().map(view).collect()
}

/// How far each objection to these notices is.
pub(super) fn states_of(
    c: &mut Conn,
    ids: &[PublicNoticeId],
) -> QueryResult<Vec<(PublicNoticeId, NoticeObjectionState)>> {
    let all = public_objections(c, ids)?;
    let each = |(notice, objections): (PublicNoticeId, Vec<NoticeObjection>)| {
        objections.into_iter().map(move |one| (notice, one.state))
    };
    Ok(all.into_iter().flat_map(each).collect())
}

/// How many objections a notice has.
pub(super) fn objections_to(c: &mut Conn, id: PublicNoticeId) -> QueryResult<i64> {
    objections::table.filter(objections::notice_id.eq(id)).count().get_result(c)
}

/// Loads an objection; an unknown id is not found.
pub(super) fn objection(c: &mut Conn, id: ObjectionId) -> Answer<ObjectionRow> {
    let row = objections::table.find(id).select(ObjectionRow::as_select()).first(c).optional()?;
    row.ok_or_else(Failure::not_found)
}

/// Loads the objection whose receipt code has that hash; an unknown one is not found.
pub(super) fn objection_by_receipt(c: &mut Conn, hash: &[u8]) -> Answer<ObjectionRow> {
    let row = objections::table
        .filter(objections::receipt_hash.eq(hash))
        .select(ObjectionRow::as_select())
        .first(c)
        .optional()?;
    row.ok_or_else(Failure::not_found)
}

/// Loads one page of the objections of a region, newest first, and one more.
pub(super) fn objections(
    c: &mut Conn,
    region: &RegionCode,
    before: Option<ObjectionId>,
    limit: i64,
) -> QueryResult<Vec<ObjectionRow>> {
    let mut query = objections::table
        .filter(objections::region.like(format!("{region}%")))
        .select(ObjectionRow::as_select())
        .into_boxed();
    if let Some(before) = before {
        query = query.filter(objections::id.lt(before));
    }
    query.order(objections::id.desc()).limit(limit + 1).load(c)
}

/// Loads the steps on objections, in order.
pub(super) fn steps_of(
    c: &mut Conn,
    ids: &[ObjectionId],
) -> QueryResult<BTreeMap<ObjectionId, Vec<StepRow>>> {
    let of_them = objection_steps::table
        .filter(objection_steps::objection_id.eq_any(ids))
        .order(objection_steps::position);
    let rows: Vec<StepRow> = match c {
        Conn::Pg(c) => of_them.select(StepRow::as_select()).load(c)?,
        Conn::Sqlite(c) => of_them.select(StepRow::as_select()).load(c)?,
    };
    let mut steps: BTreeMap<ObjectionId, Vec<StepRow>> = BTreeMap::new();
    for row in rows {
        steps.entry(row.objection_id).or_default().push(row);
    }
    Ok(steps)
}

/// Loads what townships said to objections, in order.
pub(super) fn replies_to(
    c: &mut Conn,
    ids: &[ObjectionId],
) -> QueryResult<BTreeMap<ObjectionId, Vec<ReplyRow>>> {
    let to_them = objection_replies::table
        .filter(objection_replies::objection_id.eq_any(ids))
        .order(objection_replies::position);
    let rows: Vec<ReplyRow> = match c {
        Conn::Pg(c) => to_them.select(ReplyRow::as_select()).load(c)?,
        Conn::Sqlite(c) => to_them.select(ReplyRow::as_select()).load(c)?,
    };
    let mut replies: BTreeMap<ObjectionId, Vec<ReplyRow>> = BTreeMap::new();
    for row in rows {
        replies.entry(row.objection_id).or_default().push(row);
    }
    Ok(replies)
}

pub(super) fn insert_notice(tx: &mut Tx<'_>, row: &NoticeRow) -> Answer<()> {
    Ok(tx.insert(row)?)
}

pub(super) fn insert_objection(tx: &mut Tx<'_>, row: &ObjectionRow) -> Answer<()> {
    Ok(tx.insert(row)?)
}

pub(super) fn insert_step(tx: &mut Tx<'_>, row: &StepRow) -> Answer<()> {
    Ok(tx.insert(row)?)
}

pub(super) fn insert_reply(tx: &mut Tx<'_>, row: &ReplyRow) -> Answer<()> {
    Ok(tx.insert(row)?)
}

fn public_objections(
    c: &mut Conn,
    ids: &[PublicNoticeId],
) -> QueryResult<BTreeMap<PublicNoticeId, Vec<NoticeObjection>>> {
    let to_them = objections::table.filter(objections::notice_id.eq_any(ids)).order(objections::id);
    let rows: Vec<ObjectionRow> = match c {
        Conn::Pg(c) => to_them.select(ObjectionRow::as_select()).load(c)?,
        Conn::Sqlite(c) => to_them.select(ObjectionRow::as_select()).load(c)?,
    };
    let mut steps = steps_of(c, &rows.iter().map(|row| row.id).collect::<Vec<_>>())?;
    let mut views: BTreeMap<PublicNoticeId, Vec<NoticeObjection>> = BTreeMap::new();
    for row in rows {
        let steps = steps.remove(&row.id).unwrap_or_default();
        let last = steps.last();
        views.entry(row.notice_id).or_default().push(NoticeObjection {
            id: row.id,
            number: row.number,
            filed_at: row.filed_at,
            state: rules::state_of(steps.iter().map(|step| step.step)),
            reason: last.map(|step| rules::cleared(&step.reason)),
            decided_at: last.map(|step| step.taken_at),
        });
    }
    Ok(views)
}

fn corrections_of(
    c: &mut Conn,
    ids: &[PublicNoticeId],
) -> QueryResult<BTreeMap<PublicNoticeId, PublicNoticeId>> {
    let of_them = public_notices::table
        .filter(public_notices::corrects_id.eq_any(ids.iter().copied().map(Some)))
        .select((public_notices::corrects_id.assume_not_null(), public_notices::id));
    let rows: Vec<(PublicNoticeId, PublicNoticeId)> = match c {
        Conn::Pg(c) => of_them.load(c)?,
        Conn::Sqlite(c) => of_them.load(c)?,
    };
    Ok(rows.into_iter().collect())
}

fn view(
    row: NoticeRow,
    objections: Vec<NoticeObjection>,
    corrected_by: Option<PublicNoticeId>,
    today: NaiveDate,
) -> Answer<PublicNotice> {
    let content: Content =
        serde_json::from_str(&row.content).map_err(|_| Failure::broken("a notice can be read"))?;
    let of_newest = objections.iter().map(|one| one.state).collect();
    let facts = Facts { newest_to: Some(row.last_day), of_newest, of_older: Vec::new() };
    let state = match corrected_by {
        Some(_) => PublicNoticeState::Corrected,
        None => rules::standing(&facts, today).into(),
    };
    Ok(PublicNotice {
        id: row.id,
        number: row.number,
        kind: row.kind,
        subject: Subject { kind: row.subject_kind, id: row.subject_id.0 },
        subject_number: row.subject_number,
        region: row.region,
        title: content.title,
        fields: content.fields,
        content: row.content,
        content_hash: hex::encode(row.content_hash),
        from: row.first_day,
        to: row.last_day,
        event_on: row.event_on,
        publish_by: row.publish_by,
        issuer: row.issuer_id,
        issued_at: row.issued_at,
        corrects: row.corrects_id,
        correction_reason: row.correction_reason,
        corrected_by,
        state,
        objections,
    })
}
