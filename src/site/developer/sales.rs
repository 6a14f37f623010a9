//! Pledged credits that are sold to the developer for a lender: looking at the and accepting.

use crate::kernel::money::cny;
use crate::kernel::problem::{Answer, Problem};
use crate::site::developer::limits::{About, with_word};
use crate::site::parts::{after, command, mended, table, told, worth};
use crate::site::words::word;
use crate::web::pages::{Ask, Figure, Sheet, Shown, cell};

pub(super) async fn sales(ask: Ask) -> Answer<Shown> {
    let list =
        ask.get(&format!("/api/v1/enforced-sales?limit=50{}", ask.passed(&["cursor"]))).await?;
    let say = &ask.say;
    let rows = list.items("items").into_iter().map(|one| {
        vec![
            cell(one.text("number")).to(format!("/developer/sales/{}", one.text("id"))),
            cell(say.m2(one.whole("m2"))).number(),
            cell(say.price(&one.text("price_per_mu"))).number(),
            cell(say.time(&one.text("asked_at"))),
            cell(word(say, &format!("sale.{}", one.text("state")))),
        ]
    });
    let columns = [
        ("编号", "Number"),
        ("面积", "Area"),
        ("单价", "Price"),
        ("提出时间", "Asked"),
        ("状态", "State"),
    ];
    let table = table(&ask, ("", ""), &columns)
        .rows(rows.collect())
        .empty(ask.t("没有向本单位处置的质押指标。", "No pledged credits are being sold to you."))
        .next(&list, say, "/developer/sales", &[]);
    Ok(Sheet::new(ask.t("质押处置", "Enforced sales"))
        .lead(ask.t(
            "银行处置质押指标时可以卖给本单位；审批后由本单位确认成交。",
            "A bank may sell pledged credits to you; once it is approved, you accept and it is settled.",
        ))
        .table(table)
        .into())
}

pub(super) async fn sale(ask: Ask) -> Answer<Shown> {
    let id = ask.part("sale_id");
    let path = format!("/api/v1/enforced-sales/{id}");
    if ask.sent.is_none() {
        return Ok(shown(&ask, &path, None).await?.into());
    }
    let done = ask.act(&format!("{path}/acceptance")).await;
    let to = format!("/developer/sales/{id}?done=accepted");
    after(&ask, done, to, async |problem| shown(&ask, &path, Some(problem)).await).await
}

async fn shown(ask: &Ask, path: &str, problem: Option<&Problem>) -> Answer<Sheet> {
    let one = ask.get(path).await?;
    let batch = ask.get(&format!("/api/v1/batches/{}", one.text("batch_id"))).await?;
    let say = &ask.say;
    let fen = worth(&one.text("m2"), &one.text("price_per_mu")).map_or(0, |(_, fen)| fen);
    let amount = say.yuan(&cny(fen));
    let sheet =
        Sheet::new(format!("{} {}", ask.t("质押处置", "Enforced sale"), one.text("number")))
            .under("/developer/sales", ask.t("质押处置", "Enforced sales"));
    let done = ("accepted", "已成交，指标已转入本单位。", "Settled: the credits are yours.");
    let sheet = told(ask, sheet, &[done])
        .figures(vec![
            Figure::of(ask.t("状态", "State"), word(say, &format!("sale.{}", one.text("state")))),
            Figure::of(ask.t("应付金额", "To pay"), amount.clone()),
            Figure::of(ask.t("面积", "Area"), say.m2_mu(one.whole("m2"))),
        ])
        .facts(vec![
            (
                ask.t("指标批次", "Batch"),
                cell(batch.text("number")).to(format!("/batches/{}", batch.text("id"))),
            ),
            (ask.t("单价", "Price"), cell(say.price(&one.text("price_per_mu")))),
            (ask.t("依据文件", "Document"), cell(one.text("document"))),
            (ask.t("提出时间", "Asked"), cell(say.time(&one.text("asked_at")))),
            (ask.t("审批时间", "Approved"), cell(say.time(&one.text("approved_at")))),
        ]);
    if one.text("state") != "approved" {
        return Ok(sheet);
    }
    let about = About { kind: "enforced_sale", subject: &one.text("id"), fen };
    let sheet = with_word(ask, sheet, about).await?;
    let button = format!("{} · {amount}", ask.t("确认成交", "Accept"));
    let form = command(ask, "accept", &button, ask.t("确认成交", "Accept the sale"));
    Ok(sheet.form(mended(ask, "accept", form, problem)))
}
