//! Files of features for a draft of a layer: looked at first, then taken in.

use super::import::{checked, media_of};
use crate::kernel::problem::{Answer, Problem};
use crate::site::parts::no_file;
use crate::web::pages::{Ask, Facts, Field, Form, Link, Sheet, Shown, cell};

/// A large layer comes in several files, each all or nothing.
pub(in crate::site) async fn features(ask: Ask) -> Answer<Shown> {
    let path = format!("/api/v1/layer-versions/{}", ask.part("version_id"));
    let layer = ask.get(&path).await?;
    let Some(sent) = &ask.sent else { return Ok(sheet(&ask, &layer, None, None).into()) };
    let takes = sent.text("act") == "take";
    let done = match &sent.file {
        None => Err(no_file()),
        Some(file) => {
            let to = if takes { format!("{path}/files") } else { format!("{path}/file-reports") };
            ask.hand(&to, media_of(&file.name), file).await
        }
    };
    match done {
        Ok(_) if takes => Ok(Shown::see(home(&ask))),
        Ok(report) => Ok(sheet(&ask, &layer, Some(&report), None).into()),
        Err(failure) => ask.again(failure, |problem| sheet(&ask, &layer, None, problem)),
    }
}

/// The page of the layer, beside this one.
fn home(ask: &Ask) -> String {
    ask.path().strip_suffix("/features").unwrap_or("/home").to_owned()
}

fn sheet(ask: &Ask, layer: &Facts, report: Option<&Facts>, problem: Option<&Problem>) -> Sheet {
    let say = &ask.say;
    let home = home(ask);
    let mut sheet = Sheet::new(ask.t("导入图形", "Take in features"))
        .under(&home, layer.text("name"))
        .lead(ask.t(
            "先只检查，再导入；大的图层可以分几个文件，每个文件全部导入或全部不导入。",
            "Check the file first. A large layer comes in several files, each all or nothing.",
        ))
        .facts(vec![
            (ask.t("已有图形", "Features so far"), cell(say.count(layer.whole("features")))),
            (ask.t("面积", "Area"), cell(say.area(&layer.text("area_m2")))),
        ]);
    if layer.text("state") != "draft" {
        return sheet
            .note(ask.t("只有草案可以导入图形。", "Features go into a draft only."))
            .links(vec![Link::to(home, ask.t("返回", "Back"))]);
    }
    if let Some(report) = report {
        sheet = checked(ask, sheet, report);
        if report.whole("refused") == 0 {
            sheet = sheet.note(ask.t(
                "尚未导入：请再选一次文件，选择“导入”。",
                "Nothing is taken in yet: choose the file once more, and “take it in”.",
            ));
        }
    }
    let acts = vec![
        ("check".to_owned(), ask.t("只检查", "only check it").to_owned()),
        ("take".to_owned(), ask.t("导入", "take it in").to_owned()),
    ];
    let form = Form::post(ask.path(), ask.t("上传", "Send"))
        .field(Field::file("file", ask.t("图形文件", "File of features")).required().hint(ask.t(
            "GeoJSON、GeoPackage、Shapefile（ZIP）、Excel（xlsx）或 CSV。",
            "GeoJSON, GeoPackage, Shapefile (ZIP), Excel (xlsx) or CSV.",
        )))
        .field(Field::choice("act", ask.t("办理", "Do"), acts))
        .back(Link::to(home, ask.t("返回", "Back")));
    sheet.form(ask.filled(form, problem).once(ask.sent.as_ref()))
}
