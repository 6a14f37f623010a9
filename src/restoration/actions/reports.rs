//! Monitoring reports: what a project owes, what it delivered, and what is overdue (R88).

use chrono::NaiveDate;
use serde_json::json;

use super::{own_project, subject};
use crate::kernel::actor::Doing;
use crate::kernel::area::SurveyedArea;
use crate::kernel::db::{Conn, Db, Event, Tx};
use crate::kernel::problem::{Answer, Failure};
use crate::kernel::text::{Label, Passage};
use crate::restoration::model::{MonitoringReport, Project, ProjectId, ReportDuty};
use crate::restoration::rules;
use crate::restoration::store;

/// A township delivers a report on its restored land.
#[derive(Debug, Clone)]
pub(crate) struct DeliverReport {
    pub(crate) id: ProjectId,
    pub(crate) due_on: NaiveDate,
    pub(crate) report_no: Label,
    pub(crate) date: NaiveDate,
    pub(crate) author: Label,
    pub(crate) restored_area: SurveyedArea,
    pub(crate) findings: Passage,
}

/// A report that is so late that its project is to be frozen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Overdue {
    pub project: ProjectId,
    pub due_on: NaiveDate,
}

/// Keeps a report for the day on which it was due.
pub(crate) fn deliver_report(tx: &mut Tx, it: &DeliverReport) -> Answer<Project> {
    let project = own_project(tx, it.id)?;
    let (actor, now) = (tx.actor()?, tx.now());
    rules::deliver_report(&project, it.due_on, it.date, now.date_in_shanghai())?;
    let report = MonitoringReport {
        due_on: it.due_on,
        report_no: it.report_no.clone(),
        date: it.date,
        author: it.author.clone(),
        restored_area_m2: it.restored_area,
        findings: it.findings.clone(),
        filed_by: actor.user_id,
        organisation_id: actor.organisation_id,
        filed_at: now,
    };
    store::insert_report(tx, it.id, &report)?;
    store::set_duty(tx, it.id, it.due_on, ReportDuty::Delivered)?;
    tx.record(Event {
        subject: subject(it.id),
        after: Some(json!({
            "report_no": it.report_no,
            "due_on": it.due_on,
            "restored_area_m2": it.restored_area,
        })),
        ..Event::default()
    });
    store::load(tx.conn(), it.id)
}

/// Writes down what reports a project owes by its plan.
pub(super) fn owe(tx: &mut Tx, project: &Project, years: i64) -> Answer<()> {
    let Some(acceptance) = &project.acceptance else {
        return Err(Failure::broken("a plan is filed of accepted land"));
    };
    let due = rules::reports_due(acceptance.accepted_on, years);
    let duties: Vec<_> = due.into_iter().map(|due| (due, rules::frozen_on(due))).collect();
    store::insert_duties(tx, project.id, &duties)
}

/// A project that is closed owes no more reports.
pub(super) fn end(tx: &mut Tx, id: ProjectId) -> Answer<()> {
    for due_on in store::open_duties(tx.conn(), id)? {
        store::set_duty(tx, id, due_on, ReportDuty::Ended)?;
    }
    Ok(())
}

/// Returns reports that are so late that their projects are to be frozen, the latest first.
pub fn overdue(c: &mut Conn, today: NaiveDate, rows_max: i64) -> Answer<Vec<Overdue>> {
    store::overdue(c, today, rows_max)
}

/// Says that a project was frozen for that report, so that it is frozen for it once.
pub fn mark_frozen(tx: &mut Tx, it: Overdue) -> Answer<()> {
    store::set_duty(tx, it.project, it.due_on, ReportDuty::Frozen)
}

/// Whether a project owes a report that is more than thirty days late.
pub fn is_overdue(c: &mut Conn, id: ProjectId, today: NaiveDate) -> Answer<bool> {
    store::owes_overdue(c, id, today)
}

/// Writes down what projects owe whose plan was filed before reports were counted; returns of how
/// many.
pub async fn run_due(db: &Db) -> Answer<usize> {
    const PROJECTS_PER_COMMAND_MAX: i64 = 50;
    let mut written = 0;
    loop {
        let plans = db.read(None, |c| store::plans_without_duties(c, PROJECTS_PER_COMMAND_MAX));
        if plans.await?.is_empty() {
            return Ok(written);
        }
        let doing = Doing::system("write_report_duties");
        written += db
            .write(doing, |tx| {
                let plans = store::plans_without_duties(tx.conn(), PROJECTS_PER_COMMAND_MAX)?;
                for (id, years) in &plans {
                    let project = store::load(tx.conn(), *id)?;
                    owe(tx, &project, *years)?;
                    for report in &project.monitoring_reports {
                        store::set_duty(tx, *id, report.due_on, ReportDuty::Delivered)?;
                    }
                }
                if !plans.is_empty() {
                    tx.record(Event {
                        subject: "report_duties".into(),
                        after: Some(json!({ "projects": plans.len() })),
                        ..Event::default()
                    });
                }
                Ok(plans.len())
            })
            .await?;
    }
}
