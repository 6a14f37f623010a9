//! Closing days and months: what must be solved first, the second person, and the report.

use chrono::{Datelike, NaiveDate};

use crate::kernel::actor::Role;
use crate::kernel::problem::{Answer, Failure, Problem};
use crate::site::finance::{account, is_officer};
use crate::site::words::word;
use crate::web::pages::{Ask, Facts, Field, Figure, Form, Link, Sheet, Shown, Table, cell, today};

/// The last day of the month before that day.
fn last_month(today: &str) -> String {
    let day = today.parse::<NaiveDate>().ok();
    let first = day.and_then(|day| day.with_day(1));
    first.and_then(|first| first.pred_opt()).map_or_else(String::new, |day| day.to_string())
}

pub(super) async fn closes(ask: Ask) -> Answer<Shown> {
    let path = format!("/api/v1/fee-accounts/{}", account(&ask).await?.text("id"));
    let asked = |name: &str| match &ask.sent {
        Some(sent) => sent.text(name).to_owned(),
        None => ask.query(name).to_owned(),
    };
    let kind = if asked("kind") == "day" { "day" } else { "month" };
    let day = match asked("day") {
        day if day.is_empty() => last_month(&today(ask.now)),
        day => day,
    };
    let passed = ask.passed(&["cursor"]);
    let list = ask.get(&format!("{path}/period-closes?limit=50{passed}")).await?;
    let plain: String = day.chars().filter(|c| c.is_ascii_digit() || *c == '-').collect();
    let check = ask.get(&format!("{path}/period-close-check?kind={kind}&day={plain}")).await;
    let problem = match &ask.sent {
        None => None,
        Some(sent) => {
            let body = sent.json(&["kind", "day"], &[]);
            match ask.post(&format!("{path}/period-closes"), &body).await {
                Ok(done) => {
                    let id = done.text("id");
                    return Ok(Shown::see(format!("/finance/closes/{id}?done=entered")));
                }
                Err(failure) => Some(failure),
            }
        }
    };
    let (check, failure) = match (check, problem) {
        (Ok(check), failure) => (Some(check), failure),
        // Nobody has asked about a period yet.
        (Err(Failure::Refused(_)), None) if ask.query("day").is_empty() => (None, None),
        (Err(failure), None) => (None, Some(failure)),
        (Err(_), Some(failure)) => (None, Some(failure)),
    };
    let seen = Seen { kind, day, list, check };
    match failure {
        None => Ok(shown(&ask, &seen, None).into()),
        Some(failure) => ask.again(failure, |problem| shown(&ask, &seen, problem)),
    }
}

struct Seen {
    kind: &'static str,
    day: String,
    list: Facts,
    check: Option<Facts>,
}

fn kinds(ask: &Ask) -> Vec<(String, String)> {
    let kinds = [("month", "月结", "Month"), ("day", "日结", "Day")];
    kinds.map(|(name, zh, en)| (name.to_owned(), ask.t(zh, en).to_owned())).to_vec()
}

fn shown(ask: &Ask, seen: &Seen, problem: Option<&Problem>) -> Sheet {
    let look = Form::ask("/finance/closes", ask.t("检查能否结账", "See whether it can be closed"))
        .field(Field::choice("kind", ask.t("期间", "Period"), kinds(ask)).value(seen.kind))
        .field(
            Field::date(
                "day",
                ask.t("截止日（或该月任一日）", "Last day, or any day of the month"),
            )
            .value(&seen.day),
        );
    let look = match (problem, ask.sent.is_some()) {
        (Some(problem), false) => look.refused(problem, &ask.say),
        _ => look,
    };
    let mut sheet = Sheet::new(ask.t("结账", "Closing periods"))
        .lead(ask.t(
            "一人申请、负责人审批；结账后该期间不再入账，之后的更正记入以后的期间。",
            "One person asks, the director approves; nothing is booked into a closed period.",
        ))
        .form(look);
    if let Some(check) = &seen.check {
        sheet = checked(ask, seen, check, sheet, problem);
    }
    sheet.table(table(ask, &seen.list))
}

/// What the period comes to, and what stands in its way.
fn checked(
    ask: &Ask,
    seen: &Seen,
    check: &Facts,
    sheet: Sheet,
    problem: Option<&Problem>,
) -> Sheet {
    let say = &ask.say;
    let span = format!("{} – {}", say.day(&check.text("from")), say.day(&check.text("to")));
    let sheet = sheet.heading(format!("{} {span}", ask.t("检查结果", "The check of")));
    let sheet = carried(ask, check, sheet);
    let obstacles = check.items("must_be_solved");
    if !obstacles.is_empty() {
        let told = |one: &Facts| cell(one.text(ask.t("chinese", "english")));
        return sheet
            .bad(ask.t("以下事项须先处理：", "These have to be solved first:"))
            .list(obstacles.iter().map(told).collect())
            .links(vec![
                Link::to("/finance/exceptions", ask.t("处理异常流水", "Solve exceptions")),
                Link::to("/finance/statements", ask.t("导入流水", "Import a statement")),
            ]);
    }
    if !is_officer(ask) {
        return sheet.note(ask.t(
            "可以结账，由财政局经办人提出申请。",
            "It can be closed; a finance officer asks for it.",
        ));
    }
    let form = Form::post("/finance/closes", ask.t("申请结账", "Ask to close it"))
        .legend(format!("{} {span}", ask.t("申请结账", "Close")))
        .hidden("kind", seen.kind)
        .hidden("day", seen.day.clone())
        .once(ask.sent.as_ref());
    sheet.form(match (problem, ask.sent.is_some()) {
        (Some(problem), true) => form.refused(problem, say),
        _ => form,
    })
}

fn carried(ask: &Ask, one: &Facts, sheet: Sheet) -> Sheet {
    let say = &ask.say;
    let yuan = |path: &str| say.yuan(&one.text(path));
    let several =
        |count: &str, sum: &str| cell(format!("{} · {}", say.count(one.whole(count)), yuan(sum)));
    sheet
        .figures(vec![
            Figure::of(ask.t("银行余额", "At the bank"), yuan("bank")),
            Figure::of(ask.t("交易资金", "Developers' cash"), yuan("cash")),
            Figure::of(ask.t("分成结存", "Shares"), yuan("shares")),
            Figure::of(ask.t("暂收款", "Suspense"), yuan("suspense")),
        ])
        .facts(vec![
            (ask.t("凭证数", "Journals"), cell(say.count(one.whole("journals")))),
            (
                ask.t("结转的异常", "Exceptions carried over"),
                several("exceptions", "exceptions_sum"),
            ),
            (ask.t("在途拨付", "Payouts under way"), several("payouts", "payouts_sum")),
            (ask.t("应收款", "Receivable"), cell(yuan("receivable"))),
        ])
}

fn table(ask: &Ask, list: &Facts) -> Table {
    let say = &ask.say;
    let rows = list.items("items").into_iter().map(|one| {
        let span = format!("{} – {}", say.day(&one.text("from")), say.day(&one.text("to")));
        vec![
            cell(span).to(format!("/finance/closes/{}", one.text("id"))),
            cell(word(say, &format!("close.{}", one.text("kind")))),
            cell(say.yuan(&one.text("bank"))).number(),
            cell(say.time(&one.text("entered_at"))),
            cell(say.time(&one.text("closed_at"))),
            cell(word(say, &format!("close.{}", one.text("state")))),
        ]
    });
    let columns = [
        ask.t("期间", "Period"),
        ask.t("类别", "Kind"),
        ask.t("银行余额", "At the bank"),
        ask.t("申请时间", "Asked"),
        ask.t("结账时间", "Closed"),
        ask.t("状态", "State"),
    ];
    Table::of(ask.t("结账记录", "Closed periods"), &columns)
        .rows(rows.collect())
        .empty(ask.t(
            "还没有结过账。先选择期间，检查能否结账。",
            "Nothing has been closed. Choose a period above and check it.",
        ))
        .next(list, say, "/finance/closes", &[])
}

pub(super) async fn close(ask: Ask) -> Answer<Shown> {
    let id = ask.part("period_close_id");
    let path = format!("/api/v1/period-closes/{id}");
    let one = ask.get(&path).await?;
    if ask.sent.is_none() {
        return Ok(closed(&ask, &one, None).into());
    }
    match ask.act(&format!("{path}/approval")).await {
        Ok(_) => Ok(Shown::see(format!("/finance/closes/{id}?done=closed"))),
        Err(failure) => ask.again(failure, |problem| closed(&ask, &one, problem)),
    }
}

fn closed(ask: &Ask, one: &Facts, problem: Option<&Problem>) -> Sheet {
    let say = &ask.say;
    let (from, to) = (one.text("from"), one.text("to"));
    let state = word(say, &format!("close.{}", one.text("state")));
    let mut sheet =
        Sheet::new(format!("{} {} – {}", ask.t("结账", "Close"), say.day(&from), say.day(&to)))
            .under("/finance/closes", ask.t("结账", "Closing periods"));
    sheet = match ask.query("done") {
        "entered" => {
            sheet.good(ask.t("已申请，等待负责人审批。", "Asked; the director approves it."))
        }
        "closed" => sheet.good(ask.t("已结账。", "Closed.")),
        _ => sheet,
    };
    let who = |path: &str| if one.has(path) { one.text(path) } else { "—".to_owned() };
    sheet = carried(ask, one, sheet).facts(vec![
        (ask.t("状态", "State"), cell(state)),
        (ask.t("申请人", "Asked by"), cell(who("entered_by"))),
        (ask.t("申请时间", "Asked"), cell(say.time(&one.text("entered_at")))),
        (ask.t("审批人", "Closed by"), cell(who("closed_by"))),
        (ask.t("结账时间", "Closed"), cell(say.time(&one.text("closed_at")))),
    ]);
    if one.text("state") == "entered" {
        let director = ask.actor().is_some_and(|actor| actor.role == Role::FinanceDirector);
        if director {
            let action = format!("/finance/closes/{}", one.text("id"));
            let form = Form::post(action, ask.t("审批并结账", "Approve and close"))
                .legend(ask.t("审批", "Approve"))
                .once(ask.sent.as_ref());
            sheet = sheet.form(match problem {
                Some(problem) => form.refused(problem, say),
                None => form,
            });
        } else {
            sheet = sheet.note(ask.t("等待负责人审批。", "The director approves it."));
        }
    }
    sheet.links(vec![
        Link::to(
            format!("/finance/downloads?from={from}&to={to}"),
            ask.t("本期报表与下载", "Its statement and downloads"),
        )
        .strong(),
    ])
}

#[cfg(test)]
mod tests {
    use super::last_month;

    #[test]
    fn the_month_before_ends_the_day_before_this_one_begins() {
        assert_eq!(last_month("2026-03-31"), "2026-02-28");
        assert_eq!(last_month("2026-01-01"), "2025-12-31");
        assert_eq!(last_month("nonsense"), "");
    }
}
