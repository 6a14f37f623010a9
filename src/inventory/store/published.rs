//! Published tables, targets, and the sums of parcels that stand beside them.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::BigInt;
use rust_decimal::Decimal;

use super::withdrawals;
use crate::inventory::model::{
    LandClass, Measure, ParcelKind, PublishedTable, PublishedTableId, TableKind, WetlandTarget,
    WetlandTargetId, WetlandType,
};
use crate::inventory::rules::WetlandSum;
use crate::kernel::clock::Time;
use crate::kernel::db::{Conn, OnConstraint, Tx, record};
use crate::kernel::ids::{OrganisationId, UserId};
use crate::kernel::problem::{Answer, Failure};
use crate::kernel::region::RegionCode;
use crate::schema::{parcels, published_tables as tables, regions, wetland_targets as targets};

record! {
    /// A row is one publication, to the letter.
    pub(super) struct PublishedRow in published_tables {
        id: PublishedTableId as Id,
        kind: TableKind as Text,
        region: RegionCode as Text,
        version: i64 as BigInt,
        document: String as Text,
        published_on: NaiveDate as Date,
        file_sha256: String as Text,
        content: String as Text,
        imported_by: UserId as Id,
        organisation_id: OrganisationId as Id,
        imported_at: Time as Timestamp,
    }
}

record! {
    /// A row is what a document demands.
    pub(super) struct TargetRow in wetland_targets {
        id: WetlandTargetId as Id,
        region: RegionCode as Text,
        year: i64 as BigInt,
        measure: Measure as Text,
        at_least: String as Text,
        document: String as Text,
        entered_by: UserId as Id,
        entered_at: Time as Timestamp,
    }
}

impl From<PublishedRow> for PublishedTable {
    fn from(row: PublishedRow) -> Self {
        Self {
            id: row.id,
            kind: row.kind,
            region: row.region,
            version: row.version,
            document: row.document,
            published_on: row.published_on,
            file_sha256: row.file_sha256,
            content: row.content,
            imported_by: row.imported_by,
            organisation_id: row.organisation_id,
            imported_at: row.imported_at,
        }
    }
}

impl From<PublishedTable> for PublishedRow {
    fn from(it: PublishedTable) -> Self {
        Self {
            id: it.id,
            kind: it.kind,
            region: it.region,
            version: it.version,
            document: it.document,
            published_on: it.published_on,
            file_sha256: it.file_sha256,
            content: it.content,
            imported_by: it.imported_by,
            organisation_id: it.organisation_id,
            imported_at: it.imported_at,
        }
    }
}

impl TryFrom<TargetRow> for WetlandTarget {
    type Error = Failure;

    fn try_from(row: TargetRow) -> Answer<Self> {
        let at_least: Decimal =
            row.at_least.parse().map_err(|_| Failure::broken("a target is a number"))?;
        Ok(Self {
            id: row.id,
            region: row.region,
            year: row.year,
            measure: row.measure,
            at_least,
            document: row.document,
            entered_by: row.entered_by,
            entered_at: row.entered_at,
        })
    }
}

/// Saves a publication.
pub(crate) fn insert_published(tx: &mut Tx, it: &PublishedTable) -> Answer<()> {
    Ok(tx.insert(&PublishedRow::from(it.clone()))?)
}

/// The publication with this id.
pub(crate) fn published(c: &mut Conn, id: PublishedTableId) -> Answer<Option<PublishedTable>> {
    let row: Option<PublishedRow> =
        tables::table.find(id).select(PublishedRow::as_select()).first(c).optional()?;
    Ok(row.map(PublishedTable::from))
}

/// The publication of the same region and kind with the same bytes.
pub(crate) fn published_same(
    c: &mut Conn,
    kind: TableKind,
    region: &RegionCode,
    file_sha256: &str,
) -> Answer<Option<PublishedTable>> {
    let row: Option<PublishedRow> = tables::table
        .filter(tables::region.eq(region))
        .filter(tables::kind.eq(kind))
        .filter(tables::file_sha256.eq(file_sha256))
        .select(PublishedRow::as_select())
        .first(c)
        .optional()?;
    Ok(row.map(PublishedTable::from))
}

/// How many publications there are of that region and kind.
pub(crate) fn published_versions(
    c: &mut Conn,
    kind: TableKind,
    region: &RegionCode,
) -> Answer<i64> {
    let last: Option<i64> = tables::table
        .filter(tables::region.eq(region))
        .filter(tables::kind.eq(kind))
        .select(diesel::dsl::max(tables::version))
        .first(c)?;
    Ok(last.unwrap_or_default())
}

/// The newest publication of that kind for each of the regions, those of larger regions last.
pub(crate) fn newest_published(
    c: &mut Conn,
    kind: TableKind,
    regions: &[RegionCode],
) -> Answer<Vec<PublishedTable>> {
    let mut rows: Vec<PublishedRow> = tables::table
        .filter(tables::region.eq_any(regions))
        .filter(tables::kind.eq(kind))
        .order((tables::region.desc(), tables::version.desc()))
        .select(PublishedRow::as_select())
        .load(c)?;
    rows.dedup_by(|later, first| later.region == first.region);
    Ok(rows.into_iter().map(PublishedTable::from).collect())
}

/// Publications, newest first.
pub(crate) fn published_page(
    c: &mut Conn,
    kind: Option<TableKind>,
    region: Option<&RegionCode>,
    before: Option<PublishedTableId>,
    rows_max: i64,
) -> Answer<Vec<PublishedTable>> {
    let mut query = tables::table.select(PublishedRow::as_select()).into_boxed();
    if let Some(kind) = kind {
        query = query.filter(tables::kind.eq(kind));
    }
    if let Some(region) = region {
        query = query.filter(tables::region.like(format!("{region}%")));
    }
    if let Some(before) = before {
        query = query.filter(tables::id.lt(before));
    }
    let rows: Vec<PublishedRow> = query.order(tables::id.desc()).limit(rows_max).load(c)?;
    Ok(rows.into_iter().map(PublishedTable::from).collect())
}

/// Saves a target; `twice` answers when its document has set it already.
pub(crate) fn insert_target(tx: &mut Tx, it: &WetlandTarget, twice: Failure) -> Answer<()> {
    let row = TargetRow {
        id: it.id,
        region: it.region.clone(),
        year: it.year,
        measure: it.measure,
        at_least: it.at_least.to_string(),
        document: it.document.clone(),
        entered_by: it.entered_by,
        entered_at: it.entered_at,
    };
    tx.insert(&row).on_constraint("wetland_targets_region_year_measure_document_key", twice)
}

/// The target with this id.
pub(crate) fn target(c: &mut Conn, id: WetlandTargetId) -> Answer<Option<WetlandTarget>> {
    let row: Option<TargetRow> =
        targets::table.find(id).select(TargetRow::as_select()).first(c).optional()?;
    row.map(WetlandTarget::try_from).transpose()
}

/// Targets, newest first.
pub(crate) fn targets_page(
    c: &mut Conn,
    region: Option<&RegionCode>,
    before: Option<WetlandTargetId>,
    rows_max: i64,
) -> Answer<Vec<WetlandTarget>> {
    let mut query = targets::table.select(TargetRow::as_select()).into_boxed();
    if let Some(region) = region {
        query = query.filter(targets::region.like(format!("{region}%")));
    }
    if let Some(before) = before {
        query = query.filter(targets::id.lt(before));
    }
    let rows: Vec<TargetRow> = query.order(targets::id.desc()).limit(rows_max).load(c)?;
    rows.into_iter().map(WetlandTarget::try_from).collect()
}

/// The declared areas of the wetland database in a region, each county's newest survey year.
pub(crate) fn wetland_sums(c: &mut Conn, region: &RegionCode) -> Answer<Vec<WetlandSum>> {
    type Row = (RegionCode, i64, LandClass, WetlandType, Option<bool>, i64);
    let area = sql::<BigInt>("CAST(COALESCE(SUM(declared_area), 0) AS BIGINT)");
    let rows: Vec<Row> = parcels::table
        .filter(parcels::county.like(format!("{region}%")))
        .filter(parcels::kind.eq(ParcelKind::Wetland))
        .filter(parcels::id.ne_all(withdrawals::withdrawn()))
        .group_by((
            parcels::county,
            parcels::land_survey_year,
            parcels::land_class,
            parcels::wetland_type,
            parcels::protected,
        ))
        .select((
            parcels::county,
            parcels::land_survey_year,
            parcels::land_class,
            parcels::wetland_type,
            parcels::protected,
            area,
        ))
        .load(c)?;
    let mut newest: BTreeMap<RegionCode, i64> = BTreeMap::new();
    for (county, year, ..) in &rows {
        let known = newest.entry(county.clone()).or_insert(*year);
        *known = (*known).max(*year);
    }
    let rows = rows.into_iter().filter(|(county, year, ..)| newest.get(county) == Some(year));
    let sum = |(county, _, land_class, wetland_type, protected, centi_m2): Row| WetlandSum {
        county,
        land_class,
        wetland_type,
        protected: protected.unwrap_or_default(),
        centi_m2,
    };
    Ok(rows.map(sum).collect())
}

/// The regions below one that bear these names; of two with the same name the higher.
pub(crate) fn regions_named(
    c: &mut Conn,
    within: &RegionCode,
    names: &[String],
) -> Answer<Vec<(String, RegionCode)>> {
    let mut found: BTreeMap<String, RegionCode> = BTreeMap::new();
    for names in names.chunks(500) {
        let rows: Vec<(String, RegionCode)> = regions::table
            .filter(regions::name.eq_any(names))
            .filter(regions::code.like(format!("{within}%")))
            .order(regions::code.desc())
            .select((regions::name, regions::code))
            .load(c)?;
        for (name, code) in rows.into_iter().filter(|(_, code)| code != within) {
            let higher = found.get(&name).is_none_or(|known| code.level() < known.level());
            if higher {
                found.insert(name, code);
            }
        }
    }
    Ok(found.into_iter().collect())
}
