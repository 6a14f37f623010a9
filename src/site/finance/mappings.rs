//! How the files of each bank are read: which column is which.

use serde_json::{Map, Value, json};

use crate::kernel::problem::{Answer, Problem};
use crate::web::pages::{Ask, Facts, Field, Form, Sheet, Shown, Table, cell, with};

/// The columns of a statement, those that every file has first.
const COLUMNS: [(&str, &str, &str); 11] = [
    ("date", "交易日期列", "Column of the day"),
    ("balance", "余额列", "Column of the balance"),
    ("time", "交易时间列", "Column of the time"),
    ("credit", "贷方（收入）列", "Column of credits"),
    ("debit", "借方（支出）列", "Column of debits"),
    ("amount", "金额列（收支同列）", "Column of the amount (both ways)"),
    ("direction", "借贷标志列", "Column of the direction"),
    ("counterparty_name", "对方户名列", "Column of the counterparty"),
    ("counterparty_account", "对方账号列", "Column of its account"),
    ("serial", "流水号列", "Column of the serial"),
    ("own_account", "本方账号列", "Column of our account"),
];

pub(super) async fn mappings(ask: Ask) -> Answer<Shown> {
    let passed = ask.passed(&["cursor"]);
    let list = ask.get(&format!("/api/v1/statement-mappings?limit=50{passed}")).await?;
    let Some(sent) = &ask.sent else { return Ok(shown(&ask, &list, None).into()) };
    let mut columns = Map::new();
    for (name, _, _) in COLUMNS.iter().filter(|(name, _, _)| sent.has(name)) {
        columns.insert((*name).to_owned(), Value::from(sent.text(name)));
    }
    let texts = sent.text("texts").split(['、', ',', '，']).map(str::trim);
    let texts: Vec<&str> = texts.filter(|text| !text.is_empty()).collect();
    columns.insert("texts".to_owned(), json!(texts));
    let mut layout = Map::new();
    layout.insert("columns".to_owned(), Value::Object(columns));
    if let Ok(row) = sent.text("header_row").parse::<i64>() {
        layout.insert("header_row".to_owned(), Value::from(row));
    }
    let body = with(sent.json(&["bank", "name"], &[]), "layout", Value::Object(layout));
    match ask.post("/api/v1/statement-mappings", &body).await {
        Ok(_) => Ok(Shown::see("/finance/mappings?done=1")),
        Err(failure) => ask.again(failure, |problem| shown(&ask, &list, problem)),
    }
}

fn shown(ask: &Ask, list: &Facts, problem: Option<&Problem>) -> Sheet {
    let say = &ask.say;
    let mut sheet = Sheet::new(ask.t("银行文件格式", "Files of the banks"))
        .under("/finance/statements", ask.t("银行流水", "Bank statements"))
        .lead(ask.t(
            "常见格式会自动识别；识别不了的银行文件，在此登记各列的表头。",
            "Usual files are read by themselves; for others say here which column is which.",
        ));
    if ask.query("done") == "1" {
        sheet = sheet.good(ask.t("已保存。", "Kept."));
    }
    let rows = list.items("items").into_iter().map(|one| {
        let columns = one.members("layout/columns").into_iter().filter_map(|(name, value)| {
            let known = COLUMNS.iter().find(|(known, _, _)| *known == name);
            let known = known.map(|(_, zh, en)| ask.t(zh, en))?;
            value
                .has("")
                .then(|| format!("{known}{colon}{}", value.text(""), colon = ask.say.colon()))
        });
        vec![
            cell(one.text("bank")),
            cell(one.text("name")),
            cell(one.text("version")).number(),
            cell(columns.collect::<Vec<_>>().join(ask.t("；", "; "))),
            cell(say.time(&one.text("kept_at"))),
        ]
    });
    let columns = [
        ask.t("银行", "Bank"),
        ask.t("名称", "Name"),
        ask.t("版本", "Version"),
        ask.t("各列", "Columns"),
        ask.t("保存时间", "Kept"),
    ];
    let mut form =
        Form::post("/finance/mappings", ask.t("保存格式", "Keep it"))
            .legend(ask.t("登记一种格式", "A new form of file"))
            .field(Field::text("bank", ask.t("银行", "Bank")).required())
            .field(Field::text("name", ask.t("名称", "Name")).required().hint(ask.t(
                "同名的再次保存为新版本。",
                "Kept again under the same name it is a new version.",
            )))
            .field(
                Field::number("header_row", ask.t("表头所在行", "Row of the headings"))
                    .hint(ask.t("不填则自动查找。", "Found by itself when left empty.")),
            );
    for (at, (name, zh, en)) in COLUMNS.into_iter().enumerate() {
        let field = Field::text(name, ask.t(zh, en));
        form = form.field(if at < 2 { field.required() } else { field });
    }
    form = form.field(Field::text("texts", ask.t("摘要、附言列", "Columns of the text")).hint(
        ask.t("可以有几列，用顿号或逗号分开。", "There may be several, with commas between."),
    ));
    sheet
        .table(
            Table::of("", &columns)
                .rows(rows.collect())
                .empty(ask.t("还没有登记格式。", "None was kept yet."))
                .next(list, say, "/finance/mappings", &[]),
        )
        .form(ask.filled(form, problem).once(ask.sent.as_ref()))
}
