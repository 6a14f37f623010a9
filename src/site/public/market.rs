//! Listings, prices and trades.

use crate::kernel::actor::Role;
use crate::kernel::problem::Answer;
use crate::site::chart;
use crate::site::parts::{filter, grades, type_field};
use crate::site::places::{counties, county};
use crate::site::words::{choices, grade, word};
use crate::web::pages::{
    Ask, Block, Cell, Facts, Field, Figure, Form, Link, Sheet, Shown, Table, cell,
};

pub(super) async fn listings(ask: Ask) -> Answer<Shown> {
    let asked = ["state", "county", "wetland_type", "grade_max"];
    // Who looks for credits looks for those that can be bought.
    let state = match (ask.query("state"), ask.query("all")) {
        ("", "") => "&state=open",
        _ => "",
    };
    let passed = ask.passed(&["state", "county", "wetland_type", "grade_max", "cursor"]);
    let list = ask.get(&format!("/api/v1/listings?limit=50{state}{passed}")).await?;
    let say = &ask.say;
    let items = list.items("items");
    let filter = filter(&ask, "/listings")
        .await?
        .field(
            Field::choice(
                "grade_max",
                ask.t("质量等级不低于", "Grade no worse than"),
                grades(&ask),
            )
            .value(ask.query("grade_max")),
        )
        .field(Field::choice("state", ask.t("状态", "State"), states(&ask)).value(match state {
            "" => ask.query("state"),
            _ => "open",
        }))
        .hidden("all", "1");
    let table = Table::of("", &columns(&ask))
        .rows(items.iter().map(|one| row(&ask, one)).collect())
        .empty(ask.t(
            "没有符合条件的挂牌。可放宽筛选条件，或到“求购”页查看买方需求。",
            "No listing fits. Ask for less, or look at what buyers want under “Demand”.",
        ));
    let pairs: Vec<(&str, &str)> =
        asked.iter().copied().chain(["all"]).map(|name| (name, ask.query(name))).collect();
    let table = table.next(&list, say, "/listings", &pairs);
    Ok(Sheet::new(ask.t("挂牌", "Listings"))
        .lead(ask.t(
            "卖方按固定单价出售的指标。1 个指标即 1 平方米经核算认定的修复湿地。",
            "Credits for sale at a fixed price. One credit is one square metre of certified restored wetland.",
        ))
        .form(filter)
        .table(table)
        .into())
}

fn states(ask: &Ask) -> Vec<(String, String)> {
    choices(&ask.say, ask.t("全部状态", "All states"), &["open", "sold", "withdrawn", "expired"])
}

pub(super) fn columns(ask: &Ask) -> [&'static str; 7] {
    [
        ask.say.t("编号", "Number"),
        ask.say.t("卖方", "Seller"),
        ask.say.t("类型", "Type"),
        ask.say.t("等级", "Grade"),
        ask.say.t("剩余", "Left"),
        ask.say.t("单价", "Price"),
        ask.say.t("状态", "State"),
    ]
}

pub(super) fn row(ask: &Ask, one: &Facts) -> Vec<Cell> {
    let say = &ask.say;
    vec![
        cell(one.text("number")).to(format!("/listings/{}", one.text("id"))),
        cell(one.text("seller_name")),
        cell(word(say, &one.text("wetland_type"))),
        cell(grade(say, &one.text("grade"))),
        cell(say.m2(one.whole("left_m2"))).number(),
        cell(say.price(&one.text("price_per_mu"))).number(),
        cell(state(ask, one)),
    ]
}

fn state(ask: &Ask, one: &Facts) -> String {
    let name = if one.yes("suspended") { "suspended".to_owned() } else { one.text("state") };
    word(&ask.say, &name)
}

pub(super) async fn listing(ask: Ask) -> Answer<Shown> {
    let id = ask.part("listing_id");
    let one = ask.get(&format!("/api/v1/listings/{id}")).await?;
    let say = &ask.say;
    let county = ask.region(&one.text("county")).await?;
    let mut sheet = Sheet::new(format!("{} {}", ask.t("挂牌", "Listing"), one.text("number")))
        .under("/listings", ask.t("挂牌", "Listings"))
        .figures(vec![
            Figure::of(ask.t("单价", "Price"), say.price(&one.text("price_per_mu"))),
            Figure::of(ask.t("剩余面积", "Left"), say.m2(one.whole("left_m2"))),
            Figure::of(ask.t("状态", "State"), state(&ask, &one)),
        ])
        .facts(vec![
            (ask.t("卖方", "Seller"), cell(one.text("seller_name"))),
            (ask.t("县区", "County"), cell(county)),
            (
                ask.t("指标批次", "Batch"),
                cell(one.text("batch_number")).to(format!("/batches/{}", one.text("batch_id"))),
            ),
            (ask.t("湿地类型", "Type of wetland"), cell(word(say, &one.text("wetland_type")))),
            (ask.t("质量等级", "Grade"), cell(grade(say, &one.text("grade")))),
            (ask.t("挂牌面积", "Listed"), cell(say.m2_mu(one.whole("m2")))),
            (ask.t("剩余面积", "Left"), cell(say.m2_mu(one.whole("left_m2")))),
            (ask.t("挂牌时间", "Listed at"), cell(say.time(&one.text("listed_at")))),
            (
                ask.t("有效期至", "Valid to"),
                cell(match one.has("valid_to") {
                    true => say.day(&one.text("valid_to")),
                    false => ask.t("撤回前一直有效", "until it is withdrawn").to_owned(),
                }),
            ),
        ]);
    let open = one.text("state") == "open" && !one.yes("suspended");
    let role = ask.actor().map(|actor| actor.role);
    let seller = ask.actor().map(|actor| actor.organisation_id.to_string());
    sheet = match role {
        Some(Role::Developer) if open => sheet.links(vec![
            Link::to(format!("/developer/purchases/{id}"), ask.t("购买", "Buy")).strong(),
        ]),
        Some(Role::TownshipOfficer) if open && seller == Some(one.text("seller_id")) => sheet
            .links(vec![Link::to(
                format!("/township/listings/{id}/withdrawal"),
                ask.t("撤回挂牌", "Withdraw"),
            )]),
        None if open => sheet.note(ask.t(
            "购买须由建设单位经办人登录后办理。",
            "A developer's officer buys after logging in.",
        )),
        _ if !open => {
            sheet.note(ask.t("该挂牌目前不能购买。", "It cannot be bought at the moment."))
        }
        _ => sheet,
    };
    Ok(sheet.into())
}

pub(super) async fn prices(ask: Ask) -> Answer<Shown> {
    let region = county(&ask).await?;
    let passed = ask.passed(&["wetland_type", "grade", "from", "to"]);
    let query = format!("region={region}{passed}");
    let index = ask.get(&format!("/api/v1/public/price-index?{query}")).await?;
    let say = &ask.say;
    let points = index.items("points");
    let name = ask.region(&region).await?;
    let mut sheet = Sheet::new(ask.t("价格指数", "Price index"))
        .lead(format!("{name} · {} – {}", say.day(&index.text("from")), say.day(&index.text("to"))))
        .figures(vec![
            Figure::of(ask.t("加权均价", "Weighted price"), say.price(&index.text("price_per_mu"))),
            Figure::of(ask.t("成交面积", "Area traded"), say.m2(index.whole("m2"))),
            Figure::of(ask.t("成交笔数", "Trades"), say.count(index.whole("trades"))),
        ]);
    let counties = counties(&ask).await?;
    sheet = sheet.form(
        Form::ask("/prices", ask.t("查看", "Show"))
            .field(Field::choice("county", ask.t("县区", "County"), counties).value(&region))
            .field(type_field(&ask))
            .field(
                Field::choice("grade", ask.t("质量等级", "Grade"), grades(&ask))
                    .value(ask.query("grade")),
            )
            .field(Field::date("from", ask.t("自", "From")).value(index.text("from")))
            .field(Field::date("to", ask.t("至", "To")).value(index.text("to"))),
    );
    sheet = match chart::prices(&points, say) {
        Some(svg) => {
            sheet.block(Block::Picture { svg, caption: chart::legend(say).to_owned(), zoom: false })
        }
        None => sheet.note(ask.t(
            "该时期没有计入指数的成交。请放宽日期或类型。",
            "No trade of that time counts for the index. Ask for more days or types.",
        )),
    };
    let rows = index.items("kinds").into_iter().map(|kind| {
        vec![
            cell(word(say, &kind.text("wetland_type"))),
            cell(grade(say, &kind.text("grade"))),
            cell(say.price(&kind.text("price_per_mu"))).number(),
            cell(say.m2(kind.whole("m2"))).number(),
            cell(say.count(kind.whole("trades"))).number(),
        ]
    });
    let columns = [
        ask.t("湿地类型", "Type"),
        ask.t("等级", "Grade"),
        ask.t("加权均价", "Weighted price"),
        ask.t("成交面积", "Area"),
        ask.t("笔数", "Trades"),
    ];
    let table = Table::of(ask.t("分类型、等级", "By type and grade"), &columns)
        .rows(rows.collect())
        .empty(ask.t("没有成交。", "No trades."))
        .export(Link::to(
            format!("/api/v1/public/price-index.csv?{query}"),
            ask.t("下载指数（CSV）", "Download the index (CSV)"),
        ));
    Ok(sheet
        .table(table)
        .text(ask.t(
            "指数为成交金额除以成交面积；关联方之间的成交和已冲正的成交不计入。",
            "The index is amount over area; trades between related parties and those undone do not count.",
        ))
        .into())
}

pub(super) async fn trades(ask: Ask) -> Answer<Shown> {
    let names = ["county", "wetland_type", "from", "to"];
    let passed = ask.passed(&["county", "wetland_type", "from", "to", "cursor"]);
    let list = ask.get(&format!("/api/v1/public/trades?limit=50{passed}")).await?;
    let say = &ask.say;
    let filter = filter(&ask, "/trades")
        .await?
        .field(Field::date("from", ask.t("自", "From")).value(ask.query("from")))
        .field(Field::date("to", ask.t("至", "To")).value(ask.query("to")));
    let export = ask.passed(&names);
    let table = trade_table(&ask, "", &list)
        .next(&list, say, "/trades", &names.map(|name| (name, ask.query(name))))
        .export(Link::to(
            format!("/api/v1/public/trades.csv?{}", export.trim_start_matches('&')),
            ask.t("下载成交记录（CSV）", "Download the trades (CSV)"),
        ));
    Ok(Sheet::new(ask.t("成交", "Trades")).form(filter).table(table).into())
}

pub(super) fn trade_table(ask: &Ask, caption: &str, list: &Facts) -> Table {
    let say = &ask.say;
    let columns = [
        ask.t("成交编号", "Trade"),
        ask.t("成交时间", "Time"),
        ask.t("批次", "Batch"),
        ask.t("湿地类型", "Type"),
        ask.t("面积", "Area"),
        ask.t("单价", "Price"),
        ask.t("金额", "Amount"),
    ];
    let rows = list.items("items").into_iter().map(|one| {
        let mut number = one.text("number");
        if one.yes("undone") {
            number.push_str(ask.t("（已冲正）", " (undone)"));
        }
        if one.yes("related") {
            number.push_str(ask.t("（关联方）", " (related parties)"));
        }
        vec![
            cell(number),
            cell(say.time(&one.text("traded_at"))),
            cell(one.text("batch_number")),
            cell(word(say, &one.text("wetland_type"))),
            cell(say.m2(one.whole("m2"))).number(),
            cell(say.price(&one.text("price_per_mu"))).number(),
            cell(say.yuan(&one.text("amount"))).number(),
        ]
    });
    Table::of(caption, &columns).rows(rows.collect()).empty(ask.t("还没有成交。", "No trades yet."))
}
