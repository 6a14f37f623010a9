//! The keys of a deployment: the secrets that sign tokens and the keys that sign checkpoints of the
//! audit log and certificates. The first of each are made at first start in the data folder and never
//! leave it, as `PURPOSE.key`; those that take their place are `PURPOSE.ID.key`. The files do not say
//! which key signs: the database does, for all instances alike, so that a change takes effect in one
//! transaction and nothing is renamed. An instance without a key that counts refuses to start.

use std::fs::{self, File, OpenOptions};
use std::io::{ErrorKind, Read, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use anyhow::{Context, anyhow, bail};
use ed25519_dalek::SigningKey;
use sha2::{Digest, Sha256};

use super::model::{KeyId, KeyPurpose, KeyState, KnownKey};

/// A key file holds 64 hex digits and a line end; whatever is longer is not one.
const FILE_BYTES_MAX: u64 = 256;

/// Fewer different bytes among 32 random ones are as good as impossible (1 in 10²⁴).
const DIFFERENT_BYTES_MIN: usize = 12;

/// Keys that stand in documents for everybody to read.
const SAMPLES: &[&str] = &[
    // RFC 8032, section 7.1: tests 1, 2, 3, 1024 and SHA(abc).
    "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
    "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
    "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
    "f5e5767cf153319517630f226876b86c8160cc583bc013744c6bf255f5cc0ee5",
    "833fe62409237b9d62ec77587520911e9a759cec1d19755b7da901b96dca3d42",
];

/// A key with the id under which the database knows it. It is never shown by `Debug`.
#[derive(Clone)]
pub struct Key {
    pub id: KeyId,
    secret: [u8; 32],
}

impl Key {
    fn of(purpose: KeyPurpose, secret: [u8; 32]) -> Self {
        let public = SigningKey::from_bytes(&secret).verifying_key().to_bytes();
        let (key_id, public_key) = match purpose {
            KeyPurpose::Tokens => (short_id(b"token secret", &secret), None),
            KeyPurpose::Checkpoints => (short_id(b"checkpoint key", &public), Some(public)),
            KeyPurpose::Certificates => (short_id(b"certificate key", &public), Some(public)),
        };
        let id = KeyId { purpose, key_id, public_key: public_key.map(hex::encode) };
        Self { id, secret }
    }

    /// The secret itself, for what is kept secret or made of it.
    pub fn secret(&self) -> &[u8; 32] {
        &self.secret
    }

    /// What signs by it.
    pub fn signing(&self) -> SigningKey {
        SigningKey::from_bytes(&self.secret)
    }

    /// What its file holds.
    pub(crate) fn text(&self) -> String {
        text_of(&self.secret)
    }

    /// The name of its file when it is not the first of its purpose.
    pub(crate) fn file_name(&self) -> String {
        format!("{}.{}.key", self.id.purpose, self.id.key_id)
    }
}

/// The keys that an instance holds, whatever the database says of them.
pub struct Keys {
    held: Vec<Key>,
    /// How many of them, from the first on, came with the settings.
    given: usize,
    folder: PathBuf,
}

/// The keys of one purpose as an instance works with them.
#[derive(Clone)]
pub struct Ring {
    /// Signs and seals.
    pub in_use: Key,
    /// Signed until lately; what they signed and sealed still counts.
    pub previous: Vec<Key>,
    /// Waits to be used; another instance may use it already.
    pub next: Vec<Key>,
}

impl Ring {
    /// All whose work counts, the one in use first.
    pub fn all(&self) -> impl Iterator<Item = &Key> {
        std::iter::once(&self.in_use).chain(&self.previous).chain(&self.next)
    }
}

/// The keys of this deployment, each as far as the database says that it is.
#[derive(Clone)]
pub struct Keyring {
    /// Sign and check access tokens; second factors are sealed under them.
    pub tokens: Ring,
    /// Sign checkpoints of the audit log.
    pub checkpoints: Ring,
    /// Sign certificates.
    pub certificates: Ring,
}

impl Keys {
    /// Reads the keys in the data folder, or makes the first ones there.
    pub fn open(data_dir: &Path) -> anyhow::Result<Self> {
        Self::open_with(data_dir, &[])
    }

    /// The same, beside keys that the settings give as `PURPOSE:HEX`. Where they give one, none of that
    /// purpose is made.
    pub fn open_with(data_dir: &Path, given: &[String]) -> anyhow::Result<Self> {
        fs::DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(data_dir)
            .with_context(|| format!("the data folder {} cannot be made", data_dir.display()))?;
        let mut held =
            given.iter().map(|text| of_setting(text)).collect::<anyhow::Result<Vec<_>>>()?;
        for &purpose in KeyPurpose::ALL {
            let mut files = key_files(data_dir, purpose)?;
            if files.is_empty() && held.iter().all(|key| key.id.purpose != purpose) {
                files.push(format!("{purpose}.key"));
            }
            for name in files {
                let key = Key::of(purpose, open_or_make(&data_dir.join(name))?);
                if held.iter().all(|other| other.id != key.id) {
                    held.push(key);
                }
            }
        }
        let mut secrets: Vec<_> = held.iter().map(|key| key.secret).collect();
        secrets.sort_unstable();
        secrets.dedup();
        if secrets.len() < held.len() {
            bail!("two keys in {} are the same; each needs its own", data_dir.display());
        }
        Ok(Self { held, given: given.len(), folder: data_dir.to_owned() })
    }

    /// Whether the data folder has a key of that purpose; opening one without would make it.
    pub fn are_in(data_dir: &Path, purpose: KeyPurpose) -> bool {
        key_files(data_dir, purpose).is_ok_and(|files| !files.is_empty())
    }

    /// The folder that a second instance needs a copy of.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// All of them.
    pub fn all(&self) -> &[Key] {
        &self.held
    }

    /// Those that came with the settings.
    pub(crate) fn of_settings(&self) -> impl Iterator<Item = &Key> {
        self.held.iter().take(self.given)
    }

    /// Those of one purpose, the first one first.
    pub fn of(&self, purpose: KeyPurpose) -> impl Iterator<Item = &Key> {
        self.held.iter().filter(move |key| key.id.purpose == purpose)
    }

    /// Makes a further key in the data folder. Nobody uses it before the database knows it.
    pub fn add(&self, purpose: KeyPurpose) -> anyhow::Result<Key> {
        let key = Key::of(purpose, rand::random());
        let path = self.folder.join(key.file_name());
        make(&path, &key.secret)
            .with_context(|| format!("the key {} cannot be made", path.display()))?;
        Ok(key)
    }

    /// Puts each key in the place that the database gives it; refuses when one that counts is missing.
    /// One that is added but not used yet may still be on its way here.
    pub fn ring(&self, known: &[KnownKey]) -> anyhow::Result<Keyring> {
        Ok(Keyring {
            tokens: self.ring_of(KeyPurpose::Tokens, known)?,
            checkpoints: self.ring_of(KeyPurpose::Checkpoints, known)?,
            certificates: self.ring_of(KeyPurpose::Certificates, known)?,
        })
    }

    fn ring_of(&self, purpose: KeyPurpose, known: &[KnownKey]) -> anyhow::Result<Ring> {
        let in_state = |state: KeyState| {
            let of_state =
                move |one: &&KnownKey| one.key.purpose == purpose && one.state() == state;
            known.iter().filter(of_state).map(|one| &one.key)
        };
        let find = |id: &KeyId| self.held.iter().find(|key| key.id == *id).cloned();
        let needed = |id: &KeyId| {
            find(id).with_context(|| {
                format!(
                    "this database works with another key of {purpose} (id {}) than {} holds: copy \
                     all files *.key from the data folder of an instance that has it, with mode 0600",
                    id.key_id,
                    self.folder.display(),
                )
            })
        };
        let in_use = in_state(KeyState::InUse).next();
        let in_use = in_use.with_context(|| {
            format!("this database knows no key of {purpose}: start the service once")
        })?;
        Ok(Ring {
            in_use: needed(in_use)?,
            previous: in_state(KeyState::Accepted).map(needed).collect::<anyhow::Result<_>>()?,
            next: in_state(KeyState::Next).filter_map(find).collect(),
        })
    }
}

/// The names of the files of that purpose: the first key, then those that came after it.
fn key_files(folder: &Path, purpose: KeyPurpose) -> anyhow::Result<Vec<String>> {
    let (first, later) = (format!("{purpose}.key"), format!("{purpose}."));
    let mut names = Vec::new();
    for file in fs::read_dir(folder).with_context(|| folder.display().to_string())? {
        let name = file?.file_name().to_string_lossy().into_owned();
        if name == first || (name.starts_with(&later) && name.ends_with(".key")) {
            names.push(name);
        }
    }
    names.sort_by_key(|name| (*name != first, name.clone()));
    Ok(names)
}

/// Reads a key that the settings give; it is never said again.
fn of_setting(text: &str) -> anyhow::Result<Key> {
    let (purpose, hex) = text.split_once(':').context("a key of the settings is PURPOSE:HEX")?;
    let purpose: KeyPurpose = purpose
        .trim()
        .parse()
        .map_err(|_| anyhow!("a key of the settings is of tokens, checkpoints or certificates"))?;
    let secret =
        parse(hex).map_err(|fault| anyhow!("the key of {purpose} in the settings {fault}"))?;
    Ok(Key::of(purpose, secret))
}

/// The first 16 hex digits of a hash from which the key cannot be told.
fn short_id(label: &[u8], key: &[u8]) -> String {
    let digest = Sha256::new().chain_update(label).chain_update(key).finalize();
    hex::encode(digest).chars().take(16).collect()
}

fn open_or_make(path: &Path) -> anyhow::Result<[u8; 32]> {
    match File::open(path) {
        Ok(file) => read(file, path),
        Err(cause) if cause.kind() == ErrorKind::NotFound => {
            make(path, &rand::random())
                .with_context(|| format!("the key {} cannot be made", path.display()))?;
            read(File::open(path)?, path)
        }
        Err(cause) => Err(anyhow!("the key {} cannot be read: {cause}", path.display())),
    }
}

fn text_of(secret: &[u8; 32]) -> String {
    format!("{}\n", hex::encode(secret))
}

/// Writes a new key beside its place and moves it there whole; when two instances start at once,
/// the first one's stays.
fn make(path: &Path, secret: &[u8; 32]) -> std::io::Result<()> {
    let draft = path.with_extension(format!("new-{}", uuid::Uuid::now_v7().simple()));
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&draft)?;
    file.write_all(text_of(secret).as_bytes())?;
    file.sync_all()?;
    let placed = fs::hard_link(&draft, path);
    fs::remove_file(&draft)?;
    match placed {
        Err(cause) if cause.kind() != ErrorKind::AlreadyExists => Err(cause),
        _ => Ok(()),
    }
}

fn read(mut file: File, path: &Path) -> anyhow::Result<[u8; 32]> {
    let shown = path.display();
    let about = file.metadata()?;
    if !about.is_file() || about.len() > FILE_BYTES_MAX {
        bail!("{shown} is not a key: a key is a file of 64 hex digits");
    }
    let mode = about.permissions().mode() & 0o777;
    if mode & 0o077 != 0 {
        bail!("others may read the key {shown} (mode {mode:04o}); run: chmod 600 {shown}");
    }
    let mut text = String::new();
    file.read_to_string(&mut text).map_err(|_| anyhow!("{shown} is not a key: not text"))?;
    parse(&text).map_err(|fault| {
        anyhow!(
            "the key {shown} {fault}; replace it by the right one, or remove it to get a new one"
        )
    })
}

/// Takes 64 hex digits that look like nobody chose them.
fn parse(text: &str) -> Result<[u8; 32], &'static str> {
    let bytes = hex::decode(text.trim_end()).map_err(|_| "is not made of hex digits")?;
    let key: [u8; 32] = bytes.try_into().map_err(|_| "is not 256 bits long")?;
    let mut different = key.to_vec();
    different.sort_unstable();
    different.dedup();
    if different.len() < DIFFERENT_BYTES_MIN {
        return Err("is too regular to be random");
    }
    let mut steps = key.iter().zip(key.iter().skip(1)).map(|(a, b)| b.wrapping_sub(*a));
    let first = steps.next();
    if steps.all(|step| Some(step) == first) {
        return Err("is too regular to be random");
    }
    if key.iter().all(|byte| byte.is_ascii_graphic() || *byte == b' ') {
        return Err("is a text that somebody wrote, not random");
    }
    if SAMPLES.contains(&hex::encode(key).as_str()) {
        return Err("is a sample from a document");
    }
    Ok(key)
}

#[cfg(test)]
mod tests;
