//! Versions of layers over HTTP: each step is a noun of its own.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path, Query};
use sha2::{Digest, Sha256};

use super::layer_views::{
    LayerFeatureView, LayerFileQuery, LayerQuery, LayerVersionView, NewLayerComment,
    NewLayerConsultation, NewLayerDecision, NewLayerVersion,
};
use crate::inventory::actions::{self, CheckedLayer, LayerComparison};
use crate::inventory::import::{FileFormat, open_layer};
use crate::inventory::model::{
    LayerComment, LayerFeatureId, LayerPartId, LayerVersion, LayerVersionId,
};
use crate::inventory::report::LayerReport;
use crate::inventory::store::{self, VersionFilter};
use crate::kernel::actor::Actor;
use crate::kernel::db::{Conn, Db, Tx};
use crate::kernel::operations::{Operations, operations};
use crate::kernel::page::{Page, PageQuery};
use crate::kernel::problem::Answer;
use crate::web::{Asked, AskedBytes, Problems};

const FILES: &str = "\
GeoJSON, a GeoPackage, a ZIP with a Shapefile, or a table (CSV or XLSX) with the boundary as WKT, in the \
reference systems of files of parcels. Names of columns besides those of the example, the first of \
each line: zone_no, farmland_no or feature_no FEAT_NO 要素编号 图斑编号 编号 · name 名称 · zone 区类 分区 \
· survey_year SURV_YEAR 调查年度 年度 · valid_from 生效日期 生效日 · boundary_version BND_VERS 边界版本 \
版本 · approval_by APPR_BY 批准机关 · approval_document APPR_DOC 批准文号 · note 备注.";

pub(super) fn operations() -> Operations {
    operations![
        list_layer_versions,
        create_layer_version,
        get_layer_version,
        list_layer_features,
        create_layer_file_report,
        create_layer_file,
        create_layer_consultation,
        create_layer_comment,
        list_layer_comments,
        create_layer_argument,
        create_layer_approval,
        get_layer_comparison,
    ]
}

/// Lists the versions of the layers that lie in one's region or over it, newest first
#[utoipa::path(
    get, path = "/api/v1/layer-versions", tag = "inventory", params(LayerQuery, PageQuery),
    responses((status = 200, body = Page<LayerVersion>), Problems),
    extensions(
        ("x-roles" = json!(["administrator", "centre_director", "centre_officer",
            "forestry_officer", "township_officer", "auditor"])),
        ("x-effect" = json!("read")),
    ),
)]
async fn list_layer_versions(
    db: Data<Db>,
    actor: Actor,
    query: Query<LayerQuery>,
    page: Query<PageQuery>,
) -> Answer<HttpResponse> {
    let (query, page) = (query.into_inner(), page.into_inner());
    let (after, rows_max) = (page.after::<LayerVersionId>()?, page.limit() + 1);
    let filter = VersionFilter { kind: query.kind, state: query.state, in_force: query.in_force };
    let seat = actor.region.clone();
    let read = move |c: &mut Conn| store::versions(c, &seat, &filter, after, rows_max);
    let rows = db.read(Some(&actor), read).await?;
    Ok(HttpResponse::Ok().json(Page::of(rows, &page, |it| it.id.uuid(), |it| it)))
}

/// Begins a version of a layer as an empty draft, with its source
#[utoipa::path(
    post, path = "/api/v1/layer-versions", tag = "inventory", request_body = NewLayerVersion,
    responses((status = 201, body = LayerVersion), Problems),
    extensions(
        ("x-roles" = json!(["centre_director", "centre_officer", "forestry_officer"])),
        ("x-effect" = json!("write")),
    ),
)]
async fn create_layer_version(db: Data<Db>, asked: Asked<NewLayerVersion>) -> Answer<HttpResponse> {
    let it = asked.body.into_command(LayerVersionId::new());
    let version = db.write(asked.doing, move |tx| actions::begin_layer(tx, it.clone())).await?;
    Ok(HttpResponse::Created().json(version))
}

/// Shows a version with its steps and files
#[utoipa::path(
    get, path = "/api/v1/layer-versions/{version_id}", tag = "inventory",
    params(("version_id" = LayerVersionId, Path)),
    responses((status = 200, body = LayerVersionView), Problems),
    extensions(
        ("x-roles" = json!(["administrator", "centre_director", "centre_officer",
            "forestry_officer", "township_officer", "auditor"])),
        ("x-effect" = json!("read")),
    ),
)]
async fn get_layer_version(
    db: Data<Db>,
    actor: Actor,
    id: Path<LayerVersionId>,
) -> Answer<HttpResponse> {
    let (id, seat) = (id.into_inner(), actor.region.clone());
    let read = move |c: &mut Conn| {
        let version = actions::readable_layer(c, &seat, id)?;
        let (steps, files) = (store::steps(c, id)?, store::files(c, id)?);
        Ok(LayerVersionView { version, steps, files })
    };
    Ok(HttpResponse::Ok().json(db.read(Some(&actor), read).await?))
}

/// Lists the features of a version with their polygons
#[utoipa::path(
    get, path = "/api/v1/layer-versions/{version_id}/features", tag = "inventory",
    params(("version_id" = LayerVersionId, Path), PageQuery),
    responses((status = 200, body = Page<LayerFeatureView>), Problems),
    extensions(
        ("x-roles" = json!(["administrator", "centre_director", "centre_officer",
            "forestry_officer", "township_officer", "auditor"])),
        ("x-effect" = json!("read")),
    ),
)]
async fn list_layer_features(
    db: Data<Db>,
    actor: Actor,
    id: Path<LayerVersionId>,
    page: Query<PageQuery>,
) -> Answer<HttpResponse> {
    let (id, seat, page) = (id.into_inner(), actor.region.clone(), page.into_inner());
    let (after, rows_max) = (page.after::<LayerFeatureId>()?, page.limit() + 1);
    let read = move |c: &mut Conn| {
        actions::readable_layer(c, &seat, id)?;
        let rows = store::features(c, id, after, rows_max)?;
        rows.into_iter().map(LayerFeatureView::of).collect::<Answer<Vec<_>>>()
    };
    let rows = db.read(Some(&actor), read).await?;
    Ok(HttpResponse::Ok().json(Page::of(rows, &page, |it| it.feature.id.uuid(), |it| it)))
}

/// Checks a file of features and reports all that is wrong with each; nothing is written
#[utoipa::path(
    post, path = "/api/v1/layer-versions/{version_id}/file-reports", tag = "inventory",
    params(("version_id" = LayerVersionId, Path), LayerFileQuery),
    request_body(
        content(
            (Object = "application/geo+json", example = json!(a_file())),
            (String = "application/geopackage+sqlite3", example = json!("(the file)")),
            (String = "application/zip", example = json!("(a ZIP with .shp, .dbf, .prj and .cpg)")),
            (String = "text/csv", example = json!("编号,名称,区类,WKT")),
            (String = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
                example = json!("(the file)")),
        ),
        description = FILES,
    ),
    responses((status = 200, body = LayerReport), Problems),
    extensions(
        ("x-roles" = json!(["centre_director", "centre_officer", "forestry_officer"])),
        ("x-effect" = json!("read")),
    ),
)]
async fn create_layer_file_report(
    db: Data<Db>,
    id: Path<LayerVersionId>,
    query: Query<LayerFileQuery>,
    asked: AskedBytes,
) -> Answer<HttpResponse> {
    let checked = checked(&db, id.into_inner(), query.layer.clone(), &asked).await?;
    Ok(HttpResponse::Ok().json(checked.report()))
}

/// Adds a file of features to a draft, all of them or none; a large layer comes in several files
#[utoipa::path(
    post, path = "/api/v1/layer-versions/{version_id}/files", tag = "inventory",
    params(("version_id" = LayerVersionId, Path), LayerFileQuery),
    request_body(
        content(
            (Object = "application/geo+json", example = json!(a_file())),
            (String = "application/geopackage+sqlite3", example = json!("(the file)")),
            (String = "application/zip", example = json!("(a ZIP with .shp, .dbf, .prj and .cpg)")),
            (String = "text/csv", example = json!("编号,名称,区类,WKT")),
            (String = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
                example = json!("(the file)")),
        ),
        description = FILES,
    ),
    responses((status = 201, body = LayerVersion), Problems),
    extensions(
        ("x-roles" = json!(["centre_director", "centre_officer", "forestry_officer"])),
        ("x-effect" = json!("write")),
    ),
)]
async fn create_layer_file(
    db: Data<Db>,
    id: Path<LayerVersionId>,
    query: Query<LayerFileQuery>,
    asked: AskedBytes,
) -> Answer<HttpResponse> {
    let checked = checked(&db, id.into_inner(), query.layer.clone(), &asked).await?;
    let file_id = LayerPartId::new();
    let write = move |tx: &mut Tx| actions::add_layer_file(tx, file_id, &checked);
    let version = db.write(asked.doing.clone(), write).await?;
    Ok(HttpResponse::Created().json(version))
}

/// Opens a draft of the ecological red line to comments until a day
#[utoipa::path(
    post, path = "/api/v1/layer-versions/{version_id}/consultation", tag = "inventory",
    params(("version_id" = LayerVersionId, Path)), request_body = NewLayerConsultation,
    responses((status = 201, body = LayerVersion), Problems),
    extensions(
        ("x-roles" = json!(["centre_director", "centre_officer", "forestry_officer"])),
        ("x-effect" = json!("write")),
    ),
)]
async fn create_layer_consultation(
    db: Data<Db>,
    id: Path<LayerVersionId>,
    asked: Asked<NewLayerConsultation>,
) -> Answer<HttpResponse> {
    let (id, closes_on) = (id.into_inner(), asked.body.closes_on);
    let write = move |tx: &mut Tx| actions::consult_layer(tx, id, closes_on);
    Ok(HttpResponse::Created().json(db.write(asked.doing, write).await?))
}

/// Keeps what somebody said of a version during its consultation
#[utoipa::path(
    post, path = "/api/v1/layer-versions/{version_id}/comments", tag = "inventory",
    params(("version_id" = LayerVersionId, Path)), request_body = NewLayerComment,
    responses((status = 201, body = LayerComment), Problems),
    extensions(
        ("x-roles" = json!(["centre_director", "centre_officer", "forestry_officer"])),
        ("x-effect" = json!("write")),
    ),
)]
async fn create_layer_comment(
    db: Data<Db>,
    id: Path<LayerVersionId>,
    asked: Asked<NewLayerComment>,
) -> Answer<HttpResponse> {
    let (id, it) = (id.into_inner(), asked.body.into_command(LayerPartId::new()));
    let write = move |tx: &mut Tx| actions::comment_layer(tx, id, it.clone());
    Ok(HttpResponse::Created().json(db.write(asked.doing, write).await?))
}

/// Lists the comments on a version, oldest first
#[utoipa::path(
    get, path = "/api/v1/layer-versions/{version_id}/comments", tag = "inventory",
    params(("version_id" = LayerVersionId, Path), PageQuery),
    responses((status = 200, body = Page<LayerComment>), Problems),
    extensions(
        ("x-roles" = json!(["administrator", "centre_director", "centre_officer",
            "forestry_officer", "township_officer", "auditor"])),
        ("x-effect" = json!("read")),
    ),
)]
async fn list_layer_comments(
    db: Data<Db>,
    actor: Actor,
    id: Path<LayerVersionId>,
    page: Query<PageQuery>,
) -> Answer<HttpResponse> {
    let (id, seat, page) = (id.into_inner(), actor.region.clone(), page.into_inner());
    let (after, rows_max) = (page.after::<LayerPartId>()?, page.limit() + 1);
    let read = move |c: &mut Conn| {
        actions::readable_layer(c, &seat, id)?;
        store::comments(c, id, after, rows_max)
    };
    let rows = db.read(Some(&actor), read).await?;
    Ok(HttpResponse::Ok().json(Page::of(rows, &page, |it| it.id.uuid(), |it| it)))
}

/// Records that a version was argued by experts, once its consultation is over
#[utoipa::path(
    post, path = "/api/v1/layer-versions/{version_id}/argument", tag = "inventory",
    params(("version_id" = LayerVersionId, Path)), request_body = NewLayerDecision,
    responses((status = 201, body = LayerVersion), Problems),
    extensions(
        ("x-roles" = json!(["centre_director", "centre_officer", "forestry_officer"])),
        ("x-effect" = json!("write")),
    ),
)]
async fn create_layer_argument(
    db: Data<Db>,
    id: Path<LayerVersionId>,
    asked: Asked<NewLayerDecision>,
) -> Answer<HttpResponse> {
    let (id, it) = (id.into_inner(), asked.body.into_command());
    let write = move |tx: &mut Tx| actions::argue_layer(tx, id, it.clone());
    Ok(HttpResponse::Created().json(db.write(asked.doing, write).await?))
}

/// Brings a version into force, by another person than those who entered and argued it
///
/// The version of the same kind and region that was in force stays readable.
#[utoipa::path(
    post, path = "/api/v1/layer-versions/{version_id}/approval", tag = "inventory",
    params(("version_id" = LayerVersionId, Path)), request_body = NewLayerDecision,
    responses((status = 201, body = LayerVersion), Problems),
    extensions(
        ("x-roles" = json!(["centre_director", "forestry_officer"])),
        ("x-effect" = json!("write")),
    ),
)]
async fn create_layer_approval(
    db: Data<Db>,
    id: Path<LayerVersionId>,
    asked: Asked<NewLayerDecision>,
) -> Answer<HttpResponse> {
    let (id, it) = (id.into_inner(), asked.body.into_command());
    let write = move |tx: &mut Tx| actions::approve_layer(tx, id, it.clone());
    Ok(HttpResponse::Created().json(db.write(asked.doing, write).await?))
}

/// Shows what would change for the active parcels if this version came into force
#[utoipa::path(
    get, path = "/api/v1/layer-versions/{version_id}/comparison", tag = "inventory",
    params(("version_id" = LayerVersionId, Path)),
    responses((status = 200, body = LayerComparison), Problems),
    extensions(
        ("x-roles" = json!(["administrator", "centre_director", "centre_officer",
            "forestry_officer", "auditor"])),
        ("x-effect" = json!("read")),
    ),
)]
async fn get_layer_comparison(
    db: Data<Db>,
    actor: Actor,
    id: Path<LayerVersionId>,
) -> Answer<HttpResponse> {
    let (id, seat) = (id.into_inner(), actor.region.clone());
    let today = db.clock().now().date_in_shanghai();
    let read = move |c: &mut Conn| actions::compare_layer(c, &seat, id, today);
    Ok(HttpResponse::Ok().json(db.read(Some(&actor), read).await?))
}

/// Reads and checks a file beside the writer.
async fn checked(
    db: &Db,
    id: LayerVersionId,
    layer: Option<String>,
    asked: &AskedBytes,
) -> Answer<CheckedLayer> {
    let format = FileFormat::of_content_type(&asked.content_type).unwrap_or(FileFormat::GeoJson);
    let (actor, bytes) = (asked.doing.actor()?.clone(), asked.bytes.clone());
    let person = actor.clone();
    db.read(Some(&person), move |c| {
        let version = actions::own_layer(c, &actor.region, id)?;
        let file_sha256 = hex::encode(Sha256::digest(&bytes));
        let opened = open_layer(format, version.kind, layer.as_deref(), &bytes)?;
        actions::check_layer(c, &version, file_sha256, opened)
    })
    .await
}

fn a_file() -> serde_json::Value {
    serde_json::json!({
        "type": "FeatureCollection",
        "crs": {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::4490"}},
        "features": [{
            "type": "Feature",
            "properties": {
                "zone_no": "Z360124-Y01", "zone": "yellow", "name": "示例黄线区",
                "valid_from": "2021-01-01", "approval_by": "county_government",
            },
            "geometry": {"type": "Polygon", "coordinates": [[[116.32, 28.68], [116.33, 28.68],
                [116.33, 28.69], [116.32, 28.69], [116.32, 28.68]]]},
        }],
    })
}
