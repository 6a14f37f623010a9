//! Money that developers want back, and what secured loans are owed of a share.

use crate::kernel::problem::{Answer, Failure, Problem};
use crate::site::finance::{account, is_officer};
use crate::site::words::word;
use crate::web::pages::{Ask, Facts, Figure, Form, Link, Sheet, Shown, Table, cell};

pub(super) async fn refunds(ask: Ask) -> Answer<Shown> {
    let account = account(&ask).await?.text("id");
    let passed = ask.passed(&["cursor"]);
    let list = ask.get(&format!("/api/v1/refund-requests?limit=50{passed}")).await?;
    let path = format!("/api/v1/fee-accounts/{account}/secured-proceeds?limit=50");
    let secured = ask.get(&path).await?;
    let say = &ask.say;
    let officer = is_officer(&ask);
    let do_it = |href: String, open: bool| match officer && open {
        true => cell(ask.t("录入付款", "Enter the payout")).to(href),
        false => cell(""),
    };
    let mut rows = Vec::new();
    for one in list.items("items") {
        let name = organisation(&ask, &one.text("organisation_id")).await?;
        let open = one.text("state") == "open";
        rows.push(vec![
            cell(say.time(&one.text("asked_at"))),
            cell(name),
            cell(one.text("account")),
            cell(say.yuan(&one.text("amount"))).number(),
            cell(word(say, &format!("refund.{}", one.text("state")))),
            do_it(format!("/finance/refunds/{}", one.text("id")), open),
        ]);
    }
    let columns = [
        ask.t("申请时间", "Asked"),
        ask.t("单位", "Organisation"),
        ask.t("退回账号", "Account"),
        ask.t("金额", "Amount"),
        ask.t("状态", "State"),
        ask.t("办理", "Do"),
    ];
    let mut bound = Vec::new();
    for one in secured.items("items") {
        let open = one.text("rest") != "0.00";
        bound.push(vec![
            cell(say.time(&one.text("bound_at"))),
            cell(organisation(&ask, &one.text("lender_id")).await?),
            cell(word(say, &one.text("share"))),
            cell(say.yuan(&one.text("amount"))).number(),
            cell(say.yuan(&one.text("rest"))).number(),
            do_it(format!("/finance/secured/{}", one.text("id")), open),
        ]);
    }
    let of_bound = [
        ask.t("处置时间", "Sold"),
        ask.t("债权人", "Lender"),
        ask.t("出自", "Out of"),
        ask.t("金额", "Amount"),
        ask.t("未付", "Left"),
        ask.t("办理", "Do"),
    ];
    Ok(Sheet::new(ask.t("退款与质押处置款", "Refunds and secured proceeds"))
        .lead(ask.t(
            "退款和质押处置款都录成拨付，由另一人审批后付出。",
            "Both are entered as payouts, which another person approves.",
        ))
        .table(
            Table::of(ask.t("退款申请", "Refunds that were asked for"), &columns)
                .rows(rows)
                .empty(ask.t("没有退款申请。", "Nobody has asked for a refund."))
                .next(&list, say, "/finance/refunds", &[]),
        )
        .table(
            Table::of(ask.t("应付债权人的处置款", "Proceeds bound for lenders"), &of_bound)
                .rows(bound)
                .empty(ask.t("没有应付的处置款。", "Nothing is bound for a lender.")),
        )
        .links(vec![Link::to("/finance/payouts", ask.t("拨付", "Payouts"))])
        .into())
}

pub(super) async fn organisation(ask: &Ask, id: &str) -> Answer<String> {
    let found = ask.find(&format!("/api/v1/organisations/{id}")).await?;
    Ok(found.map_or_else(|| "—".to_owned(), |found| found.text("name")))
}

/// Finds one of a list by its id, page by page.
async fn find(ask: &Ask, path: &str, id: &str) -> Answer<Facts> {
    let mut cursor = String::new();
    // Far more pages than open requests ever are.
    for _ in 0..50 {
        let list = ask.get(&format!("{path}?limit=200{cursor}")).await?;
        if let Some(one) = list.items("items").into_iter().find(|one| one.text("id") == id) {
            return Ok(one);
        }
        match list.next() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    Err(Failure::not_found())
}

pub(super) async fn refund(ask: Ask) -> Answer<Shown> {
    let id = ask.part("refund_id");
    let one = find(&ask, "/api/v1/refund-requests", &id).await?;
    let name = organisation(&ask, &one.text("organisation_id")).await?;
    let post = format!("/api/v1/refund-requests/{id}/payout");
    confirm(&ask, &one, &name, &post, ("录入退款", "Enter the refund"), "amount").await
}

pub(super) async fn secured(ask: Ask) -> Answer<Shown> {
    let id = ask.part("proceeds_id");
    let account = account(&ask).await?.text("id");
    let one = find(&ask, &format!("/api/v1/fee-accounts/{account}/secured-proceeds"), &id).await?;
    let name = organisation(&ask, &one.text("lender_id")).await?;
    let post = format!("/api/v1/secured-proceeds/{id}/payout");
    let title = ("录入处置款付款", "Enter the payout to the lender");
    confirm(&ask, &one, &name, &post, title, "rest").await
}

/// The amount and who gets it, and the button.
async fn confirm(
    ask: &Ask,
    one: &Facts,
    name: &str,
    post: &str,
    (zh, en): (&str, &str),
    amount: &str,
) -> Answer<Shown> {
    let say = &ask.say;
    let page = |problem: Option<&Problem>| {
        let form = Form::post(ask.path(), ask.t("录入，交另一人审批", "Enter it for approval"))
            .legend(format!(
                "{}{colon}{} → {name}",
                ask.t(zh, en),
                say.yuan(&one.text(amount)),
                colon = ask.say.colon()
            ))
            .once(ask.sent.as_ref())
            .back(Link::to("/finance/refunds", ask.t("返回", "Back")));
        Sheet::new(ask.t(zh, en))
            .under("/finance/refunds", ask.t("退款与质押处置款", "Refunds and secured proceeds"))
            .figures(vec![Figure::of(ask.t("金额", "Amount"), say.yuan(&one.text(amount)))])
            .facts(vec![
                (ask.t("收款单位", "Organisation"), cell(name)),
                (ask.t("收款账号", "Account"), cell(one.text("account"))),
            ])
            .form(match problem {
                Some(problem) => form.refused(problem, say),
                None => form,
            })
    };
    if ask.sent.is_none() {
        return Ok(page(None).into());
    }
    match ask.act(post).await {
        Ok(done) => Ok(Shown::see(format!("/finance/payouts/{}?done=entered", done.text("id")))),
        Err(failure) => ask.again(failure, page),
    }
}
