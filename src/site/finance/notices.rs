//! Payment notices: what developers were asked to pay with which reference, and one written for them.

use crate::kernel::problem::{Answer, Problem};
use crate::site::finance::{account, is_officer};
use crate::site::parts::{after, body, organisations, put, table, told};
use crate::site::words::word;
use crate::web::pages::{Ask, Field, Form, Sheet, Shown, cell};

pub(super) async fn notices(ask: Ask) -> Answer<Shown> {
    let account = account(&ask).await?;
    let (id, county) = (account.text("id"), account.text("county"));
    let Some(sent) = &ask.sent else { return Ok(shown(&ask, &id, None).await?.into()) };
    let mut asked = body(sent, &["organisation_id", "purpose"], &[], &["amount"]);
    put(&mut asked, "county", county);
    let done = ask.post("/api/v1/payment-notices", &asked).await;
    let to = "/finance/payment-notices?done=issued".to_owned();
    after(&ask, done, to, async |problem| shown(&ask, &id, Some(problem)).await).await
}

async fn shown(ask: &Ask, id: &str, problem: Option<&Problem>) -> Answer<Sheet> {
    let say = &ask.say;
    let state = match ask.query("state") {
        "paid" => "paid",
        _ => "open",
    };
    let path = format!("/api/v1/payment-notices?fee_account_id={id}&state={state}&limit=50");
    let list = ask.get(&format!("{path}{}", ask.passed(&["cursor"]))).await?;
    let developers = organisations(ask, "developer").await?;
    let rows = list.items("items").into_iter().map(|one| {
        let of = one.text("organisation_id");
        let name = developers.iter().find(|(known, _)| *known == of);
        vec![
            cell(one.text("reference")),
            cell(name.map_or("—", |(_, name)| name)),
            cell(say.yuan(&one.text("amount"))).number(),
            cell(say.yuan(&one.text("received"))).number(),
            cell(one.text("purpose")),
            cell(say.time(&one.text("issued_at"))),
        ]
    });
    let columns = [
        ("缴款码", "Reference"),
        ("缴款单位", "Organisation"),
        ("应缴", "Amount"),
        ("已到账", "Received"),
        ("用途", "For"),
        ("开具时间", "Issued"),
    ];
    let states = ["open", "paid"].map(|name| {
        let shown = if name == "open" { "notice.open" } else { name };
        (name.to_owned(), word(say, shown))
    });
    let filter = Form::ask("/finance/payment-notices", ask.t("筛选", "Filter"))
        .field(Field::choice("state", ask.t("状态", "State"), states.to_vec()).value(state));
    let kept = table(ask, ("", ""), &columns)
        .rows(rows.collect())
        .empty(ask.t("没有这样的缴款通知。", "There are no such notices."))
        .next(&list, say, "/finance/payment-notices", &[("state", state)]);
    let sheet = Sheet::new(ask.t("缴款通知", "Payment notices"))
        .under("/finance", ask.t("我的工作台", "My desk"))
        .lead(ask.t(
            "建设单位一般自行开具；也可由财政局代为开具，缴款码写在汇款附言里。",
            "Developers write their own; the bureau may write one for them. The reference goes with \
             the transfer.",
        ));
    let sheet = told(ask, sheet, &[("issued", "已开具，见下表。", "Issued; see below.")]);
    let sheet = sheet.form(filter).table(kept);
    if !is_officer(ask) {
        return Ok(sheet.note(ask.t("由财政局经办人开具。", "A finance officer writes them.")));
    }
    let form = Form::post("/finance/payment-notices", ask.t("开具", "Issue it"))
        .legend(ask.t("代为开具缴款通知", "Write a notice for a developer"))
        .field(Field::choice("organisation_id", ask.t("缴款单位", "Organisation"), developers))
        .field(Field::number("amount", ask.t("金额（元）", "Amount (CNY)")).required())
        .field(
            Field::text("purpose", ask.t("用途", "For"))
                .required()
                .hint(ask.t("如：购买指标。", "Such as: credits.")),
        );
    Ok(sheet.form(ask.filled(form, problem).once(ask.sent.as_ref())))
}
