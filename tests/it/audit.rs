//! The audit desk: the log as auditors read it, checkpoints, and a check of the export that shares no
//! code with the program.

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

const ENTRIES: &str = "/api/v1/audit/entries";

/// The canonical form as `src/audit/mod.rs` describes it.
fn field(value: &Value) -> String {
    match value {
        Value::Null => "-".into(),
        Value::String(text) => format!("{}:{text}", text.len()),
        other => format!("{}:{other}", other.to_string().len()),
    }
}

/// Recomputes the hashes of exported lines.
fn chain(lines: &str) -> Vec<Vec<u8>> {
    let mut previous = vec![0; 32];
    let mut hashes = Vec::new();
    let names = "seq recorded_at user_id organisation_id role operation outcome subject reason before after";
    for line in lines.lines() {
        let entry: Value = serde_json::from_str(line).unwrap();
        let mut text: String = names.split(' ').map(|name| field(&entry[name])).collect();
        for change in entry["changes"].as_array().unwrap() {
            text += &["table", "row_id", "digest"].map(|name| field(&change[name])).concat();
        }
        let hash = Sha256::digest([text.as_bytes(), &previous].concat()).to_vec();
        assert_eq!(entry["hash"], hex::encode(&hash), "{line}");
        previous = hash;
        hashes.push(previous.clone());
    }
    hashes
}

/// The root of the tree over hashes of entries, as RFC 6962 says it.
fn root(hashes: &[Vec<u8>]) -> Vec<u8> {
    match hashes {
        [one] => Sha256::digest([vec![0], one.clone()].concat()).to_vec(),
        many => {
            let (left, right) = many.split_at(many.len().next_power_of_two() / 2);
            Sha256::digest([vec![1], root(left), root(right)].concat()).to_vec()
        }
    }
}

on_both_engines! {
    async fn r93_the_export_is_checked_without_our_code(town: Town) {
        let auditor = town.user("aud01.desk").await;
        let whole = auditor.get("/api/v1/audit/export").await;
        assert_eq!(whole.header("content-type"), "application/x-ndjson; charset=utf-8");
        let lines = whole.text;
        assert!(lines.lines().count() > 5);
        let hashes = chain(&lines);
        let checkpoint = town.stranger().get("/api/v1/audit/checkpoint").await.ok();
        assert_eq!(checkpoint["root"], hex::encode(root(&hashes)));
        assert_eq!(checkpoint["size"], lines.lines().count());

        let rest = auditor.get("/api/v1/audit/export?after=3").await.text;
        assert_eq!(rest.lines().count() + 3, lines.lines().count());
        assert!(lines.ends_with(&rest));
        assert_eq!(auditor.get("/api/v1/audit/export?after=100000").await.text, "");

        let part = auditor.get("/api/v1/audit/export?after=1&through=4").await.text;
        assert_eq!(part.lines().count(), 3);
        assert!(lines.contains(&part));
        let admin = town.user(crate::support::ADMINISTRATOR).await;
        let days = json!({ "days": [{ "day": "2027-03-01", "kind": "holiday", "name": "停电" }] });
        admin.post("/api/v1/calendar-days", days).await.created();
        let again = auditor.get("/api/v1/audit/export?after=1&through=4").await.text;
        assert_eq!(again, part, "the same bytes, whatever came after");
    }

    async fn r93_every_entry_says_who_did_what_for_whom(town: Town) {
        town.log_in("luo.jingyi").await;
        let auditor = town.user("aud01.desk").await;
        let page = auditor.get(&format!("{ENTRIES}?limit=2")).await.ok();
        let newest = page["items"].as_array().unwrap();
        assert_eq!(newest.len(), 2);
        let next = page["next_cursor"].as_str().unwrap();
        let second = auditor.get(&format!("{ENTRIES}?limit=2&cursor={next}")).await.ok();
        let seq = |entry: &Value| entry["seq"].as_i64().unwrap();
        assert_eq!(seq(&second["items"][0]) + 1, seq(&newest[1]));

        let entry = auditor.get(&format!("{ENTRIES}/1")).await.ok();
        assert!(!entry["changes"].as_array().unwrap().is_empty());
        auditor.get(&format!("{ENTRIES}/1000000")).await.refused(404, "not-found");
        auditor.get(&format!("{ENTRIES}/first")).await.refused(404, "not-found");
    }

    async fn a_filter_of_the_log_finds_what_a_naive_one_finds(town: Town) {
        let auditor = town.user("aud01.desk").await;
        let all = auditor.get(&format!("{ENTRIES}?limit=200")).await.ok();
        let all = all["items"].as_array().unwrap().clone();
        for name in ["operation", "outcome", "subject", "user_id", "organisation_id"] {
            let Some(value) = all.iter().find_map(|entry| entry[name].as_str()) else { continue };
            let path = format!("{ENTRIES}?limit=200&{name}={value}");
            let found = auditor.get(&path).await.ok();
            let naive: Vec<&Value> = all.iter().filter(|entry| entry[name] == value).collect();
            assert_eq!(found["items"].as_array().unwrap().iter().collect::<Vec<_>>(), naive, "{name}");
        }
        let moment = all[all.len() / 2]["recorded_at"].as_str().unwrap();
        let from = auditor.get(&format!("{ENTRIES}?limit=200&from={moment}")).await.ok();
        let before = auditor.get(&format!("{ENTRIES}?limit=200&before={moment}")).await.ok();
        let count = |page: &Value| page["items"].as_array().unwrap().len();
        assert_eq!(count(&from) + count(&before), all.len());
        auditor.get(&format!("{ENTRIES}?outcome=maybe")).await.refused(400, "bad-query");
    }

    async fn r93_a_verification_by_request_is_clean_and_knows_its_checkpoint(town: Town) {
        let auditor = town.user("aud01.desk").await;
        let checkpoint = town.stranger().get("/api/v1/audit/checkpoint").await.ok();
        let path = "/api/v1/audit/verifications";
        let report = auditor.post(path, json!({"against": checkpoint["note"]})).await.ok();
        assert_eq!(report["clean"], true, "{report:#}");
        assert!(report["rows"].as_i64().unwrap() > 20);
        let size = checkpoint["size"].to_string();
        let forged = checkpoint["note"].as_str().unwrap().replacen(&size, "1000000", 1);
        auditor.post(path, json!({"against": "no note"})).await.refused(422, "unreadable-values");
        let report = auditor.post(path, json!({"against": forged})).await.ok();
        assert_eq!(report["clean"], false);
        assert!(report["summary"].as_str().unwrap().contains("not signed by this exchange"), "{report:#}");
    }

    async fn r94_only_auditors_read_the_log(town: Town) {
        for person in ["liang.wenbo", "dev01.trader", "shen.yutong"] {
            let person = town.user(person).await;
            for path in [ENTRIES, "/api/v1/audit/entries/1", "/api/v1/audit/export"] {
                person.get(path).await.refused(403, "not-allowed");
            }
            person.post("/api/v1/audit/verifications", json!({})).await.refused(403, "not-allowed");
        }
        town.stranger().get(ENTRIES).await.refused(401, "credentials-needed");
    }
}
