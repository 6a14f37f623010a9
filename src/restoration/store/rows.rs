//! The rows of restoration's tables.

use chrono::NaiveDate;

use crate::inventory::ParcelId;
use crate::kernel::area::SurveyedArea;
use crate::kernel::clock::Time;
use crate::kernel::db::record;
use crate::kernel::ids::{OrganisationId, UserId};
use crate::kernel::money::Fen;
use crate::kernel::region::RegionCode;
use crate::kernel::text::{Label, Passage};
use crate::restoration::model::{
    AssessmentKind, Mode, Origin, ProjectId, ProjectPartId, ReportDuty, Stage,
};

record! {
    /// A row is one restoration project.
    pub(crate) struct ProjectRow in projects {
        id: ProjectId as Id,
        number: String as Text,
        name: Label as Text,
        county: RegionCode as Text,
        township: RegionCode as Text,
        owner_id: OrganisationId as Id,
        mode: Mode as Text,
        contractor: Option<Label> as Nullable<Text>,
        consent_on: NaiveDate as Date,
        consent_holders: i64 as BigInt,
        consent_objections: i64 as BigInt,
        legal_duty: bool as Bool,
        legal_duty_basis: Label as Text,
        bill_total: Fen as BigInt,
    }
}

record! {
    /// A row is one parcel of a project.
    pub(crate) struct SiteRow in project_parcels {
        id: ProjectPartId as Id,
        project_id: ProjectId as Id,
        parcel_id: ParcelId as Id,
        parcel_number: String as Text,
        township: RegionCode as Text,
        area: SurveyedArea as BigInt,
    }
}

record! {
    /// A row is one line of a project's bill of quantities.
    pub(crate) struct BillLineRow in bill_lines {
        id: ProjectPartId as Id,
        project_id: ProjectId as Id,
        position: i64 as BigInt,
        item: Label as Text,
        unit: Label as Text,
        quantity: i64 as BigInt,
        unit_price: Fen as BigInt,
        amount: Fen as BigInt,
    }
}

record! {
    /// A row is one species of a project.
    pub(crate) struct SpeciesRow in project_species {
        id: ProjectPartId as Id,
        project_id: ProjectId as Id,
        position: i64 as BigInt,
        name: Label as Text,
        latin: Label as Text,
        origin: Origin as Text,
        assessment: Option<Label> as Nullable<Text>,
        approval_no: Option<Label> as Nullable<Text>,
    }
}

record! {
    /// A row is one stage that a project entered.
    pub(crate) struct StageRow in project_stages {
        id: ProjectPartId as Id,
        project_id: ProjectId as Id,
        position: i64 as BigInt,
        stage: Stage as Text,
        entered_by: UserId as Id,
        organisation_id: OrganisationId as Id,
        entered_at: Time as Timestamp,
    }
}

record! {
    /// A row is one third-party report on a project.
    pub(crate) struct AssessmentRow in assessments {
        id: ProjectPartId as Id,
        project_id: ProjectId as Id,
        kind: AssessmentKind as Text,
        assessor_id: OrganisationId as Id,
        report_number: Label as Text,
        reported_on: NaiveDate as Date,
        author: Label as Text,
    }
}

record! {
    /// A row is the acceptance of a project.
    pub(crate) struct AcceptanceRow in acceptances {
        id: ProjectPartId as Id,
        project_id: ProjectId as Id,
        accepted_on: NaiveDate as Date,
        accepted_area: SurveyedArea as BigInt,
        inspected_on: NaiveDate as Date,
    }
}

record! {
    /// A row is one inspector of a project's land.
    pub(crate) struct InspectorRow in site_inspectors {
        id: ProjectPartId as Id,
        project_id: ProjectId as Id,
        position: i64 as BigInt,
        name: Label as Text,
    }
}

record! {
    /// A row is the monitoring plan of a project.
    pub(crate) struct PlanRow in monitoring_plans {
        id: ProjectPartId as Id,
        project_id: ProjectId as Id,
        years: i64 as BigInt,
        filed_by: UserId as Id,
        filed_at: Time as Timestamp,
    }
}

record! {
    /// A row is the end of a project.
    pub(crate) struct ClosureRow in closures {
        id: ProjectPartId as Id,
        project_id: ProjectId as Id,
        keeper: Label as Text,
    }
}

record! {
    /// A row is one report on a project's restored land.
    pub(crate) struct ReportRow in monitoring_reports {
        id: ProjectPartId as Id,
        project_id: ProjectId as Id,
        due_on: NaiveDate as Date,
        report_number: Label as Text,
        dated: NaiveDate as Date,
        author: Label as Text,
        restored_area: SurveyedArea as BigInt,
        findings: Passage as Text,
        filed_by: UserId as Id,
        organisation_id: OrganisationId as Id,
        filed_at: Time as Timestamp,
    }
}

record! {
    /// A row is one report that a project owes for a day.
    pub(crate) struct DutyRow in report_duties {
        id: ProjectPartId as Id,
        project_id: ProjectId as Id,
        due_on: NaiveDate as Date,
        frozen_on: NaiveDate as Date,
        state: ReportDuty as Text,
    }
}
