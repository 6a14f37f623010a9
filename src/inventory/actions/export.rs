//! Puts parcels into a file.

use crate::inventory::export::{self, ExportFormat};
use crate::inventory::rules::CannotExport;
use crate::inventory::store::{self, MapFilter};
use crate::kernel::db::Conn;
use crate::kernel::problem::Answer;

/// A county's whole survey; a province asks county by county.
const PARCELS_EXPORTED_MAX: usize = 100_000;
/// What is held beside the file itself.
const PAGE: i64 = 500;

/// Writes a file of the parcels that the filter lets through.
pub(crate) fn export_parcels(
    c: &mut Conn,
    format: ExportFormat,
    filter: &MapFilter,
) -> Answer<Vec<u8>> {
    let (mut after, mut count) = (None, 0);
    export::write(format, || {
        let page = store::mapped_parcels(c, filter, after, PAGE)?;
        after = page.last().map(|(parcel, _)| parcel.id).or(after);
        count += page.len();
        if count > PARCELS_EXPORTED_MAX {
            return Err(CannotExport { most: PARCELS_EXPORTED_MAX }.into());
        }
        Ok(page)
    })
}
