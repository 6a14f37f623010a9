//! Finding credits: what to buy for an application and at what cost, and what an order would cost
//! now and from whom.

use crate::kernel::problem::{Answer, Failure};
use crate::site::developer::occupations::is_officer;
use crate::site::parts::{each_grade, said, table, type_choice};
use crate::site::words::{grade, word};
use crate::web::pages::{Ask, Facts, Field, Figure, Form, Link, Sheet, Shown, cell, encoded};

pub(super) async fn for_occupation(ask: Ask) -> Answer<Shown> {
    let id = ask.part("occupation_id");
    let path = format!("/api/v1/occupations/{id}");
    let one = ask.get(&path).await?;
    let say = &ask.say;
    let here = format!("/developer/occupations/{id}");
    let sheet = Sheet::new(format!("{} {}", ask.t("查找指标", "Credits for"), one.text("number")))
        .under("/developer/occupations", ask.t("占用申请", "Applications to occupy"))
        .under(&here, one.text("number"))
        .lead(format!(
            "{} · {} · {}",
            one.text("project_name"),
            say.area(&one.text("area_m2")),
            word(say, &one.text("wetland_type")),
        ));
    let plan = match ask.get(&format!("{path}/purchase-proposal")).await {
        Ok(plan) => plan,
        Err(Failure::Refused(problem)) if problem.status.is_client_error() => {
            let back = Link::to(here, ask.t("返回申请", "Back to the application"));
            return Ok(sheet.note(said(&ask, &problem)).links(vec![back]).into());
        }
        Err(failure) => return Err(failure),
    };
    let sheet = sheet.figures(vec![
        Figure::of(ask.t("还需购买", "Still to buy"), say.m2(plan.whole("to_buy_m2")))
            .note(format!("{} {}", ask.t("应核销", "needed"), say.m2(plan.whole("required_m2")))),
        Figure::of(ask.t("已有可用", "In hand"), say.m2(plan.whole("in_hand_m2"))).note(format!(
            "{} {}",
            ask.t("已核销", "retired"),
            say.m2(plan.whole("counted_m2"))
        )),
        Figure::of(ask.t("购买费用", "Cost"), say.yuan(&plan.text("amount"))).note(format!(
            "{} {}",
            ask.t("可买到", "to be had"),
            say.m2(plan.whole("bought_m2"))
        )),
        Figure::of(ask.t("缺口", "Short"), say.m2(plan.whole("short_m2"))),
    ]);
    let mut rows = Vec::new();
    for it in plan.items("purchases") {
        let listing = it.text("listing_id");
        let buy = cell(ask.t("购买", "Buy"))
            .to(format!("/developer/purchases/{listing}?m2={}", it.text("m2")));
        rows.push(vec![
            cell(it.text("listing_number")).to(format!("/listings/{listing}")),
            cell(it.text("batch_number")),
            cell(ask.region(&it.text("county")).await?),
            cell(grade(say, &it.text("grade"))),
            cell(say.m2(it.whole("m2"))).number(),
            cell(say.price(&it.text("price_per_mu"))).number(),
            cell(say.yuan(&it.text("amount"))).number(),
            if is_officer(&ask) { buy } else { cell("") },
        ]);
    }
    let columns = [
        ("挂牌", "Listing"),
        ("批次", "Batch"),
        ("县区", "County"),
        ("等级", "Grade"),
        ("购买面积", "Area"),
        ("单价", "Price"),
        ("金额", "Amount"),
        ("办理", "Do"),
    ];
    let proposal = table(&ask, ("建议购买", "What to buy, cheapest first"), &columns)
        .rows(rows)
        .empty(match plan.whole("to_buy_m2") {
            0 => ask.t("指标已足够，可以核销。", "There is enough already; it can be retired."),
            _ => ask.t(
                "目前没有符合条件的挂牌。可以挂出买单等待。",
                "Nothing on sale fits. An order can wait for it.",
            ),
        });
    Ok(sheet.table(proposal).links(ways(&ask, &id)).text(cost_of_fee(&ask, &plan)).into())
}

fn ways(ask: &Ask, id: &str) -> Vec<Link> {
    let mut links = vec![Link::to(
        format!("/developer/new-retirement/{id}"),
        ask.t("核销指标", "Retire credits"),
    )];
    if is_officer(ask) {
        let order = format!("/developer/new-order?occupation={id}");
        links.insert(
            0,
            Link::to(order, ask.t("按此申请挂出买单", "Place an order for it")).strong(),
        );
    }
    links
}

fn cost_of_fee(ask: &Ask, plan: &Facts) -> String {
    let fee = ask.say.yuan(&plan.text("restoration_fee"));
    match ask.say.is_chinese() {
        true => format!("确实无法异地恢复的，湿地恢复费不低于 {fee}，须经林业主管部门核定。"),
        false => format!(
            "Where restoring elsewhere is impossible the restoration fee is at least {fee}; the forestry bureau determines it."
        ),
    }
}

/// What would it cost now, and from whom? Nothing is ordered by asking.
pub(super) async fn quote(ask: Ask) -> Answer<Shown> {
    let form = Form::ask("/developer/quote", ask.t("试算", "Work it out"))
        .field(
            Field::number("m2", ask.t("面积（平方米）", "Area (m²)"))
                .required()
                .value(ask.query("m2")),
        )
        .field(type_choice(&ask).value(ask.query("wetland_type")))
        .field(
            Field::choice(
                "grade_max",
                ask.t("等级不低于", "Grade no worse than"),
                each_grade(&ask),
            )
            .value(if ask.query("grade_max").is_empty() {
                "5"
            } else {
                ask.query("grade_max")
            }),
        )
        .field(
            Field::number("price_per_mu", ask.t("最高单价（元/亩）", "Highest price (CNY per mu)"))
                .value(ask.query("price_per_mu")),
        );
    let sheet = Sheet::new(ask.t("买单试算", "What would it cost?"))
        .under("/developer/orders", ask.t("我的买单", "My orders"))
        .lead(ask.t(
            "按当前挂牌计算需要多少钱、向谁购买；试算不会下单。",
            "Of what is on sale now: how much it costs and from whom. Nothing is ordered by asking.",
        ))
        .form(form);
    if ask.query("m2").is_empty() {
        return Ok(sheet.into());
    }
    let m2: String = ask.query("m2").chars().filter(char::is_ascii_digit).collect();
    let passed = ask.passed(&["wetland_type", "grade_max", "price_per_mu"]);
    let told = match ask.get(&format!("/api/v1/order-quote?m2={m2}{passed}")).await {
        Ok(told) => told,
        Err(Failure::Refused(problem)) if problem.status.is_client_error() => {
            return Ok(sheet.bad(said(&ask, &problem)).into());
        }
        Err(failure) => return Err(failure),
    };
    let say = &ask.say;
    let sheet = sheet.figures(vec![
        Figure::of(ask.t("现在可买到", "To be had now"), say.m2(told.whole("filled_m2"))),
        Figure::of(ask.t("金额", "Amount"), say.yuan(&told.text("amount"))),
        Figure::of(
            ask.t("平均单价", "Average price"),
            say.price(&told.text("average_price_per_mu")),
        ),
        Figure::of(ask.t("缺口", "Short"), say.m2(told.whole("short_m2"))),
    ]);
    let rows = told.items("fills").into_iter().map(|it| {
        vec![
            cell(it.text("listing_number")).to(format!("/listings/{}", it.text("listing_id"))),
            cell(it.text("seller_name")),
            cell(grade(say, &it.text("grade"))),
            cell(say.m2(it.whole("m2"))).number(),
            cell(say.price(&it.text("price_per_mu"))).number(),
            cell(say.yuan(&it.text("amount"))).number(),
        ]
    });
    let columns = [
        ("挂牌", "Listing"),
        ("卖方", "Seller"),
        ("等级", "Grade"),
        ("面积", "Area"),
        ("单价", "Price"),
        ("金额", "Amount"),
    ];
    let fills = table(&ask, ("将依次向下列卖方购买", "In this order"), &columns)
        .rows(rows.collect())
        .empty(ask.t("目前没有符合条件的挂牌。", "Nothing on sale fits."));
    let mut rows = Vec::new();
    for it in told.items("cash") {
        rows.push(vec![
            cell(ask.region(&it.text("county")).await?),
            cell(say.yuan(&it.text("cost"))).number(),
            cell(say.yuan(&it.text("available"))).number(),
            cell(say.yuan(&it.text("short"))).number(),
        ]);
    }
    let columns = [
        ("县区", "County"),
        ("费用", "Cost"),
        ("可用资金", "Money to spend"),
        ("资金缺口", "Missing"),
    ];
    let cash = table(&ask, ("各县资金", "Money, by county"), &columns)
        .rows(rows)
        .empty(ask.t("没有可购买的县区。", "No county may sell to you."));
    let mut links = vec![Link::to("/developer/new-deposit", ask.t("去缴款", "Pay in"))];
    if is_officer(&ask) {
        let asked = ["wetland_type", "grade_max", "price_per_mu"];
        let pairs = asked.map(|name| format!("&{name}={}", encoded(ask.query(name)))).concat();
        let order = format!("/developer/new-order?m2={m2}{pairs}");
        links.insert(0, Link::to(order, ask.t("按此条件下单", "Order it")).strong());
    }
    Ok(sheet.table(fills).table(cash).links(links).into())
}
