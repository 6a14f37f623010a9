//! How the refusals of certification look on the wire.

use actix_web::http::StatusCode;

use crate::certification::rules::{
    CannotCertify, CannotFreeze, CannotLose, CannotRelease, CannotReplace,
};
use crate::kernel::problem::Refusal;

impl Refusal for CannotCertify {
    fn code(&self) -> &'static str {
        match self {
            Self::NotAccepted(_) => "project-not-accepted",
            Self::NoPlan => "project-without-monitoring-plan",
            Self::LegalDuty(_) => "legal-duty",
            Self::Objections(_) => "right-holders-object",
            Self::Barred(_) => "parcel-barred",
            Self::TooMuch { .. } => "more-than-accepted",
            Self::Indicators { .. } => "grade-without-indicators",
            Self::Decided => "application-decided",
            Self::SamePerson => "certifier-entered-application",
            Self::NotADirector => "certifier-not-director",
            Self::NoTownship(_) => "township-without-organisation",
            Self::NotNotified(_) => "notice-missing",
            Self::NoticeRuns { .. } => "notice-running",
            Self::Objected { .. } => "objection-open",
            Self::Upheld(_) => "objection-upheld",
            Self::Frozen => "project-frozen",
            Self::PanelPending => "panel-pending",
            Self::PanelAgainst => "panel-against",
        }
    }

    fn status(&self) -> StatusCode {
        match self {
            Self::SamePerson | Self::NotADirector => StatusCode::FORBIDDEN,
            Self::TooMuch { .. } | Self::Indicators { .. } => StatusCode::UNPROCESSABLE_ENTITY,
            Self::NotAccepted(_)
            | Self::NoPlan
            | Self::LegalDuty(_)
            | Self::Objections(_)
            | Self::Barred(_)
            | Self::Decided
            | Self::NoTownship(_)
            | Self::NotNotified(_)
            | Self::NoticeRuns { .. }
            | Self::Objected { .. }
            | Self::Upheld(_)
            | Self::Frozen
            | Self::PanelPending
            | Self::PanelAgainst => StatusCode::CONFLICT,
        }
    }

    fn chinese(&self) -> String {
        match self {
            Self::NotAccepted(_) => "只有验收合格的项目才能核算认定".into(),
            Self::NoPlan => "项目尚无监测方案，不能核算认定".into(),
            Self::LegalDuty(basis) => format!("履行法定修复责任的土地不产生指标：{basis}"),
            Self::Objections(count) => format!("有 {count} 户权利人反对，权属不清"),
            Self::Barred(parcel) => format!("地块 {}：{}", parcel.number, parcel.chinese),
            Self::TooMuch { asked, left } => {
                format!("申请 {asked}，已验收面积中尚余 {left} m²")
            }
            Self::Indicators { max } => format!("质量等级须有 1 至 {max} 项评价指标"),
            Self::Decided => "该申请已有决定".into(),
            Self::SamePerson => "录入申请的人不得对同一申请作出认定".into(),
            Self::NotADirector => "认定由中心主任作出".into(),
            Self::NoTownship(region) => format!("{region} 没有可以分得份额的乡镇单位"),
            Self::NotNotified(what) => format!("{}尚未公示", notice(what)),
            Self::NoticeRuns { what, to } => format!("{}公示至 {to} 止", notice(what)),
            Self::Objected { what, open } => {
                format!("{}公示有 {open} 件异议尚未办结", notice(what))
            }
            Self::Upheld(what) => format!("对{}公示的异议成立，应先更正公示", notice(what)),
            Self::Frozen => "项目已被冻结".into(),
            Self::PanelPending => "专家组尚未形成结论".into(),
            Self::PanelAgainst => "专家组不同意".into(),
        }
    }
}

impl Refusal for CannotRelease {
    fn code(&self) -> &'static str {
        match self {
            Self::Already(_) => "milestone-released",
            Self::OutOfOrder(_) => "milestone-out-of-order",
            Self::TooEarly { .. } => "milestone-not-met",
            Self::Frozen => "project-frozen",
            Self::ReportOverdue => "report-overdue",
        }
    }

    fn status(&self) -> StatusCode {
        match self {
            Self::Already(_)
            | Self::OutOfOrder(_)
            | Self::TooEarly { .. }
            | Self::Frozen
            | Self::ReportOverdue => StatusCode::CONFLICT,
        }
    }

    fn chinese(&self) -> String {
        match self {
            Self::Already(milestone) => format!("节点 {milestone} 的指标已经释放"),
            Self::OutOfOrder(milestone) => format!("应先释放节点 {milestone} 的指标"),
            Self::TooEarly { milestone, not_before } => {
                format!("节点 {milestone} 自 {not_before} 起才算达成")
            }
            Self::Frozen => "项目已被冻结，暂停释放指标".into(),
            Self::ReportOverdue => "监测报告逾期三十日以上，暂停释放指标".into(),
        }
    }
}

impl Refusal for CannotFreeze {
    fn code(&self) -> &'static str {
        match self {
            Self::Frozen => "project-frozen",
            Self::Thawed => "freeze-ended",
            Self::OutOfTime(_) => "freeze-out-of-time",
            Self::ReportOverdue => "report-overdue",
            Self::DocumentMissing => "document-missing",
        }
    }

    fn status(&self) -> StatusCode {
        match self {
            Self::DocumentMissing => StatusCode::UNPROCESSABLE_ENTITY,
            Self::Frozen | Self::Thawed | Self::OutOfTime(_) | Self::ReportOverdue => {
                StatusCode::CONFLICT
            }
        }
    }

    fn chinese(&self) -> String {
        match self {
            Self::Frozen => "项目已被冻结".into(),
            Self::Thawed => "该冻结已经解除".into(),
            Self::OutOfTime(stage) => format!("项目在验收之后、办结之前可以冻结，现为 {stage}"),
            Self::ReportOverdue => "尚有监测报告逾期三十日以上，应先提交".into(),
            Self::DocumentMissing => "依决定冻结的，应凭文书解冻".into(),
        }
    }
}

impl Refusal for CannotLose {
    fn code(&self) -> &'static str {
        match self {
            Self::MoreThanCertified { .. } => "loss-more-than-certified",
            Self::Dated { .. } => "date-out-of-range",
            Self::NothingCertified => "nothing-certified",
            Self::Decided => "loss-decided",
            Self::NotClosed(_) => "project-not-closed",
            Self::NoBuffer => "no-buffer",
            Self::OwesReplacement(_) => "replacement-owed",
            Self::BufferKept => "buffer-kept",
        }
    }

    fn status(&self) -> StatusCode {
        match self {
            Self::MoreThanCertified { .. } | Self::Dated { .. } => StatusCode::UNPROCESSABLE_ENTITY,
            Self::NothingCertified
            | Self::Decided
            | Self::NotClosed(_)
            | Self::NoBuffer
            | Self::OwesReplacement(_)
            | Self::BufferKept => StatusCode::CONFLICT,
        }
    }

    fn chinese(&self) -> String {
        match self {
            Self::MoreThanCertified { asked, certified_m2 } => {
                format!("灭失 {asked}，而项目认定且未灭失的只有 {certified_m2} m²")
            }
            Self::Dated { date, first, last } => {
                format!("日期 {date} 应在 {first} 与 {last} 之间")
            }
            Self::NothingCertified => "项目没有认定的指标".into(),
            Self::Decided => "该灭失已有决定".into(),
            Self::NotClosed(stage) => format!("后评估并办结后才返还缓冲储备，项目现为 {stage}"),
            Self::NoBuffer => "缓冲储备已无剩余".into(),
            Self::OwesReplacement(m2) => format!("项目尚欠补充 {m2} m²"),
            Self::BufferKept => "按本系统的设置，缓冲储备不予返还".into(),
        }
    }
}

impl Refusal for CannotReplace {
    fn code(&self) -> &'static str {
        match self {
            Self::LossUndecided => "loss-undecided",
            Self::NothingOwed => "nothing-owed",
            Self::MoreThanOwed { .. } => "replacement-more-than-owed",
            Self::NotAvailable { .. } => "replacement-not-available",
            Self::Frozen => "project-frozen",
            Self::OtherCounty { .. } => "replacement-other-county",
            Self::OtherType(_) => "replacement-other-type",
            Self::WorseGrade { .. } => "replacement-worse-grade",
            Self::OtherArea { .. } => "replacement-other-area",
            Self::SamePerson => "certifier-entered-application",
            Self::Taken => "replacement-taken",
        }
    }

    fn status(&self) -> StatusCode {
        match self {
            Self::SamePerson => StatusCode::FORBIDDEN,
            Self::MoreThanOwed { .. }
            | Self::OtherCounty { .. }
            | Self::OtherType(_)
            | Self::WorseGrade { .. }
            | Self::OtherArea { .. } => StatusCode::UNPROCESSABLE_ENTITY,
            Self::LossUndecided
            | Self::NothingOwed
            | Self::NotAvailable { .. }
            | Self::Frozen
            | Self::Taken => StatusCode::CONFLICT,
        }
    }

    fn chinese(&self) -> String {
        match self {
            Self::LossUndecided => "该灭失尚待第二人确认，还没有补建义务".into(),
            Self::NothingOwed => "该灭失没有尚未履行的补建义务".into(),
            Self::MoreThanOwed { asked, owed_m2 } => {
                format!("拟补建 {asked}，尚欠的只有 {owed_m2} m²")
            }
            Self::NotAvailable { asked, available_m2 } => {
                format!("拟补建 {asked}，该批次可用指标只有 {available_m2} m²")
            }
            Self::Frozen => "这些指标所属的项目已被冻结".into(),
            Self::OtherCounty { lost, offered } => {
                format!("灭失的湿地在 {lost}，补建的在 {offered}")
            }
            Self::OtherType(kind) => format!("没有灭失类型为 {kind} 的湿地"),
            Self::WorseGrade { lost, offered } => {
                format!("补建的质量等级 {offered} 低于灭失的等级 {lost}")
            }
            Self::OtherArea { asked, applied } => {
                format!("拟补建 {asked}，而申请的面积为 {applied}，应整体补建")
            }
            Self::SamePerson => "录入申请的人不得确认以其土地补建".into(),
            Self::Taken => "该补建已经确认".into(),
        }
    }
}

fn notice(what: &str) -> &'static str {
    if what == "scheme" { "修复方案" } else { "修复结果" }
}
