//! Bans over HTTP.

use actix_web::HttpResponse;
use actix_web::web::{Data, Json, Path, Query};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::store::{self, TradingBanRow};
use super::{Ban, Lift, TradingBanId};
use crate::identity;
use crate::kernel::actor::{Actor, Role};
use crate::kernel::clock::Time;
use crate::kernel::db::{Conn, Db, Tx};
use crate::kernel::ids::OrganisationId;
use crate::kernel::operations::{Operations, operations};
use crate::kernel::page::{Page, PageQuery};
use crate::kernel::problem::Answer;
use crate::kernel::region::RegionCode;
use crate::kernel::text::Label;
use crate::web::{Asked, Problems};

pub(in crate::market) fn operations() -> Operations {
    operations![create_trading_ban, create_trading_ban_lift, list_trading_bans]
}

/// Whom the own county keeps from trading, and why.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewTradingBan {
    organisation_id: OrganisationId,
    #[schema(example = "竞得后两次拒不履约")]
    reason: Label,
}

/// Why a ban is lifted.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewTradingBanLift {
    #[schema(example = "已履约并赔偿损失")]
    reason: Label,
}

/// A county's ban on an organisation from auctions and negotiated transfers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TradingBanView {
    pub id: TradingBanId,
    pub county: RegionCode,
    pub organisation_id: OrganisationId,
    #[schema(example = "示例公路建设有限公司")]
    pub organisation_name: String,
    #[schema(example = "竞得后两次拒不履约")]
    pub reason: String,
    pub banned_at: Time,
    /// Absent while it stands.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lifted_at: Option<Time>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "已履约并赔偿损失")]
    pub lift_reason: Option<String>,
}

impl TradingBanView {
    fn of(conn: &mut Conn, row: TradingBanRow) -> Answer<Self> {
        let organisation = identity::organisation(conn, row.organisation_id)?;
        Ok(Self {
            id: row.id,
            county: row.county,
            organisation_id: row.organisation_id,
            organisation_name: organisation.name,
            reason: row.reason,
            banned_at: row.banned_at,
            lifted_at: row.lifted_at,
            lift_reason: row.lift_reason,
        })
    }
}

/// Keeps an organisation from auctions and negotiated transfers of the own county
#[utoipa::path(
    post, path = "/api/v1/trading-bans", tag = "market", request_body = NewTradingBan,
    responses((status = 201, body = TradingBanView), Problems),
    extensions(("x-roles" = json!(["centre_director"])), ("x-effect" = json!("value")))
)]
pub async fn create_trading_ban(db: Data<Db>, asked: Asked<NewTradingBan>) -> Answer<HttpResponse> {
    let Asked { doing, body } = asked;
    let command =
        Ban { id: TradingBanId::new(), organisation: body.organisation_id, reason: body.reason };
    let write = move |tx: &mut Tx<'_>| {
        let row = super::ban(tx, &command)?;
        TradingBanView::of(tx.conn(), row)
    };
    Ok(HttpResponse::Created().json(db.write(doing, write).await?))
}

/// Lets a banned organisation trade again
#[utoipa::path(
    post, path = "/api/v1/trading-bans/{trading_ban_id}/lift", tag = "market",
    params(("trading_ban_id" = TradingBanId, Path)), request_body = NewTradingBanLift,
    responses((status = 201, body = TradingBanView), Problems),
    extensions(("x-roles" = json!(["centre_director"])), ("x-effect" = json!("value")))
)]
pub async fn create_trading_ban_lift(
    db: Data<Db>,
    trading_ban_id: Path<TradingBanId>,
    asked: Asked<NewTradingBanLift>,
) -> Answer<HttpResponse> {
    let Asked { doing, body } = asked;
    let command = Lift { id: *trading_ban_id, reason: body.reason };
    let write = move |tx: &mut Tx<'_>| {
        let row = super::lift(tx, &command)?;
        TradingBanView::of(tx.conn(), row)
    };
    Ok(HttpResponse::Created().json(db.write(doing, write).await?))
}

/// Lists the bans of the own county, newest first
#[utoipa::path(
    get, path = "/api/v1/trading-bans", tag = "market", params(PageQuery),
    responses((status = 200, body = Page<TradingBanView>), Problems),
    extensions(
        ("x-roles" = json!(["centre_director", "centre_officer", "forestry_officer", "auditor"])),
        ("x-effect" = json!("read"))
    )
)]
pub async fn list_trading_bans(
    db: Data<Db>,
    actor: Actor,
    page: Query<PageQuery>,
) -> Answer<Json<Page<TradingBanView>>> {
    let county = (actor.role != Role::Auditor).then(|| actor.region.clone());
    let (before, limit) = (page.after()?, page.limit() + 1);
    let read = db.read(Some(&actor), move |c| {
        let rows = store::page(c, county, before, limit)?;
        rows.into_iter().map(|row| TradingBanView::of(c, row)).collect::<Answer<Vec<_>>>()
    });
    Ok(Json(Page::of(read.await?, &page, |view| view.id.uuid(), |view| view)))
}
