//! Payouts: one person enters, another approves.

use crate::kernel::actor::Role;
use crate::kernel::clock::Time;
use crate::kernel::problem::{Answer, Failure, Problem};
use crate::site::acts::act;
use crate::site::finance::{account, holds, is_officer};
use crate::site::words::{choices, word};
use crate::web::pages::{Ask, Facts, Field, Figure, Form, Link, Sheet, Shown, Table, cell, today};

const STATES: &[&str] = &["entered", "payout.approved", "paid", "payout.rejected", "cancelled"];

pub(super) async fn payouts(ask: Ask) -> Answer<Shown> {
    let id = account(&ask).await?.text("id");
    let passed = ask.passed(&["state", "cursor"]);
    let list = ask.get(&format!("/api/v1/payouts?fee_account_id={id}&limit=50{passed}")).await?;
    let say = &ask.say;
    let rows = list.items("items").into_iter().map(|one| {
        vec![
            cell(one.text("number")).to(format!("/finance/payouts/{}", one.text("id"))),
            cell(word(say, &one.text("kind"))),
            cell(one.text("account_name")),
            cell(say.yuan(&one.text("amount"))).number(),
            cell(say.time(&one.text("entered_at"))),
            cell(word(say, &format!("payout.{}", one.text("state")))),
        ]
    });
    let columns = [
        ask.t("编号", "Number"),
        ask.t("类别", "Kind"),
        ask.t("收款户名", "Payee"),
        ask.t("金额", "Amount"),
        ask.t("录入时间", "Entered"),
        ask.t("状态", "State"),
    ];
    let filter = Form::ask("/finance/payouts", ask.t("筛选", "Filter")).field(
        Field::choice(
            "state",
            ask.t("状态", "State"),
            choices(say, ask.t("全部状态", "All states"), STATES),
        )
        .value(ask.query("state")),
    );
    Ok(Sheet::new(ask.t("拨付", "Payouts"))
        .lead(ask.t(
            "一人录入、另一人审批；银行流水显示付出后分成才减少。",
            "One person enters, another approves; the share falls when the bank shows the payment.",
        ))
        .form(filter)
        .table(
            Table::of("", &columns)
                .rows(rows.collect())
                .empty(ask.t(
                    "没有拨付。请从工作台的“待拨付分成”录入。",
                    "No payouts. Enter one from “Shares to pay out” on your desk.",
                ))
                .next(&list, say, "/finance/payouts", &[("state", ask.query("state"))]),
        )
        .links(vec![Link::to("/finance", ask.t("我的工作台", "My desk"))])
        .into())
}

pub(super) async fn new(ask: Ask) -> Answer<Shown> {
    let id = account(&ask).await?.text("id");
    let to = today(ask.now);
    let due = ask.get(&format!("/api/v1/fee-accounts/{id}/due-shares?to={to}")).await?.items("");
    let asked = |name: &str| match &ask.sent {
        Some(sent) => sent.text(name).to_owned(),
        None => ask.query(name).to_owned(),
    };
    let (organisation, share) = (asked("organisation_id"), asked("share"));
    let one = due
        .into_iter()
        .find(|one| one.text("organisation_id") == organisation && one.text("share") == share);
    let one = one.ok_or_else(Failure::not_found)?;
    let Some(sent) = &ask.sent else { return Ok(form(&ask, &one, None).into()) };
    let body = sent.json(&["organisation_id", "share", "amount"], &[]);
    match ask.post(&format!("/api/v1/fee-accounts/{id}/payouts"), &body).await {
        Ok(done) => Ok(Shown::see(format!("/finance/payouts/{}?done=entered", done.text("id")))),
        Err(failure) => ask.again(failure, |problem| form(&ask, &one, problem)),
    }
}

fn form(ask: &Ask, one: &Facts, problem: Option<&Problem>) -> Sheet {
    let say = &ask.say;
    let form = Form::post("/finance/new-payout", ask.t("录入拨付", "Enter the payout"))
        .hidden("organisation_id", one.text("organisation_id"))
        .hidden("share", one.text("share"))
        .field(
            Field::number("amount", ask.t("金额（元）", "Amount (CNY)"))
                .required()
                .value(one.text("payable"))
                .hint(ask.t(
                    "不超过可拨付金额，写到分，如 288252.00。",
                    "No more than is payable, with two places, such as 288252.00.",
                )),
        )
        .back(Link::to("/finance", ask.t("返回", "Back")));
    Sheet::new(ask.t("录入拨付", "Enter a payout"))
        .under("/finance/payouts", ask.t("拨付", "Payouts"))
        .figures(vec![
            Figure::of(ask.t("可拨付", "Payable"), say.yuan(&one.text("payable"))),
            Figure::of(ask.t("结存", "Balance"), say.yuan(&one.text("balance"))),
        ])
        .facts(vec![
            (ask.t("收款单位", "Organisation"), cell(one.text("organisation_name"))),
            (ask.t("分成", "Share"), cell(word(say, &one.text("share")))),
            (ask.t("登记账号", "Registered account"), cell(one.text("account"))),
            (ask.t("开户银行", "Bank"), cell(one.text("bank_name"))),
        ])
        .form(ask.filled(form, problem).once(ask.sent.as_ref()))
}

pub(super) async fn payout(ask: Ask) -> Answer<Shown> {
    let id = ask.part("payout_id");
    let path = format!("/api/v1/payouts/{id}");
    let Some(sent) = &ask.sent else {
        let one = ask.get(&path).await?;
        return Ok(shown(&ask, &one, None).into());
    };
    let done = match sent.text("act") {
        "approve" => ask.act(&format!("{path}/approval")).await,
        act => {
            let noun = if act == "reject" { "rejection" } else { "cancellation" };
            ask.post(&format!("{path}/{noun}"), &sent.json(&["reason"], &[])).await
        }
    };
    match done {
        Ok(_) => Ok(Shown::see(format!("/finance/payouts/{id}?done=decided"))),
        Err(failure) => {
            let one = ask.get(&path).await?;
            ask.again(failure, |problem| shown(&ask, &one, problem))
        }
    }
}

fn shown(ask: &Ask, one: &Facts, problem: Option<&Problem>) -> Sheet {
    let say = &ask.say;
    let mut sheet = Sheet::new(format!("{} {}", ask.t("拨付", "Payout"), one.text("number")))
        .under("/finance/payouts", ask.t("拨付", "Payouts"));
    sheet = match ask.query("done") {
        "entered" => {
            sheet.good(ask.t("已录入，等待另一人审批。", "Entered; another person approves it."))
        }
        "decided" => sheet.good(ask.t("已办理。", "Done.")),
        _ => sheet,
    };
    sheet = sheet
        .figures(vec![
            Figure::of(ask.t("金额", "Amount"), say.yuan(&one.text("amount"))),
            Figure::of(ask.t("状态", "State"), word(say, &format!("payout.{}", one.text("state")))),
        ])
        .facts(vec![
            (ask.t("收款户名", "Payee"), cell(one.text("account_name"))),
            (ask.t("收款账号", "Account"), cell(one.text("account"))),
            (ask.t("开户银行", "Bank"), cell(one.text("bank_name"))),
            (ask.t("类别", "Kind"), cell(word(say, &one.text("kind")))),
            (ask.t("录入时间", "Entered"), cell(say.time(&one.text("entered_at")))),
            (ask.t("审批时间", "Decided"), cell(say.time(&one.text("decided_at")))),
            (ask.t("等待至", "Waits until"), cell(say.time(&one.text("waits_until")))),
            (ask.t("暂停自", "On hold since"), cell(say.time(&one.text("held_since")))),
            (ask.t("到账时间", "Paid"), cell(say.time(&one.text("paid_at")))),
            (ask.t("说明", "Reason"), cell(one.text("reason"))),
        ]);
    let state = one.text("state");
    if one.has("held_since") {
        sheet = sheet.bad(ask.t(
            "收款账户已暂停付款，付款文件不包含该笔；解除须两人办理。",
            "Its account is on hold: no payment file contains it until two people lift the hold.",
        ));
    }
    if ["entered", "approved"].contains(&state.as_str()) && !one.has("held_since") {
        sheet = sheet.links(vec![holds::link(ask, &one.text("account"))]);
    }
    if state == "approved" && waits(ask, one) {
        sheet = waiting(ask, sheet, one, problem);
    } else if state == "approved" && !one.has("held_since") {
        let path = format!("/finance/payouts/{}", one.text("id"));
        sheet = sheet.links(vec![
            Link::to(
                format!("{path}/order.xml"),
                ask.t("下载付款文件（pain.001）", "Payment file (pain.001)"),
            )
            .strong(),
            Link::to(
                format!("{path}/table.csv"),
                ask.t("下载付款表（CSV）", "Payment table (CSV)"),
            ),
        ]);
    }
    if state == "paid" && is_officer(ask) {
        let path = format!("/finance/new-correction?kind=payout&subject_id={}", one.text("id"));
        sheet = sheet.links(vec![Link::to(path, ask.t("冲正", "Correct it"))]);
    }
    if state != "entered" {
        return sheet;
    }
    let action = format!("/finance/payouts/{}", one.text("id"));
    let form = |name: &str, button: &str, legend: &str| {
        let form = Form::post(&action, button).legend(legend);
        let form = match name {
            "approve" => form,
            _ => form.field(Field::text("reason", ask.t("原因", "Why")).required()),
        };
        act(ask, name, form, problem)
    };
    match ask.actor().map(|actor| actor.role) {
        Some(Role::FinanceDirector) => {
            let legend = format!(
                "{}{colon}{}",
                ask.t("审批", "Approve"),
                say.yuan(&one.text("amount")),
                colon = ask.say.colon()
            );
            sheet.form(form("approve", ask.t("审批通过", "Approve"), &legend)).form(form(
                "reject",
                ask.t("驳回", "Reject"),
                ask.t("驳回", "Reject"),
            ))
        }
        _ => sheet.note(ask.t("等待另一人审批。", "Another person approves it.")).form(form(
            "cancel",
            ask.t("取消拨付", "Cancel"),
            ask.t("取消", "Cancel it"),
        )),
    }
}

/// Whether a payout still waits since its account was not trusted.
pub(super) fn waits(ask: &Ask, one: &Facts) -> bool {
    one.text("waits_until").parse::<Time>().is_ok_and(|until| until > ask.now)
}

/// Why it waits, and the way to cancel it meanwhile.
fn waiting(ask: &Ask, sheet: Sheet, one: &Facts, problem: Option<&Problem>) -> Sheet {
    let sheet = sheet.note(format!(
        "{} {}",
        ask.t(
            "收款账户未在受信名单中，此前可取消；付出时间",
            "Its account is not on the list of trusted ones; it can be cancelled until it leaves at"
        ),
        ask.say.time(&one.text("waits_until"))
    ));
    if !is_officer(ask) {
        return sheet;
    }
    let path = format!("/finance/payouts/{}", one.text("id"));
    let form = Form::post(path, ask.t("取消拨付", "Cancel"))
        .legend(ask.t("取消", "Cancel it"))
        .field(Field::text("reason", ask.t("原因", "Why")).required());
    sheet.form(act(ask, "cancel", form, problem))
}

pub(super) async fn file(ask: Ask) -> Answer<Shown> {
    let path = format!("/api/v1/payouts/{}", ask.part("payout_id"));
    match ask.part("paper").as_str() {
        "order.xml" => ask.file(&format!("{path}/payment-order"), "pain.001.xml").await,
        "table.csv" => ask.file(&format!("{path}/payment-table"), "payment-table.csv").await,
        _ => Err(Failure::not_found()),
    }
}
