//! The balance with which a fee account came: a journal by two people before its first file (R70).

use chrono::NaiveDate;
use serde::Serialize;

use super::super::model::{ExceptionKind, LineId, OpeningId, OpeningState};
use super::super::rules::FinanceRefusal;
use super::super::store::{self, LineRow, OpeningRow};
use super::import::exception;
use super::{desk_of, house};
use crate::identity::{self, SecondPerson};
use crate::kernel::actor::Role;
use crate::kernel::clock::Time;
use crate::kernel::db::{Event, Tx};
use crate::kernel::money::Fen;
use crate::kernel::problem::Answer;
use crate::ledger::{self, FeeAccountId, JournalId, MoneyBucket, NewJournal, NewTransfer};

/// Enters the balance with which a fee account came.
#[derive(Debug, Clone)]
pub(crate) struct EnterOpening {
    pub(crate) id: OpeningId,
    pub(crate) fee_account_id: FeeAccountId,
    pub(crate) amount: Fen,
    pub(crate) opened_on: NaiveDate,
    pub(crate) reason: String,
}

/// What a second person approves: exactly this.
#[derive(Serialize)]
struct Content {
    id: OpeningId,
    fee_account_id: FeeAccountId,
    amount: Fen,
    opened_on: NaiveDate,
}

/// Enters an opening balance for approval.
pub(crate) fn enter_opening(tx: &mut Tx<'_>, it: &EnterOpening) -> Answer<OpeningId> {
    let (actor, account) = desk_of(tx, it.fee_account_id)?;
    if it.amount.is_zero() {
        return Err(FinanceRefusal::NothingAsked.into());
    }
    if store::last_line(tx.conn(), account.id)?.is_some() {
        return Err(FinanceRefusal::OpeningTooLate.into());
    }
    let content = Content {
        id: it.id,
        fee_account_id: account.id,
        amount: it.amount,
        opened_on: it.opened_on,
    };
    let approval_id = identity::ask_second_person(
        tx,
        SecondPerson {
            subject: &format!("account_opening:{}", it.id),
            content: &content,
            initiator_roles: &[Role::FinanceOfficer],
            approver_roles: &[Role::FinanceDirector],
        },
    )?;
    let row = OpeningRow {
        id: it.id,
        fee_account_id: account.id,
        amount_fen: it.amount,
        opened_on: it.opened_on,
        reason: it.reason.clone(),
        approval_id,
        state: OpeningState::Entered,
        entered_by: actor.user_id,
        entered_at: tx.now(),
        approved_by: None,
        approved_at: None,
    };
    tx.insert(&row)?;
    tx.record(event(&row));
    Ok(row.id)
}

/// Books an opening balance to suspense: whose it is, a person says line by line.
pub(crate) fn approve_opening(tx: &mut Tx<'_>, id: OpeningId) -> Answer<OpeningId> {
    let before = store::opening(tx.conn(), id)?;
    let (_, account) = desk_of(tx, before.fee_account_id)?;
    if store::last_line(tx.conn(), account.id)?.is_some() {
        return Err(FinanceRefusal::OpeningTooLate.into());
    }
    let content = Content {
        id,
        fee_account_id: account.id,
        amount: before.amount_fen,
        opened_on: before.opened_on,
    };
    let approved = identity::second_person(tx, before.approval_id, &content)?;
    let line = LineRow {
        id: LineId::new(),
        fee_account_id: account.id,
        statement_id: None,
        position: 0,
        known_by: "opening".into(),
        serial: None,
        effective_at: Time::in_shanghai(before.opened_on, 0),
        credit_fen: before.amount_fen,
        debit_fen: Fen::ZERO,
        balance_fen: before.amount_fen,
        counterparty_name: String::new(),
        counterparty_account: String::new(),
        text: before.reason.clone(),
        journal_id: JournalId::new(),
    };
    let journal = NewJournal {
        id: line.journal_id,
        event: "opening",
        subject: line.id.uuid(),
        effective_at: line.effective_at,
        reverses: None,
        transfers: vec![NewTransfer {
            from: house(account.id, MoneyBucket::Clearing),
            to: house(account.id, MoneyBucket::Suspense),
            amount: before.amount_fen.get(),
        }],
    };
    ledger::post(tx, journal)?;
    tx.insert(&line)?;
    let waits = line.signed_fen();
    tx.insert(&exception(&line, ExceptionKind::OpeningBalance, None, waits, tx.now()))?;
    let row = OpeningRow {
        state: OpeningState::Approved,
        approved_by: Some(approved.approver),
        approved_at: Some(tx.now()),
        ..before
    };
    tx.update(&row)?;
    tx.record(event(&row));
    Ok(row.id)
}

fn event(row: &OpeningRow) -> Event {
    Event {
        subject: format!("account_opening:{}", row.id),
        reason: Some(row.reason.clone()),
        after: Some(serde_json::json!({
            "amount": row.amount_fen,
            "opened_on": row.opened_on,
            "state": row.state,
        })),
        ..Event::default()
    }
}
