//! Monitoring reports, and what projects owe.

use chrono::NaiveDate;
use diesel::prelude::*;

use super::rows::{DutyRow, ReportRow};
use crate::kernel::db::{Conn, Tx};
use crate::kernel::problem::{Answer, Failure};
use crate::restoration::actions::Overdue;
use crate::restoration::model::{MonitoringReport, ProjectId, ProjectPartId, ReportDuty};
use crate::schema::{monitoring_plans, monitoring_reports, report_duties};

/// Loads the reports of a project, in the order in which they were due.
pub(super) fn reports(c: &mut Conn, id: ProjectId) -> Answer<Vec<MonitoringReport>> {
    let rows: Vec<ReportRow> = monitoring_reports::table
        .filter(monitoring_reports::project_id.eq(id))
        .order(monitoring_reports::due_on)
        .select(ReportRow::as_select())
        .load(c)?;
    let report = |row: ReportRow| MonitoringReport {
        due_on: row.due_on,
        report_no: row.report_number,
        date: row.dated,
        author: row.author,
        restored_area_m2: row.restored_area,
        findings: row.findings,
        filed_by: row.filed_by,
        organisation_id: row.organisation_id,
        filed_at: row.filed_at,
    };
    Ok(rows.into_iter().map(report).collect())
}

pub(in crate::restoration) fn insert_report(
    tx: &mut Tx,
    project_id: ProjectId,
    it: &MonitoringReport,
) -> Answer<()> {
    tx.insert(&ReportRow {
        id: ProjectPartId::new(),
        project_id,
        due_on: it.due_on,
        report_number: it.report_no.clone(),
        dated: it.date,
        author: it.author.clone(),
        restored_area: it.restored_area_m2,
        findings: it.findings.clone(),
        filed_by: it.filed_by,
        organisation_id: it.organisation_id,
        filed_at: it.filed_at,
    })?;
    Ok(())
}

/// Saves the days on which a project owes reports, each with the day on which it is too late.
pub(in crate::restoration) fn insert_duties(
    tx: &mut Tx,
    project_id: ProjectId,
    duties: &[(NaiveDate, NaiveDate)],
) -> Answer<()> {
    let row = |(due_on, frozen_on): &(NaiveDate, NaiveDate)| DutyRow {
        id: ProjectPartId::new(),
        project_id,
        due_on: *due_on,
        frozen_on: *frozen_on,
        state: ReportDuty::Open,
    };
    Ok(tx.insert_all(&duties.iter().map(row).collect::<Vec<_>>())?)
}

/// Sets what became of a report that a project owes.
pub(in crate::restoration) fn set_duty(
    tx: &mut Tx,
    project_id: ProjectId,
    due_on: NaiveDate,
    state: ReportDuty,
) -> Answer<()> {
    let row: Option<DutyRow> = report_duties::table
        .filter(report_duties::project_id.eq(project_id))
        .filter(report_duties::due_on.eq(due_on))
        .select(DutyRow::as_select())
        .first(tx.conn())
        .optional()?;
    let row = row.ok_or_else(|| Failure::broken("a report that is due is owed"))?;
    Ok(tx.update(&DutyRow { state, ..row })?)
}

/// Returns the days of the reports that a project still owes.
pub(in crate::restoration) fn open_duties(c: &mut Conn, id: ProjectId) -> Answer<Vec<NaiveDate>> {
    Ok(report_duties::table
        .filter(report_duties::project_id.eq(id))
        .filter(report_duties::state.eq(ReportDuty::Open))
        .order(report_duties::due_on)
        .select(report_duties::due_on)
        .load(c)?)
}

/// Returns what is owed and too late, the latest first.
pub(in crate::restoration) fn overdue(
    c: &mut Conn,
    today: NaiveDate,
    rows_max: i64,
) -> Answer<Vec<Overdue>> {
    let rows: Vec<(ProjectId, NaiveDate)> = report_duties::table
        .filter(report_duties::state.eq(ReportDuty::Open))
        .filter(report_duties::frozen_on.le(today))
        .order(report_duties::frozen_on)
        .limit(rows_max)
        .select((report_duties::project_id, report_duties::due_on))
        .load(c)?;
    Ok(rows.into_iter().map(|(project, due_on)| Overdue { project, due_on }).collect())
}

/// Whether a project owes what is too late.
pub(in crate::restoration) fn owes_overdue(
    c: &mut Conn,
    id: ProjectId,
    today: NaiveDate,
) -> Answer<bool> {
    let owed: Option<ProjectPartId> = report_duties::table
        .filter(report_duties::project_id.eq(id))
        .filter(report_duties::state.ne(ReportDuty::Delivered))
        .filter(report_duties::state.ne(ReportDuty::Ended))
        .filter(report_duties::frozen_on.le(today))
        .select(report_duties::id)
        .first(c)
        .optional()?;
    Ok(owed.is_some())
}

/// Returns plans of which it was not written down yet what they owe.
pub(in crate::restoration) fn plans_without_duties(
    c: &mut Conn,
    rows_max: i64,
) -> Answer<Vec<(ProjectId, i64)>> {
    let written = report_duties::table.select(report_duties::project_id);
    Ok(monitoring_plans::table
        .filter(monitoring_plans::project_id.ne_all(written))
        .order(monitoring_plans::project_id)
        .limit(rows_max)
        .select((monitoring_plans::project_id, monitoring_plans::years))
        .load(c)?)
}
