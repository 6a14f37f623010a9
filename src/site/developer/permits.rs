//! Permits to commit more than one person alone may: asking for one, approving it, what it was used
//! for.

use crate::kernel::problem::{Answer, Problem};
use crate::site::parts::{after, body, command, mended, table, told};
use crate::site::who::{Names, is_me};
use crate::site::words::{choices, word};
use crate::web::pages::{Ask, Cell, Facts, Field, Figure, Form, Link, Sheet, Shown, cell};

const KINDS: &[&str] = &[
    "commitment.purchase",
    "commitment.order",
    "commitment.bid",
    "commitment.negotiated_transfer",
    "commitment.enforced_sale",
    "commitment.pledge",
];
const STATES: &[&str] = &["permit.asked", "permit.approved", "permit.rejected", "permit.used"];

pub(super) async fn permits(ask: Ask) -> Answer<Shown> {
    let passed = ask.passed(&["state", "cursor"]);
    let list = ask.get(&format!("/api/v1/commitment-permits?limit=50{passed}")).await?;
    let names = Names::of(&ask, &list.items("items"), &["asked_by"]).await?;
    let say = &ask.say;
    let rows = list.items("items").into_iter().map(|one| {
        vec![
            cell(say.time(&one.text("asked_at")))
                .to(format!("/developer/permits/{}", one.text("id"))),
            cell(kind(&ask, &one)),
            cell(say.yuan(&one.text("amount"))).number(),
            cell(names.get(&one.text("asked_by"))),
            cell(one.text("reason")),
            cell(state(&ask, &one)),
            cell(say.time(&one.text("expires_at"))),
        ]
    });
    let columns = [
        ("申请时间", "Asked at"),
        ("办理种类", "For"),
        ("最高金额", "At most"),
        ("申请人", "Asked by"),
        ("事由", "Why"),
        ("状态", "State"),
        ("有效至", "Good until"),
    ];
    let states = choices(say, ask.t("全部状态", "All states"), STATES);
    let filter = Form::ask("/developer/permits", ask.t("筛选", "Filter"))
        .field(Field::choice("state", ask.t("状态", "State"), states).value(ask.query("state")));
    let table = table(&ask, ("", ""), &columns)
        .rows(rows.collect())
        .empty(ask.t("没有许可。", "There are no permits."))
        .next(&list, say, "/developer/permits", &[("state", ask.query("state"))]);
    Ok(Sheet::new(ask.t("超限许可", "Permits"))
        .under("/developer", ask.t("我的工作台", "My desk"))
        .lead(ask.t(
            "超过单人办理限额的事项，由一人申请许可、另一人批准；批准后 24 小时内使用一次。",
            "For what is over the limit of one person one asks and another approves; a permit is good for 24 hours, once.",
        ))
        .links(vec![
            Link::to("/developer/new-permit", ask.t("申请许可", "Ask for a permit")).strong(),
            Link::to("/developer/limit", ask.t("单人办理限额", "The limit")),
        ])
        .form(filter)
        .table(table)
        .into())
}

/// The permits that wait for the reader.
pub(super) async fn waits(ask: &Ask) -> Answer<Vec<Cell>> {
    let list = ask.get("/api/v1/commitment-permits?state=asked&limit=20").await?.items("items");
    let mine = |one: &&Facts| !one.yes("is_over") && !is_me(ask, &one.text("asked_by"));
    let what = ask.t("许可待批准", "A permit waits for your approval");
    let told = |one: &Facts| {
        let amount = ask.say.yuan(&one.text("amount"));
        cell(format!("{what}{}{amount}", ask.say.colon()))
            .to(format!("/developer/permits/{}", one.text("id")))
    };
    Ok(list.iter().filter(mine).map(told).collect())
}

fn kind(ask: &Ask, one: &Facts) -> String {
    match one.text("kind") {
        any if any.is_empty() => ask.t("不限种类", "anything").to_owned(),
        kind => word(&ask.say, &format!("commitment.{kind}")),
    }
}

fn state(ask: &Ask, one: &Facts) -> String {
    let open = ["asked", "approved"].contains(&one.text("state").as_str());
    match open && one.yes("is_over") {
        true => ask.t("已过期", "too late").to_owned(),
        false => word(&ask.say, &format!("permit.{}", one.text("state"))),
    }
}

/// The thing that it is for, where the kind says which page shows it.
fn subject(ask: &Ask, one: &Facts) -> Cell {
    let id = one.text("subject_id");
    let folder = match one.text("kind").as_str() {
        _ if id.is_empty() => return cell(ask.t("不限", "any")),
        "purchase" => "/listings",
        "bid" => "/auctions",
        "negotiated_transfer" => "/developer/transfers",
        "enforced_sale" => "/developer/sales",
        "pledge" => "/batches",
        _ => return cell(id),
    };
    cell(ask.t("查看", "See it")).to(format!("{folder}/{id}"))
}

pub(super) async fn new(ask: Ask) -> Answer<Shown> {
    let Some(sent) = &ask.sent else { return Ok(form(&ask, None).into()) };
    let told = body(sent, &["kind", "subject_id", "reason"], &[], &["amount"]);
    match ask.post("/api/v1/commitment-permits", &told).await {
        Ok(one) => Ok(Shown::see(format!("/developer/permits/{}?done=asked", one.text("id")))),
        Err(failure) => ask.again(failure, |problem| form(&ask, problem)),
    }
}

fn form(ask: &Ask, problem: Option<&Problem>) -> Sheet {
    let kinds = choices(&ask.say, ask.t("不限种类", "Anything"), KINDS);
    let form = Form::post("/developer/new-permit", ask.t("申请", "Ask for it"))
        .field(Field::choice("kind", ask.t("办理种类", "For"), kinds).value(ask.query("kind")))
        .field(
            Field::number("amount", ask.t("最高金额（元）", "At most (CNY)"))
                .required()
                .value(ask.query("amount")),
        )
        .field(Field::text("reason", ask.t("事由", "Why")).required())
        .back(Link::to("/developer/permits", ask.t("返回", "Back")));
    let asked = match &ask.sent {
        Some(sent) => sent.text("subject_id"),
        None => ask.query("subject_id"),
    };
    let sheet = Sheet::new(ask.t("申请超限许可", "Ask for a permit"))
        .under("/developer/permits", ask.t("超限许可", "Permits"));
    let (sheet, form) = match asked.is_empty() {
        true => (sheet, form),
        false => (
            sheet.text(ask.t(
                "许可仅用于您刚才查看的对象。",
                "The permit is for what you have just looked at alone.",
            )),
            form.hidden("subject_id", asked),
        ),
    };
    sheet.form(ask.filled(form, problem).once(ask.sent.as_ref()))
}

pub(super) async fn permit(ask: Ask) -> Answer<Shown> {
    let id = ask.part("permit_id");
    let path = format!("/api/v1/commitment-permits/{id}");
    let Some(sent) = &ask.sent else { return Ok(shown(&ask, &path, None).await?.into()) };
    let (done, word) = match sent.text("act") {
        "approve" => (ask.act(&format!("{path}/approval")).await, "approved"),
        _ => {
            let told = sent.json(&["reason"], &[]);
            (ask.post(&format!("{path}/rejection"), &told).await, "rejected")
        }
    };
    let to = format!("/developer/permits/{id}?done={word}");
    after(&ask, done, to, async |problem| shown(&ask, &path, Some(problem)).await).await
}

async fn shown(ask: &Ask, path: &str, problem: Option<&Problem>) -> Answer<Sheet> {
    let one = &ask.get(path).await?;
    let people = ["asked_by", "decided_by", "used_by"];
    let names = Names::of(ask, std::slice::from_ref(one), &people).await?;
    let say = &ask.say;
    let sheet = Sheet::new(ask.t("超限许可", "Permit"))
        .under("/developer/permits", ask.t("超限许可", "Permits"));
    let sheet = told(
        ask,
        sheet,
        &[
            (
                "asked",
                "已申请，请由本单位另一人登录批准。",
                "Asked: another person of your organisation approves it.",
            ),
            (
                "approved",
                "已批准，请在 24 小时内办理。",
                "Approved: what it is for is done within 24 hours.",
            ),
            ("rejected", "已驳回。", "Turned down."),
        ],
    );
    let mut facts = vec![
        (ask.t("用于", "For"), subject(ask, one)),
        (ask.t("事由", "Why"), cell(one.text("reason"))),
        (ask.t("申请人", "Asked by"), cell(names.get(&one.text("asked_by")))),
        (ask.t("申请时间", "Asked at"), cell(say.time(&one.text("asked_at")))),
        (ask.t("有效至", "Good until"), cell(say.time(&one.text("expires_at")))),
        (ask.t("决定人", "Decided by"), cell(names.get(&one.text("decided_by")))),
    ];
    if one.has("decision") {
        facts.push((ask.t("驳回原因", "Why it was turned down"), cell(one.text("decision"))));
    }
    if one.has("used_at") {
        facts.push((ask.t("使用人", "Used by"), cell(names.get(&one.text("used_by")))));
        facts.push((ask.t("使用时间", "Used at"), cell(say.time(&one.text("used_at")))));
        facts.push((ask.t("使用金额", "Used"), cell(say.yuan(&one.text("used_amount")))));
    }
    let mut sheet = sheet
        .figures(vec![
            Figure::of(ask.t("状态", "State"), state(ask, one)),
            Figure::of(ask.t("办理种类", "For"), kind(ask, one)),
            Figure::of(ask.t("最高金额", "At most"), say.yuan(&one.text("amount"))),
        ])
        .facts(facts);
    if one.text("state") == "asked" && !one.yes("is_over") && !is_me(ask, &one.text("asked_by")) {
        let form = command(
            ask,
            "approve",
            ask.t("批准", "Approve"),
            ask.t("批准（须核验动态验证码）", "Approve (with a fresh code)"),
        );
        sheet = sheet.form(mended(ask, "approve", form, problem));
    }
    if ["asked", "approved"].contains(&one.text("state").as_str()) {
        let form = command(
            ask,
            "reject",
            ask.t("驳回", "Turn down"),
            ask.t("驳回或撤回许可", "Turn down, or take back"),
        )
        .field(Field::text("reason", ask.t("原因", "Why")).required());
        sheet = sheet.form(mended(ask, "reject", form, problem));
    }
    Ok(sheet)
}
