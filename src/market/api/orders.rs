//! Orders over HTTP.

use std::collections::BTreeMap;

use actix_web::HttpResponse;
use actix_web::web::{Data, Json, Path, Query};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::certification::Grade;
use crate::inventory::WetlandType;
use crate::kernel::actor::{Actor, Role};
use crate::kernel::area::SquareMetres;
use crate::kernel::clock::Time;
use crate::kernel::db::{Db, Tx};
use crate::kernel::ids::OrganisationId;
use crate::kernel::money::{PricePerMu, cny};
use crate::kernel::operations::{Operations, operations};
use crate::kernel::page::{Page, PageQuery};
use crate::kernel::problem::{Answer, Failure};
use crate::kernel::region::RegionCode;
use crate::market::model::{
    CancelOrder, Execution, ListingId, Order, OrderEndId, OrderFill, OrderId, OrderState,
    PlaceOrder, Wanted,
};
use crate::market::store::{self, OrderFilter};
use crate::market::{ending, placing};
use crate::settlement::TradeId;
use crate::web::{Asked, Problems};

pub(super) fn operations() -> Operations {
    operations![create_order, list_orders, get_order, create_order_cancellation]
}

/// What is wanted, at what price at most, and from where.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewOrder {
    m2: SquareMetres,
    /// The highest price that is paid; what is on offer for less is bought for less.
    price_per_mu: PricePerMu,
    wetland_type: WetlandType,
    /// The worst grade that is accepted.
    grade_max: Grade,
    /// Where the credits may come from: a county, prefecture or province; without one the buyer's own
    /// county. How far a county's credits go is the county's to decide (R46).
    #[serde(default)]
    #[schema(value_type = Option<String>, example = "360124")]
    trading_area: Option<RegionCode>,
    /// The counties in whose fee accounts the order is paid; it reserves its cash in each of them.
    /// Without any: those of the trading area that may sell to the buyer and in whose accounts it has
    /// the cash.
    #[serde(default)]
    #[schema(value_type = Vec<String>, max_items = 10, example = json!(["360124"]))]
    counties: Vec<RegionCode>,
    /// What is done with what is not filled at once; without a word it waits.
    #[serde(default = "waits")]
    #[schema(example = "good_till_date")]
    execution: Execution,
    /// The last day on which it waits; without one until it is filled or cancelled.
    #[serde(default)]
    #[schema(example = "2027-12-31")]
    valid_to: Option<NaiveDate>,
    /// Whether the public demand board shows who asks; it does not unless this is true.
    #[serde(default)]
    #[schema(example = false)]
    shows_buyer: bool,
}

impl NewOrder {
    /// The command to place it, for an occupation of the buyer's in that county where it names one.
    pub(crate) fn into_command(self, occupation: Option<(uuid::Uuid, RegionCode)>) -> PlaceOrder {
        let wanted = Wanted {
            area: self.m2,
            limit: self.price_per_mu,
            wetland_type: self.wetland_type,
            grade_max: self.grade_max.get(),
            trading_area: self.trading_area,
            counties: self.counties,
            occupation,
            execution: self.execution,
            valid_to: self.valid_to,
        };
        PlaceOrder { order: OrderId::new(), wanted, shows_buyer: self.shows_buyer }
    }
}

fn waits() -> Execution {
    Execution::GoodTillDate
}

/// One fill of an order: a trade. Money in CNY.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct OrderFillView {
    pub trade_id: TradeId,
    pub listing_id: ListingId,
    pub m2: SquareMetres,
    pub price_per_mu: PricePerMu,
    #[schema(example = "1441260.00")]
    pub amount: String,
    pub filled_at: Time,
}

/// A limit order and what is left of it. Money in CNY, areas in m².
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct OrderView {
    pub id: OrderId,
    #[schema(example = "MD-2026-000001")]
    pub number: String,
    pub buyer_id: OrganisationId,
    #[schema(example = "赣鄱示例公路建设有限公司")]
    pub buyer_name: String,
    /// Where the buyer stands: the county of the occupation that it names, else its seat (R46).
    pub place: RegionCode,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub occupation_id: Option<uuid::Uuid>,
    pub m2: SquareMetres,
    #[schema(example = 4000)]
    pub left_m2: i64,
    pub price_per_mu: PricePerMu,
    pub wetland_type: WetlandType,
    /// The worst grade that is accepted, 1 (best) to 5.
    #[schema(example = 3)]
    pub grade_max: i64,
    pub trading_area: RegionCode,
    /// What is reserved in the fee account of each county that it is paid in.
    #[schema(value_type = Object, example = json!({"360124": "565200.49"}))]
    pub reserved: BTreeMap<String, String>,
    pub execution: Execution,
    pub state: OrderState,
    pub shows_buyer: bool,
    pub placed_at: Time,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_to: Option<NaiveDate>,
    /// At most fifty, in their order.
    pub fills: Vec<OrderFillView>,
}

impl From<OrderFill> for OrderFillView {
    fn from(it: OrderFill) -> Self {
        Self {
            trade_id: it.trade,
            listing_id: it.listing,
            m2: it.area,
            price_per_mu: it.price,
            amount: cny(it.amount_fen),
            filled_at: it.at,
        }
    }
}

impl OrderView {
    pub(in crate::market) fn of(it: Order, fills: Vec<OrderFill>) -> Self {
        let reserved = cny(it.reserved_fen);
        let counties = it.counties.iter();
        Self {
            id: it.id,
            number: it.number,
            buyer_id: it.buyer,
            buyer_name: it.buyer_name,
            place: it.place,
            occupation_id: it.occupation,
            m2: it.area,
            left_m2: it.left_m2,
            price_per_mu: it.limit,
            wetland_type: it.wetland_type,
            grade_max: it.grade_max,
            trading_area: it.trading_area,
            reserved: counties.map(|county| (county.to_string(), reserved.clone())).collect(),
            execution: it.execution,
            state: it.state,
            shows_buyer: it.shows_buyer,
            placed_at: it.placed_at,
            valid_to: it.valid_to,
            fills: fills.into_iter().map(OrderFillView::from).collect(),
        }
    }
}

/// Places a limit order: filled at once from the cheapest listings that fit, the rest waits
#[utoipa::path(
    post, path = "/api/v1/orders", tag = "market", request_body = NewOrder,
    responses((status = 201, body = OrderView), Problems),
    extensions(("x-roles" = json!(["developer"])), ("x-effect" = json!("value")))
)]
pub async fn create_order(db: Data<Db>, asked: Asked<NewOrder>) -> Answer<HttpResponse> {
    let Asked { doing, body } = asked;
    let placed = db.write_together(doing, body.into_command(None), placing::place_orders).await?;
    Ok(HttpResponse::Created().json(placed))
}

/// Which orders are asked for.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct OrderQuery {
    #[param(example = "open")]
    state: Option<OrderState>,
}

/// Whose orders somebody sees (R94): a developer its own, an auditor all.
fn visible_to(actor: &Actor) -> Option<OrganisationId> {
    match actor.role {
        Role::Auditor | Role::Administrator => None,
        _ => Some(actor.organisation_id),
    }
}

/// Lists the orders of the own organisation, newest first
#[utoipa::path(
    get, path = "/api/v1/orders", tag = "market", params(OrderQuery, PageQuery),
    responses((status = 200, body = Page<OrderView>), Problems),
    extensions(
        ("x-roles" = json!(["developer", "developer_director", "auditor"])),
        ("x-effect" = json!("read"))
    )
)]
pub async fn list_orders(
    db: Data<Db>,
    actor: Actor,
    query: Query<OrderQuery>,
    page: Query<PageQuery>,
) -> Answer<Json<Page<OrderView>>> {
    let filter = OrderFilter { buyer: visible_to(&actor), state: query.state };
    let (before, limit) = (page.after()?, page.limit() + 1);
    let read = move |c: &mut _| {
        let orders = store::orders_page(c, &filter, before, limit)?;
        let ids: Vec<OrderId> = orders.iter().map(|order| order.id).collect();
        let mut fills = store::fills_of(c, &ids)?;
        let with = |order: Order| (fills.remove(&order.id).unwrap_or_default(), order);
        Ok(orders.into_iter().map(with).collect::<Vec<_>>())
    };
    let rows = db.read_snapshot(Some(&actor), read).await?;
    let view = |(fills, order)| OrderView::of(order, fills);
    Ok(Json(Page::of(rows, &page, |(_, order): &(Vec<_>, Order)| order.id.uuid(), view)))
}

/// Shows one order of the own organisation with its fills
#[utoipa::path(
    get, path = "/api/v1/orders/{order_id}", tag = "market",
    params(("order_id" = OrderId, Path)),
    responses((status = 200, body = OrderView), Problems),
    extensions(
        ("x-roles" = json!(["developer", "developer_director", "auditor"])),
        ("x-effect" = json!("read"))
    )
)]
pub async fn get_order(
    db: Data<Db>,
    actor: Actor,
    order_id: Path<OrderId>,
) -> Answer<Json<OrderView>> {
    let (id, own) = (*order_id, visible_to(&actor));
    let view = db.read_snapshot(Some(&actor), move |c| view_of(c, id)).await?;
    match own {
        Some(own) if view.buyer_id != own => Err(Failure::not_found()),
        _ => Ok(Json(view)),
    }
}

fn view_of(conn: &mut crate::kernel::db::Conn, id: OrderId) -> Answer<OrderView> {
    let order = store::order(conn, id)?;
    let fills = store::fills_of(conn, &[id])?.remove(&id).unwrap_or_default();
    Ok(OrderView::of(order, fills))
}

/// Why an order is taken back.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewOrderCancellation {
    #[schema(example = "项目推迟", max_length = 500)]
    reason: String,
}

/// Takes back what is left of an order and frees the cash reserved for it
#[utoipa::path(
    post, path = "/api/v1/orders/{order_id}/cancellation", tag = "market",
    params(("order_id" = OrderId, Path)), request_body = NewOrderCancellation,
    responses((status = 201, body = OrderView), Problems),
    extensions(("x-roles" = json!(["developer"])), ("x-effect" = json!("value")), ("x-if-match" = json!("taken")))
)]
pub async fn create_order_cancellation(
    db: Data<Db>,
    order_id: Path<OrderId>,
    asked: Asked<NewOrderCancellation>,
) -> Answer<HttpResponse> {
    let Asked { doing, body } = asked;
    let reason = body.reason.chars().take(500).collect();
    let command = CancelOrder { order: *order_id, end: OrderEndId::new(), reason };
    let write = move |tx: &mut Tx<'_>| {
        tx.expect_version(|c| view_of(c, command.order))?;
        ending::cancel_order(tx, &command)?;
        view_of(tx.conn(), command.order)
    };
    Ok(HttpResponse::Created().json(db.write(doing, write).await?))
}
