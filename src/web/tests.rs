//! The border with operations that exist only here.

use std::time::Duration;

use actix_web::middleware::from_fn;
use actix_web::web::{Data, Path, Query};
use actix_web::{App, HttpResponse, HttpServer};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use utoipa::ToSchema;

use super::*;
use crate::kernel::actor::{Actor, Factor, Login, Role, credentials_needed};
use crate::kernel::clock::Clock;
use crate::kernel::ids::{OrganisationId, SessionId, UserId};
use crate::kernel::operations::{Operations, operations};
use crate::kernel::page::PageQuery;
use crate::kernel::problem::{Answer, Failure};

#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Note {
    #[schema(example = "a note")]
    text: String,
}

/// Reads
#[utoipa::path(get, path = "/notes/{id}", responses((status = 200, body = Note), Problems),
    extensions(("x-roles" = json!(["public"])), ("x-effect" = json!("read"))))]
async fn get_note(id: Path<UserId>) -> Answer<HttpResponse> {
    Ok(HttpResponse::Ok().json(Note { text: id.to_string() }))
}

/// Lists
#[utoipa::path(get, path = "/notes", responses((status = 200, body = Note), Problems),
    extensions(("x-roles" = json!(["auditor"])), ("x-effect" = json!("read"))))]
async fn list_notes(actor: Actor, page: Query<PageQuery>) -> HttpResponse {
    HttpResponse::Ok().json(json!({"by": actor.role, "limit": page.limit()}))
}

/// Writes
#[utoipa::path(post, path = "/notes", request_body = Note, responses((status = 201), Problems),
    extensions(("x-roles" = json!(["auditor"])), ("x-effect" = json!("value"))))]
async fn create_note(asked: Asked<Note>) -> HttpResponse {
    let once = asked.doing.once.map(|once| (once.key, hex::encode(once.request_hash)));
    HttpResponse::Created().json(json!({"operation": asked.doing.operation, "once": once}))
}

/// Takes a file
#[utoipa::path(post, path = "/files", request_body(content = String, content_type = "text/csv"),
    responses((status = 201), Problems),
    extensions(("x-roles" = json!(["auditor"])), ("x-effect" = json!("write"))))]
async fn create_file(asked: AskedBytes) -> HttpResponse {
    HttpResponse::Created().json(json!({"bytes": asked.bytes.len(), "kind": asked.content_type}))
}

/// Breaks
#[utoipa::path(post, path = "/panics", responses((status = 201), Problems),
    extensions(("x-roles" = json!(["public"])), ("x-effect" = json!("write"))))]
async fn create_panic(_asked: Asked<()>) -> HttpResponse {
    panic!("a secret")
}

/// Names no callers
#[utoipa::path(get, path = "/forgotten", responses((status = 200), Problems))]
async fn get_forgotten() -> HttpResponse {
    HttpResponse::Ok().finish()
}

fn notes() -> Operations {
    operations![get_note, list_notes, create_note, create_file, create_panic, get_forgotten]
}

fn gate() -> Data<Gate> {
    let limits = Limits {
        json_bytes: 1000,
        json_time: Duration::from_millis(200),
        upload_bytes: 5000,
        upload_time: Duration::from_millis(200),
        uploads_at_once: 1,
    };
    Data::new(Gate::new(Clock::Machine, limits, |token, _now| {
        let role: Role = token.parse().map_err(|_| Failure::Refused(credentials_needed()))?;
        Ok(Actor {
            user_id: UserId::new(),
            organisation_id: OrganisationId::new(),
            role,
            region: "360124".parse().map_err(anyhow::Error::from)?,
            standing: 1,
            login: Login { session: SessionId::new(), factor: Factor::NotNeeded },
        })
    }))
}

/// Serves the operations above on a free port and returns the server's URL.
fn serve() -> String {
    let server = HttpServer::new(move || {
        App::new()
            .app_data(gate())
            .configure(|config| mount(config, &notes()))
            .wrap(from_fn(finish))
    });
    let server = server.workers(1).disable_signals().bind("127.0.0.1:0").unwrap();
    let address = server.addrs().first().copied().unwrap();
    actix_web::rt::spawn(server.run());
    format!("http://{address}")
}

struct Sent {
    status: u16,
    headers: reqwest::header::HeaderMap,
    body: Value,
}

impl Sent {
    /// `"403 not-allowed"` of a problem, `"200"` of a success.
    fn says(&self) -> String {
        let kind = self.body["type"].as_str().and_then(|kind| kind.strip_prefix("/problems/"));
        format!("{} {}", self.status, kind.unwrap_or_default()).trim_end().to_owned()
    }

    fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }
}

async fn send(request: reqwest::RequestBuilder) -> Sent {
    let answer = request.send().await.unwrap();
    let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
    let body = serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap_or_default();
    Sent { status, headers, body }
}

fn note() -> Value {
    json!({"text": "a note"})
}

#[actix_web::test]
async fn an_operation_is_open_to_the_roles_that_it_names_and_to_nobody_else() {
    let (url, http) = (serve(), reqwest::Client::new());
    for (path, token, expected) in [
        ("/notes", None, "401 credentials-needed"),
        ("/notes", Some("wrong"), "401 credentials-needed"),
        ("/notes", Some("developer"), "403 not-allowed"),
        ("/notes", Some("auditor"), "200"),
        ("/forgotten", None, "401 credentials-needed"),
        ("/forgotten", Some("administrator"), "403 not-allowed"),
        ("/notes/0191e4c8-7b1a-7000-8000-000000000001", None, "200"),
        ("/notes/0191e4c8-7b1a-7000-8000-000000000001", Some("wrong"), "200"),
        ("/notes/not-an-id", None, "404 not-found"),
        ("/elsewhere", None, "404 not-found"),
        ("/notes?limit=201", Some("auditor"), "400 bad-query"),
        ("/notes?limit=%00", Some("auditor"), "400 zero-byte"),
    ] {
        let mut request = http.get(format!("{url}{path}"));
        if let Some(token) = token {
            request = request.bearer_auth(token);
        }
        let answer = send(request).await;
        assert_eq!(answer.says(), expected, "{path} {token:?}");
        let challenged = answer.header("www-authenticate").starts_with("Bearer");
        assert_eq!(challenged, answer.status == 401, "{path} {token:?}");
    }
}

#[actix_web::test]
async fn what_moves_value_needs_a_key_which_is_bound_to_the_request() {
    let (url, http) = (serve(), reqwest::Client::new());
    let post = |body: Value, key: Option<&str>| {
        let mut request = http.post(format!("{url}/notes")).bearer_auth("auditor").json(&body);
        if let Some(key) = key {
            request = request.header("idempotency-key", key);
        }
        send(request)
    };
    assert_eq!(post(note(), None).await.says(), "400 idempotency-key-missing");
    for bad in ["", "a b", "\u{e9}", &"k".repeat(256)] {
        assert_eq!(post(note(), Some(bad)).await.says(), "400 idempotency-key-malformed", "{bad}");
    }
    let longest = "k".repeat(255);
    let first = post(note(), Some(&longest)).await;
    assert_eq!(first.status, 201);
    assert_eq!(first.body["operation"], "create_note");
    assert_eq!(first.body["once"][0], longest);
    assert_eq!(post(note(), Some(&longest)).await.body, first.body);
    let other = post(json!({"text": "another"}), Some(&longest)).await;
    assert_ne!(other.body["once"][1], first.body["once"][1]);
}

#[actix_web::test]
async fn a_body_that_cannot_be_read_is_refused_with_its_reason() {
    let (url, http) = (serve(), reqwest::Client::new());
    let long = format!("{{\"text\": \"{}\"}}", "x".repeat(1000));
    for (path, kind, body, expected) in [
        ("/notes", "application/json", "{\"text\":", "400 malformed-json"),
        ("/notes", "application/json", "", "400 body-missing"),
        ("/notes", "application/json", "{\"text\":1}", "422 unreadable-values"),
        ("/notes", "application/json", "{\"txt\":\"\"}", "422 unreadable-values"),
        ("/notes", "text/plain", "{\"text\":\"a\"}", "415 unsupported-media-type"),
        ("/notes", "application/json; charset=utf-8", "{\"text\":\"a\"}", "201"),
        ("/notes", "application/json", &long, "413 body-too-large"),
        ("/files", "text/csv", "", "400 body-missing"),
        ("/files", "text/csv", &long, "201"),
        ("/files", "text/csv", &long.repeat(5), "413 body-too-large"),
        ("/files", "application/json", "{}", "415 unsupported-media-type"),
    ] {
        let request = http.post(format!("{url}{path}")).bearer_auth("auditor");
        let request = request.header("idempotency-key", "k").header("content-type", kind);
        let answer = send(request.body(body.to_owned())).await;
        assert_eq!(answer.says(), expected, "{path} {kind} {body:.40}");
    }
    let zipped = http.post(format!("{url}/notes")).bearer_auth("auditor").json(&note());
    let zipped = zipped.header("idempotency-key", "k").header("content-encoding", "gzip");
    assert_eq!(send(zipped).await.says(), "415 unsupported-media-type");
}

#[actix_web::test]
async fn a_slow_body_is_cut_and_its_connection_closed() {
    let url = serve();
    let mut stream = TcpStream::connect(url.trim_start_matches("http://")).await.unwrap();
    let head = "POST /notes HTTP/1.1\r\nhost: x\r\nauthorization: Bearer auditor\r\n\
                idempotency-key: k\r\ncontent-type: application/json\r\ncontent-length: 50\r\n\r\n{";
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut answer = String::new();
    let read = stream.read_to_string(&mut answer);
    tokio::time::timeout(Duration::from_secs(5), read).await.unwrap().unwrap();
    assert!(answer.starts_with("HTTP/1.1 408 "), "{answer}");
    assert!(answer.contains("/problems/body-too-slow"), "{answer}");
}

#[actix_web::test]
async fn a_panic_costs_its_own_request_a_500_that_tells_nothing() {
    let (url, http) = (serve(), reqwest::Client::new());
    for _ in 0..3 {
        let answer = send(http.post(format!("{url}/panics"))).await;
        assert_eq!(answer.says(), "500 internal-error");
        assert!(!answer.body.to_string().contains("secret"));
    }
    let id = UserId::new();
    assert_eq!(send(http.get(format!("{url}/notes/{id}"))).await.says(), "200");
}

#[actix_web::test]
async fn another_method_is_answered_with_those_that_are_allowed() {
    let (url, http) = (serve(), reqwest::Client::new());
    let answer = send(http.delete(format!("{url}/notes"))).await;
    assert_eq!(answer.says(), "405 method-not-allowed");
    assert_eq!(answer.header("allow"), "GET, HEAD, POST");
    let head = send(http.head(format!("{url}/notes/{}", UserId::new()))).await;
    assert_eq!((head.status, &head.body), (200, &Value::Null));
}

#[actix_web::test]
async fn a_single_resource_is_sent_again_only_when_it_changed() {
    let (url, http) = (serve(), reqwest::Client::new());
    let get = |id: UserId, known: &str| {
        send(http.get(format!("{url}/notes/{id}")).header("if-none-match", known))
    };
    let (one, other) = (UserId::new(), UserId::new());
    let etag = get(one, "").await.header("etag").to_owned();
    assert!(etag.starts_with('"'), "{etag}");
    let again = get(one, &format!("\"x\", {etag}")).await;
    assert_eq!((again.status, again.header("etag")), (304, &*etag));
    assert_eq!(get(other, &etag).await.status, 200);
}

#[actix_web::test]
async fn a_problem_speaks_the_language_of_its_reader_and_can_be_found_in_the_log() {
    let (url, http) = (serve(), reqwest::Client::new());
    for (asked, answered, title) in
        [("en", "en", "Not found"), ("zh-CN", "zh-CN", "未找到"), ("fr", "zh-CN", "未找到")]
    {
        let answer = send(http.get(format!("{url}/x")).header("accept-language", asked)).await;
        assert_eq!(answer.header("content-type"), "application/problem+json");
        assert_eq!(answer.header("content-language"), answered);
        assert_eq!(answer.body["title"], title);
        assert_eq!(answer.body["request_id"], answer.header("x-request-id"));
        for header in ["x-content-type-options", "content-security-policy", "x-frame-options"] {
            assert!(!answer.header(header).is_empty(), "{header}");
        }
    }
}
