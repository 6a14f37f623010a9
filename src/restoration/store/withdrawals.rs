//! Projects that were given up, and the approvals that zones on their land need.

use chrono::NaiveDate;
use diesel::prelude::*;

use crate::kernel::clock::Time;
use crate::kernel::db::{Conn, Tx, record};
use crate::kernel::ids::{OrganisationId, UserId};
use crate::kernel::problem::Answer;
use crate::kernel::text::Label;
use crate::restoration::model::{ProjectId, ProjectPartId, ProjectWithdrawal, ZoneApproval};
use crate::schema::{project_withdrawals, zone_approvals as approvals};

record! {
    /// A row is the end of a project that was given up.
    pub(crate) struct WithdrawalRow in project_withdrawals {
        id: ProjectPartId as Id,
        project_id: ProjectId as Id,
        reason: Label as Text,
        withdrawn_by: UserId as Id,
        organisation_id: OrganisationId as Id,
        withdrawn_at: Time as Timestamp,
    }
}

record! {
    /// A row is an approval of a project on land of a zone.
    pub(crate) struct ZoneApprovalRow in zone_approvals {
        id: ProjectPartId as Id,
        project_id: ProjectId as Id,
        zone_number: Label as Text,
        approval_number: Label as Text,
        approved_by: Label as Text,
        approved_on: NaiveDate as Date,
        entered_by: UserId as Id,
        organisation_id: OrganisationId as Id,
        entered_at: Time as Timestamp,
    }
}

/// The ids of all projects that were given up.
#[diesel::dsl::auto_type]
pub(super) fn withdrawn() -> _ {
    project_withdrawals::table.select(project_withdrawals::project_id)
}

/// Saves the end of a project.
pub(crate) fn insert_withdrawal(tx: &mut Tx, id: ProjectId, it: &ProjectWithdrawal) -> Answer<()> {
    tx.insert(&WithdrawalRow {
        id: ProjectPartId::new(),
        project_id: id,
        reason: it.reason.clone(),
        withdrawn_by: it.withdrawn_by,
        organisation_id: it.organisation_id,
        withdrawn_at: it.withdrawn_at,
    })?;
    Ok(())
}

/// Saves an approval for a zone.
pub(crate) fn insert_zone_approval(tx: &mut Tx, id: ProjectId, it: &ZoneApproval) -> Answer<()> {
    tx.insert(&ZoneApprovalRow {
        id: ProjectPartId::new(),
        project_id: id,
        zone_number: it.zone_no.clone(),
        approval_number: it.approval_no.clone(),
        approved_by: it.by.clone(),
        approved_on: it.date,
        entered_by: it.entered_by,
        organisation_id: it.organisation_id,
        entered_at: it.entered_at,
    })?;
    Ok(())
}

pub(super) fn withdrawal(c: &mut Conn, id: ProjectId) -> Answer<Option<ProjectWithdrawal>> {
    let row: Option<WithdrawalRow> = project_withdrawals::table
        .filter(project_withdrawals::project_id.eq(id))
        .select(WithdrawalRow::as_select())
        .first(c)
        .optional()?;
    Ok(row.map(|row| ProjectWithdrawal {
        reason: row.reason,
        withdrawn_by: row.withdrawn_by,
        organisation_id: row.organisation_id,
        withdrawn_at: row.withdrawn_at,
    }))
}

pub(super) fn zone_approvals(c: &mut Conn, id: ProjectId) -> Answer<Vec<ZoneApproval>> {
    let rows: Vec<ZoneApprovalRow> = approvals::table
        .filter(approvals::project_id.eq(id))
        .order(approvals::id)
        .select(ZoneApprovalRow::as_select())
        .load(c)?;
    let approval = |row: ZoneApprovalRow| ZoneApproval {
        zone_no: row.zone_number,
        approval_no: row.approval_number,
        by: row.approved_by,
        date: row.approved_on,
        entered_by: row.entered_by,
        organisation_id: row.organisation_id,
        entered_at: row.entered_at,
    };
    Ok(rows.into_iter().map(approval).collect())
}
