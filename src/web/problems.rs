//! What every operation may answer besides its success, for the API document.

use std::collections::BTreeMap;

use actix_web::http::StatusCode;
use utoipa::openapi::{ContentBuilder, Ref, RefOr, Response, ResponseBuilder};
use utoipa::{IntoResponses, ToSchema};

use crate::kernel::problem::{FieldError, Language, Problem, ProblemBody};

/// The problems that any operation may answer; named in each `responses(…)`.
pub struct Problems;

const SHARED: [(u16, &str, &str); 11] = [
    (400, "malformed-json", "The request cannot be read"),
    (401, "credentials-needed", "No token, or one that is no longer valid"),
    (403, "not-allowed", "Known, but not allowed to do this"),
    (404, "not-found", "Absent, or not yours to know"),
    (409, "wrong-state", "The state does not allow it"),
    (412, "version-stale", "It has changed since the version that `If-Match` names"),
    (422, "unreadable-values", "A value breaks a rule; `errors` names the fields"),
    (428, "version-missing", "Say with `If-Match` which version you read"),
    (429, "too-many-requests", "Try again after `Retry-After` seconds"),
    (500, "internal-error", "A fault of the service; nothing was changed"),
    (503, "try-again", "Try again after `Retry-After` seconds"),
];

impl Problems {
    /// The shared answers by the name under which the document keeps them.
    pub(crate) fn components() -> impl Iterator<Item = (String, Response)> {
        SHARED.iter().map(|(status, code, description)| {
            (format!("Problem{status}"), response(*status, code, description))
        })
    }
}

impl IntoResponses for Problems {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        SHARED
            .iter()
            .map(|(status, ..)| {
                let name = format!("#/components/responses/Problem{status}");
                (status.to_string(), RefOr::Ref(Ref::new(name)))
            })
            .collect()
    }
}

fn response(status: u16, code: &'static str, description: &str) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut problem = Problem::new(status, code, description, description);
    if status == StatusCode::UNPROCESSABLE_ENTITY {
        problem = problem.with_errors(vec![FieldError {
            pointer: "/m2".into(),
            code: "not-a-value-of-this-field".into(),
            message: "0 is not a whole number of square metres from 1 to 1000000000".into(),
        }]);
    }
    let body = problem.body(Language::English, "0191e4c8-7b1a-7000-8000-000000000001");
    let content = ContentBuilder::new()
        .schema(Some(Ref::from_schema_name(ProblemBody::name())))
        .example(serde_json::to_value(body).ok())
        .build();
    let retry = matches!(status.as_u16(), 429 | 503);
    let mut answer = ResponseBuilder::new()
        .description(description)
        .content("application/problem+json", content);
    if retry {
        answer = answer.header(
            "Retry-After",
            utoipa::openapi::HeaderBuilder::new()
                .description(Some("Seconds after which the same request may succeed"))
                .schema(Some(utoipa::schema!(i64)))
                .build(),
        );
    }
    answer.build()
}
