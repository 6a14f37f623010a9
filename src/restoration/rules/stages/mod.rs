//! When a project may go on (R24), be accepted (R29, R33) and be closed; who may know of it.

mod gates;

use std::collections::BTreeSet;

use chrono::{Days, NaiveDate};

use crate::experts::Panel;
use crate::kernel::actor::{Actor, Role};
use crate::kernel::area::SurveyedArea;
use crate::kernel::clock::last_day_of_years;
use crate::kernel::ids::{OrganisationId, UserId};
use crate::kernel::region::{RegionCode, RegionLevel};
use crate::kernel::text::Label;
use crate::notices::Standing;
use crate::restoration::model::{Project, Scope, Stage};

pub(crate) use gates::{judged, may_notify, notified, unobjected};

/// Why a project does not go on.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum CannotAdvance {
    #[error("the project is {is}, it cannot become {wanted}")]
    OutOfOrder { is: Stage, wanted: Stage },
    #[error("who reviewed the scheme cannot approve it")]
    ReviewerApproves,
    #[error(
        "restoration of important wetland is approved and accepted at provincial level or above"
    )]
    ImportantWetland,
    #[error("there is no assessor {0}")]
    NoSuchAssessor(String),
    #[error("{assessor} has an interest in this project: {why}")]
    Interested { assessor: String, why: &'static str },
    #[error("the report does not declare that its assessor has no interest")]
    InterestNotDenied,
    #[error("an acceptance names 2 to {max} different inspectors")]
    Inspectors { max: usize },
    #[error("{what} is dated {date}; it must lie between {first} and {last}")]
    Dated { what: &'static str, date: NaiveDate, first: NaiveDate, last: NaiveDate },
    #[error(
        "an accepted area is positive and at most that of the polygons: {asked} m² of {polygons} m²"
    )]
    Area { asked: SurveyedArea, polygons: SurveyedArea },
    #[error("the project has no monitoring plan")]
    NoPlan,
    #[error("the project has its monitoring plan")]
    HasPlan,
    #[error("a monitoring plan is filed between acceptance and closure, the project is {is}")]
    PlanOutOfTime { is: Stage },
    #[error("a monitoring plan runs for 1 to {max} years")]
    PlanYears { max: i64 },
    #[error("the project was withdrawn")]
    Withdrawn,
    #[error("a project is withdrawn before its construction begins, it is {is}")]
    TooLateToWithdraw { is: Stage },
    #[error("zone approvals are filed before the project is approved, it is {is}")]
    TooLateForApproval { is: Stage },
    #[error("the project has an approval for zone {0}")]
    HasZoneApproval(String),
    #[error("the {0} notice was not published")]
    NotNotified(Notified),
    #[error("the {what} notice runs until {to}")]
    NoticeRuns { what: Notified, to: NaiveDate },
    #[error("{open} objections to the {what} notice are open")]
    Objected { what: Notified, open: usize },
    #[error("an objection to the {0} notice was upheld: correct the notice")]
    Upheld(Notified),
    #[error("a {what} notice is not published of a project that is {is}")]
    NoticeOutOfTime { what: Notified, is: Stage },
    #[error("the panel of experts has not concluded")]
    PanelPending,
    #[error("the panel of experts is against it")]
    PanelAgainst,
    #[error("no report is due on {0}")]
    NoReportDue(NaiveDate),
    #[error("the report for {0} was delivered")]
    ReportDelivered(NaiveDate),
    #[error("monitoring reports are delivered between acceptance and closure, the project is {is}")]
    ReportOutOfTime { is: Stage },
    #[error("a monitoring report is more than thirty days late: it comes first")]
    ReportOverdue,
}

/// What of a project is put before everybody (R28).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Notified {
    Scheme,
    Result,
}

impl std::fmt::Display for Notified {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Scheme => "scheme",
            Self::Result => "result",
        })
    }
}

/// Reasons against a step, each with the field of the request that it is about.
pub(crate) type Reasons = Vec<(&'static str, CannotAdvance)>;

/// An acceptance is signed by at most this many inspectors.
const INSPECTORS_MAX: usize = 20;
/// The longest monitoring plan: a generation.
const PLAN_YEARS_MAX: i64 = 30;

/// An organisation that wrote a report, as far as its interests go (R29).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Assessor {
    pub(crate) id: OrganisationId,
    pub(crate) name: String,
    pub(crate) is_assessor: bool,
    pub(crate) related_to: Option<OrganisationId>,
    /// The name of the organisation that it is related to.
    pub(crate) related_name: Option<String>,
}

/// What is put forward for an acceptance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Completion<'a> {
    pub(crate) assessor: &'a Assessor,
    pub(crate) no_interest_declared: bool,
    pub(crate) reported_on: NaiveDate,
    pub(crate) inspected_on: NaiveDate,
    pub(crate) inspectors: &'a [Label],
    pub(crate) area: SurveyedArea,
}

/// What is put forward for a closure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Post<'a> {
    pub(crate) assessor: &'a Assessor,
    pub(crate) no_interest_declared: bool,
    pub(crate) reported_on: NaiveDate,
}

/// Decides whether the project may enter the stage: the next one only (R24).
pub(crate) fn advance(is: Stage, wanted: Stage) -> Result<(), CannotAdvance> {
    if is.next() == Some(wanted) { Ok(()) } else { Err(CannotAdvance::OutOfOrder { is, wanted }) }
}

/// Returns everything that stands against an approval: it is given by another person than the
/// reviewer, for important wetland by the province (R31), after the notice of the scheme (R28) and
/// with the panel of experts where there is one (R30).
pub(crate) fn against_approval(
    project: &Project,
    approver: &Actor,
    important: bool,
    notice: Standing,
    panel: Panel,
) -> Reasons {
    let other_person = if entered_by(project, Stage::SchemeReviewed) == Some(approver.user_id) {
        Err(CannotAdvance::ReviewerApproves)
    } else {
        Ok(())
    };
    reasons([
        ("", advance(project.stage, Stage::Approved)),
        ("", other_person),
        ("", high_enough(&approver.region, important)),
        ("", notified(Notified::Scheme, notice)),
        ("", judged(panel)),
    ])
}

/// Returns everything that stands against an acceptance (R29, R31, R33).
pub(crate) fn against_acceptance(
    project: &Project,
    acceptor: &Actor,
    important: bool,
    put: &Completion,
    today: NaiveDate,
) -> Reasons {
    let first = entered_on(project, Stage::Completed).unwrap_or(today);
    let report = dated("the report", put.reported_on, first, today);
    let inspection = dated("the inspection", put.inspected_on, first, today);
    reasons([
        ("", advance(project.stage, Stage::Accepted)),
        ("", high_enough(&acceptor.region, important)),
        (
            "/third_party_report/assessor",
            independent(project, put.assessor, put.no_interest_declared),
        ),
        ("/third_party_report/date", report),
        ("/inspection/date", inspection),
        ("/inspection/inspectors", enough_inspectors(put.inspectors)),
        ("/third_party_report/accepted_area_m2", area_fits(project, put.area)),
    ])
}

/// Decides whether a monitoring report is taken for that due day (R88).
pub(crate) fn deliver_report(
    project: &Project,
    due_on: NaiveDate,
    dated_on: NaiveDate,
    today: NaiveDate,
) -> Result<(), CannotAdvance> {
    let is = project.stage;
    if !matches!(is, Stage::Accepted | Stage::Monitoring) {
        return Err(CannotAdvance::ReportOutOfTime { is });
    }
    let plan = project.monitoring_plan.as_ref().ok_or(CannotAdvance::NoPlan)?;
    if !plan.reports_due.contains(&due_on) {
        return Err(CannotAdvance::NoReportDue(due_on));
    }
    if project.monitoring_reports.iter().any(|report| report.due_on == due_on) {
        return Err(CannotAdvance::ReportDelivered(due_on));
    }
    let accepted_on = project.acceptance.as_ref().map_or(today, |it| it.accepted_on);
    dated("the report", dated_on, accepted_on, today)
}

fn reasons<const N: usize>(each: [(&'static str, Result<(), CannotAdvance>); N]) -> Reasons {
    each.into_iter().filter_map(|(field, answer)| Some((field, answer.err()?))).collect()
}

fn enough_inspectors(inspectors: &[Label]) -> Result<(), CannotAdvance> {
    let different = inspectors.iter().collect::<BTreeSet<_>>().len();
    if different < 2 || different != inspectors.len() || different > INSPECTORS_MAX {
        return Err(CannotAdvance::Inspectors { max: INSPECTORS_MAX });
    }
    Ok(())
}

/// Decides whether the project may go into monitoring; an open objection to its result blocks it.
pub(crate) fn monitor(project: &Project, notice: Standing) -> Result<(), CannotAdvance> {
    advance(project.stage, Stage::Monitoring)?;
    unobjected(Notified::Result, notice)?;
    if project.monitoring_plan.is_none() { Err(CannotAdvance::NoPlan) } else { Ok(()) }
}

/// Decides whether a monitoring plan may be filed.
pub(crate) fn plan(project: &Project, years: i64) -> Result<(), CannotAdvance> {
    if project.monitoring_plan.is_some() {
        return Err(CannotAdvance::HasPlan);
    }
    if !matches!(project.stage, Stage::Accepted | Stage::Monitoring) {
        return Err(CannotAdvance::PlanOutOfTime { is: project.stage });
    }
    if (1..=PLAN_YEARS_MAX).contains(&years) {
        Ok(())
    } else {
        Err(CannotAdvance::PlanYears { max: PLAN_YEARS_MAX })
    }
}

/// Decides on a closure, which needs a post assessment of the land under monitoring (R24).
pub(crate) fn close(project: &Project, put: &Post, today: NaiveDate) -> Result<(), CannotAdvance> {
    advance(project.stage, Stage::Closed)?;
    independent(project, put.assessor, put.no_interest_declared)?;
    let first = entered_on(project, Stage::Monitoring).unwrap_or(today);
    dated("the post assessment", put.reported_on, first, today)
}

/// Decides whether anything may still be done to the project.
pub(crate) fn not_withdrawn(project: &Project) -> Result<(), CannotAdvance> {
    if project.withdrawal.is_some() { Err(CannotAdvance::Withdrawn) } else { Ok(()) }
}

/// Decides whether the project may be given up: before anything is built.
pub(crate) fn withdraw(project: &Project) -> Result<(), CannotAdvance> {
    let is = project.stage;
    if is > Stage::Approved { Err(CannotAdvance::TooLateToWithdraw { is }) } else { Ok(()) }
}

/// Decides whether an approval of that day for a zone is filed (R18).
pub(crate) fn file_approval(
    project: &Project,
    zone: &str,
    date: NaiveDate,
    today: NaiveDate,
) -> Result<(), CannotAdvance> {
    let is = project.stage;
    if is >= Stage::Approved {
        return Err(CannotAdvance::TooLateForApproval { is });
    }
    if project.zone_approvals.iter().any(|it| it.zone_no.as_str() == zone) {
        return Err(CannotAdvance::HasZoneApproval(zone.to_owned()));
    }
    dated("the approval", date, NaiveDate::MIN, today)
}

/// Returns on which days the yearly reports are due, counted from the acceptance.
pub(crate) fn reports_due(accepted_on: NaiveDate, years: i64) -> Vec<NaiveDate> {
    let year = |n: i64| {
        last_day_of_years(accepted_on, i32::try_from(n).ok()?).and_then(|last| last.succ_opt())
    };
    (1..=years).filter_map(year).collect()
}

/// A report that is late by more than so many days freezes its project (R88). A setting's default (A).
const OVERDUE_DAYS: u64 = 30;

/// Returns the day on which a project is frozen for a report that was due on that day (R88).
pub(crate) fn frozen_on(due_on: NaiveDate) -> NaiveDate {
    due_on.checked_add_days(Days::new(OVERDUE_DAYS + 1)).unwrap_or(NaiveDate::MAX)
}

/// Returns which projects somebody may know of: a township's drafts are its own affair.
pub(crate) fn scope_of(actor: &Actor) -> Scope {
    let county = actor.region.county().unwrap_or_else(|| actor.region.clone());
    match actor.role {
        Role::TownshipOfficer => Scope::Township { organisation_id: actor.organisation_id, county },
        Role::Administrator
        | Role::CentreDirector
        | Role::CentreOfficer
        | Role::FinanceDirector
        | Role::FinanceOfficer
        | Role::ForestryOfficer
        | Role::Auditor
        | Role::SecurityAdministrator
        | Role::AuditAdministrator
        | Role::Developer
        | Role::DeveloperDirector
        | Role::Assessor
        | Role::BankOfficer
        | Role::InsurerOfficer => Scope::Region(actor.region.clone()),
    }
}

impl Scope {
    /// Whether a project is within it.
    pub(crate) fn sees(&self, project: &Project) -> bool {
        match self {
            Self::Region(region) => project.township.is_within(region),
            Self::Township { organisation_id, county } => {
                let public = project.stage >= Stage::Approved && project.county == *county;
                project.owner == *organisation_id || public
            }
        }
    }
}

fn entered_by(project: &Project, stage: Stage) -> Option<UserId> {
    project.stages.iter().find(|entry| entry.stage == stage).map(|entry| entry.entered_by)
}

fn entered_on(project: &Project, stage: Stage) -> Option<NaiveDate> {
    let entry = project.stages.iter().find(|entry| entry.stage == stage)?;
    Some(entry.entered_at.date_in_shanghai())
}

fn high_enough(seat: &RegionCode, important: bool) -> Result<(), CannotAdvance> {
    if important && seat.level() != RegionLevel::Province {
        return Err(CannotAdvance::ImportantWetland);
    }
    Ok(())
}

/// The buyers are not known yet: who buys from a project asks for its assessor then.
fn independent(project: &Project, assessor: &Assessor, denied: bool) -> Result<(), CannotAdvance> {
    let name = assessor.name.clone();
    if !assessor.is_assessor {
        return Err(CannotAdvance::NoSuchAssessor(name));
    }
    let contractor = project.contractor.as_ref().map(|contractor| contractor.as_str());
    let why = if assessor.id == project.owner || assessor.related_to == Some(project.owner) {
        Some("it is related to the project's owner")
    } else if contractor.is_some()
        && (contractor == Some(&name) || contractor == assessor.related_name.as_deref())
    {
        Some("it is related to the contractor")
    } else {
        None
    };
    match why {
        Some(why) => Err(CannotAdvance::Interested { assessor: name, why }),
        None if denied => Ok(()),
        None => Err(CannotAdvance::InterestNotDenied),
    }
}

fn dated(
    what: &'static str,
    date: NaiveDate,
    first: NaiveDate,
    last: NaiveDate,
) -> Result<(), CannotAdvance> {
    if (first..=last).contains(&date) {
        Ok(())
    } else {
        Err(CannotAdvance::Dated { what, date, first, last })
    }
}

fn area_fits(project: &Project, asked: SurveyedArea) -> Result<(), CannotAdvance> {
    let centi_m2 = project.parcels.iter().map(|site| site.area_m2.centi_m2()).sum();
    let polygons = SurveyedArea::of_centi_m2(centi_m2).unwrap_or_default();
    if asked > SurveyedArea::default() && asked <= polygons {
        Ok(())
    } else {
        Err(CannotAdvance::Area { asked, polygons })
    }
}

#[cfg(test)]
mod tests;
