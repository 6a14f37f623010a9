//! The nouns of the inventory: regions, land classes, parcels and their imports.

mod changes;
mod land;
mod layers;
mod lists;
mod published;

use chrono::NaiveDate;

use crate::inventory::geometry::{Bounds, Shape};
pub use crate::inventory::land_class::{ClassGroup, LandClass, UnknownLandClass};
pub use crate::inventory::model::lists::*;
pub use crate::inventory::model::published::*;
use crate::kernel::area::SurveyedArea;
use crate::kernel::clock::Time;
use crate::kernel::ids::{OrganisationId, UserId, id};
use crate::kernel::names::names;
use crate::kernel::region::RegionCode;

pub use changes::*;
pub use land::*;
pub use layers::*;

id! {
    /// A region's row; elsewhere a region is known by its code.
    pub struct RegionId;
}

id! {
    /// A county's boundary as it was handed in once.
    pub struct CountyBoundaryId;
}

id! {
    /// A parcel of the inventory.
    pub struct ParcelId;
}

id! {
    /// Land under a duty to restore it.
    pub struct DutyLandId;
}

id! {
    /// One file of parcels that was taken in.
    pub struct ParcelImportId;
}

names! {
    /// Where a parcel is kept: in the wetland database, or as land that may become wetland.
    pub enum ParcelKind {
        Wetland = "wetland",
        Reserve = "reserve",
    }
}

names! {
    /// How important a wetland is (R22).
    pub enum WetlandLevel {
        NationalImportant = "national_important",
        ProvincialImportant = "provincial_important",
        General = "general",
    }
}

names! {
    /// What kind of wetland a parcel is or is to become.
    pub enum WetlandType {
        Coastal = "coastal",
        River = "river",
        Lake = "lake",
        Marsh = "marsh",
        Artificial = "artificial",
    }
}

names! {
    /// How long water stands on a reserve parcel (R13).
    pub enum WaterRegime {
        Seasonal = "seasonal",
        LongTerm = "long_term",
    }
}

names! {
    /// What an assessor concluded about restoring a parcel (R14).
    pub enum Conclusion {
        Restorable = "restorable",
        NotRestorable = "not_restorable",
        NotDetermined = "not_determined",
    }
}

names! {
    /// What the verification of a pond found (R15).
    pub enum PondResult {
        Passed = "passed",
        Refused = "refused",
    }
}

names! {
    /// What becomes of a file of which some features break a rule.
    pub enum ImportMode {
        /// Nothing of the file enters.
        Reject = "reject",
        /// The good features enter, the others are listed.
        AcceptValid = "accept_valid",
    }
}

/// A province, prefecture, county or township.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Region {
    pub code: RegionCode,
    pub name: String,
    pub parent: Option<RegionCode>,
}

/// What the land survey says of a parcel; only a newer land survey changes it (R21).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LandSurvey {
    pub source: String,
    pub survey_year: i64,
    pub land_class: LandClass,
    pub declared_area: SurveyedArea,
    pub tenure: Option<String>,
}

/// What wetland monitoring says of a parcel; only newer monitoring changes it (R21).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Monitoring {
    pub source: String,
    pub survey_year: i64,
    pub level: WetlandLevel,
    pub wetland_type: WetlandType,
    /// Reserve parcels only.
    pub water_regime: Option<WaterRegime>,
    /// Wetlands only.
    pub protected: Option<bool>,
}

/// Who concluded, when and why, whether a parcel can be restored (R14).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Restorability {
    pub conclusion: Conclusion,
    pub basis: String,
    pub author: String,
    pub date: NaiveDate,
}

/// A pond's verification as the imported file claims it (R15).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PondCheck {
    pub result: PondResult,
    pub evidence: String,
    pub verified_by: String,
    pub date: NaiveDate,
}

/// A parcel of the inventory.
#[derive(Debug, Clone, PartialEq)]
pub struct Parcel {
    pub id: ParcelId,
    pub number: String,
    pub kind: ParcelKind,
    pub name: String,
    pub township: RegionCode,
    pub county: RegionCode,
    pub land: LandSurvey,
    /// The class under which it entered, whatever a later survey calls it (R16).
    pub entered_class: LandClass,
    pub monitoring: Monitoring,
    /// Reserve parcels only.
    pub restorability: Option<Restorability>,
    /// Ponds only.
    pub pond_check: Option<PondCheck>,
    pub submitted_by: Option<String>,
    /// The geodesic area of its polygon (R20).
    pub computed_area: SurveyedArea,
    pub import_id: ParcelImportId,
    pub entered_at: Time,
    /// Absent while it is active.
    pub withdrawn_at: Option<Time>,
}

/// One feature of a file, as far as it could be read; what is absent has its finding.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Draft {
    pub number: Option<String>,
    pub name: Option<String>,
    pub township: Option<RegionCode>,
    pub land_class: Option<LandClass>,
    pub declared_area: Option<SurveyedArea>,
    pub tenure: Option<String>,
    pub level: Option<WetlandLevel>,
    pub wetland_type: Option<WetlandType>,
    pub survey_year: Option<i64>,
    pub source: Option<String>,
    pub water_regime: Option<WaterRegime>,
    pub protected: Option<bool>,
    pub restorability: Option<Restorability>,
    pub pond_check: Option<PondCheck>,
    pub submitted_by: Option<String>,
    pub shape: Option<Shape>,
}

/// A parcel that is already there, or another one of the file, as the overlap check needs it.
#[derive(Debug, Clone, PartialEq)]
pub struct Neighbour {
    pub id: ParcelId,
    pub number: String,
    pub kind: ParcelKind,
    pub land_class: LandClass,
    pub survey_year: i64,
    pub bounds: Bounds,
    pub shape: Shape,
}

/// One file that was taken in, with its report as it was given.
#[derive(Debug, Clone, PartialEq)]
pub struct ParcelImport {
    pub id: ParcelImportId,
    /// 1, 2, 3 … in the order in which files entered.
    pub number: i64,
    pub kind: ParcelKind,
    pub mode: ImportMode,
    /// SHA-256 of the file, in hex.
    pub file_sha256: String,
    pub accepted: i64,
    pub refused: i64,
    pub declared_area: SurveyedArea,
    /// JSON.
    pub report: String,
    pub region: RegionCode,
    pub imported_by: UserId,
    pub organisation_id: OrganisationId,
    pub imported_at: Time,
}
