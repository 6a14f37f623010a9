//! What was retired for occupations, certificates, and occupation without an approval.

use super::{FORESTRY, is};
use crate::site::casework::{Case, Column, Deed, Entry, Part};
use crate::web::pages::Facts;

const VIOLATIONS: &[&str] =
    &["natural_wetland_reclaimed", "national_important_occupied", "not_restored"];

fn certificates(thing: &Facts) -> Vec<(String, String)> {
    let all = thing.items("certificates");
    all.iter().map(|one| (one.text("id"), one.text("number"))).collect()
}

const MARK: &[Entry] = &[
    Entry::place("certificate_id", certificates, ("证明", "Certificate")),
    Entry::text("document", ("文号", "Document")),
    Entry::text("reason", ("理由", "Why")),
];

pub(super) const RETIREMENT: Case = Case {
    noun: "retirements",
    id: "retirement_id",
    list: "/api/v1/retirements",
    one: "/api/v1/retirements/{id}",
    title: ("核销与证明", "Retirements and certificates"),
    lead: (
        "本县占用申请的核销。证明可以冻结和解冻；冻结期间不计入。",
        "What was retired for the county's applications. A certificate may be frozen: it does not count then.",
    ),
    empty: ("还没有核销。", "Nothing was retired."),
    columns: &[
        Column::text("number", ("编号", "Number")),
        Column::m2("m2", ("面积", "Area")),
        Column::text("reason", ("事由", "Reason")),
        Column::time("asked_at", ("申请时间", "Asked")),
        Column::word("state", "", ("状态", "State")),
    ],
    facts: &[
        Column::m2("m2", ("面积", "Area")),
        Column::text("reason", ("事由", "Reason")),
        Column::time("asked_at", ("申请时间", "Asked")),
        Column::word("state", "", ("状态", "State")),
    ],
    parts: &[
        Part {
            at: "serials",
            caption: ("核销的指标", "Credits"),
            empty: ("尚未确定编号。", "The serials are not fixed yet."),
            columns: &[
                Column::text("batch_number", ("批次", "Batch")),
                Column::text("first_serial", ("起始编号", "First serial")),
                Column::text("last_serial", ("截止编号", "Last serial")),
                Column::m2("m2", ("面积", "Area")),
            ],
        },
        Part {
            at: "certificates",
            caption: ("证明", "Certificates"),
            empty: ("还没有证明。", "There are no certificates."),
            columns: &[
                Column::text("number", ("编号", "Number")),
                Column::time("issued_at", ("签发时间", "Issued")),
                Column::word("state", "", ("状态", "State")),
            ],
        },
    ],
    deeds: &[
        Deed::new(
            "certificate-freeze",
            "/api/v1/certificates/{certificate_id}/freeze",
            FORESTRY,
            ("冻结证明", "Freeze a certificate"),
            (
                "冻结期间证明所载指标不计入占补平衡。",
                "Its credits do not count until it is thawed.",
            ),
        )
        .when(|it| !certificates(it).is_empty(), ("签发证明后办理", "once one is issued"))
        .with(MARK),
        Deed::new(
            "certificate-thaw",
            "/api/v1/certificates/{certificate_id}/thaw",
            FORESTRY,
            ("解冻证明", "Thaw a certificate"),
            ("证明恢复有效。", "It is valid again."),
        )
        .when(|it| !certificates(it).is_empty(), ("签发证明后办理", "once one is issued"))
        .with(MARK),
    ],
    ..Case::EMPTY
};

pub(super) const NEW_CASE: Deed = Deed::new(
    "case",
    "/api/v1/violation-cases",
    FORESTRY,
    ("立案：违法占用", "Open a case of unlawful occupation"),
    ("未经批准占用湿地的，立案查处。", "Of wetland that nobody was allowed to occupy."),
)
.with(&[
    Entry::word("kind", "", VIOLATIONS, ("违法情形", "Kind")),
    Entry::text("county", ("县区代码", "Code of the county"))
        .hint(("6 位区划代码，如 360124。", "6 digits, such as 360124.")),
    Entry::text("offender", ("当事人", "Offender")),
    Entry::places("area_m2", ("面积（平方米）", "Area (m²)")),
    Entry::text("basis", ("依据", "Basis")),
    Entry::day("found_on", ("发现日期", "Found on")),
])
.makes("cases");

pub(super) const CASE: Case = Case {
    noun: "cases",
    id: "case_id",
    list: "/api/v1/violation-cases",
    one: "/api/v1/violation-cases/{id}",
    title: ("违法占用案件", "Unlawful occupation"),
    lead: (
        "立案、处罚、责令恢复、结案。履行恢复责任的土地不产生指标。",
        "Opened, decided, restored, closed. Land restored by duty earns no credits.",
    ),
    empty: ("没有案件。", "There are no cases."),
    names: &["number", "offender"],
    columns: &[
        Column::text("number", ("编号", "Number")),
        Column::text("offender", ("当事人", "Offender")),
        Column::word("kind", "", ("违法情形", "Kind")),
        Column::area("area_m2", ("面积", "Area")),
        Column::day("restore_by", ("恢复期限", "Restore by")),
        Column::word("state", "case.", ("状态", "State")),
    ],
    facts: &[
        Column::word("state", "case.", ("状态", "State")),
        Column::word("kind", "", ("违法情形", "Kind")),
        Column::area("area_m2", ("面积", "Area")),
        Column::text("basis", ("依据", "Basis")),
        Column::day("found_on", ("发现日期", "Found on")),
        Column::yuan("fine_min", ("罚款下限", "Least fine")),
        Column::yuan("fine_max", ("罚款上限", "Highest fine")),
        Column::yuan("fine", ("罚款", "Fine")),
        Column::text("document", ("决定文号", "Document")),
        Column::day("restore_by", ("恢复期限", "Restore by")),
        Column::day("closed_on", ("结案日期", "Closed on")),
        Column::text("closing_report", ("恢复验收报告", "Report")),
    ],
    deeds: &[
        Deed::new(
            "decision",
            "/api/v1/violation-cases/{case_id}/decision",
            FORESTRY,
            ("作出处罚决定", "Decide the case"),
            (
                "罚款须在法定幅度内，并责令限期恢复。",
                "A fine within the range, and a duty to restore.",
            ),
        )
        .when(|it| is(it, "state", &["open"]), ("立案后办理", "while it is open"))
        .with(&[
            Entry::text("document", ("决定文号", "Document")),
            Entry::whole("rate_yuan_per_m2", ("罚款标准（元/平方米）", "Rate (CNY per m²)")),
            Entry::day("restore_by", ("恢复期限", "Restore by")),
        ]),
        Deed::new(
            "closure",
            "/api/v1/violation-cases/{case_id}/closure",
            FORESTRY,
            ("结案", "Close the case"),
            ("土地恢复并验收后结案。", "Once the land is restored."),
        )
        .when(|it| is(it, "state", &["decided"]), ("处罚决定后办理", "once it is decided"))
        .with(&[
            Entry::text("report", ("验收报告", "Report")),
            Entry::day("restored_on", ("恢复日期", "Restored on")),
        ]),
    ],
    begin: &["case"],
    ..Case::EMPTY
};
