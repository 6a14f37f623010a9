//! Takes regions and county boundaries in.

use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use crate::inventory::geometry::geodesic_area;
use crate::inventory::import::Boundary;
use crate::inventory::model::{CountyBoundaryId, Region, RegionId};
use crate::inventory::rules::CannotEnter;
use crate::inventory::store;
use crate::kernel::db::{Event, Tx};
use crate::kernel::problem::Answer;

/// What a file of regions changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RegionsLoaded {
    #[schema(example = 33)]
    pub added: usize,
    #[schema(example = 0)]
    pub renamed: usize,
    #[schema(example = 0)]
    pub unchanged: usize,
}

/// Adds the regions that are new, parents before children, and renames those that are known.
pub fn create_regions(tx: &mut Tx, regions: &[(RegionId, Region)]) -> Answer<RegionsLoaded> {
    let known = store::known_regions(tx.conn())?;
    let is_new = |region: &Region| !known.contains_key(&region.code);
    let new: Vec<(RegionId, Region)> =
        regions.iter().filter(|(_, region)| is_new(region)).cloned().collect();
    store::insert_regions(tx, &new)?;
    let mut renamed = 0;
    for (_, region) in regions {
        match known.get(&region.code) {
            Some((id, there)) if there.name != region.name => {
                store::update_region(tx, *id, region)?;
                renamed += 1;
            }
            _ => {}
        }
    }
    let loaded =
        RegionsLoaded { added: new.len(), renamed, unchanged: regions.len() - new.len() - renamed };
    if loaded.added + loaded.renamed > 0 {
        tx.record(Event {
            subject: "regions".into(),
            after: Some(json!(loaded)),
            ..Event::default()
        });
    }
    Ok(loaded)
}

/// Takes a county's boundary in; from now on it counts.
pub fn create_county_boundary(
    tx: &mut Tx,
    id: CountyBoundaryId,
    boundary: &Boundary,
    file_sha256: &str,
) -> Answer<Region> {
    let county = &boundary.county;
    let unknown = || CannotEnter::UnknownCounty(county.clone());
    let region = store::region(tx.conn(), county)?.ok_or_else(unknown)?;
    store::insert_boundary(tx, id, county, &boundary.shape, file_sha256)?;
    tx.record(Event {
        subject: format!("county_boundary:{id}"),
        after: Some(json!({
            "county": county,
            "area_m2": geodesic_area(&boundary.shape),
            "file_sha256": file_sha256,
        })),
        ..Event::default()
    });
    Ok(region)
}
