//! Certification over HTTP: applications, the two decisions on them, batches and their releases.

mod afterwards;
mod gate;
mod orders;
mod papers;
mod replacements;

use actix_web::HttpResponse;
use actix_web::web::{Data, Path, Query};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::certification::actions::{self, Apply, Certify, Reject, ReleaseCredits};
use crate::certification::model::{
    Application, ApplicationId, Batch, Grade, Indicators, Milestone, Release, ReleaseId, Settings,
};
use crate::inventory::WetlandType;
use crate::kernel::actor::Actor;
use crate::kernel::area::SquareMetres;
use crate::kernel::db::{Db, Tx};
use crate::kernel::operations::{Operations, operations};
use crate::kernel::page::{Page, PageQuery};
use crate::kernel::problem::Answer;
use crate::kernel::text::Label;
use crate::ledger::{BatchId, JournalId};
use crate::restoration::ProjectId;
use crate::web::{Asked, Problems};

/// Everything that can be asked of this capability.
pub fn operations() -> Operations {
    operations![
        create_certification_application,
        list_certification_applications,
        get_certification_application,
        create_certification,
        create_rejection,
        list_batches,
        get_batch,
        create_release,
    ]
    .and(afterwards::operations())
    .and(gate::operations())
    .and(orders::operations())
    .and(papers::operations())
    .and(replacements::operations())
}

/// An application for certification as an officer of the centre enters it.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewApplication {
    pub project_id: ProjectId,
    /// At most what of the accepted area is left, rounded down.
    pub m2: SquareMetres,
    #[schema(example = "marsh")]
    pub wetland_type: WetlandType,
    pub grade: Grade,
    /// Which version of which method graded it.
    #[schema(example = "DEMO-GRADE-1.0")]
    pub grade_method: Label,
    /// The value of each indicator, 1 to 100 of them.
    #[schema(value_type = Object, example = json!({"水文连通": 4, "植被盖度": 4, "水质": 3, "鸟类物种数": 21}))]
    pub grade_indicators: Indicators,
}

impl NewApplication {
    fn into_command(self, id: ApplicationId) -> Apply {
        Apply {
            id,
            project_id: self.project_id,
            m2: self.m2,
            wetland_type: self.wetland_type,
            grade: self.grade,
            grade_method: self.grade_method,
            grade_indicators: self.grade_indicators,
        }
    }
}

/// Why an application is rejected.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewRejection {
    #[schema(example = "植被盖度指标缺少样方记录")]
    pub reason: Label,
}

/// Which milestone's credits are released.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewRelease {
    #[schema(example = "acceptance")]
    pub milestone: Milestone,
}

/// Enters an application for certification
///
/// For land that was restored by a project, accepted, and has a monitoring plan.
#[utoipa::path(
    post, path = "/api/v1/certification-applications", tag = "certification",
    request_body = NewApplication,
    responses((status = 201, body = Application), Problems),
    extensions(("x-roles" = json!(["centre_officer"])), ("x-effect" = json!("write"))),
)]
pub async fn create_certification_application(
    db: Data<Db>,
    asked: Asked<NewApplication>,
) -> Answer<HttpResponse> {
    let Asked { doing, body } = asked;
    let command = body.into_command(ApplicationId::new());
    let application = db.write(doing, move |tx| actions::apply(tx, &command)).await?;
    Ok(HttpResponse::Created().json(application))
}

/// Lists applications for certification
///
/// A township sees its own, the authorities those of their region.
#[utoipa::path(
    get, path = "/api/v1/certification-applications", tag = "certification", params(PageQuery),
    responses((status = 200, body = Page<Application>), Problems),
    extensions(
        ("x-roles" = json!([
            "township_officer", "centre_officer", "centre_director", "forestry_officer", "auditor",
            "administrator"
        ])),
        ("x-effect" = json!("read")),
    ),
)]
pub async fn list_certification_applications(
    db: Data<Db>,
    actor: Actor,
    page: Query<PageQuery>,
) -> Answer<HttpResponse> {
    let (before, limit) = (page.after()?, page.limit());
    let reader = actor.clone();
    let rows = db
        .read(Some(&actor), move |c| actions::visible_applications(c, &reader, before, limit))
        .await?;
    Ok(HttpResponse::Ok().json(Page::of(rows, &page, |one| one.id.uuid(), |row| row)))
}

/// Shows an application for certification
#[utoipa::path(
    get, path = "/api/v1/certification-applications/{application_id}", tag = "certification",
    params(("application_id" = ApplicationId, Path)),
    responses((status = 200, body = Application), Problems),
    extensions(
        ("x-roles" = json!([
            "township_officer", "centre_officer", "centre_director", "forestry_officer", "auditor",
            "administrator"
        ])),
        ("x-effect" = json!("read")),
    ),
)]
pub async fn get_certification_application(
    db: Data<Db>,
    actor: Actor,
    application_id: Path<ApplicationId>,
) -> Answer<HttpResponse> {
    let (id, reader) = (application_id.into_inner(), actor.clone());
    let application =
        db.read(Some(&actor), move |c| actions::visible_application(c, &reader, id)).await?;
    Ok(HttpResponse::Ok().json(application))
}

/// Certifies an application and issues its batch of credits
///
/// By a director, and never by the person who entered the application. The highest serials are set
/// aside as the buffer; the others wait for their release.
#[utoipa::path(
    post, path = "/api/v1/certification-applications/{application_id}/certification",
    tag = "certification", params(("application_id" = ApplicationId, Path)),
    responses((status = 201, body = Batch), Problems),
    extensions(
        ("x-roles" = json!(["centre_director", "centre_officer"])),
        ("x-effect" = json!("value")), ("x-if-match" = json!("taken")),
    ),
)]
pub async fn create_certification(
    db: Data<Db>,
    application_id: Path<ApplicationId>,
    settings: Option<Data<Settings>>,
    asked: Asked<()>,
) -> Answer<HttpResponse> {
    let command = Certify {
        application_id: application_id.into_inner(),
        batch_id: BatchId::new(),
        journal_id: JournalId::new(),
        settings: in_force(settings),
    };
    let write = move |tx: &mut Tx<'_>| {
        expect_application(tx, command.application_id)?;
        actions::certify(tx, &command)
    };
    let batch = db.write(asked.doing, write).await?;
    Ok(HttpResponse::Created().json(batch))
}

/// Rejects an application for certification
///
/// By a director, with a reason, and never by the person who entered the application.
#[utoipa::path(
    post, path = "/api/v1/certification-applications/{application_id}/rejection",
    tag = "certification", params(("application_id" = ApplicationId, Path)),
    request_body = NewRejection,
    responses((status = 201, body = Application), Problems),
    extensions(
        ("x-roles" = json!(["centre_director", "centre_officer"])),
        ("x-effect" = json!("write")), ("x-if-match" = json!("taken")),
    ),
)]
pub async fn create_rejection(
    db: Data<Db>,
    application_id: Path<ApplicationId>,
    asked: Asked<NewRejection>,
) -> Answer<HttpResponse> {
    let Asked { doing, body } = asked;
    let command = Reject { application_id: application_id.into_inner(), reason: body.reason };
    let write = move |tx: &mut Tx<'_>| {
        expect_application(tx, command.application_id)?;
        actions::reject(tx, &command)
    };
    let application = db.write(doing, write).await?;
    Ok(HttpResponse::Created().json(application))
}

/// Lists the batches of credits
#[utoipa::path(
    get, path = "/api/v1/batches", tag = "certification", params(PageQuery),
    responses((status = 200, body = Page<Batch>), Problems),
    extensions(("x-roles" = json!(["public"])), ("x-effect" = json!("read"))),
)]
pub async fn list_batches(db: Data<Db>, page: Query<PageQuery>) -> Answer<HttpResponse> {
    let (before, limit) = (page.after()?, page.limit());
    let rows = db.read(None, move |c| actions::batches_page(c, before, limit)).await?;
    Ok(HttpResponse::Ok().json(Page::of(rows, &page, |batch| batch.id.uuid(), |row| row)))
}

/// Shows a batch of credits
#[utoipa::path(
    get, path = "/api/v1/batches/{batch_id}", tag = "certification",
    params(("batch_id" = BatchId, Path)),
    responses((status = 200, body = Batch), Problems),
    extensions(("x-roles" = json!(["public"])), ("x-effect" = json!("read"))),
)]
pub async fn get_batch(db: Data<Db>, batch_id: Path<BatchId>) -> Answer<HttpResponse> {
    let id = batch_id.into_inner();
    let batch = db.read(None, move |c| actions::batch(c, id)).await?;
    Ok(HttpResponse::Ok().json(batch))
}

/// Releases the credits of a milestone
///
/// Each milestone once, in order, not before its day: acceptance, one year and three years later.
#[utoipa::path(
    post, path = "/api/v1/batches/{batch_id}/releases", tag = "certification",
    params(("batch_id" = BatchId, Path)), request_body = NewRelease,
    responses((status = 201, body = Release), Problems),
    extensions(("x-roles" = json!(["centre_director"])), ("x-effect" = json!("value")), ("x-if-match" = json!("taken"))),
)]
pub async fn create_release(
    db: Data<Db>,
    batch_id: Path<BatchId>,
    settings: Option<Data<Settings>>,
    asked: Asked<NewRelease>,
) -> Answer<HttpResponse> {
    let Asked { doing, body } = asked;
    let command = ReleaseCredits {
        id: ReleaseId::new(),
        batch_id: batch_id.into_inner(),
        milestone: body.milestone,
        journal_id: JournalId::new(),
        settings: in_force(settings),
    };
    let write = move |tx: &mut Tx<'_>| {
        tx.expect_version(|c| actions::batch(c, command.batch_id))?;
        actions::release(tx, &command)
    };
    let release = db.write(doing, write).await?;
    Ok(HttpResponse::Created().json(release))
}

/// The shares that the service was started with, or their defaults.
fn in_force(settings: Option<Data<Settings>>) -> Settings {
    settings.map(|settings| *settings.get_ref()).unwrap_or_default()
}

/// The application must still be as the caller saw it.
fn expect_application(tx: &mut Tx<'_>, id: ApplicationId) -> Answer<()> {
    let reader = tx.actor()?;
    tx.expect_version(|c| actions::visible_application(c, &reader, id))
}
