//! Payouts: entered by one person, approved by another, ended by the bank's line (R69, R71).

use chrono::Datelike;
use serde::Serialize;

use super::super::model::{
    PayoutBatchId, PayoutId, PayoutKind, PayoutState, RefundRequestState, Share,
};
use super::super::rules::{
    FinanceRefusal, OutgoingRefusal, decide, may_approve, may_cancel, may_cancel_waiting,
    next_code, payable, registered_still, within_payable,
};
use super::super::store::{self, PayoutRow, PayoutTermsRow, RefundRequestRow};
use super::give_back::wait_again;
use super::receivables::{owed, settle_from_share};
use super::secured::kept_for_lenders;
use super::waits::{keep_wait, payee_of, waits_until};
use super::{bucket_of, cash, desk_of, held, house, journal_now};
use crate::identity::{self, ApprovalId, SecondPerson};
use crate::kernel::actor::{Actor, Role};
use crate::kernel::clock::Time;
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
pub(super) struct Content<'a> {
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
    pub(super) bank_name: Option<String>,
    /// Until then it waits at least, as its account is new.
    pub(super) waits_until: Option<Time>,
    pub(super) request: Option<RefundRequestRow>,
}

/// What may still be entered of a share: the share less its open payouts (R69) and less what the
/// organisation owes (R67).
pub(crate) fn payable_of(
    c: &mut Conn,
    account: FeeAccountId,
    organisation_id: OrganisationId,
    share: Share,
) -> Answer<(Fen, Fen)> {
    let held = held(c, &Account::money(organisation_id, account, bucket_of(share)))?;
    let free = payable_before_owed(c, account, organisation_id, share)?;
    Ok((held, payable(free, owed(c, account, organisation_id)?)))
}

/// The share less its open payouts and less what is bound to lenders.
pub(super) fn payable_before_owed(
    c: &mut Conn,
    account: FeeAccountId,
    organisation_id: OrganisationId,
    share: Share,
) -> Answer<Fen> {
    let held = held(c, &Account::money(organisation_id, account, bucket_of(share)))?;
    let open = store::open_payouts_fen(c, account, organisation_id, share)?;
    let open = Fen::of(open).map_err(|_| Failure::broken("open payouts stay within the books"))?;
    let kept = kept_for_lenders(c, account, organisation_id, share)?;
    Ok(payable(payable(held, open), kept))
}

/// Enters a payout of a share.
pub(crate) fn enter_share(tx: &mut Tx<'_>, it: &EnterSharePayout) -> Answer<PayoutId> {
    let (actor, account) = desk_of(tx, it.fee_account_id)?;
    let payout = share_payout(tx, &actor, it)?;
    enter(tx, &actor, &account, payout)
}

/// A payout of a share to its registered account, once what the organisation owes is settled.
pub(super) fn share_payout(
    tx: &mut Tx<'_>,
    actor: &Actor,
    it: &EnterSharePayout,
) -> Answer<NewPayout> {
    let organisation = identity::organisation(tx.conn(), it.organisation_id)?;
    let (account, id, now) = (it.fee_account_id, organisation.id, tx.now());
    settle_from_share(tx, actor.user_id, account, id, it.share)?;
    let (_, payable) = payable_of(tx.conn(), account, id, it.share)?;
    within_payable(payable, it.amount)?;
    let registered = organisation.bank_account.ok_or(FinanceRefusal::NoRegisteredAccount)?;
    Ok(NewPayout {
        id: it.id,
        kind: PayoutKind::Share,
        share: Some(it.share),
        organisation_id: id,
        amount: it.amount,
        account: registered,
        account_name: organisation.name,
        bank_name: organisation.bank_name,
        waits_until: identity::account_waits_until(tx.conn(), id, now)?,
        request: None,
    })
}

/// Numbers a payout and asks for its second person.
pub(super) fn enter(
    tx: &mut Tx<'_>,
    actor: &Actor,
    account: &FeeAccount,
    it: NewPayout,
) -> Answer<PayoutId> {
    let number = next_payout(tx, account)?;
    let content = Content::of(account, &number, &it);
    let approval_id = identity::ask_second_person(
        tx,
        SecondPerson {
            subject: &format!("payout:{}", it.id),
            content: &content,
            initiator_roles: &[Role::FinanceOfficer],
            approver_roles: &[Role::FinanceDirector],
        },
    )?;
    let (row, terms) = rows_of(tx, actor, account, it, (number, approval_id, None));
    tx.insert(&row)?;
    tx.insert(&terms)?;
    tx.record(event(&row, None));
    Ok(row.id)
}

/// The next number of a payout of the county.
pub(super) fn next_payout(tx: &mut Tx<'_>, account: &FeeAccount) -> Answer<String> {
    let (year, county) = (tx.now().date_in_shanghai().year(), &account.county);
    let code = next_code(tx.next_number(&format!("payout:{county}:{year}"))?)?;
    Ok(format!("PO-{year}-{code}"))
}

/// The rows of a payout that is entered now.
pub(super) fn rows_of(
    tx: &Tx<'_>,
    actor: &Actor,
    account: &FeeAccount,
    it: NewPayout,
    (number, approval_id, batch_id): (String, ApprovalId, Option<PayoutBatchId>),
) -> (PayoutRow, PayoutTermsRow) {
    let terms = PayoutTermsRow {
        id: it.id,
        bank_name: it.bank_name,
        batch_id,
        waits_until: it.waits_until,
    };
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
    (row, terms)
}

/// Approves a payout: a second person who has posted no receipts of this fee account (R71).
pub(crate) fn approve(tx: &mut Tx<'_>, id: PayoutId) -> Answer<PayoutId> {
    let before = store::payout(tx.conn(), id)?;
    let (actor, account) = desk_of(tx, before.fee_account_id)?;
    decide(before.state)?;
    decided_alone(tx.conn(), &before)?;
    may_approve(receipts_posted(tx.conn(), account.id, actor.user_id)?)?;
    to_registered_account(tx.conn(), &before)?;
    let approved = identity::second_person(tx, before.approval_id, &content_of(&before))?;
    let calendar = identity::calendar(tx.conn())?;
    keep_wait(tx, &before, &calendar)?;
    decided(tx, before, PayoutState::Approved, approved.approver, None)
}

/// Rejects a payout; reserved cash becomes available again and its request is declined, money that
/// was to be given back waits again.
pub(crate) fn reject(tx: &mut Tx<'_>, id: PayoutId, reason: &str) -> Answer<PayoutId> {
    let before = store::payout(tx.conn(), id)?;
    let (actor, _) = desk_of(tx, before.fee_account_id)?;
    decide(before.state)?;
    decided_alone(tx.conn(), &before)?;
    free(tx, &before, RefundRequestState::Declined, reason)?;
    decided(tx, before, PayoutState::Rejected, actor.user_id, Some(reason))
}

/// Cancels a payout that nobody has decided, or that waits since its account is not trusted; reserved
/// cash becomes available again and its request waits again.
pub(crate) fn cancel(tx: &mut Tx<'_>, id: PayoutId, reason: &str) -> Answer<PayoutId> {
    let before = store::payout(tx.conn(), id)?;
    let (actor, _) = desk_of(tx, before.fee_account_id)?;
    if before.state == PayoutState::Approved {
        let terms = store::terms_of(tx.conn(), &[before.id])?.remove(&before.id);
        let wait = store::waits_of(tx.conn(), &[before.id])?.remove(&before.id);
        let waits_until = waits_until(terms.as_ref(), wait.as_ref());
        let people = (before.entered_by, actor.user_id);
        may_cancel_waiting(before.state, waits_until, tx.now(), people)?;
    } else {
        may_cancel(before.state, before.entered_by, actor.user_id)?;
        decided_alone(tx.conn(), &before)?;
    }
    free(tx, &before, RefundRequestState::Open, reason)?;
    decided(tx, before, PayoutState::Cancelled, actor.user_id, Some(reason))
}

/// Where a payout's money is until the bank's line arrives.
pub(super) fn leaves_from(payout: &PayoutRow) -> Account {
    match payout.kind {
        PayoutKind::Return => house(payout.fee_account_id, MoneyBucket::Reserved),
        PayoutKind::Share | PayoutKind::Refund => {
            let bucket = payout.share.map_or(MoneyBucket::Reserved, bucket_of);
            Account::money(payout.organisation_id, payout.fee_account_id, bucket)
        }
    }
}

/// How often a person has posted receipts of a fee account (R71).
pub(super) fn receipts_posted(c: &mut Conn, account: FeeAccountId, user: UserId) -> Answer<usize> {
    let posted = store::imports_by(c, account, user)?
        + store::lines_assigned_by(c, account, user)?
        + store::lines_taken_by(c, account, user)?;
    usize::try_from(posted).map_err(|_| Failure::broken("a count is not negative"))
}

/// A payout of a batch is decided with it.
fn decided_alone(c: &mut Conn, payout: &PayoutRow) -> Answer<()> {
    let terms = store::terms_of(c, &[payout.id])?.remove(&payout.id);
    match terms.and_then(|terms| terms.batch_id) {
        None => Ok(()),
        Some(batch) => {
            let number = store::batch(c, batch)?.number;
            Err(OutgoingRefusal::InBatch { number }.into())
        }
    }
}

/// A share is paid only to the account that is registered when it is approved, its own or that of the
/// lender to whom it is bound (R69).
pub(super) fn to_registered_account(c: &mut Conn, payout: &PayoutRow) -> Answer<()> {
    if let (PayoutKind::Share, Some(payee)) = (payout.kind, payee_of(c, payout)?) {
        let organisation = identity::organisation(c, payee)?;
        registered_still(organisation.bank_account.as_deref(), &payout.account)?;
    }
    Ok(())
}

/// What was set aside for a payout is where it was before.
fn free(tx: &mut Tx<'_>, payout: &PayoutRow, then: RefundRequestState, reason: &str) -> Answer<()> {
    if payout.kind == PayoutKind::Return {
        return wait_again(tx, payout, reason);
    }
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

pub(super) fn content_of(row: &PayoutRow) -> Content<'_> {
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

impl<'a> Content<'a> {
    pub(super) fn of(account: &FeeAccount, number: &'a str, it: &'a NewPayout) -> Self {
        Self {
            number,
            fee_account_id: account.id,
            kind: it.kind,
            share: it.share,
            organisation_id: it.organisation_id,
            amount: it.amount,
            account: &it.account,
            account_name: &it.account_name,
        }
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
