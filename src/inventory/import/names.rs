//! The names that tables give to properties and to their values. A DBF has names of ten bytes: five
//! Chinese characters in GBK, three in UTF-8; so each property has a short name in either language.

use serde_json::{Map, Value};

use crate::inventory::model::{LayerKind, ParcelKind};
use crate::kernel::area::SurveyedArea;

/// A property of the county's files, and the names that tables may give it. A dot leads into an
/// object.
pub(crate) const NAMES: &[(&str, &[&str])] = &[
    ("parcel_no", &["地块编号", "图斑编号", "地块号"]),
    ("wetland_no", &["湿地编号", "湿地号"]),
    ("name", &["地块名称", "湿地名称", "名称"]),
    ("township_code", &["TOWN_CODE", "乡镇代码", "乡镇码"]),
    ("land_class", &["DLBM", "地类编码", "地类"]),
    ("declared_area_m2", &["AREA_M2", "DECL_AREA", "申报面积", "面积"]),
    ("tenure", &["权属"]),
    ("level", &["湿地级别", "级别"]),
    ("wetland_type", &["WET_TYPE", "湿地类型", "类型"]),
    ("survey_year", &["SURV_YEAR", "调查年度", "年度"]),
    ("water_regime", &["WATER_REG", "积水情况", "积水"]),
    ("submitted_by", &["SUBMIT_BY", "报送人"]),
    ("source", &["数据来源", "来源"]),
    ("protected", &["是否保护", "保护"]),
    ("restorable.conclusion", &["RS_CONCL", "恢复结论", "结论"]),
    ("restorable.basis", &["RS_BASIS", "恢复依据", "依据"]),
    ("restorable.author", &["RS_AUTHOR", "评估人"]),
    ("restorable.date", &["RS_DATE", "评估日期", "评估日"]),
    ("pond_check.result", &["PC_RESULT", "核实结果"]),
    ("pond_check.evidence", &["PC_EVID", "核实证据"]),
    ("pond_check.verified_by", &["PC_BY", "核实人"]),
    ("pond_check.date", &["PC_DATE", "核实日期", "核实日"]),
];

/// The same of the features of layers. A number is known by the name that its own kind gives it.
const LAYER_NAMES: &[(&str, &[&str])] = &[
    ("zone_no", NUMBER),
    ("farmland_no", NUMBER),
    ("feature_no", NUMBER),
    ("name", &["名称"]),
    ("zone", &["区类", "分区"]),
    ("survey_year", &["SURV_YEAR", "调查年度", "年度"]),
    ("valid_from", &["生效日期", "生效日"]),
    ("boundary_version", &["BND_VERS", "边界版本", "版本"]),
    ("approval_by", &["APPR_BY", "批准机关"]),
    ("approval_document", &["APPR_DOC", "批准文号"]),
    ("note", &["备注"]),
];

const NUMBER: &[&str] = &["FEAT_NO", "要素编号", "图斑编号", "编号"];

/// The words of closed lists, in Chinese.
pub(crate) const WORDS: &[(&str, &str, &str)] = &[
    ("level", "国际重要", "international_important"),
    ("level", "国家重要", "national_important"),
    ("level", "省级重要", "provincial_important"),
    ("level", "一般", "general"),
    ("wetland_type", "近海与海岸", "coastal"),
    ("wetland_type", "滨海", "coastal"),
    ("wetland_type", "河流", "river"),
    ("wetland_type", "湖泊", "lake"),
    ("wetland_type", "沼泽", "marsh"),
    ("wetland_type", "人工", "artificial"),
    ("water_regime", "季节性积水", "seasonal"),
    ("water_regime", "季节性", "seasonal"),
    ("water_regime", "长期性积水", "long_term"),
    ("water_regime", "长期性", "long_term"),
    ("restorable.conclusion", "可恢复", "restorable"),
    ("restorable.conclusion", "不可恢复", "not_restorable"),
    ("restorable.conclusion", "未确定", "not_determined"),
    ("pond_check.result", "通过", "passed"),
    ("pond_check.result", "未通过", "refused"),
    ("zone", "红线区", "red"),
    ("zone", "红线", "red"),
    ("zone", "黄线区", "yellow"),
    ("zone", "黄线", "yellow"),
];

/// Columns that programs add of their own accord.
const IGNORED: &[&str] = &[
    "fid",
    "objectid",
    "objectid_1",
    "id",
    "ogc_fid",
    "shape_leng",
    "shape_length",
    "shape_le_1",
    "shape_area",
    "shape_ar_1",
];

/// What the features of a file are, which decides what their properties are called.
#[derive(Debug, Clone, Copy)]
pub(super) enum Naming {
    Parcels(ParcelKind),
    Layer(LayerKind),
}

/// What a feature of that layer calls its number.
pub(super) fn number_of(kind: LayerKind) -> &'static str {
    match kind {
        LayerKind::Zones => "zone_no",
        LayerKind::BasicFarmland => "farmland_no",
        LayerKind::EcologicalRedLine | LayerKind::UrbanPlanningArea | LayerKind::Mangrove => {
            "feature_no"
        }
    }
}

/// Puts the properties of a GeoJSON feature under the names of the county's files.
pub(super) fn of_json(properties: Map<String, Value>, naming: Naming) -> Map<String, Value> {
    let mut named = Map::new();
    for (key, value) in properties {
        match naming.known(&key) {
            Some(name) if key != name => put(&mut named, (name, key), worded(name, value)),
            _ => drop(named.insert(key, value)),
        }
    }
    named
}

/// The same of a row of a table, whose values have the types of columns.
pub(super) fn of_table(row: Map<String, Value>, naming: Naming) -> Map<String, Value> {
    let mut named = Map::new();
    for (key, value) in row {
        match naming.known(&key) {
            Some(name) => put(&mut named, (name, key), typed(name, worded(name, value))),
            None if IGNORED.contains(&key.to_ascii_lowercase().as_str()) => {}
            None => drop(named.insert(key, value)),
        }
    }
    named
}

impl Naming {
    fn known(self, key: &str) -> Option<&'static str> {
        match self {
            Self::Parcels(kind) => known_of_parcel(key, kind),
            Self::Layer(kind) => {
                let own = |name: &str| name == number_of(kind) || !name.ends_with("_no");
                let mut named = LAYER_NAMES.iter().filter(|(name, _)| own(name));
                named.find(|it| is_called(it, key)).map(|(name, _)| *name)
            }
        }
    }
}

fn is_called((name, others): &(&str, &[&str]), key: &str) -> bool {
    name.eq_ignore_ascii_case(key) || others.iter().any(|it| it.eq_ignore_ascii_case(key))
}

fn known_of_parcel(key: &str, kind: ParcelKind) -> Option<&'static str> {
    let name = match key.to_ascii_lowercase().as_str() {
        "area_m2" | "declared_area_m2" => "declared_area_m2",
        _ => NAMES.iter().find(|it| is_called(it, key)).map(|(name, _)| *name)?,
    };
    Some(match (name, kind) {
        ("declared_area_m2", ParcelKind::Wetland) => "area_m2",
        (name, _) => name,
    })
}

/// Puts a value in its place; the second of two columns with one meaning stays under its own name,
/// which nobody knows.
fn put(named: &mut Map<String, Value>, (name, key): (&str, String), value: Value) {
    let Some((object, member)) = name.split_once('.') else {
        let taken = named.get(name).is_some_and(|there| !there.is_null());
        let name = if taken { key } else { name.to_owned() };
        named.insert(name, value);
        return;
    };
    if value.is_null() {
        return;
    }
    let inner = named.entry(object).or_insert_with(|| Value::Object(Map::new()));
    match inner {
        Value::Object(inner) if !inner.contains_key(member) => {
            inner.insert(member.to_owned(), value);
        }
        _ => drop(named.insert(key, value)),
    }
}

fn worded(name: &str, value: Value) -> Value {
    let Some(text) = value.as_str() else { return value };
    let text = text.trim();
    let word = WORDS.iter().find(|(of, chinese, _)| {
        *of == name && (*chinese == text || text.strip_suffix("湿地") == Some(chinese))
    });
    word.map_or_else(|| Value::String(text.to_owned()), |(_, _, word)| Value::from(*word))
}

/// Columns hold years as texts, codes and areas as numbers, yes and no as either.
fn typed(name: &str, value: Value) -> Value {
    let text = match &value {
        Value::String(text) => text.trim().to_owned(),
        Value::Number(number) => number.to_string(),
        Value::Bool(is) if name != "protected" => is.to_string(),
        _ => return value,
    };
    if text.is_empty() {
        return Value::Null;
    }
    match name {
        "survey_year" => {
            let year = text.split_once('.').map_or(text.as_str(), |(year, _)| year).parse::<i64>();
            year.map_or(Value::String(text), Value::from)
        }
        "protected" => match text.as_str() {
            "是" | "1" | "true" | "T" | "Y" => Value::Bool(true),
            "否" | "0" | "false" | "F" | "N" => Value::Bool(false),
            _ => value,
        },
        "area_m2" | "declared_area_m2" => Value::String(area(&text).unwrap_or(text)),
        "township_code" => {
            let code = text.strip_suffix(".0").map(str::to_owned);
            Value::String(code.unwrap_or(text))
        }
        "restorable.date" | "pond_check.date" | "valid_from" => {
            let day = text.split(['T', ' ']).next().unwrap_or_default();
            Value::String(day.replace('/', "-"))
        }
        _ => Value::String(text),
    }
}

/// A column of floating numbers has more places than were surveyed: half up to 0.01 m².
fn area(text: &str) -> Option<String> {
    let area: rust_decimal::Decimal = text.parse().ok()?;
    let half_up = rust_decimal::RoundingStrategy::MidpointAwayFromZero;
    let area = area.round_dp_with_strategy(2, half_up).to_string();
    area.parse::<SurveyedArea>().ok().map(|area| area.to_string())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_columns_of_a_table_are_known_in_both_languages() {
        let row = json!({
            "地块编号": "R360124-0012", "NAME": "五里垦殖场示例退养塘", "TOWN_CODE": 360_124_500,
            "DLBM": "1104A", "面积": "11250.004", "调查年度": "2022", "积水": "长期性积水",
            "级别": "一般湿地", "WET_TYPE": "沼泽", "RS_CONCL": "可恢复", "RS_DATE": "2022/02/22",
            "核实结果": "通过", "PC_EVID": null, "Shape_Area": 0.0001, "colour": "blue",
        });
        let named =
            of_table(row.as_object().unwrap().clone(), Naming::Parcels(ParcelKind::Reserve));
        assert_eq!(
            Value::Object(named),
            json!({
                "parcel_no": "R360124-0012", "name": "五里垦殖场示例退养塘", "township_code": "360124500",
                "land_class": "1104A", "declared_area_m2": "11250.00", "survey_year": 2022,
                "water_regime": "long_term", "level": "general", "wetland_type": "marsh",
                "restorable": {"conclusion": "restorable", "date": "2022-02-22"},
                "pond_check": {"result": "passed"}, "colour": "blue",
            })
        );
        let row = json!({"湿地号": "W360124-0001", "面积": 18825.22, "保护": "是"});
        let named =
            of_table(row.as_object().unwrap().clone(), Naming::Parcels(ParcelKind::Wetland));
        let expected =
            json!({"wetland_no": "W360124-0001", "area_m2": "18825.22", "protected": true});
        assert_eq!(Value::Object(named), expected);
        let row = json!({
            "FEAT_NO": "Z360124-Y01", "ZONE": "黄线区", "生效日期": "2021/01/01",
            "批准机关": "进贤县人民政府", "farmland_no": "F1", "Shape_Leng": 1.5,
        });
        let named = of_table(row.as_object().unwrap().clone(), Naming::Layer(LayerKind::Zones));
        let expected = json!({
            "zone_no": "Z360124-Y01", "zone": "yellow", "valid_from": "2021-01-01",
            "approval_by": "进贤县人民政府", "farmland_no": "F1",
        });
        assert_eq!(Value::Object(named), expected);
    }

    #[test]
    fn every_property_has_a_name_that_fits_a_dbf() {
        let gbk = |name: &str| encoding_rs::GB18030.encode(name).0.len();
        for (name, others) in NAMES.iter().chain(LAYER_NAMES) {
            let fits = |it: &&str| it.len() <= 10;
            assert!(fits(name) || others.iter().any(fits), "{name} in UTF-8");
            assert!(others.iter().any(|it| !it.is_ascii() && gbk(it) <= 10), "{name} in GBK");
        }
    }
}
