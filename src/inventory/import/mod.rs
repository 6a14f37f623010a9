//! Files of parcels, of layers and of boundaries: GeoJSON, GeoPackage, a zipped Shapefile or a table
//! becomes drafts, each with what could not be read. The property names are those of the county's files; tables have Chinese and short
//! ones too (`names.rs`). Strict: an unknown property is a finding.
//!
//! Coordinates are degrees or metres of a Gauss-Krüger zone of 3 degrees, on CGCS2000 (`frame.rs`).
//! Nothing that a file says of its own size decides how much memory is taken, and each format holds
//! only what becomes drafts.

mod boundary;
mod dbf;
mod frame;
mod geojson;
mod geopackage;
mod names;
mod layers;
mod properties;
mod published;
mod regions;
mod shapefile;
mod shp;
mod strict;
mod table;
mod wkb;

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use crate::inventory::geometry::{Bounds, GaussKrueger, POINTS_TOTAL_MAX, RawGeometry};
use crate::inventory::model::{Draft, ParcelKind};
use crate::inventory::report::CoordinatesReport;
use crate::inventory::rules::Finding;
use crate::kernel::region::RegionCode;

pub use boundary::{BadBoundary, Boundary, read_boundary};
pub use frame::Frame;
pub use layers::{LayerFile, ReadLayer, open_layer};
use names::Naming;
pub(crate) use names::{NAMES, WORDS};
pub(crate) use properties::LABEL_CHARACTERS_MAX;
use properties::Properties;
pub(crate) use published::{figures_of, read_published};
pub use regions::{BadLine, RegionFault, read_regions};
pub(crate) use table::{BOUNDARY, Rows, csv_rows, workbook_rows};

/// A county's whole survey. A bigger file is to be cut: features are entered in one transaction,
/// while others wait, and all of them are held in memory.
pub(crate) const FEATURES_MAX: usize = 100_000;

/// So many names of layers fit an answer.
const LAYERS_NAMED_MAX: usize = 20;

/// A draft and what is wrong with it so far.
#[derive(Debug, Clone, PartialEq)]
pub struct Read {
    pub draft: Draft,
    pub findings: Vec<Finding>,
}

/// The file as a whole is none that is read here.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadFile {
    #[error("the file is not JSON in UTF-8: {0}")]
    NotJson(String),
    #[error("the file is not a GeoJSON FeatureCollection")]
    NotACollection,
    #[error("the file has a member {0:?} that is not known here")]
    UnknownMember(String),
    #[error("the file must name its coordinate system, CGCS2000 (EPSG:4490), in the member crs")]
    NotCgcs2000,
    #[error("the file holds no feature")]
    Empty,
    #[error("the file holds {found} features, the most is {most}")]
    TooManyFeatures { found: usize, most: usize },
    #[error("the polygons of the file have {found} points, the most is {most}")]
    TooManyPoints { found: usize, most: usize },
    #[error("the file names {0:?} more than once in one object")]
    NamedTwice(String),
    #[error("the file is no ZIP that can be read: {0}")]
    NotAZip(String),
    #[error("unpacked, the file is larger than {most} bytes")]
    TooLargeUnpacked { most: u64 },
    #[error("the ZIP holds no Shapefile: a .shp and a .dbf of one name")]
    NoShapefile,
    #[error("the {0} file of the Shapefile is damaged")]
    DamagedShapefile(&'static str),
    #[error("the Shapefile has {shapes} shapes and {rows} rows")]
    RowsMissing { shapes: usize, rows: usize },
    #[error("the file is no GeoPackage that can be read: {0}")]
    NotAGeoPackage(String),
    #[error("the file is no table that can be read: {0}")]
    NotATable(String),
    #[error("the file holds several layers, name one in the parameter layer: {}", .0.join(", "))]
    SeveralLayers(Vec<String>),
    #[error("the file has no layer {0:?}")]
    NoSuchLayer(String),
    #[error(
        "the reference system of the file is not CGCS2000 in degrees (EPSG:4490) or in a \
         Gauss-Krüger zone of 3 degrees (EPSG:4513 to 4554): {0}"
    )]
    OtherFrame(String),
    #[error(
        "the file names no reference system, and no boundary is loaded of a county that it names, \
         by which its Gauss-Krüger zone could be found"
    )]
    NoCountyForZone,
    #[error(
        "the file names no reference system, and in no Gauss-Krüger zone does it lie in its county"
    )]
    NoZoneFits,
    #[error("the file names no reference system, and several Gauss-Krüger zones fit: {0:?}")]
    SeveralZonesFit(Vec<i64>),
}

/// The kinds of file that are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileFormat {
    GeoJson,
    GeoPackage,
    /// A ZIP with the files of one or more Shapefiles.
    Shapefile,
    /// A row for each plot, with its boundary as WKT.
    Csv,
    /// The same as the first sheet of a workbook.
    Xlsx,
}

impl FileFormat {
    /// The format that a body says it has.
    pub fn of_content_type(content_type: &str) -> Option<Self> {
        match content_type {
            "application/geo+json" => Some(Self::GeoJson),
            "application/geopackage+sqlite3" => Some(Self::GeoPackage),
            "application/zip" => Some(Self::Shapefile),
            "text/csv" => Some(Self::Csv),
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet" => Some(Self::Xlsx),
            _ => None,
        }
    }
}

/// A file that was opened: its features, and what it says of their coordinates.
#[derive(Debug, PartialEq)]
pub struct RawFile {
    pub(crate) frame: Frame,
    /// Where a file holds several: the one that was read.
    pub(crate) layer: Option<String>,
    /// Of the texts of a DBF.
    pub(crate) encoding: Option<&'static str>,
    pub(crate) features: Vec<RawFeature>,
}

/// One feature as the file has it.
#[derive(Debug, Default, PartialEq)]
pub struct RawFeature {
    pub(crate) findings: Vec<Finding>,
    pub(crate) properties: Map<String, Value>,
    pub(crate) geometry: RawGeometry,
}

/// A file that was read: what is known of each feature, and of their coordinates.
#[derive(Debug, PartialEq)]
pub struct ReadFile {
    pub(crate) reads: Vec<Read>,
    pub(crate) coordinates: CoordinatesReport,
}

/// Opens a file of parcels; of several layers the one that is named.
pub fn open_file(
    format: FileFormat,
    kind: ParcelKind,
    layer: Option<&str>,
    file: &[u8],
) -> Result<RawFile, BadFile> {
    open(format, Naming::Parcels(kind), layer, file)
}

/// Reads a file with its properties as they are called there.
fn read(format: FileFormat, layer: Option<&str>, file: &[u8]) -> Result<RawFile, BadFile> {
    match format {
        FileFormat::GeoJson => geojson::read(file),
        FileFormat::GeoPackage => geopackage::read(file, layer),
        FileFormat::Shapefile => shapefile::read(file, layer),
        FileFormat::Csv => table::features(&table::csv_rows(file)?),
        FileFormat::Xlsx => table::features(&table::workbook_rows(file)?),
    }
}

/// Opens a file with its properties under the names of the county's files.
fn open(
    format: FileFormat,
    naming: Naming,
    layer: Option<&str>,
    file: &[u8],
) -> Result<RawFile, BadFile> {
    let mut opened = read(format, layer, file)?;
    for feature in &mut opened.features {
        let properties = std::mem::take(&mut feature.properties);
        feature.properties = match format {
            FileFormat::GeoJson => names::of_json(properties, naming),
            FileFormat::GeoPackage | FileFormat::Shapefile | FileFormat::Csv | FileFormat::Xlsx => {
                names::of_table(properties, naming)
            }
        };
    }
    Ok(opened)
}

impl RawFile {
    /// The townships that its features name.
    pub fn townships(&self) -> BTreeSet<RegionCode> {
        let named =
            self.features.iter().filter_map(|it| it.properties.get("township_code")?.as_str());
        named.filter_map(|code| code.parse().ok()).collect()
    }

    /// Makes drafts of the features; `counties` are the boxes of those that they name, by which a
    /// zone is found that the file does not name.
    pub fn read(self, kind: ParcelKind, counties: &[Bounds]) -> Result<ReadFile, BadFile> {
        let (zone, coordinates) = self.settled(counties)?;
        let read = |feature| read_feature(kind, feature, zone);
        Ok(ReadFile { reads: self.features.into_iter().map(read).collect(), coordinates })
    }

    /// The zone to compute with, and what is told of it.
    fn settled(
        &self,
        counties: &[Bounds],
    ) -> Result<(Option<GaussKrueger>, CoordinatesReport), BadFile> {
        let settled = frame::settle(self.frame, &self.features, counties)?;
        let (layer, encoding) = (self.layer.clone(), self.encoding.map(str::to_owned));
        Ok((settled.zone, CoordinatesReport { layer, encoding, ..settled.report }))
    }
}

/// The layer that is wanted of those that a file holds.
fn one_of(names: Vec<String>, wanted: Option<&str>, none: BadFile) -> Result<String, BadFile> {
    match (wanted, names.as_slice()) {
        (_, []) => Err(none),
        (None, [one]) => Ok(one.clone()),
        (None, several) => {
            Err(BadFile::SeveralLayers(several.iter().take(LAYERS_NAMED_MAX).cloned().collect()))
        }
        (Some(wanted), several) => several
            .iter()
            .find(|name| *name == wanted)
            .cloned()
            .ok_or_else(|| BadFile::NoSuchLayer(wanted.chars().take(60).collect())),
    }
}

/// Refuses what is more than fits, and what is nothing.
fn within_limits(features: usize, points: usize) -> Result<(), BadFile> {
    if features == 0 {
        return Err(BadFile::Empty);
    }
    if features > FEATURES_MAX {
        return Err(BadFile::TooManyFeatures { found: features, most: FEATURES_MAX });
    }
    if points > POINTS_TOTAL_MAX {
        return Err(BadFile::TooManyPoints { found: points, most: POINTS_TOTAL_MAX });
    }
    Ok(())
}

fn read_feature(kind: ParcelKind, feature: RawFeature, zone: Option<GaussKrueger>) -> Read {
    let RawFeature { mut findings, properties, geometry } = feature;
    let mut properties = Properties::of(properties);
    let mut draft = match kind {
        ParcelKind::Reserve => properties.reserve(),
        ParcelKind::Wetland => properties.wetland(),
    };
    findings.extend(properties.finish());
    match geometry.shape(zone) {
        Ok(shape) => draft.shape = Some(shape),
        Err(faults) => findings.extend(faults.into_iter().map(Finding::Geometry)),
    }
    Read { draft, findings }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_parcels(kind: ParcelKind, file: &[u8]) -> Result<Vec<Read>, BadFile> {
        Ok(open_file(FileFormat::GeoJson, kind, None, file)?.read(kind, &[])?.reads)
    }

    #[track_caller]
    fn check(file: &str, expected: &str) {
        let answer = open_file(FileFormat::GeoJson, ParcelKind::Reserve, None, file.as_bytes());
        assert_eq!(answer.err().map(|bad| bad.to_string()).unwrap_or_default(), expected);
    }

    fn collection(features: &str) -> String {
        format!(
            r#"{{"type":"FeatureCollection","crs":{{"type":"name","properties":{{"name":"urn:ogc:def:crs:EPSG::4490"}}}},"features":[{features}]}}"#
        )
    }

    #[test]
    fn r20_a_file_names_its_coordinate_system() {
        let not_4490 =
            "the file must name its coordinate system, CGCS2000 (EPSG:4490), in the member crs";
        check(r#"{"type":"FeatureCollection","features":[{}]}"#, not_4490);
        check(&collection("{}").replace("4490", "4326"), not_4490);
        check(&collection("{}").replace("\"type\":\"name\"", "\"type\":\"link\""), not_4490);
    }

    #[test]
    fn a_file_that_is_none_is_refused_as_a_whole() {
        check("", "the file is not JSON in UTF-8: EOF while parsing a value at line 1 column 0");
        check("[]", "the file is not a GeoJSON FeatureCollection");
        check(r#"{"type":"Feature"}"#, "the file is not a GeoJSON FeatureCollection");
        check(&collection(""), "the file holds no feature");
        check(
            &collection("{},").replace("},]", "}],\"x\":[1]"),
            "the file has a member \"x\" that is not known here",
        );
        check(
            &collection(r#"{"properties":{"name":"a","name":"b"}}"#),
            "the file names \"name\" more than once in one object",
        );
        let many = vec!["{}"; FEATURES_MAX + 1].join(",");
        check(&collection(&many), "the file holds 100001 features, the most is 100000");
        let points = vec!["[116,28]"; POINTS_TOTAL_MAX + 1].join(",");
        let feature = format!(r#"{{"geometry":{{"coordinates":[[{points}]]}}}}"#);
        check(
            &collection(&feature),
            "the polygons of the file have 2000001 points, the most is 2000000",
        );
    }

    #[test]
    fn a_feature_that_is_none_has_findings_and_no_panic() {
        for feature in [
            "null",
            "5",
            "[]",
            "{}",
            r#"{"properties":null,"geometry":null}"#,
            r#"{"properties":[],"geometry":{"type":[],"coordinates":{}}}"#,
        ] {
            let read = read_parcels(ParcelKind::Reserve, collection(feature).as_bytes()).unwrap();
            assert!(!read[0].findings.is_empty(), "{feature} was taken");
        }
    }

    #[test]
    fn the_fixtures_are_read_without_a_finding() {
        for (kind, file) in [
            (
                ParcelKind::Reserve,
                include_bytes!("../../../tests/fixtures/jinxian/parcels.geojson").as_slice(),
            ),
            (
                ParcelKind::Wetland,
                include_bytes!("../../../tests/fixtures/jinxian/wetland_database.geojson")
                    .as_slice(),
            ),
        ] {
            for read in read_parcels(kind, file).unwrap() {
                assert_eq!(read.findings, [], "{:?}", read.draft.number);
            }
        }
    }
}
