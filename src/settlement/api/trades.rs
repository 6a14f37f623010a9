//! Trades, as those see them whom they concern.

use actix_web::web::{Data, Json, Path, Query};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::kernel::actor::{Actor, Role};
use crate::kernel::area::SquareMetres;
use crate::kernel::clock::Time;
use crate::kernel::db::Db;
use crate::kernel::ids::OrganisationId;
use crate::kernel::money::{PricePerMu, cny};
use crate::kernel::page::{Page, PageQuery};
use crate::kernel::problem::{Answer, Failure};
use crate::kernel::region::RegionCode;
use crate::ledger::BatchId;
use crate::settlement::model::{Source, TradeId};
use crate::settlement::store::{self, TradeFilter, TradeRow};
use crate::web::Problems;

/// A settled trade. Money in CNY, rounded half up to the fen; the three parts add up to the amount.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TradeView {
    pub id: TradeId,
    #[schema(example = "CJ360124-2026-000001")]
    pub number: String,
    pub source: Source,
    pub source_id: uuid::Uuid,
    pub county: RegionCode,
    pub batch_id: BatchId,
    pub seller_id: OrganisationId,
    pub buyer_id: OrganisationId,
    /// Seller and buyer are related parties: not counted in the price index (R48).
    pub related: bool,
    pub m2: SquareMetres,
    pub price_per_mu: PricePerMu,
    #[schema(example = "1441260.00")]
    pub amount: String,
    #[schema(example = "288252.00")]
    pub township_share: String,
    #[schema(example = "144126.00")]
    pub centre_share: String,
    #[schema(example = "1008882.00")]
    pub treasury_share: String,
    pub traded_at: Time,
}

impl From<TradeRow> for TradeView {
    fn from(row: TradeRow) -> Self {
        Self {
            id: row.id,
            number: row.number,
            source: row.source,
            source_id: row.source_id.0,
            county: row.county,
            batch_id: row.batch_id,
            seller_id: row.seller_id,
            buyer_id: row.buyer_id,
            related: row.related,
            m2: row.m2,
            price_per_mu: row.price_fen_per_mu,
            amount: cny(row.amount_fen),
            township_share: cny(row.township_fen),
            centre_share: cny(row.centre_fen),
            treasury_share: cny(row.treasury_fen),
            traded_at: row.traded_at,
        }
    }
}

/// Who sees which trades (R94): a county's offices those of the county, others their own.
fn visible_to(actor: &Actor) -> TradeFilter {
    match actor.role {
        Role::Auditor | Role::Administrator => TradeFilter::default(),
        Role::CentreDirector
        | Role::CentreOfficer
        | Role::FinanceDirector
        | Role::FinanceOfficer
        | Role::ForestryOfficer => {
            TradeFilter { county: Some(actor.region.clone()), ..TradeFilter::default() }
        }
        Role::TownshipOfficer
        | Role::Developer
        | Role::DeveloperDirector
        | Role::Assessor
        | Role::BankOfficer
        | Role::InsurerOfficer
        | Role::SecurityAdministrator
        | Role::AuditAdministrator => {
            TradeFilter { party: Some(actor.organisation_id), ..TradeFilter::default() }
        }
    }
}

/// Lists trades that concern the caller, newest first
#[utoipa::path(
    get, path = "/api/v1/trades", tag = "settlement", params(PageQuery),
    responses((status = 200, body = Page<TradeView>), Problems),
    extensions(
        ("x-roles" = json!([
            "administrator", "centre_director", "centre_officer", "finance_director",
            "finance_officer", "forestry_officer", "township_officer", "developer",
            "developer_director", "auditor"
        ])),
        ("x-effect" = json!("read"))
    )
)]
pub async fn list_trades(
    db: Data<Db>,
    actor: Actor,
    page: Query<PageQuery>,
) -> Answer<Json<Page<TradeView>>> {
    let (filter, before, limit) = (visible_to(&actor), page.after()?, page.limit() + 1);
    let read = move |c: &mut _| store::trades_page(c, &filter, before, limit);
    let rows = db.read(Some(&actor), read).await?;
    Ok(Json(Page::of(rows, &page, |row| row.id.uuid(), TradeView::from)))
}

/// Shows one trade
#[utoipa::path(
    get, path = "/api/v1/trades/{trade_id}", tag = "settlement",
    params(("trade_id" = TradeId, Path)),
    responses((status = 200, body = TradeView), Problems),
    extensions(
        ("x-roles" = json!([
            "administrator", "centre_director", "centre_officer", "finance_director",
            "finance_officer", "forestry_officer", "township_officer", "developer",
            "developer_director", "auditor"
        ])),
        ("x-effect" = json!("read"))
    )
)]
pub async fn get_trade(
    db: Data<Db>,
    actor: Actor,
    trade_id: Path<TradeId>,
) -> Answer<Json<TradeView>> {
    let (filter, id) = (visible_to(&actor), *trade_id);
    let row = db.read(Some(&actor), move |c| store::trade(c, id)).await?;
    let is_party = filter.party.is_none_or(|party| row.buyer_id == party || row.seller_id == party);
    let is_near = filter.county.is_none_or(|county| row.county == county);
    if is_party && is_near { Ok(Json(TradeView::from(row))) } else { Err(Failure::not_found()) }
}
