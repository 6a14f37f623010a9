//! The census over HTTP: tasks, files, ponds, and assembled land.

use std::sync::Arc;

use actix_web::HttpResponse;
use actix_web::web::{Data, Path, Query};
use chrono::NaiveDate;
use serde::Deserialize;
use utoipa::ToSchema;

use super::actions::{self, Assemble, GiveTask, HandIn, Step, VerifyPond};
use super::model::{
    AssemblyMode, CensusPartId, CheckedTask, LandAssembly, LandAssemblyId, PondFinding,
    RightHolder, SurveyTask, SurveyTaskId,
};
use crate::documents::{DOCUMENT_KINDS, Document, DocumentId, DocumentQuery};
use crate::inventory::ParcelImportId;
use crate::kernel::actor::Actor;
use crate::kernel::db::{Conn, Db, Tx};
use crate::kernel::operations::{Operations, operations};
use crate::kernel::page::{Page, PageQuery};
use crate::kernel::problem::Answer;
use crate::kernel::region::RegionCode;
use crate::kernel::text::{Label, Passage};
use crate::web::{Asked, AskedBytes, Problems};

/// Everything that can be asked of this capability.
pub fn operations() -> Operations {
    operations![
        create_survey_task,
        list_survey_tasks,
        get_survey_task,
        create_survey_file,
        get_survey_report,
        create_pond_verification,
        create_survey_submission,
        create_survey_return,
        create_survey_verification,
        create_land_assembly,
        list_land_assemblies,
        get_land_assembly,
        create_assembly_document,
    ]
}

/// A survey that a township is to do.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewSurveyTask {
    #[schema(example = "360124500")]
    pub township: RegionCode,
    #[schema(example = 2022)]
    pub survey_year: i64,
    #[schema(example = "2022年度湿地后备资源普查")]
    pub title: Label,
    #[schema(example = "示例林湿〔2022〕6号")]
    pub document: Label,
    #[schema(example = "2099-12-31")]
    pub due_on: NaiveDate,
}

/// What was found at a pond in the field.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewPondVerification {
    #[schema(example = "R360124-0012")]
    pub parcel_no: Label,
    #[schema(example = "passed")]
    pub result: PondFinding,
    #[schema(example = "停养证明及影像")]
    pub evidence: Passage,
}

/// Why a task goes back to its township.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewSurveyReturn {
    #[schema(example = "界址坐标与影像不符，请核对")]
    pub reason: Passage,
}

/// Land that was assembled.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewLandAssembly {
    #[schema(example = "R360124-0012")]
    pub parcel_no: Label,
    #[schema(example = "lease")]
    pub mode: AssemblyMode,
    #[schema(example = "2022-02-28")]
    pub assembled_on: NaiveDate,
    #[schema(example = "示例收储〔2022〕3号")]
    pub document: Label,
    #[schema(min_items = 1, max_items = 500)]
    pub holders: Vec<RightHolder>,
}

/// Gives a township a survey task
#[utoipa::path(
    post, path = "/api/v1/survey-tasks", tag = "census", request_body = NewSurveyTask,
    responses((status = 201, body = SurveyTask), Problems),
    extensions(("x-roles" = json!(["centre_officer", "centre_director"])), ("x-effect" = json!("write"))),
)]
pub async fn create_survey_task(db: Data<Db>, asked: Asked<NewSurveyTask>) -> Answer<HttpResponse> {
    let Asked { doing, body } = asked;
    let NewSurveyTask { township, survey_year, title, document, due_on } = body;
    let id = SurveyTaskId::new();
    let command = GiveTask { id, township, survey_year, title, document, due_on };
    let task = db.write(doing, move |tx| actions::give_task(tx, &command)).await?;
    Ok(HttpResponse::Created().json(task))
}

/// Lists survey tasks
///
/// A township sees its own, the authorities those of their region.
#[utoipa::path(
    get, path = "/api/v1/survey-tasks", tag = "census", params(PageQuery),
    responses((status = 200, body = Page<SurveyTask>), Problems),
    extensions(
        ("x-roles" = json!([
            "township_officer", "centre_officer", "centre_director", "forestry_officer", "auditor"
        ])),
        ("x-effect" = json!("read")),
    ),
)]
pub async fn list_survey_tasks(
    db: Data<Db>,
    actor: Actor,
    page: Query<PageQuery>,
) -> Answer<HttpResponse> {
    let (before, limit, reader) = (page.after()?, page.limit(), actor.clone());
    let rows =
        db.read(Some(&actor), move |c| actions::visible_tasks(c, &reader, before, limit)).await?;
    Ok(HttpResponse::Ok().json(Page::of(rows, &page, |task| task.id.uuid(), |row| row)))
}

/// Shows a survey task
#[utoipa::path(
    get, path = "/api/v1/survey-tasks/{task_id}", tag = "census",
    params(("task_id" = SurveyTaskId, Path)),
    responses((status = 200, body = SurveyTask), Problems),
    extensions(
        ("x-roles" = json!([
            "township_officer", "centre_officer", "centre_director", "forestry_officer", "auditor"
        ])),
        ("x-effect" = json!("read")),
    ),
)]
pub async fn get_survey_task(
    db: Data<Db>,
    actor: Actor,
    task_id: Path<SurveyTaskId>,
) -> Answer<HttpResponse> {
    let (id, reader) = (task_id.into_inner(), actor.clone());
    let task = db.read(Some(&actor), move |c| actions::visible_task(c, &reader, id)).await?;
    Ok(HttpResponse::Ok().json(task))
}

/// Hands in a file of reserve plots for a task; a later one corrects it
///
/// GeoJSON, CSV or the form; it is checked at once and kept as a version.
#[utoipa::path(
    post, path = "/api/v1/survey-tasks/{task_id}/files", tag = "census",
    params(("task_id" = SurveyTaskId, Path)),
    request_body(content(
        (Object = "application/geo+json",
            example = json!({"type": "FeatureCollection", "features": []})),
        (String = "text/csv", example = json!("地块编号,地块名称,乡镇代码")),
        (String = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            example = json!("(the form, filled in)")),
    )),
    responses((status = 201, body = CheckedTask), Problems),
    extensions(("x-roles" = json!(["township_officer"])), ("x-effect" = json!("write"))),
)]
pub async fn create_survey_file(
    db: Data<Db>,
    task_id: Path<SurveyTaskId>,
    asked: AskedBytes,
) -> Answer<HttpResponse> {
    let (id, task_id) = (CensusPartId::new(), task_id.into_inner());
    let bytes: Arc<[u8]> = asked.bytes.as_ref().into();
    let (actor, content_type) = (asked.doing.actor()?.clone(), asked.content_type.clone());
    let (today, person) = (db.clock().now().date_in_shanghai(), actor.clone());
    let (read, kind) = (Arc::clone(&bytes), content_type.clone());
    let check = move |c: &mut Conn| {
        actions::check_file(c, &actor, task_id, (kind.as_str(), read.as_ref()), today)
    };
    let checked = db.read(Some(&person), check).await?;
    let command = HandIn { id, task_id, content_type, bytes, checked };
    let handed = db.write(asked.doing.clone(), move |tx| actions::hand_in(tx, &command)).await?;
    Ok(HttpResponse::Created().json(handed))
}

/// Shows what is said of a task's newest file now
///
/// With what was found at its ponds; this is what its verification would meet.
#[utoipa::path(
    get, path = "/api/v1/survey-tasks/{task_id}/report", tag = "census",
    params(("task_id" = SurveyTaskId, Path)),
    responses((status = 200, body = CheckedTask), Problems),
    extensions(
        ("x-roles" = json!(["township_officer", "centre_officer", "centre_director"])),
        ("x-effect" = json!("read")),
    ),
)]
pub async fn get_survey_report(
    db: Data<Db>,
    actor: Actor,
    task_id: Path<SurveyTaskId>,
) -> Answer<HttpResponse> {
    let (id, reader) = (task_id.into_inner(), actor.clone());
    let today = db.clock().now().date_in_shanghai();
    let check = move |c: &mut Conn| actions::check_newest(c, &reader, id, today);
    let (task, checked) = db.read(Some(&actor), check).await?;
    Ok(HttpResponse::Ok().json(CheckedTask { task, report: checked.report() }))
}

/// Keeps what was found at a pond of a task
///
/// By somebody of the centre who did not hand the file in; the newest finding counts.
#[utoipa::path(
    post, path = "/api/v1/survey-tasks/{task_id}/pond-verifications", tag = "census",
    params(("task_id" = SurveyTaskId, Path)), request_body = NewPondVerification,
    responses((status = 201, body = SurveyTask), Problems),
    extensions(("x-roles" = json!(["centre_officer", "centre_director"])), ("x-effect" = json!("write"))),
)]
pub async fn create_pond_verification(
    db: Data<Db>,
    task_id: Path<SurveyTaskId>,
    asked: Asked<NewPondVerification>,
) -> Answer<HttpResponse> {
    let Asked { doing, body: NewPondVerification { parcel_no, result, evidence } } = asked;
    let (id, task_id) = (CensusPartId::new(), task_id.into_inner());
    let command = VerifyPond { id, task_id, parcel_no, result, evidence };
    let task = db.write(doing, move |tx| actions::verify_pond(tx, &command)).await?;
    Ok(HttpResponse::Created().json(task))
}

/// Submits a task to the centre
///
/// Its newest file must break no rule; ponds may still wait for their verification.
#[utoipa::path(
    post, path = "/api/v1/survey-tasks/{task_id}/submission", tag = "census",
    params(("task_id" = SurveyTaskId, Path)),
    responses((status = 201, body = SurveyTask), Problems),
    extensions(("x-roles" = json!(["township_officer"])), ("x-effect" = json!("write"))),
)]
pub async fn create_survey_submission(
    db: Data<Db>,
    task_id: Path<SurveyTaskId>,
    asked: Asked<()>,
) -> Answer<HttpResponse> {
    let command = Step { id: CensusPartId::new(), task_id: task_id.into_inner() };
    let task = db.write(asked.doing, move |tx| actions::submit(tx, &command)).await?;
    Ok(HttpResponse::Created().json(task))
}

/// Returns a task to its township
#[utoipa::path(
    post, path = "/api/v1/survey-tasks/{task_id}/return", tag = "census",
    params(("task_id" = SurveyTaskId, Path)), request_body = NewSurveyReturn,
    responses((status = 201, body = SurveyTask), Problems),
    extensions(("x-roles" = json!(["centre_officer", "centre_director"])), ("x-effect" = json!("write"))),
)]
pub async fn create_survey_return(
    db: Data<Db>,
    task_id: Path<SurveyTaskId>,
    asked: Asked<NewSurveyReturn>,
) -> Answer<HttpResponse> {
    let Asked { doing, body: NewSurveyReturn { reason } } = asked;
    let command = Step { id: CensusPartId::new(), task_id: task_id.into_inner() };
    let task = db.write(doing, move |tx| actions::give_back(tx, &command, &reason)).await?;
    Ok(HttpResponse::Created().json(task))
}

/// Verifies a task: its plots enter the reserve
///
/// All of them or none, after the same checks as every import, by another person than who submitted.
#[utoipa::path(
    post, path = "/api/v1/survey-tasks/{task_id}/verification", tag = "census",
    params(("task_id" = SurveyTaskId, Path)),
    responses((status = 201, body = SurveyTask), Problems),
    extensions(("x-roles" = json!(["centre_officer", "centre_director"])), ("x-effect" = json!("write"))),
)]
pub async fn create_survey_verification(
    db: Data<Db>,
    task_id: Path<SurveyTaskId>,
    asked: Asked<()>,
) -> Answer<HttpResponse> {
    let (task_id, import) = (task_id.into_inner(), ParcelImportId::new());
    let actor = asked.doing.actor()?.clone();
    let (today, person) = (db.clock().now().date_in_shanghai(), actor.clone());
    let check = move |c: &mut Conn| actions::check_newest(c, &actor, task_id, today);
    let (_, checked) = db.read(Some(&person), check).await?;
    let command = Step { id: CensusPartId::new(), task_id };
    let write = move |tx: &mut Tx<'_>| actions::verify(tx, &command, import, &checked);
    Ok(HttpResponse::Created().json(db.write(asked.doing, write).await?))
}

/// Enters land that was assembled, with its right holders
#[utoipa::path(
    post, path = "/api/v1/land-assemblies", tag = "census", request_body = NewLandAssembly,
    responses((status = 201, body = LandAssembly), Problems),
    extensions(("x-roles" = json!(["township_officer"])), ("x-effect" = json!("write"))),
)]
pub async fn create_land_assembly(
    db: Data<Db>,
    asked: Asked<NewLandAssembly>,
) -> Answer<HttpResponse> {
    let Asked { doing, body } = asked;
    let NewLandAssembly { parcel_no, mode, assembled_on, document, holders } = body;
    let (id, parcel_no) = (LandAssemblyId::new(), parcel_no.to_string());
    let command = Assemble { id, parcel_no, mode, assembled_on, document, holders };
    let assembly = db.write(doing, move |tx| actions::assemble(tx, &command)).await?;
    Ok(HttpResponse::Created().json(assembly))
}

/// Lists assembled land
///
/// A township sees its own, the authorities that of their region.
#[utoipa::path(
    get, path = "/api/v1/land-assemblies", tag = "census", params(PageQuery),
    responses((status = 200, body = Page<LandAssembly>), Problems),
    extensions(
        ("x-roles" = json!([
            "township_officer", "centre_officer", "centre_director", "forestry_officer", "auditor"
        ])),
        ("x-effect" = json!("read")),
    ),
)]
pub async fn list_land_assemblies(
    db: Data<Db>,
    actor: Actor,
    page: Query<PageQuery>,
) -> Answer<HttpResponse> {
    let (before, limit, reader) = (page.after()?, page.limit(), actor.clone());
    let rows = db
        .read(Some(&actor), move |c| actions::visible_assemblies(c, &reader, before, limit))
        .await?;
    Ok(HttpResponse::Ok().json(Page::of(rows, &page, |one| one.id.uuid(), |row| row)))
}

/// Shows assembled land with its right holders
#[utoipa::path(
    get, path = "/api/v1/land-assemblies/{assembly_id}", tag = "census",
    params(("assembly_id" = LandAssemblyId, Path)),
    responses((status = 200, body = LandAssembly), Problems),
    extensions(
        ("x-roles" = json!([
            "township_officer", "centre_officer", "centre_director", "forestry_officer", "auditor"
        ])),
        ("x-effect" = json!("read")),
    ),
)]
pub async fn get_land_assembly(
    db: Data<Db>,
    actor: Actor,
    assembly_id: Path<LandAssemblyId>,
) -> Answer<HttpResponse> {
    let (id, reader) = (assembly_id.into_inner(), actor.clone());
    let read = move |c: &mut Conn| actions::visible_assembly(c, &reader, id);
    Ok(HttpResponse::Ok().json(db.read(Some(&actor), read).await?))
}

/// Attaches a consent or a contract to assembled land
#[utoipa::path(
    post, path = "/api/v1/land-assemblies/{assembly_id}/documents", tag = "census",
    params(("assembly_id" = LandAssemblyId, Path), DocumentQuery),
    request_body(
        content((String = "application/octet-stream", example = json!("(the file)"))),
        description = DOCUMENT_KINDS,
    ),
    responses((status = 201, body = Document), Problems),
    extensions(("x-roles" = json!(["township_officer"])), ("x-effect" = json!("write"))),
)]
pub async fn create_assembly_document(
    db: Data<Db>,
    assembly_id: Path<LandAssemblyId>,
    query: Query<DocumentQuery>,
    asked: AskedBytes,
) -> Answer<HttpResponse> {
    let (id, document) = (assembly_id.into_inner(), DocumentId::new());
    let DocumentQuery { name, purpose } = query.into_inner();
    let bytes: Arc<[u8]> = asked.bytes.as_ref().into();
    let attach =
        move |tx: &mut Tx<'_>| actions::attach_consent(tx, id, document, (&name, &purpose), &bytes);
    Ok(HttpResponse::Created().json(db.write(asked.doing.clone(), attach).await?))
}
