//! Two things at once: a bid and the close, two closes.

use std::time::Duration;

use serde_json::{Value, json};

use super::{Sale, all_is_free, announcement, reserved_fen, reserved_m2};
use crate::market::fair::{Fair, PAID_IN_FEN};
use crate::support::{Engine, Reply, Town, send};

/// A bid is sent while the auction ends; two closes come at once.
async fn race(sale: &Sale<'_>, token: &str, round: u32) -> Reply {
    let town = sale.fair.town();
    let request = town.http.post(format!("{}{}", town.url, sale.path("/bids"))).bearer_auth(token);
    let request = request.header("idempotency-key", uuid::Uuid::now_v7().to_string());
    let bidding = tokio::spawn(send(request.json(&json!({ "price_per_mu": "94200.00" }))));
    tokio::time::sleep(Duration::from_micros(u64::from(round % 16) * 400)).await;
    sale.at(sale.closes_at);
    let (db, other) = (town.db.clone(), town.db.clone());
    let closes = [
        tokio::spawn(async move { wetland_exchange::due::run(&db).await.map(|_| ()) }),
        tokio::spawn(async move { wetland_exchange::due::run(&other).await.map(|_| ()) }),
    ];
    for close in closes {
        close.await.unwrap().unwrap();
    }
    bidding.await.unwrap()
}

/// Either the bid is there and has won, or it never was; and everything can be had back.
async fn judge(sale: &Sale<'_>, answer: &Reply) {
    sale.due().await;
    let (shown, bidder) = (sale.shown().await, sale.fair.buyers[0].1);
    let awards = shown["awards"].as_array().map_or(0, Vec::len);
    if answer.status == 201 {
        assert_eq!((&shown["state"], &shown["bids"], awards), (&json!("noticed"), &json!(1), 1));
        assert_eq!(reserved_fen(sale.fair, bidder).await, 141_300);
        let liang = sale.fair.town().user("liang.wenbo").await;
        let reason = json!({ "reason": "演练" });
        liang.post(&sale.path("/cancellation"), reason).await.created();
    } else {
        super::too_late(answer);
        assert_eq!((&shown["state"], &shown["bids"], awards), (&json!("failed"), &json!(0), 0));
    }
    let held = (reserved_fen(sale.fair, bidder).await, reserved_m2(sale.fair).await);
    assert_eq!((sale.fair.cash_fen(bidder).await, held), (PAID_IN_FEN, (0, 0)));
}

async fn rounds(town: Town, count: u32) {
    let fair = Fair::open(town, 1).await;
    let mut taken = 0;
    for round in 0..count {
        let sale = Sale::announce(&fair, announcement(&fair, "sealed")).await;
        sale.put_down("buyer.00", None).await.created();
        sale.at(sale.closes_at.just_before());
        let token = fair.town().log_in("buyer.00").await;
        let answer = race(&sale, &token, round).await;
        taken += u32::from(answer.status == 201);
        judge(&sale, &answer).await;
    }
    eprintln!("{taken} of {count} bids came before the close");
    all_is_free(&fair).await;
}

on_both_engines! {
    async fn r51_a_bid_against_the_close_is_before_it_or_nothing(town: Town) {
        rounds(town, 12).await;
    }

    async fn an_auction_is_closed_once_however_many_close_it(town: Town) {
        let fair = Fair::open(town, 2).await;
        let sale = Sale::announce(&fair, announcement(&fair, "sealed")).await;
        sale.all_put_down(None).await;
        sale.at(sale.opens_at);
        sale.bid(0, "94200.00").await.created();
        sale.at(sale.closes_at);
        let runs = (0..8).map(|_| {
            let db = fair.town().db.clone();
            tokio::spawn(async move { wetland_exchange::due::run(&db).await.unwrap() })
        });
        for run in runs.collect::<Vec<_>>() {
            run.await.unwrap();
        }
        let log = fair.town().user("aud01.desk").await;
        let log = log.get("/api/v1/audit/entries?limit=200").await.ok();
        let closes = |one: &&Value| one["operation"] == "advance_auction"
            && one["after"].to_string().contains("noticed");
        assert_eq!(log["items"].as_array().unwrap().iter().filter(closes).count(), 1);
        assert_eq!(sale.shown().await["awards"].as_array().unwrap().len(), 1);
        fair.town().verify().await;
    }
}

/// An auction is announced seven days ahead: a thousand of them are decades, in which credits lapse, so
/// that each town plays some months only.
async fn a_thousand(engine: Engine) {
    for _ in 0..50 {
        rounds(Town::new(engine).await, 20).await;
    }
}

#[ignore = "takes minutes; the sample of it runs always"]
#[actix_web::test]
async fn r51_a_thousand_bids_against_the_close_on_sqlite() {
    a_thousand(Engine::Sqlite).await;
}

#[ignore = "takes minutes; the sample of it runs always"]
#[actix_web::test]
async fn r51_a_thousand_bids_against_the_close_on_postgres() {
    if crate::support::postgres().await.is_some() {
        a_thousand(Engine::Postgres).await;
    }
}
