//! The ids of the deployment's keys.

use diesel::prelude::*;

use crate::identity::model::{KeyId, KeyPurpose};
use crate::kernel::clock::Time;
use crate::kernel::db::{Conn, Tx, record};
use crate::kernel::ids::id;
use crate::schema::keys;

id! {
    /// The row of a key.
    pub struct KeyRowId;
}

record! {
    /// A row is the id of a key.
    pub(super) struct KeyRow in keys {
        id: KeyRowId as Id,
        purpose: KeyPurpose as Text,
        key_id: String as Text,
        public_key: Option<String> as Nullable<Text>,
        created_at: Time as Timestamp,
    }
}

pub(crate) fn keys(c: &mut Conn) -> QueryResult<Vec<KeyId>> {
    let rows: Vec<KeyRow> = keys::table.select(KeyRow::as_select()).load(c)?;
    let key = |row: KeyRow| KeyId {
        purpose: row.purpose,
        key_id: row.key_id,
        public_key: row.public_key,
    };
    Ok(rows.into_iter().map(key).collect())
}

pub(crate) fn insert_key(tx: &mut Tx<'_>, key: &KeyId) -> QueryResult<()> {
    tx.insert(&KeyRow {
        id: KeyRowId::new(),
        purpose: key.purpose,
        key_id: key.key_id.clone(),
        public_key: key.public_key.clone(),
        created_at: tx.now(),
    })
}
