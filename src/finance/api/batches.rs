//! What is due, and batches of payouts.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path, Query};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::super::actions::{self, BatchItem, DueShare, EnterBatch, own_fee_account};
use super::super::model::{PayoutBatchId, PayoutBatchState, Share};
use super::super::store::{self, PayoutBatchRow};
use super::decisions::NewReason;
use super::payouts::{PayoutView, payout_views};
use super::text;
use crate::kernel::actor::Actor;
use crate::kernel::clock::Time;
use crate::kernel::db::{Conn, Db, Tx};
use crate::kernel::ids::{OrganisationId, UserId};
use crate::kernel::money::Fen;
use crate::kernel::operations::{Operations, operations};
use crate::kernel::page::{Page, PageQuery};
use crate::kernel::problem::Answer;
use crate::ledger::FeeAccountId;
use crate::web::{Asked, Problems};

pub(super) fn operations() -> Operations {
    operations![
        list_due_shares,
        create_payout_batch,
        list_payout_batches,
        get_payout_batch,
        create_payout_batch_approval,
        create_payout_batch_rejection,
        create_payout_batch_cancellation,
    ]
}

/// A share and what of it is due.
#[derive(Debug, Clone, Serialize, ToSchema)]
struct DueShareView {
    share: Share,
    organisation_id: OrganisationId,
    #[schema(example = "T360124500")]
    organisation_code: String,
    #[schema(example = "进贤县五里垦殖场")]
    organisation_name: String,
    /// The registered account; absent where there is none to pay to.
    #[schema(example = "1502999909000000021")]
    account: Option<String>,
    #[schema(example = "赣鄱示例银行进贤支行")]
    bank_name: Option<String>,
    balance: Fen,
    /// The balance less open payouts and what is owed.
    payable: Fen,
    /// What of the payable came in up to the end of the period.
    due: Fen,
    /// What is settled out of the share before any of it is paid.
    owed: Fen,
    /// The account is new: payouts to it wait until then at least.
    waits_until: Option<Time>,
}

impl From<DueShare> for DueShareView {
    fn from(it: DueShare) -> Self {
        Self {
            share: it.share,
            organisation_id: it.organisation.id,
            organisation_code: it.organisation.code,
            organisation_name: it.organisation.name,
            account: it.organisation.bank_account,
            bank_name: it.organisation.bank_name,
            balance: it.balance,
            payable: it.payable,
            due: it.due,
            owed: it.owed,
            waits_until: it.waits_until,
        }
    }
}

/// Up to which day shares are due.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct DueQuery {
    #[param(example = "2026-09-30")]
    to: NaiveDate,
}

/// Lists what is due of each share up to the end of a day, with the account that it is paid to
#[utoipa::path(
    get, path = "/api/v1/fee-accounts/{fee_account_id}/due-shares", tag = "finance",
    params(("fee_account_id" = FeeAccountId, Path), DueQuery),
    responses((status = 200, body = Vec<DueShareView>), Problems),
    extensions(
        ("x-roles" = json!(["finance_officer", "finance_director", "auditor"])),
        ("x-effect" = json!("read")),
    ),
)]
async fn list_due_shares(
    db: Data<Db>,
    actor: Actor,
    fee_account_id: Path<FeeAccountId>,
    query: Query<DueQuery>,
) -> Answer<HttpResponse> {
    let (asker, now) = (actor.clone(), db.clock().now());
    let shares = db.read_snapshot(Some(&actor), move |c| {
        let account = own_fee_account(c, &asker, *fee_account_id)?;
        actions::due_shares(c, account.id, query.to, now)
    });
    let views: Vec<DueShareView> = shares.await?.into_iter().map(DueShareView::from).collect();
    Ok(HttpResponse::Ok().json(views))
}

/// Pays out shares for a period.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewPayoutBatch {
    #[schema(example = "2026-09-01")]
    from: NaiveDate,
    #[schema(example = "2026-09-30")]
    to: NaiveDate,
    /// Without it everything that is due for the period.
    #[serde(default)]
    payouts: Option<Vec<NewBatchPayout>>,
}

/// A share to be paid out.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewBatchPayout {
    share: Share,
    organisation_id: OrganisationId,
    amount: Fen,
}

/// A batch of payouts: every amount and account that its second person decides on.
#[derive(Debug, Clone, Serialize, ToSchema)]
struct PayoutBatchView {
    #[serde(flatten)]
    summary: PayoutBatchSummary,
    payouts: Vec<PayoutView>,
}

/// A batch of payouts in a list.
#[derive(Debug, Clone, Serialize, ToSchema)]
struct PayoutBatchSummary {
    id: PayoutBatchId,
    #[schema(example = "PB-2026-0001")]
    number: String,
    fee_account_id: FeeAccountId,
    #[schema(example = "2026-09-01")]
    from: NaiveDate,
    #[schema(example = "2026-09-30")]
    to: NaiveDate,
    #[schema(example = 3)]
    count: i64,
    total: Fen,
    state: PayoutBatchState,
    entered_by: UserId,
    entered_at: Time,
    decided_by: Option<UserId>,
    decided_at: Option<Time>,
    #[schema(example = "金额有误")]
    reason: Option<String>,
}

impl From<PayoutBatchRow> for PayoutBatchSummary {
    fn from(row: PayoutBatchRow) -> Self {
        Self {
            id: row.id,
            number: row.number,
            fee_account_id: row.fee_account_id,
            from: row.period_from,
            to: row.period_to,
            count: row.payouts,
            total: row.total_fen,
            state: row.state,
            entered_by: row.entered_by,
            entered_at: row.entered_at,
            decided_by: row.decided_by,
            decided_at: row.decided_at,
            reason: row.reason,
        }
    }
}

async fn view_of(db: &Db, id: PayoutBatchId, asker: Option<&Actor>) -> Answer<PayoutBatchView> {
    let actor = asker.cloned();
    db.read_snapshot(asker, move |c| view(c, id, actor.as_ref())).await
}

fn view(c: &mut Conn, id: PayoutBatchId, asker: Option<&Actor>) -> Answer<PayoutBatchView> {
    let row = store::batch(c, id)?;
    if let Some(actor) = asker {
        own_fee_account(c, actor, row.fee_account_id)?;
    }
    let payouts = store::payouts_of_batch(c, id)?.into_iter().map(|(row, _)| row).collect();
    Ok(PayoutBatchView { summary: row.into(), payouts: payout_views(c, payouts)? })
}

/// The batch must still be as the caller saw it.
fn expect_batch(tx: &mut Tx<'_>, id: PayoutBatchId) -> Answer<()> {
    let desk = tx.actor()?;
    tx.expect_version(|c| view(c, id, Some(&desk)))
}

/// Enters a batch of payouts for a period, by default of everything that is due
#[utoipa::path(
    post, path = "/api/v1/fee-accounts/{fee_account_id}/payout-batches", tag = "finance",
    params(("fee_account_id" = FeeAccountId, Path)), request_body = NewPayoutBatch,
    responses((status = 201, body = PayoutBatchView), Problems),
    extensions(("x-roles" = json!(["finance_officer"])), ("x-effect" = json!("value"))),
)]
async fn create_payout_batch(
    db: Data<Db>,
    fee_account_id: Path<FeeAccountId>,
    asked: Asked<NewPayoutBatch>,
) -> Answer<HttpResponse> {
    let Asked { doing, body } = asked;
    let item = |it: NewBatchPayout| BatchItem {
        share: it.share,
        organisation_id: it.organisation_id,
        amount: it.amount,
    };
    let command = EnterBatch {
        id: PayoutBatchId::new(),
        fee_account_id: *fee_account_id,
        from: body.from,
        to: body.to,
        items: body.payouts.map(|items| items.into_iter().map(item).collect()),
    };
    let id = db.write(doing, move |tx| actions::enter_batch(tx, &command)).await?;
    Ok(HttpResponse::Created().json(view_of(&db, id, None).await?))
}

/// Lists the batches of payouts of a fee account
#[utoipa::path(
    get, path = "/api/v1/fee-accounts/{fee_account_id}/payout-batches", tag = "finance",
    params(("fee_account_id" = FeeAccountId, Path), PageQuery),
    responses((status = 200, body = Page<PayoutBatchSummary>), Problems),
    extensions(
        ("x-roles" = json!(["finance_officer", "finance_director", "auditor"])),
        ("x-effect" = json!("read")),
    ),
)]
async fn list_payout_batches(
    db: Data<Db>,
    actor: Actor,
    fee_account_id: Path<FeeAccountId>,
    page: Query<PageQuery>,
) -> Answer<HttpResponse> {
    let asker = actor.clone();
    let page = db.read(Some(&actor), move |c| {
        let account = own_fee_account(c, &asker, *fee_account_id)?;
        let rows = store::list_batches(c, account.id, &page)?;
        Ok(Page::of(rows, &page, |row| row.id.uuid(), PayoutBatchSummary::from))
    });
    Ok(HttpResponse::Ok().json(page.await?))
}

/// Shows a batch with all its amounts and accounts
#[utoipa::path(
    get, path = "/api/v1/payout-batches/{batch_id}", tag = "finance",
    params(("batch_id" = PayoutBatchId, Path)),
    responses((status = 200, body = PayoutBatchView), Problems),
    extensions(
        ("x-roles" = json!(["finance_officer", "finance_director", "auditor"])),
        ("x-effect" = json!("read")),
    ),
)]
async fn get_payout_batch(
    db: Data<Db>,
    actor: Actor,
    batch_id: Path<PayoutBatchId>,
) -> Answer<HttpResponse> {
    Ok(HttpResponse::Ok().json(view_of(&db, *batch_id, Some(&actor)).await?))
}

/// Approves a batch as its second person, who posts no receipts of the fee account
#[utoipa::path(
    post, path = "/api/v1/payout-batches/{batch_id}/approval", tag = "finance",
    params(("batch_id" = PayoutBatchId, Path)),
    responses((status = 200, body = PayoutBatchView), Problems),
    extensions(("x-roles" = json!(["finance_director"])), ("x-effect" = json!("value")), ("x-if-match" = json!("taken"))),
)]
async fn create_payout_batch_approval(
    db: Data<Db>,
    batch_id: Path<PayoutBatchId>,
    asked: Asked<()>,
) -> Answer<HttpResponse> {
    let id = *batch_id;
    let approve = move |tx: &mut Tx<'_>| {
        expect_batch(tx, id)?;
        actions::approve_batch(tx, id)
    };
    let id = db.write(asked.doing, approve).await?;
    Ok(HttpResponse::Ok().json(view_of(&db, id, None).await?))
}

/// Rejects a batch with all its payouts
#[utoipa::path(
    post, path = "/api/v1/payout-batches/{batch_id}/rejection", tag = "finance",
    params(("batch_id" = PayoutBatchId, Path)), request_body = NewReason,
    responses((status = 200, body = PayoutBatchView), Problems),
    extensions(("x-roles" = json!(["finance_director"])), ("x-effect" = json!("value")), ("x-if-match" = json!("taken"))),
)]
async fn create_payout_batch_rejection(
    db: Data<Db>,
    batch_id: Path<PayoutBatchId>,
    asked: Asked<NewReason>,
) -> Answer<HttpResponse> {
    let Asked { doing, body } = asked;
    let (id, reason) = (*batch_id, text("reason", &body.reason)?);
    let reject = move |tx: &mut Tx<'_>| {
        expect_batch(tx, id)?;
        actions::reject_batch(tx, id, &reason)
    };
    let id = db.write(doing, reject).await?;
    Ok(HttpResponse::Ok().json(view_of(&db, id, None).await?))
}

/// Cancels a batch that nobody has decided
#[utoipa::path(
    post, path = "/api/v1/payout-batches/{batch_id}/cancellation", tag = "finance",
    params(("batch_id" = PayoutBatchId, Path)), request_body = NewReason,
    responses((status = 200, body = PayoutBatchView), Problems),
    extensions(("x-roles" = json!(["finance_officer"])), ("x-effect" = json!("value")), ("x-if-match" = json!("taken"))),
)]
async fn create_payout_batch_cancellation(
    db: Data<Db>,
    batch_id: Path<PayoutBatchId>,
    asked: Asked<NewReason>,
) -> Answer<HttpResponse> {
    let Asked { doing, body } = asked;
    let (id, reason) = (*batch_id, text("reason", &body.reason)?);
    let cancel = move |tx: &mut Tx<'_>| {
        expect_batch(tx, id)?;
        actions::cancel_batch(tx, id, &reason)
    };
    let id = db.write(doing, cancel).await?;
    Ok(HttpResponse::Ok().json(view_of(&db, id, None).await?))
}
