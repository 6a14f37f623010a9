//! The people of the story at the API: each logs in with a password of their own.

use std::collections::HashMap;
use std::time::Duration;

use anyhow::Context;
use reqwest::{Client, Method, RequestBuilder};
use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::identity::{Secret, step_at};
use crate::kernel::clock::{SetClock, Time};

/// Who runs the service; the fixtures have no such person.
pub(super) const ADMINISTRATOR: &str = "demo.administrator";
/// Who lets roles take effect.
pub(super) const SECURITY: &str = "demo.security";
/// Who reads the log.
pub(super) const AUDIT: &str = "demo.audit";

/// People log in again well before their token ends, by the story's clock.
const TOKEN_KEPT_S: i64 = 300;

/// A person of users.csv.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Person {
    pub(super) username: String,
    pub(super) org_code: String,
    pub(super) role: String,
    pub(super) display_name: String,
}

/// The password with which a person of the demo logs in.
pub(super) fn password_of(username: &str) -> String {
    format!("wetland-{username}")
}

/// The calendar of the story: it never goes back.
pub(super) struct Calendar {
    clock: SetClock,
    now: Time,
}

impl Calendar {
    pub(super) fn new(clock: SetClock, now: Time) -> Self {
        clock.set(now);
        Self { clock, now }
    }

    pub(super) fn now(&self) -> Time {
        self.now
    }

    /// Goes on to a moment, or by a minute where that has passed.
    pub(super) fn go_to(&mut self, time: Time) {
        self.now = time.max(self.now.plus_seconds(60));
        self.clock.set(self.now);
    }
}

/// What the server answered.
#[derive(Debug, Clone)]
pub(super) struct Reply {
    what: String,
    pub(super) status: u16,
    pub(super) body: Value,
}

impl Reply {
    pub(super) fn is_done(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// The answer of what was to succeed.
    pub(super) fn done(self) -> anyhow::Result<Value> {
        if self.is_done() {
            return Ok(self.body);
        }
        let Self { what, status, body } = self;
        anyhow::bail!("{what} was answered with {status}: {body}")
    }

    /// The last part of the problem's type.
    pub(super) fn code(&self) -> &str {
        let kind = self.body.get("type").and_then(Value::as_str).unwrap_or_default();
        kind.strip_prefix("/problems/").unwrap_or(kind)
    }

    pub(super) fn detail(&self) -> &str {
        self.body.get("detail").and_then(Value::as_str).unwrap_or_default()
    }
}

fn token_of(session: &Value) -> anyhow::Result<String> {
    let token = session.get("access_token").and_then(Value::as_str);
    Ok(token.context("a login gives a token")?.to_owned())
}

/// Everybody, at one server.
pub(super) struct People {
    http: Client,
    url: String,
    tokens: HashMap<String, (String, Time)>,
    /// The secrets of everybody's authenticators.
    secrets: HashMap<String, Secret>,
    pub(super) calendar: Calendar,
}

impl People {
    pub(super) fn new(url: String, calendar: Calendar) -> anyhow::Result<Self> {
        // The server closes what was idle for 5 s; a request must not meet that moment.
        let http =
            Client::builder().no_proxy().pool_idle_timeout(Duration::from_secs(1)).build()?;
        Ok(Self { http, url, tokens: HashMap::new(), secrets: HashMap::new(), calendar })
    }

    /// Reads what everybody may read.
    pub(super) async fn read(&self, path: &str) -> anyhow::Result<Value> {
        self.send(self.request(Method::GET, path), path).await?.done()
    }

    /// Reads as that person.
    pub(super) async fn get(&mut self, who: &str, path: &str) -> anyhow::Result<Value> {
        self.ask(who, path).await?.done()
    }

    /// Asks as that person, whatever the answer.
    pub(super) async fn ask(&mut self, who: &str, path: &str) -> anyhow::Result<Reply> {
        let token = self.token(who).await?;
        let request = self.request(Method::GET, path).bearer_auth(token);
        self.send(request, &format!("{who}: {path}")).await
    }

    /// Sends JSON as that person; `Value::Null` is no body.
    pub(super) async fn post(
        &mut self,
        who: &str,
        path: &str,
        body: Value,
    ) -> anyhow::Result<Reply> {
        let token = self.token(who).await?;
        let request = self.command(path).bearer_auth(token);
        let request = if body.is_null() { request } else { request.json(&body) };
        self.send(request, &format!("{who}: {path}")).await
    }

    /// Sends JSON without logging in.
    pub(super) async fn post_openly(&self, path: &str, body: Value) -> anyhow::Result<Reply> {
        self.send(self.command(path).json(&body), path).await
    }

    /// Sends a file as that person.
    pub(super) async fn post_file(
        &mut self,
        who: &str,
        path: &str,
        kind: &str,
        bytes: Vec<u8>,
    ) -> anyhow::Result<Reply> {
        let token = self.token(who).await?;
        let request = self.command(path).bearer_auth(token).header("content-type", kind);
        self.send(request.body(bytes), &format!("{who}: {path}")).await
    }

    /// Each command has a key of its own, so that it can be sent again without a second effect.
    fn command(&self, path: &str) -> RequestBuilder {
        self.request(Method::POST, path).header("idempotency-key", Uuid::now_v7().to_string())
    }

    fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.http.request(method, format!("{}{path}", self.url)).header("accept-language", "zh-CN")
    }

    async fn token(&mut self, who: &str) -> anyhow::Result<String> {
        let now = self.calendar.now();
        if let Some((token, made)) = self.tokens.get(who)
            && now.unix_seconds() - made.unix_seconds() < TOKEN_KEPT_S
        {
            return Ok(token.clone());
        }
        let mut body = json!({"username": who, "password": password_of(who)});
        let code = self.secrets.get(who).map(|secret| secret.code(step_at(now)));
        if let (Some(code), Some(body)) = (&code, body.as_object_mut()) {
            body.insert("code".into(), code.as_str().into());
        }
        let what = format!("the login of {who}");
        let request = self.request(Method::POST, "/api/v1/sessions").json(&body);
        let mut token = token_of(&self.send(request, &what).await?.done()?)?;
        if code.is_none() {
            token = self.with_second_factor(who, token).await?;
        }
        self.tokens.insert(who.to_owned(), (token.clone(), now));
        Ok(token)
    }

    /// Sets an authenticator up for somebody whose role needs one and who has none yet.
    async fn with_second_factor(&mut self, who: &str, token: String) -> anyhow::Result<String> {
        const PATH: &str = "/api/v1/me/second-factor";
        let what = format!("the second factor of {who}");
        let request = self.request(Method::GET, PATH).bearer_auth(&token);
        let stands = self.send(request, &what).await?.done()?;
        if stands["needed"] != true || !stands["confirmed_at"].is_null() {
            return Ok(token);
        }
        let begun = self.send(self.command(PATH).bearer_auth(&token), &what).await?.done()?;
        let secret = begun["secret"].as_str().and_then(Secret::of_text);
        let secret = secret.context("a second factor begins with its secret")?;
        let body = json!({ "code": secret.code(step_at(self.calendar.now())) });
        let request = self.command(&format!("{PATH}/confirmation")).bearer_auth(&token);
        let session = self.send(request.json(&body), &what).await?.done()?;
        self.secrets.insert(who.to_owned(), secret);
        token_of(&session)
    }

    /// Logs somebody in, who sets their authenticator up with it.
    pub(super) async fn begin(&mut self, who: &str) -> anyhow::Result<()> {
        self.token(who).await.map(|_| ())
    }

    /// The secret of somebody's authenticator, as it is typed; empty where none is needed.
    pub(super) fn secret_of(&self, who: &str) -> String {
        self.secrets.get(who).map_or_else(String::new, Secret::text)
    }

    async fn send(&self, request: RequestBuilder, what: &str) -> anyhow::Result<Reply> {
        let answer = request.send().await.with_context(|| what.to_owned())?;
        let status = answer.status().as_u16();
        let text = answer.text().await.with_context(|| what.to_owned())?;
        let body = match text.as_str() {
            "" => Value::Null,
            text => serde_json::from_str(text)
                .with_context(|| format!("{what} was answered with what is no JSON"))?,
        };
        Ok(Reply { what: what.to_owned(), status, body })
    }
}
