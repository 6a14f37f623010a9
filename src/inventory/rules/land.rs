//! What touches a piece of land and what the strictest of it allows (R17, R18, R19).

use std::collections::BTreeMap;

use chrono::NaiveDate;

use crate::inventory::geometry::{Shape, common_area, geodesic_area};
use crate::inventory::model::{
    ClassGroup, LandAnswer, LandBar, LandBarred, LandClass, LandPurpose, LayerKind, LayerTouch,
    NamedApproval, NearFeature, Neighbour, ParcelKind, ParcelTouch, VersionUsed, Zone, ZoneAllows,
};
use crate::kernel::area::SurveyedArea;

/// The land that is asked about, and what lies near it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Land<'a> {
    pub shape: &'a Shape,
    /// The number and classes of the parcel that it is, if it is one.
    pub own: Option<(&'a str, Vec<LandClass>)>,
    pub features: &'a [NearFeature],
    pub parcels: &'a [Neighbour],
    pub versions: &'a [VersionUsed],
    pub today: NaiveDate,
}

/// Why land may not be used so.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CannotUseLand {
    #[error("{m2} m² of it are {by}, which bars it from restoration projects ({bar})")]
    Barred { bar: LandBar, by: String, m2: SurveyedArea },
    #[error(
        "{m2} m² of it lie in the red zone {zone}: only protection, restoration and what a named \
         plan of the municipal government allows may be done there"
    )]
    RedZone { zone: String, m2: SurveyedArea },
    #[error("{m2} m² of it lie in the yellow zone {zone}, which needs the approval of {by}")]
    NeedsApproval { zone: String, by: String, m2: SurveyedArea },
    #[error("so much lies near it that it is too large to be asked about: at most {most} polygons")]
    TooLarge { most: usize },
}

/// Answers what touches the land, by how much, and what the strictest of it allows.
pub(crate) fn land_answer(land: &Land) -> LandAnswer {
    let bounds = land.shape.bounds();
    let touches = |feature: &NearFeature| {
        let counts = feature.feature.valid_from.is_none_or(|from| from <= land.today);
        let near = counts && feature.bounds.touches(&bounds);
        let m2 =
            if near { common_area(land.shape, &feature.shape) } else { SurveyedArea::default() };
        (m2.centi_m2() > 0).then(|| layer_touch(feature, m2))
    };
    let mut layers: Vec<LayerTouch> = land.features.iter().filter_map(touches).collect();
    layers.sort_by(|a, b| (a.kind, b.m2, &a.number).cmp(&(b.kind, a.m2, &b.number)));
    let parcels = parcels_that_touch(land);
    let strictest = layers.iter().filter_map(|touch| touch.zone).max();
    let known = |kind: &LayerKind| land.versions.iter().any(|version| version.kind == *kind);
    LandAnswer {
        as_of: land.today,
        area_m2: geodesic_area(land.shape),
        strictest,
        zone_allows: match strictest {
            None => ZoneAllows::Everything,
            Some(Zone::Yellow) => ZoneAllows::NamedApproval,
            Some(Zone::Red) => ZoneAllows::ProtectionAndRestoration,
        },
        barred: barred(land, &layers, &parcels),
        layers,
        parcels,
        versions: land.versions.to_vec(),
        layers_unknown: LayerKind::ALL.iter().copied().filter(|kind| !known(kind)).collect(),
    }
}

/// Decides whether the land may be used so, with these approvals in hand. The strictest zone alone
/// decides: where a red one touches, what a yellow one needs is not asked (R18).
pub(crate) fn may_use(
    answer: &LandAnswer,
    purpose: LandPurpose,
    approvals: &[NamedApproval],
) -> Result<(), CannotUseLand> {
    if purpose == LandPurpose::Restoration {
        may_restore(answer)?;
    }
    let named = |touch: &LayerTouch| approvals.iter().find(|it| it.zone_number == touch.number);
    for touch in answer.layers.iter().filter(|touch| touch.zone == answer.strictest) {
        match (touch.zone, purpose) {
            (None, _)
            | (Some(_), LandPurpose::Protection)
            | (Some(Zone::Red), LandPurpose::Restoration) => {}
            (Some(Zone::Red), LandPurpose::Other) => {
                let plan = touch.approval_document.as_ref();
                let names_it = named(touch).is_some_and(|it| Some(&it.document) == plan);
                if !names_it {
                    let zone = touch.number.clone();
                    return Err(CannotUseLand::RedZone { zone, m2: touch.m2 });
                }
            }
            (Some(Zone::Yellow), LandPurpose::Restoration | LandPurpose::Other) => {
                let by = touch.approval_by.clone();
                let by_whom = |it: &NamedApproval| by.as_ref().is_none_or(|by| *by == it.by);
                if !named(touch).is_some_and(by_whom) {
                    let (zone, by) = (touch.number.clone(), by.unwrap_or_else(|| "–".into()));
                    return Err(CannotUseLand::NeedsApproval { zone, by, m2: touch.m2 });
                }
            }
        }
    }
    Ok(())
}

/// Decides whether anything bars the land from restoration projects (R17).
pub(crate) fn may_restore(answer: &LandAnswer) -> Result<(), CannotUseLand> {
    match answer.barred.first() {
        Some(LandBarred { bar, by, m2 }) => {
            Err(CannotUseLand::Barred { bar: *bar, by: by.clone(), m2: *m2 })
        }
        None => Ok(()),
    }
}

fn layer_touch(near: &NearFeature, m2: SurveyedArea) -> LayerTouch {
    let it = near.feature.clone();
    LayerTouch {
        kind: near.kind,
        version_id: near.version_id,
        number: it.number,
        name: it.name,
        zone: it.zone,
        approval_by: it.approval_by,
        approval_document: it.approval_document,
        m2,
    }
}

/// The wetland database has a row for each survey year of a wetland; its newest one speaks.
fn parcels_that_touch(land: &Land) -> Vec<ParcelTouch> {
    let mut newest: BTreeMap<(ParcelKind, &str), &Neighbour> = BTreeMap::new();
    for near in land.parcels {
        let known = newest.entry((near.kind, &near.number)).or_insert(near);
        if known.survey_year < near.survey_year {
            *known = near;
        }
    }
    let touch = |near: &Neighbour| {
        let m2 = common_area(land.shape, &near.shape);
        (m2.centi_m2() > 0).then(|| ParcelTouch {
            parcel_id: near.id,
            number: near.number.clone(),
            kind: near.kind,
            land_class: near.land_class,
            survey_year: near.survey_year,
            m2,
        })
    };
    newest.into_values().filter_map(touch).collect()
}

fn barred(land: &Land, layers: &[LayerTouch], parcels: &[ParcelTouch]) -> Vec<LandBarred> {
    let whole = geodesic_area(land.shape);
    let own = land.own.iter().flat_map(|(number, classes)| {
        classes.iter().filter_map(|class| bar(*class)).map(|bar| (bar, *number, whole))
    });
    let beside = parcels.iter().filter_map(|touch| {
        bar(touch.land_class).map(|bar| (bar, touch.number.as_str(), touch.m2))
    });
    let farmland = layers
        .iter()
        .filter(|touch| touch.kind == LayerKind::BasicFarmland)
        .map(|touch| (LandBar::BasicFarmland, touch.number.as_str(), touch.m2));
    let mut barred: Vec<LandBarred> = own
        .chain(beside)
        .chain(farmland)
        .map(|(bar, by, m2)| LandBarred { bar, by: by.to_owned(), m2 })
        .collect();
    barred.dedup();
    barred
}

fn bar(class: LandClass) -> Option<LandBar> {
    if class.group() == ClassGroup::Cropland {
        return Some(LandBar::Cropland);
    }
    class.is_adjustable().then_some(LandBar::LinkedToCropland)
}

#[cfg(test)]
mod tests;
