//! Public notices, and objections to them.

use crate::kernel::problem::{Answer, Problem};
use crate::site::places::county_choices;
use crate::site::words::{choices, word};
use crate::web::pages::{Ask, Block, Facts, Field, Form, Link, Sheet, Shown, Table, cell};

const KINDS: &[&str] = &["scheme", "result", "auction_result", "negotiated_transfer"];

pub(super) async fn notices(ask: Ask) -> Answer<Shown> {
    let passed = ask.passed(&["kind", "region", "running", "cursor"]);
    let list = ask.get(&format!("/api/v1/public-notices?limit=50{passed}")).await?;
    let say = &ask.say;
    let when = [("", ask.t("全部", "All")), ("true", ask.t("正在公示", "Running now"))];
    let filter = Form::ask("/notices", ask.t("筛选", "Filter"))
        .field(
            Field::choice("region", ask.t("县区", "County"), county_choices(&ask).await?)
                .value(ask.query("region")),
        )
        .field(
            Field::choice(
                "kind",
                ask.t("公示类型", "Kind"),
                choices(say, ask.t("全部类型", "All kinds"), KINDS),
            )
            .value(ask.query("kind")),
        )
        .field(
            Field::choice(
                "running",
                ask.t("公示期", "Time"),
                when.map(|(value, text)| (value.to_owned(), text.to_owned())).to_vec(),
            )
            .value(ask.query("running")),
        );
    let pairs = ["kind", "region", "running"].map(|name| (name, ask.query(name)));
    let table = table(&ask, "", &list).await?.next(&list, say, "/notices", &pairs);
    Ok(Sheet::new(ask.t("公示", "Public notices"))
        .lead(ask.t(
            "公示期内任何人都可以提出异议；异议未处理完，项目不得进入下一步。",
            "While a notice runs anybody may object; the project waits until the objection is decided.",
        ))
        .form(filter)
        .table(table)
        .into())
}

pub(super) async fn table(ask: &Ask, caption: &str, list: &Facts) -> Answer<Table> {
    let say = &ask.say;
    let mut rows = Vec::new();
    for one in list.items("items") {
        rows.push(vec![
            cell(one.text("number")).to(format!("/notices/{}", one.text("id"))),
            cell(one.text("title")),
            cell(word(say, &one.text("kind"))),
            cell(ask.region(&one.text("region")).await?),
            cell(format!("{} – {}", say.day(&one.text("from")), say.day(&one.text("to")))),
            cell(word(say, &one.text("state"))),
        ]);
    }
    let columns = [
        ask.t("编号", "Number"),
        ask.t("标题", "Title"),
        ask.t("类型", "Kind"),
        ask.t("区划", "Place"),
        ask.t("公示期", "From – to"),
        ask.t("状态", "State"),
    ];
    Ok(Table::of(caption, &columns)
        .rows(rows)
        .empty(ask.t("目前没有公示。", "There is no notice at the moment.")))
}

pub(super) async fn notice(ask: Ask) -> Answer<Shown> {
    let id = ask.part("notice_id");
    let one = ask.get(&format!("/api/v1/public-notices/{id}")).await?;
    let sheet = contents(&ask, &one).await?;
    let Some(sent) = &ask.sent else {
        let sheet = match one.text("state").as_str() {
            "running" | "objected" => with_form(&ask, &id, sheet, None),
            _ => sheet.note(ask.t(
                "公示期已结束，不再接收异议。",
                "The notice has ended; objections are no longer taken.",
            )),
        };
        return Ok(sheet.into());
    };
    let body = sent.json(&["text", "author", "contact"], &[]);
    match ask.post(&format!("/api/v1/public-notices/{id}/objections"), &body).await {
        Ok(taken) => Ok(taken_sheet(&ask, &id, &taken).into()),
        Err(failure) => ask.again(failure, |problem| with_form(&ask, &id, sheet, problem)),
    }
}

/// Somebody who has objected must keep the code.
fn taken_sheet(ask: &Ask, id: &str, taken: &Facts) -> Sheet {
    let code = taken.text("receipt_code");
    Sheet::new(ask.t("异议已收到", "Your objection was received"))
        .under("/notices", ask.t("公示", "Public notices"))
        .under(&format!("/notices/{id}"), taken.text("notice_number"))
        .good(ask.t(
            "请记下查询码。凭它可以随时查询处理进展，遗失后无法找回。",
            "Write the code down: with it you can follow your objection. It cannot be found again.",
        ))
        .facts(vec![
            (ask.t("查询码", "Code"), cell(&code).to(format!("/objections?code={code}"))),
            (ask.t("异议编号", "Number"), cell(taken.text("number"))),
            (ask.t("提交时间", "Filed at"), cell(ask.say.time(&taken.text("filed_at")))),
        ])
}

/// The notice and what was objected.
async fn contents(ask: &Ask, one: &Facts) -> Answer<Sheet> {
    let say = &ask.say;
    let mut facts = vec![
        (ask.t("公示编号", "Number").to_owned(), cell(one.text("number"))),
        (ask.t("类型", "Kind").to_owned(), cell(word(say, &one.text("kind")))),
        (ask.t("区划", "Place").to_owned(), cell(ask.region(&one.text("region")).await?)),
        (
            ask.t("公示期", "From – to").to_owned(),
            cell(format!("{} – {}", say.day(&one.text("from")), say.day(&one.text("to")))),
        ),
        (ask.t("状态", "State").to_owned(), cell(word(say, &one.text("state")))),
    ];
    for field in one.items("fields") {
        facts.push((field.text("name"), cell(field.text("value"))));
    }
    facts.push((
        ask.t("内容摘要（SHA-256）", "SHA-256 of the content").to_owned(),
        cell(one.text("content_hash")),
    ));
    let mut sheet =
        Sheet::new(one.text("title")).under("/notices", ask.t("公示", "Public notices"));
    if one.has("corrected_by") {
        sheet =
            sheet.note(ask.t("本公示已被更正。", "This notice has been corrected.")).links(vec![
                Link::to(
                    format!("/notices/{}", one.text("corrected_by")),
                    ask.t("查看更正后的公示", "The corrected notice"),
                ),
            ]);
    }
    if one.has("correction_reason") {
        sheet = sheet.note(format!(
            "{}{colon}{}",
            ask.t("更正原因", "Why it was corrected"),
            one.text("correction_reason"),
            colon = ask.say.colon()
        ));
    }
    sheet = sheet.block(Block::Facts(facts));
    let rows = one.items("objections").into_iter().map(|objection| {
        vec![
            cell(objection.text("number")),
            cell(say.time(&objection.text("filed_at"))),
            cell(word(say, &objection.text("state"))),
            cell(objection.text("reason")),
        ]
    });
    let columns = [
        ask.t("编号", "Number"),
        ask.t("提交时间", "Filed"),
        ask.t("状态", "State"),
        ask.t("处理意见", "Reason"),
    ];
    Ok(sheet.table(
        Table::of(ask.t("异议", "Objections"), &columns)
            .rows(rows.collect())
            .empty(ask.t("没有异议。", "Nobody has objected.")),
    ))
}

fn with_form(ask: &Ask, id: &str, sheet: Sheet, problem: Option<&Problem>) -> Sheet {
    let form = Form::post(format!("/notices/{id}"), ask.t("提交异议", "Send the objection"))
        .legend(ask.t("提出异议", "Object to it"))
        .field(
            Field::long("text", ask.t("异议内容", "What you object to, and why")).required().hint(
                ask.t(
                    "请写明事实和理由，最多 4000 字。",
                    "Say what the facts are; up to 4000 characters.",
                ),
            ),
        )
        .field(
            Field::text("author", ask.t("姓名或单位（可不填）", "Your name (may be left out)"))
                .autocomplete("name"),
        )
        .field(
            Field::text(
                "contact",
                ask.t("联系方式（可不填）", "How to reach you (may be left out)"),
            )
            .hint(
                ask.t("只有受理异议的工作人员能看到。", "Only those who handle objections see it."),
            ),
        );
    sheet.form(ask.filled(form, problem))
}

/// How an objection goes, for who has its code.
pub(super) async fn receipt(ask: Ask) -> Answer<Shown> {
    let code = ask.query("code").to_owned();
    let say = &ask.say;
    let form = Form::ask("/objections", ask.t("查询", "Look it up")).field(
        Field::text("code", ask.t("查询码", "Code")).value(&code).hint(
            ask.t("提交异议时给出的查询码。", "The code that you were given when you objected."),
        ),
    );
    let mut sheet = Sheet::new(ask.t("异议查询", "Follow an objection")).form(form);
    if code.is_empty() {
        return Ok(sheet.into());
    }
    let path = format!("/api/v1/objection-receipts/{}", encoded(&code));
    let Some(found) = ask.find(&path).await? else {
        return Ok(sheet
            .bad(ask.t("没有这个查询码，请核对后重试。", "There is no such code; please check it."))
            .into());
    };
    sheet = sheet.facts(vec![
        (ask.t("异议编号", "Number"), cell(found.text("number"))),
        (ask.t("公示编号", "Notice"), cell(found.text("notice_number"))),
        (ask.t("提交时间", "Filed"), cell(say.time(&found.text("filed_at")))),
        (ask.t("状态", "State"), cell(word(say, &found.text("state")))),
        (ask.t("下一步期限", "Next step is due"), cell(say.day(&found.text("due_on")))),
    ]);
    let rows = found.items("steps").into_iter().map(|step| {
        vec![
            cell(say.time(&step.text("taken_at"))),
            cell(word(say, &step.text("step"))),
            cell(step.text("reason")),
        ]
    });
    let columns = [ask.t("时间", "Time"), ask.t("处理", "Step"), ask.t("理由", "Reason")];
    let replies = found.items("replies");
    if !replies.is_empty() {
        let rows = replies
            .iter()
            .map(|it| vec![cell(say.time(&it.text("replied_at"))), cell(it.text("text"))]);
        let columns = [ask.t("时间", "Time"), ask.t("答复", "Answer")];
        let caption = ask.t("乡镇答复", "What the township says");
        sheet = sheet.table(Table::of(caption, &columns).rows(rows.collect()));
    }
    Ok(sheet
        .table(
            Table::of(ask.t("处理过程", "Steps"), &columns)
                .rows(rows.collect())
                .empty(ask.t("尚未处理。应在 3 个工作日内答复是否受理。", "Not handled yet.")),
        )
        .into())
}

fn encoded(code: &str) -> String {
    code.chars().filter(char::is_ascii_alphanumeric).collect()
}
