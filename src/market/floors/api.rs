//! Floor prices over HTTP.

use actix_web::HttpResponse;
use actix_web::web::{Data, Json, Path, Query};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::store::{self, PriceFloorRow};
use super::{EnterFloor, PriceFloorId};
use crate::kernel::actor::Actor;
use crate::kernel::clock::Time;
use crate::kernel::db::{Db, Tx};
use crate::kernel::ids::UserId;
use crate::kernel::money::PricePerMu;
use crate::kernel::operations::{Operations, operations};
use crate::kernel::page::{Page, PageQuery};
use crate::kernel::problem::{Answer, Failure};
use crate::kernel::region::RegionCode;
use crate::kernel::text::Label;
use crate::web::{Asked, Problems};

pub(in crate::market) fn operations() -> Operations {
    operations![
        create_price_floor,
        create_price_floor_approval,
        get_price_floor,
        list_price_floor_changes,
    ]
}

/// The floor price of the own county.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewPriceFloor {
    price_per_mu: PricePerMu,
    /// The document that sets it.
    #[schema(example = "示例〔2024〕22号")]
    document: Label,
}

/// A decision on a county's floor price (R59), in CNY per mu.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PriceFloorView {
    pub id: PriceFloorId,
    pub county: RegionCode,
    pub price_per_mu: PricePerMu,
    #[schema(example = "示例〔2024〕22号")]
    pub document: String,
    pub entered_by: UserId,
    pub entered_at: Time,
    /// Absent until a second person has approved it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub approved_at: Option<Time>,
}

impl From<PriceFloorRow> for PriceFloorView {
    fn from(row: PriceFloorRow) -> Self {
        Self {
            id: row.id,
            county: row.county,
            price_per_mu: row.price_fen_per_mu,
            document: row.document,
            entered_by: row.entered_by,
            entered_at: row.entered_at,
            approved_at: row.approved_at,
        }
    }
}

/// Enters the floor price of the own county; it takes effect with a second person (R59)
#[utoipa::path(
    post, path = "/api/v1/price-floors", tag = "market", request_body = NewPriceFloor,
    responses((status = 201, body = PriceFloorView), Problems),
    extensions(
        ("x-roles" = json!(["finance_officer", "finance_director"])),
        ("x-effect" = json!("value"))
    )
)]
pub async fn create_price_floor(db: Data<Db>, asked: Asked<NewPriceFloor>) -> Answer<HttpResponse> {
    let Asked { doing, body } = asked;
    let command =
        EnterFloor { id: PriceFloorId::new(), price: body.price_per_mu, document: body.document };
    let write = move |tx: &mut Tx<'_>| super::enter(tx, &command).map(PriceFloorView::from);
    Ok(HttpResponse::Created().json(db.write(doing, write).await?))
}

/// Approves a floor price as the second person (R59)
#[utoipa::path(
    post, path = "/api/v1/price-floors/{price_floor_id}/approval", tag = "market",
    params(("price_floor_id" = PriceFloorId, Path)),
    responses((status = 201, body = PriceFloorView), Problems),
    extensions(
        ("x-roles" = json!(["finance_director", "finance_officer"])),
        ("x-effect" = json!("value"))
    )
)]
pub async fn create_price_floor_approval(
    db: Data<Db>,
    price_floor_id: Path<PriceFloorId>,
    asked: Asked<()>,
) -> Answer<HttpResponse> {
    let id = *price_floor_id;
    let write = move |tx: &mut Tx<'_>| super::approve(tx, id).map(PriceFloorView::from);
    Ok(HttpResponse::Created().json(db.write(asked.doing, write).await?))
}

/// Which county is asked for.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct FloorQuery {
    #[param(value_type = String, example = "360124")]
    county: RegionCode,
}

/// The floor price of a county now, in CNY per mu.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FloorView {
    pub county: RegionCode,
    /// Absent where there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, example = "90000.00")]
    pub price_per_mu: Option<PricePerMu>,
}

/// Says below which price a county's negotiated transfers need a second approval (R59)
#[utoipa::path(
    get, path = "/api/v1/price-floors", tag = "market", params(FloorQuery),
    responses((status = 200, body = FloorView), Problems),
    extensions(("x-roles" = json!(["public"])), ("x-effect" = json!("read")))
)]
pub async fn get_price_floor(db: Data<Db>, query: Query<FloorQuery>) -> Answer<Json<FloorView>> {
    let county = query.into_inner().county;
    let asked = county.clone();
    let price_per_mu = db.read(None, move |c| Ok(store::floor_of(c, &asked)?)).await?;
    Ok(Json(FloorView { county, price_per_mu }))
}

/// Lists what the own county decided on its floor price, newest first (R59)
///
/// With what was entered and waits for the second person.
#[utoipa::path(
    get, path = "/api/v1/price-floor-changes", tag = "market", params(PageQuery),
    responses((status = 200, body = Page<PriceFloorView>), Problems),
    extensions(
        ("x-roles" = json!(["finance_officer", "finance_director"])),
        ("x-effect" = json!("read"))
    )
)]
pub async fn list_price_floor_changes(
    db: Data<Db>,
    actor: Actor,
    page: Query<PageQuery>,
) -> Answer<Json<Page<PriceFloorView>>> {
    let county = actor.region.county().ok_or_else(Failure::not_found)?;
    let (asked, page) = (page.clone(), page.into_inner());
    let rows = db.read(Some(&actor), move |c| store::floors_of(c, &county, &asked)).await?;
    Ok(Json(Page::of(rows, &page, |row| row.id.uuid(), PriceFloorView::from)))
}
