//! Many buyers at once: what is listed is sold once, and who gets nothing pays nothing.

use serde_json::{Value, json};

use super::fair::{Fair, purchases};
use crate::finance::desk::Row;
use crate::support::{Reply, Served, Town};

const BUYERS: usize = 64;

/// All buyers ask for 7 m² at once, at the servers in turn; returns their answers in order.
async fn rush(fair: &Fair, listing: &Value, urls: &[String], tokens: &[String]) -> Vec<Reply> {
    let path = purchases(listing);
    let asking = tokens.iter().enumerate().map(|(n, token)| {
        let url = format!("{}{path}", urls[n % urls.len()]);
        let request = fair.town().http.post(url).bearer_auth(token);
        let request = request.header("idempotency-key", uuid::Uuid::now_v7().to_string());
        tokio::spawn(crate::support::send(request.json(&json!({ "m2": 7 }))))
    });
    let mut answers = Vec::new();
    for one in asking.collect::<Vec<_>>() {
        answers.push(one.await.unwrap());
    }
    answers
}

/// Plays the rounds and checks each: 14 win, 2 m² stay, 50 keep their cash.
async fn rounds(fair: &Fair, urls: &[String], tokens: &[String], count: usize) {
    for _ in 0..count {
        let mut cash = Vec::new();
        for (_, id) in &fair.buyers {
            cash.push(fair.cash_fen(*id).await);
        }
        let listing = fair.list(100, "94200.00").await;
        let answers = rush(fair, &listing, urls, tokens).await;
        let winners = answers.iter().filter(|answer| answer.status == 201).count();
        assert_eq!(winners, 14);
        for ((answer, before), (_, id)) in answers.into_iter().zip(cash).zip(&fair.buyers) {
            let paid = before - fair.cash_fen(*id).await;
            if answer.status == 201 {
                assert_eq!(paid, 98_910, "7 m² at 94,200.00");
            } else {
                answer.refused(409, "not-enough-left");
                assert_eq!(paid, 0);
            }
        }
        let path = format!("/api/v1/listings/{}", listing["id"].as_str().unwrap());
        assert_eq!(fair.town().stranger().get(&path).await.ok()["left_m2"], 2);
    }
}

async fn tokens(fair: &Fair) -> Vec<String> {
    let mut tokens = Vec::new();
    for (name, _) in &fair.buyers {
        tokens.push(fair.town().log_in(name).await);
    }
    tokens
}

on_both_engines! {
    async fn of_sixty_four_who_want_seven_of_a_hundred_fourteen_win(town: Town) {
        let fair = Fair::open(town, BUYERS).await;
        let (urls, tokens) = (vec![fair.town().url.clone()], tokens(&fair).await);
        rounds(&fair, &urls, &tokens, 20).await;
        fair.town().verify().await;
    }

    async fn the_same_request_sixty_four_times_has_one_effect_and_one_answer(town: Town) {
        let fair = Fair::open(town, 1).await;
        let listing = fair.list(1_000, "337.00").await;
        let url = format!("{}{}", fair.town().url, purchases(&listing));
        let token = fair.town().log_in("buyer.00").await;
        let asking = (0..64).map(|_| {
            let request = fair.town().http.post(&url).bearer_auth(&token);
            let request = request.header("idempotency-key", "the-same").json(&json!({ "m2": 7 }));
            tokio::spawn(crate::support::send(request))
        });
        let mut answers = Vec::new();
        for one in asking.collect::<Vec<_>>() {
            answers.push(one.await.unwrap().created());
        }
        assert!(answers.windows(2).all(|two| two[0] == two[1]), "one answer");
        assert_eq!(fair.credits_m2(fair.buyers[0].1).await, 7, "one effect");

        let buyer = fair.town().user("buyer.00").await;
        let otherwise = buyer.post_once(&purchases(&listing), json!({ "m2": 8 }), "the-same").await;
        otherwise.refused(422, "idempotency-key-reused");
        fair.town().verify().await;
    }

    async fn a_refused_request_may_be_sent_again_with_its_key_once_the_reason_is_gone(town: Town) {
        let fair = Fair::open(town, 1).await;
        let buyer = fair.town().user("buyer.00").await;
        let listing = fair.list(10, "337.00").await;
        buyer.post_once(&purchases(&listing), json!({ "m2": 10 }), "first").await.created();
        let again = buyer.post_once(&purchases(&listing), json!({ "m2": 5 }), "second").await;
        again.refused(409, "listing-not-open");
        let dear = fair.list(6_000, "94200.00").await;
        let body = json!({ "m2": 6_000 });
        let again = buyer.post_once(&purchases(&dear), body.clone(), "third").await;
        again.refused(409, "not-enough-cash");
        let reference = fair.desk.notice("buyer.00", "800000.00").await;
        let row = Row::new("20230826000001", 80_000_000, &reference);
        fair.desk.import(fair.desk.file(10_000_000, &[row])).await;
        buyer.post_once(&purchases(&dear), body, "third").await.created();
    }
}

#[actix_web::test]
async fn two_server_processes_over_one_postgres_sell_the_same_credits_once() {
    if crate::support::postgres().await.is_none() {
        return;
    }
    let town = Town::new(crate::support::Engine::Postgres).await;
    let fair = Fair::open(town, BUYERS).await;
    fair.report_until_now().await;
    fair.town().clock.let_go();
    let (url, data) = (fair.town().database_url().to_owned(), fair.town().data_dir().to_owned());
    let servers = [Served::start(&url, &data), Served::start(&url, &data)];
    let urls: Vec<String> = servers.iter().map(|server| server.url.clone()).collect();
    let tokens = tokens(&fair).await;
    rounds(&fair, &urls, &tokens, 20).await;
    fair.town().verify().await;
}
