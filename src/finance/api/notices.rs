//! Payment notices.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path, Query};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::super::actions::{self, IssueNotice, own_fee_account};
use super::super::model::{NoticeId, NoticeState};
use super::super::store::{self, NoticeFilter, NoticeRow};
use super::text;
use crate::kernel::actor::{Actor, Role};
use crate::kernel::clock::Time;
use crate::kernel::db::{Conn, Db};
use crate::kernel::ids::OrganisationId;
use crate::kernel::money::Fen;
use crate::kernel::operations::{Operations, operations};
use crate::kernel::page::{Page, PageQuery};
use crate::kernel::problem::{Answer, Failure};
use crate::kernel::region::RegionCode;
use crate::ledger::FeeAccountId;
use crate::settlement;
use crate::web::{Asked, Problems};

pub(super) fn operations() -> Operations {
    operations![create_payment_notice, get_payment_notice, list_payment_notices]
}

/// Asks for a reference to quote when money is transferred to a county's fee account.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewPaymentNotice {
    county: RegionCode,
    /// The developer that is to pay; a developer leaves it out.
    #[serde(default)]
    organisation_id: Option<OrganisationId>,
    amount: Fen,
    #[schema(example = "购买指标")]
    purpose: String,
}

/// A reference and what came in for it.
#[derive(Debug, Clone, Serialize, ToSchema)]
struct PaymentNoticeView {
    id: NoticeId,
    /// To be quoted with the transfer.
    #[schema(example = "SD360124-2026-0001")]
    reference: String,
    county: RegionCode,
    fee_account_id: FeeAccountId,
    organisation_id: OrganisationId,
    amount: Fen,
    received: Fen,
    #[schema(example = "购买指标")]
    purpose: String,
    state: NoticeState,
    issued_at: Time,
    paid_at: Option<Time>,
}

impl From<NoticeRow> for PaymentNoticeView {
    fn from(row: NoticeRow) -> Self {
        Self {
            id: row.id,
            reference: row.reference,
            county: row.county,
            fee_account_id: row.fee_account_id,
            organisation_id: row.organisation_id,
            amount: row.amount_fen,
            received: row.received_fen,
            purpose: row.purpose,
            state: row.state,
            issued_at: row.issued_at,
            paid_at: row.paid_at,
        }
    }
}

/// Issues a payment notice
#[utoipa::path(
    post, path = "/api/v1/payment-notices", tag = "finance", request_body = NewPaymentNotice,
    responses((status = 201, body = PaymentNoticeView), Problems),
    extensions(("x-roles" = json!(["developer", "finance_officer"])), ("x-effect" = json!("write"))),
)]
async fn create_payment_notice(
    db: Data<Db>,
    asked: Asked<NewPaymentNotice>,
) -> Answer<HttpResponse> {
    let Asked { doing, body } = asked;
    let command = IssueNotice {
        id: NoticeId::new(),
        county: body.county,
        organisation_id: body.organisation_id,
        amount: body.amount,
        purpose: text("purpose", &body.purpose)?,
    };
    let id = db.write(doing, move |tx| actions::issue_notice(tx, &command)).await?;
    let row = db.read(None, move |c| store::notice(c, id)).await?;
    Ok(HttpResponse::Created().json(PaymentNoticeView::from(row)))
}

/// Returns a payment notice
#[utoipa::path(
    get, path = "/api/v1/payment-notices/{notice_id}", tag = "finance",
    params(("notice_id" = NoticeId, Path)),
    responses((status = 200, body = PaymentNoticeView), Problems),
    extensions(
        ("x-roles" = json!(["developer", "developer_director", "finance_officer",
            "finance_director", "auditor"])),
        ("x-effect" = json!("read")),
    ),
)]
async fn get_payment_notice(
    db: Data<Db>,
    actor: Actor,
    notice_id: Path<NoticeId>,
) -> Answer<HttpResponse> {
    let asker = actor.clone();
    let notice = db.read(Some(&actor), move |c| {
        let row = store::notice(c, notice_id.into_inner())?;
        if is_developer(&asker) {
            return if row.organisation_id == asker.organisation_id {
                Ok(row)
            } else {
                Err(Failure::not_found())
            };
        }
        own_fee_account(c, &asker, row.fee_account_id)?;
        Ok(row)
    });
    Ok(HttpResponse::Ok().json(PaymentNoticeView::from(notice.await?)))
}

/// Which payment notices are wanted.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct NoticesQuery {
    /// An auditor names the fee account; others see their own.
    #[serde(default)]
    fee_account_id: Option<FeeAccountId>,
    #[serde(default)]
    state: Option<NoticeState>,
    #[serde(flatten)]
    #[param(ignore)]
    page: PageQuery,
}

/// Lists payment notices: a developer's own, or those of a finance bureau's county
#[utoipa::path(
    get, path = "/api/v1/payment-notices", tag = "finance", params(NoticesQuery, PageQuery),
    responses((status = 200, body = Page<PaymentNoticeView>), Problems),
    extensions(
        ("x-roles" = json!(["developer", "developer_director", "finance_officer",
            "finance_director", "auditor"])),
        ("x-effect" = json!("read")),
    ),
)]
async fn list_payment_notices(
    db: Data<Db>,
    actor: Actor,
    query: Query<NoticesQuery>,
) -> Answer<HttpResponse> {
    let (asker, query) = (actor.clone(), query.into_inner());
    let page = db.read(Some(&actor), move |c| {
        let (fee_account_id, organisation_id) = seen_by(c, &asker, query.fee_account_id)?;
        let filter = NoticeFilter { fee_account_id, organisation_id, state: query.state };
        let rows = store::list_notices(c, &filter, &query.page)?;
        Ok(Page::of(rows, &query.page, |row| row.id.uuid(), PaymentNoticeView::from))
    });
    Ok(HttpResponse::Ok().json(page.await?))
}

pub(super) fn is_developer(actor: &Actor) -> bool {
    matches!(actor.role, Role::Developer | Role::DeveloperDirector)
}

/// What of the lists of all counties somebody sees (R94): a finance bureau its own fee account, an
/// auditor the one that is named or all, everybody else what is their organisation's.
pub(super) fn seen_by(
    c: &mut Conn,
    actor: &Actor,
    named: Option<FeeAccountId>,
) -> Answer<(Option<FeeAccountId>, Option<OrganisationId>)> {
    match actor.role {
        Role::Auditor => Ok((named, None)),
        Role::FinanceOfficer | Role::FinanceDirector => {
            let county = actor.region.county().ok_or_else(Failure::not_found)?;
            let own = match named {
                Some(named) => named,
                None => settlement::fee_account_of_county(c, &county)?.id,
            };
            Ok((Some(own_fee_account(c, actor, own)?.id), None))
        }
        _ => Ok((named, Some(actor.organisation_id))),
    }
}
