//! What the wire says of what does not leave, is not spent or is not taken back.

use actix_web::http::StatusCode;

use super::super::model::{CorrectionState, PayoutBatchState, Share, SpendingState};
use super::super::rules::OutgoingRefusal;
use crate::kernel::clock::Time;
use crate::kernel::problem::Refusal;

impl Refusal for OutgoingRefusal {
    fn code(&self) -> &'static str {
        match self {
            Self::AccountChanged { .. } => "account-changed",
            Self::AccountNotTrusted { .. } => "account-not-trusted",
            Self::AccountHeld { .. } => "account-held",
            Self::HeldAlready => "account-held-already",
            Self::HoldLifted => "hold-lifted",
            Self::LiftNotAsked => "lift-not-asked",
            Self::InBatch { .. } => "payout-in-batch",
            Self::NothingDue => "nothing-due",
            Self::PayoutCount { .. } => "payout-count",
            Self::PayoutTwice => "payout-twice",
            Self::BatchDecided { .. } => "batch-decided",
            Self::BatchNotApproved => "batch-not-approved",
            Self::PayoutNotApproved => "payout-not-approved",
            Self::BatchEmpty => "batch-empty",
            Self::NotPaid { .. } => "payout-not-paid",
            Self::Returned => "payout-returned",
            Self::ReturnDoesNotFit { .. } => "return-does-not-fit",
            Self::WaitsItself => "money-waits-itself",
            Self::NothingToGiveBack => "nothing-to-give-back",
            Self::NoPayerAccount => "no-payer-account",
            Self::NoSuchTemplate => "no-such-template",
            Self::BadTemplate => "bad-template",
            Self::PurposeNotPermitted { .. } => "purpose-not-permitted",
            Self::ReasonMissing { .. } => "reason-missing",
            Self::VoucherCount { .. } => "voucher-count",
            Self::VouchersDoNotAddUp { .. } => "vouchers-do-not-add-up",
            Self::VoucherUsed { .. } => "voucher-used",
            Self::ExceedsPaidOut { .. } => "exceeds-paid-out",
            Self::ExceedsBill { .. } => "exceeds-bill",
            Self::BillNotApproved => "bill-not-approved",
            Self::ProjectNamed => "project-named",
            Self::SpentInFuture => "spent-in-future",
            Self::SpendingDecided { .. } => "spending-decided",
            Self::CreditsGone { .. } => "credits-gone",
            Self::Corrected => "already-corrected",
            Self::EnforcedSale => "enforced-sale",
            Self::CorrectionDecided { .. } => "correction-decided",
            Self::ExceedsOwed { .. } => "exceeds-owed",
            Self::ExceedsHeld { .. } => "exceeds-held",
        }
    }

    fn status(&self) -> StatusCode {
        match self {
            Self::AccountChanged { .. }
            | Self::AccountNotTrusted { .. }
            | Self::AccountHeld { .. }
            | Self::HeldAlready
            | Self::HoldLifted
            | Self::LiftNotAsked
            | Self::InBatch { .. }
            | Self::NothingDue
            | Self::BatchDecided { .. }
            | Self::BatchNotApproved
            | Self::PayoutNotApproved
            | Self::BatchEmpty
            | Self::NotPaid { .. }
            | Self::Returned
            | Self::WaitsItself
            | Self::NothingToGiveBack
            | Self::NoPayerAccount
            | Self::VoucherUsed { .. }
            | Self::ExceedsPaidOut { .. }
            | Self::ExceedsBill { .. }
            | Self::BillNotApproved
            | Self::SpendingDecided { .. }
            | Self::CreditsGone { .. }
            | Self::Corrected
            | Self::EnforcedSale
            | Self::CorrectionDecided { .. }
            | Self::ExceedsOwed { .. }
            | Self::ExceedsHeld { .. } => StatusCode::CONFLICT,
            Self::PayoutCount { .. }
            | Self::PayoutTwice
            | Self::ReturnDoesNotFit { .. }
            | Self::NoSuchTemplate
            | Self::BadTemplate
            | Self::PurposeNotPermitted { .. }
            | Self::ReasonMissing { .. }
            | Self::VoucherCount { .. }
            | Self::VouchersDoNotAddUp { .. }
            | Self::ProjectNamed
            | Self::SpentInFuture => StatusCode::UNPROCESSABLE_ENTITY,
        }
    }

    fn chinese(&self) -> String {
        match self {
            Self::AccountChanged { account } => {
                format!("{account} 已不是登记账户，请撤销后重新录入")
            }
            Self::AccountNotTrusted { number, until } => {
                format!("{number} 的收款账户未在受信名单中，须等至 {}", in_shanghai(*until))
            }
            Self::AccountHeld { number, account } => {
                format!("{number} 的收款账户 {account} 已暂停付款")
            }
            Self::HeldAlready => "该账户已暂停付款".into(),
            Self::HoldLifted => "该暂停已解除".into(),
            Self::LiftNotAsked => "尚无人申请解除该暂停；须一人申请、另一人解除".into(),
            Self::InBatch { number } => format!("该拨付随批次 {number} 一并审批"),
            Self::NothingDue => "没有应拨付的款项".into(),
            Self::PayoutCount { most } => format!("一个批次应有 1 至 {most} 笔拨付"),
            Self::PayoutTwice => "一个批次中同一单位的同一份额只能有一笔".into(),
            Self::BatchDecided { state } => format!("该批次{}", batch_state(*state)),
            Self::BatchNotApproved => "批次批准后才能生成付款文件".into(),
            Self::PayoutNotApproved => "拨付批准后才能生成付款文件".into(),
            Self::BatchEmpty => "该批次的拨付均已撤销".into(),
            Self::NotPaid { .. } => "该拨付尚未支付".into(),
            Self::Returned => "该拨付此前已退回".into(),
            Self::ReturnDoesNotFit { amount } => {
                format!("退回须为一笔待认领、金额恰为 {amount} 的收入流水")
            }
            Self::WaitsItself => "该款项权属不明，其流水重新待认领，可认领或再次退回".into(),
            Self::NothingToGiveBack => "该流水没有待认领的收入款项".into(),
            Self::NoPayerAccount => "该流水没有付款账号，无法原路退回".into(),
            Self::NoSuchTemplate => "本账户没有该付款表格模板".into(),
            Self::BadTemplate => {
                "模板应有 1 至 30 列，列名 1 至 40 个字符，并含收款账号、收款户名和金额".into()
            }
            Self::PurposeNotPermitted { purpose, share } => {
                format!("{}不得用于{}", share_name(*share), purpose.in_chinese())
            }
            Self::ReasonMissing { purpose } => format!("{}须说明理由", purpose.in_chinese()),
            Self::VoucherCount { most } => format!("一笔支出应有 1 至 {most} 张凭证"),
            Self::VouchersDoNotAddUp { sum, amount } => {
                format!("凭证合计 {sum}，支出金额 {amount}")
            }
            Self::VoucherUsed { number } => format!("凭证 {number} 已用于另一笔支出"),
            Self::ExceedsPaidOut { left, asked } => format!("支出 {asked}，已拨付款项尚余 {left}"),
            Self::ExceedsBill { left, asked } => {
                format!("支出 {asked}，经批准的工程量清单尚余 {left}")
            }
            Self::BillNotApproved => "项目的工程量清单尚未批准".into(),
            Self::ProjectNamed => "修复费用须指明项目，其他用途不得指明".into(),
            Self::SpentInFuture => "支出日期不得晚于今天".into(),
            Self::SpendingDecided { state } => format!("该支出{}", spending_state(*state)),
            Self::CreditsGone { held, sold } => {
                format!("买方仅余该批指标 {held} m²，少于成交的 {sold} m²")
            }
            Self::Corrected => "该笔账已冲正或正在冲正".into(),
            Self::EnforcedSale => "质押处置的成交不能冲正，其收益已归质权人".into(),
            Self::CorrectionDecided { state } => format!("该冲正{}", correction_state(*state)),
            Self::ExceedsOwed { owed, asked } => format!("申请 {asked}，应收款为 {owed}"),
            Self::ExceedsHeld { held, asked } => format!("申请 {asked}，该单位可用 {held}"),
        }
    }
}

fn in_shanghai(time: Time) -> String {
    let wall = time.plus_seconds(8 * 3600).naive();
    wall.format("%Y-%m-%d %H:%M").to_string()
}

fn batch_state(state: PayoutBatchState) -> &'static str {
    match state {
        PayoutBatchState::Entered => "待审批",
        PayoutBatchState::Approved => "已批准",
        PayoutBatchState::Rejected => "已驳回",
        PayoutBatchState::Cancelled => "已撤销",
    }
}

fn share_name(share: Share) -> &'static str {
    match share {
        Share::Township => "乡镇工作经费",
        Share::Centre => "中心管理经费",
        Share::Treasury => "县财政收入",
    }
}

fn spending_state(state: SpendingState) -> &'static str {
    match state {
        SpendingState::Entered => "待审批",
        SpendingState::Effective => "已生效",
        SpendingState::Rejected => "已驳回",
    }
}

fn correction_state(state: CorrectionState) -> &'static str {
    match state {
        CorrectionState::Entered => "待审批",
        CorrectionState::Approved => "已批准",
        CorrectionState::Rejected => "已驳回",
    }
}
