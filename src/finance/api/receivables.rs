//! What organisations owe a fee account, and how it is paid.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path, Query};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::super::actions::{self, PayReceivable, own_fee_account};
use super::super::model::{LineId, ReceivablePaymentId};
use super::super::store::{self, ReceivablePaymentRow};
use super::text;
use crate::identity;
use crate::kernel::actor::Actor;
use crate::kernel::clock::Time;
use crate::kernel::db::{Conn, Db};
use crate::kernel::ids::{OrganisationId, UserId};
use crate::kernel::money::{Fen, cny};
use crate::kernel::operations::{Operations, operations};
use crate::kernel::page::{Page, PageQuery};
use crate::kernel::problem::{Answer, Failure};
use crate::ledger::{self, FeeAccountId, Holder, JournalId, MoneyBucket, Place};
use crate::web::{Asked, Problems};

pub(super) fn operations() -> Operations {
    operations![list_receivables, create_receivable_payment, list_receivable_payments]
}

/// What an organisation owes a fee account.
#[derive(Debug, Clone, Serialize, ToSchema)]
struct ReceivableView {
    organisation_id: OrganisationId,
    #[schema(example = "T360124500")]
    organisation_code: String,
    #[schema(example = "进贤县五里垦殖场")]
    organisation_name: String,
    #[schema(example = "288252.00")]
    owed: String,
}

fn receivables(c: &mut Conn, account: FeeAccountId) -> Answer<Vec<ReceivableView>> {
    let mut views = Vec::new();
    for (held, balance) in ledger::balances_of_fee_account(c, account)? {
        let receivable = matches!(held.place, Place::Money(_, MoneyBucket::Receivable));
        let (Holder::Organisation(id), true) = (held.holder, receivable && balance < 0) else {
            continue;
        };
        let organisation = identity::organisation(c, id)?;
        views.push(ReceivableView {
            organisation_id: id,
            organisation_code: organisation.code,
            organisation_name: organisation.name,
            owed: cny(-balance),
        });
    }
    Ok(views)
}

/// Lists what organisations owe a fee account, since a booking was undone after its money was gone
#[utoipa::path(
    get, path = "/api/v1/fee-accounts/{fee_account_id}/receivables", tag = "finance",
    params(("fee_account_id" = FeeAccountId, Path)),
    responses((status = 200, body = Vec<ReceivableView>), Problems),
    extensions(
        ("x-roles" = json!(["finance_officer", "finance_director", "auditor"])),
        ("x-effect" = json!("read")),
    ),
)]
async fn list_receivables(
    db: Data<Db>,
    actor: Actor,
    fee_account_id: Path<FeeAccountId>,
) -> Answer<HttpResponse> {
    let asker = actor.clone();
    let views = db.read_snapshot(Some(&actor), move |c| {
        let account = own_fee_account(c, &asker, *fee_account_id)?;
        receivables(c, account.id)
    });
    Ok(HttpResponse::Ok().json(views.await?))
}

/// Pays what an organisation owes.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewReceivablePayment {
    organisation_id: OrganisationId,
    amount: Fen,
    /// The line of money in by which it was paid; without one it is taken out of the
    /// organisation's own share or cash here.
    #[serde(default)]
    #[schema(example = json!(null))]
    line_id: Option<LineId>,
    #[schema(example = "以后续成交份额抵扣")]
    reason: String,
}

/// A receivable paid.
#[derive(Debug, Clone, Serialize, ToSchema)]
struct ReceivablePaymentView {
    id: ReceivablePaymentId,
    fee_account_id: FeeAccountId,
    organisation_id: OrganisationId,
    amount: Fen,
    line_id: Option<LineId>,
    journal_id: JournalId,
    #[schema(example = "以后续成交份额抵扣")]
    reason: String,
    taken_by: UserId,
    taken_at: Time,
}

impl From<ReceivablePaymentRow> for ReceivablePaymentView {
    fn from(row: ReceivablePaymentRow) -> Self {
        Self {
            id: row.id,
            fee_account_id: row.fee_account_id,
            organisation_id: row.organisation_id,
            amount: row.amount_fen,
            line_id: row.line_id,
            journal_id: row.journal_id,
            reason: row.reason,
            taken_by: row.taken_by,
            taken_at: row.taken_at,
        }
    }
}

/// Settles what an organisation owes: by a line of the bank, or out of its own share or cash
#[utoipa::path(
    post, path = "/api/v1/fee-accounts/{fee_account_id}/receivable-payments", tag = "finance",
    params(("fee_account_id" = FeeAccountId, Path)), request_body = NewReceivablePayment,
    responses((status = 201, body = ReceivablePaymentView), Problems),
    extensions(("x-roles" = json!(["finance_officer"])), ("x-effect" = json!("value"))),
)]
async fn create_receivable_payment(
    db: Data<Db>,
    fee_account_id: Path<FeeAccountId>,
    asked: Asked<NewReceivablePayment>,
) -> Answer<HttpResponse> {
    let Asked { doing, body } = asked;
    let command = PayReceivable {
        id: ReceivablePaymentId::new(),
        fee_account_id: *fee_account_id,
        organisation_id: body.organisation_id,
        amount: body.amount,
        line_id: body.line_id,
        reason: text("reason", &body.reason)?,
    };
    let id = db.write(doing, move |tx| actions::pay_receivable(tx, &command)).await?;
    let row = db.read(None, move |c| Ok(store::receivable_payment(c, id)?)).await?;
    let row = row.ok_or_else(Failure::not_found)?;
    Ok(HttpResponse::Created().json(ReceivablePaymentView::from(row)))
}

/// Lists how receivables were paid
#[utoipa::path(
    get, path = "/api/v1/fee-accounts/{fee_account_id}/receivable-payments", tag = "finance",
    params(("fee_account_id" = FeeAccountId, Path), PageQuery),
    responses((status = 200, body = Page<ReceivablePaymentView>), Problems),
    extensions(
        ("x-roles" = json!(["finance_officer", "finance_director", "auditor"])),
        ("x-effect" = json!("read")),
    ),
)]
async fn list_receivable_payments(
    db: Data<Db>,
    actor: Actor,
    fee_account_id: Path<FeeAccountId>,
    page: Query<PageQuery>,
) -> Answer<HttpResponse> {
    let asker = actor.clone();
    let page = db.read(Some(&actor), move |c| {
        let account = own_fee_account(c, &asker, *fee_account_id)?;
        let rows = store::list_receivable_payments(c, account.id, &page)?;
        Ok(Page::of(rows, &page, |row| row.id.uuid(), ReceivablePaymentView::from))
    });
    Ok(HttpResponse::Ok().json(page.await?))
}
