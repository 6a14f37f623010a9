//! What is left of money that was paid out, and what projects earned.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use serde::Serialize;
use utoipa::ToSchema;

use super::super::actions::{self, ProjectResult};
use super::super::model::{Purpose, Share};
use super::super::store;
use super::notices::seen_by;
use crate::identity;
use crate::kernel::actor::Actor;
use crate::kernel::db::{Conn, Db};
use crate::kernel::ids::OrganisationId;
use crate::kernel::money::{Fen, cny};
use crate::kernel::operations::{Operations, operations};
use crate::kernel::problem::Answer;
use crate::ledger::FeeAccountId;
use crate::restoration::ProjectId;
use crate::settlement;
use crate::web::Problems;

pub(super) fn operations() -> Operations {
    operations![list_spending_balances, get_profit_statement]
}

/// What was spent on one purpose.
#[derive(Debug, Clone, Serialize, ToSchema)]
struct SpentView {
    purpose: Purpose,
    #[schema(example = "后期管护")]
    purpose_name: &'static str,
    #[schema(example = "12000.00")]
    amount: String,
}

/// What was paid out of a share, what of it was spent on what, and what is left.
#[derive(Debug, Clone, Serialize, ToSchema)]
struct SpendingBalanceView {
    fee_account_id: FeeAccountId,
    organisation_id: OrganisationId,
    #[schema(example = "T360124500")]
    organisation_code: String,
    #[schema(example = "进贤县五里垦殖场")]
    organisation_name: String,
    share: Share,
    #[schema(example = "288252.00")]
    paid_out: String,
    #[schema(example = "12000.00")]
    spent: String,
    /// Negative where a payout was undone after its money was spent.
    #[schema(example = "276252.00")]
    left: String,
    purposes: Vec<SpentView>,
}

/// Lists what was paid out, spent by purpose and is left, by organisation
#[utoipa::path(
    get, path = "/api/v1/spending-balances", tag = "finance",
    responses((status = 200, body = Vec<SpendingBalanceView>), Problems),
    extensions(
        ("x-roles" = json!(["township_officer", "centre_officer", "centre_director",
            "finance_officer", "finance_director", "auditor"])),
        ("x-effect" = json!("read")),
    ),
)]
async fn list_spending_balances(db: Data<Db>, actor: Actor) -> Answer<HttpResponse> {
    let asker = actor.clone();
    let views = db.read_snapshot(Some(&actor), move |c| {
        let (own, organisation_id) = seen_by(c, &asker, None)?;
        let mut accounts = settlement::fee_accounts(c)?;
        accounts.retain(|account| own.is_none_or(|own| own == account.id));
        let mut views = Vec::new();
        for account in accounts {
            for of in store::shares_paid_out(c, account.id, organisation_id)? {
                views.push(balance_of(c, &of)?);
            }
        }
        Ok(views)
    });
    Ok(HttpResponse::Ok().json(views.await?))
}

fn balance_of(c: &mut Conn, of: &store::ShareOf) -> Answer<SpendingBalanceView> {
    let organisation = identity::organisation(c, of.organisation_id)?;
    let (paid_out, by_purpose) = (store::paid_out_fen(c, of)?, store::spent_by_purpose(c, of)?);
    let spent: i64 = by_purpose.iter().map(|(_, fen)| fen).sum();
    let view = |(purpose, fen): (Purpose, i64)| SpentView {
        purpose,
        purpose_name: purpose.in_chinese(),
        amount: cny(fen),
    };
    Ok(SpendingBalanceView {
        fee_account_id: of.fee_account_id,
        organisation_id: of.organisation_id,
        organisation_code: organisation.code,
        organisation_name: organisation.name,
        share: of.share,
        paid_out: cny(paid_out),
        spent: cny(spent),
        left: cny(paid_out - spent),
        purposes: by_purpose.into_iter().map(view).collect(),
    })
}

/// What a project earned: trades' amounts less the townships' and the centre's shares and less its
/// approved bill of quantities.
#[derive(Debug, Clone, Serialize, ToSchema)]
struct ProfitStatementView {
    project_id: ProjectId,
    #[schema(example = "P360124-001")]
    project_number: String,
    /// Trades that stand; undone ones are left out.
    #[schema(example = 2)]
    trades: i64,
    #[schema(example = 6120)]
    m2: i64,
    #[schema(example = "864756.00")]
    amount: String,
    #[schema(example = "172951.20")]
    township_share: String,
    #[schema(example = "86475.60")]
    centre_share: String,
    /// Absent until the project is approved; it then counts in full.
    approved_bill: Option<Fen>,
    /// What was paid of the bill.
    #[schema(example = "20000.00")]
    restoration_paid: String,
    /// Negative while too few credits are sold.
    #[schema(example = "497163.40")]
    profit: String,
    /// What is missing to nothing.
    #[schema(example = "0.00")]
    shortfall: String,
}

impl From<ProjectResult> for ProfitStatementView {
    fn from(it: ProjectResult) -> Self {
        Self {
            project_id: it.project.id,
            project_number: it.project.number,
            trades: it.trades.count,
            m2: it.trades.m2,
            amount: cny(it.trades.amount),
            township_share: cny(it.trades.township_share),
            centre_share: cny(it.trades.centre_share),
            approved_bill: it.bill,
            restoration_paid: cny(it.paid_fen),
            profit: cny(it.profit.profit_fen),
            shortfall: cny(it.profit.shortfall_fen),
        }
    }
}

/// Shows what a restoration project earned
#[utoipa::path(
    get, path = "/api/v1/projects/{project_id}/profit-statement", tag = "finance",
    params(("project_id" = ProjectId, Path)),
    responses((status = 200, body = ProfitStatementView), Problems),
    extensions(
        ("x-roles" = json!(["township_officer", "centre_officer", "centre_director",
            "finance_officer", "finance_director", "auditor"])),
        ("x-effect" = json!("read")),
    ),
)]
async fn get_profit_statement(
    db: Data<Db>,
    actor: Actor,
    project_id: Path<ProjectId>,
) -> Answer<HttpResponse> {
    let asker = actor.clone();
    let result =
        db.read_snapshot(Some(&actor), move |c| actions::profit_of(c, &asker, *project_id));
    Ok(HttpResponse::Ok().json(ProfitStatementView::from(result.await?)))
}
