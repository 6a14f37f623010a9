use super::*;
use crate::kernel::clock::Time;

fn refusal(of: anyhow::Result<Keys>) -> String {
    let text = format!("{:#}", of.err().unwrap());
    assert!(!text.contains('\n'), "{text}");
    text
}

fn ids(keys: &Keys) -> Vec<KeyId> {
    keys.all().iter().map(|key| key.id.clone()).collect()
}

fn known(keys: &[(&Key, Option<i64>, Option<i64>)]) -> Vec<KnownKey> {
    let noon = Time::in_shanghai("2026-09-04".parse().unwrap(), 12);
    let at = |seconds: &Option<i64>| seconds.map(|seconds| noon.plus_seconds(seconds));
    let known = |(key, from, until): &(&Key, Option<i64>, Option<i64>)| KnownKey {
        key: key.id.clone(),
        added_at: noon,
        used_from: at(from),
        used_until: at(until),
        dropped_at: None,
    };
    keys.iter().map(known).collect()
}

#[test]
fn the_database_says_which_key_signs_and_one_that_counts_must_be_there() {
    let data = tempfile::tempdir().unwrap();
    let new = Keys::open(data.path()).unwrap().add(KeyPurpose::Tokens).unwrap();
    let keys = Keys::open(data.path()).unwrap();
    let [old, added, note, paper] = keys.all() else { panic!("four keys") };
    assert_eq!(added.id, new.id);
    let others = [(note, Some(0), None), (paper, Some(0), None)];
    let ring = |tokens: &[_]| keys.ring(&known(&[tokens, &others].concat()));
    let before = ring(&[(old, Some(0), None), (added, None, None)]).unwrap().tokens;
    assert_eq!((before.in_use.id.clone(), before.all().count()), (old.id.clone(), 2));
    let after = ring(&[(old, Some(0), Some(9)), (added, Some(9), None)]).unwrap().tokens;
    assert_eq!((&after.in_use.id, &after.previous[0].id), (&added.id, &old.id));

    fs::remove_file(data.path().join(added.file_name())).unwrap();
    let without = Keys::open(data.path()).unwrap();
    let refused = |tokens: &[_]| {
        let ring = without.ring(&known(&[tokens, &others].concat()));
        format!("{:#}", ring.err().unwrap())
    };
    let text = refused(&[(old, Some(0), Some(9)), (added, Some(9), None)]);
    assert!(text.contains(&added.id.key_id) && text.contains("copy"), "{text}");
    assert!(
        without
            .ring(&known(&[&[(old, Some(0), None), (added, None, None)][..], &others].concat()))
            .is_ok()
    );
    assert!(refused(&[]).contains("knows no key of tokens"));
}

#[test]
fn keys_may_come_with_the_settings() {
    let (data, hex) = (tempfile::tempdir().unwrap(), hex::encode(rand::random::<[u8; 32]>()));
    let keys = Keys::open_with(data.path(), &[format!("tokens:{hex}")]).unwrap();
    assert_eq!(keys.of(KeyPurpose::Tokens).count(), 1);
    assert!(!data.path().join("tokens.key").exists(), "none is made beside it");
    for (given, expected) in [
        (hex.clone(), "PURPOSE:HEX"),
        (format!("codes:{hex}"), "tokens, checkpoints or certificates"),
        (format!("tokens:{}", hex::encode([7; 32])), "too regular"),
    ] {
        let text = refusal(Keys::open_with(data.path(), &[given]));
        assert!(text.contains(expected) && !text.contains(&hex), "{text}");
    }
}

#[test]
fn keys_are_made_at_first_start_for_their_owner_only_and_kept() {
    let data = tempfile::tempdir().unwrap();
    let first = Keys::open(data.path()).unwrap();
    let second = Keys::open(data.path()).unwrap();
    assert_eq!(ids(&first), ids(&second));
    assert_eq!(ids(&first).len(), 3);
    for file in fs::read_dir(first.folder()).unwrap() {
        let file = file.unwrap();
        assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o600, "{file:?}");
    }
    let other = Keys::open(tempfile::tempdir().unwrap().path()).unwrap();
    assert_ne!(ids(&first), ids(&other));
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
