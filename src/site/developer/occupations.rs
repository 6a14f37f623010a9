//! The developer's applications to occupy wetland: where each stands, what the gate still misses,
//! its documents, and its withdrawal.

use crate::kernel::actor::Role;
use crate::kernel::problem::{Answer, Problem};
use crate::site::parts::{
    after, attach, command, mended, no_file, paper, papers, table, told, words,
};
use crate::site::words::{choices, grade, word};
use crate::web::pages::{
    Ask, Facts, Field, Figure, Form, Link, Sheet, Shown, Table, cell, encoded,
};

/// The kinds of documents that the law asks for, and any other.
const KINDS: &[&str] = &[
    "paper.form",
    "paper.legal_person",
    "paper.project_approval",
    "paper.feasibility_report",
    "paper.other",
];
const STATES: &[&str] = &[
    "occupation.submitted",
    "occupation.deficient",
    "occupation.accepted",
    "occupation.approved",
    "occupation.rejected",
    "occupation.withdrawn",
    "occupation.restored",
];

pub(super) async fn occupations(ask: Ask) -> Answer<Shown> {
    let passed = ask.passed(&["state", "cursor"]);
    let list = ask.get(&format!("/api/v1/occupations?limit=50{passed}")).await?;
    let say = &ask.say;
    let states = choices(say, ask.t("全部状态", "All states"), STATES);
    let filter = Form::ask("/developer/occupations", ask.t("筛选", "Filter"))
        .field(Field::choice("state", ask.t("状态", "State"), states).value(ask.query("state")));
    let table = rows(&ask, &list, "").next(
        &list,
        say,
        "/developer/occupations",
        &[("state", ask.query("state"))],
    );
    let sheet = Sheet::new(ask.t("占用申请", "Applications to occupy")).lead(ask.t(
        "占用湿地须先补后占：申请受理并定级后购买指标，核销后方可批准。",
        "Wetland is compensated before it is occupied: once accepted and graded, buy credits and retire them; only then it is approved.",
    ));
    let sheet = match is_officer(&ask) {
        true => sheet.links(vec![
            Link::to("/developer/new-occupation", ask.t("提出申请", "Apply")).strong(),
        ]),
        false => sheet,
    };
    Ok(sheet.form(filter).table(table).into())
}

/// Only the officer acts; the director approves.
pub(super) fn is_officer(ask: &Ask) -> bool {
    ask.actor().is_some_and(|actor| actor.role == Role::Developer)
}

/// Applications with what can be done about each.
pub(super) fn rows(ask: &Ask, list: &Facts, caption: &str) -> Table {
    let say = &ask.say;
    let rows = list.items("items").into_iter().map(|one| {
        let id = one.text("id");
        let is_open = ["submitted", "accepted"].contains(&one.text("state").as_str());
        let find = cell(ask.t("查找指标", "Find credits")).to(format!("/developer/credits/{id}"));
        vec![
            cell(one.text("number")).to(format!("/developer/occupations/{id}")),
            cell(one.text("project_name")),
            cell(say.area(&one.text("area_m2"))).number(),
            cell(say.day(&one.text("decide_by"))),
            cell(word(say, &format!("occupation.{}", one.text("state")))),
            if is_open { find } else { cell("") },
        ]
    });
    let columns = [
        ("申请编号", "Application"),
        ("建设项目", "Project"),
        ("占用面积", "Area"),
        ("决定期限", "Decided by"),
        ("状态", "State"),
        ("办理", "Do"),
    ];
    let mut table = table(ask, ("", ""), &columns)
        .rows(rows.collect())
        .empty(ask.t("还没有占用申请。", "There are no applications."));
    table.caption = caption.to_owned();
    table
}

pub(super) async fn document(ask: Ask) -> Answer<Shown> {
    paper(&ask, &ask.part("file_id")).await
}

pub(super) async fn occupation(ask: Ask) -> Answer<Shown> {
    let id = ask.part("occupation_id");
    let path = format!("/api/v1/occupations/{id}");
    let Some(sent) = &ask.sent else { return Ok(shown(&ask, &path, None).await?.into()) };
    let (done, said) = match (sent.text("act"), &sent.file) {
        ("withdraw", _) => {
            let told = sent.json(&["reason"], &[]);
            (ask.post(&format!("{path}/withdrawal"), &told).await, "withdrawn")
        }
        (_, None) => (Err(no_file()), ""),
        (_, Some(_)) => {
            let kind = format!("&kind={}", encoded(sent.text("kind")));
            (attach(&ask, &format!("{path}/files"), &kind).await, "attached")
        }
    };
    let to = format!("/developer/occupations/{id}?done={said}");
    after(&ask, done, to, async |problem| shown(&ask, &path, Some(problem)).await).await
}

async fn shown(ask: &Ask, path: &str, problem: Option<&Problem>) -> Answer<Sheet> {
    let one = ask.get(path).await?;
    let gate = ask.get(&format!("{path}/gate")).await?;
    let files = ask.get(&format!("{path}/files?limit=50")).await?;
    let id = one.text("id");
    let state = one.text("state");
    let is_open = ["submitted", "deficient", "accepted"].contains(&state.as_str());
    let mut sheet = head(ask, &one, &gate);
    sheet = gate_part(ask, sheet, &gate, is_open);
    if is_open {
        let mut links = vec![
            Link::to(format!("/developer/credits/{id}"), ask.t("查找指标", "Find credits"))
                .strong(),
            Link::to(
                format!("/developer/new-retirement/{id}"),
                ask.t("核销指标", "Retire credits"),
            ),
        ];
        if is_officer(ask) {
            let order = format!("/developer/new-order?occupation={id}");
            links.push(Link::to(order, ask.t("挂出买单", "Place an order")));
        }
        sheet = sheet.links(links);
    }
    sheet = facts(ask, sheet, &one).await?;
    sheet = lists(ask, sheet, &one);
    sheet = sheet.table(papers(ask, &files, "/developer/documents"));
    if is_open && is_officer(ask) {
        sheet = sheet.form(file_form(ask, problem));
        let form = command(
            ask,
            "withdraw",
            ask.t("撤回申请", "Withdraw"),
            ask.t("不再占用", "Give it up"),
        )
        .field(Field::text("reason", ask.t("撤回原因", "Why")).required());
        sheet = sheet.form(mended(ask, "withdraw", form, problem));
    }
    Ok(sheet)
}

fn head(ask: &Ask, one: &Facts, gate: &Facts) -> Sheet {
    let say = &ask.say;
    let sheet = Sheet::new(format!("{} {}", ask.t("占用申请", "Application"), one.text("number")))
        .under("/developer/occupations", ask.t("占用申请", "Applications to occupy"));
    let sheet = told(
        ask,
        sheet,
        &[
            ("applied", "申请已提交，请上传材料。", "Submitted; attach the documents next."),
            ("attached", "材料已上传。", "The document is attached."),
            ("withdrawn", "申请已撤回。", "The application is withdrawn."),
        ],
    );
    let state = word(say, &format!("occupation.{}", one.text("state")));
    let retired =
        format!("{} / {}", say.m2(gate.whole("counted_m2")), say.m2(gate.whole("required_m2")));
    sheet.lead(one.text("project_name")).figures(vec![
        Figure::of(ask.t("状态", "State"), state),
        Figure::of(ask.t("占用面积", "Area"), say.area(&one.text("area_m2"))),
        Figure::of(ask.t("已核销 / 应核销", "Retired / needed"), retired),
        Figure::of(ask.t("决定期限", "Decided by"), say.day(&one.text("decide_by"))),
    ])
}

/// What the gate says: open, or all that is missing.
fn gate_part(ask: &Ask, sheet: Sheet, gate: &Facts, is_open: bool) -> Sheet {
    if !is_open {
        return sheet;
    }
    let sheet = sheet.heading(ask.t("批准条件", "What approval needs"));
    let missing = gate.items("missing");
    if gate.yes("open") {
        return sheet.good(ask.t(
            "条件已全部满足，等待林业主管部门批准。",
            "Everything is there; the forestry bureau may approve.",
        ));
    }
    let name = ask.t("message_zh", "message_en");
    sheet
        .text(ask.t("还缺少下列各项：", "These are still missing:"))
        .list(missing.iter().map(|one| cell(one.text(name))).collect())
}

async fn facts(ask: &Ask, sheet: Sheet, one: &Facts) -> Answer<Sheet> {
    let say = &ask.say;
    let county = ask.region(&one.text("county")).await?;
    let mut sheet = sheet.facts(vec![
        (ask.t("县区", "County"), cell(county)),
        (ask.t("占用期限", "Term"), cell(word(say, &format!("term.{}", one.text("term"))))),
        (
            ask.t("起止", "From and to"),
            cell(match one.has("starts_on") {
                true => format!(
                    "{} – {}",
                    say.day(&one.text("starts_on")),
                    say.day(&one.text("ends_on"))
                ),
                false => "—".to_owned(),
            }),
        ),
        (ask.t("占用理由", "Ground"), cell(word(say, &format!("ground.{}", one.text("ground"))))),
        (ask.t("法律依据", "Legal basis"), cell(one.text("legal_basis"))),
        (ask.t("湿地类型", "Type of wetland"), cell(word(say, &one.text("wetland_type")))),
        (ask.t("湿地级别", "Level"), cell(word(say, &one.text("level")))),
        (ask.t("质量等级", "Grade"), cell(grade(say, &one.text("grade")))),
        (ask.t("避让说明", "How it avoids wetland"), cell(one.text("avoidance_statement"))),
        (ask.t("减轻影响的措施", "What lessens the impact"), cell(one.text("impact_measures"))),
        (ask.t("提交时间", "Submitted"), cell(say.time(&one.text("submitted_at")))),
        (ask.t("受理日期", "Accepted"), cell(say.day(&one.text("accepted_on")))),
    ]);
    if one.text("state") == "deficient" {
        let note = one.text("deficiency/note");
        sheet = sheet.bad(format!(
            "{}{colon}{note}",
            ask.t("需要补正", "To be completed"),
            colon = ask.say.colon()
        ));
    }
    if one.has("decision") {
        let told = format!(
            "{} {} {}",
            say.time(&one.text("decision/decided_at")),
            one.text("decision/document"),
            one.text("decision/reason"),
        );
        sheet = sheet.note(format!(
            "{}{colon}{told}",
            ask.t("决定", "Decision"),
            colon = ask.say.colon()
        ));
    }
    if one.has("restoration_fee") {
        sheet = sheet.heading(ask.t("湿地恢复费", "Restoration fee")).facts(vec![
            (ask.t("金额", "Amount"), cell(say.yuan(&one.text("restoration_fee/amount")))),
            (ask.t("缴款码", "Reference"), cell(one.text("restoration_fee/reference"))),
            (ask.t("缴纳期限", "Pay by"), cell(say.day(&one.text("restoration_fee/pay_by")))),
            (
                ask.t("状态", "State"),
                cell(word(say, &format!("fee.{}", one.text("restoration_fee/state")))),
            ),
        ]);
    }
    Ok(sheet)
}

fn lists(ask: &Ask, sheet: Sheet, one: &Facts) -> Sheet {
    let say = &ask.say;
    let rows = one.items("documents").into_iter().map(|paper| {
        let has_file = paper.has("file_id");
        vec![
            cell(word(say, &format!("paper.{}", paper.text("kind")))),
            cell(paper.text("title")),
            cell(say.time(&paper.text("filed_at"))),
            cell(say.yes_no(has_file)),
        ]
    });
    let columns = [
        ("材料", "Document"),
        ("名称", "Title"),
        ("提交时间", "Filed"),
        ("已上传文件", "File attached"),
    ];
    let filed = table(ask, ("申请材料", "Documents of the application"), &columns)
        .rows(rows.collect())
        .empty(ask.t("还没有材料，请在下方上传。", "There are none yet; attach them below."));
    let rows = one.items("terms").into_iter().map(|term| {
        vec![
            cell(word(say, &format!("clock.{}", term.text("kind")))),
            cell(say.day(&term.text("due_on"))),
            cell(word(say, &format!("clock.{}", term.text("state")))),
        ]
    });
    let columns = [("事项", "What"), ("期限", "Due"), ("状态", "State")];
    let terms = table(ask, ("办理期限", "Terms"), &columns)
        .rows(rows.collect())
        .empty(ask.t("没有期限在计算。", "No term is running."));
    sheet.table(filed).table(terms)
}

fn file_form(ask: &Ask, problem: Option<&Problem>) -> Form {
    let kinds = words(ask, KINDS);
    let form =
        command(ask, "attach", ask.t("上传", "Attach"), ask.t("上传材料", "Attach a document"))
            .field(Field::choice("kind", ask.t("材料种类", "Kind"), kinds).required())
            .field(Field::file("file", ask.t("文件", "File")).required().hint(
                ask.t("PDF、OFD、Word、Excel 或图片。", "PDF, OFD, Word, Excel or a picture."),
            ))
            .field(Field::text("purpose", ask.t("名称", "Title")).required());
    mended(ask, "attach", form, problem)
}
