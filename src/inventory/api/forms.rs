//! The form in which townships enter plots, and the same workbook back with what is wrong.

use actix_web::HttpResponse;
use actix_web::http::header::CONTENT_DISPOSITION;
use actix_web::web::Data;
use sha2::{Digest, Sha256};

use crate::inventory::actions::{self, CheckParcels};
use crate::inventory::export;
use crate::inventory::import::{FileFormat, csv_rows, open_file, workbook_rows};
use crate::inventory::model::ParcelKind;
use crate::inventory::rules::Submission;
use crate::inventory::store;
use crate::kernel::actor::Actor;
use crate::kernel::db::{Conn, Db};
use crate::kernel::operations::{Operations, operations};
use crate::kernel::problem::Answer;
use crate::web::{AskedBytes, Problems};

const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

pub(super) fn operations() -> Operations {
    operations![export_parcel_form, create_parcel_error_sheet]
}

/// Exports the empty form for reserve plots, a workbook with drop-downs
#[utoipa::path(
    get, path = "/api/v1/parcel-form", tag = "inventory",
    responses(
        (status = 200, description = "The workbook", content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", body = String,
            example = json!("(the file)")),
        Problems,
    ),
    extensions(
        ("x-roles" = json!(["centre_director", "centre_officer", "township_officer"])),
        ("x-effect" = json!("read")),
    ),
)]
async fn export_parcel_form(db: Data<Db>, actor: Actor) -> Answer<HttpResponse> {
    let region = actor.region.clone();
    let read = move |c: &mut Conn| store::townships_within(c, &region);
    let townships = db.read(Some(&actor), read).await?;
    Ok(workbook(export::form(&townships)?, "parcel-form.xlsx"))
}

/// Checks a table of reserve plots and gives it back with what is wrong beside each row
///
/// Nothing is written. The table is the form, or a CSV with its columns.
#[utoipa::path(
    post, path = "/api/v1/parcel-error-sheets", tag = "inventory",
    request_body(content(
        (String = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            example = json!("(the form, filled in)")),
        (String = "text/csv", example = json!("地块编号,地块名称,乡镇代码")),
    )),
    responses(
        (status = 200, description = "The workbook", content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", body = String,
            example = json!("(the file)")),
        Problems,
    ),
    extensions(
        ("x-roles" = json!(["centre_director", "centre_officer", "township_officer"])),
        ("x-effect" = json!("read")),
    ),
)]
async fn create_parcel_error_sheet(db: Data<Db>, asked: AskedBytes) -> Answer<HttpResponse> {
    let (actor, bytes) = (asked.doing.actor()?.clone(), asked.bytes.clone());
    let is_csv = asked.content_type == "text/csv";
    let (today, person) = (db.clock().now().date_in_shanghai(), actor.clone());
    let check = move |c: &mut Conn| {
        let (format, rows) = if is_csv {
            (FileFormat::Csv, csv_rows(&bytes)?)
        } else {
            (FileFormat::Xlsx, workbook_rows(&bytes)?)
        };
        let importer = actions::names_of(c, &actor)?;
        let by = Submission { kind: ParcelKind::Reserve, importer, region: actor.region, today };
        let opened = open_file(format, by.kind, None, &bytes)?;
        let file = actions::read_parcels(c, &by, opened)?;
        let file_sha256 = hex::encode(Sha256::digest(&bytes));
        let checked = actions::check_parcels(c, CheckParcels { by, file_sha256, file })?;
        export::with_findings(&rows, &checked.report())
    };
    Ok(workbook(db.read(Some(&person), check).await?, "parcel-errors.xlsx"))
}

fn workbook(bytes: Vec<u8>, name: &str) -> HttpResponse {
    HttpResponse::Ok()
        .content_type(XLSX)
        .insert_header((CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")))
        .body(bytes)
}
