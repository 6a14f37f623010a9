//! The features of layers: saved with the place of their boxes, found by it.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use diesel::prelude::*;

use crate::inventory::geometry::{Bounds, Shape, canonical_text, shape_of_text};
use crate::inventory::model::{
    LayerFeature, LayerFeatureId, LayerKind, LayerPartId, LayerVersionId, NearFeature, Zone,
};
use crate::kernel::area::SurveyedArea;
use crate::kernel::db::{Conn, Tx, record};
use crate::kernel::problem::{Answer, Failure};
use crate::schema::{layer_features, layer_versions};

/// Rows that are saved with one statement.
const ROWS_AT_ONCE: usize = 500;

record! {
    /// A row is a feature of a version.
    pub(super) struct FeatureRow in layer_features {
        id: LayerFeatureId as Id,
        version_id: LayerVersionId as Id,
        file_id: LayerPartId as Id,
        number: String as Text,
        name: String as Text,
        zone: Option<Zone> as Nullable<Text>,
        approval_by: Option<String> as Nullable<Text>,
        approval_document: Option<String> as Nullable<Text>,
        survey_year: Option<i64> as Nullable<BigInt>,
        valid_from: Option<NaiveDate> as Nullable<Date>,
        area: SurveyedArea as BigInt,
        cell_level: i64 as BigInt,
        cell_row: i64 as BigInt,
        west: i64 as BigInt,
        south: i64 as BigInt,
        east: i64 as BigInt,
        north: i64 as BigInt,
        polygon: String as Text,
    }
}

impl From<FeatureRow> for LayerFeature {
    fn from(row: FeatureRow) -> Self {
        Self {
            id: row.id,
            number: row.number,
            name: row.name,
            zone: row.zone,
            approval_by: row.approval_by,
            approval_document: row.approval_document,
            survey_year: row.survey_year,
            valid_from: row.valid_from,
            area_m2: row.area,
        }
    }
}

/// Saves the features of a file.
pub(super) fn insert_features(
    tx: &mut Tx,
    version_id: LayerVersionId,
    file_id: LayerPartId,
    features: &[(LayerFeature, Shape)],
) -> Answer<()> {
    for features in features.chunks(ROWS_AT_ONCE) {
        let rows: Vec<FeatureRow> = features
            .iter()
            .map(|(feature, shape)| feature_row(version_id, file_id, feature, shape))
            .collect();
        tx.insert_all(&rows)?;
    }
    Ok(())
}

fn feature_row(
    version_id: LayerVersionId,
    file_id: LayerPartId,
    it: &LayerFeature,
    shape: &Shape,
) -> FeatureRow {
    let bounds = shape.bounds();
    let cell = bounds.cell();
    FeatureRow {
        id: it.id,
        version_id,
        file_id,
        number: it.number.clone(),
        name: it.name.clone(),
        zone: it.zone,
        approval_by: it.approval_by.clone(),
        approval_document: it.approval_document.clone(),
        survey_year: it.survey_year,
        valid_from: it.valid_from,
        area: it.area_m2,
        cell_level: cell.level,
        cell_row: cell.row,
        west: bounds.west,
        south: bounds.south,
        east: bounds.east,
        north: bounds.north,
        polygon: canonical_text(shape),
    }
}

/// The features of a version with their polygons as GeoJSON, in order.
pub(crate) fn features(
    c: &mut Conn,
    of: LayerVersionId,
    after: Option<LayerFeatureId>,
    rows_max: i64,
) -> Answer<Vec<(LayerFeature, String)>> {
    let mut query = layer_features::table
        .filter(layer_features::version_id.eq(of))
        .select(FeatureRow::as_select())
        .into_boxed();
    if let Some(after) = after {
        query = query.filter(layer_features::id.gt(after));
    }
    let rows: Vec<FeatureRow> = query.order(layer_features::id).limit(rows_max).load(c)?;
    let with_polygon = |row: FeatureRow| {
        let polygon = row.polygon.clone();
        (LayerFeature::from(row), polygon)
    };
    Ok(rows.into_iter().map(with_polygon).collect())
}

/// Those of the numbers that features of the version have already.
pub(crate) fn feature_numbers_taken(
    c: &mut Conn,
    of: LayerVersionId,
    numbers: &[String],
) -> Answer<BTreeSet<String>> {
    let mut taken = BTreeSet::new();
    for numbers in numbers.chunks(500) {
        let found: Vec<String> = layer_features::table
            .filter(layer_features::version_id.eq(of))
            .filter(layer_features::number.eq_any(numbers))
            .select(layer_features::number)
            .load(c)?;
        taken.extend(found);
    }
    Ok(taken)
}

/// Of which versions features are looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Among {
    InForce,
    Version(LayerVersionId),
}

/// The features whose boxes touch this one.
pub(crate) fn features_near(
    c: &mut Conn,
    bounds: &Bounds,
    among: Among,
    most: usize,
) -> Answer<Vec<NearFeature>> {
    let mut near: Vec<(FeatureRow, LayerKind)> = Vec::new();
    let limit = i64::try_from(most).unwrap_or(i64::MAX);
    for strip in bounds.strips() {
        let mut query = layer_features::table
            .inner_join(layer_versions::table)
            .filter(layer_features::cell_level.eq(strip.level))
            .filter(layer_features::cell_row.eq_any(strip.rows))
            .filter(layer_features::west.between(strip.west_min, strip.west_max))
            .filter(layer_features::east.ge(bounds.west))
            .filter(layer_features::south.le(bounds.north))
            .filter(layer_features::north.ge(bounds.south))
            .order(layer_features::number)
            .limit(limit)
            .select((FeatureRow::as_select(), layer_versions::kind))
            .into_boxed();
        query = match among {
            Among::InForce => query.filter(layer_versions::in_force.eq(true)),
            Among::Version(id) => query.filter(layer_features::version_id.eq(id)),
        };
        near.extend(query.load::<(FeatureRow, LayerKind)>(c)?);
    }
    let feature = |(row, kind): (FeatureRow, LayerKind)| {
        let shape = shape_of_text(&row.polygon)
            .map_err(|_| Failure::broken("a polygon that was kept is a valid shape"))?;
        Ok(NearFeature {
            version_id: row.version_id,
            kind,
            bounds: Bounds { west: row.west, south: row.south, east: row.east, north: row.north },
            feature: row.into(),
            shape,
        })
    };
    near.into_iter().map(feature).collect()
}

/// The boxes of the features of a version, at most that many.
pub(crate) fn feature_boxes(c: &mut Conn, of: LayerVersionId, most: usize) -> Answer<Vec<Bounds>> {
    let rows: Vec<(i64, i64, i64, i64)> = layer_features::table
        .filter(layer_features::version_id.eq(of))
        .order(layer_features::id)
        .limit(i64::try_from(most).unwrap_or(i64::MAX))
        .select((
            layer_features::west,
            layer_features::south,
            layer_features::east,
            layer_features::north,
        ))
        .load(c)?;
    let bounds = |(west, south, east, north)| Bounds { west, south, east, north };
    Ok(rows.into_iter().map(bounds).collect())
}
