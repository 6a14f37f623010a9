//! What buyers want: the orders that wait, and how much is wanted and offered by type and grade.

use crate::kernel::problem::Answer;
use crate::site::parts::{filter, grades, table};
use crate::site::places::county;
use crate::site::words::{grade, word};
use crate::web::pages::{Ask, Facts, Field, Link, Sheet, Shown, Table, cell, today};

const WEEK_S: i64 = 7 * 24 * 3600;

pub(super) async fn demand(ask: Ask) -> Answer<Shown> {
    let passed = ask.passed(&["county", "wetland_type", "grade", "cursor"]);
    let list = ask.get(&format!("/api/v1/public/demand?limit=50{passed}")).await?;
    let say = &ask.say;
    let mut rows = Vec::new();
    for one in list.items("items") {
        let buyer = one.text("buyer_name");
        let anonymous = ask.t("不公开", "not disclosed").to_owned();
        rows.push(vec![
            cell(if buyer.is_empty() { anonymous } else { buyer }),
            cell(ask.region(&one.text("county")).await?),
            cell(word(say, &one.text("wetland_type"))),
            cell(grade(say, &one.text("grade_max"))),
            cell(say.m2(one.whole("m2"))).number(),
            cell(say.price(&one.text("price_per_mu"))).number(),
            cell(say.day(&one.text("valid_to"))),
        ]);
    }
    let columns = [
        ("买方", "Buyer"),
        ("县区", "County"),
        ("湿地类型", "Type"),
        ("等级不低于", "Grade no worse than"),
        ("求购面积", "Wanted"),
        ("最高单价", "Highest price"),
        ("有效期至", "Valid to"),
    ];
    let own = Field::choice("grade", ask.t("您的指标等级", "Grade of your credits"), grades(&ask));
    let filter = filter(&ask, "/demand").await?.field(own.value(ask.query("grade")));
    let pairs = ["county", "wetland_type", "grade"].map(|name| (name, ask.query(name)));
    let orders = table(&ask, ("等待成交的买单", "Orders that wait"), &columns)
        .rows(rows)
        .empty(ask.t("目前没有等待成交的买单。", "No order waits at the moment."))
        .next(&list, say, "/demand", &pairs);
    let balance = supply_and_demand(&ask).await?;
    Ok(Sheet::new(ask.t("求购", "Demand"))
        .lead(ask.t(
            "买方已足额预留资金、正在等待成交的买单。",
            "Orders that wait, with the buyers' money reserved for them.",
        ))
        .form(filter)
        .table(orders)
        .table(balance)
        .links(vec![
            Link::to("/listings", ask.t("查看挂牌", "See the listings")),
            Link::to("/auctions", ask.t("查看竞价", "See the auctions")),
        ])
        .into())
}

/// What was wanted and offered at the end of the newest day that is known, by type and grade.
async fn supply_and_demand(ask: &Ask) -> Answer<Table> {
    let region = county(ask).await?;
    let from = today(ask.now.plus_seconds(-WEEK_S));
    let passed = ask.passed(&["wetland_type", "grade"]);
    let path = format!("/api/v1/public/demand-days?county={region}&from={from}{passed}");
    let mut days = ask.find(&path).await?.unwrap_or_default().items("items");
    let newest = days.iter().map(|one| one.text("day")).max().unwrap_or_default();
    days.retain(|one| one.text("day") == newest);
    let say = &ask.say;
    let row = |one: &Facts| {
        vec![
            cell(say.day(&one.text("day"))),
            cell(word(say, &one.text("wetland_type"))),
            cell(grade(say, &one.text("grade"))),
            cell(say.m2(one.whole("wanted_m2"))).number(),
            cell(say.m2(one.whole("offered_m2"))).number(),
            cell(say.m2(one.whole("short_m2"))).number(),
        ]
    };
    let columns = [
        ("日期", "Day"),
        ("湿地类型", "Type"),
        ("等级", "Grade"),
        ("求购", "Wanted"),
        ("在售", "On sale"),
        ("缺口", "Short"),
    ];
    Ok(table(ask, ("供需情况", "Supply and demand"), &columns)
        .rows(days.iter().map(row).collect())
        .empty(ask.t("近七天没有供需记录。", "Nothing was recorded in the last seven days.")))
}
