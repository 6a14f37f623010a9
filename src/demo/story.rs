//! The story as its file tells it, and the files that it names; all of it is in the program.

use std::path::Path;

use anyhow::Context;
use chrono::NaiveDate;
use serde::Deserialize;
use serde_json::{Map, Value};

const STORY: &str = include_str!("../../tests/fixtures/jinxian/story.json");

/// What is played: people, dates, acts, and the figures after each step.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Story {
    pub(super) fee_account: FeeAccount,
    #[serde(default)]
    pub(super) setup: Setup,
    pub(super) payment_notices: Vec<Notice>,
    pub(super) payouts: Vec<Payout>,
    pub(super) background: Background,
    pub(super) steps: Vec<Step>,
}

/// The county's bank account for trading money.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct FeeAccount {
    pub(super) account: String,
    pub(super) name: String,
    pub(super) bank: String,
}

/// The files that are there before the story begins, and the day on which they are loaded.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Setup {
    pub(super) regions: String,
    pub(super) county_boundary: String,
    pub(super) organisations: String,
    pub(super) users: String,
    pub(super) on: NaiveDate,
}

impl Default for Setup {
    /// The county of the fixtures, before its first project.
    fn default() -> Self {
        Self {
            regions: "regions.csv".into(),
            county_boundary: "county.geojson".into(),
            organisations: "organisations.csv".into(),
            users: "users.csv".into(),
            on: NaiveDate::from_ymd_opt(2022, 2, 28).unwrap_or_default(),
        }
    }
}

/// A reference that a developer quotes with a transfer.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Notice {
    pub(super) reference: String,
    pub(super) org: String,
    pub(super) amount: String,
    pub(super) purpose: String,
    pub(super) issued: NaiveDate,
}

/// Money that is to leave the fee account.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Payout {
    pub(super) no: String,
    pub(super) kind: String,
    pub(super) share: Option<String>,
    pub(super) to: String,
    pub(super) amount: String,
    pub(super) entered: NaiveDate,
    /// On the day of its entry where the story does not say.
    pub(super) approved: Option<NaiveDate>,
    pub(super) entered_by: String,
    pub(super) approved_by: String,
}

/// What happens between the steps.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Background {
    /// Empty where the projects' own file tells it.
    #[serde(default)]
    pub(super) events: Vec<Act>,
}

/// One person does one thing on one day.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Act {
    pub(super) date: NaiveDate,
    pub(super) by: String,
    pub(super) action: String,
    /// A capability that this act needs; without it the act is left out.
    #[serde(default)]
    pub(super) only_if: Option<String>,
    #[serde(flatten)]
    pub(super) data: Map<String, Value>,
}

/// A step, how it ends, and what holds after it.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Step {
    pub(super) step: u32,
    pub(super) date: NaiveDate,
    pub(super) by: String,
    pub(super) action: String,
    pub(super) data: Map<String, Value>,
    pub(super) outcome: Ending,
    #[serde(default)]
    pub(super) refused: Option<Refused>,
    pub(super) expect: Map<String, Value>,
}

/// How a step ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Ending {
    Done,
    Refused,
}

/// Why a step is refused.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Refused {
    pub(super) rule: String,
}

impl Story {
    /// The story of the program, or another one from a file.
    pub(super) fn read(other: Option<&Path>) -> anyhow::Result<Self> {
        let Some(path) = other else {
            return serde_json::from_str(STORY).context("the story cannot be read");
        };
        let text = std::fs::read_to_string(path)
            .with_context(|| format!("the story {} cannot be read", path.display()))?;
        serde_json::from_str(&text).with_context(|| format!("{} tells no story", path.display()))
    }

    /// The first step of that kind.
    pub(super) fn step_of(&self, action: &str) -> anyhow::Result<&Step> {
        let found = self.steps.iter().find(|step| step.action == action);
        found.with_context(|| format!("nobody in the story comes to {action}"))
    }

    pub(super) fn payout(&self, number: &str) -> anyhow::Result<&Payout> {
        let found = self.payouts.iter().find(|payout| payout.no == number);
        found.with_context(|| format!("the story has no payout {number}"))
    }
}

impl Act {
    /// An act that is a part of a step.
    pub(super) fn new(date: NaiveDate, by: &str, action: &str, data: Value) -> Self {
        let data = match data {
            Value::Object(data) => data,
            other => Map::from_iter([("data".to_owned(), other)]),
        };
        let (by, action) = (by.to_owned(), action.to_owned());
        Self { date, by, action, only_if: None, data }
    }

    /// Whether this version has the capability that the act needs.
    pub(super) fn is_known(&self) -> bool {
        self.only_if.as_deref().is_none_or(|needed| ["notices", "monitoring"].contains(&needed))
    }

    /// A text of the act's data.
    pub(super) fn text(&self, name: &str) -> anyhow::Result<&str> {
        let text = self.data.get(name).and_then(Value::as_str);
        text.with_context(|| format!("{} on {} names no {name}", self.action, self.date))
    }
}

/// The bytes of a file that the story names.
pub(super) fn file(name: &str) -> anyhow::Result<&'static [u8]> {
    macro_rules! embedded {
        ($($name:literal),+) => {
            match name {
                $($name => include_bytes!(concat!("../../tests/fixtures/jinxian/", $name)).as_slice(),)+
                _ => anyhow::bail!("the program carries no file {name}"),
            }
        };
    }
    Ok(embedded!(
        "regions.csv",
        "county.geojson",
        "organisations.csv",
        "users.csv",
        "parcels.geojson",
        "projects.json",
        "redlines.geojson",
        "wetland_database.geojson",
        "statement_icbc_gbk.csv",
        "statement_camt053.xml",
        "statement.xlsx",
        "statement_main_job_gbk.csv"
    ))
}

/// The same as JSON.
pub(super) fn json_file(name: &str) -> anyhow::Result<Value> {
    serde_json::from_slice(file(name)?).with_context(|| format!("{name} is no JSON"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_and_every_payout_that_the_story_names_is_there() {
        let story = Story::read(None).unwrap();
        assert_eq!(story.steps.len(), 38);
        let setup = &story.setup;
        for name in [&setup.regions, &setup.county_boundary, &setup.organisations, &setup.users] {
            assert!(file(name).is_ok(), "{name}");
        }
        for step in &story.steps {
            if let Some(name) = step.data.get("file").and_then(Value::as_str) {
                assert!(file(name).is_ok(), "{name}");
            }
        }
        assert_eq!(story.payout("PO-2026-0004").unwrap().to, "FINANCE");
        assert!(story.payout("PO-2026-0011").is_err());
    }
}
