//! Projects over HTTP: each stage is a noun of its own.

mod afterwards;
mod bodies;
mod land;

use actix_web::HttpResponse;
use actix_web::web::{Data, Path, Query};

use crate::kernel::actor::{Actor, Doing};
use crate::kernel::db::{Db, Tx};
use crate::kernel::operations::{Operations, operations};
use crate::kernel::page::{Page, PageQuery};
use crate::kernel::problem::Answer;
use crate::restoration::actions;
use crate::restoration::model::{Project, ProjectId, ProjectSummary};
use crate::web::{Asked, Problems};

pub use bodies::{
    CompletionReport, NewAcceptance, NewClosure, NewLandCorrection, NewMonitoringPlan,
    NewMonitoringReport, NewParcelWithdrawal, NewProject, NewProjectWithdrawal, NewZoneApproval,
    PostReport,
};

/// Everything that can be asked of this capability.
pub fn operations() -> Operations {
    operations![
        create_project,
        list_projects,
        get_project,
        create_scheme_review,
        create_project_approval,
        create_construction,
        create_completion,
        create_acceptance,
        create_monitoring_plan,
        create_monitoring,
        create_closure,
    ]
    .and(afterwards::operations())
    .and(land::operations())
}

/// Proposes a restoration project
///
/// A township proposes to restore reserve parcels of its county. The bill of quantities must add up
/// to the fen; alien species need an assessment and an approval.
#[utoipa::path(
    post, path = "/api/v1/projects", tag = "restoration", request_body = NewProject,
    responses((status = 201, body = Project), Problems),
    extensions(("x-roles" = json!(["township_officer"])), ("x-effect" = json!("write"))),
)]
pub async fn create_project(db: Data<Db>, asked: Asked<NewProject>) -> Answer<HttpResponse> {
    let Asked { doing, body } = asked;
    let command = body.into_command(ProjectId::new());
    let project = db.write(doing, move |tx| actions::propose(tx, &command)).await?;
    Ok(HttpResponse::Created().json(project))
}

/// Lists restoration projects
///
/// A township sees its own, and those of its county that are approved; the authorities see those of
/// their region.
#[utoipa::path(
    get, path = "/api/v1/projects", tag = "restoration", params(PageQuery),
    responses((status = 200, body = Page<ProjectSummary>), Problems),
    extensions(
        ("x-roles" = json!([
            "township_officer", "centre_officer", "centre_director", "forestry_officer",
            "finance_officer", "finance_director", "auditor", "administrator"
        ])),
        ("x-effect" = json!("read")),
    ),
)]
pub async fn list_projects(
    db: Data<Db>,
    actor: Actor,
    page: Query<PageQuery>,
) -> Answer<HttpResponse> {
    let (before, limit) = (page.after()?, page.limit());
    let reader = actor.clone();
    let rows = db
        .read(Some(&actor), move |c| actions::visible_projects(c, &reader, before, limit))
        .await?;
    Ok(HttpResponse::Ok().json(Page::of(rows, &page, |project| project.id.uuid(), |row| row)))
}

/// Shows a restoration project
#[utoipa::path(
    get, path = "/api/v1/projects/{project_id}", tag = "restoration",
    params(("project_id" = ProjectId, Path)),
    responses((status = 200, body = Project), Problems),
    extensions(
        ("x-roles" = json!([
            "township_officer", "centre_officer", "centre_director", "forestry_officer",
            "finance_officer", "finance_director", "auditor", "administrator"
        ])),
        ("x-effect" = json!("read")),
    ),
)]
pub async fn get_project(
    db: Data<Db>,
    actor: Actor,
    project_id: Path<ProjectId>,
) -> Answer<HttpResponse> {
    let (id, reader) = (project_id.into_inner(), actor.clone());
    let project = db.read(Some(&actor), move |c| actions::visible_project(c, &reader, id)).await?;
    Ok(HttpResponse::Ok().json(project))
}

/// Records that a project's scheme was reviewed
#[utoipa::path(
    post, path = "/api/v1/projects/{project_id}/scheme-review", tag = "restoration",
    params(("project_id" = ProjectId, Path)),
    responses((status = 201, body = Project), Problems),
    extensions(("x-roles" = json!(["centre_officer"])), ("x-effect" = json!("write")), ("x-if-match" = json!("taken"))),
)]
pub async fn create_scheme_review(
    db: Data<Db>,
    project_id: Path<ProjectId>,
    asked: Asked<()>,
) -> Answer<HttpResponse> {
    let id = project_id.into_inner();
    on_project(&db, asked.doing, id, move |tx| actions::review_scheme(tx, id)).await
}

/// Approves a project
///
/// By another person than the one who reviewed its scheme.
#[utoipa::path(
    post, path = "/api/v1/projects/{project_id}/approval", tag = "restoration",
    params(("project_id" = ProjectId, Path)),
    responses((status = 201, body = Project), Problems),
    extensions(("x-roles" = json!(["centre_director"])), ("x-effect" = json!("write")), ("x-if-match" = json!("taken"))),
)]
pub async fn create_project_approval(
    db: Data<Db>,
    project_id: Path<ProjectId>,
    asked: Asked<()>,
) -> Answer<HttpResponse> {
    let id = project_id.into_inner();
    on_project(&db, asked.doing, id, move |tx| actions::approve(tx, id)).await
}

/// Records that construction began
#[utoipa::path(
    post, path = "/api/v1/projects/{project_id}/construction", tag = "restoration",
    params(("project_id" = ProjectId, Path)),
    responses((status = 201, body = Project), Problems),
    extensions(("x-roles" = json!(["township_officer"])), ("x-effect" = json!("write")), ("x-if-match" = json!("taken"))),
)]
pub async fn create_construction(
    db: Data<Db>,
    project_id: Path<ProjectId>,
    asked: Asked<()>,
) -> Answer<HttpResponse> {
    let id = project_id.into_inner();
    on_project(&db, asked.doing, id, move |tx| actions::start_construction(tx, id)).await
}

/// Records that the works are complete
#[utoipa::path(
    post, path = "/api/v1/projects/{project_id}/completion", tag = "restoration",
    params(("project_id" = ProjectId, Path)),
    responses((status = 201, body = Project), Problems),
    extensions(("x-roles" = json!(["township_officer"])), ("x-effect" = json!("write")), ("x-if-match" = json!("taken"))),
)]
pub async fn create_completion(
    db: Data<Db>,
    project_id: Path<ProjectId>,
    asked: Asked<()>,
) -> Answer<HttpResponse> {
    let id = project_id.into_inner();
    on_project(&db, asked.doing, id, move |tx| actions::complete(tx, id)).await
}

/// Accepts a project's restored land
///
/// On the report of an assessor without interest and the visit of at least two inspectors.
#[utoipa::path(
    post, path = "/api/v1/projects/{project_id}/acceptance", tag = "restoration",
    params(("project_id" = ProjectId, Path)), request_body = NewAcceptance,
    responses((status = 201, body = Project), Problems),
    extensions(("x-roles" = json!(["centre_officer"])), ("x-effect" = json!("write")), ("x-if-match" = json!("taken"))),
)]
pub async fn create_acceptance(
    db: Data<Db>,
    project_id: Path<ProjectId>,
    asked: Asked<NewAcceptance>,
) -> Answer<HttpResponse> {
    let Asked { doing, body } = asked;
    let id = project_id.into_inner();
    let command = body.into_command(id);
    on_project(&db, doing, id, move |tx| actions::accept(tx, &command)).await
}

/// Files the plan by which restored land is watched
///
/// After the acceptance, once. Certification asks for it, and so does monitoring.
#[utoipa::path(
    post, path = "/api/v1/projects/{project_id}/monitoring-plan", tag = "restoration",
    params(("project_id" = ProjectId, Path)), request_body = NewMonitoringPlan,
    responses((status = 201, body = Project), Problems),
    extensions(
        ("x-roles" = json!(["township_officer", "centre_officer"])),
        ("x-effect" = json!("write")), ("x-if-match" = json!("taken")),
    ),
)]
pub async fn create_monitoring_plan(
    db: Data<Db>,
    project_id: Path<ProjectId>,
    asked: Asked<NewMonitoringPlan>,
) -> Answer<HttpResponse> {
    let (id, years) = (project_id.into_inner(), asked.body.years);
    on_project(&db, asked.doing, id, move |tx| actions::plan_monitoring(tx, id, years)).await
}

/// Puts an accepted project under monitoring
#[utoipa::path(
    post, path = "/api/v1/projects/{project_id}/monitoring", tag = "restoration",
    params(("project_id" = ProjectId, Path)),
    responses((status = 201, body = Project), Problems),
    extensions(("x-roles" = json!(["centre_officer"])), ("x-effect" = json!("write")), ("x-if-match" = json!("taken"))),
)]
pub async fn create_monitoring(
    db: Data<Db>,
    project_id: Path<ProjectId>,
    asked: Asked<()>,
) -> Answer<HttpResponse> {
    let id = project_id.into_inner();
    on_project(&db, asked.doing, id, move |tx| actions::start_monitoring(tx, id)).await
}

/// Closes a project
///
/// On a filed post assessment, and with a keeper named for the land.
#[utoipa::path(
    post, path = "/api/v1/projects/{project_id}/closure", tag = "restoration",
    params(("project_id" = ProjectId, Path)), request_body = NewClosure,
    responses((status = 201, body = Project), Problems),
    extensions(("x-roles" = json!(["centre_officer"])), ("x-effect" = json!("write")), ("x-if-match" = json!("taken"))),
)]
pub async fn create_closure(
    db: Data<Db>,
    project_id: Path<ProjectId>,
    asked: Asked<NewClosure>,
) -> Answer<HttpResponse> {
    let Asked { doing, body } = asked;
    let id = project_id.into_inner();
    let command = body.into_command(id);
    on_project(&db, doing, id, move |tx| actions::close(tx, &command)).await
}

/// Takes a project one step on, if it is still as the caller saw it.
async fn on_project(
    db: &Db,
    doing: Doing,
    id: ProjectId,
    step: impl Fn(&mut Tx<'_>) -> Answer<Project> + Send + Sync + 'static,
) -> Answer<HttpResponse> {
    let write = move |tx: &mut Tx<'_>| {
        let reader = tx.actor()?;
        tx.expect_version(|c| actions::visible_project(c, &reader, id))?;
        step(tx)
    };
    Ok(HttpResponse::Created().json(db.write(doing, write).await?))
}
