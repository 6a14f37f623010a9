//! People: their role, their password, and the end of their login.

use crate::kernel::actor::Role;
use crate::kernel::problem::{Answer, Problem};
use crate::site::acts::act;
use crate::site::parts;
use crate::site::security::{change, history};
use crate::site::who::Names;
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
        false if is_newcomer(one) => ask.say.t("待批准", "waits for approval"),
        false => ask.say.t("已停用", "ended"),
    }
}

/// Somebody whose first role was not approved yet.
fn is_newcomer(one: &Facts) -> bool {
    !one.yes("active") && one.whole("standing") == 1
}

pub(super) async fn users(ask: Ask) -> Answer<Shown> {
    let passed = ask.passed(&["organisation_id", "cursor"]);
    let list = ask.get(&format!("/api/v1/users?limit=50{passed}")).await?;
    let mut all = vec![(String::new(), ask.t("全部单位", "All organisations").to_owned())];
    all.extend(parts::organisations(&ask, "").await?);
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
    let organisations = parts::organisations(&ask, "").await?;
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
    let passed = ask.passed(&["cursor"]);
    let grants = ask.get(&format!("/api/v1/role-grants?user_id={id}&limit=50{passed}")).await?;
    let resets = ask.get(&format!("/api/v1/second-factor-resets?user_id={id}&limit=50")).await?;
    let forgot = ask.get(&format!("/api/v1/password-resets?user_id={id}&limit=50")).await?;
    let (resets, forgot) = (resets.items("items"), forgot.items("items"));
    let mut told = grants.items("items");
    told.extend(resets.iter().chain(&forgot).cloned());
    let names = Names::of(&ask, &told, &["entered_by", "decided_by", "approved_by"]).await?;
    let seen = Seen { one, organisation, version, grants, resets, forgot, names };
    let Some(sent) = &ask.sent else { return Ok(shown(&ask, &seen, None).into()) };
    let done = match sent.text("act") {
        "role" => {
            let role = sent.json(&["role"], &[]);
            ask.post_on(&format!("{path}/role"), &role, sent.text("version")).await
        }
        "password" => {
            let new = sent.json(&["password", "reason"], &[]);
            ask.post(&format!("{path}/password-resets"), &new).await
        }
        "reset" => {
            let why = sent.json(&["reason"], &[]);
            ask.post(&format!("{path}/second-factor-resets"), &why).await
        }
        _ => ask.act(&format!("{path}/deactivation")).await,
    };
    let told = match sent.text("act") {
        "role" | "reset" | "password" => "entered",
        _ => "changed",
    };
    match done {
        Ok(_) => Ok(Shown::see(format!("/administrator/users/{id}?done={told}"))),
        Err(failure) => ask.again(failure, |problem| shown(&ask, &seen, problem)),
    }
}

/// A person with the name of their organisation, the version that a form acts on, and what was
/// entered for them.
struct Seen {
    one: Facts,
    organisation: String,
    version: String,
    grants: Facts,
    /// Second factors, and passwords.
    resets: Vec<Facts>,
    forgot: Vec<Facts>,
    names: Names,
}

fn shown(ask: &Ask, seen: &Seen, problem: Option<&Problem>) -> Sheet {
    let (say, one) = (&ask.say, &seen.one);
    let mut sheet = Sheet::new(one.text("display_name"))
        .under("/administrator/users", ask.t("人员与岗位", "People and roles"));
    sheet = match ask.query("done") {
        "added" => sheet.good(ask.t(
            "已登记，待安全管理员批准后可以登录。",
            "Added; they may log in when the security administrator has approved it.",
        )),
        "entered" => sheet.good(ask.t(
            "已录入，待安全管理员批准后生效。",
            "Entered; it takes effect when the security administrator approves it.",
        )),
        "changed" => sheet.good(ask.t(
            "已更改，立即生效；该人员须重新登录。",
            "Changed at once; they have to log in again.",
        )),
        _ => sheet,
    };
    let organisation = format!("/administrator/organisations/{}", one.text("organisation_id"));
    sheet = sheet.facts(vec![
        (ask.t("单位", "Organisation"), cell(&*seen.organisation).to(organisation)),
        (ask.t("登录名", "Login"), cell(one.text("username"))),
        (ask.t("岗位", "Role"), cell(word(say, &one.text("role")))),
        (ask.t("状态", "State"), cell(state(ask, one))),
    ]);
    let sheet = match (one.yes("active"), is_newcomer(one)) {
        (true, _) => forms(ask, sheet, seen, problem),
        (false, true) => role_form(ask, sheet, seen, problem),
        (false, false) => sheet.note(ask.t(
            "该人员已停用，不能登录。停用不能撤销，需要时另行登记。",
            "This login has ended for good; add the person again if needed.",
        )),
    };
    let here = format!("/administrator/users/{}", one.text("id"));
    sheet
        .table(history(ask, &seen.grants, &seen.names, &here))
        .table(resets(
            ask,
            &seen.resets,
            &seen.names,
            ask.t("动态验证码解除记录", "Second factors taken back"),
        ))
        .table(resets(
            ask,
            &seen.forgot,
            &seen.names,
            ask.t("密码重置记录", "Passwords given anew"),
        ))
}

fn role_form(ask: &Ask, sheet: Sheet, seen: &Seen, problem: Option<&Problem>) -> Sheet {
    let list = seen.grants.items("items");
    let sheet = match list.iter().find(|one| one.text("state") == "entered") {
        Some(grant) => sheet.note(format!(
            "{}{colon}{}",
            ask.t("待安全管理员批准的岗位", "Waits for the security administrator"),
            change(ask, grant),
            colon = ask.say.colon()
        )),
        None => sheet,
    };
    let action = format!("/administrator/users/{}", seen.one.text("id"));
    let role = Form::post(&action, ask.t("录入岗位", "Enter the role"))
        .legend(ask.t(
            "更改岗位（经安全管理员批准后生效）",
            "Change the role (when the security administrator approves it)",
        ))
        .hidden("version", &*seen.version)
        .field(
            Field::choice("role", ask.t("新岗位", "New role"), roles(ask))
                .value(seen.one.text("role")),
        );
    sheet.form(act(ask, "role", role, problem))
}

fn forms(ask: &Ask, sheet: Sheet, seen: &Seen, problem: Option<&Problem>) -> Sheet {
    let action = format!("/administrator/users/{}", seen.one.text("id"));
    let secret = Form::post(&action, ask.t("录入重置", "Enter the password"))
        .legend(ask.t(
            "重置密码（经安全管理员批准后生效）",
            "Reset the password (when the security administrator approves it)",
        ))
        .field(password(ask))
        .field(Field::text("reason", ask.t("原因", "Why")).required().hint(ask.t(
            "如：忘记密码，本人持身份证到场。",
            "Such as: forgot it, came in person with an identity card.",
        )));
    let reset = Form::post(&action, ask.t("录入解除", "Enter it"))
        .legend(ask.t(
            "解除动态验证码（经安全管理员批准后生效）",
            "Take the second factor back (when the security administrator approves it)",
        ))
        .field(Field::text("reason", ask.t("原因", "Why")).required().hint(ask.t(
            "如：手机遗失，本人持身份证到场。",
            "Such as: telephone lost, came in person with an identity card.",
        )));
    let end = Form::post(&action, ask.t("停用该人员", "End the login"))
        .legend(ask.t("停用（不能撤销）", "End the login (for good)"));
    role_form(ask, sheet, seen, problem)
        .form(act(ask, "password", secret, problem))
        .form(act(ask, "reset", reset, problem))
        .form(act(ask, "end", end, problem))
}

fn resets(ask: &Ask, list: &[Facts], names: &Names, title: &'static str) -> Table {
    let rows = list.iter().map(|one| {
        let state = match one.has("approved_at") {
            true => ask.t("已生效", "took effect"),
            false => ask.t("待安全管理员批准", "waits for the security administrator"),
        };
        vec![
            cell(one.text("reason")),
            cell(state),
            cell(names.get(&one.text("entered_by"))),
            cell(ask.say.time(&one.text("entered_at"))),
            cell(names.get(&one.text("approved_by"))),
        ]
    });
    let columns = [
        ask.t("原因", "Why"),
        ask.t("状态", "State"),
        ask.t("录入人", "Entered by"),
        ask.t("录入时间", "Entered at"),
        ask.t("批准人", "Approved by"),
    ];
    Table::of(title, &columns).rows(rows.collect()).empty(ask.t("没有记录。", "None yet."))
}
