//! The rows of certification's tables.

use chrono::NaiveDate;

use crate::certification::model::{
    ApplicationId, ApplicationOutcome, CertificationPartId, FreezeCause, FreezeId, LossId,
    Milestone, ReleaseId, ReplacementId, ReplacementKind, ThawRequestId,
};
use crate::identity::ApprovalId;
use crate::inventory::WetlandType;
use crate::kernel::clock::Time;
use crate::kernel::db::record;
use crate::kernel::ids::{OrganisationId, UserId};
use crate::kernel::region::RegionCode;
use crate::kernel::text::{Label, Passage};
use crate::ledger::BatchId;
use crate::restoration::ProjectId;

record! {
    /// A row asks to turn accepted land into credits.
    pub(crate) struct ApplicationRow in certification_applications {
        id: ApplicationId as Id,
        project_id: ProjectId as Id,
        project_number: String as Text,
        township: RegionCode as Text,
        owner_id: OrganisationId as Id,
        m2: i64 as BigInt,
        wetland_type: WetlandType as Text,
        grade: i64 as BigInt,
        grade_method: Label as Text,
        grade_indicators: String as Text,
        entered_by: UserId as Id,
        entered_at: Time as Timestamp,
    }
}

record! {
    /// A row is the one decision on an application.
    pub(crate) struct DecisionRow in certification_decisions {
        id: CertificationPartId as Id,
        application_id: ApplicationId as Id,
        outcome: ApplicationOutcome as Text,
        reason: Option<Label> as Nullable<Text>,
        decided_by: UserId as Id,
        decided_at: Time as Timestamp,
    }
}

record! {
    /// A row is a batch of credits.
    pub(crate) struct BatchRow in batches {
        id: BatchId as Id,
        application_id: ApplicationId as Id,
        number: String as Text,
        project_id: ProjectId as Id,
        project_number: String as Text,
        county: RegionCode as Text,
        owner_id: OrganisationId as Id,
        assessor_id: OrganisationId as Id,
        wetland_type: WetlandType as Text,
        grade: i64 as BigInt,
        year: i64 as BigInt,
        issued_m2: i64 as BigInt,
        buffer_m2: i64 as BigInt,
        accepted_on: NaiveDate as Date,
        certified_at: Time as Timestamp,
    }
}

record! {
    /// A row is the part of a batch that was certified in one township.
    pub(crate) struct TownshipRow in batch_townships {
        id: CertificationPartId as Id,
        batch_id: BatchId as Id,
        region: RegionCode as Text,
        organisation_id: OrganisationId as Id,
        certified_m2: i64 as BigInt,
    }
}

record! {
    /// A row is one step by which a batch's credits become available.
    pub(crate) struct ReleaseRow in releases {
        id: ReleaseId as Id,
        batch_id: BatchId as Id,
        position: i64 as BigInt,
        milestone: Milestone as Text,
        percent: i64 as BigInt,
        cumulative_m2: i64 as BigInt,
        step_m2: i64 as BigInt,
        released_by: UserId as Id,
        released_at: Time as Timestamp,
    }
}

record! {
    /// A row says that a project was frozen.
    pub(crate) struct FreezeRow in freezes {
        id: FreezeId as Id,
        project_id: ProjectId as Id,
        project_number: String as Text,
        township: RegionCode as Text,
        owner_id: OrganisationId as Id,
        cause: FreezeCause as Text,
        due_on: Option<NaiveDate> as Nullable<Date>,
        reason: Passage as Text,
        frozen_by: Option<UserId> as Nullable<Id>,
        frozen_at: Time as Timestamp,
    }
}

record! {
    /// A row is what of a batch a freeze moved.
    pub(crate) struct FreezeMoveRow in freeze_moves {
        id: CertificationPartId as Id,
        freeze_id: FreezeId as Id,
        batch_id: BatchId as Id,
        m2: i64 as BigInt,
    }
}

record! {
    /// A row asks to thaw a project.
    pub(crate) struct ThawRequestRow in thaw_requests {
        id: ThawRequestId as Id,
        freeze_id: FreezeId as Id,
        reason: Passage as Text,
        approval_id: ApprovalId as Id,
        asked_by: UserId as Id,
        asked_at: Time as Timestamp,
    }
}

record! {
    /// A row is the end of a freeze.
    pub(crate) struct ThawRow in thaws {
        id: CertificationPartId as Id,
        freeze_id: FreezeId as Id,
        request_id: ThawRequestId as Id,
        thawed_by: UserId as Id,
        thawed_at: Time as Timestamp,
    }
}

record! {
    /// A row says that restored land was lost.
    pub(crate) struct FindingRow in loss_findings {
        id: LossId as Id,
        number: String as Text,
        project_id: ProjectId as Id,
        project_number: String as Text,
        m2: i64 as BigInt,
        found_on: NaiveDate as Date,
        reason: Passage as Text,
        reference: Label as Text,
        approval_id: ApprovalId as Id,
        entered_by: UserId as Id,
        entered_at: Time as Timestamp,
    }
}

record! {
    /// A row is what a loss took and what it owes.
    pub(crate) struct LossRow in losses {
        id: CertificationPartId as Id,
        finding_id: LossId as Id,
        project_id: ProjectId as Id,
        taken_m2: i64 as BigInt,
        duty_m2: i64 as BigInt,
        decided_by: UserId as Id,
        decided_at: Time as Timestamp,
    }
}

record! {
    /// A row is what a loss took from one bucket of a batch.
    pub(crate) struct LossMoveRow in loss_moves {
        id: CertificationPartId as Id,
        loss_id: CertificationPartId as Id,
        position: i64 as BigInt,
        batch_id: BatchId as Id,
        bucket: String as Text,
        m2: i64 as BigInt,
    }
}

record! {
    /// A row is a buffer that went to its owner.
    pub(crate) struct BufferReturnRow in buffer_returns {
        id: CertificationPartId as Id,
        batch_id: BatchId as Id,
        m2: i64 as BigInt,
        returned_by: UserId as Id,
        returned_at: Time as Timestamp,
    }
}

record! {
    /// A row is what an owner offers in replacement of a loss.
    pub(crate) struct ReplacementRow in replacements {
        id: ReplacementId as Id,
        number: String as Text,
        loss_id: LossId as Id,
        owner_id: OrganisationId as Id,
        kind: ReplacementKind as Text,
        batch_id: Option<BatchId> as Nullable<Id>,
        application_id: Option<ApplicationId> as Nullable<Id>,
        m2: i64 as BigInt,
        reason: Passage as Text,
        reference: Label as Text,
        approval_id: ApprovalId as Id,
        offered_by: UserId as Id,
        offered_at: Time as Timestamp,
    }
}

record! {
    /// A row is a replacement that a second person took.
    pub(crate) struct TakingRow in replacement_takings {
        id: CertificationPartId as Id,
        replacement_id: ReplacementId as Id,
        loss_id: LossId as Id,
        application_id: Option<ApplicationId> as Nullable<Id>,
        m2: i64 as BigInt,
        left_m2: i64 as BigInt,
        taken_by: UserId as Id,
        taken_at: Time as Timestamp,
    }
}
