//! Public notices and objections, told as stories on both engines.

use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use wetland_exchange::due;

use crate::restoration::works::Works;
use crate::support::Town;

fn path_of(notice: &Value) -> String {
    format!("/api/v1/public-notices/{}", notice["id"].as_str().unwrap())
}

/// Somebody objects without a login; returns the answer with the receipt code.
async fn object(town: &Town, notice: &Value, text: &str) -> Value {
    let body = json!({ "author": "涂秋生", "contact": "13812345678", "text": text });
    town.stranger().post(&format!("{}/objections", path_of(notice)), body).await.created()
}

/// The path of the newest objection.
async fn newest_objection(town: &Town) -> String {
    let list = town.user("tu.mingyuan").await.get("/api/v1/objections").await.ok();
    format!("/api/v1/objections/{}", list["items"][0]["id"].as_str().unwrap())
}

on_both_engines! {
    async fn r28_r92_a_notice_is_frozen_masked_and_readable_for_ever(town: Town) {
        let wuli = Works::propose(&town, "P360124-001").await;
        town.on("2022-04-06");
        let zhou = town.user("zhou.jianing").await;
        let notice = zhou.post(&wuli.path("scheme-notice"), json!({})).await.created();
        assert_eq!((&notice["from"], &notice["to"]), (&json!("2022-04-06"), &json!("2022-04-12")));
        // Twenty working days after the proposal of 2022-03-07 it would have been late (R92).
        assert_eq!((&notice["event_on"], &notice["publish_by"]), (&json!("2022-03-07"), &json!("2022-04-04")));
        let content = notice["content"].as_str().unwrap();
        assert_eq!(notice["content_hash"], hex::encode(Sha256::digest(content)));
        let parsed: Value = serde_json::from_str(content).unwrap();
        assert_eq!((&parsed["title"], &parsed["fields"]), (&notice["title"], &notice["fields"]));
        zhou.post(&wuli.path("scheme-notice"), json!({})).await.refused(409, "already-published");

        zhou.post(&wuli.path("scheme-review"), json!({})).await.created();
        let liang = town.user("liang.wenbo").await;
        town.on("2022-04-12");
        liang.post(&wuli.path("approval"), json!({})).await.refused(409, "notice-running");
        town.on("2022-04-13");
        liang.post(&wuli.path("approval"), json!({})).await.created();
        zhou.post(&wuli.path("scheme-notice"), json!({})).await.refused(409, "notice-out-of-time");

        wuli.enter("under_construction").await;
        wuli.enter("completed").await;
        wuli.enter("accepted").await;
        let result = wuli.notify("result").await;
        let said = result["content"].as_str().unwrap();
        assert!(said.contains("甘**") && said.contains("裴**") && said.contains("11333.00 m²"));
        assert!(!said.contains("甘志强") && !said.contains("裴若兰"), "{said}");

        town.on("2032-01-05");
        let shown = town.stranger().get(&path_of(&notice)).await.ok();
        assert_eq!((&shown["content"], &shown["state"]), (&notice["content"], &json!("ended")));
        let list = town.stranger().get("/api/v1/public-notices?region=360124&kind=scheme").await.ok();
        assert_eq!(list["items"], json!([shown]));
        let of_project = format!("/api/v1/public-notices?subject_id={}", wuli.id);
        let list = town.stranger().get(&of_project).await.ok();
        assert_eq!(list["items"].as_array().unwrap().len(), 2);
        let running = town.stranger().get("/api/v1/public-notices?running=true").await.ok();
        assert_eq!(running["items"], json!([]));
        town.verify().await;
    }

    async fn r92_what_is_published_late_or_not_at_all_is_listed(town: Town) {
        let wuli = Works::propose(&town, "P360124-001").await;
        let tu = town.user("tu.mingyuan").await;
        let overdue = async || {
            let list = tu.get("/api/v1/overdue-publications").await.ok();
            list["items"].as_array().unwrap().iter()
                .map(|one| (one["kind"].clone(), one["publish_by"].clone(), one["working_days_late"].clone()))
                .collect::<Vec<_>>()
        };
        // Proposed on 2022-03-07: its scheme is due by 2022-04-04.
        town.on("2022-04-04");
        assert_eq!(overdue().await, []);
        town.on("2022-04-05");
        assert_eq!(overdue().await, [(json!("scheme"), json!("2022-04-04"), json!(1))]);
        town.user("hu.xiaoqiu").await.get("/api/v1/overdue-publications").await.refused(403, "not-allowed");
        wuli.complete().await;
        let late = town.stranger().get("/api/v1/public/late-publications?region=360124").await.ok();
        assert_eq!(late["items"].as_array().unwrap().len(), 1);
        let first = &late["items"][0];
        assert_eq!((&first["kind"], &first["subject_number"]), (&json!("scheme"), &json!("P360124-001")));
        assert_eq!((&first["publish_by"], &first["published_on"]), (&json!("2022-04-04"), &json!("2022-04-06")));
        assert_eq!(first["working_days_late"], 2);
        let elsewhere = "/api/v1/public/late-publications?region=360121";
        assert_eq!(town.stranger().get(elsewhere).await.ok()["items"], json!([]));

        // Accepted on 2023-08-04: its result is due by 2023-09-01.
        wuli.enter("accepted").await;
        town.on("2023-09-01");
        assert_eq!(overdue().await, []);
        town.on("2023-09-04");
        assert_eq!(overdue().await, [(json!("result"), json!("2023-09-01"), json!(1))]);
        wuli.notify("result").await;
        assert_eq!(overdue().await, []);
        let both = town.stranger().get("/api/v1/public/late-publications").await.ok();
        assert_eq!((&both["items"][0]["kind"], &both["items"][1]), (&json!("result"), first));
        let page = town.stranger().get("/api/v1/public/late-publications?limit=1").await.ok();
        let next = page["next_cursor"].as_str().unwrap();
        let next = format!("/api/v1/public/late-publications?limit=1&cursor={next}");
        assert_eq!(town.stranger().get(&next).await.ok()["items"], json!([first]));
        // A correction is not late, since what it corrects was out.
        let result = town.stranger().get("/api/v1/public-notices?kind=result").await.ok();
        let body = json!({
            "reason": "面积有误", "title": "修复结果公示（更正）",
            "fields": [{ "name": "验收面积", "value": "11333.00 m²" }],
        });
        town.on("2024-01-05");
        let path = format!("{}/corrections", path_of(&result["items"][0]));
        tu.post(&path, body).await.created();
        let after = town.stranger().get("/api/v1/public/late-publications").await.ok();
        assert_eq!(after["items"], both["items"]);
    }

    async fn r28_r58_an_open_objection_blocks_the_next_step_until_it_is_decided(town: Town) {
        let wuli = Works::propose(&town, "P360124-001").await;
        town.on("2022-04-06");
        let (zhou, tu, liang) = (
            town.user("zhou.jianing").await, town.user("tu.mingyuan").await,
            town.user("liang.wenbo").await,
        );
        let notice = zhou.post(&wuli.path("scheme-notice"), json!({})).await.created();
        town.on("2022-04-12");
        let taken = object(&town, &notice, "四至不清，联系电话13812345678").await;
        assert_eq!(taken["number"], "OBJ-2022-0001");
        zhou.post(&wuli.path("scheme-review"), json!({})).await.refused(409, "objection-open");
        town.on("2022-04-13");
        let late = json!({ "text": "迟到的意见" });
        town.stranger().post(&format!("{}/objections", path_of(&notice)), late).await
            .refused(409, "objection-out-of-period");

        // Who objected is told to nobody but the centre; three working days to accept or refuse.
        let shown = town.stranger().get(&path_of(&notice)).await;
        assert!(!shown.text.contains("涂秋生") && !shown.text.contains("13812345678"), "{}", shown.text);
        assert_eq!(shown.json()["state"], "objected");
        let path = newest_objection(&town).await;
        let objection = tu.get(&path).await.ok();
        assert_eq!((&objection["author"], &objection["due_on"]), (&json!("涂秋生"), &json!("2022-04-15")));
        assert_eq!(objection["late"], false);
        // The township that it is about learns what is said and not by whom.
        let fu = town.user("fu.guoping").await;
        let told = fu.get(&path).await.ok();
        assert_eq!((&told["author"], &told["contact"]), (&Value::Null, &Value::Null));
        assert_eq!(told["text"], "四至不清，联系电话*******5678");
        assert_eq!(fu.get("/api/v1/objections").await.ok()["items"], json!([told]));
        let other = town.user("hu.xiaoqiu").await.get(&path).await;
        assert!(other.status == 403 || other.status == 404, "{}", other.text);

        let reason = json!({ "reason": "经复核，四至与勘测定界图一致" });
        let step = async |username: &str, noun: &str| {
            town.user(username).await.post(&format!("{path}/{noun}"), reason.clone()).await
        };
        step("liang.wenbo", "dismissal").await.refused(409, "objection-state");
        step("zhou.jianing", "acceptance").await.refused(403, "issuer-decides");
        let accepted = step("tu.mingyuan", "acceptance").await.created();
        // Thirty working days over the holidays of 2022, which the calendar has not: weekdays only.
        assert_eq!((&accepted["state"], &accepted["due_on"]), (&json!("accepted"), &json!("2022-05-25")));
        zhou.post(&wuli.path("scheme-review"), json!({})).await.refused(409, "objection-open");
        step("tu.mingyuan", "refusal").await.refused(409, "objection-state");
        town.on("2022-05-26");
        assert_eq!(tu.get(&path).await.ok()["late"], true);
        step("liang.wenbo", "dismissal").await.created();

        let code = taken["receipt_code"].as_str().unwrap();
        let receipt = format!("/api/v1/objection-receipts/{code}");
        let learned = town.stranger().get(&receipt).await.ok();
        assert_eq!(learned["state"], "dismissed");
        assert_eq!(learned["steps"][1]["reason"], reason["reason"]);
        town.stranger().get("/api/v1/objection-receipts/00").await.refused(404, "not-found");
        zhou.post(&wuli.path("scheme-review"), json!({})).await.created();
        liang.post(&wuli.path("approval"), json!({})).await.created();
        town.verify().await;
    }

    async fn r58_a_township_replies_to_an_objection_until_it_is_decided(town: Town) {
        let wuli = Works::propose(&town, "P360124-001").await;
        town.on("2022-04-06");
        let zhou = town.user("zhou.jianing").await;
        let notice = zhou.post(&wuli.path("scheme-notice"), json!({})).await.created();
        let taken = object(&town, &notice, "四至不清").await;
        let path = newest_objection(&town).await;
        let replies = format!("{path}/replies");
        let fu = town.user("fu.guoping").await;
        let said = json!({ "text": "四至以勘测定界图为准，联系电话13812345678" });
        let told = fu.post(&replies, said.clone()).await.created();
        assert_eq!(told["state"], "filed");
        assert_eq!(told["replies"][0]["text"], "四至以勘测定界图为准，联系电话*******5678");
        zhou.post(&replies, said.clone()).await.refused(403, "not-allowed");
        zhou.post(&wuli.path("scheme-review"), json!({})).await.refused(409, "objection-open");

        let tu = town.user("tu.mingyuan").await;
        let reason = json!({ "reason": "经复核，四至与勘测定界图一致" });
        tu.post(&format!("{path}/acceptance"), reason.clone()).await.created();
        for _ in 0..4 {
            fu.post(&replies, said.clone()).await.created();
        }
        fu.post(&replies, said.clone()).await.refused(409, "objection-replies-full");
        let seen = tu.get(&path).await.ok();
        assert_eq!((&seen["author"], seen["replies"].as_array().unwrap().len()), (&json!("涂秋生"), 5));
        let liang = town.user("liang.wenbo").await;
        liang.post(&format!("{path}/dismissal"), reason).await.created();
        fu.post(&replies, said).await.refused(409, "objection-closed");
        let code = taken["receipt_code"].as_str().unwrap();
        let receipt = town.stranger().get(&format!("/api/v1/objection-receipts/{code}")).await.ok();
        assert_eq!(receipt["replies"][0]["text"], told["replies"][0]["text"]);
        town.verify().await;
    }

    async fn r28_what_was_upheld_is_corrected_by_a_new_notice_that_names_the_old(town: Town) {
        let wuli = Works::propose(&town, "P360124-001").await;
        wuli.complete().await;
        wuli.enter("accepted").await;
        wuli.plan().await;
        town.on("2023-08-07");
        let (zhou, tu, liang) = (
            town.user("zhou.jianing").await, town.user("tu.mingyuan").await,
            town.user("liang.wenbo").await,
        );
        let notice = zhou.post(&wuli.path("result-notice"), json!({})).await.created();
        object(&town, &notice, "公示面积与承包合同附图不一致").await;
        tu.post(&wuli.path("monitoring"), json!({})).await.refused(409, "objection-open");
        let path = newest_objection(&town).await;
        let reason = json!({ "reason": "公示面积有误" });
        tu.post(&format!("{path}/acceptance"), reason.clone()).await.created();
        liang.post(&format!("{path}/upholding"), reason).await.created();
        town.on("2023-08-14");
        let applications = "/api/v1/certification-applications";
        zhou.post(applications, wuli.application()).await.refused(409, "objection-upheld");

        let mut fields = notice["fields"].as_array().unwrap().clone();
        fields.push(json!({ "name": "更正说明", "value": "面积以勘测报告为准，电话13812345678" }));
        let body = json!({ "reason": "公示面积有误", "title": "修复结果公示（更正）", "fields": fields });
        let corrections = format!("{}/corrections", path_of(&notice));
        let corrected = zhou.post(&corrections, body.clone()).await.created();
        assert_eq!((&corrected["corrects"], &corrected["to"]), (&notice["id"], &json!("2023-08-20")));
        assert!(corrected["content"].as_str().unwrap().contains("*******5678"));
        zhou.post(&corrections, body).await.refused(409, "notice-corrected");
        let old = town.stranger().get(&path_of(&notice)).await.ok();
        assert_eq!((&old["state"], &old["content"]), (&json!("corrected"), &notice["content"]));
        assert_eq!(old["corrected_by"], corrected["id"]);

        zhou.post(applications, wuli.application()).await.refused(409, "notice-running");
        town.on("2023-08-21");
        zhou.post(applications, wuli.application()).await.created();
        due::run(&town.db).await.unwrap();
        town.verify().await;
    }
}
