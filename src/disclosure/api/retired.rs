//! What was retired: credits used up for an occupation, for everybody, page by page or as a file.

use std::borrow::Cow;

use actix_web::HttpResponse;
use actix_web::web::{Data, Json, Query};
use chrono::{Days, NaiveDate};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::disclosure::store::{self, Retired, RetiredFilter};
use crate::inventory::WetlandType;
use crate::kernel::area::SquareMetres;
use crate::kernel::clock::Time;
use crate::kernel::db::{Conn, Db};
use crate::kernel::operations::{Operations, operations};
use crate::kernel::page::{Page, PageQuery};
use crate::kernel::problem::{Answer, Failure, Problem};
use crate::kernel::region::RegionCode;
use crate::notices::mask_digits;
use crate::occupation::RetirementId;
use crate::web::Problems;
use crate::web::paper::{Kind, Paper, Table, harmless};

/// How many days one file covers at most.
const DAYS_MAX: i64 = 366;
/// Without a first day: thirty days.
const DAYS_DEFAULT: u64 = 30;
/// How many retirements one file holds at most: what a spreadsheet takes.
const FILE_ROWS_MAX: usize = 1_000_000;
const ROWS_PER_READ: i64 = 1_000;

pub(super) fn operations() -> Operations {
    operations![list_public_retirements, export_public_retirements]
}

/// Which retirements are asked for.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct RetiredQuery {
    /// The county of the occupation.
    #[param(value_type = Option<String>, example = "360124")]
    county: Option<RegionCode>,
    /// The first day.
    #[param(example = "2026-09-01")]
    from: Option<NaiveDate>,
    /// The last day.
    #[param(example = "2026-09-30")]
    to: Option<NaiveDate>,
}

impl RetiredQuery {
    fn filter(self) -> RetiredFilter {
        let begin = |day: NaiveDate| Time::in_shanghai(day, 0);
        RetiredFilter {
            county: self.county,
            from: self.from.map(begin),
            before: self.to.and_then(|day| day.succ_opt()).map(begin),
        }
    }
}

/// A retirement as the public sees it: for which project how much, and by which serials; never who
/// bought them, and no personal data in the name of the project (R92).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PublicRetirement {
    pub id: RetirementId,
    #[schema(example = "HX360124-2026-0001")]
    pub number: String,
    /// The number of its newest certificate.
    #[schema(example = "HXZ360124-2026-0001")]
    pub certificate: Option<String>,
    /// The county of the occupation.
    pub county: RegionCode,
    /// The number of the application that it serves.
    #[schema(example = "ZY360124-2026-0001")]
    pub occupation: String,
    #[schema(example = "示例县道改建工程")]
    pub project: String,
    /// Of what is occupied.
    pub wetland_type: WetlandType,
    pub m2: SquareMetres,
    /// The runs of serials that were used up.
    #[schema(example = json!(["WL-360124-2023-B0001-000001-009877"]))]
    pub serials: Vec<String>,
    pub retired_at: Time,
}

impl From<Retired> for PublicRetirement {
    fn from(Retired { row, certificate, serials }: Retired) -> Self {
        Self {
            id: row.id,
            number: row.number,
            certificate,
            county: row.county,
            occupation: row.occupation,
            project: mask_digits(row.project.as_str()),
            wetland_type: row.wetland_type,
            m2: row.m2,
            serials,
            retired_at: row.retired_at,
        }
    }
}

/// Lists what was retired for which project, newest first
#[utoipa::path(
    get, path = "/api/v1/public/retirements", tag = "disclosure", params(RetiredQuery, PageQuery),
    responses((status = 200, body = Page<PublicRetirement>), Problems),
    extensions(("x-roles" = json!(["public"])), ("x-effect" = json!("read")))
)]
pub async fn list_public_retirements(
    db: Data<Db>,
    query: Query<RetiredQuery>,
    page: Query<PageQuery>,
) -> Answer<Json<Page<PublicRetirement>>> {
    let filter = query.into_inner().filter();
    let (after, limit) = (page.after()?, page.limit() + 1);
    let read = move |c: &mut Conn| store::retired(c, &filter, after, limit);
    let rows = db.read_snapshot(None, read).await?;
    Ok(Json(Page::of(rows, &page, |one| one.row.id.uuid(), PublicRetirement::from)))
}

/// Hands out what was retired in a period as CSV
#[utoipa::path(
    get, path = "/api/v1/public/retirements.csv", tag = "disclosure", params(RetiredQuery),
    responses((status = 200, body = String, content_type = "text/csv", example = json!(
        "\u{feff}核销编号,核销日期,证明编号,区县代码,占用申请编号,项目名称,被占用湿地类型,面积（平方米）,编号区间\r\nHX360124-2026-0001,2026-09-24,HXZ360124-2026-0001,360124,ZY360124-2026-0001,示例县道改建工程,marsh,9876,WL-360124-2023-B0001-000001-009876\r\n")),
        Problems),
    extensions(("x-roles" = json!(["public"])), ("x-effect" = json!("read")))
)]
pub async fn export_public_retirements(
    db: Data<Db>,
    query: Query<RetiredQuery>,
) -> Answer<HttpResponse> {
    let mut query = query.into_inner();
    let to = query.to.unwrap_or_else(|| db.clock().now().date_in_shanghai());
    let from = query.from.or_else(|| to.checked_sub_days(Days::new(DAYS_DEFAULT))).unwrap_or(to);
    super::prices::check_period(from, to, DAYS_MAX)?;
    (query.from, query.to) = (Some(from), Some(to));
    let filter = query.filter();
    let write = move |c: &mut Conn| Paper::write(|out| write_retired(c, &filter, out));
    let paper = db.read_snapshot(None, write).await?;
    Ok(paper.answer(Kind::Csv, &format!("retirements-{from}-{to}.csv")))
}

/// Writes the retirements, newest first, piece by piece.
fn write_retired(
    conn: &mut Conn,
    filter: &RetiredFilter,
    out: &mut impl std::io::Write,
) -> Answer<()> {
    let heads = [
        "核销编号",
        "核销日期",
        "证明编号",
        "区县代码",
        "占用申请编号",
        "项目名称",
        "被占用湿地类型",
        "面积（平方米）",
        "编号区间",
    ];
    let mut table = Table::new(out, &heads)?;
    let (mut after, mut written) = (None, 0);
    loop {
        let rows = store::retired(conn, filter, after, ROWS_PER_READ)?;
        let Some(last) = rows.last() else { break };
        (after, written) = (Some(last.row.id), written + rows.len());
        if written > FILE_ROWS_MAX {
            return Err(Failure::Refused(too_many()));
        }
        for it in rows.into_iter().map(PublicRetirement::from) {
            table.cells(&[
                Cow::Owned(it.number),
                Cow::Owned(it.retired_at.date_in_shanghai().to_string()),
                Cow::Owned(it.certificate.unwrap_or_default()),
                Cow::Borrowed(it.county.as_str()),
                Cow::Owned(it.occupation),
                harmless(&it.project),
                Cow::Borrowed(it.wetland_type.as_str()),
                Cow::Owned(it.m2.get().to_string()),
                Cow::Owned(it.serials.join(" ")),
            ])?;
        }
    }
    table.finish()
}

fn too_many() -> Problem {
    Problem::new(
        actix_web::http::StatusCode::UNPROCESSABLE_ENTITY,
        "too-many-rows",
        "a file holds at most 1000000 retirements; ask for a shorter period or a county",
        "单个文件最多包含 1000000 笔核销，请缩短期间或指定区县",
    )
}
