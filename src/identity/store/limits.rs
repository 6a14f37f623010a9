//! What one person alone commits of an organisation, and permits to commit more.

use diesel::prelude::*;

use crate::identity::model::{
    ApprovalId, CommitmentKind, CommitmentPermitId, LimitState, Permit, PermitState,
    SinglePersonLimitId,
};
use crate::kernel::clock::Time;
use crate::kernel::db::{Conn, RawId, Tx, record};
use crate::kernel::ids::{OrganisationId, UserId};
use crate::kernel::money::Fen;
use crate::kernel::page::PageQuery;
use crate::kernel::problem::{Answer, Failure};
use crate::schema::{commitment_permits, single_person_limits};

record! {
    /// A row is a limit that somebody set for their organisation.
    pub(crate) struct SinglePersonLimitRow in single_person_limits {
        id: SinglePersonLimitId as Id,
        organisation_id: OrganisationId as Id,
        limit_fen: Option<Fen> as Nullable<BigInt>,
        previous_fen: Option<Fen> as Nullable<BigInt>,
        reason: String as Text,
        approval_id: Option<ApprovalId> as Nullable<Id>,
        state: LimitState as Text,
        entered_by: UserId as Id,
        entered_at: Time as Timestamp,
        decided_by: Option<UserId> as Nullable<Id>,
        decided_at: Option<Time> as Nullable<Timestamp>,
        decision: Option<String> as Nullable<Text>,
    }
}

record! {
    /// A row is a permit of two people to commit more than one person alone may, once.
    pub(crate) struct CommitmentPermitRow in commitment_permits {
        id: CommitmentPermitId as Id,
        organisation_id: OrganisationId as Id,
        kind: Option<CommitmentKind> as Nullable<Text>,
        subject_id: Option<RawId> as Nullable<Id>,
        amount_fen: Fen as BigInt,
        reason: String as Text,
        approval_id: ApprovalId as Id,
        state: PermitState as Text,
        asked_by: UserId as Id,
        asked_at: Time as Timestamp,
        expires_at: Time as Timestamp,
        decided_by: Option<UserId> as Nullable<Id>,
        decided_at: Option<Time> as Nullable<Timestamp>,
        decision: Option<String> as Nullable<Text>,
        used_by: Option<UserId> as Nullable<Id>,
        used_at: Option<Time> as Nullable<Timestamp>,
        used_for: Option<String> as Nullable<Text>,
        used_fen: Option<Fen> as Nullable<BigInt>,
    }
}

impl From<&CommitmentPermitRow> for Permit {
    fn from(row: &CommitmentPermitRow) -> Self {
        Self {
            id: row.id,
            organisation: row.organisation_id,
            kind: row.kind,
            subject: row.subject_id.map(|id| id.0),
            amount: row.amount_fen,
            expires_at: row.expires_at,
        }
    }
}

/// Returns a limit of that organisation, or 404.
pub(crate) fn single_person_limit(
    c: &mut Conn,
    of: OrganisationId,
    id: SinglePersonLimitId,
) -> Answer<SinglePersonLimitRow> {
    let query = single_person_limits::table
        .find(id)
        .filter(single_person_limits::organisation_id.eq(of))
        .select(SinglePersonLimitRow::as_select());
    query.first(c).optional()?.ok_or_else(Failure::not_found)
}

/// The limit of an organisation that waits for a second person.
pub(crate) fn waiting_limit(
    c: &mut Conn,
    of: OrganisationId,
) -> QueryResult<Option<SinglePersonLimitRow>> {
    let query = single_person_limits::table
        .filter(single_person_limits::organisation_id.eq(of))
        .filter(single_person_limits::state.eq(LimitState::Entered));
    query.select(SinglePersonLimitRow::as_select()).first(c).optional()
}

/// The limits of one organisation, newest first, with one more than the page holds.
pub(crate) fn single_person_limits(
    c: &mut Conn,
    of: OrganisationId,
    page: &PageQuery,
) -> Answer<Vec<SinglePersonLimitRow>> {
    let mut query = single_person_limits::table
        .filter(single_person_limits::organisation_id.eq(of))
        .into_boxed();
    if let Some(after) = page.after::<SinglePersonLimitId>()? {
        query = query.filter(single_person_limits::id.lt(after));
    }
    let query = query.order(single_person_limits::id.desc()).limit(page.limit() + 1);
    Ok(query.select(SinglePersonLimitRow::as_select()).load(c)?)
}

/// Returns a permit of that organisation, or 404.
pub(crate) fn permit(
    c: &mut Conn,
    of: OrganisationId,
    id: CommitmentPermitId,
) -> Answer<CommitmentPermitRow> {
    let query = commitment_permits::table
        .find(id)
        .filter(commitment_permits::organisation_id.eq(of))
        .select(CommitmentPermitRow::as_select());
    query.first(c).optional()?.ok_or_else(Failure::not_found)
}

/// The permits of one organisation, newest first, with one more than the page holds.
pub(crate) fn permits(
    c: &mut Conn,
    of: OrganisationId,
    state: Option<PermitState>,
    page: &PageQuery,
) -> Answer<Vec<CommitmentPermitRow>> {
    let mut query =
        commitment_permits::table.filter(commitment_permits::organisation_id.eq(of)).into_boxed();
    if let Some(state) = state {
        query = query.filter(commitment_permits::state.eq(state));
    }
    if let Some(after) = page.after::<CommitmentPermitId>()? {
        query = query.filter(commitment_permits::id.lt(after));
    }
    let query = query.order(commitment_permits::id.desc()).limit(page.limit() + 1);
    Ok(query.select(CommitmentPermitRow::as_select()).load(c)?)
}

/// How many permits of an organisation wait or can be used.
pub(crate) fn count_open_permits(c: &mut Conn, of: OrganisationId, now: Time) -> QueryResult<i64> {
    let open = commitment_permits::table
        .filter(commitment_permits::organisation_id.eq(of))
        .filter(commitment_permits::state.eq_any([PermitState::Asked, PermitState::Approved]))
        .filter(commitment_permits::expires_at.gt(now));
    open.count().get_result(c)
}

/// The permits that these organisations can use, in no order.
pub(crate) fn usable_permits(
    c: &mut Conn,
    of: &[OrganisationId],
    now: Time,
) -> QueryResult<Vec<CommitmentPermitRow>> {
    let usable = commitment_permits::table
        .filter(commitment_permits::organisation_id.eq_any(of.iter().copied()))
        .filter(commitment_permits::state.eq(PermitState::Approved))
        .filter(commitment_permits::expires_at.gt(now));
    usable.select(CommitmentPermitRow::as_select()).load(c)
}

/// Saves a limit that is new.
pub(crate) fn insert_limit(tx: &mut Tx<'_>, row: &SinglePersonLimitRow) -> QueryResult<()> {
    tx.insert(row)
}

/// Saves what became of a limit.
pub(crate) fn update_limit(tx: &mut Tx<'_>, row: &SinglePersonLimitRow) -> QueryResult<()> {
    tx.update(row)
}

/// Saves a permit that is new.
pub(crate) fn insert_permit(tx: &mut Tx<'_>, row: &CommitmentPermitRow) -> QueryResult<()> {
    tx.insert(row)
}

/// Saves what the command of that index did with a permit.
pub(crate) fn update_permit(
    tx: &mut Tx<'_>,
    command: usize,
    row: &CommitmentPermitRow,
) -> QueryResult<()> {
    tx.update_of(command, row)
}
