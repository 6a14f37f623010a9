//! What a page has at hand: who asks for what, and every operation of the API.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use actix_web::http::{Method, header};
use actix_web::web::Bytes;
use serde_json::Value;

use super::facts::Facts;
use super::form::Form;
use super::inside::{Inside, Question, Told};
use super::say::Say;
use super::sent::{Sent, SentFile};
use super::session::{self, Secrets, Tokens, Visitor};
use super::sheet::{Sheet, encoded};
use super::{Shown, cookies};
use crate::kernel::actor::Actor;
use crate::kernel::clock::Time;
use crate::kernel::problem::{Answer, Failure, Language, Problem};

/// One visit of one page.
pub struct Ask {
    pub say: Say,
    pub now: Time,
    /// What its form sent, if it was sent.
    pub sent: Option<Sent>,
    pub(super) inside: Rc<Inside>,
    pub(super) secrets: Secrets,
    pub(super) visitor: Visitor,
    pub(super) path: String,
    pub(super) parameters: HashMap<String, String>,
    pub(super) query: HashMap<String, String>,
    pub(super) renewal: Option<String>,
    pub(super) regions: RefCell<HashMap<String, String>>,
}

impl Ask {
    /// One of two texts, by the reader's language.
    pub fn t<'t>(&self, chinese: &'t str, english: &'t str) -> &'t str {
        self.say.t(chinese, english)
    }

    pub fn language(&self) -> Language {
        self.say.0
    }

    /// Who is logged in.
    pub fn actor(&self) -> Option<&Actor> {
        self.visitor.actor.as_ref()
    }

    /// Where the page is, without its query.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// A part of the path, as it may stand in a path again.
    pub fn part(&self, name: &str) -> String {
        encoded(self.parameters.get(name).map_or("", String::as_str))
    }

    /// A value of the query; empty where it is missing.
    pub fn query(&self, name: &str) -> &str {
        self.query.get(name).map_or("", |value| value.trim())
    }

    /// The named values of the query that are there, as a query for an operation.
    pub fn passed(&self, names: &[&str]) -> String {
        let given = names.iter().filter(|name| !self.query(name).is_empty());
        let pairs = given.map(|name| format!("&{name}={}", encoded(self.query(name))));
        pairs.collect()
    }

    /// Reads by an operation.
    pub async fn get(&self, path: &str) -> Answer<Facts> {
        let told = self.ask(Method::GET, path, None, None).await?;
        facts(&told)
    }

    /// Reads what may not be there, or not for this reader.
    pub async fn find(&self, path: &str) -> Answer<Option<Facts>> {
        match self.get(path).await {
            Ok(found) => Ok(Some(found)),
            Err(Failure::Refused(problem)) if problem.status.is_client_error() => Ok(None),
            Err(failure) => Err(failure),
        }
    }

    /// Reads a text by an operation, as the SVG of a map.
    pub async fn text(&self, path: &str) -> Answer<String> {
        let told = self.ask(Method::GET, path, None, None).await?;
        Ok(String::from_utf8_lossy(&told.bytes).into_owned())
    }

    /// A file of an operation, to keep under that name.
    pub async fn file(&self, path: &str, name: impl Into<String>) -> Answer<Shown> {
        let told = self.ask(Method::GET, path, None, None).await?;
        let kind = told.headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
        let kind = kind.unwrap_or("application/octet-stream").to_owned();
        Ok(Shown::File { bytes: told.bytes.to_vec(), kind, name: name.into() })
    }

    /// Acts by an operation. The form's key says that it is meant once.
    pub async fn post(&self, path: &str, body: &Value) -> Answer<Facts> {
        let bytes = Bytes::from(body.to_string());
        let told =
            self.ask(Method::POST, path, Some(("application/json", bytes)), self.key()).await?;
        facts(&told)
    }

    /// Acts by an operation that takes no body.
    pub async fn act(&self, path: &str) -> Answer<Facts> {
        let told = self.ask(Method::POST, path, None, self.key()).await?;
        facts(&told)
    }

    /// The version of a single thing, for a form that overwrites what others may change meanwhile.
    pub async fn version(&self, path: &str) -> Answer<String> {
        let told = self.ask(Method::GET, path, None, None).await?;
        let version = told.headers.get(header::ETAG).and_then(|version| version.to_str().ok());
        Ok(version.unwrap_or_default().to_owned())
    }

    /// Acts by an operation on that version of its thing, or not at all.
    pub async fn post_on(&self, path: &str, body: &Value, version: &str) -> Answer<Facts> {
        let bytes = Bytes::from(body.to_string());
        let question = Question {
            method: Method::POST,
            path,
            token: self.visitor.token.as_deref(),
            language: self.say.0,
            key: self.key(),
            version: Some(version),
            body: Some(("application/json", bytes)),
        };
        facts(&self.inside.ask(question).await?)
    }

    /// Hands a file to an operation.
    pub async fn hand(&self, path: &str, kind: &str, file: &SentFile) -> Answer<Facts> {
        let body = Some((kind, file.bytes.clone()));
        let told = self.ask(Method::POST, path, body, self.key()).await?;
        facts(&told)
    }

    fn key(&self) -> Option<&str> {
        let key = self.sent.as_ref().map(|sent| sent.text("key"));
        // What cannot be a header was never a key of ours.
        key.filter(|key| !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_graphic()))
    }

    async fn ask(
        &self,
        method: Method,
        path: &str,
        body: Option<(&str, Bytes)>,
        key: Option<&str>,
    ) -> Answer<Told> {
        let token = self.visitor.token.as_deref();
        let language = self.say.0;
        let version = None;
        self.inside.ask(Question { method, path, token, language, key, version, body }).await
    }

    /// The name of a region, or its code where it has none here.
    pub async fn region(&self, code: &str) -> Answer<String> {
        let known = self.regions.borrow().get(code).cloned();
        if let Some(name) = known {
            return Ok(name);
        }
        // A township's code begins with its county's, and so on up.
        let parent = match code.len() {
            9 => code.get(..6),
            6 => code.get(..4),
            4 => code.get(..2),
            _ => None,
        };
        let parent = parent.map_or_else(String::new, |parent| format!("&parent={parent}"));
        let list = self.find(&format!("/api/v1/regions?limit=200{parent}")).await?;
        let mut regions = self.regions.borrow_mut();
        for one in list.unwrap_or_default().items("items") {
            regions.insert(one.text("code"), one.text("name"));
        }
        Ok(regions.entry(code.to_owned()).or_insert_with(|| code.to_owned()).clone())
    }

    /// Asks an operation for tokens and keeps them in the browser.
    pub async fn keep_tokens(&self, path: &str, body: &Value, to: &str) -> Answer<Shown> {
        let body = Some(("application/json", Bytes::from(body.to_string())));
        let told = self.ask(Method::POST, path, body, None).await?;
        let cookies = Tokens::of(&told.bytes)?.cookies(self.secrets.secure);
        Ok(Shown::See { to: to.to_owned(), cookies })
    }

    /// Ends the session here and in the browser.
    pub async fn log_out(&self, to: &str) -> Answer<Shown> {
        if let Some(renewal) = &self.renewal {
            let body = serde_json::json!({ "refresh_token": renewal });
            // A session that is over already is over.
            match self.post("/api/v1/sessions/logout", &body).await {
                Ok(_) | Err(Failure::Refused(_)) => {}
                Err(failure) => return Err(failure),
            }
        }
        let cookies = session::forgotten(self.secrets.secure);
        Ok(Shown::See { to: to.to_owned(), cookies })
    }

    /// Reads on in another language.
    pub fn read_in(&self, language: Language, to: &str) -> Shown {
        const YEAR_S: i64 = 365 * 24 * 3600;
        let value = match language {
            Language::Chinese => "zh",
            Language::English => "en",
        };
        let cookie = cookies::set(cookies::LANGUAGE, value, YEAR_S, self.secrets.secure);
        Shown::See { to: local(to).to_owned(), cookies: vec![cookie] }
    }

    /// The form again with what was sent and what is wrong with it, or the failure where no form
    /// would help.
    pub fn again(
        &self,
        failure: Failure,
        form: impl FnOnce(Option<&Problem>) -> Sheet,
    ) -> Answer<Shown> {
        match failure {
            Failure::Refused(problem) if mendable(&problem) => Ok(form(Some(&problem)).into()),
            failure => Err(failure),
        }
    }

    /// Puts what was sent and what is wrong into a form.
    pub fn filled(&self, form: Form, problem: Option<&Problem>) -> Form {
        let form = form.filled(self.sent.as_ref());
        match problem {
            Some(problem) => form.refused(problem, &self.say),
            None => form,
        }
    }
}

fn facts(told: &Told) -> Answer<Facts> {
    if told.bytes.is_empty() {
        return Ok(Facts::default());
    }
    let value = serde_json::from_slice::<Value>(&told.bytes);
    value.map(Facts::from).map_err(|cause| Failure::Broken(cause.into()))
}

/// Whether the same person can do something about it in the same form.
fn mendable(problem: &Problem) -> bool {
    matches!(problem.status.as_u16(), 400 | 409 | 412 | 413 | 415 | 422 | 429 | 503)
        || problem.code == "wrong-credentials"
}

/// A path of this site; anything else leads home.
pub(super) fn local(to: &str) -> &str {
    let inside = to.starts_with('/') && !to.starts_with("//") && !to.contains(['\\', '\r', '\n']);
    if inside { to } else { "/" }
}
