//! The database learns the ids of the deployment's keys, once.

use anyhow::bail;

use crate::identity::keys::Keys;
use crate::identity::model::KeyId;
use crate::identity::store;
use crate::kernel::actor::Doing;
use crate::kernel::db::{Db, Event, Tx};
use crate::kernel::problem::{Answer, Failure};

/// Compares the keys of the data folder with those that the database knows. A database that knows
/// none for a purpose learns it; with others the instance must not start.
pub async fn register_keys(db: &Db, keys: &Keys) -> anyhow::Result<()> {
    let own = keys.ids();
    let known = db.read(None, |c| Ok(store::keys(c)?)).await.map_err(cause_of)?;
    let unknown = |key: &&KeyId| known.iter().all(|other| other.purpose != key.purpose);
    let ids: Vec<KeyId> = own.iter().filter(unknown).cloned().collect();
    let known = if !ids.is_empty() {
        let doing = Doing::system("register_keys");
        db.write(doing, move |tx| learn(tx, &ids)).await.map_err(cause_of)?;
        db.read(None, |c| Ok(store::keys(c)?)).await.map_err(cause_of)?
    } else {
        known
    };
    for key in own {
        if known.contains(&key) {
            continue;
        }
        let expected = known.iter().find(|other| other.purpose == key.purpose);
        bail!(
            "this database belongs to another {file} (id {expected}) than {folder} holds (id {own}): \
             copy tokens.key, checkpoints.key and certificates.key from the data folder of the instance that uses \
             this database, with mode 0600",
            file = key.purpose.file_name(),
            expected = expected.map_or("none", |other| other.key_id.as_str()),
            folder = keys.folder().display(),
            own = key.key_id,
        );
    }
    Ok(())
}

/// Another instance may have been first; then its keys stay.
fn learn(tx: &mut Tx<'_>, ids: &[KeyId]) -> Answer<()> {
    let known = store::keys(tx.conn())?;
    let is_new = |key: &&KeyId| known.iter().all(|other| other.purpose != key.purpose);
    let learned: Vec<&KeyId> = ids.iter().filter(is_new).collect();
    if learned.is_empty() {
        return Ok(());
    }
    for key in &learned {
        store::insert_key(tx, key)?;
    }
    let named = learned.iter().map(|key| (key.purpose.to_string(), key.key_id.clone().into()));
    tx.record(Event {
        subject: "keys".to_owned(),
        after: Some(serde_json::Value::Object(named.collect())),
        ..Event::default()
    });
    Ok(())
}

fn cause_of(failure: Failure) -> anyhow::Error {
    match failure {
        Failure::Broken(cause) => cause,
        Failure::Refused(problem) => anyhow::anyhow!("{}", problem.english),
    }
}
