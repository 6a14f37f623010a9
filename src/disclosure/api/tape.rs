//! The tape: every trade with its price, for everybody, page by page or as a file.

use std::borrow::Cow;

use actix_web::HttpResponse;
use actix_web::web::{Data, Json, Query};
use chrono::{Days, NaiveDate};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::disclosure::store::{self, TapeFilter, Taped};
use crate::inventory::WetlandType;
use crate::kernel::area::SquareMetres;
use crate::kernel::clock::Time;
use crate::kernel::db::{Conn, Db};
use crate::kernel::money::{PricePerMu, cny};
use crate::kernel::operations::{Operations, operations};
use crate::kernel::page::{Page, PageQuery};
use crate::kernel::problem::{Answer, Failure, Problem};
use crate::kernel::region::RegionCode;
use crate::settlement::TradeId;
use crate::web::Problems;
use crate::web::paper::{Kind, Paper, Table};

/// How many days one file covers at most.
const DAYS_MAX: i64 = 366;
/// Without a first day: thirty days.
const DAYS_DEFAULT: u64 = 30;
/// How many trades one file holds at most: what a spreadsheet takes.
const FILE_ROWS_MAX: usize = 1_000_000;
const ROWS_PER_READ: i64 = 1_000;

pub(super) fn operations() -> Operations {
    operations![list_public_trades, export_public_trades]
}

/// Which trades are asked for.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct TapeQuery {
    /// The county whose credits were sold.
    #[param(value_type = Option<String>, example = "360124")]
    county: Option<RegionCode>,
    #[param(inline, example = "marsh")]
    wetland_type: Option<WetlandType>,
    /// 1 (best) to 5.
    #[param(minimum = 1, maximum = 5, example = 2)]
    grade: Option<i64>,
    /// The first day.
    #[param(example = "2026-09-01")]
    from: Option<NaiveDate>,
    /// The last day.
    #[param(example = "2026-09-30")]
    to: Option<NaiveDate>,
}

impl TapeQuery {
    fn filter(self) -> TapeFilter {
        let Self { county, wetland_type, grade, from, to } = self;
        TapeFilter { county, wetland_type, grade, from, to }
    }
}

/// A trade as the public sees it: what, how much, at what price; never who bought.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PublicTrade {
    pub id: TradeId,
    #[schema(example = "CJ360124-2026-000001")]
    pub number: String,
    pub county: RegionCode,
    #[schema(example = "360124-2023-B0001")]
    pub batch_number: String,
    #[schema(example = "marsh")]
    pub wetland_type: String,
    /// 1 (best) to 5.
    #[schema(example = 2)]
    pub grade: i64,
    pub m2: SquareMetres,
    pub price_per_mu: PricePerMu,
    /// In CNY.
    #[schema(example = "1441260.00")]
    pub amount: String,
    /// Seller and buyer are related parties: not counted in the price index (R48).
    pub related: bool,
    /// The trade was undone by mirror entries (R67): not counted in the price index.
    pub undone: bool,
    pub traded_at: Time,
}

impl From<Taped> for PublicTrade {
    fn from((row, undone): Taped) -> Self {
        Self {
            id: row.id,
            number: row.number,
            county: row.county,
            batch_number: row.batch_number,
            wetland_type: row.wetland_type,
            grade: row.grade,
            m2: row.m2,
            price_per_mu: row.price,
            amount: cny(row.amount_fen),
            related: row.related,
            undone,
            traded_at: row.traded_at,
        }
    }
}

/// Lists all trades with their prices, newest first
#[utoipa::path(
    get, path = "/api/v1/public/trades", tag = "disclosure", params(TapeQuery, PageQuery),
    responses((status = 200, body = Page<PublicTrade>), Problems),
    extensions(("x-roles" = json!(["public"])), ("x-effect" = json!("read")))
)]
pub async fn list_public_trades(
    db: Data<Db>,
    query: Query<TapeQuery>,
    page: Query<PageQuery>,
) -> Answer<Json<Page<PublicTrade>>> {
    let filter = query.into_inner().filter();
    let (before, limit) = (page.after()?, page.limit() + 1);
    let rows = db.read(None, move |c| store::tape(c, &filter, before, limit)).await?;
    Ok(Json(Page::of(rows, &page, |(row, _)| row.id.uuid(), PublicTrade::from)))
}

/// Hands out the trades of a period with their prices as CSV, so that anybody can recompute the index
#[utoipa::path(
    get, path = "/api/v1/public/trades.csv", tag = "disclosure", params(TapeQuery),
    responses((status = 200, body = String, content_type = "text/csv", example = json!(
        "\u{feff}成交编号,成交日期,区县代码,批次号,湿地类型,质量等级,面积（平方米）,单价（元/亩）,金额（元）,关联交易,已撤销,计入指数\r\nCJ360124-2026-000001,2026-09-04,360124,360124-2023-B0001,marsh,2,10200,94200.00,1441260.00,0,0,1\r\n")),
        Problems),
    extensions(("x-roles" = json!(["public"])), ("x-effect" = json!("read")))
)]
pub async fn export_public_trades(db: Data<Db>, query: Query<TapeQuery>) -> Answer<HttpResponse> {
    let mut filter = query.into_inner().filter();
    let to = filter.to.unwrap_or_else(|| db.clock().now().date_in_shanghai());
    let from = filter.from.or_else(|| to.checked_sub_days(Days::new(DAYS_DEFAULT))).unwrap_or(to);
    super::prices::check_period(from, to, DAYS_MAX)?;
    (filter.from, filter.to) = (Some(from), Some(to));
    let write = move |c: &mut Conn| Paper::write(|out| write_tape(c, &filter, out));
    let paper = db.read_snapshot(None, write).await?;
    Ok(paper.answer(Kind::Csv, &format!("trades-{from}-{to}.csv")))
}

/// Writes the trades, newest first, piece by piece.
fn write_tape(conn: &mut Conn, filter: &TapeFilter, out: &mut impl std::io::Write) -> Answer<()> {
    let mut table = Table::new(
        out,
        &[
            "成交编号",
            "成交日期",
            "区县代码",
            "批次号",
            "湿地类型",
            "质量等级",
            "面积（平方米）",
            "单价（元/亩）",
            "金额（元）",
            "关联交易",
            "已撤销",
            "计入指数",
        ],
    )?;
    let (mut before, mut written) = (None, 0);
    loop {
        let rows = store::tape(conn, filter, before, ROWS_PER_READ)?;
        let Some((last, _)) = rows.last() else { break };
        (before, written) = (Some(last.id), written + rows.len());
        if written > FILE_ROWS_MAX {
            return Err(Failure::Refused(too_many()));
        }
        for (row, undone) in rows {
            let flag = |is: bool| Cow::Borrowed(if is { "1" } else { "0" });
            let related = row.related;
            table.cells(&[
                Cow::Owned(row.number),
                Cow::Owned(row.traded_on.to_string()),
                Cow::Borrowed(row.county.as_str()),
                Cow::Owned(row.batch_number),
                Cow::Owned(row.wetland_type),
                Cow::Owned(row.grade.to_string()),
                Cow::Owned(row.m2.get().to_string()),
                Cow::Owned(row.price.to_string()),
                Cow::Owned(cny(row.amount_fen)),
                flag(related),
                flag(undone),
                flag(!related && !undone),
            ])?;
        }
    }
    table.finish()
}

fn too_many() -> Problem {
    Problem::new(
        actix_web::http::StatusCode::UNPROCESSABLE_ENTITY,
        "too-many-rows",
        "a file holds at most 1000000 trades; ask for a shorter period or a county",
        "单个文件最多包含 1000000 笔成交，请缩短期间或指定区县",
    )
}
