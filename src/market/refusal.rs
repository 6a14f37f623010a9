//! What the market's refusals look like on the wire.

use actix_web::http::StatusCode;

use super::listing::CannotTrade;
use super::model::{ListingState, OrderState};
use super::order::CannotOrder;
use crate::kernel::money::NoSuchAmount;
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

impl Refusal for CannotOrder {
    fn code(&self) -> &'static str {
        match self {
            Self::NotFilled { .. } => "not-filled",
            Self::NotOpen(_) => "order-not-open",
            Self::NotEnoughCash { .. } => "not-enough-cash",
            Self::AlreadyExpired => "already-expired",
            Self::NothingWaits => "order-does-not-wait",
            Self::AreaTooWide { .. } => "area-too-wide",
            Self::CountyOutsideArea { .. } => "county-outside-area",
            Self::TooManyCounties => "too-many-counties",
            Self::NobodySells(_) => "nobody-sells-there",
            Self::Amount(NoSuchAmount::RoundsToZero) => "amount-rounds-to-zero",
            Self::Amount(NoSuchAmount::TooLarge) => "amount-too-large",
            Self::OutsideBand { .. } => "outside-price-band",
            Self::BandApproved => "already-approved",
        }
    }

    fn status(&self) -> StatusCode {
        match self {
            Self::NotFilled { .. }
            | Self::NotOpen(_)
            | Self::NotEnoughCash { .. }
            | Self::NobodySells(_)
            | Self::BandApproved => StatusCode::CONFLICT,
            Self::AlreadyExpired
            | Self::NothingWaits
            | Self::AreaTooWide { .. }
            | Self::CountyOutsideArea { .. }
            | Self::TooManyCounties
            | Self::Amount(_)
            | Self::OutsideBand { .. } => StatusCode::UNPROCESSABLE_ENTITY,
        }
    }

    fn chinese(&self) -> String {
        match self {
            Self::NotFilled { asked, available_m2 } => {
                format!("要求全部成交 {asked}，目前仅能成交 {available_m2} m²，买单已拒绝")
            }
            Self::NotOpen(state) => match state {
                OrderState::Open => "买单仍在进行".into(),
                OrderState::Filled => "买单已全部成交".into(),
                OrderState::Cancelled => "买单已撤销".into(),
                OrderState::Expired => "买单已过期".into(),
                OrderState::Unfilled => "买单未能即时成交的部分已撤销".into(),
                OrderState::Exhausted => "买单成交笔数已达上限，剩余部分已撤销".into(),
            },
            Self::NotEnoughCash { county, due, available, short } => format!(
                "买单需在 {county} 的交易费用管理账户预留 {due} 元，可用资金 {available} 元，差 {short} 元"
            ),
            Self::AlreadyExpired => "有效期截止日已过".into(),
            Self::NothingWaits => "只有挂单等待的买单才有截止日".into(),
            Self::AreaTooWide { area, place } => {
                format!("交易区域 {area} 超出 {place} 所在省份")
            }
            Self::CountyOutsideArea { county, area } => {
                format!("{county} 不在交易区域 {area} 内，或尚未设立交易费用管理账户")
            }
            Self::TooManyCounties => "一张买单最多在 10 个县付款，且每县只列一次".into(),
            Self::NobodySells(area) => format!("{area} 内没有可向该买方出售指标的县"),
            Self::Amount(NoSuchAmount::RoundsToZero) => "金额四舍五入后为 0.00".into(),
            Self::Amount(NoSuchAmount::TooLarge) => "金额超过上限 10000000000000.00".into(),
            Self::OutsideBand { county, price, low, high } => {
                format!("{price} 元/亩超出 {county} 的价格区间 {low} 至 {high}")
            }
            Self::BandApproved => "此前已经批准".into(),
        }
    }
}
