//! How banks lay out their statements: a look at a file, and what is kept of it.

use actix_web::HttpResponse;
use actix_web::web::{self, Data, Path, Query};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::super::actions::{self, KeepMapping, layout_of, own_fee_account};
use super::super::model::MappingId;
use super::super::rules::FinanceRefusal;
use super::super::statement::{self, Encoding, Format, Layout};
use super::super::store::{self, MappingRow};
use super::statements::refused_file;
use super::text;
use crate::kernel::actor::Actor;
use crate::kernel::clock::Time;
use crate::kernel::db::Db;
use crate::kernel::ids::UserId;
use crate::kernel::operations::{Operations, operations};
use crate::kernel::page::{Page, PageQuery};
use crate::kernel::problem::{Answer, Failure};
use crate::ledger::FeeAccountId;
use crate::web::{Asked, AskedBytes, Problems};

/// Rows of a file that a preview shows.
const PREVIEW_ROWS: usize = 30;

pub(super) fn operations() -> Operations {
    operations![
        create_statement_preview,
        create_statement_mapping,
        list_statement_mappings,
        get_statement_mapping
    ]
}

/// The first rows of a file, and what they seem to be.
#[derive(Debug, Clone, Serialize, ToSchema)]
struct StatementPreviewView {
    format: Format,
    encoding: Encoding,
    /// The first rows that are not blank; none of a camt.053 message, whose fields have names.
    rows: Vec<PreviewRowView>,
    /// What the columns and titles seem to be; to be corrected and kept as a mapping.
    guess: Option<Layout>,
}

/// One row of a file.
#[derive(Debug, Clone, Serialize, ToSchema)]
struct PreviewRowView {
    /// The line of the file.
    #[schema(example = 4)]
    row: u64,
    #[schema(example = json!(["交易日期", "借方发生额", "贷方发生额", "余额"]))]
    cells: Vec<String>,
}

/// Shows the first rows of a bank file and guesses its layout
#[utoipa::path(
    post, path = "/api/v1/fee-accounts/{fee_account_id}/statement-previews", tag = "finance",
    params(("fee_account_id" = FeeAccountId, Path)),
    request_body(content(
        (String = "text/csv", example = "户名：…,账号：1502999909000000001"),
        (String = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", example = "PK…"),
        (String = "application/vnd.ms-excel", example = "…"),
        (String = "application/xml", example = "<Document>…</Document>"),
    )),
    responses((status = 200, body = StatementPreviewView), Problems),
    extensions(
        ("x-roles" = json!(["finance_officer", "finance_director"])),
        ("x-effect" = json!("read")),
    ),
)]
async fn create_statement_preview(
    db: Data<Db>,
    fee_account_id: Path<FeeAccountId>,
    asked: AskedBytes,
) -> Answer<HttpResponse> {
    let actor = asked.doing.actor()?.clone();
    let asker = actor.clone();
    db.read(Some(&actor), move |c| own_fee_account(c, &asker, *fee_account_id)).await?;
    let read = web::block(move || statement::preview(&asked.bytes, PREVIEW_ROWS)).await;
    let preview = read.map_err(|_| Failure::broken("reading a file does not panic"))?;
    let preview = preview.map_err(|cause| refused_file(cause.into()))?;
    let rows = preview.rows.into_iter().map(|(row, cells)| PreviewRowView { row, cells });
    Ok(HttpResponse::Ok().json(StatementPreviewView {
        format: preview.format,
        encoding: preview.encoding,
        rows: rows.collect(),
        guess: preview.guess,
    }))
}

/// A layout to be kept under a name.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewStatementMapping {
    #[schema(example = "赣鄱示例银行 网银明细")]
    name: String,
    #[schema(example = "赣鄱示例银行进贤支行")]
    bank: String,
    layout: Layout,
}

/// One version of how a bank lays out its statements.
#[derive(Debug, Clone, Serialize, ToSchema)]
struct StatementMappingView {
    id: MappingId,
    #[schema(example = "赣鄱示例银行 网银明细")]
    name: String,
    #[schema(example = 1)]
    version: i64,
    #[schema(example = "赣鄱示例银行进贤支行")]
    bank: String,
    layout: Layout,
    kept_by: UserId,
    kept_at: Time,
}

fn view(row: MappingRow) -> Answer<StatementMappingView> {
    Ok(StatementMappingView {
        layout: layout_of(&row)?,
        id: row.id,
        name: row.name,
        version: row.version,
        bank: row.bank,
        kept_by: row.kept_by,
        kept_at: row.kept_at,
    })
}

/// Keeps a layout; the same name again is its next version
#[utoipa::path(
    post, path = "/api/v1/statement-mappings", tag = "finance",
    request_body(content = NewStatementMapping, example = json!({
        "name": "赣鄱示例银行 网银明细", "bank": "赣鄱示例银行进贤支行",
        "layout": {
            "columns": { "date": "记账日期", "amount": "金额", "balance": "余额",
                "counterparty_name": "对方名称", "texts": ["摘要"], "serial": "流水号" },
            "titles": { "account": "账号" },
        },
    })),
    responses((status = 201, body = StatementMappingView), Problems),
    extensions(
        ("x-roles" = json!(["finance_officer", "finance_director"])),
        ("x-effect" = json!("write")),
    ),
)]
async fn create_statement_mapping(
    db: Data<Db>,
    asked: Asked<NewStatementMapping>,
) -> Answer<HttpResponse> {
    let Asked { doing, body } = asked;
    let actor = doing.actor()?.clone();
    let command = KeepMapping {
        id: MappingId::new(),
        name: text("name", &body.name)?,
        bank: text("bank", &body.bank)?,
        layout: body.layout,
    };
    let id = db.write(doing, move |tx| actions::keep_mapping(tx, &command)).await?;
    let row = db.read(None, move |c| Ok(store::mapping(c, actor.organisation_id, id)?)).await?;
    let row = row.ok_or(FinanceRefusal::NoSuchMapping)?;
    Ok(HttpResponse::Created().json(view(row)?))
}

/// Lists the layouts that one's own bureau keeps
#[utoipa::path(
    get, path = "/api/v1/statement-mappings", tag = "finance",
    params(PageQuery),
    responses((status = 200, body = Page<StatementMappingView>), Problems),
    extensions(
        ("x-roles" = json!(["finance_officer", "finance_director"])),
        ("x-effect" = json!("read")),
    ),
)]
async fn list_statement_mappings(
    db: Data<Db>,
    actor: Actor,
    page: Query<PageQuery>,
) -> Answer<HttpResponse> {
    let own = actor.organisation_id;
    let page = db.read(Some(&actor), move |c| {
        let page = Page::of(store::list_mappings(c, own, &page)?, &page, |row| row.id.uuid(), view);
        let items = page.items.into_iter().collect::<Answer<Vec<_>>>()?;
        Ok(Page { items, next_cursor: page.next_cursor })
    });
    Ok(HttpResponse::Ok().json(page.await?))
}

/// Shows a layout that one's own bureau keeps
#[utoipa::path(
    get, path = "/api/v1/statement-mappings/{mapping_id}", tag = "finance",
    params(("mapping_id" = MappingId, Path)),
    responses((status = 200, body = StatementMappingView), Problems),
    extensions(
        ("x-roles" = json!(["finance_officer", "finance_director"])),
        ("x-effect" = json!("read")),
    ),
)]
async fn get_statement_mapping(
    db: Data<Db>,
    actor: Actor,
    mapping_id: Path<MappingId>,
) -> Answer<HttpResponse> {
    let own = actor.organisation_id;
    let found = db.read(Some(&actor), move |c| Ok(store::mapping(c, own, *mapping_id)?)).await?;
    Ok(HttpResponse::Ok().json(view(found.ok_or_else(Failure::not_found)?)?))
}
