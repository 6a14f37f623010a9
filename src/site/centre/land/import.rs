//! Files of parcels: looked at first, then taken in.

use crate::kernel::problem::{Answer, Failure, Problem};
use crate::site::words::word;
use crate::web::pages::{Ask, Facts, Field, Form, Link, Sheet, Shown, Table, cell};

const MODES: [&str; 2] = ["reject", "accept_valid"];

/// A file of parcels: looked at first, then taken in.
pub(in crate::site::centre) async fn import(ask: Ask) -> Answer<Shown> {
    let Some(sent) = &ask.sent else { return Ok(sheet(&ask, None, None).into()) };
    let done = match &sent.file {
        None => Err(Failure::Refused(no_file())),
        Some(file) => {
            let media = media_of(&file.name);
            let kind = if sent.text("kind") == "wetland" { "wetland" } else { "reserve" };
            let mode = if sent.text("mode") == "accept_valid" { "accept_valid" } else { "reject" };
            let path = match sent.text("act") {
                "import" => format!("/api/v1/parcel-imports?kind={kind}&mode={mode}"),
                _ => format!("/api/v1/parcel-import-reports?kind={kind}"),
            };
            ask.hand(&path, media, file).await
        }
    };
    match done {
        Ok(taken) if taken.has("id") => {
            Ok(Shown::see(format!("/centre/parcel-imports/{}", taken.text("id"))))
        }
        Ok(report) => Ok(sheet(&ask, Some(&report), None).into()),
        Err(failure) => ask.again(failure, |problem| sheet(&ask, None, problem)),
    }
}

fn no_file() -> Problem {
    let status = actix_web::http::StatusCode::UNPROCESSABLE_ENTITY;
    Problem::new(status, "file-missing", "choose a file first", "请先选择文件")
}

fn sheet(ask: &Ask, report: Option<&Facts>, problem: Option<&Problem>) -> Sheet {
    let say = &ask.say;
    let named = |names: &[&str], start: &str| -> Vec<(String, String)> {
        let named =
            names.iter().map(|one| ((*one).to_owned(), word(say, &format!("{start}{one}"))));
        named.collect()
    };
    let acts = vec![
        ("check".to_owned(), ask.t("只检查，不入库", "only check it").to_owned()),
        ("import".to_owned(), ask.t("检查并入库", "check it and take it in").to_owned()),
    ];
    let form = Form::post("/centre/parcels-import", ask.t("上传", "Send"))
        .field(Field::file("file", ask.t("地块文件", "File of parcels")).required().hint(ask.t(
            "GeoJSON、GeoPackage、Shapefile（ZIP）、Excel（xlsx）或 CSV。",
            "GeoJSON, GeoPackage, Shapefile (ZIP), Excel (xlsx) or CSV.",
        )))
        .field(Field::choice("kind", ask.t("类别", "Kind"), named(&["reserve", "wetland"], "")))
        .field(Field::choice(
            "mode",
            ask.t("有误时", "Where rows are wrong"),
            named(&MODES, "mode."),
        ))
        .field(Field::choice("act", ask.t("办理", "Do"), acts))
        .back(Link::to("/centre/parcels", ask.t("返回", "Back")));
    let mut sheet = Sheet::new(ask.t("导入地块", "Take in a file of parcels"))
        .under("/centre/parcels", ask.t("地块", "Parcels"))
        .lead(ask.t(
            "先只检查，逐行看清问题，再入库。",
            "Check it first, see what is wrong with each row, then take it in.",
        ));
    if let Some(report) = report {
        sheet = checked(ask, sheet, report);
    }
    let links =
        vec![Link::to("/centre/parcel-imports", ask.t("已导入的文件", "Files that were taken in"))];
    sheet.form(ask.filled(form, problem).once(ask.sent.as_ref())).links(links)
}

/// A page stays readable; the whole report is in the import's own page.
const ROWS_MAX: usize = 200;

/// What a check of a file found, row by row.
pub(super) fn checked(ask: &Ask, sheet: Sheet, report: &Facts) -> Sheet {
    let say = &ask.say;
    let verdict = format!(
        "{} {} / {} {}",
        say.count(report.whole("accepted")),
        ask.t("个通过", "pass"),
        say.count(report.whole("refused")),
        ask.t("个有误", "do not"),
    );
    let sheet = match report.whole("refused") {
        0 => sheet.good(verdict),
        _ => sheet.bad(verdict),
    };
    let rows = report.items("features").into_iter().take(ROWS_MAX).map(|row| {
        let findings = row.items("findings");
        let said = findings
            .iter()
            .map(|one| one.text(if say.is_chinese() { "message_zh" } else { "message_en" }));
        let said = said.collect::<Vec<_>>().join("；");
        vec![
            cell(row.text("index")).number(),
            cell(row.text("number")),
            cell(row.text("name")),
            cell(say.yes_no(row.yes("accepted"))),
            cell(said),
        ]
    });
    let columns = [
        ask.t("行", "Row"),
        ask.t("编号", "Number"),
        ask.t("名称", "Name"),
        ask.t("通过", "Passes"),
        ask.t("说明", "What is wrong"),
    ];
    let caption = ask.t("逐行检查结果（尚未入库）", "Row by row (nothing is taken in yet)");
    sheet.table(Table::of(caption, &columns).rows(rows.collect()))
}

/// What kind of file it is, by the end of its name.
pub(super) fn media_of(name: &str) -> &'static str {
    match name.rsplit('.').next().unwrap_or_default().to_ascii_lowercase().as_str() {
        "xlsx" => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "csv" => "text/csv",
        "gpkg" => "application/geopackage+sqlite3",
        "zip" => "application/zip",
        _ => "application/geo+json",
    }
}
