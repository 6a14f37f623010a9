//! A town: the exchange of 进贤县 on a day in 2022, served in this process.

use std::path::Path;

use serde_json::json;
use wetland_exchange::app::{self, Running};
use wetland_exchange::audit;
use wetland_exchange::config::Config;
use wetland_exchange::kernel::clock::{Clock, SetClock, Time};
use wetland_exchange::kernel::db::Db;

use super::client::{self, User};
use super::engine::{Engine, Place};
use super::land;
use super::people;

/// An exchange of its own for one test.
pub(crate) struct Town {
    pub(crate) clock: SetClock,
    pub(crate) db: Db,
    pub(crate) url: String,
    pub(crate) http: reqwest::Client,
    server: Option<Running>,
    place: Place,
}

impl Town {
    pub(crate) async fn new(engine: Engine) -> Self {
        let place = engine.place().await;
        let clock = SetClock::at(first_morning());
        let config = config(&place.url, place.folder.path());
        let server = app::serve(&config, Clock::Set(clock.clone())).await.unwrap();
        let url = format!("http://{}", server.address);
        let http = client::http();
        Self { clock, db: server.house.db.clone(), url, http, server: Some(server), place }
    }

    /// A person of the fixtures, by username.
    pub(crate) async fn user(&self, username: &str) -> User<'_> {
        User::new(self, Some(username))
    }

    /// Somebody without a login.
    pub(crate) fn stranger(&self) -> User<'_> {
        User::new(self, None)
    }

    /// Sets the clock to nine in the morning of that day in Shanghai: `town.on("2026-09-04")`.
    pub(crate) fn on(&self, date: &str) {
        self.clock.set(Time::in_shanghai(date.parse().unwrap(), 9));
    }

    pub(crate) fn database_url(&self) -> &str {
        &self.place.url
    }

    pub(crate) fn data_dir(&self) -> &Path {
        self.place.folder.path()
    }

    /// A password hash as the town's own people have, quickly made.
    pub(crate) fn hash_of(&self, password: &str) -> String {
        self.server.as_ref().unwrap().house.passwords.hash_here(password).unwrap()
    }

    /// The audit desk of the town's instance.
    pub(crate) fn audit_desk(&self) -> &audit::Desk {
        &self.server.as_ref().unwrap().house.desk
    }

    /// Proves everything, as the auditor's command does.
    pub(crate) async fn verify(&self) {
        let address = self.database_url().parse().unwrap();
        let verified = tokio::task::spawn_blocking(move || {
            let mut conn = wetland_exchange::kernel::db::open_for_reading(&address).unwrap();
            wetland_exchange::verify::verify(&mut conn, None).unwrap()
        });
        let report = verified.await.unwrap();
        assert!(report.is_clean(), "{report}");
    }

    pub(crate) fn now(&self) -> Time {
        self.db.clock().now()
    }

    pub(crate) async fn log_in(&self, username: &str) -> String {
        let body = json!({"username": username, "password": password_of(username)});
        let request = self.http.post(format!("{}/api/v1/sessions", self.url)).json(&body);
        let answer = client::send(request).await.created();
        answer["access_token"].as_str().unwrap().to_owned()
    }
}

impl Drop for Town {
    fn drop(&mut self) {
        if let Some(server) = self.server.take() {
            server.abandon();
        }
    }
}

/// Makes the state that every town starts from: regions, organisations, people.
pub(super) async fn found(url: &str, folder: &Path) {
    let clock = Clock::Set(SetClock::at(first_morning()));
    let house = app::House::open(&config(url, folder), clock).await.unwrap();
    land::settle(&house).await;
    people::settle(&house).await;
    house.db.close().await;
}

/// Every person's password in the tests.
pub(crate) fn password_of(username: &str) -> String {
    format!("the long password of {username}")
}

fn first_morning() -> Time {
    Time::in_shanghai("2022-03-01".parse().unwrap(), 9)
}

pub(crate) fn config(url: &str, folder: &Path) -> Config {
    Config::of_flags(&[
        "--listen=127.0.0.1:0",
        "--workers=1",
        "--readers-max=4",
        "--account-rate=0",
        "--address-rate=0",
        "--due-seconds=60",
        "--password-memory-kib=8",
        "--password-passes=1",
        &format!("--database-url={url}"),
        &format!("--data-dir={}", folder.display()),
    ])
    .unwrap()
}
