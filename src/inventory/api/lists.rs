//! Lists of important wetlands and markers over HTTP.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path, Query};

use super::list_views::{
    ListDecisionView, ListQuery, MarkerView, NewListDecision, NewMarker, NewWetlandList,
    WetlandListSummary, WetlandListView,
};
use crate::inventory::actions::{self, PublishList};
use crate::inventory::model::{ListDecisionId, ParcelId, WetlandListId, WetlandMarkerId};
use crate::inventory::store;
use crate::kernel::actor::Actor;
use crate::kernel::db::{Conn, Db};
use crate::kernel::operations::{Operations, operations};
use crate::kernel::page::{Page, PageQuery};
use crate::kernel::problem::{Answer, Failure};
use crate::web::{Asked, Problems};

pub(super) fn operations() -> Operations {
    operations![
        create_list_decision,
        list_list_decisions,
        create_wetland_list,
        list_wetland_lists,
        get_wetland_list,
        export_wetland_list,
        create_wetland_marker,
        list_wetland_markers,
    ]
}

/// Records whether a wetland stands on a list of important wetlands, with the document
#[utoipa::path(
    post, path = "/api/v1/parcels/{parcel_id}/list-decisions", tag = "inventory",
    params(("parcel_id" = ParcelId, Path)), request_body = NewListDecision,
    responses((status = 201, body = ListDecisionView), Problems),
    extensions(("x-roles" = json!(["forestry_officer"])), ("x-effect" = json!("write"))),
)]
async fn create_list_decision(
    db: Data<Db>,
    id: Path<ParcelId>,
    asked: Asked<NewListDecision>,
) -> Answer<HttpResponse> {
    let it = asked.body.on(id.into_inner())?;
    let decision = db
        .write(asked.doing, move |tx| {
            actions::create_list_decision(tx, &it).map(ListDecisionView::from)
        })
        .await?;
    Ok(HttpResponse::Created().json(decision))
}

/// Lists what was decided on a wetland of one's own region, newest first
#[utoipa::path(
    get, path = "/api/v1/parcels/{parcel_id}/list-decisions", tag = "inventory",
    params(("parcel_id" = ParcelId, Path), PageQuery),
    responses((status = 200, body = Page<ListDecisionView>), Problems),
    extensions(
        ("x-roles" = json!(["administrator", "centre_director", "centre_officer",
            "forestry_officer", "township_officer", "auditor"])),
        ("x-effect" = json!("read")),
    ),
)]
async fn list_list_decisions(
    db: Data<Db>,
    actor: Actor,
    id: Path<ParcelId>,
    page: Query<PageQuery>,
) -> Answer<HttpResponse> {
    let (id, region, page) = (id.into_inner(), actor.region.clone(), page.into_inner());
    let (before, rows_max) = (page.after::<ListDecisionId>()?, page.limit() + 1);
    let read = move |c: &mut Conn| {
        let parcel = store::parcel(c, id)?.filter(|it| it.township.is_within(&region));
        let parcel = parcel.ok_or_else(Failure::not_found)?;
        store::decisions_on(c, &parcel.number, before, rows_max)
    };
    let rows = db.read(Some(&actor), read).await?;
    Ok(HttpResponse::Ok().json(Page::of(rows, &page, |it| it.id.uuid(), ListDecisionView::from)))
}

/// Publishes the list of the wetlands of one level of a region as they are now
#[utoipa::path(
    post, path = "/api/v1/wetland-lists", tag = "inventory", request_body = NewWetlandList,
    responses((status = 201, body = WetlandListView), Problems),
    extensions(("x-roles" = json!(["forestry_officer"])), ("x-effect" = json!("write"))),
)]
async fn create_wetland_list(db: Data<Db>, asked: Asked<NewWetlandList>) -> Answer<HttpResponse> {
    let it: PublishList = asked.body.try_into()?;
    let list = db
        .write(asked.doing, move |tx| {
            actions::create_wetland_list(tx, &it).and_then(|list| WetlandListView::of(&list))
        })
        .await?;
    Ok(HttpResponse::Created().json(list))
}

/// Lists the lists of wetlands that were published, newest first
#[utoipa::path(
    get, path = "/api/v1/wetland-lists", tag = "inventory", params(ListQuery, PageQuery),
    responses((status = 200, body = Page<WetlandListSummary>), Problems),
    extensions(("x-roles" = json!(["public"])), ("x-effect" = json!("read"))),
)]
async fn list_wetland_lists(
    db: Data<Db>,
    query: Query<ListQuery>,
    page: Query<PageQuery>,
) -> Answer<HttpResponse> {
    let (region, page) = (query.into_inner().region, page.into_inner());
    let (before, rows_max) = (page.after::<WetlandListId>()?, page.limit() + 1);
    let rows =
        db.read(None, move |c| store::lists_page(c, region.as_ref(), before, rows_max)).await?;
    let page = Page::of(rows, &page, |it| it.id.uuid(), |it| WetlandListSummary::from(&it));
    Ok(HttpResponse::Ok().json(page))
}

/// Shows a list of wetlands as it was published
#[utoipa::path(
    get, path = "/api/v1/wetland-lists/{list_id}", tag = "inventory",
    params(("list_id" = WetlandListId, Path)),
    responses((status = 200, body = WetlandListView), Problems),
    extensions(("x-roles" = json!(["public"])), ("x-effect" = json!("read"))),
)]
async fn get_wetland_list(db: Data<Db>, id: Path<WetlandListId>) -> Answer<HttpResponse> {
    Ok(HttpResponse::Ok().json(published_list(&db, id.into_inner()).await?))
}

/// Hands out a published list as CSV for a spreadsheet
#[utoipa::path(
    get, path = "/api/v1/wetland-lists/{list_id}/entries.csv", tag = "inventory",
    params(("list_id" = WetlandListId, Path)),
    responses((status = 200, body = String, content_type = "text/csv",
        example = json!("\u{feff}编号,名称,县级区划,乡级区划,地类编码,地类,湿地类型,面积（平方米）,依据\r\n")),
        Problems),
    extensions(("x-roles" = json!(["public"])), ("x-effect" = json!("read"))),
)]
async fn export_wetland_list(db: Data<Db>, id: Path<WetlandListId>) -> Answer<HttpResponse> {
    let list = published_list(&db, id.into_inner()).await?;
    Ok(HttpResponse::Ok().content_type("text/csv; charset=utf-8").body(list.csv()?))
}

async fn published_list(db: &Db, id: WetlandListId) -> Answer<WetlandListView> {
    let list = db.read(None, move |c| store::list(c, id)).await?;
    WetlandListView::of(&list.ok_or_else(Failure::not_found)?)
}

/// Records a boundary marker at an important wetland and what is written on it
#[utoipa::path(
    post, path = "/api/v1/parcels/{parcel_id}/markers", tag = "inventory",
    params(("parcel_id" = ParcelId, Path)), request_body = NewMarker,
    responses((status = 201, body = MarkerView), Problems),
    extensions(("x-roles" = json!(["forestry_officer"])), ("x-effect" = json!("write"))),
)]
async fn create_wetland_marker(
    db: Data<Db>,
    id: Path<ParcelId>,
    asked: Asked<NewMarker>,
) -> Answer<HttpResponse> {
    let it = asked.body.at(id.into_inner())?;
    let marker = db
        .write(asked.doing, move |tx| actions::create_wetland_marker(tx, &it).map(MarkerView::from))
        .await?;
    Ok(HttpResponse::Created().json(marker))
}

/// Lists the boundary markers with all that is written on them, newest first
#[utoipa::path(
    get, path = "/api/v1/wetland-markers", tag = "inventory", params(ListQuery, PageQuery),
    responses((status = 200, body = Page<MarkerView>), Problems),
    extensions(("x-roles" = json!(["public"])), ("x-effect" = json!("read"))),
)]
async fn list_wetland_markers(
    db: Data<Db>,
    query: Query<ListQuery>,
    page: Query<PageQuery>,
) -> Answer<HttpResponse> {
    let (region, page) = (query.into_inner().region, page.into_inner());
    let (before, rows_max) = (page.after::<WetlandMarkerId>()?, page.limit() + 1);
    let rows =
        db.read(None, move |c| store::markers_page(c, region.as_ref(), before, rows_max)).await?;
    Ok(HttpResponse::Ok().json(Page::of(rows, &page, |it| it.id.uuid(), MarkerView::from)))
}
