//! The township's credits: what it holds of each batch, what is frozen, and what it has to replace.

use crate::kernel::problem::Answer;
use crate::site::parts::{holdings, table};
use crate::site::words::word;
use crate::web::pages::{Ask, Facts, Figure, Link, Sheet, Shown, cell};

/// Where credits of a holder can be, in the order of their life.
const BUCKETS: [&str; 5] = ["unreleased", "available", "reserved", "pledged", "frozen"];

pub(super) async fn credits(ask: Ask) -> Answer<Shown> {
    let held = ask.get("/api/v1/holdings").await?.items("");
    let freezes = ask.get(&format!("/api/v1/freezes?limit=50{}", ask.passed(&["cursor"]))).await?;
    let duties = ask.get("/api/v1/replacement-duties?open=true&limit=50").await?;
    let say = &ask.say;
    let sum = |bucket: &str| -> i64 {
        let of = held.iter().filter(|one| one.text("bucket") == bucket);
        of.map(|one| one.whole("m2")).sum()
    };
    let figures = BUCKETS.iter().filter(|bucket| sum(bucket) > 0 || **bucket == "available");
    let figures = figures.map(|bucket| Figure::of(&word(say, bucket), say.m2(sum(bucket))));
    let rows = freezes.items("items").into_iter().map(|one| {
        let m2: i64 = one.items("moves").iter().map(|it| it.whole("m2")).sum();
        let ended = match one.has("thawed_at") {
            true => say.time(&one.text("thawed_at")),
            false => ask.t("冻结中", "still frozen").to_owned(),
        };
        vec![
            cell(one.text("project_number"))
                .to(format!("/township/projects/{}", one.text("project_id"))),
            cell(one.text("reason")),
            cell(say.m2(m2)).number(),
            cell(say.time(&one.text("frozen_at"))),
            cell(ended),
        ]
    });
    let columns = [
        ("项目", "Project"),
        ("原因", "Reason"),
        ("面积", "Area"),
        ("冻结时间", "Frozen"),
        ("解冻时间", "Thawed"),
    ];
    let frozen = table(&ask, ("冻结", "Freezes"), &columns)
        .rows(rows.collect())
        .empty(ask.t("没有冻结。", "Nothing is frozen."))
        .next(&freezes, say, "/township/credits", &[]);
    let row = |one: &Facts| {
        vec![
            cell(one.text("number")).to(format!("/township/losses/{}", one.text("id"))),
            cell(one.text("project_number"))
                .to(format!("/township/projects/{}", one.text("project_id"))),
            cell(say.day(&one.text("found_on"))),
            cell(one.text("reason")),
            cell(say.m2(one.whole("owed_m2"))).number(),
        ]
    };
    let columns = [
        ("灭失", "Loss"),
        ("项目", "Project"),
        ("发现日期", "Found"),
        ("原因", "Reason"),
        ("待补建", "Still owed"),
    ];
    let owed = table(&ask, ("补建义务", "Credits to replace"), &columns)
        .rows(duties.items("items").iter().map(row).collect())
        .empty(ask.t("没有补建义务。", "Nothing has to be replaced."));
    Ok(Sheet::new(ask.t("我的指标", "My credits"))
        .under("/township", ask.t("我的工作台", "My desk"))
        .figures(figures.collect())
        .links(vec![
            Link::to("/township/new-listing", ask.t("挂牌出售", "List credits")).strong(),
            Link::to("/township/new-auction", ask.t("公告竞价", "Announce an auction")),
            Link::to("/township/new-transfer", ask.t("协议转让", "Negotiate a transfer")),
            Link::to("/township/new-pledge", ask.t("申请质押", "Ask for a pledge")),
        ])
        .table(holdings(&ask, &held, "").await?)
        .table(frozen)
        .table(owed)
        .into())
}
