//! What became of money that was paid out.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path, Query};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::super::actions::{self, EnterSpending};
use super::super::model::{Purpose, Share, SpendingId, SpendingState};
use super::super::rules::NewVoucher;
use super::super::store::{self, SpendingFilter, SpendingRow, VoucherRow};
use super::decisions::NewReason;
use super::notices::seen_by;
use super::text;
use crate::kernel::actor::Actor;
use crate::kernel::clock::Time;
use crate::kernel::db::{Conn, Db};
use crate::kernel::ids::{OrganisationId, UserId};
use crate::kernel::money::Fen;
use crate::kernel::operations::{Operations, operations};
use crate::kernel::page::{Page, PageQuery};
use crate::kernel::problem::{Answer, Failure};
use crate::kernel::text::Label;
use crate::ledger::FeeAccountId;
use crate::restoration::ProjectId;
use crate::web::{Asked, Problems};

pub(super) fn operations() -> Operations {
    operations![
        create_spending,
        list_spendings,
        create_spending_approval,
        create_spending_rejection,
    ]
}

/// A digest of a scanned voucher: SHA-256 in small hexadecimal letters.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(try_from = "String")]
#[schema(value_type = String, pattern = "^[0-9a-f]{64}$", example = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08")]
struct Sha256Hex(String);

impl TryFrom<String> for Sha256Hex {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, &'static str> {
        let hex = text.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
        if hex && text.len() == 64 { Ok(Self(text)) } else { Err("not a SHA-256 in hexadecimal") }
    }
}

/// A voucher of a spending.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewSpendingVoucher {
    #[schema(value_type = String, example = "记-2026-0117")]
    number: Label,
    #[schema(example = "2026-09-14")]
    issued_on: NaiveDate,
    amount: Fen,
    /// Of the scanned paper, so that it can be told later whether it is the same.
    #[serde(default)]
    sha256: Option<Sha256Hex>,
}

/// What the caller's organisation spent of money that was paid out to it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewSpending {
    purpose: Purpose,
    /// For restoration cost, and only for it.
    #[serde(default)]
    #[schema(example = json!(null))]
    project_id: Option<ProjectId>,
    amount: Fen,
    #[schema(example = "2026-09-14")]
    spent_on: NaiveDate,
    #[schema(value_type = String, example = "五里垦殖场护塘队")]
    payee: Label,
    #[serde(default)]
    #[schema(example = "汛期抢险用工")]
    reason: Option<String>,
    /// Together they are the amount.
    vouchers: Vec<NewSpendingVoucher>,
}

impl NewSpending {
    fn into_command(self) -> Answer<EnterSpending> {
        let voucher = |one: NewSpendingVoucher| NewVoucher {
            number: one.number.to_string(),
            issued_on: one.issued_on,
            amount: one.amount,
            sha256: one.sha256.map(|hex| hex.0),
        };
        Ok(EnterSpending {
            id: SpendingId::new(),
            purpose: self.purpose,
            project_id: self.project_id,
            amount: self.amount,
            spent_on: self.spent_on,
            payee: self.payee.to_string(),
            reason: self.reason.map(|reason| text("reason", &reason)).transpose()?,
            vouchers: self.vouchers.into_iter().map(voucher).collect(),
        })
    }
}

/// A voucher of a spending.
#[derive(Debug, Clone, Serialize, ToSchema)]
struct SpendingVoucherView {
    #[schema(example = "记-2026-0117")]
    number: String,
    #[schema(example = "2026-09-14")]
    issued_on: NaiveDate,
    amount: Fen,
    #[schema(example = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08")]
    sha256: Option<String>,
}

impl From<VoucherRow> for SpendingVoucherView {
    fn from(row: VoucherRow) -> Self {
        Self {
            number: row.number,
            issued_on: row.issued_on,
            amount: row.amount_fen,
            sha256: row.sha256,
        }
    }
}

/// What an organisation spent, on what, for whom, proven by what.
#[derive(Debug, Clone, Serialize, ToSchema)]
struct SpendingView {
    id: SpendingId,
    fee_account_id: FeeAccountId,
    organisation_id: OrganisationId,
    share: Share,
    purpose: Purpose,
    project_id: Option<ProjectId>,
    amount: Fen,
    #[schema(example = "2026-09-14")]
    spent_on: NaiveDate,
    #[schema(example = "五里垦殖场护塘队")]
    payee: String,
    #[schema(example = "汛期抢险用工")]
    reason: Option<String>,
    state: SpendingState,
    entered_by: UserId,
    entered_at: Time,
    decided_by: Option<UserId>,
    decided_at: Option<Time>,
    /// Why it was turned down.
    #[schema(example = "与项目无关")]
    decision: Option<String>,
    vouchers: Vec<SpendingVoucherView>,
}

fn views(c: &mut Conn, rows: Vec<SpendingRow>) -> Answer<Vec<SpendingView>> {
    let ids: Vec<SpendingId> = rows.iter().map(|row| row.id).collect();
    let vouchers = store::vouchers_of(c, &ids)?;
    let view = |row: SpendingRow| {
        let its = vouchers.iter().filter(|voucher| voucher.spending_id == row.id).cloned();
        SpendingView {
            id: row.id,
            fee_account_id: row.fee_account_id,
            organisation_id: row.organisation_id,
            share: row.share,
            purpose: row.purpose,
            project_id: row.project_id,
            amount: row.amount_fen,
            spent_on: row.spent_on,
            payee: row.payee,
            reason: row.reason,
            state: row.state,
            entered_by: row.entered_by,
            entered_at: row.entered_at,
            decided_by: row.decided_by,
            decided_at: row.decided_at,
            decision: row.decision,
            vouchers: its.map(SpendingVoucherView::from).collect(),
        }
    };
    Ok(rows.into_iter().map(view).collect())
}

async fn view_of(db: &Db, id: SpendingId) -> Answer<SpendingView> {
    let view = db.read(None, move |c| {
        let row = store::spending(c, id)?;
        views(c, vec![row])?.pop().ok_or_else(Failure::not_found)
    });
    view.await
}

/// Enters what the caller's organisation spent, within what was paid out to it
///
/// A township spends its share, the centre its own, the finance bureau the treasury's on the
/// restoration cost of a project. Each has its permitted purposes; other directly related cost of
/// the centre counts once a second person has approved it.
#[utoipa::path(
    post, path = "/api/v1/spendings", tag = "finance", request_body = NewSpending,
    responses((status = 201, body = SpendingView), Problems),
    extensions(
        ("x-roles" = json!(["township_officer", "centre_officer", "centre_director",
            "finance_officer"])),
        ("x-effect" = json!("value")),
    ),
)]
async fn create_spending(db: Data<Db>, asked: Asked<NewSpending>) -> Answer<HttpResponse> {
    let Asked { doing, body } = asked;
    let command = body.into_command()?;
    let id = db.write(doing, move |tx| actions::enter_spending(tx, &command)).await?;
    Ok(HttpResponse::Created().json(view_of(&db, id).await?))
}

/// Which spendings are wanted.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct SpendingsQuery {
    /// An auditor names the fee account; others see their own.
    #[serde(default)]
    fee_account_id: Option<FeeAccountId>,
    #[serde(default)]
    purpose: Option<Purpose>,
    #[serde(default)]
    project_id: Option<ProjectId>,
    #[serde(flatten)]
    #[param(ignore)]
    page: PageQuery,
}

/// Lists spendings: those of a finance bureau's county, or of one's own organisation
#[utoipa::path(
    get, path = "/api/v1/spendings", tag = "finance", params(SpendingsQuery, PageQuery),
    responses((status = 200, body = Page<SpendingView>), Problems),
    extensions(
        ("x-roles" = json!(["township_officer", "centre_officer", "centre_director",
            "finance_officer", "finance_director", "auditor"])),
        ("x-effect" = json!("read")),
    ),
)]
async fn list_spendings(
    db: Data<Db>,
    actor: Actor,
    query: Query<SpendingsQuery>,
) -> Answer<HttpResponse> {
    let (asker, query) = (actor.clone(), query.into_inner());
    let page = db.read(Some(&actor), move |c| {
        let (fee_account_id, organisation_id) = seen_by(c, &asker, query.fee_account_id)?;
        let (purpose, project_id) = (query.purpose, query.project_id);
        let filter = SpendingFilter { fee_account_id, organisation_id, purpose, project_id };
        let rows = store::list_spendings(c, &filter, &query.page)?;
        let page = Page::of(rows, &query.page, |row| row.id.uuid(), |row| row);
        Ok(Page { items: views(c, page.items)?, next_cursor: page.next_cursor })
    });
    Ok(HttpResponse::Ok().json(page.await?))
}

/// Lets a spending count, as the second person of the centre
#[utoipa::path(
    post, path = "/api/v1/spendings/{spending_id}/approval", tag = "finance",
    params(("spending_id" = SpendingId, Path)),
    responses((status = 200, body = SpendingView), Problems),
    extensions(
        ("x-roles" = json!(["centre_officer", "centre_director"])),
        ("x-effect" = json!("value")),
    ),
)]
async fn create_spending_approval(
    db: Data<Db>,
    spending_id: Path<SpendingId>,
    asked: Asked<()>,
) -> Answer<HttpResponse> {
    let id = *spending_id;
    let id = db.write(asked.doing, move |tx| actions::approve_spending(tx, id)).await?;
    Ok(HttpResponse::Ok().json(view_of(&db, id).await?))
}

/// Turns a spending down
#[utoipa::path(
    post, path = "/api/v1/spendings/{spending_id}/rejection", tag = "finance",
    params(("spending_id" = SpendingId, Path)), request_body = NewReason,
    responses((status = 200, body = SpendingView), Problems),
    extensions(
        ("x-roles" = json!(["centre_officer", "centre_director"])),
        ("x-effect" = json!("value")),
    ),
)]
async fn create_spending_rejection(
    db: Data<Db>,
    spending_id: Path<SpendingId>,
    asked: Asked<NewReason>,
) -> Answer<HttpResponse> {
    let Asked { doing, body } = asked;
    let (id, reason) = (*spending_id, text("reason", &body.reason)?);
    let id = db.write(doing, move |tx| actions::reject_spending(tx, id, &reason)).await?;
    Ok(HttpResponse::Ok().json(view_of(&db, id).await?))
}
