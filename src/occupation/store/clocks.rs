//! Terms that run.

use chrono::NaiveDate;
use diesel::prelude::*;

use super::rows::ClockRow;
use crate::kernel::db::{Conn, RawId};
use crate::kernel::problem::Answer;
use crate::kernel::region::RegionCode;
use crate::occupation::model::{ClockId, ClockKind, ClockState};
use crate::schema::occupation_clocks as clocks;

/// An application has a term of each kind, and some of them twice.
const CLOCKS_MAX: i64 = 100;

/// Terms that run and whose last day has passed, the longest overdue first.
pub(crate) fn clocks_due(c: &mut Conn, today: NaiveDate, rows_max: i64) -> Answer<Vec<ClockRow>> {
    Ok(clocks::table
        .filter(clocks::state.eq(ClockState::Running))
        .filter(clocks::due_on.lt(today))
        .order((clocks::due_on, clocks::id))
        .limit(rows_max)
        .select(ClockRow::as_select())
        .load(c)?)
}

/// All terms that run for something; there are a handful.
pub(crate) fn running_clocks(c: &mut Conn, subject: uuid::Uuid) -> Answer<Vec<ClockRow>> {
    Ok(clocks::table
        .filter(clocks::subject_id.eq(RawId(subject)))
        .filter(clocks::state.eq_any([ClockState::Running, ClockState::Missed]))
        .order(clocks::id)
        .select(ClockRow::as_select())
        .load(c)?)
}

/// The terms of something in the order of their beginning; there are a handful.
pub(crate) fn clocks_of(c: &mut Conn, subject: uuid::Uuid) -> Answer<Vec<ClockRow>> {
    Ok(clocks::table
        .filter(clocks::subject_id.eq(RawId(subject)))
        .order(clocks::id)
        .limit(CLOCKS_MAX)
        .select(ClockRow::as_select())
        .load(c)?)
}

/// The term of that kind that runs for something, or was missed.
pub(crate) fn running_clock(
    c: &mut Conn,
    subject: uuid::Uuid,
    kind: ClockKind,
) -> Answer<Option<ClockRow>> {
    Ok(running_clocks(c, subject)?.into_iter().find(|clock| clock.kind == kind))
}

/// Terms of a region that were missed and are not made good, newest first: its alarms.
pub(crate) fn clocks_missed(
    c: &mut Conn,
    region: &RegionCode,
    state: ClockState,
    before: Option<ClockId>,
    rows_max: i64,
) -> Answer<Vec<ClockRow>> {
    let mut query = clocks::table
        .filter(clocks::state.eq(state))
        .filter(clocks::county.like(format!("{region}%")))
        .select(ClockRow::as_select())
        .into_boxed();
    if let Some(before) = before {
        query = query.filter(clocks::id.lt(before));
    }
    Ok(query.order(clocks::id.desc()).limit(rows_max).load(c)?)
}
