//! Documents of projects.

use std::sync::Arc;

use super::{own_project, visible_project};
use crate::documents::{self, Document, DocumentId, DocumentSubject, NewDocument};
use crate::kernel::actor::{Actor, Role};
use crate::kernel::db::{Conn, Tx};
use crate::kernel::problem::{Answer, Failure};
use crate::kernel::text::Label;
use crate::restoration::model::ProjectId;

/// Attaches a file to a project of one's own.
pub(crate) fn attach_document(
    tx: &mut Tx,
    id: ProjectId,
    document: DocumentId,
    (name, purpose): (&Label, &Label),
    bytes: &Arc<[u8]>,
) -> Answer<Document> {
    let project = own_project(tx, id)?;
    documents::attach(
        tx,
        &NewDocument {
            id: document,
            subject_kind: DocumentSubject::Project,
            subject_id: id.uuid(),
            region: project.township,
            owner: Some(project.owner),
            purpose: purpose.clone(),
            name: name.clone(),
            bytes: Arc::clone(bytes),
        },
    )
}

/// Returns one page of the documents of a project, newest first, and one more; other townships see
/// the project, not its papers.
pub(crate) fn project_documents(
    c: &mut Conn,
    actor: &Actor,
    id: ProjectId,
    before: Option<DocumentId>,
    limit: i64,
) -> Answer<Vec<Document>> {
    let project = visible_project(c, actor, id)?;
    if actor.role == Role::TownshipOfficer && project.owner != actor.organisation_id {
        return Err(Failure::not_found());
    }
    documents::attached_to(c, id.uuid(), before, limit)
}
