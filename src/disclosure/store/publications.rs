//! What was published after its last day, and what is not published though it is due (R92).

use chrono::NaiveDate;
use diesel::prelude::*;

use crate::kernel::clock::Time;
use crate::kernel::db::Conn;
use crate::kernel::problem::Answer;
use crate::kernel::region::RegionCode;
use crate::notices::{NoticeKind, PublicNoticeId};
use crate::restoration::{ProjectId, Stage};
use crate::schema::{project_stages, project_withdrawals, projects, public_notices};

/// A notice that came out after its last day.
#[derive(Debug, Clone, Queryable)]
pub(in crate::disclosure) struct LateRow {
    pub(in crate::disclosure) id: PublicNoticeId,
    pub(in crate::disclosure) number: String,
    pub(in crate::disclosure) kind: NoticeKind,
    pub(in crate::disclosure) subject_number: String,
    pub(in crate::disclosure) region: RegionCode,
    pub(in crate::disclosure) event_on: NaiveDate,
    pub(in crate::disclosure) publish_by: Option<NaiveDate>,
    pub(in crate::disclosure) published_on: NaiveDate,
}

/// A project of which something is due to be published.
#[derive(Debug, Clone)]
pub(in crate::disclosure) struct OverdueRow {
    pub(in crate::disclosure) id: ProjectId,
    pub(in crate::disclosure) kind: NoticeKind,
    pub(in crate::disclosure) number: String,
    pub(in crate::disclosure) township: RegionCode,
    pub(in crate::disclosure) entered_at: Time,
}

/// Loads one page of the notices that came late, newest first, and one more. A correction is not
/// late: what it corrects was out.
pub(in crate::disclosure) fn late_notices(
    conn: &mut Conn,
    region: Option<&RegionCode>,
    before: Option<PublicNoticeId>,
    limit: i64,
) -> Answer<Vec<LateRow>> {
    let mut query = public_notices::table
        .filter(public_notices::first_day.nullable().gt(public_notices::publish_by))
        .filter(public_notices::corrects_id.is_null())
        .select((
            public_notices::id,
            public_notices::number,
            public_notices::kind,
            public_notices::subject_number,
            public_notices::region,
            public_notices::event_on,
            public_notices::publish_by,
            public_notices::first_day,
        ))
        .into_boxed();
    if let Some(region) = region {
        query = query.filter(public_notices::region.like(format!("{region}%")));
    }
    if let Some(before) = before {
        query = query.filter(public_notices::id.lt(before));
    }
    Ok(query.order(public_notices::id.desc()).limit(limit + 1).load(conn)?)
}

/// Loads one page of the projects in a region whose scheme was handed in, or whose land was
/// accepted, before that moment and was not published, newest first, and one more. A project owes
/// one of the two at most: nothing is accepted whose scheme was not published.
pub(in crate::disclosure) fn unpublished(
    conn: &mut Conn,
    region: &RegionCode,
    entered_before: Time,
    before: Option<ProjectId>,
    limit: i64,
) -> Answer<Vec<OverdueRow>> {
    let mut rows = Vec::new();
    for (stage, kind) in
        [(Stage::Proposed, NoticeKind::Scheme), (Stage::Accepted, NoticeKind::Result)]
    {
        let of_kind = public_notices::subject_id
            .eq(projects::id)
            .and(public_notices::kind.eq(kind))
            .and(public_notices::corrects_id.is_null());
        let mut query = projects::table
            .inner_join(project_stages::table.on(project_stages::project_id.eq(projects::id)))
            .left_join(public_notices::table.on(of_kind))
            .left_join(
                project_withdrawals::table.on(project_withdrawals::project_id.eq(projects::id)),
            )
            .filter(project_stages::stage.eq(stage))
            .filter(project_stages::entered_at.lt(entered_before))
            .filter(public_notices::id.is_null())
            .filter(project_withdrawals::id.is_null())
            .filter(projects::township.like(format!("{region}%")))
            .select((
                projects::id,
                projects::number,
                projects::township,
                project_stages::entered_at,
            ))
            .into_boxed();
        if let Some(before) = before {
            query = query.filter(projects::id.lt(before));
        }
        let page: Vec<(ProjectId, String, RegionCode, Time)> =
            query.order(projects::id.desc()).limit(limit + 1).load(conn)?;
        rows.extend(page.into_iter().map(|(id, number, township, entered_at)| OverdueRow {
            id,
            kind,
            number,
            township,
            entered_at,
        }));
    }
    rows.sort_by_key(|row| std::cmp::Reverse(row.id));
    rows.truncate(usize::try_from(limit).unwrap_or_default().saturating_add(1));
    Ok(rows)
}
