//! Payouts of shares for a period, entered together and decided as a whole by a second person who
//! sees every amount and account (R69, R71).

use chrono::{Datelike, NaiveDate};
use serde::Serialize;

use super::super::model::{PayoutBatchId, PayoutBatchState, PayoutId, PayoutState, Share};
use super::super::rules::{
    check_period, decide_batch, due, items_of_batch, may_approve, may_cancel, next_code,
};
use super::super::store::{self, PayoutBatchRow, PayoutRow, PayoutTermsRow};
use super::payouts::{
    Content, EnterSharePayout, NewPayout, content_of, next_payout, receipts_posted, rows_of,
    share_payout, to_registered_account,
};
use super::waits::keep_wait;
use super::{bucket_of, desk_of, owed, payable_of};
use crate::identity::{self, Organisation, SecondPerson};
use crate::kernel::actor::Role;
use crate::kernel::clock::Time;
use crate::kernel::db::{Conn, Event, Tx};
use crate::kernel::ids::{OrganisationId, UserId};
use crate::kernel::money::Fen;
use crate::kernel::problem::{Answer, Failure};
use crate::ledger::{self, Account, FeeAccountId, Holder, Place};

/// Enters payouts of shares for a period.
#[derive(Debug, Clone)]
pub(crate) struct EnterBatch {
    pub(crate) id: PayoutBatchId,
    pub(crate) fee_account_id: FeeAccountId,
    pub(crate) from: NaiveDate,
    pub(crate) to: NaiveDate,
    /// Everything that is due for the period where nothing is named.
    pub(crate) items: Option<Vec<BatchItem>>,
}

/// A share to be paid out.
#[derive(Debug, Clone)]
pub(crate) struct BatchItem {
    pub(crate) share: Share,
    pub(crate) organisation_id: OrganisationId,
    pub(crate) amount: Fen,
}

/// What a second person approves: exactly this.
#[derive(Serialize)]
struct BatchContent<'a> {
    number: &'a str,
    fee_account_id: FeeAccountId,
    from: NaiveDate,
    to: NaiveDate,
    total: Fen,
    payouts: Vec<Content<'a>>,
}

/// A share and what of it is due.
#[derive(Debug, Clone)]
pub(crate) struct DueShare {
    pub(crate) share: Share,
    pub(crate) organisation: Organisation,
    pub(crate) balance: Fen,
    pub(crate) payable: Fen,
    /// What of the payable came in up to the end of the period.
    pub(crate) due: Fen,
    pub(crate) owed: Fen,
    pub(crate) waits_until: Option<Time>,
}

/// What is due of each share of a fee account up to the end of a day, in the order of the shares.
pub(crate) fn due_shares(
    c: &mut Conn,
    account: FeeAccountId,
    to: NaiveDate,
    now: Time,
) -> Answer<Vec<DueShare>> {
    let after = Time::in_shanghai(to.succ_opt().unwrap_or(to), 0);
    let mut shares = Vec::new();
    for (held, balance) in ledger::balances_of_fee_account(c, account)? {
        let (Place::Money(_, bucket), Holder::Organisation(id)) = (held.place, held.holder) else {
            continue;
        };
        let share = Share::ALL.iter().find(|share| bucket_of(**share) == bucket);
        let (Some(share), true) = (share.copied(), balance > 0) else { continue };
        let (balance, payable) = payable_of(c, account, id, share)?;
        let later = ledger::credited_from(c, &Account::money(id, account, bucket), after)?;
        let later = Fen::of(later).map_err(|_| Failure::broken("credits stay in the books"))?;
        shares.push(DueShare {
            share,
            organisation: identity::organisation(c, id)?,
            balance,
            payable,
            due: due(payable, later),
            owed: owed(c, account, id)?,
            waits_until: identity::account_waits_until(c, id, now)?,
        });
    }
    shares.sort_by(|one, other| {
        (one.share, &one.organisation.code).cmp(&(other.share, &other.organisation.code))
    });
    Ok(shares)
}

/// Enters a batch for a second person.
pub(crate) fn enter_batch(tx: &mut Tx<'_>, it: &EnterBatch) -> Answer<PayoutBatchId> {
    let (actor, account) = desk_of(tx, it.fee_account_id)?;
    check_period(it.from, it.to)?;
    let items = match &it.items {
        Some(items) => items.clone(),
        None => all_due(tx, account.id, it.to)?,
    };
    let named: Vec<_> =
        items.iter().map(|item| (item.share, item.organisation_id, item.amount)).collect();
    let total = items_of_batch(&named)?;
    let (year, county) = (tx.now().date_in_shanghai().year(), &account.county);
    let code = next_code(tx.next_number(&format!("payout_batch:{county}:{year}"))?)?;
    let number = format!("PB-{year}-{code}");
    let mut payouts: Vec<(String, NewPayout)> = Vec::with_capacity(items.len());
    for item in items {
        let command = EnterSharePayout {
            id: PayoutId::new(),
            fee_account_id: account.id,
            share: item.share,
            organisation_id: item.organisation_id,
            amount: item.amount,
        };
        let payout = share_payout(tx, &actor, &command)?;
        payouts.push((next_payout(tx, &account)?, payout));
    }
    let content = BatchContent {
        number: &number,
        fee_account_id: account.id,
        from: it.from,
        to: it.to,
        total,
        payouts: payouts.iter().map(|(number, it)| Content::of(&account, number, it)).collect(),
    };
    let approval_id = identity::ask_second_person(
        tx,
        SecondPerson {
            subject: &format!("payout_batch:{}", it.id),
            content: &content,
            initiator_roles: &[Role::FinanceOfficer],
            approver_roles: &[Role::FinanceDirector],
        },
    )?;
    let row = PayoutBatchRow {
        id: it.id,
        fee_account_id: account.id,
        number,
        period_from: it.from,
        period_to: it.to,
        payouts: i64::try_from(payouts.len()).map_err(|_| Failure::broken("a batch is small"))?,
        total_fen: total,
        approval_id,
        state: PayoutBatchState::Entered,
        entered_by: actor.user_id,
        entered_at: tx.now(),
        decided_by: None,
        decided_at: None,
        reason: None,
    };
    let rows = payouts.into_iter().map(|(number, payout)| {
        rows_of(tx, &actor, &account, payout, (number, approval_id, Some(row.id)))
    });
    let (rows, terms): (Vec<PayoutRow>, Vec<PayoutTermsRow>) = rows.unzip();
    tx.insert(&row)?;
    tx.insert_all(&rows)?;
    tx.insert_all(&terms)?;
    tx.record(event(&row, None));
    Ok(row.id)
}

/// Everything that is due for a period, except where nothing can be paid to.
fn all_due(tx: &mut Tx<'_>, account: FeeAccountId, to: NaiveDate) -> Answer<Vec<BatchItem>> {
    let now = tx.now();
    let shares = due_shares(tx.conn(), account, to, now)?.into_iter();
    let payable =
        shares.filter(|one| !one.due.is_zero() && one.organisation.bank_account.is_some());
    let item = |one: DueShare| BatchItem {
        share: one.share,
        organisation_id: one.organisation.id,
        amount: one.due,
    };
    Ok(payable.map(item).collect())
}

/// Approves a batch with all its payouts: a second person who has posted no receipts of this fee
/// account (R71).
pub(crate) fn approve_batch(tx: &mut Tx<'_>, id: PayoutBatchId) -> Answer<PayoutBatchId> {
    let before = store::batch(tx.conn(), id)?;
    let (actor, account) = desk_of(tx, before.fee_account_id)?;
    decide_batch(before.state)?;
    may_approve(receipts_posted(tx.conn(), account.id, actor.user_id)?)?;
    let payouts = store::payouts_of_batch(tx.conn(), id)?;
    for (payout, _) in &payouts {
        to_registered_account(tx.conn(), payout)?;
    }
    let content = BatchContent {
        number: &before.number,
        fee_account_id: account.id,
        from: before.period_from,
        to: before.period_to,
        total: before.total_fen,
        payouts: payouts.iter().map(|(payout, _)| content_of(payout)).collect(),
    };
    let approved = identity::second_person(tx, before.approval_id, &content)?;
    let calendar = identity::calendar(tx.conn())?;
    for (payout, _) in &payouts {
        keep_wait(tx, payout, &calendar)?;
    }
    decided(
        tx,
        before,
        (PayoutBatchState::Approved, PayoutState::Approved),
        approved.approver,
        None,
    )
}

/// Rejects a batch with all its payouts.
pub(crate) fn reject_batch(
    tx: &mut Tx<'_>,
    id: PayoutBatchId,
    reason: &str,
) -> Answer<PayoutBatchId> {
    let before = store::batch(tx.conn(), id)?;
    let (actor, _) = desk_of(tx, before.fee_account_id)?;
    decide_batch(before.state)?;
    let states = (PayoutBatchState::Rejected, PayoutState::Rejected);
    decided(tx, before, states, actor.user_id, Some(reason))
}

/// Cancels a batch that nobody has decided, with all its payouts.
pub(crate) fn cancel_batch(
    tx: &mut Tx<'_>,
    id: PayoutBatchId,
    reason: &str,
) -> Answer<PayoutBatchId> {
    let before = store::batch(tx.conn(), id)?;
    let (actor, _) = desk_of(tx, before.fee_account_id)?;
    decide_batch(before.state)?;
    may_cancel(PayoutState::Entered, before.entered_by, actor.user_id)?;
    let states = (PayoutBatchState::Cancelled, PayoutState::Cancelled);
    decided(tx, before, states, actor.user_id, Some(reason))
}

fn decided(
    tx: &mut Tx<'_>,
    before: PayoutBatchRow,
    (state, each): (PayoutBatchState, PayoutState),
    by: UserId,
    reason: Option<&str>,
) -> Answer<PayoutBatchId> {
    let (was, decided_at) = (before.state, Some(tx.now()));
    for (payout, _) in store::payouts_of_batch(tx.conn(), before.id)? {
        let (decided_by, reason) = (Some(by), reason.map(str::to_owned));
        tx.update(&PayoutRow { state: each, decided_by, decided_at, reason, ..payout })?;
    }
    let (decided_by, reason) = (Some(by), reason.map(str::to_owned));
    let row = PayoutBatchRow { state, decided_by, decided_at, reason, ..before };
    tx.update(&row)?;
    tx.record(event(&row, Some(was)));
    Ok(row.id)
}

fn event(row: &PayoutBatchRow, before: Option<PayoutBatchState>) -> Event {
    Event {
        subject: format!("payout_batch:{}", row.number),
        reason: row.reason.clone(),
        before: before.map(|state| serde_json::json!({ "state": state })),
        after: Some(serde_json::json!({
            "state": row.state,
            "payouts": row.payouts,
            "total": row.total_fen,
            "from": row.period_from,
            "to": row.period_to,
        })),
    }
}
