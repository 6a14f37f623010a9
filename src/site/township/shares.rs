//! The township's share: due, received, spent; by month, with the trades behind it.

use std::collections::BTreeMap;

use crate::kernel::money::cny;
use crate::kernel::problem::Answer;
use crate::site::parts::{fen, told};
use crate::site::words::word;
use crate::web::pages::{Ask, Facts, Figure, Link, Sheet, Shown, Table, cell, month_of};

/// Trades that are read to tell the months apart; a township makes tens a year.
const PAGES_MAX: usize = 5;

/// The newest trades of the township, at most a thousand, newest first.
async fn trades(ask: &Ask) -> Answer<Vec<Facts>> {
    let (mut all, mut cursor) = (Vec::new(), String::new());
    for _ in 0..PAGES_MAX {
        let list = ask.get(&format!("/api/v1/trades?limit=200{cursor}")).await?;
        all.extend(list.items("items"));
        match list.next() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    Ok(all)
}

pub(super) async fn shares(ask: Ask) -> Answer<Shown> {
    let balances = ask.find("/api/v1/share-balances").await?.unwrap_or_default().items("");
    let spent = ask.find("/api/v1/spending-balances").await?.unwrap_or_default().items("");
    let spendings = ask.find("/api/v1/spendings?limit=50").await?.unwrap_or_default();
    let payouts = ask.find("/api/v1/payouts?limit=50").await?.unwrap_or_default();
    let say = &ask.say;
    let mut months: BTreeMap<String, (i64, i64, i64)> = BTreeMap::new();
    for trade in trades(&ask).await? {
        let of = months.entry(month_of(&trade.text("traded_at"))).or_default();
        of.0 += 1;
        of.1 += trade.whole("m2");
        of.2 += fen(&trade.text("township_share"));
    }
    let sum = |list: &[Facts], path: &str| -> String {
        cny(list.iter().map(|one| fen(&one.text(path))).sum())
    };
    let sheet = Sheet::new(ask.t("分成收入", "Our share"))
        .under("/township", ask.t("我的工作台", "My desk"));
    let spent_now =
        ("spent", "支出已录入，财政局审核后生效。", "Entered; the finance bureau checks it.");
    let sheet = told(&ask, sheet, &[spent_now]).figures(vec![
        Figure::of(ask.t("应收未拨", "Due"), say.yuan(&sum(&balances, "balance")))
            .note(ask.t("已成交、尚未到账", "traded, not yet received")),
        Figure::of(ask.t("已到账", "Received"), say.yuan(&sum(&spent, "paid_out"))),
        Figure::of(ask.t("已支出", "Spent"), say.yuan(&sum(&spent, "spent"))),
        Figure::of(ask.t("结余", "Left"), say.yuan(&sum(&spent, "left"))),
    ]);
    let rows = months.iter().rev().map(|(month, (count, m2, share))| {
        vec![
            cell(say.month(month)).to(format!("/township/shares/{month}")),
            cell(say.count(*count)).number(),
            cell(say.m2(*m2)).number(),
            cell(say.yuan(&cny(*share))).number(),
        ]
    });
    let columns = [
        ask.t("月份", "Month"),
        ask.t("成交笔数", "Trades"),
        ask.t("成交面积", "Area"),
        ask.t("乡镇分成", "Township share"),
    ];
    let by_month =
        Table::of(ask.t("按月", "By month"), &columns).rows(rows.collect()).empty(ask.t(
            "还没有成交。指标售出后，分成会自动记入。",
            "No trades yet. The share comes by itself once credits are sold.",
        ));
    let rows = spent.first().map(|one| one.items("purposes")).unwrap_or_default();
    let rows = rows.iter().map(|one| {
        vec![cell(word(say, &one.text("purpose"))), cell(say.yuan(&one.text("amount"))).number()]
    });
    let columns = [ask.t("用途", "Purpose"), ask.t("金额", "Amount")];
    let by_purpose = Table::of(ask.t("按用途支出", "Spent, by purpose"), &columns)
        .rows(rows.collect())
        .empty(ask.t("还没有支出记录。", "Nothing has been spent."));
    let rows = payouts.items("items");
    let rows = rows.iter().map(|one| {
        vec![
            cell(one.text("number")),
            cell(say.time(&one.text("entered_at"))),
            cell(say.yuan(&one.text("amount"))).number(),
            cell(word(say, &format!("payout.{}", one.text("state")))),
            cell(say.day_of(&one.text("paid_at"))),
        ]
    });
    let columns = [
        ask.t("拨付编号", "Payout"),
        ask.t("录入时间", "Entered"),
        ask.t("金额", "Amount"),
        ask.t("状态", "State"),
        ask.t("到账日期", "Received"),
    ];
    let paid = Table::of(ask.t("拨付记录", "Payouts"), &columns)
        .rows(rows.collect())
        .empty(ask.t("财政局还没有拨付。", "Nothing has been paid out yet."));
    let rows = spendings.items("items");
    let rows = rows.iter().map(|one| {
        vec![
            cell(say.day(&one.text("spent_on"))),
            cell(word(say, &one.text("purpose"))),
            cell(one.text("payee")),
            cell(vouchers(&ask, one)),
            cell(say.yuan(&one.text("amount"))).number(),
            cell(word(say, &one.text("state"))),
        ]
    });
    let columns = [
        ask.t("日期", "Day"),
        ask.t("用途", "Purpose"),
        ask.t("收款人", "Payee"),
        ask.t("凭证", "Vouchers"),
        ask.t("金额", "Amount"),
        ask.t("状态", "State"),
    ];
    let spent = Table::of(ask.t("支出明细", "Spending"), &columns)
        .rows(rows.collect())
        .empty(ask.t("还没有支出记录。", "Nothing has been spent."));
    Ok(sheet
        .table(by_month)
        .links(vec![
            Link::to("/township/new-spending", ask.t("录入支出", "Enter a spending")).strong(),
        ])
        .table(by_purpose)
        .table(spent)
        .table(paid)
        .into())
}

/// The papers of a spending: their numbers, days and amounts.
fn vouchers(ask: &Ask, one: &Facts) -> String {
    let each = one.items("vouchers").into_iter().map(|it| {
        let (day, amount) = (ask.say.day(&it.text("issued_on")), ask.say.yuan(&it.text("amount")));
        format!("{} · {day} · {amount}", it.text("number"))
    });
    each.collect::<Vec<_>>().join("；")
}

pub(super) async fn month(ask: Ask) -> Answer<Shown> {
    let month = ask.part("month");
    let say = &ask.say;
    let mut trades = trades(&ask).await?;
    trades.retain(|trade| month_of(&trade.text("traded_at")) == month);
    let share: i64 = trades.iter().map(|trade| fen(&trade.text("township_share"))).sum();
    let amount: i64 = trades.iter().map(|trade| fen(&trade.text("amount"))).sum();
    let rows = trades.iter().map(|one| {
        vec![
            cell(one.text("number")),
            cell(say.time(&one.text("traded_at"))),
            cell(word(say, &one.text("source"))),
            cell(say.m2(one.whole("m2"))).number(),
            cell(say.price(&one.text("price_per_mu"))).number(),
            cell(say.yuan(&one.text("amount"))).number(),
            cell(say.yuan(&one.text("township_share"))).number(),
        ]
    });
    let columns = [
        ask.t("成交编号", "Trade"),
        ask.t("时间", "Time"),
        ask.t("方式", "By"),
        ask.t("面积", "Area"),
        ask.t("单价", "Price"),
        ask.t("金额", "Amount"),
        ask.t("乡镇分成", "Township share"),
    ];
    Ok(Sheet::new(format!("{} {}", say.month(&month), ask.t("分成", "– our share")))
        .under("/township", ask.t("我的工作台", "My desk"))
        .under("/township/shares", ask.t("分成收入", "Our share"))
        .figures(vec![
            Figure::of(ask.t("乡镇分成", "Township share"), say.yuan(&cny(share))),
            Figure::of(ask.t("成交金额", "Amount traded"), say.yuan(&cny(amount))),
            Figure::of(
                ask.t("成交笔数", "Trades"),
                say.count(i64::try_from(trades.len()).unwrap_or_default()),
            ),
        ])
        .table(
            Table::of(ask.t("分成来自的成交", "The trades behind it"), &columns)
                .rows(rows.collect())
                .empty(ask.t("这个月没有成交。", "There were no trades in that month.")),
        )
        .text(ask.t(
            "列出的是本单位卖出的成交。批次跨几个乡镇的，乡镇分成按各自认定面积分到各乡镇，此处为合计。",
            "These are the trades that you sold. Where a batch lies in several townships, the share is divided by certified area; here stands the whole.",
        ))
        .into())
}
