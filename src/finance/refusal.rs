//! What the wire says of each refusal.

mod outgoing;

use actix_web::http::StatusCode;

use super::model::{PayoutState, RefundRequestState};
use super::rules::FinanceRefusal;
use crate::kernel::problem::Refusal;

impl Refusal for FinanceRefusal {
    fn code(&self) -> &'static str {
        match self {
            Self::Unreadable(_) => "statement-unreadable",
            Self::OtherAccount { .. } => "statement-of-another-account",
            Self::OtherFigures { .. } => "statement-contradicts",
            Self::OutOfOrder { .. } => "statement-out-of-order",
            Self::LinesMissing { .. } => "statement-lines-missing",
            Self::Gap { .. } => "statement-gap",
            Self::OpeningNeeded { .. } => "opening-needed",
            Self::OpeningTooLate => "opening-too-late",
            Self::NothingWaits => "nothing-to-assign",
            Self::PartCount { .. } => "part-count",
            Self::PartTarget => "part-target",
            Self::ReturnIsWhole => "return-is-whole",
            Self::LineNotReturnable => "line-not-returnable",
            Self::NotAnOwner => "not-an-owner",
            Self::ExceptionResolved => "exception-resolved",
            Self::BadLayout(_) => "bad-layout",
            Self::ImportEnded => "import-ended",
            Self::ImportCancelled { .. } => "import-cancelled",
            Self::NoSuchMapping => "no-such-mapping",
            Self::PartsExceed { .. } => "parts-exceed-line",
            Self::NothingAsked => "amount-is-zero",
            Self::CreditIsNoPayout => "credit-is-no-payout",
            Self::DebitIsPayout => "debit-is-one-payout",
            Self::PayoutDoesNotFit => "payout-does-not-fit",
            Self::NoSuchReference { .. } => "no-such-reference",
            Self::NoSuchPayout { .. } => "no-such-payout",
            Self::NotADeveloper => "not-a-developer",
            Self::CodesUsedUp => "codes-used-up",
            Self::ExceedsPayable { .. } => "exceeds-payable",
            Self::NoRegisteredAccount => "no-registered-account",
            Self::ExceedsCash { .. } => "exceeds-cash",
            Self::NotASource => "not-a-source-account",
            Self::SeveralSources => "several-source-accounts",
            Self::ExceedsSource { .. } => "exceeds-source",
            Self::RequestDecided { .. } => "refund-request-decided",
            Self::Decided { .. } => "payout-decided",
            Self::PostsReceipts => "posts-receipts",
            Self::NotWhoEntered => "not-who-entered",
            Self::PeriodBackwards => "period-backwards",
            Self::BadText { .. } => "bad-text",
        }
    }

    fn status(&self) -> StatusCode {
        match self {
            Self::PostsReceipts | Self::NotWhoEntered => StatusCode::FORBIDDEN,
            Self::OtherFigures { .. }
            | Self::OutOfOrder { .. }
            | Self::LinesMissing { .. }
            | Self::Gap { .. }
            | Self::OpeningNeeded { .. }
            | Self::OpeningTooLate
            | Self::NothingWaits
            | Self::LineNotReturnable
            | Self::ExceptionResolved
            | Self::ImportEnded
            | Self::ImportCancelled { .. }
            | Self::PayoutDoesNotFit
            | Self::CodesUsedUp
            | Self::ExceedsPayable { .. }
            | Self::NoRegisteredAccount
            | Self::ExceedsCash { .. }
            | Self::ExceedsSource { .. }
            | Self::RequestDecided { .. }
            | Self::Decided { .. } => StatusCode::CONFLICT,
            Self::Unreadable(_)
            | Self::OtherAccount { .. }
            | Self::PartCount { .. }
            | Self::PartTarget
            | Self::ReturnIsWhole
            | Self::NotAnOwner
            | Self::BadLayout(_)
            | Self::NoSuchMapping
            | Self::PartsExceed { .. }
            | Self::NothingAsked
            | Self::CreditIsNoPayout
            | Self::DebitIsPayout
            | Self::NoSuchReference { .. }
            | Self::NoSuchPayout { .. }
            | Self::NotADeveloper
            | Self::NotASource
            | Self::SeveralSources
            | Self::PeriodBackwards
            | Self::BadText { .. } => StatusCode::UNPROCESSABLE_ENTITY,
        }
    }

    fn chinese(&self) -> String {
        match self {
            Self::Unreadable(unreadable) => format!("文件无法读取：{}", unreadable.chinese()),
            Self::OtherAccount { found, expected } => {
                format!("文件为账号 {found} 的流水，本交易费用管理账户为 {expected}")
            }
            Self::OtherFigures { row } => format!("第 {row} 行已入账，但金额、余额或时间不同"),
            Self::OutOfOrder { row } => format!("第 {row} 行与已入账流水的次序不衔接"),
            Self::LinesMissing { row } => format!("文件第 {row} 行之前缺少已入账的流水"),
            Self::Gap { opening, expected } => {
                format!("文件期初余额为 {opening}，账上余额为 {expected}，请先导入其间的流水")
            }
            Self::OpeningNeeded { opening } => {
                format!("首份流水期初余额为 {opening}，须先由两人登记并批准期初余额")
            }
            Self::OpeningTooLate => "账户已有流水，期初余额须在首份流水之前登记".into(),
            Self::NothingWaits => "该流水没有待认领的款项".into(),
            Self::PartCount { most } => format!("一笔流水应分为 1 至 {most} 份"),
            Self::PartTarget => {
                "每份应指明 reference、organisation_id、payout、returned_line 之一".into()
            }
            Self::ReturnIsWhole => "退回须为整笔流水，且与被退回的款项全额一致".into(),
            Self::LineNotReturnable => "该流水不是本账户的收入，或所余金额不足".into(),
            Self::NotAnOwner => "只有本财政局人员可负责差异".into(),
            Self::ExceptionResolved => "该差异已处理完毕".into(),
            Self::BadLayout(bad) => format!("列映射有误：{}", bad.chinese()),
            Self::ImportEnded => "该导入已经结束".into(),
            Self::ImportCancelled { reason } => format!("该导入已由财政局取消：{reason}"),
            Self::NoSuchMapping => "本财政局没有该列映射".into(),
            Self::PartsExceed { rest } => format!("各份合计超过待认领的 {rest}"),
            Self::NothingAsked => "金额必须大于 0.00".into(),
            Self::CreditIsNoPayout => "收入流水不能认作拨付".into(),
            Self::DebitIsPayout => "支出流水只能整笔认作一笔拨付".into(),
            Self::PayoutDoesNotFit => "该拨付不在途，或金额不符".into(),
            Self::NoSuchReference { reference } => format!("{reference} 不是本账户的缴款编号"),
            Self::NoSuchPayout { number } => format!("{number} 不是本账户的拨付编号"),
            Self::NotADeveloper => "只有建设单位在此有资金".into(),
            Self::CodesUsedUp => "本年度编号已用完".into(),
            Self::ExceedsPayable { payable, asked } => {
                format!("申请 {asked}，可拨付 {payable}（份额减去在途拨付）")
            }
            Self::NoRegisteredAccount => "该单位没有登记银行账户".into(),
            Self::ExceedsCash { available, asked } => format!("申请 {asked}，可用资金 {available}"),
            Self::NotASource => "余款只能退回原付款账户".into(),
            Self::SeveralSources => "资金来自多个账户，请指明退回的账户".into(),
            Self::ExceedsSource { rest, asked } => {
                format!("申请 {asked}，该账户付入的款项尚可退回 {rest}")
            }
            Self::RequestDecided { state } => format!("退款申请{}", request_state(*state)),
            Self::Decided { state } => format!("该拨付{}", payout_state(*state)),
            Self::PostsReceipts => "登记收款的人员不得审批拨付".into(),
            Self::NotWhoEntered => "只有录入人可以撤销该拨付".into(),
            Self::PeriodBackwards => "止日早于起日".into(),
            Self::BadText { field, most } => format!("{field} 应为 1 至 {most} 个字符"),
        }
    }
}

fn request_state(state: RefundRequestState) -> &'static str {
    match state {
        RefundRequestState::Open => "待处理",
        RefundRequestState::Entered => "已录入拨付",
        RefundRequestState::Declined => "已被退回",
    }
}

fn payout_state(state: PayoutState) -> &'static str {
    match state {
        PayoutState::Entered => "待审批",
        PayoutState::Approved => "已批准",
        PayoutState::Paid => "已支付",
        PayoutState::Rejected => "已驳回",
        PayoutState::Cancelled => "已撤销",
    }
}
