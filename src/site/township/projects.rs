//! The township's restoration projects: where each stands, what it needs next, and doing that.

use crate::kernel::problem::{Answer, Problem};
use crate::site::parts::{
    after, attach, attach_form, command, day_now, mended, paper, papers, table, told,
};
use crate::site::township::home::{next_step, own_step, project_row};
use crate::site::words::word;
use crate::web::pages::{Ask, Facts, Field, Figure, Form, Link, Sheet, Shown, cell};

pub(super) async fn projects(ask: Ask) -> Answer<Shown> {
    let list = ask.get(&format!("/api/v1/projects?limit=50{}", ask.passed(&["cursor"]))).await?;
    let own = ask.actor().map(|actor| actor.organisation_id.to_string()).unwrap_or_default();
    let mut items = list.items("items");
    items.retain(|one| one.text("owner") == own);
    let columns =
        [("项目", "Project"), ("编号", "Number"), ("阶段", "Stage"), ("下一步", "Next step")];
    let table = table(&ask, ("", ""), &columns)
        .rows(items.iter().map(|one| project_row(&ask, one)).collect())
        .empty(ask.t(
            "还没有修复项目。核实入库的后备资源可以立项。",
            "No projects yet. Reserve land that was verified can be proposed as a project.",
        ))
        .next(&list, &ask.say, "/township/projects", &[]);
    Ok(Sheet::new(ask.t("修复项目", "Restoration projects"))
        .lead(ask.t(
            "由乡镇立项、开工、竣工和监测；运营中心公示、评审、批准和验收。",
            "The township proposes, builds and monitors; the centre puts on notice, reviews, approves and accepts.",
        ))
        .links(vec![
            Link::to("/township/new-project", ask.t("立项", "Propose a project")).strong(),
        ])
        .table(table)
        .into())
}

pub(super) async fn document(ask: Ask) -> Answer<Shown> {
    paper(&ask, &ask.part("document_id")).await
}

pub(super) async fn project(ask: Ask) -> Answer<Shown> {
    let id = ask.part("project_id");
    let path = format!("/api/v1/projects/{id}");
    let Some(sent) = &ask.sent else { return Ok(shown(&ask, &path, None).await?.into()) };
    let act = sent.text("act");
    let report = ["due_on", "report_no", "date", "author", "restored_area_m2", "findings"];
    let done = match act {
        "construction" | "completion" => ask.act(&format!("{path}/{act}")).await,
        "monitoring-plan" => ask.post(&format!("{path}/{act}"), &sent.json(&[], &["years"])).await,
        "monitoring-reports" => ask.post(&format!("{path}/{act}"), &sent.json(&report, &[])).await,
        "zone-approvals" => {
            let body = sent.json(&["zone_no", "approval_no", "by", "date"], &[]);
            ask.post(&format!("{path}/{act}"), &body).await
        }
        "withdrawal" => ask.post(&format!("{path}/{act}"), &sent.json(&["reason"], &[])).await,
        _ => attach(&ask, &format!("{path}/documents"), "").await,
    };
    let to = format!("/township/projects/{id}?done={}", done_word(act));
    after(&ask, done, to, async |problem| shown(&ask, &path, Some(problem)).await).await
}

fn done_word(act: &str) -> &'static str {
    match act {
        "construction" => "construction",
        "completion" => "completion",
        "monitoring-plan" => "plan",
        "monitoring-reports" => "report",
        "zone-approvals" => "approval",
        "withdrawal" => "withdrawal",
        _ => "attached",
    }
}

async fn shown(ask: &Ask, path: &str, problem: Option<&Problem>) -> Answer<Sheet> {
    let one = ask.get(path).await?;
    let documents = ask.get(&format!("{path}/documents?limit=50")).await?;
    let answers = ask.find(&format!("{path}/profit-statement")).await?;
    let mut sheet = head(ask, &one);
    for form in commands(ask, &one, problem) {
        sheet = sheet.form(form);
    }
    sheet = lists(ask, sheet, &one);
    if let Some(profit) = answers.filter(|profit| profit.whole("trades") > 0) {
        let say = &ask.say;
        sheet = sheet.heading(ask.t("项目收益", "What the project earned")).facts(vec![
            (ask.t("成交面积", "Area sold"), cell(say.m2(profit.whole("m2")))),
            (ask.t("成交金额", "Amount"), cell(say.yuan(&profit.text("amount")))),
            (
                ask.t("修复费用", "Restoration cost"),
                cell(say.yuan(&profit.text("restoration_paid"))),
            ),
            (ask.t("乡镇分成", "Township share"), cell(say.yuan(&profit.text("township_share")))),
        ]);
    }
    sheet = sheet.table(papers(ask, &documents, "/township/documents"));
    Ok(sheet.form(mended(ask, "attach", attach_form(ask), problem)))
}

fn head(ask: &Ask, one: &Facts) -> Sheet {
    let say = &ask.say;
    let stage = one.text("stage");
    let mut sheet =
        Sheet::new(one.text("name")).under("/township/projects", ask.t("修复项目", "Projects"));
    sheet = told(
        ask,
        sheet,
        &[
            (
                "proposed",
                "已立项，等待运营中心公示和评审。",
                "Proposed; the centre puts it on notice and reviews it.",
            ),
            ("construction", "已登记开工。", "The start of construction is recorded."),
            (
                "completion",
                "已登记竣工，等待运营中心验收。",
                "The completion is recorded; the centre accepts it next.",
            ),
            ("plan", "监测计划已提交。", "The monitoring plan is filed."),
            ("report", "监测报告已提交。", "The monitoring report is filed."),
            ("approval", "批准文件已登记。", "The approval is filed."),
            ("withdrawal", "项目已撤回。", "The project is withdrawn."),
            ("attached", "附件已上传。", "The document is attached."),
        ],
    );
    sheet = sheet
        .figures(vec![
            Figure::of(ask.t("当前阶段", "Stage"), word(say, &format!("stage.{stage}"))),
            Figure::of(ask.t("下一步", "Next step"), next_step(ask, &stage).to_owned()),
        ])
        .facts(vec![
            (ask.t("项目编号", "Number"), cell(one.text("number"))),
            (
                ask.t("实施方式", "Carried out"),
                cell(format!("{} {}", word(say, &one.text("mode")), one.text("contractor"))),
            ),
            (
                ask.t("工程量清单总额", "Bill of quantities"),
                cell(say.yuan(&one.text("bill_of_quantities/total"))),
            ),
            (
                ask.t("权利人同意", "Consent of right holders"),
                cell(format!(
                    "{} {} {}",
                    say.day(&one.text("right_holder_consent/date")),
                    one.text("right_holder_consent/holders"),
                    ask.t("户", "holders"),
                )),
            ),
            (
                ask.t("验收面积", "Accepted area"),
                cell(say.area(&one.text("acceptance/accepted_area_m2"))),
            ),
        ]);
    if one.has("withdrawal") {
        return sheet.bad(format!(
            "{}{colon}{}",
            ask.t("项目已撤回", "The project was withdrawn"),
            one.text("withdrawal/reason"),
            colon = ask.say.colon()
        ));
    }
    match own_step(ask, &stage) {
        Some(_) => sheet,
        None => sheet.note(format!(
            "{}{}",
            ask.t("目前由他人办理，本单位无需操作。下一步：", "Others are at it now. Next: "),
            next_step(ask, &stage),
        )),
    }
}

/// What the township may do with it in its stage.
fn commands(ask: &Ask, one: &Facts, problem: Option<&Problem>) -> Vec<Form> {
    if one.has("withdrawal") {
        return Vec::new();
    }
    let stage = one.text("stage");
    let step = |act, button, legend| command(ask, act, button, legend);
    let mut forms = match stage.as_str() {
        "approved" => vec![step(
            "construction",
            ask.t("登记开工", "Record the start"),
            ask.t("工程已经开工", "Construction has begun"),
        )],
        "under_construction" => vec![step(
            "completion",
            ask.t("登记竣工", "Record the completion"),
            ask.t("工程已经竣工", "Everything is built"),
        )],
        "accepted" | "monitoring" if !one.has("monitoring_plan") => vec![mended(
            ask,
            "monitoring-plan",
            step(
                "monitoring-plan",
                ask.t("提交监测计划", "File the plan"),
                ask.t("监测计划", "Monitoring plan"),
            )
            .field(
                Field::number("years", ask.t("监测年限", "Years of monitoring"))
                    .required()
                    .hint(ask.t("每年应提交一份监测报告。", "A report is due every year.")),
            ),
            problem,
        )],
        "monitoring" => vec![report_form(ask, one, problem)],
        _ => Vec::new(),
    };
    if ["proposed", "scheme_reviewed"].contains(&stage.as_str()) {
        forms.push(zone_form(ask, problem));
    }
    if ["proposed", "scheme_reviewed", "approved"].contains(&stage.as_str()) {
        let form = step(
            "withdrawal",
            ask.t("撤回项目", "Withdraw the project"),
            ask.t("不再实施（开工前可撤回）", "Give it up (before anything is built)"),
        )
        .field(Field::text("reason", ask.t("撤回原因", "Why")).required());
        forms.push(mended(ask, "withdrawal", form, problem));
    }
    forms
}

fn report_form(ask: &Ask, one: &Facts, problem: Option<&Problem>) -> Form {
    let filed = one.items("monitoring_reports");
    let due = one.items("monitoring_plan/reports_due").into_iter().map(|day| day.text(""));
    let open = due.filter(|day| filed.iter().all(|report| report.text("due_on") != *day));
    let open = open.map(|day| (day.clone(), ask.say.day(&day))).collect();
    let form = command(
        ask,
        "monitoring-reports",
        ask.t("提交监测报告", "File the report"),
        ask.t("监测报告", "Monitoring report"),
    )
    .field(Field::choice("due_on", ask.t("应提交日期", "Due on"), open).required())
    .field(Field::text("report_no", ask.t("报告编号", "Number of the report")).required())
    .field(Field::date("date", ask.t("报告日期", "Date")).required().value(day_now(ask)))
    .field(Field::text("author", ask.t("编制人", "Author")).required())
    .field(
        Field::number(
            "restored_area_m2",
            ask.t("现存恢复面积（平方米）", "Restored area found (m²)"),
        )
        .required()
        .hint(ask.t("保留两位小数，如 11333.00。", "With two decimals, such as 11333.00.")),
    )
    .field(Field::long("findings", ask.t("监测结论", "Findings")).required());
    mended(ask, "monitoring-reports", form, problem)
}

fn zone_form(ask: &Ask, problem: Option<&Problem>) -> Form {
    let form = command(
        ask,
        "zone-approvals",
        ask.t("登记批准文件", "File the approval"),
        ask.t("项目位于管控区时：主管部门批准", "Where the land lies in a zone: its approval"),
    )
    .field(Field::text("zone_no", ask.t("管控区编号", "Number of the zone")).required())
    .field(Field::text("approval_no", ask.t("批准文号", "Number of the approval")).required())
    .field(Field::text("by", ask.t("批准机关", "Approved by")).required())
    .field(Field::date("date", ask.t("批准日期", "Date")).required());
    mended(ask, "zone-approvals", form, problem)
}

fn lists(ask: &Ask, mut sheet: Sheet, one: &Facts) -> Sheet {
    let say = &ask.say;
    let due = one.items("monitoring_plan/reports_due");
    if !due.is_empty() {
        let filed = one.items("monitoring_reports");
        let rows = due.iter().map(|day| {
            let day = day.text("");
            let report = filed.iter().find(|report| report.text("due_on") == day);
            let number = report.map(|report| report.text("report_no"));
            let waits = || ask.t("待提交", "to be filed").to_owned();
            vec![cell(say.day(&day)), cell(number.unwrap_or_else(waits))]
        });
        let columns = [("应提交日期", "Due"), ("报告", "Report")];
        sheet = sheet.table(table(ask, ("监测报告", "Monitoring"), &columns).rows(rows.collect()));
    }
    let stages = one.items("stages").into_iter().map(|stage| {
        vec![
            cell(word(say, &format!("stage.{}", stage.text("stage")))),
            cell(say.time(&stage.text("entered_at"))),
        ]
    });
    let columns = [("阶段", "Stage"), ("时间", "Since")];
    let stages = table(ask, ("经过的阶段", "Stages"), &columns).rows(stages.collect());
    let parcels = one.items("parcels").into_iter().map(|parcel| {
        let at = format!("/township/parcels/{}", parcel.text("parcel_id"));
        vec![
            cell(parcel.text("parcel_no")).to(at),
            cell(say.area(&parcel.text("area_m2"))).number(),
        ]
    });
    let columns = [("编号", "Number"), ("面积", "Area")];
    let parcels = table(ask, ("项目地块", "Parcels"), &columns).rows(parcels.collect());
    let bill = one.items("bill_of_quantities/lines").into_iter().map(|line| {
        vec![
            cell(line.text("item")),
            cell(format!("{} {}", line.text("quantity"), line.text("unit"))).number(),
            cell(say.yuan(&line.text("unit_price"))).number(),
            cell(say.yuan(&line.text("amount"))).number(),
        ]
    });
    let columns =
        [("项目内容", "Item"), ("数量", "Quantity"), ("单价", "Price"), ("金额", "Amount")];
    let bill = table(ask, ("工程量清单", "Bill of quantities"), &columns).rows(bill.collect());
    sheet.table(stages).table(parcels).table(bill)
}
