//! Enforced sales: a trade as any other, whose secured shares go to the lender.

use serde_json::{Value, json};
use wetland_exchange::ledger::CreditBucket::Pledged;

use super::{ask, held, lend, request};
use crate::market::fair::{Fair, PAID_IN_FEN};
use crate::support::Reply;

/// Two people register the account of the lender.
async fn registered_account(fair: &Fair) {
    let id = fair.desk.organisation("BNK02").await;
    let body = json!({
        "bank": { "number": "6228480000000077", "bank_name": "抚河示例农村商业银行" }, "reason": "来函",
    });
    let peng = fair.town().user("peng.haoran").await;
    let path = format!("/api/v1/organisations/{id}/account-changes");
    let change = peng.post(&path, body).await.created();
    let path = format!("/api/v1/account-changes/{}/approval", change["id"].as_str().unwrap());
    fair.town().user("shen.yutong").await.post(&path, json!({})).await.created();
}

async fn act(fair: &Fair, by: &str, sale: &Value, what: &str, body: Value) -> Reply {
    let path = format!("/api/v1/enforced-sales/{}/{what}", sale["id"].as_str().unwrap());
    fair.town().user(by).await.post(&path, body).await
}

on_both_engines! {
    async fn r44_an_enforced_sale_is_split_as_any_trade_and_pays_the_lender_from_what_secures_it(town: Town) {
        let fair = Fair::open(town, 2).await;
        let mut body = request(&fair).await;
        body["shares"] = json!(["township_share", "treasury_share"]);
        let path = ask(&fair, body).await;
        lend(&fair, &path, "registration", json!({})).await.refused(409, "treasury-not-signed");
        let shen = fair.town().user("shen.yutong").await;
        shen.post(&format!("{path}/treasury-signature"), json!({})).await.created();
        shen.post(&format!("{path}/treasury-signature"), json!({})).await.refused(409, "nothing-to-sign");
        lend(&fair, &path, "registration", json!({})).await.created();

        // 100 m² at 94,200.00 a mu are 14,130.00: 2,826.00, 1,413.00 and 9,891.00.
        let sale = |m2: i64| json!({
            "buyer_id": fair.buyers[0].1, "m2": m2, "price_per_mu": "94200.00",
            "claim": "5000.00", "document": "（2023）赣0124执12号",
        });
        let mut to_itself = sale(100);
        to_itself["buyer_id"] = json!(fair.desk.organisation("T360124500").await);
        lend(&fair, &path, "enforced-sales", to_itself).await.refused(422, "not-a-buyer");
        lend(&fair, &path, "enforced-sales", sale(5_001)).await.refused(409, "more-than-pledged");
        let asked = lend(&fair, &path, "enforced-sales", sale(100)).await.created();
        act(&fair, "buyer.00", &asked, "acceptance", json!({})).await.refused(409, "enforced-sale-state");
        act(&fair, "tu.mingyuan", &asked, "approval", json!({})).await.refused(403, "not-allowed");
        act(&fair, "liang.wenbo", &asked, "approval", json!({})).await.created();
        act(&fair, "buyer.01", &asked, "acceptance", json!({})).await.refused(404, "not-found");
        let settled = act(&fair, "buyer.00", &asked, "acceptance", json!({})).await.created();
        assert_eq!(settled["state"], "settled");
        act(&fair, "buyer.00", &asked, "acceptance", json!({})).await.refused(409, "enforced-sale-state");
        let bound: Vec<_> = settled["bound"].as_array().unwrap().iter()
            .map(|one| (one["share"].as_str().unwrap(), one["amount"].as_str().unwrap())).collect();
        assert_eq!(bound, [("township_share", "2826.00"), ("treasury_share", "2174.00")]);
        assert_eq!(fair.cash_fen(fair.buyers[0].1).await, PAID_IN_FEN - 1_413_000);
        assert_eq!((fair.credits_m2(fair.buyers[0].1).await, held(&fair, Pledged).await), (100, 4_900));
        for (code, bucket, amount) in [
            ("T360124500", "township_share", "2826.00"), ("CENTRE", "centre_share", "1413.00"),
            ("FINANCE", "treasury_share", "9891.00"),
        ] {
            assert_eq!(fair.desk.balance(code, bucket).await, amount);
        }
        let public = fair.town().stranger().get("/api/v1/public/trades").await.ok();
        assert_eq!(public["items"][0]["price_per_mu"], "94200.00");
        fair.town().verify().await;

        let correction = json!({
            "kind": "trade", "subject_id": settled["trade_id"], "reason": "面积有误",
        });
        let peng = fair.town().user("peng.haoran").await;
        peng.post("/api/v1/corrections", correction).await.refused(409, "enforced-sale");
        // What is bound is nobody else's, and goes to the lender's registered account alone.
        fair.desk.enter_share("township_share", "T360124500", "0.01").await.refused(409, "exceeds-payable");
        fair.desk.enter_share("treasury_share", "FINANCE", "7717.01").await.refused(409, "exceeds-payable");
        let list = peng.get(&fair.desk.path("secured-proceeds")).await.ok();
        let township = list["items"].as_array().unwrap().iter().find(|one| one["share"] == "township_share").unwrap();
        let pay = format!("/api/v1/secured-proceeds/{}/payout", township["id"].as_str().unwrap());
        peng.post(&pay, json!({})).await.refused(409, "no-registered-account");
        registered_account(&fair).await;
        let payout = peng.post(&pay, json!({})).await.created();
        assert_eq!((&payout["amount"], &payout["account"]), (&json!("2826.00"), &json!("6228480000000077")));
        peng.post(&pay, json!({})).await.refused(409, "nothing-due");
        fair.desk.approve("shen.yutong", &payout).await.ok();
        fair.desk.enter_share("township_share", "T360124500", "0.01").await.refused(409, "exceeds-payable");
        fair.desk.enter_share("treasury_share", "FINANCE", "7717.00").await.created();
        fair.town().verify().await;
    }

    async fn r44_without_a_share_there_is_only_the_lien_and_a_sale_can_be_taken_back(town: Town) {
        let fair = Fair::open(town, 1).await;
        let mut body = request(&fair).await;
        body["shares"] = json!([]);
        let path = ask(&fair, body).await;
        lend(&fair, &path, "registration", json!({})).await.created();
        let sale = json!({
            "buyer_id": fair.buyers[0].1, "m2": 100, "price_per_mu": "94200.00",
            "claim": "5000.00", "document": "（2023）赣0124执12号",
        });
        let asked = lend(&fair, &path, "enforced-sales", sale.clone()).await.created();
        let reason = json!({ "reason": "已和解" });
        act(&fair, "bnk02.desk", &asked, "withdrawal", reason.clone()).await.created();
        act(&fair, "liang.wenbo", &asked, "approval", json!({})).await.refused(409, "enforced-sale-state");
        let asked = lend(&fair, &path, "enforced-sales", sale).await.created();
        act(&fair, "liang.wenbo", &asked, "approval", json!({})).await.created();
        let settled = act(&fair, "buyer.00", &asked, "acceptance", json!({})).await.created();
        assert_eq!(settled["bound"], json!([]));
        act(&fair, "bnk02.desk", &asked, "withdrawal", reason).await.refused(409, "enforced-sale-state");
        fair.desk.enter_share("township_share", "T360124500", "2826.00").await.created();
        let sales = lend_list(&fair, &path).await;
        assert_eq!(sales["items"].as_array().unwrap().len(), 2);
        fair.town().verify().await;
    }
}

async fn lend_list(fair: &Fair, path: &str) -> Value {
    fair.town().user("bnk02.desk").await.get(&format!("{path}/enforced-sales")).await.ok()
}
