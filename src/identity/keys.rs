//! The keys of a deployment: the secret that signs tokens and the keys that sign checkpoints of the
//! audit log and certificates. They are made at first start in the data folder and never leave it;
//! the database knows their ids, so that a second instance without them refuses to start.

use std::fs::{self, File, OpenOptions};
use std::io::{ErrorKind, Read, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use anyhow::{Context, anyhow, bail};
use ed25519_dalek::SigningKey;
use sha2::{Digest, Sha256};

use super::model::{KeyId, KeyPurpose};

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

/// The keys of this deployment.
pub struct Keys {
    /// Signs and checks access tokens.
    pub token_secret: [u8; 32],
    /// Signs checkpoints of the audit log.
    pub checkpoint: SigningKey,
    /// Signs certificates.
    pub certificate: SigningKey,
    folder: PathBuf,
}

impl Keys {
    /// Reads the keys in the data folder, or makes them there when there are none.
    pub fn open(data_dir: &Path) -> anyhow::Result<Self> {
        fs::DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(data_dir)
            .with_context(|| format!("the data folder {} cannot be made", data_dir.display()))?;
        let folder = data_dir.to_owned();
        let token_secret = open_or_make(&folder.join(KeyPurpose::Tokens.file_name()))?;
        let checkpoint = open_or_make(&folder.join(KeyPurpose::Checkpoints.file_name()))?;
        let certificate = open_or_make(&folder.join(KeyPurpose::Certificates.file_name()))?;
        if token_secret == checkpoint || token_secret == certificate || checkpoint == certificate {
            bail!("two keys in {} are the same; each needs its own", folder.display());
        }
        Ok(Self {
            token_secret,
            checkpoint: SigningKey::from_bytes(&checkpoint),
            certificate: SigningKey::from_bytes(&certificate),
            folder,
        })
    }

    /// The folder that a second instance needs a copy of.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// What the database is to know of each key.
    pub fn ids(&self) -> [KeyId; 3] {
        let public = self.checkpoint.verifying_key().to_bytes();
        let certificate = self.certificate.verifying_key().to_bytes();
        [
            KeyId {
                purpose: KeyPurpose::Tokens,
                key_id: short_id(b"token secret", &self.token_secret),
                public_key: None,
            },
            KeyId {
                purpose: KeyPurpose::Checkpoints,
                key_id: short_id(b"checkpoint key", &public),
                public_key: Some(hex::encode(public)),
            },
            KeyId {
                purpose: KeyPurpose::Certificates,
                key_id: short_id(b"certificate key", &certificate),
                public_key: Some(hex::encode(certificate)),
            },
        ]
    }
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
            make(path).with_context(|| format!("the key {} cannot be made", path.display()))?;
            read(File::open(path)?, path)
        }
        Err(cause) => Err(anyhow!("the key {} cannot be read: {cause}", path.display())),
    }
}

/// Writes a new key beside its place and moves it there whole; when two instances start at once,
/// the first one's stays.
fn make(path: &Path) -> std::io::Result<()> {
    let draft = path.with_extension(format!("new-{}", uuid::Uuid::now_v7().simple()));
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&draft)?;
    writeln!(file, "{}", hex::encode(rand::random::<[u8; 32]>()))?;
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
mod tests {
    use super::*;

    fn refusal(of: anyhow::Result<Keys>) -> String {
        let text = format!("{:#}", of.err().unwrap());
        assert!(!text.contains('\n'), "{text}");
        text
    }

    #[test]
    fn keys_are_made_at_first_start_for_their_owner_only_and_kept() {
        let data = tempfile::tempdir().unwrap();
        let first = Keys::open(data.path()).unwrap();
        let second = Keys::open(data.path()).unwrap();
        assert_eq!(first.ids(), second.ids());
        assert_eq!(first.token_secret, second.token_secret);
        for file in fs::read_dir(first.folder()).unwrap() {
            let file = file.unwrap();
            assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o600, "{file:?}");
        }
        let other = Keys::open(tempfile::tempdir().unwrap().path()).unwrap();
        assert_ne!(first.ids(), other.ids());
    }

    #[test]
    fn keys_that_others_may_read_are_refused() {
        let data = tempfile::tempdir().unwrap();
        let keys = Keys::open(data.path()).unwrap();
        let path = keys.folder().join("checkpoints.key");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
        let text = refusal(Keys::open(data.path()));
        assert!(text.contains("mode 0640") && text.contains("chmod 600"), "{text}");
    }

    #[test]
    fn weak_and_sample_keys_are_refused() {
        let counting: Vec<u8> = (0..32).collect();
        for (text, expected) in [
            (hex::encode([0; 32]), "too regular"),
            (hex::encode([0xa5; 32]), "too regular"),
            (hex::encode([1, 2, 3, 4].repeat(8)), "too regular"),
            (hex::encode(counting), "too regular"),
            (hex::encode(b"your-256-bit-secret-change-me-ok"), "text that somebody wrote"),
            (SAMPLES[0].to_owned(), "sample"),
            ("abcd".to_owned(), "256 bits"),
            (String::new(), "256 bits"),
            ("secret".to_owned(), "hex digits"),
        ] {
            let data = tempfile::tempdir().unwrap();
            let keys = Keys::open(data.path()).unwrap();
            fs::write(keys.folder().join("tokens.key"), text).unwrap();
            let text = refusal(Keys::open(data.path()));
            assert!(text.contains(expected), "{text}");
        }
    }

    #[test]
    fn one_key_for_two_purposes_is_refused() {
        let data = tempfile::tempdir().unwrap();
        let keys = Keys::open(data.path()).unwrap();
        let text = fs::read(keys.folder().join("tokens.key")).unwrap();
        fs::write(keys.folder().join("checkpoints.key"), text).unwrap();
        assert!(refusal(Keys::open(data.path())).contains("are the same"));
    }

    #[test]
    fn a_data_folder_that_cannot_be_written_is_named() {
        let text = refusal(Keys::open(Path::new("/proc/none")));
        assert!(text.contains("/proc/none cannot be made"), "{text}");
    }
}
