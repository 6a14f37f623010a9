//! How the refusals of restoration look on the wire.

use actix_web::http::StatusCode;

use crate::kernel::problem::Refusal;
use crate::restoration::model::Stage;
use crate::restoration::rules::{CannotAdvance, CannotPropose, Notified};

impl Refusal for CannotPropose {
    fn code(&self) -> &'static str {
        match self {
            Self::NotATownship => "not-a-township",
            Self::Count { .. } => "count-out-of-range",
            Self::NoSuchParcel(_) => "no-such-parcel",
            Self::NotInReserve(_) => "parcel-not-in-reserve",
            Self::OtherCounty { .. } => "parcel-in-other-county",
            Self::NotInTownship(_) => "no-parcel-in-township",
            Self::Barred(_) => "parcel-barred",
            Self::Taken { .. } => "parcel-has-project",
            Self::NoContractor => "contractor-missing",
            Self::NoConsent { .. } => "right-holder-consent-missing",
            Self::ConsentInFuture(_) => "consent-in-future",
            Self::LineAmount { .. } => "bill-line-amount",
            Self::BillTotal { .. } => "bill-total",
            Self::AlienSpecies(_) => "alien-species-unapproved",
        }
    }

    fn status(&self) -> StatusCode {
        match self {
            Self::NotATownship => StatusCode::FORBIDDEN,
            Self::NotInReserve(_) | Self::Barred(_) | Self::Taken { .. } => StatusCode::CONFLICT,
            Self::Count { .. }
            | Self::NoSuchParcel(_)
            | Self::OtherCounty { .. }
            | Self::NotInTownship(_)
            | Self::NoContractor
            | Self::NoConsent { .. }
            | Self::ConsentInFuture(_)
            | Self::LineAmount { .. }
            | Self::BillTotal { .. }
            | Self::AlienSpecies(_) => StatusCode::UNPROCESSABLE_ENTITY,
        }
    }

    fn chinese(&self) -> String {
        match self {
            Self::NotATownship => "申报单位不是乡镇".into(),
            Self::Count { what, max } => {
                let what = match *what {
                    "parcels" => "地块",
                    "species" => "物种",
                    _ => "工程量清单",
                };
                format!("{what}应为 1 至 {max} 项，且不得重复")
            }
            Self::NoSuchParcel(number) => format!("后备资源地块 {number} 不存在"),
            Self::NotInReserve(number) => format!("地块 {number} 不是有效的湿地后备资源"),
            Self::OtherCounty { number, county } => format!("地块 {number} 不在 {county} 县域内"),
            Self::NotInTownship(township) => format!("项目没有位于 {township} 的地块"),
            Self::Barred(parcel) => format!("地块 {}：{}", parcel.number, parcel.chinese),
            Self::Taken { number, project } => format!("地块 {number} 已属于项目 {project}"),
            Self::NoContractor => "委托实施的项目应写明实施单位".into(),
            Self::NoConsent { holders, objections } => {
                format!("须有权利人同意且无人反对：权利人 {holders} 户，反对 {objections} 户")
            }
            Self::ConsentInFuture(date) => format!("权利人同意日期 {date} 晚于今天"),
            Self::LineAmount { line, stated, due } => {
                format!("清单第 {line} 行金额为 {stated}，数量乘以单价应为 {due}")
            }
            Self::BillTotal { stated, sum } => format!("清单合计为 {stated}，各行之和为 {sum}"),
            Self::AlienSpecies(name) => format!("外来物种 {name} 须有科学评估和批准文号"),
        }
    }
}

impl Refusal for CannotAdvance {
    fn code(&self) -> &'static str {
        match self {
            Self::OutOfOrder { .. } => "stage-out-of-order",
            Self::ReviewerApproves => "reviewer-approves",
            Self::ImportantWetland => "important-wetland",
            Self::NoSuchAssessor(_) => "no-such-assessor",
            Self::Interested { .. } => "assessor-has-interest",
            Self::InterestNotDenied => "interest-not-denied",
            Self::Inspectors { .. } => "inspectors-too-few",
            Self::Dated { .. } => "date-out-of-range",
            Self::Area { .. } => "accepted-area-out-of-range",
            Self::NoPlan => "monitoring-plan-missing",
            Self::HasPlan => "monitoring-plan-exists",
            Self::PlanOutOfTime { .. } => "monitoring-plan-out-of-time",
            Self::PlanYears { .. } => "monitoring-years-out-of-range",
            Self::Withdrawn => "project-withdrawn",
            Self::TooLateToWithdraw { .. } => "project-too-far",
            Self::TooLateForApproval { .. } => "zone-approval-too-late",
            Self::HasZoneApproval(_) => "zone-approval-exists",
            Self::NotNotified(_) => "notice-missing",
            Self::NoticeRuns { .. } => "notice-running",
            Self::Objected { .. } => "objection-open",
            Self::Upheld(_) => "objection-upheld",
            Self::NoticeOutOfTime { .. } => "notice-out-of-time",
            Self::PanelPending => "panel-pending",
            Self::PanelAgainst => "panel-against",
            Self::NoReportDue(_) => "no-report-due",
            Self::ReportDelivered(_) => "report-delivered",
            Self::ReportOutOfTime { .. } => "report-out-of-time",
            Self::ReportOverdue => "report-overdue",
        }
    }

    fn status(&self) -> StatusCode {
        match self {
            Self::ReviewerApproves | Self::ImportantWetland => StatusCode::FORBIDDEN,
            Self::OutOfOrder { .. }
            | Self::NoPlan
            | Self::HasPlan
            | Self::PlanOutOfTime { .. }
            | Self::Withdrawn
            | Self::TooLateToWithdraw { .. }
            | Self::TooLateForApproval { .. }
            | Self::HasZoneApproval(_)
            | Self::NotNotified(_)
            | Self::NoticeRuns { .. }
            | Self::Objected { .. }
            | Self::Upheld(_)
            | Self::NoticeOutOfTime { .. }
            | Self::PanelPending
            | Self::PanelAgainst
            | Self::ReportDelivered(_)
            | Self::ReportOutOfTime { .. }
            | Self::ReportOverdue => StatusCode::CONFLICT,
            Self::NoSuchAssessor(_)
            | Self::Interested { .. }
            | Self::InterestNotDenied
            | Self::Inspectors { .. }
            | Self::Dated { .. }
            | Self::Area { .. }
            | Self::NoReportDue(_)
            | Self::PlanYears { .. } => StatusCode::UNPROCESSABLE_ENTITY,
        }
    }

    fn chinese(&self) -> String {
        match self {
            Self::OutOfOrder { is, wanted } => {
                format!("项目处于{}阶段，不能进入{}阶段", stage(*is), stage(*wanted))
            }
            Self::ReviewerApproves => "方案审查人不得批准同一方案".into(),
            Self::ImportantWetland => "重要湿地的修复由省级以上批准和验收".into(),
            Self::NoSuchAssessor(code) => format!("评估机构 {code} 不存在"),
            Self::Interested { assessor, .. } => format!("{assessor} 与本项目有利害关系，应当回避"),
            Self::InterestNotDenied => "报告未声明评估机构与项目无利害关系".into(),
            Self::Inspectors { max } => format!("验收须有 2 至 {max} 名不同的现场查验人"),
            Self::Dated { date, first, last, .. } => {
                format!("日期 {date} 应在 {first} 与 {last} 之间")
            }
            Self::Area { asked, polygons } => {
                format!("验收面积应大于零且不超过图斑面积：{asked} m²，图斑 {polygons} m²")
            }
            Self::NoPlan => "项目尚无监测方案".into(),
            Self::HasPlan => "项目已有监测方案".into(),
            Self::PlanOutOfTime { is } => {
                format!("监测方案应在验收之后、办结之前提交，项目处于{}阶段", stage(*is))
            }
            Self::PlanYears { max } => format!("监测年限为 1 至 {max} 年"),
            Self::Withdrawn => "项目已撤回".into(),
            Self::TooLateToWithdraw { is } => {
                format!("项目开工前方可撤回，现处于{}阶段", stage(*is))
            }
            Self::TooLateForApproval { is } => {
                format!("管控区批准文件应在项目批准前提交，项目现处于{}阶段", stage(*is))
            }
            Self::HasZoneApproval(zone) => format!("项目已有管控区 {zone} 的批准文件"),
            Self::NotNotified(what) => format!("{}尚未公示", notice(*what)),
            Self::NoticeRuns { what, to } => format!("{}公示至 {to} 止", notice(*what)),
            Self::Objected { what, open } => {
                format!("{}公示有 {open} 件异议尚未办结", notice(*what))
            }
            Self::Upheld(what) => format!("对{}公示的异议成立，应先更正公示", notice(*what)),
            Self::NoticeOutOfTime { what, is } => {
                format!("项目处于{}阶段，不能公示{}", stage(*is), notice(*what))
            }
            Self::PanelPending => "专家组尚未形成结论".into(),
            Self::PanelAgainst => "专家组不同意".into(),
            Self::NoReportDue(day) => format!("{day} 没有应交的监测报告"),
            Self::ReportDelivered(day) => format!("{day} 应交的监测报告已经提交"),
            Self::ReportOutOfTime { is } => {
                format!("监测报告应在验收之后、办结之前提交，项目处于{}阶段", stage(*is))
            }
            Self::ReportOverdue => "监测报告逾期三十日以上，应先提交".into(),
        }
    }
}

fn notice(what: Notified) -> &'static str {
    match what {
        Notified::Scheme => "修复方案",
        Notified::Result => "修复结果",
    }
}

fn stage(stage: Stage) -> &'static str {
    match stage {
        Stage::Proposed => "申报",
        Stage::SchemeReviewed => "方案审查",
        Stage::Approved => "批准",
        Stage::UnderConstruction => "施工",
        Stage::Completed => "竣工",
        Stage::Accepted => "验收",
        Stage::Monitoring => "监测",
        Stage::Closed => "办结",
    }
}
