//! Negotiated transfers, told as stories on both engines.

use serde_json::{Value, json};

use super::auctions::{all_is_free, reserved_fen, reserved_m2};
use super::fair::{Fair, PAID_IN_FEN};

const PATH: &str = "/api/v1/negotiated-transfers";

/// A negotiation between 五里 and buyer.00.
struct Talk<'f> {
    fair: &'f Fair,
    path: String,
}

impl<'f> Talk<'f> {
    async fn open(fair: &'f Fair, by: &str, price: &str) -> Self {
        let other = match by {
            "fu.guoping" => fair.buyers[0].1,
            _ => fair.desk.organisation("T360124500").await,
        };
        let body = json!({
            "batch_id": fair.batch, "counterparty_id": other, "m2": 100, "price_per_mu": price,
        });
        let opened = fair.town().user(by).await.post(PATH, body).await.created();
        assert_eq!((&opened["state"], &opened["round"]), (&json!("offered"), &json!(1)));
        Self { fair, path: format!("{PATH}/{}", opened["id"].as_str().unwrap()) }
    }

    async fn say(&self, by: &str, what: &str, body: Value) -> crate::support::Reply {
        self.fair.town().user(by).await.post(&format!("{}/{what}", self.path), body).await
    }

    async fn shown(&self) -> Value {
        self.fair.town().user("liang.wenbo").await.get(&self.path).await.ok()
    }
}

async fn set_floor(fair: &Fair, price: &str) {
    let peng = fair.town().user("peng.haoran").await;
    let body = json!({ "price_per_mu": price, "document": "示例〔2024〕22号" });
    let floor = peng.post("/api/v1/price-floors", body).await.created();
    let path = format!("/api/v1/price-floors/{}/approval", floor["id"].as_str().unwrap());
    assert_eq!(peng.post(&path, json!({})).await.status, 403, "the same person");
    let stands =
        async || fair.town().stranger().get("/api/v1/price-floors?county=360124").await.ok();
    assert_eq!(stands().await.get("price_per_mu"), None);
    let shen = fair.town().user("shen.yutong").await;
    shen.post(&path, json!({})).await.created();
    shen.post(&path, json!({})).await.refused(409, "already-approved");
    assert_eq!(stands().await["price_per_mu"], price);
}

on_both_engines! {
    async fn r59_offer_counter_offer_and_acceptance_settle_and_publish_the_price(town: Town) {
        let fair = Fair::open(town, 2).await;
        let talk = Talk::open(&fair, "buyer.00", "90000.00").await;
        talk.say("buyer.00", "acceptance", json!({ "round": 1 })).await.refused(409, "own-terms");
        let counter = |round: i64, price: &str| {
            json!({ "round": round, "m2": 80, "price_per_mu": price })
        };
        talk.say("buyer.00", "counter-offers", counter(1, "91000.00")).await.refused(409, "own-terms");
        talk.say("buyer.01", "acceptance", json!({ "round": 1 })).await.refused(404, "not-found");
        talk.say("hu.xiaoqiu", "acceptance", json!({ "round": 1 })).await.refused(404, "not-found");
        talk.say("fu.guoping", "counter-offers", counter(1, "96000.00")).await.created();
        // The seller's own last terms are not its to accept, nor are those that were before.
        talk.say("fu.guoping", "acceptance", json!({ "round": 2 })).await.refused(409, "own-terms");
        talk.say("buyer.00", "acceptance", json!({ "round": 1 })).await.refused(409, "other-round");
        talk.say("buyer.00", "counter-offers", counter(2, "95000.00")).await.created();
        let settled = talk.say("fu.guoping", "acceptance", json!({ "round": 3 })).await.created();
        assert_eq!(settled["state"], "settled");
        assert_eq!(fair.cash_fen(fair.buyers[0].1).await, PAID_IN_FEN - 80 * 14_250);
        assert_eq!(fair.credits_m2(fair.buyers[0].1).await, 80);
        let shown = talk.shown().await;
        let prices: Vec<_> = shown["rounds"].as_array().unwrap().iter().map(|one| one["price_per_mu"].clone()).collect();
        assert_eq!(prices, [json!("90000.00"), json!("96000.00"), json!("95000.00")]);
        let public = fair.town().stranger().get("/api/v1/public/trades").await.ok();
        assert_eq!((&public["items"][0]["id"], &public["items"][0]["price_per_mu"]), (&shown["trade_id"], &json!("95000.00")));
        talk.say("fu.guoping", "acceptance", json!({ "round": 3 })).await.refused(409, "negotiation-state");
        fair.town().verify().await;
    }

    async fn r59_below_the_floor_it_waits_for_a_second_approval_with_all_reserved(town: Town) {
        let fair = Fair::open(town, 1).await;
        set_floor(&fair, "94200.00").await;
        let buyer = fair.buyers[0].1;
        let talk = Talk::open(&fair, "fu.guoping", "94199.99").await;
        assert_eq!(reserved_m2(&fair).await, 0, "an offer reserves nothing");
        let waits = talk.say("buyer.00", "acceptance", json!({ "round": 1 })).await.created();
        assert_eq!((&waits["state"], &waits["floor_price_per_mu"]), (&json!("awaiting_approval"), &json!("94200.00")));
        let amount = 1_413_000;
        assert_eq!((reserved_fen(&fair, buyer).await, reserved_m2(&fair).await), (amount, 100));
        fair.town().verify().await;
        talk.say("fu.guoping", "refusal", json!({ "reason": "反悔" })).await.refused(409, "negotiation-state");
        let settled = talk.say("liang.wenbo", "approval", json!({})).await.created();
        assert_eq!(settled["state"], "settled");
        talk.say("liang.wenbo", "approval", json!({})).await.refused(409, "negotiation-state");
        assert_eq!((reserved_fen(&fair, buyer).await, reserved_m2(&fair).await), (0, 0));
        assert_eq!(fair.cash_fen(buyer).await, PAID_IN_FEN - amount);
        // At the floor nobody needs to be asked.
        let talk = Talk::open(&fair, "fu.guoping", "94200.00").await;
        let settled = talk.say("buyer.00", "acceptance", json!({ "round": 1 })).await.created();
        assert_eq!(settled["state"], "settled");
        fair.town().verify().await;
    }

    async fn what_is_rejected_refused_or_not_answered_frees_all_of_it(town: Town) {
        let fair = Fair::open(town, 1).await;
        set_floor(&fair, "94200.00").await;
        let reason = json!({ "reason": "价格过低" });
        let talk = Talk::open(&fair, "fu.guoping", "50000.00").await;
        talk.say("buyer.00", "acceptance", json!({ "round": 1 })).await.created();
        talk.say("liang.wenbo", "rejection", reason.clone()).await.created();
        all_is_free(&fair).await;

        for (by, state) in [("buyer.00", "declined"), ("fu.guoping", "withdrawn")] {
            let talk = Talk::open(&fair, "fu.guoping", "50000.00").await;
            assert_eq!(talk.say(by, "refusal", reason.clone()).await.created()["state"], state);
            talk.say("buyer.00", "acceptance", json!({ "round": 1 })).await.refused(409, "negotiation-state");
        }

        let (open, waiting) = (
            Talk::open(&fair, "fu.guoping", "50000.00").await,
            Talk::open(&fair, "fu.guoping", "50000.00").await,
        );
        waiting.say("buyer.00", "acceptance", json!({ "round": 1 })).await.created();
        fair.town().clock.set(fair.town().now().plus_seconds(31 * 86_400));
        let late = open.say("buyer.00", "acceptance", json!({ "round": 1 })).await;
        assert_eq!(late.status, 409, "{}", late.text);
        wetland_exchange::due::run(&fair.town().db).await.unwrap();
        for talk in [open, waiting] {
            assert_eq!(talk.shown().await["state"], "expired");
        }
        all_is_free(&fair).await;
    }

    async fn an_offer_that_could_not_be_settled_is_refused(town: Town) {
        let fair = Fair::open(town, 1).await;
        let fu = fair.town().user("fu.guoping").await;
        let (buyer, township) = (fair.buyers[0].1, fair.desk.organisation("T360124108").await);
        let offer = |to, m2: i64, price: &str| json!({
            "batch_id": fair.batch, "counterparty_id": to, "m2": m2, "price_per_mu": price,
        });
        fu.post(PATH, offer(buyer, 6_121, "94200.00")).await.refused(409, "not-enough-to-transfer");
        fu.post(PATH, offer(buyer, 1, "0.01")).await.refused(422, "amount-rounds-to-zero");
        fu.post(PATH, offer(township, 1, "94200.00")).await.refused(422, "other-side-odd");
        let far = fair.desk.organisation("DEV02").await;
        fu.post(PATH, offer(far, 1, "94200.00")).await.refused(422, "outside-trading-area");
        let mut late = offer(buyer, 1, "94200.00");
        late["valid_to"] = json!("2020-01-01");
        fu.post(PATH, late).await.refused(422, "offer-validity-odd");
        let other = fair.town().user("hu.xiaoqiu").await;
        other.post(PATH, offer(buyer, 1, "94200.00")).await.refused(404, "not-found");
        let asker = fair.town().user("buyer.00").await;
        asker.post(PATH, offer(township, 1, "94200.00")).await.refused(422, "other-side-odd");

        let talk = Talk::open(&fair, "fu.guoping", "9420000.00").await;
        let dear = talk.say("buyer.00", "acceptance", json!({ "round": 1 })).await;
        dear.refused(409, "not-enough-cash");
        let liang = fair.town().user("liang.wenbo").await;
        let ban = json!({ "organisation_id": buyer, "reason": "查处中" });
        liang.post("/api/v1/trading-bans", ban).await.created();
        let banned = talk.say("buyer.00", "acceptance", json!({ "round": 1 })).await;
        banned.refused(403, "trading-banned");
        all_is_free(&fair).await;
    }
}
