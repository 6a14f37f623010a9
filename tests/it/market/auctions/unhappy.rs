//! Auctions that come to nothing, and bids that nobody takes.

use serde_json::json;

use super::sealed::calendar_after;
use super::{Sale, all_is_free, announcement, reserved_m2, too_late};
use crate::afterwards::freeze_by_order;
use crate::market::fair::{Fair, PAID_IN_FEN};

on_both_engines! {
    async fn an_auction_is_taken_back_before_it_opens_and_cancelled_by_the_centre_at_any_time(town: Town) {
        let fair = Fair::open(town, 2).await;
        let (fu, liang) = (fair.town().user("fu.guoping").await, fair.town().user("liang.wenbo").await);
        let reason = json!({ "reason": "指标面积需要重新核实" });
        let sale = Sale::announce(&fair, announcement(&fair, "open")).await;
        sale.all_put_down(None).await;
        let other = fair.town().user("hu.xiaoqiu").await;
        other.post(&sale.path("/withdrawal"), reason.clone()).await.refused(404, "not-found");
        fu.post(&sale.path("/withdrawal"), reason.clone()).await.created();
        all_is_free(&fair).await;
        sale.put_down("buyer.00", None).await.refused(409, "auction-state");

        let sale = Sale::announce(&fair, announcement(&fair, "open")).await;
        sale.all_put_down(None).await;
        sale.at(sale.opens_at);
        // The clock has not come to open it yet, and still it is open.
        fu.post(&sale.path("/withdrawal"), reason.clone()).await.refused(409, "auction-already-open");
        sale.bid(0, "94200.00").await.created();
        liang.post(&sale.path("/cancellation"), reason.clone()).await.created();
        all_is_free(&fair).await;
        liang.post(&sale.path("/cancellation"), reason.clone()).await.refused(409, "auction-state");

        let sale = Sale::announce(&fair, announcement(&fair, "open")).await;
        sale.all_put_down(None).await;
        sale.at(sale.opens_at);
        sale.bid(0, "94200.00").await.created();
        sale.pass(sale.closes_at.plus_seconds(180)).await;
        let cancelled = liang.post(&sale.path("/cancellation"), reason).await.created();
        assert_eq!(cancelled["end_reason"], "指标面积需要重新核实");
        assert_eq!(sale.award_of(0).await["state"], "cancelled");
        all_is_free(&fair).await;
    }

    async fn r55_a_winner_who_refuses_forfeits_its_deposit(town: Town) {
        let fair = Fair::open(town, 2).await;
        let sale = Sale::announce(&fair, announcement(&fair, "sealed")).await;
        sale.all_put_down(None).await;
        sale.at(sale.opens_at);
        sale.bid(1, "94200.00").await.created();
        let shown = sale.pass(sale.closes_at).await;
        sale.on(&json!(calendar_after(&shown["notice_to"]))).await;
        let award = sale.award_of(1).await;
        let path = format!("/api/v1/auction-awards/{}/refusal", award["id"].as_str().unwrap());
        let body = json!({ "reason": "资金未能到位" });
        let other = fair.town().user("buyer.00").await;
        other.post(&path, body.clone()).await.refused(404, "not-found");
        let winner = fair.town().user("buyer.01").await;
        let refused = winner.post_once(&path, body.clone(), "once").await.created();
        assert_eq!(refused["state"], "defaulted");
        assert_eq!(winner.post_once(&path, body.clone(), "once").await.created(), refused);
        winner.post(&path, body).await.refused(409, "award-not-open");
        assert_eq!(fair.cash_fen(fair.buyers[1].1).await, PAID_IN_FEN - 141_300);
        assert_eq!(fair.desk.balance("FINANCE", "treasury_share").await, "1413.00");
        assert_eq!(reserved_m2(&fair).await, 0);
        fair.town().verify().await;
    }

    async fn r54_bids_that_break_a_rule_are_refused_and_hold_nothing(town: Town) {
        let fair = Fair::open(town, 2).await;
        let sale = Sale::announce(&fair, announcement(&fair, "open")).await;
        sale.put_down("buyer.00", Some("999999.00")).await.refused(409, "not-enough-cash");
        sale.put_down("buyer.00", Some("0.00")).await.refused(422, "deposit-too-small");
        sale.put_down("buyer.00", Some("-1.00")).await.refused(422, "unreadable-values");
        sale.put_down("dev02.trader", None).await.refused(422, "outside-trading-area");
        sale.put_down("buyer.00", None).await.created();
        sale.at(sale.opens_at);
        for price in ["0", "0.00", "-94200.00", "94200.001", "1e6", "1000000000.01"] {
            sale.bid(0, price).await.refused(422, "unreadable-values");
        }
        sale.bid(0, "1000000.00").await.refused(422, "bid-over-deposit");
        sale.bid(1, "94200.00").await.refused(409, "no-deposit");
        let fu = fair.town().user("fu.guoping").await;
        let own = fu.post(&sale.path("/bids"), json!({ "price_per_mu": "94200.00" })).await;
        own.refused(403, "not-allowed");
        let buyer = fair.town().user("buyer.00").await;
        let part = json!({ "price_per_mu": "94200.00", "m2": 1 });
        buyer.post(&sale.path("/bids"), part).await.refused(422, "whole-lot-only");
        let unknown = "/api/v1/auctions/0191e4c8-7b1a-7000-8000-000000000001/bids";
        let body = json!({ "price_per_mu": "94200.00" });
        buyer.post(unknown, body.clone()).await.refused(404, "not-found");

        // The clock is stepped back: the transaction's time never is.
        sale.bid(0, "94200.00").await.created();
        sale.pass(sale.closes_at.plus_seconds(180)).await;
        sale.at(sale.opens_at);
        sale.bid(0, "94300.00").await.refused(409, "auction-state");
        assert_eq!(sale.shown().await["state"], "noticed");
        fair.town().verify().await;
    }

    async fn a_bid_after_the_end_is_refused_also_when_the_clock_is_stepped_back(town: Town) {
        let fair = Fair::open(town, 2).await;
        let sale = Sale::announce(&fair, announcement(&fair, "sealed")).await;
        sale.put_down("buyer.00", None).await.created();
        sale.at(sale.closes_at);
        // Something is dated after the end, and nobody has closed the auction.
        fair.town().user("buyer.01").await.post("/api/v1/refund-requests", json!({ "county": "360124", "amount": "1.00" })).await.created();
        sale.at(sale.opens_at);
        too_late(&sale.bid(0, "94200.00").await);
    }

    async fn a_banned_organisation_neither_puts_down_nor_bids_until_the_ban_is_lifted(town: Town) {
        let fair = Fair::open(town, 1).await;
        let sale = Sale::announce(&fair, announcement(&fair, "open")).await;
        let liang = fair.town().user("liang.wenbo").await;
        let body = json!({ "organisation_id": fair.buyers[0].1, "reason": "竞得后两次拒不履约" });
        let ban = liang.post("/api/v1/trading-bans", body.clone()).await.created();
        liang.post("/api/v1/trading-bans", body).await.refused(409, "already-banned");
        sale.put_down("buyer.00", None).await.refused(403, "trading-banned");
        let lift = format!("/api/v1/trading-bans/{}/lift", ban["id"].as_str().unwrap());
        let reason = json!({ "reason": "已履约" });
        liang.post(&lift, reason.clone()).await.created();
        liang.post(&lift, reason).await.refused(409, "already-lifted");
        sale.put_down("buyer.00", None).await.created();
        sale.at(sale.opens_at);
        let body = json!({ "organisation_id": fair.buyers[0].1, "reason": "查处中" });
        liang.post("/api/v1/trading-bans", body).await.created();
        sale.bid(0, "94200.00").await.refused(403, "trading-banned");
        let bans = fair.town().user("tu.mingyuan").await.get("/api/v1/trading-bans").await.ok();
        assert_eq!(bans["items"].as_array().unwrap().len(), 2);
        assert_eq!(bans["items"][0].get("lifted_at"), None);
        fair.town().verify().await;
    }

    async fn r45_the_auctions_of_a_frozen_project_are_suspended_with_their_credits_reserved(town: Town) {
        let fair = Fair::open(town, 1).await;
        let sale = Sale::announce(&fair, announcement(&fair, "sealed")).await;
        sale.put_down("buyer.00", None).await.created();
        sale.pass(sale.opens_at).await;
        let (gan, tu) = (fair.town().user("gan.zhiqiang").await, fair.town().user("tu.mingyuan").await);
        let projects = gan.get("/api/v1/projects").await.ok();
        let project = projects["items"].as_array().unwrap().iter().find(|one| one["number"] == "P360124-001");
        let path = format!("/api/v1/projects/{}/freeze-orders", project.unwrap()["id"].as_str().unwrap());
        let reason = json!({ "reason": "已查清", "document": "示例〔2024〕12号" });
        let freeze = freeze_by_order(fair.town(), &path).await;
        sale.bid(0, "94200.00").await.refused(409, "listing-suspended");
        let shown = sale.pass(sale.closes_at).await;
        assert_eq!((&shown["suspended"], &shown["state"]), (&json!(true), &json!("open")));
        assert_eq!(reserved_m2(&fair).await, 100);
        let fu = fair.town().user("fu.guoping").await;
        fu.post("/api/v1/auctions", announcement(&fair, "open")).await.refused(409, "listing-suspended");

        let path = format!("/api/v1/freezes/{}/thaw-requests", freeze["id"].as_str().unwrap());
        let asked = tu.post(&path, reason).await.created();
        let request = asked["thaw_requests"][0]["id"].as_str().unwrap();
        let path = format!("/api/v1/thaw-requests/{request}/approval");
        fair.town().user("liang.wenbo").await.post(&path, json!({})).await.created();
        let shown = sale.pass(sale.closes_at.plus_seconds(86_400)).await;
        assert_eq!((&shown["suspended"], &shown["state"]), (&json!(false), &json!("failed")));
        all_is_free(&fair).await;
    }
}
