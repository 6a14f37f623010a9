//! Buying from a listing: how much, a look at the amounts, the trade.

use crate::kernel::money::cny;
use crate::kernel::problem::{Answer, Problem};
use crate::site::developer::limits::{About, with_word};
use crate::site::parts::{fen as fen_of, unreadable, worth};
use crate::site::words::word;
use crate::web::pages::{Ask, Facts, Field, Figure, Form, Link, Sheet, Shown, cell};

pub(super) async fn buy(ask: Ask) -> Answer<Shown> {
    let id = ask.part("listing_id");
    let one = ask.get(&format!("/api/v1/listings/{id}")).await?;
    let cash = ask.get("/api/v1/cash-balances").await?.items("");
    let here = cash.into_iter().find(|account| account.text("county") == one.text("county"));
    let available = here.map_or_else(|| "0.00".to_owned(), |account| account.text("available"));
    let Some(sent) = &ask.sent else { return Ok(form(&ask, &one, &available, None).into()) };
    if sent.text("step") != "confirmed" {
        let worth = worth(sent.text("m2"), &one.text("price_per_mu"));
        return Ok(match worth {
            Some((m2, fen)) => confirmation(&ask, &one, &available, m2, fen).await?.into(),
            None => form(&ask, &one, &available, Some(&unreadable(&["m2"]))).into(),
        });
    }
    let body = sent.json(&[], &["m2"]);
    match ask.post(&format!("/api/v1/listings/{id}/purchases"), &body).await {
        Ok(trade) => Ok(Shown::see(format!("/developer/trades/{}?done=bought", trade.text("id")))),
        Err(failure) => ask.again(failure, |problem| form(&ask, &one, &available, problem)),
    }
}

fn form(ask: &Ask, one: &Facts, available: &str, problem: Option<&Problem>) -> Sheet {
    let say = &ask.say;
    let id = one.text("id");
    let form = Form::post(
        format!("/developer/purchases/{id}"),
        ask.t("下一步：核对金额", "Next: see the amount"),
    )
    .field(
        Field::number("m2", ask.t("购买面积（平方米）", "Area to buy (m²)"))
            .required()
            .value(ask.query("m2"))
            .hint(format!(
                "{} {}",
                ask.t("整数平方米，最多", "Whole square metres, at most"),
                say.m2(one.whole("left_m2")),
            )),
    )
    .back(Link::to(format!("/listings/{id}"), ask.t("返回挂牌", "Back to the listing")));
    Sheet::new(format!("{} {}", ask.t("购买", "Buy from"), one.text("number")))
        .under("/listings", ask.t("挂牌", "Listings"))
        .under(&format!("/listings/{id}"), one.text("number"))
        .figures(vec![
            Figure::of(ask.t("单价", "Price"), say.price(&one.text("price_per_mu"))),
            Figure::of(ask.t("剩余面积", "Left"), say.m2(one.whole("left_m2"))),
            Figure::of(ask.t("本县可用资金", "Your money in this county"), say.yuan(available)),
        ])
        .form(ask.filled(form, problem).once(ask.sent.as_ref()))
}

async fn confirmation(ask: &Ask, one: &Facts, available: &str, m2: i64, fen: i64) -> Answer<Sheet> {
    let say = &ask.say;
    let id = one.text("id");
    let here = format!("/developer/purchases/{id}");
    let have = fen_of(available);
    let sheet = Sheet::new(ask.t("核对购买", "Check before buying"))
        .under("/listings", ask.t("挂牌", "Listings"))
        .under(&format!("/listings/{id}"), one.text("number"))
        .figures(vec![
            Figure::of(ask.t("应付金额", "To pay"), say.yuan(&cny(fen))),
            Figure::of(ask.t("购买面积", "Area"), say.m2_mu(m2)),
            Figure::of(
                ask.t("付款后可用资金", "Money left afterwards"),
                say.yuan(&cny(have - fen)),
            ),
        ])
        .facts(vec![
            (ask.t("卖方", "Seller"), cell(one.text("seller_name"))),
            (ask.t("指标批次", "Batch"), cell(one.text("batch_number"))),
            (ask.t("单价", "Price"), cell(say.price(&one.text("price_per_mu")))),
        ]);
    if have < fen {
        return Ok(sheet
            .bad(ask.t("可用资金不足，请先缴款。", "There is not enough money; pay in first."))
            .links(vec![
                Link::to("/developer/new-deposit", ask.t("去缴款", "Pay in")).strong(),
                Link::to(here, ask.t("返回修改", "Change it")),
            ]));
    }
    let sheet = with_word(ask, sheet, About { kind: "purchase", subject: &id, fen }).await?;
    Ok(sheet
        .text(ask.t(
            "确认后立即成交：资金划出，指标转入本单位。成交后不能撤销。",
            "Confirming trades at once: the money goes and the credits come. It cannot be taken back.",
        ))
        .form(
            Form::post(&here, ask.t("确认购买", "Confirm"))
                .hidden("step", "confirmed")
                .hidden("m2", m2.to_string())
                .once(ask.sent.as_ref())
                .back(Link::to(&here, ask.t("返回修改", "Change it"))),
        ))
}

pub(super) async fn trade(ask: Ask) -> Answer<Shown> {
    let id = ask.part("trade_id");
    let one = ask.get(&format!("/api/v1/trades/{id}")).await?;
    let say = &ask.say;
    let batch = ask.get(&format!("/api/v1/batches/{}", one.text("batch_id"))).await?;
    let mut sheet = Sheet::new(format!("{} {}", ask.t("成交", "Trade"), one.text("number")))
        .under("/developer", ask.t("我的工作台", "My desk"));
    if ask.query("done") == "bought" {
        sheet = sheet.good(ask.t(
            "购买成功，指标已转入本单位，可用于核销。",
            "Bought: the credits are yours and can be retired.",
        ));
    }
    Ok(sheet
        .facts(vec![
            (ask.t("成交时间", "Time"), cell(say.time(&one.text("traded_at")))),
            (ask.t("方式", "By"), cell(word(say, &one.text("source")))),
            (
                ask.t("指标批次", "Batch"),
                cell(batch.text("number")).to(format!("/batches/{}", batch.text("id"))),
            ),
            (ask.t("面积", "Area"), cell(say.m2_mu(one.whole("m2")))),
            (ask.t("单价", "Price"), cell(say.price(&one.text("price_per_mu")))),
            (ask.t("金额", "Amount"), cell(say.yuan(&one.text("amount")))),
            (
                ask.t("其中：乡镇工作经费", "Of it township"),
                cell(say.yuan(&one.text("township_share"))),
            ),
            (
                ask.t("其中：中心管理经费", "Of it centre"),
                cell(say.yuan(&one.text("centre_share"))),
            ),
            (ask.t("其中：县财政", "Of it treasury"), cell(say.yuan(&one.text("treasury_share")))),
        ])
        .links(vec![Link::to("/developer", ask.t("返回工作台", "To my desk"))])
        .into())
}
