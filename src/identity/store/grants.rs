//! Roles that people were, or are to be, given.

use diesel::prelude::*;

use crate::identity::model::{ApprovalId, RoleGrantId, RoleGrantState};
use crate::kernel::actor::Role;
use crate::kernel::clock::Time;
use crate::kernel::db::{Conn, Tx, record};
use crate::kernel::ids::UserId;
use crate::kernel::page::PageQuery;
use crate::kernel::problem::{Answer, Failure};
use crate::schema::{role_grants, users};

record! {
    /// A row is a role that a person was, or is to be, given.
    pub(crate) struct RoleGrantRow in role_grants {
        id: RoleGrantId as Id,
        user_id: UserId as Id,
        role: Role as Text,
        previous_role: Option<Role> as Nullable<Text>,
        approval_id: ApprovalId as Id,
        state: RoleGrantState as Text,
        entered_by: UserId as Id,
        entered_at: Time as Timestamp,
        decided_by: Option<UserId> as Nullable<Id>,
        decided_at: Option<Time> as Nullable<Timestamp>,
        decision: Option<String> as Nullable<Text>,
    }
}

/// Which grants a list shows.
#[derive(Debug, Clone, Default)]
pub(crate) struct RoleGrants {
    pub user_id: Option<UserId>,
    pub state: Option<RoleGrantState>,
}

pub(crate) fn role_grant(c: &mut Conn, id: RoleGrantId) -> Answer<RoleGrantRow> {
    let query = role_grants::table.find(id).select(RoleGrantRow::as_select());
    query.first(c).optional()?.ok_or_else(Failure::not_found)
}

/// The one that waits for a person.
pub(crate) fn waiting_role_grant(c: &mut Conn, of: UserId) -> QueryResult<Option<RoleGrantRow>> {
    let query = role_grants::table
        .filter(role_grants::user_id.eq(of))
        .filter(role_grants::state.eq(RoleGrantState::Entered));
    query.select(RoleGrantRow::as_select()).first(c).optional()
}

/// Newest first, with one more than the page holds.
pub(crate) fn role_grants(
    c: &mut Conn,
    which: &RoleGrants,
    page: &PageQuery,
) -> Answer<Vec<RoleGrantRow>> {
    let mut query = role_grants::table.into_boxed();
    if let Some(user_id) = which.user_id {
        query = query.filter(role_grants::user_id.eq(user_id));
    }
    if let Some(state) = which.state {
        query = query.filter(role_grants::state.eq(state));
    }
    if let Some(after) = page.after::<RoleGrantId>()? {
        query = query.filter(role_grants::id.lt(after));
    }
    let query = query.order(role_grants::id.desc()).limit(page.limit() + 1);
    Ok(query.select(RoleGrantRow::as_select()).load(c)?)
}

/// The roles of the other people of that name who may log in. More than a few tell no more.
pub(crate) fn roles_of_namesakes(
    c: &mut Conn,
    of: UserId,
    display_name: &str,
) -> QueryResult<Vec<Role>> {
    let named = users::table.filter(users::display_name.eq(display_name));
    let others = named.filter(users::id.ne(of)).filter(users::active.eq(true));
    others.select(users::role).distinct().order(users::role).limit(50).load(c)
}

pub(crate) fn insert_role_grant(tx: &mut Tx<'_>, row: &RoleGrantRow) -> QueryResult<()> {
    tx.insert(row)
}

pub(crate) fn update_role_grant(tx: &mut Tx<'_>, row: &RoleGrantRow) -> QueryResult<()> {
    tx.update(row)
}
