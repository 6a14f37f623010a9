//! Public notices and what is said against them.

use super::{CENTRE, DIRECTOR, is};
use crate::kernel::actor::Role;
use crate::site::casework::{Case, Column, Deed, Entry, Part};

const REASON: &[Entry] = &[Entry::long("reason", ("理由", "Why"))
    .hint(("异议人凭查询码可以看到。", "Who objected reads it."))];

pub(in crate::site) const NOTICE: Case = Case {
    noun: "notices",
    id: "notice_id",
    list: "/api/v1/public-notices?region={region}",
    one: "/api/v1/public-notices/{id}",
    title: ("公示", "Public notices"),
    lead: (
        "本县发布的公示。在项目页发布；公示期满自动结束，异议办结前项目不得进入下一步。",
        "The county's notices, published on a project's page. A notice ends by itself; objections hold the project.",
    ),
    empty: ("还没有公示。", "There are no notices."),
    columns: &[
        Column::text("number", ("编号", "Number")),
        Column::text("title", ("标题", "Title")),
        Column::word("kind", "", ("类型", "Kind")),
        Column::day("from", ("自", "From")),
        Column::day("to", ("至", "To")),
        Column::word("state", "", ("状态", "State")),
    ],
    facts: &[
        Column::text("title", ("标题", "Title")).to("/notices/{id}"),
        Column::word("kind", "", ("类型", "Kind")),
        Column::text("subject_number", ("事项", "About")),
        Column::day("from", ("公示自", "From")),
        Column::day("to", ("公示至", "To")),
        Column::day("publish_by", ("最迟发布日", "To be published by")),
        Column::word("state", "", ("状态", "State")),
        Column::text("content_hash", ("内容摘要（SHA-256）", "SHA-256 of the content")),
        Column::text("correction_reason", ("更正原因", "Why it was corrected")),
    ],
    parts: &[
        Part {
            at: "fields",
            caption: ("公示内容", "What it says"),
            empty: ("—", "—"),
            columns: &[
                Column::text("name", ("名称", "Name")),
                Column::text("value", ("内容", "Value")),
            ],
        },
        Part {
            at: "objections",
            caption: ("异议", "Objections"),
            empty: ("没有异议。", "Nobody has objected."),
            columns: &[
                Column::text("number", ("编号", "Number")),
                Column::time("filed_at", ("提交时间", "Filed")),
                Column::word("state", "", ("状态", "State")),
                Column::text("reason", ("处理意见", "Reason")),
            ],
        },
    ],
    deeds: &[Deed::new(
        "correction",
        "/api/v1/public-notices/{notice_id}/corrections",
        CENTRE,
        ("更正公示", "Correct the notice"),
        (
            "发布一份新公示并注明更正了哪一份；公示期重新计算，原公示仍可查看。",
            "A new notice names the old one and runs anew; the old one stays readable.",
        ),
    )
    .when(
        |it| !is(it, "state", &["corrected"]),
        ("已更正的公示不能再更正", "a notice is corrected once"),
    )
    .with(&[
        Entry::text("title", ("标题", "Title")).first("title"),
        Entry::named("fields", ("公示内容", "What it says"))
            .first("fields")
            .hint(("每行一项：名称：内容。", "One in each line: name：value.")),
        Entry::long("reason", ("更正原因", "Why it is corrected")),
    ])
    .makes("notices")],
    ..Case::EMPTY
};

pub(in crate::site) const OBJECTION: Case = Case {
    noun: "objections",
    id: "objection_id",
    list: "/api/v1/objections",
    one: "/api/v1/objections/{id}",
    title: ("异议", "Objections"),
    lead: (
        "3 个工作日内答复是否受理；受理后由主任作出决定。",
        "Whether it is examined is said within 3 working days; a director decides on it.",
    ),
    empty: ("没有异议。", "Nobody has objected."),
    columns: &[
        Column::text("number", ("编号", "Number")),
        Column::text("notice_number", ("公示", "Notice")).to("notices/{notice_id}"),
        Column::time("filed_at", ("提交时间", "Filed")),
        Column::day("due_on", ("下一步期限", "Next step is due")),
        Column::yes("late", ("已逾期", "Late")),
        Column::word("state", "", ("状态", "State")),
    ],
    facts: &[
        Column::word("state", "", ("状态", "State")),
        Column::text("notice_number", ("公示", "Notice")).to("notices/{notice_id}"),
        Column::time("filed_at", ("提交时间", "Filed")),
        Column::day("due_on", ("下一步期限", "Next step is due")),
        Column::text("text", ("异议内容", "What is said")),
        Column::text("author", ("异议人", "By")),
        Column::text("contact", ("联系方式", "How to reach them")),
    ],
    parts: &[Part {
        at: "steps",
        caption: ("处理过程", "Steps"),
        empty: ("尚未处理。", "Nothing was done yet."),
        columns: &[
            Column::time("taken_at", ("时间", "Time")),
            Column::word("step", "", ("处理", "Step")),
            Column::person("taken_by", ("经办人", "By")),
            Column::text("reason", ("理由", "Why")),
        ],
    },
    Part {
        at: "replies",
        caption: ("乡镇答复", "What the township says"),
        empty: ("乡镇还没有答复。", "The township has not answered."),
        columns: &[
            Column::time("replied_at", ("时间", "Time")),
            Column::text("text", ("答复", "Answer")),
        ],
    }],
    deeds: &[
        Deed::new(
            "reply",
            "/api/v1/objections/{objection_id}/replies",
            &[Role::TownshipOfficer],
            ("答复异议", "Answer the objection"),
            (
                "说明本乡镇的情况；异议人凭查询码可以看到，是否成立仍由运营中心决定。",
                "What the township has to say. Its author reads it by the code; the centre decides.",
            ),
        )
        .when(
            |it| is(it, "state", &["filed", "accepted"]),
            ("异议办结前可以答复", "until it is decided"),
        )
        .with(&[Entry::long("text", ("答复", "Answer"))
            .hint(("请勿写入个人电话、证件号码。", "No telephone or identity numbers, please."))]),
        Deed::new(
            "acceptance",
            "/api/v1/objections/{objection_id}/acceptance",
            CENTRE,
            ("受理", "Accept it for examination"),
            ("受理后开始核查，由主任作出决定。", "It is examined; a director decides."),
        )
        .when(|it| is(it, "state", &["filed"]), ("提交后办理", "once it is filed"))
        .with(REASON),
        Deed::new(
            "refusal",
            "/api/v1/objections/{objection_id}/refusal",
            CENTRE,
            ("不予受理", "Refuse to examine it"),
            ("说明不予受理的理由，异议即告办结。", "With the reason; it is closed then."),
        )
        .when(|it| is(it, "state", &["filed"]), ("提交后办理", "once it is filed"))
        .with(REASON),
        Deed::new(
            "dismissal",
            "/api/v1/objections/{objection_id}/dismissal",
            DIRECTOR,
            ("认定异议不成立", "Decide that it is unfounded"),
            ("项目可以继续。", "The project may go on."),
        )
        .when(|it| is(it, "state", &["accepted"]), ("受理后办理", "once it is accepted"))
        .with(REASON),
        Deed::new(
            "upholding",
            "/api/v1/objections/{objection_id}/upholding",
            DIRECTOR,
            ("认定异议成立", "Decide that it is well founded"),
            ("须更正公示后项目才能继续。", "The notice is corrected before the project goes on."),
        )
        .when(|it| is(it, "state", &["accepted"]), ("受理后办理", "once it is accepted"))
        .with(REASON),
    ],
    ..Case::EMPTY
};
