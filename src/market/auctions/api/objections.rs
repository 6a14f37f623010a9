//! Objections to results over HTTP.

use actix_web::HttpResponse;
use actix_web::web::{Data, Json, Path, Query};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::kernel::actor::{Actor, Role};
use crate::kernel::clock::Time;
use crate::kernel::db::{Db, Tx};
use crate::kernel::operations::{Operations, operations};
use crate::kernel::page::{Page, PageQuery};
use crate::kernel::problem::Answer;
use crate::kernel::text::Label;
use crate::market::auction::is_overdue;
use crate::market::auctions::actions::{self, Object, Step};
use crate::market::auctions::model::{AuctionId, AuctionObjectionId, ObjectionState};
use crate::market::auctions::store::{self, ObjectionRow};
use crate::web::{Asked, Problems};

pub(super) fn operations() -> Operations {
    operations![create_auction_objection, create_auction_objection_step, list_auction_objections,]
}

/// What is wrong with a result, and how its author can be reached.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewAuctionObjection {
    #[schema(example = "示例建设单位")]
    author: Label,
    #[schema(example = "0791-00000000")]
    contact: Label,
    #[schema(example = "竞得人与出让方存在关联关系")]
    said: Label,
}

/// An objection as everybody sees it: never by whom.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PublicObjection {
    #[schema(example = "YY360124-2026-0001")]
    pub number: String,
    pub made_at: Time,
    pub state: ObjectionState,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "经核查不存在关联关系")]
    pub answer: Option<String>,
}

impl From<ObjectionRow> for PublicObjection {
    fn from(row: ObjectionRow) -> Self {
        Self { number: row.number, made_at: row.made_at, state: row.state, answer: row.answer }
    }
}

/// Objects to the result of an auction while it is notified; settlement is suspended (R57)
#[utoipa::path(
    post, path = "/api/v1/auctions/{auction_id}/objections", tag = "market",
    params(("auction_id" = AuctionId, Path)), request_body = NewAuctionObjection,
    responses((status = 201, body = PublicObjection), Problems),
    extensions(("x-roles" = json!(["public"])), ("x-effect" = json!("write")))
)]
pub async fn create_auction_objection(
    db: Data<Db>,
    auction_id: Path<AuctionId>,
    asked: Asked<NewAuctionObjection>,
) -> Answer<HttpResponse> {
    let Asked { doing, body } = asked;
    let command = Object {
        id: AuctionObjectionId::new(),
        auction: *auction_id,
        author: body.author,
        contact: body.contact,
        said: body.said,
    };
    let write = move |tx: &mut Tx<'_>| actions::object(tx, &command).map(PublicObjection::from);
    Ok(HttpResponse::Created().json(db.write(doing, write).await?))
}

/// An objection with its clock, for who handles it (R58).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AuctionObjectionView {
    pub id: AuctionObjectionId,
    pub auction_id: AuctionId,
    #[schema(example = "YY360124-2026-0001")]
    pub number: String,
    #[schema(example = "示例建设单位")]
    pub author: String,
    #[schema(example = "0791-00000000")]
    pub contact: String,
    #[schema(example = "竞得人与出让方存在关联关系")]
    pub said: String,
    pub made_at: Time,
    pub state: ObjectionState,
    /// The last day on which it is to be admitted or refused.
    pub admit_by: NaiveDate,
    /// The last day on which it is to be decided, once it is admitted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decide_by: Option<NaiveDate>,
    /// The step that comes next is late.
    pub overdue: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "经核查不存在关联关系")]
    pub answer: Option<String>,
}

impl AuctionObjectionView {
    fn of(row: ObjectionRow, today: NaiveDate) -> Self {
        Self {
            id: row.id,
            auction_id: row.auction_id,
            number: row.number,
            author: row.author,
            contact: row.contact,
            said: row.said,
            made_at: row.made_at,
            overdue: is_overdue(row.state, row.admit_by, row.decide_by, today),
            state: row.state,
            admit_by: row.admit_by,
            decide_by: row.decide_by,
            answer: row.answer,
        }
    }
}

/// The next step of an objection, with its reason.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewObjectionStep {
    /// `admitted` or `refused` at first, then `dismissed` or `upheld`.
    #[schema(example = "admitted")]
    state: ObjectionState,
    #[schema(example = "经核查不存在关联关系")]
    answer: Label,
}

/// Admits or refuses an objection, then dismisses it or upholds it, which cancels the auction (R58)
#[utoipa::path(
    post, path = "/api/v1/auction-objections/{auction_objection_id}/steps", tag = "market",
    params(("auction_objection_id" = AuctionObjectionId, Path)), request_body = NewObjectionStep,
    responses((status = 201, body = AuctionObjectionView), Problems),
    extensions(("x-roles" = json!(["forestry_officer"])), ("x-effect" = json!("value")))
)]
pub async fn create_auction_objection_step(
    db: Data<Db>,
    auction_objection_id: Path<AuctionObjectionId>,
    asked: Asked<NewObjectionStep>,
) -> Answer<HttpResponse> {
    let Asked { doing, body } = asked;
    let command = Step { id: *auction_objection_id, to: body.state, answer: body.answer };
    let write = move |tx: &mut Tx<'_>| {
        let today = tx.now().date_in_shanghai();
        actions::step(tx, &command).map(|row| AuctionObjectionView::of(row, today))
    };
    Ok(HttpResponse::Created().json(db.write(doing, write).await?))
}

/// Lists objections to results in the own county with their clocks, newest first (R58)
#[utoipa::path(
    get, path = "/api/v1/auction-objections", tag = "market", params(PageQuery),
    responses((status = 200, body = Page<AuctionObjectionView>), Problems),
    extensions(
        ("x-roles" = json!(["forestry_officer", "auditor"])), ("x-effect" = json!("read"))
    )
)]
pub async fn list_auction_objections(
    db: Data<Db>,
    actor: Actor,
    page: Query<PageQuery>,
) -> Answer<Json<Page<AuctionObjectionView>>> {
    let county = (actor.role != Role::Auditor).then(|| actor.region.clone());
    let today = db.clock().now().date_in_shanghai();
    let (before, limit) = (page.after()?, page.limit() + 1);
    let read = move |c: &mut _| store::objections_page(c, county, before, limit);
    let rows = db.read(Some(&actor), read).await?;
    let view = |row| AuctionObjectionView::of(row, today);
    Ok(Json(Page::of(rows, &page, |row| row.id.uuid(), view)))
}
