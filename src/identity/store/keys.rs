//! The ids of the deployment's keys.

use diesel::prelude::*;

use crate::identity::model::{KeyId, KeyPurpose};
use crate::kernel::clock::Time;
use crate::kernel::db::{Conn, Tx, record};
use crate::kernel::ids::id;
use crate::kernel::problem::Answer;
use crate::schema::{certificate_keys, keys};

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

record! {
    /// A row is the id and public half of a key that signs certificates.
    pub(super) struct CertificateKeyRow in certificate_keys {
        id: KeyRowId as Id,
        key_id: String as Text,
        public_key: String as Text,
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
    let certificates: Vec<CertificateKeyRow> =
        certificate_keys::table.select(CertificateKeyRow::as_select()).load(c)?;
    let certificate = |row: CertificateKeyRow| KeyId {
        purpose: KeyPurpose::Certificates,
        key_id: row.key_id,
        public_key: Some(row.public_key),
    };
    Ok(rows.into_iter().map(key).chain(certificates.into_iter().map(certificate)).collect())
}

pub(crate) fn insert_key(tx: &mut Tx<'_>, key: &KeyId) -> QueryResult<()> {
    if let (KeyPurpose::Certificates, Some(public_key)) = (key.purpose, &key.public_key) {
        return tx.insert(&CertificateKeyRow {
            id: KeyRowId::new(),
            key_id: key.key_id.clone(),
            public_key: public_key.clone(),
            created_at: tx.now(),
        });
    }
    tx.insert(&KeyRow {
        id: KeyRowId::new(),
        purpose: key.purpose,
        key_id: key.key_id.clone(),
        public_key: key.public_key.clone(),
        created_at: tx.now(),
    })
}

/// The ids and public halves of the keys that sign certificates, in hex.
pub fn certificate_keys(c: &mut Conn) -> Answer<Vec<(String, String)>> {
    Ok(certificate_keys::table
        .order(certificate_keys::id)
        .select((certificate_keys::key_id, certificate_keys::public_key))
        .load(c)?)
}
