//! The tables of documents.

use diesel::prelude::*;
use uuid::Uuid;

use super::model::{Document, DocumentId, DocumentPartId, DocumentSubject, FileKind};
use crate::kernel::clock::Time;
use crate::kernel::db::{Conn, RawId, Tx, record};
use crate::kernel::ids::{OrganisationId, UserId};
use crate::kernel::problem::{Answer, Failure};
use crate::kernel::region::RegionCode;
use crate::kernel::text::Label;
use crate::schema::{document_parts, documents};

/// A part is small, so that who walks all rows holds few bytes at once.
const PART_BYTES: usize = 32 * 1024;

record! {
    /// A row is a file that was attached.
    pub(crate) struct DocumentRow in documents {
        id: DocumentId as Id,
        subject_kind: DocumentSubject as Text,
        subject_id: RawId as Id,
        region: RegionCode as Text,
        owner_id: Option<OrganisationId> as Nullable<Id>,
        purpose: Label as Text,
        name: Label as Text,
        media_type: FileKind as Text,
        bytes: i64 as BigInt,
        sha256: String as Text,
        attached_by: UserId as Id,
        organisation_id: OrganisationId as Id,
        attached_at: Time as Timestamp,
    }
}

record! {
    /// A row is a part of a file's bytes.
    pub(crate) struct PartRow in document_parts {
        id: DocumentPartId as Id,
        document_id: DocumentId as Id,
        position: i64 as BigInt,
        content: Vec<u8> as Binary,
    }
}

/// Loads a document without its bytes; an unknown id is not found.
pub(super) fn document(c: &mut Conn, id: DocumentId) -> Answer<Document> {
    let row = documents::table.find(id).select(DocumentRow::as_select()).first(c).optional()?;
    Ok(document_of(row.ok_or_else(Failure::not_found)?))
}

/// Loads the bytes of a document.
pub(super) fn content(c: &mut Conn, id: DocumentId) -> QueryResult<Vec<u8>> {
    let parts: Vec<Vec<u8>> = document_parts::table
        .filter(document_parts::document_id.eq(id))
        .order(document_parts::position)
        .select(document_parts::content)
        .load(c)?;
    Ok(parts.concat())
}

/// Loads one page of what is attached to a thing, newest first, and one more.
pub(super) fn attached(
    c: &mut Conn,
    subject: Uuid,
    before: Option<DocumentId>,
    limit: i64,
) -> QueryResult<Vec<Document>> {
    let mut query = documents::table
        .filter(documents::subject_id.eq(RawId(subject)))
        .select(DocumentRow::as_select())
        .into_boxed();
    if let Some(before) = before {
        query = query.filter(documents::id.lt(before));
    }
    let rows: Vec<DocumentRow> = query.order(documents::id.desc()).limit(limit + 1).load(c)?;
    Ok(rows.into_iter().map(document_of).collect())
}

/// How many documents are attached to a thing.
pub(super) fn count(c: &mut Conn, subject: Uuid) -> QueryResult<i64> {
    documents::table.filter(documents::subject_id.eq(RawId(subject))).count().get_result(c)
}

pub(super) fn insert(tx: &mut Tx<'_>, it: &Document, bytes: &[u8]) -> Answer<()> {
    tx.insert(&DocumentRow {
        id: it.id,
        subject_kind: it.subject_kind,
        subject_id: RawId(it.subject_id),
        region: it.region.clone(),
        owner_id: it.owner,
        purpose: it.purpose.clone(),
        name: it.name.clone(),
        media_type: it.kind,
        bytes: it.bytes,
        sha256: it.sha256.clone(),
        attached_by: it.attached_by,
        organisation_id: it.organisation_id,
        attached_at: it.attached_at,
    })?;
    let part = |(content, position): (&[u8], i64)| PartRow {
        id: DocumentPartId::new(),
        document_id: it.id,
        position,
        content: content.to_vec(),
    };
    let parts: Vec<PartRow> = bytes.chunks(PART_BYTES).zip(1..).map(part).collect();
    Ok(tx.insert_all(&parts)?)
}

fn document_of(row: DocumentRow) -> Document {
    Document {
        id: row.id,
        subject_kind: row.subject_kind,
        subject_id: row.subject_id.0,
        region: row.region,
        owner: row.owner_id,
        purpose: row.purpose,
        name: row.name,
        kind: row.media_type,
        bytes: row.bytes,
        sha256: row.sha256,
        attached_by: row.attached_by,
        organisation_id: row.organisation_id,
        attached_at: row.attached_at,
    }
}
