//! The wetlands that are flagged for the regional list of important wetlands (R23): a worklist.

use crate::inventory::geometry::{common_area, geodesic_area};
use crate::inventory::model::{
    LayerKind, ListDecision, NearFeature, Parcel, VersionUsed, WetlandLevel,
};
use crate::inventory::rules;
use crate::inventory::store::{self, Among};
use crate::kernel::area::SurveyedArea;
use crate::kernel::clock::Time;
use crate::kernel::db::Conn;
use crate::kernel::problem::Answer;
use crate::kernel::region::RegionCode;

use super::land::shape_of;
use super::lists::LIST_ENTRIES_MAX;

/// The polygons of planning areas near one wetland, at most.
const NEAR_MAX: usize = 2_000;

/// A wetland of which 8 ha or more lie inside an urban planning area, and what was decided on it.
#[derive(Debug, Clone, PartialEq)]
pub struct ListCandidate {
    pub parcel: Parcel,
    pub inside: SurveyedArea,
    /// The level that counts now.
    pub level: WetlandLevel,
    pub decision: Option<ListDecision>,
}

/// The worklist of a region with the versions of the planning area that it was computed from; where
/// no version is in force nothing can be said.
pub fn list_candidates(
    c: &mut Conn,
    region: &RegionCode,
    now: Time,
) -> Answer<(Vec<VersionUsed>, Vec<ListCandidate>)> {
    let mut versions = store::versions_in_force(c, region)?;
    versions.retain(|version| version.kind == LayerKind::UrbanPlanningArea);
    if versions.is_empty() {
        return Ok((versions, Vec::new()));
    }
    let mut found = Vec::new();
    for parcel in store::wetlands_in(c, region, LIST_ENTRIES_MAX)? {
        // What lies inside is never more than all of it.
        if !rules::is_flagged(parcel.land.declared_area) {
            continue;
        }
        let inside = area_inside(c, &parcel, now)?;
        if rules::is_flagged(inside) {
            let decision = store::decisions_on(c, &parcel.number, None, 1)?.pop();
            let level = rules::level_of(parcel.monitoring.level, decision.as_ref());
            found.push(ListCandidate { parcel, inside, level, decision });
        }
    }
    found.sort_by_key(|candidate| std::cmp::Reverse(candidate.parcel.id));
    Ok((versions, found))
}

/// How much of a wetland lies inside the planning areas in force.
fn area_inside(c: &mut Conn, parcel: &Parcel, now: Time) -> Answer<SurveyedArea> {
    let shape = shape_of(c, parcel.id)?;
    let today = now.date_in_shanghai();
    let counts = |near: &&NearFeature| {
        near.kind == LayerKind::UrbanPlanningArea
            && near.feature.valid_from.is_none_or(|from| from <= today)
    };
    let near = store::features_near(c, &shape.bounds(), Among::InForce, NEAR_MAX)?;
    let overlap: i64 = near
        .iter()
        .filter(counts)
        .map(|near| common_area(&shape, &near.shape).centi_m2())
        .fold(0, i64::saturating_add);
    let outside = geodesic_area(&shape).centi_m2().saturating_sub(overlap).max(0);
    let of = |centi_m2: i64| {
        SurveyedArea::of_centi_m2(centi_m2.min(SurveyedArea::MAX_CENTI_M2)).unwrap_or_default()
    };
    Ok(rules::area_inside(parcel.land.declared_area, of(outside), of(overlap)))
}
