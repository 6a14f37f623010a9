//! What waits for the township, and its projects.

use crate::kernel::problem::Answer;
use crate::site::words::word;
use crate::web::pages::{Ask, Cell, Facts, Figure, Link, Sheet, Shown, Table, cell};

pub(super) async fn home(ask: Ask) -> Answer<Shown> {
    let me = ask.get("/api/v1/me").await?;
    let holdings = ask.get("/api/v1/holdings").await?;
    let own = ask.actor().map(|actor| actor.organisation_id.to_string()).unwrap_or_default();
    let mut projects = ask.get("/api/v1/projects?limit=200").await?.items("items");
    projects.retain(|project| project.text("owner") == own);
    let surveys = ask.get("/api/v1/survey-tasks?limit=50").await?;
    let talks = ask.get("/api/v1/negotiated-transfers?limit=50").await?;
    let shares = ask.find("/api/v1/share-balances").await?.unwrap_or_default();
    let spent = ask.find("/api/v1/spending-balances").await?.unwrap_or_default();
    let objections = ask.get("/api/v1/objections?limit=50").await?;
    let duties = ask.get("/api/v1/replacement-duties?open=true&limit=50").await?;
    let say = &ask.say;
    let held = |bucket: &str| -> i64 {
        let list = holdings.items("");
        list.iter().filter(|one| one.text("bucket") == bucket).map(|one| one.whole("m2")).sum()
    };
    let none = || "0.00".to_owned();
    let due = shares.items("").first().map_or_else(none, |one| one.text("payable"));
    let left = spent.items("").first().map_or_else(none, |one| one.text("left"));
    let received = spent.items("").first().map_or_else(none, |one| one.text("paid_out"));
    let mut waits = Vec::new();
    for task in surveys.items("items") {
        if ["open", "returned"].contains(&task.text("state").as_str()) {
            let text = format!(
                "{}{colon}{}{open}{} {}{close}",
                ask.t("摸底任务待上报", "A survey is due"),
                task.text("title"),
                ask.t("期限", "by"),
                say.day(&task.text("due_on")),
                colon = ask.say.colon(),
                open = ask.t("（", " ("),
                close = ask.t("）", ")")
            );
            waits.push(cell(text).to(format!("/township/surveys/{}", task.text("id"))));
        }
    }
    if held("available") > 0 {
        let text = format!(
            "{} {}",
            say.m2_mu(held("available")),
            ask.t("指标可以挂牌出售", "of credits can be listed")
        );
        waits.push(cell(text).to("/township/new-listing"));
    }
    for project in &projects {
        let stage = project.text("stage");
        // Monitoring goes on for years; what of it is due stands with the project.
        if let Some(next) = own_step(&ask, &stage).filter(|_| stage != "monitoring") {
            let text = format!("{}{colon}{next}", project.text("name"), colon = ask.say.colon());
            waits.push(cell(text).to(format!("/township/projects/{}", project.text("id"))));
        }
    }
    for one in objections.items("items") {
        if ["filed", "accepted"].contains(&one.text("state").as_str())
            && one.items("replies").is_empty()
        {
            let text = format!(
                "{}{colon}{}{open}{}{close}",
                ask.t("异议可以答复", "An objection may be answered"),
                one.text("number"),
                one.text("notice_number"),
                colon = ask.say.colon(),
                open = ask.t("（", " ("),
                close = ask.t("）", ")")
            );
            waits.push(cell(text).to(format!("/township/objections/{}", one.text("id"))));
        }
    }
    for one in duties.items("items") {
        let text = format!(
            "{}{colon}{} {}",
            ask.t("待补建", "To be replaced"),
            one.text("project_number"),
            say.m2(one.whole("owed_m2")),
            colon = ask.say.colon()
        );
        waits.push(cell(text).to(format!("/township/losses/{}", one.text("id"))));
    }
    for talk in talks.items("items") {
        if talk.text("state") == "offered" && talk.text("offered_by") == "buyer" {
            let text = format!(
                "{}{colon}{} {}",
                ask.t("协议转让待答复", "An offer waits for your answer"),
                talk.text("buyer_name"),
                say.price(&talk.text("price_per_mu")),
                colon = ask.say.colon()
            );
            waits.push(cell(text).to(format!("/township/transfers/{}", talk.text("id"))));
        }
    }
    let mut sheet = Sheet::new(me.text("organisation/name"))
        .lead(format!("{} · {}", me.text("user/display_name"), word(say, &me.text("user/role"))))
        .figures(vec![
            Figure::of(ask.t("可用指标", "Credits to sell"), say.m2(held("available"))),
            Figure::of(ask.t("挂牌中", "On sale"), say.m2(held("reserved"))),
            Figure::of(ask.t("待拨付分成", "Share still due"), say.yuan(&due)),
            Figure::of(ask.t("已到账分成", "Share received"), say.yuan(&received)).note(format!(
                "{} {}",
                ask.t("未支出", "not yet spent"),
                say.yuan(&left)
            )),
        ])
        .heading(ask.t("待办事项", "What waits for you"));
    sheet = match waits.is_empty() {
        true => sheet.text(ask.t("目前没有待办事项。", "Nothing waits for you.")),
        false => sheet.list(waits),
    };
    let rows = projects.iter().map(|one| project_row(&ask, one)).collect();
    let columns = [
        ask.t("项目", "Project"),
        ask.t("编号", "Number"),
        ask.t("阶段", "Stage"),
        ask.t("下一步", "Next step"),
    ];
    let table = Table::of(ask.t("我的修复项目", "Our projects"), &columns).rows(rows).empty(ask.t(
        "还没有修复项目。先在“摸底任务”上报后备资源，核实后即可在“修复项目”立项。",
        "No projects yet. Report reserve land under “Surveys”, then propose one under “Projects”.",
    ));
    Ok(sheet
        .table(table)
        .links(vec![
            Link::to("/township/new-listing", ask.t("挂牌出售指标", "List credits")).strong(),
            Link::to("/township/new-auction", ask.t("公告竞价", "Announce an auction")),
            Link::to("/township/shares", ask.t("分成收入", "Our share")),
            Link::to("/township/listings", ask.t("我的挂牌", "My listings")),
            Link::to("/township/parcels", ask.t("我的地块", "My parcels")),
            Link::to("/township/applications", ask.t("核算认定", "Certification")),
            Link::to("/township/objections", ask.t("异议", "Objections")),
            Link::to("/township/losses", ask.t("灭失与补建", "Losses and replacements")),
        ])
        .into())
}

pub(super) fn project_row(ask: &Ask, one: &Facts) -> Vec<Cell> {
    let stage = one.text("stage");
    vec![
        cell(one.text("name")).to(format!("/township/projects/{}", one.text("id"))),
        cell(one.text("number")),
        cell(word(&ask.say, &format!("stage.{stage}"))),
        cell(next_step(ask, &stage)),
    ]
}

/// What the township itself does next; nothing where others are at it.
pub(super) fn own_step(ask: &Ask, stage: &str) -> Option<&'static str> {
    let say = &ask.say;
    match stage {
        "approved" => Some(say.t("登记开工", "record the start of construction")),
        "under_construction" => {
            Some(say.t("完工后登记竣工", "record the completion when it is built"))
        }
        "monitoring" => Some(say.t("按期提交监测报告", "file the monitoring reports in time")),
        _ => None,
    }
}

/// What comes next, and whose it is (R24).
pub(super) fn next_step(ask: &Ask, stage: &str) -> &'static str {
    let say = &ask.say;
    match stage {
        "proposed" => say.t("运营中心：方案公示和评审", "centre: notice and review of the scheme"),
        "scheme_reviewed" => say.t("运营中心主任：批准", "centre's director: approval"),
        "completed" => say.t("运营中心：验收", "centre: acceptance"),
        "accepted" => {
            say.t("运营中心：结果公示、核算认定", "centre: notice of the result, certification")
        }
        "closed" => say.t("已结项", "closed"),
        other => own_step(ask, other).unwrap_or("—"),
    }
}
