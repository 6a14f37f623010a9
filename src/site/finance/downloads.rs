//! The statement of a time, and everything as files: for the ledger, the archive and the auditors.

use crate::kernel::problem::{Answer, Failure};
use crate::site::finance::account;
use crate::site::words::word;
use crate::web::pages::{Ask, Facts, Field, Figure, Form, Link, Sheet, Shown, Table, cell, today};

/// The files of a time: name, and how people call it.
const OF_A_TIME: [(&str, &str, &str); 5] = [
    ("statement.pdf", "期间报表（PDF，可打印签字）", "Statement (PDF, to print and sign)"),
    ("statement.xlsx", "期间报表（Excel）", "Statement (Excel)"),
    ("statement.csv", "期间报表（CSV）", "Statement (CSV)"),
    ("vouchers.csv", "记账凭证（CSV）", "Vouchers (CSV)"),
    ("lines.csv", "已对流水（CSV）", "Matched lines (CSV)"),
];
/// The whole books.
const BOOKS: [(&str, &str, &str); 2] = [
    ("books.hledger", "全部账簿（hledger）", "The whole books (hledger)"),
    ("books.beancount", "全部账簿（beancount）", "The whole books (beancount)"),
];

/// The days asked for, else this month until today.
fn span(ask: &Ask) -> (String, String) {
    let plain = |text: &str| -> String {
        text.chars().filter(|c| c.is_ascii_digit() || *c == '-').collect()
    };
    let today = today(ask.now);
    let from = match plain(ask.query("from")) {
        from if from.is_empty() => format!("{}-01", today.get(..7).unwrap_or_default()),
        from => from,
    };
    let to = match plain(ask.query("to")) {
        to if to.is_empty() => today,
        to => to,
    };
    (from, to)
}

pub(super) async fn downloads(ask: Ask) -> Answer<Shown> {
    let path = format!("/api/v1/fee-accounts/{}", account(&ask).await?.text("id"));
    let (from, to) = span(&ask);
    let form = Form::ask("/finance/downloads", ask.t("查看", "Show"))
        .field(Field::date("from", ask.t("自", "From")).value(&from))
        .field(Field::date("to", ask.t("至", "To")).value(&to));
    let sheet = Sheet::new(ask.t("报表与下载", "Statements and downloads")).lead(ask.t(
        "任一期间的报表、凭证和账簿，可直接导入财务软件。",
        "Statement, vouchers and books of any time, to read on in your own ledger.",
    ));
    let query = format!("from={from}&to={to}");
    let one = match ask.get(&format!("{path}/period-statement?{query}")).await {
        Ok(one) => one,
        Err(failure) => {
            return ask.again(failure, |problem| match problem {
                Some(problem) => sheet.form(form.refused(problem, &ask.say)),
                None => sheet.form(form),
            });
        }
    };
    let link = |(name, zh, en): (&str, &str, &str)| {
        cell(ask.t(zh, en)).to(format!("/finance/files/{name}?{query}"))
    };
    let say = &ask.say;
    let sheet = sheet.form(form).figures(vec![
        Figure::of(ask.t("期初余额", "Opening"), say.yuan(&one.text("opening"))),
        Figure::of(ask.t("收入合计", "Credits"), say.yuan(&one.text("total_credits"))),
        Figure::of(ask.t("支出合计", "Debits"), say.yuan(&one.text("total_debits"))),
        Figure::of(ask.t("期末余额", "Closing"), say.yuan(&one.text("closing"))),
    ]);
    let sheet = match one.has("closed_at") {
        true => sheet.good(format!(
            "{} {}",
            ask.t("本期已结账：", "This time is closed since"),
            say.time(&one.text("closed_at"))
        )),
        false => sheet.note(ask.t("本期尚未结账。", "This time is not closed.")),
    };
    Ok(sheet
        .facts(vec![
            (ask.t("期末余额大写", "Closing in capitals"), cell(one.text("closing_in_capitals"))),
            (ask.t("凭证数", "Vouchers"), cell(say.count(one.whole("vouchers")))),
        ])
        .heading(ask.t("本期文件", "Files of this time"))
        .list(OF_A_TIME.map(link).to_vec())
        .heading(ask.t("全部账簿", "The whole books"))
        .list(BOOKS.map(link).to_vec())
        .table(accounts(&ask, &one))
        .table(batches(&ask, &one))
        .links(vec![Link::to("/finance/closes", ask.t("结账", "Close periods"))])
        .into())
}

fn accounts(ask: &Ask, one: &Facts) -> Table {
    let say = &ask.say;
    let rows = one.items("accounts").into_iter().take(200).map(|line| {
        vec![
            cell(line.text("organisation_name")),
            cell(word(say, &format!("bucket.{}", line.text("bucket")))),
            cell(say.yuan(&line.text("opening"))).number(),
            cell(say.yuan(&line.text("came"))).number(),
            cell(say.yuan(&line.text("went"))).number(),
            cell(say.yuan(&line.text("closing"))).number(),
        ]
    });
    let columns = [
        ask.t("单位", "Organisation"),
        ask.t("科目", "Account"),
        ask.t("期初", "Opening"),
        ask.t("增加", "Came"),
        ask.t("减少", "Went"),
        ask.t("期末", "Closing"),
    ];
    Table::of(ask.t("各单位余额", "Balances"), &columns)
        .rows(rows.collect())
        .empty(ask.t("本期没有余额。", "There are no balances in this time."))
}

fn batches(ask: &Ask, one: &Facts) -> Table {
    let say = &ask.say;
    let rows = one.items("batches").into_iter().take(200).map(|line| {
        vec![
            cell(line.text("batch")),
            cell(say.count(line.whole("trades"))).number(),
            cell(say.m2(line.whole("m2"))).number(),
            cell(say.yuan(&line.text("amount"))).number(),
            cell(say.yuan(&line.text("township_share"))).number(),
            cell(say.yuan(&line.text("centre_share"))).number(),
            cell(say.yuan(&line.text("treasury_share"))).number(),
        ]
    });
    let columns = [
        ask.t("批次", "Batch"),
        ask.t("成交笔数", "Trades"),
        ask.t("面积", "Area"),
        ask.t("金额", "Amount"),
        ask.t("乡镇", "Township"),
        ask.t("中心", "Centre"),
        ask.t("县财政", "Treasury"),
    ];
    Table::of(ask.t("成交与分成", "Trades and shares"), &columns)
        .rows(rows.collect())
        .empty(ask.t("本期没有成交。", "Nothing was traded in this time."))
}

pub(super) async fn file(ask: Ask) -> Answer<Shown> {
    let path = format!("/api/v1/fee-accounts/{}", account(&ask).await?.text("id"));
    let (from, to) = span(&ask);
    let name = ask.part("file");
    let (stem, ending) = name.split_once('.').unwrap_or_default();
    let query = format!("from={from}&to={to}");
    let of = match name.as_str() {
        "books.hledger" | "books.beancount" => format!("{path}/books?format={ending}"),
        "lines.csv" => format!("{path}/reconciliation-items.csv?list=matched&{query}"),
        "statement.csv" | "statement.pdf" | "statement.xlsx" => {
            format!("{path}/period-statement-file?{query}&format={ending}")
        }
        "vouchers.csv" => format!("{path}/vouchers?{query}"),
        _ => return Err(Failure::not_found()),
    };
    let kept = match stem {
        "books" => name.clone(),
        _ => format!("{stem}-{from}-{to}.{ending}"),
    };
    ask.file(&of, kept).await
}
