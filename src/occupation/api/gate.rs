//! The gate and the proposal over HTTP.

use actix_web::web::{Data, Json, Path};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::kernel::actor::Actor;
use crate::kernel::clock::Time;
use crate::kernel::db::{Conn, Db};
use crate::kernel::money::{Fen, PricePerMu};
use crate::kernel::operations::{Operations, operations};
use crate::kernel::problem::{Answer, Refusal};
use crate::kernel::region::RegionCode;
use crate::market::ListingId;
use crate::occupation::actions::{self, Facts, Proposal, ProposedPurchase};
use crate::occupation::model::{OccupationId, OccupationState};
use crate::web::Problems;

pub(super) fn operations() -> Operations {
    operations![get_occupation_gate, get_purchase_proposal]
}

/// Whether an occupation may be approved now, or everything that is missing; the same for developer,
/// approver and the province's own approval system.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = OccupationGate)]
struct GateView {
    occupation_id: OccupationId,
    #[schema(example = "ZY360124-2026-0001")]
    number: String,
    state: OccupationState,
    #[schema(example = false)]
    open: bool,
    #[schema(example = 9877)]
    required_m2: i64,
    #[schema(example = 9876)]
    retired_m2: i64,
    /// Of what was retired, what counts.
    #[schema(example = 9876)]
    counted_m2: i64,
    missing: Vec<MissingView>,
    asked_at: Time,
}

/// One thing that is missing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = GateMissing)]
struct MissingView {
    #[schema(example = "area-short")]
    code: String,
    #[schema(example = "尚缺 1 m²：应核销 9877 m²，已有 9876 m² 可计入")]
    message_zh: String,
    #[schema(example = "1 m² are missing: 9877 m² must be retired, 9876 m² count")]
    message_en: String,
}

fn gate_view(facts: Facts, asked_at: Time) -> GateView {
    let gate = facts.gate;
    let missing = gate.missing.iter().map(|it| MissingView {
        code: it.code().to_owned(),
        message_zh: it.chinese(),
        message_en: it.to_string(),
    });
    GateView {
        occupation_id: facts.occupation.id,
        number: facts.occupation.number,
        state: facts.state.state,
        open: gate.missing.is_empty(),
        required_m2: gate.required_m2,
        retired_m2: gate.retired_m2,
        counted_m2: gate.counted_m2,
        missing: missing.collect(),
        asked_at,
    }
}

/// Answers whether an occupation may be approved now, or everything that is missing (R78–R80, R86)
#[utoipa::path(
    get, path = "/api/v1/occupations/{occupation_id}/gate", tag = "occupation",
    params(("occupation_id" = OccupationId, Path)),
    responses((status = 200, body = GateView), Problems),
    extensions(
        ("x-roles" = json!(["developer", "developer_director", "forestry_officer", "auditor",
            "administrator"])),
        ("x-effect" = json!("read")),
    )
)]
async fn get_occupation_gate(
    db: Data<Db>,
    actor: Actor,
    occupation_id: Path<OccupationId>,
) -> Answer<Json<GateView>> {
    let (id, asker, now) = (*occupation_id, actor.clone(), db.clock().now());
    let read = move |c: &mut Conn| {
        actions::visible(c, &asker, id)?;
        actions::facts(c, id, now.date_in_shanghai())
    };
    let facts = db.read_snapshot(Some(&actor), read).await?;
    Ok(Json(gate_view(facts, now)))
}

/// What to buy for what is still missing, and what the restoration fee would be at least.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = PurchaseProposal)]
struct ProposalView {
    #[schema(example = 9877)]
    required_m2: i64,
    #[schema(example = 0)]
    counted_m2: i64,
    /// What you have available that would count.
    #[schema(example = 0)]
    in_hand_m2: i64,
    #[schema(example = 9877)]
    to_buy_m2: i64,
    purchases: Vec<PurchaseView>,
    #[schema(example = 9877)]
    bought_m2: i64,
    amount: Fen,
    /// What no listing covers.
    #[schema(example = 0)]
    short_m2: i64,
    /// What would be paid at least if restoring wetland elsewhere were impossible (R82).
    restoration_fee: Fen,
}

/// A purchase of a proposal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = ProposedPurchase)]
struct PurchaseView {
    listing_id: ListingId,
    #[schema(example = "LS-2026-0001")]
    listing_number: String,
    #[schema(example = "360124-2023-B0001")]
    batch_number: String,
    county: RegionCode,
    #[schema(example = 2)]
    grade: i64,
    price_per_mu: PricePerMu,
    #[schema(example = 9877)]
    m2: i64,
    amount: Fen,
}

impl From<ProposedPurchase> for PurchaseView {
    fn from(it: ProposedPurchase) -> Self {
        Self {
            listing_id: it.listing.id,
            listing_number: it.listing.number,
            batch_number: it.listing.batch_number,
            county: it.listing.county,
            grade: it.listing.grade,
            price_per_mu: it.listing.price,
            m2: it.m2,
            amount: it.amount,
        }
    }
}

impl From<Proposal> for ProposalView {
    fn from(it: Proposal) -> Self {
        Self {
            required_m2: it.required_m2,
            counted_m2: it.counted_m2,
            in_hand_m2: it.in_hand_m2,
            to_buy_m2: it.to_buy_m2,
            purchases: it.purchases.into_iter().map(PurchaseView::from).collect(),
            bought_m2: it.bought_m2,
            amount: it.amount,
            short_m2: it.short_m2,
            restoration_fee: it.restoration_fee,
        }
    }
}

/// Proposes the cheapest listings that cover what an application still misses
#[utoipa::path(
    get, path = "/api/v1/occupations/{occupation_id}/purchase-proposal", tag = "occupation",
    params(("occupation_id" = OccupationId, Path)),
    responses((status = 200, body = ProposalView), Problems),
    extensions(
        ("x-roles" = json!(["developer", "developer_director"])),
        ("x-effect" = json!("read")),
    )
)]
async fn get_purchase_proposal(
    db: Data<Db>,
    actor: Actor,
    occupation_id: Path<OccupationId>,
) -> Answer<Json<ProposalView>> {
    let (id, asker) = (*occupation_id, actor.clone());
    let today = db.clock().now().date_in_shanghai();
    let read = move |c: &mut Conn| {
        actions::visible(c, &asker, id)?;
        actions::propose(c, id, today)
    };
    let proposal = db.read_snapshot(Some(&actor), read).await?;
    Ok(Json(ProposalView::from(proposal)))
}
