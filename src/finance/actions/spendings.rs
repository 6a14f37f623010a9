//! What became of money that was paid out (R68): spent by its owner for a permitted purpose, with
//! vouchers; and what a project earned.

use chrono::NaiveDate;
use serde::Serialize;

use super::super::model::{CorrectionKind, Purpose, Share, SpendingId, SpendingState, VoucherId};
use super::super::rules::{
    NewVoucher, OutgoingRefusal, Profit, check_spending, check_vouchers, profit, within_bill,
    within_paid_out,
};
use super::super::store::{self, ShareOf, SpendingRow, VoucherRow};
use crate::certification;
use crate::identity::{self, SecondPerson};
use crate::kernel::actor::{Actor, Role};
use crate::kernel::db::{Conn, Event, Tx};
use crate::kernel::ids::OrganisationId;
use crate::kernel::money::Fen;
use crate::kernel::problem::{Answer, Failure};
use crate::ledger::{BatchId, FeeAccountId};
use crate::restoration::{self, Project, ProjectId, Stage};
use crate::settlement::{self, Totals};

/// Enters what the actor's organisation spent.
#[derive(Debug, Clone)]
pub(crate) struct EnterSpending {
    pub(crate) id: SpendingId,
    pub(crate) purpose: Purpose,
    pub(crate) project_id: Option<ProjectId>,
    pub(crate) amount: Fen,
    pub(crate) spent_on: NaiveDate,
    pub(crate) payee: String,
    pub(crate) reason: Option<String>,
    pub(crate) vouchers: Vec<NewVoucher>,
}

/// What a second person approves: exactly this.
#[derive(Serialize)]
struct Content<'a> {
    id: SpendingId,
    fee_account_id: FeeAccountId,
    organisation_id: OrganisationId,
    purpose: Purpose,
    amount: Fen,
    spent_on: NaiveDate,
    payee: &'a str,
    reason: Option<&'a str>,
}

impl<'a> From<&'a SpendingRow> for Content<'a> {
    fn from(row: &'a SpendingRow) -> Self {
        Self {
            id: row.id,
            fee_account_id: row.fee_account_id,
            organisation_id: row.organisation_id,
            purpose: row.purpose,
            amount: row.amount_fen,
            spent_on: row.spent_on,
            payee: &row.payee,
            reason: row.reason.as_deref(),
        }
    }
}

const CENTRE: &[Role] = &[Role::CentreOfficer, Role::CentreDirector];

/// Whose share somebody spends.
fn share_of(actor: &Actor) -> Answer<Share> {
    match actor.role {
        Role::TownshipOfficer => Ok(Share::Township),
        Role::CentreOfficer | Role::CentreDirector => Ok(Share::Centre),
        Role::FinanceOfficer | Role::FinanceDirector => Ok(Share::Treasury),
        _ => Err(Failure::not_found()),
    }
}

/// Enters a spending; it counts at once, unless its purpose needs a second person.
pub(crate) fn enter_spending(tx: &mut Tx<'_>, it: &EnterSpending) -> Answer<SpendingId> {
    let actor = tx.actor()?;
    let share = share_of(&actor)?;
    check_spending(share, it.purpose, it.reason.is_some(), it.project_id.is_some())?;
    check_vouchers(it.amount, &it.vouchers)?;
    if it.spent_on > tx.now().date_in_shanghai() {
        return Err(OutgoingRefusal::SpentInFuture.into());
    }
    let county = actor.region.county().ok_or_else(Failure::not_found)?;
    let account = settlement::fee_account_of_county(tx.conn(), &county)?;
    let of = ShareOf { fee_account_id: account.id, organisation_id: actor.organisation_id, share };
    let paid_out = store::paid_out_fen(tx.conn(), &of)?;
    within_paid_out(paid_out, spent_fen(tx.conn(), &of)?, it.amount)?;
    if let Some(id) = it.project_id {
        let project = restoration::visible_project(tx.conn(), &actor, id)?;
        within_bill(approved_bill(&project), store::spent_on_project(tx.conn(), id)?, it.amount)?;
    }
    let numbers: Vec<&str> = it.vouchers.iter().map(|one| one.number.as_str()).collect();
    if let Some(number) = store::used_voucher(tx.conn(), actor.organisation_id, &numbers)? {
        return Err(OutgoingRefusal::VoucherUsed { number }.into());
    }
    let mut row = SpendingRow {
        id: it.id,
        fee_account_id: account.id,
        organisation_id: actor.organisation_id,
        share,
        purpose: it.purpose,
        project_id: it.project_id,
        amount_fen: it.amount,
        spent_on: it.spent_on,
        payee: it.payee.clone(),
        reason: it.reason.clone(),
        approval_id: None,
        state: SpendingState::Effective,
        entered_by: actor.user_id,
        entered_at: tx.now(),
        decided_by: None,
        decided_at: None,
        decision: None,
    };
    if it.purpose == Purpose::OtherDirectlyRelated {
        row.state = SpendingState::Entered;
        row.approval_id = Some(identity::ask_second_person(
            tx,
            SecondPerson {
                subject: &format!("spending:{}", row.id),
                content: &Content::from(&row),
                initiator_roles: CENTRE,
                approver_roles: CENTRE,
            },
        )?);
    }
    tx.insert(&row)?;
    let vouchers: Vec<VoucherRow> =
        (1..).zip(&it.vouchers).map(|(position, one)| voucher_row(row.id, position, one)).collect();
    tx.insert_all(&vouchers)?;
    tx.record(event(&row, None));
    Ok(row.id)
}

fn voucher_row(spending_id: SpendingId, position: i64, it: &NewVoucher) -> VoucherRow {
    VoucherRow {
        id: VoucherId::new(),
        spending_id,
        position,
        number: it.number.clone(),
        issued_on: it.issued_on,
        amount_fen: it.amount,
        sha256: it.sha256.clone(),
    }
}

fn spent_fen(c: &mut Conn, of: &ShareOf) -> Answer<i64> {
    Ok(store::spent_by_purpose(c, of)?.into_iter().map(|(_, fen)| fen).sum())
}

/// The bill of quantities, once the project is approved.
fn approved_bill(project: &Project) -> Option<Fen> {
    (project.stage >= Stage::Approved).then_some(project.bill_of_quantities.total)
}

/// Lets a spending count, as the second person.
pub(crate) fn approve_spending(tx: &mut Tx<'_>, id: SpendingId) -> Answer<SpendingId> {
    let before = waiting(tx, id)?;
    let approval = before.approval_id;
    let approval = approval.ok_or_else(|| Failure::broken("what waits has its approval"))?;
    let approved = identity::second_person(tx, approval, &Content::from(&before))?;
    let row = SpendingRow {
        state: SpendingState::Effective,
        decided_by: Some(approved.approver),
        decided_at: Some(tx.now()),
        ..before
    };
    tx.update(&row)?;
    tx.record(event(&row, None));
    Ok(row.id)
}

/// Turns a spending down; its money can be spent otherwise.
pub(crate) fn reject_spending(tx: &mut Tx<'_>, id: SpendingId, reason: &str) -> Answer<SpendingId> {
    let (actor, before) = (tx.actor()?, waiting(tx, id)?);
    let row = SpendingRow {
        state: SpendingState::Rejected,
        decided_by: Some(actor.user_id),
        decided_at: Some(tx.now()),
        decision: Some(reason.to_owned()),
        ..before
    };
    tx.update(&row)?;
    tx.record(event(&row, Some(reason)));
    Ok(row.id)
}

fn waiting(tx: &mut Tx<'_>, id: SpendingId) -> Answer<SpendingRow> {
    let actor = tx.actor()?;
    let row = store::spending(tx.conn(), id)?;
    if row.organisation_id != actor.organisation_id {
        return Err(Failure::not_found());
    }
    match row.state {
        SpendingState::Entered => Ok(row),
        state @ (SpendingState::Effective | SpendingState::Rejected) => {
            Err(OutgoingRefusal::SpendingDecided { state }.into())
        }
    }
}

/// What a project earned and cost.
#[derive(Debug, Clone)]
pub(crate) struct ProjectResult {
    pub(crate) project: Project,
    /// Of all its trades that stand.
    pub(crate) trades: Totals,
    /// Nothing until the project is approved.
    pub(crate) bill: Option<Fen>,
    pub(crate) paid_fen: i64,
    pub(crate) profit: Profit,
}

/// What a project earned (domain §3.7): a township knows its own, an office those of its county.
pub(crate) fn profit_of(c: &mut Conn, actor: &Actor, id: ProjectId) -> Answer<ProjectResult> {
    let project = restoration::visible_project(c, actor, id)?;
    if actor.role == Role::TownshipOfficer && project.owner != actor.organisation_id {
        return Err(Failure::not_found());
    }
    let batches: Vec<BatchId> =
        certification::batches_of_project(c, id)?.into_iter().map(|batch| batch.id).collect();
    let trades = if batches.is_empty() {
        Totals::default()
    } else {
        let account = settlement::fee_account_of_county(c, &project.county)?;
        let undone = store::undone(c, account.id, CorrectionKind::Trade)?;
        settlement::totals_of_batches(c, &batches, &undone)?
    };
    let bill = approved_bill(&project);
    Ok(ProjectResult {
        paid_fen: store::spent_on_project(c, id)?,
        profit: profit(
            trades.amount,
            trades.township_share,
            trades.centre_share,
            bill.unwrap_or_default(),
        ),
        project,
        trades,
        bill,
    })
}

fn event(row: &SpendingRow, decision: Option<&str>) -> Event {
    Event {
        subject: format!("spending:{}", row.id),
        reason: decision.map(str::to_owned).or_else(|| row.reason.clone()),
        after: Some(serde_json::json!({
            "state": row.state,
            "organisation_id": row.organisation_id,
            "purpose": row.purpose,
            "amount": row.amount_fen,
        })),
        ..Event::default()
    }
}
