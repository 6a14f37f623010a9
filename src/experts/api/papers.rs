//! Documents of draws, over HTTP.

use std::sync::Arc;

use actix_web::HttpResponse;
use actix_web::web::{Data, Path, Query};

use crate::documents::{DOCUMENT_KINDS, Document, DocumentId, DocumentQuery};
use crate::experts::actions;
use crate::experts::model::DrawId;
use crate::kernel::actor::Actor;
use crate::kernel::db::{Conn, Db, Tx};
use crate::kernel::operations::{Operations, operations};
use crate::kernel::page::{Page, PageQuery};
use crate::kernel::problem::Answer;
use crate::web::{AskedBytes, Problems};

pub(super) fn operations() -> Operations {
    operations![create_draw_document, list_draw_documents]
}

/// Attaches a file to the draw of a panel
///
/// Its content decides what it is; its hash stands in the audit log.
#[utoipa::path(
    post, path = "/api/v1/expert-draws/{draw_id}/documents", tag = "experts",
    params(("draw_id" = DrawId, Path), DocumentQuery),
    request_body(
        content((String = "application/octet-stream", example = json!("(the file)"))),
        description = DOCUMENT_KINDS,
    ),
    responses((status = 201, body = Document), Problems),
    extensions(
        ("x-roles" = json!(["centre_officer", "centre_director"])), ("x-effect" = json!("write"))
    ),
)]
pub async fn create_draw_document(
    db: Data<Db>,
    draw_id: Path<DrawId>,
    query: Query<DocumentQuery>,
    asked: AskedBytes,
) -> Answer<HttpResponse> {
    let (id, document) = (draw_id.into_inner(), DocumentId::new());
    let DocumentQuery { name, purpose } = query.into_inner();
    let bytes: Arc<[u8]> = asked.bytes.as_ref().into();
    let attach = move |tx: &mut Tx<'_>| {
        actions::attach_document(tx, id, document, (&name, &purpose), &bytes)
    };
    Ok(HttpResponse::Created().json(db.write(asked.doing.clone(), attach).await?))
}

/// Lists the documents of the draw of a panel, newest first
#[utoipa::path(
    get, path = "/api/v1/expert-draws/{draw_id}/documents", tag = "experts",
    params(("draw_id" = DrawId, Path), PageQuery),
    responses((status = 200, body = Page<Document>), Problems),
    extensions(
        ("x-roles" = json!([
            "centre_officer", "centre_director", "forestry_officer", "auditor", "administrator"
        ])),
        ("x-effect" = json!("read")),
    ),
)]
pub async fn list_draw_documents(
    db: Data<Db>,
    actor: Actor,
    draw_id: Path<DrawId>,
    page: Query<PageQuery>,
) -> Answer<HttpResponse> {
    let (before, limit, reader) = (page.after()?, page.limit(), actor.clone());
    let id = draw_id.into_inner();
    let read = move |c: &mut Conn| actions::draw_documents(c, &reader, id, before, limit);
    let rows = db.read(Some(&actor), read).await?;
    Ok(HttpResponse::Ok().json(Page::of(rows, &page, |document| document.id.uuid(), |row| row)))
}
