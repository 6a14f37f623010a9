//! How retirements look on the wire.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::inventory::WetlandType;
use crate::kernel::area::SquareMetres;
use crate::kernel::clock::Time;
use crate::kernel::db::Conn;
use crate::kernel::problem::Answer;
use crate::kernel::region::RegionCode;
use crate::kernel::text::Label;
use crate::ledger::BatchId;
use crate::occupation::actions;
use crate::occupation::model::{
    CertificateId, CertificateState, OccupationId, RetirementId, RetirementState,
};
use crate::occupation::store::{self, RetirementRow};

/// Credits that are retired for an application.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub(super) struct RetirementView {
    id: RetirementId,
    #[schema(example = "HX360124-2026-0001")]
    number: String,
    state: RetirementState,
    /// The application for which it was asked.
    occupation_id: OccupationId,
    /// The application that it counts for now.
    serves_id: OccupationId,
    county: RegionCode,
    m2: SquareMetres,
    reason: Label,
    asked_at: Time,
    decided_at: Option<Time>,
}

impl From<RetirementRow> for RetirementView {
    fn from(row: RetirementRow) -> Self {
        Self {
            id: row.id,
            number: row.number,
            state: row.state,
            occupation_id: row.occupation_id,
            serves_id: row.serves_id,
            county: row.county,
            m2: row.m2,
            reason: row.reason,
            asked_at: row.asked_at,
            decided_at: row.decided_at,
        }
    }
}

/// A retirement with the serials that it used up and its certificates.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub(super) struct RetirementDetail {
    #[serde(flatten)]
    retirement: RetirementView,
    parts: Vec<RetirementPartView>,
    serials: Vec<RetiredSerials>,
    certificates: Vec<CertificateSummary>,
    /// Waits for its second person: the application that the credits are to serve next.
    assignment_to: Option<OccupationId>,
}

/// What was asked of one batch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
struct RetirementPartView {
    batch_id: BatchId,
    m2: SquareMetres,
    #[schema(example = 1)]
    first_serial: Option<i64>,
    #[schema(example = 9877)]
    last_serial: Option<i64>,
}

/// A run of serials that was retired.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
struct RetiredSerials {
    batch_id: BatchId,
    #[schema(example = "360124-2023-B0001")]
    batch_number: String,
    county: RegionCode,
    wetland_type: WetlandType,
    #[schema(example = 2)]
    grade: i64,
    #[schema(example = 1)]
    first_serial: i64,
    #[schema(example = 9877)]
    last_serial: i64,
    m2: SquareMetres,
}

/// A certificate of a retirement, and what it is worth now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
struct CertificateSummary {
    id: CertificateId,
    #[schema(example = "HXZ360124-2026-0001")]
    number: String,
    /// Leads with the number to the public page that says what it is worth.
    #[schema(example = "7K3Q9XWE2M5T")]
    short_code: String,
    state: CertificateState,
    issued_at: Time,
    valid_to: NaiveDate,
}

/// A retirement with all that belongs to it, as it is on that day.
pub(super) fn detail(
    c: &mut Conn,
    row: RetirementRow,
    today: NaiveDate,
) -> Answer<RetirementDetail> {
    let id = row.id;
    let parts = store::parts(c, id)?.into_iter().map(|it| RetirementPartView {
        batch_id: it.batch_id,
        m2: it.m2,
        first_serial: it.first_serial,
        last_serial: it.last_serial,
    });
    let parts = parts.collect();
    let serials = store::serials(c, id)?.into_iter().map(|it| RetiredSerials {
        batch_id: it.batch_id,
        batch_number: it.batch_number,
        county: it.county,
        wetland_type: it.wetland_type,
        grade: it.grade,
        first_serial: it.first_serial,
        last_serial: it.last_serial,
        m2: it.m2,
    });
    let serials = serials.collect();
    let mut certificates = Vec::new();
    for it in store::certificates_of(c, id)? {
        let (state, ..) = actions::worth_of(c, &it, today)?;
        certificates.push(CertificateSummary {
            id: it.id,
            number: it.number,
            short_code: it.short_code,
            state,
            issued_at: it.issued_at,
            valid_to: it.valid_to,
        });
    }
    let assignment_to = store::assignment_waiting(c, id)?.map(|it| it.to_id);
    let retirement = RetirementView::from(row);
    Ok(RetirementDetail { retirement, parts, serials, certificates, assignment_to })
}
