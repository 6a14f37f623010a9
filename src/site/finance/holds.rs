//! Accounts to which nothing leaves: one person holds an account, two let it go again.

use crate::kernel::actor::Role;
use crate::kernel::problem::{Answer, Problem};
use crate::site::finance::account;
use crate::site::parts::{after, command, mended, table, told};
use crate::site::who::Names;
use crate::site::words::word;
use crate::web::pages::{Ask, Facts, Field, Link, Sheet, Shown, cell, encoded};

const DONE: [(&str, &str, &str); 3] = [
    ("held", "已暂停：付款文件不再包含该账户。", "Held: no payment file contains it any more."),
    ("asked", "已申请解除，待负责人办理。", "Asked for; the director lifts it."),
    ("lifted", "已解除暂停。", "The hold is lifted."),
];

/// The link that holds an account.
pub(super) fn link(ask: &Ask, number: &str) -> Link {
    Link::to(
        format!("/finance/holds?number={}", encoded(number)),
        ask.t("暂停付款", "Put it on hold"),
    )
}

pub(super) async fn holds(ask: Ask) -> Answer<Shown> {
    let id = account(&ask).await?.text("id");
    let path = format!("/api/v1/fee-accounts/{id}/account-holds");
    let Some(sent) = &ask.sent else { return Ok(all(&ask, &path, None).await?.into()) };
    let done = ask.post(&path, &sent.json(&["number", "reason"], &[])).await;
    let to = match &done {
        Ok(hold) => format!("/finance/holds/{}?done=held", hold.text("id")),
        Err(_) => String::new(),
    };
    after(&ask, done, to, async |problem| all(&ask, &path, Some(problem)).await).await
}

async fn all(ask: &Ask, path: &str, problem: Option<&Problem>) -> Answer<Sheet> {
    let say = &ask.say;
    let list = ask.get(&format!("{path}?limit=50{}", ask.passed(&["cursor"]))).await?;
    let items = list.items("items");
    let names = Names::of(ask, &items, &["held_by"]).await?;
    let rows = items.iter().map(|one| {
        vec![
            cell(one.text("number")).to(format!("/finance/holds/{}", one.text("id"))),
            cell(word(say, &format!("hold.{}", one.text("state")))),
            cell(one.text("reason")),
            cell(names.get(&one.text("held_by"))),
            cell(say.time(&one.text("held_at"))),
            cell(say.time(&one.text("lifted_at"))),
        ]
    });
    let columns = [
        ("账号", "Account"),
        ("状态", "State"),
        ("原因", "Why"),
        ("暂停人", "Held by"),
        ("暂停时间", "Held"),
        ("解除时间", "Lifted"),
    ];
    let form = command(
        ask,
        "hold",
        ask.t("立即暂停", "Hold it now"),
        ask.t("暂停向一个账户付款", "Hold an account"),
    )
    .field(
        Field::text("number", ask.t("收款账号", "Account")).required().value(ask.query("number")),
    )
    .field(Field::text("reason", ask.t("原因", "Why")).required());
    Ok(Sheet::new(ask.t("暂停付款的账户", "Accounts on hold"))
        .under("/finance/payouts", ask.t("拨付", "Payouts"))
        .lead(ask.t(
            "一人即可暂停，立即生效；解除须经办人申请、负责人办理。",
            "One person holds an account, at once; lifting it takes an officer and the director.",
        ))
        .form(mended(ask, "hold", form, problem))
        .table(
            table(ask, ("暂停记录", "Holds"), &columns)
                .rows(rows.collect())
                .empty(ask.t("没有暂停的账户。", "No account is on hold."))
                .next(&list, say, "/finance/holds", &[]),
        ))
}

pub(super) async fn hold(ask: Ask) -> Answer<Shown> {
    let path = format!("/api/v1/account-holds/{}", ask.part("account_hold_id"));
    let Some(sent) = &ask.sent else { return Ok(one(&ask, &path, None).await?.into()) };
    let (done, told) = match sent.text("act") {
        "lift" => (ask.act(&format!("{path}/lift")).await, "lifted"),
        _ => {
            let reason = sent.json(&["reason"], &[]);
            (ask.post(&format!("{path}/lift-request"), &reason).await, "asked")
        }
    };
    let to = format!("{}?done={told}", ask.path());
    after(&ask, done, to, async |problem| one(&ask, &path, Some(problem)).await).await
}

async fn one(ask: &Ask, path: &str, problem: Option<&Problem>) -> Answer<Sheet> {
    let say = &ask.say;
    let hold = ask.get(path).await?;
    let people = ["held_by", "lift_asked_by", "lifted_by"];
    let names = Names::of(ask, std::slice::from_ref(&hold), &people).await?;
    let sheet = Sheet::new(format!("{} {}", ask.t("暂停付款", "Hold"), hold.text("number")))
        .under("/finance/holds", ask.t("暂停付款的账户", "Accounts on hold"));
    let sheet = told(ask, sheet, &DONE).facts(vec![
        (ask.t("状态", "State"), cell(word(say, &format!("hold.{}", hold.text("state"))))),
        (ask.t("原因", "Why"), cell(hold.text("reason"))),
        (ask.t("暂停人", "Held by"), cell(names.get(&hold.text("held_by")))),
        (ask.t("暂停时间", "Held"), cell(say.time(&hold.text("held_at")))),
        (ask.t("解除原因", "Why it is to be lifted"), cell(hold.text("lift_reason"))),
        (ask.t("申请解除", "Asked by"), cell(names.get(&hold.text("lift_asked_by")))),
        (ask.t("解除人", "Lifted by"), cell(names.get(&hold.text("lifted_by")))),
        (ask.t("解除时间", "Lifted"), cell(say.time(&hold.text("lifted_at")))),
    ]);
    Ok(forms(ask, sheet, &hold, problem))
}

fn forms(ask: &Ask, sheet: Sheet, hold: &Facts, problem: Option<&Problem>) -> Sheet {
    let director = ask.actor().is_some_and(|actor| actor.role == Role::FinanceDirector);
    match (hold.text("state").as_str(), director) {
        ("lifted", _) => sheet,
        ("lift_asked", true) => {
            let form = command(
                ask,
                "lift",
                ask.t("解除暂停", "Lift the hold"),
                ask.t("解除后付款文件可再包含该账户", "Payment files may contain it again"),
            );
            sheet.form(mended(ask, "lift", form, problem))
        }
        (_, true) => sheet.note(ask.t(
            "解除须先由经办人申请。",
            "An officer asks for the lift first; then the director lifts it.",
        )),
        (state, false) => {
            let form = command(
                ask,
                "ask",
                ask.t("申请解除", "Ask to lift it"),
                ask.t("申请解除暂停", "Ask for the lift"),
            )
            .field(Field::text("reason", ask.t("原因", "Why")).required());
            let sheet = match state {
                "lift_asked" => sheet.note(ask.t(
                    "已申请解除，待负责人办理；逾期可再申请。",
                    "It waits for the director; it can be asked for again.",
                )),
                _ => sheet,
            };
            sheet.form(mended(ask, "ask", form, problem))
        }
    }
}
