//! What lenders do, and the notices of it.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use chrono::NaiveDate;
use serde::Deserialize;
use utoipa::ToSchema;

use super::views::{PledgeDetail, left, wanted};
use crate::encumbrance::actions::{self, Extend, Register, Release};
use crate::encumbrance::model::{DepartureId, EncumbrancePartId, PledgeId, Run, RunKind};
use crate::encumbrance::notice;
use crate::encumbrance::rules::CannotPledge;
use crate::encumbrance::store;
use crate::kernel::actor::Actor;
use crate::kernel::area::SquareMetres;
use crate::kernel::db::{Conn, Db, Tx};
use crate::kernel::operations::{Operations, operations};
use crate::kernel::problem::Answer;
use crate::kernel::text::Label;
use crate::ledger::JournalId;
use crate::web::{Asked, Problems};

pub(super) fn operations() -> Operations {
    operations![
        create_pledge_registration,
        create_pledge_release,
        create_pledge_extension,
        export_pledge_notice,
        export_pledge_departure_notice
    ]
}

/// Registers a pledge as its lender; its credits are under the lien from then on (R44)
#[utoipa::path(
    post, path = "/api/v1/pledges/{pledge_id}/registration", tag = "encumbrance",
    params(("pledge_id" = PledgeId, Path)),
    responses((status = 201, body = PledgeDetail), Problems),
    extensions(("x-roles" = json!(["bank_officer"])), ("x-effect" = json!("value")))
)]
async fn create_pledge_registration(
    db: Data<Db>,
    pledge_id: Path<PledgeId>,
    asked: Asked<()>,
) -> Answer<HttpResponse> {
    let command = Register { id: *pledge_id, journal: JournalId::new() };
    let write = move |tx: &mut Tx| actions::register(tx, &command).and_then(|id| left(tx, id));
    Ok(HttpResponse::Created().json(db.write(asked.doing, write).await?))
}

/// Credits that are to leave a lien: an area from the lowest serials on, chosen serials, or all.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewPledgeRelease {
    #[serde(default)]
    m2: Option<SquareMetres>,
    #[serde(default)]
    #[schema(example = json!(null))]
    ranges: Option<Vec<Run>>,
    #[schema(value_type = String, example = "借款已清偿")]
    reason: Label,
}

/// Releases credits of a pledge, whole or in part, as its lender
#[utoipa::path(
    post, path = "/api/v1/pledges/{pledge_id}/releases", tag = "encumbrance",
    params(("pledge_id" = PledgeId, Path)), request_body = NewPledgeRelease,
    responses((status = 201, body = PledgeDetail), Problems),
    extensions(("x-roles" = json!(["bank_officer"])), ("x-effect" = json!("value")))
)]
async fn create_pledge_release(
    db: Data<Db>,
    pledge_id: Path<PledgeId>,
    asked: Asked<NewPledgeRelease>,
) -> Answer<HttpResponse> {
    let Asked { doing, body } = asked;
    let pledge = *pledge_id;
    let command = Release {
        id: DepartureId::new(),
        pledge,
        wanted: wanted(body.m2, body.ranges)?,
        reason: body.reason,
        journal: JournalId::new(),
    };
    let write = move |tx: &mut Tx| actions::release(tx, &command).and_then(|_| left(tx, pledge));
    Ok(HttpResponse::Created().json(db.write(doing, write).await?))
}

/// A longer term, by an agreement.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewPledgeExtension {
    #[schema(example = "2028-09-22")]
    ends_on: NaiveDate,
    #[schema(value_type = String, example = "质借〔2026〕1号展期协议")]
    contract_no: Label,
}

/// Makes the term of a pledge longer, as its lender
#[utoipa::path(
    post, path = "/api/v1/pledges/{pledge_id}/extensions", tag = "encumbrance",
    params(("pledge_id" = PledgeId, Path)), request_body = NewPledgeExtension,
    responses((status = 201, body = PledgeDetail), Problems),
    extensions(("x-roles" = json!(["bank_officer"])), ("x-effect" = json!("write")))
)]
async fn create_pledge_extension(
    db: Data<Db>,
    pledge_id: Path<PledgeId>,
    asked: Asked<NewPledgeExtension>,
) -> Answer<HttpResponse> {
    let Asked { doing, body } = asked;
    let command = Extend {
        id: EncumbrancePartId::new(),
        pledge: *pledge_id,
        ends_on: body.ends_on,
        contract_no: body.contract_no,
    };
    let write = move |tx: &mut Tx| actions::extend(tx, &command).and_then(|id| left(tx, id));
    Ok(HttpResponse::Created().json(db.write(doing, write).await?))
}

/// Hands out the notice that a pledge was registered, as PDF
#[utoipa::path(
    get, path = "/api/v1/pledges/{pledge_id}/notice.pdf", tag = "encumbrance",
    params(("pledge_id" = PledgeId, Path)),
    responses((status = 200, body = String, content_type = "application/pdf",
        example = json!("%PDF-1.7")), Problems),
    extensions(
        ("x-roles" = json!(["township_officer", "developer", "developer_director",
            "bank_officer", "centre_officer", "centre_director", "finance_officer",
            "finance_director", "auditor"])),
        ("x-effect" = json!("read")),
    )
)]
async fn export_pledge_notice(
    db: Data<Db>,
    actor: Actor,
    pledge_id: Path<PledgeId>,
) -> Answer<HttpResponse> {
    let (id, asker) = (*pledge_id, actor.clone());
    let read = move |c: &mut Conn| {
        let row = actions::visible(c, &asker, id)?;
        let at = row.registered_at.ok_or(CannotPledge::NotInState(row.state))?;
        let runs = store::runs_of(c, row.id, RunKind::Pledged)?;
        let printed = notice::of_registration(&row, &runs, at)?;
        Ok((row.number, printed))
    };
    let (number, printed) = db.read(Some(&actor), read).await?;
    Ok(pdf(&number, printed))
}

/// Hands out the notice that credits left a lien, as PDF
#[utoipa::path(
    get, path = "/api/v1/pledge-departures/{departure_id}/notice.pdf", tag = "encumbrance",
    params(("departure_id" = DepartureId, Path)),
    responses((status = 200, body = String, content_type = "application/pdf",
        example = json!("%PDF-1.7")), Problems),
    extensions(
        ("x-roles" = json!(["township_officer", "developer", "developer_director",
            "bank_officer", "centre_officer", "centre_director", "finance_officer",
            "finance_director", "auditor"])),
        ("x-effect" = json!("read")),
    )
)]
async fn export_pledge_departure_notice(
    db: Data<Db>,
    actor: Actor,
    departure_id: Path<DepartureId>,
) -> Answer<HttpResponse> {
    let (id, asker) = (*departure_id, actor.clone());
    let read = move |c: &mut Conn| {
        let departure = store::departure(c, id)?;
        let row = actions::visible(c, &asker, departure.pledge_id)?;
        let runs = store::runs_of_departure(c, &departure)?;
        let printed = notice::of_departure(&row, &departure, &runs)?;
        Ok((departure.number, printed))
    };
    let (number, printed) = db.read(Some(&actor), read).await?;
    Ok(pdf(&number, printed))
}

fn pdf(number: &str, printed: Vec<u8>) -> HttpResponse {
    let name = format!("attachment; filename=\"{number}.pdf\"");
    HttpResponse::Ok()
        .content_type("application/pdf")
        .insert_header(("content-disposition", name))
        .body(printed)
}
