//! The ids of the deployment's keys, and the steps by which they take each other's place.

use diesel::prelude::*;

use crate::identity::model::{KeyId, KeyPurpose, KeyState, KeyStep};
use crate::kernel::clock::Time;
use crate::kernel::db::{Conn, Tx, record};
use crate::kernel::ids::id;
use crate::schema::{certificate_keys, key_steps, keys};

id! {
    /// The row of a key.
    pub struct KeyRowId;
}

record! {
    /// A row is the id of the first key of a purpose.
    pub(super) struct KeyRow in keys {
        id: KeyRowId as Id,
        purpose: KeyPurpose as Text,
        key_id: String as Text,
        public_key: Option<String> as Nullable<Text>,
        created_at: Time as Timestamp,
    }
}

record! {
    /// A row is the id and public half of the first key that signs certificates.
    pub(super) struct CertificateKeyRow in certificate_keys {
        id: KeyRowId as Id,
        key_id: String as Text,
        public_key: String as Text,
        created_at: Time as Timestamp,
    }
}

record! {
    /// A row is a step in the life of a key: added, used from then on, dropped.
    pub(super) struct KeyStepRow in key_steps {
        id: KeyRowId as Id,
        purpose: KeyPurpose as Text,
        key_id: String as Text,
        public_key: Option<String> as Nullable<Text>,
        entered: KeyState as Text,
        taken_at: Time as Timestamp,
    }
}

/// The first key of each purpose, and since when it is used.
pub(crate) fn first_keys(c: &mut Conn) -> QueryResult<Vec<(KeyId, Time)>> {
    let rows: Vec<KeyRow> = keys::table.order(keys::id).select(KeyRow::as_select()).load(c)?;
    let key = |row: KeyRow| {
        let KeyRow { purpose, key_id, public_key, created_at, .. } = row;
        (KeyId { purpose, key_id, public_key }, created_at)
    };
    let certificates: Vec<CertificateKeyRow> =
        certificate_keys::table.select(CertificateKeyRow::as_select()).load(c)?;
    let certificate = |row: CertificateKeyRow| {
        let CertificateKeyRow { key_id, public_key, created_at, .. } = row;
        let purpose = KeyPurpose::Certificates;
        (KeyId { purpose, key_id, public_key: Some(public_key) }, created_at)
    };
    Ok(rows.into_iter().map(key).chain(certificates.into_iter().map(certificate)).collect())
}

pub(crate) fn insert_first_key(tx: &mut Tx<'_>, key: &KeyId) -> QueryResult<()> {
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

/// All steps, in the order in which they were taken.
pub(crate) fn key_steps(c: &mut Conn) -> QueryResult<Vec<KeyStep>> {
    let rows: Vec<KeyStepRow> = key_steps::table
        .order((key_steps::taken_at, key_steps::id))
        .select(KeyStepRow::as_select())
        .load(c)?;
    let step = |row: KeyStepRow| {
        let KeyStepRow { purpose, key_id, public_key, entered, taken_at, .. } = row;
        KeyStep { key: KeyId { purpose, key_id, public_key }, entered, taken_at }
    };
    Ok(rows.into_iter().map(step).collect())
}

pub(crate) fn insert_key_step(tx: &mut Tx<'_>, key: &KeyId, entered: KeyState) -> QueryResult<()> {
    tx.insert(&KeyStepRow {
        id: KeyRowId::new(),
        purpose: key.purpose,
        key_id: key.key_id.clone(),
        public_key: key.public_key.clone(),
        entered,
        taken_at: tx.now(),
    })
}
