//! From a serial number to everything behind it and after it, in one page; and what a batch was on
//! a day.

use std::collections::BTreeMap;

use actix_web::web::{Data, Json, Path, Query};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::super::store::{self, MovedRow};
use crate::certification::{self, Batch, Release};
use crate::encumbrance;
use crate::experts::{self, Draw, Matter};
use crate::identity;
use crate::kernel::clock::Time;
use crate::kernel::db::{Conn, Db};
use crate::kernel::ids::OrganisationId;
use crate::kernel::operations::{Operations, operations};
use crate::kernel::problem::{Answer, Failure};
use crate::kernel::region::RegionCode;
use crate::ledger::{BatchId, Holder};
use crate::notices::{self, PublicNotice, Subject, SubjectKind, mask_name};
use crate::restoration::{self, Project, Site, Stage};
use crate::web::Problems;

pub(super) fn operations() -> Operations {
    operations![get_serial_trace, get_batch_state]
}

/// Who had a credit: the township that it was issued to, somebody else, or the register itself.
/// Buyers are not named to the public.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum TraceHolder {
    Owner,
    Buyer,
    Register,
}

/// Where a credit was, and in whose hand.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TracePlace {
    pub holder: TraceHolder,
    #[schema(example = "available")]
    pub bucket: String,
}

/// A journal that moved a credit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TraceMove {
    /// What happened: certification, release, listing, trade, freeze, loss.
    #[schema(example = "trade")]
    pub event: String,
    pub at: Time,
    pub from: TracePlace,
    pub to: TracePlace,
    /// The number of the trade, where it was one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "CJ360124-2026-000001")]
    pub trade: Option<String>,
}

/// A stage that a project entered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TraceStage {
    pub stage: Stage,
    pub entered_at: Time,
}

/// A report on the land behind a credit; its author is not named in full.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TraceReport {
    #[schema(example = "completion_assessment")]
    pub kind: String,
    #[schema(example = "JY-2023-018")]
    pub report_no: String,
    pub date: NaiveDate,
    #[schema(example = "裴**")]
    pub author: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "江右示例生态评估有限公司")]
    pub assessor: Option<String>,
    /// The area that was accepted or found, in m².
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "11333.00")]
    pub area_m2: Option<String>,
}

/// The project behind a credit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TraceProject {
    #[schema(example = "P360124-001")]
    pub number: String,
    #[schema(example = "五里垦殖场示例退养塘湿地修复项目")]
    pub name: String,
    pub township: RegionCode,
    pub stages: Vec<TraceStage>,
    pub parcels: Vec<Site>,
    pub reports: Vec<TraceReport>,
}

/// Everything behind and after one serial number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SerialTrace {
    #[schema(example = "WL-360124-2023-B0001-000123")]
    pub serial: String,
    /// Where it is now.
    pub now: TracePlace,
    /// Whether it is insured today.
    #[serde(default)]
    #[schema(example = false)]
    pub insured: bool,
    /// Each journal that moved it, the first first.
    pub moves: Vec<TraceMove>,
    pub batch: Batch,
    pub project: TraceProject,
    /// The panels that judged the project and its application, with their votes.
    pub panels: Vec<Draw>,
    pub notices: Vec<PublicNotice>,
}

/// Which day is meant.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct StateQuery {
    /// The state at the end of that day in Shanghai; today when absent.
    #[param(example = "2024-12-31")]
    on: Option<NaiveDate>,
}

/// What a batch was at the end of a day. The buckets add up to what was issued by then (R40).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct BatchState {
    pub batch_id: BatchId,
    #[schema(example = "360124-2023-B0001")]
    pub number: String,
    pub on: NaiveDate,
    #[schema(example = 11333)]
    pub issued_m2: i64,
    /// In m² by bucket over all holders.
    pub buckets: BTreeMap<String, i64>,
    pub releases: Vec<Release>,
}

/// Traces a serial number
///
/// Forward to its trades and to where it is now, and back to batch, project, parcels, reports,
/// votes and notices.
#[utoipa::path(
    get, path = "/api/v1/serials/{serial}", tag = "disclosure",
    params(("serial" = String, Path, example = "WL-360124-2023-B0001-000123")),
    responses((status = 200, body = SerialTrace), Problems),
    extensions(("x-roles" = json!(["public"])), ("x-effect" = json!("read")))
)]
pub async fn get_serial_trace(db: Data<Db>, serial: Path<String>) -> Answer<Json<SerialTrace>> {
    let (serial, today) = (serial.into_inner(), db.clock().now().date_in_shanghai());
    Ok(Json(db.read_snapshot(None, move |c| trace(c, &serial, today)).await?))
}

/// Shows what a batch was on a day
#[utoipa::path(
    get, path = "/api/v1/batches/{batch_id}/state", tag = "disclosure",
    params(("batch_id" = BatchId, Path), StateQuery),
    responses((status = 200, body = BatchState), Problems),
    extensions(("x-roles" = json!(["public"])), ("x-effect" = json!("read")))
)]
pub async fn get_batch_state(
    db: Data<Db>,
    batch_id: Path<BatchId>,
    query: Query<StateQuery>,
) -> Answer<Json<BatchState>> {
    let id = batch_id.into_inner();
    let on = query.on.unwrap_or_else(|| db.clock().now().date_in_shanghai());
    Ok(Json(db.read_snapshot(None, move |c| state(c, id, on)).await?))
}

fn state(c: &mut Conn, id: BatchId, on: NaiveDate) -> Answer<BatchState> {
    let batch = certification::batch(c, id)?;
    let end =
        on.succ_opt().map(|next| Time::in_shanghai(next, 0)).ok_or_else(Failure::not_found)?;
    let buckets = store::buckets_of_batch_at(c, id, end)?;
    let by_then = |release: &Release| release.released_at < end;
    Ok(BatchState {
        batch_id: id,
        number: batch.number,
        on,
        issued_m2: buckets.values().sum(),
        buckets,
        releases: batch.releases.into_iter().filter(by_then).collect(),
    })
}

fn trace(c: &mut Conn, serial: &str, today: NaiveDate) -> Answer<SerialTrace> {
    let (number, n) = parsed(serial).ok_or_else(Failure::not_found)?;
    let batch = certification::batch_by_number(c, &number)?.ok_or_else(Failure::not_found)?;
    if !(1..=batch.issued_m2).contains(&n) {
        return Err(Failure::not_found());
    }
    let moves: Vec<TraceMove> = store::moves_of_serial(c, batch.id, n)?
        .into_iter()
        .map(|row| moved(row, batch.owner))
        .collect();
    let now = moves.last().map(|last| last.to.clone());
    let now = now.ok_or_else(|| Failure::broken("a serial that was issued has moved"))?;
    let project = restoration::project(c, batch.project_id)?;
    let application = store::application_of(c, batch.id)?.0;
    let mut panels = experts::draws_about(c, Matter::Project, project.id.uuid())?;
    panels.extend(experts::draws_about(c, Matter::CertificationApplication, application)?);
    let about = Subject { kind: SubjectKind::Project, id: project.id.uuid() };
    let notices = notices::notices_about(c, &about, today)?;
    let project = project_behind(c, project)?;
    let insured = encumbrance::insured_m2(c, batch.id, Some(n), today)? > 0;
    let serial = serial.to_owned();
    Ok(SerialTrace { serial, now, insured, moves, batch, project, panels, notices })
}

/// Reads one serial number, or the first of a run: `WL-360124-2023-B0001-000123`.
fn parsed(serial: &str) -> Option<(String, i64)> {
    let rest = serial.strip_prefix("WL-")?;
    let parts: Vec<&str> = rest.split('-').collect();
    let (county, year, batch, n) = match parts.as_slice() {
        [county, year, batch, n] | [county, year, batch, n, _] => (county, year, batch, n),
        _ => return None,
    };
    let digits = n.len() >= 6 && n.bytes().all(|byte| byte.is_ascii_digit());
    let n = if digits { n.parse().ok()? } else { return None };
    Some((format!("{county}-{year}-{batch}"), n))
}

fn moved(row: MovedRow, owner: OrganisationId) -> TraceMove {
    let place = |(holder, bucket): (Holder, String)| TracePlace {
        holder: match holder {
            Holder::Organisation(id) if id == owner => TraceHolder::Owner,
            Holder::Organisation(_) => TraceHolder::Buyer,
            Holder::House => TraceHolder::Register,
        },
        bucket,
    };
    TraceMove {
        event: row.event,
        at: row.effective_at,
        from: place(row.from),
        to: place(row.to),
        trade: row.trade,
    }
}

fn project_behind(c: &mut Conn, project: Project) -> Answer<TraceProject> {
    let mut reports = Vec::new();
    let assessments = [
        project.acceptance.as_ref().map(|it| (&it.assessment, Some(it.accepted_area_m2))),
        project.closure.as_ref().map(|it| (&it.assessment, None)),
    ];
    for (assessment, area) in assessments.into_iter().flatten() {
        reports.push(TraceReport {
            kind: assessment.kind.to_string(),
            report_no: assessment.report_no.to_string(),
            date: assessment.date,
            author: mask_name(assessment.author.as_str()),
            assessor: Some(identity::organisation(c, assessment.assessor)?.name),
            area_m2: area.map(|area| area.to_string()),
        });
    }
    reports.extend(project.monitoring_reports.iter().map(|report| TraceReport {
        kind: "monitoring".into(),
        report_no: report.report_no.to_string(),
        date: report.date,
        author: mask_name(report.author.as_str()),
        assessor: None,
        area_m2: Some(report.restored_area_m2.to_string()),
    }));
    let stage = |entry: &restoration::StageEntry| TraceStage {
        stage: entry.stage,
        entered_at: entry.entered_at,
    };
    Ok(TraceProject {
        stages: project.stages.iter().map(stage).collect(),
        number: project.number,
        name: project.name.to_string(),
        township: project.township,
        parcels: project.parcels,
        reports,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_serial_is_read_alone_or_as_the_first_of_a_run() {
        let read = |text: &str| parsed(text);
        let expected = Some(("360124-2023-B0001".to_owned(), 123));
        assert_eq!(read("WL-360124-2023-B0001-000123"), expected);
        assert_eq!(read("WL-360124-2023-B0001-000123-011333"), expected);
        for bad in [
            "",
            "WL-",
            "360124-2023-B0001-000123",
            "WL-360124-2023-B0001-123",
            "WL-360124-2023-B0001-+00123",
        ] {
            assert_eq!(read(bad), None, "{bad}");
        }
    }
}
