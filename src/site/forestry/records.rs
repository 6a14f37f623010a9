//! Objections to auctions, lists of important wetland and targets.

use super::{FORESTRY, is};
use crate::site::casework::{Case, Column, Deed, Entry};
use crate::web::pages::Facts;

const LEVELS: &[&str] = &["national_important", "provincial_important", "general"];
const STEPS: &[&str] = &["admitted", "refused", "dismissed", "upheld"];
const MEASURES: &[&str] = &["wetland_area", "natural_wetland_area", "protection_rate"];

fn open(thing: &Facts) -> bool {
    is(thing, "state", &["made", "admitted"])
}

pub(super) const AUCTION_OBJECTION: Case = Case {
    noun: "auction-objections",
    id: "auction_objection_id",
    list: "/api/v1/auction-objections",
    title: ("竞价异议", "Objections to auctions"),
    lead: (
        "对竞价结果的异议：先决定是否受理，再作出决定；成立的，竞价取消。",
        "First whether it is admitted, then the decision; one that is upheld cancels the auction.",
    ),
    empty: ("没有竞价异议。", "Nobody has objected."),
    columns: &[
        Column::text("number", ("编号", "Number")),
        Column::time("made_at", ("提交时间", "Made")),
        Column::day("admit_by", ("受理期限", "Admit by")),
        Column::day("decide_by", ("决定期限", "Decide by")),
        Column::yes("overdue", ("已逾期", "Late")),
        Column::word("state", "", ("状态", "State")),
    ],
    facts: &[
        Column::look("auction_id", ("竞价", "Auction")).to("/auctions/{auction_id}"),
        Column::text("author", ("异议人", "By")),
        Column::text("contact", ("联系方式", "How to reach them")),
        Column::text("said", ("异议内容", "What is said")),
        Column::time("made_at", ("提交时间", "Made")),
        Column::day("admit_by", ("受理期限", "Admit by")),
        Column::day("decide_by", ("决定期限", "Decide by")),
        Column::word("state", "", ("状态", "State")),
        Column::text("answer", ("答复", "Answer")),
    ],
    deeds: &[Deed::new(
        "step",
        "/api/v1/auction-objections/{auction_objection_id}/steps",
        FORESTRY,
        ("处理异议", "Take the next step"),
        (
            "先受理或不予受理；受理后认定成立或不成立。",
            "Admit or refuse it first; then dismiss or uphold it.",
        ),
    )
    .when(open, ("已经办结", "it is closed"))
    .with(&[
        Entry::word("state", "", STEPS, ("处理", "Step")),
        Entry::text("answer", ("答复", "Answer")),
    ])],
    ..Case::EMPTY
};

pub(super) const NEW_LIST: Deed = Deed::new(
    "wetland-list",
    "/api/v1/wetland-lists",
    FORESTRY,
    ("发布湿地名录", "Publish a list of wetlands"),
    ("按现状发布某一级别的湿地名录。", "The wetlands of one level as they are now."),
)
.with(&[
    Entry::text("region", ("区划代码", "Code of the region")),
    Entry::word("level", "", LEVELS, ("级别", "Level")),
    Entry::text("document", ("文号", "Document")),
    Entry::day("published_on", ("发布日期", "Published on")),
])
.makes("parcels");

pub(super) const NEW_TARGET: Deed = Deed::new(
    "target",
    "/api/v1/wetland-targets",
    FORESTRY,
    ("登记保有量目标", "Record a target"),
    ("文件对某一区划、某一年度的要求。", "What a document demands of a region for a year."),
)
.with(&[
    Entry::text("region", ("区划代码", "Code of the region")),
    Entry::whole("year", ("年度", "Year")),
    Entry::word("measure", "", MEASURES, ("指标", "Measure")),
    Entry::text("at_least", ("不低于", "At least"))
        .hint(("面积为公顷，保护率为百分数。", "Hectares, or per cent for the rate.")),
    Entry::text("document", ("文号", "Document")),
])
.makes("parcels");
