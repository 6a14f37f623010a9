//! Entries and their changes, for who reads the log.

use diesel::prelude::*;

use crate::kernel::clock::Time;
use crate::kernel::db::{ChangeRow, Conn, EntryRow, HeadRow, Outcome};
use crate::kernel::ids::{OrganisationId, UserId};
use crate::kernel::problem::Answer;
use crate::schema::{audit_changes, audit_entries, audit_head};

/// Which entries are asked for; what is absent does not matter.
#[derive(Debug, Clone, Default)]
pub(in crate::audit) struct EntryFilter {
    pub(in crate::audit) user: Option<UserId>,
    pub(in crate::audit) organisation: Option<OrganisationId>,
    pub(in crate::audit) operation: Option<String>,
    pub(in crate::audit) subject: Option<String>,
    pub(in crate::audit) outcome: Option<Outcome>,
    /// From this moment on.
    pub(in crate::audit) from: Option<Time>,
    /// Before this moment.
    pub(in crate::audit) before: Option<Time>,
}

/// Returns entries, the newest first.
pub(in crate::audit) fn entries_page(
    conn: &mut Conn,
    filter: &EntryFilter,
    before_seq: Option<i64>,
    rows_max: i64,
) -> Answer<Vec<EntryRow>> {
    let mut query = audit_entries::table.select(EntryRow::as_select()).into_boxed();
    if let Some(user) = filter.user {
        query = query.filter(audit_entries::user_id.eq(user));
    }
    if let Some(organisation) = filter.organisation {
        query = query.filter(audit_entries::organisation_id.eq(organisation));
    }
    if let Some(operation) = &filter.operation {
        query = query.filter(audit_entries::operation.eq(operation.clone()));
    }
    if let Some(subject) = &filter.subject {
        query = query.filter(audit_entries::subject.eq(subject.clone()));
    }
    if let Some(outcome) = filter.outcome {
        query = query.filter(audit_entries::outcome.eq(outcome));
    }
    if let Some(from) = filter.from {
        query = query.filter(audit_entries::recorded_at.ge(from));
    }
    if let Some(before) = filter.before {
        query = query.filter(audit_entries::recorded_at.lt(before));
    }
    if let Some(seq) = before_seq {
        query = query.filter(audit_entries::seq.lt(seq));
    }
    Ok(query.order(audit_entries::seq.desc()).limit(rows_max).load(conn)?)
}

/// Returns entries in the order of the chain.
pub(in crate::audit) fn entries_after(
    conn: &mut Conn,
    seq: i64,
    rows_max: i64,
) -> Answer<Vec<EntryRow>> {
    Ok(audit_entries::table
        .filter(audit_entries::seq.gt(seq))
        .order(audit_entries::seq)
        .limit(rows_max)
        .select(EntryRow::as_select())
        .load(conn)?)
}

pub(in crate::audit) fn entry(conn: &mut Conn, seq: i64) -> Answer<Option<EntryRow>> {
    Ok(audit_entries::table.find(seq).select(EntryRow::as_select()).first(conn).optional()?)
}

/// Returns number and hash of the first entry that was recorded after that moment, if there is one.
/// Numbers and times grow together, so it is found by halving.
pub fn first_entry_after(conn: &mut Conn, moment: Time) -> Answer<Option<(i64, Vec<u8>)>> {
    let head = head(conn)?;
    if head.recorded_at <= moment {
        return Ok(None);
    }
    // The entry `low` was recorded by then, or is before the first; `high` was recorded after.
    let (mut low, mut high) = (0, head.seq);
    while high - low > 1 {
        let middle = low + (high - low) / 2;
        let recorded_at: Option<Time> = audit_entries::table
            .find(middle)
            .select(audit_entries::recorded_at)
            .first(conn)
            .optional()?;
        match recorded_at {
            Some(recorded_at) if recorded_at <= moment => low = middle,
            _ => high = middle,
        }
    }
    Ok(entry(conn, high)?.map(|entry| (entry.seq, entry.hash)))
}

/// Returns the changes of the entries from the first to the last, in order.
pub(in crate::audit) fn changes(conn: &mut Conn, first: i64, last: i64) -> Answer<Vec<ChangeRow>> {
    Ok(audit_changes::table
        .filter(audit_changes::seq.between(first, last))
        .order((audit_changes::seq, audit_changes::n))
        .select(ChangeRow::as_select())
        .load(conn)?)
}

pub(in crate::audit) fn head(conn: &mut Conn) -> Answer<HeadRow> {
    Ok(audit_head::table.find(1).select(HeadRow::as_select()).first(conn)?)
}
