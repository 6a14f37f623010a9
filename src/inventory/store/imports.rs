//! Files of parcels that were taken in.

use diesel::prelude::*;

use crate::inventory::model::{ImportMode, ParcelImport, ParcelImportId, ParcelKind};
use crate::kernel::area::SurveyedArea;
use crate::kernel::clock::Time;
use crate::kernel::db::{Conn, Tx, record};
use crate::kernel::ids::{OrganisationId, UserId};
use crate::kernel::problem::Answer;
use crate::kernel::region::RegionCode;
use crate::schema::parcel_imports;

record! {
    /// A row is one file of parcels of which something entered.
    pub(super) struct ImportRow in parcel_imports {
        id: ParcelImportId as Id,
        number: i64 as BigInt,
        kind: ParcelKind as Text,
        mode: ImportMode as Text,
        file_sha256: String as Text,
        accepted: i64 as BigInt,
        refused: i64 as BigInt,
        declared_area: SurveyedArea as BigInt,
        report: String as Text,
        region: RegionCode as Text,
        imported_by: UserId as Id,
        organisation_id: OrganisationId as Id,
        imported_at: Time as Timestamp,
    }
}

impl From<ImportRow> for ParcelImport {
    fn from(row: ImportRow) -> Self {
        Self {
            id: row.id,
            number: row.number,
            kind: row.kind,
            mode: row.mode,
            file_sha256: row.file_sha256,
            accepted: row.accepted,
            refused: row.refused,
            declared_area: row.declared_area,
            report: row.report,
            region: row.region,
            imported_by: row.imported_by,
            organisation_id: row.organisation_id,
            imported_at: row.imported_at,
        }
    }
}

impl From<ParcelImport> for ImportRow {
    fn from(it: ParcelImport) -> Self {
        Self {
            id: it.id,
            number: it.number,
            kind: it.kind,
            mode: it.mode,
            file_sha256: it.file_sha256,
            accepted: it.accepted,
            refused: it.refused,
            declared_area: it.declared_area,
            report: it.report,
            region: it.region,
            imported_by: it.imported_by,
            organisation_id: it.organisation_id,
            imported_at: it.imported_at,
        }
    }
}

/// Saves an import.
pub(crate) fn insert_import(tx: &mut Tx, it: &ParcelImport) -> Answer<()> {
    Ok(tx.insert(&ImportRow::from(it.clone()))?)
}

/// The import with this id.
pub(crate) fn import(c: &mut Conn, id: ParcelImportId) -> Answer<Option<ParcelImport>> {
    let row: Option<ImportRow> =
        parcel_imports::table.find(id).select(ImportRow::as_select()).first(c).optional()?;
    Ok(row.map(ParcelImport::from))
}

/// Imports by organisations of a region, newest first.
pub(crate) fn imports(
    c: &mut Conn,
    region: &RegionCode,
    after: Option<ParcelImportId>,
    rows_max: i64,
) -> Answer<Vec<ParcelImport>> {
    let mut query = parcel_imports::table
        .filter(parcel_imports::region.like(format!("{region}%")))
        .select(ImportRow::as_select())
        .into_boxed();
    if let Some(after) = after {
        query = query.filter(parcel_imports::id.lt(after));
    }
    let rows: Vec<ImportRow> = query.order(parcel_imports::id.desc()).limit(rows_max).load(c)?;
    Ok(rows.into_iter().map(ParcelImport::from).collect())
}
