//! Regions and the boundaries of counties.

use std::collections::{BTreeMap, BTreeSet};

use diesel::prelude::*;

use crate::inventory::geometry::{Shape, canonical_text, shape_of_text};
use crate::inventory::model::{CountyBoundaryId, Region, RegionId};
use crate::kernel::clock::Time;
use crate::kernel::db::{Conn, Tx, record};
use crate::kernel::problem::{Answer, Failure};
use crate::kernel::region::{RegionCode, RegionLevel};
use crate::schema::{county_boundaries, regions};

record! {
    /// A row is a region by its code.
    pub(super) struct RegionRow in regions {
        id: RegionId as Id,
        code: RegionCode as Text,
        name: String as Text,
        parent: Option<RegionCode> as Nullable<Text>,
    }
}

record! {
    /// A row is a boundary as it was handed in.
    pub(super) struct BoundaryRow in county_boundaries {
        id: CountyBoundaryId as Id,
        county: RegionCode as Text,
        polygon: String as Text,
        file_sha256: String as Text,
        recorded_at: Time as Timestamp,
    }
}

impl From<RegionRow> for Region {
    fn from(row: RegionRow) -> Self {
        Self { code: row.code, name: row.name, parent: row.parent }
    }
}

fn row(region: &Region, id: RegionId) -> RegionRow {
    let Region { code, name, parent } = region.clone();
    RegionRow { id, code, name, parent }
}

/// The region with this code.
pub(crate) fn region(c: &mut Conn, code: &RegionCode) -> Answer<Option<Region>> {
    let row: Option<RegionRow> = regions::table
        .filter(regions::code.eq(code))
        .select(RegionRow::as_select())
        .first(c)
        .optional()?;
    Ok(row.map(Region::from))
}

/// The townships of a region, by code, each with its name.
pub(crate) fn townships_within(c: &mut Conn, region: &RegionCode) -> Answer<Vec<(String, String)>> {
    const TOWNSHIPS_MAX: i64 = 2_000;
    let rows: Vec<(RegionCode, String)> = regions::table
        .filter(regions::code.like(format!("{region}%")))
        .order(regions::code)
        .limit(TOWNSHIPS_MAX)
        .select((regions::code, regions::name))
        .load(c)?;
    let township = |code: &RegionCode| code.level() == RegionLevel::Township;
    let rows = rows.into_iter().filter(|(code, _)| township(code));
    Ok(rows.map(|(code, name)| (code.to_string(), name)).collect())
}

/// Regions right below one, or all of them, in the order in which they were handed in.
pub(crate) fn regions_under(
    c: &mut Conn,
    parent: Option<&RegionCode>,
    after: Option<RegionId>,
    rows_max: i64,
) -> Answer<Vec<(RegionId, Region)>> {
    let mut query = regions::table.select(RegionRow::as_select()).into_boxed();
    if let Some(parent) = parent {
        query = query.filter(regions::parent.eq(Some(parent.clone())));
    }
    if let Some(after) = after {
        query = query.filter(regions::id.gt(after));
    }
    let rows: Vec<RegionRow> = query.order(regions::id).limit(rows_max).load(c)?;
    Ok(rows.into_iter().map(|row| (row.id, Region::from(row))).collect())
}

/// The regions right below one, by code; a province has some dozen, a prefecture too.
pub(crate) fn regions_below(c: &mut Conn, code: &RegionCode) -> Answer<Vec<Region>> {
    let rows: Vec<RegionRow> = regions::table
        .filter(regions::parent.eq(Some(code.clone())))
        .order(regions::code)
        .select(RegionRow::as_select())
        .load(c)?;
    Ok(rows.into_iter().map(Region::from).collect())
}

/// Every region with its id; there are at most some ten thousand.
pub(crate) fn known_regions(c: &mut Conn) -> Answer<BTreeMap<RegionCode, (RegionId, Region)>> {
    let rows: Vec<RegionRow> = regions::table.select(RegionRow::as_select()).load(c)?;
    Ok(rows.into_iter().map(|row| (row.code.clone(), (row.id, Region::from(row)))).collect())
}

/// Those of the codes that are townships.
pub(crate) fn townships_among(c: &mut Conn, codes: &[RegionCode]) -> Answer<BTreeSet<RegionCode>> {
    let mut known = BTreeSet::new();
    for codes in codes.chunks(500) {
        let found: Vec<RegionCode> =
            regions::table.filter(regions::code.eq_any(codes)).select(regions::code).load(c)?;
        known.extend(found);
    }
    Ok(known)
}

/// Saves new regions, parents before children.
pub(crate) fn insert_regions(tx: &mut Tx, regions: &[(RegionId, Region)]) -> Answer<()> {
    let rows: Vec<RegionRow> = regions.iter().map(|(id, region)| row(region, *id)).collect();
    Ok(tx.insert_all(&rows)?)
}

/// Saves a region under its new name.
pub(crate) fn update_region(tx: &mut Tx, id: RegionId, region: &Region) -> Answer<()> {
    Ok(tx.update(&row(region, id))?)
}

/// Saves a boundary; from now on it counts.
pub(crate) fn insert_boundary(
    tx: &mut Tx,
    id: CountyBoundaryId,
    county: &RegionCode,
    shape: &Shape,
    file_sha256: &str,
) -> Answer<()> {
    let row = BoundaryRow {
        id,
        county: county.clone(),
        polygon: canonical_text(shape),
        file_sha256: file_sha256.to_owned(),
        recorded_at: tx.now(),
    };
    Ok(tx.insert(&row)?)
}

/// The boundary that counts, for each of the counties that has one.
pub(crate) fn boundaries(
    c: &mut Conn,
    counties: &BTreeSet<RegionCode>,
) -> Answer<BTreeMap<RegionCode, Shape>> {
    let mut boundaries = BTreeMap::new();
    for county in counties {
        let text: Option<String> = county_boundaries::table
            .filter(county_boundaries::county.eq(county))
            .order(county_boundaries::id.desc())
            .select(county_boundaries::polygon)
            .first(c)
            .optional()?;
        if let Some(text) = text {
            let shape = shape_of_text(&text)
                .map_err(|_| Failure::broken("a boundary that was kept is a valid shape"))?;
            boundaries.insert(county.clone(), shape);
        }
    }
    Ok(boundaries)
}
