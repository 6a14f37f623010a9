//! How a parcel changed: by newer surveys, by corrections, by its withdrawal.

use crate::inventory::geometry::Shape;
use crate::inventory::model::{LandClass, WaterRegime, WetlandLevel, WetlandType};
use crate::kernel::area::SurveyedArea;
use crate::kernel::clock::Time;
use crate::kernel::ids::{OrganisationId, UserId, id};
use crate::kernel::names::names;
use crate::kernel::text::Label;

id! {
    /// A change of a parcel.
    pub struct ParcelChangeId;
}

names! {
    /// What changed a parcel, and so by whose authority (R21).
    pub enum ParcelChangeKind {
        LandSurvey = "land_survey",
        Monitoring = "monitoring",
        LandCorrection = "land_correction",
        MonitoringCorrection = "monitoring_correction",
    }
}

/// A mistake in what the land survey says of a parcel, put right.
#[derive(Debug, Clone, PartialEq)]
pub struct CorrectLand {
    pub reason: Label,
    pub source: Label,
    pub survey_year: i64,
    pub name: Label,
    pub land_class: LandClass,
    pub declared_area: SurveyedArea,
    pub tenure: Option<Label>,
    /// Absent when the geometry was right.
    pub shape: Option<Shape>,
}

/// A mistake in what monitoring says of a parcel, put right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CorrectMonitoring {
    pub reason: Label,
    pub source: Label,
    pub survey_year: i64,
    pub level: WetlandLevel,
    pub wetland_type: WetlandType,
    pub water_regime: Option<WaterRegime>,
    pub protected: Option<bool>,
}

/// One change of a parcel, with what it said before.
#[derive(Debug, Clone, PartialEq)]
pub struct ParcelChange {
    pub id: ParcelChangeId,
    /// The version that began with it; what entered is version 1.
    pub version: i64,
    pub kind: ParcelChangeKind,
    pub reason: Option<String>,
    pub source: String,
    pub survey_year: i64,
    /// JSON.
    pub said_before: String,
    /// The geometry from now on, as GeoJSON, where it was corrected.
    pub polygon: Option<String>,
    pub changed_by: UserId,
    pub organisation_id: OrganisationId,
    pub changed_at: Time,
}

/// Who withdrew a parcel, when and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParcelWithdrawal {
    pub reason: Label,
    pub withdrawn_by: UserId,
    pub organisation_id: OrganisationId,
    pub withdrawn_at: Time,
}
