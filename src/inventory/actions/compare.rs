//! What would change if a version of a layer came into force.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::land::shape_of;
use super::layers::readable_layer;
use crate::inventory::model::{
    LandAnswer, LandBarred, LayerTouch, LayerVersion, LayerVersionId, NearFeature, Parcel,
    ParcelId, VersionUsed, Zone,
};
use crate::inventory::rules::{self, Land};
use crate::inventory::store::{self, Among};
use crate::kernel::db::Conn;
use crate::kernel::problem::Answer;
use crate::kernel::region::RegionCode;

/// The most parcels that are compared at once; more are said to be left out.
const PARCELS_MAX: usize = 500;
/// The most features near one parcel that are compared.
const FEATURES_MAX: usize = 2_000;

/// What would change for active parcels if a version came into force.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct LayerComparison {
    pub version: LayerVersion,
    /// The version in force that it would replace.
    pub replaces: Option<LayerVersion>,
    /// How many parcels touch one of the two.
    #[schema(example = 1)]
    pub parcels_compared: usize,
    /// Whether there are more than can be compared at once.
    #[schema(example = false)]
    pub incomplete: bool,
    pub changes: Vec<ParcelComparison>,
}

/// What a parcel is under now, and would be under then.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ParcelComparison {
    pub parcel_id: ParcelId,
    #[schema(example = "R360124-0001")]
    pub number: String,
    pub strictest_now: Option<Zone>,
    pub strictest_then: Option<Zone>,
    pub barred_now: Vec<LandBarred>,
    pub barred_then: Vec<LandBarred>,
    pub touches_now: Vec<LayerTouch>,
    pub touches_then: Vec<LayerTouch>,
}

/// Compares a version with what is in force; nothing counts before it is approved.
pub fn compare_layer(
    c: &mut Conn,
    seat: &RegionCode,
    id: LayerVersionId,
    today: NaiveDate,
) -> Answer<LayerComparison> {
    let version = readable_layer(c, seat, id)?;
    let replaces = store::version_in_force(c, version.kind, &version.region)?;
    let replaces = replaces.filter(|it| it.id != version.id);
    let both = [Some(version.id), replaces.as_ref().map(|it| it.id)];
    let mut parcels: BTreeSet<ParcelId> = BTreeSet::new();
    for of in both.into_iter().flatten() {
        for bounds in store::feature_boxes(c, of, FEATURES_MAX)? {
            if parcels.len() <= PARCELS_MAX {
                let near = store::parcels_near(c, &bounds, PARCELS_MAX + 1)?;
                parcels.extend(near);
            }
        }
    }
    let incomplete = parcels.len() > PARCELS_MAX;
    let ids: Vec<ParcelId> = parcels.into_iter().take(PARCELS_MAX).collect();
    let mut found = store::parcels_by_id(c, &ids)?;
    found.retain(|parcel| parcel.township.is_within(seat));
    found.sort_by(|a, b| a.number.cmp(&b.number));
    let mut changes = Vec::new();
    let with = With { version: &version, replaces: replaces.as_ref(), today };
    for parcel in &found {
        changes.extend(compared(c, parcel, &with)?);
    }
    Ok(LayerComparison { version, replaces, parcels_compared: found.len(), incomplete, changes })
}

struct With<'a> {
    version: &'a LayerVersion,
    replaces: Option<&'a LayerVersion>,
    today: NaiveDate,
}

fn compared(c: &mut Conn, parcel: &Parcel, with: &With) -> Answer<Option<ParcelComparison>> {
    let shape = shape_of(c, parcel.id)?;
    let bounds = shape.bounds();
    let now = store::features_near(c, &bounds, Among::InForce, FEATURES_MAX)?;
    let draft = store::features_near(c, &bounds, Among::Version(with.version.id), FEATURES_MAX)?;
    let stays = |near: &&NearFeature| {
        near.version_id != with.version.id
            && with.replaces.is_none_or(|before| before.id != near.version_id)
    };
    let then: Vec<NearFeature> = now.iter().filter(stays).cloned().chain(draft).collect();
    let versions: Vec<VersionUsed> = Vec::new();
    let classes = vec![parcel.land.land_class, parcel.entered_class];
    let answer = |features: &[NearFeature]| -> LandAnswer {
        rules::land_answer(&Land {
            shape: &shape,
            own: Some((parcel.number.as_str(), classes.clone())),
            features,
            parcels: &[],
            versions: &versions,
            today: with.today,
        })
    };
    let (now, then) = (answer(&now), answer(&then));
    let known = |answer: &LandAnswer| -> Vec<(String, i64)> {
        answer.layers.iter().map(|it| (it.number.clone(), it.m2.centi_m2())).collect()
    };
    if now.strictest == then.strictest && now.barred == then.barred && known(&now) == known(&then) {
        return Ok(None);
    }
    let of_kind = |answer: LandAnswer| -> Vec<LayerTouch> {
        answer.layers.into_iter().filter(|it| it.kind == with.version.kind).collect()
    };
    Ok(Some(ParcelComparison {
        parcel_id: parcel.id,
        number: parcel.number.clone(),
        strictest_now: now.strictest,
        strictest_then: then.strictest,
        barred_now: now.barred.clone(),
        barred_then: then.barred.clone(),
        touches_now: of_kind(now),
        touches_then: of_kind(then),
    }))
}
