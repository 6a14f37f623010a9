//! The nouns of restoration. They are read from requests and written to answers as they stand here.

mod values;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::inventory::ParcelId;
use crate::kernel::area::SurveyedArea;
use crate::kernel::clock::Time;
use crate::kernel::ids::{OrganisationId, UserId, id};
use crate::kernel::money::Fen;
use crate::kernel::names::names;
use crate::kernel::region::RegionCode;
use crate::kernel::text::{Label, Passage};

pub use values::{NotAQuantity, Quantity};

id! {
    /// A restoration project.
    pub struct ProjectId;
}

id! {
    /// A row that is a part of a project and is known by it.
    pub struct ProjectPartId;
}

names! {
    /// How far a project is (R24); later stages are greater.
    pub enum Stage {
        Proposed = "proposed",
        SchemeReviewed = "scheme_reviewed",
        Approved = "approved",
        UnderConstruction = "under_construction",
        Completed = "completed",
        Accepted = "accepted",
        Monitoring = "monitoring",
        Closed = "closed",
    }
}

names! {
    /// Who does the work (R25).
    pub enum Mode {
        Own = "self",
        Cooperation = "cooperation",
        Entrusted = "entrusted",
    }
}

names! {
    /// Where a species comes from (R27).
    #[derive(Default)]
    pub enum Origin {
        #[default]
        Native = "native",
        Alien = "alien",
    }
}

names! {
    /// Whether a report that is owed was delivered.
    pub enum ReportDuty {
        Open = "open",
        Delivered = "delivered",
        /// It was so late that the project was frozen.
        Frozen = "frozen",
        /// The project was closed before it was due.
        Ended = "ended",
    }
}

names! {
    /// What a third party assessed.
    pub enum AssessmentKind {
        CompletionAssessment = "completion_assessment",
        PostAssessment = "post_assessment",
    }
}

impl Stage {
    /// The place in the order, from 1.
    pub fn position(self) -> i64 {
        Self::ALL
            .iter()
            .zip(1..)
            .find_map(|(stage, place)| (*stage == self).then_some(place))
            .unwrap_or(0)
    }

    /// The one stage that may follow.
    pub fn next(self) -> Option<Self> {
        Self::ALL.iter().copied().find(|stage| *stage > self)
    }
}

/// What the holders of rights to the land said (R26).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Consent {
    #[schema(example = "2022-02-23")]
    pub date: NaiveDate,
    /// How many hold rights.
    #[schema(minimum = 1, example = 1)]
    pub holders: i64,
    /// How many of them object.
    #[schema(minimum = 0, example = 0)]
    pub objections: i64,
}

/// Whether somebody is bound by law to restore this land (R34).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LegalDuty {
    #[schema(example = false)]
    pub exists: bool,
    #[schema(example = "无违法占用、临时用地或矿山修复责任")]
    pub basis: Label,
}

/// One line of a bill of quantities: amount = quantity × unit price, half up to the fen (R26).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BillLine {
    #[schema(example = "土方开挖与外运")]
    pub item: Label,
    #[schema(example = "m³")]
    pub unit: Label,
    #[schema(example = "4375.24")]
    pub quantity: Quantity,
    #[schema(example = "15.24")]
    pub unit_price: Fen,
    #[schema(example = "66678.66")]
    pub amount: Fen,
}

/// What the restoration is to cost, line by line (R26).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Bill {
    pub lines: Vec<BillLine>,
    #[schema(example = "66678.66")]
    pub total: Fen,
}

/// A species that is to be planted or stocked (R27).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Species {
    #[schema(example = "芦苇")]
    pub name: Label,
    #[schema(example = "Phragmites australis")]
    pub latin: Label,
    #[serde(default)]
    pub origin: Origin,
    /// The scientific assessment of an alien species.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assessment: Option<Label>,
    /// The number of the approval of an alien species.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approval_no: Option<Label>,
}

/// What is to be done, by whom, with whose consent, at what cost.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scheme {
    pub name: Label,
    pub mode: Mode,
    pub contractor: Option<Label>,
    pub consent: Consent,
    pub legal_duty: LegalDuty,
    pub bill: Bill,
    pub species: Vec<Species>,
}

/// A parcel of a project, with what of it was true when the project was proposed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Site {
    pub parcel_id: ParcelId,
    #[schema(example = "R360124-0012")]
    pub parcel_no: String,
    pub township: RegionCode,
    /// The area of its polygon.
    pub area_m2: SurveyedArea,
}

/// Who brought a project into a stage, and when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct StageEntry {
    pub stage: Stage,
    pub entered_by: UserId,
    pub organisation_id: OrganisationId,
    pub entered_at: Time,
}

/// A report by a third party without interest (R29).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Assessment {
    pub kind: AssessmentKind,
    pub assessor: OrganisationId,
    #[schema(example = "JY-2023-018")]
    pub report_no: Label,
    #[schema(example = "2023-06-12")]
    pub date: NaiveDate,
    #[schema(example = "裴若兰")]
    pub author: Label,
}

/// A visit to the land before its acceptance (R29).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Inspection {
    #[schema(example = "2023-06-21")]
    pub date: NaiveDate,
    #[schema(min_items = 2, example = json!(["甘志强", "梅秀兰"]))]
    pub inspectors: Vec<Label>,
}

/// The restored land as it was accepted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Acceptance {
    pub accepted_on: NaiveDate,
    pub accepted_area_m2: SurveyedArea,
    pub assessment: Assessment,
    pub inspection: Inspection,
}

/// For how many years the restored land is watched; one report is due each year.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct MonitoringPlan {
    #[schema(example = 5)]
    pub years: i64,
    pub reports_due: Vec<NaiveDate>,
}

/// A report on restored land that was delivered for one of its due days (R88).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct MonitoringReport {
    #[schema(example = "2024-08-04")]
    pub due_on: NaiveDate,
    #[schema(example = "WL-JC-2024-007")]
    pub report_no: Label,
    #[schema(example = "2024-07-28")]
    pub date: NaiveDate,
    #[schema(example = "裴若兰")]
    pub author: Label,
    /// The restored area that was found.
    #[schema(example = "11333.00")]
    pub restored_area_m2: SurveyedArea,
    #[schema(example = "植被盖度稳定，水文连通良好")]
    pub findings: Passage,
    pub filed_by: UserId,
    pub organisation_id: OrganisationId,
    pub filed_at: Time,
}

/// How a project ended: what the land is worth by now, and who keeps it (R24).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Closure {
    pub assessment: Assessment,
    #[schema(example = "五里垦殖场湿地管护站")]
    pub keeper: Label,
}

/// A restoration project with all that is known of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Project {
    pub id: ProjectId,
    #[schema(example = "P360124-001")]
    pub number: String,
    pub name: Label,
    pub county: RegionCode,
    pub township: RegionCode,
    /// The organisation of the township that proposed it and to which its credits go.
    pub owner: OrganisationId,
    pub stage: Stage,
    pub mode: Mode,
    pub contractor: Option<Label>,
    pub right_holder_consent: Consent,
    pub legal_duty: LegalDuty,
    pub bill_of_quantities: Bill,
    pub species: Vec<Species>,
    pub parcels: Vec<Site>,
    pub stages: Vec<StageEntry>,
    pub acceptance: Option<Acceptance>,
    pub monitoring_plan: Option<MonitoringPlan>,
    pub monitoring_reports: Vec<MonitoringReport>,
    pub closure: Option<Closure>,
    pub zone_approvals: Vec<ZoneApproval>,
    /// Present when the project was given up.
    pub withdrawal: Option<ProjectWithdrawal>,
}

impl Project {
    /// The organisations that have an interest in it: who proposed it, and who assessed it.
    pub fn parties(&self) -> Vec<OrganisationId> {
        let assessor = self.acceptance.as_ref().map(|it| it.assessment.assessor);
        std::iter::once(self.owner).chain(assessor).collect()
    }
}

/// An authority's approval of a project on land of a zone (R18).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ZoneApproval {
    #[schema(example = "Z360124-Y01")]
    pub zone_no: Label,
    #[schema(example = "示例〔2024〕17号")]
    pub approval_no: Label,
    #[schema(example = "county_government")]
    pub by: Label,
    #[schema(example = "2024-07-30")]
    pub date: NaiveDate,
    pub entered_by: UserId,
    pub organisation_id: OrganisationId,
    pub entered_at: Time,
}

/// Who gave a project up, when and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ProjectWithdrawal {
    #[schema(example = "权利人改变用途")]
    pub reason: Label,
    pub withdrawn_by: UserId,
    pub organisation_id: OrganisationId,
    pub withdrawn_at: Time,
}

/// A restoration project in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ProjectSummary {
    pub id: ProjectId,
    #[schema(example = "P360124-001")]
    pub number: String,
    pub name: Label,
    pub county: RegionCode,
    pub township: RegionCode,
    pub owner: OrganisationId,
    pub stage: Stage,
    pub mode: Mode,
    pub bill_total: Fen,
}

/// A parcel that the inventory bars from projects, and why in both languages (R17).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BarredParcel {
    pub number: String,
    pub english: String,
    pub chinese: String,
}

/// Which projects somebody may know of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scope {
    /// All that lie in a region.
    Region(RegionCode),
    /// A township's own, and the others of its county once they are approved.
    Township { organisation_id: OrganisationId, county: RegionCode },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r24_the_stages_have_one_order() {
        let mut stage = Stage::Proposed;
        let mut way = vec![stage.position()];
        while let Some(next) = stage.next() {
            stage = next;
            way.push(stage.position());
        }
        assert_eq!(way, [1, 2, 3, 4, 5, 6, 7, 8]);
        assert_eq!(stage, Stage::Closed);
    }
}
