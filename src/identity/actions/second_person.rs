//! Two-person approval: the one mechanism of the whole house.

use serde::Serialize;

use super::content::hash_of;
use crate::identity::model::{Approval, ApprovalId, Approved};
use crate::identity::rules::{self, SecondPersonRefused};
use crate::identity::store;
use crate::kernel::actor::Role;
use crate::kernel::db::Tx;
use crate::kernel::problem::Answer;

/// An act that one person begins and another lets happen.
#[derive(Debug)]
pub struct SecondPerson<'a, C> {
    /// What it is about, as `kind:id`.
    pub subject: &'a str,
    /// All that takes effect with the approval; it must be the same, to the letter, when it does.
    pub content: &'a C,
    pub initiator_roles: &'a [Role],
    pub approver_roles: &'a [Role],
}

/// Keeps what the actor begins until a second person approves it. The command that begins it
/// records it in the audit log.
pub fn ask_second_person<C: Serialize>(
    tx: &mut Tx<'_>,
    it: SecondPerson<'_, C>,
) -> Answer<ApprovalId> {
    let initiator = tx.actor()?;
    if !it.initiator_roles.contains(&initiator.role) {
        return Err(SecondPersonRefused::InitiatorRole(initiator.role).into());
    }
    let approval = Approval {
        id: ApprovalId::new(),
        subject: it.subject.to_owned(),
        content_hash: hash_of(it.content)?,
        initiator: initiator.user_id,
        initiator_roles: it.initiator_roles.to_vec(),
        approver_roles: it.approver_roles.to_vec(),
        asked_at: tx.now(),
        expires_at: rules::expiry_of(tx.now()),
        approved: None,
    };
    store::insert_approval(tx, &approval)?;
    Ok(approval.id)
}

/// Lets the actor be the second person for that content, once, or refuses. The command that takes
/// effect with it records it in the audit log.
pub fn second_person(
    tx: &mut Tx<'_>,
    approval_id: ApprovalId,
    content: &impl Serialize,
) -> Answer<Approved> {
    let approver_id = tx.actor()?.user_id;
    let now = tx.now();
    let approval = store::approval(tx.conn(), approval_id)?;
    let initiator = store::person(tx.conn(), approval.initiator)?;
    let approver = store::person(tx.conn(), approver_id)?;
    rules::approve(&approval, &initiator, &approver, &hash_of(content)?, now)?;
    // Asked for last, so that nobody looks for their telephone in vain.
    fresh_code(tx)?;
    store::mark_approved(tx, approval_id, approver_id)?;
    Ok(Approved { initiator: approval.initiator, approver: approver_id })
}

/// Refuses the actor who gave no code of their second factor in the last minutes.
pub fn fresh_code(tx: &Tx<'_>) -> Answer<()> {
    match rules::is_fresh(tx.actor()?.login.factor, tx.now()) {
        true => Ok(()),
        false => Err(SecondPersonRefused::FreshCodeNeeded.into()),
    }
}
