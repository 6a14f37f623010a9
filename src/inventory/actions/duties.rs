//! Land that must be restored by a legal duty (R34), and where a polygon lies (R20), for who decides
//! on its use.

use std::collections::{BTreeMap, BTreeSet};

use super::land::shape_of;
use crate::inventory::geometry::{
    Polygon, Shape, canonical_text, common_area, geodesic_area, shape_of_text,
};
use crate::inventory::model::{Draft, DutyLandId, ParcelId};
use crate::inventory::refusal::{place_refused, polygon_refused};
use crate::inventory::rules::{self, OVERLAP_TOLERANCE_CENTI_M2};
use crate::inventory::store::{self, DutyRow};
use crate::kernel::area::SurveyedArea;
use crate::kernel::db::{Conn, Tx};
use crate::kernel::problem::{Answer, Failure};
use crate::kernel::region::RegionCode;
use crate::kernel::text::Label;

/// A duty to restore land.
#[derive(Debug, Clone)]
pub struct Duty {
    pub id: DutyLandId,
    pub county: RegionCode,
    /// Who imposed it, as kind and id.
    pub subject: String,
    pub basis: Label,
}

/// Keeps that the land must be restored: what is restored on it earns no credit (R34).
pub fn impose_duty(tx: &mut Tx, it: &Duty, shape: &Shape) -> Answer<()> {
    let bounds = shape.bounds();
    let row = DutyRow {
        id: it.id,
        county: it.county.clone(),
        subject: it.subject.clone(),
        basis: it.basis.clone(),
        west: bounds.west,
        south: bounds.south,
        east: bounds.east,
        north: bounds.north,
        polygon: canonical_text(shape),
        area: geodesic_area(shape),
        entered_by: tx.doing()?.actor.as_ref().map(|actor| actor.user_id),
        entered_at: tx.now(),
    };
    Ok(tx.insert(&row)?)
}

/// Returns the basis of a duty to restore land of the parcel, if there is one (R34).
pub fn duty_on_parcel(c: &mut Conn, id: ParcelId) -> Answer<Option<Label>> {
    let shape = shape_of(c, id)?;
    for duty in store::duties_near(c, &shape.bounds())? {
        let land = shape_of_text(&duty.polygon)
            .map_err(|_| Failure::broken("land under a duty is a valid shape"))?;
        if common_area(&shape, &land).centi_m2() > OVERLAP_TOLERANCE_CENTI_M2 {
            return Ok(Some(duty.basis));
        }
    }
    Ok(None)
}

/// Returns the computed area of a polygon that lies in its county and is as large as declared, or
/// says what is wrong with it (R20).
pub fn placed_area(
    c: &mut Conn,
    shape: &Shape,
    county: &RegionCode,
    declared: SurveyedArea,
) -> Answer<SurveyedArea> {
    let boundaries = store::boundaries(c, &BTreeSet::from([county.clone()]))?;
    let draft = Draft { shape: Some(shape.clone()), ..Draft::default() };
    let computed = geodesic_area(shape);
    let outside = rules::inside(&draft, county, &boundaries);
    let findings: Vec<_> =
        outside.into_iter().chain(rules::area_differs(declared, computed)).collect();
    if findings.is_empty() { Ok(computed) } else { Err(place_refused(&findings)) }
}

/// Returns the land of these parcels together.
pub fn shape_of_parcels(c: &mut Conn, ids: &[ParcelId]) -> Answer<Shape> {
    let mut polygons: BTreeMap<ParcelId, Vec<Polygon>> = BTreeMap::new();
    for id in ids {
        polygons.insert(*id, shape_of(c, *id)?.polygons().to_vec());
    }
    Shape::of(polygons.into_values().flatten().collect()).map_err(polygon_refused)
}
