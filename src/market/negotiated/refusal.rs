//! What the refusals of negotiations look like on the wire.

use actix_web::http::StatusCode;

use super::model::NegotiationState;
use super::rules::CannotNegotiate;
use crate::kernel::problem::Refusal;

impl Refusal for CannotNegotiate {
    fn code(&self) -> &'static str {
        match self {
            Self::ValidityOdd => "offer-validity-odd",
            Self::OtherSide => "other-side-odd",
            Self::NotInState(_) => "negotiation-state",
            Self::Expired => "offer-expired",
            Self::OwnTerms => "own-terms",
            Self::OtherRound { .. } => "other-round",
            Self::NotEnoughCredits { .. } => "not-enough-to-transfer",
            Self::NotEnoughCash { .. } => "not-enough-cash",
            Self::AlreadyApproved => "already-approved",
        }
    }

    fn status(&self) -> StatusCode {
        match self {
            Self::ValidityOdd | Self::OtherSide => StatusCode::UNPROCESSABLE_ENTITY,
            Self::NotInState(_)
            | Self::Expired
            | Self::OwnTerms
            | Self::OtherRound { .. }
            | Self::NotEnoughCredits { .. }
            | Self::NotEnoughCash { .. }
            | Self::AlreadyApproved => StatusCode::CONFLICT,
        }
    }

    fn chinese(&self) -> String {
        match self {
            Self::ValidityOdd => "要约有效期为当日至 90 日内".into(),
            Self::OtherSide => "对方不能买卖该批次指标".into(),
            Self::NotInState(state) => match state {
                NegotiationState::Offered => "协商仍在进行",
                NegotiationState::AwaitingApproval => "协议转让等待审批",
                NegotiationState::Settled => "协议转让已成交",
                NegotiationState::Declined => "对方已拒绝",
                NegotiationState::Withdrawn => "要约已撤回",
                NegotiationState::Rejected => "协议转让未获批准",
                NegotiationState::Expired => "要约已过期",
            }
            .into(),
            Self::Expired => "要约有效期已过".into(),
            Self::OwnTerms => "该条件由本方提出，应由对方答复".into(),
            Self::OtherRound { asked, now } => {
                format!("当前为第 {now} 轮条件，您答复的是第 {asked} 轮，请重新阅读")
            }
            Self::NotEnoughCredits { asked, available_m2 } => {
                format!("出让方该批次可用指标为 {available_m2} m²，不足 {asked}")
            }
            Self::NotEnoughCash { due, available } => {
                format!("应付 {due} 元，可用资金 {available} 元")
            }
            Self::AlreadyApproved => "此前已经批准".into(),
        }
    }
}
