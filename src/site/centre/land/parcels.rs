//! Parcels: what the land survey and monitoring say of them, and files of parcels.

use crate::kernel::actor::Role;
use crate::site::casework::{Case, Column, Deed, Entry, Part};
use crate::site::centre::{AUTHORITIES, CENTRE};
use crate::site::words::TYPES;
use crate::web::pages::Facts;

const KINDS: &[&str] = &["wetland", "reserve"];
const LEVELS: &[&str] = &["national_important", "provincial_important", "general"];
const WATER: &[&str] = &["seasonal", "long_term"];
const OUTCOMES: &[&str] = &["listed", "not_listed"];
const FORESTRY: &[Role] = &[Role::ForestryOfficer];

fn active(thing: &Facts) -> bool {
    !thing.has("withdrawn_at")
}

fn wetland(thing: &Facts) -> bool {
    active(thing) && thing.text("kind") == "wetland"
}

fn reserve(thing: &Facts) -> bool {
    active(thing) && thing.text("kind") == "reserve"
}

pub(in crate::site) const PARCEL: Case = Case {
    noun: "parcels",
    id: "parcel_id",
    list: "/api/v1/parcels",
    one: "/api/v1/parcels/{id}",
    also: &[
        ("changes", "/api/v1/parcels/{id}/changes?limit=50"),
        ("decisions", "/api/v1/parcels/{id}/list-decisions?limit=50"),
    ],
    title: ("地块", "Parcels"),
    lead: ("本县的湿地和湿地后备资源。", "The county's wetland and reserve land."),
    empty: (
        "没有符合条件的地块。可以清除筛选，或导入地块文件。",
        "No parcels. Clear the filter, or take in a file.",
    ),
    names: &["number", "name"],
    columns: &[
        Column::text("number", ("编号", "Number")),
        Column::text("name", ("名称", "Name")),
        Column::word("kind", "", ("类别", "Kind")),
        Column::region("township", ("乡镇", "Township")),
        Column::text("land_survey/land_class_name", ("地类", "Land class")),
        Column::area("land_survey/declared_area_m2", ("面积", "Area")),
    ],
    filters: &[
        Entry::word("kind", "", KINDS, ("类别", "Kind")).or_not(),
        Entry::text("township", ("乡镇代码", "Code of the township")).or_not(),
        Entry::text("number", ("地块编号", "Number")).or_not(),
    ],
    facts: &[
        Column::word("kind", "", ("类别", "Kind")),
        Column::region("township", ("乡镇", "Township")),
        Column::area("land_survey/declared_area_m2", ("申报面积", "Declared area")),
        Column::area("computed_area_m2", ("图形面积", "Computed area")),
        Column::text("land_survey/land_class", ("地类代码", "Code of the land class")),
        Column::text("land_survey/land_class_name", ("地类", "Land class")),
        Column::text("land_survey/tenure", ("权属", "Tenure")),
        Column::text("land_survey/source", ("调查来源", "Source")),
        Column::text("land_survey/survey_year", ("调查年度", "Survey year")),
        Column::word("monitoring/wetland_type", "", ("湿地类型", "Type of wetland")),
        Column::word("monitoring/level", "", ("级别", "Level")),
        Column::word("monitoring/water_regime", "", ("积水情况", "Water")),
        Column::text("restorability/basis", ("可恢复性结论", "Restorability")),
        Column::text("pond_check/evidence", ("坑塘核实", "Pond check")),
        Column::time("entered_at", ("入库时间", "Entered")),
        Column::time("withdrawn_at", ("撤出时间", "Withdrawn")),
        Column::text("withdrawn_because", ("撤出原因", "Why it was withdrawn")),
    ],
    parts: &[
        Part {
            at: "changes/items",
            caption: ("变更记录", "Changes"),
            empty: ("没有变更。", "Nothing was changed."),
            columns: &[
                Column::time("changed_at", ("时间", "Time")),
                Column::word("change", "change.", ("变更", "Change")),
                Column::text("source", ("来源", "Source")),
                Column::text("reason", ("原因", "Why")),
                Column::person("changed_by", ("办理人", "By")),
            ],
        },
        Part {
            at: "decisions/items",
            caption: ("重要湿地名录决定", "Decisions on the lists"),
            empty: ("没有名录决定。", "Nothing was decided."),
            columns: &[
                Column::day("decided_on", ("日期", "Day")),
                Column::word("outcome", "", ("决定", "Decision")),
                Column::word("level", "", ("级别", "Level")),
                Column::text("document", ("文号", "Document")),
            ],
        },
    ],
    deeds: &[
        Deed::new(
            "land-survey",
            "/api/v1/parcels/{parcel_id}/land-surveys",
            CENTRE,
            ("登记新的土地调查", "Record a newer land survey"),
            ("监测数据不变。", "What monitoring says stays."),
        )
        .when(reserve, ("仅对在库的后备资源", "of reserve land that is not withdrawn"))
        .with(&[
            Entry::places("declared_area_m2", ("面积（平方米）", "Area (m²)"))
                .first("land_survey/declared_area_m2"),
            Entry::text("land_class", ("地类代码", "Code of the land class"))
                .first("land_survey/land_class"),
            Entry::text("source", ("调查来源", "Source")),
            Entry::whole("survey_year", ("调查年度", "Survey year")),
            Entry::text("tenure", ("权属", "Tenure")).or_not().first("land_survey/tenure"),
        ]),
        Deed::new(
            "land-correction",
            "/api/v1/parcels/{parcel_id}/land-corrections",
            CENTRE,
            ("更正土地调查", "Correct the land survey"),
            ("更正录入错误；监测数据不变。", "Puts a mistake right; what monitoring says stays."),
        )
        .when(active, ("已撤出的地块不能更正", "of a parcel that is not withdrawn"))
        .with(&[
            Entry::text("reason", ("更正原因", "Why")),
            Entry::text("source", ("调查来源", "Source")).first("land_survey/source"),
            Entry::whole("survey_year", ("调查年度", "Survey year"))
                .first("land_survey/survey_year"),
            Entry::text("name", ("名称", "Name")).first("name"),
            Entry::text("land_class", ("地类代码", "Code of the land class"))
                .first("land_survey/land_class"),
            Entry::places("declared_area_m2", ("面积（平方米）", "Area (m²)"))
                .first("land_survey/declared_area_m2"),
            Entry::text("tenure", ("权属", "Tenure")).or_not().first("land_survey/tenure"),
            Entry::json(
                "polygon",
                ("界线（GeoJSON，可不填）", "Polygon (GeoJSON, may be left out)"),
            )
            .or_not()
            .hint(("界线有误时填写。", "Where the boundary was wrong.")),
        ]),
        Deed::new(
            "monitoring",
            "/api/v1/parcels/{parcel_id}/monitorings",
            AUTHORITIES,
            ("登记新的监测", "Record newer monitoring"),
            ("土地调查数据不变。", "What the land survey says stays."),
        )
        .when(active, ("已撤出的地块不再监测", "of a parcel that is not withdrawn"))
        .with(&[
            Entry::word("level", "", LEVELS, ("级别", "Level")).first("monitoring/level"),
            Entry::word("wetland_type", "", TYPES, ("湿地类型", "Type of wetland"))
                .first("monitoring/wetland_type"),
            Entry::word("water_regime", "", WATER, ("积水情况", "Water"))
                .or_not()
                .first("monitoring/water_regime"),
            Entry::yes("protected", ("位于保护地内", "In a protected area")).or_not(),
            Entry::text("source", ("监测来源", "Source")),
            Entry::whole("survey_year", ("监测年度", "Year")),
        ]),
        Deed::new(
            "monitoring-correction",
            "/api/v1/parcels/{parcel_id}/monitoring-corrections",
            AUTHORITIES,
            ("更正监测数据", "Correct the monitoring"),
            ("更正录入错误；土地调查数据不变。", "Puts a mistake right; the land survey stays."),
        )
        .when(active, ("已撤出的地块不能更正", "of a parcel that is not withdrawn"))
        .with(&[
            Entry::text("reason", ("更正原因", "Why")),
            Entry::word("level", "", LEVELS, ("级别", "Level")).first("monitoring/level"),
            Entry::word("wetland_type", "", TYPES, ("湿地类型", "Type of wetland"))
                .first("monitoring/wetland_type"),
            Entry::word("water_regime", "", WATER, ("积水情况", "Water"))
                .or_not()
                .first("monitoring/water_regime"),
            Entry::yes("protected", ("位于保护地内", "In a protected area")).or_not(),
            Entry::text("source", ("监测来源", "Source")).first("monitoring/source"),
            Entry::whole("survey_year", ("监测年度", "Year")).first("monitoring/survey_year"),
        ]),
        Deed::new(
            "list-decision",
            "/api/v1/parcels/{parcel_id}/list-decisions",
            FORESTRY,
            ("登记名录决定", "Record a decision on the lists"),
            (
                "湿地是否列入重要湿地名录。",
                "Whether the wetland stands on a list of important wetlands.",
            ),
        )
        .when(wetland, ("仅对在库的湿地", "of wetland that is not withdrawn"))
        .with(&[
            Entry::word("level", "", LEVELS, ("级别", "Level")),
            Entry::word("outcome", "", OUTCOMES, ("决定", "Decision")),
            Entry::text("document", ("文号", "Document")),
            Entry::day("decided_on", ("日期", "Day")),
            Entry::text("reason", ("理由", "Why")).or_not(),
        ]),
        Deed::new(
            "marker",
            "/api/v1/parcels/{parcel_id}/markers",
            FORESTRY,
            ("登记界标", "Record a boundary marker"),
            (
                "重要湿地界标及其内容。",
                "A marker at an important wetland and what is written on it.",
            ),
        )
        .when(wetland, ("仅对在库的湿地", "of wetland that is not withdrawn"))
        .with(&[
            Entry::day("set_on", ("设立日期", "Set on")),
            Entry::text("name", ("湿地名称", "Name")).or_not(),
            Entry::text("place", ("位置", "Place")).or_not(),
            Entry::text("scope", ("范围", "Scope")).or_not(),
            Entry::text("functions", ("主要功能", "Functions")).or_not(),
            Entry::text("species", ("主要物种", "Species")).or_not(),
            Entry::text("authority", ("主管部门", "Authority")).or_not(),
            Entry::text("manager", ("管护单位", "Manager")).or_not(),
            Entry::text("phone", ("电话", "Phone")).or_not(),
        ]),
        Deed::new(
            "withdrawal",
            "/api/v1/parcels/{parcel_id}/withdrawal",
            CENTRE,
            ("撤出地块", "Withdraw the parcel"),
            (
                "没有项目的地块可以撤出；编号不再使用，土地可以重新上报。",
                "A parcel without a project; its number is not given again, its land is free.",
            ),
        )
        .when(active, ("已经撤出", "it is withdrawn already"))
        .with(&[Entry::text("reason", ("原因", "Why"))]),
    ],
    papers: "/api/v1/parcels/{id}/documents",
    ..Case::EMPTY
};

pub(in crate::site) const PARCEL_IMPORT: Case = Case {
    noun: "parcel-imports",
    id: "import_id",
    list: "/api/v1/parcel-imports",
    one: "/api/v1/parcel-imports/{id}",
    title: ("地块导入", "Files of parcels"),
    lead: ("已导入的地块文件及逐行结果。", "Files that were taken in, row by row."),
    empty: ("还没有导入。", "No file was taken in yet."),
    columns: &[
        Column::count("number", ("序号", "Number")),
        Column::word("kind", "", ("类别", "Kind")),
        Column::count("accepted", ("通过", "Accepted")),
        Column::count("refused", ("有误", "Refused")),
        Column::area("declared_area_m2", ("面积", "Area")),
        Column::time("imported_at", ("时间", "Time")),
    ],
    facts: &[
        Column::word("report/kind", "", ("类别", "Kind")),
        Column::count("report/accepted", ("通过", "Accepted")),
        Column::count("report/refused", ("有误", "Refused")),
        Column::time("imported_at", ("时间", "Time")),
        Column::person("imported_by", ("办理人", "By")),
        Column::text("report/file_sha256", ("文件摘要（SHA-256）", "SHA-256 of the file")),
    ],
    parts: &[Part {
        at: "report/features",
        caption: ("逐行结果", "Row by row"),
        empty: ("—", "—"),
        columns: &[
            Column::text("index", ("行", "Row")),
            Column::text("number", ("编号", "Number")),
            Column::text("name", ("名称", "Name")),
            Column::area("declared_area_m2", ("面积", "Area")),
            Column::yes("accepted", ("通过", "Passes")),
            Column::all_said("findings", ("说明", "What is wrong")),
        ],
    }],
    ..Case::EMPTY
};
