//! What settlement's refusals look like on the wire.

use actix_web::http::StatusCode;

use super::rules::CannotSettle;
use crate::kernel::money::NoSuchAmount;
use crate::kernel::problem::Refusal;

impl Refusal for CannotSettle {
    fn code(&self) -> &'static str {
        match self {
            Self::SameParty => "same-party",
            Self::OutsideTradingArea { .. } => "outside-trading-area",
            Self::NoSchedule { .. } => "no-fee-schedule",
            Self::Amount(NoSuchAmount::RoundsToZero) => "amount-rounds-to-zero",
            Self::Amount(NoSuchAmount::TooLarge) => "amount-too-large",
            Self::NoFeeAccount(_) => "no-fee-account",
            Self::PeriodsOverlap(_) => "periods-overlap",
            Self::PeriodReversed => "period-reversed",
            Self::PartsTooLarge => "parts-too-large",
            Self::AlreadyApproved => "already-approved",
            Self::FeeAccountExists => "fee-account-exists",
            Self::VersionTaken => "version-taken",
        }
    }

    fn status(&self) -> StatusCode {
        match self {
            Self::NoSchedule { .. }
            | Self::NoFeeAccount(_)
            | Self::PeriodsOverlap(_)
            | Self::AlreadyApproved
            | Self::FeeAccountExists
            | Self::VersionTaken => StatusCode::CONFLICT,
            Self::SameParty
            | Self::OutsideTradingArea { .. }
            | Self::Amount(_)
            | Self::PeriodReversed
            | Self::PartsTooLarge => StatusCode::UNPROCESSABLE_ENTITY,
        }
    }

    fn chinese(&self) -> String {
        match self {
            Self::SameParty => "买方与卖方相同".into(),
            Self::OutsideTradingArea { county, reach, buyer } => {
                let reach = match reach {
                    super::Reach::County => "本县",
                    super::Reach::Prefecture => "本设区市",
                    super::Reach::Province => "本省",
                };
                format!("{county} 的指标只能在{reach}范围内流转，买方位于 {buyer}")
            }
            Self::NoSchedule { county, on } => format!("{county} 在 {on} 没有生效的分配标准"),
            Self::Amount(NoSuchAmount::RoundsToZero) => "金额四舍五入后为 0.00".into(),
            Self::Amount(NoSuchAmount::TooLarge) => "金额超过上限 10000000000000.00".into(),
            Self::NoFeeAccount(county) => format!("{county} 尚未设立交易费用管理账户"),
            Self::PeriodsOverlap(version) => format!("与第 {version} 版的有效期重叠"),
            Self::PeriodReversed => "有效期的终止日早于起始日".into(),
            Self::PartsTooLarge => "分配比例之和超过 100 %".into(),
            Self::AlreadyApproved => "此前已经批准".into(),
            Self::FeeAccountExists => "该县已有交易费用管理账户".into(),
            Self::VersionTaken => "版本号已被占用，请重试".into(),
        }
    }
}
