//! The nouns of notices. They are read from requests and written to answers as they stand.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::kernel::clock::Time;
use crate::kernel::ids::{OrganisationId, UserId, id};
use crate::kernel::names::names;
use crate::kernel::region::RegionCode;
use crate::kernel::text::{Label, Passage};

id! {
    /// A public notice.
    pub struct PublicNoticeId;
}

id! {
    /// An objection to a notice.
    pub struct ObjectionId;
}

id! {
    /// What a township says to an objection.
    pub struct ObjectionReplyId;
}

id! {
    /// A step of the centre on an objection.
    pub struct ObjectionStepId;
}

names! {
    /// What a notice makes public.
    pub enum NoticeKind {
        /// What is to be restored, and how (R28).
        Scheme = "scheme",
        /// What was restored and accepted (R28).
        Result = "result",
        /// Who won an auction, and at which price (R57).
        AuctionResult = "auction_result",
        /// A transfer agreed between two, with its price (R59).
        NegotiatedTransfer = "negotiated_transfer",
    }
}

names! {
    /// What a notice is about.
    pub enum SubjectKind {
        Project = "project",
        CertificationApplication = "certification_application",
        Auction = "auction",
        NegotiatedTransfer = "negotiated_transfer",
    }
}

names! {
    /// A step of the centre on an objection (R58).
    pub enum ObjectionStepKind {
        Accepted = "accepted",
        Refused = "refused",
        Upheld = "upheld",
        Dismissed = "dismissed",
    }
}

names! {
    /// How far an objection is.
    pub enum NoticeObjectionState {
        Filed = "filed",
        Accepted = "accepted",
        Refused = "refused",
        Upheld = "upheld",
        Dismissed = "dismissed",
    }
}

impl NoticeObjectionState {
    /// Whether it still waits for the centre.
    pub fn is_open(self) -> bool {
        matches!(self, Self::Filed | Self::Accepted)
    }
}

names! {
    /// How far a notice is.
    pub enum PublicNoticeState {
        /// Its period lasts.
        Running = "running",
        /// An objection to it, or to what it corrects, waits for the centre.
        Objected = "objected",
        /// An objection to it was upheld: only a correction leads on.
        Upheld = "upheld",
        /// Its period is over and nothing is open.
        Ended = "ended",
        /// A correction counts in its stead.
        Corrected = "corrected",
    }
}

/// What a notice is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
pub struct Subject {
    pub kind: SubjectKind,
    #[schema(example = "0191e4c8-7b1a-7000-8000-000000000001")]
    pub id: Uuid,
}

/// One line of a notice, masked before it is frozen (R92).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NoticeField {
    #[schema(example = "验收面积")]
    pub name: Label,
    #[schema(example = "11333.00 m²")]
    pub value: Passage,
}

/// The periods of notices and objections: data, since a county's rules may set others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Periods {
    /// For how many calendar days a notice runs. Default 7 (S 000 §13, D).
    pub notice_days: i64,
    /// Within how many working days an objection is accepted or refused. Default 3 (L).
    pub accept_working_days: u32,
    /// Within how many working days after that it is decided. Default 30 (L).
    pub decide_working_days: u32,
    /// Within how many working days after the event a notice is out. Default 20 (L).
    pub publish_working_days: u32,
}

impl Default for Periods {
    fn default() -> Self {
        Self {
            notice_days: 7,
            accept_working_days: 3,
            decide_working_days: 30,
            publish_working_days: 20,
        }
    }
}

/// Makes something public. The command that publishes says so in the audit log.
#[derive(Debug, Clone)]
pub struct NewNotice {
    pub id: PublicNoticeId,
    pub kind: NoticeKind,
    pub subject: Subject,
    /// The number by which people know the subject.
    pub subject_number: String,
    /// Whose centre decides on objections: the county or the township.
    pub region: RegionCode,
    pub title: Label,
    pub fields: Vec<NoticeField>,
    /// When that happened which is made public.
    pub event_on: NaiveDate,
    /// For how many calendar days the notice runs.
    pub days: i64,
}

/// What became of an objection, for everybody: its author is not part of it (R92).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct NoticeObjection {
    pub id: ObjectionId,
    #[schema(example = "OBJ-2026-0001")]
    pub number: String,
    pub filed_at: Time,
    pub state: NoticeObjectionState,
    /// What the centre said last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Passage>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decided_at: Option<Time>,
}

/// A public notice as everybody sees it, for ever.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PublicNotice {
    pub id: PublicNoticeId,
    #[schema(example = "GS360124-2026-0001")]
    pub number: String,
    pub kind: NoticeKind,
    pub subject: Subject,
    #[schema(example = "P360124-001")]
    pub subject_number: String,
    pub region: RegionCode,
    pub title: Label,
    pub fields: Vec<NoticeField>,
    /// The frozen text, to the letter: JSON of title and fields.
    #[schema(
        example = "{\"title\":\"五里垦殖场示例退养塘湿地修复项目修复方案公示\",\"fields\":[{\"name\":\"项目编号\",\"value\":\"P360124-001\"}]}"
    )]
    pub content: String,
    /// SHA-256 of `content`, in hexadecimal.
    #[schema(example = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08")]
    pub content_hash: String,
    /// The first day of its period.
    pub from: NaiveDate,
    /// The last day of its period, included.
    pub to: NaiveDate,
    /// When that happened which it makes public.
    pub event_on: NaiveDate,
    /// The last day on which it had to be out (R92).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub publish_by: Option<NaiveDate>,
    /// The organisation that published it; absent where the exchange itself did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub issuer: Option<OrganisationId>,
    pub issued_at: Time,
    /// The notice that this one corrects.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub corrects: Option<PublicNoticeId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub correction_reason: Option<Passage>,
    /// The notice that counts in its stead.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub corrected_by: Option<PublicNoticeId>,
    pub state: PublicNoticeState,
    pub objections: Vec<NoticeObjection>,
}

/// A step of the centre on an objection.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ObjectionStep {
    pub step: ObjectionStepKind,
    #[schema(example = "经复核，公示面积与勘测报告一致")]
    pub reason: Passage,
    pub taken_by: UserId,
    pub taken_at: Time,
    /// The last day on which it had to be taken (R58); absent where the calendar ends.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due_on: Option<NaiveDate>,
}

/// An objection as the centre sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Objection {
    pub id: ObjectionId,
    #[schema(example = "OBJ-2026-0001")]
    pub number: String,
    pub notice_id: PublicNoticeId,
    #[schema(example = "GS360124-2026-0001")]
    pub notice_number: String,
    pub region: RegionCode,
    /// Who objects, where they said so; seen by those who handle it only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "涂秋生")]
    pub author: Option<Label>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "13800000000")]
    pub contact: Option<Label>,
    #[schema(example = "公示面积与村民小组承包合同附图不一致，申请复核")]
    pub text: Passage,
    pub filed_at: Time,
    pub state: NoticeObjectionState,
    /// By when the centre has to take its next step; absent when none is left.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due_on: Option<NaiveDate>,
    /// Whether that day has passed.
    pub late: bool,
    pub steps: Vec<ObjectionStep>,
    /// What the township says to it, in order.
    pub replies: Vec<ObjectionReply>,
}

/// What the township whose project it is about says to an objection.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ObjectionReply {
    #[schema(example = "已与村民小组复核界址，附图以勘测定界图为准")]
    pub text: Passage,
    pub replied_by: UserId,
    pub replied_at: Time,
}

/// What somebody learns with a receipt code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ObjectionReceipt {
    #[schema(example = "OBJ-2026-0001")]
    pub number: String,
    #[schema(example = "GS360124-2026-0001")]
    pub notice_number: String,
    pub filed_at: Time,
    pub state: NoticeObjectionState,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due_on: Option<NaiveDate>,
    pub steps: Vec<ReceiptStep>,
    pub replies: Vec<ReceiptReply>,
}

/// What a township said, as the author of an objection sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ReceiptReply {
    #[schema(example = "已与村民小组复核界址，附图以勘测定界图为准")]
    pub text: Passage,
    pub replied_at: Time,
}

/// A step of the centre as the author of an objection sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ReceiptStep {
    pub step: ObjectionStepKind,
    #[schema(example = "经复核，公示面积与勘测报告一致")]
    pub reason: Passage,
    pub taken_at: Time,
}

impl From<Objection> for ObjectionReceipt {
    fn from(it: Objection) -> Self {
        let step = |step: ObjectionStep| ReceiptStep {
            step: step.step,
            reason: step.reason,
            taken_at: step.taken_at,
        };
        let reply =
            |reply: ObjectionReply| ReceiptReply { text: reply.text, replied_at: reply.replied_at };
        Self {
            number: it.number,
            notice_number: it.notice_number,
            filed_at: it.filed_at,
            state: it.state,
            due_on: it.due_on,
            steps: it.steps.into_iter().map(step).collect(),
            replies: it.replies.into_iter().map(reply).collect(),
        }
    }
}

/// Where the notices of one kind about a subject stand: what a gate asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Nothing was published.
    Missing,
    /// The period lasts until that day, included.
    Running { to: NaiveDate },
    /// So many objections wait for the centre.
    Objected { open: usize },
    /// An objection was upheld and the notice not corrected.
    Upheld,
    /// It ended on that day, and nothing is open.
    Ended { on: NaiveDate },
}
