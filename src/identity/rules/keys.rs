//! When a key may take another's place, and when the other is no longer needed.

use crate::identity::model::{KeyId, KeyPurpose, KeyState, KeyStep, KnownKey};
use crate::identity::tokens::ACCESS_TOKEN_S;
use crate::kernel::clock::Time;

/// Why a key is not added, used or dropped.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum KeyRefused {
    #[error("there is a next key of {purpose} already: {key_id}")]
    NextPresent { purpose: KeyPurpose, key_id: String },
    #[error("there is no next key of {0}: run `wetland-exchange keys add {0}` first")]
    NoNext(KeyPurpose),
    #[error(
        "the key {key_id} of {purpose} is still accepted since the last change: run \
         `wetland-exchange keys drop {purpose}` first"
    )]
    Overlap { purpose: KeyPurpose, key_id: String },
    #[error("there is nothing to drop: one key of {0} is in use, and no other is accepted")]
    NothingToDrop(KeyPurpose),
    #[error("tokens that {key_id} signed are good until {until}")]
    TokensRun { key_id: String, until: Time },
    #[error(
        "{count} second factors are sealed by {key_id}: run `wetland-exchange keys use tokens`, which \
         seals them anew"
    )]
    Sealed { key_id: String, count: i64 },
}

/// Puts the life of each key together. The first of a purpose is in use until another is.
pub(crate) fn lives(first: &[(KeyId, Time)], steps: &[KeyStep]) -> Vec<KnownKey> {
    let begun = |key: &KeyId, added_at, used_from| KnownKey {
        key: key.clone(),
        added_at,
        used_from,
        used_until: None,
        dropped_at: None,
    };
    let mut keys: Vec<_> = first.iter().map(|(key, at)| begun(key, *at, Some(*at))).collect();
    for step in steps {
        let at = step.taken_at;
        match step.entered {
            KeyState::Next => keys.push(begun(&step.key, at, None)),
            KeyState::InUse => {
                let of_purpose = |one: &&mut KnownKey| one.key.purpose == step.key.purpose;
                for one in keys.iter_mut().filter(of_purpose) {
                    if one.state() == KeyState::InUse {
                        one.used_until = Some(at);
                    }
                    if one.key == step.key {
                        one.used_from = Some(at);
                    }
                }
            }
            KeyState::Accepted => {}
            KeyState::Dropped => {
                let dropped = keys.iter_mut().filter(|one| one.key == step.key);
                dropped.for_each(|one| one.dropped_at = Some(at));
            }
        }
    }
    keys
}

fn find(known: &[KnownKey], purpose: KeyPurpose, state: KeyState) -> Option<&KnownKey> {
    known.iter().find(|one| one.key.purpose == purpose && one.state() == state)
}

/// Whether a key may be added: one waits at a time.
pub(crate) fn add_key(known: &[KnownKey], purpose: KeyPurpose) -> Result<(), KeyRefused> {
    match find(known, purpose, KeyState::Next) {
        Some(next) => Err(KeyRefused::NextPresent { purpose, key_id: next.key.key_id.clone() }),
        None => Ok(()),
    }
}

/// The key that is to be used from now on. Two overlaps of one purpose do not run together.
pub(crate) fn use_key(known: &[KnownKey], purpose: KeyPurpose) -> Result<&KeyId, KeyRefused> {
    let next = find(known, purpose, KeyState::Next).ok_or(KeyRefused::NoNext(purpose))?;
    match find(known, purpose, KeyState::Accepted) {
        Some(one) => Err(KeyRefused::Overlap { purpose, key_id: one.key.key_id.clone() }),
        None => Ok(&next.key),
    }
}

/// The key that is to be dropped: the previous one, or a next one that is not wanted after all.
pub(crate) fn to_drop(known: &[KnownKey], purpose: KeyPurpose) -> Result<&KnownKey, KeyRefused> {
    find(known, purpose, KeyState::Accepted)
        .or_else(|| find(known, purpose, KeyState::Next))
        .ok_or(KeyRefused::NothingToDrop(purpose))
}

/// Whether nothing needs it any more; `sealed` second factors are sealed by it. What notes and
/// certificates need is its public half, which is kept for good.
pub(crate) fn drop_key(one: &KnownKey, sealed: i64, now: Time) -> Result<(), KeyRefused> {
    if one.key.purpose != KeyPurpose::Tokens {
        return Ok(());
    }
    let key_id = one.key.key_id.clone();
    if sealed > 0 {
        return Err(KeyRefused::Sealed { key_id, count: sealed });
    }
    match one.used_until.map(|until| until.plus_seconds(ACCESS_TOKEN_S)) {
        Some(until) if now < until => Err(KeyRefused::TokensRun { key_id, until }),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOKENS: KeyPurpose = KeyPurpose::Tokens;

    fn at(seconds: i64) -> Time {
        Time::in_shanghai("2026-09-04".parse().unwrap(), 12).plus_seconds(seconds)
    }

    fn key(purpose: KeyPurpose, key_id: &str) -> KeyId {
        KeyId { purpose, key_id: key_id.into(), public_key: None }
    }

    fn step(key_id: &str, entered: KeyState, seconds: i64) -> KeyStep {
        KeyStep { key: key(TOKENS, key_id), entered, taken_at: at(seconds) }
    }

    fn after(steps: &[KeyStep]) -> Vec<KnownKey> {
        let note = key(KeyPurpose::Checkpoints, "note");
        lives(&[(key(TOKENS, "a"), at(0)), (note, at(0))], steps)
    }

    fn states(known: &[KnownKey]) -> Vec<(&str, KeyState)> {
        known.iter().map(|one| (one.key.key_id.as_str(), one.state())).collect()
    }

    #[test]
    fn a_key_is_next_then_in_use_then_accepted_then_dropped() {
        use KeyState::{Accepted, Dropped, InUse, Next};
        let steps = [
            step("b", KeyState::Next, 10),
            step("b", KeyState::InUse, 20),
            step("a", KeyState::Dropped, 700),
        ];
        assert_eq!(states(&after(&[])), [("a", InUse), ("note", InUse)]);
        assert_eq!(states(&after(&steps[..1])), [("a", InUse), ("note", InUse), ("b", Next)]);
        let during = after(&steps[..2]);
        assert_eq!(states(&during), [("a", Accepted), ("note", InUse), ("b", InUse)]);
        assert_eq!((during[0].since(), during[2].since()), (at(20), at(20)));
        assert_eq!(states(&after(&steps)), [("a", Dropped), ("note", InUse), ("b", InUse)]);
    }

    #[test]
    fn one_key_waits_at_a_time_and_overlaps_do_not_run_together() {
        let none = after(&[]);
        assert_eq!(add_key(&none, TOKENS), Ok(()));
        assert_eq!(use_key(&none, TOKENS), Err(KeyRefused::NoNext(TOKENS)));
        assert_eq!(to_drop(&none, TOKENS), Err(KeyRefused::NothingToDrop(TOKENS)));

        let added = after(&[step("b", KeyState::Next, 10)]);
        assert!(matches!(add_key(&added, TOKENS), Err(KeyRefused::NextPresent { .. })));
        assert_eq!(add_key(&added, KeyPurpose::Checkpoints), Ok(()));
        assert_eq!(use_key(&added, TOKENS).unwrap().key_id, "b");
        let unwanted = to_drop(&added, TOKENS).unwrap();
        assert_eq!((unwanted.key.key_id.as_str(), drop_key(unwanted, 0, at(11))), ("b", Ok(())));

        let again = after(&[
            step("b", KeyState::Next, 10),
            step("b", KeyState::InUse, 20),
            step("c", KeyState::Next, 30),
        ]);
        assert!(matches!(use_key(&again, TOKENS), Err(KeyRefused::Overlap { .. })));
        assert_eq!(to_drop(&again, TOKENS).unwrap().key.key_id, "a");
    }

    #[test]
    fn a_key_is_dropped_when_no_token_and_no_secret_needs_it() {
        let used = after(&[step("b", KeyState::Next, 10), step("b", KeyState::InUse, 20)]);
        let old = to_drop(&used, TOKENS).unwrap();
        assert!(matches!(drop_key(old, 0, at(619)), Err(KeyRefused::TokensRun { .. })));
        assert_eq!(drop_key(old, 0, at(620)), Ok(()));
        assert!(matches!(drop_key(old, 1, at(620)), Err(KeyRefused::Sealed { count: 1, .. })));
        let note = KnownKey { key: key(KeyPurpose::Checkpoints, "note"), ..old.clone() };
        assert_eq!(drop_key(&note, 0, at(21)), Ok(()));
    }
}
