//! An insurer: policies on credits, and the claims that losses open.

use serde_json::json;

use crate::kernel::actor::Role;
use crate::kernel::problem::{Answer, Failure, Problem};
use crate::site::acts::act;
use crate::site::words::word;
use crate::web::pages::{
    Ask, Facts, Field, Figure, Form, Link, Page, Pages, Sheet, Shown, Table, cell, today, with,
};

const OFFICER: &[Role] = &[Role::InsurerOfficer];

pub(super) fn pages() -> Pages {
    Pages::of(vec![
        Page::of_roles("/insurer", OFFICER, home),
        Page::of_roles("/insurer/claims", OFFICER, claims),
        Page::of_roles("/insurer/claims/{claim_id}", OFFICER, claim).with_form(),
        Page::of_roles("/insurer/new-policy", OFFICER, new).with_form(),
        Page::of_roles("/insurer/policies/{policy_id}", OFFICER, policy),
    ])
}

async fn home(ask: Ask) -> Answer<Shown> {
    let me = ask.get("/api/v1/me").await?;
    let claims = ask.get("/api/v1/insurance-claims?limit=200").await?.items("items");
    let list =
        ask.get(&format!("/api/v1/insurance-policies?limit=50{}", ask.passed(&["cursor"]))).await?;
    let say = &ask.say;
    let open = claims.iter().filter(|one| one.text("state") == "open");
    let waits: Vec<_> = open
        .map(|one| {
            let what = ask.t("索赔待核定", "A claim waits for you");
            let area = say.m2(one.whole("m2"));
            cell(format!("{what} {}{colon}{area}", one.text("number"), colon = ask.say.colon()))
                .to(format!("/insurer/claims/{}", one.text("id")))
        })
        .collect();
    let sheet = Sheet::new(me.text("organisation/name"))
        .lead(format!("{} · {}", me.text("user/display_name"), word(say, &me.text("user/role"))))
        .heading(ask.t("待办事项", "What waits for you"));
    let sheet = match waits.is_empty() {
        true => sheet.text(ask.t("目前没有待办事项。", "Nothing waits for you.")),
        false => sheet.list(waits),
    };
    let rows = list.items("items").into_iter().map(|one| {
        let span =
            format!("{} – {}", say.day(&one.text("starts_on")), say.day(&one.text("ends_on")));
        vec![
            cell(one.text("number")).to(format!("/insurer/policies/{}", one.text("id"))),
            cell(one.text("policy_no")),
            cell(one.text("holder_name")),
            cell(say.m2(one.whole("m2"))).number(),
            cell(say.yuan(&one.text("sum"))).number(),
            cell(span),
        ]
    });
    let columns = [
        ask.t("编号", "Number"),
        ask.t("保单号", "Policy"),
        ask.t("被保险人", "Insured"),
        ask.t("面积", "Area"),
        ask.t("保险金额", "Sum"),
        ask.t("保险期间", "From – to"),
    ];
    Ok(sheet
        .links(vec![
            Link::to("/insurer/new-policy", ask.t("登记保单", "Register a policy")).strong(),
            Link::to("/insurer/claims", ask.t("索赔", "Claims")),
        ])
        .table(
            Table::of(ask.t("保单", "Policies"), &columns)
                .rows(rows.collect())
                .empty(
                    ask.t(
                        "还没有保单。请登记第一份。",
                        "There are no policies. Register the first.",
                    ),
                )
                .next(&list, say, "/insurer", &[]),
        )
        .into())
}

async fn claims(ask: Ask) -> Answer<Shown> {
    let passed = ask.passed(&["cursor"]);
    let list = ask.get(&format!("/api/v1/insurance-claims?limit=50{passed}")).await?;
    let say = &ask.say;
    let rows = list.items("items").into_iter().map(|one| {
        vec![
            cell(one.text("number")).to(format!("/insurer/claims/{}", one.text("id"))),
            cell(one.text("policy_no")),
            cell(one.text("loss_number")),
            cell(say.m2(one.whole("m2"))).number(),
            cell(say.yuan(&one.text("amount"))).number(),
            cell(say.time(&one.text("opened_at"))),
            cell(word(say, &format!("claim.{}", one.text("state")))),
        ]
    });
    let columns = [
        ask.t("编号", "Number"),
        ask.t("保单号", "Policy"),
        ask.t("灭失", "Loss"),
        ask.t("面积", "Area"),
        ask.t("赔款", "Paid"),
        ask.t("提出时间", "Opened"),
        ask.t("状态", "State"),
    ];
    Ok(Sheet::new(ask.t("索赔", "Claims"))
        .under("/insurer", ask.t("我的工作台", "My desk"))
        .table(
            Table::of("", &columns)
                .rows(rows.collect())
                .empty(ask.t(
                    "没有索赔。已保险的指标灭失时自动提出。",
                    "There are none. A loss of insured credits opens one by itself.",
                ))
                .next(&list, say, "/insurer/claims", &[]),
        )
        .into())
}

async fn claim(ask: Ask) -> Answer<Shown> {
    let id = ask.part("claim_id");
    let path = format!("/api/v1/insurance-claims/{id}");
    let one = ask.get(&path).await?;
    let Some(sent) = &ask.sent else { return Ok(shown(&ask, &one, None).into()) };
    let done = match sent.text("act") {
        "accept" => ask.post(&format!("{path}/acceptance"), &sent.json(&["amount"], &[])).await,
        "refuse" => ask.post(&format!("{path}/refusal"), &sent.json(&["reason"], &[])).await,
        "replace" => {
            ask.post(&format!("{path}/replacement"), &sent.json(&["replacement_id"], &[])).await
        }
        _ => Err(Failure::not_found()),
    };
    match done {
        Ok(_) => Ok(Shown::see(format!("/insurer/claims/{id}?done=1"))),
        Err(failure) => ask.again(failure, |problem| shown(&ask, &one, problem)),
    }
}

fn shown(ask: &Ask, one: &Facts, problem: Option<&Problem>) -> Sheet {
    let say = &ask.say;
    let mut sheet = Sheet::new(format!("{} {}", ask.t("索赔", "Claim"), one.text("number")))
        .under("/insurer", ask.t("我的工作台", "My desk"))
        .under("/insurer/claims", ask.t("索赔", "Claims"));
    if ask.query("done") == "1" {
        sheet = sheet.good(ask.t("已办理。", "Done."));
    }
    sheet = sheet
        .figures(vec![
            Figure::of(ask.t("灭失的保险面积", "Insured area lost"), say.m2_mu(one.whole("m2"))),
            Figure::of(ask.t("赔款", "Paid"), say.yuan(&one.text("amount"))),
            Figure::of(ask.t("状态", "State"), word(say, &format!("claim.{}", one.text("state")))),
        ])
        .facts(vec![
            (
                ask.t("保单", "Policy"),
                cell(one.text("policy_no"))
                    .to(format!("/insurer/policies/{}", one.text("policy_id"))),
            ),
            (ask.t("灭失", "Loss"), cell(one.text("loss_number"))),
            (ask.t("提出时间", "Opened"), cell(say.time(&one.text("opened_at")))),
            (ask.t("核定时间", "Decided"), cell(say.time(&one.text("decided_at")))),
            (ask.t("结束时间", "Ended"), cell(say.time(&one.text("ended_at")))),
            (ask.t("不赔原因", "Why it was refused"), cell(one.text("reason"))),
        ]);
    let action = format!("/insurer/claims/{}", one.text("id"));
    let form = |legend: &str, button: &str| Form::post(&action, button).legend(legend);
    let replace = || {
        let hint = ask.t("补建核定后的编号。", "The id of the certified replacement.");
        form(ask.t("以补建代替赔款", "Replaced instead of paid"), ask.t("登记补建", "Keep it"))
            .field(
                Field::text("replacement_id", ask.t("补建编号", "Replacement"))
                    .required()
                    .hint(hint),
            )
    };
    match one.text("state").as_str() {
        "open" => {
            let accept = form(ask.t("核定赔款", "Accept it"), ask.t("核定", "Accept")).field(
                Field::number("amount", ask.t("赔款（元）", "Amount (CNY)"))
                    .required()
                    .hint(ask.t("不超过保险金额。", "No more than the insured sum.")),
            );
            let refuse = form(ask.t("不予赔付", "Refuse it"), ask.t("不予赔付", "Refuse"))
                .field(Field::text("reason", ask.t("原因", "Why")).required());
            sheet
                .form(act(ask, "accept", accept, problem))
                .form(act(ask, "refuse", refuse, problem))
                .form(act(ask, "replace", replace(), problem))
        }
        "accepted" => sheet
            .note(ask.t(
                "请将赔款汇入交易费用管理账户；财政局导入流水后登记到账。",
                "Pay into the fee account; the finance bureau books it from the bank's statement.",
            ))
            .form(act(ask, "replace", replace(), problem)),
        _ => sheet,
    }
}

async fn policy(ask: Ask) -> Answer<Shown> {
    let one = ask.get(&format!("/api/v1/insurance-policies/{}", ask.part("policy_id"))).await?;
    let say = &ask.say;
    let mut sheet = Sheet::new(format!("{} {}", ask.t("保单", "Policy"), one.text("number")))
        .under("/insurer", ask.t("我的工作台", "My desk"));
    if ask.query("done") == "1" {
        sheet = sheet.good(ask.t("已登记。", "Registered."));
    }
    let rows = one.items("ranges").into_iter().map(|run| {
        let of = |path: &str| cell(say.count(run.whole(path))).number();
        vec![of("first_serial"), of("last_serial")]
    });
    let columns = [ask.t("起", "First"), ask.t("止", "Last")];
    Ok(sheet
        .figures(vec![
            Figure::of(ask.t("面积", "Area"), say.m2_mu(one.whole("m2"))),
            Figure::of(ask.t("保险金额", "Sum"), say.yuan(&one.text("sum"))),
        ])
        .facts(vec![
            (ask.t("保单号", "Policy"), cell(one.text("policy_no"))),
            (ask.t("被保险人", "Insured"), cell(one.text("holder_name"))),
            (
                ask.t("指标批次", "Batch"),
                cell(one.text("batch_number")).to(format!("/batches/{}", one.text("batch_id"))),
            ),
            (ask.t("承保风险", "Perils"), cell(one.text("perils"))),
            (ask.t("起保日", "Starts on"), cell(say.day(&one.text("starts_on")))),
            (ask.t("终保日", "Ends on"), cell(say.day(&one.text("ends_on")))),
            (ask.t("登记时间", "Registered"), cell(say.time(&one.text("registered_at")))),
        ])
        .table(
            Table::of(ask.t("承保的编号", "Insured serials"), &columns)
                .rows(rows.collect())
                .empty(ask.t("没有编号。", "None.")),
        )
        .into())
}

async fn new(ask: Ask) -> Answer<Shown> {
    let batches = ask.get("/api/v1/public/batches?limit=200").await?;
    let of = |one: &Facts| (one.text("id"), one.text("number"));
    let batches: Vec<_> = batches.items("items").iter().map(of).collect();
    let mut holders = Vec::new();
    for kind in ["township", "developer"] {
        let list = ask.get(&format!("/api/v1/organisations?kind={kind}&limit=200")).await?;
        holders.extend(
            list.items("items")
                .iter()
                .map(|one| (one.text("id"), format!("{} {}", one.text("code"), one.text("name")))),
        );
    }
    let Some(sent) = &ask.sent else { return Ok(form(&ask, batches, holders, None).into()) };
    let texts = ["batch_id", "ends_on", "holder_id", "perils", "policy_no", "starts_on", "sum"];
    let ranges = json!([sent.json(&[], &["first_serial", "last_serial"])]);
    let body = with(sent.json(&texts, &[]), "ranges", ranges);
    match ask.post("/api/v1/insurance-policies", &body).await {
        Ok(done) => {
            let id = done.text("id");
            Ok(Shown::see(format!("/insurer/policies/{id}?done=1")))
        }
        Err(failure) => ask.again(failure, |problem| form(&ask, batches, holders, problem)),
    }
}

fn form(
    ask: &Ask,
    batches: Vec<(String, String)>,
    holders: Vec<(String, String)>,
    problem: Option<&Problem>,
) -> Sheet {
    let form = Form::post("/insurer/new-policy", ask.t("登记保单", "Register it"))
        .field(Field::text("policy_no", ask.t("保单号", "Policy")).required())
        .field(Field::choice("holder_id", ask.t("被保险人", "Insured"), holders))
        .field(Field::choice("batch_id", ask.t("指标批次", "Batch"), batches))
        .field(Field::number("first_serial", ask.t("起始编号", "First serial")).required())
        .field(Field::number("last_serial", ask.t("截止编号", "Last serial")).required())
        .field(Field::number("sum", ask.t("保险金额（元）", "Sum (CNY)")).required())
        .field(
            Field::text("perils", ask.t("承保风险", "Perils"))
                .required()
                .hint(ask.t("如“洪水、干旱、火灾、人为侵占”。", "Such as flood, drought, fire.")),
        )
        .field(
            Field::date("starts_on", ask.t("起保日", "Starts on")).required().value(today(ask.now)),
        )
        .field(Field::date("ends_on", ask.t("终保日", "Ends on")).required())
        .back(Link::to("/insurer", ask.t("返回", "Back")));
    Sheet::new(ask.t("登记保单", "Register a policy"))
        .under("/insurer", ask.t("我的工作台", "My desk"))
        .form(ask.filled(form, problem).once(ask.sent.as_ref()))
}
