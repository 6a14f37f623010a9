//! What is refused, each with its code.

use serde_json::json;

use super::desk::{Desk, Row};

on_both_engines! {
    async fn r4_a_notice_needs_a_developer_an_amount_and_a_purpose(town: Town) {
        let desk = Desk::of(town).await;
        let path = "/api/v1/payment-notices";
        let new = |amount: &str, purpose: &str| {
            json!({ "county": "360124", "amount": amount, "purpose": purpose })
        };
        let dev01 = desk.town.user("dev01.trader").await;
        dev01.post(path, new("0.00", "购买指标")).await.refused(422, "amount-is-zero");
        dev01.post(path, new("1.00", " ")).await.refused(422, "bad-text");
        for amount in ["1.005", "-1.00", "1e3", "10000000000000.01"] {
            let answer = dev01.post(path, new(amount, "购买指标")).await;
            assert_eq!(answer.status.as_u16(), 422, "{amount}: {}", answer.text);
        }
        let mut other = new("1.00", "购买指标");
        other["organisation_id"] = json!(desk.organisation("CENTRE").await);
        let peng = desk.town.user("peng.haoran").await;
        peng.post(path, other.clone()).await.refused(422, "not-a-developer");
        dev01.post(path, other).await.refused(422, "not-a-developer");
        let shen = desk.town.user("shen.yutong").await;
        let backwards = desk.path("reconciliation?from=2026-09-02&to=2026-09-01");
        shen.get(&backwards).await.refused(422, "period-backwards");
    }

    async fn r70_what_a_line_cannot_be_is_refused(town: Town) {
        let desk = Desk::of(town).await;
        desk.town.on("2026-09-03");
        let reference = desk.notice("dev01.trader", "10.00").await;
        let rows = [
            Row::new("S1", 1_000, &reference),
            Row::new("S2", 500, "货款"),
            Row::new("S3", -200, "手续费"),
        ];
        desk.import(desk.file(0, &rows)).await;
        desk.trade("DEV01", "T360124500", [200, 100, 700]).await;
        desk.enter_share("township_share", "T360124500", "2.00").await.created();
        let payout = json!([{ "payout": "PO-2026-0001", "amount": "2.00" }]);
        let to_reference = json!([{ "reference": reference, "amount": "2.00" }]);
        desk.assign("S1", to_reference.clone()).await.refused(409, "nothing-to-assign");
        desk.assign("S2", json!([])).await.refused(422, "part-count");
        desk.assign("S2", json!([{ "amount": "1.00" }])).await.refused(422, "part-target");
        desk.assign("S2", payout.clone()).await.refused(422, "credit-is-no-payout");
        desk.assign("S3", to_reference).await.refused(422, "debit-is-one-payout");
        desk.assign("S3", payout).await.refused(409, "payout-does-not-fit");
        desk.reconciliation().await;
    }

    async fn r69_cash_from_several_accounts_goes_back_to_a_named_one(town: Town) {
        let desk = Desk::of(town).await;
        desk.town.on("2026-09-03");
        let one = desk.notice("dev01.trader", "10.00").await;
        let two = desk.notice("dev01.trader", "5.00").await;
        let other = Row { from: "622848", ..Row::new("S2", 500, &two) };
        desk.import(desk.file(0, &[Row::new("S1", 1_000, &one), other])).await;
        let dev01 = desk.town.user("dev01.trader").await;
        let path = "/api/v1/refund-requests";
        let ask = |amount: &str, account: Option<&str>| {
            json!({ "county": "360124", "amount": amount, "account": account })
        };
        dev01.post(path, ask("5.00", None)).await.refused(422, "several-source-accounts");
        dev01.post(path, ask("5.01", Some("622848"))).await.refused(409, "exceeds-source");
        let request = dev01.post(path, ask("5.00", Some("622848"))).await.created();
        let entering = format!("{path}/{}/payout", request["id"].as_str().unwrap());
        let peng = desk.town.user("peng.haoran").await;
        peng.post(&entering, json!({})).await.created();
        peng.post(&entering, json!({})).await.refused(409, "refund-request-decided");
        dev01.post(path, ask("0.01", Some("622848"))).await.refused(409, "exceeds-source");
    }
}
