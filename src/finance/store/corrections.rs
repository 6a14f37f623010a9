//! Bookings that are undone, and receivables that are paid.

use diesel::prelude::*;
use uuid::Uuid;

use super::DepositRow;
use crate::finance::model::{
    CorrectionId, CorrectionKind, CorrectionState, DepositId, LineId, ReceivablePaymentId,
};
use crate::identity::ApprovalId;
use crate::kernel::clock::Time;
use crate::kernel::db::{Conn, RawId, record};
use crate::kernel::ids::{OrganisationId, UserId};
use crate::kernel::money::Fen;
use crate::kernel::page::PageQuery;
use crate::kernel::problem::{Answer, Failure};
use crate::ledger::{FeeAccountId, JournalId};
use crate::schema::{corrections, deposits, payout_returns, payouts, receivable_payments};

record! {
    /// A row is a booking that two people undo.
    pub(crate) struct CorrectionRow in corrections {
        id: CorrectionId as Id,
        fee_account_id: FeeAccountId as Id,
        kind: CorrectionKind as Text,
        subject_id: RawId as Id,
        original_journal_id: JournalId as Id,
        amount_fen: Fen as BigInt,
        reason: String as Text,
        approval_id: ApprovalId as Id,
        state: CorrectionState as Text,
        entered_by: UserId as Id,
        entered_at: Time as Timestamp,
        decided_by: Option<UserId> as Nullable<Id>,
        decided_at: Option<Time> as Nullable<Timestamp>,
        journal_id: Option<JournalId> as Nullable<Id>,
        receivable_fen: Option<i64> as Nullable<BigInt>,
        decision: Option<String> as Nullable<Text>,
    }
}

record! {
    /// A row is a receivable paid.
    pub(crate) struct ReceivablePaymentRow in receivable_payments {
        id: ReceivablePaymentId as Id,
        fee_account_id: FeeAccountId as Id,
        organisation_id: OrganisationId as Id,
        amount_fen: Fen as BigInt,
        line_id: Option<LineId> as Nullable<Id>,
        journal_id: JournalId as Id,
        reason: String as Text,
        taken_by: UserId as Id,
        taken_at: Time as Timestamp,
    }
}

pub(in crate::finance) fn correction(c: &mut Conn, id: CorrectionId) -> Answer<CorrectionRow> {
    let query = corrections::table.find(id).select(CorrectionRow::as_select());
    query.first(c).optional()?.ok_or_else(Failure::not_found)
}

/// Newest first, with one more than the page holds.
pub(in crate::finance) fn list_corrections(
    c: &mut Conn,
    fee_account_id: FeeAccountId,
    page: &PageQuery,
) -> Answer<Vec<CorrectionRow>> {
    let mut query =
        corrections::table.filter(corrections::fee_account_id.eq(fee_account_id)).into_boxed();
    if let Some(after) = page.after::<CorrectionId>()? {
        query = query.filter(corrections::id.lt(after));
    }
    let query = query.order(corrections::id.desc()).limit(page.limit() + 1);
    Ok(query.select(CorrectionRow::as_select()).load(c)?)
}

/// The trades, deposits or payouts of a fee account whose booking is undone.
pub(in crate::finance) fn undone(
    c: &mut Conn,
    fee_account_id: FeeAccountId,
    kind: CorrectionKind,
) -> QueryResult<Vec<Uuid>> {
    let ids: Vec<RawId> = corrections::table
        .filter(corrections::fee_account_id.eq(fee_account_id))
        .filter(corrections::kind.eq(kind))
        .filter(corrections::state.eq(CorrectionState::Approved))
        .select(corrections::subject_id)
        .load(c)?;
    Ok(ids.into_iter().map(|id| id.0).collect())
}

pub(in crate::finance) fn deposit(c: &mut Conn, id: DepositId) -> Answer<DepositRow> {
    let query = deposits::table.find(id).select(DepositRow::as_select());
    query.first(c).optional()?.ok_or_else(Failure::not_found)
}

/// The deposits of a fee account, newest first, with one more than the page holds.
pub(in crate::finance) fn list_deposits(
    c: &mut Conn,
    fee_account_id: FeeAccountId,
    page: &PageQuery,
) -> Answer<Vec<DepositRow>> {
    let mut query =
        deposits::table.filter(deposits::fee_account_id.eq(fee_account_id)).into_boxed();
    if let Some(after) = page.after::<DepositId>()? {
        query = query.filter(deposits::id.lt(after));
    }
    let query = query.order(deposits::id.desc()).limit(page.limit() + 1);
    Ok(query.select(DepositRow::as_select()).load(c)?)
}

/// How many lines a person has taken as payouts that came back or as receivables paid.
pub(in crate::finance) fn lines_taken_by(
    c: &mut Conn,
    fee_account_id: FeeAccountId,
    user_id: UserId,
) -> QueryResult<i64> {
    let here = payouts::table.filter(payouts::fee_account_id.eq(fee_account_id));
    let returns: i64 = payout_returns::table
        .filter(payout_returns::taken_by.eq(user_id))
        .filter(payout_returns::id.eq_any(here.select(payouts::id)))
        .count()
        .get_result(c)?;
    let paid: i64 = receivable_payments::table
        .filter(receivable_payments::fee_account_id.eq(fee_account_id))
        .filter(receivable_payments::taken_by.eq(user_id))
        .filter(receivable_payments::line_id.is_not_null())
        .count()
        .get_result(c)?;
    Ok(returns + paid)
}

/// The payments of receivables, newest first, with one more than the page holds.
pub(in crate::finance) fn list_receivable_payments(
    c: &mut Conn,
    fee_account_id: FeeAccountId,
    page: &PageQuery,
) -> Answer<Vec<ReceivablePaymentRow>> {
    let mut query = receivable_payments::table
        .filter(receivable_payments::fee_account_id.eq(fee_account_id))
        .into_boxed();
    if let Some(after) = page.after::<ReceivablePaymentId>()? {
        query = query.filter(receivable_payments::id.lt(after));
    }
    let query = query.order(receivable_payments::id.desc()).limit(page.limit() + 1);
    Ok(query.select(ReceivablePaymentRow::as_select()).load(c)?)
}

pub(in crate::finance) fn receivable_payment(
    c: &mut Conn,
    id: ReceivablePaymentId,
) -> QueryResult<Option<ReceivablePaymentRow>> {
    let query = receivable_payments::table.find(id).select(ReceivablePaymentRow::as_select());
    query.first(c).optional()
}
