//! Documents of parcels: the evidence of a pond, a conclusion, a consent.

use std::sync::Arc;

use super::own_parcel;
use crate::documents::{self, Document, DocumentId, DocumentSubject, NewDocument};
use crate::inventory::model::ParcelId;
use crate::inventory::store;
use crate::kernel::actor::{Actor, Role};
use crate::kernel::db::{Conn, Tx};
use crate::kernel::problem::{Answer, Failure};
use crate::kernel::text::Label;

/// Attaches a file to an active parcel of one's own region.
pub(crate) fn attach_document(
    tx: &mut Tx,
    id: ParcelId,
    document: DocumentId,
    (name, purpose): (&Label, &Label),
    bytes: &Arc<[u8]>,
) -> Answer<Document> {
    let actor = tx.actor()?;
    let parcel = own_parcel(tx, id)?;
    let of_township = actor.role == Role::TownshipOfficer;
    documents::attach(
        tx,
        &NewDocument {
            id: document,
            subject_kind: DocumentSubject::Parcel,
            subject_id: id.uuid(),
            region: parcel.township,
            owner: of_township.then_some(actor.organisation_id),
            purpose: purpose.clone(),
            name: name.clone(),
            bytes: Arc::clone(bytes),
        },
    )
}

/// Returns one page of the documents of a parcel of one's own region, newest first, and one more.
pub(crate) fn parcel_documents(
    c: &mut Conn,
    actor: &Actor,
    id: ParcelId,
    before: Option<DocumentId>,
    limit: i64,
) -> Answer<Vec<Document>> {
    let parcel = store::parcel(c, id)?;
    parcel.filter(|it| it.township.is_within(&actor.region)).ok_or_else(Failure::not_found)?;
    documents::attached_to(c, id.uuid(), before, limit)
}
