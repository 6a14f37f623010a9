//! Accounts to which nothing leaves.

use std::collections::BTreeMap;

use diesel::prelude::*;

use crate::finance::model::{AccountHoldId, AccountHoldState};
use crate::identity::ApprovalId;
use crate::kernel::clock::Time;
use crate::kernel::db::{Conn, record};
use crate::kernel::ids::UserId;
use crate::kernel::page::PageQuery;
use crate::kernel::problem::{Answer, Failure};
use crate::ledger::FeeAccountId;
use crate::schema::account_holds;

record! {
    /// A row is an account to which nothing leaves a fee account, until the hold is lifted.
    pub(crate) struct AccountHoldRow in account_holds {
        id: AccountHoldId as Id,
        fee_account_id: FeeAccountId as Id,
        number: String as Text,
        reason: String as Text,
        state: AccountHoldState as Text,
        held_by: UserId as Id,
        held_at: Time as Timestamp,
        lift_reason: Option<String> as Nullable<Text>,
        approval_id: Option<ApprovalId> as Nullable<Id>,
        lift_asked_by: Option<UserId> as Nullable<Id>,
        lift_asked_at: Option<Time> as Nullable<Timestamp>,
        lifted_by: Option<UserId> as Nullable<Id>,
        lifted_at: Option<Time> as Nullable<Timestamp>,
    }
}

pub(in crate::finance) fn hold(c: &mut Conn, id: AccountHoldId) -> Answer<AccountHoldRow> {
    let query = account_holds::table.find(id).select(AccountHoldRow::as_select());
    query.first(c).optional()?.ok_or_else(Failure::not_found)
}

/// How far the newest hold on an account is.
pub(in crate::finance) fn hold_state(
    c: &mut Conn,
    fee_account_id: FeeAccountId,
    number: &str,
) -> QueryResult<Option<AccountHoldState>> {
    account_holds::table
        .filter(account_holds::fee_account_id.eq(fee_account_id))
        .filter(account_holds::number.eq(number))
        .order(account_holds::id.desc())
        .select(account_holds::state)
        .first(c)
        .optional()
}

/// The accounts to which nothing leaves a fee account now, and since when.
pub(in crate::finance) fn held_accounts(
    c: &mut Conn,
    fee_account_id: FeeAccountId,
) -> QueryResult<BTreeMap<String, Time>> {
    let rows: Vec<(String, Time)> = account_holds::table
        .filter(account_holds::fee_account_id.eq(fee_account_id))
        .filter(account_holds::state.ne(AccountHoldState::Lifted))
        .select((account_holds::number, account_holds::held_at))
        .load(c)?;
    Ok(rows.into_iter().collect())
}

/// Newest first, with one more than the page holds.
pub(in crate::finance) fn list_holds(
    c: &mut Conn,
    fee_account_id: FeeAccountId,
    page: &PageQuery,
) -> Answer<Vec<AccountHoldRow>> {
    let mut query =
        account_holds::table.filter(account_holds::fee_account_id.eq(fee_account_id)).into_boxed();
    if let Some(after) = page.after::<AccountHoldId>()? {
        query = query.filter(account_holds::id.lt(after));
    }
    let query = query.order(account_holds::id.desc()).limit(page.limit() + 1);
    Ok(query.select(AccountHoldRow::as_select()).load(c)?)
}
