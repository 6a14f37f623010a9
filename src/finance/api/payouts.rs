//! Payouts and requests for refunds.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, HashMap};

use actix_web::HttpResponse;
use actix_web::web::{Data, Path, Query};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::super::actions::{self, AskRefund, EnterSharePayout};
use super::super::model::{
    LineId, PayoutBatchId, PayoutId, PayoutKind, PayoutState, RefundRequestId, RefundRequestState,
    Share,
};
use super::super::store::{
    self, PayoutFilter, PayoutReturnRow, PayoutRow, PayoutTermsRow, PayoutWaitRow, RefundRequestRow,
};
use super::notices::seen_by;
use crate::kernel::actor::Actor;
use crate::kernel::clock::Time;
use crate::kernel::db::{Conn, Db};
use crate::kernel::ids::{OrganisationId, UserId};
use crate::kernel::money::Fen;
use crate::kernel::operations::{Operations, operations};
use crate::kernel::page::{Page, PageQuery};
use crate::kernel::problem::{Answer, Failure};
use crate::kernel::region::RegionCode;
use crate::ledger::FeeAccountId;
use crate::web::{Asked, Problems};

pub(super) fn operations() -> Operations {
    operations![
        create_refund_request,
        list_refund_requests,
        create_refund_payout,
        create_share_payout,
        get_payout,
        list_payouts,
    ]
}

/// Asks for unused cash back.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewRefundRequest {
    county: RegionCode,
    amount: Fen,
    /// Needed only where the cash came from several accounts.
    #[serde(default)]
    #[schema(example = "1502999909000000101")]
    account: Option<String>,
}

/// A developer's wish to have unused cash back.
#[derive(Debug, Clone, Serialize, ToSchema)]
struct RefundRequestView {
    id: RefundRequestId,
    fee_account_id: FeeAccountId,
    organisation_id: OrganisationId,
    amount: Fen,
    #[schema(example = "1502999909000000101")]
    account: String,
    state: RefundRequestState,
    asked_at: Time,
}

impl From<RefundRequestRow> for RefundRequestView {
    fn from(row: RefundRequestRow) -> Self {
        Self {
            id: row.id,
            fee_account_id: row.fee_account_id,
            organisation_id: row.organisation_id,
            amount: row.amount_fen,
            account: row.account,
            state: row.state,
            asked_at: row.asked_at,
        }
    }
}

/// Asks for unused cash back, to the account that it came from
#[utoipa::path(
    post, path = "/api/v1/refund-requests", tag = "finance", request_body = NewRefundRequest,
    responses((status = 201, body = RefundRequestView), Problems),
    extensions(("x-roles" = json!(["developer"])), ("x-effect" = json!("write"))),
)]
async fn create_refund_request(
    db: Data<Db>,
    asked: Asked<NewRefundRequest>,
) -> Answer<HttpResponse> {
    let Asked { doing, body } = asked;
    let command = AskRefund {
        id: RefundRequestId::new(),
        county: body.county,
        amount: body.amount,
        account: body.account,
    };
    let id = db.write(doing, move |tx| actions::ask_refund(tx, &command)).await?;
    let row = db.read(None, move |c| store::refund_request(c, id)).await?;
    Ok(HttpResponse::Created().json(RefundRequestView::from(row)))
}

/// Lists requests for refunds: a developer's own, or those of a finance bureau's county
#[utoipa::path(
    get, path = "/api/v1/refund-requests", tag = "finance", params(PageQuery),
    responses((status = 200, body = Page<RefundRequestView>), Problems),
    extensions(
        ("x-roles" = json!(["developer", "developer_director", "finance_officer",
            "finance_director", "auditor"])),
        ("x-effect" = json!("read")),
    ),
)]
async fn list_refund_requests(
    db: Data<Db>,
    actor: Actor,
    page: Query<PageQuery>,
) -> Answer<HttpResponse> {
    let asker = actor.clone();
    let page = db.read(Some(&actor), move |c| {
        let (fee_account, organisation) = seen_by(c, &asker, None)?;
        let rows = store::list_refund_requests(c, fee_account, organisation, &page)?;
        Ok(Page::of(rows, &page, |row| row.id.uuid(), RefundRequestView::from))
    });
    Ok(HttpResponse::Ok().json(page.await?))
}

/// Money that is to leave a fee account, and how far it is.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(super) struct PayoutView {
    id: PayoutId,
    /// To be quoted in the transfer.
    #[schema(example = "PO-2026-0001")]
    number: String,
    pub(super) fee_account_id: FeeAccountId,
    kind: PayoutKind,
    share: Option<Share>,
    organisation_id: OrganisationId,
    amount: Fen,
    #[schema(example = "1502999909000000021")]
    account: String,
    #[schema(example = "进贤县五里垦殖场")]
    account_name: String,
    state: PayoutState,
    entered_by: UserId,
    entered_at: Time,
    decided_by: Option<UserId>,
    decided_at: Option<Time>,
    #[schema(example = "金额有误")]
    reason: Option<String>,
    /// The bank's line that ended it.
    line_id: Option<LineId>,
    paid_at: Option<Time>,
    #[schema(example = "赣鄱示例银行进贤支行")]
    bank_name: Option<String>,
    /// The batch with which it is decided.
    batch_id: Option<PayoutBatchId>,
    /// Its account is new or was not trusted when it was approved: no payment file contains it before,
    /// and it can be cancelled.
    waits_until: Option<Time>,
    /// Its account is on hold since then: no payment file contains it until the hold is lifted.
    held_since: Option<Time>,
    /// When it was taken back, since the bank returned it.
    returned_at: Option<Time>,
}

/// The payouts with all that is known of them.
pub(super) fn payout_views(c: &mut Conn, rows: Vec<PayoutRow>) -> Answer<Vec<PayoutView>> {
    let ids: Vec<PayoutId> = rows.iter().map(|row| row.id).collect();
    let mut known = Known {
        terms: store::terms_of(c, &ids)?,
        waits: store::waits_of(c, &ids)?,
        returns: store::returns_of(c, &ids)?,
        held: BTreeMap::new(),
    };
    for row in &rows {
        if let Entry::Vacant(place) = known.held.entry(row.fee_account_id) {
            place.insert(store::held_accounts(c, row.fee_account_id)?);
        }
    }
    Ok(rows.into_iter().map(|row| PayoutView::of(row, &mut known)).collect())
}

/// What is known of payouts beside their rows.
struct Known {
    terms: HashMap<PayoutId, PayoutTermsRow>,
    waits: HashMap<PayoutId, PayoutWaitRow>,
    returns: HashMap<PayoutId, PayoutReturnRow>,
    held: BTreeMap<FeeAccountId, BTreeMap<String, Time>>,
}

impl PayoutView {
    fn of(row: PayoutRow, known: &mut Known) -> Self {
        let (terms, wait) = (known.terms.remove(&row.id), known.waits.remove(&row.id));
        let held = known.held.get(&row.fee_account_id);
        Self {
            waits_until: actions::waits_until(terms.as_ref(), wait.as_ref()),
            held_since: held.and_then(|held| held.get(&row.account)).copied(),
            batch_id: terms.as_ref().and_then(|terms| terms.batch_id),
            bank_name: terms.and_then(|terms| terms.bank_name),
            returned_at: known.returns.remove(&row.id).map(|row| row.taken_at),
            id: row.id,
            number: row.number,
            fee_account_id: row.fee_account_id,
            kind: row.kind,
            share: row.share,
            organisation_id: row.organisation_id,
            amount: row.amount_fen,
            account: row.account,
            account_name: row.account_name,
            state: row.state,
            entered_by: row.entered_by,
            entered_at: row.entered_at,
            decided_by: row.decided_by,
            decided_at: row.decided_at,
            reason: row.reason,
            line_id: row.line_id,
            paid_at: row.paid_at,
        }
    }
}

pub(super) async fn view_of(db: &Db, id: PayoutId) -> Answer<PayoutView> {
    db.read(None, move |c| view(c, id)).await
}

pub(super) fn view(c: &mut Conn, id: PayoutId) -> Answer<PayoutView> {
    let row = store::payout(c, id)?;
    payout_views(c, vec![row])?.pop().ok_or_else(Failure::not_found)
}

/// Enters the payout of a refund and reserves its cash
#[utoipa::path(
    post, path = "/api/v1/refund-requests/{request_id}/payout", tag = "finance",
    params(("request_id" = RefundRequestId, Path)),
    responses((status = 201, body = PayoutView), Problems),
    extensions(("x-roles" = json!(["finance_officer"])), ("x-effect" = json!("value"))),
)]
async fn create_refund_payout(
    db: Data<Db>,
    request_id: Path<RefundRequestId>,
    asked: Asked<()>,
) -> Answer<HttpResponse> {
    let (id, request_id) = (PayoutId::new(), *request_id);
    let id = db.write(asked.doing, move |tx| actions::enter_refund(tx, id, request_id)).await?;
    Ok(HttpResponse::Created().json(view_of(&db, id).await?))
}

/// Pays out a part of a share to its registered account.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewSharePayout {
    share: Share,
    organisation_id: OrganisationId,
    amount: Fen,
}

/// Enters the payout of a share, within share less open payouts
#[utoipa::path(
    post, path = "/api/v1/fee-accounts/{fee_account_id}/payouts", tag = "finance",
    params(("fee_account_id" = FeeAccountId, Path)), request_body = NewSharePayout,
    responses((status = 201, body = PayoutView), Problems),
    extensions(("x-roles" = json!(["finance_officer"])), ("x-effect" = json!("value"))),
)]
async fn create_share_payout(
    db: Data<Db>,
    fee_account_id: Path<FeeAccountId>,
    asked: Asked<NewSharePayout>,
) -> Answer<HttpResponse> {
    let Asked { doing, body } = asked;
    let command = EnterSharePayout {
        id: PayoutId::new(),
        fee_account_id: *fee_account_id,
        share: body.share,
        organisation_id: body.organisation_id,
        amount: body.amount,
    };
    let id = db.write(doing, move |tx| actions::enter_share(tx, &command)).await?;
    Ok(HttpResponse::Created().json(view_of(&db, id).await?))
}

/// Returns a payout
#[utoipa::path(
    get, path = "/api/v1/payouts/{payout_id}", tag = "finance",
    params(("payout_id" = PayoutId, Path)),
    responses((status = 200, body = PayoutView), Problems),
    extensions(
        ("x-roles" = json!(["developer", "developer_director", "township_officer",
            "centre_officer", "centre_director", "finance_officer", "finance_director", "auditor"])),
        ("x-effect" = json!("read")),
    ),
)]
async fn get_payout(db: Data<Db>, actor: Actor, payout_id: Path<PayoutId>) -> Answer<HttpResponse> {
    let asker = actor.clone();
    let payout = db.read(Some(&actor), move |c| {
        let row = store::payout(c, *payout_id)?;
        if asker.organisation_id != row.organisation_id {
            actions::own_fee_account(c, &asker, row.fee_account_id)?;
        }
        payout_views(c, vec![row])?.pop().ok_or_else(Failure::not_found)
    });
    Ok(HttpResponse::Ok().json(payout.await?))
}

/// Which payouts are wanted.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct PayoutsQuery {
    /// An auditor names the fee account; others see their own.
    #[serde(default)]
    fee_account_id: Option<FeeAccountId>,
    #[serde(default)]
    state: Option<PayoutState>,
    #[serde(flatten)]
    #[param(ignore)]
    page: PageQuery,
}

/// Lists payouts: those of a finance bureau's county, or to one's own organisation
#[utoipa::path(
    get, path = "/api/v1/payouts", tag = "finance", params(PayoutsQuery, PageQuery),
    responses((status = 200, body = Page<PayoutView>), Problems),
    extensions(
        ("x-roles" = json!(["developer", "developer_director", "township_officer",
            "centre_officer", "centre_director", "finance_officer", "finance_director", "auditor"])),
        ("x-effect" = json!("read")),
    ),
)]
async fn list_payouts(
    db: Data<Db>,
    actor: Actor,
    query: Query<PayoutsQuery>,
) -> Answer<HttpResponse> {
    let (asker, query) = (actor.clone(), query.into_inner());
    let page = db.read(Some(&actor), move |c| {
        let (fee_account_id, organisation_id) = seen_by(c, &asker, query.fee_account_id)?;
        let filter = PayoutFilter { fee_account_id, organisation_id, state: query.state };
        let rows = store::list_payouts(c, &filter, &query.page)?;
        let page = Page::of(rows, &query.page, |row| row.id.uuid(), |row| row);
        Ok(Page { items: payout_views(c, page.items)?, next_cursor: page.next_cursor })
    });
    Ok(HttpResponse::Ok().json(page.await?))
}
