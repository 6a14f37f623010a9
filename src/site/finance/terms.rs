//! What the bureau sets for trades of its county: how they are split, how far credits may go, and
//! between which prices. One enters it with its document, the director brings it into force.

use super::BOTH;
use crate::kernel::actor::Role;
use crate::site::casework::{Case, Column, Deed, Entry, Two};
use crate::web::pages::{Facts, Figure, Say};

const DIRECTOR: &[Role] = &[Role::FinanceDirector];

/// What is begun from nothing.
pub(in crate::site) const BEGIN: &[Deed] = &[NEW_AREA, NEW_BAND, NEW_FLOOR, NEW_SCHEDULE];

const NOT_TWICE: Two = ("已经批准", "it is approved already");
const BY_ANOTHER: Two = (
    "须由录入人以外的负责人批准；批准后生效。",
    "By the director, not who entered it; it acts then.",
);

fn waits(thing: &Facts) -> bool {
    !thing.has("approved_at")
}

const DOCUMENT: Column = Column::text("document", ("依据文号", "Document"));
const ENTERED_AT: Column = Column::time("entered_at", ("录入时间", "Entered"));
const ENTERED_BY: Column = Column::person("entered_by", ("录入人", "Entered by"));
const APPROVED_AT: Column = Column::time("approved_at", ("批准时间", "Approved"));

const fn approval(to: &'static str) -> Deed {
    Deed::new("approval", to, DIRECTOR, ("批准", "Approve"), BY_ANOTHER)
        .when(waits, NOT_TWICE)
        .not_by("entered_by")
}

/// Percent in hundredths, as `20.00` is 2000.
fn hundredths(percent: &str) -> i64 {
    percent.replace('.', "").parse().unwrap_or_default()
}

/// What each gets of a trade.
fn split(say: &Say, thing: &Facts) -> Vec<Figure> {
    let (township, centre) = (thing.text("township_percent"), thing.text("centre_percent"));
    let rest = 10_000 - hundredths(&township) - hundredths(&centre);
    let rest = format!("{}.{:02}", rest / 100, rest.rem_euclid(100));
    vec![
        Figure::of(say.t("乡镇工作经费", "Township"), say.percent(&township)),
        Figure::of(say.t("中心管理经费", "Centre"), say.percent(&centre)),
        Figure::of(say.t("县财政", "County treasury"), say.percent(&rest)),
    ]
}

pub(in crate::site) const SCHEDULE: Case = Case {
    noun: "fee-schedules",
    id: "schedule_id",
    list: "/api/v1/fee-schedules?county={region}",
    rows: "schedules",
    paged: false,
    title: ("分成方案", "Fee schedules"),
    lead: (
        "每笔成交按成交当日生效的方案分成；没有生效的方案就不能交割。",
        "A trade is split as the schedule of its day says; without one nothing is settled.",
    ),
    empty: (
        "还没有分成方案。请先录入一个，由负责人批准。",
        "There is no schedule. Enter one, and let the director approve it.",
    ),
    names: &["label"],
    columns: &[
        Column::text("label", ("名称", "Name")),
        Column::day("valid_from", ("自", "From")),
        Column::day("valid_to", ("至", "To")),
        Column::text("township_percent", ("乡镇（%）", "Township (%)")),
        Column::text("centre_percent", ("中心（%）", "Centre (%)")),
        ENTERED_AT,
        APPROVED_AT,
    ],
    facts: &[
        Column::count("version", ("版本", "Version")),
        Column::day("valid_from", ("自", "From")),
        Column::day("valid_to", ("至", "To")),
        Column::text("township_percent", ("乡镇（%）", "Township (%)")),
        Column::text("centre_percent", ("中心（%）", "Centre (%)")),
        ENTERED_AT,
        ENTERED_BY,
        APPROVED_AT,
        Column::person("approved_by", ("批准人", "Approved by")),
    ],
    deeds: &[approval("/api/v1/fee-schedules/{schedule_id}/approval").moving(split)],
    begin: &["fee-schedule"],
    ..Case::EMPTY
};

const NEW_SCHEDULE: Deed = Deed::new(
    "fee-schedule",
    "/api/v1/fee-schedules",
    BOTH,
    ("录入分成方案", "Enter a fee schedule"),
    (
        "余下部分归县财政。与已批准的方案期间不得重叠；不影响此前的成交。",
        "The rest is the treasury's. Periods never overlap, and no trade before it changes.",
    ),
)
.with(&[
    Entry::text("label", ("名称", "Name")).hint(("如：2027 年度分成方案。", "Such as: 2027.")),
    Entry::day("valid_from", ("自", "From")),
    Entry::day("valid_to", ("至", "To")),
    Entry::text("township_percent", ("乡镇（%）", "Township (%)")),
    Entry::text("centre_percent", ("中心（%）", "Centre (%)")),
])
.makes("fee-schedules");

pub(in crate::site) const AREA: Case = Case {
    noun: "trading-areas",
    id: "trading_area_id",
    list: "/api/v1/trading-area-changes",
    title: ("交易范围", "Trading area"),
    lead: (
        "本县指标可以用到多远。未设定的只限本县；最近一次批准的生效。",
        "How far the county's credits may go: the county unless set; what was approved last acts.",
    ),
    empty: (
        "没有设定过，指标只限本县使用。",
        "Nothing was set: credits are for this county alone.",
    ),
    names: &["document"],
    columns: &[
        DOCUMENT,
        Column::word("reach", "reach.", ("范围", "How far")),
        ENTERED_AT,
        APPROVED_AT,
    ],
    facts: &[
        Column::word("reach", "reach.", ("范围", "How far")),
        DOCUMENT,
        ENTERED_AT,
        ENTERED_BY,
        APPROVED_AT,
    ],
    deeds: &[approval("/api/v1/trading-areas/{trading_area_id}/approval")],
    begin: &["trading-area"],
    ..Case::EMPTY
};

const NEW_AREA: Deed = Deed::new(
    "trading-area",
    "/api/v1/trading-areas",
    BOTH,
    ("录入交易范围", "Enter a trading area"),
    (
        "须有准许的文件；不得超出本省。",
        "With the document that allows it; never beyond the province.",
    ),
)
.with(&[
    Entry::word("reach", "reach.", &["county", "prefecture", "province"], ("范围", "How far")),
    Entry::text("document", ("依据文号", "Document")),
])
.makes("trading-areas");

pub(in crate::site) const BAND: Case = Case {
    noun: "price-bands",
    id: "price_band_id",
    list: "/api/v1/price-band-changes",
    title: ("价格涨跌幅", "Price bands"),
    lead: (
        "挂牌和买单的价格与上一指数相差不得超过此幅度；最近一次批准的生效，空白为不限。",
        "How far prices may be from the last index; what was approved last acts, empty is no limit.",
    ),
    empty: ("没有设定过，价格不限。", "Nothing was set: prices are free."),
    names: &["document"],
    columns: &[
        DOCUMENT,
        Column::text("percent", ("幅度（%）", "Band (%)")),
        ENTERED_AT,
        APPROVED_AT,
    ],
    facts: &[
        Column::text("percent", ("幅度（%）", "Band (%)")),
        DOCUMENT,
        ENTERED_AT,
        ENTERED_BY,
        APPROVED_AT,
    ],
    deeds: &[approval("/api/v1/price-bands/{price_band_id}/approval").moving(band)],
    begin: &["price-band"],
    ..Case::EMPTY
};

fn band(say: &Say, thing: &Facts) -> Vec<Figure> {
    let percent = match thing.text("percent") {
        none if none.is_empty() => say.t("不限", "no limit").to_owned(),
        percent => format!("±{percent}%"),
    };
    vec![Figure::of(say.t("涨跌幅", "Band"), percent)]
}

const NEW_BAND: Deed = Deed::new(
    "price-band",
    "/api/v1/price-bands",
    BOTH,
    ("录入涨跌幅", "Enter a price band"),
    ("取消时选择“否”。", "Choose “no” to end it."),
)
.with(&[
    Entry::yes("on", ("设定涨跌幅", "Keep prices in a band")),
    Entry::whole("percent", ("幅度（%）", "Band (%)"))
        .hint(("不填为 10。", "10 when left empty."))
        .or_not(),
    Entry::text("document", ("依据文号", "Document")),
])
.makes("price-bands");

pub(in crate::site) const FLOOR: Case = Case {
    noun: "price-floors",
    id: "price_floor_id",
    list: "/api/v1/price-floor-changes",
    title: ("协议转让底价", "Floor prices"),
    lead: (
        "协议转让低于底价的，须运营中心主任另行批准；最近一次批准的生效。",
        "A negotiated price below it needs the centre's director; what was approved last acts.",
    ),
    empty: ("没有设定过底价。", "No floor was set."),
    names: &["document"],
    columns: &[DOCUMENT, Column::price("price_per_mu", ("底价", "Floor")), ENTERED_AT, APPROVED_AT],
    facts: &[
        Column::price("price_per_mu", ("底价", "Floor")),
        DOCUMENT,
        ENTERED_AT,
        ENTERED_BY,
        APPROVED_AT,
    ],
    deeds: &[approval("/api/v1/price-floors/{price_floor_id}/approval").moving(floor)],
    begin: &["price-floor"],
    ..Case::EMPTY
};

fn floor(say: &Say, thing: &Facts) -> Vec<Figure> {
    vec![Figure::of(say.t("底价", "Floor"), say.price(&thing.text("price_per_mu")))]
}

const NEW_FLOOR: Deed = Deed::new(
    "price-floor",
    "/api/v1/price-floors",
    BOTH,
    ("录入底价", "Enter a floor price"),
    ("由负责人批准后生效。", "It acts once the director approves it."),
)
.with(&[
    Entry::places("price_per_mu", ("底价（元/亩）", "Floor (CNY per mu)")),
    Entry::text("document", ("依据文号", "Document")),
])
.makes("price-floors");
