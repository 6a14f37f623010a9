//! The outermost layer: every answer gets a request id, the headers, and if it is none, a problem in
//! the reader's language; every request leaves one line in the log and one mark in the metrics.

use std::time::Instant;

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage};
use tracing::Instrument;
use uuid::Uuid;

use crate::kernel::problem::{Language, Problem, internal_error};
use crate::web::guard::Admitted;
use crate::web::metrics::count;
use crate::web::pages::{Site, is_page, language_of_pages, page_of_problem, wants_page};

const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// The API answers data, which a browser is to show nowhere and keep nowhere.
const CSP_API: HeaderValue =
    HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'; base-uri 'none'");
/// The pages of the API document set styles of their own and inline icons.
const CSP_DOCS: HeaderValue = HeaderValue::from_static(
    "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; \
     frame-ancestors 'none'; base-uri 'none'",
);

/// Wraps the whole app.
pub async fn finish(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let began = Instant::now();
    let request_id = Uuid::now_v7().hyphenated().to_string();
    let language = request.headers().get(header::ACCEPT_LANGUAGE);
    let language = Language::of_header(language.and_then(|header| header.to_str().ok()));
    let docs = request.path() == "/docs" || request.path().starts_with("/docs/");
    let in_browser = wants_page(&request);

    let span = tracing::info_span!("request", id = %request_id);
    let answer = next.call(request).instrument(span.clone()).await?.map_into_boxed_body();
    let mut answer = match is_page(answer.response()) {
        true => answer,
        false if in_browser => in_the_layout(answer, language, &request_id),
        false => as_problem(answer, language, &request_id),
    };
    add_headers(answer.headers_mut(), docs, &request_id);

    span.in_scope(|| note(&answer, began));
    Ok(answer)
}

/// Tells somebody with a browser what is wrong, where no page did.
fn in_the_layout(
    answer: ServiceResponse<BoxBody>,
    language: Language,
    request_id: &str,
) -> ServiceResponse<BoxBody> {
    let status = answer.status();
    if !(status.is_client_error() || status.is_server_error()) {
        return answer;
    }
    let problem = answer.response().extensions().get::<Problem>().cloned();
    let problem = problem.unwrap_or_else(|| unnamed(status));
    let site = answer.request().app_data::<Site>().copied();
    let page = site.and_then(|site| {
        let reader = language_of_pages(answer.request());
        page_of_problem(site, reader, &problem, request_id)
    });
    match page {
        Some(mut page) => {
            *page.status_mut() = status;
            if let Some(allow) = answer.headers().get(header::ALLOW) {
                page.headers_mut().insert(header::ALLOW, allow.clone());
            }
            answer.into_response(page)
        }
        None => as_problem(answer, language, request_id),
    }
}

/// Replaces the body of whatever is not a success by a problem.
fn as_problem(
    mut answer: ServiceResponse<BoxBody>,
    language: Language,
    request_id: &str,
) -> ServiceResponse<BoxBody> {
    let status = answer.status();
    if !(status.is_client_error() || status.is_server_error()) {
        return answer;
    }
    let problem = answer.response().extensions().get::<Problem>().cloned();
    let problem = problem.unwrap_or_else(|| unnamed(status));
    let body = serde_json::to_vec(&problem.body(language, request_id)).unwrap_or_default();
    let headers = answer.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    headers.insert(
        header::CONTENT_LANGUAGE,
        HeaderValue::from_static(match language {
            Language::Chinese => "zh-CN",
            Language::English => "en",
        }),
    );
    if let Some(seconds) = problem.retry_after_s {
        headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    if status == StatusCode::UNAUTHORIZED && !headers.contains_key(header::WWW_AUTHENTICATE) {
        let bearer = HeaderValue::from_static("Bearer realm=\"wetland-exchange\"");
        headers.insert(header::WWW_AUTHENTICATE, bearer);
    }
    if matches!(status, StatusCode::REQUEST_TIMEOUT | StatusCode::PAYLOAD_TOO_LARGE) {
        // What is still on its way is not read.
        headers.insert(header::CONNECTION, HeaderValue::from_static("close"));
    }
    answer.map_body(|_, _| BoxBody::new(body))
}

/// The problem of an answer that the framework gave by itself.
pub(super) fn unnamed(status: StatusCode) -> Problem {
    let (code, english, chinese) = match status.as_u16() {
        404 => return Problem::not_found(),
        405 => {
            ("method-not-allowed", "this address does not take that method", "该地址不支持此方法")
        }
        408 => ("body-too-slow", "the request did not arrive in time", "请求未按时到达"),
        413 => ("body-too-large", "the request is too large", "请求过大"),
        415 => {
            ("unsupported-media-type", "that kind of content is not read here", "不支持该内容类型")
        }
        _ if status.is_client_error() => {
            ("bad-request", "the request cannot be read", "请求无法读取")
        }
        503 => ("try-again", "the service is not ready", "服务暂不可用"),
        _ => return internal_error(),
    };
    Problem::new(status, code, english, chinese)
}

fn add_headers(headers: &mut HeaderMap, docs: bool, request_id: &str) {
    if let Ok(id) = HeaderValue::from_str(request_id) {
        headers.insert(X_REQUEST_ID, id);
    }
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    // Pages bring a policy of their own.
    if !headers.contains_key(header::CONTENT_SECURITY_POLICY) {
        headers.insert(header::CONTENT_SECURITY_POLICY, if docs { CSP_DOCS } else { CSP_API });
    }
    if !headers.contains_key(header::CACHE_CONTROL) {
        let tagged = headers.contains_key(header::ETAG);
        let keep = if tagged { "private, no-cache" } else { "no-store" };
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(keep));
    }
}

/// The path without its query: what people search for is theirs.
fn note(answer: &ServiceResponse<BoxBody>, began: Instant) {
    let request = answer.request();
    let extensions = request.extensions();
    let admitted = extensions.get::<Admitted>();
    let operation = admitted.map_or("none", |admitted| admitted.operation);
    let user = admitted.and_then(|admitted| admitted.actor.as_ref()).map(|actor| actor.user_id);
    let (method, path, status) = (request.method(), request.path(), answer.status().as_u16());
    let took = began.elapsed();
    let micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
    let user = user.map(tracing::field::display);
    tracing::info!(operation, status, micros, user, "{method} {path} answered {status}");
    count(operation, status, took);
}
