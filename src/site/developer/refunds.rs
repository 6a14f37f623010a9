//! Asking for unused money back.

use crate::kernel::problem::{Answer, Problem};
use crate::site::developer::occupations::is_officer;
use crate::site::parts::{body, command, mended, table, told};
use crate::site::words::word;
use crate::web::pages::{Ask, Facts, Field, Sheet, Shown, cell};

struct Money {
    accounts: Vec<Facts>,
    asked: Facts,
    counties: Vec<(String, String)>,
}

pub(super) async fn refunds(ask: Ask) -> Answer<Shown> {
    let mut counties = Vec::new();
    let accounts = ask.get("/api/v1/fee-accounts").await?.items("");
    for one in ask.get("/api/v1/cash-balances").await?.items("") {
        let name = ask.region(&one.text("county")).await?;
        let text = format!("{name} · {}", ask.say.yuan(&one.text("available")));
        counties.push((one.text("county"), text));
    }
    let list = format!("/api/v1/refund-requests?limit=50{}", ask.passed(&["cursor"]));
    let money = Money { accounts, asked: ask.get(&list).await?, counties };
    let Some(sent) = &ask.sent else { return Ok(shown(&ask, &money, None).into()) };
    let told = body(sent, &["account", "county"], &[], &["amount"]);
    match ask.post("/api/v1/refund-requests", &told).await {
        Ok(_) => Ok(Shown::see("/developer/refunds?done=asked")),
        Err(failure) => ask.again(failure, |problem| shown(&ask, &money, problem)),
    }
}

fn shown(ask: &Ask, money: &Money, problem: Option<&Problem>) -> Sheet {
    let say = &ask.say;
    let rows = money.asked.items("items").into_iter().map(|one| {
        let of = money.accounts.iter().find(|it| it.text("id") == one.text("fee_account_id"));
        vec![
            cell(say.time(&one.text("asked_at"))),
            cell(of.map_or_else(String::new, |it| it.text("name"))),
            cell(say.yuan(&one.text("amount"))).number(),
            cell(one.text("account")),
            cell(word(say, &format!("refund.{}", one.text("state")))),
        ]
    });
    let columns = [
        ("申请时间", "Asked"),
        ("账户", "Account"),
        ("金额", "Amount"),
        ("退回账号", "To the account"),
        ("状态", "State"),
    ];
    let asked = table(ask, ("退款申请", "What was asked for"), &columns)
        .rows(rows.collect())
        .empty(ask.t("还没有退款申请。", "Nothing has been asked back."))
        .next(&money.asked, say, "/developer/refunds", &[]);
    let sheet = Sheet::new(ask.t("退款", "Money back"))
        .under("/developer/deposits", ask.t("缴款", "Payments in"))
        .lead(ask.t(
            "未使用的资金可以申请退回原付款账户，由财政局办理。",
            "Money that was not used goes back to the account it came from; the finance bureau pays it.",
        ));
    let done = ("asked", "已申请，等待财政局办理。", "Asked; the finance bureau pays it.");
    let sheet = told(ask, sheet, &[done]).table(asked);
    if money.counties.is_empty() || !is_officer(ask) {
        return sheet;
    }
    let form =
        command(ask, "ask", ask.t("申请退款", "Ask for it"), ask.t("申请退款", "Ask money back"))
            .field(
                Field::choice(
                    "county",
                    ask.t("县区（可用资金）", "County (money there)"),
                    money.counties.clone(),
                )
                .required(),
            )
            .field(Field::number("amount", ask.t("金额（元）", "Amount (CNY)")).required())
            .field(Field::text("account", ask.t("退回账号", "To the account")).hint(ask.t(
                "资金来自多个账户时才须填写。",
                "Needed only where the money came from several accounts.",
            )));
    sheet.form(mended(ask, "ask", form, problem))
}
