//! Bookings that are undone, and the deposits among which the wrong one is found.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path, Query};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::super::actions::{self, EnterCorrection, own_fee_account};
use super::super::model::{
    CorrectionId, CorrectionKind, CorrectionState, DepositId, LineId, NoticeId,
};
use super::super::store::{self, CorrectionRow, DepositRow};
use super::decisions::NewReason;
use super::text;
use crate::kernel::actor::Actor;
use crate::kernel::clock::Time;
use crate::kernel::db::Db;
use crate::kernel::ids::{OrganisationId, UserId};
use crate::kernel::money::{Fen, cny};
use crate::kernel::operations::{Operations, operations};
use crate::kernel::page::{Page, PageQuery};
use crate::kernel::problem::Answer;
use crate::ledger::{FeeAccountId, JournalId};
use crate::web::{Asked, Problems};

pub(super) fn operations() -> Operations {
    operations![
        create_correction,
        list_corrections,
        get_correction,
        create_correction_approval,
        create_correction_rejection,
        list_deposits,
    ]
}

/// A booking that is to be undone.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewCorrection {
    kind: CorrectionKind,
    /// The id of the trade, deposit or payout.
    subject_id: Uuid,
    #[schema(example = "成交面积录入有误，双方书面同意撤销")]
    reason: String,
}

/// A booking that is undone, or is to be.
#[derive(Debug, Clone, Serialize, ToSchema)]
struct CorrectionView {
    id: CorrectionId,
    fee_account_id: FeeAccountId,
    kind: CorrectionKind,
    subject_id: Uuid,
    original_journal_id: JournalId,
    amount: Fen,
    #[schema(example = "成交面积录入有误，双方书面同意撤销")]
    reason: String,
    state: CorrectionState,
    entered_by: UserId,
    entered_at: Time,
    decided_by: Option<UserId>,
    decided_at: Option<Time>,
    /// The mirror journal, which names the original.
    journal_id: Option<JournalId>,
    /// What was gone already and is owed now.
    #[schema(example = "0.00")]
    receivable: Option<String>,
    /// Why it was turned down.
    #[schema(example = "买方不同意")]
    decision: Option<String>,
}

impl From<CorrectionRow> for CorrectionView {
    fn from(row: CorrectionRow) -> Self {
        Self {
            id: row.id,
            fee_account_id: row.fee_account_id,
            kind: row.kind,
            subject_id: row.subject_id.0,
            original_journal_id: row.original_journal_id,
            amount: row.amount_fen,
            reason: row.reason,
            state: row.state,
            entered_by: row.entered_by,
            entered_at: row.entered_at,
            decided_by: row.decided_by,
            decided_at: row.decided_at,
            journal_id: row.journal_id,
            receivable: row.receivable_fen.map(cny),
            decision: row.decision,
        }
    }
}

async fn view_of(db: &Db, id: CorrectionId) -> Answer<CorrectionView> {
    db.read(None, move |c| store::correction(c, id)).await.map(CorrectionView::from)
}

/// Enters that a trade, a deposit or the payment of a payout is to be undone, for a second person
///
/// The mirror journal is booked with the approval. Credits go back only if the buyer still has
/// them; money that is gone already becomes a receivable of who had it.
#[utoipa::path(
    post, path = "/api/v1/corrections", tag = "finance", request_body = NewCorrection,
    responses((status = 201, body = CorrectionView), Problems),
    extensions(("x-roles" = json!(["finance_officer"])), ("x-effect" = json!("value"))),
)]
async fn create_correction(db: Data<Db>, asked: Asked<NewCorrection>) -> Answer<HttpResponse> {
    let Asked { doing, body } = asked;
    let command = EnterCorrection {
        id: CorrectionId::new(),
        kind: body.kind,
        subject: body.subject_id,
        reason: text("reason", &body.reason)?,
    };
    let id = db.write(doing, move |tx| actions::enter_correction(tx, &command)).await?;
    Ok(HttpResponse::Created().json(view_of(&db, id).await?))
}

/// Lists the corrections of a fee account
#[utoipa::path(
    get, path = "/api/v1/fee-accounts/{fee_account_id}/corrections", tag = "finance",
    params(("fee_account_id" = FeeAccountId, Path), PageQuery),
    responses((status = 200, body = Page<CorrectionView>), Problems),
    extensions(
        ("x-roles" = json!(["finance_officer", "finance_director", "auditor"])),
        ("x-effect" = json!("read")),
    ),
)]
async fn list_corrections(
    db: Data<Db>,
    actor: Actor,
    fee_account_id: Path<FeeAccountId>,
    page: Query<PageQuery>,
) -> Answer<HttpResponse> {
    let asker = actor.clone();
    let page = db.read(Some(&actor), move |c| {
        let account = own_fee_account(c, &asker, *fee_account_id)?;
        let rows = store::list_corrections(c, account.id, &page)?;
        Ok(Page::of(rows, &page, |row| row.id.uuid(), CorrectionView::from))
    });
    Ok(HttpResponse::Ok().json(page.await?))
}

/// Shows a correction
#[utoipa::path(
    get, path = "/api/v1/corrections/{correction_id}", tag = "finance",
    params(("correction_id" = CorrectionId, Path)),
    responses((status = 200, body = CorrectionView), Problems),
    extensions(
        ("x-roles" = json!(["finance_officer", "finance_director", "auditor"])),
        ("x-effect" = json!("read")),
    ),
)]
async fn get_correction(
    db: Data<Db>,
    actor: Actor,
    correction_id: Path<CorrectionId>,
) -> Answer<HttpResponse> {
    let asker = actor.clone();
    let row = db.read(Some(&actor), move |c| {
        let row = store::correction(c, *correction_id)?;
        own_fee_account(c, &asker, row.fee_account_id)?;
        Ok(row)
    });
    Ok(HttpResponse::Ok().json(CorrectionView::from(row.await?)))
}

/// Undoes the booking as its second person
#[utoipa::path(
    post, path = "/api/v1/corrections/{correction_id}/approval", tag = "finance",
    params(("correction_id" = CorrectionId, Path)),
    responses((status = 200, body = CorrectionView), Problems),
    extensions(("x-roles" = json!(["finance_director"])), ("x-effect" = json!("value"))),
)]
async fn create_correction_approval(
    db: Data<Db>,
    correction_id: Path<CorrectionId>,
    asked: Asked<()>,
) -> Answer<HttpResponse> {
    let id = *correction_id;
    let id = db.write(asked.doing, move |tx| actions::approve_correction(tx, id)).await?;
    Ok(HttpResponse::Ok().json(view_of(&db, id).await?))
}

/// Turns a correction down
#[utoipa::path(
    post, path = "/api/v1/corrections/{correction_id}/rejection", tag = "finance",
    params(("correction_id" = CorrectionId, Path)), request_body = NewReason,
    responses((status = 200, body = CorrectionView), Problems),
    extensions(("x-roles" = json!(["finance_director"])), ("x-effect" = json!("value"))),
)]
async fn create_correction_rejection(
    db: Data<Db>,
    correction_id: Path<CorrectionId>,
    asked: Asked<NewReason>,
) -> Answer<HttpResponse> {
    let Asked { doing, body } = asked;
    let (id, reason) = (*correction_id, text("reason", &body.reason)?);
    let id = db.write(doing, move |tx| actions::reject_correction(tx, id, &reason)).await?;
    Ok(HttpResponse::Ok().json(view_of(&db, id).await?))
}

/// Money of one line that became a developer's cash.
#[derive(Debug, Clone, Serialize, ToSchema)]
struct DepositView {
    id: DepositId,
    line_id: LineId,
    organisation_id: OrganisationId,
    notice_id: Option<NoticeId>,
    amount: Fen,
    /// The account that it came from.
    #[schema(example = "1502999909000000101")]
    account: String,
    #[schema(example = "赣鄱示例公路建设有限公司")]
    account_name: String,
    journal_id: JournalId,
    assigned_by: Option<UserId>,
    #[schema(example = "付款人来函说明")]
    reason: Option<String>,
    deposited_at: Time,
    /// Two people undid it.
    #[schema(example = false)]
    undone: bool,
}

impl DepositView {
    fn of(row: DepositRow, undone: &[Uuid]) -> Self {
        Self {
            undone: undone.contains(&row.id.uuid()),
            id: row.id,
            line_id: row.line_id,
            organisation_id: row.organisation_id,
            notice_id: row.notice_id,
            amount: row.amount_fen,
            account: row.account,
            account_name: row.account_name,
            journal_id: row.journal_id,
            assigned_by: row.assigned_by,
            reason: row.reason,
            deposited_at: row.deposited_at,
        }
    }
}

/// Lists what became developers' cash in a fee account
#[utoipa::path(
    get, path = "/api/v1/fee-accounts/{fee_account_id}/deposits", tag = "finance",
    params(("fee_account_id" = FeeAccountId, Path), PageQuery),
    responses((status = 200, body = Page<DepositView>), Problems),
    extensions(
        ("x-roles" = json!(["finance_officer", "finance_director", "auditor"])),
        ("x-effect" = json!("read")),
    ),
)]
async fn list_deposits(
    db: Data<Db>,
    actor: Actor,
    fee_account_id: Path<FeeAccountId>,
    page: Query<PageQuery>,
) -> Answer<HttpResponse> {
    let asker = actor.clone();
    let page = db.read(Some(&actor), move |c| {
        let account = own_fee_account(c, &asker, *fee_account_id)?;
        let undone = store::undone(c, account.id, CorrectionKind::Deposit)?;
        let rows = store::list_deposits(c, account.id, &page)?;
        Ok(Page::of(rows, &page, |row| row.id.uuid(), |row| DepositView::of(row, &undone)))
    });
    Ok(HttpResponse::Ok().json(page.await?))
}
