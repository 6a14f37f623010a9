//! What touches a piece of land, over HTTP.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::inventory::actions;
use crate::inventory::geometry::read_geometry;
use crate::inventory::model::{LandAnswer, LandPurpose, ParcelId};
use crate::inventory::refusal::polygon_refused;
use crate::inventory::rules;
use crate::inventory::store;
use crate::kernel::actor::Actor;
use crate::kernel::db::{Conn, Db};
use crate::kernel::operations::{Operations, operations};
use crate::kernel::problem::{Answer, Failure, Refusal};
use crate::web::{Asked, Problems};

pub(super) fn operations() -> Operations {
    operations![create_land_answer, get_parcel_land_answer]
}

/// A piece of land.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewLandQuestion {
    /// GeoJSON in CGCS2000 degrees (EPSG:4490), longitude first.
    #[schema(value_type = Object, example = json!({"type": "Polygon", "coordinates":
        [[[116.3, 28.6], [116.301, 28.6], [116.301, 28.601], [116.3, 28.601], [116.3, 28.6]]]}))]
    polygon: serde_json::Value,
}

/// What touches a piece of land, and what may be done there without an approval in hand.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct LandAnswered {
    #[serde(flatten)]
    answer: LandAnswer,
    uses: Vec<LandUse>,
}

/// Whether land may be used so without an approval in hand.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct LandUse {
    purpose: LandPurpose,
    #[schema(example = false)]
    allowed: bool,
    /// Why not.
    #[schema(example = "zone-approval-missing")]
    code: Option<String>,
    #[schema(
        example = "其中 800.00 平方米位于黄线区 Z360124-Y01，须有 county_government 的批准文件"
    )]
    message_zh: Option<String>,
    #[schema(
        example = "800.00 m² of it lie in the yellow zone Z360124-Y01, which needs the approval of county_government"
    )]
    message_en: Option<String>,
}

impl From<LandAnswer> for LandAnswered {
    fn from(answer: LandAnswer) -> Self {
        let asked = |purpose: &LandPurpose| {
            let refusal = rules::may_use(&answer, *purpose, &[]).err();
            LandUse {
                purpose: *purpose,
                allowed: refusal.is_none(),
                code: refusal.as_ref().map(|it| it.code().to_owned()),
                message_zh: refusal.as_ref().map(Refusal::chinese),
                message_en: refusal.as_ref().map(ToString::to_string),
            }
        };
        let uses = LandPurpose::ALL.iter().map(asked).collect();
        Self { answer, uses }
    }
}

/// Says what touches a polygon, by how many m², and what the strictest of it allows
#[utoipa::path(
    post, path = "/api/v1/land-answers", tag = "inventory", request_body = NewLandQuestion,
    responses((status = 200, body = LandAnswered), Problems),
    extensions(
        ("x-roles" = json!(["administrator", "centre_director", "centre_officer",
            "forestry_officer", "auditor"])),
        ("x-effect" = json!("read")),
    ),
)]
async fn create_land_answer(db: Data<Db>, asked: Asked<NewLandQuestion>) -> Answer<HttpResponse> {
    let actor = asked.doing.actor()?.clone();
    let today = db.clock().now().date_in_shanghai();
    let seat = actor.region.clone();
    let read = move |c: &mut Conn| {
        let shape = read_geometry(&asked.body.polygon).map_err(polygon_refused)?;
        actions::land_at(c, &shape, &seat, today)
    };
    let answer = db.read(Some(&actor), read).await?;
    Ok(HttpResponse::Ok().json(LandAnswered::from(answer)))
}

/// Says what touches a parcel, by how many m², and what the strictest of it allows
#[utoipa::path(
    get, path = "/api/v1/parcels/{parcel_id}/land-answer", tag = "inventory",
    params(("parcel_id" = ParcelId, Path)),
    responses((status = 200, body = LandAnswered), Problems),
    extensions(
        ("x-roles" = json!(["administrator", "centre_director", "centre_officer",
            "forestry_officer", "township_officer", "auditor"])),
        ("x-effect" = json!("read")),
    ),
)]
async fn get_parcel_land_answer(
    db: Data<Db>,
    actor: Actor,
    id: Path<ParcelId>,
) -> Answer<HttpResponse> {
    let (id, region) = (id.into_inner(), actor.region.clone());
    let today = db.clock().now().date_in_shanghai();
    let read = move |c: &mut Conn| {
        let parcel = store::parcel(c, id)?.filter(|it| it.township.is_within(&region));
        actions::land_of_parcel(c, &parcel.ok_or_else(Failure::not_found)?, today)
    };
    let answer = db.read(Some(&actor), read).await?;
    Ok(HttpResponse::Ok().json(LandAnswered::from(answer)))
}
