//! The operations of this instance, asked without a socket.

use std::pin::Pin;
use std::rc::Rc;

use actix_web::body::to_bytes;
use actix_web::dev::{Service, ServiceResponse};
use actix_web::http::header::{self, HeaderMap};
use actix_web::http::{Method, StatusCode};
use actix_web::test::{TestRequest, init_service};
use actix_web::web::{Bytes, ServiceConfig};
use actix_web::{App, Error};

use crate::kernel::problem::{Answer, Failure, Language, Problem};
use crate::web::finish::unnamed;

type Answered = Pin<Box<dyn Future<Output = Result<ServiceResponse, Error>>>>;

/// An app of the operations alone, one per worker.
pub(super) struct Inside(Box<dyn Fn(TestRequest) -> Answered>);

/// What an operation answered.
pub(super) struct Told {
    pub(super) headers: HeaderMap,
    pub(super) bytes: Bytes,
}

/// One request to an operation.
pub(super) struct Question<'q> {
    pub(super) method: Method,
    pub(super) path: &'q str,
    pub(super) token: Option<&'q str>,
    pub(super) language: Language,
    pub(super) key: Option<&'q str>,
    /// The version that is to be acted on, where the operation takes one.
    pub(super) version: Option<&'q str>,
    /// The kind of body and its bytes.
    pub(super) body: Option<(&'q str, Bytes)>,
}

impl Inside {
    pub(super) async fn open(operations: Rc<dyn Fn(&mut ServiceConfig)>) -> Self {
        let app = App::new().configure(move |config| operations(config));
        let service = Rc::new(init_service(app).await);
        Self(Box::new(move |asked| {
            let service = service.clone();
            Box::pin(async move { service.call(asked.to_request()).await })
        }))
    }

    /// The answer if it is a success, else its problem as the API would tell it.
    pub(super) async fn ask(&self, question: Question<'_>) -> Answer<Told> {
        let mut asked = TestRequest::with_uri(question.path).method(question.method);
        let language = match question.language {
            Language::Chinese => "zh-CN",
            Language::English => "en",
        };
        asked = asked.insert_header((header::ACCEPT_LANGUAGE, language));
        if let Some(token) = question.token {
            asked = asked.insert_header((header::AUTHORIZATION, format!("Bearer {token}")));
        }
        if let Some(key) = question.key {
            asked = asked.insert_header(("idempotency-key", key.to_owned()));
        }
        if let Some(version) = question.version {
            asked = asked.insert_header((header::IF_MATCH, version.to_owned()));
        }
        if let Some((kind, bytes)) = question.body {
            asked = asked.insert_header((header::CONTENT_TYPE, kind.to_owned())).set_payload(bytes);
        }
        let answer = (self.0)(asked).await;
        let answer = answer.map_err(|error| Failure::Broken(anyhow::anyhow!("{error}")))?;
        let status = answer.status();
        if !status.is_success() {
            return Err(Failure::Refused(problem_of(&answer, status)));
        }
        let headers = answer.headers().clone();
        let bytes = to_bytes(answer.into_body()).await;
        let bytes = bytes.map_err(|error| Failure::Broken(anyhow::anyhow!("{error}")))?;
        Ok(Told { headers, bytes })
    }
}

fn problem_of(answer: &ServiceResponse, status: StatusCode) -> Problem {
    let problem = answer.response().extensions().get::<Problem>().cloned();
    problem.unwrap_or_else(|| unnamed(status))
}
