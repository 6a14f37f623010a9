//! The files of an application over HTTP.

use actix_web::HttpResponse;
use actix_web::web::{Data, Json, Path, Query};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::documents::{DOCUMENT_KINDS, Document, DocumentId, DocumentQuery};
use crate::kernel::actor::Actor;
use crate::kernel::db::{Conn, Db, Tx};
use crate::kernel::operations::{Operations, operations};
use crate::kernel::page::{Page, PageQuery};
use crate::kernel::problem::Answer;
use crate::occupation::actions::{self, AttachFile};
use crate::occupation::model::{DocumentKind, OccupationId, OccupationPartId};
use crate::web::{AskedBytes, Problems};

pub(super) fn operations() -> Operations {
    operations![create_occupation_file, list_occupation_files]
}

/// Which of the documents that the law asks for a file is.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct FiledAs {
    #[param(inline, example = "legal_person")]
    kind: DocumentKind,
}

/// Delivers the file of a document (R75, R76)
///
/// Its kind and size are checked by its content, and its hash stands in the audit log. Where that
/// hash was filed before, the file belongs to it; otherwise the document is filed with it.
#[utoipa::path(
    post, path = "/api/v1/occupations/{occupation_id}/files", tag = "occupation",
    params(("occupation_id" = OccupationId, Path), FiledAs, DocumentQuery),
    request_body(
        content((String = "application/octet-stream", example = json!("(the file)"))),
        description = DOCUMENT_KINDS,
    ),
    responses((status = 201, body = Document), Problems),
    extensions(("x-roles" = json!(["developer"])), ("x-effect" = json!("write")))
)]
async fn create_occupation_file(
    db: Data<Db>,
    occupation_id: Path<OccupationId>,
    filed_as: Query<FiledAs>,
    query: Query<DocumentQuery>,
    asked: AskedBytes,
) -> Answer<HttpResponse> {
    let DocumentQuery { name, purpose } = query.into_inner();
    let command = AttachFile {
        id: DocumentId::new(),
        filed_as: OccupationPartId::new(),
        occupation_id: *occupation_id,
        kind: filed_as.kind,
        name,
        purpose,
        bytes: asked.bytes.as_ref().into(),
    };
    let write = move |tx: &mut Tx| actions::attach_file(tx, &command);
    Ok(HttpResponse::Created().json(db.write(asked.doing.clone(), write).await?))
}

/// Lists the files of an application, newest first
#[utoipa::path(
    get, path = "/api/v1/occupations/{occupation_id}/files", tag = "occupation",
    params(("occupation_id" = OccupationId, Path), PageQuery),
    responses((status = 200, body = Page<Document>), Problems),
    extensions(
        ("x-roles" = json!(["developer", "developer_director", "forestry_officer", "auditor",
            "administrator"])),
        ("x-effect" = json!("read")),
    )
)]
async fn list_occupation_files(
    db: Data<Db>,
    actor: Actor,
    occupation_id: Path<OccupationId>,
    page: Query<PageQuery>,
) -> Answer<Json<Page<Document>>> {
    let (id, asker) = (*occupation_id, actor.clone());
    let (before, limit) = (page.after()?, page.limit());
    let read = move |c: &mut Conn| actions::files_of(c, &asker, id, before, limit);
    let rows = db.read(Some(&actor), read).await?;
    Ok(Json(Page::of(rows, &page, |document| document.id.uuid(), |row| row)))
}
