//! How much one person alone commits of the developer's money and credits: what holds, what was set,
//! and setting another; and the word on other pages where something is over it.

use serde_json::json;

use crate::kernel::money::cny;
use crate::kernel::problem::{Answer, Problem};
use crate::site::parts::{after, command, fen as fen_of, mended, money, table, told};
use crate::site::who::{Names, is_me};
use crate::site::words::word;
use crate::web::pages::{Ask, Cell, Facts, Field, Figure, Form, Link, Sheet, Shown, cell, encoded};

const HERE: &str = "/developer/limit";

pub(super) async fn limit(ask: Ask) -> Answer<Shown> {
    let Some(sent) = &ask.sent else { return Ok(shown(&ask, None).await?.into()) };
    // Exactly what was on the page is decided, whatever was set since.
    let one = format!("/api/v1/single-person-limits/{}", encoded(sent.text("limit_id")));
    let act = sent.text("act");
    let done = match act {
        "approve" => ask.act(&format!("{one}/approval")).await,
        "reject" => ask.post(&format!("{one}/rejection"), &sent.json(&["reason"], &[])).await,
        "remove" => {
            let told = json!({ "limit": null, "reason": sent.text("reason") });
            ask.post("/api/v1/single-person-limits", &told).await
        }
        _ => {
            // What is no amount goes out as it is, and comes back with what is wrong with it.
            let asked = sent.text("limit");
            let limit = money(asked).unwrap_or_else(|| asked.to_owned());
            let told = json!({ "limit": limit, "reason": sent.text("reason") });
            ask.post("/api/v1/single-person-limits", &told).await
        }
    };
    let word = match (&done, act) {
        (_, "approve") => "approved",
        (_, "reject") => "rejected",
        (Ok(one), _) if one.text("state") == "entered" => "entered",
        _ => "set",
    };
    let to = format!("{HERE}?done={word}");
    after(&ask, done, to, async |problem| shown(&ask, Some(problem)).await).await
}

async fn shown(ask: &Ask, problem: Option<&Problem>) -> Answer<Sheet> {
    let holds = ask.get("/api/v1/single-person-limit").await?;
    let passed = ask.passed(&["cursor"]);
    let list = ask.get(&format!("/api/v1/single-person-limits?limit=50{passed}")).await?;
    let all = list.items("items");
    let names = Names::of(ask, &all, &["entered_by", "decided_by"]).await?;
    let say = &ask.say;
    let sheet = Sheet::new(ask.t("单人办理限额", "What one person alone may commit"))
        .under("/developer", ask.t("我的工作台", "My desk"))
        .lead(ask.t(
            "超过限额的购买、下单、出价、协议转让、处置购买和质押，须先有本单位两人给出的许可。",
            "A purchase, order, bid, negotiated transfer or pledge over the limit takes a permit of two people.",
        ));
    let done = [
        ("set", "限额已生效。", "The limit is in force."),
        (
            "entered",
            "已提交，须由本单位另一人批准后生效。",
            "It waits for another person of your organisation.",
        ),
        ("approved", "限额已生效。", "The limit is in force."),
        ("rejected", "已驳回。", "Turned down."),
    ];
    let mut sheet = told(ask, sheet, &done)
        .figures(vec![Figure::of(
            ask.t("现行限额（每笔）", "Limit of each act"),
            amount(ask, &holds, "limit"),
        )])
        .links(vec![Link::to("/developer/permits", ask.t("超限许可", "Permits"))]);
    if let Some(one) = all.iter().find(|one| one.text("state") == "entered") {
        sheet = waiting(ask, sheet, one, &names, problem);
    }
    sheet = sheet.form(set_form(ask, problem));
    if holds.has("limit") {
        let form = command(
            ask,
            "remove",
            ask.t("申请取消限额", "Ask for it"),
            ask.t("取消限额（须另一人批准）", "Take the limit away (another person approves)"),
        )
        .field(Field::text("reason", ask.t("原因", "Why")).required());
        sheet = sheet.form(mended(ask, "remove", form, problem));
    }
    let rows = all.iter().map(|one| {
        vec![
            cell(amount(ask, one, "limit")).number(),
            cell(amount(ask, one, "previous")).number(),
            cell(word(say, &format!("limit.{}", one.text("state")))),
            cell(one.text("reason")),
            cell(names.get(&one.text("entered_by"))),
            cell(say.time(&one.text("entered_at"))),
            cell(names.get(&one.text("decided_by"))),
            cell(one.text("decision")),
        ]
    });
    let columns = [
        ("限额", "Limit"),
        ("原限额", "Before"),
        ("状态", "State"),
        ("原因", "Why"),
        ("设定人", "Set by"),
        ("设定时间", "Set at"),
        ("决定人", "Decided by"),
        ("驳回原因", "Why it was turned down"),
    ];
    Ok(sheet.table(
        table(ask, ("设定记录", "Limits so far"), &columns)
            .rows(rows.collect())
            .empty(ask.t("尚未设定过限额。", "No limit was ever set."))
            .next(&list, say, HERE, &[]),
    ))
}

fn set_form(ask: &Ask, problem: Option<&Problem>) -> Form {
    let form = command(
        ask,
        "set",
        ask.t("设定", "Set it"),
        ask.t("设定限额", "Set a limit"),
    )
    .field(
        Field::number("limit", ask.t("一人单独办理每笔最多（元）", "One person alone, at most (CNY)"))
            .required()
            .hint(ask.t(
                "首次设定或调低立即生效；调高须本单位另一人批准。",
                "The first limit or a lower one acts at once; another person approves a higher one.",
            )),
    )
    .field(Field::text("reason", ask.t("原因", "Why")).required());
    mended(ask, "set", form, problem)
}

/// The limit that waits, and its decision: by another person, or taken back by who set it.
fn waiting(
    ask: &Ask,
    sheet: Sheet,
    one: &Facts,
    names: &Names,
    problem: Option<&Problem>,
) -> Sheet {
    let what = format!(
        "{}{colon}{} → {} · {} · {}",
        ask.t("待批准", "Waits for approval"),
        amount(ask, one, "previous"),
        amount(ask, one, "limit"),
        names.get(&one.text("entered_by")),
        one.text("reason"),
        colon = ask.say.colon(),
    );
    let id = one.text("id");
    let mut sheet = sheet.note(what);
    if !is_me(ask, &one.text("entered_by")) {
        let form = command(
            ask,
            "approve",
            ask.t("批准", "Approve"),
            ask.t("批准该限额（须核验动态验证码）", "Approve the limit (with a fresh code)"),
        );
        sheet = sheet.form(mended(ask, "approve", form.hidden("limit_id", &id), problem));
    }
    let form = command(
        ask,
        "reject",
        ask.t("驳回", "Turn down"),
        ask.t("驳回该限额", "Turn the limit down"),
    )
    .hidden("limit_id", &id)
    .field(Field::text("reason", ask.t("原因", "Why")).required());
    sheet.form(mended(ask, "reject", form, problem))
}

fn amount(ask: &Ask, one: &Facts, name: &str) -> String {
    match one.has(name) {
        true => ask.say.yuan(&one.text(name)),
        false => ask.t("不限", "no limit").to_owned(),
    }
}

/// The limit that waits for the reader.
pub(super) async fn waits(ask: &Ask) -> Answer<Vec<Cell>> {
    let list = ask.get("/api/v1/single-person-limits?limit=20").await?.items("items");
    let mine =
        |one: &&Facts| one.text("state") == "entered" && !is_me(ask, &one.text("entered_by"));
    let what = ask.t("限额待批准", "A limit waits for your approval");
    let told = |one: &Facts| {
        cell(format!("{what}{}{}", ask.say.colon(), amount(ask, one, "limit"))).to(HERE)
    };
    Ok(list.iter().filter(mine).map(told).collect())
}

/// What somebody is about to commit.
pub(in crate::site) struct About<'t> {
    pub(in crate::site) kind: &'t str,
    /// The listing, auction or negotiation; empty where there is none yet.
    pub(in crate::site) subject: &'t str,
    pub(in crate::site) fen: i64,
}

/// Says so where something is over the limit: by which permit it can be done, or how to get one.
pub(in crate::site) async fn with_word(ask: &Ask, sheet: Sheet, it: About<'_>) -> Answer<Sheet> {
    let limit = ask.get("/api/v1/single-person-limit").await?.text("limit");
    if limit.is_empty() || it.fen <= fen_of(&limit) {
        return Ok(sheet);
    }
    let permits = ask.get("/api/v1/commitment-permits?state=approved&limit=200").await?;
    let covers = |one: &Facts| {
        let fits = |name: &str, value: &str| !one.has(name) || one.text(name) == value;
        let is_enough = fen_of(&one.text("amount")) >= it.fen;
        is_enough && !one.yes("is_over") && fits("kind", it.kind) && fits("subject_id", it.subject)
    };
    if permits.items("items").iter().any(covers) {
        return Ok(sheet.note(ask.t(
            "金额超过单人办理限额，将使用本单位已批准的许可（一次有效）。",
            "This is over what one person alone may commit; it uses up a permit that you have.",
        )));
    }
    let (text, limit) = (
        ask.t(
            "金额超过单人办理限额，须先取得本单位另一人批准的许可。限额：",
            "This is over what one person alone may commit; another person approves a permit first. The limit: ",
        ),
        ask.say.yuan(&limit),
    );
    let amount = cny(it.fen);
    let to =
        format!("/developer/new-permit?kind={}&subject_id={}&amount={amount}", it.kind, it.subject);
    Ok(sheet
        .bad(format!("{text}{limit}"))
        .links(vec![Link::to(to, ask.t("申请许可", "Ask for a permit")).strong()]))
}
