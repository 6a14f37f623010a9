//! Documents of parcels, over HTTP.

use std::sync::Arc;

use actix_web::HttpResponse;
use actix_web::web::{Data, Path, Query};

use crate::documents::{DOCUMENT_KINDS, Document, DocumentId, DocumentQuery};
use crate::inventory::actions;
use crate::inventory::model::ParcelId;
use crate::kernel::actor::Actor;
use crate::kernel::db::{Conn, Db, Tx};
use crate::kernel::operations::{Operations, operations};
use crate::kernel::page::{Page, PageQuery};
use crate::kernel::problem::Answer;
use crate::web::{AskedBytes, Problems};

pub(super) fn operations() -> Operations {
    operations![create_parcel_document, list_parcel_documents]
}

/// Attaches a file to a parcel of one's own region
///
/// Its content decides what it is; its hash stands in the audit log.
#[utoipa::path(
    post, path = "/api/v1/parcels/{parcel_id}/documents", tag = "inventory",
    params(("parcel_id" = ParcelId, Path), DocumentQuery),
    request_body(
        content((String = "application/octet-stream", example = json!("(the file)"))),
        description = DOCUMENT_KINDS,
    ),
    responses((status = 201, body = Document), Problems),
    extensions(
        ("x-roles" = json!(["township_officer", "centre_officer", "centre_director"])),
        ("x-effect" = json!("write")),
    ),
)]
async fn create_parcel_document(
    db: Data<Db>,
    parcel_id: Path<ParcelId>,
    query: Query<DocumentQuery>,
    asked: AskedBytes,
) -> Answer<HttpResponse> {
    let (id, document) = (parcel_id.into_inner(), DocumentId::new());
    let DocumentQuery { name, purpose } = query.into_inner();
    let bytes: Arc<[u8]> = asked.bytes.as_ref().into();
    let attach = move |tx: &mut Tx<'_>| {
        actions::attach_document(tx, id, document, (&name, &purpose), &bytes)
    };
    Ok(HttpResponse::Created().json(db.write(asked.doing.clone(), attach).await?))
}

/// Lists the documents of a parcel of one's own region, newest first
#[utoipa::path(
    get, path = "/api/v1/parcels/{parcel_id}/documents", tag = "inventory",
    params(("parcel_id" = ParcelId, Path), PageQuery),
    responses((status = 200, body = Page<Document>), Problems),
    extensions(
        ("x-roles" = json!(["administrator", "centre_director", "centre_officer",
            "forestry_officer", "township_officer", "auditor"])),
        ("x-effect" = json!("read")),
    ),
)]
async fn list_parcel_documents(
    db: Data<Db>,
    actor: Actor,
    parcel_id: Path<ParcelId>,
    page: Query<PageQuery>,
) -> Answer<HttpResponse> {
    let (before, limit, reader) = (page.after()?, page.limit(), actor.clone());
    let id = parcel_id.into_inner();
    let read = move |c: &mut Conn| actions::parcel_documents(c, &reader, id, before, limit);
    let rows = db.read(Some(&actor), read).await?;
    Ok(HttpResponse::Ok().json(Page::of(rows, &page, |document| document.id.uuid(), |row| row)))
}
