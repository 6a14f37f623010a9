//! How the refusals of notices look on the wire.

use actix_web::http::StatusCode;

use crate::kernel::problem::Refusal;
use crate::notices::model::{NoticeObjectionState, ObjectionStepKind};
use crate::notices::rules::CannotNotify;

impl Refusal for CannotNotify {
    fn code(&self) -> &'static str {
        match self {
            Self::Days { .. } => "notice-days",
            Self::Fields { .. } => "notice-lines",
            Self::Published { .. } => "already-published",
            Self::Corrected { .. } => "notice-corrected",
            Self::OutOfPeriod { .. } => "objection-out-of-period",
            Self::Full { .. } => "objections-full",
            Self::WrongStep { .. } => "objection-state",
            Self::IssuerDecides => "issuer-decides",
            Self::Closed { .. } => "objection-closed",
            Self::Replied { .. } => "objection-replies-full",
        }
    }

    fn status(&self) -> StatusCode {
        match self {
            Self::Days { .. } | Self::Fields { .. } => StatusCode::UNPROCESSABLE_ENTITY,
            Self::IssuerDecides => StatusCode::FORBIDDEN,
            Self::Published { .. }
            | Self::Corrected { .. }
            | Self::OutOfPeriod { .. }
            | Self::Full { .. }
            | Self::WrongStep { .. }
            | Self::Closed { .. }
            | Self::Replied { .. } => StatusCode::CONFLICT,
        }
    }

    fn chinese(&self) -> String {
        match self {
            Self::Days { asked, max } => format!("公示期为 1 至 {max} 日，不能是 {asked} 日"),
            Self::Fields { max } => format!("公示内容为 1 至 {max} 项"),
            Self::Published { number } => format!("已以 {number} 公示，如有错误请更正该公示"),
            Self::Corrected { number } => format!("公示 {number} 已被更正，请更正其后的公示"),
            Self::OutOfPeriod { from, to } => {
                format!("异议应在公示期内提出：{from} 至 {to}")
            }
            Self::Full { max } => format!("该公示的异议已达 {max} 件"),
            Self::WrongStep { is, wanted } => {
                format!("该异议{}，不能再{}", state(*is), step(*wanted))
            }
            Self::IssuerDecides => "发布公示的人不得处理对该公示的异议".into(),
            Self::Closed { is } => format!("该异议{}，不再接受答复", state(*is)),
            Self::Replied { max } => format!("对一件异议最多答复 {max} 次"),
        }
    }
}

fn state(is: NoticeObjectionState) -> &'static str {
    match is {
        NoticeObjectionState::Filed => "尚未受理",
        NoticeObjectionState::Accepted => "已受理",
        NoticeObjectionState::Refused => "不予受理",
        NoticeObjectionState::Upheld => "已认定成立",
        NoticeObjectionState::Dismissed => "已驳回",
    }
}

fn step(wanted: ObjectionStepKind) -> &'static str {
    match wanted {
        ObjectionStepKind::Accepted => "受理",
        ObjectionStepKind::Refused => "作出不予受理的决定",
        ObjectionStepKind::Upheld => "认定成立",
        ObjectionStepKind::Dismissed => "驳回",
    }
}
