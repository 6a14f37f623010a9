//! Retiring credits for an occupation: one person asks, another of the same developer confirms, and
//! the certificate is taken along.

use serde_json::json;

use crate::kernel::problem::{Answer, Problem};
use crate::site::parts::{after, command, credits, mended};
use crate::site::words::word;
use crate::web::pages::{Ask, Facts, Field, Figure, Form, Link, Sheet, Shown, Table, cell};

pub(super) async fn retirements(ask: Ask) -> Answer<Shown> {
    let list = ask.get(&format!("/api/v1/retirements?limit=50{}", ask.passed(&["cursor"]))).await?;
    let say = &ask.say;
    let rows = list.items("items").into_iter().map(|one| {
        vec![
            cell(one.text("number")).to(format!("/developer/retirements/{}", one.text("id"))),
            cell(say.m2_mu(one.whole("m2"))).number(),
            cell(one.text("reason")),
            cell(say.time(&one.text("asked_at"))),
            cell(word(say, &one.text("state"))),
        ]
    });
    let columns = [
        ask.t("核销编号", "Retirement"),
        ask.t("面积", "Area"),
        ask.t("事由", "Reason"),
        ask.t("申请时间", "Asked at"),
        ask.t("状态", "State"),
    ];
    Ok(Sheet::new(ask.t("核销与证明", "Retirements and certificates"))
        .lead(ask.t(
            "占用湿地前先核销指标。一人申请，另一人确认后生效；核销证明可在此下载。",
            "Credits are retired before wetland is occupied: one person asks, another confirms.",
        ))
        .table(
            Table::of("", &columns)
                .rows(rows.collect())
                .empty(ask.t(
                    "还没有核销。请从工作台的占用申请中办理。",
                    "Nothing has been retired. Begin at an application on your desk.",
                ))
                .next(&list, say, "/developer/retirements", &[]),
        )
        .links(vec![Link::to("/developer", ask.t("我的工作台", "My desk"))])
        .into())
}

pub(super) async fn new(ask: Ask) -> Answer<Shown> {
    let id = ask.part("occupation_id");
    let occupation = ask.get(&format!("/api/v1/occupations/{id}")).await?;
    let batches = credits(&ask).await?;
    let Some(sent) = &ask.sent else {
        return Ok(form(&ask, &occupation, batches, None).into());
    };
    let part = sent.json(&["batch_id"], &["m2"]);
    let body = json!({ "parts": [part], "reason": sent.text("reason") });
    match ask.post(&format!("/api/v1/occupations/{id}/retirements"), &body).await {
        Ok(one) => Ok(Shown::see(format!("/developer/retirements/{}?done=asked", one.text("id")))),
        Err(failure) => ask.again(failure, |problem| form(&ask, &occupation, batches, problem)),
    }
}

fn form(
    ask: &Ask,
    occupation: &Facts,
    batches: Vec<(String, String)>,
    problem: Option<&Problem>,
) -> Sheet {
    let say = &ask.say;
    let sheet =
        Sheet::new(format!("{} {}", ask.t("核销指标", "Retire for"), occupation.text("number")))
            .under("/developer", ask.t("我的工作台", "My desk"))
            .facts(vec![
                (ask.t("建设项目", "Project"), cell(occupation.text("project_name"))),
                (ask.t("占用面积", "Area occupied"), cell(say.area(&occupation.text("area_m2")))),
                (
                    ask.t("湿地类型", "Type of wetland"),
                    cell(word(say, &occupation.text("wetland_type"))),
                ),
            ]);
    if batches.is_empty() {
        return sheet
            .note(
                ask.t("没有可核销的指标，请先购买。", "There are no credits to retire; buy first."),
            )
            .links(vec![Link::to("/listings", ask.t("查找指标", "Find credits")).strong()]);
    }
    let action = format!("/developer/new-retirement/{}", occupation.text("id"));
    let form = Form::post(action, ask.t("申请核销", "Ask to retire"))
        .field(
            Field::choice(
                "batch_id",
                ask.t("指标批次（可用面积）", "Batch (credits held)"),
                batches,
            )
            .required(),
        )
        .field(
            Field::number("m2", ask.t("核销面积（平方米）", "Area (m²)"))
                .required()
                .hint(ask.t("不少于占用面积方可批准占用。", "No less than the area occupied.")),
        )
        .field(
            Field::text("reason", ask.t("事由", "Reason"))
                .required()
                .value(ask.t("占补平衡", "offset")),
        );
    sheet
        .text(ask.t(
            "核销后指标永久退出，不能再次交易或使用。",
            "Retired credits are gone for good; they are neither traded nor used again.",
        ))
        .form(ask.filled(form, problem).once(ask.sent.as_ref()))
}

pub(super) async fn retirement(ask: Ask) -> Answer<Shown> {
    let id = ask.part("retirement_id");
    let path = format!("/api/v1/retirements/{id}");
    let Some(sent) = &ask.sent else { return Ok(shown(&ask, &path, None).await?.into()) };
    let (noun, told) = match sent.text("act") {
        "confirm" => ("confirmation", None),
        "cancel" => ("cancellation", None),
        "assign" => ("assignments", Some(sent.json(&["occupation_id"], &[]))),
        "confirm_assignment" => ("assignment-confirmation", None),
        _ => ("certificates", None),
    };
    let at = format!("{path}/{noun}");
    let done = match told {
        Some(told) => ask.post(&at, &told).await,
        None => ask.act(&at).await,
    };
    let to = format!("/developer/retirements/{id}?done={noun}");
    after(&ask, done, to, async |problem| shown(&ask, &path, Some(problem)).await).await
}

/// The developer's other applications, for which retired credits may stand instead.
async fn others(ask: &Ask, one: &Facts) -> Answer<Vec<(String, String)>> {
    let open = ask.get("/api/v1/occupations?limit=50&state=accepted").await?.items("items");
    let other = open.iter().filter(|it| it.text("id") != one.text("serves_id"));
    let text = |it: &Facts| format!("{} · {}", it.text("number"), it.text("project_name"));
    Ok(other.map(|it| (it.text("id"), text(it))).collect())
}

async fn shown(ask: &Ask, path: &str, problem: Option<&Problem>) -> Answer<Sheet> {
    let one = &ask.get(path).await?;
    let say = &ask.say;
    let mut sheet = Sheet::new(format!("{} {}", ask.t("核销", "Retirement"), one.text("number")))
        .under("/developer/retirements", ask.t("核销与证明", "Retirements and certificates"));
    sheet = match ask.query("done") {
        "asked" => sheet.good(ask.t(
            "已申请，请由本单位另一位工作人员登录确认。",
            "Asked: another person of your organisation confirms it.",
        )),
        "confirmation" => sheet.good(ask.t("核销已生效。", "The credits are retired.")),
        "certificates" => {
            sheet.good(ask.t("证明已签发，可以下载。", "The certificate was issued."))
        }
        "assignments" => sheet.good(ask.t(
            "已申请改用于另一申请，请由另一位工作人员确认。",
            "Asked: another person confirms that it serves the other application.",
        )),
        "assignment-confirmation" => {
            sheet.good(ask.t("已改用于另一申请。", "It serves the other application now."))
        }
        "cancellation" => sheet.note(ask.t("申请已取消。", "It was cancelled.")),
        _ => sheet,
    };
    sheet = sheet.figures(vec![
        Figure::of(ask.t("状态", "State"), word(say, &one.text("state"))),
        Figure::of(ask.t("核销面积", "Area"), say.m2_mu(one.whole("m2"))),
    ]);
    let rows = one.items("serials").into_iter().map(|part| {
        vec![
            cell(part.text("batch_number")),
            cell(format!("{} – {}", part.text("first_serial"), part.text("last_serial"))),
            cell(say.m2(part.whole("m2"))).number(),
        ]
    });
    let columns = [ask.t("批次", "Batch"), ask.t("编号区间", "Serials"), ask.t("面积", "Area")];
    sheet = sheet.table(
        Table::of(ask.t("核销的指标", "Credits"), &columns)
            .rows(rows.collect())
            .empty(ask.t("确认后确定编号。", "The serials are fixed when it is confirmed.")),
    );
    let rows = one.items("certificates").into_iter().map(|paper| {
        vec![
            cell(paper.text("number")),
            cell(paper.text("short_code")),
            cell(say.time(&paper.text("issued_at"))),
            cell(word(say, &paper.text("state"))),
            cell(ask.t("下载（PDF）", "Download (PDF)"))
                .to(format!("/developer/certificates/{}", paper.text("id"))),
        ]
    });
    let columns = [
        ask.t("证明编号", "Certificate"),
        ask.t("校验码", "Code"),
        ask.t("签发时间", "Issued"),
        ask.t("状态", "State"),
        ask.t("文件", "File"),
    ];
    sheet = sheet.table(
        Table::of(ask.t("核销证明", "Certificates"), &columns)
            .rows(rows.collect())
            .empty(ask.t("尚未签发证明。", "No certificate has been issued yet.")),
    );
    let act = |act: &str, button: &str, legend: &str| {
        let form = command(ask, act, button, legend);
        mended(ask, act, form, problem)
    };
    Ok(match one.text("state").as_str() {
        "asked" => sheet
            .form(act(
                "confirm",
                ask.t("确认核销", "Confirm"),
                ask.t("确认（须由申请人以外的人办理）", "Confirm (not by who asked)"),
            ))
            .form(act("cancel", ask.t("取消申请", "Cancel"), ask.t("取消", "Cancel it"))),
        "effective" if one.has("assignment_to") => sheet.form(act(
            "confirm_assignment",
            ask.t("确认改用", "Confirm"),
            ask.t(
                "改用于另一申请（须由申请人以外的人确认）",
                "Serve the other application (not by who asked)",
            ),
        )),
        "effective" => {
            let sheet = sheet.form(act(
                "issue",
                ask.t("签发证明", "Issue a certificate"),
                ask.t("签发核销证明", "Certificate"),
            ));
            let others = others(ask, one).await?;
            if others.is_empty() {
                return Ok(sheet);
            }
            let form = command(
                ask,
                "assign",
                ask.t("申请改用", "Ask for it"),
                ask.t(
                    "原申请未获批准时，改用于另一申请",
                    "Where the first was not approved: serve another one",
                ),
            )
            .field(
                Field::choice("occupation_id", ask.t("占用申请", "Application"), others).required(),
            );
            sheet.form(mended(ask, "assign", form, problem))
        }
        _ => sheet,
    })
}

pub(super) async fn paper(ask: Ask) -> Answer<Shown> {
    let id = ask.part("certificate_id");
    let path = format!("/api/v1/certificates/{id}/paper.pdf");
    ask.file(&path, ask.t("核销证明.pdf", "certificate.pdf")).await
}
