//! Documents of draws: what a panel was given, and what came of it on paper.

use std::sync::Arc;

use crate::documents::{self, Document, DocumentId, DocumentSubject, NewDocument};
use crate::experts::model::{Draw, DrawId};
use crate::experts::store;
use crate::kernel::actor::Actor;
use crate::kernel::db::{Conn, Tx};
use crate::kernel::problem::{Answer, Failure};
use crate::kernel::text::Label;

/// Attaches a file to a draw of the actor's region.
pub(crate) fn attach_document(
    tx: &mut Tx<'_>,
    id: DrawId,
    document: DocumentId,
    (name, purpose): (&Label, &Label),
    bytes: &Arc<[u8]>,
) -> Answer<Document> {
    let actor = tx.actor()?;
    let draw = own_draw(tx.conn(), &actor, id)?;
    documents::attach(
        tx,
        &NewDocument {
            id: document,
            subject_kind: DocumentSubject::ExpertDraw,
            subject_id: id.uuid(),
            region: draw.region,
            owner: Some(actor.organisation_id),
            purpose: purpose.clone(),
            name: name.clone(),
            bytes: Arc::clone(bytes),
        },
    )
}

/// Returns one page of the documents of a draw, newest first, and one more; everybody sees the draw,
/// the authorities its papers.
pub(crate) fn draw_documents(
    c: &mut Conn,
    actor: &Actor,
    id: DrawId,
    before: Option<DocumentId>,
    limit: i64,
) -> Answer<Vec<Document>> {
    own_draw(c, actor, id)?;
    documents::attached_to(c, id.uuid(), before, limit)
}

fn own_draw(c: &mut Conn, actor: &Actor, id: DrawId) -> Answer<Draw> {
    let draw = store::draw(c, id)?;
    if draw.region.is_within(&actor.region) { Ok(draw) } else { Err(Failure::not_found()) }
}
