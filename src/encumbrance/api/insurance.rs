//! Insurances over HTTP.

use actix_web::HttpResponse;
use actix_web::web::{Data, Json, Path, Query};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::encumbrance::actions::{self, RegisterPolicy};
use crate::encumbrance::model::{InsurancePolicyId, Run};
use crate::encumbrance::store::{self, PolicyRow};
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
use crate::ledger::BatchId;
use crate::web::{Asked, Problems};

pub(super) fn operations() -> Operations {
    operations![create_insurance_policy, get_insurance_policy, list_insurance_policies]
}

/// An insurance of a holder's credits, as its insurer registers it.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewInsurancePolicy {
    /// The insurer's own number.
    #[schema(value_type = String, example = "PICC-2026-000123")]
    policy_no: Label,
    holder_id: OrganisationId,
    batch_id: BatchId,
    ranges: Vec<Run>,
    /// The sum insured.
    #[schema(example = "500000.00")]
    sum: Fen,
    #[schema(example = "2026-09-23")]
    starts_on: NaiveDate,
    #[schema(example = "2027-09-22")]
    ends_on: NaiveDate,
    #[schema(value_type = String, example = "洪水、干旱、病虫害、人为破坏")]
    perils: Label,
}

/// An insurance of credits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub(super) struct InsurancePolicy {
    id: InsurancePolicyId,
    #[schema(example = "BX360124-2026-0001")]
    number: String,
    policy_no: Label,
    insurer_id: OrganisationId,
    #[schema(example = "鄱湖示例财产保险股份有限公司进贤支公司")]
    insurer_name: String,
    holder_id: OrganisationId,
    #[schema(example = "五里垦殖场")]
    holder_name: String,
    batch_id: BatchId,
    #[schema(example = "360124-2026-B0001")]
    batch_number: String,
    county: RegionCode,
    m2: SquareMetres,
    sum: Fen,
    #[schema(example = "2026-09-23")]
    starts_on: NaiveDate,
    #[schema(example = "2027-09-22")]
    ends_on: NaiveDate,
    perils: Label,
    registered_at: Time,
    /// When the end was near.
    reminded_at: Option<Time>,
}

impl From<PolicyRow> for InsurancePolicy {
    fn from(row: PolicyRow) -> Self {
        Self {
            id: row.id,
            number: row.number,
            policy_no: row.policy_no,
            insurer_id: row.insurer_id,
            insurer_name: row.insurer_name,
            holder_id: row.holder_id,
            holder_name: row.holder_name,
            batch_id: row.batch_id,
            batch_number: row.batch_number,
            county: row.county,
            m2: row.m2,
            sum: row.sum_fen,
            starts_on: row.starts_on,
            ends_on: row.ends_on,
            perils: row.perils,
            registered_at: row.registered_at,
            reminded_at: row.reminded_at,
        }
    }
}

/// An insurance with the serials that it covers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub(super) struct InsurancePolicyDetail {
    #[serde(flatten)]
    policy: InsurancePolicy,
    ranges: Vec<Run>,
}

fn policy_detail(c: &mut Conn, row: PolicyRow) -> Answer<InsurancePolicyDetail> {
    let ranges = store::policy_runs(c, row.id)?;
    Ok(InsurancePolicyDetail { policy: row.into(), ranges })
}

/// Registers an insurance of a holder's credits, as its insurer
#[utoipa::path(
    post, path = "/api/v1/insurance-policies", tag = "encumbrance",
    request_body = NewInsurancePolicy,
    responses((status = 201, body = InsurancePolicyDetail), Problems),
    extensions(("x-roles" = json!(["insurer_officer"])), ("x-effect" = json!("write")))
)]
async fn create_insurance_policy(
    db: Data<Db>,
    asked: Asked<NewInsurancePolicy>,
) -> Answer<HttpResponse> {
    let Asked { doing, body } = asked;
    let command = RegisterPolicy {
        id: InsurancePolicyId::new(),
        policy_no: body.policy_no,
        holder: body.holder_id,
        batch: body.batch_id,
        runs: body.ranges,
        sum: body.sum,
        starts_on: body.starts_on,
        ends_on: body.ends_on,
        perils: body.perils,
    };
    let write = move |tx: &mut Tx| {
        let id = actions::register_policy(tx, &command)?;
        let row = store::policy(tx.conn(), id)?;
        policy_detail(tx.conn(), row)
    };
    Ok(HttpResponse::Created().json(db.write(doing, write).await?))
}

/// Shows an insurance with the serials that it covers
#[utoipa::path(
    get, path = "/api/v1/insurance-policies/{policy_id}", tag = "encumbrance",
    params(("policy_id" = InsurancePolicyId, Path)),
    responses((status = 200, body = InsurancePolicyDetail), Problems),
    extensions(
        ("x-roles" = json!(["township_officer", "developer", "developer_director",
            "insurer_officer", "centre_officer", "centre_director", "finance_officer",
            "finance_director", "auditor"])),
        ("x-effect" = json!("read")),
    )
)]
async fn get_insurance_policy(
    db: Data<Db>,
    actor: Actor,
    policy_id: Path<InsurancePolicyId>,
) -> Answer<Json<InsurancePolicyDetail>> {
    let (id, asker) = (*policy_id, actor.clone());
    let read = move |c: &mut Conn| {
        let row = actions::visible_policy(c, &asker, id)?;
        policy_detail(c, row)
    };
    Ok(Json(db.read(Some(&actor), read).await?))
}

/// Lists insurances: a holder's, an insurer's, or those of an authority's region
#[utoipa::path(
    get, path = "/api/v1/insurance-policies", tag = "encumbrance", params(PageQuery),
    responses((status = 200, body = Page<InsurancePolicy>), Problems),
    extensions(
        ("x-roles" = json!(["township_officer", "developer", "developer_director",
            "insurer_officer", "centre_officer", "centre_director", "finance_officer",
            "finance_director", "auditor"])),
        ("x-effect" = json!("read")),
    )
)]
async fn list_insurance_policies(
    db: Data<Db>,
    actor: Actor,
    page: Query<PageQuery>,
) -> Answer<Json<Page<InsurancePolicy>>> {
    let whose = actions::insured_seen_by(&actor);
    let (before, limit) = (page.after()?, page.limit() + 1);
    let read = move |c: &mut Conn| store::policies_page(c, &whose, before, limit);
    let rows = db.read(Some(&actor), read).await?;
    Ok(Json(Page::of(rows, &page, |row| row.id.uuid(), InsurancePolicy::from)))
}
