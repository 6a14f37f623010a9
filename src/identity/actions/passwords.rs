//! Passwords are given anew by two people.

use serde::Serialize;
use serde_json::json;

use super::members::set_password;
use super::second_person::{SecondPerson, ask_second_person, second_person};
use crate::identity::model::{PasswordResetId, User};
use crate::identity::rules::{self, MemberRefused};
use crate::identity::store::{self, PasswordResetRow};
use crate::kernel::actor::Role;
use crate::kernel::db::{Event, Tx};
use crate::kernel::ids::UserId;
use crate::kernel::problem::{Answer, Failure};

/// Enters another password for a person who forgot theirs.
#[derive(Debug, Clone)]
pub(in crate::identity) struct EnterPasswordReset {
    pub(in crate::identity) id: PasswordResetId,
    pub(in crate::identity) user_id: UserId,
    pub(in crate::identity) password_hash: String,
    pub(in crate::identity) reason: String,
}

/// What a second person approves: exactly this.
#[derive(Serialize)]
struct Content<'a> {
    id: PasswordResetId,
    user_id: UserId,
    password_hash: &'a str,
    reason: &'a str,
}

pub(in crate::identity) fn enter_password_reset(
    tx: &mut Tx<'_>,
    it: &EnterPasswordReset,
) -> Answer<PasswordResetId> {
    let actor = tx.actor()?;
    rules::reset_password(&person(tx, it.user_id)?, actor.user_id)?;
    let EnterPasswordReset { id, user_id, password_hash, reason } = it;
    let asked = SecondPerson {
        subject: &format!("password_reset:{id}"),
        content: &Content { id: *id, user_id: *user_id, password_hash, reason },
        initiator_roles: &[Role::Administrator],
        approver_roles: &[Role::SecurityAdministrator],
    };
    let row = PasswordResetRow {
        id: *id,
        user_id: *user_id,
        password_hash: password_hash.clone(),
        reason: reason.clone(),
        approval_id: ask_second_person(tx, asked)?,
        entered_by: actor.user_id,
        entered_at: tx.now(),
        approved_by: None,
        approved_at: None,
    };
    store::insert_password_reset(tx, &row)?;
    tx.record(event(&row, "reset entered"));
    Ok(row.id)
}

/// Gives the person that password; all their sessions are over.
pub(in crate::identity) fn approve_password_reset(
    tx: &mut Tx<'_>,
    id: PasswordResetId,
) -> Answer<PasswordResetId> {
    let actor = tx.actor()?;
    let before = store::password_reset(tx.conn(), id)?;
    if before.approved_at.is_some() {
        return Err(MemberRefused::PasswordResetApproved.into());
    }
    rules::reset_password(&person(tx, before.user_id)?, actor.user_id)?;
    let content = Content {
        id,
        user_id: before.user_id,
        password_hash: &before.password_hash,
        reason: &before.reason,
    };
    let people = second_person(tx, before.approval_id, &content)?;
    set_password(tx, before.user_id, &before.password_hash)?;
    let row = PasswordResetRow {
        approved_by: Some(people.approver),
        approved_at: Some(tx.now()),
        ..before
    };
    store::update_password_reset(tx, &row)?;
    tx.record(event(&row, "reset"));
    Ok(row.id)
}

fn person(tx: &mut Tx<'_>, id: UserId) -> Answer<User> {
    store::find_user(tx.conn(), id)?.ok_or_else(Failure::not_found)
}

fn event(row: &PasswordResetRow, what: &str) -> Event {
    Event {
        subject: format!("user:{}", row.user_id),
        reason: Some(row.reason.clone()),
        after: Some(json!({ "password": what })),
        ..Event::default()
    }
}
