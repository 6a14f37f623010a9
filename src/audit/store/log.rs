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

/// A place in the chain: a change of an entry. Readers who follow the chain go on from one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    pub seq: i64,
    pub n: i32,
}

impl Place {
    /// Before everything.
    pub const START: Self = Self { seq: 0, n: 0 };

    /// After everything that the entry did.
    fn after_entry(seq: i64) -> Self {
        Self { seq, n: i32::MAX }
    }
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{}", self.seq, self.n)
    }
}

/// A text is no place in the chain.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("a place in the chain is two numbers with a dot between them")]
pub struct NotAPlace;

impl std::str::FromStr for Place {
    type Err = NotAPlace;

    fn from_str(text: &str) -> Result<Self, NotAPlace> {
        let (seq, n) = text.split_once('.').ok_or(NotAPlace)?;
        let seq = seq.parse().ok().filter(|seq| *seq >= 0).ok_or(NotAPlace)?;
        let n = n.parse().ok().filter(|n| *n >= 0).ok_or(NotAPlace)?;
        Ok(Self { seq, n })
    }
}

/// Changes of some tables after a place, and up to where the chain was read for them.
#[derive(Debug, Clone, PartialEq)]
pub struct ChangePage {
    pub changes: Vec<ChangeRow>,
    pub upto: Place,
    /// The chain goes on.
    pub more: bool,
}

/// Changes that are looked through for one page.
const CHANGES_PER_PAGE_MAX: i64 = 500;

/// Returns the end of the chain.
pub fn end_of_chain(conn: &mut Conn) -> Answer<Place> {
    Ok(Place::after_entry(head(conn)?.seq))
}

/// Returns the next changes of rows of these tables, in order; each page looks through a bounded
/// stretch of the chain. Which tables is asked here and not by SQL, where an index by table would be
/// preferred to the chain's own order and grow slower with the history.
pub fn changes_after(conn: &mut Conn, after: Place, tables: &[&str]) -> Answer<ChangePage> {
    let further = audit_changes::seq.gt(after.seq).or(audit_changes::n.gt(after.n));
    let mut changes: Vec<ChangeRow> = audit_changes::table
        .filter(audit_changes::seq.ge(after.seq))
        .filter(further)
        .order((audit_changes::seq, audit_changes::n))
        .limit(CHANGES_PER_PAGE_MAX)
        .select(ChangeRow::as_select())
        .load(conn)?;
    let more = i64::try_from(changes.len()).is_ok_and(|count| count >= CHANGES_PER_PAGE_MAX);
    let upto = changes.last().map_or(after, |last| Place { seq: last.seq, n: last.n });
    changes.retain(|change| tables.contains(&change.table_name.as_str()));
    Ok(ChangePage { changes, upto, more })
}
