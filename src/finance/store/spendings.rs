//! What organisations spent of money that was paid out to them.

use chrono::NaiveDate;
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::BigInt;

use crate::finance::model::{
    PayoutKind, PayoutState, Purpose, Share, SpendingId, SpendingState, VoucherId,
};
use crate::identity::ApprovalId;
use crate::kernel::clock::Time;
use crate::kernel::db::{Conn, record};
use crate::kernel::ids::{OrganisationId, UserId};
use crate::kernel::money::Fen;
use crate::kernel::page::PageQuery;
use crate::kernel::problem::{Answer, Failure};
use crate::ledger::FeeAccountId;
use crate::restoration::ProjectId;
use crate::schema::{payout_returns, payouts, secured_payouts, spending_vouchers, spendings};

record! {
    /// A row is money that was paid out and is spent.
    pub(crate) struct SpendingRow in spendings {
        id: SpendingId as Id,
        fee_account_id: FeeAccountId as Id,
        organisation_id: OrganisationId as Id,
        share: Share as Text,
        purpose: Purpose as Text,
        project_id: Option<ProjectId> as Nullable<Id>,
        amount_fen: Fen as BigInt,
        spent_on: NaiveDate as Date,
        payee: String as Text,
        reason: Option<String> as Nullable<Text>,
        approval_id: Option<ApprovalId> as Nullable<Id>,
        state: SpendingState as Text,
        entered_by: UserId as Id,
        entered_at: Time as Timestamp,
        decided_by: Option<UserId> as Nullable<Id>,
        decided_at: Option<Time> as Nullable<Timestamp>,
        decision: Option<String> as Nullable<Text>,
    }
}

record! {
    /// A row is a voucher of a spending.
    pub(crate) struct VoucherRow in spending_vouchers {
        id: VoucherId as Id,
        spending_id: SpendingId as Id,
        position: i64 as BigInt,
        number: String as Text,
        issued_on: NaiveDate as Date,
        amount_fen: Fen as BigInt,
        sha256: Option<String> as Nullable<Text>,
    }
}

/// One organisation's share of one fee account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::finance) struct ShareOf {
    pub(in crate::finance) fee_account_id: FeeAccountId,
    pub(in crate::finance) organisation_id: OrganisationId,
    pub(in crate::finance) share: Share,
}

/// Which spendings a list shows.
#[derive(Debug, Clone, Default)]
pub(in crate::finance) struct SpendingFilter {
    pub(in crate::finance) fee_account_id: Option<FeeAccountId>,
    pub(in crate::finance) organisation_id: Option<OrganisationId>,
    pub(in crate::finance) purpose: Option<Purpose>,
    pub(in crate::finance) project_id: Option<ProjectId>,
}

pub(in crate::finance) fn spending(c: &mut Conn, id: SpendingId) -> Answer<SpendingRow> {
    let query = spendings::table.find(id).select(SpendingRow::as_select());
    query.first(c).optional()?.ok_or_else(Failure::not_found)
}

/// Newest first, with one more than the page holds.
pub(in crate::finance) fn list_spendings(
    c: &mut Conn,
    filter: &SpendingFilter,
    page: &PageQuery,
) -> Answer<Vec<SpendingRow>> {
    let mut query = spendings::table.into_boxed();
    if let Some(id) = filter.fee_account_id {
        query = query.filter(spendings::fee_account_id.eq(id));
    }
    if let Some(id) = filter.organisation_id {
        query = query.filter(spendings::organisation_id.eq(id));
    }
    if let Some(purpose) = filter.purpose {
        query = query.filter(spendings::purpose.eq(purpose));
    }
    if let Some(id) = filter.project_id {
        query = query.filter(spendings::project_id.eq(id));
    }
    if let Some(after) = page.after::<SpendingId>()? {
        query = query.filter(spendings::id.lt(after));
    }
    let query = query.order(spendings::id.desc()).limit(page.limit() + 1);
    Ok(query.select(SpendingRow::as_select()).load(c)?)
}

/// The vouchers of these spendings in their order.
pub(in crate::finance) fn vouchers_of(
    c: &mut Conn,
    ids: &[SpendingId],
) -> QueryResult<Vec<VoucherRow>> {
    spending_vouchers::table
        .filter(spending_vouchers::spending_id.eq_any(ids))
        .order((spending_vouchers::spending_id, spending_vouchers::position))
        .select(VoucherRow::as_select())
        .load(c)
}

/// One of these numbers that proves a spending of the organisation already.
pub(in crate::finance) fn used_voucher(
    c: &mut Conn,
    organisation_id: OrganisationId,
    numbers: &[&str],
) -> QueryResult<Option<String>> {
    let counting = spendings::table
        .filter(spendings::organisation_id.eq(organisation_id))
        .filter(spendings::state.ne(SpendingState::Rejected))
        .select(spendings::id);
    spending_vouchers::table
        .filter(spending_vouchers::number.eq_any(numbers))
        .filter(spending_vouchers::spending_id.eq_any(counting))
        .select(spending_vouchers::number)
        .first(c)
        .optional()
}

/// What left the fee account by payouts of a share to its own account and did not come back.
pub(in crate::finance) fn paid_out_fen(c: &mut Conn, of: &ShareOf) -> QueryResult<i64> {
    let paid = payouts::table
        .filter(payouts::fee_account_id.eq(of.fee_account_id))
        .filter(payouts::organisation_id.eq(of.organisation_id))
        .filter(payouts::kind.eq(PayoutKind::Share))
        .filter(payouts::share.eq(of.share))
        .filter(payouts::state.eq(PayoutState::Paid))
        .filter(payouts::id.ne_all(secured_payouts::table.select(secured_payouts::id)));
    let all: i64 = paid
        .select(sql::<BigInt>("CAST(COALESCE(SUM(payouts.amount_fen), 0) AS BIGINT)"))
        .first(c)?;
    let back: i64 = paid
        .filter(payouts::id.eq_any(payout_returns::table.select(payout_returns::id)))
        .select(sql::<BigInt>("CAST(COALESCE(SUM(payouts.amount_fen), 0) AS BIGINT)"))
        .first(c)?;
    Ok(all - back)
}

/// What was spent of a share, by purpose; what waits for a second person counts.
pub(in crate::finance) fn spent_by_purpose(
    c: &mut Conn,
    of: &ShareOf,
) -> QueryResult<Vec<(Purpose, i64)>> {
    spendings::table
        .filter(spendings::fee_account_id.eq(of.fee_account_id))
        .filter(spendings::organisation_id.eq(of.organisation_id))
        .filter(spendings::share.eq(of.share))
        .filter(spendings::state.ne(SpendingState::Rejected))
        .group_by(spendings::purpose)
        .order(spendings::purpose)
        .select((spendings::purpose, sql::<BigInt>("CAST(COALESCE(SUM(amount_fen), 0) AS BIGINT)")))
        .load(c)
}

/// What was paid of a project's restoration cost.
pub(in crate::finance) fn spent_on_project(c: &mut Conn, id: ProjectId) -> QueryResult<i64> {
    spendings::table
        .filter(spendings::project_id.eq(id))
        .filter(spendings::state.ne(SpendingState::Rejected))
        .select(sql::<BigInt>("CAST(COALESCE(SUM(amount_fen), 0) AS BIGINT)"))
        .first(c)
}

/// Whose shares of a fee account were ever paid out, in order.
pub(in crate::finance) fn shares_paid_out(
    c: &mut Conn,
    fee_account_id: FeeAccountId,
    organisation_id: Option<OrganisationId>,
) -> QueryResult<Vec<ShareOf>> {
    let mut query = payouts::table
        .filter(payouts::fee_account_id.eq(fee_account_id))
        .filter(payouts::state.eq(PayoutState::Paid))
        .filter(payouts::kind.eq(PayoutKind::Share))
        .into_boxed();
    if let Some(id) = organisation_id {
        query = query.filter(payouts::organisation_id.eq(id));
    }
    let rows: Vec<(Option<Share>, OrganisationId)> = query
        .select((payouts::share, payouts::organisation_id))
        .distinct()
        .order((payouts::share, payouts::organisation_id))
        .load(c)?;
    let of = |(share, organisation_id): (Option<Share>, OrganisationId)| {
        Some(ShareOf { fee_account_id, organisation_id, share: share? })
    };
    Ok(rows.into_iter().filter_map(of).collect())
}
