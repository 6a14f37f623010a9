//! Checkpoints and proofs on the wire, for everybody.

use actix_web::HttpResponse;
use actix_web::web::{Data, Query};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::{Desk, id_of, seq_of};
use crate::audit::checkpoint::{Checkpoint, Signer};
use crate::audit::refusal::NoProof;
use crate::audit::store::{self, CheckpointRow};
use crate::audit::tree::{Span, consistency, inclusion};
use crate::kernel::clock::Time;
use crate::kernel::db::{Conn, Db, leaf_hash};
use crate::kernel::operations::{Operations, operations};
use crate::kernel::page::{Page, PageQuery};
use crate::kernel::problem::{Answer, Failure};
use crate::web::Problems;

pub(super) fn operations() -> Operations {
    operations![
        get_audit_checkpoint,
        get_audit_checkpoint_note,
        list_audit_checkpoints,
        get_inclusion_proof,
        get_consistency_proof,
    ]
}

/// How long the log is and what it hashes to, signed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = Checkpoint)]
pub(in crate::audit) struct CheckpointView {
    /// Which log it is: it names the hash of its first entry.
    #[schema(example = "wetland-exchange/9f86d081884c7d65")]
    origin: String,
    /// How many entries the log has.
    #[schema(example = 57, minimum = 1)]
    size: i64,
    /// The root of the tree over them (RFC 6962), 64 hex digits.
    #[schema(example = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08")]
    root: String,
    /// When it was signed.
    time: Time,
    /// The id of the key that signed it.
    #[schema(example = "5f1d36a0c2e49b7d")]
    key_id: String,
    /// The public half of that key, 64 hex digits: keep it from the first checkpoint that you get.
    #[schema(example = "8a88e3dd7409f195fd52db2d3cba5d72ca6709bf1d94121bf3748801b40f6f5c")]
    public_key: String,
    /// The same key with the log's name, as tools for signed notes take it.
    #[schema(example = "\
wetland-exchange/9f86d081884c7d65+5a2b90c1+AYqI491dNOq1r9aw+wHIv2g2HoQeuGGaa1xHHM/LAy2a")]
    verifier: String,
    /// The signed note: this is what is kept and held against the log later.
    #[schema(example = "\
wetland-exchange/9f86d081884c7d65\n57\nn4bQgYhMfWWaL+qgxVrQFaO/TxsrC4Is0V1sFbDwCgg=\n2026-09-30T10:00:00.000000Z\n\n\
— wetland-exchange/9f86d081884c7d65 2BQ9jw==\n")]
    note: String,
}

impl CheckpointView {
    fn of(checkpoint: &Checkpoint, signer: &Signer) -> Self {
        Self {
            origin: checkpoint.origin.clone(),
            size: checkpoint.size,
            root: hex::encode(checkpoint.root),
            time: checkpoint.time,
            key_id: signer.key_id().to_owned(),
            public_key: hex::encode(signer.public_key().to_bytes()),
            verifier: signer.verifier(&checkpoint.origin),
            note: checkpoint.to_string(),
        }
    }
}

/// A checkpoint that was published.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub(in crate::audit) struct PublishedCheckpoint {
    #[schema(example = 57, minimum = 1)]
    size: i64,
    time: Time,
    /// The signed note.
    #[schema(example = "\
wetland-exchange/9f86d081884c7d65\n57\nn4bQgYhMfWWaL+qgxVrQFaO/TxsrC4Is0V1sFbDwCgg=\n2026-09-30T10:00:00.000000Z\n\n\
— wetland-exchange/9f86d081884c7d65 2BQ9jw==\n")]
    note: String,
}

impl From<CheckpointRow> for PublishedCheckpoint {
    fn from(row: CheckpointRow) -> Self {
        Self { size: row.size, time: row.signed_at, note: row.note }
    }
}

/// Signs how long the log is and what it hashes to
#[utoipa::path(
    get, path = "/api/v1/audit/checkpoint", tag = "audit",
    responses((status = 200, body = CheckpointView), Problems),
    extensions(("x-roles" = json!(["public"])), ("x-effect" = json!("read"))),
)]
async fn get_audit_checkpoint(db: Data<Db>, desk: Data<Desk>) -> Answer<HttpResponse> {
    let checkpoint = desk.checkpoint(&db).await?;
    Ok(HttpResponse::Ok().json(CheckpointView::of(&checkpoint, &desk.signer)))
}

/// Signs the same and answers the note alone, as a file to keep
#[utoipa::path(
    get, path = "/api/v1/audit/checkpoint/note", tag = "audit",
    responses(
        (status = 200, body = String, content_type = "text/plain", example = "\
wetland-exchange/9f86d081884c7d65\n57\nn4bQgYhMfWWaL+qgxVrQFaO/TxsrC4Is0V1sFbDwCgg=\n2026-09-30T10:00:00.000000Z\n\n\
— wetland-exchange/9f86d081884c7d65 2BQ9jw==\n"),
        Problems,
    ),
    extensions(("x-roles" = json!(["public"])), ("x-effect" = json!("read"))),
)]
async fn get_audit_checkpoint_note(db: Data<Db>, desk: Data<Desk>) -> Answer<HttpResponse> {
    let note = desk.checkpoint(&db).await?.to_string();
    Ok(HttpResponse::Ok().content_type("text/plain; charset=utf-8").body(note))
}

/// Lists the checkpoints that were published, the newest first
///
/// One is published every ten minutes in which anything was written, and after the end of each day.
#[utoipa::path(
    get, path = "/api/v1/audit/checkpoints", tag = "audit",
    params(PageQuery),
    responses((status = 200, body = Page<PublishedCheckpoint>), Problems),
    extensions(("x-roles" = json!(["public"])), ("x-effect" = json!("read"))),
)]
async fn list_audit_checkpoints(db: Data<Db>, page: Query<PageQuery>) -> Answer<HttpResponse> {
    let before = page.after::<Uuid>()?.map(seq_of);
    let rows_max = page.limit() + 1;
    let rows = db.read(None, move |conn| store::checkpoints_page(conn, before, rows_max)).await?;
    let page = Page::of(rows, &page, |row| id_of(row.size), PublishedCheckpoint::from);
    Ok(HttpResponse::Ok().json(page))
}

/// Which entry is to be proved to lie in which log.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(in crate::audit) struct InclusionQuery {
    /// The number of the entry.
    #[param(minimum = 1, example = 4)]
    seq: i64,
    /// The size of the checkpoint that you have.
    #[param(minimum = 1, example = 5)]
    size: i64,
}

/// What leads from an entry to the root of a checkpoint.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub(in crate::audit) struct InclusionProof {
    #[schema(example = 4)]
    seq: i64,
    #[schema(example = 5)]
    size: i64,
    /// SHA-256(0x00 ‖ hash of the entry), 64 hex digits.
    #[schema(example = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08")]
    leaf: String,
    /// From the bottom up, each 64 hex digits: RFC 9162, section 2.1.3, with leaf index `seq - 1`.
    #[schema(example = json!(["9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"]))]
    proof: Vec<String>,
}

/// Proves that an entry lies in the log that a checkpoint signs
#[utoipa::path(
    get, path = "/api/v1/audit/inclusion-proof", tag = "audit",
    params(InclusionQuery),
    responses((status = 200, body = InclusionProof), Problems),
    extensions(("x-roles" = json!(["public"])), ("x-effect" = json!("read"))),
)]
async fn get_inclusion_proof(db: Data<Db>, asked: Query<InclusionQuery>) -> Answer<HttpResponse> {
    let InclusionQuery { seq, size } = asked.into_inner();
    let proof = db.read_snapshot(None, move |conn| {
        let log = store::head(conn)?.seq;
        if seq < 1 || seq > size || size > log {
            return Err(NoProof::Inclusion { seq, size, log }.into());
        }
        let entry = store::entry(conn, seq)?.ok_or_else(Failure::not_found)?;
        let leaf = hex::encode(leaf_hash(&entry.hash));
        Ok(InclusionProof { seq, size, leaf, proof: hashes(conn, inclusion(seq - 1, size))? })
    });
    Ok(HttpResponse::Ok().json(proof.await?))
}

/// Which log is to be proved to continue which.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(in crate::audit) struct ConsistencyQuery {
    /// The size of the older checkpoint.
    #[param(minimum = 1, example = 3)]
    from: i64,
    /// The size of the newer checkpoint.
    #[param(minimum = 1, example = 5)]
    to: i64,
}

/// What proves that one log is the beginning of another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub(in crate::audit) struct ConsistencyProof {
    #[schema(example = 3)]
    from: i64,
    #[schema(example = 5)]
    to: i64,
    /// In the order of RFC 9162, section 2.1.4, each 64 hex digits.
    #[schema(example = json!(["9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"]))]
    proof: Vec<String>,
}

/// Proves that the log of one checkpoint continues that of an older one
#[utoipa::path(
    get, path = "/api/v1/audit/consistency-proof", tag = "audit",
    params(ConsistencyQuery),
    responses((status = 200, body = ConsistencyProof), Problems),
    extensions(("x-roles" = json!(["public"])), ("x-effect" = json!("read"))),
)]
async fn get_consistency_proof(
    db: Data<Db>,
    asked: Query<ConsistencyQuery>,
) -> Answer<HttpResponse> {
    let ConsistencyQuery { from, to } = asked.into_inner();
    let proof = db.read_snapshot(None, move |conn| {
        let log = store::head(conn)?.seq;
        if from < 1 || from > to || to > log {
            return Err(NoProof::Consistency { from, to, log }.into());
        }
        Ok(ConsistencyProof { from, to, proof: hashes(conn, consistency(from, to))? })
    });
    Ok(HttpResponse::Ok().json(proof.await?))
}

fn hashes(conn: &mut Conn, spans: Vec<Span>) -> Answer<Vec<String>> {
    spans.into_iter().map(|span| Ok(hex::encode(store::span(conn, span)?))).collect()
}
