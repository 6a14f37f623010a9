//! What was won, over HTTP.

use actix_web::HttpResponse;
use actix_web::web::{Data, Json, Path, Query};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::kernel::actor::Actor;
use crate::kernel::area::SquareMetres;
use crate::kernel::clock::Time;
use crate::kernel::db::{Db, Tx};
use crate::kernel::money::{PricePerMu, cny};
use crate::kernel::operations::{Operations, operations};
use crate::kernel::page::{Page, PageQuery};
use crate::kernel::problem::Answer;
use crate::kernel::text::Label;
use crate::ledger::JournalId;
use crate::market::auctions::actions::{self, Complete, Refuse};
use crate::market::auctions::model::{AuctionId, Award, AwardId, AwardState};
use crate::market::auctions::store;
use crate::settlement::{TradeId, TradeView};
use crate::web::{Asked, Problems};

pub(super) fn operations() -> Operations {
    operations![create_award_completion, create_award_refusal, list_auction_awards]
}

/// What the own organisation has won, with its deal confirmation (R56). Amounts in CNY.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AwardView {
    pub id: AwardId,
    pub auction_id: AuctionId,
    pub m2: SquareMetres,
    pub price_per_mu: PricePerMu,
    #[schema(example = "1441260.00")]
    pub amount: String,
    pub state: AwardState,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "QR360124-2026-0001")]
    pub confirmation_number: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub confirmed_on: Option<NaiveDate>,
    /// The last day for its completion.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub complete_by: Option<NaiveDate>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trade_id: Option<TradeId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<Time>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "资金未能到位")]
    pub end_reason: Option<String>,
}

impl From<Award> for AwardView {
    fn from(it: Award) -> Self {
        Self {
            id: it.id,
            auction_id: it.auction,
            m2: it.area,
            price_per_mu: it.price,
            amount: cny(it.amount_fen),
            state: it.state,
            confirmation_number: it.confirmation_number,
            confirmed_on: it.confirmed_on,
            complete_by: it.complete_by,
            trade_id: it.trade,
            ended_at: it.ended_at,
            end_reason: it.end_reason,
        }
    }
}

/// Lists what the own organisation has won in auctions, newest first
#[utoipa::path(
    get, path = "/api/v1/auction-awards", tag = "market", params(PageQuery),
    responses((status = 200, body = Page<AwardView>), Problems),
    extensions(
        ("x-roles" = json!(["developer", "developer_director"])), ("x-effect" = json!("read"))
    )
)]
pub async fn list_auction_awards(
    db: Data<Db>,
    actor: Actor,
    page: Query<PageQuery>,
) -> Answer<Json<Page<AwardView>>> {
    let (own, before, limit) = (actor.organisation_id, page.after()?, page.limit() + 1);
    let rows = db.read(Some(&actor), move |c| store::awards_page(c, own, before, limit)).await?;
    Ok(Json(Page::of(rows, &page, |row| row.id.uuid(), AwardView::from)))
}

/// Pays for what was won, with the deposit as part payment; settled at once (R55, R61)
#[utoipa::path(
    post, path = "/api/v1/auction-awards/{award_id}/completion", tag = "market",
    params(("award_id" = AwardId, Path)),
    responses((status = 201, body = TradeView), Problems),
    extensions(("x-roles" = json!(["developer"])), ("x-effect" = json!("value")))
)]
pub async fn create_award_completion(
    db: Data<Db>,
    award_id: Path<AwardId>,
    asked: Asked<()>,
) -> Answer<HttpResponse> {
    let command = Complete { award: *award_id, trade: TradeId::new(), journal: JournalId::new() };
    let write = move |tx: &mut Tx<'_>| actions::complete(tx, &command);
    Ok(HttpResponse::Created().json(db.write(asked.doing, write).await?))
}

/// Why an award is refused.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewAwardRefusal {
    #[schema(example = "资金未能到位")]
    reason: Label,
}

/// Refuses to complete what was won: the deposit is forfeited, whole (R55)
#[utoipa::path(
    post, path = "/api/v1/auction-awards/{award_id}/refusal", tag = "market",
    params(("award_id" = AwardId, Path)), request_body = NewAwardRefusal,
    responses((status = 201, body = AwardView), Problems),
    extensions(("x-roles" = json!(["developer"])), ("x-effect" = json!("value")))
)]
pub async fn create_award_refusal(
    db: Data<Db>,
    award_id: Path<AwardId>,
    asked: Asked<NewAwardRefusal>,
) -> Answer<HttpResponse> {
    let Asked { doing, body } = asked;
    let command = Refuse { award: *award_id, reason: body.reason };
    let write = move |tx: &mut Tx<'_>| actions::refuse(tx, &command).map(AwardView::from);
    Ok(HttpResponse::Created().json(db.write(doing, write).await?))
}
