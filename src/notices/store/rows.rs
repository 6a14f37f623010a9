//! The rows of the tables of notices.

use chrono::NaiveDate;

use crate::kernel::clock::Time;
use crate::kernel::db::{RawId, record};
use crate::kernel::ids::{OrganisationId, UserId};
use crate::kernel::region::RegionCode;
use crate::kernel::text::{Label, Passage};
use crate::notices::model::{
    NoticeKind, ObjectionId, ObjectionReplyId, ObjectionStepId, ObjectionStepKind, PublicNoticeId,
    SubjectKind,
};

record! {
    /// A row is something that was put before everybody.
    pub(crate) struct NoticeRow in public_notices {
        id: PublicNoticeId as Id,
        number: String as Text,
        kind: NoticeKind as Text,
        subject_kind: SubjectKind as Text,
        subject_id: RawId as Id,
        subject_number: String as Text,
        region: RegionCode as Text,
        content: String as Text,
        content_hash: Vec<u8> as Binary,
        first_day: NaiveDate as Date,
        last_day: NaiveDate as Date,
        event_on: NaiveDate as Date,
        publish_by: Option<NaiveDate> as Nullable<Date>,
        issued_by: Option<UserId> as Nullable<Id>,
        issuer_id: Option<OrganisationId> as Nullable<Id>,
        issued_at: Time as Timestamp,
        corrects_id: Option<PublicNoticeId> as Nullable<Id>,
        correction_reason: Option<Passage> as Nullable<Text>,
    }
}

record! {
    /// A row is what somebody has against a notice.
    pub(crate) struct ObjectionRow in objections {
        id: ObjectionId as Id,
        number: String as Text,
        notice_id: PublicNoticeId as Id,
        notice_number: String as Text,
        region: RegionCode as Text,
        author: Option<Label> as Nullable<Text>,
        contact: Option<Label> as Nullable<Text>,
        text: Passage as Text,
        receipt_hash: Vec<u8> as Binary,
        filed_at: Time as Timestamp,
    }
}

record! {
    /// A row is what the centre said to an objection.
    pub(crate) struct StepRow in objection_steps {
        id: ObjectionStepId as Id,
        objection_id: ObjectionId as Id,
        position: i64 as BigInt,
        step: ObjectionStepKind as Text,
        reason: Passage as Text,
        due_on: Option<NaiveDate> as Nullable<Date>,
        taken_by: UserId as Id,
        organisation_id: OrganisationId as Id,
        taken_at: Time as Timestamp,
    }
}

record! {
    /// A row is what a township says to an objection.
    pub(crate) struct ReplyRow in objection_replies {
        id: ObjectionReplyId as Id,
        objection_id: ObjectionId as Id,
        position: i64 as BigInt,
        text: Passage as Text,
        replied_by: UserId as Id,
        organisation_id: OrganisationId as Id,
        replied_at: Time as Timestamp,
    }
}
