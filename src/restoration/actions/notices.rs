//! What of a project is put before everybody (R28), and the panel that judges it (R30).

use chrono::NaiveDate;
use serde_json::json;

use super::{own_project, subject};
use crate::experts::{self, Draw, DrawId, Matter, Need, PrepareDraw};
use crate::kernel::clock::Time;
use crate::kernel::db::{Conn, Event, Tx};
use crate::kernel::problem::{Answer, Failure};
use crate::kernel::text::Label;
use crate::notices::{
    self, NewNotice, NoticeField, NoticeKind, PublicNotice, PublicNoticeId, Standing, Subject,
    SubjectKind, mask_name,
};
use crate::restoration::model::{Mode, Project, ProjectId, Stage};
use crate::restoration::rules::{self, CannotAdvance, Notified};

/// Returns where the notice of a project's scheme stands on that day.
pub fn scheme_notice(c: &mut Conn, id: ProjectId, today: NaiveDate) -> Answer<Standing> {
    notices::standing(c, NoticeKind::Scheme, &about(id), today)
}

/// Returns where the notice of a project's result stands on that day.
pub fn result_notice(c: &mut Conn, id: ProjectId, today: NaiveDate) -> Answer<Standing> {
    notices::standing(c, NoticeKind::Result, &about(id), today)
}

pub(super) fn standing_of(tx: &mut Tx, project: &Project, what: Notified) -> Answer<Standing> {
    let today = tx.now().date_in_shanghai();
    notices::standing(tx.conn(), kind_of(what), &about(project.id), today)
}

/// Puts a project's scheme before everybody.
pub(crate) fn publish_scheme(
    tx: &mut Tx,
    id: ProjectId,
    notice: PublicNoticeId,
    days: i64,
) -> Answer<PublicNotice> {
    let project = own_project(tx, id)?;
    publish(tx, &project, Notified::Scheme, notice, days)
}

/// Puts what was restored and accepted before everybody.
pub(crate) fn publish_result(
    tx: &mut Tx,
    id: ProjectId,
    notice: PublicNoticeId,
    days: i64,
) -> Answer<PublicNotice> {
    let project = own_project(tx, id)?;
    publish(tx, &project, Notified::Result, notice, days)
}

/// Prepares the draw of a panel for a project's scheme; who proposed it, does the works or assessed
/// them has an interest.
pub(crate) fn prepare_draw(
    tx: &mut Tx,
    id: ProjectId,
    draw: DrawId,
    needs: &[Need],
    moment: Time,
) -> Answer<Draw> {
    let project = own_project(tx, id)?;
    let is = project.stage;
    if is >= Stage::Approved {
        return Err(CannotAdvance::NoticeOutOfTime { what: Notified::Scheme, is }.into());
    }
    let command = PrepareDraw {
        id: draw,
        matter: Matter::Project,
        subject_id: id.uuid(),
        subject_number: project.number.clone(),
        region: project.county.clone(),
        needs: needs.to_vec(),
        moment,
        parties: project.parties(),
        contractor: project.contractor.as_ref().map(Label::to_string),
    };
    experts::prepare(tx, &command)
}

fn publish(
    tx: &mut Tx,
    project: &Project,
    what: Notified,
    notice: PublicNoticeId,
    days: i64,
) -> Answer<PublicNotice> {
    rules::may_notify(project, what)?;
    let (title, fields) = match what {
        Notified::Scheme => ("修复方案公示", scheme_fields(project)?),
        Notified::Result => ("修复结果公示", result_fields(project)?),
    };
    let since = match what {
        Notified::Scheme => Stage::Proposed,
        Notified::Result => Stage::Accepted,
    };
    let entered = project.stages.iter().find(|entry| entry.stage == since);
    let today = tx.now().date_in_shanghai();
    let published = notices::publish(
        tx,
        &NewNotice {
            id: notice,
            kind: kind_of(what),
            subject: about(project.id),
            subject_number: project.number.clone(),
            region: project.township.clone(),
            title: label(&format!("{}{title}", short(project.name.as_str())))?,
            fields,
            event_on: entered.map_or(today, |entry| entry.entered_at.date_in_shanghai()),
            days,
        },
    )?;
    tx.record(Event {
        subject: subject(project.id),
        after: Some(json!({
            "notice": published.number,
            "kind": published.kind,
            "content_hash": published.content_hash,
            "from": published.from,
            "to": published.to,
        })),
        ..Event::default()
    });
    Ok(published)
}

fn scheme_fields(project: &Project) -> Answer<Vec<NoticeField>> {
    let mode = match project.mode {
        Mode::Own => "自行实施",
        Mode::Cooperation => "合作实施",
        Mode::Entrusted => "委托实施",
    };
    let contractor = project.contractor.as_ref().map_or("无", |contractor| contractor.as_str());
    let consent = &project.right_holder_consent;
    let mut fields = vec![
        field("项目编号", &project.number)?,
        field("项目名称", project.name.as_str())?,
        field("所在乡镇", project.township.as_str())?,
        field("实施方式", mode)?,
        field("实施单位", contractor)?,
        field("权利人", &format!("{} 户，反对 {} 户", consent.holders, consent.objections))?,
        field("工程量清单合计", &format!("{} 元", project.bill_of_quantities.total))?,
    ];
    for site in &project.parcels {
        fields.push(field("地块", &format!("{}，{} m²", site.parcel_no, site.area_m2))?);
    }
    let species: Vec<&str> = project.species.iter().map(|one| one.name.as_str()).collect();
    fields.push(field("物种", &list(&species))?);
    Ok(fields)
}

/// The people who inspected are named by their family name only (R92).
fn result_fields(project: &Project) -> Answer<Vec<NoticeField>> {
    let acceptance = project
        .acceptance
        .as_ref()
        .ok_or_else(|| Failure::broken("an accepted project has its acceptance"))?;
    let inspectors: Vec<String> =
        acceptance.inspection.inspectors.iter().map(|name| mask_name(name.as_str())).collect();
    let report = &acceptance.assessment;
    Ok(vec![
        field("项目编号", &project.number)?,
        field("项目名称", project.name.as_str())?,
        field("所在乡镇", project.township.as_str())?,
        field("验收日期", &acceptance.accepted_on.to_string())?,
        field("验收面积", &format!("{} m²", acceptance.accepted_area_m2))?,
        field("第三方报告", &format!("{}，{}", report.report_no, report.date))?,
        field("报告编写人", &mask_name(report.author.as_str()))?,
        field("现场查验", &acceptance.inspection.date.to_string())?,
        field("现场查验人", &inspectors.join("、"))?,
    ])
}

fn field(name: &str, value: &str) -> Answer<NoticeField> {
    let value = value.parse().map_err(|_| Failure::broken("what is published has a text"))?;
    Ok(NoticeField { name: label(name)?, value })
}

fn label(text: &str) -> Answer<Label> {
    text.parse().map_err(|_| Failure::broken("what is published has a name"))
}

/// A list that fits one line of a notice, whatever was proposed.
fn list(names: &[&str]) -> String {
    const CHARS_MAX: usize = 3_900;
    let whole = if names.is_empty() { "无".to_owned() } else { names.join("、") };
    whole.chars().take(CHARS_MAX).collect()
}

/// A name that leaves room for what kind of notice it is.
fn short(name: &str) -> String {
    name.chars().take(Label::CHARS_MAX - 20).collect()
}

fn kind_of(what: Notified) -> NoticeKind {
    match what {
        Notified::Scheme => NoticeKind::Scheme,
        Notified::Result => NoticeKind::Result,
    }
}

fn about(id: ProjectId) -> Subject {
    Subject { kind: SubjectKind::Project, id: id.uuid() }
}
