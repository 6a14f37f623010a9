//! Logins, their renewal and their end, and what people do to their own account.

use actix_web::HttpResponse;
use actix_web::web::Data;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::identity::actions;
use crate::identity::login::{self, Credentials, Opened};
use crate::identity::model::{Organisation, User};
use crate::identity::passwords::Passwords;
use crate::identity::store;
use crate::identity::tokens::{Tokens, expiry, hash_of_refresh_token};
use crate::identity::totp::Vault;
use crate::kernel::actor::{Actor, Role};
use crate::kernel::clock::Time;
use crate::kernel::db::Db;
use crate::kernel::operations::{Operations, operations};
use crate::kernel::problem::{Answer, Failure};
use crate::web::{Asked, Problems};

pub(super) fn operations() -> Operations {
    operations![create_session, create_session_renewal, create_logout, get_me, create_own_password]
}

/// A name and its password.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewSession {
    #[schema(example = "liang.wenbo", max_length = 40)]
    pub username: String,
    #[schema(example = "a password of one's own", max_length = 256)]
    pub password: String,
    /// The present code of the authenticator, where a second factor is set up. Without it, or with a
    /// wrong one, the answer is that of a wrong password.
    #[serde(default)]
    #[schema(example = "492039", max_length = 16)]
    pub code: Option<String>,
}

/// A refresh token, as it was given out.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct PresentedToken {
    #[schema(example = "Jq0p0X6l8gQ2m1w6l1l8m2m3n4b5v6c7x8z9a0s1d2f", max_length = 64)]
    pub refresh_token: String,
}

/// What lets somebody act: send the access token with each request, keep the refresh token.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct SessionView {
    #[schema(example = "eyJ0eXAiOiJhdCtqd3QiLCJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJ3ZXRsYW5kIn0.c2ln")]
    pub access_token: String,
    #[schema(example = "Bearer")]
    pub token_type: &'static str,
    /// When the access token ends: ten minutes after it was made.
    pub expires_at: Time,
    /// Good for one renewal; sent a second time it ends the session.
    #[schema(example = "Jq0p0X6l8gQ2m1w6l1l8m2m3n4b5v6c7x8z9a0s1d2f")]
    pub refresh_token: String,
    pub refresh_expires_at: Time,
}

impl SessionView {
    pub(super) fn of(opened: Opened, tokens: &Tokens, now: Time) -> Answer<Self> {
        Ok(Self {
            access_token: tokens.issue(&opened.actor, opened.ends_at, now)?,
            token_type: "Bearer",
            expires_at: expiry(opened.ends_at, now),
            refresh_token: opened.refresh_token.into_text(),
            refresh_expires_at: opened.refresh_expires_at,
        })
    }
}

/// Logs in
///
/// From the fifth failure under one name on there is a wait that grows; who comes too soon is told when
/// to come back. Whose role needs a second factor and who has none yet gets a session in which only
/// their own account is open. A session ends after half an hour without a renewal, and after twelve
/// hours in any case.
#[utoipa::path(
    post, path = "/api/v1/sessions", tag = "identity", request_body = NewSession,
    responses((status = 201, body = SessionView), Problems),
    extensions(("x-roles" = json!(["public"])), ("x-effect" = json!("write"))),
)]
pub(super) async fn create_session(
    db: Data<Db>,
    tokens: Data<Tokens>,
    passwords: Data<Passwords>,
    vault: Data<Vault>,
    asked: Asked<NewSession>,
) -> Answer<HttpResponse> {
    let NewSession { username, password, code } = asked.body;
    let said = Credentials { username, password, code };
    let opened = login::log_in(&db, &passwords, &vault, said).await?;
    let view = SessionView::of(opened, &tokens, db.clock().now())?;
    Ok(HttpResponse::Created().json(view))
}

/// Exchanges a refresh token for new tokens
///
/// A refresh token is good once. One that comes back after its use is in two people's hands, so the
/// whole session ends.
#[utoipa::path(
    post, path = "/api/v1/sessions/renewal", tag = "identity", request_body = PresentedToken,
    responses((status = 201, body = SessionView), Problems),
    extensions(("x-roles" = json!(["public"])), ("x-effect" = json!("write"))),
)]
pub(super) async fn create_session_renewal(
    db: Data<Db>,
    tokens: Data<Tokens>,
    passwords: Data<Passwords>,
    asked: Asked<PresentedToken>,
) -> Answer<HttpResponse> {
    let opened = login::renew(&db, &passwords, &asked.body.refresh_token).await?;
    let view = SessionView::of(opened, &tokens, db.clock().now())?;
    Ok(HttpResponse::Created().json(view))
}

/// Logs out: the session's refresh token is worth nothing more
///
/// An access token that was made before ends by itself, at most ten minutes later.
#[utoipa::path(
    post, path = "/api/v1/sessions/logout", tag = "identity", request_body = PresentedToken,
    responses((status = 204), Problems),
    extensions(
        ("x-roles" = json!(Role::ALL)),
        ("x-effect" = json!("write")),
        ("x-own-account" = json!(true)),
    ),
)]
pub(super) async fn create_logout(
    db: Data<Db>,
    asked: Asked<PresentedToken>,
) -> Answer<HttpResponse> {
    let Asked { doing, body } = asked;
    let presented = hash_of_refresh_token(&body.refresh_token);
    db.write(doing, move |tx| actions::close_session(tx, &presented)).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Who is logged in, and for whom.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Me {
    pub user: User,
    pub organisation: Organisation,
}

/// Shows who is logged in
#[utoipa::path(
    get, path = "/api/v1/me", tag = "identity",
    responses((status = 200, body = Me), Problems),
    extensions(
        ("x-roles" = json!(Role::ALL)),
        ("x-effect" = json!("read")),
        ("x-own-account" = json!(true)),
    ),
)]
pub(super) async fn get_me(db: Data<Db>, actor: Actor) -> Answer<HttpResponse> {
    let (user, organisation) = (actor.user_id, actor.organisation_id);
    let me = db.read(Some(&actor), move |c| {
        let user = store::find_user(c, user)?.ok_or_else(Failure::not_found)?;
        Ok(Me { user, organisation: store::organisation(c, organisation)? })
    });
    Ok(HttpResponse::Ok().json(me.await?))
}

/// A new password, with the present one.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewOwnPassword {
    #[schema(example = "a password of one's own", max_length = 256)]
    pub current_password: String,
    #[schema(example = "another password of one's own", min_length = 12, max_length = 128)]
    pub new_password: String,
}

/// Changes one's own password; all one's sessions end
#[utoipa::path(
    post, path = "/api/v1/me/password", tag = "identity", request_body = NewOwnPassword,
    responses((status = 204), Problems),
    extensions(
        ("x-roles" = json!(Role::ALL)),
        ("x-effect" = json!("write")),
        ("x-own-account" = json!(true)),
    ),
)]
pub(super) async fn create_own_password(
    db: Data<Db>,
    passwords: Data<Passwords>,
    asked: Asked<NewOwnPassword>,
) -> Answer<HttpResponse> {
    let Asked { doing, body } = asked;
    let NewOwnPassword { current_password, new_password } = body;
    login::change_own_password(&db, &passwords, doing, current_password, new_password).await?;
    Ok(HttpResponse::NoContent().finish())
}
