//! Documents of applications for certification.

use std::sync::Arc;

use super::visible_application;
use crate::certification::model::ApplicationId;
use crate::documents::{self, Document, DocumentId, DocumentSubject, NewDocument};
use crate::kernel::actor::Actor;
use crate::kernel::db::{Conn, Tx};
use crate::kernel::problem::Answer;
use crate::kernel::text::Label;

/// Attaches a file to an application that the actor may know of.
pub(crate) fn attach_document(
    tx: &mut Tx,
    id: ApplicationId,
    document: DocumentId,
    (name, purpose): (&Label, &Label),
    bytes: &Arc<[u8]>,
) -> Answer<Document> {
    let actor = tx.actor()?;
    let application = visible_application(tx.conn(), &actor, id)?;
    documents::attach(
        tx,
        &NewDocument {
            id: document,
            subject_kind: DocumentSubject::CertificationApplication,
            subject_id: id.uuid(),
            region: application.township,
            owner: Some(application.owner),
            purpose: purpose.clone(),
            name: name.clone(),
            bytes: Arc::clone(bytes),
        },
    )
}

/// Returns one page of the documents of an application, newest first, and one more.
pub(crate) fn application_documents(
    c: &mut Conn,
    actor: &Actor,
    id: ApplicationId,
    before: Option<DocumentId>,
    limit: i64,
) -> Answer<Vec<Document>> {
    visible_application(c, actor, id)?;
    documents::attached_to(c, id.uuid(), before, limit)
}
