//! The profile `dengbao3`: passwords of several kinds of characters, for ninety days, none again (C2).

use serde_json::{Value, json};
use wetland_exchange::app::{self, Running};
use wetland_exchange::config::Config;
use wetland_exchange::kernel::clock::Clock;

use crate::support::{ADMINISTRATOR, Reply, Town, config, password_of, send};

const PERSON: &str = "aud01.desk";

/// The town's exchange once more, served with that profile.
struct Strict {
    server: Option<Running>,
    http: reqwest::Client,
}

impl Strict {
    async fn of(town: &Town) -> Self {
        let profile = Config::of_flags(&["--password-profile=dengbao3"]).unwrap().password_profile;
        let settings =
            Config { password_profile: profile, ..config(town.database_url(), town.data_dir()) };
        let server = app::serve(&settings, Clock::Set(town.clock.clone())).await.unwrap();
        Self { server: Some(server), http: town.http.clone() }
    }

    async fn post(&self, path: &str, session: Option<&Value>, body: Value) -> Reply {
        let address = self.server.as_ref().unwrap().address;
        let request = self.http.post(format!("http://{address}{path}")).json(&body);
        let request = request.header("idempotency-key", uuid::Uuid::now_v7().to_string());
        send(match session {
            Some(session) => request.bearer_auth(session["access_token"].as_str().unwrap()),
            None => request,
        })
        .await
    }

    async fn get(&self, path: &str, session: &Value) -> Reply {
        let address = self.server.as_ref().unwrap().address;
        let request = self.http.get(format!("http://{address}{path}"));
        send(request.bearer_auth(session["access_token"].as_str().unwrap())).await
    }

    async fn log_in(&self, password: &str) -> Reply {
        self.post("/api/v1/sessions", None, json!({ "username": PERSON, "password": password }))
            .await
    }

    async fn change(&self, session: &Value, current: &str, new: &str) -> Reply {
        let body = json!({ "current_password": current, "new_password": new });
        self.post("/api/v1/me/password", Some(session), body).await
    }
}

impl Drop for Strict {
    fn drop(&mut self) {
        if let Some(server) = self.server.take() {
            server.abandon();
        }
    }
}

on_both_engines! {
    async fn c2_an_old_password_opens_nothing_but_the_change_of_it(town: Town) {
        let strict = Strict::of(&town).await;
        let first = password_of(PERSON);
        let session = strict.log_in(&first).await.created();
        strict.get("/api/v1/audit/entries", &session).await.ok();
        town.clock.set(town.now().plus_seconds(91 * 86_400));
        let session = strict.log_in(&first).await.created();
        strict.get("/api/v1/audit/entries", &session).await.refused(403, "password-outdated");
        let renewal = json!({ "refresh_token": session["refresh_token"] });
        let session = strict.post("/api/v1/sessions/renewal", None, renewal).await.created();
        strict.get("/api/v1/audit/entries", &session).await.refused(403, "password-outdated");
        strict.get("/api/v1/me", &session).await.ok();

        let simple = "heron copper lantern pond";
        strict.change(&session, &first, simple).await.refused(422, "password-simple");
        let new = "Heron copper lantern 88";
        assert_eq!(strict.change(&session, &first, new).await.status.as_u16(), 204);
        strict.get("/api/v1/me", &session).await.refused(401, "credentials-needed");
        let session = strict.log_in(new).await.created();
        strict.get("/api/v1/audit/entries", &session).await.ok();
        town.verify().await;
    }

    async fn c2_none_of_the_last_five_passwords_is_taken_again(town: Town) {
        let strict = Strict::of(&town).await;
        let password = |n: usize| format!("Heron copper lantern {n}{n}");
        let mut current = password_of(PERSON);
        for n in 1..=5 {
            let session = strict.log_in(&current).await.created();
            assert_eq!(strict.change(&session, &current, &password(n)).await.status.as_u16(), 204);
            current = password(n);
        }
        let session = strict.log_in(&current).await.created();
        for n in 1..=4 {
            let again = strict.change(&session, &current, &password(n)).await;
            again.refused(422, "password-reused");
        }
        assert_eq!(strict.change(&session, &current, &password(6)).await.status.as_u16(), 204);
        let session = strict.log_in(&password(6)).await.created();
        assert_eq!(strict.change(&session, &password(6), &password(1)).await.status.as_u16(), 204);
        town.verify().await;
    }

    async fn c2_without_the_profile_a_password_is_good_until_it_is_changed(town: Town) {
        town.clock.set(town.now().plus_seconds(1000 * 86_400));
        let admin = town.user(ADMINISTRATOR).await;
        admin.get("/api/v1/users").await.ok();
    }
}
