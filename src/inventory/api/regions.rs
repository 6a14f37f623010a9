//! Regions and county boundaries over HTTP.

use actix_web::HttpResponse;
use actix_web::web::{Data, Query};
use sha2::{Digest, Sha256};

use super::layer_views::LayerFileQuery;
use super::views::{RegionQuery, RegionView};
use crate::inventory::actions::{self, RegionsLoaded};
use crate::inventory::import::{FileFormat, read_boundary, read_regions};
use crate::inventory::model::{CountyBoundaryId, RegionId};
use crate::inventory::refusal::{boundary_refused, regions_refused};
use crate::inventory::store;
use crate::kernel::db::Db;
use crate::kernel::operations::{Operations, operations};
use crate::kernel::page::{Page, PageQuery};
use crate::kernel::problem::{Answer, Failure};
use crate::web::{AskedBytes, Problems};

pub(super) fn operations() -> Operations {
    operations![list_regions, create_regions, create_county_boundary]
}

/// Lists regions, in the order in which they were handed in
#[utoipa::path(
    get, path = "/api/v1/regions", tag = "inventory", params(RegionQuery, PageQuery),
    responses((status = 200, body = Page<RegionView>), Problems),
    extensions(("x-roles" = json!(["public"])), ("x-effect" = json!("read"))),
)]
async fn list_regions(
    db: Data<Db>,
    query: Query<RegionQuery>,
    page: Query<PageQuery>,
) -> Answer<HttpResponse> {
    let (parent, page) = (query.into_inner().parent, page.into_inner());
    let (after, rows_max) = (page.after::<RegionId>()?, page.limit() + 1);
    let rows =
        db.read(None, move |c| store::regions_under(c, parent.as_ref(), after, rows_max)).await?;
    let page = Page::of(rows, &page, |(id, _)| id.uuid(), |(_, region)| RegionView::from(region));
    Ok(HttpResponse::Ok().json(page))
}

/// Takes a file of regions in: CSV in UTF-8 with the columns code, name, parent_code and level
#[utoipa::path(
    post, path = "/api/v1/regions", tag = "inventory",
    request_body(content = String, content_type = "text/csv",
        example = json!("code,name,parent_code,level\n36,江西省,,province\n3601,南昌市,36,prefecture\n")),
    responses((status = 201, body = RegionsLoaded), Problems),
    extensions(("x-roles" = json!(["administrator"])), ("x-effect" = json!("write"))),
)]
async fn create_regions(db: Data<Db>, asked: AskedBytes) -> Answer<HttpResponse> {
    let (doing, bytes) = (asked.doing.clone(), asked.bytes.clone());
    let read = move |c: &mut crate::kernel::db::Conn| {
        let known = store::known_regions(c)?;
        let regions = read_regions(&bytes, |code| known.contains_key(code));
        regions.map_err(|bad| regions_refused(&bad))
    };
    let regions = db.read(doing.actor.as_ref(), read).await?;
    let regions: Vec<_> = regions.into_iter().map(|region| (RegionId::new(), region)).collect();
    let loaded = db.write(doing, move |tx| actions::create_regions(tx, &regions)).await?;
    Ok(HttpResponse::Created().json(loaded))
}

/// Takes a county's boundary in; it replaces the one before
///
/// GeoJSON, a GeoPackage, a ZIP with a Shapefile or a table with WKT, holding one polygon and the
/// county's code in a column `code`, `county`, `XZQDM` or `区划代码`; it names its reference system.
#[utoipa::path(
    post, path = "/api/v1/county-boundaries", tag = "inventory", params(LayerFileQuery),
    request_body(content(
        (Object = "application/geo+json", example = json!({
            "type": "FeatureCollection",
            "crs": {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::4490"}},
            "features": [{
                "type": "Feature",
                "properties": {"code": "360124", "name": "进贤县"},
                "geometry": {"type": "Polygon", "coordinates":
                    [[[116.0, 28.1], [116.6, 28.1], [116.6, 28.8], [116.0, 28.8], [116.0, 28.1]]]},
            }],
        })),
        (String = "application/geopackage+sqlite3", example = json!("(the file)")),
        (String = "application/zip", example = json!("(a ZIP with .shp, .dbf, .prj and .cpg)")),
        (String = "text/csv", example = json!("XZQDM,WKT")),
        (String = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            example = json!("(the file)")),
    )),
    responses((status = 201, body = RegionView), Problems),
    extensions(("x-roles" = json!(["administrator"])), ("x-effect" = json!("write"))),
)]
async fn create_county_boundary(
    db: Data<Db>,
    query: Query<LayerFileQuery>,
    asked: AskedBytes,
) -> Answer<HttpResponse> {
    let (doing, bytes) = (asked.doing.clone(), asked.bytes.clone());
    let format = FileFormat::of_content_type(&asked.content_type).unwrap_or(FileFormat::GeoJson);
    let file_sha256 = hex::encode(Sha256::digest(&bytes));
    let read = move |_: &mut crate::kernel::db::Conn| -> Answer<_> {
        read_boundary(format, query.layer.as_deref(), &bytes).map_err(boundary_refused)
    };
    let boundary = db.read(doing.actor.as_ref(), read).await?;
    let id = CountyBoundaryId::new();
    let region = db
        .write(doing, move |tx| -> Result<RegionView, Failure> {
            actions::create_county_boundary(tx, id, &boundary, &file_sha256).map(RegionView::from)
        })
        .await?;
    Ok(HttpResponse::Created().json(region))
}
