//! Parcels and where they lie.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use diesel::dsl::{count_star, sql};
use diesel::prelude::*;
use diesel::sql_types::BigInt;

use super::places::{self, Place};
use super::withdrawals;
use crate::inventory::geometry::Bounds;
use crate::inventory::model::{
    Conclusion, LandClass, LandSurvey, Monitoring, Parcel, ParcelId, ParcelImportId, ParcelKind,
    PondCheck, PondResult, Restorability, WaterRegime, WetlandLevel, WetlandType,
};
use crate::inventory::rules::Sum;
use crate::kernel::area::SurveyedArea;
use crate::kernel::clock::Time;
use crate::kernel::db::{Conn, OnConstraint, Tx, record};
use crate::kernel::problem::{Answer, Failure};
use crate::kernel::region::RegionCode;
use crate::schema::{parcel_polygons, parcels as table};

record! {
    /// A row is a parcel.
    pub(super) struct ParcelRow in parcels {
        id: ParcelId as Id,
        number: String as Text,
        kind: ParcelKind as Text,
        name: String as Text,
        township: RegionCode as Text,
        county: RegionCode as Text,
        land_source: String as Text,
        land_survey_year: i64 as BigInt,
        land_class: LandClass as Text,
        declared_area: SurveyedArea as BigInt,
        tenure: Option<String> as Nullable<Text>,
        entered_class: LandClass as Text,
        monitoring_source: String as Text,
        monitoring_survey_year: i64 as BigInt,
        level: WetlandLevel as Text,
        wetland_type: WetlandType as Text,
        water_regime: Option<WaterRegime> as Nullable<Text>,
        protected: Option<bool> as Nullable<Bool>,
        restorable_basis: Option<String> as Nullable<Text>,
        restorable_author: Option<String> as Nullable<Text>,
        restorable_on: Option<NaiveDate> as Nullable<Date>,
        pond_evidence: Option<String> as Nullable<Text>,
        pond_verified_by: Option<String> as Nullable<Text>,
        pond_verified_on: Option<NaiveDate> as Nullable<Date>,
        submitted_by: Option<String> as Nullable<Text>,
        computed_area: SurveyedArea as BigInt,
        import_id: ParcelImportId as Id,
        entered_at: Time as Timestamp,
    }
}

record! {
    /// A row is where the parcel with the same id lies.
    pub(super) struct PolygonRow in parcel_polygons {
        id: ParcelId as Id,
        kind: ParcelKind as Text,
        west: i64 as BigInt,
        south: i64 as BigInt,
        east: i64 as BigInt,
        north: i64 as BigInt,
        polygon: String as Text,
    }
}

impl From<ParcelRow> for Parcel {
    fn from(row: ParcelRow) -> Self {
        Self {
            id: row.id,
            number: row.number,
            kind: row.kind,
            name: row.name,
            township: row.township,
            county: row.county,
            land: LandSurvey {
                source: row.land_source,
                survey_year: row.land_survey_year,
                land_class: row.land_class,
                declared_area: row.declared_area,
                tenure: row.tenure,
            },
            entered_class: row.entered_class,
            monitoring: Monitoring {
                source: row.monitoring_source,
                survey_year: row.monitoring_survey_year,
                level: row.level,
                wetland_type: row.wetland_type,
                water_regime: row.water_regime,
                protected: row.protected,
            },
            restorability: restorability(
                row.restorable_basis,
                row.restorable_author,
                row.restorable_on,
            ),
            pond_check: pond_check(row.pond_evidence, row.pond_verified_by, row.pond_verified_on),
            submitted_by: row.submitted_by,
            computed_area: row.computed_area,
            import_id: row.import_id,
            entered_at: row.entered_at,
            withdrawn_at: None,
        }
    }
}

/// What entered was restorable, else it would not be here.
fn restorability(
    basis: Option<String>,
    author: Option<String>,
    date: Option<NaiveDate>,
) -> Option<Restorability> {
    let (basis, author, date) = (basis?, author?, date?);
    Some(Restorability { conclusion: Conclusion::Restorable, basis, author, date })
}

/// What entered had passed, else it would not be here.
fn pond_check(
    evidence: Option<String>,
    verified_by: Option<String>,
    date: Option<NaiveDate>,
) -> Option<PondCheck> {
    let (evidence, verified_by, date) = (evidence?, verified_by?, date?);
    Some(PondCheck { result: PondResult::Passed, evidence, verified_by, date })
}

impl From<Parcel> for ParcelRow {
    fn from(it: Parcel) -> Self {
        let (restorable, pond) = (it.restorability, it.pond_check);
        Self {
            id: it.id,
            number: it.number,
            kind: it.kind,
            name: it.name,
            township: it.township,
            county: it.county,
            land_source: it.land.source,
            land_survey_year: it.land.survey_year,
            land_class: it.land.land_class,
            declared_area: it.land.declared_area,
            tenure: it.land.tenure,
            entered_class: it.entered_class,
            monitoring_source: it.monitoring.source,
            monitoring_survey_year: it.monitoring.survey_year,
            level: it.monitoring.level,
            wetland_type: it.monitoring.wetland_type,
            water_regime: it.monitoring.water_regime,
            protected: it.monitoring.protected,
            restorable_on: restorable.as_ref().map(|it| it.date),
            restorable_author: restorable.as_ref().map(|it| it.author.clone()),
            restorable_basis: restorable.map(|it| it.basis),
            pond_verified_on: pond.as_ref().map(|it| it.date),
            pond_verified_by: pond.as_ref().map(|it| it.verified_by.clone()),
            pond_evidence: pond.map(|it| it.evidence),
            submitted_by: it.submitted_by,
            computed_area: it.computed_area,
            import_id: it.import_id,
            entered_at: it.entered_at,
        }
    }
}

/// Saves parcels with their polygons.
pub(crate) fn insert_parcels(tx: &mut Tx, parcels: Vec<(Parcel, Bounds, String)>) -> Answer<()> {
    let polygons: Vec<PolygonRow> = parcels
        .iter()
        .map(|(parcel, bounds, polygon)| PolygonRow {
            id: parcel.id,
            kind: parcel.kind,
            west: bounds.west,
            south: bounds.south,
            east: bounds.east,
            north: bounds.north,
            polygon: polygon.clone(),
        })
        .collect();
    let place = |(parcel, bounds, _): &(Parcel, Bounds, String)| Place {
        id: parcel.id,
        kind: parcel.kind,
        bounds: *bounds,
        polygon: None,
    };
    let places = parcels.iter().map(place).collect();
    let rows: Vec<ParcelRow> = parcels.into_iter().map(|(parcel, ..)| parcel.into()).collect();
    tx.insert_all(&rows)?;
    tx.insert_all(&polygons)?;
    places::place(tx, places)
}

/// Saves a parcel after a newer survey; `taken` answers when its number has that year already.
pub(crate) fn update_parcel(tx: &mut Tx, parcel: &Parcel, taken: Failure) -> Answer<()> {
    let row = ParcelRow::from(parcel.clone());
    tx.update(&row).on_constraint("parcels_number_land_survey_year_key", taken)
}

/// The parcel with this id.
pub(crate) fn parcel(c: &mut Conn, id: ParcelId) -> Answer<Option<Parcel>> {
    let row: Option<ParcelRow> =
        table::table.find(id).select(ParcelRow::as_select()).first(c).optional()?;
    Ok(with_withdrawals(c, row.into_iter().collect())?.pop())
}

/// Says of each parcel whether it was withdrawn.
fn with_withdrawals(c: &mut Conn, rows: Vec<ParcelRow>) -> Answer<Vec<Parcel>> {
    let ids: Vec<ParcelId> = rows.iter().map(|row| row.id).collect();
    let withdrawn = withdrawals::withdrawn_at(c, &ids)?;
    let parcel = |row: ParcelRow| {
        let withdrawn_at = withdrawn.get(&row.id).copied();
        Parcel { withdrawn_at, ..Parcel::from(row) }
    };
    Ok(rows.into_iter().map(parcel).collect())
}

/// The parcels with these ids, in no order.
pub(crate) fn parcels_by_id(c: &mut Conn, ids: &[ParcelId]) -> Answer<Vec<Parcel>> {
    let rows: Vec<ParcelRow> =
        table::table.filter(table::id.eq_any(ids)).select(ParcelRow::as_select()).load(c)?;
    with_withdrawals(c, rows)
}

/// The parcel with this number; of a wetland the newest survey year.
pub(crate) fn parcel_by_number(c: &mut Conn, number: &str) -> Answer<Option<Parcel>> {
    let row: Option<ParcelRow> = table::table
        .filter(table::number.eq(number))
        .order(table::land_survey_year.desc())
        .select(ParcelRow::as_select())
        .first(c)
        .optional()?;
    Ok(with_withdrawals(c, row.into_iter().collect())?.pop())
}

/// The parcel's polygon as GeoJSON, as it was corrected last.
pub(crate) fn polygon(c: &mut Conn, id: ParcelId) -> Answer<Option<String>> {
    if let Some(corrected) = places::corrected_polygon(c, id)? {
        return Ok(Some(corrected));
    }
    let polygon =
        parcel_polygons::table.find(id).select(parcel_polygons::polygon).first(c).optional();
    Ok(polygon?)
}

/// Which parcels of a list are wanted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct ParcelFilter {
    /// What the reader may see at all.
    pub(crate) region: Option<RegionCode>,
    pub(crate) township: Option<RegionCode>,
    pub(crate) kind: Option<ParcelKind>,
    pub(crate) land_class: Option<LandClass>,
    pub(crate) survey_year: Option<i64>,
    pub(crate) number: Option<String>,
}

/// Parcels, newest first.
pub(crate) fn parcels(
    c: &mut Conn,
    filter: &ParcelFilter,
    after: Option<ParcelId>,
    rows_max: i64,
) -> Answer<Vec<Parcel>> {
    let mut query = table::table.select(ParcelRow::as_select()).into_boxed();
    if let Some(region) = &filter.region {
        query = query.filter(table::township.like(format!("{region}%")));
    }
    if let Some(township) = filter.township.clone() {
        query = query.filter(table::township.eq(township));
    }
    if let Some(kind) = filter.kind {
        query = query.filter(table::kind.eq(kind));
    }
    if let Some(class) = filter.land_class {
        query = query.filter(table::land_class.eq(class));
    }
    if let Some(year) = filter.survey_year {
        query = query.filter(table::land_survey_year.eq(year));
    }
    if let Some(number) = &filter.number {
        query = query.filter(table::number.eq(number));
    }
    if let Some(after) = after {
        query = query.filter(table::id.lt(after));
    }
    let rows: Vec<ParcelRow> = query.order(table::id.desc()).limit(rows_max).load(c)?;
    with_withdrawals(c, rows)
}

/// Those of the numbers that the inventory has already, with their survey years.
pub(crate) fn numbers_taken(
    c: &mut Conn,
    kind: ParcelKind,
    numbers: &[String],
) -> Answer<BTreeSet<(String, i64)>> {
    let mut taken = BTreeSet::new();
    for numbers in numbers.chunks(500) {
        let rows: Vec<(String, i64)> = table::table
            .filter(table::number.eq_any(numbers))
            .filter(table::kind.eq(kind))
            .select((table::number, table::land_survey_year))
            .load(c)?;
        taken.extend(rows);
    }
    Ok(taken)
}

/// The newest survey year of the wetland database in a region.
pub(crate) fn latest_wetland_year(
    c: &mut Conn,
    region: Option<&RegionCode>,
) -> Answer<Option<i64>> {
    let mut query = table::table
        .filter(table::kind.eq(ParcelKind::Wetland))
        .select(diesel::dsl::max(table::land_survey_year))
        .into_boxed();
    if let Some(region) = region {
        query = query.filter(table::township.like(format!("{region}%")));
    }
    Ok(query.first(c)?)
}

/// Number and declared area of the active parcels that the filter lets through, by class.
pub(crate) fn sums_by_class(c: &mut Conn, filter: &ParcelFilter) -> Answer<Vec<(LandClass, Sum)>> {
    let area = sql::<BigInt>("CAST(COALESCE(SUM(declared_area), 0) AS BIGINT)");
    let region = filter.region.as_ref().map_or("", RegionCode::as_str);
    let (first, last) = filter.survey_year.map_or((0, i64::MAX), |year| (year, year));
    let rows: Vec<(LandClass, i64, i64)> = table::table
        .filter(table::township.like(format!("{region}%")))
        .filter(table::kind.eq(filter.kind.unwrap_or(ParcelKind::Reserve)))
        .filter(table::land_survey_year.between(first, last))
        .filter(table::id.ne_all(withdrawals::withdrawn()))
        .group_by(table::land_class)
        .select((table::land_class, count_star(), area))
        .load(c)?;
    let sum = |(class, parcels, centi_m2)| (class, Sum { parcels, centi_m2 });
    Ok(rows.into_iter().map(sum).collect())
}
