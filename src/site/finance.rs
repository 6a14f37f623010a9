//! The finance bureau: statements, reconciliation, payouts, corrections, closing, downloads.

mod accounts;
mod batches;
mod closes;
mod corrections;
mod downloads;
mod exceptions;
mod holds;
mod mappings;
mod money;
mod notices;
mod openings;
mod payouts;
mod pledges;
mod refunds;
mod spending;
mod statements;
mod templates;
mod terms;
mod trusted;

use crate::kernel::actor::Role;
use crate::kernel::problem::{Answer, Failure};
use crate::site::casework::{self, Case, casework_pages};
use crate::site::centre::{AUCTION, DRAW};
use crate::site::words::word;
use crate::web::pages::{Ask, Facts, Figure, Link, Page, Pages, Sheet, Shown, Table, cell, today};

const BOTH: &[Role] = &[Role::FinanceOfficer, Role::FinanceDirector];
const OFFICER: &[Role] = &[Role::FinanceOfficer];

pub(super) use terms::BEGIN;
use terms::{AREA, BAND, FLOOR, SCHEDULE};

/// What the bureau alone sets.
pub(super) const CASES: &[&Case] = &[&AREA, &BAND, &FLOOR, &SCHEDULE];

pub(super) fn pages() -> Pages {
    let mut pages = vec![
        Page::of_roles("/finance", BOTH, home),
        Page::of_roles("/finance/accounts", BOTH, accounts::accounts),
        Page::of_roles("/finance/accounts/{organisation_id}", BOTH, accounts::account).with_form(),
        Page::of_roles("/finance/closes", BOTH, closes::closes).with_form(),
        Page::of_roles("/finance/closes/{period_close_id}", BOTH, closes::close).with_form(),
        Page::of_roles("/finance/corrections", BOTH, corrections::corrections),
        Page::of_roles("/finance/corrections/{correction_id}", BOTH, corrections::correction)
            .with_form(),
        Page::of_roles("/finance/deposits", BOTH, corrections::deposits),
        Page::of_roles("/finance/downloads", BOTH, downloads::downloads),
        Page::of_roles("/finance/exceptions", BOTH, exceptions::exceptions),
        Page::of_roles("/finance/exceptions/{exception_id}", BOTH, exceptions::exception)
            .with_form(),
        Page::of_roles("/finance/files/{file}", BOTH, downloads::file),
        Page::of_roles("/finance/holds", BOTH, holds::holds).with_form(),
        Page::of_roles("/finance/holds/{account_hold_id}", BOTH, holds::hold).with_form(),
        Page::of_roles("/finance/mappings", BOTH, mappings::mappings).with_form(),
        Page::of_roles("/finance/new/{deed}", BOTH, |ask| casework::fresh(ask, BEGIN)).with_form(),
        Page::of_roles("/finance/new-correction", OFFICER, corrections::new).with_form(),
        Page::of_roles("/finance/new-payout", OFFICER, payouts::new).with_form(),
        Page::of_roles("/finance/openings", BOTH, openings::openings).with_form(),
        Page::of_roles("/finance/payment-notices", BOTH, notices::notices).with_form(),
        Page::of_roles("/finance/payment-runs", BOTH, batches::batches).with_form(),
        Page::of_roles("/finance/payment-runs/{payout_batch_id}", BOTH, batches::batch).with_form(),
        Page::of_roles("/finance/payment-runs/{payout_batch_id}/{paper}", BOTH, batches::file),
        Page::of_roles("/finance/payment-templates", BOTH, templates::templates).with_form(),
        Page::of_roles("/finance/payouts", BOTH, payouts::payouts),
        Page::of_roles("/finance/payouts/{payout_id}", BOTH, payouts::payout).with_form(),
        Page::of_roles("/finance/payouts/{payout_id}/{paper}", BOTH, payouts::file),
        Page::of_roles("/finance/pledges", BOTH, pledges::pledges),
        Page::of_roles("/finance/pledges/{pledge_id}", BOTH, pledges::pledge).with_form(),
        Page::of_roles("/finance/receivables", BOTH, corrections::receivables).with_form(),
        Page::of_roles("/finance/reconciliation", BOTH, money::reconciliation),
        Page::of_roles("/finance/refunds", BOTH, refunds::refunds),
        Page::of_roles("/finance/refunds/{refund_id}", OFFICER, refunds::refund).with_form(),
        Page::of_roles("/finance/secured/{proceeds_id}", OFFICER, refunds::secured).with_form(),
        Page::of_roles("/finance/spending", BOTH, spending::spending).with_form(),
        Page::of_roles("/finance/statements", BOTH, statements::statements).with_form(),
        Page::of_roles("/finance/statements/{statement_id}", BOTH, statements::statement)
            .with_form(),
        Page::of_roles("/finance/trades", BOTH, corrections::trades),
    ];
    pages.extend(casework_pages!("/finance", BOTH, [
        "auctions" "auction_id" AUCTION,
        "draws" "draw_id" DRAW,
        "fee-schedules" "schedule_id" SCHEDULE,
        "price-bands" "price_band_id" BAND,
        "price-floors" "price_floor_id" FLOOR,
        "trading-areas" "trading_area_id" AREA,
    ]));
    Pages::of(pages)
}

fn is_officer(ask: &Ask) -> bool {
    ask.actor().is_some_and(|actor| actor.role == Role::FinanceOfficer)
}

/// The fee account of the reader's county.
async fn account(ask: &Ask) -> Answer<Facts> {
    let own = ask.actor().map(|actor| actor.region.to_string()).unwrap_or_default();
    let all = ask.get("/api/v1/fee-accounts").await?.items("");
    let first = all.first().cloned();
    all.into_iter().find(|one| one.text("county") == own).or(first).ok_or_else(Failure::not_found)
}

async fn home(ask: Ask) -> Answer<Shown> {
    let me = ask.get("/api/v1/me").await?;
    let account = account(&ask).await?;
    let id = account.text("id");
    let balances = ask.get(&format!("/api/v1/fee-accounts/{id}/balances")).await?;
    let open = ask
        .get(&format!("/api/v1/fee-accounts/{id}/statement-exceptions?state=open&limit=50"))
        .await?;
    let to = today(ask.now);
    let due = ask.get(&format!("/api/v1/fee-accounts/{id}/due-shares?to={to}")).await?;
    let entered =
        ask.get(&format!("/api/v1/payouts?fee_account_id={id}&state=entered&limit=50")).await?;
    let say = &ask.say;
    let yuan = |path: &str| say.yuan(&balances.text(&format!("identity/{path}")));
    let mut waits = Vec::new();
    let exceptions = open.items("items").len();
    if exceptions > 0 {
        waits.push(
            cell(format!("{exceptions} {}", ask.t("条流水异常待处理", "exceptions are open")))
                .to("/finance/exceptions"),
        );
    }
    for (path, page, zh, en) in [
        ("corrections", "/finance/corrections", "冲正待审批", "A correction waits for approval"),
        ("period-closes", "/finance/closes", "结账待审批", "A close waits for approval"),
        (
            "payout-batches",
            "/finance/payment-runs",
            "付款批次待审批",
            "A payment run waits for approval",
        ),
    ] {
        let list = ask.get(&format!("/api/v1/fee-accounts/{id}/{path}?limit=20")).await?;
        for one in list.items("items").iter().filter(|one| one.text("state") == "entered") {
            waits.push(cell(ask.t(zh, en)).to(format!("{page}/{}", one.text("id"))));
        }
    }
    let refunds = ask.get("/api/v1/refund-requests?limit=50").await?.items("items");
    for one in refunds.iter().filter(|one| one.text("state") == "open") {
        let amount = say.yuan(&one.text("amount"));
        waits.push(
            cell(format!(
                "{}{colon}{amount}",
                ask.t("退款待录入", "A refund is asked for"),
                colon = ask.say.colon()
            ))
            .to(format!("/finance/refunds/{}", one.text("id"))),
        );
    }
    for one in ask.get("/api/v1/pledges?state=requested&limit=50").await?.items("items") {
        let of_us = one.items("shares").iter().any(|share| share.text("") == "treasury_share");
        if of_us && !one.yes("treasury_signed") {
            waits.push(
                cell(format!(
                    "{} {}",
                    ask.t("质押待签字", "A pledge waits for a signature"),
                    one.text("number")
                ))
                .to(format!("/finance/pledges/{}", one.text("id"))),
            );
        }
    }
    for one in entered.items("items") {
        waits.push(
            cell(format!(
                "{} {}{colon}{}",
                ask.t("拨付待审批", "A payout waits for approval"),
                one.text("number"),
                say.yuan(&one.text("amount")),
                colon = ask.say.colon()
            ))
            .to(format!("/finance/payouts/{}", one.text("id"))),
        );
    }
    let sheet = Sheet::new(me.text("organisation/name"))
        .lead(format!("{} · {}", me.text("user/display_name"), word(say, &me.text("user/role"))))
        .figures(vec![
            Figure::of(ask.t("银行余额", "At the bank"), yuan("closing")),
            Figure::of(ask.t("交易资金", "Developers' cash"), yuan("cash")),
            Figure::of(ask.t("分成结存", "Shares"), yuan("shares")),
            Figure::of(ask.t("暂收款", "Suspense"), yuan("suspense")),
        ]);
    let sheet = match balances.yes("identity/holds") {
        true => sheet.good(ask.t(
            "账实相符：银行余额 = 交易资金 + 分成结存 + 暂收款。",
            "The books agree: bank = cash + shares + suspense.",
        )),
        false => sheet.bad(
            ask.t("账实不符，请立即核对流水。", "The books do not agree; check the statements."),
        ),
    };
    let sheet = sheet.heading(ask.t("待办事项", "What waits for you"));
    let sheet = match waits.is_empty() {
        true => sheet.text(ask.t("目前没有待办事项。", "Nothing waits for you.")),
        false => sheet.list(waits),
    };
    Ok(sheet
        .table(due_table(&ask, &due))
        .links(vec![
            Link::to("/finance/statements", ask.t("导入银行流水", "Import a statement")).strong(),
            Link::to("/finance/reconciliation", ask.t("对账", "Reconcile")),
            Link::to("/finance/exceptions", ask.t("流水异常", "Exceptions")),
            Link::to("/finance/payouts", ask.t("拨付", "Payouts")),
            Link::to("/finance/payment-runs", ask.t("付款批次", "Payment runs")),
            Link::to("/finance/refunds", ask.t("退款", "Refunds")),
            Link::to("/finance/corrections", ask.t("冲正与更正", "Corrections")),
            Link::to("/finance/receivables", ask.t("应收款", "Receivables")),
            Link::to("/finance/accounts", ask.t("收款账号", "Accounts to pay to")),
            Link::to("/finance/holds", ask.t("暂停付款", "Accounts on hold")),
            Link::to("/finance/spending", ask.t("分成使用", "Spending")),
            Link::to("/finance/pledges", ask.t("质押", "Pledges")),
            Link::to("/finance/mappings", ask.t("银行文件格式", "Files of the banks")),
            Link::to("/finance/payment-templates", ask.t("付款文件格式", "Tables of payments")),
            Link::to("/finance/payment-notices", ask.t("缴款通知", "Payment notices")),
            Link::to("/finance/openings", ask.t("期初余额", "Opening balance")),
            Link::to("/finance/fee-schedules", ask.t("分成方案", "Fee schedules")),
            Link::to("/finance/trading-areas", ask.t("交易范围", "Trading area")),
            Link::to("/finance/price-bands", ask.t("价格涨跌幅", "Price bands")),
            Link::to("/finance/price-floors", ask.t("协议转让底价", "Floor prices")),
            Link::to("/finance/draws", ask.t("专家摇号", "Draws of panels")),
            Link::to("/finance/auctions", ask.t("竞价摇号", "Auctions and their draws")),
        ])
        .into())
}

/// What can be paid out to whom; an officer begins the payout here.
fn due_table(ask: &Ask, due: &Facts) -> Table {
    let say = &ask.say;
    let officer = ask.actor().is_some_and(|actor| actor.role == Role::FinanceOfficer);
    let rows = due.items("").into_iter().map(|one| {
        let pays = officer && one.text("payable") != "0.00" && !one.has("waits_until");
        let pay = cell(ask.t("录入拨付", "Enter a payout")).to(format!(
            "/finance/new-payout?organisation_id={}&share={}",
            one.text("organisation_id"),
            one.text("share"),
        ));
        vec![
            cell(one.text("organisation_name")),
            cell(word(say, &one.text("share"))),
            cell(say.yuan(&one.text("balance"))).number(),
            cell(say.yuan(&one.text("payable"))).number(),
            cell(one.text("account")),
            if pays { pay } else { cell("") },
        ]
    });
    let columns = [
        ask.t("单位", "Organisation"),
        ask.t("分成", "Share"),
        ask.t("结存", "Balance"),
        ask.t("可拨付", "Payable"),
        ask.t("收款账号", "Account"),
        ask.t("办理", "Do"),
    ];
    Table::of(ask.t("待拨付分成", "Shares to pay out"), &columns)
        .rows(rows.collect())
        .empty(ask.t("没有待拨付的分成。", "There is nothing to pay out."))
}
