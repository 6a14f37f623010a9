//! Land that the township assembled: from whom, by what contract, with whose consent.

use serde_json::{Value, json};

use crate::kernel::problem::{Answer, Problem};
use crate::site::parts::{
    after, attach, attach_form, day_now, mended, money, put, table, told, unreadable, words,
};
use crate::site::words::word;
use crate::web::pages::{Ask, Field, Form, Link, Sent, Sheet, Shown, cell};

const MODES: &[&str] =
    &["assembly.transfer", "assembly.lease", "assembly.shareholding", "assembly.trusteeship"];

pub(super) async fn assemblies(ask: Ask) -> Answer<Shown> {
    let path = format!("/api/v1/land-assemblies?limit=50{}", ask.passed(&["cursor"]));
    let list = ask.get(&path).await?;
    let say = &ask.say;
    let rows = list.items("items").into_iter().map(|one| {
        vec![
            cell(one.text("parcel_no")).to(format!("/township/assemblies/{}", one.text("id"))),
            cell(word(say, &format!("assembly.{}", one.text("mode")))),
            cell(say.count(i64::try_from(one.items("holders").len()).unwrap_or_default())).number(),
            cell(say.day(&one.text("assembled_on"))),
            cell(one.text("document")),
        ]
    });
    let columns = [
        ("地块", "Parcel"),
        ("方式", "By"),
        ("权利人", "Holders"),
        ("日期", "Day"),
        ("文件依据", "Document"),
    ];
    let table = table(&ask, ("", ""), &columns)
        .rows(rows.collect())
        .empty(ask.t("还没有归集土地。", "No land has been assembled yet."))
        .next(&list, say, "/township/assemblies", &[]);
    Ok(Sheet::new(ask.t("土地归集", "Assembled land"))
        .under("/township/parcels", ask.t("我的地块", "My parcels"))
        .lead(ask.t(
            "修复前与权利人签约归集土地，并上传同意书。",
            "Before land is restored it is assembled from its right holders, with their consents attached.",
        ))
        .links(vec![Link::to("/township/new-assembly", ask.t("登记归集", "Record one")).strong()])
        .table(table)
        .into())
}

pub(super) async fn assembly(ask: Ask) -> Answer<Shown> {
    let id = ask.part("assembly_id");
    let path = format!("/api/v1/land-assemblies/{id}");
    if ask.sent.is_none() {
        return Ok(shown(&ask, &path, None).await?.into());
    }
    let done = attach(&ask, &format!("{path}/documents"), "").await;
    let to = format!("/township/assemblies/{id}?done=attached");
    after(&ask, done, to, async |problem| shown(&ask, &path, Some(problem)).await).await
}

async fn shown(ask: &Ask, path: &str, problem: Option<&Problem>) -> Answer<Sheet> {
    let one = ask.get(path).await?;
    let parcel = format!("/township/parcels/{}", one.text("parcel_id"));
    let say = &ask.say;
    let rows = one.items("holders").into_iter().map(|holder| {
        vec![
            cell(holder.text("name")),
            cell(say.area(&holder.text("area_m2"))).number(),
            cell(say.day(&holder.text("consented_on"))),
        ]
    });
    let columns = [("权利人", "Holder"), ("面积", "Area"), ("同意日期", "Consented")];
    let holders = table(ask, ("权利人", "Right holders"), &columns).rows(rows.collect());
    let sheet = Sheet::new(format!("{} {}", ask.t("土地归集", "Land of"), one.text("parcel_no")))
        .under("/township/assemblies", ask.t("土地归集", "Assembled land"));
    let done = [
        ("recorded", "已登记，请上传同意书。", "Recorded; attach the consents next."),
        ("attached", "附件已上传。", "The document is attached."),
    ];
    let mode = word(say, &format!("assembly.{}", one.text("mode")));
    Ok(told(ask, sheet, &done)
        .facts(vec![
            (ask.t("地块", "Parcel"), cell(one.text("parcel_no")).to(parcel)),
            (ask.t("方式", "By"), cell(mode)),
            (ask.t("日期", "Day"), cell(say.day(&one.text("assembled_on")))),
            (ask.t("文件依据", "Document"), cell(one.text("document"))),
            (ask.t("登记时间", "Recorded"), cell(say.time(&one.text("entered_at")))),
        ])
        .table(holders)
        .form(mended(ask, "attach", attach_form(ask), problem)))
}

pub(super) async fn record(ask: Ask) -> Answer<Shown> {
    let Some(sent) = &ask.sent else { return Ok(form(&ask, None).into()) };
    let Some(told) = told_to_api(sent) else {
        return Ok(form(&ask, Some(&unreadable(&["holders"]))).into());
    };
    match ask.post("/api/v1/land-assemblies", &told).await {
        Ok(one) => Ok(Shown::see(format!("/township/assemblies/{}?done=recorded", one.text("id")))),
        Err(failure) => ask.again(failure, |problem| form(&ask, problem)),
    }
}

/// The holders one a line: `五里村一组,5666.50,2022-02-23`.
fn told_to_api(sent: &Sent) -> Option<Value> {
    let mut told = sent.json(&["assembled_on", "document", "mode", "parcel_no"], &[]);
    let mut holders = Vec::new();
    for line in sent.text("holders").lines().filter(|line| !line.trim().is_empty()) {
        let parts: Vec<&str> = line.split([',', '，', '\t']).map(str::trim).collect();
        let [name, area, day] = parts[..] else { return None };
        holders.push(json!({ "name": name, "area_m2": money(area)?, "consented_on": day }));
    }
    put(&mut told, "holders", holders);
    Some(told)
}

fn form(ask: &Ask, problem: Option<&Problem>) -> Sheet {
    let form = Form::post("/township/new-assembly", ask.t("登记", "Record it"))
        .field(
            Field::text("parcel_no", ask.t("地块编号", "Number of the parcel"))
                .required()
                .value(ask.query("parcel_no")),
        )
        .field(Field::choice("mode", ask.t("归集方式", "By"), words(ask, MODES)).required())
        .field(
            Field::date("assembled_on", ask.t("签约日期", "Signed on"))
                .required()
                .value(day_now(ask)),
        )
        .field(Field::text("document", ask.t("文件或合同编号", "Document or contract")).required())
        .field(Field::long("holders", ask.t("权利人", "Right holders")).required().hint(ask.t(
            "每行一户：名称,面积（平方米）,同意日期。如：五里村一组,5666.50,2022-02-23。",
            "One a line: name,area (m²),day of consent, such as Wuli Group 1,5666.50,2022-02-23.",
        )))
        .back(Link::to("/township/assemblies", ask.t("返回", "Back")));
    Sheet::new(ask.t("登记土地归集", "Record assembled land"))
        .under("/township/assemblies", ask.t("土地归集", "Assembled land"))
        .form(ask.filled(form, problem).once(ask.sent.as_ref()))
}
