//! What the refusals of published tables, lists and markers look like on the wire.

use actix_web::http::StatusCode;

use crate::inventory::rules::{BadTable, CannotKeep, CannotList};
use crate::kernel::problem::{Failure, FieldError, Problem, Refusal};

impl Refusal for CannotKeep {
    fn code(&self) -> &'static str {
        match self {
            Self::UnknownRegion(_) => "unknown-region",
            Self::OtherRegion(_) => "not-your-region",
            Self::TableRefused => "table-refused",
            Self::TargetTwice => "target-twice",
            Self::TargetOutOfRange => "target-out-of-range",
        }
    }

    fn status(&self) -> StatusCode {
        match self {
            Self::UnknownRegion(_) | Self::TableRefused | Self::TargetOutOfRange => {
                StatusCode::UNPROCESSABLE_ENTITY
            }
            Self::OtherRegion(_) => StatusCode::FORBIDDEN,
            Self::TargetTwice => StatusCode::CONFLICT,
        }
    }

    fn chinese(&self) -> String {
        match self {
            Self::UnknownRegion(code) => format!("没有行政区 {code}"),
            Self::OtherRegion(code) => format!("{code} 的数据由该地区的单位维护"),
            Self::TableRefused => "文件不是总量表，未收录任何内容".into(),
            Self::TargetTwice => "该文件已规定此项目标".into(),
            Self::TargetOutOfRange => "保护率应在 0 至 100 之间，面积不得为负".into(),
        }
    }
}

/// The refusal of a file that is no table of totals, with every line that is wrong.
pub(crate) fn table_refused(bad: &[BadTable]) -> Failure {
    let errors = bad.iter().map(|bad| FieldError {
        pointer: format!("/lines/{}", bad.line),
        code: bad.fault.code().to_owned(),
        message: format!("{} / {}", bad.fault.chinese(), bad.fault),
    });
    let refusal = CannotKeep::TableRefused;
    let (english, chinese) = (refusal.to_string(), refusal.chinese());
    let problem = Problem::new(refusal.status(), refusal.code(), &english, &chinese);
    Failure::Refused(problem.with_errors(errors.collect()))
}

impl Refusal for CannotList {
    fn code(&self) -> &'static str {
        match self {
            Self::NotAWetland => "not-a-wetland",
            Self::NotAnImportantLevel => "not-an-important-level",
            Self::MangroveNeverGeneral => "mangrove-never-general",
            Self::ReasonMissing => "reason-missing",
            Self::InTheFuture => "in-the-future",
            Self::ListEmpty(_) => "list-empty",
            Self::NotImportant => "not-important",
            Self::MarkerIncomplete(_) => "marker-incomplete",
        }
    }

    fn status(&self) -> StatusCode {
        match self {
            Self::NotAWetland | Self::ListEmpty(_) | Self::NotImportant => StatusCode::CONFLICT,
            Self::NotAnImportantLevel
            | Self::MangroveNeverGeneral
            | Self::ReasonMissing
            | Self::InTheFuture
            | Self::MarkerIncomplete(_) => StatusCode::UNPROCESSABLE_ENTITY,
        }
    }

    fn chinese(&self) -> String {
        match self {
            Self::NotAWetland => "只有湿地资源数据库中的湿地可列入名录".into(),
            Self::NotAnImportantLevel => "重要湿地名录分为国家级和省级".into(),
            Self::MangroveNeverGeneral => "红树林湿地不得列为一般湿地，不能不列入名录".into(),
            Self::ReasonMissing => "不列入名录应说明理由".into(),
            Self::InTheFuture => "日期不得晚于今日".into(),
            Self::ListEmpty(region) => format!("{region} 没有该级别的湿地"),
            Self::NotImportant => "界碑设于重要湿地，该湿地为一般湿地".into(),
            Self::MarkerIncomplete(_) => "界碑缺少应标明的内容".into(),
        }
    }
}

/// The refusal, with each content that a marker lacks.
pub(crate) fn list_refused(refusal: CannotList) -> Failure {
    let CannotList::MarkerIncomplete(missing) = &refusal else { return refusal.into() };
    let errors = missing.iter().map(|name| FieldError {
        pointer: format!("/{name}"),
        code: "missing-content".to_owned(),
        message: format!("界碑应标明此项 / a marker must say its {name}"),
    });
    let (english, chinese) = (refusal.to_string(), refusal.chinese());
    let problem = Problem::new(refusal.status(), refusal.code(), &english, &chinese);
    Failure::Refused(problem.with_errors(errors.collect()))
}
