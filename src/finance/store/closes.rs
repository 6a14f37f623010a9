//! Closes of periods, and what is asked before one.

use chrono::NaiveDate;
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::BigInt;

use crate::finance::model::{
    CloseKind, CloseState, ExceptionState, OpeningState, PayoutState, PeriodCloseId, StatementState,
};
use crate::finance::rules::Carried;
use crate::identity::ApprovalId;
use crate::kernel::clock::Time;
use crate::kernel::db::{Conn, record};
use crate::kernel::ids::UserId;
use crate::kernel::page::PageQuery;
use crate::kernel::problem::{Answer, Failure};
use crate::ledger::FeeAccountId;
use crate::schema::{account_openings, payouts, period_closes, statement_exceptions, statements};

use super::PayoutRow;

record! {
    /// A row is the close of a day or a month of a fee account, with what it came to.
    pub(crate) struct PeriodCloseRow in period_closes {
        id: PeriodCloseId as Id,
        fee_account_id: FeeAccountId as Id,
        kind: CloseKind as Text,
        period_from: NaiveDate as Date,
        period_to: NaiveDate as Date,
        bank_fen: i64 as BigInt,
        cash_fen: i64 as BigInt,
        shares_fen: i64 as BigInt,
        suspense_fen: i64 as BigInt,
        receivable_fen: i64 as BigInt,
        journals: i64 as BigInt,
        moved_fen: i64 as BigInt,
        exceptions: i64 as BigInt,
        exceptions_fen: i64 as BigInt,
        payouts: i64 as BigInt,
        payouts_fen: i64 as BigInt,
        approval_id: ApprovalId as Id,
        state: CloseState as Text,
        entered_by: UserId as Id,
        entered_at: Time as Timestamp,
        closed_by: Option<UserId> as Nullable<Id>,
        closed_at: Option<Time> as Nullable<Timestamp>,
    }
}

pub(in crate::finance) fn period_close(c: &mut Conn, id: PeriodCloseId) -> Answer<PeriodCloseRow> {
    let found = period_closes::table.find(id).select(PeriodCloseRow::as_select()).first(c);
    found.optional()?.ok_or_else(Failure::not_found)
}

/// Newest first, with one more than the page holds.
pub(in crate::finance) fn list_period_closes(
    c: &mut Conn,
    fee_account_id: FeeAccountId,
    page: &PageQuery,
) -> Answer<Vec<PeriodCloseRow>> {
    let mut query =
        period_closes::table.filter(period_closes::fee_account_id.eq(fee_account_id)).into_boxed();
    if let Some(after) = page.after::<PeriodCloseId>()? {
        query = query.filter(period_closes::id.lt(after));
    }
    let query = query.order(period_closes::id.desc()).limit(page.limit() + 1);
    Ok(query.select(PeriodCloseRow::as_select()).load(c)?)
}

/// The last day of the last month that is closed.
pub(in crate::finance) fn months_closed_through(
    c: &mut Conn,
    fee_account_id: FeeAccountId,
) -> QueryResult<Option<NaiveDate>> {
    period_closes::table
        .filter(period_closes::fee_account_id.eq(fee_account_id))
        .filter(period_closes::kind.eq(CloseKind::Month))
        .filter(period_closes::state.eq(CloseState::Closed))
        .order(period_closes::period_to.desc())
        .select(period_closes::period_to)
        .first(c)
        .optional()
}

/// The first close that covers a day and was closed: from then on the day is as it is.
pub(in crate::finance) fn close_over(
    c: &mut Conn,
    fee_account_id: FeeAccountId,
    day: NaiveDate,
) -> QueryResult<Option<PeriodCloseRow>> {
    period_closes::table
        .filter(period_closes::fee_account_id.eq(fee_account_id))
        .filter(period_closes::state.eq(CloseState::Closed))
        .filter(period_closes::period_to.ge(day))
        .order((period_closes::period_to, period_closes::id))
        .select(PeriodCloseRow::as_select())
        .first(c)
        .optional()
}

/// The days that published files cover which reach into the period: of each file those that were
/// over when it was imported.
pub(in crate::finance) fn days_covered(
    c: &mut Conn,
    fee_account_id: FeeAccountId,
    from: NaiveDate,
) -> QueryResult<Vec<(NaiveDate, NaiveDate)>> {
    let files: Vec<(NaiveDate, NaiveDate, Time)> = statements::table
        .filter(statements::fee_account_id.eq(fee_account_id))
        .filter(statements::state.eq(StatementState::Published))
        .filter(statements::period_to.ge(from))
        .select((statements::period_from, statements::period_to, statements::imported_at))
        .load(c)?;
    let covered = files.into_iter().filter_map(|(first, last, imported_at)| {
        let over = imported_at.date_in_shanghai().pred_opt()?;
        (first <= over).then_some((first, last.min(over)))
    });
    Ok(covered.collect())
}

/// The names of files whose import was broken off and not made good by importing them again.
pub(in crate::finance) fn broken_off(
    c: &mut Conn,
    fee_account_id: FeeAccountId,
    to: NaiveDate,
) -> QueryResult<Vec<String>> {
    let its = statements::table.filter(statements::fee_account_id.eq(fee_account_id));
    let open: Vec<(String, String)> = its
        .filter(statements::state.eq(StatementState::Importing))
        .filter(statements::period_from.le(to))
        .order(statements::id)
        .select((statements::file_hash, statements::file_name))
        .load(c)?;
    let mut names = Vec::new();
    for (hash, name) in open {
        let again: i64 = its
            .filter(statements::state.eq(StatementState::Published))
            .filter(statements::file_hash.eq(hash))
            .count()
            .get_result(c)?;
        if again == 0 {
            names.push(name);
        }
    }
    Ok(names)
}

/// The days of opening balances that nobody approved, up to a day.
pub(in crate::finance) fn openings_waiting(
    c: &mut Conn,
    fee_account_id: FeeAccountId,
    to: NaiveDate,
) -> QueryResult<Vec<NaiveDate>> {
    account_openings::table
        .filter(account_openings::fee_account_id.eq(fee_account_id))
        .filter(account_openings::state.eq(OpeningState::Entered))
        .filter(account_openings::opened_on.le(to))
        .order(account_openings::id)
        .select(account_openings::opened_on)
        .load(c)
}

/// What is open now and is carried over.
pub(in crate::finance) fn carried(
    c: &mut Conn,
    fee_account_id: FeeAccountId,
) -> QueryResult<Carried> {
    let count = || sql::<BigInt>("COUNT(*)");
    let (exceptions, exceptions_fen): (i64, i64) = statement_exceptions::table
        .filter(statement_exceptions::fee_account_id.eq(fee_account_id))
        .filter(statement_exceptions::state.eq(ExceptionState::Open))
        .select((count(), sql::<BigInt>("CAST(COALESCE(SUM(rest_fen), 0) AS BIGINT)")))
        .first(c)?;
    let (payouts, payouts_fen): (i64, i64) = payouts::table
        .filter(payouts::fee_account_id.eq(fee_account_id))
        .filter(payouts::state.eq(PayoutState::Approved))
        .select((count(), sql::<BigInt>("CAST(COALESCE(SUM(amount_fen), 0) AS BIGINT)")))
        .first(c)?;
    Ok(Carried { exceptions, exceptions_fen, payouts, payouts_fen })
}

/// Payouts that the bank showed from one moment to before another, in order.
pub(in crate::finance) fn payouts_paid(
    c: &mut Conn,
    fee_account_id: FeeAccountId,
    from: Time,
    before: Time,
) -> QueryResult<Vec<PayoutRow>> {
    payouts::table
        .filter(payouts::fee_account_id.eq(fee_account_id))
        .filter(payouts::paid_at.ge(from))
        .filter(payouts::paid_at.lt(before))
        .order((payouts::paid_at, payouts::id))
        .select(PayoutRow::as_select())
        .load(c)
}
