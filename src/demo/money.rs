//! Acts on money and credits: schedules, listings, purchases, the bank's files and payouts, and the
//! two who look at the whole: the reconciliation and the auditor.

use std::collections::BTreeMap;

use anyhow::Context;
use serde_json::{Value, json};

use super::bank_file::cut;
use super::look::{number, text};
use super::people::Reply;
use super::player::Player;
use super::story::{Act, Notice, Step, file};

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

    /// Imports the bank's file as it was on that day: with its first rows, or whole.
    pub(super) async fn import_statement(&mut self, act: &Act) -> anyhow::Result<Reply> {
        let name = act.text("file")?;
        let bytes = match act.data.get("rows").and_then(Value::as_u64) {
            Some(rows) => {
                let rows = usize::try_from(rows)?;
                cut(file(name)?, rows, act.text("through")?, act.text("closing")?)?
            }
            None => file(name)?.to_vec(),
        };
        let account = &self.world.fee_account;
        let path = format!("/api/v1/fee-accounts/{account}/statements?file_name={name}");
        let reply = self.people.post_file(&act.by, &path, "text/csv", bytes).await?;
        if reply.is_done() {
            self.answers.statement = reply.body.clone();
        }
        Ok(reply)
    }

    pub(super) async fn assign_line(&mut self, act: &Act) -> anyhow::Result<Reply> {
        let serial = act.text("serial")?;
        let account = &self.world.fee_account;
        let path = format!("/api/v1/fee-accounts/{account}/statement-exceptions?state=open");
        let open = self.people.get(&act.by, &path).await?;
        let exceptions = open.get("items").and_then(Value::as_array).into_iter().flatten();
        let mut lines = exceptions.filter_map(|exception| exception.get("line"));
        let line = lines.find(|line| text(line, "serial") == serial);
        let line = line.with_context(|| format!("line {serial} does not wait"))?;
        let path = format!("/api/v1/statement-lines/{}/assignments", text(line, "id"));
        let parts = act.data.get("parts");
        let new = json!({"parts": parts, "reason": "付款人来函说明：金额有误"});
        self.people.post(&act.by, &path, new).await
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

    pub(super) async fn reconcile(&mut self, act: &Act) -> anyhow::Result<Reply> {
        let (from, to) = (act.text("from")?, act.text("to")?);
        let account = &self.world.fee_account;
        let path = format!("/api/v1/fee-accounts/{account}/reconciliation?from={from}&to={to}");
        let reply = self.people.ask(&act.by, &path).await?;
        self.answers.reconciliation = reply.body.clone();
        Ok(reply)
    }

    /// The auditor has everything recomputed, and reads the reconciliation too.
    pub(super) async fn verify(&mut self, act: &Act) -> anyhow::Result<Reply> {
        let steps = self.story.steps.iter();
        let mut reconciled = steps.filter(|step| step.action == "reconcile");
        if let Some(step) = reconciled.next() {
            let period = Value::Object(step.data.clone());
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

/// Under which name the request for a refund is known here; it has no number of its own.
fn request_of(payout: &str) -> String {
    format!("request of {payout}")
}
