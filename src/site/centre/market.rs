//! What the centre decides on the market: auctions, negotiated prices, enforced sales, bans.

use super::{DECIDED, DIRECTOR, is};
use crate::kernel::actor::Role;
use crate::kernel::area::SquareMetres;
use crate::kernel::money::{PricePerMu, amount, cny};
use crate::site::casework::{Case, Column, Deed, Entry, Part};
use crate::site::parts::ORGANISATION;
use crate::web::pages::{Facts, Figure, Say};

/// Who may keep the nonce of a draw among bidders.
const NONCE_HOLDERS: &[Role] =
    &[Role::ForestryOfficer, Role::FinanceOfficer, Role::FinanceDirector];

/// The draws that were announced and not made.
fn draws(thing: &Facts) -> Vec<(String, String)> {
    let open = thing.items("draws").into_iter().filter(|one| !one.has("seed"));
    open.map(|one| (one.text("id"), one.text("nonce_hash"))).collect()
}

const REASON: &[Entry] = &[Entry::text("reason", ("理由", "Why"))];

/// The area, the price and what is paid for it.
fn worth(say: &Say, thing: &Facts) -> Vec<Figure> {
    let area = SquareMetres::try_from(thing.whole("m2")).ok();
    let price = thing.text("price_per_mu").parse::<PricePerMu>().ok();
    let fen = area.zip(price).and_then(|(area, price)| amount(area, price).ok());
    let whole = fen.map_or_else(String::new, |fen| cny(fen.get()));
    vec![
        Figure::of(say.t("成交金额", "Amount"), say.yuan(&whole)),
        Figure::of(say.t("面积", "Area"), say.m2_mu(thing.whole("m2"))),
        Figure::of(say.t("单价", "Price"), say.price(&thing.text("price_per_mu"))),
    ]
}

pub(in crate::site) const AUCTION: Case = Case {
    noun: "auctions",
    id: "auction_id",
    list: "/api/v1/auctions?county={region}",
    one: "/api/v1/auctions/{id}",
    also: &[("draws", "/api/v1/auctions/{id}/draws")],
    title: ("竞价", "Auctions"),
    lead: (
        "本县的竞价。竞价由乡镇公告；主任可以依法取消，所有预留即时退回。",
        "The county's auctions, announced by townships. A director may cancel one; all that is held is freed.",
    ),
    empty: ("还没有竞价。", "There are no auctions."),
    columns: &[
        Column::text("number", ("编号", "Number")),
        Column::text("seller_name", ("出让方", "Seller")),
        Column::word("kind", "auction.", ("方式", "Kind")),
        Column::m2("m2", ("面积", "Area")),
        Column::price("start_price_per_mu", ("起拍价", "Start")),
        Column::time("opens_at", ("开始", "Opens")),
        Column::word("state", "", ("状态", "State")),
    ],
    facts: &[
        Column::text("number", ("公开页面", "Public page")).to("/auctions/{id}"),
        Column::text("seller_name", ("出让方", "Seller")),
        Column::text("batch_number", ("批次", "Batch")).to("/batches/{batch_id}"),
        Column::word("kind", "auction.", ("方式", "Kind")),
        Column::m2("m2", ("面积", "Area")),
        Column::price("start_price_per_mu", ("起拍价", "Start")),
        Column::yuan("deposit", ("保证金", "Deposit")),
        Column::time("opens_at", ("开始", "Opens")),
        Column::time("ends_at", ("结束", "Ends")),
        Column::day("notice_to", ("结果公示至", "Result on notice until")),
        Column::yes("suspended", ("已中止", "Suspended")),
        Column::word("state", "", ("状态", "State")),
        Column::text("end_reason", ("终止原因", "Why it ended")),
    ],
    parts: &[
        Part {
            at: "awards",
            caption: ("中标", "Awards"),
            empty: ("还没有中标。", "Nobody has won yet."),
            columns: &[
                Column::text("bidder_name", ("中标人", "Winner")),
                Column::m2("m2", ("面积", "Area")),
                Column::price("price_per_mu", ("单价", "Price")),
                Column::yuan("amount", ("金额", "Amount")),
                Column::word("state", "", ("状态", "State")),
            ],
        },
        Part {
            at: "draws",
            caption: ("同价摇号", "Draws among equal bids"),
            empty: ("没有摇号。", "There was no draw."),
            columns: &[
                Column::time("moment", ("摇号时间", "Moment")),
                Column::time("reveal_by", ("最迟揭示时间", "To be revealed by")),
                Column::text("nonce_hash", ("随机数摘要", "Hash of the nonce")),
                Column::text("seed", ("种子", "Seed")),
            ],
        },
        Part {
            at: "objections",
            caption: (
                "对结果的异议（由林业局处理）",
                "Objections to the result (the forestry bureau decides)",
            ),
            empty: ("没有异议。", "Nobody has objected."),
            columns: &[
                Column::text("number", ("编号", "Number")),
                Column::time("made_at", ("时间", "Time")),
                Column::word("state", "", ("状态", "State")),
            ],
        },
    ],
    deeds: &[
        Deed::new(
            "cancellation",
            "/api/v1/auctions/{auction_id}/cancellation",
            DIRECTOR,
            ("取消竞价", "Cancel the auction"),
            (
                "取消后退回全部保证金和预留的指标，不能恢复。",
                "All deposits and credits that are held are freed; it cannot be undone.",
            ),
        )
        .when(
            |it| !is(it, "state", &["ended", "failed", "withdrawn", "cancelled"]),
            ("已结束的竞价不能取消", "it has ended already"),
        )
        .moving(|say, it| {
            vec![
                Figure::of(say.t("竞价面积", "Area"), say.m2_mu(it.whole("m2"))),
                Figure::of(say.t("保证金", "Deposit"), say.yuan(&it.text("deposit"))),
            ]
        })
        .with(REASON),
        Deed::new(
            "draw",
            "/api/v1/auctions/{auction_id}/draws",
            NONCE_HOLDERS,
            ("公布同价摇号", "Announce a draw among equal bids"),
            (
                "自行保密一个随机数，公布其 SHA-256；摇号时间之后揭示。",
                "Keep a nonce secret, announce its SHA-256, reveal it after the moment.",
            ),
        )
        .when(|it| is(it, "state", &["drawing"]), ("最高价相同时办理", "while bids are equal"))
        .with(&[Entry::text("nonce_hash", ("随机数的 SHA-256", "SHA-256 of the nonce"))]),
        Deed::new(
            "reveal",
            "/api/v1/auction-draws/{auction_draw_id}/reveal",
            NONCE_HOLDERS,
            ("揭示随机数并摇号", "Reveal the nonce and draw"),
            ("由公布摘要的单位揭示。", "By who announced its hash."),
        )
        .when(
            |it| is(it, "state", &["drawing"]) && !draws(it).is_empty(),
            ("公布摇号后办理", "once a draw is announced"),
        )
        .with(&[
            Entry::place("auction_draw_id", draws, ("摇号", "Draw")),
            Entry::text("nonce", ("随机数", "Nonce")),
        ]),
    ],
    ..Case::EMPTY
};

pub(in crate::site) const TRANSFER: Case = Case {
    noun: "transfers",
    id: "transfer_id",
    list: "/api/v1/negotiated-transfers",
    one: "/api/v1/negotiated-transfers/{id}",
    title: ("协议转让", "Negotiated transfers"),
    lead: (
        "价格低于底价的协议转让须由主任批准后才能成交。",
        "A price below the floor is settled once a director approves it.",
    ),
    empty: ("没有协议转让。", "There are no negotiated transfers."),
    columns: &[
        Column::text("number", ("编号", "Number")),
        Column::text("seller_name", ("出让方", "Seller")),
        Column::text("buyer_name", ("受让方", "Buyer")),
        Column::m2("m2", ("面积", "Area")),
        Column::price("price_per_mu", ("单价", "Price")),
        Column::word("state", "transfer.", ("状态", "State")),
    ],
    facts: &[
        Column::text("seller_name", ("出让方", "Seller")),
        Column::text("buyer_name", ("受让方", "Buyer")),
        Column::text("batch_number", ("批次", "Batch")).to("/batches/{batch_id}"),
        Column::m2("m2", ("面积", "Area")),
        Column::price("price_per_mu", ("单价", "Price")),
        Column::price("floor_price_per_mu", ("底价", "Floor")),
        Column::day("valid_to", ("有效期至", "Valid to")),
        Column::word("state", "transfer.", ("状态", "State")),
        Column::time("accepted_at", ("接受时间", "Accepted")),
        Column::text("end_reason", ("终止原因", "Why it ended")),
        Column::time("ended_at", ("终止时间", "Ended")),
    ],
    parts: &[Part {
        at: "rounds",
        caption: ("议价过程", "Rounds"),
        empty: ("—", "—"),
        columns: &[
            Column::count("round", ("轮次", "Round")),
            Column::word("offered_by", "side.", ("报价方", "By")),
            Column::m2("m2", ("面积", "Area")),
            Column::price("price_per_mu", ("单价", "Price")),
            Column::time("said_at", ("时间", "Time")),
        ],
    }],
    deeds: &[
        Deed::new(
            "approval",
            "/api/v1/negotiated-transfers/{negotiated_transfer_id}/approval",
            DIRECTOR,
            ("批准低于底价的转让", "Approve the price below the floor"),
            ("批准后即时成交，款项按分成方案入账。", "It is settled at once, and split as the schedule says."),
        )
        .when(
            |it| is(it, "state", &["awaiting_approval"]),
            ("双方达成一致且价格低于底价时办理", "when both agree on a price below the floor"),
        )
        .moving(worth),
        Deed::new(
            "rejection",
            "/api/v1/negotiated-transfers/{negotiated_transfer_id}/rejection",
            DIRECTOR,
            ("不予批准", "Do not approve"),
            ("预留的款项和指标退回。", "What was reserved is freed."),
        )
        .when(
            |it| is(it, "state", &["awaiting_approval"]),
            ("双方达成一致且价格低于底价时办理", "when both agree on a price below the floor"),
        )
        .with(REASON),
        Deed::new(
            "ban-buyer",
            "/api/v1/trading-bans",
            DIRECTOR,
            ("禁止受让方交易", "Ban the buyer"),
            ("受让方不得参加本县的竞价和协议转让，直至解除。", "The buyer keeps out of the county's auctions and negotiated transfers until it is lifted."),
        )
        .with(&[
            Entry::given("organisation_id", "buyer_id"),
            Entry::text("reason", ("理由", "Why")),
        ])
        .makes("trading-bans"),
    ],
    ..Case::EMPTY
};

pub(in crate::site) const ENFORCED_SALE: Case = Case {
    noun: "enforced-sales",
    id: "sale_id",
    list: "/api/v1/enforced-sales",
    one: "/api/v1/enforced-sales/{id}",
    title: ("质押处置", "Enforced sales"),
    lead: (
        "银行申请处置质押的指标，由主任批准后成交。",
        "A bank asks to sell pledged credits; a director agrees.",
    ),
    empty: ("没有质押处置。", "There are no enforced sales."),
    columns: &[
        Column::text("number", ("编号", "Number")),
        Column::m2("m2", ("面积", "Area")),
        Column::price("price_per_mu", ("单价", "Price")),
        Column::yuan("claim", ("债权金额", "Claim")),
        Column::time("asked_at", ("申请时间", "Asked")),
        Column::word("state", "sale.", ("状态", "State")),
    ],
    facts: &[
        Column::word("state", "sale.", ("状态", "State")),
        Column::m2("m2", ("面积", "Area")),
        Column::price("price_per_mu", ("单价", "Price")),
        Column::yuan("claim", ("债权金额", "Claim")),
        Column::text("document", ("依据文号", "Document")),
        Column::batch("batch_id"),
        Column::time("asked_at", ("申请时间", "Asked")),
        Column::time("approved_at", ("批准时间", "Approved")),
        Column::time("ended_at", ("终止时间", "Ended")),
        Column::text("end_reason", ("终止原因", "Why it ended")),
    ],
    deeds: &[Deed::new(
        "approval",
        "/api/v1/enforced-sales/{sale_id}/approval",
        DIRECTOR,
        ("批准处置", "Agree to the sale"),
        ("批准后由买方付款成交，先清偿债权。", "The buyer pays then; the claim is met first."),
    )
    .when(|it| is(it, "state", &["asked"]), DECIDED)
    .moving(worth)],
    ..Case::EMPTY
};

/// Who buys and who sells.
const TRADERS: &[&str] =
    &["/api/v1/participants?kind=developer", "/api/v1/participants?kind=township"];

pub(super) const NEW_BAN: Deed = Deed::new(
    "trading-ban",
    "/api/v1/trading-bans",
    DIRECTOR,
    ("禁止交易", "Ban an organisation"),
    (
        "被禁单位不得参加本县的竞价和协议转让，直至解除。",
        "It keeps out of the county's auctions and negotiated transfers until it is lifted.",
    ),
)
.with(&[
    Entry::listed("organisation_id", TRADERS, ORGANISATION, ("单位", "Organisation")).hint((
        "也可以在协议转让页直接禁止受让方。",
        "A buyer can also be banned on the page of its transfer.",
    )),
    Entry::text("reason", ("理由", "Why")),
])
.makes("trading-bans");

pub(in crate::site) const TRADING_BAN: Case = Case {
    noun: "trading-bans",
    id: "ban_id",
    list: "/api/v1/trading-bans",
    title: ("交易禁令", "Trading bans"),
    lead: (
        "被禁止参加本县竞价和协议转让的单位。",
        "Who keeps out of the county's auctions and transfers.",
    ),
    empty: ("没有交易禁令。", "Nobody is banned."),
    names: &["organisation_name"],
    columns: &[
        Column::text("organisation_name", ("单位", "Organisation")),
        Column::text("reason", ("理由", "Why")),
        Column::time("banned_at", ("自", "Since")),
        Column::time("lifted_at", ("解除时间", "Lifted")),
    ],
    facts: &[
        Column::text("organisation_name", ("单位", "Organisation")),
        Column::text("reason", ("理由", "Why")),
        Column::time("banned_at", ("自", "Since")),
        Column::time("lifted_at", ("解除时间", "Lifted")),
        Column::text("lift_reason", ("解除理由", "Why it was lifted")),
    ],
    deeds: &[Deed::new(
        "lift",
        "/api/v1/trading-bans/{trading_ban_id}/lift",
        DIRECTOR,
        ("解除禁令", "Lift the ban"),
        ("解除后可以重新参加交易。", "It may trade again."),
    )
    .when(|it| !it.has("lifted_at"), DECIDED)
    .with(REASON)],
    begin: &["trading-ban"],
    ..Case::EMPTY
};
