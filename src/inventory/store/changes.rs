//! How parcels changed, and the geometry that was corrected.

use diesel::prelude::*;

use super::places::{self, Place};
use crate::inventory::geometry::{Bounds, Shape, canonical_text};
use crate::inventory::model::{Parcel, ParcelChange, ParcelChangeId, ParcelChangeKind, ParcelId};
use crate::kernel::clock::Time;
use crate::kernel::db::{Conn, Tx, record};
use crate::kernel::ids::{OrganisationId, UserId};
use crate::kernel::problem::Answer;
use crate::schema::{parcel_changes, parcel_polygons};

record! {
    /// A row is a change of a parcel.
    pub(super) struct ChangeRow in parcel_changes {
        id: ParcelChangeId as Id,
        parcel_id: ParcelId as Id,
        version: i64 as BigInt,
        number: i64 as BigInt,
        change: ParcelChangeKind as Text,
        reason: Option<String> as Nullable<Text>,
        source: String as Text,
        survey_year: i64 as BigInt,
        said_before: String as Text,
        west: Option<i64> as Nullable<BigInt>,
        south: Option<i64> as Nullable<BigInt>,
        east: Option<i64> as Nullable<BigInt>,
        north: Option<i64> as Nullable<BigInt>,
        polygon: Option<String> as Nullable<Text>,
        changed_by: UserId as Id,
        organisation_id: OrganisationId as Id,
        changed_at: Time as Timestamp,
    }
}

impl From<ChangeRow> for ParcelChange {
    fn from(row: ChangeRow) -> Self {
        Self {
            id: row.id,
            version: row.version,
            kind: row.change,
            reason: row.reason,
            source: row.source,
            survey_year: row.survey_year,
            said_before: row.said_before,
            polygon: row.polygon,
            changed_by: row.changed_by,
            organisation_id: row.organisation_id,
            changed_at: row.changed_at,
        }
    }
}

/// A change that is to be saved.
#[derive(Debug, Clone)]
pub(crate) struct NewChange<'a> {
    pub(crate) id: ParcelChangeId,
    pub(crate) kind: ParcelChangeKind,
    pub(crate) reason: Option<String>,
    pub(crate) source: String,
    pub(crate) survey_year: i64,
    pub(crate) said_before: String,
    pub(crate) shape: Option<&'a Shape>,
}

/// Saves how a parcel changes, and places it anew where its geometry was corrected.
pub(crate) fn insert_change(tx: &mut Tx, parcel: &Parcel, it: NewChange) -> Answer<()> {
    let (actor, changed_at) = (tx.actor()?, tx.now());
    let last: Option<i64> = parcel_changes::table
        .filter(parcel_changes::parcel_id.eq(parcel.id))
        .select(diesel::dsl::max(parcel_changes::version))
        .first(tx.conn())?;
    let bounds: Option<Bounds> = it.shape.map(Shape::bounds);
    let polygon = it.shape.map(canonical_text);
    let number = tx.next_number("parcel_change")?;
    tx.insert(&ChangeRow {
        id: it.id,
        parcel_id: parcel.id,
        version: last.unwrap_or(1) + 1,
        number,
        change: it.kind,
        reason: it.reason,
        source: it.source,
        survey_year: it.survey_year,
        said_before: it.said_before,
        west: bounds.map(|bounds| bounds.west),
        south: bounds.map(|bounds| bounds.south),
        east: bounds.map(|bounds| bounds.east),
        north: bounds.map(|bounds| bounds.north),
        polygon: polygon.clone(),
        changed_by: actor.user_id,
        organisation_id: actor.organisation_id,
        changed_at,
    })?;
    let Some(bounds) = bounds else { return Ok(()) };
    places::place(tx, vec![Place { id: parcel.id, kind: parcel.kind, bounds, polygon }])
}

/// How a parcel changed, newest first.
pub(crate) fn changes(
    c: &mut Conn,
    of: ParcelId,
    after: Option<ParcelChangeId>,
    rows_max: i64,
) -> Answer<Vec<ParcelChange>> {
    let mut query = parcel_changes::table
        .filter(parcel_changes::parcel_id.eq(of))
        .select(ChangeRow::as_select())
        .into_boxed();
    if let Some(after) = after {
        query = query.filter(parcel_changes::id.lt(after));
    }
    let rows: Vec<ChangeRow> = query.order(parcel_changes::id.desc()).limit(rows_max).load(c)?;
    Ok(rows.into_iter().map(ParcelChange::from).collect())
}

/// The geometry of a parcel before that version of it.
pub(crate) fn polygon_before(c: &mut Conn, of: ParcelId, version: i64) -> Answer<Option<String>> {
    let corrected: Option<Option<String>> = parcel_changes::table
        .filter(parcel_changes::parcel_id.eq(of))
        .filter(parcel_changes::version.lt(version))
        .filter(parcel_changes::polygon.is_not_null())
        .order(parcel_changes::version.desc())
        .select(parcel_changes::polygon)
        .first(c)
        .optional()?;
    if let Some(Some(corrected)) = corrected {
        return Ok(Some(corrected));
    }
    let entered = parcel_polygons::table.find(of).select(parcel_polygons::polygon).first(c);
    Ok(entered.optional()?)
}
