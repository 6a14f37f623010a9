//! The lists of trusted accounts.

use diesel::prelude::*;

use crate::identity::model::{ApprovalId, TrustedAccountId, TrustedAccountState};
use crate::kernel::clock::Time;
use crate::kernel::db::{Conn, Tx, record};
use crate::kernel::ids::{OrganisationId, UserId};
use crate::kernel::page::PageQuery;
use crate::kernel::problem::{Answer, Failure};
use crate::schema::trusted_accounts;

/// States in which an account is on the list, or on its way to it.
const STANDING: [TrustedAccountState; 2] =
    [TrustedAccountState::Entered, TrustedAccountState::Approved];

record! {
    /// A row is an account that is to be trusted, is, or was.
    pub(crate) struct TrustedAccountRow in trusted_accounts {
        id: TrustedAccountId as Id,
        organisation_id: OrganisationId as Id,
        number: String as Text,
        reason: String as Text,
        approval_id: ApprovalId as Id,
        state: TrustedAccountState as Text,
        entered_by: UserId as Id,
        entered_at: Time as Timestamp,
        decided_by: Option<UserId> as Nullable<Id>,
        decided_at: Option<Time> as Nullable<Timestamp>,
        acts_from: Option<Time> as Nullable<Timestamp>,
        removed_by: Option<UserId> as Nullable<Id>,
        removed_at: Option<Time> as Nullable<Timestamp>,
        decision: Option<String> as Nullable<Text>,
    }
}

pub(crate) fn trusted_account(c: &mut Conn, id: TrustedAccountId) -> Answer<TrustedAccountRow> {
    let query = trusted_accounts::table.find(id).select(TrustedAccountRow::as_select());
    query.first(c).optional()?.ok_or_else(Failure::not_found)
}

/// The list of one organisation, newest first, with one more than the page holds.
pub(crate) fn trusted_accounts(
    c: &mut Conn,
    organisation_id: OrganisationId,
    page: &PageQuery,
) -> Answer<Vec<TrustedAccountRow>> {
    let mut query = trusted_accounts::table
        .filter(trusted_accounts::organisation_id.eq(organisation_id))
        .into_boxed();
    if let Some(after) = page.after::<TrustedAccountId>()? {
        query = query.filter(trusted_accounts::id.lt(after));
    }
    let query = query.order(trusted_accounts::id.desc()).limit(page.limit() + 1);
    Ok(query.select(TrustedAccountRow::as_select()).load(c)?)
}

/// The accounts of an organisation that are on the list or on their way to it; one at a time is
/// registered, and a change of it ends the others.
pub(crate) fn standing_accounts(
    c: &mut Conn,
    organisation_id: OrganisationId,
) -> QueryResult<Vec<TrustedAccountRow>> {
    trusted_accounts::table
        .filter(trusted_accounts::organisation_id.eq(organisation_id))
        .filter(trusted_accounts::state.eq_any(STANDING))
        .order(trusted_accounts::id)
        .select(TrustedAccountRow::as_select())
        .load(c)
}

/// From when that account of an organisation is trusted, if it is on the list.
pub(crate) fn trust_acts_from(
    c: &mut Conn,
    organisation_id: OrganisationId,
    number: &str,
) -> QueryResult<Option<Time>> {
    let found: Option<Option<Time>> = trusted_accounts::table
        .filter(trusted_accounts::organisation_id.eq(organisation_id))
        .filter(trusted_accounts::number.eq(number))
        .filter(trusted_accounts::state.eq(TrustedAccountState::Approved))
        .select(trusted_accounts::acts_from)
        .first(c)
        .optional()?;
    Ok(found.flatten())
}

pub(crate) fn insert_trusted_account(tx: &mut Tx<'_>, row: &TrustedAccountRow) -> QueryResult<()> {
    tx.insert(row)
}

pub(crate) fn update_trusted_account(tx: &mut Tx<'_>, row: &TrustedAccountRow) -> QueryResult<()> {
    tx.update(row)
}
