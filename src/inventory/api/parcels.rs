//! Parcels and their imports over HTTP.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path, Query};
use serde_json::json;
use sha2::{Digest, Sha256};

use super::views::{
    ImportQuery, NewLandSurvey, NewMonitoring, ParcelImportSummary, ParcelImportView, ParcelOnMap,
    ParcelQuery, ParcelView, ReportQuery,
};
use crate::inventory::actions::{self, CheckParcels, Checked, EnterParcels};
use crate::inventory::import::{FileFormat, open_file};
use crate::inventory::model::{LandSurvey, Monitoring, ParcelId, ParcelImportId, ParcelKind};
use crate::inventory::report::ParcelReport;
use crate::inventory::rules::Submission;
use crate::inventory::store::{self, ParcelFilter};
use crate::kernel::actor::Actor;
use crate::kernel::db::{Conn, Db, Tx};
use crate::kernel::operations::{Operations, operations};
use crate::kernel::page::{Page, PageQuery};
use crate::kernel::problem::{Answer, Failure};
use crate::kernel::region::RegionCode;
use crate::web::{Asked, AskedBytes, Problems};

/// What a file of parcels may be, for the document.
const FILES: &str = "\
GeoJSON, a GeoPackage, a ZIP with a Shapefile, or a table (CSV or XLSX) with the boundary as WKT; in degrees of CGCS2000 (EPSG:4490), longitude \
first, or in metres of one of its Gauss-Krüger zones of 3 degrees (EPSG:4513 to 4554), easting \
first. GeoJSON names its system in the member `crs`. A Shapefile without `.prj`, or a layer without \
a system, is taken for CGCS2000, and its zone is found by the county's boundary; the report shows \
it. Texts of a DBF are UTF-8 or GBK, by `.cpg`, by the mark in its head, or by themselves. Names of \
columns besides those of the example, the first of each line: parcel_no 地块编号 图斑编号 地块号 · \
wetland_no 湿地编号 湿地号 · name 地块名称 湿地名称 名称 · township_code TOWN_CODE 乡镇代码 乡镇码 · \
land_class DLBM 地类编码 地类 · declared_area_m2 (wetlands: area_m2) AREA_M2 DECL_AREA 申报面积 面积 · \
tenure 权属 · level 湿地级别 级别 · wetland_type WET_TYPE 湿地类型 类型 · survey_year SURV_YEAR 调查年度 \
年度 · water_regime WATER_REG 积水情况 积水 · submitted_by SUBMIT_BY 报送人 · source 数据来源 来源 · \
protected 是否保护 保护 · restorable/conclusion RS_CONCL 恢复结论 结论 · restorable/basis RS_BASIS \
恢复依据 依据 · restorable/author RS_AUTHOR 评估人 · restorable/date RS_DATE 评估日期 评估日 · \
pond_check/result PC_RESULT 核实结果 · pond_check/evidence PC_EVID 核实证据 · pond_check/verified_by \
PC_BY 核实人 · pond_check/date PC_DATE 核实日期 核实日.";

pub(super) fn operations() -> Operations {
    operations![
        list_parcels,
        get_parcel,
        create_parcel_import_report,
        create_parcel_import,
        list_parcel_imports,
        get_parcel_import,
        create_land_survey,
        create_monitoring_update,
    ]
}

/// Lists the parcels of one's own region, newest first
#[utoipa::path(
    get, path = "/api/v1/parcels", tag = "inventory", params(ParcelQuery, PageQuery),
    responses((status = 200, body = Page<ParcelView>), Problems),
    extensions(
        ("x-roles" = json!(["administrator", "centre_director", "centre_officer",
            "forestry_officer", "township_officer", "auditor"])),
        ("x-effect" = json!("read")),
    ),
)]
async fn list_parcels(
    db: Data<Db>,
    actor: Actor,
    query: Query<ParcelQuery>,
    page: Query<PageQuery>,
) -> Answer<HttpResponse> {
    let (query, page) = (query.into_inner(), page.into_inner());
    let (after, rows_max) = (page.after::<ParcelId>()?, page.limit() + 1);
    let filter = ParcelFilter {
        region: Some(actor.region.clone()),
        township: query.township,
        kind: query.kind,
        land_class: query.land_class,
        survey_year: query.survey_year,
        number: query.number,
    };
    let rows = db.read(Some(&actor), move |c| store::parcels(c, &filter, after, rows_max)).await?;
    Ok(HttpResponse::Ok().json(Page::of(rows, &page, |it| it.id.uuid(), ParcelView::from)))
}

/// Shows a parcel of one's own region with its polygon
#[utoipa::path(
    get, path = "/api/v1/parcels/{parcel_id}", tag = "inventory",
    params(("parcel_id" = ParcelId, Path)),
    responses((status = 200, body = ParcelOnMap), Problems),
    extensions(
        ("x-roles" = json!(["administrator", "centre_director", "centre_officer",
            "forestry_officer", "township_officer", "auditor"])),
        ("x-effect" = json!("read")),
    ),
)]
async fn get_parcel(db: Data<Db>, actor: Actor, id: Path<ParcelId>) -> Answer<HttpResponse> {
    let (id, region) = (id.into_inner(), actor.region.clone());
    let read = move |c: &mut Conn| parcel_on_map(c, &region, id);
    Ok(HttpResponse::Ok().json(db.read(Some(&actor), read).await?))
}

/// Returns a parcel of a region as it is shown.
fn parcel_on_map(c: &mut Conn, region: &RegionCode, id: ParcelId) -> Answer<ParcelOnMap> {
    let parcel = store::parcel(c, id)?.filter(|it| it.township.is_within(region));
    let parcel = parcel.ok_or_else(Failure::not_found)?;
    let polygon = store::polygon(c, id)?.and_then(|text| serde_json::from_str(&text).ok());
    Ok(ParcelOnMap {
        parcel: parcel.into(),
        polygon: polygon.ok_or_else(|| Failure::broken("a parcel has a polygon"))?,
        withdrawn_because: store::withdrawal(c, id)?.map(|it| it.reason),
    })
}

/// The parcel must still be as the caller saw it.
pub fn expect_parcel(tx: &mut Tx<'_>, id: ParcelId) -> Answer<()> {
    let region = tx.actor()?.region;
    tx.expect_version(|c| parcel_on_map(c, &region, id))
}

/// Checks a file of parcels and reports all that is wrong with each feature; nothing is written
#[utoipa::path(
    post, path = "/api/v1/parcel-import-reports", tag = "inventory", params(ReportQuery),
    request_body(
        content(
            (Object = "application/geo+json", example = json!(a_file())),
            (String = "application/geopackage+sqlite3", example = json!("(the file)")),
            (String = "application/zip", example = json!("(a ZIP with .shp, .dbf, .prj and .cpg)")),
            (String = "text/csv", example = json!("地块编号,地块名称,乡镇代码")),
            (String = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
                example = json!("(the form, filled in)")),
        ),
        description = FILES,
    ),
    responses((status = 200, body = ParcelReport), Problems),
    extensions(
        ("x-roles" = json!(["centre_director", "centre_officer"])),
        ("x-effect" = json!("read")),
    ),
)]
async fn create_parcel_import_report(
    db: Data<Db>,
    query: Query<ReportQuery>,
    asked: AskedBytes,
) -> Answer<HttpResponse> {
    let checked = checked(&db, query.kind, query.layer.clone(), &asked).await?;
    Ok(HttpResponse::Ok().json(checked.report()))
}

/// Takes a file of parcels in, after the same checks as its dry report
#[utoipa::path(
    post, path = "/api/v1/parcel-imports", tag = "inventory", params(ImportQuery),
    request_body(
        content(
            (Object = "application/geo+json", example = json!(a_file())),
            (String = "application/geopackage+sqlite3", example = json!("(the file)")),
            (String = "application/zip", example = json!("(a ZIP with .shp, .dbf, .prj and .cpg)")),
            (String = "text/csv", example = json!("地块编号,地块名称,乡镇代码")),
            (String = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
                example = json!("(the form, filled in)")),
        ),
        description = FILES,
    ),
    responses((status = 201, body = ParcelImportView), Problems),
    extensions(
        ("x-roles" = json!(["centre_director", "centre_officer"])),
        ("x-effect" = json!("write")),
    ),
)]
async fn create_parcel_import(
    db: Data<Db>,
    query: Query<ImportQuery>,
    asked: AskedBytes,
) -> Answer<HttpResponse> {
    let checked = checked(&db, query.kind, query.layer.clone(), &asked).await?;
    let it = EnterParcels { id: ParcelImportId::new(), mode: query.mode, checked };
    let entered = db
        .write(asked.doing.clone(), move |tx| {
            actions::enter_parcels(tx, &it).and_then(ParcelImportView::of)
        })
        .await?;
    Ok(HttpResponse::Created().json(entered))
}

/// Lists the files of parcels that were taken in, newest first
#[utoipa::path(
    get, path = "/api/v1/parcel-imports", tag = "inventory", params(PageQuery),
    responses((status = 200, body = Page<ParcelImportSummary>), Problems),
    extensions(
        ("x-roles" = json!(["administrator", "centre_director", "centre_officer",
            "forestry_officer", "auditor"])),
        ("x-effect" = json!("read")),
    ),
)]
async fn list_parcel_imports(
    db: Data<Db>,
    actor: Actor,
    page: Query<PageQuery>,
) -> Answer<HttpResponse> {
    let page = page.into_inner();
    let (after, rows_max) = (page.after::<ParcelImportId>()?, page.limit() + 1);
    let region = actor.region.clone();
    let rows = db.read(Some(&actor), move |c| store::imports(c, &region, after, rows_max)).await?;
    let page = Page::of(rows, &page, |it| it.id.uuid(), ParcelImportSummary::from);
    Ok(HttpResponse::Ok().json(page))
}

/// Shows a file of parcels that was taken in, with its report
#[utoipa::path(
    get, path = "/api/v1/parcel-imports/{import_id}", tag = "inventory",
    params(("import_id" = ParcelImportId, Path)),
    responses((status = 200, body = ParcelImportView), Problems),
    extensions(
        ("x-roles" = json!(["administrator", "centre_director", "centre_officer",
            "forestry_officer", "auditor"])),
        ("x-effect" = json!("read")),
    ),
)]
async fn get_parcel_import(
    db: Data<Db>,
    actor: Actor,
    id: Path<ParcelImportId>,
) -> Answer<HttpResponse> {
    let (id, region) = (id.into_inner(), actor.region.clone());
    let import = db.read(Some(&actor), move |c| store::import(c, id)).await?;
    let import = import.filter(|it| it.region.is_within(&region));
    let import = import.ok_or_else(Failure::not_found)?;
    Ok(HttpResponse::Ok().json(ParcelImportView::of(import)?))
}

/// Records what a newer land survey says of a reserve parcel; what monitoring says stays
#[utoipa::path(
    post, path = "/api/v1/parcels/{parcel_id}/land-surveys", tag = "inventory",
    params(("parcel_id" = ParcelId, Path)), request_body = NewLandSurvey,
    responses((status = 201, body = ParcelView), Problems),
    extensions(
        ("x-roles" = json!(["centre_director", "centre_officer"])),
        ("x-effect" = json!("write")), ("x-if-match" = json!("taken")),
    ),
)]
async fn create_land_survey(
    db: Data<Db>,
    id: Path<ParcelId>,
    asked: Asked<NewLandSurvey>,
) -> Answer<HttpResponse> {
    let (id, survey) = (id.into_inner(), LandSurvey::from(asked.body));
    let parcel = db
        .write(asked.doing, move |tx| {
            expect_parcel(tx, id)?;
            actions::create_land_survey(tx, id, &survey).map(ParcelView::from)
        })
        .await?;
    Ok(HttpResponse::Created().json(parcel))
}

/// Records what newer monitoring says of a parcel; what the land survey says stays
#[utoipa::path(
    post, path = "/api/v1/parcels/{parcel_id}/monitorings", tag = "inventory",
    params(("parcel_id" = ParcelId, Path)), request_body = NewMonitoring,
    responses((status = 201, body = ParcelView), Problems),
    extensions(
        ("x-roles" = json!(["centre_director", "centre_officer", "forestry_officer"])),
        ("x-effect" = json!("write")), ("x-if-match" = json!("taken")),
    ),
)]
async fn create_monitoring_update(
    db: Data<Db>,
    id: Path<ParcelId>,
    asked: Asked<NewMonitoring>,
) -> Answer<HttpResponse> {
    let (id, monitoring) = (id.into_inner(), Monitoring::from(asked.body));
    let parcel = db
        .write(asked.doing, move |tx| {
            expect_parcel(tx, id)?;
            actions::create_monitoring(tx, id, &monitoring).map(ParcelView::from)
        })
        .await?;
    Ok(HttpResponse::Created().json(parcel))
}

/// Reads and checks a file beside the writer.
async fn checked(
    db: &Db,
    kind: ParcelKind,
    layer: Option<String>,
    asked: &AskedBytes,
) -> Answer<Checked> {
    let format = FileFormat::of_content_type(&asked.content_type).unwrap_or(FileFormat::GeoJson);
    let (actor, bytes) = (asked.doing.actor()?.clone(), asked.bytes.clone());
    let today = db.clock().now().date_in_shanghai();
    let person = actor.clone();
    db.read(Some(&person), move |c| {
        let importer = actions::names_of(c, &actor)?;
        let by = Submission { kind, importer, region: actor.region, today };
        let file_sha256 = hex::encode(Sha256::digest(&bytes));
        let opened = open_file(format, by.kind, layer.as_deref(), &bytes)?;
        let file = actions::read_parcels(c, &by, opened)?;
        actions::check_parcels(c, CheckParcels { by, file_sha256, file })
    })
    .await
}

fn a_file() -> serde_json::Value {
    json!({
        "type": "FeatureCollection",
        "crs": {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::4490"}},
        "features": [{
            "type": "Feature",
            "properties": {
                "parcel_no": "R360124-0012", "name": "五里垦殖场示例退养塘",
                "township_code": "360124500", "land_class": "1104A", "water_regime": "long_term",
                "declared_area_m2": "11250.00", "tenure": "国有，五里垦殖场使用",
                "level": "general", "wetland_type": "marsh", "survey_year": 2022,
                "restorable": {"conclusion": "restorable", "basis": "鱼塘停养多年，水深适宜",
                    "author": "裴若兰", "date": "2022-02-22"},
                "submitted_by": "fu.guoping",
                "pond_check": {"result": "passed", "evidence": "停养证明及影像",
                    "verified_by": "tu.mingyuan", "date": "2022-03-01"},
            },
            "geometry": {"type": "Polygon", "coordinates": [[[116.23, 28.35], [116.2315, 28.35],
                [116.2315, 28.35069], [116.23, 28.35069], [116.23, 28.35]]]},
        }],
    })
}
