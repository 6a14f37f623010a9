//! The second factor: set up by its owner, used before approvals, taken back by two others.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path, Query};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::sessions::SessionView;
use crate::identity::actions::{self, EnterFactorReset};
use crate::identity::login;
use crate::identity::model::FactorResetId;
use crate::identity::passwords::Passwords;
use crate::identity::rules;
use crate::identity::store::{self, FactorResetRow};
use crate::identity::tokens::{Tokens, expiry};
use crate::identity::totp::Vault;
use crate::kernel::actor::{Actor, Role};
use crate::kernel::clock::Time;
use crate::kernel::db::Db;
use crate::kernel::ids::UserId;
use crate::kernel::operations::{Operations, operations};
use crate::kernel::page::{Page, PageQuery};
use crate::kernel::problem::Answer;
use crate::kernel::text::Label;
use crate::web::{Asked, Problems};

pub(super) fn operations() -> Operations {
    operations![
        get_second_factor,
        create_second_factor,
        create_second_factor_confirmation,
        create_fresh_code,
        create_second_factor_reset,
        list_second_factor_resets,
        create_second_factor_reset_approval,
    ]
}

/// How one's own second factor stands.
#[derive(Debug, Serialize, ToSchema)]
struct SecondFactorView {
    /// Whether one's role needs one.
    needed: bool,
    /// Since when it is in force.
    confirmed_at: Option<Time>,
    /// Whether one was begun and waits for its first code.
    begun: bool,
}

/// Shows how one's own second factor stands
#[utoipa::path(
    get, path = "/api/v1/me/second-factor", tag = "identity",
    responses((status = 200, body = SecondFactorView), Problems),
    extensions(
        ("x-roles" = json!(Role::ALL)),
        ("x-effect" = json!("read")),
        ("x-own-account" = json!(true)),
    ),
)]
async fn get_second_factor(db: Data<Db>, actor: Actor) -> Answer<HttpResponse> {
    let user = actor.user_id;
    let factor = db.read(Some(&actor), move |c| Ok(store::factor(c, user)?)).await?;
    let confirmed_at = factor.as_ref().and_then(|factor| factor.confirmed_at);
    Ok(HttpResponse::Ok().json(SecondFactorView {
        needed: rules::needs_factor(actor.role),
        confirmed_at,
        begun: factor.is_some() && confirmed_at.is_none(),
    }))
}

/// A new secret for one's authenticator; it is shown this once.
#[derive(Debug, Serialize, ToSchema)]
struct NewSecretView {
    /// In base 32, for typing.
    #[schema(example = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP")]
    secret: String,
    /// What the QR code for authenticator apps holds.
    #[schema(example = "otpauth://totp/Wetland%20Exchange:liang.wenbo?secret=JBSWY3DP")]
    otpauth_url: String,
}

/// Begins to set up one's second factor; it counts once its first code is confirmed
#[utoipa::path(
    post, path = "/api/v1/me/second-factor", tag = "identity",
    responses((status = 201, body = NewSecretView), Problems),
    extensions(
        ("x-roles" = json!(Role::ALL)),
        ("x-effect" = json!("write")),
        ("x-own-account" = json!(true)),
    ),
)]
async fn create_second_factor(
    db: Data<Db>,
    vault: Data<Vault>,
    asked: Asked<()>,
) -> Answer<HttpResponse> {
    let begun = login::begin_factor(&db, &vault, asked.doing).await?;
    let view = NewSecretView { secret: begun.secret, otpauth_url: begun.address };
    Ok(HttpResponse::Created().json(view))
}

/// The present code of one's authenticator.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct GivenCode {
    #[schema(example = "492039", max_length = 16)]
    code: String,
}

/// Puts one's second factor into force by its first code; all one's sessions end, and this one begins
#[utoipa::path(
    post, path = "/api/v1/me/second-factor/confirmation", tag = "identity",
    request_body = GivenCode,
    responses((status = 201, body = SessionView), Problems),
    extensions(
        ("x-roles" = json!(Role::ALL)),
        ("x-effect" = json!("write")),
        ("x-own-account" = json!(true)),
    ),
)]
async fn create_second_factor_confirmation(
    db: Data<Db>,
    passwords: Data<Passwords>,
    vault: Data<Vault>,
    tokens: Data<Tokens>,
    asked: Asked<GivenCode>,
) -> Answer<HttpResponse> {
    let Asked { doing, body } = asked;
    let opened = login::confirm_factor(&db, &passwords, &vault, doing, &body.code).await?;
    let view = SessionView::of(opened, &tokens, db.clock().now())?;
    Ok(HttpResponse::Created().json(view))
}

/// An access token that says when a code was given.
#[derive(Debug, Serialize, ToSchema)]
struct FreshTokenView {
    #[schema(example = "eyJ0eXAiOiJhdCtqd3QiLCJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJ3ZXRsYW5kIn0.c2ln")]
    access_token: String,
    #[schema(example = "Bearer")]
    token_type: &'static str,
    expires_at: Time,
}

/// Confirms by a code that it is still oneself; an approval needs that of the last five minutes
#[utoipa::path(
    post, path = "/api/v1/session/second-factor", tag = "identity", request_body = GivenCode,
    responses((status = 201, body = FreshTokenView), Problems),
    extensions(("x-roles" = json!(Role::ALL)), ("x-effect" = json!("write"))),
)]
async fn create_fresh_code(
    db: Data<Db>,
    vault: Data<Vault>,
    tokens: Data<Tokens>,
    asked: Asked<GivenCode>,
) -> Answer<HttpResponse> {
    let Asked { doing, body } = asked;
    let (actor, until) = login::confirm_session(&db, &vault, doing, &body.code).await?;
    let now = db.clock().now();
    Ok(HttpResponse::Created().json(FreshTokenView {
        access_token: tokens.issue(&actor, until, now)?,
        token_type: "Bearer",
        expires_at: expiry(until, now),
    }))
}

/// Why a second factor is to be taken back.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewSecondFactorReset {
    #[schema(value_type = String, example = "手机遗失，本人持身份证到场")]
    reason: Label,
}

/// The wish that a person's second factor be taken back.
#[derive(Debug, Serialize, ToSchema)]
struct SecondFactorResetView {
    id: FactorResetId,
    user_id: UserId,
    #[schema(example = "手机遗失，本人持身份证到场")]
    reason: String,
    entered_by: UserId,
    entered_at: Time,
    approved_by: Option<UserId>,
    approved_at: Option<Time>,
}

impl From<FactorResetRow> for SecondFactorResetView {
    fn from(row: FactorResetRow) -> Self {
        Self {
            id: row.id,
            user_id: row.user_id,
            reason: row.reason,
            entered_by: row.entered_by,
            entered_at: row.entered_at,
            approved_by: row.approved_by,
            approved_at: row.approved_at,
        }
    }
}

/// Enters that a person's second factor be taken back, for the security administrator
#[utoipa::path(
    post, path = "/api/v1/users/{user_id}/second-factor-resets", tag = "identity",
    params(("user_id" = UserId, Path)), request_body = NewSecondFactorReset,
    responses((status = 201, body = SecondFactorResetView), Problems),
    extensions(("x-roles" = json!(["administrator"])), ("x-effect" = json!("write"))),
)]
async fn create_second_factor_reset(
    db: Data<Db>,
    user_id: Path<UserId>,
    asked: Asked<NewSecondFactorReset>,
) -> Answer<HttpResponse> {
    let Asked { doing, body } = asked;
    let command = EnterFactorReset {
        id: FactorResetId::new(),
        user_id: user_id.into_inner(),
        reason: body.reason.to_string(),
    };
    let id = db.write(doing, move |tx| actions::enter_factor_reset(tx, &command)).await?;
    Ok(HttpResponse::Created().json(view_of(&db, id).await?))
}

/// Whose second factors are asked for.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct FactorResetFilter {
    user_id: Option<UserId>,
}

/// Lists the second factors that were or are to be taken back
#[utoipa::path(
    get, path = "/api/v1/second-factor-resets", tag = "identity",
    params(PageQuery, FactorResetFilter),
    responses((status = 200, body = Page<SecondFactorResetView>), Problems),
    extensions(
        ("x-roles" = json!(["administrator", "security_administrator", "auditor"])),
        ("x-effect" = json!("read")),
    ),
)]
async fn list_second_factor_resets(
    db: Data<Db>,
    actor: Actor,
    page: Query<PageQuery>,
    filter: Query<FactorResetFilter>,
) -> Answer<HttpResponse> {
    let page = db.read(Some(&actor), move |c| {
        let rows = store::factor_resets(c, filter.user_id, &page)?;
        Ok(Page::of(rows, &page, |row| row.id.uuid(), SecondFactorResetView::from))
    });
    Ok(HttpResponse::Ok().json(page.await?))
}

/// Takes a person's second factor back as the security administrator; their sessions end
#[utoipa::path(
    post, path = "/api/v1/second-factor-resets/{reset_id}/approval", tag = "identity",
    params(("reset_id" = FactorResetId, Path)),
    responses((status = 200, body = SecondFactorResetView), Problems),
    extensions(("x-roles" = json!(["security_administrator"])), ("x-effect" = json!("write"))),
)]
async fn create_second_factor_reset_approval(
    db: Data<Db>,
    reset_id: Path<FactorResetId>,
    asked: Asked<()>,
) -> Answer<HttpResponse> {
    let id = reset_id.into_inner();
    let id = db.write(asked.doing, move |tx| actions::approve_factor_reset(tx, id)).await?;
    Ok(HttpResponse::Ok().json(view_of(&db, id).await?))
}

async fn view_of(db: &Db, id: FactorResetId) -> Answer<SecondFactorResetView> {
    db.read(None, move |c| store::factor_reset(c, id)).await.map(SecondFactorResetView::from)
}
