//! Parcels as files, over HTTP.

use actix_web::HttpResponse;
use actix_web::http::header::{CONTENT_DISPOSITION, HeaderValue};
use actix_web::web::{Data, Query};
use serde::Deserialize;
use tokio::sync::Semaphore;
use utoipa::IntoParams;

use crate::inventory::actions;
use crate::inventory::export::ExportFormat;
use crate::inventory::model::ParcelKind;
use crate::inventory::store::MapFilter;
use crate::kernel::actor::Actor;
use crate::kernel::db::Db;
use crate::kernel::operations::{Operations, operations};
use crate::kernel::problem::Answer;
use crate::kernel::region::RegionCode;
use crate::web::Problems;

pub(super) fn operations() -> Operations {
    operations![export_parcels]
}

/// Each holds a file in memory; more of them wait for their turn.
const EXPORTS_AT_ONCE: usize = 2;
static TURNS: Semaphore = Semaphore::const_new(EXPORTS_AT_ONCE);

/// Which parcels are wanted, and in what kind of file.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct ExportQuery {
    /// `geojson` when absent.
    #[param(inline, example = "geopackage")]
    format: Option<ExportFormat>,
    #[param(example = "reserve")]
    kind: Option<ParcelKind>,
    #[param(value_type = Option<String>, example = "360124")]
    county: Option<RegionCode>,
    #[param(value_type = Option<String>, example = "360124500")]
    township: Option<RegionCode>,
}

/// Exports the parcels of one's own region as GeoJSON, GeoPackage or Shapefile (ZIP), in EPSG:4490
#[utoipa::path(
    get, path = "/api/v1/parcel-exports", tag = "inventory", params(ExportQuery),
    responses(
        (status = 200, description = "The file", content(
            (Object = "application/geo+json",
                example = json!({"type": "FeatureCollection", "features": []})),
            (String = "application/geopackage+sqlite3", example = json!("(the file)")),
            (String = "application/zip", example = json!("(a ZIP with .shp, .dbf, .prj and .cpg)")),
        )),
        Problems,
    ),
    extensions(
        ("x-roles" = json!(["administrator", "centre_director", "centre_officer",
            "forestry_officer", "township_officer", "auditor"])),
        ("x-effect" = json!("read")),
    ),
)]
async fn export_parcels(
    db: Data<Db>,
    actor: Actor,
    query: Query<ExportQuery>,
) -> Answer<HttpResponse> {
    let ExportQuery { format, kind, county, township } = query.into_inner();
    let format = format.unwrap_or(ExportFormat::GeoJson);
    let region = Some(actor.region.clone());
    let filter = MapFilter { region, county, township, kind, bounds: None };
    let _turn = TURNS.acquire().await.map_err(anyhow::Error::from)?;
    let file = db
        .read_snapshot(Some(&actor), move |c| actions::export_parcels(c, format, &filter))
        .await?;
    let name = format!("attachment; filename=\"{}\"", format.file_name());
    let name = HeaderValue::from_str(&name).map_err(anyhow::Error::from)?;
    let mut answer = HttpResponse::Ok();
    answer.insert_header((CONTENT_DISPOSITION, name));
    Ok(answer.content_type(format.content_type()).body(file))
}
