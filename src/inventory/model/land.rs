//! What touches a piece of land, and what that allows. Kept and answered as it stands here.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{LandClass, LayerKind, LayerVersionId, ParcelId, ParcelKind, Zone};
use crate::kernel::area::SurveyedArea;
use crate::kernel::clock::Time;
use crate::kernel::ids::{OrganisationId, UserId, id};
use crate::kernel::names::names;
use crate::kernel::region::RegionCode;
use crate::kernel::text::Label;

id! {
    /// An answer that was kept with a decision.
    pub struct LandAnswerId;
}

names! {
    /// For what land is to be used.
    pub enum LandPurpose {
        Protection = "protection",
        Restoration = "restoration",
        /// Everything else, such as building.
        Other = "other",
    }
}

names! {
    /// What the strictest zone allows (R18).
    pub enum ZoneAllows {
        Everything = "everything",
        /// What the named authority approved.
        NamedApproval = "named_approval",
        /// Protection, restoration, and what a named plan of the municipal government allows.
        ProtectionAndRestoration = "protection_and_restoration",
    }
}

names! {
    /// Why land carries no restoration project (R17).
    pub enum LandBar {
        Cropland = "cropland",
        LinkedToCropland = "linked_to_cropland",
        BasicFarmland = "basic_farmland",
    }
}

/// What touches a piece of land, by how much, and what the strictest of it allows (R17, R18, R19).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct LandAnswer {
    /// The day on which it is true.
    #[schema(example = "2024-08-02")]
    pub as_of: NaiveDate,
    pub area_m2: SurveyedArea,
    /// The strictest zone that touches it.
    pub strictest: Option<Zone>,
    pub zone_allows: ZoneAllows,
    /// What bars it from restoration projects.
    pub barred: Vec<LandBarred>,
    pub layers: Vec<LayerTouch>,
    /// Active parcels that it overlaps, but for the one that was asked about.
    pub parcels: Vec<ParcelTouch>,
    /// The versions in force that were asked, also where nothing of them touches.
    pub versions: Vec<VersionUsed>,
    /// Of which layers no version is in force here: they are unknown, not empty.
    pub layers_unknown: Vec<LayerKind>,
}

/// A feature of a layer that lies on the land.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct LayerTouch {
    pub kind: LayerKind,
    pub version_id: LayerVersionId,
    #[schema(example = "Z360124-Y01")]
    pub number: String,
    #[schema(example = "示例黄线区")]
    pub name: String,
    pub zone: Option<Zone>,
    #[schema(example = "county_government")]
    pub approval_by: Option<String>,
    #[schema(example = "洪府〔2020〕8号")]
    pub approval_document: Option<String>,
    #[schema(value_type = String, example = "800.00")]
    pub m2: SurveyedArea,
}

/// A parcel that lies on the land.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ParcelTouch {
    pub parcel_id: ParcelId,
    #[schema(example = "R360124-0012")]
    pub number: String,
    pub kind: ParcelKind,
    pub land_class: LandClass,
    #[schema(example = 2025)]
    pub survey_year: i64,
    #[schema(value_type = String, example = "26300.00")]
    pub m2: SurveyedArea,
}

/// Something that bars land from restoration projects.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct LandBarred {
    pub bar: LandBar,
    /// The number of the parcel or feature that does.
    #[schema(example = "F360124-001")]
    pub by: String,
    #[schema(value_type = String, example = "2400.00")]
    pub m2: SurveyedArea,
}

/// A version of a layer that an answer rests on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct VersionUsed {
    pub id: LayerVersionId,
    pub kind: LayerKind,
    pub region: RegionCode,
    #[schema(example = "demo-1")]
    pub name: Label,
}

/// An authority's approval of what is to be done on land of a zone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedApproval {
    pub zone_number: String,
    /// The approval, or the plan by the municipal government.
    pub document: String,
    pub by: String,
}

/// An answer as it was given to a decision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct KeptAnswer {
    pub id: LandAnswerId,
    /// What was decided, as kind and id.
    #[schema(example = "project:0191e4c8-7b1a-7000-8000-000000000001")]
    pub subject: String,
    pub parcel_id: ParcelId,
    pub answer: LandAnswer,
    pub asked_by: UserId,
    pub organisation_id: OrganisationId,
    pub answered_at: Time,
}
