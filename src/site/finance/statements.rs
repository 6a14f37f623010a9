//! Bank statements: a look at the file row by row, then its booking.

use crate::kernel::problem::{Answer, Failure, Problem};
use crate::site::finance::account;
use crate::site::words::word;
use crate::web::pages::{
    Ask, Facts, Field, Figure, Form, Link, SentFile, Sheet, Shown, Table, cell,
};

/// About ten thousand lines, which take seconds.
const BACKGROUND_BYTES: usize = 1 << 20;

pub(super) async fn statements(ask: Ask) -> Answer<Shown> {
    let account = account(&ask).await?;
    let path = format!("/api/v1/fee-accounts/{}", account.text("id"));
    let list = ask.get(&format!("{path}/statements?limit=50{}", ask.passed(&["cursor"]))).await?;
    let Some(sent) = &ask.sent else { return Ok(shown(&ask, &account, &list, None).into()) };
    let done = match &sent.file {
        None => Err(Failure::Refused(no_file())),
        Some(file) if sent.text("act") == "book" => {
            // A large file is read on while its sender looks at how far it is.
            let background = file.bytes.len() > BACKGROUND_BYTES;
            let query = format!("file_name={}&background={background}", encoded(&file.name));
            let booked = ask.hand(&format!("{path}/statements?{query}"), kind(file), file).await;
            match booked {
                Ok(one) => {
                    return Ok(Shown::see(format!(
                        "/finance/statements/{}?done=1",
                        one.text("id")
                    )));
                }
                Err(failure) => Err(failure),
            }
        }
        Some(file) => {
            let query = format!("file_name={}", encoded(&file.name));
            ask.hand(&format!("{path}/statement-checks?{query}"), kind(file), file).await
        }
    };
    match done {
        Ok(check) => Ok(checked(&ask, &check).into()),
        Err(failure) => ask.again(failure, |problem| shown(&ask, &account, &list, problem)),
    }
}

/// The kind of file is known by the ending of its name.
fn kind(file: &SentFile) -> &'static str {
    match file.name.rsplit('.').next().unwrap_or_default().to_ascii_lowercase().as_str() {
        "xlsx" => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "xls" => "application/vnd.ms-excel",
        "xml" => "application/xml",
        _ => "text/csv",
    }
}

fn encoded(name: &str) -> String {
    name.bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'.' | b'-' | b'_' => {
                char::from(byte).to_string()
            }
            _ => format!("%{byte:02X}"),
        })
        .collect()
}

fn no_file() -> Problem {
    let status = actix_web::http::StatusCode::UNPROCESSABLE_ENTITY;
    Problem::new(status, "file-missing", "choose a file first", "请先选择文件")
}

fn upload(ask: &Ask, act: &str) -> Form {
    let acts = [
        ("check", ask.t("先检查，不入账", "Check it, book nothing")),
        ("book", ask.t("检查并入账", "Check it and book it")),
    ];
    let acts = acts.map(|(value, text)| (value.to_owned(), text.to_owned())).to_vec();
    Form::post("/finance/statements", ask.t("上传", "Send"))
        .legend(ask.t("导入银行流水", "Import a statement"))
        .field(Field::file("file", ask.t("流水文件", "Statement file")).required().hint(ask.t(
            "CSV、Excel（xls、xlsx）或 camt.053（xml）。重复的流水不会重复入账。",
            "CSV, Excel (xls, xlsx) or camt.053 (xml). A line is never booked twice.",
        )))
        .field(Field::choice("act", ask.t("办理", "What to do"), acts).value(act))
}

fn shown(ask: &Ask, account: &Facts, list: &Facts, problem: Option<&Problem>) -> Sheet {
    let say = &ask.say;
    let rows = list.items("items").into_iter().map(|one| {
        vec![
            cell(one.text("file_name")).to(format!("/finance/statements/{}", one.text("id"))),
            cell(format!("{} – {}", say.day(&one.text("from")), say.day(&one.text("to")))),
            cell(say.count(one.whole("rows"))).number(),
            cell(say.yuan(&one.text("opening"))).number(),
            cell(say.yuan(&one.text("closing"))).number(),
            cell(say.time(&one.text("imported_at"))),
            cell(word(say, &one.text("state"))),
        ]
    });
    let columns = [
        ask.t("文件", "File"),
        ask.t("期间", "From – to"),
        ask.t("行数", "Rows"),
        ask.t("期初", "Opening"),
        ask.t("期末", "Closing"),
        ask.t("导入时间", "Imported"),
        ask.t("状态", "State"),
    ];
    let form = upload(ask, "check").once(ask.sent.as_ref());
    Sheet::new(ask.t("银行流水", "Bank statements"))
        .lead(format!("{} {}", account.text("name"), account.text("number")))
        .form(match problem {
            Some(problem) => form.refused(problem, say),
            None => form,
        })
        .table(
            Table::of(ask.t("已导入的流水", "Imported"), &columns)
                .rows(rows.collect())
                .empty(ask.t(
                    "还没有导入流水。请先上传第一份。",
                    "Nothing has been imported. Send the first file.",
                ))
                .next(list, say, "/finance/statements", &[]),
        )
        .links(vec![Link::to("/finance/mappings", ask.t("银行文件格式", "Files of the banks"))])
}

/// What would be booked.
fn checked(ask: &Ask, check: &Facts) -> Sheet {
    let say = &ask.say;
    let rows = check.items("lines").into_iter().take(200).map(|line| {
        let exception = line.text("exception");
        let result = word(say, &line.text("result"));
        vec![
            cell(line.text("row")).number(),
            cell(say.time(&line.text("effective_at"))),
            cell(line.text("counterparty_name")),
            cell(line.text("text")),
            cell(say.yuan(&line.text("credit"))).number(),
            cell(say.yuan(&line.text("debit"))).number(),
            cell(if exception.is_empty() {
                result
            } else {
                format!("{result} · {}", word(say, &exception))
            }),
        ]
    });
    let columns = [
        ask.t("行", "Row"),
        ask.t("时间", "Time"),
        ask.t("对方户名", "Counterparty"),
        ask.t("摘要", "Text"),
        ask.t("贷方（收入）", "Credit"),
        ask.t("借方（支出）", "Debit"),
        ask.t("结果", "Result"),
    ];
    Sheet::new(ask.t("流水检查结果", "What the file holds"))
        .under("/finance/statements", ask.t("银行流水", "Bank statements"))
        .note(ask.t("这是检查结果，尚未入账。", "This is a check; nothing has been booked."))
        .figures(vec![
            Figure::of(ask.t("新增", "New"), say.count(check.whole("new"))),
            Figure::of(ask.t("已导入过", "Known already"), say.count(check.whole("already_known"))),
            Figure::of(ask.t("收入合计", "Credits"), say.yuan(&check.text("total_credits"))),
            Figure::of(ask.t("支出合计", "Debits"), say.yuan(&check.text("total_debits"))),
            Figure::of(ask.t("期末余额", "Closing"), say.yuan(&check.text("closing"))),
        ])
        .form(upload(ask, "book").once(None))
        .table(
            Table::of(ask.t("逐行结果", "Row by row"), &columns)
                .rows(rows.collect())
                .empty(ask.t("文件中没有流水。", "The file holds no lines.")),
        )
}

pub(super) async fn statement(ask: Ask) -> Answer<Shown> {
    let id = ask.part("statement_id");
    let path = format!("/api/v1/statements/{id}");
    let one = ask.get(&path).await?;
    let Some(sent) = &ask.sent else { return Ok(of_one(&ask, &one, None).into()) };
    match ask.post(&format!("{path}/cancellation"), &sent.json(&["reason"], &[])).await {
        Ok(_) => Ok(Shown::see(format!("/finance/statements/{id}"))),
        Err(failure) => ask.again(failure, |problem| of_one(&ask, &one, problem)),
    }
}

fn of_one(ask: &Ask, one: &Facts, problem: Option<&Problem>) -> Sheet {
    let say = &ask.say;
    let mut sheet = Sheet::new(one.text("file_name"))
        .under("/finance/statements", ask.t("银行流水", "Bank statements"));
    match one.text("progress/state").as_str() {
        "running" => {
            let label = ask.t("正在导入（行）", "Being imported (rows)");
            sheet = sheet
                .note(ask.t(
                    "大文件在后台导入，可以离开本页，稍后再来查看。",
                    "A large file is read on by itself; you may leave this page and come back.",
                ))
                .progress(label, one.whole("progress/done"), one.whole("progress/total"));
            let stop = Form::post(ask.path(), ask.t("停止导入", "Stop it"))
                .legend(ask.t("停止导入", "Stop the import"))
                .field(Field::text("reason", ask.t("原因", "Why")).required());
            sheet = sheet.form(ask.filled(stop, problem).once(ask.sent.as_ref()));
        }
        "stopped" => {
            let why = one.text("progress/problem");
            sheet = sheet.bad(format!(
                "{} {why}",
                ask.t(
                    "导入已停止，已入账的行保留；再交同一文件即继续。",
                    "It was stopped; rows booked so far stay, and the same file goes on."
                )
            ));
        }
        _ if ask.query("done") == "1" => {
            sheet = sheet.good(ask.t("流水已导入。", "The statement was imported."));
        }
        _ => {}
    }
    sheet
        .facts(vec![
            (ask.t("状态", "State"), cell(word(say, &one.text("state")))),
            (
                ask.t("期间", "From – to"),
                cell(format!("{} – {}", say.day(&one.text("from")), say.day(&one.text("to")))),
            ),
            (ask.t("行数", "Rows"), cell(say.count(one.whole("rows")))),
            (ask.t("新入账", "Booked"), cell(say.count(one.whole("imported")))),
            (ask.t("此前已导入", "Known before"), cell(say.count(one.whole("already_known")))),
            (ask.t("重复流水", "Repeated lines"), cell(say.count(one.whole("duplicates")))),
            (ask.t("期初余额", "Opening"), cell(say.yuan(&one.text("opening")))),
            (ask.t("期末余额", "Closing"), cell(say.yuan(&one.text("closing")))),
            (ask.t("导入时间", "Imported"), cell(say.time(&one.text("imported_at")))),
        ])
        .links(vec![
            Link::to(
                format!("/finance/reconciliation?from={}&to={}", one.text("from"), one.text("to")),
                ask.t("对这一期的账", "Reconcile this time"),
            )
            .strong(),
        ])
}
