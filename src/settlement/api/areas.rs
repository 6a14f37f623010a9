//! How far a county's credits may go.

use actix_web::HttpResponse;
use actix_web::web::{Data, Json, Path, Query};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::terms::{CountyQuery, Text};
use crate::kernel::actor::Actor;
use crate::kernel::clock::Time;
use crate::kernel::db::Db;
use crate::kernel::ids::UserId;
use crate::kernel::page::{Page, PageQuery};
use crate::kernel::problem::{Answer, Failure};
use crate::kernel::region::RegionCode;
use crate::settlement::actions::{self, EnterTradingArea};
use crate::settlement::model::{Reach, TradingAreaId};
use crate::settlement::store;
use crate::web::{Asked, Problems};

/// How far the credits of the own county may go.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewTradingArea {
    reach: Reach,
    /// The document that allows it.
    #[schema(value_type = String, example = "示例〔2024〕21号", max_length = 100)]
    document: Text<100>,
}

/// How far the credits of a county may go (R46).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TradingAreaView {
    pub id: TradingAreaId,
    pub county: RegionCode,
    pub reach: Reach,
    #[schema(example = "示例〔2024〕21号")]
    pub document: String,
    pub entered_by: UserId,
    pub entered_at: Time,
    /// Absent until a second person has approved it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub approved_at: Option<Time>,
}

impl From<store::TradingAreaRow> for TradingAreaView {
    fn from(row: store::TradingAreaRow) -> Self {
        Self {
            id: row.id,
            county: row.county,
            reach: row.reach,
            document: row.document,
            entered_by: row.entered_by,
            entered_at: row.entered_at,
            approved_at: row.approved_at,
        }
    }
}

/// Enters how far the own county's credits may go (R46)
#[utoipa::path(
    post, path = "/api/v1/trading-areas", tag = "settlement", request_body = NewTradingArea,
    responses((status = 201, body = TradingAreaView), Problems),
    extensions(
        ("x-roles" = json!(["finance_officer", "finance_director"])),
        ("x-effect" = json!("value"))
    )
)]
pub async fn create_trading_area(
    db: Data<Db>,
    asked: Asked<NewTradingArea>,
) -> Answer<HttpResponse> {
    let Asked { doing, body } = asked;
    let command = EnterTradingArea {
        id: TradingAreaId::new(),
        reach: body.reach,
        document: body.document.into(),
    };
    let id = db.write(doing, move |tx| actions::enter_trading_area(tx, &command)).await?;
    let row = db.read(None, move |c| store::trading_area(c, id)).await?;
    Ok(HttpResponse::Created().json(TradingAreaView::from(row)))
}

/// Approves a trading area as the second person (R46)
#[utoipa::path(
    post, path = "/api/v1/trading-areas/{trading_area_id}/approval", tag = "settlement",
    params(("trading_area_id" = TradingAreaId, Path)),
    responses((status = 201, body = TradingAreaView), Problems),
    extensions(
        ("x-roles" = json!(["finance_director", "finance_officer"])),
        ("x-effect" = json!("value"))
    )
)]
pub async fn create_trading_area_approval(
    db: Data<Db>,
    trading_area_id: Path<TradingAreaId>,
    asked: Asked<()>,
) -> Answer<HttpResponse> {
    let id = *trading_area_id;
    let id = db.write(asked.doing, move |tx| actions::approve_trading_area(tx, id)).await?;
    let row = db.read(None, move |c| store::trading_area(c, id)).await?;
    Ok(HttpResponse::Created().json(TradingAreaView::from(row)))
}

/// How far the credits of a county may go now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ReachView {
    pub county: RegionCode,
    pub reach: Reach,
}

/// Says how far the credits of a county may go (R46)
#[utoipa::path(
    get, path = "/api/v1/trading-areas", tag = "settlement", params(CountyQuery),
    responses((status = 200, body = ReachView), Problems),
    extensions(("x-roles" = json!(["public"])), ("x-effect" = json!("read")))
)]
pub async fn get_trading_area(db: Data<Db>, query: Query<CountyQuery>) -> Answer<Json<ReachView>> {
    let county = query.into_inner().county;
    let asked = county.clone();
    let reach = db.read(None, move |c| store::reach_of_county(c, &asked)).await?;
    Ok(Json(ReachView { county, reach }))
}

/// Lists what the own county decided on how far its credits go, newest first (R46)
///
/// With what was entered and waits for the second person.
#[utoipa::path(
    get, path = "/api/v1/trading-area-changes", tag = "settlement", params(PageQuery),
    responses((status = 200, body = Page<TradingAreaView>), Problems),
    extensions(
        ("x-roles" = json!(["finance_officer", "finance_director"])),
        ("x-effect" = json!("read"))
    )
)]
pub async fn list_trading_area_changes(
    db: Data<Db>,
    actor: Actor,
    page: Query<PageQuery>,
) -> Answer<Json<Page<TradingAreaView>>> {
    let county = actor.region.county().ok_or_else(Failure::not_found)?;
    let (asked, page) = (page.clone(), page.into_inner());
    let rows = db.read(Some(&actor), move |c| store::trading_areas_of(c, &county, &asked)).await?;
    Ok(Json(Page::of(rows, &page, |row| row.id.uuid(), TradingAreaView::from)))
}
