//! The rows of certification's tables.

use chrono::NaiveDate;

use crate::certification::model::{
    ApplicationId, ApplicationOutcome, CertificationPartId, Milestone, ReleaseId,
};
use crate::inventory::WetlandType;
use crate::kernel::clock::Time;
use crate::kernel::db::record;
use crate::kernel::ids::{OrganisationId, UserId};
use crate::kernel::region::RegionCode;
use crate::kernel::text::Label;
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
