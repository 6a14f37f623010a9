//! Auctions, and one of them.

use crate::kernel::actor::Role;
use crate::kernel::problem::{Answer, Failure, Problem};
use crate::site::parts::{command, county_field, mended, told};
use crate::site::words::{choices, grade, word};
use crate::web::pages::{Ask, Facts, Field, Figure, Form, Link, Sheet, Shown, Table, cell};

const STATES: &[&str] = &[
    "announced",
    "open",
    "drawing",
    "noticed",
    "confirmed",
    "ended",
    "failed",
    "withdrawn",
    "cancelled",
];

pub(super) async fn auctions(ask: Ask) -> Answer<Shown> {
    let passed = ask.passed(&["state", "kind", "county", "cursor"]);
    let list = ask.get(&format!("/api/v1/auctions?limit=50{passed}")).await?;
    let say = &ask.say;
    let kinds = ["auction.open", "auction.sealed", "auction.uniform"];
    let filter = Form::ask("/auctions", ask.t("筛选", "Filter"))
        .field(county_field(&ask).await?)
        .field(
            Field::choice(
                "kind",
                ask.t("方式", "Kind"),
                choices(say, ask.t("全部方式", "All kinds"), &kinds),
            )
            .value(ask.query("kind")),
        )
        .field(
            Field::choice(
                "state",
                ask.t("状态", "State"),
                choices(say, ask.t("全部状态", "All states"), STATES),
            )
            .value(ask.query("state")),
        );
    let rows = list.items("items").into_iter().map(|one| {
        vec![
            cell(one.text("number")).to(format!("/auctions/{}", one.text("id"))),
            cell(one.text("seller_name")),
            cell(word(say, &format!("auction.{}", one.text("kind")))),
            cell(say.m2(one.whole("m2"))).number(),
            cell(say.price(&one.text("start_price_per_mu"))).number(),
            cell(say.price(&one.text("highest_price_per_mu"))).number(),
            cell(say.time(&one.text("ends_at"))),
            cell(state(&ask, &one)),
        ]
    });
    let columns = [
        ask.t("编号", "Number"),
        ask.t("卖方", "Seller"),
        ask.t("方式", "Kind"),
        ask.t("面积", "Area"),
        ask.t("起始价", "Start price"),
        ask.t("当前最高价", "Highest so far"),
        ask.t("截止", "Ends"),
        ask.t("状态", "State"),
    ];
    let pairs = ["state", "kind", "county"].map(|name| (name, ask.query(name)));
    Ok(Sheet::new(ask.t("竞价", "Auctions"))
        .lead(ask.t(
            "竞价在开始前至少公告 7 天。交纳保证金后方可出价。",
            "An auction is announced at least 7 days ahead; who bids pays a deposit first.",
        ))
        .form(filter)
        .table(
            Table::of("", &columns)
                .rows(rows.collect())
                .empty(ask.t(
                    "没有符合条件的竞价。可放宽筛选条件，或查看挂牌。",
                    "No auction fits. Ask for less, or look at the listings.",
                ))
                .next(&list, say, "/auctions", &pairs),
        )
        .into())
}

fn state(ask: &Ask, one: &Facts) -> String {
    let name = if one.yes("suspended") { "suspended".to_owned() } else { one.text("state") };
    word(&ask.say, &name)
}

pub(super) async fn auction(ask: Ask) -> Answer<Shown> {
    let id = ask.part("auction_id");
    let Some(sent) = &ask.sent else { return Ok(shown(&ask, &id, None).await?.into()) };
    let body = sent.json(&["author", "contact", "said"], &[]);
    match ask.post(&format!("/api/v1/auctions/{id}/objections"), &body).await {
        Ok(_) => Ok(Shown::see(format!("/auctions/{id}?done=objected"))),
        Err(Failure::Refused(problem)) => {
            let sheet = shown(&ask, &id, Some(&problem)).await?;
            ask.again(Failure::Refused(problem), |_| sheet)
        }
        Err(failure) => Err(failure),
    }
}

async fn shown(ask: &Ask, id: &str, problem: Option<&Problem>) -> Answer<Sheet> {
    let one = ask.get(&format!("/api/v1/auctions/{id}")).await?;
    let passed = ask.passed(&["cursor"]);
    let bids = ask.find(&format!("/api/v1/auctions/{id}/bids?limit=50{passed}")).await?;
    let say = &ask.say;
    let county = ask.region(&one.text("county")).await?;
    let reserve = match (one.yes("reserve_secret"), one.has("reserve_price_per_mu")) {
        (_, true) => say.price(&one.text("reserve_price_per_mu")),
        (true, false) => ask.t("有，保密", "there is one, kept secret").to_owned(),
        (false, false) => ask.t("无", "none").to_owned(),
    };
    let mut sheet = Sheet::new(format!("{} {}", ask.t("竞价", "Auction"), one.text("number")))
        .under("/auctions", ask.t("竞价", "Auctions"));
    sheet = told(
        ask,
        sheet,
        &[(
            "objected",
            "异议已提出，运营中心将在三日内决定是否受理。",
            "Objected; the centre decides within three days whether to take it up.",
        )],
    );
    sheet = sheet
        .figures(vec![
            Figure::of(ask.t("状态", "State"), state(ask, &one)),
            Figure::of(ask.t("面积", "Area"), say.m2(one.whole("m2"))),
            Figure::of(
                ask.t("当前最高价", "Highest so far"),
                say.price(&one.text("highest_price_per_mu")),
            )
            .note(format!(
                "{} {}",
                say.count(one.whole("bids")),
                ask.t("次出价", "bids")
            )),
        ])
        .facts(vec![
            (ask.t("卖方", "Seller"), cell(one.text("seller_name"))),
            (ask.t("县区", "County"), cell(county)),
            (
                ask.t("指标批次", "Batch"),
                cell(one.text("batch_number")).to(format!("/batches/{}", one.text("batch_id"))),
            ),
            (ask.t("方式", "Kind"), cell(word(say, &format!("auction.{}", one.text("kind"))))),
            (ask.t("湿地类型", "Type of wetland"), cell(word(say, &one.text("wetland_type")))),
            (ask.t("质量等级", "Grade"), cell(grade(say, &one.text("grade")))),
            (ask.t("面积", "Area"), cell(say.m2_mu(one.whole("m2")))),
            (ask.t("起始价", "Start price"), cell(say.price(&one.text("start_price_per_mu")))),
            (ask.t("加价幅度", "Step"), cell(say.price(&one.text("step_per_mu")))),
            (ask.t("保留价", "Reserve price"), cell(reserve)),
            (
                ask.t("保证金", "Deposit"),
                cell(format!(
                    "{}（{}%）",
                    say.yuan(&one.text("deposit")),
                    one.text("deposit_percent")
                )),
            ),
            (ask.t("公告时间", "Announced"), cell(say.time(&one.text("announced_at")))),
            (ask.t("开始", "Opens"), cell(say.time(&one.text("opens_at")))),
            (ask.t("截止", "Ends"), cell(say.time(&one.text("ends_at")))),
        ]);
    let awards = one.items("awards");
    if !awards.is_empty() {
        let rows = awards.iter().map(|award| {
            vec![
                cell(award.text("bidder_name")),
                cell(say.m2(award.whole("m2"))).number(),
                cell(say.price(&award.text("price_per_mu"))).number(),
                cell(say.yuan(&award.text("amount"))).number(),
                cell(word(say, &award.text("state"))),
            ]
        });
        let columns = [
            ask.t("竞得人", "Winner"),
            ask.t("面积", "Area"),
            ask.t("单价", "Price"),
            ask.t("金额", "Amount"),
            ask.t("状态", "State"),
        ];
        sheet = sheet.table(Table::of(ask.t("结果", "Result"), &columns).rows(rows.collect()));
    }
    let objections = one.items("objections");
    if !objections.is_empty() {
        let rows = objections.iter().map(|objection| {
            vec![
                cell(objection.text("number")),
                cell(say.time(&objection.text("made_at"))),
                cell(word(say, &objection.text("state"))),
                cell(objection.text("answer")),
            ]
        });
        let columns = [
            ask.t("编号", "Number"),
            ask.t("提出时间", "Made"),
            ask.t("状态", "State"),
            ask.t("答复", "Answer"),
        ];
        sheet = sheet.table(Table::of(ask.t("异议", "Objections"), &columns).rows(rows.collect()));
    }
    let bids = bids.unwrap_or_default();
    let rows = bids.items("items").into_iter().map(|bid| {
        let own = if bid.yes("own") { ask.t("（本单位）", " (yours)") } else { "" };
        vec![
            cell(format!("{} {}{own}", ask.t("竞买人", "Bidder"), bid.text("bidder"))),
            cell(say.time(&bid.text("bid_at"))),
            cell(say.m2(bid.whole("m2"))).number(),
            cell(say.price(&bid.text("price_per_mu"))).number(),
        ]
    });
    let columns = [
        ask.t("竞买人", "Bidder"),
        ask.t("时间", "Time"),
        ask.t("面积", "Area"),
        ask.t("出价", "Bid"),
    ];
    let path = format!("/auctions/{id}");
    sheet = sheet
        .table(
            Table::of(ask.t("出价记录", "Bids"), &columns)
                .rows(rows.collect())
                .empty(ask.t(
                    "还没有可公开的出价。密封报价在截止前不公开。",
                    "No bids to show yet. Sealed bids are not shown before the end.",
                ))
                .next(&bids, say, &path, &[]),
        )
        .links(ways(ask, &one));
    if one.text("state") == "noticed" {
        sheet = sheet.form(objection(ask, problem));
    }
    Ok(sheet)
}

/// What the reader may do here, by their role.
fn ways(ask: &Ask, one: &Facts) -> Vec<Link> {
    let id = one.text("id");
    let mut links = vec![Link::to(format!("/auctions/{id}"), ask.t("刷新", "Reload"))];
    let own = ask.actor().is_some_and(|it| it.organisation_id.to_string() == one.text("seller_id"));
    let way = match ask.actor().map(|actor| actor.role) {
        Some(Role::Developer) => {
            let text = ask.t("交保证金、出价", "Deposit and bid");
            Some(Link::to(format!("/developer/auctions/{id}"), text))
        }
        Some(Role::TownshipOfficer) if own => {
            let text = ask.t("管理本场竞价", "Manage this auction");
            Some(Link::to(format!("/township/auctions/{id}"), text))
        }
        _ => None,
    };
    links.extend(way.map(Link::strong));
    links
}

fn objection(ask: &Ask, problem: Option<&Problem>) -> Form {
    let form = command(
        ask,
        "object",
        ask.t("提出异议", "Object"),
        ask.t("对竞价结果有异议", "Object to the result"),
    )
    .field(Field::text("author", ask.t("姓名或单位", "Who objects")).required())
    .field(Field::text("contact", ask.t("联系方式", "How to reach you")).required())
    .field(Field::long("said", ask.t("异议内容", "What is wrong")).required());
    mended(ask, "object", form, problem)
}
