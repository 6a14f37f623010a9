//! Mistakes are mended by a mirror journal: one person enters it, the director approves.

use crate::kernel::actor::Role;
use crate::kernel::problem::{Answer, Problem};
use crate::site::acts::act;
use crate::site::finance::refunds::organisation;
use crate::site::finance::{account, is_officer};
use crate::site::who::Names;
use crate::site::words::word;
use crate::web::pages::{Ask, Facts, Field, Figure, Form, Link, Sheet, Shown, Table, cell};

const KINDS: [&str; 3] = ["deposit", "payout", "trade"];

pub(super) async fn corrections(ask: Ask) -> Answer<Shown> {
    let id = account(&ask).await?.text("id");
    let passed = ask.passed(&["cursor"]);
    let list = ask.get(&format!("/api/v1/fee-accounts/{id}/corrections?limit=50{passed}")).await?;
    let say = &ask.say;
    let rows = list.items("items").into_iter().map(|one| {
        vec![
            cell(say.time(&one.text("entered_at")))
                .to(format!("/finance/corrections/{}", one.text("id"))),
            cell(word(say, &format!("correction.{}", one.text("kind")))),
            cell(say.yuan(&one.text("amount"))).number(),
            cell(one.text("reason")),
            cell(word(say, &format!("correction.{}", one.text("state")))),
        ]
    });
    let columns = [
        ask.t("录入时间", "Entered"),
        ask.t("冲正什么", "Of what"),
        ask.t("金额", "Amount"),
        ask.t("原因", "Why"),
        ask.t("状态", "State"),
    ];
    let links = vec![
        Link::to("/finance/deposits", ask.t("从缴款冲正", "Correct a payment in")),
        Link::to("/finance/payouts", ask.t("从拨付冲正", "Correct a payout")),
        Link::to("/finance/trades", ask.t("从成交冲正", "Correct a trade")),
    ];
    Ok(Sheet::new(ask.t("冲正与更正", "Corrections"))
        .lead(ask.t(
            "已入账的凭证不修改、不删除；用一张相反的凭证冲正，由负责人审批。",
            "What is booked is never changed; a mirror journal undoes it when the director approves.",
        ))
        .table(
            Table::of("", &columns)
                .rows(rows.collect())
                .empty(ask.t(
                    "没有冲正。需要时从缴款、拨付或成交中选择要冲正的一笔。",
                    "There are none. Choose a payment in, a payout or a trade to correct it.",
                ))
                .next(&list, say, "/finance/corrections", &[]),
        )
        .links(links)
        .into())
}

pub(super) async fn deposits(ask: Ask) -> Answer<Shown> {
    let id = account(&ask).await?.text("id");
    let passed = ask.passed(&["cursor"]);
    let list = ask.get(&format!("/api/v1/fee-accounts/{id}/deposits?limit=50{passed}")).await?;
    let say = &ask.say;
    let officer = is_officer(&ask);
    let rows = list.items("items").into_iter().map(|one| {
        let do_it = match (one.yes("undone"), officer) {
            (true, _) => cell(ask.t("已冲正", "undone")),
            (false, true) => cell(ask.t("冲正", "Correct it"))
                .to(format!("/finance/new-correction?kind=deposit&subject_id={}", one.text("id"))),
            (false, false) => cell(""),
        };
        vec![
            cell(say.time(&one.text("deposited_at"))),
            cell(one.text("account_name")),
            cell(one.text("account")),
            cell(say.yuan(&one.text("amount"))).number(),
            cell(one.text("reason")),
            do_it,
        ]
    });
    let columns = [
        ask.t("到账时间", "Came in"),
        ask.t("付款户名", "Payer"),
        ask.t("付款账号", "Account"),
        ask.t("金额", "Amount"),
        ask.t("人工认领原因", "Assigned because"),
        ask.t("办理", "Do"),
    ];
    Ok(Sheet::new(ask.t("缴款", "Payments in"))
        .under("/finance/corrections", ask.t("冲正与更正", "Corrections"))
        .table(
            Table::of("", &columns)
                .rows(rows.collect())
                .empty(ask.t(
                    "还没有缴款到账。导入银行流水后在此显示。",
                    "Nothing has come in. It shows here when a statement is imported.",
                ))
                .next(&list, say, "/finance/deposits", &[]),
        )
        .into())
}

pub(super) async fn trades(ask: Ask) -> Answer<Shown> {
    let list = ask.get(&format!("/api/v1/trades?limit=50{}", ask.passed(&["cursor"]))).await?;
    let say = &ask.say;
    let officer = is_officer(&ask);
    let rows = list.items("items").into_iter().map(|one| {
        let id = one.text("id");
        let undo = cell(ask.t("冲正", "Correct it"))
            .to(format!("/finance/new-correction?kind=trade&subject_id={id}"));
        vec![
            cell(one.text("number")),
            cell(say.time(&one.text("traded_at"))),
            cell(say.m2(one.whole("m2"))).number(),
            cell(say.yuan(&one.text("amount"))).number(),
            if officer { undo } else { cell("") },
        ]
    });
    let columns = [
        ask.t("成交编号", "Trade"),
        ask.t("成交时间", "Traded"),
        ask.t("面积", "Area"),
        ask.t("金额", "Amount"),
        ask.t("办理", "Do"),
    ];
    Ok(Sheet::new(ask.t("成交", "Trades"))
        .under("/finance/corrections", ask.t("冲正与更正", "Corrections"))
        .table(
            Table::of("", &columns)
                .rows(rows.collect())
                .empty(ask.t("还没有成交。", "Nothing was traded yet."))
                .next(&list, say, "/finance/trades", &[]),
        )
        .into())
}

pub(super) async fn new(ask: Ask) -> Answer<Shown> {
    let Some(sent) = &ask.sent else { return Ok(form(&ask, None).into()) };
    let body = sent.json(&["kind", "subject_id", "reason"], &[]);
    match ask.post("/api/v1/corrections", &body).await {
        Ok(done) => {
            let id = done.text("id");
            Ok(Shown::see(format!("/finance/corrections/{id}?done=entered")))
        }
        Err(failure) => ask.again(failure, |problem| form(&ask, problem)),
    }
}

fn form(ask: &Ask, problem: Option<&Problem>) -> Sheet {
    let say = &ask.say;
    let kinds = KINDS.map(|kind| (kind.to_owned(), word(say, &format!("correction.{kind}"))));
    let form = Form::post("/finance/new-correction", ask.t("录入冲正", "Enter the correction"))
        .field(
            Field::choice("kind", ask.t("冲正什么", "Of what"), kinds.to_vec())
                .value(ask.query("kind")),
        )
        .field(
            Field::text("subject_id", ask.t("编号", "Its id"))
                .required()
                .value(ask.query("subject_id"))
                .hint(ask.t(
                    "从缴款、拨付或成交列表点“冲正”会自动填写。",
                    "Filled in when you come from the list of payments, payouts or trades.",
                )),
        )
        .field(Field::text("reason", ask.t("原因", "Why")).required())
        .back(Link::to("/finance/corrections", ask.t("返回", "Back")));
    Sheet::new(ask.t("录入冲正", "Enter a correction"))
        .under("/finance/corrections", ask.t("冲正与更正", "Corrections"))
        .note(ask.t(
            "录入后由负责人审批，审批前账簿不变；金额在下一页核对。",
            "Nothing is booked until the director approves; the amount is shown on the next page.",
        ))
        .form(ask.filled(form, problem).once(ask.sent.as_ref()))
}

pub(super) async fn correction(ask: Ask) -> Answer<Shown> {
    let id = ask.part("correction_id");
    let path = format!("/api/v1/corrections/{id}");
    let one = ask.get(&path).await?;
    let names = Names::of(&ask, std::slice::from_ref(&one), &["entered_by", "decided_by"]).await?;
    let owes = match one.text("receivable") {
        owes if owes.is_empty() || owes == "0.00" => String::new(),
        owes => ask.say.yuan(&owes),
    };
    let Some(sent) = &ask.sent else { return Ok(shown(&ask, &one, &names, &owes, None).into()) };
    let done = match sent.text("act") {
        "approve" => ask.act(&format!("{path}/approval")).await,
        _ => ask.post(&format!("{path}/rejection"), &sent.json(&["reason"], &[])).await,
    };
    match done {
        Ok(_) => Ok(Shown::see(format!("/finance/corrections/{id}?done=decided"))),
        Err(failure) => ask.again(failure, |problem| shown(&ask, &one, &names, &owes, problem)),
    }
}

fn shown(ask: &Ask, one: &Facts, names: &Names, owes: &str, problem: Option<&Problem>) -> Sheet {
    let say = &ask.say;
    let kind = word(say, &format!("correction.{}", one.text("kind")));
    let mut sheet = Sheet::new(format!(
        "{}{colon}{kind}",
        ask.t("冲正", "Correction"),
        colon = ask.say.colon()
    ))
    .under("/finance/corrections", ask.t("冲正与更正", "Corrections"));
    sheet = match ask.query("done") {
        "entered" => {
            sheet.good(ask.t("已录入，等待负责人审批。", "Entered; the director approves it."))
        }
        "decided" => sheet.good(ask.t("已办理。", "Done.")),
        _ => sheet,
    };
    let subject = match one.text("kind").as_str() {
        "trade" => "/finance/trades".to_owned(),
        "payout" => format!("/finance/payouts/{}", one.text("subject_id")),
        _ => "/finance/deposits".to_owned(),
    };
    sheet = sheet
        .figures(vec![
            Figure::of(ask.t("金额", "Amount"), say.yuan(&one.text("amount"))),
            Figure::of(
                ask.t("状态", "State"),
                word(say, &format!("correction.{}", one.text("state"))),
            ),
        ])
        .facts(vec![
            (ask.t("被冲正的一笔", "What is undone"), cell(kind).to(subject)),
            (ask.t("原因", "Why"), cell(one.text("reason"))),
            (ask.t("录入人", "Entered by"), cell(names.get(&one.text("entered_by")))),
            (ask.t("录入时间", "Entered"), cell(say.time(&one.text("entered_at")))),
            (ask.t("审批人", "Decided by"), cell(names.get(&one.text("decided_by")))),
            (ask.t("审批时间", "Decided"), cell(say.time(&one.text("decided_at")))),
            (ask.t("审批意见", "Decision"), cell(one.text("decision"))),
            (ask.t("形成应收款", "Left to be claimed"), cell(owes)),
        ]);
    if one.text("state") != "entered" {
        return sheet;
    }
    if ask.actor().is_none_or(|actor| actor.role != Role::FinanceDirector) {
        return sheet.note(ask.t("等待负责人审批。", "The director approves it."));
    }
    let action = format!("/finance/corrections/{}", one.text("id"));
    let approve = Form::post(&action, ask.t("审批并冲正", "Approve and undo")).legend(format!(
        "{}{colon}{}",
        ask.t("审批", "Approve"),
        say.yuan(&one.text("amount")),
        colon = ask.say.colon()
    ));
    let reject = Form::post(&action, ask.t("驳回", "Reject"))
        .legend(ask.t("驳回", "Reject"))
        .field(Field::text("reason", ask.t("原因", "Why")).required());
    sheet.form(act(ask, "approve", approve, problem)).form(act(ask, "reject", reject, problem))
}

/// What organisations owe the account after corrections.
pub(super) async fn receivables(ask: Ask) -> Answer<Shown> {
    let id = account(&ask).await?.text("id");
    let path = format!("/api/v1/fee-accounts/{id}");
    let owed = ask.get(&format!("{path}/receivables")).await?.items("");
    let passed = ask.passed(&["cursor"]);
    let paid = ask.get(&format!("{path}/receivable-payments?limit=50{passed}")).await?;
    let mut payers = Vec::new();
    for one in paid.items("items") {
        payers.push(organisation(&ask, &one.text("organisation_id")).await?);
    }
    let Some(sent) = &ask.sent else {
        return Ok(owing(&ask, &owed, (&paid, &payers), None).into());
    };
    let body = sent.json(&["organisation_id", "amount", "reason"], &[]);
    match ask.post(&format!("{path}/receivable-payments"), &body).await {
        Ok(_) => Ok(Shown::see("/finance/receivables?done=1")),
        Err(failure) => ask.again(failure, |problem| owing(&ask, &owed, (&paid, &payers), problem)),
    }
}

fn owing(
    ask: &Ask,
    owed: &[Facts],
    (paid, payers): (&Facts, &[String]),
    problem: Option<&Problem>,
) -> Sheet {
    let say = &ask.say;
    let mut sheet = Sheet::new(ask.t("应收款", "Receivables"))
        .under("/finance/corrections", ask.t("冲正与更正", "Corrections"));
    if ask.query("done") == "1" {
        sheet = sheet.good(ask.t("已登记。", "Kept."));
    }
    let rows = owed.iter().map(|one| {
        vec![
            cell(one.text("organisation_name")),
            cell(one.text("organisation_code")),
            cell(say.yuan(&one.text("owed"))).number(),
        ]
    });
    let columns = [ask.t("单位", "Organisation"), ask.t("代码", "Code"), ask.t("应收", "Owes")];
    sheet = sheet.table(
        Table::of(ask.t("各单位应收款", "Who owes what"), &columns)
            .rows(rows.collect())
            .empty(ask.t("没有应收款。", "Nobody owes anything.")),
    );
    if is_officer(ask) && !owed.is_empty() {
        let of = |one: &Facts| {
            let name = format!("{} {}", one.text("organisation_name"), say.yuan(&one.text("owed")));
            (one.text("organisation_id"), name)
        };
        let form = Form::post("/finance/receivables", ask.t("登记收回", "Keep it"))
            .legend(ask.t("从可用资金收回", "Take it from what they have"))
            .field(Field::choice(
                "organisation_id",
                ask.t("单位", "Organisation"),
                owed.iter().map(of).collect(),
            ))
            .field(Field::number("amount", ask.t("金额（元）", "Amount (CNY)")).required())
            .field(Field::text("reason", ask.t("原因", "Why")).required());
        sheet = sheet.form(ask.filled(form, problem).once(ask.sent.as_ref()));
    }
    let rows = paid.items("items").into_iter().zip(payers).map(|(one, payer)| {
        vec![
            cell(say.time(&one.text("taken_at"))),
            cell(payer.clone()),
            cell(say.yuan(&one.text("amount"))).number(),
            cell(one.text("reason")),
        ]
    });
    let columns = [
        ask.t("时间", "Time"),
        ask.t("单位", "Organisation"),
        ask.t("金额", "Amount"),
        ask.t("原因", "Why"),
    ];
    let table = Table::of(ask.t("已收回", "Paid back"), &columns)
        .rows(rows.collect())
        .empty(ask.t("还没有收回。", "Nothing was paid back yet."))
        .next(paid, say, "/finance/receivables", &[]);
    sheet.table(table)
}
