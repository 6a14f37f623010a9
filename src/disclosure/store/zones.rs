//! Which zones and plans lie on the land of a county, for its map.

use diesel::prelude::*;

use crate::disclosure::map::{Outline, Window, ZoneOutline, ZoneSign};
use crate::inventory::{LayerKind, Zone};
use crate::kernel::db::Conn;
use crate::kernel::problem::Answer;
use crate::kernel::region::RegionCode;
use crate::schema::{layer_features, layer_versions};

/// A sheet with more could not be read.
const ZONES_MAX: i64 = 2_000;

/// The features in force that touch the window, of layers of the county and of regions above it.
pub(crate) fn zones(
    c: &mut Conn,
    county: &RegionCode,
    window: Window,
    kinds: &[LayerKind],
) -> Answer<Vec<ZoneOutline>> {
    type Row = (LayerKind, Option<Zone>, String, String);
    let above: Vec<RegionCode> =
        [Some(county.province()), county.prefecture(), Some(county.clone())]
            .into_iter()
            .flatten()
            .collect();
    let [west, south, east, north] = window.units();
    let rows: Vec<Row> = layer_features::table
        .inner_join(layer_versions::table)
        .filter(layer_versions::in_force.eq(true))
        .filter(layer_versions::kind.eq_any(kinds))
        .filter(layer_versions::region.eq_any(above))
        .filter(layer_features::west.le(east))
        .filter(layer_features::east.ge(west))
        .filter(layer_features::south.le(north))
        .filter(layer_features::north.ge(south))
        .order((layer_versions::kind, layer_features::number))
        .limit(ZONES_MAX)
        .select((
            layer_versions::kind,
            layer_features::zone,
            layer_features::name,
            layer_features::polygon,
        ))
        .load(c)?;
    let outline = |(kind, zone, name, polygon): Row| ZoneOutline {
        outline: Outline::of_text(&polygon),
        sign: sign(kind, zone),
        name,
    };
    Ok(rows.into_iter().map(outline).collect())
}

fn sign(kind: LayerKind, zone: Option<Zone>) -> ZoneSign {
    match kind {
        LayerKind::Zones if zone == Some(Zone::Red) => ZoneSign::Red,
        LayerKind::Zones => ZoneSign::Yellow,
        LayerKind::EcologicalRedLine => ZoneSign::EcologicalRedLine,
        LayerKind::BasicFarmland => ZoneSign::BasicFarmland,
        LayerKind::UrbanPlanningArea => ZoneSign::UrbanPlanningArea,
        LayerKind::Mangrove => ZoneSign::Mangrove,
    }
}
