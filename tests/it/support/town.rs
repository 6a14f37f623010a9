//! A town: the exchange of 进贤县 on a day in 2022, served in this process.

use std::path::Path;

use wetland_exchange::app::{self, Running};
use wetland_exchange::audit;
use wetland_exchange::config::Config;
use wetland_exchange::kernel::clock::{Clock, SetClock, Time};
use wetland_exchange::kernel::db::Db;

use super::client::{self, Reply, User};
use super::engine::{Engine, Place};
use super::land;
use super::logins::Logins;
use super::people;

/// An exchange of its own for one test.
pub(crate) struct Town {
    pub(crate) clock: SetClock,
    pub(crate) db: Db,
    pub(crate) url: String,
    pub(crate) http: reqwest::Client,
    server: Option<Running>,
    place: Place,
    logins: tokio::sync::Mutex<Logins>,
}

impl Town {
    pub(crate) async fn new(engine: Engine) -> Self {
        Self::at(engine.place().await).await
    }

    /// The same with its files in memory, where the machine has such a place: for stories that are
    /// long and say nothing of disks.
    pub(crate) async fn in_memory(engine: Engine) -> Self {
        let memory = Path::new("/dev/shm");
        let root = if memory.is_dir() { memory.to_owned() } else { std::env::temp_dir() };
        Self::at(engine.place_in(&root).await).await
    }

    /// A town on PostgreSQL whose tables lie in that empty folder.
    pub(crate) async fn on_disk(folder: &Path) -> Self {
        Self::at(Engine::postgres_on(folder).await).await
    }

    async fn at(place: Place) -> Self {
        let clock = SetClock::at(first_morning());
        let config = config(&place.url, place.folder.path());
        let server = app::serve(&config, Clock::Set(clock.clone())).await.unwrap();
        let url = format!("http://{}", server.address);
        let (http, logins) = (client::http(), tokio::sync::Mutex::default());
        Self { clock, db: server.house.db.clone(), url, http, server: Some(server), place, logins }
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

    /// Lets the security administrator approve the role that waits for a person.
    pub(crate) async fn let_in(&self, user_id: &str) -> serde_json::Value {
        let security = self.user(people::SECURITY).await;
        let path = format!("/api/v1/role-grants?user_id={user_id}&state=entered");
        let waiting = security.get(&path).await.ok();
        let id = waiting["items"][0]["id"].as_str().unwrap();
        let path = format!("/api/v1/role-grants/{id}/approval");
        security.post(&path, serde_json::json!({})).await.ok()
    }

    /// An access token of that person: of a login of the last minutes, or of a new one.
    pub(crate) async fn log_in(&self, username: &str) -> String {
        self.token_of(username).await.0
    }

    /// The same with the second at which it was made.
    pub(super) async fn token_of(&self, username: &str) -> (String, i64) {
        self.logins.lock().await.token_of(self, username).await
    }

    /// The answer to a login with that password, and with the code that is next where there is one.
    pub(crate) async fn try_log_in(&self, username: &str, password: &str) -> Reply {
        self.logins.lock().await.try_log_in(self, username, password).await
    }

    /// A code of that person that was not used; empty for those without a second factor.
    pub(crate) async fn next_code(&self, username: &str) -> String {
        let mut logins = self.logins.lock().await;
        if !people::is_known(username) {
            logins.token_of(self, username).await;
        }
        logins.take_code(self, username).unwrap_or_default()
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
