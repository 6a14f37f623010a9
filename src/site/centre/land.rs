//! Surveys and the parcels that come of them, files of parcels, and the layers that bar land.

mod features;
mod import;
mod layers;
mod parcels;

use super::{CENTRE, is};
use crate::site::casework::{Case, Column, Deed, Entry, Part};
use crate::web::pages::Facts;

pub(in crate::site) use features::features;
pub(super) use import::import;
pub(in crate::site) use layers::{LAYER, NEW_LAYER};

pub(in crate::site) use parcels::{PARCEL, PARCEL_IMPORT};

const FINDINGS: &[&str] = &["passed", "refused"];

pub(super) const NEW_SURVEY: Deed = Deed::new(
    "survey",
    "/api/v1/survey-tasks",
    CENTRE,
    ("下达摸底任务", "Give a survey task"),
    ("由乡镇在期限内上报后备资源。", "The township reports its reserve land by the day."),
)
.with(&[
    Entry::text("township", ("乡镇代码", "Code of the township"))
        .hint(("9 位区划代码，如 360124500。", "9 digits, such as 360124500.")),
    Entry::text("title", ("任务名称", "Title")),
    Entry::text("document", ("依据文号", "Document")),
    Entry::whole("survey_year", ("调查年度", "Survey year")),
    Entry::day("due_on", ("期限", "Due")),
])
.makes("surveys");

/// Whether the township has submitted it and nobody has decided.
fn handed_in(thing: &Facts) -> bool {
    is(thing, "state", &["submitted"])
}

pub(in crate::site) const SURVEY: Case = Case {
    noun: "surveys",
    id: "task_id",
    list: "/api/v1/survey-tasks",
    one: "/api/v1/survey-tasks/{id}",
    also: &[("checked", "/api/v1/survey-tasks/{id}/report")],
    title: ("摸底任务", "Surveys"),
    lead: (
        "乡镇上报后备资源，核实后入库。",
        "Townships report reserve land; what is verified enters the reserve.",
    ),
    empty: ("还没有摸底任务。点“下达摸底任务”。", "There is no survey; give one to a township."),
    names: &["number", "title"],
    columns: &[
        Column::text("number", ("编号", "Number")),
        Column::text("title", ("任务", "Task")),
        Column::region("township", ("乡镇", "Township")),
        Column::day("due_on", ("期限", "Due")),
        Column::word("state", "survey.", ("状态", "State")),
    ],
    facts: &[
        Column::region("township", ("乡镇", "Township")),
        Column::text("document", ("依据文号", "Document")),
        Column::text("survey_year", ("调查年度", "Survey year")),
        Column::day("due_on", ("期限", "Due")),
        Column::word("state", "survey.", ("状态", "State")),
        Column::count("checked/report/accepted", ("通过检查的地块", "Parcels that pass")),
        Column::count("checked/report/refused", ("有误的地块", "Parcels that do not")),
    ],
    parts: &[
        Part {
            at: "checked/report/features",
            caption: ("逐行检查结果", "Row by row"),
            empty: ("还没有上报地块。", "No parcels were reported yet."),
            columns: &[
                Column::text("index", ("行", "Row")),
                Column::text("number", ("编号", "Number")),
                Column::text("name", ("名称", "Name")),
                Column::area("declared_area_m2", ("面积", "Area")),
                Column::yes("accepted", ("通过", "Passes")),
                Column::all_said("findings", ("说明", "What to mend")),
            ],
        },
        Part {
            at: "pond_verifications",
            caption: ("坑塘现场核实", "Ponds that were looked at"),
            empty: ("还没有核实记录。", "None was looked at."),
            columns: &[
                Column::text("parcel_no", ("编号", "Number")),
                Column::word("result", "pond.", ("结果", "Result")),
                Column::text("evidence", ("依据", "Evidence")),
                Column::day("verified_on", ("日期", "Day")),
            ],
        },
        Part {
            at: "steps",
            caption: ("办理过程", "What happened"),
            empty: ("尚未提交。", "It has not been submitted yet."),
            columns: &[
                Column::time("taken_at", ("时间", "Time")),
                Column::word("step", "", ("处理", "Step")),
                Column::person("taken_by", ("办理人", "By")),
                Column::text("reason", ("说明", "Reason")),
            ],
        },
    ],
    deeds: &[
        Deed::new(
            "verification",
            "/api/v1/survey-tasks/{task_id}/verification",
            CENTRE,
            ("核实入库", "Verify: enter the plots"),
            ("通过检查的地块进入湿地后备资源库。", "The plots that pass enter the reserve."),
        )
        .when(handed_in, ("乡镇提交后办理", "once the township has submitted it")),
        Deed::new(
            "pond-verification",
            "/api/v1/survey-tasks/{task_id}/pond-verifications",
            CENTRE,
            ("登记坑塘核实", "Record what was found at a pond"),
            (
                "坑塘水面须现场核实后才能入库。",
                "Ponds are looked at before they enter the reserve.",
            ),
        )
        .when(handed_in, ("乡镇提交后办理", "once the township has submitted it"))
        .with(&[
            Entry::text("parcel_no", ("地块编号", "Number of the plot")),
            Entry::word("result", "pond.", FINDINGS, ("结果", "Result")),
            Entry::long("evidence", ("依据", "Evidence")),
        ]),
        Deed::new(
            "return",
            "/api/v1/survey-tasks/{task_id}/return",
            CENTRE,
            ("退回修改", "Return it"),
            ("乡镇修改后重新提交。", "The township mends and submits it again."),
        )
        .when(handed_in, ("乡镇提交后办理", "once the township has submitted it"))
        .with(&[Entry::long("reason", ("退回原因", "Why"))]),
    ],
    begin: &["survey"],
    ..Case::EMPTY
};
