//! Orders for an application: the market's own, placed where the occupation lies.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};

use crate::kernel::db::{Conn, Db};
use crate::kernel::operations::{Operations, operations};
use crate::kernel::problem::Answer;
use crate::market::{self, NewOrder, OrderView};
use crate::occupation::actions;
use crate::occupation::model::OccupationId;
use crate::web::{Asked, Problems};

pub(super) fn operations() -> Operations {
    operations![create_occupation_order]
}

/// Places a limit order for an application
///
/// It stands in the county of the occupation, not in that of the buyer's seat: the credits that may
/// serve there are bought (R46), and the order names the application.
#[utoipa::path(
    post, path = "/api/v1/occupations/{occupation_id}/orders", tag = "occupation",
    params(("occupation_id" = OccupationId, Path)), request_body = NewOrder,
    responses((status = 201, body = OrderView), Problems),
    extensions(("x-roles" = json!(["developer"])), ("x-effect" = json!("value")))
)]
async fn create_occupation_order(
    db: Data<Db>,
    occupation_id: Path<OccupationId>,
    asked: Asked<NewOrder>,
) -> Answer<HttpResponse> {
    let Asked { doing, body } = asked;
    let (id, asker) = (*occupation_id, doing.actor()?.clone());
    let read = move |c: &mut Conn| actions::county_of_own(c, &asker, id);
    // Neither who applies nor where the land lies ever changes.
    let county = db.read(doing.actor.as_ref(), read).await?;
    let order = body.into_command(Some((id.uuid(), county)));
    let placed = db.write_together(doing, order, market::place_orders).await?;
    Ok(HttpResponse::Created().json(placed))
}
