//! Documents over HTTP: what is attached goes out as an attachment, never inline.

use actix_web::HttpResponse;
use actix_web::http::header;
use actix_web::web::{Data, Path};
use serde::Deserialize;
use utoipa::IntoParams;

use super::actions;
use super::model::DocumentId;
use crate::kernel::actor::Actor;
use crate::kernel::db::Db;
use crate::kernel::operations::{Operations, operations};
use crate::kernel::problem::Answer;
use crate::kernel::text::Label;
use crate::web::Problems;

/// What may be attached, for the document.
pub const DOCUMENT_KINDS: &str = "\
The bytes of the file, at most 20 MiB: PDF, PNG, JPEG, DOCX, XLSX or OFD, by its content; the name \
must end as the content says.";

/// Everything that can be asked of this capability.
pub fn operations() -> Operations {
    operations![get_document_content]
}

/// What a file is called and for what it is.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct DocumentQuery {
    #[param(value_type = String, example = "同意书.pdf")]
    pub name: Label,
    #[param(value_type = String, example = "权利人同意书")]
    pub purpose: Label,
}

/// Downloads a document
///
/// As an attachment of no particular kind, whatever it is: nothing that somebody handed in is shown
/// inline.
#[utoipa::path(
    get, path = "/api/v1/documents/{document_id}/content", tag = "documents",
    params(("document_id" = DocumentId, Path)),
    responses(
        (status = 200, description = "The file", content_type = "application/octet-stream",
            body = String, example = json!("(the file)")),
        Problems,
    ),
    extensions(
        ("x-roles" = json!([
            "administrator", "centre_officer", "centre_director", "forestry_officer",
            "township_officer", "developer", "developer_director", "assessor", "auditor"
        ])),
        ("x-effect" = json!("read")),
    ),
)]
pub async fn get_document_content(
    db: Data<Db>,
    actor: Actor,
    document_id: Path<DocumentId>,
) -> Answer<HttpResponse> {
    let (id, reader) = (document_id.into_inner(), actor.clone());
    let read = db.read(Some(&actor), move |c| actions::download(c, &reader, id));
    let (document, bytes) = read.await?;
    let name = utf8_name(document.name.as_str());
    Ok(HttpResponse::Ok()
        .content_type("application/octet-stream")
        .insert_header((
            header::CONTENT_DISPOSITION,
            format!("attachment; filename*=UTF-8''{name}"),
        ))
        .insert_header((header::CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox"))
        .body(bytes))
}

/// A file name as RFC 8187 writes it: all but letters, digits, dots and hyphens by their bytes.
fn utf8_name(name: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_');
    name.bytes()
        .map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_goes_out_in_bytes_that_no_header_breaks_on() {
        assert_eq!(utf8_name("a-1.pdf"), "a-1.pdf");
        assert_eq!(utf8_name("同\"意\r\n.pdf"), "%E5%90%8C%22%E6%84%8F%0D%0A.pdf");
    }
}
