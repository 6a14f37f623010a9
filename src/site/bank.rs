//! A lending bank: pledges to register, their value, releases, extensions and enforced sales.

pub(super) mod view;

use crate::kernel::actor::Role;
use crate::kernel::problem::{Answer, Failure, Problem};
use crate::site::acts::act;
use crate::site::bank::view::{detail, filter, table};
use crate::site::words::word;
use crate::web::pages::{
    Ask, Facts, Field, Figure, Form, Link, Page, Pages, Sheet, Shown, Table, cell,
};

const OFFICER: &[Role] = &[Role::BankOfficer];
/// Who may read the notice of a pledge.
const READERS: &[Role] = &[
    Role::BankOfficer,
    Role::TownshipOfficer,
    Role::Developer,
    Role::DeveloperDirector,
    Role::CentreOfficer,
    Role::CentreDirector,
    Role::FinanceOfficer,
    Role::FinanceDirector,
    Role::Auditor,
];

pub(super) fn pages() -> Pages {
    Pages::of(vec![
        Page::of_roles("/bank", OFFICER, home),
        Page::of_roles("/bank/pledges/{pledge_id}", OFFICER, pledge).with_form(),
        Page::of_roles("/bank/sales/{sale_id}", OFFICER, sale).with_form(),
        Page::of_roles("/pledge-papers/departures/{departure_id}", READERS, departure),
        Page::of_roles("/pledge-papers/{pledge_id}/notice.pdf", READERS, notice),
    ])
}

async fn home(ask: Ask) -> Answer<Shown> {
    let me = ask.get("/api/v1/me").await?;
    let waiting = ask.get("/api/v1/pledges?state=requested&limit=50").await?.items("items");
    let passed = ask.passed(&["state", "cursor"]);
    let list = ask.get(&format!("/api/v1/pledges?limit=50{passed}")).await?;
    let to = |one: &Facts| format!("/bank/pledges/{}", one.text("id"));
    let mut waits: Vec<_> = waiting
        .iter()
        .map(|one| {
            let what = ask.t("质押待登记", "A pledge waits for you");
            let amount = ask.say.yuan(&one.text("amount"));
            cell(format!(
                "{what} {}{colon}{} {amount}",
                one.text("number"),
                one.text("holder_name"),
                colon = ask.say.colon()
            ))
            .to(to(one))
        })
        .collect();
    for one in list.items("items").iter().filter(|one| one.has("below_cover_since")) {
        let what = ask.t("低于约定覆盖率", "Below the agreed cover");
        waits.push(
            cell(format!(
                "{what} {}{colon}{}",
                one.text("number"),
                one.text("holder_name"),
                colon = ask.say.colon()
            ))
            .to(to(one)),
        );
    }
    let sheet = Sheet::new(me.text("organisation/name"))
        .lead(format!(
            "{} · {}",
            me.text("user/display_name"),
            word(&ask.say, &me.text("user/role"))
        ))
        .heading(ask.t("待办事项", "What waits for you"));
    let sheet = match waits.is_empty() {
        true => sheet.text(ask.t("目前没有待办事项。", "Nothing waits for you.")),
        false => sheet.list(waits),
    };
    Ok(sheet
        .heading(ask.t("质押", "Pledges"))
        .form(filter(&ask, "/bank"))
        .table(pledges(&ask, &list))
        .into())
}

/// The list, whose filter stays on this page.
fn pledges(ask: &Ask, list: &Facts) -> Table {
    table(ask, list, "/bank/pledges").next(
        list,
        &ask.say,
        "/bank",
        &[("state", ask.query("state"))],
    )
}

/// A pledge with what its value is made of and how it was sold.
struct Seen {
    one: Facts,
    value: Option<Facts>,
    sales: Facts,
    buyers: Vec<(String, String)>,
}

impl Seen {
    async fn of(ask: &Ask, id: &str) -> Answer<Self> {
        let path = format!("/api/v1/pledges/{id}");
        let one = ask.get(&path).await?;
        let value = ask.find(&format!("{path}/valuation")).await?;
        let passed = ask.passed(&["cursor"]);
        let sales = ask.get(&format!("{path}/enforced-sales?limit=50{passed}")).await?;
        let list = ask.get("/api/v1/organisations?kind=developer&limit=200").await?;
        let of = |it: &Facts| (it.text("id"), format!("{} {}", it.text("code"), it.text("name")));
        let buyers = list.items("items").iter().map(of).collect();
        Ok(Self { one, value, sales, buyers })
    }
}

async fn pledge(ask: Ask) -> Answer<Shown> {
    let id = ask.part("pledge_id");
    let seen = Seen::of(&ask, &id).await?;
    let Some(sent) = &ask.sent else { return Ok(shown(&ask, &seen, None).into()) };
    let path = format!("/api/v1/pledges/{id}");
    let reason = sent.json(&["reason"], &[]);
    let done = match sent.text("act") {
        "register" => ask.act(&format!("{path}/registration")).await,
        "refuse" => ask.post(&format!("{path}/refusal"), &reason).await,
        "extend" => {
            let body = sent.json(&["contract_no", "ends_on"], &[]);
            ask.post(&format!("{path}/extensions"), &body).await
        }
        "release" => {
            let body = sent.json(&["reason"], &["m2"]);
            ask.post(&format!("{path}/releases"), &body).await
        }
        "sell" => {
            let texts = ["buyer_id", "claim", "document", "price_per_mu"];
            ask.post(&format!("{path}/enforced-sales"), &sent.json(&texts, &["m2"])).await
        }
        _ => Err(Failure::not_found()),
    };
    match done {
        Ok(_) => Ok(Shown::see(format!("/bank/pledges/{id}?done=1"))),
        Err(failure) => ask.again(failure, |problem| shown(&ask, &seen, problem)),
    }
}

fn shown(ask: &Ask, seen: &Seen, problem: Option<&Problem>) -> Sheet {
    let (say, one) = (&ask.say, &seen.one);
    let mut sheet = detail(ask, one, ("/bank", ask.t("我的工作台", "My desk")));
    if let Some(value) = &seen.value {
        sheet = valued(ask, value, sheet);
    }
    sheet = sheet.table(sales(ask, &seen.sales, &one.text("id")));
    let action = format!("/bank/pledges/{}", one.text("id"));
    let form = |legend: &str, button: &str| Form::post(&action, button).legend(legend);
    let reason = || Field::text("reason", ask.t("原因", "Why")).required();
    let loan = say.yuan(&one.text("amount"));
    match one.text("state").as_str() {
        "requested" => {
            let area = say.m2_mu(one.whole("m2"));
            let legend = format!(
                "{}{colon}{area}，{loan}",
                ask.t("登记质押", "Register the pledge"),
                colon = ask.say.colon()
            );
            let register = form(&legend, ask.t("登记，冻结指标", "Register and bind the credits"));
            let refuse =
                form(ask.t("不予登记", "Refuse it"), ask.t("不予登记", "Refuse")).field(reason());
            sheet
                .form(act(ask, "register", register, problem))
                .form(act(ask, "refuse", refuse, problem))
        }
        "registered" => {
            let m2 = |value: String| {
                Field::number("m2", ask.t("面积（m²）", "Area (m²)")).required().value(value)
            };
            let all = one.whole("pledged_m2").to_string();
            let release = form(ask.t("解除质押", "Release credits"), ask.t("解除", "Release"))
                .field(m2(all.clone()).hint(ask.t(
                    "可以只解除一部分，按编号从小到大解除。",
                    "May be a part; the lowest serials go first.",
                )))
                .field(reason());
            let extend = form(ask.t("展期", "Extend it"), ask.t("登记展期", "Extend"))
                .field(Field::text("contract_no", ask.t("展期合同编号", "Contract")).required())
                .field(Field::date("ends_on", ask.t("展期至", "Until")).required());
            let sell = form(
                ask.t("申请处置", "Ask for an enforced sale"),
                ask.t("申请处置", "Ask for it"),
            )
            .field(Field::choice("buyer_id", ask.t("受让单位", "Buyer"), seen.buyers.clone()))
            .field(m2(all))
            .field(
                Field::number("price_per_mu", ask.t("单价（元/亩）", "Price (CNY per mu)"))
                    .required(),
            )
            .field(Field::number("claim", ask.t("债权金额（元）", "Claim (CNY)")).required())
            .field(
                Field::text("document", ask.t("依据文书", "Document")).required().hint(ask.t(
                    "法院裁定书或合同约定；由运营中心主任批准、受让单位确认后成交。",
                    "Ruling or clause; the centre's director approves it and the buyer accepts it.",
                )),
            );
            sheet
                .form(act(ask, "release", release, problem))
                .form(act(ask, "extend", extend, problem))
                .form(act(ask, "sell", sell, problem))
        }
        _ => sheet,
    }
}

fn valued(ask: &Ask, value: &Facts, sheet: Sheet) -> Sheet {
    let say = &ask.say;
    let percent = |path: &str| match value.has(path) {
        true => say.percent(&value.text(path)),
        false => "—".to_owned(),
    };
    let rows = value.items("basis").into_iter().take(200).map(|day| {
        vec![
            cell(say.day(&day.text("day"))),
            cell(say.count(day.whole("trades"))).number(),
            cell(say.m2(day.whole("m2"))).number(),
            cell(say.price(&day.text("index_per_mu"))).number(),
        ]
    });
    let columns = [
        ask.t("日期", "Day"),
        ask.t("成交笔数", "Trades"),
        ask.t("面积", "Area"),
        ask.t("价格指数", "Index"),
    ];
    let sheet = sheet.heading(ask.t("估值", "Its value")).figures(vec![
        Figure::of(ask.t("估值", "Value"), say.yuan(&value.text("value"))),
        Figure::of(ask.t("覆盖率", "Cover"), percent("cover_percent")),
        Figure::of(ask.t("约定覆盖率", "Agreed cover"), percent("agreed_cover_percent")),
        Figure::of(ask.t("价格指数", "Index"), say.price(&value.text("index_per_mu"))),
    ]);
    sheet.table(
        Table::of(ask.t("估值依据", "What it is made of"), &columns).rows(rows.collect()).empty(
            ask.t(
                "近期没有同类成交，不能估值。",
                "Nothing alike was traded lately, so it has no value.",
            ),
        ),
    )
}

fn sales(ask: &Ask, list: &Facts, pledge: &str) -> Table {
    let say = &ask.say;
    let rows = list.items("items").into_iter().map(|one| {
        vec![
            cell(one.text("number")).to(format!("/bank/sales/{}", one.text("id"))),
            cell(say.m2(one.whole("m2"))).number(),
            cell(say.price(&one.text("price_per_mu"))).number(),
            cell(say.yuan(&one.text("claim"))).number(),
            cell(say.time(&one.text("asked_at"))),
            cell(word(say, &format!("sale.{}", one.text("state")))),
        ]
    });
    let columns = [
        ask.t("编号", "Number"),
        ask.t("面积", "Area"),
        ask.t("单价", "Price"),
        ask.t("债权金额", "Claim"),
        ask.t("申请时间", "Asked"),
        ask.t("状态", "State"),
    ];
    Table::of(ask.t("处置", "Enforced sales"), &columns)
        .rows(rows.collect())
        .empty(ask.t("没有处置。", "There are no enforced sales."))
        .next(list, say, &format!("/bank/pledges/{pledge}"), &[])
}

async fn sale(ask: Ask) -> Answer<Shown> {
    let id = ask.part("sale_id");
    let path = format!("/api/v1/enforced-sales/{id}");
    let one = ask.get(&path).await?;
    let Some(sent) = &ask.sent else { return Ok(of_sale(&ask, &one, None).into()) };
    match ask.post(&format!("{path}/withdrawal"), &sent.json(&["reason"], &[])).await {
        Ok(_) => Ok(Shown::see(format!("/bank/sales/{id}"))),
        Err(failure) => ask.again(failure, |problem| of_sale(&ask, &one, problem)),
    }
}

fn of_sale(ask: &Ask, one: &Facts, problem: Option<&Problem>) -> Sheet {
    let say = &ask.say;
    let state = one.text("state");
    let pledge = format!("/bank/pledges/{}", one.text("pledge_id"));
    let rows = one.items("bound").into_iter().map(|bound| {
        vec![cell(word(say, &bound.text("share"))), cell(say.yuan(&bound.text("amount"))).number()]
    });
    let columns = [ask.t("出自分成", "Out of the share"), ask.t("归银行", "For the bank")];
    let sheet = Sheet::new(format!("{} {}", ask.t("处置", "Enforced sale"), one.text("number")))
        .under("/bank", ask.t("我的工作台", "My desk"))
        .under(&pledge, ask.t("质押", "Pledge"))
        .figures(vec![
            Figure::of(ask.t("面积", "Area"), say.m2_mu(one.whole("m2"))),
            Figure::of(ask.t("单价", "Price"), say.price(&one.text("price_per_mu"))),
            Figure::of(ask.t("债权金额", "Claim"), say.yuan(&one.text("claim"))),
            Figure::of(ask.t("状态", "State"), word(say, &format!("sale.{state}"))),
        ])
        .facts(vec![
            (ask.t("依据文书", "Document"), cell(one.text("document"))),
            (ask.t("申请时间", "Asked"), cell(say.time(&one.text("asked_at")))),
            (ask.t("批准时间", "Approved"), cell(say.time(&one.text("approved_at")))),
            (ask.t("结束时间", "Ended"), cell(say.time(&one.text("ended_at")))),
            (ask.t("结束原因", "Why it ended"), cell(one.text("end_reason"))),
        ])
        .table(
            Table::of(ask.t("处置款归属", "Where the money went"), &columns)
                .rows(rows.collect())
                .empty(ask.t("尚未成交。", "It is not settled yet.")),
        );
    if state != "asked" && state != "approved" {
        return sheet;
    }
    let form = Form::post(ask.path(), ask.t("撤回处置", "Withdraw it"))
        .legend(ask.t("撤回", "Withdraw it"))
        .field(Field::text("reason", ask.t("原因", "Why")).required())
        .back(Link::to(pledge, ask.t("返回", "Back")));
    sheet.form(ask.filled(form, problem).once(ask.sent.as_ref()))
}

async fn notice(ask: Ask) -> Answer<Shown> {
    let path = format!("/api/v1/pledges/{}/notice.pdf", ask.part("pledge_id"));
    ask.file(&path, "pledge.pdf").await
}

async fn departure(ask: Ask) -> Answer<Shown> {
    let path = format!("/api/v1/pledge-departures/{}/notice.pdf", ask.part("departure_id"));
    ask.file(&path, "pledge-departure.pdf").await
}
