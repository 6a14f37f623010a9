//! The log on the wire, for auditors: entries, one with its rows, the export.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path, Query};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::{id_of, seq_of};
use crate::audit::store::{self, EntryFilter};
use crate::kernel::actor::{Actor, Role};
use crate::kernel::clock::Time;
use crate::kernel::db::{ChangeRow, Db, EntryRow, Outcome};
use crate::kernel::ids::{OrganisationId, UserId};
use crate::kernel::operations::{Operations, operations};
use crate::kernel::page::{Page, PageQuery};
use crate::kernel::problem::{Answer, Failure};
use crate::web::Problems;

/// Bounds the lines of one answer of the export.
const ENTRIES_EXPORTED_MAX: i64 = 1_000;

pub(super) fn operations() -> Operations {
    operations![list_audit_entries, get_audit_entry, export_audit_entries]
}

/// Which entries are asked for.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(in crate::audit) struct EntryQuery {
    /// What this person did.
    #[param(value_type = Option<String>, format = Uuid)]
    #[serde(default)]
    user_id: Option<UserId>,
    /// What was done for this organisation.
    #[param(value_type = Option<String>, format = Uuid)]
    #[serde(default)]
    organisation_id: Option<OrganisationId>,
    /// An operation id of the API.
    #[param(example = "create_listing", max_length = 100)]
    #[serde(default)]
    operation: Option<String>,
    /// What it was done to, as `kind:id`.
    #[param(max_length = 200)]
    #[serde(default)]
    subject: Option<String>,
    #[param(inline)]
    #[serde(default)]
    outcome: Option<Outcome>,
    /// From this moment on.
    #[param(value_type = Option<String>, format = DateTime)]
    #[serde(default)]
    from: Option<Time>,
    /// Before this moment.
    #[param(value_type = Option<String>, format = DateTime)]
    #[serde(default)]
    before: Option<Time>,
}

impl From<EntryQuery> for EntryFilter {
    fn from(it: EntryQuery) -> Self {
        Self {
            user: it.user_id,
            organisation: it.organisation_id,
            operation: it.operation,
            subject: it.subject,
            outcome: it.outcome,
            from: it.from,
            before: it.before,
        }
    }
}

/// One entry of the log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = AuditEntry)]
pub(in crate::audit) struct EntryView {
    #[schema(example = 57, minimum = 1)]
    seq: i64,
    recorded_at: Time,
    /// Absent when the system itself or a stranger did it.
    user_id: Option<UserId>,
    organisation_id: Option<OrganisationId>,
    role: Option<Role>,
    #[schema(example = "create_listing")]
    operation: String,
    #[schema(inline)]
    outcome: Outcome,
    #[schema(example = "listing:0191e4c8-7b1a-7000-8000-000000000001")]
    subject: String,
    #[schema(example = "the price was mistyped")]
    reason: Option<String>,
    /// What was before, as the text that was hashed.
    #[schema(example = "{\"state\":\"open\"}")]
    before: Option<String>,
    /// What is after, as the text that was hashed.
    #[schema(example = "{\"state\":\"withdrawn\"}")]
    after: Option<String>,
    /// 64 hex digits.
    #[schema(example = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08")]
    hash: String,
}

impl From<EntryRow> for EntryView {
    fn from(row: EntryRow) -> Self {
        Self {
            seq: row.seq,
            recorded_at: row.recorded_at,
            user_id: row.user_id,
            organisation_id: row.organisation_id,
            role: row.role,
            operation: row.operation,
            outcome: row.outcome,
            subject: row.subject,
            reason: row.reason,
            before: row.before,
            after: row.after,
            hash: hex::encode(row.hash),
        }
    }
}

/// One row that a command saved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub(in crate::audit) struct ChangeView {
    #[schema(example = "trades")]
    table: String,
    row_id: Uuid,
    /// SHA-256 of the row, 64 hex digits.
    #[schema(example = "2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae")]
    digest: String,
}

impl From<ChangeRow> for ChangeView {
    fn from(row: ChangeRow) -> Self {
        Self { table: row.table_name, row_id: row.row_id.0, digest: hex::encode(row.digest) }
    }
}

/// One entry with all rows that its command saved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = FullAuditEntry)]
pub(in crate::audit) struct FullEntryView {
    #[serde(flatten)]
    entry: EntryView,
    changes: Vec<ChangeView>,
}

/// Lists what was done, the newest first
#[utoipa::path(
    get, path = "/api/v1/audit/entries", tag = "audit",
    params(EntryQuery, PageQuery),
    responses((status = 200, body = Page<EntryView>), Problems),
    extensions(("x-roles" = json!(["auditor", "audit_administrator"])), ("x-effect" = json!("read"))),
)]
async fn list_audit_entries(
    db: Data<Db>,
    actor: Actor,
    asked: Query<EntryQuery>,
    page: Query<PageQuery>,
) -> Answer<HttpResponse> {
    let filter = EntryFilter::from(asked.into_inner());
    let before = page.after::<Uuid>()?.map(seq_of);
    let rows_max = page.limit() + 1;
    let entries =
        db.read(Some(&actor), move |conn| store::entries_page(conn, &filter, before, rows_max));
    let page = Page::of(entries.await?, &page, |row| id_of(row.seq), EntryView::from);
    Ok(HttpResponse::Ok().json(page))
}

/// Shows one entry with every row that it saved
#[utoipa::path(
    get, path = "/api/v1/audit/entries/{seq}", tag = "audit",
    params(("seq" = i64, Path, description = "The number of the entry", minimum = 1, example = 57)),
    responses((status = 200, body = FullEntryView), Problems),
    extensions(("x-roles" = json!(["auditor", "audit_administrator"])), ("x-effect" = json!("read"))),
)]
async fn get_audit_entry(db: Data<Db>, actor: Actor, seq: Path<i64>) -> Answer<HttpResponse> {
    let seq = seq.into_inner();
    let entry = db.read(Some(&actor), move |conn| {
        let entry = store::entry(conn, seq)?.ok_or_else(Failure::not_found)?;
        let changes = store::changes(conn, seq, seq)?.into_iter().map(ChangeView::from);
        Ok(FullEntryView { entry: entry.into(), changes: changes.collect() })
    });
    Ok(HttpResponse::Ok().json(entry.await?))
}

/// Where the export goes on.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(in crate::audit) struct ExportQuery {
    /// The number of the last entry that you have; 0 or absent for the beginning.
    #[param(minimum = 0, example = 0)]
    #[serde(default)]
    after: i64,
    /// The last entry that is wanted: the same two numbers give the same bytes at any time.
    #[serde(default)]
    #[param(example = 400)]
    through: Option<i64>,
}

/// Exports the log in the order of its chain, a line of JSON for each entry with its changes
///
/// An answer has at most 1000 lines; ask on with the last number that you have until it is empty.
/// How to check the lines without this program is written in the documentation of `audit`.
#[utoipa::path(
    get, path = "/api/v1/audit/export", tag = "audit",
    params(ExportQuery),
    responses(
        (status = 200, body = String, content_type = "application/x-ndjson",
            example = "{\"seq\":1,\"operation\":\"found_exchange\",\"changes\":[],\"hash\":\"9f86…\"}\n"),
        Problems,
    ),
    extensions(("x-roles" = json!(["auditor", "audit_administrator"])), ("x-effect" = json!("read"))),
)]
async fn export_audit_entries(
    db: Data<Db>,
    actor: Actor,
    asked: Query<ExportQuery>,
) -> Answer<HttpResponse> {
    let (after, through) = (asked.after, asked.through.unwrap_or(i64::MAX));
    let entries = db.read_snapshot(Some(&actor), move |conn| {
        let mut entries = store::entries_after(conn, after, ENTRIES_EXPORTED_MAX)?;
        entries.retain(|entry| entry.seq <= through);
        let last = entries.last().map_or(after, |entry| entry.seq);
        Ok((entries, store::changes(conn, after.saturating_add(1), last)?))
    });
    let (entries, changes) = entries.await?;
    let lines = lines_of(entries, changes)?;
    Ok(HttpResponse::Ok().content_type("application/x-ndjson; charset=utf-8").body(lines))
}

fn lines_of(entries: Vec<EntryRow>, changes: Vec<ChangeRow>) -> Answer<String> {
    let mut changes = changes.into_iter().peekable();
    let mut lines = String::new();
    for entry in entries {
        let mut of_entry = Vec::new();
        while let Some(change) = changes.next_if(|change| change.seq == entry.seq) {
            of_entry.push(ChangeView::from(change));
        }
        let full = FullEntryView { entry: entry.into(), changes: of_entry };
        lines += &serde_json::to_string(&full).map_err(anyhow::Error::from)?;
        lines.push('\n');
    }
    Ok(lines)
}
