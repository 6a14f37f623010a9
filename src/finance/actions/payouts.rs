//! Payouts: entered by one person, approved by another, ended by the bank's line (R69, R71).

use chrono::Datelike;
use serde::Serialize;

use super::super::model::{PayoutId, PayoutKind, PayoutState, RefundRequestState, Share};
use super::super::rules::{
    FinanceRefusal, decide, may_approve, may_cancel, next_code, payable, within_payable,
};
use super::super::store::{self, PayoutRow, RefundRequestRow};
use super::{bucket_of, cash, desk_of, held, journal_now};
use crate::identity::{self, SecondPerson};
use crate::kernel::actor::{Actor, Role};
use crate::kernel::db::{Conn, Event, Tx};
use crate::kernel::ids::{OrganisationId, UserId};
use crate::kernel::money::Fen;
use crate::kernel::problem::{Answer, Failure};
use crate::ledger::{self, Account, FeeAccountId, MoneyBucket};
use crate::settlement::FeeAccount;

/// Enters a payout of a share to its registered account.
#[derive(Debug, Clone)]
pub(crate) struct EnterSharePayout {
    pub(crate) id: PayoutId,
    pub(crate) fee_account_id: FeeAccountId,
    pub(crate) share: Share,
    pub(crate) organisation_id: OrganisationId,
    pub(crate) amount: Fen,
}

/// What a second person approves: exactly this.
#[derive(Serialize)]
struct Content<'a> {
    number: &'a str,
    fee_account_id: FeeAccountId,
    kind: PayoutKind,
    share: Option<Share>,
    organisation_id: OrganisationId,
    amount: Fen,
    account: &'a str,
    account_name: &'a str,
}

/// A payout that is about to be entered.
pub(super) struct NewPayout {
    pub(super) id: PayoutId,
    pub(super) kind: PayoutKind,
    pub(super) share: Option<Share>,
    pub(super) organisation_id: OrganisationId,
    pub(super) amount: Fen,
    pub(super) account: String,
    pub(super) account_name: String,
    pub(super) request: Option<RefundRequestRow>,
}

/// What may still be entered of a share: the share less its open payouts (R69).
pub(crate) fn payable_of(
    c: &mut Conn,
    account: FeeAccountId,
    organisation_id: OrganisationId,
    share: Share,
) -> Answer<(Fen, Fen)> {
    let held = held(c, &Account::money(organisation_id, account, bucket_of(share)))?;
    let open = store::open_payouts_fen(c, account, organisation_id, share)?;
    let open = Fen::of(open).map_err(|_| Failure::broken("open payouts stay within the books"))?;
    Ok((held, payable(held, open)))
}

/// Enters a payout of a share.
pub(crate) fn enter_share(tx: &mut Tx<'_>, it: &EnterSharePayout) -> Answer<PayoutId> {
    let (actor, account) = desk_of(tx, it.fee_account_id)?;
    let organisation = identity::organisation(tx.conn(), it.organisation_id)?;
    let (_, payable) = payable_of(tx.conn(), account.id, organisation.id, it.share)?;
    within_payable(payable, it.amount)?;
    let registered = organisation.bank_account.ok_or(FinanceRefusal::NoRegisteredAccount)?;
    let payout = NewPayout {
        id: it.id,
        kind: PayoutKind::Share,
        share: Some(it.share),
        organisation_id: organisation.id,
        amount: it.amount,
        account: registered,
        account_name: organisation.name,
        request: None,
    };
    enter(tx, &actor, &account, payout)
}

/// Numbers a payout and asks for its second person.
pub(super) fn enter(
    tx: &mut Tx<'_>,
    actor: &Actor,
    account: &FeeAccount,
    it: NewPayout,
) -> Answer<PayoutId> {
    let (year, county) = (tx.now().date_in_shanghai().year(), &account.county);
    let code = next_code(tx.next_number(&format!("payout:{county}:{year}"))?)?;
    let number = format!("PO-{year}-{code}");
    let content = Content {
        number: &number,
        fee_account_id: account.id,
        kind: it.kind,
        share: it.share,
        organisation_id: it.organisation_id,
        amount: it.amount,
        account: &it.account,
        account_name: &it.account_name,
    };
    let approval_id = identity::ask_second_person(
        tx,
        SecondPerson {
            subject: &format!("payout:{}", it.id),
            content: &content,
            initiator_roles: &[Role::FinanceOfficer],
            approver_roles: &[Role::FinanceDirector],
        },
    )?;
    let row = PayoutRow {
        id: it.id,
        fee_account_id: account.id,
        number,
        kind: it.kind,
        share: it.share,
        organisation_id: it.organisation_id,
        amount_fen: it.amount,
        account: it.account,
        account_name: it.account_name,
        refund_request_id: it.request.as_ref().map(|request| request.id),
        approval_id,
        state: PayoutState::Entered,
        entered_by: actor.user_id,
        entered_at: tx.now(),
        decided_by: None,
        decided_at: None,
        reason: None,
        line_id: None,
        paid_at: None,
    };
    tx.insert(&row)?;
    tx.record(event(&row, None));
    Ok(row.id)
}

/// Approves a payout: a second person who has posted no receipts of this fee account (R71).
pub(crate) fn approve(tx: &mut Tx<'_>, id: PayoutId) -> Answer<PayoutId> {
    let before = store::payout(tx.conn(), id)?;
    let (actor, account) = desk_of(tx, before.fee_account_id)?;
    decide(before.state)?;
    may_approve(receipts_posted(tx.conn(), account.id, actor.user_id)?)?;
    let approved = identity::second_person(tx, before.approval_id, &content_of(&before))?;
    decided(tx, before, PayoutState::Approved, approved.approver, None)
}

/// Rejects a payout; reserved cash becomes available again and its request is declined.
pub(crate) fn reject(tx: &mut Tx<'_>, id: PayoutId, reason: &str) -> Answer<PayoutId> {
    let before = store::payout(tx.conn(), id)?;
    let (actor, _) = desk_of(tx, before.fee_account_id)?;
    decide(before.state)?;
    free(tx, &before, RefundRequestState::Declined)?;
    decided(tx, before, PayoutState::Rejected, actor.user_id, Some(reason))
}

/// Cancels a payout that nobody has decided; reserved cash becomes available again and its request
/// waits again.
pub(crate) fn cancel(tx: &mut Tx<'_>, id: PayoutId, reason: &str) -> Answer<PayoutId> {
    let before = store::payout(tx.conn(), id)?;
    let (actor, _) = desk_of(tx, before.fee_account_id)?;
    may_cancel(before.state, before.entered_by, actor.user_id)?;
    free(tx, &before, RefundRequestState::Open)?;
    decided(tx, before, PayoutState::Cancelled, actor.user_id, Some(reason))
}

/// Where a payout's money is until the bank's line arrives.
pub(super) fn leaves_from(payout: &PayoutRow) -> Account {
    let bucket = payout.share.map_or(MoneyBucket::Reserved, bucket_of);
    Account::money(payout.organisation_id, payout.fee_account_id, bucket)
}

fn receipts_posted(c: &mut Conn, account: FeeAccountId, user: UserId) -> Answer<usize> {
    let posted = store::imports_by(c, account, user)? + store::lines_assigned_by(c, account, user)?;
    usize::try_from(posted).map_err(|_| Failure::broken("a count is not negative"))
}

fn free(tx: &mut Tx<'_>, payout: &PayoutRow, then: RefundRequestState) -> Answer<()> {
    let Some(request_id) = payout.refund_request_id else { return Ok(()) };
    let request = store::refund_request(tx.conn(), request_id)?;
    tx.update(&RefundRequestRow { state: then, ..request })?;
    let available = cash(payout.fee_account_id, payout.organisation_id, MoneyBucket::Available);
    let sides = (leaves_from(payout), available);
    let journal = journal_now(tx, "refund_freed", payout.id.uuid(), sides, payout.amount_fen);
    ledger::post(tx, journal)
}

fn decided(
    tx: &mut Tx<'_>,
    before: PayoutRow,
    state: PayoutState,
    by: UserId,
    reason: Option<&str>,
) -> Answer<PayoutId> {
    let was = before.state;
    let row = PayoutRow {
        state,
        decided_by: Some(by),
        decided_at: Some(tx.now()),
        reason: reason.map(str::to_owned),
        ..before
    };
    tx.update(&row)?;
    tx.record(event(&row, Some(was)));
    Ok(row.id)
}

fn content_of(row: &PayoutRow) -> Content<'_> {
    Content {
        number: &row.number,
        fee_account_id: row.fee_account_id,
        kind: row.kind,
        share: row.share,
        organisation_id: row.organisation_id,
        amount: row.amount_fen,
        account: &row.account,
        account_name: &row.account_name,
    }
}

fn event(row: &PayoutRow, before: Option<PayoutState>) -> Event {
    Event {
        subject: format!("payout:{}", row.number),
        reason: row.reason.clone(),
        before: before.map(|state| serde_json::json!({ "state": state })),
        after: Some(serde_json::json!({
            "state": row.state,
            "kind": row.kind,
            "share": row.share,
            "organisation_id": row.organisation_id,
            "amount": row.amount_fen,
            "account": row.account,
        })),
    }
}
