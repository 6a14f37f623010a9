//! The accounts that are trusted (R69): put on the list by two people, taken off it by one, and off it
//! by themselves when another account is registered.

use serde::Serialize;

use super::accounts::visible_organisation;
use super::second_person::{SecondPerson, ask_second_person, second_person};
use crate::identity::model::{TrustedAccountId, TrustedAccountState};
use crate::identity::rules;
use crate::identity::store::{self, TrustedAccountRow};
use crate::kernel::actor::Role;
use crate::kernel::calendar::Calendar;
use crate::kernel::clock::Time;
use crate::kernel::db::{Conn, Event, Tx};
use crate::kernel::ids::{OrganisationId, UserId};
use crate::kernel::problem::Answer;

/// Why an account leaves the list when another one is registered.
const ANOTHER_REGISTERED: &str = "登记账户已变更";

/// Enters an account that is to be trusted.
#[derive(Debug, Clone)]
pub(in crate::identity) struct EnterTrustedAccount {
    pub(in crate::identity) id: TrustedAccountId,
    pub(in crate::identity) organisation_id: OrganisationId,
    pub(in crate::identity) number: String,
    pub(in crate::identity) reason: String,
}

/// What a second person approves: exactly this.
#[derive(Serialize)]
struct Content<'a> {
    id: TrustedAccountId,
    organisation_id: OrganisationId,
    number: &'a str,
}

/// Enters an addition to the list for a second person.
pub(in crate::identity) fn enter_trusted_account(
    tx: &mut Tx<'_>,
    it: &EnterTrustedAccount,
) -> Answer<TrustedAccountId> {
    let actor = tx.actor()?;
    let organisation = visible_organisation(tx.conn(), &actor, it.organisation_id)?;
    let standing = store::standing_accounts(tx.conn(), organisation.id)?;
    let standing = standing.iter().find(|row| row.number == it.number).map(|row| row.state);
    rules::check_addition(organisation.bank_account.as_deref(), &it.number, standing)?;
    let content = Content { id: it.id, organisation_id: organisation.id, number: &it.number };
    let approval_id = ask_second_person(
        tx,
        SecondPerson {
            subject: &format!("trusted_account:{}", it.id),
            content: &content,
            initiator_roles: &[Role::FinanceOfficer],
            approver_roles: &[Role::FinanceDirector],
        },
    )?;
    let row = TrustedAccountRow {
        id: it.id,
        organisation_id: organisation.id,
        number: it.number.clone(),
        reason: it.reason.clone(),
        approval_id,
        state: TrustedAccountState::Entered,
        entered_by: actor.user_id,
        entered_at: tx.now(),
        decided_by: None,
        decided_at: None,
        acts_from: None,
        removed_by: None,
        removed_at: None,
        decision: None,
    };
    store::insert_trusted_account(tx, &row)?;
    tx.record(event(&row, None));
    Ok(row.id)
}

/// Puts the account on the list; it acts from the fourth working day on.
pub(in crate::identity) fn approve_trusted_account(
    tx: &mut Tx<'_>,
    id: TrustedAccountId,
) -> Answer<TrustedAccountId> {
    let (actor, before) = (tx.actor()?, store::trusted_account(tx.conn(), id)?);
    let organisation = visible_organisation(tx.conn(), &actor, before.organisation_id)?;
    rules::decide_addition(before.state)?;
    rules::check_addition(organisation.bank_account.as_deref(), &before.number, None)?;
    let content = Content { id, organisation_id: organisation.id, number: &before.number };
    let approved = second_person(tx, before.approval_id, &content)?;
    let calendar = store::calendar(tx.conn())?;
    let row = TrustedAccountRow {
        state: TrustedAccountState::Approved,
        decided_by: Some(approved.approver),
        decided_at: Some(tx.now()),
        acts_from: Some(rules::acts_from(tx.now(), &calendar)),
        ..before
    };
    saved(tx, row, TrustedAccountState::Entered)
}

/// Turns an addition down.
pub(in crate::identity) fn reject_trusted_account(
    tx: &mut Tx<'_>,
    id: TrustedAccountId,
    reason: &str,
) -> Answer<TrustedAccountId> {
    let (actor, before) = (tx.actor()?, store::trusted_account(tx.conn(), id)?);
    visible_organisation(tx.conn(), &actor, before.organisation_id)?;
    rules::decide_addition(before.state)?;
    let row = rejected(before, actor.user_id, tx.now(), reason);
    saved(tx, row, TrustedAccountState::Entered)
}

/// Takes an account off the list, at once and by one person's word.
pub(in crate::identity) fn remove_trusted_account(
    tx: &mut Tx<'_>,
    id: TrustedAccountId,
    reason: &str,
) -> Answer<TrustedAccountId> {
    let (actor, before) = (tx.actor()?, store::trusted_account(tx.conn(), id)?);
    visible_organisation(tx.conn(), &actor, before.organisation_id)?;
    rules::remove(before.state)?;
    let row = removed(before, actor.user_id, tx.now(), reason);
    saved(tx, row, TrustedAccountState::Approved)
}

/// Ends what was trusted, or was to be, before another account is registered: that one is new, and
/// the former one is new too if it comes back.
pub(super) fn trust_nothing_of(
    tx: &mut Tx<'_>,
    organisation_id: OrganisationId,
    by: UserId,
) -> Answer<()> {
    for row in store::standing_accounts(tx.conn(), organisation_id)? {
        let row = match row.state {
            TrustedAccountState::Approved => removed(row, by, tx.now(), ANOTHER_REGISTERED),
            _ => rejected(row, by, tx.now(), ANOTHER_REGISTERED),
        };
        store::update_trusted_account(tx, &row)?;
    }
    Ok(())
}

/// Returns until when waits what was approved at that moment to leave for an account: not at all where
/// the account is on the payee's list still and acted by then. Money whose payee is nobody here has
/// nobody to trust its account.
pub fn waits_for_trust(
    c: &mut Conn,
    (payee, number): (Option<OrganisationId>, &str),
    approved_at: Time,
    calendar: &Calendar,
) -> Answer<Option<Time>> {
    let acts_from = match payee {
        Some(payee) => store::trust_acts_from(c, payee, number)?,
        None => None,
    };
    Ok(rules::waits_until(acts_from, approved_at, calendar))
}

fn rejected(before: TrustedAccountRow, by: UserId, at: Time, reason: &str) -> TrustedAccountRow {
    TrustedAccountRow {
        state: TrustedAccountState::Rejected,
        decided_by: Some(by),
        decided_at: Some(at),
        decision: Some(reason.to_owned()),
        ..before
    }
}

fn removed(before: TrustedAccountRow, by: UserId, at: Time, reason: &str) -> TrustedAccountRow {
    TrustedAccountRow {
        state: TrustedAccountState::Removed,
        removed_by: Some(by),
        removed_at: Some(at),
        decision: Some(reason.to_owned()),
        ..before
    }
}

fn saved(
    tx: &mut Tx<'_>,
    row: TrustedAccountRow,
    was: TrustedAccountState,
) -> Answer<TrustedAccountId> {
    store::update_trusted_account(tx, &row)?;
    tx.record(event(&row, Some(was)));
    Ok(row.id)
}

fn event(row: &TrustedAccountRow, before: Option<TrustedAccountState>) -> Event {
    Event {
        subject: format!("trusted_account:{}", row.id),
        reason: Some(row.decision.as_ref().unwrap_or(&row.reason).clone()),
        before: before.map(|state| serde_json::json!({ "state": state })),
        after: Some(serde_json::json!({
            "organisation_id": row.organisation_id,
            "account": row.number,
            "state": row.state,
            "acts_from": row.acts_from,
        })),
    }
}
