//! How the refusals of the census look on the wire.

use actix_web::http::StatusCode;

use super::rules::CannotSurvey;
use crate::kernel::problem::Refusal;

impl Refusal for CannotSurvey {
    fn code(&self) -> &'static str {
        match self {
            Self::State { .. } => "survey-state",
            Self::NoFile => "survey-without-file",
            Self::TooManyVersions { .. } => "survey-versions-full",
            Self::Term { .. } => "survey-term",
            Self::NotATownship => "not-a-township",
            Self::OwnPond => "pond-of-own-file",
            Self::OwnTask => "task-of-own-submission",
            Self::Holders { .. } => "right-holders",
            Self::HoldersArea { .. } => "right-holders-area",
            Self::Dated { .. } => "date-out-of-range",
            Self::Assembled => "parcel-assembled",
        }
    }

    fn status(&self) -> StatusCode {
        match self {
            Self::State { .. } | Self::NoFile | Self::TooManyVersions { .. } | Self::Assembled => {
                StatusCode::CONFLICT
            }
            Self::OwnPond | Self::OwnTask => StatusCode::FORBIDDEN,
            Self::Term { .. }
            | Self::NotATownship
            | Self::Holders { .. }
            | Self::HoldersArea { .. }
            | Self::Dated { .. } => StatusCode::UNPROCESSABLE_ENTITY,
        }
    }

    fn chinese(&self) -> String {
        match self {
            Self::State { is, .. } => format!("该普查任务的状态为 {is}，不能如此办理"),
            Self::NoFile => "尚未提交任何文件".into(),
            Self::TooManyVersions { max } => format!("已提交 {max} 个版本，不再接受"),
            Self::Term { first, last } => {
                format!("调查年度应为 {first} 至 {last} 年，期限不得早于今天")
            }
            Self::NotATownship => "普查任务应下达给乡镇".into(),
            Self::OwnPond => "提交文件的人不得核实其中的坑塘".into(),
            Self::OwnTask => "提交任务的人不得审核该任务".into(),
            Self::Holders { max } => format!("权利人应为 1 至 {max} 户，且不得重复"),
            Self::HoldersArea { held, parcel } => {
                format!("权利人面积合计 {held} m²，地块面积 {parcel} m²")
            }
            Self::Dated { date, last, .. } => format!("日期 {date} 晚于 {last}"),
            Self::Assembled => "该地块已经收储".into(),
        }
    }
}
