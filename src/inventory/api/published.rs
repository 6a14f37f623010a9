//! Published tables and targets over HTTP; everybody may read them.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path, Query};
use sha2::{Digest, Sha256};

use super::published_views::{
    NewTarget, PublishedReport, PublishedSummary, TableQuery, TargetQuery, TargetView, UnitSums,
    UploadQuery, deviations_csv, label,
};
use crate::inventory::actions::{self, KeepPublished, SetTarget};
use crate::inventory::import::{figures_of, read_published};
use crate::inventory::model::{
    Figures, PublishedTable, PublishedTableId, WetlandTarget, WetlandTargetId,
};
use crate::inventory::refusal::table_refused;
use crate::inventory::rules::{Source, bases, table_of, with_above};
use crate::inventory::store;
use crate::kernel::db::{Conn, Db};
use crate::kernel::operations::{Operations, operations};
use crate::kernel::page::{Page, PageQuery};
use crate::kernel::problem::{Answer, Failure};
use crate::web::{Asked, AskedBytes, Problems};

pub(super) fn operations() -> Operations {
    operations![
        create_published_table,
        list_published_tables,
        get_published_table,
        export_published_table,
        export_published_deviations,
        create_wetland_target,
        list_wetland_targets,
        get_wetland_target,
    ]
}

/// Takes a published table of totals in, to the letter: CSV in UTF-8. The same file again is
/// recognised and answered with 200; a corrected one is a new version beside the old
#[utoipa::path(
    post, path = "/api/v1/published-tables", tag = "totals", params(UploadQuery),
    request_body(content = String, content_type = "text/csv", example = json!(
        "unit,total_ha,protected_2020_ha,rate_2020_pct,note\n灵山县,5310.77,3257.8,61.34,\n合计,5310.77,3257.8,61.34,\n")),
    responses(
        (status = 201, body = PublishedReport),
        (status = 200, description = "This very file is known already", body = PublishedReport),
        Problems
    ),
    extensions(("x-roles" = json!(["administrator", "forestry_officer"])), ("x-effect" = json!("write"))),
)]
async fn create_published_table(
    db: Data<Db>,
    query: Query<UploadQuery>,
    asked: AskedBytes,
) -> Answer<HttpResponse> {
    let UploadQuery { region, document, published_on } = query.into_inner();
    let (content, figures) = read_published(&asked.bytes).map_err(|bad| table_refused(&bad))?;
    let it = KeepPublished {
        id: PublishedTableId::new(),
        kind: figures.kind,
        region,
        document: label("document", document)?,
        published_on,
        file_sha256: hex::encode(Sha256::digest(&asked.bytes)),
        content,
    };
    let id = it.id;
    let kept = db
        .write(asked.doing.clone(), move |tx| {
            let table = actions::create_published_table(tx, &it)?;
            report(tx.conn(), &table)
        })
        .await?;
    let mut answer = if kept.table.id == id { HttpResponse::Created() } else { HttpResponse::Ok() };
    Ok(answer.json(kept))
}

/// Lists the tables of totals that were published, newest first
#[utoipa::path(
    get, path = "/api/v1/published-tables", tag = "totals", params(TableQuery, PageQuery),
    responses((status = 200, body = Page<PublishedSummary>), Problems),
    extensions(("x-roles" = json!(["public"])), ("x-effect" = json!("read"))),
)]
async fn list_published_tables(
    db: Data<Db>,
    query: Query<TableQuery>,
    page: Query<PageQuery>,
) -> Answer<HttpResponse> {
    let (TableQuery { kind, region }, page) = (query.into_inner(), page.into_inner());
    let (before, rows_max) = (page.after::<PublishedTableId>()?, page.limit() + 1);
    let rows = db
        .read(None, move |c| store::published_page(c, kind, region.as_ref(), before, rows_max))
        .await?;
    let page = Page::of(rows, &page, |it| it.id.uuid(), |it| PublishedSummary::from(&it));
    Ok(HttpResponse::Ok().json(page))
}

/// Shows a published table to the letter, the same totals from parcels beside it, and every sum and
/// rate of it that does not follow from its own rows and columns
#[utoipa::path(
    get, path = "/api/v1/published-tables/{table_id}", tag = "totals",
    params(("table_id" = PublishedTableId, Path)),
    responses((status = 200, body = PublishedReport), Problems),
    extensions(("x-roles" = json!(["public"])), ("x-effect" = json!("read"))),
)]
async fn get_published_table(db: Data<Db>, id: Path<PublishedTableId>) -> Answer<HttpResponse> {
    let id = id.into_inner();
    let shown = db
        .read_snapshot(None, move |c| {
            let table = store::published(c, id)?.ok_or_else(Failure::not_found)?;
            report(c, &table)
        })
        .await?;
    Ok(HttpResponse::Ok().json(shown))
}

/// Hands out the file of a published table, byte for byte as it came
#[utoipa::path(
    get, path = "/api/v1/published-tables/{table_id}/file.csv", tag = "totals",
    params(("table_id" = PublishedTableId, Path)),
    responses((status = 200, body = String, content_type = "text/csv",
        example = json!("unit,total_ha,protected_2020_ha,rate_2020_pct,note\n")), Problems),
    extensions(("x-roles" = json!(["public"])), ("x-effect" = json!("read"))),
)]
async fn export_published_table(db: Data<Db>, id: Path<PublishedTableId>) -> Answer<HttpResponse> {
    let id = id.into_inner();
    let table = db.read(None, move |c| store::published(c, id)).await?;
    let table = table.ok_or_else(Failure::not_found)?;
    Ok(HttpResponse::Ok().content_type("text/csv; charset=utf-8").body(table.content))
}

/// Hands out the data-quality report of a published table as CSV for a spreadsheet
#[utoipa::path(
    get, path = "/api/v1/published-tables/{table_id}/deviations.csv", tag = "totals",
    params(("table_id" = PublishedTableId, Path)),
    responses((status = 200, body = String, content_type = "text/csv",
        example = json!("\u{feff}单位,列,核对,公布值,推算值,差\r\n")), Problems),
    extensions(("x-roles" = json!(["public"])), ("x-effect" = json!("read"))),
)]
async fn export_published_deviations(
    db: Data<Db>,
    id: Path<PublishedTableId>,
) -> Answer<HttpResponse> {
    let id = id.into_inner();
    let table = db.read(None, move |c| store::published(c, id)).await?;
    let table = table.ok_or_else(Failure::not_found)?;
    let csv = deviations_csv(&kept_figures(&table)?)?;
    Ok(HttpResponse::Ok().content_type("text/csv; charset=utf-8").body(csv))
}

/// Records what a document demands of a region for a year
#[utoipa::path(
    post, path = "/api/v1/wetland-targets", tag = "totals", request_body = NewTarget,
    responses((status = 201, body = TargetView), Problems),
    extensions(("x-roles" = json!(["administrator", "forestry_officer"])), ("x-effect" = json!("write"))),
)]
async fn create_wetland_target(db: Data<Db>, asked: Asked<NewTarget>) -> Answer<HttpResponse> {
    let it: SetTarget = asked.body.try_into()?;
    let view = db
        .write(asked.doing, move |tx| {
            let target = actions::create_wetland_target(tx, &it)?;
            standings(tx.conn(), target)
        })
        .await?;
    Ok(HttpResponse::Created().json(view))
}

/// Lists what documents demand and whether it is met, newest first
#[utoipa::path(
    get, path = "/api/v1/wetland-targets", tag = "totals", params(TargetQuery, PageQuery),
    responses((status = 200, body = Page<TargetView>), Problems),
    extensions(("x-roles" = json!(["public"])), ("x-effect" = json!("read"))),
)]
async fn list_wetland_targets(
    db: Data<Db>,
    query: Query<TargetQuery>,
    page: Query<PageQuery>,
) -> Answer<HttpResponse> {
    let (TargetQuery { region }, page) = (query.into_inner(), page.into_inner());
    let (before, rows_max) = (page.after::<WetlandTargetId>()?, page.limit() + 1);
    let read = move |c: &mut Conn| {
        let rows = store::targets_page(c, region.as_ref(), before, rows_max)?;
        rows.into_iter().map(|target| standings(c, target)).collect::<Answer<Vec<_>>>()
    };
    let rows = db.read_snapshot(None, read).await?;
    Ok(HttpResponse::Ok().json(Page::of(rows, &page, |it| it.id.uuid(), |it| it)))
}

/// Shows what a document demands, and by how much it is met or short on unrounded values
#[utoipa::path(
    get, path = "/api/v1/wetland-targets/{target_id}", tag = "totals",
    params(("target_id" = WetlandTargetId, Path)),
    responses((status = 200, body = TargetView), Problems),
    extensions(("x-roles" = json!(["public"])), ("x-effect" = json!("read"))),
)]
async fn get_wetland_target(db: Data<Db>, id: Path<WetlandTargetId>) -> Answer<HttpResponse> {
    let id = id.into_inner();
    let read = move |c: &mut Conn| {
        let target = store::target(c, id)?.ok_or_else(Failure::not_found)?;
        standings(c, target)
    };
    Ok(HttpResponse::Ok().json(db.read_snapshot(None, read).await?))
}

fn kept_figures(table: &PublishedTable) -> Answer<Figures> {
    figures_of(&table.content).map_err(|_| Failure::broken("a table that was kept can be read"))
}

fn report(c: &mut Conn, table: &PublishedTable) -> Answer<PublishedReport> {
    let figures = kept_figures(table)?;
    let units: Vec<String> = figures.rows.iter().map(|row| row.unit.clone()).collect();
    let sums = UnitSums {
        region: table.region.clone(),
        units: store::regions_named(c, &table.region, &units)?,
        sums: store::wetland_sums(c, &table.region)?,
    };
    Ok(PublishedReport::of(table, &figures, &sums))
}

/// A target against the newest tables that speak of its region, and against the parcels.
fn standings(c: &mut Conn, target: WetlandTarget) -> Answer<TargetView> {
    let WetlandTarget { region, year, measure, .. } = &target;
    let tables = store::newest_published(c, table_of(*measure), &with_above(region))?;
    let mut read = Vec::new();
    for table in tables {
        let figures = kept_figures(&table)?;
        let units: Vec<String> = figures.rows.iter().map(|row| row.unit.clone()).collect();
        let units = store::regions_named(c, &table.region, &units)?;
        read.push((table.region, figures, units));
    }
    let sources: Vec<Source<'_>> =
        read.iter().map(|(region, figures, units)| Source { region, figures, units }).collect();
    let sums = store::wetland_sums(c, region)?;
    let bases = bases(region, *year, *measure, &sources, &sums);
    Ok(TargetView::of(&target, &bases))
}
