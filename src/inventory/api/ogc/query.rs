//! What is asked of the OGC API: which collection, which box, how many.

use serde::Deserialize;
use utoipa::IntoParams;

use actix_web::http::StatusCode;

use crate::inventory::geometry::Bounds;
use crate::inventory::model::ParcelKind;
use crate::kernel::actor::{Actor, Role};
use crate::kernel::names::names;
use crate::kernel::problem::{Answer, Failure, Problem};

names! {
    /// A collection of features.
    pub enum Collection {
        CountyBoundaries = "county_boundaries",
        Wetlands = "wetlands",
        ReserveParcels = "reserve_parcels",
    }
}

impl Collection {
    pub(super) fn parcels(self) -> Option<ParcelKind> {
        match self {
            Self::CountyBoundaries => None,
            Self::Wetlands => Some(ParcelKind::Wetland),
            Self::ReserveParcels => Some(ParcelKind::Reserve),
        }
    }

    pub(super) fn title(self) -> &'static str {
        match self {
            Self::CountyBoundaries => "县级行政区界线（示意）",
            Self::Wetlands => "湿地资源数据库",
            Self::ReserveParcels => "湿地后备资源",
        }
    }
}

/// The collections that somebody may see.
pub(super) struct Collections(&'static [Collection]);

impl Collections {
    /// The same people as those who may list parcels see them here.
    pub(super) fn of(actor: Option<&Actor>) -> Self {
        let sees_parcels = actor.is_some_and(|actor| {
            matches!(
                actor.role,
                Role::Administrator
                    | Role::CentreDirector
                    | Role::CentreOfficer
                    | Role::ForestryOfficer
                    | Role::TownshipOfficer
                    | Role::Auditor
            )
        });
        Self(if sees_parcels { Collection::ALL } else { &[Collection::CountyBoundaries] })
    }

    pub(super) fn list(&self) -> &'static [Collection] {
        self.0
    }

    pub(super) fn named(&self, name: &str) -> Answer<Collection> {
        let found = self.0.iter().find(|collection| collection.as_str() == name);
        found.copied().ok_or_else(Failure::not_found)
    }
}

/// More features than this are given page by page.
pub(super) const LIMIT_MAX: i64 = 1_000;
const LIMIT_DEFAULT: i64 = 100;
const CRS84: &str = "http://www.opengis.net/def/crs/OGC/1.3/CRS84";

/// Which features of a collection are wanted.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ItemQuery {
    /// West, south, east, north in degrees; with heights, six numbers.
    #[param(example = "116.1,28.2,116.6,28.8")]
    bbox: Option<String>,
    /// Only CRS84.
    #[serde(rename = "bbox-crs")]
    #[param(rename = "bbox-crs", example = "http://www.opengis.net/def/crs/OGC/1.3/CRS84")]
    bbox_crs: Option<String>,
    /// How many features at most, 1 to 1000; 100 when absent.
    #[param(value_type = Option<i64>, minimum = 1, maximum = 1000, example = 100)]
    limit: Option<String>,
    /// These features have no time, so that every time fits them.
    #[param(example = "2025-01-01T00:00:00Z")]
    datetime: Option<String>,
    /// Only GeoJSON.
    #[param(example = "json")]
    f: Option<String>,
    /// As the link to the next page has it.
    after: Option<String>,
}

/// The same, read.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Wanted {
    pub(super) bounds: Option<Bounds>,
    /// The box as it was asked, for the link to the next page.
    pub(super) bbox: Option<String>,
    pub(super) limit: i64,
    pub(super) after: Option<String>,
}

impl ItemQuery {
    pub(super) fn wanted(self) -> Answer<Wanted> {
        let bounds = match &self.bbox {
            Some(bbox) => Some(bounds(bbox).ok_or_else(bad_bbox)?),
            None => None,
        };
        if self.bbox_crs.is_some_and(|crs| crs != CRS84) {
            return Err(bad(
                "bbox-crs",
                "bbox-crs must be CRS84",
                "bbox-crs 只支持 CRS84（经度在前）",
            ));
        }
        if self.f.is_some_and(|f| f != "json" && f != "geojson") {
            return Err(bad("format", "f must be json", "f 只支持 json"));
        }
        if self.datetime.is_some_and(|it| it.is_empty() || it.len() > 100) {
            return Err(bad("datetime", "datetime must be a time or an interval", "datetime 无效"));
        }
        let limit = match &self.limit {
            Some(limit) => {
                // The standard lets a server give fewer features than were asked for.
                let limit = limit.parse::<i64>().ok().filter(|limit| *limit >= 1);
                limit.ok_or_else(bad_limit)?.min(LIMIT_MAX)
            }
            None => LIMIT_DEFAULT,
        };
        Ok(Wanted { bounds, bbox: self.bbox, limit, after: self.after })
    }
}

/// Reads a box of two or three dimensions in degrees, longitude first.
fn bounds(bbox: &str) -> Option<Bounds> {
    let numbers: Vec<f64> =
        bbox.split(',').map(|it| it.trim().parse().ok()).collect::<Option<_>>()?;
    let (west, south, east, north) = match numbers.as_slice() {
        [west, south, east, north] => (*west, *south, *east, *north),
        [west, south, _, east, north, _] => (*west, *south, *east, *north),
        _ => return None,
    };
    let in_range =
        |lon: f64, lat: f64| (-180.0..=180.0).contains(&lon) && (-90.0..=90.0).contains(&lat);
    // West of the date line there is no land of ours, so no box goes over it.
    let fits = in_range(west, south) && in_range(east, north) && west <= east && south <= north;
    fits.then(|| Bounds::of_degrees((west, south), (east, north)))
}

fn bad(code: &str, english: &str, chinese: &str) -> Failure {
    let code = match code {
        "bbox" => "bad-bbox",
        "limit" => "bad-limit",
        _ => "bad-query",
    };
    Failure::Refused(Problem::new(StatusCode::BAD_REQUEST, code, english, chinese))
}

fn bad_bbox() -> Failure {
    bad(
        "bbox",
        "bbox must be west,south,east,north in degrees, each west and south before its east and north",
        "bbox 应为 西,南,东,北（度），且西不大于东、南不大于北",
    )
}

fn bad_limit() -> Failure {
    bad("limit", "limit must be a whole number from 1 to 1000", "limit 应为 1 至 1000 的整数")
}

pub(super) fn bad_cursor() -> Failure {
    bad(
        "after",
        "after is not what a link to the next page has",
        "after 无效，请使用上一页的 next 链接",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_box_is_four_or_six_numbers_in_order() {
        let box_of = |text: &str| bounds(text).map(|it| (it.west, it.south, it.east, it.north));
        let expected = Some((1_161_000_000, 282_000_000, 1_166_000_001, 288_000_001));
        assert_eq!(box_of("116.1,28.2,116.6,28.8"), expected);
        assert_eq!(box_of("116.1, 28.2, 0, 116.6, 28.8, 100"), expected);
        for bad in [
            "",
            "1,2,3",
            "a,b,c,d",
            "116.6,28.2,116.1,28.8",
            "28.2,116.1,28.8,116.6",
            "116.1,28.8,116.6,28.2",
            "NaN,1,2,3",
            "1,2,3,4,5",
        ] {
            assert_eq!(box_of(bad), None, "{bad}");
        }
    }
}
