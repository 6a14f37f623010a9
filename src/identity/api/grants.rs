//! Roles for people: entered by the system administrator, approved by the security administrator.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path, Query};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::members::expect_user;
use crate::identity::actions;
use crate::identity::model::{RoleGrantId, RoleGrantState};
use crate::identity::store::{self, RoleGrantRow, RoleGrants};
use crate::kernel::actor::{Actor, Role};
use crate::kernel::clock::Time;
use crate::kernel::db::{Db, Tx};
use crate::kernel::ids::UserId;
use crate::kernel::operations::{Operations, operations};
use crate::kernel::page::{Page, PageQuery};
use crate::kernel::problem::Answer;
use crate::kernel::text::Label;
use crate::web::{Asked, Problems};

pub(super) fn operations() -> Operations {
    operations![
        create_role_change,
        list_role_grants,
        create_role_grant_approval,
        create_role_grant_rejection,
    ]
}

/// A role that a person was, or is to be, given.
#[derive(Debug, Clone, Serialize, ToSchema)]
struct RoleGrantView {
    id: RoleGrantId,
    user_id: UserId,
    role: Role,
    /// The role that it replaces; a newcomer has none.
    previous_role: Option<Role>,
    state: RoleGrantState,
    entered_by: UserId,
    entered_at: Time,
    decided_by: Option<UserId>,
    decided_at: Option<Time>,
    /// Why it was turned down.
    #[schema(example = "无任命文件")]
    decision: Option<String>,
}

impl From<RoleGrantRow> for RoleGrantView {
    fn from(row: RoleGrantRow) -> Self {
        Self {
            id: row.id,
            user_id: row.user_id,
            role: row.role,
            previous_role: row.previous_role,
            state: row.state,
            entered_by: row.entered_by,
            entered_at: row.entered_at,
            decided_by: row.decided_by,
            decided_at: row.decided_at,
            decision: row.decision,
        }
    }
}

/// The role that a person is to have.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewRole {
    role: Role,
}

/// Enters another role for a person; it takes effect when the security administrator approves it
#[utoipa::path(
    post, path = "/api/v1/users/{user_id}/role", tag = "identity", request_body = NewRole,
    params(("user_id" = UserId, Path)),
    responses((status = 201, body = RoleGrantView), Problems),
    extensions(("x-roles" = json!(["administrator"])), ("x-effect" = json!("write")), ("x-if-match" = json!("required"))),
)]
async fn create_role_change(
    db: Data<Db>,
    user_id: Path<UserId>,
    asked: Asked<NewRole>,
) -> Answer<HttpResponse> {
    let (user, grant, Asked { doing, body }) = (user_id.into_inner(), RoleGrantId::new(), asked);
    let write = move |tx: &mut Tx<'_>| {
        expect_user(tx, user)?;
        actions::enter_role(tx, grant, user, body.role)
    };
    let id = db.write(doing, write).await?;
    Ok(HttpResponse::Created().json(view_of(&db, id).await?))
}

/// Which roles are asked for.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct RoleGrantFilter {
    user_id: Option<UserId>,
    state: Option<RoleGrantState>,
}

/// Lists the roles that people were, or are to be, given
#[utoipa::path(
    get, path = "/api/v1/role-grants", tag = "identity", params(PageQuery, RoleGrantFilter),
    responses((status = 200, body = Page<RoleGrantView>), Problems),
    extensions(
        ("x-roles" = json!(["administrator", "security_administrator", "auditor"])),
        ("x-effect" = json!("read")),
    ),
)]
async fn list_role_grants(
    db: Data<Db>,
    actor: Actor,
    page: Query<PageQuery>,
    filter: Query<RoleGrantFilter>,
) -> Answer<HttpResponse> {
    let which = RoleGrants { user_id: filter.user_id, state: filter.state };
    let page = db.read(Some(&actor), move |c| {
        let rows = store::role_grants(c, &which, &page)?;
        Ok(Page::of(rows, &page, |row| row.id.uuid(), RoleGrantView::from))
    });
    Ok(HttpResponse::Ok().json(page.await?))
}

/// Gives a person the role that was entered, as the second person; it acts at once, and they log in
/// again
#[utoipa::path(
    post, path = "/api/v1/role-grants/{grant_id}/approval", tag = "identity",
    params(("grant_id" = RoleGrantId, Path)),
    responses((status = 200, body = RoleGrantView), Problems),
    extensions(("x-roles" = json!(["security_administrator"])), ("x-effect" = json!("write"))),
)]
async fn create_role_grant_approval(
    db: Data<Db>,
    grant_id: Path<RoleGrantId>,
    asked: Asked<()>,
) -> Answer<HttpResponse> {
    let id = grant_id.into_inner();
    let id = db.write(asked.doing, move |tx| actions::approve_role(tx, id)).await?;
    Ok(HttpResponse::Ok().json(view_of(&db, id).await?))
}

/// Says why.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewRoleGrantRejection {
    #[schema(value_type = String, example = "无任命文件")]
    reason: Label,
}

/// Turns a role down that was entered for a person
#[utoipa::path(
    post, path = "/api/v1/role-grants/{grant_id}/rejection", tag = "identity",
    params(("grant_id" = RoleGrantId, Path)), request_body = NewRoleGrantRejection,
    responses((status = 200, body = RoleGrantView), Problems),
    extensions(("x-roles" = json!(["security_administrator"])), ("x-effect" = json!("write"))),
)]
async fn create_role_grant_rejection(
    db: Data<Db>,
    grant_id: Path<RoleGrantId>,
    asked: Asked<NewRoleGrantRejection>,
) -> Answer<HttpResponse> {
    let Asked { doing, body } = asked;
    let (id, reason) = (grant_id.into_inner(), body.reason.to_string());
    let id = db.write(doing, move |tx| actions::reject_role(tx, id, &reason)).await?;
    Ok(HttpResponse::Ok().json(view_of(&db, id).await?))
}

async fn view_of(db: &Db, id: RoleGrantId) -> Answer<RoleGrantView> {
    db.read(None, move |c| store::role_grant(c, id)).await.map(RoleGrantView::from)
}
