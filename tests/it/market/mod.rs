//! Listings and purchases, told as stories on both engines.

mod counties;
pub(crate) mod crash;
pub(crate) mod crowd;
pub(crate) mod fair;
mod openness;
mod orders;
pub(crate) mod permits;
mod races;
pub(crate) mod auctions;
mod live;
mod negotiated;

use serde_json::json;

use fair::{Fair, purchases};

on_both_engines! {
    async fn r47_a_listing_reserves_and_its_withdrawal_frees_what_is_left(town: Town) {
        let fair = Fair::open(town, 1).await;
        let seller = fair.desk.organisation("T360124500").await;
        let listing = fair.list(6_000, "94200.00").await;
        assert_eq!((&listing["left_m2"], &listing["state"]), (&json!(6_000), &json!("open")));
        assert_eq!(fair.credits_m2(seller).await, 120);

        let buyer = fair.town().user("buyer.00").await;
        buyer.post(&purchases(&listing), json!({ "m2": 100 })).await.created();
        let path = format!("/api/v1/listings/{}", listing["id"].as_str().unwrap());
        let withdrawal = format!("{path}/withdrawal");
        let reason = json!({ "reason": "价格需要重新评估" });
        let other = fair.town().user("hu.xiaoqiu").await;
        other.post(&withdrawal, reason.clone()).await.refused(404, "not-found");
        let fu = fair.town().user("fu.guoping").await;
        let withdrawn = fu.post(&withdrawal, reason.clone()).await.created();
        assert_eq!((&withdrawn["left_m2"], &withdrawn["state"]), (&json!(0), &json!("withdrawn")));
        assert_eq!(fair.credits_m2(seller).await, 6_020);
        fu.post(&withdrawal, reason).await.refused(409, "listing-not-open");
        buyer.post(&purchases(&listing), json!({ "m2": 1 })).await.refused(409, "listing-not-open");
        fair.town().verify().await;
    }

    async fn a_command_on_another_version_than_the_one_that_was_read_does_nothing(town: Town) {
        let fair = Fair::open(town, 1).await;
        let listing = fair.list(6_000, "94200.00").await;
        let path = format!("/api/v1/listings/{}", listing["id"].as_str().unwrap());
        let fu = fair.town().user("fu.guoping").await;
        let read = fu.get(&path).await.header("etag").to_owned();
        let buyer = fair.town().user("buyer.00").await;
        buyer.post(&purchases(&listing), json!({ "m2": 100 })).await.created();

        let reason = json!({ "reason": "价格需要重新评估" });
        let stale = fu.post_on_version(&path, "withdrawal", reason.clone(), &read).await;
        stale.refused(412, "version-stale");
        assert_eq!(fu.get(&path).await.ok()["left_m2"], 5_900);
        fu.post_on(&path, "withdrawal", reason).await.created();
        // A purchase has a price and an area of its own: it takes no version.
        let bought = buyer.post_on(&path, "purchases", json!({ "m2": 1 })).await;
        bought.refused(400, "version-not-taken");
        fair.town().verify().await;
    }

    async fn an_idempotency_key_is_free_again_after_thirty_days(town: Town) {
        let fair = Fair::open(town, 1).await;
        let listing = fair.list(6_000, "94200.00").await;
        let buyer = fair.town().user("buyer.00").await;
        let buy = async |m2: i64| {
            buyer.post_once(&purchases(&listing), json!({ "m2": m2 }), "the-same").await
        };
        fair.town().on("2023-09-01");
        let first = buy(7).await.created();
        fair.town().on("2023-09-30");
        assert_eq!(buy(7).await.created(), first);
        buy(8).await.refused(422, "idempotency-key-reused");
        fair.town().on("2023-10-02");
        let second = buy(8).await.created();
        assert_ne!(second["id"], first["id"]);
        assert_eq!(buy(8).await.created(), second);
        fair.town().verify().await;
    }

    async fn r47_what_is_left_of_an_expired_listing_is_freed(town: Town) {
        let fair = Fair::open(town, 1).await;
        let seller = fair.desk.organisation("T360124500").await;
        let fu = fair.town().user("fu.guoping").await;
        let body = json!({
            "batch_id": fair.batch, "m2": 1_000, "price_per_mu": "94200.00",
            "valid_to": "2023-09-30",
        });
        let listing = fu.post("/api/v1/listings", body).await.created();
        fair.town().on("2023-10-01");
        let buyer = fair.town().user("buyer.00").await;
        buyer.post(&purchases(&listing), json!({ "m2": 1 })).await.refused(409, "listing-not-open");
        wetland_exchange::market::run_due(&fair.town().db).await.unwrap();
        assert_eq!(fair.credits_m2(seller).await, 6_120);
        let path = format!("/api/v1/listings/{}", listing["id"].as_str().unwrap());
        assert_eq!(fair.town().stranger().get(&path).await.ok()["state"], "expired");
        fair.town().verify().await;
    }

    async fn r38_r47_only_available_credits_can_be_listed(town: Town) {
        let fair = Fair::open(town, 0).await;
        let fu = fair.town().user("fu.guoping").await;
        let body = |m2: i64| {
            json!({ "batch_id": fair.batch, "m2": m2, "price_per_mu": "94200.00" })
        };
        fu.post("/api/v1/listings", body(11_333)).await.refused(409, "not-enough-to-list");
        fu.post("/api/v1/listings", body(6_121)).await.refused(409, "not-enough-to-list");
        let other = fair.town().user("hu.xiaoqiu").await;
        other.post("/api/v1/listings", body(1)).await.refused(404, "not-found");
        fu.post("/api/v1/listings", body(6_120)).await.created();
        fair.town().verify().await;
    }

    async fn r61_a_purchase_moves_credits_money_and_shares_or_nothing(town: Town) {
        let fair = Fair::open(town, 2).await;
        let listing = fair.list(6_120, "337.00").await;
        let (name, id) = &fair.buyers[0];
        let buyer = fair.town().user(name).await;
        let trade = buyer.post(&purchases(&listing), json!({ "m2": 1 })).await.created();
        assert_eq!(
            [&trade["amount"], &trade["township_share"], &trade["centre_share"], &trade["treasury_share"]],
            [&json!("0.51"), &json!("0.10"), &json!("0.05"), &json!("0.36")]
        );
        assert_eq!(trade["number"], "CJ360124-2023-000001");
        assert_eq!(fair.cash_fen(*id).await, 10_000_000 - 51);
        assert_eq!(fair.credits_m2(*id).await, 1);
        fair.town().verify().await;
    }

    async fn r61_what_cannot_be_paid_moves_nothing(town: Town) {
        let fair = Fair::open(town, 1).await;
        let listing = fair.list(6_120, "94200.00").await;
        let (name, id) = &fair.buyers[0];
        let buyer = fair.town().user(name).await;
        let refusal = buyer.post(&purchases(&listing), json!({ "m2": 6_120 })).await;
        let problem = refusal.refused(409, "not-enough-cash");
        assert_eq!(
            problem["detail"],
            "the purchase costs 864756.00 CNY, 100000.00 CNY are available: 764756.00 CNY short"
        );
        assert_eq!((fair.cash_fen(*id).await, fair.credits_m2(*id).await), (10_000_000, 0));
        fair.town().verify().await;
    }

    async fn r46_credits_go_no_further_than_their_county_lets_them(town: Town) {
        let fair = Fair::open(town, 0).await;
        let listing = fair.list(100, "337.00").await;
        let far = fair.town().user("dev02.trader").await;
        let refused = far.post(&purchases(&listing), json!({ "m2": 1 })).await;
        refused.refused(422, "outside-trading-area");

        let (peng, shen) =
            (fair.town().user("peng.haoran").await, fair.town().user("shen.yutong").await);
        let body = json!({ "reach": "prefecture", "document": "示例〔2023〕1号" });
        let area = peng.post("/api/v1/trading-areas", body).await.created();
        let path = format!("/api/v1/trading-areas/{}/approval", area["id"].as_str().unwrap());
        peng.post(&path, json!({})).await;
        let refused = far.post(&purchases(&listing), json!({ "m2": 1 })).await;
        refused.refused(422, "outside-trading-area");
        shen.post(&path, json!({})).await.created();

        far.post(&purchases(&listing), json!({ "m2": 1 })).await.refused(409, "not-enough-cash");
        let other_prefecture = fair.town().user("dev03.trader").await;
        let refused = other_prefecture.post(&purchases(&listing), json!({ "m2": 1 })).await;
        refused.refused(422, "outside-trading-area");
    }

    async fn r65_without_a_schedule_in_force_nothing_is_settled(town: Town) {
        let fair = Fair::open(town, 1).await;
        let listing = fair.list(100, "337.00").await;
        fair.town().on("2099-07-23");
        let buyer = fair.town().user("buyer.00").await;
        let refused = buyer.post(&purchases(&listing), json!({ "m2": 1 })).await;
        refused.refused(409, "no-fee-schedule");
    }

    async fn r65_schedules_never_overlap_and_need_two_people(town: Town) {
        let fair = Fair::open(town, 0).await;
        let (peng, shen) =
            (fair.town().user("peng.haoran").await, fair.town().user("shen.yutong").await);
        let body = |from: &str, to: &str| json!({
            "valid_from": from, "valid_to": to, "township_percent": "20", "centre_percent": "10",
            "label": "演示版",
        });
        let overlapping = peng.post("/api/v1/fee-schedules", body("2099-07-22", "2100-01-01")).await;
        overlapping.refused(409, "periods-overlap");
        let reversed = peng.post("/api/v1/fee-schedules", body("2101-01-02", "2101-01-01")).await;
        reversed.refused(422, "period-reversed");
        let own = shen.post("/api/v1/fee-schedules", body("2099-07-23", "2100-07-22")).await.created();
        let path = format!("/api/v1/fee-schedules/{}/approval", own["id"].as_str().unwrap());
        assert_eq!(shen.post(&path, json!({})).await.status, 403, "the same person");
        assert_eq!(peng.post(&path, json!({})).await.status, 403, "no director");
    }

    async fn r48_trades_of_related_parties_are_flagged(town: Town) {
        let fair = Fair::open(town, 1).await;
        let listing = fair.list(100, "337.00").await;
        let buyer = fair.town().user("buyer.00").await;
        let trade = buyer.post(&purchases(&listing), json!({ "m2": 1 })).await.created();
        assert_eq!(trade["related"], false);
        let shown = fair.town().stranger().get("/api/v1/public/trades").await.ok();
        assert_eq!(shown["items"][0]["number"], trade["number"]);
        assert_eq!(shown["items"][0].get("buyer_id"), None, "the public does not learn who bought");
    }

    async fn r94_a_trade_is_seen_by_its_parties_and_their_county(town: Town) {
        let fair = Fair::open(town, 2).await;
        let listing = fair.list(100, "337.00").await;
        let buyer = fair.town().user("buyer.00").await;
        let trade = buyer.post(&purchases(&listing), json!({ "m2": 1 })).await.created();
        let path = format!("/api/v1/trades/{}", trade["id"].as_str().unwrap());
        for name in ["buyer.00", "fu.guoping", "shen.yutong", "aud01.desk"] {
            assert_eq!(fair.town().user(name).await.get(&path).await.ok()["id"], trade["id"]);
        }
        for name in ["buyer.01", "hu.xiaoqiu"] {
            fair.town().user(name).await.get(&path).await.refused(404, "not-found");
        }
    }
}
