//! People: their role, their password, and the end of their login.

use crate::kernel::actor::Role;
use crate::kernel::problem::{Answer, Problem};
use crate::site::acts::act;
use crate::site::administrator::organisation_choices;
use crate::site::words::word;
use crate::web::pages::{Ask, Facts, Field, Form, Link, Sheet, Shown, Table, cell};

/// The roles as choices.
fn roles(ask: &Ask) -> Vec<(String, String)> {
    let of = |role: &Role| (role.as_str().to_owned(), word(&ask.say, role.as_str()));
    Role::ALL.iter().map(of).collect()
}

pub(super) fn table(ask: &Ask, list: &Facts, path: &str, query: &[(&str, &str)]) -> Table {
    let rows = list.items("items").into_iter().map(|one| {
        vec![
            cell(one.text("display_name")).to(format!("/administrator/users/{}", one.text("id"))),
            cell(one.text("username")),
            cell(word(&ask.say, &one.text("role"))),
            cell(state(ask, &one)),
        ]
    });
    let columns = [
        ask.t("姓名", "Name"),
        ask.t("登录名", "Login"),
        ask.t("岗位", "Role"),
        ask.t("状态", "State"),
    ];
    Table::of(ask.t("人员", "People"), &columns)
        .rows(rows.collect())
        .empty(ask.t("还没有人员。请登记人员。", "There is nobody yet. Add a person."))
        .next(list, &ask.say, path, query)
}

fn state(ask: &Ask, one: &Facts) -> &'static str {
    match one.yes("active") {
        true => ask.say.t("在用", "active"),
        false => ask.say.t("已停用", "ended"),
    }
}

pub(super) async fn users(ask: Ask) -> Answer<Shown> {
    let passed = ask.passed(&["organisation_id", "cursor"]);
    let list = ask.get(&format!("/api/v1/users?limit=50{passed}")).await?;
    let mut all = vec![(String::new(), ask.t("全部单位", "All organisations").to_owned())];
    all.extend(organisation_choices(&ask).await?);
    let asked = ask.query("organisation_id");
    let filter = Form::ask("/administrator/users", ask.t("筛选", "Filter"))
        .field(Field::choice("organisation_id", ask.t("单位", "Organisation"), all).value(asked));
    let query = [("organisation_id", asked)];
    Ok(Sheet::new(ask.t("人员与岗位", "People and roles"))
        .form(filter)
        .table(table(&ask, &list, "/administrator/users", &query))
        .links(vec![
            Link::to("/administrator/new-user", ask.t("登记人员", "Add a person")).strong(),
        ])
        .into())
}

pub(super) async fn new(ask: Ask) -> Answer<Shown> {
    let organisations = organisation_choices(&ask).await?;
    let Some(sent) = &ask.sent else { return Ok(form(&ask, organisations, None).into()) };
    let names = ["display_name", "organisation_id", "password", "role", "username"];
    match ask.post("/api/v1/users", &sent.json(&names, &[])).await {
        Ok(done) => {
            let id = done.text("id");
            Ok(Shown::see(format!("/administrator/users/{id}?done=added")))
        }
        Err(failure) => ask.again(failure, |problem| form(&ask, organisations, problem)),
    }
}

fn password(ask: &Ask) -> Field {
    Field::password("password", ask.t("初始密码", "First password"))
        .required()
        .autocomplete("new-password")
        .hint(ask.t(
            "当面交给本人，请其登录后修改。",
            "Hand it over in person; they change it after logging in.",
        ))
}

fn form(ask: &Ask, organisations: Vec<(String, String)>, problem: Option<&Problem>) -> Sheet {
    let form = Form::post("/administrator/new-user", ask.t("登记", "Add"))
        .field(
            Field::choice("organisation_id", ask.t("单位", "Organisation"), organisations)
                .value(ask.query("organisation_id")),
        )
        .field(Field::text("display_name", ask.t("姓名", "Name")).required())
        .field(Field::text("username", ask.t("登录名", "Login")).required())
        .field(Field::choice("role", ask.t("岗位", "Role"), roles(ask)))
        .field(password(ask))
        .back(Link::to("/administrator/users", ask.t("返回", "Back")));
    Sheet::new(ask.t("登记人员", "Add a person"))
        .under("/administrator/users", ask.t("人员与岗位", "People and roles"))
        .form(ask.filled(form, problem).once(ask.sent.as_ref()))
}

pub(super) async fn user(ask: Ask) -> Answer<Shown> {
    let id = ask.part("user_id");
    let path = format!("/api/v1/users/{id}");
    let one = ask.get(&path).await?;
    let of = format!("/api/v1/organisations/{}", one.text("organisation_id"));
    let organisation = ask.get(&of).await?.text("name");
    let version = ask.version(&path).await?;
    let seen = (&one, &*organisation, &*version);
    let Some(sent) = &ask.sent else { return Ok(shown(&ask, seen, None).into()) };
    let done = match sent.text("act") {
        "role" => {
            let role = sent.json(&["role"], &[]);
            ask.post_on(&format!("{path}/role"), &role, sent.text("version")).await
        }
        "password" => ask.post(&format!("{path}/password"), &sent.json(&["password"], &[])).await,
        _ => ask.act(&format!("{path}/deactivation")).await,
    };
    match done {
        Ok(_) => Ok(Shown::see(format!("/administrator/users/{id}?done=changed"))),
        Err(failure) => ask.again(failure, |problem| shown(&ask, seen, problem)),
    }
}

/// A person with the name of their organisation, and the version that a form acts on.
fn shown(
    ask: &Ask,
    (one, organisation, version): (&Facts, &str, &str),
    problem: Option<&Problem>,
) -> Sheet {
    let say = &ask.say;
    let mut sheet = Sheet::new(one.text("display_name"))
        .under("/administrator/users", ask.t("人员与岗位", "People and roles"));
    sheet = match ask.query("done") {
        "added" => sheet.good(ask.t("已登记。", "Added.")),
        "changed" => sheet.good(ask.t(
            "已更改，立即生效；该人员须重新登录。",
            "Changed at once; they have to log in again.",
        )),
        _ => sheet,
    };
    sheet = sheet.facts(vec![
        (
            ask.t("单位", "Organisation"),
            cell(organisation)
                .to(format!("/administrator/organisations/{}", one.text("organisation_id"))),
        ),
        (ask.t("登录名", "Login"), cell(one.text("username"))),
        (ask.t("岗位", "Role"), cell(word(say, &one.text("role")))),
        (ask.t("状态", "State"), cell(state(ask, one))),
    ]);
    if !one.yes("active") {
        return sheet.note(ask.t(
            "该人员已停用，不能登录。停用不能撤销，需要时另行登记。",
            "This login has ended for good; add the person again if needed.",
        ));
    }
    let action = format!("/administrator/users/{}", one.text("id"));
    let role = Form::post(&action, ask.t("更改岗位", "Change the role"))
        .legend(ask.t("更改岗位", "Change the role"))
        .hidden("version", version)
        .field(
            Field::choice("role", ask.t("新岗位", "New role"), roles(ask)).value(one.text("role")),
        );
    let secret = Form::post(&action, ask.t("重置密码", "Reset the password"))
        .legend(ask.t("重置密码", "Reset the password"))
        .field(password(ask));
    let end = Form::post(&action, ask.t("停用该人员", "End the login"))
        .legend(ask.t("停用（不能撤销）", "End the login (for good)"));
    sheet
        .form(act(ask, "role", role, problem))
        .form(act(ask, "password", secret, problem))
        .form(act(ask, "end", end, problem))
}
