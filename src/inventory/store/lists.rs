//! Decisions on important wetlands, published lists, markers.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use diesel::prelude::*;

use super::parcels::ParcelRow;
use super::withdrawals;
use crate::inventory::model::{
    ListDecision, ListDecisionId, ListOutcome, MarkerText, Parcel, ParcelId, ParcelKind,
    WetlandLevel, WetlandList, WetlandListId, WetlandMarker, WetlandMarkerId, WetlandType,
};
use crate::kernel::area::SurveyedArea;
use crate::kernel::clock::Time;
use crate::kernel::db::{Conn, Tx, record};
use crate::kernel::ids::UserId;
use crate::kernel::problem::Answer;
use crate::kernel::region::RegionCode;
use crate::schema::{list_decisions, parcels, wetland_lists, wetland_markers};

record! {
    /// A row is a decision.
    pub(super) struct DecisionRow in list_decisions {
        id: ListDecisionId as Id,
        wetland_number: String as Text,
        parcel_id: ParcelId as Id,
        outcome: ListOutcome as Text,
        level: WetlandLevel as Text,
        document: String as Text,
        reason: Option<String> as Nullable<Text>,
        decided_on: NaiveDate as Date,
        recorded_by: UserId as Id,
        recorded_at: Time as Timestamp,
    }
}

record! {
    /// A row is a list as it was published.
    pub(super) struct ListRow in wetland_lists {
        id: WetlandListId as Id,
        region: RegionCode as Text,
        level: WetlandLevel as Text,
        version: i64 as BigInt,
        document: String as Text,
        published_on: NaiveDate as Date,
        entries: String as Text,
        entry_count: i64 as BigInt,
        area: SurveyedArea as BigInt,
        published_by: UserId as Id,
        recorded_at: Time as Timestamp,
    }
}

record! {
    /// A row is a marker and what is written on it.
    pub(super) struct MarkerRow in wetland_markers {
        id: WetlandMarkerId as Id,
        wetland_number: String as Text,
        parcel_id: ParcelId as Id,
        county: RegionCode as Text,
        number: String as Text,
        name: String as Text,
        level: WetlandLevel as Text,
        wetland_type: WetlandType as Text,
        area: SurveyedArea as BigInt,
        functions: String as Text,
        species: String as Text,
        authority: String as Text,
        manager: String as Text,
        scope: String as Text,
        phone: String as Text,
        place: String as Text,
        set_on: NaiveDate as Date,
        recorded_by: UserId as Id,
        recorded_at: Time as Timestamp,
    }
}

impl From<DecisionRow> for ListDecision {
    fn from(row: DecisionRow) -> Self {
        let DecisionRow { id, wetland_number, parcel_id, outcome, level, document, .. } = row;
        let DecisionRow { reason, decided_on, recorded_by, recorded_at, .. } = row;
        Self {
            id,
            wetland_number,
            parcel_id,
            outcome,
            level,
            document,
            reason,
            decided_on,
            recorded_by,
            recorded_at,
        }
    }
}

impl From<ListRow> for WetlandList {
    fn from(row: ListRow) -> Self {
        Self {
            id: row.id,
            region: row.region,
            level: row.level,
            version: row.version,
            document: row.document,
            published_on: row.published_on,
            entries: row.entries,
            entry_count: row.entry_count,
            area: row.area,
            published_by: row.published_by,
            recorded_at: row.recorded_at,
        }
    }
}

impl From<MarkerRow> for WetlandMarker {
    fn from(row: MarkerRow) -> Self {
        Self {
            id: row.id,
            wetland_number: row.wetland_number,
            parcel_id: row.parcel_id,
            county: row.county,
            number: row.number,
            text: MarkerText {
                name: row.name,
                functions: row.functions,
                species: row.species,
                authority: row.authority,
                manager: row.manager,
                scope: row.scope,
                phone: row.phone,
                place: row.place,
            },
            level: row.level,
            wetland_type: row.wetland_type,
            area: row.area,
            set_on: row.set_on,
            recorded_by: row.recorded_by,
            recorded_at: row.recorded_at,
        }
    }
}

/// Saves a decision.
pub(crate) fn insert_decision(tx: &mut Tx, it: &ListDecision) -> Answer<()> {
    let it = it.clone();
    Ok(tx.insert(&DecisionRow {
        id: it.id,
        wetland_number: it.wetland_number,
        parcel_id: it.parcel_id,
        outcome: it.outcome,
        level: it.level,
        document: it.document,
        reason: it.reason,
        decided_on: it.decided_on,
        recorded_by: it.recorded_by,
        recorded_at: it.recorded_at,
    })?)
}

/// The decisions on one wetland, newest first.
pub(crate) fn decisions_on(
    c: &mut Conn,
    wetland_number: &str,
    before: Option<ListDecisionId>,
    rows_max: i64,
) -> Answer<Vec<ListDecision>> {
    let mut query = list_decisions::table
        .filter(list_decisions::wetland_number.eq(wetland_number))
        .select(DecisionRow::as_select())
        .into_boxed();
    if let Some(before) = before {
        query = query.filter(list_decisions::id.lt(before));
    }
    let rows: Vec<DecisionRow> = query.order(list_decisions::id.desc()).limit(rows_max).load(c)?;
    Ok(rows.into_iter().map(ListDecision::from).collect())
}

/// The newest decision on each of these wetlands.
pub(crate) fn newest_decisions(
    c: &mut Conn,
    wetland_numbers: &[String],
) -> Answer<BTreeMap<String, ListDecision>> {
    let mut newest = BTreeMap::new();
    for numbers in wetland_numbers.chunks(500) {
        let rows: Vec<DecisionRow> = list_decisions::table
            .filter(list_decisions::wetland_number.eq_any(numbers))
            .order(list_decisions::id)
            .select(DecisionRow::as_select())
            .load(c)?;
        newest.extend(rows.into_iter().map(|row| (row.wetland_number.clone(), row.into())));
    }
    Ok(newest)
}

/// The wetlands of a region, each in its county's newest survey year, at most so many.
pub(crate) fn wetlands_in(c: &mut Conn, region: &RegionCode, rows_max: i64) -> Answer<Vec<Parcel>> {
    let years: Vec<(RegionCode, Option<i64>)> = parcels::table
        .filter(parcels::kind.eq(ParcelKind::Wetland))
        .filter(parcels::county.like(format!("{region}%")))
        .group_by(parcels::county)
        .select((parcels::county, diesel::dsl::max(parcels::land_survey_year)))
        .order(parcels::county)
        .load(c)?;
    let mut found: Vec<Parcel> = Vec::new();
    for (county, year) in years {
        let left = rows_max.saturating_sub(i64::try_from(found.len()).unwrap_or(i64::MAX));
        let rows: Vec<ParcelRow> = parcels::table
            .filter(parcels::kind.eq(ParcelKind::Wetland))
            .filter(parcels::county.eq(county))
            .filter(parcels::land_survey_year.eq(year.unwrap_or_default()))
            .filter(parcels::id.ne_all(withdrawals::withdrawn()))
            .order(parcels::number)
            .limit(left)
            .select(ParcelRow::as_select())
            .load(c)?;
        found.extend(rows.into_iter().map(Parcel::from));
    }
    Ok(found)
}

/// Saves a list.
pub(crate) fn insert_list(tx: &mut Tx, it: &WetlandList) -> Answer<()> {
    let it = it.clone();
    Ok(tx.insert(&ListRow {
        id: it.id,
        region: it.region,
        level: it.level,
        version: it.version,
        document: it.document,
        published_on: it.published_on,
        entries: it.entries,
        entry_count: it.entry_count,
        area: it.area,
        published_by: it.published_by,
        recorded_at: it.recorded_at,
    })?)
}

/// How many lists there are of that region and level.
pub(crate) fn list_versions(c: &mut Conn, region: &RegionCode, level: WetlandLevel) -> Answer<i64> {
    let last: Option<i64> = wetland_lists::table
        .filter(wetland_lists::region.eq(region))
        .filter(wetland_lists::level.eq(level))
        .select(diesel::dsl::max(wetland_lists::version))
        .first(c)?;
    Ok(last.unwrap_or_default())
}

/// The list with this id.
pub(crate) fn list(c: &mut Conn, id: WetlandListId) -> Answer<Option<WetlandList>> {
    let row: Option<ListRow> =
        wetland_lists::table.find(id).select(ListRow::as_select()).first(c).optional()?;
    Ok(row.map(WetlandList::from))
}

/// Published lists, newest first.
pub(crate) fn lists_page(
    c: &mut Conn,
    region: Option<&RegionCode>,
    before: Option<WetlandListId>,
    rows_max: i64,
) -> Answer<Vec<WetlandList>> {
    let mut query = wetland_lists::table.select(ListRow::as_select()).into_boxed();
    if let Some(region) = region {
        query = query.filter(wetland_lists::region.like(format!("{region}%")));
    }
    if let Some(before) = before {
        query = query.filter(wetland_lists::id.lt(before));
    }
    let rows: Vec<ListRow> = query.order(wetland_lists::id.desc()).limit(rows_max).load(c)?;
    Ok(rows.into_iter().map(WetlandList::from).collect())
}

/// Saves a marker.
pub(crate) fn insert_marker(tx: &mut Tx, it: &WetlandMarker) -> Answer<()> {
    let it = it.clone();
    Ok(tx.insert(&MarkerRow {
        id: it.id,
        wetland_number: it.wetland_number,
        parcel_id: it.parcel_id,
        county: it.county,
        number: it.number,
        name: it.text.name,
        level: it.level,
        wetland_type: it.wetland_type,
        area: it.area,
        functions: it.text.functions,
        species: it.text.species,
        authority: it.text.authority,
        manager: it.text.manager,
        scope: it.text.scope,
        phone: it.text.phone,
        place: it.text.place,
        set_on: it.set_on,
        recorded_by: it.recorded_by,
        recorded_at: it.recorded_at,
    })?)
}

/// Markers of a region, newest first.
pub(crate) fn markers_page(
    c: &mut Conn,
    region: Option<&RegionCode>,
    before: Option<WetlandMarkerId>,
    rows_max: i64,
) -> Answer<Vec<WetlandMarker>> {
    let mut query = wetland_markers::table.select(MarkerRow::as_select()).into_boxed();
    if let Some(region) = region {
        query = query.filter(wetland_markers::county.like(format!("{region}%")));
    }
    if let Some(before) = before {
        query = query.filter(wetland_markers::id.lt(before));
    }
    let rows: Vec<MarkerRow> = query.order(wetland_markers::id.desc()).limit(rows_max).load(c)?;
    Ok(rows.into_iter().map(WetlandMarker::from).collect())
}
