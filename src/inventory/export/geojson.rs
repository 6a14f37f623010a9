//! Parcels as GeoJSON.

use serde_json::{Map, Value};

use super::MappedParcels;
use super::attributes::{ATTRIBUTES, Cell};
use crate::inventory::model::Parcel;
use crate::kernel::problem::Answer;

pub(super) fn write(mut next: impl FnMut() -> Answer<MappedParcels>) -> Answer<Vec<u8>> {
    let mut file = String::from(
        r#"{"type":"FeatureCollection","crs":{"type":"name","properties":{"name":"urn:ogc:def:crs:EPSG::4490"}},"features":["#,
    );
    let mut between = "\n";
    loop {
        let page = next()?;
        if page.is_empty() {
            break;
        }
        for (parcel, polygon) in page {
            file.push_str(between);
            file.push_str(&feature(&parcel, &polygon));
            between = ",\n";
        }
    }
    file.push_str("\n]}\n");
    Ok(file.into_bytes())
}

/// A parcel as a feature; its polygon is GeoJSON already.
pub(crate) fn feature(parcel: &Parcel, polygon: &str) -> String {
    let properties = Value::Object(properties(parcel));
    let id = parcel.id;
    format!(r#"{{"type":"Feature","id":"{id}","properties":{properties},"geometry":{polygon}}}"#)
}

/// What a feature says of its parcel; areas are numbers, as programs for maps expect.
fn properties(parcel: &Parcel) -> Map<String, Value> {
    let value = |cell: Cell| match cell {
        Cell::Text(text) => Value::String(text),
        Cell::Whole(number) => Value::from(number),
        Cell::Area(area) => area.to_string().parse().map_or(Value::Null, Value::Number),
        Cell::YesNo(is) => Value::Bool(is),
        Cell::Empty => Value::Null,
    };
    let named = ATTRIBUTES.iter().filter(|attribute| attribute.name != "id");
    named.map(|attribute| (attribute.name.to_owned(), value((attribute.of)(parcel)))).collect()
}
