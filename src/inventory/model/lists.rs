//! Lists of important wetlands, and the markers that stand at them.

use chrono::NaiveDate;

use crate::inventory::model::{LandClass, ParcelId, WetlandLevel, WetlandType};
use crate::kernel::area::SurveyedArea;
use crate::kernel::clock::Time;
use crate::kernel::ids::{UserId, id};
use crate::kernel::names::names;
use crate::kernel::region::RegionCode;

id! {
    /// A decision whether a wetland stands on a list.
    pub struct ListDecisionId;
}

id! {
    /// A list as it was published.
    pub struct WetlandListId;
}

id! {
    /// A boundary marker.
    pub struct WetlandMarkerId;
}

names! {
    /// What was decided on a wetland.
    pub enum ListOutcome {
        Listed = "listed",
        NotListed = "not_listed",
    }
}

/// Whether a wetland stands on a list of important wetlands, by which document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListDecision {
    pub id: ListDecisionId,
    /// The wetland's number, which stays from survey year to survey year.
    pub wetland_number: String,
    pub parcel_id: ParcelId,
    pub outcome: ListOutcome,
    /// The level of the list.
    pub level: WetlandLevel,
    pub document: String,
    pub reason: Option<String>,
    pub decided_on: NaiveDate,
    pub recorded_by: UserId,
    pub recorded_at: Time,
}

/// A wetland on a list, as it was when the list was published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListEntry {
    pub number: String,
    pub name: String,
    pub county: RegionCode,
    pub township: RegionCode,
    pub land_class: LandClass,
    pub wetland_type: WetlandType,
    pub area: SurveyedArea,
    /// The document of the decision, where one was made here.
    pub document: Option<String>,
}

/// A list as it was published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WetlandList {
    pub id: WetlandListId,
    pub region: RegionCode,
    pub level: WetlandLevel,
    /// 1, 2, 3 … among the lists of its region and level.
    pub version: i64,
    pub document: String,
    pub published_on: NaiveDate,
    /// JSON.
    pub entries: String,
    pub entry_count: i64,
    pub area: SurveyedArea,
    pub published_by: UserId,
    pub recorded_at: Time,
}

/// What a marker must say beside what is recorded of its wetland.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MarkerText {
    pub name: String,
    /// The main ecological functions.
    pub functions: String,
    /// The protected species.
    pub species: String,
    /// The competent authority.
    pub authority: String,
    /// The unit that manages it.
    pub manager: String,
    /// What is protected, from where to where.
    pub scope: String,
    /// The telephone number for supervision.
    pub phone: String,
    /// Where it stands.
    pub place: String,
}

/// A boundary marker and what is written on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WetlandMarker {
    pub id: WetlandMarkerId,
    pub wetland_number: String,
    pub parcel_id: ParcelId,
    pub county: RegionCode,
    /// `JB360124-0001`.
    pub number: String,
    pub text: MarkerText,
    pub level: WetlandLevel,
    pub wetland_type: WetlandType,
    pub area: SurveyedArea,
    pub set_on: NaiveDate,
    pub recorded_by: UserId,
    pub recorded_at: Time,
}
