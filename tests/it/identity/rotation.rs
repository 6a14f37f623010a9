//! Keys take each other's place while both count (C23), on several instances over one database.

use std::path::Path;

use diesel::prelude::*;
use serde_json::{Value, json};
use wetland_exchange::app::{self, House, Running};
use wetland_exchange::audit::Checkpoint;
use wetland_exchange::identity::{self, KeyPurpose, Keys};
use wetland_exchange::kernel::clock::Clock;
use wetland_exchange::kernel::db::open_for_reading;
use wetland_exchange::schema::second_factors;
use wetland_exchange::verify;

use super::factors::add;
use crate::backup::{Bare, exchange, refused, said};
use crate::support::{Reply, Town, config, password_of, send, text};

/// Who has no second factor.
const AUDITOR: &str = "aud01.desk";
const PERSON: &str = "liang.wenbo";
const NEWCOMER: &str = "new.officer";

const TOKENS: KeyPurpose = KeyPurpose::Tokens;
const CHECKPOINTS: KeyPurpose = KeyPurpose::Checkpoints;

/// One more instance over the town's database and keys, started now.
struct Instance {
    running: Option<Running>,
    url: String,
}

impl Instance {
    async fn of(town: &Town) -> Self {
        let settings = config(town.database_url(), town.data_dir());
        let running = app::serve(&settings, Clock::Set(town.clock.clone())).await.unwrap();
        Self { url: format!("http://{}", running.address), running: Some(running) }
    }
}

impl Drop for Instance {
    fn drop(&mut self) {
        if let Some(running) = self.running.take() {
            running.abandon();
        }
    }
}

fn keys(town: &Town) -> Keys {
    Keys::open(town.data_dir()).unwrap()
}

async fn add_key(town: &Town, purpose: KeyPurpose) {
    identity::add_key(&town.db, &keys(town), purpose).await.unwrap();
}

async fn use_key(town: &Town, purpose: KeyPurpose) -> identity::UsedKey {
    identity::use_key(&town.db, &keys(town), purpose).await.unwrap()
}

/// What the refusal to drop says.
async fn refused_to_drop(town: &Town, purpose: KeyPurpose) -> String {
    identity::drop_key(&town.db, purpose).await.unwrap_err().to_string()
}

async fn post(town: &Town, url: &str, token: Option<&str>, body: Value) -> Reply {
    let request = town.http.post(url).json(&body);
    let request = request.header("idempotency-key", uuid::Uuid::now_v7().to_string());
    send(match token {
        Some(token) => request.bearer_auth(token),
        None => request,
    })
    .await
}

/// A session of that person at that instance.
async fn log_in(town: &Town, url: &str, username: &str) -> Value {
    let mut body = json!({ "username": username, "password": password_of(username) });
    if username == PERSON {
        body["code"] = town.next_code(username).await.into();
    }
    post(town, &format!("{url}/api/v1/sessions"), None, body).await.created()
}

async fn me(town: &Town, url: &str, session: &Value) -> Reply {
    let token = session["access_token"].as_str().unwrap();
    send(town.http.get(format!("{url}/api/v1/me")).bearer_auth(token)).await
}

async fn note(town: &Town, url: &str) -> Checkpoint {
    let note = send(town.http.get(format!("{url}/api/v1/audit/checkpoint/note"))).await;
    note.text.parse().unwrap()
}

fn later(town: &Town, seconds: i64) {
    town.clock.set(town.now().plus_seconds(seconds));
}

fn copy_keys(from: &Path, to: &Path) {
    for file in std::fs::read_dir(from).unwrap() {
        let path = file.unwrap().path();
        if path.extension().is_some_and(|kind| kind == "key") {
            std::fs::copy(&path, to.join(path.file_name().unwrap())).unwrap();
        }
    }
}

on_both_engines! {
    async fn c23_a_token_of_the_previous_key_is_accepted_until_that_is_dropped(town: Town) {
        let before = log_in(&town, &town.url, AUDITOR).await;
        add_key(&town, TOKENS).await;
        let during = Instance::of(&town).await;
        me(&town, &during.url, &before).await.ok();

        use_key(&town, TOKENS).await;
        let after = Instance::of(&town).await;
        let new = log_in(&town, &after.url, AUDITOR).await;
        for (url, session) in [(&after.url, &before), (&during.url, &new), (&after.url, &new)] {
            me(&town, url, session).await.ok();
        }
        // An instance that never got the new key does not know its tokens.
        me(&town, &town.url, &new).await.refused(401, "credentials-needed");

        later(&town, 590);
        assert!(refused_to_drop(&town, TOKENS).await.contains("are good until"));
        later(&town, 10);
        identity::drop_key(&town.db, TOKENS).await.unwrap();
        let alone = Instance::of(&town).await;
        let old = log_in(&town, &town.url, AUDITOR).await;
        me(&town, &town.url, &old).await.ok();
        me(&town, &alone.url, &old).await.refused(401, "credentials-needed");
        let new = log_in(&town, &after.url, AUDITOR).await;
        me(&town, &alone.url, &new).await.ok();
        // A session does not end with the key of its access tokens.
        let renewal = json!({ "refresh_token": before["refresh_token"] });
        let renewed = post(&town, &format!("{}/api/v1/sessions/renewal", alone.url), None, renewal).await;
        me(&town, &alone.url, &renewed.created()).await.ok();
        assert!(refused_to_drop(&town, TOKENS).await.contains("nothing to drop"));
        town.verify().await;
    }

    async fn c23_a_second_factor_outlives_the_key_that_sealed_it(town: Town) {
        add(&town, NEWCOMER, "CENTRE", "centre_officer").await;
        log_in(&town, &town.url, PERSON).await;
        add_key(&town, TOKENS).await;
        let during = Instance::of(&town).await;
        let used = use_key(&town, TOKENS).await;
        assert!(used.sealed > 0, "{used:?}");
        let after = Instance::of(&town).await;
        for url in [&during.url, &after.url] {
            log_in(&town, url, PERSON).await;
        }

        // One that was not started since goes on with the old key, and its secrets keep that.
        let session = log_in(&town, &during.url, NEWCOMER).await;
        let token = session["access_token"].as_str().unwrap();
        let factor = "/api/v1/me/second-factor";
        post(&town, &format!("{}{factor}", during.url), Some(token), json!({})).await.created();
        later(&town, 601);
        assert!(refused_to_drop(&town, TOKENS).await.contains("1 second factors are sealed by"));
        assert_eq!(use_key(&town, TOKENS).await, identity::UsedKey { sealed: 1, ..used.clone() });
        identity::drop_key(&town.db, TOKENS).await.unwrap();
        let alone = Instance::of(&town).await;
        log_in(&town, &alone.url, PERSON).await;
        // One that was never started since seals nothing under the dropped key and opens nothing of
        // the new one.
        let session = log_in(&town, &town.url, NEWCOMER).await;
        let token = session["access_token"].as_str().unwrap();
        let begun = post(&town, &format!("{}{factor}", town.url), Some(token), json!({})).await;
        begun.refused(503, "keys-changed");
        let mut credentials = json!({ "username": PERSON, "password": password_of(PERSON) });
        credentials["code"] = town.next_code(PERSON).await.into();
        let opened = post(&town, &format!("{}/api/v1/sessions", town.url), None, credentials).await;
        opened.refused(503, "keys-changed");
        let sealed = town.db.read(None, |c| {
            Ok(second_factors::table
                .filter(second_factors::sealed_secret.is_not_null())
                .select(second_factors::sealed_secret.assume_not_null())
                .load::<String>(c)?)
        });
        let sealed = sealed.await.unwrap();
        assert!(sealed.iter().all(|one| one.starts_with(&format!("{}:", used.key_id))));
        let nothing = identity::use_key(&town.db, &keys(&town), TOKENS).await.unwrap_err();
        assert!(nothing.to_string().contains("no next key"), "{nothing}");
        town.verify().await;
    }

    async fn c23_notes_of_every_key_prove_the_log(town: Town) {
        let before = note(&town, &town.url).await;
        let old = keys(&town).of(CHECKPOINTS).next().unwrap().signing().verifying_key();
        add_key(&town, CHECKPOINTS).await;
        use_key(&town, CHECKPOINTS).await;
        let during = Instance::of(&town).await;
        let both = note(&town, &during.url).await;
        assert_eq!(both.to_string().matches("— ").count(), 2, "{both}");
        let known = town.db.read(None, identity::known_keys).await.unwrap();
        let public = app::note_keys(&known);
        let new = *public.iter().find(|key| **key != old).unwrap();
        assert!(both.check(&old).is_ok() && both.check(&new).is_ok());
        let shown = send(town.http.get(format!("{}/api/v1/public/keys", during.url))).await.ok();
        let states: Vec<_> = shown["items"].as_array().unwrap().iter()
            .filter(|one| one["purpose"] == "checkpoints")
            .map(|one| (one["public_key"].as_str().unwrap().to_owned(), one["state"].clone()))
            .collect();
        let expected = [(old, "accepted"), (new, "in_use")]
            .map(|(key, state)| (hex::encode(key.to_bytes()), json!(state)));
        assert_eq!(states, expected);

        identity::drop_key(&town.db, CHECKPOINTS).await.unwrap();
        let alone = Instance::of(&town).await;
        let after = note(&town, &alone.url).await;
        assert!(after.check(&new).is_ok() && after.check(&old).is_err());
        let auditor = log_in(&town, &alone.url, AUDITOR).await;
        let auditor = auditor["access_token"].as_str().unwrap();
        for note in [&before, &both, &after] {
            let mut conn = open_for_reading(&town.database_url().parse().unwrap()).unwrap();
            let report = verify::verify(&mut conn, Some((note, &public[..]))).unwrap();
            assert!(report.is_clean(), "{report}");
            let path = format!("{}/api/v1/audit/verifications", alone.url);
            let proved = post(&town, &path, Some(auditor), json!({ "against": note })).await.ok();
            assert_eq!(proved["clean"], true, "{proved:#}");
        }
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("before.note");
        std::fs::write(&file, before.to_string()).unwrap();
        let args = ["verify", "--against", text(&file)];
        said(exchange(town.database_url(), town.data_dir(), &args).await);
        let new = hex::encode(new.to_bytes());
        let only_new = [&args[..], &["--public-key", &new]].concat();
        let output = exchange(town.database_url(), town.data_dir(), &only_new).await;
        refused(output, "not signed by this exchange");
    }

    async fn c23_an_instance_without_the_key_in_use_refuses_to_start(town: Town) {
        let elsewhere = tempfile::tempdir().unwrap();
        copy_keys(town.data_dir(), elsewhere.path());
        let settings = config(town.database_url(), elsewhere.path());
        add_key(&town, TOKENS).await;
        // The next key may still be on its way.
        let house = House::open(&settings, Clock::Set(town.clock.clone())).await.unwrap();
        house.db.close().await;
        let elsewhere_keys = Keys::open(elsewhere.path()).unwrap();
        let missing = identity::use_key(&town.db, &elsewhere_keys, TOKENS).await.unwrap_err();
        assert!(missing.to_string().contains("copy its file"), "{missing}");

        let used = use_key(&town, TOKENS).await;
        let line = House::open(&settings, Clock::Set(town.clock.clone())).await.err().unwrap();
        let line = format!("{line:#}");
        assert!(line.contains(&used.key_id) && line.contains("copy all files *.key"), "{line}");
        assert!(!line.contains('\n'), "{line}");
        copy_keys(town.data_dir(), elsewhere.path());
        let house = House::open(&settings, Clock::Set(town.clock.clone())).await.unwrap();
        house.db.close().await;
    }

    async fn c23_a_backup_holds_every_key_that_counts(town: Town) {
        for purpose in [TOKENS, CHECKPOINTS] {
            add_key(&town, purpose).await;
            use_key(&town, purpose).await;
        }
        let folder = tempfile::tempdir().unwrap();
        let to = folder.path().join("monday");
        said(exchange(town.database_url(), town.data_dir(), &["backup", text(&to)]).await);
        let bare = Bare::beside(&town);
        said(bare.restore(&to).await);
        let settings = config(&bare.url, &bare.data_dir());
        let house = House::open(&settings, Clock::Set(town.clock.clone())).await.unwrap();
        house.db.close().await;
    }

    async fn c23_the_operator_changes_a_key_by_commands(town: Town) {
        let run = async |args: &[&str]| exchange(town.database_url(), town.data_dir(), args).await;
        let first = said(run(&["keys", "list"]).await);
        assert_eq!(first.matches("in use").count(), 3, "{first}");
        refused(run(&["keys", "use", "tokens"]).await, "no next key of tokens");
        refused(run(&["keys", "drop", "tokens"]).await, "nothing to drop");
        assert!(said(run(&["keys", "add", "tokens"]).await).contains("copy it, with mode 0600"));
        refused(run(&["keys", "add", "tokens"]).await, "there is a next key of tokens already");
        said(run(&["keys", "use", "tokens"]).await);
        refused(run(&["keys", "drop", "tokens"]).await, "are good until");
        said(run(&["keys", "add", "tokens"]).await);
        refused(run(&["keys", "use", "tokens"]).await, "still accepted");
        said(run(&["keys", "add", "certificates"]).await);
        assert!(said(run(&["keys", "drop", "certificates"]).await).contains("no longer accepted"));
        let list = said(run(&["keys", "list"]).await);
        for state in ["next", "in use", "accepted", "dropped"] {
            assert!(list.contains(state), "{list}");
        }
        for key in keys(&town).all() {
            assert!(list.contains(&key.id.key_id), "{list}");
            assert!(!list.contains(&hex::encode(key.secret())));
        }
        let empty = tempfile::tempdir().unwrap();
        let output = exchange(town.database_url(), empty.path(), &["keys", "list"]).await;
        refused(output, "there are no keys");
    }
}
