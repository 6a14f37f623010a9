//! Bodies and views of layers.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::inventory::actions::{BeginLayer, CommentLayer, LayerDecision};
use crate::inventory::model::{
    LayerFeature, LayerFile, LayerKind, LayerPartId, LayerState, LayerStep, LayerVersion,
    LayerVersionId,
};
use crate::kernel::problem::{Answer, Failure};
use crate::kernel::region::RegionCode;
use crate::kernel::text::Label;

/// Which part of a file holds the features.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct LayerFileQuery {
    /// The layer to be read, where the file holds several.
    pub(super) layer: Option<String>,
}

/// Which versions are wanted.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct LayerQuery {
    #[param(example = "zones")]
    pub(super) kind: Option<LayerKind>,
    #[param(example = "approved")]
    pub(super) state: Option<LayerState>,
    /// Only those that decisions ask, or only the others.
    #[param(example = true)]
    pub(super) in_force: Option<bool>,
}

/// A version of a layer with its source.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewLayerVersion {
    #[schema(example = "zones")]
    kind: LayerKind,
    #[schema(example = "360124")]
    region: RegionCode,
    /// What the authority calls the version.
    #[schema(example = "demo-1")]
    name: Label,
    #[schema(example = "进贤县自然资源局")]
    source_authority: Label,
    #[schema(example = "示例〔2021〕3号")]
    source_document: Label,
    #[schema(example = "2021-01-01")]
    source_date: NaiveDate,
}

impl NewLayerVersion {
    pub(super) fn into_command(self, id: LayerVersionId) -> BeginLayer {
        BeginLayer {
            id,
            kind: self.kind,
            region: self.region,
            name: self.name,
            source_authority: self.source_authority,
            source_document: self.source_document,
            source_date: self.source_date,
        }
    }
}

/// Until when a version is open to comments.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewLayerConsultation {
    /// The last day of the consultation.
    #[schema(example = "2099-01-31")]
    pub(super) closes_on: NaiveDate,
}

/// What somebody said of a version.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewLayerComment {
    #[schema(example = "梅庄镇人民政府")]
    author: Label,
    #[schema(example = "建议将示例坑塘调出红线")]
    comment: Label,
    #[schema(example = "2021-01-20")]
    made_on: NaiveDate,
}

impl NewLayerComment {
    pub(super) fn into_command(self, id: LayerPartId) -> CommentLayer {
        CommentLayer { id, author: self.author, comment: self.comment, made_on: self.made_on }
    }
}

/// The document of an argument or an approval.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewLayerDecision {
    #[schema(example = "示例〔2021〕5号")]
    document: Label,
    /// The day of the document.
    #[schema(example = "2021-03-01")]
    dated: NaiveDate,
}

impl NewLayerDecision {
    pub(super) fn into_command(self) -> LayerDecision {
        LayerDecision { document: self.document, dated: self.dated }
    }
}

/// A version with its steps and files.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct LayerVersionView {
    #[serde(flatten)]
    pub(super) version: LayerVersion,
    pub(super) steps: Vec<LayerStep>,
    pub(super) files: Vec<LayerFile>,
}

/// A feature with its polygon.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub(crate) struct LayerFeatureView {
    #[serde(flatten)]
    pub(super) feature: LayerFeature,
    /// GeoJSON in CGCS2000 degrees (EPSG:4490), longitude first.
    #[schema(value_type = Object)]
    polygon: serde_json::Value,
}

impl LayerFeatureView {
    pub(super) fn of((feature, polygon): (LayerFeature, String)) -> Answer<Self> {
        let polygon = serde_json::from_str(&polygon)
            .map_err(|_| Failure::broken("a feature has a polygon"))?;
        Ok(Self { feature, polygon })
    }
}
