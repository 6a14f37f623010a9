//! Terms that were missed, over HTTP (R82, R83).

use actix_web::web::{Data, Json, Query};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::kernel::actor::Actor;
use crate::kernel::clock::Time;
use crate::kernel::db::{Conn, Db};
use crate::kernel::operations::{Operations, operations};
use crate::kernel::page::{Page, PageQuery};
use crate::kernel::problem::Answer;
use crate::kernel::region::RegionCode;
use crate::occupation::model::{ClockId, ClockKind, ClockState};
use crate::occupation::store::{self, ClockRow};
use crate::web::Problems;

pub(super) fn operations() -> Operations {
    operations![list_occupation_alarms]
}

/// A term of an application or a case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
struct OccupationAlarm {
    id: ClockId,
    /// The number of the application or case.
    #[schema(example = "ZY360124-2024-0001")]
    subject: String,
    #[schema(example = "0191e4c8-7b1a-7000-8000-000000000001")]
    subject_id: String,
    county: RegionCode,
    kind: ClockKind,
    due_on: NaiveDate,
    state: ClockState,
    ended_at: Option<Time>,
}

impl From<ClockRow> for OccupationAlarm {
    fn from(row: ClockRow) -> Self {
        Self {
            id: row.id,
            subject: row.subject,
            subject_id: row.subject_id.0.to_string(),
            county: row.county,
            kind: row.kind,
            due_on: row.due_on,
            state: row.state,
            ended_at: row.ended_at,
        }
    }
}

/// Which terms are asked for.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct AlarmQuery {
    /// The alarms are those that were missed; others can be listed too.
    #[param(example = "missed")]
    state: Option<ClockState>,
}

/// Lists the alarms of the own region: terms that were missed and are not made good, newest first
#[utoipa::path(
    get, path = "/api/v1/occupation-alarms", tag = "occupation", params(AlarmQuery, PageQuery),
    responses((status = 200, body = Page<OccupationAlarm>), Problems),
    extensions(
        ("x-roles" = json!(["forestry_officer", "auditor", "administrator"])),
        ("x-effect" = json!("read")),
    )
)]
async fn list_occupation_alarms(
    db: Data<Db>,
    actor: Actor,
    query: Query<AlarmQuery>,
    page: Query<PageQuery>,
) -> Answer<Json<Page<OccupationAlarm>>> {
    let (state, region) = (query.state.unwrap_or(ClockState::Missed), actor.region.clone());
    let (before, limit) = (page.after()?, page.limit() + 1);
    let read = move |c: &mut Conn| store::clocks_missed(c, &region, state, before, limit);
    let rows = db.read(Some(&actor), read).await?;
    Ok(Json(Page::of(rows, &page, |row| row.id.uuid(), OccupationAlarm::from)))
}
