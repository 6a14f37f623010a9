//! A parcel as everybody may see it: what a public map links to.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::disclosure::map::LandState;
use crate::disclosure::store;
use crate::inventory::{LandClass, ParcelId, ParcelKind, WetlandType};
use crate::kernel::area::{SurveyedArea, hectares_shown};
use crate::kernel::db::{Conn, Db};
use crate::kernel::operations::{Operations, operations};
use crate::kernel::problem::{Answer, Failure};
use crate::kernel::region::RegionCode;
use crate::web::Problems;

pub(super) fn operations() -> Operations {
    operations![get_public_parcel]
}

/// A wetland, or land that is restored or being restored; no tenure, no persons.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct PublicParcel {
    pub id: ParcelId,
    #[schema(example = "W360124-0002")]
    pub number: String,
    pub kind: ParcelKind,
    pub state: LandState,
    #[schema(example = "示例湖滨沼泽")]
    pub name: String,
    pub county: RegionCode,
    pub township: RegionCode,
    #[schema(example = 2025)]
    pub survey_year: i64,
    pub land_class: LandClass,
    #[schema(example = "沼泽地")]
    pub land_class_name: String,
    pub wetland_type: WetlandType,
    pub area_m2: SurveyedArea,
    #[schema(example = "1.8825")]
    pub hectares: String,
    /// GeoJSON in CGCS2000 degrees (EPSG:4490), longitude first.
    #[schema(value_type = Object)]
    pub polygon: serde_json::Value,
}

/// Shows a wetland, or land with an approved restoration project
#[utoipa::path(
    get, path = "/api/v1/public/parcels/{parcel_id}", tag = "disclosure",
    params(("parcel_id" = ParcelId, Path)),
    responses((status = 200, body = PublicParcel), Problems),
    extensions(("x-roles" = json!(["public"])), ("x-effect" = json!("read")))
)]
pub async fn get_public_parcel(db: Data<Db>, id: Path<ParcelId>) -> Answer<HttpResponse> {
    let id = id.into_inner();
    let shown = db.read_snapshot(None, move |c| public_parcel(c, id)).await?;
    Ok(HttpResponse::Ok().json(shown))
}

fn public_parcel(c: &mut Conn, id: ParcelId) -> Answer<PublicParcel> {
    let (parcel, state, polygon) = store::public_parcel(c, id)?.ok_or_else(Failure::not_found)?;
    Ok(PublicParcel {
        id,
        kind: parcel.kind,
        state,
        county: parcel.county,
        township: parcel.township,
        survey_year: parcel.land.survey_year,
        land_class_name: parcel.land.land_class.name().to_owned(),
        land_class: parcel.land.land_class,
        wetland_type: parcel.monitoring.wetland_type,
        hectares: hectares_shown(parcel.land.declared_area, 4),
        area_m2: parcel.land.declared_area,
        number: parcel.number,
        name: parcel.name,
        polygon: serde_json::from_str(&polygon).map_err(anyhow::Error::from)?,
    })
}
