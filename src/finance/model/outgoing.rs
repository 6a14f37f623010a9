//! The nouns of what leaves a fee account: batches, spending, corrections.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Share;
use crate::kernel::ids::id;
use crate::kernel::names::names;

id! {
    /// Payouts of shares for a period, decided together.
    pub struct PayoutBatchId;
}

id! {
    /// How a bank wants its table of payments.
    pub struct PaymentTemplateId;
}

id! {
    /// An account to which nothing leaves.
    pub struct AccountHoldId;
}

id! {
    /// Money that was paid out and is spent.
    pub struct SpendingId;
}

id! {
    /// A voucher of a spending.
    pub struct VoucherId;
}

id! {
    /// A booking that is undone.
    pub struct CorrectionId;
}

id! {
    /// A receivable paid.
    pub struct ReceivablePaymentId;
}

names! {
    /// How far a batch of payouts is.
    pub enum PayoutBatchState {
        Entered = "entered",
        Approved = "approved",
        Rejected = "rejected",
        Cancelled = "cancelled",
    }
}

names! {
    /// How far a hold on an account is.
    pub enum AccountHoldState {
        Held = "held",
        /// It still holds; a second person is asked to lift it.
        LiftAsked = "lift_asked",
        Lifted = "lifted",
    }
}

names! {
    /// What a column of a bank's table of payments holds.
    pub enum PaymentField {
        /// The place in the file, from 1.
        Sequence = "sequence",
        /// The payout's number, which comes back in the bank's statement.
        Number = "number",
        PayerAccount = "payer_account",
        PayerName = "payer_name",
        PayeeAccount = "payee_account",
        PayeeName = "payee_name",
        PayeeBank = "payee_bank",
        Amount = "amount",
        Currency = "currency",
        /// What the payee reads: the payout's number and the share.
        Purpose = "purpose",
    }
}

names! {
    /// How the characters of a bank's table are written.
    pub enum TableEncoding {
        Utf8Bom = "utf8_bom",
        Gb18030 = "gb18030",
    }
}

/// A column of a bank's table of payments.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PaymentColumn {
    #[schema(example = "收款账号")]
    pub title: String,
    pub field: PaymentField,
}

names! {
    /// What money of a share may be spent on (R68).
    pub enum Purpose {
        RightHolderCompensation = "right_holder_compensation",
        LaterUpkeep = "later_upkeep",
        OtherProtectionCost = "other_protection_cost",
        DisputeMediation = "dispute_mediation",
        OtherStabilityWork = "other_stability_work",
        Survey = "survey",
        Publicity = "publicity",
        ExpertReview = "expert_review",
        OrganisingRestoration = "organising_restoration",
        DesignTender = "design_tender",
        Budget = "budget",
        Acceptance = "acceptance",
        /// With a reason and a second person.
        OtherDirectlyRelated = "other_directly_related",
        /// Of a project, within its approved bill of quantities.
        RestorationCost = "restoration_cost",
    }
}

impl Purpose {
    /// The share whose money it may be.
    pub fn share(self) -> Share {
        match self {
            Self::RightHolderCompensation
            | Self::LaterUpkeep
            | Self::OtherProtectionCost
            | Self::DisputeMediation
            | Self::OtherStabilityWork => Share::Township,
            Self::Survey
            | Self::Publicity
            | Self::ExpertReview
            | Self::OrganisingRestoration
            | Self::DesignTender
            | Self::Budget
            | Self::Acceptance
            | Self::OtherDirectlyRelated => Share::Centre,
            Self::RestorationCost => Share::Treasury,
        }
    }

    pub fn in_chinese(self) -> &'static str {
        match self {
            Self::RightHolderCompensation => "项目区权利人补偿",
            Self::LaterUpkeep => "后期管护",
            Self::OtherProtectionCost => "其他保护费用",
            Self::DisputeMediation => "矛盾纠纷调处",
            Self::OtherStabilityWork => "其它维稳工作",
            Self::Survey => "调查",
            Self::Publicity => "宣传",
            Self::ExpertReview => "专家评审认定",
            Self::OrganisingRestoration => "组织修复",
            Self::DesignTender => "设计招标",
            Self::Budget => "预算",
            Self::Acceptance => "验收",
            Self::OtherDirectlyRelated => "其他相关费用",
            Self::RestorationCost => "修复费用",
        }
    }
}

names! {
    /// Whether a spending counts.
    pub enum SpendingState {
        /// Waits for a second person; it counts against what is left already.
        Entered = "entered",
        Effective = "effective",
        Rejected = "rejected",
    }
}

names! {
    /// What kind of booking is undone.
    pub enum CorrectionKind {
        Trade = "trade",
        Deposit = "deposit",
        Payout = "payout",
    }
}

names! {
    /// Whether a booking is undone.
    pub enum CorrectionState {
        Entered = "entered",
        Approved = "approved",
        Rejected = "rejected",
    }
}
