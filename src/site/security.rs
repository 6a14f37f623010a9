//! The security administrator: what the system administrator entered takes effect here, or not.

use crate::kernel::actor::Role;
use crate::kernel::problem::{Answer, Problem};
use crate::site::acts::act;
use crate::site::who::Names;
use crate::site::words::{choices, word};
use crate::web::pages::{
    Ask, Cell, Facts, Field, Figure, Form, Link, Page, Pages, Sheet, Shown, Table, cell,
};

const SECURITY: &[Role] = &[Role::SecurityAdministrator];

const STATES: &[&str] = &["grant.entered", "grant.approved", "grant.rejected", "grant.replaced"];

pub(super) fn pages() -> Pages {
    Pages::of(vec![
        Page::of_roles("/security", SECURITY, home),
        Page::of_roles("/security/grants", SECURITY, grants),
        Page::of_roles("/security/people/{user_id}", SECURITY, person).with_form(),
    ])
}

async fn home(ask: Ask) -> Answer<Shown> {
    let me = ask.get("/api/v1/me").await?;
    let grants = ask.get("/api/v1/role-grants?state=entered&limit=50").await?;
    let resets = ask.get("/api/v1/second-factor-resets?limit=50").await?.items("items");
    let resets: Vec<Facts> = resets.into_iter().filter(|one| !one.has("approved_at")).collect();
    let forgot = ask.get("/api/v1/password-resets?limit=50").await?.items("items");
    let forgot: Vec<Facts> = forgot.into_iter().filter(|one| !one.has("approved_at")).collect();
    let names = Names::of(&ask, &grants.items("items"), &["user_id", "entered_by"]).await?;
    let of_both: Vec<Facts> = resets.iter().chain(&forgot).cloned().collect();
    let losers = Names::of(&ask, &of_both, &["user_id", "entered_by"]).await?;
    let columns = [
        ask.t("人员", "Person"),
        ask.t("原因", "Why"),
        ask.t("录入人", "Entered by"),
        ask.t("录入时间", "Entered at"),
    ];
    let row = |one: &Facts| {
        vec![
            person_cell(one, &losers),
            cell(one.text("reason")),
            cell(losers.get(&one.text("entered_by"))),
            cell(ask.say.time(&one.text("entered_at"))),
        ]
    };
    let waiting = grants.items("items").len().to_string();
    Ok(Sheet::new(ask.t("安全管理", "Security"))
        .lead(format!("{} · {}", me.text("organisation/name"), me.text("user/display_name")))
        .figures(vec![
            Figure::of(ask.t("待批授权", "Roles that wait"), waiting),
            Figure::of(ask.t("待批解绑", "Second factors that wait"), resets.len().to_string()),
            Figure::of(ask.t("待批密码", "Passwords that wait"), forgot.len().to_string()),
        ])
        .text(ask.t(
            "系统管理员录入的岗位授权、动态验证码解绑和密码重置，经安全管理员批准后才生效；安全管理员不录入、不经办业务。",
            "Roles, the taking back of second factors and new passwords are entered by the system \
             administrator and take effect here. The security administrator enters nothing and does \
             no business.",
        ))
        .table(
            table(&ask, &grants, &names)
                .empty(ask.t("没有待批的授权。", "No role waits for you.")),
        )
        .table(
            Table::of(ask.t("待批的验证码解绑", "Second factors to take back"), &columns)
                .rows(resets.iter().map(row).collect())
                .empty(ask.t("没有待批的解绑。", "None waits for you.")),
        )
        .table(
            Table::of(ask.t("待批的密码重置", "Passwords to give anew"), &columns)
                .rows(forgot.iter().map(row).collect())
                .empty(ask.t("没有待批的密码重置。", "None waits for you.")),
        )
        .links(vec![Link::to("/security/grants", ask.t("全部授权", "All roles given"))])
        .into())
}

fn person_cell(one: &Facts, names: &Names) -> Cell {
    let id = one.text("user_id");
    cell(names.get(&id)).to(format!("/security/people/{id}"))
}

fn table(ask: &Ask, list: &Facts, names: &Names) -> Table {
    let say = &ask.say;
    let rows = list.items("items").into_iter().map(|one| {
        vec![
            person_cell(&one, names),
            cell(change(ask, &one)),
            cell(word(say, &format!("grant.{}", one.text("state")))),
            cell(names.get(&one.text("entered_by"))),
            cell(say.time(&one.text("entered_at"))),
        ]
    });
    let columns = [
        ask.t("人员", "Person"),
        ask.t("岗位", "Role"),
        ask.t("状态", "State"),
        ask.t("录入人", "Entered by"),
        ask.t("录入时间", "Entered at"),
    ];
    Table::of(ask.t("岗位授权", "Roles"), &columns).rows(rows.collect())
}

/// The role that is given, after the one that it replaces.
pub(super) fn change(ask: &Ask, one: &Facts) -> String {
    let role = word(&ask.say, &one.text("role"));
    match one.text("previous_role") {
        none if none.is_empty() => role,
        previous => format!("{} → {role}", word(&ask.say, &previous)),
    }
}

async fn grants(ask: Ask) -> Answer<Shown> {
    let passed = ask.passed(&["state", "cursor"]);
    let list = ask.get(&format!("/api/v1/role-grants?limit=50{passed}")).await?;
    let names = Names::of(&ask, &list.items("items"), &["user_id", "entered_by"]).await?;
    let states = choices(&ask.say, ask.t("全部状态", "All states"), STATES);
    let filter = Form::ask("/security/grants", ask.t("筛选", "Filter"))
        .field(Field::choice("state", ask.t("状态", "State"), states).value(ask.query("state")));
    Ok(Sheet::new(ask.t("岗位授权", "Roles given"))
        .under("/security", ask.t("我的工作台", "My desk"))
        .form(filter)
        .table(
            table(&ask, &list, &names)
                .empty(ask.t(
                    "没有这样的授权。岗位由系统管理员录入。",
                    "There are none. The system administrator enters roles.",
                ))
                .next(&list, &ask.say, "/security/grants", &[("state", ask.query("state"))]),
        )
        .into())
}

/// A person with what was entered for them.
struct Seen {
    one: Facts,
    organisation: String,
    grants: Facts,
    resets: Vec<Facts>,
    forgot: Vec<Facts>,
    names: Names,
}

impl Seen {
    async fn of(ask: &Ask, id: &str) -> Answer<Self> {
        let one = ask.get(&format!("/api/v1/users/{id}")).await?;
        let of = format!("/api/v1/organisations/{}", one.text("organisation_id"));
        let organisation = ask.get(&of).await?.text("name");
        let passed = ask.passed(&["cursor"]);
        let grants = format!("/api/v1/role-grants?user_id={id}&limit=50{passed}");
        let grants = ask.get(&grants).await?;
        let resets = format!("/api/v1/second-factor-resets?user_id={id}&limit=50");
        let resets = ask.get(&resets).await?.items("items");
        let forgot = format!("/api/v1/password-resets?user_id={id}&limit=50");
        let forgot = ask.get(&forgot).await?.items("items");
        let mut told = grants.items("items");
        told.extend(resets.iter().chain(&forgot).cloned());
        let names = Names::of(ask, &told, &["user_id", "entered_by", "decided_by"]).await?;
        Ok(Self { one, organisation, grants, resets, forgot, names })
    }

    /// The role that waits.
    fn grant(&self) -> Option<Facts> {
        self.grants.items("items").into_iter().find(|one| one.text("state") == "entered")
    }

    /// The second factor that waits to be taken back.
    fn reset(&self) -> Option<&Facts> {
        self.resets.iter().find(|one| !one.has("approved_at"))
    }

    /// The password that waits.
    fn password(&self) -> Option<&Facts> {
        self.forgot.iter().find(|one| !one.has("approved_at"))
    }
}

async fn person(ask: Ask) -> Answer<Shown> {
    let id = ask.part("user_id");
    let seen = Seen::of(&ask, &id).await?;
    let Some(sent) = &ask.sent else { return Ok(shown(&ask, &seen, None).into()) };
    // Exactly what was on the page is decided, whatever was entered since.
    let (grant, reset) = (plain(sent.text("grant")), plain(sent.text("reset")));
    let grant = format!("/api/v1/role-grants/{grant}");
    let done = match sent.text("act") {
        "approve" => ask.act(&format!("{grant}/approval")).await,
        "reject" => ask.post(&format!("{grant}/rejection"), &sent.json(&["reason"], &[])).await,
        "password" => ask.act(&format!("/api/v1/password-resets/{reset}/approval")).await,
        _ => ask.act(&format!("/api/v1/second-factor-resets/{reset}/approval")).await,
    };
    match done {
        Ok(_) => Ok(Shown::see(format!("/security/people/{id}?done=1"))),
        Err(failure) => ask.again(failure, |problem| shown(&ask, &seen, problem)),
    }
}

/// An id as it may stand in a path.
fn plain(id: &str) -> String {
    id.chars().filter(|c| c.is_ascii_hexdigit() || *c == '-').collect()
}

fn shown(ask: &Ask, seen: &Seen, problem: Option<&Problem>) -> Sheet {
    let (say, one) = (&ask.say, &seen.one);
    let state = match one.yes("active") {
        true => ask.t("在用", "active"),
        false => ask.t("不能登录", "cannot log in"),
    };
    let mut sheet = Sheet::new(one.text("display_name"))
        .under("/security", ask.t("我的工作台", "My desk"))
        .facts(vec![
            (ask.t("单位", "Organisation"), cell(&*seen.organisation)),
            (ask.t("登录名", "Login"), cell(one.text("username"))),
            (ask.t("现岗位", "Role"), cell(word(say, &one.text("role")))),
            (ask.t("状态", "State"), cell(state)),
        ]);
    if ask.query("done") == "1" {
        sheet = sheet.good(ask.t("已办理，立即生效。", "Done; it acts at once."));
    }
    let action = format!("/security/people/{}", one.text("id"));
    if let Some(grant) = seen.grant() {
        let id = grant.text("id");
        let what = format!(
            "{}{colon}{}",
            ask.t("批准岗位", "Approve the role"),
            change(ask, &grant),
            colon = ask.say.colon()
        );
        let approve =
            Form::post(&action, ask.t("批准", "Approve")).legend(what).hidden("grant", &id);
        let reject = Form::post(&action, ask.t("驳回", "Turn down"))
            .legend(ask.t("驳回该岗位", "Turn the role down"))
            .hidden("grant", &id)
            .field(Field::text("reason", ask.t("原因", "Why")).required());
        sheet = sheet
            .form(act(ask, "approve", approve, problem))
            .form(act(ask, "reject", reject, problem));
    }
    if let Some(reset) = seen.reset() {
        let legend = ask.t("解除动态验证码", "Take the second factor back");
        let approve = Form::post(&action, ask.t("批准解除", "Approve taking it back"))
            .legend(format!("{legend}{colon}{}", reset.text("reason"), colon = ask.say.colon()))
            .hidden("reset", reset.text("id"));
        sheet = sheet.form(act(ask, "reset", approve, problem));
    }
    if let Some(password) = seen.password() {
        let legend = ask.t("重置密码", "Give another password");
        let approve = Form::post(&action, ask.t("批准重置", "Approve the password"))
            .legend(format!("{legend}{colon}{}", password.text("reason"), colon = ask.say.colon()))
            .hidden("reset", password.text("id"));
        sheet = sheet.form(act(ask, "password", approve, problem));
    }
    if seen.grant().is_none() && seen.reset().is_none() && seen.password().is_none() {
        sheet = sheet.note(ask.t("目前没有待批的事项。", "Nothing waits for you here."));
    }
    sheet.table(history(ask, &seen.grants, &seen.names, &action))
}

/// The roles that somebody was given, on their page at `path`.
pub(super) fn history(ask: &Ask, grants: &Facts, names: &Names, path: &str) -> Table {
    let say = &ask.say;
    let rows = grants.items("items").into_iter().map(|one| {
        vec![
            cell(change(ask, &one)),
            cell(word(say, &format!("grant.{}", one.text("state")))),
            cell(names.get(&one.text("entered_by"))),
            cell(say.time(&one.text("entered_at"))),
            cell(names.get(&one.text("decided_by"))),
            cell(say.time(&one.text("decided_at"))),
            cell(one.text("decision")),
        ]
    });
    let columns = [
        ask.t("岗位", "Role"),
        ask.t("状态", "State"),
        ask.t("录入人", "Entered by"),
        ask.t("录入时间", "Entered at"),
        ask.t("决定人", "Decided by"),
        ask.t("决定时间", "Decided at"),
        ask.t("驳回原因", "Why it was turned down"),
    ];
    Table::of(ask.t("授权记录", "Roles so far"), &columns)
        .rows(rows.collect())
        .empty(ask.t(
            "没有授权记录：岗位由系统管理员录入，或由运维人员在服务器上登记。",
            "None: the system administrator enters roles, or a person was added at the machine.",
        ))
        .next(grants, say, path, &[])
}
