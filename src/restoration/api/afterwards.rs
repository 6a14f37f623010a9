//! What of a project is put before everybody, who judges it, and the reports on its land, over HTTP.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path, Query};

use super::bodies::NewMonitoringReport;
use crate::documents::{DOCUMENT_KINDS, Document, DocumentId, DocumentQuery};
use crate::experts::{Draw, DrawId, NewDraw};
use crate::kernel::actor::Actor;
use crate::kernel::db::{Db, Tx};
use crate::kernel::operations::{Operations, operations};
use crate::kernel::page::{Page, PageQuery};
use crate::kernel::problem::Answer;
use crate::notices::{Periods, PublicNotice, PublicNoticeId};
use crate::restoration::actions;
use crate::restoration::model::{Project, ProjectId};
use crate::web::{Asked, AskedBytes, Problems};

pub(super) fn operations() -> Operations {
    operations![
        create_scheme_notice,
        create_result_notice,
        create_project_draw,
        create_monitoring_report,
        create_project_document,
        list_project_documents,
    ]
}

/// Puts a project's scheme before everybody
///
/// For seven days; the approval waits for its end and for every objection to it.
#[utoipa::path(
    post, path = "/api/v1/projects/{project_id}/scheme-notice", tag = "restoration",
    params(("project_id" = ProjectId, Path)),
    responses((status = 201, body = PublicNotice), Problems),
    extensions(
        ("x-roles" = json!(["centre_officer", "centre_director"])), ("x-effect" = json!("write"))
    ),
)]
pub async fn create_scheme_notice(
    db: Data<Db>,
    project_id: Path<ProjectId>,
    periods: Option<Data<Periods>>,
    asked: Asked<()>,
) -> Answer<HttpResponse> {
    let (id, notice, days) = (project_id.into_inner(), PublicNoticeId::new(), days(periods));
    let publish = move |tx: &mut Tx<'_>| actions::publish_scheme(tx, id, notice, days);
    Ok(HttpResponse::Created().json(db.write(asked.doing, publish).await?))
}

/// Puts what was restored and accepted before everybody
///
/// For seven days; the certification waits for its end and for every objection to it.
#[utoipa::path(
    post, path = "/api/v1/projects/{project_id}/result-notice", tag = "restoration",
    params(("project_id" = ProjectId, Path)),
    responses((status = 201, body = PublicNotice), Problems),
    extensions(
        ("x-roles" = json!(["centre_officer", "centre_director"])), ("x-effect" = json!("write"))
    ),
)]
pub async fn create_result_notice(
    db: Data<Db>,
    project_id: Path<ProjectId>,
    periods: Option<Data<Periods>>,
    asked: Asked<()>,
) -> Answer<HttpResponse> {
    let (id, notice, days) = (project_id.into_inner(), PublicNoticeId::new(), days(periods));
    let publish = move |tx: &mut Tx<'_>| actions::publish_result(tx, id, notice, days);
    Ok(HttpResponse::Created().json(db.write(asked.doing, publish).await?))
}

/// Prepares the draw of a panel of experts for a project's scheme
///
/// From the centre's pool, without those who have an interest in the project. The approval waits for
/// what the panel says.
#[utoipa::path(
    post, path = "/api/v1/projects/{project_id}/expert-draws", tag = "restoration",
    params(("project_id" = ProjectId, Path)), request_body = NewDraw,
    responses((status = 201, body = Draw), Problems),
    extensions(
        ("x-roles" = json!(["centre_officer", "centre_director"])), ("x-effect" = json!("write"))
    ),
)]
pub async fn create_project_draw(
    db: Data<Db>,
    project_id: Path<ProjectId>,
    asked: Asked<NewDraw>,
) -> Answer<HttpResponse> {
    let Asked { doing, body: NewDraw { needs, moment } } = asked;
    let (id, draw) = (project_id.into_inner(), DrawId::new());
    let prepare = move |tx: &mut Tx<'_>| actions::prepare_draw(tx, id, draw, &needs, moment);
    Ok(HttpResponse::Created().json(db.write(doing, prepare).await?))
}

/// Delivers a monitoring report for a day on which one is due
///
/// A report that is thirty days late freezes the project; once it is delivered, the project can be
/// thawed.
#[utoipa::path(
    post, path = "/api/v1/projects/{project_id}/monitoring-reports", tag = "restoration",
    params(("project_id" = ProjectId, Path)), request_body = NewMonitoringReport,
    responses((status = 201, body = Project), Problems),
    extensions(
        ("x-roles" = json!(["township_officer"])), ("x-effect" = json!("write")),
        ("x-if-match" = json!("taken")),
    ),
)]
pub async fn create_monitoring_report(
    db: Data<Db>,
    project_id: Path<ProjectId>,
    asked: Asked<NewMonitoringReport>,
) -> Answer<HttpResponse> {
    let Asked { doing, body } = asked;
    let id = project_id.into_inner();
    let command = body.into_command(id);
    super::on_project(&db, doing, id, move |tx| actions::deliver_report(tx, &command)).await
}

/// Attaches a document to a project
///
/// By its township or the centre. Its kind and size are checked by its content, and its hash stands
/// in the audit log.
#[utoipa::path(
    post, path = "/api/v1/projects/{project_id}/documents", tag = "restoration",
    params(("project_id" = ProjectId, Path), DocumentQuery),
    request_body(
        content((String = "application/octet-stream", example = json!("(the file)"))),
        description = DOCUMENT_KINDS,
    ),
    responses((status = 201, body = Document), Problems),
    extensions(
        ("x-roles" = json!(["township_officer", "centre_officer", "centre_director"])),
        ("x-effect" = json!("write")),
    ),
)]
pub async fn create_project_document(
    db: Data<Db>,
    project_id: Path<ProjectId>,
    query: Query<DocumentQuery>,
    asked: AskedBytes,
) -> Answer<HttpResponse> {
    let (id, document) = (project_id.into_inner(), DocumentId::new());
    let DocumentQuery { name, purpose } = query.into_inner();
    let bytes: std::sync::Arc<[u8]> = asked.bytes.as_ref().into();
    let attach = move |tx: &mut Tx<'_>| {
        actions::attach_document(tx, id, document, (&name, &purpose), &bytes)
    };
    Ok(HttpResponse::Created().json(db.write(asked.doing.clone(), attach).await?))
}

/// Lists the documents of a project, newest first
#[utoipa::path(
    get, path = "/api/v1/projects/{project_id}/documents", tag = "restoration",
    params(("project_id" = ProjectId, Path), PageQuery),
    responses((status = 200, body = Page<Document>), Problems),
    extensions(
        ("x-roles" = json!([
            "township_officer", "centre_officer", "centre_director", "forestry_officer",
            "auditor", "administrator"
        ])),
        ("x-effect" = json!("read")),
    ),
)]
pub async fn list_project_documents(
    db: Data<Db>,
    actor: Actor,
    project_id: Path<ProjectId>,
    page: Query<PageQuery>,
) -> Answer<HttpResponse> {
    let (before, limit, reader) = (page.after()?, page.limit(), actor.clone());
    let id = project_id.into_inner();
    let rows = db
        .read(Some(&actor), move |c| actions::project_documents(c, &reader, id, before, limit))
        .await?;
    Ok(HttpResponse::Ok().json(Page::of(rows, &page, |document| document.id.uuid(), |row| row)))
}

/// For how long notices run here.
fn days(periods: Option<Data<Periods>>) -> i64 {
    periods.map(|periods| *periods.get_ref()).unwrap_or_default().notice_days
}
