//! `backup` and `restore`: everything as of one moment in a folder, proved before it is called a
//! backup, and proved again before it is used.
//!
//! The folder holds `manifest.json` (what is in it, with SHA-256), `checkpoint.note` (the signed end
//! of the log at that moment), the database, and the keys: whoever has it can stand in for the
//! service, so it is to be kept as the data folder is.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{Read, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use clap::Args;
use ed25519_dalek::VerifyingKey;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::audit::{Checkpoint, checkpoint_of};
use crate::config::Config;
use crate::identity::{self, KeyPurpose, Keys};
use crate::kernel::clock::{Clock, Time};
use crate::kernel::db::{Address, Conn, copy_in, copy_out};
use crate::kernel::problem::Failure;
use crate::{app, verify};

const MANIFEST: &str = "manifest.json";
const NOTE: &str = "checkpoint.note";
/// The database of either engine.
const SQLITE: &str = "exchange.db";
const POSTGRES: &str = "exchange.pgdump";

/// Where a backup goes.
#[derive(Debug, Clone, Args)]
pub struct Backup {
    /// The folder to make; it must not exist
    #[arg(value_name = "FOLDER")]
    pub to: PathBuf,
}

/// What is restored.
#[derive(Debug, Clone, Args)]
pub struct Restore {
    /// The folder that `backup` made; the data folder and the database must be empty
    #[arg(value_name = "FOLDER")]
    pub from: PathBuf,
}

/// What a backup holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Manifest {
    program: String,
    made_at: Time,
    entries: i64,
    files: Vec<Kept>,
}

/// One file of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Kept {
    name: String,
    bytes: u64,
    sha256: String,
}

/// Makes a backup beside a running service and says what it holds.
pub(super) fn backup(config: &Config, asked: &Backup) -> anyhow::Result<String> {
    let to = &asked.to;
    let name = to.file_name().context("the backup needs the name of a folder to make")?;
    if to.exists() {
        bail!("{} exists already; a backup goes into a folder of its own", to.display());
    }
    let address = config.database()?;
    let keys = super::keys::held(config)?;
    // It gets its name when it is whole, so that half a backup is never taken for one.
    let draft = to.with_file_name(format!("{}.unfinished", name.to_string_lossy()));
    DirBuilder::new()
        .mode(0o700)
        .create(&draft)
        .with_context(|| format!("{} cannot be made", draft.display()))?;
    let filled = fill(&address, &config.data_dir, &keys, &draft);
    let manifest = match filled {
        Ok(manifest) => manifest,
        Err(cause) => {
            fs::remove_dir_all(&draft)?;
            return Err(cause);
        }
    };
    fs::rename(&draft, to)?;
    let parent = to.parent().filter(|parent| *parent != "").unwrap_or(Path::new("."));
    File::open(parent)?.sync_all()?;
    let bytes: u64 = manifest.files.iter().map(|file| file.bytes).sum();
    Ok(format!(
        "{} holds {} entries and all rows as of {}, proved, {bytes} bytes; it holds the keys too",
        to.display(),
        manifest.entries,
        manifest.made_at,
    ))
}

fn fill(address: &Address, data_dir: &Path, keys: &Keys, draft: &Path) -> anyhow::Result<Manifest> {
    let database = draft.join(name_of(address));
    let now = Clock::Machine.now();
    let checkpoint = copy_out(address, &database, |conn| {
        prove(conn, None)?;
        let known = identity::known_keys(conn).map_err(said)?;
        let signer = app::signer(&keys.ring(&known)?.checkpoints);
        checkpoint_of(conn, &signer, now).map_err(said)
    })?;
    write(&draft.join(NOTE), checkpoint.to_string().as_bytes())?;
    for name in keys_in(data_dir)? {
        write(&draft.join(&name), &fs::read(data_dir.join(&name))?)?;
    }
    for key in keys.of_settings().filter(|key| !draft.join(key.file_name()).exists()) {
        write(&draft.join(key.file_name()), key.text().as_bytes())?;
    }
    let mut files = Vec::new();
    for file in fs::read_dir(draft)? {
        let name = file?.file_name().to_string_lossy().into_owned();
        let (bytes, sha256) = digest(&draft.join(&name))?;
        files.push(Kept { name, bytes, sha256 });
    }
    files.sort_by(|a, b| a.name.cmp(&b.name));
    let program = format!("wetland-exchange {}", env!("CARGO_PKG_VERSION"));
    let manifest = Manifest { program, made_at: now, entries: checkpoint.size, files };
    write(&draft.join(MANIFEST), format!("{:#}\n", serde_json::to_value(&manifest)?).as_bytes())?;
    File::open(draft)?.sync_all()?;
    Ok(manifest)
}

/// Restores a backup into an empty data folder and an empty database, and says what came back.
pub(super) fn restore(config: &Config, asked: &Restore) -> anyhow::Result<String> {
    let from = &asked.from;
    let manifest = read_manifest(from)?;
    let address = config.database()?;
    let database = from.join(name_of(&address));
    if !manifest.files.iter().any(|file| file.name == name_of(&address)) {
        bail!("{} holds no database of the kind that --database-url names", from.display());
    }
    let data_dir = &config.data_dir;
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(data_dir)
        .with_context(|| format!("the data folder {} cannot be made", data_dir.display()))?;
    if let Some(key) = keys_in(data_dir)?.first() {
        bail!("there are keys already: {}", data_dir.join(key).display());
    }
    let note = fs::read_to_string(from.join(NOTE))?;
    let checkpoint: Checkpoint = note.parse().context("the backup's checkpoint cannot be read")?;
    let keys = Keys::open(from)?;
    let note_keys: Vec<VerifyingKey> =
        keys.of(KeyPurpose::Checkpoints).map(|key| key.signing().verifying_key()).collect();
    copy_in(&database, &address, |conn| prove(conn, Some((&checkpoint, &note_keys))))?;
    for key in keys_in(from)? {
        write(&data_dir.join(&key), &fs::read(from.join(&key))?)?;
    }
    File::open(data_dir)?.sync_all()?;
    Ok(format!(
        "{} entries and all rows as of {} are back and proved; what came later is not in it",
        manifest.entries, manifest.made_at,
    ))
}

/// Everything recomputed; the error names the first wrong row.
fn prove(conn: &mut Conn, against: Option<(&Checkpoint, &[VerifyingKey])>) -> anyhow::Result<()> {
    let report = crate::audit::verify(conn, &verify::plan(), against).map_err(said)?;
    if report.is_clean() { Ok(()) } else { bail!("{report}") }
}

fn said(failure: Failure) -> anyhow::Error {
    match failure {
        Failure::Broken(cause) => cause.context("the database cannot be verified"),
        Failure::Refused(problem) => anyhow::anyhow!(problem.english),
    }
}

fn name_of(address: &Address) -> &'static str {
    match address {
        Address::Sqlite(_) => SQLITE,
        Address::Pg(_) => POSTGRES,
    }
}

/// The names of the key files in a folder.
fn keys_in(folder: &Path) -> anyhow::Result<Vec<String>> {
    let mut keys = Vec::new();
    for file in fs::read_dir(folder)? {
        let name = file?.file_name().to_string_lossy().into_owned();
        if name.ends_with(".key") {
            keys.push(name);
        }
    }
    keys.sort();
    Ok(keys)
}

/// Reads the list of what a backup holds, and holds every file against it.
fn read_manifest(folder: &Path) -> anyhow::Result<Manifest> {
    let path = folder.join(MANIFEST);
    let text = fs::read_to_string(&path)
        .with_context(|| format!("{} is no backup: no {MANIFEST}", folder.display()))?;
    let manifest: Manifest = serde_json::from_str(&text)
        .with_context(|| format!("{} cannot be read", path.display()))?;
    for file in &manifest.files {
        let path = folder.join(&file.name);
        if file.name.contains('/') || !path.is_file() {
            bail!("{} is missing", path.display());
        }
        if digest(&path)? != (file.bytes, file.sha256.clone()) {
            bail!("{} is not as it was backed up", path.display());
        }
    }
    Ok(manifest)
}

fn digest(path: &Path) -> anyhow::Result<(u64, String)> {
    let mut file = File::open(path)?;
    let (mut hash, mut bytes) = (Sha256::new(), 0);
    let mut chunk = vec![0; 1 << 20];
    loop {
        let count = file.read(&mut chunk)?;
        if count == 0 {
            return Ok((bytes, hex::encode(hash.finalize())));
        }
        hash.update(chunk.get(..count).unwrap_or_default());
        bytes += u64::try_from(count)?;
    }
}

/// Writes a new file that only its owner may read, through to the disk.
fn write(path: &Path, content: &[u8]) -> anyhow::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    file.write_all(content)?;
    Ok(file.sync_all()?)
}
