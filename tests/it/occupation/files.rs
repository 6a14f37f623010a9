//! The files of applications, and what everybody reads of retirements.

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::site::{Site, application};
use crate::support::Reply;

const PDF: &[u8] = b"%PDF-1.7\n1 0 obj\n%%EOF\n";
const REPORT: &[u8] = b"%PDF-1.7\n2 0 obj\n%%EOF\n";

async fn deliver(site: &Site, path: &str, kind: &str, name: &str, bytes: &[u8]) -> Reply {
    let query = format!("{path}/files?kind={kind}&name={name}&purpose=%E6%9D%90%E6%96%99");
    site.trader().await.post_file(&query, "application/octet-stream", bytes.to_vec()).await
}

/// The rows of a file of comma-separated text, without its heads.
fn rows(csv: &str) -> Vec<Vec<String>> {
    let mut reader = csv::Reader::from_reader(csv.trim_start_matches('\u{feff}').as_bytes());
    reader.records().map(|row| row.unwrap().iter().map(str::to_owned).collect()).collect()
}

on_both_engines! {
    async fn r75_r76_the_files_of_an_application_are_taken_by_their_content(town: Town) {
        let site = Site::open(town, 0).await;
        let hash = hex::encode(Sha256::digest(PDF));
        let mut body = application(1, "500.00");
        body["documents"].as_array_mut().unwrap().pop();
        body["documents"][0]["sha256"] = json!(hash);
        let path = site.apply(body).await;
        let (gan, trader) = (site.forestry().await, site.trader().await);
        deliver(&site, &path, "form", "a.png", PDF).await.refused(422, "document-name-differs");
        deliver(&site, &path, "form", "a.pdf", b"<html><script>").await
            .refused(422, "document-kind-unknown");
        let mut long = PDF.to_vec();
        long.resize(20 * 1024 * 1024 + 1, b' ');
        deliver(&site, &path, "form", "a.pdf", &long).await.refused(413, "document-size");
        assert_eq!(deliver(&site, &path, "picture", "a.pdf", PDF).await.status, 400);
        let none = trader.get(&format!("{path}/files")).await.ok();
        assert_eq!(none["items"], json!([]), "nothing was taken");

        let form = deliver(&site, &path, "form", "a.pdf", PDF).await.created();
        assert_eq!((&form["sha256"], &form["kind"]), (&json!(hash), &json!("pdf")));
        let shown = trader.get(&path).await.ok();
        assert_eq!(shown["documents"].as_array().unwrap().len(), 3, "its hash was filed before");
        assert_eq!(shown["documents"][0]["file_id"], form["id"]);
        assert_eq!(shown["documents"][1]["file_id"], json!(null));
        gan.post(&format!("{path}/acceptance"), json!({})).await.refused(409, "documents-missing");
        let report = deliver(&site, &path, "feasibility_report", "b.pdf", REPORT).await.created();
        let shown = gan.post(&format!("{path}/acceptance"), json!({})).await.created();
        assert_eq!(shown["documents"][3]["kind"], "feasibility_report");
        assert_eq!(shown["documents"][3]["file_id"], report["id"]);
        let terms: Vec<_> = shown["terms"].as_array().unwrap().iter()
            .map(|it| format!("{} {}", it["kind"], it["state"]).replace('"', ""))
            .collect();
        assert_eq!(terms, ["acceptance kept", "decision running"]);

        let list = gan.get(&format!("{path}/files")).await.ok();
        assert_eq!(list["items"], json!([report, form]));
        let content = format!("/api/v1/documents/{}/content", form["id"].as_str().unwrap());
        let file = gan.get(&content).await;
        assert_eq!((file.status.as_u16(), file.text.as_bytes()), (200, PDF));
        assert!(file.header("content-disposition").starts_with("attachment; "));
        assert_eq!(file.header("content-type"), "application/octet-stream");
        assert_eq!(trader.get(&content).await.status, 200);
        let other = site.town().user("dev01.trader").await;
        other.get(&content).await.refused(404, "not-found");
        other.get(&format!("{path}/files")).await.refused(404, "not-found");
        assert_eq!(site.town().stranger().get(&content).await.status, 401);
        let aud = site.town().user("aud01.desk").await;
        let log = aud.get("/api/v1/audit/entries?operation=create_occupation_file").await.ok();
        assert!(log.to_string().contains(&hash), "the hash stands in the log");
        trader.post(&format!("{path}/withdrawal"), json!({ "reason": "项目取消" })).await.created();
        deliver(&site, &path, "other", "c.pdf", PDF).await.refused(409, "occupation-state");
        site.town().verify().await;
    }

    async fn r92_everybody_reads_what_was_retired_for_which_project(town: Town) {
        let site = Site::open(town, 1_000).await;
        let mut body = application(1, "100.00");
        body["project_name"] = json!("=示例县道 电话13812345678");
        let path = site.ready_with(body, "gan.zhiqiang").await;
        site.town().on("2023-09-01");
        let first = site.retire(&path, 60).await;
        site.town().on("2023-09-02");
        let second = site.retire(&path, 40).await;
        let waits = site.ready(2, "50.00").await;
        site.ask_m2(&waits, 50).await;

        let stranger = site.town().stranger();
        let list = "/api/v1/public/retirements";
        let page = stranger.get(&format!("{list}?limit=1")).await.ok();
        let newest = &page["items"][0];
        assert_eq!(newest["number"], second["number"]);
        assert_eq!(newest["certificate"], second["certificates"][0]["number"]);
        assert_eq!((&newest["county"], &newest["m2"]), (&json!("360124"), &json!(40)));
        assert_eq!(newest["serials"], json!(["WL-360124-2023-B0001-000061-000100"]));
        assert_eq!(newest["occupation"], "ZY360124-2023-0001");
        let next = format!("{list}?limit=1&cursor={}", page["next_cursor"].as_str().unwrap());
        let page = stranger.get(&next).await.ok();
        assert_eq!((&page["items"][0]["number"], &page["next_cursor"]), (&first["number"], &Value::Null));
        let whole = stranger.get(list).await;
        assert!(whole.text.contains("*******5678"), "{}", whole.text);
        for hidden in ["13812345678", "示例建设单位", "developer"] {
            assert!(!whole.text.contains(hidden), "{hidden} stands in {}", whole.text);
        }
        assert_eq!(whole.ok()["items"].as_array().unwrap().len(), 2, "what was only asked is not there");
        for (query, count) in [
            ("county=360124", 2), ("county=360121", 0), ("from=2023-09-02", 1), ("to=2023-09-01", 1),
            ("from=2023-09-03", 0),
        ] {
            let found = stranger.get(&format!("{list}?{query}")).await.ok();
            assert_eq!(found["items"].as_array().unwrap().len(), count, "{query}");
        }
        let file = stranger.get(&format!("{list}.csv?from=2023-08-01&to=2023-09-30")).await;
        assert!(file.header("content-type").starts_with("text/csv"));
        let rows = rows(&file.text);
        assert_eq!(rows.len(), 2);
        assert_eq!(rows[0][..2], [second["number"].as_str().unwrap(), "2023-09-02"]);
        assert_eq!(rows[1][5], "'=示例县道 电话*******5678", "no formula, no telephone number");
        assert_eq!(rows[1][7..], ["60", "WL-360124-2023-B0001-000001-000060"]);
        stranger.get(&format!("{list}.csv?from=2020-01-01&to=2023-09-30")).await
            .refused(422, "bad-period");
    }
}
