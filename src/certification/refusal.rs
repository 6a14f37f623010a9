//! How the refusals of certification look on the wire.

use actix_web::http::StatusCode;

use crate::certification::rules::{CannotCertify, CannotRelease};
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
            | Self::NoTownship(_) => StatusCode::CONFLICT,
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
        }
    }
}

impl Refusal for CannotRelease {
    fn code(&self) -> &'static str {
        match self {
            Self::Already(_) => "milestone-released",
            Self::OutOfOrder(_) => "milestone-out-of-order",
            Self::TooEarly { .. } => "milestone-not-met",
        }
    }

    fn status(&self) -> StatusCode {
        match self {
            Self::Already(_) | Self::OutOfOrder(_) | Self::TooEarly { .. } => StatusCode::CONFLICT,
        }
    }

    fn chinese(&self) -> String {
        match self {
            Self::Already(milestone) => format!("节点 {milestone} 的指标已经释放"),
            Self::OutOfOrder(milestone) => format!("应先释放节点 {milestone} 的指标"),
            Self::TooEarly { milestone, not_before } => {
                format!("节点 {milestone} 自 {not_before} 起才算达成")
            }
        }
    }
}
