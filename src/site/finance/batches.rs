//! Payment runs: the payouts of a time in one list, decided once and handed to the bank as a file.

use crate::kernel::actor::Role;
use crate::kernel::problem::{Answer, Failure, Problem};
use crate::site::acts::act;
use crate::site::finance::payouts::waits;
use crate::site::finance::{account, is_officer};
use crate::site::who::Names;
use crate::site::words::word;
use crate::web::pages::{Ask, Facts, Field, Figure, Form, Link, Sheet, Shown, Table, cell, today};

pub(super) async fn batches(ask: Ask) -> Answer<Shown> {
    let path = format!("/api/v1/fee-accounts/{}/payout-batches", account(&ask).await?.text("id"));
    let list = ask.get(&format!("{path}?limit=50{}", ask.passed(&["cursor"]))).await?;
    let Some(sent) = &ask.sent else { return Ok(listed(&ask, &list, None).into()) };
    match ask.post(&path, &sent.json(&["from", "to"], &[])).await {
        Ok(done) => {
            let id = done.text("id");
            Ok(Shown::see(format!("/finance/payment-runs/{id}?done=entered")))
        }
        Err(failure) => ask.again(failure, |problem| listed(&ask, &list, problem)),
    }
}

fn state(ask: &Ask, one: &Facts) -> String {
    word(&ask.say, &format!("payout.{}", one.text("state")))
}

fn listed(ask: &Ask, list: &Facts, problem: Option<&Problem>) -> Sheet {
    let say = &ask.say;
    let rows = list.items("items").into_iter().map(|one| {
        vec![
            cell(one.text("number")).to(format!("/finance/payment-runs/{}", one.text("id"))),
            cell(format!("{} – {}", say.day(&one.text("from")), say.day(&one.text("to")))),
            cell(say.count(one.whole("count"))).number(),
            cell(say.yuan(&one.text("total"))).number(),
            cell(say.time(&one.text("entered_at"))),
            cell(state(ask, &one)),
        ]
    });
    let columns = [
        ask.t("编号", "Number"),
        ask.t("期间", "From – to"),
        ask.t("笔数", "Payouts"),
        ask.t("合计", "Total"),
        ask.t("录入时间", "Entered"),
        ask.t("状态", "State"),
    ];
    let mut sheet = Sheet::new(ask.t("付款批次", "Payment runs")).lead(ask.t(
        "把一段时间录入的拨付合成一批，一次审批，导出付款文件交银行。",
        "The payouts entered in a time as one list: approved once, handed to the bank as a file.",
    ));
    if is_officer(ask) {
        let today = today(ask.now);
        let form = Form::post("/finance/payment-runs", ask.t("生成批次", "Make the run"))
            .legend(ask.t("新批次", "A new run"))
            .field(
                Field::date("from", ask.t("自（录入日期）", "From (day of entry)"))
                    .required()
                    .value(&today),
            )
            .field(Field::date("to", ask.t("至", "To")).required().value(&today));
        sheet = sheet.form(ask.filled(form, problem).once(ask.sent.as_ref()));
    }
    sheet.table(
        Table::of("", &columns)
            .rows(rows.collect())
            .empty(ask.t(
                "还没有付款批次。先录入拨付，再生成批次。",
                "There are no payment runs. Enter payouts first, then make a run.",
            ))
            .next(list, say, "/finance/payment-runs", &[]),
    )
}

pub(super) async fn batch(ask: Ask) -> Answer<Shown> {
    let id = ask.part("payout_batch_id");
    let path = format!("/api/v1/payout-batches/{id}");
    let one = ask.get(&path).await?;
    let names = Names::of(&ask, std::slice::from_ref(&one), &["entered_by", "decided_by"]).await?;
    let Some(sent) = &ask.sent else { return Ok(shown(&ask, &one, &names, None).into()) };
    let reason = sent.json(&["reason"], &[]);
    let done = match sent.text("act") {
        "approve" => ask.act(&format!("{path}/approval")).await,
        "reject" => ask.post(&format!("{path}/rejection"), &reason).await,
        _ => ask.post(&format!("{path}/cancellation"), &reason).await,
    };
    match done {
        Ok(_) => Ok(Shown::see(format!("/finance/payment-runs/{id}?done=decided"))),
        Err(failure) => ask.again(failure, |problem| shown(&ask, &one, &names, problem)),
    }
}

fn shown(ask: &Ask, one: &Facts, names: &Names, problem: Option<&Problem>) -> Sheet {
    let say = &ask.say;
    let id = one.text("id");
    let mut sheet =
        Sheet::new(format!("{} {}", ask.t("付款批次", "Payment run"), one.text("number")))
            .under("/finance/payment-runs", ask.t("付款批次", "Payment runs"));
    sheet = match ask.query("done") {
        "entered" => {
            sheet.good(ask.t("已生成，等待另一人审批。", "Made; another person approves it."))
        }
        "decided" => sheet.good(ask.t("已办理。", "Done.")),
        _ => sheet,
    };
    sheet = sheet
        .figures(vec![
            Figure::of(ask.t("合计", "Total"), say.yuan(&one.text("total"))),
            Figure::of(ask.t("笔数", "Payouts"), say.count(one.whole("count"))),
            Figure::of(ask.t("状态", "State"), state(ask, one)),
        ])
        .facts(vec![
            (ask.t("录入人", "Entered by"), cell(names.get(&one.text("entered_by")))),
            (ask.t("录入时间", "Entered"), cell(say.time(&one.text("entered_at")))),
            (ask.t("审批人", "Decided by"), cell(names.get(&one.text("decided_by")))),
            (ask.t("审批时间", "Decided"), cell(say.time(&one.text("decided_at")))),
            (ask.t("说明", "Reason"), cell(one.text("reason"))),
        ]);
    if one.text("state") == "entered" {
        let action = format!("/finance/payment-runs/{id}");
        let reason = || Field::text("reason", ask.t("原因", "Why")).required();
        if ask.actor().is_some_and(|actor| actor.role == Role::FinanceDirector) {
            let approve =
                Form::post(&action, ask.t("整批审批通过", "Approve all of it")).legend(format!(
                    "{}{colon}{}",
                    ask.t("审批", "Approve"),
                    say.yuan(&one.text("total")),
                    colon = ask.say.colon()
                ));
            let reject = Form::post(&action, ask.t("驳回", "Reject"))
                .legend(ask.t("驳回", "Reject"))
                .field(reason());
            sheet = sheet.form(act(ask, "approve", approve, problem));
            sheet = sheet.form(act(ask, "reject", reject, problem));
        } else {
            let cancel = Form::post(&action, ask.t("取消批次", "Cancel the run"))
                .legend(ask.t("取消", "Cancel it"))
                .field(reason());
            sheet = sheet.note(ask.t("等待另一人审批。", "Another person approves it."));
            sheet = sheet.form(act(ask, "cancel", cancel, problem));
        }
    }
    let payouts_of = one.items("payouts");
    let live = |payout: &&Facts| payout.text("state") == "approved";
    let waiting = payouts_of.iter().filter(live).any(|payout| waits(ask, payout));
    let held = payouts_of.iter().filter(live).any(|payout| payout.has("held_since"));
    if one.text("state") == "approved" && (waiting || held) {
        sheet = sheet.note(ask.t(
            "有的收款账户未受信或已暂停：等待届满、取消或解除后才能下载付款文件。",
            "An account is not trusted or on hold: the files come once none waits and no hold stands.",
        ));
    } else if one.text("state") == "approved" {
        sheet = sheet.links(vec![
            Link::to(
                format!("/finance/payment-runs/{id}/order.xml"),
                ask.t("下载付款文件（pain.001）", "Payment file (pain.001)"),
            )
            .strong(),
            Link::to(
                format!("/finance/payment-runs/{id}/table.csv"),
                ask.t("下载付款表（CSV）", "Payment table (CSV)"),
            ),
        ]);
    }
    sheet.table(payouts(ask, one))
}

fn payouts(ask: &Ask, one: &Facts) -> Table {
    let say = &ask.say;
    let rows = one.items("payouts").into_iter().take(200).map(|payout| {
        vec![
            cell(payout.text("number")).to(format!("/finance/payouts/{}", payout.text("id"))),
            cell(payout.text("account_name")),
            cell(payout.text("account")),
            cell(say.yuan(&payout.text("amount"))).number(),
            cell(state(ask, &payout)),
            cell(match payout.has("held_since") {
                true => ask.t("已暂停", "on hold").to_owned(),
                false => say.time(&payout.text("waits_until")),
            }),
        ]
    });
    let columns = [
        ask.t("编号", "Number"),
        ask.t("收款户名", "Payee"),
        ask.t("收款账号", "Account"),
        ask.t("金额", "Amount"),
        ask.t("状态", "State"),
        ask.t("等待至", "Waits until"),
    ];
    Table::of(ask.t("批次中的拨付", "Payouts of this run"), &columns)
        .rows(rows.collect())
        .empty(ask.t("批次中没有拨付。", "The run holds no payouts."))
}

pub(super) async fn file(ask: Ask) -> Answer<Shown> {
    let id = ask.part("payout_batch_id");
    let path = format!("/api/v1/payout-batches/{id}");
    match ask.part("paper").as_str() {
        "order.xml" => ask.file(&format!("{path}/payment-order"), "pain.001.xml").await,
        "table.csv" => ask.file(&format!("{path}/payment-table"), "payment-table.csv").await,
        _ => Err(Failure::not_found()),
    }
}
