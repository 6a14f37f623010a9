//! The review of applications over HTTP.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use chrono::NaiveDate;
use serde::Deserialize;
use utoipa::ToSchema;

use super::applications::left;
use super::views::OccupationDetail;
use crate::certification::Grade;
use crate::kernel::db::{Db, Tx};
use crate::kernel::money::Fen;
use crate::kernel::operations::{Operations, operations};
use crate::kernel::problem::Answer;
use crate::kernel::text::Label;
use crate::occupation::actions::{self, Determine, Extend, NoteDeficiency, Opinion};
use crate::occupation::model::{DocumentKind, OccupationId, OccupationPartId, RestorationFeeId};
use crate::web::{Asked, Problems};

pub(super) fn operations() -> Operations {
    operations![
        create_deficiency_notice,
        create_occupation_acceptance,
        create_occupation_extension,
        create_occupation_grading,
        create_national_opinion,
        create_restoration_fee
    ]
}

/// What is missing of an application.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewDeficiencyNotice {
    /// What was filed and is not as it must be; what was not filed is missing anyway.
    #[serde(default)]
    documents: Vec<DocumentKind>,
    #[schema(value_type = String, example = "可行性研究报告缺少湿地影响评价")]
    note: Label,
}

/// Tells a developer, once, what is missing (R76)
#[utoipa::path(
    post, path = "/api/v1/occupations/{occupation_id}/deficiency-notice", tag = "occupation",
    params(("occupation_id" = OccupationId, Path)), request_body = NewDeficiencyNotice,
    responses((status = 201, body = OccupationDetail), Problems),
    extensions(("x-roles" = json!(["forestry_officer"])), ("x-effect" = json!("write")))
)]
async fn create_deficiency_notice(
    db: Data<Db>,
    occupation_id: Path<OccupationId>,
    asked: Asked<NewDeficiencyNotice>,
) -> Answer<HttpResponse> {
    let Asked { doing, body } = asked;
    let command = NoteDeficiency {
        id: OccupationPartId::new(),
        occupation_id: *occupation_id,
        documents: body.documents,
        note: body.note,
    };
    let write =
        move |tx: &mut Tx| actions::note_deficiency(tx, &command).and_then(|id| left(tx, id));
    Ok(HttpResponse::Created().json(db.write(doing, write).await?))
}

/// Accepts an application; the clock of its decision runs (R76, R77)
#[utoipa::path(
    post, path = "/api/v1/occupations/{occupation_id}/acceptance", tag = "occupation",
    params(("occupation_id" = OccupationId, Path)),
    responses((status = 201, body = OccupationDetail), Problems),
    extensions(("x-roles" = json!(["forestry_officer"])), ("x-effect" = json!("write")))
)]
async fn create_occupation_acceptance(
    db: Data<Db>,
    occupation_id: Path<OccupationId>,
    asked: Asked<()>,
) -> Answer<HttpResponse> {
    let id = *occupation_id;
    let write = move |tx: &mut Tx| actions::accept(tx, id).and_then(|id| left(tx, id));
    Ok(HttpResponse::Created().json(db.write(asked.doing, write).await?))
}

/// Why a review takes longer.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewOccupationExtension {
    #[schema(value_type = String, example = "需组织现场核查")]
    reason: Label,
}

/// Makes the term of decision ten working days longer, once (R77)
#[utoipa::path(
    post, path = "/api/v1/occupations/{occupation_id}/extension", tag = "occupation",
    params(("occupation_id" = OccupationId, Path)), request_body = NewOccupationExtension,
    responses((status = 201, body = OccupationDetail), Problems),
    extensions(("x-roles" = json!(["forestry_officer"])), ("x-effect" = json!("write")))
)]
async fn create_occupation_extension(
    db: Data<Db>,
    occupation_id: Path<OccupationId>,
    asked: Asked<NewOccupationExtension>,
) -> Answer<HttpResponse> {
    let Asked { doing, body } = asked;
    let command = Extend { occupation_id: *occupation_id, reason: body.reason };
    let write = move |tx: &mut Tx| actions::extend(tx, &command).and_then(|id| left(tx, id));
    Ok(HttpResponse::Created().json(db.write(doing, write).await?))
}

/// The grade of the occupied land, from an assessor's report.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewOccupationGrading {
    grade: Grade,
    /// The code of the assessing organisation.
    #[schema(example = "ASR01")]
    assessor: String,
    #[schema(value_type = String, example = "JY-2026-044")]
    report_number: Label,
    reported_on: NaiveDate,
    #[schema(value_type = String, example = "裴若兰")]
    author: Label,
    #[schema(example = true)]
    no_interest_declared: bool,
    /// The water works lie inside river management range or a flood-storage area (R81).
    #[serde(default)]
    #[schema(example = false)]
    exempt: bool,
}

/// Sets the grade of the occupied land from the assessor's report (R78, R81)
#[utoipa::path(
    post, path = "/api/v1/occupations/{occupation_id}/gradings", tag = "occupation",
    params(("occupation_id" = OccupationId, Path)), request_body = NewOccupationGrading,
    responses((status = 201, body = OccupationDetail), Problems),
    extensions(("x-roles" = json!(["forestry_officer"])), ("x-effect" = json!("write")))
)]
async fn create_occupation_grading(
    db: Data<Db>,
    occupation_id: Path<OccupationId>,
    asked: Asked<NewOccupationGrading>,
) -> Answer<HttpResponse> {
    let Asked { doing, body } = asked;
    let command = actions::Grade {
        id: OccupationPartId::new(),
        occupation_id: *occupation_id,
        grade: body.grade,
        assessor: body.assessor,
        report_number: body.report_number,
        reported_on: body.reported_on,
        author: body.author,
        no_interest_declared: body.no_interest_declared,
        exempt: body.exempt,
    };
    let write = move |tx: &mut Tx| actions::grade(tx, &command).and_then(|id| left(tx, id));
    Ok(HttpResponse::Created().json(db.write(doing, write).await?))
}

/// The opinion of the national authority.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewNationalOpinion {
    #[schema(value_type = String, example = "林湿函〔2026〕12号")]
    number: Label,
    #[schema(value_type = String, example = "国家林业和草原局")]
    authority: Label,
    given_on: NaiveDate,
    #[schema(example = true)]
    favourable: bool,
}

/// Records the national authority's opinion with its number (R77)
#[utoipa::path(
    post, path = "/api/v1/occupations/{occupation_id}/national-opinions", tag = "occupation",
    params(("occupation_id" = OccupationId, Path)), request_body = NewNationalOpinion,
    responses((status = 201, body = OccupationDetail), Problems),
    extensions(("x-roles" = json!(["forestry_officer"])), ("x-effect" = json!("write")))
)]
async fn create_national_opinion(
    db: Data<Db>,
    occupation_id: Path<OccupationId>,
    asked: Asked<NewNationalOpinion>,
) -> Answer<HttpResponse> {
    let Asked { doing, body } = asked;
    let command = Opinion {
        id: OccupationPartId::new(),
        occupation_id: *occupation_id,
        number: body.number,
        authority: body.authority,
        given_on: body.given_on,
        favourable: body.favourable,
    };
    let write = move |tx: &mut Tx| actions::file_opinion(tx, &command).and_then(|id| left(tx, id));
    Ok(HttpResponse::Created().json(db.write(doing, write).await?))
}

/// What is paid instead of credits.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewRestorationFee {
    #[schema(value_type = String, example = "200.00")]
    rate_per_m2: Fen,
    /// Why wetland cannot be restored elsewhere.
    #[schema(value_type = String, example = "县内无可恢复的后备资源")]
    reason: Label,
    #[schema(value_type = String, example = "示例〔2026〕33号")]
    document: Label,
}

/// Finds that restoring wetland elsewhere is impossible, and sets the restoration fee (R7, R82)
#[utoipa::path(
    post, path = "/api/v1/occupations/{occupation_id}/restoration-fee", tag = "occupation",
    params(("occupation_id" = OccupationId, Path)), request_body = NewRestorationFee,
    responses((status = 201, body = OccupationDetail), Problems),
    extensions(("x-roles" = json!(["forestry_officer"])), ("x-effect" = json!("write")))
)]
async fn create_restoration_fee(
    db: Data<Db>,
    occupation_id: Path<OccupationId>,
    asked: Asked<NewRestorationFee>,
) -> Answer<HttpResponse> {
    let Asked { doing, body } = asked;
    let command = Determine {
        id: RestorationFeeId::new(),
        occupation_id: *occupation_id,
        rate: body.rate_per_m2,
        reason: body.reason,
        document: body.document,
    };
    let write = move |tx: &mut Tx| actions::determine(tx, &command).and_then(|id| left(tx, id));
    Ok(HttpResponse::Created().json(db.write(doing, write).await?))
}
