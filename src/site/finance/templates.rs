//! How the bank wants its table of payments: which columns, and in which order.

use serde_json::{Value, json};

use crate::kernel::problem::{Answer, Problem};
use crate::site::finance::{account, is_officer};
use crate::site::parts::{after, table, told};
use crate::site::words::word;
use crate::web::pages::{Ask, Field, Form, Link, Sent, Sheet, Shown, cell, with};

/// What a column may hold; the first three are needed.
const FIELDS: [&str; 10] = [
    "payee_account",
    "payee_name",
    "amount",
    "number",
    "payee_bank",
    "purpose",
    "sequence",
    "payer_account",
    "payer_name",
    "currency",
];
const NEEDED: usize = 3;

pub(super) async fn templates(ask: Ask) -> Answer<Shown> {
    let id = account(&ask).await?.text("id");
    let path = format!("/api/v1/fee-accounts/{id}/payment-templates");
    let Some(sent) = &ask.sent else { return Ok(shown(&ask, &path, None).await?.into()) };
    let body = with(sent.json(&["bank", "encoding"], &[]), "columns", columns(sent));
    let done = ask.post(&path, &body).await;
    let to = "/finance/payment-templates?done=kept".to_owned();
    after(&ask, done, to, async |problem| shown(&ask, &path, Some(problem)).await).await
}

/// The columns that have a heading, by the place that each was given and then in our order.
fn columns(sent: &Sent) -> Value {
    let mut columns: Vec<(usize, &str, &str)> = Vec::new();
    for (at, field) in FIELDS.iter().enumerate() {
        if sent.has(field) {
            let (title, place) = match sent.text(field).split_once(['.', '．', '、']) {
                Some((place, title)) => (title.trim(), place.trim().parse().ok()),
                None => (sent.text(field), None),
            };
            columns.push((place.unwrap_or(FIELDS.len() + at), field, title));
        }
    }
    columns.sort_by_key(|(place, _, _)| *place);
    columns.into_iter().map(|(_, field, title)| json!({ "field": field, "title": title })).collect()
}

async fn shown(ask: &Ask, path: &str, problem: Option<&Problem>) -> Answer<Sheet> {
    let say = &ask.say;
    let list = ask.get(&format!("{path}?limit=50{}", ask.passed(&["cursor"]))).await?;
    let rows = list.items("items").into_iter().map(|one| {
        let columns = one.items("columns").into_iter().map(|column| {
            let field = word(say, &format!("column.{}", column.text("field")));
            format!("{}{colon}{field}", column.text("title"), colon = ask.say.colon())
        });
        vec![
            cell(one.text("bank")),
            cell(columns.collect::<Vec<_>>().join(ask.t("；", "; "))),
            cell(word(say, &format!("encoding.{}", one.text("encoding")))),
            cell(say.time(&one.text("entered_at"))),
        ]
    });
    let headings =
        [("银行", "Bank"), ("各列", "Columns"), ("编码", "Encoding"), ("录入时间", "Entered")];
    let kept = table(ask, ("", ""), &headings)
        .rows(rows.collect())
        .empty(ask.t(
            "还没有登记格式；付款文件按通用格式导出。",
            "None was kept yet: tables of payments come in the general form.",
        ))
        .next(&list, say, "/finance/payment-templates", &[]);
    let sheet = Sheet::new(ask.t("付款文件格式", "Tables of payments"))
        .under("/finance/payment-runs", ask.t("付款批次", "Payment runs"))
        .lead(ask.t(
            "按开户银行网银要求的表头导出付款文件；同一银行以最近登记的为准。",
            "Tables of payments are made with the headings that the bank wants; the last one kept \
             for a bank counts.",
        ));
    let sheet = told(ask, sheet, &[("kept", "已保存。", "Kept.")]).table(kept);
    if !is_officer(ask) {
        let note = ask.t("由财政局经办人登记。", "A finance officer keeps it.");
        return Ok(sheet.note(note));
    }
    let encodings = ["utf8_bom", "gb18030"]
        .map(|name| (name.to_owned(), word(say, &format!("encoding.{name}"))));
    let mut form = Form::post("/finance/payment-templates", ask.t("保存格式", "Keep it"))
        .legend(ask.t("登记一种格式", "A new form of table"))
        .field(Field::text("bank", ask.t("银行", "Bank")).required())
        .field(Field::choice("encoding", ask.t("编码", "Encoding"), encodings.to_vec()));
    for (at, name) in FIELDS.into_iter().enumerate() {
        let label = format!(
            "{}{}",
            word(say, &format!("column.{name}")),
            ask.t("的表头", ": its heading"),
        );
        let field = Field::text(name, &label);
        form = form.field(match at {
            0 => field.required().hint(ask.t(
                "前面可写次序，如“1.收款账号”；不写的排在后面。不需要的列留空。",
                "Its place may stand before it, as in “1.Account”. Leave out what is not wanted.",
            )),
            at if at < NEEDED => field.required(),
            _ => field,
        });
    }
    Ok(sheet
        .form(ask.filled(form, problem).once(ask.sent.as_ref()))
        .links(vec![Link::to("/finance/payment-runs", ask.t("付款批次", "Payment runs"))]))
}
