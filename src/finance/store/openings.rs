//! The balances with which fee accounts came.

use chrono::NaiveDate;
use diesel::prelude::*;

use crate::finance::model::{OpeningId, OpeningState};
use crate::identity::ApprovalId;
use crate::kernel::clock::Time;
use crate::kernel::db::{Conn, record};
use crate::kernel::ids::UserId;
use crate::kernel::money::Fen;
use crate::kernel::page::PageQuery;
use crate::kernel::problem::{Answer, Failure};
use crate::ledger::FeeAccountId;
use crate::schema::account_openings;

record! {
    /// A row is the balance with which a fee account came.
    pub(crate) struct OpeningRow in account_openings {
        id: OpeningId as Id,
        fee_account_id: FeeAccountId as Id,
        amount_fen: Fen as BigInt,
        opened_on: NaiveDate as Date,
        reason: String as Text,
        approval_id: ApprovalId as Id,
        state: OpeningState as Text,
        entered_by: UserId as Id,
        entered_at: Time as Timestamp,
        approved_by: Option<UserId> as Nullable<Id>,
        approved_at: Option<Time> as Nullable<Timestamp>,
    }
}

pub(in crate::finance) fn opening(c: &mut Conn, id: OpeningId) -> Answer<OpeningRow> {
    let found = account_openings::table.find(id).select(OpeningRow::as_select()).first(c);
    found.optional()?.ok_or_else(Failure::not_found)
}

/// Newest first, with one more than the page holds.
pub(in crate::finance) fn list_openings(
    c: &mut Conn,
    fee_account_id: FeeAccountId,
    page: &PageQuery,
) -> Answer<Vec<OpeningRow>> {
    let mut query = account_openings::table
        .filter(account_openings::fee_account_id.eq(fee_account_id))
        .into_boxed();
    if let Some(after) = page.after::<OpeningId>()? {
        query = query.filter(account_openings::id.lt(after));
    }
    let query = query.order(account_openings::id.desc()).limit(page.limit() + 1);
    Ok(query.select(OpeningRow::as_select()).load(c)?)
}
