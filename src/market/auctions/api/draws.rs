//! Draws of the order of equal bids over HTTP.

use actix_web::HttpResponse;
use actix_web::web::{Data, Json, Path};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::kernel::clock::Time;
use crate::kernel::db::{Db, Tx};
use crate::kernel::ids::OrganisationId;
use crate::kernel::operations::{Operations, operations};
use crate::kernel::problem::Answer;
use crate::market::auction::CannotAuction;
use crate::market::auctions::actions::{self, AnnounceDraw, Reveal};
use crate::market::auctions::model::{AuctionDrawId, AuctionId};
use crate::market::auctions::store::{self, DrawRow};
use crate::web::{Asked, Problems};

/// Draws that are shown of one auction.
const DRAWS_SHOWN_MAX: i64 = 50;
/// Longer than any nonce needs to be.
const NONCE_BYTES_MAX: usize = 64;

pub(super) fn operations() -> Operations {
    operations![create_auction_draw, create_auction_draw_reveal, list_auction_draws]
}

/// The hash of a nonce that its holder keeps to themselves.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewAuctionDraw {
    /// SHA-256 of the nonce's bytes, 64 hexadecimal digits.
    #[schema(example = "5feceb66ffc86f38d952786c6d696c79c2dbc239dd4e91b46729d73a27fb57e9")]
    nonce_hash: String,
}

/// The nonce of a draw.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewAuctionDrawReveal {
    /// 16 to 64 bytes as hexadecimal digits.
    #[schema(example = "30303030303030303030303030303030")]
    nonce: String,
}

/// A draw of the order of equal bids, with all by which anybody can repeat it: the seed is SHA-256
/// of the hash of entry `head_seq` of the audit log, then the nonce; a bid's ticket is SHA-256 of
/// the seed's hexadecimal digits, a colon and the bid's id; the lowest ticket comes first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AuctionDrawView {
    pub id: AuctionDrawId,
    pub auction_id: AuctionId,
    /// The equal bids.
    pub tied: Vec<uuid::Uuid>,
    #[schema(example = "5feceb66ffc86f38d952786c6d696c79c2dbc239dd4e91b46729d73a27fb57e9")]
    pub nonce_hash: String,
    /// The organisation whose officer holds the nonce.
    pub organisation_id: OrganisationId,
    /// The first entry of the audit log after this moment makes the seed.
    pub moment: Time,
    /// A nonce that is not revealed by then voids the draw.
    pub reveal_by: Time,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "30303030303030303030303030303030")]
    pub nonce: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = 1024)]
    pub head_seq: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "6b86b273ff34fce19d6b804eff5a3f5747ada4eaa22f1d49c01e52ddb7875b4b")]
    pub seed: Option<String>,
    /// The bids in the order that was drawn.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub drawn: Vec<uuid::Uuid>,
}

impl From<DrawRow> for AuctionDrawView {
    fn from(row: DrawRow) -> Self {
        let ids = |text: &str| text.split(',').filter_map(|id| id.parse().ok()).collect();
        Self {
            id: row.id,
            auction_id: row.auction_id,
            tied: ids(&row.tied),
            nonce_hash: row.nonce_hash,
            organisation_id: row.organisation_id,
            moment: row.moment,
            reveal_by: row.reveal_by,
            nonce: row.nonce,
            head_seq: row.head_seq,
            seed: row.seed,
            drawn: ids(row.drawn.as_deref().unwrap_or_default()),
        }
    }
}

/// Announces a draw among equal bids by the hash of a nonce (R53)
#[utoipa::path(
    post, path = "/api/v1/auctions/{auction_id}/draws", tag = "market",
    params(("auction_id" = AuctionId, Path)), request_body = NewAuctionDraw,
    responses((status = 201, body = AuctionDrawView), Problems),
    extensions(
        ("x-roles" = json!(["forestry_officer", "finance_officer", "finance_director"])),
        ("x-effect" = json!("value"))
    )
)]
pub async fn create_auction_draw(
    db: Data<Db>,
    auction_id: Path<AuctionId>,
    asked: Asked<NewAuctionDraw>,
) -> Answer<HttpResponse> {
    let Asked { doing, body } = asked;
    let bytes = hex::decode(&body.nonce_hash).ok().and_then(|bytes| bytes.try_into().ok());
    let command = AnnounceDraw {
        id: AuctionDrawId::new(),
        auction: *auction_id,
        nonce_hash: bytes.ok_or(CannotAuction::NonceOdd)?,
    };
    let write =
        move |tx: &mut Tx<'_>| actions::announce_draw(tx, &command).map(AuctionDrawView::from);
    Ok(HttpResponse::Created().json(db.write(doing, write).await?))
}

/// Reveals the nonce of a draw that one announced; the draw is made at once (R53)
#[utoipa::path(
    post, path = "/api/v1/auction-draws/{auction_draw_id}/reveal", tag = "market",
    params(("auction_draw_id" = AuctionDrawId, Path)), request_body = NewAuctionDrawReveal,
    responses((status = 201, body = AuctionDrawView), Problems),
    extensions(
        ("x-roles" = json!(["forestry_officer", "finance_officer", "finance_director"])),
        ("x-effect" = json!("value"))
    )
)]
pub async fn create_auction_draw_reveal(
    db: Data<Db>,
    auction_draw_id: Path<AuctionDrawId>,
    asked: Asked<NewAuctionDrawReveal>,
) -> Answer<HttpResponse> {
    let Asked { doing, body } = asked;
    let nonce = hex::decode(&body.nonce).ok();
    let nonce = nonce.filter(|nonce| (16..=NONCE_BYTES_MAX).contains(&nonce.len()));
    let command = Reveal { draw: *auction_draw_id, nonce: nonce.ok_or(CannotAuction::NonceOdd)? };
    let write = move |tx: &mut Tx<'_>| actions::reveal(tx, &command).map(AuctionDrawView::from);
    Ok(HttpResponse::Created().json(db.write(doing, write).await?))
}

/// Lists the draws of an auction with all by which they can be repeated, newest first (R53)
#[utoipa::path(
    get, path = "/api/v1/auctions/{auction_id}/draws", tag = "market",
    params(("auction_id" = AuctionId, Path)),
    responses((status = 200, body = Vec<AuctionDrawView>), Problems),
    extensions(("x-roles" = json!(["public"])), ("x-effect" = json!("read")))
)]
pub async fn list_auction_draws(
    db: Data<Db>,
    auction_id: Path<AuctionId>,
) -> Answer<Json<Vec<AuctionDrawView>>> {
    let id = *auction_id;
    let read = move |c: &mut _| {
        let auction = store::auction(c, id)?;
        store::draws(c, auction.id, DRAWS_SHOWN_MAX)
    };
    let rows = db.read(None, read).await?;
    Ok(Json(rows.into_iter().map(AuctionDrawView::from).collect()))
}
