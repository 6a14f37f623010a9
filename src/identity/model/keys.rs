//! Keys as values.

use ed25519_dalek::VerifyingKey;

use crate::kernel::clock::Time;
use crate::kernel::names::names;

names! {
    /// What a key is for.
    pub enum KeyPurpose {
        Tokens = "tokens",
        Checkpoints = "checkpoints",
        Certificates = "certificates",
    }
}

/// A key by its id, as the database knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyId {
    pub purpose: KeyPurpose,
    pub key_id: String,
    /// In hex, so that a signature can be checked; a secret has none.
    pub public_key: Option<String>,
}

impl KeyId {
    /// Its public half, where it has one.
    pub fn verifying_key(&self) -> Option<VerifyingKey> {
        let bytes = hex::decode(self.public_key.as_ref()?).ok()?;
        VerifyingKey::from_bytes(&bytes.try_into().ok()?).ok()
    }
}

names! {
    /// How far a key is in its life.
    pub enum KeyState {
        Next = "next",
        InUse = "in_use",
        Accepted = "accepted",
        Dropped = "dropped",
    }
}

/// A step in the life of a key: which state it entered. Accepted it is when another is used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::identity) struct KeyStep {
    pub key: KeyId,
    pub entered: KeyState,
    pub taken_at: Time,
}

/// A key with all that the database says of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownKey {
    pub key: KeyId,
    pub added_at: Time,
    pub used_from: Option<Time>,
    /// When another took its place.
    pub used_until: Option<Time>,
    pub dropped_at: Option<Time>,
}

impl KnownKey {
    pub fn state(&self) -> KeyState {
        match (self.dropped_at, self.used_from, self.used_until) {
            (Some(_), _, _) => KeyState::Dropped,
            (None, None, _) => KeyState::Next,
            (None, Some(_), None) => KeyState::InUse,
            (None, Some(_), Some(_)) => KeyState::Accepted,
        }
    }

    /// Since when it is in that state.
    pub fn since(&self) -> Time {
        self.dropped_at.or(self.used_until).or(self.used_from).unwrap_or(self.added_at)
    }
}
