//! What the inventory's refusals look like on the wire.

mod keeping;

use actix_web::http::StatusCode;

pub(super) use self::keeping::{list_refused, table_refused};
use crate::inventory::geometry::GeometryFault;
use crate::inventory::import::{BadBoundary, BadFile, BadLine};
use crate::inventory::model::{LandBar, LayerState};
use crate::inventory::report::{FeatureReport, FindingReport, LayerReport};
use crate::inventory::rules::{
    CannotChangeLayer, CannotEnter, CannotExport, CannotUseLand, Finding,
};
use crate::kernel::problem::{Failure, FieldError, Problem, Refusal};

impl Refusal for CannotEnter {
    fn code(&self) -> &'static str {
        match self {
            Self::FeaturesRefused { .. } => "parcels-refused",
            Self::UnknownCounty(_) => "unknown-county",
            Self::NotAReserveParcel => "not-a-reserve-parcel",
            Self::SurveyRefused => "survey-refused",
            Self::Withdrawn(_) => "parcel-withdrawn",
            Self::SurveyedThatYear(_) => "surveyed-that-year",
        }
    }

    fn status(&self) -> StatusCode {
        match self {
            Self::FeaturesRefused { .. } | Self::UnknownCounty(_) | Self::SurveyRefused => {
                StatusCode::UNPROCESSABLE_ENTITY
            }
            Self::NotAReserveParcel | Self::Withdrawn(_) | Self::SurveyedThatYear(_) => {
                StatusCode::CONFLICT
            }
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
            Self::Withdrawn(number) => format!("地块 {number} 已撤回"),
            Self::SurveyedThatYear(number) => format!("{number} 已有该年度的调查"),
        }
    }
}

impl Refusal for CannotExport {
    fn code(&self) -> &'static str {
        "too-many-parcels"
    }

    fn status(&self) -> StatusCode {
        StatusCode::UNPROCESSABLE_ENTITY
    }

    fn chinese(&self) -> String {
        format!("所选地块超过 {} 个，请按县、乡镇或类别分次导出", self.most)
    }
}

impl Refusal for CannotChangeLayer {
    fn code(&self) -> &'static str {
        match self {
            Self::UnknownRegion(_) => "unknown-region",
            Self::NameTaken => "layer-version-exists",
            Self::FeaturesRefused { .. } => "layer-features-refused",
            Self::FileTwice => "layer-file-exists",
            Self::NotADraft { .. } => "layer-not-a-draft",
            Self::OutOfOrder { .. } => "layer-out-of-order",
            Self::Empty => "layer-empty",
            Self::Term { .. } => "consultation-term",
            Self::ConsultationOpen { .. } => "consultation-open",
            Self::NoConsultation => "no-consultation",
            Self::Dated { .. } => "layer-date-out-of-range",
            Self::SamePerson => "layer-needs-second-person",
        }
    }

    fn status(&self) -> StatusCode {
        match self {
            Self::SamePerson => StatusCode::FORBIDDEN,
            Self::NameTaken
            | Self::FileTwice
            | Self::NotADraft { .. }
            | Self::OutOfOrder { .. }
            | Self::Empty
            | Self::ConsultationOpen { .. }
            | Self::NoConsultation => StatusCode::CONFLICT,
            Self::UnknownRegion(_)
            | Self::FeaturesRefused { .. }
            | Self::Term { .. }
            | Self::Dated { .. } => StatusCode::UNPROCESSABLE_ENTITY,
        }
    }

    fn chinese(&self) -> String {
        match self {
            Self::UnknownRegion(code) => format!("没有行政区 {code}"),
            Self::NameTaken => "已有同名版本".into(),
            Self::FeaturesRefused { refused, of } => {
                format!("{of} 个要素中有 {refused} 个不合格，文件未入库")
            }
            Self::FileTwice => "该文件已载入".into(),
            Self::NotADraft { is } => format!("版本处于{}状态，只有草案可增加要素", state(*is)),
            Self::OutOfOrder { is, wanted } => {
                format!("版本处于{}状态，不能进入{}状态", state(*is), state(*wanted))
            }
            Self::Empty => "版本中没有要素".into(),
            Self::Term { last } => format!("征求意见应在今天至 {last} 之间截止"),
            Self::ConsultationOpen { closes_on } => format!("征求意见至 {closes_on} 为止"),
            Self::NoConsultation => "版本不在征求意见期间".into(),
            Self::Dated { date, first, last } => {
                format!("日期 {date} 应在 {first} 与 {last} 之间")
            }
            Self::SamePerson => "录入人或论证人不得批准同一版本，须由第二人批准".into(),
        }
    }
}

fn state(state: LayerState) -> &'static str {
    match state {
        LayerState::Draft => "草案",
        LayerState::Consultation => "征求意见",
        LayerState::Argued => "已论证",
        LayerState::Approved => "已批准",
    }
}

impl Refusal for CannotUseLand {
    fn code(&self) -> &'static str {
        match self {
            Self::Barred { .. } => "land-barred",
            Self::RedZone { .. } => "red-zone",
            Self::NeedsApproval { .. } => "zone-approval-missing",
            Self::TooLarge { .. } => "land-too-large",
        }
    }

    fn status(&self) -> StatusCode {
        match self {
            Self::Barred { .. } | Self::RedZone { .. } | Self::NeedsApproval { .. } => {
                StatusCode::CONFLICT
            }
            Self::TooLarge { .. } => StatusCode::UNPROCESSABLE_ENTITY,
        }
    }

    fn chinese(&self) -> String {
        match self {
            Self::Barred { bar, by, m2 } => {
                let bar = match bar {
                    LandBar::Cropland => "耕地",
                    LandBar::LinkedToCropland => "可调整地类",
                    LandBar::BasicFarmland => "永久基本农田",
                };
                format!("其中 {m2} 平方米为{bar} {by}，不得实施湿地修复项目")
            }
            Self::RedZone { zone, m2 } => format!(
                "其中 {m2} 平方米位于红线区 {zone}，除保护、修复和市级政府规划已批准的以外一律禁止"
            ),
            Self::NeedsApproval { zone, by, m2 } => {
                format!("其中 {m2} 平方米位于黄线区 {zone}，须有 {by} 的批准文件")
            }
            Self::TooLarge { most } => format!("范围过大：附近图斑超过 {most} 个"),
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
            Self::NotAZip(_) | Self::NoShapefile | Self::DamagedShapefile(_) => "not-a-shapefile",
            Self::RowsMissing { .. } => "not-a-shapefile",
            Self::TooLargeUnpacked { .. } => "too-large-unpacked",
            Self::NotAGeoPackage(_) => "not-a-geopackage",
            Self::NotATable(_) => "not-a-table",
            Self::SeveralLayers(_) | Self::NoSuchLayer(_) => "layer-not-named",
            Self::OtherFrame(_) => "not-cgcs2000",
            Self::NoCountyForZone | Self::NoZoneFits | Self::SeveralZonesFit(_) => "zone-unknown",
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
            | Self::TooManyPoints { .. }
            | Self::NotAZip(_)
            | Self::TooLargeUnpacked { .. }
            | Self::NoShapefile
            | Self::DamagedShapefile(_)
            | Self::RowsMissing { .. }
            | Self::NotAGeoPackage(_)
            | Self::NotATable(_)
            | Self::SeveralLayers(_)
            | Self::NoSuchLayer(_)
            | Self::OtherFrame(_)
            | Self::NoCountyForZone
            | Self::NoZoneFits
            | Self::SeveralZonesFit(_) => StatusCode::UNPROCESSABLE_ENTITY,
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
            Self::NotAZip(_) => "文件不是可读取的 ZIP".into(),
            Self::TooLargeUnpacked { most } => format!("文件解压后超过 {most} 字节"),
            Self::NoShapefile => "ZIP 中没有 Shapefile（同名的 .shp 和 .dbf）".into(),
            Self::DamagedShapefile(part) => format!("Shapefile 的 {part} 文件已损坏"),
            Self::RowsMissing { shapes, rows } => {
                format!("Shapefile 有 {shapes} 个图形、{rows} 行属性，两者不符")
            }
            Self::NotAGeoPackage(_) => "文件不是可读取的 GeoPackage".into(),
            Self::NotATable(_) => "文件不是可读取的表格".into(),
            Self::SeveralLayers(names) => {
                format!("文件含多个图层，请用参数 layer 指定一个：{}", names.join("、"))
            }
            Self::NoSuchLayer(name) => format!("文件中没有图层 {name:?}"),
            Self::OtherFrame(_) => {
                "文件的坐标系不是 CGCS2000 经纬度（EPSG:4490）或三度带高斯—克吕格投影\
                 （EPSG:4513 至 4554）"
                    .into()
            }
            Self::NoCountyForZone => {
                "文件未注明坐标系，且所属县界尚未载入，无法判定高斯—克吕格带号".into()
            }
            Self::NoZoneFits => "文件未注明坐标系，任何三度带都不能使其落入所属县界".into(),
            Self::SeveralZonesFit(zones) => {
                format!("文件未注明坐标系，多个三度带均符合：{zones:?}")
            }
        }
    }
}

/// The refusal of a file of which nothing enters, with every finding on every feature.
pub(super) fn features_refused(features: &[FeatureReport]) -> Failure {
    let refused = features.iter().filter(|feature| !feature.accepted).count();
    let refusal = CannotEnter::FeaturesRefused { refused, of: features.len() };
    let errors = features.iter().flat_map(|it| errors(it.number.as_deref(), &it.findings));
    with_errors(&refusal, errors.collect())
}

/// The refusal of a file of a layer, with every finding on every feature.
pub(super) fn layer_features_refused(report: &LayerReport) -> Failure {
    let features = &report.features;
    let refused = features.iter().filter(|feature| !feature.accepted).count();
    let refusal = CannotChangeLayer::FeaturesRefused { refused, of: features.len() };
    let errors = features.iter().flat_map(|it| errors(it.number.as_deref(), &it.findings));
    with_errors(&refusal, errors.collect())
}

fn errors(number: Option<&str>, findings: &[FindingReport]) -> Vec<FieldError> {
    let error = |finding: &FindingReport| FieldError {
        pointer: finding.pointer.clone(),
        code: finding.code.clone(),
        message: message(
            number.unwrap_or_default(),
            finding.rule.as_deref(),
            &finding.message_zh,
            &finding.message_en,
        ),
    };
    findings.iter().map(error).collect()
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

/// The refusal of a polygon that is none.
pub(super) fn polygon_refused(faults: Vec<GeometryFault>) -> Failure {
    let faults: Vec<Finding> = faults.into_iter().map(Finding::Geometry).collect();
    place_refused(&faults)
}

/// A polygon that lies where it must not, or is larger or smaller than declared.
pub(super) fn place_refused(findings: &[Finding]) -> Failure {
    let errors = findings.iter().map(|finding| FieldError {
        pointer: "/polygon".into(),
        code: finding.code().to_owned(),
        message: message("", finding.rule(), &finding.chinese(), &finding.to_string()),
    });
    let problem = Problem::new(
        StatusCode::UNPROCESSABLE_ENTITY,
        "polygon-refused",
        "the polygon is not valid",
        "图形不合格",
    );
    Failure::Refused(problem.with_errors(errors.collect()))
}

fn with_errors(refusal: &impl Refusal, errors: Vec<FieldError>) -> Failure {
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
