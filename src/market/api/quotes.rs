//! The dry run of an order over HTTP.

use actix_web::web::{Data, Json, Query};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::certification::Grade;
use crate::inventory::WetlandType;
use crate::kernel::actor::Actor;
use crate::kernel::area::SquareMetres;
use crate::kernel::db::Db;
use crate::kernel::money::{Fen, PricePerMu, cny};
use crate::kernel::operations::{Operations, operations};
use crate::kernel::problem::Answer;
use crate::kernel::region::RegionCode;
use crate::market::band::index_fen;
use crate::market::model::{Execution, ListingId, Wanted};
use crate::market::quoting::{self, Quote, QuotedCash, QuotedFill};
use crate::web::Problems;

pub(super) fn operations() -> Operations {
    operations![get_order_quote]
}

/// What is wanted, as of an order.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct QuoteQuery {
    #[param(value_type = i64, minimum = 1, maximum = 1_000_000_000, example = 12000)]
    m2: SquareMetres,
    #[param(inline, example = "marsh")]
    wetland_type: WetlandType,
    /// The worst grade that is accepted; without one any is.
    #[param(value_type = Option<i64>, minimum = 1, maximum = 5, example = 3)]
    #[serde(default, deserialize_with = "a_grade")]
    grade_max: Option<Grade>,
    /// The highest price per mu; without one any price.
    #[param(value_type = Option<String>, example = "94200.00")]
    price_per_mu: Option<PricePerMu>,
    /// Where the credits may come from; without one the buyer's own county.
    #[param(value_type = Option<String>, example = "360124")]
    trading_area: Option<RegionCode>,
}

/// In a query a number is a text.
fn a_grade<'de, D: serde::Deserializer<'de>>(input: D) -> Result<Option<Grade>, D::Error> {
    use serde::de::Error;
    let text = String::deserialize(input)?;
    let grade: i64 = text.parse().map_err(D::Error::custom)?;
    Grade::try_from(grade).map(Some).map_err(D::Error::custom)
}

/// One listing that the order would be filled from. Money in CNY.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct QuoteFillView {
    pub listing_id: ListingId,
    #[schema(example = "LS-2026-0001")]
    pub listing_number: String,
    #[schema(example = "进贤县五里垦殖场")]
    pub seller_name: String,
    pub county: RegionCode,
    #[schema(example = 2)]
    pub grade: i64,
    #[schema(example = 12000)]
    pub m2: i64,
    pub price_per_mu: PricePerMu,
    #[schema(example = "1695600.00")]
    pub amount: String,
}

/// What the order would need in the fee account of one county. Money in CNY.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct QuoteCashView {
    pub county: RegionCode,
    /// What its fills of this county's credits would cost.
    #[schema(example = "1695600.00")]
    pub cost: String,
    #[schema(example = "100000.00")]
    pub available: String,
    /// How much cash is missing for that.
    #[schema(example = "1595600.00")]
    pub short: String,
    /// What an order with this limit would reserve here until it is filled; absent without a limit.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "1695600.49")]
    pub reserve: Option<String>,
}

/// What an order would cost now and from whom. Nothing is ordered by asking.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct QuoteView {
    /// Where the buyer stands (R46).
    pub place: RegionCode,
    pub trading_area: RegionCode,
    pub m2: SquareMetres,
    /// How much of it is to be had now.
    #[schema(example = 12000)]
    pub filled_m2: i64,
    /// How much is not.
    #[schema(example = 0)]
    pub short_m2: i64,
    #[schema(example = "1695600.00")]
    pub amount: String,
    /// By area, over all fills; absent without any.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "94200.00")]
    pub average_price_per_mu: Option<String>,
    /// In the order in which they would be filled; at most fifty.
    pub fills: Vec<QuoteFillView>,
    /// Of each county that may sell to the buyer.
    pub cash: Vec<QuoteCashView>,
}

/// Says what an order would cost now and from whom, without placing it
#[utoipa::path(
    get, path = "/api/v1/order-quote", tag = "market", params(QuoteQuery),
    responses((status = 200, body = QuoteView), Problems),
    extensions(
        ("x-roles" = json!(["developer", "developer_director"])),
        ("x-effect" = json!("read"))
    )
)]
pub async fn get_order_quote(
    db: Data<Db>,
    actor: Actor,
    query: Query<QuoteQuery>,
) -> Answer<Json<QuoteView>> {
    let query = query.into_inner();
    let (m2, has_limit, now) = (query.m2, query.price_per_mu.is_some(), db.clock().now());
    let (wanted, asking) = (wanted(query), actor.clone());
    let read = move |c: &mut _| quoting::quote(c, &asking, &wanted, now);
    let quote = db.read_snapshot(Some(&actor), read).await?;
    Ok(Json(view(m2, quote, has_limit)))
}

fn wanted(query: QuoteQuery) -> Wanted {
    Wanted {
        area: query.m2,
        limit: query.price_per_mu.unwrap_or_else(|| highest(query.m2)),
        wetland_type: query.wetland_type,
        grade_max: query.grade_max.map_or(5, Grade::get),
        trading_area: query.trading_area,
        counties: Vec::new(),
        occupation: None,
        execution: Execution::GoodTillDate,
        valid_to: None,
    }
}

/// The highest price at which the whole is still an amount (R3).
fn highest(m2: SquareMetres) -> PricePerMu {
    let fen = i128::from(Fen::MAX) * 2_000 / (3 * i128::from(m2.get()));
    let fen = i64::try_from(fen).unwrap_or(PricePerMu::MAX_FEN).min(PricePerMu::MAX_FEN);
    PricePerMu::of_fen(fen).unwrap_or(PricePerMu::HIGHEST)
}

fn view(m2: SquareMetres, quote: Quote, has_limit: bool) -> QuoteView {
    let Quote { place, trading_area, fills, cash } = quote;
    let filled_m2: i64 = fills.iter().map(|fill| fill.m2).sum();
    let amount: i64 = fills.iter().map(|fill| fill.amount_fen).sum();
    let turnover = fills.iter().map(|fill| fill.m2.saturating_mul(fill.listing.price.fen()));
    let average = index_fen(turnover.fold(0, i64::saturating_add), filled_m2);
    let fill = |QuotedFill { listing, m2, amount_fen }: QuotedFill| QuoteFillView {
        listing_id: listing.id,
        listing_number: listing.number,
        seller_name: listing.seller_name,
        county: listing.county,
        grade: listing.grade,
        m2,
        price_per_mu: listing.price,
        amount: cny(amount_fen),
    };
    let of_county = |it: QuotedCash| QuoteCashView {
        county: it.county,
        cost: cny(it.cost_fen),
        available: cny(it.available_fen),
        short: cny((it.cost_fen - it.available_fen).max(0)),
        reserve: has_limit.then(|| cny(it.reserve_fen)),
    };
    QuoteView {
        place,
        trading_area,
        m2,
        filled_m2,
        short_m2: m2.get() - filled_m2,
        amount: cny(amount),
        average_price_per_mu: average.map(cny),
        fills: fills.into_iter().map(fill).collect(),
        cash: cash.into_iter().map(of_county).collect(),
    }
}
