//! A developer: buys, pays in, holds, retires, and takes the certificate along.

mod buying;
mod deposits;
mod retiring;

use crate::kernel::actor::Role;
use crate::kernel::problem::Answer;
use crate::site::words::{grade, word};
use crate::web::pages::{Ask, Figure, Link, Page, Pages, Sheet, Shown, Table, cell};

const BOTH: &[Role] = &[Role::Developer, Role::DeveloperDirector];
const OFFICER: &[Role] = &[Role::Developer];

pub(super) fn pages() -> Pages {
    Pages::of(vec![
        Page::of_roles("/developer", BOTH, home),
        Page::of_roles("/developer/certificates/{certificate_id}", BOTH, retiring::paper),
        Page::of_roles("/developer/deposits", BOTH, deposits::deposits),
        Page::of_roles("/developer/deposits/{notice_id}", BOTH, deposits::deposit),
        Page::of_roles("/developer/new-deposit", OFFICER, deposits::new).with_form(),
        Page::of_roles("/developer/new-retirement/{occupation_id}", BOTH, retiring::new)
            .with_form(),
        Page::of_roles("/developer/purchases/{listing_id}", OFFICER, buying::buy).with_form(),
        Page::of_roles("/developer/retirements", BOTH, retiring::retirements),
        Page::of_roles("/developer/retirements/{retirement_id}", BOTH, retiring::retirement)
            .with_form(),
        Page::of_roles("/developer/trades/{trade_id}", BOTH, buying::trade),
    ])
}

async fn home(ask: Ask) -> Answer<Shown> {
    let me = ask.get("/api/v1/me").await?;
    let cash = ask.get("/api/v1/cash-balances").await?.items("");
    let holdings = ask.get("/api/v1/holdings").await?.items("");
    let trades = ask.get("/api/v1/trades?limit=20").await?;
    let occupations = ask.get("/api/v1/occupations?limit=20").await?;
    let say = &ask.say;
    let mut figures = Vec::new();
    for one in &cash {
        let county = ask.region(&one.text("county")).await?;
        figures.push(
            Figure::of(ask.t("可用资金", "Money to spend"), say.yuan(&one.text("available"))).note(
                format!(
                    "{county} · {} {}",
                    ask.t("已预留", "reserved"),
                    say.yuan(&one.text("reserved"))
                ),
            ),
        );
    }
    let free: i64 = holdings
        .iter()
        .filter(|one| one.text("bucket") == "available")
        .map(|one| one.whole("m2"))
        .sum();
    figures.push(Figure::of(ask.t("可核销指标", "Credits to retire"), say.m2(free)));
    let mut sheet = Sheet::new(me.text("organisation/name"))
        .lead(format!("{} · {}", me.text("user/display_name"), word(say, &me.text("user/role"))))
        .figures(figures)
        .links(vec![
            Link::to("/listings", ask.t("查找指标", "Find credits")).strong(),
            Link::to("/developer/deposits", ask.t("缴款", "Pay in")),
            Link::to("/developer/retirements", ask.t("核销与证明", "Retirements")),
        ]);
    if cash.is_empty() {
        sheet = sheet.note(ask.t(
            "账户中还没有资金。先在“缴款”取得缴款码，转账到账后即可购买。",
            "There is no money yet. Take a reference under “Payments in” and transfer it; then you can buy.",
        ));
    }
    let mut rows = Vec::new();
    for one in &holdings {
        let id = one.text("batch_id");
        let batch = ask.get(&format!("/api/v1/batches/{id}")).await?;
        rows.push(vec![
            cell(batch.text("number")).to(format!("/batches/{id}")),
            cell(ask.region(&batch.text("county")).await?),
            cell(word(say, &batch.text("wetland_type"))),
            cell(grade(say, &batch.text("grade"))),
            cell(say.m2_mu(one.whole("m2"))).number(),
            cell(word(say, &one.text("bucket"))),
        ]);
    }
    let columns = [
        ask.t("批次", "Batch"),
        ask.t("县区", "County"),
        ask.t("湿地类型", "Type"),
        ask.t("等级", "Grade"),
        ask.t("面积", "Area"),
        ask.t("状态", "State"),
    ];
    sheet =
        sheet.table(Table::of(ask.t("我的指标", "My credits"), &columns).rows(rows).empty(
            ask.t("还没有指标。可从挂牌中购买。", "No credits yet. Buy from the listings."),
        ));
    let rows = occupations.items("items").into_iter().map(|one| {
        let open = ["submitted", "accepted"].contains(&one.text("state").as_str());
        let retire = cell(ask.t("核销指标", "Retire credits"))
            .to(format!("/developer/new-retirement/{}", one.text("id")));
        vec![
            cell(one.text("number")),
            cell(one.text("project_name")),
            cell(say.area(&one.text("area_m2"))).number(),
            cell(word(say, &format!("occupation.{}", one.text("state")))),
            if open { retire } else { cell("") },
        ]
    });
    let columns = [
        ask.t("申请编号", "Application"),
        ask.t("建设项目", "Project"),
        ask.t("占用面积", "Area"),
        ask.t("状态", "State"),
        ask.t("办理", "Do"),
    ];
    sheet = sheet.table(
        Table::of(ask.t("占用申请", "Applications to occupy"), &columns)
            .rows(rows.collect())
            .empty(ask.t("还没有占用申请。", "There are no applications.")),
    );
    let rows = trades.items("items").into_iter().map(|one| {
        vec![
            cell(one.text("number")).to(format!("/developer/trades/{}", one.text("id"))),
            cell(say.time(&one.text("traded_at"))),
            cell(say.m2(one.whole("m2"))).number(),
            cell(say.price(&one.text("price_per_mu"))).number(),
            cell(say.yuan(&one.text("amount"))).number(),
        ]
    });
    let columns = [
        ask.t("成交编号", "Trade"),
        ask.t("时间", "Time"),
        ask.t("面积", "Area"),
        ask.t("单价", "Price"),
        ask.t("金额", "Amount"),
    ];
    Ok(sheet
        .table(
            Table::of(ask.t("最近成交", "Newest trades"), &columns)
                .rows(rows.collect())
                .empty(ask.t("还没有成交。", "No trades yet.")),
        )
        .into())
}
