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
    /// The id of the key that signed it.
    #[schema(example = "5f1d36a0c2e49b7d")]
    pub key_id: String,
    /// The public half of that key, 64 hex digits: keep it from the first checkpoint that you get.
    #[schema(example = "8a88e3dd7409f195fd52db2d3cba5d72ca6709bf1d94121bf3748801b40f6f5c")]
    pub public_key: String,
    /// Ed25519 over the six lines, 128 hex digits.
    #[schema(
        pattern = "^[0-9a-f]{128}$",
        example = "\
a3b1c0d2a3b1c0d2a3b1c0d2a3b1c0d2a3b1c0d2a3b1c0d2a3b1c0d2a3b1c0d2\
a3b1c0d2a3b1c0d2a3b1c0d2a3b1c0d2a3b1c0d2a3b1c0d2a3b1c0d2a3b1c0d2"
    )]
    pub signature: String,
}

/// The checkpoint proves nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the checkpoint is not signed by this exchange (it names the key {key_id})")]
pub struct BadCheckpoint {
    key_id: String,
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

    /// The half that everybody may have.
    pub fn public_key(&self) -> VerifyingKey {
        self.key.verifying_key()
    }

    /// Signs the end of the log.
    pub fn sign(&self, size: i64, root: &[u8], time: Time) -> Checkpoint {
        let mut checkpoint = Checkpoint {
            size,
            root: hex::encode(root),
            time,
            key_id: self.key_id.clone(),
            public_key: hex::encode(self.public_key().to_bytes()),
            signature: String::new(),
        };
        checkpoint.signature =
            hex::encode(self.key.sign(checkpoint.signed().as_bytes()).to_bytes());
        checkpoint
    }
}

impl Checkpoint {
    /// The lines that are signed.
    pub fn signed(&self) -> String {
        let Self { size, root, time, key_id, public_key, .. } = self;
        format!("wetland-exchange checkpoint\n{size}\n{root}\n{time}\n{key_id}\n{public_key}\n")
    }

    /// Checks its signature; strictly, so that no second signature of the same lines passes.
    pub fn check(&self, key: &VerifyingKey) -> Result<(), BadCheckpoint> {
        let bad = || BadCheckpoint { key_id: self.key_id.clone() };
        let signature = hex::decode(&self.signature).map_err(|_| bad())?;
        let signature = Signature::from_slice(&signature).map_err(|_| bad())?;
        key.verify_strict(self.signed().as_bytes(), &signature).map_err(|_| bad())
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
        assert_eq!(read.check(&signer(1).public_key()), Ok(()));
        assert!(!text.contains('\n'));
    }

    #[test]
    fn r93_a_checkpoint_changed_anywhere_or_signed_by_another_is_refused() {
        type Change = fn(&mut Checkpoint);
        let changes: [Change; 7] = [
            |c| c.key_id = "key-2".into(),
            |c| c.public_key = hex::encode([9; 32]),
            |c| c.size += 1,
            |c| c.root = hex::encode([8; 32]),
            |c| c.time = c.time.plus_seconds(1),
            |c| c.signature = "00".repeat(64),
            |c| c.signature = "not hex".into(),
        ];
        for change in changes {
            let mut changed = checkpoint();
            change(&mut changed);
            assert!(changed.check(&signer(1).public_key()).is_err());
        }
        assert!(checkpoint().check(&signer(2).public_key()).is_err());
    }
}
