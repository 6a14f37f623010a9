//! What the exchange answers when it is asked how things stand.

use std::collections::BTreeMap;

use anyhow::Context;
use rust_decimal::Decimal;
use serde_json::{Map, Value, json};

use super::people::People;
use super::setup::World;

/// How everything stands: two equal ones mean that nothing moved.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct State {
    /// All money of the fee account by holder and bucket.
    pub(super) balances: Value,
    pub(super) exceptions: Vec<Value>,
    pub(super) payouts: Vec<Value>,
    pub(super) trades: Vec<Value>,
    pub(super) parcels: Vec<Value>,
    pub(super) projects: Vec<Value>,
    pub(super) batches: Vec<Value>,
    pub(super) listings: Vec<Value>,
    pub(super) schedules: Vec<Value>,
    /// The lots of each batch, by its number.
    pub(super) lots: BTreeMap<String, Vec<Value>>,
}

/// Reads how everything stands, as the finance bureau, the centre, the auditor and the public see it.
pub(super) async fn look(people: &mut People, world: &World) -> anyhow::Result<State> {
    let bureau = world.person_of("FINANCE", "finance_director")?;
    let centre = world.person_of("CENTRE", "centre_director")?;
    let auditor = world.person_of("AUD01", "auditor")?;
    let (account, county) = (&world.fee_account, &world.county);
    let of_account = format!("/api/v1/fee-accounts/{account}");
    let schedules = people.read(&format!("/api/v1/fee-schedules?county={county}")).await?;
    let exceptions = format!("{of_account}/statement-exceptions?state=open&");
    let batches = list(people, None, "/api/v1/batches?").await?;
    let mut lots = BTreeMap::new();
    for batch in &batches {
        let path = format!("/api/v1/ledger/lots?batch_id={}", text(batch, "id"));
        let of_batch = people.get(&auditor, &path).await?;
        lots.insert(text(batch, "number").to_owned(), items(&of_batch));
    }
    Ok(State {
        balances: people.get(&bureau, &format!("{of_account}/balances")).await?,
        exceptions: list(people, Some(&bureau), &exceptions).await?,
        payouts: list(people, Some(&bureau), "/api/v1/payouts?").await?,
        trades: list(people, Some(&bureau), "/api/v1/trades?").await?,
        parcels: list(people, Some(&centre), "/api/v1/parcels?kind=reserve&").await?,
        projects: list(people, Some(&centre), "/api/v1/projects?").await?,
        listings: list(people, None, "/api/v1/listings?").await?,
        schedules: schedules.get("schedules").map(items).unwrap_or_default(),
        batches,
        lots,
    })
}

/// Reads a list to its end, the oldest first.
async fn list(people: &mut People, who: Option<&str>, path: &str) -> anyhow::Result<Vec<Value>> {
    let mut all = Vec::new();
    let mut cursor = String::new();
    loop {
        let path = format!("{path}limit=200{cursor}");
        let page = match who {
            Some(who) => people.get(who, &path).await?,
            None => people.read(&path).await?,
        };
        let rows = page.get("items").with_context(|| format!("{path} is no list"))?;
        all.extend(items(rows));
        match page.get("next_cursor").and_then(Value::as_str) {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    all.reverse();
    Ok(all)
}

fn items(list: &Value) -> Vec<Value> {
    list.as_array().cloned().unwrap_or_default()
}

/// A text of an answer; empty where it is missing, so that the comparison shows it.
pub(super) fn text<'v>(of: &'v Value, name: &str) -> &'v str {
    of.get(name).and_then(Value::as_str).unwrap_or_default()
}

pub(super) fn number(of: &Value, name: &str) -> i64 {
    of.get(name).and_then(Value::as_i64).unwrap_or_default()
}

/// Adds up decimal texts.
pub(super) fn sum<'v>(amounts: impl Iterator<Item = &'v str>) -> anyhow::Result<String> {
    let mut sum = Decimal::ZERO;
    for amount in amounts {
        let amount: Decimal = amount.parse().with_context(|| format!("{amount:?} is no amount"))?;
        sum = sum.checked_add(amount).context("a sum stays within its limits")?;
    }
    Ok(format!("{sum:.2}"))
}

impl State {
    pub(super) fn identity(&self, name: &str) -> Value {
        self.balances.pointer(&format!("/identity/{name}")).cloned().unwrap_or(Value::Null)
    }

    /// What each organisation has in its buckets of that ending, zeros left out.
    pub(super) fn money(&self, is_meant: impl Fn(&str) -> bool) -> Vec<(String, String, String)> {
        let rows = self.balances.get("balances").map(items).unwrap_or_default();
        let of_row = |row: &Value| {
            let (code, bucket) = (text(row, "organisation_code"), text(row, "bucket"));
            (code.to_owned(), bucket.to_owned(), text(row, "balance").to_owned())
        };
        let meant = |(code, bucket, balance): &(String, String, String)| {
            !code.is_empty() && is_meant(bucket) && balance != "0.00"
        };
        rows.iter().map(of_row).filter(meant).collect()
    }

    /// m² by batch, holder and bucket, as the lots say.
    pub(super) fn credits(&self, world: &World) -> BTreeMap<String, Value> {
        let of_batch = |lots: &Vec<Value>| {
            let mut held: BTreeMap<String, BTreeMap<String, i64>> = BTreeMap::new();
            for lot in lots {
                let holder = world.code_of(lot.get("holder_id").unwrap_or(&Value::Null));
                let bucket = text(lot, "bucket").to_owned();
                let m2 = number(lot, "last") - number(lot, "first") + 1;
                *held.entry(holder).or_default().entry(bucket).or_default() += m2;
            }
            json!(held)
        };
        self.lots.iter().map(|(batch, lots)| (batch.clone(), of_batch(lots))).collect()
    }

    /// The lots of a batch; neighbours in the same hand and bucket are joined.
    pub(super) fn joined_lots(&self, batch: &str, world: &World) -> Vec<Value> {
        let mut joined: Vec<(i64, i64, String, String)> = Vec::new();
        for lot in self.lots.get(batch).into_iter().flatten() {
            let (first, last) = (number(lot, "first"), number(lot, "last"));
            let holder = world.code_of(lot.get("holder_id").unwrap_or(&Value::Null));
            let bucket = text(lot, "bucket").to_owned();
            match joined.last_mut() {
                Some((_, end, hand, place))
                    if *end + 1 == first && *hand == holder && *place == bucket =>
                {
                    *end = last;
                }
                _ => joined.push((first, last, holder, bucket)),
            }
        }
        let shown = |(first, last, holder, bucket)| json!({"first": first, "last": last, "holder": holder, "bucket": bucket});
        joined.into_iter().map(shown).collect()
    }

    /// How many reserve parcels there are and what area they declare.
    pub(super) fn parcels_entered(&self) -> anyhow::Result<Value> {
        let declared = |parcel: &'_ Value| {
            let area = parcel.pointer("/land_survey/declared_area_m2").and_then(Value::as_str);
            area.unwrap_or_default().to_owned()
        };
        let areas: Vec<String> = self.parcels.iter().map(declared).collect();
        let area = sum(areas.iter().map(String::as_str))?;
        Ok(json!({"count": self.parcels.len(), "declared_area_m2": area}))
    }

    /// The one of a list that has that number.
    pub(super) fn with_number<'s>(list: &'s [Value], number: &str) -> Option<&'s Value> {
        list.iter().find(|one| text(one, "number") == number)
    }

    /// What of the expected names is there, each under its number.
    pub(super) fn of_names(
        expected: &Value,
        list: &[Value],
        shown: impl Fn(&Value) -> Value,
    ) -> Value {
        let names = expected.as_object().into_iter().flatten().map(|(name, _)| name);
        let found = names
            .map(|name| (name.clone(), Self::with_number(list, name).map_or(Value::Null, &shown)));
        Value::Object(found.collect::<Map<_, _>>())
    }
}
