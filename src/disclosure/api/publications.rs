//! Publications that came late, or are due and not out (R92).

use actix_web::web::{Data, Json, Query};
use chrono::{Days, NaiveDate};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::disclosure::store;
use crate::identity;
use crate::kernel::actor::Actor;
use crate::kernel::calendar::Calendar;
use crate::kernel::clock::Time;
use crate::kernel::db::{Conn, Db};
use crate::kernel::operations::{Operations, operations};
use crate::kernel::page::{Page, PageQuery};
use crate::kernel::problem::Answer;
use crate::kernel::region::RegionCode;
use crate::notices::{NoticeKind, Periods, PublicNoticeId};
use crate::restoration::ProjectId;
use crate::web::Problems;

/// No term of working days lasts longer in calendar days: twenty of them around the longest holiday.
const TERM_DAYS_MAX: usize = 120;

pub(super) fn operations() -> Operations {
    operations![list_late_publications, list_overdue_publications]
}

/// Where publications are looked for.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct LateQuery {
    #[param(value_type = Option<String>, example = "360124")]
    region: Option<RegionCode>,
}

/// A notice that came out after its last day. Days are working days of the calendar (R8).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct LatePublication {
    pub notice_id: PublicNoticeId,
    #[schema(example = "GS360124-2026-0001")]
    pub notice_number: String,
    pub kind: NoticeKind,
    #[schema(example = "P360124-001")]
    pub subject_number: String,
    pub region: RegionCode,
    /// When that happened which it makes public.
    pub event_on: NaiveDate,
    /// The last day on which it had to be out.
    pub publish_by: Option<NaiveDate>,
    pub published_on: NaiveDate,
    #[schema(example = 3)]
    pub working_days_late: usize,
}

/// Something of a project that had to be published and is not. Days are working days (R8).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct OverduePublication {
    pub project_id: ProjectId,
    #[schema(example = "P360124-001")]
    pub project_number: String,
    pub township: RegionCode,
    pub kind: NoticeKind,
    /// When that happened which has to be published.
    pub event_on: NaiveDate,
    /// The last day on which it had to be out.
    pub publish_by: Option<NaiveDate>,
    #[schema(example = 3)]
    pub working_days_late: usize,
}

/// Lists public notices that came out after their last day
///
/// Twenty working days after what they make public. Newest first; a correction is not late, since
/// what it corrects was out.
#[utoipa::path(
    get, path = "/api/v1/public/late-publications", tag = "disclosure",
    params(LateQuery, PageQuery),
    responses((status = 200, body = Page<LatePublication>), Problems),
    extensions(("x-roles" = json!(["public"])), ("x-effect" = json!("read")))
)]
pub async fn list_late_publications(
    db: Data<Db>,
    query: Query<LateQuery>,
    page: Query<PageQuery>,
) -> Answer<Json<Page<LatePublication>>> {
    let LateQuery { region } = query.into_inner();
    let (before, limit) = (page.after()?, page.limit());
    let read = move |c: &mut Conn| {
        let calendar = identity::calendar(c)?;
        let rows = store::late_notices(c, region.as_ref(), before, limit)?;
        let late = |row: store::LateRow| LatePublication {
            notice_id: row.id,
            notice_number: row.number,
            kind: row.kind,
            subject_number: row.subject_number,
            region: row.region,
            event_on: row.event_on,
            publish_by: row.publish_by,
            published_on: row.published_on,
            working_days_late: days_late(&calendar, row.publish_by, row.published_on),
        };
        Ok(rows.into_iter().map(late).collect::<Vec<_>>())
    };
    let rows = db.read_snapshot(None, read).await?;
    Ok(Json(Page::of(rows, &page, |late| late.notice_id.uuid(), |row| row)))
}

/// Lists what had to be published and is not
///
/// Schemes that were handed in and results that were accepted in one's region more than twenty
/// working days ago, newest first.
#[utoipa::path(
    get, path = "/api/v1/overdue-publications", tag = "disclosure", params(PageQuery),
    responses((status = 200, body = Page<OverduePublication>), Problems),
    extensions(
        ("x-roles" = json!(["centre_officer", "centre_director", "forestry_officer", "auditor"])),
        ("x-effect" = json!("read"))
    )
)]
pub async fn list_overdue_publications(
    db: Data<Db>,
    actor: Actor,
    periods: Option<Data<Periods>>,
    page: Query<PageQuery>,
) -> Answer<Json<Page<OverduePublication>>> {
    let (before, limit, region) = (page.after()?, page.limit(), actor.region.clone());
    let today = db.clock().now().date_in_shanghai();
    let days = periods.map(|periods| *periods.get_ref()).unwrap_or_default().publish_working_days;
    let read = move |c: &mut Conn| {
        let calendar = identity::calendar(c)?;
        let Some(before_day) = first_in_time(&calendar, today, days) else {
            return Ok(Vec::new());
        };
        let entered_before = Time::in_shanghai(before_day, 0);
        let rows = store::unpublished(c, &region, entered_before, before, limit)?;
        let overdue = |row: store::OverdueRow| {
            let event_on = row.entered_at.date_in_shanghai();
            let publish_by = calendar.term_end(event_on, days);
            OverduePublication {
                project_id: row.id,
                project_number: row.number,
                township: row.township,
                kind: row.kind,
                event_on,
                publish_by,
                working_days_late: days_late(&calendar, publish_by, today),
            }
        };
        Ok(rows.into_iter().map(overdue).collect::<Vec<_>>())
    };
    let rows = db.read_snapshot(Some(&actor), read).await?;
    Ok(Json(Page::of(rows, &page, |row| row.project_id.uuid(), |row| row)))
}

/// Returns the first day whose events are still in time today: what happened before it is overdue.
fn first_in_time(calendar: &Calendar, today: NaiveDate, days: u32) -> Option<NaiveDate> {
    let back =
        (0..TERM_DAYS_MAX).map_while(|n| today.checked_sub_days(Days::new(u64::try_from(n).ok()?)));
    let in_time = |day: &NaiveDate| calendar.term_end(*day, days).is_some_and(|end| end >= today);
    back.take_while(in_time).last()
}

fn days_late(calendar: &Calendar, publish_by: Option<NaiveDate>, until: NaiveDate) -> usize {
    publish_by.map_or(0, |by| calendar.working_days_after(by, until))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn r92_what_happened_twenty_one_working_days_ago_is_overdue() {
        let calendar = Calendar::published();
        // The National Day of 2023 lies between: 7 and 8 October are worked.
        let today = day("2023-10-20");
        let first = first_in_time(&calendar, today, 20).unwrap();
        assert_eq!(calendar.term_end(first, 20), Some(today));
        let before = first.pred_opt().unwrap();
        assert_eq!(calendar.term_end(before, 20), Some(day("2023-10-19")));
        assert_eq!(days_late(&calendar, Some(day("2023-09-28")), day("2023-10-09")), 3);
        assert_eq!(days_late(&calendar, Some(today), today), 0);
    }
}
