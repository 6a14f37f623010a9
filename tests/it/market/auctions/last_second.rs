//! Sixty-four bidders in the last second, also while the server is killed again and again.

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use tokio::sync::RwLock;
use wetland_exchange::kernel::clock::{Clock, Time};

use super::{Sale, announcement, reserved_fen, reserved_m2};
use crate::market::crash;
use crate::market::fair::{Fair, PAID_IN_FEN};
use crate::support::{Engine, Reply, Served, Town, send};

const BIDDERS: usize = 64;
const PAUSES: u64 = 8;
const DEPOSIT_FEN: i64 = 150_000;

/// Every buyer's price; the highest is asked by four of them.
fn price(n: usize) -> String {
    format!("{}.00", 94_200 + (n * 37 % 16) * 100)
}

fn fen(price: &Value) -> i64 {
    price.as_str().unwrap().replace('.', "").parse().unwrap()
}

async fn tokens(fair: &Fair) -> Vec<String> {
    let mut tokens = Vec::new();
    for (name, _) in &fair.buyers {
        tokens.push(fair.town().log_in(name).await);
    }
    tokens
}

/// All buyers put their deposits down at once.
async fn put_down(sale: &Sale<'_>, tokens: &[String]) {
    let town = sale.fair.town();
    let asking = tokens.iter().map(|token| {
        let request = town.http.post(format!("{}{}", town.url, sale.path("/deposits")));
        let request = request.bearer_auth(token).json(&json!({ "amount": "1500.00" }));
        let key = uuid::Uuid::now_v7().to_string();
        tokio::spawn(send(request.header("idempotency-key", key)))
    });
    for one in asking.collect::<Vec<_>>() {
        one.await.unwrap().created();
    }
}

/// The highest of these bids, of equal ones the earlier; with the buyer whose it is.
fn best(bids: &[(usize, Value)]) -> (usize, Value) {
    let place = |bid: &Value| (-fen(&bid["price_per_mu"]), bid["n"].as_i64().unwrap());
    bids.iter().min_by_key(|(_, bid)| place(bid)).cloned().unwrap()
}

/// The winner's deposit is held, everybody else's is back, once.
async fn judge(sale: &Sale<'_>, shown: &Value, winner: usize) {
    assert_eq!(shown["state"], "noticed", "{shown:#}");
    let name = format!("示例建设单位{winner:02}");
    assert_eq!(shown["awards"][0]["bidder_name"], json!(name), "{shown:#}");
    assert_eq!(shown["awards"].as_array().unwrap().len(), 1);
    for (n, (_, id)) in sale.fair.buyers.iter().enumerate() {
        let held = if n == winner { DEPOSIT_FEN } else { 0 };
        let has = (sale.fair.cash_fen(*id).await, reserved_fen(sale.fair, *id).await);
        assert_eq!(has, (PAID_IN_FEN - held, held), "buyer {n}");
    }
    assert_eq!(reserved_m2(sale.fair).await, super::M2);
}

on_both_engines! {
    async fn r50_r55_of_sixty_four_in_the_last_second_the_highest_valid_bid_wins(town: Town) {
        let fair = Fair::open(town, BIDDERS).await;
        let sale = Sale::announce(&fair, announcement(&fair, "open")).await;
        let token = tokens(&fair).await;
        put_down(&sale, &token).await;
        sale.at(sale.closes_at.plus_seconds(179));
        let (town, token) = (fair.town(), tokens(&fair).await);
        let asking = token.iter().enumerate().map(|(n, token)| {
            let request = town.http.post(format!("{}{}", town.url, sale.path("/bids")));
            let request = request.bearer_auth(token).json(&json!({ "price_per_mu": price(n) }));
            let key = uuid::Uuid::now_v7().to_string();
            tokio::spawn(send(request.header("idempotency-key", key)))
        });
        let mut taken = Vec::new();
        for (n, one) in asking.collect::<Vec<_>>().into_iter().enumerate() {
            let answer = one.await.unwrap();
            if answer.status == 201 {
                taken.push((n, answer.created()));
            } else {
                answer.refused(409, "bid-off-step");
            }
        }
        let mut in_order: Vec<_> = taken.iter().map(|(_, bid)| bid.clone()).collect();
        in_order.sort_by_key(|bid| bid["n"].as_i64());
        assert!(in_order.windows(2).all(|two| fen(&two[0]["price_per_mu"]) < fen(&two[1]["price_per_mu"])));
        let (winner, bid) = best(&taken);
        assert_eq!(bid["price_per_mu"], "95700.00", "nobody asked for more");
        let shown = sale.pass(sale.closes_at.plus_seconds(179 + 180)).await;
        judge(&sale, &shown, winner).await;
        fair.town().verify().await;
    }
}

/// Where the server is, or nowhere while it is down.
type Address = Arc<RwLock<Option<String>>>;

struct Bidder {
    http: reqwest::Client,
    address: Address,
    path: String,
    token: String,
    n: usize,
}

impl Bidder {
    /// Sends the one bid with its one key until an answer comes.
    async fn bid(self) -> (usize, Reply) {
        loop {
            let address = self.address.read().await.clone();
            if let Some(url) = address {
                let request = self.http.post(format!("{url}{}", self.path));
                let request = request.bearer_auth(&self.token);
                let request = request.header("idempotency-key", format!("bid-{}", self.n));
                let request = request.json(&json!({ "price_per_mu": price(self.n) }));
                if let Some(reply) = answered(request).await {
                    return (self.n, reply);
                }
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

/// The answer, unless the server died over it or was too busy.
async fn answered(request: reqwest::RequestBuilder) -> Option<Reply> {
    let answer = request.timeout(Duration::from_secs(10)).send().await.ok()?;
    let (status, headers) = (answer.status(), answer.headers().clone());
    let text = answer.text().await.ok()?;
    (status != 503).then_some(Reply { status, headers, text })
}

/// Serves until that time, and kills the server at odd moments.
async fn live_and_die(url: &str, data: &std::path::Path, address: &Address, until: Time) {
    for life in (0..).take_while(|_| Clock::Machine.now() < until) {
        let served = Served::start(url, data);
        *address.write().await = Some(served.url.clone());
        tokio::time::sleep(Duration::from_millis(30 + 67 * (life * 5 % PAUSES))).await;
        *address.write().await = None;
        served.kill();
        crash::verify(url, data);
    }
}

async fn killed_in_the_last_second(engine: Engine) {
    let fair = Fair::open(Town::new(engine).await, BIDDERS).await;
    fair.report_until_now().await;
    let now = Clock::Machine.now();
    fair.town().clock.set(now.plus_seconds(-9 * 86_400));
    let mut body = announcement(&fair, "sealed");
    let closes_at = Clock::Machine.now().plus_seconds(240);
    (body["opens_at"], body["closes_at"]) = (json!(now.plus_seconds(-86_400)), json!(closes_at));
    let sale = Sale::announce(&fair, body).await;
    // The town's own clock stands still from here on, so that only the killed server closes.
    fair.town().clock.set(now);
    let tokens = tokens(&fair).await;
    put_down(&sale, &tokens).await;
    let (url, data) = (fair.town().database_url().to_owned(), fair.town().data_dir().to_owned());
    let address = Address::default();
    // Each life takes its time on a busy machine; some of them must lie before the close.
    wait_until(closes_at.plus_seconds(-60)).await;
    let bidding: Vec<_> = tokens
        .into_iter()
        .enumerate()
        .map(|(n, token)| {
            let bidder = Bidder {
                http: fair.town().http.clone(),
                address: Arc::clone(&address),
                path: sale.path("/bids"),
                token,
                n,
            };
            let delay = Duration::from_millis(60 * u64::try_from(n * 29 % BIDDERS).unwrap());
            tokio::spawn(async move {
                tokio::time::sleep(delay).await;
                bidder.bid().await
            })
        })
        .collect();
    live_and_die(&url, &data, &address, closes_at).await;
    wait_until(closes_at).await;
    let served = Served::start(&url, &data);
    *address.write().await = Some(served.url.clone());
    let (mut taken, mut late) = (Vec::new(), 0);
    for one in bidding {
        let (n, answer) = one.await.unwrap();
        if answer.status == 201 {
            taken.push((n, answer.created()));
        } else {
            super::too_late(&answer);
            late += 1;
        }
    }
    eprintln!("{} bids were taken, {late} came too late", taken.len());
    assert!(!taken.is_empty(), "there was a server in between");
    let shown = closed(&sale, &served.url).await;
    assert_eq!(shown["bids"], json!(taken.len()), "what was acknowledged is there, and no more");
    judge(&sale, &shown, best(&taken).0).await;
    served.kill();
    crash::verify(&url, &data);
}

/// The auction once the server's clock has closed it.
async fn closed(sale: &Sale<'_>, url: &str) -> Value {
    for _ in 0..600 {
        let asked = sale.fair.town().http.get(format!("{url}{}", sale.path(""))).send().await;
        let shown: Value = asked.unwrap().json().await.unwrap();
        if shown.get("closed_at").is_some() {
            return shown;
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    panic!("nobody closed it");
}

async fn wait_until(time: Time) {
    let left = time.unix_micros() - Clock::Machine.now().unix_micros();
    assert!(left > -10_000_000, "the machine is too slow for this story");
    tokio::time::sleep(Duration::from_micros(u64::try_from(left).unwrap_or_default())).await;
}

#[actix_web::test]
async fn r51_r55_each_deposit_is_back_once_when_the_server_is_killed_on_sqlite() {
    killed_in_the_last_second(Engine::Sqlite).await;
}

#[actix_web::test]
async fn r51_r55_each_deposit_is_back_once_when_the_server_is_killed_on_postgres() {
    if crate::support::postgres().await.is_some() {
        killed_in_the_last_second(Engine::Postgres).await;
    }
}
