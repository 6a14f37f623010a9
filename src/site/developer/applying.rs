//! Applying to occupy wetland: the project, the land, the grounds, the measures.

use serde_json::{Value, json};

use crate::kernel::problem::{Answer, Problem};
use crate::site::parts::{body, put, type_choice, unreadable, words};
use crate::site::places::counties;
use crate::web::pages::{Ask, Field, Form, Link, Sent, Sheet, Shown};

const GROUNDS: &[&str] = &[
    "ground.national_major_project",
    "ground.disaster_prevention",
    "ground.important_facility",
    "ground.wetland_protection",
    "ground.water_works",
    "ground.other",
];
const LEVELS: &[&str] = &["general", "provincial_important", "national_important"];
const TEXTS: [&str; 14] = [
    "avoidance_statement",
    "county",
    "ends_on",
    "exempt_document",
    "ground",
    "impact_measures",
    "legal_basis",
    "level",
    "project_name",
    "provincial_assessment",
    "starts_on",
    "term",
    "wetland_type",
    "area_m2",
];

pub(super) async fn apply(ask: Ask) -> Answer<Shown> {
    let mut places = counties(&ask).await?;
    let own = ask.actor().map(|actor| actor.region.to_string()).unwrap_or_default();
    if let Some(own) = own.get(..6)
        && places.iter().all(|(code, _)| code != own)
    {
        places.insert(0, (own.to_owned(), ask.region(own).await?));
    }
    let Some(sent) = &ask.sent else { return Ok(form(&ask, places, None).into()) };
    let told = match told(sent) {
        Ok(told) => told,
        Err(field) => return Ok(form(&ask, places, Some(&unreadable(&[field]))).into()),
    };
    match ask.post("/api/v1/occupations", &told).await {
        Ok(one) => {
            let id = one.text("id");
            Ok(Shown::see(format!("/developer/occupations/{id}?done=applied")))
        }
        Err(failure) => ask.again(failure, |problem| form(&ask, places, problem)),
    }
}

/// What the operation is told, or the field that cannot be read.
fn told(sent: &Sent) -> Result<Value, &'static str> {
    let mut told = body(sent, &TEXTS, &[], &["area_m2"]);
    for name in ["mangrove", "peat", "permanent_building"] {
        put(&mut told, name, sent.text(name) == "yes");
    }
    let numbers = sent.text("parcels").split([',', '，', ' ', '\n', '\t']).map(str::trim);
    let numbers: Vec<&str> = numbers.filter(|number| !number.is_empty()).collect();
    if !numbers.is_empty() {
        put(&mut told, "parcels", numbers);
    }
    if sent.has("polygon") {
        put(&mut told, "polygon", polygon(sent.text("polygon")).ok_or("polygon")?);
    }
    if sent.has("zone_number") {
        let approval = sent.json(&["by", "document", "zone_number"], &[]);
        put(&mut told, "zone_approvals", vec![approval]);
    }
    // The papers are attached to the application afterwards.
    put(&mut told, "documents", Value::Array(Vec::new()));
    Ok(told)
}

/// GeoJSON, or one corner a line: `116.2401,28.4002`.
fn polygon(text: &str) -> Option<Value> {
    if text.starts_with('{') {
        let value: Value = serde_json::from_str(text).ok()?;
        let inner = value.get("geometry").or_else(|| value.pointer("/features/0/geometry"));
        return Some(inner.cloned().unwrap_or(value));
    }
    let mut ring = Vec::new();
    for line in text.lines().filter(|line| !line.trim().is_empty()) {
        let (x, y) = line.trim().split_once([',', '，', ' ', '\t'])?;
        let degree = |text: &str| text.trim().parse::<f64>().ok();
        ring.push(json!([degree(x)?, degree(y)?]));
    }
    let first = ring.first()?.clone();
    if ring.last() != Some(&first) {
        ring.push(first);
    }
    Some(json!({ "type": "Polygon", "coordinates": [ring] }))
}

fn form(ask: &Ask, counties: Vec<(String, String)>, problem: Option<&Problem>) -> Sheet {
    let pair = |no: &str, yes: &str| {
        vec![("no".to_owned(), no.to_owned()), ("yes".to_owned(), yes.to_owned())]
    };
    let no_yes = || pair(ask.t("否", "No"), ask.t("是", "Yes"));
    let terms = words(ask, &["term.permanent", "term.temporary"]);
    let form = Form::post("/developer/new-occupation", ask.t("提交申请", "Apply"))
        .field(Field::text("project_name", ask.t("建设项目名称", "Name of the project")).required())
        .field(Field::choice("county", ask.t("所在县区", "County"), counties).required())
        .field(Field::choice("term", ask.t("占用期限", "Term"), terms).required())
        .field(Field::date("starts_on", ask.t("开始日期", "From")).hint(
            ask.t("临时占用须填，最长两年。", "For temporary occupation, two years at most."),
        ))
        .field(Field::date("ends_on", ask.t("结束日期", "To")))
        .field(Field::choice("ground", ask.t("占用理由", "Ground"), words(ask, GROUNDS)).required())
        .field(Field::text("legal_basis", ask.t("法律依据", "Legal basis")).required())
        .field(type_choice(ask).required())
        .field(Field::choice("level", ask.t("湿地级别", "Level"), words(ask, LEVELS)).required())
        .field(
            Field::number("area_m2", ask.t("占用面积（平方米）", "Area (m²)"))
                .required()
                .hint(ask.t("保留两位小数，如 9876.40。", "With two decimals, such as 9876.40.")),
        )
        .field(Field::long("polygon", ask.t("占用范围", "Land")).hint(ask.t(
            "每行一个拐点的经纬度（CGCS2000），如 116.2401,28.4002；也可粘贴 GeoJSON。",
            "One corner a line in CGCS2000 degrees, such as 116.2401,28.4002; or paste GeoJSON.",
        )))
        .field(Field::text("parcels", ask.t("或地块编号", "Or the numbers of parcels")).hint(
            ask.t(
                "占用整块湿地时，填地块编号，多个用逗号分开。",
                "Where whole parcels are occupied, separated by commas.",
            ),
        ))
        .field(
            Field::long("avoidance_statement", ask.t("避让说明", "How it avoids wetland"))
                .required(),
        )
        .field(
            Field::long("impact_measures", ask.t("减轻影响的措施", "What lessens the impact"))
                .required(),
        )
        .field(
            Field::choice(
                "permanent_building",
                ask.t("是否修建永久性建筑物", "Permanent buildings?"),
                no_yes(),
            )
            .required(),
        )
        .field(Field::choice("mangrove", ask.t("是否涉及红树林", "Mangrove?"), no_yes()).required())
        .field(Field::choice("peat", ask.t("是否涉及泥炭沼泽", "Peat bog?"), no_yes()).required())
        .field(
            Field::text("exempt_document", ask.t("免于补建的文件", "Document that exempts it"))
                .hint(ask.t("没有则不填。", "Only where there is one.")),
        )
        .field(
            Field::text("provincial_assessment", ask.t("省级评估文件", "Provincial assessment"))
                .hint(ask.t("涉及红树林等须填。", "Needed for mangrove and the like.")),
        )
        .field(Field::text("zone_number", ask.t("管控区编号", "Number of a zone")).hint(ask.t(
            "位于管控区的，填编号和批准文件。",
            "Where the land lies in a zone, with its approval.",
        )))
        .field(Field::text("by", ask.t("管控区批准机关", "Zone approved by")))
        .field(Field::text("document", ask.t("管控区批准文号", "Its approval")))
        .back(Link::to("/developer/occupations", ask.t("返回", "Back")));
    Sheet::new(ask.t("提出占用申请", "Apply to occupy wetland"))
        .under("/developer/occupations", ask.t("占用申请", "Applications to occupy"))
        .lead(ask.t(
            "提交后在申请页上传申请书、法人证明、立项批文和可行性报告。",
            "Afterwards attach the form, the legal person, the project approval and the feasibility report.",
        ))
        .form(ask.filled(form, problem).once(ask.sent.as_ref()))
}

#[cfg(test)]
mod tests {
    use super::polygon;
    use serde_json::json;

    #[test]
    fn land_is_read_corner_by_corner_or_as_geojson() {
        let ring = json!([[116.24, 28.4], [116.25, 28.4], [116.25, 28.41], [116.24, 28.4]]);
        let land = json!({ "type": "Polygon", "coordinates": [ring] });
        assert_eq!(polygon("116.24,28.40\n116.25 28.4\n\n116.25，28.41"), Some(land.clone()));
        assert_eq!(polygon(&land.to_string()), Some(land.clone()));
        let feature = json!({ "type": "Feature", "geometry": land });
        assert_eq!(polygon(&feature.to_string()), Some(land));
        assert_eq!(polygon("somewhere"), None);
    }
}
