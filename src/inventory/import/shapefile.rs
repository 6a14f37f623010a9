//! Shapefiles in a ZIP: `.shp` and `.dbf` of one name, with `.prj` and `.cpg` where there are any.

use std::collections::BTreeMap;
use std::io::{Cursor, Read as _};

use zip::ZipArchive;

use super::dbf::Table;
use super::{BadFile, Frame, RawFeature, RawFile, frame, shp, within_limits};

/// All that is unpacked of one file; a hundred thousand plots with long texts take half of it.
const UNPACKED_BYTES_MAX: u64 = 128 << 20;
/// More files than a dozen layers have.
const ENTRIES_MAX: usize = 200;

/// The parts of a Shapefile: their places in the ZIP by ending.
type Parts = BTreeMap<&'static str, usize>;

/// What is read of a Shapefile, the rest is left packed.
const ENDINGS: [&str; 4] = ["shp", "dbf", "prj", "cpg"];

/// Reads the layer that is named, or the only one.
pub(super) fn read(file: &[u8], layer: Option<&str>) -> Result<RawFile, BadFile> {
    let broken = |cause: zip::result::ZipError| BadFile::NotAZip(cause.to_string());
    let mut archive = ZipArchive::new(Cursor::new(file)).map_err(broken)?;
    let mut layers = layers(&mut archive)?;
    let name = super::one_of(layers.keys().cloned().collect(), layer, BadFile::NoShapefile)?;
    let parts = layers.remove(&name).unwrap_or_default();
    let mut left = UNPACKED_BYTES_MAX;
    let mut part = |ending: &str| -> Result<Option<Vec<u8>>, BadFile> {
        let Some(place) = parts.get(ending) else { return Ok(None) };
        let entry = archive.by_index(*place).map_err(broken)?;
        let mut bytes = Vec::new();
        // One byte more than allowed shows that there are more, whatever the head of the ZIP says.
        let read = entry.take(left + 1).read_to_end(&mut bytes);
        let read = read.map_err(|cause| BadFile::NotAZip(cause.to_string()))?;
        let read = u64::try_from(read).unwrap_or(u64::MAX);
        left =
            left.checked_sub(read).ok_or(BadFile::TooLargeUnpacked { most: UNPACKED_BYTES_MAX })?;
        Ok(Some(bytes))
    };
    let (cpg, prj) = (part("cpg")?, part("prj")?);
    let (shp, dbf) = (part("shp")?, part("dbf")?);
    let text = |bytes: Option<Vec<u8>>| bytes.map(|it| String::from_utf8_lossy(&it).into_owned());
    let frame = match text(prj).filter(|text| !text.trim().is_empty()) {
        None => Frame::Unknown,
        Some(prj) => frame::of_text(&prj)
            .ok_or_else(|| BadFile::OtherFrame(prj.chars().take(60).collect()))?,
    };
    let (Some(shp), Some(dbf)) = (shp, dbf) else { return Err(BadFile::NoShapefile) };
    let cpg = text(cpg);
    let table = Table::open(&dbf, cpg.as_deref()).ok_or(BadFile::DamagedShapefile(".dbf"))?;
    let features = features(&shp, &table)?;
    Ok(RawFile { frame, layer: Some(name), encoding: Some(table.encoding()), features })
}

/// Every name with the parts that it has.
fn layers(archive: &mut ZipArchive<Cursor<&[u8]>>) -> Result<BTreeMap<String, Parts>, BadFile> {
    if archive.len() > ENTRIES_MAX {
        return Err(BadFile::NotAZip(format!("it holds more than {ENTRIES_MAX} files")));
    }
    let mut layers: BTreeMap<String, Parts> = BTreeMap::new();
    for place in 0..archive.len() {
        let entry = archive.by_index_raw(place).map_err(|it| BadFile::NotAZip(it.to_string()))?;
        // Programs of Windows write names in GBK without saying so.
        let raw = entry.name_raw();
        let path = std::str::from_utf8(raw)
            .map_or_else(|_| encoding_rs::GB18030.decode(raw).0.into_owned(), str::to_owned);
        let file = path.rsplit(['/', '\\']).next().unwrap_or_default();
        let Some((name, ending)) = file.rsplit_once('.') else { continue };
        let known = ENDINGS.into_iter().find(|known| known.eq_ignore_ascii_case(ending));
        if let Some(ending) = known.filter(|_| !path.starts_with("__MACOSX")) {
            layers.entry(name.to_owned()).or_default().insert(ending, place);
        }
    }
    layers.retain(|_, parts| parts.contains_key("shp") && parts.contains_key("dbf"));
    Ok(layers)
}

fn features(shp: &[u8], table: &Table<'_>) -> Result<Vec<RawFeature>, BadFile> {
    let records = shp::open(shp).ok_or(BadFile::DamagedShapefile(".shp"))?;
    let (mut features, mut points) = (Vec::new(), 0);
    for (number, geometry) in records.enumerate() {
        let geometry = geometry.ok_or(BadFile::DamagedShapefile(".shp"))?;
        points += geometry.points();
        within_limits(number + 1, points)?;
        let Some(properties) = table.row(number) else {
            return Err(BadFile::RowsMissing { shapes: number + 1, rows: table.row_count() });
        };
        features.push(RawFeature { findings: Vec::new(), properties, geometry });
    }
    within_limits(features.len(), points)?;
    if features.len() < table.row_count() {
        return Err(BadFile::RowsMissing { shapes: features.len(), rows: table.row_count() });
    }
    Ok(features)
}
