//! Attaching files, and who may read them.

use serde_json::json;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::model::{Document, DocumentId, NewDocument};
use super::rules;
use super::store;
use crate::kernel::actor::{Actor, Role};
use crate::kernel::db::{Conn, Event, Tx};
use crate::kernel::problem::{Answer, Failure};

/// Attaches a file, for who may do so, and records its hash.
pub fn attach(tx: &mut Tx<'_>, it: &NewDocument) -> Answer<Document> {
    let actor = tx.actor()?;
    let attached = store::count(tx.conn(), it.subject_id)?;
    let kind = rules::check(it.name.as_str(), &it.bytes, attached)?;
    let document = Document {
        id: it.id,
        subject_kind: it.subject_kind,
        subject_id: it.subject_id,
        region: it.region.clone(),
        owner: it.owner,
        purpose: it.purpose.clone(),
        name: it.name.clone(),
        kind,
        bytes: i64::try_from(it.bytes.len()).unwrap_or(i64::MAX),
        sha256: hex::encode(Sha256::digest(&it.bytes)),
        attached_by: actor.user_id,
        organisation_id: actor.organisation_id,
        attached_at: tx.now(),
    };
    store::insert(tx, &document, &it.bytes)?;
    tx.record(Event {
        subject: format!("{}:{}", it.subject_kind, it.subject_id),
        after: Some(json!({
            "document": document.id,
            "name": document.name,
            "purpose": document.purpose,
            "bytes": document.bytes,
            "sha256": document.sha256,
        })),
        ..Event::default()
    });
    Ok(document)
}

/// Returns one page of what is attached to a thing, newest first, and one more, for who may know
/// of the thing.
pub fn attached_to(
    c: &mut Conn,
    subject: Uuid,
    before: Option<DocumentId>,
    limit: i64,
) -> Answer<Vec<Document>> {
    Ok(store::attached(c, subject, before, limit)?)
}

/// Returns a document with its bytes, for its owner and the authorities.
pub(super) fn download(c: &mut Conn, actor: &Actor, id: DocumentId) -> Answer<(Document, Vec<u8>)> {
    let document = store::document(c, id)?;
    if !may_read(actor, &document) {
        return Err(Failure::not_found());
    }
    let bytes = store::content(c, id)?;
    if hex::encode(Sha256::digest(&bytes)) != document.sha256 {
        return Err(Failure::broken("a document has the bytes that were attached"));
    }
    Ok((document, bytes))
}

fn may_read(actor: &Actor, document: &Document) -> bool {
    match actor.role {
        Role::Auditor => true,
        Role::CentreDirector
        | Role::CentreOfficer
        | Role::ForestryOfficer
        | Role::Administrator => document.region.is_within(&actor.region),
        Role::FinanceDirector
        | Role::FinanceOfficer
        | Role::TownshipOfficer
        | Role::Developer
        | Role::DeveloperDirector
        | Role::Assessor
        | Role::BankOfficer
        | Role::InsurerOfficer
        | Role::SecurityAdministrator
        | Role::AuditAdministrator => {
            let own = actor.organisation_id;
            document.owner == Some(own) || document.organisation_id == own
        }
    }
}
