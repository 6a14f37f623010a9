//! How the refusals of experts look on the wire.

use actix_web::http::StatusCode;

use crate::experts::rules::{CannotDraw, CannotVote};
use crate::kernel::problem::Refusal;

impl Refusal for CannotDraw {
    fn code(&self) -> &'static str {
        match self {
            Self::Seats { .. } => "panel-size",
            Self::Fields => "fields-wrong",
            Self::TooFew { .. } => "too-few-candidates",
            Self::Moment { .. } => "draw-moment",
            Self::Drawing { .. } => "panel-exists",
            Self::State { .. } => "draw-state",
            Self::OwnNonce => "nonce-of-own-organisation",
            Self::NotAnnounced => "draw-not-announced",
            Self::NotHolder => "not-the-nonce-holder",
            Self::TooEarly { .. } => "nonce-too-early",
            Self::TooLate { .. } => "nonce-too-late",
            Self::NoHead => "draw-head-missing",
            Self::OtherNonce => "nonce-mismatch",
            Self::NotANonce => "not-a-nonce",
            Self::NotAMember(_) => "not-a-panel-member",
            Self::HasVoted => "member-has-voted",
            Self::NobodyLeft(_) => "no-candidate-left",
            Self::InPool => "expert-in-pool",
            Self::NotAnAssessor => "expert-not-assessor",
            Self::Recused(_) => "expert-recused",
            Self::PoolFull { .. } => "pool-full",
        }
    }

    fn status(&self) -> StatusCode {
        match self {
            Self::Seats { .. }
            | Self::Fields
            | Self::Moment { .. }
            | Self::OtherNonce
            | Self::NotANonce
            | Self::NotAnAssessor => StatusCode::UNPROCESSABLE_ENTITY,
            Self::OwnNonce | Self::NotHolder => StatusCode::FORBIDDEN,
            Self::TooFew { .. }
            | Self::Drawing { .. }
            | Self::State { .. }
            | Self::NotAnnounced
            | Self::TooEarly { .. }
            | Self::TooLate { .. }
            | Self::NoHead
            | Self::NotAMember(_)
            | Self::HasVoted
            | Self::NobodyLeft(_)
            | Self::InPool
            | Self::Recused(_)
            | Self::PoolFull { .. } => StatusCode::CONFLICT,
        }
    }

    fn chinese(&self) -> String {
        match self {
            Self::Seats { asked, min, max } => {
                format!("专家组应为 {min} 至 {max} 人且为单数，不能是 {asked} 人")
            }
            Self::Fields => "至少一个专业领域，且不得重复".into(),
            Self::TooFew { field, needed, has } => {
                format!("领域 {field} 需要 {needed} 名无利害关系的候选专家，库中只有 {has} 名")
            }
            Self::Moment { max } => format!("抽取时点应在今后 {max} 日之内"),
            Self::Drawing { number } => format!("该事项已有抽取或专家组：{number}"),
            Self::State { is, wanted } => format!("该抽取的状态为 {is}，应为 {wanted}"),
            Self::OwnNonce => "随机数应由其他单位的人员持有".into(),
            Self::NotAnnounced => "抽取时点已过而未公告".into(),
            Self::NotHolder => "随机数由公布其散列值的人员公开".into(),
            Self::TooEarly { moment } => format!("随机数应在 {moment} 之后公开"),
            Self::TooLate { by } => format!("随机数应在 {by} 之前公开"),
            Self::NoHead => "抽取时点之后尚无记录，请数秒后再试".into(),
            Self::OtherNonce => "该随机数与公布的散列值不符".into(),
            Self::NotANonce => "随机数为 16 至 64 字节的十六进制数，其散列值为 32 字节".into(),
            Self::NotAMember(_) => "该人员现在不是专家组成员".into(),
            Self::HasVoted => "已表决的成员不再更换".into(),
            Self::NobodyLeft(field) => format!("领域 {field} 已无候选专家"),
            Self::InPool => "该人员已在专家库中".into(),
            Self::NotAnAssessor => "入库人员应为可登录的评估专家".into(),
            Self::Recused(number) => format!("专家 {number} 已回避该事项"),
            Self::PoolFull { max } => format!("专家库最多 {max} 人"),
        }
    }
}

impl Refusal for CannotVote {
    fn code(&self) -> &'static str {
        match self {
            Self::NoPanel { .. } => "no-panel",
            Self::NotAMember => "not-on-the-panel",
            Self::Voted => "voted-already",
            Self::Interested => "panel-member-interested",
            Self::Score => "score-out-of-range",
        }
    }

    fn status(&self) -> StatusCode {
        match self {
            Self::NoPanel { .. } | Self::Voted => StatusCode::CONFLICT,
            Self::NotAMember | Self::Interested => StatusCode::FORBIDDEN,
            Self::Score => StatusCode::UNPROCESSABLE_ENTITY,
        }
    }

    fn chinese(&self) -> String {
        match self {
            Self::NoPanel { is } => format!("尚无专家组：抽取状态为 {is}"),
            Self::NotAMember => "只有专家组成员可以表决".into(),
            Self::Voted => "该成员已表决".into(),
            Self::Interested => "与该事项有利害关系的成员不得表决".into(),
            Self::Score => "评分为 0 至 100 分".into(),
        }
    }
}
