//! The township's auctions: announcing one, following it, and withdrawing it in time.

use serde_json::Value;

use crate::kernel::money::cny;
use crate::kernel::problem::{Answer, Failure, Problem};
use crate::site::auctions::{awards, bids, figures, state, terms};
use crate::site::parts::{
    after, body, chosen, command, confirming, credits, is_confirmed, mended, put, table, told,
    unreadable, words, worth,
};
use crate::site::words::word;
use crate::web::pages::{Ask, Field, Figure, Form, Link, Sent, Sheet, Shown, cell, today};

const PATH: &str = "/township/new-auction";
const KINDS: &[&str] = &["auction.open", "auction.sealed", "auction.uniform"];
const NAMES: [&str; 13] = [
    "batch_id",
    "kind",
    "m2",
    "start_price_per_mu",
    "step_per_mu",
    "reserve_price_per_mu",
    "reserve_secret",
    "opens_on",
    "opens_at",
    "closes_on",
    "closes_at",
    "deposit_percent",
    "notice_days",
];
const DAY_S: i64 = 24 * 3600;

pub(super) async fn auctions(ask: Ask) -> Answer<Shown> {
    let own = ask.actor().map(|actor| actor.organisation_id.to_string()).unwrap_or_default();
    let passed = ask.passed(&["cursor"]);
    let list = ask.get(&format!("/api/v1/auctions?limit=50&seller_id={own}{passed}")).await?;
    let say = &ask.say;
    let rows = list.items("items").into_iter().map(|one| {
        vec![
            cell(one.text("number")).to(format!("/township/auctions/{}", one.text("id"))),
            cell(word(say, &format!("auction.{}", one.text("kind")))),
            cell(say.m2(one.whole("m2"))).number(),
            cell(say.price(&one.text("start_price_per_mu"))).number(),
            cell(say.price(&one.text("highest_price_per_mu"))).number(),
            cell(say.time(&one.text("ends_at"))),
            cell(state(&ask, &one)),
        ]
    });
    let columns = [
        ("编号", "Number"),
        ("方式", "Kind"),
        ("面积", "Area"),
        ("起始价", "Start price"),
        ("当前最高价", "Highest so far"),
        ("截止", "Ends"),
        ("状态", "State"),
    ];
    let table = table(&ask, ("", ""), &columns)
        .rows(rows.collect())
        .empty(ask.t(
            "还没有竞价。点“公告竞价”开始。",
            "No auctions yet. “Announce an auction” begins one.",
        ))
        .next(&list, say, "/township/auctions", &[]);
    Ok(Sheet::new(ask.t("我的竞价", "My auctions"))
        .links(vec![Link::to(PATH, ask.t("公告竞价", "Announce an auction")).strong()])
        .table(table)
        .into())
}

pub(super) async fn auction(ask: Ask) -> Answer<Shown> {
    let id = ask.part("auction_id");
    let path = format!("/api/v1/auctions/{id}");
    let Some(sent) = &ask.sent else { return Ok(shown(&ask, &path, None).await?.into()) };
    let done = ask.post(&format!("{path}/withdrawal"), &sent.json(&["reason"], &[])).await;
    let to = format!("/township/auctions/{id}?done=withdrawn");
    after(&ask, done, to, async |problem| shown(&ask, &path, Some(problem)).await).await
}

async fn shown(ask: &Ask, path: &str, problem: Option<&Problem>) -> Answer<Sheet> {
    let one = ask.get(path).await?;
    let own = ask.actor().map(|actor| actor.organisation_id.to_string()).unwrap_or_default();
    if one.text("seller_id") != own {
        return Err(Failure::not_found());
    }
    let listed = ask.find(&format!("{path}/bids?limit=20")).await?.unwrap_or_default();
    let mut sheet = Sheet::new(format!("{} {}", ask.t("竞价", "Auction"), one.text("number")))
        .under("/township/auctions", ask.t("我的竞价", "My auctions"));
    sheet = told(
        ask,
        sheet,
        &[
            ("announced", "竞价已公告，指标已预留。", "Announced; the credits are reserved."),
            (
                "withdrawn",
                "竞价已撤回，指标已退回可用。",
                "Withdrawn; the credits are yours to use again.",
            ),
        ],
    );
    if one.has("end_reason") {
        let text = ask.t("结束原因", "Why it ended");
        sheet =
            sheet.note(format!("{text}{colon}{}", one.text("end_reason"), colon = ask.say.colon()));
    }
    let public = format!("/auctions/{}", one.text("id"));
    sheet = sheet
        .figures(figures(ask, &one))
        .facts(terms(ask, &one))
        .table(awards(ask, &one))
        .table(bids(ask, &listed))
        .links(vec![Link::to(public, ask.t("公开页面", "What everybody sees"))]);
    if one.text("state") == "announced" {
        let form = command(
            ask,
            "withdraw",
            ask.t("撤回竞价", "Withdraw"),
            ask.t("撤回（开始前）", "Withdraw it (before it opens)"),
        )
        .field(Field::text("reason", ask.t("撤回原因", "Why")).required());
        sheet = sheet.form(mended(ask, "withdraw", form, problem));
    }
    Ok(sheet)
}

pub(super) async fn announce(ask: Ask) -> Answer<Shown> {
    let batches = credits(&ask).await?;
    let Some(sent) = &ask.sent else { return Ok(form(&ask, batches, None).into()) };
    if !is_confirmed(&ask) {
        let worth = worth(sent.text("m2"), sent.text("start_price_per_mu"));
        return Ok(match worth {
            Some((m2, fen)) => confirmation(&ask, sent, &batches, m2, fen).into(),
            None => form(&ask, batches, Some(&unreadable(&["m2", "start_price_per_mu"]))).into(),
        });
    }
    match ask.post("/api/v1/auctions", &told_to_api(sent)).await {
        Ok(one) => Ok(Shown::see(format!("/township/auctions/{}?done=announced", one.text("id")))),
        Err(failure) => ask.again(failure, |problem| form(&ask, batches, problem)),
    }
}

/// Days and times are those of Shanghai, as everybody here reads the clock.
fn told_to_api(sent: &Sent) -> Value {
    let amounts = ["start_price_per_mu", "step_per_mu", "reserve_price_per_mu"];
    let whole = ["m2", "deposit_percent", "notice_days"];
    let mut told = body(sent, &["batch_id", "kind"], &whole, &amounts);
    put(&mut told, "opens_at", moment(sent, "opens_on", "opens_at"));
    put(&mut told, "closes_at", moment(sent, "closes_on", "closes_at"));
    if sent.has("reserve_price_per_mu") {
        put(&mut told, "reserve_secret", sent.text("reserve_secret") != "no");
    }
    told
}

fn moment(sent: &Sent, day: &str, time: &str) -> String {
    format!("{}T{}:00+08:00", sent.text(day), sent.text(time).replace('：', ":"))
}

fn form(ask: &Ask, batches: Vec<(String, String)>, problem: Option<&Problem>) -> Sheet {
    let sheet = Sheet::new(ask.t("公告竞价", "Announce an auction"))
        .under("/township/auctions", ask.t("我的竞价", "My auctions"));
    if batches.is_empty() {
        return sheet.note(ask.t(
            "目前没有可竞价的指标。指标在核算认定并释放后可以竞价。",
            "There are no credits to auction. Credits can be sold once they are certified and released.",
        ));
    }
    let kinds = words(ask, KINDS);
    let secret = [("yes", ask.t("保密", "Kept secret")), ("no", ask.t("公开", "Shown"))];
    let secret = secret.map(|(value, text)| (value.to_owned(), text.to_owned())).to_vec();
    let time = ask.t("北京时间，24 小时制，如 09:00。", "Beijing time, such as 09:00.");
    let day = |days: i64| today(ask.now.plus_seconds(days * DAY_S));
    let form = Form::post(PATH, ask.t("下一步：核对", "Next: check"))
        .field(
            Field::choice(
                "batch_id",
                ask.t("指标批次（可用面积）", "Batch (credits to sell)"),
                batches,
            )
            .required(),
        )
        .field(Field::choice("kind", ask.t("方式", "Kind"), kinds).required())
        .field(Field::number("m2", ask.t("面积（平方米）", "Area (m²)")).required())
        .field(
            Field::number(
                "start_price_per_mu",
                ask.t("起始价（元/亩）", "Start price (CNY per mu)"),
            )
            .required(),
        )
        .field(
            Field::number("step_per_mu", ask.t("加价幅度（元/亩）", "Step (CNY per mu)"))
                .hint(ask.t("仅公开增价须填。", "Only for open ascending auctions.")),
        )
        .field(Field::number(
            "reserve_price_per_mu",
            ask.t("保留价（元/亩，可不填）", "Reserve price (CNY per mu, may be left out)"),
        ))
        .field(Field::choice(
            "reserve_secret",
            ask.t("保留价是否保密", "Is the reserve price secret?"),
            secret,
        ))
        .field(
            Field::date("opens_on", ask.t("开始日期", "Opens on"))
                .required()
                .value(day(8))
                .hint(ask.t("至少公告 7 天后。", "At least 7 days from now.")),
        )
        .field(
            Field::text("opens_at", ask.t("开始时间", "Opens at"))
                .required()
                .value("09:00")
                .hint(time),
        )
        .field(Field::date("closes_on", ask.t("截止日期", "Closes on")).required().value(day(9)))
        .field(
            Field::text("closes_at", ask.t("截止时间", "Closes at"))
                .required()
                .value("17:00")
                .hint(time),
        )
        .field(
            Field::number("deposit_percent", ask.t("保证金比例（%）", "Deposit (%)")).value("10"),
        )
        .field(
            Field::number("notice_days", ask.t("结果公示天数", "Days of the result notice"))
                .value("3"),
        )
        .back(Link::to("/township/auctions", ask.t("返回", "Back")));
    sheet.form(ask.filled(form, problem).once(ask.sent.as_ref()))
}

fn confirmation(ask: &Ask, sent: &Sent, batches: &[(String, String)], m2: i64, fen: i64) -> Sheet {
    let say = &ask.say;
    let at = |day, time| say.time(&moment(sent, day, time));
    let kind = format!("auction.{}", sent.text("kind"));
    let keep = confirming(ask, ask.t("确认公告", "Announce it"), &NAMES)
        .back(Link::to(PATH, ask.t("返回修改", "Change it")));
    Sheet::new(ask.t("核对竞价", "Check before announcing"))
        .under("/township/auctions", ask.t("我的竞价", "My auctions"))
        .figures(vec![
            Figure::of(ask.t("起始总价", "Amount at the start price"), say.yuan(&cny(fen))),
            Figure::of(ask.t("面积", "Area"), say.m2_mu(m2)),
        ])
        .facts(vec![
            (ask.t("指标批次", "Batch"), cell(chosen(batches, sent.text("batch_id")))),
            (ask.t("方式", "Kind"), cell(word(say, &kind))),
            (ask.t("起始价", "Start price"), cell(say.price(sent.text("start_price_per_mu")))),
            (ask.t("保留价", "Reserve price"), cell(say.price(sent.text("reserve_price_per_mu")))),
            (ask.t("开始", "Opens"), cell(at("opens_on", "opens_at"))),
            (ask.t("截止", "Closes"), cell(at("closes_on", "closes_at"))),
        ])
        .text(ask.t(
            "公告后这些指标被预留；开始前可以撤回。成交须经结果公示，竞得人在五个工作日内完成交割。",
            "The credits are reserved from now on; it can be withdrawn before it opens. The result is put on notice, then the winner completes the deal within five working days.",
        ))
        .form(keep)
}
