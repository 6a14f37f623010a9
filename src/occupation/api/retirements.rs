//! Retirements over HTTP.

use actix_web::HttpResponse;
use actix_web::web::{Data, Json, Path, Query};
use serde::Deserialize;
use utoipa::ToSchema;

use super::retirement_views::{RetirementDetail, RetirementView, detail};
use crate::kernel::actor::Actor;
use crate::kernel::area::SquareMetres;
use crate::kernel::db::{Conn, Db, Tx};
use crate::kernel::operations::{Operations, operations};
use crate::kernel::page::{Page, PageQuery};
use crate::kernel::problem::Answer;
use crate::kernel::text::Label;
use crate::ledger::{BatchId, JournalId};
use crate::occupation::actions::{
    self, AskRetirement, AssignRetirement, ConfirmAssignment, ConfirmRetirement, Part, Press,
};
use crate::occupation::model::{AssignmentId, OccupationId, RetirementId, RetirementPartId};
use crate::occupation::refusal;
use crate::occupation::store;
use crate::web::{Asked, Problems};

pub(super) fn operations() -> Operations {
    operations![
        create_retirement,
        list_retirements,
        get_retirement,
        create_retirement_confirmation,
        create_retirement_cancellation,
        create_retirement_assignment,
        create_assignment_confirmation,
        create_certificate
    ]
}

/// What of a batch is to be retired: so many m² from the lowest serials on, or chosen serials.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewRetirementPart {
    batch_id: BatchId,
    /// The lowest serials; leave it out where serials are chosen.
    #[serde(default)]
    m2: Option<SquareMetres>,
    #[serde(default)]
    #[schema(example = json!(null), minimum = 1)]
    first_serial: Option<i64>,
    #[serde(default)]
    #[schema(example = json!(null), minimum = 1)]
    last_serial: Option<i64>,
}

/// Credits to be retired for an application.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewRetirement {
    parts: Vec<NewRetirementPart>,
    #[schema(value_type = String, example = "占补平衡")]
    reason: Label,
}

impl NewRetirementPart {
    fn into_command(self) -> Answer<Part> {
        let (m2, serials) = match (self.m2, self.first_serial, self.last_serial) {
            (Some(m2), None, None) => (m2, None),
            (None, Some(first), Some(last)) => {
                let m2 = last.checked_sub(first).and_then(|apart| apart.checked_add(1));
                let m2 = m2.and_then(|m2| SquareMetres::try_from(m2).ok());
                (m2.ok_or_else(refusal::bad_serials)?, Some((first, last)))
            }
            _ => return Err(refusal::bad_serials()),
        };
        Ok(Part { id: RetirementPartId::new(), batch: self.batch_id, m2, serials })
    }
}

fn left(tx: &mut Tx, id: RetirementId) -> Answer<RetirementDetail> {
    let today = tx.now().date_in_shanghai();
    let row = store::retirement(tx.conn(), id)?;
    detail(tx.conn(), row, today)
}

/// Asks to retire credits for an application; another person of the developer confirms (R43, R79)
#[utoipa::path(
    post, path = "/api/v1/occupations/{occupation_id}/retirements", tag = "occupation",
    params(("occupation_id" = OccupationId, Path)), request_body = NewRetirement,
    responses((status = 201, body = RetirementDetail), Problems),
    extensions(
        ("x-roles" = json!(["developer", "developer_director"])),
        ("x-effect" = json!("value")),
    )
)]
async fn create_retirement(
    db: Data<Db>,
    occupation_id: Path<OccupationId>,
    asked: Asked<NewRetirement>,
) -> Answer<HttpResponse> {
    let Asked { doing, body } = asked;
    let parts = body.parts.into_iter().map(NewRetirementPart::into_command);
    let command = AskRetirement {
        id: RetirementId::new(),
        occupation_id: *occupation_id,
        parts: parts.collect::<Answer<Vec<Part>>>()?,
        reason: body.reason,
    };
    let write =
        move |tx: &mut Tx| actions::ask_retirement(tx, &command).and_then(|id| left(tx, id));
    Ok(HttpResponse::Created().json(db.write(doing, write).await?))
}

/// Lists retirements: a developer's own, or those for occupations in an authority's region
#[utoipa::path(
    get, path = "/api/v1/retirements", tag = "occupation", params(PageQuery),
    responses((status = 200, body = Page<RetirementView>), Problems),
    extensions(
        ("x-roles" = json!(["developer", "developer_director", "forestry_officer", "auditor",
            "administrator"])),
        ("x-effect" = json!("read")),
    )
)]
async fn list_retirements(
    db: Data<Db>,
    actor: Actor,
    page: Query<PageQuery>,
) -> Answer<Json<Page<RetirementView>>> {
    let (whose, before, limit) = (actions::seen(&actor), page.after()?, page.limit() + 1);
    let read = move |c: &mut Conn| store::retirements_page(c, &whose, before, limit);
    let rows = db.read(Some(&actor), read).await?;
    Ok(Json(Page::of(rows, &page, |row| row.id.uuid(), RetirementView::from)))
}

/// Shows a retirement with its serials and certificates
#[utoipa::path(
    get, path = "/api/v1/retirements/{retirement_id}", tag = "occupation",
    params(("retirement_id" = RetirementId, Path)),
    responses((status = 200, body = RetirementDetail), Problems),
    extensions(
        ("x-roles" = json!(["developer", "developer_director", "forestry_officer", "auditor",
            "administrator"])),
        ("x-effect" = json!("read")),
    )
)]
async fn get_retirement(
    db: Data<Db>,
    actor: Actor,
    retirement_id: Path<RetirementId>,
) -> Answer<Json<RetirementDetail>> {
    let (id, asker) = (*retirement_id, actor.clone());
    let today = db.clock().now().date_in_shanghai();
    let read = move |c: &mut Conn| {
        let row = actions::visible_retirement(c, &asker, id)?;
        detail(c, row, today)
    };
    Ok(Json(db.read(Some(&actor), read).await?))
}

/// Confirms a retirement as the second person; it takes effect in one journal (R42, R80)
#[utoipa::path(
    post, path = "/api/v1/retirements/{retirement_id}/confirmation", tag = "occupation",
    params(("retirement_id" = RetirementId, Path)),
    responses((status = 201, body = RetirementDetail), Problems),
    extensions(
        ("x-roles" = json!(["developer", "developer_director"])),
        ("x-effect" = json!("value")),
    )
)]
async fn create_retirement_confirmation(
    db: Data<Db>,
    press: Data<Press>,
    retirement_id: Path<RetirementId>,
    asked: Asked<()>,
) -> Answer<HttpResponse> {
    let command =
        ConfirmRetirement { id: *retirement_id, journal: JournalId::new(), press: press.for_one() };
    let write =
        move |tx: &mut Tx| actions::confirm_retirement(tx, &command).and_then(|id| left(tx, id));
    Ok(HttpResponse::Created().json(db.write(asked.doing, write).await?))
}

/// Gives up a retirement that nobody has confirmed
#[utoipa::path(
    post, path = "/api/v1/retirements/{retirement_id}/cancellation", tag = "occupation",
    params(("retirement_id" = RetirementId, Path)),
    responses((status = 201, body = RetirementDetail), Problems),
    extensions(
        ("x-roles" = json!(["developer", "developer_director"])),
        ("x-effect" = json!("write")),
    )
)]
async fn create_retirement_cancellation(
    db: Data<Db>,
    retirement_id: Path<RetirementId>,
    asked: Asked<()>,
) -> Answer<HttpResponse> {
    let id = *retirement_id;
    let write = move |tx: &mut Tx| actions::cancel_retirement(tx, id).and_then(|id| left(tx, id));
    Ok(HttpResponse::Created().json(db.write(asked.doing, write).await?))
}

/// Which application retired credits are to serve next.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewRetirementAssignment {
    occupation_id: OccupationId,
}

/// Asks that what was retired for an application that ended serves the next one (R79)
#[utoipa::path(
    post, path = "/api/v1/retirements/{retirement_id}/assignments", tag = "occupation",
    params(("retirement_id" = RetirementId, Path)), request_body = NewRetirementAssignment,
    responses((status = 201, body = RetirementDetail), Problems),
    extensions(
        ("x-roles" = json!(["developer", "developer_director"])),
        ("x-effect" = json!("write")),
    )
)]
async fn create_retirement_assignment(
    db: Data<Db>,
    retirement_id: Path<RetirementId>,
    asked: Asked<NewRetirementAssignment>,
) -> Answer<HttpResponse> {
    let Asked { doing, body } = asked;
    let command = AssignRetirement {
        id: AssignmentId::new(),
        retirement_id: *retirement_id,
        to: body.occupation_id,
    };
    let write =
        move |tx: &mut Tx| actions::ask_assignment(tx, &command).and_then(|id| left(tx, id));
    Ok(HttpResponse::Created().json(db.write(doing, write).await?))
}

/// Confirms as the second person that retired credits serve the next application (R79, R80)
#[utoipa::path(
    post, path = "/api/v1/retirements/{retirement_id}/assignment-confirmation", tag = "occupation",
    params(("retirement_id" = RetirementId, Path)),
    responses((status = 201, body = RetirementDetail), Problems),
    extensions(
        ("x-roles" = json!(["developer", "developer_director"])),
        ("x-effect" = json!("value")),
    )
)]
async fn create_assignment_confirmation(
    db: Data<Db>,
    press: Data<Press>,
    retirement_id: Path<RetirementId>,
    asked: Asked<()>,
) -> Answer<HttpResponse> {
    let command = ConfirmAssignment { retirement_id: *retirement_id, press: press.for_one() };
    let write =
        move |tx: &mut Tx| actions::confirm_assignment(tx, &command).and_then(|id| left(tx, id));
    Ok(HttpResponse::Created().json(db.write(asked.doing, write).await?))
}

/// Issues a new certificate of a retirement; the one before is void
#[utoipa::path(
    post, path = "/api/v1/retirements/{retirement_id}/certificates", tag = "occupation",
    params(("retirement_id" = RetirementId, Path)),
    responses((status = 201, body = RetirementDetail), Problems),
    extensions(
        ("x-roles" = json!(["developer", "developer_director"])),
        ("x-effect" = json!("write")),
    )
)]
async fn create_certificate(
    db: Data<Db>,
    press: Data<Press>,
    retirement_id: Path<RetirementId>,
    asked: Asked<()>,
) -> Answer<HttpResponse> {
    let (id, press) = (*retirement_id, press.for_one());
    let write =
        move |tx: &mut Tx| actions::renew_certificate(tx, id, &press).and_then(|id| left(tx, id));
    Ok(HttpResponse::Created().json(db.write(asked.doing, write).await?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::problem::Failure;

    #[test]
    fn a_part_names_an_area_or_serials() {
        let part = |m2: Option<i64>, first_serial, last_serial| NewRetirementPart {
            batch_id: BatchId::new(),
            m2: m2.map(|m2| m2.try_into().unwrap()),
            first_serial,
            last_serial,
        };
        assert_eq!(part(Some(5), None, None).into_command().unwrap().m2.get(), 5);
        let chosen = part(None, Some(11), Some(15)).into_command().unwrap();
        assert_eq!((chosen.m2.get(), chosen.serials), (5, Some((11, 15))));
        for bad in [
            part(None, None, None),
            part(Some(5), Some(1), Some(5)),
            part(None, Some(5), None),
            part(None, Some(5), Some(4)),
            part(None, Some(i64::MIN), Some(i64::MAX)),
        ] {
            assert!(matches!(bad.into_command(), Err(Failure::Refused(_))));
        }
    }
}
