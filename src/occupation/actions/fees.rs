//! Restoration fees (R7, R82). Who keeps the county's money asks here what is due, and tells here what
//! came in; money is never booked here.

use chrono::NaiveDate;
use serde_json::json;

use super::clocks::{start, start_on, stop};
use super::facts::{facts, visible};
use super::{reviewer, subject};
use crate::identity;
use crate::kernel::db::{Conn, Event, Tx};
use crate::kernel::ids::OrganisationId;
use crate::kernel::ids::UserId;
use crate::kernel::money::Fen;
use crate::kernel::problem::{Answer, Failure};
use crate::kernel::region::RegionCode;
use crate::kernel::text::Label;
use crate::occupation::model::{
    ClockKind, FeeState, OccupationId, OccupationState, RestorationFeeId,
};
use crate::occupation::rules::{
    CannotCharge, NOTICE_DAYS, PAYMENT_DAYS, may_charge, may_review, restoration_fee,
};
use crate::occupation::store::{self, FeeRow, StateRow};

/// Sets what is paid instead of credits.
#[derive(Debug, Clone)]
pub(crate) struct Determine {
    pub(crate) id: RestorationFeeId,
    pub(crate) occupation_id: OccupationId,
    pub(crate) rate: Fen,
    /// Why restoring wetland elsewhere is impossible.
    pub(crate) reason: Label,
    pub(crate) document: Label,
}

/// The reviewer finds that restoring is impossible and sets the fee; its notice is due in five
/// working days.
pub(crate) fn determine(tx: &mut Tx, it: &Determine) -> Answer<OccupationId> {
    let (actor, now) = (tx.actor()?, tx.now());
    let occupation = visible(tx.conn(), &actor, it.occupation_id)?;
    may_review(occupation.level, &reviewer(&actor))?;
    let facts = facts(tx.conn(), occupation.id, now.date_in_shanghai())?;
    let has_fee = facts.state.fee_id.is_some();
    may_charge(facts.state.state, occupation.term, has_fee, facts.gate.retired_m2)?;
    let special = occupation.mangrove || occupation.peat;
    let charge = restoration_fee(occupation.area, occupation.wetland_type, special, it.rate)?;
    let notice_by = start(tx, &occupation, ClockKind::FeeNotice, NOTICE_DAYS)?;
    tx.insert(&FeeRow {
        id: it.id,
        occupation_id: occupation.id,
        county: occupation.county.clone(),
        developer_id: occupation.developer_id,
        m2: charge.m2,
        rate_fen: charge.rate,
        multiplier: charge.multiplier,
        amount_fen: charge.amount,
        reason: it.reason.clone(),
        document: it.document.clone(),
        state: FeeState::Determined,
        notice_by,
        noticed_on: None,
        reference: None,
        pay_by: None,
        paid_at: None,
        ended_at: None,
        determined_by: actor.user_id,
        determined_at: now,
    })?;
    tx.update(&StateRow { fee_id: Some(it.id), ..facts.state })?;
    tx.record(Event {
        subject: subject(occupation.id),
        reason: Some(it.reason.to_string()),
        after: Some(json!({
            "restoration_fee": charge.amount, "m2": charge.m2, "rate": charge.rate,
            "multiplier": charge.multiplier, "document": it.document,
        })),
        ..Event::default()
    });
    Ok(occupation.id)
}

/// A restoration fee, as who keeps the money needs it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DueFee {
    pub id: RestorationFeeId,
    pub county: RegionCode,
    pub developer: OrganisationId,
    pub amount: Fen,
    pub purpose: String,
    pub determined_by: UserId,
    /// Whether its application was approved, or ended; absent while it waits.
    pub approved: Option<bool>,
}

/// Restoration fees in that state after that one, in order.
pub fn fees_in_state(
    c: &mut Conn,
    state: FeeState,
    after: Option<RestorationFeeId>,
    rows_max: i64,
) -> Answer<Vec<DueFee>> {
    let rows = store::fees_in(c, state, after, rows_max)?;
    rows.into_iter().map(|row| due(c, row)).collect()
}

/// One restoration fee and its state.
pub fn fee_is_for(c: &mut Conn, id: RestorationFeeId) -> Answer<(DueFee, FeeState)> {
    let row = store::fee(c, id)?;
    let state = row.state;
    Ok((due(c, row)?, state))
}

fn due(c: &mut Conn, row: FeeRow) -> Answer<DueFee> {
    let number = store::occupation(c, row.occupation_id)?.number;
    let approved = match store::state(c, row.occupation_id)?.state {
        OccupationState::Approved | OccupationState::Restored => Some(true),
        OccupationState::Rejected | OccupationState::Withdrawn => Some(false),
        OccupationState::Submitted | OccupationState::Deficient | OccupationState::Accepted => None,
    };
    Ok(DueFee {
        id: row.id,
        county: row.county,
        developer: row.developer_id,
        amount: row.amount_fen,
        purpose: format!("湿地恢复费 {number}"),
        determined_by: row.determined_by,
        approved,
    })
}

/// The occupier was told what to pay and how; ten working days run.
pub fn fee_noticed(tx: &mut Tx, id: RestorationFeeId, reference: &str) -> Answer<NaiveDate> {
    let row = in_state(tx, id, FeeState::Determined)?;
    let occupation = store::occupation(tx.conn(), row.occupation_id)?;
    stop(tx, occupation.id.uuid(), ClockKind::FeeNotice)?;
    let today = tx.now().date_in_shanghai();
    let calendar = identity::calendar(tx.conn())?;
    let pay_by = calendar.term_end(today, PAYMENT_DAYS);
    let pay_by = pay_by.ok_or_else(|| Failure::broken("the calendar has working days"))?;
    start_on(tx, &occupation, ClockKind::FeePayment, pay_by)?;
    tx.update(&FeeRow {
        state: FeeState::Noticed,
        noticed_on: Some(today),
        reference: Some(reference.to_owned()),
        pay_by: Some(pay_by),
        ..row
    })?;
    Ok(pay_by)
}

/// The fee came in and is held.
pub fn fee_paid(tx: &mut Tx, id: RestorationFeeId) -> Answer<()> {
    let row = in_state(tx, id, FeeState::Noticed)?;
    stop(tx, row.occupation_id.uuid(), ClockKind::FeePayment)?;
    let paid_at = Some(tx.now());
    Ok(tx.update(&FeeRow { state: FeeState::Paid, paid_at, ..row })?)
}

/// The held money is the treasury's, or the occupier's cash again.
pub fn fee_ended(tx: &mut Tx, id: RestorationFeeId, collected: bool) -> Answer<()> {
    let row = in_state(tx, id, FeeState::Paid)?;
    let state = if collected { FeeState::Collected } else { FeeState::Refunded };
    let ended_at = Some(tx.now());
    Ok(tx.update(&FeeRow { state, ended_at, ..row })?)
}

fn in_state(tx: &mut Tx, id: RestorationFeeId, wanted: FeeState) -> Answer<FeeRow> {
    let row = store::fee(tx.conn(), id)?;
    if row.state == wanted { Ok(row) } else { Err(CannotCharge::WrongState(row.state).into()) }
}

/// An application ended: a fee that was not paid is not due any more.
pub(super) fn drop_fee(tx: &mut Tx, id: OccupationId) -> Answer<()> {
    let Some(row) = store::fee_of(tx.conn(), id)? else { return Ok(()) };
    if matches!(row.state, FeeState::Determined | FeeState::Noticed) {
        let ended_at = Some(tx.now());
        tx.update(&FeeRow { state: FeeState::Dropped, ended_at, ..row })?;
    }
    Ok(())
}
