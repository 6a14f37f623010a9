//! Certification, batches and releases, told as stories on both engines.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use uuid::Uuid;
use wetland_exchange::ledger::{self, BatchId, CreditBucket};

use crate::restoration::works::{Works, described, enter_parcels};
use crate::support::Town;

const APPLICATIONS: &str = "/api/v1/certification-applications";

/// The runs of serials of a batch, as first, last and bucket.
async fn lots(town: &Town, batch: &Value) -> Vec<(i64, i64, CreditBucket)> {
    let id: Uuid = batch["id"].as_str().unwrap().parse().unwrap();
    let read = town.db.read(None, move |c| ledger::lots_of_batch(c, BatchId::from(id)));
    let mut runs: Vec<_> =
        read.await.unwrap().iter().map(|lot| (lot.first, lot.last, lot.bucket)).collect();
    runs.sort();
    let mut joined: Vec<(i64, i64, CreditBucket)> = Vec::new();
    for run in runs {
        match joined.last_mut() {
            Some(before) if before.2 == run.2 && before.1 + 1 == run.0 => before.1 = run.1,
            _ => joined.push(run),
        }
    }
    joined
}

/// Accepts a project and enters the application of the fixtures; returns its path.
async fn apply(works: &Works<'_>) -> String {
    works.accept().await;
    let zhou = works.town.user("zhou.jianing").await;
    let application = zhou.post(APPLICATIONS, works.application()).await.created();
    format!("{APPLICATIONS}/{}", application["id"].as_str().unwrap())
}

/// Certifies a project of the fixtures on its day; returns the batch.
pub(crate) async fn certify(works: &Works<'_>) -> Value {
    let path = apply(works).await;
    works.from(works.it["certification"]["date"].as_str().unwrap());
    let liang = works.town.user("liang.wenbo").await;
    liang.post(&format!("{path}/certification"), json!({})).await.created()
}

on_both_engines! {
    async fn r35_r36_r38_a_second_person_certifies_and_the_highest_serials_are_the_buffer(town: Town) {
        let wuli = Works::propose(&town, "P360124-001").await;
        let path = apply(&wuli).await;
        town.on("2023-08-25");
        let decision = format!("{path}/certification");
        let (zhou, tu) = (town.user("zhou.jianing").await, town.user("tu.mingyuan").await);
        zhou.post(&decision, json!({})).await.refused(403, "certifier-entered-application");
        tu.post(&decision, json!({})).await.refused(403, "certifier-not-director");
        zhou.post(&format!("{path}/rejection"), json!({"reason": "不足"})).await
            .refused(403, "certifier-entered-application");

        let liang = town.user("liang.wenbo").await;
        let batch = liang.post(&decision, json!({})).await.created();
        let expected = &wuli.it["certification"];
        assert_eq!(batch["number"], expected["batch_no"]);
        assert_eq!(batch["serials"], expected["serials"]);
        assert_eq!(batch["issued_m2"], expected["certified_m2"]);
        assert_eq!(batch["buffer_m2"], expected["buffer_m2"]);
        assert_eq!(batch["townships"].as_array().unwrap().len(), 1);
        assert_eq!(batch["townships"][0]["region"], "360124500");
        assert_eq!(batch["townships"][0]["certified_m2"], 11_333);
        assert_eq!(lots(&town, &batch).await, [
            (1, 10_200, CreditBucket::Unreleased), (10_201, 11_333, CreditBucket::Buffer),
        ]);
        liang.post(&decision, json!({})).await.refused(409, "application-decided");
        let application = zhou.get(&path).await.ok();
        assert_eq!(application["decision"]["outcome"], "certified");
    }

    async fn r32_the_gate_tells_every_condition_and_what_would_be_issued(town: Town) {
        let wuli = Works::propose(&town, "P360124-001").await;
        let path = wuli.path("certification-gate");
        let unmet = |gate: &Value| -> Vec<String> {
            let conditions = gate["conditions"].as_array().unwrap();
            let unmet = conditions.iter().filter(|one| one["fulfilled"] == false);
            unmet.map(|one| one["condition"].as_str().unwrap().to_owned()).collect()
        };
        let gate = town.user("zhou.jianing").await.get(&path).await.ok();
        let expected = ["scheme_notice", "accepted", "monitoring_plan", "result_notice"];
        assert_eq!((&gate["open"], unmet(&gate)), (&json!(false), expected.map(str::to_owned).to_vec()));
        wuli.accept().await;
        let zhou = town.user("zhou.jianing").await;
        let gate = zhou.get(&path).await.ok();
        assert_eq!((&gate["open"], unmet(&gate)), (&json!(true), Vec::new()), "{gate:#}");
        assert_eq!((&gate["m2"], &gate["buffer_m2"]), (&json!(11_333), &json!(1_133)));
        let steps: Vec<i64> = gate["milestones"].as_array().unwrap().iter()
            .map(|step| step["cumulative_m2"].as_i64().unwrap()).collect();
        assert_eq!(steps, [6_120, 8_160, 10_200]);
        town.user("cai.yumei").await.get(&path).await.refused(404, "not-found");

        // What is applied for is left to nobody else, and passes its own gate.
        let application = zhou.post(APPLICATIONS, wuli.application()).await.created();
        let gate = zhou.get(&path).await.ok();
        assert_eq!((&gate["m2"], unmet(&gate)), (&json!(0), vec!["area_left".to_owned()]));
        let own = format!("{APPLICATIONS}/{}/gate", application["id"].as_str().unwrap());
        let gate = zhou.get(&own).await.ok();
        assert_eq!((&gate["open"], &gate["m2"]), (&json!(true), &json!(11_333)));
        town.user("cai.yumei").await.get(&own).await.refused(404, "not-found");
    }

    async fn one_certification_sent_twice_issues_one_batch(town: Town) {
        let wuli = Works::propose(&town, "P360124-001").await;
        let decision = format!("{}/certification", apply(&wuli).await);
        let liang = town.user("liang.wenbo").await;
        let first = liang.post_once(&decision, json!({}), "once").await.created();
        let second = liang.post_once(&decision, json!({}), "once").await.created();
        assert_eq!(first, second);
        let page = town.stranger().get("/api/v1/batches").await.ok();
        assert_eq!(page["items"], json!([first]));
    }

    async fn r37_credits_are_released_milestone_by_milestone(town: Town) {
        let sanli = Works::propose(&town, "P360124-004").await;
        let batch = certify(&sanli).await;
        assert_eq!(batch["number"], "360124-2025-B0001");
        let releases = format!("/api/v1/batches/{}/releases", batch["id"].as_str().unwrap());
        let liang = town.user("liang.wenbo").await;
        let release = async |milestone: &str| {
            liang.post(&releases, json!({"milestone": milestone})).await
        };
        release("year_1").await.refused(409, "milestone-out-of-order");
        let first = release("acceptance").await.created();
        assert_eq!((&first["cumulative_m2"], &first["step_m2"]), (&json!(10_071), &json!(10_071)));
        release("acceptance").await.refused(409, "milestone-released");
        town.on("2026-09-07");
        release("year_1").await.refused(409, "milestone-not-met");
        town.on("2026-09-11");
        let second = release("year_1").await.created();
        assert_eq!((&second["cumulative_m2"], &second["step_m2"]), (&json!(13_428), &json!(3_357)));
        assert_eq!(lots(&town, &batch).await, [
            (1, 13_428, CreditBucket::Available), (13_429, 16_785, CreditBucket::Unreleased),
            (16_786, 18_650, CreditBucket::Buffer),
        ]);
        town.on("2028-09-08");
        release("year_3").await.refused(409, "report-overdue");
        for due in ["2026-09-08", "2027-09-08"] {
            sanli.report(due).await;
        }
        let third = release("year_3").await.created();
        assert_eq!(third["cumulative_m2"], 16_785);
        assert_eq!(lots(&town, &batch).await, [
            (1, 16_785, CreditBucket::Available), (16_786, 18_650, CreditBucket::Buffer),
        ]);
        let path = format!("/api/v1/batches/{}", batch["id"].as_str().unwrap());
        let shown = town.stranger().get(&path).await.ok();
        assert_eq!(shown["releases"].as_array().unwrap().len(), 3);
    }

    async fn r36_batches_are_counted_by_county_and_year(town: Town) {
        for number in ["P360124-002", "P360124-003"] {
            let works = Works::propose(&town, number).await;
            let batch = certify(&works).await;
            assert_eq!(batch["number"], works.it["certification"]["batch_no"]);
            assert_eq!(batch["serials"], works.it["certification"]["serials"]);
        }
    }

    async fn r16_r32_r33_r34_r39_what_is_not_ripe_is_not_certified(town: Town) {
        let duty = |body: &mut Value| {
            body["legal_duty"] = json!({"exists": true, "basis": "矿山修复责任"});
        };
        let bound = Works::propose_as(&town, described("P360124-001"), duty).await;
        let zhou = town.user("zhou.jianing").await;
        // All that is missing is told at once, and less of it after each step.
        let missing = async |expected: &[&str]| {
            let problem = zhou.post(APPLICATIONS, bound.application()).await.refused(409,
                if let [only] = expected { only } else { "not-certifiable" });
            let codes: Vec<&str> = problem["errors"].as_array().unwrap().iter()
                .map(|error| error["code"].as_str().unwrap()).collect();
            assert_eq!(codes, expected);
        };
        missing(&["project-not-accepted", "project-without-monitoring-plan", "notice-missing",
            "notice-missing", "legal-duty"]).await;
        bound.complete().await;
        missing(&["project-not-accepted", "project-without-monitoring-plan", "notice-missing",
            "legal-duty"]).await;
        bound.enter("accepted").await;
        missing(&["project-without-monitoring-plan", "notice-missing", "legal-duty"]).await;
        bound.plan().await;
        missing(&["notice-missing", "legal-duty"]).await;
        bound.notify("result").await;
        town.on("2023-08-13");
        missing(&["notice-running", "legal-duty"]).await;
        town.on("2023-08-14");
        missing(&["legal-duty"]).await;

        let wenzhen = Works::propose(&town, "P360124-002").await;
        wenzhen.accept().await;
        for (pointer, value, code) in [
            ("/m2", json!(8_451), "more-than-accepted"),
            ("/m2", json!(0), "unreadable-values"),
            ("/grade", json!(6), "unreadable-values"),
            ("/grade_method", json!(""), "unreadable-values"),
            ("/grade_indicators", json!({}), "grade-without-indicators"),
            ("/grade_indicators", json!({"水质": "good"}), "unreadable-values"),
        ] {
            let mut body = wenzhen.application();
            *body.pointer_mut(pointer).unwrap() = value;
            zhou.post(APPLICATIONS, body).await.refused(422, code);
        }
        let mut unknown = wenzhen.application();
        unknown["project_id"] = json!(Uuid::now_v7());
        zhou.post(APPLICATIONS, unknown).await.refused(404, "not-found");
    }

    async fn r33_a_rejected_application_gives_its_area_back(town: Town) {
        let wuli = Works::propose(&town, "P360124-001").await;
        let path = apply(&wuli).await;
        let (zhou, liang) = (town.user("zhou.jianing").await, town.user("liang.wenbo").await);
        zhou.post(APPLICATIONS, wuli.application()).await.refused(422, "more-than-accepted");
        let reason = json!({"reason": "植被盖度指标缺少样方记录"});
        let rejected = liang.post(&format!("{path}/rejection"), reason).await.created();
        assert_eq!(rejected["decision"]["outcome"], "rejected");
        liang.post(&format!("{path}/certification"), json!({})).await
            .refused(409, "application-decided");
        zhou.post(APPLICATIONS, wuli.application()).await.created();
        assert_eq!(town.stranger().get("/api/v1/batches").await.ok()["items"], json!([]));
    }

    async fn r94_an_application_is_known_to_its_township_and_the_centre(town: Town) {
        let wuli = Works::propose(&town, "P360124-001").await;
        let path = apply(&wuli).await;
        for (username, known) in [
            ("fu.guoping", true), ("tu.mingyuan", true), ("gan.zhiqiang", true),
            ("rao.zhiyuan", false),
        ] {
            let reader = town.user(username).await;
            let items = reader.get(APPLICATIONS).await.ok()["items"].as_array().unwrap().len();
            assert_eq!(items, usize::from(known), "{username}");
            let answer = reader.get(&path).await;
            if known { answer.ok(); } else { answer.refused(404, "not-found"); }
        }
        town.user("dev01.trader").await.get(&path).await.refused(403, "not-allowed");
    }

    async fn r64_a_batch_over_two_townships_is_divided_at_its_certification(town: Town) {
        let mut both = described("P360124-004");
        both["township_code"] = json!("360124108");
        let both = {
            town.on("2024-06-11");
            enter_parcels(&town, &["R360124-0003"]).await;
            let add = |body: &mut Value| {
                body["parcels"] = json!(["R360124-0001", "R360124-0003"]);
            };
            Works::propose_as(&town, both, add).await
        };
        both.accept().await;
        let mut application = both.application();
        application["m2"] = json!(1_001);
        let zhou = town.user("zhou.jianing").await;
        let entered = zhou.post(APPLICATIONS, application).await.created();
        let decision = format!("{APPLICATIONS}/{}/certification", entered["id"].as_str().unwrap());
        let liang = town.user("liang.wenbo").await;
        let batch = liang.post(&decision, json!({})).await.created();
        let shares: BTreeMap<&str, i64> = batch["townships"].as_array().unwrap().iter()
            .map(|share| (share["region"].as_str().unwrap(), share["certified_m2"].as_i64().unwrap()))
            .collect();
        // 31,200.00 : 18,650.00 of 1,001 m² is 626.505 : 374.495.
        assert_eq!(shares, BTreeMap::from([("360124108", 627), ("360124200", 374)]));
        assert_eq!(batch["owner"], batch["townships"][0]["organisation_id"]);
        assert_ne!(batch["owner"], batch["townships"][1]["organisation_id"]);
    }
}
