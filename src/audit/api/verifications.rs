//! Verification on the wire, for auditors.

use std::sync::Arc;

use actix_web::HttpResponse;
use actix_web::web::Data;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Desk;
use crate::audit::checkpoint::Checkpoint;
use crate::audit::refusal::{CannotVerify, under_way};
use crate::audit::store;
use crate::audit::verify::{Finding, Report, verify};
use crate::kernel::db::Db;
use crate::kernel::operations::{Operations, operations};
use crate::kernel::problem::{Answer, Failure};
use crate::web::{Asked, Problems};

/// A verification by request holds a connection while it reads everything; a longer log is verified
/// on the machine.
const ENTRIES_VERIFIED_MAX: i64 = 200_000;

pub(super) fn operations() -> Operations {
    operations![create_verification]
}

/// What a verification is held against.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::audit) struct NewVerification {
    /// The note of a checkpoint from earlier, as it was given.
    #[serde(default)]
    #[schema(value_type = Option<String>, max_length = 16384, example = "\
wetland-exchange/9f86d081884c7d65\n57\nn4bQgYhMfWWaL+qgxVrQFaO/TxsrC4Is0V1sFbDwCgg=\n2026-09-30T10:00:00.000000Z\n\n\
— wetland-exchange/9f86d081884c7d65 2BQ9jw==\n")]
    against: Option<Checkpoint>,
}

/// What a verification saw.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub(in crate::audit) struct VerificationView {
    /// Nothing is wrong.
    clean: bool,
    /// The result in a sentence, which names the first wrong row.
    #[schema(example = "nothing is wrong: 57 entries, 210 changes and 180 rows agree; root 9f86…")]
    summary: String,
    #[schema(example = 57)]
    entries: i64,
    #[schema(example = 210)]
    changes: i64,
    #[schema(example = 180)]
    rows: i64,
    #[schema(example = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08")]
    root: String,
    /// How many rows are wrong.
    #[schema(example = 0)]
    wrong: i64,
    /// The first of them, at most 20.
    findings: Vec<FindingView>,
}

/// One wrong row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub(in crate::audit) struct FindingView {
    #[schema(example = "trades")]
    table: String,
    #[schema(example = "0191e4c8-7b1a-7000-8000-000000000001")]
    row: String,
    #[schema(example = "the row was changed: it is not as entry 57 saved it")]
    what: String,
}

impl From<Finding> for FindingView {
    fn from(finding: Finding) -> Self {
        Self { table: finding.table, row: finding.row, what: finding.what }
    }
}

impl From<Report> for VerificationView {
    fn from(report: Report) -> Self {
        Self {
            clean: report.is_clean(),
            summary: report.to_string(),
            entries: report.entries,
            changes: report.changes,
            rows: report.rows,
            root: report.root,
            wrong: report.wrong,
            findings: report.findings.into_iter().map(FindingView::from).collect(),
        }
    }
}

/// Recomputes the log, every row and all sums, and names what is wrong
#[utoipa::path(
    post, path = "/api/v1/audit/verifications", tag = "audit",
    request_body = NewVerification,
    responses((status = 200, body = VerificationView), Problems),
    extensions(("x-roles" = json!(["auditor", "audit_administrator"])), ("x-effect" = json!("read"))),
)]
async fn create_verification(
    db: Data<Db>,
    desk: Data<Desk>,
    asked: Asked<NewVerification>,
) -> Answer<HttpResponse> {
    let Asked { doing, body } = asked;
    let actor = doing.actor()?.clone();
    let desk: Arc<Desk> = desk.into_inner();
    let _turn = desk.turn.try_acquire().map_err(|_| Failure::Refused(under_way()))?;
    let working = Arc::clone(&desk);
    let report = db.read_snapshot(Some(&actor), move |conn| {
        let entries = store::head(conn)?.seq;
        if entries > ENTRIES_VERIFIED_MAX {
            return Err(CannotVerify::TooLong { entries, limit: ENTRIES_VERIFIED_MAX }.into());
        }
        let against = body.against.as_ref().map(|note| (note, &*working.public_keys));
        verify(conn, &working.plan, against)
    });
    Ok(HttpResponse::Ok().json(VerificationView::from(report.await?)))
}
