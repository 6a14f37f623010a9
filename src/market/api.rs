//! The market over HTTP.

mod bands;
mod demand;
mod orders;
mod quotes;

use actix_web::HttpResponse;
use actix_web::web::{Data, Json, Path, Query};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::model::{Buy, List, Listing, ListingEndId, ListingId, ListingState, Withdraw};
use super::store::{self, ListingFilter};
use super::{actions, buying, losses};
use crate::certification::{CertificationPartId, Loss, LossId, TakeLoss};
use crate::kernel::area::SquareMetres;
use crate::kernel::clock::Time;
use crate::kernel::db::{Conn, Db, Tx};
use crate::kernel::ids::OrganisationId;
use crate::kernel::money::PricePerMu;
use crate::kernel::operations::{Operations, operations};
use crate::kernel::page::{Page, PageQuery};
use crate::kernel::problem::{Answer, Problem};
use crate::kernel::region::RegionCode;
use crate::ledger::{BatchId, JournalId};
use crate::settlement::{TradeId, TradeView};
use crate::web::{Asked, Problems};

pub use orders::{NewOrder, OrderView};

pub fn operations() -> Operations {
    operations![
        create_listing,
        list_listings,
        get_listing,
        create_withdrawal,
        create_purchase,
        create_loss_approval,
    ]
    .and(bands::operations())
    .and(demand::operations())
    .and(orders::operations())
    .and(quotes::operations())
    .and(super::auctions::operations())
    .and(super::bans::operations())
    .and(super::floors::operations())
    .and(super::live::operations())
    .and(super::negotiated::operations())
}

/// A period that ends before it begins, or is longer than an answer covers.
fn bad_period(days_max: i64) -> Problem {
    Problem::new(
        actix_web::http::StatusCode::UNPROCESSABLE_ENTITY,
        "bad-period",
        &format!("a period ends at most {days_max} days after it begins, and not before"),
        &format!("期间的终止日不得早于起始日，且不得超过 {days_max} 天"),
    )
}

/// Credits to be offered at a fixed price.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewListing {
    batch_id: BatchId,
    m2: SquareMetres,
    price_per_mu: PricePerMu,
    /// The last day on which it can be bought from; without one it stays until sold or withdrawn.
    #[serde(default)]
    #[schema(example = "2027-12-31")]
    valid_to: Option<NaiveDate>,
}

/// Credits offered at a fixed price, and what is left of them. Areas in m², prices in CNY per mu.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ListingView {
    pub id: ListingId,
    #[schema(example = "LS-2026-0001")]
    pub number: String,
    pub batch_id: BatchId,
    #[schema(example = "360124-2023-B0001")]
    pub batch_number: String,
    pub county: RegionCode,
    pub seller_id: OrganisationId,
    #[schema(example = "进贤县五里垦殖场")]
    pub seller_name: String,
    #[schema(example = "marsh")]
    pub wetland_type: String,
    /// 1 (best) to 5.
    #[schema(example = 2)]
    pub grade: i64,
    pub m2: SquareMetres,
    #[schema(example = 10200)]
    pub left_m2: i64,
    pub price_per_mu: PricePerMu,
    pub state: ListingState,
    pub listed_at: Time,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub valid_to: Option<NaiveDate>,
    /// Whether its project is frozen: nobody buys from it until the thaw (R45).
    #[serde(default)]
    #[schema(example = false)]
    pub suspended: bool,
}

impl From<Listing> for ListingView {
    fn from(it: Listing) -> Self {
        Self {
            id: it.id,
            number: it.number,
            batch_id: it.batch,
            batch_number: it.batch_number,
            county: it.county,
            seller_id: it.seller,
            seller_name: it.seller_name,
            wetland_type: it.wetland_type,
            grade: it.grade,
            m2: it.area,
            left_m2: it.left_m2,
            price_per_mu: it.price,
            state: it.state,
            listed_at: it.listed_at,
            valid_to: it.valid_to,
            suspended: it.suspended,
        }
    }
}

/// Offers credits of the own organisation at a fixed price (R47)
#[utoipa::path(
    post, path = "/api/v1/listings", tag = "market", request_body = NewListing,
    responses((status = 201, body = ListingView), Problems),
    extensions(("x-roles" = json!(["township_officer"])), ("x-effect" = json!("value")))
)]
pub async fn create_listing(db: Data<Db>, asked: Asked<NewListing>) -> Answer<HttpResponse> {
    let Asked { doing, body } = asked;
    let command = List {
        listing: ListingId::new(),
        journal: JournalId::new(),
        batch: body.batch_id,
        area: body.m2,
        price: body.price_per_mu,
        valid_to: body.valid_to,
    };
    let write = move |tx: &mut Tx<'_>| actions::list(tx, &command).map(ListingView::from);
    Ok(HttpResponse::Created().json(db.write(doing, write).await?))
}

/// Which listings are asked for.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ListingQuery {
    #[param(example = "open")]
    state: Option<ListingState>,
    /// The county in which the credits were certified.
    #[param(value_type = Option<String>, example = "360124")]
    county: Option<RegionCode>,
    seller_id: Option<OrganisationId>,
    #[param(example = "marsh")]
    wetland_type: Option<String>,
    /// The worst grade that is wanted, 1 (best) to 5.
    #[param(minimum = 1, maximum = 5, example = 3)]
    grade_max: Option<i64>,
}

/// Lists what is and was offered, newest first
#[utoipa::path(
    get, path = "/api/v1/listings", tag = "market", params(ListingQuery, PageQuery),
    responses((status = 200, body = Page<ListingView>), Problems),
    extensions(("x-roles" = json!(["public"])), ("x-effect" = json!("read")))
)]
pub async fn list_listings(
    db: Data<Db>,
    query: Query<ListingQuery>,
    page: Query<PageQuery>,
) -> Answer<Json<Page<ListingView>>> {
    let ListingQuery { state, county, seller_id, wetland_type, grade_max } = query.into_inner();
    let filter = ListingFilter { state, county, seller: seller_id, wetland_type, grade_max };
    let (before, limit) = (page.after()?, page.limit() + 1);
    let page_of = move |c: &mut Conn| {
        let rows = store::page(c, &filter, before, limit)?;
        actions::with_suspensions(c, rows)
    };
    let rows = db.read(None, page_of).await?;
    Ok(Json(Page::of(rows, &page, |row| row.id.uuid(), ListingView::from)))
}

/// Shows one listing
#[utoipa::path(
    get, path = "/api/v1/listings/{listing_id}", tag = "market",
    params(("listing_id" = ListingId, Path)),
    responses((status = 200, body = ListingView), Problems),
    extensions(("x-roles" = json!(["public"])), ("x-effect" = json!("read")))
)]
pub async fn get_listing(db: Data<Db>, listing_id: Path<ListingId>) -> Answer<Json<ListingView>> {
    let id = *listing_id;
    let listing = db.read(None, move |c| actions::shown(c, id)).await?;
    Ok(Json(ListingView::from(listing)))
}

/// Why a listing is taken back.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewWithdrawal {
    #[schema(example = "价格需要重新评估", max_length = 500)]
    reason: String,
}

/// Takes back what is left of a listing and frees it (R47)
#[utoipa::path(
    post, path = "/api/v1/listings/{listing_id}/withdrawal", tag = "market",
    params(("listing_id" = ListingId, Path)), request_body = NewWithdrawal,
    responses((status = 201, body = ListingView), Problems),
    extensions(("x-roles" = json!(["township_officer"])), ("x-effect" = json!("value")), ("x-if-match" = json!("taken")))
)]
pub async fn create_withdrawal(
    db: Data<Db>,
    listing_id: Path<ListingId>,
    asked: Asked<NewWithdrawal>,
) -> Answer<HttpResponse> {
    let Asked { doing, body } = asked;
    let command = Withdraw {
        end: ListingEndId::new(),
        journal: JournalId::new(),
        listing: *listing_id,
        reason: body.reason.chars().take(500).collect(),
    };
    let write = move |tx: &mut Tx<'_>| {
        tx.expect_version(|c| actions::shown(c, command.listing).map(ListingView::from))?;
        actions::withdraw(tx, &command).map(ListingView::from)
    };
    Ok(HttpResponse::Created().json(db.write(doing, write).await?))
}

/// Takes a loss of restored land from the project's own side
///
/// By another person than the one who entered it: unreleased, then buffer, then frozen and
/// available, then what the owner's listings reserve, which are cut. What is missing becomes a duty
/// to replace it. Credits that were sold or retired stay as they are.
#[utoipa::path(
    post, path = "/api/v1/losses/{loss_id}/approval", tag = "certification",
    params(("loss_id" = LossId, Path)),
    responses((status = 201, body = Loss), Problems),
    extensions(("x-roles" = json!(["centre_director"])), ("x-effect" = json!("value")))
)]
pub async fn create_loss_approval(
    db: Data<Db>,
    loss_id: Path<LossId>,
    asked: Asked<()>,
) -> Answer<HttpResponse> {
    let id = CertificationPartId::new();
    let command = TakeLoss { id, loss_id: *loss_id, journal_id: JournalId::new() };
    let ids = losses::ids();
    let write = move |tx: &mut Tx<'_>| losses::take_loss(tx, &command, &ids);
    Ok(HttpResponse::Created().json(db.write(asked.doing, write).await?))
}

/// How much is to be bought.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewPurchase {
    m2: SquareMetres,
}

/// Buys all or part of what is left of a listing; settled at once (R61)
#[utoipa::path(
    post, path = "/api/v1/listings/{listing_id}/purchases", tag = "market",
    params(("listing_id" = ListingId, Path)), request_body = NewPurchase,
    responses((status = 201, body = TradeView), Problems),
    extensions(("x-roles" = json!(["developer"])), ("x-effect" = json!("value")))
)]
pub async fn create_purchase(
    db: Data<Db>,
    listing_id: Path<ListingId>,
    asked: Asked<NewPurchase>,
) -> Answer<HttpResponse> {
    let Asked { doing, body } = asked;
    let purchase = Buy {
        trade: TradeId::new(),
        journal: JournalId::new(),
        listing: *listing_id,
        area: body.m2,
    };
    let trade = db.write_together(doing, purchase, buying::buy).await?;
    Ok(HttpResponse::Created().json(trade))
}
