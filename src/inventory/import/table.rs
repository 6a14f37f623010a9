//! Tables of plots: a CSV, or the first sheet of an XLSX workbook. A row is a plot; the first row
//! names the columns, in Chinese or by the names of the county's files; one column holds the
//! boundary as WKT. Formulas are not computed: a cell holds what was written into it.

use std::io::Cursor;
use std::io::Read as _;

use calamine::{Data, Reader, open_workbook_from_rs};
use serde_json::{Map, Value};

use super::{BadFile, FEATURES_MAX, Frame, RawFeature, RawFile, within_limits};
use crate::inventory::geometry::{RawGeometry, RawRing};

/// The names of the column that holds the boundary.
pub(crate) const BOUNDARY: [&str; 5] = ["界址坐标", "坐标", "WKT", "geometry", "图形"];
/// All that is unpacked of one workbook.
const UNPACKED_BYTES_MAX: u64 = 128 << 20;
/// More columns than any form has.
const COLUMNS_MAX: usize = 100;
/// Days from here on are dates in spreadsheets: the first of 1990.
const FIRST_DAY: f64 = 32_874.0;

/// The cells of a table as texts, the first row first.
pub(crate) type Rows = Vec<Vec<String>>;

/// Reads the rows of a CSV in UTF-8 or GB18030.
pub(crate) fn csv_rows(file: &[u8]) -> Result<Rows, BadFile> {
    let bad = |why: &str| BadFile::NotATable(why.to_owned());
    let unmarked = file.strip_prefix(&[0xEF, 0xBB, 0xBF]).unwrap_or(file);
    let text = match std::str::from_utf8(unmarked) {
        Ok(text) => text.to_owned(),
        Err(_) => encoding_rs::GB18030
            .decode_without_bom_handling_and_without_replacement(file)
            .ok_or_else(|| bad("it is neither UTF-8 nor GB18030"))?
            .into_owned(),
    };
    let mut rows = Vec::new();
    let mut reader =
        csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
    for record in reader.records() {
        let record = record.map_err(|cause| bad(&cause.to_string()))?;
        push(&mut rows, record.iter().map(str::to_owned).collect())?;
    }
    Ok(rows)
}

/// Reads the rows of the first sheet of a workbook.
pub(crate) fn workbook_rows(file: &[u8]) -> Result<Rows, BadFile> {
    check_unpacked(file)?;
    let bad = |cause: calamine::XlsxError| BadFile::NotATable(cause.to_string());
    let mut book: calamine::Xlsx<_> = open_workbook_from_rs(Cursor::new(file)).map_err(bad)?;
    let first = book.sheet_names().first().cloned();
    let first = first.ok_or_else(|| BadFile::NotATable("it has no sheet".into()))?;
    let cells = book.worksheet_range(&first).map_err(bad)?;
    let mut rows = Vec::new();
    for row in cells.rows() {
        push(&mut rows, row.iter().map(text_of).collect())?;
    }
    Ok(rows)
}

/// Makes features of rows: the columns that have a name, and the boundary.
pub(super) fn features(rows: &Rows) -> Result<RawFile, BadFile> {
    let mut rows = rows.iter();
    let heads: Vec<&str> = rows
        .next()
        .map(|row| row.iter().map(|head| head.trim()).collect())
        .ok_or(BadFile::Empty)?;
    let boundary = heads.iter().position(|head| is_boundary(head));
    let feature = |row: &Vec<String>| {
        let mut properties = Map::new();
        let named = heads.iter().zip(row).enumerate();
        for (n, (head, cell)) in named.filter(|(_, (head, _))| !head.is_empty()) {
            if Some(n) != boundary {
                let cell = cell.trim();
                let value = if cell.is_empty() { Value::Null } else { Value::from(cell) };
                properties.insert((*head).to_owned(), value);
            }
        }
        let text = boundary.and_then(|n| row.get(n)).map(|cell| cell.trim()).unwrap_or_default();
        RawFeature { findings: Vec::new(), properties, geometry: geometry_of(text) }
    };
    let features: Vec<RawFeature> = rows.map(feature).collect();
    let points = features.iter().map(|feature| feature.geometry.points()).sum();
    within_limits(features.len(), points)?;
    Ok(RawFile { frame: Frame::Unknown, layer: None, encoding: None, features })
}

/// Whether this is the column of the boundary.
pub(crate) fn is_boundary(head: &str) -> bool {
    BOUNDARY.iter().any(|name| name.eq_ignore_ascii_case(head.trim()))
}

fn push(rows: &mut Rows, row: Vec<String>) -> Result<(), BadFile> {
    if row.iter().all(|cell| cell.trim().is_empty()) {
        return Ok(());
    }
    // One row more is that of the names.
    if rows.len() > FEATURES_MAX {
        return Err(BadFile::TooManyFeatures { found: rows.len(), most: FEATURES_MAX });
    }
    if row.len() > COLUMNS_MAX {
        return Err(BadFile::NotATable(format!("it has more than {COLUMNS_MAX} columns")));
    }
    rows.push(row);
    Ok(())
}

/// Reads WKT of a polygon or several; anything else is no polygon and says so later.
fn geometry_of(text: &str) -> RawGeometry {
    if text.is_empty() {
        return RawGeometry::missing();
    }
    polygons_of(text).map_or_else(
        || RawGeometry::other(text.chars().take(20).collect::<String>()),
        RawGeometry::of_polygons,
    )
}

fn polygons_of(text: &str) -> Option<Vec<Vec<RawRing>>> {
    let upper = text.to_ascii_uppercase();
    let (kind, body) = upper.split_once('(')?;
    let body = body.trim_end().strip_suffix(')')?;
    match kind.trim() {
        "POLYGON" => Some(vec![rings_of(body)?]),
        "MULTIPOLYGON" => groups(body)?.into_iter().map(rings_of).collect(),
        _ => None,
    }
}

fn rings_of(text: &str) -> Option<Vec<RawRing>> {
    let position = |text: &str| -> Option<[f64; 2]> {
        let mut numbers = text.split_whitespace();
        let (x, y) = (numbers.next()?.parse().ok()?, numbers.next()?.parse().ok()?);
        numbers.next().is_none().then_some([x, y])
    };
    let ring = |text: &str| -> Option<RawRing> { text.split(',').map(position).collect() };
    groups(text)?.into_iter().map(ring).collect()
}

/// The insides of the parentheses of one level, which commas part.
fn groups(text: &str) -> Option<Vec<&str>> {
    let (mut depth, mut from, mut found) = (0_usize, 0, Vec::new());
    for (at, c) in text.char_indices() {
        match c {
            '(' => {
                if depth == 0 {
                    from = at + 1;
                }
                depth += 1;
            }
            ')' => {
                depth = depth.checked_sub(1)?;
                if depth == 0 {
                    found.push(text.get(from..at)?);
                }
            }
            ',' | ' ' => {}
            _ if depth == 0 => return None,
            _ => {}
        }
    }
    (depth == 0 && !found.is_empty()).then_some(found)
}

/// Numbers as people write them; days as dates.
fn text_of(cell: &Data) -> String {
    match cell {
        Data::Empty | Data::Error(_) => String::new(),
        Data::String(text) | Data::DateTimeIso(text) | Data::DurationIso(text) => text.clone(),
        Data::Int(number) => number.to_string(),
        Data::Bool(is) => is.to_string(),
        Data::Float(number) => number.to_string(),
        Data::DateTime(moment) => match moment.as_datetime() {
            Some(time) if moment.as_f64() >= FIRST_DAY => time.date().to_string(),
            _ => moment.as_f64().to_string(),
        },
    }
}

/// Nothing that the head of a ZIP says of its own size decides how much memory is taken.
fn check_unpacked(file: &[u8]) -> Result<(), BadFile> {
    let broken = |cause: zip::result::ZipError| BadFile::NotATable(cause.to_string());
    let mut archive = zip::ZipArchive::new(Cursor::new(file)).map_err(broken)?;
    let mut left = UNPACKED_BYTES_MAX;
    for place in 0..archive.len() {
        let entry = archive.by_index(place).map_err(broken)?;
        let read = std::io::copy(&mut entry.take(left + 1), &mut std::io::sink());
        let read = read.map_err(|cause| BadFile::NotATable(cause.to_string()))?;
        left =
            left.checked_sub(read).ok_or(BadFile::TooLargeUnpacked { most: UNPACKED_BYTES_MAX })?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_boundary_is_read_from_its_wkt() {
        let square = vec![vec![[116.0, 28.0], [116.1, 28.0], [116.1, 28.1], [116.0, 28.0]]];
        let text = "POLYGON((116.0 28.0, 116.1 28.0, 116.1 28.1, 116.0 28.0))";
        assert_eq!(polygons_of(text), Some(vec![square.clone()]));
        let two = "MultiPolygon (((116.0 28.0,116.1 28.0,116.1 28.1,116.0 28.0)),\
                   ((116.0 28.0,116.1 28.0,116.1 28.1,116.0 28.0)))";
        assert_eq!(polygons_of(two), Some(vec![square.clone(), square]));
        for bad in ["POINT(1 2)", "POLYGON(1 2, 3 4)", "POLYGON((1, 2))", "POLYGON((1 2", "(", ""] {
            assert_eq!(polygons_of(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_table_is_read_in_both_encodings() {
        let text = "地块编号,地类编码,界址坐标\nR1,1104A,\"POLYGON((1 2,3 4,5 6,1 2))\"\n\n";
        let (gb, _, _) = encoding_rs::GB18030.encode(text);
        for bytes in [text.as_bytes(), &gb] {
            let rows = csv_rows(bytes).unwrap();
            assert_eq!(rows.len(), 2);
            let file = features(&rows).unwrap();
            assert_eq!(file.features[0].properties["地类编码"], "1104A");
            assert_eq!(file.features[0].geometry.points(), 4);
        }
        assert!(matches!(features(&Vec::new()), Err(BadFile::Empty)));
        assert!(workbook_rows(b"PK no workbook").is_err());
    }
}
