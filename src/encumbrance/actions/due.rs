//! What the clock asks of liens and insurances: requests run out, each day every lien is valued once,
//! losses open claims, and insurances that end soon say so.

use serde_json::json;

use super::insurance::{losses_to_look_at, open_claims, remind};
use super::values::value;
use crate::encumbrance::model::PledgeState;
use crate::encumbrance::store::{self, PledgeRow};
use crate::kernel::actor::Doing;
use crate::kernel::db::{Db, Event, Tx};
use crate::kernel::problem::Answer;

/// How many one command looks at, so that the writer is not held up.
const PER_COMMAND_MAX: i64 = 50;

/// Does what the clock asks of liens and insurances; returns how much. Where nothing is due it only reads.
pub async fn run_due(db: &Db) -> Answer<usize> {
    let mut done = 0;
    loop {
        let today = db.clock().now().date_in_shanghai();
        let due = move |c: &mut _| {
            let expired = !store::pledges_expired(c, today, 1)?.is_empty();
            let to_value = !store::pledges_to_value(c, today, 1)?.is_empty();
            let to_remind = !store::policies_to_remind(c, today, 1)?.is_empty();
            let lost = !losses_to_look_at(c)?.is_empty();
            Ok((expired, to_value, to_remind, lost))
        };
        let (expired, to_value, to_remind, lost) = db.read(None, due).await?;
        if expired {
            done += db.write(Doing::system("expire_pledges"), expire).await?;
        }
        if to_value {
            done += db.write(Doing::system("value_pledges"), value_all).await?;
        }
        if to_remind {
            done += db.write(Doing::system("remind_of_insurances"), remind).await?;
        }
        if lost {
            done += db.write(Doing::system("open_insurance_claims"), open_claims).await?;
        }
        if !(expired || to_value || to_remind || lost) {
            return Ok(done);
        }
    }
}

fn expire(tx: &mut Tx) -> Answer<usize> {
    let today = tx.now().date_in_shanghai();
    let rows = store::pledges_expired(tx.conn(), today, PER_COMMAND_MAX)?;
    for row in &rows {
        let ended_at = Some(tx.now());
        tx.update(&PledgeRow {
            state: PledgeState::Expired,
            expires_on: None,
            ended_at,
            ..row.clone()
        })?;
    }
    if !rows.is_empty() {
        let expired: Vec<&str> = rows.iter().map(|row| row.number.as_str()).collect();
        tx.record(Event {
            subject: "pledges".into(),
            after: Some(json!({ "expired": expired })),
            ..Event::default()
        });
    }
    Ok(rows.len())
}

/// Values liens; one whose value falls below the agreed cover alerts its lender and its holder, who
/// see since when.
fn value_all(tx: &mut Tx) -> Answer<usize> {
    let (now, today) = (tx.now(), tx.now().date_in_shanghai());
    let rows = store::pledges_to_value(tx.conn(), today, PER_COMMAND_MAX)?;
    let (mut fallen, mut risen) = (Vec::new(), Vec::new());
    for row in &rows {
        let valuation = value(tx.conn(), row, today)?;
        // Where no share secures the loan there is only the lien, and no value was agreed.
        let is_below = !row.shares().is_empty() && valuation.cover.is_some_and(|it| !it.is_enough);
        match (row.below_cover_since, is_below) {
            (None, true) => fallen.push(row.number.as_str()),
            (Some(_), false) => risen.push(row.number.as_str()),
            (Some(_), true) | (None, false) => {}
        }
        let since = if is_below { row.below_cover_since.or(Some(now)) } else { None };
        let after = PledgeRow { below_cover_since: since, valued_on: Some(today), ..row.clone() };
        tx.update(&after)?;
    }
    if !rows.is_empty() {
        tx.record(Event {
            subject: "pledges".into(),
            after: Some(json!({ "valued": rows.len(), "below_cover": fallen, "covered": risen })),
            ..Event::default()
        });
    }
    Ok(rows.len())
}
