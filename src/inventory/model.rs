//! The nouns of the inventory: regions, land classes, parcels and their imports.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use chrono::NaiveDate;

use crate::inventory::geometry::{Bounds, Shape};
use crate::kernel::area::SurveyedArea;
use crate::kernel::clock::Time;
use crate::kernel::ids::{OrganisationId, UserId, id};
use crate::kernel::names::names;
use crate::kernel::region::RegionCode;

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

names! {
    /// The groups of land classes (R10).
    pub enum ClassGroup {
        Wetland = "wetland",
        Water = "water",
        Cropland = "cropland",
        Garden = "garden",
        Forest = "forest",
        Grassland = "grassland",
        Construction = "construction",
        Other = "other",
    }
}

/// A class of the third national land survey: one that the table knows (R10).
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    utoipa::ToSchema,
    diesel::FromSqlRow,
    diesel::AsExpression,
)]
#[diesel(sql_type = diesel::sql_types::Text)]
#[schema(value_type = String, example = "1104A")]
pub struct LandClass(&'static str);

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a land class of the third national land survey")]
pub struct UnknownLandClass(pub String);

struct ClassEntry {
    name: &'static str,
    group: ClassGroup,
}

static CLASSES: LazyLock<BTreeMap<&'static str, ClassEntry>> = LazyLock::new(|| {
    let lines = include_str!("land_classes.csv").lines().skip(1);
    let entry = |line: &'static str| {
        let mut cells = line.split(',');
        let (code, name, group) = (cells.next()?, cells.next()?, cells.next()?);
        Some((code, ClassEntry { name, group: group.parse().ok()? }))
    };
    lines.filter_map(entry).collect()
});

impl LandClass {
    /// The code, such as `1104A`.
    pub fn as_str(self) -> &'static str {
        self.0
    }

    /// The name in Chinese.
    pub fn name(self) -> &'static str {
        CLASSES.get(self.0).map_or("", |class| class.name)
    }

    pub fn group(self) -> ClassGroup {
        CLASSES.get(self.0).map_or(ClassGroup::Other, |class| class.group)
    }

    /// Ponds, of which the survey does not say whether fish are still fed in them (R15).
    pub fn is_pond(self) -> bool {
        matches!(self.0, "1104" | "1104A" | "1104K")
    }

    /// A class whose land can be turned back into cropland and counts as such (R17).
    pub fn is_adjustable(self) -> bool {
        self.0.ends_with('K')
    }

    /// Whether its area counts as wetland or water: paddy and aquaculture ponds do not (R11).
    pub fn counts_in_wetland_totals(self) -> bool {
        matches!(self.group(), ClassGroup::Wetland | ClassGroup::Water)
            && !matches!(self.0, "1104A" | "1104K")
    }

    pub fn is_mangrove(self) -> bool {
        self.0 == "0303"
    }
}

impl std::str::FromStr for LandClass {
    type Err = UnknownLandClass;

    fn from_str(text: &str) -> Result<Self, UnknownLandClass> {
        let known = CLASSES.get_key_value(text).map(|(code, _)| Self(code));
        known.ok_or_else(|| UnknownLandClass(text.chars().take(20).collect()))
    }
}

impl std::fmt::Display for LandClass {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.0)
    }
}

impl serde::Serialize for LandClass {
    fn serialize<S: serde::Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        out.serialize_str(self.0)
    }
}

impl<'de> serde::Deserialize<'de> for LandClass {
    fn deserialize<D: serde::Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        String::deserialize(input)?.parse().map_err(serde::de::Error::custom)
    }
}

crate::kernel::db::sql::sql_text!(LandClass);

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
    pub number: String,
    pub kind: ParcelKind,
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

#[cfg(test)]
mod tests {
    use super::*;

    fn class(code: &str) -> LandClass {
        code.parse().unwrap()
    }

    #[test]
    fn r10_the_class_table_is_known_and_nothing_else() {
        let of = |group: ClassGroup| -> Vec<&str> {
            CLASSES.iter().filter(|(_, c)| c.group == group).map(|(code, _)| *code).collect()
        };
        assert_eq!(CLASSES.len(), include_str!("land_classes.csv").lines().count() - 1);
        assert_eq!(
            of(ClassGroup::Wetland),
            ["0303", "0304", "0306", "0402", "0603", "1105", "1106", "1108"]
        );
        assert_eq!(
            of(ClassGroup::Water),
            ["1101", "1102", "1103", "1104", "1104A", "1104K", "1107", "1107A", "1109", "1110"]
        );
        for code in ["0103", "0404", "0602", "1202", "1204", "1206"] {
            assert!(code.parse::<LandClass>().is_ok(), "{code}");
        }
        for code in ["", "9999", "1104B", "1104a", " 1104", "00"] {
            assert!(code.parse::<LandClass>().is_err(), "{code:?} was taken");
        }
    }

    #[test]
    fn r11_paddy_and_aquaculture_ponds_count_in_no_wetland_total() {
        for code in ["0101", "1104A", "1104K", "0103", "1206"] {
            assert!(!class(code).counts_in_wetland_totals(), "{code} counts");
        }
        for code in ["1104", "1106", "1108", "0603", "1101"] {
            assert!(class(code).counts_in_wetland_totals(), "{code} does not count");
        }
    }

    #[test]
    fn r17_every_class_with_the_suffix_k_is_adjustable() {
        assert!(class("1104K").is_adjustable() && class("0201K").is_adjustable());
        assert!(!class("1104A").is_adjustable());
    }
}
