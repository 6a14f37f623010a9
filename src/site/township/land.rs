//! The township's parcels and its surveys: a file with the land, what the check says of each row,
//! and its submission.

use crate::kernel::problem::{Answer, Failure, Problem};
use crate::site::parts::{after, attach, attach_form, mended, no_file, papers, told};
use crate::site::words::{choices, word};
use crate::web::pages::{
    Ask, Facts, Field, Figure, Form, Link, SentFile, Sheet, Shown, Table, cell,
};

pub(super) async fn parcels(ask: Ask) -> Answer<Shown> {
    let passed = ask.passed(&["kind", "number", "cursor"]);
    let list = ask.get(&format!("/api/v1/parcels?limit=50{passed}")).await?;
    let say = &ask.say;
    let rows = list.items("items").into_iter().map(|one| {
        vec![
            cell(one.text("number")).to(format!("/township/parcels/{}", one.text("id"))),
            cell(one.text("name")),
            cell(word(say, &one.text("kind"))),
            cell(one.text("land_survey/land_class_name")),
            cell(say.area(&one.text("land_survey/declared_area_m2"))).number(),
            cell(word(say, &one.text("monitoring/water_regime"))),
        ]
    });
    let columns = [
        ask.t("编号", "Number"),
        ask.t("名称", "Name"),
        ask.t("类别", "Kind"),
        ask.t("地类", "Land class"),
        ask.t("面积", "Area"),
        ask.t("积水情况", "Water"),
    ];
    let filter = Form::ask("/township/parcels", ask.t("筛选", "Filter"))
        .field(
            Field::choice(
                "kind",
                ask.t("类别", "Kind"),
                choices(say, ask.t("全部", "All"), &["wetland", "reserve"]),
            )
            .value(ask.query("kind")),
        )
        .field(Field::text("number", ask.t("地块编号", "Number")).value(ask.query("number")));
    Ok(Sheet::new(ask.t("我的地块", "My parcels"))
        .lead(ask.t(
            "本乡镇的湿地和后备资源。新增地块请在摸底任务中上报，由运营中心核实入库。",
            "The township's wetland and reserve land. New land is reported in a survey and verified by the centre.",
        ))
        .form(filter)
        .table(
            Table::of("", &columns)
                .rows(rows.collect())
                .empty(ask.t(
                    "没有地块。请到“摸底任务”上报。",
                    "There are no parcels. Report them under “Surveys”.",
                ))
                .next(&list, say, "/township/parcels", &["kind", "number"].map(|n| (n, ask.query(n))))
                .export(Link::to("/township/parcel-files/geopackage", ask.t("导出 GeoPackage", "GeoPackage")))
                .export(Link::to("/township/parcel-files/shapefile", ask.t("导出 Shapefile", "Shapefile")))
                .export(Link::to("/township/parcel-files/geojson", ask.t("导出 GeoJSON", "GeoJSON"))),
        )
        .links(vec![
            Link::to("/township/surveys", ask.t("上报地块", "Report land")).strong(),
            Link::to("/township/map", ask.t("在地图上查看", "See the map")),
            Link::to("/township/assemblies", ask.t("土地归集", "Assembled land")),
        ])
        .into())
}

pub(super) async fn parcel(ask: Ask) -> Answer<Shown> {
    let id = ask.part("parcel_id");
    let path = format!("/api/v1/parcels/{id}");
    if ask.sent.is_none() {
        return Ok(parcel_sheet(&ask, &path, None).await?.into());
    }
    let done = attach(&ask, &format!("{path}/documents"), "").await;
    let to = format!("/township/parcels/{id}?done=attached");
    after(&ask, done, to, async |problem| parcel_sheet(&ask, &path, Some(problem)).await).await
}

/// The form for a survey, or the township's own parcels in one of the formats of maps.
pub(super) async fn file(ask: Ask) -> Answer<Shown> {
    let named = |chinese: &str, english: &str, ending: &str| {
        format!("{}.{ending}", ask.t(chinese, english))
    };
    let (path, name) = match ask.part("file").as_str() {
        "form" => ("/api/v1/parcel-form", named("地块填报表", "parcel form", "xlsx")),
        "geojson" => ("/api/v1/parcel-exports", named("地块", "parcels", "geojson")),
        "geopackage" => {
            ("/api/v1/parcel-exports?format=geopackage", named("地块", "parcels", "gpkg"))
        }
        "shapefile" => ("/api/v1/parcel-exports?format=shapefile", named("地块", "parcels", "zip")),
        _ => return Err(Failure::not_found()),
    };
    ask.file(path, name).await
}

async fn parcel_sheet(ask: &Ask, path: &str, problem: Option<&Problem>) -> Answer<Sheet> {
    let one = ask.get(path).await?;
    let documents = ask.get(&format!("{path}/documents?limit=50")).await?;
    let say = &ask.say;
    let township = ask.region(&one.text("township")).await?;
    let mut facts = vec![
        (ask.t("类别", "Kind"), cell(word(say, &one.text("kind")))),
        (ask.t("乡镇", "Township"), cell(township)),
        (
            ask.t("申报面积", "Declared area"),
            cell(say.area(&one.text("land_survey/declared_area_m2"))),
        ),
        (ask.t("图形面积", "Computed area"), cell(say.area(&one.text("computed_area_m2")))),
        (
            ask.t("地类", "Land class"),
            cell(format!(
                "{} {}",
                one.text("land_survey/land_class"),
                one.text("land_survey/land_class_name")
            )),
        ),
        (ask.t("权属", "Tenure"), cell(one.text("land_survey/tenure"))),
        (
            ask.t("湿地类型", "Type of wetland"),
            cell(word(say, &one.text("monitoring/wetland_type"))),
        ),
        (ask.t("积水情况", "Water"), cell(word(say, &one.text("monitoring/water_regime")))),
        (ask.t("入库时间", "Entered"), cell(say.time(&one.text("entered_at")))),
    ];
    if one.has("restorability") {
        facts.push((
            ask.t("可恢复性结论", "Restorability"),
            cell(format!(
                "{}{open}{}，{}{close}",
                one.text("restorability/basis"),
                one.text("restorability/author"),
                say.day(&one.text("restorability/date")),
                open = ask.t("（", " ("),
                close = ask.t("）", ")")
            )),
        ));
    }
    let sheet = Sheet::new(format!("{} {}", one.text("number"), one.text("name")))
        .under("/township/parcels", ask.t("我的地块", "My parcels"));
    let done = ("attached", "附件已上传。", "The document is attached.");
    Ok(told(ask, sheet, &[done])
        .facts(facts)
        .table(papers(ask, &documents, "/township/documents"))
        .form(mended(ask, "attach", attach_form(ask), problem)))
}

pub(super) async fn surveys(ask: Ask) -> Answer<Shown> {
    let list =
        ask.get(&format!("/api/v1/survey-tasks?limit=50{}", ask.passed(&["cursor"]))).await?;
    let say = &ask.say;
    let rows = list.items("items").into_iter().map(|one| {
        vec![
            cell(one.text("number")).to(format!("/township/surveys/{}", one.text("id"))),
            cell(one.text("title")),
            cell(one.text("survey_year")),
            cell(say.day(&one.text("due_on"))),
            cell(word(say, &format!("survey.{}", one.text("state")))),
        ]
    });
    let columns = [
        ask.t("编号", "Number"),
        ask.t("任务", "Task"),
        ask.t("年度", "Year"),
        ask.t("期限", "Due"),
        ask.t("状态", "State"),
    ];
    Ok(Sheet::new(ask.t("摸底任务", "Surveys"))
        .lead(ask.t(
            "运营中心下达的后备资源摸底任务：上传地块文件，检查无误后提交。",
            "Surveys that the centre asks for: hand in a file of parcels, then submit it once it is right.",
        ))
        .table(
            Table::of("", &columns)
                .rows(rows.collect())
                .empty(ask.t("目前没有摸底任务。", "There is no survey at the moment."))
                .next(&list, say, "/township/surveys", &[]),
        )
        .into())
}

pub(super) async fn survey(ask: Ask) -> Answer<Shown> {
    let id = ask.part("task_id");
    let path = format!("/api/v1/survey-tasks/{id}");
    let Some(sent) = &ask.sent else {
        let task = ask.get(&path).await?;
        let sheet = task_sheet(&ask, &task, None);
        // What the newest file was told stays to be read, row by row.
        return Ok(match ask.find(&format!("{path}/report")).await? {
            Some(told) => report_sheet(&ask, sheet, &told.at("report")).into(),
            None => sheet.into(),
        });
    };
    let done = match (sent.text("act"), &sent.file) {
        ("submit", _) => ask.act(&format!("{path}/submission")).await.map(|task| (task, None)),
        (_, Some(file)) => {
            hand(&ask, &path, file).await.map(|told| (told.at("task"), Some(told.at("report"))))
        }
        (_, None) => Err(no_file()),
    };
    match done {
        Ok((task, Some(report))) => {
            let sheet = report_sheet(&ask, task_facts(&ask, &task), &report);
            Ok(forms(&ask, sheet, &task, None).into())
        }
        Ok((_, None)) => Ok(Shown::see(format!("/township/surveys/{id}?done=submitted"))),
        Err(failure) => {
            let task = ask.get(&path).await?;
            ask.again(failure, |problem| task_sheet(&ask, &task, problem))
        }
    }
}

/// The kind of file is known by the ending of its name.
async fn hand(ask: &Ask, path: &str, file: &SentFile) -> Answer<Facts> {
    let ending = file.name.rsplit('.').next().unwrap_or_default().to_ascii_lowercase();
    let kind = match ending.as_str() {
        "xlsx" => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "csv" => "text/csv",
        _ => "application/geo+json",
    };
    ask.hand(&format!("{path}/files"), kind, file).await
}

fn task_sheet(ask: &Ask, task: &Facts, problem: Option<&Problem>) -> Sheet {
    let mut sheet = task_facts(ask, task);
    if ask.query("done") == "submitted" {
        sheet = sheet
            .good(ask.t("已提交，等待运营中心核实。", "Submitted; the centre verifies it now."));
    }
    let rows = task.items("steps").into_iter().map(|step| {
        vec![
            cell(ask.say.time(&step.text("taken_at"))),
            cell(word(&ask.say, &step.text("step"))),
            cell(step.text("reason")),
        ]
    });
    let columns = [ask.t("时间", "Time"), ask.t("处理", "Step"), ask.t("说明", "Reason")];
    sheet = sheet.table(
        Table::of(ask.t("办理过程", "What happened"), &columns)
            .rows(rows.collect())
            .empty(ask.t("尚未提交。", "It has not been submitted yet.")),
    );
    forms(ask, sheet, task, problem)
}

fn task_facts(ask: &Ask, task: &Facts) -> Sheet {
    let say = &ask.say;
    let last = task.items("files").last().cloned().unwrap_or_default();
    Sheet::new(task.text("title"))
        .under("/township/surveys", ask.t("摸底任务", "Surveys"))
        .figures(vec![
            Figure::of(
                ask.t("状态", "State"),
                word(say, &format!("survey.{}", task.text("state"))),
            ),
            Figure::of(ask.t("期限", "Due"), say.day(&task.text("due_on"))),
            Figure::of(
                ask.t("最近上传", "Newest file"),
                match last.has("version") {
                    true => format!(
                        "{} {} / {} {}",
                        say.count(last.whole("accepted")),
                        ask.t("通过", "accepted"),
                        say.count(last.whole("refused")),
                        ask.t("有误", "refused"),
                    ),
                    false => "—".to_owned(),
                },
            ),
        ])
        .facts(vec![
            (ask.t("任务编号", "Number"), cell(task.text("number"))),
            (ask.t("文件依据", "Document"), cell(task.text("document"))),
            (ask.t("调查年度", "Survey year"), cell(task.text("survey_year"))),
        ])
}

/// What the check says of each row.
fn report_sheet(ask: &Ask, sheet: Sheet, report: &Facts) -> Sheet {
    let say = &ask.say;
    let verdict = format!(
        "{} {}{}{} {}",
        say.count(report.whole("accepted")),
        ask.t("个地块通过检查", "parcels pass"),
        ask.t("，", ", "),
        say.count(report.whole("refused")),
        ask.t("个有误", "do not"),
    );
    let sheet = if report.whole("refused") == 0 { sheet.good(verdict) } else { sheet.bad(verdict) };
    let rows = report.items("features").into_iter().map(|row| {
        let findings = row.items("findings");
        let texts = findings.iter().map(|finding| {
            finding.text(if say.is_chinese() { "message_zh" } else { "message_en" })
        });
        let said = texts.collect::<Vec<_>>().join("；");
        vec![
            cell(row.text("index")).number(),
            cell(row.text("number")),
            cell(row.text("name")),
            cell(say.area(&row.text("declared_area_m2"))).number(),
            cell(match row.yes("accepted") {
                true => ask.t("通过", "passes"),
                false => ask.t("有误", "refused"),
            }),
            cell(said),
        ]
    });
    let columns = [
        ask.t("行", "Row"),
        ask.t("编号", "Number"),
        ask.t("名称", "Name"),
        ask.t("面积", "Area"),
        ask.t("结果", "Result"),
        ask.t("说明", "What to mend"),
    ];
    sheet.table(Table::of(ask.t("逐行检查结果", "Row by row"), &columns).rows(rows.collect()))
}

fn forms(ask: &Ask, sheet: Sheet, task: &Facts, problem: Option<&Problem>) -> Sheet {
    if !["open", "returned"].contains(&task.text("state").as_str()) {
        return sheet.text(
            ask.t("该任务已提交，无需再上传。", "This survey was handed in; nothing more to send."),
        );
    }
    let action = format!("/township/surveys/{}", task.text("id"));
    let upload = Form::post(&action, ask.t("上传并检查", "Hand in and check"))
        .legend(ask.t("上传地块文件", "Hand in a file"))
        .field(
            Field::file("file", ask.t("地块文件", "File of parcels")).required().hint(ask.t(
                "GeoJSON、Excel（xlsx）或 CSV。上传后逐行检查，有误可修改后重新上传。",
                "GeoJSON, Excel (xlsx) or CSV. Each row is checked; mend it and send it again as often as needed.",
            )),
        );
    let blank =
        Link::to("/township/parcel-files/form", ask.t("下载填报表（Excel）", "The form (Excel)"));
    let sheet = sheet.form(ask.filled(upload, problem)).links(vec![blank]);
    let ready = task.items("files").last().is_some_and(|last| last.whole("accepted") > 0);
    if !ready || problem.is_some() {
        return sheet;
    }
    let submit = Form::post(&action, ask.t("提交给运营中心", "Submit to the centre"))
        .legend(ask.t("提交", "Submit"))
        .hidden("act", "submit");
    sheet.form(submit)
}
