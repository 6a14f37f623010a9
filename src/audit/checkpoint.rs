//! Checkpoints: how long the log is and what it hashes to, signed. No I/O here.

use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::kernel::clock::Time;

/// The signed end of the log at some moment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Checkpoint {
    /// How many entries the log has.
    #[schema(example = 57, minimum = 0)]
    pub size: i64,
    /// The hash of the last of them, 64 hex digits.
    #[schema(example = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08")]
    pub root: String,
    /// When it was signed.
    pub time: Time,
    /// Which key signed it.
    #[schema(example = "5f1d36a0c2e49b7d")]
    pub key_id: String,
    /// Ed25519 over the five lines, 128 hex digits.
    #[schema(example = "a3b1…", pattern = "^[0-9a-f]{128}$")]
    pub signature: String,
}

/// Why a checkpoint proves nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadCheckpoint {
    #[error("the checkpoint is signed with the key {theirs}, this exchange has {ours}")]
    OtherKey { theirs: String, ours: String },
    #[error("the signature of the checkpoint is wrong")]
    WrongSignature,
}

/// The key that signs checkpoints, with the id under which it is known.
#[derive(Clone)]
pub struct Signer {
    key: SigningKey,
    key_id: String,
}

impl Signer {
    pub fn new(key: SigningKey, key_id: String) -> Self {
        Self { key, key_id }
    }

    /// Signs the end of the log.
    pub fn sign(&self, size: i64, root: &[u8], time: Time) -> Checkpoint {
        let mut checkpoint = Checkpoint {
            size,
            root: hex::encode(root),
            time,
            key_id: self.key_id.clone(),
            signature: String::new(),
        };
        checkpoint.signature =
            hex::encode(self.key.sign(checkpoint.signed().as_bytes()).to_bytes());
        checkpoint
    }

    /// Checks that this exchange signed it.
    pub fn check(&self, checkpoint: &Checkpoint) -> Result<(), BadCheckpoint> {
        checkpoint.check(&self.key_id, &self.key.verifying_key())
    }
}

impl Checkpoint {
    /// The five lines that are signed.
    pub fn signed(&self) -> String {
        let Self { size, root, time, key_id, .. } = self;
        format!("wetland-exchange checkpoint\n{size}\n{root}\n{time}\n{key_id}\n")
    }

    /// Checks its signature; strictly, so that no second signature of the same lines passes.
    pub fn check(&self, key_id: &str, key: &VerifyingKey) -> Result<(), BadCheckpoint> {
        if self.key_id != key_id {
            let (theirs, ours) = (self.key_id.clone(), key_id.to_owned());
            return Err(BadCheckpoint::OtherKey { theirs, ours });
        }
        let signature = hex::decode(&self.signature)
            .ok()
            .and_then(|bytes| Signature::from_slice(&bytes).ok())
            .ok_or(BadCheckpoint::WrongSignature)?;
        key.verify_strict(self.signed().as_bytes(), &signature)
            .map_err(|_| BadCheckpoint::WrongSignature)
    }
}

impl std::fmt::Display for Checkpoint {
    /// The form in which it is printed and kept: one line of JSON.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&serde_json::to_string(self).map_err(|_| std::fmt::Error)?)
    }
}

impl std::str::FromStr for Checkpoint {
    type Err = serde_json::Error;

    fn from_str(text: &str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(text.trim())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn signer(seed: u8) -> Signer {
        Signer::new(SigningKey::from_bytes(&[seed; 32]), format!("key-{seed}"))
    }

    fn checkpoint() -> Checkpoint {
        signer(1).sign(57, &[7; 32], Time::in_shanghai("2026-09-30".parse().unwrap(), 18))
    }

    #[test]
    fn r93_a_checkpoint_survives_its_text_and_is_known_again() {
        let text = checkpoint().to_string();
        let read: Checkpoint = text.parse().unwrap();
        assert_eq!(read, checkpoint());
        assert_eq!(signer(1).check(&read), Ok(()));
        assert!(!text.contains('\n'));
    }

    #[test]
    fn r93_a_checkpoint_changed_anywhere_or_signed_by_another_is_refused() {
        type Change = fn(&mut Checkpoint);
        let changes: [Change; 5] = [
            |c| c.size += 1,
            |c| c.root = hex::encode([8; 32]),
            |c| c.time = c.time.plus_seconds(1),
            |c| c.signature = "00".repeat(64),
            |c| c.signature = "not hex".into(),
        ];
        for change in changes {
            let mut changed = checkpoint();
            change(&mut changed);
            assert_eq!(signer(1).check(&changed), Err(BadCheckpoint::WrongSignature));
        }
        assert!(matches!(signer(2).check(&checkpoint()), Err(BadCheckpoint::OtherKey { .. })));
        let mut renamed = checkpoint();
        renamed.key_id = "key-2".into();
        assert_eq!(signer(2).check(&renamed), Err(BadCheckpoint::WrongSignature));
    }
}
