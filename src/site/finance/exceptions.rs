//! Lines of the bank that the books could not place, and what can be done about each.

use serde_json::{Value, json};

use crate::kernel::problem::{Answer, Problem};
use crate::site::acts::act;
use crate::site::finance::{account, is_officer};
use crate::site::who::{Names, is_me};
use crate::site::words::{choices, word};
use crate::web::pages::{Ask, Facts, Field, Figure, Form, Link, Sheet, Shown, Table, cell, with};

const KINDS: &[&str] = &[
    "duplicate",
    "short",
    "over",
    "unknown_payer",
    "unknown_reference",
    "reference_not_open",
    "several_references",
    "unknown_debit",
    "payout_mismatch",
    "payout_returned",
    "deposit_returned",
    "opening_balance",
    "deposit_reversed",
    "payout_reversed",
];

pub(super) async fn exceptions(ask: Ask) -> Answer<Shown> {
    let id = account(&ask).await?.text("id");
    let state = match ask.query("state") {
        "resolved" => "resolved",
        _ => "open",
    };
    let passed = ask.passed(&["kind", "cursor"]);
    let path = format!("/api/v1/fee-accounts/{id}/statement-exceptions");
    let list = ask.get(&format!("{path}?state={state}&limit=50{passed}")).await?;
    let say = &ask.say;
    let items = list.items("items");
    let names = Names::of(&ask, &items, &["owner_id"]).await?;
    let rows = items.iter().map(|one| {
        vec![
            cell(say.time(&one.text("line/effective_at")))
                .to(format!("/finance/exceptions/{}", one.text("id"))),
            cell(word(say, &one.text("kind"))),
            cell(one.text("line/counterparty_name")),
            cell(one.text("line/text")),
            cell(say.yuan(&amount(one))).number(),
            cell(say.yuan(&one.text("rest"))).number(),
            cell(days(&ask, one)).number(),
            cell(names.get(&one.text("owner_id"))),
        ]
    });
    let columns = [
        ask.t("银行时间", "At the bank"),
        ask.t("异常", "Exception"),
        ask.t("对方户名", "Counterparty"),
        ask.t("摘要", "Text"),
        ask.t("金额", "Amount"),
        ask.t("未处理", "Left"),
        ask.t("已等待", "Waits for"),
        ask.t("负责人", "Owner"),
    ];
    let states = [("open", "待处理", "Open"), ("resolved", "已处理", "Resolved")];
    let states = states.map(|(name, zh, en)| (name.to_owned(), ask.t(zh, en).to_owned()));
    let kinds = choices(say, ask.t("全部异常", "All exceptions"), KINDS);
    let filter = Form::ask("/finance/exceptions", ask.t("筛选", "Filter"))
        .field(Field::choice("state", ask.t("状态", "State"), states.to_vec()).value(state))
        .field(Field::choice("kind", ask.t("异常", "Exception"), kinds).value(ask.query("kind")));
    let query = [("state", state), ("kind", ask.query("kind"))];
    Ok(Sheet::new(ask.t("流水异常", "Exceptions"))
        .lead(ask.t(
            "银行有、账簿未能自动入账的流水。打开一条，认领、入账或原路退回。",
            "Lines of the bank that could not be booked. Open one to assign it or to give it back.",
        ))
        .form(filter)
        .table(
            Table::of("", &columns)
                .rows(rows.collect())
                .empty(ask.t("没有这样的异常流水。", "There are no such exceptions."))
                .next(&list, say, "/finance/exceptions", &query),
        )
        .links(vec![Link::to("/finance/reconciliation", ask.t("对账", "Reconciliation"))])
        .into())
}

/// What came in, or went out with a minus.
fn amount(one: &Facts) -> String {
    match one.text("line/debit").as_str() {
        "" | "0.00" => one.text("line/credit"),
        debit => format!("-{debit}"),
    }
}

fn days(ask: &Ask, one: &Facts) -> String {
    format!("{} {}", one.whole("age_days"), ask.t("天", "days"))
}

/// What the page of one exception is made of.
struct Seen {
    one: Facts,
    names: Names,
    proposals: Vec<Facts>,
    organisations: Vec<(String, String)>,
    /// What an insurer owes, and what was paid out and may have come back.
    claims: Vec<(String, String)>,
    payouts: Vec<(String, String)>,
}

impl Seen {
    async fn of(ask: &Ask, id: &str) -> Answer<Self> {
        let path = format!("/api/v1/statement-exceptions/{id}");
        let one = ask.get(&path).await?;
        let history = one.items("history");
        let mut facts = history.clone();
        facts.push(one.clone());
        let paths = ["user_id", "owner_id", "resolved_by"];
        let names = Names::of(ask, &facts, &paths).await?;
        let (mut proposals, mut organisations) = (Vec::new(), Vec::new());
        let (mut claims, mut payouts) = (Vec::new(), Vec::new());
        if is_officer(ask) && one.text("state") == "open" {
            let found = ask.find(&format!("{path}/proposals")).await?.unwrap_or_default();
            proposals = found.items("");
            let list = ask.get("/api/v1/organisations?kind=developer&limit=200").await?;
            organisations.push((String::new(), ask.t("不选择", "none").to_owned()));
            let named =
                |it: &Facts| (it.text("id"), format!("{} {}", it.text("code"), it.text("name")));
            organisations.extend(list.items("items").iter().map(named));
            if amount(&one).starts_with('-') {
                return Ok(Self { one, names, proposals, organisations, claims, payouts });
            }
            let owed = |it: &Facts| {
                let owed = ask.say.yuan(&it.text("amount"));
                (it.text("id"), format!("{} · {owed}", it.text("number")))
            };
            let all = ask.get("/api/v1/insurance-claims?limit=200").await?.items("items");
            claims.extend(all.iter().filter(|it| it.text("state") == "accepted").map(owed));
            if one.text("kind") == "payout_returned" {
                let id = account(ask).await?.text("id");
                let path = format!("/api/v1/payouts?fee_account_id={id}&state=paid&limit=200");
                payouts.extend(ask.get(&path).await?.items("items").iter().map(owed));
            }
        }
        Ok(Self { one, names, proposals, organisations, claims, payouts })
    }

    fn organisation(&self, id: &str) -> String {
        let found = self.organisations.iter().find(|(known, _)| known == id);
        found.map_or_else(|| id.to_owned(), |(_, name)| name.clone())
    }
}

pub(super) async fn exception(ask: Ask) -> Answer<Shown> {
    let id = ask.part("exception_id");
    let seen = Seen::of(&ask, &id).await?;
    let Some(sent) = &ask.sent else { return Ok(shown(&ask, &seen, None).into()) };
    let path = format!("/api/v1/statement-exceptions/{id}");
    let line = format!("/api/v1/statement-lines/{}", seen.one.text("line/id"));
    let done = match sent.text("act") {
        "own" => {
            let me = ask.actor().map(|actor| actor.user_id.to_string());
            let body = with(sent.json(&["said"], &[]), "owner_id", me);
            ask.post(&format!("{path}/owners"), &body).await
        }
        "note" => ask.post(&format!("{path}/notes"), &sent.json(&["said"], &[])).await,
        "claim" => {
            let body = sent.json(&["claim_id", "reason"], &[]);
            ask.post(&format!("{line}/claim-payment"), &body).await
        }
        "returned" => {
            let body = with(sent.json(&["reason"], &[]), "line_id", seen.one.text("line/id"));
            let payout = sent.text("payout_id");
            ask.post(&format!("/api/v1/payouts/{payout}/return"), &body).await
        }
        "return" => ask.post(&format!("{line}/return-payout"), &sent.json(&["reason"], &[])).await,
        _ => {
            let parts = serde_json::from_str::<Value>(sent.text("parts"));
            let parts = parts.unwrap_or_else(|_| {
                let texts = ["amount", "reference", "organisation_id", "payout"];
                json!([sent.json(&texts, &[])])
            });
            let body = with(sent.json(&["reason"], &[]), "parts", parts);
            ask.post(&format!("{line}/assignments"), &body).await
        }
    };
    match done {
        Ok(payout) if sent.text("act") == "return" => {
            Ok(Shown::see(format!("/finance/payouts/{}?done=entered", payout.text("id"))))
        }
        Ok(_) => Ok(Shown::see(format!("/finance/exceptions/{id}?done=1"))),
        Err(failure) => ask.again(failure, |problem| shown(&ask, &seen, problem)),
    }
}

fn shown(ask: &Ask, seen: &Seen, problem: Option<&Problem>) -> Sheet {
    let (say, one) = (&ask.say, &seen.one);
    let title = format!(
        "{}{colon}{}",
        ask.t("流水异常", "Exception"),
        word(say, &one.text("kind")),
        colon = ask.say.colon()
    );
    let mut sheet = Sheet::new(title).under("/finance/exceptions", ask.t("流水异常", "Exceptions"));
    if ask.query("done") == "1" {
        sheet = sheet.good(ask.t("已办理。", "Done."));
    }
    let open = one.text("state") == "open";
    let state = if open { ask.t("待处理", "open") } else { ask.t("已处理", "resolved") };
    sheet = sheet
        .figures(vec![
            Figure::of(ask.t("金额", "Amount"), say.yuan(&amount(one))),
            Figure::of(ask.t("未处理", "Left"), say.yuan(&one.text("rest"))),
            Figure::of(ask.t("状态", "State"), state.to_owned()),
        ])
        .facts(vec![
            (ask.t("银行时间", "At the bank"), cell(say.time(&one.text("line/effective_at")))),
            (ask.t("对方户名", "Counterparty"), cell(one.text("line/counterparty_name"))),
            (ask.t("对方账号", "Its account"), cell(one.text("line/counterparty_account"))),
            (ask.t("摘要", "Text"), cell(one.text("line/text"))),
            (ask.t("流水号", "Serial"), cell(one.text("line/serial"))),
            (ask.t("已等待", "Waits for"), cell(days(ask, one))),
            (ask.t("负责人", "Owner"), cell(seen.names.get(&one.text("owner_id")))),
            (ask.t("处理时间", "Resolved"), cell(say.time(&one.text("resolved_at")))),
        ]);
    if open {
        sheet = commands(ask, seen, sheet, problem);
    }
    sheet.table(history(ask, seen))
}

fn history(ask: &Ask, seen: &Seen) -> Table {
    let say = &ask.say;
    let rows = seen.one.items("history").into_iter().map(|step| {
        vec![
            cell(say.time(&step.text("taken_at"))),
            cell(seen.names.get(&step.text("user_id"))),
            cell(word(say, &format!("step.{}", step.text("kind")))),
            cell(say.yuan(&step.text("amount"))).number(),
            cell(say.yuan(&step.text("rest"))).number(),
            cell(step.text("said")),
        ]
    });
    let columns = [
        ask.t("时间", "Time"),
        ask.t("经办人", "Who"),
        ask.t("办理", "What"),
        ask.t("金额", "Amount"),
        ask.t("剩余", "Left"),
        ask.t("说明", "Said"),
    ];
    Table::of(ask.t("办理记录", "What was done"), &columns)
        .rows(rows.collect())
        .empty(ask.t("还没有人办理。", "Nobody has done anything yet."))
}

/// What the reader may do, the proposals of the program first.
fn commands(ask: &Ask, seen: &Seen, mut sheet: Sheet, problem: Option<&Problem>) -> Sheet {
    let one = &seen.one;
    let action = format!("/finance/exceptions/{}", one.text("id"));
    let mend = |name: &str, form: Form| act(ask, name, form, problem);
    let reason = || Field::text("reason", ask.t("原因", "Why")).required();
    let said = || Field::text("said", ask.t("说明", "Note"));
    if is_officer(ask) {
        for (at, proposal) in seen.proposals.iter().enumerate() {
            let name = format!("proposal-{at}");
            let form = Form::post(&action, ask.t("按此入账", "Book it so"))
                .legend(format!(
                    "{}{colon}{}",
                    ask.t("建议", "Proposal"),
                    told(ask, seen, proposal),
                    colon = ask.say.colon()
                ))
                .hidden("parts", parts(proposal).to_string())
                .field(reason().value(grounds(ask, proposal)));
            sheet = sheet.form(mend(&name, form));
        }
        let form =
            Form::post(&action, ask.t("入账", "Book it"))
                .legend(ask.t("人工认领并入账", "Assign it by hand"))
                .field(
                    Field::number("amount", ask.t("金额（元）", "Amount (CNY)"))
                        .required()
                        .value(one.text("rest").trim_start_matches('-'))
                        .hint(ask.t(
                            "可分次认领，余下的仍列为异常。",
                            "May be less; what is left stays an exception.",
                        )),
                )
                .field(Field::text("reference", ask.t("缴款码", "Reference")).hint(ask.t(
                    "缴款码、单位、拨付编号填一项。",
                    "One of reference, organisation and payout.",
                )))
                .field(Field::choice(
                    "organisation_id",
                    ask.t("缴款单位", "Organisation"),
                    seen.organisations.clone(),
                ))
                .field(Field::text("payout", ask.t("拨付编号", "Payout")))
                .field(reason());
        sheet = sheet.form(mend("assign", form));
        if !seen.claims.is_empty() {
            let legend = format!(
                "{}{colon}{}",
                ask.t(
                    "保险公司的赔款，全额归被保险人",
                    "An insurer's payment, all of it the insured's"
                ),
                ask.say.yuan(&one.text("rest")),
                colon = ask.say.colon()
            );
            let form = Form::post(&action, ask.t("按赔款入账", "Book it to the claim"))
                .legend(legend)
                .field(Field::choice("claim_id", ask.t("索赔", "Claim"), seen.claims.clone()))
                .field(reason());
            sheet = sheet.form(mend("claim", form));
        }
        if !seen.payouts.is_empty() {
            let legend = format!(
                "{}{colon}{}",
                ask.t("银行退回的拨付，恢复为待拨付", "A payout that came back is due again"),
                ask.say.yuan(&one.text("rest")),
                colon = ask.say.colon()
            );
            let form = Form::post(&action, ask.t("登记退回", "Take it back"))
                .legend(legend)
                .field(Field::choice("payout_id", ask.t("拨付", "Payout"), seen.payouts.clone()))
                .field(reason());
            sheet = sheet.form(mend("returned", form));
        }
        if one.text("line/debit") == "0.00" || one.text("line/debit").is_empty() {
            let form = Form::post(&action, ask.t("录入退回", "Enter the return"))
                .legend(format!(
                    "{}{colon}{}",
                    ask.t("原路退回付款人", "Give it back to who paid"),
                    ask.say.yuan(&one.text("rest")),
                    colon = ask.say.colon()
                ))
                .field(reason().hint(ask.t(
                    "退回是一笔拨付，须由另一人审批。",
                    "This enters a payout, which another person approves.",
                )));
            sheet = sheet.form(mend("return", form));
        }
    } else {
        sheet = sheet.note(ask.t(
            "由财政局经办人认领入账；您可以登记说明。",
            "A finance officer books it; you may leave a note.",
        ));
    }
    if !is_me(ask, &one.text("owner_id")) {
        let form = Form::post(&action, ask.t("由我负责", "I take it"))
            .legend(ask.t("认领责任", "Take it over"))
            .field(said());
        sheet = sheet.form(mend("own", form));
    }
    let form = Form::post(&action, ask.t("登记", "Keep the note"))
        .legend(ask.t("登记说明", "Leave a note"))
        .field(said().required());
    sheet.form(mend("note", form))
}

/// The parts of a proposal as an assignment takes them.
fn parts(proposal: &Facts) -> Value {
    let names = ["amount", "organisation_id", "payout", "reference", "returned_line"];
    let part = |part: &Facts| {
        let given = names.iter().filter(|name| part.has(name));
        Value::Object(given.map(|name| ((*name).to_owned(), json!(part.text(name)))).collect())
    };
    Value::Array(proposal.items("parts").iter().map(part).collect())
}

fn told(ask: &Ask, seen: &Seen, proposal: &Facts) -> String {
    let each = proposal.items("parts").into_iter().map(|part| {
        let of = [part.text("reference"), part.text("payout")].concat();
        let to = match (of.is_empty(), part.has("organisation_id")) {
            (false, _) => of,
            (true, true) => seen.organisation(&part.text("organisation_id")),
            (true, false) => ask.t("被退回的流水", "the line that came back").to_owned(),
        };
        format!("{} → {to}", ask.say.yuan(&part.text("amount")))
    });
    each.collect::<Vec<_>>().join(ask.t("；", "; "))
}

fn grounds(ask: &Ask, proposal: &Facts) -> String {
    let grounds = proposal.items("grounds").into_iter();
    let each = grounds.map(|ground| word(&ask.say, &format!("ground.{}", ground.text(""))));
    each.collect::<Vec<_>>().join(ask.t("、", ", "))
}
