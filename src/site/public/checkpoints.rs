//! The published checkpoints of the audit log: what everybody may keep, so that nobody can write the
//! past anew.

use crate::kernel::problem::Answer;
use crate::web::pages::{Ask, Figure, Link, Sheet, Shown, Table, cell};

pub(super) async fn checkpoints(ask: Ask) -> Answer<Shown> {
    let passed = ask.passed(&["cursor"]);
    let now = ask.get("/api/v1/audit/checkpoint").await?;
    let list = ask.get(&format!("/api/v1/audit/checkpoints?limit=50{passed}")).await?;
    let say = &ask.say;
    let rows = list.items("items").into_iter().map(|one| {
        // The note's third line is the root.
        let root = one.text("note").lines().nth(2).unwrap_or_default().to_owned();
        vec![
            cell(say.time(&one.text("time"))),
            cell(say.count(one.whole("size"))).number(),
            cell(root),
        ]
    });
    let columns = [ask.t("时间", "Time"), ask.t("条目数", "Entries"), ask.t("根哈希", "Root")];
    let table = Table::of(ask.t("已发布的检查点", "Published checkpoints"), &columns)
        .rows(rows.collect())
        .empty(ask.t("还没有发布检查点。", "No checkpoint was published yet."))
        .next(&list, say, "/checkpoints", &[]);
    Ok(Sheet::new(ask.t("审计检查点", "Checkpoints of the audit log"))
        .lead(ask.t(
            "平台的每一步操作都记入一条不可改写的日志。检查点是日志此刻的签名摘要：有写入时每十分钟发布一次，\
             每日结束后再发布一次。请保存一份，日后任何改动都会与它不符。",
            "Every act on this exchange is an entry of one log. A checkpoint is its signed summary: one is \
             published every ten minutes in which anything was written, and after the end of each day. Keep \
             one: whatever is changed later will not agree with it.",
        ))
        .figures(vec![
            Figure::of(ask.t("审计条目", "Entries"), say.count(now.whole("size"))),
            Figure::of(ask.t("签署时间", "Signed"), say.time(&now.text("time"))),
        ])
        .facts(vec![
            (ask.t("日志名称", "Name of the log"), cell(now.text("origin"))),
            (ask.t("根哈希", "Root"), cell(now.text("root"))),
            (ask.t("验证公钥", "Verifier"), cell(now.text("verifier"))),
        ])
        .links(vec![
            Link::to("/checkpoints/now.note", ask.t("下载检查点", "Keep a checkpoint")).strong(),
            Link::to("/docs/", ask.t("证明接口", "Proofs by the API")),
        ])
        .table(table)
        .into())
}

pub(super) async fn note(ask: Ask) -> Answer<Shown> {
    ask.file("/api/v1/audit/checkpoint/note", "checkpoint.note").await
}
