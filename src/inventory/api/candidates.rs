//! The worklist of wetlands that are flagged for the regional list (R23), over HTTP.

use actix_web::HttpResponse;
use actix_web::web::{Data, Query};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::list_views::ListDecisionView;
use crate::inventory::actions::{self, ListCandidate};
use crate::inventory::model::{ListOutcome, ParcelId, VersionUsed, WetlandLevel};
use crate::kernel::actor::Actor;
use crate::kernel::area::{SurveyedArea, hectares_shown};
use crate::kernel::db::{Conn, Db};
use crate::kernel::names::names;
use crate::kernel::operations::{Operations, operations};
use crate::kernel::page::{Page, PageQuery};
use crate::kernel::problem::Answer;
use crate::kernel::region::RegionCode;
use crate::web::Problems;

pub(super) fn operations() -> Operations {
    operations![list_important_wetland_candidates]
}

names! {
    /// How far a flagged wetland is.
    pub enum CandidateState {
        /// Nothing was decided yet.
        Open = "open",
        Listed = "listed",
        NotListed = "not_listed",
        /// Monitoring says that it is important already; no decision was recorded here.
        Important = "important",
    }
}

/// Which flagged wetlands are wanted.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct CandidateQuery {
    /// All when absent.
    #[param(example = "open")]
    pub(super) state: Option<CandidateState>,
}

/// A wetland of which 8 ha or more lie inside an urban planning area (R23).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub(crate) struct CandidateView {
    pub parcel_id: ParcelId,
    #[schema(example = "W360124-0009")]
    pub number: String,
    #[schema(example = "示例城区湖泊")]
    pub name: String,
    pub county: RegionCode,
    pub township: RegionCode,
    pub area_m2: SurveyedArea,
    /// What lies inside the urban planning area.
    pub inside_m2: SurveyedArea,
    #[schema(example = "8.0000")]
    pub inside_hectares: String,
    /// The level that counts now.
    pub level: WetlandLevel,
    pub state: CandidateState,
    pub decision: Option<ListDecisionView>,
}

impl From<ListCandidate> for CandidateView {
    fn from(it: ListCandidate) -> Self {
        let state = match (&it.decision, it.level) {
            (Some(decision), _) if decision.outcome == ListOutcome::Listed => {
                CandidateState::Listed
            }
            (Some(_), _) => CandidateState::NotListed,
            (None, WetlandLevel::General) => CandidateState::Open,
            (None, _) => CandidateState::Important,
        };
        Self {
            parcel_id: it.parcel.id,
            number: it.parcel.number,
            name: it.parcel.name,
            county: it.parcel.county,
            township: it.parcel.township,
            area_m2: it.parcel.land.declared_area,
            inside_m2: it.inside,
            inside_hectares: hectares_shown(it.inside, 4),
            level: it.level,
            state,
            decision: it.decision.map(ListDecisionView::from),
        }
    }
}

/// The worklist, with the versions of the planning area that it was computed from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub(crate) struct Worklist {
    /// Empty where no version is in force: then nothing can be said.
    pub planning_areas: Vec<VersionUsed>,
    #[serde(flatten)]
    pub page: Page<CandidateView>,
}

/// Lists the wetlands of one's own region of which 8 ha or more lie inside an urban planning area,
/// to be decided on, newest first
#[utoipa::path(
    get, path = "/api/v1/important-wetland-candidates", tag = "inventory",
    params(CandidateQuery, PageQuery),
    responses((status = 200, body = Worklist), Problems),
    extensions(
        ("x-roles" = json!(["administrator", "centre_director", "centre_officer",
            "forestry_officer", "auditor"])),
        ("x-effect" = json!("read")),
    ),
)]
async fn list_important_wetland_candidates(
    db: Data<Db>,
    actor: Actor,
    query: Query<CandidateQuery>,
    page: Query<PageQuery>,
) -> Answer<HttpResponse> {
    let (state, page) = (query.into_inner().state, page.into_inner());
    let (before, rows_max) = (page.after::<ParcelId>()?, page.limit() + 1);
    let (region, now) = (actor.region.clone(), db.clock().now());
    let read = move |c: &mut Conn| actions::list_candidates(c, &region, now);
    let (planning_areas, candidates) = db.read_snapshot(Some(&actor), read).await?;
    let rows = candidates.into_iter().map(CandidateView::from);
    let rows = rows.filter(|it| before.is_none_or(|before| it.parcel_id < before));
    let rows = rows.filter(|it| state.is_none_or(|state| it.state == state));
    let rows_max = usize::try_from(rows_max).unwrap_or(usize::MAX);
    let page = Page::of(rows.take(rows_max).collect(), &page, |it| it.parcel_id.uuid(), |it| it);
    Ok(HttpResponse::Ok().json(Worklist { planning_areas, page }))
}
