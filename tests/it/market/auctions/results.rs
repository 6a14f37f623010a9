//! Results: objections to them, and the draw among equal bids.

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::sealed::calendar_after;
use super::{Sale, all_is_free, announcement};
use crate::market::fair::Fair;

async fn object(sale: &Sale<'_>) -> crate::support::Reply {
    let body = json!({ "author": "示例建设单位", "contact": "0791-1", "said": "存在关联关系" });
    sale.fair.town().stranger().post(&sale.path("/objections"), body).await
}

async fn step(fair: &Fair, state: &str) -> crate::support::Reply {
    let gan = fair.town().user("gan.zhiqiang").await;
    let list = gan.get("/api/v1/auction-objections").await.ok();
    let id = list["items"][0]["id"].as_str().unwrap().to_owned();
    let body = json!({ "state": state, "answer": "经核查" });
    gan.post(&format!("/api/v1/auction-objections/{id}/steps"), body).await
}

/// An auction that buyer.00 has won, with its notice running.
async fn won(fair: &Fair) -> Sale<'_> {
    let sale = Sale::announce(fair, announcement(fair, "sealed")).await;
    sale.all_put_down(None).await;
    sale.at(sale.opens_at);
    object(&sale).await.refused(409, "not-noticed");
    sale.bid(0, "94200.00").await.created();
    sale.pass(sale.closes_at).await;
    sale
}

on_both_engines! {
    async fn r57_r58_an_objection_suspends_settlement_until_it_is_decided(town: Town) {
        let fair = Fair::open(town, 1).await;
        let sale = won(&fair).await;
        let made = object(&sale).await.created();
        assert_eq!((&made["state"], made.get("author")), (&json!("made"), None));
        let notice_to = sale.shown().await["notice_to"].clone();
        let day = calendar_after(&notice_to);
        let shown = sale.on(&json!(day)).await;
        assert_eq!((&shown["state"], &shown["objections"][0]["state"]), (&json!("noticed"), &json!("made")));
        object(&sale).await.refused(409, "not-noticed");
        let liang = fair.town().user("liang.wenbo").await;
        liang.get("/api/v1/auction-objections").await.refused(403, "not-allowed");

        step(&fair, "upheld").await.refused(409, "objection-outcome-odd");
        let admitted = step(&fair, "admitted").await.created();
        let calendar = wetland_exchange::kernel::calendar::Calendar::published();
        let (admit_by, decide_by) = (&admitted["admit_by"], &admitted["decide_by"]);
        let closed_on = sale.closes_at.date_in_shanghai();
        assert_eq!(*admit_by, json!(calendar.term_end(closed_on, 3).unwrap()));
        assert_eq!(*decide_by, json!(calendar.term_end(day, 30).unwrap()));
        sale.on(&json!(calendar.term_end(day, 31).unwrap())).await;
        let gan = fair.town().user("gan.zhiqiang").await;
        let list = gan.get("/api/v1/auction-objections").await.ok();
        assert_eq!(list["items"][0]["overdue"], true);
        assert_eq!(sale.shown().await["state"], "noticed");
        step(&fair, "dismissed").await.created();
        step(&fair, "dismissed").await.refused(409, "objection-state");
        let today = fair.town().now().date_in_shanghai();
        let shown = sale.on(&json!(today)).await;
        assert_eq!(shown["state"], "noticed", "the deal is confirmed on the next working day");
        let shown = sale.on(&json!(calendar.next_working_day(today).unwrap())).await;
        assert_eq!(shown["state"], "confirmed");
        sale.complete(0).await.created();
        fair.town().verify().await;
    }

    async fn r58_an_objection_that_is_upheld_cancels_the_auction_and_frees_all_of_it(town: Town) {
        let fair = Fair::open(town, 2).await;
        let sale = won(&fair).await;
        object(&sale).await.created();
        step(&fair, "admitted").await.created();
        step(&fair, "upheld").await.created();
        assert_eq!(sale.shown().await["state"], "cancelled");
        all_is_free(&fair).await;
        for _ in 0..20 {
            object(&sale).await.refused(409, "not-noticed");
        }
        // One that is refused lets the deal be confirmed as if it had not been.
        let sale = won(&fair).await;
        object(&sale).await.created();
        step(&fair, "refused").await.created();
        let day = calendar_after(&sale.shown().await["notice_to"]);
        assert_eq!(sale.on(&json!(day)).await["state"], "confirmed");
        fair.town().verify().await;
    }

    async fn r53_equal_bids_at_the_margin_are_put_in_order_by_a_draw(town: Town) {
        let fair = Fair::open(town, 4).await;
        let sale = Sale::announce(&fair, announcement(&fair, "uniform")).await;
        sale.all_put_down(Some("900.00")).await;
        sale.at(sale.opens_at);
        for (n, m2, price) in [(0, 40, "96000.00"), (1, 40, "95000.00"), (2, 40, "95000.00"), (3, 40, "95000.00")] {
            let user = fair.town().user(&fair.buyers[n].0).await;
            let body = json!({ "m2": m2, "price_per_mu": price });
            user.post(&sale.path("/bids"), body).await.created();
        }
        let shown = sale.pass(sale.closes_at).await;
        assert_eq!((&shown["state"], shown.get("awards")), (&json!("drawing"), None));
        assert_eq!(sale.deposit(3).await.1, "held");

        let nonce = [7_u8; 32];
        let hash = hex::encode(Sha256::digest(nonce));
        let (gan, peng) = (fair.town().user("gan.zhiqiang").await, fair.town().user("peng.haoran").await);
        let announce = json!({ "nonce_hash": hash });
        gan.post(&sale.path("/draws"), json!({ "nonce_hash": "xyz" })).await.refused(422, "nonce-odd");
        let draw = gan.post(&sale.path("/draws"), announce.clone()).await.created();
        assert_eq!(draw["tied"].as_array().unwrap().len(), 3);
        peng.post(&sale.path("/draws"), announce.clone()).await.refused(409, "draw-runs");
        // It is not revealed in time: another is announced.
        fair.town().clock.set(fair.town().now().plus_seconds(3 * 86_400 + 1));
        let reveal = |draw: &Value| format!("/api/v1/auction-draws/{}/reveal", draw["id"].as_str().unwrap());
        let body = json!({ "nonce": hex::encode(nonce) });
        gan.post(&reveal(&draw), body.clone()).await.refused(409, "draw-void");
        let draw = gan.post(&sale.path("/draws"), announce).await.created();
        let early = gan.post(&reveal(&draw), body.clone()).await;
        early.refused(409, "no-entry-yet");
        fair.town().clock.set(fair.town().now().plus_seconds(60));
        sale.put_down("buyer.00", None).await;
        let fu = fair.town().user("fu.guoping").await;
        fu.post("/api/v1/listings", json!({ "batch_id": fair.batch, "m2": 1, "price_per_mu": "1.00" })).await;
        peng.post(&reveal(&draw), body.clone()).await.refused(404, "not-found");
        let wrong = json!({ "nonce": "00".repeat(32) });
        gan.post(&reveal(&draw), wrong).await.refused(422, "other-nonce");
        let drawn = gan.post(&reveal(&draw), body).await.created();

        // Anybody can repeat it.
        let auditor = fair.town().user("aud01.desk").await;
        let seq = drawn["head_seq"].as_i64().unwrap();
        let entry = auditor.get(&format!("/api/v1/audit/entries/{seq}")).await.ok();
        let head = hex::decode(entry["hash"].as_str().unwrap()).unwrap();
        let seed = hex::encode(Sha256::digest([&head[..], &nonce[..]].concat()));
        assert_eq!(drawn["seed"], json!(seed));
        let mut tickets: Vec<(Vec<u8>, Value)> = drawn["tied"].as_array().unwrap().iter().map(|id| {
            let text = format!("{seed}:{}", id.as_str().unwrap());
            (Sha256::digest(text).to_vec(), id.clone())
        }).collect();
        tickets.sort_by(|one, other| one.0.cmp(&other.0));
        let order: Vec<Value> = tickets.into_iter().map(|(_, id)| id).collect();
        assert_eq!(drawn["drawn"], json!(order));
        let shown = sale.shown().await;
        assert_eq!(shown["state"], "noticed");
        let won: Vec<_> = shown["awards"].as_array().unwrap().iter().map(|one| one["m2"].as_i64().unwrap()).collect();
        assert_eq!(won, [40, 40, 20]);
        let bids = fair.town().stranger().get(&sale.path("/bids")).await.ok();
        let loser = bids["items"].as_array().unwrap().iter().find(|bid| bid["id"] == order[2]).unwrap().clone();
        let loser = usize::try_from(loser["bidder"].as_i64().unwrap() - 1).unwrap();
        assert_eq!(sale.deposit(loser).await.1, "freed");
        let draws = fair.town().stranger().get(&sale.path("/draws")).await.ok();
        assert_eq!(draws.as_array().unwrap().len(), 2);
        fair.town().verify().await;
    }
}
