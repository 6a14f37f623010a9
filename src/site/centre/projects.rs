//! Restoration projects: every step that the centre takes with one, and the gate of certification.

mod steps;

use crate::site::casework::{Case, Column, Part};

pub(super) use steps::{PANEL, panel};

pub(in crate::site) const PROJECT: Case = Case {
    noun: "projects",
    id: "project_id",
    list: "/api/v1/projects",
    one: "/api/v1/projects/{id}",
    also: &[
        ("gate", "/api/v1/projects/{id}/certification-gate"),
        ("losses", "/api/v1/projects/{id}/losses?limit=50"),
        ("notices", "/api/v1/public-notices?limit=20&subject_id={id}"),
    ],
    title: ("修复项目", "Projects"),
    lead: (
        "本县的修复项目。点开一个项目，可以看到它走到哪一步、下一步由谁办理、为什么还不能办理。",
        "The county's projects. Each page says how far it has come, who takes the next step, and why it waits.",
    ),
    empty: ("还没有修复项目。由乡镇立项。", "There are no projects; townships propose them."),
    names: &["number", "name"],
    columns: &[
        Column::text("number", ("编号", "Number")),
        Column::text("name", ("项目", "Project")),
        Column::region("township", ("乡镇", "Township")),
        Column::word("stage", "stage.", ("阶段", "Stage")),
        Column::yuan("bill_total", ("工程量清单总额", "Bill of quantities")),
    ],
    facts: &[
        Column::word("stage", "stage.", ("当前阶段", "Stage")),
        Column::region("township", ("乡镇", "Township")),
        Column::word("mode", "", ("实施方式", "Mode")),
        Column::text("contractor", ("施工单位", "Contractor")),
        Column::yuan("bill_of_quantities/total", ("工程量清单总额", "Bill of quantities")),
        Column::day("right_holder_consent/date", ("权利人同意日期", "Right holders agreed on")),
        Column::count("right_holder_consent/objections", ("反对户数", "Right holders against")),
        Column::yes("legal_duty/exists", ("是否履行法定修复责任", "Restored to meet a legal duty")),
        Column::text("legal_duty/basis", ("说明", "Basis")),
        Column::area("acceptance/accepted_area_m2", ("验收面积", "Accepted area")),
        Column::day("acceptance/accepted_on", ("验收日期", "Accepted on")),
        Column::text("monitoring_plan/years", ("监测年限", "Years of monitoring")),
        Column::text("withdrawal/reason", ("撤回原因", "Why it was withdrawn")),
        Column::m2("gate/m2", ("可申请认定面积", "Left to certify")),
        Column::text("closure/keeper", ("管护单位", "Keeper")),
    ],
    parts: &[
        Part {
            at: "gate/conditions",
            caption: (
                "核算认定条件：哪些已满足，还缺什么",
                "The gate of certification: what is met, what is missing",
            ),
            empty: ("—", "—"),
            columns: &[
                Column::word("condition", "condition.", ("条件", "Condition")),
                Column::yes("fulfilled", ("已满足", "Met")),
                Column::all_said("reasons", ("原因", "Why not")),
            ],
        },
        Part {
            at: "stages",
            caption: ("经过的阶段", "Stages"),
            empty: ("—", "—"),
            columns: &[
                Column::word("stage", "stage.", ("阶段", "Stage")),
                Column::time("entered_at", ("时间", "Since")),
                Column::person("entered_by", ("办理人", "By")),
            ],
        },
        Part {
            at: "notices/items",
            caption: ("公示", "Notices"),
            empty: ("还没有公示。", "Nothing was published yet."),
            columns: &[
                Column::text("number", ("编号", "Number")).to("notices/{id}"),
                Column::word("kind", "", ("类型", "Kind")),
                Column::day("from", ("自", "From")),
                Column::day("to", ("至", "To")),
                Column::word("state", "", ("状态", "State")),
            ],
        },
        Part {
            at: "parcels",
            caption: ("项目地块", "Parcels"),
            empty: ("—", "—"),
            columns: &[
                Column::text("parcel_no", ("编号", "Number")).to("parcels/{parcel_id}"),
                Column::region("township", ("乡镇", "Township")),
                Column::area("area_m2", ("面积", "Area")),
            ],
        },
        Part {
            at: "bill_of_quantities/lines",
            caption: ("工程量清单", "Bill of quantities"),
            empty: ("—", "—"),
            columns: &[
                Column::text("item", ("项目内容", "Item")),
                Column::text("quantity", ("数量", "Quantity")),
                Column::text("unit", ("单位", "Unit")),
                Column::yuan("unit_price", ("单价", "Price")),
                Column::yuan("amount", ("金额", "Amount")),
            ],
        },
        Part {
            at: "zone_approvals",
            caption: ("区域主管部门批准", "Approvals of zones"),
            empty: ("没有需要批准的区域，或尚未登记。", "None was needed or filed."),
            columns: &[
                Column::text("zone_no", ("区域编号", "Zone")),
                Column::text("approval_no", ("批准文号", "Approval")),
                Column::day("date", ("日期", "Date")),
            ],
        },
        Part {
            at: "monitoring_reports",
            caption: ("监测报告", "Monitoring reports"),
            empty: ("还没有监测报告。", "No report was filed yet."),
            columns: &[
                Column::day("due_on", ("应提交日期", "Due")),
                Column::text("report_no", ("报告", "Report")),
                Column::area("restored_area_m2", ("恢复面积", "Restored area")),
                Column::text("findings", ("结论", "Findings")),
            ],
        },
        Part {
            at: "losses/items",
            caption: ("灭失", "Losses"),
            empty: ("没有灭失记录。", "Nothing was lost."),
            columns: &[
                Column::text("number", ("编号", "Number")).to("losses/{id}"),
                Column::m2("m2", ("面积", "Area")),
                Column::day("found_on", ("发现日期", "Found on")),
                Column::time("decided_at", ("审批时间", "Decided")),
            ],
        },
    ],
    deeds: steps::DEEDS,
    papers: "/api/v1/projects/{id}/documents",
    ..Case::EMPTY
};
