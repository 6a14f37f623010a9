//! The files by which a bank is told to pay an approved batch, or a payout approved for itself.

use actix_web::HttpResponse;
use actix_web::http::header;
use actix_web::web::{Data, Path, Query};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::super::actions::{self, EnterTemplate, own_fee_account};
use super::super::model::{
    PaymentColumn, PaymentTemplateId, PayoutBatchId, PayoutId, TableEncoding,
};
use super::super::payment_file::{PaymentOrder, pain_001, table};
use super::super::store::{self, PaymentTemplateRow, PayoutBatchRow, PayoutRow};
use super::text;
use crate::kernel::actor::Actor;
use crate::kernel::clock::Time;
use crate::kernel::db::{Conn, Db};
use crate::kernel::ids::UserId;
use crate::kernel::operations::{Operations, operations};
use crate::kernel::page::{Page, PageQuery};
use crate::kernel::problem::Answer;
use crate::ledger::FeeAccountId;
use crate::web::{Asked, Problems};

pub(super) fn operations() -> Operations {
    operations![
        get_payment_order,
        get_payment_table,
        get_payout_payment_order,
        get_payout_payment_table,
        create_payment_template,
        list_payment_templates,
    ]
}

fn own_batch(c: &mut Conn, actor: &Actor, id: PayoutBatchId) -> Answer<PayoutBatchRow> {
    let batch = store::batch(c, id)?;
    own_fee_account(c, actor, batch.fee_account_id)?;
    Ok(batch)
}

/// Writes an approved batch as a payment order of ISO 20022 (pain.001.001.09)
///
/// The same batch gives the same bytes. While a payout of it waits for its account to be trusted
/// there is no order; such a payout can be cancelled, and the order is made without it.
#[utoipa::path(
    get, path = "/api/v1/payout-batches/{batch_id}/payment-order", tag = "finance",
    params(("batch_id" = PayoutBatchId, Path)),
    responses(
        (status = 200, body = String, content_type = "application/xml",
            example = "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Document>…</Document>"),
        Problems,
    ),
    extensions(
        ("x-roles" = json!(["finance_officer", "finance_director", "auditor"])),
        ("x-effect" = json!("read")),
    ),
)]
async fn get_payment_order(
    db: Data<Db>,
    actor: Actor,
    batch_id: Path<PayoutBatchId>,
) -> Answer<HttpResponse> {
    let (asker, now) = (actor.clone(), db.clock().now());
    let order = db.read_snapshot(Some(&actor), move |c| {
        let batch = own_batch(c, &asker, *batch_id)?;
        actions::order_of(c, &batch, now)
    });
    Ok(as_message(&order.await?))
}

/// Writes an approved payout as a payment order of ISO 20022 (pain.001.001.09)
///
/// For refunds, and for shares that were entered outside a batch. The same payout gives the same
/// bytes.
#[utoipa::path(
    get, path = "/api/v1/payouts/{payout_id}/payment-order", tag = "finance",
    params(("payout_id" = PayoutId, Path)),
    responses(
        (status = 200, body = String, content_type = "application/xml",
            example = "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Document>…</Document>"),
        Problems,
    ),
    extensions(
        ("x-roles" = json!(["finance_officer", "finance_director", "auditor"])),
        ("x-effect" = json!("read")),
    ),
)]
async fn get_payout_payment_order(
    db: Data<Db>,
    actor: Actor,
    payout_id: Path<PayoutId>,
) -> Answer<HttpResponse> {
    let (asker, now) = (actor.clone(), db.clock().now());
    let order = db.read_snapshot(Some(&actor), move |c| {
        let payout = own_payout(c, &asker, *payout_id)?;
        actions::order_of_payout(c, &payout, now)
    });
    Ok(as_message(&order.await?))
}

fn own_payout(c: &mut Conn, actor: &Actor, id: PayoutId) -> Answer<PayoutRow> {
    let payout = store::payout(c, id)?;
    own_fee_account(c, actor, payout.fee_account_id)?;
    Ok(payout)
}

fn as_message(order: &PaymentOrder) -> HttpResponse {
    let name = format!("attachment; filename=\"{}.xml\"", order.id);
    HttpResponse::Ok()
        .content_type("application/xml; charset=utf-8")
        .insert_header((header::CONTENT_DISPOSITION, name))
        .body(pain_001(order))
}

fn as_table(
    order: &PaymentOrder,
    (columns, encoding): (Vec<PaymentColumn>, TableEncoding),
) -> HttpResponse {
    let charset = match encoding {
        TableEncoding::Utf8Bom => "text/csv; charset=utf-8",
        TableEncoding::Gb18030 => "text/csv; charset=gb18030",
    };
    let name = format!("attachment; filename=\"{}.csv\"", order.id);
    HttpResponse::Ok()
        .content_type(charset)
        .insert_header((header::CONTENT_DISPOSITION, name))
        .body(table(order, &columns, encoding))
}

/// Which columns the table has.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct TableQuery {
    /// The bank's template; without one the standard columns in UTF-8.
    #[serde(default)]
    template_id: Option<PaymentTemplateId>,
}

/// Writes an approved batch as the table that a bank's window takes
#[utoipa::path(
    get, path = "/api/v1/payout-batches/{batch_id}/payment-table", tag = "finance",
    params(("batch_id" = PayoutBatchId, Path), TableQuery),
    responses(
        (status = 200, body = String, content_type = "text/csv",
            example = "序号,付款账号,收款账号,收款户名,收款银行,金额,币种,用途\r\n"),
        Problems,
    ),
    extensions(
        ("x-roles" = json!(["finance_officer", "finance_director", "auditor"])),
        ("x-effect" = json!("read")),
    ),
)]
async fn get_payment_table(
    db: Data<Db>,
    actor: Actor,
    batch_id: Path<PayoutBatchId>,
    query: Query<TableQuery>,
) -> Answer<HttpResponse> {
    let (asker, now) = (actor.clone(), db.clock().now());
    let read = db.read_snapshot(Some(&actor), move |c| {
        let batch = own_batch(c, &asker, *batch_id)?;
        let template = actions::template_of(c, batch.fee_account_id, query.template_id)?;
        Ok((actions::order_of(c, &batch, now)?, template))
    });
    let (order, layout) = read.await?;
    Ok(as_table(&order, layout))
}

/// Writes an approved payout as the table that a bank's window takes
#[utoipa::path(
    get, path = "/api/v1/payouts/{payout_id}/payment-table", tag = "finance",
    params(("payout_id" = PayoutId, Path), TableQuery),
    responses(
        (status = 200, body = String, content_type = "text/csv",
            example = "序号,付款账号,收款账号,收款户名,收款银行,金额,币种,用途\r\n"),
        Problems,
    ),
    extensions(
        ("x-roles" = json!(["finance_officer", "finance_director", "auditor"])),
        ("x-effect" = json!("read")),
    ),
)]
async fn get_payout_payment_table(
    db: Data<Db>,
    actor: Actor,
    payout_id: Path<PayoutId>,
    query: Query<TableQuery>,
) -> Answer<HttpResponse> {
    let (asker, now) = (actor.clone(), db.clock().now());
    let read = db.read_snapshot(Some(&actor), move |c| {
        let payout = own_payout(c, &asker, *payout_id)?;
        let template = actions::template_of(c, payout.fee_account_id, query.template_id)?;
        Ok((actions::order_of_payout(c, &payout, now)?, template))
    });
    let (order, layout) = read.await?;
    Ok(as_table(&order, layout))
}

/// How a bank wants its table of payments.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewPaymentTemplate {
    #[schema(example = "赣鄱示例银行")]
    bank: String,
    /// Account, name and amount of the payee are among them.
    #[schema(example = json!([
        { "title": "收款账号", "field": "payee_account" },
        { "title": "收款户名", "field": "payee_name" },
        { "title": "金额", "field": "amount" },
        { "title": "附言", "field": "number" },
    ]))]
    columns: Vec<PaymentColumn>,
    encoding: TableEncoding,
}

/// How a bank wants its table of payments.
#[derive(Debug, Clone, Serialize, ToSchema)]
struct PaymentTemplateView {
    id: PaymentTemplateId,
    fee_account_id: FeeAccountId,
    #[schema(example = "赣鄱示例银行")]
    bank: String,
    columns: Vec<PaymentColumn>,
    encoding: TableEncoding,
    entered_by: UserId,
    entered_at: Time,
}

impl TryFrom<PaymentTemplateRow> for PaymentTemplateView {
    type Error = anyhow::Error;

    fn try_from(row: PaymentTemplateRow) -> Result<Self, anyhow::Error> {
        Ok(Self {
            id: row.id,
            fee_account_id: row.fee_account_id,
            bank: row.bank,
            columns: serde_json::from_str(&row.layout)?,
            encoding: row.encoding,
            entered_by: row.entered_by,
            entered_at: row.entered_at,
        })
    }
}

/// Enters how a bank wants its table of payments
#[utoipa::path(
    post, path = "/api/v1/fee-accounts/{fee_account_id}/payment-templates", tag = "finance",
    params(("fee_account_id" = FeeAccountId, Path)), request_body = NewPaymentTemplate,
    responses((status = 201, body = PaymentTemplateView), Problems),
    extensions(("x-roles" = json!(["finance_officer"])), ("x-effect" = json!("write"))),
)]
async fn create_payment_template(
    db: Data<Db>,
    fee_account_id: Path<FeeAccountId>,
    asked: Asked<NewPaymentTemplate>,
) -> Answer<HttpResponse> {
    let Asked { doing, body } = asked;
    let command = EnterTemplate {
        id: PaymentTemplateId::new(),
        fee_account_id: *fee_account_id,
        bank: text("bank", &body.bank)?,
        columns: body.columns,
        encoding: body.encoding,
    };
    let id = db.write(doing, move |tx| actions::enter_template(tx, &command)).await?;
    let row = db.read(None, move |c| Ok(store::template(c, id)?)).await?;
    let row = row.ok_or_else(crate::kernel::problem::Failure::not_found)?;
    Ok(HttpResponse::Created().json(PaymentTemplateView::try_from(row)?))
}

/// Lists the templates of a fee account
#[utoipa::path(
    get, path = "/api/v1/fee-accounts/{fee_account_id}/payment-templates", tag = "finance",
    params(("fee_account_id" = FeeAccountId, Path), PageQuery),
    responses((status = 200, body = Page<PaymentTemplateView>), Problems),
    extensions(
        ("x-roles" = json!(["finance_officer", "finance_director", "auditor"])),
        ("x-effect" = json!("read")),
    ),
)]
async fn list_payment_templates(
    db: Data<Db>,
    actor: Actor,
    fee_account_id: Path<FeeAccountId>,
    page: Query<PageQuery>,
) -> Answer<HttpResponse> {
    let asker = actor.clone();
    let page = db.read(Some(&actor), move |c| {
        let account = own_fee_account(c, &asker, *fee_account_id)?;
        let rows = store::list_templates(c, account.id, &page)?;
        let page = Page::of(rows, &page, |row| row.id.uuid(), |row| row);
        let views = page.items.into_iter().map(PaymentTemplateView::try_from);
        let items = views.collect::<Result<Vec<_>, _>>()?;
        Ok(Page { items, next_cursor: page.next_cursor })
    });
    Ok(HttpResponse::Ok().json(page.await?))
}
