//! Changes of the accounts to which organisations are paid, and the calendar of working days.

use chrono::NaiveDate;
use diesel::prelude::*;

use crate::identity::model::{AccountChangeId, AccountChangeState, ApprovalId, CalendarDayId};
use crate::kernel::calendar::{Calendar, CalendarDay, DayKind};
use crate::kernel::clock::Time;
use crate::kernel::db::{Conn, Tx, record};
use crate::kernel::ids::{OrganisationId, UserId};
use crate::kernel::page::PageQuery;
use crate::kernel::problem::{Answer, Failure};
use crate::schema::{account_changes, calendar_days};

record! {
    /// A row is a change of the account to which an organisation is paid.
    pub(crate) struct AccountChangeRow in account_changes {
        id: AccountChangeId as Id,
        organisation_id: OrganisationId as Id,
        number: String as Text,
        bank_name: String as Text,
        previous_number: Option<String> as Nullable<Text>,
        reason: String as Text,
        approval_id: ApprovalId as Id,
        state: AccountChangeState as Text,
        entered_by: UserId as Id,
        entered_at: Time as Timestamp,
        decided_by: Option<UserId> as Nullable<Id>,
        decided_at: Option<Time> as Nullable<Timestamp>,
        trusted_from: Option<Time> as Nullable<Timestamp>,
        decision: Option<String> as Nullable<Text>,
    }
}

record! {
    /// A row is a day that is not what its weekday says.
    pub(crate) struct CalendarDayRow in calendar_days {
        id: CalendarDayId as Id,
        day: NaiveDate as Date,
        kind: DayKind as Text,
        name: String as Text,
        entered_by: Option<UserId> as Nullable<Id>,
        entered_at: Time as Timestamp,
    }
}

pub(crate) fn account_change(c: &mut Conn, id: AccountChangeId) -> Answer<AccountChangeRow> {
    let query = account_changes::table.find(id).select(AccountChangeRow::as_select());
    query.first(c).optional()?.ok_or_else(Failure::not_found)
}

/// The changes of one organisation, newest first, with one more than the page holds.
pub(crate) fn account_changes(
    c: &mut Conn,
    organisation_id: OrganisationId,
    page: &PageQuery,
) -> Answer<Vec<AccountChangeRow>> {
    let mut query = account_changes::table
        .filter(account_changes::organisation_id.eq(organisation_id))
        .into_boxed();
    if let Some(after) = page.after::<AccountChangeId>()? {
        query = query.filter(account_changes::id.lt(after));
    }
    let query = query.order(account_changes::id.desc()).limit(page.limit() + 1);
    Ok(query.select(AccountChangeRow::as_select()).load(c)?)
}

pub(crate) fn insert_account_change(tx: &mut Tx<'_>, row: &AccountChangeRow) -> QueryResult<()> {
    tx.insert(row)
}

pub(crate) fn update_account_change(tx: &mut Tx<'_>, row: &AccountChangeRow) -> QueryResult<()> {
    tx.update(row)
}

/// Returns until when payments to an organisation's registered account wait, if it is not trusted
/// yet at that moment (R69).
pub fn account_waits_until(
    c: &mut Conn,
    organisation_id: OrganisationId,
    now: Time,
) -> Answer<Option<Time>> {
    let newest: Option<Option<Time>> = account_changes::table
        .filter(account_changes::organisation_id.eq(organisation_id))
        .filter(account_changes::state.eq(AccountChangeState::Approved))
        .order((account_changes::decided_at.desc(), account_changes::id.desc()))
        .select(account_changes::trusted_from)
        .first(c)
        .optional()?;
    Ok(newest.flatten().filter(|trusted_from| *trusted_from > now))
}

/// The days that were entered from the first to the last day, both included.
pub(crate) fn calendar_days(
    c: &mut Conn,
    from: NaiveDate,
    to: NaiveDate,
) -> QueryResult<Vec<CalendarDay>> {
    let rows: Vec<CalendarDayRow> = calendar_days::table
        .filter(calendar_days::day.between(from, to))
        .order(calendar_days::day)
        .select(CalendarDayRow::as_select())
        .load(c)?;
    let day = |row: CalendarDayRow| CalendarDay { day: row.day, kind: row.kind, name: row.name };
    Ok(rows.into_iter().map(day).collect())
}

/// Returns which days people work: the published ones, and above them what was entered.
pub fn calendar(c: &mut Conn) -> QueryResult<Calendar> {
    let entered: Vec<(NaiveDate, DayKind)> =
        calendar_days::table.select((calendar_days::day, calendar_days::kind)).load(c)?;
    Ok(Calendar::published().with(entered))
}

/// Saves days; one that was entered before is said anew.
pub(crate) fn save_calendar_days(
    tx: &mut Tx<'_>,
    days: &[CalendarDay],
    by: UserId,
) -> QueryResult<()> {
    for one in days {
        let known: Option<CalendarDayRow> = calendar_days::table
            .filter(calendar_days::day.eq(one.day))
            .select(CalendarDayRow::as_select())
            .first(tx.conn())
            .optional()?;
        let row = CalendarDayRow {
            id: known.as_ref().map_or_else(CalendarDayId::new, |known| known.id),
            day: one.day,
            kind: one.kind,
            name: one.name.clone(),
            entered_by: Some(by),
            entered_at: tx.now(),
        };
        match known {
            Some(_) => tx.update(&row)?,
            None => tx.insert(&row)?,
        }
    }
    Ok(())
}
