//! Layers: versions, their steps, comments and files.

use chrono::NaiveDate;
use diesel::prelude::*;

use super::features;
use crate::inventory::geometry::Shape;
use crate::inventory::model::{
    LayerComment, LayerFeature, LayerFile, LayerKind, LayerPartId, LayerState, LayerStep,
    LayerVersion, LayerVersionId, VersionUsed,
};
use crate::inventory::rules::CannotChangeLayer;
use crate::kernel::area::SurveyedArea;
use crate::kernel::clock::Time;
use crate::kernel::db::{Conn, OnConstraint, Tx, record};
use crate::kernel::ids::{OrganisationId, UserId};
use crate::kernel::problem::Answer;
use crate::kernel::region::RegionCode;
use crate::kernel::text::Label;
use crate::schema::{layer_comments, layer_files, layer_steps, layer_versions};

record! {
    /// A row is a version of a layer.
    pub(super) struct VersionRow in layer_versions {
        id: LayerVersionId as Id,
        kind: LayerKind as Text,
        region: RegionCode as Text,
        name: Label as Text,
        state: LayerState as Text,
        in_force: bool as Bool,
        source_authority: Label as Text,
        source_document: Label as Text,
        source_date: NaiveDate as Date,
        frame: String as Text,
        features: i64 as BigInt,
        area: SurveyedArea as BigInt,
        entered_by: UserId as Id,
        organisation_id: OrganisationId as Id,
        entered_at: Time as Timestamp,
    }
}

record! {
    /// A row is a step of a version.
    pub(super) struct StepRow in layer_steps {
        id: LayerPartId as Id,
        version_id: LayerVersionId as Id,
        state: LayerState as Text,
        document: Option<Label> as Nullable<Text>,
        dated: Option<NaiveDate> as Nullable<Date>,
        closes_on: Option<NaiveDate> as Nullable<Date>,
        entered_by: UserId as Id,
        organisation_id: OrganisationId as Id,
        entered_at: Time as Timestamp,
    }
}

record! {
    /// A row is a comment on a version.
    pub(super) struct CommentRow in layer_comments {
        id: LayerPartId as Id,
        version_id: LayerVersionId as Id,
        author: Label as Text,
        comment: Label as Text,
        made_on: NaiveDate as Date,
        entered_by: UserId as Id,
        organisation_id: OrganisationId as Id,
        entered_at: Time as Timestamp,
    }
}

record! {
    /// A row is a file that was added to a version.
    pub(super) struct FileRow in layer_files {
        id: LayerPartId as Id,
        version_id: LayerVersionId as Id,
        file_sha256: String as Text,
        features: i64 as BigInt,
        area: SurveyedArea as BigInt,
        entered_by: UserId as Id,
        organisation_id: OrganisationId as Id,
        entered_at: Time as Timestamp,
    }
}

impl From<VersionRow> for LayerVersion {
    fn from(row: VersionRow) -> Self {
        Self {
            id: row.id,
            kind: row.kind,
            region: row.region,
            name: row.name,
            state: row.state,
            in_force: row.in_force,
            source_authority: row.source_authority,
            source_document: row.source_document,
            source_date: row.source_date,
            frame: row.frame,
            features: row.features,
            area_m2: row.area,
            entered_by: row.entered_by,
            organisation_id: row.organisation_id,
            entered_at: row.entered_at,
        }
    }
}

impl From<LayerVersion> for VersionRow {
    fn from(it: LayerVersion) -> Self {
        Self {
            id: it.id,
            kind: it.kind,
            region: it.region,
            name: it.name,
            state: it.state,
            in_force: it.in_force,
            source_authority: it.source_authority,
            source_document: it.source_document,
            source_date: it.source_date,
            frame: it.frame,
            features: it.features,
            area: it.area_m2,
            entered_by: it.entered_by,
            organisation_id: it.organisation_id,
            entered_at: it.entered_at,
        }
    }
}

/// Saves a new version.
pub(crate) fn insert_version(tx: &mut Tx, it: &LayerVersion) -> Answer<()> {
    tx.insert(&VersionRow::from(it.clone()))
        .on_constraint("layer_versions_kind_region_name_key", CannotChangeLayer::NameTaken)
}

/// Saves what became of a version.
pub(crate) fn update_version(tx: &mut Tx, it: &LayerVersion) -> Answer<()> {
    Ok(tx.update(&VersionRow::from(it.clone()))?)
}

/// Saves the step that a version takes.
pub(crate) fn insert_step(tx: &mut Tx, version_id: LayerVersionId, it: &LayerStep) -> Answer<()> {
    Ok(tx.insert(&StepRow {
        id: LayerPartId::new(),
        version_id,
        state: it.state,
        document: it.document.clone(),
        dated: it.dated,
        closes_on: it.closes_on,
        entered_by: it.entered_by,
        organisation_id: it.organisation_id,
        entered_at: it.entered_at,
    })?)
}

/// Saves a comment on a version.
pub(crate) fn insert_comment(tx: &mut Tx, of: LayerVersionId, it: &LayerComment) -> Answer<()> {
    Ok(tx.insert(&CommentRow {
        id: it.id,
        version_id: of,
        author: it.author.clone(),
        comment: it.comment.clone(),
        made_on: it.made_on,
        entered_by: it.entered_by,
        organisation_id: it.organisation_id,
        entered_at: it.entered_at,
    })?)
}

/// Saves a file of features.
pub(crate) fn insert_file(
    tx: &mut Tx,
    version_id: LayerVersionId,
    it: &LayerFile,
    list: &[(LayerFeature, Shape)],
) -> Answer<()> {
    let file = FileRow {
        id: it.id,
        version_id,
        file_sha256: it.file_sha256.clone(),
        features: it.features,
        area: it.area_m2,
        entered_by: it.entered_by,
        organisation_id: it.organisation_id,
        entered_at: it.entered_at,
    };
    tx.insert(&file)
        .on_constraint("layer_files_version_id_file_sha256_key", CannotChangeLayer::FileTwice)?;
    features::insert_features(tx, version_id, it.id, list)
}

/// The version with this id.
pub(crate) fn version(c: &mut Conn, id: LayerVersionId) -> Answer<Option<LayerVersion>> {
    let row: Option<VersionRow> =
        layer_versions::table.find(id).select(VersionRow::as_select()).first(c).optional()?;
    Ok(row.map(LayerVersion::from))
}

/// Which versions of a list are wanted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct VersionFilter {
    pub(crate) kind: Option<LayerKind>,
    pub(crate) state: Option<LayerState>,
    pub(crate) in_force: Option<bool>,
}

/// The versions that somebody of that seat may read, newest first: those over the seat's region,
/// over a part of it, and, but for drafts, over what it is a part of.
pub(crate) fn versions(
    c: &mut Conn,
    seat: &RegionCode,
    filter: &VersionFilter,
    after: Option<LayerVersionId>,
    rows_max: i64,
) -> Answer<Vec<LayerVersion>> {
    let mut query = layer_versions::table
        .filter(
            layer_versions::region.like(format!("{seat}%")).or(layer_versions::region
                .eq_any(above(seat))
                .and(layer_versions::state.ne(LayerState::Draft))),
        )
        .select(VersionRow::as_select())
        .into_boxed();
    if let Some(kind) = filter.kind {
        query = query.filter(layer_versions::kind.eq(kind));
    }
    if let Some(state) = filter.state {
        query = query.filter(layer_versions::state.eq(state));
    }
    if let Some(in_force) = filter.in_force {
        query = query.filter(layer_versions::in_force.eq(in_force));
    }
    if let Some(after) = after {
        query = query.filter(layer_versions::id.lt(after));
    }
    let rows: Vec<VersionRow> = query.order(layer_versions::id.desc()).limit(rows_max).load(c)?;
    Ok(rows.into_iter().map(LayerVersion::from).collect())
}

fn above(region: &RegionCode) -> Vec<RegionCode> {
    [Some(region.province()), region.prefecture(), region.county()].into_iter().flatten().collect()
}

/// The versions in force that say something of land in that region.
pub(crate) fn versions_in_force(c: &mut Conn, place: &RegionCode) -> Answer<Vec<VersionUsed>> {
    let rows: Vec<VersionRow> = layer_versions::table
        .filter(layer_versions::in_force.eq(true))
        .filter(
            layer_versions::region
                .like(format!("{place}%"))
                .or(layer_versions::region.eq_any(above(place))),
        )
        .order((layer_versions::kind, layer_versions::region))
        .select(VersionRow::as_select())
        .load(c)?;
    let used = |row: VersionRow| VersionUsed {
        id: row.id,
        kind: row.kind,
        region: row.region,
        name: row.name,
    };
    Ok(rows.into_iter().map(used).collect())
}

/// The version of that kind and region that is in force.
pub(crate) fn version_in_force(
    c: &mut Conn,
    kind: LayerKind,
    region: &RegionCode,
) -> Answer<Option<LayerVersion>> {
    let row: Option<VersionRow> = layer_versions::table
        .filter(layer_versions::in_force.eq(true))
        .filter(layer_versions::kind.eq(kind))
        .filter(layer_versions::region.eq(region))
        .select(VersionRow::as_select())
        .first(c)
        .optional()?;
    Ok(row.map(LayerVersion::from))
}

/// The steps of a version, in order.
pub(crate) fn steps(c: &mut Conn, of: LayerVersionId) -> Answer<Vec<LayerStep>> {
    let rows: Vec<StepRow> = layer_steps::table
        .filter(layer_steps::version_id.eq(of))
        .order(layer_steps::id)
        .select(StepRow::as_select())
        .load(c)?;
    let step = |row: StepRow| LayerStep {
        state: row.state,
        document: row.document,
        dated: row.dated,
        closes_on: row.closes_on,
        entered_by: row.entered_by,
        organisation_id: row.organisation_id,
        entered_at: row.entered_at,
    };
    Ok(rows.into_iter().map(step).collect())
}

/// The files of a version, in order.
pub(crate) fn files(c: &mut Conn, of: LayerVersionId) -> Answer<Vec<LayerFile>> {
    let rows: Vec<FileRow> = layer_files::table
        .filter(layer_files::version_id.eq(of))
        .order(layer_files::id)
        .select(FileRow::as_select())
        .load(c)?;
    let file = |row: FileRow| LayerFile {
        id: row.id,
        file_sha256: row.file_sha256,
        features: row.features,
        area_m2: row.area,
        entered_by: row.entered_by,
        organisation_id: row.organisation_id,
        entered_at: row.entered_at,
    };
    Ok(rows.into_iter().map(file).collect())
}

/// The comments on a version, in order.
pub(crate) fn comments(
    c: &mut Conn,
    of: LayerVersionId,
    after: Option<LayerPartId>,
    rows_max: i64,
) -> Answer<Vec<LayerComment>> {
    let mut query = layer_comments::table
        .filter(layer_comments::version_id.eq(of))
        .select(CommentRow::as_select())
        .into_boxed();
    if let Some(after) = after {
        query = query.filter(layer_comments::id.gt(after));
    }
    let rows: Vec<CommentRow> = query.order(layer_comments::id).limit(rows_max).load(c)?;
    let comment = |row: CommentRow| LayerComment {
        id: row.id,
        author: row.author,
        comment: row.comment,
        made_on: row.made_on,
        entered_by: row.entered_by,
        organisation_id: row.organisation_id,
        entered_at: row.entered_at,
    };
    Ok(rows.into_iter().map(comment).collect())
}
