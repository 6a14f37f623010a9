//! Bidding: the deposit, the bids, what was won, and completing the deal.

use crate::kernel::money::cny;
use crate::kernel::problem::{Answer, Problem};
use crate::site::auctions::{bids, state, terms};
use crate::site::developer::limits::{About, with_word};
use crate::site::developer::occupations::is_officer;
use crate::site::parts::{
    after, body, command, confirming, is_confirmed, mended, table, told, unreadable, worth,
};
use crate::site::words::word;
use crate::web::pages::{Ask, Facts, Field, Figure, Form, Link, Sheet, Shown, cell, encoded};

pub(super) async fn auctions(ask: Ask) -> Answer<Shown> {
    let passed = ask.passed(&["cursor"]);
    let deposits = ask.get(&format!("/api/v1/auction-deposits?limit=50{passed}")).await?;
    let awards = ask.get("/api/v1/auction-awards?limit=50").await?;
    let say = &ask.say;
    let mut rows = Vec::new();
    for one in deposits.items("items") {
        let id = one.text("auction_id");
        let auction = ask.get(&format!("/api/v1/auctions/{id}")).await?;
        rows.push(vec![
            cell(auction.text("number")).to(format!("/developer/auctions/{id}")),
            cell(auction.text("seller_name")),
            cell(word(say, &format!("auction.{}", auction.text("kind")))),
            cell(say.m2(auction.whole("m2"))).number(),
            cell(say.yuan(&one.text("deposit"))).number(),
            cell(word(say, &format!("deposit.{}", one.text("outcome")))),
            cell(say.time(&auction.text("ends_at"))),
            cell(word(say, &auction.text("state"))),
        ]);
    }
    let columns = [
        ("竞价", "Auction"),
        ("卖方", "Seller"),
        ("方式", "Kind"),
        ("面积", "Area"),
        ("保证金", "Deposit"),
        ("保证金状态", "Deposit is"),
        ("截止", "Ends"),
        ("状态", "State"),
    ];
    let joined = table(&ask, ("参加的竞价", "Auctions joined"), &columns)
        .rows(rows)
        .empty(ask.t(
            "还没有参加竞价。在“竞价”中选择一场，交纳保证金后出价。",
            "You have joined none. Choose one under “Auctions”, put down the deposit, and bid.",
        ))
        .next(&deposits, say, "/developer/auctions", &[]);
    let rows = awards.items("items").into_iter().map(|one| {
        let at = format!("/developer/auctions/{}", one.text("auction_id"));
        let number = match one.text("confirmation_number") {
            none if none.is_empty() => ask.t("公示中", "on notice").to_owned(),
            number => number,
        };
        vec![
            cell(number).to(at),
            cell(say.m2(one.whole("m2"))).number(),
            cell(say.price(&one.text("price_per_mu"))).number(),
            cell(say.yuan(&one.text("amount"))).number(),
            cell(say.day(&one.text("complete_by"))),
            cell(word(say, &one.text("state"))),
        ]
    });
    let columns = [
        ("成交确认书", "Deal confirmation"),
        ("面积", "Area"),
        ("单价", "Price"),
        ("金额", "Amount"),
        ("完成期限", "Complete by"),
        ("状态", "State"),
    ];
    let won = table(&ask, ("竞得", "Won"), &columns)
        .rows(rows.collect())
        .empty(ask.t("还没有竞得。", "Nothing has been won yet."));
    Ok(Sheet::new(ask.t("我的竞价", "My auctions"))
        .links(vec![Link::to("/auctions", ask.t("查看全部竞价", "See all auctions")).strong()])
        .table(won)
        .table(joined)
        .into())
}

pub(super) async fn auction(ask: Ask) -> Answer<Shown> {
    let id = ask.part("auction_id");
    let path = format!("/api/v1/auctions/{id}");
    let Some(sent) = &ask.sent else { return Ok(shown(&ask, &path, None).await?.into()) };
    let act = sent.text("act");
    if act == "bid" && !is_confirmed(&ask) {
        return look(&ask, &path).await;
    }
    let award = sent.text("award");
    // Only an award of the reader's own is completed: others answer 404.
    let done = match act {
        "complete" => {
            let award = encoded(award);
            ask.act(&format!("/api/v1/auction-awards/{award}/completion")).await
        }
        "refuse" => {
            let award = encoded(award);
            let told = sent.json(&["reason"], &[]);
            ask.post(&format!("/api/v1/auction-awards/{award}/refusal"), &told).await
        }
        "deposit" => {
            ask.post(&format!("{path}/deposits"), &body(sent, &[], &[], &["amount"])).await
        }
        _ => {
            let told = body(sent, &[], &["m2"], &["price_per_mu"]);
            ask.post(&format!("{path}/bids"), &told).await
        }
    };
    let to = match (&done, act) {
        (Ok(trade), "complete") => format!("/developer/trades/{}?done=bought", trade.text("id")),
        _ => format!("/developer/auctions/{id}?done={}", done_word(act)),
    };
    after(&ask, done, to, async |problem| shown(&ask, &path, Some(problem)).await).await
}

fn done_word(act: &str) -> &'static str {
    match act {
        "deposit" => "deposit",
        "refuse" => "refused",
        _ => "bid",
    }
}

/// The bid with its amount, to be confirmed.
async fn look(ask: &Ask, path: &str) -> Answer<Shown> {
    let one = ask.get(path).await?;
    let sent = ask.sent.clone().unwrap_or_default();
    let whole = one.text("m2");
    let m2 = if sent.has("m2") { sent.text("m2") } else { &whole };
    let Some((m2, fen)) = worth(m2, sent.text("price_per_mu")) else {
        let problem = unreadable(&["m2", "price_per_mu"]);
        return Ok(shown(ask, path, Some(&problem)).await?.into());
    };
    let say = &ask.say;
    let here = format!("/developer/auctions/{}", one.text("id"));
    let keep = confirming(ask, ask.t("确认出价", "Bid"), &["act", "m2", "price_per_mu"])
        .back(Link::to(&here, ask.t("返回修改", "Change it")));
    let sheet = Sheet::new(ask.t("核对出价", "Check before bidding"))
        .under("/developer/auctions", ask.t("我的竞价", "My auctions"))
        .under(&here, one.text("number"))
        .figures(vec![
            Figure::of(ask.t("成交时应付", "To pay if it wins"), say.yuan(&cny(fen))),
            Figure::of(ask.t("面积", "Area"), say.m2_mu(m2)),
            Figure::of(ask.t("出价", "Bid"), say.price(sent.text("price_per_mu"))),
        ]);
    let about = About { kind: "bid", subject: &one.text("id"), fen };
    Ok(with_word(ask, sheet, about)
        .await?
        .text(ask.t(
            "出价不能撤回；竞得后不完成交割的，保证金不予退还。",
            "A bid cannot be taken back; who wins and does not complete the deal loses the deposit.",
        ))
        .form(keep)
        .into())
}

/// What the reader's organisation has in one auction.
struct Own {
    deposit: Option<Facts>,
    awards: Vec<Facts>,
}

async fn own(ask: &Ask, id: &str) -> Answer<Own> {
    let deposits = ask.get("/api/v1/auction-deposits?limit=200").await?.items("items");
    let mut awards = ask.get("/api/v1/auction-awards?limit=200").await?.items("items");
    awards.retain(|one| one.text("auction_id") == id);
    Ok(Own { deposit: deposits.into_iter().find(|one| one.text("auction_id") == id), awards })
}

async fn shown(ask: &Ask, path: &str, problem: Option<&Problem>) -> Answer<Sheet> {
    let one = ask.get(path).await?;
    let own = own(ask, &one.text("id")).await?;
    let listed = ask.find(&format!("{path}/bids?limit=20")).await?.unwrap_or_default();
    let cash = ask.get("/api/v1/cash-balances").await?.items("");
    let cash = cash.into_iter().find(|it| it.text("county") == one.text("county"));
    let cash = cash.map_or_else(|| "0.00".to_owned(), |it| it.text("available"));
    let mut sheet = head(ask, &one, &own, &cash);
    for form in forms(ask, &one, &own, problem) {
        sheet = sheet.form(form);
    }
    Ok(sheet.table(bids(ask, &listed)).links(vec![Link::to(
        format!("/auctions/{}", one.text("id")),
        ask.t("公开页面", "What everybody sees"),
    )]))
}

fn head(ask: &Ask, one: &Facts, own: &Own, cash: &str) -> Sheet {
    let say = &ask.say;
    let sheet = Sheet::new(format!("{} {}", ask.t("竞价", "Auction"), one.text("number")))
        .under("/developer/auctions", ask.t("我的竞价", "My auctions"));
    let sheet = told(
        ask,
        sheet,
        &[
            (
                "deposit",
                "保证金已冻结，开始后可以出价。",
                "The deposit is held; you can bid once it is open.",
            ),
            ("bid", "出价已记录。", "The bid is taken."),
            (
                "refused",
                "已放弃，保证金按规则处理。",
                "Given up; the deposit is dealt with by the rules.",
            ),
        ],
    );
    let deposit = own.deposit.as_ref();
    let put_down = deposit.map_or_else(|| "—".to_owned(), |it| say.yuan(&it.text("deposit")));
    let outcome = deposit.map(|it| word(say, &format!("deposit.{}", it.text("outcome"))));
    sheet
        .figures(vec![
            Figure::of(ask.t("状态", "State"), state(ask, one)),
            Figure::of(
                ask.t("当前最高价", "Highest so far"),
                say.price(&one.text("highest_price_per_mu")),
            ),
            Figure::of(ask.t("已交保证金", "Deposit put down"), put_down).note(
                outcome.unwrap_or_else(|| {
                    format!("{} {}", ask.t("至少", "at least"), say.yuan(&one.text("deposit")))
                }),
            ),
            Figure::of(ask.t("本县可用资金", "Your money in this county"), say.yuan(cash)),
        ])
        .facts(terms(ask, one))
}

/// What may be done now.
fn forms(ask: &Ask, one: &Facts, own: &Own, problem: Option<&Problem>) -> Vec<Form> {
    if !is_officer(ask) {
        return Vec::new();
    }
    let state = one.text("state");
    let held = own.deposit.as_ref().is_some_and(|it| it.text("outcome") == "held");
    let mut forms = Vec::new();
    if state == "open" && held {
        forms.push(bid_form(ask, one, problem));
    }
    if ["announced", "open"].contains(&state.as_str()) {
        forms.push(deposit_form(ask, one, held, problem));
    }
    if let Some(award) = own.awards.iter().find(|award| award.text("state") == "confirmed") {
        let say = &ask.say;
        let legend = format!(
            "{} · {} · {}",
            ask.t("完成交割", "Complete the deal"),
            say.m2(award.whole("m2")),
            format_args!("{} {}", ask.t("期限", "by"), say.day(&award.text("complete_by"))),
        );
        let amount = say.yuan(&award.text("amount"));
        let button = format!("{} · {amount}", ask.t("付款交割", "Pay and take"));
        let complete = command(ask, "complete", &button, &legend).hidden("award", award.text("id"));
        forms.push(mended(ask, "complete", complete, problem));
        let refuse = command(
            ask,
            "refuse",
            ask.t("放弃", "Give it up"),
            ask.t("放弃竞得（保证金不予退还）", "Give it up (and lose the deposit)"),
        )
        .hidden("award", award.text("id"))
        .field(Field::text("reason", ask.t("原因", "Why")).required());
        forms.push(mended(ask, "refuse", refuse, problem));
    }
    forms
}

fn bid_form(ask: &Ask, one: &Facts, problem: Option<&Problem>) -> Form {
    let form = command(
        ask,
        "bid",
        ask.t("下一步：核对金额", "Next: see the amount"),
        ask.t("出价", "Bid"),
    );
    let form = match one.text("kind").as_str() {
        "uniform" => form.field(
            Field::number("m2", ask.t("求购面积（平方米）", "Area (m²)"))
                .required()
                .value(one.text("m2")),
        ),
        _ => form,
    };
    let price =
        Field::number("price_per_mu", ask.t("出价（元/亩）", "Bid (CNY per mu)")).required();
    mended(ask, "bid", form.field(price), problem)
}

fn deposit_form(ask: &Ask, one: &Facts, held: bool, problem: Option<&Problem>) -> Form {
    let legend = match held {
        true => ask.t("追加保证金", "Add to the deposit"),
        false => ask.t("交纳保证金", "Put down the deposit"),
    };
    let value = if held { String::new() } else { one.text("deposit") };
    let form = command(ask, "deposit", legend, legend).field(
        Field::number("amount", ask.t("金额（元）", "Amount (CNY)")).required().value(value).hint(
            ask.t(
                "从可用资金中冻结；未竞得的全额退还。",
                "It is held from your money; who does not win gets all of it back.",
            ),
        ),
    );
    mended(ask, "deposit", form, problem)
}
