//! Orders: placing one with its conditions after a look at the amounts, what it bought, and its
//! cancellation.

use serde_json::Value;

use crate::kernel::money::cny;
use crate::kernel::problem::{Answer, Problem};
use crate::site::developer::limits::{About, with_word};
use crate::site::developer::occupations::is_officer;
use crate::site::parts::{
    after, body, command, confirming, each_grade, is_confirmed, mended, put, table, told,
    type_choice, unreadable, words, worth,
};
use crate::site::words::{choices, grade, word};
use crate::web::pages::{Ask, Facts, Field, Figure, Form, Link, Sent, Sheet, Shown, cell, encoded};

const NAMES: [&str; 9] = [
    "occupation",
    "m2",
    "wetland_type",
    "grade_max",
    "price_per_mu",
    "execution",
    "valid_to",
    "trading_area",
    "shows_buyer",
];
const EXECUTIONS: &[&str] = &["good_till_date", "immediate_or_cancel", "fill_or_kill"];
const STATES: &[&str] = &[
    "order.open",
    "order.filled",
    "order.cancelled",
    "order.expired",
    "order.unfilled",
    "order.exhausted",
];

pub(super) async fn orders(ask: Ask) -> Answer<Shown> {
    let passed = ask.passed(&["state", "cursor"]);
    let list = ask.get(&format!("/api/v1/orders?limit=50{passed}")).await?;
    let say = &ask.say;
    let rows = list.items("items").into_iter().map(|one| {
        vec![
            cell(one.text("number")).to(format!("/developer/orders/{}", one.text("id"))),
            cell(say.time(&one.text("placed_at"))),
            cell(word(say, &one.text("wetland_type"))),
            cell(grade(say, &one.text("grade_max"))),
            cell(say.m2(one.whole("m2"))).number(),
            cell(say.m2(one.whole("left_m2"))).number(),
            cell(say.price(&one.text("price_per_mu"))).number(),
            cell(word(say, &format!("order.{}", one.text("state")))),
        ]
    });
    let columns = [
        ("编号", "Number"),
        ("下单时间", "Placed"),
        ("湿地类型", "Type"),
        ("等级不低于", "Grade no worse than"),
        ("面积", "Area"),
        ("未成交", "Left"),
        ("最高单价", "Highest price"),
        ("状态", "State"),
    ];
    let states = choices(say, ask.t("全部状态", "All states"), STATES);
    let filter = Form::ask("/developer/orders", ask.t("筛选", "Filter"))
        .field(Field::choice("state", ask.t("状态", "State"), states).value(ask.query("state")));
    let table = table(&ask, ("", ""), &columns)
        .rows(rows.collect())
        .empty(ask.t(
            "没有买单。可先试算，再下单。",
            "There are no orders. Work out the cost first, then order.",
        ))
        .next(&list, say, "/developer/orders", &[("state", ask.query("state"))]);
    let mut links = vec![Link::to("/developer/quote", ask.t("试算", "What would it cost?"))];
    if is_officer(&ask) {
        links.insert(0, Link::to("/developer/new-order", ask.t("下单", "Place an order")).strong());
    }
    Ok(Sheet::new(ask.t("我的买单", "My orders"))
        .lead(ask.t(
            "买单立即按最低价成交；未成交部分按所选方式等待或取消，资金已为其预留。",
            "An order buys the cheapest that fits at once; what is left waits or ends as you chose, with its money reserved.",
        ))
        .links(links)
        .form(filter)
        .table(table)
        .into())
}

pub(super) async fn order(ask: Ask) -> Answer<Shown> {
    let id = ask.part("order_id");
    let path = format!("/api/v1/orders/{id}");
    let Some(sent) = &ask.sent else {
        let one = ask.get(&path).await?;
        return Ok(shown(&ask, &one, None).into());
    };
    let done = ask.post(&format!("{path}/cancellation"), &sent.json(&["reason"], &[])).await;
    let to = format!("/developer/orders/{id}?done=cancelled");
    let again = async |problem: &Problem| {
        let one = ask.get(&path).await?;
        Ok(shown(&ask, &one, Some(problem)))
    };
    after(&ask, done, to, again).await
}

fn shown(ask: &Ask, one: &Facts, problem: Option<&Problem>) -> Sheet {
    let say = &ask.say;
    let sheet = Sheet::new(format!("{} {}", ask.t("买单", "Order"), one.text("number")))
        .under("/developer/orders", ask.t("我的买单", "My orders"));
    let sheet = told(
        ask,
        sheet,
        &[
            ("placed", "买单已提交。", "The order is placed."),
            (
                "cancelled",
                "买单已取消，预留资金已退回。",
                "Cancelled; the reserved money is yours to use again.",
            ),
        ],
    );
    let reserved = one.members("reserved");
    let reserved = reserved.iter().map(|(_, amount)| say.yuan(&amount.text("")));
    let reserved = reserved.collect::<Vec<_>>().join("、");
    let mut facts = vec![
        (ask.t("湿地类型", "Type of wetland"), cell(word(say, &one.text("wetland_type")))),
        (ask.t("等级不低于", "Grade no worse than"), cell(grade(say, &one.text("grade_max")))),
        (ask.t("最高单价", "Highest price"), cell(say.price(&one.text("price_per_mu")))),
        (ask.t("未成交部分", "What is left"), cell(word(say, &one.text("execution")))),
        (ask.t("有效期至", "Valid to"), cell(say.day(&one.text("valid_to")))),
        (ask.t("预留资金", "Money reserved"), cell(reserved)),
        (ask.t("公开买方名称", "Buyer shown"), cell(say.yes_no(one.yes("shows_buyer")))),
        (ask.t("下单时间", "Placed"), cell(say.time(&one.text("placed_at")))),
    ];
    if one.has("occupation_id") {
        let at = format!("/developer/occupations/{}", one.text("occupation_id"));
        facts.push((ask.t("占用申请", "Application"), cell(ask.t("查看", "See it")).to(at)));
    }
    let rows = one.items("fills").into_iter().map(|fill| {
        vec![
            cell(say.time(&fill.text("filled_at")))
                .to(format!("/developer/trades/{}", fill.text("trade_id"))),
            cell(say.m2(fill.whole("m2"))).number(),
            cell(say.price(&fill.text("price_per_mu"))).number(),
            cell(say.yuan(&fill.text("amount"))).number(),
        ]
    });
    let columns = [("成交时间", "Time"), ("面积", "Area"), ("单价", "Price"), ("金额", "Amount")];
    let fills = table(ask, ("成交", "Fills"), &columns)
        .rows(rows.collect())
        .empty(ask.t("还没有成交。", "Nothing has been bought yet."));
    let sheet = sheet
        .figures(vec![
            Figure::of(ask.t("状态", "State"), word(say, &format!("order.{}", one.text("state")))),
            Figure::of(ask.t("面积", "Area"), say.m2_mu(one.whole("m2"))),
            Figure::of(ask.t("未成交", "Left"), say.m2(one.whole("left_m2"))),
        ])
        .facts(facts)
        .table(fills);
    if one.text("state") != "open" || !is_officer(ask) {
        return sheet;
    }
    let form = command(
        ask,
        "cancel",
        ask.t("取消买单", "Cancel the order"),
        ask.t("取消未成交部分", "Cancel what is left"),
    )
    .field(Field::text("reason", ask.t("取消原因", "Why")).required());
    sheet.form(mended(ask, "cancel", form, problem))
}

pub(super) async fn place(ask: Ask) -> Answer<Shown> {
    let id = match &ask.sent {
        Some(sent) => encoded(sent.text("occupation")),
        None => encoded(ask.query("occupation")),
    };
    let occupation = match id.is_empty() {
        true => Facts::default(),
        false => ask.get(&format!("/api/v1/occupations/{id}")).await?,
    };
    let Some(sent) = &ask.sent else { return Ok(form(&ask, &occupation, None).into()) };
    if !is_confirmed(&ask) {
        return Ok(match worth(sent.text("m2"), sent.text("price_per_mu")) {
            Some((m2, fen)) => confirmation(&ask, sent, &occupation, m2, fen).await?.into(),
            None => form(&ask, &occupation, Some(&unreadable(&["m2", "price_per_mu"]))).into(),
        });
    }
    let path = match id.is_empty() {
        true => "/api/v1/orders".to_owned(),
        false => format!("/api/v1/occupations/{id}/orders"),
    };
    match ask.post(&path, &told_to_api(sent)).await {
        Ok(one) => Ok(Shown::see(format!("/developer/orders/{}?done=placed", one.text("id")))),
        Err(failure) => ask.again(failure, |problem| form(&ask, &occupation, problem)),
    }
}

fn told_to_api(sent: &Sent) -> Value {
    let texts = ["execution", "trading_area", "valid_to", "wetland_type"];
    let mut told = body(sent, &texts, &["m2", "grade_max"], &["price_per_mu"]);
    put(&mut told, "shows_buyer", sent.text("shows_buyer") == "yes");
    told
}

fn form(ask: &Ask, occupation: &Facts, problem: Option<&Problem>) -> Sheet {
    // What the application needs, unless something else was asked for.
    let whole = occupation.text("area_m2").split('.').next().unwrap_or_default().to_owned();
    let value = |name: &str, other: String| match ask.query(name) {
        "" => other,
        asked => asked.to_owned(),
    };
    let grade_needed = match occupation.text("grade") {
        known if known.is_empty() => "5".to_owned(),
        known => known,
    };
    let shows = [("no", ask.t("不公开", "No")), ("yes", ask.t("公开", "Yes"))];
    let shows = shows.map(|(value, text)| (value.to_owned(), text.to_owned())).to_vec();
    let areas = [
        ("", ask.t("本县", "Own county")),
        ("prefecture", ask.t("本设区市", "Own prefecture")),
        ("province", ask.t("本省", "Own province")),
    ];
    let own = ask.actor().map(|actor| actor.region.to_string()).unwrap_or_default();
    let part = |length: usize| own.get(..length).unwrap_or_default().to_owned();
    let areas = areas.map(|(value, text)| {
        let code = match value {
            "prefecture" => part(4),
            "province" => part(2),
            _ => String::new(),
        };
        (code, text.to_owned())
    });
    let form =
        Form::post("/developer/new-order", ask.t("下一步：核对金额", "Next: see the amount"))
            .hidden("occupation", occupation.text("id"))
            .field(
                Field::number("m2", ask.t("求购面积（平方米）", "Area (m²)"))
                    .required()
                    .value(value("m2", whole)),
            )
            .field(
                type_choice(ask)
                    .required()
                    .value(value("wetland_type", occupation.text("wetland_type"))),
            )
            .field(
                Field::choice(
                    "grade_max",
                    ask.t("等级不低于", "Grade no worse than"),
                    each_grade(ask),
                )
                .required()
                .value(value("grade_max", grade_needed)),
            )
            .field(
                Field::number(
                    "price_per_mu",
                    ask.t("最高单价（元/亩）", "Highest price (CNY per mu)"),
                )
                .required()
                .value(value("price_per_mu", String::new()))
                .hint(
                    ask.t(
                        "更便宜的按其挂牌价成交。",
                        "What is on sale for less is bought for less.",
                    ),
                ),
            )
            .field(
                Field::choice(
                    "execution",
                    ask.t("不能立即成交的部分", "What is not filled at once"),
                    words(ask, EXECUTIONS),
                )
                .required(),
            )
            .field(
                Field::date("valid_to", ask.t("等待至（可不填）", "Waits until (may be left out)"))
                    .hint(ask.t(
                        "不填则等到成交或取消。",
                        "Without it, until it is filled or cancelled.",
                    )),
            )
            .field(Field::choice(
                "trading_area",
                ask.t("指标来源范围", "Where credits may come from"),
                areas.to_vec(),
            ))
            .field(Field::choice(
                "shows_buyer",
                ask.t("求购公告是否公开本单位名称", "Show your name on the demand board?"),
                shows,
            ))
            .back(Link::to("/developer/orders", ask.t("返回", "Back")));
    let sheet = Sheet::new(ask.t("下单", "Place an order"))
        .under("/developer/orders", ask.t("我的买单", "My orders"));
    let sheet = match occupation.has("id") {
        true => sheet.lead(format!(
            "{} {} · {}",
            ask.t("用于占用申请", "For the application"),
            occupation.text("number"),
            occupation.text("project_name"),
        )),
        false => sheet,
    };
    sheet.form(ask.filled(form, problem).once(ask.sent.as_ref()))
}

/// What it costs at most, and what it would buy at once.
async fn confirmation(
    ask: &Ask,
    sent: &Sent,
    occupation: &Facts,
    m2: i64,
    fen: i64,
) -> Answer<Sheet> {
    let say = &ask.say;
    let asked = ["wetland_type", "grade_max", "price_per_mu", "trading_area"];
    let asked = asked.iter().filter(|name| sent.has(name));
    let pairs: String = asked.map(|name| format!("&{name}={}", encoded(sent.text(name)))).collect();
    let quote = ask.find(&format!("/api/v1/order-quote?m2={m2}{pairs}")).await?.unwrap_or_default();
    let keep = confirming(ask, ask.t("确认下单", "Place it"), &NAMES)
        .back(Link::to("/developer/new-order", ask.t("返回修改", "Change it")));
    let sheet = Sheet::new(ask.t("核对买单", "Check before ordering"))
        .under("/developer/orders", ask.t("我的买单", "My orders"))
        .figures(vec![
            Figure::of(ask.t("最高金额", "Amount at most"), say.yuan(&cny(fen))),
            Figure::of(ask.t("面积", "Area"), say.m2_mu(m2)),
            Figure::of(ask.t("现在可成交", "To be had now"), say.m2(quote.whole("filled_m2")))
                .note(say.yuan(&quote.text("amount"))),
        ])
        .facts(vec![
            (ask.t("占用申请", "Application"), cell(occupation.text("number"))),
            (ask.t("湿地类型", "Type of wetland"), cell(word(say, sent.text("wetland_type")))),
            (ask.t("等级不低于", "Grade no worse than"), cell(grade(say, sent.text("grade_max")))),
            (ask.t("最高单价", "Highest price"), cell(say.price(sent.text("price_per_mu")))),
            (ask.t("未成交部分", "What is left"), cell(word(say, sent.text("execution")))),
            (ask.t("等待至", "Waits until"), cell(say.day(sent.text("valid_to")))),
        ]);
    let sheet = with_word(ask, sheet, About { kind: "order", subject: "", fen }).await?;
    Ok(sheet
        .text(ask.t(
            "确认后符合条件的挂牌立即成交，不能撤销；等待的部分预留资金，可随时取消。",
            "Confirming buys at once what fits and cannot be undone; money is reserved for what waits, which can be cancelled.",
        ))
        .form(keep))
}
