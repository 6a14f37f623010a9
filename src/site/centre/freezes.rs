//! Freezes and their orders, losses of restored land and what replaces it.

use super::{CENTRE, DECIDED, DIRECTOR, HEADS};
use crate::site::casework::{Case, Column, Deed, Entry, Part};
use crate::web::pages::{Facts, Figure, Say};

pub(in crate::site) const FREEZE_ORDER: Case = Case {
    noun: "freeze-orders",
    id: "order_id",
    list: "/api/v1/freeze-orders",
    one: "/api/v1/freeze-orders/{id}",
    title: ("冻结令", "Orders to freeze"),
    lead: (
        "一人录入、另一机关的第二人批准后冻结。在项目页录入。",
        "One person enters, a second one of the other authority approves. Begin on a project's page.",
    ),
    empty: ("没有冻结令。", "There are no orders."),
    names: &["project_number", "document"],
    columns: &[
        Column::text("document", ("文号", "Document")),
        Column::text("project_number", ("项目", "Project")),
        Column::word("authority", "authority.", ("作出机关", "By")),
        Column::time("asked_at", ("录入时间", "Entered")),
        Column::time("approved_at", ("批准时间", "Approved")),
    ],
    facts: &[
        Column::text("project_number", ("项目", "Project")).to("projects/{project_id}"),
        Column::word("authority", "authority.", ("作出机关", "By which authority")),
        Column::text("document", ("文号", "Document")),
        Column::text("reason", ("理由", "Why")),
        Column::time("asked_at", ("录入时间", "Entered")),
        Column::person("asked_by", ("录入人", "Entered by")),
        Column::time("approved_at", ("批准时间", "Approved")),
        Column::person("approved_by", ("批准人", "Approved by")),
        Column::look("freeze_id", ("冻结记录", "The freeze")).to("freezes/{freeze_id}"),
    ],
    deeds: &[Deed::new(
        "approval",
        "/api/v1/freeze-orders/{order_id}/approval",
        HEADS,
        ("批准冻结", "Approve: freeze the project"),
        (
            "批准后该项目未核销的指标全部冻结，不能挂牌、交易、质押或释放。须由录入人以外的人批准。",
            "All credits of the project that are not retired are frozen. Not by who entered it.",
        ),
    )
    .when(|it| !it.has("approved_at"), DECIDED)
    .not_by("asked_by")
    .makes("freezes")],
    ..Case::EMPTY
};

fn requests(thing: &Facts) -> Vec<(String, String)> {
    let all = thing.items("thaw_requests");
    all.iter().map(|one| (one.text("id"), one.text("reason"))).collect()
}

fn frozen(thing: &Facts) -> bool {
    !thing.has("thawed_at")
}

fn moved(say: &Say, thing: &Facts) -> Vec<Figure> {
    let m2: i64 = thing.items("moves").iter().map(|one| one.whole("m2")).sum();
    vec![Figure::of(say.t("冻结的指标", "Credits frozen"), say.m2_mu(m2))]
}

pub(in crate::site) const FREEZE: Case = Case {
    noun: "freezes",
    id: "freeze_id",
    list: "/api/v1/freezes",
    one: "/api/v1/freezes/{id}",
    title: ("冻结", "Freezes"),
    lead: (
        "监测报告逾期三十日自动冻结，或依冻结令冻结。原因消除后申请解冻，由主任批准。",
        "For a report thirty days late, or by an order. When its cause has ended, one asks to thaw and a director approves.",
    ),
    empty: ("没有冻结。", "Nothing was frozen."),
    names: &["project_number"],
    columns: &[
        Column::text("project_number", ("项目", "Project")),
        Column::word("cause", "", ("原因", "Cause")),
        Column::time("frozen_at", ("冻结时间", "Frozen")),
        Column::time("thawed_at", ("解冻时间", "Thawed")),
    ],
    facts: &[
        Column::text("project_number", ("项目", "Project")).to("projects/{project_id}"),
        Column::word("cause", "", ("原因", "Cause")),
        Column::word("authority", "authority.", ("作出机关", "By which authority")),
        Column::text("document", ("文号", "Document")),
        Column::text("reason", ("说明", "Why")),
        Column::day("due_on", ("逾期报告应提交日", "The report was due")),
        Column::time("frozen_at", ("冻结时间", "Frozen")),
        Column::time("thawed_at", ("解冻时间", "Thawed")),
    ],
    parts: &[
        Part {
            at: "moves",
            caption: ("冻结的指标", "What is frozen"),
            empty: ("没有指标。", "No credits."),
            columns: &[Column::batch("batch_id"), Column::m2("m2", ("面积", "Area"))],
        },
        Part {
            at: "thaw_requests",
            caption: ("解冻申请", "Requests to thaw"),
            empty: ("还没有解冻申请。", "Nobody has asked to thaw it."),
            columns: &[
                Column::time("asked_at", ("时间", "Time")),
                Column::person("asked_by", ("申请人", "By")),
                Column::text("reason", ("理由", "Why")),
                Column::text("document", ("文号", "Document")),
            ],
        },
    ],
    deeds: &[
        Deed::new(
            "thaw-request",
            "/api/v1/freezes/{freeze_id}/thaw-requests",
            CENTRE,
            ("申请解冻", "Ask to thaw"),
            (
                "说明冻结原因已经消除，由主任批准。",
                "Say why its cause has ended; a director approves.",
            ),
        )
        .when(frozen, ("尚未解冻时办理", "while it is frozen"))
        .with(&[
            Entry::long("reason", ("理由", "Why")),
            Entry::text("document", ("文号", "Document"))
                .or_not()
                .hint(("依冻结令冻结的须填写。", "Needed where it was frozen by an order.")),
        ]),
        Deed::new(
            "thaw",
            "/api/v1/thaw-requests/{request_id}/approval",
            DIRECTOR,
            ("批准解冻", "Approve: thaw the project"),
            (
                "解冻后指标回到冻结前的状态。须由申请人以外的人批准。",
                "The credits are what they were before. Not by who asked.",
            ),
        )
        .when(
            |it| frozen(it) && !requests(it).is_empty(),
            ("有人申请解冻后办理", "once somebody has asked to thaw it"),
        )
        .moving(moved)
        .with(&[Entry::place("request_id", requests, ("解冻申请", "Request"))]),
    ],
    ..Case::EMPTY
};

pub(in crate::site) const LOSS: Case = Case {
    noun: "losses",
    id: "loss_id",
    list: "/api/v1/replacement-duties",
    one: "/api/v1/losses/{id}",
    also: &[("replacements", "/api/v1/losses/{id}/replacements?limit=50")],
    title: ("灭失与补建责任", "Losses and duties to replace"),
    lead: (
        "列出尚需补建或已补建的灭失；在项目页登记灭失。",
        "Losses that left something to replace. A loss is entered on a project's page.",
    ),
    empty: ("没有补建责任。", "Nothing is to be replaced."),
    columns: &[
        Column::text("number", ("编号", "Number")),
        Column::text("project_number", ("项目", "Project")),
        Column::m2("m2", ("灭失面积", "Lost")),
        Column::m2("owed_m2", ("尚需补建", "Still owed")),
        Column::word("duty", "duty.", ("补建责任", "Duty")),
        Column::day("found_on", ("发现日期", "Found on")),
    ],
    facts: &[
        Column::text("project_number", ("项目", "Project")).to("projects/{project_id}"),
        Column::m2("m2", ("灭失面积", "Lost")),
        Column::text("reference", ("依据文号", "Document")),
        Column::text("reason", ("原因", "Why")),
        Column::day("found_on", ("发现日期", "Found on")),
        Column::time("entered_at", ("录入时间", "Entered")),
        Column::person("entered_by", ("录入人", "Entered by")),
        Column::time("decided_at", ("批准时间", "Approved")),
        Column::word("duty", "duty.", ("补建责任", "Duty to replace")),
        Column::m2("duty_m2", ("应补建", "To replace")),
        Column::m2("owed_m2", ("尚需补建", "Still owed")),
    ],
    parts: &[
        Part {
            at: "moves",
            caption: ("扣减的指标", "Credits taken"),
            empty: ("尚未扣减。", "None were taken yet."),
            columns: &[
                Column::batch("batch_id"),
                Column::word("bucket", "", ("来源", "From")),
                Column::m2("m2", ("面积", "Area")),
            ],
        },
        Part {
            at: "replacements/items",
            caption: ("补建", "Replacements"),
            empty: ("乡镇还没有提出补建。", "The township has offered none."),
            columns: &[
                Column::text("number", ("编号", "Number")).to("replacements/{id}"),
                Column::word("kind", "replacement.", ("方式", "Kind")),
                Column::m2("m2", ("面积", "Area")),
                Column::time("taken_at", ("批准时间", "Taken")),
            ],
        },
    ],
    deeds: &[Deed::new(
        "approval",
        "/api/v1/losses/{loss_id}/approval",
        DIRECTOR,
        ("批准灭失扣减", "Approve the loss"),
        (
            "先扣项目业主未释放、缓冲和可用的指标；不足部分成为补建责任。须由录入人以外的人批准。",
            "Credits of the project's own side are taken first; the rest is a duty to replace. Not by who entered it.",
        ),
    )
    .when(|it| !it.has("decided_at"), DECIDED)
    .not_by("entered_by")
    .moving(|say, it| {
        vec![Figure::of(say.t("灭失面积", "Lost"), say.m2_mu(it.whole("m2")))]
    })],
    ..Case::EMPTY
};

pub(in crate::site) const REPLACEMENT: Case = Case {
    noun: "replacements",
    id: "replacement_id",
    list: "/api/v1/replacement-duties?open=true",
    one: "/api/v1/replacements/{id}",
    title: ("补建", "Replacements"),
    lead: (
        "下列灭失尚需补建；点开灭失查看乡镇提出的补建。",
        "These losses still owe a replacement; each page lists what the township offered.",
    ),
    empty: ("没有需要补建的灭失。", "Nothing is to be replaced."),
    columns: &[
        Column::text("number", ("灭失编号", "Loss")).to("losses/{id}"),
        Column::text("project_number", ("项目", "Project")),
        Column::m2("owed_m2", ("尚需补建", "Still owed")),
    ],
    facts: &[
        Column::word("kind", "replacement.", ("方式", "Kind")),
        Column::m2("m2", ("面积", "Area")),
        Column::text("reference", ("依据文号", "Document")),
        Column::text("reason", ("说明", "Why")),
        Column::time("offered_at", ("提出时间", "Offered")),
        Column::person("offered_by", ("提出人", "By")),
        Column::time("taken_at", ("批准时间", "Taken")),
        Column::m2("left_m2", ("尚需补建", "Still owed")),
        Column::look("loss_id", ("灭失", "The loss")).to("losses/{loss_id}"),
    ],
    deeds: &[Deed::new(
        "approval",
        "/api/v1/replacements/{replacement_id}/approval",
        DIRECTOR,
        ("批准补建", "Take the replacement"),
        (
            "以指标补建的，指标即时注销；以土地补建的，不再产生指标。须由提出人以外的人批准。",
            "Credits offered are cancelled at once; land offered earns none. Not by who offered it.",
        ),
    )
    .when(|it| !it.has("taken_at"), DECIDED)
    .moving(|say, it| {
        vec![Figure::of(say.t("补建面积", "Replaced"), say.m2_mu(it.whole("m2")))]
    })],
    ..Case::EMPTY
};
