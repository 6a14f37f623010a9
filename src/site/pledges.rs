//! Pledges of credits, for who holds them: asking a bank, and following the lien.

use crate::kernel::actor::Role;
use crate::kernel::problem::{Answer, Problem};
use crate::site::developer::limits::{About, with_word};
use crate::site::parts::{
    after, body, chosen, command, confirming, credits, day_now, fen, is_confirmed, mended,
    participants, put, table, told, unreadable,
};
use crate::site::words::word;
use crate::web::pages::{Ask, Facts, Field, Figure, Form, Link, Page, Pages, Sheet, Shown, cell};

const NAMES: [&str; 10] = [
    "lender_id",
    "batch_id",
    "m2",
    "amount",
    "contract_no",
    "starts_on",
    "ends_on",
    "shares",
    "haircut_percent",
    "cover_percent",
];

/// Whose pages they are.
#[derive(Clone, Copy)]
struct Holder {
    list: &'static str,
    new: &'static str,
    insurance: &'static str,
    /// Whether one person alone commits up to a limit only.
    is_limited: bool,
}

const TOWNSHIP: Holder = Holder {
    list: "/township/pledges",
    new: "/township/new-pledge",
    insurance: "/township/insurance",
    is_limited: false,
};
const DEVELOPER: Holder = Holder {
    list: "/developer/pledges",
    new: "/developer/new-pledge",
    insurance: "/developer/insurance",
    is_limited: true,
};

pub(super) fn of_township(roles: &[Role]) -> Pages {
    Pages::of(vec![
        Page::of_roles("/township/new-pledge", roles, |ask| new(ask, TOWNSHIP)).with_form(),
        Page::of_roles("/township/pledges", roles, |ask| pledges(ask, TOWNSHIP)),
        Page::of_roles("/township/pledges/{pledge_id}", roles, |ask| pledge(ask, TOWNSHIP))
            .with_form(),
    ])
}

pub(super) fn of_developer(roles: &[Role]) -> Pages {
    Pages::of(vec![
        Page::of_roles("/developer/new-pledge", roles, |ask| new(ask, DEVELOPER)).with_form(),
        Page::of_roles("/developer/pledges", roles, |ask| pledges(ask, DEVELOPER)),
        Page::of_roles("/developer/pledges/{own_pledge_id}", roles, |ask| pledge(ask, DEVELOPER))
            .with_form(),
    ])
}

async fn pledges(ask: Ask, holder: Holder) -> Answer<Shown> {
    let list = ask.get(&format!("/api/v1/pledges?limit=50{}", ask.passed(&["cursor"]))).await?;
    let say = &ask.say;
    let rows = list.items("items").into_iter().map(|one| {
        vec![
            cell(one.text("number")).to(format!("{}/{}", holder.list, one.text("id"))),
            cell(one.text("lender_name")),
            cell(one.text("batch_number")),
            cell(say.m2(one.whole("m2"))).number(),
            cell(say.yuan(&one.text("amount"))).number(),
            cell(say.day(&one.text("ends_on"))),
            cell(word(say, &format!("pledge.{}", one.text("state")))),
        ]
    });
    let columns = [
        ("编号", "Number"),
        ("贷款银行", "Lender"),
        ("批次", "Batch"),
        ("面积", "Area"),
        ("贷款金额", "Loan"),
        ("到期", "Ends"),
        ("状态", "State"),
    ];
    let table = table(&ask, ("", ""), &columns)
        .rows(rows.collect())
        .empty(ask.t(
            "还没有质押。指标可以质押给银行申请贷款。",
            "No pledges yet. Credits can secure a loan of a bank.",
        ))
        .next(&list, say, holder.list, &[]);
    Ok(Sheet::new(ask.t("质押", "Pledges"))
        .lead(ask.t(
            "本单位申请，银行登记后生效；质押的指标在解除前不能出售或核销。",
            "You ask, the bank registers it; pledged credits are neither sold nor retired until they are released.",
        ))
        .links(vec![
            Link::to(holder.new, ask.t("申请质押", "Ask for a pledge")).strong(),
            Link::to(holder.insurance, ask.t("保险", "Insurance")),
        ])
        .table(table)
        .into())
}

async fn pledge(ask: Ask, holder: Holder) -> Answer<Shown> {
    let id = match ask.part("pledge_id") {
        id if id.is_empty() => ask.part("own_pledge_id"),
        id => id,
    };
    let path = format!("/api/v1/pledges/{id}");
    let Some(sent) = &ask.sent else {
        return match ask.query("paper") {
            "" => Ok(shown(&ask, &path, holder, None).await?.into()),
            _ => {
                let name = ask.t("质押登记通知.pdf", "pledge notice.pdf");
                ask.file(&format!("{path}/notice.pdf"), name).await
            }
        };
    };
    let done = ask.post(&format!("{path}/withdrawal"), &sent.json(&["reason"], &[])).await;
    let to = format!("{}/{id}?done=withdrawn", holder.list);
    after(&ask, done, to, async |problem| shown(&ask, &path, holder, Some(problem)).await).await
}

async fn shown(ask: &Ask, path: &str, holder: Holder, problem: Option<&Problem>) -> Answer<Sheet> {
    let one = ask.get(path).await?;
    let state = one.text("state");
    let value = match state.as_str() {
        "registered" => ask.find(&format!("{path}/valuation")).await?.unwrap_or_default(),
        _ => Facts::default(),
    };
    let say = &ask.say;
    let shares = one.items("shares").iter().map(|it| word(say, &it.text(""))).collect::<Vec<_>>();
    let mut sheet = Sheet::new(format!("{} {}", ask.t("质押", "Pledge"), one.text("number")))
        .under(holder.list, ask.t("质押", "Pledges"));
    sheet = told(
        ask,
        sheet,
        &[
            ("asked", "已申请，等待银行登记。", "Asked; the bank registers it next."),
            ("withdrawn", "申请已撤回。", "The request is withdrawn."),
        ],
    );
    sheet = sheet
        .figures(vec![
            Figure::of(ask.t("状态", "State"), word(say, &format!("pledge.{state}"))),
            Figure::of(ask.t("贷款金额", "Loan"), say.yuan(&one.text("amount"))),
            Figure::of(ask.t("质押面积", "Pledged now"), say.m2(one.whole("pledged_m2"))),
            Figure::of(ask.t("现值", "Value now"), say.yuan(&value.text("value"))),
        ])
        .facts(vec![
            (ask.t("贷款银行", "Lender"), cell(one.text("lender_name"))),
            (ask.t("合同编号", "Contract"), cell(one.text("contract_no"))),
            (
                ask.t("指标批次", "Batch"),
                cell(one.text("batch_number")).to(format!("/batches/{}", one.text("batch_id"))),
            ),
            (ask.t("申请面积", "Area asked for"), cell(say.m2_mu(one.whole("m2")))),
            (ask.t("担保分成", "Shares that secure it"), cell(shares.join("、"))),
            (
                ask.t("期限", "Term"),
                cell(format!(
                    "{} – {}",
                    say.day(&one.text("starts_on")),
                    say.day(&one.text("ends_on"))
                )),
            ),
            (
                ask.t("折扣率 / 覆盖率", "Haircut / cover"),
                cell(format!(
                    "{} / {}",
                    say.percent(&one.text("haircut_percent")),
                    say.percent(&one.text("cover_percent")),
                )),
            ),
            (ask.t("申请时间", "Asked"), cell(say.time(&one.text("requested_at")))),
            (ask.t("登记时间", "Registered"), cell(say.time(&one.text("registered_at")))),
            (ask.t("结束", "Ended"), cell(say.time(&one.text("ended_at")))),
        ]);
    if one.has("below_cover_since") {
        let since = say.time(&one.text("below_cover_since"));
        let text = ask.t("现值低于约定覆盖率，自", "The value has not covered the loan since");
        sheet = sheet.bad(format!("{text} {since}"));
    }
    if one.has("end_reason") {
        let text = ask.t("结束原因", "Why it ended");
        sheet =
            sheet.note(format!("{text}{colon}{}", one.text("end_reason"), colon = ask.say.colon()));
    }
    let rows = one.items("serials").into_iter().map(|run| {
        vec![
            cell(run.text("serials")),
            cell(say.m2(run.whole("last_serial") - run.whole("first_serial") + 1)).number(),
        ]
    });
    let columns = [("编号区间", "Serials"), ("面积", "Area")];
    sheet = sheet.table(
        table(ask, ("质押的指标", "Credits under the lien"), &columns)
            .rows(rows.collect())
            .empty(ask.t("登记后确定编号。", "The serials are fixed when it is registered.")),
    );
    if one.has("registered_at") {
        let at = format!("{}/{}?paper=notice", holder.list, one.text("id"));
        let text = ask.t("下载登记通知（PDF）", "Download the notice (PDF)");
        sheet = sheet.links(vec![Link::to(at, text)]);
    }
    if state == "requested" {
        let form = command(
            ask,
            "withdraw",
            ask.t("撤回申请", "Withdraw"),
            ask.t("撤回（登记前）", "Withdraw it (before it is registered)"),
        )
        .field(Field::text("reason", ask.t("撤回原因", "Why")).required());
        sheet = sheet.form(mended(ask, "withdraw", form, problem));
    }
    Ok(sheet)
}

async fn new(ask: Ask, holder: Holder) -> Answer<Shown> {
    let batches = credits(&ask).await?;
    let banks = participants(&ask, "bank").await?;
    let Some(sent) = &ask.sent else { return Ok(form(&ask, holder, batches, banks, None).into()) };
    let texts = ["lender_id", "batch_id", "contract_no", "starts_on", "ends_on"];
    let mut told = body(sent, &texts, &["m2", "haircut_percent", "cover_percent"], &["amount"]);
    let shares: Vec<&str> = sent.text("shares").split('+').collect();
    put(&mut told, "shares", shares);
    if !is_confirmed(&ask) {
        let m2 = sent.text("m2").replace([',', '，'], "").parse::<i64>();
        return Ok(match (m2, told.get("amount").and_then(|amount| amount.as_str())) {
            (Ok(m2), Some(amount)) => {
                confirmation(&ask, holder, &batches, &banks, m2, amount).await?.into()
            }
            _ => {
                let problem = unreadable(&["m2", "amount"]);
                form(&ask, holder, batches, banks, Some(&problem)).into()
            }
        });
    }
    match ask.post("/api/v1/pledges", &told).await {
        Ok(one) => Ok(Shown::see(format!("{}/{}?done=asked", holder.list, one.text("id")))),
        Err(failure) => ask.again(failure, |problem| form(&ask, holder, batches, banks, problem)),
    }
}

fn form(
    ask: &Ask,
    holder: Holder,
    batches: Vec<(String, String)>,
    banks: Vec<(String, String)>,
    problem: Option<&Problem>,
) -> Sheet {
    let sheet = Sheet::new(ask.t("申请质押", "Ask for a pledge"))
        .under(holder.list, ask.t("质押", "Pledges"));
    if batches.is_empty() || banks.is_empty() {
        return sheet.note(ask.t(
            "目前没有可质押的指标或贷款银行。",
            "There are no credits to pledge, or no bank to pledge them to.",
        ));
    }
    let shares = [
        ("township_share", ask.t("乡镇分成", "Township share")),
        (
            "township_share+treasury_share",
            ask.t(
                "乡镇和县财政分成（财政局会签）",
                "Township and treasury share (the bureau signs too)",
            ),
        ),
        (
            "treasury_share",
            ask.t("县财政分成（财政局会签）", "Treasury share (the bureau signs too)"),
        ),
    ];
    let shares = shares.map(|(value, text)| (value.to_owned(), text.to_owned())).to_vec();
    let form = Form::post(holder.new, ask.t("下一步：核对", "Next: check"))
        .field(Field::choice("lender_id", ask.t("贷款银行", "Lender"), banks).required())
        .field(
            Field::choice(
                "batch_id",
                ask.t("指标批次（可用面积）", "Batch (credits at hand)"),
                batches,
            )
            .required(),
        )
        .field(Field::number("m2", ask.t("质押面积（平方米）", "Area to pledge (m²)")).required())
        .field(Field::number("amount", ask.t("贷款金额（元）", "Loan (CNY)")).required())
        .field(Field::text("contract_no", ask.t("合同编号", "Number of the contract")).required())
        .field(Field::date("starts_on", ask.t("起始日期", "From")).required().value(day_now(ask)))
        .field(Field::date("ends_on", ask.t("到期日期", "To")).required())
        .field(
            Field::choice("shares", ask.t("以哪部分分成担保", "Shares that secure it"), shares)
                .required(),
        )
        .field(Field::number("haircut_percent", ask.t("折扣率（%）", "Haircut (%)")).value("30"))
        .field(Field::number("cover_percent", ask.t("覆盖率（%）", "Cover (%)")).value("100"))
        .back(Link::to(holder.list, ask.t("返回", "Back")));
    sheet.form(ask.filled(form, problem).once(ask.sent.as_ref()))
}

async fn with_limit(ask: &Ask, sheet: Sheet, holder: Holder, amount: &str) -> Answer<Sheet> {
    if !holder.is_limited {
        return Ok(sheet);
    }
    let batch = ask.sent.as_ref().map(|sent| sent.text("batch_id")).unwrap_or_default();
    with_word(ask, sheet, About { kind: "pledge", subject: batch, fen: fen(amount) }).await
}

async fn confirmation(
    ask: &Ask,
    holder: Holder,
    batches: &[(String, String)],
    banks: &[(String, String)],
    m2: i64,
    amount: &str,
) -> Answer<Sheet> {
    let say = &ask.say;
    let sent = ask.sent.clone().unwrap_or_default();
    let keep = confirming(ask, ask.t("确认申请", "Ask for it"), &NAMES)
        .back(Link::to(holder.new, ask.t("返回修改", "Change it")));
    let sheet = Sheet::new(ask.t("核对质押", "Check before asking"))
        .under(holder.list, ask.t("质押", "Pledges"))
        .figures(vec![
            Figure::of(ask.t("贷款金额", "Loan"), say.yuan(amount)),
            Figure::of(ask.t("质押面积", "Area"), say.m2_mu(m2)),
        ])
        .facts(vec![
            (ask.t("贷款银行", "Lender"), cell(chosen(banks, sent.text("lender_id")))),
            (ask.t("指标批次", "Batch"), cell(chosen(batches, sent.text("batch_id")))),
            (ask.t("合同编号", "Contract"), cell(sent.text("contract_no"))),
            (ask.t("起始", "From"), cell(say.day(sent.text("starts_on")))),
            (ask.t("到期", "To"), cell(say.day(sent.text("ends_on")))),
        ]);
    Ok(with_limit(ask, sheet, holder, amount)
        .await?
        .text(ask.t(
            "银行登记后指标被质押：解除前不能出售、转让或核销。",
            "Once the bank registers it, the credits are under a lien: they are neither sold nor retired until they are released.",
        ))
        .form(keep))
}
