//! What of a county waits for a second person.

use serde_json::json;

use super::scene::Scene;
use crate::finance::desk;
use crate::market::fair::PAID_IN_FEN;

impl Scene {
    /// A batch, a correction, a change of account, an addition to the trusted accounts, a spending, a
    /// limit and a permit that wait for their second person; and a hold.
    pub(super) async fn things_to_decide(&mut self) {
        let fair = &self.fair.desk;
        let (centre, trade) = (fair.organisation("CENTRE").await, self.things["trade"].clone());
        let (payee, township) = (fair.organisation("T360124500").await, "township_share");
        let paid = fair.enter_share("centre_share", "CENTRE", "0.20").await.created();
        fair.approve("shen.yutong", &paid).await.ok();
        let (peng, zhou) =
            (self.town().user("peng.haoran").await, self.town().user("zhou.jianing").await);
        let item = json!({ "share": township, "organisation_id": payee, "amount": "0.10" });
        let batch = json!({ "from": "2023-08-01", "to": "2023-08-31", "payouts": [item] });
        let batch = peng.post(&fair.path("payout-batches"), batch).await.created();
        let correction = json!({ "kind": "trade", "subject_id": trade, "reason": "面积有误" });
        let correction = peng.post("/api/v1/corrections", correction).await.created();
        let change = json!({
            "bank": { "number": "622848000000001", "bank_name": "示例银行" }, "reason": "来函",
        });
        let path = format!("/api/v1/organisations/{centre}/account-changes");
        let change = peng.post(&path, change).await.created();
        let trusted = desk::enter_trust(self.town(), "T360124500").await.created();
        let hold = json!({ "number": "622848000000099", "reason": "示例" });
        let hold = peng.post(&fair.path("account-holds"), hold).await.created();
        let out = desk::Row {
            from: "1502999909000000011",
            ..desk::Row::new("20230825900002", -20, paid["number"].as_str().unwrap())
        };
        let luo = self.town().user("luo.jingyi").await;
        let file = fair.file(PAID_IN_FEN + 500, &[out]);
        luo.post_file(&fair.path("statements"), "text/csv", file).await.created();
        let spending = json!({
            "purpose": "other_directly_related", "amount": "0.20", "spent_on": "2023-08-01",
            "payee": "示例单位", "reason": "示例",
            "vouchers": [{ "number": "记-1", "issued_on": "2023-08-01", "amount": "0.20" }],
        });
        let spending = zhou.post("/api/v1/spendings", spending).await.created();
        drop((peng, zhou, luo));
        let buyer = self.town().user("buyer.00").await;
        let limits = "/api/v1/single-person-limits";
        let limit = |yuan: &str| json!({ "limit": yuan, "reason": "授权调整" });
        buyer.post(limits, limit("1000000.00")).await.created();
        let limit = buyer.post(limits, limit("2000000.00")).await.created();
        let permit = json!({ "amount": "3000000.00", "reason": "示例" });
        let permit = buyer.post("/api/v1/commitment-permits", permit).await.created();
        drop(buyer);
        self.put("single_person_limit", &limit["id"]);
        self.put("permit", &permit["id"]);
        self.put("payee", &json!(payee));
        self.put("payout_batch", &batch["id"]);
        self.put("correction", &correction["id"]);
        self.put("account_change", &change["id"]);
        self.put("trusted_account", &trusted["id"]);
        self.put("account_hold", &hold["id"]);
        self.put("spending", &spending["id"]);
    }
}
