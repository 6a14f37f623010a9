//! What happens to credits after their certification, over HTTP: freezes, losses, buffers, panels.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path, Query};
use chrono::NaiveDate;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::certification::actions::{self, AskThaw, EnterLoss, ReturnBuffer, Thaw};
use crate::certification::model::{
    ApplicationId, Batch, CertificationPartId, Freeze, FreezeId, Loss, LossId, Settings,
    ThawRequestId,
};
use crate::experts::{Draw, DrawId, NewDraw};
use crate::kernel::actor::Actor;
use crate::kernel::area::SquareMetres;
use crate::kernel::db::{Db, Tx};
use crate::kernel::operations::{Operations, operations};
use crate::kernel::page::{Page, PageQuery};
use crate::kernel::problem::Answer;
use crate::kernel::text::{Label, Passage};
use crate::ledger::{BatchId, JournalId};
use crate::restoration::ProjectId;
use crate::web::{Asked, Problems};

pub(super) fn operations() -> Operations {
    operations![
        create_application_draw,
        list_freezes,
        get_freeze,
        create_thaw_request,
        create_thaw,
        create_loss,
        list_losses,
        get_loss,
        create_buffer_return,
    ]
}

/// Why a project is to be thawed.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewThawRequest {
    #[schema(example = "已整改，查明无退化")]
    pub reason: Passage,
    /// The document that lets it be thawed; what was frozen by order needs one.
    #[serde(default)]
    #[schema(value_type = Option<String>, example = "（2026）赣0124财保3号之一")]
    pub document: Option<Label>,
}

/// Restored land that was lost.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewLoss {
    pub m2: SquareMetres,
    #[schema(example = "2026-08-20")]
    pub found_on: NaiveDate,
    #[schema(example = "洪水冲毁围堤，湿地转为裸地")]
    pub reason: Passage,
    /// The document by which it is known.
    #[schema(example = "示例林湿〔2026〕9号")]
    pub reference: Label,
}

/// Prepares the draw of a panel of experts for an application
///
/// From the centre's pool, without those who have an interest in the project. The certification
/// waits for what the panel says.
#[utoipa::path(
    post, path = "/api/v1/certification-applications/{application_id}/expert-draws",
    tag = "certification", params(("application_id" = ApplicationId, Path)),
    request_body = NewDraw,
    responses((status = 201, body = Draw), Problems),
    extensions(
        ("x-roles" = json!(["centre_officer", "centre_director"])), ("x-effect" = json!("write"))
    ),
)]
pub async fn create_application_draw(
    db: Data<Db>,
    application_id: Path<ApplicationId>,
    asked: Asked<NewDraw>,
) -> Answer<HttpResponse> {
    let Asked { doing, body: NewDraw { needs, moment } } = asked;
    let (id, draw) = (application_id.into_inner(), DrawId::new());
    let prepare = move |tx: &mut Tx<'_>| actions::prepare_draw(tx, id, draw, &needs, moment);
    Ok(HttpResponse::Created().json(db.write(doing, prepare).await?))
}

/// Lists freezes
///
/// A township sees those of its own projects, the authorities those of their region.
#[utoipa::path(
    get, path = "/api/v1/freezes", tag = "certification", params(PageQuery),
    responses((status = 200, body = Page<Freeze>), Problems),
    extensions(
        ("x-roles" = json!([
            "township_officer", "centre_officer", "centre_director", "forestry_officer", "auditor"
        ])),
        ("x-effect" = json!("read")),
    ),
)]
pub async fn list_freezes(
    db: Data<Db>,
    actor: Actor,
    page: Query<PageQuery>,
) -> Answer<HttpResponse> {
    let (before, limit, reader) = (page.after()?, page.limit(), actor.clone());
    let rows =
        db.read(Some(&actor), move |c| actions::visible_freezes(c, &reader, before, limit)).await?;
    Ok(HttpResponse::Ok().json(Page::of(rows, &page, |freeze| freeze.id.uuid(), |row| row)))
}

/// Shows a freeze
#[utoipa::path(
    get, path = "/api/v1/freezes/{freeze_id}", tag = "certification",
    params(("freeze_id" = FreezeId, Path)),
    responses((status = 200, body = Freeze), Problems),
    extensions(
        ("x-roles" = json!([
            "township_officer", "centre_officer", "centre_director", "forestry_officer", "auditor"
        ])),
        ("x-effect" = json!("read")),
    ),
)]
pub async fn get_freeze(
    db: Data<Db>,
    actor: Actor,
    freeze_id: Path<FreezeId>,
) -> Answer<HttpResponse> {
    let (id, reader) = (freeze_id.into_inner(), actor.clone());
    let freeze = db.read(Some(&actor), move |c| actions::visible_freeze(c, &reader, id)).await?;
    Ok(HttpResponse::Ok().json(freeze))
}

/// Asks a second person to thaw a project
///
/// Once every report that is so late was delivered; by a document where it was frozen by order.
#[utoipa::path(
    post, path = "/api/v1/freezes/{freeze_id}/thaw-requests", tag = "certification",
    params(("freeze_id" = FreezeId, Path)), request_body = NewThawRequest,
    responses((status = 201, body = Freeze), Problems),
    extensions(
        ("x-roles" = json!(["centre_officer", "centre_director"])), ("x-effect" = json!("write"))
    ),
)]
pub async fn create_thaw_request(
    db: Data<Db>,
    freeze_id: Path<FreezeId>,
    asked: Asked<NewThawRequest>,
) -> Answer<HttpResponse> {
    let Asked { doing, body: NewThawRequest { reason, document } } = asked;
    let (id, freeze_id) = (ThawRequestId::new(), freeze_id.into_inner());
    let command = AskThaw { id, freeze_id, reason, document };
    let freeze = db.write(doing, move |tx| actions::ask_thaw(tx, &command)).await?;
    Ok(HttpResponse::Created().json(freeze))
}

/// Thaws a project as the second person
///
/// What the freeze moved goes back, and the offers go on.
#[utoipa::path(
    post, path = "/api/v1/thaw-requests/{request_id}/approval", tag = "certification",
    params(("request_id" = ThawRequestId, Path)),
    responses((status = 201, body = Freeze), Problems),
    extensions(("x-roles" = json!(["centre_director"])), ("x-effect" = json!("value"))),
)]
pub async fn create_thaw(
    db: Data<Db>,
    request_id: Path<ThawRequestId>,
    asked: Asked<()>,
) -> Answer<HttpResponse> {
    let (id, journal_id) = (CertificationPartId::new(), JournalId::new());
    let command = Thaw { id, request_id: request_id.into_inner(), journal_id };
    let freeze = db.write(asked.doing, move |tx| actions::thaw(tx, &command)).await?;
    Ok(HttpResponse::Created().json(freeze))
}

/// Enters a loss of restored land for a second person
#[utoipa::path(
    post, path = "/api/v1/projects/{project_id}/losses", tag = "certification",
    params(("project_id" = ProjectId, Path)), request_body = NewLoss,
    responses((status = 201, body = Loss), Problems),
    extensions(
        ("x-roles" = json!(["centre_officer", "centre_director", "forestry_officer"])),
        ("x-effect" = json!("write")),
    ),
)]
pub async fn create_loss(
    db: Data<Db>,
    project_id: Path<ProjectId>,
    asked: Asked<NewLoss>,
) -> Answer<HttpResponse> {
    let Asked { doing, body: NewLoss { m2, found_on, reason, reference } } = asked;
    let (id, project_id) = (LossId::new(), project_id.into_inner());
    let command = EnterLoss { id, project_id, m2, found_on, reason, reference };
    let loss = db.write(doing, move |tx| actions::enter_loss(tx, &command)).await?;
    Ok(HttpResponse::Created().json(loss))
}

/// Lists the losses of a project
#[utoipa::path(
    get, path = "/api/v1/projects/{project_id}/losses", tag = "certification",
    params(("project_id" = ProjectId, Path), PageQuery),
    responses((status = 200, body = Page<Loss>), Problems),
    extensions(
        ("x-roles" = json!([
            "township_officer", "centre_officer", "centre_director", "forestry_officer", "auditor"
        ])),
        ("x-effect" = json!("read")),
    ),
)]
pub async fn list_losses(
    db: Data<Db>,
    actor: Actor,
    project_id: Path<ProjectId>,
    page: Query<PageQuery>,
) -> Answer<HttpResponse> {
    let (before, limit, reader) = (page.after()?, page.limit(), actor.clone());
    let id = project_id.into_inner();
    let rows = db
        .read(Some(&actor), move |c| actions::visible_losses(c, &reader, id, before, limit))
        .await?;
    Ok(HttpResponse::Ok().json(Page::of(rows, &page, |loss| loss.id.uuid(), |row| row)))
}

/// Shows a loss
#[utoipa::path(
    get, path = "/api/v1/losses/{loss_id}", tag = "certification",
    params(("loss_id" = LossId, Path)),
    responses((status = 200, body = Loss), Problems),
    extensions(
        ("x-roles" = json!([
            "township_officer", "centre_officer", "centre_director", "forestry_officer", "auditor"
        ])),
        ("x-effect" = json!("read")),
    ),
)]
pub async fn get_loss(db: Data<Db>, actor: Actor, loss_id: Path<LossId>) -> Answer<HttpResponse> {
    let (id, reader) = (loss_id.into_inner(), actor.clone());
    let loss = db.read(Some(&actor), move |c| actions::visible_loss(c, &reader, id)).await?;
    Ok(HttpResponse::Ok().json(loss))
}

/// Gives the buffer of a batch to its owner
///
/// Once the project is closed on its post assessment and owes nothing.
#[utoipa::path(
    post, path = "/api/v1/batches/{batch_id}/buffer-return", tag = "certification",
    params(("batch_id" = BatchId, Path)),
    responses((status = 201, body = Batch), Problems),
    extensions(("x-roles" = json!(["centre_director"])), ("x-effect" = json!("value"))),
)]
pub async fn create_buffer_return(
    db: Data<Db>,
    batch_id: Path<BatchId>,
    settings: Option<Data<Settings>>,
    asked: Asked<()>,
) -> Answer<HttpResponse> {
    let (id, journal_id) = (CertificationPartId::new(), JournalId::new());
    let settings = super::in_force(settings);
    let command = ReturnBuffer { id, batch_id: batch_id.into_inner(), journal_id, settings };
    let batch = db.write(asked.doing, move |tx| actions::return_buffer(tx, &command)).await?;
    Ok(HttpResponse::Created().json(batch))
}
