//! The bank accounts that money is paid to: changed by one person, approved by the director; and
//! which of them are trusted.

use crate::kernel::actor::Role;
use crate::kernel::problem::{Answer, Problem};
use crate::site::acts::act;
use crate::site::finance::{holds, is_officer, trusted};
use crate::site::who::Names;
use crate::site::words::{choices, word};
use crate::web::pages::{Ask, Facts, Field, Form, Sheet, Shown, Table, cell, with};

const KINDS: &[&str] = &[
    "kind.township",
    "kind.developer",
    "kind.operations_centre",
    "kind.finance_bureau",
    "kind.bank",
    "kind.insurer",
];

pub(super) async fn accounts(ask: Ask) -> Answer<Shown> {
    let passed = ask.passed(&["kind", "cursor"]);
    let list = ask.get(&format!("/api/v1/organisations?limit=50{passed}")).await?;
    let say = &ask.say;
    let rows = list.items("items").into_iter().map(|one| {
        let number = match one.text("bank_account") {
            number if number.is_empty() => ask.t("未登记", "none").to_owned(),
            number => number,
        };
        vec![
            cell(one.text("name")).to(format!("/finance/accounts/{}", one.text("id"))),
            cell(word(say, &format!("kind.{}", one.text("kind")))),
            cell(number),
            cell(one.text("bank_name")),
        ]
    });
    let columns = [
        ask.t("单位", "Organisation"),
        ask.t("类别", "Kind"),
        ask.t("登记账号", "Registered account"),
        ask.t("开户银行", "Bank"),
    ];
    let kinds = choices(say, ask.t("全部类别", "All kinds"), KINDS);
    let filter = Form::ask("/finance/accounts", ask.t("筛选", "Filter"))
        .field(Field::choice("kind", ask.t("类别", "Kind"), kinds).value(ask.query("kind")));
    Ok(Sheet::new(ask.t("收款账号", "Accounts to pay to"))
        .lead(ask.t(
            "只向登记的账号付款；变更由一人录入、负责人审批。",
            "Money goes to registered accounts only; a change is entered by one and approved by another.",
        ))
        .form(filter)
        .table(
            Table::of("", &columns)
                .rows(rows.collect())
                .empty(ask.t("没有这样的单位。", "There are no such organisations."))
                .next(&list, say, "/finance/accounts", &[("kind", ask.query("kind"))]),
        )
        .into())
}

pub(super) async fn account(ask: Ask) -> Answer<Shown> {
    let id = ask.part("organisation_id");
    let path = format!("/api/v1/organisations/{id}");
    let one = ask.get(&path).await?;
    let passed = ask.passed(&["cursor"]);
    let changes = ask.find(&format!("{path}/account-changes?limit=50{passed}")).await?;
    let Some(changes) = changes else {
        return Ok(about(&ask, &one)
            .note(ask.t(
                "该单位不在本县，本县不向该单位付款。",
                "It has its seat elsewhere; this county pays nothing to it.",
            ))
            .into());
    };
    let listed = ask.get(&format!("{path}/trusted-accounts?limit=20")).await?;
    let both = [changes.items("items"), listed.items("items")].concat();
    let names = Names::of(&ask, &both, &["entered_by", "decided_by", "removed_by"]).await?;
    let seen = (&one, &changes, &listed, &names);
    let Some(sent) = &ask.sent else { return Ok(shown(&ask, seen, None).into()) };
    let open = changes.items("items").into_iter().find(|one| one.text("state") == "entered");
    let open = open.map(|one| format!("/api/v1/account-changes/{}", one.text("id")));
    let of_list = trusted::send(&ask, &id, sent).await;
    let done = match (of_list, sent.text("act"), open) {
        (Some(done), _, _) => done,
        (None, "approve", Some(change)) => ask.act(&format!("{change}/approval")).await,
        (None, "reject", Some(change)) => {
            ask.post(&format!("{change}/rejection"), &sent.json(&["reason"], &[])).await
        }
        _ => {
            let bank = sent.json(&["bank_name", "number"], &[]);
            let body = with(sent.json(&["reason"], &[]), "bank", bank);
            ask.post(&format!("{path}/account-changes"), &body).await
        }
    };
    match done {
        Ok(_) => Ok(Shown::see(format!("/finance/accounts/{id}?done=1"))),
        Err(failure) => ask.again(failure, |problem| shown(&ask, seen, problem)),
    }
}

/// An organisation and its account.
fn about(ask: &Ask, one: &Facts) -> Sheet {
    Sheet::new(one.text("name"))
        .under("/finance/accounts", ask.t("收款账号", "Accounts to pay to"))
        .facts(vec![
            (ask.t("登记账号", "Registered account"), cell(one.text("bank_account"))),
            (ask.t("开户银行", "Bank"), cell(one.text("bank_name"))),
        ])
}

fn shown(
    ask: &Ask,
    (one, changes, listed, names): (&Facts, &Facts, &Facts, &Names),
    problem: Option<&Problem>,
) -> Sheet {
    let mut sheet =
        about(ask, one).facts(vec![(ask.t("受信情况", "Trust"), cell(trusted::told(ask, listed)))]);
    if ask.query("done") == "1" {
        sheet = sheet.good(ask.t("已办理。", "Done."));
    }
    let action = format!("/finance/accounts/{}", one.text("id"));
    let open = changes.items("items").into_iter().find(|one| one.text("state") == "entered");
    let director = ask.actor().is_some_and(|actor| actor.role == Role::FinanceDirector);
    let reason = || Field::text("reason", ask.t("原因", "Why")).required();
    sheet = match open {
        Some(change) if director => {
            let to = format!("{} {}", change.text("number"), change.text("bank_name"));
            let approve = Form::post(&action, ask.t("审批通过", "Approve")).legend(format!(
                "{}{colon}{to}",
                ask.t("变更为", "Change it to"),
                colon = ask.say.colon()
            ));
            let reject = Form::post(&action, ask.t("驳回", "Reject"))
                .legend(ask.t("驳回", "Reject"))
                .field(reason());
            sheet
                .form(act(ask, "approve", approve, problem))
                .form(act(ask, "reject", reject, problem))
        }
        Some(_) => sheet.note(ask.t("变更等待负责人审批。", "A change waits for the director.")),
        None if is_officer(ask) => {
            let change = Form::post(&action, ask.t("录入变更", "Enter the change"))
                .legend(ask.t("变更账号", "Change the account"))
                .field(Field::text("number", ask.t("新账号", "New account")).required())
                .field(Field::text("bank_name", ask.t("开户银行", "Its bank")).required())
                .field(reason());
            sheet.form(act(ask, "change", change, problem))
        }
        None => sheet,
    };
    let sheet = trusted::forms(ask, sheet, (one, listed), problem);
    let sheet = match one.text("bank_account") {
        number if number.is_empty() => sheet,
        number => sheet.links(vec![holds::link(ask, &number)]),
    };
    sheet.table(trusted::history(ask, listed, names)).table(history(ask, changes, names, &action))
}

fn history(ask: &Ask, changes: &Facts, names: &Names, path: &str) -> Table {
    let say = &ask.say;
    let rows = changes.items("items").into_iter().map(|one| {
        vec![
            cell(say.time(&one.text("entered_at"))),
            cell(names.get(&one.text("entered_by"))),
            cell(one.text("previous_number")),
            cell(one.text("number")),
            cell(one.text("reason")),
            cell(word(say, &format!("change.{}", one.text("state")))),
            cell(names.get(&one.text("decided_by"))),
            cell(say.time(&one.text("trusted_from"))),
        ]
    });
    let columns = [
        ask.t("录入时间", "Entered"),
        ask.t("录入人", "By"),
        ask.t("原账号", "Before"),
        ask.t("新账号", "After"),
        ask.t("原因", "Why"),
        ask.t("状态", "State"),
        ask.t("审批人", "Decided by"),
        ask.t("可付款时间", "Paid to from"),
    ];
    Table::of(ask.t("变更记录", "Changes"), &columns)
        .rows(rows.collect())
        .empty(ask.t("没有变更。", "It was never changed."))
        .next(changes, say, path, &[])
}
