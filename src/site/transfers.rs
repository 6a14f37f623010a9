//! Negotiated transfers, for the side that sells and the side that buys: an offer, counter-offers,
//! and the acceptance that settles.

use crate::kernel::actor::Role;
use crate::kernel::money::cny;
use crate::kernel::problem::{Answer, Problem};
use crate::site::developer::limits::{About, with_word};
use crate::site::parts::{
    Both, after, body, chosen, command, confirming, credits, is_confirmed, mended, participants,
    table, told, unreadable, worth,
};
use crate::site::words::{grade, word};
use crate::web::pages::{Ask, Facts, Field, Figure, Form, Link, Page, Pages, Sheet, Shown, cell};

const NAMES: [&str; 5] = ["batch_id", "counterparty_id", "m2", "price_per_mu", "valid_to"];

/// On which side the reader is.
#[derive(Clone, Copy)]
struct Side {
    list: &'static str,
    new: &'static str,
    is_seller: bool,
}

const SELLER: Side =
    Side { list: "/township/transfers", new: "/township/new-transfer", is_seller: true };
const BUYER: Side =
    Side { list: "/developer/transfers", new: "/developer/new-transfer", is_seller: false };

pub(super) fn of_township(roles: &[Role]) -> Pages {
    Pages::of(vec![
        Page::of_roles("/township/new-transfer", roles, |ask| offer(ask, SELLER)).with_form(),
        Page::of_roles("/township/transfers", roles, |ask| transfers(ask, SELLER)),
        Page::of_roles("/township/transfers/{negotiated_transfer_id}", roles, |ask| {
            transfer(ask, SELLER)
        })
        .with_form(),
    ])
}

pub(super) fn of_developer(both: &[Role], officer: &[Role]) -> Pages {
    Pages::of(vec![
        Page::of_roles("/developer/new-transfer", officer, |ask| offer(ask, BUYER)).with_form(),
        Page::of_roles("/developer/transfers", both, |ask| transfers(ask, BUYER)),
        Page::of_roles("/developer/transfers/{negotiated_transfer_id}", both, |ask| {
            transfer(ask, BUYER)
        })
        .with_form(),
    ])
}

/// Whether the reader's role negotiates, or only looks on.
fn acts(ask: &Ask) -> bool {
    let role = ask.actor().map(|actor| actor.role);
    matches!(role, Some(Role::TownshipOfficer | Role::Developer))
}

async fn transfers(ask: Ask, side: Side) -> Answer<Shown> {
    let path = format!("/api/v1/negotiated-transfers?limit=50{}", ask.passed(&["cursor"]));
    let list = ask.get(&path).await?;
    let say = &ask.say;
    let rows = list.items("items").into_iter().map(|one| {
        let other = if side.is_seller { "buyer_name" } else { "seller_name" };
        vec![
            cell(one.text("number")).to(format!("{}/{}", side.list, one.text("id"))),
            cell(one.text(other)),
            cell(one.text("batch_number")),
            cell(say.m2(one.whole("m2"))).number(),
            cell(say.price(&one.text("price_per_mu"))).number(),
            cell(say.day(&one.text("valid_to"))),
            cell(standing(&ask, &one, side)),
        ]
    });
    let other: Both<'_> = if side.is_seller { ("买方", "Buyer") } else { ("卖方", "Seller") };
    let columns = [
        ("编号", "Number"),
        other,
        ("批次", "Batch"),
        ("面积", "Area"),
        ("单价", "Price"),
        ("有效期至", "Valid to"),
        ("状态", "State"),
    ];
    let table = table(&ask, ("", ""), &columns)
        .rows(rows.collect())
        .empty(ask.t("还没有协议转让。", "Nothing has been negotiated yet."))
        .next(&list, say, side.list, &[]);
    let sheet = Sheet::new(ask.t("协议转让", "Negotiated transfers")).lead(ask.t(
        "双方直接议价：一方报价，另一方还价或接受；接受即成交，价格低于最低价的须经审批。",
        "Both sides agree on a price: one offers, the other counters or accepts. Accepting settles; below the floor price it needs an approval.",
    ));
    let sheet = match acts(&ask) {
        true => sheet.links(vec![Link::to(side.new, ask.t("发起报价", "Make an offer")).strong()]),
        false => sheet,
    };
    Ok(sheet.table(table).into())
}

/// The state, and while it is open whose turn it is.
fn standing(ask: &Ask, one: &Facts, side: Side) -> String {
    let state = word(&ask.say, &format!("negotiation.{}", one.text("state")));
    if one.text("state") != "offered" {
        return state;
    }
    let turn = match is_own(one, side) {
        true => ask.t("等待对方答复", "waits for the other side"),
        false => ask.t("等待您答复", "waits for you"),
    };
    format!("{state} · {turn}")
}

/// Whether the terms that stand are the reader's own.
fn is_own(one: &Facts, side: Side) -> bool {
    (one.text("offered_by") == "seller") == side.is_seller
}

async fn transfer(ask: Ask, side: Side) -> Answer<Shown> {
    let id = ask.part("negotiated_transfer_id");
    let path = format!("/api/v1/negotiated-transfers/{id}");
    let Some(sent) = &ask.sent else {
        let one = ask.get(&path).await?;
        return Ok(shown(&ask, &one, side, None).await?.into());
    };
    let (noun, told) = match sent.text("act") {
        "accept" => ("acceptance", sent.json(&[], &["round"])),
        "refuse" => ("refusal", sent.json(&["reason"], &[])),
        _ => {
            let told = body(sent, &["valid_to"], &["m2", "round"], &["price_per_mu"]);
            ("counter-offers", told)
        }
    };
    let done = ask.post(&format!("{path}/{noun}"), &told).await;
    let to = format!("{}/{id}?done={noun}", side.list);
    let again = async |problem: &Problem| {
        let one = ask.get(&path).await?;
        shown(&ask, &one, side, Some(problem)).await
    };
    after(&ask, done, to, again).await
}

async fn shown(ask: &Ask, one: &Facts, side: Side, problem: Option<&Problem>) -> Answer<Sheet> {
    let say = &ask.say;
    let fen = worth(&one.text("m2"), &one.text("price_per_mu")).map_or(0, |(_, fen)| fen);
    let amount = cny(fen);
    let mut sheet = Sheet::new(format!("{} {}", ask.t("协议转让", "Transfer"), one.text("number")))
        .under(side.list, ask.t("协议转让", "Negotiated transfers"));
    sheet = told(
        ask,
        sheet,
        &[
            ("offered", "报价已发出，等待对方答复。", "Offered; the other side answers next."),
            (
                "counter-offers",
                "还价已发出，等待对方答复。",
                "Countered; the other side answers next.",
            ),
            ("acceptance", "已接受。", "Accepted."),
            ("refusal", "议价已终止。", "The negotiation is over."),
        ],
    );
    sheet = sheet
        .figures(vec![
            Figure::of(ask.t("状态", "State"), standing(ask, one, side)),
            Figure::of(ask.t("金额", "Amount"), say.yuan(&amount)),
            Figure::of(ask.t("面积", "Area"), say.m2_mu(one.whole("m2"))),
        ])
        .facts(vec![
            (ask.t("卖方", "Seller"), cell(one.text("seller_name"))),
            (ask.t("买方", "Buyer"), cell(one.text("buyer_name"))),
            (
                ask.t("指标批次", "Batch"),
                cell(one.text("batch_number")).to(format!("/batches/{}", one.text("batch_id"))),
            ),
            (ask.t("湿地类型", "Type of wetland"), cell(word(say, &one.text("wetland_type")))),
            (ask.t("质量等级", "Grade"), cell(grade(say, &one.text("grade")))),
            (ask.t("单价", "Price"), cell(say.price(&one.text("price_per_mu")))),
            (ask.t("最低价", "Floor price"), cell(say.price(&one.text("floor_price_per_mu")))),
            (ask.t("有效期至", "Valid to"), cell(say.day(&one.text("valid_to")))),
        ]);
    if one.has("end_reason") {
        sheet = sheet.note(format!(
            "{}{colon}{}",
            ask.t("终止原因", "Why it ended"),
            one.text("end_reason"),
            colon = ask.say.colon()
        ));
    }
    let rows = one.items("rounds").into_iter().map(|round| {
        vec![
            cell(round.text("round")).number(),
            cell(word(say, &format!("side.{}", round.text("offered_by")))),
            cell(say.time(&round.text("said_at"))),
            cell(say.m2(round.whole("m2"))).number(),
            cell(say.price(&round.text("price_per_mu"))).number(),
        ]
    });
    let columns = [
        ("轮次", "Round"),
        ("报价方", "By"),
        ("时间", "Time"),
        ("面积", "Area"),
        ("单价", "Price"),
    ];
    let rounds = table(ask, ("议价经过", "What was offered"), &columns).rows(rows.collect());
    sheet = sheet.table(rounds);
    if one.text("state") != "offered" || !acts(ask) {
        return Ok(sheet);
    }
    if !is_own(one, side) {
        sheet = with_buyers_word(ask, sheet, side, &one.text("id"), fen).await?;
        sheet = sheet.form(accept_form(ask, one, &amount, problem));
        sheet = sheet.form(counter_form(ask, one, problem));
    }
    Ok(sheet.form(refuse_form(ask, one, side, problem)))
}

/// Tells a buyer where its terms, or those of the other side, are over what one person may commit.
async fn with_buyers_word(
    ask: &Ask,
    sheet: Sheet,
    side: Side,
    subject: &str,
    fen: i64,
) -> Answer<Sheet> {
    match side.is_seller {
        true => Ok(sheet),
        false => with_word(ask, sheet, About { kind: "negotiated_transfer", subject, fen }).await,
    }
}

fn accept_form(ask: &Ask, one: &Facts, amount: &str, problem: Option<&Problem>) -> Form {
    let say = &ask.say;
    let button = format!("{} · {}", ask.t("接受", "Accept"), say.yuan(amount));
    let legend = format!(
        "{} {}，{}",
        ask.t("接受：", "Accept:"),
        say.m2(one.whole("m2")),
        say.price(&one.text("price_per_mu")),
    );
    let form = command(ask, "accept", &button, &legend).hidden("round", one.text("round"));
    mended(ask, "accept", form, problem)
}

fn counter_form(ask: &Ask, one: &Facts, problem: Option<&Problem>) -> Form {
    let form = command(ask, "counter", ask.t("还价", "Counter"), ask.t("还价", "Other terms"))
        .hidden("round", one.text("round"));
    let form = terms(ask, form, &one.text("m2"), &one.text("price_per_mu"));
    mended(ask, "counter", form, problem)
}

fn refuse_form(ask: &Ask, one: &Facts, side: Side, problem: Option<&Problem>) -> Form {
    let legend = match is_own(one, side) {
        true => ask.t("撤回报价", "Take the offer back"),
        false => ask.t("谢绝", "Decline"),
    };
    let form = command(ask, "refuse", legend, legend)
        .field(Field::text("reason", ask.t("原因", "Why")).required());
    mended(ask, "refuse", form, problem)
}

fn terms(ask: &Ask, form: Form, m2: &str, price: &str) -> Form {
    let area = Field::number("m2", ask.t("面积（平方米）", "Area (m²)")).required().value(m2);
    let price = Field::number("price_per_mu", ask.t("单价（元/亩）", "Price (CNY per mu)"))
        .required()
        .value(price);
    let valid = Field::date("valid_to", ask.t("有效期至（可不填）", "Valid to (may be left out)"))
        .hint(ask.t("不填则三十天内有效。", "Without it, thirty days from now."));
    form.field(area).field(price).field(valid)
}

/// What can be offered or asked for, and to whom.
struct Choices {
    batches: Vec<(String, String)>,
    others: Vec<(String, String)>,
}

async fn offer(ask: Ask, side: Side) -> Answer<Shown> {
    let (batches, others) = match side.is_seller {
        true => (credits(&ask).await?, participants(&ask, "developer").await?),
        false => (on_sale(&ask).await?, participants(&ask, "township").await?),
    };
    let choices = Choices { batches, others };
    let Some(sent) = &ask.sent else { return Ok(form(&ask, &choices, side, None).into()) };
    if !is_confirmed(&ask) {
        return Ok(match worth(sent.text("m2"), sent.text("price_per_mu")) {
            Some((m2, fen)) => confirmation(&ask, &choices, side, m2, fen).await?.into(),
            None => form(&ask, &choices, side, Some(&unreadable(&["m2", "price_per_mu"]))).into(),
        });
    }
    let texts = ["batch_id", "counterparty_id", "valid_to"];
    let told = body(sent, &texts, &["m2"], &["price_per_mu"]);
    match ask.post("/api/v1/negotiated-transfers", &told).await {
        Ok(one) => Ok(Shown::see(format!("{}/{}?done=offered", side.list, one.text("id")))),
        Err(failure) => ask.again(failure, |problem| form(&ask, &choices, side, problem)),
    }
}

/// The newest batches of all counties.
async fn on_sale(ask: &Ask) -> Answer<Vec<(String, String)>> {
    let list = ask.get("/api/v1/public/batches?limit=200").await?;
    let say = &ask.say;
    let text = |one: &Facts| {
        let kind = word(say, &one.text("wetland_type"));
        format!("{} · {kind} · {}", one.text("number"), grade(say, &one.text("grade")))
    };
    Ok(list.items("items").iter().map(|one| (one.text("id"), text(one))).collect())
}

fn form(ask: &Ask, choices: &Choices, side: Side, problem: Option<&Problem>) -> Sheet {
    let sheet = Sheet::new(ask.t("发起协议转让", "Offer a negotiated transfer"))
        .under(side.list, ask.t("协议转让", "Negotiated transfers"));
    if choices.batches.is_empty() || choices.others.is_empty() {
        return sheet.note(ask.t(
            "目前没有可议价的指标或交易对方。",
            "There are no credits to negotiate about, or nobody to do it with.",
        ));
    }
    let (other, batch) = match side.is_seller {
        true => (ask.t("买方", "Buyer"), ask.t("指标批次（可用面积）", "Batch (credits to sell)")),
        false => (ask.t("卖方（乡镇）", "Seller (township)"), ask.t("指标批次", "Batch")),
    };
    let form = Form::post(side.new, ask.t("下一步：核对金额", "Next: see the amount"))
        .field(Field::choice("counterparty_id", other, choices.others.clone()).required())
        .field(Field::choice("batch_id", batch, choices.batches.clone()).required())
        .back(Link::to(side.list, ask.t("返回", "Back")));
    let form = terms(ask, form, "", "");
    sheet.form(ask.filled(form, problem).once(ask.sent.as_ref()))
}

async fn confirmation(
    ask: &Ask,
    choices: &Choices,
    side: Side,
    m2: i64,
    fen: i64,
) -> Answer<Sheet> {
    let say = &ask.say;
    let sent = ask.sent.clone().unwrap_or_default();
    let keep = confirming(ask, ask.t("确认报价", "Offer it"), &NAMES)
        .back(Link::to(side.new, ask.t("返回修改", "Change it")));
    let sheet = Sheet::new(ask.t("核对报价", "Check before offering"))
        .under(side.list, ask.t("协议转让", "Negotiated transfers"))
        .figures(vec![
            Figure::of(ask.t("金额", "Amount"), say.yuan(&cny(fen))),
            Figure::of(ask.t("面积", "Area"), say.m2_mu(m2)),
        ])
        .facts(vec![
            (
                ask.t("对方", "Other side"),
                cell(chosen(&choices.others, sent.text("counterparty_id"))),
            ),
            (ask.t("指标批次", "Batch"), cell(chosen(&choices.batches, sent.text("batch_id")))),
            (ask.t("单价", "Price"), cell(say.price(sent.text("price_per_mu")))),
        ]);
    Ok(with_buyers_word(ask, sheet, side, "", fen)
        .await?
        .text(ask.t(
            "报价不占用指标和资金；对方接受即成交，不能撤销。",
            "An offer reserves nothing; once the other side accepts, it is settled and cannot be undone.",
        ))
        .form(keep))
}
