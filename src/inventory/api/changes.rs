//! How parcels changed, over HTTP.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path, Query};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::parcels::expect_parcel;
use super::views::ParcelView;
use crate::inventory::actions;
use crate::inventory::model::{
    CorrectMonitoring, ParcelChange, ParcelChangeId, ParcelChangeKind, ParcelId, WaterRegime,
    WetlandLevel, WetlandType,
};
use crate::inventory::store;
use crate::kernel::actor::Actor;
use crate::kernel::clock::Time;
use crate::kernel::db::{Conn, Db};
use crate::kernel::ids::{OrganisationId, UserId};
use crate::kernel::operations::{Operations, operations};
use crate::kernel::page::{Page, PageQuery};
use crate::kernel::problem::{Answer, Failure};
use crate::kernel::text::Label;
use crate::web::{Asked, Problems};

pub(super) fn operations() -> Operations {
    operations![create_monitoring_correction, list_parcel_changes]
}

/// A mistake in what monitoring says of a parcel, put right.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewMonitoringCorrection {
    #[schema(example = "录入时级别有误")]
    reason: Label,
    #[schema(example = "湿地生态综合监测")]
    source: Label,
    #[schema(minimum = 1990, example = 2025)]
    survey_year: i64,
    level: WetlandLevel,
    wetland_type: WetlandType,
    /// Needed for a reserve parcel.
    #[serde(default)]
    water_regime: Option<WaterRegime>,
    /// Needed for a wetland.
    #[serde(default)]
    protected: Option<bool>,
}

impl From<NewMonitoringCorrection> for CorrectMonitoring {
    fn from(it: NewMonitoringCorrection) -> Self {
        Self {
            reason: it.reason,
            source: it.source,
            survey_year: it.survey_year,
            level: it.level,
            wetland_type: it.wetland_type,
            water_regime: it.water_regime,
            protected: it.protected,
        }
    }
}

/// One change of a parcel, with what it said before.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub(crate) struct ParcelChangeView {
    pub id: ParcelChangeId,
    /// The version that began with it; what entered is version 1.
    #[schema(example = 2)]
    pub version: i64,
    pub change: ParcelChangeKind,
    #[schema(example = "界址点坐标有误")]
    pub reason: Option<String>,
    #[schema(example = "2025年度国土变更调查")]
    pub source: String,
    #[schema(example = 2025)]
    pub survey_year: i64,
    /// What the version before said.
    #[schema(value_type = Object)]
    pub said_before: serde_json::Value,
    /// The polygon of the version before, as GeoJSON, where the geometry changed.
    #[schema(value_type = Option<Object>)]
    pub polygon_before: Option<serde_json::Value>,
    pub changed_by: UserId,
    pub organisation_id: OrganisationId,
    pub changed_at: Time,
}

/// Corrects what monitoring says of a parcel; what the land survey says stays
#[utoipa::path(
    post, path = "/api/v1/parcels/{parcel_id}/monitoring-corrections", tag = "inventory",
    params(("parcel_id" = ParcelId, Path)), request_body = NewMonitoringCorrection,
    responses((status = 201, body = ParcelView), Problems),
    extensions(
        ("x-roles" = json!(["centre_director", "centre_officer", "forestry_officer"])),
        ("x-effect" = json!("write")), ("x-if-match" = json!("taken")),
    ),
)]
async fn create_monitoring_correction(
    db: Data<Db>,
    id: Path<ParcelId>,
    asked: Asked<NewMonitoringCorrection>,
) -> Answer<HttpResponse> {
    let (id, it) = (id.into_inner(), CorrectMonitoring::from(asked.body));
    let parcel = db
        .write(asked.doing, move |tx| {
            expect_parcel(tx, id)?;
            actions::correct_monitoring(tx, id, &it).map(ParcelView::from)
        })
        .await?;
    Ok(HttpResponse::Created().json(parcel))
}

/// Lists how a parcel changed, newest first, with what it said before each change
#[utoipa::path(
    get, path = "/api/v1/parcels/{parcel_id}/changes", tag = "inventory",
    params(("parcel_id" = ParcelId, Path), PageQuery),
    responses((status = 200, body = Page<ParcelChangeView>), Problems),
    extensions(
        ("x-roles" = json!(["administrator", "centre_director", "centre_officer",
            "forestry_officer", "township_officer", "auditor"])),
        ("x-effect" = json!("read")),
    ),
)]
async fn list_parcel_changes(
    db: Data<Db>,
    actor: Actor,
    id: Path<ParcelId>,
    page: Query<PageQuery>,
) -> Answer<HttpResponse> {
    let (id, region, page) = (id.into_inner(), actor.region.clone(), page.into_inner());
    let (after, rows_max) = (page.after::<ParcelChangeId>()?, page.limit() + 1);
    let read = move |c: &mut Conn| {
        let parcel = store::parcel(c, id)?.filter(|it| it.township.is_within(&region));
        parcel.ok_or_else(Failure::not_found)?;
        let changes = store::changes(c, id, after, rows_max)?;
        changes.into_iter().map(|it| view(c, id, it)).collect::<Answer<Vec<_>>>()
    };
    let rows = db.read(Some(&actor), read).await?;
    Ok(HttpResponse::Ok().json(Page::of(rows, &page, |it| it.id.uuid(), |it| it)))
}

fn view(c: &mut Conn, of: ParcelId, it: ParcelChange) -> Answer<ParcelChangeView> {
    let read = |text: &str| {
        serde_json::from_str(text).map_err(|_| Failure::broken("what was kept is JSON"))
    };
    let before = match it.polygon {
        Some(_) => store::polygon_before(c, of, it.version)?,
        None => None,
    };
    Ok(ParcelChangeView {
        id: it.id,
        version: it.version,
        change: it.kind,
        reason: it.reason,
        source: it.source,
        survey_year: it.survey_year,
        said_before: read(&it.said_before)?,
        polygon_before: before.as_deref().map(read).transpose()?,
        changed_by: it.changed_by,
        organisation_id: it.organisation_id,
        changed_at: it.changed_at,
    })
}
