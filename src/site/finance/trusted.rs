//! Which account of an organisation is trusted: put on the list by two people, taken off it by one.

use crate::kernel::actor::Role;
use crate::kernel::problem::{Answer, Problem};
use crate::site::acts::act;
use crate::site::finance::is_officer;
use crate::site::parts::table;
use crate::site::who::Names;
use crate::site::words::word;
use crate::web::pages::{Ask, Facts, Field, Form, Sent, Sheet, cell};

/// Sends what was asked of the list; nothing where another form of the page was sent.
pub(super) async fn send(ask: &Ask, organisation: &str, sent: &Sent) -> Option<Answer<Facts>> {
    let one = format!("/api/v1/trusted-accounts/{}", sent.text("trusted_account_id"));
    let reason = sent.json(&["reason"], &[]);
    Some(match sent.text("act") {
        "trust" => {
            let path = format!("/api/v1/organisations/{organisation}/trusted-accounts");
            ask.post(&path, &sent.json(&["number", "reason"], &[])).await
        }
        "trust-approve" => ask.act(&format!("{one}/approval")).await,
        "trust-reject" => ask.post(&format!("{one}/rejection"), &reason).await,
        "trust-remove" => ask.post(&format!("{one}/removal"), &reason).await,
        _ => return None,
    })
}

/// The newest of the list is the one that stands: an account is entered again only once it does not.
pub(super) fn standing(list: &Facts) -> Option<Facts> {
    let newest = list.items("items").into_iter().next();
    newest.filter(|one| ["entered", "approved"].contains(&one.text("state").as_str()))
}

/// What the reader may do about the list.
pub(super) fn forms(
    ask: &Ask,
    sheet: Sheet,
    (one, list): (&Facts, &Facts),
    problem: Option<&Problem>,
) -> Sheet {
    let action = format!("/finance/accounts/{}", one.text("id"));
    let reason = || Field::text("reason", ask.t("原因", "Why")).required();
    let number = one.text("bank_account");
    let Some(standing) = standing(list) else {
        if !is_officer(ask) || number.is_empty() {
            return sheet;
        }
        let form = Form::post(&action, ask.t("录入受信账户", "Enter it as trusted"))
            .legend(ask.t("信任该账户", "Trust this account"))
            .hidden("number", number)
            .field(reason().hint(ask.t(
                "经负责人审批后第四个工作日 9:00 起付款不再等待。",
                "Once the director approves, payouts to it wait no more from 9:00 of the fourth working day on.",
            )));
        return sheet.form(act(ask, "trust", form, problem));
    };
    let about = |form: Form| form.hidden("trusted_account_id", standing.text("id"));
    let director = ask.actor().is_some_and(|actor| actor.role == Role::FinanceDirector);
    match (standing.text("state").as_str(), director) {
        ("approved", _) => {
            let form = Form::post(&action, ask.t("移出受信名单", "Take it off the list"))
                .legend(ask.t("不再信任，立即生效", "Trust it no more, at once"))
                .field(reason());
            sheet.form(act(ask, "trust-remove", about(form), problem))
        }
        (_, true) => {
            let approve =
                Form::post(&action, ask.t("批准信任", "Approve the trust")).legend(format!(
                    "{}{colon}{}",
                    ask.t("信任账户", "Trust the account"),
                    standing.text("number"),
                    colon = ask.say.colon()
                ));
            let reject = Form::post(&action, ask.t("不予信任", "Turn it down"))
                .legend(ask.t("不予信任", "Turn it down"))
                .field(reason());
            sheet.form(act(ask, "trust-approve", about(approve), problem)).form(act(
                ask,
                "trust-reject",
                about(reject),
                problem,
            ))
        }
        (_, false) => sheet.note(ask.t(
            "受信账户的申请等待负责人审批。",
            "An addition to the trusted accounts waits for the director.",
        )),
    }
}

/// Since when the registered account is trusted, or that it is not.
pub(super) fn told(ask: &Ask, list: &Facts) -> String {
    let from = standing(list).map(|one| one.text("acts_from")).unwrap_or_default();
    match from.is_empty() {
        true => ask.t("未受信，付款须等待", "Not trusted; what leaves for it waits").to_owned(),
        false => format!("{} {}", ask.t("受信起始", "Trusted from"), ask.say.time(&from)),
    }
}

/// All that was ever on the list.
pub(super) fn history(ask: &Ask, list: &Facts, names: &Names) -> crate::web::pages::Table {
    let say = &ask.say;
    let rows = list.items("items").into_iter().map(|one| {
        vec![
            cell(one.text("number")),
            cell(word(say, &format!("trust.{}", one.text("state")))),
            cell(say.time(&one.text("acts_from"))),
            cell(one.text("reason")),
            cell(names.get(&one.text("entered_by"))),
            cell(names.get(&one.text("decided_by"))),
            cell(names.get(&one.text("removed_by"))),
            cell(say.time(&one.text("removed_at"))),
            cell(one.text("decision")),
        ]
    });
    let columns = [
        ("账号", "Account"),
        ("状态", "State"),
        ("受信起始", "Trusted from"),
        ("原因", "Why"),
        ("录入人", "Entered by"),
        ("审批人", "Decided by"),
        ("移出人", "Removed by"),
        ("移出时间", "Removed"),
        ("说明", "Said"),
    ];
    table(ask, ("受信账户", "Trusted accounts"), &columns).rows(rows.collect()).empty(ask.t(
        "名单为空：付款须等至次一工作日 12:00。",
        "The list is empty: what leaves waits until noon of the next working day.",
    ))
}
