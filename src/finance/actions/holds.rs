//! Accounts to which nothing leaves: one person holds an account at once, two let it go again.

use serde::Serialize;

use super::super::model::{AccountHoldId, AccountHoldState};
use super::super::rules::{OutgoingRefusal, ask_lift, hold, lift};
use super::super::store::{self, AccountHoldRow};
use super::desk_of;
use crate::identity::{self, SecondPerson};
use crate::kernel::actor::Role;
use crate::kernel::db::{Event, Tx};
use crate::kernel::problem::Answer;
use crate::ledger::FeeAccountId;

/// Holds an account.
#[derive(Debug, Clone)]
pub(crate) struct HoldAccount {
    pub(crate) id: AccountHoldId,
    pub(crate) fee_account_id: FeeAccountId,
    pub(crate) number: String,
    pub(crate) reason: String,
}

/// What a second person approves: exactly this.
#[derive(Serialize)]
struct Content<'a> {
    id: AccountHoldId,
    fee_account_id: FeeAccountId,
    number: &'a str,
    lift_reason: &'a str,
}

/// Holds an account: from now on no payment file of the fee account contains it.
pub(crate) fn hold_account(tx: &mut Tx<'_>, it: &HoldAccount) -> Answer<AccountHoldId> {
    let (actor, account) = desk_of(tx, it.fee_account_id)?;
    hold(store::hold_state(tx.conn(), account.id, &it.number)?)?;
    let row = AccountHoldRow {
        id: it.id,
        fee_account_id: account.id,
        number: it.number.clone(),
        reason: it.reason.clone(),
        state: AccountHoldState::Held,
        held_by: actor.user_id,
        held_at: tx.now(),
        lift_reason: None,
        approval_id: None,
        lift_asked_by: None,
        lift_asked_at: None,
        lifted_by: None,
        lifted_at: None,
    };
    tx.insert(&row)?;
    tx.record(event(&row, None));
    Ok(row.id)
}

/// Asks a second person to lift a hold.
pub(crate) fn ask_hold_lift(
    tx: &mut Tx<'_>,
    id: AccountHoldId,
    reason: &str,
) -> Answer<AccountHoldId> {
    let before = store::hold(tx.conn(), id)?;
    let (actor, account) = desk_of(tx, before.fee_account_id)?;
    ask_lift(before.state)?;
    let content =
        Content { id, fee_account_id: account.id, number: &before.number, lift_reason: reason };
    let approval_id = identity::ask_second_person(
        tx,
        SecondPerson {
            subject: &format!("account_hold:{id}"),
            content: &content,
            initiator_roles: &[Role::FinanceOfficer],
            approver_roles: &[Role::FinanceDirector],
        },
    )?;
    let was = before.state;
    let row = AccountHoldRow {
        state: AccountHoldState::LiftAsked,
        lift_reason: Some(reason.to_owned()),
        approval_id: Some(approval_id),
        lift_asked_by: Some(actor.user_id),
        lift_asked_at: Some(tx.now()),
        ..before
    };
    tx.update(&row)?;
    tx.record(event(&row, Some(was)));
    Ok(row.id)
}

/// Lifts a hold as the second person.
pub(crate) fn lift_hold(tx: &mut Tx<'_>, id: AccountHoldId) -> Answer<AccountHoldId> {
    let before = store::hold(tx.conn(), id)?;
    let (_, account) = desk_of(tx, before.fee_account_id)?;
    lift(before.state)?;
    let approval_id = before.approval_id.ok_or(OutgoingRefusal::LiftNotAsked)?;
    let content = Content {
        id,
        fee_account_id: account.id,
        number: &before.number,
        lift_reason: before.lift_reason.as_deref().unwrap_or_default(),
    };
    let approved = identity::second_person(tx, approval_id, &content)?;
    let was = before.state;
    let row = AccountHoldRow {
        state: AccountHoldState::Lifted,
        lifted_by: Some(approved.approver),
        lifted_at: Some(tx.now()),
        ..before
    };
    tx.update(&row)?;
    tx.record(event(&row, Some(was)));
    Ok(row.id)
}

fn event(row: &AccountHoldRow, before: Option<AccountHoldState>) -> Event {
    Event {
        subject: format!("account_hold:{}", row.id),
        reason: Some(row.lift_reason.as_ref().unwrap_or(&row.reason).clone()),
        before: before.map(|state| serde_json::json!({ "state": state })),
        after: Some(serde_json::json!({ "account": row.number, "state": row.state })),
    }
}
