//! What is said of a file, feature by feature: answered by a dry report, kept with an import.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::inventory::model::{ParcelKind, Zone};
use crate::inventory::rules::Finding;
use crate::kernel::area::SurveyedArea;
use crate::kernel::names::names;
use crate::kernel::region::RegionCode;

/// What is said of a whole file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ParcelReport {
    pub kind: ParcelKind,
    /// SHA-256 of the file.
    #[schema(example = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08")]
    pub file_sha256: String,
    #[schema(example = 6)]
    pub accepted: i64,
    #[schema(example = 4)]
    pub refused: i64,
    /// The declared area of the accepted features.
    pub declared_area_m2: SurveyedArea,
    /// What the numbers of the file were taken for; absent in reports of earlier versions.
    #[serde(default)]
    pub coordinates: Option<CoordinatesReport>,
    pub features: Vec<FeatureReport>,
}

names! {
    /// How it was found out what the coordinates of a file are.
    pub enum FoundBy {
        /// The file names its reference system.
        File = "file",
        /// By the size of the numbers, or by the zone before the eastings.
        Numbers = "numbers",
        /// The zone is the one that lays the file into its county.
        CountyBoundary = "county_boundary",
    }
}

/// What the numbers of a file were taken for: degrees of CGCS2000, or metres of one of its
/// Gauss-Krüger zones of 3 degrees. A wrong zone shifts areas by up to 0.26 %.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CoordinatesReport {
    /// Absent for degrees.
    #[schema(example = 39)]
    pub zone: Option<i64>,
    /// In degrees east.
    #[schema(example = 117)]
    pub central_meridian: Option<i64>,
    /// Whether the number of the zone stands before the eastings.
    #[schema(example = true)]
    pub zone_before_easting: Option<bool>,
    pub found_by: FoundBy,
    /// The layer that was read, where a file may hold several.
    #[schema(example = "后备资源")]
    pub layer: Option<String>,
    /// How the texts of a DBF were read.
    #[schema(example = "GB18030")]
    pub encoding: Option<String>,
}

/// What is said of one feature.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FeatureReport {
    /// Its place in the file, from 0.
    #[schema(example = 1)]
    pub index: i64,
    #[schema(example = "R360124-0004")]
    pub number: Option<String>,
    #[schema(example = "梅庄镇示例坑塘")]
    pub name: Option<String>,
    pub township: Option<RegionCode>,
    pub declared_area_m2: Option<SurveyedArea>,
    /// The geodesic area of its polygon.
    pub computed_area_m2: Option<SurveyedArea>,
    pub accepted: bool,
    /// All that keeps it out.
    pub findings: Vec<FindingReport>,
}

/// One thing that keeps a feature out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FindingReport {
    /// The rule that it breaks; absent when the feature cannot be read.
    #[schema(example = "R15")]
    pub rule: Option<String>,
    #[schema(example = "pond-refused")]
    pub code: String,
    /// Where in the file.
    #[schema(example = "/features/1/properties/pond_check")]
    pub pointer: String,
    #[schema(example = "坑塘属性核实未通过")]
    pub message_zh: String,
    #[schema(example = "the pond verification did not pass")]
    pub message_en: String,
}

impl FindingReport {
    /// Says what was found on the feature at that place.
    pub fn of(index: usize, finding: &Finding) -> Self {
        Self {
            rule: finding.rule().map(str::to_owned),
            code: finding.code().to_owned(),
            pointer: format!("/features/{index}{}", finding.pointer()),
            message_zh: finding.chinese(),
            message_en: finding.to_string(),
        }
    }
}

/// What is said of a file of a layer's features.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct LayerReport {
    /// SHA-256 of the file.
    #[schema(example = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08")]
    pub file_sha256: String,
    #[schema(example = 2)]
    pub accepted: i64,
    #[schema(example = 0)]
    pub refused: i64,
    /// What the numbers of the file were taken for.
    pub coordinates: CoordinatesReport,
    pub features: Vec<LayerFeatureReport>,
}

/// What is said of one feature of a layer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct LayerFeatureReport {
    /// Its place in the file, from 0.
    #[schema(example = 0)]
    pub index: i64,
    #[schema(example = "Z360124-R01")]
    pub number: Option<String>,
    #[schema(example = "示例红线区")]
    pub name: Option<String>,
    pub zone: Option<Zone>,
    /// The geodesic area of its polygon.
    pub area_m2: Option<SurveyedArea>,
    pub accepted: bool,
    /// All that keeps it out.
    pub findings: Vec<FindingReport>,
}
