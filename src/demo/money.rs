//! Acts on money and credits: schedules, listings, purchases, the bank's files and payouts, and the
//! two who look at the whole: the reconciliation and the auditor.

use std::collections::BTreeMap;

use anyhow::Context;
use rust_decimal::Decimal;
use serde_json::{Value, json};

use super::bank_file::cut;
use super::look::{number, text};
use super::people::Reply;
use super::player::Player;
use super::story::{Act, Notice, Step, file};

const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

impl Player {
    /// Enters a schedule by one person and approves it by another, and a trading area with it.
    pub(super) async fn enter_schedule(&mut self, act: &Act) -> anyhow::Result<Reply> {
        let schedule = act.data.get("schedule").context("no schedule")?;
        let version = number(schedule, "version");
        let label = schedule["label"].as_str().map_or(format!("第{version}版"), str::to_owned);
        let new = json!({
            "valid_from": schedule["from"], "valid_to": schedule["to"], "label": label,
            "township_percent": schedule["township_percent"],
            "centre_percent": schedule["centre_percent"],
        });
        let reply = self.by_two(act, "/api/v1/fee-schedules", new).await?;
        self.checks.same("schedule version", &schedule["version"], &reply.body["version"]);
        if let Some(reach) = act.data.get("trading_area") {
            let new = json!({"reach": reach, "document": act.text("trading_area_document")?});
            let area = self.by_two(act, "/api/v1/trading-areas", new).await?;
            self.checks.same("trading area", reach, &area.body["reach"]);
        }
        Ok(reply)
    }

    /// What one person enters and another approves.
    async fn by_two(&mut self, act: &Act, path: &str, new: Value) -> anyhow::Result<Reply> {
        let entered = self.people.post(act.text("entered_by")?, path, new).await?.done()?;
        let path = format!("{path}/{}/approval", text(&entered, "id"));
        self.people.post(act.text("approved_by")?, &path, Value::Null).await
    }

    pub(super) async fn list(&mut self, act: &Act) -> anyhow::Result<Reply> {
        let price = act.text("price_per_mu")?;
        let batch = self.world.ids.id(act.text("batch")?)?;
        let new = json!({"batch_id": batch, "m2": act.data.get("m2"), "price_per_mu": price});
        let reply = self.people.post(&act.by, "/api/v1/listings", new).await?;
        if reply.is_done() {
            let listing = act.text("listing")?;
            self.world.ids.keep(listing, &reply.body)?;
            self.checks.same("listing", &json!(listing), &reply.body["number"]);
        }
        Ok(reply)
    }

    pub(super) async fn buy(&mut self, act: &Act) -> anyhow::Result<Reply> {
        let listing = self.world.ids.id(act.text("listing")?)?;
        let path = format!("/api/v1/listings/{listing}/purchases");
        let reply = self.people.post(&act.by, &path, json!({"m2": act.data.get("m2")})).await?;
        if reply.is_done() {
            self.answers.trade = reply.body.clone();
        }
        Ok(reply)
    }

    pub(super) async fn issue_notice(&mut self, notice: &Notice) -> anyhow::Result<()> {
        let trader = self.world.person_of(&notice.org, "developer")?;
        let new = json!({
            "county": self.world.county, "amount": notice.amount, "purpose": notice.purpose,
        });
        let issued = self.people.post(&trader, "/api/v1/payment-notices", new).await?.done()?;
        self.checks.same("payment notice", &json!(notice.reference), &issued["reference"]);
        Ok(())
    }

    /// Imports the bank's file as it was on that day, or whole.
    pub(super) async fn import_statement(&mut self, act: &Act) -> anyhow::Result<Reply> {
        let name = act.text("file")?;
        let bytes = match act.data.get("through").and_then(Value::as_str) {
            Some(through) => {
                let cut = cut(file(name)?, through.parse()?)?;
                let expected = act.data.get("closing").cloned();
                let expected = expected.unwrap_or_else(|| json!(cut.closing));
                self.checks.same("the cut file's closing", &expected, &json!(cut.closing));
                cut.bytes
            }
            None => file(name)?.to_vec(),
        };
        let kind = match name.rsplit_once('.') {
            Some((_, "xml")) => "application/xml",
            Some((_, "xlsx")) => XLSX,
            _ => "text/csv",
        };
        let account = &self.world.fee_account;
        let path = format!("/api/v1/fee-accounts/{account}/statements?file_name={name}");
        let reply = self.people.post_file(&act.by, &path, kind, bytes).await?;
        if reply.is_done() {
            self.answers.statement = reply.body.clone();
        }
        Ok(reply)
    }

    pub(super) async fn assign_line(&mut self, act: &Act) -> anyhow::Result<Reply> {
        let line = self.waiting_line(&act.by, "serial", act.text("serial")?).await?;
        let path = format!("/api/v1/statement-lines/{line}/assignments");
        let parts = act.data.get("parts");
        let new = json!({"parts": parts, "reason": "付款人来函说明：金额有误"});
        self.people.post(&act.by, &path, new).await
    }

    /// The id of the line that waits with that text under that name.
    async fn waiting_line(&mut self, who: &str, name: &str, of: &str) -> anyhow::Result<String> {
        let account = &self.world.fee_account;
        let path = format!("/api/v1/fee-accounts/{account}/statement-exceptions?state=open");
        let open = self.people.get(who, &path).await?;
        let exceptions = open.get("items").and_then(Value::as_array).into_iter().flatten();
        let mut lines = exceptions.filter_map(|exception| exception.get("line"));
        let line = lines.find(|line| text(line, name) == of);
        let line = line.with_context(|| format!("no line of {of} waits"))?;
        Ok(text(line, "id").to_owned())
    }

    pub(super) async fn ask_refund(&mut self, act: &Act) -> anyhow::Result<Reply> {
        let payout = self.story.payout(act.text("no")?)?.clone();
        let new = json!({"county": self.world.county, "amount": payout.amount});
        let reply = self.people.post(&act.by, "/api/v1/refund-requests", new).await?;
        if reply.is_done() {
            self.world.ids.keep(&request_of(&payout.no), &reply.body)?;
        }
        Ok(reply)
    }

    pub(super) async fn enter_payout(&mut self, act: &Act) -> anyhow::Result<Reply> {
        let payout = self.story.payout(act.text("no")?)?.clone();
        let (path, new) = match &payout.share {
            None if payout.kind == "return" => {
                let line = self.waiting_line(&act.by, "counterparty_name", &payout.to).await?;
                let path = format!("/api/v1/statement-lines/{line}/return-payout");
                (path, json!({"reason": "来源不明，原路退回"}))
            }
            Some(share) => {
                let new = json!({
                    "share": format!("{share}_share"), "amount": payout.amount,
                    "organisation_id": self.world.ids.id(&payout.to)?,
                });
                (format!("/api/v1/fee-accounts/{}/payouts", self.world.fee_account), new)
            }
            None => {
                let request = self.world.ids.id(&request_of(&payout.no))?;
                (format!("/api/v1/refund-requests/{request}/payout"), Value::Null)
            }
        };
        let reply = self.people.post(&act.by, &path, new).await?;
        if reply.is_done() {
            self.world.ids.keep(&payout.no, &reply.body)?;
            self.checks.same("payout", &json!(payout.no), &reply.body["number"]);
        }
        Ok(reply)
    }

    pub(super) async fn approve_payout(&mut self, act: &Act) -> anyhow::Result<Reply> {
        let path = format!("/api/v1/payouts/{}/approval", self.world.ids.id(act.text("no")?)?);
        self.people.post(&act.by, &path, Value::Null).await
    }

    /// Spends what was paid out, with one voucher over the whole.
    pub(super) async fn record_spending(&mut self, act: &Act) -> anyhow::Result<Reply> {
        let amount = act.text("amount")?;
        let new = json!({
            "purpose": act.text("purpose")?, "amount": amount, "spent_on": act.date,
            "payee": act.text("text")?,
            "vouchers": [{"number": "记-2026-0001", "issued_on": act.date, "amount": amount}],
        });
        let reply = self.people.post(&act.by, "/api/v1/spendings", new).await?;
        if reply.is_done() {
            self.answers.spending = self.people.get(&act.by, "/api/v1/spending-balances").await?;
        }
        Ok(reply)
    }

    /// The ratio and the reach that the county has set; the schedules are compared with the rest.
    pub(super) async fn schedules_in_force(&mut self, act: &Act) -> anyhow::Result<Reply> {
        let county = self.world.county.clone();
        let path = format!("/api/v1/occupation-policies?county={county}");
        let policy = self.people.read(&path).await?;
        let ratio = act.data.get("occupation_ratio").cloned().unwrap_or_default();
        self.checks.same("occupation ratio", &plain(&ratio), &plain(&policy["ratio"]));
        let path = format!("/api/v1/fee-schedules?county={county}");
        let reply = self.people.ask(&act.by, &path).await?;
        let listed = act.data.get("schedules").and_then(Value::as_array);
        let expected: Value = listed.into_iter().flatten().map(in_story).collect();
        let found = reply.body["schedules"].as_array();
        let found: Value = found.into_iter().flatten().map(in_story).collect();
        self.checks.same("schedules", &expected, &found);
        Ok(reply)
    }

    /// The month's statement agrees with the reconciliation of the same days.
    pub(super) async fn period_statement(&mut self, act: &Act) -> anyhow::Result<Reply> {
        self.reconcile(act).await?;
        let (from, to) = (act.text("from")?, act.text("to")?);
        let account = &self.world.fee_account;
        let path = format!("/api/v1/fee-accounts/{account}/period-statement?from={from}&to={to}");
        let reply = self.people.ask(&act.by, &path).await?;
        for name in ["opening", "total_credits", "total_debits", "closing"] {
            let expected = self.answers.reconciliation[name].clone();
            self.checks.same(&format!("statement's {name}"), &expected, &reply.body[name]);
        }
        Ok(reply)
    }

    pub(super) async fn project_statement(&mut self, act: &Act) -> anyhow::Result<Reply> {
        let project = self.world.ids.id(act.text("project")?)?;
        let path = format!("/api/v1/projects/{project}/profit-statement");
        let reply = self.people.ask(&act.by, &path).await?;
        self.answers.profit = reply.body.clone();
        Ok(reply)
    }

    pub(super) async fn reconcile(&mut self, act: &Act) -> anyhow::Result<Reply> {
        let (from, to) = (act.text("from")?, act.text("to")?);
        let account = &self.world.fee_account;
        let path = format!("/api/v1/fee-accounts/{account}/reconciliation?from={from}&to={to}");
        let reply = self.people.ask(&act.by, &path).await?;
        self.answers.reconciliation = reply.body.clone();
        Ok(reply)
    }

    /// The auditor has everything recomputed, and reads the reconciliation up to this day too.
    pub(super) async fn verify(&mut self, act: &Act) -> anyhow::Result<Reply> {
        let mut steps = self.story.steps.iter();
        let from = steps.find_map(|step| step.data.get("from").and_then(Value::as_str));
        if let Some(from) = from {
            let period = json!({"from": from, "to": act.date});
            self.reconcile(&Act::new(act.date, &act.by, "reconcile", period)).await?;
        }
        let path = "/api/v1/audit/verifications";
        let reply = self.people.post(&act.by, path, json!({})).await?;
        self.answers.verification = reply.body.clone();
        Ok(reply)
    }

    /// Everyone sees their own (R94): each holder's own view agrees with what the story expects.
    pub(super) async fn own_views(&mut self, step: &Step) -> anyhow::Result<()> {
        let mut expected: BTreeMap<String, BTreeMap<String, Value>> = BTreeMap::new();
        let credits = step.expect.get("credits").and_then(Value::as_object);
        for (batch, holders) in credits.into_iter().flatten() {
            for (holder, buckets) in holders.as_object().into_iter().flatten() {
                let held = expected.entry(holder.clone()).or_default();
                held.insert(batch.clone(), buckets.clone());
            }
        }
        for (holder, batches) in expected {
            let roles = ["township_officer", "developer"];
            let person = roles.iter().find_map(|role| self.world.person_of(&holder, role).ok());
            let person = person.with_context(|| format!("nobody acts for {holder}"))?;
            let holdings = self.people.get(&person, "/api/v1/holdings").await?;
            let mut own: BTreeMap<String, BTreeMap<String, i64>> = BTreeMap::new();
            for holding in holdings.as_array().into_iter().flatten() {
                let batch = self.world.code_of(&holding["batch_id"]);
                let buckets = own.entry(batch).or_default();
                buckets.insert(text(holding, "bucket").to_owned(), number(holding, "m2"));
            }
            self.checks.same(&format!("own view of {holder}"), &json!(batches), &json!(own));
        }
        Ok(())
    }
}

/// A schedule as the story or as the exchange shows it.
fn in_story(row: &Value) -> Value {
    let day = |name: &str| row.get(name).or_else(|| row.get(format!("valid_{name}"))).cloned();
    json!({
        "version": row["version"], "from": day("from"), "to": day("to"),
        "township_percent": plain(&row["township_percent"]),
        "centre_percent": plain(&row["centre_percent"]),
    })
}

/// A decimal without the zeros at its end.
fn plain(decimal: &Value) -> Value {
    let number = decimal.as_str().and_then(|text| text.parse::<Decimal>().ok());
    number.map_or_else(|| decimal.clone(), |number| json!(number.normalize()))
}

/// Under which name the request for a refund is known here; it has no number of its own.
fn request_of(payout: &str) -> String {
    format!("request of {payout}")
}
