//! Parts of pages that several people's pages share: filters, choices, amounts, forms that act, and
//! the documents of something.

use serde_json::Value;

use super::places::county_choices;
use super::words::{TYPES, choices, grade, word};
use crate::kernel::area::SquareMetres;
use crate::kernel::money::{PricePerMu, amount};
use crate::kernel::problem::{Answer, Failure, FieldError, Problem};
use crate::web::pages::{
    Ask, Block, Facts, Field, Form, Sent, Sheet, Shown, Table, cell, encoded, today,
};

/// A text in both languages.
pub(super) type Both<'t> = (&'t str, &'t str);

/// A table with its heading and columns in the reader's language.
pub(super) fn table(ask: &Ask, caption: Both<'_>, columns: &[Both<'_>]) -> Table {
    let columns: Vec<&str> = columns.iter().map(|(zh, en)| ask.t(zh, en)).collect();
    Table::of(ask.t(caption.0, caption.1), &columns)
}

/// A filter of credits by county and type of wetland.
pub(super) async fn filter(ask: &Ask, path: &str) -> Answer<Form> {
    let form = Form::ask(path, ask.t("筛选", "Filter"));
    Ok(form.field(county_field(ask).await?).field(type_field(ask)))
}

/// All counties, or one of them.
pub(super) async fn county_field(ask: &Ask) -> Answer<Field> {
    let counties = county_choices(ask).await?;
    Ok(Field::choice("county", ask.t("县区", "County"), counties).value(ask.query("county")))
}

/// All types of wetland, or one of them.
pub(super) fn type_field(ask: &Ask) -> Field {
    let types = choices(&ask.say, ask.t("全部类型", "All types"), TYPES);
    Field::choice("wetland_type", ask.t("湿地类型", "Type of wetland"), types)
        .value(ask.query("wetland_type"))
}

/// A type of wetland that has to be said.
pub(super) fn type_choice(ask: &Ask) -> Field {
    Field::choice("wetland_type", ask.t("湿地类型", "Type of wetland"), words(ask, TYPES))
}

/// Any grade, or one of them.
pub(super) fn grades(ask: &Ask) -> Vec<(String, String)> {
    let any = (String::new(), ask.t("不限", "Any").to_owned());
    std::iter::once(any).chain(each_grade(ask)).collect()
}

pub(super) fn each_grade(ask: &Ask) -> Vec<(String, String)> {
    (1..=5).map(|n: i32| (n.to_string(), grade(&ask.say, &n.to_string()))).collect()
}

/// Words as choices, each with its own name in the API: `stage.accepted` is `accepted`.
pub(super) fn words(ask: &Ask, names: &[&str]) -> Vec<(String, String)> {
    let plain = |name: &str| name.rsplit('.').next().unwrap_or_default().to_owned();
    names.iter().map(|name| (plain(name), word(&ask.say, name))).collect()
}

/// The batches of which the reader's organisation has credits at hand.
pub(super) async fn credits(ask: &Ask) -> Answer<Vec<(String, String)>> {
    let mut choices = Vec::new();
    for one in ask.get("/api/v1/holdings").await?.items("") {
        if one.text("bucket") == "available" && one.whole("m2") > 0 {
            let id = one.text("batch_id");
            let batch = ask.get(&format!("/api/v1/batches/{id}")).await?;
            let text = format!("{} · {}", batch.text("number"), ask.say.m2(one.whole("m2")));
            choices.push((id, text));
        }
    }
    Ok(choices)
}

/// What an organisation holds, by batch and by what may be done with it.
pub(super) async fn holdings(ask: &Ask, held: &[Facts], none: &str) -> Answer<Table> {
    let say = &ask.say;
    let mut rows = Vec::new();
    for one in held {
        let id = one.text("batch_id");
        let batch = ask.get(&format!("/api/v1/batches/{id}")).await?;
        rows.push(vec![
            cell(batch.text("number")).to(format!("/batches/{id}")),
            cell(ask.region(&batch.text("county")).await?),
            cell(word(say, &batch.text("wetland_type"))),
            cell(grade(say, &batch.text("grade"))),
            cell(say.m2_mu(one.whole("m2"))).number(),
            cell(word(say, &one.text("bucket"))),
        ]);
    }
    let columns = [
        ("批次", "Batch"),
        ("县区", "County"),
        ("湿地类型", "Type"),
        ("等级", "Grade"),
        ("面积", "Area"),
        ("状态", "State"),
    ];
    let otherwise = ask.t("还没有指标。", "No credits yet.");
    let table = table(ask, ("我的指标", "My credits"), &columns).rows(rows);
    Ok(table.empty(if none.is_empty() { otherwise } else { none }))
}

/// Two organisations may have one name, so their codes stand beside it.
pub(super) const ORGANISATION: &[&str] = &["name", "code"];

/// Whom one can deal with, of a kind, by name.
pub(super) async fn participants(ask: &Ask, kind: &str) -> Answer<Vec<(String, String)>> {
    by_name(ask, &format!("/api/v1/participants?kind={kind}"), ORGANISATION).await
}

/// All organisations, or those of a kind, by name, for those who see them all.
pub(super) async fn organisations(ask: &Ask, kind: &str) -> Answer<Vec<(String, String)>> {
    let kind = if kind.is_empty() { String::new() } else { format!("kind={kind}") };
    by_name(ask, &format!("/api/v1/organisations?{kind}"), ORGANISATION).await
}

/// Everything that an operation lists, as choices in the order of the facts that name them.
pub(super) async fn by_name(
    ask: &Ask,
    path: &str,
    names: &[&str],
) -> Answer<Vec<(String, String)>> {
    let text =
        |one: &Facts| names.iter().map(|name| one.text(name)).collect::<Vec<_>>().join(" · ");
    let sign = if path.contains('?') { '&' } else { '?' };
    let (mut choices, mut cursor) = (Vec::new(), String::new());
    // More pages than a province has organisations of a kind.
    for _ in 0..20 {
        let list = ask.get(&format!("{path}{sign}limit=200{cursor}")).await?;
        choices.extend(list.items("items").iter().map(|one| (one.text("id"), text(one))));
        match list.next() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    choices.sort_by(|one, other| one.1.cmp(&other.1));
    Ok(choices)
}

/// The text of the choice of that value.
pub(super) fn chosen<'c>(choices: &'c [(String, String)], value: &str) -> &'c str {
    choices.iter().find(|(known, _)| known == value).map_or("", |(_, text)| text)
}

/// People leave thousands and fen as they like: `1,500,000` is `1500000.00`.
pub(super) fn money(text: &str) -> Option<String> {
    let text = text.replace([',', '，', ' '], "");
    let (yuan, fen) = text.split_once('.').unwrap_or((&text, ""));
    match (text.is_empty(), fen.len()) {
        (true, _) => None,
        (_, 0) => Some(format!("{yuan}.00")),
        (_, 1) => Some(format!("{yuan}.{fen}0")),
        _ => Some(text),
    }
}

/// What was sent as the body of an operation; `amounts` are money, as people write it.
pub(super) fn body(sent: &Sent, texts: &[&str], whole: &[&str], amounts: &[&str]) -> Value {
    let mut body = sent.json(texts, whole);
    for name in amounts {
        if let Some(amount) = money(sent.text(name)) {
            put(&mut body, name, amount);
        }
    }
    body
}

/// Puts a value into a body.
pub(super) fn put(body: &mut Value, name: &str, value: impl Into<Value>) {
    if let Some(object) = body.as_object_mut() {
        object.insert(name.to_owned(), value.into());
    }
}

/// The area that is asked for, and its price in fen.
pub(super) fn worth(m2: &str, price: &str) -> Option<(i64, i64)> {
    let m2 = m2.replace([',', '，', ' '], "").parse::<i64>().ok()?;
    let area = serde_json::from_value::<SquareMetres>(m2.into()).ok()?;
    let price = money(price)?.parse::<PricePerMu>().ok()?;
    Some((m2, amount(area, price).ok()?.get()))
}

/// Money as fen, to add and compare.
pub(super) fn fen(amount: &str) -> i64 {
    amount.replace('.', "").parse().unwrap_or_default()
}

/// Says that these fields hold nothing that can be read as what they are for.
pub(super) fn unreadable(names: &[&str]) -> Problem {
    let status = actix_web::http::StatusCode::UNPROCESSABLE_ENTITY;
    let errors = names.iter().map(|name| FieldError {
        pointer: format!("/{name}"),
        code: "not-a-value-of-this-field".to_owned(),
        message: String::new(),
    });
    Problem::new(status, "unreadable-values", "check these fields", "请检查标出的各项")
        .with_errors(errors.collect())
}

pub(super) fn no_file() -> Failure {
    let status = actix_web::http::StatusCode::UNPROCESSABLE_ENTITY;
    Failure::Refused(Problem::new(status, "file-missing", "choose a file first", "请先选择文件"))
}

/// One of the forms of a page; which of them was sent is told by its `act`.
pub(super) fn command(ask: &Ask, act: &str, button: &str, legend: &str) -> Form {
    Form::post(ask.path(), button).legend(legend).hidden("act", act).once(sent_as(ask, act))
}

fn sent_as<'a>(ask: &'a Ask, act: &str) -> Option<&'a Sent> {
    ask.sent.as_ref().filter(|sent| sent.text("act") == act)
}

/// That form with what was sent and what is wrong, if it was the one.
pub(super) fn mended(ask: &Ask, act: &str, form: Form, problem: Option<&Problem>) -> Form {
    if sent_as(ask, act).is_some() { ask.filled(form, problem) } else { form }
}

/// The same values once more, to be confirmed after a look at the amounts.
pub(super) fn confirming(ask: &Ask, button: &str, names: &[&str]) -> Form {
    let form = Form::post(ask.path(), button).hidden("step", "confirmed").once(ask.sent.as_ref());
    let Some(sent) = &ask.sent else { return form };
    names
        .iter()
        .filter(|name| sent.has(name))
        .fold(form, |form, name| form.hidden(name, sent.text(name)))
}

/// Whether the amounts were looked at and the values sent once more.
pub(super) fn is_confirmed(ask: &Ask) -> bool {
    ask.sent.as_ref().is_some_and(|sent| sent.text("step") == "confirmed")
}

/// After one of the forms of a page: on to where it is said what was done, or the page again with
/// what is wrong.
pub(super) async fn after(
    ask: &Ask,
    done: Answer<Facts>,
    to: String,
    again: impl AsyncFnOnce(&Problem) -> Answer<Sheet>,
) -> Answer<Shown> {
    match done {
        Ok(_) => Ok(Shown::see(to)),
        Err(Failure::Refused(problem)) => {
            let mut sheet = again(&problem).await?;
            if sheet.status < 400 {
                // Its form is no longer there, as of what is over meanwhile.
                let text = said(ask, &problem);
                sheet.blocks.insert(0, Block::Message { kind: "bad", text });
                sheet.status = 422;
            }
            ask.again(Failure::Refused(problem), |_| sheet)
        }
        Err(failure) => Err(failure),
    }
}

/// Says what was done, as the address tells it after a form.
pub(super) fn told(ask: &Ask, sheet: Sheet, things: &[(&str, &str, &str)]) -> Sheet {
    match things.iter().find(|(done, _, _)| *done == ask.query("done")) {
        Some((_, chinese, english)) => sheet.good(ask.t(chinese, english)),
        None => sheet,
    }
}

/// Today, as a form holds it.
pub(super) fn day_now(ask: &Ask) -> String {
    today(ask.now)
}

/// The papers attached to something; each is taken along at a page below `open`.
pub(super) fn papers(ask: &Ask, list: &Facts, open: &str) -> Table {
    let say = &ask.say;
    let rows = list.items("items").into_iter().map(|one| {
        vec![
            cell(one.text("name")).to(format!(
                "{open}/{}?name={}",
                one.text("id"),
                encoded(&one.text("name"))
            )),
            cell(one.text("purpose")),
            cell(say.time(&one.text("attached_at"))),
            cell(format!("{} KB", say.count(one.whole("bytes").div_euclid(1024) + 1))).number(),
        ]
    });
    let columns =
        [("文件", "File"), ("用途", "Purpose"), ("上传时间", "Attached"), ("大小", "Size")];
    table(ask, ("附件", "Documents"), &columns)
        .rows(rows.collect())
        .empty(ask.t("还没有附件。", "Nothing is attached yet."))
}

/// The form that attaches a paper.
pub(super) fn attach_form(ask: &Ask) -> Form {
    command(ask, "attach", ask.t("上传", "Attach"), ask.t("上传附件", "Attach a document"))
        .field(
            Field::file("file", ask.t("文件", "File")).required().hint(
                ask.t("PDF、OFD、Word、Excel 或图片。", "PDF, OFD, Word, Excel or a picture."),
            ),
        )
        .field(Field::text("purpose", ask.t("用途", "Purpose")).required())
}

/// Attaches the chosen file at the operation of that path; `query` is more of what it asks for.
pub(super) async fn attach(ask: &Ask, path: &str, query: &str) -> Answer<Facts> {
    let sent = ask.sent.clone().unwrap_or_default();
    let Some(file) = &sent.file else { return Err(no_file()) };
    let (name, purpose) = (encoded(&file.name), encoded(sent.text("purpose")));
    let path = format!("{path}?name={name}&purpose={purpose}{query}");
    ask.hand(&path, "application/octet-stream", file).await
}

/// A paper, to keep under the name that the link to it says.
pub(super) async fn paper(ask: &Ask, id: &str) -> Answer<Shown> {
    let name = match ask.query("name") {
        "" => ask.t("附件", "document"),
        name => name,
    };
    ask.file(&format!("/api/v1/documents/{id}/content"), name).await
}

/// What a refusal says to the reader.
pub(super) fn said(ask: &Ask, problem: &Problem) -> String {
    ask.t(&problem.chinese, &problem.english).to_owned()
}
