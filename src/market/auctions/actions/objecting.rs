//! Objections to a result: they suspend settlement until they are decided (R57, R58).

use serde_json::json;

use super::announcing::{Cause, abandon};
use super::closing::next_look;
use crate::identity;
use crate::kernel::db::{Event, Tx};
use crate::kernel::problem::{Answer, Failure};
use crate::kernel::text::Label;
use crate::market::auction::{admit_by, check_made, check_step, decide_by};
use crate::market::auctions::model::{AuctionId, AuctionObjectionId, AuctionState, ObjectionState};
use crate::market::auctions::store::{self, ObjectionRow};

/// Objects to a result.
#[derive(Debug, Clone)]
pub(in crate::market::auctions) struct Object {
    pub(in crate::market::auctions) id: AuctionObjectionId,
    pub(in crate::market::auctions) auction: AuctionId,
    pub(in crate::market::auctions) author: Label,
    pub(in crate::market::auctions) contact: Label,
    pub(in crate::market::auctions) said: Label,
}

/// Takes the next step of an objection.
#[derive(Debug, Clone)]
pub(in crate::market::auctions) struct Step {
    pub(in crate::market::auctions) id: AuctionObjectionId,
    pub(in crate::market::auctions) to: ObjectionState,
    pub(in crate::market::auctions) answer: Label,
}

/// Anybody objects while the result is notified; from then on nothing is confirmed.
pub(in crate::market::auctions) fn object(tx: &mut Tx<'_>, it: &Object) -> Answer<ObjectionRow> {
    let now = tx.now();
    let today = now.date_in_shanghai();
    let mut auction = store::auction(tx.conn(), it.auction)?;
    let known = store::objections(tx.conn(), auction.id)?.len();
    let known = i64::try_from(known).unwrap_or(i64::MAX);
    check_made(auction.standing.state, auction.standing.notice_to, today, known)?;
    let calendar = identity::calendar(tx.conn())?;
    let admit_by = admit_by(today, &calendar)
        .ok_or_else(|| Failure::broken("the calendar has working days"))?;
    let series = format!("YY{}-{}", auction.county, chrono::Datelike::year(&today));
    let row = ObjectionRow {
        id: it.id,
        auction_id: auction.id,
        number: format!("{series}-{:04}", tx.next_number(&series)?),
        county: auction.county.clone(),
        author: it.author.to_string(),
        contact: it.contact.to_string(),
        said: it.said.to_string(),
        made_at: now,
        admit_by,
        decide_by: None,
        state: ObjectionState::Made,
        admitted_by: None,
        admitted_at: None,
        decided_by: None,
        decided_at: None,
        answer: None,
    };
    tx.insert(&row)?;
    auction.standing.due_at = next_look(tx, &auction)?;
    store::save_standing(tx, &auction)?;
    // Who objects is nobody's to read in the log.
    tx.record(Event {
        subject: format!("auction_objection:{}", row.id),
        after: Some(json!({ "number": row.number, "auction": auction.number })),
        ..Event::default()
    });
    Ok(row)
}

/// The forestry bureau of the county admits, refuses, dismisses or upholds an objection; when none
/// is open any more the deals can be confirmed, and one that is upheld cancels the auction.
pub(in crate::market::auctions) fn step(tx: &mut Tx<'_>, it: &Step) -> Answer<ObjectionRow> {
    let actor = tx.actor()?;
    let now = tx.now();
    let mut row = store::objection(tx.conn(), it.id)?;
    if actor.region.county().as_ref() != Some(&row.county) {
        return Err(Failure::not_found());
    }
    check_step(row.state, it.to)?;
    if it.to == ObjectionState::Admitted || it.to == ObjectionState::Refused {
        row.admitted_by = Some(actor.user_id);
        row.admitted_at = Some(now);
    }
    if it.to == ObjectionState::Admitted {
        let calendar = identity::calendar(tx.conn())?;
        row.decide_by = decide_by(now.date_in_shanghai(), &calendar);
    } else {
        row.decided_by = Some(actor.user_id);
        row.decided_at = Some(now);
    }
    row.state = it.to;
    row.answer = Some(it.answer.to_string());
    tx.update(&row)?;
    let mut auction = store::auction(tx.conn(), row.auction_id)?;
    if it.to == ObjectionState::Upheld && !auction.standing.state.is_over() {
        let cause = Cause { by: actor.user_id, reason: it.answer.to_string() };
        abandon(tx, auction, AuctionState::Cancelled, &cause)?;
    } else if auction.standing.state == AuctionState::Noticed {
        auction.standing.due_at = next_look(tx, &auction)?;
        store::save_standing(tx, &auction)?;
    }
    tx.record(Event {
        subject: format!("auction_objection:{}", row.id),
        reason: row.answer.clone(),
        after: Some(json!({ "state": row.state, "decide_by": row.decide_by })),
        ..Event::default()
    });
    Ok(row)
}
