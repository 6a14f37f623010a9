//! The nouns of occupation and their states.

use crate::certification::Grade;
use crate::inventory::{WetlandLevel, WetlandType};
use crate::kernel::ids::id;
use crate::kernel::names::names;
use crate::kernel::region::RegionCode;
use crate::settlement::Reach;

id! {
    /// An application to occupy wetland.
    pub struct OccupationId;
}

id! {
    /// A row that is a part of an application and is known by it.
    pub struct OccupationPartId;
}

id! {
    /// What a region asks of occupations.
    pub struct PolicyId;
}

id! {
    /// A term that runs.
    pub struct ClockId;
}

id! {
    /// Credits that are retired for an application.
    pub struct RetirementId;
}

id! {
    /// A part of a retirement.
    pub struct RetirementPartId;
}

id! {
    /// A wish to let retired credits count for the next application.
    pub struct AssignmentId;
}

id! {
    /// A certificate of a retirement.
    pub struct CertificateId;
}

id! {
    /// A change of what a certificate is worth.
    pub struct CertificateMarkId;
}

id! {
    /// A restoration fee.
    pub struct RestorationFeeId;
}

id! {
    /// A case of unauthorised occupation.
    pub struct ViolationCaseId;
}

id! {
    /// A change of a county's balance.
    pub struct BalanceMoveId;
}

names! {
    /// For how long land is occupied.
    pub enum OccupationTerm {
        Permanent = "permanent",
        /// At most two years, without permanent buildings, restored within a year (R83).
        Temporary = "temporary",
    }
}

names! {
    /// For what land is occupied, as far as rules ask (R73, R74, R81).
    pub enum OccupationGround {
        NationalMajorProject = "national_major_project",
        DisasterPrevention = "disaster_prevention",
        /// Important water or protection facilities.
        ImportantFacility = "important_facility",
        WetlandProtection = "wetland_protection",
        /// Flood, waterway, port and other water works.
        WaterWorks = "water_works",
        Other = "other",
    }
}

names! {
    /// What a filed document is (R76).
    pub enum DocumentKind {
        Form = "form",
        LegalPerson = "legal_person",
        ProjectApproval = "project_approval",
        /// The feasibility report with its evaluation of the impact on wetland.
        FeasibilityReport = "feasibility_report",
        Other = "other",
    }
}

impl DocumentKind {
    /// What each application must have.
    pub const REQUIRED: [Self; 4] =
        [Self::Form, Self::LegalPerson, Self::ProjectApproval, Self::FeasibilityReport];

    pub(crate) fn chinese(self) -> &'static str {
        match self {
            Self::Form => "申请表",
            Self::LegalPerson => "法人证明",
            Self::ProjectApproval => "项目批准文件",
            Self::FeasibilityReport => "可行性研究报告（含湿地影响评价）",
            Self::Other => "其他材料",
        }
    }
}

names! {
    /// How far an application is.
    pub enum OccupationState {
        Submitted = "submitted",
        /// What is missing was told.
        Deficient = "deficient",
        Accepted = "accepted",
        Approved = "approved",
        Rejected = "rejected",
        Withdrawn = "withdrawn",
        /// A temporary occupation is over and its land restored.
        Restored = "restored",
    }
}

impl OccupationState {
    /// Whether it still waits for its decision.
    pub fn is_pending(self) -> bool {
        matches!(self, Self::Submitted | Self::Deficient | Self::Accepted)
    }

    /// Whether it ended without approval.
    pub fn has_failed(self) -> bool {
        matches!(self, Self::Rejected | Self::Withdrawn)
    }

    pub(crate) fn chinese(self) -> &'static str {
        match self {
            Self::Submitted => "已提交",
            Self::Deficient => "待补正",
            Self::Accepted => "已受理",
            Self::Approved => "已批准",
            Self::Rejected => "已驳回",
            Self::Withdrawn => "已撤回",
            Self::Restored => "已恢复",
        }
    }
}

names! {
    /// How an application ended.
    pub enum OccupationOutcome {
        Approved = "approved",
        Rejected = "rejected",
        Withdrawn = "withdrawn",
    }
}

names! {
    /// Whether a second person has confirmed.
    pub enum RetirementState {
        Asked = "asked",
        Effective = "effective",
        Cancelled = "cancelled",
    }
}

names! {
    /// What a certificate is worth.
    pub enum CertificateState {
        Valid = "valid",
        Frozen = "frozen",
        Void = "void",
    }
}

names! {
    /// Where a restoration fee is.
    pub enum FeeState {
        Determined = "determined",
        /// The occupier was told what to pay, how and by when.
        Noticed = "noticed",
        /// Its money is held until the application ends.
        Paid = "paid",
        /// Approved: the money is the treasury's.
        Collected = "collected",
        /// Ended without approval: the money is the occupier's cash again.
        Refunded = "refunded",
        /// Ended before it was paid.
        Dropped = "dropped",
    }
}

names! {
    /// What a term is for.
    pub enum ClockKind {
        /// Five working days to say what is missing, else the application counts as accepted.
        Acceptance = "acceptance",
        Decision = "decision",
        /// The last day of a temporary occupation.
        Vacating = "vacating",
        /// Its land is to be restored within a year.
        Restoration = "restoration",
        FeeNotice = "fee_notice",
        FeePayment = "fee_payment",
        /// A duty to restore what was occupied without approval.
        Duty = "duty",
    }
}

names! {
    /// Whether a term was kept.
    pub enum ClockState {
        Running = "running",
        Kept = "kept",
        /// The alarm: its day has passed.
        Missed = "missed",
        /// Missed, and done later.
        Resolved = "resolved",
    }
}

names! {
    /// What was done to wetland without approval (R84).
    pub enum ViolationKind {
        NationalImportantOccupied = "national_important_occupied",
        /// A temporary occupation whose land was not restored.
        NotRestored = "not_restored",
        NaturalWetlandReclaimed = "natural_wetland_reclaimed",
    }
}

names! {
    /// How far a case is.
    pub enum ViolationState {
        Open = "open",
        Decided = "decided",
        Closed = "closed",
    }
}

names! {
    /// What moves the balance of a county (R86).
    pub enum BalanceMoveKind {
        Released = "released",
        Retired = "retired",
        Occupied = "occupied",
    }
}

/// What a region asks of occupations of its wetland: data, since policy differs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// Retired per occupied area, in hundredths of a percent. Default 1.00 (R78).
    pub ratio_bp: i64,
    /// Whether general wetland is compensated too. Default yes (R78).
    pub general_compensates: bool,
    /// Which type may stand for which other, as (occupied, retired); the same always may.
    pub types: Vec<(WetlandType, WetlandType)>,
}

impl Default for Policy {
    fn default() -> Self {
        Self { ratio_bp: 10_000, general_compensates: true, types: Vec::new() }
    }
}

impl Policy {
    /// Whether credits of that type stand for occupied wetland of this one.
    pub fn is_compatible(&self, occupied: WetlandType, retired: WetlandType) -> bool {
        occupied == retired || self.types.contains(&(occupied, retired))
    }
}

/// What credits must be to count for an occupation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    pub county: RegionCode,
    pub wetland_type: WetlandType,
    pub grade: Grade,
    pub policy: Policy,
}

/// What rules look at of credits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quality {
    pub batch: String,
    pub county: RegionCode,
    /// How far its county lets its credits go (R46).
    pub reach: Reach,
    pub wetland_type: WetlandType,
    pub grade: Grade,
}

/// Credits that were retired for an application.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RetiredLot {
    pub quality: Quality,
    pub m2: i64,
    /// What its newest certificate is worth; void once that has expired.
    pub certificate: CertificateState,
}

/// The printed form of a run of serials (R36).
pub fn run_text(batch_number: &str, first_serial: i64, last_serial: i64) -> String {
    format!("WL-{batch_number}-{first_serial:06}-{last_serial:06}")
}

/// The level decides who reviews (R77), in words.
pub(crate) fn level_in_chinese(level: WetlandLevel) -> &'static str {
    match level {
        WetlandLevel::NationalImportant => "国家重要湿地",
        WetlandLevel::ProvincialImportant => "省级重要湿地",
        WetlandLevel::General => "一般湿地",
    }
}
