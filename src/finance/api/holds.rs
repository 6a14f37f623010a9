//! Accounts to which nothing leaves.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path, Query};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::super::actions::{self, HoldAccount, own_fee_account};
use super::super::model::{AccountHoldId, AccountHoldState};
use super::super::store::{self, AccountHoldRow};
use crate::kernel::actor::Actor;
use crate::kernel::clock::Time;
use crate::kernel::db::{Db, Tx};
use crate::kernel::ids::UserId;
use crate::kernel::operations::{Operations, operations};
use crate::kernel::page::{Page, PageQuery};
use crate::kernel::problem::Answer;
use crate::kernel::text::Label;
use crate::ledger::FeeAccountId;
use crate::web::{Asked, Problems};

pub(super) fn operations() -> Operations {
    operations![
        create_account_hold,
        list_account_holds,
        get_account_hold,
        create_account_hold_lift_request,
        create_account_hold_lift,
    ]
}

/// An account to which nothing is to leave.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewAccountHold {
    /// As the payouts name it.
    #[schema(value_type = String, example = "1502999909000000021")]
    number: Label,
    #[schema(value_type = String, example = "经办人密码疑似泄露")]
    reason: Label,
}

/// Why a hold is to be lifted.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewAccountHoldLiftRequest {
    #[schema(value_type = String, example = "账户已当面核实")]
    reason: Label,
}

/// An account to which nothing leaves the fee account, until the hold is lifted.
#[derive(Debug, Clone, Serialize, ToSchema)]
struct AccountHoldView {
    id: AccountHoldId,
    fee_account_id: FeeAccountId,
    #[schema(example = "1502999909000000021")]
    number: String,
    #[schema(example = "经办人密码疑似泄露")]
    reason: String,
    state: AccountHoldState,
    held_by: UserId,
    held_at: Time,
    #[schema(example = "账户已当面核实")]
    lift_reason: Option<String>,
    lift_asked_by: Option<UserId>,
    lift_asked_at: Option<Time>,
    lifted_by: Option<UserId>,
    lifted_at: Option<Time>,
}

impl From<AccountHoldRow> for AccountHoldView {
    fn from(row: AccountHoldRow) -> Self {
        Self {
            id: row.id,
            fee_account_id: row.fee_account_id,
            number: row.number,
            reason: row.reason,
            state: row.state,
            held_by: row.held_by,
            held_at: row.held_at,
            lift_reason: row.lift_reason,
            lift_asked_by: row.lift_asked_by,
            lift_asked_at: row.lift_asked_at,
            lifted_by: row.lifted_by,
            lifted_at: row.lifted_at,
        }
    }
}

/// Holds an account: from now on no payment file of the fee account contains it
#[utoipa::path(
    post, path = "/api/v1/fee-accounts/{fee_account_id}/account-holds", tag = "finance",
    params(("fee_account_id" = FeeAccountId, Path)), request_body = NewAccountHold,
    responses((status = 201, body = AccountHoldView), Problems),
    extensions(
        ("x-roles" = json!(["finance_officer", "finance_director"])),
        ("x-effect" = json!("value")),
    ),
)]
async fn create_account_hold(
    db: Data<Db>,
    fee_account_id: Path<FeeAccountId>,
    asked: Asked<NewAccountHold>,
) -> Answer<HttpResponse> {
    let Asked { doing, body } = asked;
    let command = HoldAccount {
        id: AccountHoldId::new(),
        fee_account_id: *fee_account_id,
        number: body.number.to_string(),
        reason: body.reason.to_string(),
    };
    let id = db.write(doing, move |tx| actions::hold_account(tx, &command)).await?;
    Ok(HttpResponse::Created().json(view_of(&db, id).await?))
}

/// Lists the holds on accounts, newest first
#[utoipa::path(
    get, path = "/api/v1/fee-accounts/{fee_account_id}/account-holds", tag = "finance",
    params(("fee_account_id" = FeeAccountId, Path), PageQuery),
    responses((status = 200, body = Page<AccountHoldView>), Problems),
    extensions(
        ("x-roles" = json!(["finance_officer", "finance_director", "auditor"])),
        ("x-effect" = json!("read")),
    ),
)]
async fn list_account_holds(
    db: Data<Db>,
    actor: Actor,
    fee_account_id: Path<FeeAccountId>,
    page: Query<PageQuery>,
) -> Answer<HttpResponse> {
    let asker = actor.clone();
    let page = db.read(Some(&actor), move |c| {
        let account = own_fee_account(c, &asker, *fee_account_id)?;
        let rows = store::list_holds(c, account.id, &page)?;
        Ok(Page::of(rows, &page, |row| row.id.uuid(), AccountHoldView::from))
    });
    Ok(HttpResponse::Ok().json(page.await?))
}

/// Returns a hold on an account
#[utoipa::path(
    get, path = "/api/v1/account-holds/{account_hold_id}", tag = "finance",
    params(("account_hold_id" = AccountHoldId, Path)),
    responses((status = 200, body = AccountHoldView), Problems),
    extensions(
        ("x-roles" = json!(["finance_officer", "finance_director", "auditor"])),
        ("x-effect" = json!("read")),
    ),
)]
async fn get_account_hold(
    db: Data<Db>,
    actor: Actor,
    account_hold_id: Path<AccountHoldId>,
) -> Answer<HttpResponse> {
    let asker = actor.clone();
    let row = db.read(Some(&actor), move |c| {
        let row = store::hold(c, *account_hold_id)?;
        own_fee_account(c, &asker, row.fee_account_id)?;
        Ok(row)
    });
    Ok(HttpResponse::Ok().json(AccountHoldView::from(row.await?)))
}

/// Asks a second person to lift a hold
#[utoipa::path(
    post, path = "/api/v1/account-holds/{account_hold_id}/lift-request", tag = "finance",
    params(("account_hold_id" = AccountHoldId, Path)), request_body = NewAccountHoldLiftRequest,
    responses((status = 200, body = AccountHoldView), Problems),
    extensions(("x-roles" = json!(["finance_officer"])), ("x-effect" = json!("value"))),
)]
async fn create_account_hold_lift_request(
    db: Data<Db>,
    account_hold_id: Path<AccountHoldId>,
    asked: Asked<NewAccountHoldLiftRequest>,
) -> Answer<HttpResponse> {
    let Asked { doing, body } = asked;
    let (id, reason) = (*account_hold_id, body.reason.to_string());
    let ask = move |tx: &mut Tx<'_>| actions::ask_hold_lift(tx, id, &reason);
    let id = db.write(doing, ask).await?;
    Ok(HttpResponse::Ok().json(view_of(&db, id).await?))
}

/// Lifts a hold as the second person
#[utoipa::path(
    post, path = "/api/v1/account-holds/{account_hold_id}/lift", tag = "finance",
    params(("account_hold_id" = AccountHoldId, Path)),
    responses((status = 200, body = AccountHoldView), Problems),
    extensions(("x-roles" = json!(["finance_director"])), ("x-effect" = json!("value"))),
)]
async fn create_account_hold_lift(
    db: Data<Db>,
    account_hold_id: Path<AccountHoldId>,
    asked: Asked<()>,
) -> Answer<HttpResponse> {
    let id = *account_hold_id;
    let id = db.write(asked.doing, move |tx| actions::lift_hold(tx, id)).await?;
    Ok(HttpResponse::Ok().json(view_of(&db, id).await?))
}

async fn view_of(db: &Db, id: AccountHoldId) -> Answer<AccountHoldView> {
    db.read(None, move |c| store::hold(c, id)).await.map(AccountHoldView::from)
}
