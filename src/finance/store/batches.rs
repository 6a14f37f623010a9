//! Batches of payouts, what a payout's row does not say, and how banks want their tables.

use std::collections::HashMap;

use chrono::NaiveDate;
use diesel::prelude::*;

use super::PayoutRow;
use crate::finance::model::{
    LineId, PaymentTemplateId, PayoutBatchId, PayoutBatchState, PayoutId, TableEncoding,
};
use crate::identity::ApprovalId;
use crate::kernel::clock::Time;
use crate::kernel::db::{Conn, record};
use crate::kernel::ids::UserId;
use crate::kernel::money::Fen;
use crate::kernel::page::PageQuery;
use crate::kernel::problem::{Answer, Failure};
use crate::ledger::{FeeAccountId, JournalId};
use crate::schema::{
    payment_templates, payout_batches, payout_origins, payout_returns, payout_terms, payouts,
};

/// Ids of one query; engines bound how many values a statement may carry.
pub(super) const IDS_MAX: usize = 500;

record! {
    /// A row is a batch of payouts for a period.
    pub(crate) struct PayoutBatchRow in payout_batches {
        id: PayoutBatchId as Id,
        fee_account_id: FeeAccountId as Id,
        number: String as Text,
        period_from: NaiveDate as Date,
        period_to: NaiveDate as Date,
        payouts: i64 as BigInt,
        total_fen: Fen as BigInt,
        approval_id: ApprovalId as Id,
        state: PayoutBatchState as Text,
        entered_by: UserId as Id,
        entered_at: Time as Timestamp,
        decided_by: Option<UserId> as Nullable<Id>,
        decided_at: Option<Time> as Nullable<Timestamp>,
        reason: Option<String> as Nullable<Text>,
    }
}

record! {
    /// A row says of a payout which bank, which batch, and until when it waits.
    pub(crate) struct PayoutTermsRow in payout_terms {
        id: PayoutId as Id,
        bank_name: Option<String> as Nullable<Text>,
        batch_id: Option<PayoutBatchId> as Nullable<Id>,
        waits_until: Option<Time> as Nullable<Timestamp>,
    }
}

record! {
    /// A row says which line's money a payout of the kind `return` gives back.
    pub(crate) struct PayoutOriginRow in payout_origins {
        id: PayoutId as Id,
        line_id: LineId as Id,
    }
}

record! {
    /// A row is a payout that the bank sent back.
    pub(crate) struct PayoutReturnRow in payout_returns {
        id: PayoutId as Id,
        line_id: LineId as Id,
        journal_id: JournalId as Id,
        amount_fen: Fen as BigInt,
        reason: String as Text,
        taken_by: UserId as Id,
        taken_at: Time as Timestamp,
    }
}

record! {
    /// A row is how a bank wants its table of payments.
    pub(crate) struct PaymentTemplateRow in payment_templates {
        id: PaymentTemplateId as Id,
        fee_account_id: FeeAccountId as Id,
        bank: String as Text,
        layout: String as Text,
        encoding: TableEncoding as Text,
        entered_by: UserId as Id,
        entered_at: Time as Timestamp,
    }
}

pub(in crate::finance) fn batch(c: &mut Conn, id: PayoutBatchId) -> Answer<PayoutBatchRow> {
    let query = payout_batches::table.find(id).select(PayoutBatchRow::as_select());
    query.first(c).optional()?.ok_or_else(Failure::not_found)
}

/// Newest first, with one more than the page holds.
pub(in crate::finance) fn list_batches(
    c: &mut Conn,
    fee_account_id: FeeAccountId,
    page: &PageQuery,
) -> Answer<Vec<PayoutBatchRow>> {
    let mut query = payout_batches::table
        .filter(payout_batches::fee_account_id.eq(fee_account_id))
        .into_boxed();
    if let Some(after) = page.after::<PayoutBatchId>()? {
        query = query.filter(payout_batches::id.lt(after));
    }
    let query = query.order(payout_batches::id.desc()).limit(page.limit() + 1);
    Ok(query.select(PayoutBatchRow::as_select()).load(c)?)
}

/// The payouts of a batch with their terms, in the order of their numbers.
pub(in crate::finance) fn payouts_of_batch(
    c: &mut Conn,
    id: PayoutBatchId,
) -> Answer<Vec<(PayoutRow, PayoutTermsRow)>> {
    let terms: Vec<PayoutTermsRow> = payout_terms::table
        .filter(payout_terms::batch_id.eq(id))
        .select(PayoutTermsRow::as_select())
        .load(c)?;
    let ids: Vec<PayoutId> = terms.iter().map(|row| row.id).collect();
    let mut rows: Vec<PayoutRow> =
        payouts::table.filter(payouts::id.eq_any(&ids)).select(PayoutRow::as_select()).load(c)?;
    rows.sort_by(|one, other| one.number.cmp(&other.number));
    let with_terms = |row: PayoutRow| {
        let terms = terms.iter().find(|terms| terms.id == row.id).cloned();
        Ok((row, terms.ok_or_else(|| Failure::broken("a payout of a batch has its terms"))?))
    };
    rows.into_iter().map(with_terms).collect()
}

/// What is known of these payouts beside their rows; older ones have no terms.
pub(in crate::finance) fn terms_of(
    c: &mut Conn,
    ids: &[PayoutId],
) -> QueryResult<HashMap<PayoutId, PayoutTermsRow>> {
    let mut found = HashMap::with_capacity(ids.len());
    for ids in ids.chunks(IDS_MAX) {
        let rows: Vec<PayoutTermsRow> = payout_terms::table
            .filter(payout_terms::id.eq_any(ids))
            .select(PayoutTermsRow::as_select())
            .load(c)?;
        found.extend(rows.into_iter().map(|row| (row.id, row)));
    }
    Ok(found)
}

/// Which of these payouts came back.
pub(in crate::finance) fn returns_of(
    c: &mut Conn,
    ids: &[PayoutId],
) -> QueryResult<HashMap<PayoutId, PayoutReturnRow>> {
    let mut found = HashMap::new();
    for ids in ids.chunks(IDS_MAX) {
        let rows: Vec<PayoutReturnRow> = payout_returns::table
            .filter(payout_returns::id.eq_any(ids))
            .select(PayoutReturnRow::as_select())
            .load(c)?;
        found.extend(rows.into_iter().map(|row| (row.id, row)));
    }
    Ok(found)
}

/// Which line's money a payout gives back.
pub(in crate::finance) fn origin_of(
    c: &mut Conn,
    id: PayoutId,
) -> QueryResult<Option<PayoutOriginRow>> {
    let query = payout_origins::table.find(id).select(PayoutOriginRow::as_select());
    query.first(c).optional()
}

pub(in crate::finance) fn template(
    c: &mut Conn,
    id: PaymentTemplateId,
) -> QueryResult<Option<PaymentTemplateRow>> {
    let query = payment_templates::table.find(id).select(PaymentTemplateRow::as_select());
    query.first(c).optional()
}

/// Newest first, with one more than the page holds.
pub(in crate::finance) fn list_templates(
    c: &mut Conn,
    fee_account_id: FeeAccountId,
    page: &PageQuery,
) -> Answer<Vec<PaymentTemplateRow>> {
    let mut query = payment_templates::table
        .filter(payment_templates::fee_account_id.eq(fee_account_id))
        .into_boxed();
    if let Some(after) = page.after::<PaymentTemplateId>()? {
        query = query.filter(payment_templates::id.lt(after));
    }
    let query = query.order(payment_templates::id.desc()).limit(page.limit() + 1);
    Ok(query.select(PaymentTemplateRow::as_select()).load(c)?)
}
