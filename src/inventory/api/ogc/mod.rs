//! OGC API Features Part 1: core and GeoJSON, so that QGIS and GDAL read the land directly.
//!
//! Everybody sees the boundaries of counties; who may list parcels sees those of their own region
//! here too, with the same token, and to all others their collections do not exist. Coordinates are
//! degrees, longitude first. The standard calls that CRS84; they are kept in CGCS2000 (EPSG:4490),
//! which differs from it by some centimetres.

mod bodies;
mod query;

use actix_web::web::{Data, Path, Query};
use actix_web::{HttpRequest, HttpResponse};

use self::bodies::{Place, collection_view, collections_view, conformance_view, landing_view};
use self::query::{Collection, Collections, Wanted};
use crate::inventory::export::feature;
use crate::inventory::model::ParcelId;
use crate::inventory::store::{self, MapFilter};
use crate::kernel::actor::Actor;
use crate::kernel::db::{Conn, Db};
use crate::kernel::operations::{Operations, operations};
use crate::kernel::problem::{Answer, Failure};
use crate::kernel::region::RegionCode;
use crate::web::Problems;

pub(crate) use self::query::ItemQuery;

pub(super) fn operations() -> Operations {
    operations![
        get_ogc_landing_page,
        get_ogc_conformance,
        list_ogc_collections,
        get_ogc_collection,
        list_ogc_items,
        get_ogc_item,
    ]
}

const GEOJSON: &str = "application/geo+json";

/// Shows where the parts of the OGC API are
#[utoipa::path(
    get, path = "/api/v1/ogc", tag = "ogc",
    responses((status = 200, body = Object, example = json!({"title": "湿地占补平衡指标交易", "links": []}))),
    extensions(("x-roles" = json!(["public"])), ("x-effect" = json!("read"))),
)]
async fn get_ogc_landing_page(request: HttpRequest) -> HttpResponse {
    HttpResponse::Ok().json(landing_view(&Place::of(&request)))
}

/// Names the parts of OGC API Features that are kept to
#[utoipa::path(
    get, path = "/api/v1/ogc/conformance", tag = "ogc",
    responses((status = 200, body = Object, example = json!({"conformsTo":
        ["http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core"]}))),
    extensions(("x-roles" = json!(["public"])), ("x-effect" = json!("read"))),
)]
async fn get_ogc_conformance() -> HttpResponse {
    HttpResponse::Ok().json(conformance_view())
}

/// Lists the collections of features that the caller may see
#[utoipa::path(
    get, path = "/api/v1/ogc/collections", tag = "ogc",
    responses((status = 200, body = Object, example = json!({"collections": [], "links": []}))),
    extensions(("x-roles" = json!(["public"])), ("x-effect" = json!("read"))),
)]
async fn list_ogc_collections(
    db: Data<Db>,
    request: HttpRequest,
    actor: Option<Actor>,
) -> Answer<HttpResponse> {
    let seen = Collections::of(actor.as_ref());
    let extents = extents(&db, actor, seen.list().to_vec()).await?;
    Ok(HttpResponse::Ok().json(collections_view(&Place::of(&request), &extents)))
}

/// Describes a collection of features
#[utoipa::path(
    get, path = "/api/v1/ogc/collections/{collection}", tag = "ogc",
    params(("collection" = String, Path, example = "county_boundaries")),
    responses((status = 200, body = Object, example = json!({"id": "county_boundaries"})), Problems),
    extensions(("x-roles" = json!(["public"])), ("x-effect" = json!("read"))),
)]
async fn get_ogc_collection(
    db: Data<Db>,
    request: HttpRequest,
    actor: Option<Actor>,
    collection: Path<String>,
) -> Answer<HttpResponse> {
    let one = Collections::of(actor.as_ref()).named(&collection)?;
    let extents = extents(&db, actor, vec![one]).await?;
    let shown = extents.first().map(|shown| collection_view(&Place::of(&request), shown));
    Ok(HttpResponse::Ok().json(shown.ok_or_else(Failure::not_found)?))
}

/// Lists the features of a collection, all or those that touch a box
#[utoipa::path(
    get, path = "/api/v1/ogc/collections/{collection}/items", tag = "ogc",
    params(("collection" = String, Path, example = "county_boundaries"), ItemQuery),
    responses((status = 200, body = Object, content_type = "application/geo+json",
        example = json!({"type": "FeatureCollection", "features": []})), Problems),
    extensions(("x-roles" = json!(["public"])), ("x-effect" = json!("read"))),
)]
async fn list_ogc_items(
    db: Data<Db>,
    request: HttpRequest,
    actor: Option<Actor>,
    collection: Path<String>,
    query: Query<ItemQuery>,
) -> Answer<HttpResponse> {
    let collection = Collections::of(actor.as_ref()).named(&collection)?;
    let wanted = query.into_inner().wanted()?;
    let (region, asked) = (region_of(actor.as_ref()), wanted.clone());
    let features = db.read(actor.as_ref(), move |c| page(c, collection, region, &asked)).await?;
    let now = db.clock().now();
    let body = bodies::page_text(&Place::of(&request), collection, &wanted, features, now);
    Ok(HttpResponse::Ok().content_type(GEOJSON).body(body))
}

/// Shows a feature of a collection
#[utoipa::path(
    get, path = "/api/v1/ogc/collections/{collection}/items/{item}", tag = "ogc",
    params(
        ("collection" = String, Path, example = "county_boundaries"),
        ("item" = String, Path, example = "360124"),
    ),
    responses((status = 200, body = Object, content_type = "application/geo+json",
        example = json!({"type": "Feature", "id": "360124"})), Problems),
    extensions(("x-roles" = json!(["public"])), ("x-effect" = json!("read"))),
)]
async fn get_ogc_item(
    db: Data<Db>,
    request: HttpRequest,
    actor: Option<Actor>,
    path: Path<(String, String)>,
) -> Answer<HttpResponse> {
    let (collection, item) = path.into_inner();
    let collection = Collections::of(actor.as_ref()).named(&collection)?;
    let region = region_of(actor.as_ref());
    let asked = item.clone();
    let found = db.read(actor.as_ref(), move |c| one(c, collection, region, &asked)).await?;
    let found = found.ok_or_else(Failure::not_found)?;
    let body = bodies::item_text(&Place::of(&request), collection, &found);
    Ok(HttpResponse::Ok().content_type(GEOJSON).body(body))
}

fn region_of(actor: Option<&Actor>) -> Option<RegionCode> {
    actor.map(|actor| actor.region.clone())
}

/// The collections, each with the box around what the caller sees of it.
async fn extents(
    db: &Db,
    actor: Option<Actor>,
    collections: Vec<Collection>,
) -> Answer<Vec<bodies::Shown>> {
    let region = region_of(actor.as_ref());
    db.read(actor.as_ref(), move |c| {
        let shown = |collection: Collection| {
            let bounds = match collection.parcels() {
                Some(kind) => {
                    let filter = MapFilter {
                        region: region.clone(),
                        kind: Some(kind),
                        ..MapFilter::default()
                    };
                    store::extent_of_parcels(c, &filter)?
                }
                None => store::extent_of_boundaries(c)?,
            };
            Ok(bodies::Shown { collection, bounds })
        };
        collections.into_iter().map(shown).collect()
    })
    .await
}

/// A feature as text, and what the next page begins after.
pub(super) struct Item {
    pub(super) id: String,
    pub(super) text: String,
}

/// One feature more than wanted shows that more follow.
fn page(
    c: &mut Conn,
    collection: Collection,
    region: Option<RegionCode>,
    wanted: &Wanted,
) -> Answer<Vec<Item>> {
    let Some(kind) = collection.parcels() else {
        let after = wanted.after.as_ref().and_then(|after| after.parse().ok());
        let rows = store::boundaries_after(c, after.as_ref(), wanted.bounds, wanted.limit + 1)?;
        return Ok(rows.into_iter().map(|it| boundary(&it)).collect());
    };
    let after = match &wanted.after {
        Some(after) => Some(after.parse::<ParcelId>().map_err(|_| query::bad_cursor())?),
        None => None,
    };
    let filter =
        MapFilter { region, kind: Some(kind), bounds: wanted.bounds, ..MapFilter::default() };
    let rows = store::mapped_parcels(c, &filter, after, wanted.limit + 1)?;
    let item = |(parcel, polygon): (crate::inventory::Parcel, String)| Item {
        id: parcel.id.to_string(),
        text: feature(&parcel, &polygon),
    };
    Ok(rows.into_iter().map(item).collect())
}

fn one(
    c: &mut Conn,
    collection: Collection,
    region: Option<RegionCode>,
    item: &str,
) -> Answer<Option<Item>> {
    let Some(kind) = collection.parcels() else {
        let Ok(county) = item.parse::<RegionCode>() else { return Ok(None) };
        let rows = store::boundaries_from(c, &county)?;
        return Ok(rows.map(|it| boundary(&it)));
    };
    let Ok(id) = item.parse::<ParcelId>() else { return Ok(None) };
    let Some(parcel) = store::parcel(c, id)? else { return Ok(None) };
    let seen = region.is_some_and(|region| parcel.township.is_within(&region));
    if parcel.kind != kind || !seen {
        return Ok(None);
    }
    let polygon = store::polygon(c, id)?;
    let polygon = polygon.ok_or_else(|| Failure::broken("a parcel has a polygon"))?;
    Ok(Some(Item { id: id.to_string(), text: feature(&parcel, &polygon) }))
}

fn boundary(it: &store::CountyOnMap) -> Item {
    let (code, polygon) = (&it.county, &it.polygon);
    let properties = serde_json::json!({"code": code, "name": it.name});
    let text = format!(
        r#"{{"type":"Feature","id":"{code}","properties":{properties},"geometry":{polygon}}}"#
    );
    Item { id: code.to_string(), text }
}
