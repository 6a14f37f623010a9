//! The server is killed under load, again and again: what was acknowledged is there, nothing twice.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::fair::{Fair, purchases};
use crate::support::{Engine, Served, Town, long_count};

/// Kills of an ordinary run.
const KILLS: usize = 30;
const BUYERS: usize = 8;
/// Bounds the load of one life of the server.
const REQUESTS_PER_LIFE_MAX: usize = 200;
const LISTED_M2: i64 = 1_000_000;
/// Nobody waits longer for a server that was killed.
const START_MAX: Duration = Duration::from_secs(5);
/// Long runs are proved after each so many kills, and at their end.
const KILLS_PER_PROOF: usize = 50;

/// What is known of each request, by its key: the trade it was answered with, or not yet.
type Known = Arc<Mutex<BTreeMap<String, Option<String>>>>;

struct Buyer {
    http: reqwest::Client,
    url: String,
    token: String,
    known: Known,
}

impl Buyer {
    /// Sends a purchase and notes its answer; `false` when none came.
    async fn ask(&self, key: &str) -> bool {
        let request = self.http.post(&self.url).bearer_auth(&self.token);
        let request = request.header("idempotency-key", key).json(&json!({ "m2": 1 }));
        let Ok(answer) = request.send().await else { return false };
        let (status, Ok(text)) = (answer.status(), answer.text().await) else { return false };
        if status == 503 {
            return true;
        }
        assert_eq!(status, 201, "{text}");
        let trade: Value = serde_json::from_str(&text).unwrap();
        let id = trade["id"].as_str().unwrap().to_owned();
        let before = self.known.lock().unwrap().insert(key.to_owned(), Some(id.clone()));
        assert!(
            matches!(&before, Some(None)) || before == Some(Some(id)),
            "one answer for one key"
        );
        true
    }

    /// Buys until the server is gone, or long enough.
    async fn go_on(self, life: usize, lane: usize) {
        for n in 0..REQUESTS_PER_LIFE_MAX / BUYERS {
            let key = format!("{life}-{lane}-{n}");
            self.known.lock().unwrap().insert(key.clone(), None);
            if !self.ask(&key).await {
                return;
            }
        }
    }
}

async fn killed_under_load(engine: Engine, kills: usize) {
    // What a killed process wrote is kept by the system, on a disk and in memory alike.
    let fair = Fair::open(Town::in_memory(engine).await, BUYERS).await;
    let listing = fair.list_big(LISTED_M2, "337.00").await;
    fair.report_until_now().await;
    fair.town().clock.let_go();
    let mut tokens = Vec::new();
    for (name, _) in &fair.buyers {
        tokens.push(fair.town().log_in(name).await);
    }
    let (url, data) = (fair.town().database_url().to_owned(), fair.town().data_dir().to_owned());
    let known = Known::default();
    let (mut slowest, mut in_doubt, mut random) = (Duration::ZERO, 0, 1_u64);
    for life in 0..kills {
        let began = Instant::now();
        let served = Served::start(&url, &data);
        slowest = slowest.max(began.elapsed());
        let buyer = |n: usize| Buyer {
            http: fair.town().http.clone(),
            url: format!("{}{}", served.url, purchases(&listing)),
            token: tokens[n].clone(),
            known: Arc::clone(&known),
        };
        in_doubt += resend(&known, &buyer(0), &tokens).await;
        let load: Vec<_> =
            (0..BUYERS).map(|lane| tokio::spawn(buyer(lane).go_on(life, lane))).collect();
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        tokio::time::sleep(Duration::from_millis(20 + (random >> 33) % 220)).await;
        served.kill();
        for lane in load {
            lane.await.unwrap();
        }
        if kills == KILLS || life % KILLS_PER_PROOF == 0 {
            verify(&url, &data);
        }
    }
    let served = Served::start(&url, &data);
    let buyer = Buyer {
        http: fair.town().http.clone(),
        url: format!("{}{}", served.url, purchases(&listing)),
        token: tokens[0].clone(),
        known: Arc::clone(&known),
    };
    in_doubt += resend(&known, &buyer, &tokens).await;
    let known = known.lock().unwrap().clone();
    let trades: std::collections::BTreeSet<String> = known.values().flatten().cloned().collect();
    assert_eq!(trades.len(), known.len(), "each request is one trade");
    assert!(known.len() > kills, "there was load: {}", known.len());
    let path = format!("{}/api/v1/listings/{}", served.url, listing["id"].as_str().unwrap());
    let shown: Value = fair.town().http.get(path).send().await.unwrap().json().await.unwrap();
    let sold = LISTED_M2 - shown["left_m2"].as_i64().unwrap();
    assert_eq!(sold, i64::try_from(trades.len()).unwrap(), "all of them are there, none twice");
    served.kill();
    verify(&url, &data);
    eprintln!(
        "kills on {engine:?}: {kills} under {BUYERS} writers, {} requests, {in_doubt} of them in doubt \
         and sent again, 0 lost, 0 doubled, slowest start {} ms",
        known.len(),
        slowest.as_millis(),
    );
    assert!(slowest <= START_MAX, "{slowest:?}");
}

/// Sends again what got no answer, and returns how many those were; the lane is in the key.
async fn resend(known: &Known, as_first: &Buyer, tokens: &[String]) -> usize {
    let open: Vec<String> = known
        .lock()
        .unwrap()
        .iter()
        .filter(|(_, trade)| trade.is_none())
        .map(|(k, _)| k.clone())
        .collect();
    let count = open.len();
    for key in open {
        let lane: usize = key.split('-').nth(1).unwrap().parse().unwrap();
        let buyer = Buyer {
            http: as_first.http.clone(),
            url: as_first.url.clone(),
            token: tokens[lane].clone(),
            known: Arc::clone(known),
        };
        assert!(buyer.ask(&key).await, "the server is up");
    }
    count
}

/// Runs `verify` as an operator would.
pub(crate) fn verify(url: &str, data: &Path) {
    let verify = std::process::Command::new(env!("CARGO_BIN_EXE_wetland-exchange"))
        .args([
            "verify",
            &format!("--database-url={url}"),
            &format!("--data-dir={}", data.display()),
        ])
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&verify.stdout).into_owned();
    assert!(verify.status.success(), "{said}{}", String::from_utf8_lossy(&verify.stderr));
}

#[actix_web::test]
async fn nothing_acknowledged_is_lost_when_the_server_is_killed_on_sqlite() {
    killed_under_load(Engine::Sqlite, KILLS).await;
}

#[actix_web::test]
async fn nothing_acknowledged_is_lost_when_the_server_is_killed_on_postgres() {
    if Engine::Postgres.is_here() {
        killed_under_load(Engine::Postgres, KILLS).await;
    }
}

#[actix_web::test]
#[ignore = "takes minutes; the sample of it runs always"]
async fn nothing_acknowledged_is_lost_in_a_thousand_kills_on_sqlite() {
    let kills = usize::try_from(long_count("KILLS", 1_000)).unwrap();
    killed_under_load(Engine::Sqlite, kills).await;
}

#[actix_web::test]
#[ignore = "takes minutes; the sample of it runs always"]
async fn nothing_acknowledged_is_lost_in_three_hundred_kills_on_postgres() {
    let kills = usize::try_from(long_count("KILLS_POSTGRES", 300)).unwrap();
    killed_under_load(Engine::Postgres, kills).await;
}
