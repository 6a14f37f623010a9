//! The pool of experts, draws of panels with all by which they can be repeated, and votes.

use serde_json::Value;

use super::{CENTRE, DIRECTOR, is};
use crate::kernel::actor::Role;
use crate::site::casework::{Case, Column, Deed, Entry, Part};
use crate::web::pages::Facts;

const STANDINGS: &[&str] = &["active", "suspended", "removed"];
const MATTERS: &[&str] = &["project", "certification_application"];
/// Who may keep the nonce of a draw: another authority than the one that draws.
const NONCE_HOLDERS: &[Role] =
    &[Role::ForestryOfficer, Role::FinanceOfficer, Role::FinanceDirector, Role::Auditor];
const VOTES: &[&str] = &["approve", "reject"];

/// The seats of the panel that nobody has left, with names where the reader knows the pool.
fn members(thing: &Facts) -> Vec<(String, String)> {
    let (all, pool) = (thing.items("members"), thing.items("experts/items"));
    let gone = |id: &str| all.iter().any(|one| one.text("replaces") == id);
    let left = all.iter().filter(|one| !gone(&one.text("id")));
    let named = left.map(|one| {
        let known = pool.iter().find(|expert| expert.text("id") == one.text("expert_id"));
        let name = known.map_or_else(|| one.text("ticket"), |expert| expert.text("name"));
        (one.text("id"), name)
    });
    named.collect()
}

pub(in crate::site) const DRAW: Case = Case {
    noun: "draws",
    id: "draw_id",
    list: "/api/v1/expert-draws",
    one: "/api/v1/expert-draws/{id}",
    also: &[
        ("repetition", "/api/v1/expert-draws/{id}/repetition"),
        ("experts", "/api/v1/experts?limit=200"),
    ],
    title: ("专家摇号", "Draws of panels"),
    lead: (
        "专家组由摇号产生，全部数据公开，任何人都可以复算。在项目页或认定申请页抽取。",
        "Panels come from draws that anybody can repeat. Begin on the page of a project or an application.",
    ),
    empty: ("还没有摇号。", "There are no draws."),
    columns: &[
        Column::text("number", ("编号", "Number")),
        Column::text("subject_number", ("项目", "Project")),
        Column::word("matter", "matter.", ("事项", "Matter")),
        Column::time("moment", ("摇号时间", "Moment")),
        Column::word("state", "draw.", ("状态", "State")),
        Column::word("conclusion/outcome", "panel.", ("结论", "Conclusion")),
    ],
    facts: &[
        Column::word("state", "draw.", ("状态", "State")),
        Column::word("matter", "matter.", ("事项", "Matter")),
        Column::text("subject_number", ("项目", "Project")),
        Column::time("prepared_at", ("发起时间", "Prepared")),
        Column::time("announced_at", ("公布摘要时间", "Announced")),
        Column::time("moment", ("摇号时间", "Moment")),
        Column::time("reveal_by", ("最迟揭示时间", "To be revealed by")),
        Column::text("candidates_hash", ("候选名单摘要", "Hash of the candidates")),
        Column::text("nonce_hash", ("随机数摘要", "Hash of the nonce")),
        Column::text("nonce", ("随机数", "Nonce")),
        Column::text("head_seq", ("审计记录序号", "Entry of the audit log")),
        Column::text("head_hash", ("审计记录摘要", "Its hash")),
        Column::text("seed", ("种子", "Seed")),
        Column::text("void_reason", ("作废原因", "Why it is void")),
        Column::word("conclusion/outcome", "panel.", ("结论", "Conclusion")),
        Column::text("conclusion/approvals", ("同意", "For")),
        Column::text("conclusion/rejections", ("不同意", "Against")),
        Column::hundredths("conclusion/score_hundredths", ("平均分", "Mean score")),
        Column::word("repetition/agrees", "agrees.", ("复算结果", "Repeated from the data")),
    ],
    parts: &[
        Part {
            at: "needs",
            caption: ("席位", "Seats"),
            empty: ("—", "—"),
            columns: &[
                Column::word("field", "", ("专业", "Field")),
                Column::count("seats", ("席位", "Seats")),
            ],
        },
        Part {
            at: "members",
            caption: ("专家组", "The panel"),
            empty: ("摇号后产生。", "The draw makes it."),
            columns: &[
                Column::count("position", ("序号", "Place")),
                Column::word("field", "", ("专业", "Field")),
                Column::text("ticket", ("签号", "Ticket")),
                Column::time("joined_at", ("产生时间", "Since")),
                Column::text("reason", ("替换原因", "Why replaced")),
            ],
        },
        Part {
            at: "votes",
            caption: ("表决", "Votes"),
            empty: (
                "全部成员表决后公开。",
                "Votes are told when all members have voted.",
            ),
            columns: &[
                Column::word("vote", "vote.", ("意见", "Vote")),
                Column::count("score", ("评分", "Score")),
                Column::text("reason", ("理由", "Why")),
                Column::time("cast_at", ("时间", "Time")),
            ],
        },
    ],
    deeds: &[
        Deed::new(
            "announcement",
            "/api/v1/expert-draws/{draw_id}/announcement",
            NONCE_HOLDERS,
            ("公布随机数摘要", "Announce the hash of a nonce"),
            (
                "自行保密一个随机数（32 字节，十六进制），公布其 SHA-256；摇号时间之后揭示。",
                "Keep a nonce of 32 bytes (hexadecimal) secret, announce its SHA-256, reveal it after the moment.",
            ),
        )
        .when(|it| is(it, "state", &["prepared"]), ("发起后、公布前办理", "once it is prepared"))
        .with(&[Entry::text("nonce_hash", ("随机数的 SHA-256", "SHA-256 of the nonce"))
            .hint(("64 位十六进制。", "64 hexadecimal digits."))]),
        Deed::new(
            "reveal",
            "/api/v1/expert-draws/{draw_id}/reveal",
            NONCE_HOLDERS,
            ("揭示随机数并摇号", "Reveal the nonce and draw"),
            (
                "由公布摘要的单位在摇号时间之后三日内揭示，逾期摇号作废。",
                "By who announced its hash, within three days after the moment; later the draw is void.",
            ),
        )
        .when(|it| is(it, "state", &["announced"]), ("公布摘要后办理", "once it is announced"))
        .with(&[Entry::text("nonce", ("随机数", "Nonce"))
            .hint(("公布摘要时保密的随机数。", "The one that was kept secret."))]),
        Deed::new(
            "vote",
            "/api/v1/expert-draws/{draw_id}/votes",
            &[Role::Assessor],
            ("表决", "Vote"),
            (
                "每位成员表决一次，提交后不能更改；全部表决后公开。",
                "Once, and for good; votes are told when all members have voted.",
            ),
        )
        .when(
            |it| is(it, "state", &["drawn"]) && !it.has("conclusion"),
            ("专家组产生后、形成结论前办理", "once the panel is drawn, before its conclusion"),
        )
        .with(&[
            Entry::word("vote", "vote.", VOTES, ("意见", "Vote")),
            Entry::whole("score", ("评分", "Score")).hint(("0 至 100。", "0 to 100.")),
            Entry::long("reason", ("理由", "Why")),
        ]),
        Deed::new(
            "replacement",
            "/api/v1/expert-draws/{draw_id}/replacements",
            CENTRE,
            ("替换成员", "Replace a member"),
            (
                "成员因故不能参加的，由同一次摇号的下一位候选人替补。",
                "The next of the same draw takes the seat of who cannot take part.",
            ),
        )
        .when(
            |it| is(it, "state", &["drawn"]) && !it.has("conclusion"),
            ("专家组产生后、形成结论前办理", "once the panel is drawn, before its conclusion"),
        )
        .with(&[
            Entry::of("member_id", members, ("成员", "Member")),
            Entry::text("reason", ("原因", "Why")),
        ]),
    ],
    papers: "/api/v1/expert-draws/{id}/documents",
    ..Case::EMPTY
};

pub(super) const NEW_EXPERT: Deed = Deed::new(
    "expert",
    "/api/v1/experts",
    CENTRE,
    ("专家入库", "Take an expert into the pool"),
    (
        "评估机构人员须先由平台管理员开通账号，再由中心入库。",
        "The administrator gives the person a login first; the centre takes them into the pool.",
    ),
)
.with(&[
    Entry::listed(
        "user_id",
        &["/api/v1/assessors"],
        &["display_name", "organisation_name"],
        ("专家", "Expert"),
    )
    .hint((
        "没有要找的人时，请系统管理员先为其开通账号。",
        "If somebody is missing, the system administrator gives them a login first.",
    )),
    Entry::yes("economics_finance", ("经济财务", "Economics and finance")),
    Entry::yes("wetland", ("湿地", "Wetland")),
    Entry::yes("ecology_environment", ("生态环境", "Ecology and environment")),
])
.mend(known)
.makes("experts");

/// The fields that somebody knows, of those that were asked one by one.
fn known(body: Value) -> Value {
    let fields = ["economics_finance", "wetland", "ecology_environment"];
    let fields: Vec<&str> =
        fields.into_iter().filter(|field| body.get(*field) == Some(&Value::Bool(true))).collect();
    let mut made = serde_json::json!({ "fields": fields });
    if let (Some(made), Some(user)) = (made.as_object_mut(), body.get("user_id")) {
        made.insert("user_id".to_owned(), user.clone());
    }
    made
}

pub(in crate::site) const EXPERT: Case = Case {
    noun: "experts",
    id: "expert_id",
    list: "/api/v1/experts",
    one: "/api/v1/experts/{id}",
    also: &[("all_reviews", "/api/v1/experts/{id}/reviews?limit=50")],
    title: ("专家库", "Pool of experts"),
    lead: ("可以被摇号抽中的专家及其考核。", "Who may be drawn, and how they did their part."),
    empty: ("专家库还没有人员。", "The pool is empty."),
    names: &["number", "name"],
    columns: &[
        Column::text("number", ("编号", "Number")),
        Column::text("name", ("姓名", "Name")),
        Column::words("fields", ("专业", "Fields")),
        Column::word("standing", "expert.", ("状态", "Standing")),
        Column::count("reviews", ("考核次数", "Reviews")),
        Column::hundredths("mean_score_hundredths", ("平均分", "Mean score")),
    ],
    facts: &[
        Column::words("fields", ("专业", "Fields")),
        Column::word("standing", "expert.", ("状态", "Standing")),
        Column::time("entered_at", ("入库时间", "Entered")),
        Column::count("reviews", ("考核次数", "Reviews")),
        Column::hundredths("mean_score_hundredths", ("平均分", "Mean score")),
    ],
    parts: &[Part {
        at: "all_reviews/items",
        caption: ("考核记录", "Reviews"),
        empty: ("还没有考核。", "There are no reviews."),
        columns: &[
            Column::time("reviewed_at", ("时间", "Time")),
            Column::count("score", ("评分", "Score")),
            Column::text("remark", ("评语", "Remark")),
        ],
    }],
    deeds: &[
        Deed::new(
            "review",
            "/api/v1/experts/{expert_id}/reviews",
            CENTRE,
            ("考核", "Review"),
            ("记录专家履职情况。", "How the expert did their part."),
        )
        .with(&[
            Entry::whole("score", ("评分", "Score")).hint(("0 至 100。", "0 to 100.")),
            Entry::long("remark", ("评语", "Remark")),
        ]),
        Deed::new(
            "recusal",
            "/api/v1/experts/{expert_id}/recusals",
            &[Role::CentreOfficer, Role::CentreDirector, Role::Assessor],
            ("登记回避", "Keep out of a matter"),
            (
                "登记后该事项摇号时不再列入此专家。事项编号见项目页或申请页地址的最后一段。",
                "Later draws of that matter pass the expert by. Its id is the last part of its page's address.",
            ),
        )
        .with(&[
            Entry::word("matter", "matter.", MATTERS, ("事项类型", "Matter")),
            Entry::text("subject_id", ("事项编号", "Id of the matter")),
            Entry::long("reason", ("理由", "Why")),
        ]),
        Deed::new(
            "standing",
            "/api/v1/experts/{expert_id}/standing",
            DIRECTOR,
            ("调整状态", "Set the standing"),
            ("暂停或移出的专家不再参加摇号。", "Who is suspended or removed is not drawn."),
        )
        .with(&[
            Entry::word("standing", "expert.", STANDINGS, ("状态", "Standing")),
            Entry::long("reason", ("理由", "Why")),
        ]),
    ],
    begin: &["expert"],
    ..Case::EMPTY
};
