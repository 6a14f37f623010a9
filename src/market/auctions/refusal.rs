//! What the refusals of auctions look like on the wire.

use actix_web::http::StatusCode;

use super::model::{AuctionState, ObjectionState};
use crate::kernel::money::NoSuchAmount;
use crate::kernel::problem::Refusal;
use crate::market::auction::{CannotAuction, CannotObject};

impl Refusal for CannotAuction {
    fn code(&self) -> &'static str {
        match self {
            Self::AnnouncedTooLate(_) => "announced-too-late",
            Self::PeriodOdd => "auction-period-odd",
            Self::StepOdd => "auction-step-odd",
            Self::ReserveTooLow | Self::ReserveMissing => "reserve-price-odd",
            Self::DepositPercentOdd => "deposit-percent-odd",
            Self::ExtensionOdd => "extension-odd",
            Self::NoticeOdd(_) => "notice-days-odd",
            Self::NotEnoughCredits { .. } => "not-enough-to-auction",
            Self::NotYetOpen => "auction-not-yet-open",
            Self::Closed => "auction-closed",
            Self::NotInState(_) => "auction-state",
            Self::AlreadyOpen => "auction-already-open",
            Self::OwnLot => "own-lot",
            Self::NoDeposit => "no-deposit",
            Self::DepositTooSmall { .. } => "deposit-too-small",
            Self::BidOverDeposit { .. } => "bid-over-deposit",
            Self::BelowStart(_) => "bid-below-start",
            Self::OffStep { .. } => "bid-off-step",
            Self::WholeLotOnly(_) => "whole-lot-only",
            Self::MoreThanOffered { .. } => "more-than-offered",
            Self::AlreadyBid => "already-bid",
            Self::TooManyBidders(_) => "too-many-bidders",
            Self::AwardNotOpen(_) => "award-not-open",
            Self::Amount(NoSuchAmount::RoundsToZero) => "amount-rounds-to-zero",
            Self::Amount(NoSuchAmount::TooLarge) => "amount-too-large",
            Self::NotEnoughCash { .. } => "not-enough-cash",
            Self::Banned(_) => "trading-banned",
            Self::DrawRuns => "draw-runs",
            Self::DrawVoid => "draw-void",
            Self::OtherNonce => "other-nonce",
            Self::NoEntryYet => "no-entry-yet",
            Self::NonceOdd => "nonce-odd",
            Self::AlreadyBanned => "already-banned",
            Self::AlreadyLifted => "already-lifted",
        }
    }

    fn status(&self) -> StatusCode {
        match self {
            Self::NotEnoughCredits { .. }
            | Self::NotYetOpen
            | Self::Closed
            | Self::NotInState(_)
            | Self::AlreadyOpen
            | Self::NoDeposit
            | Self::OffStep { .. }
            | Self::AlreadyBid
            | Self::TooManyBidders(_)
            | Self::AwardNotOpen(_)
            | Self::NotEnoughCash { .. }
            | Self::DrawRuns
            | Self::DrawVoid
            | Self::NoEntryYet
            | Self::AlreadyBanned
            | Self::AlreadyLifted => StatusCode::CONFLICT,
            Self::Banned(_) => StatusCode::FORBIDDEN,
            Self::AnnouncedTooLate(_)
            | Self::PeriodOdd
            | Self::StepOdd
            | Self::ReserveTooLow
            | Self::ReserveMissing
            | Self::DepositPercentOdd
            | Self::ExtensionOdd
            | Self::NoticeOdd(_)
            | Self::OwnLot
            | Self::DepositTooSmall { .. }
            | Self::BidOverDeposit { .. }
            | Self::BelowStart(_)
            | Self::WholeLotOnly(_)
            | Self::MoreThanOffered { .. }
            | Self::OtherNonce
            | Self::NonceOdd
            | Self::Amount(_) => StatusCode::UNPROCESSABLE_ENTITY,
        }
    }

    fn chinese(&self) -> String {
        match self {
            Self::AnnouncedTooLate(days) => format!("竞价公告应当至少在开始前 {days} 日发布"),
            Self::PeriodOdd => "竞价截止时间应晚于开始时间，且不超过 90 日".into(),
            Self::StepOdd => "公开竞价须设加价幅度，密封报价不设加价幅度".into(),
            Self::ReserveTooLow => "保留价不得低于起始价".into(),
            Self::ReserveMissing => "保密的保留价须填写价格".into(),
            Self::DepositPercentOdd => "保证金比例为 10 % 至 100 %".into(),
            Self::ExtensionOdd => "限时竞价周期为 30 至 3600 秒".into(),
            Self::NoticeOdd(days) => format!("结果公示期为 {days} 至 30 日"),
            Self::NotEnoughCredits { asked, available_m2 } => {
                format!("该批次可用指标为 {available_m2} m²，不足以竞价出让 {asked}")
            }
            Self::NotYetOpen => "竞价尚未开始".into(),
            Self::Closed => "竞价已截止，该报价无效".into(),
            Self::NotInState(state) => state_in_chinese(*state).into(),
            Self::AlreadyOpen => "竞价开始后不能撤回".into(),
            Self::OwnLot => "出让方不能参与自己的竞价".into(),
            Self::NoDeposit => "请先缴纳保证金，保证金到账后方可报价".into(),
            Self::DepositTooSmall { deposit, needed } => {
                format!("保证金为 {deposit} 元，至少需要 {needed} 元")
            }
            Self::BidOverDeposit { deposit, needed } => {
                format!("报价总额超过保证金 {deposit} 元所对应金额的十倍，需要保证金 {needed} 元")
            }
            Self::BelowStart(start) => format!("首次报价不得低于起始价 {start} 元/亩"),
            Self::OffStep { highest, step } => {
                format!("报价应高于当前最高价 {highest} 元/亩，且为加价幅度 {step} 元/亩的整数倍")
            }
            Self::WholeLotOnly(area) => format!("应对全部 {area} 报价"),
            Self::MoreThanOffered { asked, offered } => {
                format!("报价面积 {asked} 超过出让面积 {offered}")
            }
            Self::AlreadyBid => "密封报价只能提交一次".into(),
            Self::TooManyBidders(most) => format!("竞买人不得超过 {most} 个"),
            Self::AwardNotOpen(_) => "该成交结果当前不能办理".into(),
            Self::Amount(NoSuchAmount::RoundsToZero) => "金额四舍五入后为 0.00".into(),
            Self::Amount(NoSuchAmount::TooLarge) => "金额超过上限 10000000000000.00".into(),
            Self::NotEnoughCash { due, available } => {
                format!("除保证金外应付 {due} 元，可用资金 {available} 元")
            }
            Self::Banned(county) => format!("贵单位在 {county} 已被限制参与交易"),
            Self::DrawRuns => "摇号已公告，尚可揭示随机数".into(),
            Self::DrawVoid => "揭示随机数的期限已过，摇号作废，请重新公告".into(),
            Self::OtherNonce => "随机数与公告的摘要不符".into(),
            Self::NoEntryYet => "公告之后审计日志尚无新记录，请稍候".into(),
            Self::NonceOdd => "随机数为 16 至 64 字节，摘要为 32 字节，以十六进制填写".into(),
            Self::AlreadyBanned => "该单位已被限制参与交易".into(),
            Self::AlreadyLifted => "该限制已解除".into(),
        }
    }
}

fn state_in_chinese(state: AuctionState) -> &'static str {
    match state {
        AuctionState::Announced => "竞价已公告",
        AuctionState::Open => "竞价正在进行",
        AuctionState::Drawing => "竞价已截止，等待摇号",
        AuctionState::Noticed => "竞价已截止，结果公示中",
        AuctionState::Confirmed => "竞价已截止，成交已确认",
        AuctionState::Ended => "竞价已结束",
        AuctionState::Failed => "竞价已流拍",
        AuctionState::Withdrawn => "竞价已撤回",
        AuctionState::Cancelled => "竞价已取消",
    }
}

impl Refusal for CannotObject {
    fn code(&self) -> &'static str {
        match self {
            Self::NotNoticed => "not-noticed",
            Self::TooMany => "too-many-objections",
            Self::NotInState(_) => "objection-state",
            Self::OutcomeOdd => "objection-outcome-odd",
        }
    }

    fn status(&self) -> StatusCode {
        match self {
            Self::NotNoticed | Self::TooMany | Self::NotInState(_) | Self::OutcomeOdd => {
                StatusCode::CONFLICT
            }
        }
    }

    fn chinese(&self) -> String {
        match self {
            Self::NotNoticed => "仅可在结果公示期内提出异议".into(),
            Self::TooMany => "对该结果的异议数量已达上限".into(),
            Self::NotInState(state) => match state {
                ObjectionState::Made => "异议尚未受理",
                ObjectionState::Admitted => "异议已受理",
                ObjectionState::Refused => "异议不予受理",
                ObjectionState::Dismissed => "异议已驳回",
                ObjectionState::Upheld => "异议已成立",
            }
            .into(),
            Self::OutcomeOdd => "异议应先决定是否受理，再作出处理决定".into(),
        }
    }
}
