//! Bookings that two people undo (R67): a mirror journal that names the original, and what follows
//! from it for lines, references and payouts. What is gone already stands in receivable.

use serde::Serialize;
use uuid::Uuid;

use super::super::model::{
    CorrectionId, CorrectionKind, CorrectionState, ExceptionKind, ExceptionState, LineId,
    NoticeState, PayoutState, Share, StepKind,
};
use super::super::rules::{FinanceRefusal, Free, OutgoingRefusal, mirror_of};
use super::super::store::{self, CorrectionRow, ExceptionRow, NoticeRow, PayoutRow};
use super::exceptions::step;
use super::import::exception;
use super::payouts::{leaves_from, payable_before_owed};
use super::{bucket_of, cash, desk_of, house};
use crate::identity::{self, SecondPerson};
use crate::kernel::actor::Role;
use crate::kernel::db::{Conn, Event, OnConstraint, RawId, Tx};
use crate::kernel::money::Fen;
use crate::kernel::problem::{Answer, Failure};
use crate::ledger::{
    self, FeeAccountId, Holder, JournalId, MoneyBucket, NewJournal, NewTransfer, Place,
};
use crate::settlement::{self, Source};

/// Enters a booking that is to be undone.
#[derive(Debug, Clone)]
pub(crate) struct EnterCorrection {
    pub(crate) id: CorrectionId,
    pub(crate) kind: CorrectionKind,
    /// The trade, deposit or payout.
    pub(crate) subject: Uuid,
    pub(crate) reason: String,
}

/// What a second person approves: exactly this.
#[derive(Serialize)]
struct Content {
    id: CorrectionId,
    kind: CorrectionKind,
    subject: Uuid,
    original: JournalId,
    amount: Fen,
}

impl From<&CorrectionRow> for Content {
    fn from(row: &CorrectionRow) -> Self {
        Self {
            id: row.id,
            kind: row.kind,
            subject: row.subject_id.0,
            original: row.original_journal_id,
            amount: row.amount_fen,
        }
    }
}

/// A booking as it was made.
struct Original {
    fee_account: FeeAccountId,
    journal: JournalId,
    amount: Fen,
    transfers: Vec<NewTransfer>,
}

/// Enters a correction for a second person.
pub(crate) fn enter_correction(tx: &mut Tx<'_>, it: &EnterCorrection) -> Answer<CorrectionId> {
    let original = original(tx.conn(), it.kind, it.subject)?;
    let (actor, account) = desk_of(tx, original.fee_account)?;
    if it.kind == CorrectionKind::Trade
        && settlement::trade_of(tx.conn(), it.subject.into())?.source == Source::EnforcedSale
    {
        return Err(OutgoingRefusal::EnforcedSale.into());
    }
    let mut row = CorrectionRow {
        id: it.id,
        fee_account_id: account.id,
        kind: it.kind,
        subject_id: RawId(it.subject),
        original_journal_id: original.journal,
        amount_fen: original.amount,
        reason: it.reason.clone(),
        approval_id: Uuid::nil().into(),
        state: CorrectionState::Entered,
        entered_by: actor.user_id,
        entered_at: tx.now(),
        decided_by: None,
        decided_at: None,
        journal_id: None,
        receivable_fen: None,
        decision: None,
    };
    row.approval_id = identity::ask_second_person(
        tx,
        SecondPerson {
            subject: &format!("correction:{}", it.id),
            content: &Content::from(&row),
            initiator_roles: &[Role::FinanceOfficer],
            approver_roles: &[Role::FinanceDirector],
        },
    )?;
    tx.insert(&row).on_constraint(
        "corrections_subject_id_original_journal_id_key",
        OutgoingRefusal::Corrected,
    )?;
    tx.record(event(&row, None));
    Ok(row.id)
}

/// Undoes the booking now, as far as its money is there.
pub(crate) fn approve_correction(tx: &mut Tx<'_>, id: CorrectionId) -> Answer<CorrectionId> {
    let before = waiting(tx, id)?;
    let approved = identity::second_person(tx, before.approval_id, &Content::from(&before))?;
    let original = original(tx.conn(), before.kind, before.subject_id.0)?;
    if original.journal != before.original_journal_id {
        return Err(OutgoingRefusal::Corrected.into());
    }
    let free = free_of(tx.conn(), &original.transfers)?;
    let mirror = mirror_of(&original.transfers, &free)?;
    let journal = NewJournal {
        id: JournalId::new(),
        event: "reversal",
        subject: before.subject_id.0,
        effective_at: tx.now(),
        reverses: Some(original.journal),
        transfers: mirror.transfers,
    };
    let journal_id = journal.id;
    ledger::post(tx, journal)?;
    follow_up(tx, &before)?;
    let row = CorrectionRow {
        state: CorrectionState::Approved,
        decided_by: Some(approved.approver),
        decided_at: Some(tx.now()),
        journal_id: Some(journal_id),
        receivable_fen: Some(mirror.receivable_fen),
        ..before
    };
    tx.update(&row)?;
    tx.record(event(&row, None));
    Ok(row.id)
}

/// Turns a correction down.
pub(crate) fn reject_correction(
    tx: &mut Tx<'_>,
    id: CorrectionId,
    reason: &str,
) -> Answer<CorrectionId> {
    let (actor, before) = (tx.actor()?, waiting(tx, id)?);
    let row = CorrectionRow {
        state: CorrectionState::Rejected,
        decided_by: Some(actor.user_id),
        decided_at: Some(tx.now()),
        decision: Some(reason.to_owned()),
        ..before
    };
    tx.update(&row)?;
    tx.record(event(&row, Some(reason)));
    Ok(row.id)
}

fn waiting(tx: &mut Tx<'_>, id: CorrectionId) -> Answer<CorrectionRow> {
    let row = store::correction(tx.conn(), id)?;
    desk_of(tx, row.fee_account_id)?;
    match row.state {
        CorrectionState::Entered => Ok(row),
        state @ (CorrectionState::Approved | CorrectionState::Rejected) => {
            Err(OutgoingRefusal::CorrectionDecided { state }.into())
        }
    }
}

fn original(c: &mut Conn, kind: CorrectionKind, subject: Uuid) -> Answer<Original> {
    match kind {
        CorrectionKind::Trade => {
            let trade = settlement::trade_of(c, subject.into())?;
            Ok(Original {
                fee_account: trade.fee_account,
                journal: trade.journal,
                amount: in_fen(trade.split.amount)?,
                transfers: ledger::transfers_of(c, trade.journal)?,
            })
        }
        CorrectionKind::Deposit => {
            let deposit = store::deposit(c, subject.into())?;
            let account = deposit.fee_account_id;
            let gone = store::returns_of_lines(c, &[deposit.line_id])?;
            if gone.iter().any(|row| row.deposit_id == Some(deposit.id)) {
                return Err(OutgoingRefusal::Corrected.into());
            }
            Ok(Original {
                fee_account: account,
                journal: deposit.journal_id,
                amount: deposit.amount_fen,
                // A journal may hold the deposits of several developers: this is the one of them.
                transfers: vec![NewTransfer {
                    from: house(account, MoneyBucket::Suspense),
                    to: cash(account, deposit.organisation_id, MoneyBucket::Available),
                    amount: deposit.amount_fen.get(),
                }],
            })
        }
        CorrectionKind::Payout => {
            let payout = store::payout(c, subject.into())?;
            original_payout(c, &payout)
        }
    }
}

fn original_payout(c: &mut Conn, payout: &PayoutRow) -> Answer<Original> {
    let (PayoutState::Paid, Some(line_id)) = (payout.state, payout.line_id) else {
        return Err(OutgoingRefusal::NotPaid { state: payout.state }.into());
    };
    if store::returns_of(c, &[payout.id])?.contains_key(&payout.id) {
        return Err(OutgoingRefusal::Returned.into());
    }
    let from = leaves_from(payout);
    // Without a journal of this event about the line the payout was never taken out.
    let journal = ledger::journal_about(c, &from, "payout", line_id.uuid())?;
    Ok(Original {
        fee_account: payout.fee_account_id,
        journal: journal.ok_or_else(|| Failure::broken("a paid payout has its journal"))?,
        amount: payout.amount_fen,
        // The bank's line stays booked; its money waits in receivable to be explained otherwise.
        transfers: vec![NewTransfer {
            from,
            to: house(payout.fee_account_id, MoneyBucket::Receivable),
            amount: payout.amount_fen.get(),
        }],
    })
}

/// What can be taken back of each account that these transfers filled: a share less its open
/// payouts, anything else whole.
fn free_of(c: &mut Conn, original: &[NewTransfer]) -> Answer<Free> {
    let mut free = Free::new();
    for account in original.iter().map(|transfer| transfer.to) {
        let held = match (account.holder, account.place) {
            (Holder::Organisation(id), Place::Money(fee_account, bucket)) => {
                let share = Share::ALL.iter().find(|share| bucket_of(**share) == bucket);
                match share {
                    Some(share) => payable_before_owed(c, fee_account, id, *share)?.get(),
                    None => ledger::balance(c, &account)?,
                }
            }
            _ => ledger::balance(c, &account)?,
        };
        free.insert(account, held);
    }
    Ok(free)
}

fn follow_up(tx: &mut Tx<'_>, correction: &CorrectionRow) -> Answer<()> {
    match correction.kind {
        CorrectionKind::Trade => settlement::take_out_of_index(tx, correction.subject_id.0.into()),
        CorrectionKind::Deposit => {
            let deposit = store::deposit(tx.conn(), correction.subject_id.0.into())?;
            if let Some(id) = deposit.notice_id {
                let notice = store::notice(tx.conn(), id)?;
                let left = notice.received_fen.checked_sub(deposit.amount_fen);
                let received_fen =
                    left.ok_or_else(|| Failure::broken("a notice received its deposits"))?;
                let state = NoticeState::Open;
                tx.update(&NoticeRow { received_fen, state, paid_at: None, ..notice })?;
            }
            let amount = deposit.amount_fen.get();
            let waits = (ExceptionKind::DepositReversed, amount);
            waits_again(tx, deposit.line_id, waits, &correction.reason)
        }
        CorrectionKind::Payout => {
            let payout = store::payout(tx.conn(), correction.subject_id.0.into())?;
            let (line_id, amount) = (payout.line_id, payout.amount_fen.get());
            let state = PayoutState::Approved;
            tx.update(&PayoutRow { state, line_id: None, paid_at: None, ..payout })?;
            let line_id = line_id.ok_or(FinanceRefusal::NothingWaits)?;
            let waits = (ExceptionKind::PayoutReversed, -amount);
            waits_again(tx, line_id, waits, &correction.reason)
        }
    }
}

/// A line that was taken for something waits for a person again.
pub(super) fn waits_again(
    tx: &mut Tx<'_>,
    line_id: LineId,
    (kind, amount_fen): (ExceptionKind, i64),
    reason: &str,
) -> Answer<()> {
    let Some(before) = store::waiting(tx.conn(), line_id)? else {
        let line = store::line(tx.conn(), line_id)?;
        let now = tx.now();
        return Ok(tx.insert(&exception(&line, kind, None, amount_fen, now))?);
    };
    let after = ExceptionRow {
        rest_fen: before.rest_fen + amount_fen,
        state: ExceptionState::Open,
        resolved_by: None,
        resolved_at: None,
        reason: None,
        ..before
    };
    tx.update(&after)?;
    let (actor, moved) = (tx.actor()?, in_fen(amount_fen.abs())?);
    step(tx, &after, &actor, StepKind::Return, Some(moved), Some(reason))
}

fn in_fen(fen: i64) -> Answer<Fen> {
    Fen::of(fen).map_err(|_| Failure::broken("an amount of the books is not negative"))
}

fn event(row: &CorrectionRow, decision: Option<&str>) -> Event {
    Event {
        subject: format!("correction:{}", row.id),
        reason: Some(decision.unwrap_or(&row.reason).to_owned()),
        before: Some(serde_json::json!({ "journal_id": row.original_journal_id })),
        after: Some(serde_json::json!({
            "state": row.state,
            "kind": row.kind,
            "subject_id": row.subject_id.0,
            "amount": row.amount_fen,
            "journal_id": row.journal_id,
            "receivable_fen": row.receivable_fen,
        })),
    }
}
