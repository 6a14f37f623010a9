//! Sealed bids: secret until the close, equal ones by their order, many buyers at one price.

use serde_json::json;

use super::{M2, Sale, all_is_free, announcement, reserved_fen, reserved_m2, time};
use crate::market::fair::{Fair, PAID_IN_FEN};

on_both_engines! {
    async fn r51_sealed_bids_are_secret_and_of_equal_ones_the_earlier_wins(town: Town) {
        let fair = Fair::open(town, 4).await;
        let mut body = announcement(&fair, "sealed");
        body["reserve_price_per_mu"] = json!("94300.00");
        body["reserve_secret"] = json!(true);
        let sale = Sale::announce(&fair, body).await;
        sale.all_put_down(Some("2000.00")).await;
        sale.at(sale.opens_at);
        for (n, price) in [(0, "95000.00"), (1, "96000.00"), (2, "96000.00"), (3, "94250.00")] {
            sale.bid(n, price).await.created();
        }
        sale.bid(0, "99000.00").await.refused(409, "already-bid");
        sale.due().await;
        let stranger = fair.town().stranger();
        let shown = sale.shown().await;
        assert_eq!((&shown["state"], &shown["reserve_secret"]), (&json!("open"), &json!(true)));
        for secret in ["bids", "highest_price_per_mu", "reserve_price_per_mu"] {
            assert_eq!(shown.get(secret), None, "{secret}");
        }
        let bids = stranger.get(&sale.path("/bids")).await.ok();
        assert_eq!(bids["items"], json!([]));
        let own = fair.town().user("buyer.02").await.get(&sale.path("/bids")).await.ok();
        assert_eq!(own["items"].as_array().unwrap().len(), 1);
        assert_eq!(own["items"][0]["price_per_mu"], "96000.00");
        let log = fair.town().user("aud01.desk").await;
        let log = log.get("/api/v1/audit/entries?limit=200").await.ok().to_string();
        assert!(log.contains("create_auction_bid"), "{log}");
        assert!(!log.contains("96000.00") && !log.contains("94300.00"), "the log tells it");

        sale.at(sale.closes_at);
        sale.bid(3, "99000.00").await;
        let shown = sale.pass(sale.closes_at).await;
        assert_eq!((&shown["state"], &shown["bids"]), (&json!("noticed"), &json!(4)));
        assert_eq!(shown["reserve_price_per_mu"], "94300.00");
        assert_eq!(shown["awards"][0]["bidder_name"], "示例建设单位01");
        assert_eq!(shown["awards"][0]["price_per_mu"], "96000.00");
        let bids = stranger.get(&sale.path("/bids?limit=3")).await.ok();
        assert_eq!(bids["items"][0]["n"], 4);
        let next = format!("/bids?limit=3&cursor={}", bids["next_cursor"].as_str().unwrap());
        let rest = stranger.get(&sale.path(&next)).await.ok();
        assert_eq!((&rest["items"][0]["n"], rest.get("next_cursor")), (&json!(1), None));
        for n in [0, 2, 3] {
            assert_eq!(fair.cash_fen(fair.buyers[n].1).await, PAID_IN_FEN);
        }
        fair.town().verify().await;
    }

    async fn r52_below_the_secret_reserve_price_nothing_is_sold(town: Town) {
        let fair = Fair::open(town, 2).await;
        for kind in ["open", "sealed", "uniform"] {
            let mut body = announcement(&fair, kind);
            body["reserve_price_per_mu"] = json!("95000.00");
            body["reserve_secret"] = json!(true);
            let sale = Sale::announce(&fair, body).await;
            sale.all_put_down(Some("2000.00")).await;
            sale.at(sale.opens_at);
            sale.bid(0, "94200.00").await.created();
            sale.bid(1, "94900.00").await.created();
            let shown = sale.pass(sale.closes_at.plus_seconds(180)).await;
            assert_eq!((&shown["state"], &shown["reserve_price_per_mu"]), (&json!("failed"), &json!("95000.00")));
            assert_eq!(sale.deposit(1).await.1, "freed");
            all_is_free(&fair).await;
        }
    }

    async fn r53_many_buyers_pay_one_price_and_what_nobody_takes_is_freed(town: Town) {
        let fair = Fair::open(town, 4).await;
        let sale = Sale::announce(&fair, announcement(&fair, "uniform")).await;
        sale.all_put_down(Some("900.00")).await;
        sale.at(sale.opens_at);
        let bid = async |n: usize, m2: i64, price: &str| {
            let user = fair.town().user(&fair.buyers[n].0).await;
            user.post(&sale.path("/bids"), json!({ "m2": m2, "price_per_mu": price })).await
        };
        bid(0, 101, "95000.00").await.refused(422, "more-than-offered");
        bid(0, 100, "95000.00").await.refused(422, "deposit-too-small");
        bid(0, 60, "97000.00").await.created();
        bid(1, 30, "96000.00").await.created();
        bid(2, 30, "95000.00").await.created();
        bid(3, 30, "94200.00").await.created();
        let shown = sale.pass(sale.closes_at).await;
        assert_eq!(shown["state"], "noticed");
        let won: Vec<_> = shown["awards"].as_array().unwrap().iter().map(|one| {
            (one["m2"].as_i64().unwrap(), one["price_per_mu"].as_str().unwrap().to_owned())
        }).collect();
        let at = |m2: i64| (m2, "95000.00".to_owned());
        assert_eq!(won, [at(60), at(30), at(10)]);
        assert_eq!(sale.deposit(3).await.1, "freed");
        let day = calendar_after(&shown["notice_to"]);
        sale.on(&json!(day)).await;
        for n in 0..3 {
            sale.complete(n).await.created();
        }
        assert_eq!((&sale.shown().await["state"], reserved_m2(&fair).await), (&json!("ended"), 0));
        for (n, m2) in [(0, 60), (1, 30), (2, 10), (3, 0)] {
            let id = fair.buyers[n].1;
            assert_eq!((fair.credits_m2(id).await, reserved_fen(&fair, id).await), (m2, 0));
            // 95,000.00 a mu are 142.50 a m².
            assert_eq!(fair.cash_fen(id).await, PAID_IN_FEN - m2 * 14_250);
        }
        fair.town().verify().await;
    }

    async fn r53_with_less_demand_than_offer_all_pay_the_lowest_bid(town: Town) {
        let fair = Fair::open(town, 2).await;
        let sale = Sale::announce(&fair, announcement(&fair, "uniform")).await;
        sale.all_put_down(Some("900.00")).await;
        sale.at(sale.opens_at);
        for (n, m2, price) in [(0, 20, "99000.00"), (1, 30, "96000.00")] {
            let user = fair.town().user(&fair.buyers[n].0).await;
            let body = json!({ "m2": m2, "price_per_mu": price });
            user.post(&sale.path("/bids"), body).await.created();
        }
        let shown = sale.pass(sale.closes_at).await;
        for award in shown["awards"].as_array().unwrap() {
            assert_eq!(award["price_per_mu"], "96000.00");
        }
        assert_eq!(reserved_m2(&fair).await, 50, "the other {} are free again", M2 - 50);
        assert_eq!(time(&shown["closed_at"]), sale.closes_at);
        fair.town().verify().await;
    }
}

/// The first working day after that one.
pub(super) fn calendar_after(day: &serde_json::Value) -> chrono::NaiveDate {
    let calendar = wetland_exchange::kernel::calendar::Calendar::published();
    calendar.next_working_day(day.as_str().unwrap().parse().unwrap()).unwrap()
}
