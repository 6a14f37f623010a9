//! The regions of the fixtures and the boundary of their county.

use wetland_exchange::app::House;
use wetland_exchange::inventory::{self, CountyBoundaryId, FileFormat, RegionId};
use wetland_exchange::kernel::actor::Doing;

const REGIONS: &[u8] = include_bytes!("../../fixtures/jinxian/regions.csv");
const COUNTY: &[u8] = include_bytes!("../../fixtures/jinxian/county.geojson");

/// Takes in the regions and the county's boundary.
pub(super) async fn settle(house: &House) {
    let regions = inventory::read_regions(REGIONS, |_| false).unwrap();
    let regions: Vec<_> = regions.into_iter().map(|region| (RegionId::new(), region)).collect();
    let doing = Doing::system("found_town");
    let made = house.db.write(doing, move |tx| inventory::create_regions(tx, &regions));
    made.await.unwrap();

    let boundary = inventory::read_boundary(FileFormat::GeoJson, None, COUNTY).unwrap();
    let id = CountyBoundaryId::new();
    let doing = Doing::system("found_town");
    let made = house.db.write(doing, move |tx| {
        let sha256 = "0".repeat(64);
        inventory::create_county_boundary(tx, id, &boundary, &sha256).map(|region| region.name)
    });
    assert_eq!(made.await.unwrap(), "进贤县");
}
