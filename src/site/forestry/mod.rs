//! The forestry bureau: occupations and their gate, unlawful occupation, draws that it keeps the
//! nonce of, and what it decides together with the centre.

mod cases;
mod occupations;
mod records;

use crate::kernel::actor::Role;
use crate::kernel::problem::Answer;
use crate::site::casework::{self, Case, Deed, casework_pages};
use crate::site::centre::{
    AUCTION, DRAW, FREEZE, FREEZE_ORDER, LAYER, LOSS, NEW_LAYER, PARCEL, PROJECT, Wait, features,
    inbox,
};
use crate::site::words::word;
use crate::web::pages::{Ask, Facts, Link, Page, Pages, Sheet, Shown};

use cases::{CASE, RETIREMENT};
use occupations::OCCUPATION;
use records::AUCTION_OBJECTION;

const FORESTRY: &[Role] = &[Role::ForestryOfficer];

/// What is begun from nothing.
pub(super) const BEGIN: &[Deed] = &[
    cases::NEW_CASE,
    NEW_LAYER,
    occupations::NEW_POLICY,
    occupations::POLICY_APPROVAL,
    records::NEW_LIST,
    records::NEW_TARGET,
];

/// What the bureau alone works on.
pub(super) const CASES: &[&Case] = &[&AUCTION_OBJECTION, &CASE, &OCCUPATION, &RETIREMENT];

pub(super) fn pages() -> Pages {
    let mut pages = vec![
        Page::of_roles("/forestry", FORESTRY, home),
        Page::of_roles("/forestry/new/{deed}", FORESTRY, |ask| casework::fresh(ask, BEGIN))
            .with_form(),
        Page::of_roles("/forestry/layers/{version_id}/features", FORESTRY, features).with_form(),
    ];
    pages.extend(casework_pages!("/forestry", FORESTRY, [
        "auction-objections" "auction_objection_id" AUCTION_OBJECTION,
        "auctions" "auction_id" AUCTION,
        "cases" "case_id" CASE,
        "draws" "draw_id" DRAW,
        "freeze-orders" "order_id" FREEZE_ORDER,
        "freezes" "freeze_id" FREEZE,
        "layers" "version_id" LAYER,
        "losses" "loss_id" LOSS,
        "occupations" "occupation_id" OCCUPATION,
        "parcels" "parcel_id" PARCEL,
        "projects" "project_id" PROJECT,
        "retirements" "retirement_id" RETIREMENT,
    ]));
    Pages::of(pages)
}

fn is(thing: &Facts, at: &str, words: &[&str]) -> bool {
    words.contains(&thing.text(at).as_str())
}

const WAITS: &[Wait] = &[
    Wait {
        list: "/api/v1/occupations?state=submitted",
        noun: "occupations",
        names: &["number", "project_name"],
        due: "",
        what: ("占用申请待受理", "An application waits to be accepted"),
        roles: FORESTRY,
        keep: |_, _| true,
    },
    Wait {
        list: "/api/v1/occupations?state=accepted",
        noun: "occupations",
        names: &["number", "project_name"],
        due: "decide_by",
        what: ("占用申请待决定", "An application waits for its decision"),
        roles: FORESTRY,
        keep: |_, _| true,
    },
    Wait {
        list: "/api/v1/auction-objections",
        noun: "auction-objections",
        names: &["number"],
        due: "admit_by",
        what: ("竞价异议待受理", "An objection to an auction waits to be admitted"),
        roles: FORESTRY,
        keep: |it, _| is(it, "state", &["made"]),
    },
    Wait {
        list: "/api/v1/auction-objections",
        noun: "auction-objections",
        names: &["number"],
        due: "decide_by",
        what: ("竞价异议待决定", "An objection to an auction waits for a decision"),
        roles: FORESTRY,
        keep: |it, _| is(it, "state", &["admitted"]),
    },
    Wait {
        list: "/api/v1/freeze-orders",
        noun: "freeze-orders",
        names: &["project_number", "document"],
        due: "",
        what: ("冻结令待批准", "An order to freeze waits for approval"),
        roles: FORESTRY,
        keep: |it, reader| !it.has("approved_at") && reader.is_other(&it.text("asked_by")),
    },
    Wait {
        list: "/api/v1/expert-draws",
        noun: "draws",
        names: &["number", "subject_number"],
        due: "moment",
        what: ("专家摇号待公布摘要", "A draw waits for the hash of a nonce"),
        roles: FORESTRY,
        keep: |it, reader| is(it, "state", &["prepared"]) && reader.is_here(&it.text("region")),
    },
    Wait {
        list: "/api/v1/expert-draws",
        noun: "draws",
        names: &["number", "subject_number"],
        due: "reveal_by",
        what: ("专家摇号待揭示随机数", "A draw waits for its nonce"),
        roles: FORESTRY,
        keep: |it, reader| is(it, "state", &["announced"]) && reader.is_here(&it.text("region")),
    },
    Wait {
        list: "/api/v1/violation-cases?state=open",
        noun: "cases",
        names: &["number", "offender"],
        due: "",
        what: ("违法占用案件待决定", "A case of unlawful occupation waits"),
        roles: FORESTRY,
        keep: |_, _| true,
    },
    Wait {
        list: "/api/v1/violation-cases?state=decided",
        noun: "cases",
        names: &["number", "offender"],
        due: "restore_by",
        what: ("违法占用土地待恢复", "Land is to be restored"),
        roles: FORESTRY,
        keep: |_, _| true,
    },
];

async fn home(ask: Ask) -> Answer<Shown> {
    let me = ask.get("/api/v1/me").await?;
    let say = &ask.say;
    let begin = BEGIN.iter().map(|deed| {
        Link::to(format!("/forestry/new/{}", deed.name), ask.t(deed.title.0, deed.title.1))
    });
    let begin = begin.collect();
    Ok(Sheet::new(me.text("organisation/name"))
        .lead(format!("{} · {}", me.text("user/display_name"), word(say, &me.text("user/role"))))
        .table(inbox(&ask, WAITS).await?)
        .links(vec![
            Link::to("/forestry/occupations", ask.t("占用审批", "Occupations")).strong(),
            Link::to("/forestry/retirements", ask.t("核销与证明", "Retirements")),
            Link::to("/forestry/cases", ask.t("违法占用案件", "Unlawful occupation")),
            Link::to("/forestry/auction-objections", ask.t("竞价异议", "Objections to auctions")),
            Link::to("/forestry/auctions", ask.t("竞价", "Auctions")),
            Link::to("/forestry/draws", ask.t("专家摇号", "Draws of panels")),
            Link::to("/forestry/projects", ask.t("修复项目", "Projects")),
            Link::to("/forestry/freeze-orders", ask.t("冻结令", "Orders to freeze")),
            Link::to("/forestry/freezes", ask.t("冻结", "Freezes")),
            Link::to("/forestry/losses", ask.t("灭失", "Losses")),
            Link::to("/forestry/parcels", ask.t("地块", "Parcels")),
            Link::to("/forestry/layers", ask.t("规划图层", "Layers")),
        ])
        .heading(ask.t("新办事项", "Begin"))
        .links(begin)
        .into())
}
