//! What shares were spent on: of all organisations as balances, of the treasury one by one.

use serde_json::json;

use crate::kernel::problem::{Answer, Problem};
use crate::site::finance::is_officer;
use crate::site::words::{choices, word};
use crate::web::pages::{Ask, Facts, Field, Form, Sheet, Shown, Table, cell, today, with};

const PURPOSES: &[&str] = &[
    "right_holder_compensation",
    "later_upkeep",
    "other_protection_cost",
    "dispute_mediation",
    "other_stability_work",
    "survey",
    "publicity",
    "expert_review",
    "organising_restoration",
    "design_tender",
    "budget",
    "acceptance",
    "other_directly_related",
    "restoration_cost",
];

pub(super) async fn spending(ask: Ask) -> Answer<Shown> {
    let passed = ask.passed(&["purpose", "cursor"]);
    let list = ask.get(&format!("/api/v1/spendings?limit=50{passed}")).await?;
    let balances = ask.get("/api/v1/spending-balances").await?;
    let projects = ask.get("/api/v1/projects?limit=200").await?;
    let Some(sent) = &ask.sent else {
        return Ok(shown(&ask, &list, &balances, &projects, None).into());
    };
    let names = ["purpose", "project_id", "amount", "spent_on", "payee", "reason"];
    // One paper covers the whole amount; several are entered one by one.
    let vouchers = json!([{
        "number": sent.text("number"),
        "issued_on": sent.text("issued_on"),
        "amount": sent.text("amount"),
    }]);
    let body = with(sent.json(&names, &[]), "vouchers", vouchers);
    match ask.post("/api/v1/spendings", &body).await {
        Ok(_) => Ok(Shown::see("/finance/spending?done=1")),
        Err(failure) => {
            ask.again(failure, |problem| shown(&ask, &list, &balances, &projects, problem))
        }
    }
}

fn shown(
    ask: &Ask,
    list: &Facts,
    balances: &Facts,
    projects: &Facts,
    problem: Option<&Problem>,
) -> Sheet {
    let say = &ask.say;
    let mut sheet = Sheet::new(ask.t("分成使用", "Spending of shares")).lead(ask.t(
        "各单位拨付到账的分成用在什么上；只能用于规定用途。",
        "What the shares that were paid out were spent on; only purposes of the rules count.",
    ));
    if ask.query("done") == "1" {
        sheet = sheet.good(ask.t("已登记。", "Kept."));
    }
    sheet = sheet.table(of_all(ask, balances));
    let filter = Form::ask("/finance/spending", ask.t("筛选", "Filter")).field(
        Field::choice(
            "purpose",
            ask.t("用途", "Purpose"),
            choices(say, ask.t("全部用途", "All purposes"), PURPOSES),
        )
        .value(ask.query("purpose")),
    );
    let rows = list.items("items").into_iter().map(|one| {
        let papers: Vec<String> =
            one.items("vouchers").iter().map(|voucher| voucher.text("number")).collect();
        vec![
            cell(say.day(&one.text("spent_on"))),
            cell(word(say, &one.text("purpose"))),
            cell(one.text("payee")),
            cell(say.yuan(&one.text("amount"))).number(),
            cell(papers.join(" ")),
            cell(word(say, &one.text("state"))),
        ]
    });
    let columns = [
        ask.t("支出日期", "Spent on"),
        ask.t("用途", "Purpose"),
        ask.t("收款人", "Payee"),
        ask.t("金额", "Amount"),
        ask.t("票据", "Papers"),
        ask.t("状态", "State"),
    ];
    sheet = sheet.form(filter).table(
        Table::of(ask.t("本单位支出", "What we spent"), &columns)
            .rows(rows.collect())
            .empty(ask.t("还没有登记支出。", "No spending was entered."))
            .next(list, say, "/finance/spending", &[("purpose", ask.query("purpose"))]),
    );
    if is_officer(ask) {
        sheet = sheet.form(ask.filled(entry(ask, projects), problem).once(ask.sent.as_ref()));
    }
    sheet
}

fn entry(ask: &Ask, projects: &Facts) -> Form {
    let today = today(ask.now);
    let purposes = PURPOSES.iter().map(|name| ((*name).to_owned(), word(&ask.say, name)));
    let none = (String::new(), ask.t("不属于项目", "none").to_owned());
    let of = |one: &Facts| (one.text("id"), format!("{} {}", one.text("number"), one.text("name")));
    let projects: Vec<_> =
        std::iter::once(none).chain(projects.items("items").iter().map(of)).collect();
    Form::post("/finance/spending", ask.t("登记支出", "Enter the spending"))
        .legend(ask.t("登记县财政分成支出", "Spending of the treasury's share"))
        .field(Field::choice("purpose", ask.t("用途", "Purpose"), purposes.collect()))
        .field(
            Field::choice("project_id", ask.t("修复项目", "Project"), projects)
                .hint(ask.t("修复费用须选择项目。", "For restoration cost, and only for it.")),
        )
        .field(Field::number("amount", ask.t("金额（元）", "Amount (CNY)")).required())
        .field(Field::date("spent_on", ask.t("支出日期", "Spent on")).required().value(&today))
        .field(Field::text("payee", ask.t("收款人", "Payee")).required())
        .field(Field::text("number", ask.t("票据号", "Number of the paper")).required())
        .field(Field::date("issued_on", ask.t("票据日期", "Its day")).required().value(&today))
        .field(Field::text("reason", ask.t("说明", "Note")))
}

fn of_all(ask: &Ask, balances: &Facts) -> Table {
    let say = &ask.say;
    let rows = balances.items("").into_iter().map(|one| {
        let purposes = one.items("purposes").into_iter().map(|spent| {
            let purpose = word(say, &spent.text("purpose"));
            format!("{purpose} {}", say.yuan(&spent.text("amount")))
        });
        vec![
            cell(one.text("organisation_name")),
            cell(word(say, &one.text("share"))),
            cell(say.yuan(&one.text("paid_out"))).number(),
            cell(say.yuan(&one.text("spent"))).number(),
            cell(say.yuan(&one.text("left"))).number(),
            cell(purposes.collect::<Vec<_>>().join(ask.t("；", "; "))),
        ]
    });
    let columns = [
        ask.t("单位", "Organisation"),
        ask.t("分成", "Share"),
        ask.t("已拨付", "Paid out"),
        ask.t("已使用", "Spent"),
        ask.t("结余", "Left"),
        ask.t("用途", "Purposes"),
    ];
    Table::of(ask.t("各单位使用情况", "All organisations"), &columns)
        .rows(rows.collect())
        .empty(ask.t("还没有拨付到账的分成。", "No share has been paid out yet."))
}
