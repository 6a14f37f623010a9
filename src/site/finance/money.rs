//! The reconciliation of a time: the identity, and the three lists.

use crate::kernel::problem::Answer;
use crate::site::finance::account;
use crate::site::words::word;
use crate::web::pages::{Ask, Facts, Field, Figure, Form, Link, Sheet, Shown, Table, cell, today};

const MATCHED: (&str, &str, &str) = ("matched", "银行与账簿一致", "Matched");
const LISTS: [(&str, &str, &str); 3] = [
    MATCHED,
    ("bank_only", "银行有、账簿待处理", "At the bank only"),
    ("ledger_only", "账簿有、银行未到", "In the books only"),
];

pub(super) async fn reconciliation(ask: Ask) -> Answer<Shown> {
    let account = account(&ask).await?;
    let id = account.text("id");
    let today = today(ask.now);
    let from = match ask.query("from") {
        "" => format!("{}-01", today.get(..7).unwrap_or_default()),
        from => from.to_owned(),
    };
    let to = if ask.query("to").is_empty() { today } else { ask.query("to").to_owned() };
    let list = LISTS.iter().find(|(name, _, _)| *name == ask.query("list")).unwrap_or(&MATCHED);
    let filter = Form::ask("/finance/reconciliation", ask.t("查看", "Show"))
        .field(Field::date("from", ask.t("自", "From")).value(&from))
        .field(Field::date("to", ask.t("至", "To")).value(&to))
        .field(Field::choice("list", ask.t("清单", "List"), lists(&ask)).value(list.0));
    let mut sheet = Sheet::new(ask.t("对账", "Reconciliation"))
        .lead(format!("{} {}", account.text("name"), account.text("number")))
        .form(filter);
    let say = &ask.say;
    let query = format!("from={}&to={}", plain(&from), plain(&to));
    let path = format!("/api/v1/fee-accounts/{id}");
    sheet = match ask.find(&format!("{path}/reconciliation?{query}")).await? {
        Some(one) => summary(&ask, sheet, &one),
        None => sheet.note(ask.t(
            "这段时间没有完整的流水，先导入流水或调整日期。",
            "There is no complete statement of that time: import it, or choose other days.",
        )),
    };
    let passed = ask.passed(&["cursor"]);
    let name = list.0;
    let items = ask
        .get(&format!("{path}/reconciliation-items?list={name}&{query}&limit=50{passed}"))
        .await?;
    let rows = items.items("items").into_iter().map(|one| {
        let exception = one.text("exception");
        vec![
            cell(say.time(&one.text("at"))),
            cell(one.text("counterparty_name")),
            cell(one.text("text")),
            cell(say.yuan(&one.text("amount"))).number(),
            cell(say.yuan(&one.text("rest"))).number(),
            match exception.is_empty() {
                true => cell(""),
                // What the bank has and the books do not is mended among the exceptions.
                false => {
                    cell(word(say, &exception)).to(format!("/finance/exceptions?kind={exception}"))
                }
            },
        ]
    });
    let columns = [
        ask.t("时间", "Time"),
        ask.t("对方户名", "Counterparty"),
        ask.t("摘要", "Text"),
        ask.t("金额", "Amount"),
        ask.t("未处理", "Left"),
        ask.t("异常", "Exception"),
    ];
    let table = Table::of(ask.t(list.1, list.2), &columns)
        .rows(rows.collect())
        .empty(ask.t("这个清单是空的。", "This list is empty."))
        .next(
            &items,
            say,
            "/finance/reconciliation",
            &[("from", &from), ("to", &to), ("list", name)],
        );
    Ok(sheet
        .table(table)
        .links(vec![
            Link::to("/finance/exceptions", ask.t("处理异常流水", "Solve exceptions")).strong(),
            Link::to("/finance/statements", ask.t("导入流水", "Import a statement")),
            Link::to("/finance/closes", ask.t("结账", "Close periods")),
        ])
        .into())
}

fn plain(day: &str) -> String {
    day.chars().filter(|c| c.is_ascii_digit() || *c == '-').collect()
}

fn lists(ask: &Ask) -> Vec<(String, String)> {
    LISTS.map(|(name, zh, en)| (name.to_owned(), ask.t(zh, en).to_owned())).to_vec()
}

fn summary(ask: &Ask, sheet: Sheet, one: &Facts) -> Sheet {
    let say = &ask.say;
    let yuan = |path: &str| cell(say.yuan(&one.text(path)));
    let figure = |zh, en, path: &str| Figure::of(ask.t(zh, en), say.yuan(&one.text(path)));
    let sheet = sheet.figures(vec![
        figure("期初余额", "Opening", "opening"),
        figure("收入合计", "Credits", "total_credits"),
        figure("支出合计", "Debits", "total_debits"),
        figure("期末余额", "Closing", "closing"),
        figure("差异", "Difference", "difference"),
    ]);
    let sheet = match one.yes("identity/holds") {
        true => sheet.good(ask.t(
            "账实相符：银行余额 = 交易资金 + 分成结存 + 暂收款。",
            "The books agree: bank = cash + shares + suspense.",
        )),
        false => sheet.bad(ask.t("账实不符。", "The books do not agree.")),
    };
    sheet.facts(vec![
        (ask.t("交易资金", "Developers' cash"), yuan("identity/cash")),
        (ask.t("分成结存", "Shares"), yuan("identity/shares")),
        (ask.t("暂收款", "Suspense"), yuan("identity/suspense")),
        (ask.t("本期成交金额", "Traded in this time"), yuan("trades/amount")),
        (ask.t("本期拨付", "Paid out"), yuan("paid_out")),
        (ask.t("本期退款", "Refunded"), yuan("refunded")),
        (ask.t("异常流水合计", "Exceptions"), yuan("exceptions_sum")),
    ])
}
