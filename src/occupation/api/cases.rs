//! Cases of unauthorised occupation over HTTP (R84).

use actix_web::HttpResponse;
use actix_web::web::{Data, Json, Path, Query};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::kernel::actor::Actor;
use crate::kernel::area::SurveyedArea;
use crate::kernel::clock::Time;
use crate::kernel::db::{Conn, Db, Tx};
use crate::kernel::ids::OrganisationId;
use crate::kernel::money::Fen;
use crate::kernel::operations::{Operations, operations};
use crate::kernel::page::{Page, PageQuery};
use crate::kernel::problem::{Answer, Failure};
use crate::kernel::region::RegionCode;
use crate::kernel::text::Label;
use crate::occupation::actions::{self, CloseCase, DecideCase, OpenCase};
use crate::occupation::model::{ViolationCaseId, ViolationKind, ViolationState};
use crate::occupation::rules::fine_range;
use crate::occupation::store::{self, CaseRow};
use crate::web::{Asked, Problems};

pub(super) fn operations() -> Operations {
    operations![
        create_violation_case,
        list_violation_cases,
        get_violation_case,
        create_violation_decision,
        create_violation_closure,
        get_fine_range
    ]
}

/// Wetland that was occupied without approval, not restored, or reclaimed.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewViolationCase {
    county: RegionCode,
    kind: ViolationKind,
    #[schema(value_type = String, example = "示例养殖场")]
    offender: Label,
    /// Where it is an organisation of this exchange.
    #[serde(default)]
    #[schema(example = json!(null))]
    offender_id: Option<OrganisationId>,
    #[schema(value_type = String, example = "1234.50")]
    area_m2: SurveyedArea,
    /// GeoJSON in CGCS2000 degrees (EPSG:4490): then what is restored there earns no credit (R34).
    #[serde(default)]
    #[schema(value_type = Option<Object>, example = json!(null))]
    polygon: Option<serde_json::Value>,
    #[schema(value_type = String, example = "湿地保护法第五十二条；现场检查笔录 2026-3")]
    basis: Label,
    found_on: NaiveDate,
}

/// A case of unauthorised occupation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
struct ViolationCaseView {
    id: ViolationCaseId,
    #[schema(example = "AJ360124-2026-0001")]
    number: String,
    state: ViolationState,
    county: RegionCode,
    kind: ViolationKind,
    offender: Label,
    offender_id: Option<OrganisationId>,
    area_m2: SurveyedArea,
    basis: Label,
    found_on: NaiveDate,
    /// From what to what the fine may be.
    fine_min: Fen,
    fine_max: Fen,
    fine: Option<Fen>,
    document: Option<Label>,
    restore_by: Option<NaiveDate>,
    closed_on: Option<NaiveDate>,
    closing_report: Option<Label>,
    opened_at: Time,
}

fn view(row: CaseRow) -> Answer<ViolationCaseView> {
    let range = fine_range(row.kind, row.area)?;
    Ok(ViolationCaseView {
        id: row.id,
        number: row.number,
        state: row.state,
        county: row.county,
        kind: row.kind,
        offender: row.offender,
        offender_id: row.offender_id,
        area_m2: row.area,
        basis: row.basis,
        found_on: row.found_on,
        fine_min: range.fine_min,
        fine_max: range.fine_max,
        fine: row.fine_fen,
        document: row.document,
        restore_by: row.restore_by,
        closed_on: row.closed_on,
        closing_report: row.closing_report,
        opened_at: row.opened_at,
    })
}

fn left(tx: &mut Tx, id: ViolationCaseId) -> Answer<ViolationCaseView> {
    view(store::violation_case(tx.conn(), id)?)
}

/// Opens a case of unauthorised occupation
#[utoipa::path(
    post, path = "/api/v1/violation-cases", tag = "occupation", request_body = NewViolationCase,
    responses((status = 201, body = ViolationCaseView), Problems),
    extensions(("x-roles" = json!(["forestry_officer"])), ("x-effect" = json!("write")))
)]
async fn create_violation_case(
    db: Data<Db>,
    asked: Asked<NewViolationCase>,
) -> Answer<HttpResponse> {
    let Asked { doing, body } = asked;
    fine_range(body.kind, body.area_m2)?;
    let command = OpenCase {
        id: ViolationCaseId::new(),
        county: body.county,
        kind: body.kind,
        offender: body.offender,
        offender_id: body.offender_id,
        area: body.area_m2,
        polygon: body.polygon,
        basis: body.basis,
        found_on: body.found_on,
    };
    let write = move |tx: &mut Tx| actions::open_case(tx, &command).and_then(|id| left(tx, id));
    Ok(HttpResponse::Created().json(db.write(doing, write).await?))
}

/// Which cases are asked for.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct CaseQuery {
    #[param(example = "open")]
    state: Option<ViolationState>,
}

/// Lists the cases of the own region, newest first
#[utoipa::path(
    get, path = "/api/v1/violation-cases", tag = "occupation", params(CaseQuery, PageQuery),
    responses((status = 200, body = Page<ViolationCaseView>), Problems),
    extensions(
        ("x-roles" = json!(["forestry_officer", "auditor", "administrator"])),
        ("x-effect" = json!("read")),
    )
)]
async fn list_violation_cases(
    db: Data<Db>,
    actor: Actor,
    query: Query<CaseQuery>,
    page: Query<PageQuery>,
) -> Answer<Json<Page<ViolationCaseView>>> {
    let (region, state) = (actor.region.clone(), query.state);
    let (before, limit) = (page.after()?, page.limit() + 1);
    let read = move |c: &mut Conn| {
        let rows = store::cases_page(c, &region, state, before, limit)?;
        rows.into_iter().map(view).collect::<Answer<Vec<_>>>()
    };
    let rows = db.read(Some(&actor), read).await?;
    Ok(Json(Page::of(rows, &page, |row| row.id.uuid(), |row| row)))
}

/// Shows a case
#[utoipa::path(
    get, path = "/api/v1/violation-cases/{case_id}", tag = "occupation",
    params(("case_id" = ViolationCaseId, Path)),
    responses((status = 200, body = ViolationCaseView), Problems),
    extensions(
        ("x-roles" = json!(["forestry_officer", "auditor", "administrator"])),
        ("x-effect" = json!("read")),
    )
)]
async fn get_violation_case(
    db: Data<Db>,
    actor: Actor,
    case_id: Path<ViolationCaseId>,
) -> Answer<Json<ViolationCaseView>> {
    let (id, region) = (*case_id, actor.region.clone());
    let read = move |c: &mut Conn| {
        let row = store::violation_case(c, id)?;
        if row.county.is_within(&region) { view(row) } else { Err(Failure::not_found()) }
    };
    Ok(Json(db.read(Some(&actor), read).await?))
}

/// The decision on a case: the fine within its range, and by when the land is restored.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewViolationDecision {
    /// In yuan for each m².
    #[schema(example = 600, minimum = 500, maximum = 10_000)]
    rate_yuan_per_m2: i64,
    #[schema(value_type = String, example = "示例林罚〔2026〕5号")]
    document: Label,
    restore_by: NaiveDate,
}

/// Decides a case: a fine within the range, and a duty to restore that earns no credit (R34, R84)
#[utoipa::path(
    post, path = "/api/v1/violation-cases/{case_id}/decision", tag = "occupation",
    params(("case_id" = ViolationCaseId, Path)), request_body = NewViolationDecision,
    responses((status = 201, body = ViolationCaseView), Problems),
    extensions(("x-roles" = json!(["forestry_officer"])), ("x-effect" = json!("write")))
)]
async fn create_violation_decision(
    db: Data<Db>,
    case_id: Path<ViolationCaseId>,
    asked: Asked<NewViolationDecision>,
) -> Answer<HttpResponse> {
    let Asked { doing, body } = asked;
    let command = DecideCase {
        id: *case_id,
        rate_yuan: body.rate_yuan_per_m2,
        document: body.document,
        restore_by: body.restore_by,
    };
    let write = move |tx: &mut Tx| actions::decide_case(tx, &command).and_then(|id| left(tx, id));
    Ok(HttpResponse::Created().json(db.write(doing, write).await?))
}

/// The land of a case is restored.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewViolationClosure {
    restored_on: NaiveDate,
    #[schema(value_type = String, example = "现场核查记录 2027-2")]
    report: Label,
}

/// Closes a case whose land is restored
#[utoipa::path(
    post, path = "/api/v1/violation-cases/{case_id}/closure", tag = "occupation",
    params(("case_id" = ViolationCaseId, Path)), request_body = NewViolationClosure,
    responses((status = 201, body = ViolationCaseView), Problems),
    extensions(("x-roles" = json!(["forestry_officer"])), ("x-effect" = json!("write")))
)]
async fn create_violation_closure(
    db: Data<Db>,
    case_id: Path<ViolationCaseId>,
    asked: Asked<NewViolationClosure>,
) -> Answer<HttpResponse> {
    let Asked { doing, body } = asked;
    let command = CloseCase { id: *case_id, restored_on: body.restored_on, report: body.report };
    let write = move |tx: &mut Tx| actions::close_case(tx, &command).and_then(|id| left(tx, id));
    Ok(HttpResponse::Created().json(db.write(doing, write).await?))
}

/// For what land a fine is asked.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct FineQuery {
    #[param(example = "not_restored")]
    kind: ViolationKind,
    #[param(value_type = String, example = "1234.50")]
    area_m2: SurveyedArea,
}

/// From what to what the fine for so much land may be (R84).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
struct FineRange {
    kind: ViolationKind,
    area_m2: SurveyedArea,
    #[schema(example = 500)]
    rate_min_yuan_per_m2: i64,
    #[schema(example = 2000)]
    rate_max_yuan_per_m2: i64,
    fine_min: Fen,
    fine_max: Fen,
}

/// Calculates from what to what a fine may be (R84)
#[utoipa::path(
    get, path = "/api/v1/fine-ranges", tag = "occupation", params(FineQuery),
    responses((status = 200, body = FineRange), Problems),
    extensions(("x-roles" = json!(["public"])), ("x-effect" = json!("read")))
)]
async fn get_fine_range(query: Query<FineQuery>) -> Answer<Json<FineRange>> {
    let FineQuery { kind, area_m2 } = query.into_inner();
    let range = fine_range(kind, area_m2)?;
    Ok(Json(FineRange {
        kind,
        area_m2,
        rate_min_yuan_per_m2: range.rate_min,
        rate_max_yuan_per_m2: range.rate_max,
        fine_min: range.fine_min,
        fine_max: range.fine_max,
    }))
}
