//! The same credits are sold and pledged at the same moment: one wins, the other gets 409.

use serde_json::{Value, json};
use wetland_exchange::ledger::CreditBucket::{Available, Pledged, Reserved};

use super::{ask, held, lend, request};
use crate::market::fair::Fair;
use crate::support::{Reply, Town, send};

const ROUNDS: usize = 10;
const MANY_ROUNDS: usize = 1_000;

fn on_its_way(
    fair: &Fair,
    token: &str,
    path: &str,
    body: &Value,
) -> tokio::task::JoinHandle<Reply> {
    let request = fair.town().http.post(format!("{}{path}", fair.town().url)).bearer_auth(token);
    let request = request.header("idempotency-key", uuid::Uuid::now_v7().to_string());
    tokio::spawn(send(request.json(body)))
}

async fn sell_against_pledge(town: Town, rounds: usize) {
    let fair = Fair::open(town, 0).await;
    let mut body = request(&fair).await;
    body["m2"] = json!(6_120);
    let listing = json!({ "batch_id": fair.batch, "m2": 6_120, "price_per_mu": "94200.00" });
    let mut pledges = 0;
    let (fu, bank) =
        (fair.town().log_in("fu.guoping").await, fair.town().log_in("bnk02.desk").await);
    for round in 0..rounds {
        let path = ask(&fair, body.clone()).await;
        let registration = format!("{path}/registration");
        let (pledging, selling) = if round % 2 == 0 {
            let pledging = on_its_way(&fair, &bank, &registration, &json!({}));
            (pledging, on_its_way(&fair, &fu, "/api/v1/listings", &listing))
        } else {
            let selling = on_its_way(&fair, &fu, "/api/v1/listings", &listing);
            (on_its_way(&fair, &bank, &registration, &json!({})), selling)
        };
        let (pledging, selling) = (pledging.await.unwrap(), selling.await.unwrap());
        assert_eq!(held(&fair, Available).await, 0, "round {round}");
        if pledging.status == 201 {
            pledges += 1;
            selling.refused(409, "credits-pledged");
            assert_eq!((held(&fair, Pledged).await, held(&fair, Reserved).await), (6_120, 0));
            lend(&fair, &path, "releases", json!({ "reason": "…" })).await.created();
        } else {
            let listed = selling.created();
            assert_eq!(pledging.status.as_u16(), 409, "{}", pledging.text);
            assert_eq!((held(&fair, Pledged).await, held(&fair, Reserved).await), (0, 6_120));
            let user = fair.town().user("fu.guoping").await;
            let back = format!("/api/v1/listings/{}/withdrawal", listed["id"].as_str().unwrap());
            user.post(&back, json!({ "reason": "…" })).await.created();
            user.post(&format!("{path}/withdrawal"), json!({ "reason": "…" })).await.created();
        }
    }
    eprintln!("of {rounds} rounds the pledge won {pledges}");
    fair.town().verify().await;
}

on_both_engines! {
    async fn r44_of_a_sale_and_a_pledge_of_the_same_credits_one_wins(town: Town) {
        sell_against_pledge(town, ROUNDS).await;
    }

    #[ignore = "takes minutes"]
    async fn r44_a_sale_and_a_pledge_want_the_same_credits_a_thousand_times(town: Town) {
        sell_against_pledge(town, MANY_ROUNDS).await;
    }
}
