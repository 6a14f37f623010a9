//! The balance with which a fee account came: entered by one, booked by the director.

use crate::kernel::problem::{Answer, Problem};
use crate::site::finance::{account, is_officer};
use crate::site::parts::{after, body, command, mended, table, told};
use crate::site::who::{Names, is_me};
use crate::site::words::word;
use crate::web::pages::{Ask, Facts, Field, Figure, Sheet, Shown, cell};

pub(super) async fn openings(ask: Ask) -> Answer<Shown> {
    let id = account(&ask).await?.text("id");
    let path = format!("/api/v1/fee-accounts/{id}/openings");
    let Some(sent) = &ask.sent else { return Ok(shown(&ask, &path, None).await?.into()) };
    let done = match sent.text("act") {
        "approve" => {
            let opening = sent.text("opening_id");
            ask.act(&format!("/api/v1/account-openings/{opening}/approval")).await
        }
        _ => ask.post(&path, &body(sent, &["opened_on", "reason"], &[], &["amount"])).await,
    };
    let to = match sent.text("act") {
        "approve" => "/finance/openings?done=approved",
        _ => "/finance/openings?done=entered",
    };
    after(&ask, done, to.to_owned(), async |problem| shown(&ask, &path, Some(problem)).await).await
}

async fn shown(ask: &Ask, path: &str, problem: Option<&Problem>) -> Answer<Sheet> {
    let list = ask.get(&format!("{path}?limit=50{}", ask.passed(&["cursor"]))).await?;
    let items = list.items("items");
    let names = Names::of(ask, &items, &["entered_by", "approved_by"]).await?;
    let say = &ask.say;
    let rows = items.iter().map(|one| {
        vec![
            cell(say.day(&one.text("opened_on"))),
            cell(say.yuan(&one.text("amount"))).number(),
            cell(one.text("reason")),
            cell(word(say, &format!("opening.{}", one.text("state")))),
            cell(names.get(&one.text("entered_by"))),
            cell(say.time(&one.text("entered_at"))),
            cell(names.get(&one.text("approved_by"))),
        ]
    });
    let columns = [
        ("日期", "Day"),
        ("金额", "Amount"),
        ("原因", "Why"),
        ("状态", "State"),
        ("录入人", "Entered by"),
        ("录入时间", "Entered"),
        ("批准人", "Approved by"),
    ];
    let list = table(ask, ("期初余额", "Opening balances"), &columns)
        .rows(rows.collect())
        .empty(ask.t(
            "没有期初余额：账户自第一份流水起记账。",
            "There is none: the account is kept from its first statement on.",
        ))
        .next(&list, say, "/finance/openings", &[]);
    let sheet = Sheet::new(ask.t("期初余额", "Opening balance"))
        .under("/finance/statements", ask.t("银行流水", "Bank statements"))
        .lead(ask.t(
            "账户启用时已有的余额，由一人录入、负责人批准；批准后记入暂收款，再逐笔认领。",
            "What the account held when it came is entered by one and booked by the director: to \
             suspense, from which it is assigned.",
        ));
    let things = [
        ("entered", "已录入，待负责人批准。", "Entered; it waits for the director."),
        ("approved", "已批准并记入暂收款。", "Approved and booked to suspense."),
    ];
    let sheet = told(ask, sheet, &things);
    let open = items.iter().find(|one| one.text("state") == "entered");
    let sheet = match (is_officer(ask), open) {
        (true, None) if !items.is_empty() => {
            sheet.note(ask.t("期初余额只录入一次。", "An opening balance is entered once."))
        }
        (true, None) => sheet.form(mended(ask, "enter", enter(ask), problem)),
        (true, Some(_)) => sheet.note(ask.t(
            "已录入的期初余额待负责人批准，此前不能再录入。",
            "What was entered waits for the director; another one is entered after that.",
        )),
        (false, Some(one)) if is_me(ask, &one.text("entered_by")) => {
            sheet.note(ask.t("须由录入人以外的负责人批准。", "Another person has to approve it."))
        }
        (false, Some(one)) => approve(ask, sheet, one, problem),
        (false, None) => sheet.note(ask.t("由财政局经办人录入。", "A finance officer enters it.")),
    };
    Ok(sheet.table(list))
}

fn enter(ask: &Ask) -> crate::web::pages::Form {
    command(ask, "enter", ask.t("录入", "Enter it"), ask.t("录入期初余额", "Enter a balance"))
        .field(Field::number("amount", ask.t("金额（元）", "Amount (CNY)")).required())
        .field(Field::date("opened_on", ask.t("日期", "Day")).required())
        .field(
            Field::text("reason", ask.t("原因", "Why"))
                .required()
                .hint(ask.t("如：由原账户结转。", "Such as: carried over from the old account.")),
        )
}

/// The amount before it is booked.
fn approve(ask: &Ask, sheet: Sheet, one: &Facts, problem: Option<&Problem>) -> Sheet {
    let say = &ask.say;
    let form = command(
        ask,
        "approve",
        ask.t("批准并记账", "Approve and book it"),
        ask.t("批准期初余额", "Approve the balance"),
    )
    .hidden("opening_id", one.text("id"));
    sheet
        .figures(vec![
            Figure::of(ask.t("记入暂收款", "To suspense"), say.yuan(&one.text("amount"))),
            Figure::of(ask.t("日期", "Day"), say.day(&one.text("opened_on"))),
        ])
        .form(mended(ask, "approve", form, problem))
}
