//! Second factors are set up, confirmed, used, and taken back by two people.

use serde::Serialize;
use serde_json::json;

use super::keys::check_sealed;
use super::second_person::{SecondPerson, ask_second_person, second_person};
use super::sessions::{OpenSession, OpenedTimes, insert_opened, pass_failures};
use crate::identity::model::{FactorId, FactorResetId, UsedCode};
use crate::identity::rules::{self, FactorRefused};
use crate::identity::store::{self, FactorResetRow, FactorRow};
use crate::kernel::actor::{Role, credentials_needed};
use crate::kernel::clock::Time;
use crate::kernel::db::{Event, Tx};
use crate::kernel::ids::UserId;
use crate::kernel::problem::{Answer, Failure};

/// Keeps a new secret of somebody's authenticator, in place of one that was never confirmed.
pub(in crate::identity) fn begin_factor(tx: &mut Tx<'_>, sealed_secret: &str) -> Answer<()> {
    let user = tx.actor()?.user_id;
    keep_secret(tx, user, sealed_secret, None)?;
    tx.record(about(user, "begun"));
    Ok(())
}

/// Gives a person a confirmed second factor at the machine itself; `sealed_secret` is of the
/// deployment's [`Vault`](crate::identity::Vault).
pub fn give_second_factor(tx: &mut Tx<'_>, user: UserId, sealed_secret: &str) -> Answer<()> {
    let now = tx.now();
    keep_secret(tx, user, sealed_secret, Some(now))?;
    tx.record(about(user, "given"));
    Ok(())
}

fn keep_secret(
    tx: &mut Tx<'_>,
    user: UserId,
    sealed_secret: &str,
    confirmed_at: Option<Time>,
) -> Answer<()> {
    check_sealed(tx, sealed_secret)?;
    let kept = store::factor_row(tx.conn(), user)?;
    let row = FactorRow {
        id: kept.as_ref().map_or_else(FactorId::new, |row| row.id),
        user_id: user,
        sealed_secret: Some(sealed_secret.to_owned()),
        begun_at: tx.now(),
        confirmed_at,
        // Of a secret that is given, every code is still unused.
        last_step: confirmed_at.map(|_| 0),
    };
    match kept {
        Some(kept) if kept.confirmed_at.is_some() => Err(FactorRefused::Present.into()),
        Some(_) => Ok(store::update_factor(tx, &row)?),
        None => Ok(store::insert_factor(tx, &row)?),
    }
}

/// Uses a code up; the same factor must still be there, and no code as late have been used.
pub(super) fn use_code(tx: &mut Tx<'_>, user: UserId, code: &UsedCode) -> Answer<()> {
    let row = with_code_used(tx, user, code)?;
    Ok(store::update_factor(tx, &row)?)
}

fn with_code_used(tx: &mut Tx<'_>, user: UserId, code: &UsedCode) -> Answer<FactorRow> {
    let row = store::factor_row(tx.conn(), user)?;
    // It may have been sealed under another key meanwhile; the secret is still that one.
    let is_same = |row: &FactorRow| {
        row.id == code.factor.id
            && row.sealed_secret.is_some()
            && row.begun_at == code.factor.begun_at
            && row.confirmed_at == code.factor.confirmed_at
    };
    let row = row.filter(is_same).ok_or(FactorRefused::Absent)?;
    let last_step = Some(rules::use_step(code.step, row.last_step, code.now_step)?);
    Ok(FactorRow { last_step, ..row })
}

/// Puts a second factor into force by its first code. All sessions that began without it end, and
/// one begins that has it.
pub(in crate::identity) fn confirm_factor(
    tx: &mut Tx<'_>,
    code: &UsedCode,
    open: &OpenSession,
) -> Answer<(i64, OpenedTimes)> {
    let actor = tx.actor()?;
    if code.factor.confirmed_at.is_some() {
        return Err(FactorRefused::Present.into());
    }
    pass_failures(tx, &open.username_hash)?;
    let row = with_code_used(tx, actor.user_id, code)?;
    let confirmed_at = Some(tx.now());
    store::update_factor(tx, &FactorRow { confirmed_at, ..row })?;
    let standing = raise(tx, actor.user_id)?;
    let times = insert_opened(tx, open, actor.user_id, standing)?;
    tx.record(about(actor.user_id, "confirmed"));
    Ok((standing, times))
}

/// Uses a code to confirm that it is still the same person in a session; returns when it began, and
/// when that was.
pub(in crate::identity) fn confirm_session(
    tx: &mut Tx<'_>,
    code: &UsedCode,
    username_hash: &str,
) -> Answer<(Time, Time)> {
    let actor = tx.actor()?;
    pass_failures(tx, username_hash)?;
    let session = store::find_session(tx.conn(), actor.login.session)?;
    let session = session
        .filter(|session| session.user_id == actor.user_id && session.ended.is_none())
        .ok_or_else(|| Failure::Refused(credentials_needed()))?;
    use_code(tx, actor.user_id, code)?;
    tx.record(Event { subject: format!("session:{}", session.id), ..Event::default() });
    Ok((session.opened_at, tx.now()))
}

/// Everything that was allowed before is over, as with another password.
fn raise(tx: &mut Tx<'_>, user: UserId) -> Answer<i64> {
    let user = store::find_user(tx.conn(), user)?.ok_or_else(Failure::not_found)?;
    let raised = rules::change_password(&user)?;
    store::update_user(tx, &raised, None)?;
    Ok(raised.standing)
}

/// What a second person approves: exactly this.
#[derive(Serialize)]
struct Content<'a> {
    id: FactorResetId,
    user_id: UserId,
    reason: &'a str,
}

/// Enters the wish that a person's second factor be taken back.
#[derive(Debug, Clone)]
pub(in crate::identity) struct EnterFactorReset {
    pub(in crate::identity) id: FactorResetId,
    pub(in crate::identity) user_id: UserId,
    pub(in crate::identity) reason: String,
}

pub(in crate::identity) fn enter_factor_reset(
    tx: &mut Tx<'_>,
    it: &EnterFactorReset,
) -> Answer<FactorResetId> {
    let actor = tx.actor()?;
    store::find_user(tx.conn(), it.user_id)?.ok_or_else(Failure::not_found)?;
    rules::take_back(it.user_id, actor.user_id)?;
    store::factor(tx.conn(), it.user_id)?.ok_or(FactorRefused::Absent)?;
    let asked = SecondPerson {
        subject: &format!("second_factor_reset:{}", it.id),
        content: &Content { id: it.id, user_id: it.user_id, reason: &it.reason },
        initiator_roles: &[Role::Administrator],
        approver_roles: &[Role::SecurityAdministrator],
    };
    let row = FactorResetRow {
        id: it.id,
        user_id: it.user_id,
        reason: it.reason.clone(),
        approval_id: ask_second_person(tx, asked)?,
        entered_by: actor.user_id,
        entered_at: tx.now(),
        approved_by: None,
        approved_at: None,
    };
    store::insert_factor_reset(tx, &row)?;
    tx.record(Event { reason: Some(row.reason), ..about(row.user_id, "reset entered") });
    Ok(row.id)
}

/// Takes a person's second factor back: their sessions end, and they set up another one.
pub(in crate::identity) fn approve_factor_reset(
    tx: &mut Tx<'_>,
    id: FactorResetId,
) -> Answer<FactorResetId> {
    let actor = tx.actor()?;
    let before = store::factor_reset(tx.conn(), id)?;
    if before.approved_at.is_some() {
        return Err(FactorRefused::Approved.into());
    }
    rules::take_back(before.user_id, actor.user_id)?;
    let content = Content { id, user_id: before.user_id, reason: &before.reason };
    let people = second_person(tx, before.approval_id, &content)?;
    let factor = store::factor_row(tx.conn(), before.user_id)?.ok_or(FactorRefused::Absent)?;
    let taken = FactorRow { sealed_secret: None, confirmed_at: None, last_step: None, ..factor };
    store::update_factor(tx, &taken)?;
    raise(tx, before.user_id)?;
    let row = FactorResetRow {
        approved_by: Some(people.approver),
        approved_at: Some(tx.now()),
        ..before
    };
    store::update_factor_reset(tx, &row)?;
    tx.record(Event { reason: Some(row.reason), ..about(row.user_id, "reset") });
    Ok(row.id)
}

fn about(user: UserId, what: &str) -> Event {
    Event {
        subject: format!("user:{user}"),
        after: Some(json!({ "second_factor": what })),
        ..Event::default()
    }
}
