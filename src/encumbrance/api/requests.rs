//! Requests to pledge, and what becomes of them.

use actix_web::HttpResponse;
use actix_web::web::{Data, Json, Path, Query};
use chrono::NaiveDate;
use serde::{Deserialize, Deserializer, de};
use utoipa::{IntoParams, ToSchema};

use super::views::{PledgeDetail, PledgeView, detail, left, wanted};
use crate::encumbrance::actions::{self, EndRequest, Request};
use crate::encumbrance::model::{PledgeId, PledgeState, Run, SecuredShare};
use crate::encumbrance::refusal;
use crate::encumbrance::store;
use crate::kernel::actor::Actor;
use crate::kernel::area::SquareMetres;
use crate::kernel::db::{Conn, Db, Tx};
use crate::kernel::ids::OrganisationId;
use crate::kernel::money::Fen;
use crate::kernel::operations::{Operations, operations};
use crate::kernel::page::{Page, PageQuery};
use crate::kernel::problem::Answer;
use crate::kernel::text::Label;
use crate::ledger::BatchId;
use crate::web::{Asked, Problems};

pub(super) fn operations() -> Operations {
    operations![
        create_pledge,
        create_pledge_refusal,
        create_pledge_withdrawal,
        create_treasury_signature,
        get_pledge,
        list_pledges
    ]
}

/// What is kept off a value where nothing else is agreed, in percent.
const HAIRCUT_DEFAULT: i64 = 30;
/// The cover of a loan where nothing else is agreed, in percent.
const COVER_DEFAULT: i64 = 100;

/// Credits of the own organisation that are to be pledged.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewPledge {
    lender_id: OrganisationId,
    batch_id: BatchId,
    /// The lowest available serials; leave it out where serials are chosen.
    #[serde(default)]
    m2: Option<SquareMetres>,
    #[serde(default)]
    #[schema(example = json!(null))]
    ranges: Option<Vec<Run>>,
    /// The loan.
    #[schema(example = "300000.00")]
    amount: Fen,
    #[schema(value_type = String, example = "质借〔2026〕1号")]
    contract_no: Label,
    #[schema(example = "2026-09-23")]
    starts_on: NaiveDate,
    #[schema(example = "2027-09-22")]
    ends_on: NaiveDate,
    /// The shares that secure the loan; for the treasury's the finance bureau signs too.
    shares: Vec<SecuredShare>,
    /// What is kept off the value, in percent; 30 unless another is agreed.
    #[serde(default = "haircut_default", deserialize_with = "a_haircut")]
    #[schema(minimum = 0, maximum = 99, example = 30)]
    haircut_percent: i64,
    /// What the value has to be of the loan, in percent; 100 unless another is agreed.
    #[serde(default = "cover_default", deserialize_with = "a_cover")]
    #[schema(minimum = 0, maximum = 1000, example = 100)]
    cover_percent: i64,
}

fn haircut_default() -> i64 {
    HAIRCUT_DEFAULT
}

fn cover_default() -> i64 {
    COVER_DEFAULT
}

fn a_haircut<'de, D: Deserializer<'de>>(input: D) -> Result<i64, D::Error> {
    a_percentage(input, 99)
}

fn a_cover<'de, D: Deserializer<'de>>(input: D) -> Result<i64, D::Error> {
    a_percentage(input, 1_000)
}

fn a_percentage<'de, D: Deserializer<'de>>(input: D, most: i64) -> Result<i64, D::Error> {
    let percent = i64::deserialize(input)?;
    if (0..=most).contains(&percent) {
        Ok(percent)
    } else {
        Err(de::Error::custom(format!("{percent} is not a percentage from 0 to {most}")))
    }
}

/// Asks to pledge credits of the own organisation; the lender registers it (R44)
#[utoipa::path(
    post, path = "/api/v1/pledges", tag = "encumbrance", request_body = NewPledge,
    responses((status = 201, body = PledgeDetail), Problems),
    extensions(
        ("x-roles" = json!(["township_officer", "developer", "developer_director"])),
        ("x-effect" = json!("value")),
    )
)]
async fn create_pledge(db: Data<Db>, asked: Asked<NewPledge>) -> Answer<HttpResponse> {
    let Asked { doing, body } = asked;
    let command = Request {
        id: PledgeId::new(),
        lender: body.lender_id,
        batch: body.batch_id,
        wanted: wanted(body.m2, body.ranges)?.ok_or_else(refusal::bad_runs)?,
        amount: body.amount,
        contract_no: body.contract_no,
        starts_on: body.starts_on,
        ends_on: body.ends_on,
        shares: body.shares,
        haircut_percent: body.haircut_percent,
        cover_percent: body.cover_percent,
    };
    let write = move |tx: &mut Tx| actions::ask(tx, &command).and_then(|id| left(tx, id));
    Ok(HttpResponse::Created().json(db.write(doing, write).await?))
}

/// Why a request ends.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct PledgeReason {
    #[schema(value_type = String, example = "授信未获批准")]
    pub(super) reason: Label,
}

/// Refuses a request to pledge, as its lender
#[utoipa::path(
    post, path = "/api/v1/pledges/{pledge_id}/refusal", tag = "encumbrance",
    params(("pledge_id" = PledgeId, Path)), request_body = PledgeReason,
    responses((status = 201, body = PledgeDetail), Problems),
    extensions(("x-roles" = json!(["bank_officer"])), ("x-effect" = json!("write")))
)]
async fn create_pledge_refusal(
    db: Data<Db>,
    pledge_id: Path<PledgeId>,
    asked: Asked<PledgeReason>,
) -> Answer<HttpResponse> {
    let Asked { doing, body } = asked;
    let command = EndRequest { id: *pledge_id, reason: body.reason };
    let write = move |tx: &mut Tx| actions::refuse(tx, &command).and_then(|id| left(tx, id));
    Ok(HttpResponse::Created().json(db.write(doing, write).await?))
}

/// Takes a request to pledge back, as its holder
#[utoipa::path(
    post, path = "/api/v1/pledges/{pledge_id}/withdrawal", tag = "encumbrance",
    params(("pledge_id" = PledgeId, Path)), request_body = PledgeReason,
    responses((status = 201, body = PledgeDetail), Problems),
    extensions(
        ("x-roles" = json!(["township_officer", "developer", "developer_director"])),
        ("x-effect" = json!("write")),
    )
)]
async fn create_pledge_withdrawal(
    db: Data<Db>,
    pledge_id: Path<PledgeId>,
    asked: Asked<PledgeReason>,
) -> Answer<HttpResponse> {
    let Asked { doing, body } = asked;
    let command = EndRequest { id: *pledge_id, reason: body.reason };
    let write = move |tx: &mut Tx| actions::withdraw(tx, &command).and_then(|id| left(tx, id));
    Ok(HttpResponse::Created().json(db.write(doing, write).await?))
}

/// Lets the treasury share of the own county secure a loan
#[utoipa::path(
    post, path = "/api/v1/pledges/{pledge_id}/treasury-signature", tag = "encumbrance",
    params(("pledge_id" = PledgeId, Path)),
    responses((status = 201, body = PledgeDetail), Problems),
    extensions(("x-roles" = json!(["finance_director"])), ("x-effect" = json!("write")))
)]
async fn create_treasury_signature(
    db: Data<Db>,
    pledge_id: Path<PledgeId>,
    asked: Asked<()>,
) -> Answer<HttpResponse> {
    let id = *pledge_id;
    let write = move |tx: &mut Tx| actions::sign(tx, id).and_then(|id| left(tx, id));
    Ok(HttpResponse::Created().json(db.write(asked.doing, write).await?))
}

/// Shows a pledge with its terms and serials
#[utoipa::path(
    get, path = "/api/v1/pledges/{pledge_id}", tag = "encumbrance",
    params(("pledge_id" = PledgeId, Path)),
    responses((status = 200, body = PledgeDetail), Problems),
    extensions(
        ("x-roles" = json!(["township_officer", "developer", "developer_director",
            "bank_officer", "centre_officer", "centre_director", "finance_officer",
            "finance_director", "auditor"])),
        ("x-effect" = json!("read")),
    )
)]
async fn get_pledge(
    db: Data<Db>,
    actor: Actor,
    pledge_id: Path<PledgeId>,
) -> Answer<Json<PledgeDetail>> {
    let (id, asker) = (*pledge_id, actor.clone());
    let read = move |c: &mut Conn| {
        let row = actions::visible(c, &asker, id)?;
        detail(c, row)
    };
    Ok(Json(db.read(Some(&actor), read).await?))
}

/// Which pledges are wanted.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct PledgesQuery {
    #[serde(default)]
    #[param(inline, example = "registered")]
    state: Option<PledgeState>,
}

/// Lists pledges: a holder's, a lender's, or those of an authority's region
#[utoipa::path(
    get, path = "/api/v1/pledges", tag = "encumbrance", params(PledgesQuery, PageQuery),
    responses((status = 200, body = Page<PledgeView>), Problems),
    extensions(
        ("x-roles" = json!(["township_officer", "developer", "developer_director",
            "bank_officer", "centre_officer", "centre_director", "finance_officer",
            "finance_director", "auditor"])),
        ("x-effect" = json!("read")),
    )
)]
async fn list_pledges(
    db: Data<Db>,
    actor: Actor,
    query: Query<PledgesQuery>,
    page: Query<PageQuery>,
) -> Answer<Json<Page<PledgeView>>> {
    let (whose, state) = (actions::seen_by(&actor), query.state);
    let (before, limit) = (page.after()?, page.limit() + 1);
    let read = move |c: &mut Conn| store::pledges_page(c, &whose, state, before, limit);
    let rows = db.read(Some(&actor), read).await?;
    Ok(Json(Page::of(rows, &page, |row| row.id.uuid(), PledgeView::from)))
}
