//! Auctions over HTTP.

mod awards;
mod bids;
mod draws;
mod objections;
mod views;

use actix_web::HttpResponse;
use actix_web::web::{Data, Json, Path, Query};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

pub(in crate::market) use self::views::AuctionView;
use super::actions::{self, Announce, End};
use super::model::{AuctionId, AuctionKind, AuctionState, Offer, Settings};
use super::store::{self, AuctionFilter};
use crate::kernel::area::SquareMetres;
use crate::kernel::clock::Time;
use crate::kernel::db::{Conn, Db, Tx};
use crate::kernel::ids::OrganisationId;
use crate::kernel::money::PricePerMu;
use crate::kernel::operations::{Operations, operations};
use crate::kernel::page::{Page, PageQuery};
use crate::kernel::problem::Answer;
use crate::kernel::region::RegionCode;
use crate::kernel::text::Label;
use crate::ledger::BatchId;
use crate::web::{Asked, Problems};

pub(in crate::market) fn operations() -> Operations {
    operations![
        create_auction,
        create_auction_cancellation,
        create_auction_withdrawal,
        get_auction,
        list_auctions,
    ]
    .and(awards::operations())
    .and(bids::operations())
    .and(draws::operations())
    .and(objections::operations())
}

/// What is to be auctioned, and by which rules. Times are moments, prices in CNY per mu.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewAuction {
    batch_id: BatchId,
    kind: AuctionKind,
    m2: SquareMetres,
    start_price_per_mu: PricePerMu,
    /// By whole multiples of which a bid exceeds the highest; only in an open auction.
    #[serde(default)]
    #[schema(value_type = Option<String>, example = "100.00")]
    step_per_mu: Option<PricePerMu>,
    /// Below it there is no sale.
    #[serde(default)]
    #[schema(value_type = Option<String>, example = "96000.00")]
    reserve_price_per_mu: Option<PricePerMu>,
    /// Whether the reserve price is kept from everybody until the close.
    #[serde(default)]
    #[schema(example = true)]
    reserve_secret: bool,
    /// The deposit in percent of start price × quantity; 10 when absent.
    #[serde(default)]
    #[schema(minimum = 10, maximum = 100, example = 10)]
    deposit_percent: Option<i64>,
    /// How long a period of the timed stage is, in seconds; 180 when absent.
    #[serde(default)]
    #[schema(minimum = 30, maximum = 3600, example = 180)]
    extension_s: Option<i64>,
    /// Calendar days of the result notice; 3 when absent.
    #[serde(default)]
    #[schema(minimum = 3, maximum = 30, example = 3)]
    notice_days: Option<i64>,
    /// At least seven days from now.
    opens_at: Time,
    /// The end of the free stage of an open auction, of bidding where bids are sealed.
    closes_at: Time,
}

impl From<NewAuction> for Offer {
    fn from(body: NewAuction) -> Self {
        let settings = Settings::default();
        Self {
            kind: body.kind,
            area: body.m2,
            start: body.start_price_per_mu,
            step: body.step_per_mu,
            reserve: body.reserve_price_per_mu,
            reserve_secret: body.reserve_secret,
            deposit_percent: body.deposit_percent.unwrap_or(settings.deposit_percent),
            extension_s: body.extension_s.unwrap_or(settings.extension_s),
            notice_days: body.notice_days.unwrap_or(settings.notice_days),
            opens_at: body.opens_at,
            closes_at: body.closes_at,
        }
    }
}

/// Announces an auction of credits of the own organisation and reserves them (R47, R49)
#[utoipa::path(
    post, path = "/api/v1/auctions", tag = "market", request_body = NewAuction,
    responses((status = 201, body = AuctionView), Problems),
    extensions(("x-roles" = json!(["township_officer"])), ("x-effect" = json!("value")))
)]
pub async fn create_auction(db: Data<Db>, asked: Asked<NewAuction>) -> Answer<HttpResponse> {
    let Asked { doing, body } = asked;
    let command =
        Announce { auction: AuctionId::new(), batch: body.batch_id, offer: Offer::from(body) };
    let write = move |tx: &mut Tx<'_>| actions::announce(tx, &command).map(AuctionView::from);
    Ok(HttpResponse::Created().json(db.write(doing, write).await?))
}

/// Which auctions are asked for.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct AuctionQuery {
    #[param(example = "open")]
    state: Option<AuctionState>,
    #[param(example = "open")]
    kind: Option<AuctionKind>,
    /// The county in which the credits were certified.
    #[param(value_type = Option<String>, example = "360124")]
    county: Option<RegionCode>,
    seller_id: Option<OrganisationId>,
}

/// Lists what is and was auctioned, newest first
#[utoipa::path(
    get, path = "/api/v1/auctions", tag = "market", params(AuctionQuery, PageQuery),
    responses((status = 200, body = Page<AuctionView>), Problems),
    extensions(("x-roles" = json!(["public"])), ("x-effect" = json!("read")))
)]
pub async fn list_auctions(
    db: Data<Db>,
    query: Query<AuctionQuery>,
    page: Query<PageQuery>,
) -> Answer<Json<Page<AuctionView>>> {
    let AuctionQuery { state, kind, county, seller_id } = query.into_inner();
    let filter = AuctionFilter { state, kind, county, seller: seller_id };
    let (before, limit) = (page.after()?, page.limit() + 1);
    let read = move |c: &mut _| {
        let rows = store::page(c, &filter, before, limit)?;
        actions::with_suspensions(c, rows)
    };
    let rows = db.read(None, read).await?;
    Ok(Json(Page::of(rows, &page, |row| row.id.uuid(), AuctionView::from)))
}

/// Shows one auction, and who has won once it is closed (R57)
#[utoipa::path(
    get, path = "/api/v1/auctions/{auction_id}", tag = "market",
    params(("auction_id" = AuctionId, Path)),
    responses((status = 200, body = AuctionView), Problems),
    extensions(("x-roles" = json!(["public"])), ("x-effect" = json!("read")))
)]
pub async fn get_auction(db: Data<Db>, auction_id: Path<AuctionId>) -> Answer<Json<AuctionView>> {
    let id = *auction_id;
    Ok(Json(db.read_snapshot(None, move |c| view(c, id)).await?))
}

/// The auction with its awards, as the public sees it.
pub(in crate::market) fn view(conn: &mut Conn, id: AuctionId) -> Answer<AuctionView> {
    let auction = actions::shown(conn, id)?;
    let awards = store::awards(conn, id)?;
    let objections = store::objections(conn, id)?;
    Ok(AuctionView::from(auction).with(awards, objections))
}

/// Why an auction is taken back or cancelled.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewAuctionEnd {
    #[schema(example = "指标面积需要重新核实")]
    reason: Label,
}

/// Takes back an auction of the own organisation before it opens
#[utoipa::path(
    post, path = "/api/v1/auctions/{auction_id}/withdrawal", tag = "market",
    params(("auction_id" = AuctionId, Path)), request_body = NewAuctionEnd,
    responses((status = 201, body = AuctionView), Problems),
    extensions(("x-roles" = json!(["township_officer"])), ("x-effect" = json!("value")))
)]
pub async fn create_auction_withdrawal(
    db: Data<Db>,
    auction_id: Path<AuctionId>,
    asked: Asked<NewAuctionEnd>,
) -> Answer<HttpResponse> {
    let Asked { doing, body } = asked;
    let command = End { auction: *auction_id, reason: body.reason };
    let write = move |tx: &mut Tx<'_>| actions::withdraw(tx, &command).map(AuctionView::from);
    Ok(HttpResponse::Created().json(db.write(doing, write).await?))
}

/// Cancels an auction of the own county and frees all that is held for it
#[utoipa::path(
    post, path = "/api/v1/auctions/{auction_id}/cancellation", tag = "market",
    params(("auction_id" = AuctionId, Path)), request_body = NewAuctionEnd,
    responses((status = 201, body = AuctionView), Problems),
    extensions(("x-roles" = json!(["centre_director"])), ("x-effect" = json!("value")))
)]
pub async fn create_auction_cancellation(
    db: Data<Db>,
    auction_id: Path<AuctionId>,
    asked: Asked<NewAuctionEnd>,
) -> Answer<HttpResponse> {
    let Asked { doing, body } = asked;
    let command = End { auction: *auction_id, reason: body.reason };
    let write = move |tx: &mut Tx<'_>| actions::cancel(tx, &command).map(AuctionView::from);
    Ok(HttpResponse::Created().json(db.write(doing, write).await?))
}
