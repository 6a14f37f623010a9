//! The auditor: the audit log with its digests, checkpoints, verification and exports.

use serde_json::json;

use crate::kernel::actor::Role;
use crate::kernel::problem::{Answer, Failure, Problem};
use crate::site::casework::casework_pages;
use crate::site::centre::DRAW;
use crate::site::who::Names;
use crate::site::words::word;
use crate::web::pages::{
    Ask, Facts, Field, Figure, Form, Link, Page, Pages, Sheet, Shown, Table, cell, with,
};

/// The audit administrator reads the log alone, the auditor the county too.
const AUDITOR: &[Role] = &[Role::Auditor, Role::AuditAdministrator];

/// One export holds at most so many entries, so that it stays a file that people open.
const ENTRIES_PER_FILE: i64 = 100_000;

pub(super) fn pages() -> Pages {
    let mut pages = vec![
        Page::of_roles("/auditor", AUDITOR, home),
        Page::of_roles("/auditor/entries", AUDITOR, entries),
        Page::of_roles("/auditor/entries.jsonl", AUDITOR, export),
        Page::of_roles("/auditor/entries/{seq}", AUDITOR, entry),
        Page::of_roles("/auditor/verification", AUDITOR, verification).with_form(),
    ];
    pages.extend(casework_pages!("/auditor", AUDITOR, ["draws" "draw_id" DRAW,]));
    Pages::of(pages)
}

async fn home(ask: Ask) -> Answer<Shown> {
    let me = ask.get("/api/v1/me").await?;
    let checkpoint = ask.get("/api/v1/audit/checkpoint").await?;
    let list = ask.get("/api/v1/audit/entries?limit=20").await?;
    let say = &ask.say;
    let rows = rows(&ask, &list).await?;
    Ok(Sheet::new(me.text("organisation/name"))
        .lead(format!("{} · {}", me.text("user/display_name"), word(say, &me.text("user/role"))))
        .figures(vec![
            Figure::of(ask.t("审计条目", "Entries"), say.count(checkpoint.whole("size"))),
            Figure::of(ask.t("检查点时间", "Checkpoint of"), say.time(&checkpoint.text("time"))),
        ])
        .facts(vec![
            (ask.t("检查点根哈希", "Root of the checkpoint"), cell(checkpoint.text("root"))),
            (ask.t("日志名称", "Name of the log"), cell(checkpoint.text("origin"))),
            (ask.t("密钥编号", "Key"), cell(checkpoint.text("key_id"))),
            (ask.t("公钥", "Public key"), cell(checkpoint.text("public_key"))),
        ])
        .text(ask.t(
            "保存检查点；以后验证时交回，可以证明此前的记录一条未改。",
            "Keep the checkpoint: handed in with a later verification it proves that nothing before \
             it was changed.",
        ))
        .links(vec![
            Link::to("/auditor/verification", ask.t("验证全部记录", "Verify everything")).strong(),
            Link::to("/auditor/entries", ask.t("审计日志", "Audit log")),
            Link::to("/auditor/draws", ask.t("专家摇号", "Draws of panels")),
            Link::to("/checkpoints/now.note", ask.t("下载检查点", "Keep the checkpoint")),
        ])
        .table(
            Table::of(ask.t("最近的条目", "Newest entries"), &columns(&ask))
                .rows(rows)
                .empty(ask.t("还没有条目。", "There are no entries yet.")),
        )
        .into())
}

fn columns(ask: &Ask) -> [&str; 6] {
    [
        ask.t("序号", "No."),
        ask.t("时间", "Time"),
        ask.t("人员", "Who"),
        ask.t("操作", "Operation"),
        ask.t("对象", "Subject"),
        ask.t("结果", "Outcome"),
    ]
}

async fn rows(ask: &Ask, list: &Facts) -> Answer<Vec<Vec<crate::web::pages::Cell>>> {
    let say = &ask.say;
    let items = list.items("items");
    let names = Names::of(ask, &items, &["user_id"]).await?;
    let row = |one: &Facts| {
        let user = match one.has("user_id") {
            true => names.get(&one.text("user_id")),
            false => ask.t("系统", "the program").to_owned(),
        };
        let seq = one.text("seq");
        vec![
            cell(seq.clone()).to(format!("/auditor/entries/{seq}")).number(),
            cell(say.time(&one.text("recorded_at"))),
            cell(user),
            cell(one.text("operation")),
            cell(one.text("subject")),
            cell(word(say, &format!("audit.{}", one.text("outcome")))),
        ]
    };
    Ok(items.iter().map(row).collect())
}

/// A day of Shanghai as the moment it begins.
fn begins(day: &str) -> String {
    let plain: String = day.chars().filter(|c| c.is_ascii_digit() || *c == '-').collect();
    if plain.is_empty() { plain } else { format!("{plain}T00:00:00%2B08:00") }
}

async fn entries(ask: Ask) -> Answer<Shown> {
    let mut query = ask.passed(&["user_id", "operation", "subject", "outcome", "cursor"]);
    for name in ["from", "before"] {
        let at = begins(ask.query(name));
        if !at.is_empty() {
            query.push_str(&format!("&{name}={at}"));
        }
    }
    let form = filter(&ask).await?;
    let title = ask.t("审计日志", "Audit log");
    let list = match ask.get(&format!("/api/v1/audit/entries?limit=50{query}")).await {
        Ok(list) => list,
        Err(failure) => {
            return ask.again(failure, |problem| match problem {
                Some(problem) => Sheet::new(title).form(form.refused(problem, &ask.say)),
                None => Sheet::new(title).form(form),
            });
        }
    };
    let rows = rows(&ask, &list).await?;
    let kept = ["user_id", "operation", "subject", "outcome", "from", "before"];
    Ok(Sheet::new(title)
        .lead(ask.t(
            "每一次办理和每一次拒绝都有一条；条目以哈希相连，改动任何一条都会被验证发现。",
            "Everything that was done or refused, chained by digests so that no change stays unseen.",
        ))
        .form(form)
        .table(
            Table::of("", &columns(&ask))
                .rows(rows)
                .empty(ask.t("没有符合条件的条目。", "No entries are like that."))
                .export(Link::to("/auditor/entries.jsonl", ask.t("导出全部（JSON Lines）", "Export (JSON Lines)")))
                .next(&list, &ask.say, "/auditor/entries", &kept.map(|name| (name, ask.query(name)))),
        )
        .into())
}

async fn filter(ask: &Ask) -> Answer<Form> {
    let users = ask.get("/api/v1/users?limit=200").await?;
    let mut people = vec![(String::new(), ask.t("所有人", "Everybody").to_owned())];
    people.extend(users.items("items").iter().map(|user| {
        (user.text("id"), format!("{} {}", user.text("display_name"), user.text("username")))
    }));
    let outcomes = ["audit.done", "audit.refused"];
    let outcomes =
        crate::site::words::choices(&ask.say, ask.t("全部结果", "All outcomes"), &outcomes);
    Ok(Form::ask("/auditor/entries", ask.t("筛选", "Filter"))
        .field(Field::choice("user_id", ask.t("人员", "Who"), people).value(ask.query("user_id")))
        .field(
            Field::text("operation", ask.t("操作（接口名）", "Operation"))
                .value(ask.query("operation"))
                .hint(ask.t("如 create_listing", "such as create_listing")),
        )
        .field(
            Field::text("subject", ask.t("对象", "Subject"))
                .value(ask.query("subject"))
                .hint(ask.t("种类:编号", "kind:id")),
        )
        .field(
            Field::choice("outcome", ask.t("结果", "Outcome"), outcomes)
                .value(ask.query("outcome")),
        )
        .field(
            Field::date("from", ask.t("自（含当日）", "From that day on")).value(ask.query("from")),
        )
        .field(Field::date("before", ask.t("早于", "Before that day")).value(ask.query("before"))))
}

async fn entry(ask: Ask) -> Answer<Shown> {
    let seq = ask.part("seq");
    let one = ask.get(&format!("/api/v1/audit/entries/{seq}")).await?;
    let names = Names::of(&ask, std::slice::from_ref(&one), &["user_id"]).await?;
    let say = &ask.say;
    let organisation = match one.text("organisation_id") {
        id if id.is_empty() => "—".to_owned(),
        id => ask.get(&format!("/api/v1/organisations/{id}")).await?.text("name"),
    };
    let rows = one.items("changes").into_iter().map(|change| {
        vec![cell(change.text("table")), cell(change.text("row_id")), cell(change.text("digest"))]
    });
    let columns = [
        ask.t("表", "Table"),
        ask.t("行", "Row"),
        ask.t("行摘要（SHA-256）", "Digest of the row (SHA-256)"),
    ];
    let number = seq.parse::<i64>().unwrap_or_default();
    let mut links = Vec::new();
    if number > 1 {
        links.push(Link::to(
            format!("/auditor/entries/{}", number - 1),
            ask.t("上一条", "The one before"),
        ));
    }
    links.push(Link::to(
        format!("/auditor/entries/{}", number.saturating_add(1)),
        ask.t("下一条", "The next one"),
    ));
    let role = match one.text("role") {
        role if role.is_empty() => "—".to_owned(),
        role => word(say, &role),
    };
    Ok(Sheet::new(format!("{} {seq}", ask.t("审计条目", "Entry")))
        .under("/auditor/entries", ask.t("审计日志", "Audit log"))
        .facts(vec![
            (ask.t("时间", "Time"), cell(say.time(&one.text("recorded_at")))),
            (ask.t("精确时间（UTC）", "Exact time (UTC)"), cell(one.text("recorded_at"))),
            (ask.t("人员", "Who"), cell(names.get(&one.text("user_id")))),
            (ask.t("岗位", "Role"), cell(role)),
            (ask.t("单位", "Organisation"), cell(organisation)),
            (ask.t("操作", "Operation"), cell(one.text("operation"))),
            (ask.t("对象", "Subject"), cell(one.text("subject"))),
            (ask.t("结果", "Outcome"), cell(word(say, &format!("audit.{}", one.text("outcome"))))),
            (ask.t("拒绝原因", "Why it was refused"), cell(one.text("reason"))),
            (ask.t("此前", "Before"), cell(one.text("before"))),
            (ask.t("此后", "After"), cell(one.text("after"))),
            (ask.t("链上哈希", "Hash in the chain"), cell(one.text("hash"))),
        ])
        .table(
            Table::of(ask.t("改动的行", "Rows it changed"), &columns)
                .rows(rows.take(200).collect())
                .empty(ask.t("没有改动任何行。", "It changed no row.")),
        )
        .links(links)
        .into())
}

async fn export(ask: Ask) -> Answer<Shown> {
    let after = ask.query("after").parse::<i64>().unwrap_or_default().max(0);
    let through = after.saturating_add(ENTRIES_PER_FILE);
    let path = format!("/api/v1/audit/export?after={after}&through={through}");
    ask.file(&path, format!("audit-{}-{through}.jsonl", after.saturating_add(1))).await
}

async fn verification(ask: Ask) -> Answer<Shown> {
    let Some(sent) = &ask.sent else { return Ok(asked(&ask, None).into()) };
    let mut body = json!({});
    if let Some(file) = &sent.file {
        body = with(body, "against", String::from_utf8_lossy(&file.bytes));
    }
    match ask.post("/api/v1/audit/verifications", &body).await {
        Ok(told) => Ok(found(&ask, &told).into()),
        Err(Failure::Refused(problem)) if problem.code == "unreadable-values" => {
            ask.again(Failure::Refused(no_checkpoint()), |problem| asked(&ask, problem))
        }
        Err(failure) => ask.again(failure, |problem| asked(&ask, problem)),
    }
}

fn no_checkpoint() -> Problem {
    Problem::new(
        actix_web::http::StatusCode::UNPROCESSABLE_ENTITY,
        "checkpoint-unreadable",
        "this file is no checkpoint; hand in the file that was downloaded here",
        "该文件不是检查点，请交回在本网站下载的检查点文件",
    )
}

fn asked(ask: &Ask, problem: Option<&Problem>) -> Sheet {
    let form = Form::post("/auditor/verification", ask.t("开始验证", "Verify now")).field(
        Field::file(
            "file",
            ask.t("从前保存的检查点（可不选）", "A checkpoint kept earlier (if any)"),
        )
        .hint(ask.t(
            "交回检查点，可证明检查点之前的记录未改。",
            "Proves that nothing before the checkpoint was changed.",
        )),
    );
    let form = form.once(ask.sent.as_ref()).back(Link::to("/auditor", ask.t("返回", "Back")));
    Sheet::new(ask.t("验证", "Verification"))
        .under("/auditor", ask.t("我的工作台", "My desk"))
        .lead(ask.t(
            "逐条重算全部哈希，逐行核对每张表，并核对账簿的平衡；数据多时需要几分钟。",
            "Recomputes every digest, compares every row and checks that the books balance; with \
             much data it takes minutes.",
        ))
        .form(match problem {
            Some(problem) => form.refused(problem, &ask.say),
            None => form,
        })
}

fn found(ask: &Ask, told: &Facts) -> Sheet {
    let say = &ask.say;
    let sheet = Sheet::new(ask.t("验证结果", "What the verification found"))
        .under("/auditor", ask.t("我的工作台", "My desk"));
    let sheet = match told.yes("clean") {
        true => sheet.good(ask.t(
            "全部一致：没有任何记录被改动、增加或删除。",
            "All is well: nothing was changed, added or removed.",
        )),
        false => sheet.bad(ask.t("发现不一致，见下表。", "Something does not agree; see below.")),
    };
    let rows =
        told.items("findings").into_iter().take(200).map(|one| {
            vec![cell(one.text("table")), cell(one.text("row")), cell(one.text("what"))]
        });
    let columns = [ask.t("表", "Table"), ask.t("行", "Row"), ask.t("问题", "What is wrong")];
    let sheet = sheet
        .figures(vec![
            Figure::of(ask.t("审计条目", "Entries"), say.count(told.whole("entries"))),
            Figure::of(ask.t("改动", "Changes"), say.count(told.whole("changes"))),
            Figure::of(ask.t("数据行", "Rows"), say.count(told.whole("rows"))),
            Figure::of(ask.t("不一致", "Wrong"), say.count(told.whole("wrong"))),
        ])
        .facts(vec![
            (ask.t("根哈希", "Root"), cell(told.text("root"))),
            (ask.t("摘要", "Summary"), cell(told.text("summary"))),
        ]);
    let sheet = match told.yes("clean") {
        true => sheet,
        false => sheet.table(
            Table::of(ask.t("不一致之处", "What does not agree"), &columns)
                .rows(rows.collect())
                .empty(ask.t("没有。", "None.")),
        ),
    };
    sheet.links(vec![
        Link::to("/checkpoints/now.note", ask.t("下载新的检查点", "Keep a new checkpoint"))
            .strong(),
        Link::to("/auditor/verification", ask.t("再验证一次", "Verify again")),
    ])
}
