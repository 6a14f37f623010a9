//! How an application looks on the wire.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::documents::{self, DocumentId};
use crate::inventory::{WetlandLevel, WetlandType};
use crate::kernel::area::{SquareMetres, SurveyedArea};
use crate::kernel::clock::Time;
use crate::kernel::db::Conn;
use crate::kernel::ids::OrganisationId;
use crate::kernel::money::Fen;
use crate::kernel::problem::{Answer, Failure};
use crate::kernel::region::RegionCode;
use crate::kernel::text::Label;
use crate::occupation::model::{
    ClockKind, ClockState, DocumentKind, FeeState, OccupationGround, OccupationId,
    OccupationOutcome, OccupationPartId, OccupationState, OccupationTerm, RestorationFeeId,
};
use crate::occupation::store::{self, FeeRow, OccupationRow, StateRow};

/// The newest files that are looked through for those of the documents: more are never attached.
const FILES_MAX: i64 = 500;

/// An application to occupy wetland, and how far it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub(super) struct OccupationView {
    pub id: OccupationId,
    #[schema(example = "ZY360124-2026-0001")]
    pub number: String,
    pub state: OccupationState,
    pub county: RegionCode,
    pub developer_id: OrganisationId,
    #[schema(example = "赣鄱示例公路建设有限公司")]
    pub developer_name: String,
    pub project_name: Label,
    pub term: OccupationTerm,
    pub ground: OccupationGround,
    pub legal_basis: Label,
    pub wetland_type: WetlandType,
    pub level: WetlandLevel,
    #[schema(example = false)]
    pub mangrove: bool,
    #[schema(example = false)]
    pub peat: bool,
    pub area_m2: SurveyedArea,
    /// Of its polygon, on the ellipsoid.
    pub computed_area_m2: SurveyedArea,
    pub starts_on: Option<NaiveDate>,
    pub ends_on: Option<NaiveDate>,
    pub avoidance_statement: Label,
    pub impact_measures: Label,
    pub submitted_at: Time,
    pub accepted_on: Option<NaiveDate>,
    /// Nobody said within five working days that anything was missing.
    #[schema(example = false)]
    pub accepted_silently: Option<bool>,
    pub decide_by: Option<NaiveDate>,
    /// Of the occupied land, 1 (best) to 5, once the forestry bureau has set it.
    #[schema(example = 3)]
    pub grade: Option<i64>,
    /// Water works that need no credits (R81).
    #[schema(example = false)]
    pub exempt: bool,
}

impl From<(OccupationRow, StateRow)> for OccupationView {
    fn from((row, state): (OccupationRow, StateRow)) -> Self {
        Self {
            id: row.id,
            number: row.number,
            state: state.state,
            county: row.county,
            developer_id: row.developer_id,
            developer_name: row.developer_name,
            project_name: row.project_name,
            term: row.term,
            ground: row.ground,
            legal_basis: row.legal_basis,
            wetland_type: row.wetland_type,
            level: row.level,
            mangrove: row.mangrove,
            peat: row.peat,
            area_m2: row.area,
            computed_area_m2: row.computed_area,
            starts_on: row.starts_on,
            ends_on: row.ends_on,
            avoidance_statement: row.avoidance_statement,
            impact_measures: row.impact_measures,
            submitted_at: row.submitted_at,
            accepted_on: state.accepted_on,
            accepted_silently: state.accepted_silently,
            decide_by: state.decide_by,
            grade: state.grade,
            exempt: state.exempt,
        }
    }
}

/// An application with everything that belongs to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub(super) struct OccupationDetail {
    #[serde(flatten)]
    pub occupation: OccupationView,
    /// GeoJSON in CGCS2000 degrees (EPSG:4490).
    #[schema(value_type = Object, example = json!({"type": "Polygon", "coordinates":
        [[[116.3, 28.6], [116.301, 28.6], [116.301, 28.601], [116.3, 28.601], [116.3, 28.6]]]}))]
    pub polygon: serde_json::Value,
    pub documents: Vec<DocumentView>,
    pub deficiency: Option<DeficiencyView>,
    pub decision: Option<DecisionView>,
    pub restoration_fee: Option<FeeView>,
    /// The terms that run for it, were kept or were missed, in the order of their beginning.
    pub terms: Vec<TermView>,
}

/// A filed document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = OccupationDocument)]
pub(super) struct DocumentView {
    pub id: OccupationPartId,
    pub kind: DocumentKind,
    pub title: Label,
    #[schema(example = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08")]
    pub sha256: String,
    pub filed_at: Time,
    /// Its file, once that was delivered.
    pub file_id: Option<DocumentId>,
}

/// A term of an application.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = OccupationTermRun)]
pub(super) struct TermView {
    pub kind: ClockKind,
    pub due_on: NaiveDate,
    pub state: ClockState,
    pub ended_at: Option<Time>,
}

/// The one notice of what is missing (R76).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = DeficiencyNotice)]
pub(super) struct DeficiencyView {
    pub missing: Vec<DocumentKind>,
    pub note: Label,
    pub noted_at: Time,
}

/// How an application ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = OccupationDecision)]
pub(super) struct DecisionView {
    pub outcome: OccupationOutcome,
    pub document: Option<Label>,
    pub reason: Option<Label>,
    #[schema(example = 9877)]
    pub required_m2: i64,
    #[schema(example = 9877)]
    pub retired_m2: i64,
    pub decided_at: Time,
}

/// What is paid where wetland cannot be restored elsewhere (R82).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = RestorationFee)]
pub(super) struct FeeView {
    pub id: RestorationFeeId,
    pub state: FeeState,
    pub m2: SquareMetres,
    pub rate_per_m2: Fen,
    #[schema(example = 1)]
    pub multiplier: i64,
    pub amount: Fen,
    pub reason: Label,
    pub document: Label,
    pub notice_by: NaiveDate,
    pub noticed_on: Option<NaiveDate>,
    /// What the occupier quotes with its transfer.
    #[schema(example = "SD360124-2026-0007")]
    pub reference: Option<String>,
    pub pay_by: Option<NaiveDate>,
    pub paid_at: Option<Time>,
}

impl From<FeeRow> for FeeView {
    fn from(row: FeeRow) -> Self {
        Self {
            id: row.id,
            state: row.state,
            m2: row.m2,
            rate_per_m2: row.rate_fen,
            multiplier: row.multiplier,
            amount: row.amount_fen,
            reason: row.reason,
            document: row.document,
            notice_by: row.notice_by,
            noticed_on: row.noticed_on,
            reference: row.reference,
            pay_by: row.pay_by,
            paid_at: row.paid_at,
        }
    }
}

/// An application with everything that belongs to it, as it is now.
pub(super) fn detail(c: &mut Conn, row: OccupationRow) -> Answer<OccupationDetail> {
    let id = row.id;
    let polygon = serde_json::from_str(&row.polygon)
        .map_err(|_| Failure::broken("an application has a polygon"))?;
    let files = documents::attached_to(c, id.uuid(), None, FILES_MAX)?;
    let file_of = |sha256: &str| files.iter().find(|file| file.sha256 == sha256);
    let documents = store::documents(c, id)?.into_iter().map(|it| DocumentView {
        file_id: file_of(&it.sha256).map(|file| file.id),
        id: it.id,
        kind: it.kind,
        title: it.title,
        sha256: it.sha256,
        filed_at: it.filed_at,
    });
    let deficiency = match store::deficiency(c, id)? {
        Some(it) => {
            let missing = serde_json::from_str(&it.missing)
                .map_err(|_| Failure::broken("a notice names kinds of documents"))?;
            Some(DeficiencyView { missing, note: it.note, noted_at: it.noted_at })
        }
        None => None,
    };
    let decision = store::decision(c, id)?.map(|it| DecisionView {
        outcome: it.outcome,
        document: it.document,
        reason: it.reason,
        required_m2: it.required_m2,
        retired_m2: it.retired_m2,
        decided_at: it.decided_at,
    });
    let restoration_fee = store::fee_of(c, id)?.map(FeeView::from);
    let terms = store::clocks_of(c, id.uuid())?.into_iter().map(|it| TermView {
        kind: it.kind,
        due_on: it.due_on,
        state: it.state,
        ended_at: it.ended_at,
    });
    let (documents, state) = (documents.collect(), store::state(c, id)?);
    let occupation = OccupationView::from((row, state));
    Ok(OccupationDetail {
        occupation,
        polygon,
        documents,
        deficiency,
        decision,
        restoration_fee,
        terms: terms.collect(),
    })
}
