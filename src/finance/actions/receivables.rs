//! What organisations owe a fee account, since a booking was undone after its money was gone (R67).
//! It is settled out of the next of their own money here, or by a line of the bank.

use super::super::model::{ExceptionState, LineId, ReceivablePaymentId, Share, StepKind};
use super::super::rules::{OutgoingRefusal, within_owed};
use super::super::store::{self, ExceptionRow, ReceivablePaymentRow};
use super::exceptions::step;
use super::{bucket_of, cash, desk_of, held, house, journal_now, payouts::payable_before_owed};
use crate::identity::{self, OrganisationKind};
use crate::kernel::actor::Actor;
use crate::kernel::db::{Conn, Event, Tx};
use crate::kernel::ids::{OrganisationId, UserId};
use crate::kernel::money::Fen;
use crate::kernel::problem::{Answer, Failure};
use crate::ledger::{self, Account, FeeAccountId, MoneyBucket};

/// Pays a receivable.
#[derive(Debug, Clone)]
pub(crate) struct PayReceivable {
    pub(crate) id: ReceivablePaymentId,
    pub(crate) fee_account_id: FeeAccountId,
    pub(crate) organisation_id: OrganisationId,
    pub(crate) amount: Fen,
    /// The line of money in by which it was paid; without one the organisation's own money here.
    pub(crate) line_id: Option<LineId>,
    pub(crate) reason: String,
}

/// What an organisation owes a fee account.
pub(crate) fn owed(
    c: &mut Conn,
    account: FeeAccountId,
    organisation_id: OrganisationId,
) -> Answer<Fen> {
    let receivable = Account::money(organisation_id, account, MoneyBucket::Receivable);
    let balance = ledger::balance(c, &receivable)?;
    Fen::of(-balance).map_err(|_| Failure::broken("nobody pays more than they owe"))
}

/// Pays a receivable out of the organisation's own money here, or by a line that waits.
pub(crate) fn pay_receivable(tx: &mut Tx<'_>, it: &PayReceivable) -> Answer<ReceivablePaymentId> {
    let (actor, account) = desk_of(tx, it.fee_account_id)?;
    let owes = owed(tx.conn(), account.id, it.organisation_id)?;
    let from = match it.line_id {
        Some(line_id) => {
            let line = store::line(tx.conn(), line_id)?;
            if line.fee_account_id != account.id {
                return Err(Failure::not_found());
            }
            let waits = store::waiting(tx.conn(), line.id)?;
            let waits = waits.map_or(0, |waiting| waiting.rest_fen.max(0));
            within_owed(owes, Fen::of(waits).unwrap_or_default(), it.amount)?;
            take_waiting(tx, &actor, (line.id, StepKind::Assignment), it.amount, &it.reason)?;
            house(account.id, MoneyBucket::Suspense)
        }
        None => own_money(tx.conn(), account.id, it, owes)?,
    };
    let row = ReceivablePaymentRow {
        id: it.id,
        fee_account_id: account.id,
        organisation_id: it.organisation_id,
        amount_fen: it.amount,
        line_id: it.line_id,
        journal_id: ledger::JournalId::new(),
        reason: it.reason.clone(),
        taken_by: actor.user_id,
        taken_at: tx.now(),
    };
    book(tx, &row, from)?;
    tx.record(Event {
        subject: format!("receivable:{}", row.organisation_id),
        reason: Some(row.reason.clone()),
        before: Some(serde_json::json!({ "owed": owes })),
        after: Some(serde_json::json!({ "paid": row.amount_fen, "line_id": row.line_id })),
    });
    Ok(row.id)
}

/// The first of the organisation's accounts that holds as much: a share, or a developer's cash.
fn own_money(
    c: &mut Conn,
    account: FeeAccountId,
    it: &PayReceivable,
    owes: Fen,
) -> Answer<Account> {
    let organisation = identity::organisation(c, it.organisation_id)?;
    let mut most = Fen::ZERO;
    for share in Share::ALL {
        let held = payable_before_owed(c, account, organisation.id, *share)?;
        if held >= it.amount && !it.amount.is_zero() {
            within_owed(owes, held, it.amount)?;
            return Ok(Account::money(organisation.id, account, bucket_of(*share)));
        }
        most = most.max(held);
    }
    let own_cash = cash(account, organisation.id, MoneyBucket::Available);
    if organisation.kind == OrganisationKind::Developer {
        most = most.max(held(c, &own_cash)?);
    }
    within_owed(owes, most, it.amount)?;
    Ok(own_cash)
}

/// Settles what an organisation owes out of its share, as far as it goes; done before any of the
/// share is paid out.
pub(super) fn settle_from_share(
    tx: &mut Tx<'_>,
    by: UserId,
    account: FeeAccountId,
    organisation_id: OrganisationId,
    share: Share,
) -> Answer<()> {
    let owes = owed(tx.conn(), account, organisation_id)?;
    let amount = owes.min(payable_before_owed(tx.conn(), account, organisation_id, share)?);
    if amount.is_zero() {
        return Ok(());
    }
    let row = ReceivablePaymentRow {
        id: ReceivablePaymentId::new(),
        fee_account_id: account,
        organisation_id,
        amount_fen: amount,
        line_id: None,
        journal_id: ledger::JournalId::new(),
        reason: "拨付前以份额抵扣应收款".into(),
        taken_by: by,
        taken_at: tx.now(),
    };
    book(tx, &row, Account::money(organisation_id, account, bucket_of(share)))
}

fn book(tx: &mut Tx<'_>, row: &ReceivablePaymentRow, from: Account) -> Answer<()> {
    let to = Account::money(row.organisation_id, row.fee_account_id, MoneyBucket::Receivable);
    let subject = row.id.uuid();
    let journal = journal_now(tx, "receivable_payment", subject, (from, to), row.amount_fen);
    ledger::post(tx, ledger::NewJournal { id: row.journal_id, ..journal })?;
    Ok(tx.insert(row)?)
}

/// Takes money of a line of money in that waits; what is left waits on.
pub(super) fn take_waiting(
    tx: &mut Tx<'_>,
    actor: &Actor,
    (line_id, kind): (LineId, StepKind),
    amount: Fen,
    reason: &str,
) -> Answer<()> {
    let unfit = OutgoingRefusal::ReturnDoesNotFit { amount };
    let before = store::waiting(tx.conn(), line_id)?.ok_or(unfit)?;
    let rest_fen = before.rest_fen - amount.get();
    let after = if rest_fen == 0 {
        ExceptionRow {
            rest_fen,
            state: ExceptionState::Resolved,
            resolved_by: Some(actor.user_id),
            resolved_at: Some(tx.now()),
            reason: Some(reason.to_owned()),
            ..before
        }
    } else {
        ExceptionRow { rest_fen, ..before }
    };
    tx.update(&after)?;
    step(tx, &after, actor, kind, Some(amount), Some(reason))
}
