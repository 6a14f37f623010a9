//! The administrator: organisations, people with their roles, fee accounts, the calendar and keys.

mod people;
mod settings;

use crate::kernel::actor::Role;
use crate::kernel::problem::{Answer, Problem};
use crate::site::parts;
use crate::site::words::{choices, word};
use crate::web::pages::{
    Ask, Field, Figure, Form, Link, Page, Pages, Sheet, Shown, Table, cell, with,
};

const ADMINISTRATOR: &[Role] = &[Role::Administrator];

const KINDS: &[&str] = &[
    "kind.operator",
    "kind.operations_centre",
    "kind.finance_bureau",
    "kind.forestry_bureau",
    "kind.township",
    "kind.developer",
    "kind.assessor",
    "kind.bank",
    "kind.insurer",
    "kind.auditor",
];

pub(super) fn pages() -> Pages {
    Pages::of(vec![
        Page::of_roles("/administrator", ADMINISTRATOR, home),
        Page::of_roles("/administrator/calendar", ADMINISTRATOR, settings::calendar).with_form(),
        Page::of_roles("/administrator/fee-accounts", ADMINISTRATOR, settings::fee_accounts)
            .with_form(),
        Page::of_roles("/administrator/keys", ADMINISTRATOR, settings::keys),
        Page::of_roles("/administrator/keys/{key_id}", ADMINISTRATOR, settings::key),
        Page::of_roles("/administrator/new-organisation", ADMINISTRATOR, new).with_form(),
        Page::of_roles("/administrator/new-user", ADMINISTRATOR, people::new).with_form(),
        Page::of_roles("/administrator/organisations", ADMINISTRATOR, organisations),
        Page::of_roles(
            "/administrator/organisations/{organisation_id}",
            ADMINISTRATOR,
            organisation,
        ),
        Page::of_roles("/administrator/users", ADMINISTRATOR, people::users),
        Page::of_roles("/administrator/users/{user_id}", ADMINISTRATOR, people::user).with_form(),
    ])
}

async fn home(ask: Ask) -> Answer<Shown> {
    let me = ask.get("/api/v1/me").await?;
    let accounts = ask.get("/api/v1/fee-accounts").await?;
    let checkpoint = ask.get("/api/v1/audit/checkpoint").await?;
    let say = &ask.say;
    Ok(Sheet::new(ask.t("系统管理", "Administration"))
        .lead(format!("{} · {}", me.text("organisation/name"), me.text("user/display_name")))
        .figures(vec![
            Figure::of(ask.t("费用管理账户", "Fee accounts"), accounts.items("").len().to_string()),
            Figure::of(ask.t("审计条目", "Audit entries"), say.count(checkpoint.whole("size"))),
        ])
        .text(ask.t(
            "系统管理员登记单位和人员、录入岗位，不经办业务；岗位经安全管理员批准后生效。每一步都记入审计日志，由审计管理员查阅。",
            "The system administrator enters organisations, people and their roles and does no \
             business. A role takes effect when the security administrator approves it. Every step \
             is in the audit log, which the audit administrator reads.",
        ))
        .links(vec![
            Link::to("/administrator/organisations", ask.t("单位", "Organisations")).strong(),
            Link::to("/administrator/users", ask.t("人员与岗位", "People and roles")).strong(),
            Link::to("/administrator/new-organisation", ask.t("登记单位", "Add an organisation")),
            Link::to("/administrator/new-user", ask.t("登记人员", "Add a person")),
            Link::to("/administrator/fee-accounts", ask.t("费用管理账户", "Fee accounts")),
            Link::to("/administrator/calendar", ask.t("工作日历", "Working days")),
            Link::to("/administrator/keys", ask.t("密钥", "Keys")),
        ])
        .into())
}

async fn organisations(ask: Ask) -> Answer<Shown> {
    let passed = ask.passed(&["kind", "region", "cursor"]);
    let filter = Form::ask("/administrator/organisations", ask.t("筛选", "Filter"))
        .field(
            Field::choice(
                "kind",
                ask.t("类别", "Kind"),
                choices(&ask.say, ask.t("全部类别", "All kinds"), KINDS),
            )
            .value(ask.query("kind")),
        )
        .field(Field::text("region", ask.t("区划代码", "Region code")).value(ask.query("region")));
    let title = ask.t("单位", "Organisations");
    let list = match ask.get(&format!("/api/v1/organisations?limit=50{passed}")).await {
        Ok(list) => list,
        Err(failure) => {
            return ask.again(failure, |problem| match problem {
                Some(problem) => Sheet::new(title).form(filter.refused(problem, &ask.say)),
                None => Sheet::new(title).form(filter),
            });
        }
    };
    let say = &ask.say;
    let rows = list.items("items").into_iter().map(|one| {
        vec![
            cell(one.text("name")).to(format!("/administrator/organisations/{}", one.text("id"))),
            cell(one.text("code")),
            cell(word(say, &format!("kind.{}", one.text("kind")))),
            cell(one.text("region")),
            cell(one.text("uscc")),
        ]
    });
    let columns = [
        ask.t("名称", "Name"),
        ask.t("代码", "Code"),
        ask.t("类别", "Kind"),
        ask.t("区划", "Region"),
        ask.t("统一社会信用代码", "Credit code"),
    ];
    let query = [("kind", ask.query("kind")), ("region", ask.query("region"))];
    Ok(Sheet::new(title)
        .form(filter)
        .table(
            Table::of("", &columns)
                .rows(rows.collect())
                .empty(
                    ask.t("没有这样的单位。请登记单位。", "There are none. Add an organisation."),
                )
                .next(&list, say, "/administrator/organisations", &query),
        )
        .links(vec![
            Link::to("/administrator/new-organisation", ask.t("登记单位", "Add an organisation"))
                .strong(),
        ])
        .into())
}

async fn organisation(ask: Ask) -> Answer<Shown> {
    let id = ask.part("organisation_id");
    let one = ask.get(&format!("/api/v1/organisations/{id}")).await?;
    let passed = ask.passed(&["cursor"]);
    let users = ask.get(&format!("/api/v1/users?organisation_id={id}&limit=50{passed}")).await?;
    let say = &ask.say;
    let region = ask.region(&one.text("region")).await?;
    let mut sheet = Sheet::new(one.text("name"))
        .under("/administrator/organisations", ask.t("单位", "Organisations"));
    if ask.query("done") == "1" {
        sheet = sheet.good(ask.t("已登记。", "Added."));
    }
    let related = match one.text("related_to") {
        id if id.is_empty() => cell("—"),
        id => {
            let name = ask.get(&format!("/api/v1/organisations/{id}")).await?.text("name");
            cell(name).to(format!("/administrator/organisations/{id}"))
        }
    };
    Ok(sheet
        .facts(vec![
            (ask.t("代码", "Code"), cell(one.text("code"))),
            (ask.t("类别", "Kind"), cell(word(say, &format!("kind.{}", one.text("kind"))))),
            (ask.t("区划", "Region"), cell(format!("{region} {}", one.text("region")))),
            (ask.t("统一社会信用代码", "Credit code"), cell(one.text("uscc"))),
            (ask.t("银行账号", "Bank account"), cell(one.text("bank_account"))),
            (ask.t("开户银行", "Bank"), cell(one.text("bank_name"))),
            (ask.t("关联单位", "Related to"), related),
        ])
        .table(people::table(&ask, &users, &format!("/administrator/organisations/{id}"), &[]))
        .links(vec![
            Link::to(
                format!("/administrator/new-user?organisation_id={id}"),
                ask.t("为该单位登记人员", "Add a person here"),
            )
            .strong(),
        ])
        .into())
}

async fn new(ask: Ask) -> Answer<Shown> {
    let mut known = vec![(String::new(), "—".to_owned())];
    known.extend(parts::organisations(&ask, "").await?);
    let Some(sent) = &ask.sent else { return Ok(form(&ask, known, None).into()) };
    let mut body = sent.json(&["code", "kind", "name", "region", "uscc", "related_to"], &[]);
    let bank = sent.json(&["bank_name", "number"], &[]);
    if sent.has("bank_name") || sent.has("number") {
        body = with(body, "bank", bank);
    }
    match ask.post("/api/v1/organisations", &body).await {
        Ok(done) => {
            let id = done.text("id");
            Ok(Shown::see(format!("/administrator/organisations/{id}?done=1")))
        }
        Err(failure) => ask.again(failure, |problem| form(&ask, known, problem)),
    }
}

fn form(ask: &Ask, known: Vec<(String, String)>, problem: Option<&Problem>) -> Sheet {
    let kinds = KINDS.iter().map(|kind| {
        let plain = kind.rsplit('.').next().unwrap_or(kind);
        (plain.to_owned(), word(&ask.say, kind))
    });
    let form = Form::post("/administrator/new-organisation", ask.t("登记", "Add it"))
        .field(Field::text("name", ask.t("名称", "Name")).required())
        .field(Field::text("code", ask.t("代码", "Code")).required().hint(ask.t(
            "本平台内唯一，如 DEV05、T360124500。",
            "Unique here, such as DEV05 or T360124500.",
        )))
        .field(Field::choice("kind", ask.t("类别", "Kind"), kinds.collect()))
        .field(
            Field::text("region", ask.t("区划代码", "Region code"))
                .required()
                .hint(ask.t("县 6 位，乡镇 9 位。", "6 digits of a county, 9 of a township.")),
        )
        .field(Field::text("uscc", ask.t("统一社会信用代码", "Credit code")))
        .field(Field::text("number", ask.t("银行账号", "Bank account")))
        .field(Field::text("bank_name", ask.t("开户银行", "Its bank")))
        .field(Field::choice("related_to", ask.t("关联单位", "Related organisation"), known).hint(
            ask.t(
                "与本单位有利害关系的单位，可不填。",
                "One with an interest in this one, if any.",
            ),
        ))
        .back(Link::to("/administrator/organisations", ask.t("返回", "Back")));
    Sheet::new(ask.t("登记单位", "Add an organisation"))
        .under("/administrator/organisations", ask.t("单位", "Organisations"))
        .form(ask.filled(form, problem).once(ask.sent.as_ref()))
}
