//! Parcels as a GeoPackage with one layer. SQLite writes files, not memory, so the bytes lie in a
//! file of our own meanwhile.

use geo::MultiPolygon;
use geopackage::core::types::{ColumnType, GeometryType};
use geopackage::{ColumnSpec, GeoPackage, GeometrySpec, NewFeature, TableSchemaBuilder, Value};

use super::MappedParcels;
use super::attributes::{ATTRIBUTES, Cell, Column};
use crate::inventory::geometry::shape_of_text;
use crate::inventory::model::Parcel;
use crate::inventory::scratch::Scratch;
use crate::kernel::problem::{Answer, Failure};

const LAYER: &str = "parcels";
/// CGCS2000 in degrees.
const EPSG: i32 = 4490;

pub(super) fn write(mut next: impl FnMut() -> Answer<MappedParcels>) -> Answer<Vec<u8>> {
    let scratch = Scratch::holding(b"").map_err(anyhow::Error::from)?;
    let file = GeoPackage::create(scratch.path()).map_err(anyhow::Error::from)?;
    fill(&file, &mut next)?;
    file.close().map_err(anyhow::Error::from)?;
    Ok(std::fs::read(scratch.path()).map_err(anyhow::Error::from)?)
}

fn fill(file: &GeoPackage, next: &mut impl FnMut() -> Answer<MappedParcels>) -> Answer<()> {
    // A layer's reference system must be there before it.
    file.add_epsg_srs(EPSG).map_err(anyhow::Error::from)?;
    let columns = ATTRIBUTES.iter().map(|attribute| {
        let kind = match attribute.column {
            Column::Text(_) => ColumnType::Text(None),
            Column::Whole => ColumnType::Integer,
            Column::Area => ColumnType::Double,
            Column::YesNo => ColumnType::Boolean,
        };
        // `fid` is the layer's own number of a row.
        ColumnSpec::new(if attribute.name == "id" { "parcel_id" } else { attribute.name }, kind)
    });
    let table = columns
        .fold(TableSchemaBuilder::new(LAYER), TableSchemaBuilder::column)
        .identifier("地块")
        .geometry(GeometrySpec::new(GeometryType::MultiPolygon, EPSG));
    let layer = file.create_layer(&table).map_err(anyhow::Error::from)?;
    loop {
        let page = next()?;
        if page.is_empty() {
            return Ok(());
        }
        let features: Answer<Vec<NewFeature<MultiPolygon>>> = page.iter().map(feature).collect();
        layer.write_all(features?, 0).map_err(anyhow::Error::from)?;
    }
}

fn feature((parcel, polygon): &(Parcel, String)) -> Answer<NewFeature<MultiPolygon>> {
    let shape = shape_of_text(polygon)
        .map_err(|_| Failure::broken("a polygon that was kept is a valid shape"))?;
    let value = |cell: Cell| match cell {
        Cell::Text(text) => Value::Text(text),
        Cell::Whole(number) => Value::Integer(number),
        Cell::Area(area) => area.to_string().parse().map_or(Value::Null, Value::Float),
        Cell::YesNo(is) => Value::Boolean(is),
        Cell::Empty => Value::Null,
    };
    let values = ATTRIBUTES.iter().map(|attribute| value((attribute.of)(parcel))).collect();
    Ok(NewFeature::new(shape.flat(), values))
}
