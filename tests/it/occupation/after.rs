//! Restoration fees, temporary occupations, cases of unauthorised occupation, and what a hand inside
//! the database changes.

use serde_json::{Value, json};

use super::site::{Site, application, case, grading, square};
use crate::finance::desk::Row;
use crate::market::fair::PAID_IN_FEN;
use crate::restoration::works::{Works, described};
use crate::tampering::hand::Hand;

/// A temporary occupation of two years.
fn temporary(place: i64, m2: &str) -> Value {
    let mut body = application(place, m2);
    body["term"] = json!("temporary");
    body["permanent_building"] = json!(false);
    body["starts_on"] = json!("2024-02-29");
    body["ends_on"] = json!("2026-02-28");
    body
}

/// The terms that were missed, the newest first.
async fn alarms(site: &Site) -> Vec<String> {
    let told = site.forestry().await.get("/api/v1/occupation-alarms").await.ok();
    let text = |it: &Value| format!("{} {}", it["kind"], it["due_on"]).replace('"', "");
    told["items"].as_array().unwrap().iter().map(text).collect()
}

/// The restoration fee of an application, as it is now.
async fn fee(site: &Site, path: &str) -> Value {
    site.trader().await.get(path).await.ok()["restoration_fee"].clone()
}

async fn pay(site: &Site, opening: i64, serial: &str, fen: i64, reference: &str) {
    let desk = &site.fair.desk;
    desk.import(desk.file(opening, &[Row::new(serial, fen, reference)])).await;
    site.due().await;
}

on_both_engines! {
    async fn r7_r82_a_restoration_fee_is_noticed_paid_by_the_bank_and_collected(town: Town) {
        let site = Site::open(town, 0).await;
        let gan = site.forestry().await;
        let path = site.ready(1, "99.50").await;
        let body = |rate: &str| json!({
            "rate_per_m2": rate, "reason": "县内无可恢复的后备资源", "document": "示例〔2023〕33号",
        });
        let noun = format!("{path}/restoration-fee");
        gan.post(&noun, body("199.99")).await.refused(422, "restoration-fee-rate");
        let set = gan.post(&noun, body("200.00")).await.created()["restoration_fee"].clone();
        assert_eq!((&set["m2"], &set["amount"], &set["state"]),
            (&json!(100), &json!("20000.00"), &json!("determined")));
        gan.post(&noun, body("200.00")).await.refused(409, "restoration-fee-set-before");
        assert_eq!(site.missing(&path).await, ["restoration-fee-unpaid"]);
        site.due().await;
        let noticed = fee(&site, &path).await;
        assert_eq!((&noticed["state"], &noticed["notice_by"], &noticed["pay_by"]),
            (&json!("noticed"), &json!("2023-09-01"), &json!("2023-09-08")));
        let reference = noticed["reference"].as_str().unwrap().to_owned();
        pay(&site, PAID_IN_FEN, "20230826000001", 1_999_999, &reference).await;
        assert_eq!(fee(&site, &path).await["state"], "noticed", "a fen is missing");
        pay(&site, PAID_IN_FEN + 1_999_999, "20230826000002", 2_000_000, &reference).await;
        assert_eq!(fee(&site, &path).await["state"], "paid");
        assert_eq!(site.fair.cash_fen(site.developer).await, PAID_IN_FEN, "the fee is held");
        site.approve(&path).await.created();
        site.due().await;
        assert_eq!(fee(&site, &path).await["state"], "collected");
        assert_eq!(site.fair.desk.balance("FINANCE", "treasury_share").await, "20000.00");
        site.town().verify().await;
    }

    async fn r82_a_fee_goes_back_when_the_application_ends_and_an_overdue_one_alarms(town: Town) {
        let site = Site::open(town, 0).await;
        let gan = site.forestry().await;
        let body = json!({
            "rate_per_m2": "200.00", "reason": "县内无可恢复的后备资源", "document": "示例〔2023〕33号",
        });
        let path = site.ready(1, "10.00").await;
        gan.post(&format!("{path}/restoration-fee"), body.clone()).await.created();
        site.due().await;
        let reference = fee(&site, &path).await["reference"].as_str().unwrap().to_owned();
        pay(&site, PAID_IN_FEN, "20230826000001", 200_000, &reference).await;
        assert_eq!(fee(&site, &path).await["state"], "paid");
        let reason = json!({ "reason": "项目取消" });
        site.trader().await.post(&format!("{path}/withdrawal"), reason).await.created();
        site.due().await;
        assert_eq!(fee(&site, &path).await["state"], "refunded");
        assert_eq!(site.fair.cash_fen(site.developer).await, PAID_IN_FEN + 200_000);

        let late = site.ready(2, "10.00").await;
        gan.post(&format!("{late}/restoration-fee"), body).await.created();
        site.due().await;
        site.town().on("2023-09-09");
        site.due().await;
        assert_eq!(alarms(&site).await, ["fee_payment 2023-09-08"]);
        site.town().verify().await;
    }

    async fn r34_r83_a_temporary_occupation_that_is_not_restored_alarms_and_earns_no_credit(town: Town) {
        let site = Site::open(town, 0).await;
        let gan = site.forestry().await;
        let parcel: Value = serde_json::from_str(include_str!("../../fixtures/jinxian/parcels.geojson")).unwrap();
        let land = parcel["features"].as_array().unwrap().iter()
            .find(|it| it["properties"]["parcel_no"] == described("P360124-004")["parcel_no"]).unwrap();
        let mut body = temporary(1, "500.00");
        body["polygon"] = land["geometry"].clone();
        body["area_m2"] = land["properties"]["declared_area_m2"].clone();
        for (change, code) in [
            (json!({ "ends_on": "2026-03-01" }), "term-too-long"),
            (json!({ "permanent_building": true }), "permanent-building"),
            (json!({ "ends_on": "2024-02-01" }), "term-backwards"),
        ] {
            let mut bad = body.clone();
            bad.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
            site.trader().await.post("/api/v1/occupations", bad).await.refused(422, code);
        }
        let path = site.apply(body).await;
        gan.post(&format!("{path}/acceptance"), json!({})).await.created();
        gan.post(&format!("{path}/gradings"), grading(3)).await.created();
        assert_eq!(site.gate(&path).await["required_m2"], 0);
        site.approve(&path).await.created();
        let other = site.apply(temporary(2, "300.00")).await;
        gan.post(&format!("{other}/acceptance"), json!({})).await.created();
        gan.post(&format!("{other}/gradings"), grading(3)).await.created();
        site.approve(&other).await.created();
        let done = json!({ "restored_on": "2023-08-25", "report": "现场核查记录" });
        let restored = gan.post(&format!("{other}/land-restoration"), done.clone()).await.created();
        assert_eq!(restored["state"], "restored");
        gan.post(&format!("{other}/land-restoration"), done.clone()).await
            .refused(409, "not-a-temporary-occupation");

        let works = Works::propose(site.town(), "P360124-004").await;
        works.accept().await;
        site.town().on("2026-02-28");
        site.due().await;
        assert!(alarms(&site).await.is_empty());
        site.town().on("2026-03-01");
        site.due().await;
        assert_eq!(alarms(&site).await, ["vacating 2026-02-28"]);
        site.town().on("2027-03-01");
        site.due().await;
        assert_eq!(alarms(&site).await[0], "restoration 2027-02-28");
        gan.post(&format!("{path}/land-restoration"), done).await.created();
        assert!(alarms(&site).await.is_empty());
        earns_no_credit(&works).await;
        site.town().verify().await;
    }

    async fn r34_r84_a_case_has_its_fine_and_a_duty_that_earns_no_credit(town: Town) {
        let site = Site::open(town, 0).await;
        let gan = site.forestry().await;
        let range = site.town().stranger()
            .get("/api/v1/fine-ranges?kind=not_restored&area_m2=1234.50").await.ok();
        assert_eq!((&range["fine_min"], &range["fine_max"]), (&json!("617250.00"), &json!("2469000.00")));
        let mut body = case();
        let parcel: Value = serde_json::from_str(include_str!("../../fixtures/jinxian/parcels.geojson")).unwrap();
        let land = parcel["features"].as_array().unwrap().iter()
            .find(|it| it["properties"]["parcel_no"] == described("P360124-004")["parcel_no"]).unwrap();
        body["polygon"] = land["geometry"].clone();
        body["area_m2"] = land["properties"]["declared_area_m2"].clone();
        let mut elsewhere = body.clone();
        elsewhere["county"] = json!("361129");
        gan.post("/api/v1/violation-cases", elsewhere).await.refused(422, "not-a-county");
        let opened = gan.post("/api/v1/violation-cases", body).await.created();
        let path = format!("/api/v1/violation-cases/{}", opened["id"].as_str().unwrap());
        let decision = |rate: i64, restore_by: &str| json!({
            "rate_yuan_per_m2": rate, "document": "示例林罚〔2023〕5号", "restore_by": restore_by,
        });
        let noun = format!("{path}/decision");
        gan.post(&noun, decision(499, "2024-08-31")).await.refused(422, "fine-outside-range");
        gan.post(&noun, decision(5_001, "2024-08-31")).await.refused(422, "fine-outside-range");
        gan.post(&noun, decision(600, "2023-08-25")).await.refused(422, "restore-by");
        let decided = gan.post(&noun, decision(600, "2024-08-31")).await.created();
        assert_eq!(decided["state"], "decided");
        gan.post(&noun, decision(600, "2024-08-31")).await.refused(409, "case-state");
        let works = Works::propose(site.town(), "P360124-004").await;
        works.accept().await;
        earns_no_credit(&works).await;
        let closure = json!({ "restored_on": "2025-06-01", "report": "现场核查记录" });
        assert_eq!(gan.post(&format!("{path}/closure"), closure).await.created()["state"], "closed");
        site.town().verify().await;
    }

    async fn r42_r78_a_retirement_or_approval_that_was_altered_is_named(town: Town) {
        let site = Site::open(town, 1_000).await;
        let path = site.ready(1, "500.00").await;
        site.retire(&path, 500).await;
        site.approve(&path).await.created();
        site.due().await;
        site.town().verify().await;
        let mut hand = Hand::of(site.town());
        for (table, change) in [
            ("retirements", "UPDATE retirements SET m2 = m2 + 1"),
            ("retirements", "UPDATE retirements SET state = 'asked', journal_id = NULL"),
            ("retirement_serials", "UPDATE retirement_serials SET first_serial = first_serial + 1"),
            ("occupation_decisions", "UPDATE occupation_decisions SET required_m2 = 501"),
            ("certificates", "UPDATE certificates SET content = '{}'"),
            ("balance_days", "UPDATE balance_days SET occupied = occupied - 1"),
            ("balance_days", "DELETE FROM balance_days"),
            ("certificate_keys", "UPDATE certificate_keys SET public_key = 'x'"),
        ] {
            let report = hand.attempt(&[change.to_owned()]).unwrap();
            let tables: Vec<&str> = report.findings.iter().map(|one| &*one.table).collect();
            assert!(tables.contains(&table), "{change}: {tables:?}");
        }
    }
}

/// The restored land asks for its certification.
async fn earns_no_credit(works: &Works<'_>) {
    let zhou = works.town.user("zhou.jianing").await;
    let refused = zhou.post("/api/v1/certification-applications", works.application()).await;
    assert_eq!(refused.status, 409, "{}", refused.text);
    // Whatever else is missing by then, the duty is named among it.
    let errors = refused.json()["errors"].clone();
    let codes = errors.as_array().unwrap().iter().map(|error| error["code"].clone());
    assert!(codes.into_iter().any(|code| code == "legal-duty"), "{errors:#}");
}

/// Plain land lies apart from the rest.
#[test]
fn squares_lie_apart() {
    assert_ne!(square(1, "500.00"), square(11, "500.00"));
}
