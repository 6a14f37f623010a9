//! Releasing credits, milestone by milestone (R37).

use serde_json::json;

use crate::certification::model::{Milestone, Release, ReleaseId, Settings};
use crate::certification::rules;
use crate::certification::store;
use crate::kernel::db::{Event, Tx};
use crate::kernel::problem::{Answer, Failure};
use crate::ledger::{self, Account, BatchId, CreditBucket, JournalId, NewJournal, NewTransfer};
use crate::restoration;

/// A director of the centre releases credits.
#[derive(Debug, Clone)]
pub(crate) struct ReleaseCredits {
    pub(crate) id: ReleaseId,
    pub(crate) batch_id: BatchId,
    pub(crate) milestone: Milestone,
    pub(crate) journal_id: JournalId,
    pub(crate) settings: Settings,
}

pub(crate) fn release(tx: &mut Tx, it: &ReleaseCredits) -> Answer<Release> {
    let (actor, now) = (tx.actor()?, tx.now());
    let batch = store::batch(tx.conn(), it.batch_id)?;
    if !batch.county.is_within(&actor.region) {
        return Err(Failure::not_found());
    }
    let today = now.date_in_shanghai();
    let step = rules::release(&batch, it.milestone, &it.settings, today)?;
    let overdue = restoration::is_overdue(tx.conn(), batch.project_id, today)?;
    rules::may_release(batch.frozen, overdue)?;
    let release = Release {
        milestone: it.milestone,
        percent: step.percent,
        cumulative_m2: step.cumulative_m2,
        step_m2: step.step_m2,
        released_at: now,
    };
    store::insert_release(tx, it.id, batch.id, &release)?;
    // A step of a tiny batch may round down to nothing; then there is nothing to book.
    if step.step_m2 > 0 {
        ledger::post(
            tx,
            NewJournal {
                id: it.journal_id,
                event: "release",
                subject: it.id.uuid(),
                effective_at: now,
                reverses: None,
                transfers: vec![NewTransfer {
                    from: Account::credits(batch.owner, batch.id, CreditBucket::Unreleased),
                    to: Account::credits(batch.owner, batch.id, CreditBucket::Available),
                    amount: step.step_m2,
                }],
            },
        )?;
    }
    tx.record(Event {
        subject: format!("batch:{}", batch.id),
        after: Some(json!({
            "batch": &batch.number,
            "milestone": it.milestone,
            "cumulative_m2": step.cumulative_m2,
            "step_m2": step.step_m2,
        })),
        ..Event::default()
    });
    Ok(release)
}
