//! The gate over HTTP: nothing is approved before its credits are retired.

use serde_json::json;

use super::site::{Site, application, grading};

on_both_engines! {
    async fn r78_r79_r86_an_occupation_is_approved_when_its_credits_are_retired(town: Town) {
        let site = Site::open(town, 6_000).await;
        let path = site.apply(application(1, "5000.00")).await;
        assert_eq!(site.missing(&path).await, ["not-accepted", "not-graded", "area-short"]);
        let refused = site.ask(&path, json!([{ "batch_id": site.fair.batch, "m2": 1 }])).await;
        refused.refused(409, "not-graded");
        let gan = site.forestry().await;
        gan.post(&format!("{path}/acceptance"), json!({})).await.created();
        gan.post(&format!("{path}/gradings"), grading(3)).await.created();
        let problem = site.approve(&path).await.refused(409, "gate-closed");
        assert_eq!(problem["errors"][0]["code"], "area-short");

        site.retire(&path, 4_999).await;
        let gate = site.gate(&path).await;
        assert_eq!((&gate["open"], &gate["required_m2"], &gate["counted_m2"]),
            (&json!(false), &json!(5_000), &json!(4_999)));
        assert_eq!(
            gate["missing"][0]["message_en"],
            "1 m² are missing: 5000 m² must be retired, 4999 m² count"
        );
        assert_eq!(gan.get(&format!("{path}/gate")).await.ok()["missing"], gate["missing"]);
        site.approve(&path).await.refused(409, "gate-closed");
        assert_eq!(site.credits().await, (1_001, 4_999));

        let asked = site.ask(&path, json!([{ "batch_id": site.fair.batch, "m2": 2 }])).await;
        asked.refused(409, "more-than-needed");
        site.retire(&path, 1).await;
        assert_eq!(site.gate(&path).await["open"], true);
        let approved = site.approve(&path).await.created();
        assert_eq!(approved["state"], "approved");
        assert_eq!(approved["decision"]["retired_m2"], 5_000);
        site.approve(&path).await.refused(409, "gate-closed");
        let late = site.ask(&path, json!([{ "batch_id": site.fair.batch, "m2": 1 }])).await;
        late.refused(409, "occupation-ended");

        let balance = site.town().stranger().get("/api/v1/public/balances/360124").await.ok();
        assert_eq!(balance["now"], json!({
            "released_m2": "6120.00", "retired_elsewhere_m2": "0.00",
            "retired_for_it_m2": "0.00", "occupied_m2": "5000.00", "balance_m2": "1120.00",
        }));
        site.town().verify().await;
    }

    async fn r86_an_approval_never_brings_the_balance_below_zero(town: Town) {
        let site = Site::open(town, 6_120).await;
        let first = site.ready(1, "6000.00").await;
        site.retire(&first, 6_000).await;
        site.approve(&first).await.created();
        let second = site.ready(2, "120.40").await;
        site.retire(&second, 120).await;
        assert_eq!(site.missing(&second).await, ["area-short", "balance-below-zero", "balance-below-zero"]);
        let problem = site.approve(&second).await.refused(409, "gate-closed");
        assert_eq!(problem["errors"][1]["code"], "balance-below-zero");
        let third = site.ready(3, "119.00").await;
        assert_eq!(site.missing(&third).await, ["area-short"]);
        site.town().verify().await;
    }

    async fn r42_r43_r44_what_is_retired_stays_and_nothing_but_available_credits_is_retired(town: Town) {
        let site = Site::open(town, 3_000).await;
        let path = site.ready(1, "5000.00").await;
        let asked = site.ask(&path, json!([{ "batch_id": site.fair.batch, "m2": 3_001 }])).await;
        asked.refused(409, "not-available");
        let without_reason = json!({ "parts": [{ "batch_id": site.fair.batch, "m2": 1 }], "reason": "" });
        let trader = site.trader().await;
        trader.post(&format!("{path}/retirements"), without_reason).await
            .refused(422, "unreadable-values");
        let unknown = json!([{ "batch_id": uuid::Uuid::now_v7(), "m2": 1 }]);
        site.ask(&path, unknown).await.refused(404, "not-found");
        for bad in [
            json!([]),
            json!([{ "batch_id": site.fair.batch, "m2": 1 }, { "batch_id": site.fair.batch, "m2": 1 }]),
            json!([{ "batch_id": site.fair.batch, "first_serial": 9, "last_serial": 8 }]),
            json!([{ "batch_id": site.fair.batch }]),
            json!([{ "batch_id": site.fair.batch, "first_serial": 5, "last_serial": 9 },
                { "batch_id": site.fair.batch, "first_serial": 9, "last_serial": 12 }]),
        ] {
            assert_eq!(site.ask(&path, bad).await.status, 422);
        }
        let asked = site.ask_m2(&path, 1_000).await;
        trader.post(&format!("/api/v1/retirements/{}/confirmation", asked["id"].as_str().unwrap()),
            json!({})).await.expect(reqwest::StatusCode::FORBIDDEN);
        assert_eq!(site.credits().await, (3_000, 0), "nothing moved before the second person");
        let done = site.confirm(&asked).await.created();
        assert_eq!((&done["serials"][0]["first_serial"], &done["serials"][0]["last_serial"]),
            (&json!(1), &json!(1_000)), "the lowest serials first");
        site.confirm(&asked).await.refused(409, "retirement-state");
        assert_eq!(site.credits().await, (2_000, 1_000));
        // Serials that are gone, and serials of the seller.
        for (first, last) in [(1_000, 1_001), (2_990, 3_010), (6_000, 6_010)] {
            let parts = json!([{ "batch_id": site.fair.batch, "first_serial": first, "last_serial": last }]);
            let asked = site.ask(&path, parts).await.created();
            site.confirm(&asked).await.refused(409, "serials-not-there");
        }
        let parts = json!([
            { "batch_id": site.fair.batch, "first_serial": 1_501, "last_serial": 1_600 },
            { "batch_id": site.fair.batch, "first_serial": 2_901, "last_serial": 3_000 },
        ]);
        let asked = site.ask(&path, parts).await.created();
        let done = site.confirm(&asked).await.created();
        assert_eq!(done["serials"][1]["last_serial"], 3_000);
        let done = site.retire(&path, 600).await;
        let runs: Vec<_> = done["serials"].as_array().unwrap().iter()
            .map(|it| (it["first_serial"].as_i64().unwrap(), it["last_serial"].as_i64().unwrap()))
            .collect();
        assert_eq!(runs, [(1_001, 1_500), (1_601, 1_700)]);
        let asked = site.ask_m2(&path, 10).await;
        let cancel = format!("/api/v1/retirements/{}/cancellation", asked["id"].as_str().unwrap());
        assert_eq!(trader.post(&cancel, json!({})).await.created()["state"], "cancelled");
        site.confirm(&asked).await.refused(409, "retirement-state");
        site.town().verify().await;
    }

    async fn r78_worse_grades_other_types_and_frozen_certificates_do_not_count(town: Town) {
        let site = Site::open(town, 2_000).await;
        let gan = site.forestry().await;
        let better = site.apply(application(1, "1000.00")).await;
        gan.post(&format!("{better}/gradings"), grading(1)).await.created();
        let parts = json!([{ "batch_id": site.fair.batch, "m2": 10 }]);
        site.ask(&better, parts.clone()).await.refused(422, "grade-too-low");
        let mut river = application(2, "1000.00");
        river["wetland_type"] = json!("river");
        let river = site.apply(river).await;
        gan.post(&format!("{river}/gradings"), grading(3)).await.created();
        site.ask(&river, parts.clone()).await.refused(422, "wrong-type");

        let policy = json!({
            "region": "360124", "ratio": "1.20", "general_compensates": true,
            "substitutes": [{ "occupied": "river", "retired": "marsh" }],
            "document": "示例〔2023〕3号",
        });
        let policy = gan.post("/api/v1/occupation-policies", policy).await.created();
        let approval = format!("/api/v1/occupation-policies/{}/approval", policy["id"].as_str().unwrap());
        gan.post(&approval, json!({})).await.expect(reqwest::StatusCode::FORBIDDEN);
        site.ask(&river, parts.clone()).await.refused(422, "wrong-type");
        site.town().user("mei.xiulan").await.post(&approval, json!({})).await.created();
        let held = site.town().stranger().get("/api/v1/occupation-policies?county=360124").await.ok();
        assert_eq!(held["ratio"], "1.2000");
        gan.post(&format!("{river}/acceptance"), json!({})).await.created();
        assert_eq!(site.gate(&river).await["required_m2"], 1_200);
        let done = site.retire(&river, 1_200).await;
        assert_eq!(site.gate(&river).await["open"], true);

        let certificate = done["certificates"][0]["id"].as_str().unwrap();
        let mark = json!({ "reason": "核查期间冻结", "document": "示例林湿〔2023〕41号" });
        let freeze = format!("/api/v1/certificates/{certificate}/freeze");
        gan.post(&freeze, mark.clone()).await.created();
        gan.post(&freeze, mark.clone()).await.refused(409, "certificate-state");
        assert_eq!(site.missing(&river).await, ["area-short", "certificate-frozen"]);
        site.approve(&river).await.refused(409, "gate-closed");
        gan.post(&format!("/api/v1/certificates/{certificate}/thaw"), mark).await.created();
        site.approve(&river).await.created();
        site.town().verify().await;
    }
}
