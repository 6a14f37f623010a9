//! What touches a piece of land: loaded through the boxes, decided by the rules, kept with what was
//! decided on it.

use chrono::NaiveDate;

use crate::inventory::geometry::{Shape, shape_of_text};
use crate::inventory::model::{
    KeptAnswer, LandAnswer, LandAnswerId, LandClass, LandPurpose, NamedApproval, Parcel, ParcelId,
};
use crate::inventory::rules::{self, CannotUseLand, Land};
use crate::inventory::store::{self, Among, Since};
use crate::kernel::db::{Conn, Tx};
use crate::kernel::problem::{Answer, Failure};
use crate::kernel::region::RegionCode;

/// The most polygons near a piece of land that are compared with it.
const NEAR_MAX: usize = 2_000;

/// Answers what touches a polygon, by how much, and what the strictest of it allows (R17, R18, R19);
/// the layers in force for that place are asked.
pub fn land_at(
    c: &mut Conn,
    shape: &Shape,
    place: &RegionCode,
    today: NaiveDate,
) -> Answer<LandAnswer> {
    answer(c, &Asked { shape, own: None, place }, today)
}

/// The same for a parcel of the inventory.
pub fn land_of_parcel(c: &mut Conn, parcel: &Parcel, today: NaiveDate) -> Answer<LandAnswer> {
    let shape = shape_of(c, parcel.id)?;
    answer(c, &Asked { shape: &shape, own: Some(parcel), place: &parcel.county }, today)
}

/// Decides whether the land may be used so, with these approvals in hand (R17, R18).
pub fn may_use_land(
    answer: &LandAnswer,
    purpose: LandPurpose,
    approvals: &[NamedApproval],
) -> Answer<()> {
    Ok(rules::may_use(answer, purpose, approvals)?)
}

/// Says what bars the land from restoration projects, if anything does (R17).
pub fn land_bar(answer: &LandAnswer) -> Option<CannotUseLand> {
    rules::may_restore(answer).err()
}

/// Keeps the answer that was given to the decision of that subject.
pub fn keep_land_answer(
    tx: &mut Tx,
    subject: &str,
    parcel_id: ParcelId,
    answer: &LandAnswer,
) -> Answer<()> {
    store::insert_answer(tx, subject, parcel_id, answer)
}

/// The answers that were given to the decisions of that subject, in order.
pub fn kept_land_answers(
    c: &mut Conn,
    subject: &str,
    after: Option<LandAnswerId>,
    rows_max: i64,
) -> Answer<Vec<KeptAnswer>> {
    store::answers(c, subject, after, rows_max)
}

/// The shape of a parcel as it is now.
pub(super) fn shape_of(c: &mut Conn, id: ParcelId) -> Answer<Shape> {
    let broken = || Failure::broken("a parcel has a polygon that is a valid shape");
    let text = store::polygon(c, id)?.ok_or_else(broken)?;
    shape_of_text(&text).map_err(|_| broken())
}

struct Asked<'a> {
    shape: &'a Shape,
    own: Option<&'a Parcel>,
    place: &'a RegionCode,
}

fn answer(c: &mut Conn, asked: &Asked, today: NaiveDate) -> Answer<LandAnswer> {
    let bounds = asked.shape.bounds();
    let features = store::features_near(c, &bounds, Among::InForce, NEAR_MAX + 1)?;
    let mut parcels = store::neighbours(c, &bounds, &Since::Ever)?;
    if features.len() > NEAR_MAX || parcels.len() > NEAR_MAX {
        return Err(CannotUseLand::TooLarge { most: NEAR_MAX }.into());
    }
    parcels.retain(|near| asked.own.is_none_or(|own| own.id != near.id));
    let versions = store::versions_in_force(c, asked.place)?;
    let classes = |own: &Parcel| -> Vec<LandClass> { vec![own.land.land_class, own.entered_class] };
    Ok(rules::land_answer(&Land {
        shape: asked.shape,
        own: asked.own.map(|own| (own.number.as_str(), classes(own))),
        features: &features,
        parcels: &parcels,
        versions: &versions,
        today,
    }))
}
