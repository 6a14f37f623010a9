//! Every step that the centre takes with a project.

use serde_json::Value;

use crate::site::casework::{Deed, Entry};
use crate::site::centre::{AUTHORITIES, CENTRE, DIRECTOR, HEADS, OFFICER, WITH_TOWNSHIP, is};
use crate::site::words::TYPES;
use crate::web::pages::{Facts, Figure, Say};

const AUTHORITY: &[&str] = &["court", "centre"];

fn stage(thing: &Facts, stages: &[&str]) -> bool {
    !thing.has("withdrawal") && is(thing, "stage", stages)
}

/// The panel that is needed: seats of each field, and the day of the draw.
pub(in crate::site::centre) const PANEL: &[Entry] = &[
    Entry::whole("economics_finance", ("经济财务专家席位", "Seats: economics and finance")),
    Entry::whole("wetland", ("湿地专家席位", "Seats: wetland")),
    Entry::whole("ecology_environment", ("生态环境专家席位", "Seats: ecology and environment"))
        .hint(("三类合计须为不少于 3 的奇数。", "All together an odd number, three at least.")),
    Entry::noon("moment", ("摇号日期", "Day of the draw")).hint((
        "当日 12:00 后的首条审计记录产生种子。",
        "The first entry of the audit log after noon makes the seed.",
    )),
];

pub(in crate::site::centre) fn panel(body: Value) -> Value {
    let fields = ["economics_finance", "wetland", "ecology_environment"];
    let needs = fields.into_iter().filter_map(|field| {
        let seats = body.get(field).filter(|seats| **seats != 0)?;
        Some(serde_json::json!({ "field": field, "seats": seats }))
    });
    let needs: Vec<Value> = needs.collect();
    let mut made = serde_json::json!({ "needs": needs });
    if let (Some(made), Some(moment)) = (made.as_object_mut(), body.get("moment")) {
        made.insert("moment".to_owned(), moment.clone());
    }
    made
}

fn certified(say: &Say, thing: &Facts) -> Vec<Figure> {
    vec![
        Figure::of(say.t("可申请认定面积", "Left to certify"), say.m2_mu(thing.whole("gate/m2"))),
        Figure::of(say.t("其中缓冲储备", "Of it buffer"), say.m2(thing.whole("gate/buffer_m2"))),
    ]
}

pub(super) const DEEDS: &[Deed] = &[
    Deed::new(
        "scheme-notice",
        "/api/v1/projects/{project_id}/scheme-notice",
        CENTRE,
        ("公示修复方案", "Publish the scheme"),
        (
            "向社会公示方案；公示期满且异议办结后才能评审、批准。",
            "Puts the scheme before everybody; review and approval wait until the notice has ended and nothing is open.",
        ),
    )
    .when(
        |it| stage(it, &["proposed", "scheme_reviewed"]),
        ("仅在批准前办理", "before the approval only"),
    ),
    Deed::new(
        "expert-draw",
        "/api/v1/projects/{project_id}/expert-draws",
        CENTRE,
        ("抽取评审专家", "Draw a panel"),
        (
            "由其他机关公布随机数摘要，到期后摇号产生专家组，任何人都可以复算。",
            "Another authority announces the hash of a nonce; the draw is made after the moment and anybody can repeat it.",
        ),
    )
    .when(
        |it| stage(it, &["proposed", "scheme_reviewed"]),
        ("仅在批准前办理", "before the approval only"),
    )
    .with(PANEL)
    .mend(panel)
    .makes("draws"),
    Deed::new(
        "scheme-review",
        "/api/v1/projects/{project_id}/scheme-review",
        OFFICER,
        ("登记方案评审通过", "Record the review"),
        (
            "确认方案公示期满、异议办结、评审通过，项目进入“方案评审通过”。",
            "Records that the notice has ended, nothing is open and the scheme was reviewed.",
        ),
    )
    .when(|it| stage(it, &["proposed"]), ("项目处于“立项”阶段时办理", "while it is proposed")),
    Deed::new(
        "zone-approval",
        "/api/v1/projects/{project_id}/zone-approvals",
        WITH_TOWNSHIP,
        ("登记区域批准文件", "File the approval of a zone"),
        (
            "项目地块涉及需要批准的区域时，在批准项目前登记批准文件。",
            "Where the land lies in a zone that needs it, before the project is approved.",
        ),
    )
    .when(
        |it| stage(it, &["proposed", "scheme_reviewed"]),
        ("仅在批准前办理", "before the approval only"),
    )
    .with(&[
        Entry::text("zone_no", ("区域编号", "Number of the zone")),
        Entry::text("approval_no", ("批准文号", "Number of the approval")),
        Entry::text("by", ("批准机关", "By which authority")),
        Entry::day("date", ("批准日期", "Date")),
    ]),
    Deed::new(
        "approval",
        "/api/v1/projects/{project_id}/approval",
        DIRECTOR,
        ("批准项目", "Approve the project"),
        (
            "由评审人以外的主任批准；批准后乡镇可以开工。",
            "By a director who did not review it; the township may begin then.",
        ),
    )
    .when(
        |it| stage(it, &["scheme_reviewed"]),
        ("方案评审通过后办理", "once the scheme is reviewed"),
    ),
    Deed::new(
        "acceptance",
        "/api/v1/projects/{project_id}/acceptance",
        OFFICER,
        ("验收", "Accept the restored land"),
        (
            "依据第三方竣工评估报告和现场核查登记验收面积。",
            "On the report of an assessor without interest and an inspection on the spot.",
        ),
    )
    .when(|it| stage(it, &["completed"]), ("竣工后办理", "once it is completed"))
    .with(&[
        Entry::text("third_party_report/assessor", ("评估机构代码", "Code of the assessor")),
        Entry::text("third_party_report/report_no", ("报告编号", "Number of the report")),
        Entry::day("third_party_report/date", ("报告日期", "Date of the report")),
        Entry::text("third_party_report/author", ("报告编制人", "Author")),
        Entry::places("third_party_report/accepted_area_m2", ("验收面积（平方米）", "Accepted area (m²)"))
            .hint(("如 11333.00。", "Such as 11333.00.")),
        Entry::yes(
            "third_party_report/no_interest_declared",
            ("报告声明无利害关系", "The report declares no interest"),
        ),
        Entry::day("inspection/inspected_on", ("现场核查日期", "Day of the inspection")),
        Entry::lines("inspection/inspectors", ("核查人员", "Inspectors"))
            .hint(("每行一人，不少于两人。", "One in each line, two at least.")),
    ])
    .mend(inspected),
    Deed::new(
        "monitoring-plan",
        "/api/v1/projects/{project_id}/monitoring-plan",
        WITH_TOWNSHIP,
        ("登记监测方案", "File the monitoring plan"),
        ("自验收起每年提交一次监测报告。", "One report a year from the acceptance on."),
    )
    .when(
        |it| stage(it, &["accepted", "monitoring"]) && !it.has("monitoring_plan"),
        ("验收后且尚无监测方案时办理", "after the acceptance, once"),
    )
    .with(&[Entry::whole("years", ("监测年限", "Years"))
        .hint(("1 至 30 年。", "1 to 30 years."))]),
    Deed::new(
        "result-notice",
        "/api/v1/projects/{project_id}/result-notice",
        CENTRE,
        ("公示修复结果", "Publish the result"),
        (
            "向社会公示验收结果；公示期满且异议办结后才能核算认定。",
            "Puts what was accepted before everybody; certification waits until the notice has ended.",
        ),
    )
    .when(
        |it| stage(it, &["accepted", "monitoring"]),
        ("验收后办理", "once it is accepted"),
    ),
    Deed::new(
        "certification",
        "/api/v1/certification-applications",
        OFFICER,
        ("录入核算认定申请", "Enter an application for certification"),
        (
            "录入后由主任认定；录入人与认定人不能是同一人。",
            "A director decides on it; who enters it does not.",
        ),
    )
    .when(
        |it| it.yes("gate/open") && it.whole("gate/m2") > 0,
        ("下方认定条件全部满足后办理", "once all conditions below are met"),
    )
    .moving(certified)
    .with(&[
        Entry::given("project_id", "id"),
        Entry::whole("m2", ("认定面积（平方米）", "Area (m²)")).first("gate/m2"),
        Entry::word("wetland_type", "", TYPES, ("湿地类型", "Type of wetland")),
        Entry::whole("grade", ("质量等级", "Grade"))
            .hint(("1 至 5 级，1 级最优。", "1 to 5, 1 being the best.")),
        Entry::text("grade_method", ("评价方法及版本", "Method and its version")),
        Entry::pairs("grade_indicators", ("评价指标", "Indicators"))
            .hint(("每行一项，如：水质 3。", "One in each line, such as: water 3.")),
    ])
    .makes("applications"),
    Deed::new(
        "monitoring",
        "/api/v1/projects/{project_id}/monitoring",
        OFFICER,
        ("转入后期管护监测", "Put it under monitoring"),
        ("项目进入后期管护监测阶段。", "The project is watched from now on."),
    )
    .when(|it| stage(it, &["accepted"]), ("验收通过后办理", "once it is accepted")),
    Deed::new(
        "closure",
        "/api/v1/projects/{project_id}/closure",
        OFFICER,
        ("结项", "Close the project"),
        (
            "依据后评估报告结项，并落实长期管护单位。",
            "On the report after years of monitoring; somebody keeps the land from then on.",
        ),
    )
    .when(|it| stage(it, &["monitoring"]), ("处于管护监测阶段时办理", "while it is monitored"))
    .with(&[
        Entry::text("post_assessment/assessor", ("评估机构代码", "Code of the assessor")),
        Entry::text("post_assessment/report_no", ("报告编号", "Number of the report")),
        Entry::day("post_assessment/date", ("报告日期", "Date of the report")),
        Entry::text("post_assessment/author", ("报告编制人", "Author")),
        Entry::yes(
            "post_assessment/no_interest_declared",
            ("报告声明无利害关系", "The report declares no interest"),
        ),
        Entry::text("keeper", ("长期管护单位", "Who keeps the land")),
    ]),
    Deed::new(
        "loss",
        "/api/v1/projects/{project_id}/losses",
        AUTHORITIES,
        ("登记灭失", "Enter a loss"),
        (
            "已认定的土地发生退化或灭失时登记；主任批准后扣减指标并产生补建责任。",
            "Where restored land is lost; a director approves it, credits are taken and a duty to replace is left.",
        ),
    )
    .when(
        |it| stage(it, &["accepted", "monitoring", "closed"]),
        ("验收后办理", "once it is accepted"),
    )
    .with(&[
        Entry::whole("m2", ("灭失面积（平方米）", "Area lost (m²)")),
        Entry::day("found_on", ("发现日期", "Found on")),
        Entry::text("reference", ("依据文号", "Document")),
        Entry::long("reason", ("原因", "Why")),
    ])
    .makes("losses"),
    Deed::new(
        "freeze-order",
        "/api/v1/projects/{project_id}/freeze-orders",
        HEADS,
        ("录入冻结令", "Enter an order to freeze"),
        (
            "由另一机关的第二人批准后冻结该项目的全部指标。",
            "A second person of the other authority approves it; all credits of the project are frozen then.",
        ),
    )
    .with(&[
        Entry::word("authority", "authority.", AUTHORITY, ("作出机关", "By which authority")),
        Entry::text("document", ("文号", "Document")),
        Entry::long("reason", ("理由", "Why")),
    ])
    .makes("freeze-orders"),
    Deed::new(
        "withdrawal",
        "/api/v1/projects/{project_id}/withdrawal",
        WITH_TOWNSHIP,
        ("撤回项目", "Give the project up"),
        ("开工前可以撤回，地块可用于其他项目。", "Before construction begins; its parcels are free then."),
    )
    .when(
        |it| stage(it, &["proposed", "scheme_reviewed", "approved"]),
        ("开工前办理", "before construction begins"),
    )
    .with(&[Entry::text("reason", ("原因", "Why"))]),
];

/// The report and the inspection both have a date; in one form each has its own name.
fn inspected(mut body: Value) -> Value {
    if let Some(inspection) = body.get_mut("inspection").and_then(Value::as_object_mut)
        && let Some(day) = inspection.remove("inspected_on")
    {
        inspection.insert("date".to_owned(), day);
    }
    body
}
