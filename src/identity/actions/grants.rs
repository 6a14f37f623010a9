//! A role is entered by the system administrator and takes effect by the security administrator.

use serde::Serialize;
use serde_json::json;

use super::members::check_new_user;
use super::second_person::{SecondPerson, ask_second_person, fresh_code, second_person};
use crate::identity::model::{CreateUser, RoleGrantId, RoleGrantState, User};
use crate::identity::rules;
use crate::identity::store::{self, RoleGrantRow};
use crate::kernel::actor::Role;
use crate::kernel::db::{Event, Tx};
use crate::kernel::ids::UserId;
use crate::kernel::problem::{Answer, Failure};

/// What a second person approves: exactly this.
#[derive(Serialize)]
struct Content {
    id: RoleGrantId,
    user_id: UserId,
    role: Role,
    previous_role: Option<Role>,
}

/// Takes a person in who may log in once the security administrator approves it.
pub(in crate::identity) fn enter_user(
    tx: &mut Tx<'_>,
    it: &CreateUser,
    grant: RoleGrantId,
) -> Answer<User> {
    check_new_user(tx, it)?;
    let user = store::insert_newcomer(tx, it)?;
    let row = insert(tx, grant, &user, (it.role, None))?;
    tx.record(Event {
        subject: format!("user:{}", user.id),
        after: Some(json!({ "user": user, "grant": told(&row) })),
        ..Event::default()
    });
    Ok(user)
}

/// Enters another role for a person; one that waits already is replaced.
pub(in crate::identity) fn enter_role(
    tx: &mut Tx<'_>,
    grant: RoleGrantId,
    user: UserId,
    role: Role,
) -> Answer<RoleGrantId> {
    let user = store::find_user(tx.conn(), user)?.ok_or_else(Failure::not_found)?;
    let organisation = store::organisation(tx.conn(), user.organisation_id)?;
    let by = tx.actor()?.user_id;
    let previous = rules::enter_role(&user, by, role, organisation.kind)?;
    keep_apart(tx, &user, role)?;
    fresh_code(tx)?;
    if let Some(waiting) = store::waiting_role_grant(tx.conn(), user.id)? {
        let replaced = decided(tx, waiting, RoleGrantState::Replaced, by);
        store::update_role_grant(tx, &replaced)?;
    }
    let row = insert(tx, grant, &user, (role, previous))?;
    tx.record(event(&row));
    Ok(row.id)
}

/// Gives a person the role that was entered for them; it acts at once.
pub(in crate::identity) fn approve_role(tx: &mut Tx<'_>, id: RoleGrantId) -> Answer<RoleGrantId> {
    let row = store::role_grant(tx.conn(), id)?;
    rules::check_waits(row.state)?;
    let user = store::find_user(tx.conn(), row.user_id)?.ok_or_else(Failure::not_found)?;
    let by = tx.actor()?.user_id;
    let given = rules::give_role(&user, by, row.previous_role, row.role)?;
    keep_apart(tx, &user, row.role)?;
    let (user_id, role, previous_role) = (row.user_id, row.role, row.previous_role);
    let people = second_person(tx, row.approval_id, &Content { id, user_id, role, previous_role })?;
    store::update_user(tx, &given, None)?;
    let row = decided(tx, row, RoleGrantState::Approved, people.approver);
    store::update_role_grant(tx, &row)?;
    let right = |user: &User| json!({ "role": user.role, "active": user.active });
    tx.record(Event {
        before: Some(right(&user)),
        after: Some(json!({ "user": right(&given), "grant": told(&row) })),
        ..event(&row)
    });
    Ok(id)
}

/// Turns a role down that was entered for a person.
pub(in crate::identity) fn reject_role(
    tx: &mut Tx<'_>,
    id: RoleGrantId,
    reason: &str,
) -> Answer<RoleGrantId> {
    let row = store::role_grant(tx.conn(), id)?;
    rules::check_waits(row.state)?;
    let by = tx.actor()?.user_id;
    let row = RoleGrantRow {
        decision: Some(reason.to_owned()),
        ..decided(tx, row, RoleGrantState::Rejected, by)
    };
    store::update_role_grant(tx, &row)?;
    tx.record(Event { reason: Some(reason.to_owned()), ..event(&row) });
    Ok(id)
}

/// Refuses a role to a person whose name has another that does not go with it.
fn keep_apart(tx: &mut Tx<'_>, user: &User, role: Role) -> Answer<()> {
    let others = store::roles_of_namesakes(tx.conn(), user.id, &user.display_name)?;
    Ok(rules::keep_apart(role, &others)?)
}

fn insert(
    tx: &mut Tx<'_>,
    id: RoleGrantId,
    user: &User,
    (role, previous_role): (Role, Option<Role>),
) -> Answer<RoleGrantRow> {
    let asked = SecondPerson {
        subject: &format!("role_grant:{id}"),
        content: &Content { id, user_id: user.id, role, previous_role },
        initiator_roles: &[Role::Administrator],
        approver_roles: &[Role::SecurityAdministrator],
    };
    let row = RoleGrantRow {
        id,
        user_id: user.id,
        role,
        previous_role,
        approval_id: ask_second_person(tx, asked)?,
        state: RoleGrantState::Entered,
        entered_by: tx.actor()?.user_id,
        entered_at: tx.now(),
        decided_by: None,
        decided_at: None,
        decision: None,
    };
    store::insert_role_grant(tx, &row)?;
    Ok(row)
}

fn decided(tx: &Tx<'_>, row: RoleGrantRow, state: RoleGrantState, by: UserId) -> RoleGrantRow {
    RoleGrantRow { state, decided_by: Some(by), decided_at: Some(tx.now()), ..row }
}

fn told(row: &RoleGrantRow) -> serde_json::Value {
    json!({
        "id": row.id, "role": row.role, "previous_role": row.previous_role, "state": row.state,
    })
}

fn event(row: &RoleGrantRow) -> Event {
    Event {
        subject: format!("user:{}", row.user_id),
        after: Some(json!({ "grant": told(row) })),
        ..Event::default()
    }
}
