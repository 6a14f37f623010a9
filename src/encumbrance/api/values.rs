//! Valuations over HTTP.

use actix_web::web::{Data, Json, Path, Query};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::encumbrance::actions::{self, Valuation};
use crate::encumbrance::model::PledgeId;
use crate::encumbrance::store::PledgeRow;
use crate::inventory::WetlandType;
use crate::kernel::actor::Actor;
use crate::kernel::db::{Conn, Db};
use crate::kernel::money::cny;
use crate::kernel::operations::{Operations, operations};
use crate::kernel::problem::Answer;
use crate::market::index_fen;
use crate::web::Problems;

pub(super) fn operations() -> Operations {
    operations![get_pledge_valuation]
}

/// On which day something is valued.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct ValuationQuery {
    /// At the end of that day; today when absent.
    #[serde(default)]
    #[param(example = "2026-12-31")]
    on: Option<NaiveDate>,
}

/// What secures a loan and what it is worth on a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub(super) struct PledgeValuation {
    pledge_id: PledgeId,
    #[schema(example = "2026-12-31")]
    on: NaiveDate,
    /// The index is that of the trades from this day on.
    #[schema(example = "2025-12-31")]
    from: NaiveDate,
    wetland_type: WetlandType,
    /// 1 (best) to 5.
    #[schema(example = 2)]
    grade: i64,
    #[schema(example = 10000)]
    pledged_m2: i64,
    /// The part of the proceeds that the secured shares are, in hundredths of a percent.
    #[schema(example = 2000)]
    secured_bp: i64,
    /// Absent where nothing was traded: then nothing says what it is worth.
    #[schema(example = "94200.00")]
    index_per_mu: Option<String>,
    /// What the secured shares would bring at the index.
    #[schema(example = "282600.00")]
    gross_value: Option<String>,
    #[schema(example = 30)]
    haircut_percent: i64,
    #[schema(example = "197820.00")]
    value: Option<String>,
    #[schema(example = "300000.00")]
    loan: String,
    /// The value in percent of the loan, rounded down.
    #[schema(example = 65)]
    cover_percent: Option<i64>,
    #[schema(example = 100)]
    agreed_cover_percent: i64,
    is_covered: Option<bool>,
    /// The trades that it rests on, by day.
    basis: Vec<ValuationDay>,
    /// Where each of these trades is shown, among those that no index counts.
    #[schema(
        example = "/api/v1/public/trades?county=360124&wetland_type=marsh&grade=2&from=2025-12-31&to=2026-12-31"
    )]
    trades: String,
}

/// What was traded of that type and grade in the county on one day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
struct ValuationDay {
    #[schema(example = "2026-09-04")]
    day: NaiveDate,
    #[schema(example = 3)]
    trades: i64,
    #[schema(example = 10200)]
    m2: i64,
    #[schema(example = "94200.00")]
    index_per_mu: Option<String>,
}

fn view(row: &PledgeRow, it: Valuation) -> PledgeValuation {
    let (wetland_type, grade) = (it.batch.wetland_type, it.batch.grade.get());
    let basis = it.days.iter().map(|day| ValuationDay {
        day: day.day,
        trades: day.trades,
        m2: day.m2,
        index_per_mu: index_fen(day.turnover, day.m2).map(cny),
    });
    PledgeValuation {
        pledge_id: row.id,
        on: it.on,
        from: it.from,
        wetland_type,
        grade,
        pledged_m2: it.pledged_m2,
        secured_bp: it.secured_bp,
        index_per_mu: it.index_fen.map(cny),
        gross_value: it.value_fen.map(|(gross, _)| cny(gross)),
        haircut_percent: row.haircut_percent,
        value: it.value_fen.map(|(_, kept)| cny(kept)),
        loan: row.amount_fen.to_string(),
        cover_percent: it.cover.map(|cover| cover.percent),
        agreed_cover_percent: row.cover_percent,
        is_covered: it.cover.map(|cover| cover.is_enough),
        basis: basis.collect(),
        trades: format!(
            "/api/v1/public/trades?county={}&wetland_type={wetland_type}&grade={grade}&from={}&to={}",
            row.county, it.from, it.on
        ),
    }
}

/// Values what secures a pledge by the price index, less the haircut, with the trades it rests on
#[utoipa::path(
    get, path = "/api/v1/pledges/{pledge_id}/valuation", tag = "encumbrance",
    params(("pledge_id" = PledgeId, Path), ValuationQuery),
    responses((status = 200, body = PledgeValuation), Problems),
    extensions(
        ("x-roles" = json!(["township_officer", "developer", "developer_director",
            "bank_officer", "centre_officer", "centre_director", "finance_officer",
            "finance_director", "auditor"])),
        ("x-effect" = json!("read")),
    )
)]
async fn get_pledge_valuation(
    db: Data<Db>,
    actor: Actor,
    pledge_id: Path<PledgeId>,
    query: Query<ValuationQuery>,
) -> Answer<Json<PledgeValuation>> {
    let (id, asker) = (*pledge_id, actor.clone());
    let on = query.on.unwrap_or_else(|| db.clock().now().date_in_shanghai());
    let read = move |c: &mut Conn| {
        let row = actions::visible(c, &asker, id)?;
        let valuation = actions::value(c, &row, on)?;
        Ok(view(&row, valuation))
    };
    Ok(Json(db.read_snapshot(Some(&actor), read).await?))
}
