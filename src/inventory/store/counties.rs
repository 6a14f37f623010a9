//! The boundaries of counties, for maps.

use diesel::prelude::*;

use super::regions::region;
use crate::inventory::geometry::{Bounds, shape_of_text};
use crate::kernel::db::Conn;
use crate::kernel::problem::{Answer, Failure};
use crate::kernel::region::RegionCode;
use crate::schema::county_boundaries;

/// A county with the boundary that counts.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct CountyOnMap {
    pub(crate) county: RegionCode,
    pub(crate) name: String,
    /// GeoJSON.
    pub(crate) polygon: String,
    pub(crate) bounds: Bounds,
}

/// The boundary of this county.
pub(crate) fn boundaries_from(c: &mut Conn, county: &RegionCode) -> Answer<Option<CountyOnMap>> {
    let polygon: Option<String> = county_boundaries::table
        .filter(county_boundaries::county.eq(county))
        .order(county_boundaries::id.desc())
        .select(county_boundaries::polygon)
        .first(c)
        .optional()?;
    let Some(polygon) = polygon else { return Ok(None) };
    let name = region(c, county)?.map(|region| region.name).unwrap_or_default();
    let shape = shape_of_text(&polygon)
        .map_err(|_| Failure::broken("a boundary that was kept is a valid shape"))?;
    Ok(Some(CountyOnMap { county: county.clone(), name, polygon, bounds: shape.bounds() }))
}

/// Counties with a boundary that touches the box, in the order of their codes.
pub(crate) fn boundaries_after(
    c: &mut Conn,
    after: Option<&RegionCode>,
    bounds: Option<Bounds>,
    rows_max: i64,
) -> Answer<Vec<CountyOnMap>> {
    let mut query = county_boundaries::table
        .select(county_boundaries::county)
        .distinct()
        .order(county_boundaries::county)
        .into_boxed();
    if let Some(after) = after {
        query = query.filter(county_boundaries::county.gt(after.clone()));
    }
    // A country has some three thousand counties.
    let codes: Vec<RegionCode> = query.load(c)?;
    let rows_max = usize::try_from(rows_max).unwrap_or(usize::MAX);
    let mut found = Vec::new();
    for code in codes {
        let county = boundaries_from(c, &code)?;
        let touches = |it: &CountyOnMap| bounds.is_none_or(|bounds| bounds.touches(&it.bounds));
        found.extend(county.filter(touches));
        if found.len() >= rows_max {
            break;
        }
    }
    Ok(found)
}

/// The box around all boundaries.
pub(crate) fn extent_of_boundaries(c: &mut Conn) -> Answer<Option<Bounds>> {
    let all = boundaries_after(c, None, None, i64::MAX)?;
    Ok(all.into_iter().map(|it| it.bounds).reduce(|one, other| one.with(&other)))
}
