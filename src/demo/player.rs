//! Plays the steps in order, with what happens between them, and compares the figures after each.

use std::collections::VecDeque;

use anyhow::Context;
use chrono::NaiveDate;
use serde_json::{Value, json};

use super::checks::Checks;
use super::expect::{Answers, Found, compare};
use super::history;
use super::look::{State, look};
use super::people::{People, Reply};
use super::screen::{line_of_step, say, shortened};
use super::setup::{World, cause_of};
use super::story::{Act, Ending, Notice, Step, Story, json_file};
use crate::due;
use crate::kernel::clock::Time;
use crate::kernel::db::Db;

/// Acts happen in the morning; a bank file is imported when the bank has closed its day.
const MORNING: u32 = 9;
const EVENING: u32 = 18;

/// Plays one story at one server.
pub(super) struct Player {
    pub(super) story: Story,
    pub(super) projects: Value,
    db: Db,
    pub(super) people: People,
    pub(super) world: World,
    pub(super) checks: Checks,
    pub(super) answers: Answers,
    /// What still waits for its day, in order.
    waiting: VecDeque<(NaiveDate, Waiting)>,
    /// What was said of the parcels that were refused.
    pub(super) parcel_report: Value,
}

/// What happens between the steps.
enum Waiting {
    Notice(Notice),
    Event(Act),
}

/// The acts of a step: what must be done before it, and what is done or refused in it.
struct Calls {
    before: Vec<Act>,
    own: Vec<Act>,
}

impl Player {
    pub(super) fn new(db: Db, story: Story, people: People, world: World) -> anyhow::Result<Self> {
        let projects = json_file("projects.json")?;
        let events = match story.background.events.as_slice() {
            [] => history::acts(&story, &projects, &world)?,
            events => events.to_vec(),
        };
        let notices = counted_in_order(&story.payment_notices).into_iter();
        let notices = notices.map(|notice| (notice.issued, Waiting::Notice(notice)));
        let events = events.into_iter().map(|event| (event.date, Waiting::Event(event)));
        let mut waiting: Vec<_> = notices.chain(events).collect();
        waiting.sort_by_key(|(date, _)| *date);
        Ok(Self {
            story,
            projects,
            db,
            people,
            world,
            checks: Checks::default(),
            answers: Answers::default(),
            waiting: waiting.into(),
            parcel_report: Value::Null,
        })
    }

    /// Plays all steps and returns how everything stands at the end.
    pub(super) async fn play(&mut self) -> anyhow::Result<State> {
        let mut state = None;
        let steps = self.story.steps.clone();
        for step in &steps {
            let (figures, differences) = (self.checks.figures(), self.checks.differences().len());
            let played = self.step(step).await;
            state = Some(played.with_context(|| format!("step {} ({})", step.step, step.action))?);
            let figures = self.checks.figures() - figures;
            let fresh = self.checks.differences().get(differences..).unwrap_or_default();
            say(&line_of_step(step, steps.len(), figures, fresh.len()))?;
            if let Some(reply) = self.answers.refused.first() {
                let rule = step.refused.as_ref().map_or("", |refused| &refused.rule);
                let (code, detail) = (reply.code(), reply.detail());
                say(&shortened(&format!("        {rule} {code} — {detail}")))?;
            }
            for difference in fresh {
                say(&format!("        差异 difference: {difference}"))?;
            }
        }
        state.context("the story has no steps")
    }

    async fn step(&mut self, step: &Step) -> anyhow::Result<State> {
        self.checks.begin(format!("step {}", step.step));
        self.answers = Answers::default();
        let Calls { before, own } = self.calls_of(step)?;
        for act in &before {
            self.reach(act).await?;
            self.act(act).await?.done()?;
        }
        for act in &own {
            self.reach(act).await?;
            match step.outcome {
                Ending::Done => {
                    self.act(act).await?.done()?;
                }
                Ending::Refused => self.is_refused(step, act).await?,
            }
        }
        let state = look(&mut self.people, &self.world).await?;
        let found = Found { state: &state, world: &self.world, answers: &self.answers };
        compare(&mut self.checks, step, &found)?;
        if step.action == "verify" {
            self.own_views(step).await?;
        }
        Ok(state)
    }

    /// The act is refused for the reason that the story names, and nothing moves.
    async fn is_refused(&mut self, step: &Step, act: &Act) -> anyhow::Result<()> {
        let before = look(&mut self.people, &self.world).await?;
        let reply = self.act(act).await?;
        let after = look(&mut self.people, &self.world).await?;
        let rule = step.refused.as_ref().map(|refused| refused.rule.as_str());
        let expected = code_of(&act.action, rule.unwrap_or_default());
        let found = if reply.is_done() { "done" } else { reply.code() };
        self.checks.same("refused", &json!(expected), &json!(found));
        self.checks.same("nothing moved", &json!(true), &json!(before == after));
        self.answers.refused.push(reply);
        Ok(())
    }

    /// Lets everything happen that comes before an act, and sets the clock to its day.
    async fn reach(&mut self, act: &Act) -> anyhow::Result<()> {
        let of_step = std::mem::take(&mut self.answers);
        while let Some((date, next)) = self.waiting.pop_front() {
            let is_due = match &next {
                Waiting::Notice(_) => date <= act.date,
                Waiting::Event(_) => date < act.date,
            };
            if !is_due {
                self.waiting.push_front((date, next));
                break;
            }
            self.go_to(Time::in_shanghai(date, MORNING)).await?;
            match next {
                Waiting::Notice(notice) => self.issue_notice(&notice).await?,
                Waiting::Event(event) if !event.is_known() => {}
                Waiting::Event(event) => {
                    let done = self.act(&event).await.and_then(Reply::done);
                    done.with_context(|| format!("the event of {date} ({})", event.action))?;
                }
            }
        }
        self.answers = of_step;
        let hour = if act.action == "import_statement" { EVENING } else { MORNING };
        self.go_to(Time::in_shanghai(act.date, hour)).await
    }

    /// Sets the clock, and lets all happen that it asks for, so that nothing of it falls between two
    /// looks at how things stand.
    pub(super) async fn go_to(&mut self, time: Time) -> anyhow::Result<()> {
        self.people.calendar.go_to(time);
        due::run(&self.db).await.map_err(cause_of)?;
        Ok(())
    }

    fn calls_of(&self, step: &Step) -> anyhow::Result<Calls> {
        let mut calls = Calls { before: Vec::new(), own: Vec::new() };
        let data = Value::Object(step.data.clone());
        let own = Act::new(step.date, &step.by, &step.action, data.clone());
        match step.action.as_str() {
            "advance_project" => {
                let project = own.text("project")?.to_owned();
                for stage in list(&data, "/stages") {
                    let date = stage["date"].as_str().unwrap_or_default().parse()?;
                    let by = stage["by"].as_str().unwrap_or(&step.by);
                    let data = json!({"project": project, "stage": stage["stage"]});
                    calls.own.push(Act::new(date, by, "advance_project", data));
                }
            }
            "import_statement" => {
                for number in payouts_in(&data["before"]) {
                    calls.before.extend(self.acts_of_payout(&number)?);
                }
                calls.own.push(own);
            }
            "approve_payout" => {
                for number in list(&data, "/payouts") {
                    calls.before.extend(self.acts_of_payout(&number)?.into_iter().take(1));
                    let no = json!({"no": number});
                    calls.own.push(Act::new(step.date, &step.by, "approve_payout", no));
                }
            }
            "payout" => {
                for payout in list(&data, "/payouts") {
                    calls.before.extend(self.acts_of_payout(&payout["no"])?.into_iter().skip(1));
                }
                let file = data["confirmed_by"].clone();
                let by = self.poster()?;
                calls.own.push(Act::new(step.date, &by, "import_statement", file));
            }
            "reconcile" => {
                let file = json!({"file": data.pointer("/before/import_again")});
                let by = self.poster()?;
                calls.before.push(Act::new(step.date, &by, "import_statement", file));
                calls.own.push(own);
            }
            _ => calls.own.push(own),
        }
        Ok(calls)
    }

    /// A payout is entered and approved; the developer asks for a refund first.
    fn acts_of_payout(&self, number: &Value) -> anyhow::Result<Vec<Act>> {
        let payout = self.story.payout(number.as_str().unwrap_or_default())?;
        let no = json!({"no": payout.no});
        let (entered, approved) = (payout.entered, payout.approved.unwrap_or(payout.entered));
        let mut acts = vec![
            Act::new(entered, &payout.entered_by, "enter_payout", no.clone()),
            Act::new(approved, &payout.approved_by, "approve_payout", no.clone()),
        ];
        if payout.kind == "refund" {
            let trader = self.world.person_of(&payout.to, "developer")?;
            acts.insert(0, Act::new(entered, &trader, "ask_refund", no));
        }
        Ok(acts)
    }

    /// Who posts receipts: the person of the first statement.
    fn poster(&self) -> anyhow::Result<String> {
        Ok(self.story.step_of("import_statement")?.by.clone())
    }

    async fn act(&mut self, act: &Act) -> anyhow::Result<Reply> {
        match act.action.as_str() {
            "import_parcels" => self.import_parcels(act).await,
            "import_wetlands" => self.import_wetlands(act).await,
            "propose_project" => self.propose_project(act).await,
            "advance_project" => self.advance_project(act).await,
            "accept_project" => self.accept_project(act).await,
            "open_notice" => self.open_notice(act).await,
            "object" => self.object(act).await,
            "deliver_monitoring_report" => self.deliver_monitoring_report(act).await,
            "apply_certification" => self.apply_certification(act).await,
            "certify" => self.certify(act).await,
            "release" => self.release(act).await,
            "enter_schedule" => self.enter_schedule(act).await,
            "schedules_in_force" => self.schedules_in_force(act).await,
            "list" => self.list(act).await,
            "buy" => self.buy(act).await,
            "announce_auction" => self.announce_auction(act).await,
            "reserve_bid_deposits" => self.reserve_bid_deposits(act).await,
            "run_auction" => self.run_auction(act).await,
            "settle_auction" => self.settle_auction(act).await,
            "negotiated_transfer" => self.negotiated_transfer(act).await,
            "pledge" => self.pledge(act).await,
            "apply_occupation" => self.apply_occupation(act).await,
            "retire" => self.retire(act).await,
            "approve_occupation" => self.approve_occupation(act).await,
            "import_statement" => self.import_statement(act).await,
            "assign_line" => self.assign_line(act).await,
            "ask_refund" => self.ask_refund(act).await,
            "enter_payout" => self.enter_payout(act).await,
            "approve_payout" => self.approve_payout(act).await,
            "record_spending" => self.record_spending(act).await,
            "reconcile" => self.reconcile(act).await,
            "period_statement" => self.period_statement(act).await,
            "project_statement" => self.project_statement(act).await,
            "verify" => self.verify(act).await,
            unknown => anyhow::bail!("nobody here knows how to {unknown}"),
        }
    }
}

/// The members of a list inside an act's data.
fn list(data: &Value, pointer: &str) -> Vec<Value> {
    data.pointer(pointer).and_then(Value::as_array).cloned().unwrap_or_default()
}

/// The numbers of payouts that a text or a list names.
fn payouts_in(data: &Value) -> Vec<Value> {
    let text = data.to_string();
    let words = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '-');
    words.filter(|word| word.starts_with("PO-")).map(|word| json!(word)).collect()
}

/// References are counted as they are issued, so each is issued no later than the next of the list.
fn counted_in_order(notices: &[Notice]) -> Vec<Notice> {
    let mut next = NaiveDate::MAX;
    let mut issued: Vec<Notice> = Vec::with_capacity(notices.len());
    for notice in notices.iter().rev() {
        next = next.min(notice.issued);
        issued.push(Notice { issued: next, ..notice.clone() });
    }
    issued.reverse();
    issued
}

/// The problem with which the exchange refuses an act for that rule, and not merely for the role.
fn code_of(action: &str, rule: &str) -> &'static str {
    match (action, rule) {
        ("certify", "R35") => "certifier-entered-application",
        ("import_parcels", _) => "parcels-refused",
        ("list", "R38") => "not-enough-to-list",
        ("list", "R44") => "credits-pledged",
        ("list", "R45") => "listing-suspended",
        ("buy" | "settle_auction", "R61") => "not-enough-cash",
        ("record_spending", "R68") => "unreadable-values",
        ("approve_occupation", "R78") => "gate-closed",
        ("approve_payout", "R71") => "posts-receipts",
        _ => "a refusal that the demo knows",
    }
}
