//! Batches, serials, parcels, retirements and certificates: what everybody may trace.

use crate::kernel::problem::Answer;
use crate::site::places::county_choices;
use crate::site::words::{grade, word};
use crate::web::pages::{Ask, Cell, Facts, Field, Figure, Form, Link, Sheet, Shown, Table, cell};

pub(super) async fn batches(ask: Ask) -> Answer<Shown> {
    if !ask.query("serial").is_empty() {
        let serial: String = ask.query("serial").chars().filter(|c| c.is_ascii_graphic()).collect();
        let safe = |c: &char| c.is_ascii_alphanumeric() || *c == '-';
        return Ok(Shown::see(format!(
            "/serials/{}",
            serial.chars().filter(safe).collect::<String>()
        )));
    }
    let passed = ask.passed(&["county", "cursor"]);
    let list = ask.get(&format!("/api/v1/public/batches?limit=50{passed}")).await?;
    let say = &ask.say;
    let mut rows = Vec::new();
    for one in list.items("items") {
        rows.push(vec![
            cell(one.text("number")).to(format!("/batches/{}", one.text("id"))),
            cell(ask.region(&one.text("county")).await?),
            cell(one.text("project_number")),
            cell(word(say, &one.text("wetland_type"))),
            cell(grade(say, &one.text("grade"))),
            cell(say.m2(one.whole("issued_m2"))).number(),
            cell(say.day_of(&one.text("certified_at"))),
        ]);
    }
    let columns = [
        ask.t("批次", "Batch"),
        ask.t("县区", "County"),
        ask.t("修复项目", "Project"),
        ask.t("湿地类型", "Type"),
        ask.t("等级", "Grade"),
        ask.t("核发面积", "Issued"),
        ask.t("认定日期", "Certified"),
    ];
    Ok(Sheet::new(ask.t("指标批次", "Batches of credits"))
        .lead(ask.t(
            "每个批次来自一次核算认定，每平方米都有唯一编号，可以查到它的全部来历。",
            "Each batch comes from one certification; every square metre has a serial whose whole story can be read.",
        ))
        .form(
            Form::ask("/batches", ask.t("查编号", "Trace a serial")).field(
                Field::text("serial", ask.t("指标编号", "Serial"))
                    .hint("WL-360124-2023-B0001-000123"),
            ),
        )
        .form(
            Form::ask("/batches", ask.t("筛选", "Filter")).field(
                Field::choice("county", ask.t("县区", "County"), county_choices(&ask).await?)
                    .value(ask.query("county")),
            ),
        )
        .table(
            Table::of("", &columns)
                .rows(rows)
                .empty(ask.t("还没有核发指标。", "No credits have been issued yet."))
                .next(&list, say, "/batches", &[("county", ask.query("county"))]),
        )
        .into())
}

pub(super) async fn batch(ask: Ask) -> Answer<Shown> {
    let id = ask.part("batch_id");
    let one = ask.get(&format!("/api/v1/batches/{id}")).await?;
    let state = ask.get(&format!("/api/v1/batches/{id}/state")).await?;
    let say = &ask.say;
    let first = first_serial(&one.text("serials"));
    let mut sheet = Sheet::new(format!("{} {}", ask.t("批次", "Batch"), one.text("number")))
        .under("/batches", ask.t("指标批次", "Batches of credits"));
    if one.yes("frozen") {
        sheet =
            sheet.bad(ask.t("该批次已冻结，暂停交易。", "This batch is frozen; it is not traded."));
    }
    let facts = batch_facts(&ask, &one).await?;
    sheet = sheet.facts(facts).links(vec![Link::to(
        format!("/serials/{first}"),
        ask.t("查看来历（首个编号）", "The whole trace (of the first serial)"),
    )]);
    let rows = state
        .members("buckets")
        .into_iter()
        .map(|(bucket, m2)| vec![cell(word(say, &bucket)), cell(say.m2_mu(m2.whole(""))).number()]);
    let columns = [ask.t("去向", "Where they are"), ask.t("面积", "Area")];
    sheet = sheet.table(
        Table::of(ask.t("指标现状", "Where its credits are"), &columns)
            .rows(rows.collect())
            .empty(ask.t("没有指标。", "There are none.")),
    );
    Ok(releases(&ask, sheet, &one).into())
}

async fn batch_facts<'a>(ask: &'a Ask, one: &Facts) -> Answer<Vec<(&'a str, Cell)>> {
    let say = &ask.say;
    let county = ask.region(&one.text("county")).await?;
    let mut townships = Vec::new();
    for part in one.items("townships") {
        let name = ask.region(&part.text("region")).await?;
        townships.push(format!("{name} {}", say.m2(part.whole("certified_m2"))));
    }
    Ok(vec![
        (ask.t("县区", "County"), cell(county)),
        (ask.t("所在乡镇", "Townships"), cell(townships.join("、"))),
        (ask.t("修复项目", "Project"), cell(one.text("project_number"))),
        (ask.t("湿地类型", "Type of wetland"), cell(word(say, &one.text("wetland_type")))),
        (ask.t("质量等级", "Grade"), cell(grade(say, &one.text("grade")))),
        (ask.t("验收日期", "Accepted on"), cell(say.day(&one.text("accepted_on")))),
        (ask.t("认定时间", "Certified at"), cell(say.time(&one.text("certified_at")))),
        (ask.t("核发面积", "Issued"), cell(say.m2_mu(one.whole("issued_m2")))),
        (ask.t("其中缓冲储备", "Of it buffer"), cell(say.m2_mu(one.whole("buffer_m2")))),
        (ask.t("编号区间", "Serials"), cell(one.text("serials"))),
    ])
}

fn releases(ask: &Ask, sheet: Sheet, one: &Facts) -> Sheet {
    let say = &ask.say;
    let rows = one
        .items("releases")
        .iter()
        .map(|release| {
            vec![
                cell(word(say, &release.text("milestone"))),
                cell(say.time(&release.text("released_at"))),
                cell(say.percent(&release.text("percent"))).number(),
                cell(say.m2(release.whole("step_m2"))).number(),
                cell(say.m2(release.whole("cumulative_m2"))).number(),
            ]
        })
        .collect();
    let columns = [
        ask.t("节点", "Milestone"),
        ask.t("时间", "Released at"),
        ask.t("累计比例", "Share so far"),
        ask.t("本次释放", "This step"),
        ask.t("累计释放", "So far"),
    ];
    let empty = ask.t("尚未释放。", "Nothing has been released yet.");
    sheet.table(Table::of(ask.t("分期释放", "Releases"), &columns).rows(rows).empty(empty))
}

/// `WL-…-000001-011333` → `WL-…-000001`.
fn first_serial(serials: &str) -> String {
    serials.rsplit_once('-').map_or_else(|| serials.to_owned(), |(first, _)| first.to_owned())
}

pub(super) async fn serial(ask: Ask) -> Answer<Shown> {
    let serial = ask.part("serial");
    let one = ask.get(&format!("/api/v1/serials/{serial}")).await?;
    let say = &ask.say;
    let township = ask.region(&one.text("project/township")).await?;
    let batch = one.at("batch");
    let mut sheet = Sheet::new(format!("{} {}", ask.t("指标", "Credit"), one.text("serial")))
        .under("/batches", ask.t("指标批次", "Batches of credits"))
        .under(&format!("/batches/{}", batch.text("id")), batch.text("number"))
        .figures(vec![
            Figure::of(ask.t("现状", "Now"), word(say, &one.text("now/bucket"))),
            Figure::of(ask.t("现持有", "Held by"), word(say, &one.text("now/holder"))),
        ])
        .heading(ask.t("来自的土地", "The land it comes from"))
        .facts(vec![
            (
                ask.t("修复项目", "Project"),
                cell(format!("{} {}", one.text("project/number"), one.text("project/name"))),
            ),
            (ask.t("乡镇", "Township"), cell(township)),
        ]);
    let parcels = one
        .items("project/parcels")
        .iter()
        .map(|parcel| {
            vec![
                cell(parcel.text("parcel_no")).to(format!("/parcels/{}", parcel.text("parcel_id"))),
                cell(say.area(&parcel.text("area_m2"))).number(),
            ]
        })
        .collect();
    sheet = sheet.table(
        Table::of(ask.t("地块", "Parcels"), &[ask.t("编号", "Number"), ask.t("面积", "Area")])
            .rows(parcels),
    );
    let stages = one
        .items("project/stages")
        .iter()
        .map(|stage| {
            vec![
                cell(word(say, &format!("stage.{}", stage.text("stage")))),
                cell(say.time(&stage.text("entered_at"))),
            ]
        })
        .collect();
    sheet = sheet.table(
        Table::of(ask.t("项目阶段", "Stages"), &[ask.t("阶段", "Stage"), ask.t("时间", "Time")])
            .rows(stages),
    );
    let reports = one
        .items("project/reports")
        .iter()
        .map(|report| {
            vec![
                cell(word(say, &report.text("kind"))),
                cell(report.text("report_no")),
                cell(report.text("assessor")),
                cell(say.day(&report.text("date"))),
                cell(say.area(&report.text("area_m2"))).number(),
            ]
        })
        .collect();
    let columns = [
        ask.t("报告", "Report"),
        ask.t("文号", "Number"),
        ask.t("评估机构", "Assessor"),
        ask.t("日期", "Date"),
        ask.t("面积", "Area"),
    ];
    sheet = sheet.table(
        Table::of(ask.t("评估与监测", "Reports"), &columns)
            .rows(reports)
            .empty(ask.t("没有报告。", "No reports.")),
    );
    let notices = one
        .items("notices")
        .iter()
        .map(|notice| {
            cell(format!("{} {}", notice.text("number"), notice.text("title")))
                .to(format!("/notices/{}", notice.text("id")))
        })
        .collect::<Vec<_>>();
    if !notices.is_empty() {
        sheet = sheet.heading(ask.t("公示", "Notices")).list(notices);
    }
    let place = |it: &Facts, of: &str| {
        format!(
            "{} · {}",
            word(say, &it.text(&format!("{of}/holder"))),
            word(say, &it.text(&format!("{of}/bucket")))
        )
    };
    let moves = one
        .items("moves")
        .iter()
        .map(|it| {
            vec![
                cell(say.time(&it.text("at"))),
                cell(word(say, &it.text("event"))),
                cell(place(it, "from")),
                cell(place(it, "to")),
                cell(it.text("trade")),
            ]
        })
        .collect();
    let columns = [
        ask.t("时间", "Time"),
        ask.t("事项", "Event"),
        ask.t("从", "From"),
        ask.t("到", "To"),
        ask.t("成交编号", "Trade"),
    ];
    Ok(sheet
        .table(
            Table::of(ask.t("流转记录", "Every move"), &columns)
                .rows(moves)
                .empty(ask.t("尚未流转。", "It has not moved.")),
        )
        .into())
}

pub(super) async fn parcel(ask: Ask) -> Answer<Shown> {
    let id = ask.part("parcel_id");
    let one = ask.get(&format!("/api/v1/public/parcels/{id}")).await?;
    let say = &ask.say;
    let (county, township) =
        (ask.region(&one.text("county")).await?, ask.region(&one.text("township")).await?);
    Ok(Sheet::new(format!("{} {}", one.text("number"), one.text("name")))
        .under(&format!("/map?county={}", one.text("county")), ask.t("地图", "Map"))
        .facts(vec![
            (ask.t("类别", "Kind"), cell(word(say, &one.text("kind")))),
            (ask.t("现状", "State"), cell(word(say, &one.text("state")))),
            (ask.t("位置", "Place"), cell(format!("{county} {township}"))),
            (ask.t("面积", "Area"), cell(say.area(&one.text("area_m2")))),
            (
                ask.t("地类", "Land class"),
                cell(format!("{} {}", one.text("land_class"), one.text("land_class_name"))),
            ),
            (ask.t("湿地类型", "Type of wetland"), cell(word(say, &one.text("wetland_type")))),
            (ask.t("调查年度", "Survey year"), cell(one.text("survey_year"))),
        ])
        .links(vec![Link::to(
            format!("/api/v1/public/parcels/{id}"),
            ask.t("开放数据（JSON，含边界）", "Open data (JSON, with its boundary)"),
        )])
        .into())
}

pub(super) async fn retirements(ask: Ask) -> Answer<Shown> {
    let names = ["county", "from", "to"];
    let passed = ask.passed(&["county", "from", "to", "cursor"]);
    let list = ask.get(&format!("/api/v1/public/retirements?limit=50{passed}")).await?;
    let say = &ask.say;
    let mut rows = Vec::new();
    for one in list.items("items") {
        let serials: Vec<String> = one.items("serials").iter().map(|one| one.text("")).collect();
        rows.push(vec![
            cell(one.text("number")),
            cell(say.time(&one.text("retired_at"))),
            cell(ask.region(&one.text("county")).await?),
            cell(one.text("project")),
            cell(word(say, &one.text("wetland_type"))),
            cell(say.m2(one.whole("m2"))).number(),
            cell(serials.join(" ")),
        ]);
    }
    let columns = [
        ask.t("核销编号", "Retirement"),
        ask.t("时间", "Time"),
        ask.t("县区", "County"),
        ask.t("建设项目", "Project"),
        ask.t("湿地类型", "Type"),
        ask.t("面积", "Area"),
        ask.t("编号区间", "Serials"),
    ];
    let export = ask.passed(&names);
    Ok(Sheet::new(ask.t("核销记录", "Retirements"))
        .lead(ask.t(
            "已用于占补平衡的指标。核销后永久退出，不能再次使用。",
            "Credits that were used up for an occupation. They never come back.",
        ))
        .form(
            Form::ask("/retirements", ask.t("筛选", "Filter"))
                .field(
                    Field::choice("county", ask.t("县区", "County"), county_choices(&ask).await?)
                        .value(ask.query("county")),
                )
                .field(Field::date("from", ask.t("自", "From")).value(ask.query("from")))
                .field(Field::date("to", ask.t("至", "To")).value(ask.query("to"))),
        )
        .table(
            Table::of("", &columns)
                .rows(rows)
                .empty(ask.t("没有符合条件的核销。", "No retirement fits."))
                .next(&list, say, "/retirements", &names.map(|name| (name, ask.query(name))))
                .export(Link::to(
                    format!("/api/v1/public/retirements.csv?{}", export.trim_start_matches('&')),
                    ask.t("下载核销记录（CSV）", "Download the retirements (CSV)"),
                )),
        )
        .into())
}

pub(super) async fn certificate_check(ask: Ask) -> Answer<Shown> {
    let (number, code) = (ask.query("number"), ask.query("code"));
    let say = &ask.say;
    let form = Form::ask("/certificate-check", ask.t("核验", "Check"))
        .field(
            Field::text("number", ask.t("证明编号", "Number"))
                .value(number)
                .hint("HXZ360124-2026-0001"),
        )
        .field(Field::text("code", ask.t("校验码", "Code")).value(code).hint(ask.t(
            "证明右下角的 12 位校验码，或扫描二维码。",
            "The 12 characters on the paper, or scan its QR code.",
        )));
    let sheet = Sheet::new(ask.t("核销证明核验", "Check a certificate")).form(form);
    if number.is_empty() || code.is_empty() {
        return Ok(sheet.into());
    }
    let plain = |text: &str| -> String {
        text.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '-').collect()
    };
    let path = format!("/api/v1/public/certificates/{}/{}", plain(number), plain(code));
    let Some(one) = ask.find(&path).await? else {
        return Ok(sheet
            .bad(ask.t(
                "没有这样的证明。请核对编号和校验码；如仍不符，请向审批机关报告。",
                "There is no such certificate. Check number and code; if they are right, report the paper.",
            ))
            .into());
    };
    let state = word(say, &one.text("state"));
    let says = format!("{}{state}", ask.t("本证明：", "This certificate: "));
    let sheet = if one.text("state") == "valid" { sheet.good(says) } else { sheet.bad(says) };
    let serials: Vec<String> = one.items("serials").iter().map(|one| one.text("")).collect();
    Ok(sheet
        .facts(vec![
            (ask.t("证明编号", "Number"), cell(one.text("number"))),
            (ask.t("建设单位", "Developer"), cell(one.text("developer"))),
            (ask.t("建设项目", "Project"), cell(one.text("project"))),
            (ask.t("占用申请", "Occupation"), cell(one.text("occupation"))),
            (ask.t("县区", "County"), cell(one.text("county"))),
            (ask.t("核销面积", "Retired"), cell(say.m2_mu(one.whole("m2")))),
            (ask.t("编号区间", "Serials"), cell(serials.join(" "))),
            (ask.t("签发时间", "Issued"), cell(say.time(&one.text("issued_at")))),
            (ask.t("有效期至", "Valid to"), cell(say.day(&one.text("valid_to")))),
            (ask.t("核验时间", "Checked at"), cell(say.time(&one.text("checked_at")))),
        ])
        .into())
}
