//! An auction and a negotiation with all that belongs to them.

use serde_json::json;

use super::scene::Scene;
use crate::market::auctions::{Sale, announcement};

impl Scene {
    /// A lot that buyer.00 has won and not paid for yet, and a ban.
    pub(super) async fn things_of_auctions(&mut self) {
        let mut body = announcement(&self.fair, "sealed");
        body["m2"] = json!(10);
        let sale = Sale::announce(&self.fair, body).await;
        let deposit = sale.put_down("buyer.00", None).await.created();
        sale.at(sale.opens_at);
        sale.bid(0, "94200.00").await.created();
        sale.pass(sale.closes_at).await;
        let (auction, award) = (json!(sale.id), sale.award_of(0).await);
        let ban = json!({ "organisation_id": self.fair.buyers[0].1, "reason": "查处中" });
        let body = json!({ "author": "示例", "contact": "示例", "said": "示例" });
        self.town().stranger().post(&sale.path("/objections"), body).await.created();
        let gan = self.town().user("gan.zhiqiang").await;
        let objections = gan.get("/api/v1/auction-objections").await.ok();
        let offer = json!({
            "batch_id": self.fair.batch, "counterparty_id": self.fair.buyers[0].1, "m2": 1,
            "price_per_mu": "94200.00",
        });
        let fu = self.town().user("fu.guoping").await;
        let negotiation = fu.post("/api/v1/negotiated-transfers", offer).await.created();
        let floor = json!({ "price_per_mu": "90000.00", "document": "示例〔2024〕22号" });
        let peng = self.town().user("peng.haoran").await;
        let floor = peng.post("/api/v1/price-floors", floor).await.created();
        let liang = self.town().user("liang.wenbo").await;
        let ban = liang.post("/api/v1/trading-bans", ban).await.created();
        drop((fu, gan, peng, liang));
        self.put("auction_objection", &objections["items"][0]["id"]);
        self.put("negotiation", &negotiation["id"]);
        self.put("floor", &floor["id"]);
        self.put("auction", &auction);
        self.put("award", &award["id"]);
        self.put("auction_deposit", &deposit["id"]);
        self.put("ban", &ban["id"]);
    }
}
