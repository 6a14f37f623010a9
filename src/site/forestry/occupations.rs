//! Occupations from the application to the restored land, and what a region asks of them.

use serde_json::Value;

use super::{FORESTRY, is};
use crate::site::casework::{Case, Column, Deed, Entry, Part};
use crate::site::words::TYPES;
use crate::web::pages::{Facts, Figure, Say};

const REASON: &[Entry] = &[Entry::text("reason", ("理由", "Why"))];
const DOCUMENTS: &[&str] =
    &["form", "legal_person", "project_approval", "feasibility_report", "other"];

fn submitted(thing: &Facts) -> bool {
    is(thing, "state", &["submitted"])
}

fn accepted(thing: &Facts) -> bool {
    is(thing, "state", &["accepted"])
}

/// What must be retired and what counts.
fn retired(say: &Say, thing: &Facts) -> Vec<Figure> {
    vec![
        Figure::of(say.t("应核销", "To be retired"), say.m2(thing.whole("gate/required_m2"))),
        Figure::of(say.t("已核销", "Retired"), say.m2(thing.whole("gate/retired_m2"))),
        Figure::of(say.t("可计入", "Counts"), say.m2(thing.whole("gate/counted_m2"))),
    ]
}

pub(super) const OCCUPATION: Case = Case {
    noun: "occupations",
    id: "occupation_id",
    list: "/api/v1/occupations",
    one: "/api/v1/occupations/{id}",
    also: &[("gate", "/api/v1/occupations/{id}/gate")],
    title: ("占用审批", "Occupations"),
    lead: (
        "先补后占：核销的指标不足，不能批准占用。",
        "Compensate first: without enough credits retired no occupation is approved.",
    ),
    empty: ("没有符合条件的占用申请。", "There are no applications."),
    names: &["number", "project_name"],
    columns: &[
        Column::text("number", ("编号", "Number")),
        Column::text("project_name", ("建设项目", "Project")),
        Column::text("developer_name", ("建设单位", "Developer")),
        Column::area("area_m2", ("占用面积", "Area")),
        Column::day("decide_by", ("决定期限", "Decide by")),
        Column::word("state", "occupation.", ("状态", "State")),
    ],
    filters: &[Entry::word(
        "state",
        "occupation.",
        &["submitted", "deficient", "accepted", "approved", "rejected", "withdrawn", "restored"],
        ("状态", "State"),
    )
    .or_not()],
    facts: &[
        Column::text("developer_name", ("建设单位", "Developer")),
        Column::word("state", "occupation.", ("状态", "State")),
        Column::word("term", "", ("期限类型", "Term")),
        Column::word("ground", "ground.", ("占用事由", "Ground")),
        Column::text("legal_basis", ("法律依据", "Legal basis")),
        Column::area("area_m2", ("占用面积", "Area")),
        Column::area("computed_area_m2", ("图形面积", "Computed area")),
        Column::word("level", "", ("级别", "Level")),
        Column::word("wetland_type", "", ("湿地类型", "Type of wetland")),
        Column::grade("grade", ("等级", "Grade")),
        Column::text("avoidance_statement", ("避让说明", "How it was avoided")),
        Column::text("impact_measures", ("减轻影响措施", "Measures")),
        Column::time("submitted_at", ("提交时间", "Submitted")),
        Column::day("accepted_on", ("受理日期", "Accepted on")),
        Column::day("decide_by", ("决定期限", "Decide by")),
        Column::day("ends_on", ("临时占用至", "Ends on")),
        Column::m2("gate/required_m2", ("应核销", "To be retired")),
        Column::m2("gate/retired_m2", ("已核销", "Retired")),
        Column::m2("gate/counted_m2", ("可计入", "Counts")),
        Column::yes("gate/open", ("可以批准", "May be approved")),
        Column::word("decision/outcome", "", ("决定", "Decision")),
        Column::text("decision/document", ("决定文号", "Document")),
        Column::text("decision/reason", ("理由", "Why")),
        Column::text("deficiency/note", ("补正通知", "What is missing")),
        Column::yuan("restoration_fee/amount", ("湿地恢复费", "Restoration fee")),
    ],
    parts: &[
        Part {
            at: "gate/missing",
            caption: ("批准前还缺什么", "What is missing before it may be approved"),
            empty: ("条件已全部满足。", "Nothing is missing."),
            columns: &[Column::said("message", ("缺少", "Missing"))],
        },
        Part {
            at: "documents",
            caption: ("申请材料", "Documents"),
            empty: ("没有材料。", "There are none."),
            columns: &[
                Column::word("kind", "document.", ("类别", "Kind")),
                Column::text("title", ("名称", "Title")),
                Column::time("filed_at", ("提交时间", "Filed")),
            ],
        },
        Part {
            at: "terms",
            caption: ("期限", "Terms"),
            empty: ("没有计时。", "No clock runs."),
            columns: &[
                Column::word("kind", "clock.", ("事项", "What")),
                Column::day("due_on", ("期限", "Due")),
                Column::word("state", "clock.", ("状态", "State")),
            ],
        },
    ],
    deeds: OCCUPATION_DEEDS,
    ..Case::EMPTY
};

const OCCUPATION_DEEDS: &[Deed] = &[
    Deed::new(
        "acceptance",
        "/api/v1/occupations/{occupation_id}/acceptance",
        FORESTRY,
        ("受理", "Accept"),
        ("材料齐全；自受理起计算决定期限。", "Its papers are complete; the term of decision runs."),
    )
    .when(
        |it| is(it, "state", &["submitted", "deficient"]),
        ("提交后办理", "once it is submitted"),
    ),
    Deed::new(
        "deficiency-notice",
        "/api/v1/occupations/{occupation_id}/deficiency-notice",
        FORESTRY,
        ("一次性告知补正", "Say what is missing"),
        ("只能告知一次。", "Once only."),
    )
    .when(submitted, ("受理前办理", "before it is accepted"))
    .with(&[
        Entry::word("documents", "document.", DOCUMENTS, ("缺少的材料", "Missing document"))
            .or_not(),
        Entry::text("note", ("说明", "Note")),
    ])
    .mend(missing),
    Deed::new(
        "grading",
        "/api/v1/occupations/{occupation_id}/gradings",
        FORESTRY,
        ("登记等级评定", "Set the grade"),
        ("依据无利害关系的评估机构的报告。", "On the report of an assessor without interest."),
    )
    .when(accepted, ("受理后办理", "once it is accepted"))
    .with(&[
        Entry::whole("grade", ("等级", "Grade"))
            .hint(("1 至 5 级，1 级最优。", "1 to 5, 1 being the best.")),
        Entry::text("assessor", ("评估机构代码", "Code of the assessor")),
        Entry::text("report_number", ("报告编号", "Number of the report")),
        Entry::day("reported_on", ("报告日期", "Date of the report")),
        Entry::text("author", ("报告编制人", "Author")),
        Entry::yes("no_interest_declared", ("报告声明无利害关系", "It declares no interest")),
        Entry::yes("exempt", ("免予补偿", "Exempt from compensation")).or_not(),
    ]),
    Deed::new(
        "national-opinion",
        "/api/v1/occupations/{occupation_id}/national-opinions",
        FORESTRY,
        ("登记国家主管部门意见", "Record the national opinion"),
        ("占用国家重要湿地的，须有国家主管部门意见。", "Needed for nationally important wetland."),
    )
    .when(accepted, ("受理后办理", "once it is accepted"))
    .with(&[
        Entry::text("authority", ("机关", "Authority")),
        Entry::text("number", ("文号", "Number")),
        Entry::day("given_on", ("日期", "Date")),
        Entry::yes("favourable", ("是否同意", "Favourable")),
    ]),
    Deed::new(
        "approval",
        "/api/v1/occupations/{occupation_id}/approval",
        FORESTRY,
        ("批准占用", "Approve the occupation"),
        (
            "请核对核销数额；未满足的条件见申请页。",
            "Check what was retired; the page of the application says what is missing.",
        ),
    )
    .when(
        |it| accepted(it) && it.yes("gate/open"),
        ("受理后且下方条件全部满足时办理", "once it is accepted and nothing below is missing"),
    )
    .moving(retired)
    .with(&[Entry::text("document", ("批准文号", "Document"))]),
    Deed::new(
        "rejection",
        "/api/v1/occupations/{occupation_id}/rejection",
        FORESTRY,
        ("不予批准", "Reject"),
        ("已核销的指标可用于下一次申请。", "What was retired may serve the next one."),
    )
    .when(accepted, ("受理后办理", "once it is accepted"))
    .with(REASON),
    Deed::new(
        "extension",
        "/api/v1/occupations/{occupation_id}/extension",
        FORESTRY,
        ("延长决定期限", "Make the term longer"),
        ("延长十个工作日，只能一次。", "By ten working days, once."),
    )
    .when(accepted, ("受理后办理", "once it is accepted"))
    .with(REASON),
    Deed::new(
        "restoration-fee",
        "/api/v1/occupations/{occupation_id}/restoration-fee",
        FORESTRY,
        ("核定湿地恢复费", "Set the restoration fee"),
        (
            "确实无法异地恢复的，缴纳湿地恢复费。",
            "Where restoring wetland elsewhere is impossible.",
        ),
    )
    .when(accepted, ("受理后办理", "once it is accepted"))
    .with(&[
        Entry::text("document", ("文号", "Document")),
        Entry::places("rate_per_m2", ("标准（元/平方米）", "Rate (CNY per m²)")),
        Entry::text("reason", ("无法恢复的理由", "Why it is impossible")),
    ]),
    Deed::new(
        "land-restoration",
        "/api/v1/occupations/{occupation_id}/land-restoration",
        FORESTRY,
        ("登记临时占用已恢复", "Record that the land is restored"),
        (
            "临时占用的土地恢复后，即可解除占用。",
            "The land of a temporary occupation is free again.",
        ),
    )
    .when(
        |it| is(it, "state", &["approved"]) && is(it, "term", &["temporary"]),
        ("仅已批准的临时占用", "of an approved temporary occupation"),
    )
    .with(&[
        Entry::text("report", ("验收报告", "Report")),
        Entry::day("restored_on", ("恢复日期", "Restored on")),
    ]),
];

/// One document that is missing is a list of one.
fn missing(mut body: Value) -> Value {
    if let Some(documents) = body.get_mut("documents") {
        *documents = Value::Array(vec![documents.take()]);
    }
    body
}

pub(super) const NEW_POLICY: Deed = Deed::new(
    "policy",
    "/api/v1/occupation-policies",
    FORESTRY,
    ("录入占补平衡政策", "Enter what a region asks of occupations"),
    (
        "录入后进入批准页；请把该页地址交给本局另一人批准。",
        "It leads to the page of its approval: give that address to a second person of the bureau.",
    ),
)
.with(&[
    Entry::text("region", ("区划代码", "Code of the region")),
    Entry::text("ratio", ("补偿比例", "Ratio")).hint(("如 1.00。", "Such as 1.00.")),
    Entry::yes("general_compensates", ("一般湿地也须补偿", "General wetland is compensated too")),
    Entry::text("document", ("文号", "Document")),
    Entry::word("occupied", "", TYPES, ("可替代：被占用类型", "Stands for: type occupied"))
        .or_not(),
    Entry::word("retired", "", TYPES, ("可替代：核销类型", "Stands for: type retired")).or_not(),
])
.mend(substitutes)
.makes("new/policy-approval");

fn substitutes(mut body: Value) -> Value {
    let Some(object) = body.as_object_mut() else { return body };
    if let (Some(occupied), Some(retired)) = (object.remove("occupied"), object.remove("retired")) {
        let pair = serde_json::json!([{ "occupied": occupied, "retired": retired }]);
        object.insert("substitutes".to_owned(), pair);
    }
    body
}

pub(super) const POLICY_APPROVAL: Deed = Deed::new(
    "policy-approval",
    "/api/v1/occupation-policies/{policy_id}/approval",
    FORESTRY,
    ("批准占补平衡政策", "Approve what a region asks of occupations"),
    ("须由录入人以外的人批准；批准后生效。", "Not by who entered it; it holds then."),
)
.with(&[Entry::told("policy_id", ("政策编号", "Number of the policy"))])
.makes("occupations");
