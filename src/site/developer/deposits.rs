//! Paying in: a reference, and what to write on the transfer.

use crate::kernel::problem::{Answer, Failure, Problem};
use crate::site::parts::body;
use crate::site::words::word;
use crate::web::pages::{Ask, Field, Form, Link, Sheet, Shown, Table, cell};

pub(super) async fn deposits(ask: Ask) -> Answer<Shown> {
    let list =
        ask.get(&format!("/api/v1/payment-notices?limit=50{}", ask.passed(&["cursor"]))).await?;
    let say = &ask.say;
    let mut rows = Vec::new();
    for one in list.items("items") {
        rows.push(vec![
            cell(one.text("reference")).to(format!("/developer/deposits/{}", one.text("id"))),
            cell(ask.region(&one.text("county")).await?),
            cell(say.yuan(&one.text("amount"))).number(),
            cell(say.yuan(&one.text("received"))).number(),
            cell(say.time(&one.text("issued_at"))),
            cell(word(say, &format!("notice.{}", one.text("state")))),
        ]);
    }
    let columns = [
        ask.t("缴款码", "Reference"),
        ask.t("县区", "County"),
        ask.t("金额", "Amount"),
        ask.t("已到账", "Received"),
        ask.t("开具时间", "Issued"),
        ask.t("状态", "State"),
    ];
    Ok(Sheet::new(ask.t("缴款", "Payments in"))
        .lead(ask.t(
            "向哪个县的交易费用管理账户缴款，就只能购买该县的指标。转账附言必须写明缴款码。",
            "Money paid into a county's account buys credits of that county. The transfer must name the reference.",
        ))
        .links(vec![
            Link::to("/developer/new-deposit", ask.t("申请缴款码", "Take a reference")).strong(),
            Link::to("/developer/refunds", ask.t("申请退款", "Ask money back")),
        ])
        .table(
            Table::of("", &columns)
                .rows(rows)
                .empty(ask.t("还没有缴款通知。", "There are no payment notices yet."))
                .next(&list, say, "/developer/deposits", &[]),
        )
        .into())
}

pub(super) async fn deposit(ask: Ask) -> Answer<Shown> {
    let id = ask.part("payment_id");
    let one = ask.get(&format!("/api/v1/payment-notices/{id}")).await?;
    let accounts = ask.get("/api/v1/fee-accounts").await?.items("");
    let account = accounts.into_iter().find(|it| it.text("id") == one.text("fee_account_id"));
    let account = account.ok_or_else(Failure::not_found)?;
    let say = &ask.say;
    let sheet =
        Sheet::new(format!("{} {}", ask.t("缴款通知", "Payment notice"), one.text("reference")))
            .under("/developer/deposits", ask.t("缴款", "Payments in"));
    let sheet = match one.text("state").as_str() {
        "paid" => sheet.good(ask.t("已到账。", "Paid.")),
        _ => sheet.note(ask.t(
            "请按下列内容转账，附言只写缴款码，金额须一致；否则将暂存待核。",
            "Transfer exactly this, with only the reference as text; anything else waits to be sorted out.",
        )),
    };
    Ok(sheet
        .facts(vec![
            (ask.t("收款户名", "Account name"), cell(account.text("name"))),
            (ask.t("收款账号", "Account number"), cell(account.text("number"))),
            (ask.t("开户银行", "Bank"), cell(account.text("bank"))),
            (ask.t("金额", "Amount"), cell(say.yuan(&one.text("amount")))),
            (ask.t("附言（缴款码）", "Text (reference)"), cell(one.text("reference"))),
            (ask.t("用途", "Purpose"), cell(one.text("purpose"))),
            (ask.t("已到账", "Received"), cell(say.yuan(&one.text("received")))),
            (ask.t("开具时间", "Issued"), cell(say.time(&one.text("issued_at")))),
        ])
        .into())
}

pub(super) async fn new(ask: Ask) -> Answer<Shown> {
    let mut counties = Vec::new();
    for account in ask.get("/api/v1/fee-accounts").await?.items("") {
        let code = account.text("county");
        let name = ask.region(&code).await?;
        counties.push((code, name));
    }
    let Some(sent) = &ask.sent else { return Ok(form(&ask, counties, None).into()) };
    let body = body(sent, &["county", "purpose"], &[], &["amount"]);
    match ask.post("/api/v1/payment-notices", &body).await {
        Ok(notice) => Ok(Shown::see(format!("/developer/deposits/{}", notice.text("id")))),
        Err(failure) => ask.again(failure, |problem| form(&ask, counties, problem)),
    }
}

fn form(ask: &Ask, counties: Vec<(String, String)>, problem: Option<&Problem>) -> Sheet {
    let form = Form::post("/developer/new-deposit", ask.t("取得缴款码", "Take the reference"))
        .field(Field::choice("county", ask.t("县区", "County"), counties).required())
        .field(
            Field::number("amount", ask.t("缴款金额（元）", "Amount (CNY)"))
                .required()
                .hint(ask.t("如 1500000.00。", "Such as 1500000.00.")),
        )
        .field(
            Field::text("purpose", ask.t("用途", "Purpose"))
                .required()
                .value(ask.t("购买指标", "credits")),
        )
        .back(Link::to("/developer/deposits", ask.t("返回", "Back")));
    Sheet::new(ask.t("申请缴款码", "Take a reference"))
        .under("/developer/deposits", ask.t("缴款", "Payments in"))
        .form(ask.filled(form, problem).once(ask.sent.as_ref()))
}
