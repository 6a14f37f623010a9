//! What the refusals of occupation look like on the wire.

mod missing;

use actix_web::http::StatusCode;

use crate::kernel::problem::{Answer, Failure, FieldError, Problem, Refusal};
use crate::occupation::model::level_in_chinese;
use crate::occupation::rules::{
    CannotCharge, CannotOccupy, CannotPunish, CannotRetire, CannotReview, GateAnswer,
};

/// Refuses by the first of these, and names them all.
pub(super) fn all_refused(faults: Vec<CannotOccupy>) -> Answer<()> {
    let Some(first) = faults.first() else { return Ok(()) };
    let (english, chinese) = (first.to_string(), first.chinese());
    let problem = Problem::new(first.status(), first.code(), &english, &chinese);
    Err(Failure::Refused(problem.with_errors(faults.iter().map(field_error).collect())))
}

/// An approval that the gate does not let through, with everything that is missing.
pub(super) fn gate_closed(gate: &GateAnswer) -> Failure {
    let refusal = CannotReview::GateClosed { missing: gate.missing.len() };
    let (english, chinese) = (refusal.to_string(), refusal.chinese());
    let problem = Problem::new(refusal.status(), refusal.code(), &english, &chinese);
    Failure::Refused(problem.with_errors(gate.missing.iter().map(field_error).collect()))
}

/// A part that names neither an area nor serials, or both.
pub(super) fn bad_serials() -> Failure {
    CannotRetire::SerialsBackwards.into()
}

/// One of several faults, in both languages.
fn field_error(fault: &impl Refusal) -> FieldError {
    FieldError {
        pointer: String::new(),
        code: fault.code().to_owned(),
        message: format!("{} / {fault}", fault.chinese()),
    }
}

impl Refusal for CannotOccupy {
    fn code(&self) -> &'static str {
        match self {
            Self::NationalImportant => "national-important-wetland",
            Self::Mangrove => "mangrove",
            Self::MangroveNotAssessed => "mangrove-not-assessed",
            Self::MangroveIsGeneral => "mangrove-declared-general",
            Self::LevelTooLow { .. } => "level-declared-too-low",
            Self::OtherType { .. } => "other-wetland-type",
            Self::Zone { .. } => "zone-forbids",
            Self::Overlaps { .. } => "overlaps-an-approval",
            Self::TermDays => "term-days",
            Self::TermBackwards => "term-backwards",
            Self::TermTooLong { .. } => "term-too-long",
            Self::PermanentBuilding => "permanent-building",
            Self::NotWaterWorks => "not-water-works",
            Self::PolygonOrParcels => "polygon-or-parcels",
            Self::NoSuchParcel(_) => "no-such-parcel",
            Self::NotACounty => "not-a-county",
            Self::TooManyDocuments { .. } => "too-many-documents",
            Self::TooManyWaiting { .. } => "too-many-waiting",
        }
    }

    fn status(&self) -> StatusCode {
        match self {
            Self::Overlaps { .. } | Self::TooManyDocuments { .. } | Self::TooManyWaiting { .. } => {
                StatusCode::CONFLICT
            }
            Self::NationalImportant
            | Self::Mangrove
            | Self::MangroveNotAssessed
            | Self::MangroveIsGeneral
            | Self::LevelTooLow { .. }
            | Self::OtherType { .. }
            | Self::Zone { .. }
            | Self::TermDays
            | Self::TermBackwards
            | Self::TermTooLong { .. }
            | Self::PermanentBuilding
            | Self::NotWaterWorks
            | Self::PolygonOrParcels
            | Self::NoSuchParcel(_)
            | Self::NotACounty => StatusCode::UNPROCESSABLE_ENTITY,
        }
    }

    fn chinese(&self) -> String {
        match self {
            Self::NationalImportant => {
                "禁止占用国家重要湿地，国家重大项目、防灾减灾、重要水利及保护设施项目、湿地保护项目\
                 等除外"
                    .into()
            }
            Self::Mangrove => "禁止占用红树林湿地，国家重大项目、防灾减灾等需要除外".into(),
            Self::MangroveNotAssessed => "占用红树林湿地须经省级评估论证".into(),
            Self::MangroveIsGeneral => "红树林湿地不属于一般湿地".into(),
            Self::LevelTooLow { wetland, found, declared } => format!(
                "{wetland} 为{}，申请填报为{}",
                level_in_chinese(*found),
                level_in_chinese(*declared)
            ),
            Self::OtherType { wetland, found, declared } => {
                format!("该处湿地 {wetland} 的类型为 {found}，申请填报为 {declared}")
            }
            Self::Zone { chinese, .. } => chinese.clone(),
            Self::Overlaps { number, m2 } => {
                format!("其中 {m2} 平方米已由 {number} 批准占用")
            }
            Self::TermDays => "临时占用须填写起止日期，永久占用不填".into(),
            Self::TermBackwards => "临时占用的止日早于起日".into(),
            Self::TermTooLong { last } => format!("临时占用不得超过二年，最迟至 {last}"),
            Self::PermanentBuilding => "临时占用的湿地上不得修建永久性建筑物".into(),
            Self::NotWaterWorks => "只有防洪、航道、港口或者其他水工程可以主张免于补充".into(),
            Self::PolygonOrParcels => "请提供图形，或提供所依据的地块编号，二者取其一".into(),
            Self::NoSuchParcel(number) => format!("本县没有地块 {number}"),
            Self::NotACounty => "请填写您辖区内的县级区划".into(),
            Self::TooManyDocuments { most } => format!("一项申请至多附 {most} 份材料"),
            Self::TooManyWaiting { most } => format!("同时待决的申请至多 {most} 项"),
        }
    }
}

impl Refusal for CannotReview {
    fn code(&self) -> &'static str {
        match self {
            Self::NotTheReviewer(_) => "not-the-reviewer",
            Self::WrongState(_) => "occupation-state",
            Self::ToldOnce => "deficiency-told-once",
            Self::NothingMissing => "nothing-missing",
            Self::DocumentsMissing(_) => "documents-missing",
            Self::ExtendedBefore => "extended-before",
            Self::OpinionNotAsked => "opinion-not-asked",
            Self::NotAnAssessor => "not-an-assessor",
            Self::AssessorRelated => "assessor-related-to-developer",
            Self::NotDeclared => "no-interest-not-declared",
            Self::InFuture => "date-in-future",
            Self::NotExempt => "not-exempt",
            Self::NotTemporary => "not-a-temporary-occupation",
            Self::GateClosed { .. } => "gate-closed",
            Self::CertificateState(_) => "certificate-state",
            Self::PolicyApproved => "policy-approved",
            Self::PolicyElsewhere => "policy-elsewhere",
        }
    }

    fn status(&self) -> StatusCode {
        match self {
            Self::NotTheReviewer(_) => StatusCode::FORBIDDEN,
            Self::WrongState(_)
            | Self::ToldOnce
            | Self::NothingMissing
            | Self::DocumentsMissing(_)
            | Self::ExtendedBefore
            | Self::NotTemporary
            | Self::GateClosed { .. }
            | Self::CertificateState(_)
            | Self::PolicyApproved => StatusCode::CONFLICT,
            Self::OpinionNotAsked
            | Self::NotAnAssessor
            | Self::AssessorRelated
            | Self::NotDeclared
            | Self::InFuture
            | Self::NotExempt
            | Self::PolicyElsewhere => StatusCode::UNPROCESSABLE_ENTITY,
        }
    }

    fn chinese(&self) -> String {
        match self {
            Self::NotTheReviewer(level) => {
                let office = match level {
                    crate::inventory::WetlandLevel::General => "县级",
                    _ => "省级",
                };
                format!("{}由{office}林业主管部门审查", level_in_chinese(*level))
            }
            Self::WrongState(state) => format!("该申请{}", state.chinese()),
            Self::ToldOnce => "补正内容应当一次告知，此前已经告知".into(),
            Self::NothingMissing => "法定材料齐全，没有需要补正的内容".into(),
            Self::DocumentsMissing(kinds) => {
                let names: Vec<&str> = kinds.iter().map(|kind| kind.chinese()).collect();
                format!("缺少：{}", names.join("、"))
            }
            Self::ExtendedBefore => "审查期限只能延长一次".into(),
            Self::OpinionNotAsked => "只有国家重要湿地须有国家主管部门的意见".into(),
            Self::NotAnAssessor => "该单位不是评估机构".into(),
            Self::AssessorRelated => "评估机构与建设单位存在利害关系".into(),
            Self::NotDeclared => "评估机构未声明无利害关系".into(),
            Self::InFuture => "日期不能晚于今天".into(),
            Self::NotExempt => "只有载明依据文件的水工程可以免于补充".into(),
            Self::NotTemporary => "该项占用不是已批准的临时占用".into(),
            Self::GateClosed { missing } => format!("不予批准：尚有 {missing} 项条件未满足"),
            Self::CertificateState(state) => {
                let state = match state {
                    crate::occupation::CertificateState::Valid => "有效",
                    crate::occupation::CertificateState::Frozen => "已冻结",
                    crate::occupation::CertificateState::Void => "已作废",
                };
                format!("该证明{state}，不能这样变更")
            }
            Self::PolicyApproved => "该规定此前已经批准".into(),
            Self::PolicyElsewhere => "只能对本辖区内的县、设区市或省作出规定".into(),
        }
    }
}

impl Refusal for CannotRetire {
    fn code(&self) -> &'static str {
        match self {
            Self::Ended(_) => "occupation-ended",
            Self::NotGraded => "not-graded",
            Self::NotAsked => "no-credits-asked",
            Self::Unfit(missing) => missing.code(),
            Self::MoreThanNeeded { .. } => "more-than-needed",
            Self::NotAvailable { .. } => "not-available",
            Self::SerialsBackwards => "serials-backwards",
            Self::PartCount { .. } => "retirement-parts",
            Self::NotWaiting(_) => "retirement-state",
            Self::StillServing(_) => "still-serving",
            Self::NotTheNext => "not-the-next-application",
            Self::AssignmentWaits => "assignment-waits",
            Self::NoAssignment => "no-assignment-waits",
            Self::TooMany { .. } => "too-many-retirements",
        }
    }

    fn status(&self) -> StatusCode {
        match self {
            Self::Unfit(_) | Self::SerialsBackwards | Self::PartCount { .. } | Self::NotTheNext => {
                StatusCode::UNPROCESSABLE_ENTITY
            }
            Self::Ended(_)
            | Self::NotGraded
            | Self::NotAsked
            | Self::MoreThanNeeded { .. }
            | Self::NotAvailable { .. }
            | Self::NotWaiting(_)
            | Self::StillServing(_)
            | Self::AssignmentWaits
            | Self::NoAssignment
            | Self::TooMany { .. } => StatusCode::CONFLICT,
        }
    }

    fn chinese(&self) -> String {
        match self {
            Self::Ended(state) => {
                format!("应当先补后占：指标须在批准之前核销，该申请{}", state.chinese())
            }
            Self::NotGraded => "林业主管部门尚未核定被占用湿地的质量等级".into(),
            Self::NotAsked => "该项占用无需核销指标".into(),
            Self::Unfit(missing) => missing.chinese(),
            Self::MoreThanNeeded { asked, short } => {
                format!("拟核销 {asked} m²，超过尚缺的 {short} m²")
            }
            Self::NotAvailable { batch, asked, available, elsewhere } => format!(
                "批次 {batch} 可用 {available} m²，拟核销 {asked} m²（另有 {elsewhere} m² 已锁定、\
                 质押、冻结、列为缓冲或未释放）"
            ),
            Self::SerialsBackwards => "每份应填写面积，或从小到大的编号区间，二者取其一".into(),
            Self::PartCount { most } => {
                format!("一次核销应有 1 至 {most} 份，同一批次和编号只列一次")
            }
            Self::NotWaiting(state) => {
                let state = match state {
                    crate::occupation::RetirementState::Asked => "待确认",
                    crate::occupation::RetirementState::Effective => "已生效",
                    crate::occupation::RetirementState::Cancelled => "已取消",
                };
                format!("该项核销{state}")
            }
            Self::StillServing(state) => {
                format!("其申请{}，只有未获批准而终结的才能转用于后续申请", state.chinese())
            }
            Self::NotTheNext => "请指明同一建设单位的后续申请".into(),
            Self::AssignmentWaits => "该项核销已有转用请求待确认".into(),
            Self::NoAssignment => "该项核销没有待确认的转用请求".into(),
            Self::TooMany { most } => format!("一项申请至多有 {most} 项核销"),
        }
    }
}

impl Refusal for CannotCharge {
    fn code(&self) -> &'static str {
        match self {
            Self::Rate { .. } => "restoration-fee-rate",
            Self::TooLarge => "restoration-fee-too-large",
            Self::SetBefore => "restoration-fee-set-before",
            Self::NotWaiting(_) => "occupation-not-waiting",
            Self::Temporary => "temporary-pays-no-fee",
            Self::Retired => "credits-retired-for-it",
            Self::WrongState(_) => "restoration-fee-state",
        }
    }

    fn status(&self) -> StatusCode {
        match self {
            Self::Rate { .. } | Self::TooLarge => StatusCode::UNPROCESSABLE_ENTITY,
            Self::SetBefore
            | Self::NotWaiting(_)
            | Self::Temporary
            | Self::Retired
            | Self::WrongState(_) => StatusCode::CONFLICT,
        }
    }

    fn chinese(&self) -> String {
        match self {
            Self::Rate { min, max } => format!("湿地恢复费标准为每平方米 {min} 元至 {max} 元"),
            Self::TooLarge => "湿地恢复费超过记账上限".into(),
            Self::SetBefore => "湿地恢复费只核定一次".into(),
            Self::NotWaiting(state) => {
                format!("只有待决的永久占用缴纳湿地恢复费，该申请{}", state.chinese())
            }
            Self::Temporary => "临时占用应自行恢复湿地，不缴纳湿地恢复费".into(),
            Self::Retired => "该申请已核销指标，不再缴纳湿地恢复费".into(),
            Self::WrongState(state) => format!("湿地恢复费的状态为 {state}"),
        }
    }
}

impl Refusal for CannotPunish {
    fn code(&self) -> &'static str {
        match self {
            Self::Rate { .. } => "fine-outside-range",
            Self::TooLarge => "fine-too-large",
            Self::WrongState(_) => "case-state",
            Self::Deadline { .. } => "restore-by",
            Self::InFuture => "case-date-in-future",
        }
    }

    fn status(&self) -> StatusCode {
        match self {
            Self::WrongState(_) => StatusCode::CONFLICT,
            Self::Rate { .. } | Self::TooLarge | Self::Deadline { .. } | Self::InFuture => {
                StatusCode::UNPROCESSABLE_ENTITY
            }
        }
    }

    fn chinese(&self) -> String {
        match self {
            Self::Rate { min, max } => format!("该类违法行为的罚款为每平方米 {min} 元至 {max} 元"),
            Self::TooLarge => "罚款超过记账上限".into(),
            Self::WrongState(state) => {
                let state = match state {
                    crate::occupation::ViolationState::Open => "尚未处理",
                    crate::occupation::ViolationState::Decided => "已作出处理决定",
                    crate::occupation::ViolationState::Closed => "已结案",
                };
                format!("该案件{state}")
            }
            Self::Deadline { years } => format!("恢复期限应在今天之后、{years} 年之内"),
            Self::InFuture => "日期不能晚于今天".into(),
        }
    }
}
