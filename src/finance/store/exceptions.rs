//! Who looks after an exception, what was done about it, and transfers that came back.

use std::collections::HashMap;

use diesel::prelude::*;

use crate::finance::model::{
    DepositId, ExceptionId, LineId, OwnerId, PayoutId, ReturnId, StepId, StepKind,
};
use crate::kernel::clock::Time;
use crate::kernel::db::{Conn, record};
use crate::kernel::ids::{OrganisationId, UserId};
use crate::kernel::money::Fen;
use crate::ledger::{FeeAccountId, JournalId};
use crate::schema::{exception_owners, exception_steps, returned_transfers};

/// The most steps of one exception that are shown.
const STEPS_MAX: i64 = 500;

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
    /// A row is a transfer that came back.
    pub(crate) struct ReturnRow in returned_transfers {
        id: ReturnId as Id,
        fee_account_id: FeeAccountId as Id,
        line_id: LineId as Id,
        payout_id: Option<PayoutId> as Nullable<Id>,
        returned_line_id: Option<LineId> as Nullable<Id>,
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

/// The return of a payout, if it came back.
pub(in crate::finance) fn return_of_payout(
    c: &mut Conn,
    id: PayoutId,
) -> QueryResult<Option<ReturnRow>> {
    returned_transfers::table
        .filter(returned_transfers::payout_id.eq(id))
        .select(ReturnRow::as_select())
        .first(c)
        .optional()
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

/// What came back of a developer's money, in either direction.
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
