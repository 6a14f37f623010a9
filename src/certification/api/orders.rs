//! Orders to freeze a project, over HTTP.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path, Query};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::certification::actions::{self, EnterOrder, ObeyOrder};
use crate::certification::model::{Freeze, FreezeAuthority, FreezeId, FreezeOrder, FreezeOrderId};
use crate::certification::store;
use crate::kernel::actor::Actor;
use crate::kernel::db::Db;
use crate::kernel::operations::{Operations, operations};
use crate::kernel::page::{Page, PageQuery};
use crate::kernel::problem::Answer;
use crate::kernel::text::{Label, Passage};
use crate::ledger::JournalId;
use crate::restoration::ProjectId;
use crate::web::{Asked, Problems};

pub(super) fn operations() -> Operations {
    operations![
        create_freeze_order,
        create_freeze_order_approval,
        get_freeze_order,
        list_freeze_orders
    ]
}

/// An order to freeze a project.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewFreezeOrder {
    pub authority: FreezeAuthority,
    /// The order itself.
    #[schema(value_type = String, example = "（2026）赣0124财保3号")]
    pub document: Label,
    #[schema(example = "现场检查发现退化，待查")]
    pub reason: Passage,
}

/// Enters an order of a court or the centre to freeze a project, for a second person
#[utoipa::path(
    post, path = "/api/v1/projects/{project_id}/freeze-orders", tag = "certification",
    params(("project_id" = ProjectId, Path)), request_body = NewFreezeOrder,
    responses((status = 201, body = FreezeOrder), Problems),
    extensions(
        ("x-roles" = json!(["centre_director", "forestry_officer"])), ("x-effect" = json!("write"))
    ),
)]
pub async fn create_freeze_order(
    db: Data<Db>,
    project_id: Path<ProjectId>,
    asked: Asked<NewFreezeOrder>,
) -> Answer<HttpResponse> {
    let Asked { doing, body: NewFreezeOrder { authority, document, reason } } = asked;
    let (id, project_id) = (FreezeOrderId::new(), project_id.into_inner());
    let command = EnterOrder { id, project_id, authority, document, reason };
    let order = db.write(doing, move |tx| actions::enter_order(tx, &command)).await?;
    Ok(HttpResponse::Created().json(order))
}

/// Freezes a project by its order, as the second person
///
/// What its own side has available is frozen, nothing is released, and its offers are suspended.
/// Credits that were sold stay free, and what is pledged stays pledged. A report that is thirty days
/// late does this by itself.
#[utoipa::path(
    post, path = "/api/v1/freeze-orders/{order_id}/approval", tag = "certification",
    params(("order_id" = FreezeOrderId, Path)),
    responses((status = 201, body = Freeze), Problems),
    extensions(
        ("x-roles" = json!(["centre_director", "forestry_officer"])), ("x-effect" = json!("value"))
    ),
)]
pub async fn create_freeze_order_approval(
    db: Data<Db>,
    order_id: Path<FreezeOrderId>,
    asked: Asked<()>,
) -> Answer<HttpResponse> {
    let (freeze_id, journal_id) = (FreezeId::new(), JournalId::new());
    let command = ObeyOrder { id: order_id.into_inner(), freeze_id, journal_id };
    let freeze = db.write(asked.doing, move |tx| actions::obey_order(tx, &command)).await?;
    Ok(HttpResponse::Created().json(freeze))
}

/// Shows an order to freeze a project
#[utoipa::path(
    get, path = "/api/v1/freeze-orders/{order_id}", tag = "certification",
    params(("order_id" = FreezeOrderId, Path)),
    responses((status = 200, body = FreezeOrder), Problems),
    extensions(
        ("x-roles" = json!(["centre_officer", "centre_director", "forestry_officer", "auditor"])),
        ("x-effect" = json!("read")),
    ),
)]
pub async fn get_freeze_order(
    db: Data<Db>,
    actor: Actor,
    order_id: Path<FreezeOrderId>,
) -> Answer<HttpResponse> {
    let (id, reader) = (order_id.into_inner(), actor.clone());
    let order = db.read(Some(&actor), move |c| actions::visible_order(c, &reader, id)).await?;
    Ok(HttpResponse::Ok().json(order))
}

/// Lists the orders to freeze projects of the own region, newest first
#[utoipa::path(
    get, path = "/api/v1/freeze-orders", tag = "certification", params(PageQuery),
    responses((status = 200, body = Page<FreezeOrder>), Problems),
    extensions(
        ("x-roles" = json!(["centre_officer", "centre_director", "forestry_officer", "auditor"])),
        ("x-effect" = json!("read")),
    ),
)]
pub async fn list_freeze_orders(
    db: Data<Db>,
    actor: Actor,
    page: Query<PageQuery>,
) -> Answer<HttpResponse> {
    let (before, limit, region) = (page.after()?, page.limit(), actor.region.clone());
    let read = move |c: &mut _| store::orders(c, &region, before, limit);
    let rows = db.read(Some(&actor), read).await?;
    Ok(HttpResponse::Ok().json(Page::of(rows, &page, |row| row.id.uuid(), |row| row)))
}
