//! Who visits: the tokens in the cookies, their renewal, and the tokens of forms.

use std::collections::HashMap;
use std::sync::Arc;

use actix_web::http::Method;
use actix_web::web::Bytes;
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};
use tokio::sync::Mutex;

use super::cookies::{self, ACCESS, RENEWAL};
use super::facts::Facts;
use super::inside::{Inside, Question};
use crate::kernel::actor::Actor;
use crate::kernel::clock::Time;
use crate::kernel::ids::UserId;
use crate::kernel::problem::{Answer, Failure, Language};

/// How long the tokens of one renewal are handed to requests that came side by side with it.
const SAME_RENEWAL_S: i64 = 60;
/// As long as a session may last; the database decides when it really ends.
const KEPT_S: i64 = 12 * 3600;

/// What pages know of the deployment beyond its operations.
#[derive(Clone)]
pub struct Secrets {
    /// The one of the forms that are shown now first.
    form_keys: Vec<[u8; 32]>,
    /// Cookies go over TLS alone, where the exchange is reached by it.
    pub(super) secure: bool,
    renewals: Arc<Mutex<HashMap<String, (Time, Tokens)>>>,
}

/// The tokens of a session, as the API gives them.
#[derive(Clone)]
pub(super) struct Tokens {
    pub(super) access: String,
    pub(super) renewal: String,
}

/// Who visits, as far as is known.
#[derive(Clone, Default)]
pub(super) struct Visitor {
    pub(super) actor: Option<Actor>,
    pub(super) token: Option<String>,
}

impl Secrets {
    /// Takes the secrets of this deployment, the one in use first, and whether it is reached by TLS.
    pub fn new<'a>(secrets: impl Iterator<Item = &'a [u8; 32]>, secure: bool) -> Self {
        let form_key = |secret: &[u8; 32]| {
            Sha256::new().chain_update(b"forms\0").chain_update(secret).finalize().into()
        };
        Self { form_keys: secrets.map(form_key).collect(), secure, renewals: Arc::default() }
    }

    /// The tokens that a form of this visitor may bring, the one that they are shown now first: a page
    /// may be older than the key in use, or of another instance.
    pub(super) fn form_tokens(&self, cookie: &str, user: Option<UserId>) -> Vec<String> {
        let user = user.map_or_else(|| "-".to_owned(), |user| user.to_string());
        let token = |form_key: &[u8; 32]| {
            let mut hash = Sha256::new().chain_update(form_key);
            for part in [cookie, &user] {
                hash = hash.chain_update(part.as_bytes()).chain_update([0]);
            }
            BASE64_URL_SAFE_NO_PAD.encode(hash.finalize())
        };
        self.form_keys.iter().map(token).collect()
    }

    /// Exchanges a refresh token, once for requests that come side by side.
    pub(super) async fn renew(&self, inside: &Inside, old: &str, now: Time) -> Answer<Tokens> {
        let mut renewals = self.renewals.lock().await;
        renewals.retain(|_, (at, _)| {
            (0..SAME_RENEWAL_S).contains(&(now.unix_seconds() - at.unix_seconds()))
        });
        let known = hex::encode(Sha256::digest(old.as_bytes()));
        if let Some((_, tokens)) = renewals.get(&known) {
            return Ok(tokens.clone());
        }
        let body = serde_json::json!({ "refresh_token": old }).to_string();
        let question = Question {
            method: Method::POST,
            path: "/api/v1/sessions/renewal",
            token: None,
            language: Language::Chinese,
            key: None,
            version: None,
            body: Some(("application/json", Bytes::from(body))),
        };
        let told = inside.ask(question).await?;
        let tokens = Tokens::of(&told.bytes)?;
        renewals.insert(known, (now, tokens.clone()));
        Ok(tokens)
    }
}

impl Tokens {
    pub(super) fn of(told: &[u8]) -> Answer<Self> {
        let told = serde_json::from_slice::<serde_json::Value>(told);
        let told = Facts::from(told.map_err(|cause| Failure::Broken(cause.into()))?);
        Ok(Self { access: told.text("access_token"), renewal: told.text("refresh_token") })
    }

    /// A fresh code brings another access token alone.
    pub(super) fn cookies(&self, secure: bool) -> Vec<String> {
        let access = cookies::set(ACCESS, &self.access, KEPT_S, secure);
        match self.renewal.as_str() {
            "" => vec![access],
            renewal => vec![access, cookies::set(RENEWAL, renewal, KEPT_S, secure)],
        }
    }
}

/// What ends a session in the browser.
pub(super) fn forgotten(secure: bool) -> Vec<String> {
    vec![cookies::forget(ACCESS, secure), cookies::forget(RENEWAL, secure)]
}

/// A new value for the form cookie.
pub(super) fn new_form_cookie() -> String {
    BASE64_URL_SAFE_NO_PAD.encode(rand::random::<[u8; 24]>())
}
