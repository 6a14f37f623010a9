//! How a pledge is shown to its bank, its holder's county and the finance bureau.

use crate::site::words::{choices, word};
use crate::web::pages::{Ask, Facts, Field, Figure, Form, Link, Sheet, Table, cell};

const STATES: &[&str] = &[
    "pledge.requested",
    "pledge.registered",
    "pledge.ended",
    "pledge.withdrawn",
    "pledge.refused",
    "pledge.expired",
];

pub(in crate::site) fn state(ask: &Ask, one: &Facts) -> String {
    word(&ask.say, &format!("pledge.{}", one.text("state")))
}

pub(in crate::site) fn filter(ask: &Ask, path: &str) -> Form {
    let states = choices(&ask.say, ask.t("全部状态", "All states"), STATES);
    Form::ask(path, ask.t("筛选", "Filter"))
        .field(Field::choice("state", ask.t("状态", "State"), states).value(ask.query("state")))
}

pub(in crate::site) fn table(ask: &Ask, list: &Facts, path: &str) -> Table {
    let say = &ask.say;
    let rows = list.items("items").into_iter().map(|one| {
        let note = match one.has("below_cover_since") {
            true => ask.t("低于约定覆盖率", "below the agreed cover"),
            false => "",
        };
        vec![
            cell(one.text("number")).to(format!("{path}/{}", one.text("id"))),
            cell(one.text("holder_name")),
            cell(one.text("lender_name")),
            cell(say.yuan(&one.text("amount"))).number(),
            cell(say.m2(one.whole("pledged_m2"))).number(),
            cell(say.day(&one.text("ends_on"))),
            cell(state(ask, &one)),
            cell(note),
        ]
    });
    let columns = [
        ask.t("编号", "Number"),
        ask.t("出质人", "Holder"),
        ask.t("银行", "Lender"),
        ask.t("贷款", "Loan"),
        ask.t("质押面积", "Pledged"),
        ask.t("到期日", "Ends on"),
        ask.t("状态", "State"),
        ask.t("预警", "Warning"),
    ];
    Table::of("", &columns)
        .rows(rows.collect())
        .empty(ask.t(
            "没有这样的质押。持有指标的单位申请后在此显示。",
            "There are no such pledges. They show here when a holder of credits asks for one.",
        ))
        .next(list, say, path, &[("state", ask.query("state"))])
}

/// What a pledge is, its serials, and what left it.
pub(in crate::site) fn detail(ask: &Ask, one: &Facts, (path, name): (&str, &str)) -> Sheet {
    let say = &ask.say;
    let title = format!("{} {}", ask.t("质押", "Pledge"), one.text("number"));
    let mut sheet = Sheet::new(title).under(path, name);
    if ask.query("done") == "1" {
        sheet = sheet.good(ask.t("已办理。", "Done."));
    }
    if one.has("below_cover_since") {
        sheet = sheet.bad(format!(
            "{} {}",
            ask.t("价值低于约定覆盖率，自", "Its value is below the agreed cover since"),
            say.time(&one.text("below_cover_since"))
        ));
    }
    let shares = one.items("shares").into_iter().map(|share| word(say, &share.text("")));
    let shares = shares.collect::<Vec<_>>().join(ask.t("、", ", "));
    sheet = sheet
        .figures(vec![
            Figure::of(ask.t("贷款", "Loan"), say.yuan(&one.text("amount"))),
            Figure::of(ask.t("质押面积", "Pledged"), say.m2_mu(one.whole("pledged_m2"))),
            Figure::of(ask.t("状态", "State"), state(ask, one)),
        ])
        .facts(vec![
            (ask.t("出质人", "Holder"), cell(one.text("holder_name"))),
            (ask.t("银行", "Lender"), cell(one.text("lender_name"))),
            (ask.t("合同编号", "Contract"), cell(one.text("contract_no"))),
            (
                ask.t("期限", "From – to"),
                cell(format!(
                    "{} – {}",
                    say.day(&one.text("starts_on")),
                    say.day(&one.text("ends_on"))
                )),
            ),
            (ask.t("申请面积", "Asked for"), cell(say.m2_mu(one.whole("m2")))),
            (
                ask.t("指标批次", "Batch"),
                cell(one.text("batch_number")).to(format!("/batches/{}", one.text("batch_id"))),
            ),
            (
                ask.t("还款来源", "Secured by"),
                cell(if shares.is_empty() { "—".to_owned() } else { shares }),
            ),
            (ask.t("财政签字", "Treasury signed"), cell(say.yes_no(one.yes("treasury_signed")))),
            (ask.t("折扣率", "Haircut"), cell(say.percent(&one.text("haircut_percent")))),
            (ask.t("约定覆盖率", "Agreed cover"), cell(say.percent(&one.text("cover_percent")))),
            (ask.t("申请时间", "Asked"), cell(say.time(&one.text("requested_at")))),
            (ask.t("登记时间", "Registered"), cell(say.time(&one.text("registered_at")))),
            (ask.t("结束时间", "Ended"), cell(say.time(&one.text("ended_at")))),
            (ask.t("结束原因", "Why it ended"), cell(one.text("end_reason"))),
        ]);
    let rows = one.items("serials").into_iter().map(|run| {
        let of = |path: &str| say.count(run.whole(path));
        vec![
            cell(run.text("serials")),
            cell(of("first_serial")).number(),
            cell(of("last_serial")).number(),
        ]
    });
    let columns = [ask.t("编号区间", "Serials"), ask.t("起", "First"), ask.t("止", "Last")];
    sheet = sheet.table(
        Table::of(ask.t("质押的指标", "Pledged credits"), &columns)
            .rows(rows.collect())
            .empty(ask.t("没有质押中的指标。", "No credits are under this pledge.")),
    );
    if one.has("registered_at") {
        let notice = format!("/pledge-papers/{}/notice.pdf", one.text("id"));
        sheet = sheet.links(vec![Link::to(
            notice,
            ask.t("质押登记通知书（PDF）", "Notice of the pledge (PDF)"),
        )]);
    }
    sheet.table(departures(ask, one)).table(extensions(ask, one))
}

fn departures(ask: &Ask, one: &Facts) -> Table {
    let say = &ask.say;
    let rows = one.items("departures").into_iter().map(|left| {
        vec![
            cell(left.text("number")).to(format!("/pledge-papers/departures/{}", left.text("id"))),
            cell(word(say, &format!("departure.{}", left.text("kind")))),
            cell(say.m2(left.whole("m2"))).number(),
            cell(say.m2(left.whole("left_m2"))).number(),
            cell(left.text("reason")),
            cell(say.time(&left.text("departed_at"))),
        ]
    });
    let columns = [
        ask.t("编号", "Number"),
        ask.t("方式", "How"),
        ask.t("面积", "Area"),
        ask.t("剩余质押", "Left"),
        ask.t("原因", "Why"),
        ask.t("时间", "Time"),
    ];
    Table::of(ask.t("解除与处置", "Released and sold"), &columns)
        .rows(rows.collect())
        .empty(ask.t("还没有解除或处置。", "Nothing was released or sold yet."))
}

fn extensions(ask: &Ask, one: &Facts) -> Table {
    let say = &ask.say;
    let rows = one.items("extensions").into_iter().map(|longer| {
        vec![
            cell(longer.text("contract_no")),
            cell(say.day(&longer.text("ends_on"))),
            cell(say.time(&longer.text("registered_at"))),
        ]
    });
    let columns =
        [ask.t("合同编号", "Contract"), ask.t("展期至", "Until"), ask.t("登记时间", "Registered")];
    Table::of(ask.t("展期", "Extensions"), &columns)
        .rows(rows.collect())
        .empty(ask.t("没有展期。", "It was not extended."))
}
