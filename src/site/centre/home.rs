//! The inbox: everything that waits for whoever reads it, until when; and the county's totals.

use std::collections::HashMap;

use crate::kernel::actor::Role;
use crate::kernel::problem::Answer;
use crate::site::casework::Two;
use crate::site::centre::{CENTRE, DIRECTOR, OFFICER, is};
use crate::site::words::word;
use crate::web::pages::{Ask, Cell, Facts, Figure, Link, Sheet, Shown, Table, cell, today};

/// Something that may wait for somebody.
pub(in crate::site) struct Wait {
    /// The operation that lists it; `{region}` is the reader's own.
    pub(in crate::site) list: &'static str,
    /// Where it is done, beside the reader's desk.
    pub(in crate::site) noun: &'static str,
    /// The facts that name it, and the one that says until when.
    pub(in crate::site) names: &'static [&'static str],
    pub(in crate::site) due: &'static str,
    pub(in crate::site) what: Two,
    pub(in crate::site) roles: &'static [Role],
    /// Whether it waits, for that person.
    pub(in crate::site) keep: fn(&Facts, &Reader) -> bool,
}

/// Who reads, and when.
pub(in crate::site) struct Reader {
    me: String,
    today: String,
    region: String,
}

impl Reader {
    /// Whether somebody else did that: the second person is another one.
    pub(in crate::site) fn is_other(&self, person: &str) -> bool {
        self.me != person
    }

    /// Whether that place lies in the reader's region: what everybody may read comes from all.
    pub(in crate::site) fn is_here(&self, place: &str) -> bool {
        place.starts_with(&self.region)
    }
}

const WAITS: &[Wait] = &[
    Wait {
        list: "/api/v1/survey-tasks",
        noun: "surveys",
        names: &["number", "title"],
        due: "",
        what: ("摸底上报待核实", "A survey waits to be verified"),
        roles: CENTRE,
        keep: |it, _| is(it, "state", &["submitted"]),
    },
    Wait {
        list: "/api/v1/survey-tasks",
        noun: "surveys",
        names: &["number", "title"],
        due: "due_on",
        what: ("摸底任务逾期未报", "A survey is late"),
        roles: CENTRE,
        keep: |it, reader| {
            is(it, "state", &["open", "returned"]) && it.text("due_on") < reader.today
        },
    },
    Wait {
        list: "/api/v1/projects",
        noun: "projects",
        names: &["number", "name"],
        due: "",
        what: ("项目待方案公示和评审", "A scheme waits for its notice and review"),
        roles: OFFICER,
        keep: |it, _| is(it, "stage", &["proposed"]),
    },
    Wait {
        list: "/api/v1/projects",
        noun: "projects",
        names: &["number", "name"],
        due: "",
        what: ("项目待批准", "A project waits for approval"),
        roles: DIRECTOR,
        keep: |it, _| is(it, "stage", &["scheme_reviewed"]),
    },
    Wait {
        list: "/api/v1/projects",
        noun: "projects",
        names: &["number", "name"],
        due: "",
        what: ("项目待验收", "A project waits for acceptance"),
        roles: OFFICER,
        keep: |it, _| is(it, "stage", &["completed"]),
    },
    Wait {
        list: "/api/v1/projects",
        noun: "projects",
        names: &["number", "name"],
        due: "",
        what: ("项目待公示结果、申请认定", "A result waits for its notice and certification"),
        roles: OFFICER,
        keep: |it, _| is(it, "stage", &["accepted"]),
    },
    Wait {
        list: "/api/v1/certification-applications",
        noun: "applications",
        names: &["project_number"],
        due: "",
        what: ("认定申请待决定", "An application for certification waits"),
        roles: DIRECTOR,
        keep: |it, reader| !it.has("decision") && reader.is_other(&it.text("entered_by")),
    },
    Wait {
        list: "/api/v1/objections",
        noun: "objections",
        names: &["number", "notice_number"],
        due: "due_on",
        what: ("异议待答复是否受理", "An objection waits to be accepted or refused"),
        roles: CENTRE,
        keep: |it, _| is(it, "state", &["filed"]),
    },
    Wait {
        list: "/api/v1/objections",
        noun: "objections",
        names: &["number", "notice_number"],
        due: "due_on",
        what: ("异议待决定", "An objection waits for a decision"),
        roles: DIRECTOR,
        keep: |it, _| is(it, "state", &["accepted"]),
    },
    Wait {
        list: "/api/v1/overdue-publications",
        noun: "projects",
        names: &["project_number"],
        due: "publish_by",
        what: ("公示逾期未发布", "A notice is overdue"),
        roles: CENTRE,
        keep: |_, _| true,
    },
    Wait {
        list: "/api/v1/freeze-orders",
        noun: "freeze-orders",
        names: &["project_number", "document"],
        due: "",
        what: ("冻结令待批准", "An order to freeze waits for approval"),
        roles: DIRECTOR,
        keep: |it, reader| !it.has("approved_at") && reader.is_other(&it.text("asked_by")),
    },
    Wait {
        list: "/api/v1/freezes",
        noun: "freezes",
        names: &["project_number"],
        due: "",
        what: ("解冻申请待批准", "A request to thaw waits for approval"),
        roles: DIRECTOR,
        keep: |it, reader| {
            let asked = it.items("thaw_requests");
            let other = asked.iter().any(|one| reader.is_other(&one.text("asked_by")));
            !it.has("thawed_at") && other
        },
    },
    Wait {
        list: "/api/v1/replacement-duties?open=true",
        noun: "losses",
        names: &["number", "project_number"],
        due: "",
        what: ("灭失尚需补建", "A loss is still to be replaced"),
        roles: CENTRE,
        keep: |_, _| true,
    },
    Wait {
        list: "/api/v1/negotiated-transfers",
        noun: "transfers",
        names: &["number"],
        due: "valid_to",
        what: ("低于底价的协议转让待批准", "A price below the floor waits for approval"),
        roles: DIRECTOR,
        keep: |it, _| is(it, "state", &["awaiting_approval"]),
    },
    Wait {
        list: "/api/v1/enforced-sales",
        noun: "enforced-sales",
        names: &["number"],
        due: "",
        what: ("质押处置待批准", "An enforced sale waits for approval"),
        roles: DIRECTOR,
        keep: |it, _| is(it, "state", &["asked"]),
    },
    Wait {
        list: "/api/v1/spendings",
        noun: "spendings",
        names: &["payee"],
        due: "",
        what: ("支出待审核", "A spending waits for the second person"),
        roles: CENTRE,
        keep: |it, reader| is(it, "state", &["entered"]) && reader.is_other(&it.text("entered_by")),
    },
    Wait {
        list: "/api/v1/batches",
        noun: "batches",
        names: &["number"],
        due: "",
        what: ("验收节点指标待释放", "Credits of the acceptance wait for their release"),
        roles: DIRECTOR,
        keep: |it, reader| {
            let waits = it.items("releases").is_empty() && !it.yes("frozen");
            waits && reader.is_here(&it.text("county"))
        },
    },
    Wait {
        list: "/api/v1/layer-versions",
        noun: "layers",
        names: &["name"],
        due: "",
        what: ("图层待批准生效", "A layer waits to be brought into force"),
        roles: DIRECTOR,
        keep: |it, reader| is(it, "state", &["argued"]) && reader.is_other(&it.text("entered_by")),
    },
];

/// The table of everything that waits for the reader, the soonest first.
pub(in crate::site) async fn inbox(ask: &Ask, waits: &[Wait]) -> Answer<Table> {
    let role = ask.actor().map(|actor| actor.role);
    let region = ask.actor().map(|actor| actor.region.to_string()).unwrap_or_default();
    let me = ask.actor().map(|actor| actor.user_id.to_string()).unwrap_or_default();
    let reader = Reader { me, today: today(ask.now), region: region.clone() };
    let area = format!("/{}", ask.path().split('/').nth(1).unwrap_or_default());
    let mut lists: HashMap<&str, Vec<Facts>> = HashMap::new();
    let mut rows: Vec<(String, Vec<Cell>)> = Vec::new();
    for wait in waits.iter().filter(|wait| role.is_some_and(|role| wait.roles.contains(&role))) {
        if !lists.contains_key(wait.list) {
            let list = wait.list.replace("{region}", &region);
            let mark = if list.contains('?') { '&' } else { '?' };
            let page = ask.find(&format!("{list}{mark}limit=200")).await?.unwrap_or_default();
            lists.insert(wait.list, page.items("items"));
        }
        let things = lists.get(wait.list).map(Vec::as_slice).unwrap_or_default();
        for it in things.iter().filter(|it| (wait.keep)(it, &reader)) {
            let due = it.text(wait.due);
            let id = if it.has("id") { it.text("id") } else { it.text("project_id") };
            let names = wait.names.iter().map(|name| it.text(name)).collect::<Vec<_>>();
            let row = vec![
                cell(ask.t(wait.what.0, wait.what.1)).to(format!("{area}/{}/{id}", wait.noun)),
                cell(names.join(" ")),
                cell(if wait.due.is_empty() { "—".to_owned() } else { ask.say.day(&due) }),
            ];
            // What has no day comes after what has one.
            rows.push((if due.is_empty() { "~".to_owned() } else { due }, row));
        }
    }
    rows.sort_by(|one, other| one.0.cmp(&other.0));
    let columns = [ask.t("事项", "What"), ask.t("编号", "Number"), ask.t("期限", "Until")];
    Ok(Table::of(ask.t("待办事项", "What waits for you"), &columns)
        .rows(rows.into_iter().map(|(_, row)| row).take(ROWS_MAX).collect())
        .empty(ask.t("目前没有待办事项。", "Nothing waits for you.")))
}

/// More than anybody does in a day.
const ROWS_MAX: usize = 200;

pub(super) async fn home(ask: Ask) -> Answer<Shown> {
    let me = ask.get("/api/v1/me").await?;
    let say = &ask.say;
    let director = ask.actor().is_some_and(|actor| actor.role == Role::CentreDirector);
    let mut sheet = Sheet::new(me.text("organisation/name"))
        .lead(format!("{} · {}", me.text("user/display_name"), word(say, &me.text("user/role"))))
        .table(inbox(&ask, WAITS).await?);
    if director {
        sheet = sheet.note(ask.t(
            "灭失和补建的批准从项目页、灭失页进入。",
            "Losses and replacements are approved on the pages of a project and of a loss.",
        ));
    }
    sheet = sheet
        .links(vec![
            Link::to("/centre/projects", ask.t("修复项目", "Projects")).strong(),
            Link::to("/centre/surveys", ask.t("摸底任务", "Surveys")),
            Link::to("/centre/parcels", ask.t("地块", "Parcels")),
            Link::to("/centre/parcels-import", ask.t("导入地块", "Take in parcels")),
            Link::to("/centre/layers", ask.t("规划图层", "Layers")),
            Link::to("/centre/notices", ask.t("公示", "Notices")),
            Link::to("/centre/objections", ask.t("异议", "Objections")),
            Link::to("/centre/draws", ask.t("专家摇号", "Draws of panels")),
            Link::to("/centre/experts", ask.t("专家库", "Pool of experts")),
            Link::to("/centre/applications", ask.t("核算认定", "Certification")),
            Link::to("/centre/batches", ask.t("指标批次", "Batches")),
            Link::to("/centre/freezes", ask.t("冻结", "Freezes")),
            Link::to("/centre/freeze-orders", ask.t("冻结令", "Orders to freeze")),
            Link::to("/centre/losses", ask.t("灭失", "Losses")),
            Link::to("/centre/replacements", ask.t("补建", "Replacements")),
            Link::to("/centre/auctions", ask.t("竞价", "Auctions")),
            Link::to("/centre/transfers", ask.t("协议转让", "Negotiated transfers")),
            Link::to("/centre/enforced-sales", ask.t("质押处置", "Enforced sales")),
            Link::to("/centre/trading-bans", ask.t("交易禁令", "Trading bans")),
            Link::to("/centre/spendings", ask.t("支出", "Spending")),
        ])
        .heading(ask.t("本县总量", "The county's totals"));
    Ok(totals(&ask, sheet).await?.into())
}

/// What the county has: land, projects, credits, and whether it loses wetland.
async fn totals(ask: &Ask, sheet: Sheet) -> Answer<Sheet> {
    let say = &ask.say;
    let county = crate::site::places::county(ask).await?;
    let land = ask.find(&format!("/api/v1/inventory-totals?region={county}")).await?;
    let land = land.unwrap_or_default();
    let balance = ask.find(&format!("/api/v1/public/balances/{county}")).await?;
    let balance = balance.unwrap_or_default();
    let batches = ask.get(&format!("/api/v1/public/batches?county={county}&limit=200")).await?;
    let issued: i64 = batches.items("items").iter().map(|one| one.whole("issued_m2")).sum();
    let mut buckets: HashMap<String, i64> = HashMap::new();
    for batch in batches.items("items") {
        for (name, m2) in batch.members("buckets") {
            *buckets.entry(name).or_default() += m2.whole("");
        }
    }
    let held = |name: &str| say.m2(buckets.get(name).copied().unwrap_or_default());
    let parcels = |kind: &str| {
        let count = say.count(land.whole(&format!("{kind}/total/parcels")));
        format!("{count} {}", ask.t("个地块", "parcels"))
    };
    Ok(sheet
        .figures(vec![
            Figure::of(ask.t("湿地", "Wetland"), say.area(&land.text("wetland/total/m2")))
                .note(parcels("wetland")),
            Figure::of(ask.t("后备资源", "Reserve land"), say.area(&land.text("reserve/total/m2")))
                .note(parcels("reserve")),
            Figure::of(ask.t("占补平衡", "Balance"), say.area(&balance.text("now/balance_m2"))),
        ])
        .figures(vec![
            Figure::of(ask.t("已核发指标", "Credits issued"), say.m2(issued)),
            Figure::of(ask.t("未释放", "Not released"), held("unreleased")),
            Figure::of(ask.t("缓冲储备", "Buffer"), held("buffer")),
            Figure::of(ask.t("可用", "Available"), held("available")),
            Figure::of(ask.t("冻结", "Frozen"), held("frozen")),
            Figure::of(ask.t("已核销", "Retired"), held("retired")),
        ]))
}
