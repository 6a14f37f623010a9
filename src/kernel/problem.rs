//! Refusals and breaks, and what the wire says of them (RFC 9457).
//!
//! 400 the request cannot be read · 401 no or bad credentials · 403 known but not allowed ·
//! 404 absent or not yours to know · 405 wrong method · 409 the state says no · 412 stale version ·
//! 413 too large · 415 wrong kind of body · 422 the value says no · 428 a version is needed ·
//! 429 and 503 try again after `Retry-After` · 500 a bug.
//!
//! A [`Refusal`] is one capability's enum of what it may answer; it becomes a [`Problem`] here and
//! nowhere else. The text goes out in the reader's language; the cause of a break goes to the log.

use actix_web::{HttpResponse, ResponseError, http::StatusCode};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What a capability may answer instead of doing what was asked; `Display` is the English text.
pub trait Refusal: std::fmt::Display {
    /// The last part of the problem's `type`, for programs.
    fn code(&self) -> &'static str;
    fn status(&self) -> StatusCode;
    /// The same text in Chinese.
    fn chinese(&self) -> String;
}

/// One field that is at fault, by JSON pointer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FieldError {
    #[schema(example = "/m2")]
    pub pointer: String,
    #[schema(example = "not-a-quantity")]
    pub code: String,
    pub message: String,
}

/// A refusal on its way to the wire, in both languages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    pub code: &'static str,
    pub status: StatusCode,
    pub english: String,
    pub chinese: String,
    pub errors: Vec<FieldError>,
    /// Seconds after which the same request may succeed (429, 503).
    pub retry_after_s: Option<u32>,
}

impl Problem {
    pub fn new(status: StatusCode, code: &'static str, english: &str, chinese: &str) -> Self {
        Self {
            code,
            status,
            english: english.into(),
            chinese: chinese.into(),
            errors: Vec::new(),
            retry_after_s: None,
        }
    }

    pub fn with_errors(self, errors: Vec<FieldError>) -> Self {
        Self { errors, ..self }
    }

    pub fn retry_after(self, seconds: u32) -> Self {
        Self { retry_after_s: Some(seconds), ..self }
    }

    /// Absent, or not yours to know: both look the same.
    pub fn not_found() -> Self {
        Self::new(StatusCode::NOT_FOUND, "not-found", "there is no such thing here", "未找到")
    }

    /// The body of the answer; `request_id` lets an operator find it in the log.
    pub fn body(&self, language: Language, request_id: &str) -> ProblemBody {
        let detail = match language {
            Language::Chinese => self.chinese.clone(),
            Language::English => self.english.clone(),
        };
        ProblemBody {
            kind: format!("/problems/{}", self.code),
            title: title(self.status, language).to_owned(),
            status: self.status.as_u16(),
            detail,
            errors: self.errors.clone(),
            request_id: request_id.to_owned(),
        }
    }
}

/// The body of every answer that is not a success (`application/problem+json`, RFC 9457).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ProblemBody {
    /// What went wrong, for programs.
    #[serde(rename = "type")]
    #[schema(example = "/problems/not-found")]
    pub kind: String,
    pub title: String,
    #[schema(example = 404)]
    pub status: u16,
    pub detail: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<FieldError>,
    pub request_id: String,
}

/// The two languages of every message; Chinese unless English is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Language {
    #[default]
    Chinese,
    English,
}

impl Language {
    /// Chooses by `Accept-Language`: the first of the two that the header names.
    pub fn of_header(header: Option<&str>) -> Self {
        let tags = header.unwrap_or_default().split(',').map(str::trim);
        for tag in tags {
            if tag.starts_with("zh") {
                return Self::Chinese;
            }
            if tag.starts_with("en") {
                return Self::English;
            }
        }
        Self::Chinese
    }
}

/// Why a command or a read gave no answer: refused for a reason, or broken by a fault of ours.
#[derive(Debug)]
pub enum Failure {
    Refused(Problem),
    Broken(anyhow::Error),
}

/// The result of every action.
pub type Answer<T> = Result<T, Failure>;

impl Failure {
    /// A true impossibility: the invariant that does not hold is named in the log.
    pub fn broken(invariant: &str) -> Self {
        Self::Broken(anyhow::anyhow!("{invariant}"))
    }

    pub fn not_found() -> Self {
        Self::Refused(Problem::not_found())
    }
}

/// One of several reasons, and the field that it is about ("" is the state of things).
pub type Reason<R> = (&'static str, R);

impl Failure {
    /// Returns the one reason as it is, or one problem that names all of them, each with its field:
    /// who is told everything at once does not come back for every thing.
    pub fn of_all<R: Refusal>(code: &'static str, reasons: &[Reason<R>]) -> Self {
        let errors = reasons.iter().map(|(pointer, refusal)| FieldError {
            pointer: (*pointer).to_owned(),
            code: refusal.code().to_owned(),
            message: refusal.to_string(),
        });
        let statuses: Vec<StatusCode> = reasons.iter().map(|(_, one)| one.status()).collect();
        let same = statuses.first().filter(|first| statuses.iter().all(|one| one == *first));
        let listed = |text: fn(&R) -> String, mark: &str| {
            reasons.iter().map(|(_, one)| text(one)).collect::<Vec<_>>().join(mark)
        };
        let problem = Problem::new(
            same.copied().unwrap_or(StatusCode::CONFLICT),
            match reasons {
                [(_, only)] => only.code(),
                _ => code,
            },
            &listed(|one| one.to_string(), "; "),
            &listed(|one| one.chinese(), "；"),
        );
        Self::Refused(problem.with_errors(errors.collect()))
    }
}

impl<E: Refusal> From<E> for Failure {
    fn from(refusal: E) -> Self {
        Self::Refused(Problem::new(
            refusal.status(),
            refusal.code(),
            &refusal.to_string(),
            &refusal.chinese(),
        ))
    }
}

impl From<diesel::result::Error> for Failure {
    fn from(cause: diesel::result::Error) -> Self {
        Self::Broken(cause.into())
    }
}

impl From<anyhow::Error> for Failure {
    fn from(cause: anyhow::Error) -> Self {
        Self::Broken(cause)
    }
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Refused(problem) => write!(f, "{}: {}", problem.code, problem.english),
            Self::Broken(_) => write!(f, "broken"),
        }
    }
}

impl ResponseError for Failure {
    fn status_code(&self) -> StatusCode {
        match self {
            Self::Refused(problem) => problem.status,
            Self::Broken(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// Leaves the problem beside an empty body; the border writes it in the reader's language.
    fn error_response(&self) -> HttpResponse {
        let problem = match self {
            Self::Refused(problem) => problem.clone(),
            Self::Broken(cause) => {
                tracing::error!("broken: {cause:#}");
                internal_error()
            }
        };
        let mut answer = HttpResponse::build(problem.status).finish();
        answer.extensions_mut().insert(problem);
        answer
    }
}

/// What a reader learns of a break: that it is ours, and nothing else.
pub fn internal_error() -> Problem {
    Problem::new(
        StatusCode::INTERNAL_SERVER_ERROR,
        "internal-error",
        "this is a fault of the service; nothing was changed",
        "系统内部错误，未作任何更改",
    )
}

/// The database cannot be reached or was too busy; nothing is known to have been done.
pub fn unavailable() -> Problem {
    Problem::new(
        StatusCode::SERVICE_UNAVAILABLE,
        "try-again",
        "the service cannot answer now; send the request again with the same Idempotency-Key",
        "服务暂时不可用；请使用相同的幂等键重新提交",
    )
    .retry_after(1)
}

/// The heading of every problem of that status.
pub fn title(status: StatusCode, language: Language) -> &'static str {
    let (chinese, english) = match status.as_u16() {
        400 => ("请求无法读取", "The request cannot be read"),
        401 => ("请先登录", "Credentials are needed"),
        403 => ("没有权限", "Not allowed"),
        404 => ("未找到", "Not found"),
        405 => ("不支持该方法", "Method not allowed"),
        409 => ("当前状态不允许", "The state does not allow it"),
        412 => ("版本已过期", "The version is stale"),
        413 => ("内容过大", "Too large"),
        415 => ("内容类型不受支持", "Unsupported kind of content"),
        422 => ("内容不符合规则", "The value breaks a rule"),
        428 => ("需要版本号", "A version is needed"),
        429 => ("请求过多", "Too many requests"),
        503 => ("暂时无法服务", "Try again later"),
        _ => ("系统错误", "A fault of the service"),
    };
    match language {
        Language::Chinese => chinese,
        Language::English => english,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_known_language_of_the_header_is_taken_and_chinese_otherwise() {
        for (header, expected) in [
            (None, Language::Chinese),
            (Some("en-GB,zh;q=0.5"), Language::English),
            (Some("fr, zh-CN"), Language::Chinese),
            (Some("de"), Language::Chinese),
        ] {
            assert_eq!(Language::of_header(header), expected, "{header:?}");
        }
    }
}
