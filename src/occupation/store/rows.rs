//! The rows.

use chrono::NaiveDate;

use crate::inventory::{WetlandLevel, WetlandType};
use crate::kernel::area::{SquareMetres, SurveyedArea};
use crate::kernel::clock::Time;
use crate::kernel::db::{RawId, derived_record, record};
use crate::kernel::ids::{OrganisationId, UserId};
use crate::kernel::money::Fen;
use crate::kernel::region::RegionCode;
use crate::kernel::text::Label;
use crate::ledger::{BatchId, JournalId};
use crate::occupation::model::{
    AssignmentId, BalanceMoveId, BalanceMoveKind, CertificateId, CertificateMarkId,
    CertificateState, ClockId, ClockKind, ClockState, DocumentKind, FeeState, OccupationGround,
    OccupationId, OccupationOutcome, OccupationPartId, OccupationState, OccupationTerm, PolicyId,
    RestorationFeeId, RetirementId, RetirementPartId, RetirementState, ViolationCaseId,
    ViolationKind, ViolationState,
};

record! {
    /// A row is what a region asks of occupations.
    pub(crate) struct PolicyRow in occupation_policies {
        id: PolicyId as Id,
        region: RegionCode as Text,
        ratio_bp: i64 as BigInt,
        general_compensates: bool as Bool,
        types: String as Text,
        document: Label as Text,
        approval_id: RawId as Id,
        entered_by: UserId as Id,
        entered_at: Time as Timestamp,
        approved_by: Option<UserId> as Nullable<Id>,
        approved_at: Option<Time> as Nullable<Timestamp>,
    }
}

record! {
    /// A row is an application to occupy wetland.
    pub(crate) struct OccupationRow in occupations {
        id: OccupationId as Id,
        number: String as Text,
        county: RegionCode as Text,
        developer_id: OrganisationId as Id,
        developer_name: String as Text,
        project_name: Label as Text,
        term: OccupationTerm as Text,
        ground: OccupationGround as Text,
        legal_basis: Label as Text,
        wetland_type: WetlandType as Text,
        level: WetlandLevel as Text,
        mangrove: bool as Bool,
        peat: bool as Bool,
        area: SurveyedArea as BigInt,
        computed_area: SurveyedArea as BigInt,
        west: i64 as BigInt,
        south: i64 as BigInt,
        east: i64 as BigInt,
        north: i64 as BigInt,
        polygon: String as Text,
        zone_approvals: String as Text,
        provincial_assessment: Option<Label> as Nullable<Text>,
        exempt_document: Option<Label> as Nullable<Text>,
        avoidance_statement: Label as Text,
        impact_measures: Label as Text,
        starts_on: Option<NaiveDate> as Nullable<Date>,
        ends_on: Option<NaiveDate> as Nullable<Date>,
        submitted_by: UserId as Id,
        submitted_at: Time as Timestamp,
    }
}

record! {
    /// A row is how far an application is.
    pub(crate) struct StateRow in occupation_states {
        id: OccupationId as Id,
        state: OccupationState as Text,
        accepted_on: Option<NaiveDate> as Nullable<Date>,
        accepted_silently: Option<bool> as Nullable<Bool>,
        decide_by: Option<NaiveDate> as Nullable<Date>,
        extended: bool as Bool,
        grade: Option<i64> as Nullable<BigInt>,
        exempt: bool as Bool,
        fee_id: Option<RestorationFeeId> as Nullable<Id>,
    }
}

record! {
    /// A row is a filed document.
    pub(crate) struct DocumentRow in occupation_documents {
        id: OccupationPartId as Id,
        occupation_id: OccupationId as Id,
        kind: DocumentKind as Text,
        title: Label as Text,
        sha256: String as Text,
        filed_by: UserId as Id,
        filed_at: Time as Timestamp,
    }
}

record! {
    /// A row is the one notice of what is missing.
    pub(crate) struct DeficiencyRow in deficiency_notices {
        id: OccupationPartId as Id,
        occupation_id: OccupationId as Id,
        missing: String as Text,
        note: Label as Text,
        noted_by: UserId as Id,
        noted_at: Time as Timestamp,
    }
}

record! {
    /// A row is a grade of the occupied land.
    pub(crate) struct GradingRow in occupation_gradings {
        id: OccupationPartId as Id,
        occupation_id: OccupationId as Id,
        grade: i64 as BigInt,
        assessor_id: OrganisationId as Id,
        report_number: Label as Text,
        reported_on: NaiveDate as Date,
        author: Label as Text,
        exempt: bool as Bool,
        graded_by: UserId as Id,
        graded_at: Time as Timestamp,
    }
}

record! {
    /// A row is an opinion of the national authority.
    pub(crate) struct OpinionRow in national_opinions {
        id: OccupationPartId as Id,
        occupation_id: OccupationId as Id,
        number: Label as Text,
        authority: Label as Text,
        given_on: NaiveDate as Date,
        favourable: bool as Bool,
        entered_by: UserId as Id,
        entered_at: Time as Timestamp,
    }
}

record! {
    /// A row is the end of an application.
    pub(crate) struct DecisionRow in occupation_decisions {
        id: OccupationPartId as Id,
        occupation_id: OccupationId as Id,
        outcome: OccupationOutcome as Text,
        document: Option<Label> as Nullable<Text>,
        reason: Option<Label> as Nullable<Text>,
        area: SurveyedArea as BigInt,
        retired_m2: i64 as BigInt,
        required_m2: i64 as BigInt,
        decided_by: UserId as Id,
        organisation_id: OrganisationId as Id,
        decided_at: Time as Timestamp,
    }
}

record! {
    /// A row is a term that runs.
    pub(crate) struct ClockRow in occupation_clocks {
        id: ClockId as Id,
        subject_id: RawId as Id,
        subject: String as Text,
        county: RegionCode as Text,
        kind: ClockKind as Text,
        due_on: NaiveDate as Date,
        state: ClockState as Text,
        ended_at: Option<Time> as Nullable<Timestamp>,
    }
}

record! {
    /// A row says that land was restored.
    pub(crate) struct LandRestorationRow in land_restorations {
        id: OccupationPartId as Id,
        occupation_id: OccupationId as Id,
        restored_on: NaiveDate as Date,
        report: Label as Text,
        recorded_by: UserId as Id,
        recorded_at: Time as Timestamp,
    }
}

record! {
    /// A row is credits that are retired for an application.
    pub(crate) struct RetirementRow in retirements {
        id: RetirementId as Id,
        number: String as Text,
        occupation_id: OccupationId as Id,
        serves_id: OccupationId as Id,
        developer_id: OrganisationId as Id,
        county: RegionCode as Text,
        m2: SquareMetres as BigInt,
        reason: Label as Text,
        approval_id: RawId as Id,
        state: RetirementState as Text,
        asked_by: UserId as Id,
        asked_at: Time as Timestamp,
        journal_id: Option<JournalId> as Nullable<Id>,
        decided_by: Option<UserId> as Nullable<Id>,
        decided_at: Option<Time> as Nullable<Timestamp>,
    }
}

record! {
    /// A row is what of one batch is to be retired.
    pub(crate) struct PartRow in retirement_parts {
        id: RetirementPartId as Id,
        retirement_id: RetirementId as Id,
        position: i64 as BigInt,
        batch_id: BatchId as Id,
        m2: SquareMetres as BigInt,
        first_serial: Option<i64> as Nullable<BigInt>,
        last_serial: Option<i64> as Nullable<BigInt>,
    }
}

record! {
    /// A row is a run of serials that was retired.
    pub(crate) struct SerialsRow in retirement_serials {
        id: RetirementPartId as Id,
        retirement_id: RetirementId as Id,
        position: i64 as BigInt,
        batch_id: BatchId as Id,
        batch_number: String as Text,
        county: RegionCode as Text,
        wetland_type: WetlandType as Text,
        grade: i64 as BigInt,
        first_serial: i64 as BigInt,
        last_serial: i64 as BigInt,
        m2: SquareMetres as BigInt,
    }
}

record! {
    /// A row gives retired credits to the next application.
    pub(crate) struct AssignmentRow in retirement_assignments {
        id: AssignmentId as Id,
        retirement_id: RetirementId as Id,
        from_id: OccupationId as Id,
        to_id: OccupationId as Id,
        approval_id: RawId as Id,
        state: RetirementState as Text,
        asked_by: UserId as Id,
        asked_at: Time as Timestamp,
        decided_by: Option<UserId> as Nullable<Id>,
        decided_at: Option<Time> as Nullable<Timestamp>,
    }
}

record! {
    /// A row is a certificate of a retirement.
    pub(crate) struct CertificateRow in certificates {
        id: CertificateId as Id,
        number: String as Text,
        retirement_id: RetirementId as Id,
        occupation_id: OccupationId as Id,
        short_code: String as Text,
        content: String as Text,
        signature: String as Text,
        key_id: String as Text,
        issued_at: Time as Timestamp,
        valid_to: NaiveDate as Date,
    }
}

record! {
    /// A row is a change of what a certificate is worth.
    pub(crate) struct MarkRow in certificate_marks {
        id: CertificateMarkId as Id,
        certificate_id: CertificateId as Id,
        state: CertificateState as Text,
        reason: Label as Text,
        document: Option<Label> as Nullable<Text>,
        marked_by: Option<UserId> as Nullable<Id>,
        marked_at: Time as Timestamp,
    }
}

record! {
    /// A row is a restoration fee.
    pub(crate) struct FeeRow in restoration_fees {
        id: RestorationFeeId as Id,
        occupation_id: OccupationId as Id,
        county: RegionCode as Text,
        developer_id: OrganisationId as Id,
        m2: SquareMetres as BigInt,
        rate_fen: Fen as BigInt,
        multiplier: i64 as BigInt,
        amount_fen: Fen as BigInt,
        reason: Label as Text,
        document: Label as Text,
        state: FeeState as Text,
        notice_by: NaiveDate as Date,
        noticed_on: Option<NaiveDate> as Nullable<Date>,
        reference: Option<String> as Nullable<Text>,
        pay_by: Option<NaiveDate> as Nullable<Date>,
        paid_at: Option<Time> as Nullable<Timestamp>,
        ended_at: Option<Time> as Nullable<Timestamp>,
        determined_by: UserId as Id,
        determined_at: Time as Timestamp,
    }
}

record! {
    /// A row is a case of unauthorised occupation.
    pub(crate) struct CaseRow in violation_cases {
        id: ViolationCaseId as Id,
        number: String as Text,
        county: RegionCode as Text,
        kind: ViolationKind as Text,
        offender: Label as Text,
        offender_id: Option<OrganisationId> as Nullable<Id>,
        area: SurveyedArea as BigInt,
        polygon: Option<String> as Nullable<Text>,
        basis: Label as Text,
        found_on: NaiveDate as Date,
        state: ViolationState as Text,
        opened_by: UserId as Id,
        opened_at: Time as Timestamp,
        rate_yuan: Option<i64> as Nullable<BigInt>,
        fine_fen: Option<Fen> as Nullable<BigInt>,
        document: Option<Label> as Nullable<Text>,
        restore_by: Option<NaiveDate> as Nullable<Date>,
        decided_by: Option<UserId> as Nullable<Id>,
        decided_at: Option<Time> as Nullable<Timestamp>,
        closed_by: Option<UserId> as Nullable<Id>,
        closed_on: Option<NaiveDate> as Nullable<Date>,
        closing_report: Option<Label> as Nullable<Text>,
    }
}

record! {
    /// A row is what moved the balance of a county.
    pub(crate) struct BalanceMoveRow in balance_moves {
        id: BalanceMoveId as Id,
        kind: BalanceMoveKind as Text,
        subject_id: RawId as Id,
        county: RegionCode as Text,
        occupation_county: Option<RegionCode> as Nullable<Text>,
        moved_at: Time as Timestamp,
        centi_m2: i64 as BigInt,
    }
}

derived_record! {
    /// A row is the balance of a region at the end of a day.
    pub(crate) struct BalanceDayRow in balance_days {
        region: RegionCode as Text,
        day: NaiveDate as Date,
        released: i64 as BigInt,
        retired_elsewhere: i64 as BigInt,
        retired_for_it: i64 as BigInt,
        occupied: i64 as BigInt,
    }
    replacing (region, day) set (released, retired_elsewhere, retired_for_it, occupied)
}
