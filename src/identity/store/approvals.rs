//! Acts that wait for a second person.

use diesel::prelude::*;

use crate::identity::model::{Approval, ApprovalId};
use crate::identity::rules::Person;
use crate::kernel::actor::Role;
use crate::kernel::clock::Time;
use crate::kernel::db::{Conn, Tx, record};
use crate::kernel::ids::UserId;
use crate::kernel::problem::{Answer, Failure};
use crate::schema::{approvals, users};

record! {
    /// A row is an act that waits for a second person, or had one.
    pub(super) struct ApprovalRow in approvals {
        id: ApprovalId as Id,
        subject: String as Text,
        content_hash: String as Text,
        initiator_id: UserId as Id,
        initiator_roles: String as Text,
        approver_roles: String as Text,
        asked_at: Time as Timestamp,
        expires_at: Time as Timestamp,
        approver_id: Option<UserId> as Nullable<Id>,
        approved_at: Option<Time> as Nullable<Timestamp>,
    }
}

impl TryFrom<ApprovalRow> for Approval {
    type Error = Failure;

    fn try_from(row: ApprovalRow) -> Answer<Self> {
        Ok(Self {
            id: row.id,
            subject: row.subject,
            content_hash: row.content_hash,
            initiator: row.initiator_id,
            initiator_roles: roles(&row.initiator_roles)?,
            approver_roles: roles(&row.approver_roles)?,
            asked_at: row.asked_at,
            expires_at: row.expires_at,
            approved: row.approver_id.zip(row.approved_at),
        })
    }
}

/// Roles lie in a column as their names with a space between.
fn roles(names: &str) -> Answer<Vec<Role>> {
    let known = names.split(' ').map(str::parse).collect::<Result<_, _>>();
    known.map_err(|_| Failure::broken("an approval names known roles"))
}

fn names(roles: &[Role]) -> String {
    roles.iter().map(|role| role.as_str()).collect::<Vec<_>>().join(" ")
}

/// Returns the approval, or 404.
pub(crate) fn approval(c: &mut Conn, id: ApprovalId) -> Answer<Approval> {
    let found = approvals::table.find(id).select(ApprovalRow::as_select()).first(c).optional()?;
    found.ok_or_else(Failure::not_found)?.try_into()
}

pub(crate) fn insert_approval(tx: &mut Tx<'_>, it: &Approval) -> QueryResult<()> {
    tx.insert(&ApprovalRow {
        id: it.id,
        subject: it.subject.clone(),
        content_hash: it.content_hash.clone(),
        initiator_id: it.initiator,
        initiator_roles: names(&it.initiator_roles),
        approver_roles: names(&it.approver_roles),
        asked_at: it.asked_at,
        expires_at: it.expires_at,
        approver_id: None,
        approved_at: None,
    })
}

pub(crate) fn mark_approved(tx: &mut Tx<'_>, id: ApprovalId, approver: UserId) -> QueryResult<()> {
    let row: ApprovalRow =
        approvals::table.find(id).select(ApprovalRow::as_select()).first(tx.conn())?;
    let approved_at = Some(tx.now());
    tx.update(&ApprovalRow { approver_id: Some(approver), approved_at, ..row })
}

/// One of the two people as they stand now.
pub(crate) fn person(c: &mut Conn, id: UserId) -> Answer<Person> {
    let columns = users::table.find(id).select((users::role, users::active));
    let found: Option<(Role, bool)> = columns.first(c).optional()?;
    let (role, active) = found.ok_or_else(|| Failure::broken("users are never deleted"))?;
    Ok(Person { id, role, active })
}
