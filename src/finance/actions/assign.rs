//! A person says what a waiting line was.

use super::super::model::{DepositId, ExceptionState, LineId, StepKind};
use super::super::rules::{
    FinanceRefusal, Part, PartTarget, parts_of_credit, payout_of_debit, returned_by,
};
use super::super::store::{self, DepositRow, ExceptionRow, LineRow, NoticeRow};
use super::exceptions::step;
use super::import::paid;
use super::payouts::leaves_from;
use super::taken_back::take_back;
use super::{cash, desk_of, house, journal_now};
use crate::identity::{self, OrganisationKind};
use crate::kernel::actor::Actor;
use crate::kernel::db::{Event, Tx};
use crate::kernel::ids::OrganisationId;
use crate::kernel::money::Fen;
use crate::kernel::problem::{Answer, Failure};
use crate::ledger::{self, FeeAccountId, JournalId, MoneyBucket, NewJournal, NewTransfer};

/// Assigns what waits of a line.
#[derive(Debug, Clone)]
pub(crate) struct AssignLine {
    pub(crate) line_id: LineId,
    pub(crate) parts: Vec<Part>,
    pub(crate) reason: String,
}

/// Moves waiting money of a line to developers, or takes a line of money out as a payout.
pub(crate) fn assign_line(tx: &mut Tx<'_>, it: &AssignLine) -> Answer<LineId> {
    let line = store::line(tx.conn(), it.line_id)?;
    let (actor, _) = desk_of(tx, line.fee_account_id)?;
    let before = store::waiting(tx.conn(), line.id)?.ok_or(FinanceRefusal::NothingWaits)?;
    let returned = returned_by(before.can_take(), &it.parts)?;
    let rest_fen = if let Some(returned) = returned {
        take_back(tx, it, &actor, &line, returned)?;
        0
    } else if line.debit_fen.is_zero() {
        let left = parts_of_credit(before.can_take(), &it.parts)?;
        deposit_parts(tx, it, &actor, &line)?;
        left.get()
    } else {
        take_as_payout(tx, it, &line, &before)?;
        0
    };
    let after = if rest_fen == 0 {
        ExceptionRow {
            rest_fen,
            state: ExceptionState::Resolved,
            resolved_by: Some(actor.user_id),
            resolved_at: Some(tx.now()),
            reason: Some(it.reason.clone()),
            ..before.clone()
        }
    } else {
        ExceptionRow { rest_fen, ..before.clone() }
    };
    tx.update(&after)?;
    let kind = if returned.is_some() { StepKind::Return } else { StepKind::Assignment };
    let moved = Fen::of((before.rest_fen - after.rest_fen).saturating_abs());
    let moved = moved.map_err(|_| Failure::broken("what is assigned stays within the books"))?;
    step(tx, &after, &actor, kind, Some(moved), Some(&it.reason))?;
    tx.record(Event {
        subject: format!("statement_line:{}", line.id),
        reason: Some(it.reason.clone()),
        before: Some(serde_json::json!({ "rest_fen": before.rest_fen, "state": before.state })),
        after: Some(serde_json::json!({
            "rest_fen": after.rest_fen,
            "state": after.state,
            "parts": it.parts.iter().map(told).collect::<Vec<_>>(),
        })),
    });
    Ok(line.id)
}

/// A part as the audit log keeps it.
fn told(part: &Part) -> serde_json::Value {
    let target = match &part.target {
        PartTarget::Reference(reference) => reference.clone(),
        PartTarget::Organisation(id) => format!("organisation:{id}"),
        PartTarget::Payout(number) => number.clone(),
        PartTarget::ReturnedPayout(id) => format!("returned:{id}"),
        PartTarget::ReturnedLine(id) => format!("returned:{id}"),
    };
    serde_json::json!({ "target": target, "amount": part.amount })
}

fn deposit_parts(tx: &mut Tx<'_>, it: &AssignLine, actor: &Actor, line: &LineRow) -> Answer<()> {
    let journal_id = JournalId::new();
    let (mut transfers, mut deposits) = (Vec::new(), Vec::new());
    for part in &it.parts {
        let (organisation_id, notice) = developer_of(tx, line.fee_account_id, part)?;
        transfers.push(NewTransfer {
            from: house(line.fee_account_id, MoneyBucket::Suspense),
            to: cash(line.fee_account_id, organisation_id, MoneyBucket::Available),
            amount: part.amount.get(),
        });
        deposits.push(DepositRow {
            id: DepositId::new(),
            fee_account_id: line.fee_account_id,
            line_id: line.id,
            organisation_id,
            notice_id: notice.as_ref().map(|notice| notice.id),
            amount_fen: part.amount,
            account: line.counterparty_account.clone(),
            account_name: line.counterparty_name.clone(),
            journal_id,
            assigned_by: Some(actor.user_id),
            reason: Some(it.reason.clone()),
            deposited_at: tx.now(),
        });
        if let Some(notice) = notice {
            let received = notice.received(part.amount, tx.now())?;
            tx.update(&received)?;
        }
    }
    let (subject, effective_at) = (line.id.uuid(), tx.now());
    let journal = NewJournal {
        id: journal_id,
        event: "assignment",
        subject,
        effective_at,
        reverses: None,
        transfers,
    };
    ledger::post(tx, journal)?;
    Ok(tx.insert_all(&deposits)?)
}

/// Whose cash a part becomes, and for which reference.
fn developer_of(
    tx: &mut Tx<'_>,
    account: FeeAccountId,
    part: &Part,
) -> Answer<(OrganisationId, Option<NoticeRow>)> {
    match &part.target {
        PartTarget::Reference(reference) => {
            let named = std::slice::from_ref(reference);
            let found = store::notices_by_reference(tx.conn(), account, named)?.into_iter().next();
            let unknown = || FinanceRefusal::NoSuchReference { reference: reference.clone() };
            let notice = found.ok_or_else(unknown)?;
            Ok((notice.organisation_id, Some(notice)))
        }
        PartTarget::Organisation(id) => match identity::organisation(tx.conn(), *id)?.kind {
            OrganisationKind::Developer => Ok((*id, None)),
            _ => Err(FinanceRefusal::NotADeveloper.into()),
        },
        PartTarget::Payout(_) => Err(FinanceRefusal::CreditIsNoPayout.into()),
        PartTarget::ReturnedPayout(_) | PartTarget::ReturnedLine(_) => {
            Err(FinanceRefusal::ReturnIsWhole.into())
        }
    }
}

fn take_as_payout(
    tx: &mut Tx<'_>,
    it: &AssignLine,
    line: &LineRow,
    waiting: &ExceptionRow,
) -> Answer<()> {
    let number = payout_of_debit(waiting.can_take(), &it.parts)?;
    let named = [number.to_owned()];
    let found = store::payouts_by_number(tx.conn(), line.fee_account_id, &named)?;
    let unknown = || FinanceRefusal::NoSuchPayout { number: number.to_owned() };
    let payout = found.into_iter().next().ok_or_else(unknown)?;
    waiting.can_take().is_payout(payout.amount_fen, payout.state)?;
    let sides = (leaves_from(&payout), house(line.fee_account_id, MoneyBucket::Receivable));
    let journal = journal_now(tx, "payout", line.id.uuid(), sides, payout.amount_fen);
    ledger::post(tx, journal)?;
    Ok(tx.update(&paid(&payout, line))?)
}
