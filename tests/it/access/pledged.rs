//! A lien with a part that was released, a sale that waits for the centre, and an insurance.

use serde_json::json;

use super::scene::Scene;

impl Scene {
    /// 五里 is insured and has pledged 5 m² to the first bank, which released one and asks to sell two.
    pub(super) async fn things_pledged(&mut self) {
        let lender = self.fair.desk.organisation("BNK01").await;
        let body = json!({
            "lender_id": lender, "batch_id": self.fair.batch, "m2": 5, "amount": "100.00",
            "contract_no": "质借〔2023〕1号", "starts_on": "2023-08-25", "ends_on": "2040-08-24",
            "shares": ["township_share"],
        });
        let fu = self.town().user("fu.guoping").await;
        let pledge = fu.post("/api/v1/pledges", body).await.created();
        let path = format!("/api/v1/pledges/{}", pledge["id"].as_str().unwrap());
        let bank = self.town().user("bnk01.desk").await;
        bank.post(&format!("{path}/registration"), json!({})).await.created();
        let release = json!({ "m2": 1, "reason": "部分清偿" });
        let released = bank.post(&format!("{path}/releases"), release).await.created();
        let sale = json!({
            "buyer_id": self.fair.buyers[0].1, "m2": 2, "price_per_mu": "94200.00",
            "claim": "10.00", "document": "示例执〔2023〕1号",
        });
        let sale = bank.post(&format!("{path}/enforced-sales"), sale).await.created();
        let insurer = self.town().user("ins01.desk").await;
        let policy = json!({
            "policy_no": "示例-1", "holder_id": self.fair.desk.organisation("T360124500").await,
            "batch_id": self.fair.batch, "ranges": [{ "first_serial": 7_000, "last_serial": 7_010 }],
            "sum": "10.00", "starts_on": "2023-08-25", "ends_on": "2024-08-24", "perils": "洪水",
        });
        let policy = insurer.post("/api/v1/insurance-policies", policy).await.created();
        drop((fu, bank, insurer));
        self.put("policy", &policy["id"]);
        self.put("pledge", &pledge["id"]);
        self.put("departure", &released["departures"][0]["id"]);
        self.put("enforced_sale", &sale["id"]);
    }
}
