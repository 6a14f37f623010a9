//! Fee accounts, working days, and the public keys of what the exchange signs.

use serde_json::json;

use crate::kernel::problem::{Answer, Problem};
use crate::site::parts;
use crate::site::words::word;
use crate::web::pages::{Ask, Facts, Field, Form, Link, Sheet, Shown, Table, cell, today};

pub(super) async fn fee_accounts(ask: Ask) -> Answer<Shown> {
    let list = ask.get("/api/v1/fee-accounts").await?;
    let organisations = (
        parts::organisations(&ask, "operations_centre").await?,
        parts::organisations(&ask, "finance_bureau").await?,
    );
    let Some(sent) = &ask.sent else {
        return Ok(accounts(&ask, &list, organisations, None).into());
    };
    let names = [
        "bank",
        "centre_organisation_id",
        "county",
        "document",
        "name",
        "number",
        "treasury_organisation_id",
    ];
    match ask.post("/api/v1/fee-accounts", &sent.json(&names, &[])).await {
        Ok(_) => Ok(Shown::see("/administrator/fee-accounts?done=1")),
        Err(failure) => ask.again(failure, |problem| accounts(&ask, &list, organisations, problem)),
    }
}

/// The centres and the finance bureaus to choose from.
type Organisations = (Vec<(String, String)>, Vec<(String, String)>);

fn accounts(
    ask: &Ask,
    list: &Facts,
    (centres, bureaus): Organisations,
    problem: Option<&Problem>,
) -> Sheet {
    let mut sheet = Sheet::new(ask.t("费用管理账户", "Fee accounts"))
        .under("/administrator", ask.t("平台管理", "Administration"))
        .lead(ask.t(
            "每县一个交易费用管理账户，开立后由财政局导入其银行流水。",
            "One bank account for each county, whose statements the finance bureau imports.",
        ));
    if ask.query("done") == "1" {
        sheet = sheet.good(ask.t("已开立。", "Opened."));
    }
    let rows = list.items("").into_iter().map(|one| {
        vec![
            cell(one.text("county")),
            cell(one.text("name")),
            cell(one.text("number")),
            cell(one.text("bank")),
            cell(one.text("document")),
        ]
    });
    let columns = [
        ask.t("县区", "County"),
        ask.t("户名", "Name"),
        ask.t("账号", "Number"),
        ask.t("开户银行", "Bank"),
        ask.t("依据文件", "Document"),
    ];
    let form = Form::post("/administrator/fee-accounts", ask.t("开立", "Open it"))
        .legend(ask.t("开立账户", "Open an account"))
        .field(Field::text("county", ask.t("县区代码（6 位）", "County (6 digits)")).required())
        .field(Field::text("name", ask.t("户名", "Name")).required())
        .field(Field::text("number", ask.t("账号", "Number")).required())
        .field(Field::text("bank", ask.t("开户银行", "Bank")).required())
        .field(Field::text("document", ask.t("依据文件", "Document")).required())
        .field(Field::choice("centre_organisation_id", ask.t("运营中心", "Centre"), centres))
        .field(Field::choice("treasury_organisation_id", ask.t("财政局", "Treasury"), bureaus));
    sheet
        .table(
            Table::of("", &columns)
                .rows(rows.collect())
                .empty(ask.t("还没有账户。请开立第一个。", "There is none yet. Open the first.")),
        )
        .form(ask.filled(form, problem).once(ask.sent.as_ref()))
}

pub(super) async fn calendar(ask: Ask) -> Answer<Shown> {
    let asked = ask.query("year");
    let year = match asked.parse::<u16>() {
        Ok(year) => year.to_string(),
        Err(_) => today(ask.now).get(..4).unwrap_or_default().to_owned(),
    };
    let path = format!("/api/v1/calendar-days?from={year}-01-01&to={year}-12-31");
    let days = ask.find(&path).await?.unwrap_or_default();
    let Some(sent) = &ask.sent else { return Ok(shown(&ask, &year, &days, None).into()) };
    let body = json!({ "days": [sent.json(&["day", "kind", "name"], &[])] });
    match ask.post("/api/v1/calendar-days", &body).await {
        Ok(_) => {
            let year: String = sent.text("day").chars().take_while(char::is_ascii_digit).collect();
            Ok(Shown::see(format!("/administrator/calendar?done=1&year={year}")))
        }
        Err(failure) => ask.again(failure, |problem| shown(&ask, &year, &days, problem)),
    }
}

fn shown(ask: &Ask, year: &str, days: &Facts, problem: Option<&Problem>) -> Sheet {
    let say = &ask.say;
    let mut sheet = Sheet::new(ask.t("工作日历", "Working days"))
        .under("/administrator", ask.t("平台管理", "Administration"))
        .lead(ask.t(
            "国务院办公厅公布的节假日与调休；公示、审查等期限按工作日计算。",
            "Holidays and moved working days as published; terms count in working days.",
        ));
    if ask.query("done") == "1" {
        sheet = sheet.good(ask.t("已登记。", "Kept."));
    }
    let rows = days.items("").into_iter().map(|day| {
        vec![
            cell(say.day(&day.text("day"))),
            cell(word(say, &format!("day.{}", day.text("kind")))),
            cell(day.text("name")),
        ]
    });
    let columns = [ask.t("日期", "Day"), ask.t("类别", "Kind"), ask.t("名称", "Name")];
    let kinds = ["holiday", "workday", "ordinary"]
        .map(|kind| (kind.to_owned(), word(say, &format!("day.{kind}"))));
    let form = Form::post("/administrator/calendar", ask.t("登记", "Keep it"))
        .legend(ask.t("登记一天", "A day"))
        .field(Field::date("day", ask.t("日期", "Day")).required())
        .field(Field::choice("kind", ask.t("类别", "Kind"), kinds.to_vec()))
        .field(
            Field::text("name", ask.t("名称", "Name"))
                .required()
                .hint(ask.t("如“国庆节”“国庆节调休上班”。", "Such as the name of the holiday.")),
        );
    let other = Form::ask("/administrator/calendar", ask.t("查看", "Show"))
        .field(Field::number("year", ask.t("年份", "Year")).value(year));
    sheet
        .form(other)
        .table(Table::of(year, &columns).rows(rows.collect()).empty(ask.t(
            "这一年还没有登记，只按周末计算。请按公布的安排登记。",
            "Nothing is kept for this year; only weekends count. Enter what is published.",
        )))
        .form(ask.filled(form, problem).once(ask.sent.as_ref()))
}

pub(super) async fn keys(ask: Ask) -> Answer<Shown> {
    let keys = ask.get("/api/v1/public/keys").await?.items("items");
    let columns = [
        ask.t("密钥编号", "Key"),
        ask.t("公钥", "Public key"),
        ask.t("状态", "State"),
        ask.t("启用", "Used from"),
        ask.t("更换", "Used until"),
        ask.t("下载", "Keep"),
    ];
    let table = |purpose: &str, title| {
        let of_purpose = keys.iter().filter(|key| key.text("purpose") == purpose);
        let rows = of_purpose.map(|key| {
            let id = key.text("key_id");
            let keep = match purpose {
                "certificates" => cell("PEM").to(format!("/administrator/keys/{id}")),
                _ => cell(""),
            };
            vec![
                cell(id),
                cell(key.text("public_key")),
                cell(word(&ask.say, &format!("key.{}", key.text("state")))),
                cell(ask.say.time(&key.text("used_from"))),
                cell(ask.say.time(&key.text("used_until"))),
                keep,
            ]
        });
        Table::of(title, &columns)
            .rows(rows.collect())
            .empty(ask.t("还没有密钥。", "There is none yet."))
    };
    Ok(Sheet::new(ask.t("密钥", "Keys"))
        .under("/administrator", ask.t("平台管理", "Administration"))
        .lead(ask.t(
            "私钥只在服务器的数据目录中，不能从这里看到；更换由运维人员在服务器上用 keys 命令办理。这里是公开的部分。",
            "Private keys stay in the data folder of the server and take each other's place at the \
             machine (the command keys); this is what everybody may have.",
        ))
        .table(table("certificates", ask.t("核销证明签名密钥", "Keys of certificates")))
        .table(table("checkpoints", ask.t("审计检查点签名密钥", "Keys of audit checkpoints")))
        .links(vec![Link::to("/administrator", ask.t("返回", "Back"))])
        .into())
}

pub(super) async fn key(ask: Ask) -> Answer<Shown> {
    let id = ask.part("key_id");
    ask.file(&format!("/api/v1/public/certificate-keys/{id}/key.pem"), format!("{id}.pem")).await
}
