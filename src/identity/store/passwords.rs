//! The passwords that people had, hashed.

use diesel::prelude::*;

use crate::identity::model::PasswordChangeId;
use crate::kernel::clock::Time;
use crate::kernel::db::{Conn, Tx, record};
use crate::kernel::ids::UserId;
use crate::schema::password_changes;

record! {
    /// A row is a password that a person had from that moment on.
    pub(crate) struct PasswordChangeRow in password_changes {
        id: PasswordChangeId as Id,
        user_id: UserId as Id,
        password_hash: String as Text,
        set_at: Time as Timestamp,
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
