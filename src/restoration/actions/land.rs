//! What the layers say of a project's land (R17, R18), its zone approvals, and its withdrawal.

use chrono::NaiveDate;
use serde_json::json;

use super::{own_project, subject};
use crate::inventory::{
    self, CorrectLand, KeptAnswer, LandAnswer, LandAnswerId, LandPurpose, NamedApproval, Parcel,
    ParcelId,
};
use crate::kernel::actor::Actor;
use crate::kernel::db::{Conn, Event, Tx};
use crate::kernel::problem::{Answer, Refusal};
use crate::kernel::text::Label;
use crate::restoration::model::{
    BarredParcel, Project, ProjectId, ProjectWithdrawal, ZoneApproval,
};
use crate::restoration::rules::{self, CannotPropose};
use crate::restoration::store;

/// An approval of a project in a zone as it is handed in.
#[derive(Debug, Clone)]
pub(crate) struct FileApproval {
    pub(crate) id: ProjectId,
    pub(crate) zone: Label,
    pub(crate) approval_no: Label,
    pub(crate) by: Label,
    pub(crate) date: NaiveDate,
}

/// Files the approval that a zone on the project's land needs.
pub(crate) fn file_zone_approval(tx: &mut Tx, it: &FileApproval) -> Answer<Project> {
    let project = own_project(tx, it.id)?;
    let (actor, now) = (tx.actor()?, tx.now());
    rules::file_approval(&project, it.zone.as_str(), it.date, now.date_in_shanghai())?;
    let approval = ZoneApproval {
        zone_no: it.zone.clone(),
        approval_no: it.approval_no.clone(),
        by: it.by.clone(),
        date: it.date,
        entered_by: actor.user_id,
        organisation_id: actor.organisation_id,
        entered_at: now,
    };
    store::insert_zone_approval(tx, it.id, &approval)?;
    tx.record(Event {
        subject: subject(it.id),
        after: Some(json!({
            "zone_no": approval.zone_no, "approval_no": approval.approval_no, "by": approval.by,
        })),
        ..Event::default()
    });
    store::load(tx.conn(), it.id)
}

/// Gives a project up before its construction; its parcels are free for another one.
pub(crate) fn withdraw(tx: &mut Tx, id: ProjectId, reason: &Label) -> Answer<Project> {
    let mut project = own_project(tx, id)?;
    rules::withdraw(&project)?;
    let actor = tx.actor()?;
    let withdrawal = ProjectWithdrawal {
        reason: reason.clone(),
        withdrawn_by: actor.user_id,
        organisation_id: actor.organisation_id,
        withdrawn_at: tx.now(),
    };
    store::insert_withdrawal(tx, id, &withdrawal)?;
    tx.record(Event {
        subject: subject(id),
        reason: Some(reason.to_string()),
        before: Some(json!({ "stage": project.stage })),
        after: Some(json!({ "withdrawn": true })),
    });
    project.withdrawal = Some(withdrawal);
    Ok(project)
}

/// Corrects what the land survey says of a parcel that no project has: a project's land is fixed.
pub(crate) fn correct_land(tx: &mut Tx, id: ParcelId, it: &CorrectLand) -> Answer<Parcel> {
    free_parcel(tx, id)?;
    inventory::correct_land(tx, id, it)
}

/// Withdraws a parcel that no project has.
pub(crate) fn withdraw_parcel(tx: &mut Tx, id: ParcelId, reason: &Label) -> Answer<Parcel> {
    free_parcel(tx, id)?;
    inventory::withdraw_parcel(tx, id, reason)
}

fn free_parcel(tx: &mut Tx, id: ParcelId) -> Answer<()> {
    let number = inventory::own_parcel(tx, id)?.number;
    match store::project_of_parcel(tx.conn(), id)? {
        Some(project) => Err(CannotPropose::Taken { number, project }.into()),
        None => Ok(()),
    }
}

/// Returns the answers on land that were given to the project's decisions.
pub(crate) fn land_answers(
    c: &mut Conn,
    actor: &Actor,
    id: ProjectId,
    after: Option<LandAnswerId>,
    rows_max: i64,
) -> Answer<Vec<KeptAnswer>> {
    super::visible_project(c, actor, id)?;
    inventory::kept_land_answers(c, &subject(id), after, rows_max)
}

/// Asks what touches each parcel of a project that is to be approved, and keeps the answers with the
/// approval.
pub(super) fn may_be_restored(tx: &mut Tx, project: &Project) -> Answer<()> {
    let today = tx.now().date_in_shanghai();
    let ids: Vec<_> = project.parcels.iter().map(|site| site.parcel_id).collect();
    let approval = |it: &ZoneApproval| NamedApproval {
        zone_number: it.zone_no.to_string(),
        document: it.approval_no.to_string(),
        by: it.by.to_string(),
    };
    let approvals: Vec<NamedApproval> = project.zone_approvals.iter().map(approval).collect();
    let mut parcels = inventory::parcels(tx.conn(), &ids)?;
    parcels.sort_by_key(|parcel| parcel.id);
    for parcel in parcels {
        let answer = inventory::land_of_parcel(tx.conn(), &parcel, today)?;
        inventory::may_use_land(&answer, LandPurpose::Restoration, &approvals)?;
        inventory::keep_land_answer(tx, &subject(project.id), parcel.id, &answer)?;
    }
    Ok(())
}

/// Returns why the layers bar a parcel from projects, if they do (R17).
pub(super) fn barred_by_layers(
    c: &mut Conn,
    parcel: &Parcel,
    today: NaiveDate,
) -> Answer<Option<BarredParcel>> {
    let answer: LandAnswer = inventory::land_of_parcel(c, parcel, today)?;
    Ok(inventory::land_bar(&answer).map(|bar| BarredParcel {
        number: parcel.number.clone(),
        english: bar.to_string(),
        chinese: bar.chinese(),
    }))
}
