//! Lines that wait for a person, who looks after them, what was done about them, and transfers that
//! came back.

use std::collections::HashMap;

use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::BigInt;

use crate::finance::model::{
    DepositId, ExceptionId, ExceptionKind, ExceptionState, LineId, OwnerId, ReturnId, StepId,
    StepKind,
};
use crate::finance::rules::CanTake;
use crate::kernel::clock::Time;
use crate::kernel::db::{Conn, record};
use crate::kernel::ids::{OrganisationId, UserId};
use crate::kernel::money::Fen;
use crate::kernel::page::PageQuery;
use crate::kernel::problem::{Answer, Failure};
use crate::ledger::{FeeAccountId, JournalId};
use crate::schema::{exception_owners, exception_steps, returned_transfers, statement_exceptions};

/// The most steps of one exception that are shown.
const STEPS_MAX: i64 = 500;

record! {
    /// A row is a line that is not what was expected.
    pub(crate) struct ExceptionRow in statement_exceptions {
        id: ExceptionId as Id,
        fee_account_id: FeeAccountId as Id,
        line_id: LineId as Id,
        kind: ExceptionKind as Text,
        by_fen: Option<Fen> as Nullable<BigInt>,
        amount_fen: i64 as BigInt,
        rest_fen: i64 as BigInt,
        state: ExceptionState as Text,
        raised_at: Time as Timestamp,
        resolved_by: Option<UserId> as Nullable<Id>,
        resolved_at: Option<Time> as Nullable<Timestamp>,
        reason: Option<String> as Nullable<Text>,
    }
}

impl ExceptionRow {
    pub(in crate::finance) fn can_take(&self) -> CanTake {
        CanTake { kind: self.kind, state: self.state, rest_fen: self.rest_fen }
    }
}

record! {
    /// A row is the person who looks after an exception now.
    pub(crate) struct OwnerRow in exception_owners {
        id: OwnerId as Id,
        exception_id: ExceptionId as Id,
        owner_id: UserId as Id,
        given_by: UserId as Id,
        owned_since: Time as Timestamp,
    }
}

record! {
    /// A row is one step in the history of an exception.
    pub(crate) struct StepRow in exception_steps {
        id: StepId as Id,
        exception_id: ExceptionId as Id,
        kind: StepKind as Text,
        user_id: UserId as Id,
        owner_id: Option<UserId> as Nullable<Id>,
        amount_fen: Option<Fen> as Nullable<BigInt>,
        rest_fen: i64 as BigInt,
        said: Option<String> as Nullable<Text>,
        taken_at: Time as Timestamp,
    }
}

record! {
    /// A row is a line of money out that took an earlier line of money in back.
    pub(crate) struct ReturnRow in returned_transfers {
        id: ReturnId as Id,
        fee_account_id: FeeAccountId as Id,
        line_id: LineId as Id,
        returned_line_id: LineId as Id,
        deposit_id: Option<DepositId> as Nullable<Id>,
        organisation_id: Option<OrganisationId> as Nullable<Id>,
        account: String as Text,
        amount_fen: Fen as BigInt,
        journal_id: JournalId as Id,
        reason: String as Text,
        confirmed_by: UserId as Id,
        confirmed_at: Time as Timestamp,
    }
}

/// Who looks after these exceptions.
pub(in crate::finance) fn owners_of(
    c: &mut Conn,
    exceptions: &[ExceptionId],
) -> QueryResult<HashMap<ExceptionId, OwnerRow>> {
    let rows: Vec<OwnerRow> = exception_owners::table
        .filter(exception_owners::exception_id.eq_any(exceptions))
        .select(OwnerRow::as_select())
        .load(c)?;
    Ok(rows.into_iter().map(|row| (row.exception_id, row)).collect())
}

/// The history of an exception, oldest first.
pub(in crate::finance) fn steps_of(c: &mut Conn, id: ExceptionId) -> QueryResult<Vec<StepRow>> {
    exception_steps::table
        .filter(exception_steps::exception_id.eq(id))
        .order(exception_steps::id)
        .limit(STEPS_MAX)
        .select(StepRow::as_select())
        .load(c)
}

/// What went back of these lines, or what they sent back.
pub(in crate::finance) fn returns_of_lines(
    c: &mut Conn,
    lines: &[LineId],
) -> QueryResult<Vec<ReturnRow>> {
    let mut rows: Vec<ReturnRow> = returned_transfers::table
        .filter(returned_transfers::line_id.eq_any(lines))
        .select(ReturnRow::as_select())
        .load(c)?;
    let others: Vec<ReturnRow> = returned_transfers::table
        .filter(returned_transfers::returned_line_id.eq_any(lines))
        .select(ReturnRow::as_select())
        .load(c)?;
    let known: Vec<ReturnId> = rows.iter().map(|row| row.id).collect();
    rows.extend(others.into_iter().filter(|row| !known.contains(&row.id)));
    Ok(rows)
}

/// What the bank took back of a developer's deposits.
pub(in crate::finance) fn returns_of_developer(
    c: &mut Conn,
    fee_account_id: FeeAccountId,
    organisation_id: OrganisationId,
) -> QueryResult<Vec<ReturnRow>> {
    returned_transfers::table
        .filter(returned_transfers::fee_account_id.eq(fee_account_id))
        .filter(returned_transfers::organisation_id.eq(organisation_id))
        .order(returned_transfers::id)
        .select(ReturnRow::as_select())
        .load(c)
}

/// The exception by which a line's money waits, else the last by which it waited; duplicates wait
/// for nothing.
pub(in crate::finance) fn waiting(
    c: &mut Conn,
    line_id: LineId,
) -> QueryResult<Option<ExceptionRow>> {
    statement_exceptions::table
        .filter(statement_exceptions::line_id.eq(line_id))
        .filter(statement_exceptions::kind.ne(ExceptionKind::Duplicate))
        .order((statement_exceptions::state, statement_exceptions::id.desc()))
        .select(ExceptionRow::as_select())
        .first(c)
        .optional()
}

pub(in crate::finance) fn exception(c: &mut Conn, id: ExceptionId) -> Answer<ExceptionRow> {
    let found = statement_exceptions::table
        .find(id)
        .select(ExceptionRow::as_select())
        .first(c)
        .optional()?;
    found.ok_or_else(Failure::not_found)
}

/// Which of these lines are listed as repeated already.
pub(in crate::finance) fn duplicates_of(
    c: &mut Conn,
    line_ids: &[LineId],
) -> QueryResult<Vec<LineId>> {
    statement_exceptions::table
        .filter(statement_exceptions::line_id.eq_any(line_ids))
        .filter(statement_exceptions::kind.eq(ExceptionKind::Duplicate))
        .select(statement_exceptions::line_id)
        .load(c)
}

/// Which exceptions a list shows.
#[derive(Debug, Clone, Default)]
pub(in crate::finance) struct ExceptionFilter {
    pub(in crate::finance) state: Option<ExceptionState>,
    pub(in crate::finance) kind: Option<ExceptionKind>,
    pub(in crate::finance) owner_id: Option<UserId>,
    pub(in crate::finance) raised_before: Option<Time>,
}

/// Newest first, with one more than the page holds.
pub(in crate::finance) fn list_exceptions(
    c: &mut Conn,
    fee_account_id: FeeAccountId,
    filter: &ExceptionFilter,
    page: &PageQuery,
) -> Answer<Vec<ExceptionRow>> {
    let mut query = statement_exceptions::table
        .filter(statement_exceptions::fee_account_id.eq(fee_account_id))
        .into_boxed();
    if let Some(state) = filter.state {
        query = query.filter(statement_exceptions::state.eq(state));
    }
    if let Some(kind) = filter.kind {
        query = query.filter(statement_exceptions::kind.eq(kind));
    }
    if let Some(owner) = filter.owner_id {
        let owned = exception_owners::table
            .filter(exception_owners::owner_id.eq(owner))
            .select(exception_owners::exception_id);
        query = query.filter(statement_exceptions::id.eq_any(owned));
    }
    if let Some(before) = filter.raised_before {
        query = query.filter(statement_exceptions::raised_at.lt(before));
    }
    if let Some(after) = page.after::<ExceptionId>()? {
        query = query.filter(statement_exceptions::id.lt(after));
    }
    let query = query.order(statement_exceptions::id.desc()).limit(page.limit() + 1);
    Ok(query.select(ExceptionRow::as_select()).load(c)?)
}

/// All that is open in a fee account, oldest first.
pub(in crate::finance) fn open_exceptions(
    c: &mut Conn,
    fee_account_id: FeeAccountId,
    rows_max: i64,
) -> QueryResult<Vec<ExceptionRow>> {
    statement_exceptions::table
        .filter(statement_exceptions::fee_account_id.eq(fee_account_id))
        .filter(statement_exceptions::state.eq(ExceptionState::Open))
        .order(statement_exceptions::id)
        .limit(rows_max)
        .select(ExceptionRow::as_select())
        .load(c)
}

/// What the open exceptions of a fee account add up to: money in less money out.
pub(in crate::finance) fn open_exceptions_fen(
    c: &mut Conn,
    fee_account_id: FeeAccountId,
) -> QueryResult<i64> {
    statement_exceptions::table
        .filter(statement_exceptions::fee_account_id.eq(fee_account_id))
        .filter(statement_exceptions::state.eq(ExceptionState::Open))
        .select(sql::<BigInt>("CAST(COALESCE(SUM(rest_fen), 0) AS BIGINT)"))
        .first(c)
}
