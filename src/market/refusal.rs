//! What the market's refusals look like on the wire.

use actix_web::http::StatusCode;

use super::listing::CannotTrade;
use super::model::ListingState;
use crate::kernel::problem::Refusal;

impl Refusal for CannotTrade {
    fn code(&self) -> &'static str {
        match self {
            Self::NotEnoughLeft { .. } => "not-enough-left",
            Self::NotOpen(_) => "listing-not-open",
            Self::NotEnoughToList { .. } => "not-enough-to-list",
            Self::NotEnoughCash { .. } => "not-enough-cash",
            Self::OwnListing => "own-listing",
            Self::AlreadyExpired => "already-expired",
            Self::AssessorRelated => "assessor-related",
            Self::Suspended => "listing-suspended",
        }
    }

    fn status(&self) -> StatusCode {
        match self {
            Self::NotEnoughLeft { .. }
            | Self::NotOpen(_)
            | Self::NotEnoughToList { .. }
            | Self::NotEnoughCash { .. }
            | Self::Suspended => StatusCode::CONFLICT,
            Self::OwnListing | Self::AlreadyExpired | Self::AssessorRelated => {
                StatusCode::UNPROCESSABLE_ENTITY
            }
        }
    }

    fn chinese(&self) -> String {
        match self {
            Self::NotEnoughLeft { asked, left_m2 } => {
                format!("需要 {asked}，挂牌仅剩 {left_m2} m²")
            }
            Self::NotOpen(state) => match state {
                ListingState::Open => "挂牌仍在进行".into(),
                ListingState::Sold => "挂牌指标已全部售出".into(),
                ListingState::Withdrawn => "挂牌已撤回".into(),
                ListingState::Expired => "挂牌已过期".into(),
            },
            Self::NotEnoughToList { asked, available_m2 } => {
                format!("该批次可用指标为 {available_m2} m²，不足以挂牌 {asked}")
            }
            Self::NotEnoughCash { due, available, short } => {
                format!("应付 {due} 元，可用资金 {available} 元，差 {short} 元")
            }
            Self::OwnListing => "卖方不能购买自己的挂牌".into(),
            Self::AlreadyExpired => "有效期截止日已过".into(),
            Self::Suspended => "项目已被冻结，其指标暂停交易".into(),
            Self::AssessorRelated => "评估机构与买方存在关联关系，不能购买该批次指标".into(),
        }
    }
}
