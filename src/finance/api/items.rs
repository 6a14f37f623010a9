//! The three lists of a reconciliation, in pages and as CSV.

use std::borrow::Cow;

use actix_web::HttpResponse;
use actix_web::http::header;
use actix_web::web::{Data, Path, Query};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::super::actions::own_fee_account;
use super::super::model::{ExceptionKind, LineId, PayoutId, ReconciliationList};
use super::super::rules::FinanceRefusal;
use super::super::store::{self, ItemFilter, LineRow, PayoutRow};
use crate::kernel::actor::Actor;
use crate::kernel::clock::Time;
use crate::kernel::db::{Conn, Db};
use crate::kernel::ids::OrganisationId;
use crate::kernel::money::{Fen, cny};
use crate::kernel::operations::{Operations, operations};
use crate::kernel::page::{Page, PageQuery};
use crate::kernel::problem::Answer;
use crate::ledger::FeeAccountId;
use crate::web::Problems;
use crate::web::paper::{self, harmless};

/// Items that are read at once for an export.
const EXPORT_PAGE: i64 = 1_000;
/// The most items of one export; a narrower period or filter leads on.
const EXPORT_ITEMS_MAX: usize = 100_000;

pub(super) fn operations() -> Operations {
    operations![list_reconciliation_items, export_reconciliation_items]
}

/// Which list, and which of its items.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct ItemsQuery {
    /// Of both, of the bank only, or of the ledger only.
    #[param(inline, example = "bank_only")]
    list: ReconciliationList,
    #[serde(default)]
    #[param(example = "2026-09-01")]
    from: Option<NaiveDate>,
    /// The last day, included.
    #[serde(default)]
    #[param(example = "2026-09-30")]
    to: Option<NaiveDate>,
    #[serde(default)]
    amount: Option<Fen>,
    /// Stands in the counterparty's name or account, in the text or in the serial.
    #[serde(default)]
    #[param(example = "军湖")]
    contains: Option<String>,
}

impl ItemsQuery {
    fn filter(&self) -> Result<ItemFilter, FinanceRefusal> {
        if self.from.zip(self.to).is_some_and(|(from, to)| from > to) {
            return Err(FinanceRefusal::PeriodBackwards);
        }
        let day_after = |day: NaiveDate| day.succ_opt().ok_or(FinanceRefusal::PeriodBackwards);
        Ok(ItemFilter {
            from: self.from.map(|day| Time::in_shanghai(day, 0)),
            before: self.to.map(day_after).transpose()?.map(|day| Time::in_shanghai(day, 0)),
            amount: self.amount,
            contains: self.contains.clone().filter(|part| !part.is_empty()),
        })
    }
}

/// One line of the bank, or one payout that the bank has not shown.
#[derive(Debug, Clone, Serialize, ToSchema)]
struct ReconciliationItemView {
    /// The line's, or the payout's where the ledger alone shows it.
    #[schema(value_type = String, format = "uuid")]
    id: Uuid,
    /// The bank's moment; of a payout the moment of its approval.
    at: Time,
    /// The bank's serial, or the payout's number.
    #[schema(example = "2026090300000301")]
    serial: Option<String>,
    /// Money in positive, money out negative.
    #[schema(example = "1500000.00")]
    amount: String,
    #[schema(example = "赣鄱示例公路建设有限公司")]
    counterparty_name: String,
    #[schema(example = "1502999909000000101")]
    counterparty_account: String,
    #[schema(example = "湿地指标购买款 SD360124-2026-0001")]
    text: String,
    /// What the ledger made of it.
    placed: Vec<PlacedView>,
    /// Why it waits, or waited.
    exception: Option<ExceptionKind>,
    /// What still waits, negative for money that went out.
    #[schema(example = "0.00")]
    rest: String,
}

/// What the ledger made of a line, or of a part of it.
#[derive(Debug, Clone, Serialize, ToSchema)]
struct PlacedView {
    /// `deposit`, `payout` or `returned_line`.
    #[schema(example = "deposit")]
    kind: &'static str,
    organisation_id: Option<OrganisationId>,
    /// The reference, the payout's number, or the id of the line.
    #[schema(example = "SD360124-2026-0001")]
    of: Option<String>,
    amount: Fen,
}

/// Lists what bank and ledger agree on, or what one of them shows alone
#[utoipa::path(
    get, path = "/api/v1/fee-accounts/{fee_account_id}/reconciliation-items", tag = "finance",
    params(("fee_account_id" = FeeAccountId, Path), ItemsQuery, PageQuery),
    responses((status = 200, body = Page<ReconciliationItemView>), Problems),
    extensions(
        ("x-roles" = json!(["finance_officer", "finance_director", "auditor"])),
        ("x-effect" = json!("read")),
    ),
)]
async fn list_reconciliation_items(
    db: Data<Db>,
    actor: Actor,
    fee_account_id: Path<FeeAccountId>,
    query: Query<ItemsQuery>,
    page: Query<PageQuery>,
) -> Answer<HttpResponse> {
    let (asker, filter) = (actor.clone(), query.filter()?);
    let page = db.read_snapshot(Some(&actor), move |c| {
        let account = own_fee_account(c, &asker, *fee_account_id)?;
        let after = page.after::<Uuid>()?;
        let items = items(c, account.id, (query.list, &filter), (after, page.limit()))?;
        Ok(Page::of(items, &page, |item| item.id, |item| item))
    });
    Ok(HttpResponse::Ok().json(page.await?))
}

/// Exports one of the three lists as CSV
#[utoipa::path(
    get, path = "/api/v1/fee-accounts/{fee_account_id}/reconciliation-items.csv", tag = "finance",
    params(("fee_account_id" = FeeAccountId, Path), ItemsQuery),
    responses(
        (status = 200, body = String, content_type = "text/csv", example = "时间,流水号,金额"),
        Problems
    ),
    extensions(
        ("x-roles" = json!(["finance_officer", "finance_director", "auditor"])),
        ("x-effect" = json!("read")),
    ),
)]
async fn export_reconciliation_items(
    db: Data<Db>,
    actor: Actor,
    fee_account_id: Path<FeeAccountId>,
    query: Query<ItemsQuery>,
) -> Answer<HttpResponse> {
    let (asker, filter, list) = (actor.clone(), query.filter()?, query.list);
    let bytes = db.read_snapshot(Some(&actor), move |c| {
        let account = own_fee_account(c, &asker, *fee_account_id)?;
        paper::table(&HEADS, |table| {
            let (mut after, mut written) = (None, 0);
            loop {
                let mut page = items(c, account.id, (list, &filter), (after, EXPORT_PAGE))?;
                let limit = usize::try_from(EXPORT_PAGE).unwrap_or(usize::MAX);
                let more = page.len() > limit;
                page.truncate(limit);
                page.iter().try_for_each(|item| table.cells(&record(item)))?;
                written += page.len();
                after = page.last().map(|item| item.id);
                if !more || written >= EXPORT_ITEMS_MAX {
                    return Ok(());
                }
            }
        })
    });
    let name = format!("attachment; filename=\"{list}.csv\"");
    Ok(HttpResponse::Ok()
        .content_type("text/csv; charset=utf-8")
        .insert_header((header::CONTENT_DISPOSITION, name))
        .body(bytes.await?))
}

const HEADS: [&str; 9] =
    ["时间", "流水号或拨付编号", "金额", "对方户名", "对方账号", "摘要", "入账", "差异", "待处理"];

fn record(item: &ReconciliationItemView) -> [Cow<'_, str>; 9] {
    let at = item.at.naive() + chrono::Duration::hours(8);
    let placed = item.placed.iter().map(|one| {
        format!("{} {} {}", one.kind, one.of.as_deref().unwrap_or_default(), one.amount)
    });
    [
        at.format("%F %T").to_string().into(),
        digits(item.serial.as_deref().unwrap_or_default()),
        item.amount.as_str().into(),
        harmless(&item.counterparty_name),
        digits(&item.counterparty_account),
        harmless(&item.text),
        harmless(&placed.collect::<Vec<_>>().join("; ")).into_owned().into(),
        item.exception.map(|kind| kind.to_string()).unwrap_or_default().into(),
        item.rest.as_str().into(),
    ]
}

/// Long digits end with a tab, as banks write them, so that spreadsheets keep them.
fn digits(number: &str) -> Cow<'_, str> {
    if number.is_empty() { "".into() } else { (harmless(number).into_owned() + "\t").into() }
}

/// With one more than the page holds.
fn items(
    c: &mut Conn,
    account: FeeAccountId,
    (list, filter): (ReconciliationList, &ItemFilter),
    (after, rows_max): (Option<Uuid>, i64),
) -> Answer<Vec<ReconciliationItemView>> {
    if list == ReconciliationList::LedgerOnly {
        let after = after.map(PayoutId::from);
        let rows = store::list_under_way(c, account, filter, (after, rows_max))?;
        return Ok(rows.into_iter().map(under_way).collect());
    }
    let waiting = list == ReconciliationList::BankOnly;
    let after = after.map(LineId::from);
    let rows = store::list_placed_lines(c, account, waiting, filter, (after, rows_max))?;
    line_items(c, rows)
}

fn under_way(row: PayoutRow) -> ReconciliationItemView {
    let amount = cny(-row.amount_fen.get());
    ReconciliationItemView {
        id: row.id.uuid(),
        at: row.decided_at.unwrap_or(row.entered_at),
        serial: Some(row.number.clone()),
        rest: amount.clone(),
        amount,
        counterparty_name: row.account_name,
        counterparty_account: row.account,
        text: row.number,
        placed: Vec::new(),
        exception: None,
    }
}

fn line_items(c: &mut Conn, rows: Vec<LineRow>) -> Answer<Vec<ReconciliationItemView>> {
    let ids: Vec<LineId> = rows.iter().map(|row| row.id).collect();
    let deposits = store::deposits_of_lines(c, &ids)?;
    let notices: Vec<_> = deposits.iter().filter_map(|row| row.notice_id).collect();
    let references = store::references_of(c, &notices)?;
    let payouts = store::payouts_of_lines(c, &ids)?;
    let returns = store::returns_of_lines(c, &ids)?;
    let waits = store::waits_of_lines(c, &ids)?;
    let view = |row: LineRow| {
        let mut placed = Vec::new();
        for one in deposits.iter().filter(|one| one.line_id == row.id) {
            placed.push(PlacedView {
                kind: "deposit",
                organisation_id: Some(one.organisation_id),
                of: one.notice_id.and_then(|id| references.get(&id).cloned()),
                amount: one.amount_fen,
            });
        }
        for one in payouts.iter().filter(|one| one.line_id == Some(row.id)) {
            placed.push(PlacedView {
                kind: "payout",
                organisation_id: Some(one.organisation_id),
                of: Some(one.number.clone()),
                amount: one.amount_fen,
            });
        }
        for one in &returns {
            let of = match (one.line_id, one.returned_line_id) {
                (by, of) if by == row.id => of,
                (by, of) if of == row.id => by,
                _ => continue,
            };
            let (kind, of) = ("returned_line", of.to_string());
            let (organisation_id, amount) = (one.organisation_id, one.amount_fen);
            placed.push(PlacedView { kind, organisation_id, of: Some(of), amount });
        }
        let wait = waits.iter().find(|wait| wait.line_id == row.id);
        ReconciliationItemView {
            id: row.id.uuid(),
            at: row.effective_at,
            amount: cny(row.signed_fen()),
            serial: row.serial,
            counterparty_name: row.counterparty_name,
            counterparty_account: row.counterparty_account,
            text: row.text,
            placed,
            exception: wait.map(|wait| wait.kind),
            rest: cny(wait.map_or(0, |wait| wait.rest_fen)),
        }
    };
    Ok(rows.into_iter().map(view).collect())
}
