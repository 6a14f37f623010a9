//! Layers that bar land or ask for an approval: their versions until they are in force.

use crate::site::casework::{Case, Column, Deed, Entry, Part};
use crate::site::centre::{AUTHORITIES, HEADS, is};
use crate::web::pages::Facts;

const KINDS: &[&str] =
    &["zones", "ecological_red_line", "basic_farmland", "urban_planning_area", "mangrove"];

const DECISION: &[Entry] =
    &[Entry::text("document", ("文号", "Document")), Entry::day("dated", ("日期", "Date"))];

fn red_line(thing: &Facts) -> bool {
    is(thing, "kind", &["ecological_red_line"])
}

pub(in crate::site) const NEW_LAYER: Deed = Deed::new(
    "layer",
    "/api/v1/layer-versions",
    AUTHORITIES,
    ("新建图层版本", "Begin a version of a layer"),
    (
        "先建立空白草案并注明来源，再在其页面导入图形文件。",
        "An empty draft with its source; files of features are taken in on its page.",
    ),
)
.with(&[
    Entry::word("kind", "layer.", KINDS, ("图层", "Layer")),
    Entry::text("name", ("名称", "Name")),
    Entry::text("region", ("区划代码", "Code of the region")),
    Entry::text("source_authority", ("来源机关", "Authority")),
    Entry::text("source_document", ("来源文号", "Document")),
    Entry::day("source_date", ("日期", "Date")),
])
.makes("layers");

pub(in crate::site) const LAYER: Case = Case {
    noun: "layers",
    id: "version_id",
    list: "/api/v1/layer-versions",
    one: "/api/v1/layer-versions/{id}",
    also: &[("comments", "/api/v1/layer-versions/{id}/comments?limit=50")],
    title: ("规划图层", "Layers"),
    lead: (
        "保护地、生态保护红线、永久基本农田等图层的版本；批准后生效。",
        "Versions of zones, the ecological red line, basic farmland and others; they act once approved.",
    ),
    empty: ("还没有图层。", "There are no layers."),
    names: &["name"],
    columns: &[
        Column::text("name", ("名称", "Name")),
        Column::word("kind", "layer.", ("图层", "Layer")),
        Column::region("region", ("区划", "Region")),
        Column::count("features", ("图形", "Features")),
        Column::word("state", "layer_state.", ("状态", "State")),
        Column::yes("in_force", ("现行", "In force")),
    ],
    facts: &[
        Column::text("name", ("导入图形", "Take in features")).to("layers/{id}/features"),
        Column::word("kind", "layer.", ("图层", "Layer")),
        Column::region("region", ("区划", "Region")),
        Column::text("source_authority", ("来源机关", "Authority")),
        Column::text("source_document", ("来源文号", "Document")),
        Column::day("source_date", ("日期", "Date")),
        Column::count("features", ("图形", "Features")),
        Column::area("area_m2", ("面积", "Area")),
        Column::word("state", "layer_state.", ("状态", "State")),
        Column::yes("in_force", ("现行", "In force")),
        Column::person("entered_by", ("录入人", "Entered by")),
    ],
    parts: &[
        Part {
            at: "steps",
            caption: ("办理过程", "Steps"),
            empty: ("—", "—"),
            columns: &[
                Column::word("state", "layer_state.", ("状态", "State")),
                Column::time("entered_at", ("时间", "Time")),
                Column::text("document", ("文号", "Document")),
                Column::day("closes_on", ("征求意见至", "Comments until")),
                Column::person("entered_by", ("办理人", "By")),
            ],
        },
        Part {
            at: "comments/items",
            caption: ("征求到的意见", "Comments"),
            empty: ("还没有意见。", "Nobody has commented."),
            columns: &[
                Column::text("author", ("提出人", "By")),
                Column::text("comment", ("意见", "Comment")),
                Column::day("made_on", ("日期", "Day")),
            ],
        },
    ],
    deeds: &[
        Deed::new(
            "consultation",
            "/api/v1/layer-versions/{version_id}/consultation",
            AUTHORITIES,
            ("征求意见", "Open it to comments"),
            ("生态保护红线草案公开征求意见至某日。", "A draft of the red line, until a day."),
        )
        .when(
            |it| red_line(it) && is(it, "state", &["draft"]),
            ("仅生态保护红线草案", "of a draft of the ecological red line"),
        )
        .with(&[Entry::day("closes_on", ("征求意见至", "Until"))]),
        Deed::new(
            "comment",
            "/api/v1/layer-versions/{version_id}/comments",
            AUTHORITIES,
            ("登记意见", "Keep a comment"),
            ("记录征求到的意见。", "What somebody said during the consultation."),
        )
        .when(
            |it| is(it, "state", &["consultation"]),
            ("征求意见期间办理", "during the consultation"),
        )
        .with(&[
            Entry::text("author", ("提出人", "By")),
            Entry::text("comment", ("意见", "Comment")),
            Entry::day("made_on", ("日期", "Day")),
        ]),
        Deed::new(
            "argument",
            "/api/v1/layer-versions/{version_id}/argument",
            AUTHORITIES,
            ("登记专家论证", "Record the experts' argument"),
            ("征求意见结束后登记论证结论。", "Once the consultation is over."),
        )
        .when(
            |it| is(it, "state", &["consultation"]),
            ("征求意见结束后办理", "once the consultation is over"),
        )
        .with(DECISION),
        Deed::new(
            "approval",
            "/api/v1/layer-versions/{version_id}/approval",
            HEADS,
            ("批准生效", "Bring it into force"),
            (
                "由录入人和论证人以外的人批准；生效后对全部地块的判断依此版本。",
                "Not by who entered or argued it; every answer on land rests on it then.",
            ),
        )
        .when(
            |it| is(it, "state", &["argued"]) || (!red_line(it) && is(it, "state", &["draft"])),
            ("生态保护红线须先征求意见和论证", "a red line is consulted on and argued first"),
        )
        .not_by("entered_by")
        .with(DECISION),
    ],
    begin: &["layer"],
    ..Case::EMPTY
};
