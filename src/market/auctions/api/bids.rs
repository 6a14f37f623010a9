//! Deposits and bids over HTTP.

use actix_web::HttpResponse;
use actix_web::web::{Data, Json, Path, Query};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::kernel::actor::Actor;
use crate::kernel::area::SquareMetres;
use crate::kernel::clock::Time;
use crate::kernel::db::{Db, Tx};
use crate::kernel::ids::OrganisationId;
use crate::kernel::money::{Fen, PricePerMu, cny};
use crate::kernel::operations::{Operations, operations};
use crate::kernel::page::{Page, PageQuery};
use crate::kernel::problem::Answer;
use crate::market::auctions::actions::{self, PlaceBid, PutDown};
use crate::market::auctions::model::{
    AuctionId, AuctionKind, Bid, BidId, Bidder, BidderId, DepositOutcome,
};
use crate::market::auctions::store::{self, BidFilter};
use crate::web::{Asked, Problems};

pub(super) fn operations() -> Operations {
    operations![
        create_auction_bid,
        create_auction_deposit,
        list_auction_bids,
        list_auction_deposits
    ]
}

/// How much is put down.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewAuctionDeposit {
    /// The least that is needed when absent; what was put down before is added to.
    #[serde(default)]
    #[schema(value_type = Option<String>, example = "144126.00")]
    amount: Option<Fen>,
}

/// A deposit, as its bidder sees it. Amounts in CNY.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AuctionDepositView {
    pub id: BidderId,
    pub auction_id: AuctionId,
    /// The number under which the others see this bidder.
    #[schema(example = 3)]
    pub bidder: i64,
    #[schema(example = "144126.00")]
    pub deposit: String,
    pub outcome: DepositOutcome,
    pub registered_at: Time,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<Time>,
}

impl From<Bidder> for AuctionDepositView {
    fn from(it: Bidder) -> Self {
        Self {
            id: it.id,
            auction_id: it.auction,
            bidder: it.n,
            deposit: cny(it.deposit_fen),
            outcome: it.outcome,
            registered_at: it.registered_at,
            ended_at: it.ended_at,
        }
    }
}

/// Puts down the deposit of a bidder, or more of it (R54)
#[utoipa::path(
    post, path = "/api/v1/auctions/{auction_id}/deposits", tag = "market",
    params(("auction_id" = AuctionId, Path)), request_body = NewAuctionDeposit,
    responses((status = 201, body = AuctionDepositView), Problems),
    extensions(("x-roles" = json!(["developer"])), ("x-effect" = json!("value")))
)]
pub async fn create_auction_deposit(
    db: Data<Db>,
    auction_id: Path<AuctionId>,
    asked: Asked<NewAuctionDeposit>,
) -> Answer<HttpResponse> {
    let Asked { doing, body } = asked;
    let command = PutDown { bidder: BidderId::new(), auction: *auction_id, amount: body.amount };
    let write =
        move |tx: &mut Tx<'_>| actions::put_down(tx, &command).map(AuctionDepositView::from);
    Ok(HttpResponse::Created().json(db.write(doing, write).await?))
}

/// Lists the own organisation's deposits in auctions, newest first
#[utoipa::path(
    get, path = "/api/v1/auction-deposits", tag = "market", params(PageQuery),
    responses((status = 200, body = Page<AuctionDepositView>), Problems),
    extensions(
        ("x-roles" = json!(["developer", "developer_director"])), ("x-effect" = json!("read"))
    )
)]
pub async fn list_auction_deposits(
    db: Data<Db>,
    actor: Actor,
    page: Query<PageQuery>,
) -> Answer<Json<Page<AuctionDepositView>>> {
    let (own, before, limit) = (actor.organisation_id, page.after()?, page.limit() + 1);
    let read = move |c: &mut _| store::bidders_page(c, own, before, limit);
    let rows = db.read(Some(&actor), read).await?;
    Ok(Json(Page::of(rows, &page, |row| row.id.uuid(), AuctionDepositView::from)))
}

/// A bid.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewAuctionBid {
    price_per_mu: PricePerMu,
    /// How much is bid for; all of it when absent. A part only where all winners pay one price.
    #[serde(default)]
    #[schema(value_type = Option<i64>, example = 11333)]
    m2: Option<SquareMetres>,
}

/// A bid; bidders are known to the others by number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AuctionBidView {
    pub id: BidId,
    pub auction_id: AuctionId,
    /// Its place in the order of the bids.
    #[schema(example = 12)]
    pub n: i64,
    #[schema(example = 3)]
    pub bidder: i64,
    pub m2: SquareMetres,
    pub price_per_mu: PricePerMu,
    pub bid_at: Time,
    /// It is the caller's own.
    pub own: bool,
}

impl AuctionBidView {
    fn of(it: Bid, caller: Option<OrganisationId>) -> Self {
        Self {
            id: it.id,
            auction_id: it.auction,
            n: it.n,
            bidder: it.bidder_n,
            m2: it.area,
            price_per_mu: it.price,
            bid_at: it.bid_at,
            own: caller == Some(it.bidder),
        }
    }
}

/// Bids in an auction; what comes after its end has no effect (R50, R51)
#[utoipa::path(
    post, path = "/api/v1/auctions/{auction_id}/bids", tag = "market",
    params(("auction_id" = AuctionId, Path)), request_body = NewAuctionBid,
    responses((status = 201, body = AuctionBidView), Problems),
    extensions(("x-roles" = json!(["developer"])), ("x-effect" = json!("value")))
)]
pub async fn create_auction_bid(
    db: Data<Db>,
    auction_id: Path<AuctionId>,
    asked: Asked<NewAuctionBid>,
) -> Answer<HttpResponse> {
    let Asked { doing, body } = asked;
    let command = PlaceBid {
        bid: BidId::new(),
        auction: *auction_id,
        area: body.m2,
        price: body.price_per_mu,
    };
    let write = move |tx: &mut Tx<'_>| {
        let bid = actions::bid(tx, &command)?;
        let own = Some(bid.bidder);
        Ok(AuctionBidView::of(bid, own))
    };
    Ok(HttpResponse::Created().json(db.write(doing, write).await?))
}

/// Lists the bids of an auction, newest first; while they are sealed only the caller's own
#[utoipa::path(
    get, path = "/api/v1/auctions/{auction_id}/bids", tag = "market",
    params(("auction_id" = AuctionId, Path), PageQuery),
    responses((status = 200, body = Page<AuctionBidView>), Problems),
    extensions(("x-roles" = json!(["public"])), ("x-effect" = json!("read")))
)]
pub async fn list_auction_bids(
    db: Data<Db>,
    actor: Option<Actor>,
    auction_id: Path<AuctionId>,
    page: Query<PageQuery>,
) -> Answer<Json<Page<AuctionBidView>>> {
    let (id, before, limit) = (*auction_id, page.after()?, page.limit() + 1);
    let caller = actor.as_ref().map(|actor| actor.organisation_id);
    let read = move |c: &mut _| {
        let auction = store::auction(c, id)?;
        let is_sealed =
            auction.offer.kind != AuctionKind::Open && auction.standing.closed_at.is_none();
        let bidder = match (is_sealed, caller) {
            (false, _) => None,
            (true, Some(own)) => Some(own),
            (true, None) => return Ok(Vec::new()),
        };
        store::bids_page(c, &BidFilter { auction: id, bidder }, before, limit)
    };
    let rows = db.read(actor.as_ref(), read).await?;
    Ok(Json(Page::of(rows, &page, |row| row.id.uuid(), |row| AuctionBidView::of(row, caller))))
}
