//! The end of applications over HTTP.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use chrono::NaiveDate;
use serde::Deserialize;
use utoipa::ToSchema;

use super::applications::left;
use super::views::OccupationDetail;
use crate::kernel::db::{Db, Tx};
use crate::kernel::operations::{Operations, operations};
use crate::kernel::problem::Answer;
use crate::kernel::text::Label;
use crate::occupation::actions::{self, Approve, End, RecordRestoration};
use crate::occupation::model::{OccupationId, OccupationPartId};
use crate::web::{Asked, Problems};

pub(super) fn operations() -> Operations {
    operations![
        create_occupation_approval,
        create_occupation_rejection,
        create_occupation_withdrawal,
        create_land_restoration
    ]
}

/// The document by which an occupation is approved.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewOccupationApproval {
    #[schema(value_type = String, example = "示例林湿许〔2026〕8号")]
    document: Label,
}

/// Approves an occupation through the gate: compensate first (R77–R79, R86)
#[utoipa::path(
    post, path = "/api/v1/occupations/{occupation_id}/approval", tag = "occupation",
    params(("occupation_id" = OccupationId, Path)), request_body = NewOccupationApproval,
    responses((status = 201, body = OccupationDetail), Problems),
    extensions(("x-roles" = json!(["forestry_officer"])), ("x-effect" = json!("value")))
)]
async fn create_occupation_approval(
    db: Data<Db>,
    occupation_id: Path<OccupationId>,
    asked: Asked<NewOccupationApproval>,
) -> Answer<HttpResponse> {
    let Asked { doing, body } = asked;
    let command = Approve {
        id: OccupationPartId::new(),
        occupation_id: *occupation_id,
        document: body.document,
    };
    let write = move |tx: &mut Tx| actions::approve(tx, &command).and_then(|id| left(tx, id));
    Ok(HttpResponse::Created().json(db.write(doing, write).await?))
}

/// Why an application ends without approval.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewOccupationEnd {
    #[schema(value_type = String, example = "选址未充分避让")]
    reason: Label,
}

impl NewOccupationEnd {
    fn into_command(self, occupation_id: OccupationId) -> End {
        End { id: OccupationPartId::new(), occupation_id, reason: self.reason }
    }
}

/// Rejects an application; what was retired for it may serve the next one (R79)
#[utoipa::path(
    post, path = "/api/v1/occupations/{occupation_id}/rejection", tag = "occupation",
    params(("occupation_id" = OccupationId, Path)), request_body = NewOccupationEnd,
    responses((status = 201, body = OccupationDetail), Problems),
    extensions(("x-roles" = json!(["forestry_officer"])), ("x-effect" = json!("write")))
)]
async fn create_occupation_rejection(
    db: Data<Db>,
    occupation_id: Path<OccupationId>,
    asked: Asked<NewOccupationEnd>,
) -> Answer<HttpResponse> {
    let command = asked.body.into_command(*occupation_id);
    let write = move |tx: &mut Tx| actions::reject(tx, &command).and_then(|id| left(tx, id));
    Ok(HttpResponse::Created().json(db.write(asked.doing, write).await?))
}

/// Withdraws the own application; what was retired for it may serve the next one (R79)
#[utoipa::path(
    post, path = "/api/v1/occupations/{occupation_id}/withdrawal", tag = "occupation",
    params(("occupation_id" = OccupationId, Path)), request_body = NewOccupationEnd,
    responses((status = 201, body = OccupationDetail), Problems),
    extensions(("x-roles" = json!(["developer"])), ("x-effect" = json!("write")))
)]
async fn create_occupation_withdrawal(
    db: Data<Db>,
    occupation_id: Path<OccupationId>,
    asked: Asked<NewOccupationEnd>,
) -> Answer<HttpResponse> {
    let command = asked.body.into_command(*occupation_id);
    let write = move |tx: &mut Tx| actions::withdraw(tx, &command).and_then(|id| left(tx, id));
    Ok(HttpResponse::Created().json(db.write(asked.doing, write).await?))
}

/// The land of a temporary occupation is restored.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewLandRestoration {
    restored_on: NaiveDate,
    #[schema(value_type = String, example = "现场核查记录 2026-15")]
    report: Label,
}

/// Records that the land of a temporary occupation is restored; it is free again (R83)
#[utoipa::path(
    post, path = "/api/v1/occupations/{occupation_id}/land-restoration", tag = "occupation",
    params(("occupation_id" = OccupationId, Path)), request_body = NewLandRestoration,
    responses((status = 201, body = OccupationDetail), Problems),
    extensions(("x-roles" = json!(["forestry_officer"])), ("x-effect" = json!("write")))
)]
async fn create_land_restoration(
    db: Data<Db>,
    occupation_id: Path<OccupationId>,
    asked: Asked<NewLandRestoration>,
) -> Answer<HttpResponse> {
    let Asked { doing, body } = asked;
    let command = RecordRestoration {
        id: OccupationPartId::new(),
        occupation_id: *occupation_id,
        restored_on: body.restored_on,
        report: body.report,
    };
    let write =
        move |tx: &mut Tx| actions::record_restoration(tx, &command).and_then(|id| left(tx, id));
    Ok(HttpResponse::Created().json(db.write(doing, write).await?))
}
