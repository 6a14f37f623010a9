//! A person at the API: requests as verbs, answers that say what they should be.

use std::sync::Mutex;
use std::time::Duration;

use reqwest::{Method, StatusCode};
use serde_json::Value;
use uuid::Uuid;

use super::logins::TOKEN_KEPT_S;
use super::town::Town;

/// A person, or nobody, who sends requests to the town's server.
pub(crate) struct User<'t> {
    town: &'t Town,
    username: Option<String>,
    token: Mutex<Option<(String, i64)>>,
}

impl<'t> User<'t> {
    pub(super) fn new(town: &'t Town, username: Option<&str>) -> Self {
        Self { town, username: username.map(str::to_owned), token: Mutex::new(None) }
    }

    pub(crate) async fn get(&self, path: &str) -> Reply {
        send(self.request(Method::GET, path).await).await
    }

    /// Posts JSON with an idempotency key of its own.
    pub(crate) async fn post(&self, path: &str, body: Value) -> Reply {
        self.post_once(path, body, &Uuid::now_v7().to_string()).await
    }

    /// Posts JSON with the key that is given.
    pub(crate) async fn post_once(&self, path: &str, body: Value, key: &str) -> Reply {
        let request = self.request(Method::POST, path).await.header("idempotency-key", key);
        send(request.json(&body)).await
    }

    /// Posts to `noun` of a resource, on the version of it that is there now.
    pub(crate) async fn post_on(&self, resource: &str, noun: &str, body: Value) -> Reply {
        let version = self.get(resource).await.header("etag").to_owned();
        self.post_on_version(resource, noun, body, &version).await
    }

    /// Posts to `noun` of a resource, on that version of it only.
    pub(crate) async fn post_on_version(
        &self,
        resource: &str,
        noun: &str,
        body: Value,
        version: &str,
    ) -> Reply {
        let request = self.request(Method::POST, &format!("{resource}/{noun}")).await;
        let request = request.header("idempotency-key", Uuid::now_v7().to_string());
        send(request.header("if-match", version).json(&body)).await
    }

    /// Posts a file of that kind.
    pub(crate) async fn post_file(&self, path: &str, kind: &str, bytes: Vec<u8>) -> Reply {
        let request = self.request(Method::POST, path).await.header("content-type", kind);
        let key = Uuid::now_v7().to_string();
        send(request.header("idempotency-key", key).body(bytes)).await
    }

    /// A request with this person's token, for what has no verb here.
    pub(crate) async fn request(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        let request = self.town.http.request(method, format!("{}{path}", self.town.url));
        let request = request.header("accept-language", "en");
        match self.token().await {
            Some(token) => request.bearer_auth(token),
            None => request,
        }
    }

    async fn token(&self) -> Option<String> {
        let username = self.username.as_ref()?;
        let now_s = self.town.now().unix_seconds();
        let known = self.token.lock().unwrap().clone();
        if let Some((token, _)) =
            known.filter(|(_, made_s)| (0..TOKEN_KEPT_S).contains(&(now_s - made_s)))
        {
            return Some(token);
        }
        let (token, made_s) = self.town.token_of(username).await;
        *self.token.lock().unwrap() = Some((token.clone(), made_s));
        Some(token)
    }
}

/// A client of loopback servers. They close what was idle for 5 s, and a request must not meet that
/// moment, which it would as a broken connection.
pub(crate) fn http() -> reqwest::Client {
    let kept = Duration::from_secs(1);
    reqwest::Client::builder().no_proxy().pool_idle_timeout(kept).build().unwrap()
}

/// Sends a request and waits for the whole answer.
pub(crate) async fn send(request: reqwest::RequestBuilder) -> Reply {
    let answer = request.send().await.unwrap();
    let (status, headers) = (answer.status(), answer.headers().clone());
    Reply { status, headers, text: answer.text().await.unwrap() }
}

/// What the server answered.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: StatusCode,
    pub(crate) headers: reqwest::header::HeaderMap,
    pub(crate) text: String,
}

impl Reply {
    #[track_caller]
    pub(crate) fn ok(self) -> Value {
        self.expect(StatusCode::OK)
    }

    #[track_caller]
    pub(crate) fn created(self) -> Value {
        self.expect(StatusCode::CREATED)
    }

    #[track_caller]
    pub(crate) fn expect(self, status: StatusCode) -> Value {
        assert_eq!(self.status, status, "{}", self.text);
        if self.text.is_empty() { Value::Null } else { self.json() }
    }

    /// Checks that it is this problem and returns its body.
    #[track_caller]
    pub(crate) fn refused(self, status: u16, code: &str) -> Value {
        assert_eq!(self.status.as_u16(), status, "{}", self.text);
        assert_eq!(self.header("content-type"), "application/problem+json");
        let problem = self.json();
        assert_eq!(problem["type"], format!("/problems/{code}"), "{problem:#}");
        problem
    }

    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|_| panic!("no JSON: {}", self.text))
    }

    /// The header as text, empty where it is missing.
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }
}
