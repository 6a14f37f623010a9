//! What the refusals of liens look like on the wire.

use actix_web::http::StatusCode;

use crate::encumbrance::model::{ClaimState, EnforcedSaleState, PledgeState};
use crate::encumbrance::rules::{CannotInsure, CannotPledge};
use crate::kernel::problem::{Failure, Refusal};

/// A release or request names an area or serials, not both and not half of one.
pub(super) fn bad_runs() -> Failure {
    CannotPledge::RunCount { most: crate::encumbrance::rules::RUNS_MAX }.into()
}

impl Refusal for CannotPledge {
    fn code(&self) -> &'static str {
        match self {
            Self::NotALender => "not-a-lender",
            Self::ShareNotYours => "share-not-yours",
            Self::ShareTwice => "share-twice",
            Self::TermOdd => "term-odd",
            Self::RunCount { .. } => "run-count",
            Self::RunBackwards(_) => "serials-backwards",
            Self::RunsOverlap(_) => "serials-overlap",
            Self::SecondLien(_) => "second-lien",
            Self::NotAvailable(_) => "serials-not-available",
            Self::NotEnough { .. } => "not-enough-to-pledge",
            Self::Frozen => "project-frozen",
            Self::NotInState(_) => "pledge-state",
            Self::NotSigned => "treasury-not-signed",
            Self::NothingToSign => "nothing-to-sign",
            Self::MoreThanPledged { .. } => "more-than-pledged",
            Self::OtherSerials => "serials-not-pledged",
            Self::NotLonger => "not-longer",
            Self::SaleState(_) => "enforced-sale-state",
            Self::NotABuyer => "not-a-buyer",
        }
    }

    fn status(&self) -> StatusCode {
        match self {
            Self::NotALender
            | Self::ShareNotYours
            | Self::ShareTwice
            | Self::TermOdd
            | Self::RunCount { .. }
            | Self::RunBackwards(_)
            | Self::RunsOverlap(_)
            | Self::NotLonger
            | Self::NotABuyer => StatusCode::UNPROCESSABLE_ENTITY,
            Self::SecondLien(_)
            | Self::NotAvailable(_)
            | Self::NotEnough { .. }
            | Self::Frozen
            | Self::NotInState(_)
            | Self::NotSigned
            | Self::NothingToSign
            | Self::MoreThanPledged { .. }
            | Self::OtherSerials
            | Self::SaleState(_) => StatusCode::CONFLICT,
        }
    }

    fn chinese(&self) -> String {
        match self {
            Self::NotALender => "质权人应为银行".into(),
            Self::ShareNotYours => "收益份额只能由该批次所属乡镇以其原始指标设定质押担保".into(),
            Self::ShareTwice => "同一收益份额只列一次".into(),
            Self::TermOdd => "期限的终止日应晚于起始日和今日，且不超过 30 年".into(),
            Self::RunCount { most } => {
                format!("应填写面积，或 1 至 {most} 个编号区间，二者取其一")
            }
            Self::RunBackwards(run) => format!("编号区间 {run} 应从 1 起由小到大"),
            Self::RunsOverlap(run) => format!("编号区间 {run} 与其他区间重叠"),
            Self::SecondLien(run) => {
                format!("R44：编号区间 {run} 已设定质押，同一指标只能质押一次")
            }
            Self::NotAvailable(run) => {
                format!("编号区间 {run} 不全为可用指标（已锁定、冻结、列为缓冲、售出或未释放）")
            }
            Self::NotEnough { asked, available } => {
                format!("拟质押 {asked} m²，可用 {available} m²")
            }
            Self::Frozen => "项目已被冻结，其指标不能质押、解押或处置".into(),
            Self::NotInState(state) => match state {
                PledgeState::Requested => "质押申请待登记",
                PledgeState::Registered => "质押已登记",
                PledgeState::Ended => "质押已全部解除",
                PledgeState::Withdrawn => "质押申请已撤回",
                PledgeState::Refused => "质权人已拒绝",
                PledgeState::Expired => "质押申请已过期",
            }
            .into(),
            Self::NotSigned => "财政局尚未签署以县财政收入份额担保".into(),
            Self::NothingToSign => "该质押无需财政局签署，或此前已经签署".into(),
            Self::MoreThanPledged { asked, held } => {
                format!("拟解除 {asked} m²，质押中仅有 {held} m²")
            }
            Self::OtherSerials => "所列编号不全在该质押之下".into(),
            Self::NotLonger => "展期后的终止日应晚于原终止日".into(),
            Self::SaleState(state) => match state {
                EnforcedSaleState::Asked => "处置待中心同意",
                EnforcedSaleState::Approved => "处置待买方接受",
                EnforcedSaleState::Settled => "处置已成交",
                EnforcedSaleState::Withdrawn => "处置已撤回",
            }
            .into(),
            Self::NotABuyer => "指标应处置给出质人以外的建设单位".into(),
        }
    }
}

impl Refusal for CannotInsure {
    fn code(&self) -> &'static str {
        match self {
            Self::TermOdd => "term-odd",
            Self::NotHeld(_) => "serials-not-held",
            Self::InsuredAlready(_) => "insured-already",
            Self::NumberTaken => "policy-number-taken",
            Self::NotInForce { .. } => "policy-not-in-force",
            Self::NotHit => "loss-not-insured",
            Self::LossUndecided => "loss-undecided",
            Self::ClaimedBefore => "claimed-before",
            Self::NotInState(_) => "claim-state",
            Self::MoreThanInsured { .. } => "more-than-insured",
            Self::NothingPaid => "nothing-paid",
            Self::NotItsReplacement => "not-its-replacement",
            Self::Runs(cause) => cause.code(),
        }
    }

    fn status(&self) -> StatusCode {
        match self {
            Self::TermOdd | Self::NothingPaid | Self::MoreThanInsured { .. } => {
                StatusCode::UNPROCESSABLE_ENTITY
            }
            Self::NotHeld(_)
            | Self::InsuredAlready(_)
            | Self::NumberTaken
            | Self::NotInForce { .. }
            | Self::NotHit
            | Self::LossUndecided
            | Self::ClaimedBefore
            | Self::NotInState(_)
            | Self::NotItsReplacement => StatusCode::CONFLICT,
            Self::Runs(cause) => cause.status(),
        }
    }

    fn chinese(&self) -> String {
        match self {
            Self::TermOdd => "保险期间应自今日或以后起，终止日不早于起始日，且不超过 10 年".into(),
            Self::NotHeld(run) => format!("编号区间 {run} 不全为被保险人持有"),
            Self::InsuredAlready(run) => format!("编号区间 {run} 在该期间内已经投保"),
            Self::NumberTaken => "该保单号此前已经登记".into(),
            Self::NotInForce { on, from, to } => {
                format!("{on} 不在保险期间 {from} 至 {to} 内，不能索赔")
            }
            Self::NotHit => "该灭失未涉及承保的指标".into(),
            Self::LossUndecided => "该灭失尚待第二人确认".into(),
            Self::ClaimedBefore => "该灭失此前已经索赔".into(),
            Self::NotInState(state) => match state {
                ClaimState::Open => "索赔待保险人处理",
                ClaimState::Accepted => "索赔已受理，待赔付",
                ClaimState::Refused => "索赔已被拒绝",
                ClaimState::Paid => "索赔已赔付",
                ClaimState::Replaced => "索赔已以补建指标赔付",
            }
            .into(),
            Self::MoreThanInsured { asked, left } => {
                format!("赔付 {asked} 元超过剩余保额 {left} 元")
            }
            Self::NothingPaid => "受理的索赔应有赔付金额".into(),
            Self::NotItsReplacement => "该补建不属于本次灭失，或尚未被接收".into(),
            Self::Runs(cause) => cause.chinese(),
        }
    }
}
