//! What happens at the same moment: an order is cancelled while a listing fills it, and two fills
//! want one balance. Whoever comes first, the money and the credits add up to the fen.

use serde_json::{Value, json};

use super::fair::{Fair, PAID_IN_FEN, order, purchases};
use crate::support::{Reply, Town, send};

const ROUNDS: usize = 25;
const MANY_ROUNDS: usize = 1_000;

/// Sends a command on its way.
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

/// Cancels an order while a listing fills it: it is filled, or it is cancelled, or a part of each.
async fn cancel_against_fill(town: Town, rounds: usize) {
    let fair = Fair::open(town, 1).await;
    let (name, id) = fair.buyers[0].clone();
    let (buyer, seller) = (fair.town().log_in(&name).await, fair.town().log_in("fu.guoping").await);
    let user = fair.town().user(&name).await;
    let (mut paid, mut bought, mut cancelled) = (0, 0, 0);
    for round in 0..rounds {
        let placed = user.post("/api/v1/orders", order(3, "337.00")).await.created();
        let path = format!("/api/v1/orders/{}", placed["id"].as_str().unwrap());
        let listing = json!({ "batch_id": fair.batch, "m2": 2, "price_per_mu": "337.00" });
        let cancel = |fair: &Fair| {
            on_its_way(fair, &buyer, &format!("{path}/cancellation"), &json!({ "reason": "…" }))
        };
        let (cancelling, listing) = if round % 2 == 0 {
            let cancelling = cancel(&fair);
            (cancelling, on_its_way(&fair, &seller, "/api/v1/listings", &listing))
        } else {
            let listing = on_its_way(&fair, &seller, "/api/v1/listings", &listing);
            (cancel(&fair), listing)
        };
        cancelling.await.unwrap().created();
        let listing = listing.await.unwrap().created();
        let after = user.get(&path).await.ok();
        let m2: i64 =
            after["fills"].as_array().unwrap().iter().map(|f| f["m2"].as_i64().unwrap()).sum();
        assert_eq!((&after["state"], &after["left_m2"]), (&json!("cancelled"), &json!(0)));
        assert!(m2 == 0 || m2 == 2, "{after:#}");
        (paid, bought) = (paid + if m2 == 2 { 101 } else { 0 }, bought + m2);
        cancelled += usize::from(m2 == 0);
        assert_eq!(fair.reserved_fen(id).await, 0, "round {round}");
        assert_eq!(fair.cash_fen(id).await, PAID_IN_FEN - paid, "round {round}");
        assert_eq!(fair.credits_m2(id).await, bought, "round {round}");
        let path = format!("/api/v1/listings/{}/withdrawal", listing["id"].as_str().unwrap());
        if m2 == 0 {
            let withdrawn = on_its_way(&fair, &seller, &path, &json!({ "reason": "…" }));
            withdrawn.await.unwrap().created();
        }
    }
    eprintln!("of {rounds} cancellations {cancelled} came before the fill");
    fair.town().verify().await;
}

/// Two orders and a purchase want the same cash at once: one of them gets it.
async fn two_fills_against_one_balance(town: Town, rounds: usize) {
    let fair = Fair::open(town, 1).await;
    let (name, id) = fair.buyers[0].clone();
    let buyer = fair.town().log_in(&name).await;
    let user = fair.town().user(&name).await;
    let listing = fair.list(2_000, "337.00").await;
    for round in 0..rounds {
        // An order that nobody fills holds all but the cash of one square metre, which costs 0.51.
        let cash = fair.cash_fen(id).await;
        let held = order((cash - 75 - 49) * 2_000 / (667 * 3), "6.67");
        let held = user.post("/api/v1/orders", held).await.created();
        let free = fair.cash_fen(id).await;
        assert!((51..102).contains(&free), "{free} are free in round {round}");
        let mut at_once = order(1, "337.00");
        at_once["execution"] = json!("immediate_or_cancel");
        let asking = [
            on_its_way(&fair, &buyer, "/api/v1/orders", &at_once),
            on_its_way(&fair, &buyer, &purchases(&listing), &json!({ "m2": 1 })),
            on_its_way(&fair, &buyer, "/api/v1/orders", &at_once),
        ];
        let mut taken = 0;
        for one in asking {
            let answer = one.await.unwrap();
            match answer.status.as_u16() {
                201 => taken += 1,
                _ => drop(answer.refused(409, "not-enough-cash")),
            }
        }
        assert_eq!((taken, fair.cash_fen(id).await), (1, free - 51), "round {round}");
        let path = format!("/api/v1/orders/{}/cancellation", held["id"].as_str().unwrap());
        user.post(&path, json!({ "reason": "…" })).await.created();
        assert_eq!((fair.reserved_fen(id).await, fair.cash_fen(id).await), (0, cash - 51));
    }
    fair.town().verify().await;
}

on_both_engines! {
    async fn an_order_that_is_cancelled_while_it_is_filled_is_one_or_the_other(town: Town) {
        cancel_against_fill(town, ROUNDS).await;
    }

    async fn two_fills_against_one_balance_spend_it_once(town: Town) {
        two_fills_against_one_balance(town, ROUNDS).await;
    }

    #[ignore = "takes minutes"]
    async fn an_order_is_cancelled_while_it_is_filled_a_thousand_times(town: Town) {
        cancel_against_fill(town, MANY_ROUNDS).await;
    }

    #[ignore = "takes minutes"]
    async fn two_fills_want_one_balance_a_thousand_times(town: Town) {
        two_fills_against_one_balance(town, MANY_ROUNDS).await;
    }
}
