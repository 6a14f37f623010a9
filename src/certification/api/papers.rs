//! Documents of applications for certification, over HTTP.

use std::sync::Arc;

use actix_web::HttpResponse;
use actix_web::web::{Data, Path, Query};

use crate::certification::actions;
use crate::certification::model::ApplicationId;
use crate::documents::{DOCUMENT_KINDS, Document, DocumentId, DocumentQuery};
use crate::kernel::actor::Actor;
use crate::kernel::db::{Conn, Db, Tx};
use crate::kernel::operations::{Operations, operations};
use crate::kernel::page::{Page, PageQuery};
use crate::kernel::problem::Answer;
use crate::web::{AskedBytes, Problems};

pub(super) fn operations() -> Operations {
    operations![create_application_document, list_application_documents]
}

/// Attaches a file to an application for certification
///
/// Its content decides what it is; its hash stands in the audit log.
#[utoipa::path(
    post, path = "/api/v1/certification-applications/{application_id}/documents",
    tag = "certification", params(("application_id" = ApplicationId, Path), DocumentQuery),
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
pub async fn create_application_document(
    db: Data<Db>,
    application_id: Path<ApplicationId>,
    query: Query<DocumentQuery>,
    asked: AskedBytes,
) -> Answer<HttpResponse> {
    let (id, document) = (application_id.into_inner(), DocumentId::new());
    let DocumentQuery { name, purpose } = query.into_inner();
    let bytes: Arc<[u8]> = asked.bytes.as_ref().into();
    let attach = move |tx: &mut Tx<'_>| {
        actions::attach_document(tx, id, document, (&name, &purpose), &bytes)
    };
    Ok(HttpResponse::Created().json(db.write(asked.doing.clone(), attach).await?))
}

/// Lists the documents of an application for certification, newest first
#[utoipa::path(
    get, path = "/api/v1/certification-applications/{application_id}/documents",
    tag = "certification", params(("application_id" = ApplicationId, Path), PageQuery),
    responses((status = 200, body = Page<Document>), Problems),
    extensions(
        ("x-roles" = json!([
            "township_officer", "centre_officer", "centre_director", "forestry_officer",
            "auditor", "administrator"
        ])),
        ("x-effect" = json!("read")),
    ),
)]
pub async fn list_application_documents(
    db: Data<Db>,
    actor: Actor,
    application_id: Path<ApplicationId>,
    page: Query<PageQuery>,
) -> Answer<HttpResponse> {
    let (before, limit, reader) = (page.after()?, page.limit(), actor.clone());
    let id = application_id.into_inner();
    let read = move |c: &mut Conn| actions::application_documents(c, &reader, id, before, limit);
    let rows = db.read(Some(&actor), read).await?;
    Ok(HttpResponse::Ok().json(Page::of(rows, &page, |document| document.id.uuid(), |row| row)))
}
