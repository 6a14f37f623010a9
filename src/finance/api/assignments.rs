//! What a person makes of a waiting line, and what it may have been.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::super::actions::{self, AssignLine};
use super::super::model::{ExceptionId, Ground, LineId, PayoutId};
use super::super::rules::{FinanceRefusal, Part, PartTarget, Proposal};
use super::super::store;
use super::exceptions::{StatementExceptionView, exception_views};
use super::text;
use crate::kernel::actor::Actor;
use crate::kernel::db::Db;
use crate::kernel::ids::OrganisationId;
use crate::kernel::money::Fen;
use crate::kernel::operations::{Operations, operations};
use crate::kernel::problem::{Answer, Failure};
use crate::web::{Asked, Problems};

pub(super) fn operations() -> Operations {
    operations![list_exception_proposals, create_statement_assignment]
}

/// Says what a waiting line was.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewAssignment {
    parts: Vec<NewPart>,
    #[schema(example = "付款人来函说明")]
    reason: String,
}

/// One part of a line: for a reference, for a developer without one, the payout that it was, or
/// what came back by it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewPart {
    #[serde(default)]
    #[schema(example = "SD360124-2026-0002")]
    reference: Option<String>,
    #[serde(default)]
    organisation_id: Option<OrganisationId>,
    #[serde(default)]
    #[schema(example = json!(null))]
    payout: Option<String>,
    /// Money out: the earlier line of money in that went back.
    #[serde(default)]
    #[schema(example = json!(null))]
    returned_line: Option<LineId>,
    amount: Fen,
}

impl TryFrom<NewPart> for Part {
    type Error = FinanceRefusal;

    fn try_from(part: NewPart) -> Result<Self, FinanceRefusal> {
        let targets = [
            part.reference.map(PartTarget::Reference),
            part.organisation_id.map(PartTarget::Organisation),
            part.payout.map(PartTarget::Payout),
            part.returned_line.map(PartTarget::ReturnedLine),
        ];
        let mut named = targets.into_iter().flatten();
        match (named.next(), named.next()) {
            (Some(target), None) => Ok(Self { target, amount: part.amount }),
            _ => Err(FinanceRefusal::PartTarget),
        }
    }
}

/// Assigns the waiting money of a line, whole or in parts
#[utoipa::path(
    post, path = "/api/v1/statement-lines/{line_id}/assignments", tag = "finance",
    params(("line_id" = LineId, Path)),
    request_body(content = NewAssignment, example = json!({
        "parts": [{ "reference": "SD360124-2026-0002", "amount": "2787749.99" }],
        "reason": "付款人来函说明",
    })),
    responses((status = 201, body = StatementExceptionView), Problems),
    extensions(("x-roles" = json!(["finance_officer"])), ("x-effect" = json!("value"))),
)]
async fn create_statement_assignment(
    db: Data<Db>,
    line_id: Path<LineId>,
    asked: Asked<NewAssignment>,
) -> Answer<HttpResponse> {
    let Asked { doing, body } = asked;
    let parts = body.parts.into_iter().map(Part::try_from).collect::<Result<_, _>>()?;
    let command = AssignLine { line_id: *line_id, parts, reason: text("reason", &body.reason)? };
    let line_id = db.write(doing, move |tx| actions::assign_line(tx, &command)).await?;
    let now = db.clock().now();
    let view = db.read(None, move |c| {
        let row = store::waiting(c, line_id)?.ok_or_else(Failure::not_found)?;
        exception_views(c, vec![row], now)?.pop().ok_or_else(Failure::not_found)
    });
    Ok(HttpResponse::Created().json(view.await?))
}

/// What a waiting line may have been; nothing is booked by it.
#[derive(Debug, Clone, Serialize, ToSchema)]
struct ProposalView {
    line_id: LineId,
    /// Why it is proposed; those with most grounds come first.
    grounds: Vec<Ground>,
    /// To be sent as the parts of an assignment, with a reason.
    parts: Vec<ProposedPartView>,
}

/// One part of a proposal.
#[derive(Debug, Clone, Serialize, ToSchema)]
struct ProposedPartView {
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "SD360124-2026-0002")]
    reference: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    organisation_id: Option<OrganisationId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = json!(null))]
    payout: Option<String>,
    /// The payout that came back; it is confirmed on the payout, not by an assignment.
    #[serde(skip_serializing_if = "Option::is_none")]
    returned_payout: Option<PayoutId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    returned_line: Option<LineId>,
    amount: Fen,
}

impl From<Part> for ProposedPartView {
    fn from(part: Part) -> Self {
        let mut view = Self {
            reference: None,
            organisation_id: None,
            payout: None,
            returned_payout: None,
            returned_line: None,
            amount: part.amount,
        };
        match part.target {
            PartTarget::Reference(reference) => view.reference = Some(reference),
            PartTarget::Organisation(id) => view.organisation_id = Some(id),
            PartTarget::Payout(number) => view.payout = Some(number),
            PartTarget::ReturnedPayout(id) => view.returned_payout = Some(id),
            PartTarget::ReturnedLine(id) => view.returned_line = Some(id),
        }
        view
    }
}

/// Lists what a waiting line may have been, best first
#[utoipa::path(
    get, path = "/api/v1/statement-exceptions/{exception_id}/proposals", tag = "finance",
    params(("exception_id" = ExceptionId, Path)),
    responses((status = 200, body = Vec<ProposalView>), Problems),
    extensions(
        ("x-roles" = json!(["finance_officer", "finance_director"])),
        ("x-effect" = json!("read")),
    ),
)]
async fn list_exception_proposals(
    db: Data<Db>,
    actor: Actor,
    exception_id: Path<ExceptionId>,
) -> Answer<HttpResponse> {
    let asker = actor.clone();
    let views = db.read_snapshot(Some(&actor), move |c| {
        let (line, proposals) = actions::proposals_for(c, &asker, *exception_id)?;
        let view = |it: Proposal| ProposalView {
            line_id: line.id,
            grounds: it.grounds,
            parts: it.parts.into_iter().map(ProposedPartView::from).collect(),
        };
        Ok(proposals.into_iter().map(view).collect::<Vec<_>>())
    });
    Ok(HttpResponse::Ok().json(views.await?))
}
