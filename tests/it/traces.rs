//! Documents, traces of serial numbers, and what a batch was on a day, on both engines.

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::certification::certify;
use crate::market::fair::{Fair, purchases};
use crate::restoration::works::Works;
use crate::support::{ADMINISTRATOR, Town};

const PDF: &[u8] = b"%PDF-1.7\n1 0 obj\n%%EOF\n";
const ANY: &str = "application/octet-stream";

/// A part of a query, its bytes written out.
fn encoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

/// A draw for the panel of a project, from a pool of three.
async fn draw_for(town: &Town, works: &Works<'_>) -> Value {
    let zhou = town.user("zhou.jianing").await;
    let users = town.user(ADMINISTRATOR).await.get("/api/v1/users?limit=200").await.ok();
    for username in ["ke.anran", "yu.siyuan", "pei.ruolan"] {
        let all = users["items"].as_array().unwrap();
        let user = all.iter().find(|user| user["username"] == username).unwrap();
        let body = json!({ "user_id": user["id"], "fields": ["wetland"] });
        zhou.post("/api/v1/experts", body).await.created();
    }
    let body = json!({
        "needs": [{ "field": "wetland", "seats": 3 }], "moment": "2023-09-30T04:00:00Z",
    });
    zhou.post(&works.path("expert-draws"), body).await.created()
}

on_both_engines! {
    async fn a_document_is_what_its_bytes_say_and_goes_out_as_an_attachment(town: Town) {
        let wuli = Works::propose(&town, "P360124-001").await;
        let fu = town.user("fu.guoping").await;
        let attach = async |name: &str, bytes: &[u8]| {
            let query = format!("documents?name={}&purpose={}", encoded(name), encoded("权利人同意书"));
            fu.post_file(&wuli.path(&query), ANY, bytes.to_vec()).await
        };
        attach("同意书.png", PDF).await.refused(422, "document-name-differs");
        attach("同意书.pdf", b"<html><script>alert(1)</script>").await.refused(422, "document-kind-unknown");
        attach("../同意书.pdf", PDF).await.refused(422, "document-name-path");
        let mut long = PDF.to_vec();
        long.resize(20 * 1024 * 1024 + 1, b' ');
        attach("同意书.pdf", &long).await.refused(413, "document-size");
        let mut scan = b"%PDF-1.7\n".to_vec();
        scan.resize(100_000, b'x');
        scan.extend_from_slice(b"%%EOF");
        let document = attach("同意书.pdf", &scan).await.created();
        let hash = hex::encode(Sha256::digest(&scan));
        assert_eq!((&document["kind"], &document["sha256"]), (&json!("pdf"), &json!(hash)));

        let content = format!("/api/v1/documents/{}/content", document["id"].as_str().unwrap());
        let file = town.user("gan.zhiqiang").await.get(&content).await;
        assert_eq!(file.status, 200);
        assert_eq!(file.header("content-type"), "application/octet-stream");
        assert!(file.header("content-disposition").starts_with("attachment; "), "{:?}", file.headers);
        assert_eq!(file.header("x-content-type-options"), "nosniff");
        assert_eq!(file.text.as_bytes(), scan);
        town.user("hu.xiaoqiu").await.get(&content).await.refused(404, "not-found");
        let list = fu.get(&wuli.path("documents")).await.ok();
        assert_eq!(list["items"], json!([document]));
        let aud = town.user("aud01.desk").await;
        let log = aud.get("/api/v1/audit/entries?operation=create_project_document").await.ok();
        assert!(log.to_string().contains(&hash), "the hash stands in the log");
        town.verify().await;
    }

    async fn applications_draws_and_parcels_have_their_papers(town: Town) {
        let wuli = Works::propose(&town, "P360124-001").await;
        wuli.accept().await;
        let (zhou, gan) = (town.user("zhou.jianing").await, town.user("gan.zhiqiang").await);
        let fu = town.user("fu.guoping").await;
        let application = zhou.post("/api/v1/certification-applications", wuli.application()).await.created();
        let parcels = fu.get("/api/v1/parcels").await.ok();
        let other = Works::propose(&town, "P360124-002").await;
        town.on("2023-08-20");
        let draw = draw_for(&town, &other).await;
        for (noun, thing, owner, stranger) in [
            ("certification-applications", &application["id"], "fu.guoping", "hu.xiaoqiu"),
            ("parcels", &parcels["items"][0]["id"], "fu.guoping", "hu.xiaoqiu"),
            ("expert-draws", &draw["id"], "tu.mingyuan", ""),
        ] {
            let path = format!("/api/v1/{noun}/{}/documents", thing.as_str().unwrap());
            let query = format!("{path}?name={}&purpose={}", encoded("材料.pdf"), encoded("评审材料"));
            let user = town.user(owner).await;
            user.post_file(&query, ANY, b"MZ not a PDF".to_vec()).await.refused(422, "document-kind-unknown");
            assert_eq!(user.get(&path).await.ok()["items"], json!([]), "nothing half done");
            let document = user.post_file(&query, ANY, PDF.to_vec()).await.created();
            assert_eq!((&document["subject_id"], &document["kind"]), (thing, &json!("pdf")));
            assert_eq!(gan.get(&path).await.ok()["items"], json!([document]));
            let content = format!("/api/v1/documents/{}/content", document["id"].as_str().unwrap());
            let file = gan.get(&content).await;
            assert!(file.header("content-disposition").starts_with("attachment; "));
            let hidden = town.user("hu.xiaoqiu").await.get(&content).await;
            hidden.refused(404, "not-found");
            if !stranger.is_empty() {
                let stranger = town.user(stranger).await;
                stranger.get(&path).await.refused(404, "not-found");
                stranger.post_file(&query, ANY, PDF.to_vec()).await.refused(404, "not-found");
            }
            let log = town.user("aud01.desk").await.get("/api/v1/audit/entries?limit=200").await.ok();
            assert!(log.to_string().contains(document["sha256"].as_str().unwrap()), "{noun}");
        }
        town.verify().await;
    }

    async fn a_serial_number_leads_to_everything_behind_it_and_after_it(town: Town) {
        let fair = Fair::open(town, 1).await;
        let town = fair.town();
        let listing = fair.list(3_000, "94200.00").await;
        let buyer = town.user("buyer.00").await;
        let trade = buyer.post(&purchases(&listing), json!({ "m2": 100 })).await.created();
        let stranger = town.stranger();
        let trace = stranger.get("/api/v1/serials/WL-360124-2023-B0001-000100").await.ok();
        let events = |trace: &Value| -> Vec<String> {
            trace["moves"].as_array().unwrap().iter()
                .map(|one| one["event"].as_str().unwrap().to_owned()).collect()
        };
        assert_eq!(events(&trace), ["certification", "release", "listing", "trade"]);
        assert_eq!(trace["now"], json!({ "holder": "buyer", "bucket": "available" }));
        assert_eq!(trace["moves"][3]["trade"], trade["number"]);
        assert_eq!(trace["batch"]["number"], "360124-2023-B0001");
        assert_eq!(trace["project"]["number"], "P360124-001");
        assert_eq!(trace["project"]["parcels"][0]["parcel_no"], "R360124-0012");
        assert_eq!(trace["project"]["reports"][0]["author"], "裴**");
        assert_eq!(trace["notices"].as_array().unwrap().len(), 2);
        assert_eq!(trace["panels"], json!([]));
        // The next serial is still offered, and the last one lies in the buffer.
        let offered = stranger.get("/api/v1/serials/WL-360124-2023-B0001-000101").await.ok();
        assert_eq!(offered["now"], json!({ "holder": "owner", "bucket": "reserved" }));
        let last = stranger.get("/api/v1/serials/WL-360124-2023-B0001-011333-011333").await.ok();
        assert_eq!((events(&last), &last["now"]["bucket"]), (vec!["certification".to_owned()], &json!("buffer")));
        for unknown in ["WL-360124-2023-B0001-011334", "WL-360124-2023-B0009-000001", "hello"] {
            stranger.get(&format!("/api/v1/serials/{unknown}")).await.refused(404, "not-found");
        }
    }

    async fn r40_the_state_of_a_batch_on_a_day_adds_up(town: Town) {
        let wuli = Works::propose(&town, "P360124-001").await;
        let batch = certify(&wuli).await;
        let path = format!("/api/v1/batches/{}", batch["id"].as_str().unwrap());
        let liang = town.user("liang.wenbo").await;
        town.on("2023-08-28");
        liang.post(&format!("{path}/releases"), json!({ "milestone": "acceptance" })).await.created();
        let on = async |day: &str| town.stranger().get(&format!("{path}/state?on={day}")).await.ok();
        let (none, issued, released) =
            (on("2023-08-24").await, on("2023-08-27").await, on("2023-08-28").await);
        assert_eq!((&none["issued_m2"], &none["buckets"]), (&json!(0), &json!({})));
        assert_eq!(issued["buckets"], json!({ "unreleased": 10_200, "buffer": 1_133 }));
        assert_eq!(issued["releases"], json!([]));
        assert_eq!(released["buckets"], json!({ "available": 6_120, "unreleased": 4_080, "buffer": 1_133 }));
        assert_eq!(released["releases"].as_array().unwrap().len(), 1);
        town.on("2024-01-01");
        assert_eq!(town.stranger().get(&format!("{path}/state")).await.ok()["buckets"], released["buckets"]);
    }
}
