//! What the gate says is missing, in both languages; the codes are for the province's own system.

use actix_web::http::StatusCode;

use crate::kernel::problem::Refusal;
use crate::occupation::rules::Missing;
use crate::settlement::Reach;

impl Refusal for Missing {
    fn code(&self) -> &'static str {
        match self {
            Self::State(_) => "occupation-state",
            Self::NoticeOpen => "deficiency-notice-open",
            Self::Document(_) => "document-missing",
            Self::NotAccepted => "not-accepted",
            Self::NotGraded => "not-graded",
            Self::NoOpinion => "national-opinion-missing",
            Self::AdverseOpinion => "national-opinion-adverse",
            Self::AreaShort { .. } => "area-short",
            Self::GradeTooLow { .. } => "grade-too-low",
            Self::WrongType { .. } => "wrong-type",
            Self::OutsideArea { .. } => "outside-trading-area",
            Self::Frozen { .. } => "certificate-frozen",
            Self::Expired { .. } => "certificate-expired",
            Self::FeeUnpaid(_) => "restoration-fee-unpaid",
            Self::BalanceBelowZero { .. } => "balance-below-zero",
            Self::Land(fault) => fault.code(),
        }
    }

    fn status(&self) -> StatusCode {
        match self {
            Self::GradeTooLow { .. }
            | Self::WrongType { .. }
            | Self::OutsideArea { .. }
            | Self::Frozen { .. }
            | Self::Expired { .. } => StatusCode::UNPROCESSABLE_ENTITY,
            Self::State(_)
            | Self::NoticeOpen
            | Self::Document(_)
            | Self::NotAccepted
            | Self::NotGraded
            | Self::NoOpinion
            | Self::AdverseOpinion
            | Self::AreaShort { .. }
            | Self::FeeUnpaid(_)
            | Self::BalanceBelowZero { .. }
            | Self::Land(_) => StatusCode::CONFLICT,
        }
    }

    fn chinese(&self) -> String {
        match self {
            Self::State(state) => format!("该申请{}", state.chinese()),
            Self::NoticeOpen => "补正通知尚未办结".into(),
            Self::Document(kind) => format!("缺少材料：{}", kind.chinese()),
            Self::NotAccepted => "该申请尚未受理".into(),
            Self::NotGraded => "林业主管部门尚未核定被占用湿地的质量等级".into(),
            Self::NoOpinion => "缺少国家主管部门的意见".into(),
            Self::AdverseOpinion => "国家主管部门不同意".into(),
            Self::AreaShort { required, counted, short } => {
                format!("尚缺 {short} m²：应核销 {required} m²，已有 {counted} m² 可计入")
            }
            Self::GradeTooLow { batch, m2, grade, wanted } => {
                format!(
                    "批次 {batch} 的 {m2} m² 不计入：质量等级 {grade} 低于被占用湿地的 {wanted}"
                )
            }
            Self::WrongType { batch, m2, found, wanted } => {
                format!("批次 {batch} 的 {m2} m² 不计入：类型 {found} 不能抵补 {wanted}")
            }
            Self::OutsideArea { batch, m2, county, reach } => {
                let reach = match reach {
                    Reach::County => "本县",
                    Reach::Prefecture => "本设区市",
                    Reach::Province => "本省",
                };
                format!("批次 {batch} 的 {m2} m² 不计入：{county} 的指标只能在{reach}范围内使用")
            }
            Self::Frozen { batch, m2 } => {
                format!("批次 {batch} 的 {m2} m² 不计入：其核销证明已冻结")
            }
            Self::Expired { batch, m2 } => {
                format!("批次 {batch} 的 {m2} m² 不计入：其核销证明已过有效期，请换发新证明")
            }
            Self::FeeUnpaid(amount) => format!("湿地恢复费 {amount} 元尚未缴纳"),
            Self::BalanceBelowZero { region, short } => {
                format!("批准后 {region} 的占补结余将低于零 {short} m²")
            }
            Self::Land(fault) => fault.chinese(),
        }
    }
}
