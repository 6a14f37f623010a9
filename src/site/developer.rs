//! A developer: applies, finds credits, orders, bids and negotiates, pays in, holds, retires, and takes
//! the certificate along.

mod applying;
mod auctions;
mod buying;
mod deposits;
mod finding;
pub(super) mod limits;
mod occupations;
mod orders;
mod permits;
mod refunds;
mod retiring;
mod sales;

use crate::kernel::actor::Role;
use crate::kernel::problem::Answer;
use crate::site::words::word;
use crate::site::{insurance, parts, pledges, transfers};
use crate::web::pages::{Ask, Cell, Figure, Link, Page, Pages, Sheet, Shown, Table, cell};

const BOTH: &[Role] = &[Role::Developer, Role::DeveloperDirector];
const OFFICER: &[Role] = &[Role::Developer];

pub(super) fn pages() -> Pages {
    let own = Pages::of(vec![
        Page::of_roles("/developer", BOTH, home),
        Page::of_roles("/developer/auctions", BOTH, auctions::auctions),
        Page::of_roles("/developer/auctions/{auction_id}", BOTH, auctions::auction).with_form(),
        Page::of_roles("/developer/certificates/{certificate_id}", BOTH, retiring::paper),
        Page::of_roles("/developer/credits/{occupation_id}", BOTH, finding::for_occupation),
        Page::of_roles("/developer/deposits", BOTH, deposits::deposits),
        Page::of_roles("/developer/deposits/{payment_id}", BOTH, deposits::deposit),
        Page::of_roles("/developer/documents/{file_id}", BOTH, occupations::document),
        Page::of_roles("/developer/limit", BOTH, limits::limit).with_form(),
        Page::of_roles("/developer/new-deposit", OFFICER, deposits::new).with_form(),
        Page::of_roles("/developer/new-occupation", OFFICER, applying::apply).with_form(),
        Page::of_roles("/developer/new-order", OFFICER, orders::place).with_form(),
        Page::of_roles("/developer/new-permit", BOTH, permits::new).with_form(),
        Page::of_roles("/developer/new-retirement/{occupation_id}", BOTH, retiring::new)
            .with_form(),
        Page::of_roles("/developer/occupations", BOTH, occupations::occupations),
        Page::of_roles("/developer/occupations/{occupation_id}", BOTH, occupations::occupation)
            .with_form(),
        Page::of_roles("/developer/orders", BOTH, orders::orders),
        Page::of_roles("/developer/orders/{order_id}", BOTH, orders::order).with_form(),
        Page::of_roles("/developer/permits", BOTH, permits::permits),
        Page::of_roles("/developer/permits/{permit_id}", BOTH, permits::permit).with_form(),
        Page::of_roles("/developer/purchases/{listing_id}", OFFICER, buying::buy).with_form(),
        Page::of_roles("/developer/quote", BOTH, finding::quote),
        Page::of_roles("/developer/refunds", BOTH, refunds::refunds).with_form(),
        Page::of_roles("/developer/retirements", BOTH, retiring::retirements),
        Page::of_roles("/developer/retirements/{retirement_id}", BOTH, retiring::retirement)
            .with_form(),
        Page::of_roles("/developer/sales", BOTH, sales::sales),
        Page::of_roles("/developer/sales/{sale_id}", BOTH, sales::sale).with_form(),
        Page::of_roles("/developer/trades/{trade_id}", BOTH, buying::trade),
    ]);
    own.and(transfers::of_developer(BOTH, OFFICER))
        .and(pledges::of_developer(BOTH))
        .and(insurance::of_developer(BOTH))
}

/// What waits for somebody of the developer, each with the page where it is done.
async fn waits(ask: &Ask) -> Answer<Vec<Cell>> {
    let say = &ask.say;
    let mut waits = Vec::new();
    for one in ask.get("/api/v1/retirements?limit=20").await?.items("items") {
        if one.text("state") == "asked" {
            let what = ask.t("核销待确认", "A retirement waits for its confirmation");
            let text = format!(
                "{what}{colon}{} · {}",
                one.text("number"),
                say.m2(one.whole("m2")),
                colon = ask.say.colon()
            );
            waits.push(cell(text).to(format!("/developer/retirements/{}", one.text("id"))));
        }
    }
    waits.extend(limits::waits(ask).await?);
    waits.extend(permits::waits(ask).await?);
    for one in ask.get("/api/v1/auction-awards?limit=20").await?.items("items") {
        if one.text("state") == "confirmed" {
            let what = ask.t("竞得待交割", "A deal has to be completed");
            let by = say.day(&one.text("complete_by"));
            let text = format!(
                "{what}{colon}{}{open}{} {by}{close}",
                say.yuan(&one.text("amount")),
                ask.t("期限", "by"),
                colon = ask.say.colon(),
                open = ask.t("（", " ("),
                close = ask.t("）", ")")
            );
            waits.push(cell(text).to(format!("/developer/auctions/{}", one.text("auction_id"))));
        }
    }
    for one in ask.get("/api/v1/negotiated-transfers?limit=20").await?.items("items") {
        if one.text("state") == "offered" && one.text("offered_by") == "seller" {
            let what = ask.t("协议转让待答复", "An offer waits for your answer");
            let price = say.price(&one.text("price_per_mu"));
            let text = format!(
                "{what}{colon}{} {price}",
                one.text("seller_name"),
                colon = ask.say.colon()
            );
            waits.push(cell(text).to(format!("/developer/transfers/{}", one.text("id"))));
        }
    }
    for one in ask.get("/api/v1/enforced-sales?limit=20").await?.items("items") {
        if one.text("state") == "approved" {
            let text = ask.t("质押处置待确认", "An enforced sale waits for you");
            let at = format!("/developer/sales/{}", one.text("id"));
            waits.push(
                cell(format!("{text}{colon}{}", one.text("number"), colon = ask.say.colon()))
                    .to(at),
            );
        }
    }
    for one in ask.get("/api/v1/occupations?limit=20&state=deficient").await?.items("items") {
        let text = ask.t("占用申请待补正", "An application is to be completed");
        let at = format!("/developer/occupations/{}", one.text("id"));
        waits.push(
            cell(format!("{text}{colon}{}", one.text("number"), colon = ask.say.colon())).to(at),
        );
    }
    Ok(waits)
}

async fn home(ask: Ask) -> Answer<Shown> {
    let me = ask.get("/api/v1/me").await?;
    let cash = ask.get("/api/v1/cash-balances").await?.items("");
    let holdings = ask.get("/api/v1/holdings").await?.items("");
    let trades = ask.get("/api/v1/trades?limit=20").await?;
    let applied = ask.get("/api/v1/occupations?limit=20").await?;
    let waits = waits(&ask).await?;
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
            Link::to("/developer/quote", ask.t("试算费用", "What would it cost?")),
            Link::to("/developer/deposits", ask.t("缴款", "Pay in")),
            Link::to("/developer/refunds", ask.t("退款", "Money back")),
            Link::to("/developer/retirements", ask.t("核销与证明", "Retirements")),
            Link::to("/developer/sales", ask.t("质押处置", "Enforced sales")),
            Link::to("/developer/limit", ask.t("单人办理限额", "Limit of one person")),
            Link::to("/developer/permits", ask.t("超限许可", "Permits")),
        ])
        .heading(ask.t("待办事项", "What waits for you"));
    sheet = match waits.is_empty() {
        true => sheet.text(ask.t("目前没有待办事项。", "Nothing waits for you.")),
        false => sheet.list(waits),
    };
    if cash.is_empty() {
        sheet = sheet.note(ask.t(
            "账户中还没有资金。先在“缴款”取得缴款码，转账到账后即可购买。",
            "There is no money yet. Take a reference under “Payments in” and transfer it; then you can buy.",
        ));
    }
    let none = ask.t("还没有指标。可从挂牌中购买。", "No credits yet. Buy from the listings.");
    sheet = sheet.table(parts::holdings(&ask, &holdings, none).await?);
    sheet =
        sheet.table(occupations::rows(&ask, &applied, ask.t("占用申请", "Applications to occupy")));
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
