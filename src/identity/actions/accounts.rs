//! The account to which an organisation is paid: changed by two people, paid to a working day later
//! (R69); and the calendar of working days (R8).

use chrono::NaiveDate;
use serde::Serialize;

use super::second_person::{SecondPerson, ask_second_person, second_person};
use super::trust::trust_nothing_of;
use crate::identity::model::{AccountChangeId, AccountChangeState, BankAccount, Organisation};
use crate::identity::rules;
use crate::identity::store::{self, AccountChangeRow};
use crate::kernel::actor::{Actor, Role};
use crate::kernel::calendar::CalendarDay;
use crate::kernel::db::{Conn, Event, Tx};
use crate::kernel::ids::OrganisationId;
use crate::kernel::problem::{Answer, Failure};

/// Enters another account to which an organisation is to be paid.
#[derive(Debug, Clone)]
pub(in crate::identity) struct EnterAccountChange {
    pub(in crate::identity) id: AccountChangeId,
    pub(in crate::identity) organisation_id: OrganisationId,
    pub(in crate::identity) bank: BankAccount,
    /// The letter by which the organisation asks for it.
    pub(in crate::identity) reason: String,
}

/// What a second person approves: exactly this.
#[derive(Serialize)]
struct Content<'a> {
    id: AccountChangeId,
    organisation_id: OrganisationId,
    number: &'a str,
    bank_name: &'a str,
    previous_number: Option<&'a str>,
}

impl<'a> From<&'a AccountChangeRow> for Content<'a> {
    fn from(row: &'a AccountChangeRow) -> Self {
        Self {
            id: row.id,
            organisation_id: row.organisation_id,
            number: &row.number,
            bank_name: &row.bank_name,
            previous_number: row.previous_number.as_deref(),
        }
    }
}

/// An organisation of the county of the bureau that keeps its account; auditors look into all.
/// What is not theirs is not found (R94).
pub(in crate::identity) fn visible_organisation(
    c: &mut Conn,
    actor: &Actor,
    id: OrganisationId,
) -> Answer<Organisation> {
    let organisation = store::organisation(c, id)?;
    if actor.role == Role::Auditor || organisation.region.is_within(&actor.region) {
        Ok(organisation)
    } else {
        Err(Failure::not_found())
    }
}

/// Enters a change of account for a second person.
pub(in crate::identity) fn enter_account_change(
    tx: &mut Tx<'_>,
    it: &EnterAccountChange,
) -> Answer<AccountChangeId> {
    let actor = tx.actor()?;
    let organisation = visible_organisation(tx.conn(), &actor, it.organisation_id)?;
    rules::check_change(organisation.bank_account.as_deref(), &it.bank)?;
    let content = Content {
        id: it.id,
        organisation_id: organisation.id,
        number: &it.bank.number,
        bank_name: &it.bank.bank_name,
        previous_number: organisation.bank_account.as_deref(),
    };
    let approval_id = ask_second_person(
        tx,
        SecondPerson {
            subject: &format!("account_change:{}", it.id),
            content: &content,
            initiator_roles: &[Role::FinanceOfficer],
            approver_roles: &[Role::FinanceDirector],
        },
    )?;
    let row = AccountChangeRow {
        id: it.id,
        organisation_id: organisation.id,
        number: it.bank.number.clone(),
        bank_name: it.bank.bank_name.clone(),
        previous_number: organisation.bank_account,
        reason: it.reason.clone(),
        approval_id,
        state: AccountChangeState::Entered,
        entered_by: actor.user_id,
        entered_at: tx.now(),
        decided_by: None,
        decided_at: None,
        trusted_from: None,
        decision: None,
    };
    store::insert_account_change(tx, &row)?;
    tx.record(event(&row, None));
    Ok(row.id)
}

/// Registers the account; it is paid to from noon of the next working day on, and on no list of
/// trusted ones.
pub(in crate::identity) fn approve_account_change(
    tx: &mut Tx<'_>,
    id: AccountChangeId,
) -> Answer<AccountChangeId> {
    let before = waiting(tx, id)?;
    let approved = second_person(tx, before.approval_id, &Content::from(&before))?;
    let calendar = store::calendar(tx.conn())?;
    let bank = BankAccount { number: before.number.clone(), bank_name: before.bank_name.clone() };
    trust_nothing_of(tx, before.organisation_id, approved.approver)?;
    store::update_bank_account(tx, before.organisation_id, &bank)?;
    let row = AccountChangeRow {
        state: AccountChangeState::Approved,
        decided_by: Some(approved.approver),
        decided_at: Some(tx.now()),
        trusted_from: Some(rules::trusted_from(tx.now(), &calendar)),
        ..before
    };
    store::update_account_change(tx, &row)?;
    tx.record(event(&row, None));
    Ok(row.id)
}

/// Turns a change of account down.
pub(in crate::identity) fn reject_account_change(
    tx: &mut Tx<'_>,
    id: AccountChangeId,
    reason: &str,
) -> Answer<AccountChangeId> {
    let (actor, before) = (tx.actor()?, waiting(tx, id)?);
    let row = AccountChangeRow {
        state: AccountChangeState::Rejected,
        decided_by: Some(actor.user_id),
        decided_at: Some(tx.now()),
        decision: Some(reason.to_owned()),
        ..before
    };
    store::update_account_change(tx, &row)?;
    tx.record(event(&row, Some(reason)));
    Ok(row.id)
}

/// Enters days that are not what their weekday says.
pub(in crate::identity) fn enter_days(tx: &mut Tx<'_>, days: &[CalendarDay]) -> Answer<()> {
    let actor = tx.actor()?;
    let dates: Vec<NaiveDate> = days.iter().map(|one| one.day).collect();
    rules::check_day(&dates)?;
    store::save_calendar_days(tx, days, actor.user_id)?;
    let told: Vec<_> =
        days.iter().map(|one| serde_json::json!({ "day": one.day, "kind": one.kind })).collect();
    tx.record(Event {
        subject: "calendar".into(),
        after: Some(serde_json::json!({ "days": told })),
        ..Event::default()
    });
    Ok(())
}

fn waiting(tx: &mut Tx<'_>, id: AccountChangeId) -> Answer<AccountChangeRow> {
    let actor = tx.actor()?;
    let row = store::account_change(tx.conn(), id)?;
    let organisation = visible_organisation(tx.conn(), &actor, row.organisation_id)?;
    let registered = organisation.bank_account.as_deref();
    rules::decide(row.state, row.previous_number.as_deref(), registered)?;
    Ok(row)
}

fn event(row: &AccountChangeRow, decision: Option<&str>) -> Event {
    Event {
        subject: format!("account_change:{}", row.id),
        reason: Some(decision.unwrap_or(&row.reason).to_owned()),
        before: Some(serde_json::json!({ "account": row.previous_number })),
        after: Some(serde_json::json!({
            "organisation_id": row.organisation_id,
            "account": row.number,
            "bank_name": row.bank_name,
            "state": row.state,
            "trusted_from": row.trusted_from,
        })),
    }
}
