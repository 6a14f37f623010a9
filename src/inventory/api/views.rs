//! Bodies and views of the inventory.

use chrono::NaiveDate;
use serde::{Deserialize, Deserializer, Serialize, de};
use utoipa::{IntoParams, ToSchema};

use crate::inventory::import::LABEL_CHARACTERS_MAX;
use crate::inventory::model::{
    ClassGroup, ImportMode, LandClass, LandSurvey, Monitoring, Parcel, ParcelId, ParcelImport,
    ParcelImportId, ParcelKind, Region, WaterRegime, WetlandLevel, WetlandType,
};
use crate::inventory::report::ParcelReport;
use crate::kernel::area::{SurveyedArea, hectares_shown, mu_shown};
use crate::kernel::clock::Time;
use crate::kernel::ids::{OrganisationId, UserId};
use crate::kernel::problem::{Answer, Failure};
use crate::kernel::region::{RegionCode, RegionLevel};
use crate::kernel::text::Label;

/// What a file of parcels holds.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct ReportQuery {
    #[param(example = "reserve")]
    pub(super) kind: ParcelKind,
    /// The layer to be read, where the file holds several.
    pub(super) layer: Option<String>,
}

/// What a file of parcels holds, and what is done when some of it is bad.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct ImportQuery {
    #[param(example = "reserve")]
    pub(super) kind: ParcelKind,
    /// The layer to be read, where the file holds several.
    pub(super) layer: Option<String>,
    /// `reject` when absent: one bad feature refuses the file.
    #[param(example = "accept_valid")]
    #[serde(default = "reject")]
    pub(super) mode: ImportMode,
}

fn reject() -> ImportMode {
    ImportMode::Reject
}

/// Which parcels are wanted.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct ParcelQuery {
    #[param(example = "reserve")]
    pub(super) kind: Option<ParcelKind>,
    #[param(value_type = Option<String>, example = "360124500")]
    pub(super) township: Option<RegionCode>,
    #[param(value_type = Option<String>, example = "1104A")]
    pub(super) land_class: Option<LandClass>,
    #[param(example = 2025)]
    pub(super) survey_year: Option<i64>,
    /// The whole number of one parcel.
    #[param(example = "R360124-0012")]
    pub(super) number: Option<String>,
}

/// Of which region the totals are wanted, and of which year's wetland database.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct TotalsQuery {
    /// Every region when absent.
    #[param(value_type = Option<String>, example = "360124")]
    pub(super) region: Option<RegionCode>,
    /// The newest when absent.
    #[param(example = 2025)]
    pub(super) survey_year: Option<i64>,
}

/// Which regions are wanted.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct RegionQuery {
    /// Those right below this one; all when absent.
    #[param(value_type = Option<String>, example = "360124")]
    pub(super) parent: Option<RegionCode>,
}

/// A region.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub(crate) struct RegionView {
    pub code: RegionCode,
    #[schema(example = "进贤县")]
    pub name: String,
    pub level: RegionLevel,
    pub parent: Option<RegionCode>,
}

impl From<Region> for RegionView {
    fn from(it: Region) -> Self {
        Self { level: it.code.level(), code: it.code, name: it.name, parent: it.parent }
    }
}

/// A parcel as a list shows it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ParcelView {
    pub id: ParcelId,
    #[schema(example = "R360124-0012")]
    pub number: String,
    pub kind: ParcelKind,
    #[schema(example = "五里垦殖场示例退养塘")]
    pub name: String,
    pub township: RegionCode,
    pub county: RegionCode,
    pub land_survey: LandSurveyView,
    pub monitoring: MonitoringView,
    /// The class under which it entered (R16).
    pub entered_class: LandClass,
    pub restorability: Option<RestorabilityView>,
    pub pond_check: Option<PondCheckView>,
    #[schema(example = "fu.guoping")]
    pub submitted_by: Option<String>,
    pub computed_area_m2: SurveyedArea,
    pub import_id: ParcelImportId,
    pub entered_at: Time,
    /// Absent while it is active.
    pub withdrawn_at: Option<Time>,
}

/// A parcel with its polygon.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub(crate) struct ParcelOnMap {
    #[serde(flatten)]
    pub parcel: ParcelView,
    /// GeoJSON in CGCS2000 degrees (EPSG:4490), longitude first.
    #[schema(value_type = Object)]
    pub polygon: serde_json::Value,
    /// Why it was withdrawn, if it was.
    #[schema(example = "权利人改变用途")]
    pub withdrawn_because: Option<Label>,
}

/// What the land survey says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct LandSurveyView {
    #[schema(example = "2025年度国土变更调查")]
    pub source: String,
    #[schema(example = 2025)]
    pub survey_year: i64,
    pub land_class: LandClass,
    #[schema(example = "养殖坑塘")]
    pub land_class_name: String,
    pub group: ClassGroup,
    pub declared_area_m2: SurveyedArea,
    #[schema(example = "16.9995")]
    pub mu: String,
    #[schema(example = "1.1333")]
    pub hectares: String,
    #[schema(example = "国有，五里垦殖场使用")]
    pub tenure: Option<String>,
}

/// What monitoring says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct MonitoringView {
    #[schema(example = "湿地生态综合监测")]
    pub source: String,
    #[schema(example = 2025)]
    pub survey_year: i64,
    pub level: WetlandLevel,
    pub wetland_type: WetlandType,
    pub water_regime: Option<WaterRegime>,
    pub protected: Option<bool>,
}

/// Who concluded that the parcel can be restored, when and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RestorabilityView {
    #[schema(example = "裴若兰")]
    pub author: String,
    pub date: NaiveDate,
    #[schema(example = "鱼塘停养多年，水深适宜")]
    pub basis: String,
}

/// Who verified the pond, as the imported file claims, when and by what evidence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PondCheckView {
    #[schema(example = "tu.mingyuan")]
    pub verified_by: String,
    pub date: NaiveDate,
    #[schema(example = "停养证明及影像")]
    pub evidence: String,
}

impl From<Parcel> for ParcelView {
    fn from(it: Parcel) -> Self {
        let (land, monitoring) = (it.land, it.monitoring);
        Self {
            id: it.id,
            number: it.number,
            kind: it.kind,
            name: it.name,
            township: it.township,
            county: it.county,
            land_survey: LandSurveyView {
                source: land.source,
                survey_year: land.survey_year,
                land_class: land.land_class,
                land_class_name: land.land_class.name().to_owned(),
                group: land.land_class.group(),
                declared_area_m2: land.declared_area,
                mu: mu_shown(land.declared_area),
                hectares: hectares_shown(land.declared_area, 4),
                tenure: land.tenure,
            },
            monitoring: MonitoringView {
                source: monitoring.source,
                survey_year: monitoring.survey_year,
                level: monitoring.level,
                wetland_type: monitoring.wetland_type,
                water_regime: monitoring.water_regime,
                protected: monitoring.protected,
            },
            entered_class: it.entered_class,
            restorability: it.restorability.map(|it| RestorabilityView {
                author: it.author,
                date: it.date,
                basis: it.basis,
            }),
            pond_check: it.pond_check.map(|it| PondCheckView {
                verified_by: it.verified_by,
                date: it.date,
                evidence: it.evidence,
            }),
            submitted_by: it.submitted_by,
            computed_area_m2: it.computed_area,
            import_id: it.import_id,
            entered_at: it.entered_at,
            withdrawn_at: it.withdrawn_at,
        }
    }
}

/// A file of parcels that was taken in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub(crate) struct ParcelImportView {
    pub id: ParcelImportId,
    /// 1, 2, 3 … in the order in which files entered.
    #[schema(example = 7)]
    pub number: i64,
    pub mode: ImportMode,
    pub imported_by: UserId,
    pub organisation_id: OrganisationId,
    pub imported_at: Time,
    pub report: ParcelReport,
}

impl ParcelImportView {
    /// Shows an import with the report that was kept.
    pub(super) fn of(it: ParcelImport) -> Answer<Self> {
        let report = serde_json::from_str(&it.report)
            .map_err(|_| Failure::broken("a report that was kept can be read"))?;
        Ok(Self {
            id: it.id,
            number: it.number,
            mode: it.mode,
            imported_by: it.imported_by,
            organisation_id: it.organisation_id,
            imported_at: it.imported_at,
            report,
        })
    }
}

/// A file of parcels as a list shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub(crate) struct ParcelImportSummary {
    pub id: ParcelImportId,
    #[schema(example = 7)]
    pub number: i64,
    pub kind: ParcelKind,
    pub mode: ImportMode,
    #[schema(example = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08")]
    pub file_sha256: String,
    #[schema(example = 2)]
    pub accepted: i64,
    #[schema(example = 4)]
    pub refused: i64,
    pub declared_area_m2: SurveyedArea,
    pub imported_by: UserId,
    pub imported_at: Time,
}

impl From<ParcelImport> for ParcelImportSummary {
    fn from(it: ParcelImport) -> Self {
        Self {
            id: it.id,
            number: it.number,
            kind: it.kind,
            mode: it.mode,
            file_sha256: it.file_sha256,
            accepted: it.accepted,
            refused: it.refused,
            declared_area_m2: it.declared_area,
            imported_by: it.imported_by,
            imported_at: it.imported_at,
        }
    }
}

/// A newer land survey of a reserve parcel.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewLandSurvey {
    #[serde(deserialize_with = "label")]
    #[schema(min_length = 1, max_length = 200, example = "2025年度国土变更调查")]
    source: String,
    #[schema(minimum = 1990, example = 2025)]
    survey_year: i64,
    land_class: LandClass,
    declared_area_m2: SurveyedArea,
    #[serde(default, deserialize_with = "maybe_label")]
    #[schema(max_length = 200, example = "国有，五里垦殖场使用")]
    tenure: Option<String>,
}

impl From<NewLandSurvey> for LandSurvey {
    fn from(it: NewLandSurvey) -> Self {
        Self {
            source: it.source,
            survey_year: it.survey_year,
            land_class: it.land_class,
            declared_area: it.declared_area_m2,
            tenure: it.tenure,
        }
    }
}

/// Newer monitoring of a parcel.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewMonitoring {
    #[serde(deserialize_with = "label")]
    #[schema(min_length = 1, max_length = 200, example = "湿地生态综合监测")]
    source: String,
    #[schema(minimum = 1990, example = 2025)]
    survey_year: i64,
    level: WetlandLevel,
    wetland_type: WetlandType,
    /// Needed for a reserve parcel.
    #[serde(default)]
    water_regime: Option<WaterRegime>,
    /// Needed for a wetland.
    #[serde(default)]
    protected: Option<bool>,
}

impl From<NewMonitoring> for Monitoring {
    fn from(it: NewMonitoring) -> Self {
        Self {
            source: it.source,
            survey_year: it.survey_year,
            level: it.level,
            wetland_type: it.wetland_type,
            water_regime: it.water_regime,
            protected: it.protected,
        }
    }
}

fn label<'de, D: Deserializer<'de>>(input: D) -> Result<String, D::Error> {
    let text = String::deserialize(input)?;
    let text = text.trim();
    if text.is_empty()
        || text.chars().count() > LABEL_CHARACTERS_MAX
        || text.contains(char::is_control)
    {
        let refused =
            format!("a text of 1 to {LABEL_CHARACTERS_MAX} characters without control characters");
        return Err(de::Error::custom(refused));
    }
    Ok(text.to_owned())
}

fn maybe_label<'de, D: Deserializer<'de>>(input: D) -> Result<Option<String>, D::Error> {
    #[derive(Deserialize)]
    struct Label(#[serde(deserialize_with = "label")] String);
    Ok(Option::<Label>::deserialize(input)?.map(|label| label.0))
}
