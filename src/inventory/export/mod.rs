//! Parcels in the files that planners exchange, in degrees of CGCS2000 (EPSG:4490), longitude first.
//! A file is written page by page; no more of it is held than its own bytes.

mod attributes;
mod forms;
mod geojson;
mod geopackage;
mod shapefile;

use crate::inventory::model::Parcel;
use crate::kernel::names::names;
use crate::kernel::problem::Answer;

pub(crate) use forms::{form, with_findings};
pub(crate) use geojson::feature;

names! {
    /// The kinds of file that parcels go out in.
    pub enum ExportFormat {
        GeoJson = "geojson",
        GeoPackage = "geopackage",
        Shapefile = "shapefile",
    }
}

impl ExportFormat {
    /// The kind of body.
    pub(crate) fn content_type(self) -> &'static str {
        match self {
            Self::GeoJson => "application/geo+json",
            Self::GeoPackage => "application/geopackage+sqlite3",
            Self::Shapefile => "application/zip",
        }
    }

    /// The name under which it is saved.
    pub(crate) fn file_name(self) -> &'static str {
        match self {
            Self::GeoJson => "parcels.geojson",
            Self::GeoPackage => "parcels.gpkg",
            Self::Shapefile => "parcels.zip",
        }
    }
}

/// Parcels with their polygons as GeoJSON.
pub(crate) type MappedParcels = Vec<(Parcel, String)>;

/// Writes a file of the parcels that `next` gives, page by page, until it gives none.
pub(crate) fn write(
    format: ExportFormat,
    next: impl FnMut() -> Answer<MappedParcels>,
) -> Answer<Vec<u8>> {
    match format {
        ExportFormat::GeoJson => geojson::write(next),
        ExportFormat::GeoPackage => geopackage::write(next),
        ExportFormat::Shapefile => shapefile::write(next),
    }
}
