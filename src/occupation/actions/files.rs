//! The files of an application's documents: the bytes behind the hashes that are filed.

use std::sync::Arc;

use serde_json::json;

use super::applications::{NewDocument, file_document};
use super::facts::visible;
use super::subject;
use crate::documents::{self, Document, DocumentId, DocumentSubject};
use crate::kernel::actor::Actor;
use crate::kernel::db::{Conn, Event, Tx};
use crate::kernel::problem::Answer;
use crate::kernel::text::Label;
use crate::occupation::model::{DocumentKind, OccupationId, OccupationPartId, OccupationState};
use crate::occupation::rules::CannotReview;
use crate::occupation::store;

/// Delivers a file.
#[derive(Debug, Clone)]
pub(crate) struct AttachFile {
    pub(crate) id: DocumentId,
    pub(crate) filed_as: OccupationPartId,
    pub(crate) occupation_id: OccupationId,
    pub(crate) kind: DocumentKind,
    pub(crate) name: Label,
    /// What the document is called among those of the application.
    pub(crate) purpose: Label,
    pub(crate) bytes: Arc<[u8]>,
}

/// The developer delivers a file of its application. A file whose hash was filed before belongs to
/// that document; any other is filed with it, and so is one that a notice asked for (R75, R76).
pub(crate) fn attach_file(tx: &mut Tx, it: &AttachFile) -> Answer<Document> {
    let actor = tx.actor()?;
    let occupation = visible(tx.conn(), &actor, it.occupation_id)?;
    let state = store::state(tx.conn(), occupation.id)?;
    if !state.state.is_pending() {
        return Err(CannotReview::WrongState(state.state).into());
    }
    let document = documents::attach(
        tx,
        &documents::NewDocument {
            id: it.id,
            subject_kind: DocumentSubject::Occupation,
            subject_id: occupation.id.uuid(),
            region: occupation.county.clone(),
            owner: Some(occupation.developer_id),
            purpose: it.purpose.clone(),
            name: it.name.clone(),
            bytes: Arc::clone(&it.bytes),
        },
    )?;
    let filed = store::documents(tx.conn(), occupation.id)?;
    let is_known = filed.iter().any(|one| one.kind == it.kind && one.sha256 == document.sha256);
    let is_filed = !is_known || state.state == OccupationState::Deficient;
    if is_filed {
        let (title, sha256) = (it.purpose.clone(), document.sha256.clone());
        let filing = NewDocument { id: it.filed_as, kind: it.kind, title, sha256 };
        file_document(tx, &occupation, state, &filing)?;
    }
    tx.record(Event {
        subject: subject(occupation.id),
        after: Some(json!({
            "document": it.kind, "title": it.purpose, "filed": is_filed, "file": document.id,
            "name": document.name, "bytes": document.bytes, "sha256": document.sha256,
        })),
        ..Event::default()
    });
    Ok(document)
}

/// Returns one page of the files of an application, newest first, and one more.
pub(crate) fn files_of(
    c: &mut Conn,
    actor: &Actor,
    id: OccupationId,
    before: Option<DocumentId>,
    limit: i64,
) -> Answer<Vec<Document>> {
    let occupation = visible(c, actor, id)?;
    documents::attached_to(c, occupation.id.uuid(), before, limit)
}
