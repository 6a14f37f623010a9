//! The documents of a thing: a list, another one, and each to keep.

use super::columns::area;
use super::handlers::find;
use super::{Case, encoded};
use crate::kernel::problem::{Answer, Failure, Problem};
use crate::web::pages::{Ask, Facts, Field, Form, Link, Sheet, Shown, Table, cell};

pub(in crate::site) async fn papers(ask: Ask, case: &'static Case) -> Answer<Shown> {
    let thing = find(&ask, case).await?;
    let id = ask.part(case.id);
    let path = case.papers.replace("{id}", &id);
    let list = ask.get(&format!("{path}?limit=50{}", ask.passed(&["cursor"]))).await?;
    let home = format!("{}/{}/{id}", area(&ask), case.noun);
    let done = match &ask.sent {
        None => return Ok(sheet(&ask, case, &thing, &list, &home, None).into()),
        Some(sent) => match &sent.file {
            Some(file) => {
                let purpose = encoded(sent.text("purpose"));
                let to = format!("{path}?name={}&purpose={purpose}", encoded(&file.name));
                ask.hand(&to, "application/octet-stream", file).await
            }
            None => Err(Failure::Refused(no_file())),
        },
    };
    match done {
        Ok(_) => Ok(Shown::see(format!("{home}/documents"))),
        Err(failure) => {
            ask.again(failure, |problem| sheet(&ask, case, &thing, &list, &home, problem))
        }
    }
}

/// Nothing was chosen.
fn no_file() -> Problem {
    let status = actix_web::http::StatusCode::UNPROCESSABLE_ENTITY;
    Problem::new(status, "file-missing", "choose a file first", "请先选择文件")
}

fn sheet(
    ask: &Ask,
    case: &Case,
    thing: &Facts,
    list: &Facts,
    home: &str,
    problem: Option<&Problem>,
) -> Sheet {
    let say = &ask.say;
    let rows = list.items("items").into_iter().map(|one| {
        let to = format!(
            "{}/documents/{}?name={}.{}",
            area(ask),
            one.text("id"),
            encoded(&one.text("name")),
            one.text("kind"),
        );
        vec![
            cell(one.text("name")).to(to),
            cell(one.text("purpose")),
            cell(one.text("kind")),
            cell(say.count(one.whole("bytes"))).number(),
            cell(say.time(&one.text("attached_at"))),
        ]
    });
    let columns = [
        ask.t("文件", "File"),
        ask.t("用途", "What for"),
        ask.t("格式", "Kind"),
        ask.t("字节", "Bytes"),
        ask.t("上传时间", "Attached"),
    ];
    let form = Form::post(format!("{home}/documents"), ask.t("上传", "Attach"))
        .legend(ask.t("上传材料", "Attach a document"))
        .field(Field::file("file", ask.t("文件", "File")).required().hint(ask.t(
            "PDF、OFD、Word（docx）、Excel（xlsx）、JPEG 或 PNG。",
            "PDF, OFD, Word (docx), Excel (xlsx), JPEG or PNG.",
        )))
        .field(
            Field::text("purpose", ask.t("用途", "What for"))
                .required()
                .hint(ask.t("如：验收报告。", "Such as: acceptance report.")),
        );
    Sheet::new(ask.t("材料", "Documents"))
        .under(&format!("{}/{}", area(ask), case.noun), ask.t(case.title.0, case.title.1))
        .under(home, case.name_of(thing))
        .table(
            Table::of("", &columns)
                .rows(rows.collect())
                .empty(ask.t("还没有材料。请在下方上传。", "No documents yet; attach one below."))
                .next(list, say, &format!("{home}/documents"), &[]),
        )
        .form(ask.filled(form, problem).once(ask.sent.as_ref()))
        .links(vec![Link::to(home, ask.t("返回", "Back"))])
}

/// A document to keep.
pub(in crate::site) async fn paper(ask: Ask) -> Answer<Shown> {
    let id = ask.part("document_id");
    let name = match ask.query("name") {
        "" => ask.t("材料", "document"),
        name => name,
    };
    ask.file(&format!("/api/v1/documents/{id}/content"), name).await
}
