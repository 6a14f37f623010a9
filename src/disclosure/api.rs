//! The public register over HTTP.

mod balances;
mod maps;
mod prices;
mod publications;
mod public_parcels;
mod retired;
mod sheets;
mod traces;
mod tape;

use std::collections::BTreeMap;

use actix_web::web::{Data, Json, Query};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::store::{self, PublicBatchRow};
use crate::encumbrance;
use crate::kernel::clock::Time;
use crate::kernel::db::Db;
use crate::kernel::operations::{Operations, operations};
use crate::kernel::page::{Page, PageQuery};
use crate::kernel::problem::Answer;
use crate::kernel::region::RegionCode;
use crate::ledger::BatchId;
use crate::web::Problems;

pub fn operations() -> Operations {
    operations![list_public_batches]
        .and(balances::operations())
        .and(maps::operations())
        .and(prices::operations())
        .and(public_parcels::operations())
        .and(publications::operations())
        .and(retired::operations())
        .and(traces::operations())
        .and(tape::operations())
}

/// Which part of the register is asked for.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct RegisterQuery {
    /// The code of a county.
    #[param(value_type = Option<String>, example = "360124")]
    county: Option<RegionCode>,
}

/// A batch as the public sees it. The buckets add up to what was issued (R40).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PublicBatch {
    pub id: BatchId,
    #[schema(example = "360124-2023-B0001")]
    pub number: String,
    pub county: RegionCode,
    #[schema(example = "P360124-001")]
    pub project_number: String,
    #[schema(example = "marsh")]
    pub wetland_type: String,
    /// 1 (best) to 5.
    #[schema(example = 2)]
    pub grade: i64,
    #[schema(example = 11333)]
    pub issued_m2: i64,
    /// Where its credits are, in m² by bucket over all holders.
    pub buckets: BTreeMap<String, i64>,
    /// Whether credits of it are under a lien; on which terms is between holder and lender.
    #[serde(default)]
    #[schema(example = false)]
    pub lien: bool,
    /// How many of its credits are insured today.
    #[serde(default)]
    #[schema(example = 0)]
    pub insured_m2: i64,
    pub certified_at: Time,
}

/// Lists all batches and where their credits are, newest first
#[utoipa::path(
    get, path = "/api/v1/public/batches", tag = "disclosure", params(RegisterQuery, PageQuery),
    responses((status = 200, body = Page<PublicBatch>), Problems),
    extensions(("x-roles" = json!(["public"])), ("x-effect" = json!("read")))
)]
pub async fn list_public_batches(
    db: Data<Db>,
    query: Query<RegisterQuery>,
    page: Query<PageQuery>,
) -> Answer<Json<Page<PublicBatch>>> {
    let RegisterQuery { county } = query.into_inner();
    let (before, limit) = (page.after()?, page.limit() + 1);
    let today = db.clock().now().date_in_shanghai();
    let read = move |c: &mut _| {
        let rows = store::batches_page(c, county, before, limit)?;
        let with_buckets = |row: PublicBatchRow| {
            let insured_m2 = encumbrance::insured_m2(c, row.id, None, today)?;
            Ok((store::buckets_of_batch(c, row.id)?, insured_m2, row))
        };
        rows.into_iter().map(with_buckets).collect::<Answer<Vec<_>>>()
    };
    let rows = db.read_snapshot(None, read).await?;
    Ok(Json(Page::of(
        rows,
        &page,
        |(_, _, row)| row.id.uuid(),
        |(buckets, insured_m2, row)| PublicBatch {
            insured_m2,
            id: row.id,
            number: row.number,
            county: row.county,
            project_number: row.project_number,
            wetland_type: row.wetland_type,
            grade: row.grade,
            issued_m2: row.issued_m2,
            lien: buckets.contains_key("pledged"),
            buckets,
            certified_at: row.certified_at,
        },
    )))
}
