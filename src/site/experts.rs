//! Experts of assessors: the panels on which they sit, their votes, and their place in the pool.

use crate::kernel::actor::Role;
use crate::kernel::problem::Answer;
use crate::site::casework::casework_pages;
use crate::site::centre::{DRAW, EXPERT};
use crate::site::words::word;
use crate::web::pages::{Ask, Facts, Link, Page, Pages, Sheet, Shown, Table, cell};

const ASSESSOR: &[Role] = &[Role::Assessor];

pub(super) fn pages() -> Pages {
    let mut pages = vec![Page::of_roles("/expert", ASSESSOR, home)];
    pages.extend(casework_pages!("/expert", ASSESSOR, [
        "draws" "draw_id" DRAW,
        "experts" "expert_id" EXPERT,
    ]));
    Pages::of(pages)
}

/// Whether one of these places in pools has a seat on the panel.
fn sits(draw: &Facts, mine: &[Facts]) -> bool {
    let members = draw.items("members");
    let gone = |id: &str| members.iter().any(|one| one.text("replaces") == id);
    let left = members.iter().filter(|one| !gone(&one.text("id")));
    let mut seats = left.map(|one| one.text("expert_id"));
    seats.any(|seat| mine.iter().any(|place| place.text("id") == seat))
}

async fn home(ask: Ask) -> Answer<Shown> {
    let me = ask.get("/api/v1/me").await?;
    let own = ask.actor().map(|actor| actor.user_id.to_string()).unwrap_or_default();
    let mut mine = ask.get("/api/v1/experts?limit=200").await?.items("items");
    mine.retain(|place| place.text("user_id") == own);
    let mut draws = ask.get("/api/v1/expert-draws?limit=200").await?.items("items");
    draws.retain(|draw| sits(draw, &mine));
    let say = &ask.say;
    let rows = draws.iter().map(|draw| {
        let open = draw.text("state") == "drawn" && !draw.has("conclusion");
        let id = draw.text("id");
        let vote = cell(ask.t("表决", "Vote")).to(format!("/expert/draws/{id}/vote"));
        vec![
            cell(draw.text("number")).to(format!("/expert/draws/{id}")),
            cell(draw.text("subject_number")),
            cell(word(say, &format!("matter.{}", draw.text("matter")))),
            cell(match draw.has("conclusion") {
                true => word(say, &format!("panel.{}", draw.text("conclusion/outcome"))),
                false => ask.t("尚未形成结论", "not concluded").to_owned(),
            }),
            if open { vote } else { cell("") },
        ]
    });
    let columns = [
        ask.t("摇号", "Draw"),
        ask.t("项目", "Project"),
        ask.t("事项", "Matter"),
        ask.t("结论", "Conclusion"),
        ask.t("办理", "Do"),
    ];
    let panels = Table::of(ask.t("我参加的专家组", "My panels"), &columns)
        .rows(rows.collect())
        .empty(ask.t("目前没有需要您表决的专家组。", "You sit on no panel at the moment."));
    let rows = mine.iter().map(|place| {
        let standing = word(say, &format!("expert.{}", place.text("standing")));
        let fields = place.items("fields").into_iter().map(|field| word(say, &field.text("")));
        vec![
            cell(place.text("number")).to(format!("/expert/experts/{}", place.text("id"))),
            cell(fields.collect::<Vec<_>>().join(ask.t("、", ", "))),
            cell(standing),
            cell(say.count(place.whole("reviews"))).number(),
        ]
    });
    let columns = [
        ask.t("编号", "Number"),
        ask.t("专业", "Fields"),
        ask.t("状态", "Standing"),
        ask.t("考核次数", "Reviews"),
    ];
    let pool = Table::of(ask.t("我的入库信息", "My places in pools"), &columns)
        .rows(rows.collect())
        .empty(ask.t("您还没有入专家库，请联系运营中心。", "You are in no pool; ask the centre."));
    Ok(Sheet::new(me.text("organisation/name"))
        .lead(format!("{} · {}", me.text("user/display_name"), word(say, &me.text("user/role"))))
        .table(panels)
        .table(pool)
        .links(vec![
            Link::to("/expert/draws", ask.t("全部摇号", "All draws")),
            Link::to("/notices", ask.t("公示", "Public notices")),
        ])
        .into())
}
