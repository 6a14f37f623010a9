//! Another password for whoever forgot theirs: entered by one person, approved by another.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path, Query};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::identity::actions;
use crate::identity::login;
use crate::identity::model::PasswordResetId;
use crate::identity::passwords::Passwords;
use crate::identity::store::{self, PasswordResetRow};
use crate::kernel::actor::Actor;
use crate::kernel::clock::Time;
use crate::kernel::db::Db;
use crate::kernel::ids::UserId;
use crate::kernel::operations::{Operations, operations};
use crate::kernel::page::{Page, PageQuery};
use crate::kernel::problem::Answer;
use crate::kernel::text::Label;
use crate::web::{Asked, Problems};

pub(super) fn operations() -> Operations {
    operations![create_password_reset, list_password_resets, create_password_reset_approval]
}

/// The password that a person is to have, and why.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewPasswordReset {
    #[schema(example = "a password to be changed", min_length = 12, max_length = 128)]
    password: String,
    #[schema(value_type = String, example = "忘记密码，本人持身份证到场")]
    reason: Label,
}

/// The wish that a person have another password.
#[derive(Debug, Serialize, ToSchema)]
struct PasswordResetView {
    id: PasswordResetId,
    user_id: UserId,
    #[schema(example = "忘记密码，本人持身份证到场")]
    reason: String,
    entered_by: UserId,
    entered_at: Time,
    approved_by: Option<UserId>,
    approved_at: Option<Time>,
}

impl From<PasswordResetRow> for PasswordResetView {
    fn from(row: PasswordResetRow) -> Self {
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

/// Enters another password for a person, for the security administrator
#[utoipa::path(
    post, path = "/api/v1/users/{user_id}/password-resets", tag = "identity",
    params(("user_id" = UserId, Path)), request_body = NewPasswordReset,
    responses((status = 201, body = PasswordResetView), Problems),
    extensions(("x-roles" = json!(["administrator"])), ("x-effect" = json!("write"))),
)]
async fn create_password_reset(
    db: Data<Db>,
    passwords: Data<Passwords>,
    user_id: Path<UserId>,
    asked: Asked<NewPasswordReset>,
) -> Answer<HttpResponse> {
    let Asked { doing, body } = asked;
    let NewPasswordReset { password, reason } = body;
    let wish = login::PasswordWish { user: *user_id, password, reason: reason.to_string() };
    let id = login::enter_password_reset(&db, &passwords, doing, wish).await?;
    Ok(HttpResponse::Created().json(view_of(&db, id).await?))
}

/// Whose resets are asked for.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct PasswordResetFilter {
    user_id: Option<UserId>,
}

/// Lists the passwords that were or are to be given anew; never a password
#[utoipa::path(
    get, path = "/api/v1/password-resets", tag = "identity",
    params(PageQuery, PasswordResetFilter),
    responses((status = 200, body = Page<PasswordResetView>), Problems),
    extensions(
        ("x-roles" = json!(["administrator", "security_administrator", "auditor"])),
        ("x-effect" = json!("read")),
    ),
)]
async fn list_password_resets(
    db: Data<Db>,
    actor: Actor,
    page: Query<PageQuery>,
    filter: Query<PasswordResetFilter>,
) -> Answer<HttpResponse> {
    let page = db.read(Some(&actor), move |c| {
        let rows = store::password_resets(c, filter.user_id, &page)?;
        Ok(Page::of(rows, &page, |row| row.id.uuid(), PasswordResetView::from))
    });
    Ok(HttpResponse::Ok().json(page.await?))
}

/// Gives the person the password as the security administrator; their sessions end
#[utoipa::path(
    post, path = "/api/v1/password-resets/{reset_id}/approval", tag = "identity",
    params(("reset_id" = PasswordResetId, Path)),
    responses((status = 200, body = PasswordResetView), Problems),
    extensions(("x-roles" = json!(["security_administrator"])), ("x-effect" = json!("write"))),
)]
async fn create_password_reset_approval(
    db: Data<Db>,
    reset_id: Path<PasswordResetId>,
    asked: Asked<()>,
) -> Answer<HttpResponse> {
    let id = *reset_id;
    let id = db.write(asked.doing, move |tx| actions::approve_password_reset(tx, id)).await?;
    Ok(HttpResponse::Ok().json(view_of(&db, id).await?))
}

async fn view_of(db: &Db, id: PasswordResetId) -> Answer<PasswordResetView> {
    db.read(None, move |c| store::password_reset(c, id)).await.map(PasswordResetView::from)
}
