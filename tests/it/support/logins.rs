//! Who is logged in at a town, with which codes. Each code counts once, so logins are shared, and each
//! new one takes the next code that the server still takes.

use std::collections::HashMap;

use serde_json::{Value, json};
use wetland_exchange::identity::{Secret, step_at};

use super::client::{self, Reply};
use super::people;
use super::town::{Town, password_of};

/// Log in again well before the token ends and before its code is no longer fresh.
pub(super) const TOKEN_KEPT_S: i64 = 300;
const STEP_S: i64 = 30;
const FACTOR: &str = "/api/v1/me/second-factor";

#[derive(Default)]
pub(super) struct Logins {
    /// Tokens with the seconds at which they were made.
    tokens: HashMap<String, (String, i64)>,
    /// Of people who are not of the fixtures.
    secrets: HashMap<String, Secret>,
    /// The last step of time whose code was used.
    steps: HashMap<String, i64>,
}

impl Logins {
    pub(super) async fn token_of(&mut self, town: &Town, username: &str) -> (String, i64) {
        let now_s = town.now().unix_seconds();
        if let Some((token, made_s)) = self.tokens.get(username)
            && (0..TOKEN_KEPT_S).contains(&(now_s - made_s))
            && get(town, "/api/v1/me", token).await.status == 200
        {
            return (token.clone(), *made_s);
        }
        let session = self.try_log_in(town, username, &password_of(username)).await.created();
        let mut token = text(&session["access_token"]);
        if !people::is_known(username) && !self.secrets.contains_key(username) {
            token = self.enrol(town, username, token).await;
        }
        let made = (token, town.now().unix_seconds());
        self.tokens.insert(username.to_owned(), made.clone());
        made
    }

    pub(super) async fn try_log_in(
        &mut self,
        town: &Town,
        username: &str,
        password: &str,
    ) -> Reply {
        let mut body = json!({ "username": username, "password": password });
        let secret = self.secret_of(username);
        loop {
            let step = secret.as_ref().map(|_| self.next_step(town, username));
            if let (Some(secret), Some(step)) = (&secret, step) {
                body["code"] = secret.code(step).into();
            }
            let request = town.http.post(format!("{}/api/v1/sessions", town.url)).json(&body);
            let answer = client::send(request.header("accept-language", "en")).await;
            // On the machine's clock a code may end while it is on its way.
            let ended = step.is_some_and(|step| step < step_at(town.now()) - 1);
            if answer.status == 401 && ended {
                continue;
            }
            if let Some(step) = step.filter(|_| answer.status == 201) {
                self.steps.insert(username.to_owned(), step);
            }
            return answer;
        }
    }

    /// A code that was not used, which counts as used from now on.
    pub(super) fn take_code(&mut self, town: &Town, username: &str) -> Option<String> {
        let secret = self.secret_of(username)?;
        let step = self.next_step(town, username);
        self.steps.insert(username.to_owned(), step);
        Some(secret.code(step))
    }

    fn secret_of(&self, username: &str) -> Option<Secret> {
        people::secret_of(username).or_else(|| self.secrets.get(username).cloned())
    }

    /// The first step that the server still takes. Where all of this moment are used, the town waits
    /// for the next one.
    fn next_step(&self, town: &Town, username: &str) -> i64 {
        let last = self.steps.get(username).copied().unwrap_or(0);
        loop {
            let now = step_at(town.now());
            let is_unused = |step: &i64| last < *step || last > now + 1;
            if let Some(step) = (now - 1..=now + 1).find(is_unused) {
                return step;
            }
            town.clock.set(town.now().plus_seconds(STEP_S));
        }
    }

    /// Sets a second factor up, as somebody new does at their first login.
    async fn enrol(&mut self, town: &Town, username: &str, token: String) -> String {
        let stands = get(town, FACTOR, &token).await.ok();
        if stands["needed"] != true {
            return token;
        }
        let begun = post(town, FACTOR, &token, json!({})).await.created();
        let secret = Secret::of_text(begun["secret"].as_str().unwrap()).unwrap();
        let step = step_at(town.now()) - 1;
        let code = json!({ "code": secret.code(step) });
        let session = post(town, &format!("{FACTOR}/confirmation"), &token, code).await.created();
        self.secrets.insert(username.to_owned(), secret);
        self.steps.insert(username.to_owned(), step);
        text(&session["access_token"])
    }
}

async fn get(town: &Town, path: &str, token: &str) -> Reply {
    client::send(town.http.get(format!("{}{path}", town.url)).bearer_auth(token)).await
}

async fn post(town: &Town, path: &str, token: &str, body: Value) -> Reply {
    let request = town.http.post(format!("{}{path}", town.url)).bearer_auth(token);
    client::send(request.json(&body)).await
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}
