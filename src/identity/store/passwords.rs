//! The passwords that people had, or are to have, hashed.

use diesel::prelude::*;

use crate::identity::model::{ApprovalId, PasswordChangeId, PasswordResetId};
use crate::kernel::clock::Time;
use crate::kernel::db::{Conn, Tx, record};
use crate::kernel::ids::UserId;
use crate::kernel::page::PageQuery;
use crate::kernel::problem::{Answer, Failure};
use crate::schema::{password_changes, password_resets};

record! {
    /// A row is a password that a person had from that moment on.
    pub(crate) struct PasswordChangeRow in password_changes {
        id: PasswordChangeId as Id,
        user_id: UserId as Id,
        password_hash: String as Text,
        set_at: Time as Timestamp,
    }
}

record! {
    /// A row is the wish that a person have another password.
    pub(crate) struct PasswordResetRow in password_resets {
        id: PasswordResetId as Id,
        user_id: UserId as Id,
        password_hash: String as Text,
        reason: String as Text,
        approval_id: ApprovalId as Id,
        entered_by: UserId as Id,
        entered_at: Time as Timestamp,
        approved_by: Option<UserId> as Nullable<Id>,
        approved_at: Option<Time> as Nullable<Timestamp>,
    }
}

/// The hashes of a person's last passwords, the present one first.
pub(crate) fn last_passwords(c: &mut Conn, of: UserId, count: i64) -> QueryResult<Vec<String>> {
    let query = password_changes::table
        .filter(password_changes::user_id.eq(of))
        .order(password_changes::id.desc())
        .limit(count);
    query.select(password_changes::password_hash).load(c)
}

/// Since when a person has their password; nothing where it was set before that was kept.
pub(crate) fn password_set_at(c: &mut Conn, of: UserId) -> QueryResult<Option<Time>> {
    let query = password_changes::table
        .filter(password_changes::user_id.eq(of))
        .order(password_changes::id.desc());
    query.select(password_changes::set_at).first(c).optional()
}

/// Keeps the hash of a password that is set now.
pub(crate) fn insert_password(tx: &mut Tx<'_>, of: UserId, password_hash: &str) -> QueryResult<()> {
    tx.insert(&PasswordChangeRow {
        id: PasswordChangeId::new(),
        user_id: of,
        password_hash: password_hash.to_owned(),
        set_at: tx.now(),
    })
}

pub(crate) fn password_reset(c: &mut Conn, id: PasswordResetId) -> Answer<PasswordResetRow> {
    let query = password_resets::table.find(id).select(PasswordResetRow::as_select());
    query.first(c).optional()?.ok_or_else(Failure::not_found)
}

/// Those of one person or of all, newest first, with one more than the page holds.
pub(crate) fn password_resets(
    c: &mut Conn,
    of: Option<UserId>,
    page: &PageQuery,
) -> Answer<Vec<PasswordResetRow>> {
    let mut query = password_resets::table.into_boxed();
    if let Some(user_id) = of {
        query = query.filter(password_resets::user_id.eq(user_id));
    }
    if let Some(after) = page.after::<PasswordResetId>()? {
        query = query.filter(password_resets::id.lt(after));
    }
    let query = query.order(password_resets::id.desc()).limit(page.limit() + 1);
    Ok(query.select(PasswordResetRow::as_select()).load(c)?)
}

pub(crate) fn insert_password_reset(tx: &mut Tx<'_>, row: &PasswordResetRow) -> QueryResult<()> {
    tx.insert(row)
}

pub(crate) fn update_password_reset(tx: &mut Tx<'_>, row: &PasswordResetRow) -> QueryResult<()> {
    tx.update(row)
}
