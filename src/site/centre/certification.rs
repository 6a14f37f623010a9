//! Applications for certification and the batches that come of them.

use super::projects::{PANEL, panel};
use super::{CENTRE, DECIDED, DIRECTOR};
use crate::site::casework::{Case, Column, Deed, Entry, Part};
use crate::web::pages::{Facts, Figure, Say};

const MILESTONES: &[&str] = &["acceptance", "year_1", "year_3"];

fn open(thing: &Facts) -> bool {
    !thing.has("decision")
}

/// What a certification would issue.
fn issued(say: &Say, thing: &Facts) -> Vec<Figure> {
    let mut figures = vec![
        Figure::of(say.t("核发指标", "Credits issued"), say.m2_mu(thing.whole("m2"))),
        Figure::of(say.t("其中缓冲储备", "Of them buffer"), say.m2(thing.whole("gate/buffer_m2"))),
    ];
    for step in thing.items("gate/milestones") {
        let label = crate::site::words::word(say, &step.text("milestone"));
        let label = format!("{}{label}", say.t("累计可用：", "Available at: "));
        figures.push(Figure::of(&label, say.m2(step.whole("cumulative_m2"))));
    }
    figures
}

const MILESTONE_PART: Part = Part {
    at: "gate/milestones",
    caption: ("各节点累计可用面积", "Available in all after each milestone"),
    empty: ("—", "—"),
    columns: &[
        Column::word("milestone", "", ("节点", "Milestone")),
        Column::m2("cumulative_m2", ("累计可用", "Available")),
    ],
};

pub(in crate::site) const APPLICATION: Case = Case {
    noun: "applications",
    id: "application_id",
    list: "/api/v1/certification-applications",
    one: "/api/v1/certification-applications/{id}",
    also: &[("gate", "/api/v1/certification-applications/{id}/gate")],
    title: ("核算认定申请", "Applications for certification"),
    lead: (
        "一人录入、主任认定。认定即核发一个批次的指标，其中一部分留作缓冲储备。",
        "One person enters, a director decides. A certification issues a batch of credits, part of it a buffer.",
    ),
    empty: (
        "还没有申请。在项目页的认定条件全部满足后录入。",
        "There are no applications. Enter one on a project's page once its conditions are met.",
    ),
    names: &["project_number"],
    columns: &[
        Column::text("project_number", ("项目", "Project")),
        Column::region("township", ("乡镇", "Township")),
        Column::m2("m2", ("面积", "Area")),
        Column::grade("grade", ("等级", "Grade")),
        Column::time("entered_at", ("录入时间", "Entered")),
        Column::word("decision/outcome", "", ("决定", "Decision")),
    ],
    facts: &[
        Column::text("project_number", ("项目", "Project")).to("projects/{project_id}"),
        Column::region("township", ("乡镇", "Township")),
        Column::m2("m2", ("申请面积", "Area")),
        Column::word("wetland_type", "", ("湿地类型", "Type of wetland")),
        Column::grade("grade", ("等级", "Grade")),
        Column::text("grade_method", ("评价方法", "Method")),
        Column::time("entered_at", ("录入时间", "Entered")),
        Column::person("entered_by", ("录入人", "Entered by")),
        Column::m2("gate/buffer_m2", ("缓冲储备", "Buffer")),
        Column::word("decision/outcome", "", ("决定", "Decision")),
        Column::time("decision/decided_at", ("决定时间", "Decided")),
        Column::person("decision/decided_by", ("决定人", "Decided by")),
        Column::text("decision/reason", ("理由", "Why")),
    ],
    parts: &[
        Part {
            at: "gate/conditions",
            caption: ("认定条件：哪些已满足，还缺什么", "What is met, what is missing"),
            empty: ("—", "—"),
            columns: &[
                Column::word("condition", "condition.", ("条件", "Condition")),
                Column::yes("fulfilled", ("已满足", "Met")),
                Column::all_said("reasons", ("原因", "Why not")),
            ],
        },
        MILESTONE_PART,
    ],
    deeds: &[
        Deed::new(
            "certification",
            "/api/v1/certification-applications/{application_id}/certification",
            DIRECTOR,
            ("认定并核发指标", "Certify and issue the credits"),
            (
                "请核对下列数额。认定后核发一个批次；编号最大的部分留作缓冲储备，其余按节点释放。",
                "Check the amounts. A batch is issued; its highest serials are the buffer, the rest is released by milestones.",
            ),
        )
        .when(|it| open(it) && it.yes("gate/open"), (
            "申请未决定且认定条件全部满足时办理",
            "while it is undecided and all conditions are met",
        ))
        .moving(issued)
        .not_by("entered_by")
        .makes("batches"),
        Deed::new(
            "rejection",
            "/api/v1/certification-applications/{application_id}/rejection",
            DIRECTOR,
            ("不予认定", "Reject"),
            ("申请被驳回；可以重新录入。", "It is rejected; another one can be entered."),
        )
        .when(open, DECIDED)
        .with(&[Entry::text("reason", ("理由", "Why"))]),
        Deed::new(
            "expert-draw",
            "/api/v1/certification-applications/{application_id}/expert-draws",
            CENTRE,
            ("抽取评审专家", "Draw a panel"),
            (
                "由其他机关公布随机数摘要，到期后摇号产生专家组，任何人都可以复算。",
                "Another authority announces the hash of a nonce; anybody can repeat the draw.",
            ),
        )
        .when(open, DECIDED)
        .with(PANEL)
        .mend(panel)
        .makes("draws"),
    ],
    papers: "/api/v1/certification-applications/{id}/documents",
    ..Case::EMPTY
};

fn left(say: &Say, thing: &Facts) -> Vec<Figure> {
    let released = thing.items("releases").last().map_or(0, |one| one.whole("cumulative_m2"));
    vec![
        Figure::of(say.t("核发", "Issued"), say.m2_mu(thing.whole("issued_m2"))),
        Figure::of(say.t("缓冲储备", "Buffer"), say.m2(thing.whole("buffer_m2"))),
        Figure::of(say.t("已释放", "Released"), say.m2(released)),
    ]
}

pub(in crate::site) const BATCH: Case = Case {
    noun: "batches",
    id: "batch_id",
    list: "/api/v1/batches",
    one: "/api/v1/batches/{id}",
    title: ("指标批次", "Batches"),
    lead: (
        "指标按验收、满一年、满三年三个节点释放；后评估合格后退还缓冲储备。",
        "Credits are released at acceptance, after one year and after three; the buffer goes back after the post assessment.",
    ),
    empty: ("还没有批次。", "There are no batches."),
    columns: &[
        Column::text("number", ("编号", "Number")),
        Column::text("project_number", ("项目", "Project")),
        Column::m2("issued_m2", ("核发", "Issued")),
        Column::m2("buffer_m2", ("缓冲储备", "Buffer")),
        Column::grade("grade", ("等级", "Grade")),
        Column::time("certified_at", ("认定时间", "Certified")),
    ],
    facts: &[
        Column::text("project_number", ("项目", "Project")).to("projects/{project_id}"),
        Column::text("serials", ("编号区间", "Serials")).to("/batches/{id}"),
        Column::m2("issued_m2", ("核发", "Issued")),
        Column::m2("buffer_m2", ("缓冲储备", "Buffer")),
        Column::word("wetland_type", "", ("湿地类型", "Type of wetland")),
        Column::grade("grade", ("等级", "Grade")),
        Column::day("accepted_on", ("验收日期", "Accepted on")),
        Column::time("certified_at", ("认定时间", "Certified")),
        Column::yes("frozen", ("是否冻结", "Frozen")),
    ],
    parts: &[
        Part {
            at: "releases",
            caption: ("已释放", "Releases"),
            empty: ("还没有释放。", "Nothing was released yet."),
            columns: &[
                Column::word("milestone", "", ("节点", "Milestone")),
                Column::m2("step_m2", ("本次", "This time")),
                Column::m2("cumulative_m2", ("累计", "In all")),
                Column::time("released_at", ("时间", "Time")),
            ],
        },
        Part {
            at: "townships",
            caption: ("分属乡镇", "Townships"),
            empty: ("—", "—"),
            columns: &[
                Column::region("region", ("乡镇", "Township")),
                Column::m2("certified_m2", ("面积", "Area")),
            ],
        },
    ],
    deeds: &[
        Deed::new(
            "release",
            "/api/v1/batches/{batch_id}/releases",
            DIRECTOR,
            ("释放指标", "Release credits"),
            (
                "节点依次释放，且不得早于该节点之日；释放后指标可以交易。",
                "In order, and not before the milestone's day; released credits can be traded.",
            ),
        )
        .when(
            |it| it.items("releases").len() < MILESTONES.len() && !it.yes("frozen"),
            ("尚有未释放节点且未被冻结时办理", "while a milestone is left and it is not frozen"),
        )
        .moving(left)
        .with(&[Entry::word("milestone", "", MILESTONES, ("节点", "Milestone"))]),
        Deed::new(
            "buffer-return",
            "/api/v1/batches/{batch_id}/buffer-return",
            DIRECTOR,
            ("退还缓冲储备", "Give the buffer back"),
            (
                "项目结项、后评估合格后，缓冲储备退还项目业主。",
                "Once the project is closed after its post assessment.",
            ),
        )
        .when(
            |it| it.whole("buffer_m2") > 0 && !it.yes("frozen"),
            ("有缓冲储备且未被冻结时办理", "while there is a buffer and it is not frozen"),
        )
        .moving(left),
    ],
    ..Case::EMPTY
};
