//! Entering what the township spent of its share, with the voucher behind it.

use serde_json::Value;

use crate::kernel::problem::{Answer, Problem};
use crate::site::parts::{body, day_now, put, words};
use crate::web::pages::{Ask, Field, Figure, Form, Link, Sheet, Shown};

/// What a township's share may be spent on (R68).
const PURPOSES: &[&str] = &[
    "right_holder_compensation",
    "later_upkeep",
    "other_protection_cost",
    "dispute_mediation",
    "other_stability_work",
];

pub(super) async fn spend(ask: Ask) -> Answer<Shown> {
    let balances = ask.find("/api/v1/spending-balances").await?.unwrap_or_default().items("");
    let left = balances.first().map_or_else(|| "0.00".to_owned(), |one| one.text("left"));
    let own = ask.actor().map(|actor| actor.organisation_id.to_string()).unwrap_or_default();
    let projects = ask.get("/api/v1/projects?limit=200").await?.items("items");
    let projects = projects.iter().filter(|one| one.text("owner") == own);
    let none = (String::new(), ask.t("不针对某个项目", "none in particular").to_owned());
    let projects = projects.map(|one| (one.text("id"), one.text("name")));
    let projects: Vec<_> = std::iter::once(none).chain(projects).collect();
    let Some(sent) = &ask.sent else { return Ok(form(&ask, &left, projects, None).into()) };
    let texts = ["payee", "project_id", "purpose", "reason", "spent_on"];
    let mut told = body(sent, &texts, &[], &["amount"]);
    let mut voucher = body(sent, &["issued_on", "number"], &[], &["amount"]);
    if sent.has("sha256") {
        put(&mut voucher, "sha256", sent.text("sha256"));
    }
    put(&mut told, "vouchers", Value::from(vec![voucher]));
    match ask.post("/api/v1/spendings", &told).await {
        Ok(_) => Ok(Shown::see("/township/shares?done=spent")),
        Err(failure) => ask.again(failure, |problem| form(&ask, &left, projects, problem)),
    }
}

fn form(
    ask: &Ask,
    left: &str,
    projects: Vec<(String, String)>,
    problem: Option<&Problem>,
) -> Sheet {
    let form = Form::post("/township/new-spending", ask.t("录入支出", "Enter the spending"))
        .field(Field::choice("purpose", ask.t("用途", "Purpose"), words(ask, PURPOSES)).required())
        .field(Field::number("amount", ask.t("金额（元）", "Amount (CNY)")).required())
        .field(Field::text("payee", ask.t("收款人", "Paid to")).required())
        .field(Field::date("spent_on", ask.t("支出日期", "Day")).required().value(day_now(ask)))
        .field(Field::choice("project_id", ask.t("所属项目", "Project"), projects))
        .field(Field::text("reason", ask.t("事由", "Reason")).hint(ask.t(
            "可不填；用途不明显的请说明。",
            "May be left out; say it where the purpose is not plain.",
        )))
        .field(Field::text("number", ask.t("凭证号", "Number of the voucher")).required())
        .field(
            Field::date("issued_on", ask.t("凭证日期", "Day of the voucher"))
                .required()
                .value(day_now(ask)),
        )
        .field(
            Field::text("sha256", ask.t("凭证扫描件 SHA-256", "SHA-256 of its scan"))
                .hint(ask.t("可不填；64 位十六进制。", "May be left out; 64 hexadecimal digits.")),
        )
        .back(Link::to("/township/shares", ask.t("返回", "Back")));
    Sheet::new(ask.t("录入支出", "Enter a spending"))
        .under("/township/shares", ask.t("分成收入", "Our share"))
        .figures(vec![Figure::of(ask.t("可支出结余", "Left to spend"), ask.say.yuan(left))])
        .text(ask.t(
            "录入后由财政局审核；审核通过才计入支出。",
            "The finance bureau checks it; it counts as spent once it is approved.",
        ))
        .form(ask.filled(form, problem).once(ask.sent.as_ref()))
}
