//! `keys`: one key takes another's place while both count.

use anyhow::bail;
use clap::Subcommand;

use crate::config::Config;
use crate::identity::{self, KeyPurpose, KeyState, Keys, KnownKey};
use crate::kernel::clock::Clock;
use crate::kernel::db::Db;

/// What is to be done with keys; a purpose is tokens, checkpoints or certificates.
#[derive(Debug, Clone, Subcommand)]
pub enum KeysCommand {
    /// Show all keys that the database knows, and which of them this data folder holds
    List,
    /// Make the next key in this data folder; copy its file to every instance and start them anew
    Add { purpose: KeyPurpose },
    /// Use the next key in the place of the one in use, which is accepted from then on
    Use { purpose: KeyPurpose },
    /// Accept the previous key no longer
    Drop { purpose: KeyPurpose },
}

/// The keys of a service that was started before: opening a folder without any would make new ones,
/// with which nobody could go on.
pub(super) fn held(config: &Config) -> anyhow::Result<Keys> {
    let folder = &config.data_dir;
    if !folder.is_dir() {
        bail!("there is no data folder {}", folder.display());
    }
    let has_some = KeyPurpose::ALL.iter().any(|purpose| Keys::are_in(folder, *purpose));
    if !has_some && config.keys.is_empty() {
        bail!("there are no keys in {}; name the data folder of the service", folder.display());
    }
    Keys::open_with(folder, &config.keys)
}

pub(super) async fn run(config: &Config, command: &KeysCommand) -> anyhow::Result<String> {
    let keys = held(config)?;
    let db = Db::open(&config.database()?, Clock::Machine, config.db_limits())?;
    let done = carry_out(&db, &keys, command).await;
    db.close().await;
    done
}

async fn carry_out(db: &Db, keys: &Keys, command: &KeysCommand) -> anyhow::Result<String> {
    Ok(match command {
        KeysCommand::List => list(db, keys).await?,
        KeysCommand::Add { purpose } => {
            let key = identity::add_key(db, keys, *purpose).await?;
            format!(
                "{} is the next key of {purpose}: copy it, with mode 0600, to the data folder of every \
                 instance and start each anew; then: wetland-exchange keys use {purpose}",
                keys.folder().join(key.file_name()).display(),
            )
        }
        KeysCommand::Use { purpose } => {
            let used = identity::use_key(db, keys, *purpose).await?;
            let sealed = match used.sealed {
                0 => String::new(),
                count => format!("; {count} second factors are sealed anew"),
            };
            format!(
                "{} is the key of {purpose} in use{sealed}: start every instance anew; then, when the \
                 previous one is not needed any more: wetland-exchange keys drop {purpose}",
                used.key_id,
            )
        }
        KeysCommand::Drop { purpose } => {
            let dropped = identity::drop_key(db, *purpose).await?;
            format!(
                "{} of {purpose} is no longer accepted: start every instance anew; its file may go when \
                 no older copy of this database is to be restored",
                dropped.key_id,
            )
        }
    })
}

/// One line for each key; the keys themselves are never shown.
async fn list(db: &Db, keys: &Keys) -> anyhow::Result<String> {
    let known = db.read(None, identity::known_keys).await;
    let mut known = known.map_err(|failure| anyhow::anyhow!("{failure}"))?;
    known.sort_by_key(|one| (one.key.purpose, one.added_at));
    let lines: Vec<String> = known.iter().map(|one| line(one, keys)).collect();
    match lines.is_empty() {
        true => bail!("this database knows no keys: start the service once"),
        false => Ok(lines.join("\n")),
    }
}

fn line(one: &KnownKey, keys: &Keys) -> String {
    let state = match one.state() {
        KeyState::Next => "next",
        KeyState::InUse => "in use",
        KeyState::Accepted => "accepted",
        KeyState::Dropped => "dropped",
    };
    let is_held = keys.all().iter().any(|key| key.id == one.key);
    let place = if is_held { "held here" } else { "not held here" };
    let (purpose, since) = (one.key.purpose.to_string(), one.since());
    format!("{purpose:<12}  {}  {state:<8}  since {since}  {place}", one.key.key_id)
}
