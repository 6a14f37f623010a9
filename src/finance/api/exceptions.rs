//! Lines that wait for a person, and what a person makes of them.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path, Query};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::super::actions::{self, AssignLine, own_fee_account};
use super::super::model::{ExceptionId, ExceptionKind, ExceptionState, LineId};
use super::super::rules::{FinanceRefusal, Part, PartTarget};
use super::super::store::{self, ExceptionRow};
use super::lines::StatementLineView;
use super::text;
use crate::kernel::actor::Actor;
use crate::kernel::clock::Time;
use crate::kernel::db::{Conn, Db};
use crate::kernel::ids::{OrganisationId, UserId};
use crate::kernel::money::{Fen, cny};
use crate::kernel::operations::{Operations, operations};
use crate::kernel::page::{Page, PageQuery};
use crate::kernel::problem::{Answer, Failure};
use crate::ledger::FeeAccountId;
use crate::web::{Asked, Problems};

pub(super) fn operations() -> Operations {
    operations![list_statement_exceptions, create_statement_assignment]
}

/// A line that waits for a person, or waited for one.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(super) struct StatementExceptionView {
    id: ExceptionId,
    kind: ExceptionKind,
    /// By how much the line is short or over.
    by: Option<Fen>,
    /// What still waits, negative for money that went out; 0.00 for a duplicate.
    #[schema(example = "88000.00")]
    rest: String,
    state: ExceptionState,
    raised_at: Time,
    resolved_by: Option<UserId>,
    resolved_at: Option<Time>,
    #[schema(example = "收到付款人说明")]
    reason: Option<String>,
    line: StatementLineView,
}

/// The exceptions with their lines.
pub(super) fn exception_views(
    c: &mut Conn,
    rows: Vec<ExceptionRow>,
) -> Answer<Vec<StatementExceptionView>> {
    let ids: Vec<LineId> = rows.iter().map(|row| row.line_id).collect();
    let lines = store::lines_by_id(c, &ids)?;
    let view = |row: ExceptionRow| {
        let line = lines.get(&row.line_id).cloned();
        let line = line.ok_or_else(|| Failure::broken("an exception has its line"))?;
        Ok(StatementExceptionView {
            id: row.id,
            kind: row.kind,
            by: row.by_fen,
            rest: cny(row.rest_fen),
            state: row.state,
            raised_at: row.raised_at,
            resolved_by: row.resolved_by,
            resolved_at: row.resolved_at,
            reason: row.reason,
            line: line.into(),
        })
    };
    rows.into_iter().map(view).collect()
}

/// Which exceptions are wanted.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct ExceptionsQuery {
    #[serde(default)]
    state: Option<ExceptionState>,
    #[serde(flatten)]
    #[param(ignore)]
    page: PageQuery,
}

/// Lists the lines that wait for a person, or waited for one
#[utoipa::path(
    get, path = "/api/v1/fee-accounts/{fee_account_id}/statement-exceptions", tag = "finance",
    params(("fee_account_id" = FeeAccountId, Path), ExceptionsQuery, PageQuery),
    responses((status = 200, body = Page<StatementExceptionView>), Problems),
    extensions(
        ("x-roles" = json!(["finance_officer", "finance_director", "auditor"])),
        ("x-effect" = json!("read")),
    ),
)]
async fn list_statement_exceptions(
    db: Data<Db>,
    actor: Actor,
    fee_account_id: Path<FeeAccountId>,
    query: Query<ExceptionsQuery>,
) -> Answer<HttpResponse> {
    let asker = actor.clone();
    let page = db.read(Some(&actor), move |c| {
        let account = own_fee_account(c, &asker, *fee_account_id)?;
        let rows = store::list_exceptions(c, account.id, query.state, &query.page)?;
        let page = Page::of(rows, &query.page, |row| row.id.uuid(), |row| row);
        Ok(Page { items: exception_views(c, page.items)?, next_cursor: page.next_cursor })
    });
    Ok(HttpResponse::Ok().json(page.await?))
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
    /// Money in: the payout that came back.
    #[serde(default)]
    #[schema(example = json!(null))]
    returned_payout: Option<String>,
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
            part.returned_payout.map(PartTarget::ReturnedPayout),
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
    let view = db.read(None, move |c| {
        let row = store::waiting(c, line_id)?.ok_or_else(Failure::not_found)?;
        exception_views(c, vec![row])?.pop().ok_or_else(Failure::not_found)
    });
    Ok(HttpResponse::Created().json(view.await?))
}
