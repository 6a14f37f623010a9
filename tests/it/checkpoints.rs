//! Checkpoints that are published, the tree that is kept below them, and proofs by it.

use std::path::Path;

use serde_json::Value;
use wetland_exchange::kernel::actor::Doing;
use wetland_exchange::kernel::db::{Event, open_for_reading};
use wetland_exchange::{audit, verify};

use crate::support::{Town, text, tool};
use crate::tampering::hand::Hand;
use crate::tampering::signing_key;

const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/check_log.py");

/// Makes the log that long.
async fn grow(town: &Town, size: i64) {
    while entries(town).await < size {
        let doing = Doing::system("grow_the_log");
        let written = town.db.write(doing, |tx| {
            tx.record(Event { subject: "log:1".into(), ..Event::default() });
            Ok(())
        });
        written.await.unwrap();
    }
}

async fn entries(town: &Town) -> i64 {
    town.stranger().get("/api/v1/audit/checkpoint").await.ok()["size"].as_i64().unwrap()
}

fn report(town: &Town) -> audit::Report {
    let mut conn = open_for_reading(&town.database_url().parse().unwrap()).unwrap();
    verify::verify(&mut conn, None).unwrap()
}

async fn published(town: &Town) -> Vec<Value> {
    let page = town.stranger().get("/api/v1/audit/checkpoints").await.ok();
    page["items"].as_array().unwrap().clone()
}

/// Runs the script; `None` where python3 is missing.
async fn script(args: &[&str]) -> Option<String> {
    tool("python3", &[&[SCRIPT], args].concat(), &[]).await
}

fn write<'p>(path: &'p Path, content: &str) -> &'p str {
    std::fs::write(path, content).unwrap();
    text(path)
}

on_both_engines! {
    async fn r93_a_script_in_another_language_checks_note_log_and_proofs(town: Town) {
        grow(&town, 700).await;
        let stranger = town.stranger();
        let old = stranger.get("/api/v1/audit/checkpoint").await.ok();
        let old_size = old["size"].as_i64().unwrap();
        grow(&town, old_size + 90).await;
        let new = stranger.get("/api/v1/audit/checkpoint").await.ok();
        let size = new["size"].as_i64().unwrap();
        let verifier = new["verifier"].as_str().unwrap();
        assert_eq!(verifier, old["verifier"].as_str().unwrap());

        let at = |name: &str| town.data_dir().join(name);
        let (old_note, note) = (at("old.note"), at("new.note"));
        let (log, proof, entry) = (at("log.ndjson"), at("proof.json"), at("entry.json"));
        let old_note = write(&old_note, old["note"].as_str().unwrap());
        let note = write(&note, new["note"].as_str().unwrap());
        let auditor = town.user("aud01.desk").await;
        let path = format!("/api/v1/audit/export?through={size}");
        let lines = auditor.get(&path).await.text;
        let log = write(&log, &lines);
        let path = format!("/api/v1/audit/consistency-proof?from={old_size}&to={size}");
        let given = stranger.get(&path).await.ok();
        let proof = write(&proof, &given.to_string());
        for seq in [1, 256, 257, old_size, size] {
            let path = format!("/api/v1/audit/inclusion-proof?seq={seq}&size={size}");
            let entry = write(&entry, &stranger.get(&path).await.ok().to_string());
            let args = [note, verifier, "--log", log, "--entry", entry, "--older", old_note, proof];
            let Some(said) = script(&args).await else { return };
            assert_eq!(said.trim(), format!(
                "{size} entries are signed; the export is that log; entry {seq} lies in it; it \
                 continues the one of {old_size} entries"
            ));
        }

        // What was changed on the way is found.
        let mut forged = given;
        let first = forged["proof"][0].as_str().unwrap().to_owned();
        forged["proof"][0] = format!("{}{}", &first[2..], &first[..2]).into();
        let proof = write(&at("forged.json"), &forged.to_string()).to_owned();
        let cut = lines.lines().skip(1).collect::<Vec<_>>().join("\n");
        let cut = write(&at("cut.ndjson"), &cut).to_owned();
        let renamed = lines.replacen("\"role\":null", "\"role\":\"auditor\"", 1);
        let renamed = write(&at("renamed.ndjson"), &renamed).to_owned();
        let wrong = [
            vec![note, verifier, "--older", old_note, &proof],
            vec![note, verifier, "--log", &cut],
            vec![note, verifier, "--log", &renamed],
            vec![old_note, verifier, "--log", log],
        ];
        for args in wrong {
            let output = std::process::Command::new("python3").arg(SCRIPT).args(&args).output();
            assert_eq!(output.unwrap().status.code(), Some(1), "{args:?}");
        }
        assert!(report(&town).is_clean());
    }

    async fn r93_proofs_are_asked_of_logs_that_there_are(town: Town) {
        let stranger = town.stranger();
        let size = entries(&town).await;
        let over = size + 1;
        for query in [format!("seq=1&size={over}"), format!("seq={over}&size={size}"),
            "seq=0&size=1".into(), "seq=-1&size=-1".into(), format!("seq=1&size={}", i64::MAX)] {
            let path = format!("/api/v1/audit/inclusion-proof?{query}");
            stranger.get(&path).await.refused(422, "no-such-proof");
        }
        for query in [format!("from=1&to={over}"), format!("from={size}&to=1"), "from=0&to=1".into()] {
            let path = format!("/api/v1/audit/consistency-proof?{query}");
            stranger.get(&path).await.refused(422, "no-such-proof");
        }
        stranger.get("/api/v1/audit/consistency-proof?from=1").await.refused(400, "bad-query");
        let same = format!("/api/v1/audit/consistency-proof?from={size}&to={size}");
        assert!(stranger.get(&same).await.ok()["proof"].as_array().unwrap().is_empty());
    }

    async fn r93_a_checkpoint_is_published_every_ten_minutes_and_after_the_day(town: Town) {
        let desk = town.audit_desk();
        assert!(desk.run_due(&town.db).await.unwrap());
        assert!(!desk.run_due(&town.db).await.unwrap());
        let start = town.now();
        town.clock.set(start.plus_seconds(900));
        assert!(!desk.run_due(&town.db).await.unwrap(), "nothing but itself was written");
        grow(&town, entries(&town).await + 1).await;
        assert!(desk.run_due(&town.db).await.unwrap());
        grow(&town, entries(&town).await + 1).await;
        town.clock.set(start.plus_seconds(901));
        assert!(!desk.run_due(&town.db).await.unwrap());
        town.on("2022-03-02");
        assert!(desk.run_due(&town.db).await.unwrap());
        let published = published(&town).await;
        let sizes: Vec<i64> = published.iter().map(|one| one["size"].as_i64().unwrap()).collect();
        assert!(sizes.len() == 3 && sizes.is_sorted_by(|a, b| a > b), "{sizes:?}");
        for one in &published {
            let note: audit::Checkpoint = one["note"].as_str().unwrap().parse().unwrap();
            assert_eq!(one["size"], note.size);
            let mut conn = open_for_reading(&town.database_url().parse().unwrap()).unwrap();
            let key = signing_key(&town);
            assert!(verify::verify(&mut conn, Some((&note, &key[..]))).unwrap().is_clean());
        }
    }

    async fn r93_a_kept_hash_or_a_published_checkpoint_that_was_touched_is_named(town: Town) {
        grow(&town, 530).await;
        assert!(town.audit_desk().run_due(&town.db).await.unwrap());
        let mut hand = Hand::of(&town);
        let blob = if hand.is_postgres() { "'\\x" } else { "x'" };
        let blob = format!("{blob}{}'", "ab".repeat(32));
        for (touch, table) in [
            (format!("UPDATE audit_nodes SET hash = {blob} WHERE position = 1"), "audit_nodes"),
            ("DELETE FROM audit_nodes WHERE position = 1".into(), "audit_nodes"),
            ("UPDATE audit_nodes SET position = 7 WHERE position = 1".into(), "audit_nodes"),
            (format!("INSERT INTO audit_nodes (level, position, hash) VALUES (8, 2, {blob})"), "audit_nodes"),
            ("DELETE FROM audit_checkpoints".into(), "audit_checkpoints"),
            ("UPDATE audit_checkpoints SET size = size + 1".into(), "audit_checkpoints"),
            ("UPDATE audit_checkpoints SET note = 'x'".into(), "audit_checkpoints"),
        ] {
            let found = hand.attempt(std::slice::from_ref(&touch)).unwrap();
            assert!(found.findings.iter().any(|one| one.table == table), "{touch}: {found}");
        }
        assert!(report(&town).is_clean());
    }

    async fn a_log_that_is_older_than_its_tree_gets_it_at_the_next_start(town: Town) {
        grow(&town, 520).await;
        let before = town.stranger().get("/api/v1/audit/checkpoint").await.ok();
        let mut hand = Hand::of(&town);
        hand.run("DELETE FROM audit_nodes");
        assert!(!report(&town).is_clean());
        wetland_exchange::kernel::db::migrate(hand.conn()).unwrap();
        assert!(report(&town).is_clean());
        let after = town.stranger().get("/api/v1/audit/checkpoint").await.ok();
        assert_eq!(after["root"], before["root"]);
    }
}
