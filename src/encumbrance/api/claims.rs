//! Claims on insurances over HTTP.

use actix_web::HttpResponse;
use actix_web::web::{Data, Json, Path, Query};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::certification::{LossId, ReplacementId};
use crate::encumbrance::actions::{self, Verdict};
use crate::encumbrance::model::{ClaimState, InsuranceClaimId, InsurancePolicyId};
use crate::encumbrance::store::{self, ClaimRow};
use crate::kernel::actor::Actor;
use crate::kernel::area::SquareMetres;
use crate::kernel::clock::Time;
use crate::kernel::db::{Conn, Db, Tx};
use crate::kernel::ids::OrganisationId;
use crate::kernel::money::Fen;
use crate::kernel::operations::{Operations, operations};
use crate::kernel::page::{Page, PageQuery};
use crate::kernel::problem::Answer;
use crate::kernel::region::RegionCode;
use crate::kernel::text::Label;
use crate::web::{Asked, Problems};

pub(super) fn operations() -> Operations {
    operations![
        create_insurance_claim,
        create_insurance_claim_acceptance,
        create_insurance_claim_refusal,
        create_insurance_claim_replacement,
        get_insurance_claim,
        list_insurance_claims
    ]
}

/// A claim on an insurance for credits that a loss took.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub(super) struct InsuranceClaim {
    id: InsuranceClaimId,
    #[schema(example = "LP360124-2026-0001")]
    number: String,
    state: ClaimState,
    policy_id: InsurancePolicyId,
    policy_no: Label,
    insurer_id: OrganisationId,
    holder_id: OrganisationId,
    county: RegionCode,
    loss_id: LossId,
    #[schema(example = "LO360124-2026-0001")]
    loss_number: String,
    /// The insured credits that it took.
    m2: SquareMetres,
    opened_at: Time,
    amount: Option<Fen>,
    reason: Option<Label>,
    decided_at: Option<Time>,
    /// The line of the bank that paid it.
    line_id: Option<uuid::Uuid>,
    replacement_id: Option<ReplacementId>,
    ended_at: Option<Time>,
}

impl From<ClaimRow> for InsuranceClaim {
    fn from(row: ClaimRow) -> Self {
        Self {
            id: row.id,
            number: row.number,
            state: row.state,
            policy_id: row.policy_id,
            policy_no: row.policy_no,
            insurer_id: row.insurer_id,
            holder_id: row.holder_id,
            county: row.county,
            loss_id: row.loss_id,
            loss_number: row.loss_number,
            m2: row.m2,
            opened_at: row.opened_at,
            amount: row.amount_fen,
            reason: row.reason,
            decided_at: row.decided_at,
            line_id: row.line_id.map(|id| id.0),
            replacement_id: row.replacement_id,
            ended_at: row.ended_at,
        }
    }
}

fn left(tx: &mut Tx, id: InsuranceClaimId) -> Answer<InsuranceClaim> {
    Ok(store::claim(tx.conn(), id)?.into())
}

/// Which loss is claimed.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewInsuranceClaim {
    loss_id: LossId,
}

/// Claims a loss on an insurance, as its holder; a loss that is found in time is claimed by itself
#[utoipa::path(
    post, path = "/api/v1/insurance-policies/{policy_id}/claims", tag = "encumbrance",
    params(("policy_id" = InsurancePolicyId, Path)), request_body = NewInsuranceClaim,
    responses((status = 201, body = InsuranceClaim), Problems),
    extensions(
        ("x-roles" = json!(["township_officer", "developer", "developer_director"])),
        ("x-effect" = json!("write")),
    )
)]
async fn create_insurance_claim(
    db: Data<Db>,
    policy_id: Path<InsurancePolicyId>,
    asked: Asked<NewInsuranceClaim>,
) -> Answer<HttpResponse> {
    let Asked { doing, body } = asked;
    let ids = (InsuranceClaimId::new(), *policy_id, body.loss_id);
    let write = move |tx: &mut Tx| actions::open_claim(tx, ids).and_then(|id| left(tx, id));
    Ok(HttpResponse::Created().json(db.write(doing, write).await?))
}

/// What the insurer pays.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewClaimAcceptance {
    #[schema(example = "120000.00")]
    amount: Fen,
}

/// Accepts a claim with an amount, as its insurer
#[utoipa::path(
    post, path = "/api/v1/insurance-claims/{claim_id}/acceptance", tag = "encumbrance",
    params(("claim_id" = InsuranceClaimId, Path)), request_body = NewClaimAcceptance,
    responses((status = 201, body = InsuranceClaim), Problems),
    extensions(("x-roles" = json!(["insurer_officer"])), ("x-effect" = json!("write")))
)]
async fn create_insurance_claim_acceptance(
    db: Data<Db>,
    claim_id: Path<InsuranceClaimId>,
    asked: Asked<NewClaimAcceptance>,
) -> Answer<HttpResponse> {
    let Asked { doing, body } = asked;
    let (id, verdict) = (*claim_id, Verdict::Accepted(body.amount));
    let write =
        move |tx: &mut Tx| actions::decide_claim(tx, (id, &verdict)).and_then(|id| left(tx, id));
    Ok(HttpResponse::Created().json(db.write(doing, write).await?))
}

/// Why a claim is refused.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewClaimRefusal {
    #[schema(value_type = String, example = "灭失原因不在承保风险之内")]
    reason: Label,
}

/// Refuses a claim with a reason, as its insurer
#[utoipa::path(
    post, path = "/api/v1/insurance-claims/{claim_id}/refusal", tag = "encumbrance",
    params(("claim_id" = InsuranceClaimId, Path)), request_body = NewClaimRefusal,
    responses((status = 201, body = InsuranceClaim), Problems),
    extensions(("x-roles" = json!(["insurer_officer"])), ("x-effect" = json!("write")))
)]
async fn create_insurance_claim_refusal(
    db: Data<Db>,
    claim_id: Path<InsuranceClaimId>,
    asked: Asked<NewClaimRefusal>,
) -> Answer<HttpResponse> {
    let Asked { doing, body } = asked;
    let (id, verdict) = (*claim_id, Verdict::Refused(body.reason));
    let write =
        move |tx: &mut Tx| actions::decide_claim(tx, (id, &verdict)).and_then(|id| left(tx, id));
    Ok(HttpResponse::Created().json(db.write(doing, write).await?))
}

/// By which replacement a claim ends.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewClaimReplacement {
    replacement_id: ReplacementId,
}

/// Ends an accepted claim by a replacement of its loss that the centre has taken (R89)
#[utoipa::path(
    post, path = "/api/v1/insurance-claims/{claim_id}/replacement", tag = "encumbrance",
    params(("claim_id" = InsuranceClaimId, Path)), request_body = NewClaimReplacement,
    responses((status = 201, body = InsuranceClaim), Problems),
    extensions(("x-roles" = json!(["insurer_officer"])), ("x-effect" = json!("write")))
)]
async fn create_insurance_claim_replacement(
    db: Data<Db>,
    claim_id: Path<InsuranceClaimId>,
    asked: Asked<NewClaimReplacement>,
) -> Answer<HttpResponse> {
    let Asked { doing, body } = asked;
    let ids = (*claim_id, body.replacement_id);
    let write = move |tx: &mut Tx| actions::replace_claim(tx, ids).and_then(|id| left(tx, id));
    Ok(HttpResponse::Created().json(db.write(doing, write).await?))
}

/// Shows a claim
#[utoipa::path(
    get, path = "/api/v1/insurance-claims/{claim_id}", tag = "encumbrance",
    params(("claim_id" = InsuranceClaimId, Path)),
    responses((status = 200, body = InsuranceClaim), Problems),
    extensions(
        ("x-roles" = json!(["township_officer", "developer", "developer_director",
            "insurer_officer", "centre_officer", "centre_director", "finance_officer",
            "finance_director", "auditor"])),
        ("x-effect" = json!("read")),
    )
)]
async fn get_insurance_claim(
    db: Data<Db>,
    actor: Actor,
    claim_id: Path<InsuranceClaimId>,
) -> Answer<Json<InsuranceClaim>> {
    let (id, asker) = (*claim_id, actor.clone());
    let read = move |c: &mut Conn| actions::visible_claim(c, &asker, id);
    Ok(Json(db.read(Some(&actor), read).await?.into()))
}

/// Lists claims: a holder's, an insurer's, or those of an authority's region
#[utoipa::path(
    get, path = "/api/v1/insurance-claims", tag = "encumbrance", params(PageQuery),
    responses((status = 200, body = Page<InsuranceClaim>), Problems),
    extensions(
        ("x-roles" = json!(["township_officer", "developer", "developer_director",
            "insurer_officer", "centre_officer", "centre_director", "finance_officer",
            "finance_director", "auditor"])),
        ("x-effect" = json!("read")),
    )
)]
async fn list_insurance_claims(
    db: Data<Db>,
    actor: Actor,
    page: Query<PageQuery>,
) -> Answer<Json<Page<InsuranceClaim>>> {
    let whose = actions::insured_seen_by(&actor);
    let (before, limit) = (page.after()?, page.limit() + 1);
    let read = move |c: &mut Conn| store::claims_page(c, &whose, before, limit);
    let rows = db.read(Some(&actor), read).await?;
    Ok(Json(Page::of(rows, &page, |row| row.id.uuid(), InsuranceClaim::from)))
}
