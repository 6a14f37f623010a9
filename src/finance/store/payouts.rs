//! Money that is to leave a fee account, and who asked for it.

use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::BigInt;

use super::lines::keys_per_query;

/// How many of what a line may be are looked at.
const CANDIDATES_MAX: i64 = 50;
use crate::finance::model::{
    LineId, PayoutId, PayoutKind, PayoutState, RefundRequestId, RefundRequestState, Share,
};
use crate::finance::rules::DeskPayout;
use crate::identity::ApprovalId;
use crate::kernel::clock::Time;
use crate::kernel::db::{Conn, record};
use crate::kernel::ids::{OrganisationId, UserId};
use crate::kernel::money::Fen;
use crate::kernel::page::PageQuery;
use crate::kernel::problem::{Answer, Failure};
use crate::ledger::FeeAccountId;
use crate::schema::{payout_returns, payouts, refund_requests};

const SUM: &str = "CAST(COALESCE(SUM(amount_fen), 0) AS BIGINT)";

record! {
    /// A row is a developer's wish to have unused cash back.
    pub(crate) struct RefundRequestRow in refund_requests {
        id: RefundRequestId as Id,
        fee_account_id: FeeAccountId as Id,
        organisation_id: OrganisationId as Id,
        amount_fen: Fen as BigInt,
        account: String as Text,
        account_name: String as Text,
        state: RefundRequestState as Text,
        asked_by: UserId as Id,
        asked_at: Time as Timestamp,
    }
}

record! {
    /// A row is money that is to leave a fee account.
    pub(crate) struct PayoutRow in payouts {
        id: PayoutId as Id,
        fee_account_id: FeeAccountId as Id,
        number: String as Text,
        kind: PayoutKind as Text,
        share: Option<Share> as Nullable<Text>,
        organisation_id: OrganisationId as Id,
        amount_fen: Fen as BigInt,
        account: String as Text,
        account_name: String as Text,
        refund_request_id: Option<RefundRequestId> as Nullable<Id>,
        approval_id: ApprovalId as Id,
        state: PayoutState as Text,
        entered_by: UserId as Id,
        entered_at: Time as Timestamp,
        decided_by: Option<UserId> as Nullable<Id>,
        decided_at: Option<Time> as Nullable<Timestamp>,
        reason: Option<String> as Nullable<Text>,
        line_id: Option<LineId> as Nullable<Id>,
        paid_at: Option<Time> as Nullable<Timestamp>,
    }
}

impl PayoutRow {
    /// As it lies on the desk of the person who matches lines.
    pub(in crate::finance) fn on_desk(&self) -> DeskPayout {
        DeskPayout {
            id: self.id,
            number: self.number.clone(),
            amount: self.amount_fen,
            account: self.account.clone(),
            state: self.state,
        }
    }
}

/// Which payouts a list shows.
#[derive(Debug, Clone, Default)]
pub(in crate::finance) struct PayoutFilter {
    pub(in crate::finance) fee_account_id: Option<FeeAccountId>,
    pub(in crate::finance) organisation_id: Option<OrganisationId>,
    pub(in crate::finance) state: Option<PayoutState>,
}

pub(in crate::finance) fn payout(c: &mut Conn, id: PayoutId) -> Answer<PayoutRow> {
    let found = payouts::table.find(id).select(PayoutRow::as_select()).first(c).optional()?;
    found.ok_or_else(Failure::not_found)
}

/// The payouts of one fee account with these numbers.
pub(in crate::finance) fn payouts_by_number(
    c: &mut Conn,
    fee_account_id: FeeAccountId,
    numbers: &[String],
) -> QueryResult<Vec<PayoutRow>> {
    let mut all = Vec::with_capacity(numbers.len());
    for numbers in numbers.chunks(keys_per_query(c)) {
        let found: Vec<PayoutRow> = payouts::table
            .filter(payouts::fee_account_id.eq(fee_account_id))
            .filter(payouts::number.eq_any(numbers))
            .select(PayoutRow::as_select())
            .load(c)?;
        all.extend(found);
    }
    Ok(all)
}

/// Newest first, with one more than the page holds.
pub(in crate::finance) fn list_payouts(
    c: &mut Conn,
    filter: &PayoutFilter,
    page: &PageQuery,
) -> Answer<Vec<PayoutRow>> {
    let mut query = payouts::table.into_boxed();
    if let Some(id) = filter.fee_account_id {
        query = query.filter(payouts::fee_account_id.eq(id));
    }
    if let Some(id) = filter.organisation_id {
        query = query.filter(payouts::organisation_id.eq(id));
    }
    if let Some(state) = filter.state {
        query = query.filter(payouts::state.eq(state));
    }
    if let Some(after) = page.after::<PayoutId>()? {
        query = query.filter(payouts::id.lt(after));
    }
    let query = query.order(payouts::id.desc()).limit(page.limit() + 1);
    Ok(query.select(PayoutRow::as_select()).load(c)?)
}

/// What is entered or on its way from one share of one organisation.
pub(in crate::finance) fn open_payouts_fen(
    c: &mut Conn,
    fee_account_id: FeeAccountId,
    organisation_id: OrganisationId,
    share: Share,
) -> QueryResult<i64> {
    payouts::table
        .filter(payouts::fee_account_id.eq(fee_account_id))
        .filter(payouts::organisation_id.eq(organisation_id))
        .filter(payouts::share.eq(share))
        .filter(payouts::state.eq_any([PayoutState::Entered, PayoutState::Approved]))
        .select(sql::<BigInt>(SUM))
        .first(c)
}

/// What went back, or is on its way back, to a developer's account.
pub(in crate::finance) fn refunds_fen(
    c: &mut Conn,
    fee_account_id: FeeAccountId,
    organisation_id: OrganisationId,
    account: &str,
) -> QueryResult<i64> {
    payouts::table
        .filter(payouts::fee_account_id.eq(fee_account_id))
        .filter(payouts::organisation_id.eq(organisation_id))
        .filter(payouts::kind.eq(PayoutKind::Refund))
        .filter(payouts::account.eq(account))
        .filter(payouts::state.ne_all([PayoutState::Rejected, PayoutState::Cancelled]))
        .filter(payouts::id.ne_all(payout_returns::table.select(payout_returns::id)))
        .select(sql::<BigInt>(SUM))
        .first(c)
}

/// Approved payouts whose bank line has not been seen, oldest first.
pub(in crate::finance) fn ledger_only_payouts(
    c: &mut Conn,
    fee_account_id: FeeAccountId,
    rows_max: i64,
) -> QueryResult<Vec<PayoutRow>> {
    payouts::table
        .filter(payouts::fee_account_id.eq(fee_account_id))
        .filter(payouts::state.eq(PayoutState::Approved))
        .order(payouts::id)
        .limit(rows_max)
        .select(PayoutRow::as_select())
        .load(c)
}

/// What left the account by payouts of these kinds, from one moment to before another.
pub(in crate::finance) fn paid_fen(
    c: &mut Conn,
    fee_account_id: FeeAccountId,
    kinds: &[PayoutKind],
    from: Time,
    before: Time,
) -> QueryResult<i64> {
    payouts::table
        .filter(payouts::fee_account_id.eq(fee_account_id))
        .filter(payouts::kind.eq_any(kinds))
        .filter(payouts::state.eq(PayoutState::Paid))
        .filter(payouts::paid_at.ge(from))
        .filter(payouts::paid_at.lt(before))
        .select(sql::<BigInt>(SUM))
        .first(c)
}

pub(in crate::finance) fn refund_request(
    c: &mut Conn,
    id: RefundRequestId,
) -> Answer<RefundRequestRow> {
    let found = refund_requests::table
        .find(id)
        .select(RefundRequestRow::as_select())
        .first(c)
        .optional()?;
    found.ok_or_else(Failure::not_found)
}

/// Newest first, with one more than the page holds.
pub(in crate::finance) fn list_refund_requests(
    c: &mut Conn,
    fee_account_id: Option<FeeAccountId>,
    organisation_id: Option<OrganisationId>,
    page: &PageQuery,
) -> Answer<Vec<RefundRequestRow>> {
    let mut query = refund_requests::table.into_boxed();
    if let Some(id) = fee_account_id {
        query = query.filter(refund_requests::fee_account_id.eq(id));
    }
    if let Some(id) = organisation_id {
        query = query.filter(refund_requests::organisation_id.eq(id));
    }
    if let Some(after) = page.after::<RefundRequestId>()? {
        query = query.filter(refund_requests::id.lt(after));
    }
    let query = query.order(refund_requests::id.desc()).limit(page.limit() + 1);
    Ok(query.select(RefundRequestRow::as_select()).load(c)?)
}

/// Payouts on their way of exactly so much; a bounded part of them.
pub(in crate::finance) fn approved_payouts_of(
    c: &mut Conn,
    fee_account_id: FeeAccountId,
    amount: Fen,
) -> QueryResult<Vec<PayoutRow>> {
    payouts::table
        .filter(payouts::fee_account_id.eq(fee_account_id))
        .filter(payouts::state.eq(PayoutState::Approved))
        .filter(payouts::amount_fen.eq(amount))
        .order(payouts::id)
        .limit(CANDIDATES_MAX)
        .select(PayoutRow::as_select())
        .load(c)
}

/// Payouts of exactly so much that have left since then; a bounded part of them.
pub(in crate::finance) fn paid_payouts_of(
    c: &mut Conn,
    fee_account_id: FeeAccountId,
    amount: Fen,
    since: Time,
) -> QueryResult<Vec<PayoutRow>> {
    payouts::table
        .filter(payouts::fee_account_id.eq(fee_account_id))
        .filter(payouts::state.eq(PayoutState::Paid))
        .filter(payouts::amount_fen.eq(amount))
        .filter(payouts::paid_at.ge(since))
        .order(payouts::id.desc())
        .limit(CANDIDATES_MAX)
        .select(PayoutRow::as_select())
        .load(c)
}

/// The payouts that these lines have ended.
pub(in crate::finance) fn payouts_of_lines(
    c: &mut Conn,
    lines: &[LineId],
) -> QueryResult<Vec<PayoutRow>> {
    payouts::table
        .filter(payouts::line_id.eq_any(lines))
        .order(payouts::id)
        .select(PayoutRow::as_select())
        .load(c)
}
