//! The nouns of the census.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::inventory::{ParcelId, ParcelImportId, ParcelReport};
use crate::kernel::area::SurveyedArea;
use crate::kernel::clock::Time;
use crate::kernel::ids::{OrganisationId, UserId, id};
use crate::kernel::names::names;
use crate::kernel::region::RegionCode;
use crate::kernel::text::{Label, Passage};

id! {
    /// A survey task of a township.
    pub struct SurveyTaskId;
}

id! {
    /// A row that is a part of a task or an assembly and is known by it.
    pub struct CensusPartId;
}

id! {
    /// Land that was assembled.
    pub struct LandAssemblyId;
}

names! {
    /// How far a task is.
    pub enum SurveyState {
        Open = "open",
        Submitted = "submitted",
        Returned = "returned",
        Verified = "verified",
    }
}

names! {
    /// A step of a task.
    pub enum SurveyStepKind {
        Submitted = "submitted",
        Returned = "returned",
        Verified = "verified",
    }
}

names! {
    /// What was found at a pond (R15).
    pub enum PondFinding {
        Passed = "passed",
        Refused = "refused",
    }
}

names! {
    /// How land was assembled.
    pub enum AssemblyMode {
        Transfer = "transfer",
        Lease = "lease",
        Shareholding = "shareholding",
        Trusteeship = "trusteeship",
    }
}

/// A version of what a township handed in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SurveyFile {
    #[schema(example = 1)]
    pub version: i64,
    #[schema(example = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08")]
    pub sha256: String,
    #[schema(example = 6)]
    pub accepted: i64,
    #[schema(example = 0)]
    pub refused: i64,
    pub handed_by: UserId,
    pub handed_at: Time,
}

/// What was found at a pond in the field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PondVerification {
    #[schema(example = "R360124-0012")]
    pub parcel_no: Label,
    pub result: PondFinding,
    #[schema(example = "停养证明及影像")]
    pub evidence: Passage,
    #[schema(example = "涂明远")]
    pub verified_by: String,
    pub verified_on: NaiveDate,
}

/// A step of a task: who took it, when, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SurveyStep {
    pub step: SurveyStepKind,
    /// The version that it was about.
    #[schema(example = 1)]
    pub version: i64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Passage>,
    /// The import by which the plots entered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub import_id: Option<ParcelImportId>,
    pub taken_by: UserId,
    pub taken_at: Time,
}

/// A survey task of a township with all that was done about it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SurveyTask {
    pub id: SurveyTaskId,
    #[schema(example = "PC360124-2025-0001")]
    pub number: String,
    pub township: RegionCode,
    #[schema(example = 2025)]
    pub survey_year: i64,
    #[schema(example = "2025年度湿地后备资源普查")]
    pub title: Label,
    /// By which document the survey was ordered.
    #[schema(example = "示例林湿〔2025〕6号")]
    pub document: Label,
    pub due_on: NaiveDate,
    pub state: SurveyState,
    pub files: Vec<SurveyFile>,
    pub pond_verifications: Vec<PondVerification>,
    pub steps: Vec<SurveyStep>,
    pub created_at: Time,
}

/// A task with what is said of its newest file now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CheckedTask {
    pub task: SurveyTask,
    pub report: ParcelReport,
}

/// Somebody with a right to assembled land.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RightHolder {
    #[schema(example = "五里村第三村民小组")]
    pub name: Label,
    #[schema(example = "5666.50")]
    pub area_m2: SurveyedArea,
    #[schema(example = "2022-02-23")]
    pub consented_on: NaiveDate,
}

/// Land that was assembled for restoration.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct LandAssembly {
    pub id: LandAssemblyId,
    pub parcel_id: ParcelId,
    #[schema(example = "R360124-0012")]
    pub parcel_no: String,
    pub township: RegionCode,
    pub owner: OrganisationId,
    pub mode: AssemblyMode,
    #[schema(example = "2022-02-28")]
    pub assembled_on: NaiveDate,
    /// The contract.
    #[schema(example = "示例收储〔2022〕3号")]
    pub document: Label,
    pub holders: Vec<RightHolder>,
    pub entered_by: UserId,
    pub entered_at: Time,
}
