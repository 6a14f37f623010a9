//! The machine's clock moves under running servers: what is due then happens once.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::market::fair::Fair;
use crate::support::{Engine, Served, Town};

/// From the move of the clock to the freeze, as an operator would wait.
const FROZEN_WITHIN: Duration = Duration::from_secs(60);

/// The library that tells a program another time; `None` where it is not installed, which fails
/// with REQUIRE_TOOLS=1.
fn library() -> Option<PathBuf> {
    let places = ["x86_64-linux-gnu", "aarch64-linux-gnu"];
    let found = places
        .iter()
        .map(|place| PathBuf::from(format!("/usr/lib/{place}/faketime/libfaketimeMT.so.1")))
        .find(|path| path.is_file());
    if found.is_none() {
        let required = std::env::var("REQUIRE_TOOLS").is_ok_and(|value| value == "1");
        assert!(!required, "faketime is not installed, and REQUIRE_TOOLS=1");
        eprintln!("not run: faketime");
    }
    found
}

/// Sets the clock of all servers that read this file.
fn set_clock(file: &Path, time: &str) {
    let new = file.with_extension("new");
    std::fs::write(&new, format!("{time}\n")).unwrap();
    std::fs::rename(new, file).unwrap();
}

async fn get(town: &Town, server: &Served, path: &str) -> Value {
    let answer = town.http.get(format!("{}{path}", server.url)).send().await.unwrap();
    serde_json::from_str(&answer.text().await.unwrap()).unwrap()
}

async fn story(town: Town) {
    let Some(library) = library() else { return };
    let fair = Fair::open(town, 0).await;
    let listing = fair.list(3_000, "94200.00").await;
    let town = fair.town();
    let clock = town.data_dir().join("clock");
    set_clock(&clock, "@2023-09-10 09:00:00");
    let env = [
        ("LD_PRELOAD", library.to_str().unwrap()),
        ("FAKETIME_TIMESTAMP_FILE", clock.to_str().unwrap()),
        ("FAKETIME_NO_CACHE", "1"),
        ("DONT_FAKE_MONOTONIC", "1"),
        ("FAKETIME_DONT_FAKE_MONOTONIC", "1"),
        ("TZ", "UTC"),
    ];
    let servers: Vec<Served> =
        (0..2).map(|_| Served::start_with(town.database_url(), town.data_dir(), &env)).collect();
    let batch = format!("/api/v1/batches/{}", fair.batch);
    let shown = format!("/api/v1/listings/{}", listing["id"].as_str().unwrap());
    // Both look at the clock a few times and find nothing.
    tokio::time::sleep(Duration::from_secs(5)).await;
    assert_eq!(get(town, &servers[0], &batch).await["frozen"], false);
    assert_eq!(get(town, &servers[1], &shown).await["suspended"], false);

    set_clock(&clock, "@2024-09-11 09:00:00");
    let moved = Instant::now();
    while get(town, &servers[0], &batch).await["frozen"] != true {
        assert!(moved.elapsed() < FROZEN_WITHIN, "not frozen after {:?}", moved.elapsed());
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    eprintln!("frozen after {:?}", moved.elapsed());
    for server in &servers {
        assert_eq!(get(town, server, &shown).await["suspended"], true);
    }
    tokio::time::sleep(Duration::from_secs(5)).await;
    let freezes = town.user("tu.mingyuan").await.get("/api/v1/freezes").await.ok();
    assert_eq!(freezes["items"].as_array().unwrap().len(), 1, "{freezes:#}");
    assert_eq!(freezes["items"][0]["moves"], json!([{ "batch_id": fair.batch, "m2": 3_120 }]));
    let log = town.user("aud01.desk").await;
    let entries = log.get("/api/v1/audit/entries?operation=freeze_overdue_projects").await.ok();
    assert_eq!(entries["items"].as_array().unwrap().len(), 1, "{entries:#}");
    drop(servers);
    town.verify().await;
}

#[actix_web::test]
async fn r45_r88_a_year_and_a_day_later_the_overdue_project_is_frozen_once_by_one_of_two_servers() {
    Engine::Postgres.play(story).await;
}
