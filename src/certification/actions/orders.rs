//! Orders of a court or the centre to freeze a project: one person enters, another lets it happen
//! (R45).

use serde_json::json;

use super::freezes::{Because, freeze};
use super::{subject_of_project, visible_freeze};
use crate::certification::model::{
    Freeze, FreezeAuthority, FreezeCause, FreezeId, FreezeOrder, FreezeOrderId,
};
use crate::certification::rules::{self, CannotFreeze};
use crate::certification::store;
use crate::identity::{self, SecondPerson};
use crate::kernel::actor::{Actor, Role};
use crate::kernel::db::{Conn, Event, Tx};
use crate::kernel::problem::{Answer, Failure};
use crate::kernel::text::{Label, Passage};
use crate::ledger::JournalId;
use crate::restoration::{self, ProjectId};

/// Who may enter an order, and who else lets it happen.
const ORDERERS: [Role; 2] = [Role::CentreDirector, Role::ForestryOfficer];

/// Somebody of the authorities enters an order.
#[derive(Debug, Clone)]
pub(crate) struct EnterOrder {
    pub(crate) id: FreezeOrderId,
    pub(crate) project_id: ProjectId,
    pub(crate) authority: FreezeAuthority,
    pub(crate) document: Label,
    pub(crate) reason: Passage,
}

/// A second person lets an order take effect.
#[derive(Debug, Clone)]
pub(crate) struct ObeyOrder {
    pub(crate) id: FreezeOrderId,
    pub(crate) freeze_id: FreezeId,
    pub(crate) journal_id: JournalId,
}

/// Returns an order that the actor may know of.
pub(crate) fn visible_order(c: &mut Conn, actor: &Actor, id: FreezeOrderId) -> Answer<FreezeOrder> {
    let order = store::order(c, id)?;
    let project = restoration::project(c, order.project_id)?;
    if project.township.is_within(&actor.region) { Ok(order) } else { Err(Failure::not_found()) }
}

/// Enters an order for a second person; nothing is frozen yet.
pub(crate) fn enter_order(tx: &mut Tx, it: &EnterOrder) -> Answer<FreezeOrder> {
    let actor = tx.actor()?;
    let project = restoration::project(tx.conn(), it.project_id)?;
    if !project.township.is_within(&actor.region) {
        return Err(Failure::not_found());
    }
    let frozen = store::open_freeze(tx.conn(), project.id)?.is_some();
    rules::check_freeze(project.stage, frozen)?;
    let mut order = FreezeOrder {
        id: it.id,
        project_id: project.id,
        project_number: project.number,
        authority: it.authority,
        document: it.document.clone(),
        reason: it.reason.clone(),
        approval_id: identity::ApprovalId::new(),
        asked_by: actor.user_id,
        asked_at: tx.now(),
        freeze_id: None,
        approved_by: None,
        approved_at: None,
    };
    order.approval_id = identity::ask_second_person(
        tx,
        SecondPerson {
            subject: &format!("freeze_order:{}", it.id),
            content: &content_of(&order),
            initiator_roles: &ORDERERS,
            approver_roles: &ORDERERS,
        },
    )?;
    store::insert_order(tx, &order, &project.township)?;
    tx.record(Event {
        subject: subject_of_project(order.project_id),
        reason: Some(it.reason.to_string()),
        after: Some(json!({
            "freeze_order": it.id, "authority": it.authority, "document": it.document,
        })),
        ..Event::default()
    });
    Ok(order)
}

/// Freezes the project of an order, as any freeze does.
pub(crate) fn obey_order(tx: &mut Tx, it: &ObeyOrder) -> Answer<Freeze> {
    let actor = tx.actor()?;
    let order = visible_order(tx.conn(), &actor, it.id)?;
    if order.freeze_id.is_some() {
        return Err(CannotFreeze::Frozen.into());
    }
    let project = restoration::project(tx.conn(), order.project_id)?;
    let frozen = store::open_freeze(tx.conn(), project.id)?.is_some();
    rules::check_freeze(project.stage, frozen)?;
    let people = identity::second_person(tx, order.approval_id, &content_of(&order))?;
    let (cause, reason) = (FreezeCause::Ordered, order.reason.clone());
    let because = Because { cause, due_on: None, reason };
    let freeze = freeze(tx, &project, because, (it.freeze_id, it.journal_id))?;
    let order = FreezeOrder {
        freeze_id: Some(freeze.id),
        approved_by: Some(people.approver),
        approved_at: Some(tx.now()),
        ..order
    };
    store::update_order(tx, &order, &project.township)?;
    tx.record(Event {
        subject: subject_of_project(project.id),
        reason: Some(order.reason.to_string()),
        after: Some(json!({
            "freeze": freeze.id, "moves": freeze.moves, "freeze_order": order.id,
            "document": order.document,
        })),
        ..Event::default()
    });
    visible_freeze(tx.conn(), &actor, freeze.id)
}

fn content_of(it: &FreezeOrder) -> serde_json::Value {
    json!({
        "id": it.id, "project": it.project_number, "authority": it.authority,
        "document": it.document, "reason": it.reason,
    })
}
