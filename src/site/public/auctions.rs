//! Auctions, and one of them.

use crate::kernel::actor::Role;
use crate::kernel::problem::{Answer, Problem};
use crate::site::auctions::{awards, bids, figures, state, terms};
use crate::site::parts::{after, command, county_field, mended, told};
use crate::site::words::{choices, word};
use crate::web::pages::{Ask, Facts, Field, Form, Link, Sheet, Shown, Table, cell};

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

pub(super) async fn auction(ask: Ask) -> Answer<Shown> {
    let id = ask.part("auction_id");
    let Some(sent) = &ask.sent else { return Ok(shown(&ask, &id, None).await?.into()) };
    let body = sent.json(&["author", "contact", "said"], &[]);
    let done = ask.post(&format!("/api/v1/auctions/{id}/objections"), &body).await;
    let to = format!("/auctions/{id}?done=objected");
    after(&ask, done, to, async |problem| shown(&ask, &id, Some(problem)).await).await
}

async fn shown(ask: &Ask, id: &str, problem: Option<&Problem>) -> Answer<Sheet> {
    let one = ask.get(&format!("/api/v1/auctions/{id}")).await?;
    let passed = ask.passed(&["cursor"]);
    let listed = ask.find(&format!("/api/v1/auctions/{id}/bids?limit=50{passed}")).await?;
    let say = &ask.say;
    let county = ask.region(&one.text("county")).await?;
    let sheet = Sheet::new(format!("{} {}", ask.t("竞价", "Auction"), one.text("number")))
        .under("/auctions", ask.t("竞价", "Auctions"));
    let done = (
        "objected",
        "异议已提出，主管部门将在三个工作日内决定是否受理。",
        "Objected; within three working days it is decided whether to take it up.",
    );
    let mut facts = terms(ask, &one);
    facts.insert(1, (ask.t("县区", "County"), cell(county)));
    let mut sheet = told(ask, sheet, &[done]).figures(figures(ask, &one)).facts(facts);
    if !one.items("awards").is_empty() {
        sheet = sheet.table(awards(ask, &one));
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
    let path = format!("/auctions/{id}");
    let listed = listed.unwrap_or_default();
    sheet = sheet.table(bids(ask, &listed).next(&listed, say, &path, &[])).links(ways(ask, &one));
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
