//! What a request asks for: who acts, under which operation, with which key, and the body.

use std::any::TypeId;
use std::borrow::Cow;
use std::time::Duration;

use actix_web::web::{Bytes, Payload};
use actix_web::{FromRequest, HttpMessage, HttpRequest, dev, http::header};
use serde::de::{DeserializeOwned, IgnoredAny};
use sha2::{Digest, Sha256};
use tokio::sync::OwnedSemaphorePermit;

use crate::kernel::actor::{Doing, Once};
use crate::kernel::problem::{Answer, Failure, FieldError, Problem, Refusal};
use crate::web::guard::{Admitted, gate};
use crate::web::refusal::Turned;

type Extracted<T> = std::pin::Pin<Box<dyn Future<Output = Answer<T>>>>;

/// A command with a JSON body, read strictly; `Asked<()>` is one without a body.
#[derive(Debug)]
pub struct Asked<T> {
    pub doing: Doing,
    pub body: T,
}

/// A command whose body is a file.
#[derive(Debug)]
pub struct AskedBytes {
    pub doing: Doing,
    pub bytes: Bytes,
    /// What kind of file the sender says it is, without parameters.
    pub content_type: String,
    /// A place among the files that are held in memory at once, given back when this is dropped.
    _place: OwnedSemaphorePermit,
}

impl<T: DeserializeOwned + 'static> FromRequest for Asked<T> {
    type Error = Failure;
    type Future = Extracted<Self>;

    fn from_request(request: &HttpRequest, payload: &mut dev::Payload) -> Self::Future {
        let (request, payload) = (request.clone(), payload.take());
        Box::pin(async move {
            let limits = &gate(&request)?.limits;
            let bytes = read(&request, payload, limits.json_bytes, limits.json_time).await?;
            let doing = doing(&request, &bytes)?;
            Ok(Self { doing, body: parse(&bytes)? })
        })
    }
}

impl FromRequest for AskedBytes {
    type Error = Failure;
    type Future = Extracted<Self>;

    fn from_request(request: &HttpRequest, payload: &mut dev::Payload) -> Self::Future {
        let (request, payload) = (request.clone(), payload.take());
        Box::pin(async move {
            let gate = gate(&request)?;
            let place = gate.uploads.clone().try_acquire_owned().map_err(|_| busy())?;
            let limits = &gate.limits;
            let bytes = read(&request, payload, limits.upload_bytes, limits.upload_time).await?;
            if bytes.is_empty() {
                return Err(Turned::BodyMissing.into());
            }
            let doing = doing(&request, &bytes)?;
            Ok(Self {
                doing,
                bytes,
                content_type: request.content_type().to_owned(),
                _place: place,
            })
        })
    }
}

/// Reads the whole body, or none of it: too large, too slow and broken off are refused.
async fn read(
    request: &HttpRequest,
    mut payload: dev::Payload,
    limit: usize,
    time: Duration,
) -> Answer<Bytes> {
    let length = request.headers().get(header::CONTENT_LENGTH);
    let length = length.and_then(|length| length.to_str().ok()?.parse::<usize>().ok());
    if length.is_some_and(|length| length > limit) {
        return Err(Turned::TooLarge { limit }.into());
    }
    let payload = Payload::from_request(request, &mut payload).await;
    let payload = payload.map_err(|_| Failure::from(Turned::BrokeOff))?;
    let bytes = tokio::time::timeout(time, payload.to_bytes_limited(limit)).await;
    let bytes = bytes.map_err(|_| Failure::from(Turned::TooSlow { seconds: time.as_secs() }))?;
    let bytes = bytes.map_err(|_| Failure::from(Turned::TooLarge { limit }))?;
    bytes.map_err(|_| Turned::BrokeOff.into())
}

fn doing(request: &HttpRequest, body: &[u8]) -> Answer<Doing> {
    let admitted = request.extensions().get::<Admitted>().cloned();
    let admitted = admitted.ok_or_else(|| Failure::broken("a handler runs behind its guard"))?;
    let once = admitted.key.map(|key| Once { key, request_hash: hash(request, body) });
    let operation = Cow::Borrowed(admitted.operation);
    Ok(Doing { actor: admitted.actor, operation, once, expected: admitted.expected })
}

/// SHA-256(method ‖ 0 ‖ path ‖ 0 ‖ body): what must be equal for two requests to be one.
fn hash(request: &HttpRequest, body: &[u8]) -> [u8; 32] {
    let mut hash = Sha256::new();
    for part in [request.method().as_str(), request.path()] {
        hash.update(part.as_bytes());
        hash.update([0]);
    }
    hash.update(body);
    hash.finalize().into()
}

fn parse<T: DeserializeOwned + 'static>(body: &[u8]) -> Answer<T> {
    let bodiless = TypeId::of::<T>() == TypeId::of::<()>();
    let body = match body.trim_ascii() {
        b"{}" if bodiless => b"null",
        b"" if bodiless => b"null",
        b"" => return Err(Turned::BodyMissing.into()),
        _ => body,
    };
    let text = std::str::from_utf8(body).map_err(|cause| malformed(&cause))?;
    let mut input = serde_json::Deserializer::from_str(text);
    let value =
        serde_path_to_error::deserialize(&mut input).map_err(|cause| unreadable(text, &cause))?;
    input.end().map_err(|cause| malformed(&cause))?;
    // Texts with a zero byte cannot be stored on every engine.
    if text.contains("\\u0000")
        && let Some(pointer) =
            zero_byte_in(&serde_json::from_str(text).map_err(anyhow::Error::from)?)
    {
        let message = "a text holds no zero byte".to_owned();
        return Err(bad_values(pointer, "zero-byte", message));
    }
    Ok(value)
}

fn malformed(cause: &dyn std::error::Error) -> Failure {
    Turned::MalformedJson(cause.to_string()).into()
}

/// JSON that is none is malformed; JSON that is not what was asked for names the field.
fn unreadable(text: &str, cause: &serde_path_to_error::Error<serde_json::Error>) -> Failure {
    if let Err(cause) = serde_json::from_str::<IgnoredAny>(text) {
        return malformed(&cause);
    }
    let message = cause.inner().to_string();
    let message = message.rsplit_once(" at line ").map_or(message.as_str(), |(message, _)| message);
    let code = match message {
        m if m.starts_with("unknown field") => "unknown-field",
        m if m.starts_with("missing field") => "missing-field",
        m if m.starts_with("duplicate field") => "duplicate-field",
        _ => "not-a-value-of-this-field",
    };
    bad_values(pointer(cause.path()), code, message.to_owned())
}

fn bad_values(pointer: String, code: &str, message: String) -> Failure {
    let refusal = Turned::BadValues;
    let problem =
        Problem::new(refusal.status(), refusal.code(), &refusal.to_string(), &refusal.chinese());
    let code = code.to_owned();
    Failure::Refused(problem.with_errors(vec![FieldError { pointer, code, message }]))
}

/// The JSON pointer (RFC 6901) of a path.
fn pointer(path: &serde_path_to_error::Path) -> String {
    use serde_path_to_error::Segment;

    let mut pointer = String::new();
    for segment in path {
        match segment {
            Segment::Seq { index } => pointer.push_str(&format!("/{index}")),
            Segment::Map { key } => push_key(&mut pointer, key),
            Segment::Enum { variant } => push_key(&mut pointer, variant),
            Segment::Unknown => {}
        }
    }
    pointer
}

fn push_key(pointer: &mut String, key: &str) {
    pointer.push('/');
    pointer.push_str(&key.replace('~', "~0").replace('/', "~1"));
}

fn zero_byte_in(value: &serde_json::Value) -> Option<String> {
    use serde_json::Value;

    let inside = |key: &str, value: &Value| {
        let rest = zero_byte_in(value)?;
        let mut pointer = String::new();
        push_key(&mut pointer, key);
        Some(pointer + &rest)
    };
    match value {
        Value::String(text) => text.contains('\0').then(String::new),
        Value::Array(items) => {
            items.iter().enumerate().find_map(|(index, item)| inside(&index.to_string(), item))
        }
        Value::Object(fields) => fields.iter().find_map(|(key, value)| {
            if key.contains('\0') { Some(String::new()) } else { inside(key, value) }
        }),
        _ => None,
    }
}

fn busy() -> Failure {
    /// A file is read and checked within seconds.
    const RETRY_AFTER_S: u32 = 5;
    let refusal = Turned::Busy;
    let problem =
        Problem::new(refusal.status(), refusal.code(), &refusal.to_string(), &refusal.chinese());
    Failure::Refused(problem.retry_after(RETRY_AFTER_S))
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;
    use crate::kernel::area::SquareMetres;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Order {
        #[expect(dead_code, reason = "only its reading is tested")]
        lines: Vec<Line>,
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Line {
        #[expect(dead_code, reason = "only its reading is tested")]
        m2: SquareMetres,
        #[expect(dead_code, reason = "only its reading is tested")]
        note: Option<String>,
    }

    #[track_caller]
    fn check(body: &str, expected: &str) {
        let answer = match parse::<Order>(body.as_bytes()) {
            Ok(_) => "ok".to_owned(),
            Err(Failure::Refused(problem)) => {
                let errors = problem.errors.iter().map(|e| format!(" {} {}", e.pointer, e.code));
                format!(
                    "{} {}{}",
                    problem.status.as_u16(),
                    problem.code,
                    errors.collect::<String>()
                )
            }
            Err(Failure::Broken(cause)) => panic!("{cause}"),
        };
        assert_eq!(answer, expected, "{body}");
    }

    #[test]
    fn what_is_not_json_is_malformed() {
        for body in ["{", "{\"lines\":[}", "{} x", "{\"lines\":[],}", "nul"] {
            check(body, "400 malformed-json");
        }
        check("{\"wrong\":1,\"lines\":[", "400 malformed-json");
        check("", "400 body-missing");
    }

    #[test]
    fn a_wrong_value_is_named_by_its_pointer() {
        let wrong = "422 unreadable-values /lines/1/m2 not-a-value-of-this-field";
        for m2 in ["0", "-1", "1.0", "1e400", "1000000001", "9223372036854775808", "\"5\"", "null"]
        {
            check(&format!("{{\"lines\":[{{\"m2\":1}},{{\"m2\":{m2}}}]}}"), wrong);
        }
        check("{\"lines\":[{}]}", "422 unreadable-values /lines/0 missing-field");
        check("{\"lines\":[{\"m2\":1,\"x\":1}]}", "422 unreadable-values /lines/0/x unknown-field");
        check(
            "{\"lines\":[{\"m2\":1,\"m2\":1}]}",
            "422 unreadable-values /lines/0 duplicate-field",
        );
        check(
            "{\"lines\":[{\"m2\":1,\"note\":\"a\\u0000\"}]}",
            "422 unreadable-values /lines/0/note zero-byte",
        );
        check("{\"lines\":[{\"m2\":1,\"note\":\"a\\\\u0000\"}]}", "ok");
    }

    #[test]
    fn a_command_without_a_body_takes_none_or_an_empty_object() {
        for body in ["", " ", "{}", "null"] {
            assert!(parse::<()>(body.as_bytes()).is_ok(), "{body:?} was refused");
        }
        assert!(parse::<()>(b"{\"x\":1}").is_err());
    }
}
