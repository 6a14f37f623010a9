//! Listing credits: a form, a look at the amounts, the listing; and its withdrawal.

use crate::kernel::money::cny;
use crate::kernel::problem::{Answer, Problem};
use crate::site::parts::{body, credits, unreadable, worth};
use crate::site::words::word;
use crate::web::pages::{Ask, Facts, Field, Figure, Form, Link, Sheet, Shown, Table, cell};

pub(super) async fn listings(ask: Ask) -> Answer<Shown> {
    let own = ask.actor().map(|actor| actor.organisation_id.to_string()).unwrap_or_default();
    let passed = ask.passed(&["cursor"]);
    let list = ask.get(&format!("/api/v1/listings?limit=50&seller_id={own}{passed}")).await?;
    let say = &ask.say;
    let rows = list.items("items").into_iter().map(|one| {
        let open = one.text("state") == "open";
        let withdraw = cell(ask.t("撤回", "Withdraw"))
            .to(format!("/township/listings/{}/withdrawal", one.text("id")));
        vec![
            cell(one.text("number")).to(format!("/listings/{}", one.text("id"))),
            cell(one.text("batch_number")),
            cell(say.m2(one.whole("m2"))).number(),
            cell(say.m2(one.whole("left_m2"))).number(),
            cell(say.price(&one.text("price_per_mu"))).number(),
            cell(word(say, &one.text("state"))),
            if open { withdraw } else { cell("") },
        ]
    });
    let columns = [
        ask.t("编号", "Number"),
        ask.t("批次", "Batch"),
        ask.t("挂牌面积", "Listed"),
        ask.t("剩余", "Left"),
        ask.t("单价", "Price"),
        ask.t("状态", "State"),
        ask.t("办理", "Do"),
    ];
    let mut sheet = Sheet::new(ask.t("我的挂牌", "My listings"));
    sheet =
        match ask.query("done") {
            "listed" => {
                sheet.good(ask.t("挂牌成功，买方现在可以购买。", "Listed: buyers can buy now."))
            }
            "withdrawn" => sheet.good(ask.t(
                "已撤回，剩余指标已退回可用。",
                "Withdrawn: what was left is yours to use again.",
            )),
            _ => sheet,
        };
    Ok(sheet
        .links(vec![Link::to("/township/new-listing", ask.t("新增挂牌", "List credits")).strong()])
        .table(
            Table::of("", &columns)
                .rows(rows.collect())
                .empty(ask.t(
                    "还没有挂牌。点“新增挂牌”出售指标。",
                    "No listings yet. “List credits” begins one.",
                ))
                .next(&list, say, "/township/listings", &[]),
        )
        .into())
}

pub(super) async fn list(ask: Ask) -> Answer<Shown> {
    let batches = credits(&ask).await?;
    let Some(sent) = &ask.sent else { return Ok(form(&ask, batches, None).into()) };
    let body = body(sent, &["batch_id", "valid_to"], &["m2"], &["price_per_mu"]);
    if sent.text("step") != "confirmed" {
        return Ok(match worth(sent.text("m2"), sent.text("price_per_mu")) {
            Some((_, worth)) if sent.text("step").is_empty() => {
                confirmation(&ask, &batches, &worth).await?.into()
            }
            // Back from the confirmation, or values that only the exchange can judge.
            Some(_) => form(&ask, batches, None).into(),
            None => form(&ask, batches, Some(&unreadable(&["m2", "price_per_mu"]))).into(),
        });
    }
    match ask.post("/api/v1/listings", &body).await {
        Ok(_) => Ok(Shown::see("/township/listings?done=listed")),
        Err(failure) => ask.again(failure, |problem| form(&ask, batches, problem)),
    }
}

fn form(ask: &Ask, batches: Vec<(String, String)>, problem: Option<&Problem>) -> Sheet {
    let sheet = Sheet::new(ask.t("挂牌出售指标", "List credits"))
        .under("/township/listings", ask.t("我的挂牌", "My listings"));
    if batches.is_empty() {
        return sheet.note(ask.t(
            "目前没有可挂牌的指标。指标在核算认定并释放后可以挂牌；质押和冻结的不能挂牌。",
            "There are no credits to list. Credits can be listed once they are certified and released.",
        ));
    }
    let form =
        Form::post("/township/new-listing", ask.t("下一步：核对金额", "Next: see the amounts"))
            .field(
                Field::choice(
                    "batch_id",
                    ask.t("指标批次（可用面积）", "Batch (credits to sell)"),
                    batches,
                )
                .required(),
            )
            .field(
                Field::number("m2", ask.t("挂牌面积（平方米）", "Area (m²)"))
                    .required()
                    .hint(ask.t("整数平方米，如 5000。", "Whole square metres, such as 5000.")),
            )
            .field(
                Field::number("price_per_mu", ask.t("单价（元/亩）", "Price (CNY per mu)"))
                    .required()
                    .hint(ask.t("如 94200.00。", "Such as 94200.00.")),
            )
            .field(
                Field::date("valid_to", ask.t("有效期至（可不填）", "Valid to (may be left out)"))
                    .hint(
                        ask.t("不填则撤回前一直有效。", "Without it, valid until you withdraw it."),
                    ),
            );
    sheet.form(ask.filled(form, problem).once(ask.sent.as_ref()))
}

async fn confirmation(ask: &Ask, batches: &[(String, String)], worth: &i64) -> Answer<Sheet> {
    let say = &ask.say;
    let Some(sent) = &ask.sent else { return Ok(form(ask, batches.to_vec(), None)) };
    let m2 = sent.text("m2").replace([',', '，'], "").parse().unwrap_or_default();
    let batch = batches.iter().find(|(id, _)| id == sent.text("batch_id"));
    let whole = cny(*worth);
    let mut keep = Form::post("/township/new-listing", ask.t("确认挂牌", "Confirm"))
        .hidden("step", "confirmed")
        .once(Some(sent))
        .back(Link::to("/township/new-listing", ask.t("返回修改", "Change it")));
    for name in ["batch_id", "m2", "price_per_mu", "valid_to"] {
        keep = keep.hidden(name, sent.text(name));
    }
    Ok(Sheet::new(ask.t("核对挂牌", "Check before listing"))
        .under("/township/listings", ask.t("我的挂牌", "My listings"))
        .figures(vec![
            Figure::of(ask.t("全部售出的成交金额", "Amount when all is sold"), say.yuan(&whole)),
            Figure::of(ask.t("挂牌面积", "Area"), say.m2_mu(m2)),
            Figure::of(ask.t("单价", "Price"), say.price(sent.text("price_per_mu"))),
        ])
        .facts(vec![
            (ask.t("指标批次", "Batch"), cell(batch.map_or("", |(_, text)| text))),
            (ask.t("有效期至", "Valid to"), cell(say.day(sent.text("valid_to")))),
        ])
        .text(ask.t(
            "挂牌后这些指标被预留，撤回或到期后退回。成交金额按当日生效的分成方案分给乡镇、运营中心和县财政。",
            "The credits are reserved while they are listed. The amount is split by the schedule in force on the day of the trade.",
        ))
        .form(keep))
}

pub(super) async fn withdraw(ask: Ask) -> Answer<Shown> {
    let id = ask.part("listing_id");
    let one = ask.get(&format!("/api/v1/listings/{id}")).await?;
    let Some(sent) = &ask.sent else { return Ok(withdrawal(&ask, &id, &one, None).into()) };
    let body = sent.json(&["reason"], &[]);
    match ask.post(&format!("/api/v1/listings/{id}/withdrawal"), &body).await {
        Ok(_) => Ok(Shown::see("/township/listings?done=withdrawn")),
        Err(failure) => ask.again(failure, |problem| withdrawal(&ask, &id, &one, problem)),
    }
}

fn withdrawal(ask: &Ask, id: &str, one: &Facts, problem: Option<&Problem>) -> Sheet {
    let action = format!("/township/listings/{id}/withdrawal");
    let form = Form::post(action, ask.t("确认撤回", "Withdraw"))
        .field(
            Field::text("reason", ask.t("撤回原因", "Why"))
                .required()
                .hint(ask.t("将记入审计日志。", "It is kept in the audit log.")),
        )
        .back(Link::to("/township/listings", ask.t("返回", "Back")));
    Sheet::new(format!("{} {}", ask.t("撤回挂牌", "Withdraw"), one.text("number")))
        .under("/township/listings", ask.t("我的挂牌", "My listings"))
        .facts(vec![
            (ask.t("剩余面积", "Left"), cell(ask.say.m2_mu(one.whole("left_m2")))),
            (ask.t("单价", "Price"), cell(ask.say.price(&one.text("price_per_mu")))),
        ])
        .form(ask.filled(form, problem).once(ask.sent.as_ref()))
}
