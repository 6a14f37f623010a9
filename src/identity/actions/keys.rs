//! The database learns the ids of the deployment's keys, and which of them takes another's place.

use anyhow::{Context, bail};
use serde_json::json;

use crate::identity::keys::{Key, Keyring, Keys};
use crate::identity::model::{FactorId, KeyId, KeyPurpose, KeyState, KnownKey};
use crate::identity::rules;
use crate::identity::store;
use crate::identity::totp::{Vault, keys_changed};
use crate::kernel::actor::Doing;
use crate::kernel::db::{Conn, Db, Event, Tx};
use crate::kernel::problem::{Answer, Failure};

/// Second factors that are sealed anew in one command.
const SEALED_AT_ONCE: i64 = 200;

/// All keys that the database ever knew, each with how far it is.
pub fn known_keys(c: &mut Conn) -> Answer<Vec<KnownKey>> {
    let first = store::first_keys(c)?;
    Ok(rules::lives(&first, &store::key_steps(c)?))
}

/// The ids and public halves, in hex, of the keys that sign or signed certificates.
pub fn certificate_keys(c: &mut Conn) -> Answer<Vec<(String, String)>> {
    let of_certificates = |one: KnownKey| {
        let signed = one.key.purpose == KeyPurpose::Certificates && one.used_from.is_some();
        one.key.public_key.filter(|_| signed).map(|public| (one.key.key_id, public))
    };
    Ok(known_keys(c)?.into_iter().filter_map(of_certificates).collect())
}

/// Compares the keys that this instance holds with those that the database knows. A database that
/// knows none for a purpose learns it; an instance without one that counts must not start.
pub async fn register_keys(db: &Db, keys: &Keys) -> anyhow::Result<Keyring> {
    let mut known = db.read(None, known_keys).await.map_err(cause_of)?;
    let is_new = |purpose: &&KeyPurpose| known.iter().all(|one| one.key.purpose != **purpose);
    let new = KeyPurpose::ALL.iter().filter(is_new);
    let ids: Vec<KeyId> =
        new.filter_map(|purpose| keys.of(*purpose).next()).map(|key| key.id.clone()).collect();
    if !ids.is_empty() {
        let doing = Doing::system("register_keys");
        db.write(doing, move |tx| learn(tx, &ids)).await.map_err(cause_of)?;
        known = db.read(None, known_keys).await.map_err(cause_of)?;
    }
    let ring = keys.ring(&known)?;
    let folder = keys.folder().display();
    for one in known.iter().filter(|one| one.state() == KeyState::Next) {
        if !holds(keys, &one.key) {
            let KeyId { purpose, key_id, .. } = &one.key;
            tracing::warn!(
                "copy the next key of {purpose} to {folder} before it is used: {key_id}"
            );
        }
    }
    for key in keys.all().iter().filter(|key| known.iter().all(|one| one.key != key.id)) {
        let KeyId { purpose, key_id, .. } = &key.id;
        tracing::warn!(
            "{folder} holds a key of {purpose} that this database does not know: {key_id}"
        );
    }
    Ok(ring)
}

fn holds(keys: &Keys, id: &KeyId) -> bool {
    keys.of(id.purpose).any(|key| key.id == *id)
}

/// Another instance may have been first; then its keys stay.
fn learn(tx: &mut Tx<'_>, ids: &[KeyId]) -> Answer<()> {
    let known = known_keys(tx.conn())?;
    let is_new = |id: &&KeyId| known.iter().all(|one| one.key.purpose != id.purpose);
    let learned: Vec<&KeyId> = ids.iter().filter(is_new).collect();
    if learned.is_empty() {
        return Ok(());
    }
    for id in &learned {
        store::insert_first_key(tx, id)?;
    }
    let named = learned.iter().map(|id| (id.purpose.to_string(), id.key_id.clone().into()));
    tx.record(Event {
        subject: "keys".to_owned(),
        after: Some(serde_json::Value::Object(named.collect())),
        ..Event::default()
    });
    Ok(())
}

/// Makes a key that is to take the place of the one in use, and lets the database know it.
pub async fn add_key(db: &Db, keys: &Keys, purpose: KeyPurpose) -> anyhow::Result<Key> {
    let known = db.read(None, known_keys).await.map_err(cause_of)?;
    keys.ring(&known)?;
    rules::add_key(&known, purpose)?;
    let key = keys.add(purpose)?;
    let id = key.id.clone();
    let add = move |tx: &mut Tx<'_>| {
        rules::add_key(&known_keys(tx.conn())?, purpose)?;
        take(tx, &id, KeyState::Next)
    };
    let added = db.write(Doing::system("add_key"), add).await;
    if let Err(failure) = added {
        std::fs::remove_file(keys.folder().join(key.file_name()))?;
        return Err(cause_of(failure));
    }
    Ok(key)
}

/// What came of using the next key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UsedKey {
    /// The key in use.
    pub key_id: String,
    /// How many second factors were sealed anew under it.
    pub sealed: i64,
}

/// Puts the next key in the place of the one in use, and seals under it what the other sealed. Done
/// again it seals what is left: an instance that was not started anew goes on with the old one.
pub async fn use_key(db: &Db, keys: &Keys, purpose: KeyPurpose) -> anyhow::Result<UsedKey> {
    let known = db.read(None, known_keys).await.map_err(cause_of)?;
    keys.ring(&known)?;
    match rules::use_key(&known, purpose) {
        Ok(next) if !holds(keys, next) => bail!(
            "the next key of {purpose} (id {}) is not in {}: copy its file from the data folder in \
             which it was made, to every instance",
            next.key_id,
            keys.folder().display(),
        ),
        Ok(next) => {
            let next = next.clone();
            let used = move |tx: &mut Tx<'_>| {
                rules::use_key(&known_keys(tx.conn())?, purpose)?;
                take(tx, &next, KeyState::InUse)
            };
            db.write(Doing::system("use_key"), used).await.map_err(cause_of)?;
        }
        Err(refused) => {
            let left = purpose == KeyPurpose::Tokens && sealed_otherwise(db, &known).await? > 0;
            if !left {
                return Err(refused.into());
            }
        }
    }
    let ring = keys.ring(&db.read(None, known_keys).await.map_err(cause_of)?)?;
    let (sealed, in_use) = match purpose {
        KeyPurpose::Tokens => (seal_anew(db, &Vault::of(&ring.tokens)).await?, ring.tokens.in_use),
        KeyPurpose::Checkpoints => (0, ring.checkpoints.in_use),
        KeyPurpose::Certificates => (0, ring.certificates.in_use),
    };
    Ok(UsedKey { key_id: in_use.id.key_id, sealed })
}

/// Ends the overlap of a purpose: its previous key is no longer accepted. Without one a next key that
/// is not wanted after all is taken back.
pub async fn drop_key(db: &Db, purpose: KeyPurpose) -> anyhow::Result<KeyId> {
    let dropped = move |tx: &mut Tx<'_>| {
        let known = known_keys(tx.conn())?;
        let one = rules::to_drop(&known, purpose)?;
        let sealed = match one.state() {
            KeyState::Accepted => store::sealed_otherwise(tx.conn(), in_use_of_tokens(&known))?,
            KeyState::Next | KeyState::InUse | KeyState::Dropped => 0,
        };
        rules::drop_key(one, sealed, tx.now())?;
        take(tx, &one.key, KeyState::Dropped)?;
        Ok(one.key.key_id.clone())
    };
    let dropped = db.write(Doing::system("drop_key"), dropped).await.map_err(cause_of)?;
    let known = db.read(None, known_keys).await.map_err(cause_of)?;
    let one = known.into_iter().find(|one| one.key.key_id == dropped);
    Ok(one.context("a dropped key is still known")?.key)
}

fn take(tx: &mut Tx<'_>, id: &KeyId, entered: KeyState) -> Answer<()> {
    store::insert_key_step(tx, id, entered)?;
    tx.record(Event {
        subject: format!("key:{}", id.key_id),
        after: Some(json!({ "purpose": id.purpose, "state": entered })),
        ..Event::default()
    });
    Ok(())
}

fn in_use_of_tokens(known: &[KnownKey]) -> &str {
    let in_use =
        |one: &&KnownKey| one.key.purpose == KeyPurpose::Tokens && one.state() == KeyState::InUse;
    known.iter().find(in_use).map_or("", |one| one.key.key_id.as_str())
}

async fn sealed_otherwise(db: &Db, known: &[KnownKey]) -> anyhow::Result<i64> {
    let in_use = in_use_of_tokens(known).to_owned();
    let counted = db.read(None, move |c| Ok(store::sealed_otherwise(c, &in_use)?));
    counted.await.map_err(cause_of)
}

/// Seals under the key in use whatever another one sealed, some at a time. Opening and sealing is
/// done outside the writer; what its owner changed meanwhile is looked at again.
async fn seal_anew(db: &Db, vault: &Vault) -> anyhow::Result<i64> {
    let mut count = 0;
    loop {
        let key_id = vault.key_id().to_owned();
        let read =
            move |c: &mut Conn| Ok(store::factors_sealed_otherwise(c, &key_id, SEALED_AT_ONCE)?);
        let rows = db.read(None, read).await.map_err(cause_of)?;
        if rows.is_empty() {
            return Ok(count);
        }
        let mut anew: Vec<(FactorId, String, String)> = Vec::with_capacity(rows.len());
        for row in rows {
            let Some(sealed) = row.sealed_secret else { continue };
            let secret = vault.open(row.user_id, &sealed).map_err(cause_of)?;
            let again = vault.seal(row.user_id, &secret).map_err(cause_of)?;
            anew.push((row.id, sealed, again));
        }
        let key_id = vault.key_id().to_owned();
        let save = move |tx: &mut Tx<'_>| {
            let sealed = store::seal_factors_anew(tx, &anew)?;
            if sealed > 0 {
                tx.record(Event {
                    subject: format!("key:{key_id}"),
                    after: Some(json!({ "second_factors_sealed": sealed })),
                    ..Event::default()
                });
            }
            Ok(sealed)
        };
        count += db.write(Doing::system("seal_anew"), save).await.map_err(cause_of)?;
    }
}

/// Refuses to keep what a key seals that was dropped: this instance was not started since.
pub(super) fn check_sealed(tx: &mut Tx<'_>, sealed: &str) -> Answer<()> {
    let key_id = Vault::key_of(sealed);
    let known = known_keys(tx.conn())?;
    let counts = |one: &KnownKey| {
        Some(one.key.key_id.as_str()) == key_id && one.state() != KeyState::Dropped
    };
    match known.iter().any(counts) {
        true => Ok(()),
        false => Err(Failure::Refused(keys_changed())),
    }
}

fn cause_of(failure: Failure) -> anyhow::Error {
    match failure {
        Failure::Broken(cause) => cause,
        Failure::Refused(problem) => anyhow::anyhow!("{}", problem.english),
    }
}
