//! Checkpoints: how long the log is and what its tree hashes to, signed, in the form that tools for
//! transparency logs read (a signed note). No I/O here.
//!
//! ```text
//! wetland-exchange/5f1d36a0c2e49b7d          which log: the start of its first entry's hash
//! 57                                         how many entries it has
//! n4bQgYhMfWWaL+qgxVrQFaO/TxsrC4Is0V1sFbDwCgg=    the root of its tree, base64
//! 2026-09-30T10:00:00.000000Z                when it was signed
//!
//! — wetland-exchange/5f1d36a0c2e49b7d 2BQ9…  base64(key hash, 4 bytes ‖ Ed25519, 64 bytes)
//! ```
//!
//! Signed are the first four lines with their line ends. The key hash is the beginning of
//! SHA-256(name ‖ `\n` ‖ 0x01 ‖ public key). While a key takes another's place both sign, a line each,
//! so that who knows the old one alone can still check. Further lines of signatures, as witnesses add
//! them, are kept and not looked at.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::kernel::clock::Time;
use crate::kernel::db::TreeHash;

const KEY_HASH_BYTES: usize = 4;
/// The type of a signature that is Ed25519.
const ED25519: u8 = 1;

/// A longer text is no checkpoint.
const NOTE_BYTES_MAX: usize = 16 * 1024;

/// Two checkpoints lie at most this far apart while anything is written.
const SECONDS_BETWEEN_MAX: i64 = 600;

/// The signed end of the log at some moment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Checkpoint {
    /// Which log it is.
    pub origin: String,
    /// How many entries it has.
    pub size: i64,
    /// The root of the tree over them.
    pub root: TreeHash,
    /// When it was signed.
    pub time: Time,
    /// The lines below the empty one, each with its line end.
    signatures: String,
}

/// The checkpoint proves nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the checkpoint is not signed by this exchange (it names the log {origin})")]
pub struct BadCheckpoint {
    origin: String,
}

/// The text is no signed note of a log.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "a checkpoint is a signed note: the log's name, its size, its root and the time, a line each, \
     an empty line, and the signatures"
)]
pub struct NotACheckpoint;

/// The key that signs checkpoints, with the id under which it is known, and those before it that
/// still sign beside it.
#[derive(Clone)]
pub struct Signer {
    key: SigningKey,
    key_id: String,
    previous: Vec<SigningKey>,
}

impl Signer {
    pub fn new(key: SigningKey, key_id: String) -> Self {
        Self { key, key_id, previous: Vec::new() }
    }

    /// The same beside keys that signed until lately.
    #[must_use]
    pub fn beside(self, previous: Vec<SigningKey>) -> Self {
        Self { previous, ..self }
    }

    /// The half that everybody may have.
    pub fn public_key(&self) -> VerifyingKey {
        self.key.verifying_key()
    }

    /// The id under which the key is known.
    pub fn key_id(&self) -> &str {
        &self.key_id
    }

    /// The public key in the form that tools for signed notes take.
    pub fn verifier(&self, origin: &str) -> String {
        let public = self.public_key();
        let mut key = vec![ED25519];
        key.extend(public.to_bytes());
        let hash = hex::encode(key_hash(origin, &public));
        format!("{origin}+{hash}+{}", BASE64_STANDARD.encode(key))
    }

    /// Signs the end of the log.
    pub fn sign(&self, origin: String, size: i64, root: TreeHash, time: Time) -> Checkpoint {
        let mut checkpoint = Checkpoint { origin, size, root, time, signatures: String::new() };
        let keys = std::iter::once(&self.key).chain(&self.previous);
        checkpoint.signatures = keys.map(|key| signature(&checkpoint, key)).collect();
        checkpoint
    }
}

/// One line of signature.
fn signature(checkpoint: &Checkpoint, key: &SigningKey) -> String {
    let mut bytes = key_hash(&checkpoint.origin, &key.verifying_key()).to_vec();
    bytes.extend(key.sign(checkpoint.signed().as_bytes()).to_bytes());
    format!("— {} {}\n", checkpoint.origin, BASE64_STANDARD.encode(bytes))
}

/// The name of the log that begins with an entry of this hash.
pub(super) fn origin_of(first_entry: &[u8]) -> String {
    let hex: String = hex::encode(first_entry).chars().take(16).collect();
    format!("wetland-exchange/{hex}")
}

fn key_hash(name: &str, key: &VerifyingKey) -> [u8; KEY_HASH_BYTES] {
    let digest = Sha256::new()
        .chain_update(name)
        .chain_update([b'\n', ED25519])
        .chain_update(key.to_bytes())
        .finalize();
    digest.first_chunk().copied().unwrap_or_default()
}

/// Whether a new checkpoint is to be published after the last one: none was, or the log has grown by
/// more than the entry of that publication, and ten minutes or the end of a day in Shanghai have
/// passed since.
pub(super) fn is_due(last: Option<(i64, Time)>, size: i64, now: Time) -> bool {
    last.is_none_or(|(last_size, signed_at)| {
        let passed = now.unix_seconds() - signed_at.unix_seconds();
        let another_day = now.date_in_shanghai() > signed_at.date_in_shanghai();
        size > last_size + 1 && (passed >= SECONDS_BETWEEN_MAX || another_day)
    })
}

impl Checkpoint {
    /// The lines that are signed.
    fn signed(&self) -> String {
        let Self { origin, size, root, time, .. } = self;
        format!("{origin}\n{size}\n{}\n{time}\n", BASE64_STANDARD.encode(root))
    }

    /// Checks its signature; strictly, so that no second signature of the same lines passes.
    pub fn check(&self, key: &VerifyingKey) -> Result<(), BadCheckpoint> {
        let text = self.signed();
        let by_key = |line: &str| {
            let (name, signature) = line.strip_prefix("— ")?.split_once(' ')?;
            let bytes = BASE64_STANDARD.decode(signature).ok()?;
            let (hash, signature) = bytes.split_first_chunk::<KEY_HASH_BYTES>()?;
            let signature = Signature::from_slice(signature).ok()?;
            let ours = name == self.origin && *hash == key_hash(name, key);
            (ours && key.verify_strict(text.as_bytes(), &signature).is_ok()).then_some(())
        };
        match self.signatures.lines().find_map(by_key) {
            Some(()) => Ok(()),
            None => Err(BadCheckpoint { origin: self.origin.clone() }),
        }
    }

    /// The same by any of these keys.
    pub fn check_any(&self, keys: &[VerifyingKey]) -> Result<(), BadCheckpoint> {
        match keys.iter().any(|key| self.check(key).is_ok()) {
            true => Ok(()),
            false => Err(BadCheckpoint { origin: self.origin.clone() }),
        }
    }

    fn read(text: &str) -> Option<Self> {
        let (signed, signatures) = text.split_once("\n\n")?;
        let mut lines = signed.split('\n');
        let (origin, size, root, time) =
            (lines.next()?, lines.next()?, lines.next()?, lines.next()?);
        let read = Self {
            origin: origin.to_owned(),
            size: size.parse().ok().filter(|size| *size > 0)?,
            root: BASE64_STANDARD.decode(root).ok()?.try_into().ok()?,
            time: time.parse().ok()?,
            signatures: signatures.to_owned(),
        };
        let whole = text.len() <= NOTE_BYTES_MAX
            && !origin.is_empty()
            && signatures.ends_with('\n')
            && signatures.lines().all(|line| line.starts_with("— "))
            && read.to_string() == text;
        whole.then_some(read)
    }
}

impl std::fmt::Display for Checkpoint {
    /// The note, as it is kept and given to others.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}\n{}", self.signed(), self.signatures)
    }
}

impl std::str::FromStr for Checkpoint {
    type Err = NotACheckpoint;

    fn from_str(text: &str) -> Result<Self, NotACheckpoint> {
        Self::read(text).ok_or(NotACheckpoint)
    }
}

impl TryFrom<String> for Checkpoint {
    type Error = NotACheckpoint;

    fn try_from(text: String) -> Result<Self, NotACheckpoint> {
        text.parse()
    }
}

impl From<Checkpoint> for String {
    fn from(checkpoint: Checkpoint) -> Self {
        checkpoint.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn signer(seed: u8) -> Signer {
        Signer::new(SigningKey::from_bytes(&[seed; 32]), format!("key-{seed}"))
    }

    fn evening() -> Time {
        Time::in_shanghai("2026-09-30".parse().unwrap(), 18)
    }

    fn checkpoint() -> Checkpoint {
        signer(1).sign(origin_of(&[9; 32]), 57, [7; 32], evening())
    }

    #[test]
    fn r93_a_checkpoint_survives_its_text_and_is_known_again() {
        let text = checkpoint().to_string();
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines[..2], ["wetland-exchange/0909090909090909", "57"]);
        assert_eq!(lines[3..5], ["2026-09-30T10:00:00.000000Z", ""]);
        let read: Checkpoint = text.parse().unwrap();
        assert_eq!(read, checkpoint());
        assert_eq!(read.check(&signer(1).public_key()), Ok(()));
        let witnessed: Checkpoint = format!("{text}— witness.example AAAA\n").parse().unwrap();
        assert_eq!(witnessed.check(&signer(1).public_key()), Ok(()));
    }

    #[test]
    fn r93_a_checkpoint_changed_anywhere_or_signed_by_another_is_refused() {
        let text = checkpoint().to_string();
        let key = signer(1).public_key();
        for (at, _) in text.char_indices().filter(|(_, one)| one.is_ascii()) {
            let mut bytes = text.clone().into_bytes();
            bytes[at] = if bytes[at] == b'B' { b'C' } else { b'B' };
            let changed = String::from_utf8(bytes).unwrap().parse::<Checkpoint>();
            assert!(!changed.is_ok_and(|changed| changed.check(&key).is_ok()), "{at}");
        }
        assert!(checkpoint().check(&signer(2).public_key()).is_err());
    }

    #[test]
    fn c23_a_note_of_the_overlap_is_known_by_the_old_key_and_by_the_new_one() {
        let both = signer(2).beside(vec![SigningKey::from_bytes(&[1; 32])]);
        let note = both.sign(origin_of(&[9; 32]), 57, [7; 32], evening()).to_string();
        let read: Checkpoint = note.parse().unwrap();
        for seed in [1, 2] {
            assert_eq!(read.check(&signer(seed).public_key()), Ok(()), "{seed}");
        }
        let (old, new, other) =
            (signer(1).public_key(), signer(2).public_key(), signer(3).public_key());
        assert!(read.check_any(&[other, new]).is_ok());
        assert!(read.check_any(&[other]).is_err() && read.check_any(&[]).is_err());
        assert!(checkpoint().check_any(&[new, old]).is_ok());
    }

    #[test]
    fn r93_what_is_no_signed_note_is_refused() {
        let text = checkpoint().to_string();
        let doubled = format!("{text}{text}");
        let unsigned = text.split_once("—").unwrap().0.to_owned();
        let negative = text.replacen("\n57\n", "\n-57\n", 1);
        let zeros = text.replacen("\n57\n", "\n057\n", 1);
        let long = format!("{text}{}", "— x AAAA\n".repeat(2_000));
        for wrong in ["", "\n\n", "{}", &doubled, &unsigned, &negative, &zeros, &long] {
            assert_eq!(wrong.parse::<Checkpoint>(), Err(NotACheckpoint), "{wrong}");
        }
    }

    #[test]
    fn r93_a_checkpoint_is_due_after_ten_minutes_and_at_the_end_of_the_day() {
        let last = Some((57, evening()));
        let at = |seconds| evening().plus_seconds(seconds);
        assert!(is_due(None, 1, evening()));
        assert!(!is_due(last, 59, at(599)));
        assert!(is_due(last, 59, at(600)));
        assert!(!is_due(last, 58, at(600)), "nothing was written since but its own entry");
        let night = Some((57, at(6 * 3_600 - 10)));
        assert!(is_due(night, 59, at(6 * 3_600)), "the day is over");
        assert!(!is_due(night, 58, at(6 * 3_600)));
    }

    #[test]
    fn r93_the_verifier_names_log_and_key() {
        let verifier = signer(1).verifier("wetland-exchange/0909090909090909");
        let parts: Vec<&str> = verifier.split('+').collect();
        assert_eq!(parts[0], "wetland-exchange/0909090909090909");
        assert_eq!(parts[1].len(), 8);
        assert!(parts[2].starts_with("AYqI49"), "{verifier}");
    }
}
