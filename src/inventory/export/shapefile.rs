//! Parcels as a Shapefile in a ZIP: texts in UTF-8, which `.cpg` says, and `.prj` as Esri writes it.

use std::io::{Cursor, Write};

use shapefile::{Point, Polygon, PolygonRing, ShapeWriter};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::MappedParcels;
use super::attributes::{ATTRIBUTES, Attribute, Cell, Column};
use crate::inventory::geometry::{Ring, Shape, degrees, shape_of_text};
use crate::inventory::model::Parcel;
use crate::kernel::problem::{Answer, Failure};

/// CGCS2000 in degrees (EPSG:4490).
const PRJ: &str = r#"GEOGCS["GCS_China_Geodetic_Coordinate_System_2000",DATUM["D_China_2000",SPHEROID["CGCS2000",6378137.0,298.257222101]],PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]]"#;
/// Digits of a number and its sign.
const NUMBER_BYTES: u8 = 18;

pub(super) fn write(mut next: impl FnMut() -> Answer<MappedParcels>) -> Answer<Vec<u8>> {
    let (mut shp, mut shx) = (Cursor::new(Vec::new()), Cursor::new(Vec::new()));
    let mut shapes = ShapeWriter::with_shx(&mut shp, &mut shx);
    let (mut rows, mut count) = (Vec::new(), 0_u32);
    loop {
        let page = next()?;
        if page.is_empty() {
            break;
        }
        for (parcel, polygon) in &page {
            let shape = shape_of_text(polygon)
                .map_err(|_| Failure::broken("a polygon that was kept is a valid shape"))?;
            shapes.write_shape(&rings(&shape)).map_err(anyhow::Error::from)?;
            row(parcel, &mut rows);
            count += 1;
        }
    }
    shapes.finalize().map_err(anyhow::Error::from)?;
    drop(shapes);
    let (mut shp, mut shx) = (shp.into_inner(), shx.into_inner());
    if count == 0 {
        (shp, shx) = (empty_head(), empty_head());
    }
    let mut dbf = head(count);
    dbf.append(&mut rows);
    dbf.push(END_OF_FILE);
    let files: [(&str, &[u8]); 5] = [
        ("parcels.shp", &shp),
        ("parcels.shx", &shx),
        ("parcels.dbf", &dbf),
        ("parcels.prj", PRJ.as_bytes()),
        ("parcels.cpg", b"UTF-8"),
    ];
    Ok(packed(&files)?)
}

fn packed(files: &[(&str, &[u8])]) -> anyhow::Result<Vec<u8>> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        zip.start_file(*name, SimpleFileOptions::default())?;
        zip.write_all(bytes)?;
    }
    Ok(zip.finish()?.into_inner())
}

fn rings(shape: &Shape) -> Polygon {
    let points = |ring: &Ring| -> Vec<Point> {
        ring.iter().map(|it| Point::new(degrees(it.lon), degrees(it.lat))).collect()
    };
    let of = |polygon: &crate::inventory::geometry::Polygon| {
        let holes = polygon.holes.iter().map(|hole| PolygonRing::Inner(points(hole)));
        std::iter::once(PolygonRing::Outer(points(&polygon.outer))).chain(holes).collect::<Vec<_>>()
    };
    Polygon::with_rings(shape.polygons().iter().flat_map(of).collect())
}

/// A file of polygons without any.
fn empty_head() -> Vec<u8> {
    let mut head = vec![0; 100];
    let mut put = |at: usize, bytes: [u8; 4]| {
        if let Some(place) = head.get_mut(at..at + 4) {
            place.copy_from_slice(&bytes);
        }
    };
    put(0, 9_994_i32.to_be_bytes());
    put(24, 50_i32.to_be_bytes());
    put(28, 1_000_i32.to_le_bytes());
    put(32, 5_i32.to_le_bytes());
    head
}

const END_OF_HEAD: u8 = 0x0d;
const END_OF_FILE: u8 = 0x1a;

/// How wide a column is, how its kind is called, and how many places it has after the point.
fn form(attribute: &Attribute) -> (u8, u8, u8) {
    match attribute.column {
        Column::Text(bytes) => (bytes, b'C', 0),
        Column::Whole => (NUMBER_BYTES, b'N', 0),
        Column::Area => (NUMBER_BYTES, b'N', 2),
        Column::YesNo => (1, b'L', 0),
    }
}

fn head(rows: u32) -> Vec<u8> {
    let width: u16 = ATTRIBUTES.iter().map(|attribute| u16::from(form(attribute).0)).sum();
    let columns = u16::try_from(ATTRIBUTES.len()).unwrap_or_default();
    // dBASE III; the day of the last change is left to who keeps the file.
    let mut head = vec![3, 126, 1, 1];
    head.extend(rows.to_le_bytes());
    head.extend((32 + 32 * columns + 1).to_le_bytes());
    head.extend((width + 1).to_le_bytes());
    head.resize(32, 0);
    for attribute in &ATTRIBUTES {
        let (bytes, kind, places) = form(attribute);
        let mut field = attribute.short.as_bytes().to_vec();
        field.resize(11, 0);
        field.push(kind);
        field.resize(16, 0);
        field.extend([bytes, places]);
        field.resize(32, 0);
        head.append(&mut field);
    }
    head.push(END_OF_HEAD);
    head
}

fn row(parcel: &Parcel, rows: &mut Vec<u8>) {
    rows.push(b' ');
    for attribute in &ATTRIBUTES {
        let width = usize::from(form(attribute).0);
        let text = match (attribute.of)(parcel) {
            Cell::Text(text) => cut(text, width),
            Cell::Whole(number) => format!("{number:>width$}"),
            Cell::Area(area) => format!("{:>width$}", area.to_string()),
            Cell::YesNo(true) => "T".into(),
            Cell::YesNo(false) => "F".into(),
            Cell::Empty => String::new(),
        };
        rows.extend(text.as_bytes());
        rows.resize(rows.len() + width - text.len().min(width), b' ');
    }
}

/// Cuts a text at a whole character.
fn cut(mut text: String, bytes_max: usize) -> String {
    while text.len() > bytes_max {
        text.pop();
    }
    text
}
