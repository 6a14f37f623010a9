//! Layers: which land is under which protection or plan. They are written to answers as they stand
//! here.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::inventory::geometry::{Bounds, Shape};
use crate::kernel::area::SurveyedArea;
use crate::kernel::clock::Time;
use crate::kernel::ids::{OrganisationId, UserId, id};
use crate::kernel::names::names;
use crate::kernel::region::RegionCode;
use crate::kernel::text::Label;

id! {
    /// One version of a layer.
    pub struct LayerVersionId;
}

id! {
    /// A step of a version, a comment on it or a file of it.
    pub struct LayerPartId;
}

id! {
    /// A polygon of a version.
    pub struct LayerFeatureId;
}

names! {
    /// What a layer says of land.
    pub enum LayerKind {
        /// Red and yellow zones.
        Zones = "zones",
        EcologicalRedLine = "ecological_red_line",
        /// Permanent basic farmland.
        BasicFarmland = "basic_farmland",
        UrbanPlanningArea = "urban_planning_area",
        Mangrove = "mangrove",
    }
}

names! {
    /// How far a version is; later states are greater.
    pub enum LayerState {
        Draft = "draft",
        Consultation = "consultation",
        Argued = "argued",
        Approved = "approved",
    }
}

names! {
    /// How strict a zone is; the stricter one is greater (R18).
    pub enum Zone {
        Yellow = "yellow",
        Red = "red",
    }
}

/// The coordinate frame in which all geometry is kept (R20).
pub const FRAME: &str = "EPSG:4490";

/// One version of a layer over a region.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct LayerVersion {
    pub id: LayerVersionId,
    pub kind: LayerKind,
    pub region: RegionCode,
    #[schema(example = "demo-1")]
    pub name: Label,
    pub state: LayerState,
    /// Whether decisions ask it: it is approved and no newer version is.
    #[schema(example = true)]
    pub in_force: bool,
    #[schema(example = "进贤县自然资源局")]
    pub source_authority: Label,
    #[schema(example = "示例〔2021〕3号")]
    pub source_document: Label,
    #[schema(example = "2021-01-01")]
    pub source_date: NaiveDate,
    /// The coordinate frame in which it is kept.
    #[schema(example = "EPSG:4490")]
    pub frame: String,
    #[schema(example = 2)]
    pub features: i64,
    /// The geodesic areas of its features, added up.
    pub area_m2: SurveyedArea,
    pub entered_by: UserId,
    pub organisation_id: OrganisationId,
    pub entered_at: Time,
}

/// Who brought a version into a state, when and by which document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct LayerStep {
    pub state: LayerState,
    pub document: Option<Label>,
    /// The day of the document.
    #[schema(example = "2021-01-01")]
    pub dated: Option<NaiveDate>,
    /// The last day of the consultation.
    #[schema(example = "2021-01-31")]
    pub closes_on: Option<NaiveDate>,
    pub entered_by: UserId,
    pub organisation_id: OrganisationId,
    pub entered_at: Time,
}

/// What somebody said of a version during its consultation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct LayerComment {
    pub id: LayerPartId,
    #[schema(example = "梅庄镇人民政府")]
    pub author: Label,
    #[schema(example = "建议将示例坑塘调出红线")]
    pub comment: Label,
    #[schema(example = "2021-01-20")]
    pub made_on: NaiveDate,
    pub entered_by: UserId,
    pub organisation_id: OrganisationId,
    pub entered_at: Time,
}

/// A file of features that was added to a version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct LayerFile {
    pub id: LayerPartId,
    #[schema(example = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08")]
    pub file_sha256: String,
    #[schema(example = 2)]
    pub features: i64,
    pub area_m2: SurveyedArea,
    pub entered_by: UserId,
    pub organisation_id: OrganisationId,
    pub entered_at: Time,
}

/// What is written of a polygon of a layer, beside its shape.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct LayerFeature {
    pub id: LayerFeatureId,
    #[schema(example = "Z360124-R01")]
    pub number: String,
    #[schema(example = "示例红线区")]
    pub name: String,
    pub zone: Option<Zone>,
    /// Which authority approves what is done here.
    #[schema(example = "county_government")]
    pub approval_by: Option<String>,
    /// The plan by the municipal government that allows other use here (R18).
    #[schema(example = "洪府〔2020〕8号")]
    pub approval_document: Option<String>,
    #[schema(example = 2025)]
    pub survey_year: Option<i64>,
    #[schema(example = "2021-01-01")]
    pub valid_from: Option<NaiveDate>,
    pub area_m2: SurveyedArea,
}

/// A feature of a file, as far as it could be read; what is absent has its finding.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct LayerDraft {
    pub number: Option<String>,
    pub name: Option<String>,
    pub zone: Option<Zone>,
    pub approval_by: Option<String>,
    pub approval_document: Option<String>,
    pub survey_year: Option<i64>,
    pub valid_from: Option<NaiveDate>,
    pub shape: Option<Shape>,
}

/// A feature near a piece of land, with what it is compared by.
#[derive(Debug, Clone, PartialEq)]
pub struct NearFeature {
    pub version_id: LayerVersionId,
    pub kind: LayerKind,
    pub feature: LayerFeature,
    pub bounds: Bounds,
    pub shape: Shape,
}
