//! The figures that a step leaves behind, beside those that the story expects.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::checks::Checks;
use super::look::{State, number, sum, text};
use super::people::Reply;
use super::setup::World;
use super::story::Step;

/// What the last acts were answered with, where figures are compared with it.
#[derive(Debug, Default)]
pub(super) struct Answers {
    /// What was said of a file of parcels before it was taken in.
    pub(super) report: Value,
    /// The import of that file, when it was taken in.
    pub(super) entered: Value,
    pub(super) accepted: Value,
    pub(super) certified: Value,
    pub(super) trade: Value,
    pub(super) gate: Value,
    pub(super) occupation: Value,
    pub(super) spending: Value,
    pub(super) profit: Value,
    pub(super) statement: Value,
    pub(super) reconciliation: Value,
    pub(super) verification: Value,
    pub(super) refused: Vec<Reply>,
}

/// All that figures are compared with.
pub(super) struct Found<'a> {
    pub(super) state: &'a State,
    pub(super) world: &'a World,
    pub(super) answers: &'a Answers,
}

/// Compares every figure that a step expects.
pub(super) fn compare(checks: &mut Checks, step: &Step, found: &Found<'_>) -> anyhow::Result<()> {
    for (name, expected) in &step.expect {
        if name == "allowed_alternative" {
            continue;
        }
        if name == "features_refused" {
            let (expected, there) = features_refused(expected, found);
            checks.same(name, &expected, &there);
        } else {
            let there = figures(name, expected, found)?;
            checks.same(name, expected, &there);
        }
    }
    checks.same(
        "bank = cash + shares + suspense (R70)",
        &json!(true),
        &found.state.identity("holds"),
    );
    if step.action == "payout" {
        payouts(checks, step, found.state);
    }
    if step.action == "verify" {
        let wrong = &found.answers.verification;
        checks.same("verify clean", &json!(true), &of(wrong, "clean"));
        checks.same("verify wrong rows", &json!(0), &of(wrong, "wrong"));
    }
    Ok(())
}

/// What the exchange answers under the name of an expected figure.
fn figures(name: &str, expected: &Value, found: &Found<'_>) -> anyhow::Result<Value> {
    let Found { state, world, answers } = found;
    Ok(match name {
        "bank_balance" | "suspense" => state.identity(name),
        "cash" => cash(expected, state)?,
        "shares" => shares(expected, state)?,
        "credits" => credits(expected, state, world),
        "listings" => State::of_names(expected, &state.listings, |listing| {
            let (m2, left) = (number(listing, "m2"), number(listing, "left_m2"));
            json!({"m2": m2, "left": left, "state": text(listing, "state")})
        }),
        "stages" => State::of_names(expected, &state.projects, |project| of(project, "stage")),
        "schedules" => state.schedules.iter().map(schedule).collect(),
        "parcels_entered" => state.parcels_entered()?,
        "lots" => {
            let names = expected.as_object().into_iter().flatten().map(|(batch, _)| batch);
            let lots = names.map(|batch| (batch.clone(), json!(state.joined_lots(batch, world))));
            Value::Object(lots.collect())
        }
        "accepted" => accepted(&answers.entered),
        "accepted_area_m2" => {
            answers.accepted.pointer("/acceptance/accepted_area_m2").cloned().unwrap_or_default()
        }
        "issued_m2" if expected.is_object() => {
            State::of_names(expected, &state.batches, |batch| of(batch, name))
        }
        "issued_m2" | "buffer_m2" | "serials" => of(&answers.certified, name),
        "tradable_m2" => {
            let certified = &answers.certified;
            json!(number(certified, "issued_m2") - number(certified, "buffer_m2"))
        }
        "split" => {
            let names = expected.as_object().into_iter().flatten().map(|(name, _)| name);
            let split = names.map(|name| (name.clone(), of(&answers.trade, name)));
            Value::Object(split.collect())
        }
        "imported" | "already_known" | "transactions" => of(&answers.statement, name),
        "retire_at_least_m2" => of(&answers.gate, "required_m2"),
        "occupied_m2" => of(&answers.occupation, "area_m2"),
        "retired_m2" => {
            answers.occupation.pointer("/decision/retired_m2").cloned().unwrap_or_default()
        }
        "spent" => spent(expected, &answers.spending),
        "restoration_cost" => of(&answers.profit, "approved_bill"),
        "trading_profit" => of(&answers.profit, "profit"),
        "amount" | "township_share" | "centre_share" => of(&answers.profit, name),
        "exceptions_open" => exceptions(state),
        "ledger_only_payouts" => {
            let payouts = answers.reconciliation.get(name).and_then(Value::as_array);
            payouts.into_iter().flatten().map(|payout| of(payout, "number")).collect()
        }
        // Anything else is a figure of the reconciliation; what is none is found to be missing.
        _ => of(&answers.reconciliation, name),
    })
}

fn of(answer: &Value, name: &str) -> Value {
    answer.get(name).cloned().unwrap_or(Value::Null)
}

/// Cash of everybody who has some, and zeros of whom the story names.
fn cash(expected: &Value, state: &State) -> anyhow::Result<Value> {
    let mut cash: BTreeMap<String, BTreeMap<String, String>> = BTreeMap::new();
    let zeros = || ["available", "reserved"].map(|bucket| (bucket.to_owned(), "0.00".to_owned()));
    for (code, _) in expected.as_object().into_iter().flatten() {
        cash.insert(code.clone(), zeros().into());
    }
    for (code, bucket, balance) in state.money(|bucket| ["available", "reserved"].contains(&bucket))
    {
        cash.entry(code).or_insert_with(|| zeros().into()).insert(bucket, balance);
    }
    Ok(json!(cash))
}

/// The shares of everybody who has some, and zeros of whom the story names.
fn shares(expected: &Value, state: &State) -> anyhow::Result<Value> {
    let mut shares: BTreeMap<String, String> = BTreeMap::new();
    for (code, _) in expected.as_object().into_iter().flatten() {
        shares.insert(code.clone(), "0.00".into());
    }
    for (code, _, balance) in state.money(|bucket| bucket.ends_with("_share")) {
        let held = shares.entry(code).or_insert_with(|| "0.00".into());
        *held = sum([held.as_str(), balance.as_str()].into_iter())?;
    }
    Ok(json!(shares))
}

/// The batches that the story names, with all their holders and buckets.
fn credits(expected: &Value, state: &State, world: &World) -> Value {
    let mut credits = state.credits(world);
    credits.retain(|batch, _| expected.get(batch).is_some());
    json!(credits)
}

/// What the organisations that the story names got paid out, spent and have left.
fn spent(expected: &Value, balances: &Value) -> Value {
    let rows = balances.as_array().into_iter().flatten();
    let rows = rows.filter(|row| expected.get(text(row, "organisation_code")).is_some());
    let shown = rows.map(|row| {
        let figures = json!({
            "received": of(row, "paid_out"), "spent": of(row, "spent"), "left": of(row, "left"),
        });
        (text(row, "organisation_code").to_owned(), figures)
    });
    Value::Object(shown.collect())
}

fn schedule(row: &Value) -> Value {
    json!({
        "version": of(row, "version"), "from": of(row, "valid_from"), "to": of(row, "valid_to"),
    })
}

fn exceptions(state: &State) -> Value {
    let shown = |exception: &Value| {
        let serial = exception.pointer("/line/serial").cloned().unwrap_or_default();
        let mut shown = Map::from_iter([
            ("serial".to_owned(), serial),
            ("kind".to_owned(), of(exception, "kind")),
        ]);
        if let Some(by) = exception.get("by").filter(|by| !by.is_null()) {
            shown.insert("by".into(), by.clone());
        }
        Value::Object(shown)
    };
    let mut shown: Vec<Value> = state.exceptions.iter().map(shown).collect();
    shown.sort_by_key(|one| text(one, "serial").to_owned());
    json!(shown)
}

/// The numbers of the parcels that entered with an import.
fn accepted(entered: &Value) -> Value {
    let features = entered.pointer("/report/features").and_then(Value::as_array);
    let accepted = features.into_iter().flatten().filter(|one| one["accepted"] == json!(true));
    accepted.map(|feature| of(feature, "number")).collect()
}

/// What was refused of a file, each feature with the rule that the story or its `or` names, where
/// the report has it, and otherwise with all rules of the report.
fn features_refused(expected: &Value, found: &Found<'_>) -> (Value, Value) {
    let features = found.answers.report.get("features").and_then(Value::as_array);
    let refused = features.into_iter().flatten().filter(|one| one["accepted"] == json!(false));
    let (mut wanted, mut there) = (BTreeMap::new(), BTreeMap::new());
    let mut taken: BTreeMap<String, String> = BTreeMap::new();
    for feature in refused {
        let no = text(feature, "number").to_owned();
        let rules = rules_of(feature);
        let named = expected.as_array().into_iter().flatten();
        let story = named.clone().find(|one| text(one, "parcel_no") == no);
        let allowed = story.map(allowed_rules).unwrap_or_default();
        let rule = allowed.iter().find(|rule| rules.contains(rule));
        taken.extend(rule.map(|rule| (no.clone(), rule.clone())));
        let rule = rule.cloned().unwrap_or_else(|| rules.join(" "));
        let township = found.world.regions.get(text(feature, "township"));
        there.insert(no, json!({"township": township, "rule": rule}));
    }
    for one in expected.as_array().into_iter().flatten() {
        let no = text(one, "parcel_no");
        let rule = taken.get(no).map_or_else(|| text(one, "rule"), String::as_str);
        wanted.insert(no.to_owned(), json!({"township": of(one, "township"), "rule": rule}));
    }
    (json!(wanted), json!(there))
}

fn allowed_rules(one: &Value) -> Vec<String> {
    let or = one.get("or").and_then(Value::as_array).into_iter().flatten();
    let or = or.filter_map(Value::as_str);
    std::iter::once(text(one, "rule")).chain(or).map(str::to_owned).collect()
}

/// The rules that a refused feature breaks, by the report.
pub(super) fn rules_of(feature: &Value) -> Vec<String> {
    let findings = feature.get("findings").and_then(Value::as_array);
    findings.into_iter().flatten().map(|finding| text(finding, "rule").to_owned()).collect()
}

/// Each payout of the step has left for the account that the story names.
fn payouts(checks: &mut Checks, step: &Step, state: &State) {
    for wanted in step.data.get("payouts").and_then(Value::as_array).into_iter().flatten() {
        let no = text(wanted, "no");
        let payout = State::with_number(&state.payouts, no);
        let there = |name: &str| payout.map_or(Value::Null, |payout| of(payout, name));
        checks.same(&format!("{no} account"), &of(wanted, "account"), &there("account"));
        checks.same(&format!("{no} amount"), &of(wanted, "amount"), &there("amount"));
        checks.same(&format!("{no} state"), &json!("paid"), &there("state"));
    }
}
