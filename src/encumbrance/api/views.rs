//! How pledges look on the wire, and the runs of serials that requests name.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::encumbrance::actions::Wanted;
use crate::encumbrance::model::{
    DepartureId, DepartureKind, PledgeId, PledgeState, Run, RunKind, SecuredShare,
};
use crate::encumbrance::notice::run_text;
use crate::encumbrance::refusal;
use crate::encumbrance::rules::minus;
use crate::encumbrance::store::{self, PledgeRow};
use crate::kernel::area::SquareMetres;
use crate::kernel::clock::Time;
use crate::kernel::db::{Conn, Tx};
use crate::kernel::ids::OrganisationId;
use crate::kernel::money::Fen;
use crate::kernel::problem::Answer;
use crate::kernel::region::RegionCode;
use crate::kernel::text::Label;
use crate::ledger::BatchId;

/// Credits that are pledged for a loan, with the terms that both sides see.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub(super) struct PledgeView {
    pub(super) id: PledgeId,
    #[schema(example = "ZYD360124-2026-0001")]
    number: String,
    state: PledgeState,
    batch_id: BatchId,
    #[schema(example = "360124-2026-B0001")]
    batch_number: String,
    county: RegionCode,
    holder_id: OrganisationId,
    #[schema(example = "前坊镇人民政府")]
    holder_name: String,
    lender_id: OrganisationId,
    #[schema(example = "抚河示例农村商业银行进贤支行")]
    lender_name: String,
    m2: SquareMetres,
    /// What is under the lien now.
    #[schema(example = 10000)]
    pledged_m2: i64,
    /// The loan.
    amount: Fen,
    #[schema(value_type = String, example = "质借〔2026〕1号")]
    contract_no: Label,
    #[schema(example = "2026-09-23")]
    starts_on: NaiveDate,
    #[schema(example = "2027-09-22")]
    ends_on: NaiveDate,
    /// The shares that secure the loan.
    shares: Vec<SecuredShare>,
    /// Whether the finance bureau has signed the treasury's share.
    treasury_signed: bool,
    #[schema(example = 30)]
    haircut_percent: i64,
    #[schema(example = 100)]
    cover_percent: i64,
    /// Since when the value lies below the agreed cover.
    below_cover_since: Option<Time>,
    requested_at: Time,
    /// The last day on which the request can be registered.
    expires_on: Option<NaiveDate>,
    registered_at: Option<Time>,
    ended_at: Option<Time>,
    end_reason: Option<Label>,
}

impl From<PledgeRow> for PledgeView {
    fn from(row: PledgeRow) -> Self {
        Self {
            shares: row.shares(),
            id: row.id,
            number: row.number,
            state: row.state,
            batch_id: row.batch_id,
            batch_number: row.batch_number,
            county: row.county,
            holder_id: row.holder_id,
            holder_name: row.holder_name,
            lender_id: row.lender_id,
            lender_name: row.lender_name,
            m2: row.m2,
            pledged_m2: row.pledged_m2,
            amount: row.amount_fen,
            contract_no: row.contract_no,
            starts_on: row.starts_on,
            ends_on: row.ends_on,
            treasury_signed: row.signed_at.is_some(),
            haircut_percent: row.haircut_percent,
            cover_percent: row.cover_percent,
            below_cover_since: row.below_cover_since,
            requested_at: row.requested_at,
            expires_on: row.expires_on,
            registered_at: row.registered_at,
            ended_at: row.ended_at,
            end_reason: row.end_reason,
        }
    }
}

/// A pledge with its serials and all that happened to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub(super) struct PledgeDetail {
    #[serde(flatten)]
    pledge: PledgeView,
    /// The serials that were asked for; none where an area was.
    ranges: Vec<Run>,
    /// The serials that are under the lien now.
    serials: Vec<PledgedSerials>,
    departures: Vec<DepartureView>,
    extensions: Vec<ExtensionView>,
}

/// A run of serials under a lien.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
struct PledgedSerials {
    #[schema(example = 1)]
    first_serial: i64,
    #[schema(example = 10000)]
    last_serial: i64,
    #[schema(example = "WL-360124-2026-B0001-000001-010000")]
    serials: String,
}

/// Credits that left a lien.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = PledgeDeparture)]
struct DepartureView {
    id: DepartureId,
    #[schema(example = "ZYJ360124-2026-0001")]
    number: String,
    kind: DepartureKind,
    m2: SquareMetres,
    /// What was still under the lien afterwards.
    #[schema(example = 0)]
    left_m2: i64,
    reason: Label,
    departed_at: Time,
}

/// A longer term.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = PledgeExtension)]
struct ExtensionView {
    #[schema(example = "2028-09-22")]
    ends_on: NaiveDate,
    contract_no: Label,
    registered_at: Time,
}

/// A pledge with all of it.
pub(super) fn detail(c: &mut Conn, row: PledgeRow) -> Answer<PledgeDetail> {
    let ranges = store::runs_of(c, row.id, RunKind::Asked)?;
    let pledged = store::runs_of(c, row.id, RunKind::Pledged)?;
    let held = minus(&pledged, &store::runs_of(c, row.id, RunKind::Departed)?);
    let serials = held.into_iter().map(|run| PledgedSerials {
        first_serial: run.first_serial,
        last_serial: run.last_serial,
        serials: run_text(&row.batch_number, run),
    });
    let serials = serials.collect();
    let departures = store::departures_of(c, row.id)?.into_iter().map(|it| DepartureView {
        id: it.id,
        number: it.number,
        kind: it.kind,
        m2: it.m2,
        left_m2: it.left_m2,
        reason: it.reason,
        departed_at: it.departed_at,
    });
    let departures = departures.collect();
    let extensions = store::extensions_of(c, row.id)?.into_iter().map(|it| ExtensionView {
        ends_on: it.ends_on,
        contract_no: it.contract_no,
        registered_at: it.registered_at,
    });
    let extensions = extensions.collect();
    Ok(PledgeDetail { pledge: row.into(), ranges, serials, departures, extensions })
}

/// What a command left of a pledge.
pub(super) fn left(tx: &mut Tx, id: PledgeId) -> Answer<PledgeDetail> {
    let row = store::pledge(tx.conn(), id)?;
    detail(tx.conn(), row)
}

/// An area or runs of serials, or neither, as a body names them.
pub(super) fn wanted(m2: Option<SquareMetres>, ranges: Option<Vec<Run>>) -> Answer<Option<Wanted>> {
    match (m2, ranges) {
        (None, None) => Ok(None),
        (Some(m2), None) => Ok(Some(Wanted::Area(m2))),
        (None, Some(runs)) => Ok(Some(Wanted::Serials(runs))),
        (Some(_), Some(_)) => Err(refusal::bad_runs()),
    }
}
