//! Insurance of credits, for who holds them: the policies, the claims, and asking for a loss.

use crate::kernel::actor::Role;
use crate::kernel::problem::{Answer, Problem};
use crate::site::parts::{after, command, mended, table, told};
use crate::site::words::word;
use crate::web::pages::{Ask, Facts, Field, Form, Page, Pages, Sheet, Shown, Table, cell, encoded};

pub(super) fn of_township(roles: &[Role]) -> Pages {
    Pages::of(vec![Page::of_roles("/township/insurance", roles, insurance).with_form()])
}

pub(super) fn of_developer(roles: &[Role]) -> Pages {
    Pages::of(vec![Page::of_roles("/developer/insurance", roles, insurance).with_form()])
}

async fn insurance(ask: Ask) -> Answer<Shown> {
    let Some(sent) = &ask.sent else { return Ok(shown(&ask, None).await?.into()) };
    let policy = encoded(sent.text("policy_id"));
    let path = format!("/api/v1/insurance-policies/{policy}/claims");
    let done = ask.post(&path, &sent.json(&["loss_id"], &[])).await;
    let to = format!("{}?done=claimed", ask.path());
    after(&ask, done, to, async |problem| shown(&ask, Some(problem)).await).await
}

async fn shown(ask: &Ask, problem: Option<&Problem>) -> Answer<Sheet> {
    let passed = ask.passed(&["cursor"]);
    let policies = ask.get(&format!("/api/v1/insurance-policies?limit=50{passed}")).await?;
    let claims = ask.get("/api/v1/insurance-claims?limit=50").await?.items("items");
    // Only owners of projects know of losses of land.
    let losses = ask.find("/api/v1/replacement-duties?open=true&limit=50").await?;
    let losses = losses.unwrap_or_default().items("items");
    let sheet = Sheet::new(ask.t("保险", "Insurance")).lead(ask.t(
        "保险公司为指标登记保单；土地灭失造成补建义务时，可以向保险公司索赔。",
        "Insurers register policies on credits; where lost land has to be replaced, a claim can be made.",
    ));
    let done = ("claimed", "已提出索赔，等待保险公司核定。", "Claimed; the insurer decides next.");
    let sheet = told(ask, sheet, &[done])
        .table(policy_table(ask, &policies))
        .table(claim_table(ask, &claims));
    Ok(match claim_form(ask, &policies, &losses) {
        Some(form) => sheet.form(mended(ask, "claim", form, problem)),
        None => sheet,
    })
}

fn policy_table(ask: &Ask, list: &Facts) -> Table {
    let say = &ask.say;
    let rows = list.items("items").into_iter().map(|one| {
        let term =
            format!("{} – {}", say.day(&one.text("starts_on")), say.day(&one.text("ends_on")));
        vec![
            cell(one.text("policy_no")),
            cell(one.text("insurer_name")),
            cell(one.text("batch_number")).to(format!("/batches/{}", one.text("batch_id"))),
            cell(say.m2(one.whole("m2"))).number(),
            cell(say.yuan(&one.text("sum"))).number(),
            cell(term),
        ]
    });
    let columns = [
        ("保单号", "Policy"),
        ("保险公司", "Insurer"),
        ("批次", "Batch"),
        ("面积", "Area"),
        ("保险金额", "Sum insured"),
        ("保险期间", "Term"),
    ];
    table(ask, ("保单", "Policies"), &columns)
        .rows(rows.collect())
        .empty(ask.t(
            "没有保单。需要投保请联系保险公司。",
            "There are no policies. Ask an insurer to register one.",
        ))
        .next(list, say, ask.path(), &[])
}

fn claim_table(ask: &Ask, claims: &[Facts]) -> Table {
    let say = &ask.say;
    let row = |one: &Facts| {
        vec![
            cell(one.text("number")),
            cell(one.text("policy_no")),
            cell(one.text("loss_number")),
            cell(say.m2(one.whole("m2"))).number(),
            cell(say.yuan(&one.text("amount"))).number(),
            cell(word(say, &format!("claim.{}", one.text("state")))),
            cell(one.text("reason")),
        ]
    };
    let columns = [
        ("索赔编号", "Claim"),
        ("保单号", "Policy"),
        ("灭失", "Loss"),
        ("面积", "Area"),
        ("赔付金额", "Amount"),
        ("状态", "State"),
        ("说明", "Reason"),
    ];
    table(ask, ("索赔", "Claims"), &columns)
        .rows(claims.iter().map(row).collect())
        .empty(ask.t("没有索赔。", "There are no claims."))
}

/// A claim is made on a policy for a loss, where there are both.
fn claim_form(ask: &Ask, policies: &Facts, losses: &[Facts]) -> Option<Form> {
    let policies = policies.items("items");
    if policies.is_empty() || losses.is_empty() {
        return None;
    }
    let policy = |one: &Facts| {
        (one.text("id"), format!("{} · {}", one.text("policy_no"), one.text("batch_number")))
    };
    let loss = |one: &Facts| {
        (one.text("id"), format!("{} · {}", one.text("number"), one.text("project_number")))
    };
    let form = command(ask, "claim", ask.t("提出索赔", "Claim"), ask.t("提出索赔", "Make a claim"))
        .field(
            Field::choice(
                "policy_id",
                ask.t("保单", "Policy"),
                policies.iter().map(policy).collect(),
            )
            .required(),
        )
        .field(
            Field::choice("loss_id", ask.t("灭失", "Loss"), losses.iter().map(loss).collect())
                .required(),
        );
    Some(form)
}
