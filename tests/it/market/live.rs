//! The live view: what happens is told in order, and again from where the reader left.

use std::time::Duration;

use serde_json::{Value, json};

use super::auctions::{Sale, announcement};
use super::fair::{Fair, purchases};
use crate::support::Town;

/// Somebody who follows the events.
struct Follower {
    answer: reqwest::Response,
    read: String,
    last_id: Option<String>,
}

impl Follower {
    async fn follow(town: &Town, last_id: Option<&str>) -> Self {
        let request = town.http.get(format!("{}/api/v1/events", town.url));
        let mut request = request.header("accept", "text/event-stream");
        if let Some(id) = last_id {
            request = request.header("last-event-id", id);
        }
        let mut answer = request.send().await.unwrap();
        assert_eq!(answer.status(), 200);
        assert_eq!(answer.headers()["content-type"], "text/event-stream");
        let first = answer.chunk().await.unwrap().unwrap();
        let read = String::from_utf8(first.to_vec()).unwrap();
        assert!(read.starts_with("retry: 2000\n\n"), "{read}");
        Self { answer, read: read.replacen("retry: 2000\n\n", "", 1), last_id: None }
    }

    /// The next event that is not a heartbeat.
    async fn next(&mut self) -> (String, Value) {
        loop {
            if let Some((message, rest)) = self.read.split_once("\n\n") {
                let (message, rest) = (message.to_owned(), rest.to_owned());
                self.read = rest;
                let field = |name: &str| {
                    let line = message.lines().find_map(|line| line.strip_prefix(name));
                    line.map(str::to_owned)
                };
                if let Some(id) = field("id: ") {
                    self.last_id = Some(id);
                }
                let Some(kind) = field("event: ") else { continue };
                return (kind, serde_json::from_str(&field("data: ").unwrap()).unwrap());
            }
            let more = tokio::time::timeout(Duration::from_secs(20), self.answer.chunk()).await;
            let more = more.unwrap().unwrap().unwrap();
            self.read.push_str(std::str::from_utf8(&more).unwrap());
        }
    }
}

on_both_engines! {
    async fn what_happens_is_told_in_order_and_again_from_the_last_event_seen(town: Town) {
        let fair = Fair::open(town, 1).await;
        let mut first = Follower::follow(fair.town(), None).await;
        let listing = fair.list(1_000, "337.00").await;
        let (kind, data) = first.next().await;
        assert_eq!((&*kind, &data["id"]), ("listing", &listing["id"]));
        let seen = first.last_id.clone().unwrap();

        let buyer = fair.town().user("buyer.00").await;
        let trade = buyer.post(&purchases(&listing), json!({ "m2": 7 })).await.created();
        let sale = Sale::announce(&fair, announcement(&fair, "open")).await;
        let mut second = Follower::follow(fair.town(), Some(&seen)).await;
        for follower in [&mut first, &mut second] {
            let (kind, data) = follower.next().await;
            assert_eq!((&*kind, &data["left_m2"]), ("listing", &json!(993)));
            let (kind, data) = follower.next().await;
            assert_eq!((&*kind, &data["number"]), ("trade", &trade["number"]));
            assert_eq!((&data["source"], data.get("buyer_id")), (&json!("listing"), None));
            let (kind, data) = follower.next().await;
            assert_eq!((&*kind, &data["id"]), ("auction", &json!(sale.id)));
        }
        sale.put_down("buyer.00", None).await.created();
        sale.at(sale.opens_at);
        sale.bid(0, "94200.00").await.created();
        let reason = json!({ "reason": "价格需要重新评估" });
        let path = format!("/api/v1/listings/{}/withdrawal", listing["id"].as_str().unwrap());
        fair.town().user("fu.guoping").await.post(&path, reason).await.created();
        loop {
            let (kind, data) = first.next().await;
            if kind == "listing" {
                assert_eq!(data["state"], "withdrawn");
                break;
            }
            assert_eq!((&*kind, &data["id"]), ("auction", &json!(sale.id)));
        }

        // The same, page by page, for who cannot hold a stream.
        let stranger = fair.town().stranger();
        let page = stranger.get(&format!("/api/v1/events?after={seen}")).await.ok();
        let kinds: Vec<_> = page["items"].as_array().unwrap().iter().map(|one| one["event"].clone()).collect();
        assert_eq!(kinds[..3], [json!("listing"), json!("trade"), json!("auction")]);
        let after = page["last_event_id"].as_str().unwrap();
        let rest = stranger.get(&format!("/api/v1/events?after={after}")).await.ok();
        assert_eq!((&rest["items"], &rest["more"]), (&json!([]), &json!(false)));
        for bad in ["x", "1", "-1.0", "999999999.0", "1.x"] {
            stranger.get(&format!("/api/v1/events?after={bad}")).await.refused(400, "bad-event-id");
        }
    }

    async fn a_sealed_bid_is_no_event_and_no_event_tells_the_secret_price(town: Town) {
        let fair = Fair::open(town, 1).await;
        let mut body = announcement(&fair, "sealed");
        (body["reserve_price_per_mu"], body["reserve_secret"]) = (json!("94201.00"), json!(true));
        let mut follower = Follower::follow(fair.town(), None).await;
        let sale = Sale::announce(&fair, body).await;
        sale.put_down("buyer.00", Some("2000.00")).await.created();
        assert_eq!(follower.next().await.1["state"], "announced");
        sale.pass(sale.opens_at).await;
        let opened = follower.next().await.1;
        assert_eq!(opened["state"], "open");
        assert_eq!((opened.get("bids"), opened.get("reserve_price_per_mu")), (None, None));
        sale.bid(0, "94999.00").await.created();
        sale.pass(sale.closes_at).await;
        let closed = follower.next().await.1;
        assert_eq!((&closed["state"], &closed["bids"]), (&json!("noticed"), &json!(1)));
        assert_eq!(closed["awards"][0]["price_per_mu"], "94999.00");
    }
}

#[actix_web::test]
async fn more_streams_than_there_may_be_are_answered_with_503() {
    let town = Town::new(crate::support::Engine::Sqlite).await;
    let mut open = Vec::new();
    for _ in 0..256 {
        open.push(Follower::follow(&town, None).await);
    }
    let request = town.http.get(format!("{}/api/v1/events", town.url));
    let full = crate::support::send(request.header("accept", "text/event-stream")).await;
    assert_eq!(full.header("retry-after"), "30");
    full.refused(503, "too-many-streams");
    town.stranger().get("/api/v1/events").await.ok();
    drop(open);
    for _ in 0..400 {
        let request = town.http.get(format!("{}/api/v1/events", town.url));
        let answer = request.header("accept", "text/event-stream").send().await.unwrap();
        if answer.status() == 200 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("the places of those who left are not free");
}
