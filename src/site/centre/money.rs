//! What the centre and the townships spent of their shares: the centre lets it count.

use serde_json::Value;

use super::{CENTRE, is};
use crate::kernel::actor::Role;
use crate::site::casework::{Case, Column, Deed, Entry, Part};

const PURPOSES: &[&str] = &[
    "dispute_mediation",
    "other_stability_work",
    "survey",
    "publicity",
    "expert_review",
    "organising_restoration",
    "design_tender",
    "budget",
    "acceptance",
    "other_directly_related",
    "right_holder_compensation",
    "later_upkeep",
    "other_protection_cost",
    "restoration_cost",
];
const SPENDERS: &[Role] =
    &[Role::CentreOfficer, Role::CentreDirector, Role::TownshipOfficer, Role::FinanceOfficer];

pub(in crate::site) const SPENDING: Case = Case {
    noun: "spendings",
    id: "spending_id",
    list: "/api/v1/spendings",
    title: ("支出", "Spending"),
    lead: (
        "本单位用分成资金支出的登记；由第二人审核后计入。",
        "What was spent of the centre's share; a second person lets it count.",
    ),
    empty: ("还没有支出记录。", "Nothing was spent yet."),
    names: &["payee"],
    columns: &[
        Column::text("payee", ("收款人", "Payee")),
        Column::word("purpose", "", ("用途", "Purpose")),
        Column::yuan("amount", ("金额", "Amount")),
        Column::day("spent_on", ("日期", "Day")),
        Column::word("state", "spending.", ("状态", "State")),
    ],
    facts: &[
        Column::word("purpose", "", ("用途", "Purpose")),
        Column::yuan("amount", ("金额", "Amount")),
        Column::day("spent_on", ("日期", "Day")),
        Column::text("reason", ("说明", "Reason")),
        Column::word("state", "spending.", ("状态", "State")),
        Column::time("entered_at", ("录入时间", "Entered")),
        Column::person("entered_by", ("录入人", "Entered by")),
        Column::time("decided_at", ("审核时间", "Decided")),
        Column::person("decided_by", ("审核人", "Decided by")),
        Column::text("decision", ("审核意见", "Why")),
    ],
    parts: &[Part {
        at: "vouchers",
        caption: ("凭证", "Vouchers"),
        empty: ("—", "—"),
        columns: &[
            Column::text("number", ("号码", "Number")),
            Column::day("issued_on", ("日期", "Date")),
            Column::yuan("amount", ("金额", "Amount")),
        ],
    }],
    deeds: &[
        Deed::new(
            "approval",
            "/api/v1/spendings/{spending_id}/approval",
            CENTRE,
            ("审核通过", "Let it count"),
            ("须由录入人以外的人审核。", "Not by who entered it."),
        )
        .when(|it| is(it, "state", &["entered"]), super::DECIDED)
        .not_by("entered_by"),
        Deed::new(
            "rejection",
            "/api/v1/spendings/{spending_id}/rejection",
            CENTRE,
            ("不予通过", "Turn it down"),
            ("支出不计入。", "It does not count."),
        )
        .when(|it| is(it, "state", &["entered"]), super::DECIDED)
        .with(&[Entry::text("reason", ("理由", "Why"))]),
    ],
    begin: &["spending"],
    ..Case::EMPTY
};

pub(super) const NEW_SPENDING: Deed = Deed::new(
    "spending",
    "/api/v1/spendings",
    SPENDERS,
    ("登记支出", "Enter a spending"),
    (
        "不超过已拨付到账而未支出的分成；由第二人审核后计入。",
        "Within what was paid out and is left; a second person lets it count.",
    ),
)
.with(&[
    Entry::word("purpose", "", PURPOSES, ("用途", "Purpose")),
    Entry::places("amount", ("金额（元）", "Amount (CNY)")),
    Entry::text("payee", ("收款人", "Payee")),
    Entry::day("spent_on", ("支出日期", "Day")),
    Entry::text("voucher_number", ("凭证号码", "Number of the voucher")),
    Entry::day("voucher_day", ("凭证日期", "Date of the voucher")),
    Entry::text("reason", ("说明", "Reason")).or_not(),
])
.mend(with_voucher)
.makes("spendings");

/// One voucher for the whole amount.
fn with_voucher(mut body: Value) -> Value {
    let Some(object) = body.as_object_mut() else { return body };
    let (number, day) = (object.remove("voucher_number"), object.remove("voucher_day"));
    let amount = object.get("amount").cloned();
    if let (Some(number), Some(day), Some(amount)) = (number, day, amount) {
        let voucher = serde_json::json!({ "number": number, "issued_on": day, "amount": amount });
        object.insert("vouchers".to_owned(), serde_json::json!([voucher]));
    }
    body
}
