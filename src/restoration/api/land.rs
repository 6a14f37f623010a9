//! What the layers say of a project's land, over HTTP.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path, Query};

use super::bodies::{
    NewLandCorrection, NewParcelWithdrawal, NewProjectWithdrawal, NewZoneApproval,
};
use crate::inventory::{self, KeptAnswer, LandAnswerId, ParcelId, ParcelView};
use crate::kernel::actor::Actor;
use crate::kernel::db::{Conn, Db, Tx};
use crate::kernel::operations::{Operations, operations};
use crate::kernel::page::{Page, PageQuery};
use crate::kernel::problem::Answer;
use crate::restoration::actions;
use crate::restoration::model::{Project, ProjectId};
use crate::web::{Asked, Problems};

pub(super) fn operations() -> Operations {
    operations![
        create_zone_approval,
        create_project_withdrawal,
        create_land_correction,
        create_parcel_withdrawal,
        list_project_land_answers
    ]
}

/// Files the approval that a zone on the project's land needs, before the project is approved
#[utoipa::path(
    post, path = "/api/v1/projects/{project_id}/zone-approvals", tag = "restoration",
    params(("project_id" = ProjectId, Path)), request_body = NewZoneApproval,
    responses((status = 201, body = Project), Problems),
    extensions(
        ("x-roles" = json!(["township_officer", "centre_officer"])),
        ("x-effect" = json!("write")),
    ),
)]
pub async fn create_zone_approval(
    db: Data<Db>,
    project_id: Path<ProjectId>,
    asked: Asked<NewZoneApproval>,
) -> Answer<HttpResponse> {
    let Asked { doing, body } = asked;
    let command = body.into_command(project_id.into_inner());
    let project = db.write(doing, move |tx| actions::file_zone_approval(tx, &command)).await?;
    Ok(HttpResponse::Created().json(project))
}

/// Gives a project up before its construction begins; its parcels are free for another one
#[utoipa::path(
    post, path = "/api/v1/projects/{project_id}/withdrawal", tag = "restoration",
    params(("project_id" = ProjectId, Path)), request_body = NewProjectWithdrawal,
    responses((status = 201, body = Project), Problems),
    extensions(
        ("x-roles" = json!(["township_officer", "centre_officer"])),
        ("x-effect" = json!("write")),
    ),
)]
pub async fn create_project_withdrawal(
    db: Data<Db>,
    project_id: Path<ProjectId>,
    asked: Asked<NewProjectWithdrawal>,
) -> Answer<HttpResponse> {
    let (id, reason) = (project_id.into_inner(), asked.body.reason);
    let project = db.write(asked.doing, move |tx| actions::withdraw(tx, id, &reason)).await?;
    Ok(HttpResponse::Created().json(project))
}

/// Corrects what the land survey says of a parcel, and where it lies; what monitoring says stays
///
/// A parcel of a project is fixed.
#[utoipa::path(
    post, path = "/api/v1/parcels/{parcel_id}/land-corrections", tag = "inventory",
    params(("parcel_id" = ParcelId, Path)), request_body = NewLandCorrection,
    responses((status = 201, body = ParcelView), Problems),
    extensions(
        ("x-roles" = json!(["centre_director", "centre_officer"])),
        ("x-effect" = json!("write")), ("x-if-match" = json!("taken")),
    ),
)]
pub async fn create_land_correction(
    db: Data<Db>,
    parcel_id: Path<ParcelId>,
    asked: Asked<NewLandCorrection>,
) -> Answer<HttpResponse> {
    let (id, it) = (parcel_id.into_inner(), asked.body.into_command()?);
    let write = move |tx: &mut Tx| {
        inventory::expect_parcel(tx, id)?;
        actions::correct_land(tx, id, &it).map(ParcelView::from)
    };
    Ok(HttpResponse::Created().json(db.write(asked.doing, write).await?))
}

/// Withdraws a parcel that no project has; its number is not given again, its land is free
#[utoipa::path(
    post, path = "/api/v1/parcels/{parcel_id}/withdrawal", tag = "inventory",
    params(("parcel_id" = ParcelId, Path)), request_body = NewParcelWithdrawal,
    responses((status = 201, body = ParcelView), Problems),
    extensions(
        ("x-roles" = json!(["centre_director", "centre_officer"])),
        ("x-effect" = json!("write")), ("x-if-match" = json!("taken")),
    ),
)]
pub async fn create_parcel_withdrawal(
    db: Data<Db>,
    parcel_id: Path<ParcelId>,
    asked: Asked<NewParcelWithdrawal>,
) -> Answer<HttpResponse> {
    let (id, reason) = (parcel_id.into_inner(), asked.body.reason);
    let write = move |tx: &mut Tx| {
        inventory::expect_parcel(tx, id)?;
        actions::withdraw_parcel(tx, id, &reason).map(ParcelView::from)
    };
    Ok(HttpResponse::Created().json(db.write(asked.doing, write).await?))
}

/// Lists the answers on its land that the project's decisions rest on, oldest first
#[utoipa::path(
    get, path = "/api/v1/projects/{project_id}/land-answers", tag = "restoration",
    params(("project_id" = ProjectId, Path), PageQuery),
    responses((status = 200, body = Page<KeptAnswer>), Problems),
    extensions(
        ("x-roles" = json!([
            "township_officer", "centre_officer", "centre_director", "forestry_officer",
            "auditor", "administrator"
        ])),
        ("x-effect" = json!("read")),
    ),
)]
pub async fn list_project_land_answers(
    db: Data<Db>,
    actor: Actor,
    project_id: Path<ProjectId>,
    page: Query<PageQuery>,
) -> Answer<HttpResponse> {
    let (id, reader, page) = (project_id.into_inner(), actor.clone(), page.into_inner());
    let (after, rows_max) = (page.after::<LandAnswerId>()?, page.limit() + 1);
    let read = move |c: &mut Conn| actions::land_answers(c, &reader, id, after, rows_max);
    let rows = db.read(Some(&actor), read).await?;
    Ok(HttpResponse::Ok().json(Page::of(rows, &page, |it| it.id.uuid(), |it| it)))
}
