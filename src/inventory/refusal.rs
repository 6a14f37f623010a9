//! What the inventory's refusals look like on the wire.

mod keeping;

use actix_web::http::StatusCode;

pub(super) use self::keeping::{list_refused, table_refused};
use crate::inventory::import::{BadBoundary, BadFile, BadLine};
use crate::inventory::report::FeatureReport;
use crate::inventory::rules::{CannotEnter, Finding};
use crate::kernel::problem::{Failure, FieldError, Problem, Refusal};

impl Refusal for CannotEnter {
    fn code(&self) -> &'static str {
        match self {
            Self::FeaturesRefused { .. } => "parcels-refused",
            Self::UnknownCounty(_) => "unknown-county",
            Self::NotAReserveParcel => "not-a-reserve-parcel",
            Self::SurveyRefused => "survey-refused",
            Self::SurveyedThatYear(_) => "surveyed-that-year",
        }
    }

    fn status(&self) -> StatusCode {
        match self {
            Self::FeaturesRefused { .. } | Self::UnknownCounty(_) | Self::SurveyRefused => {
                StatusCode::UNPROCESSABLE_ENTITY
            }
            Self::NotAReserveParcel | Self::SurveyedThatYear(_) => StatusCode::CONFLICT,
        }
    }

    fn chinese(&self) -> String {
        match self {
            Self::FeaturesRefused { refused, of } => {
                format!("{of} 个要素中有 {refused} 个不符合规则，文件未入库")
            }
            Self::UnknownCounty(code) => format!("没有县级行政区 {code}"),
            Self::NotAReserveParcel => {
                "只有后备资源地块可更新调查；湿地资源数据库按年度导入".into()
            }
            Self::SurveyRefused => "调查内容与地块不符".into(),
            Self::SurveyedThatYear(number) => format!("{number} 已有该年度的调查"),
        }
    }
}

impl Refusal for BadFile {
    fn code(&self) -> &'static str {
        match self {
            Self::NotJson(_) => "malformed-json",
            Self::NotACollection | Self::UnknownMember(_) | Self::NamedTwice(_) | Self::Empty => {
                "not-a-feature-collection"
            }
            Self::NotCgcs2000 => "not-cgcs2000",
            Self::TooManyFeatures { .. } => "too-many-features",
            Self::TooManyPoints { .. } => "too-many-points",
        }
    }

    fn status(&self) -> StatusCode {
        match self {
            Self::NotJson(_) => StatusCode::BAD_REQUEST,
            Self::NotACollection
            | Self::UnknownMember(_)
            | Self::NamedTwice(_)
            | Self::Empty
            | Self::NotCgcs2000
            | Self::TooManyFeatures { .. }
            | Self::TooManyPoints { .. } => StatusCode::UNPROCESSABLE_ENTITY,
        }
    }

    fn chinese(&self) -> String {
        match self {
            Self::NotJson(_) => "文件不是 UTF-8 编码的 JSON".into(),
            Self::NotACollection => "文件不是 GeoJSON FeatureCollection".into(),
            Self::UnknownMember(name) => format!("文件含有未知成员 {name:?}"),
            Self::NotCgcs2000 => "文件应在 crs 成员中注明坐标系 CGCS2000（EPSG:4490）".into(),
            Self::Empty => "文件中没有要素".into(),
            Self::TooManyFeatures { found, most } => {
                format!("文件含 {found} 个要素，最多 {most} 个")
            }
            Self::TooManyPoints { found, most } => format!("文件含 {found} 个点，最多 {most} 个"),
            Self::NamedTwice(name) => format!("文件的同一对象中 {name:?} 出现多次"),
        }
    }
}

/// The refusal of a file of which nothing enters, with every finding on every feature.
pub(super) fn features_refused(features: &[FeatureReport]) -> Failure {
    let refused = features.iter().filter(|feature| !feature.accepted).count();
    let refusal = CannotEnter::FeaturesRefused { refused, of: features.len() };
    let errors = features.iter().flat_map(|feature| {
        let number = feature.number.clone().unwrap_or_default();
        feature.findings.iter().map(move |finding| FieldError {
            pointer: finding.pointer.clone(),
            code: finding.code.clone(),
            message: message(
                &number,
                finding.rule.as_deref(),
                &finding.message_zh,
                &finding.message_en,
            ),
        })
    });
    with_errors(&refusal, errors.collect())
}

/// The refusal of a survey, with every finding.
pub(super) fn survey_refused(number: &str, findings: &[Finding]) -> Failure {
    let errors = findings.iter().map(|finding| FieldError {
        pointer: finding.pointer().trim_start_matches("/properties").to_owned(),
        code: finding.code().to_owned(),
        message: message(number, finding.rule(), &finding.chinese(), &finding.to_string()),
    });
    with_errors(&CannotEnter::SurveyRefused, errors.collect())
}

/// The refusal of a file of regions, with every line that is none.
pub(super) fn regions_refused(bad: &[BadLine]) -> Failure {
    let errors = bad.iter().map(|bad| FieldError {
        pointer: format!("/lines/{}", bad.line),
        code: bad.fault.code().to_owned(),
        message: message("", None, bad.fault.chinese(), &bad.fault.to_string()),
    });
    let problem = Problem::new(
        StatusCode::UNPROCESSABLE_ENTITY,
        "regions-refused",
        "the file has lines that are no regions, so nothing of it entered",
        "文件中有不合格的行，未载入任何区划",
    );
    Failure::Refused(problem.with_errors(errors.collect()))
}

/// The refusal of a file that holds no boundary.
pub(super) fn boundary_refused(bad: BadBoundary) -> Failure {
    let (english, chinese) = match bad {
        BadBoundary::File(bad) => return bad.into(),
        BadBoundary::NotOneFeature(found) => (
            format!("the file holds {found} features instead of one boundary"),
            format!("文件应只含一个界线要素，实有 {found} 个"),
        ),
        BadBoundary::Code => (
            "properties.code must be the code of a county, 6 digits".into(),
            "properties.code 应为 6 位县级代码".into(),
        ),
        BadBoundary::Geometry(faults) => {
            let findings: Vec<Finding> = faults.into_iter().map(Finding::Geometry).collect();
            let join = |texts: Vec<String>, with: &str| texts.join(with);
            (
                join(findings.iter().map(Finding::to_string).collect(), "; "),
                join(findings.iter().map(Finding::chinese).collect(), "；"),
            )
        }
    };
    let status = StatusCode::UNPROCESSABLE_ENTITY;
    Failure::Refused(Problem::new(status, "boundary-refused", &english, &chinese))
}

fn with_errors(refusal: &CannotEnter, errors: Vec<FieldError>) -> Failure {
    let (english, chinese) = (refusal.to_string(), refusal.chinese());
    let problem = Problem::new(refusal.status(), refusal.code(), &english, &chinese);
    Failure::Refused(problem.with_errors(errors))
}

/// `R15 R360124-0004：坑塘属性核实未通过 / the pond verification did not pass`.
fn message(number: &str, rule: Option<&str>, chinese: &str, english: &str) -> String {
    let head = [rule.unwrap_or_default(), number].join(" ");
    match head.trim() {
        "" => format!("{chinese} / {english}"),
        head => format!("{head}：{chinese} / {english}"),
    }
}
