//! Organisations and users are taken in and changed.

use serde_json::{Value, json};

use crate::identity::model::{CreateOrganisation, CreateUser, Organisation, User};
use crate::identity::rules::{self, MemberRefused};
use crate::identity::store;
use crate::kernel::db::{Event, Tx};
use crate::kernel::ids::UserId;
use crate::kernel::problem::{Answer, Failure};

/// Takes an organisation in.
pub fn create_organisation(tx: &mut Tx<'_>, it: &CreateOrganisation) -> Answer<Organisation> {
    rules::check_organisation(it)?;
    if let Some(related) = it.related_to
        && store::find_organisation(tx.conn(), related)?.is_none()
    {
        return Err(MemberRefused::OrganisationUnknown.into());
    }
    let organisation = store::insert_organisation(tx, it)?;
    tx.record(Event {
        subject: format!("organisation:{}", organisation.id),
        after: Some(as_json(&organisation)?),
        ..Event::default()
    });
    Ok(organisation)
}

/// Gives a person a login at the machine itself; it is good at once.
pub fn create_user(tx: &mut Tx<'_>, it: &CreateUser) -> Answer<User> {
    check_new_user(tx, it)?;
    let user = store::insert_user(tx, it)?;
    tx.record(Event { after: Some(as_json(&user)?), ..about(&user) });
    Ok(user)
}

/// Whether that person can be taken in as they are described.
pub(super) fn check_new_user(tx: &mut Tx<'_>, it: &CreateUser) -> Answer<()> {
    rules::check_username(&it.username)?;
    rules::check_name(&it.display_name)?;
    let organisation = store::find_organisation(tx.conn(), it.organisation_id)?
        .ok_or(MemberRefused::OrganisationUnknown)?;
    rules::check_role(it.role, organisation.kind)?;
    let others = store::roles_of_namesakes(tx.conn(), it.id, &it.display_name)?;
    Ok(rules::keep_apart(it.role, &others)?)
}

/// Gives a person another password; all their sessions are over.
pub(in crate::identity) fn set_password(
    tx: &mut Tx<'_>,
    id: UserId,
    password_hash: &str,
) -> Answer<User> {
    let before = load(tx, id)?;
    let after = rules::change_password(&before)?;
    save(tx, &before, &after, Some(password_hash))?;
    store::insert_password(tx, id, password_hash)?;
    Ok(after)
}

/// Keeps the same password as a hash of today's strength; what was allowed stays so.
pub(in crate::identity) fn rehash(tx: &mut Tx<'_>, id: UserId, password_hash: &str) -> Answer<()> {
    let user = load(tx, id)?;
    save(tx, &user, &user, Some(password_hash))
}

/// Ends a person's account at once.
pub(in crate::identity) fn deactivate_user(tx: &mut Tx<'_>, id: UserId) -> Answer<User> {
    let before = load(tx, id)?;
    let after = rules::deactivate(&before, tx.actor()?.user_id)?;
    save(tx, &before, &after, None)?;
    Ok(after)
}

fn load(tx: &mut Tx<'_>, id: UserId) -> Answer<User> {
    store::find_user(tx.conn(), id)?.ok_or_else(Failure::not_found)
}

fn save(tx: &mut Tx<'_>, before: &User, after: &User, password_hash: Option<&str>) -> Answer<()> {
    store::update_user(tx, after, password_hash)?;
    tx.record(Event {
        before: Some(rights_of(before)),
        after: Some(rights_of(after)),
        ..about(after)
    });
    Ok(())
}

fn about(user: &User) -> Event {
    Event { subject: format!("user:{}", user.id), ..Event::default() }
}

fn rights_of(user: &User) -> Value {
    json!({ "role": user.role, "standing": user.standing, "active": user.active })
}

fn as_json(value: &impl serde::Serialize) -> Answer<Value> {
    serde_json::to_value(value).map_err(|cause| Failure::Broken(cause.into()))
}
